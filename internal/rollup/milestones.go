package rollup

import (
	"maps"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A Step is one milestone in its charter.
type Step struct {
	Charter   *charter.Charter
	Milestone *charter.Milestone
	Late      int // days overdue; 0 while it is ahead or met
}

// Steps lists the milestones of charters that bind, by day, charter and order.
func Steps(p *portfolio.Portfolio) []Step {
	var all []Step
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		for i := range c.Milestones {
			m := &c.Milestones[i]
			if m.Due.Value.IsZero() {
				continue
			}
			late, _ := p.Overdue(c, m)
			all = append(all, Step{c, m, late})
		}
	}
	return byDay(all, func(s *Step) calendar.Date { return s.Milestone.Due.Value })
}

// byDay orders a list by day; what falls on one day keeps its order. Days are
// few beside what falls on them, so that they alone are sorted.
func byDay[T any](all []T, day func(*T) calendar.Date) []T {
	on := map[calendar.Date][]T{}
	for i := range all {
		d := day(&all[i])
		on[d] = append(on[d], all[i])
	}
	sorted := make([]T, 0, len(all))
	for _, d := range slices.SortedFunc(maps.Keys(on), calendar.Date.Compare) {
		sorted = append(sorted, on[d]...)
	}
	return sorted
}

// State says in a word where a milestone stands.
func (s Step) State() Label {
	switch {
	case s.Milestone.Done.Written():
		return "milestone.met"
	case s.Late > 0:
		return "milestone.overdue"
	case !s.Charter.Status.Value.Live() || s.Charter.Status.Value == charter.OnHold:
		return "milestone.open"
	}
	return "milestone.ahead"
}

// milestones asks: what is to stand by when, and what is late?
func milestones(p *portfolio.Portfolio) Table {
	t := Table{Name: "milestones", Columns: []Column{
		{Key: "milestone", Label: "column.milestone"},
		{Key: "due", Label: "column.due"},
		{Key: "done", Label: "column.done"},
		{Key: "owner", Label: "column.responsible"},
		{Key: "state", Label: "column.state"},
		{Key: "late", Label: "column.late", Numeric: true},
	}}
	steps, from := Steps(p), new(stock)
	b := Block{Rows: make([]Row, len(steps))}
	for i, s := range steps {
		m, cells := s.Milestone, from.row(len(t.Columns))
		cells[0], cells[1], cells[2] = from.text(m.Title.Value, p.Lang(s.Charter)), day(m.Due.Value), day(m.Done.Value)
		cells[3], cells[4], cells[5] = from.person(m.Owner.Value), Cell{Kind: Words, Label: s.State()}, days(s.Late)
		b.Rows[i] = Row{Key: string(s.Charter.ID.Value) + "--" + string(m.ID.Value), Head: from.charter(s.Charter), Cells: cells}
	}
	t.Blocks = []Block{b}
	return t
}
