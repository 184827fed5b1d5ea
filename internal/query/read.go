package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
)

// keys are those of a question.
var keys = &facts.Keys{Of: diag.Say("a question"), Known: []string{"list", "count", "sum", "table", "where", "show", "by", "sort", "limit", "caption"},
	Aliases: map[string]string{"filter": "where", "if": "where", "columns": "show", "fields": "show", "select": "show", "group": "by", "group_by": "by",
		"order": "sort", "order_by": "sort", "top": "limit", "max": "limit", "title": "caption", "total": "sum", "number": "count"}}

// Keys lists the keys of a question in the order of the manual.
func Keys() []string { return keys.Known }

// A Place is where a line of a question begins in its file.
type Place = markdown.Line

// Parse reads a block of prose. Its lines stand at places, one each, since a
// block in a list or a quotation is indented. It always returns a question.
func Parse(file, text string, places []Place) (*Question, diag.List) {
	q := &Question{File: file, Text: text}
	lift := func(m facts.Mark) facts.Mark {
		i := int(m.Line) - 1
		if i < 0 || len(places) == 0 {
			return m
		}
		at := places[min(i, len(places)-1)]
		return facts.Mark{Line: int32(at.Line), Col: int32(at.Col) + m.Col - 1}
	}
	q.At = Span{Mark: lift(facts.Mark{Line: 1, Col: 1})}
	if len(text) > MaxText {
		return q, diag.List{{Pos: q.At.Mark.In(file), Code: "Q005", Message: diag.Say("the question has %d characters, more than %d", len(text), MaxText), Hint: diag.Say("ask for less at once")}}
	}
	root, found := facts.Parse(facts.YAML, file, []byte(text), 1, facts.Limits{Bytes: MaxText, Depth: 4, Nodes: 200})
	r := facts.NewReader(file, []byte(text))
	f := &form{Reader: r, q: q, lift: lift}
	if len(found) == 0 {
		f.read(root)
	}
	found = append(found, r.Found...)
	for i := range found {
		d := &found[i]
		if d.Code != "Q005" {
			d.Code = "Q001"
		}
		if d.Code == "Q001" && d.Hint == diag.Say("move long texts below the front matter, or split the file") {
			d.Code, d.Message, d.Hint = "Q005", diag.Say("the question has too many parts"), diag.Say("ask for less at once")
		}
		m := lift(facts.Mark{Line: int32(d.Pos.Line), Col: int32(max(d.Pos.Col, 1))})
		d.Pos.Line, d.Pos.Col = int(m.Line), int(m.Col)
		for j := range d.Related {
			m := lift(facts.Mark{Line: int32(d.Related[j].Pos.Line), Col: int32(max(d.Related[j].Pos.Col, 1))})
			d.Related[j].Pos.Line, d.Related[j].Pos.Col = int(m.Line), int(m.Col)
		}
		for j := range d.Fixes {
			m := lift(facts.Mark{Line: int32(d.Fixes[j].Pos.Line), Col: int32(max(d.Fixes[j].Pos.Col, 1))})
			d.Fixes[j].Pos.Line, d.Fixes[j].Pos.Col = int(m.Line), int(m.Col)
		}
	}
	q.Sound = len(found) == 0
	return q, found
}

// Of reads a question of prose.
func Of(file string, asked markdown.Query) (*Question, diag.List) {
	if asked.Inline {
		return Inline(file, asked.Text, asked.Lines)
	}
	return Parse(file, asked.Text, asked.Lines)
}

// Read reads a question that is a group of keys in a file of facts. What is
// wrong with it is found in r.
func Read(r *facts.Reader, n *facts.Node) *Question {
	q := &Question{File: r.File, At: Span{Mark: n.Mark}}
	before := len(r.Found)
	f := &form{Reader: r, q: q, lift: func(m facts.Mark) facts.Mark { return m }}
	f.read(n)
	f.recode(before)
	q.Sound = len(r.Found) == before
	q.Text = written(n)
	return q
}

// Inline reads a question in a sentence, without its sign of equality:
// count where status = active, or sum amount(it) where year = 2027.
func Inline(file, text string, places []Place) (*Question, diag.List) {
	q := &Question{File: file, Text: "=" + text}
	mark := func(offset int) facts.Mark {
		before := text[:min(offset, len(text))]
		at := places[min(strings.Count(before, "\n"), len(places)-1)]
		return facts.Mark{Line: int32(at.Line), Col: int32(at.Col + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]))}
	}
	p := newParser(text, mark)
	if p.fault == nil {
		p.inline(q)
	}
	q.Sound = p.fault == nil
	return q, p.found(file)
}

