package rollup

import (
	"math/big"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// posts asks: how many full-time posts does each department lend, in which
// quarter? A place in a team is its share of working time, times the part of the
// quarter's days that it has: 60 % from the middle of a quarter to its end is
// about 0.3 posts. The figures are exact fractions, so rows and columns add up.
func posts(p *portfolio.Portfolio) Table {
	var known sync.Map // most places are the same part of the same quarter
	all := gather(p, "posts", func(s sheet, c *charter.Charter) {
		if Counted(c) {
			eachPlace(c, func(home portfolio.ID, w calendar.Window, m *charter.Member) {
				addPosts(s, home, w, Addend{Charter: c, Party: home, Person: m.Person.Value}, func(days, of int) *big.Rat {
					return shareOfDays(&known, m.Allocation.Value, days, of)
				})
				s.count("", string(home), c)
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
			row.Cells = append(row.Cells, all.ratio(string(id), q.String()))
		}
		b.Rows = append(b.Rows, row)
	}
	if len(b.Rows) > 0 {
		b.Total = ratioTotal(b.Rows, all.counted("", "", inBlock))
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// shareOfDays is a share of working time on some days of so many.
func shareOfDays(known *sync.Map, share money.Share, days, of int) *big.Rat {
	type key struct {
		share    money.Share
		days, of int
	}
	at := key{share, days, of}
	part, ok := known.Load(at)
	if !ok {
		part, _ = known.LoadOrStore(at, new(big.Rat).Mul(share.Rat(), big.NewRat(int64(days), int64(of))))
	}
	return part.(*big.Rat)
}

// addPosts adds one place in a team to the quarters that it touches.
func addPosts(s sheet, home portfolio.ID, w calendar.Window, a Addend, part func(days, of int) *big.Rat) {
	for q := calendar.PeriodOf(w.Start, calendar.Quarter); !q.Start().After(w.End); q = q.Next() {
		days, _ := q.Window().Common(w)
		a.Ratio = part(days.Days(), q.Window().Days())
		s.ratio(string(home), q.String(), a)
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
				cell = Cell{Kind: Ratio, Ratio: plus(cell.Ratio, x.Ratio), Addends: cell.Addends.and(x.Addends)}
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}
