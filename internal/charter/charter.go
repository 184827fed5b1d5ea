// Package charter reads one project charter: its front matter as typed fields,
// each beside the place where it was written, and its prose.
//
// [Parse] is a pure function of one file's name and bytes. It always yields a
// charter, however broken the text, together with every finding that the file
// alone can give; it knows no other charter, no register and no clock, so what
// it returns may be remembered for as long as the bytes stay the same.
//
// Once a typed value exists it is right: a [money.Share] is above 0 and at most
// 1, a date is a real day. A field that was missing or could not be read is the
// zero value of its type; its Mark says whether it was written at all.
//
// The front matter is read section by section, one file of this package for
// each section of the specification: identity, time, people, money (with
// shares), goals, demarcation, links, agreement, life; then the body. A section
// first takes its values, then judges them. [Fields] lists every key there is,
// and is what the parser itself knows keys by.
package charter

import (
	"iter"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/money"
	"charterhouse/internal/query"
)

// A Mark is a place in the charter's own file; the zero Mark means "not
// written".
type Mark = facts.Mark

// At is a value beside the place where it was written.
type At[T any] = facts.At[T]

// An ID names a charter, person, department, area or objective:
// ^[a-z0-9]+(-[a-z0-9]+)*$, at most 64 characters.
type ID = facts.ID

// A Status is where a charter stands in its life.
type Status uint8

// The statuses, in the order of a charter's life. NoStatus is a status that is
// missing or unknown; such a charter is treated as proposed.
const (
	NoStatus Status = iota
	Proposed
	Agreed
	Active
	OnHold
	Completed
	Cancelled
	Superseded
)

// Statuses lists all statuses in the order of a charter's life.
var Statuses = []Status{Proposed, Agreed, Active, OnHold, Completed, Cancelled, Superseded}

var statusWords = []string{"", "proposed", "agreed", "active", "on-hold", "completed", "cancelled", "superseded"}

// String returns the word that front matter uses: "on-hold".
func (s Status) String() string { return statusWords[s] }

// StatusWords lists the words of [Statuses].
func StatusWords() []string { return statusWords[1:] }

// ParseStatus reads the word that front matter uses.
func ParseStatus(word string) (Status, bool) {
	for i, w := range statusWords {
		if i > 0 && w == word {
			return Status(i), true
		}
	}
	return NoStatus, false
}

// Draft reports whether rules that harden at agreement are still mild.
func (s Status) Draft() bool { return s <= Proposed }

// Live reports whether people and money are bound now or soon: agreed, active
// or on hold.
func (s Status) Live() bool { return s == Agreed || s == Active || s == OnHold }

// Bound reports whether both chiefs must have signed: agreed, active, on hold
// or completed.
func (s Status) Bound() bool { return s.Live() || s == Completed }

// Kind says how many departments pay.
type Kind uint8

// The kinds. NoKind is a kind that is not stated; Charter.Joint then follows
// the payers.
const (
	NoKind Kind = iota
	Joint
	Single
)

// A Charter is one file: the facts of its front matter and its prose.
type Charter struct {
	File   string   // slash path below the content folder
	Format string   // "yaml", "toml" or "json"; empty without front matter
	Sum    [32]byte // of the bytes; whoever reads the file knows it, Parse does not
	Object [20]byte // the id that git gives the bytes; known like Sum
	Stands [32]byte // a digest of [Charter.Stated]; known like Sum
	Spends [32]byte // a digest of what was spent; known like Sum

	Facts Mark // where the front matter starts; findings about what is missing point here

	ID            At[ID] // never empty: taken from the file name where the front matter has none
	Title         At[string]
	ShortTitle    At[string]
	Summary       At[string] // inline Markdown
	Lang          At[string] // BCP 47; empty means the site's first language
	TranslationOf At[ID]
	Aliases       []At[ID]
	Kind          At[Kind]
	Status        At[Status]
	Restricted    At[bool]
	Created       At[calendar.Date]
	Tags          []At[ID]
	Own           []OwnField // the fields under x:

	Timeframe  Timeframe
	Tolerances Tolerances

	Owners   []Owner
	Lead     []At[ID]
	Steering []At[ID]
	Kickoff  Kickoff
	Team     []Member

	Budget Budget

	Goals        []Goal
	Milestones   []Milestone
	Risks        []Risk
	Deliverables []Deliverable
	ExitCriteria []At[string]

	Responsibilities []Responsibility
	Links            Links

	Approvals  []Approval
	Amendments []Amendment
	Updates    []Update
	Closure    Closure

	Body markdown.Document
	out  []bool // parallel to Body.Sections: it says what is out of scope

	chapters []int8 // parallel to Body.Outline: which recommended section it is, from 1; 0 for none

	// Translation is what the file says if it only translates another charter,
	// nil if it is a charter. The facts above are then empty but for titles,
	// summary and language; ID is that of the charter it translates.
	Translation *Translation
	// Questions are what the body asks the portfolio, parallel to Body.Queries.
	// Their answers follow from all charters, so they are not here.
	Questions []*query.Question

	// Terms is the canonical serialisation's digest (section 6 of the
	// specification), computed once by Parse.
	Terms Digest

	// Keys holds the place of each top-level key that is written and says
	// something, sound or not, so that a rule can tell "missing" from
	// "unreadable".
	Keys Keys
}

