package portfolio

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/charter"
)

// A Claim is one charter's word on who is accountable for an area.
type Claim struct {
	Charter    *charter.Charter
	Row        *charter.Responsibility
	Area       ID
	Department ID
}

// A Conflict is two live charters at odds: their timeframes overlap, and they
// make different departments accountable for one area, or for an area and one
// that contains it. It is nobody's fault and both are told alike.
type Conflict struct{ One, Other Claim }

// Conflicts lists all conflicts, in order of area and charters.
func (p *Portfolio) Conflicts() []Conflict { return p.conflicts.get(p.findConflicts) }

// conflicts are found when first asked for.
type conflicts struct {
	mu    sync.Mutex
	known bool
	all   []Conflict
}

func (x *conflicts) get(find func() []Conflict) []Conflict {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.known {
		x.all, x.known = find(), true
	}
	return x.all
}

// inherit takes over what is known of another portfolio, where no charter that
// changed since has a say.
func (x *conflicts) inherit(from *conflicts, changed map[*charter.Charter]*charter.Charter) {
	from.mu.Lock()
	defer from.mu.Unlock()
	if !from.known {
		return
	}
	for old, now := range changed {
		if !sameClaims(old, now) {
			return
		}
	}
	for _, c := range from.all {
		if changed[c.One.Charter] != nil || changed[c.Other.Charter] != nil {
			return
		}
	}
	x.all, x.known = from.all, true
}

// sameClaims reports whether two versions of a charter claim the same areas
// for the same departments and days.
func sameClaims(a, b *charter.Charter) bool {
	claims := func(x, y charter.Responsibility) bool {
		return x.Area.Value == y.Area.Value && x.Scope.Value == y.Scope.Value &&
			slices.EqualFunc(x.Accountable, y.Accountable, func(i, j charter.At[ID]) bool { return i.Value == j.Value })
	}
	v, ok1 := a.Timeframe.Window()
	w, ok2 := b.Timeframe.Window()
	return a.Status.Value.Live() == b.Status.Value.Live() && v == w && ok1 == ok2 && slices.EqualFunc(a.Responsibilities, b.Responsibilities, claims)
}

func (p *Portfolio) findConflicts() []Conflict {
	byRoot := map[ID][]Claim{} // claims on areas of one family
	for _, c := range p.charters {
		if !c.Status.Value.Live() {
			continue
		}
		for i := range c.Responsibilities {
			r := &c.Responsibilities[i]
			if len(r.Accountable) == 1 && r.Area.Value != "" {
				root := p.rootArea(r.Area.Value)
				byRoot[root] = append(byRoot[root], Claim{c, r, r.Area.Value, r.Accountable[0].Value})
			}
		}
	}
	var all []Conflict
	for _, claims := range byRoot {
		if len(claims) > 1 && !agree(claims) {
			all = p.compareClaims(claims, all)
		}
	}
	slices.SortFunc(all, func(a, b Conflict) int {
		return cmp.Or(strings.Compare(string(a.One.Area), string(b.One.Area)), byCharterID(a.One.Charter, b.One.Charter),
			strings.Compare(string(a.Other.Area), string(b.Other.Area)), byCharterID(a.Other.Charter, b.Other.Charter),
			byPlace(a.One.Row.Mark, b.One.Row.Mark), byPlace(a.Other.Row.Mark, b.Other.Row.Mark)) // one charter may claim an area twice
	})
	return all
}

func byPlace(a, b charter.Mark) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// agree is the common case, seen in one pass.
func agree(claims []Claim) bool {
	for _, c := range claims[1:] {
		if c.Department != claims[0].Department {
			return false
		}
	}
	return true
}

func (p *Portfolio) compareClaims(claims []Claim, all []Conflict) []Conflict {
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			if a.Department != b.Department && a.Charter != b.Charter && p.sameGround(a, b) && overlap(a.Charter, b.Charter) {
				all = append(all, Conflict{a, b})
			}
		}
	}
	return all
}

// sameGround reports whether two claims are about one area, or one area and an
// ancestor of it that no scope sets apart.
func (p *Portfolio) sameGround(a, b Claim) bool {
	scoped := a.Row.Scope.Value != "" && b.Row.Scope.Value != "" && a.Row.Scope.Value != b.Row.Scope.Value
	if a.Area == b.Area {
		return !scoped
	}
	apart := a.Row.Scope.Value != "" || b.Row.Scope.Value != ""
	return !apart && (p.within(a.Area, b.Area) || p.within(b.Area, a.Area))
}

// within reports whether area lies inside outer.
func (p *Portfolio) within(area, outer ID) bool {
	for _, a := range p.Ancestors(area) {
		if a == outer {
			return true
		}
	}
	return false
}

// Ancestors lists the areas that contain area, nearest first. A cycle in the
// register ends the list.
func (p *Portfolio) Ancestors(area ID) []ID {
	var all []ID
	for a := p.areas[area]; a != nil && a.Parent != "" && !slices.Contains(all, a.Parent) && a.Parent != area; a = p.areas[a.Parent] {
		all = append(all, a.Parent)
	}
	return all
}

func (p *Portfolio) rootArea(area ID) ID {
	if up := p.Ancestors(area); len(up) > 0 {
		return up[len(up)-1]
	}
	return area
}

func overlap(a, b *charter.Charter) bool {
	x, ok1 := a.Timeframe.Window()
	y, ok2 := b.Timeframe.Window()
	return ok1 && ok2 && x.Overlaps(y)
}
