package rollup

import (
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// All lists the rollups in the order that pages and exports show them. Adding
// one is a file and a line here.
var All = []Rollup{
	{"by-department", byDepartment},
	{"by-pair", byPair},
	{"by-period", byPeriod},
	{"by-currency", byCurrency},
	{"commitments", commitments},
	{"commitments-proposed", commitmentsProposed},
	{"fairness", fairness},
	{"posts", posts},
	{"by-status", byStatus},
	{"spent", spent},
	{"promise", promise},
	{"proposals", proposals},
	{"returns", returns},
	{"load", load},
	{"ownership", ownership},
	{"demarcation", demarcation},
	{"milestones", milestones},
	{"goals", goals},
}

// Named returns the rollup called name, which may be [Initiatives].
func Named(name string) (Rollup, bool) {
	if name == Initiatives.Name {
		return Initiatives, true
	}
	i := slices.IndexFunc(All, func(r Rollup) bool { return r.Name == name })
	if i < 0 {
		return Rollup{}, false
	}
	return All[i], true
}

// Counted reports whether a charter's money is in the sums of joint
// initiatives: at least two departments pay, they have agreed (agreed, active,
// on hold or completed), and its budget is sound. Proposals are summed apart;
// what was cancelled or superseded is not summed at all.
func Counted(c *charter.Charter) bool {
	return c.Status.Value.Bound() && c.Joint() && c.Budget.Sound
}

// Proposed reports whether a charter's money is in the sums of what is only
// proposed.
func Proposed(c *charter.Charter) bool {
	return c.Status.Value == charter.Proposed && c.Joint() && c.Budget.Sound
}

// yearOf is the year of a charter's i-th period. A budget without periods lies
// in the year of its timeframe if that is one year, and else in none: nobody
// agreed on how to divide it, so we do not invent it.
func yearOf(c *charter.Charter, i int) string {
	if len(c.Budget.Periods) > 0 {
		return yearName(c.Budget.Periods[i].Period.Value.Year())
	}
	if w, ok := c.Timeframe.Window(); ok && w.Start.Year() == w.End.Year() {
		return yearName(w.Start.Year())
	}
	return Undivided
}

// yearName writes a year, of which each payment asks for one.
func yearName(year int) string {
	if year < calendar.FirstYear || year > calendar.LastYear {
		return calendar.YearOf(year).String()
	}
	return yearNames[year-calendar.FirstYear]
}

var yearNames = func() (all [calendar.LastYear - calendar.FirstYear + 1]string) {
	for i := range all {
		all[i] = calendar.YearOf(calendar.FirstYear + i).String()
	}
	return all
}()

// Undivided is the column of money that is not divided by year.
const Undivided = "undivided"

// yearColumns are the years among names, in order, and last the money that is
// not divided where there is some.
func yearColumns(names map[string]bool) []Column {
	var columns []Column
	for _, y := range slices.Sorted(maps.Keys(names)) {
		if y == Undivided {
			continue
		}
		period, _ := calendar.ParsePeriod(y)
		columns = append(columns, Column{Key: y, Text: y, Period: period, Numeric: true})
	}
	if names[Undivided] {
		columns = append(columns, Column{Key: Undivided, Label: "column.undivided", Numeric: true})
	}
	return columns
}

// EachAmount goes through what the parties of c pay, by party and year; the year
// is [Undivided] where the budget is not divided by time.
func EachAmount(c *charter.Charter, do func(party portfolio.ID, year string, a Addend)) {
	eachPayment(c, func(year string, x payment, currency money.Currency) { do(x.party(c), year, x.addend(c, currency)) })
}

// eachPayment is EachAmount for sheets.
func eachPayment(c *charter.Charter, do func(year string, x payment, currency money.Currency)) {
	for j := range c.Budget.Parties {
		for i, row := range c.Budget.Table.Cells {
			do(yearOf(c, i), payment{minor: row[j].Minor, by: uint16(j)}, row[j].Currency)
		}
	}
}

// EachSpent goes through what has left of c's budget, by party and year.
func EachSpent(c *charter.Charter, do func(party portfolio.ID, year string, a Addend)) {
	eachExpense(c, func(year string, x payment, currency money.Currency) { do(x.party(c), year, x.addend(c, currency)) })
}

// eachExpense is EachSpent for sheets.
func eachExpense(c *charter.Charter, do func(year string, x payment, currency money.Currency)) {
	for i := range c.Budget.Spent {
		x := &c.Budget.Spent[i]
		if m := x.Amount.Value; !m.IsZero() && !x.Date.Value.IsZero() {
			do(yearName(x.Date.Value.Year()), payment{minor: m.Minor, by: uint16(i), spent: true}, m.Currency)
		}
	}
}

// amount makes a cell of addends; nothing to add is an empty cell.
func amount(addends []Addend, c money.Currency) Cell {
	if len(addends) == 0 {
		return Cell{}
	}
	sum := money.Money{Currency: c}
	for _, a := range addends {
		sum = sum.Plus(a.Money)
	}
	return Cell{Kind: Amount, Money: sum, Addends: Addends{slices.Values(addends)}}
}

// count makes a cell that counts charters.
func count(charters []*charter.Charter) Cell {
	return Cell{Kind: Count, N: len(charters), Addends: Addends{func(yield func(Addend) bool) {
		for _, c := range charters {
			if !yield(Addend{Charter: c, N: 1}) {
				return
			}
		}
	}}}
}

// SumOf makes the cell that is the sum of addends, which all are of currency c.
func SumOf(addends []Addend, c money.Currency) Cell { return amount(addends, c) }

// CountOf makes the cell that counts charters.
func CountOf(charters []*charter.Charter) Cell { return count(charters) }

// TotalOf makes the row below the rows of one currency: each column of amounts
// is the sum of the addends of its cells.
func TotalOf(rows []Row, columns []Column, c money.Currency, charters Cell) Row {
	return total(rows, columns, c, charters)
}

// total makes the row below a block: each amount column from the addends of its
// cells, so that it is the same sum read the other way. The count, which is not
// a sum, is given.
func total(rows []Row, columns []Column, c money.Currency, charters Cell) Row {
	row := Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"}}
	for i := range columns {
		if columns[i].Key == "charters" {
			row.Cells = append(row.Cells, charters)
			continue
		}
		cell := Cell{Kind: Amount, Money: money.Money{Currency: c}}
		if columns[i].Field != nil {
			row.Cells = append(row.Cells, Cell{}) // an organisation's own amounts may be of any kind
			continue
		}
		some := false
		for j := range rows {
			if x := &rows[j].Cells[i]; x.Kind == Amount {
				cell.Money = cell.Money.Plus(x.Money)
				some = some || x.Addends.Any()
			}
		}
		if !some {
			cell = Cell{}
		} else {
			cell.Addends = addendsBelow(rows, i, Amount)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// addendsBelow are those of the cells of a kind in a column.
func addendsBelow(rows []Row, column int, kind CellKind) Addends {
	return Addends{func(yield func(Addend) bool) {
		for i := range rows {
			c := &rows[i].Cells[column]
			if c.Kind != kind {
				continue
			}
			for a := range c.Addends.All() {
				if !yield(a) {
					return
				}
			}
		}
	}}
}

// departmentsOf lists departments in the order of the site: as configured, then
// as registered. Departments that no register knows come last, by id.
func departmentsOf(p *portfolio.Portfolio, have map[portfolio.ID]bool) []portfolio.ID {
	var ids []portfolio.ID
	for id := range have {
		ids = append(ids, id)
	}
	slot := func(id portfolio.ID) int {
		if d := p.Department(id); d != nil {
			return d.Slot
		}
		return 1 << 20
	}
	slices.SortFunc(ids, func(a, b portfolio.ID) int {
		if d := slot(a) - slot(b); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids
}
