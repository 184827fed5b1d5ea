package export

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
	"charterhouse/internal/rollup"
)

// Workbook writes rollups as a workbook in the form of Excel: a sheet that says
// what the others are, and one sheet for each name. table makes, or remembers,
// a rollup by name.
//
// Amounts, counts, shares, exact numbers and days are numbers with a format, in
// which a word beside the number stands, too. A sum is a
// formula over the cells it adds up, with our exact figure beside it for
// programs that do not calculate; there is a formula only where adding up
// those cells, as they stand in the sheet, gives our figure to the last digit, and
// elsewhere (a count of charters that stand in several rows, thirds of a post)
// the figure alone. What an author
// typed is a text and never a formula, whatever it begins with.
//
// The same portfolio gives the same bytes. keep may be nil.
func Workbook(w io.Writer, s Speech, names []string, table func(name string) rollup.Table, keep *Keep) error {
	b := &book{Speech: s, file: excelize.NewFile(), pack: newPack(w), styles: map[look]int{}, taken: map[string]bool{}, binder: openBinder(keep)}
	defer b.file.Close()
	if err := b.write(names, table); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	b.binder.save()
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return b.pack })
	return b.file.Write(io.Discard) // the library gathers nothing of what goes into our archive
}

// A book is a workbook in the making.
type book struct {
	Speech
	file   *excelize.File
	pack   *pack
	styles map[look]int
	looks  []look          // those that have a style, in order
	taken  map[string]bool // names of sheets, in lower case
	binder *binder
}

// write writes the sheets. The library makes all that is around them.
func (b *book) write(names []string, table func(name string) rollup.Table) error {
	day := b.Portfolio.AsOf().String() + "T00:00:00Z"
	if err := b.file.SetDocProps(&excelize.DocProperties{Title: b.title(), Creator: "Charterhouse", LastModifiedBy: "Charterhouse", Created: day, Modified: day, Language: b.Words.Lang()}); err != nil {
		return err
	}
	sheets := []string{b.sheetName(b.Words.T("export.about"))}
	for _, name := range names {
		sheets = append(sheets, b.sheetName(b.Words.T("rollup."+name)))
	}
	if err := b.file.SetSheetName("Sheet1", sheets[0]); err != nil {
		return err
	}
	for _, sheet := range sheets[1:] {
		if _, err := b.file.NewSheet(sheet); err != nil {
			return err
		}
	}
	if err := b.about(sheets, names); err != nil {
		return err
	}
	for i, name := range names {
		if err := b.sheet(i+1, sheets[i+1], name, table); err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	return nil
}

// sheetName makes a name that a sheet may have: at most 31 characters, none of
// them special in a formula, and unlike the others.
func (b *book) sheetName(words string) string {
	words = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'!`, r) || r < ' ' || r == utf8.RuneError {
			return ' '
		}
		return r
	}, words))
	const most = 31
	cut := func(s string, n int) string {
		for len(utf16.Encode([]rune(s))) > n {
			_, size := utf8.DecodeLastRuneInString(s)
			s = s[:len(s)-size]
		}
		return strings.TrimSpace(s)
	}
	name := cut(words, most)
	if at := strings.LastIndexByte(name, ' '); name != words && at > most/2 {
		name = name[:at] // a whole word less reads better than half a word
	}
	for n := 2; name == "" || b.taken[strings.ToLower(name)]; n++ {
		end := fmt.Sprintf(" %d", n)
		name = cut(words, most-len(end)) + end
	}
	b.taken[strings.ToLower(name)] = true
	return name
}

// about writes the first sheet: what this is, of which day, and what stands in
// the other sheets.
func (b *book) about(sheets, names []string) error {
	h := leafHead{widths: []float64{34, 110}, rows: 5 + len(names), selected: true}
	if b.Portfolio.Registers().Rates != nil {
		h.rows += 2
	}
	part, err := b.pack.bind(partName(0), func(w io.Writer) error { return b.tell(newLeaf(w, h), sheets, names) })
	if err == nil {
		err = b.repeat(sheets[0])
	}
	if err != nil {
		return err
	}
	return b.pack.put(part)
}

