package recount

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/export"
	"charterhouse/internal/rollup"
	"charterhouse/internal/site"
)

// Every figure of every rollup that sums is what SQL counts from the raw files, on
// every face that shows it.
func TestEveryFigureIsRecounted(t *testing.T) {
	made := filepath.Join(t.TempDir(), "content")
	if err := bench.Generate(made, 1000, 7); err != nil {
		t.Fatal(err)
	}
	edges := filepath.Join(t.TempDir(), "content")
	if err := bench.Generate(edges, 60, 8); err != nil {
		t.Fatal(err)
	}
	onEdge(t, edges)
	for name, dir := range map[string]string{"sample": "../../content", "made": made, "edge": edges} {
		t.Run(name, func(t *testing.T) {
			l := read(t, dir)
			answers := l.answers(t, bench.AsOf)
			f := facesOf(t, dir)
			for name, want := range answers {
				f.check(t, l, name, want)
			}
			f.budgets(t, l)
		})
	}
}

// check compares every face of one rollup with its answer.
func (f *faces) check(t *testing.T, l *ledger, name string, want *answer) {
	t.Helper()
	r, _ := rollup.Named(name)
	compare(t, name+" as a table", want.figures, want.asked(fromTable(r.Make(f.view.Portfolio))))
	compare(t, name+" as CSV", want.shown(inFile), want.asked(f.fromCSV(t, l, name, want)))
	compare(t, name+" in the workbook", want.shown(inFile), want.asked(f.fromWorkbook(t, l, name, want)))
	if name == rollup.Initiatives.Name {
		return // pages and JSON show it in forms of their own
	}
	compare(t, name+" in portfolio.json", want.figures, want.asked(f.fromJSON(t, name)))
	compare(t, name+" on its page", rounded(want.shown(onPage)), want.asked(f.fromPage(t, l, name, want)))
}

// asked leaves out the columns that are not recounted.
func (a *answer) asked(figures map[spot]string) map[spot]string {
	maps.DeleteFunc(figures, func(s spot, _ string) bool { return slices.Contains(a.unasked, s.column) })
	return figures
}

// faces are the site and its files.
type faces struct {
	view *desk.View
	site *site.Site
	book *excelize.File
	data export.Document
}

func facesOf(t *testing.T, dir string) *faces {
	t.Helper()
	d, err := desk.Open(desk.Place{Content: dir, Around: filepath.Dir(dir)}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	day, _ := calendar.ParseDate(bench.AsOf)
	f := &faces{view: d.Look(day)}
	f.site = site.New(f.view.Portfolio, f.view.Found, f.view.Theme, site.Options{})
	if f.book, err = excelize.OpenReader(f.open(t, "portfolio.xlsx")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.book.Close() })
	if err := json.NewDecoder(f.open(t, "portfolio.json")).Decode(&f.data); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *faces) open(t *testing.T, address string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := f.site.Render(&b, address); err != nil {
		t.Fatal(err)
	}
	return &b
}

func fromTable(table rollup.Table) map[spot]string {
	all := map[spot]string{}
	for _, b := range table.Blocks {
		for _, r := range append(slices.Clone(b.Rows), b.Total) {
			for i, c := range r.Cells {
				s := spot{string(b.Currency), r.Key, table.Columns[i].Key}
				switch {
				case c.Kind == rollup.Amount:
					all[s] = c.Money.Text()
				case c.Kind == rollup.Days:
					all[s] = strconv.Itoa(c.N)
				case c.Kind == rollup.Ratio:
					all[s] = c.Ratio.RatString()
				case c.Kind == rollup.Part:
					all[s] = c.Share().String()
				case c.Kind == rollup.Count && table.Name != rollup.Initiatives.Name:
					all[s] = strconv.Itoa(c.N)
				}
			}
		}
	}
	return all
}

func (f *faces) fromJSON(t *testing.T, name string) map[spot]string {
	t.Helper()
	all := map[spot]string{}
	for _, table := range f.data.Rollups {
		if table.Name != name {
			continue
		}
		for _, b := range table.Blocks {
			if b.Total != nil {
				b.Rows = append(b.Rows, *b.Total)
			}
			for _, r := range b.Rows {
				for i, c := range r.Cells {
					s := spot{b.Currency, r.Key, table.Columns[i]}
					switch {
					case c.Amount != "":
						all[s] = c.Amount
					case c.Ratio+c.Share != "":
						all[s] = c.Ratio + c.Share
					case c.Count != nil:
						all[s] = strconv.Itoa(*c.Count)
					}
				}
			}
		}
	}
	return all
}

