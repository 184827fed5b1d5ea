// Package markdown turns the prose of a charter into HTML, once.
//
// [Parse] reads a text with goldmark, walks the syntax tree a single time and
// forgets it. What is kept is a [Document]: the finished HTML, in which each
// link that leads into the portfolio is an empty slot, and the list of those
// links. Where a link leads is not this package's business; whoever knows fills
// the slots with [Document.WriteHTML], as often as pages need it, without
// parsing anything again.
//
// The prose is an author's and therefore untrusted. Four things keep it
// harmless, in this order. A scan before goldmark refuses what would take it
// minutes (see limits.go), since it cannot be cancelled. Raw HTML is no syntax
// here: tags are text, and a finding says where. The renderer is ours and
// writes from a closed list of elements and attributes, escaping everything
// else. Addresses pass an allow list of schemes after entities are decoded and
// control characters dropped.
//
// A question to the portfolio is another empty place: a fenced block whose
// language is query, or a piece of code in a sentence such as `=count where …`.
// Its text is kept beside the place, so a charter that asks about others is
// still rendered once and remembered.
//
// Wiki links, bare addresses and comments are inline parsers of goldmark, so
// that there is one answer to what is code and what is not. Quotation marks and
// dashes are set by the language while text is written out; the plain text that
// signatures are computed from stays as the author typed it.
package markdown

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"unicode/utf8"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A Document is a text after rendering. Its zero value is an empty text.
type Document struct {
	// Links are the references whose targets the portfolio must find, in the
	// order of the text. Addresses with a scheme are finished and not among them.
	Links []Link
	// Outline lists the headings in order.
	Outline []Heading
	// Sections are those that Options.Keep asked for; see [Document.Texts].
	Sections []Section
	// Words counts the words of the text.
	Words int
	// Lead is the digest of what stands above the first part; see [Heading].
	Lead Sum
	// Queries are the questions that the text puts to the portfolio, in order.
	Queries []Query

	prose prose  // the HTML, with a slot for each link, and the texts of Sections
	slots []slot // parallel to Links
	holes []hole // parallel to Queries
}

// A Query is a question in the text: a block that is marked as a query, or a
// piece of code in a sentence that begins with an equals sign. What it asks and
// what the answer is, others know; see [Document.WriteAnswers].
type Query struct {
	Inline bool
	Text   string // of a block its lines, in a sentence what follows the sign
	Lines  []Line // where each line of Text begins

	Section string // id of the nearest heading above, or empty
}

// A Line is a place in the file.
type Line struct{ Line, Col int }

// A hole is where the answer to a query stands in the HTML. Without an answer
// html[open:close] shows the query as it was written.
type hole struct{ open, close int32 }

// A slot says where in the HTML a link stands. Its own text, already HTML, is
// html[open:close]; links up to but not including next stand inside it.
type slot struct{ open, close, next int32 }

// A Kind says how a link was written.
type Kind uint8

// The kinds of link.
const (
	Wiki     Kind = iota + 1 // [[target]]
	Markdown                 // [text](target), with a relative address
	Image                    // ![text](target), with a relative address
)

// A Link is a reference into the portfolio.
type Link struct {
	Kind Kind
	// Target is what was written, without its anchor: "customer-insight-360",
	// "person:x", "dept:it", "area:y", or a path such as "../registers/x" with
	// percent signs decoded. It is empty for an anchor on the same page.
	Target string
	Anchor string // what stood behind "#"; ask the target's ResolveAnchor
	// Text is the link's own plain text. It is empty for [[id]], which shows the
	// title of its target.
	Text  string
	Title string // the title of [text](target "title")
	// Sentence is the plain text of the sentence around the link, at most 240
	// characters, for showing beside links back. A link without text of its own
	// appears as its target; see SentenceWith.
	Sentence string
	Section  string // id of the nearest heading above, or empty

	Line, Col int // in the file
	Width     int // characters from Col to the link's end; 0 when it spans lines

	hole [2]uint16 // where a link without text stands in Sentence
}

