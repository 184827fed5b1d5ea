package change

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// A Side is a portfolio at one time, with its files and every finding about it.
type Side struct {
	Name      string // as it was asked for: "v1", "2027-03-31", a folder
	Portfolio *portfolio.Portfolio
	Found     diag.List // with severities
	Tree      *source.Tree
	Absent    bool // there was no content folder
}

// A Difference is what is different between two portfolios, and what follows
// from it for the whole. It is a value; nothing of it is computed later.
type Difference struct {
	Before, After Side

	Charters  []Charter // in order of id; those without a difference are left out
	Registers []Change  // of people, departments, areas, objectives and rates
	Config    []Change  // of charterhouse.yaml
	Files     []File    // of what is neither charter nor register nor configuration

	Totals   []Total // what departments pay in agreed joint charters, by currency
	Proposed []Total // the same of what is only proposed

	Posts     []Posts // full-time posts that departments lend, where they differ
	Loads     []Load  // people who are booked otherwise
	Conflicts Pairs[portfolio.Conflict]
	Overloads Pairs[Overload]
	Findings  Pairs[diag.Diagnostic]

	Unread []Unread // what could not be read on either side
}

// Pairs are things that are new and things that are gone.
type Pairs[T any] struct{ New, Gone []T }

// A Charter is one that came, went, was renamed or says something else.
type Charter struct {
	ID            charter.ID
	Former        charter.ID // the id before, where it is another
	Action        Action
	Before, After *charter.Charter // nil where it is not there
	Changes       []Change         // signatures among them, last
	Translations  []Translation
}

// A Translation is a file that translates a charter and is different.
type Translation struct {
	File, Lang string
	Action     Action
	Changes    []Change
}

// A File is one that is different and that no charter, register or
// configuration stands for: a picture, a saved question, an update.
type File struct {
	Path   string
	Kind   source.Kind
	Action Action
}

// An Unread is a file that could not be read, or not in full.
type Unread struct {
	Now  bool // on the later side
	File string
	Why  diag.Text
}

// Portfolios compares two portfolios.
func Portfolios(before, after Side) *Difference {
	d := &Difference{Before: before, After: after}
	x := &comparison{Difference: d, told: map[string]bool{}}
	x.charters()
	x.translations()
	x.registers()
	x.files()
	x.effects()
	x.unread()
	return d
}

// Empty reports whether nothing is different.
func (d *Difference) Empty() bool {
	return len(d.Charters)+len(d.Registers)+len(d.Config)+len(d.Files)+len(d.Findings.New)+len(d.Findings.Gone)+
		len(d.Conflicts.New)+len(d.Conflicts.Gone)+len(d.Overloads.New)+len(d.Overloads.Gone)+len(d.Loads)+len(d.Posts) == 0 && !d.moneyDiffers()
}

func (d *Difference) moneyDiffers() bool {
	return slices.ContainsFunc(slices.Concat(d.Totals, d.Proposed), func(t Total) bool { return !t.Sum.same() })
}

// Only is a difference without what is not about one charter.
func (d *Difference) Only(id charter.ID) *Difference {
	one := &Difference{Before: d.Before, After: d.After}
	files := map[string]bool{}
	for _, c := range d.Charters {
		if c.ID != id && c.Former != id {
			continue
		}
		one.Charters = append(one.Charters, c)
		for _, version := range []*charter.Charter{c.Before, c.After} {
			if version != nil {
				files[version.File] = true
			}
		}
	}
	elsewhere := func(f diag.Diagnostic) bool { return !files[f.Pos.File] }
	one.Findings.New = slices.DeleteFunc(slices.Clone(d.Findings.New), elsewhere)
	one.Findings.Gone = slices.DeleteFunc(slices.Clone(d.Findings.Gone), elsewhere)
	one.Unread = slices.DeleteFunc(slices.Clone(d.Unread), func(u Unread) bool { return !files[u.File] })
	return one
}

// A comparison fills a difference.
type comparison struct {
	*Difference
	told map[string]bool          // files that something else stands for
	gone map[any]*charter.Charter // those whose id is no more, by file and by bytes
}

