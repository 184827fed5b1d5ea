package rename

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"charterhouse/internal/amend"
	"charterhouse/internal/ask"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/query"
	"charterhouse/internal/source"
)

// A sheet is a file whose ids are changed.
type sheet struct {
	m      *maker
	entry  source.Entry
	text   []byte
	places facts.Places
	edits  []amend.Edit
	broken bool // its facts cannot be read
	err    error
}

func newSheet(m *maker, e source.Entry, text []byte) *sheet {
	return &sheet{m: m, entry: e, text: text, places: facts.NewPlaces(text, 1)}
}

// sorted returns the edits in order, each once.
func (s *sheet) sorted() []amend.Edit {
	slices.SortStableFunc(s.edits, func(a, b amend.Edit) int { return a.Start - b.Start })
	s.edits = slices.Compact(s.edits)
	return s.edits
}

// offset is where a mark stands.
func (s *sheet) offset(at facts.Mark) int { return s.places.Offset(at) }

// swap replaces the word that stands at a mark, in quotes or without.
func (s *sheet) swap(at facts.Mark, old, now string) bool {
	i := s.offset(at)
	if i < len(s.text) && (s.text[i] == '"' || s.text[i] == '\'') && !strings.HasPrefix(old, string(s.text[i])) {
		i++
	}
	return s.swapAt(i, old, now) || s.fail(at)
}

func (s *sheet) swapAt(i int, old, now string) bool {
	if i > len(s.text) || !bytes.HasPrefix(s.text[i:], []byte(old)) {
		return false
	}
	s.edits = append(s.edits, amend.Edit{Start: i, End: i + len(old), New: now})
	return true
}

// id replaces the old id where it stands.
func (s *sheet) id(at facts.Mark) bool { return s.swap(at, string(s.m.Old), string(s.m.New)) }

// fail notes a place where the id stands in a form that cannot be changed.
func (s *sheet) fail(at facts.Mark) bool {
	if s.err == nil {
		s.err = s.stuck(at)
	}
	return false
}

func (s *sheet) stuck(at facts.Mark) error {
	return fmt.Errorf("%s:%d:%d: the id is written in a way that cannot be changed alone; write it plainly first", s.entry.Path, at.Line, at.Col)
}

// read enters the edits of the whole file.
func (s *sheet) read() {
	data, format, line, lim := s.text, facts.YAML, 1, facts.ForRegister
	var block facts.Block
	switch s.entry.Kind {
	case source.Charter, source.Update, source.Question:
		block, _ = facts.Split(s.entry.Path, s.text)
		data, format, line, lim = block.Data, block.Format, block.Line, facts.ForCharter
	default:
		data = bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	root := &facts.Node{Kind: facts.Map}
	if format != "" {
		read, found := facts.Parse(format, s.entry.Path, data, line, lim)
		root, s.broken = read, len(found) > 0 && len(read.Fields)+len(read.Items) == 0
	}
	s.walk(s.m.of(s.entry), "", root)
	if s.entry.Kind == source.Charter {
		s.parts(root.Get("translated"))
	}
	if s.entry.Kind == source.Config {
		s.policies(root)
	}
	if format != "" {
		s.words(data)
		if !s.m.looks {
			s.keep(root, format)
		}
	}
	if q := root.Get("query"); q != nil && s.entry.Kind == source.Question {
		s.question(query.Read(facts.NewReader(s.entry.Path, s.text), q))
	}
	if len(block.Body) > 0 {
		s.prose(block)
	}
}

// words changes wiki links, and links to files that move, in texts of the facts.
func (s *sheet) words(data []byte) {
	at := bytes.Index(s.text, data)
	for _, m := range wikiLink.FindAllSubmatchIndex(data, -1) {
		if string(data[m[2]:m[3]]) == prefixes[s.m.Kind]+string(s.m.Old) {
			s.swapAt(at+m[3]-len(s.m.Old), string(s.m.Old), string(s.m.New))
		}
	}
	if len(s.m.Moves) > 0 {
		s.addresses(at, at+len(data))
	}
}

// wikiLink is a link as it stands in a text of one line.
var wikiLink = regexp.MustCompile(`\[\[ *([a-z]*:?[a-z0-9-]+) *(?:[#|][^\[\]]*)?\]\]`)

// prose changes links and questions below the facts.
func (s *sheet) prose(block facts.Block) {
	doc, _ := markdown.Parse(block.Body, markdown.Origin{File: s.entry.Path, Line: block.BodyLine}, markdown.Options{})
	for _, l := range doc.Links {
		if l.Kind == markdown.Wiki {
			s.wiki(l)
		}
	}
	if len(s.m.Moves) > 0 {
		s.addresses(len(s.text)-len(block.Body), len(s.text))
	}
	for _, asked := range doc.Queries {
		q, _ := query.Of(s.entry.Path, asked)
		s.question(q)
	}
}

// question changes what a question names. One that cannot be read may name the
// old id, too.
func (s *sheet) question(q *query.Question) {
	s.broken = s.broken || !q.Sound && strings.Contains(q.Text, string(s.m.Old))
	s.mentions(ask.Mentions(s.m.p, q))
}

// wiki changes the target of a wiki link.
func (s *sheet) wiki(l markdown.Link) {
	kind, id, ok := strings.Cut(l.Target, ":")
	if kind += ":"; !ok {
		kind, id = "", l.Target
	}
	if kind != prefixes[s.m.Kind] || strings.TrimSpace(id) != string(s.m.Old) {
		return
	}
	at := facts.Mark{Line: int32(l.Line), Col: int32(l.Col)}
	i := s.offset(at) + len("[[")
	i += blanks(s.text[min(i, len(s.text)):])
	if i > len(s.text) || !bytes.HasPrefix(s.text[i:], []byte(kind)) {
		s.fail(at)
		return
	}
	i += len(kind)
	i += blanks(s.text[i:])
	if !s.swapAt(i, string(s.m.Old), string(s.m.New)) {
		s.fail(at)
	}
}

func blanks(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " \t\r\n>")) }