func (p *parser) inline(q *Question) {
	first := p.next()
	q.At = p.span(first.start, first.end)
	switch {
	case p.take("count"):
		q.Kind = Count
	case p.take("sum"):
		q.Kind = Sum
		q.Measure = p.term()
	default:
		p.fail(first, diag.Say("%q is no question for a sentence", first.text), diag.Say("write =count where …, or =sum amount where …; a list stands in a block of its own"))
	}
	if p.done() {
		return
	}
	if t := p.next(); !p.take("where") {
		p.fail(t, diag.Say("%q stands where a condition should begin", p.text[t.start:t.end]), diag.Say("write where before the condition"))
		return
	}
	q.Where = p.either()
	p.rest()
}

// found is the parser's fault as a finding.
func (p *parser) found(file string) diag.List {
	if p.fault == nil {
		return nil
	}
	f := p.fault
	code := diag.Code("Q001")
	if f.large {
		code = "Q005"
	}
	s := p.span(f.start, f.end)
	return diag.List{{Pos: s.Mark.In(file), Width: s.Width, Code: code, Message: f.message, Hint: f.hint}}
}

// ParseCondition reads a condition that stands alone, such as a rule's. What is
// wrong with it is found in r; then the condition is nil.
func ParseCondition(r *facts.Reader, n *facts.Node) *Condition {
	f := &form{Reader: r, lift: func(m facts.Mark) facts.Mark { return m }}
	before := len(r.Found)
	c := f.condition(n)
	f.recode(before)
	return c
}

// TermOf reads a field from a text that has no place, such as a placeholder of a
// message; ok is false where it is none.
func TermOf(text string) (t Term, ok bool) {
	p := newParser(text, func(int) facts.Mark { return facts.Mark{} })
	t = p.term()
	p.rest()
	return t, p.fault == nil
}

// A form reads the keys of one question.
type form struct {
	*facts.Reader
	q    *Question
	lift func(facts.Mark) facts.Mark
}

// recode gives what the reader of facts found the code of questions.
func (f *form) recode(from int) {
	for i := range f.Found[from:] {
		if d := &f.Found[from+i]; d.Code != "Q005" {
			d.Code = "Q001"
		}
	}
}

func (f *form) read(n *facts.Node) {
	if n.Kind != facts.Map {
		f.Report(n, "Q001", diag.Say("a question must be keys with values, but this is %s", n.Kind), diag.Say("write list: charters, and where: with a condition below it"))
		return
	}
	q := f.q
	for x := range f.Map(n, keys) {
		switch x.Key {
		case "list", "count", "sum", "table":
			f.kind(x)
		case "where":
			q.Where = f.condition(x.Value)
		case "show":
			q.Show = f.terms(x.Value)
		case "by":
			q.By, _ = f.term(x.Value)
		case "sort":
			f.sort(x.Value)
		case "limit":
			if v := f.Count(x.Value, MaxLimit); v.Value > 0 {
				q.Limit = v.Value
			} else if v.Written() && len(f.Found) == 0 {
				f.Report(x.Value, "Q001", diag.Say("a list of none shows nothing"), diag.Say("write a number above zero, or leave limit out"))
			}
		case "caption":
			q.Caption = f.Text(x.Value).Value
		}
	}
	f.judge(n)
}

// kind reads what is asked for.
func (f *form) kind(x *facts.Field) {
	q := f.q
	kind := Kind(slices.Index(kinds, x.Key) + 1)
	if q.Kind != NoKind {
		f.ReportKey(x, "Q001", diag.Say("a question is one of %s, and this one is a %s already", strings.Join(kinds, ", "), kinds[q.Kind-1]), diag.Say("remove one of the two, or ask in a block of its own"))
		return
	}
	q.Kind, q.At = kind, Span{f.lift(x.Mark), utf8.RuneCountInString(x.Key)}
	if kind == Sum {
		q.Measure, _ = f.term(x.Value)
		return
	}
	f.Word(x.Value, "Q001", diag.Say("something to ask for"), []string{"charters"})
}

