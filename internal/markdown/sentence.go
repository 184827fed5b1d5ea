package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSentence is the length of Link.Sentence in characters.
const maxSentence = 240

// thing stands for a link without text while the sentence around it is typeset.
const thing = "\uFFFC"

// sentenceAround returns the sentence that block[start:end] stands in, cut at
// words to the limit: what comes before that part, the part, and what follows.
func sentenceAround(block []byte, start, end int) (before, inside, after string) {
	from, to := sentenceStart(block, start), sentenceEnd(block, end)
	before, after = squeeze(block[from:start]), squeeze(block[end:to])
	inside = strings.TrimSpace(squeeze(block[start:min(end, start+maxReach)]))
	before, after = strings.TrimLeft(before, " "), strings.TrimRight(after, " ")
	room := maxSentence - utf8.RuneCountInString(inside)
	if room < 0 {
		inside, before, after = cutEnd(inside, maxSentence), "", ""
	} else if utf8.RuneCountInString(before)+utf8.RuneCountInString(after) > room {
		half := max(room/2, room-utf8.RuneCountInString(after))
		before = cutStart(before, half)
		after = cutEnd(after, room-utf8.RuneCountInString(before))
	}
	return before, inside, after
}

// squeeze returns b with runs of space collapsed to one, which is kept at either
// end.
func squeeze(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	var room [2 * maxReach]byte
	return string(appendSqueezed(room[:0], b))
}

// appendSqueezed appends b to out, as squeeze makes it.
func appendSqueezed(out, b []byte) []byte {
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, nil) // it may be cut inside a character
	}
	from, last := 0, false // the last character was a space
	for i := 0; i < len(b); {
		if ordinary[b[i]] {
			i, last = i+1, false
			continue
		}
		n := spaceLength(b[i:])
		switch {
		case n == 0:
			i, last = i+1, false
			continue
		case last || b[i] != ' ':
			out = append(out, b[from:i]...)
			if from = i + n; !last {
				out = append(out, ' ')
			}
		}
		i, last = i+n, true
	}
	return append(out, b[from:]...)
}

// ordinary marks the bytes that no space begins with.
var ordinary = func() (t [256]bool) {
	for c := range t {
		t[c] = c > ' ' && c != 0xC2 && (c < 0xE1 || c > 0xE3) // see spaceLength
	}
	return t
}()

// spaceLength returns the length of the space at the head of b, 0 for none.
func spaceLength(b []byte) int {
	if c := b[0]; c < utf8.RuneSelf {
		if isSpaceByte(c) || c == '\v' || c == '\f' {
			return 1
		}
		return 0
	} else if c != 0xC2 && (c < 0xE1 || c > 0xE3) { // where Unicode has its other spaces
		return 0
	}
	if c, n := utf8.DecodeRune(b); unicode.IsSpace(c) {
		return n
	}
	return 0
}

// cutEnd returns at most n characters from the start of s, cut behind a word.
func cutEnd(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)[:max(n-1, 0)]
	head := string(runes)
	if space := strings.LastIndexByte(head, ' '); space > 0 {
		head = head[:space]
	}
	return strings.TrimRight(head, " ,;:") + "…"
}

// cutStart returns at most n characters from the end of s, cut before a word.
func cutStart(s string, n int) string {
	count := utf8.RuneCountInString(s)
	if count <= n {
		return s
	}
	tail := string([]rune(s)[count-max(n-1, 0):])
	if space := strings.IndexByte(tail, ' '); space >= 0 && space+1 < len(tail) {
		tail = tail[space+1:]
	}
	return "…" + tail
}

// maxReach is how many bytes around a link are looked at, so that many links in
// one endless paragraph stay cheap. It is more than a sentence is cut to.
const maxReach = 4 * maxSentence

func sentenceStart(b []byte, at int) int {
	least := max(at-maxReach, 0)
	for i := at - 1; i > least; i-- {
		if isStop(b[i-1]) && isSpaceByte(b[i]) && endsSentence(b, i) {
			return i + 1
		}
	}
	return least
}

func sentenceEnd(b []byte, at int) int {
	most := min(at+maxReach, len(b))
	for i := at + 1; i < most; i++ {
		if isStop(b[i-1]) && isSpaceByte(b[i]) && endsSentence(b, i) {
			return i
		}
	}
	return most
}

func isStop(c byte) bool      { return c == '.' || c == '!' || c == '?' }
func isSpaceByte(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// endsSentence reports whether the stop before the space at i ends a sentence:
// a capital follows, and the stop is not that of an abbreviation (bl.a., Dr.)
// or of an ordinal (1. April).
func endsSentence(b []byte, i int) bool {
	next, _ := utf8.DecodeRune(bytes.TrimLeft(b[i:min(len(b), i+16)], " \t\r\n\"'»„“(["))
	if !unicode.IsUpper(next) && !unicode.IsDigit(next) {
		return false
	}
	if b[i-1] != '.' {
		return true
	}
	start := i - 1
	for start > 0 && i-start < 40 && !isSpaceByte(b[start-1]) {
		start--
	}
	word := b[start : i-1]
	if len(word) <= 1 || bytes.IndexByte(word, '.') >= 0 || abbreviations[strings.ToLower(string(word))] {
		return false
	}
	return !unicode.IsDigit(rune(word[len(word)-1])) || len(word) > 2
}

// abbreviations are those in Danish, English and German before which a capital
// often follows.
var abbreviations = map[string]bool{
	"ca": true, "dr": true, "fr": true, "hr": true, "jf": true, "kl": true, "mr": true, "mrs": true, "ms": true, "nr": true,
	"st": true, "vgl": true, "bzw": true, "pct": true, "evt": true, "inkl": true, "ekskl": true, "prof": true,
}
