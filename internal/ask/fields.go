package ask

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// A kind is what a field holds.
type kind uint8

const (
	aText kind = iota
	aWord      // one of the field's words
	aTag
	aDay
	aNumber
	anAmount
	aShare
	aTruth
	aDepartment
	aPerson
	anArea
	aCharter
	anObjective
)

// kindWords name the kinds with their article.
var kindWords = [...]diag.Text{diag.Say("a text"), diag.Say("a word"), diag.Say("a tag"), diag.Say("a day"), diag.Say("a number"), diag.Say("an amount"), diag.Say("a share"), diag.Say("true or false"), diag.Say("a department"), diag.Say("a person"), diag.Say("an area"), diag.Say("a charter"), diag.Say("an objective")}

// A value is one value of a field. Its zero value is none.
type value struct {
	set    bool
	text   string // of a text, a word or an id
	n      int
	exact  *big.Rat // of a number that has decimals
	day    calendar.Date
	amount money.Money
	share  money.Share
	truth  bool
	mark   charter.Mark
	own    *portfolio.OwnValue
}

// rat is a number as a fraction.
func (v value) rat() *big.Rat {
	if v.exact != nil {
		return v.exact
	}
	return new(big.Rat).SetInt64(int64(v.n))
}

// key tells values of one field apart.
func (v value) key() string {
	switch {
	case !v.set:
		return ""
	case v.text != "":
		return v.text
	case !v.day.IsZero():
		return v.day.String()
	case v.amount.Currency != "":
		return v.amount.Text() + " " + string(v.amount.Currency)
	case !v.share.IsZero():
		return v.share.String()
	case v.exact != nil:
		return v.exact.RatString()
	case v.truth:
		return "true"
	}
	return strconv.Itoa(v.n)
}

// A subject is what a field is asked of: a charter, or one of its payers.
type subject struct {
	p     *portfolio.Portfolio
	c     *charter.Charter
	party int // of the budget's parties; -1 for the charter as a whole
}

// payer is the department that a subject is, if it is one.
func (s *subject) payer() ID {
	if s.party < 0 {
		return ""
	}
	return s.c.Budget.Parties[s.party].Department.Value
}

// A field is what a question can name.
type field struct {
	name   string
	kind   kind
	takes  []kind // what it can be narrowed to, in parentheses
	words  string // what a word can be, with blanks between
	labels string // the messages of the words begin with this
	sums   bool   // its amounts are parts of a sum
	lone   bool   // a charter has one value at most
	own    *portfolio.Field
	values func(s *subject, r *ref, yield func(value) bool)
}

// of makes the values of a field that a charter has once.
func of(get func(s *subject) value) func(*subject, *ref, func(value) bool) {
	return func(s *subject, _ *ref, yield func(value) bool) {
		if v := get(s); v.set {
			yield(v)
		}
	}
}

func word(text string, m charter.Mark) value { return value{set: text != "", text: text, mark: m} }
func id(x charter.At[ID]) value              { return word(string(x.Value), x.Mark) }
func day(d charter.At[calendar.Date]) value {
	return value{set: !d.Value.IsZero(), day: d.Value, mark: d.Mark}
}
func number(n int) value { return value{set: true, n: n} }
func truth(on bool, m charter.Mark) value {
	return value{set: true, truth: on, mark: m}
}

// ids makes the values of a field that is a list of ids.
func ids(get func(c *charter.Charter) []charter.At[ID]) func(*subject, *ref, func(value) bool) {
	return func(s *subject, _ *ref, yield func(value) bool) {
		for _, x := range get(s.c) {
			if x.Value != "" && !yield(id(x)) {
				return
			}
		}
	}
}

