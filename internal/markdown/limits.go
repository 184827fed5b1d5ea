package markdown

import (
	"bytes"

	"charterhouse/internal/diag"
)

// The limits of a text, from the reliability map. goldmark cannot be cancelled,
// and some of what it does is quadratic, so a text is measured before it is
// parsed. The scan reads each byte once and is deliberately simpler than
// Markdown: it counts code like prose, so that no trick with fences can slip a
// bomb past it. Honest texts stay far below every limit.
const (
	maxBody     = 512 << 10
	maxLine     = 64 << 10
	maxLines    = 30_000 // goldmark keeps a record for each line of each open list
	maxDepth    = 100    // lists, quotes, emphasis, brackets
	maxColumns  = 64
	maxCells    = 20_000
	maxLinks    = 2_000
	maxOpeners  = 1_000   // "[" and "(" that are never closed
	maxBrackets = 10_000  // "[" at all
	maxMarks    = 20_000  // "*", "_" and "~"
	maxTicks    = 100     // "`" in a row
	maxSearch   = 200_000 // lines times lengths of rows of "`" in them
)

// maxOutput is how much HTML an input of n bytes may become.
func maxOutput(n int) int { return 20*n + 64<<10 }

// scan measures the text, enters the start of each line, and reports whether
// goldmark may see it.
func (r *renderer) scan() bool {
	src := r.src
	if len(src) > maxBody {
		return r.refuse(0, diag.Say("the text has %d KiB, more than %d", (len(src)+1023)>>10, maxBody>>10),
			diag.Say("move details to an attachment and link to it"))
	}
	s := scanner{r: r}
	for at := 0; at < len(src); {
		end := len(src)
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		r.lines = append(r.lines, int32(at))
		if !s.line(at, src[at:end]) {
			return false
		}
		at = end
	}
	return true
}

// A scanner is the state of a scan between lines.
type scanner struct {
	r        *renderer
	columns  []int              // columns of the markers of lists and quotes that may be open, ascending
	blank    bool               // the line before was blank
	paren    int                // "(" open in this paragraph
	bracket  int                // "[" open in this paragraph
	openers  int                // those that earlier paragraphs left open
	brackets int                // "[" so far
	marks    int                // "*", "_" and "~" so far
	ticks    int                // "`" in a row
	runs     [maxTicks + 1]bool // lengths of rows of "`" in this paragraph
	lengths  int                // how many of them are true
	height   int                // lines of this paragraph so far
	search   int                // lengths times lines of earlier paragraphs
	width    int                // columns of the table that these lines may belong to
	cells    int                // its cells so far
}

// counted marks the bytes that the scan looks at.
var counted = [256]bool{'[': true, ']': true, '(': true, ')': true, '*': true, '_': true, '~': true, '`': true, '\\': true}

func (s *scanner) line(at int, line []byte) bool {
	r := s.r
	if len(line) > maxLine {
		return r.refuse(at, diag.Say("the line has %d KiB, more than %d", (len(line)+1023)>>10, maxLine>>10), diag.Say("break the line"))
	}
	if len(r.lines) > maxLines {
		return r.refuse(at, diag.Say("the text has more than %d lines", maxLines), diag.Say("move details to an attachment and link to it"))
	}
	if blankLine(line) {
		s.paragraphEnds()
		return true
	}
	text, ok := s.markers(at, line)
	s.blank = false
	return ok && s.table(at+text, line[text:]) && s.inline(at+text, line[text:]) && s.code(at)
}

func (s *scanner) paragraphEnds() {
	s.blank = true
	s.openers += s.paren + s.bracket
	s.paren, s.bracket, s.width, s.cells = 0, 0, 0, 0
	s.search += s.lengths * s.height
	s.height = 0
	if s.lengths > 0 {
		s.runs, s.lengths = [maxTicks + 1]bool{}, 0
	}
}

// code bounds how often goldmark reads a paragraph to its end: a row of
// backticks that nothing closes is looked for in every line, once for each
// length of row.
func (s *scanner) code(at int) bool {
	if s.height++; s.search+s.lengths*s.height > maxSearch {
		return s.r.refuse(at, diag.Say("rows of backticks have too many different lengths"), diag.Say("use one or two backticks around code"))
	}
	return true
}

// markers reads the markers of containers at the head of a line and returns
// where the text behind them starts. Containers that stand in each other have
// markers in different columns, so the number of columns in use bounds the
// depth. Columns are forgotten only behind a blank line: before one, a line
// with less indentation may still continue the innermost paragraph.
func (s *scanner) markers(at int, line []byte) (text int, ok bool) {
	column, first := 0, true
	for i := 0; i < len(line); {
		switch c := line[i]; c {
		case ' ':
			i, column = i+1, column+1
			continue
		case '\t':
			i, column = i+1, column+4-column%4
			continue
		case '\r', '\n':
			return len(line), true
		}
		if first && s.blank {
			s.forget(column)
		}
		first = false
		n := markerLength(line[i:])
		if n == 0 {
			return i, true
		}
		if !s.enter(column) {
			return 0, s.r.refuse(at+i, diag.Say("lists and quotes are nested more than %d levels deep", maxDepth), diag.Say("use fewer levels"))
		}
		i, column = i+n, column+n
	}
	return len(line), true
}

