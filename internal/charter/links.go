package charter

import (
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

func (p *parser) links() {
	l := &p.c.Links
	for f := range p.Map(p.root.Get("links"), linksKeys) {
		switch f.Key {
		case "part_of":
			l.PartOf = p.ID(f.Value)
		case "depends_on":
			l.DependsOn = p.IDs(f.Value, diag.Say("the list of charters it depends on"))
		case "replaces":
			l.Replaces = p.IDs(f.Value, diag.Say("the list of charters it replaces"))
		case "related":
			l.Related = p.IDs(f.Value, diag.Say("the list of related charters"))
		case "contributes_to":
			for _, n := range p.List(f.Value, diag.Say("the list of objectives")) {
				if id := p.objective(n); id.Written() {
					l.ContributesTo = append(l.ContributesTo, id)
				}
			}
		}
	}
}

// objective reads objective:<id>. Its mark is that of the whole value.
func (p *parser) objective(n *facts.Node) At[ID] {
	rest, ok := strings.CutPrefix(n.Text, "objective:")
	if n.Kind == facts.Scalar && ok && facts.ValidID(rest) {
		return At[ID]{Value: ID(rest), Mark: n.Mark}
	}
	if n.Kind == facts.Scalar && !ok && facts.ValidID(n.Text) {
		d := p.Report(n, "C007", diag.Say("an objective is written with the word objective: before its id"), diag.Say("write objective:%s", n.Text))
		p.Replace(d, n, "objective:"+n.Text)
		return At[ID]{Mark: n.Mark}
	}
	if n.Kind == facts.Scalar && ok {
		p.Report(n, "C007", diag.Say("after objective: stands no id"), diag.Say("an id is made of a–z, 0–9 and single hyphens"))
		return At[ID]{Mark: n.Mark}
	}
	return p.ID(n)
}
