package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A Holding is who owns an area: the standing owner, and every live charter's
// word on it.
type Holding struct {
	Area   *portfolio.Area
	Depth  int // below how many other areas
	Claims []portfolio.Claim
}

// Holdings lists all areas, each below its parent, with the claims of live
// charters in order of id.
func Holdings(p *portfolio.Portfolio) []Holding {
	claims := claims(p, charter.Status.Live)
	var all []Holding
	eachArea(p, func(a *portfolio.Area, depth int) {
		all = append(all, Holding{Area: a, Depth: depth, Claims: claims[a.ID]})
	})
	return all
}

// eachArea goes through all areas, each below its parent.
func eachArea(p *portfolio.Portfolio, do func(a *portfolio.Area, depth int)) {
	children := map[portfolio.ID][]*portfolio.Area{}
	for _, a := range p.Registers().Areas {
		parent := a.Parent
		if p.Area(parent) == nil {
			parent = ""
		}
		children[parent] = append(children[parent], a)
	}
	var below func(parent portfolio.ID, depth int)
	below = func(parent portfolio.ID, depth int) {
		for _, a := range children[parent] {
			do(a, depth)
			if a.ID != parent && depth < 16 {
				below(a.ID, depth+1)
			}
		}
	}
	below("", 0)
}

// claims lists what charters of some statuses say of each area, in order of id.
func claims(p *portfolio.Portfolio, of func(charter.Status) bool) map[portfolio.ID][]portfolio.Claim {
	all := map[portfolio.ID][]portfolio.Claim{}
	for _, c := range p.Charters() {
		if !of(c.Status.Value) {
			continue
		}
		for i := range c.Responsibilities {
			if r := &c.Responsibilities[i]; len(r.Accountable) == 1 {
				all[r.Area.Value] = append(all[r.Area.Value], portfolio.Claim{Charter: c, Row: r, Area: r.Area.Value, Department: r.Accountable[0].Value})
			}
		}
	}
	return all
}

// ownership asks: who owns what? One row for each area and each department that
// owns it in some live charter, or stands as its owner.
func ownership(p *portfolio.Portfolio) Table {
	t := Table{Name: "ownership", Columns: []Column{
		{Key: "standing", Label: "column.standing"},
		{Key: "owner", Label: "column.owner"},
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "conflict", Label: "column.conflict"},
	}}
	disputed := map[portfolio.ID]bool{}
	for _, c := range p.Conflicts() {
		disputed[c.One.Area], disputed[c.Other.Area] = true, true
	}
	b := Block{}
	for _, h := range Holdings(p) {
		standing := Cell{}
		if h.Area.StandingOwner != "" {
			standing = department(h.Area.StandingOwner)
		}
		conflict := Cell{}
		if disputed[h.Area.ID] {
			conflict = Cell{Kind: Words, Label: "conflict.yes"}
		}
		owners := map[portfolio.ID]bool{}
		by := map[portfolio.ID][]*charter.Charter{}
		for _, c := range h.Claims {
			owners[c.Department] = true
			by[c.Department] = append(by[c.Department], c.Charter)
		}
		head := Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToArea, ID: h.Area.ID}}}
		if len(owners) == 0 {
			b.Rows = append(b.Rows, Row{Key: string(h.Area.ID), Head: head, Cells: []Cell{standing, {}, count(nil), conflict}})
		}
		for _, id := range departmentsOf(p, owners) {
			b.Rows = append(b.Rows, Row{Key: string(h.Area.ID) + "--" + string(id), Head: head, Cells: []Cell{standing, department(id), count(by[id]), conflict}})
		}
	}
	t.Blocks = []Block{b}
	return t
}
