package portfolio

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
)

// Entitled reports whether person was chief or deputy of department on day d.
// A signature of March is judged by who was chief in March.
func (p *Portfolio) Entitled(department, person ID, d calendar.Date) bool {
	dept := p.departments[department]
	if dept == nil {
		return false
	}
	for _, posts := range [][]Tenure{dept.Chiefs, dept.Deputies} {
		for _, t := range posts {
			if t.ID == person && t.On(d) {
				return true
			}
		}
	}
	return false
}

// Chief returns the chief of department on day d, and the title of the post.
func (p *Portfolio) Chief(department ID, d calendar.Date) (Tenure, bool) {
	if dept := p.departments[department]; dept != nil {
		for _, t := range dept.Chiefs {
			if t.On(d) {
				return t, true
			}
		}
	}
	return Tenure{}, false
}

// Signatures returns one judged signature for each paying department, in the
// order of the budget shares.
func (p *Portfolio) Signatures(c *charter.Charter) []Signature { return p.signed[c.ID.Value] }

// Agreement returns the state of the whole charter.
func (p *Portfolio) Agreement(c *charter.Charter) Agreement {
	valid, outdated := 0, 0
	all := p.signed[c.ID.Value]
	for _, s := range all {
		switch s.State {
		case Valid:
			valid++
		case Outdated:
			outdated++
		}
	}
	switch {
	case len(all) > 0 && valid == len(all):
		return FullySigned
	case outdated > 0:
		return ResignNeeded
	case valid > 0:
		return PartlySigned
	}
	return Unsigned
}

// judge takes the latest approval of each payer.
func (p *Portfolio) judge(c *charter.Charter) []Signature {
	approvals := p.approvals[c.ID.Value]
	all := make([]Signature, len(c.Budget.Parties))
	for i, party := range c.Budget.Parties {
		s := Signature{Department: party.Department.Value}
		for j := range approvals {
			if approvals[j].Department.Value == s.Department {
				s.Approval = &approvals[j]
			}
		}
		if a := s.Approval; a != nil {
			switch {
			case !p.Entitled(s.Department, a.Person.Value, a.Date.Value):
				s.State = NotEntitled
			case a.Terms.Value == c.Terms.Short():
				s.State = Valid
			default:
				s.State = Outdated
			}
		}
		all[i] = s
	}
	return all
}