// judge looks for what is missing, and for keys that do not go together.
func (f *form) judge(n *facts.Node) {
	q := f.q
	at := func(key string) *facts.Field {
		return &n.Fields[slices.IndexFunc(n.Fields, func(x facts.Field) bool { return x.Key == key })]
	}
	switch {
	case len(f.Found) > 0:
	case q.Kind == NoKind:
		f.Report(n, "Q001", diag.Say("the question does not say what it asks for"), diag.Say("begin with list: charters, count: charters, sum: amount or table: charters"))
	case len(q.Show) > 0 && (q.Kind == Count || q.Kind == Sum):
		f.ReportKey(at("show"), "Q001", diag.Say("a %s shows a figure, not fields", kinds[q.Kind-1]), diag.Say("remove show, or write table: charters"))
	case len(q.Sort) > 0 && (q.Kind == Count || q.Kind == Sum):
		f.ReportKey(at("sort"), "Q001", diag.Say("a %s has an order of its own", kinds[q.Kind-1]), diag.Say("remove sort, or write table: charters"))
	case q.Limit > 0 && (q.Kind == Count || q.Kind == Sum):
		f.ReportKey(at("limit"), "Q001", diag.Say("a %s takes in all that the condition chooses", kinds[q.Kind-1]), diag.Say("remove limit"))
	case q.Kind == Table && len(q.Show) == 0:
		f.ReportKey(at("table"), "Q001", diag.Say("a table needs columns"), diag.Say("add show: with the fields to show, such as show: end, amount(it)"))
	case q.Kind == Table && q.By.Name != "":
		f.ReportKey(at("by"), "Q001", diag.Say("a table is not parted into groups"), diag.Say("sort by the field instead, or write list: charters"))
	}
}

// parser returns the parser of a scalar's text.
func (f *form) parser(n *facts.Node, what diag.Text) (*parser, bool) {
	v := facts.Value(f.Reader, n, "Q001", what, func(s string) (string, error) { return s, nil })
	if v.Value == "" {
		return nil, false
	}
	return newParser(v.Value, func(offset int) facts.Mark { return f.Within(n, offset) }), true
}

// end reports the parser's fault, and lifts nothing: Parse does that for all.
func (f *form) end(p *parser) bool {
	p.rest()
	if p.fault == nil {
		return true
	}
	f.Found = append(f.Found, p.found(f.File)...)
	return false
}

func (f *form) condition(n *facts.Node) *Condition {
	p, ok := f.parser(n, diag.Say("a condition"))
	if !ok {
		return nil
	}
	c := p.either()
	if !f.end(p) {
		return nil
	}
	f.liftCondition(c)
	return c
}

func (f *form) term(n *facts.Node) (Term, bool) {
	p, ok := f.parser(n, diag.Say("a field"))
	if !ok {
		return Term{}, false
	}
	t := p.term()
	if !f.end(p) {
		return Term{}, false
	}
	f.liftTerm(&t)
	return t, true
}

// terms reads fields, as a list or with commas between them.
func (f *form) terms(n *facts.Node) []Term {
	var all []Term
	for _, item := range f.OneOrMore(n) {
		p, ok := f.parser(item, diag.Say("a field"))
		if !ok {
			continue
		}
		for p.fault == nil {
			t := p.term()
			f.liftTerm(&t)
			all = append(all, t)
			if !p.take(",") {
				break
			}
		}
		if !f.end(p) {
			return nil
		}
	}
	if len(all) > MaxShown {
		f.Report(n, "Q005", diag.Say("%d fields do not fit on a page, at most %d do", len(all), MaxShown), diag.Say("show fewer"))
		return nil
	}
	return all
}

func (f *form) sort(n *facts.Node) {
	for _, item := range f.OneOrMore(n) {
		p, ok := f.parser(item, diag.Say("a field"))
		if !ok {
			continue
		}
		for p.fault == nil && len(f.q.Sort) < MaxShown {
			o := Order{Term: p.term()}
			f.liftTerm(&o.Term)
			if p.take("desc") || p.take("descending") {
				o.Descending = true
			} else if !p.take("asc") {
				p.take("ascending")
			}
			f.q.Sort = append(f.q.Sort, o)
			if !p.take(",") {
				break
			}
		}
		if !f.end(p) {
			return
		}
	}
}

func (f *form) liftCondition(c *Condition) {
	for _, k := range c.Kids {
		f.liftCondition(k)
	}
	f.liftTerm(&c.Left)
	f.liftValues(c.Right)
}

func (f *form) liftTerm(t *Term) {
	t.Mark = f.lift(t.Mark)
	f.liftValues(t.Args)
}

func (f *form) liftValues(all []Value) {
	for i := range all {
		all[i].Mark = f.lift(all[i].Mark)
		f.liftValues(all[i].Args)
	}
}

// written is a group of keys as text that tells two questions apart.
func written(n *facts.Node) string {
	var b strings.Builder
	var walk func(n *facts.Node)
	walk = func(n *facts.Node) {
		fmt.Fprintf(&b, "%q", n.Text)
		for _, x := range n.Items {
			b.WriteByte('-')
			walk(x)
		}
		for _, x := range n.Fields {
			fmt.Fprintf(&b, "\n%s:", x.Key)
			walk(x.Value)
		}
	}
	walk(n)
	return b.String()
}
