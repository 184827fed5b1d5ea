package portfolio

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
)

// ReturnState says where a lent person's way back stands.
type ReturnState uint8

// The states of a return.
const (
	NoReturn      ReturnState = iota // none agreed
	ReturnAhead                      // its day has not come
	ReturnDue                        // its day has passed, within the grace period
	ReturnOverdue                    // its day has passed, and the grace period too
	Returned
)

// Return judges a member's way back as of today. Late counts the days since
// the agreed day, 0 while it is ahead.
func (p *Portfolio) Return(c *charter.Charter, m *charter.Member) (state ReturnState, late int) {
	r := m.Return
	switch {
	case !r.Mark.Written():
		return NoReturn, 0
	case r.Done.Written():
		return Returned, 0
	}
	due := p.ReturnDay(c, m)
	if due.IsZero() || !p.asOf.After(due) {
		return ReturnAhead, 0
	}
	late = p.asOf.DaysSince(due)
	if late > p.config.ReturnGrace {
		return ReturnOverdue, late
	}
	return ReturnDue, late
}

// ReturnDay is the day a member goes back: the agreed one, else the day after
// the secondment.
func (p *Portfolio) ReturnDay(c *charter.Charter, m *charter.Member) calendar.Date {
	if !m.Return.Date.Value.IsZero() {
		return m.Return.Date.Value
	}
	if w, ok := m.Window(c.Timeframe); ok {
		return w.End.AddDays(1)
	}
	return calendar.Date{}
}

// Overdue reports whether a milestone of c is late today, and by how many days.
// Only charters in work can be late.
func (p *Portfolio) Overdue(c *charter.Charter, m *charter.Milestone) (days int, late bool) {
	s := c.Status.Value
	if s != charter.Active && s != charter.Agreed || m.Done.Written() || m.Due.Value.IsZero() || !p.asOf.After(m.Due.Value) {
		return 0, false
	}
	return p.asOf.DaysSince(m.Due.Value), true
}

// LastUpdate returns the day of the newest report, or of the start where there
// is none yet.
func (p *Portfolio) LastUpdate(c *charter.Charter) calendar.Date {
	last := c.Timeframe.Start.Value
	for _, u := range p.updates[c.ID.Value] {
		if u.Date.Value.After(last) {
			last = u.Date.Value
		}
	}
	return last
}
