package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// This file says what the pages that there are thousands of are made from, so
// that a build can carry them over from the last site when none of that changed.
//
// A page is a function of its address and the portfolio; of the portfolio it
// looks at what all pages share (see Options.Ground), at its own charter, and at
// others that a relation, a link, a person, an area or a likeness leads to. Its
// inputs are a digest of the whole text of each of those, which is more than it
// shows of them, and of what leads to them. A page that sums up or lists looks at
// what all charters state, but at no prose, unless it quotes some that leads to it;
// see [charter.Charter.Stated]. The files
// of the search index that hold words, the whole portfolio as data, the board pack
// and pages that answer an author's question have no inputs and are always made. A test in package
// desk edits a portfolio some hundred times as people do and holds that a page whose
// inputs are the same is the same, byte for byte.

// A ground is what is known for the inputs of all pages.
type ground struct {
	texts     map[*charter.Charter][]byte
	people    sync.Map // ID -> digest of the charters that involve them
	conflicts map[*charter.Charter][]*charter.Charter
	stated    [32]byte // of what all charters state, and of what was found
}

// Inputs is a digest of everything that the page at an address is made from:
// under another one of the same inputs the page is the same. It is empty for a
// page that is made anew each time.
func (s *Site) Inputs(address string) string {
	if s.options.Ground == "" {
		return ""
	}
	h := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(h)
	h.Reset()
	feedNames(h, []string{s.options.Ground, address})
	if !s.feed(h, address) {
		return ""
	}
	sum := sha256.Sum256(h.Bytes())
	return hex.EncodeToString(sum[:16])
}

// feed writes to h what the page at an address is made from, and reports whether
// that is known.
func (s *Site) feed(h *bytes.Buffer, address string) bool {
	if number, ok := strings.CutPrefix(address, "search/x-"); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(number, ".js"))
		if err == nil {
			s.search.FeedTexts(h, i, func(c *charter.Charter) [32]byte { return [32]byte(s.ground().texts[c]) })
		}
		return err == nil
	}
	_, _, within := s.split(address)
	if _, ok := s.files[address]; ok || within == "board-pack.html" {
		return false
	}
	kind, name, _ := strings.Cut(within, "/")
	id, isPage := strings.CutSuffix(name, ".html")
	switch kind {
	case "search", "questions", "quarters":
		return false
	case "charters":
		c := s.p.Charter(ID(id))
		return isPage && c != nil && s.feedCharter(h, c)
	case "sheets":
		c := s.p.Charter(ID(id))
		if !isPage || c == nil || !s.alone(c) {
			return false
		}
		s.feedText(h, c)
		return true
	case "people":
		x := s.p.Person(ID(id))
		if !isPage || x == nil || id == "index" {
			break
		}
		s.feedPerson(h, x.ID)
		s.feedLinks(h, portfolio.Target{Kind: portfolio.ToPerson, ID: x.ID})
		return true
	case "departments":
		s.feedLinks(h, portfolio.Target{Kind: portfolio.ToDepartment, ID: ID(id)})
	case "areas":
		s.feedLinks(h, portfolio.Target{Kind: portfolio.ToArea, ID: ID(id)})
	}
	h.Write(s.ground().stated[:])
	return true
}

// feedCharter writes what the page of a charter is made from.
func (s *Site) feedCharter(h *bytes.Buffer, c *charter.Charter) bool {
	if !s.alone(c) {
		return false
	}
	p, id := s.p, c.ID.Value
	s.feedText(h, c)
	for _, r := range p.Links(c) {
		h.WriteByte(byte(r.Target.Kind))
		feedNames(h, []ID{r.Target.ID, ID(r.Target.Anchor)})
		h.WriteByte(byte(r.Problem))
		if r.Target.Kind == portfolio.ToCharter {
			s.feedText(h, p.Charter(r.Target.ID))
		}
	}
	s.feedLinks(h, portfolio.Target{Kind: portfolio.ToCharter, ID: id})
	for r := portfolio.PartOf; r <= portfolio.Related; r++ {
		h.WriteByte(byte(r))
		for _, x := range p.Related(id, r) {
			s.feedText(h, x)
		}
	}
	for _, m := range c.Team {
		s.feedPerson(h, m.Person.Value)
	}
	for _, x := range s.ground().conflicts[c] {
		s.feedText(h, x)
	}
	for _, l := range s.resembling(c) {
		feedNames(h, l.Areas)
		feedNames(h, l.People)
		feedNames(h, l.Objectives)
		feedNames(h, l.Words)
		s.feedText(h, l.Charter)
	}
	return true
}

// alone reports whether a charter's own words lead nowhere that cannot be told
// from its links: it asks the portfolio nothing, names nobody in a line of its
// facts, and nobody translates it.
func (s *Site) alone(c *charter.Charter) bool {
	leads := func(text string) bool { return strings.Contains(text, "[") }
	return len(c.Body.Queries) == 0 && len(s.p.TranslationsOf(c.ID.Value)) == 0 && !leads(c.Summary.Value) && !leads(c.Closure.Lessons.Value) &&
		!slices.ContainsFunc(s.p.Updates(c), func(u charter.Update) bool { return leads(u.Text.Value) })
}

