package rollup

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

var returnLabels = map[portfolio.ReturnState]Label{
	portfolio.ReturnAhead: "return.ahead", portfolio.ReturnDue: "return.due", portfolio.ReturnOverdue: "return.overdue", portfolio.Returned: "return.done",
}

// A Lent is one person lent to a charter: a line of the return ledger.
type Lent struct {
	Charter *charter.Charter
	Member  *charter.Member
	Window  calendar.Window
	Back    calendar.Date // the day of the return
	State   portfolio.ReturnState
	Late    int // days since Back
}

// Ledger lists who is lent by whom, until when, back to what: all places with
// an agreed return in charters that bind, overdue first, then by day.
func Ledger(p *portfolio.Portfolio) []Lent {
	var away, back []Lent
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		for i := range c.Team {
			m := &c.Team[i]
			state, late := p.Return(c, m)
			w, ok := m.Window(c.Timeframe)
			if state == portfolio.NoReturn || !ok {
				continue
			}
			x := Lent{c, m, w, p.ReturnDay(c, m), state, late}
			if state == portfolio.Returned {
				back = append(back, x)
			} else {
				away = append(away, x)
			}
		}
	}
	day := func(x *Lent) calendar.Date { return x.Back }
	return append(byDay(away, day), byDay(back, day)...)
}

// Word says in a word where a return stands.
func (l Lent) Word() Label { return returnLabels[l.State] }

// returns is the ledger as a table.
func returns(p *portfolio.Portfolio) Table {
	t := Table{Name: "returns", Columns: []Column{
		{Key: "home", Label: "column.home"},
		{Key: "charter", Label: "column.charter"},
		{Key: "share", Label: "column.time", Numeric: true},
		{Key: "until", Label: "column.until"},
		{Key: "back", Label: "column.back"},
		{Key: "post", Label: "column.post"},
		{Key: "state", Label: "column.state"},
		{Key: "late", Label: "column.late", Numeric: true},
	}}
	ledger, from := Ledger(p), new(stock)
	b := Block{Rows: make([]Row, len(ledger))}
	for i, l := range ledger {
		m, cells := l.Member, from.row(len(t.Columns))
		cells[0], cells[1], cells[2] = from.ref(portfolio.ToDepartment, m.Home.Value), from.charter(l.Charter), from.share(m.Allocation.Value)
		cells[3], cells[4], cells[5] = day(l.Window.End), day(l.Back), from.text(m.Return.To.Value, p.Lang(l.Charter))
		cells[6], cells[7] = Cell{Kind: Words, Label: l.Word()}, days(l.Late)
		b.Rows[i] = Row{Key: string(l.Charter.ID.Value) + "--" + string(m.Person.Value), Head: from.person(m.Person.Value), Cells: cells}
	}
	t.Blocks = []Block{b}
	return t
}
