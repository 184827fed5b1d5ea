package charter

import (
	"strings"

	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/markdown"
)

// The chapters that are part of the agreed terms, as locale.Chapters counts.
const scopeIn, scopeOut = 1, 2

// betweenWords are the signs that people put between "Scope" and "out".
var betweenWords = strings.NewReplacer(":", " ", "–", " ", "—", " ", "-", " ", ",", " ", "(", " ", ")", " ")

// chapterNamed returns the number of the chapter with a heading, or -1. Case,
// numbering and the sign between "Scope" and "out" do not matter.
func chapterNamed(speech *locale.Set, heading string) int {
	h := strings.ToLower(strings.TrimLeft(heading, "0123456789.) "))
	if i := speech.Chapter(h); i >= 0 {
		return i
	}
	return speech.Chapter(strings.Join(strings.Fields(betweenWords.Replace(h)), " "))
}

func (p *parser) body(block facts.Block) {
	lang := p.c.Lang.Value
	if lang == "" {
		lang = p.opts.Lang
	}
	keep := func(heading string) bool { // the sections whose text is part of the agreed terms
		i := chapterNamed(p.opts.Speech, heading)
		return i == scopeIn || i == scopeOut
	}
	doc, found := markdown.Parse(block.Body, markdown.Origin{File: p.File, Line: block.BodyLine}, markdown.Options{In: p.opts.Speech.For(lang), Keep: keep})
	p.c.Body = doc
	for _, s := range doc.Sections {
		p.c.out = append(p.c.out, chapterNamed(p.opts.Speech, s.Heading.Text) == scopeOut)
	}
	p.c.chapters = make([]int8, len(doc.Outline))
	for i, h := range doc.Outline {
		p.c.chapters[i] = int8(chapterNamed(p.opts.Speech, h.Text) + 1)
	}
	p.Found = append(p.Found, found...)
	if p.c.Translation == nil {
		p.judgeChapters(block)
	}
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
	for i, name := range p.opts.Speech.Headings(p.c.Lang.Value) {
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
	p.finding(at, "B001", "the body lacks "+join(missing, "(a recommended section)", "(recommended sections)"), "add a heading ## "+missing[0]+" with a few sentences")
}
