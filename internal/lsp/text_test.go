package lsp

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestPositions(t *testing.T) {
	p := newPage("a🔑b\r\næ\rx\n")
	for _, x := range []struct {
		enc    encoding
		at     position
		offset int
	}{
		{utf16s, position{0, 0}, 0}, {utf16s, position{0, 1}, 1}, {utf16s, position{0, 2}, 1}, {utf16s, position{0, 3}, 5}, {utf16s, position{0, 99}, 6},
		{utf8s, position{0, 5}, 5}, {utf8s, position{0, 3}, 1}, {utf32s, position{0, 2}, 5},
		{utf16s, position{1, 1}, 10}, {utf16s, position{2, 1}, 12}, {utf16s, position{3, 0}, 13}, {utf16s, position{9, 0}, 13}, {utf16s, position{-1, 5}, 0},
	} {
		if got := p.offset(x.at, x.enc); got != x.offset {
			t.Errorf("%v in %s is %d, not %d", x.at, x.enc, got, x.offset)
		}
	}
}

// Places of characters go there and back in every encoding, and UTF-16 counts as
// UTF-16 does.
func FuzzPositions(f *testing.F) {
	f.Add("a🔑b\r\næ\rx\n\n")
	f.Add("\xff\xf0\x9f\r\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := newPage(text)
		for at := 0; at <= len(text); {
			for _, enc := range []encoding{utf8s, utf16s, utf32s} {
				pos := p.position(at, enc)
				start, end := p.line(pos.Line)
				back := p.offset(pos, enc)
				if at <= end && back != at || at > end && back != end {
					t.Fatalf("%q: %d is %v in %s, which is %d", text, at, pos, enc, back)
				}
				if enc == utf16s && at <= end && utf8.ValidString(text) && pos.Character != len(utf16.Encode([]rune(text[start:at]))) {
					t.Fatalf("%q: %d is %v", text, at, pos)
				}
			}
			_, size := utf8.DecodeRuneInString(text[at:])
			at += max(size, 1)
		}
	})
}

// Changes that a client sends one by one leave the text that it has.
func FuzzIncrementalChanges(f *testing.F) {
	f.Add("title: 🔑\r\nlead: x\n", "æ\n", uint16(3), uint16(9), "y", uint16(1), uint16(1))
	f.Fuzz(func(t *testing.T, text, first string, a, b uint16, second string, c, d uint16) {
		if !utf8.ValidString(text) || !utf8.ValidString(first) || !utf8.ValidString(second) {
			return // a client sends none
		}
		p, whole := newPage(text), text
		for _, x := range []struct {
			new      string
			from, to uint16
		}{{first, a, b}, {second, c, d}} {
			from, to := edge(whole, int(x.from)), edge(whole, int(x.to))
			from, to = min(from, to), max(from, to)
			for _, enc := range []encoding{utf8s, utf16s, utf32s} {
				r := textRange{p.position(from, enc), p.position(to, enc)}
				if got := p.changed(contentChange{&r, x.new}, enc).text; got != whole[:from]+x.new+whole[to:] {
					t.Fatalf("%q: %d to %d by %q in %s: %q", whole, from, to, x.new, enc, got)
				}
			}
			whole = whole[:from] + x.new + whole[to:]
			p = newPage(whole)
		}
	})
}

// edge is a place between characters at or before an offset, and not within the
// end of a line.
func edge(text string, at int) int {
	at = min(at, len(text))
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	if at > 0 && at < len(text) && strings.HasPrefix(text[at-1:], "\r\n") {
		at--
	}
	return at
}
