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
	"maps"
	"slices"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/markdown"
	"charterhouse/internal/money"
)

// ID is a charter.ID: registers and charters share one alphabet.
type ID = charter.ID

// A Text is an author's words per language; key "" is used where the register
// gives one form for all languages.
type Text map[string]string

// Named is the words in each language, as a part of a finding.
func (t Text) Named() diag.Named {
	named := diag.Named{}
	for lang, words := range t {
		if lang != "" {
			named[lang] = words
		}
	}
	named["en"] = t.In("en")
	return named
}

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
	Reviewers   []string // who reviews for it, by their names at the forge
	Aliases     []string // former ids, and other names
	Slot        int      // colour slot from 1, by the order of the site configuration
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
	Handle   string        // the name at the forge, with its @
	Aliases  []string      // former ids
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
	Aliases       []string // former ids
}

// An Objective is a record of registers/objectives.yml.
type Objective struct {
	ID     ID
	Pos    diag.Pos
	Text   Text
	Owner  ID
	Period diag.At[string]

	Aliases []string // former ids
}

// Registers are the five registers. Slices keep the order of the files.
type Registers struct {
	Departments []*Department
	People      []*Person
	Areas       []*Area
	Objectives  []*Objective
	Rates       *money.Rates // nil without registers/rates.yml

	files int // that they were read from

	addresses sync.Once
	byEmail   map[string]*Person // in small letters; see Portfolio.Addressed
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
	Unverified  // as outdated, and git does not have the text that was signed; only [Portfolio.Worth] tells it apart
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

// String returns the name that a state has in questions, addresses and messages.
func (a Agreement) String() string {
	return [...]string{"unsigned", "partly-signed", "re-sign-needed", "fully-signed"}[a]
}

// A Backlink is one place where another charter or page names a target.
type Backlink struct {
	From *charter.Charter

	link *markdown.Link // one of From's
	name string         // of the target
}

// Sentence is the plain text of the sentence that the link stands in.
func (b Backlink) Sentence() string { return b.link.SentenceWith(b.name) }

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
	ToAsset  // a picture or attachment; ID is its path below the content folder
	External // an address outside the site, already found safe
	ToQuestion
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

// Inverse returns the relation as the other end sees it.
func (r Relation) Inverse() Relation {
	return [...]Relation{Parts, PartOf, NeededBy, DependsOn, ReplacedBy, Replaces, Related}[r]
}

// A Portfolio is all charters and registers of one moment, linked. It is
// immutable and safe for concurrent use; slices that it returns are shared and
// must not be changed.
type Portfolio struct {
	config   *Config
	asOf     calendar.Date
	reg      *Registers
	beside   *Beside
	past     func() *history.Book
	charters []*charter.Charter // by id
	files    []*charter.Charter // all that were read, by file
	runs     []*Run             // the charters, in pieces
	asked    []*Question        // by id

	byID        map[ID]*charter.Charter
	byFile      map[string]*charter.Charter
	byTitle     map[string][]*charter.Charter // lower case
	aliases     map[ID]ID
	former      map[Target]ID // of the registers
	assets      map[string]bool
	departments map[ID]*Department
	people      map[ID]*Person
	areas       map[ID]*Area
	objectives  map[ID]*Objective

	resolved  map[ID][]Resolution // parallel to a charter's Body.Links
	linkedBy  map[Target][]Backlink
	relations map[ID]*[7][]*charter.Charter
	approvals map[ID][]charter.Approval // own and those of approvals/
	updates   map[ID][]charter.Update   // own and those of updates/
	signed    map[ID][]Signature

	paidBy     map[ID][]*charter.Charter
	involving  map[ID][]*charter.Charter
	concerning map[ID][]*charter.Charter
	toward     map[ID][]*charter.Charter

	doubtful map[ID]bool // charters with a link that is not Sound

	translations []*Translation          // by file
	translated   map[ID][]*Translation   // by original
	rendered     map[string]*Translation // by file
	spoken       map[string][]Resolution // by file of a translation, parallel to its Body.Links

	veil *Veil

	conflicts conflicts
	overloads *sync.Map // by person: an *overload
	teams     sync.Map  // by person: what Teams found
}

// AsOf is the day the portfolio is looked at: "today" wherever it matters.
func (p *Portfolio) AsOf() calendar.Date { return p.asOf }

// Config returns the site's configuration.
func (p *Portfolio) Config() *Config { return p.config }

// Registers returns the five registers.
func (p *Portfolio) Registers() *Registers { return p.reg }

// Charters returns all charters in order of id.
func (p *Portfolio) Charters() []*charter.Charter { return p.charters }

// Questions returns the saved questions in order of id.
func (p *Portfolio) Questions() []*Question { return p.asked }

// Charter returns the charter called id, or nil.
func (p *Portfolio) Charter(id ID) *charter.Charter { return p.byID[id] }

// File returns what the file of a charter, or of a translation of one, says; nil
// for any other file.
func (p *Portfolio) File(name string) *charter.Charter { return p.byFile[name] }

// Department returns the department called id, or nil.
func (p *Portfolio) Department(id ID) *Department { return p.departments[id] }

// Person returns the person called id, or nil.
func (p *Portfolio) Person(id ID) *Person { return p.people[id] }

// Area returns the area called id, or nil.
func (p *Portfolio) Area(id ID) *Area { return p.areas[id] }

// Objective returns the objective called id, or nil.
func (p *Portfolio) Objective(id ID) *Objective { return p.objectives[id] }

// Aliases returns former ids with the id each means today.
func (p *Portfolio) Aliases() map[ID]ID { return p.aliases }

// Lang returns the language a charter is written in.
func (p *Portfolio) Lang(c *charter.Charter) string {
	if c.Lang.Value != "" {
		return c.Lang.Value
	}
	return p.config.Languages[0]
}

// PaidBy returns the charters that department pays a share of, by id.
func (p *Portfolio) PaidBy(department ID) []*charter.Charter { return p.paidBy[department] }

// Involving returns the charters that name person in any role, by id.
func (p *Portfolio) Involving(person ID) []*charter.Charter { return p.involving[person] }

// Teams returns the charters that run or are proposed and have person in their
// team, by id. What is over asks for nobody's time. Whoever works with somebody
// asks for it, so that it is looked up once.
func (p *Portfolio) Teams(person ID) []*charter.Charter {
	if known, ok := p.teams.Load(person); ok {
		return known.([]*charter.Charter)
	}
	var all []*charter.Charter
	for _, c := range p.involving[person] {
		inTeam := func(m charter.Member) bool { return m.Person.Value == person }
		if (c.Status.Value.Live() || c.Status.Value == charter.Proposed) && slices.ContainsFunc(c.Team, inTeam) {
			all = append(all, c)
		}
	}
	p.teams.Store(person, all)
	return all
}

// Concerning returns the charters with a responsibility for area, by id.
func (p *Portfolio) Concerning(area ID) []*charter.Charter { return p.concerning[area] }

// Toward returns the charters that contribute to objective, by id.
func (p *Portfolio) Toward(objective ID) []*charter.Charter { return p.toward[objective] }

// Related returns the charters that stand in relation r to the charter id.
func (p *Portfolio) Related(id ID, r Relation) []*charter.Charter {
	if all := p.relations[id]; all != nil {
		return all[r]
	}
	return nil
}

// LinkedBy returns where prose names t, whatever the anchor, in order of
// charter and place.
func (p *Portfolio) LinkedBy(t Target) []Backlink {
	t.Anchor = ""
	return p.linkedBy[t]
}

// Approvals returns a charter's signatures, from its own file and from
// approvals/, by date.
func (p *Portfolio) Approvals(c *charter.Charter) []charter.Approval { return p.approvals[c.ID.Value] }

// Updates returns a charter's reports, newest first.
func (p *Portfolio) Updates(c *charter.Charter) []charter.Update { return p.updates[c.ID.Value] }

// Assets returns the paths of pictures and attachments, in order.
func (p *Portfolio) Assets() []string { return slices.Sorted(maps.Keys(p.assets)) }
