package charter

import (
	"slices"
	"strings"

	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/query"
)

// A chapter is a recommended section of the body: its names in the languages
// that charters are written in, and what else people call it, in lower case.
type chapter struct {
	en, da, de string
	also       []string
}

// chapters are the recommended sections, in the order of the manual.
var chapters = [...]chapter{
	{"Background", "Baggrund", "Hintergrund", nil},
	{"Scope", "Omfang", "Umfang", []string{"in scope", "scope in"}},
	{"Out of scope", "Afgrænsning", "Abgrenzung", []string{"out", "scope out", "not in scope", "ude af omfang", "nicht enthalten"}},
	{"How we work together", "Samarbejdsform", "Zusammenarbeit", []string{"sådan arbejder vi sammen"}},
	{"Demarcation", "Ansvarsfordeling", "Verantwortung", []string{"verantwortlichkeiten"}},
	{"Benefits", "Gevinster", "Nutzen", nil},
	{"Exit", "Afslutning", "Abschluss", nil},
	{"Decisions", "Beslutninger", "Entscheidungen", nil},
}

// in returns the chapter's name in a language, in English for want of it.
func (c *chapter) in(lang string) string {
	switch base, _, _ := strings.Cut(lang, "-"); base {
	case "da":
		return c.da
	case "de":
		return c.de
	}
	return c.en
}

// The chapters that are part of the agreed terms.
const scopeIn, scopeOut = 1, 2

// chapterOf maps each name of a chapter to its number.
var chapterOf = func() map[string]int {
	m := map[string]int{}
	for i, c := range chapters {
		for _, name := range append([]string{c.en, c.da, c.de}, c.also...) {
			m[strings.ToLower(name)] = i
		}
	}
	return m
}()

// betweenWords are the signs that people put between "Scope" and "out".
var betweenWords = strings.NewReplacer(":", " ", "–", " ", "—", " ", "-", " ", ",", " ", "(", " ", ")", " ")

// chapterNamed returns the number of the chapter with a heading, or -1. Case,
// numbering and the sign between "Scope" and "out" do not matter.
func chapterNamed(heading string) int {
	h := strings.ToLower(strings.TrimLeft(heading, "0123456789.) "))
	if i, ok := chapterOf[h]; ok {
		return i
	}
	if i, ok := chapterOf[strings.Join(strings.Fields(betweenWords.Replace(h)), " ")]; ok {
		return i
	}
	return -1
}

// keepTerms chooses the sections whose text is part of the agreed terms.
func keepTerms(heading string) bool {
	i := chapterNamed(heading)
	return i == scopeIn || i == scopeOut
}

func (p *parser) body(block facts.Block, opts Options) {
	lang := p.c.Lang.Value
	if lang == "" {
		lang = opts.Lang
	}
	doc, found := markdown.Parse(block.Body, markdown.Origin{File: p.File, Line: block.BodyLine}, markdown.Options{Lang: lang, Keep: keepTerms})
	p.c.Body = doc
	p.Found = append(p.Found, found...)
	p.questions()
	p.judgeChapters(block)
}

// questions reads what the body asks (Q001, Q005), and warns of questions in the
// terms (Q006): their answers change while the signatures stay.
func (p *parser) questions() {
	for _, asked := range p.c.Body.Queries {
		q, found := query.Of(p.File, asked)
		p.c.Questions = append(p.c.Questions, q)
		p.Found = append(p.Found, found...)
		if p.inTerms(asked.Section) {
			p.finding(q.At.Mark, "Q006", "this question stands in a section that is part of the agreed terms, and its answer changes with other charters", "ask in another section, so that what is signed is what is read").Width = q.At.Width
		}
	}
}

// inTerms reports whether the section with a heading's id is part of the terms,
// by its own heading or by one above it.
func (p *parser) inTerms(id string) bool {
	at := slices.IndexFunc(p.c.Body.Outline, func(h markdown.Heading) bool { return h.ID == id })
	level := 7
	for ; at >= 0; at-- {
		if h := p.c.Body.Outline[at]; h.Level < level {
			if level = h.Level; keepTerms(h.Text) {
				return true
			}
		}
	}
	return false
}

// judgeChapters names the recommended sections that are missing (B001). A
// proposal may still be facts only.
func (p *parser) judgeChapters(block facts.Block) {
	if len(p.c.Body.Outline) == 0 && p.c.Status.Value.Draft() {
		return
	}
	var there [len(chapters)]bool
	for _, h := range p.c.Body.Outline {
		if i := chapterNamed(h.Text); i >= 0 {
			there[i] = true
		}
	}
	var missing []string
	for i := range chapters {
		if !there[i] {
			missing = append(missing, chapters[i].in(p.c.Lang.Value))
		}
	}
	if len(missing) == 0 {
		return
	}
	at := Mark{}
	if len(block.Body) > 0 {
		at = Mark{Line: int32(block.BodyLine), Col: 1}
	}
	p.finding(at, "B001", "the body lacks "+join(missing, "(a recommended section)", "(recommended sections)"), "add a heading ## "+missing[0]+" with a few sentences")
}
