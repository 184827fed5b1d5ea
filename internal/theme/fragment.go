package theme

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"
	"sync"
)

// This file is the only one in the program that turns text into HTML that
// templates take as it is. Everything here is either a constant of ours, the
// output of html/template, or escaped on the way in; a test holds that no other
// file names template.HTML.

// A Fragment is finished HTML for the body of an element.
type Fragment = template.HTML

func safe(s string) Fragment { return Fragment(s) }

// style is a style sheet within a page. It is a theme's, never an author's, and
// cannot end before its end.
func style(sheet []byte) Fragment {
	return safe("<style>\n" + strings.ReplaceAll(string(sheet), "</", "<\\/") + "</style>")
}

// A constant can only be written as a literal in the source, so nobody can
// hand it an author's text.
type constant string

// A Builder writes HTML of many small parts, such as a figure or the cells of
// a table. Its zero value is empty and ready; it is for one goroutine.
// [Builder.Fragment] ends it: what was written is handed out and the builder is
// empty again, its memory given to the next.
type Builder struct{ b *bytes.Buffer }

// buf returns the buffer, borrowed at the first write.
func (b *Builder) buf() *bytes.Buffer {
	if b.b == nil {
		b.b = buffers.Get().(*bytes.Buffer)
		b.b.Reset()
	}
	return b.b
}

// Raw writes markup of ours, a literal.
func (b *Builder) Raw(s constant) *Builder {
	b.buf().WriteString(string(s))
	return b
}

// Text writes s escaped, for the text of an element or a quoted attribute.
func (b *Builder) Text(s string) *Builder {
	last := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&#34;"
		case '\'':
			esc = "&#39;"
		case 0:
			esc = "\uFFFD"
		default:
			continue
		}
		b.buf().WriteString(s[last:i])
		b.buf().WriteString(esc)
		last = i + 1
	}
	b.buf().WriteString(s[last:])
	return b
}

// Int writes n in digits.
func (b *Builder) Int(n int) *Builder {
	b.buf().Write(strconv.AppendInt(b.buf().AvailableBuffer(), int64(n), 10))
	return b
}

// Percent writes hundredths of a per cent as a CSS and SVG length: 5644 is
// "56.44%". It places things on a screen; it never holds a share.
func (b *Builder) Percent(hundredths int) *Builder {
	b.Int(hundredths / 100)
	if r := hundredths % 100; r != 0 {
		b.buf().WriteByte('.')
		b.buf().WriteByte(byte('0' + r/10))
		if r%10 != 0 {
			b.buf().WriteByte(byte('0' + r%10))
		}
	}
	b.buf().WriteByte('%')
	return b
}

// Add writes a finished fragment.
func (b *Builder) Add(f Fragment) *Builder {
	b.buf().WriteString(string(f))
	return b
}

// Prose lets write put HTML that package markdown has made safe.
func (b *Builder) Prose(write func(*bytes.Buffer)) *Builder {
	write(b.buf())
	return b
}

// Fragment returns what was written and empties the builder.
func (b *Builder) Fragment() Fragment { return safe(b.String()) }

// Escape returns author text as a fragment.
func Escape(s string) Fragment { return new(Builder).Text(s).Fragment() }

// Join writes fragments with sep, a literal, between them.
func Join(parts []Fragment, sep constant) Fragment {
	var b Builder
	for i, p := range parts {
		if i > 0 {
			b.Raw(sep)
		}
		b.Add(p)
	}
	return b.Fragment()
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Part renders the part called name with the words of lang. A part that fails
// yields nothing and its error; the page that needs it then fails with it.
func (t *Theme) Part(lang, name string, data any) (Fragment, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := t.Execute(buf, lang, "parts/"+name, data); err != nil {
		return "", err
	}
	return safe(buf.String()), nil
}

// A Mould is a rendered template with gaps, so that what all pages of one kind
// share is rendered once. Render the template with Gap(name) as the value of
// each gap, then cut it with NewMould.
type Mould struct {
	parts []string
	gaps  []string
}

// Gap returns the stand-in for the value called name, which is made of letters
// only and so passes every escaper unchanged.
func Gap(name string) string { return "zqGap" + name + "Gapqz" }

// NewMould cuts a rendering at its gaps.
func NewMould(rendered []byte, names ...string) *Mould {
	m := &Mould{}
	rest := string(rendered)
	for {
		at, which := -1, ""
		for _, n := range names {
			if i := bytes.Index([]byte(rest), []byte(Gap(n))); i >= 0 && (at < 0 || i < at) {
				at, which = i, n
			}
		}
		if at < 0 {
			m.parts = append(m.parts, rest)
			return m
		}
		m.parts = append(m.parts, rest[:at])
		m.gaps = append(m.gaps, which)
		rest = rest[at+len(Gap(which)):]
	}
}

// Fill writes the mould to buf, asking fill to write what belongs in each gap.
func (m *Mould) Fill(buf *bytes.Buffer, fill func(buf *bytes.Buffer, name string)) {
	for i, p := range m.parts {
		buf.WriteString(p)
		if i < len(m.gaps) {
			fill(buf, m.gaps[i])
		}
	}
}

// WriteEscaped writes s for the text of an element or a quoted attribute.
func WriteEscaped(buf *bytes.Buffer, s string) { template.HTMLEscape(buf, []byte(s)) }

// String is Fragment as text.
func (b *Builder) String() string {
	if b.b == nil {
		return ""
	}
	s := b.b.String()
	if b.b.Cap() <= 1<<20 { // a giant would stay for ever
		buffers.Put(b.b)
	}
	b.b = nil
	return s
}

// A ProgramLink opens a program of the reader's machine, by a scheme that
// templates would refuse in an author's link.
type ProgramLink = template.URL

// EditorLink links to a place in an editor: in Visual Studio Code, or in one of
// JetBrains. rest must be escaped as a URL is; it never comes from a charter.
func EditorLink(jetBrains bool, rest string) ProgramLink {
	if jetBrains {
		return template.URL("idea://open?" + rest)
	}
	return template.URL("vscode://file" + rest)
}
