// Package rename gives a charter, a person, a department, an area or an
// objective another id, wherever it is named.
//
// An id is what everything else holds on to: file names, front matter, registers,
// approvals, links in prose, questions, rules, translations. [Make] looks at them
// all and returns a [Plan]: the edits of each file and what moves. It writes
// nothing. The old id stays as an alias, so that addresses and links from outside
// lead on. Each edit replaces the id alone; no other byte changes.
//
// A signature is for terms in which ids stand. A plan therefore says which
// signatures it takes away, so that people can decide before anything is written.
package rename

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// ID names a charter or a record of a register.
type ID = portfolio.ID

// A Kind is what an id names.
type Kind uint8

// The kinds of things that have an id.
const (
	Charter Kind = iota
	Person
	Department
	Area
	Objective
)

// kinds lists all kinds.
var kinds = []Kind{Charter, Person, Department, Area, Objective}

var kindWords = [...]string{"charter", "person", "department", "area", "objective"}

// String returns the word for a kind.
func (k Kind) String() string { return kindWords[k] }

// ParseKind reads the word for a kind.
func ParseKind(word string) (Kind, bool) {
	i := slices.Index(kindWords[:], word)
	return Kind(max(i, 0)), i >= 0
}

// prefixes stand before an id in a wiki link.
var prefixes = [...]string{"", "person:", "dept:", "area:", "objective:"}

// KindsOf lists the kinds of things that are called id.
func KindsOf(p *portfolio.Portfolio, id ID) []Kind {
	var all []Kind
	for _, k := range kinds {
		if exists(p, k, id) {
			all = append(all, k)
		}
	}
	return all
}

func exists(p *portfolio.Portfolio, k Kind, id ID) bool {
	switch k {
	case Charter:
		return p.Charter(id) != nil
	case Person:
		return p.Person(id) != nil
	case Department:
		return p.Department(id) != nil
	case Area:
		return p.Area(id) != nil
	}
	return p.Objective(id) != nil
}

// A Plan is everything that a renaming changes. Files are named as they are
// before; edits come first, then the moves in their order.
type Plan struct {
	Kind     Kind
	Old, New ID

	Changes []Change // by file
	Moves   []Move
	Lapsed  []Lapse  // by charter
	Spared  []Lapse  // charters that keep the former id, and with it their signatures
	Unread  []string // files that cannot be read and may name the old id
}

// A Change is the edits of one file, in order.
type Change struct {
	File  string
	Text  []byte
	Edits []amend.Edit
}

// After is the text with its edits.
func (c Change) After() []byte { return amend.Apply(c.Text, c.Edits) }

// A Move is a file or a folder with all that stands in it.
type Move struct{ From, To string }

// A Lapse is a charter of whose terms the id is a part, and the departments
// whose signature is valid now and will not be.
type Lapse struct {
	Charter     *charter.Charter
	Departments []ID
}

// To is what a file is called afterwards.
func (p *Plan) To(file string) string {
	for _, m := range p.Moves {
		if file == m.From {
			file = m.To
		} else if rest, ok := strings.CutPrefix(file, m.From+"/"); ok {
			file = m.To + "/" + rest
		}
	}
	return file
}

// Make plans to call something by another id. tree is what the portfolio was
// read from. The error says, in words for a person, why it cannot be.
func Make(p *portfolio.Portfolio, tree *source.Tree, kind Kind, old, now ID) (*Plan, error) {
	return plan(&maker{Plan: &Plan{Kind: kind, Old: old, New: now}, p: p, tree: tree})
}

// Sparing plans as Make does, but lets other charters whose signatures would
// lapse go on naming the one that is renamed by its former id, which leads on.
func Sparing(p *portfolio.Portfolio, tree *source.Tree, old, now ID) (*Plan, error) {
	return plan(&maker{Plan: &Plan{Kind: Charter, Old: old, New: now}, p: p, tree: tree, spare: true})
}

func plan(m *maker) (*Plan, error) {
	if err := free(m.p, m.Kind, m.Old, m.New); err != nil {
		return nil, err
	}
	if err := m.move(); err != nil {
		return nil, err
	}
	if m.stays {
		if len(m.Moves) > 1 || len(m.Moves) == 1 && m.Moves[0].From != m.p.Charter(m.Old).File {
			return nil, fmt.Errorf("files are named after %s and would have to move: %s", m.Old, m.Moves[0].From)
		}
		m.Moves = nil
	}
	for _, e := range m.tree.Entries() {
		if e.Kind == source.Asset {
			continue
		}
		if err := m.file(e); err != nil {
			return nil, err
		}
	}
	return m.Plan, m.judge()
}

// InPlace is Make for who can change texts and move no file: a charter then says
// its id in its front matter. It cannot be where files of others are named after
// the id.
func InPlace(p *portfolio.Portfolio, tree *source.Tree, kind Kind, old, now ID) (*Plan, error) {
	return plan(&maker{Plan: &Plan{Kind: kind, Old: old, New: now}, p: p, tree: tree, stays: true})
}

