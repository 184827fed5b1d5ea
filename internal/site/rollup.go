package site

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"weak"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/shelf"
	"charterhouse/internal/theme"
)

// rollups remembers tables, since several pages and files show them.
type rollups struct {
	made sync.Map
	long sync.Map // by name: a weak.Pointer[rollup.Table]
}

// table returns the rollup called name. One of few rows is summed once a site. One
// of a row for each charter or person takes more room than it takes time to make:
// it is there for what asks for it next, and gone when memory is tidied up.
func (s *Site) table(name string) rollup.Table {
	sum := func() rollup.Table {
		r, _ := rollup.Named(name)
		return r.Make(s.p)
	}
	if !slices.Contains(long, name) {
		return remember(s, "table "+name, sum)
	}
	if known, ok := s.rows.long.Load(name); ok {
		if t := known.(weak.Pointer[rollup.Table]).Value(); t != nil {
			return *t
		}
	}
	t := sum()
	s.rows.long.Store(name, weak.Make(&t))
	return t
}

// long are the rollups with a row for each charter, or more.
var long = []string{"initiatives", "spent", "promise", "returns", "load", "milestones", "goals"}

// opened are the rollups whose rows have a page with the addends of their
// figures. In the others a row is one charter, whose page is linked.
var opened = []string{"by-department", "by-pair", "by-period", "by-currency", "proposals", "commitments", "commitments-proposed", "fairness", "posts"}

// rollupPage makes the page of one rollup, or of the addends of one of its rows.
// It is looked up rather than entered, since a preview asks for one table of
// many, and each is a sum over all charters.
func (s *Site) rollupPage(within string) (page, bool) {
	if within == "index.html" {
		return rollupIndex, true
	}
	name, ok := strings.CutSuffix(within, ".html")
	name, key, isRow := strings.Cut(name, "/")
	r, known := rollup.Named(name)
	switch {
	case !ok || !known || isRow && !slices.Contains(opened, name):
		return page{}, false
	case !isRow:
		return s.tablePage(r), true
	}
	for i, b := range s.table(name).Blocks {
		if paysInAll(name, b.Currency) {
			continue
		}
		for j, row := range b.Rows {
			if rowKey(b.Currency, row.Key) == key {
				return s.addendsPage(name, i, j), true
			}
		}
		if rowKey(b.Currency, "total") == key && len(b.Total.Cells) > 0 {
			return s.addendsPage(name, i, -1), true
		}
	}
	return page{}, false
}

// rollupIndex is the page of all rollups.
var rollupIndex = page{section: "rollup", make: func(v *voice) (content, error) {
	return content{Title: v.words.T("rollup.title"), Template: "rollup", Data: newRollupPage(v)}, nil
}}

// addRollups enters the page of all rollups, one for each, and one for the
// addends of each row.
func addRollups(s *Site, pages pages) {
	pages["rollup/index.html"] = rollupIndex
	for _, r := range rollup.All {
		pages["rollup/"+r.Name+".html"] = s.tablePage(r)
		pages["rollup/"+r.Name+".csv"] = tableFile(r.Name)
	}
	for name, all := range s.allOpenings() {
		for _, o := range all {
			pages[o.Address] = s.addendsPage(name, o.Block, o.Row)
		}
	}
}

// An opening is the page with the addends of one row; its row is -1 for the total.
type opening struct {
	Address    string
	Block, Row int
}

// openings lists the pages that the rows of a rollup have.
func (s *Site) openings(name string) []opening {
	var all []opening
	for i, b := range s.table(name).Blocks {
		if paysInAll(name, b.Currency) {
			continue
		}
		for j, row := range b.Rows {
			all = append(all, opening{addendAddress(name, b.Currency, row.Key), i, j})
		}
		if len(b.Total.Cells) > 0 {
			all = append(all, opening{addendAddress(name, b.Currency, "total"), i, -1})
		}
	}
	return all
}

// allOpenings are those of all rollups, by name. The next run of the program need not
// sum up all charters to know which pages there are, if they state the same.
func (s *Site) allOpenings() map[string][]opening {
	all, keys := map[string][]opening{}, map[string]shelf.Key{}
	keep := s.keep("rows")
	if keep == nil || len(s.p.Runs()) < 2 { // few are summed before a file is read
		for _, name := range opened {
			all[name] = s.openings(name)
		}
		return all
	}
	earlier, fresh := shelf.Open[[]opening](keep.Path), false
	for _, name := range opened {
		keys[name] = sha256.Sum256([]byte(s.inputs("rows of "+name, func(h *bytes.Buffer) bool { return s.feedAll(h, "rollup/"+name) })))
		known, ok := earlier.Get(keys[name])
		if !ok {
			known, fresh = s.openings(name), true
		}
		all[name] = known
	}
	if fresh {
		_ = shelf.Save(keep.Path, len(opened), func(yield func(shelf.Key, *[]opening) bool) { // else they are summed next time
			for _, name := range opened {
				if rows := all[name]; !yield(keys[name], &rows) {
					return
				}
			}
		})
	}
	return all
}

// addendAddress is the page that a figure opens. What a department pays in all is
// one figure, wherever it stands, and has one page.
func addendAddress(name string, c money.Currency, key string) string {
	if paysInAll(name, c) {
		name = "by-department"
	}
	return "rollup/" + name + "/" + rowKey(c, key) + ".html"
}

// paysInAll reports whether a block's money is that of by-department in all.
func paysInAll(name string, c money.Currency) bool { return name == "fairness" && c != "" }

// rowKey names a row among the rows of all blocks.
func rowKey(c money.Currency, key string) string {
	if c != "" {
		key += "--" + strings.ToLower(string(c))
	}
	return key
}

// tablePage is the page of one rollup: a figure where it has one, and the table
// behind it.
func (s *Site) tablePage(r rollup.Rollup) page {
	return page{section: "rollup", make: func(v *voice) (content, error) {
		t := s.table(r.Name)
		d := tablePage{Home: v.home, Title: v.rollupTitle(r.Name), Lede: v.words.T("rollup." + r.Name + ".lede"), Name: r.Name, Figures: v.figuresOf(t), Blocks: v.blocks(t), Rates: v.rates(t), Note: v.rollupNote(t)}
		return content{Title: d.Title, Template: "table", Data: d}, nil
	}}
}

func (s *Site) addendsPage(name string, block, row int) page {
	return page{section: "rollup", make: func(v *voice) (content, error) {
		t := s.table(name)
		b := t.Blocks[block]
		r := b.Total
		if row >= 0 {
			r = b.Rows[row]
		}
		d := v.addends(t, b, r)
		return content{Title: d.Title, Template: "addends", Data: d}, nil
	}}
}

// A tablePage is one rollup.
type tablePage struct {
	Home, Title, Lede, Name string
	Figures                 []figureView
	Blocks                  []blockView
	Rates                   string
	Note                    string
	Empty                   bool
}

// A blockView is the rows of one currency, ready to print.
type blockView struct {
	ID      string
	Caption string
	Heads   []headView
	Rows    []theme.Fragment
	Foot    theme.Fragment
	More    string // says that not all rows are shown
}

// tabled is how many rows of a table a page shows; the sums below it and
// portfolio.json have them all.
const tabled = 1000

type headView struct {
	Text    string
	Numeric bool
}