// tell writes the rows of the first sheet.
func (b *book) tell(out *leaf, sheets, names []string) error {
	row := func(texts ...string) {
		out.row()
		for i, text := range texts {
			out.text(i, 0, text)
		}
	}
	out.row()
	out.text(0, b.style(look{bold: true}), b.title())
	row(b.Words.T("frame.asof"))
	b.day(out, 1, b.Portfolio.AsOf(), look{left: true})
	row(b.Words.T("export.about.note"))
	row()
	out.row()
	b.head(out, 0, b.Words.T("export.sheet"), false)
	b.head(out, 1, b.Words.T("export.holds"), false)
	for i, name := range names {
		row(sheets[i+1], b.Words.T("rollup."+name+".lede"))
	}
	if rates := b.Portfolio.Registers().Rates; rates != nil {
		row()
		row(b.Words.F("rates.note", "Date", b.Locale.Date(rates.Date), "Source", rates.Source, "Base", string(rates.Base)))
	}
	return out.end("")
}

// partName is where the library looks for sheet i.
func partName(i int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1) }

// repeat lets a sheet repeat its first row on each sheet of paper.
func (b *book) repeat(name string) error {
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!$1:$1", Scope: name})
}

// sheet writes one rollup, as it was written before if it is made from the same.
func (b *book) sheet(i int, title, name string, table func(name string) rollup.Table) error {
	x, err := b.binder.sheet(fmt.Sprintf("%s %s %+v", partName(i), name, b.looks), name, func() (boundSheet, error) {
		return b.bind(i, table(name))
	})
	if err != nil {
		return err
	}
	for _, l := range x.Looks {
		b.style(l)
	}
	if err := b.file.AutoFilter(title, x.Filter, nil); err != nil {
		return err
	}
	if err := b.repeat(title); err != nil {
		return err
	}
	return b.pack.put(x.Part)
}

// bind makes a sheet: its heads, which stay in sight and filter, the rows of all
// blocks, and the totals.
func (b *book) bind(i int, t rollup.Table) (x boundSheet, err error) {
	f := b.flat(t)
	g := newGrid(f, len(t.Blocks))
	x.Filter = fmt.Sprintf("A1:%s%d", letters(len(f.heads)-1), max(g.rows+1, 2))
	known := len(b.looks)
	x.Part, err = b.pack.bind(partName(i), func(w io.Writer) error {
		out := newLeaf(w, leafHead{widths: b.widths(f), rows: len(f.lines) + 1, frozen: true})
		out.row()
		for j, h := range f.heads {
			b.head(out, j, h, f.columns[j].Numeric)
		}
		for i := range f.lines {
			l := &f.lines[i]
			out.row()
			for j := range f.heads {
				b.cell(out, j, &f.columns[j], f.cell(l, j), g.decimals[l.block], l.total, g.formula(l, i, j))
			}
		}
		return out.end(x.Filter)
	})
	x.Looks = slices.Clone(b.looks[known:])
	return x, err
}

// A grid knows which cells of a sheet add up to which.
type grid struct {
	*flat
	rows     int             // without totals
	decimals []bool          // of each block: whether some amount has minor units
	from, to []int           // of each block: its first and last row in the sheet
	sums     [][]money.Money // of each block and column: what its cells add up to
	broken   [][]bool        // where a cell is no plain amount, so that nothing adds up
	part     []int           // columns that stand in a row's sum
}

