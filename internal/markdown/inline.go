package markdown

import (
	"strings"
	"unicode/utf8"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
)

// Inline reads one line of inline Markdown, such as a summary of front matter.
// Blocks are no syntax in it: "# x" is text. Findings and links have the place
// of the value, at; in is the language of the text.
func Inline(text string, at diag.Pos, in *locale.Locale) (Document, diag.List) {
	if isPlain(text) {
		text = strings.TrimSpace(text)
		return Document{prose: short(text), Words: countWords(text)}, nil
	}
	return parse(lines(), []byte(text), origin{pos: at, fixed: true}, Options{In: in})
}

// Plain returns the words of one line of inline Markdown without its markup, for
// places that know no HTML. A link without text of its own reads as its target.
func Plain(text string) string {
	if isPlain(text) {
		return strings.TrimSpace(text)
	}
	doc, _ := parse(lines(), []byte(text), origin{fixed: true}, Options{Keep: func(string) bool { return true }})
	if len(doc.Sections) == 0 {
		return ""
	}
	return doc.Texts()[0]
}

// isPlain reports whether text holds nothing that inline Markdown or writing
// HTML gives a meaning, which is so for most one-liners. Full stops, hyphens
// and colons count only where they could be part of an ellipsis, a dash or an
// address.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !inlineSyntax[c] {
			continue
		}
		next := byte(' ')
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch c {
		case '.', ':':
			if next != ' ' {
				return false
			}
		case '-':
			if next == '-' {
				return false
			}
		default:
			return false
		}
	}
	return utf8.ValidString(text)
}

var inlineSyntax = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c < ' ' || c == 0x7F || c < 0x7F && strings.IndexByte("\\`*_[]<>&!~:@\"'-.", byte(c)) >= 0
	}
	return t
}()
