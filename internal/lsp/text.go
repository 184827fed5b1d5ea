package lsp

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// An encoding says in what a client counts the characters of a line.
type encoding string

// The encodings.
const (
	utf8s  encoding = "utf-8"
	utf16s encoding = "utf-16"
	utf32s encoding = "utf-32"
)

// width is how many units a character takes that stands in size bytes.
func (e encoding) width(r rune, size int) int {
	switch {
	case e == utf8s:
		return size
	case e == utf16s && r > 0xffff:
		return 2
	}
	return 1
}

// A page is a text with its lines. It never changes.
type page struct {
	text   string
	starts []int // of each line
}

// newPage finds the lines, which end in \n, \r\n or \r.
func newPage(text string) *page {
	p := &page{text: text, starts: make([]int, 1, 1+strings.Count(text, "\n"))}
	for i := 0; i < len(text); i++ {
		if c := text[i]; c == '\n' || c == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			p.starts = append(p.starts, i+1)
		}
	}
	return p
}

// line is where a line stands, without its end.
func (p *page) line(n int) (start, end int) {
	start, end = p.starts[n], len(p.text)
	if n+1 < len(p.starts) {
		end = p.starts[n+1]
	}
	for end > start && (p.text[end-1] == '\n' || p.text[end-1] == '\r') {
		end--
	}
	return start, end
}

// lineAt is the number of the line that an offset lies in.
func (p *page) lineAt(offset int) int {
	return sort.Search(len(p.starts), func(i int) bool { return p.starts[i] > offset }) - 1
}

// offset is where a position lies. One past the end of a line is that end, one
// past the last line the end of the text, and one within a character its start.
func (p *page) offset(at position, enc encoding) int {
	switch {
	case at.Line < 0:
		return 0
	case at.Line >= len(p.starts):
		return len(p.text)
	}
	start, end := p.line(at.Line)
	left := at.Character
	for start < end && left > 0 {
		r, size := utf8.DecodeRuneInString(p.text[start:end])
		if left -= enc.width(r, size); left < 0 {
			break
		}
		start += size
	}
	return start
}

// position is the place of an offset. Within a line's end it is the line's last.
func (p *page) position(offset int, enc encoding) position {
	offset = min(max(offset, 0), len(p.text))
	n := p.lineAt(offset)
	start, end := p.line(n)
	at := position{Line: n}
	for start < min(offset, end) {
		r, size := utf8.DecodeRuneInString(p.text[start:end])
		if start+size > offset {
			break
		}
		at.Character += enc.width(r, size)
		start += size
	}
	return at
}

// span is the place of a stretch of text.
func (p *page) span(start, end int, enc encoding) textRange {
	return textRange{p.position(start, enc), p.position(end, enc)}
}

// place is where a finding's line and column lie: lines end in \n, columns count
// characters, both from 1.
func (p *page) place(line, col int) int {
	if line <= 0 {
		return 0
	}
	at := 0
	for n := 1; n < line; n++ {
		i := strings.IndexByte(p.text[at:], '\n')
		if i < 0 {
			return len(p.text)
		}
		at += i + 1
	}
	if at == 0 && strings.HasPrefix(p.text, "\ufeff") {
		at = len("\ufeff")
	}
	return p.ahead(at, col-1)
}

// ahead is the offset n characters after another, on its line.
func (p *page) ahead(at, n int) int {
	for ; n > 0 && at < len(p.text) && p.text[at] != '\n'; n-- {
		_, size := utf8.DecodeRuneInString(p.text[at:])
		at += size
	}
	return at
}

// changed is the text after a change: of a range, or of all where that is nil.
func (p *page) changed(c contentChange, enc encoding) *page {
	if c.Range == nil {
		return newPage(c.Text)
	}
	start, end := p.offset(c.Range.Start, enc), p.offset(c.Range.End, enc)
	if end < start {
		start, end = end, start
	}
	return newPage(p.text[:start] + c.Text + p.text[end:])
}
