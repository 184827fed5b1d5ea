package portfolio

import (
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
)

// A Translation is a charter in the words of another file. It is no charter of
// its own: no list has it, and no sum counts it. It is immutable and safe for
// concurrent use.
type Translation struct {
	File *charter.Charter // what the file says
	Of   *charter.Charter // the original; nil where the file names none

	once  sync.Once
	shown *charter.Charter
	words []charter.Part
	pairs []int

	said       map[*charter.At[string]]Said
	dictionary map[string]string
	headed     map[string]PartState // by id of a heading; "" for what stands above the first
}

// know works out what follows from the two texts, when it is first asked for.
func (t *Translation) know() *Translation {
	t.once.Do(func() {
		t.shown, t.words, t.pairs = t.Of.In(t.File), t.Of.Words(t.File), t.Of.Pairs(t.File)
		states := map[string]PartState{}
		t.headed = map[string]PartState{}
		for _, p := range t.words {
			states[p.Key] = t.State(p)
			if p.Key == "body" || p.Heading != "" {
				t.headed[p.HeadingID] = states[p.Key]
			}
		}
		t.said, t.dictionary = map[*charter.At[string]]Said{}, map[string]string{}
		for text, at := range t.Of.Texts() {
			said := Said{Text: at.Value, Part: states[text.Part]}
			if own := t.File.Translation.Texts[text.Path].Value; own != "" && at.Value != "" {
				said.Text, said.Translated = own, true
				if _, taken := t.dictionary[at.Value]; !taken {
					t.dictionary[at.Value] = own
				}
			}
			t.said[at] = said
		}
	})
	return t
}

// Lang is the language that is translated into.
func (t *Translation) Lang() string { return t.File.Lang.Value }

// Shown is the original in the words of the translation: each fact is the
// original's, and each text that is not translated.
func (t *Translation) Shown() *charter.Charter { return t.know().shown }

// Parts are the parts that are translated, each with the digest of what the
// original says now, empty where the original has no such part any more.
func (t *Translation) Parts() []charter.Part { return t.know().words }

// Has reports whether a text is translated, by its path.
func (t *Translation) Has(path string) bool { return t.File.Translation.Texts[path].Value != "" }

// State says how a part of the translation stands to its original.
func (t *Translation) State(p charter.Part) PartState {
	switch recorded, ok := t.File.Translation.Recorded[p.Key]; {
	case ok && recorded.Value == p.Sum:
		return Fresh
	case ok, p.Sum == "" && strings.HasPrefix(p.Key, "body"):
		return Stale
	}
	return Unrecorded
}

// A PartState is how a part of a translation stands to its original.
type PartState uint8

// The states of a part.
const (
	Fresh      PartState = iota
	Stale                // the original says something else since
	Unrecorded           // nobody wrote down what was translated
)

// Lacking lists the parts of the original's text that nobody has translated:
// those of the body, and of the front matter but for reports.
func (t *Translation) Lacking() []charter.Part {
	t.know()
	var all []charter.Part
	body := 0
	for _, p := range t.Of.Parts() {
		switch {
		case strings.HasPrefix(p.Key, "body"):
			if !slices.Contains(t.pairs, body) {
				all = append(all, p)
			}
			body++
		case p.Key == "short_title", strings.HasPrefix(p.Key, "updates."):
		case !slices.ContainsFunc(t.words, func(w charter.Part) bool { return w.Key == p.Key }):
			all = append(all, p)
		}
	}
	return all
}

// Anchor returns the id of the heading that renders one of the original's, or ""
// where none does. Below a part, headings are counted.
func (t *Translation) Anchor(id string) string {
	to, _ := t.headings()
	return to[id]
}

// headings maps the ids of the original's headings to those of the translation,
// and back.
func (t *Translation) headings() (to, back map[string]string) {
	t.know()
	to, back = map[string]string{}, map[string]string{}
	mine, theirs := partsOf(t.File), partsOf(t.Of)
	for i, j := range t.pairs {
		if j < 0 {
			continue
		}
		for k := range min(len(mine[i]), len(theirs[j])) {
			to[theirs[j][k]], back[mine[i][k]] = mine[i][k], theirs[j][k]
		}
	}
	return to, back
}

// partsOf lists the ids of the headings in each part of a body.
func partsOf(c *charter.Charter) [][]string {
	var all [][]string
	if c.Body.Lead != (markdown.Sum{}) {
		all = append(all, nil)
	}
	for _, h := range c.Body.Outline {
		if h.Level <= 2 {
			all = append(all, nil)
		}
		if len(all) > 0 {
			all[len(all)-1] = append(all[len(all)-1], h.ID)
		}
	}
	return all
}

// Translations returns all files that translate a charter, in order of file.
func (p *Portfolio) Translations() []*Translation { return p.translations }

// TranslationsOf returns the translations of a charter, in order of file.
func (p *Portfolio) TranslationsOf(id ID) []*Translation { return p.translated[id] }

// Translation returns a charter's translation into lang, or nil.
func (p *Portfolio) Translation(id ID, lang string) *Translation {
	for _, t := range p.translated[id] {
		if t.Lang() == lang && t.Lang() != p.Lang(t.Of) {
			return t
		}
	}
	return nil
}

// translate enters the files that translate a charter. Of those before, it keeps
// what it knows where the two texts are the same.
func (p *Portfolio) translate(before map[string]*Translation) {
	p.translations, p.translated, p.rendered = nil, map[ID][]*Translation{}, map[string]*Translation{}
	for _, c := range p.files {
		if c.Translation == nil {
			continue
		}
		of := p.Find(c.TranslationOf.Value)
		t := before[c.File]
		if t == nil || t.File != c || t.Of != of {
			t = &Translation{File: c, Of: of}
		}
		p.translations = append(p.translations, t)
		p.rendered[c.File] = t
		if of != nil {
			p.translated[of.ID.Value] = append(p.translated[of.ID.Value], t)
		}
	}
}

// render answers the links of the translations that ask chooses.
func (p *Portfolio) render(ask func(*Translation) bool) {
	for _, t := range p.translations {
		if !ask(t) {
			continue
		}
		delete(p.spoken, t.File.File)
		if len(t.File.Body.Links) == 0 {
			continue
		}
		all := make([]Resolution, len(t.File.Body.Links))
		for i, l := range t.File.Body.Links {
			all[i] = p.Resolve(t.File, l)
		}
		p.spoken[t.File.File] = all
	}
}

// original is the charter that a file is about: what it translates, else itself;
// nil where it translates nothing.
func (p *Portfolio) original(c *charter.Charter) *charter.Charter {
	if c.Translation != nil {
		return p.Find(c.TranslationOf.Value)
	}
	return c
}

// A Said is one text of a charter as a translation has it.
type Said struct {
	Text       string
	Translated bool      // else Text is the original's
	Part       PartState // how the part that it belongs to stands; Fresh where nothing is translated
}

// Said returns what the translation has for a text of the original, which is
// named by its place in the original.
func (t *Translation) Said(at *charter.At[string]) Said {
	return t.know().said[at]
}

// Say returns what the translation has for a text of the original, named by its
// words, for lists that no longer know where they stood.
func (t *Translation) Say(text string) (string, bool) {
	said, ok := t.know().dictionary[text]
	return said, ok
}

// Heading says how the part of the body stands that begins with a heading.
func (t *Translation) Heading(id string) PartState { return t.know().headed[id] }
