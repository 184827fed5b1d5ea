package facts

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxID is how many characters an id may have.
const MaxID = 64

// ValidID reports whether s is an id.
func ValidID(s string) bool {
	if s == "" || len(s) > MaxID || device(s) {
		return false
	}
	hyphen := true // none may come first, last, or after another
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			hyphen = false
		case c == '-' && !hyphen:
			hyphen = true
		default:
			return false
		}
	}
	return !hyphen
}

// device reports whether Windows keeps s for a device, so that no page of that
// name could be copied there.
func device(s string) bool {
	switch len(s) {
	case 3:
		return s == "con" || s == "prn" || s == "aux" || s == "nul"
	case 4:
		return (s[:3] == "com" || s[:3] == "lpt") && '0' <= s[3] && s[3] <= '9'
	}
	return false
}

var letters = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// Slug returns the id that s suggests, or "" where nothing is left of it:
// "Åse Bjerre" gives aase-bjerre.
func Slug(s string) string {
	s = letters.Replace(strings.ToLower(norm.NFC.String(s)))
	var b strings.Builder
	gap := false
	for _, c := range norm.NFD.String(s) {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(c)
		case !unicode.Is(unicode.Mn, c):
			gap = true
		}
	}
	return b.String()
}

// Draft reports whether a text was left to be filled in: TBD, TODO, xxx, <…>,
// yyyy-mm-dd.
func Draft(s string) bool {
	if len(s) < 3 {
		return false
	}
	if s[0] == '<' && s[len(s)-1] == '>' {
		return true
	}
	if len(s) <= 10 {
		switch strings.ToLower(s) {
		case "tbd", "todo", "tba", "xxx", "xxxx", "...", "???", "yyyy-mm-dd", "åååå-mm-dd", "jjjj-mm-tt":
			return true
		}
	}
	return strings.IndexByte(s, 'T') >= 0 && (hasWord(s, "TBD") || hasWord(s, "TODO"))
}

// hasWord reports whether word stands in s with no letter or digit beside it.
func hasWord(s, word string) bool {
	i := strings.Index(s, word)
	if i < 0 {
		return false
	}
	after := s[i+len(word):]
	return (i == 0 || !alnum(s[i-1])) && (after == "" || !alnum(after[0]))
}

func alnum(c byte) bool {
	return c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Ambiguous reports whether versions of YAML read a plain scalar differently,
// or as something else than text: no, on, 012, 12:30, 1e3.
func Ambiguous(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	switch c := s[0]; {
	case '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.':
		return ambiguousNumber(s)
	case len(s) <= 5:
		switch strings.ToLower(s) {
		case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~":
			return true
		}
	}
	return false
}

// ambiguousNumber reports whether s looks like a number in a notation that not
// all versions share: octal, hexadecimal, binary, with exponent, in base 60,
// with _ as grouping, infinite.
func ambiguousNumber(s string) bool {
	n := strings.TrimLeft(s, "+-")
	switch strings.ToLower(n) {
	case ".inf", ".nan":
		return true
	case "":
		return false
	}
	digits, other, exponent := 0, 0, false
	for i := 0; i < len(n); i++ {
		switch c := n[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == ':' || c == '_' || c == '.':
			other++
		case (c == 'e' || c == 'E') && digits > 0 && !exponent:
			exponent = true
		case (c == '+' || c == '-') && exponent && (n[i-1] == 'e' || n[i-1] == 'E'):
		case (c == 'x' || c == 'o' || c == 'b') && i == 1 && n[0] == '0' && len(n) > 2:
			return hexadecimal(n[2:])
		default:
			return false
		}
	}
	if digits == 0 {
		return false
	}
	octal := n[0] == '0' && digits == len(n) && digits > 1
	return octal || exponent && n[len(n)-1] >= '0' && n[len(n)-1] <= '9' || strings.ContainsAny(n, ":_")
}

func hexadecimal(s string) bool {
	return strings.Trim(s, "0123456789abcdefABCDEF_") == ""
}