func (v *voice) blocks(t rollup.Table) []blockView {
	var all []blockView
	for _, b := range t.Blocks {
		if len(b.Rows) == 0 {
			continue
		}
		shown := b.Rows[:min(len(b.Rows), tabled)]
		view := blockView{ID: strings.ToLower(cmpOr(string(b.Currency), "all")), Caption: v.rollupTitle(t.Name)}
		if b.Currency != "" {
			view.Caption += ", " + string(b.Currency)
		}
		t, b := filled(t, b)
		shown = b.Rows[:len(shown)]
		for _, c := range t.Columns {
			view.Heads = append(view.Heads, headView{v.columnName(c), c.Numeric})
		}
		decimals := v.decimals(b)
		for _, r := range shown {
			view.Rows = append(view.Rows, v.row(t, b, r, decimals, false))
		}
		if len(shown) < len(b.Rows) {
			view.More = v.words.F("rollup.cut", "Shown", v.locale.Number(len(shown)), "All", v.locale.Number(len(b.Rows)))
		}
		if len(b.Total.Cells) > 0 {
			view.Foot = v.row(t, b, b.Total, decimals, true)
		}
		all = append(all, view)
	}
	return all
}

// filled is a block of fairness without the columns that say nothing in it: money
// has no column of areas.
func filled(t rollup.Table, b rollup.Block) (rollup.Table, rollup.Block) {
	if t.Name != "fairness" {
		return t, b
	}
	var keep []int
	for i := range t.Columns {
		if b.Total.Cells[i].Kind != rollup.Empty {
			keep = append(keep, i)
		}
	}
	t.Columns = pick(t.Columns, keep)
	b.Rows = slices.Clone(b.Rows)
	for i := range b.Rows {
		b.Rows[i].Cells = pick(b.Rows[i].Cells, keep)
	}
	b.Total.Cells = pick(b.Total.Cells, keep)
	return t, b
}

func pick[T any](all []T, keep []int) []T {
	var some []T
	for _, i := range keep {
		some = append(some, all[i])
	}
	return some
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (v *voice) columnName(c rollup.Column) string {
	switch {
	case c.Text == "":
		return v.words.T(string(c.Label))
	case !c.Period.IsZero() && c.Period.Unit() != calendar.Year:
		return v.locale.Period(c.Period)
	}
	if from, to, ok := strings.Cut(c.Text, "/"); ok { // days that are no period of the calendar
		start, _ := calendar.ParseDate(from)
		end, _ := calendar.ParseDate(to)
		return v.locale.Month(start) + " – " + v.locale.Month(end)
	}
	return c.Text
}

// decimals reports whether some amount of a block has øre.
func (v *voice) decimals(b rollup.Block) bool {
	for _, r := range b.Rows {
		for _, c := range r.Cells {
			if c.Kind == rollup.Amount && c.Money.Minor%c.Money.Currency.Scale() != 0 {
				return true
			}
		}
	}
	return false
}

// row prints one row; its figures link to their addends.
func (v *voice) row(t rollup.Table, b rollup.Block, r rollup.Row, decimals, foot bool) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr><th scope="row">`).Add(v.cellText(r.Head, decimals)).Raw(`</th>`)
	href := ""
	if slices.Contains(opened, t.Name) {
		href = v.href(addendAddress(t.Name, b.Currency, r.Key))
	}
	of := v.rowCharter(r)
	for i, c := range r.Cells {
		c = v.worded(of, c)
		if t.Columns[i].Numeric {
			w.Raw(`<td class="n" data-v="`).Text(sortValue(c)).Raw(`">`)
		} else {
			w.Raw(`<td>`)
		}
		text := v.cellIn(t.Columns[i], c, decimals)
		switch {
		case c.Addends.Any() && href != "":
			w.Raw(`<a href="`).Text(href)
			if c.Kind == rollup.Amount || c.Kind == rollup.Ratio || t.Columns[i].Key == "areas" {
				w.Raw(`#c-`).Text(anchorOf(t.Name, t.Columns[i].Key))
			}
			w.Raw(`">`).Add(text).Raw(`</a>`)
		case t.Name == "load" && c.Kind == rollup.Ratio && !v.site.p.Anonymous():
			address, _ := addressOf(r.Head.Refs[0])
			w.Raw(`<a href="`).Text(v.href(address)).Raw(`#load">`).Add(text).Raw(`</a>`)
		default:
			w.Add(text)
		}
		if c.Mark() != "" {
			w.Raw(`<span class="sub`)
			if c.Mark() == "load.over" || c.Mark() == "conflict.yes" {
				w.Raw(` crit`)
			}
			w.Raw(`">`).Text(v.words.T(string(c.Mark()))).Raw(`</span>`)
		}
		w.Raw(`</td>`)
	}
	return w.Raw(`</tr>`).Fragment()
}

