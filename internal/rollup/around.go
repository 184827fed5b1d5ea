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
	var all []Neighbour
	at := map[*charter.Charter]int{}
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
	for _, person := range teamOf(c) {
		for _, x := range p.Involving(person) {
			if x != c && (x.Status.Value.Live() || x.Status.Value == charter.Proposed) && inTeam(x, person) {
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

func inTeam(c *charter.Charter, person portfolio.ID) bool {
	for i := range c.Team { // a member is large, and there are many to look at
		if c.Team[i].Person.Value == person {
			return true
		}
	}
	return false
}