// markerLength returns the length of a marker of a list, quote, definition or
// footnote at the head of b, or 0.
func markerLength(b []byte) int {
	n := 0
	switch c := b[0]; {
	case c == '>':
		return 1
	case c == '-' || c == '*' || c == '+' || c == ':':
		n = 1
	case '0' <= c && c <= '9':
		for n < len(b) && n < 10 && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		if n == len(b) || b[n] != '.' && b[n] != ')' {
			return 0
		}
		n++
	case c == '[' && len(b) > 1 && b[1] == '^':
		end := bytes.IndexByte(b, ']')
		if end < 0 || end+1 >= len(b) || b[end+1] != ':' {
			return 0
		}
		return end + 2
	default:
		return 0
	}
	if n < len(b) && b[n] != ' ' && b[n] != '\t' && b[n] != '\r' && b[n] != '\n' {
		return 0
	}
	return n
}

func (s *scanner) enter(column int) bool {
	i := len(s.columns)
	for i > 0 && s.columns[i-1] > column {
		i--
	}
	if i > 0 && s.columns[i-1] == column {
		return true
	}
	s.columns = append(s.columns, 0)
	copy(s.columns[i+1:], s.columns[i:])
	s.columns[i] = column
	return len(s.columns) <= maxDepth
}

func (s *scanner) forget(column int) {
	for len(s.columns) > 0 && s.columns[len(s.columns)-1] >= column {
		s.columns = s.columns[:len(s.columns)-1]
	}
}

// table counts what a table would have: a line of dashes and bars may start
// one, and all lines up to the next blank one are then its rows.
func (s *scanner) table(at int, line []byte) bool {
	if s.width > 0 {
		if s.cells += s.width; s.cells > maxCells {
			return s.r.refuse(at, diag.Say("the table has more than %d cells", maxCells), diag.Say("attach the table as a file and link to it"))
		}
	}
	line = bytes.TrimRight(line, " \t\r\n")
	if len(line) == 0 || line[0] != '|' && line[0] != ':' && line[0] != '-' {
		return true
	}
	bars := 0
	for _, c := range line {
		switch c {
		case '|':
			bars++
		case '-', ':', ' ', '\t':
		default:
			return true
		}
	}
	width := bars + 1
	if line[0] == '|' {
		width--
	}
	if bars > 0 && line[len(line)-1] == '|' {
		width--
	}
	if width > maxColumns {
		return s.r.refuse(at, diag.Say("the table has %d columns, more than %d", width, maxColumns), diag.Say("split the table, or attach it as a file"))
	}
	if s.width == 0 {
		s.cells = width // the header
	}
	s.width = max(s.width, width)
	return true
}

// inline counts brackets and marks.
func (s *scanner) inline(at int, line []byte) bool {
	s.ticks = 0
	for i := 0; i < len(line); i++ {
		c := line[i]
		if !counted[c] {
			continue
		}
		switch c {
		case '\\':
			i++
			continue
		case '[':
			s.bracket++
			s.brackets++
		case '(':
			s.paren++
		case ']':
			if s.bracket > maxDepth {
				return s.r.refuse(at+i, diag.Say("brackets are nested more than %d levels deep", maxDepth), diag.Say("use fewer brackets"))
			}
			s.bracket = max(s.bracket-1, 0)
		case ')':
			s.paren = max(s.paren-1, 0)
		case '`':
			if i > 0 && line[i-1] != '`' {
				s.ticks = 0
			}
			if s.ticks++; s.ticks <= maxTicks && (i+1 == len(line) || line[i+1] != '`') && !s.runs[s.ticks] {
				s.runs[s.ticks] = true
				s.lengths++
			}
		default:
			s.marks++
		}
		if s.openers+s.bracket+s.paren > maxOpeners {
			return s.r.refuse(at+i, diag.Say("more than %d brackets are never closed", maxOpeners), diag.Say(`write \[ or \( for a bracket that stands alone`))
		}
		if s.brackets > maxBrackets {
			return s.r.refuse(at+i, diag.Say("the text has more than %d opening brackets", maxBrackets), diag.Say("move details to an attachment and link to it"))
		}
		if s.marks > maxMarks {
			return s.r.refuse(at+i, diag.Say("the text has more than %d marks of emphasis", maxMarks), diag.Say(`write \* or \_ for a character that stands alone`))
		}
		if s.ticks > maxTicks {
			return s.r.refuse(at+i, diag.Say("more than %d backticks stand in a row", maxTicks), diag.Say("use fewer"))
		}
	}
	return true
}