// Places says where a thing is named, by file: an edit each, of the id alone. Its
// own record or front matter is among them where that writes the id.
func Places(p *portfolio.Portfolio, tree *source.Tree, kind Kind, id ID) []Change {
	m := &maker{Plan: &Plan{Kind: kind, Old: id, New: id + "-"}, p: p, tree: tree, looks: true} // an id that none is
	for _, e := range tree.Entries() {
		if e.Kind != source.Asset {
			_ = m.file(e) // a place that cannot be changed is still one file's own matter
		}
	}
	return m.Changes
}

// free refuses an id that is none, or taken.
func free(p *portfolio.Portfolio, kind Kind, old, now ID) error {
	switch {
	case !exists(p, kind, old):
		return fmt.Errorf("there is no %s %q", kind, old)
	case old == now:
		return fmt.Errorf("the %s is called %s already", kind, now)
	case !facts.ValidID(string(now)):
		return fmt.Errorf("%q is not an id: an id is made of a–z, 0–9 and single hyphens, at most %d characters", now, facts.MaxID)
	case exists(p, kind, now):
		return fmt.Errorf("there is a %s %q already; an id is never used twice", kind, now)
	}
	if by, taken := p.Former(target(kind), now); taken && by != old {
		return fmt.Errorf("%q is a former id of %s, and its links lead there; an id is never used twice", now, by)
	}
	return nil
}

func target(k Kind) portfolio.TargetKind {
	return [...]portfolio.TargetKind{portfolio.ToCharter, portfolio.ToPerson, portfolio.ToDepartment, portfolio.ToArea, portfolio.ToObjective}[k]
}

// A maker fills a plan.
type maker struct {
	*Plan
	p     *portfolio.Portfolio
	tree  *source.Tree
	spare bool
	looks bool // places are asked for, and nothing will be changed
	stays bool // no file moves
}

