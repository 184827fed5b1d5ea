package facts

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// A Reader takes typed values out of a tree. What it cannot take becomes a
// finding and the zero value, with the mark of what stands there, so that its
// caller can go on. Nil nodes and nodes of kind Null are "not written": their
// value and mark are zero, and there is no finding.
type Reader struct {
	File  string
	Found diag.List

	// Drafts makes a scalar that was left to be filled in ("TBD") a finding.
	Drafts bool

	text   []byte
	places Places
}

// NewReader returns a reader for nodes of the file whose whole text is given;
// the text is only looked at to underline findings.
func NewReader(file string, text []byte) *Reader { return &Reader{File: file, text: text} }

// Report adds a finding about n, underlined as a whole, and returns it so that
// fixes and related places can be added before the next report.
func (r *Reader) Report(n *Node, code diag.Code, message, hint diag.Text) *diag.Diagnostic {
	width := 0
	if n.Kind == Scalar {
		width = utf8.RuneCountInString(r.Written(n))
	}
	return r.ReportAt(n.Mark, width, code, message, hint)
}

// ReportAt adds a finding about width characters from m.
func (r *Reader) ReportAt(m Mark, width int, code diag.Code, message, hint diag.Text) *diag.Diagnostic {
	r.Found.Add(diag.Diagnostic{Pos: m.In(r.File), Width: width, Code: code, Message: message, Hint: hint})
	return &r.Found[len(r.Found)-1]
}

// ReportKey adds a finding about a key.
func (r *Reader) ReportKey(f *Field, code diag.Code, message, hint diag.Text) *diag.Diagnostic {
	return r.ReportAt(f.Mark, utf8.RuneCountInString(f.Key), code, message, hint)
}

// Written returns a scalar as it stands in the file, quotes included, as far as
// its first line goes.
func (r *Reader) Written(n *Node) string {
	if r.places.starts == nil {
		r.places = NewPlaces(r.text, 1)
	}
	rest := strings.TrimRight(string(r.places.rest(n.Mark)), " \t\r")
	if n.Plain {
		if strings.HasPrefix(rest, n.Text) {
			return n.Text
		}
		if i := strings.Index(rest, " #"); i >= 0 {
			rest = rest[:i]
		}
		return strings.TrimRight(rest, " \t")
	}
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return rest
	}
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && rest[0] == '"':
			i++
		case rest[i] == rest[0]:
			return rest[:i+1]
		}
	}
	return rest
}

// Within returns the place of the character at a byte offset of a scalar's text,
// also where the text is quoted or goes over several lines. A text with escapes
// has one place only, its own.
func (r *Reader) Within(n *Node, offset int) Mark {
	if r.places.starts == nil {
		r.places = NewPlaces(r.text, 1)
	}
	at, text := r.places.Offset(n.Mark), r.text
	switch {
	case at >= len(text):
		return n.Mark
	case !n.Plain && (text[at] == '"' || text[at] == '\''):
		at++
	case !n.Plain && (text[at] == '|' || text[at] == '>'):
		for at < len(text) && text[at] != '\n' {
			at++
		}
	}
	for i := 0; i < len(n.Text) && i <= offset; i++ {
		if white(n.Text[i]) { // how it is written out is only a matter of lines
			continue
		}
		for at < len(text) && white(text[at]) {
			at++
		}
		switch {
		case at == len(text) || text[at] != n.Text[i]:
			return n.Mark
		case i == offset:
			return r.places.at(at)
		}
		at++
	}
	return r.places.at(at)
}

