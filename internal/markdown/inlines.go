package markdown

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"charterhouse/internal/diag"
)

// inlines renders what stands inside a block of text, an emphasis or a link.
func (r *renderer) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil && !r.refused; n = n.NextSibling() {
		r.inline(n)
	}
}

func (r *renderer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		seg := n.Segment
		r.text(r.src[seg.Start:seg.Stop], seg.Start)
		switch {
		case n.HardLineBreak():
			r.write("<br>\n")
			r.plain = append(r.plain, '\n')
		case n.SoftLineBreak():
			r.write("\n")
			r.plain = append(r.plain, '\n')
		}
	case *ast.String:
		r.literal(n.Value)
	case *ast.CodeSpan:
		open := len(r.out)
		r.write("<code>")
		r.codeText(n)
		r.write("</code>")
		r.querySpan(n, open)
	case *ast.Emphasis:
		if n.Level == 2 {
			r.span(n, "<strong>", "</strong>")
		} else {
			r.span(n, "<em>", "</em>")
		}
	case *extast.Strikethrough:
		r.sign("~~")
		r.span(n, "<del>", "</del>")
		r.sign("~~")
	case *ast.Link:
		r.link(n)
	case *ast.Image:
		r.image(n)
	case *ast.AutoLink:
		r.autoLink(n)
	case *wikiLink:
		r.wiki(n)
	case *extast.TaskCheckBox:
		r.task(n)
	case *extast.FootnoteLink:
		r.footnoteLink(n)
	case *extast.FootnoteBacklink:
		r.footnoteBacklink(n)
	case *comment:
	default:
		r.inlines(n)
	}
}

// sign notes what is no word at the place that plain has reached. A heading is
// known by its words alone.
func (r *renderer) sign(text string) {
	if !r.inHeading {
		r.signs = append(r.signs, sign{len(r.plain), text})
	}
}

// span renders inline text between two tags.
func (r *renderer) span(n ast.Node, open, closing string) {
	if r.nested++; r.nested > maxDepth {
		r.refuse(r.near(n), diag.Say("marks of emphasis are nested more than %s levels deep", strconv.Itoa(maxDepth)), diag.Say("use fewer marks"))
		return
	}
	r.write(open)
	r.inlines(n)
	r.write(closing)
	r.nested--
}

// near returns an offset in the source at or near n.
func (r *renderer) near(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if p := n.Pos(); p >= 0 {
			return p
		}
	}
	return 0
}

// codeText writes a code span. In a table \| stands for a bar, even in code.
func (r *renderer) codeText(n *ast.CodeSpan) {
	_, cell := n.Parent().(*extast.TableCell)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			continue
		}
		b := t.Segment.Value(r.src)
		if line, wrapped := bytes.CutSuffix(b, []byte{'\n'}); wrapped {
			r.literal(bytes.TrimSuffix(line, []byte{'\r'}))
			r.literal([]byte{' '})
			continue
		}
		if cell {
			b = bytes.ReplaceAll(b, []byte(`\|`), []byte(`|`))
		}
		r.literal(b)
	}
}

// alt writes the text of n without any markup, for an attribute.
func (r *renderer) alt(n ast.Node) {
	if r.nested++; r.nested > maxDepth {
		r.refuse(r.near(n), diag.Say("pictures and marks are nested more than %s levels deep", strconv.Itoa(maxDepth)), diag.Say("use fewer levels"))
		return
	}
	for c := n.FirstChild(); c != nil && !r.refused; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			r.text(r.src[c.Segment.Start:c.Segment.Stop], c.Segment.Start)
			if c.SoftLineBreak() || c.HardLineBreak() {
				r.literal([]byte{' '})
			}
		case *ast.CodeSpan:
			r.codeText(c)
		case *ast.AutoLink:
			r.literal(c.Label(r.src))
		case *wikiLink:
			r.literal(c.words())
		default:
			r.alt(c)
		}
	}
	r.nested--
}

// words is what a wiki link reads as where its target's title is not known.
func (n *wikiLink) words() []byte {
	switch {
	case len(n.text) > 0:
		return n.text
	case len(n.target) > 0:
		return n.target
	}
	return n.anchor
}

// task renders the box of a task as a picture with a name, since a disabled
// control would be passed over.
func (r *renderer) task(n *extast.TaskCheckBox) {
	box, name, class := "☐", r.lang.Open, "task"
	if n.IsChecked {
		box, name, class = "☑", r.lang.Done, "task done"
	}
	r.write(`<span class="`, class, `" role="img" aria-label="`, name, `">`, box, "</span> ")
}

func (r *renderer) footnoteLink(n *extast.FootnoteLink) {
	number := strconv.Itoa(n.Index)
	r.notes = append(r.notes, note{max(len(r.plain)-1, 0), n.Index})
	r.write(`<sup id="`, noteID(n.Index, n.RefIndex), `">`)
	if r.inLink {
		r.write(number, "</sup>")
		return
	}
	r.write(`<a href="#fn-`, number, `" role="doc-noteref">`, number, "</a></sup>")
}

func (r *renderer) footnoteBacklink(n *extast.FootnoteBacklink) {
	r.write(` <a href="#`, noteID(n.Index, n.RefIndex), `" role="doc-backlink" aria-label="`, r.lang.Back, " (", strconv.Itoa(n.Index))
	if n.RefIndex > 0 {
		r.write("-", strconv.Itoa(n.RefIndex+1))
	}
	r.write(`)">↩</a>`)
}

func noteID(index, reference int) string {
	id := "fnref-" + strconv.Itoa(index)
	if reference > 0 {
		id += "-" + strconv.Itoa(reference+1)
	}
	return id
}

// rawHTML finds what an author may have meant as HTML: a tag, a declaration or
// an instruction. One finding for a line is enough.
func (r *renderer) rawHTML(offset int) {
	b := r.src[offset:]
	i := 1
	if i < len(b) && b[i] == '/' {
		i++
	}
	if i >= len(b) {
		return
	}
	switch c := b[i] | 0x20; {
	case 'a' <= c && c <= 'z':
		for i < len(b) && i < 40 && (b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z' || b[i] >= '0' && b[i] <= '9' || b[i] == '-') {
			i++
		}
		if i < len(b) && b[i] != '>' && b[i] != '/' && !isSpaceByte(b[i]) {
			return
		}
		line, _, _ := bytes.Cut(b[i:min(len(b), i+maxWikiLink)], []byte{'\n'})
		if i == len(b) || bytes.IndexByte(line, '>') < 0 && !blankLine(line) && bytes.IndexByte(line, '=') < 0 {
			return
		}
	case b[i] == '!' && i+1 < len(b) && (b[i+1] == '-' || b[i+1] == '[' || b[i+1]|0x20 >= 'a' && b[i+1]|0x20 <= 'z'), b[i] == '?':
	default:
		return
	}
	line := r.lineOf(offset)
	if line == r.raw {
		return
	}
	r.raw = line
	r.find("B004", offset, 1, diag.Say("raw HTML is shown as text"), diag.Say("use Markdown, or write &lt; for a less-than sign"))
}
