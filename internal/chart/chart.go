// Package chart draws figures as SVG that keeps the rules of the design: places
// in hundredths of a per cent and no viewBox, so that bars stretch and text never
// scales; classes and attributes and no style, so that a strict policy holds;
// bars start at zero; colour never stands alone.
//
// A figure of this package decorates. It stands in the row of a table that says
// the same in words, and is hidden from those who listen, but for a [Graph],
// whose nodes are links. The package knows lengths, classes and finished words;
// what they mean is the business of whoever asks.
package chart

import (
	"strings"

	"charterhouse/internal/theme"
)

// A Segment is a piece of a bar, from one place to another, in hundredths of a
// per cent.
type Segment struct {
	Class    string // of its colour: "c1", "inkfill"
	From, To int
	Low      bool // half as high: of another kind than those of full height
}

// least is what is drawn of a piece that would be too thin to be seen, in
// hundredths of a per cent.
const least = 40

// Bar draws pieces on a track of full length, with a seam between them.
func Bar(segments []Segment) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="bar" aria-hidden="true"><rect class="bg"/>`)
	for _, s := range segments {
		Each(s.Class, func(class string) {
			b.Raw(`<rect class="`).Text(class).Raw(`" x="`).Percent(s.From).Raw(`" width="`).Percent(max(s.To-s.From, least))
			if s.Low {
				b.Raw(`" y="50%" height="50%"/>`)
			} else {
				b.Raw(`"/>`)
			}
		})
	}
	for _, s := range segments[:max(len(segments)-1, 0)] {
		b.Raw(`<rect class="seam" x="`).Percent(s.To).Raw(`"/>`)
	}
	return b.Raw(`</svg>`).Fragment()
}

// Each draws what has a colour; from the ninth department on, when colours
// repeat, once more with a hatch over it. Every page holds the pattern, in
// parts/hatch.
func Each(class string, draw func(class string)) {
	draw(class)
	if strings.HasSuffix(class, " striped") {
		draw("plan")
	}
}

// A Pillar is one value of a row over time.
type Pillar struct {
	Class  string
	Height int    // in hundredths of a per cent of the tallest
	Over   int    // where the part beyond a limit begins; 0 for none
	Text   string // above it
}

// Pillars draws values as bars that stand side by side, each in its own part of
// the width, with its value above; limit is where a line crosses all of them, 0
// for none. The part beyond a pillar's own limit is red and has a mark on top.
func Pillars(all []Pillar, limit int) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="lane pillars" aria-hidden="true">`)
	const top, foot = 3000, 10_000 // room for the value above the tallest
	y := func(height int) int { return foot - height*(foot-top)/10_000 }
	for i, p := range all {
		width := 10_000 / len(all)
		x := i*width + width/10
		bar := func(class string, from, to int) {
			Each(class, func(class string) {
				b.Raw(`<rect class="`).Text(class).Raw(`" x="`).Percent(x).Raw(`" width="`).Percent(width - width/5).Raw(`" y="`).Percent(y(to)).Raw(`" height="`).Percent(max(y(from)-y(to), 0)).Raw(`"/>`)
			})
		}
		switch {
		case p.Height <= 0:
		case p.Over > 0 && p.Over < p.Height:
			bar(p.Class, 0, p.Over)
			bar("over", p.Over, p.Height)
		default:
			bar(p.Class, 0, p.Height)
		}
	}
	if limit > 0 {
		b.Raw(`<line class="limit" x1="0" x2="100%" y1="`).Percent(y(limit)).Raw(`" y2="`).Percent(y(limit)).Raw(`"/>`)
	}
	b.Raw(`<g text-anchor="middle">`)
	for i, p := range all {
		if p.Text != "" {
			b.Raw(`<svg x="`).Percent(i*10_000/len(all) + 5_000/len(all)).Raw(`" y="`).Percent(y(p.Height)).Raw(`"><text class="minor" y="-4">`).Text(p.Text).Raw(`</text></svg>`)
		}
	}
	return b.Raw(`</g><line class="y" x1="0" x2="100%" y1="100%" y2="100%"/></svg>`).Fragment()
}

// A Stripe is some time on a lane: held, disputed, or a gap that nobody holds.
type Stripe struct {
	Class    string // of its colour; empty for a gap, which is an outline
	From, To int
	Disputed bool
	Thin     bool // a line rather than a bar: held in general, not by anybody's word
}

// A Mark is a moment on a lane.
type Mark struct {
	At    int
	Shape Shape
}

// A Shape is the form of a mark; it says what its colour would.
type Shape uint8

// The shapes.
const (
	Open   Shape = iota // a diamond that is empty: promised
	Filled              // a diamond that is full: as it is now
	Late                // a triangle: something is wrong
)

// Lane draws time from left to right: lines where ticks are, stripes, marks, and
// today.
func Lane(ticks []int, stripes []Stripe, marks []Mark, today int) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="lane" aria-hidden="true">`)
	for _, at := range ticks {
		b.Raw(`<line class="q" y1="0" y2="100%" x1="`).Percent(at).Raw(`" x2="`).Percent(at).Raw(`"/>`)
	}
	for _, s := range stripes {
		b.Raw(`<svg x="`).Percent(s.From).Raw(`" width="`).Percent(max(s.To-s.From, least)).Raw(`" y="50%" height="14">`)
		switch {
		case s.Class == "":
			b.Raw(`<rect class="gap" y="-5" width="100%" height="10"/>`)
		case s.Thin:
			Each(s.Class, func(class string) { b.Raw(`<rect class="`).Text(class).Raw(`" y="-1" width="100%" height="3"/>`) })
		case s.Disputed:
			b.Raw(`<rect class="clash" y="-9" width="100%" height="18"/><path class="ms late" d="M0-7 7 5H-7z"/>`)
		default:
			Each(s.Class, func(class string) { b.Raw(`<rect class="`).Text(class).Raw(`" y="-5" width="100%" height="10"/>`) })
		}
		b.Raw(`</svg>`)
	}
	for _, m := range marks {
		b.Raw(`<svg y="50%" x="`).Percent(m.At).Raw(`">`)
		switch m.Shape {
		case Late:
			b.Raw(`<path class="ms late" d="M0-7 7 5H-7z"/>`)
		case Filled:
			b.Raw(`<path class="ms done" d="M0-6 6 0 0 6-6 0z"/>`)
		default:
			b.Raw(`<path class="ms" d="M0-6 6 0 0 6-6 0z"/>`)
		}
		b.Raw(`</svg>`)
	}
	if today >= 0 {
		b.Raw(`<line class="now" y1="0" y2="100%" x1="`).Percent(today).Raw(`" x2="`).Percent(today).Raw(`"/>`)
	}
	return b.Raw(`</svg>`).Fragment()
}
