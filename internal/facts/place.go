package facts

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// Places turns byte offsets of a text into marks, and back.
type Places struct {
	text   []byte
	starts []int // of each line
	line   int   // number of the first line
}

// NewPlaces finds the lines of a text, the first of which has a number.
func NewPlaces(text []byte, line int) Places {
	p := Places{text: text, starts: []int{0}, line: line}
	if line == 1 && bytes.HasPrefix(text, []byte("\ufeff")) {
		p.starts[0] = len("\ufeff") // a byte order mark is no column
	}
	for i, c := range text {
		if c == '\n' {
			p.starts = append(p.starts, i+1)
		}
	}
	return p
}

// at returns the mark of the character at offset.
func (p *Places) at(offset int) Mark {
	offset = max(p.starts[0], min(offset, len(p.text)))
	n := sort.SearchInts(p.starts, offset+1) - 1
	col := utf8.RuneCount(p.text[p.starts[n]:offset]) + 1
	return Mark{int32(p.line + n), int32(col)}
}

// rest returns the text from m to the end of its line.
func (p *Places) rest(m Mark) []byte {
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

// Offset returns where m stands in the text; the end of it where m is not in it.
func (p *Places) Offset(m Mark) int {
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
