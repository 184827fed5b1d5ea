package charter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/markdown"
	"charterhouse/internal/query"
)

// The chapters that are part of the agreed terms, as locale.Chapters counts.
const scopeIn, scopeOut = 1, 2

// betweenWords are the signs that people put between "Scope" and "out".
var betweenWords = strings.NewReplacer(":", " ", "–", " ", "—", " ", "-", " ", ",", " ", "(", " ", ")", " ")

// chapterNamed returns the number of the chapter with a heading, or -1. Case,
// numbering and the sign between "Scope" and "out" do not matter.
func chapterNamed(speech *locale.Set, heading string) int {
	h := strings.ToLower(strings.TrimLeft(heading, "0123456789.) "))
	if i := speech.Chapter(h); i >= 0 || !strings.ContainsFunc(h, func(c rune) bool { return !unicode.IsLetter(c) }) {
		return i
	}
	return speech.Chapter(strings.Join(strings.Fields(betweenWords.Replace(h)), " "))
}

func (p *parser) body(block facts.Block) {
	lang := p.c.Lang.Value
	if lang == "" {
		lang = p.opts.Lang
	}
	doc, found := markdown.Parse(block.Body, markdown.Origin{File: p.File, Line: block.BodyLine}, markdown.Options{In: p.opts.Speech.For(lang), Keep: p.isTerms})
	p.c.Body = doc
	for _, s := range doc.Sections {
		p.c.out = append(p.c.out, chapterNamed(p.opts.Speech, s.Heading.Text) == scopeOut)
	}
	p.c.chapters = make([]int8, len(doc.Outline))
	for i, h := range doc.Outline {
		p.c.chapters[i] = int8(chapterNamed(p.opts.Speech, h.Text) + 1)
	}
	p.Found = append(p.Found, found...)
	p.questions()
	if p.c.Translation == nil {
		p.judgeChapters(block)
	}
}

// isTerms chooses the sections whose text is part of the agreed terms.
func (p *parser) isTerms(heading string) bool {
	i := chapterNamed(p.opts.Speech, heading)
	return i == scopeIn || i == scopeOut
}

// questions reads what the body asks (Q001, Q005), and warns of questions in the
// terms (Q006): their answers change while the signatures stay.
func (p *parser) questions() {
	for _, asked := range p.c.Body.Queries {
		q, found := query.Of(p.File, asked)
		p.c.Questions = append(p.c.Questions, q)
		p.Found = append(p.Found, found...)
		if p.inTerms(asked.Section) {
			p.finding(q.At.Mark, "Q006", diag.Say("this question stands in a section that is part of the agreed terms, and its answer changes with other charters"), diag.Say("ask in another section, so that what is signed is what is read")).Width = q.At.Width
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
			if level = h.Level; p.isTerms(h.Text) {
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
	var there [len(locale.Chapters)]bool
	for _, i := range p.c.chapters {
		if i > 0 {
			there[i-1] = true
		}
	}
	var missing []string
	for i, name := range p.opts.Speech.Headings(cmp.Or(p.c.Lang.Value, p.opts.Lang)) {
		if !there[i] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return
	}
	at := Mark{}
	if len(block.Body) > 0 {
		at = Mark{Line: int32(block.BodyLine), Col: 1}
	}
	lacks := diag.Say("the body lacks %s (recommended sections)", diag.And(missing))
	if len(missing) == 1 {
		lacks = diag.Say("the body lacks %s (a recommended section)", missing[0])
	}
	p.finding(at, "B001", lacks, diag.Say("add a heading ## %s with a few sentences", missing[0]))
}
