package charter

import (
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

func (p *parser) demarcation() {
	p.c.Responsibilities = records(p, p.root.Get("responsibilities"), diag.Say("the list of responsibilities"), diag.Say("a responsibility"), "{area: …, accountable: it}", p.responsibility)
	p.judgeAreas()
}

func (p *parser) responsibility(n *facts.Node) Responsibility {
	r := Responsibility{Mark: n.Mark}
	for f := range p.Map(n, responsibilityKeys) {
		switch f.Key {
		case "area":
			r.Area = p.ID(f.Value)
		case "accountable":
			r.Accountable = p.IDOrIDs(f.Value)
		case "responsible":
			r.Responsible = p.IDOrIDs(f.Value)
		case "consulted":
			r.Consulted = p.IDOrIDs(f.Value)
		case "informed":
			r.Informed = p.IDOrIDs(f.Value)
		case "scope":
			r.Scope = p.Text(f.Value)
		case "reason":
			r.Reason = p.Text(f.Value)
		}
	}
	return r
}

// judgeAreas wants exactly one accountable department for each area, unless
// different scopes part the area (R001).
func (p *parser) judgeAreas() {
	all := p.c.Responsibilities
	for i := range all {
		r := &all[i]
		area := diag.Say("the area")
		if r.Area.Value != "" {
			area = diag.Raw(string(r.Area.Value))
		}
		switch len(r.Accountable) {
		case 1:
		case 0:
			p.finding(r.Mark, "R001", diag.Say("nobody is accountable for %s", area), diag.Say("add accountable: with one department"))
			continue
		default:
			p.on(r.Accountable[1].Mark, string(r.Accountable[1].Value), "R001", diag.Say("%d departments are accountable for %s", len(r.Accountable), area), diag.Say("keep one, and list the others under responsible or consulted"))
			continue
		}
		for j := range i {
			first := &all[j]
			if r.Area.Value != "" && first.Area.Value == r.Area.Value && first.Scope.Value == r.Scope.Value && len(first.Accountable) == 1 && first.Accountable[0].Value != r.Accountable[0].Value {
				d := p.on(r.Accountable[0].Mark, string(r.Accountable[0].Value), "R001", diag.Say("%s is given to %s here and to %s above", area, r.Accountable[0].Value, first.Accountable[0].Value), diag.Say("keep one, or say with scope: which part each of them has"))
				d.Related = []diag.At[diag.Text]{{Value: diag.Say("first given here"), Pos: p.c.Pos(first.Accountable[0].Mark)}}
				break
			}
		}
	}
}
