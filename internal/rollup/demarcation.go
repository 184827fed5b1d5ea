package rollup

import (
	"iter"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A Tenancy is the days on which a department is accountable for an area.
type Tenancy struct {
	Department portfolio.ID
	Spans      []calendar.Window // in order, apart from each other
	Claims     []portfolio.Claim // that say so, by charter
	Disputed   []calendar.Window // of these, days on which another department claims the area, too
}

// A Demarcation is one area through time.
type Demarcation struct {
	Area      *portfolio.Area
	Depth     int
	Tenancies []Tenancy         // in the order of the site
	Gaps      []calendar.Window // days between or after tenancies on which nobody has it
}

// Demarcations lists all areas through time, each below its parent: what every
// charter that binds, or did, says of who is accountable. An area with a
// standing owner has no gaps: the owner stands in.
func Demarcations(p *portfolio.Portfolio) []Demarcation {
	disputed, claims := disputes(p), claims(p, charter.Status.Bound) // completed ones, too
	frame := demarcated(p)
	var all []Demarcation
	eachArea(p, func(area *portfolio.Area, depth int) {
		d := Demarcation{Area: area, Depth: depth}
		by := map[portfolio.ID]*Tenancy{}
		have := map[portfolio.ID]bool{}
		for _, c := range claims[area.ID] {
			w, ok := c.Charter.Timeframe.Window()
			if !ok {
				continue
			}
			x := by[c.Department]
			if x == nil {
				x = &Tenancy{Department: c.Department}
				by[c.Department], have[c.Department] = x, true
			}
			x.Spans = append(x.Spans, w)
			x.Claims = append(x.Claims, c)
			if len(disputed) > 0 {
				x.Disputed = append(x.Disputed, disputed[claimKey{c.Charter.ID.Value, c.Area, c.Row.Scope.Value}]...)
			}
		}
		var held []calendar.Window
		for _, id := range departmentsOf(p, have) {
			x := by[id]
			x.Spans, x.Disputed = union(x.Spans), union(x.Disputed)
			held = append(held, x.Spans...)
			d.Tenancies = append(d.Tenancies, *x)
		}
		if area.StandingOwner == "" && len(held) > 0 {
			d.Gaps = gaps(union(held), frame)
		}
		all = append(all, d)
	})
	return all
}

// demarcated is the days that the figure and its table show.
func demarcated(p *portfolio.Portfolio) calendar.Window {
	quarters := quartersAround(p)
	return calendar.Window{Start: quarters[0].Start(), End: quarters[len(quarters)-1].End()}
}

// A claimKey names a row of a charter.
type claimKey struct {
	charter, area portfolio.ID
	scope         string
}

// disputes are the days of each conflict, by the rows that it is between.
func disputes(p *portfolio.Portfolio) map[claimKey][]calendar.Window {
	all := map[claimKey][]calendar.Window{}
	for _, x := range p.Conflicts() {
		one, _ := x.One.Charter.Timeframe.Window()
		other, _ := x.Other.Charter.Timeframe.Window()
		if days, ok := one.Common(other); ok {
			for _, c := range [...]portfolio.Claim{x.One, x.Other} {
				k := claimKey{c.Charter.ID.Value, c.Area, c.Row.Scope.Value}
				all[k] = append(all[k], days)
			}
		}
	}
	return all
}

// union joins windows that overlap or touch, in order of time.
func union(all []calendar.Window) []calendar.Window {
	slices.SortFunc(all, func(a, b calendar.Window) int { return a.Start.Compare(b.Start) })
	var joined []calendar.Window
	for _, w := range all {
		if n := len(joined); n > 0 && !w.Start.After(joined[n-1].End.AddDays(1)) {
			if w.End.After(joined[n-1].End) {
				joined[n-1].End = w.End
			}
			continue
		}
		joined = append(joined, w)
	}
	return joined
}

// gaps are the days of frame, from the first day that somebody holds on, that
// are in none of held.
func gaps(held []calendar.Window, frame calendar.Window) []calendar.Window {
	from := frame.Start
	if held[0].Start.After(from) {
		from = held[0].Start
	}
	var all []calendar.Window
	for _, w := range held {
		if w.Start.After(frame.End) {
			break
		}
		if w.Start.After(from) {
			all = append(all, calendar.Window{Start: from, End: w.Start.AddDays(-1)})
		}
		if !w.End.Before(from) {
			from = w.End.AddDays(1)
		}
	}
	if !from.After(frame.End) {
		all = append(all, calendar.Window{Start: from, End: frame.End})
	}
	return all
}

// demarcation asks: which department is accountable for each area, quarter by
// quarter? A cell names all that are for some of its days, with a word where the
// matter is not plain.
func demarcation(p *portfolio.Portfolio) Table {
	t := Table{Name: "demarcation", Columns: []Column{{Key: "standing", Label: "column.standing"}}}
	quarters := quartersAround(p)
	for _, q := range quarters {
		t.Columns = append(t.Columns, Column{Key: q.String(), Text: q.String(), Period: q})
	}
	b := Block{}
	for _, d := range Demarcations(p) {
		row := Row{Key: string(d.Area.ID), Head: Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToArea, ID: d.Area.ID}}}, Cells: []Cell{{}}}
		if d.Area.StandingOwner != "" {
			row.Cells[0] = department(d.Area.StandingOwner)
		}
		for _, q := range quarters {
			row.Cells = append(row.Cells, d.in(q.Window()))
		}
		b.Rows = append(b.Rows, row)
	}
	t.Blocks = []Block{b}
	return t
}

// in is the cell of some days: who holds the area, and in a word whether two
// claim it, whether several share or follow one another, whether the standing
// owner stands in, or whether nobody has it.
func (d Demarcation) in(days calendar.Window) Cell {
	c := Cell{}
	touches := func(all []calendar.Window) bool {
		return slices.ContainsFunc(all, func(w calendar.Window) bool { return w.Overlaps(days) })
	}
	disputed, mark := false, Label("")
	for _, x := range d.Tenancies {
		if touches(x.Spans) {
			c.Kind = Text
			c.Refs = append(c.Refs, portfolio.Target{Kind: portfolio.ToDepartment, ID: x.Department})
			disputed = disputed || touches(x.Disputed)
		}
	}
	if len(c.Refs) > 0 {
		c.Addends = Addends{d.claims(days)}
	}
	switch {
	case disputed:
		mark = "conflict.yes"
	case len(c.Refs) > 1:
		mark = "demarcation.several"
	case len(c.Refs) == 1 && touches(d.Gaps):
		mark = "demarcation.partly"
	case len(c.Refs) == 1:
	case d.Area.StandingOwner != "":
		c, mark = department(d.Area.StandingOwner), "demarcation.standing"
	case touches(d.Gaps):
		c = Cell{Kind: Words, Label: "demarcation.gap"}
	}
	if mark != "" {
		c.Rare = &Rare{Mark: mark}
	}
	return c
}

// claims goes through what charters say of the area for some days.
func (d Demarcation) claims(days calendar.Window) iter.Seq[Addend] {
	return func(yield func(Addend) bool) {
		for _, x := range d.Tenancies {
			for _, claim := range x.Claims {
				if w, _ := claim.Charter.Timeframe.Window(); w.Overlaps(days) && !yield(Addend{Charter: claim.Charter, Party: x.Department, Area: claim.Area, N: 1}) {
					return
				}
			}
		}
	}
}
