package change

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A Report is a difference in words: what the terminal, a comment on a pull
// request and a page all show. Authors' texts stand in it as they are; each face
// escapes them.
type Report struct {
	Title, Sides string
	Site         string // its title
	Summary      []string
	Charters     []Told
	Tables       []Table
	Lists        []List
	Words        *theme.Words
}

// Told is a charter in words.
type Told struct {
	ID    string
	Title string
	Lang  string // of the title, where it is another than the report's
	Mark  string // new, removed, renamed, changed
	Gone  bool
	Terms string   // what is different in what was agreed, in one line
	Other []string // what else is
}

// A Table is figures before and after. The first column is text, the others are
// to the right.
type Table struct {
	Heading string
	Text    int // how many columns are text
	Columns []string
	Rows    [][]string
	Sum     []string
}

// A List is one kind of things that are new, gone or different.
type List struct {
	Heading string
	Lang    string // of the items, where it is another than the report's
	Items   []string
}

// Tell puts a difference into words.
func Tell(d *Difference, words *theme.Words) *Report {
	t := reporter{Teller{words, d.Before.Portfolio, d.After.Portfolio}, d}
	r := &Report{Title: words.T("diff.title"), Site: d.After.Portfolio.Config().Title.Value, Words: words}
	tree := words.T("diff.tree")
	r.Sides = words.F("diff.sides", "Before", cmp.Or(d.Before.Name, tree), "After", cmp.Or(d.After.Name, tree), "Day", words.Locale().DateLong(d.After.Portfolio.AsOf()))
	for i := range d.Charters {
		r.Charters = append(r.Charters, t.charter(&d.Charters[i]))
	}
	r.Tables = t.tables()
	r.Lists = t.lists()
	r.Summary = t.summary()
	return r
}

type reporter struct {
	Teller
	d *Difference
}

// summary is what a reader must know who reads nothing else.
func (t reporter) summary() []string {
	var said []string
	count := func(key string, n int) {
		if n > 0 {
			said = append(said, t.Words.F("diff.summary."+key, "N", n))
		}
	}
	of := func(a ...Action) (n int) {
		for _, c := range t.d.Charters {
			if slices.Contains(a, c.Action) {
				n++
			}
		}
		return n
	}
	count("changed", of(Changed))
	count("added", of(Added))
	count("removed", of(Removed))
	for _, total := range t.d.Totals {
		if !total.Sum.same() {
			from, to := t.pair(total.Sum.Before, total.Sum.After)
			said = append(said, t.Words.F("diff.summary.agreed", "Currency", t.in().Currency(total.Currency), "From", from, "To", to, "Change", t.signed(total.Sum.Change, false)))
		}
	}
	count("lapsed", t.signaturesOf(Lapsed))
	count("given", t.signaturesOf(Valid))
	count("conflicts", len(t.d.Conflicts.New))
	count("overloads", persons(t.d.Overloads.New))
	count("gained", len(t.d.Findings.New))
	count("lost", len(t.d.Findings.Gone))
	count("registers", len(t.registered(t.d.Registers))+len(t.registered(t.d.Config)))
	count("files", len(t.d.Files))
	count("unread", len(t.d.Unread))
	if len(said) == 0 && t.d.Empty() {
		return []string{t.Words.T("diff.none")}
	}
	return said
}

func (t reporter) signaturesOf(a Action) (n int) {
	for _, c := range t.d.Charters {
		for _, x := range c.Changes {
			if x.List == "signatures" && x.Action == a {
				n++
			}
		}
	}
	return n
}

func persons(all []Overload) int {
	seen := map[portfolio.ID]bool{}
	for _, o := range all {
		seen[o.Person] = true
	}
	return len(seen)
}

