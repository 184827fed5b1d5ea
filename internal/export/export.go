// Package export writes a portfolio for other programs, and for the desks where
// people take figures along: [Workbook], [CSV] and [Terminal] print a rollup,
// [Calendar] the days that charters name, [Feed] what was agreed on, [JSON] all
// there is.
//
// [JSON] is the whole portfolio with every rollup, under a version. Amounts are
// text with all decimals, since many readers of JSON would put a number into a
// float; shares and other exact numbers are fractions; days are YYYY-MM-DD.
// [Schema] describes it, made from the very types that are written, so that the
// two cannot part.
//
// The others speak a language, see [Speech]. What an author typed is a text in
// all of them: it cannot run as a formula, add a property to an event or an
// element to a feed.
//
// The package sums nothing: it prints what package rollup made.
package export

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"slices"

	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// Version is the form of portfolio.json. A field may be added under the same
// version; nothing is ever renamed or given another meaning.
const Version = 1

// JSON writes portfolio.json. The same portfolio gives the same bytes. table
// makes, or remembers, a rollup by name.
func JSON(w io.Writer, p *portfolio.Portfolio, table func(name string) rollup.Table) error {
	for part := range Parts(p, table) {
		if err := part.Write(w); err != nil {
			return err
		}
	}
	return nil
}

// A Part is a part of portfolio.json, which ten thousand charters make large: some
// of the charters, a rollup, or what stands before them.
type Part struct {
	Charters []*charter.Charter
	Rollup   string // its name
	Write    func(io.Writer) error
}

// inPart is how many charters are written as one part.
const inPart = 128

// Parts are the parts of portfolio.json, which [JSON] writes one after the other.
func Parts(p *portfolio.Portfolio, table func(name string) rollup.Table) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		if !yield(Part{Write: func(w io.Writer) error { return writeHead(w, p) }}) {
			return
		}
		at := 0
		for some := range slices.Chunk(p.Charters(), inPart) {
			first := at
			at += len(some)
			if !yield(Part{Charters: some, Write: func(w io.Writer) error { return writeCharters(w, p, first, some) }}) {
				return
			}
		}
		for i, r := range rollup.All {
			if !yield(Part{Rollup: r.Name, Write: func(w io.Writer) error { return writeRollup(w, i, table(r.Name)) }}) {
				return
			}
		}
	}
}

// writeHead writes everything up to the two lists that are long.
func writeHead(w io.Writer, p *portfolio.Portfolio) error {
	head, err := json.Marshal(document(p))
	if err != nil {
		return err
	}
	head = bytes.TrimSuffix(head, []byte(`"charters":[],"rollups":[]}`))
	_, err = w.Write(append(head, `"charters":[`...))
	return err
}

func writeCharters(w io.Writer, p *portfolio.Portfolio, first int, charters []*charter.Charter) error {
	out := newPieces(w)
	out.begun = true
	for i, c := range charters {
		out.item(first+i, charterOf(p, c))
	}
	return out.end()
}

// writeRollup writes the rollup at place i of all, the first and the last with what
// begins and ends the list.
func writeRollup(w io.Writer, i int, t rollup.Table) error {
	out := newPieces(w)
	out.begun = true
	if i == 0 {
		out.raw("\n],", `"rollups":[`)
	}
	out.table(i, t)
	if i == len(rollup.All)-1 {
		out.raw("\n]}\n")
	}
	return out.end()
}

// TableJSON writes one rollup as it stands in portfolio.json.
func TableJSON(w io.Writer, t rollup.Table) error {
	out := newPieces(w)
	out.table(0, t)
	out.raw("\n")
	return out.end()
}

// A Document is portfolio.json.
type Document struct {
	Schema      string       `json:"$schema" jsonschema:"the address of the schema, relative to this file"`
	Version     int          `json:"version" jsonschema:"the form of this file; fields are only ever added to it"`
	Title       string       `json:"title" jsonschema:"the site's title"`
	AsOf        string       `json:"as_of" jsonschema:"the day that the portfolio was looked at, YYYY-MM-DD"`
	Departments []Department `json:"departments"`
	People      []Person     `json:"people"`
	Areas       []Area       `json:"areas"`
	Objectives  []Objective  `json:"objectives"`
	Conflicts   []Conflict   `json:"conflicts" jsonschema:"areas that two live charters give to different departments"`
	Charters    []Charter    `json:"charters"`
	Rollups     []Table      `json:"rollups" jsonschema:"every rollup; each sum carries the addends it was made from, but for totals of a row or a column, whose addends are those of the cells they add up"`
}