// fields are all there are but the organisation's own, in the manual's order.
var fields = []*field{
	{name: "id", kind: aCharter, lone: true, values: of(func(s *subject) value { return word(string(s.c.ID.Value), s.c.ID.Mark) })},
	{name: "title", kind: aText, lone: true, values: of(func(s *subject) value { return word(s.c.Name(), s.c.Title.Mark) })},
	{name: "summary", kind: aText, lone: true, values: of(func(s *subject) value { return word(s.c.Summary.Value, s.c.Summary.Mark) })},
	{name: "status", kind: aWord, lone: true, words: "proposed agreed active on-hold completed cancelled superseded", labels: "status.",
		values: of(func(s *subject) value { return word(s.c.Status.Value.String(), s.c.Status.Mark) })},
	{name: "kind", kind: aWord, lone: true, words: "joint single", labels: "kind.", values: of(kindOf)},
	{name: "language", kind: aText, lone: true, values: of(func(s *subject) value { return word(s.p.Lang(s.c), s.c.Lang.Mark) })},
	{name: "restricted", kind: aTruth, lone: true, values: of(func(s *subject) value { return truth(s.c.Restricted.Value, s.c.Restricted.Mark) })},
	{name: "tag", kind: aTag, values: ids(func(c *charter.Charter) []charter.At[ID] { return c.Tags })},

	{name: "created", kind: aDay, lone: true, values: of(func(s *subject) value { return day(s.c.Created) })},
	{name: "start", kind: aDay, lone: true, values: of(func(s *subject) value { return day(s.c.Timeframe.Start) })},
	{name: "end", kind: aDay, lone: true, values: of(func(s *subject) value { return day(s.c.Timeframe.End) })},
	{name: "year", kind: aNumber, values: years},
	{name: "kickoff", kind: aDay, lone: true, values: of(func(s *subject) value { return day(s.c.Kickoff.Date) })},
	{name: "closed", kind: aDay, lone: true, values: of(func(s *subject) value { return day(s.c.Closure.Date) })},

	{name: "department", kind: aDepartment, values: payers},
	{name: "owner", kind: aPerson, takes: []kind{aDepartment}, values: owners},
	{name: "lead", kind: aPerson, values: ids(func(c *charter.Charter) []charter.At[ID] { return c.Lead })},
	{name: "steering", kind: aPerson, values: ids(func(c *charter.Charter) []charter.At[ID] { return c.Steering })},
	{name: "member", kind: aPerson, takes: []kind{aDepartment}, values: members},
	{name: "person", kind: aPerson, values: everybody},
	{name: "lends", kind: aDepartment, values: lenders},

	{name: "total", kind: anAmount, lone: true, values: of(func(s *subject) value { return amountAt(s.c.Budget.Total) })},
	{name: "currency", kind: aWord, lone: true, values: of(func(s *subject) value { return word(string(s.c.Budget.Currency.Value), s.c.Budget.Currency.Mark) })},
	{name: "contingency", kind: anAmount, lone: true, values: of(func(s *subject) value { return amountAt(s.c.Budget.Contingency) })},
	{name: "payers", kind: aNumber, lone: true, values: of(func(s *subject) value {
		v := number(len(s.c.Budget.Parties))
		v.mark = s.c.Budget.Shares
		return v
	})},
	{name: "share", kind: aShare, takes: []kind{aDepartment}, values: shares},
	{name: "counted", kind: aTruth, lone: true, values: of(func(s *subject) value { return truth(rollup.Counted(s.c), s.c.Status.Mark) })},
	{name: "amount", kind: anAmount, lone: true, sums: true, takes: []kind{aDepartment, aNumber}, values: amounts},
	{name: "proposed", kind: anAmount, lone: true, sums: true, takes: []kind{aDepartment, aNumber}, values: amounts},
	{name: "spent", kind: anAmount, lone: true, sums: true, takes: []kind{aDepartment, aNumber}, values: amounts},

	{name: "area", kind: anArea, values: func(s *subject, _ *ref, yield func(value) bool) {
		for i := range s.c.Responsibilities {
			if x := s.c.Responsibilities[i].Area; x.Value != "" && !yield(id(x)) {
				return
			}
		}
	}},
	{name: "accountable", kind: aDepartment, takes: []kind{anArea}, values: raci(func(r *charter.Responsibility) []charter.At[ID] { return r.Accountable })},
	{name: "responsible", kind: aDepartment, takes: []kind{anArea}, values: raci(func(r *charter.Responsibility) []charter.At[ID] { return r.Responsible })},
	{name: "consulted", kind: aDepartment, takes: []kind{anArea}, values: raci(func(r *charter.Responsibility) []charter.At[ID] { return r.Consulted })},
	{name: "informed", kind: aDepartment, takes: []kind{anArea}, values: raci(func(r *charter.Responsibility) []charter.At[ID] { return r.Informed })},

	{name: "goals", kind: aNumber, lone: true, values: of(func(s *subject) value { return number(len(s.c.Goals)) })},
	{name: "objective", kind: anObjective, values: ids(func(c *charter.Charter) []charter.At[ID] { return c.Links.ContributesTo })},
	{name: "milestone", kind: aDay, values: func(s *subject, _ *ref, yield func(value) bool) {
		for i := range s.c.Milestones {
			if v := day(s.c.Milestones[i].Due); v.set && !yield(v) {
				return
			}
		}
	}},
	{name: "overdue", kind: aNumber, lone: true, values: of(overdue)},
	{name: "risks", kind: aNumber, lone: true, values: of(openRisks)},

	{name: "signed", kind: aTruth, lone: true, takes: []kind{aDepartment}, values: signed},
	{name: "agreement", kind: aWord, lone: true, words: "unsigned partly-signed re-sign-needed fully-signed", labels: "agreement.", values: of(func(s *subject) value {
		return word(s.p.Agreement(s.c).String(), s.c.Keys.Of("approvals"))
	})},
	{name: "rag", kind: aWord, lone: true, words: "green amber red", labels: "rag.", values: of(func(s *subject) value {
		for _, u := range s.p.Updates(s.c) {
			return word(u.RAG.Value.String(), mine(s.c, u.File, u.RAG.Mark))
		}
		return value{}
	})},
	{name: "updated", kind: aDay, lone: true, values: of(func(s *subject) value {
		for _, u := range s.p.Updates(s.c) {
			return day(charter.At[calendar.Date]{Value: u.Date.Value, Mark: mine(s.c, u.File, u.Date.Mark)})
		}
		return value{}
	})},

	{name: "part_of", kind: aCharter, lone: true, values: named(func(c *charter.Charter) []charter.At[ID] { return []charter.At[ID]{c.Links.PartOf} })},
	{name: "depends_on", kind: aCharter, values: named(func(c *charter.Charter) []charter.At[ID] { return c.Links.DependsOn })},
	{name: "replaces", kind: aCharter, values: named(func(c *charter.Charter) []charter.At[ID] { return c.Links.Replaces })},
	{name: "related", kind: aCharter, values: named(func(c *charter.Charter) []charter.At[ID] { return c.Links.Related })},
}