// charter tells of one charter: its terms in one line, the rest below.
func (t reporter) charter(c *Charter) Told {
	now := c.After
	if now == nil {
		now = c.Before
	}
	told := Told{ID: string(c.ID), Mark: t.Words.T("diff.mark." + string(c.Action)), Gone: c.Action == Removed}
	if now != nil {
		told.Title, told.Lang = now.Name(), t.lang(t.of(c).Lang(now))
	}
	var terms, other []Change
	for _, x := range c.Changes {
		if x.Field == "id" && x.List == "" && c.Former != "" {
			continue // it is told as the name it had
		}
		if x.Term || x.List == "signatures" {
			terms = append(terms, x)
		} else {
			other = append(other, x)
		}
	}
	said := t.Sentences(terms)
	if c.Former != "" {
		told.Mark = t.Words.T("diff.mark.renamed")
		said = append([]string{t.Words.F("diff.renamed", "Former", string(c.Former))}, said...)
	}
	if c.Action != Changed {
		said = append(t.outline(now), said...)
	}
	told.Terms = Line(said)
	for _, s := range t.Sentences(other) {
		told.Other = append(told.Other, whole(s))
	}
	for _, x := range c.Translations {
		told.Other = append(told.Other, whole(t.translation(x)))
	}
	return told
}

// of is the portfolio that a charter is told from.
func (t reporter) of(c *Charter) *portfolio.Portfolio {
	if c.After == nil {
		return t.Before
	}
	return t.After
}

// lang is a language where it is another than the report's.
func (t reporter) lang(of string) string {
	if of == t.Words.Lang() {
		return ""
	}
	return of
}

// outline says of a charter that came or went what it is about in figures.
func (t reporter) outline(c *charter.Charter) []string {
	side := t.Teller
	said := []string{t.Words.T("status." + c.Status.Value.String())}
	if b := &c.Budget; b.Sound {
		var parts []string
		for _, p := range b.Parties {
			parts = append(parts, side.department(string(p.Department.Value))+" "+t.in().Money(p.Amount)+" ("+t.in().Percent(p.Share)+")")
		}
		said = append(said, t.in().Money(b.Total.Value)+": "+t.in().List(parts))
	}
	if w, ok := c.Timeframe.Window(); ok {
		said = append(said, t.Words.F("change.member.window", "From", t.in().DateLong(w.Start), "To", t.in().DateLong(w.End)))
	}
	return said
}

func (t reporter) translation(x Translation) string {
	language := x.Lang
	if name, ok := t.Words.Find("language." + x.Lang); ok {
		language = name
	}
	if x.Action != Changed {
		return t.Words.F("diff.translation."+string(x.Action), "Language", language)
	}
	return t.Words.F("diff.translation.changed", "Language", language, "What", strings.Join(t.Sentences(x.Changes), "; "))
}

// tables are the figures that differ.
func (t reporter) tables() []Table {
	var all []Table
	for _, x := range []struct {
		heading string
		totals  []Total
	}{{"diff.money", t.d.Totals}, {"diff.proposed", t.d.Proposed}} {
		for _, total := range x.totals {
			if slices.ContainsFunc(total.Rows, func(r Row) bool { return !r.same() }) {
				all = append(all, t.money(t.Words.T(x.heading), total))
			}
		}
	}
	if len(t.d.Posts) > 0 {
		all = append(all, t.posts())
	}
	if len(t.d.Loads) > 0 {
		all = append(all, t.loads())
	}
	return all
}

func (t reporter) money(heading string, total Total) Table {
	table := Table{Heading: heading + " (" + string(total.Currency) + ")", Text: 1,
		Columns: []string{t.Words.T("column.department"), t.Words.T("diff.before"), t.Words.T("diff.after"), t.Words.T("diff.change")}}
	decimals := total.Decimals()
	cells := func(head string, r Row) []string {
		return []string{head, t.in().Amount(r.Before, decimals), t.in().Amount(r.After, decimals), t.signed(r.Change, decimals)}
	}
	for _, r := range total.Rows {
		table.Rows = append(table.Rows, cells(t.department(string(r.Department)), r))
	}
	table.Sum = cells(t.Words.T("diff.all"), total.Sum)
	return table
}

// signed writes a difference with its sign.
func (t reporter) signed(m money.Money, decimals bool) string {
	s := t.in().Amount(m, decimals || m.Minor%m.Currency.Scale() != 0)
	if m.Minor > 0 {
		return "+" + s
	}
	return s
}