// anchorOf is where a column stands on the page of addends.
func anchorOf(name, key string) string {
	if name == "fairness" && key == "money" {
		return "total" // see paysInAll
	}
	return key
}

// rowCharter is the charter that a row is about, if it is about one.
func (v *voice) rowCharter(r rollup.Row) *charter.Charter {
	for _, c := range append([]rollup.Cell{r.Head}, r.Cells...) {
		if len(c.Refs) == 1 && c.Refs[0].Kind == portfolio.ToCharter {
			return v.site.p.Charter(c.Refs[0].ID)
		}
	}
	return nil
}

// worded is a cell of a row about a charter, with its words as this voice says
// them.
func (v *voice) worded(of *charter.Charter, c rollup.Cell) rollup.Cell {
	if of != nil && c.Kind == rollup.Text && c.Text != "" && c.Lang() != "" && c.Lang() != v.lang {
		said := rollup.Rare{Names: c.Names(), Mark: c.Mark()}
		c.Text, said.Lang = v.word(of, c.Text)
		c.Rare = &said
	}
	return c
}

// sortValue is what a browser sorts a cell by.
func sortValue(c rollup.Cell) string {
	switch c.Kind {
	case rollup.Amount:
		return c.Money.Text()
	case rollup.Count, rollup.Days:
		return new(theme.Builder).Int(c.N).String()
	case rollup.Ratio:
		return c.Ratio.FloatString(4)
	case rollup.Part:
		return c.Share().Rat().FloatString(6)
	}
	return "0"
}

// cellIn prints a value as its column wants it.
func (v *voice) cellIn(column rollup.Column, c rollup.Cell, decimals bool) theme.Fragment {
	switch {
	case column.Percent && c.Kind == rollup.Part:
		return theme.Escape(v.locale.Percent(c.Share()))
	case column.Percent && c.Kind == rollup.Ratio:
		return theme.Escape(v.locale.PercentWhole(c.Ratio))
	}
	return v.cellText(c, decimals)
}

// cellText prints a value in the page's language.
func (v *voice) cellText(c rollup.Cell, decimals bool) theme.Fragment {
	switch c.Kind {
	case rollup.Words:
		return theme.Escape(v.words.T(string(c.Label)))
	case rollup.Amount:
		text := v.locale.Amount(c.Money, decimals)
		if c.About {
			text = "≈\u00a0" + v.locale.Money(roundedUnits(c.Money))
		}
		return theme.Escape(text)
	case rollup.Count:
		return theme.Escape(v.locale.Number(c.N))
	case rollup.Part:
		return theme.Escape(v.locale.PercentExact(c.Share()))
	case rollup.Day:
		return v.date(c.Date)
	case rollup.Days:
		return theme.Escape(v.words.N("days", c.N))
	case rollup.Figure:
		return theme.Escape(v.locale.Decimal(c.Text))
	case rollup.Text:
		return v.textCell(c)
	case rollup.Ratio:
		return theme.Escape(v.locale.Decimal(c.Ratio.FloatString(2)))
	case rollup.Spans:
		return v.spans(c.Spans())
	}
	return "–"
}

