package ask

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
)

// A ref is a field as a question names it, narrowed to what stands in its
// parentheses.
type ref struct {
	field      *field
	term       query.Term
	department ID
	year       int
	area       ID
}

// each goes through the values of the field.
func (r *ref) each(s *subject, yield func(value) bool) { r.field.values(s, r, yield) }

// first is the first value of the field, or none.
func (r *ref) first(s *subject) (first value) {
	r.each(s, func(v value) bool { first = v; return false })
	return first
}

// meets reports whether a department is the one that is asked about, by what the
// field is narrowed to or by the payer that is looked at.
func (r *ref) meets(s *subject, department ID) bool {
	if r.department != "" {
		return r.department == department
	}
	return s.party < 0 || s.payer() == department
}

// A test is a condition whose fields are known.
type test struct {
	op    query.Op
	kids  []*test
	left  *ref
	right []operand
}

// An operand is what a field is compared with.
type operand struct {
	value value
	other *ref // another field of the same kind
	sign  int
	shift calendar.Duration
}

// A binder holds what was read against the fields there are.
type binder struct {
	p     *portfolio.Portfolio
	file  string
	found diag.List
	named []Mention

	hidden bool // it asks for what is withheld
}

func (b *binder) report(s query.Span, code diag.Code, message, hint diag.Text) {
	b.found.Add(diag.Diagnostic{Pos: s.Mark.In(b.file), Width: s.Width, Code: code, Message: message, Hint: hint})
}

// Fields lists what questions can name, in the manual's order: our fields, then
// the organisation's own.
func Fields(p *portfolio.Portfolio) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.name)
	}
	for _, f := range p.Config().Fields {
		all = append(all, "x."+f.Key)
	}
	return all
}

// names lists all fields that a question can name.
func names(p *portfolio.Portfolio) []string {
	return append(Fields(p), slices.Sorted(maps.Keys(synonyms))...)
}

// find returns the field called name, or nil.
func (b *binder) find(name string) *field {
	lower := strings.ToLower(name)
	if known, ok := synonyms[lower]; ok {
		lower = known
	}
	for _, f := range fields {
		if f.name == lower || f.name == strings.ReplaceAll(lower, "-", "_") {
			return f
		}
	}
	if key, ok := strings.CutPrefix(name, "x."); ok {
		if f := b.p.Config().Field(key); f != nil {
			return ownField(f)
		}
	}
	return nil
}

// ref finds the field that a term names (Q002), and what it is narrowed to.
func (b *binder) ref(t query.Term) *ref {
	r := &ref{term: t}
	r.field = b.find(t.Name)
	if b.withheld(t.Name, r.field) {
		b.hidden = true
		r.field = cmp.Or(r.field, fields[0])
		return r
	}
	if r.field == nil {
		b.unknown(t)
		r.field = fields[0]
		return r
	}
	for _, a := range t.Args {
		b.narrow(r, a)
	}
	return r
}

func (b *binder) unknown(t query.Term) {
	span := t.Span
	span.Width = min(span.Width, len([]rune(t.Name)))
	hint := diag.Say("its fields are listed in docs/questions.md; own fields are written x.name")
	if near, ok := likely[strings.ToLower(t.Name)]; ok {
		hint = diag.Meant(near)
	} else if near, ok := diag.Nearest(strings.ToLower(t.Name), names(b.p)); ok {
		hint = diag.Meant(near)
	} else if b.p.Config().Field(t.Name) != nil {
		hint = diag.Say("did you mean x.%s?", t.Name)
	} else if strings.HasPrefix(t.Name, "x.") {
		hint = diag.Say("declare it in charterhouse.yaml, below fields:")
	}
	b.report(span, "Q002", diag.Say("there is no field %q", t.Name), hint)
}

// narrow reads one of the values in a field's parentheses.
func (b *binder) narrow(r *ref, a query.Value) {
	for _, k := range r.field.takes {
		if k == aNumber {
			if y, err := strconv.Atoi(a.Text); err == nil && len(a.Text) == 4 && y >= calendar.FirstYear && y <= calendar.LastYear {
				r.year = y
				return
			}
			continue
		}
		if len(r.field.takes) > 1 && a.Text != "" && a.Text[0] >= '0' && a.Text[0] <= '9' {
			continue // an id of digits is no department that anybody has
		}
		id := ID(a.Text)
		if !b.known(k, a) {
			return
		}
		if k == anArea {
			r.area = id
		} else {
			r.department = id
		}
		return
	}
	if len(r.field.takes) == 0 {
		b.report(a.Span, "Q003", diag.Say("%s is not narrowed to anything", r.field.name), diag.Say("write %s alone", r.field.name))
		return
	}
	var kinds diag.Text
	for i, k := range r.field.takes {
		word := kindWords[k]
		if k == aNumber {
			word = diag.Say("a year")
		}
		if kinds = diag.Say("%s and %s", kinds, word); i == 0 {
			kinds = word
		}
	}
	b.report(a.Span, "Q003", diag.Say("%s is narrowed to %s, and %q is neither", r.field.name, kinds, a.Text), diag.Say("write something like amount(it, 2027)"))
}