// Keys are the places of top-level keys, parallel to the list of all there are.
type Keys []Mark

// Of returns where a key stands; the zero Mark where it does not.
func (k Keys) Of(key string) Mark {
	if i := slices.Index(charterKeys.Known, key); i >= 0 && i < len(k) {
		return k[i]
	}
	return Mark{}
}

// All yields the keys that stand there, in the manual's order.
func (k Keys) All() iter.Seq2[string, Mark] {
	return func(yield func(string, Mark) bool) {
		for i, m := range k {
			if m.Written() && !yield(charterKeys.Known[i], m) {
				return
			}
		}
	}
}

// Pos turns a place in c's file into a finding's position. An unwritten mark
// gives the place of the front matter.
func (c *Charter) Pos(m Mark) diag.Pos {
	if !m.Written() {
		m = c.Facts
	}
	return m.In(c.File)
}

// Stated returns what c states: all of it but its summary and its prose, which sums,
// lists and calendars do not show, and what was spent, which few of them do. What is
// agreed on in prose is in the digest of the terms.
func (c *Charter) Stated() Charter {
	stated := *c
	stated.Sum, stated.Object, stated.Stands, stated.Spends = [32]byte{}, [20]byte{}, [32]byte{}, [32]byte{}
	stated.Summary = At[string]{Mark: c.Summary.Mark}
	stated.Body, stated.out, stated.chapters, stated.Questions = markdown.Document{}, nil, nil, nil
	stated.Budget.Spent = nil
	return stated
}

// Name returns the title, or the id where no title could be read.
func (c *Charter) Name() string {
	if c.Title.Value != "" {
		return c.Title.Value
	}
	return string(c.ID.Value)
}

// Short returns the short title where there is one, else the name.
func (c *Charter) Short() string {
	if c.ShortTitle.Value != "" {
		return c.ShortTitle.Value
	}
	return c.Name()
}

// Joint reports whether two or more departments pay, whatever Kind says.
func (c *Charter) Joint() bool { return len(c.Budget.Parties) > 1 }

// An OwnField is one field under x:. What its values mean, the site's
// configuration may say; see portfolio.Own.
type OwnField struct {
	Key    string
	Text   string // lists joined by ", "
	Mark   Mark   // of the key
	Values []OwnValue
}

// An OwnValue is one value of an own field as it is written.
type OwnValue struct {
	Text  string
	Plain bool // without quotes
	Mark  Mark
}

// A Timeframe is the agreed window; both days are part of it.
type Timeframe struct {
	Start, End At[calendar.Date]
}

// Window returns the timeframe as days, and whether both ends are known and in
// order.
func (t Timeframe) Window() (calendar.Window, bool) {
	w := calendar.Window{Start: t.Start.Value, End: t.End.Value}
	return w, !w.Start.IsZero() && !w.End.IsZero() && !w.End.Before(w.Start)
}

// Tolerances say how far the lead may drift without an amendment.
type Tolerances struct {
	Time At[calendar.Duration]
	Cost At[money.Share]
}

// An Owner is the accountable person of one paying department.
type Owner struct {
	Department At[ID]
	Person     At[ID]
	Role       At[string]
}

// A Kickoff is the day the team was presented together to the chiefs.
type Kickoff struct {
	Mark        Mark
	Date        At[calendar.Date]
	PresentedTo []At[ID]
}

// A Member is one person of the joint team, lent by a home department.
type Member struct {
	Mark        Mark
	Person      At[ID]
	Home        At[ID]
	Role        At[string]
	Allocation  At[money.Share] // share of working time
	From, Until At[calendar.Date]
	Return      Return
}

// Window returns the days of the secondment, falling back on the timeframe t
// for an end that is not written, and whether it is known.
func (m Member) Window(t Timeframe) (calendar.Window, bool) {
	w := calendar.Window{Start: m.From.Value, End: m.Until.Value}
	if !m.From.Written() {
		w.Start = t.Start.Value
	}
	if !m.Until.Written() {
		w.End = t.End.Value
	}
	return w, !w.Start.IsZero() && !w.End.IsZero() && !w.End.Before(w.Start)
}

// A Return is the post a person goes back to.
type Return struct {
	Mark Mark
	To   At[string]
	Date At[calendar.Date]
	Done At[calendar.Date]
}

