// Package portfolio holds all charters and registers as one immutable value.
//
// A charter never learns about its neighbours, so what was read from one file
// may be remembered; whatever follows from many files (links back, who signs
// on a given day, which charter an alias means) is kept here, in side tables
// beside the charters. A change makes a new Portfolio that shares every charter
// that did not change.
//
// There is one resolver: what a link in prose, a relation in front matter or a
// hint of a finding means is always asked of the same Portfolio methods, by
// check and by the pages alike.
package portfolio

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// ID is a charter.ID: registers and charters share one alphabet.
type ID = charter.ID

// A Text is an author's words per language; key "" is used where the register
// gives one form for all languages.
type Text map[string]string

// In returns the words in lang, else in any language, in a fixed order.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	for _, l := range [...]string{"", "en", "da", "de"} {
		if s, ok := t[l]; ok {
			return s
		}
	}
	least := ""
	for l := range t {
		if least == "" || l < least {
			least = l
		}
	}
	return t[least]
}

// A Department is a record of registers/departments.yml.
type Department struct {
	ID          ID
	Pos         diag.Pos
	Name        Text
	Code        string // short form for tables, at most 5 letters
	Chiefs      []Tenure
	Deputies    []Tenure
	Parent      ID
	CostCentres []string
	Aliases     []string
	Slot        int // colour slot from 1, by the order of the site configuration
}

// A Tenure is a person's time in a post, or a person's time in a department.
// A zero From or Until is open.
type Tenure struct {
	ID    ID // the person of a post, or the department of a person
	Title Text
	From  calendar.Date
	Until calendar.Date
	Pos   diag.Pos
}

// On reports whether the tenure holds on day d.
func (t Tenure) On(d calendar.Date) bool {
	return (t.From.IsZero() || !d.Before(t.From)) && (t.Until.IsZero() || !t.Until.Before(d))
}

// A Person is a record of registers/people.yml.
type Person struct {
	ID       ID
	Pos      diag.Pos
	Name     string
	Homes    []Tenure
	Capacity money.Share // 1 where the register says nothing
	Email    string
	Until    calendar.Date // last day in the organisation; zero while here
}

// Home returns the person's department on day d, or "" where none is known.
func (p *Person) Home(d calendar.Date) ID {
	for _, t := range p.Homes {
		if t.On(d) {
			return t.ID
		}
	}
	return ""
}

// An Area is a record of registers/areas.yml: something a department can own.
type Area struct {
	ID            ID
	Pos           diag.Pos
	Name          Text
	Parent        ID
	StandingOwner ID
	RequiredFor   []charter.Kind
}

// An Objective is a record of registers/objectives.yml.
type Objective struct {
	ID     ID
	Pos    diag.Pos
	Text   Text
	Owner  ID
	Period diag.At[string]
}

// Registers are the five registers. Slices keep the order of the files.
type Registers struct {
	Departments []*Department
	People      []*Person
	Areas       []*Area
	Objectives  []*Objective
	Rates       *money.Rates // nil without registers/rates.yml
}

// A Signature is one approval judged by the portfolio.
type Signature struct {
	Department ID
	State      SignatureState
	Approval   *charter.Approval // the latest of that department; nil when missing
}

// A SignatureState is what an approval is worth today.
type SignatureState uint8

// The states of a signature.
const (
	Missing SignatureState = iota
	Valid
	Outdated    // the terms have changed since
	NotEntitled // the person was neither chief nor deputy that day
)

// An Agreement is the state of a whole charter.
type Agreement uint8

// The states of an agreement.
const (
	Unsigned Agreement = iota
	PartlySigned
	ResignNeeded
	FullySigned
)

// A Backlink is one place where another charter or page names a target.
type Backlink struct {
	From     *charter.Charter
	Sentence string // plain text of the sentence the link stands in
	Anchor   string // the heading id in From nearest above the link; may be empty
}

// A Target is where a reference leads.
type Target struct {
	Kind   TargetKind
	ID     ID
	Anchor string // resolved id of a heading on the target's page, or empty
}

// A TargetKind says what sort of thing a reference names.
type TargetKind uint8

// The kinds of target.
const (
	NoTarget TargetKind = iota
	ToCharter
	ToPerson
	ToDepartment
	ToArea
	ToObjective
	ToPage  // pages/<id>.md
	ToAsset // a picture or attachment; ID is its path
)

// Relation is a typed link between charters, seen from one end.
type Relation uint8

// The relations, each followed by its inverse.
const (
	PartOf Relation = iota
	Parts
	DependsOn
	NeededBy
	Replaces
	ReplacedBy
	Related
)
