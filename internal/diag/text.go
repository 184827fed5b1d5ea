package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

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
		if !d.Pos.IsZero() {
			fmt.Fprint(b, p.bold(visible(d.Pos.String())), ": ")
		}
		fmt.Fprintf(b, "%s: %s\n", p.severity(d.Severity, fmt.Sprintf("%s[%s]", d.Severity.word().In(r.In), d.Code)), visible(d.Message.In(r.In)))
		p.excerpt(b, d, r)
		for _, x := range d.Related {
			fmt.Fprintf(b, "      %s %s: %s\n", p.faint("="), visible(x.Value.In(r.In)), visible(x.Pos.String()))
		}
		if !d.Hint.IsZero() {
			fmt.Fprintf(b, "      %s %s\n", p.faint("="), visible(d.Hint.In(r.In)))
		}
	}
	if len(l) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintln(b, l.Summary(r.Files).In(r.In))
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
	before, marked, after := window([]rune(line), max(d.Pos.Col, 1)-1, max(d.Width, 1))
	before, marked, after = visible(before), visible(marked), visible(after)
	number := fmt.Sprintf("%5d", d.Pos.Line)
	fmt.Fprintf(b, "%s %s\n", p.faint(number+" |"), before+marked+after)
	if d.Pos.Col == 0 {
		return
	}
	under := "^" + strings.Repeat("~", max(columns(marked)-1, 0))
	gutter := strings.Repeat(" ", len(number)) + " |"
	fmt.Fprintf(b, "%s %s%s\n", p.faint(gutter), strings.Repeat(" ", columns(before)), p.severity(d.Severity, under))
}

const widest = 110 // characters of a source line that are shown

// window cuts a line to what fits around the n characters from col on.
func window(line []rune, col, n int) (before, marked, after string) {
	from, to := 0, len(line)
	col = min(col, to)
	if to > widest {
		from = max(0, min(col-widest/3, to-widest))
		to = from + widest
	}
	end := min(col+n, to)
	before, marked, after = string(line[from:col]), string(line[col:end]), string(line[end:to])
	if from > 0 {
		before = "…" + before
	}
	if to < len(line) {
		after += "…"
	}
	return before, marked, after
}

// visible makes a text harmless for a terminal: tabs and line breaks become
// blanks; control characters, invisible ones, those that turn the direction of
// writing and bytes that are no UTF-8 become a mark each.
func visible(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, strange) < 0 {
		return s
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\n':
			return ' '
		case strange(c):
			return '·'
		}
		return c
	}, s)
}

func strange(c rune) bool {
	if c >= 0x20 && c < 0x7f {
		return false
	}
	return c == utf8.RuneError || unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// columns is how many columns a terminal needs for s.
func columns(s string) int {
	n := 0
	for _, c := range s {
		if c < 0x7f {
			n++
			continue
		}
		switch kind := width.LookupRune(c).Kind(); {
		case unicode.In(c, unicode.Mn, unicode.Me): // sits on the letter before
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
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