// SentenceWith returns the sentence around the link as a reader of the page
// sees it: a link without text of its own reads as title.
func (l *Link) SentenceWith(title string) string {
	if l.hole[0] == l.hole[1] {
		return l.Sentence
	}
	return l.Sentence[:l.hole[0]] + title + l.Sentence[l.hole[1]:]
}

// A Heading is an entry of the outline. Level is as written, from 1; Line
// counts in the file. A heading of level 1 or 2 begins a part, and Sum is the
// digest of what stands in it, the heading included, as normalised text.
type Heading struct {
	Level int
	Text  string
	ID    string
	Line  int
	Sum   Sum
}

// A Sum is the beginning of a SHA-256; zero is that of nothing.
type Sum [8]byte

// SumOf returns the digest of a text.
func SumOf(text string) Sum { return sumOf([]byte(text)) }

func sumOf(text []byte) Sum {
	all := sha256.Sum256(text)
	return Sum(all[:8])
}

// A Section is the text below a heading, subsections included, up to the next
// heading of the same or a higher level, with footnotes that it refers to.
type Section struct {
	Heading Heading

	length int32 // of its text
}

// An Origin is where a text stands: its file, and the line of the file that the
// text starts on, from 1.
type Origin struct {
	File string
	Line int
}

// An origin is where findings are counted from: the first line of a text, or the
// one place that all of them get.
type origin struct {
	pos   diag.Pos
	fixed bool
}

// Options say how to read a text.
type Options struct {
	// In is the language of the text; it has the quotation marks and the few words
	// that rendering adds. Nil is English.
	In *locale.Locale
	// Keep chooses the sections whose plain text is wanted, by heading; it is
	// asked about "" for the text as a whole. Nil keeps none.
	Keep func(heading string) bool
	// Shift is added to the level of each heading in HTML. No heading is written
	// above <h2>, since the page's own title is its <h1>.
	Shift int
}

func (o Options) prose() *locale.Prose {
	if o.In == nil {
		return locale.English.Prose()
	}
	return o.In.Prose()
}

// maxQueries is how many questions one text may put.
const maxQueries = 40

// Parse reads src. It always returns a document, empty where a limit refused
// the text, and never panics; findings lie inside the text.
func Parse(src []byte, at Origin, opts Options) (Document, diag.List) {
	return parse(blocks(), src, origin{pos: diag.Pos{File: at.File, Line: max(at.Line, 1)}}, opts)
}

func parse(p parser.Parser, src []byte, at origin, opts Options) (doc Document, found diag.List) {
	if !utf8.Valid(src) {
		src = bytes.ToValidUTF8(src, []byte("\uFFFD"))
	}
	r := renderers.Get().(*renderer)
	defer r.release()
	r.reset(src, at, opts)
	defer func() {
		// A fault of the library must cost one charter, not the build.
		if recover() != nil {
			r.refuse(0, diag.Say("this text cannot be read as Markdown"), diag.Say("look for unusual nesting of lists, quotes and tables"))
			doc, found = Document{}, r.findings()
		}
	}()
	if r.scan() {
		r.document(p.Parse(text.NewReader(src)))
	}
	if r.refused {
		return Document{}, r.findings()
	}
	return r.result(), r.findings()
}

var renderers = sync.Pool{New: func() any { return new(renderer) }}

// ResolveAnchor finds the id of the heading that an author means by name: the
// heading's text, its id with or without our prefix, or the form that git hosts
// make of it.
func (d *Document) ResolveAnchor(name string) (id string, ok bool) {
	for i := range d.Outline {
		if d.Outline[i].ID == name {
			return name, true
		}
	}
	if len(d.Outline) == 0 {
		return "", false
	}
	slug := anchorOf(name)
	for i := range d.Outline {
		if d.Outline[i].ID == slug {
			return slug, true
		}
	}
	return "", false
}
