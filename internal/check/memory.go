package check

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
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
	past     []diag.List // of the rules that ask about each charter's past, by place in p.Charters()
	book     *history.Book
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
		*m = Memory{charters: make([]diag.List, len(p.Charters())), past: make([]diag.List, len(p.Charters())), texts: make([]diag.List, len(p.Translations())), people: make([]diag.List, len(p.Registers().People))}
		m.rules, m.own = withOwn(p)
		m.whole = make([]diag.List, len(m.rules))
		always := func(int) bool { return true }
		m.ask(p, always, always, always, always)
	}
	if m.p != p {
		m.asked = saved(p) // few, and what they say may link to any heading
	}
	m.p = p
	return slices.Concat(slices.Concat(m.charters, m.past, m.texts, m.people, m.whole, []diag.List{m.own, m.asked})...)
}

// ask asks anew about the charters, translations, people and by the rules for the
// whole that are chosen by their places. People are asked about beside the rest.
func (m *Memory) ask(p *portfolio.Portfolio, charters, texts, people, whole func(i int) bool) {
	var beside sync.WaitGroup
	var wrong any // a fault of ours is the caller's to catch, wherever it happens
	beside.Go(func() {
		defer func() { wrong = recover() }()
		m.askPeople(p, people)
	})
	defer func() {
		if beside.Wait(); wrong != nil {
			panic(wrong)
		}
	}()
	var say saying
	again := m.book != p.Past() // so that whatever follows from the history may be another
	m.book = p.Past()
	looks, pasts := make([]look, len(m.rules)), make([]look, len(m.rules))
	reads := make([]look, len(m.rules))
	for i, r := range m.rules {
		if r.text != nil && len(p.Translations()) > 0 {
			reads[i] = r.text(p)
		}
		switch {
		case r.each != nil && r.past:
			pasts[i] = r.each(p)
		case r.each != nil:
			looks[i] = r.each(p)
		case r.whole != nil && (whole(i) || again && r.past):
			say.code = r.Code
			r.whole(p, say.report)
			m.whole[i] = say.said()
		}
	}
	for i, c := range p.Charters() {
		if charters(i) {
			m.charters[i] = say.all(m.rules, looks, c)
		}
		if again || charters(i) {
			m.past[i] = say.all(m.rules, pasts, c)
		}
	}
	for i, t := range p.Translations() {
		if texts(i) {
			m.texts[i] = say.all(m.rules, reads, t.File)
		}
	}
}

func (m *Memory) askPeople(p *portfolio.Portfolio, chosen func(i int) bool) {
	var say saying
	glances := make([]glance, len(m.rules))
	for i, r := range m.rules {
		if r.person != nil {
			glances[i] = r.person(p)
		}
	}
	for i, x := range p.Registers().People {
		if !chosen(i) {
			continue
		}
		for j, glance := range glances {
			if glance != nil {
				say.code = m.rules[j].Code
				glance(x, say.report)
			}
		}
		m.people[i] = say.said()
	}
}

// A saying gathers what rules find, under the code of the one that is asked.
type saying struct {
	code  diag.Code
	found diag.List
}

func (s *saying) report(d diag.Diagnostic) {
	d.Code = cmp.Or(d.Code, s.code)
	s.found = append(s.found, d)
}

// said is what was gathered since it was asked last, in order.
func (s *saying) said() diag.List {
	s.found.Sort()
	list := slices.Clip(s.found)
	s.found = nil
	return list
}

// all is what some rules find in one charter.
func (s *saying) all(rules []Rule, looks []look, c *charter.Charter) diag.List {
	report := s.report
	for i, look := range looks {
		if look != nil {
			s.code = rules[i].Code
			look(c, report)
		}
	}
	return s.said()
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
