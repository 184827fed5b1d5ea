package facts

import (
	"strings"
	"unicode/utf8"
)

// A plainReader reads YAML that is written plainly: one key or item to a line,
// values of one line, quotes without escapes, no anchors, tags or block texts.
// Nearly every charter is, and reading it this way costs a tenth of what the
// library takes, which is the largest single cost of a build.
//
// The library stays the judge. Whatever is not plain beyond doubt, every error
// included, makes the reader give up and the library read the whole block; and
// a fuzz target holds that whatever the reader accepts, the library reads as
// the same tree with the same places.
type plainReader struct {
	*builder
	text         string
	depth        int // lists and groups that may still open within each other
	number       int // of the line
	start        int // where the line starts
	end          int // where it ends, without its line end
	at           int // the next character; after next, the first that is no blank
	next         int // where the next line starts
	counted, col int // col is the column of the character at counted

	fields []Field // of the groups that are being read, the innermost last
	room   []Field // that none has yet
}

// readPlain returns the tree of data, or nil if it is not plainly written.
func readPlain(file string, data []byte, line int, lim Limits) *Node {
	if !plainText(data) {
		return nil
	}
	p := &plainReader{builder: newBuilder(file, data, line, lim), text: string(data), depth: lim.Depth - 1, number: line - 1}
	if lim.Room != nil {
		p.fields, p.room = lim.Room.open[:0], lim.Room.fields[:]
	}
	if !p.advance() || p.at != p.start {
		return nil
	}
	root := p.block()
	if root == nil || p.at < len(p.text) || root.Kind == List && !lim.Records {
		return nil
	}
	return root
}

// plainText reports whether data has only characters that mean nothing special
// to YAML: no tabs, no line ends but LF and CRLF.
func plainText(data []byte) bool {
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c >= ' ' && c < 0x7f, c == '\n':
		case c == '\r' && i+1 < len(data) && data[i+1] == '\n':
		case c < utf8.RuneSelf:
			return false
		default:
			r, size := utf8.DecodeRune(data[i:])
			if r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfffd && r < 0x10000 {
				return false
			}
			i += size - 1
		}
	}
	return true
}

// advance goes to the next line that says something. At the end of the text
// there is none, and at is there.
func (p *plainReader) advance() bool {
	for p.next < len(p.text) {
		p.start, p.number = p.next, p.number+1
		if i := strings.IndexByte(p.text[p.start:], '\n'); i >= 0 {
			p.end = p.start + i
			p.next = p.end + 1
			if p.end > p.start && p.text[p.end-1] == '\r' {
				p.end--
			}
		} else {
			p.end, p.next = len(p.text), len(p.text)
		}
		p.at = p.start
		p.blanks()
		p.counted, p.col = p.start, 1
		if p.at < p.end && p.text[p.at] != '#' {
			return true
		}
	}
	p.start, p.at, p.end = len(p.text), len(p.text), len(p.text)
	return false
}

func (p *plainReader) blanks() {
	for p.at < p.end && p.text[p.at] == ' ' {
		p.at++
	}
}

// indent is how far the present line is indented; -1 at the end of the text.
func (p *plainReader) indent() int {
	if p.at == len(p.text) {
		return -1
	}
	return p.at - p.start
}

// mark returns the place of the character at offset i of the present line.
// Offsets are asked for from left to right.
func (p *plainReader) mark(i int) Mark {
	p.col += utf8.RuneCountInString(p.text[p.counted:i])
	p.counted = i
	return Mark{int32(p.number), int32(p.col)}
}

// dash reports whether a list item begins at at.
func (p *plainReader) dash() bool {
	return p.text[p.at] == '-' && p.at+1 < p.end && p.text[p.at+1] == ' '
}

// block reads the list or group that begins at at.
func (p *plainReader) block() *Node {
	if p.depth--; p.depth < 0 {
		return nil
	}
	defer func() { p.depth++ }()
	if p.dash() {
		return p.items(p.at - p.start)
	}
	return p.group(p.at - p.start)
}

