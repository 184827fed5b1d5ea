package site

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// This file shows the past by quarters. A quarter has a page with the list of its
// initiatives, parted where it is long, and every pair of quarters a page that
// compares the two: quarters/<last day>.html and
// quarters/<last day>/<last day>.html. Each is a function of its address, so a
// preview reads the two quarters that somebody looks at and no other.

// past is the quarters of the past; without any, no page speaks of them.
type past struct {
	list func() ([]portfolio.Quarter, error)

	mu          sync.Mutex
	books       []*book // that were asked for last
	differences []*difference
}

// A difference is two quarters compared, for every language and for both pages
// that tell of it.
type difference struct {
	from, to *portfolio.Then
	made     func() *change.Difference
}

// differences are how many are kept while pages are made of them.
const differences = 6

// compared compares two quarters, or remembers it.
func (s *Site) compared(from, to *portfolio.Quarter) (*change.Difference, error) {
	was, err := from.Read()
	if err != nil {
		return nil, err
	}
	is, err := to.Read()
	if err != nil {
		return nil, err
	}
	return s.past.compared(was, is).made(), nil
}

// compared finds the difference, or begins it. Findings are left out: rules
// change, and nobody can mend the past.
func (x *past) compared(was, is *portfolio.Then) *difference {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, d := range x.differences {
		if d.from == was && d.to == is {
			return d
		}
	}
	d := &difference{from: was, to: is}
	d.made = sync.OnceValue(func() *change.Difference {
		return change.Portfolios(change.Side{Portfolio: was.Portfolio, Tree: was.Tree, Absent: was.Absent}, change.Side{Portfolio: is.Portfolio, Tree: is.Tree, Absent: is.Absent})
	})
	x.differences = append(x.differences[max(0, len(x.differences)-differences+1):], d)
	return d
}

// quarters lists the quarters of the past, oldest first.
func (s *Site) quarters() ([]portfolio.Quarter, error) {
	if s.past.list == nil {
		return nil, nil
	}
	return s.past.list()
}

// quarterAddresses lists the pages of the past within a tree, in an order in
// which few quarters are read at a time: each after the one before, then pairs
// in tiles. Of a quarter that cannot be read it lists the first page, which tells
// why when it is made.
func (s *Site) quarterAddresses() []string {
	if s.past.list == nil {
		return nil
	}
	all, _ := s.quarters()
	addresses := []string{"quarters/index.html"}
	for i := range all {
		parts := 1
		if then, err := all[i].Read(); err == nil {
			parts = partsOf(len(then.Portfolio.Charters()))
		}
		for n := range parts {
			addresses = append(addresses, quarterAddress(&all[i], n))
		}
		if i > 0 {
			addresses = append(addresses, betweenAddress(&all[i-1], &all[i]))
		}
	}
	const tile = 5
	for from := 0; from < len(all); from += tile {
		for to := from; to < len(all); to += tile {
			for i := from; i < min(from+tile, len(all)); i++ {
				for j := max(to, i+2); j < min(to+tile, len(all)); j++ {
					addresses = append(addresses, betweenAddress(&all[i], &all[j]))
				}
			}
		}
	}
	return addresses
}

// partsOf is how many pages a list takes.
func partsOf(rows int) int { return max(1, (rows+listed-1)/listed) }

func quarterKey(q *portfolio.Quarter) string { return q.Days.End.String() }

func quarterAddress(q *portfolio.Quarter, n int) string {
	address := "quarters/" + quarterKey(q)
	if n > 0 {
		address += "-" + strconv.Itoa(n+1)
	}
	return address + ".html"
}

func betweenAddress(from, to *portfolio.Quarter) string {
	return "quarters/" + quarterKey(from) + "/" + quarterKey(to) + ".html"
}