// charters pairs the charters of both sides and compares each pair.
func (x *comparison) charters() {
	same := x.sameRegisters()
	was, is := x.Before.Portfolio, x.After.Portfolio
	paired := map[charter.ID]bool{}
	for _, after := range is.Charters() {
		before := x.former(after)
		if before == nil {
			x.add(Charter{ID: after.ID.Value, Action: Added, After: after})
			continue
		}
		paired[before.ID.Value] = true
		x.pair(before, after, same)
	}
	for _, before := range was.Charters() {
		if !paired[before.ID.Value] {
			x.add(Charter{ID: before.ID.Value, Action: Removed, Before: before})
		}
	}
	slices.SortStableFunc(x.Charters, func(a, b Charter) int { return cmp.Compare(a.ID, b.ID) })
}

func (x *comparison) add(c Charter) {
	if c.Before != nil {
		x.told[c.Before.File] = true
	}
	if c.After != nil {
		x.told[c.After.File] = true
	}
	if c.After != nil && c.Before == nil {
		for _, s := range x.After.Portfolio.Signatures(c.After) {
			if s.State == portfolio.Valid {
				c.Changes = append(c.Changes, Change{List: "signatures", Of: string(s.Department), Action: Valid, Is: s.Approval.Mark.In(s.Approval.File)})
			}
		}
	}
	x.Charters = append(x.Charters, c)
}

// A titled is the title of a charter as a key of what is gone.
type titled string

// former is the charter before that a charter of now was: of the same id, of an
// id that it had formerly, of the same file or bytes, else of a title that no other
// has: whoever gives a file another name mostly changes it, too.
func (x *comparison) former(after *charter.Charter) *charter.Charter {
	was, is := x.Before.Portfolio, x.After.Portfolio
	if c := was.Charter(after.ID.Value); c != nil {
		return c
	}
	for _, alias := range after.Aliases {
		if c := was.Charter(alias.Value); c != nil && is.Charter(alias.Value) == nil {
			return c
		}
	}
	if c := was.Find(after.ID.Value); c != nil && is.Find(c.ID.Value) == nil {
		return c // it had a later id before: the way back
	}
	if x.gone == nil {
		x.gone = map[any]*charter.Charter{}
		var titles map[titled]int
		for _, c := range was.Charters() {
			if is.Find(c.ID.Value) != nil {
				continue
			}
			if x.gone[c.File], x.gone[c.Sum] = c, c; titles == nil {
				titles = titlesOf(was, is)
			}
			if title := titleOf(c); titles[title] <= 2 && is.File(c.File) == nil {
				x.gone[title] = c
			}
		}
	}
	return cmp.Or(x.gone[after.File], x.gone[after.Sum], x.gone[titleOf(after)])
}

func titleOf(c *charter.Charter) titled { return titled(plain(c.Title.Value)) }

// titlesOf counts how many charters have a title; no title is nobody's alone. One
// that two charters of one side share is counted as three.
func titlesOf(sides ...*portfolio.Portfolio) map[titled]int {
	all := map[titled]int{"": 3}
	for _, p := range sides {
		here := map[titled]bool{}
		for _, c := range p.Charters() {
			title := titleOf(c)
			if all[title]++; here[title] {
				all[title] = 3
			}
			here[title] = true
		}
	}
	return all
}

// pair compares two versions of one charter. Where neither they nor the
// registers differ, there is nothing to look at.
func (x *comparison) pair(before, after *charter.Charter, sameRegisters bool) {
	x.told[before.File], x.told[after.File] = true, true
	old, now := x.version(x.Before, before), x.version(x.After, after)
	same := before.Sum == after.Sum && before.Terms == after.Terms && before.ID.Value == after.ID.Value && slices.Equal(old.Approvals, now.Approvals) && slices.Equal(old.Updates, now.Updates)
	if same && sameRegisters {
		return
	}
	c := Charter{ID: after.ID.Value, Action: Changed, Before: before, After: after}
	if before.ID.Value != after.ID.Value {
		c.Former = before.ID.Value
	}
	if !same {
		old.Text, now.Text = x.bytes(x.Before, before.File), x.bytes(x.After, after.File)
		c.Changes = Charters(old, now)
	}
	c.Changes = append(c.Changes, Signatures(x.Before.Portfolio, before, x.After.Portfolio, after)...)
	if len(c.Changes) > 0 || c.Former != "" {
		x.Charters = append(x.Charters, c)
	}
}

