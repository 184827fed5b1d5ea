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
	"charterhouse/internal/export"
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
// inputs are a digest of the whole text of its own charter and of what the others
// state, which is more than it shows of them, and of what leads to them. A page that
// sums up or lists looks at what all charters state, but at no prose, unless it
// quotes some that leads to it, and at what was spent only if it says how much that
// is; see [charter.Charter.Stated]. The files
// of the search index that hold words, a board pack that quotes charters
// and pages that answer an author's question have no inputs and are always made. A test in package
// desk edits a portfolio some hundred times as people do and holds that a page whose
// inputs are the same is the same, byte for byte.

// A ground is what is known for the inputs of all pages.
type ground struct {
	of        map[*charter.Charter]*digests
	people    sync.Map // ID -> digest of what the charters that involve them state
	conflicts map[*charter.Charter][]*charter.Charter
	stated    [32]byte // of what all charters state
	spent     [32]byte // of what was spent of all budgets
	found     [32]byte // of what was found
}

// The digests of a charter.
type digests struct {
	text  [32]byte // of all that is written about it, and of its past
	state [32]byte // of what it states, with its translations, the files beside it and what it promised
}

// Inputs is a digest of everything that the page at an address is made from:
// under another one of the same inputs the page is the same. It is empty for a
// page that is made anew each time.
func (s *Site) Inputs(address string) string {
	if s.options.Ground == "" {
		return ""
	}
	return s.inputs(address, func(h *bytes.Buffer) bool { return s.feed(h, address) })
}

// inputs is the digest of what feed writes, under a name; empty where feed reports
// that it is not known.
func (s *Site) inputs(name string, feed func(h *bytes.Buffer) bool) string {
	h := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(h)
	h.Reset()
	feedNames(h, []string{s.options.Ground, name})
	if !feed(h) {
		return ""
	}
	sum := sha256.Sum256(h.Bytes())
	return hex.EncodeToString(sum[:16])
}

// partInputs are digests of everything that the parts of portfolio.json are made
// from, in their order.
func (s *Site) partInputs() []string {
	return remember(s, "inputs of parts", func() []string {
		var all []string
		for part := range export.Parts(s.p, s.table) {
			first := len(all) == 1 // before its charters there is no comma
			all = append(all, s.inputs(fmt.Sprintf("portfolio.json %s %t", part.Rollup, first), func(h *bytes.Buffer) bool {
				s.feedPart(h, part)
				return true
			}))
		}
		return all
	})
}

// feedPart writes what a part of portfolio.json is made from.
func (s *Site) feedPart(h *bytes.Buffer, part export.Part) {
	g := s.ground()
	if r, ok := rollup.Named(part.Rollup); ok && r.Spends() {
		h.Write(g.spent[:])
	}
	if len(part.Charters) == 0 {
		h.Write(g.stated[:])
	}
	for _, c := range part.Charters {
		s.feedEntry(h, c)
	}
}

// feedEntry writes what the entry of a charter in portfolio.json is made from.
func (s *Site) feedEntry(h *bytes.Buffer, c *charter.Charter) {
	s.feedState(h, c)
	h.Write(c.Spends[:])
	feedNames(h, []string{c.Summary.Value})
	s.p.Past().Feed(h, c)
	for r := portfolio.PartOf; r <= portfolio.Related; r++ {
		h.WriteByte(byte(r))
		for _, x := range s.p.Related(c.ID.Value, r) {
			feedNames(h, []ID{x.ID.Value})
		}
	}
	s.feedLinks(h, portfolio.Target{Kind: portfolio.ToCharter, ID: c.ID.Value})
}

// feed writes to h what the page at an address is made from, and reports whether
// that is known.
func (s *Site) feed(h *bytes.Buffer, address string) bool {
	if number, ok := strings.CutPrefix(address, "search/x-"); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(number, ".js"))
		if err == nil {
			s.search.FeedTexts(h, i, func(c *charter.Charter) [32]byte { return s.ground().of[c].text })
		}
		return err == nil
	}
	if address == "portfolio.json" {
		feedNames(h, s.partInputs())
		return true
	}
	if _, ok := s.files[address]; ok { // those beside charters are part of the ground
		return address == "portfolio.schema.json" || strings.HasPrefix(address, "assets/") || strings.HasPrefix(address, attachmentAddress(""))
	}
	_, _, within := s.split(address)
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
	return s.feedAll(h, within)
}

// feedAll writes what a page is made from that sums up or lists all charters, and
// reports whether that is known.
func (s *Site) feedAll(h *bytes.Buffer, within string) bool {
	g := s.ground()
	h.Write(g.stated[:])
	switch {
	case within == "board-pack.html":
		h.Write(g.spent[:])
		return s.parted() // else it quotes them
	case within == "attention.html":
		h.Write(g.found[:])
	case s.spends(within):
		h.Write(g.spent[:])
	}
	return true
}

