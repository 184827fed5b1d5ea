package rollup

import (
	"cmp"
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A Neighbour is a charter that stands near another: by relations that one of
// the two states, or by people who work on both.
type Neighbour struct {
	Charter   *charter.Charter
	Relations []portfolio.Relation // as the other one sees it: DependsOn is what it needs
	People    []portfolio.ID       // of both teams, in the order of the other one's
}

// Neighbours lists the charters around c: those it stands in relation to, in the
// order of relations and ids, then those that share its people, most people
// first. People are shared with charters that run or are proposed; what is over
// asks for nobody's time.
func Neighbours(p *portfolio.Portfolio, c *charter.Charter) []Neighbour {
	team, most := teamOf(c), 0
	for r := portfolio.PartOf; r <= portfolio.Related; r++ {
		most += len(p.Related(c.ID.Value, r))
	}
	for _, person := range team {
		most += len(p.Teams(person))
	}
	all := make([]Neighbour, 0, most)
	at := make(map[*charter.Charter]int, most)
	entry := func(x *charter.Charter) *Neighbour {
		i, known := at[x]
		if !known {
			i = len(all)
			at[x] = i
			all = append(all, Neighbour{Charter: x})
		}
		return &all[i]
	}
	for r := portfolio.PartOf; r <= portfolio.Related; r++ {
		for _, x := range p.Related(c.ID.Value, r) {
			n := entry(x)
			n.Relations = append(n.Relations, r)
		}
	}
	related := len(all)
	for _, person := range team {
		for _, x := range p.Teams(person) {
			if x != c {
				n := entry(x)
				n.People = append(n.People, person)
			}
		}
	}
	slices.SortStableFunc(all[related:], func(a, b Neighbour) int {
		return cmp.Or(len(b.People)-len(a.People), cmp.Compare(a.Charter.ID.Value, b.Charter.ID.Value))
	})
	return all
}

// teamOf lists the people of a team once each.
func teamOf(c *charter.Charter) []portfolio.ID {
	var all []portfolio.ID
	for _, m := range c.Team {
		if id := m.Person.Value; id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