// tells are the keys of charters that a field tells of, where profiles may withhold
// one. An own field tells of itself.
var tells = map[string]string{"summary": "summary", "tag": "tags", "start": "timeframe.start", "end": "timeframe.end", "year": "timeframe.end", "kickoff": "kickoff.date", "closed": "closure.date",
	"owner": "owners.person", "lead": "lead", "steering": "steering", "member": "team.person", "person": "owners.person lead steering team.person", "lends": "team.home",
	"total": "budget", "currency": "budget", "contingency": "budget.contingency", "share": "budget", "amount": "budget", "proposed": "budget", "spent": "budget.spent",
	"area": "responsibilities.area", "accountable": "responsibilities.accountable", "responsible": "responsibilities.responsible", "consulted": "responsibilities.consulted", "informed": "responsibilities.informed",
	"goals": "goals", "objective": "links.contributes_to", "milestone": "milestones.due", "overdue": "milestones.due", "risks": "risks", "signed": "approvals", "agreement": "approvals",
	"rag": "updates.rag", "updated": "updates.date", "part_of": "links.part_of", "depends_on": "links.depends_on", "replaces": "links.replaces", "related": "links.related"}

// withheld reports whether a name is that of a field that tells of what an audience
// may not read. None of its values is there then, which is not to say that charters
// have none; an own field is not even known.
func (b *binder) withheld(name string, f *field) bool {
	veil := b.p.Veil()
	if veil == nil {
		return false
	}
	if f != nil {
		name = tells[f.name]
	}
	return slices.ContainsFunc(strings.Fields(name), veil.Profile.Withholds)
}

// synonyms are other names of fields that people rightly expect.
var synonyms = map[string]string{"payer": "department", "lang": "language", "tags": "tag", "budget": "total", "milestones": "milestone"}