// items reads the list whose dashes stand in column indent, from 0.
func (p *plainReader) items(indent int) *Node {
	n := p.node(List, p.mark(p.at))
	for n != nil && p.indent() == indent && p.dash() {
		p.at++
		if p.blanks(); p.at == p.end {
			return nil
		}
		var item *Node
		if end := p.key(p.at); end > 0 {
			item = p.groupWithin()
		} else if item = p.value(); item != nil && !p.done(indent) {
			return nil
		}
		if item == nil {
			return nil
		}
		n.Items = append(n.Items, item)
	}
	if p.indent() > indent {
		return nil
	}
	return n
}

// groupWithin reads a group that begins behind a dash.
func (p *plainReader) groupWithin() *Node {
	if p.depth--; p.depth < 0 {
		return nil
	}
	defer func() { p.depth++ }()
	return p.group(p.at - p.start)
}

// group reads the keys that stand in column indent, from 0.
func (p *plainReader) group(indent int) *Node {
	n := p.node(Map, p.mark(p.at))
	var seen known
	first := len(p.fields)
	for n != nil {
		f, ok := p.field()
		if !ok || seen.find(p.fields[first:], f.Key) >= 0 {
			return nil
		}
		colon := p.mark(p.at)
		p.blanks()
		if f.Value = p.after(indent, colon); f.Value == nil {
			return nil
		}
		p.fields = append(p.fields, f)
		switch in := p.indent(); {
		case in < indent:
			n.Fields = p.gather(first)
			return n
		case in > indent || p.dash():
			return nil
		}
	}
	return n
}

// gather ends a group: it returns the fields that were read for it.
func (p *plainReader) gather(first int) []Field {
	read := p.fields[first:]
	if len(read) == 0 {
		return nil
	}
	if len(read) > len(p.room) {
		p.room = make([]Field, max(64, len(read)))
	}
	own := p.room[:len(read):len(read)]
	p.room = p.room[copy(own, read):]
	p.fields = p.fields[:first]
	return own
}

// field reads a key and its colon.
func (p *plainReader) field() (Field, bool) {
	end := p.key(p.at)
	if end == 0 {
		return Field{}, false
	}
	f := Field{Key: p.text[p.at : end-1], Plain: true, Mark: p.mark(p.at)}
	if q := f.Key[0]; q == '"' || q == '\'' {
		f.Key, f.Plain = f.Key[1:len(f.Key)-1], false
	}
	p.at = end
	return f, true
}

// after reads what a key of a group in column indent is given: a value on its
// line, or what the next lines hold.
func (p *plainReader) after(indent int, colon Mark) *Node {
	if p.at < p.end && p.text[p.at] != '#' {
		v := p.value()
		if v == nil || !p.done(indent) {
			return nil
		}
		return v
	}
	p.advance()
	if in := p.indent(); in > indent || in == indent && p.dash() {
		return p.block()
	}
	return p.leaf(colon, "", true)
}

// done ends a line after its value and goes to the next, which must not
// continue the value.
func (p *plainReader) done(indent int) bool {
	from := p.at
	p.blanks()
	if p.at < p.end && (p.text[p.at] != '#' || p.at == from) {
		return false
	}
	p.advance()
	return p.indent() <= indent
}

// key returns where the key that begins at i ends, behind its colon, or 0 where
// none begins. A key is a plain word or a quoted text, then a colon, then a
// blank or the line's end.
func (p *plainReader) key(i int) int {
	from := i
	switch c := p.text[i]; {
	case c == '"' || c == '\'':
		if i = p.quoted(i); i == 0 || i-from < 3 {
			return 0
		}
	case alnum(c) && c < utf8.RuneSelf:
		for i < p.end && p.text[i] < utf8.RuneSelf && (alnum(p.text[i]) || p.text[i] == '_' || p.text[i] == '-' || p.text[i] == '.') {
			i++
		}
	}
	if i == from || i-from > 200 || i >= p.end || p.text[i] != ':' || i+1 < p.end && p.text[i+1] != ' ' {
		return 0
	}
	return i + 1
}

// quoted returns where the quoted text that begins at i ends, or 0 if it has
// escapes or goes beyond the line.
func (p *plainReader) quoted(i int) int {
	n := strings.IndexByte(p.text[i+1:p.end], p.text[i])
	if n < 0 {
		return 0
	}
	end := i + 1 + n + 1
	if end < p.end && p.text[end] == p.text[i] || strings.IndexByte(p.text[i:end], '\\') >= 0 {
		return 0
	}
	return end
}

