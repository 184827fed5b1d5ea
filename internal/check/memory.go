package check

import (
	"cmp"
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
	p        *portfolio.Portfolio
	charters []diag.List // of the rules for each, by place in p.Charters()
	texts    []diag.List // of the rules for a translation, by place in p.Translations()
	people   []diag.List // of the rules for a person, by place in the register
	whole    []diag.List // of the rules for the whole, by place in rules
	asked    diag.List   // of saved questions

	rules []Rule    // ours and the organisation's own
	own   diag.List // of the configuration that the organisation's are made from
}

// Run returns what every rule finds in p, nearly in the order of Sort: charter
// by charter, then what was found of translations, of people and of the whole. The list is the
// caller's.
func (m *Memory) Run(p *portfolio.Portfolio) diag.List {
	switch {
	case m.p == p:
	case m.p != nil && p.Follows(m.p):
		m.follow(p)
	default:
		*m = Memory{charters: make([]diag.List, len(p.Charters())), texts: make([]diag.List, len(p.Translations())), people: make([]diag.List, len(p.Registers().People))}
		m.rules, m.own = withOwn(p)
		m.whole = make([]diag.List, len(m.rules))
		always := func(int) bool { return true }
		m.ask(p, always, always, always, always)
	}
	if m.p != p {
		m.asked = saved(p) // few, and what they say may link to any heading
	}
	m.p = p
	return slices.Concat(slices.Concat(m.charters, m.texts, m.people, m.whole, []diag.List{m.own, m.asked})...)
}

// ask asks anew about the charters, translations, people and by the rules for the
// whole that are chosen by their places.
func (m *Memory) ask(p *portfolio.Portfolio, charters, texts, people, whole func(i int) bool) {
	var found diag.List
	var code diag.Code
	report := func(d diag.Diagnostic) {
		d.Code = cmp.Or(d.Code, code)
		found = append(found, d)
	}
	answer := func() (list diag.List) {
		found.Sort()
		list, found = slices.Clip(found), nil
		return list
	}
	looks := make([]look, len(m.rules))
	reads := make([]look, len(m.rules))
	glances := make([]glance, len(m.rules))
	for i, r := range m.rules {
		if r.text != nil && len(p.Translations()) > 0 {
			reads[i] = r.text(p)
		}
		switch {
		case r.each != nil:
			looks[i] = r.each(p)
		case r.person != nil:
			glances[i] = r.person(p)
		case r.whole != nil && whole(i):
			code = r.Code
			r.whole(p, report)
			m.whole[i] = answer()
		}
	}
	for i, c := range p.Charters() {
		if !charters(i) {
			continue
		}
		for j, look := range looks {
			if look != nil {
				code = m.rules[j].Code
				look(c, report)
			}
		}
		m.charters[i] = answer()
	}
	for i, t := range p.Translations() {
		if !texts(i) {
			continue
		}
		for j, read := range reads {
			if read != nil {
				code = Rules[j].Code
				read(t.File, report)
			}
		}
		m.texts[i] = answer()
	}
	for i, x := range p.Registers().People {
		if !people(i) {
			continue
		}
		for j, glance := range glances {
			if glance != nil {
				code = m.rules[j].Code
				glance(x, report)
			}
		}
		m.people[i] = answer()
	}
}

// follow asks anew what can have another answer than it had for the portfolio
// before, which p follows.
func (m *Memory) follow(p *portfolio.Portfolio) {
	was, before, now := m.p, m.p.Charters(), p.Charters()
	var changed []int
	tied, named := make([]bool, len(now)), map[charter.ID]bool{}
	for i, c := range now {
		if c == before[i] {
			continue
		}
		changed = append(changed, i)
		for _, of := range []*portfolio.Portfolio{was, p} {
			for other := range of.Tied(c.ID.Value) {
				at, _ := slices.BinarySearchFunc(now, other, func(c *charter.Charter, id charter.ID) int { return strings.Compare(string(c.ID.Value), string(id)) })
				tied[at] = true
			}
		}
		for _, team := range [][]charter.Member{before[i].Team, c.Team} {
			for _, member := range team {
				named[member.Person.Value] = true
			}
		}
	}
	m.ask(p, func(i int) bool {
		c := now[i]
		return c != before[i] || tied[i] || strings.Contains(c.Summary.Value, "[") || len(c.Body.Links) > 0 && !p.SameLinks(was, c.ID.Value)
	}, func(i int) bool {
		return !sameTexts(p, was, p.Translations()[i])
	}, func(i int) bool {
		return named[p.Registers().People[i].ID]
	}, func(i int) bool {
		return slices.ContainsFunc(changed, func(at int) bool {
			stands := func(d diag.Diagnostic) bool { return d.Pos.File == now[at].File }
			rule := &m.rules[i]
			return rule.unlike == nil && rule.counts == nil || rule.unlike != nil && rule.unlike(before[at], now[at]) ||
				rule.counts != nil && (rule.counts(was, before[at]) || rule.counts(p, now[at])) || slices.ContainsFunc(m.whole[i], stands)
		})
	})
}