// likely are what other tools call a field, for hints.
var likely = map[string]string{"department-amount": "amount", "pays": "amount", "cost": "amount", "money": "amount", "sponsor": "owner", "owners": "owner", "manager": "lead", "project_manager": "lead",
	"departments": "department", "team": "member", "people": "person", "name": "title", "state": "status", "colour": "rag", "color": "rag", "from": "start", "until": "end", "due": "milestone", "programme": "part_of", "program": "part_of", "approved": "signed", "shares": "share", "areas": "area"}

// mine is a mark of the charter's own file; what stands in another file has no
// place in it.
func mine(c *charter.Charter, file string, m charter.Mark) charter.Mark {
	if file == c.File || file == "" {
		return m
	}
	return charter.Mark{}
}

func kindOf(s *subject) value {
	switch {
	case len(s.c.Budget.Parties) == 0 && s.c.Kind.Value == charter.NoKind:
		return value{}
	case s.c.Joint() || len(s.c.Budget.Parties) == 0 && s.c.Kind.Value == charter.Joint:
		return word("joint", s.c.Kind.Mark)
	}
	return word("single", s.c.Kind.Mark)
}

// years are those that the timeframe touches.
func years(s *subject, _ *ref, yield func(value) bool) {
	w, ok := s.c.Timeframe.Window()
	if !ok {
		return
	}
	for y := w.Start.Year(); y <= w.End.Year(); y++ {
		if !yield(value{set: true, n: y, mark: s.c.Timeframe.End.Mark}) {
			return
		}
	}
}

func payers(s *subject, _ *ref, yield func(value) bool) {
	for i := range s.c.Budget.Parties {
		if x := s.c.Budget.Parties[i].Department; (s.party < 0 || s.party == i) && x.Value != "" && !yield(id(x)) {
			return
		}
	}
}

func owners(s *subject, r *ref, yield func(value) bool) {
	for i := range s.c.Owners {
		o := &s.c.Owners[i]
		if r.meets(s, o.Department.Value) && o.Person.Value != "" && !yield(id(o.Person)) {
			return
		}
	}
}

func members(s *subject, r *ref, yield func(value) bool) {
	for i := range s.c.Team {
		m := &s.c.Team[i]
		if r.meets(s, m.Home.Value) && m.Person.Value != "" && !yield(id(m.Person)) {
			return
		}
	}
}

func lenders(s *subject, _ *ref, yield func(value) bool) {
	for i := range s.c.Team {
		if x := s.c.Team[i].Home; x.Value != "" && !yield(id(x)) {
			return
		}
	}
}

// everybody goes through the people who own, lead, steer or are lent.
func everybody(s *subject, r *ref, yield func(value) bool) {
	on := true
	once := func(v value) bool {
		on = yield(v)
		return on
	}
	owners(s, r, once)
	for _, list := range [][]charter.At[ID]{s.c.Lead, s.c.Steering} {
		for _, x := range list {
			if on && x.Value != "" {
				once(id(x))
			}
		}
	}
	if on {
		members(s, r, once)
	}
}

func amountAt(m charter.At[money.Money]) value {
	return value{set: m.Value.Currency != "", amount: m.Value, mark: m.Mark}
}

func shares(s *subject, r *ref, yield func(value) bool) {
	if !s.c.Budget.Sound {
		return
	}
	for i := range s.c.Budget.Parties {
		b := &s.c.Budget.Parties[i]
		if (s.party < 0 || s.party == i) && (r.department == "" || r.department == b.Department.Value) {
			mark := b.Written.Mark
			if !mark.Written() {
				mark = b.Department.Mark
			}
			if !yield(value{set: true, share: b.Share, mark: mark}) {
				return
			}
		}
	}
}

// amounts is the sum of what one charter adds to a rollup.
func amounts(s *subject, r *ref, yield func(value) bool) {
	list := addends(s, r)
	if len(list) == 0 {
		return
	}
	sum := rollup.SumOf(list, s.c.Budget.Currency.Value).Money
	mark := s.c.Budget.Total.Mark
	for i := range s.c.Budget.Parties {
		if b := &s.c.Budget.Parties[i]; b.Department.Value == r.department || i == s.party {
			mark = b.Department.Mark
		}
	}
	yield(value{set: true, amount: sum, mark: mark})
}

