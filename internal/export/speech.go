package export

import (
	"math/big"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// A Speech is the language of an export: our words, the names that registers
// give in it, and the signs in its numbers.
type Speech struct {
	Portfolio *portfolio.Portfolio
	Words     *theme.Words
	Locale    *locale.Locale
}

// title is the site's title.
func (s Speech) title() string {
	if t := s.Portfolio.Config().Title.Value; t != "" {
		return t
	}
	return "Charterhouse"
}

// name is a target's name.
func (s Speech) name(t portfolio.Target) string { return s.Portfolio.NameOf(t, s.Words.Lang()) }

// column is a column's head.
func (s Speech) column(c rollup.Column) string {
	switch {
	case c.Of.Kind != portfolio.NoTarget:
		return s.name(c.Of)
	case c.Field != nil:
		return c.Field.Name.In(s.Words.Lang())
	case c.Text != "":
		return c.Text
	}
	return s.Words.T(string(c.Label))
}

// heads of the first column, where the rows themselves say what they are.
var heads = map[portfolio.TargetKind]string{
	portfolio.ToCharter: "column.initiative", portfolio.ToPerson: "column.who", portfolio.ToDepartment: "column.department",
	portfolio.ToArea: "column.area", portfolio.ToObjective: "column.goal",
}

// head is the head of a table's first column.
func (s Speech) head(t rollup.Table) string {
	if t.HeadText != "" {
		return t.HeadText
	}
	if t.Head != "" {
		return s.Words.T(string(t.Head))
	}
	for _, b := range t.Blocks {
		for _, r := range b.Rows {
			if len(r.Head.Refs) > 0 {
				return s.Words.T(heads[r.Head.Refs[0].Kind])
			}
		}
	}
	return s.Words.T("rollup." + t.Name)
}

// words is a cell of words as text, with the word beside it.
func (s Speech) words(c *rollup.Cell) string {
	if c.Mark() != "" {
		return s.plain(c) + s.mark(c)
	}
	return s.plain(c)
}

// mark is the word beside a value, in brackets.
func (s Speech) mark(c *rollup.Cell) string {
	if c.Mark() == "" {
		return ""
	}
	return " (" + s.Words.T(string(c.Mark())) + ")"
}

func (s Speech) plain(c *rollup.Cell) string {
	switch {
	case c.Kind == rollup.Words:
		return s.Words.T(string(c.Label))
	case c.Kind == rollup.Spans:
		return spans(c.Spans())
	case len(c.Names()) > 0:
		var names []string
		for _, n := range c.Names() {
			names = append(names, n.In(s.Words.Lang()))
		}
		return strings.Join(names, ", ")
	case len(c.Refs) == 0:
		return c.Text
	case len(c.Refs) == 1 && c.Text == "":
		return s.name(c.Refs[0])
	}
	var parts []string
	for _, t := range c.Refs {
		parts = append(parts, s.name(t))
	}
	if c.Text != "" {
		parts = append(parts, c.Text)
	}
	return strings.Join(parts, ", ")
}

// spans writes runs of days.
func spans(all []calendar.Window) string {
	var parts []string
	for _, w := range all {
		if w.Start == w.End {
			parts = append(parts, w.Start.String())
			continue
		}
		parts = append(parts, w.Start.String()+" – "+w.End.String())
	}
	return strings.Join(parts, "; ")
}

// ratio is an exact number as people read it.
func (s Speech) ratio(column *rollup.Column, r *big.Rat) string {
	if column.Percent {
		return s.Locale.PercentWhole(r)
	}
	return s.Locale.Decimal(r.FloatString(ratioPlaces))
}

// ratioPlaces is how many decimals of an exact number people are shown.
const ratioPlaces = 2

// A flat is a rollup laid out as one table, which other programs can filter and
// sort: the rows of all blocks, each with its currency where the table has
// blocks, and last the totals.
type flat struct {
	heads      []string
	columns    []rollup.Column
	lines      []line
	own        int           // how many columns come before the rollup's
	currencies []rollup.Cell // of each block
}

// A line is one row of a flat.
type line struct {
	block int
	total bool
	row   *rollup.Row
}

func (s Speech) flat(t rollup.Table) *flat {
	f := &flat{heads: []string{s.head(t)}, columns: []rollup.Column{{Key: "name"}}, own: 1}
	n := len(t.Blocks)
	for _, b := range t.Blocks {
		n += len(b.Rows)
		f.currencies = append(f.currencies, rollup.Cell{Kind: rollup.Text, Text: string(b.Currency)})
		if b.Currency != "" && f.own == 1 {
			f.heads, f.columns, f.own = append(f.heads, s.Words.T("column.currency")), append(f.columns, rollup.Column{Key: "currency"}), 2
		}
	}
	for _, c := range t.Columns {
		f.heads, f.columns = append(f.heads, s.column(c)), append(f.columns, c)
	}
	f.lines = make([]line, 0, n)
	for i, b := range t.Blocks {
		for j := range b.Rows {
			f.lines = append(f.lines, line{i, false, &b.Rows[j]})
		}
	}
	for i := range t.Blocks {
		if b := &t.Blocks[i]; len(b.Rows) > 0 && len(b.Total.Cells) > 0 {
			f.lines = append(f.lines, line{i, true, &b.Total})
		}
	}
	return f
}

// cell is what stands in a line at a column.
func (f *flat) cell(l *line, column int) *rollup.Cell {
	switch {
	case column >= f.own:
		return &l.row.Cells[column-f.own]
	case column == 1:
		return &f.currencies[l.block]
	}
	return &l.row.Head
}

// plainNumber reports whether an author's figure is a decimal number that
// every program reads the same, of at most fifteen digits.
func plainNumber(s string) bool {
	whole, frac, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole != "" && digits(whole) && digits(frac) && (!pointed || frac != "") && (len(whole) == 1 || whole[0] != '0') && len(whole)+len(frac) <= mostDigits
}

// finite reports whether an exact number can be written in full with as many
// digits as every program keeps.
func finite(r *big.Rat) (text string, ok bool) {
	places, ok := r.FloatPrec()
	if !ok {
		return "", false
	}
	text = r.FloatString(places)
	shown := strings.TrimLeft(strings.Replace(strings.TrimPrefix(text, "-"), ".", "", 1), "0")
	return text, len(shown) <= mostDigits
}

// decimal writes an exact number: in full where it is finite, else rounded.
func decimal(r *big.Rat, places int) string {
	if text, ok := finite(r); ok {
		return text
	}
	return r.FloatString(places)
}

// mostDigits is how many digits of a decimal number survive a spreadsheet,
// which keeps it as a binary one.
const mostDigits = 15

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
