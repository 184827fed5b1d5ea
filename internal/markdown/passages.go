package markdown

import (
	"html"
	"strings"
)

// A Passage is the plain text between one heading and the next, of whatever
// level. The passage before the first heading has the zero Heading.
type Passage struct {
	Heading Heading
	Text    string // runs of space collapsed, quotation marks and dashes as on the page
}

// Passages returns the text of d in passages, those without a word left out. A
// link without text of its own reads as what title answers for its number in
// d.Links.
func (d *Document) Passages(title func(i int) string) []Passage {
	var (
		all  []Passage
		b    strings.Builder
		head Heading
		next int // heading
	)
	end := func() {
		if text := strings.Join(strings.Fields(b.String()), " "); text != "" || head.ID != "" {
			all = append(all, Passage{head, text})
		}
		b.Reset()
	}
	slot := 0
	for at := 0; at < len(d.html); {
		for slot < len(d.slots) && int(d.slots[slot].open) <= at {
			if d.bare(slot) {
				b.WriteString(title(slot))
			}
			slot++
		}
		stop := len(d.html)
		if slot < len(d.slots) {
			stop = int(d.slots[slot].open)
		}
		if d.html[at] != '<' {
			n := strings.IndexByte(d.html[at:stop], '<')
			if n < 0 {
				n = stop - at
			}
			b.WriteString(html.UnescapeString(d.html[at : at+n]))
			at += n
			continue
		}
		tag := d.html[at : at+strings.IndexByte(d.html[at:], '>')+1] // attributes hold no ">", see escape
		at += len(tag)
		if next < len(d.Outline) && isHeading(tag) {
			end()
			head = d.Outline[next]
			next++
			at += strings.Index(d.html[at:], "</h")
			continue
		}
		if strings.Contains(tag, ` role="doc-backlink" `) {
			at += strings.Index(d.html[at:], "</a>") // an arrow, no text
			continue
		}
		if !withinWords(tag) {
			b.WriteByte(' ')
		}
	}
	for ; slot < len(d.slots); slot++ {
		if d.bare(slot) {
			b.WriteString(title(slot))
		}
	}
	end()
	return all
}

// isHeading reports whether a tag of ours opens a heading of the text.
func isHeading(tag string) bool {
	return len(tag) > 8 && tag[1] == 'h' && tag[2] >= '1' && tag[2] <= '6' && tag[3] == ' '
}

// withinWords reports whether a tag of ours can stand inside a word.
func withinWords(tag string) bool {
	name := strings.TrimPrefix(tag[1:len(tag)-1], "/")
	name, _, _ = strings.Cut(name, " ")
	switch name {
	case "a", "em", "strong", "code", "del", "span":
		return true
	}
	return false
}