// address is where an ordinary link leads, in a sentence or in a definition.
var address = regexp.MustCompile(`(?m)\]\(\s*<?([^()\s<>]+)|^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s<>]+)`)

// addresses changes relative addresses of what moves.
func (s *sheet) addresses(start, end int) {
	for _, m := range address.FindAllSubmatchIndex(s.text[start:end], -1) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		from, to = start+from, start+to
		if i := bytes.IndexAny(s.text[from:to], "#?"); i >= 0 {
			to = from + i
		}
		written := string(s.text[from:to])
		plain, err := url.PathUnescape(written)
		if err != nil || plain == "" || strings.Contains(plain, ":") || strings.HasPrefix(plain, "/") {
			continue
		}
		leads := path.Join(path.Dir(s.entry.Path), plain)
		goal, here := s.m.To(leads), path.Dir(s.m.To(s.entry.Path))
		if path.Join(here, plain) == goal {
			continue
		}
		if way, err := filepath.Rel(filepath.FromSlash(here), filepath.FromSlash(goal)); err == nil && goal != leads {
			way = filepath.ToSlash(way)
			if strings.HasPrefix(plain, "./") {
				way = "./" + way
			}
			if strings.Contains(written, "%") { // a blank would end the address
				way = parens.Replace((&url.URL{Path: way}).EscapedPath())
			}
			s.swapAt(from, written, way)
		}
	}
}

// parens are signs that mean something around an address.
var parens = strings.NewReplacer("(", "%28", ")", "%29")

// mentions changes what questions name.
func (s *sheet) mentions(all []ask.Mention) {
	for _, x := range all {
		if x.Kind == target(s.m.Kind) && x.ID == s.m.Old {
			s.id(x.At.Mark)
		}
	}
}

// policies changes what the organisation's own rules name, in conditions,
// messages and examples.
func (s *sheet) policies(root *facts.Node) {
	for _, policy := range s.m.p.Config().Policies {
		s.broken = s.broken || !policy.Sound
		s.mentions(ask.MentionsOf(s.m.p, policy.Where))
		s.mentions(ask.MentionsOf(s.m.p, policy.Must))
	}
	policies := root.Get("policies")
	if policies == nil {
		return
	}
	for _, f := range policies.Fields {
		s.examples(f.Value.Get("examples").Get("pass"))
		s.examples(f.Value.Get("examples").Get("fail"))
		s.rooms(f.Value.Get("message"))
	}
}

