package site

import (
	"bytes"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// Translation is what readers of lang are shown instead of a charter's own
// words, or nil. What was signed must have a page of its own, so nobody is shown
// a translation unless the original's language has a tree.
func (s *Site) Translation(id ID, lang string) *portfolio.Translation {
	t := s.p.Translation(id, lang)
	if t == nil || !slices.Contains(s.languages(), s.p.Lang(t.Of)) {
		return nil
	}
	return t
}

// reader is the language of the tree that the page stands in.
func (v *voice) reader() string {
	if v.tree == "" {
		return v.site.languages()[0]
	}
	return strings.TrimSuffix(v.tree, "/")
}

// name is a charter's title as this voice says it, and its language where that
// is another.
func (v *voice) name(c *charter.Charter) (text, lang string) {
	if t := v.site.Translation(c.ID.Value, v.lang); t != nil && t.Said(&c.Title).Translated {
		return t.Said(&c.Title).Text, ""
	}
	return c.Name(), v.otherLang(c)
}

// sortName is what a charter is sorted by.
func (v *voice) sortName(c *charter.Charter) string {
	name, _ := v.name(c)
	return name
}

// word is a text of a charter as lists show it, and its language where that is
// another.
func (v *voice) word(c *charter.Charter, text string) (said, lang string) {
	if t := v.site.Translation(c.ID.Value, v.lang); t != nil {
		if own, ok := t.Say(text); ok {
			return own, ""
		}
	}
	return text, v.otherLang(c)
}

// foreign is an author's text, marked with its language where that is another.
func foreign(text, lang string) theme.Fragment {
	if lang == "" || text == "" {
		return theme.Escape(text)
	}
	return new(theme.Builder).Raw(`<span lang="`).Text(lang).Raw(`">`).Text(text).Raw(`</span>`).Fragment()
}

// text is a text of a charter's page in the words of t, where it has some.
func (v *voice) text(t *portfolio.Translation, at *charter.At[string]) string {
	if t == nil {
		return at.Value
	}
	return t.Said(at).Text
}

// spoken is text, marked with its language where nobody has translated it.
func (v *voice) spoken(t *portfolio.Translation, at *charter.At[string]) theme.Fragment {
	if t == nil || t.Said(at).Translated {
		return theme.Escape(v.text(t, at))
	}
	return foreign(at.Value, v.site.p.Lang(t.Of))
}

// marked is spoken, followed by a word where the original says something else since.
func (v *voice) marked(t *portfolio.Translation, at *charter.At[string]) theme.Fragment {
	if t == nil {
		return theme.Escape(at.Value)
	}
	return v.spoken(t, at) + v.change(t.Said(at).Part)
}

// change is the word beside a part that is older than its original.
func (v *voice) change(s portfolio.PartState) theme.Fragment {
	if s != portfolio.Stale {
		return ""
	}
	return new(theme.Builder).Raw(` <span class="sub was">`).Text(v.words.T("translation.stale")).Raw(`</span>`).Fragment()
}

// line is a one-liner in the words of t, with its links.
func (v *voice) line(c *charter.Charter, t *portfolio.Translation, at *charter.At[string]) theme.Fragment {
	switch {
	case t == nil:
		return v.inline(c, at.Value)
	case t.Said(at).Translated:
		return v.inline(t.File, t.Said(at).Text) + v.change(t.Said(at).Part)
	}
	return v.inOriginal(c, v.inline(c, at.Value))
}

// inOriginal marks a fragment with the language of an original.
func (v *voice) inOriginal(c *charter.Charter, f theme.Fragment) theme.Fragment {
	if f == "" {
		return ""
	}
	return new(theme.Builder).Raw(`<span lang="`).Text(v.site.p.Lang(c)).Raw(`">`).Add(f).Raw(`</span>`).Fragment()
}

// saidIn and inlineSaid are for texts of reports, which may stand in files of
// their own and are known by their words.
func (v *voice) saidIn(c *charter.Charter, t *portfolio.Translation, text string) theme.Fragment {
	if t == nil || text == "" {
		return theme.Escape(text)
	}
	if own, ok := t.Say(text); ok {
		return theme.Escape(own)
	}
	return foreign(text, v.site.p.Lang(c))
}

func (v *voice) inlineSaid(c *charter.Charter, t *portfolio.Translation, text string) theme.Fragment {
	if t == nil {
		return v.inline(c, text)
	}
	if own, ok := t.Say(text); ok {
		return v.inline(t.File, own)
	}
	return v.inOriginal(c, v.inline(c, text))
}

// renderedProse is the body in the words of t, with a word below the heading of
// each part that is older than its original.
func (v *voice) renderedProse(c *charter.Charter, t *portfolio.Translation) theme.Fragment {
	if t.File.Body.Words == 0 {
		if c.Body.Words == 0 {
			return ""
		}
		return new(theme.Builder).Raw(`<div lang="`).Text(v.site.p.Lang(c)).Raw(`">`).Add(v.body(c)).Raw(`</div>`).Fragment()
	}
	prose := string(v.body(t.File))
	var b theme.Builder
	b.Add(v.changed(t.Heading("")))
	for _, h := range t.File.Body.Outline {
		if t.Heading(h.ID) != portfolio.Stale {
			continue
		}
		at := strings.Index(prose, ` id="`+h.ID+`"`)
		if at < 0 {
			continue
		}
		at += strings.IndexByte(prose[at:], '\n') + 1
		b.Prose(func(buf *bytes.Buffer) { buf.WriteString(prose[:at]) }).Add(v.changed(portfolio.Stale))
		prose = prose[at:]
	}
	return b.Prose(func(buf *bytes.Buffer) { buf.WriteString(prose) }).Fragment()
}

func (v *voice) changed(s portfolio.PartState) theme.Fragment {
	if s != portfolio.Stale {
		return ""
	}
	return new(theme.Builder).Raw(`<p class="was">`).Text(v.words.T("translation.stale")).Raw(`</p>`).Fragment()
}

// anchor is the id of a heading on the page that the readers of this tree see.
func (v *voice) anchor(t portfolio.Target) string {
	if t.Kind != portfolio.ToCharter || t.Anchor == "" {
		return t.Anchor
	}
	if shown := v.site.Translation(t.ID, v.reader()); shown != nil {
		if id := shown.Anchor(t.Anchor); id != "" {
			return id
		}
	}
	return t.Anchor
}

// sentence is where a translation names a target, or "".
func (v *voice) sentence(from *charter.Charter, to portfolio.Target) string {
	t := v.site.Translation(from.ID.Value, v.lang)
	if t == nil {
		return ""
	}
	for i, r := range v.site.p.Links(t.File) {
		if r.Target.Kind == to.Kind && r.Target.ID == to.ID {
			name, _ := v.nameOf(to)
			return t.File.Body.Links[i].SentenceWith(name)
		}
	}
	return ""
}

// A translationNote says that another text was signed, and where it stands.
type translationNote struct {
	Note     string
	Original theme.Fragment // the way to the text that was signed
	Stale    string
	Lacking  theme.Fragment // parts that nobody has translated
	File     string
}

func (v *voice) rendered(c *charter.Charter, t *portfolio.Translation) *translationNote {
	if t == nil {
		return nil
	}
	s, lang := v.site, v.site.p.Lang(c)
	signed := v.root + s.tree(slices.Index(s.languages(), lang), lang) + "charters/" + string(c.ID.Value) + ".html"
	n := &translationNote{File: t.File.File, Note: v.words.F("translation.note", "Language", v.languageName(lang))}
	n.Original = link(signed, lang, v.words.T("translation.read"))
	stale, unknown := 0, 0
	for _, p := range t.Parts() {
		switch t.State(p) {
		case portfolio.Stale:
			stale++
		case portfolio.Unrecorded:
			unknown++
		}
	}
	if stale > 0 {
		n.Stale = v.words.N("translation.parts", stale)
	} else if unknown > 0 && v.site.p.Veil() == nil { // digests of what was translated are for the house
		n.Stale = v.words.T("translation.unrecorded")
	}
	var lacking []theme.Fragment
	for _, p := range t.Lacking() {
		if p.Heading != "" {
			var b theme.Builder
			b.Raw(`<a href="`).Text(signed + "#" + p.HeadingID).Raw(`" lang="`).Text(lang).Raw(`" hreflang="`).Text(lang).Raw(`">`).Text(p.Heading).Raw(`</a>`)
			lacking = append(lacking, b.Fragment())
		}
	}
	if len(lacking) > 0 && t.File.Body.Words > 0 {
		n.Lacking = v.words.HTML("translation.lacking", "Parts", theme.Join(lacking, ", "))
	}
	return n
}

func link(href, lang, text string) theme.Fragment {
	return new(theme.Builder).Raw(`<a href="`).Text(href).Raw(`" hreflang="`).Text(lang).Raw(`">`).Text(text).Raw(`</a>`).Fragment()
}

// languageName is what this voice calls a language, else what the language calls
// itself.
func (v *voice) languageName(lang string) string {
	if name := v.words.T("language." + lang); name != "language."+lang {
		return name
	}
	return v.site.theme.Words(lang).T("language.name")
}
