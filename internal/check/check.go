// Package check holds the rules that a sound portfolio keeps.
//
// What one file alone can show was found when it was read; here are the rules
// that need the registers, the other charters, the site's configuration or the
// day. A rule is a value: a code and a pure function. One file a family, one
// list, in the order of the manual. A rule only says what it found; how grave
// that is, the rulebook and the site's configuration decide.
package check

import (
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

// A Rule is one thing that a portfolio must keep. It has one question, of
// charters, of translations or of both, of people, or of the whole; which of
// these says what its findings follow from.
type Rule struct {
	Code diag.Code

	// each asks about one charter: its findings follow from the charter, the
	// charters it is tied to by links and relations, registers, configuration
	// and day.
	each func(p *portfolio.Portfolio) look
	// past says that the findings of each, or of whole, follow from the history
	// too.
	past bool
	// text asks about one file that translates a charter: its findings follow from
	// the file, the original, what both link to, and which other files translate it.
	text func(p *portfolio.Portfolio) look
	// person asks about one person: its findings follow from the charters whose
	// team names the person.
	person func(p *portfolio.Portfolio) glance
	// whole asks about all charters at once: its findings follow from what
	// unlike compares of each charter, and from all of the charters that they
	// stand in.
	whole func(p *portfolio.Portfolio, report func(diag.Diagnostic))
	// unlike reports whether two versions of a charter differ to whole. Without
	// it any two do.
	unlike func(a, b *charter.Charter) bool
	// counts reports whether a charter has a part in what whole finds, where that
	// depends on registers and day as well. Of two versions without a part it
	// does not matter how they differ.
	counts func(p *portfolio.Portfolio, c *charter.Charter) bool
}

// A look looks at one charter, a glance at one person.
type (
	look   = func(c *charter.Charter, report func(diag.Diagnostic))
	glance = func(x *portfolio.Person, report func(diag.Diagnostic))
)

// Rules lists all rules, in the manual's order.
var Rules = slices.Concat(documentRules, timeRules, budgetRules, peopleRules, goalRules, demarcationRules, agreementRules, linkRules, lifeRules, questionRules)

// Run asks every rule.
func Run(p *portfolio.Portfolio) diag.List { return new(Memory).Run(p) }

// Finish gives findings their severity by the site's policy and sorts them.
func Finish(p *portfolio.Portfolio, found diag.List) diag.List {
	proposed := map[string]bool{}
	for _, c := range p.Charters() {
		if c.Status.Value.Draft() {
			proposed[c.File] = true
			for _, t := range p.TranslationsOf(c.ID.Value) {
				proposed[t.File.File] = true
			}
		}
	}
	found = p.Config().Policy.Apply(found, func(file string) bool { return proposed[file] })
	found.Sort()
	return found
}

// each makes a rule that looks at one charter at a time and points into it.
func each(code diag.Code, one func(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text))) Rule {
	return Rule{Code: code, each: func(p *portfolio.Portfolio) look {
		return func(c *charter.Charter, report func(diag.Diagnostic)) {
			one(p, c, func(m charter.Mark, message, hint diag.Text) {
				report(diag.Diagnostic{Pos: c.Pos(m), Message: message, Hint: hint})
			})
		}
	}}
}

// nearest words a hint for an unknown id.
func nearest(id charter.ID, known []string, otherwise diag.Text) diag.Text {
	if near, ok := diag.Nearest(string(id), known); ok {
		return diag.Meant(near)
	}
	return otherwise
}

// called says what a record of a register is called now, if id is what it was
// called before; else what is nearest.
func called(p *portfolio.Portfolio, kind portfolio.TargetKind, id charter.ID, known []string, otherwise diag.Text) diag.Text {
	if now, ok := p.Former(kind, id); ok {
		return diag.Say("did you mean %s? that is what it is called now", now)
	}
	return nearest(id, known, otherwise)
}

// lazily makes a list of ids once, since most portfolios never need it.
func lazily(make func() []string) func() []string {
	var list []string
	return func() []string {
		if list == nil {
			list = make()
			slices.Sort(list)
		}
		return list
	}
}

func ids[T any](records []*T, id func(*T) charter.ID) []string {
	all := make([]string, len(records))
	for i, r := range records {
		all[i] = string(id(r))
	}
	return all
}

func departmentIDs(p *portfolio.Portfolio) []string {
	return ids(p.Registers().Departments, func(d *portfolio.Department) charter.ID { return d.ID })
}

func peopleIDs(p *portfolio.Portfolio) []string {
	return ids(p.Registers().People, func(x *portfolio.Person) charter.ID { return x.ID })
}

func areaIDs(p *portfolio.Portfolio) []string {
	return ids(p.Registers().Areas, func(a *portfolio.Area) charter.ID { return a.ID })
}

func objectiveIDs(p *portfolio.Portfolio) []string {
	return ids(p.Registers().Objectives, func(o *portfolio.Objective) charter.ID { return o.ID })
}

func charterIDs(p *portfolio.Portfolio) []string {
	all := ids(p.Charters(), func(c *charter.Charter) charter.ID { return c.ID.Value })
	for former := range p.Aliases() {
		all = append(all, string(former))
	}
	return all
}

// who is a person's name with the id, for messages.
func who(p *portfolio.Portfolio, id charter.ID) string {
	if x := p.Person(id); x != nil {
		return x.Name
	}
	return string(id)
}

// dept is a department's name, in each language that it has one in.
func dept(p *portfolio.Portfolio, id charter.ID) diag.Named {
	if d := p.Department(id); d != nil {
		return d.Name.Named()
	}
	return diag.Named{"en": string(id)}
}

func days(n int) diag.Text {
	if n == 1 {
		return diag.Say("1 day")
	}
	return diag.Say("%d days", n)
}

func pays(c *charter.Charter, department charter.ID) bool {
	return slices.ContainsFunc(c.Budget.Parties, func(b charter.Party) bool { return b.Department.Value == department })
}