// A Budget is who pays what. Its computed half is there only when Sound.
type Budget struct {
	Mark        Mark
	Currency    At[money.Currency]
	Total       At[money.Money]
	Shares      Mark // the place of the shares key
	Parties     []Party
	PeriodsMark Mark     // the place of the periods key
	Periods     []Period // in order of time
	Contingency At[money.Money]
	Spent       []Spent

	// Sound says that total, shares and periods were all readable and add up
	// exactly. Only a sound budget may be summed.
	Sound bool
	// Table holds the exact amount of each party in each period: Periods[i] in
	// order of time, Parties[j] in order of the file. Without periods it has one
	// row, the total.
	Table money.Table
}

// A Party is one paying department. Share and Amount are exact and set
// whenever the budget is sound, however the share was written.
type Party struct {
	Department At[ID]
	Written    At[string] // as written: "50%", "1/3", "rest", "equal", or the amount
	Share      money.Share
	Amount     money.Money
	CostCentre At[string]
	InKind     At[string]
}

// A Period is a part of the budget in time.
type Period struct {
	Period At[calendar.Period]
	Amount At[money.Money]
}

// Spent is money that has left.
type Spent struct {
	Mark       Mark
	Date       At[calendar.Date]
	Department At[ID]
	Amount     At[money.Money]
	Note       At[string]
}

// A Goal is an objective with its success criterion.
type Goal struct {
	ID      At[ID]
	Text    At[string]
	Measure Measure
	Result  Result
}

// A Measure is a target with a date. Baseline and Target are decimal texts as
// written.
type Measure struct {
	Mark             Mark
	Metric, Unit     At[string]
	Baseline, Target At[string]
	By               At[calendar.Date]
}

// A Result is what a goal came to at closure.
type Result struct {
	Mark  Mark
	Value At[string]
	Date  At[calendar.Date]
	Met   At[bool]
}

// A Milestone is a day by which something stands.
type Milestone struct {
	ID    At[ID]
	Title At[string]
	Due   At[calendar.Date]
	Owner At[ID]
	After []At[ID]
	Done  At[calendar.Date]
}

// A Level grades a risk.
type Level uint8

// The levels of a risk; NoLevel is not stated.
const (
	NoLevel Level = iota
	Low
	Medium
	High
)

// String returns the word that front matter uses.
func (l Level) String() string { return [...]string{"", "low", "medium", "high"}[l] }

// A Risk is what may go wrong, and who answers.
type Risk struct {
	ID                  At[ID]
	Text                At[string]
	Probability, Impact At[Level]
	Owner               At[ID]
	Response            At[string]
	Closed              At[calendar.Date]
}

// A Deliverable is a thing handed over.
type Deliverable struct {
	ID    At[ID]
	Title At[string]
	Owner At[ID]
	Due   At[calendar.Date]
}

// A Responsibility is one RACI row: an area and exactly one accountable
// department.
type Responsibility struct {
	Mark        Mark
	Area        At[ID]
	Accountable []At[ID] // exactly one in a sound row; rule R001 judges the rest
	Responsible []At[ID]
	Consulted   []At[ID]
	Informed    []At[ID]
	Scope       At[string]
	Reason      At[string]
}

// Links are the typed relations to other charters and to objectives.
type Links struct {
	PartOf        At[ID]
	DependsOn     []At[ID]
	Replaces      []At[ID]
	Related       []At[ID]
	ContributesTo []At[ID] // objective ids, without the "objective:" prefix
}

// An Approval is a signature: who, for which department, on which terms.
type Approval struct {
	File       string // the charter's own file, or approvals/<department>/<id>.yml
	Mark       Mark
	Department At[ID]
	Person     At[ID]
	Date       At[calendar.Date]
	Terms      At[string] // "jt1-" and 16 hex digits
	Note       At[string]
}

// Pos returns the place of m in the file where the approval stands.
func (a Approval) Pos(m Mark) diag.Pos {
	if !m.Written() {
		m = a.Mark
	}
	return m.In(a.File)
}

// An Amendment is a change of the terms in words.
type Amendment struct {
	Mark    Mark
	ID      At[ID]
	Date    At[calendar.Date]
	Summary At[string]
	Reason  At[string]
}

// A RAG is the colour of a status report.
type RAG uint8

// The colours of a report; NoRAG is not stated or unknown.
const (
	NoRAG RAG = iota
	Green
	Amber
	Red
)

// String returns the word that front matter uses.
func (r RAG) String() string { return [...]string{"", "green", "amber", "red"}[r] }

// An Update is a status report.
type Update struct {
	File string // the charter's own file, or one below charters/<id>/updates/
	Mark Mark
	Date At[calendar.Date]
	By   At[ID]
	RAG  At[RAG]
	Text At[string] // inline Markdown
	Next At[string]
}

// A Closure is how a charter ended.
type Closure struct {
	Mark    Mark
	Date    At[calendar.Date]
	Outcome At[string]
	Actuals []Actual
	Lessons At[string]
}

// An Actual is what a department paid in the end.
type Actual struct {
	Department At[ID]
	Amount     At[money.Money]
}
