package facts

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"charterhouse/internal/diag"
)

// mostCharacters is how many bad characters of one file are reported; a file
// in another encoding has thousands, and one mend for all.
const mostCharacters = 5

// Characters looks for what does not belong into any text: bytes that are not
// UTF-8, control characters, and characters that make a line read otherwise
// than it is written. It returns the text, with U+FFFD in their place, so that
// the rest can still be read, and finding C013 for the first of them.
func Characters(file string, text []byte) ([]byte, diag.List) {
	bad := firstBad(text)
	if bad < 0 {
		return text, nil
	}
	if d, ok := otherEncoding(file, text); ok {
		return []byte{}, diag.List{d}
	}
	var found diag.List
	clean := make([]byte, 0, len(text)+8)
	line, col, invalid := 1+bytes.Count(text[:bad], newline), 0, false
	col = 1 + utf8.RuneCount(text[bytes.LastIndexByte(text[:bad], '\n')+1:bad])
	clean = append(clean, text[:bad]...)
	for i := bad; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		why := badness(c, size)
		if c == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			why = diag.Text{}
		}
		if why.IsZero() {
			clean = append(clean, text[i:i+size]...)
		} else {
			clean = utf8.AppendRune(clean, utf8.RuneError)
			if len(found) < mostCharacters && !(invalid && size == 1 && c == utf8.RuneError) {
				found.Add(diag.Diagnostic{Pos: diag.Pos{File: file, Line: line, Col: col}, Width: 1, Code: "C013",
					Message: describe(c, size, text[i], why), Hint: mend(c, size)})
			}
			invalid = invalid || size == 1 && c == utf8.RuneError
		}
		col++
		if c == '\n' {
			line, col = line+1, 1
		}
		i += size
	}
	return clean, found
}

// common marks the bytes of ASCII that need no second look.
var common = func() (ok [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		ok[c] = true
	}
	ok['\n'], ok['\t'] = true, true
	return ok
}()

// firstBad returns where the first character stands that may be bad, or -1. It
// is written for the common file, which has none.
func firstBad(text []byte) int {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case common[c]:
			i++
			continue
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i += 2
			continue
		case c < utf8.RuneSelf:
			return i
		}
		r, size := utf8.DecodeRune(text[i:])
		if !badness(r, size).IsZero() && (i != 0 || r != '\uFEFF') {
			return i
		}
		i += size
	}
	return -1
}

// badness says what is wrong with a character, or nothing.
func badness(c rune, size int) diag.Text {
	switch {
	case c < 0x20:
		if c == '\n' || c == '\t' {
			return diag.Text{}
		}
		return diag.Say("a control character")
	case c < 0x7f:
		return diag.Text{}
	case c < 0xa0:
		return diag.Say("a control character")
	case c == 0x200e, c == 0x200f, c == 0x061c:
		return diag.Say("a character that reverses how the text around it is shown")
	case c < 0x2028:
		return diag.Text{}
	case c <= 0x2029:
		return diag.Say("a line separator that editors do not show as a line")
	case c <= 0x202e, c >= 0x2066 && c <= 0x2069:
		return diag.Say("a character that reverses how the text around it is shown")
	case c == 0xfeff:
		return diag.Say("an invisible byte order mark")
	case c == utf8.RuneError && size == 1:
		return diag.Say("not UTF-8")
	case c == utf8.RuneError:
		return diag.Say("the mark that a damaged character leaves behind")
	}
	return diag.Text{}
}

func describe(c rune, size int, first byte, why diag.Text) diag.Text {
	if c == utf8.RuneError && size == 1 {
		return diag.Say("the byte %s here is not UTF-8", fmt.Sprintf("%02X", first))
	}
	return diag.Say("%s is %s", fmt.Sprintf("U+%04X", c), why)
}

func mend(c rune, size int) diag.Text {
	switch {
	case c == utf8.RuneError && size == 1:
		return diag.Say("save the file as UTF-8; editors offer this under “Save with encoding”")
	case c == utf8.RuneError:
		return diag.Say("write the character that stood here before the file was converted")
	case c == '\r':
		return diag.Say("save the file with line ends LF or CRLF")
	}
	return diag.Say("delete it; it is invisible in most editors, so retype the word around it")
}

// otherEncoding recognises UTF-16 and UTF-32, of which every second byte would
// be a finding.
func otherEncoding(file string, text []byte) (diag.Diagnostic, bool) {
	d := diag.Diagnostic{Pos: diag.Pos{File: file, Line: 1, Col: 1}, Code: "C013",
		Message: diag.Say("the file is not UTF-8 but UTF-16"), Hint: diag.Say("save the file as UTF-8; editors offer this under “Save with encoding”")}
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return d, true
	}
	nul := bytes.Count(text[:min(len(text), 512)], []byte{0})
	return d, nul > 8 && nul >= min(len(text), 512)/3
}

// escaped returns the first bad character of a value, which must have come
// there by an escape, since the file itself was searched before.
func escaped(text string) (rune, diag.Text) {
	for _, c := range text {
		if c >= ' ' && c < 0x7f || c == '\n' {
			continue
		}
		if why := badness(c, 2); !why.IsZero() {
			return c, why
		}
	}
	return 0, diag.Text{}
}