// spans prints runs of days.
func (v *voice) spans(all []calendar.Window) theme.Fragment {
	var parts []theme.Fragment
	for _, w := range all {
		if w.Start == w.End {
			parts = append(parts, v.date(w.Start))
			continue
		}
		parts = append(parts, theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – "))
	}
	return theme.Join(parts, "; ")
}

// roundedUnits drops the øre of a converted figure, which are not exact anyway.
func roundedUnits(m money.Money) money.Money {
	scale := m.Currency.Scale()
	m.Minor = (m.Minor + scale/2) / scale * scale
	return m
}

func (v *voice) textCell(c rollup.Cell) theme.Fragment {
	var parts []theme.Fragment
	for i, t := range c.Refs {
		name := v.target(t)
		if i < len(c.Refs)-1 && t.Kind != portfolio.ToDepartment { // marks keep departments apart
			name = theme.Join([]theme.Fragment{name, ""}, ",")
		}
		parts = append(parts, name)
	}
	for i, n := range c.Names() {
		name := n.In(v.lang)
		if i < len(c.Names())-1 {
			name += ","
		}
		parts = append(parts, theme.Escape(name))
	}
	if c.Text != "" && len(c.Names()) == 0 {
		lang := c.Lang()
		if lang == v.lang {
			lang = ""
		}
		parts = append(parts, foreign(c.Text, lang))
	}
	return theme.Join(parts, " ")
}

// rates says by which rates a table was converted.
func (v *voice) rates(t rollup.Table) string {
	r := v.site.p.Registers().Rates
	if t.Name != "by-currency" || r == nil {
		return ""
	}
	return v.words.F("rates.note", "Date", v.locale.Date(r.Date), "Source", r.Source, "Base", string(r.Base))
}

// An addendsPage is the rows that one row of a rollup was added from.
type addendsPage struct {
	Home, Title, Lede string
	Back              string
	BackText          string
	Head              theme.Fragment
	First             string // the head of the rows' names
	Caption           string
	Heads             []addendHead
	Rows              []theme.Fragment
	Foot              theme.Fragment
	Note              string
	Others            []frameLink // the same in other currencies
}

type addendHead struct{ ID, Text string }

// addends prints for each charter what it adds to each figure of a row.
func (v *voice) addends(t rollup.Table, b rollup.Block, r rollup.Row) addendsPage {
	name := v.plainHead(r.Head)
	d := addendsPage{Home: v.home, Title: name + ": " + v.rollupTitle(t.Name), Lede: v.words.F("addends.lede", "What", name, "Currency", string(b.Currency)),
		Back: v.href("rollup/" + t.Name + ".html"), BackText: v.rollupTitle(t.Name), Head: v.cellText(r.Head, false), Caption: string(b.Currency)}
	if b.Currency == "" && t.Name != "by-currency" {
		d.Lede, d.Caption = v.words.F("addends.lede.plain", "What", name), v.rollupTitle(t.Name)
	}
	if t.Name == "by-currency" {
		d.Note = v.rates(t)
	}
	for _, other := range t.Blocks {
		if other.Currency != b.Currency && has(other, r.Key) {
			name := string(other.Currency)
			if name == "" {
				name = v.words.T("addends.plain")
			}
			d.Others = append(d.Others, frameLink{Href: v.href(addendAddress(t.Name, other.Currency, r.Key)), Text: name})
		}
	}
	var columns []int
	for i, c := range t.Columns {
		switch r.Cells[i].Kind {
		case rollup.Amount, rollup.Ratio:
		case rollup.Count:
			if c.Key == "charters" {
				continue
			}
		default:
			continue
		}
		columns = append(columns, i)
		d.Heads = append(d.Heads, addendHead{"c-" + c.Key, v.columnName(c)})
	}
	decimals := v.decimals(b)
	if d.First = v.words.T("column.charter"); byRows(t, r) {
		d.First = v.words.T(cmpOr(string(t.Head), "column.department"))
		d.Lede = v.words.F("addends.rows", "N", v.locale.Number(r.Cells[0].N))
		for _, row := range b.Rows {
			d.Rows = append(d.Rows, v.addendRowOf(t, b, row, columns, decimals))
		}
	} else {
		for _, line := range addendLines(r, columns) {
			d.Rows = append(d.Rows, v.addendRow(line, decimals))
		}
	}
	var w theme.Builder
	for _, i := range columns {
		w.Raw(`<td>`).Add(v.cellText(r.Cells[i], decimals)).Raw(`</td>`)
	}
	d.Foot = w.Fragment()
	return d
}

// has reports whether a block has a row of that key.
func has(b rollup.Block, key string) bool {
	return key == "total" && len(b.Total.Cells) > 0 || slices.ContainsFunc(b.Rows, func(r rollup.Row) bool { return r.Key == key })
}

// byRows reports whether the addends of a total are shown as the rows that it adds
// up, each of which leads to its own: a page of so many charters helps nobody.
// What was converted is not the sum of its rows to the last unit.
func byRows(t rollup.Table, r rollup.Row) bool {
	return r.Key == "total" && t.Columns[0].Key == "charters" && r.Cells[0].N > tabled && t.Name != "by-currency"
}

// addendRowOf prints what one row adds to each figure of the total.
func (v *voice) addendRowOf(t rollup.Table, b rollup.Block, r rollup.Row, columns []int, decimals bool) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr><th scope="row">`).Add(v.cellText(r.Head, false)).Raw(`</th>`)
	href := v.href(addendAddress(t.Name, b.Currency, r.Key))
	for _, i := range columns {
		text := v.cellIn(t.Columns[i], r.Cells[i], decimals)
		if r.Cells[i].Addends.Any() {
			w.Raw(`<td><a href="`).Text(href).Raw(`#c-`).Text(t.Columns[i].Key).Raw(`">`).Add(text).Raw(`</a></td>`)
			continue
		}
		w.Raw(`<td>`).Add(text).Raw(`</td>`)
	}
	return w.Raw(`</tr>`).Fragment()
}

// addendRow prints what one charter adds to each figure of a row, with the people
// whose time it is.
func (v *voice) addendRow(line *addendLine, decimals bool) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr><th scope="row">`).Add(v.charter(line.charter))
	for i, id := range line.people {
		if i == 0 {
			w.Raw(`<span class="sub">`)
		} else {
			w.Raw(`, `)
		}
		w.Add(v.person(id))
	}
	if len(line.people) > 0 {
		w.Raw(`</span>`)
	}
	w.Raw(`</th>`)
	for i := range line.cells {
		w.Raw(`<td>`)
		v.addend(&w, &line.cells[i], decimals)
		w.Raw(`</td>`)
	}
	return w.Raw(`</tr>`).Fragment()
}

