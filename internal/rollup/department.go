package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// byDepartment asks: what does each department pay, in which year?
func byDepartment(p *portfolio.Portfolio) Table {
	return departmentsByYear(p, "by-department", Counted)
}

// proposals asks the same of what is only proposed, apart from what is agreed.
func proposals(p *portfolio.Portfolio) Table {
	return departmentsByYear(p, "proposals", Proposed)
}

func departmentsByYear(p *portfolio.Portfolio, name string, counted func(*charter.Charter) bool) Table {
	all := gather(p, name, func(s *sheet, c *charter.Charter) {
		if counted(c) {
			eachPayment(c, func(year string, x payment, currency money.Currency) {
				s.add(string(x.party(c)), year, x, currency)
				s.count(currency, string(x.party(c)))
			})
		}
	})
	names := map[string]bool{}
	for at := range all {
		if isYear(at.column) {
			names[at.column] = true
		}
	}
	years := yearColumns(names)
	t := Table{Name: name}
	t.Columns = append(t.Columns, Column{Key: "charters", Label: "column.charters", Numeric: true})
	t.Columns = append(t.Columns, years...)
	t.Columns = append(t.Columns, Column{Key: "total", Label: "column.total", Numeric: true, Sums: true})
	for _, currency := range all.currencies(p, isYear) {
		b := Block{Currency: currency}
		have := map[portfolio.ID]bool{}
		for _, row := range all.rows(currency) {
			have[portfolio.ID(row)] = true
		}
		for _, id := range departmentsOf(p, have) {
			b.Rows = append(b.Rows, all.moneyRow(string(id), department(id), b, years))
		}
		b.Total = total(b.Rows, t.Columns, currency, all.counted(currency, "", inBlock))
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// isYear reports whether a column is a year, or money in none.
func isYear(column string) bool { return column != inRow && column != inBlock }

// moneyRow is a row of a count of charters, amounts and their total.
func (t pivot) moneyRow(key string, head Cell, b Block, columns []Column) Row {
	row := Row{Key: key, Head: head, Cells: []Cell{t.counted(b.Currency, key, inRow)}}
	var keys []string
	for _, c := range columns {
		row.Cells = append(row.Cells, t.amount(b.Currency, key, c.Key))
		keys = append(keys, c.Key)
	}
	row.Cells = append(row.Cells, t.amount(b.Currency, key, keys...))
	return row
}
