package lsp

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"charterhouse/internal/ask"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/markdown"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
	"charterhouse/internal/source"
)

// shown is how many proposals are sent at a time; the client asks again with
// every letter.
const shown = 100

// A menu gathers proposals for one place.
type menu struct {
	x     *spot
	edit  textRange
	typed string // what stands before the cursor, in small letters
	list  completionList
}

func (x *spot) menu(start, end int) *menu {
	return &menu{x: x, edit: x.page.span(start, end, x.s.enc), typed: strings.ToLower(strings.TrimLeft(x.page.text[start:max(start, min(x.offset, end))], `"'`)), list: completionList{Items: []completionItem{}}}
}

// add offers one thing, if what was typed is part of its id or name.
func (m *menu) add(label, insert, detail, note string, kind int) {
	if m.typed != "" && !strings.Contains(strings.ToLower(insert), m.typed) && !strings.Contains(strings.ToLower(label), m.typed) {
		return
	}
	if len(m.list.Items) == shown {
		m.list.Incomplete = true
		return
	}
	item := completionItem{Label: label, Kind: kind, Detail: detail, SortText: fmt.Sprintf("%04d", len(m.list.Items)), Edit: textEdit{m.edit, insert}}
	if strings.Contains(insert, "\n") {
		item.Indent = 1
	}
	if label != insert {
		item.FilterText = insert + " " + label
	}
	if note != "" {
		item.Documentation = &markup{"plaintext", note}
	}
	m.list.Items = append(m.list.Items, item)
}

// completion offers what may stand at the spot.
func (x *spot) completion() (any, error) {
	if p, ok := x.place(); ok {
		return x.completeFacts(p), nil
	}
	if strings.HasSuffix(x.doc.name, ".md") {
		return x.completeProse(), nil
	}
	return nil, nil
}

func (x *spot) completeFacts(p place) completionList {
	m := x.menu(p.start, p.end)
	if m2 := x.wiki(); m2 != nil { // in a text that may hold links
		return m2.list
	}
	if p.value {
		m.values(p)
	}
	if p.key && !(p.value && len(m.list.Items) > 0 && m.typed == "") {
		m.keys(p)
	}
	return m.list
}

// keys offers the keys of a group that it does not have yet.
func (m *menu) keys(p place) {
	x := m.x
	if !p.known && p.path == "" && len(p.steps) > 0 && p.schema != "charter" {
		if len(p.steps) != 1 || p.steps[0] != "[]" {
			return
		}
	}
	if p.schema == "charter" && p.path == "x" {
		for _, f := range x.Portfolio.Config().Fields {
			if !slices.Contains(p.group, f.Key) {
				m.add(f.Key, f.Key+": ", f.Name.In(x.s.lang)+" · "+f.Type.String(), f.Note.In(x.s.lang), kindField)
			}
		}
		return
	}
	if p.schema == "charter" {
		if naming := charter.KeyNames(p.path); naming != charter.NoNaming {
			m.keysNaming(p, naming)
			return
		}
	}
	below, dash := charter.Below(p.fields, p.path), ""
	if len(below) == 0 && p.path != "" {
		if below = charter.Below(p.fields, p.path+"[]"); len(below) > 0 && !p.dash {
			dash = "- "
		}
		if f := charter.FieldAt(p.fields, p.path); len(below) == 0 && f != nil && strings.Contains(f.Type, "[]") && p.blank {
			q := p
			q.value, q.path = true, p.path
			m.items(q)
			return
		}
	}
	needs, texts := x.needs(p), x.translates(p)
	for _, f := range below {
		key := f.Key()
		if texts && !charter.Translatable(f.Path) {
			continue
		}
		if key == "*" || dash == "" && slices.Contains(p.group, key) && key != p.word {
			continue
		}
		insert := dash + key + ": "
		if f.Type == "map" {
			insert = dash + key + ":\n" + strings.Repeat(" ", p.indent+len(dash)+2)
		}
		if f.Type == "map[]" {
			insert = dash + key + ":\n" + strings.Repeat(" ", p.indent+len(dash)+2) + "- "
		}
		if strings.Contains(x.line(), "{") {
			insert = key + ": "
		}
		if rest := x.page.text[p.end:]; strings.HasPrefix(strings.TrimLeft(rest, " "), ":") {
			insert = key
		}
		detail := f.Title[x.tongue()]
		if needs[key] {
			detail += " · " + x.s.say("required", "kræves")
		}
		m.add(key, insert, detail, f.Note[x.tongue()], kindProperty)
	}
}