// addends are what one charter adds to the sum of a field, as the rollups have
// it: amount as by-department, proposed as proposals, spent as by-period.
func addends(s *subject, r *ref) (list []rollup.Addend) {
	eachAddend(s, r, func(_ ID, _ string, a rollup.Addend) { list = append(list, a) })
	return list
}

func eachAddend(s *subject, r *ref, do func(party ID, year string, a rollup.Addend)) {
	take := func(party ID, year string, a rollup.Addend) {
		if r.meets(s, party) && (r.year == 0 || year == strconv.Itoa(r.year)) {
			do(party, year, a)
		}
	}
	switch {
	case r.field.name == "proposed":
		if rollup.Proposed(s.c) {
			rollup.EachAmount(s.c, take)
		}
	case !rollup.Counted(s.c):
	case r.field.name == "spent":
		rollup.EachSpent(s.c, take)
	default:
		rollup.EachAmount(s.c, take)
	}
}

// raci makes the values of one column of the responsibilities.
func raci(get func(*charter.Responsibility) []charter.At[ID]) func(*subject, *ref, func(value) bool) {
	return func(s *subject, r *ref, yield func(value) bool) {
		for i := range s.c.Responsibilities {
			row := &s.c.Responsibilities[i]
			if r.area != "" && row.Area.Value != r.area {
				continue
			}
			for _, x := range get(row) {
				if x.Value != "" && !yield(id(x)) {
					return
				}
			}
		}
	}
}

func overdue(s *subject) value {
	v := number(0)
	for i := range s.c.Milestones {
		if _, late := s.p.Overdue(s.c, &s.c.Milestones[i]); late {
			v.n++
			v.mark = s.c.Milestones[i].Due.Mark
		}
	}
	return v
}

func openRisks(s *subject) value {
	v := number(0)
	for i := range s.c.Risks {
		if r := &s.c.Risks[i]; !r.Closed.Written() {
			v.n++
			v.mark = r.ID.Mark
		}
	}
	return v
}

// signed asks whether one department's signature is valid, or all are.
func signed(s *subject, r *ref, yield func(value) bool) {
	one := r.department
	if one == "" {
		one = s.payer()
	}
	if one == "" {
		yield(truth(s.p.Agreement(s.c) == portfolio.FullySigned, s.c.Keys.Of("approvals")))
		return
	}
	for _, x := range s.p.Signatures(s.c) {
		if x.Department == one {
			yield(truth(x.State == portfolio.Valid, s.c.Keys.Of("approvals")))
			return
		}
	}
}

// named makes the values of a link: the charters it names, by their present ids.
func named(get func(c *charter.Charter) []charter.At[ID]) func(*subject, *ref, func(value) bool) {
	return func(s *subject, _ *ref, yield func(value) bool) {
		for _, x := range get(s.c) {
			if to := s.p.Find(x.Value); to != nil && !yield(word(string(to.ID.Value), x.Mark)) {
				return
			}
		}
	}
}

// ownField makes the field of a declaration.
func ownField(f *portfolio.Field) *field {
	kinds := map[portfolio.FieldType]kind{portfolio.TextField: aText, portfolio.ChoiceField: aWord, portfolio.NumberField: aNumber, portfolio.MoneyField: anAmount, portfolio.DateField: aDay,
		portfolio.PersonField: aPerson, portfolio.DepartmentField: aDepartment, portfolio.URLField: aText, portfolio.BoolField: aTruth}
	x := &field{name: "x." + f.Key, kind: kinds[f.Type], own: f, lone: !f.Many}
	var words []string
	for _, c := range f.Choices {
		words = append(words, c.ID)
	}
	x.words = strings.Join(words, " ")
	x.values = func(s *subject, _ *ref, yield func(value) bool) {
		own, _ := s.p.OwnField(s.c, f)
		for i := range own.Values {
			v := &own.Values[i]
			if !v.Sound {
				continue
			}
			if !yield(value{set: true, text: v.Text, exact: v.Number, day: v.Date, amount: v.Money, truth: v.True, mark: v.Mark, own: v}) {
				return
			}
		}
	}
	return x
}
