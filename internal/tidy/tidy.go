// Package tidy lays out the facts of a charter, an update or a register as the
// manual does: keys in its order, two blanks a level, one blank after a colon.
//
// Nothing is written anew. Lines are moved and shifted; a comment goes with the
// key that it stands above or beside, quotes stay as somebody chose them, and
// prose is not touched. What order means something keeps it: shares, periods,
// lists. The result is read again and refused unless it says the very same.
package tidy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// ErrNotYAML is for facts in TOML or JSON, which are left as they are.
var ErrNotYAML = errors.New("only YAML is laid out")

// Has reports whether files of a kind are laid out.
func Has(k source.Kind) bool {
	return k == source.Charter || k == source.Update || k == source.Register
}

// Text lays out a file, named by its path below the content folder. What cannot
// be laid out without loss stays as it is, and the error says why.
func Text(file string, text []byte) ([]byte, error) {
	kind := source.KindOf(file)
	if !Has(kind) {
		return text, fmt.Errorf("%s is no charter, update or register", file)
	}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		return text, errors.New("the file begins with a byte order mark; save it without")
	}
	block, lim := facts.Block{Format: facts.YAML, Data: text, Line: 1}, facts.ForRegister
	if kind != source.Register {
		var found diag.List
		if block, found = facts.Split(file, text); len(found) > 0 {
			return text, fmt.Errorf("line %d: %s", found[0].Pos.Line, found[0].Message)
		}
		lim = facts.ForCharter
	}
	if block.Format != facts.YAML {
		return text, fmt.Errorf("%w, and this is %s", ErrNotYAML, strings.ToUpper(string(block.Format)))
	}
	root, found := facts.Parse(facts.YAML, file, block.Data, block.Line, lim)
	if len(found) > 0 {
		return text, fmt.Errorf("line %d: %s", found[0].Pos.Line, found[0].Message)
	}
	after, ok := lay(file, kind, text, block, root)
	if !ok || !same(file, kind, text, after, lim) {
		return text, errors.New("it is written in a way that cannot be laid out without loss, and stays as it is")
	}
	return after, nil
}

// lay lays out facts. ok is false for YAML that nobody writes by hand and whose
// lines are not where these functions look for them.
func lay(file string, kind source.Kind, text []byte, block facts.Block, root *facts.Node) (after []byte, ok bool) {
	defer func() {
		if recover() != nil {
			after, ok = nil, false
		}
	}()
	if len(block.Data) == 0 {
		return text, true
	}
	at := bytes.Index(text, block.Data)
	p := &page{order: orderOf(file), first: block.Line}
	eol := "\n"
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		eol = "\r\n"
	}
	for line := range strings.Lines(string(block.Data)) {
		p.lines = append(p.lines, strings.TrimRight(line, "\r\n"))
	}
	laid := strings.Join(p.root(root), eol) + eol
	after = slices.Concat(text[:at], []byte(laid), text[at+len(block.Data):])
	if after[len(after)-1] != '\n' {
		after = append(after, eol...)
	}
	return after, true
}

// same reports whether a text says what it said before, and is laid out for
// good.
func same(file string, kind source.Kind, before, after []byte, lim facts.Limits) bool {
	was, _, ok := read(file, kind, before, lim)
	now, block, still := read(file, kind, after, lim)
	if !ok || !still || !equal(was, now) || ink(before) != ink(after) {
		return false
	}
	if again, ok := lay(file, kind, after, block, now); !ok || !bytes.Equal(again, after) {
		return false
	}
	if kind != source.Charter {
		return true
	}
	a, _ := charter.Parse(file, before, charter.Options{})
	b, _ := charter.Parse(file, after, charter.Options{})
	return a.Terms == b.Terms
}

// read reads the facts of a file; ok is false where they cannot be read.
func read(file string, kind source.Kind, text []byte, lim facts.Limits) (*facts.Node, facts.Block, bool) {
	block := facts.Block{Data: text, Line: 1}
	if kind != source.Register {
		block, _ = facts.Split(file, text)
	}
	root, found := facts.Parse(facts.YAML, file, block.Data, block.Line, lim)
	return root, block, len(found) == 0
}

