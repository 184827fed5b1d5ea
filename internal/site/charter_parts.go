package site

import (
	"cmp"
	"slices"
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/chart"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// needsDecimals reports whether some amount of a budget has øre, so that its
// columns all show them.
func needsDecimals(b *charter.Budget) bool {
	scale := b.Currency.Value.Scale()
	for _, row := range b.Table.Cells {
		for _, m := range row {
			if m.Minor%scale != 0 {
				return true
			}
		}
	}
	return false
}

// share is a party's part, exactly where that can be written.
func (v *voice) share(party charter.Party) string { return v.locale.PercentExact(party.Share) }

// partyNote is what stands below a payer's name.
func (v *voice) partyNote(t *portfolio.Translation, party *charter.Party) theme.Fragment {
	switch {
	case party.InKind.Value != "":
		return v.words.HTML("charter.inkind", "What", v.marked(t, &party.InKind))
	case party.CostCentre.Value != "":
		return theme.Escape(v.words.F("charter.costcentre", "Number", party.CostCentre.Value))
	}
	return ""
}

// roundingNote says why parties with one share pay amounts that differ.
func (v *voice) roundingNote(b *charter.Budget) string {
	var more []string
	for i, x := range b.Parties {
		for _, y := range b.Parties[i+1:] {
			if x.Share == y.Share && x.Amount != y.Amount {
				more = append(more, v.deptName(x.Department.Value))
				break
			}
		}
	}
	if len(more) == 0 {
		return ""
	}
	smallest := money.Money{Minor: 1, Currency: b.Currency.Value}
	return v.words.F("charter.rounding", "Who", v.locale.List(more), "Amount", v.locale.MoneyExact(smallest), "N", len(more))
}

// A splitFigure is the budget as one bar: who pays what, both sides alike.
type splitFigure struct {
	Ends  []splitEnd // at both ends of the bar, for two payers
	Below []splitEnd // below it, for any other number
	Bar   theme.Fragment
	Facts []theme.Fragment
}

type splitEnd struct {
	Dept   theme.Fragment
	Amount string
	Share  string
}

func (v *voice) split(c *charter.Charter) *splitFigure {
	b := &c.Budget
	if !b.Sound {
		return nil
	}
	f := &splitFigure{Bar: v.shareBar(b.Parties)}
	for _, party := range v.bySize(b.Parties) {
		end := splitEnd{v.deptMark(party.Department.Value), v.money(party.Amount), v.share(party)}
		if len(b.Parties) == 2 {
			f.Ends = append(f.Ends, end)
		} else {
			f.Below = append(f.Below, end)
		}
	}
	if n := len(b.Parties); n > 1 && !slices.ContainsFunc(b.Parties, func(p charter.Party) bool { return p.Share != b.Parties[0].Share }) {
		f.Facts = append(f.Facts, theme.Escape(v.words.F("charter.equally", "Share", v.share(b.Parties[0]))))
	} else if n == 2 {
		f.Facts = append(f.Facts, theme.Escape(f.Ends[0].Share+" : "+f.Ends[1].Share))
	}
	f.Facts = append(f.Facts, v.words.HTML("charter.together", "Amount", bold(v.money(b.Total.Value))))
	year := strconv.Itoa(v.site.p.AsOf().Year())
	var now money.Money
	for _, p := range b.Periods {
		if strconv.Itoa(p.Period.Value.Year()) == year {
			now = now.Plus(p.Amount.Value)
		}
	}
	if !now.IsZero() {
		f.Facts = append(f.Facts, v.words.HTML("charter.thisyear", "Year", year, "Amount", bold(v.money(now))))
	}
	if !b.Contingency.Value.IsZero() {
		f.Facts = append(f.Facts, v.words.HTML("charter.contingency", "Amount", bold(v.money(b.Contingency.Value))))
	}
	return f
}

func bold(s string) theme.Fragment {
	return new(theme.Builder).Raw(`<b>`).Text(s).Raw(`</b>`).Fragment()
}

// bySize orders payers by what they pay, largest first, ties by the order of
// departments in the configuration.
func (v *voice) bySize(parties []charter.Party) []charter.Party {
	parties = slices.Clone(parties)
	slices.SortStableFunc(parties, func(a, b charter.Party) int {
		return cmp.Or(b.Amount.Cmp(a.Amount), v.slot(a.Department.Value)-v.slot(b.Department.Value))
	})
	return parties
}

func (v *voice) slot(id ID) int {
	if d := v.site.p.Department(id); d != nil {
		return d.Slot
	}
	return 1 << 20
}

// shareBar is a budget as one bar with a seam between payers. Places are
// hundredths of a per cent of the cumulative amount, so that nothing drifts.
// The parts stand beside it as text, so that it only decorates.
func (v *voice) shareBar(parties []charter.Party) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="bar" aria-hidden="true">`)
	parties = v.bySize(parties)
	total := money.Money{}
	for _, p := range parties {
		total = total.Plus(p.Amount)
	}
	sum, seams := int64(0), theme.Builder{}
	for i, p := range parties {
		x := place(sum, total.Minor)
		sum += p.Amount.Minor
		chart.Each(v.deptClass(p.Department.Value), func(class string) {
			b.Raw(`<rect class="`).Text(class)
			if i > 0 { // the first lies below all others, as long as the bar
				b.Raw(`" x="`).Percent(x).Raw(`" width="`).Percent(place(sum, total.Minor) - x)
			}
			b.Raw(`"/>`)
		})
		if i > 0 {
			seams.Raw(`<rect class="seam" x="`).Percent(x).Raw(`"/>`)
		}
	}
	return b.Add(seams.Fragment()).Raw(`</svg>`).Fragment()
}

