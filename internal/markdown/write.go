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
	d.WriteAnswers(w, resolve, nil)
}

// HTML is WriteHTML into a string.
func (d *Document) HTML(resolve func(i int, l Link) Target) string {
	var b bytes.Buffer
	b.Grow(int(d.prose.html) + 96*len(d.slots))
	d.WriteHTML(&b, resolve)
	return b.String()
}

// A filling is a document while its links and answers are written.
type filling struct {
	*Document
	html    []byte
	w       *bytes.Buffer
	resolve func(int, Link) Target
	answer  func(*bytes.Buffer, int) bool
}

// part writes html[from:to], in which the links from first up to last stand.
func (f *filling) part(from, to, first, last int) {
	for i := first; i < last; {
		s := f.slots[i]
		f.piece(from, int(s.open))
		f.slot(i, s)
		from, i = int(s.close), int(s.next)
	}
	f.piece(from, to)
}

func (f *filling) slot(i int, s slot) {
	l, w := &f.Links[i], f.w
	t := f.resolve(i, *l)
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
		w.Write(f.html[s.open:s.close])
		w.WriteString(`" loading="lazy"`)
		attribute(w, "class", t.Class)
		attribute(w, "title", t.Title)
		w.WriteByte('>')
		return
	case t.Broken:
		w.WriteString(`<span class="broken"`)
		attribute(w, "title", t.Title)
		w.WriteByte('>')
		f.text(i, s, t)
		w.WriteString("</span>")
		return
	}
	w.WriteString(`<a href="`)
	w.Write(appendURL(w.AvailableBuffer(), t.Href))
	w.WriteByte('"')
	attribute(w, "class", t.Class)
	attribute(w, "hreflang", t.Lang)
	if f.bare(i) {
		attribute(w, "lang", t.Lang)
	}
	attribute(w, "title", t.Title)
	w.WriteByte('>')
	f.text(i, s, t)
	w.WriteString("</a>")
}

// bare reports whether link i has no text of its own.
func (d *Document) bare(i int) bool {
	return d.Links[i].Kind == Wiki && d.slots[i].open == d.slots[i].close
}

// text writes what stands in a link. A question in it was refused.
func (f *filling) text(i int, s slot, t Target) {
	if !f.bare(i) {
		within := *f
		within.answer = nil
		within.part(int(s.open), int(s.close), i+1, int(s.next))
		return
	}
	for _, text := range [...]string{t.Text, f.Links[i].Target, f.Links[i].Anchor} {
		if text != "" {
			f.w.Write(escape(f.w.AvailableBuffer(), text))
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