func newGrid(f *flat, blocks int) *grid {
	g := &grid{flat: f, decimals: make([]bool, blocks), from: make([]int, blocks), to: make([]int, blocks), sums: make([][]money.Money, blocks), broken: make([][]bool, blocks)}
	amounts := make([]bool, len(f.columns))
	for i := range blocks {
		g.sums[i], g.broken[i] = make([]money.Money, len(f.columns)), make([]bool, len(f.columns))
	}
	for i := range f.lines {
		l := &f.lines[i]
		if !l.total {
			g.rows++
			if g.from[l.block] == 0 {
				g.from[l.block] = i + 2
			}
			g.to[l.block] = i + 2
		}
		for j := range f.columns {
			c := f.cell(l, j)
			if c.Kind != rollup.Amount {
				g.broken[l.block][j] = g.broken[l.block][j] || !l.total && c.Kind != rollup.Empty
				continue
			}
			amounts[j] = true
			g.decimals[l.block] = g.decimals[l.block] || c.Money.Minor%c.Money.Currency.Scale() != 0
			if !l.total && !g.broken[l.block][j] {
				g.add(l.block, j, c.Money)
			}
		}
	}
	for j, c := range f.columns {
		if amounts[j] && !c.Sums && c.Field == nil {
			g.part = append(g.part, j)
		}
	}
	return g
}

func (g *grid) add(block, column int, m money.Money) {
	sum := g.sums[block][column]
	if sum.Currency != "" && sum.Currency != m.Currency || !exact(m) {
		g.broken[block][column] = true
		return
	}
	g.sums[block][column] = sum.Plus(m)
}

// ratioSum adds up a column of exact numbers over all rows; empty where that is
// not r, or something else stands there, or a number that is rounded.
func (g *grid) ratioSum(column int, r *big.Rat) string {
	if _, ok := finite(r); !ok {
		return ""
	}
	sum := new(big.Rat)
	for i := range g.lines[:g.rows] {
		switch c := g.cell(&g.lines[i], column); c.Kind {
		case rollup.Empty:
		case rollup.Ratio:
			if _, ok := finite(c.Ratio); !ok {
				return ""
			}
			sum.Add(sum, c.Ratio)
		default:
			return ""
		}
	}
	if sum.Cmp(r) != 0 {
		return ""
	}
	places, _ := r.FloatPrec()
	return fmt.Sprintf("ROUND(SUM(%[1]s2:%[1]s%[2]d),%[3]d)", letters(column), g.rows+1, places)
}

// exact reports whether a spreadsheet keeps an amount to the last minor unit.
func exact(m money.Money) bool {
	var room [24]byte
	return len(bytes.TrimPrefix(m.Append(room[:0]), []byte("-"))) <= mostDigits // the point counts, so this is the stricter by one
}

// formula is what adds up to the cell in line i, column j; empty where nothing
// that is in the sheet does.
func (g *grid) formula(l *line, i, j int) string {
	c := g.cell(l, j)
	switch {
	case c.Kind == rollup.Ratio && l.total:
		return g.ratioSum(j, c.Ratio)
	case c.Kind != rollup.Amount || c.About || !exact(c.Money):
		return ""
	case l.total:
		if g.from[l.block] == 0 || g.broken[l.block][j] || g.sums[l.block][j] != c.Money {
			return ""
		}
		return rounded(c.Money, g.down(l.block, j))
	case g.columns[j].Sums:
		sum, ok := g.across(l, j)
		if !ok || sum != c.Money {
			return ""
		}
		return rounded(c.Money, g.along(i, j))
	}
	return ""
}

// down adds up a column over the rows of a block. With several currencies it
// asks each row for its own, so that it holds when somebody sorts the rows.
func (g *grid) down(block, column int) string {
	if g.own == 1 || len(g.from) == 1 {
		return fmt.Sprintf("SUM(%[1]s%[2]d:%[1]s%[3]d)", letters(column), g.from[block], g.to[block])
	}
	last, in := g.rows+1, letters(1)
	return fmt.Sprintf(`SUMIF($%[1]s$2:$%[1]s$%[2]d,"%[3]s",%[4]s$2:%[4]s$%[2]d)`, in, last, g.sums[block][column].Currency, letters(column))
}

