package change

import (
	"strings"
	"unicode"
)

// mostMarkdown is how many bytes a comment may have. Hosts take 65,536
// characters; we leave room for what a workflow adds.
const mostMarkdown = 60_000

// mostItems is how many items of a list a comment shows.
const mostItems = 40

// Markdown writes a report for a comment on a pull request: short summary,
// figures, then each charter as long as there is room. Authors' texts are
// escaped: they name nobody, hold no markup, and break no table.
func (r *Report) Markdown() string {
	m := &comment{words: r}
	m.line("## " + escaped(r.Title))
	m.line("")
	m.line(escaped(r.Sides) + ".")
	m.line("")
	for _, s := range r.Summary {
		m.line("- " + escaped(Begin(s)))
	}
	for _, t := range r.Tables {
		m.table(t)
	}
	left := 0
	if len(r.Charters) > 0 {
		m.block("\n### " + escaped(r.Words.T("diff.charters")) + "\n")
	}
	for _, c := range r.Charters {
		if !m.block(m.charter(c)) {
			left++
		}
	}
	if left > 0 {
		m.line("\n" + escaped(r.Words.F("diff.more", "N", left)))
	}
	for _, l := range r.Lists {
		m.list(l)
	}
	return m.b.String()
}

// A comment is Markdown that stays below a size.
type comment struct {
	b     strings.Builder
	words *Report
}

func (m *comment) line(s string) { m.b.WriteString(s + "\n") }

// reserve is kept free for what closes a comment.
const reserve = 1000

// block writes a whole block, or nothing where it does not fit.
func (m *comment) block(s string) bool {
	if m.b.Len()+len(s)+reserve > mostMarkdown {
		return false
	}
	m.b.WriteString(s)
	return true
}

func (m *comment) charter(c Told) string {
	var b strings.Builder
	b.WriteString("\n**" + escaped(c.Title) + "** (" + code(c.ID) + ", " + escaped(c.Mark) + ")\n\n")
	if c.Terms != "" {
		b.WriteString("- " + escaped(c.Terms) + "\n")
	}
	for _, s := range c.Other {
		b.WriteString("- " + escaped(s) + "\n")
	}
	return b.String()
}

func (m *comment) list(l List) {
	if !m.block("\n### " + escaped(l.Heading) + "\n\n") {
		return
	}
	left := 0
	for i, item := range l.Items {
		if i >= mostItems || !m.block("- "+escaped(item)+"\n") {
			left++
		}
	}
	if left > 0 {
		m.line("- " + escaped(m.words.Words.F("diff.more", "N", left)))
	}
}

func (m *comment) table(t Table) {
	var b strings.Builder
	b.WriteString("\n### " + escaped(t.Heading) + "\n\n")
	row := func(cells []string) {
		b.WriteByte('|')
		for _, c := range cells {
			b.WriteString(" " + escaped(c) + " |")
		}
		b.WriteByte('\n')
	}
	row(t.Columns)
	b.WriteString("|" + strings.Repeat("---|", t.Text) + strings.Repeat("---:|", len(t.Columns)-t.Text) + "\n")
	if !m.block(b.String()) {
		return
	}
	left := 0
	for _, r := range t.Rows {
		b.Reset()
		if row(r); !m.block(b.String()) {
			left++
		}
	}
	b.Reset()
	if len(t.Sum) > 0 {
		row(t.Sum)
		m.b.WriteString(b.String())
	}
	if left > 0 {
		m.line("\n" + escaped(m.words.Words.F("diff.more", "N", left)))
	}
}

// joiner is a sign without width that keeps two signs from being read together.
const joiner = "\u2060"

// escaped writes a text so that it stands in Markdown as it is: no markup, no
// HTML, no cell of a table ends, and no host takes it for somebody's name, a
// number of an issue or an address.
func escaped(text string) string {
	var b strings.Builder
	text = oneLine(text)
	rest := strings.TrimLeft(text, " ")
	lead := leading(rest)
	for i, r := range rest {
		if i < lead {
			if !unicode.IsDigit(r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			continue
		}
		switch {
		case strings.ContainsRune("\\`*_{}[]<>|~#$&!@^", r):
			b.WriteByte('\\')
			b.WriteRune(r)
			if strings.ContainsRune("@#!~$&", r) {
				b.WriteString(joiner)
			}
		case r == ':' && strings.HasPrefix(rest[i:], "://"), r == '%' && digitOrLetter(rest[i+1:]):
			b.WriteRune(r)
			b.WriteString(joiner)
		case r == '.' && i >= 3 && strings.EqualFold(rest[i-3:i], "www"):
			b.WriteString(joiner)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// leading is how many bytes at the beginning of a text would begin a list, a
// quotation, a heading or a rule.
func leading(s string) int {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	switch {
	case digits > 0 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') && ends(s[digits+1:]):
		return digits + 1
	case s != "" && strings.ContainsRune("-+", rune(s[0])) && (ends(s[1:]) || strings.Trim(s, "- ") == ""), s != "" && s[0] == '=':
		return 1
	}
	return 0
}

func ends(s string) bool { return s == "" || s[0] == ' ' }

func digitOrLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r) || unicode.IsNumber(r)
	}
	return false
}

// code writes an id or a path as code, where it can stand in code.
func code(s string) string {
	if s = oneLine(s); strings.ContainsAny(s, "`|\\") || s == "" {
		return escaped(s)
	}
	return "`" + s + "`"
}
