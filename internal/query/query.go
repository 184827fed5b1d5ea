// Package query reads the small form in which a question is put to a portfolio:
//
//	list: charters
//	where: department = it and status in (agreed, active) and end < today + 90d
//	show: end, amount(it)
//	sort: end
//
// The form is closed: four kinds of answer, conditions over named fields, no
// variables, no loops, no way to make it larger than [MaxText]. It stands in a
// block of a charter's prose, in a saved question, or in the site's
// configuration as a rule of the organisation's own; all are read here.
//
// What is read is a [Question] or a [Condition]: names and values beside the
// places where they stand. Whether a field exists and what it holds is not known
// here; package ask knows. So reading is a pure function of the text, and what
// was read may be remembered with the charter it stands in.
package query

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// The limits of one question. They are far above what anybody would read, and
// keep its cost within a few passes over the portfolio.
const (
	MaxText  = 4096 // bytes of the whole form
	MaxTests = 64   // comparisons and values in a condition
	MaxDepth = 12   // of parentheses and "not" within each other
	MaxShown = 12   // fields to show
	MaxLimit = 1000 // of rows asked for
)

// A Kind is a form of answer.
type Kind uint8

// The kinds of answer.
const (
	NoKind Kind = iota
	List        // charters with links
	Count       // how many
	Sum         // of money, with its addends
	Table       // charters with columns
)

var kinds = []string{"list", "count", "sum", "table"}

// A Span is a stretch of text on one line: a place and a number of characters.
type Span struct {
	Mark  facts.Mark
	Width int
}

// A Question is one form as it was read. Where Sound is false it had faults,
// which were found, and has no answer.
type Question struct {
	File    string
	At      Span // its kind
	Sound   bool
	Kind    Kind
	Measure Term       // what a sum adds up
	Where   *Condition // nil means all charters
	Show    []Term
	By      Term
	Sort    []Order
	Limit   int // 0 means no limit of its own
	Caption string
	Text    string // as written; questions of one text have one answer
}

// A Term names a field, with what it is narrowed to: amount(it, 2027). Its zero
// value is no term.
type Term struct {
	Span
	Name string
	Args []Value
}

// String returns the term as it is written.
func (t Term) String() string {
	text := t.Name
	for i, a := range t.Args {
		text += [...]string{"(", ", "}[min(i, 1)] + a.Text
	}
	if len(t.Args) > 0 {
		text += ")"
	}
	return text
}

// An Order is a field to sort by.
type Order struct {
	Term
	Descending bool
}

// An Op is how a condition joins or compares.
type Op uint8

// The operators.
const (
	And Op = iota
	Or
	Not
	Is // a field that is true or false, alone
	Equal
	Unequal
	Less
	AtMost
	More
	AtLeast
	In
	NotIn
	Contains
)

var signs = map[string]Op{"=": Equal, "!=": Unequal, "<": Less, "<=": AtMost, ">": More, ">=": AtLeast}

// String returns the operator as it is written.
func (o Op) String() string {
	return [...]string{"and", "or", "not", "", "=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains"}[o]
}

// A Condition is a tree of comparisons.
type Condition struct {
	Op    Op
	Kids  []*Condition // of and, or and not
	Left  Term         // of a comparison
	Right []Value      // one, or several after in
}

// A Value is what a field is compared with: a word, or a day counted from
// another. Which of them it is, the field decides.
type Value struct {
	Span
	Text     string // a word, or the text between quotation marks
	Quoted   bool
	Currency money.Currency // of 500000 DKK
	Args     []Value        // of another field that stands here
	Sign     int            // of Shift: 1 or -1; 0 without
	Shift    calendar.Duration
}

// None is the word for "nothing is written here".
const None = "none"

// Today is the word for the day that the portfolio is looked at.
const Today = "today"
