package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/locale"
)

// quotes sets typewriter quotation marks by what stands around them. It counts
// what is open in a paragraph, so that 24" stays 24".
type quotes struct {
	lang           *locale.Prose
	double, single int
}

// mark returns what to write for c, a " or ', between prev and next; "" means c
// itself. Zero stands for the edge of the paragraph.
func (q *quotes) mark(c byte, prev, next rune) string {
	opens := (prev == 0 || unicode.IsSpace(prev) || strings.ContainsRune("([{-–—/‘‚›»„“\"'", prev)) &&
		next != 0 && !unicode.IsSpace(next)
	prevWord := unicode.IsLetter(prev) || unicode.IsDigit(prev) || string(prev) == thing
	switch {
	case c == '"' && opens:
		q.double++
		return q.lang.Marks[0]
	case c == '"' && q.double > 0:
		q.double--
		return q.lang.Marks[1]
	case c == '"':
		return ""
	case prevWord && (unicode.IsLetter(next) || next >= utf8.RuneSelf), opens && '0' <= next && next <= '9':
		return q.lang.Marks[4]
	case opens:
		q.single++
		return q.lang.Marks[2]
	case q.single > 0:
		q.single--
		return q.lang.Marks[3]
	case unicode.IsLetter(prev):
		return q.lang.Marks[4]
	}
	return ""
}

// typeset returns plain text s with quotation marks, dashes and dots set.
func typeset(s string, lang *locale.Prose) string {
	if strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\'') < 0 && !strings.Contains(s, "--") && !strings.Contains(s, "...") {
		return s
	}
	q := quotes{lang: lang}
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		if plainByte[s[i]] {
			out = append(out, s[i])
			i++
			continue
		}
		prev, next := rune(0), rune(0)
		if i > 0 {
			prev, _ = utf8.DecodeLastRuneInString(s[:i])
		}
		if i+1 < len(s) {
			next = rune(s[i+1])
		}
		as, n := set(&q, s[i:], prev, next)
		if as == "" {
			as = s[i : i+n]
		}
		out = append(out, as...)
		i += n
	}
	return string(out)
}

// set returns how to write the first n bytes of text; "" means as they are.
// next is what follows the first of them.
func set[T string | []byte](q *quotes, text T, prev, next rune) (as string, n int) {
	switch c := text[0]; c {
	case '"', '\'':
		return q.mark(c, prev, next), 1
	case '-':
		n = run(text)
		switch n {
		case 2:
			return "–", n
		case 3:
			return "—", n
		}
		return "", n
	case '.':
		if n = run(text); n == 3 {
			return "…", n
		}
		return "", n
	}
	return "", 1
}

// run counts how often the first byte of s stands in a row.
func run[T string | []byte](s T) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// plainByte marks the bytes of Markdown text that are written as they are.
var plainByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != 0x7F && strings.IndexByte("\\&<>\"'-.", byte(c)) < 0 || c == '\n' || c == '\t'
	}
	return t
}()

// text writes Markdown text that stands at off in the source: escapes and
// entities are resolved, marks set, everything else escaped.
func (r *renderer) text(b []byte, off int) {
	for i := 0; i < len(b); {
		j := i
		for j < len(b) && plainByte[b[j]] {
			j++
		}
		if j > i {
			r.out = append(r.out, b[i:j]...)
			r.plain = append(r.plain, b[i:j]...)
			i = j
			continue
		}
		switch c := b[i]; c {
		case '\\':
			if i+1 < len(b) && util.IsPunct(b[i+1]) {
				i++
			}
			r.literal(b[i : i+1])
			i++
		case '&':
			if decoded, n := entity(b[i:]); n > 0 {
				r.literal(decoded)
				i += n
			} else {
				r.literal(b[i : i+1])
				i++
			}
		case '"', '\'', '-', '.':
			next := rune(0)
			if off+i+1 < len(r.src) {
				next = rune(r.src[off+i+1])
			}
			as, n := set(&r.quotes, b[i:], r.last(), next)
			if as == "" {
				r.literal(b[i : i+n])
			} else {
				r.out = append(r.out, as...)
				r.plain = append(r.plain, b[i:i+n]...)
			}
			i += n
		default:
			if c == '<' {
				r.rawHTML(off + i)
			}
			r.literal(b[i : i+1])
			i++
		}
	}
}

// literal writes text that is no Markdown, such as code.
func (r *renderer) literal(b []byte) {
	r.out = escape(r.out, b)
	r.plain = append(r.plain, b...)
}

// last returns the character before the next one in this block, 0 at its start.
func (r *renderer) last() rune {
	if len(r.plain) <= r.block {
		return 0
	}
	c, _ := utf8.DecodeLastRune(r.plain[r.block:])
	return c
}

// escape appends b to out, safe in the text and in a quoted attribute of HTML.
// Control characters that HTML does not know become U+FFFD.
func escape[T string | []byte](out []byte, b T) []byte {
	start := 0
	for i := 0; i < len(b); i++ {
		var as string
		switch c := b[i]; {
		case c == '&':
			as = "&amp;"
		case c == '<':
			as = "&lt;"
		case c == '>':
			as = "&gt;"
		case c == '"':
			as = "&quot;"
		case c == '\'':
			as = "&#39;"
		case c == '\r':
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7F:
			as = "\uFFFD"
		default:
			continue
		}
		out = append(append(out, b[start:i]...), as...)
		start = i + 1
	}
	return append(out, b[start:]...)
}

// entity decodes the entity at the head of b and returns its length, 0 for none.
func entity(b []byte) (decoded []byte, n int) {
	end := 1
	for end < len(b) && end < 34 && (util.IsAlphaNumeric(b[end]) || b[end] == '#') {
		end++
	}
	if end < 3 || end >= len(b) || b[end] != ';' {
		return nil, 0
	}
	name := string(b[1:end])
	if name[0] != '#' {
		e, ok := util.LookUpHTML5EntityByName(name)
		if !ok {
			return nil, 0
		}
		return e.Characters, end + 1
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || len(digits) > 7 {
		return nil, 0
	}
	if v == 0 || v > unicode.MaxRune {
		v = utf8.RuneError
	}
	return utf8.AppendRune(nil, rune(v)), end + 1
}

// unescape resolves the escapes and entities of Markdown in b.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 && bytes.IndexByte(b, '&') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && i+1 < len(b) && util.IsPunct(b[i+1]):
			i++
		case b[i] == '&':
			if decoded, n := entity(b[i:]); n > 0 {
				out = append(out, decoded...)
				i += n - 1
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

// normalise returns text in NFC with runs of space, line breaks included,
// collapsed and none at the ends, until it is asked again.
func (r *renderer) normalise(text []byte) []byte {
	r.normal = appendSqueezed(r.normal[:0], text)
	words := bytes.Trim(r.normal, " ")
	if norm.NFC.IsNormal(words) {
		return words
	}
	return norm.NFC.Bytes(words)
}