// known reports an id that no register has (Q004).
func (b *binder) known(k kind, v query.Value) bool {
	id := ID(v.Text)
	var there bool
	var all []string
	reg := b.p.Registers()
	switch k {
	case aDepartment:
		there = b.p.Department(id) != nil
		for _, d := range reg.Departments {
			all = append(all, string(d.ID))
		}
	case aPerson:
		there = b.p.Person(id) != nil
		for _, x := range reg.People {
			all = append(all, string(x.ID))
		}
	case anArea:
		there = b.p.Area(id) != nil
		for _, a := range reg.Areas {
			all = append(all, string(a.ID))
		}
	case anObjective:
		there = b.p.Objective(id) != nil
		for _, o := range reg.Objectives {
			all = append(all, string(o.ID))
		}
	case aCharter:
		if there = b.p.Find(id) != nil; !there {
			for _, c := range b.p.Charters() {
				all = append(all, string(c.ID.Value))
			}
		}
	default:
		return true
	}
	b.named = append(b.named, Mention{targetKinds[k], id, v.Span})
	if there {
		return true
	}
	hint := diag.Say("correct the id")
	if near, ok := diag.Nearest(v.Text, all); ok {
		hint = diag.Meant(near)
	}
	b.report(v.Span, "Q004", targetKinds[k].NoSuch(v.Text), hint)
	return false
}

// condition binds a condition; nil holds always.
func (b *binder) condition(c *query.Condition) *test {
	if c == nil {
		return nil
	}
	t := &test{op: c.Op}
	if c.Op <= query.Not {
		for _, k := range c.Kids {
			t.kids = append(t.kids, b.condition(k))
		}
		return t
	}
	before := len(b.found)
	t.left = b.ref(c.Left)
	if len(b.found) > before || b.hidden {
		return t
	}
	b.fits(t, c)
	for _, v := range c.Right {
		t.right = append(t.right, b.operand(t, v))
	}
	return t
}

// fits reports an operator that a kind of field does not have (Q003).
func (b *binder) fits(t *test, c *query.Condition) {
	f := t.left.field
	order := c.Op >= query.Less && c.Op <= query.AtLeast
	switch {
	case c.Op == query.Is && f.kind != aTruth:
		b.report(c.Left.Span, "Q003", diag.Say("%s is %s, so it says nothing alone", f.name, kindWords[f.kind]), diag.Say("compare it with something, such as %s = %s", f.name, example(f)))
	case order && f.kind != aDay && f.kind != aNumber && f.kind != anAmount && f.kind != aShare:
		b.report(c.Left.Span, "Q003", diag.Say("%s is %s, which is neither more nor less than another", f.name, kindWords[f.kind]), diag.Say("use =, != or in"))
	case c.Op == query.Contains && f.kind != aText && f.lone:
		b.report(c.Left.Span, "Q003", diag.Say("%s is %s, which contains nothing", f.name, kindWords[f.kind]), diag.Say("use =, != or in"))
	}
}

// example is a value that a field may have, for hints.
func example(f *field) string {
	if f.kind == aWord && f.words != "" {
		word, _, _ := strings.Cut(f.words, " ")
		return word
	}
	return [...]string{`"a text"`, "a-word", "a-tag", "2027-03-31", "2027", "500000 DKK", "20%", "true", "it", "a-person", "an-area", "a-charter", "an-objective"}[f.kind]
}

// operand reads what a field is compared with, by the field's kind.
func (b *binder) operand(t *test, v query.Value) operand {
	f := t.left.field
	o := operand{sign: v.Sign, shift: v.Shift}
	if v.Sign != 0 && f.kind != aDay {
		b.report(v.Span, "Q003", diag.Say("only to a day can a length of time be added"), diag.Say("remove it, or compare a day"))
		return o
	}
	if v.Text == query.None && !v.Quoted {
		if t.op != query.Equal && t.op != query.Unequal && t.op != query.In && t.op != query.NotIn {
			b.report(v.Span, "Q003", diag.Say("nothing is neither more nor less than none"), diag.Say("use = none, or != none"))
		}
		return o
	}
	if other := b.other(f, v); other != nil {
		o.other = other
		return o
	}
	o.value = b.literal(f, v)
	return o
}

// other is the field that stands where a value could, such as in end > start.
func (b *binder) other(f *field, v query.Value) *ref {
	if v.Quoted || v.Currency != "" || f.kind != aDay && f.kind != aNumber && f.kind != anAmount && f.kind != aShare {
		return nil
	}
	if x := b.find(v.Text); x == nil || x.kind != f.kind {
		return nil
	}
	return b.ref(query.Term{Span: v.Span, Name: v.Text, Args: v.Args})
}

