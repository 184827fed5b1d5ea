package markdown

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"charterhouse/internal/diag"
)

// queryBlock enters a block of code as a question. It was written as code from
// open on, which shows while there is no answer.
func (r *renderer) queryBlock(n *ast.FencedCodeBlock, open int) {
	q := Query{}
	var text strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		text.Write(line.Value(r.src))
		at := r.pos(line.Start)
		q.Lines = append(q.Lines, Line{at.Line, at.Col - line.Padding})
	}
	if len(q.Lines) == 0 { // the fence is all there is
		at := r.pos(max(n.Pos(), 0))
		q.Lines = []Line{{at.Line, at.Col}}
	}
	q.Text = text.String()
	r.query(q, open, max(n.Pos(), 0))
}

// querySpan enters a piece of code in a sentence as a question, if it begins
// like one.
func (r *renderer) querySpan(n *ast.CodeSpan, open int) {
	var text strings.Builder
	q := Query{Inline: true}
	offset := -1
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			continue
		}
		at := r.pos(t.Segment.Start)
		if offset < 0 {
			offset = t.Segment.Start
			at.Col++ // behind the sign
		}
		q.Lines = append(q.Lines, Line{at.Line, at.Col})
		text.Write(t.Segment.Value(r.src))
	}
	code := text.String()
	switch {
	case r.at.fixed || !asks(code):
		return
	case r.inLink || r.inHeading:
		r.find("Q001", offset, len(code), diag.Say("a question cannot stand in a heading or a link"), diag.Say("put it into a sentence below"))
		return
	}
	q.Text = code[1:]
	r.query(q, open, offset)
}

// asks reports whether a piece of code is a question: an equals sign, then at
// once the word count or sum, or what may be meant for it.
func asks(code string) bool {
	rest, ok := strings.CutPrefix(code, "=")
	word, _, _ := strings.Cut(strings.ReplaceAll(rest, "\n", " "), " ")
	if !ok || word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	kinds := []string{"count", "sum", "list", "table"}
	_, near := diag.Nearest(word, kinds)
	return near || slices.Contains(kinds, word)
}

func (r *renderer) query(q Query, open, offset int) {
	if n := len(r.outline); n > 0 {
		q.Section = r.outline[n-1].ID
	}
	if len(r.queries) >= maxQueries {
		r.find("Q005", offset, 0, diag.Say("the text puts more than %s questions", strconv.Itoa(maxQueries)), diag.Say("make pages of some of them, in questions/"))
		return
	}
	r.queries = append(r.queries, q)
	r.holes = append(r.holes, hole{int32(open), int32(len(r.out))})
}

// WriteAnswers is WriteHTML with the answers to the text's questions. answer
// writes that of d.Queries[i], as a block or for a sentence, and reports whether
// there is one; where there is none the question shows as it was written.
func (d *Document) WriteAnswers(w *bytes.Buffer, resolve func(i int, l Link) Target, answer func(w *bytes.Buffer, i int) bool) {
	if resolve == nil {
		resolve = func(int, Link) Target { return Target{Broken: true} }
	}
	p := d.prose.open()
	defer papers.Put(p)
	f := filling{d, p.html, w, resolve, answer}
	f.part(0, len(p.html), 0, len(d.slots))
}

// piece writes html[from:to], in which no link stands, with its answers.
func (f *filling) piece(from, to int) {
	if f.answer != nil {
		for i, h := range f.holes {
			if int(h.open) < from || int(h.close) > to {
				continue
			}
			before := f.w.Len()
			f.w.Write(f.html[from:h.open])
			if f.answer(f.w, i) {
				from = int(h.close)
				continue
			}
			f.w.Truncate(before)
		}
	}
	f.w.Write(f.html[from:to])
}
