package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// spent asks of each joint initiative: what was planned, what was planned until
// today, what has left, and what is left?
func spent(p *portfolio.Portfolio) Table {
	t := Table{Name: "spent", Columns: []Column{
		{Key: "total", Label: "column.planned", Numeric: true},
		{Key: "bynow", Label: "column.bynow", Numeric: true},
		{Key: "spent", Label: "column.spent", Numeric: true},
		{Key: "left", Label: "column.left", Numeric: true},
	}}
	all := gather(p, t.Name, func(s *sheet, c *charter.Charter) {
		if Counted(c) {
			EachAmount(c, func(_ portfolio.ID, _ string, a Addend) { s.count(a.Money.Currency, "") })
		}
	})
	from := new(stock)
	for _, currency := range all.currencies(p, func(string) bool { return true }) {
		charters := all.counted(currency, "", inBlock)
		b := Block{Currency: currency, Rows: make([]Row, 0, charters.N)}
		for a := range charters.Addends.All() {
			b.Rows = append(b.Rows, spentRow(p, a.Charter, from))
		}
		b.Total = total(b.Rows, t.Columns, currency, Cell{})
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// Spends reports whether a rollup looks at what was spent.
func (r Rollup) Spends() bool {
	return r.Name == "by-period" || r.Name == "by-currency" || r.Name == "spent"
}

// withheld stands for a figure that the audience may not read.
var withheld = Cell{Kind: Words, Label: "withheld"}

func spentRow(p *portfolio.Portfolio, c *charter.Charter, from *stock) Row {
	parties, cells := c.Budget.Parties, from.row(4)
	gone := func(j int) money.Money { return spentBy(c, parties[j].Department.Value) }
	cells[0] = ofParties(c, true, func(j int) money.Money { return parties[j].Amount })
	cells[1] = ofParties(c, false, func(j int) money.Money { return begun(p, c, j) })
	cells[2] = ofParties(c, false, gone)
	cells[3] = ofParties(c, true, func(j int) money.Money { return parties[j].Amount.Minus(gone(j)) })
	if p.Withheld(c, "budget.spent") { // nothing is known of it, which is not nothing
		cells[2], cells[3] = withheld, withheld
	}
	return Row{Key: string(c.ID.Value), Head: from.charter(c), Cells: cells}
}

// ofParties is what the parties of c make up together; those with nothing are
// named only if all are. Its addends are worked out once more for whoever asks.
func ofParties(c *charter.Charter, all bool, of func(party int) money.Money) Cell {
	each := func(yield func(Addend) bool) {
		for j := range c.Budget.Parties {
			if m := of(j); all || m.Minor != 0 {
				if !yield(Addend{Charter: c, Party: c.Budget.Parties[j].Department.Value, Money: m}) {
					return
				}
			}
		}
	}
	cell := Cell{Money: money.Money{Currency: c.Budget.Currency.Value}}
	for a := range each {
		cell.Kind, cell.Money = Amount, cell.Money.Plus(a.Money)
	}
	if cell.Kind == Empty {
		return Cell{}
	}
	cell.Addends = Addends{each}
	return cell
}

// begun is what a party pays in the periods that have begun today; the whole
// part once the timeframe has begun, where there are no periods.
func begun(p *portfolio.Portfolio, c *charter.Charter, party int) money.Money {
	sum := money.Money{Currency: c.Budget.Currency.Value}
	for i, row := range c.Budget.Table.Cells {
		start := c.Timeframe.Start.Value
		if len(c.Budget.Periods) > 0 {
			start = c.Budget.Periods[i].Period.Value.Start()
		}
		if !start.IsZero() && !p.AsOf().Before(start) {
			sum = sum.Plus(row[party])
		}
	}
	return sum
}

// spentBy is what a department has spent of its part of c.
func spentBy(c *charter.Charter, department portfolio.ID) money.Money {
	sum := money.Money{Currency: c.Budget.Currency.Value}
	for _, s := range c.Budget.Spent {
		if s.Department.Value == department {
			sum = sum.Plus(s.Amount.Value)
		}
	}
	return sum
}
