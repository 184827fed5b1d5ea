package rollup

import (
	"math/big"

	"charterhouse/internal/calendar"
	"charterhouse/internal/portfolio"
)

// loadMonths is how far the load of people is looked ahead.
const loadMonths = 12

// load asks: how much of their time is each person booked for, month by month
// from today's on, and on which days is that more than they have? A month's
// figure is the load of its days added up and divided by their number; the days
// beyond capacity are those of rule P005, told by the same computation.
func load(p *portfolio.Portfolio) Table {
	months := MonthsAhead(p)
	t := Table{Name: "load", Columns: []Column{{Key: "home", Label: "column.home"}, {Key: "capacity", Label: "person.capacity", Numeric: true, Percent: true}}}
	for _, m := range months {
		t.Columns = append(t.Columns, Column{Key: m.String(), Text: m.String(), Period: m, Numeric: true, Percent: true})
	}
	t.Columns = append(t.Columns, Column{Key: "over", Label: "column.overdays", Numeric: true}, Column{Key: "when", Label: "column.overwhen"})
	b := Block{}
	for _, x := range p.Registers().People {
		if p.Person(x.ID) != x {
			continue
		}
		if row, ok := LoadOf(p, x, months); ok {
			b.Rows = append(b.Rows, row)
		}
	}
	t.Blocks = []Block{b}
	return t
}

// MonthsAhead are the months that load is shown for.
func MonthsAhead(p *portfolio.Portfolio) []calendar.Period {
	all := make([]calendar.Period, loadMonths)
	m := calendar.PeriodOf(p.AsOf(), calendar.Month)
	for i := range all {
		all[i], m = m, m.Next()
	}
	return all
}

// LoadOf is one person's row; ok is false for one who is not booked in these months.
func LoadOf(p *portfolio.Portfolio, x *portfolio.Person, months []calendar.Period) (row Row, ok bool) {
	stretches := p.Load(x.ID)
	if len(stretches) == 0 {
		return row, false
	}
	over := p.Overloads(x.ID)
	row = Row{Key: string(x.ID), Head: person(x.ID), Cells: []Cell{{}, {Kind: Part, Share: x.Capacity}}}
	if home := x.Home(p.AsOf()); home != "" {
		row.Cells[0] = department(home)
	}
	for _, m := range months {
		cell := monthLoad(stretches, m)
		for _, s := range over {
			if s.Window.Overlaps(m.Window()) {
				cell.Mark = "load.over"
			}
		}
		ok = ok || cell.Kind == Ratio
		row.Cells = append(row.Cells, cell)
	}
	days, when := Cell{}, Cell{}
	if spans := spansOf(p, over); len(spans) > 0 {
		days, when = Cell{Kind: Days}, Cell{Kind: Spans, Spans: spans}
		for _, w := range spans {
			days.N += w.Days()
		}
		ok = true
	}
	row.Cells = append(row.Cells, days, when)
	return row, ok
}

// monthLoad is the load of a month, 1 being a full post for all of it. What it
// is added from is the person's places, which the person's page lists.
func monthLoad(stretches []portfolio.Stretch, m calendar.Period) Cell {
	var sum *big.Rat
	month := m.Window()
	for _, s := range stretches {
		days, ok := s.Window.Common(month)
		switch {
		case !ok:
		case days == month:
			return Cell{Kind: Ratio, Ratio: s.Load}
		default:
			sum = plus(sum, new(big.Rat).Mul(s.Load, big.NewRat(int64(days.Days()), int64(month.Days()))))
		}
	}
	if sum == nil {
		return Cell{}
	}
	return Cell{Kind: Ratio, Ratio: sum}
}

// spansOf are the days from today on of stretches beyond capacity, as runs:
// stretches that touch are one, whatever their load.
func spansOf(p *portfolio.Portfolio, over []portfolio.Stretch) []calendar.Window {
	var all []calendar.Window
	for _, s := range over {
		w := s.Window
		if w.Start.Before(p.AsOf()) {
			w.Start = p.AsOf()
		}
		if n := len(all); n > 0 && all[n-1].End.AddDays(1) == w.Start {
			all[n-1].End = w.End
			continue
		}
		all = append(all, w)
	}
	return all
}