// translates reports whether the text only translates a charter.
func (x *spot) translates(p place) bool {
	c := x.Portfolio.File(x.doc.name)
	return p.schema == "charter" && c != nil && c.Translation != nil
}

// line is the text of the line of the spot up to it.
func (x *spot) line() string {
	start, _ := x.page.line(x.page.lineAt(x.offset))
	return x.page.text[start:x.offset]
}

func (x *spot) tongue() int {
	if x.s.lang == "da" {
		return 1
	}
	return 0
}

// needs are the keys of a charter that its status requires.
func (x *spot) needs(p place) map[string]bool {
	all := map[string]bool{}
	if p.schema != "charter" || p.path != "" {
		return all
	}
	status := charter.Proposed
	if c := x.Portfolio.File(x.doc.name); c != nil && c.Status.Value != charter.NoStatus {
		status = c.Status.Value
	}
	for field, at := range x.Portfolio.Config().Required {
		all[field] = at[status] == portfolio.Must
	}
	return all
}

// keysNaming offers ids as keys: departments that pay, periods.
func (m *menu) keysNaming(p place, naming charter.Naming) {
	switch naming {
	case charter.ADepartment:
		for _, d := range m.x.Portfolio.Registers().Departments {
			if !slices.Contains(p.group, string(d.ID)) || string(d.ID) == p.word {
				m.add(d.Name.In(m.x.s.lang), string(d.ID)+": ", string(d.ID), "", kindModule)
			}
		}
	case charter.APeriod:
		c := m.x.Portfolio.File(m.x.doc.name)
		if c == nil {
			return
		}
		window, ok := c.Timeframe.Window()
		if !ok {
			return
		}
		for _, unit := range []calendar.Unit{calendar.Quarter, calendar.Year} {
			for period := calendar.PeriodOf(window.Start, unit); !period.Start().After(window.End); period = period.Next() {
				key := period.String()
				if unit == calendar.Year {
					key = `"` + key + `"`
				}
				if !slices.Contains(p.group, period.String()) {
					m.add(period.String(), key+": ", "", "", kindValue)
				}
			}
		}
	}
}

// items offers what may stand behind a new dash.
func (m *menu) items(p place) {
	inner := m.x.menu(p.start, p.end)
	inner.values(p)
	for _, item := range inner.list.Items {
		m.add(item.Label, "- "+item.Edit.NewText, item.Detail, "", item.Kind)
	}
}

// values offers values of a field.
func (m *menu) values(p place) {
	x := m.x
	at := strings.TrimSuffix(p.path, "[]")
	if p.schema == "charter" && strings.HasPrefix(at, "x.") {
		m.own(strings.TrimPrefix(at, "x."))
		return
	}
	field := charter.FieldAt(p.fields, at)
	typ, short := charter.Short(at)
	if field != nil {
		typ = field.Type
	} else if !short {
		return
	}
	if naming := portfolio.Naming(p.schema, at); naming != charter.NoNaming {
		m.named(p, naming)
		return
	}
	switch base := strings.TrimSuffix(typ, "[]"); {
	case base == "share":
		for _, s := range []string{"50%", "1/3", "25%", "rest", "equal"} {
			m.add(s, s, x.s.say("share of the budget", "andel af budgettet"), "", kindValue)
		}
	case base == "bool":
		m.add("true", "true", "", "", kindValue)
		m.add("false", "false", "", "", kindValue)
	case base == "date":
		m.days()
	case base == "pct":
		for _, s := range []string{"100%", "80%", "50%", "40%", "20%"} {
			m.add(s, s, "", "", kindValue)
		}
	case base == "field":
		for _, t := range portfolio.FieldTypes {
			m.add(t, t, "", "", kindEnum)
		}
	case base == "statuses":
		for _, s := range charter.Statuses {
			m.add(s.String(), s.String(), x.words("status."+s.String()), "", kindEnum)
		}
	case base == "charter/1":
		m.add(base, base, "", "", kindValue)
	case strings.Contains(base, "|") && !strings.Contains(base, "map") && !strings.Contains(base, "text"):
		prefix := at[strings.LastIndexByte(at, '.')+1:] + "."
		for word := range strings.SplitSeq(base, "|") {
			m.add(word, word, x.words(prefix+word), "", kindEnum)
		}
	}
}