// version is a charter with what stands beside it, without its text.
func (x *comparison) version(s Side, c *charter.Charter) Version {
	v := Version{Charter: c}
	for _, a := range s.Portfolio.Approvals(c) {
		if a.File != c.File {
			v.Approvals = append(v.Approvals, a)
		}
	}
	for _, u := range s.Portfolio.Updates(c) {
		if u.File != c.File {
			v.Updates = append(v.Updates, u)
		}
	}
	return v
}

// bytes reads a file; what cannot be read has none, and a finding says why.
func (x *comparison) bytes(s Side, name string) []byte {
	data, _, _ := s.Tree.ReadPath(name)
	return data
}

// translations compares the files that translate charters.
func (x *comparison) translations() {
	old := map[string]*portfolio.Translation{}
	for _, t := range x.Before.Portfolio.Translations() {
		old[t.File.File] = t
	}
	for _, t := range x.After.Portfolio.Translations() {
		was := old[t.File.File]
		delete(old, t.File.File)
		x.told[t.File.File] = true
		switch {
		case was == nil:
			x.translated(t, Translation{Action: Added})
		case was.File.Sum != t.File.Sum:
			now := Version{Charter: t.File, Text: x.bytes(x.After, t.File.File)}
			if all := Charters(Version{Charter: was.File, Text: x.bytes(x.Before, t.File.File)}, now); len(all) > 0 {
				x.translated(t, Translation{Action: Changed, Changes: all})
			}
		}
	}
	for _, t := range x.Before.Portfolio.Translations() {
		if x.told[t.File.File] = true; old[t.File.File] != nil {
			x.translated(t, Translation{Action: Removed})
		}
	}
}

// translated enters a translation with its charter.
func (x *comparison) translated(t *portfolio.Translation, change Translation) {
	change.File, change.Lang = t.File.File, t.Lang()
	id := t.File.ID.Value
	i, found := slices.BinarySearchFunc(x.Charters, id, func(c Charter, id charter.ID) int { return cmp.Compare(c.ID, id) })
	if !found {
		c := Charter{ID: id, Action: Changed, Before: x.Before.Portfolio.Charter(id), After: x.After.Portfolio.Charter(id)}
		x.Charters = slices.Insert(x.Charters, i, c)
	}
	x.Charters[i].Translations = append(x.Charters[i].Translations, change)
}

// sameRegisters reports whether registers and configuration have the same bytes,
// so that charters mean the same where their own are the same.
func (x *comparison) sameRegisters() bool {
	same := true
	names := map[string]bool{}
	for _, s := range []Side{x.Before, x.After} {
		for _, e := range s.Tree.Entries() {
			if e.Kind == source.Register || e.Kind == source.Config {
				names[e.Path] = true
			}
		}
	}
	for name := range names {
		same = same && bytes.Equal(x.bytes(x.Before, name), x.bytes(x.After, name))
	}
	return same
}

// registers compares registers and configuration key by key.
func (x *comparison) registers() {
	there, here := names(x.Before.Tree), names(x.After.Tree)
	for _, name := range paths(x.Before.Tree, x.After.Tree) {
		kind := source.KindOf(name)
		if kind != source.Register && kind != source.Config {
			continue
		}
		x.told[name] = true
		was, is := x.bytes(x.Before, name), x.bytes(x.After, name)
		var all []Change
		switch {
		case !there[name]:
			all = []Change{{List: registerOf(name), Field: "file", Action: Added, Is: diag.Pos{File: name}}}
		case !here[name]:
			all = []Change{{List: registerOf(name), Field: "file", Action: Removed, Was: diag.Pos{File: name}}}
		case bytes.Equal(was, is):
			continue
		default:
			all = keysOf(name, was, is)
		}
		if kind == source.Config {
			x.Config = append(x.Config, all...)
		} else {
			x.Registers = append(x.Registers, all...)
		}
	}
}

