package check

import (
	"slices"

	"charterhouse/internal/ask"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

// What is wrong with a question comes with a code of its own, Q002 to Q004.
var questionRules = []Rule{{Code: "Q002", each: questions}}

// questions holds what a charter asks against the fields there are.
func questions(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, q := range c.Questions {
			_, found := ask.Bind(p, q)
			for _, d := range found {
				report(d)
			}
		}
	}
}

// undeclared finds fields under x: that the site does not know. A site that
// declares none takes all.
func undeclared(p *portfolio.Portfolio) look {
	var known []string
	for _, f := range p.Config().Fields {
		known = append(known, f.Key)
	}
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, own := range c.Own {
			if len(known) == 0 || p.Config().Field(own.Key) != nil {
				continue
			}
			d := diag.Diagnostic{Pos: c.Pos(own.Mark), Width: len([]rune(own.Key)), Message: diag.Say("%q is not among the own fields of this site", own.Key), Hint: diag.Say("declare it in charterhouse.yaml, below fields:, or remove it")}
			if near, ok := diag.Nearest(own.Key, known); ok {
				d.Hint = diag.Meant(near)
				d.Fixes = []diag.Fix{{Title: diag.Say("write %s", near), Pos: d.Pos, Old: own.Key, New: near}}
			}
			report(d)
		}
	}
}

// ownValues holds the values of own fields against their types, and warns of
// texts that other programs read as something else.
func ownValues(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, own := range p.Own(c) {
			for i := range own.Values {
				v, f := &own.Values[i], own.Field
				width := len([]rune(v.Text))
				if f == nil || f.Type == portfolio.TextField {
					if written := c.Own[slices.IndexFunc(c.Own, func(x charter.OwnField) bool { return x.Key == own.Key })].Values[i]; written.Plain && facts.Ambiguous(v.Text) {
						report(diag.Diagnostic{Code: "C014", Pos: c.Pos(v.Mark), Width: width, Message: diag.Say("%s without quotes is a number or a truth value to some programs", v.Text), Hint: diag.Say("write %q", v.Text)})
					}
					continue
				}
				if err := p.JudgeOwn(c, f, v); err != nil {
					reason, hint := facts.Words(err)
					report(diag.Diagnostic{Pos: c.Pos(v.Mark), Width: width, Message: diag.Say("%s is %s: %s", f.Key, typeWords[f.Type], reason), Hint: hint})
				}
			}
			if f := own.Field; f != nil && !f.Many && len(own.Values) > 1 {
				report(diag.Diagnostic{Pos: c.Pos(own.Values[1].Mark), Message: diag.Say("%s holds one value, and there are %d", f.Key, len(own.Values)), Hint: diag.Say("keep one, or declare it as %s[]", f.Type)})
			}
		}
	}
}

var typeWords = [...]diag.Text{diag.Say("a text"), diag.Say("a choice"), diag.Say("a number"), diag.Say("an amount"), diag.Say("a day"), diag.Say("a person"), diag.Say("a department"), diag.Say("an address"), diag.Say("true or false")}

// ownRequired finds own fields that a charter needs at its status.
func ownRequired(p *portfolio.Portfolio, c *charter.Charter, status charter.Status, report func(charter.Mark, diag.Text, diag.Text)) {
	for _, f := range p.Config().Fields {
		if own, there := p.OwnField(c, f); f.Required[status] && (!there || len(own.Values) == 0) {
			at := c.Status.Mark
			if own.Mark.Written() {
				at = own.Mark
			}
			report(at, diag.Say("x.%s is missing, and a charter that is %s needs it", f.Key, status), diag.Say("add %s: below x:", f.Key))
		}
	}
}

// withOwn returns all rules, those of the organisation last, and what is wrong
// with these.
func withOwn(p *portfolio.Portfolio) ([]Rule, diag.List) {
	own, found := ask.Policies(p)
	rules := slices.Clone(Rules)
	for _, r := range own {
		found = append(found, r.Examples(p)...)
		if r.Single() {
			rules = append(rules, Rule{Code: r.Policy.Code, each: func(p *portfolio.Portfolio) look {
				return func(c *charter.Charter, report func(diag.Diagnostic)) {
					for _, d := range r.Look(p, c) {
						report(d)
					}
				}
			}})
			continue
		}
		rules = append(rules, Rule{Code: r.Policy.Code, counts: r.Concerns, whole: func(p *portfolio.Portfolio, report func(diag.Diagnostic)) {
			for _, d := range r.Whole(p) {
				report(d)
			}
		}})
	}
	found.Sort()
	return rules, found
}

// saved finds what is wrong with saved questions: what they ask, and where their
// prose links to.
func saved(p *portfolio.Portfolio) diag.List {
	var found diag.List
	known := lazily(func() []string { return charterIDs(p) })
	for _, q := range p.Questions() {
		for _, x := range append(slices.Clip(q.Asked), q.Query) {
			_, faults := ask.Bind(p, x)
			found = append(found, faults...)
		}
		if q.Lang != "" && !slices.Contains(p.Config().Languages, q.Lang) {
			found.Add(diag.Diagnostic{Pos: q.Pos, Code: "C012", Message: diag.Say("%q is not among the languages of this site", q.Lang), Hint: diag.Say("write one of the languages in charterhouse.yaml, or add it there: %s", diag.And(p.Config().Languages))})
		}
		for i, r := range p.LinksOf(q) {
			if d, wrong := linkFault(p, q, q.Body.Links[i], r, known); wrong {
				found.Add(d)
			}
		}
	}
	found.Sort()
	return found
}

// linkFault words what is wrong with a link of a saved question, as the rules on
// links of charters do.
func linkFault(p *portfolio.Portfolio, q *portfolio.Question, l markdown.Link, r portfolio.Resolution, known func() []string) (diag.Diagnostic, bool) {
	c := &charter.Charter{File: q.File}
	var d diag.Diagnostic
	switch {
	case r.Problem == portfolio.Sound:
		return d, false
	case r.Problem == portfolio.Unknown && isFile(l):
		d = at(c, l, diag.Say("the file %q does not exist here", l.Target), diag.Say("link to a charter, or to a file beside one"))
		d.Code = "L007"
	case r.Problem == portfolio.Unknown:
		d = unknownLink(p, c, l, known)
		d.Code = "L001"
	case r.Problem == portfolio.NoSuchAnchor && r.Target.Kind != portfolio.ToCharter:
		d = at(c, l, diag.Say("this page has no section %q", l.Anchor), diag.Say("leave out the part behind #, or correct it"))
		d.Code = "L002"
	case r.Problem == portfolio.NoSuchAnchor:
		message, hint := noAnchor(p, l, r)
		d = at(c, l, message, hint)
		d.Code = "L002"
	case r.Problem == portfolio.Ambiguous:
		message, hint := ambiguous(p, l, r)
		d = at(c, l, message, hint)
		d.Code = "L005"
	case r.Problem == portfolio.Outside:
		message, hint := outside(p, l, r)
		d = at(c, l, message, hint)
		d.Code = "L006"
	default:
		d = at(c, l, diag.Say("%q differs from the file's name by case, so it breaks on most servers", l.Target), diag.Say("write the name as the file has it"))
		d.Code = "L007"
	}
	return d, true
}