// place is part of whole in hundredths of a per cent, for positions on screen.
func place(part, whole int64) int {
	if whole <= 0 {
		return 0
	}
	for whole > 1<<40 {
		part, whole = part>>1, whole>>1
	}
	return int(part * 10_000 / whole)
}

// placeOf is where a day stands in a window, in hundredths of a per cent.
func placeOf(d calendar.Date, w calendar.Window) int {
	return max(0, min(10_000, place(int64(d.DaysSince(w.Start)), int64(max(w.Days()-1, 1)))))
}

// span is the timeframe as a line with milestones and today, and the same in a
// sentence.
func (v *voice) span(c *charter.Charter) (theme.Fragment, string) {
	w, ok := c.Timeframe.Window()
	if !ok {
		return "", ""
	}
	today := v.site.p.AsOf()
	from, to := v.locale.DateLong(w.Start), v.locale.DateLong(w.End)
	note := v.words.F("span.from", "From", from, "To", to)
	switch {
	case today.Before(w.Start):
		note += " " + v.words.N("span.before", w.Start.DaysSince(today))
	case today.After(w.End):
		note += " " + v.words.N("span.after", today.DaysSince(w.End))
	default:
		passed, _ := money.NewShare(int64(max(today.DaysSince(w.Start), 1)), int64(w.Days()))
		note += " " + v.words.F("span.within", "Part", v.locale.Percent(wholePercent(passed)), "N", w.End.DaysSince(today))
	}
	var b theme.Builder
	b.Raw(`<div class="span" role="img" aria-label="`).Text(note).Raw(`"><svg aria-hidden="true"><rect class="track" x="0" y="31" width="100%" height="6"/>`)
	gone := 0
	if !today.Before(w.Start) {
		gone = placeOf(today, w)
		b.Raw(`<rect class="gone" x="0" y="31" width="`).Percent(gone).Raw(`" height="6"/>`)
	}
	for i := range c.Milestones {
		m := &c.Milestones[i]
		if m.Due.Value.IsZero() || !w.Contains(m.Due.Value) {
			continue
		}
		_, late := v.site.p.Overdue(c, m)
		b.Raw(`<svg x="`).Percent(placeOf(m.Due.Value, w)).Raw(`">`)
		switch {
		case m.Done.Written():
			b.Raw(`<path class="ms done" d="M0 26.5 7.5 34 0 41.5 -7.5 34z"/>`)
		case late:
			b.Raw(`<path class="ms late" d="M0 24 8.5 39 -8.5 39z"/>`)
		default:
			b.Raw(`<path class="ms" d="M0 26.5 7.5 34 0 41.5 -7.5 34z"/>`)
		}
		b.Raw(`</svg>`)
	}
	if w.Contains(today) {
		v.todayTag(&b, today, gone)
	}
	b.Raw(`<text class="b" x="0" y="62">`).Text(v.locale.Date(w.Start)).Raw(`</text><text class="b" x="100%" dx="8" y="62" text-anchor="end">`).Text(v.locale.Date(w.End)).Raw(`</text></svg></div>`)
	return b.Fragment(), note
}