// equal reports whether two trees say the same, whatever the order of keys that
// have an order of their own.
func equal(a, b *facts.Node) bool {
	if a.Kind != b.Kind || a.Text != b.Text || a.Plain != b.Plain || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Items {
		if !equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, f := range a.Fields {
		i := slices.IndexFunc(b.Fields, func(g facts.Field) bool { return g.Key == f.Key && g.Plain == f.Plain })
		if i < 0 || !equal(f.Value, b.Fields[i].Value) {
			return false
		}
	}
	return true
}

// ink counts each byte of a text that is not blank.
func ink(text []byte) (n [256]int) {
	for _, c := range text {
		if c > ' ' {
			n[c]++
		}
	}
	return n
}

// An order is the manual's keys of a file by their paths: where each belongs among
// those beside it. Keys of one rank stay as they stand.
type order []string

func orderOf(file string) order {
	_, fields, _ := portfolio.FieldsOf(file)
	all := make(order, len(fields))
	for i, f := range fields {
		all[i] = f.Path
	}
	return all
}

// rank is where the manual has a key. Keys that it does not know come last.
func (o order) rank(path, key string) int {
	if i := slices.Index(o, name(path, key)); i >= 0 {
		return i
	}
	return len(o)
}

// below is the manual's path of a key.
func (o order) below(path, key string) string {
	if path == "" || slices.Contains(o, name(path, key)) || strings.HasPrefix(path, "[]") {
		return strings.TrimPrefix(path+"."+key, ".")
	}
	return path + ".*"
}

// name is a path without the list that a whole register is.
func name(path, key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "[]")+"."+key, ".")
}

// A page is the lines of the facts.
type page struct {
	lines []string
	first int // the number of the first line
	order order
}

// row is the index of the line that a mark stands on.
func (p *page) row(m facts.Mark) int { return int(m.Line) - p.first }

// root lays out all lines.
func (p *page) root(n *facts.Node) []string {
	var out []string
	start, end := 0, len(p.lines)
	switch {
	case n.Kind == facts.Map && len(n.Fields) > 0:
		first := p.row(n.Fields[0].Mark)
		for i := first - 1; i >= 0; i-- { // what stands above a blank line is about the file
			if blank(p.lines[i]) {
				out, start = p.margin(0, i+1, 0), i+1
				break
			}
		}
		out = append(out, p.group("", n, start, end, 0)...)
	case n.Kind == facts.List && len(n.Items) > 0 && !p.inline(n):
		out = p.list("", n, start, end, 0)
	default:
		return p.lines
	}
	return tight(out)
}

