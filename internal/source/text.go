package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/diag"
)

// mark is the byte order mark that some editors write before UTF-8.
var mark = []byte("\ufeff")

// checkText returns the text without its byte order mark, or nil and where it
// first cannot be read as people see it.
func checkText(name string, data []byte) ([]byte, diag.List) {
	data = bytes.TrimPrefix(data, mark)
	for i := 0; i < len(data); {
		c := data[i]
		if plain[c] {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if message, hint := objection(data, i, r, size); !message.IsZero() {
			line := data[bytes.LastIndexByte(data[:i], '\n')+1 : i]
			at := diag.Pos{File: name, Line: 1 + bytes.Count(data[:i], []byte{'\n'}), Col: 1 + utf8.RuneCount(line)}
			return nil, diag.List{{Pos: at, Code: "C013", Message: message, Hint: hint}}
		}
		i += size
	}
	return data, nil
}

// plain are the bytes that need no second look.
var plain = func() (p [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		p[c] = true
	}
	p['\n'], p['\t'] = true, true
	return p
}()

// objection says why the character r at data[i] is refused; empty if it is not.
func objection(data []byte, i int, r rune, size int) (message, hint diag.Text) {
	switch {
	case r == '\r' && i+1 < len(data) && data[i+1] == '\n':
		return diag.Text{}, diag.Text{}
	case r == '\r':
		return diag.Say("here stands a carriage return without a line feed"), diag.Say("save the text with the line ends of Unix or Windows")
	case (r == 0 || r == utf8.RuneError && size == 1) && utf16(data):
		return diag.Say("this text is UTF-16"), diag.Say("save the text as UTF-8")
	case r == utf8.RuneError && size == 1:
		return diag.Say("the byte %s is not UTF-8", fmt.Sprintf("%02X", data[i])), guess(data[i])
	case r < 0x20 || r == 0x7f:
		return diag.Say("here stands the control character %s", code(r)), diag.Say("delete it")
	case turns(r):
		return diag.Say("here stands %s, which turns the direction of writing, so people see another text than the machine reads", code(r)), diag.Say("delete it")
	case invisible(r):
		return diag.Say("here stands the invisible character %s", code(r)), diag.Say("delete it")
	}
	return diag.Text{}, diag.Text{}
}

// utf16 tells UTF-16 by its byte order mark, or by how many bytes are zero.
func utf16(data []byte) bool {
	sample := data[:min(len(data), 64)]
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) || bytes.Count(sample, []byte{0})*3 > len(sample)
}

// code is how people look a character up.
func code(r rune) string { return fmt.Sprintf("U+%04X", r) }

// guess says how to save the text, and names the usual suspect: a Danish or German letter as Windows wrote it.
func guess(c byte) diag.Text {
	if strings.IndexByte("\xe6\xf8\xe5\xc6\xd8\xc5\xe4\xf6\xfc\xc4\xd6\xdc\xdf\xe9", c) >= 0 {
		return diag.Say("save the text as UTF-8; it looks like Latin-1 (Windows-1252)")
	}
	return diag.Say("save the text as UTF-8")
}

// turns reports the characters of the Trojan Source attack.
func turns(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}

// invisible reports further control characters: those of Latin-1, line and
// paragraph separators, and a byte order mark in the middle.
func invisible(r rune) bool {
	return r >= 0x80 && r < 0xa0 || r == 0xfeff || r == 0x2028 || r == 0x2029
}
