package locale

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/collate"
	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// SortBy sorts items by the name that key gives them, as the language does:
// in Danish Æ, Ø and Å come last and aa sorts as Å; numbers sort by value.
// Equal names are ordered by bytes, so the order is always the same.
func SortBy[T any](l *Locale, items []T, key func(T) string) {
	type keyed struct {
		item T
		name string
		sort []byte
	}
	c := collate.New(xlanguage.Make(l.tag), collate.Numeric, collate.IgnoreCase)
	var buf collate.Buffer
	all := make([]keyed, len(items))
	for i, it := range items {
		name := key(it)
		all[i] = keyed{it, name, bytes.Clone(c.KeyFromString(&buf, name))}
		buf.Reset()
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		return cmp.Or(bytes.Compare(a.sort, b.sort), strings.Compare(a.name, b.name))
	})
	for i, k := range all {
		items[i] = k.item
	}
}

var plainLetters = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "þ", "th", "ð", "d", "đ", "d", "ł", "l")

// Fold writes a text in the alphabet of addresses: a to z, 0 to 9 and single
// hyphens, none at the ends. Danish and German letters become two, other
// accents are dropped, everything else parts words. Composed and decomposed
// forms fold alike, and folding twice changes nothing.
func Fold(s string) string {
	if plain, ok := foldASCII(s); ok {
		return plain
	}
	s = plainLetters.Replace(strings.ToLower(norm.NFC.String(s)))
	var b strings.Builder
	hyphen := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		case r >= 0x300 && r <= 0x36f: // an accent of the letter before
		default:
			hyphen = true
		}
	}
	return b.String()
}

// foldASCII is Fold for a text of ASCII alone, which most are.
func foldASCII(s string) (folded string, ok bool) {
	var room [96]byte
	out, hyphen := room[:0], false
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case c >= utf8.RuneSelf:
			return "", false
		case c < '0' || c > '9' && c < 'a' || c > 'z':
			hyphen = true
			continue
		case hyphen && len(out) > 0:
			out = append(out, '-')
		}
		out, hyphen = append(out, c), false
	}
	return string(out), true
}

// Initial is the heading a name stands under in an alphabetical list: its first
// letter, without its accent unless the language sorts it as a letter of its
// own, as Danish does Å.
func (l *Locale) Initial(name string) string {
	first, _ := utf8.DecodeRuneInString(norm.NFC.String(name))
	if first == utf8.RuneError {
		return ""
	}
	up := strings.ToUpper(string(first))
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(up))
	if string(base) != up && collate.New(xlanguage.Make(l.tag), collate.Loose).CompareString(up, string(base)) != 0 {
		return up
	}
	return string(base)
}