// words is a word of the pages in our language, if they have it.
func (x *spot) words(key string) string {
	for _, lang := range []string{x.s.lang, x.Portfolio.Config().Languages[0]} {
		if w := x.Theme.Words(lang); w != nil {
			if text, ok := w.Find(key); ok {
				return text
			}
		}
	}
	return ""
}

func (x *spot) locale() *locale.Locale { return x.Portfolio.Config().Speech.For(x.s.lang) }

// days offers today and the ends of the timeframe.
func (m *menu) days() {
	x := m.x
	offer := func(d calendar.Date, what string) {
		if !d.IsZero() {
			m.add(d.String(), d.String(), what+" · "+x.locale().DateLong(d), "", kindValue)
		}
	}
	offer(x.Portfolio.AsOf(), x.s.say("today", "i dag"))
	if c := x.Portfolio.File(x.doc.name); c != nil {
		offer(c.Timeframe.Start.Value, x.s.say("the start", "starten"))
		offer(c.Timeframe.End.Value, x.s.say("the end", "slutningen"))
	}
}

// own offers values of a field of the organisation's own.
func (m *menu) own(key string) {
	f := m.x.Portfolio.Config().Field(strings.TrimSuffix(key, ".[]"))
	if f == nil {
		return
	}
	switch f.Type {
	case portfolio.ChoiceField:
		for _, c := range f.Choices {
			m.add(c.Name.In(m.x.s.lang), c.ID, c.ID, "", kindEnum)
		}
	case portfolio.PersonField:
		m.people("")
	case portfolio.DepartmentField:
		m.departments()
	case portfolio.BoolField:
		m.add("true", "true", "", "", kindValue)
		m.add("false", "false", "", "", kindValue)
	case portfolio.DateField:
		m.days()
	}
}

// named offers ids by the name of what they stand for.
func (m *menu) named(p place, naming charter.Naming) {
	x := m.x
	switch naming {
	case charter.APerson:
		home := charter.ID("")
		if n := len(p.steps); n > 0 && (p.path == "owners.*" || p.path == "owners.*.person") {
			home = charter.ID(p.steps[1])
		}
		m.people(home)
	case charter.ADepartment:
		if p.schema != "departments" || p.path != "id" {
			m.departments()
		}
	case charter.AnArea:
		if p.schema == "areas" && p.path == "id" {
			return
		}
		for _, a := range x.Portfolio.Registers().Areas {
			detail := string(a.ID)
			if a.StandingOwner != "" {
				detail += " · " + x.name(portfolio.ToDepartment, a.StandingOwner)
			}
			m.add(a.Name.In(x.s.lang), string(a.ID), detail, "", kindReference)
		}
	case charter.AnObjective:
		if p.schema == "objectives" {
			return
		}
		for _, o := range x.Portfolio.Registers().Objectives {
			m.add(o.Text.In(x.s.lang), "objective:"+string(o.ID), string(o.ID), "", kindReference)
		}
	case charter.ACharter:
		if p.path != "aliases" {
			m.charters(func(c *charter.Charter) string { return string(c.ID.Value) }, true)
		}
	case charter.AMilestone:
		if c := x.Portfolio.File(x.doc.name); c != nil {
			for _, one := range c.Milestones {
				m.add(one.Title.Value, string(one.ID.Value), string(one.ID.Value), "", kindReference)
			}
		}
	case charter.ACostCentre:
		if len(p.steps) > 2 {
			if d := x.Portfolio.Department(charter.ID(p.steps[2])); d != nil {
				for _, c := range d.CostCentres {
					m.add(c, `"`+c+`"`, d.Name.In(x.s.lang), "", kindValue)
				}
			}
		}
	case charter.ALanguage:
		for _, lang := range x.Portfolio.Config().Speech.Tags() {
			if p.schema == "charterhouse" || slices.Contains(x.Portfolio.Config().Languages, lang) {
				m.add(lang, lang, "", "", kindEnum)
			}
		}
	case charter.ACurrency:
		for _, c := range append(x.currencies(), money.Currencies()...) {
			if !slices.ContainsFunc(m.list.Items, func(i completionItem) bool { return i.Label == c }) {
				m.add(c, c, "", "", kindEnum)
			}
		}
	}
}

// currencies are those that the portfolio knows rates for, its own first.
func (x *spot) currencies() []string {
	var all []string
	if c := x.Portfolio.Config().Currency; c != "" {
		all = append(all, string(c))
	}
	if r := x.Portfolio.Registers().Rates; r != nil {
		all = append(all, string(r.Base))
		var others []string
		for c := range r.Units {
			others = append(others, string(c))
		}
		slices.Sort(others)
		all = append(all, others...)
	}
	return all
}

// people offers those of a department first: for an owner its chief and deputies.
func (m *menu) people(home charter.ID) {
	x, day := m.x, m.x.Portfolio.AsOf()
	offer := func(p *portfolio.Person) {
		detail := string(p.ID)
		if d := p.Home(day); d != "" {
			detail += " · " + x.name(portfolio.ToDepartment, d)
		}
		m.add(p.Name, string(p.ID), detail, "", kindMember)
	}
	first := map[charter.ID]bool{}
	if d := x.Portfolio.Department(home); d != nil {
		for _, t := range slices.Concat(d.Chiefs, d.Deputies) {
			if p := x.Portfolio.Person(t.ID); p != nil && t.On(day) && !first[t.ID] {
				first[t.ID] = true
				offer(p)
			}
		}
	}
	for _, p := range x.Portfolio.Registers().People {
		if !first[p.ID] && (p.Until.IsZero() || !p.Until.Before(day)) {
			offer(p)
		}
	}
}

func (m *menu) departments() {
	for _, d := range m.x.Portfolio.Registers().Departments {
		m.add(d.Name.In(m.x.s.lang), string(d.ID), string(d.ID), "", kindModule)
	}
}

// charters offers all but the one that is being written.
func (m *menu) charters(insert func(*charter.Charter) string, others bool) {
	for _, c := range m.x.Portfolio.Charters() {
		if m.list.Incomplete {
			return
		}
		if !others || c.File != m.x.doc.name {
			m.add(c.Name(), insert(c), string(c.ID.Value)+" · "+m.x.words("status."+c.Status.Value.String()), "", kindFile)
		}
	}
}

func (x *spot) name(kind portfolio.TargetKind, id charter.ID) string {
	return x.Portfolio.NameOf(portfolio.Target{Kind: kind, ID: id}, x.s.lang)
}

var (
	wikiOpen = regexp.MustCompile(`\[\[([^\[\]\n|]*)$`)
	pathOpen = regexp.MustCompile(`\]\(([^()\s]*)$`)
	fence    = regexp.MustCompile("(?m)^ {0,3}(`{3,}|~{3,})[ \t]*([a-z]*)")
)

func (x *spot) completeProse() completionList {
	if m := x.wiki(); m != nil {
		return m.list
	}
	if m := pathOpen.FindStringSubmatchIndex(x.line()); m != nil {
		return x.files(x.offset - (m[3] - m[2]))
	}
	if x.asking() {
		return x.questions()
	}
	return completionList{Items: []completionItem{}}
}

