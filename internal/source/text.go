package source

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/diag"
)

// checkText returns the text without its byte order mark, or nil and why it
// cannot be read as people see it.
func checkText(name string, data []byte) ([]byte, diag.List) {
	bad := func(at int, code diag.Code, message, hint string) ([]byte, diag.List) {
		line := 1 + bytes.Count(data[:at], []byte{'\n'})
		col := 1 + utf8.RuneCount(data[bytes.LastIndexByte(data[:at], '\n')+1:at])
		return nil, diag.List{{Pos: diag.Pos{File: name, Line: line, Col: col}, Code: code, Message: message, Hint: hint}}
	}
	if len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		return bad(0, "C013", "this text is UTF-16", "save it as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for i := 0; i < len(data); {
		c := data[i]
		if c >= 0x20 && c < 0x7f || c == '\n' || c == '\t' || c == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			i++
			continue
		}
		if c < 0x20 || c == 0x7f {
			if c == 0 && utf16(data) {
				return bad(i, "C013", "this text is UTF-16 without a mark", "save it as UTF-8")
			}
			return bad(i, "C013", fmt.Sprintf("here stands the control character U+%04X", c), "delete it, and save the text as UTF-8")
		}
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return bad(i, "C013", fmt.Sprintf("the byte %02X is no UTF-8", c), "save the text as UTF-8; this looks like "+guess(c))
		case bidi(r):
			return bad(i, "C013", fmt.Sprintf("here stands U+%04X, which turns the direction of writing, so people see another text than the machine reads", r), "delete it")
		case r >= 0x80 && r < 0xa0 || r == 0xfeff || r == 0x2028 || r == 0x2029:
			return bad(i, "C013", fmt.Sprintf("here stands the invisible character U+%04X", r), "delete it")
		}
		i += size
	}
	return data, nil
}

// utf16 guesses from zero bytes in every second place.
func utf16(data []byte) bool {
	sample := data[:min(len(data), 64)]
	return bytes.Count(sample, []byte{0})*3 > len(sample)
}

func guess(c byte) string {
	if strings.IndexByte("\xe6\xf8\xe5\xc6\xd8\xc5\xe4\xf6\xfc\xc4\xd6\xdc\xdf\xe9", c) >= 0 {
		return "Latin-1 (Windows)"
	}
	return "another encoding"
}

// bidi reports the characters of the Trojan Source attack.
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}

// unsafeAsset refuses a picture that is a program: an SVG with script, events,
// foreign content or references to elsewhere.
func unsafeAsset(name string, data []byte) diag.List {
	if !strings.EqualFold(path.Ext(name), ".svg") {
		return nil
	}
	lower := strings.ToLower(string(data))
	for _, sign := range []string{"<script", "<foreignobject", "javascript:", "<!entity", "<iframe", "<embed", "<object", "<animate", "<set", "<handler", "@import", "xml-stylesheet"} {
		if at := strings.Index(lower, sign); at >= 0 {
			return svgFinding(name, lower, at, "holds "+strings.Trim(sign, "<"))
		}
	}
	if at := eventAttribute(lower); at >= 0 {
		return svgFinding(name, lower, at, "reacts to events")
	}
	for _, ref := range []string{"href=\"", "href='", "url("} {
		for rest, base := lower, 0; ; {
			i := strings.Index(rest, ref)
			if i < 0 {
				break
			}
			value := strings.TrimLeft(rest[i+len(ref):], " \t\r\n'\"")
			if !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "data:image/png") && !strings.HasPrefix(value, "data:image/jpeg") {
				return svgFinding(name, lower, base+i, "loads something from elsewhere")
			}
			base, rest = base+i+len(ref), rest[i+len(ref):]
		}
	}
	return nil
}

func svgFinding(name, text string, at int, why string) diag.List {
	line := 1 + strings.Count(text[:at], "\n")
	return diag.List{{Pos: diag.Pos{File: name, Line: line}, Code: "D007", Message: "this picture " + why + ", so it is not published", Hint: "export it as a plain picture"}}
}

// eventAttribute finds onload= and the like.
func eventAttribute(s string) int {
	for i := 0; i+3 < len(s); i++ {
		if s[i] == 'o' && s[i+1] == 'n' && i > 0 && strings.IndexByte(" \t\r\n\"'/", s[i-1]) >= 0 {
			j := i + 2
			for j < len(s) && s[j] >= 'a' && s[j] <= 'z' {
				j++
			}
			k := j
			for k < len(s) && (s[k] == ' ' || s[k] == '\t' || s[k] == '\n') {
				k++
			}
			if j > i+2 && k < len(s) && s[k] == '=' {
				return i
			}
		}
	}
	return -1
}