func (t reporter) posts() Table {
	table := Table{Heading: t.Words.T("diff.posts"), Text: 2, Columns: []string{t.Words.T("column.department"), t.Words.T("diff.quarter"), t.Words.T("diff.before"), t.Words.T("diff.after")}}
	for _, p := range t.d.Posts {
		table.Rows = append(table.Rows, []string{t.department(string(p.Department)), t.in().Period(p.Quarter), t.in().Decimal(p.Before.FloatString(2)), t.in().Decimal(p.After.FloatString(2))})
	}
	return table
}

func (t reporter) loads() Table {
	table := Table{Heading: t.Words.T("diff.loads"), Text: 1, Columns: []string{t.Words.T("column.who"), t.Words.T("diff.before"), t.Words.T("diff.after")}}
	for _, l := range t.d.Loads {
		table.Rows = append(table.Rows, []string{t.person(string(l.Person)), t.in().PercentWhole(l.Before), t.in().PercentWhole(l.After)})
	}
	return table
}

// lists are what is new, gone or different besides.
func (t reporter) lists() []List {
	var all []List
	add := func(key string, items []string) {
		if len(items) > 0 {
			l := List{Heading: t.Words.T(key), Items: items}
			if strings.HasPrefix(key, "diff.findings.") {
				l.Lang = t.lang("en")
			}
			all = append(all, l)
		}
	}
	add("diff.conflicts.new", each(t.d.Conflicts.New, t.conflict(t.After)))
	add("diff.conflicts.gone", each(t.d.Conflicts.Gone, t.conflict(t.Before)))
	add("diff.overloads.new", each(t.d.Overloads.New, t.overload))
	add("diff.overloads.gone", each(t.d.Overloads.Gone, t.overload))
	add("diff.findings.new", each(t.d.Findings.New, t.finding))
	add("diff.findings.gone", each(t.d.Findings.Gone, t.finding))
	add("diff.registers", t.registered(t.d.Registers))
	add("diff.config", t.registered(t.d.Config))
	add("diff.files", each(t.d.Files, t.file))
	add("diff.unread", t.notRead())
	return all
}

func each[T, U any](all []T, say func(T) U) []U {
	said := make([]U, len(all))
	for i, x := range all {
		said[i] = say(x)
	}
	return said
}

func (t reporter) conflict(p *portfolio.Portfolio) func(portfolio.Conflict) string {
	return func(c portfolio.Conflict) string {
		return t.Words.F("diff.conflict", "Area", t.named("responsibilities[].area", string(c.One.Area), p),
			"One", t.named("team[].home", string(c.One.Department), p), "First", t.quote(c.One.Charter.Name()),
			"Other", t.named("team[].home", string(c.Other.Department), p), "Second", t.quote(c.Other.Charter.Name()))
	}
}

func (t reporter) overload(o Overload) string {
	return t.Words.F("diff.overload", "Who", t.person(string(o.Person)), "From", t.in().DateLong(o.Window.Start), "To", t.in().DateLong(o.Window.End))
}

func (t reporter) finding(f diag.Diagnostic) string {
	return t.Words.T("severity."+f.Severity.String()) + " " + string(f.Code) + " " + f.Pos.String() + ": " + f.Message.In(t.Words.Tongue())
}

func (t reporter) file(f File) string {
	return t.Words.F("diff.file", "Path", f.Path, "What", t.Words.T("diff.mark."+string(f.Action)))
}

func (t reporter) notRead() []string {
	var said []string
	if t.d.Before.Absent {
		said = append(said, t.Words.T("diff.absent.before"))
	}
	if t.d.After.Absent {
		said = append(said, t.Words.T("diff.absent.after"))
	}
	for _, u := range t.d.Unread {
		key := "diff.unread.before"
		if u.Now {
			key = "diff.unread.after"
		}
		said = append(said, t.Words.F(key, "File", u.File, "Why", u.Why.In(t.Words.Tongue())))
	}
	return said
}

