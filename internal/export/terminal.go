package export

import (
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"charterhouse/internal/rollup"
)

// Terminal writes a rollup for a screen with letters of one width: a block for
// each currency, columns in line, numbers to the right, a line over the sums.
func Terminal(w io.Writer, s Speech, t rollup.Table) error {
	var out strings.Builder
	for _, b := range t.Blocks {
		if len(b.Rows) == 0 {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		s.block(&out, t, b)
	}
	if out.Len() == 0 {
		out.WriteString(s.Words.T("rollup.empty") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s Speech) block(out *strings.Builder, t rollup.Table, b rollup.Block) {
	if b.Currency != "" {
		out.WriteString(string(b.Currency) + "\n")
	}
	decimals := blockDecimals(b)
	heads, right := []string{s.head(t)}, []bool{false}
	for _, c := range t.Columns {
		heads, right = append(heads, onScreen(s.column(c))), append(right, c.Numeric)
	}
	rows := [][]string{heads}
	for _, r := range b.Rows {
		rows = append(rows, s.shown(t, r, decimals))
	}
	if len(b.Total.Cells) > 0 {
		rows = append(rows, s.shown(t, b.Total, decimals))
	}
	widths := make([]int, len(heads))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(text))
		}
	}
	for i, row := range rows {
		if i == 1 || i == len(rows)-1 && len(b.Total.Cells) > 0 {
			underline(out, widths)
		}
		inLine(out, row, widths, right)
	}
}

func blockDecimals(b rollup.Block) bool {
	for _, r := range append(b.Rows[:len(b.Rows):len(b.Rows)], b.Total) {
		for _, c := range r.Cells {
			if c.Kind == rollup.Amount && c.Money.Minor%c.Money.Currency.Scale() != 0 {
				return true
			}
		}
	}
	return false
}

// shown is a row as people read it.
func (s Speech) shown(t rollup.Table, r rollup.Row, decimals bool) []string {
	row := []string{onScreen(s.words(&r.Head))}
	for i := range r.Cells {
		c := &r.Cells[i]
		text := s.plain(c)
		switch c.Kind {
		case rollup.Empty:
			text = "–"
		case rollup.Amount:
			text = s.Locale.Amount(c.Money, decimals)
			if c.About {
				text = "≈ " + text
			}
		case rollup.Count, rollup.Days:
			text = s.Locale.Number(c.N)
		case rollup.Part:
			text = s.Locale.PercentExact(c.Share())
			if t.Columns[i].Percent {
				text = s.Locale.Percent(c.Share())
			}
		case rollup.Ratio:
			text = s.ratio(&t.Columns[i], c.Ratio)
		case rollup.Day:
			text = c.Date.String()
		case rollup.Figure:
			text = s.Locale.Decimal(c.Text)
		}
		row = append(row, onScreen(text+s.mark(c)))
	}
	return row
}

// onScreen keeps an author's text on its line, and from steering the terminal.
func onScreen(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
}

func inLine(out *strings.Builder, row []string, widths []int, right []bool) {
	var line strings.Builder
	for i, text := range row {
		pad := strings.Repeat(" ", widths[i]-uniseg.StringWidth(text))
		if i > 0 {
			line.WriteString("  ")
		}
		if right[i] {
			line.WriteString(pad + text)
		} else {
			line.WriteString(text + pad)
		}
	}
	out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

func underline(out *strings.Builder, widths []int) {
	for i, n := range widths {
		if i > 0 {
			out.WriteString("  ")
		}
		out.WriteString(strings.Repeat("─", n))
	}
	out.WriteByte('\n')
}
