package amend

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/facts"
)

// A paper is a text with its lines, to find values on.
type paper struct {
	text   []byte
	places facts.Places
	end    int // of the front matter
	eol    string
}

func newPaper(text []byte, end int) *paper {
	p := &paper{text: text, places: facts.NewPlaces(text, 1), end: end, eol: "\n"}
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		p.eol = "\r\n"
	}
	return p
}

// offset is where a mark stands.
func (p *paper) offset(m facts.Mark) int { return p.places.Offset(m) }

// line returns where the line of an offset starts, and where the next one does.
func (p *paper) line(at int) (start, next int) {
	start = bytes.LastIndexByte(p.text[:at], '\n') + 1
	if i := bytes.IndexByte(p.text[at:], '\n'); i >= 0 {
		return start, at + i + 1
	}
	return start, len(p.text)
}

// column counts the bytes of an offset's line before it.
func (p *paper) column(at int) int {
	start, _ := p.line(at)
	return at - start
}

// inline reports whether a value stands in braces or brackets, or is one line.
func (p *paper) flow(n *facts.Node) bool {
	at := p.offset(n.Mark)
	return at < len(p.text) && (n.Kind == facts.Map && p.text[at] == '{' || n.Kind == facts.List && p.text[at] == '[')
}

// span is where a value stands, from its first byte to the one after its last.
// ok is false for what cannot be told. indent is the column of the key or dash
// that it belongs to.
func (p *paper) span(n *facts.Node, indent int) (start, end int, ok bool) {
	start = p.offset(n.Mark)
	if start >= p.end {
		return start, start, false
	}
	switch n.Kind {
	case facts.Map, facts.List:
		if p.flow(n) {
			end, ok = p.bracket(start)
			return start, end, ok
		}
		return p.block(n, start)
	}
	switch c := p.text[start]; {
	case !n.Plain && (c == '"' || c == '\''):
		end, ok = p.quote(start)
		return start, end, ok
	case !n.Plain && (c == '|' || c == '>'):
		return start, p.folded(start, indent), true
	}
	end, ok = p.words(start, n.Text)
	return start, end, ok
}

// block is the span of keys or items on lines of their own: up to the end of
// the last.
func (p *paper) block(n *facts.Node, start int) (int, int, bool) {
	var last *facts.Node
	var indent int
	if n.Kind == facts.List {
		if len(n.Items) == 0 {
			return start, start, false
		}
		last = n.Items[len(n.Items)-1]
		if last.Kind == facts.Null {
			return start, start, false
		}
		dash, ok := p.dash(last)
		if !ok {
			return start, start, false
		}
		indent = p.column(dash)
	} else {
		if len(n.Fields) == 0 {
			return start, start, false
		}
		f := &n.Fields[len(n.Fields)-1]
		last = f.Value
		indent = p.column(p.offset(f.Mark))
		if last.Kind == facts.Null {
			_, end, ok := p.nothing(f)
			return start, end, ok
		}
	}
	_, end, ok := p.span(last, indent)
	return start, end, ok
}

// dash is where the dash before an item stands.
func (p *paper) dash(item *facts.Node) (int, bool) {
	at := bytes.TrimRight(p.text[:p.offset(item.Mark)], " \t\r\n")
	if len(at) == 0 || at[len(at)-1] != '-' {
		return 0, false
	}
	return len(at) - 1, true
}

// colon is the place after the colon of a key.
func (p *paper) colon(f *facts.Field) (int, bool) {
	at := p.offset(f.Mark)
	if f.Plain {
		at += len(f.Key)
	} else {
		end, ok := p.quote(at)
		if !ok {
			return 0, false
		}
		at = end
	}
	for at < p.end && (p.text[at] == ' ' || p.text[at] == '\t') {
		at++
	}
	if at >= p.end || p.text[at] != ':' {
		return 0, false
	}
	return at + 1, true
}

// nothing is the span of what stands for no value after a key: ~, null, "".
func (p *paper) nothing(f *facts.Field) (start, end int, ok bool) {
	after, ok := p.colon(f)
	if !ok {
		return 0, 0, false
	}
	_, next := p.line(after)
	rest := p.text[after:next]
	word := bytes.TrimLeft(rest, " \t")
	start = after + len(rest) - len(word)
	for _, w := range []string{"~", "null", "Null", "NULL", `""`, "''"} {
		if !bytes.HasPrefix(word, []byte(w)) {
			continue
		}
		if after := word[len(w):]; len(after) == 0 || strings.IndexByte(" \t\r\n,}]", after[0]) >= 0 {
			return start, start + len(w), true
		}
	}
	switch {
	case len(word) == 0 || strings.IndexByte("\r\n#,}]", word[0]) >= 0:
		return after, after, true
	}
	return 0, 0, false // a blank text in some other form
}

// quote finds the end of a quoted text.
func (p *paper) quote(start int) (int, bool) {
	mark := p.text[start]
	for i := start + 1; i < p.end; i++ {
		switch {
		case p.text[i] == '\\' && mark == '"':
			i++
		case p.text[i] == mark && mark == '\'' && i+1 < p.end && p.text[i+1] == '\'':
			i++
		case p.text[i] == mark:
			return i + 1, true
		}
	}
	return 0, false
}

// bracket finds the end of a list or group in brackets.
func (p *paper) bracket(start int) (int, bool) {
	depth := 0
	for i := start; i < p.end; i++ {
		switch c := p.text[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case (c == '"' || c == '\'') && strings.IndexByte(" \t\r\n[{,:", p.text[i-1]) >= 0:
			end, ok := p.quote(i)
			if !ok {
				return 0, false
			}
			i = end - 1
		case c == '#' && strings.IndexByte(" \t\r\n", p.text[i-1]) >= 0:
			_, next := p.line(i)
			i = next - 1
		}
	}
	return 0, false
}

// folded finds the end of a text written with | or >: the lines that are
// indented more than the key.
func (p *paper) folded(start, indent int) int {
	_, next := p.line(start)
	end := next
	for next < p.end {
		_, after := p.line(next)
		line := p.text[next:after]
		if blank := len(bytes.TrimSpace(line)) == 0; blank {
			next = after
			continue
		}
		if len(line)-len(bytes.TrimLeft(line, " ")) <= indent {
			break
		}
		next, end = after, after
	}
	return len(bytes.TrimRight(p.text[:end], "\r\n"))
}

// words finds the end of a plain text, which may go on over lines.
func (p *paper) words(start int, text string) (int, bool) {
	if bytes.HasPrefix(p.text[start:p.end], []byte(text)) {
		return start + len(text), text != ""
	}
	at := start
	for _, c := range text {
		if c == ' ' || c == '\n' || c == '\t' {
			if at >= p.end || strings.IndexByte(" \t\r\n", p.text[at]) < 0 {
				return 0, false
			}
			for at < p.end && strings.IndexByte(" \t\r\n", p.text[at]) >= 0 {
				at++
			}
			continue
		}
		r, size := utf8.DecodeRune(p.text[at:p.end])
		if r != c {
			return 0, false
		}
		at += size
	}
	return at, at > start
}
