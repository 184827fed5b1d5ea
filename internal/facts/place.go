package facts

import (
	"sort"
	"unicode/utf8"
)

// places turns byte offsets of a text into marks.
type places struct {
	text   []byte
	starts []int // of each line
	line   int   // number of the first line
}

func newPlaces(text []byte, line int) places {
	p := places{text: text, starts: []int{0}, line: line}
	for i, c := range text {
		if c == '\n' {
			p.starts = append(p.starts, i+1)
		}
	}
	return p
}

// at returns the mark of the character at offset.
func (p *places) at(offset int) Mark {
	offset = max(0, min(offset, len(p.text)))
	n := sort.SearchInts(p.starts, offset+1) - 1
	col := utf8.RuneCount(p.text[p.starts[n]:offset]) + 1
	return Mark{int32(p.line + n), int32(col)}
}

// rest returns the text from m to the end of its line.
func (p *places) rest(m Mark) []byte {
	n := int(m.Line) - p.line
	if n < 0 || n >= len(p.starts) {
		return nil
	}
	line := p.text[p.starts[n]:]
	if n+1 < len(p.starts) {
		line = p.text[p.starts[n] : p.starts[n+1]-1]
	}
	for c := m.Col; c > 1 && len(line) > 0; c-- {
		_, size := utf8.DecodeRune(line)
		line = line[size:]
	}
	return line
}

// offset returns where m stands in the text; the end of it where m is not in it.
func (p *places) offset(m Mark) int {
	n := int(m.Line) - p.line
	if n < 0 || n >= len(p.starts) {
		return len(p.text)
	}
	at := p.starts[n]
	for c := m.Col; c > 1 && at < len(p.text) && p.text[at] != '\n'; c-- {
		_, size := utf8.DecodeRune(p.text[at:])
		at += size
	}
	return at
}
