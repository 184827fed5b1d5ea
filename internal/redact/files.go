package redact

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
)

// charter writes a charter anew, or a file that translates one.
func (m *maker) charter(file string, text []byte) {
	says := m.p.File(file)
	if says == nil {
		return
	}
	c := says
	if says.Translation != nil {
		c = m.p.Find(says.TranslationOf.Value)
	}
	if c == nil || m.p.Charter(c.ID.Value) != c {
		return
	}
	root, body := parts(file, text)
	s := m.sheet(file, "charter", charter.Fields(), c)
	s.lang = m.p.Lang(says)
	switch m.fates[c.ID.Value] {
	case outlined:
		root, body = m.outline(root), nil
	case kept:
	default:
		return
	}
	if m.profile.Withholds(portfolio.TheBody) {
		body = nil
	}
	withoutFigures := m.fates[c.ID.Value] == outlined || m.profile.Withholds("budget")
	if withoutFigures {
		root, s.figures = withoutMoney(root), figuresOf(c)
	}
	o := s.group("", without(root, "approvals[].terms", "id", "translated"))
	id := m.charterID(c.ID.Value)
	if says.Translation == nil {
		o.set("id", string(id))
	}
	if withoutFigures {
		o.set("budget", payers(c))
	}
	to := m.pathOf(file)
	if says.Translation != nil { // what it was translated from is written when the original is
		m.later = append(m.later, func() { m.record(o, c, says); m.texts[to] = written(o, s.prose(string(body))) })
		return
	}
	m.texts[to] = written(o, s.prose(string(body)))
}

// record writes of which parts a translation says what its original says now: as
// it was judged by the whole text, in the digests of what is left of it.
func (m *maker) record(o *object, c, says *charter.Charter) {
	now, _ := charter.Parse(c.File, m.texts[m.pathOf(c.File)], m.p.Config().Reading())
	left, sums := map[string]string{}, map[string]string{} // by part; by what it said before
	for _, part := range now.Parts() {
		left[part.Key] = part.Sum
	}
	for _, part := range c.Parts() {
		sums[part.Sum] = left[part.Key]
	}
	recorded := &object{}
	for _, t := range m.p.TranslationsOf(c.ID.Value) {
		if t.File != says {
			continue
		}
		for _, part := range t.Parts() {
			sum := sums[part.Sum]
			switch state := t.State(part); {
			case state == portfolio.Unrecorded, m.secret.holds(part.Key):
			case state == portfolio.Fresh && sum != "":
				recorded.set(part.Key, sum)
			default:
				recorded.set(part.Key, "t0000000000")
			}
		}
	}
	if len(recorded.keys) > 0 {
		o.set("translated", recorded)
	}
}

// outline keeps of a restricted charter what tells that it is there. Who is in it
// stays only as what the people do.
func (m *maker) outline(root *facts.Node) *facts.Node {
	o := &facts.Node{Kind: facts.Map, Mark: root.Mark}
	for _, f := range root.Fields {
		switch f.Key {
		case "schema", "type", "title", "short_title", "lang", "translation_of", "kind", "status", "confidential", "created", "timeframe", "owners", "approvals":
			o.Fields = append(o.Fields, f)
		}
	}
	if !m.profile.Roles {
		return without(o, "approvals[].note", "approvals[].person", "owners")
	}
	return without(o, "approvals[].note", "owners.*.role")
}

// without is a tree without some of its keys.
func without(root *facts.Node, paths ...string) *facts.Node {
	o := *root
	o.Fields = nil
	for _, f := range root.Fields {
		stays := true
		for _, p := range paths {
			head, rest, deep := strings.Cut(p, ".")
			name := strings.TrimSuffix(head, "[]")
			switch {
			case f.Key != name && head != "*":
			case !deep:
				stays = false
			case strings.HasSuffix(head, "[]"):
				list := *f.Value
				list.Items = nil
				for _, item := range f.Value.Items {
					list.Items = append(list.Items, without(item, rest))
				}
				f.Value = &list
			default:
				f.Value = without(f.Value, rest)
			}
		}
		if stays {
			o.Fields = append(o.Fields, f)
		}
	}
	return &o
}

// withoutMoney takes every amount out of a charter, and what could be reckoned
// from one.
func withoutMoney(root *facts.Node) *facts.Node {
	return without(root, "budget", "closure.actuals", "tolerances.cost")
}

