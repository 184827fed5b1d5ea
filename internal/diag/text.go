package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"golang.org/x/text/width"
)

// writeText prints for people:
//
//	charters/roof.md:7:12: error[F006]: the shares add up to 90 %, …
//	    7 |   shares: {marketing: 50%, it: 40%}
//	      |           ^~~~~~~~~~~~~~~~~~~~~~~~~
//	      = write it: 50%
func writeText(w io.Writer, l List, r Report) error {
	b := bufio.NewWriter(w)
	p := painter{r.Color}
	for _, d := range l {
		fmt.Fprintf(b, "%s: %s: %s\n", p.bold(visible(d.Pos.String())), p.severity(d.Severity, fmt.Sprintf("%s[%s]", d.Severity, d.Code)), visible(d.Message))
		p.excerpt(b, d, r)
		for _, x := range d.Related {
			fmt.Fprintf(b, "      %s %s: %s\n", p.faint("="), visible(x.Value), visible(x.Pos.String()))
		}
		if d.Hint != "" {
			fmt.Fprintf(b, "      %s %s\n", p.faint("="), visible(d.Hint))
		}
	}
	if len(l) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintln(b, l.Summary(r.Files))
	return b.Flush()
}

// excerpt prints the source line with a caret below the place.
func (p painter) excerpt(b *bufio.Writer, d Diagnostic, r Report) {
	if r.Line == nil || d.Pos.Line == 0 {
		return
	}
	line := r.Line(d.Pos.File, d.Pos.Line)
	if line == "" {
		return
	}
	before, marked, after, at := window([]rune(line), max(d.Pos.Col, 1)-1, max(d.Width, 1))
	text := visible(before) + visible(marked) + visible(after)
	fmt.Fprintf(b, "%s %s %s\n", p.faint(fmt.Sprintf("%5d", d.Pos.Line)), p.faint("|"), text)
	if d.Pos.Col == 0 || at < 0 {
		return
	}
	under := "^" + strings.Repeat("~", max(columns(visible(marked))-1, 0))
	fmt.Fprintf(b, "      %s %s%s\n", p.faint("|"), strings.Repeat(" ", columns(visible(before))), p.severity(d.Severity, under))
}

const widest = 110 // characters of a source line that are shown

// window cuts a line to what fits around the marked part.
func window(line []rune, col, n int) (before, marked, after string, at int) {
	col = min(col, len(line))
	end := min(col+n, len(line))
	from, to := 0, len(line)
	if len(line) > widest {
		from = max(0, min(col-widest/3, len(line)-widest))
		to = min(from+widest, len(line))
		end = min(end, to)
	}
	before, marked, after = string(line[from:col]), string(line[col:end]), string(line[end:to])
	if from > 0 {
		before = "…" + before
	}
	if to < len(line) {
		after += "…"
	}
	return before, marked, after, col
}

// visible makes a text harmless for a terminal: tabs become blanks, control
// characters and those that turn the direction of writing become a mark.
func visible(s string) string {
	if strings.IndexFunc(s, strange) < 0 {
		return s
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\n':
			return ' '
		case strange(c):
			return '\u00b7'
		}
		return c
	}, s)
}

func strange(c rune) bool {
	return c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x61c || c >= 0x200b && c <= 0x200f || c >= 0x2028 && c <= 0x202e || c >= 0x2060 && c <= 0x206f || c == 0xfeff
}

// columns is how wide a terminal shows s.
func columns(s string) int {
	n := 0
	for _, c := range s {
		switch width.LookupRune(c).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// A painter colours, or does not.
type painter struct{ on bool }

func (p painter) paint(s string, attributes ...color.Attribute) string {
	if !p.on {
		return s
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(s)
}

func (p painter) bold(s string) string  { return p.paint(s, color.Bold) }
func (p painter) faint(s string) string { return p.paint(s, color.Faint) }

func (p painter) severity(sev Severity, s string) string {
	switch sev {
	case Error:
		return p.paint(s, color.FgRed, color.Bold)
	case Warning:
		return p.paint(s, color.FgYellow, color.Bold)
	}
	return p.paint(s, color.FgCyan)
}
