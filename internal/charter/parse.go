package charter

import (
	"path"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
)

// Options say what a charter may leave to its site.
type Options struct {
	Lang   string      // of charters that do not state theirs
	Speech *locale.Set // the languages that charters may be written in
}

// Parse reads the charter in the file called name, a slash path below the
// content folder. It always returns one, and every finding that the file alone
// gives.
func Parse(name string, text []byte, opts Options) (*Charter, diag.List) {
	text, found := facts.Characters(name, text)
	block, more := facts.Split(name, text)
	found = append(found, more...)
	p := &parser{Reader: facts.NewReader(name, text), opts: opts, c: &Charter{File: name, Format: string(block.Format), Facts: Mark{Line: 1, Col: 1}}}
	p.Drafts = true
	if block.Format == "" {
		p.c.ID.Value = p.fileID()
		return p.c, found
	}
	p.c.Facts.Line = int32(block.Line - 1)
	lim := facts.ForCharter
	lim.Room = trees.Get().(*facts.Room)
	defer trees.Put(lim.Room)
	root, more := facts.Parse(block.Format, name, block.Data, block.Line, lim)
	p.root, p.whole = root, len(more) == 0
	found = append(found, more...)
	p.top()
	if p.c.Keys.Of("translation_of").Written() {
		p.translation()
		p.body(block)
	} else {
		p.charter()
		p.body(block)
		p.c.Terms = p.c.digest()
	}
	found = append(found, p.Found...)
	found.Sort()
	return p.c, found
}

// trees are what front matters are read in. Nothing of a tree outlives [Parse].
var trees = sync.Pool{New: func() any { return new(facts.Room) }}

// Of reads a charter of facts alone that stand in another file, such as the
// examples of a rule in the site's configuration. It has no prose, and the id
// that it is given where it says none.
func Of(r *facts.Reader, root *facts.Node, id ID) *Charter {
	p := &parser{Reader: r, root: root, whole: true, loose: true, c: &Charter{File: r.File, Format: "yaml", Facts: root.Mark}}
	p.top()
	p.charter()
	if !p.c.ID.Written() {
		p.c.ID.Value = id
	}
	p.c.Terms = p.c.digest()
	return p.c
}

// charter reads the front matter section by section.
func (p *parser) charter() {
	p.identity()
	p.time()
	p.people()
	p.money()
	p.goals()
	p.demarcation()
	p.links()
	p.agreement()
	p.life()
}

// A parser fills one charter. Each file of this package that is named after a
// section of the specification holds the methods for that section.
type parser struct {
	*facts.Reader
	opts     Options
	c        *Charter
	root     *facts.Node
	loose    bool           // the facts stand in a file that is not named after them
	whole    bool           // nothing of the facts was lost or doubtful when they were parsed
	currency money.Currency // of all amounts; empty if unknown
}

// top reports unknown keys and notes where each known one stands.
func (p *parser) top() {
	for f := range p.Map(p.root, charterKeys) {
		if p.c.Keys == nil {
			p.c.Keys = make(Keys, len(charterKeys.Known))
		}
		p.c.Keys[slices.Index(charterKeys.Known, f.Key)] = f.Mark
	}
}

// finding is a finding at m of the charter's file, or at its front matter.
func (p *parser) finding(m Mark, code diag.Code, message, hint diag.Text) *diag.Diagnostic {
	if !m.Written() {
		m = p.c.Facts
	}
	return p.ReportAt(m, 0, code, message, hint)
}

// on is a finding about the scalar at m whose text is written as given.
func (p *parser) on(m Mark, text string, code diag.Code, message, hint diag.Text) *diag.Diagnostic {
	if !m.Written() {
		return p.finding(m, code, message, hint)
	}
	return p.Report(&facts.Node{Kind: facts.Scalar, Plain: true, Text: text, Mark: m}, code, message, hint)
}

// fileName returns what the path calls the charter: the file's name, or the
// folder's for an index.md.
func (p *parser) fileName() string {
	name := strings.TrimSuffix(path.Base(p.c.File), path.Ext(p.c.File))
	if name == "index" && path.Dir(p.c.File) != "." {
		return path.Base(path.Dir(p.c.File))
	}
	return name
}

// fileID returns the id that the path gives.
func (p *parser) fileID() ID {
	name := p.fileName()
	if facts.ValidID(name) {
		return ID(name)
	}
	if s := facts.Slug(name); facts.ValidID(s) {
		return ID(s)
	}
	return "unnamed"
}

// records reads a list whose items are groups of keys. list and item name the
// two in findings, form shows how an item is written.
func records[T any](p *parser, n *facts.Node, list, item diag.Text, form string, read func(*facts.Node) T) []T {
	nodes := p.List(n, list)
	if len(nodes) == 0 {
		return nil
	}
	all := make([]T, 0, len(nodes))
	for _, n := range nodes {
		switch n.Kind {
		case facts.Map:
			all = append(all, read(n))
		case facts.Null:
			p.Report(n, "C005", diag.Say("%s is missing after this dash", item), diag.Say("write %s, or remove the line", form))
		default:
			p.Report(n, "C005", diag.Say("%s must be keys with values, but this is %s", item, n.Kind), diag.Say("write %s", form))
		}
	}
	return all
}