// move decides what moves, and refuses what would come to stand on another.
func (m *maker) move() error {
	here := map[string]bool{}
	for _, e := range m.tree.Entries() {
		for dir := e.Path; dir != "."; dir = path.Dir(dir) {
			here[strings.ToLower(dir)] = true
		}
	}
	add := func(from, to string) error {
		if !here[strings.ToLower(from)] || m.To(from) == to {
			return nil
		}
		if here[strings.ToLower(to)] {
			return fmt.Errorf("%s would come to stand at %s, where there is something already", from, to)
		}
		m.Moves = append(m.Moves, Move{from, to})
		return nil
	}
	old, now := string(m.Old), string(m.New)
	if m.Kind == Department {
		return add("approvals/"+old, "approvals/"+now)
	}
	if m.Kind != Charter {
		return nil
	}
	if err := add("charters/"+old, "charters/"+now); err != nil { // before what is in it
		return err
	}
	own := m.p.Charter(m.Old).File
	for _, e := range m.tree.Entries() {
		dir, name := path.Split(e.Path)
		stem, rest, _ := strings.Cut(name, ".")
		switch {
		case stem != old:
		case e.Kind == source.Charter && dir == "charters/" && (e.Path == own || m.translates(e.Path)),
			e.Kind == source.Approval:
			if err := add(e.Path, dir+now+"."+rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// translates reports whether a file translates the charter that is renamed.
func (m *maker) translates(file string) bool {
	return slices.ContainsFunc(m.p.TranslationsOf(m.Old), func(t *portfolio.Translation) bool { return t.File.File == file })
}

// file enters the edits of one file.
func (m *maker) file(e source.Entry) error {
	text, _, ok := m.tree.Read(e)
	if !ok {
		m.Unread = append(m.Unread, e.Path)
		return nil
	}
	if !strings.Contains(string(text), string(m.Old)) && !m.holds(e) {
		return nil
	}
	s := newSheet(m, e, text)
	s.read()
	if s.broken {
		m.Unread = append(m.Unread, e.Path)
	}
	if s.err != nil && !m.looks {
		return s.err
	}
	if edits := s.sorted(); len(edits) > 0 {
		m.Changes = append(m.Changes, Change{e.Path, text, edits})
	}
	return nil
}

// holds reports whether a file is the one that says what the id means.
func (m *maker) holds(e source.Entry) bool {
	return m.Kind == Charter && e.Path == m.p.Charter(m.Old).File
}

// judge reads every changed text again: it must be as sound as before. It finds
// the signatures that lapse and lets sound translations stay sound.
func (m *maker) judge() error {
	after := map[string]*charter.Charter{}
	for _, c := range m.Changes {
		if err := m.again(c, after); err != nil {
			return err
		}
	}
	if m.Kind == Charter {
		own := m.p.Charter(m.Old).File
		if next := after[own]; next == nil || next.ID.Value != m.New {
			return fmt.Errorf("the id of %s follows from its name, which is not the id; write id: %s into it first", own, m.Old)
		}
	}
	m.lapse(after)
	if m.spare {
		for _, l := range m.Lapsed {
			if err := m.sparing(l, after); err != nil {
				return err
			}
		}
		m.Changes = slices.DeleteFunc(m.Changes, func(c Change) bool { return len(c.Edits) == 0 })
		m.Lapsed = nil
		m.lapse(after)
	}
	return m.retranslate(after)
}

// again reads a changed charter.
func (m *maker) again(c Change, after map[string]*charter.Charter) error {
	if source.KindOf(c.File) != source.Charter {
		return nil
	}
	read := m.p.Config().Reading()
	_, found := charter.Parse(c.File, c.Text, read)
	next, wrong := charter.Parse(m.To(c.File), c.After(), read)
	if m.stays { // the name of the file is what stays behind
		wrong = slices.DeleteFunc(wrong, func(d diag.Diagnostic) bool { return d.Code == "C009" })
	}
	if d, ok := worse(found, wrong); ok {
		return fmt.Errorf("%s cannot be changed like this, since then %s (line %d)", c.File, d.Message, d.Pos.Line)
	}
	after[c.File] = next
	return nil
}

// sparing takes the new id out of the edits of a charter. Addresses of files that
// move stay among them; they are no terms.
func (m *maker) sparing(l Lapse, after map[string]*charter.Charter) error {
	if l.Charter.ID.Value == m.Old {
		return nil
	}
	m.Spared = append(m.Spared, l)
	delete(after, l.Charter.File)
	for i := range m.Changes {
		if c := &m.Changes[i]; c.File == l.Charter.File {
			c.Edits = slices.DeleteFunc(c.Edits, func(e amend.Edit) bool { return e.New == string(m.New) })
			if len(c.Edits) > 0 {
				return m.again(*c, after)
			}
		}
	}
	return nil
}

// worse returns a finding that was not there before.
func worse(before, after diag.List) (diag.Diagnostic, bool) {
	left := map[diag.Code]int{}
	for _, d := range before {
		left[d.Code]++
	}
	for _, d := range after {
		if left[d.Code]--; left[d.Code] < 0 {
			return d, true
		}
	}
	return diag.Diagnostic{}, false
}

func (m *maker) lapse(after map[string]*charter.Charter) {
	for _, c := range m.p.Charters() {
		next := after[c.File]
		if next == nil || next.Terms == c.Terms {
			continue
		}
		l := Lapse{Charter: c}
		for _, s := range m.p.Signatures(c) {
			if s.State == portfolio.Valid {
				l.Departments = append(l.Departments, s.Department)
			}
		}
		if len(l.Departments) > 0 {
			m.Lapsed = append(m.Lapsed, l)
		}
	}
}

// retranslate writes the digests anew of parts that said what their original
// said: the original's words are what they were, but for an id.
func (m *maker) retranslate(after map[string]*charter.Charter) error {
	for _, t := range m.p.Translations() {
		if t.Of == nil || after[t.Of.File] == nil {
			continue
		}
		was, is := t.Of.Parts(), after[t.Of.File].Parts()
		if len(was) != len(is) {
			return fmt.Errorf("%s and its translation %s would no longer fit together", t.Of.File, t.File.File)
		}
		if err := m.record(t, was, is); err != nil {
			return err
		}
	}
	return nil
}

// record writes the digests of one translation. was and is are the parts of its
// original, before and after.
func (m *maker) record(t *portfolio.Translation, was, is []charter.Part) error {
	body := slices.IndexFunc(was, func(p charter.Part) bool { return strings.HasPrefix(p.Key, "body") })
	pairs := t.Of.Pairs(t.File)
	var s *sheet
	for _, part := range t.Parts() {
		i := slices.IndexFunc(was, func(p charter.Part) bool { return p.Key == part.Key })
		if strings.HasPrefix(part.Key, "body") {
			i, pairs = body+pairs[0], pairs[1:]
		}
		if t.State(part) != portfolio.Fresh || i < 0 || was[i].Sum != part.Sum || is[i].Sum == part.Sum {
			continue
		}
		if s == nil {
			if s = m.open(t.File.File); s == nil {
				return fmt.Errorf("%s cannot be read any more", t.File.File)
			}
		}
		recorded := t.File.Translation.Recorded[part.Key]
		at := s.offset(recorded.Mark)
		if !s.swapAt(at+max(0, strings.Index(string(s.text[at:]), recorded.Value)), recorded.Value, is[i].Sum) {
			return s.stuck(recorded.Mark)
		}
	}
	if s != nil {
		m.Changes = slices.DeleteFunc(m.Changes, func(c Change) bool { return c.File == t.File.File })
		m.Changes = append(m.Changes, Change{t.File.File, s.text, s.sorted()})
		slices.SortFunc(m.Changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	}
	return nil
}

// open opens a file that may have edits already.
func (m *maker) open(file string) *sheet {
	for _, e := range m.tree.Entries() {
		if e.Path != file {
			continue
		}
		text, _, ok := m.tree.Read(e)
		if !ok {
			return nil
		}
		s := newSheet(m, e, text)
		for _, c := range m.Changes {
			if c.File == file {
				s.edits = slices.Clone(c.Edits)
			}
		}
		return s
	}
	return nil
}
