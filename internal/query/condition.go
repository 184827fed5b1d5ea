package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/calendar"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"

	"charterhouse/internal/diag"
)

// A parser reads one expression. It stops at the first fault: what follows one
// is mostly its consequence.
type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
	tests  int
	fault  *fault
	mark   func(offset int) facts.Mark
}

func newParser(text string, mark func(int) facts.Mark) *parser {
	p := &parser{text: text, mark: mark}
	if len(text) > MaxText {
		p.fault = &fault{end: 1, large: true, message: diag.Say("the condition has %d characters, more than %d", len(text), MaxText), hint: diag.Say("ask for less at once")}
		return p
	}
	p.tokens, p.fault = scan(text)
	return p
}

// span is the place of tokens from start to end, in bytes.
func (p *parser) span(start, end int) Span {
	return Span{p.mark(start), utf8.RuneCountInString(p.text[start:min(end, len(p.text))])}
}

// fail keeps the first fault.
func (p *parser) fail(t token, message, hint diag.Text) {
	if p.fault == nil {
		p.fault = &fault{start: t.start, end: t.end, message: message, hint: hint}
	}
}

// next is the token to read; at the end one that is empty.
func (p *parser) next() token {
	if p.fault != nil || p.at >= len(p.tokens) {
		n := len(strings.TrimRight(p.text, " \n"))
		return token{start: n, end: n}
	}
	return p.tokens[p.at]
}

func (p *parser) done() bool { return p.fault != nil || p.at >= len(p.tokens) }

// take reads the next token if it is this word or sign.
func (p *parser) take(text string) bool {
	t := p.next()
	if t.quoted || !strings.EqualFold(t.text, text) || t.text == "" {
		return false
	}
	p.at++
	return true
}

// expect reads a sign that must stand here.
func (p *parser) expect(sign string, after diag.Text) {
	if p.fault == nil && !p.take(sign) {
		p.fail(p.next(), diag.Say("there is no %q behind %s", sign, after), diag.Say("write %s here", sign))
	}
}

// deeper guards against conditions that are nested without end.
func (p *parser) deeper() bool {
	if p.depth++; p.depth > MaxDepth && p.fault == nil {
		t := p.next()
		p.fault = &fault{start: t.start, end: t.end, large: true, message: diag.Say("the condition is nested more than %d levels deep", MaxDepth), hint: diag.Say("use fewer parentheses")}
	}
	return p.fault == nil
}

// another counts what the condition asks of each charter.
func (p *parser) another() {
	if p.tests++; p.tests > MaxTests && p.fault == nil {
		t := p.next()
		p.fault = &fault{start: t.start, end: t.end, large: true, message: diag.Say("the condition has more than %d comparisons and values", MaxTests), hint: diag.Say("ask for less at once, or put several charters under one tag")}
	}
}

// either reads conditions joined by or.
func (p *parser) either() *Condition { return p.joined(Or, p.both) }

// both reads conditions joined by and.
func (p *parser) both() *Condition { return p.joined(And, p.single) }

func (p *parser) joined(op Op, read func() *Condition) *Condition {
	first := read()
	if !p.take(op.String()) {
		return first
	}
	c := &Condition{Op: op, Kids: []*Condition{first}}
	for {
		c.Kids = append(c.Kids, read())
		if !p.take(op.String()) {
			return c
		}
	}
}

// single reads one comparison, a condition in parentheses, or its contrary.
func (p *parser) single() *Condition {
	t := p.next()
	switch {
	case p.fault != nil:
	case p.take("not"):
		if p.deeper() {
			c := &Condition{Op: Not, Kids: []*Condition{p.single()}}
			p.depth--
			return c
		}
	case p.take("("):
		if p.deeper() {
			c := p.either()
			p.expect(")", diag.Say("this condition"))
			p.depth--
			return c
		}
	case !t.word:
		p.unexpected(t)
	default:
		return p.comparison()
	}
	return &Condition{Op: And}
}

func (p *parser) unexpected(t token) {
	switch {
	case t.text == "":
		p.fail(t, diag.Say("the condition ends too early"), diag.Say("write a field, such as status = active"))
	case t.quoted:
		p.fail(t, diag.Say("a text stands where a field should"), diag.Say("begin with a field, such as title contains %s", p.text[t.start:t.end]))
	default:
		p.fail(t, diag.Say("%q stands where a field should", t.text), diag.Say("begin with a field, such as status = active"))
	}
}