// todayTag marks today; near an end the tag stays inside the figure.
func (v *voice) todayTag(b *theme.Builder, today calendar.Date, at int) {
	b.Raw(`<line class="now" x1="`).Percent(at).Raw(`" x2="`).Percent(at).Raw(`" y1="14" y2="46"/>`)
	tag := v.words.F("span.today", "Day", v.locale.DayMonth(today))
	b.Raw(`<svg x="`).Percent(at).Raw(`" y="-6">`)
	switch {
	case at < 800:
		b.Raw(`<rect class="nowtag" x="0" width="92" height="21" rx="2"/><text class="nowtxt" x="46" y="15">`)
	case at > 9200:
		b.Raw(`<rect class="nowtag" x="-92" width="92" height="21" rx="2"/><text class="nowtxt" x="-46" y="15">`)
	default:
		b.Raw(`<rect class="nowtag" x="-46" width="92" height="21" rx="2"/><text class="nowtxt" x="0" y="15">`)
	}
	b.Text(tag).Raw(`</text></svg>`)
}

// wholePercent rounds a share to whole per cent, for sentences.
func wholePercent(s money.Share) money.Share {
	r, _ := money.NewShare(max(1, s.Num()*100/s.Den()), 100)
	return r
}

type goalRow struct {
	ID           string
	Text, Metric theme.Fragment
	Bar          theme.Fragment
	By           theme.Fragment
	State        string
	Met          bool
	Closed       bool
}

func (v *voice) goals(c *charter.Charter, t *portfolio.Translation) []goalRow {
	var rows []goalRow
	for i := range c.Goals {
		g := &c.Goals[i]
		row := goalRow{ID: string(g.ID.Value), Text: v.marked(t, &g.Text), By: v.date(g.Measure.By.Value)}
		row.Metric = v.spoken(t, &g.Measure.Metric)
		row.Bar = v.measure(t, g)
		row.Closed, row.Met = g.Result.Mark.Written(), g.Result.Met.Value
		row.State = v.words.T(string(rollup.Aim{Charter: c, Goal: g}.State()))
		rows = append(rows, row)
	}
	return rows
}

// measure writes baseline, result and target in words.
func (v *voice) measure(t *portfolio.Translation, g *charter.Goal) theme.Fragment {
	m := g.Measure
	if !m.Mark.Written() {
		return ""
	}
	unit := v.unit(v.text(t, &g.Measure.Unit))
	var b theme.Builder
	b.Raw(`<span class="gv"><span>`).Text(v.words.F("goal.start", "Value", unit(m.Baseline.Value))).Raw(`</span> `)
	if g.Result.Mark.Written() {
		b.Raw(`<b>`).Text(v.words.F("goal.result", "Value", unit(g.Result.Value.Value))).Raw(`</b> `)
	}
	b.Raw(`<span>`).Text(v.words.F("goal.target", "Value", unit(m.Target.Value))).Raw(`</span></span>`)
	return b.Fragment()
}

// unit writes values of a measure with their unit.
func (v *voice) unit(u string) func(text string) string {
	return func(text string) string {
		n := v.locale.Decimal(text)
		switch {
		case text == "" || u == "" || u == "count":
			return n
		case u == "%":
			return n + "\u00a0%"
		default:
			return n + "\u00a0" + u
		}
	}
}

