package change

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Terminal writes a report for a screen. Colour is for people who look at one.
func (r *Report) Terminal(colour bool) string {
	s := &screen{colour: colour}
	s.line(s.bold(oneLine(r.Title)))
	s.line(oneLine(r.Sides))
	s.line("")
	for _, said := range r.Summary {
		s.line("  " + oneLine(Begin(said)))
	}
	for _, c := range r.Charters {
		s.charter(c)
	}
	for _, t := range r.Tables {
		s.table(t)
	}
	for _, l := range r.Lists {
		s.line("")
		s.line(s.bold(oneLine(l.Heading)))
		for _, item := range l.Items {
			s.line("  " + oneLine(item))
		}
	}
	return s.b.String()
}

// A screen is lines of text, perhaps with colours.
type screen struct {
	b      strings.Builder
	colour bool
}

func (s *screen) line(text string) { s.b.WriteString(strings.TrimRight(text, " ") + "\n") }

func (s *screen) bold(text string) string { return s.paint("1", text) }

func (s *screen) paint(how, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + how + "m" + text + "\x1b[0m"
}

func (s *screen) charter(c Told) {
	s.line("")
	mark := s.paint("33", oneLine(c.Mark))
	if c.Gone {
		mark = s.paint("31", oneLine(c.Mark))
	}
	s.line(s.bold(oneLine(c.Title)) + "  " + c.ID + ", " + mark)
	if c.Terms != "" {
		s.line("  " + oneLine(c.Terms))
	}
	for _, said := range c.Other {
		s.line("  " + oneLine(said))
	}
}

// table writes figures in line: text to the left, figures to the right, a rule
// over the sum.
func (s *screen) table(t Table) {
	s.line("")
	s.line(s.bold(oneLine(t.Heading)))
	rows := append([][]string{t.Columns}, t.Rows...)
	if len(t.Sum) > 0 {
		rows = append(rows, t.Sum)
	}
	widths := make([]int, len(t.Columns))
	for _, row := range rows {
		for i := range row {
			row[i] = oneLine(row[i])
			widths[i] = max(widths[i], uniseg.StringWidth(row[i]))
		}
	}
	for n, row := range rows {
		if n == 1 || n == len(rows)-1 && len(t.Sum) > 0 {
			s.line("  " + strings.Repeat("─", sum(widths)+2*(len(widths)-1)))
		}
		line := "  "
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell))
			if i < t.Text {
				cell += pad
			} else {
				cell = pad + cell
			}
			line += cell + "  "
		}
		s.line(line)
	}
}

func sum(all []int) (n int) {
	for _, x := range all {
		n += x
	}
	return n
}