// literal reads a value (Q003, Q004).
func (b *binder) literal(f *field, v query.Value) value {
	x := value{set: true, text: v.Text}
	if len(v.Args) > 0 || v.Currency != "" && f.kind != anAmount {
		b.report(v.Span, "Q003", diag.Say("%s is %s, and this is none", f.name, kindWords[f.kind]), diag.Say("write something like %s = %s", f.name, example(f)))
		return x
	}
	refuse := func(err error) {
		reason, hint := facts.Words(err)
		b.report(v.Span, "Q003", reason, hint)
	}
	var err error
	switch f.kind {
	case aWord:
		b.word(f, v)
	case aDay:
		x = value{set: true}
		if v.Text == query.Today {
			x.day = b.p.AsOf()
		} else if x.day, err = calendar.ParseDate(v.Text); err != nil {
			refuse(err)
		}
	case aNumber:
		x = value{set: true}
		if x.exact, err = numberOf(v.Text); err != nil {
			refuse(err)
		}
	case anAmount:
		x = value{set: true}
		if v.Currency == "" {
			b.report(v.Span, "Q003", diag.Say("the amount has no currency"), diag.Say("write the currency behind it, such as %s DKK", digits(v.Text)))
		} else if x.amount, err = money.Parse(v.Text, v.Currency); err != nil {
			refuse(err)
		}
	case aShare:
		x = value{set: true}
		if x.share, err = shareOf(v.Text); err != nil {
			refuse(err)
		}
	case aTruth:
		x = value{set: true, truth: v.Text == "true"}
		if v.Text != "true" && v.Text != "false" {
			b.report(v.Span, "Q003", diag.Say("%s is true or false, not %q", f.name, v.Text), diag.Say("write %s, or not %s", f.name, f.name))
		}
	case aCharter:
		if b.known(f.kind, v) {
			x.text = string(b.p.Find(ID(v.Text)).ID.Value)
		}
	default:
		b.known(f.kind, v)
	}
	return x
}

func digits(s string) string {
	if s != "" && strings.Trim(s, "0123456789_.") == "" {
		return s
	}
	return "500000"
}

func numberOf(s string) (*big.Rat, error) {
	if s == "" || len(s) > 30 || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 || s[0] == '.' || s[len(s)-1] == '.' {
		return nil, &facts.SyntaxError{Reason: diag.Say("%q is not a number", s), Hint: diag.Say("write digits, with a point before decimals: 12 or 12.5")}
	}
	n, _ := new(big.Rat).SetString(s)
	return n, nil
}

// shareOf reads a share; nothing at all may stand here as 0%.
func shareOf(s string) (money.Share, error) {
	if s == "0%" {
		return money.Share{}, nil
	}
	return money.ParseShare(s)
}

// word reports a word that the field does not have.
func (b *binder) word(f *field, v query.Value) {
	known := strings.Fields(f.words)
	if f.name == "currency" {
		known = money.Currencies()
	}
	if slices.Contains(known, v.Text) {
		return
	}
	hint := diag.Say("write one of %s", strings.Join(known, ", "))
	if f.name == "currency" {
		hint = diag.Say("write the three letters of ISO 4217, such as DKK")
	}
	if near, ok := diag.Nearest(strings.ToLower(v.Text), known); ok {
		hint = diag.Meant(near)
	} else if slices.Contains(known, strings.ToLower(v.Text)) {
		hint = diag.Meant(strings.ToLower(v.Text))
	}
	b.report(v.Span, "Q003", diag.Say("%s is never %q", f.name, v.Text), hint)
}

// measure binds what a sum adds up: a field whose amounts are parts of a sum.
func (b *binder) measure(t query.Term) *ref {
	r := b.ref(t)
	if len(b.found) == 0 && !r.field.sums {
		hint := diag.Say("sum amount, proposed or spent, such as sum: amount(it, 2027)")
		if r.field.kind == anAmount && r.field.own == nil {
			hint = diag.Say("sum amount; total also holds what is not agreed or not joint, and so is in no rollup")
		}
		b.report(t.Span, "Q003", diag.Say("%s cannot be added up", r.field.name), hint)
	}
	return r
}

// single binds a field to sort by, which must have an order.
func (b *binder) single(t query.Term) *ref { return b.ref(t) }

// group binds a field whose values part an answer into rows.
func (b *binder) group(t query.Term, sum bool) *ref {
	r := b.ref(t)
	f := r.field
	if len(b.found) > 0 {
		return r
	}
	switch {
	case f.kind == aDay || f.kind == anAmount || f.kind == aShare || f.kind == aText && f.own == nil && f.name != "language":
		b.report(t.Span, "Q003", diag.Say("%s is %s, and hardly two charters share one", f.name, kindWords[f.kind]), diag.Say("part by department, year, status, lead, area, tag or the like"))
	case sum && f.kind == aTruth && f.own == nil && f.name != "signed" && f.name != "restricted":
		b.report(t.Span, "Q003", diag.Say("a sum is not parted by %s", f.name), diag.Say("part by department, year, status or the like"))
	}
	return r
}
