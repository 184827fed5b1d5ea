package markdown

import "bytes"

// A Target is where a link leads and how it is shown; whoever resolves links
// makes it.
type Target struct {
	Href string // relative to the page; the address of the picture for an Image
	// Text is the title of the target, shown where the link has no text of its
	// own, and Lang its language where that differs from the page's.
	Text, Lang string
	Class      string
	Title      string // shown on hovering; on a broken link it may say what is wrong
	Broken     bool   // leads nowhere: shown as text
}

// WriteHTML writes the document with its links filled in. resolve is asked for
// each of d.Links in order; where it is nil, links are shown as text.
func (d *Document) WriteHTML(w *bytes.Buffer, resolve func(i int, l Link) Target) {
	if resolve == nil {
		resolve = func(int, Link) Target { return Target{Broken: true} }
	}
	d.fill(w, resolve, nil, 0, len(d.html), 0, len(d.slots))
}

// HTML is WriteHTML into a string.
func (d *Document) HTML(resolve func(i int, l Link) Target) string {
	if len(d.slots) == 0 {
		return d.html
	}
	var b bytes.Buffer
	b.Grow(len(d.html) + 96*len(d.slots))
	d.WriteHTML(&b, resolve)
	return b.String()
}

// fill writes html[from:to], in which the links from first up to last stand.
func (d *Document) fill(w *bytes.Buffer, resolve func(int, Link) Target, answer func(*bytes.Buffer, int) bool, from, to, first, last int) {
	for i := first; i < last; {
		s := d.slots[i]
		d.piece(w, answer, from, int(s.open))
		d.fillSlot(w, resolve, i, s)
		from, i = int(s.close), int(s.next)
	}
	d.piece(w, answer, from, to)
}

func (d *Document) fillSlot(w *bytes.Buffer, resolve func(int, Link) Target, i int, s slot) {
	l := &d.Links[i]
	t := resolve(i, *l)
	if t.Title == "" {
		t.Title = l.Title
	}
	if to := (address{text: t.Href, scheme: schemeOf(t.Href)}); !to.relative() && (l.Kind == Image || !to.safe()) {
		t.Broken = true // the last guard: no resolver can make a link unsafe
	}
	switch {
	case l.Kind == Image && !t.Broken:
		w.WriteString(`<img src="`)
		w.Write(appendURL(w.AvailableBuffer(), t.Href))
		w.WriteString(`" alt="`)
		w.WriteString(d.html[s.open:s.close])
		w.WriteString(`" loading="lazy"`)
		attribute(w, "class", t.Class)
		attribute(w, "title", t.Title)
		w.WriteByte('>')
		return
	case t.Broken:
		w.WriteString(`<span class="broken"`)
		attribute(w, "title", t.Title)
		w.WriteByte('>')
		d.fillText(w, resolve, i, s, t)
		w.WriteString("</span>")
		return
	}
	w.WriteString(`<a href="`)
	w.Write(appendURL(w.AvailableBuffer(), t.Href))
	w.WriteByte('"')
	attribute(w, "class", t.Class)
	attribute(w, "hreflang", t.Lang)
	if d.bare(i) {
		attribute(w, "lang", t.Lang)
	}
	attribute(w, "title", t.Title)
	w.WriteByte('>')
	d.fillText(w, resolve, i, s, t)
	w.WriteString("</a>")
}

// bare reports whether link i has no text of its own.
func (d *Document) bare(i int) bool {
	return d.Links[i].Kind == Wiki && d.slots[i].open == d.slots[i].close
}

func (d *Document) fillText(w *bytes.Buffer, resolve func(int, Link) Target, i int, s slot, t Target) {
	if !d.bare(i) {
		d.fill(w, resolve, nil, int(s.open), int(s.close), i+1, int(s.next))
		return
	}
	for _, text := range [...]string{t.Text, d.Links[i].Target, d.Links[i].Anchor} {
		if text != "" {
			w.Write(escape(w.AvailableBuffer(), text))
			return
		}
	}
}

func attribute(w *bytes.Buffer, name, value string) {
	if value == "" {
		return
	}
	w.WriteByte(' ')
	w.WriteString(name)
	w.WriteString(`="`)
	w.Write(escape(w.AvailableBuffer(), value))
	w.WriteByte('"')
}
