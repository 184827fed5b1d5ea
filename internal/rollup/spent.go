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
	all := gather(p, t.Name, func(s sheet, c *charter.Charter) {
		if Counted(c) {
			EachAmount(c, func(_ portfolio.ID, _ string, a Addend) { s.count(a.Money.Currency, "", c) })
		}
	})
	for _, currency := range all.currencies(p, func(string) bool { return true }) {
		b := Block{Currency: currency}
		for a := range all.counted(currency, "", inBlock).Addends.All() {
			b.Rows = append(b.Rows, spentRow(p, a.Charter))
		}
		b.Total = total(b.Rows, t.Columns, currency, Cell{})
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// withheld stands for a figure that the audience may not read.
var withheld = Cell{Kind: Words, Label: "withheld"}

func spentRow(p *portfolio.Portfolio, c *charter.Charter) Row {
	cur := c.Budget.Currency.Value
	var planned, bynow, paid, left []Addend
	for j, party := range c.Budget.Parties {
		id := party.Department.Value
		planned = append(planned, Addend{Charter: c, Party: id, Money: party.Amount})
		if m := begun(p, c, j); m.Minor != 0 {
			bynow = append(bynow, Addend{Charter: c, Party: id, Money: m})
		}
		gone := spentBy(c, id)
		if gone.Minor != 0 {
			paid = append(paid, Addend{Charter: c, Party: id, Money: gone})
		}
		left = append(left, Addend{Charter: c, Party: id, Money: party.Amount.Minus(gone)})
	}
	row := Row{Key: string(c.ID.Value), Head: charterCell(c), Cells: []Cell{amount(planned, cur), amount(bynow, cur), amount(paid, cur), amount(left, cur)}}
	if p.Withheld(c, "budget.spent") { // nothing is known of it, which is not nothing
		row.Cells[2], row.Cells[3] = withheld, withheld
	}
	return row
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
