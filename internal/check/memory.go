package check

import (
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

// A Memory asks every rule of one portfolio after the other, and of the next one
// only what can have another answer. The zero value knows nothing yet. It is for
// one goroutine.
type Memory struct {
	p     *portfolio.Portfolio
	rules []answers // by place in Rules
}

// answers are what one rule found, by charter or person. What a whole rule
// found has no name.
type answers map[charter.ID]diag.List

// Run returns what every rule finds in p, in the order of rules and charters.
func (m *Memory) Run(p *portfolio.Portfolio) diag.List {
	if p != m.p {
		charters, people, all := m.touched(p)
		if all {
			m.rules = make([]answers, len(Rules))
			for i := range m.rules {
				m.rules[i] = answers{}
			}
		}
		for i, r := range Rules {
			m.rules[i].ask(r, p, charters, people)
		}
		m.p = p
	}
	var found diag.List
	for _, a := range m.rules {
		for _, id := range slices.Sorted(maps.Keys(a)) {
			found = append(found, a[id]...)
		}
	}
	return found
}

// ask asks a rule anew about what was touched.
func (a answers) ask(r Rule, p *portfolio.Portfolio, charters []*charter.Charter, people []*portfolio.Person) {
	about := func(id charter.ID, ask func(report func(diag.Diagnostic))) {
		var found diag.List
		ask(func(d diag.Diagnostic) {
			d.Code = r.Code
			found.Add(d)
		})
		if delete(a, id); len(found) > 0 {
			a[id] = found
		}
	}
	switch {
	case r.each != nil:
		look := r.each(p)
		for _, c := range charters {
			about(c.ID.Value, func(report func(diag.Diagnostic)) { look(c, report) })
		}
	case r.person != nil:
		look := r.person(p)
		for _, x := range people {
			about(x.ID, func(report func(diag.Diagnostic)) { look(x, report) })
		}
	default:
		about("", func(report func(diag.Diagnostic)) { r.whole(p, report) })
	}
}

// touched lists the charters and people about whom a rule can have another
// answer than it had for the portfolio before; all says that it is everybody.
func (m *Memory) touched(p *portfolio.Portfolio) (charters []*charter.Charter, people []*portfolio.Person, all bool) {
	was, now := m.p, p.Charters()
	if was == nil || !p.Follows(was) {
		return now, p.Registers().People, true
	}
	before := was.Charters()
	tied, named := map[charter.ID]bool{}, map[charter.ID]bool{}
	for i, c := range now {
		if c == before[i] {
			continue
		}
		for _, of := range []*portfolio.Portfolio{was, p} {
			for other := range of.Tied(c.ID.Value) {
				tied[other] = true
			}
		}
		for _, team := range [][]charter.Member{before[i].Team, c.Team} {
			for _, member := range team {
				named[member.Person.Value] = true
			}
		}
	}
	for i, c := range now {
		if c != before[i] || tied[c.ID.Value] || c.TranslationOf.Value != "" || strings.Contains(c.Summary.Value, "[") || !p.SameLinks(was, c.ID.Value) {
			charters = append(charters, c)
		}
	}
	for id := range named {
		if x := p.Person(id); x != nil {
			people = append(people, x)
		}
	}
	return charters, people, false
}