// A raciTable is who owns what in one charter.
type raciTable struct {
	Heads []theme.Fragment
	Rows  []raciRow
}

type raciRow struct {
	Area     theme.Fragment
	Scope    theme.Fragment
	Reason   theme.Fragment
	Conflict theme.Fragment
	Cells    theme.Fragment
}

func (v *voice) raci(c *charter.Charter, t *portfolio.Translation) *raciTable {
	if len(c.Responsibilities) == 0 {
		return nil
	}
	columns := v.raciDepartments(c)
	table := &raciTable{}
	for _, id := range columns {
		table.Heads = append(table.Heads, v.deptMark(id))
	}
	conflicts := v.conflictsOf(c)
	for i := range c.Responsibilities {
		r := &c.Responsibilities[i]
		row := raciRow{Area: v.area(r.Area.Value), Scope: v.spoken(t, &r.Scope), Reason: v.spoken(t, &r.Reason), Conflict: conflicts[r]}
		if t != nil && t.Said(&r.Scope).Part != portfolio.Fresh {
			row.Reason += v.change(t.Said(&r.Scope).Part)
		}
		row.Cells = v.raciCells(r, columns)
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (v *voice) raciCells(r *charter.Responsibility, columns []ID) theme.Fragment {
	has := func(ids []charter.At[ID], id ID) bool {
		return slices.ContainsFunc(ids, func(a charter.At[ID]) bool { return a.Value == id })
	}
	var b theme.Builder
	for _, id := range columns {
		b.Raw(`<td role="cell" data-l="`).Text(v.deptName(id)).Raw(`">`)
		switch {
		case has(r.Accountable, id):
			b.Raw(`<span class="own `).Text(v.deptClass(id)).Raw(`">`).Text(v.words.T("raci.owns")).Raw(`</span>`)
		case has(r.Responsible, id):
			b.Raw(`<span class="c">`).Text(v.words.T("raci.does")).Raw(`</span>`)
		case has(r.Consulted, id):
			b.Raw(`<span class="c">`).Text(v.words.T("raci.consulted")).Raw(`</span>`)
		case has(r.Informed, id):
			b.Raw(`<span class="c">`).Text(v.words.T("raci.informed")).Raw(`</span>`)
		}
		b.Raw(`</td>`)
	}
	return b.Fragment()
}

// raciDepartments are the payers, then whoever else is named, in site order.
func (v *voice) raciDepartments(c *charter.Charter) []ID {
	var all []ID
	add := func(id ID) {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, b := range c.Budget.Parties {
		add(b.Department.Value)
	}
	payers := len(all)
	for _, r := range c.Responsibilities {
		for _, ids := range [][]charter.At[ID]{r.Accountable, r.Responsible, r.Consulted, r.Informed} {
			for _, id := range ids {
				add(id.Value)
			}
		}
	}
	slices.SortStableFunc(all[payers:], func(a, b ID) int { return v.slot(a) - v.slot(b) })
	return all
}

// conflictsOf words the conflicts of c's rows.
func (v *voice) conflictsOf(c *charter.Charter) map[*charter.Responsibility]theme.Fragment {
	var words map[*charter.Responsibility]theme.Fragment
	for _, x := range v.site.p.Conflicts() {
		mine, theirs := x.One, x.Other
		if theirs.Charter == c {
			mine, theirs = theirs, mine
		}
		if mine.Charter != c {
			continue
		}
		if words == nil {
			words = map[*charter.Responsibility]theme.Fragment{}
		}
		words[mine.Row] = v.words.HTML("conflict.with", "Charter", v.charter(theirs.Charter), "Owner", v.deptName(theirs.Department))
	}
	return words
}

type teamRow struct {
	Person     theme.Fragment
	Role       theme.Fragment
	Allocation string
	Home       theme.Fragment
	From       theme.Fragment
	Post       theme.Fragment
	Back       theme.Fragment
	Note       string
	Late       bool
}

func (v *voice) team(c *charter.Charter, t *portfolio.Translation) []teamRow {
	rows := make([]teamRow, 0, len(c.Team))
	for i := range c.Team {
		m := &c.Team[i]
		row := teamRow{Person: v.person(m.Person.Value), Role: v.marked(t, &m.Role), Home: v.deptMark(m.Home.Value), Post: v.spoken(t, &m.Return.To)}
		if !m.Allocation.Value.IsZero() {
			row.Allocation = v.locale.PercentExact(m.Allocation.Value)
		}
		if w, ok := m.Window(c.Timeframe); ok {
			row.From = theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")
		}
		state, late := v.site.p.Return(c, m)
		switch state {
		case portfolio.NoReturn:
			row.Note = v.words.T("return.none")
		case portfolio.Returned:
			row.Back, row.Note = v.date(m.Return.Done.Value), v.words.T("return.done")
		case portfolio.ReturnOverdue, portfolio.ReturnDue:
			row.Back, row.Note, row.Late = v.date(v.site.p.ReturnDay(c, m)), v.words.N("return.late", late), state == portfolio.ReturnOverdue
		default:
			row.Back = v.date(v.site.p.ReturnDay(c, m))
		}
		rows = append(rows, row)
	}
	return rows
}

type milestoneRow struct {
	Title theme.Fragment
	Due   theme.Fragment
	Owner theme.Fragment
	State theme.Fragment
	Note  string
	Late  bool
}

func (v *voice) milestones(c *charter.Charter, t *portfolio.Translation) []milestoneRow {
	rows := make([]milestoneRow, 0, len(c.Milestones))
	for i := range c.Milestones {
		m := &c.Milestones[i]
		late, _ := v.site.p.Overdue(c, m)
		row := milestoneRow{Title: v.marked(t, &m.Title), Due: v.date(m.Due.Value), Late: late > 0}
		if m.Owner.Value != "" {
			row.Owner = v.person(m.Owner.Value)
		}
		row.State, row.Note = v.milestoneState(rollup.Step{Charter: c, Milestone: m, Late: late})
		rows = append(rows, row)
	}
	return rows
}

// milestoneState is a milestone's state as glyph and word, and what to add.
func (v *voice) milestoneState(s rollup.Step) (state theme.Fragment, note string) {
	label := s.State()
	state = v.once(partMilestone, ID(label), func() any {
		return struct{ Key, Word string }{string(label), v.words.T(string(label))}
	})
	switch {
	case s.Late > 0:
		note = v.words.N("days.overdue", s.Late)
	case s.Milestone.Done.Value.After(s.Milestone.Due.Value):
		note = v.words.N("days.late", s.Milestone.Done.Value.DaysSince(s.Milestone.Due.Value))
	}
	return state, note
}

type riskRow struct {
	Text, Response theme.Fragment
	Levels         string
	Owner          theme.Fragment
	Closed         theme.Fragment
}

func (v *voice) risks(c *charter.Charter, t *portfolio.Translation) []riskRow {
	rows := make([]riskRow, 0, len(c.Risks))
	for i := range c.Risks {
		r := &c.Risks[i]
		row := riskRow{Text: v.marked(t, &r.Text), Response: v.spoken(t, &r.Response), Closed: v.date(r.Closed.Value)}
		if r.Probability.Value != charter.NoLevel && r.Impact.Value != charter.NoLevel {
			row.Levels = v.words.F("risk.levels", "Probability", v.words.T("level."+r.Probability.Value.String()), "Impact", v.words.T("level."+r.Impact.Value.String()))
		}
		if r.Owner.Value != "" {
			row.Owner = v.person(r.Owner.Value)
		}
		rows = append(rows, row)
	}
	return rows
}

type deliverableRow struct {
	Title theme.Fragment
	Owner theme.Fragment
	Due   theme.Fragment
}

func (v *voice) deliverables(c *charter.Charter, t *portfolio.Translation) []deliverableRow {
	var rows []deliverableRow
	for i := range c.Deliverables {
		d := &c.Deliverables[i]
		row := deliverableRow{Title: v.marked(t, &d.Title), Due: v.date(d.Due.Value)}
		if d.Owner.Value != "" {
			row.Owner = v.person(d.Owner.Value)
		}
		rows = append(rows, row)
	}
	return rows
}

type updateRow struct {
	Date theme.Fragment
	By   theme.Fragment
	RAG  string
	Word string
	Text theme.Fragment
	Next theme.Fragment
}

func (v *voice) updates(c *charter.Charter, t *portfolio.Translation) []updateRow {
	var rows []updateRow
	for _, u := range v.site.p.Updates(c) {
		row := updateRow{Date: v.date(u.Date.Value), Text: v.inlineSaid(c, t, u.Text.Value), Next: v.saidIn(c, t, u.Next.Value), RAG: u.RAG.Value.String()}
		if u.By.Value != "" {
			row.By = v.person(u.By.Value)
		}
		if row.RAG != "" {
			row.Word = v.words.T("rag." + row.RAG)
		}
		rows = append(rows, row)
	}
	return rows
}

type amendmentRow struct {
	ID      string
	Date    theme.Fragment
	Summary theme.Fragment
	Reason  theme.Fragment
	Came    string // when it was written, by the history; empty where that is not known
}

func (v *voice) amendments(c *charter.Charter, t *portfolio.Translation) []amendmentRow {
	var rows []amendmentRow
	came := v.site.p.Past().Amended(c)
	for i := range slices.Backward(c.Amendments) {
		a := &c.Amendments[i]
		rows = append(rows, amendmentRow{string(a.ID.Value), v.date(a.Date.Value), v.marked(t, &a.Summary), v.spoken(t, &a.Reason), v.came(came[a.ID.Value])})
	}
	return rows
}

type closureFacts struct {
	Date    theme.Fragment
	Outcome theme.Fragment
	Lessons theme.Fragment
	Actuals []actualRow
}

type actualRow struct {
	Dept            theme.Fragment
	Agreed, Paid    string
	Difference      string
	DifferenceLabel string
}

func (v *voice) closure(c *charter.Charter, t *portfolio.Translation) *closureFacts {
	if !c.Closure.Mark.Written() {
		return nil
	}
	f := &closureFacts{Date: v.date(c.Closure.Date.Value), Outcome: v.marked(t, &c.Closure.Outcome), Lessons: v.line(c, t, &c.Closure.Lessons)}
	for _, a := range c.Closure.Actuals {
		row := actualRow{Dept: v.dept(a.Department.Value), Paid: v.money(a.Amount.Value)}
		for _, b := range c.Budget.Parties {
			if b.Department.Value == a.Department.Value && c.Budget.Sound {
				row.Agreed = v.money(b.Amount)
				row.Difference = v.money(a.Amount.Value.Minus(b.Amount))
			}
		}
		f.Actuals = append(f.Actuals, row)
	}
	return f
}

type personRow struct {
	Person theme.Fragment
	Role   theme.Fragment
	Dept   theme.Fragment
}

// roles lists owners, leads and steering group.
func (v *voice) roles(c *charter.Charter, t *portfolio.Translation) []personRow {
	var rows []personRow
	for i := range c.Owners {
		o := &c.Owners[i]
		role := v.marked(t, &o.Role)
		if role == "" {
			if chief, ok := v.site.p.Chief(o.Department.Value, v.site.p.AsOf()); ok && chief.ID == o.Person.Value {
				role = theme.Escape(chief.Title.In(v.lang))
			}
		}
		if role != "" {
			role = v.words.HTML("role.owner.as", "Post", role)
		} else {
			role = theme.Escape(v.words.T("role.owner"))
		}
		rows = append(rows, personRow{v.person(o.Person.Value), role, v.deptMark(o.Department.Value)})
	}
	home := func(id ID) theme.Fragment {
		if x := v.site.p.Person(id); x != nil {
			if h := x.Home(v.site.p.AsOf()); h != "" {
				return v.deptMark(h)
			}
		}
		return ""
	}
	for _, id := range c.Lead {
		rows = append(rows, personRow{v.person(id.Value), theme.Escape(v.words.T("role.lead")), home(id.Value)})
	}
	for _, id := range c.Steering {
		rows = append(rows, personRow{v.person(id.Value), theme.Escape(v.words.T("role.steering")), home(id.Value)})
	}
	return rows
}

var relationKeys = [...]string{"relation.partof", "relation.parts", "relation.dependson", "relation.neededby", "relation.replaces", "relation.replacedby", "relation.related"}

// relations lists the typed links of both directions.
func (v *voice) relations(c *charter.Charter) theme.Fragment {
	var list theme.Builder
	for r, key := range relationKeys {
		for _, to := range v.site.p.Related(c.ID.Value, portfolio.Relation(r)) {
			list.Raw(`<li><small class="rel">`).Text(v.words.T(key)).Raw(`</small>`).Add(v.charter(to)).Raw(`</li>`)
		}
	}
	return list.Fragment()
}

type backlinkRow struct {
	Charter  theme.Fragment
	Sentence string
	Lang     string
}

// backlinks lists where prose names a target, with the sentence.
func (v *voice) backlinks(t portfolio.Target) []backlinkRow {
	var rows []backlinkRow
	for _, b := range v.site.p.LinkedBy(t) {
		row := backlinkRow{Charter: v.charter(b.From), Sentence: v.locale.Quote(b.Sentence())}
		if own := v.sentence(b.From, t); own != "" {
			row.Sentence = v.locale.Quote(own)
		} else if lang := v.site.p.Lang(b.From); lang != v.lang {
			row.Lang = lang
		}
		rows = append(rows, row)
	}
	return rows
}

// facts are the rest of what was agreed.
func (v *voice) facts(c *charter.Charter) theme.Fragment {
	var list theme.Builder
	named := func(name string, text theme.Fragment) {
		list.Raw(`<dt>`).Text(name).Raw(`</dt><dd>`).Add(text).Raw(`</dd>`)
	}
	add := func(key string, text theme.Fragment) {
		if text != "" {
			named(v.words.T(key), text)
		}
	}
	add("fact.created", v.date(c.Created.Value))
	add("fact.kickoff", v.date(c.Kickoff.Date.Value))
	for _, id := range c.Links.ContributesTo {
		if o := v.site.p.Objective(id.Value); o != nil {
			add("fact.objective", v.objectiveLink(o))
		}
	}
	if t := c.Tolerances.Time.Value; !t.IsZero() {
		n, unit := t.Count()
		add("fact.tolerance.time", theme.Escape(v.words.N("duration."+string(rune(unit)), n)))
	}
	if t := c.Tolerances.Cost.Value; !t.IsZero() {
		add("fact.tolerance.cost", theme.Escape(v.locale.PercentExact(t)))
	}
	if len(c.Tags) > 0 {
		tags := make([]string, len(c.Tags))
		for i, t := range c.Tags {
			tags[i] = string(t.Value)
		}
		add("fact.tags", theme.Escape(v.locale.List(tags)))
	}
	v.own(c, named)
	return list.Fragment()
}

func (v *voice) objectiveLink(o *portfolio.Objective) theme.Fragment {
	return v.once(partObjective, o.ID, func() any {
		return mark{Href: v.href("goals.html#objective-" + string(o.ID)), Text: o.Text.In(v.lang)}
	})
}

type spentRow struct {
	Date   theme.Fragment
	Dept   theme.Fragment
	Amount string
	Note   string
}

func (v *voice) spent(c *charter.Charter) []spentRow {
	var rows []spentRow
	for _, s := range c.Budget.Spent {
		rows = append(rows, spentRow{v.date(s.Date.Value), v.deptMark(s.Department.Value), v.money(s.Amount.Value), s.Note.Value})
	}
	return rows
}
