package check

import (
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

// translation makes a look at what a file translates, where there is such a
// charter.
func translation(look func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, string, string) *diag.Diagnostic)) func(*portfolio.Portfolio) look {
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
				look(p, t, func(m charter.Mark, message, hint string) *diag.Diagnostic {
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
var strangeText = translation(func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, string, string) *diag.Diagnostic) {
	lang := t.File.Lang
	if lang.Value == p.Lang(t.Of) {
		report(lang.Mark, fmt.Sprintf("%s is in %s itself", t.Of.Name(), lang.Value), "write the language that this file translates into")
	}
	for _, other := range p.TranslationsOf(t.Of.ID.Value) {
		if other == t {
			break
		}
		if other.Lang() == lang.Value {
			d := report(lang.Mark, fmt.Sprintf("%s is translated into %s already, in %s", t.Of.Name(), lang.Value, other.File.File), "keep one of the two files")
			d.Related = []diag.At[string]{{Value: "the other one", Pos: other.File.Pos(other.File.Lang.Mark)}}
		}
	}
	for _, part := range t.Of.Strange(t.File) {
		hint := "remove it; a translation adds nothing"
		if near, ok := diag.Nearest(part.Key, t.Of.TextPaths()); ok {
			hint = "did you mean " + near + "?"
		}
		report(part.Mark, fmt.Sprintf("%s says nothing at %s, so there is nothing to translate", t.Of.Name(), part.Key), hint)
	}
})

// staleText warns of each part whose original says something else since, of what
// nobody can know that of, and of what is not translated at all.
var staleText = translation(func(p *portfolio.Portfolio, t *portfolio.Translation, report func(charter.Mark, string, string) *diag.Diagnostic) {
	now := map[string]charter.Part{}
	for _, part := range t.Of.Parts() {
		now[part.Sum] = part
	}
	refresh := "charterhouse translated " + t.File.File
	var unrecorded []string
	for _, part := range t.Parts() {
		name := partName(part)
		switch t.State(part) {
		case portfolio.Unrecorded:
			unrecorded = append(unrecorded, name)
		case portfolio.Stale:
			original, there := now[part.Sum]
			if !there {
				report(part.Mark, fmt.Sprintf("the original has no part any more that %s translates", name), "remove it here, or move it to the part that it belongs to")
				continue
			}
			d := report(part.Mark, fmt.Sprintf("the original says something else since %s was translated", name), "translate the change, then run: "+refresh+" "+part.Key)
			d.Related = []diag.At[string]{{Value: "the original", Pos: t.Of.Pos(original.Mark)}}
		}
	}
	if len(unrecorded) > 0 {
		report(t.File.TranslationOf.Mark, "it is not recorded what the original said when this was translated: "+list(unrecorded), "compare the two texts, then run: "+refresh)
	}
	var lacking []string
	for _, part := range t.Lacking() {
		lacking = append(lacking, partName(part))
	}
	if len(lacking) > 0 {
		report(t.File.TranslationOf.Mark, "this is not translated, so the original's words are shown: "+list(lacking), "translate it in this file")
	}
})

// partName is how a finding calls a part: a section by its heading.
func partName(p charter.Part) string {
	switch {
	case p.Heading != "":
		return fmt.Sprintf("%q", p.Heading)
	case p.Key == "body":
		return "the text above the first heading"
	}
	return p.Key
}

// sameTexts reports whether all that is found of a translation is as it was.
func sameTexts(p, was *portfolio.Portfolio, t *portfolio.Translation) bool {
	sound := func(r portfolio.Resolution) bool { return r.Problem == portfolio.Sound }
	return p.SameText(was, t) && !strings.Contains(t.File.Summary.Value, "[") && !slices.ContainsFunc(p.Links(t.File), func(r portfolio.Resolution) bool { return !sound(r) })
}