// comparison reads a field with what it is compared with.
func (p *parser) comparison() *Condition {
	p.another()
	c := &Condition{Op: Is, Left: p.term()}
	t := p.next()
	switch op, ok := signs[t.text]; {
	case p.fault != nil || t.text == "":
	case ok && !t.quoted:
		p.at++
		c.Op, c.Right = op, []Value{p.value()}
	case p.take("contains"):
		c.Op, c.Right = Contains, []Value{p.value()}
	case p.take("in"):
		c.Op, c.Right = In, p.values()
	case strings.EqualFold(t.text, "not") && p.at+1 < len(p.tokens) && strings.EqualFold(p.tokens[p.at+1].text, "in"):
		p.at += 2
		c.Op, c.Right = NotIn, p.values()
	case t.text == "==" || t.text == ":":
		p.fail(t, diag.Say("%q does not compare anything", t.text), diag.Say("write = for the same, != for another"))
	case strings.EqualFold(t.text, "is") || strings.EqualFold(t.text, "equals"):
		p.fail(t, diag.Say("%q is no sign of this form", t.text), diag.Say("write ="))
	case slices.ContainsFunc([]string{"and", "or", ")"}, func(s string) bool { return strings.EqualFold(t.text, s) }):
	default:
		p.fail(t, diag.Say("%q cannot follow %s", p.text[t.start:t.end], c.Left), diag.Say("write one of = != < <= > >= in contains, or join conditions with and"))
	}
	return c
}

// term reads a field with its arguments.
func (p *parser) term() Term {
	t := p.next()
	if !t.word {
		p.unexpected(t)
		return Term{}
	}
	p.at++
	term := Term{Name: t.text}
	end := t.end
	if open := p.next(); open.text == "(" && !open.gap && !open.quoted {
		p.at++
		for p.fault == nil {
			term.Args = append(term.Args, p.plain())
			if !p.take(",") {
				break
			}
		}
		end = p.next().end
		p.expect(")", diag.Say("%s(…", t.text))
	}
	term.Span = p.span(t.start, end)
	return term
}

// values reads what follows in: values in parentheses.
func (p *parser) values() []Value {
	if t := p.next(); t.text != "(" {
		p.fail(t, diag.Say("the values behind in stand in parentheses"), diag.Say("write in (agreed, active)"))
		return nil
	}
	p.at++
	var all []Value
	for p.fault == nil {
		all = append(all, p.value())
		if !p.take(",") {
			break
		}
	}
	p.expect(")", diag.Say("these values"))
	return all
}

// value reads one value, with days added to it or taken from it.
func (p *parser) value() Value {
	p.another()
	v := p.plain()
	if open := p.next(); open.text == "(" && !open.gap && !v.Quoted && p.fault == nil { // another field
		p.at--
		t := p.term()
		v.Args, v.Span = t.Args, t.Span
	}
	if before, span, ok := strings.Cut(strings.ToLower(v.Text), "-"); ok && before == Today && !v.Quoted {
		p.fail(p.tokens[p.at-1], diag.Say("%q is one word", v.Text), diag.Say("put blanks round the minus sign: today - %s", span))
	}
	sign := map[string]int{"+": 1, "-": -1, "−": -1}[p.next().text]
	if sign == 0 || p.next().quoted {
		return v
	}
	p.at++
	t := p.next()
	d, err := calendar.ParseDuration(t.text)
	if err != nil {
		reason, hint := facts.Words(err)
		p.fail(t, reason, hint)
		return v
	}
	p.at++
	v.Sign, v.Shift, v.Width = sign, d, utf8.RuneCountInString(p.text[p.start(v):t.end])
	return v
}

// start is where the value that was read last but its shift begins.
func (p *parser) start(v Value) int {
	for i := min(p.at, len(p.tokens)) - 1; i >= 0; i-- {
		if p.mark(p.tokens[i].start) == v.Mark {
			return p.tokens[i].start
		}
	}
	return 0
}

// plain reads a word, a text between marks, or an amount with its currency.
func (p *parser) plain() Value {
	t := p.next()
	if t.text == "" && !t.quoted || !t.word && !t.quoted {
		hint := diag.Say("write a value, such as it, 2027 or 20%%")
		if t.text == "" {
			p.fail(t, diag.Say("a value is missing at the end"), hint)
		} else {
			p.fail(t, diag.Say("%q stands where a value should", t.text), hint)
		}
		return Value{}
	}
	p.at++
	v := Value{Text: t.text, Quoted: t.quoted, Span: p.span(t.start, t.end)}
	if unit := p.next(); t.word && unit.word && t.text[0] >= '0' && t.text[0] <= '9' && money.Currency(unit.text).Known() {
		p.at++
		v.Currency, v.Width = money.Currency(unit.text), utf8.RuneCountInString(p.text[t.start:unit.end])
	}
	return v
}

// rest reports what is left over behind an expression.
func (p *parser) rest() {
	if t := p.next(); p.fault == nil && p.at < len(p.tokens) {
		hint := diag.Say("join conditions with and, or with or")
		if t.text == ")" {
			hint = diag.Say("remove it, or open the parenthesis before")
		}
		p.fail(t, diag.Say("%q is left over", p.text[t.start:t.end]), hint)
	}
}