// feedText writes the digest of all that is written about a charter.
func (s *Site) feedText(h *bytes.Buffer, c *charter.Charter) {
	h.Write(s.ground().texts[c])
}

// feedNames writes names so that no other list of names reads the same.
func feedNames[T ~string](h *bytes.Buffer, names []T) {
	for _, n := range names {
		h.WriteString(string(n))
		h.WriteByte(0)
	}
	h.WriteByte(1)
}

// feedPerson writes a digest of all that is written about the charters that involve
// somebody, which the pages of many charters ask for.
func (s *Site) feedPerson(h *bytes.Buffer, id ID) {
	g := s.ground()
	sum, known := g.people.Load(id)
	if !known {
		own := sha256.New()
		for _, c := range s.p.Involving(id) {
			own.Write(g.texts[c])
		}
		sum, _ = g.people.LoadOrStore(id, own.Sum(nil))
	}
	h.Write(sum.([]byte))
}

// feedLinks writes where prose names a target.
func (s *Site) feedLinks(h *bytes.Buffer, t portfolio.Target) {
	for _, b := range s.p.LinkedBy(t) {
		s.feedText(h, b.From)
		h.WriteString(b.Sentence())
	}
	h.Write([]byte{0})
}

// ground works out what the inputs of all pages need, once a site.
func (s *Site) ground() *ground {
	return remember(s, "ground", func() *ground {
		g := &ground{texts: map[*charter.Charter][]byte{}, conflicts: map[*charter.Charter][]*charter.Charter{}}
		for _, c := range s.p.Charters() {
			g.texts[c] = s.text(c)
		}
		h := new(bytes.Buffer)
		for _, c := range s.p.Charters() {
			s.feedStated(h, c)
		}
		for _, d := range s.found {
			fmt.Fprintf(h, "%d %s %s %q %q\x00", d.Severity, d.Code, d.Pos, d.Message, d.Hint)
		}
		g.stated = sha256.Sum256(h.Bytes())
		for _, x := range s.p.Conflicts() {
			g.conflicts[x.One.Charter] = append(g.conflicts[x.One.Charter], x.Other.Charter)
			g.conflicts[x.Other.Charter] = append(g.conflicts[x.Other.Charter], x.One.Charter)
		}
		return g
	})
}

// feedStated writes what a charter states, with its translations, the files beside
// it and what it promised.
func (s *Site) feedStated(h *bytes.Buffer, c *charter.Charter) {
	h.Write(c.Stands[:])
	for _, t := range s.p.TranslationsOf(c.ID.Value) {
		fmt.Fprintf(h, "\x00%s\x00%x", t.File.File, t.File.Sum)
	}
	s.feedBeside(h, c)
	if book := s.p.Past(); book.Unknown != history.NoReader {
		promise, ok := book.Promise(c)
		fmt.Fprintf(h, "\x00%+v %t %s", promise, ok, book.Unsure(c))
	}
}

// feedBeside writes the files of a charter's own beside it.
func (s *Site) feedBeside(h *bytes.Buffer, c *charter.Charter) {
	for _, a := range s.p.Approvals(c) {
		fmt.Fprintf(h, "\x00%+v", a)
	}
	for _, u := range s.p.Updates(c) {
		fmt.Fprintf(h, "\x00%+v", u)
	}
}

// text is a digest of all that is written about a charter, and of its past: its
// file, its translations with what their links mean, and the files beside it.
func (s *Site) text(c *charter.Charter) []byte {
	h := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(h)
	h.Reset()
	fmt.Fprintf(h, "%s\x00%s\x00%x", c.ID.Value, c.File, c.Sum)
	for _, t := range s.p.TranslationsOf(c.ID.Value) {
		fmt.Fprintf(h, "\x00%s\x00%x", t.File.File, t.File.Sum)
		for _, r := range s.p.Links(t.File) {
			fmt.Fprintf(h, "\x00%d %s %s", r.Target.Kind, r.Target.ID, r.Target.Anchor)
		}
	}
	s.feedBeside(h, c)
	s.p.Past().Feed(h, c)
	sum := sha256.Sum256(h.Bytes())
	return sum[:]
}

// resembling lists the charters that resemble c, as many as its page shows.
func (s *Site) resembling(c *charter.Charter) []rollup.Likeness {
	most := similarQuietly
	if c.Status.Value.Draft() {
		most = similarAsked
	}
	find := func() []rollup.Likeness {
		return remember(s, "resembling", func() rollup.Resemblance { return rollup.Resembling(s.p) }).To(c, most)
	}
	if len(s.languages()) == 1 && s.options.Ground == "" {
		return find()
	}
	if len(s.languages()) == 1 { // the page asks once after its inputs, and nobody later
		if known, asked := s.likes.LoadAndDelete(c); asked {
			return known.(func() []rollup.Likeness)()
		}
	}
	known, _ := s.likes.LoadOrStore(c, sync.OnceValue(find)) // the page of another tree asks again, and whoever wants its inputs
	return known.(func() []rollup.Likeness)()
}