// quarterPage finds a page by its address below quarters/.
func (s *Site) quarterPage(within string) (page, bool) {
	name, ok := strings.CutSuffix(within, ".html")
	all, err := s.quarters()
	if s.past.list == nil || !ok {
		return page{}, false
	}
	if err != nil {
		return page{make: func(*voice) (content, error) { return content{}, err }}, true
	}
	find := func(key string) int {
		return slices.IndexFunc(all, func(q portfolio.Quarter) bool { return quarterKey(&q) == key })
	}
	if name == "index" {
		return page{section: "rollup", make: func(v *voice) (content, error) { return v.quartersPage(all), nil }}, true
	}
	if from, to, pair := strings.Cut(name, "/"); pair {
		i, j := find(from), find(to)
		return page{section: "rollup", make: func(v *voice) (content, error) { return v.versusPage(all, i, j) }}, i >= 0 && j > i
	}
	const day = len("2027-03-31")
	part := 0
	if len(name) > day {
		n, err := strconv.Atoi(strings.TrimPrefix(name[day:], "-"))
		if part = n - 1; err != nil || part < 1 || name[day:] != "-"+strconv.Itoa(n) {
			return page{}, false
		}
		name = name[:day]
	}
	i := find(name)
	if i < 0 || part > 0 && !s.hasPart(&all[i], part) {
		return page{}, false
	}
	return page{section: "rollup", make: func(v *voice) (content, error) { return v.quarter(all, i, part) }}, true
}

// hasPart reports whether the list of a quarter is so long.
func (s *Site) hasPart(q *portfolio.Quarter, part int) bool {
	then, err := q.Read()
	return err == nil && part < partsOf(len(then.Portfolio.Charters()))
}

// A book is a quarter's list, ready to be shown in parts.
type book struct {
	then   *portfolio.Then
	groups []group
	rows   int
}

// A group is the rows of one currency: those that are in the sums, or the others.
type group struct {
	counted bool
	table   rollup.Table // without columns that say nothing here
	block   rollup.Block
}

// books are how many lists are kept while their parts are made.
const books = 3

