// Package change tells what is different between two versions of a charter, and
// between two portfolios, in values and in the reader's words.
//
// The one idea: a charter is compared as the list of everything it states, each
// statement under its key and brought to one spelling by the type of the key, so
// that quoting, key order and wrapping are no difference and one øre is. What
// is different becomes a [Change], whatever key it stands under; a [Teller] has
// sentences of its own for what people talk about, and one that fits any key for
// the rest. So nothing that changed can be left out for want of words.
//
// Shares are compared by what they come to: the amounts are those that package
// charter allocated. Whether something is a term is decided by charter.TermsList
// and by nothing else.
package change

import (
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// An Action is what happened to a thing.
type Action string

// The actions.
const (
	Added   Action = "added"
	Removed Action = "removed"
	Changed Action = "changed"
	Lapsed  Action = "lapsed" // of a signature: the terms are others than it was given for
	Valid   Action = "valid"  // of a signature: it is for these terms, and was not before
)

// A Change is one thing that is different. A record that came or went, such as a
// goal or a member, is one change with its fields; one that stayed has a change
// for each field.
type Change struct {
	List   string // the list of records it belongs to: "goals", "budget.shares", "team"; empty for a key on its own
	Of     string // the record: "g1", "it", "jonas-meier"
	Field  string // the key: "measure.target", "timeframe.end"; empty for a record as a whole
	Action Action
	Term   bool // it is part of what the chiefs agree to

	Before, After Value
	Fields        []Detail // of a record that came or went, in the order of the file
	Signers       int      // of a signature: how many there must be
	Name          string   // what the record is called by its author: a goal's text, a milestone's title

	Was, Is diag.Pos // where it stood and stands
}

// A Detail is one field of a record that came or went.
type Detail struct {
	Field string
	Value Value
}

// Path names the thing: "goals.g1.measure.target".
func (c *Change) Path() string {
	return strings.Join(nonEmpty(c.List, c.Of, c.Field), ".")
}

// Key is the key of the manual that it stands under: "goals[].measure.target".
func (c *Change) Key() string { return pattern(c.List, c.Field) }

// Get returns the value of a record's field; the zero Value where it has none.
func (c *Change) Get(field string) Value {
	for _, d := range c.Fields {
		if d.Field == field {
			return d.Value
		}
	}
	return Value{}
}

// A Value is what a key says, brought to one spelling. The typed half is set
// where the text is sound.
type Value struct {
	Text  string // in canonical form; empty where nothing stands
	Type  string // as in charter.Fields; empty for a key that nobody knows
	Items []string
	Money money.Money
	Share money.Share
	Date  calendar.Date
}

// Set reports whether anything stands there.
func (v Value) Set() bool { return v.Text != "" }

func valueOf(kind, text string) Value {
	v := Value{Text: text, Type: kind}
	switch {
	case text == "":
	case kind == "money":
		v.Money = readMoney(text)
	case kind == "share" || kind == "pct":
		v.Share, _ = money.ParseShare(text)
	case kind == "date":
		v.Date, _ = calendar.ParseDate(text)
	case isList(kind):
		v.Items = strings.Split(text, ",")
	}
	return v
}

// A Version is a charter as it stood at one time, with the bytes of its file and
// what stands beside it.
type Version struct {
	Charter   *charter.Charter
	Text      []byte             // of the file
	Approvals []charter.Approval // in files of their own
	Updates   []charter.Update   // in files of their own
}

func nonEmpty(parts ...string) []string {
	var all []string
	for _, p := range parts {
		if p != "" {
			all = append(all, p)
		}
	}
	return all
}
