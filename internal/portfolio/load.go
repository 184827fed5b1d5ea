package portfolio

import (
	"math/big"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
)

// A Posting is a person's place in one charter's team.
type Posting struct {
	Charter *charter.Charter
	Member  *charter.Member
	Window  calendar.Window
}

// A Stretch is a run of days on which a person's load is the same. Load is the
// sum of allocations, so it may be above 1.
type Stretch struct {
	Window   calendar.Window
	Load     *big.Rat
	Postings []Posting
}

// Over reports whether the load is above a capacity.
func (s Stretch) Over(capacity money.Share) bool { return s.Load.Cmp(capacity.Rat()) > 0 }

// Postings lists the live team places of a person, by charter.
func (p *Portfolio) Postings(person ID) []Posting {
	var all []Posting
	for _, c := range p.involving[person] {
		if !c.Status.Value.Live() {
			continue
		}
		for i := range c.Team {
			m := &c.Team[i]
			if w, ok := m.Window(c.Timeframe); ok && m.Person.Value == person && !m.Allocation.Value.IsZero() {
				all = append(all, Posting{c, m, w})
			}
		}
	}
	return all
}

// Load returns a person's load over live charters as stretches in order of
// time; days without load are left out.
func (p *Portfolio) Load(person ID) []Stretch {
	postings := p.Postings(person)
	days := make([]calendar.Date, 0, 2*len(postings))
	for _, x := range postings {
		days = append(days, x.Window.Start, x.Window.End.AddDays(1))
	}
	slices.SortFunc(days, calendar.Date.Compare)
	days = slices.Compact(days)
	var all []Stretch
	for i := 0; i+1 < len(days); i++ {
		var load money.Exact
		var here []Posting
		for _, x := range postings {
			if x.Window.Contains(days[i]) {
				load.Add(x.Member.Allocation.Value.Times(1, 1))
				here = append(here, x)
			}
		}
		if len(here) > 0 {
			all = append(all, Stretch{calendar.Window{Start: days[i], End: days[i+1].AddDays(-1)}, load.Rat(), here})
		}
	}
	return all
}

// Overloads returns the stretches on which a person's load is above capacity.
// Past days are left out: nobody can mend them.
func (p *Portfolio) Overloads(person ID) []Stretch {
	involving := p.involving[person]
	if known, ok := p.overloads.Load(person); ok && slices.Equal(known.(*overload).involving, involving) {
		return known.(*overload).stretches
	}
	made := &overload{involving, p.overload(person)}
	p.overloads.Store(person, made)
	return made.stretches
}

// An overload is what was found of a person, and the charters it follows from;
// the day and the registers are the same for all portfolios that share it.
type overload struct {
	involving []*charter.Charter
	stretches []Stretch
}

func (p *Portfolio) overload(person ID) []Stretch {
	x := p.people[person]
	postings := p.Postings(person)
	if x == nil || len(postings) < 2 && (len(postings) == 0 || postings[0].Member.Allocation.Value.Cmp(x.Capacity) <= 0) {
		return nil
	}
	var over []Stretch
	for _, s := range p.Load(person) {
		if s.Over(x.Capacity) && !s.Window.End.Before(p.asOf) {
			over = append(over, s)
		}
	}
	return over
}
