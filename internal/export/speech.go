package export

import (
	"strings"

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

// words is a cell of words as text.
func (s Speech) words(c rollup.Cell) string {
	if c.Kind == rollup.Words {
		return s.Words.T(string(c.Label))
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

// A line is one row of a rollup laid out flat: the name of the row, the
// currency of its block where the table has blocks, and the row's cells.
type line struct {
	block int
	total bool
	cells []rollup.Cell
}

// flat lays out a rollup as one table, which other programs can filter and
// sort: the rows of all blocks, each with its currency, and last the totals.
func flat(s Speech, t rollup.Table) (names []string, columns []rollup.Column, lines []line) {
	names, columns = []string{s.head(t)}, []rollup.Column{{Key: "name"}}
	currencies := false
	for _, b := range t.Blocks {
		currencies = currencies || b.Currency != ""
	}
	if currencies {
		names, columns = append(names, s.Words.T("column.currency")), append(columns, rollup.Column{Key: "currency"})
	}
	for _, c := range t.Columns {
		names, columns = append(names, s.column(c)), append(columns, c)
	}
	add := func(block int, r rollup.Row, total bool) {
		cells := append(make([]rollup.Cell, 0, len(columns)), r.Head)
		if currencies {
			cells = append(cells, rollup.Cell{Kind: rollup.Text, Text: string(t.Blocks[block].Currency)})
		}
		lines = append(lines, line{block, total, append(cells, r.Cells...)})
	}
	for i, b := range t.Blocks {
		for _, r := range b.Rows {
			add(i, r, false)
		}
	}
	for i, b := range t.Blocks {
		if len(b.Rows) > 0 && len(b.Total.Cells) > 0 {
			add(i, b.Total, true)
		}
	}
	return names, columns, lines
}

// plainNumber reports whether an author's figure is a decimal number that
// every program reads the same, of at most fifteen digits.
func plainNumber(s string) bool {
	whole, frac, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole != "" && digits(whole) && digits(frac) && (!pointed || frac != "") && (len(whole) == 1 || whole[0] != '0') && len(whole)+len(frac) <= mostDigits
}

// mostDigits is how many digits of a decimal number survive a spreadsheet,
// which keeps it as a binary one.
const mostDigits = 15

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