// book reads a quarter and lists it.
func (s *Site) book(q *portfolio.Quarter) (*book, error) {
	then, err := q.Read()
	if err != nil {
		return nil, err
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	for _, b := range s.past.books {
		if b.then == then {
			return b, nil
		}
	}
	b := &book{then: then}
	b.list()
	s.past.books = append(s.past.books[max(0, len(s.past.books)-books+1):], b)
	return b, nil
}

// list parts the list of all charters into what is summed, which adds up to what
// departments pay, and what is not.
func (b *book) list() {
	t := rollup.Initiatives.Make(b.then.Portfolio)
	for _, counted := range []bool{true, false} {
		for _, block := range t.Blocks {
			some := block
			some.Rows, some.Total = nil, rollup.Row{}
			for _, r := range block.Rows {
				if rollup.Counted(b.then.Portfolio.Charter(portfolio.ID(r.Key))) == counted {
					some.Rows = append(some.Rows, r)
				}
			}
			if len(some.Rows) == 0 {
				continue
			}
			if counted {
				some.Total = rollup.TotalOf(some.Rows, t.Columns, block.Currency, rollup.Cell{})
			}
			g := group{counted: counted}
			g.table, g.block = narrowed(t, some)
			b.groups = append(b.groups, g)
			b.rows += len(some.Rows)
		}
	}
}

// narrowed keeps of the list's columns the money of those who pay in this block,
// the total first: where many pay, it is what everybody looks for.
func narrowed(t rollup.Table, b rollup.Block) (rollup.Table, rollup.Block) {
	keep := []int{len(t.Columns) - 1} // where rollup puts the total
	for i, c := range t.Columns {
		if strings.HasPrefix(c.Key, "pays-") && slices.ContainsFunc(b.Rows, func(r rollup.Row) bool { return r.Cells[i].Kind != rollup.Empty }) {
			keep = append(keep, i)
		}
	}
	t.Columns = pick(t.Columns, keep)
	for i := range b.Rows {
		b.Rows[i].Cells = pick(b.Rows[i].Cells, keep)
	}
	if len(b.Total.Cells) > 0 {
		b.Total.Cells = pick(b.Total.Cells, keep)
	}
	return t, b
}

// A quartersPage is what templates/quarters.html is given.
type quartersPage struct {
	Home  string
	Years []quarterYear // the latest first
}

type quarterYear struct {
	Name string
	Rows []quarterRow
}

type quarterRow struct {
	Href, Name     string
	Until          theme.Fragment // of the quarter that runs
	Commits        string
	Commit         string
	Made           theme.Fragment
	Subject        string
	Before, Former string // to the comparison with the quarter before, and with that of a year before
}

func (v *voice) quartersPage(all []portfolio.Quarter) content {
	d := quartersPage{Home: v.home}
	for i := len(all) - 1; i >= 0; i-- {
		q := &all[i]
		row := quarterRow{Href: v.href(quarterAddress(q, 0)), Name: v.quarterName(q), Commits: v.locale.Number(q.Commits), Commit: q.At.Short(), Made: v.date(q.At.Day)}
		if v.site.p.Veil() == nil { // what authors write to each other is for the house
			row.Subject = q.At.Subject
		}
		if !q.Whole() {
			row.Until = v.date(q.Until)
		}
		if i > 0 {
			row.Before = v.href(betweenAddress(&all[i-1], q))
		}
		if former := v.yearBefore(all, i); former >= 0 {
			row.Former = v.href(betweenAddress(&all[former], q))
		}
		name := v.yearName(q)
		if n := len(d.Years); n == 0 || d.Years[n-1].Name != name {
			d.Years = append(d.Years, quarterYear{Name: name})
		}
		year := &d.Years[len(d.Years)-1]
		year.Rows = append(year.Rows, row)
	}
	return content{Title: v.words.T("quarters.title"), Template: "quarters", Data: d}
}

// yearBefore is the same quarter of the year before; -1 where there is none.
func (v *voice) yearBefore(all []portfolio.Quarter, i int) int {
	start := all[i].Days.Start.AddMonths(-12)
	return slices.IndexFunc(all, func(q portfolio.Quarter) bool { return q.Days.Start == start })
}

// quarterName is "Q3 2026", or the months of a quarter that is none of the
// calendar's.
func (v *voice) quarterName(q *portfolio.Quarter) string {
	if p := calendar.PeriodOf(q.Days.Start, calendar.Quarter); p.Window() == q.Days {
		return v.locale.Period(p)
	}
	return v.locale.Month(q.Days.Start) + " – " + v.locale.Month(q.Days.End)
}

// yearName is the fiscal year of a quarter.
func (v *voice) yearName(q *portfolio.Quarter) string {
	year := v.site.p.Config().FiscalYear(q.Days.Start)
	if year.Start.Year() == year.End.Year() {
		return strconv.Itoa(year.Start.Year())
	}
	return strconv.Itoa(year.Start.Year()) + "/" + strconv.Itoa(year.End.Year())
}

// A quarterView is what templates/quarter.html is given.
type quarterView struct {
	Home, Title string
	Lede        theme.Fragment
	Absent      bool
	Figures     []figure
	Totals      []blockView
	Groups      []groupView
	Pages       []frameLink
	Parted      string
	Versus      *versusView  // what came, ended and changed since the quarter before
	Compare     []compareRow // with every other quarter
}

type groupView struct {
	ID, Title string
	Note      string
	Block     blockView
	counted   bool
}

type compareRow struct {
	Year  string
	Links []frameLink
}

// quarter makes one part of the page of a quarter.
func (v *voice) quarter(all []portfolio.Quarter, i, part int) (content, error) {
	q := &all[i]
	b, err := v.site.book(q)
	if err != nil {
		return content{}, err
	}
	t := then{v, b.then.Portfolio}
	d := quarterView{Home: v.home, Title: v.quarterName(q), Lede: v.quarterLede(q), Absent: b.then.Absent}
	d.Groups = t.groups(b, part)
	if parts := partsOf(b.rows); parts > 1 {
		for n := range parts {
			d.Pages = append(d.Pages, frameLink{Href: v.href(quarterAddress(q, n)), Text: strconv.Itoa(n + 1), Current: n == part})
		}
		d.Parted = v.words.F("initiatives.parted", "From", v.locale.Number(part*listed+1), "To", v.locale.Number(min(b.rows, (part+1)*listed)), "All", v.locale.Number(b.rows))
	}
	if part == 0 {
		d.Figures, d.Totals = t.figures(q, b), t.totals(q, b)
		d.Compare = v.compareWith(all, i)
		if i > 0 {
			if d.Versus, err = v.versus(&all[i-1], q, briefLines); err != nil {
				return content{}, err
			}
		}
	}
	return content{Title: d.Title, Template: "quarter", Data: d}, nil
}

func (v *voice) quarterLede(q *portfolio.Quarter) theme.Fragment {
	key := "quarter.lede"
	if !q.Whole() {
		key = "quarter.lede.runs"
	}
	return v.words.HTML(key, "Day", v.date(q.Until), "Commit", code(q.At.Short()), "Made", v.date(q.At.Day))
}

func code(s string) theme.Fragment {
	return new(theme.Builder).Raw("<code>").Text(s).Raw("</code>").Fragment()
}

// compareWith links to the comparison of a quarter with every other one, so that
// each pair is two steps away from the list.
func (v *voice) compareWith(all []portfolio.Quarter, i int) []compareRow {
	var rows []compareRow
	for j := len(all) - 1; j >= 0; j-- {
		name := v.yearName(&all[j])
		if n := len(rows); n == 0 || rows[n-1].Year != name {
			rows = append(rows, compareRow{Year: name})
		}
		link := frameLink{Text: v.quarterName(&all[j]), Current: i == j}
		if i != j {
			link.Href = v.href(betweenAddress(&all[min(i, j)], &all[max(i, j)]))
		}
		row := &rows[len(rows)-1]
		row.Links = append(row.Links, link)
	}
	return rows
}

// A then shows a portfolio of the past on a page of the present: in the names of
// then, with links to what is still there.
type then struct {
	*voice
	p *portfolio.Portfolio
}

// figures are the quarter's own: how many, how many in the sums, how much.
func (t then) figures(q *portfolio.Quarter, b *book) []figure {
	all := t.p.Charters()
	signed := 0
	for _, c := range all {
		if t.p.Agreement(c) == portfolio.FullySigned {
			signed++
		}
	}
	counted := 0
	var sums []figure
	for _, g := range b.groups {
		if !g.counted {
			continue
		}
		counted += len(g.block.Rows)
		total := g.block.Total.Cells[0].Money
		sums = append(sums, figure{Label: t.words.F("quarter.figure.sum", "Currency", string(g.block.Currency)), Href: t.groupHref(q, b, g.block.Currency), Value: t.locale.ShortAmount(total), Context: t.words.T("quarter.figure.sum.why")})
	}
	figures := []figure{
		{Label: t.words.T("column.charters"), Href: "#list", Value: t.locale.Number(len(all)), Context: t.words.T("quarter.figure.all.why")},
		{Label: t.words.T("quarter.figure.counted"), Href: "#list", Value: t.locale.Number(counted), Context: t.words.T("quarter.figure.counted.why")},
		{Label: t.words.T("quarter.figure.signed"), Href: "#list", Value: t.locale.Number(signed), Context: t.words.F("quarter.figure.signed.why", "All", t.locale.Number(len(all)))},
	}
	return append(figures, sums...)
}

// totals is what each department pays, by year.
func (t then) totals(q *portfolio.Quarter, b *book) []blockView {
	asked, _ := rollup.Named("by-department")
	table := asked.Make(t.p)
	var all []blockView
	for _, block := range table.Blocks {
		view := blockView{Caption: t.words.T("rollup.by-department") + ", " + string(block.Currency)}
		for _, c := range table.Columns {
			view.Heads = append(view.Heads, headView{t.columnName(c), c.Numeric})
		}
		href := t.groupHref(q, b, block.Currency)
		decimals := t.decimals(block)
		for _, r := range block.Rows {
			view.Rows = append(view.Rows, t.moneyRow(t.dept(portfolio.ID(r.Key)), r, href, decimals))
		}
		view.Foot = t.moneyRow(theme.Escape(t.words.T("column.all")), block.Total, href, decimals)
		all = append(all, view)
	}
	return all
}

// moneyRow is a row of figures, whose addends are listed at href.
func (t then) moneyRow(head theme.Fragment, r rollup.Row, href string, decimals bool) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr><th scope="row">`).Add(head).Raw(`</th>`)
	for _, c := range r.Cells {
		w.Raw(`<td class="n" data-v="`).Text(sortValue(c)).Raw(`">`)
		if text := t.cellText(c, decimals); c.Addends.Any() && href != "" {
			w.Raw(`<a href="`).Text(href).Raw(`">`).Add(text).Raw(`</a>`)
		} else {
			w.Add(text)
		}
		w.Raw(`</td>`)
	}
	return w.Raw(`</tr>`).Fragment()
}

// groupHref is where the list of what is summed in a currency begins.
func (t then) groupHref(q *portfolio.Quarter, b *book, c money.Currency) string {
	before := 0
	for i := range b.groups {
		g := &b.groups[i]
		if g.counted && g.block.Currency == c {
			break
		}
		before += len(g.block.Rows)
	}
	return t.href(quarterAddress(q, before/listed)) + "#" + groupID(&group{counted: true, block: rollup.Block{Currency: c}})
}

func groupID(g *group) string {
	id := "others"
	if g.counted {
		id = "counted"
	}
	if g.block.Currency != "" {
		id += "-" + strings.ToLower(string(g.block.Currency))
	}
	return id
}

// groups are the rows of one part of the list, under the heads of their groups.
func (t then) groups(b *book, part int) []groupView {
	from, until := part*listed, (part+1)*listed
	var all []groupView
	at := 0
	for i := range b.groups {
		g := &b.groups[i]
		first, last := max(from-at, 0), min(until-at, len(g.block.Rows))
		at += len(g.block.Rows)
		if first >= last {
			continue
		}
		d := t.group(g, g.block.Rows[first:last])
		if n := len(all); n > 0 && all[n-1].counted == g.counted {
			d.Note = "" // it is the same
		}
		all = append(all, d)
	}
	return all
}

func (t then) group(g *group, rows []rollup.Row) groupView {
	key := "quarter.others"
	if g.counted {
		key = "quarter.counted"
	}
	d := groupView{ID: groupID(g), Title: t.words.T(key), Note: t.words.T(key + ".why"), counted: g.counted}
	if g.block.Currency != "" {
		d.Title += ", " + string(g.block.Currency)
	}
	d.Block.Caption = d.Title
	d.Block.Heads = []headView{{t.words.T("column.status"), false}, {t.words.T("column.signed"), false}}
	for _, c := range g.table.Columns {
		head := headView{Numeric: true, Text: t.words.T(string(c.Label))}
		if c.Of.ID != "" {
			head.Text = t.deptName(c.Of.ID)
		}
		d.Block.Heads = append(d.Block.Heads, head)
	}
	decimals := t.decimals(g.block)
	for _, r := range rows {
		c := t.p.Charter(portfolio.ID(r.Key))
		d.Block.Rows = append(d.Block.Rows, t.initiative(c, r, decimals))
	}
	if g.counted {
		var w theme.Builder
		w.Raw(`<tr><th scope="row" colspan="3">`).Text(t.words.T("column.all")).Raw(`</th>`)
		t.cells(&w, g.block.Total, decimals)
		d.Block.Foot = w.Raw(`</tr>`).Fragment()
	}
	return d
}

func (t then) initiative(c *charter.Charter, r rollup.Row, decimals bool) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr><th scope="row" class="c-ini">`).Add(t.charter(c)).Raw(`</th><td data-v="`).Int(int(c.Status.Value)).Raw(`">`).Add(t.status(c.Status.Value)).Raw(`</td><td class="nw">`)
	if all := t.p.Signatures(c); len(all) > 0 {
		dots, said := t.signedOf(all)
		w.Add(dots).Raw(" ").Text(said)
	}
	w.Raw(`</td>`)
	t.cells(&w, r, decimals)
	return w.Raw(`</tr>`).Fragment()
}