// A Department is a record of the register.
type Department struct {
	ID     string            `json:"id"`
	Name   map[string]string `json:"name" jsonschema:"the name by language; an empty key holds for all"`
	Code   string            `json:"code"`
	Parent string            `json:"parent,omitempty"`
	Chief  string            `json:"chief,omitempty" jsonschema:"the id of the chief on the day of as_of"`
}

// A Person is a record of the register.
type Person struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Department string `json:"department,omitempty" jsonschema:"the home department on the day of as_of"`
	Capacity   string `json:"capacity" jsonschema:"share of a full post as a fraction"`
	Until      string `json:"until,omitempty" jsonschema:"last day in the organisation"`
}

// An Area is a record of the register.
type Area struct {
	ID            string            `json:"id"`
	Name          map[string]string `json:"name"`
	Parent        string            `json:"parent,omitempty"`
	StandingOwner string            `json:"standing_owner,omitempty"`
}

// An Objective is a record of the register.
type Objective struct {
	ID     string            `json:"id"`
	Text   map[string]string `json:"text"`
	Owner  string            `json:"owner,omitempty"`
	Period string            `json:"period,omitempty"`
}

// A Charter is one charter with what follows from it.
type Charter struct {
	ID               string            `json:"id"`
	File             string            `json:"file"`
	Title            string            `json:"title"`
	Summary          string            `json:"summary,omitempty"`
	Lang             string            `json:"lang"`
	Status           string            `json:"status"`
	Restricted       bool              `json:"restricted,omitempty"`
	Joint            bool              `json:"joint" jsonschema:"two or more departments pay"`
	Counted          bool              `json:"counted" jsonschema:"whether its money is in the sums of joint initiatives"`
	Aliases          []string          `json:"aliases,omitempty"`
	Tags             []string          `json:"tags,omitempty"`
	Created          string            `json:"created,omitempty"`
	Start            string            `json:"start,omitempty"`
	End              string            `json:"end,omitempty"`
	Lead             []string          `json:"lead,omitempty"`
	Owners           []Owner           `json:"owners,omitempty"`
	Team             []Member          `json:"team,omitempty"`
	Budget           *Budget           `json:"budget,omitempty" jsonschema:"missing where no budget is stated; never zero"`
	Goals            []Goal            `json:"goals,omitempty"`
	Milestones       []Milestone       `json:"milestones,omitempty"`
	Responsibilities []Responsibility  `json:"responsibilities,omitempty"`
	Relations        []Relation        `json:"relations,omitempty"`
	LinkedFrom       []Link            `json:"linked_from,omitempty"`
	Terms            string            `json:"terms" jsonschema:"SHA-256 of the agreed terms, in full"`
	Agreement        string            `json:"agreement" jsonschema:"unsigned, partly signed, re-sign needed or fully signed"`
	Signatures       []Signature       `json:"signatures,omitempty"`
	Changed          string            `json:"changed,omitempty" jsonschema:"the day of the last commit of the main line that changed the charter; missing where the history is not known"`
	ChangedBy        string            `json:"changed_by,omitempty" jsonschema:"the name of who wrote that change"`
	Writers          int               `json:"writers,omitempty" jsonschema:"how many people have written the charter"`
	Own              map[string]string `json:"x,omitempty" jsonschema:"the charter's own fields as they are written"`
	Fields           []OwnField        `json:"fields,omitempty" jsonschema:"the own fields that the site declares, by type"`
}

// An OwnField is a declared field of the organisation's own, with its values:
// ids of people and departments, days, amounts with their currency, decimal
// numbers, true or false.
type OwnField struct {
	Key    string   `json:"key"`
	Type   string   `json:"type" jsonschema:"text, choice, number, money, date, person, department, url or bool"`
	Values []string `json:"values" jsonschema:"those that fit the type; an amount is written 12000.00 DKK"`
}

// An Owner is the accountable person of a paying department.
type Owner struct {
	Department string `json:"department"`
	Person     string `json:"person"`
}

// A Member is a person lent to a charter.
type Member struct {
	Person     string `json:"person"`
	Home       string `json:"home,omitempty"`
	Role       string `json:"role,omitempty"`
	Allocation string `json:"allocation,omitempty" jsonschema:"share of working time as a fraction"`
	From       string `json:"from,omitempty"`
	Until      string `json:"until,omitempty"`
	ReturnTo   string `json:"return_to,omitempty"`
	ReturnDate string `json:"return_date,omitempty"`
	Returned   string `json:"returned,omitempty"`
}

