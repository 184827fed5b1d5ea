package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
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
		r.write("<code>")
		r.codeText(n)
		r.write("</code>")
	case *ast.Emphasis:
		if n.Level == 2 {
			r.span(n, "<strong>", "</strong>")
		} else {
			r.span(n, "<em>", "</em>")
		}
	case *extast.Strikethrough:
		r.span(n, "<del>", "</del>")
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

// span renders inline text between two tags.
func (r *renderer) span(n ast.Node, open, closing string) {
	if r.nested++; r.nested > maxDepth {
		r.refuse(r.near(n), "marks of emphasis are nested more than "+strconv.Itoa(maxDepth)+" levels deep", "use fewer marks")
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
		r.refuse(r.near(n), "pictures and marks are nested more than "+strconv.Itoa(maxDepth)+" levels deep", "use fewer levels")
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

// another counts links of all kinds.
func (r *renderer) another(offset int) bool {
	if r.anchors++; r.anchors > maxLinks {
		return r.refuse(offset, "the text has more than "+strconv.Itoa(maxLinks)+" links", "move lists of links to an attachment")
	}
	return true
}

// slot enters a link and renders what stands in it with body.
func (r *renderer) slot(l Link, offset, stop int, bare bool, body func()) {
	l.Line, l.Col, l.Width = r.place(offset, stop)
	if n := len(r.outline); n > 0 {
		l.Section = r.outline[n-1].ID
	}
	i := len(r.links)
	r.links = append(r.links, l)
	r.slots = append(r.slots, slot{open: int32(len(r.out))})
	r.places = append(r.places, place{span{len(r.plain), len(r.plain)}, bare})
	body()
	r.slots[i].close = int32(len(r.out))
	r.slots[i].next = int32(len(r.links))
	r.places[i].end = len(r.plain)
	if !bare && l.Text == "" {
		r.links[i].Text = normalise(r.plain[r.places[i].start:])
	}
}

// place returns where a link stands in the file and, if it ends on the line it
// starts on, how many characters it has.
func (r *renderer) place(offset, stop int) (line, col, width int) {
	p := r.pos(offset)
	if !r.at.fixed && stop > offset && bytes.IndexByte(r.src[offset:stop], '\n') < 0 {
		width = utf8.RuneCount(r.src[offset:stop])
	}
	return p.Line, p.Col, width
}

// linkEnd returns the offset behind the link or picture that starts at offset.
func (r *renderer) linkEnd(offset int) int {
	start := offset
	if start < len(r.src) && r.src[start] == '!' {
		start++
	}
	label := pair(r.src[start:], '[', ']')
	if label == 0 {
		return offset
	}
	end := start + label
	if end < len(r.src) && r.src[end] == '(' {
		return end + pair(r.src[end:], '(', ')')
	}
	if end < len(r.src) && r.src[end] == '[' {
		return end + pair(r.src[end:], '[', ']')
	}
	return end
}

// pair returns the length of what stands between open, the first byte of b, and
// its close on the same line.
func pair(b []byte, open, closing byte) int {
	depth := 0
	for i := 0; i < len(b) && b[i] != '\n'; i++ {
		switch b[i] {
		case '\\':
			i++
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

func (r *renderer) wiki(n *wikiLink) {
	if !r.another(n.start) {
		return
	}
	l := Link{Kind: Wiki, Target: unescape(n.target), Anchor: unescape(n.anchor)}
	if r.inLink {
		r.literal(n.words())
		return
	}
	bare := len(n.text) == 0
	r.slot(l, n.start, n.stop, bare, func() {
		if !bare {
			r.wikiText(n)
			return
		}
		r.plain = append(r.plain, n.words()...)
	})
}

// wikiText writes a wiki link's own text. Where the link is wrapped over lines
// that text is not one piece of the source.
func (r *renderer) wikiText(n *wikiLink) {
	if at := bytes.LastIndex(r.src[n.start:n.stop], n.text); at >= 0 {
		r.text(n.text, n.start+at)
		return
	}
	r.literal(n.text)
}

func (r *renderer) link(n *ast.Link) {
	offset := r.near(n)
	if !r.another(offset) {
		return
	}
	a := addressOf(n.Destination)
	stop := r.linkEnd(offset)
	switch {
	case r.inLink:
		r.inlines(n)
	case a.relative():
		r.inLink = true
		l := Link{Kind: Markdown, Title: titleOf(n.Title)}
		l.Target, l.Anchor = a.local()
		r.slot(l, offset, stop, false, func() { r.inlines(n) })
		r.inLink = false
	case a.safe():
		r.inLink = true
		r.external(a.text, titleOf(n.Title), func() { r.inlines(n) })
		r.inLink = false
	default:
		r.unsafe(a, offset, stop)
		r.inlines(n)
	}
}

// external writes a link that is finished: one with a scheme.
func (r *renderer) external(url, title string, body func()) {
	r.write(`<a href="`)
	r.out = appendURL(r.out, url)
	r.write(`"`)
	if strings.HasPrefix(strings.ToLower(url), "http") {
		r.write(` rel="noopener noreferrer"`)
	}
	r.titled(title)
	r.write(">")
	body()
	r.write("</a>")
	if len(r.out) > maxOutput(len(r.src)) {
		r.refuse(0, "the text becomes more than 20 times as long when it is written as a page", "use fewer references to long addresses")
	}
}

// titleOf returns the title of a link, which a reference may repeat often, cut
// to a length worth reading.
func titleOf(written []byte) string {
	if len(written) > maxAddress {
		written = bytes.ToValidUTF8(written[:maxAddress], nil)
	}
	return cutEnd(unescape(written), maxSentence)
}

func (r *renderer) titled(title string) {
	if title != "" {
		r.write(` title="`)
		r.out = escape(r.out, title)
		r.write(`"`)
	}
}

// unsafe says that an address is refused.
func (r *renderer) unsafe(a address, offset, stop int) {
	_, _, width := r.place(offset, stop)
	switch {
	case a.long:
		r.find("L008", offset, width, "the address has more than "+strconv.Itoa(maxAddress)+" characters", "use a shorter address")
	case a.hasHost():
		r.find("L008", offset, width, "the address names a host without a scheme", "write https:"+strings.ReplaceAll(cutEnd(a.text, 60), `\`, "/"))
	case a.scheme == "data":
		r.find("L008", offset, width, "a link cannot carry its own content", "save the content as a file beside the charter and link to it")
	default:
		r.find("L008", offset, width, "the address starts with "+strconv.Quote(cutEnd(a.text[:strings.IndexByte(a.text, ':')+1], 30))+", which is not allowed",
			"use https, mailto, tel or a relative path; a file with a colon in its name is written ./name")
	}
}

func (r *renderer) autoLink(n *ast.AutoLink) {
	offset := r.near(n)
	if !r.another(offset) {
		return
	}
	label := n.Label(r.src)
	url := string(n.URL(r.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(url), "mailto:") {
		url = "mailto:" + url
	}
	a := addressOf([]byte(url))
	if !r.inLink && a.safe() {
		r.external(a.text, "", func() { r.literal(label) })
		return
	}
	if !a.safe() {
		r.unsafe(a, offset, offset+len(label)+2)
	}
	r.literal(label)
}

func (r *renderer) image(n *ast.Image) {
	offset := r.near(n)
	if !r.another(offset) {
		return
	}
	a := addressOf(n.Destination)
	stop := r.linkEnd(offset)
	_, _, width := r.place(offset, stop)
	if n.FirstChild() == nil {
		r.find("B003", offset, width, "the picture has no alternative text", "say between the square brackets what the picture shows")
	}
	title := titleOf(n.Title)
	switch {
	case a.relative():
		l := Link{Kind: Image, Title: title}
		l.Target, l.Anchor = a.local()
		r.slot(l, offset, stop, false, func() { r.alt(n) })
	case a.inlinePicture():
		r.write(`<img src="`, a.text, `" alt="`)
		r.alt(n)
		r.write(`"`)
		r.titled(title)
		r.write(">")
	case a.scheme == "data":
		r.find("L008", offset, width, "a picture inside an address must be PNG, JPEG or GIF of at most 8 KiB", "save the picture as a file beside the charter")
		r.alt(n)
	case a.safe() && !r.inLink:
		r.find("L008", offset, width, "the picture is on another site, and pages load nothing from elsewhere", "save the picture as a file beside the charter")
		r.external(a.text, title, func() { r.alt(n) })
	case a.safe():
		r.alt(n)
	default:
		r.unsafe(a, offset, stop)
		r.alt(n)
	}
}

// task renders the box of a task as a picture with a name, since a disabled
// control would be passed over.
func (r *renderer) task(n *extast.TaskCheckBox) {
	box, name, class := "☐", r.lang.open, "task"
	if n.IsChecked {
		box, name, class = "☑", r.lang.done, "task done"
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
	r.write(` <a href="#`, noteID(n.Index, n.RefIndex), `" role="doc-backlink" aria-label="`, r.lang.back, " (", strconv.Itoa(n.Index))
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
	r.find("B004", offset, 1, "raw HTML is shown as text", "use Markdown, or write &lt; for a less-than sign")
}