// spends reports whether a page that sums up or lists says what was spent.
func (s *Site) spends(within string) bool {
	name, ok := strings.CutPrefix(within, "rollup/")
	if !ok {
		return within == "portfolio.xlsx"
	}
	if name == "index.html" {
		return true
	}
	r, ok := rollup.Named(name[:strings.IndexAny(name+".", "./")])
	return !ok || r.Spends()
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
			s.feedState(h, p.Charter(r.Target.ID))
		}
	}
	s.feedLinks(h, portfolio.Target{Kind: portfolio.ToCharter, ID: id})
	for r := portfolio.PartOf; r <= portfolio.Related; r++ {
		h.WriteByte(byte(r))
		for _, x := range p.Related(id, r) {
			s.feedState(h, x)
		}
	}
	for _, m := range c.Team {
		s.feedPerson(h, m.Person.Value)
	}
	for _, x := range s.ground().conflicts[c] {
		s.feedState(h, x)
	}
	for _, l := range s.resembling(c) {
		feedNames(h, l.Areas)
		feedNames(h, l.People)
		feedNames(h, l.Objectives)
		feedNames(h, l.Words)
		s.feedState(h, l.Charter)
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
func (s *Site) feedText(h *bytes.Buffer, c *charter.Charter) { h.Write(s.ground().of[c].text[:]) }

// feedState writes the digest of what a charter states.
func (s *Site) feedState(h *bytes.Buffer, c *charter.Charter) {
	if d := s.ground().of[c]; d != nil {
		h.Write(d.state[:])
		return
	}
	h.Write(c.Sum[:]) // another one has its id
}

// feedNames writes names so that no other list of names reads the same.
func feedNames[T ~string](h *bytes.Buffer, names []T) {
	for _, n := range names {
		h.WriteString(string(n))
		h.WriteByte(0)
	}
	h.WriteByte(1)
}

// feedPerson writes a digest of what the charters that involve somebody state, which
// the pages of many charters ask for.
func (s *Site) feedPerson(h *bytes.Buffer, id ID) {
	g := s.ground()
	sum, known := g.people.Load(id)
	if !known {
		own := sha256.New()
		for _, c := range s.p.Involving(id) {
			own.Write(g.of[c].state[:])
		}
		sum, _ = g.people.LoadOrStore(id, own.Sum(nil))
	}
	h.Write(sum.([]byte))
}

// feedLinks writes where prose names a target.
func (s *Site) feedLinks(h *bytes.Buffer, t portfolio.Target) {
	for _, b := range s.p.LinkedBy(t) {
		s.feedState(h, b.From)
		h.WriteString(b.Sentence())
	}
	h.Write([]byte{0})
}

// ground works out what the inputs of all pages need, once a site.
func (s *Site) ground() *ground {
	return remember(s, "ground", func() *ground {
		g := &ground{of: make(map[*charter.Charter]*digests, len(s.p.Charters())), conflicts: map[*charter.Charter][]*charter.Charter{}}
		var own, all, spent bytes.Buffer
		for _, c := range s.p.Charters() {
			d := new(digests)
			g.of[c] = d
			own.Reset()
			s.feedAround(&own, c)
			around := own.Len()
			own.Write(c.Sum[:])
			s.p.Past().Feed(&own, c)
			d.text = sha256.Sum256(own.Bytes())
			own.Truncate(around)
			own.Write(c.Stands[:])
			s.feedPromise(&own, c)
			d.state = sha256.Sum256(own.Bytes())
			all.Write(d.state[:])
			spent.Write(c.Spends[:])
		}
		for _, x := range s.p.Conflicts() { // their pages say where they are written
			for _, claim := range [2]portfolio.Claim{x.One, x.Other} {
				all.WriteString(claimedAt(claim))
			}
		}
		g.stated, g.spent = sha256.Sum256(all.Bytes()), sha256.Sum256(spent.Bytes())
		all.Reset()
		for _, d := range s.found {
			fmt.Fprintf(&all, "%d %s %s %q %q\x00", d.Severity, d.Code, d.Pos, d.Message.Whole(), d.Hint.Whole())
		}
		g.found = sha256.Sum256(all.Bytes())
		for _, x := range s.p.Conflicts() {
			g.conflicts[x.One.Charter] = append(g.conflicts[x.One.Charter], x.Other.Charter)
			g.conflicts[x.Other.Charter] = append(g.conflicts[x.Other.Charter], x.One.Charter)
		}
		return g
	})
}

// feedAround writes which charter it is, its translations with what their links
// mean, and the files of its own beside it.
func (s *Site) feedAround(h *bytes.Buffer, c *charter.Charter) {
	feedNames(h, []string{string(c.ID.Value), c.File})
	for _, t := range s.p.TranslationsOf(c.ID.Value) {
		fmt.Fprintf(h, "\x00%s\x00%x", t.File.File, t.File.Sum)
		for _, r := range s.p.Links(t.File) {
			fmt.Fprintf(h, "\x00%d %s %s", r.Target.Kind, r.Target.ID, r.Target.Anchor)
		}
	}
	for _, a := range s.p.Approvals(c) {
		if a.File != c.File {
			fmt.Fprintf(h, "\x00%+v", a)
		}
	}
	for _, u := range s.p.Updates(c) {
		if u.File != c.File {
			fmt.Fprintf(h, "\x00%+v", u)
		}
	}
}

// feedPromise writes what a charter promised.
func (s *Site) feedPromise(h *bytes.Buffer, c *charter.Charter) {
	if book := s.p.Past(); book.Unknown != history.NoReader {
		promise, ok := book.Promise(c)
		fmt.Fprintf(h, "\x00%+v %t %s", promise, ok, book.Unsure(c))
	}
}

// resembling lists the charters that resemble c, as many as its page shows.
func (s *Site) resembling(c *charter.Charter) []rollup.Likeness {
	most := similarQuietly
	if c.Status.Value.Draft() {
		most = similarAsked
	}
	find := func() []rollup.Likeness {
		return remember(s, "resembling", func() rollup.Resemblance { return rollup.Resembling(s.p, s.keep("traits")) }).To(c, most)
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
