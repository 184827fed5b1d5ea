package markdown

import (
	"sort"
	"unicode/utf8"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
)

// A renderer walks one syntax tree and collects all that a Document keeps. Its
// buffers are used again for the next text.
type renderer struct {
	src  []byte
	at   origin
	opts Options
	lang *locale.Prose

	lines   []int32 // offset of each line
	found   diag.List
	counts  map[diag.Code]int
	refused bool

	out    []byte
	plain  []byte // the text as typed, without markup
	normal []byte // a part of it, normalised
	block  int    // where the block's own text starts in plain
	quotes quotes
	raw    int // line, counted from 0, of the last finding of raw HTML

	links     []Link
	slots     []slot
	queries   []Query
	holes     []hole
	places    []place // parallel to links
	waiting   int     // links before this one have their sentence
	outline   []Heading
	starts    []span // parallel to outline: the heading's own text in plain
	ids       map[string]int
	anchors   int    // links of all kinds so far
	depth     int    // of containers
	nested    int    // of emphasis and pictures
	inLink    bool   // no link may stand in a link
	inHeading bool   // no question may stand in a heading
	tables    int    // so far, for their labels
	notes     []note // references to footnotes
	noteText  map[int]span
	signs     []sign
	body      int // length of plain before the footnotes
}

// A span is a part of plain; a place is one with the source offset of its link.
type span struct{ start, end int }

type place struct {
	span
	bare bool // the link has no text of its own
}

// A sign is something in a text that changes what it says and is no word of it:
// that words are struck out, or that a cell of a table is empty.
type sign struct {
	at   int // in plain
	text string
}

// A note is a reference to a footnote.
type note struct{ at, index int }

func (r *renderer) reset(src []byte, at origin, opts Options) {
	*r = renderer{
		src: src, at: at, opts: opts, lang: opts.prose(),
		lines: r.lines[:0], out: r.out[:0], plain: r.plain[:0], normal: r.normal[:0], slots: r.slots[:0], places: r.places[:0],
		links: r.links[:0], outline: r.outline[:0], starts: r.starts[:0], ids: r.ids, notes: r.notes[:0], signs: r.signs[:0], raw: -1, body: -1,
	}
}

// release forgets the text but keeps the buffers.
func (r *renderer) release() {
	clear(r.links)
	clear(r.outline)
	clear(r.ids)
	r.src, r.opts, r.found = nil, Options{}, nil
	renderers.Put(r)
}

// result copies what is kept out of the buffers.
func (r *renderer) result() Document {
	if r.body < 0 {
		r.body = len(r.plain)
	}
	lead, html := r.parts(), len(r.out)
	d := Document{
		Links: append([]Link(nil), r.links...), Outline: append([]Heading(nil), r.outline...), Sections: r.sections(), Words: countWords(r.plain), Lead: lead,
		Queries: r.queries, slots: append([]slot(nil), r.slots...), holes: r.holes,
	}
	d.prose = packed(r.out, html)
	return d
}

func countWords[T string | []byte](text T) int {
	words, after := 0, uint8(1) // a word begins behind a space, or at the start
	for i := range len(text) {
		space := spaces[text[i]]
		words += int(after &^ space)
		after = space
	}
	return words
}

// spaces is 1 for each byte that isSpaceByte holds for.
var spaces = func() (t [256]uint8) {
	for c := range t {
		if isSpaceByte(byte(c)) {
			t[c] = 1
		}
	}
	return t
}()

// pos turns an offset of the source into a place in the file.
func (r *renderer) pos(offset int) diag.Pos {
	p := r.at.pos
	if r.at.fixed || len(r.lines) == 0 {
		return p
	}
	offset = min(max(offset, 0), len(r.src))
	line := r.lineOf(offset)
	p.Line += line
	p.Col = utf8.RuneCount(r.src[r.lines[line]:offset]) + 1
	return p
}

// lineOf returns the line of an offset, counted from 0.
func (r *renderer) lineOf(offset int) int {
	return sort.Search(len(r.lines), func(i int) bool { return int(r.lines[i]) > offset }) - 1
}

// maxFindings is how many findings of one code a text can have; more would say
// nothing new and fill the terminal.
const maxFindings = 100

func (r *renderer) find(code diag.Code, offset, width int, message, hint diag.Text) {
	if r.counts == nil {
		r.counts = make(map[diag.Code]int)
	}
	if r.counts[code]++; r.counts[code] > maxFindings {
		return
	}
	if r.at.fixed {
		width = 0
	}
	r.found.Add(diag.Diagnostic{Pos: r.pos(offset), Width: width, Code: code, Message: message, Hint: hint})
}

func (r *renderer) findings() diag.List {
	r.found.Sort()
	return r.found
}

// refuse enters the finding that a limit is passed and ends the rendering.
func (r *renderer) refuse(offset int, message, hint diag.Text) bool {
	if !r.refused {
		r.refused = true
		if len(r.lines) == 0 {
			r.lines = append(r.lines, 0)
		}
		r.find("C015", offset, 0, message, hint)
	}
	return false
}
