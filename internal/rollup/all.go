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
		return calendar.YearOf(c.Budget.Periods[i].Period.Value.Year()).String()
	}
	if w, ok := c.Timeframe.Window(); ok && w.Start.Year() == w.End.Year() {
		return calendar.YearOf(w.Start.Year()).String()
	}
	return Undivided
}

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
	for j, party := range c.Budget.Parties {
		id := party.Department.Value
		for i, row := range c.Budget.Table.Cells {
			do(id, yearOf(c, i), Addend{Charter: c, Party: id, Money: row[j]})
		}
	}
}

// EachSpent goes through what has left of c's budget, by party and year.
func EachSpent(c *charter.Charter, do func(party portfolio.ID, year string, a Addend)) {
	for _, x := range c.Budget.Spent {
		if !x.Amount.Value.IsZero() && !x.Date.Value.IsZero() {
			id := x.Department.Value
			do(id, calendar.YearOf(x.Date.Value.Year()).String(), Addend{Charter: c, Party: id, Money: x.Amount.Value})
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
	return Cell{Kind: Amount, Money: sum, Addends: addendsOf(addends)}
}

// count makes a cell that counts charters.
func count(charters []*charter.Charter) Cell {
	cell := Cell{Kind: Count, N: len(charters)}
	if len(charters) > 0 {
		cell.Addends.parts = []addends{{counted: charters}}
	}
	return cell
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
		for _, r := range rows {
			if x := r.Cells[i]; x.Kind == Amount {
				cell.Money = cell.Money.Plus(x.Money)
				cell.Addends.parts = append(cell.Addends.parts, x.Addends.parts...)
			}
		}
		if cell.Addends.Len() == 0 {
			cell = Cell{}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func department(id portfolio.ID) Cell {
	return Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToDepartment, ID: id}}}
}

func person(id portfolio.ID) Cell {
	if id == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToPerson, ID: id}}}
}

func charterCell(c *charter.Charter) Cell {
	return Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToCharter, ID: c.ID.Value}}}
}

func day(d calendar.Date) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Day, Date: d}
}

func text(s, lang string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: s, Lang: lang}
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
