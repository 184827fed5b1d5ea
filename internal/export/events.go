package export

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

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
	number  int32  // among those of one name, from 1
	Kind    string // the key of its word: "event.milestone"
	Charter *charter.Charter
	State   rollup.Label // where it stands; empty for what is always ahead

	milestone *charter.Milestone // that it is, if it is one
	member    *charter.Member    // who returns, if somebody does
}

// UID names an event for calendars: the same for as long as the charter and the
// thing keep their ids. It holds ids and days only, which need no escape.
func (e *Event) UID() string {
	if e.number > 1 {
		return strconv.Itoa(int(e.number)) + "-" + e.name()
	}
	return e.name()
}

// name is the same for somebody who joins a team twice, and returns twice.
func (e *Event) name() string {
	what := strings.TrimPrefix(e.Kind, "event.")
	switch {
	case e.milestone != nil && e.milestone.ID.Value != "":
		what += "-" + string(e.milestone.ID.Value)
	case e.milestone != nil:
		what += "-" + e.Day.String()
	case e.member != nil:
		what += "-" + string(e.member.Person.Value)
	}
	return what + "." + string(e.Charter.ID.Value) + "@charterhouse"
}

// What is that of a milestone, or the post gone back to: an author's words.
func (e *Event) What() string {
	switch {
	case e.milestone != nil:
		return e.milestone.Title.Value
	case e.member != nil:
		return e.member.Return.To.Value
	}
	return ""
}

// Person is who does it, or whom it concerns.
func (e *Event) Person() ID {
	switch {
	case e.milestone != nil:
		return e.milestone.Owner.Value
	case e.member != nil:
		return e.member.Person.Value
	case e.Kind == "event.update" && len(e.Charter.Lead) > 0:
		return e.Charter.Lead[0].Value
	}
	return ""
}

// Home is the department that lent the person who returns.
func (e *Event) Home() ID {
	if e.member == nil {
		return ""
	}
	return e.member.Home.Value
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
	a.order()
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
		a.All = append(a.All, &Event{Day: s.Milestone.Due.Value, Kind: "event.milestone", Charter: s.Charter, State: s.State(), milestone: s.Milestone})
	}
	for _, l := range rollup.Ledger(p) {
		day := l.Back
		if done := l.Member.Return.Done.Value; !done.IsZero() {
			day = done
		}
		a.All = append(a.All, &Event{Day: day, Kind: "event.return", Charter: l.Charter, State: l.Word(), member: l.Member})
	}
	for _, c := range p.Charters() {
		status := c.Status.Value
		if end := c.Timeframe.End.Value; status.Bound() && !end.IsZero() {
			a.All = append(a.All, &Event{Day: end, Kind: "event.end", Charter: c, State: rollup.Label("status." + status.String())})
		}
		if last := p.LastUpdate(c); status == charter.Active && !last.IsZero() {
			a.All = append(a.All, &Event{Day: last.AddDays(p.Config().Cadence), Kind: "event.update", Charter: c})
		}
	}
}

// order sorts the events by day and name, and numbers those of one name.
func (a *Agenda) order() {
	type named struct {
		*Event
		name string
	}
	all := make([]named, len(a.All))
	for i, e := range a.All {
		all[i] = named{e, e.name()}
	}
	slices.SortStableFunc(all, func(x, y named) int { return cmp.Or(x.Day.Compare(y.Day), cmp.Compare(x.name, y.name)) })
	seen := make(map[string]int32, len(all))
	for i, e := range all {
		a.All[i] = e.Event
		seen[e.name]++
		e.number = seen[e.name]
	}
}

// hand gives an event to those whom it concerns.
func (a *Agenda) hand(e *Event, involved []ID) {
	home := e.Home()
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
	who := e.Person()
	a.ofPerson[who] = append(a.ofPerson[who], e)
	if e.Kind == "event.update" {
		for _, lead := range e.Charter.Lead[min(1, len(e.Charter.Lead)):] {
			a.ofPerson[lead.Value] = append(a.ofPerson[lead.Value], e)
		}
	}
}
