package check

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

// translation makes a look at what a file translates, where there is such a
// charter.
func translation(look func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, diag.Text, diag.Text) *diag.Diagnostic)) func(*portfolio.Portfolio) look {
	return func(p *portfolio.Portfolio) func(*charter.Charter, func(diag.Diagnostic)) {
		return func(c *charter.Charter, report func(diag.Diagnostic)) {
			of := p.Find(c.TranslationOf.Value)
			if of == nil {
				return // that was said already
			}
			for _, t := range p.TranslationsOf(of.ID.Value) {
				if t.File != c {
					continue
				}
				var found diag.List
				look(p, t, func(m charter.Mark, message, hint diag.Text) *diag.Diagnostic {
					found.Add(diag.Diagnostic{Pos: c.Pos(m), Message: message, Hint: hint})
					return &found[len(found)-1]
				})
				for _, d := range found {
					report(d)
				}
			}
		}
	}
}

// strangeText refuses words for what the original does not say, and words that
// nobody would ever see.
var strangeText = translation(func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, diag.Text, diag.Text) *diag.Diagnostic) {
	lang := t.File.Lang
	if lang.Value == p.Lang(t.Of) {
		report(lang.Mark, diag.Say("%s is in %s itself", t.Of.Name(), lang.Value), diag.Say("write the language that this file translates into"))
	}
	for _, other := range p.TranslationsOf(t.Of.ID.Value) {
		if other == t {
			break
		}
		if other.Lang() == lang.Value {
			d := report(lang.Mark, diag.Say("%s is translated into %s already, in %s", t.Of.Name(), lang.Value, other.File.File), diag.Say("keep one of the two files"))
			d.Related = []diag.At[diag.Text]{{Value: diag.Say("the other one"), Pos: other.File.Pos(other.File.Lang.Mark)}}
		}
	}
	for _, part := range t.Of.Strange(t.File) {
		hint := diag.Say("remove it; a translation adds nothing")
		if near, ok := diag.Nearest(part.Key, t.Of.TextPaths()); ok {
			hint = diag.Meant(near)
		}
		report(part.Mark, diag.Say("%s says nothing at %s, so there is nothing to translate", t.Of.Name(), part.Key), hint)
	}
})

// staleText warns of each part whose original says something else since, of what
// nobody can know that of, and of what is not translated at all.
var staleText = translation(func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, diag.Text, diag.Text) *diag.Diagnostic) {
	now := map[string]charter.Part{}
	for _, part := range t.Of.Parts() {
		now[part.Sum] = part
	}
	refresh := "charterhouse translated " + t.File.File
	var unrecorded []diag.Text
	for _, part := range t.Parts() {
		name := partName(part)
		switch t.State(part) {
		case portfolio.Unrecorded:
			unrecorded = append(unrecorded, name)
		case portfolio.Stale:
			original, there := now[part.Sum]
			if !there {
				report(part.Mark, diag.Say("the original has no part any more that %s translates", name), diag.Say("remove it here, or move it to the part that it belongs to"))
				continue
			}
			d := report(part.Mark, diag.Say("the original says something else since %s was translated", name), diag.Say("translate the change, then run: %s %s", refresh, part.Key))
			d.Related = []diag.At[diag.Text]{{Value: diag.Say("the original"), Pos: t.Of.Pos(original.Mark)}}
		}
	}
	if len(unrecorded) > 0 {
		report(t.File.TranslationOf.Mark, diag.Say("it is not recorded what the original said when this was translated: %s", diag.And(unrecorded)), diag.Say("compare the two texts, then run: %s", refresh))
	}
	var lacking []diag.Text
	for _, part := range t.Lacking() {
		lacking = append(lacking, partName(part))
	}
	if len(lacking) > 0 {
		report(t.File.TranslationOf.Mark, diag.Say("this is not translated, so the original's words are shown: %s", diag.And(lacking)), diag.Say("translate it in this file"))
	}
})

// partName is how a finding calls a part: a section by its heading.
func partName(p charter.Part) diag.Text {
	switch {
	case p.Heading != "":
		return diag.Say("%q", p.Heading)
	case p.Key == "body":
		return diag.Say("the text above the first heading")
	}
	return diag.Raw(p.Key)
}

// sameTexts reports whether all that is found of a translation is as it was.
func sameTexts(p, was *portfolio.Portfolio, t *portfolio.Translation) bool {
	sound := func(r portfolio.Resolution) bool { return r.Problem == portfolio.Sound }
	return p.SameText(was, t) && !strings.Contains(t.File.Summary.Value, "[") && !slices.ContainsFunc(p.Links(t.File), func(r portfolio.Resolution) bool { return !sound(r) })
}