// across is what the amounts before column j in a row add up to.
func (g *grid) across(l *line, j int) (sum money.Money, ok bool) {
	for _, k := range g.part {
		c := g.cell(l, k)
		switch {
		case k > j || c.Kind == rollup.Empty:
		case c.Kind != rollup.Amount || !exact(c.Money) || sum.Currency != "" && c.Money.Currency != sum.Currency:
			return sum, false
		default:
			sum, ok = sum.Plus(c.Money), true
		}
	}
	return sum, ok
}

// along adds up the amounts before column j in a row, column by column where
// other figures stand between them.
func (g *grid) along(i, j int) string {
	row := strconv.Itoa(i + 2)
	var parts []string
	for k := 0; k < len(g.part) && g.part[k] < j; k++ {
		first := g.part[k]
		for k+1 < len(g.part) && g.part[k+1] == g.part[k]+1 && g.part[k+1] < j {
			k++
		}
		parts = append(parts, letters(first)+row+":"+letters(g.part[k])+row)
	}
	return "SUM(" + strings.Join(parts, ",") + ")"
}

// rounded takes off what binary fractions leave behind a sum, so that a
// recalculated figure is ours to the last digit.
func rounded(m money.Money, formula string) string {
	if m.Currency.Exponent() == 0 {
		return formula
	}
	return "ROUND(" + formula + "," + strconv.Itoa(m.Currency.Exponent()) + ")"
}

// letters names a column: 0 is A.
func letters(column int) string {
	name, _ := excelize.ColumnNumberToName(column + 1) // fails only beyond the columns that any sheet has
	return name
}

// A look is how a cell is shown.
type look struct {
	format string // of numbers
	bold   bool
	rule   bool // a line above, as over a sum
	head   bool
	left   bool
	right  bool
}

// style makes a look known to the workbook.
func (b *book) style(l look) int {
	if l == (look{}) {
		return 0 // as a workbook shows what says nothing else
	}
	if id, ok := b.styles[l]; ok {
		return id
	}
	s := &excelize.Style{Font: &excelize.Font{Bold: l.bold || l.head, Family: "Calibri", Size: 11}}
	if l.format != "" {
		s.CustomNumFmt = &l.format
	}
	if l.head {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EBEF"}}
		s.Alignment = &excelize.Alignment{WrapText: true, Vertical: "top"}
		if l.right {
			s.Alignment.Horizontal = "right"
		}
		s.Border = []excelize.Border{{Type: "bottom", Color: "141B24", Style: 1}}
	}
	if l.rule {
		s.Border = []excelize.Border{{Type: "top", Color: "141B24", Style: 1}}
	}
	if l.left {
		s.Alignment = &excelize.Alignment{Horizontal: "left"}
	}
	id, err := b.file.NewStyle(s)
	if err != nil {
		return 0 // cannot be: every look is one of ours
	}
	b.styles[l] = id
	b.looks = append(b.looks, l)
	return id
}

func (b *book) head(out *leaf, column int, text string, numeric bool) {
	out.text(column, b.style(look{head: true, right: numeric}), text)
}

// cell writes a cell of a sheet.
func (b *book) cell(out *leaf, at int, column *rollup.Column, c *rollup.Cell, decimals, total bool, formula string) {
	l := look{bold: total, rule: total}
	number := func(digits string, places int, format string) {
		l.format = format
		out.number(at, b.style(l), formula, digits, places)
	}
	switch c.Kind {
	case rollup.Empty:
		if total {
			out.blank(at, b.style(l))
		}
		return
	case rollup.Amount:
		if exact(c.Money) {
			b.amount(c, decimals, number)
		} else {
			out.text(at, b.style(l), b.Locale.Amount(c.Money, true))
		}
		return
	case rollup.Count, rollup.Days:
		number(strconv.Itoa(c.N), 0, "#,##0")
		return
	case rollup.Day:
		b.day(out, at, c.Date, l)
		return
	case rollup.Part:
		if !b.share(column, c.Share(), number) {
			out.text(at, 0, c.Share().String())
		}
		return
	case rollup.Ratio:
		digits, places := ratioDigits(column, c.Ratio)
		number(digits, places, b.ratioFormat(column, c))
		return
	case rollup.Figure:
		if plainNumber(c.Text) {
			figure(c.Text, number)
			return
		}
	}
	out.text(at, b.style(l), b.words(c))
}

