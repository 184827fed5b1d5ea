package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// byPeriod asks: how much is planned for each year, and how much has left?
func byPeriod(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-period", Head: "column.period", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "planned", Label: "column.planned", Numeric: true},
		{Key: "spent", Label: "column.spent", Numeric: true},
	}}
	all := gather(p, t.Name, func(s *sheet, c *charter.Charter) {
		if Counted(c) {
			addPlanned(s, c)
			addSpent(s, c)
		}
	})
	for _, currency := range all.currencies(p, isPlanned) {
		b := Block{Currency: currency}
		names := map[string]bool{}
		for _, row := range all.rows(currency) {
			names[row] = true
		}
		for _, year := range yearColumns(names) {
			head := Cell{Kind: Text, Text: year.Text}
			if year.Text == "" {
				head = Cell{Kind: Words, Label: year.Label}
			}
			b.Rows = append(b.Rows, Row{Key: year.Key, Head: head, Cells: []Cell{
				all.counted(currency, year.Key, inRow), all.amount(currency, year.Key, planned), all.amount(currency, year.Key, paid)}})
		}
		b.Total = total(b.Rows, t.Columns, currency, all.counted(currency, "", inBlock))
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// The columns of what is planned and what has left, whose rows are years.
const (
	planned = "planned"
	paid    = "spent"
)

func isPlanned(column string) bool { return column == planned }

func addPlanned(s *sheet, c *charter.Charter) {
	eachPayment(c, func(year string, x payment, currency money.Currency) {
		s.add(year, planned, x, currency)
		s.count(currency, year)
	})
}

// addSpent adds what has left of c's budget.
func addSpent(s *sheet, c *charter.Charter) {
	eachExpense(c, func(year string, x payment, currency money.Currency) {
		s.add(year, paid, x, currency)
		s.count(currency, year)
	})
}

// byCurrency asks: how much in each currency, and how much is that together, at
// the rates of one day?
func byCurrency(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-currency", Head: "column.currency", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "total", Label: "column.total", Numeric: true},
		{Key: "spent", Label: "column.spent", Numeric: true},
	}}
	rates := p.Registers().Rates
	if rates != nil {
		t.Columns = append(t.Columns, Column{Key: "converted", Label: "column.converted", Text: "", Numeric: true})
	}
	all := gather(p, t.Name, func(s *sheet, c *charter.Charter) {
		if !Counted(c) {
			return
		}
		eachPayment(c, func(_ string, x payment, currency money.Currency) {
			s.add("", planned, x, currency)
			s.count(currency, "")
		})
		eachExpense(c, func(_ string, x payment, currency money.Currency) { s.add("", paid, x, currency) })
	})
	block := Block{}
	var everything, everyone parts
	var amounts []money.Money
	for _, currency := range all.currencies(p, isPlanned) {
		whole, paidIn := all.paid(currency, "", planned)
		whole.Addends = paidIn.addends()
		charters := all[place{currency, "", inRow}]
		row := Row{Key: string(currency), Head: Cell{Kind: Text, Text: string(currency)}, Cells: []Cell{charters.count(), whole, all.amount(currency, "", paid)}}
		if rates != nil {
			row.Cells = append(row.Cells, converted(rates, []money.Money{whole.Money}, whole.Addends))
		}
		everything, everyone, amounts = append(everything, paidIn...), append(everyone, charters...), append(amounts, whole.Money)
		block.Rows = append(block.Rows, row)
	}
	if rates != nil && len(block.Rows) > 0 {
		block.Total = Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"},
			Cells: []Cell{everyone.count(), {}, {}, converted(rates, amounts, everything.addends())}}
	}
	t.Blocks = []Block{block}
	return t
}

func converted(r *money.Rates, amounts []money.Money, addends Addends) Cell {
	sum, ok := r.Sum(amounts)
	if !ok {
		return Cell{Kind: Words, Label: "rate.missing"}
	}
	about := false
	for _, m := range amounts {
		about = about || m.Currency != r.Base
	}
	return Cell{Kind: Amount, Money: sum, About: about, Addends: addends}
}

// byStatus asks: where do the charters stand? It counts all of them, joint or
// not, and sums the joint ones.
func byStatus(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-status", Head: "column.status", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "joint", Label: "column.joint", Numeric: true},
		{Key: "signed", Label: "column.signed", Numeric: true},
	}}
	b := Block{}
	for _, s := range charter.Statuses {
		var all, joint, signed []*charter.Charter
		for _, c := range p.Charters() {
			if c.Status.Value != s {
				continue
			}
			all = append(all, c)
			if c.Joint() {
				joint = append(joint, c)
			}
			if p.Agreement(c) == portfolio.FullySigned {
				signed = append(signed, c)
			}
		}
		b.Rows = append(b.Rows, Row{Key: s.String(), Head: Cell{Kind: Words, Label: Label("status." + s.String())}, Cells: []Cell{count(all), count(joint), count(signed)}})
	}
	t.Blocks = []Block{b}
	return t
}
