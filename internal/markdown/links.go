package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"charterhouse/internal/diag"
)

// another counts links of all kinds.
func (r *renderer) another(offset int) bool {
	if r.anchors++; r.anchors > maxLinks {
		return r.refuse(offset, diag.Say("the text has more than %s links", strconv.Itoa(maxLinks)), diag.Say("move lists of links to an attachment"))
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
		r.links[i].Text = string(r.normalise(r.plain[r.places[i].start:]))
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
		r.refuse(0, diag.Say("the text becomes more than 20 times as long when it is written as a page"), diag.Say("use fewer references to long addresses"))
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
		r.find("L008", offset, width, diag.Say("the address has more than %s characters", strconv.Itoa(maxAddress)), diag.Say("use a shorter address"))
	case a.hasHost():
		r.find("L008", offset, width, diag.Say("the address names a host without a scheme"), diag.Say("write https:%s", strings.ReplaceAll(cutEnd(a.text, 60), `\`, "/")))
	case a.scheme == "data":
		r.find("L008", offset, width, diag.Say("a link cannot carry its own content"), diag.Say("save the content as a file beside the charter and link to it"))
	default:
		r.find("L008", offset, width, diag.Say("the address starts with %s, which is not allowed", strconv.Quote(cutEnd(a.text[:strings.IndexByte(a.text, ':')+1], 30))),
			diag.Say("use https, mailto, tel or a relative path; a file with a colon in its name is written ./name"))
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
		r.find("B003", offset, width, diag.Say("the picture has no alternative text"), diag.Say("say between the square brackets what the picture shows"))
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
		r.find("L008", offset, width, diag.Say("a picture inside an address must be PNG, JPEG or GIF of at most 8 KiB"), diag.Say("save the picture as a file beside the charter"))
		r.alt(n)
	case a.safe() && !r.inLink:
		r.find("L008", offset, width, diag.Say("the picture is on another site, and pages load nothing from elsewhere"), diag.Say("save the picture as a file beside the charter"))
		r.external(a.text, title, func() { r.alt(n) })
	case a.safe():
		r.alt(n)
	default:
		r.unsafe(a, offset, stop)
		r.alt(n)
	}
}
