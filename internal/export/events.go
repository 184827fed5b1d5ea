package export

import (
	"cmp"
	"slices"
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// ID names a charter, person or department.
type ID = portfolio.ID

// An Event is a day on which something is to happen in a charter.
type Event struct {
	Day     calendar.Date
	UID     string // the same for as long as the charter and the thing keep their ids
	Kind    string // the key of its word: "event.milestone"
	Charter *charter.Charter
	What    string       // of a milestone, or the post gone back to: an author's words
	Person  ID           // who does it, or whom it concerns
	Home    ID           // of a return: the department that lent the person
	State   rollup.Label // where it stands; empty for what is always ahead
}

// An Agenda is all events of a portfolio, and whom each concerns.
type Agenda struct {
	All          []*Event // by day
	ofDepartment map[ID][]*Event
	ofPerson     map[ID][]*Event
}

// NewAgenda gathers what the charters that bind say of days: milestones, ends,
// returns, and the next report of each active charter.
func NewAgenda(p *portfolio.Portfolio) *Agenda {
	a := &Agenda{ofDepartment: map[ID][]*Event{}, ofPerson: map[ID][]*Event{}}
	a.gather(p)
	slices.SortStableFunc(a.All, func(x, y *Event) int { return cmp.Or(x.Day.Compare(y.Day), cmp.Compare(x.UID, y.UID)) })
	a.distinguish()
	involved := map[*charter.Charter][]ID{}
	for _, x := range p.Registers().People {
		for _, c := range p.Involving(x.ID) {
			involved[c] = append(involved[c], x.ID)
		}
	}
	for _, e := range a.All {
		a.hand(e, involved[e.Charter])
	}
	return a
}

// OfDepartment are the events of the charters that a department pays for, and
// the returns of its people.
func (a *Agenda) OfDepartment(id ID) []*Event { return a.ofDepartment[id] }

// OfPerson are what somebody is to do, the person's returns, and the ends of
// the charters that name the person.
func (a *Agenda) OfPerson(id ID) []*Event { return a.ofPerson[id] }

func (a *Agenda) gather(p *portfolio.Portfolio) {
	for _, s := range rollup.Steps(p) {
		m := s.Milestone
		id := string(m.ID.Value)
		if id == "" {
			id = m.Due.Value.String()
		}
		a.All = append(a.All, &Event{Day: m.Due.Value, UID: uid("milestone-"+id, s.Charter), Kind: "event.milestone", Charter: s.Charter, What: m.Title.Value, Person: m.Owner.Value, State: s.State()})
	}
	for _, l := range rollup.Ledger(p) {
		m, day := l.Member, l.Back
		if done := m.Return.Done.Value; !done.IsZero() {
			day = done
		}
		a.All = append(a.All, &Event{Day: day, UID: uid("return-"+string(m.Person.Value), l.Charter), Kind: "event.return", Charter: l.Charter, What: m.Return.To.Value, Person: m.Person.Value, Home: m.Home.Value, State: l.Word()})
	}
	for _, c := range p.Charters() {
		status := c.Status.Value
		if end := c.Timeframe.End.Value; status.Bound() && !end.IsZero() {
			a.All = append(a.All, &Event{Day: end, UID: uid("end", c), Kind: "event.end", Charter: c, State: rollup.Label("status." + status.String())})
		}
		if last := p.LastUpdate(c); status == charter.Active && !last.IsZero() {
			e := &Event{Day: last.AddDays(p.Config().Cadence), UID: uid("update", c), Kind: "event.update", Charter: c}
			if len(c.Lead) > 0 {
				e.Person = c.Lead[0].Value
			}
			a.All = append(a.All, e)
		}
	}
}

// uid names an event for calendars. It holds ids and days only, which need no
// escape.
func uid(what string, c *charter.Charter) string {
	return what + "." + string(c.ID.Value) + "@charterhouse"
}

// distinguish numbers events of one name: somebody who joins a team twice
// returns twice.
func (a *Agenda) distinguish() {
	seen := make(map[string]int, len(a.All))
	for _, e := range a.All {
		name := e.UID
		if seen[name]++; seen[name] > 1 {
			e.UID = strconv.Itoa(seen[name]) + "-" + name
		}
	}
}

// hand gives an event to those whom it concerns.
func (a *Agenda) hand(e *Event, involved []ID) {
	home := e.Home
	for _, party := range e.Charter.Budget.Parties {
		id := party.Department.Value
		a.ofDepartment[id] = append(a.ofDepartment[id], e)
		if id == home {
			home = ""
		}
	}
	if home != "" {
		a.ofDepartment[home] = append(a.ofDepartment[home], e)
	}
	if e.Kind == "event.end" {
		for _, id := range involved {
			a.ofPerson[id] = append(a.ofPerson[id], e)
		}
		return
	}
	a.ofPerson[e.Person] = append(a.ofPerson[e.Person], e)
	if e.Kind == "event.update" {
		for _, lead := range e.Charter.Lead[min(1, len(e.Charter.Lead)):] {
			a.ofPerson[lead.Value] = append(a.ofPerson[lead.Value], e)
		}
	}
}
