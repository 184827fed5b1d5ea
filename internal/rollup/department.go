package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// byDepartment asks: what does each department pay, in which year?
func byDepartment(p *portfolio.Portfolio) Table {
	return departmentsByYear(p, "by-department", Counted)
}

// proposals asks the same of what is only proposed, apart from what is agreed.
func proposals(p *portfolio.Portfolio) Table {
	return departmentsByYear(p, "proposals", func(c *charter.Charter) bool {
		return c.Status.Value == charter.Proposed && c.Joint() && c.Budget.Sound
	})
}

func departmentsByYear(p *portfolio.Portfolio, name string, counted func(*charter.Charter) bool) Table {
	all := entries(p, counted)
	columns := years(all)
	t := Table{Name: name}
	t.Columns = append(t.Columns, Column{Key: "charters", Label: "column.charters", Numeric: true})
	t.Columns = append(t.Columns, columns...)
	t.Columns = append(t.Columns, Column{Key: "total", Label: "column.total", Numeric: true, Sums: true})
	for _, part := range byCurrencyOf(p, all) {
		cells := map[portfolio.ID][][]Addend{}
		have := map[portfolio.ID]bool{}
		for _, e := range part.Entries {
			if !have[e.party] {
				have[e.party] = true
				cells[e.party] = make([][]Addend, len(columns))
			}
			i := yearColumn(e, columns)
			cells[e.party][i] = append(cells[e.party][i], Addend{Charter: e.charter, Party: e.party, Money: e.money})
		}
		b := Block{Currency: part.Currency}
		for _, id := range departmentsOf(p, have) {
			b.Rows = append(b.Rows, moneyRow(string(id), department(id), cells[id], b))
		}
		b.Total = total(b.Rows, t.Columns, part.Currency)
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// moneyRow is a row of a count of charters, amounts and their total.
func moneyRow(key string, head Cell, parts [][]Addend, b Block) Row {
	row := Row{Key: key, Head: head}
	var all []Addend
	for _, part := range parts {
		all = append(all, part...)
	}
	row.Cells = append(row.Cells, count(charters(all)))
	for _, part := range parts {
		row.Cells = append(row.Cells, amount(part, b.Currency))
	}
	row.Cells = append(row.Cells, amount(all, b.Currency))
	return row
}