func white(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// Replace makes d mendable: a tool may write text where n stands, if n stands
// there on one line and without escapes. Where a character was refused, its place
// is taken by another, so that what we read is not what stands in the file.
func (r *Reader) Replace(d *diag.Diagnostic, n *Node, text string) {
	if old := r.Written(n); old != "" && old != text && strings.Trim(old, `"'`) == n.Text && !strings.ContainsRune(old, utf8.RuneError) {
		d.Fixes = append(d.Fixes, diag.Fix{Title: diag.Say("write %s", text), Pos: n.Mark.In(r.File), Old: old, New: text})
	}
}

// Keys are the keys that a map may have.
type Keys struct {
	Of      diag.Text         // whose keys they are: "a charter"
	Known   []string          // in the order of the manual
	Aliases map[string]string // what people write instead: cost means budget
}

// Map yields the fields of n that k knows and that say something, and reports
// all others.
func (r *Reader) Map(n *Node, k *Keys) iter.Seq[*Field] {
	return func(yield func(*Field) bool) {
		if !r.is(n, Map, k.Of) {
			return
		}
		for i := range n.Fields {
			f := &n.Fields[i]
			if !slices.Contains(k.Known, f.Key) {
				r.unknown(f, k)
			} else if f.Value.Kind != Null && !yield(f) {
				return
			}
		}
	}
}

// unknown reports a key that k does not have.
func (r *Reader) unknown(f *Field, k *Keys) {
	likely, ok := k.Aliases[strings.ToLower(f.Key)]
	if !ok {
		likely, ok = diag.Nearest(f.Key, k.Known)
	}
	if lower := strings.ToLower(strings.ReplaceAll(f.Key, "-", "_")); !ok && slices.Contains(k.Known, lower) {
		likely, ok = lower, true
	}
	d := r.ReportKey(f, "C004", diag.Say("%q is not a key of %s", f.Key, k.Of), diag.Text{})
	switch {
	case ok:
		if group, key, elsewhere := strings.Cut(likely, "."); elsewhere {
			d.Hint = diag.Say("write it as %s: below %s:", key, group)
			break
		}
		d.Hint = diag.Meant(likely)
		r.Replace(d, &Node{Kind: Scalar, Text: f.Key, Plain: true, Mark: f.Mark}, likely)
	case f.Value == nil || f.Value.Kind == Null: // {text: soon, or later}
		d.Hint = diag.Say("if this is the rest of the text before it, put that text in quotes: inside {…} a comma ends a value")
	case len(k.Known) <= 8:
		d.Hint = diag.Say("its keys are %s", strings.Join(k.Known, ", "))
	default:
		d.Hint = diag.Say("remove it, or put it under x: if it is a field of your own")
	}
}

// is reports whether n is of a kind, and makes a finding if it is of another.
// Of nothing it is not, without a finding.
func (r *Reader) is(n *Node, kind Kind, what diag.Text) bool {
	if n == nil || n.Kind == Null {
		return false
	}
	if n.Kind == kind {
		return true
	}
	d := r.Report(n, "C005", diag.Say("%s must be %s, but this is %s", what, kind, n.Kind), diag.Text{})
	switch kind {
	case Map:
		d.Hint = diag.Say("write key: value on lines of their own, indented by two blanks")
	case List:
		d.Hint = diag.Say("begin each item with a dash on a line of its own, or write [first, second]")
		if n.Kind == Scalar && n.Plain && !strings.ContainsAny(n.Text, ",[]{}:#\n") {
			d.Hint = diag.Say("write [%s]", n.Text)
			r.Replace(d, n, "["+n.Text+"]")
		}
	case Scalar:
		d.Hint = diag.Say("write one value after the colon")
	}
	return false
}

// ByID yields the values of a map whose keys are ids, such as departments.
func (r *Reader) ByID(n *Node, what diag.Text) iter.Seq2[At[ID], *Node] {
	return func(yield func(At[ID], *Node) bool) {
		if !r.is(n, Map, what) {
			return
		}
		for i := range n.Fields {
			f := &n.Fields[i]
			key := Node{Kind: Scalar, Text: f.Key, Plain: f.Plain, Mark: f.Mark}
			if !yield(r.ID(&key), f.Value) {
				return
			}
		}
	}
}

// List returns the items of a list.
func (r *Reader) List(n *Node, what diag.Text) []*Node {
	if !r.is(n, List, what) {
		return nil
	}
	return n.Items
}

// OneOrMore returns the items of a list, or the one value that stands there.
func (r *Reader) OneOrMore(n *Node) []*Node {
	switch {
	case n == nil || n.Kind == Null:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// scalar returns the text of n if it is a scalar that says something.
func (r *Reader) scalar(n *Node, what diag.Text) (string, bool) {
	if !r.is(n, Scalar, what) {
		return "", false
	}
	if !n.Plain {
		if c, why := escaped(n.Text); !why.IsZero() {
			r.Report(n, "C013", diag.Say("the value contains %s, %s", fmt.Sprintf("U+%04X", c), why), diag.Say("remove the escape"))
			return "", false
		}
	}
	if r.Drafts && Draft(n.Text) {
		r.Report(n, "C010", diag.Say("%q was left to be filled in", n.Text), diag.Say("write %s, or remove the line until it is known", what))
		return "", false
	}
	return n.Text, true
}

// Text reads one line of text. Line breaks within it count as blanks.
func (r *Reader) Text(n *Node) At[string] {
	text, ok := r.scalar(n, diag.Say("a text"))
	if n == nil || n.Kind == Null {
		return At[string]{}
	}
	if !ok {
		return At[string]{Mark: n.Mark}
	}
	r.unsure(n)
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "\n\t") {
		text = strings.Join(strings.Fields(text), " ")
	}
	return At[string]{text, n.Mark}
}

// Number reads a scalar as it was written, for whoever knows what it counts.
func (r *Reader) Number(n *Node) At[string] {
	return Value(r, n, "C005", diag.Say("a number"), func(s string) (string, error) { return s, nil })
}

// Texts reads a list of texts.
func (r *Reader) Texts(n *Node, what diag.Text) []At[string] {
	var all []At[string]
	for _, item := range r.List(n, what) {
		if t := r.Text(item); t.Value != "" {
			all = append(all, t)
		}
	}
	return all
}

// unsure warns of an unquoted text that other programs read as a number or a
// truth value (C014).
func (r *Reader) unsure(n *Node) {
	if !n.Plain || !Ambiguous(n.Text) {
		return
	}
	quoted := `"` + n.Text + `"`
	d := r.Report(n, "C014", diag.Say("%s without quotes is a number or a truth value to some programs", n.Text), diag.Say("write %s", quoted))
	r.Replace(d, n, quoted)
}

// Value reads a scalar by parse. what names it with its article ("a date"), and
// code is the finding when parse refuses.
func Value[T any](r *Reader, n *Node, code diag.Code, what diag.Text, parse func(string) (T, error)) At[T] {
	text, ok := r.scalar(n, what)
	if !ok {
		if n == nil || n.Kind == Null {
			return At[T]{}
		}
		return At[T]{Mark: n.Mark}
	}
	v, err := parse(text)
	if err != nil {
		reason, hint := Words(err)
		r.Report(n, code, reason, hint)
		return At[T]{Mark: n.Mark}
	}
	return At[T]{v, n.Mark}
}

// A SyntaxError says why a text is not what was asked for, in words, and what
// to write instead.
type SyntaxError struct{ Reason, Hint diag.Text }

// Error returns the reason.
func (e *SyntaxError) Error() string { return e.Reason.String() }

// Words returns the reason and the hint of a syntax error.
func Words(err error) (reason, hint diag.Text) {
	var f *SyntaxError
	var m *money.SyntaxError
	var c *calendar.SyntaxError
	switch {
	case errors.As(err, &f):
		return f.Reason, f.Hint
	case errors.As(err, &m):
		return m.Reason, m.Hint
	case errors.As(err, &c):
		return c.Reason, c.Hint
	}
	return diag.Raw(err.Error()), diag.Text{}
}

// Date reads a calendar date (T001).
func (r *Reader) Date(n *Node) At[calendar.Date] {
	return Value(r, n, "T001", diag.Say("a date"), calendar.ParseDate)
}

// ID reads an id (C007).
func (r *Reader) ID(n *Node) At[ID] {
	text, ok := r.scalar(n, diag.Say("an id"))
	if !ok {
		if n == nil || n.Kind == Null {
			return At[ID]{}
		}
		return At[ID]{Mark: n.Mark}
	}
	if ValidID(text) {
		r.unsure(n)
		return At[ID]{ID(text), n.Mark}
	}
	r.badID(n)
	return At[ID]{Mark: n.Mark}
}

func (r *Reader) badID(n *Node) {
	d := r.Report(n, "C007", diag.Say("%q is not an id", n.Text), diag.Say("an id is made of a–z, 0–9 and single hyphens"))
	if device(n.Text) {
		d.Message = diag.Say("%q cannot be an id, since Windows keeps this name for a device", n.Text)
		d.Hint = diag.Say("lengthen it")
		return
	}
	if len(n.Text) > MaxID && utf8.RuneCountInString(n.Text) > MaxID {
		d.Message = diag.Say("an id has at most %d characters, this one has %d", MaxID, utf8.RuneCountInString(n.Text))
		d.Hint = diag.Say("shorten it")
		return
	}
	name := strings.IndexFunc(n.Text, func(c rune) bool {
		return c != ' ' && c != '_' && c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) < 0
	if s := Slug(n.Text); name && s != "" && len(s) <= MaxID {
		d.Hint = diag.Say("write %s; an id is made of a–z, 0–9 and single hyphens", s)
		r.Replace(d, n, s)
	}
}

// IDs reads a list of ids.
func (r *Reader) IDs(n *Node, what diag.Text) []At[ID] { return r.ids(r.List(n, what)) }

// IDOrIDs reads one id or a list of them.
func (r *Reader) IDOrIDs(n *Node) []At[ID] { return r.ids(r.OneOrMore(n)) }

func (r *Reader) ids(items []*Node) []At[ID] {
	if len(items) == 0 {
		return nil
	}
	all := make([]At[ID], 0, len(items))
	for _, item := range items {
		if id := r.ID(item); id.Written() {
			all = append(all, id)
		}
	}
	return all
}

// Bool reads true or false (C005).
func (r *Reader) Bool(n *Node) At[bool] {
	return Value(r, n, "C005", diag.Say("true or false"), func(s string) (bool, error) {
		if s != "true" && s != "false" {
			return false, &SyntaxError{Reason: diag.Say("%q is neither true nor false", s)}
		}
		return s == "true", nil
	})
}

// Count reads a whole number from 0 to most, in plain digits (C005).
func (r *Reader) Count(n *Node, most int) At[int] {
	return Value(r, n, "C005", diag.Say("a whole number"), func(s string) (int, error) {
		v := 0
		for i, c := range []byte(s) {
			if c < '0' || c > '9' || i > 8 || i == 1 && s[0] == '0' {
				return 0, &SyntaxError{Reason: diag.Say("%q is not a whole number", s)}
			}
			v = 10*v + int(c-'0')
		}
		if v > most {
			return 0, &SyntaxError{Reason: diag.Say("%d is more than %d", v, most)}
		}
		return v, nil
	})
}

// Word reads one of the known words and returns its number, or -1. what names
// the field with its article ("a status").
func (r *Reader) Word(n *Node, code diag.Code, what diag.Text, known []string) (int, Mark) {
	if n == nil || n.Kind == Null {
		return -1, Mark{}
	}
	text, ok := r.scalar(n, what)
	if !ok {
		return -1, n.Mark
	}
	if i := slices.Index(known, text); i >= 0 {
		return i, n.Mark
	}
	if r.Drafts && strings.Contains(text, "|") {
		r.Report(n, "C010", diag.Say("%q still offers a choice", text), diag.Say("keep one of %s", strings.Join(known, ", ")))
		return -1, n.Mark
	}
	choice := diag.Say("write one of %s", strings.Join(known, ", "))
	if len(known) == 1 {
		choice = diag.Say("write %s", known[0])
	}
	d := r.Report(n, code, diag.Say("%q is not %s", text, what), choice)
	likely, ok := diag.Nearest(strings.ToLower(text), known)
	if i := slices.Index(known, strings.ToLower(text)); i >= 0 {
		likely, ok = known[i], true
	}
	if ok {
		d.Hint = diag.Meant(likely)
		r.Replace(d, n, likely)
	}
	return -1, n.Mark
}