// addend prints what one charter adds to one figure: an amount, time, or areas
// by name.
func (v *voice) addend(w *theme.Builder, c *addendCell, decimals bool) {
	switch {
	case !c.some:
		w.Raw(`–`)
	case !c.time.IsZero():
		w.Text(v.locale.Decimal(c.time.Text(2)))
	case len(c.areas) > 0:
		for i, id := range c.areas {
			if i > 0 {
				w.Raw(`<br>`)
			}
			w.Add(v.area(id))
		}
	default:
		w.Text(v.locale.Amount(c.money, decimals || c.money.Minor%c.money.Currency.Scale() != 0))
	}
}

// An addendLine is what one charter adds to the figures of a row.
type addendLine struct {
	charter *charter.Charter
	people  []ID // whose time it is
	cells   []addendCell
}

type addendCell struct {
	some  bool
	money money.Money
	time  money.Exact
	areas []ID
}

// addendLines adds up what each charter adds to each column, by id.
func addendLines(r rollup.Row, columns []int) []*addendLine {
	var lines []*addendLine
	of := map[*charter.Charter]*addendLine{}
	for k, i := range columns {
		var line *addendLine
		for a := range r.Cells[i].Addends.All() {
			if line == nil || line.charter != a.Charter { // those of a charter mostly come one after the other
				if line = of[a.Charter]; line == nil {
					line = &addendLine{charter: a.Charter, cells: make([]addendCell, len(columns))}
					of[a.Charter] = line
					lines = append(lines, line)
				}
			}
			line.cells[k].add(a)
			if a.Person != "" && !slices.Contains(line.people, a.Person) {
				line.people = append(line.people, a.Person)
			}
		}
	}
	slices.SortFunc(lines, func(a, b *addendLine) int {
		return strings.Compare(string(a.charter.ID.Value), string(b.charter.ID.Value))
	})
	return lines
}

func (c *addendCell) add(a rollup.Addend) {
	c.some = true
	c.time.Add(a.Ratio)
	if a.Area != "" {
		c.areas = append(c.areas, a.Area)
	}
	c.money = c.money.Plus(a.Money)
}

// plainHead is a row's name as text.
func (v *voice) plainHead(c rollup.Cell) string {
	var parts []string
	for _, t := range c.Refs {
		if c := v.site.p.Charter(t.ID); t.Kind == portfolio.ToCharter && c != nil {
			parts = append(parts, v.sortName(c))
			continue
		}
		parts = append(parts, v.site.p.NameOf(t, v.lang))
	}
	if c.Text != "" {
		parts = append(parts, c.Text)
	}
	if c.Kind == rollup.Words {
		parts = append(parts, v.words.T(string(c.Label)))
	}
	return v.locale.List(parts)
}

// A rollupPage is the rollup of all joint initiatives: the first tables in
// full, the others by name.
type rollupPage struct {
	Home   string
	Lede   theme.Fragment
	Tables []tablePage
	Matrix []matrixView
	More   []frameLink
	Own    []frameLink // saved questions
	Asked  string      // where all of them stand
}

func newRollupPage(v *voice) rollupPage {
	d := rollupPage{Home: v.home, Lede: v.words.HTML("rollup.lede", "N", v.counted(), "Money", theme.Escape(v.locale.List(v.totals())))}
	d.Matrix = v.matrices()
	for _, r := range rollup.All {
		if r.Name == "by-department" || r.Name == "by-period" || r.Name == "by-currency" || r.Name == "proposals" {
			t := v.site.table(r.Name)
			d.Tables = append(d.Tables, tablePage{Title: v.words.T("rollup." + r.Name), Lede: v.words.T("rollup." + r.Name + ".lede"), Name: r.Name, Blocks: v.blocks(t), Rates: v.rates(t), Empty: len(t.Blocks) == 0})
			continue
		}
		d.More = append(d.More, frameLink{Href: v.href("rollup/" + r.Name + ".html"), Text: v.rollupTitle(r.Name)})
	}
	if saved := v.site.p.Questions(); len(saved) > 0 {
		d.Asked = v.href("questions/index.html")
		for _, q := range saved[:min(len(saved), 12)] {
			d.Own = append(d.Own, frameLink{Href: v.href(questionAddress(q)), Text: q.Name(v.lang)})
		}
	}
	if v.site.past.list != nil {
		d.More = append(d.More, frameLink{Href: v.href("quarters/index.html"), Text: v.words.T("quarters.title")})
	}
	d.More = append(d.More, frameLink{Href: v.href("board-pack.html"), Text: v.words.T("pack.link")})
	return d
}

// counted is the number of charters in the sums.
func (v *voice) counted() int {
	n := 0
	for _, c := range v.site.p.Charters() {
		if rollup.Counted(c) {
			n++
		}
	}
	return n
}

// totals are the grand totals, one a currency.
func (v *voice) totals() []string {
	var all []string
	for _, b := range v.site.table("by-department").Blocks {
		cells := b.Total.Cells
		all = append(all, v.locale.Money(cells[len(cells)-1].Money))
	}
	return all
}

// A matrixView is who funds with whom, in one currency: half a square.
type matrixView struct {
	Caption string
	Heads   []theme.Fragment
	Rows    []theme.Fragment
}