// payers is a budget that tells who pays, and nothing else.
func payers(c *charter.Charter) *object {
	shares := &object{}
	for _, x := range c.Budget.Parties {
		if x.Department.Value != "" {
			shares.set(string(x.Department.Value), "withheld")
		}
	}
	o := &object{}
	o.set("shares", shares)
	return o
}

// about is the charter that a file beside it is about, if it is kept whole.
func (m *maker) about(id string) *charter.Charter {
	c := m.p.Find(ID(id))
	if c == nil || m.fates[c.ID.Value] <= omitted {
		return nil
	}
	return c
}

// update writes a report anew.
func (m *maker) update(file string, text []byte) {
	c := m.about(strings.Split(file, "/")[1])
	if c == nil || m.fates[c.ID.Value] != kept || m.profile.Withholds("updates") {
		return
	}
	root, body := parts(file, text)
	s := m.sheet(file, "update", fieldsOf(file), c)
	if m.profile.Withholds("budget") {
		s.figures = figuresOf(c)
	}
	if m.profile.Withholds("updates.text") {
		body = nil
	}
	to := file
	if id := m.charterID(c.ID.Value); m.secret.holds(file) || id != c.ID.Value {
		to = "charters/" + string(id) + "/updates/" + digits("update", file[:0], string(rune('0'+len(m.texts)))) + ".md"
	}
	m.texts[to] = written(s.group("", root), s.prose(string(body)))
}

func fieldsOf(file string) []charter.Field {
	_, fields, _ := portfolio.FieldsOf(file)
	return fields
}

// approvals writes signatures anew that stand in a file of their own.
func (m *maker) approvals(file string, text []byte) {
	base := path.Base(file)
	c := m.about(strings.TrimSuffix(base, path.Ext(base)))
	if c == nil || m.profile.Withholds("approvals") {
		return
	}
	s := m.sheet(file, "approvals", fieldsOf(file), c)
	if m.profile.Withholds("budget") {
		s.figures = figuresOf(c)
	}
	root := records(file, text, facts.ForRegister)
	hidden := []string{"terms"}
	if m.fates[c.ID.Value] == outlined {
		hidden = append(hidden, "note")
		if !m.profile.Roles {
			hidden = append(hidden, "person")
		}
	}
	dir, dept := path.Split(path.Dir(file))
	if now := m.inRegister(dept); now != "" {
		dept = now
	}
	to := path.Join(dir, dept, string(m.charterID(c.ID.Value))+path.Ext(file))
	if root.Kind == facts.Map {
		m.texts[to] = spelt(s.group("", without(root, hidden...)))
		return
	}
	all := []any{}
	for _, item := range root.Items {
		all = append(all, s.group("", without(item, hidden...)))
	}
	m.texts[to] = spelt(all)
}

// register writes a register anew. That of the people is written when it is known
// who stands in for whom.
func (m *maker) register(file string, text []byte) {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if stem == "people" && m.profile.Roles {
		return
	}
	s := m.sheet(file, stem, fieldsOf(file), nil)
	root := records(file, text, facts.ForRegister)
	hidden := []string{"reviewers", "handle"}
	if m.profile.Roles {
		hidden = append(hidden, "deputies")
	}
	if m.profile.Withholds("budget") || m.profile.Withholds("budget.shares.cost_centre") {
		hidden = append(hidden, "cost_centres")
	}
	if root.Kind == facts.Map {
		m.texts[file] = spelt(s.group("", without(root, hidden...)))
		return
	}
	all := []any{}
	for _, item := range root.Items {
		if stem == "departments" && m.profile.Roles {
			item = m.currentChief(item)
		}
		all = append(all, s.group("", without(item, hidden...)))
	}
	m.texts[file] = spelt(all)
}

// currentChief leaves of a department's chiefs the post of today, without since
// when: terms of office would tell who it was.
func (m *maker) currentChief(item *facts.Node) *facts.Node {
	o := *item
	o.Fields = nil
	for _, f := range item.Fields {
		if f.Key == "chief" {
			t, ok := m.p.Chief(ID(strings.TrimSpace(textOf(item.Get("id")))), m.p.AsOf())
			if !ok {
				continue
			}
			f.Value = &facts.Node{Kind: facts.Scalar, Text: string(t.ID)}
		}
		o.Fields = append(o.Fields, f)
	}
	return &o
}

