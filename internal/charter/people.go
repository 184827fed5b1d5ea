package charter

import (
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

func (p *parser) people() {
	p.owners(p.root.Get("owners"))
	p.c.Lead = p.IDOrIDs(p.root.Get("lead"))
	p.c.Steering = p.IDs(p.root.Get("steering"), diag.Say("the steering group"))
	if n := p.root.Get("kickoff"); n != nil {
		p.kickoff(n)
	}
	p.c.Team = records(p, p.root.Get("team"), diag.Say("the team"), diag.Say("a team member"), "{person: …, home: it, allocation: 50%}", p.member)
}

// owners reads department: person, or department: {person, role}.
func (p *parser) owners(n *facts.Node) {
	if n != nil && len(n.Fields) > 0 {
		p.c.Owners = make([]Owner, 0, len(n.Fields))
	}
	for department, v := range p.ByID(n, diag.Say("the group of owners")) {
		o := Owner{Department: department}
		switch v.Kind {
		case facts.Map:
			for f := range p.Map(v, ownerKeys) {
				switch f.Key {
				case "person":
					o.Person = p.ID(f.Value)
				case "role":
					o.Role = p.Text(f.Value)
				}
			}
		default:
			o.Person = p.ID(v)
		}
		p.c.Owners = append(p.c.Owners, o)
	}
}

func (p *parser) kickoff(n *facts.Node) {
	k := &p.c.Kickoff
	for f := range p.Map(n, kickoffKeys) {
		k.Mark = n.Mark
		switch f.Key {
		case "date":
			k.Date = p.Date(f.Value)
		case "presented_to":
			k.PresentedTo = p.IDs(f.Value, diag.Say("the list of those it was presented to"))
		}
	}
}

func (p *parser) member(n *facts.Node) Member {
	m := Member{Mark: n.Mark}
	for f := range p.Map(n, memberKeys) {
		switch f.Key {
		case "person":
			m.Person = p.ID(f.Value)
		case "home":
			m.Home = p.ID(f.Value)
		case "role":
			m.Role = p.Text(f.Value)
		case "allocation":
			m.Allocation = facts.Value(p.Reader, f.Value, "P003", diag.Say("a share of working time"), parseAllocation)
		case "from":
			m.From = p.Date(f.Value)
		case "until":
			m.Until = p.Date(f.Value)
		case "return":
			m.Return = p.returns(f.Value)
		}
	}
	p.judgeSecondment(&m)
	return m
}

func parseAllocation(s string) (money.Share, error) {
	share, err := money.ParseShare(s)
	if err != nil && strings.HasPrefix(s, "0") {
		err = &facts.SyntaxError{Reason: diag.Say("%q is no share of anybody's time", s), Hint: diag.Say("write a share above 0 and at most 100%%, such as 40%%")}
	}
	return share, err
}

func (p *parser) returns(n *facts.Node) Return {
	var back Return
	for f := range p.Map(n, returnKeys) {
		back.Mark = n.Mark
		switch f.Key {
		case "to":
			back.To = p.Text(f.Value)
		case "date":
			back.Date = p.Date(f.Value)
		case "done":
			back.Done = p.Date(f.Value)
		}
	}
	return back
}

// judgeSecondment holds a member's days against the timeframe and each other
// (P004, P007).
func (p *parser) judgeSecondment(m *Member) {
	from, until, back := m.From.Value, m.Until.Value, m.Return.Date.Value
	who := diag.Raw(string(m.Person.Value))
	if who.IsZero() {
		who = diag.Say("this member")
	}
	switch {
	case !from.IsZero() && !until.IsZero() && until.Before(from):
		p.on(m.Until.Mark, until.String(), "P004", diag.Say("%s is lent until %s, before the first day, %s", who, until, from), diag.Say("change one of the two dates"))
		return
	case p.outside(from):
		p.on(m.From.Mark, from.String(), "P004", diag.Say("%s is lent from %s, outside the timeframe, %s", who, from, p.frame()), diag.Say("lend people within the timeframe, or change the timeframe"))
	}
	if p.outside(until) {
		p.on(m.Until.Mark, until.String(), "P004", diag.Say("%s is lent until %s, outside the timeframe, %s", who, until, p.frame()), diag.Say("lend people within the timeframe, or change the timeframe"))
	}
	if w, ok := m.Window(p.c.Timeframe); ok && !back.IsZero() && back.Before(w.End) {
		p.on(m.Return.Date.Mark, back.String(), "P007", diag.Say("%s returns on %s, before the last day in the team, %s", who, back, w.End), diag.Say("let the return begin when the secondment has ended"))
	}
}
