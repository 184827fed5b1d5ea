package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/german"
	"golang.org/x/text/unicode/norm"
)

// maxWord is how many letters a word can have; what is longer is no word.
const maxWord = 40

// A splitter finds the words of texts.
type splitter struct{ room [4 * maxWord]byte }

// each calls do with each word of text: letters, marks and digits in a row, in
// small letters and in NFC. The bytes are good until do returns.
func (s *splitter) each(text string, do func(word []byte)) {
	if !composed(text) {
		text = norm.NFC.String(text)
	}
	size, letters := 0, 0
	end := func() {
		if letters > 0 && letters <= maxWord {
			do(s.room[:size])
		}
		size, letters = 0, 0
	}
	for i := 0; i < len(text); {
		if c := small[text[i]]; c != 0 {
			if letters++; letters <= maxWord {
				s.room[size] = c
				size++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) {
			end()
		} else if letters++; letters <= maxWord {
			size += utf8.EncodeRune(s.room[size:], unicode.ToLower(r))
		}
	}
	end()
}

// small has the letters and digits of ASCII, in small letters.
var small = func() (all [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		if r := rune(c); unicode.IsLetter(r) || unicode.IsDigit(r) {
			all[c] = byte(unicode.ToLower(r))
		}
	}
	return all
}()

// composed reports whether text is in NFC, as nearly all is.
func composed(text string) bool {
	const marks = 0xcc // what begins the first character that may be written together with the one before
	for i := range len(text) {
		if text[i] >= marks {
			return norm.NFC.IsNormalString(text)
		}
	}
	return true
}

// Words returns the words of text.
func Words(text string) []string {
	var all []string
	new(splitter).each(text, func(word []byte) { all = append(all, string(word)) })
	return all
}

// stemmers are those that the browser has, too.
var stemmers = map[string]func(*snowballstem.Env) bool{"da": danish.Stem, "de": german.Stem, "en": english.Stem}

// Stem returns the stem of a word of Words in a language, the word itself where
// there is no stemmer. What has a digit is a name or a number, and has no
// endings.
func Stem(lang, word string) string { return stemWith(snowballstem.NewEnv(""), lang, word) }

// stemWith is Stem with room to work in.
func stemWith(env *snowballstem.Env, lang, word string) string {
	stem := stemmers[lang]
	if stem == nil || strings.IndexFunc(word, unicode.IsNumber) >= 0 {
		return word
	}
	env.SetCurrent(word)
	stem(env)
	return env.Current()
}

// base is the language of a BCP 47 tag without its region.
func base(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return lang
}

// Fold returns what decides where a stem is found: no marks, and one letter for
// all ways to write æ, ø, å and the like. The fold of the beginning of a word
// is the beginning of the word's fold.
func Fold(word string) string {
	plain := true
	for i := 0; i < len(word) && plain; i++ {
		plain = word[i] < utf8.RuneSelf && (i == 0 || word[i] != 'e' && word[i] != 'a')
	}
	if plain {
		return word
	}
	var b strings.Builder
	last := rune(0)
	add := func(r rune) {
		switch {
		case last == 'a' && (r == 'a' || r == 'e'), last == 'o' && r == 'e', last == 'u' && r == 'e':
			return
		}
		b.WriteRune(r)
		last = r
	}
	if !norm.NFD.IsNormalString(word) {
		word = norm.NFD.String(word)
	}
	for _, r := range word {
		switch {
		case unicode.Is(unicode.M, r):
		case r == 'æ':
			add('a')
		case r == 'ø':
			add('o')
		case r == 'ß':
			add('s')
			add('s')
		default:
			add(r)
		}
	}
	return b.String()
}

// keyLetters is how many letters of a folded stem decide in which file it
// stands. With fewer, a reader finds openings of titles and whole words only.
const keyLetters = 4

// key is the beginning of a folded stem that decides in which file it stands.
func key(fold string) string {
	n := 0
	for i := range fold {
		if n == keyLetters {
			return fold[:i]
		}
		n++
	}
	return fold
}

// buckets is the largest number of files that stems are cut into.
const buckets = 256

// bucket is where a folded stem stands: FNV-1a of its key, which the browser
// computes as well.
func bucket(fold string) int {
	h := uint32(2166136261)
	for _, c := range []byte(key(fold)) {
		h = (h ^ uint32(c)) * 16777619
	}
	return int((h ^ h>>8 ^ h>>16 ^ h>>24) & (buckets - 1))
}

// stopWords say nothing of what a text is about. "It" is none, since it is a
// department.
const stopWords = "a aber about after alle also als am an and any are as at auch auf aus be been bei both but by can " +
	"da das dass de dem den denne der deres des det dette die dieser disse do du each efter ein eine einem einen einer eller en end er es et " +
	"few for fra from für had han har has have havde her hos hun hvad hver hvis hvor i if ihr ikke im in into is ist its " +
	"jeg kan kann kun med meget men mit mod must nach nicht no nor not nu når oder of og også om on one op or os our out over på " +
	"se si sich sie sig sin sind sit skal so som sowie that the their them then there these they this those til to ud um und under uns unter until up " +
	"var ved vi vil von vor was wenn were werden when where which who will wir wird with you zu zum zur være så über"

var isStop = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(stopWords) {
		m[word] = true
	}
	return m
}()