// value reads a value that begins and ends on the present line.
func (p *plainReader) value() *Node {
	switch p.text[p.at] {
	case '[', '{':
		return p.flow()
	}
	return p.scalarUpTo(false)
}

// scalarUpTo reads one scalar; inFlow it also ends before a comma or bracket.
func (p *plainReader) scalarUpTo(inFlow bool) *Node {
	m := p.mark(p.at)
	if q := p.text[p.at]; q == '"' || q == '\'' {
		end := p.quoted(p.at)
		if end == 0 || end < p.end && p.text[end] == ':' {
			return nil
		}
		text := p.text[p.at+1 : end-1]
		p.at = end
		return p.leaf(m, text, false)
	}
	if !p.mayBegin(p.text[p.at]) {
		return nil
	}
	end := p.at
	for i := p.at; i < p.end; i++ {
		switch c := p.text[i]; c {
		case ' ':
			if i+1 < p.end && p.text[i+1] == '#' {
				return p.plain(m, end)
			}
			continue
		case ':':
			if i+1 == p.end || strings.IndexByte(" ,[]{}", p.text[i+1]) >= 0 {
				return nil
			}
		case ',', '[', ']', '{', '}':
			if inFlow && (c == '[' || c == '{') {
				return nil
			}
			if inFlow {
				return p.plain(m, end)
			}
		}
		end = i + 1
	}
	return p.plain(m, end)
}

// mayBegin reports whether a plain scalar may begin with c.
func (p *plainReader) mayBegin(c byte) bool {
	if c == '-' {
		return p.at+1 < p.end && strings.IndexByte(" ,[]{}", p.text[p.at+1]) < 0
	}
	return strings.IndexByte("?:,[]{}#&*!|>%@`\"'", c) < 0
}

// plain makes the scalar from at to end.
func (p *plainReader) plain(m Mark, end int) *Node {
	text := p.text[p.at:end]
	p.at = end
	return p.leaf(m, text, true)
}

func (p *plainReader) leaf(m Mark, text string, plain bool) *Node {
	n := p.node(Scalar, m)
	if n == nil {
		return nil
	}
	n.scalar(text, plain)
	if plain && (text == "~" || text == "null" || text == "Null" || text == "NULL") {
		n.Kind = Null
	}
	return n
}

// flow reads [a, b] or {a: b}.
func (p *plainReader) flow() *Node {
	if p.depth--; p.depth < 0 {
		return nil
	}
	defer func() { p.depth++ }()
	kind, end := List, byte(']')
	if p.text[p.at] == '{' {
		kind, end = Map, '}'
	}
	n := p.node(kind, p.mark(p.at))
	p.at++
	var seen known
	first := len(p.fields)
	for n != nil {
		p.blanks()
		if p.at == p.end {
			return nil
		}
		if p.text[p.at] == end {
			p.at++
			if kind == Map {
				n.Fields = p.gather(first)
			}
			return n
		}
		if !p.entry(n, first, &seen) {
			return nil
		}
		p.blanks()
		if p.at < p.end && p.text[p.at] == ',' {
			p.at++
		} else if p.at == p.end || p.text[p.at] != end {
			return nil
		}
	}
	return nil
}

// entry reads one item or one key with its value; the fields of n begin at first.
func (p *plainReader) entry(n *Node, first int, seen *known) bool {
	var f Field
	if n.Kind == Map {
		ok := false
		if f, ok = p.field(); !ok || seen.find(p.fields[first:], f.Key) >= 0 {
			return false
		}
		if p.blanks(); p.at == p.end {
			return false
		}
	}
	if c := p.text[p.at]; c == '[' || c == '{' {
		f.Value = p.flow()
	} else {
		f.Value = p.scalarUpTo(true)
	}
	switch {
	case f.Value == nil:
		return false
	case n.Kind == Map:
		p.fields = append(p.fields, f)
	default:
		n.Items = append(n.Items, f.Value)
	}
	return true
}