// A Budget is who pays what, exactly.
type Budget struct {
	Currency string    `json:"currency"`
	Total    string    `json:"total" jsonschema:"amount with all decimals of the currency"`
	Parties  []Party   `json:"parties"`
	Periods  []Period  `json:"periods,omitempty"`
	Spent    []Expense `json:"spent,omitempty"`
}

// A Party is one paying department.
type Party struct {
	Department string `json:"department"`
	Share      string `json:"share" jsonschema:"reduced fraction"`
	Amount     string `json:"amount"`
	CostCentre string `json:"cost_centre,omitempty"`
}

// A Period is a part of the budget, divided among the parties in their order.
type Period struct {
	Period  string   `json:"period"`
	Amount  string   `json:"amount"`
	Parties []string `json:"parties" jsonschema:"what each party pays in this period, in the order of parties"`
}

// An Expense is money that has left.
type Expense struct {
	Date       string `json:"date"`
	Department string `json:"department"`
	Amount     string `json:"amount"`
	Note       string `json:"note,omitempty"`
}

// A Goal is an objective with its success criterion.
type Goal struct {
	ID       string `json:"id,omitempty"`
	Text     string `json:"text"`
	Metric   string `json:"metric,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Baseline string `json:"baseline,omitempty"`
	Target   string `json:"target,omitempty"`
	By       string `json:"by,omitempty"`
	Result   string `json:"result,omitempty"`
	Met      *bool  `json:"met,omitempty"`
}

// A Milestone is a day by which something stands.
type Milestone struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
	Due   string `json:"due,omitempty"`
	Done  string `json:"done,omitempty"`
	Owner string `json:"owner,omitempty"`
	Late  int    `json:"late,omitempty" jsonschema:"days overdue on the day of as_of"`
}

// A Responsibility is one row of who owns what.
type Responsibility struct {
	Area        string   `json:"area"`
	Accountable string   `json:"accountable,omitempty"`
	Responsible []string `json:"responsible,omitempty"`
	Consulted   []string `json:"consulted,omitempty"`
	Informed    []string `json:"informed,omitempty"`
	Scope       string   `json:"scope,omitempty"`
	Reason      string   `json:"reason,omitempty"`
}

// A Relation is a typed link, or the other end of one.
type Relation struct {
	Kind    string `json:"kind" jsonschema:"part_of, parts, depends_on, needed_by, replaces, replaced_by or related"`
	Charter string `json:"charter"`
}

// A Link is a place in prose that names the charter.
type Link struct {
	Charter  string `json:"charter"`
	Sentence string `json:"sentence"`
}

// A Signature is one paying department's approval, judged.
type Signature struct {
	Department string `json:"department"`
	State      string `json:"state" jsonschema:"missing, valid, outdated, not entitled, or unverified: outdated, and git does not have the text that was signed"`
	Person     string `json:"person,omitempty"`
	Date       string `json:"date,omitempty"`
	Terms      string `json:"terms,omitempty"`
	Deputy     bool   `json:"deputy,omitempty" jsonschema:"the person signed as a deputy"`
	// Changed are the terms that are different now.
	Changed []string `json:"changed,omitempty" jsonschema:"of an outdated signature: the terms that are different now, by their path in the front matter"`
}

// A Conflict is two claims on one area.
type Conflict struct {
	One   Claim `json:"one"`
	Other Claim `json:"other"`
}

// A Claim is one charter's word on who is accountable for an area.
type Claim struct {
	Charter    string `json:"charter"`
	Area       string `json:"area"`
	Department string `json:"department"`
}

// A Table is one rollup.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Blocks  []Block  `json:"blocks" jsonschema:"one for each currency, or one for all"`
}

// A Block is the rows of one currency.
type Block struct {
	Currency string `json:"currency,omitempty"`
	Rows     []Row  `json:"rows"`
	Total    *Row   `json:"total,omitempty"`
}

// A Row is one line of a rollup.
type Row struct {
	Key   string `json:"key"`
	Cells []Cell `json:"cells"`
}

// A Cell is one value, with its addends where it is a sum.
type Cell struct {
	Amount    string   `json:"amount,omitempty"`
	Currency  string   `json:"currency,omitempty"`
	Converted bool     `json:"converted,omitempty" jsonschema:"made with the rates of the register, so not exact"`
	Count     *int     `json:"count,omitempty"`
	Share     string   `json:"share,omitempty"`
	Ratio     string   `json:"ratio,omitempty" jsonschema:"an exact number as a reduced fraction, such as days of full-time work or posts; it may be above 1"`
	Spans     []Span   `json:"spans,omitempty" jsonschema:"runs of days"`
	Mark      string   `json:"mark,omitempty" jsonschema:"what is said beside the value, such as load.over or conflict.yes"`
	Date      string   `json:"date,omitempty"`
	Text      string   `json:"text,omitempty"`
	IDs       []string `json:"ids,omitempty"`
	Addends   []Addend `json:"addends,omitempty"`
}

// An Addend is one part of a sum.
type Addend struct {
	Charter string `json:"charter"`
	Party   string `json:"party,omitempty"`
	Person  string `json:"person,omitempty" jsonschema:"whose time is added"`
	Area    string `json:"area,omitempty" jsonschema:"the area that is counted or held"`
	Amount  string `json:"amount,omitempty"`
	Ratio   string `json:"ratio,omitempty" jsonschema:"an exact number as a reduced fraction"`
}

// A Span is a run of days.
type Span struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

var agreements = [...]string{"unsigned", "partly signed", "re-sign needed", "fully signed"}
var signatureStates = [...]string{"missing", "valid", "outdated", "not entitled", "unverified"}
var relationNames = [...]string{"part_of", "parts", "depends_on", "needed_by", "replaces", "replaced_by", "related"}

// document is everything but charters and rollups.
func document(p *portfolio.Portfolio) Document {
	d := Document{Schema: "portfolio.schema.json", Version: Version, Title: p.Config().Title.Value, AsOf: p.AsOf().String(),
		Departments: []Department{}, People: []Person{}, Areas: []Area{}, Objectives: []Objective{}, Charters: []Charter{}, Conflicts: []Conflict{}, Rollups: []Table{}}
	for _, x := range p.Registers().Departments {
		chief, _ := p.Chief(x.ID, p.AsOf())
		d.Departments = append(d.Departments, Department{string(x.ID), x.Name, x.Code, string(x.Parent), string(chief.ID)})
	}
	for _, x := range p.Registers().People {
		d.People = append(d.People, Person{string(x.ID), x.Name, string(x.Home(p.AsOf())), x.Capacity.String(), x.Until.String()})
	}
	for _, x := range p.Registers().Areas {
		d.Areas = append(d.Areas, Area{string(x.ID), x.Name, string(x.Parent), string(x.StandingOwner)})
	}
	for _, x := range p.Registers().Objectives {
		d.Objectives = append(d.Objectives, Objective{string(x.ID), x.Text, string(x.Owner), x.Period.Value})
	}
	for _, x := range p.Conflicts() {
		d.Conflicts = append(d.Conflicts, Conflict{claim(x.One), claim(x.Other)})
	}
	return d
}

func claim(c portfolio.Claim) Claim {
	return Claim{string(c.Charter.ID.Value), string(c.Area), string(c.Department)}
}

func ids(list []charter.At[charter.ID]) []string {
	var all []string
	for _, x := range list {
		all = append(all, string(x.Value))
	}
	return all
}

func charterOf(p *portfolio.Portfolio, c *charter.Charter) Charter {
	d := Charter{ID: string(c.ID.Value), File: c.File, Title: c.Name(), Summary: c.Summary.Value, Lang: p.Lang(c), Status: c.Status.Value.String(),
		Restricted: c.Restricted.Value, Joint: c.Joint(), Counted: rollup.Counted(c), Aliases: ids(c.Aliases), Tags: ids(c.Tags),
		Created: c.Created.Value.String(), Start: c.Timeframe.Start.Value.String(), End: c.Timeframe.End.Value.String(), Lead: ids(c.Lead),
		Budget: budget(c), Terms: c.Terms.Full(), Agreement: agreements[p.Agreement(c)]}
	if p.Withheld(c, "terms") {
		d.Terms = ""
	}
	if p.Withheld(c, "approvals") && len(d.Signatures) == 0 && p.Veil().Profile.Withholds("approvals") {
		d.Agreement = ""
	}
	for _, o := range c.Owners {
		d.Owners = append(d.Owners, Owner{string(o.Department.Value), string(o.Person.Value)})
	}
	for _, m := range c.Team {
		x := Member{Person: string(m.Person.Value), Home: string(m.Home.Value), Role: m.Role.Value, From: m.From.Value.String(), Until: m.Until.Value.String(),
			ReturnTo: m.Return.To.Value, ReturnDate: m.Return.Date.Value.String(), Returned: m.Return.Done.Value.String()}
		if !m.Allocation.Value.IsZero() {
			x.Allocation = m.Allocation.Value.String()
		}
		d.Team = append(d.Team, x)
	}
	d.life(p, c)
	life := p.Past().Life(c)
	d.Changed, d.ChangedBy, d.Writers = life.Last.Day.String(), life.Last.By.Name, len(life.Writers)
	if x := p.Addressed(life.Last.By.Email); x != nil {
		d.ChangedBy = x.Name
	}
	for r, name := range relationNames {
		for _, to := range p.Related(c.ID.Value, portfolio.Relation(r)) {
			d.Relations = append(d.Relations, Relation{name, string(to.ID.Value)})
		}
	}
	for _, b := range p.LinkedBy(portfolio.Target{Kind: portfolio.ToCharter, ID: c.ID.Value}) {
		d.LinkedFrom = append(d.LinkedFrom, Link{string(b.From.ID.Value), b.Sentence()})
	}
	for _, s := range p.Signatures(c) {
		state, then := p.Worth(c, s)
		x := Signature{Department: string(s.Department), State: signatureStates[state]}
		if then != nil {
			for _, d := range change.Terms(then, c) {
				x.Changed = append(x.Changed, d.Path())
			}
			slices.Sort(x.Changed)
			x.Changed = slices.Compact(x.Changed)
		}
		if s.Approval != nil {
			_, x.Deputy, _ = p.Office(s.Department, s.Approval.Person.Value, s.Approval.Date.Value)
			x.Person, x.Date, x.Terms = string(s.Approval.Person.Value), s.Approval.Date.Value.String(), s.Approval.Terms.Value
		}
		d.Signatures = append(d.Signatures, x)
	}
	for _, o := range p.Own(c) {
		if f := o.Field; f != nil {
			x := OwnField{Key: f.Key, Type: f.Type.String(), Values: []string{}}
			for _, v := range o.Values {
				if v.Sound && v.Money.Currency != "" {
					x.Values = append(x.Values, v.Money.Text()+" "+string(v.Money.Currency))
				} else if v.Sound {
					x.Values = append(x.Values, v.Text)
				}
			}
			d.Fields = append(d.Fields, x)
		}
	}
	for _, o := range c.Own {
		if d.Own == nil {
			d.Own = map[string]string{}
		}
		d.Own[o.Key] = o.Text
	}
	return d
}

// life fills in goals, milestones and responsibilities.
func (d *Charter) life(p *portfolio.Portfolio, c *charter.Charter) {
	for _, g := range c.Goals {
		x := Goal{ID: string(g.ID.Value), Text: g.Text.Value, Metric: g.Measure.Metric.Value, Unit: g.Measure.Unit.Value, Baseline: g.Measure.Baseline.Value,
			Target: g.Measure.Target.Value, By: g.Measure.By.Value.String(), Result: g.Result.Value.Value}
		if g.Result.Mark.Written() {
			met := g.Result.Met.Value
			x.Met = &met
		}
		d.Goals = append(d.Goals, x)
	}
	for i := range c.Milestones {
		m := &c.Milestones[i]
		late, _ := p.Overdue(c, m)
		d.Milestones = append(d.Milestones, Milestone{string(m.ID.Value), m.Title.Value, m.Due.Value.String(), m.Done.Value.String(), string(m.Owner.Value), late})
	}
	for _, r := range c.Responsibilities {
		x := Responsibility{Area: string(r.Area.Value), Responsible: ids(r.Responsible), Consulted: ids(r.Consulted), Informed: ids(r.Informed), Scope: r.Scope.Value, Reason: r.Reason.Value}
		if len(r.Accountable) == 1 {
			x.Accountable = string(r.Accountable[0].Value)
		}
		d.Responsibilities = append(d.Responsibilities, x)
	}
}

func budget(c *charter.Charter) *Budget {
	b := &c.Budget
	if !b.Sound {
		return nil
	}
	d := &Budget{Currency: string(b.Currency.Value), Total: b.Total.Value.Text()}
	for _, p := range b.Parties {
		d.Parties = append(d.Parties, Party{string(p.Department.Value), p.Share.String(), p.Amount.Text(), p.CostCentre.Value})
	}
	for i, p := range b.Periods {
		x := Period{Period: p.Period.Value.String(), Amount: p.Amount.Value.Text()}
		for _, m := range b.Table.Cells[i] {
			x.Parties = append(x.Parties, m.Text())
		}
		d.Periods = append(d.Periods, x)
	}
	for _, s := range b.Spent {
		d.Spent = append(d.Spent, Expense{s.Date.Value.String(), string(s.Department.Value), s.Amount.Value.Text(), s.Note.Value})
	}
	return d
}
