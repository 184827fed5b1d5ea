package markdown

import (
	"bytes"
	"html"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
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
	t := gathered.Get().(*gathering)
	defer gathered.Put(t)
	t.buf, t.ends, t.space = t.buf[:0], t.ends[:0], false
	p := d.prose.open()
	defer papers.Put(p)
	text := p.html
	next, slot := 0, 0 // heading, link
	for at := 0; at < len(text); {
		for slot < len(d.slots) && int(d.slots[slot].open) <= at {
			if d.bare(slot) {
				t.say([]byte(title(slot)))
			}
			slot++
		}
		stop := len(text)
		if slot < len(d.slots) {
			stop = int(d.slots[slot].open)
		}
		if text[at] != '<' {
			n := bytes.IndexByte(text[at:stop], '<')
			if n < 0 {
				n = stop - at
			}
			t.say(unescaped(text[at : at+n]))
			at += n
			continue
		}
		tag := text[at : at+bytes.IndexByte(text[at:], '>')+1] // attributes hold no ">", see escape
		at += len(tag)
		if next < len(d.Outline) && isHeading(tag) {
			t.end()
			next++
			at += bytes.Index(text[at:], []byte("</h"))
			continue
		}
		if bytes.Contains(tag, []byte(` role="doc-backlink" `)) {
			at += bytes.Index(text[at:], []byte("</a>")) // an arrow, no text
			continue
		}
		if !withinWords(tag) {
			t.space = true
		}
	}
	for ; slot < len(d.slots); slot++ {
		if d.bare(slot) {
			t.say([]byte(title(slot)))
		}
	}
	t.end()
	return t.under(d.Outline)
}

// A gathering is the text of all passages, one after the other.
type gathering struct {
	buf   []byte
	space bool // before what is said next
	ends  []int
}

var gathered = sync.Pool{New: func() any { return new(gathering) }}

// say adds a text, with one blank for each run of space.
func (t *gathering) say(text []byte) {
	for from := 0; from < len(text); {
		i, size, space := from, 0, false
		for ; i < len(text); i++ {
			if c := text[i]; c < utf8.RuneSelf && !blank[c] {
				continue
			}
			var r rune
			if r, size = utf8.DecodeRune(text[i:]); unicode.IsSpace(r) {
				space = true
				break
			}
			i += size - 1
		}
		if i > from {
			if t.space {
				t.buf = append(t.buf, ' ')
			}
			t.buf, t.space = append(t.buf, text[from:i]...), false
		}
		if space {
			t.space = true
			i += size
		}
		from = i
	}
}

var blank = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true}

// end ends a passage.
func (t *gathering) end() {
	t.ends, t.space = append(t.ends, len(t.buf)), false
}

// under parts the text among the headings it stands under.
func (t *gathering) under(headings []Heading) []Passage {
	all, text, from := make([]Passage, 0, len(t.ends)), string(t.buf), 0
	for i, end := range t.ends {
		p := Passage{Text: strings.TrimPrefix(text[from:end], " ")}
		if i > 0 {
			p.Heading = headings[i-1]
		}
		if p.Text != "" || p.Heading.ID != "" {
			all = append(all, p)
		}
		from = end
	}
	return all
}

// unescaped is HTML without a tag as text.
func unescaped(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	return []byte(html.UnescapeString(string(text)))
}

// isHeading reports whether a tag of ours opens a heading of the text.
func isHeading(tag []byte) bool {
	return len(tag) > 8 && tag[1] == 'h' && tag[2] >= '1' && tag[2] <= '6' && tag[3] == ' '
}

// withinWords reports whether a tag of ours can stand inside a word.
func withinWords(tag []byte) bool {
	name := bytes.TrimPrefix(tag[1:len(tag)-1], []byte("/"))
	name, _, _ = bytes.Cut(name, []byte(" "))
	switch string(name) {
	case "a", "em", "strong", "code", "del", "span":
		return true
	}
	return false
}