func textOf(n *facts.Node) string {
	if n == nil {
		return ""
	}
	return n.Text
}

// config keeps of the configuration what readers see: neither where the texts
// are kept, nor the rules of the house, nor for whom else there is a site.
func (m *maker) config(file string, text []byte) {
	root := records(file, text, facts.ForCharter)
	s := m.sheet(file, "charterhouse", portfolio.ConfigFields(), nil)
	o := &facts.Node{Kind: facts.Map}
	for _, f := range root.Fields {
		switch f.Key {
		case "languages", "departments", "reporting_currency", "fiscal_year_starts", "theme", "rules", "required":
			o.Fields = append(o.Fields, f)
		case "title":
			if m.profile.Title == "" {
				o.Fields = append(o.Fields, f)
			}
		case "fields":
			var stay []facts.Field
			for _, x := range f.Value.Fields {
				if !m.profile.Withholds("x." + x.Key) {
					stay = append(stay, x)
				}
			}
			f.Value = &facts.Node{Kind: facts.Map, Fields: stay}
			o.Fields = append(o.Fields, f)
		}
	}
	all := s.plain(o).(*object)
	if m.profile.Title != "" {
		all.set("title", m.profile.Title)
	}
	m.texts[file] = spelt(all)
}

// question keeps a saved question, unless it asks for somebody or something that
// may not be named.
func (m *maker) question(file string, text []byte) {
	root, body := parts(file, text)
	if m.secret.holds(file) || m.tells(root.Get("query")) {
		return
	}
	s := m.sheet(file, "question", nil, nil)
	if lang := textOf(root.Get("lang")); lang != "" {
		s.lang = lang
	}
	o := &object{}
	for _, f := range root.Fields {
		switch f.Key {
		case "title", "description", "lang", "query":
			o.set(f.Key, s.plain(f.Value))
		}
	}
	m.texts[file] = written(o, s.prose(string(body)))
}

// tells reports whether a tree holds anything secret.
func (m *maker) tells(n *facts.Node) bool {
	if n == nil {
		return false
	}
	for _, f := range n.Fields {
		if m.secret.holds(f.Key) || m.tells(f.Value) {
			return true
		}
	}
	for _, item := range n.Items {
		if m.tells(item) {
			return true
		}
	}
	return n.Kind == facts.Scalar && m.secret.holds(n.Text)
}

// plain writes a tree of words anew.
func (s *sheet) plain(n *facts.Node) any {
	switch n.Kind {
	case facts.Map:
		o := &object{}
		for _, f := range n.Fields {
			o.set(f.Key, s.plain(f.Value))
		}
		return o
	case facts.List:
		all := []any{}
		for _, item := range n.Items {
			all = append(all, s.plain(item))
		}
		return all
	case facts.Scalar:
		if to := s.m.inRegister(n.Text); to != "" {
			return to
		}
		return leaf(s.prose(n.Text), n.Plain)
	}
	return nil
}

// fromOmitted reports whether an address leads into the folder of a charter that
// is left out, or of which only an outline stays, or that nobody can read.
func (m *maker) fromOmitted(file string) bool {
	c, known := m.homeOf(file)
	return !known || c != nil && m.fates[c.ID.Value] != kept
}

// homeOf is the charter in whose folder a file lies, which need not be called as
// the charter is; nil for a folder that is no charter's. known is false where
// there is one that cannot be read.
func (m *maker) homeOf(file string) (c *charter.Charter, known bool) {
	parts := strings.Split(file, "/")
	if len(parts) < 3 || parts[0] != "charters" {
		return nil, true
	}
	dir := "charters/" + parts[1]
	for _, name := range []string{dir + "/index.md", dir + ".md"} {
		c := m.p.File(name)
		if _, _, there := m.tree.ReadPath(name); c == nil && !there {
			continue
		}
		if c != nil && c.Translation != nil {
			c = m.p.Find(c.TranslationOf.Value)
		}
		return c, c != nil
	}
	return m.p.Find(ID(parts[1])), true
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

func relative(dir, to string) string {
	if way, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(to)); err == nil {
		return filepath.ToSlash(way)
	}
	return to
}
