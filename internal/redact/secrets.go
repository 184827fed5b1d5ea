package redact

import (
	"cmp"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// secrets finds names and ids in prose: as sequences of words, so that case,
// line breaks, emphasis, entities and the hyphens of an id do not hide one.
type secrets struct {
	by      map[string][]secret // by first word; the longest first
	figures bool                // a letter ends a number: EUR480000, 480.000kr
}

// A secret is a sequence of words.
type secret struct {
	words []string
	exact bool // one word alone must be spelt as it is, since it may be an ordinary word
	as    string
	at    bool   // it is one only behind an @
	key   string // what stands for it is asked by this
}

// add enters a name, title, id or address. key says what it is of.
func (s *secrets) add(text, key string) {
	found := wordsOf(text, s.figures)
	if len(found) == 0 {
		return
	}
	x := secret{key: key, exact: len(found) == 1, as: norm.NFC.String(text[found[0].start:found[len(found)-1].end]), at: strings.HasPrefix(text, "@")}
	for _, w := range found {
		x.words = append(x.words, w.text)
	}
	if s.by == nil {
		s.by = map[string][]secret{}
	}
	first := x.words[0]
	at, _ := slices.BinarySearchFunc(s.by[first], x, func(a, b secret) int { return cmp.Compare(len(b.words), len(a.words)) })
	s.by[first] = slices.Insert(s.by[first], at, x)
}

// replace returns text without what is secret, and whether any of it was. say
// gives the words that stand for a secret by its key.
func (s *secrets) replace(text string, say func(key string, begins bool) string) (string, bool) {
	if len(s.by) == 0 || text == "" {
		return text, false
	}
	words := wordsOf(text, s.figures)
	var b strings.Builder
	done := 0
	for i := 0; i < len(words); i++ {
		x, n, ending := s.at(text, words[i:])
		if n == 0 {
			continue
		}
		start := words[i].start
		if start > done && text[start-1] == '@' {
			start--
		}
		b.WriteString(text[done:start])
		open, closing := emphasis(text, words[i:i+n])
		b.WriteString(open + say(x.key, begins(text[:start])) + ending + closing)
		done = words[i+n-1].end
		i += n - 1
	}
	if done == 0 {
		return text, false
	}
	b.WriteString(text[done:])
	return b.String(), true
}

// holds reports whether text says anything secret.
func (s *secrets) holds(text string) bool {
	_, found := s.replace(text, func(string, bool) string { return "" })
	return found
}

// farthest is how many bytes may part the words of a name, blanks aside: markup, a
// line break with the mark of a quotation.
const farthest = 16

// apart reports whether two words are too far from each other to be of one name.
func apart(text string, a, b word) bool {
	return b.start-a.end > farthest && len(strings.Join(strings.Fields(text[a.end:b.start]), "")) > farthest
}

// at returns the secret that begins with the first word, how many words it has,
// and the ending that a language hangs on to it.
func (s *secrets) at(text string, words []word) (x secret, n int, ending string) {
	for _, stem := range [...]string{words[0].text, strings.TrimSuffix(words[0].text, "s")} {
		for _, x := range s.by[stem] {
			if ending, ok := x.stands(text, words); ok {
				return x, len(x.words), ending
			}
		}
	}
	return secret{}, 0, ""
}

func (x *secret) stands(text string, words []word) (ending string, ok bool) {
	if len(words) < len(x.words) || x.at && !strings.HasSuffix(text[:words[0].start], "@") {
		return "", false
	}
	for i, w := range x.words {
		if i > 0 && apart(text, words[i-1], words[i]) {
			return "", false
		}
		if words[i].text == w {
			continue
		}
		if i < len(x.words)-1 || words[i].text != w+"s" {
			return "", false
		}
		ending = "s"
	}
	if x.exact {
		written := norm.NFC.String(text[words[0].start:words[0].end])
		return ending, written == x.as || written == x.as+"s"
	}
	return ending, true
}

// emphasis is the markup within a name that belongs to some that stands around
// it: what closes behind one of its words, and what opens before one.
func emphasis(text string, words []word) (open, closing string) {
	const signs = "*_~`"
	for i := 1; i < len(words); i++ {
		gap := text[words[i-1].end:words[i].start]
		behind := gap[:len(gap)-len(strings.TrimLeft(gap, signs))]
		before := gap[len(strings.TrimRight(gap, signs)):]
		if behind != gap && (behind == "" || before == "") {
			open, closing = open+before, closing+behind
		}
	}
	return open, closing
}

// begins reports whether what follows begins a sentence.
func begins(before string) bool {
	rest := strings.TrimRightFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`*_[("'>#`, r) })
	return rest == "" || strings.ContainsAny(rest[len(rest)-1:], ".!?") || strings.Count(before[len(rest):], "\n") > 1
}

// A word is letters and digits in a row.
type word struct {
	text       string // in small letters, composed
	start, end int
}

// wordsOf cuts a text into words, reading entities and percent signs as what
// they stand for and overlooking what nobody sees. With figures, digits are words
// of their own.
func wordsOf(text string, figures bool) []word {
	var all []word
	var b strings.Builder
	start, end, digit := -1, 0, false
	done := func() {
		if start >= 0 {
			w := b.String()
			if !plain(w) {
				w = norm.NFC.String(w)
			}
			all = append(all, word{strings.ToLower(w), start, end})
			start = -1
			b.Reset()
		}
	}
	for i := 0; i < len(text); {
		r, size := glyph(text[i:])
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && start >= 0:
			if figures && start >= 0 && unicode.IsDigit(r) != digit {
				done()
			}
			if start < 0 {
				start = i
			}
			digit = unicode.IsDigit(r)
			b.WriteRune(r)
			end = i + size
		case r == '\u00ad' || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff':
		default:
			done()
		}
		i += size
	}
	done()
	return all
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// glyph reads one character as a reader will see it.
func glyph(text string) (r rune, size int) {
	switch text[0] {
	case '&':
		if end := strings.IndexByte(text[:min(len(text), 12)], ';'); end > 1 {
			if said := html.UnescapeString(text[:end+1]); said != text[:end+1] {
				r, _ = utf8.DecodeRuneInString(said)
				return r, end + 1
			}
		}
	case '%':
		for n := 3; n <= 12 && n <= len(text); n += 3 {
			said, err := url.PathUnescape(text[:n])
			if err != nil {
				break
			}
			if r, whole := utf8.DecodeRuneInString(said); r != utf8.RuneError && whole == len(said) {
				return r, n
			}
		}
	}
	return utf8.DecodeRuneInString(text)
}