// row turns the name of a row, as people read it, into its key.
func (l *ledger) row(t *testing.T, name, words string, keys map[string]string) string {
	t.Helper()
	if len(keys) == 0 {
		keys["All"] = "total"
		keys["Not divided by year"] = "undivided"
		for _, x := range l.departmentIDs() {
			keys[l.departments[x]] = x
			for _, y := range l.departmentIDs() {
				keys[l.departments[x]+", "+l.departments[y]] = x + "--" + y
				keys[l.departments[x]+" "+l.departments[y]] = x + "--" + y
			}
		}
		for title, id := range l.people {
			keys[title] = id
		}
		if name == "spent" || name == "initiatives" {
			for id, title := range l.charters {
				keys[title] = id
			}
			for title, id := range l.translated {
				keys[title] = id
			}
		}
	}
	if name == "by-status" {
		return strings.ReplaceAll(strings.ToLower(words), " ", "-")
	}
	if key, ok := keys[words]; ok {
		return key
	}
	return words
}

func (l *ledger) departmentIDs() []string {
	var all []string
	for id := range l.departments {
		all = append(all, id)
	}
	return all
}

// lines reads a table laid out flat: the row's name, the currency, the figures
// in the order of our columns at the end.
func (l *ledger) lines(t *testing.T, name string, records [][]string, want *answer) map[spot]string {
	t.Helper()
	all, keys := map[spot]string{}, map[string]string{}
	for _, r := range records[1:] {
		s := spot{row: l.row(t, name, r[0], keys)}
		if records[0][1] == "Currency" {
			s.currency = r[1]
		}
		figures := r[len(records[0])-len(want.columns):]
		for i, column := range want.columns {
			if s.column = column; figures[i] != "" {
				number, percent := strings.CutSuffix(figures[i], "%")
				all[s] = percents(number, percent)
			}
		}
	}
	return all
}