func names(t *source.Tree) map[string]bool {
	all := map[string]bool{}
	for _, e := range t.Entries() {
		all[e.Path] = true
	}
	return all
}

// registerOf is what a register is called, by its file.
func registerOf(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }

// paths lists the paths of two trees in order.
func paths(a, b *source.Tree) []string {
	var all []string
	for _, t := range []*source.Tree{a, b} {
		for _, e := range t.Entries() {
			all = append(all, e.Path)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// keysOf compares two versions of a register or of the configuration.
func keysOf(name string, was, is []byte) []Change {
	before, wasWhole := registered(name, was)
	after, isWhole := registered(name, is)
	list := registerOf(name)
	if !wasWhole || !isWhole {
		c := Change{List: list, Field: "file", Action: Changed, Was: diag.Pos{File: name}, Is: diag.Pos{File: name}}
		if wasWhole {
			c.Action = Removed
		} else if isWhole {
			c.Action = Added
		}
		return []Change{c}
	}
	return compare(before, after)
}

// registered lists what a register or the configuration states; whole is false
// where it cannot be read.
func registered(file string, text []byte) (all []fact, whole bool) {
	list := registerOf(file)
	lim := facts.ForRegister
	root, found := facts.Parse(facts.YAML, file, text, 1, lim)
	l := &lister{file: file, seen: map[where]int{}}
	switch {
	case root.Kind != facts.List:
		for _, f := range root.Fields {
			l.field(list, "", f.Key, f.Value)
		}
	default:
		for _, item := range root.Items {
			of := plain(item.Text)
			if id := item.Get("id"); id != nil && item.Kind == facts.Map {
				of = plain(id.Text)
			}
			l.fields(list, l.name(list, of), "", item)
		}
	}
	return l.all, len(found) == 0
}

// files lists files that are different and that nothing else stands for.
func (x *comparison) files() {
	was, is := entries(x.Before.Tree), entries(x.After.Tree)
	for _, name := range paths(x.Before.Tree, x.After.Tree) {
		before, there := was[name]
		after, here := is[name]
		f := File{Path: name, Kind: max(before.Kind, after.Kind), Action: Changed}
		switch {
		case x.told[name] || f.Kind == source.Approval && x.approves(name) || f.Kind == source.Update && x.approves(name):
			continue
		case !there:
			f.Action = Added
		case !here:
			f.Action = Removed
		case before.Blob() != "" && before.Blob() == after.Blob(), before.Size == after.Size && bytes.Equal(x.bytes(x.Before, name), x.bytes(x.After, name)):
			continue
		}
		x.Files = append(x.Files, f)
	}
}

func entries(t *source.Tree) map[string]source.Entry {
	all := map[string]source.Entry{}
	for _, e := range t.Entries() {
		all[e.Path] = e
	}
	return all
}

// approves reports whether a file of signatures or a report belongs to a charter
// whose changes tell of it.
func (x *comparison) approves(name string) bool {
	id := charter.ID(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	if source.KindOf(name) == source.Update {
		id = charter.ID(path.Base(path.Dir(path.Dir(name))))
	}
	_, found := slices.BinarySearchFunc(x.Charters, id, func(c Charter, id charter.ID) int { return cmp.Compare(c.ID, id) })
	return found
}

// unreadable are the findings that say that something was not read, or not in
// full.
var unreadableCodes = []diag.Code{"C001", "C002", "C003", "C008", "C013", "C015", "D001", "D002", "D003", "D004", "D005", "D008", "L006"}

func (x *comparison) unread() {
	for _, s := range []*Side{&x.Before, &x.After} {
		for _, f := range s.Found {
			if slices.Contains(unreadableCodes, f.Code) {
				x.Unread = append(x.Unread, Unread{Now: s == &x.After, File: f.Pos.File, Why: f.Message})
			}
		}
	}
	x.Unread = slices.Compact(x.Unread)
}