// wiki offers what may follow two brackets; nil where there are none before the
// spot.
func (x *spot) wiki() *menu {
	found := wikiOpen.FindStringSubmatch(x.line())
	if found == nil {
		return nil
	}
	typed := found[1]
	closed := strings.HasPrefix(x.page.text[x.offset:], "]]")
	end := func(s string) string {
		if closed {
			return s
		}
		return s + "]]"
	}
	if target, anchor, ok := strings.Cut(typed, "#"); ok {
		m := x.menu(x.offset-len(anchor), x.offset)
		m.sections(target, end)
		return m
	}
	m := x.menu(x.offset-len(typed), x.offset)
	kind, _, register := strings.Cut(typed, ":")
	reg := x.Portfolio.Registers()
	if register {
		switch kind {
		case "person":
			for _, p := range reg.People {
				m.add(p.Name, end("person:"+string(p.ID)), string(p.ID), "", kindMember)
			}
		case "dept":
			for _, d := range reg.Departments {
				m.add(d.Name.In(x.s.lang), end("dept:"+string(d.ID)), string(d.ID), "", kindModule)
			}
		case "area":
			for _, a := range reg.Areas {
				m.add(a.Name.In(x.s.lang), end("area:"+string(a.ID)), string(a.ID), "", kindReference)
			}
		case "objective":
			for _, o := range reg.Objectives {
				m.add(o.Text.In(x.s.lang), end("objective:"+string(o.ID)), string(o.ID), "", kindReference)
			}
		}
		return m
	}
	for _, k := range [][3]string{{"person:", "a person", "en person"}, {"dept:", "a department", "en afdeling"}, {"area:", "an area", "et område"}, {"objective:", "an objective", "et mål"}} {
		m.add(k[0], k[0], x.s.say(k[1], k[2]), "", kindReference)
	}
	m.charters(func(c *charter.Charter) string { return end(string(c.ID.Value)) }, true)
	return m
}

// sections offers the headings of a charter, and the parts that its page has.
func (m *menu) sections(target string, end func(string) string) {
	p := m.x.Portfolio
	c := p.File(m.x.doc.name)
	if target != "" {
		r := p.Resolve(c, markdown.Link{Kind: markdown.Wiki, Target: target})
		if r.Target.Kind != portfolio.ToCharter {
			return
		}
		c = p.Charter(r.Target.ID)
	}
	if c == nil {
		return
	}
	for _, h := range c.Body.Outline {
		short := strings.TrimPrefix(h.ID, "s-")
		if id, ok := c.Body.ResolveAnchor(short); !ok || id != h.ID {
			short = h.ID
		}
		m.add(h.Text, end(short), h.ID, "", kindReference)
	}
	for _, a := range portfolio.PageAnchors {
		m.add(a, end(a), m.x.s.say("part of the page", "del af siden"), "", kindReference)
	}
}

// files offers charters and attachments by their path from this file.
func (x *spot) files(start int) completionList {
	m := x.menu(start, x.offset)
	from := path.Dir(x.doc.name)
	for _, e := range x.Tree.Entries() {
		if e.Kind != source.Charter && e.Kind != source.Asset || e.Path == x.doc.name || m.list.Incomplete {
			continue
		}
		to, ok := relative(from, e.Path)
		if !ok {
			continue
		}
		label := to
		if c := x.Portfolio.File(e.Path); c != nil {
			label = c.Name()
		}
		m.add(label, to, e.Path, "", kindFile)
	}
	return m.list
}

// relative is the way from a folder to a file, both slash paths.
func relative(from, to string) (string, bool) {
	up := ""
	for from != "." {
		if rest, ok := strings.CutPrefix(to, from+"/"); ok {
			return up + rest, true
		}
		up, from = up+"../", path.Dir(from)
	}
	return up + to, true
}

// asking reports whether the spot is in a block that asks the portfolio.
func (x *spot) asking() bool {
	before := x.page.text[:x.offset]
	open, lang := "", ""
	for _, m := range fence.FindAllStringSubmatch(before, -1) {
		switch {
		case open == "":
			open, lang = m[1], m[2]
		case strings.HasPrefix(m[1], open[:3]) && len(m[1]) >= len(open):
			open = ""
		}
	}
	return open != "" && lang == "query"
}

// questions offers the keys of a question, and the fields that it can name.
func (x *spot) questions() completionList {
	line := x.line()
	start := x.offset
	for start > x.offset-len(line) && strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-.", rune(x.page.text[start-1])) {
		start--
	}
	m := x.menu(start, x.offset)
	if key, value, ok := strings.Cut(line, ":"); !ok {
		for _, k := range query.Keys() {
			m.add(k, k+": ", "", "", kindProperty)
		}
		return m.list
	} else if k := strings.TrimSpace(key); (k == "list" || k == "count" || k == "table") && strings.TrimSpace(value) == m.typed {
		m.add("charters", "charters", "", "", kindValue)
		return m.list
	}
	for _, f := range ask.Fields(x.Portfolio) {
		m.add(f, f, x.words("field."+f), "", kindField)
	}
	return m.list
}