func (f *faces) fromCSV(t *testing.T, l *ledger, name string, want *answer) map[spot]string {
	t.Helper()
	address := "rollup/" + name + ".csv"
	if name == rollup.Initiatives.Name {
		address = "initiatives.csv"
	}
	records, err := csv.NewReader(f.open(t, address)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return l.lines(t, name, records, want)
}

func (f *faces) rows(t *testing.T, sheet string) [][]string {
	t.Helper()
	rows, err := f.book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sheet is the name of a rollup's sheet, which the first sheet says beside its
// sentence: a long title does not fit.
func (f *faces) sheet(t *testing.T, name string) string {
	t.Helper()
	sentence := f.view.Theme.Words("en").T("rollup." + name + ".lede")
	for _, r := range f.rows(t, f.book.GetSheetList()[0]) {
		if len(r) > 1 && r[1] == sentence {
			return r[0]
		}
	}
	t.Fatalf("the workbook has no sheet of %s", name)
	return ""
}

func (f *faces) fromWorkbook(t *testing.T, l *ledger, name string, want *answer) map[spot]string {
	t.Helper()
	rows := f.rows(t, f.sheet(t, name))
	for i := range rows { // empty cells at the end are left out
		rows[i] = append(rows[i], make([]string, len(rows[0])-len(rows[i]))...)
	}
	return l.lines(t, name, rows, want)
}

// fromPage reads a rollup's page: a table for each currency, which its caption
// names last.
func (f *faces) fromPage(t *testing.T, l *ledger, name string, want *answer) map[spot]string {
	t.Helper()
	root, err := html.Parse(f.open(t, "rollup/"+name+".html"))
	if err != nil {
		t.Fatal(err)
	}
	all, keys := map[spot]string{}, map[string]string{}
	for table := range root.Descendants() {
		if table.Type != html.ElementNode || table.Data != "table" {
			continue
		}
		currency := ""
		for n := range table.Descendants() {
			switch {
			case n.Type == html.ElementNode && n.Data == "caption":
				if _, after, ok := strings.Cut(text(n), ", "); ok && len(after) == 3 {
					currency = after
				}
			case n.Type == html.ElementNode && n.Data == "tr":
				l.pageRow(t, name, n, currency, keys, want, all)
			}
		}
	}
	return all
}

func (l *ledger) pageRow(t *testing.T, name string, tr *html.Node, currency string, keys map[string]string, want *answer, all map[spot]string) {
	var cells []string
	row := ""
	for n := range tr.ChildNodes() {
		if n.Type == html.ElementNode && n.Data == "th" {
			row = text(n)
		} else if n.Type == html.ElementNode {
			cells = append(cells, text(n))
		}
	}
	columns := want.columns
	if want.onPage != nil {
		columns = want.onPage(currency)
	}
	if len(cells) != len(columns) {
		return // the heads
	}
	for i, column := range columns {
		if number, _, percent := strings.Cut(cells[i], "%"); cells[i] != "–" {
			all[spot{currency, l.row(t, name, row, keys), column}] = percents(strings.Map(digits, number), percent)
		}
	}
}

// percents is a number as it is written, or a hundredth of it.
func percents(number string, percent bool) string {
	if r, ok := new(big.Rat).SetString(number); ok && percent {
		return r.Quo(r, big.NewRat(100, 1)).RatString()
	}
	return number
}

// A face that shows numbers, and not all of them exactly.
type face int

const (
	inFile face = iota // CSV and workbook: exactly where that takes few digits
	onPage
)

// shown are the figures as a face shows them.
func (a *answer) shown(on face) map[spot]string {
	all := maps.Clone(a.figures)
	for s, figure := range all {
		r, ok := new(big.Rat).SetString(figure)
		scale, places, most := written(s.column)
		if !ok || on == inFile && short(r, most) {
			continue
		}
		r.Mul(r, big.NewRat(scale, 1))
		all[s] = percents(r.FloatString(places), scale == 100)
	}
	return all
}

// written is how a column's numbers are written: in per cent or not, with how
// many decimals, and with how many a file has them exactly.
func written(column string) (scale int64, places, most int) {
	_, err := time.Parse("2006-01", column)
	switch {
	case strings.HasSuffix(column, "part") || column == "capacity":
		return 100, 1, 5
	case err == nil: // a month's load
		return 100, 0, 15
	}
	return 1, 2, 15
}

// short reports whether a number has at most so many decimals, and not more than
// fifteen digits in all.
func short(r *big.Rat, places int) bool {
	n, exact := r.FloatPrec()
	return exact && n <= places && len(r.FloatString(n)) <= 16
}

// digits keeps of an English figure what is a number.
func digits(r rune) rune {
	switch {
	case r == '−':
		return '-'
	case r == '.' || r >= '0' && r <= '9':
		return r
	}
	return -1
}

func text(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// rounded are the figures as a page shows them: converted ones without their
// hundredths, where some other currency was converted.
func rounded(figures map[spot]string) map[spot]string {
	all := map[spot]string{}
	for s, figure := range figures {
		all[s] = figure
		if s.column == "converted" && s.row != "DKK" {
			r := new(bigRat)
			r.SetString(figure)
			all[s] = r.units()
		}
	}
	return all
}

// budgets compares what each party pays in each period in portfolio.json.
func (f *faces) budgets(t *testing.T, l *ledger) {
	t.Helper()
	want, got := map[spot]string{}, map[spot]string{}
	l.each(t, "SELECT charter, CAST(k AS TEXT), department, minor FROM cell", nil, func(s spot, n int64) { want[s] = amount(n) })
	for _, c := range f.data.Charters {
		if c.Budget == nil {
			continue
		}
		for j, party := range c.Budget.Parties {
			if len(c.Budget.Periods) == 0 {
				got[spot{c.ID, "0", party.Department}] = party.Amount
			}
			for k, p := range c.Budget.Periods {
				got[spot{c.ID, strconv.Itoa(k), party.Department}] = p.Parties[j]
			}
		}
	}
	compare(t, "budgets in portfolio.json", want, got)
}

// A bigRat rounds to whole units, halves up, as pages do.
type bigRat struct{ big.Rat }

func (r *bigRat) units() string {
	up := new(big.Rat).Add(&r.Rat, big.NewRat(1, 2))
	return new(big.Int).Div(up.Num(), up.Denom()).String()
}
