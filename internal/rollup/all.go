package rollup

import (
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
	{"by-status", byStatus},
	{"spent", spent},
	{"proposals", proposals},
	{"returns", returns},
	{"ownership", ownership},
	{"milestones", milestones},
	{"goals", goals},
}

// Named returns the rollup called name.
func Named(name string) (Rollup, bool) {
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

// An entry is one addend before it is put into a cell: what a party of a
// charter pays in a period.
type entry struct {
	charter *charter.Charter
	party   portfolio.ID
	year    string // "2027", or "" where the budget is not divided by year
	money   money.Money
}

// entries spreads the budgets of counted charters over parties and years, in
// order of charter, party and period.
func entries(p *portfolio.Portfolio, counted func(*charter.Charter) bool) []entry {
	var all []entry
	for _, c := range p.Charters() {
		if !counted(c) {
			continue
		}
		b := &c.Budget
		for j, party := range b.Parties {
			for i, row := range b.Table.Cells {
				all = append(all, entry{c, party.Department.Value, yearOf(c, i), row[j]})
			}
		}
	}
	return all
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
	return ""
}

// years lists the years of entries as columns, with one for money that is not
// divided by year where there is some.
func years(all []entry) []Column {
	seen := map[string]bool{}
	for _, e := range all {
		seen[e.year] = true
	}
	var names []string
	for y := range seen {
		if y != "" {
			names = append(names, y)
		}
	}
	slices.Sort(names)
	var columns []Column
	for _, y := range names {
		period, _ := calendar.ParsePeriod(y)
		columns = append(columns, Column{Key: y, Text: y, Period: period, Numeric: true})
	}
	if seen[""] {
		columns = append(columns, Column{Key: "undivided", Label: "column.undivided", Numeric: true})
	}
	return columns
}

func yearColumn(e entry, columns []Column) int {
	for i, c := range columns {
		if c.Key == e.year || c.Key == "undivided" && e.year == "" {
			return i
		}
	}
	return -1
}

// byCurrencyOf parts entries by currency: the site's reporting currency first,
// then by code.
func byCurrencyOf(p *portfolio.Portfolio, all []entry) []struct {
	Currency money.Currency
	Entries  []entry
} {
	parts := map[money.Currency][]entry{}
	for _, e := range all {
		parts[e.money.Currency] = append(parts[e.money.Currency], e)
	}
	var blocks []struct {
		Currency money.Currency
		Entries  []entry
	}
	for c, e := range parts {
		blocks = append(blocks, struct {
			Currency money.Currency
			Entries  []entry
		}{c, e})
	}
	slices.SortFunc(blocks, func(a, b struct {
		Currency money.Currency
		Entries  []entry
	}) int {
		if first := p.Config().Currency; (a.Currency == first) != (b.Currency == first) {
			if a.Currency == first {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a.Currency), string(b.Currency))
	})
	return blocks
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
	return Cell{Kind: Amount, Money: sum, Addends: addends}
}

// count makes a cell that counts the charters of addends.
func count(charters []*charter.Charter) Cell {
	cell := Cell{Kind: Count, N: len(charters)}
	for _, c := range charters {
		cell.Addends = append(cell.Addends, Addend{Charter: c, N: 1})
	}
	return cell
}

// charters lists the charters of addends once each, in order.
func charters(addends []Addend) []*charter.Charter {
	var all []*charter.Charter
	seen := map[*charter.Charter]bool{}
	for _, a := range addends {
		if !seen[a.Charter] {
			seen[a.Charter] = true
			all = append(all, a.Charter)
		}
	}
	return all
}

// total makes the row below a block: each amount column from the addends of its
// cells, so that it is the same sum read the other way.
func total(rows []Row, columns []Column, c money.Currency) Row {
	row := Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"}}
	for i := range columns {
		var addends []Addend
		for _, r := range rows {
			addends = append(addends, r.Cells[i].Addends...)
		}
		if columns[i].Key == "charters" {
			row.Cells = append(row.Cells, count(charters(addends)))
		} else {
			row.Cells = append(row.Cells, amount(addends, c))
		}
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