// registered tells of registers and configuration.
func (t reporter) registered(all []Change) []string {
	var said []string
	for i := range all {
		if s := Begin(t.register(&all[i])); !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	return said
}

func (t reporter) register(c *Change) string {
	register := c.List
	if name, ok := t.Words.Find("diff.registers." + c.List); ok {
		register = name
	}
	was, is := t.called(t.Before, c), t.called(t.After, c)
	switch {
	case c.Field == "file" && c.Was.IsZero():
		return t.Words.F("diff.register.new", "Register", register)
	case c.Field == "file" && c.Is.IsZero():
		return t.Words.F("diff.register.gone", "Register", register)
	case c.Field == "file":
		return t.Words.F("diff.register.file", "Register", register)
	case len(c.Fields) > 0 && c.Of != "" && c.Action == Added:
		return t.Words.F("diff.register.in", "Register", register, "Name", cmp.Or(is, c.Of))
	case len(c.Fields) > 0 && c.Of != "" && c.Action == Removed:
		return t.Words.F("diff.register.out", "Register", register, "Name", cmp.Or(was, c.Of))
	case (c.Field == "name" || strings.HasPrefix(c.Field, "name.")) && was != "" && is != "" && was != is:
		return t.Words.F("diff.register.named", "Before", was, "After", is)
	}
	what, known := t.Words.Find("diff.what." + c.Field)
	if !known {
		what = cmp.Or(c.Field, c.Of)
	}
	switch {
	case c.Of != "":
		return t.Words.F("change.subject", "Who", cmp.Or(is, was, c.Of), "What", t.post(c, what))
	case c.List == "charterhouse":
		return t.fact(c, what)
	}
	return t.Words.F("change.subject", "Who", register, "What", t.fact(c, what))
}

// called is the name that a side has for a record of a register.
func (t reporter) called(p *portfolio.Portfolio, c *Change) string {
	if look := map[string]func(*portfolio.Portfolio, string, charter.ID) string{"people": person, "departments": department, "areas": area, "objectives": objective}[c.List]; look != nil {
		return look(p, t.Words.Lang(), charter.ID(c.Of))
	}
	return ""
}

// post tells of what a register says of a department, a person or an area.
func (t reporter) post(c *Change, what string) string {
	came, went := tenures(t.After, c), tenures(t.Before, c)
	if came == nil && went == nil {
		named := *c
		if _, ok := naming[c.Key()]; ok {
			named.Before.Type, named.After.Type = "id", "id"
		}
		return t.fact(&named, what)
	}
	say := func(all, without []portfolio.Tenure, p *portfolio.Portfolio) string {
		var names []string
		for _, x := range all {
			if !slices.ContainsFunc(without, func(y portfolio.Tenure) bool { return x.ID == y.ID && x.From == y.From && x.Until == y.Until }) {
				names = append(names, t.tenure(x, p))
			}
		}
		return t.in().List(names)
	}
	added, gone := say(came, went, t.After), say(went, came, t.Before)
	if added == "" && gone == "" {
		return t.other(c)
	}
	return t.swap(what, added, gone)
}

// tenures are the terms of office that a change is about.
func tenures(p *portfolio.Portfolio, c *Change) []portfolio.Tenure {
	switch {
	case c.List == "people" && c.Field == "department":
		if x := p.Person(charter.ID(c.Of)); x != nil {
			return x.Homes
		}
	case c.List == "departments":
		if x := p.Department(charter.ID(c.Of)); x != nil && c.Field == "chief" {
			return x.Chiefs
		} else if x != nil && c.Field == "deputies" {
			return x.Deputies
		}
	}
	return nil
}

func (t reporter) tenure(x portfolio.Tenure, p *portfolio.Portfolio) string {
	who := t.named("team[].person", string(x.ID), p)
	day := func(d calendar.Date) string { return t.in().DateLong(d) }
	switch {
	case !x.From.IsZero() && !x.Until.IsZero():
		return t.Words.F("diff.tenure.window", "Who", who, "From", day(x.From), "To", day(x.Until))
	case !x.From.IsZero():
		return t.Words.F("diff.tenure.from", "Who", who, "From", day(x.From))
	case !x.Until.IsZero():
		return t.Words.F("diff.tenure.until", "Who", who, "To", day(x.Until))
	}
	return who
}

// oneLine keeps an author's text on its line, and from steering a terminal or
// turning a line about.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
