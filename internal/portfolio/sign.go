package portfolio

import (
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
)

// Entitled reports whether person was chief or deputy of department on day d.
// A signature of March is judged by who was chief in March.
func (p *Portfolio) Entitled(department, person ID, d calendar.Date) bool {
	_, _, ok := p.Office(department, person, d)
	return ok
}

// Office returns the post in which person may sign for department on day d: that
// of its chief, or else of a deputy.
func (p *Portfolio) Office(department, person ID, d calendar.Date) (post Tenure, deputy, ok bool) {
	dept := p.departments[p.Called(department)]
	if dept == nil {
		return Tenure{}, false, false
	}
	for i, posts := range [][]Tenure{dept.Chiefs, dept.Deputies} {
		for _, t := range posts {
			if t.ID == person && t.On(d) {
				return t, i == 1, true
			}
		}
	}
	return Tenure{}, false, false
}

// Called returns the id that a department has today, by a former one that is
// among its aliases. What was signed under the old id stays as it was signed.
func (p *Portfolio) Called(department ID) ID {
	if p.departments[department] != nil || department == "" {
		return department
	}
	for _, d := range p.reg.Departments {
		if slices.Contains(d.Aliases, string(department)) {
			return d.ID
		}
	}
	return department
}

// Chief returns the chief of department on day d, and the title of the post.
func (p *Portfolio) Chief(department ID, d calendar.Date) (Tenure, bool) {
	if dept := p.departments[p.Called(department)]; dept != nil {
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

// Worth returns the state of a signature of c in full, with the text that was
// signed where the terms have changed since and git has it. Git is asked only
// about a signature that is outdated.
func (p *Portfolio) Worth(c *charter.Charter, s Signature) (SignatureState, *charter.Charter) {
	if s.State != Outdated || p.veil != nil {
		return s.State, nil
	}
	if then, ok := p.Past().Signed(c, s.Approval.Terms.Value); ok {
		return Outdated, then.Charter
	}
	return Unverified, nil
}

// Signer returns who is to sign for the department of s now: the owner that the
// charter names, if entitled today, else the chief of today, else the owner; nobody
// where no name may stand.
func (p *Portfolio) Signer(c *charter.Charter, s Signature) ID {
	if p.Unnamed(c) {
		return ""
	}
	var owner ID
	for _, o := range c.Owners {
		if o.Department.Value == s.Department {
			owner = o.Person.Value
		}
	}
	if owner != "" && p.Entitled(s.Department, owner, p.asOf) {
		return owner
	}
	if chief, ok := p.Chief(s.Department, p.asOf); ok {
		return chief.ID
	}
	return owner
}

// Signing returns what to type so that the signature of s is given: empty while
// the charter has nothing to sign, or nobody may.
func (p *Portfolio) Signing(c *charter.Charter, s Signature) string {
	who := p.Signer(c, s)
	if p.veil != nil || who == "" || s.State == Valid || !c.Budget.Sound || p.config.Required["approvals"][c.Status.Value] == Refused {
		return ""
	}
	command := fmt.Sprintf("charterhouse sign %s --as %s", c.ID.Value, who)
	for _, party := range c.Budget.Parties {
		if other := party.Department.Value; other != s.Department && p.Entitled(other, who, p.asOf) {
			return command + " --for " + string(s.Department)
		}
	}
	return command
}

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

// Misplaced reports whether a signature for one department stands in the folder of
// another, below approvals/. It counts for nothing: who may sign there, as the forge
// watches over it, may not sign for everybody.
func (p *Portfolio) Misplaced(a *charter.Approval) bool {
	rest, apart := strings.CutPrefix(a.File, "approvals/")
	folder, _, _ := strings.Cut(rest, "/")
	return apart && p.Called(ID(folder)) != p.Called(a.Department.Value)
}

// judge takes the latest approval of each payer.
func (p *Portfolio) judge(c *charter.Charter) []Signature {
	approvals := p.approvals[c.ID.Value]
	all := make([]Signature, len(c.Budget.Parties))
	for i, party := range c.Budget.Parties {
		s := Signature{Department: party.Department.Value}
		for j := range approvals {
			if by := approvals[j].Department.Value; (by == s.Department || p.Called(by) == p.Called(s.Department)) && !p.Misplaced(&approvals[j]) {
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
	return p.lift(c, all)
}
