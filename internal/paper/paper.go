// Package paper knows how much fits on a sheet of A4 before it is printed.
//
// A printed document with references to its own pages has to know where its
// pages end, and browsers do not tell: no style sheet can write the number of
// the page that a link leads to. So the parts of such a document are measured
// when it is made, every page is closed where it is full, and the style sheet
// only draws what was decided here.
//
// Measures are tenths of a point. A text is measured by the widths of the
// default theme's letters, always a little too long, so that what fits here
// fits in the browser; a test prints every such page and compares.
//
// The package knows no HTML, no charter and no language.
package paper

import (
	"strings"
	"unicode"
)

// The room on a sheet of A4 inside its margins.
const (
	Width  = 5100
	Height = 7700
)

// A Face is a size of letters: so high, with lines so far apart.
type Face struct {
	Size, Leading int
	Serif         bool
}

// Lines returns how many lines text takes in a column.
func (f Face) Lines(text string, column int) int {
	lines, _ := f.set(text, column, 0)
	return lines
}

// Height returns how high text stands in a column; no text has no height.
func (f Face) Height(text string, column int) int { return f.Lines(text, column) * f.Leading }

// Width returns how wide text is on one line.
func (f Face) Width(text string) int { return (f.width(text) + 999) / 1000 }

// Clip returns as many whole words of text as stand in so many lines, with an
// ellipsis where some are left out. Of a word that is longer than that, it
// returns a part.
func (f Face) Clip(text string, column, lines int) string {
	_, end := f.set(text, column, lines)
	if end == len(text) {
		return text
	}
	if kept := strings.TrimRightFunc(text[:end], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }); kept != "" {
		return kept + "\u00a0…"
	}
	kept := ""
	for i := range text {
		if f.width(text[:i]+"…") > column*1000*9/10 {
			break
		}
		kept = text[:i]
	}
	return kept + "…"
}

// set breaks text into lines as a browser does: between words, and inside a
// word that is longer than a line. It returns the number of lines, and how far
// it came in the first most of them less the room for an ellipsis; most is 0
// for all lines.
func (f Face) set(text string, column, most int) (lines, end int) {
	column *= 1000
	at := column + 1 // a first word opens the first line
	for i := 0; i < len(text); {
		word := nextWord(text[i:])
		wide := f.width(strings.TrimRightFunc(text[i:i+word], breaks))
		if wide == 0 && strings.TrimFunc(text[i:i+word], breaks) == "" {
			i += word
			continue
		}
		if at+wide > column {
			lines, at = lines+1, 0
		}
		for wide > column { // the word goes on over lines of its own
			lines, wide = lines+1, wide-column*9/10
		}
		room := column
		if most > 0 && lines >= most {
			room -= f.width("\u00a0…")
		}
		if most > 0 && (lines > most || at+wide > room && strings.TrimSpace(text[i+word:]) != "") {
			return lines, i
		}
		at += f.width(text[i : i+word])
		i += word
	}
	return lines, len(text)
}

// nextWord is the length of the first word and the room behind it. A hyphen
// ends a word.
func nextWord(text string) int {
	inside := false
	var before rune
	for i, r := range text {
		space := breaks(r)
		if inside && !space && (breaks(before) || before == '-' && unicode.IsLetter(r)) {
			return i
		}
		inside = inside || !space
		before = r
	}
	return len(text)
}

// breaks reports whether a line may end at r.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// width is how wide text is on one line, in thousandths.
func (f Face) width(text string) int {
	sum := 0
	for _, r := range text {
		sum += f.letter(r)
	}
	return sum * f.Size * 103 / 100
}

// letter is the width of r in thousandths of the size, in the widest weight
// that a page uses.
func (f Face) letter(r rune) int {
	widths := &sans
	if f.Serif {
		widths = &serif
	}
	switch {
	case r >= ' ' && r <= '~':
		return int(widths[r-' '])
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return 0
	case r == '\u00a0' || r == '\u202f':
		return int(widths[0])
	case r == '–' || r == '·' || r == '’' || r == '»' || r == '«':
		return 630
	case r >= 0xc0 && r <= 0x17f && unicode.IsLower(r) && r != 'æ' && r != 'œ':
		return 630
	case r == 'æ' || r == 'œ' || r >= 0xc0 && r <= 0x17f && r != 'Æ' && r != 'Œ':
		return 880
	case r < 0x2e80:
		return 1100
	}
	return 1350 // ideographs and pictures, in whatever face the reader's machine has
}

// The widths of the letters from the blank to the tilde. Digits are those that
// stand below one another in a table.
var (
	sans = [...]uint16{247, 310, 394, 631, 660, 807, 647, 236, 376, 376, 486, 630, 251, 417, 240, 423, 660, 660, 660, 660, 660, 660, 660, 660, 660, 660,
		292, 296, 630, 630, 630, 511, 991, 707, 724, 724, 697, 592, 552, 760, 751, 285, 545, 655, 534, 855, 776, 785, 598, 787, 641, 614, 578, 707, 717, 980, 666, 638, 641,
		340, 423, 340, 575, 438, 255, 528, 594, 545, 593, 552, 388, 598, 567, 256, 286, 527, 241, 868, 566, 581, 599, 589, 371, 466, 397, 566, 549, 825, 526, 566, 491, 392, 257, 392, 647}
	serif = [...]uint16{293, 340, 392, 743, 660, 894, 735, 176, 392, 392, 500, 1000, 318, 328, 318, 501, 660, 660, 660, 660, 660, 660, 660, 660, 660, 660,
		318, 318, 1000, 1000, 1000, 522, 936, 686, 639, 636, 724, 598, 559, 716, 769, 359, 512, 682, 554, 903, 744, 756, 612, 756, 704, 536, 609, 729, 706, 966, 671, 663, 581,
		548, 494, 589, 340, 340, 374, 555, 598, 502, 609, 529, 347, 574, 626, 333, 324, 592, 333, 906, 625, 584, 604, 603, 432, 445, 375, 620, 566, 841, 546, 566, 491, 495, 398, 495, 833}
)

// Share divides room among those who want some of it: all get what they want
// if there is enough, else the modest get it and the others as much as one
// another.
func Share(room int, wants []int) []int {
	got := make([]int, len(wants))
	open := 0
	for _, w := range wants {
		if w > 0 {
			open++
		}
	}
	for open > 0 && room >= open {
		each := room / open
		open = 0
		for i, w := range wants {
			more := min(each, w-got[i])
			got[i] += more
			room -= more
			if got[i] < w {
				open++
			}
		}
	}
	return got
}
