package rollup

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// byPeriod asks: how much is planned for each year, and how much has left?
func byPeriod(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-period", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "planned", Label: "column.planned", Numeric: true},
		{Key: "spent", Label: "column.spent", Numeric: true},
	}}
	all := entries(p, Counted)
	paid := payments(p)
	for _, part := range byCurrencyOf(p, all) {
		b := Block{Currency: part.Currency}
		for _, column := range years(append(part.Entries, paid[part.Currency]...)) {
			var planned, left []Addend
			for _, e := range part.Entries {
				if e.year == column.Key || e.year == "" && column.Key == "undivided" {
					planned = append(planned, Addend{Charter: e.charter, Party: e.party, Money: e.money})
				}
			}
			for _, e := range paid[part.Currency] {
				if e.year == column.Key {
					left = append(left, Addend{Charter: e.charter, Party: e.party, Money: e.money})
				}
			}
			head := Cell{Kind: Text, Text: column.Text}
			if column.Text == "" {
				head = Cell{Kind: Words, Label: column.Label}
			}
			b.Rows = append(b.Rows, Row{Key: column.Key, Head: head, Cells: []Cell{
				count(charters(append(planned[:len(planned):len(planned)], left...))), amount(planned, part.Currency), amount(left, part.Currency)}})
		}
		b.Total = total(b.Rows, t.Columns, part.Currency)
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// payments are what counted charters have spent, by currency.
func payments(p *portfolio.Portfolio) map[money.Currency][]entry {
	all := map[money.Currency][]entry{}
	for _, c := range p.Charters() {
		if !Counted(c) {
			continue
		}
		for _, s := range c.Budget.Spent {
			if !s.Amount.Value.IsZero() && !s.Date.Value.IsZero() {
				m := s.Amount.Value
				all[m.Currency] = append(all[m.Currency], entry{c, s.Department.Value, calendar.YearOf(s.Date.Value.Year()).String(), m})
			}
		}
	}
	return all
}

// byCurrency asks: how much in each currency, and how much is that together, at
// the rates of one day?
func byCurrency(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-currency", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "total", Label: "column.total", Numeric: true},
		{Key: "spent", Label: "column.spent", Numeric: true},
	}}
	rates := p.Registers().Rates
	if rates != nil {
		t.Columns = append(t.Columns, Column{Key: "converted", Label: "column.converted", Text: "", Numeric: true})
	}
	paid := payments(p)
	block := Block{}
	var everything []Addend
	var amounts []money.Money
	for _, part := range byCurrencyOf(p, entries(p, Counted)) {
		var planned, left []Addend
		for _, e := range part.Entries {
			planned = append(planned, Addend{Charter: e.charter, Party: e.party, Money: e.money})
		}
		for _, e := range paid[part.Currency] {
			left = append(left, Addend{Charter: e.charter, Party: e.party, Money: e.money})
		}
		whole := amount(planned, part.Currency)
		row := Row{Key: string(part.Currency), Head: Cell{Kind: Text, Text: string(part.Currency)}, Cells: []Cell{count(charters(planned)), whole, amount(left, part.Currency)}}
		if rates != nil {
			row.Cells = append(row.Cells, converted(rates, []money.Money{whole.Money}, planned))
		}
		everything, amounts = append(everything, planned...), append(amounts, whole.Money)
		block.Rows = append(block.Rows, row)
	}
	if rates != nil && len(block.Rows) > 0 {
		block.Total = Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"},
			Cells: []Cell{count(charters(everything)), {}, {}, converted(rates, amounts, everything)}}
	}
	t.Blocks = []Block{block}
	return t
}

func converted(r *money.Rates, amounts []money.Money, addends []Addend) Cell {
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
	t := Table{Name: "by-status", Columns: []Column{
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