// tight takes out blank lines at both ends, and all but one between.
func tight(lines []string) []string {
	var out []string
	for _, l := range lines {
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	for i, l := range out { // a mark of lines that are a text's own
		out[i] = strings.TrimPrefix(l, "\x00")
	}
	return out
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func comment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// above finds where the comments and blank lines begin that stand directly above
// a line and are not further in than column col.
func (p *page) above(floor, at, col int) int {
	for at > floor {
		line := p.lines[at-1]
		if !blank(line) && !(comment(line) && indentOf(line) <= col) {
			break
		}
		at--
	}
	return at
}

// margin writes comments and blank lines at a new indent.
func (p *page) margin(start, end, indent int) []string {
	var out []string
	for _, line := range p.lines[start:end] {
		if line = strings.TrimSpace(line); line != "" {
			line = strings.Repeat(" ", indent) + line
		}
		out = append(out, line)
	}
	return out
}

// A piece is one key or item with the comments above it.
type piece struct {
	rank  int
	above []string
	own   []string
}

// parts cuts the lines from start to end at the rows where keys or dashes stand,
// which are in column col. What is left below the last is the tail.
func (p *page) parts(rows []int, start, end, col int) (from, to []int, tail int) {
	tail = p.above(rows[len(rows)-1]+1, end, col)
	for i, row := range rows {
		begin := start
		if i > 0 {
			begin = p.above(rows[i-1]+1, row, col)
			to = append(to, begin)
		}
		from = append(from, begin)
	}
	return from, append(to, tail), tail
}

// group lays out keys on lines of their own.
func (p *page) group(path string, n *facts.Node, start, end, indent int) []string {
	col := int(n.Fields[0].Mark.Col) - 1
	var rows []int
	for _, f := range n.Fields {
		rows = append(rows, p.row(f.Mark))
	}
	from, to, tail := p.parts(rows, start, end, col)
	var all []piece
	for i := range n.Fields {
		f := &n.Fields[i]
		all = append(all, piece{p.order.rank(path, f.Key), p.margin(from[i], rows[i], indent), p.field(p.order.below(path, f.Key), f, rows[i], to[i], indent)})
	}
	slices.SortStableFunc(all, func(a, b piece) int { return cmp.Compare(a.rank, b.rank) })
	var out []string
	for _, x := range all {
		out = append(append(out, x.above...), x.own...)
	}
	return append(out, p.margin(tail, end, indent)...)
}

// field lays out a key with its value. Its lines go from row up to end.
func (p *page) field(path string, f *facts.Field, row, end, indent int) []string {
	line := p.lines[row]
	start := byteOf(line, int(f.Mark.Col))
	colon := start + len(f.Key)
	if !f.Plain {
		colon = start + quoteEnd(line[start:])
	}
	key := strings.Repeat(" ", indent) + line[start:colon] + ":"
	after := line[min(len(line), colon+1+strings.IndexByte(line[colon:]+":", ':')):]
	v := f.Value
	if v.Kind == facts.Map || v.Kind == facts.List {
		if p.row(v.Mark) > row && !p.inline(v) {
			out := []string{key + strings.TrimRight(after, " \t")}
			if strings.TrimSpace(after) == "" {
				out[0] = key
			}
			if v.Kind == facts.Map {
				return append(out, p.group(path, v, row+1, end, indent+2)...)
			}
			return append(out, p.list(path, v, row+1, end, indent+2)...)
		}
	}
	return p.value(path, key, after, f, row, end, indent)
}

// value lays out what is not on lines of its own: the first line gets one blank
// after the colon, the others are shifted.
func (p *page) value(path, key, after string, f *facts.Field, row, end, indent int) []string {
	rest := strings.TrimLeft(after, " \t")
	switch {
	case strings.TrimSpace(rest) == "":
		rest = ""
	case rest[0] == '#':
		rest = after
	default:
		rest = " " + p.neat(path, rest, f.Value, row)
	}
	out := []string{strings.TrimRight(key+rest, " \t")}
	return append(out, p.shift(row+1, end, indent-int(f.Mark.Col)+1, f.Value)...)
}

// shift moves lines to the right or left.
func (p *page) shift(start, end, by int, v *facts.Node) []string {
	var out []string
	for _, line := range p.lines[start:end] {
		switch {
		case blank(line):
			line = ""
		case by > 0:
			line = strings.Repeat(" ", by) + line
		default:
			line = line[min(-by, indentOf(line)):]
		}
		if v != nil && v.Kind == facts.Scalar && line == "" {
			line = "\x00" // a blank line of a text is a part of it
		}
		out = append(out, line)
	}
	for len(out) > 0 && out[len(out)-1] == "\x00" {
		out[len(out)-1] = ""
		if len(out) > 1 && out[len(out)-2] == "\x00" {
			out = out[:len(out)-1]
			continue
		}
		break
	}
	return out
}

// list lays out items on lines of their own.
func (p *page) list(path string, n *facts.Node, start, end, indent int) []string {
	var rows, cols []int
	for _, item := range n.Items {
		row := p.row(item.Mark)
		col := strings.LastIndexByte(p.lines[row][:byteOf(p.lines[row], int(item.Mark.Col))], '-')
		if col < 0 || strings.TrimSpace(p.lines[row][:col]) != "" || len(rows) > 0 && (row <= rows[len(rows)-1] || col != cols[0]) {
			return p.shift(start, end, 0, nil) // an item in a form of its own
		}
		rows, cols = append(rows, row), append(cols, col)
	}
	from, to, tail := p.parts(rows, start, end, cols[0])
	var out []string
	for i, item := range n.Items {
		out = append(out, p.margin(from[i], rows[i], indent)...)
		out = append(out, p.item(path+"[]", item, rows[i], to[i], indent)...)
	}
	return append(out, p.margin(tail, end, indent)...)
}

// item lays out what stands behind a dash.
func (p *page) item(path string, n *facts.Node, row, end, indent int) []string {
	margin := strings.Repeat(" ", indent)
	if n.Kind != facts.Map || p.inline(n) {
		line := p.lines[row]
		return append([]string{margin + "- " + strings.TrimRight(p.neat(path, line[byteOf(line, int(n.Mark.Col)):], n, row), " \t")},
			p.shift(row+1, end, indent-indentOf(line), n)...)
	}
	own := p.group(path, n, row, end, indent+2)
	for i, line := range own { // the dash stands before the first key; comments above it
		if line == "" || comment(line) {
			own[i] = strings.TrimPrefix(line, "  ")
			continue
		}
		own[i] = margin + "- " + line[indent+2:]
		break
	}
	return own
}

// inline reports whether a list or group stands in brackets.
func (p *page) inline(n *facts.Node) bool {
	row := p.row(n.Mark)
	if row < 0 || row >= len(p.lines) {
		return true
	}
	rest := p.lines[row][byteOf(p.lines[row], int(n.Mark.Col)):]
	return n.Kind == facts.Map && strings.HasPrefix(rest, "{") || n.Kind == facts.List && strings.HasPrefix(rest, "[")
}

// byteOf is where a column, counted in characters from 1, begins in a line.
func byteOf(line string, col int) int {
	for i := range line {
		if col--; col == 0 {
			return i
		}
	}
	return len(line)
}

// quoteEnd is the length of the quoted text that a line begins with.
func quoteEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == s[0] && s[0] == '\'' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return len(s)
}

// neat lays out a list or group in brackets that is complete on its line, and
// leaves all else as it is.
func (p *page) neat(path, rest string, n *facts.Node, row int) string {
	if n.Kind != facts.Map && n.Kind != facts.List || !p.inline(n) || p.row(n.Mark) != row {
		return rest
	}
	length := bracketEnd(rest)
	if length == 0 {
		return rest
	}
	line := p.lines[row]
	at := byteOf(line, int(n.Mark.Col))
	if !strings.HasPrefix(line[at:], rest[:length]) {
		return rest
	}
	return p.flow(path, n, line, at, at+length) + rest[length:]
}

// flow writes what stands in brackets from start to end of a line.
func (p *page) flow(path string, n *facts.Node, line string, start, end int) string {
	var marks []facts.Mark
	for _, item := range n.Items {
		marks = append(marks, item.Mark)
	}
	for _, f := range n.Fields {
		marks = append(marks, f.Mark)
	}
	var all []piece
	for i, m := range marks {
		from, to := byteOf(line, int(m.Col)), end-1
		if i+1 < len(marks) {
			to = byteOf(line, int(marks[i+1].Col))
		}
		own := strings.TrimRight(line[from:max(from, to)], " \t")
		if i+1 < len(marks) {
			own = strings.TrimRight(strings.TrimSuffix(own, ","), " \t")
		}
		x := piece{rank: len(p.order)}
		switch {
		case n.Kind == facts.List:
			x.own = []string{p.inner(path+"[]", n.Items[i], line, from, from+len(own))}
		default:
			f := &n.Fields[i]
			x.rank = p.order.rank(path, f.Key)
			if v := f.Value; v.Kind != facts.Null {
				at := byteOf(line, int(v.Mark.Col))
				key := strings.TrimRight(line[from:at], " \t")
				own = key + " " + p.inner(p.order.below(path, f.Key), v, line, at, from+len(own))
			}
			x.own = []string{own}
		}
		all = append(all, x)
	}
	slices.SortStableFunc(all, func(a, b piece) int { return cmp.Compare(a.rank, b.rank) })
	var texts []string
	for _, x := range all {
		texts = append(texts, x.own[0])
	}
	return line[start:start+1] + strings.Join(texts, ", ") + line[end-1:end]
}

// inner writes a value in brackets.
func (p *page) inner(path string, n *facts.Node, line string, from, to int) string {
	if (n.Kind == facts.Map || n.Kind == facts.List) && p.inline(n) && bracketEnd(line[from:to]) == to-from {
		return p.flow(path, n, line, from, to)
	}
	return line[from:to]
}

// bracketEnd is the length of the list or group in brackets that a text begins
// with; 0 where it does not end there.
func bracketEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == '"' || c == '\'') && i > 0 && strings.IndexByte(" \t[{,:", s[i-1]) >= 0:
			i += quoteEnd(s[i:]) - 1
		case c == '#' && i > 0 && (s[i-1] == ' ' || s[i-1] == '\t'):
			return 0
		}
	}
	return 0
}
