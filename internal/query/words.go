package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/diag"
)

// A token is a word, a sign or a quoted text of a condition.
type token struct {
	text   string
	start  int // in bytes
	end    int
	quoted bool
	word   bool
	gap    bool // a blank stands before it
}

// A fault is what cannot be read, with its place in the text.
type fault struct {
	start, end    int
	message, hint diag.Text
	large         bool // a limit is passed
}

// closing are the ends of quoted texts, by how they begin.
var closing = map[rune]rune{'"': '"', '\'': '\'', '“': '”', '»': '«', '„': '“'}

// scan cuts a text into tokens. A word goes on over hyphens, points, colons,
// slashes and per cent signs, so ids, days, shares and fields are one word each.
func scan(text string) ([]token, *fault) {
	var all []token
	gap := false
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		t := token{start: i, gap: gap}
		gap = false
		switch {
		case unicode.IsSpace(c):
			gap = true
			i += size
			continue
		case closing[c] != 0:
			end := strings.IndexRune(text[i+size:], closing[c])
			if end < 0 {
				return nil, &fault{start: i, end: len(text), message: diag.Say("this quotation mark is not closed"), hint: diag.Say("write the same mark behind the text")}
			}
			t.text, t.quoted = text[i+size:i+size+end], true
			i += size + end + utf8.RuneLen(closing[c])
		case inWord(c):
			for i < len(text) {
				c, size := utf8.DecodeRuneInString(text[i:])
				if !inWord(c) && !(strings.ContainsRune("-.:/%@", c) && i > t.start) {
					break
				}
				i += size
			}
			t.text, t.word = text[t.start:i], true
		default:
			i += size
			if i < len(text) && text[i] == '=' && strings.ContainsRune("!<>=", c) {
				i++
			}
			t.text = text[t.start:i]
		}
		t.end = i
		all = append(all, t)
	}
	return all, nil
}

func inWord(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }
