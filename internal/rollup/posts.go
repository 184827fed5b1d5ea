package rollup

import (
	"math/big"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// posts asks: how many full-time posts does each department lend, in which
// quarter? A place in a team is its share of working time, times the part of the
// quarter's days that it has: 60 % from the middle of a quarter to its end is
// about 0.3 posts. The figures are exact fractions, so rows and columns add up.
func posts(p *portfolio.Portfolio) Table {
	all := gather(p, "posts", func(s *sheet, c *charter.Charter) {
		if Counted(c) {
			eachPlace(c, func(member int, w calendar.Window) {
				home := string(c.Team[member].Home.Value)
				addPosts(s, home, w, member)
				s.count("", home)
			})
		}
	})
	t := Table{Name: "posts"}
	t.Columns = append(t.Columns, Column{Key: "charters", Label: "column.charters", Numeric: true})
	quarters := quartersAround(p)
	for _, q := range quarters {
		t.Columns = append(t.Columns, Column{Key: q.String(), Text: q.String(), Period: q, Numeric: true})
	}
	b := Block{}
	have := map[portfolio.ID]bool{}
	for _, row := range all.rows("") {
		have[portfolio.ID(row)] = true
	}
	for _, id := range departmentsOf(p, have) {
		row := Row{Key: string(id), Head: department(id), Cells: []Cell{all.counted("", string(id), inRow)}}
		for _, q := range quarters {
			row.Cells = append(row.Cells, all[place{"", string(id), q.String()}].ratio())
		}
		b.Rows = append(b.Rows, row)
	}
	if len(b.Rows) > 0 {
		b.Total = ratioTotal(b.Rows, all.counted("", "", inBlock))
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// addPosts adds one place in a team to the quarters that it touches.
func addPosts(s *sheet, home string, w calendar.Window, member int) {
	for q := calendar.PeriodOf(w.Start, calendar.Quarter); !q.Start().After(w.End); q = q.Next() {
		days, _ := q.Window().Common(w)
		s.lend(home, q.String(), lent{days: int32(days.Days()), of: int32(q.Window().Days()), member: uint16(member)})
		if q.Year() == calendar.LastYear && q.Number() == 4 {
			break
		}
	}
}

// quartersAround are the quarters that figures over time show: the year before
// the quarter of today, and the two years from it on.
func quartersAround(p *portfolio.Portfolio) []calendar.Period {
	all := make([]calendar.Period, 12)
	q := calendar.PeriodOf(p.AsOf().AddMonths(-12), calendar.Quarter)
	for i := range all {
		all[i], q = q, q.Next()
	}
	return all
}

// ratioTotal makes the row below rows of exact numbers; the first cell, a count,
// is given.
func ratioTotal(rows []Row, charters Cell) Row {
	row := Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"}, Cells: []Cell{charters}}
	for i := 1; i < len(rows[0].Cells); i++ {
		cell := Cell{}
		for _, r := range rows {
			if x := r.Cells[i]; x.Kind == Ratio {
				cell.Kind, cell.Ratio = Ratio, plus(cell.Ratio, x.Ratio)
			}
		}
		if cell.Kind == Ratio {
			cell.Addends = addendsBelow(rows, i, Ratio)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// plus adds two exact numbers, of which the first may be none yet, and changes
// neither.
func plus(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Add(a, b)
}