// matrices prints the pairs of each currency as a half square of departments.
func (v *voice) matrices() []matrixView {
	var all []matrixView
	for _, b := range v.site.table("by-pair").Blocks {
		cells := map[string]rollup.Row{}
		have := map[ID]bool{}
		largest := money.Money{}
		for _, r := range b.Rows {
			cells[r.Key] = r
			have[r.Head.Refs[0].ID], have[r.Head.Refs[1].ID] = true, true
			if m := r.Cells[3].Money; m.Cmp(largest) > 0 {
				largest = m
			}
		}
		ids := v.inOrder(have)
		if len(ids) < 2 || len(ids) > 24 {
			continue
		}
		m := matrixView{Caption: v.words.F("matrix.caption", "Currency", string(b.Currency))}
		for _, id := range ids[:len(ids)-1] {
			m.Heads = append(m.Heads, v.deptCode(id))
		}
		for i, id := range ids[1:] {
			var w theme.Builder
			w.Raw(`<tr><th scope="row" class="rowh">`).Add(v.deptBoth(id)).Raw(`</th>`)
			for _, other := range ids[:i+1] {
				v.matrixCell(&w, b, cells, id, other, largest)
			}
			if pad := len(ids) - 2 - i; pad > 0 {
				w.Raw(`<td colspan="`).Int(pad).Raw(`" class="pad"></td>`)
			}
			m.Rows = append(m.Rows, w.Raw(`</tr>`).Fragment())
		}
		all = append(all, m)
	}
	return all
}

func (v *voice) matrixCell(w *theme.Builder, b rollup.Block, cells map[string]rollup.Row, id, other ID, largest money.Money) {
	r, ok := cells[rollup.PairKey(v.site.p, id, other)]
	if !ok {
		w.Raw(`<td class="none"><span><span aria-hidden="true">·</span><span class="vh">`).Text(v.words.T("matrix.none")).Raw(`</span></span></td>`)
		return
	}
	m := r.Cells[3].Money
	heat := 1 + int(min(5, m.Minor*6/max(largest.Minor, 1)))
	w.Raw(`<td class="heat`).Int(heat).Raw(`"><a href="`).Text(v.href(addendAddress("by-pair", b.Currency, r.Key))).Raw(`"><span class="vh">`).
		Text(v.words.F("matrix.pair", "One", v.deptName(id), "Other", v.deptName(other), "Currency", string(b.Currency))).Raw(` </span>`).
		Text(v.locale.Millions(m)).Raw(`<span class="vh"> `).Text(v.words.T("matrix.million")).Raw(` </span><small>`).Int(r.Cells[0].N).Raw(`<span class="vh"> `).
		Text(v.words.N("initiatives.word", r.Cells[0].N)).Raw(`</span></small></a></td>`)
}

// inOrder lists departments as the site orders them.
func (v *voice) inOrder(have map[ID]bool) []ID {
	var ids []ID
	for id := range have {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b ID) int {
		if d := v.slot(a) - v.slot(b); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids
}

// deptBoth is a mark that shows the name, or the code on a narrow screen.
func (v *voice) deptBoth(id ID) theme.Fragment {
	return v.once(partDeptBoth, id, func() any { return v.deptData(id) })
}

// ledger is the return ledger, gathered once a site.
func (v *voice) ledger() []rollup.Lent {
	return remember(v.site, "ledger", func() []rollup.Lent { return rollup.Ledger(v.site.p) })
}

// steps are all milestones, gathered once a site.
func (v *voice) steps() []rollup.Step {
	return remember(v.site, "steps", func() []rollup.Step { return rollup.Steps(v.site.p) })
}

// remember makes a value once a site, whoever asks first.
func remember[T any](s *Site, name string, make func() T) T {
	once, ok := s.rows.made.Load(name)
	if !ok {
		once, _ = s.rows.made.LoadOrStore(name, sync.OnceValue(make))
	}
	return once.(func() T)()
}