func (t then) cells(w *theme.Builder, r rollup.Row, decimals bool) {
	for _, c := range r.Cells {
		w.Raw(`<td class="n" data-v="`).Text(sortValue(c)).Raw(`">`)
		if c.Kind != rollup.Empty {
			w.Add(t.cellText(c, decimals))
		}
		w.Raw(`</td>`)
	}
}

// charter is a charter's name then, with a link where it is still there.
func (t then) charter(c *charter.Charter) theme.Fragment {
	lang := t.p.Lang(c)
	if lang == t.lang {
		lang = ""
	}
	name := foreign(c.Name(), lang)
	now := t.site.p.Find(c.ID.Value)
	if now == nil {
		return name
	}
	return new(theme.Builder).Raw(`<a href="`).Text(t.href("charters/" + string(now.ID.Value) + ".html")).Raw(`">`).Add(name).Raw(`</a>`).Fragment()
}

func (t then) deptName(id ID) string {
	if d := t.p.Department(id); d != nil {
		return d.Name.In(t.lang)
	}
	return t.voice.deptName(id)
}

// dept is a department's mark in the name of then and the colour of today.
func (t then) dept(id ID) theme.Fragment {
	m := t.deptData(id)
	m.Text = t.deptName(id)
	f, err := t.site.theme.Part(t.lang, "dept", m)
	if err != nil {
		return theme.Escape(m.Text)
	}
	return f
}
