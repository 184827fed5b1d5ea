package rollup

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
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
	b, from := Block{}, new(stock)
	for _, x := range p.Registers().People {
		if p.Person(x.ID) != x {
			continue
		}
		if row, ok := loadOf(p, x, months, from); ok {
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
	return loadOf(p, x, months, new(stock))
}

func loadOf(p *portfolio.Portfolio, x *portfolio.Person, months []calendar.Period, from *stock) (row Row, ok bool) {
	postings := p.Postings(x.ID)
	if len(postings) == 0 {
		return row, false
	}
	over := p.Overloads(x.ID)
	cells := from.row(len(months) + 4)
	row = Row{Key: string(x.ID), Head: from.person(x.ID), Cells: cells}
	if home := x.Home(p.AsOf()); home != "" {
		cells[0] = from.ref(portfolio.ToDepartment, home)
	}
	cells[1] = from.share(x.Capacity)
	for i, m := range months {
		cell := monthLoad(postings, m.Window())
		for _, s := range over {
			if s.Window.Overlaps(m.Window()) {
				cell.Rare = from.mark("load.over")
			}
		}
		ok = ok || cell.Kind == Ratio
		cells[2+i] = cell
	}
	if spans := spansOf(p, over); len(spans) > 0 {
		n := 0
		for _, w := range spans {
			n += w.Days()
		}
		cells[2+len(months)], cells[3+len(months)] = Cell{Kind: Days, N: n}, Cell{Kind: Spans, Rare: &Rare{Spans: spans}}
		ok = true
	}
	return row, ok
}

// monthLoad is the load of a month, 1 being a full post for all of it. What it
// is added from is the person's places, which the person's page lists.
func monthLoad(postings []portfolio.Posting, month calendar.Window) Cell {
	var sum money.Exact
	for _, x := range postings {
		if days, ok := x.Window.Common(month); ok {
			sum.Add(x.Member.Allocation.Value.Times(days.Days(), month.Days()))
		}
	}
	if sum.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Ratio, Ratio: sum.Rat()}
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
