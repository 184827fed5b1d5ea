package amend

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"charterhouse/internal/facts"
)

// render writes a new value on lines of its own.
func (e *editor) render(b *strings.Builder, path string, w *want, indent int) {
	switch w.kind {
	case facts.Map:
		var fields []wantField
		for _, f := range w.fields {
			if !f.value.gone {
				fields = append(fields, f)
			}
		}
		e.keys(b, path, fields, indent)
	case facts.List:
		for _, item := range w.items {
			if !item.gone {
				e.item(b, path+"[]", item, indent, path == "approvals")
			}
		}
	}
}

// keys writes keys with their values, each on a line of its own.
func (e *editor) keys(b *strings.Builder, path string, fields []wantField, indent int) {
	for _, f := range fields {
		b.WriteString(strings.Repeat(" ", indent) + write(f.key, 0, false, false) + ":")
		e.value(b, below(path, f.key), f.value, indent)
	}
}

// value writes what follows a colon, and its line end.
func (e *editor) value(b *strings.Builder, path string, w *want, indent int) {
	switch {
	case w.silent():
		b.WriteString("\n")
	case w.kind == facts.Scalar:
		b.WriteString(" " + write(w.text, 0, false, typed(path)) + "\n")
	case w.kind == facts.List && plainItems(w):
		b.WriteString(" " + e.inline(path, w) + "\n")
	case w.kind == facts.Map && path == "budget.shares.*": // {amount: 240000}, as people write it
		b.WriteString(" " + e.inline(path, w) + "\n")
	default:
		b.WriteString("\n")
		e.render(b, path, w, indent+2)
	}
}

// plainItems reports whether a list is of short texts, which people write in
// brackets on one line.
func plainItems(w *want) bool {
	length := 0
	for _, item := range w.items {
		if item.kind != facts.Scalar || strings.ContainsAny(item.text, "\n,") {
			return false
		}
		length += len(item.text) + 2
	}
	return length < 80
}

// item writes an item behind its dash. Approvals are short records that people
// write one a line, and so do they who follow others that are brief.
func (e *editor) item(b *strings.Builder, path string, w *want, indent int, brief bool) {
	margin := strings.Repeat(" ", indent)
	if w.kind != facts.Map || len(w.fields) == 0 || brief {
		b.WriteString(margin + "- " + e.inline(path, w) + "\n")
		return
	}
	var lines strings.Builder
	e.render(&lines, path, w, indent+2)
	b.WriteString(margin + "- " + strings.TrimPrefix(lines.String(), margin+"  "))
}

// inline writes a value on one line.
func (e *editor) inline(path string, w *want) string {
	var parts []string
	switch w.kind {
	case facts.Map:
		for _, f := range w.fields {
			if !f.value.gone {
				parts = append(parts, write(f.key, 0, true, false)+": "+e.inline(below(path, f.key), f.value))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case facts.List:
		for _, item := range w.items {
			if !item.gone {
				parts = append(parts, e.inline(path+"[]", item))
			}
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case facts.Null:
		return "null"
	}
	return write(w.text, 0, true, typed(path))
}

// write writes a text in a style: 0 without quotes, ' or ". A style that cannot
// hold the text gives way to the next. In brackets fewer texts go without
// quotes; what is typed may look like a number.
func write(text string, style byte, flow, typed bool) string {
	if style == 0 && plainly(text, flow) && (typed || !facts.Ambiguous(text)) {
		return text
	}
	odd := strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != ' ' })
	if !odd && (style == '\'' || style == 0 && strings.ContainsAny(text, `"\`) && !strings.Contains(text, "'")) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r) || r == ' ':
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Quoted writes a text as YAML between quotation marks.
func Quoted(text string) string { return write(text, '"', true, false) }

// plainly reports whether a text is read as itself without quotes.
func plainly(text string, flow bool) bool {
	if text == "" || strings.TrimSpace(text) != text || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }) {
		return false
	}
	if strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`~", rune(text[0])) && !(text[0] == '-' && len(text) > 1 && text[1] >= '0' && text[1] <= '9') {
		return false
	}
	if strings.Contains(text, ": ") || strings.HasSuffix(text, ":") || strings.Contains(text, " #") || text == "null" || text == "Null" || text == "NULL" || text == "---" || text == "..." {
		return false
	}
	return !flow || !strings.ContainsAny(text, ",[]{}") && !looseColon.MatchString(text)
}

// looseColon is a colon that in brackets may end a key.
var looseColon = regexp.MustCompile(`:([^\pL\pN]|$)`)