func (s *sheet) examples(n *facts.Node) {
	switch {
	case n == nil:
	case n.Kind == facts.List:
		for _, item := range n.Items {
			s.examples(item)
		}
	case n.Kind == facts.Map:
		s.walk(inCharter, "", n)
	}
}

// room is a field in the message of a rule.
var room = regexp.MustCompile(`\{([^{}]*)\}`)

func (s *sheet) rooms(n *facts.Node) {
	if n == nil {
		return
	}
	for _, f := range n.Fields {
		s.rooms(f.Value)
	}
	for _, m := range room.FindAllStringSubmatch(n.Text, -1) {
		t, ok := query.TermOf(m[1])
		if !ok || !slices.ContainsFunc(ask.MentionsIn(s.m.p, t), func(x ask.Mention) bool { return x.Kind == target(s.m.Kind) && x.ID == s.m.Old }) {
			continue
		}
		at := s.offset(n.Mark)
		i := bytes.Index(s.text[at:], []byte(m[0]))
		if i < 0 {
			s.fail(n.Mark)
			continue
		}
		word := regexp.MustCompile(`[(, ](` + regexp.QuoteMeta(string(s.m.Old)) + `)[), ]`).FindStringSubmatchIndex(m[0])
		if word != nil {
			s.swapAt(at+i+word[2], string(s.m.Old), string(s.m.New))
		}
	}
}

// keep adds the old id to the aliases of what is renamed.
func (s *sheet) keep(root *facts.Node, format facts.Format) {
	switch {
	case s.m.Kind == Charter && s.m.holds(s.entry):
		s.alias(root, "", format, amend.Facts)
	case s.m.Kind != Charter && s.entry.Kind == source.Register && s.entry.Path == s.m.register():
		for i, n := range root.Items {
			if id := n.Get("id"); id != nil && id.Text == string(s.m.Old) {
				s.alias(n, fmt.Sprintf("[%d].", i), format, amend.Record)
				return
			}
		}
	}
}

// register is the file that has the record.
func (m *maker) register() string {
	switch m.Kind {
	case Person:
		return m.p.Person(m.Old).Pos.File
	case Department:
		return m.p.Department(m.Old).Pos.File
	case Area:
		return m.p.Area(m.Old).Pos.File
	}
	return m.p.Objective(m.Old).Pos.File
}

func (s *sheet) alias(n *facts.Node, before string, format facts.Format, change func(string, []byte, []amend.Change) ([]amend.Edit, error)) {
	old, now := string(s.m.Old), string(s.m.New)
	known := n.Get("aliases")
	for _, item := range items(known) {
		if item.Text == now { // renamed back
			s.swap(item.Mark, now, old)
			return
		}
	}
	if format != facts.YAML {
		s.insert(n, known, format)
		return
	}
	changes := []amend.Change{{Path: before + "aliases[+]", Value: amend.Text(old)}}
	if s.m.stays && s.m.Kind == Charter && n.Get("id") == nil {
		changes = append(changes, amend.Change{Path: "id", Value: amend.Text(now)})
	}
	edits, err := change(s.entry.Path, s.text, changes)
	if err != nil {
		s.err = fmt.Errorf("%s: the former id cannot be kept: %w", s.entry.Path, err)
		return
	}
	s.edits = append(s.edits, edits...)
}

func items(n *facts.Node) []*facts.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// insert adds the alias in TOML or JSON, where each value stands in quotes.
func (s *sheet) insert(root, known *facts.Node, format facts.Format) {
	quoted := `"` + string(s.m.Old) + `"`
	edit := amend.Edit{}
	switch {
	case len(items(known)) > 0:
		edit.Start, edit.New = s.offset(known.Items[0].Mark), quoted+", "
	case known != nil:
		s.fail(known.Mark)
		return
	case format == facts.JSON:
		edit.Start = bytes.IndexByte(s.text, '{') + 1
		edit.New = `"aliases": [` + quoted + `], `
	default:
		block, _ := facts.Split(s.entry.Path, s.text)
		edit.Start = bytes.Index(s.text, block.Data)
		edit.New = "aliases = [" + quoted + "]" + lineEnd(s.text)
	}
	edit.End = edit.Start
	s.edits = append(s.edits, edit)
}

// lineEnd is how the lines of a text end.
func lineEnd(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