// pointed is the format of a number with so many decimals.
func pointed(places int) string {
	const most = "#,##0.000000000000000"
	return strings.TrimSuffix(most[:len("#,##0.")+places], ".")
}

// amount writes minor units as units, with decimals where some amount of the block
// has any.
func (b *book) amount(c *rollup.Cell, decimals bool, number func(string, int, string)) {
	format, exponent := "#,##0", c.Money.Currency.Exponent()
	if decimals {
		format = pointed(exponent)
	}
	if c.About {
		format = `"≈ "` + format
	}
	number(strconv.FormatInt(c.Money.Minor, 10), exponent, format)
}

// ratioFormat shows an exact number as the page does, with the word beside it.
func (b *book) ratioFormat(column *rollup.Column, c *rollup.Cell) string {
	format := pointed(ratioPlaces)
	if column.Percent {
		format = "0%"
	}
	if mark := strings.ReplaceAll(b.mark(c), `"`, "'"); mark != "" {
		format += `"` + mark + `"`
	}
	return format
}

// ratioDigits is an exact number as a workbook holds it, which keeps at most fifteen
// digits: what has more is rounded as the page rounds it.
func ratioDigits(column *rollup.Column, r *big.Rat) (digits string, places int) {
	text := decimal(r, ratioPlaces)
	if column.Percent {
		text, places = decimal(percents(r), 0), 2
	}
	whole, frac, _ := strings.Cut(text, ".")
	return whole + frac, places + len(frac)
}

// share writes a share as a percentage, and reports whether that is exact enough.
// A column of per cent shows all to a tenth at most.
func (b *book) share(column *rollup.Column, s money.Share, number func(string, int, string)) bool {
	percent, ok := percentIn(column, s)
	if !ok {
		return false
	}
	whole, frac, _ := strings.Cut(percent, ".")
	format := strings.TrimPrefix(pointed(len(frac)), "#,##") + "%"
	if column.Percent {
		format = "0.0%"
	}
	number(whole+frac, len(frac)+2, format)
	return true
}

// figure writes an author's number with the decimals it was given.
func figure(text string, number func(string, int, string)) {
	whole, frac, _ := strings.Cut(text, ".")
	number(whole+frac, len(frac), pointed(len(frac)))
}

// day writes a day as the number of days that a spreadsheet counts.
func (b *book) day(out *leaf, column int, d calendar.Date, l look) {
	first, _ := calendar.Of(1970, 1, 1)
	l.format = "yyyy-mm-dd"
	out.number(column, b.style(l), "", strconv.Itoa(d.DaysSince(first)+25569), 0)
}

// widths fits each column to its head and its first rows, within reason.
func (b *book) widths(f *flat) []float64 {
	all := make([]float64, len(f.heads))
	fit := func(i int, text string) { all[i] = max(all[i], float64(min(utf8.RuneCountInString(text)+3, 60))) }
	for i, h := range f.heads {
		fit(i, h)
	}
	for i := range f.lines[:min(len(f.lines), 300)] {
		for j := range f.heads {
			switch c := f.cell(&f.lines[i], j); c.Kind {
			case rollup.Amount:
				fit(j, b.Locale.Amount(c.Money, true))
			case rollup.Day:
				fit(j, c.Date.String())
			case rollup.Text, rollup.Words, rollup.Figure, rollup.Spans:
				fit(j, b.words(c))
			case rollup.Ratio:
				fit(j, b.ratio(&f.columns[j], c.Ratio)+b.mark(c))
			}
		}
	}
	return all
}
