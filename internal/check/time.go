package check

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

var timeRules = []Rule{
	each("T003", noEnd),
	each("T004", tooLong),
	each("T005", pastEnd),
	each("T009", milestoneOverdue),
	each("T010", fromTheFuture),
	each("T011", dependsOnLater),
	past("T012", drifted),
}

func noEnd(_ *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	mark := c.Keys.Of("timeframe")
	if mark.Written() && !c.Timeframe.End.Written() {
		report(mark, diag.Say("the timeframe has no end"), diag.Say("add end: with the last day, which is part of the agreement"))
	}
}

func tooLong(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	w, ok := c.Timeframe.Window()
	most := p.Config().LongestMonths
	if ok && !w.End.Before(w.Start.AddMonths(most)) {
		report(c.Timeframe.End.Mark, diag.Say("the charter runs for more than %d months", most), diag.Say("end it earlier, or part it into charters that follow each other"))
	}
}

func pastEnd(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	end := c.Timeframe.End.Value
	if c.Status.Value == charter.Active && !end.IsZero() && p.AsOf().After(end) {
		report(c.Timeframe.End.Mark, diag.Say("the charter is active, but its end has passed %s ago", days(p.AsOf().DaysSince(end))), diag.Say("complete it with a closure, or agree on a new end"))
	}
}

func milestoneOverdue(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	for i := range c.Milestones {
		m := &c.Milestones[i]
		if late, ok := p.Overdue(c, m); ok {
			report(m.Due.Mark, diag.Say("the milestone %q is %s overdue", m.Title.Value, days(late)), diag.Say("add done: with the day it was met, or amend the charter"))
		}
	}
}

// fromTheFuture refuses what is said to have happened after the day the site is
// built for.
func fromTheFuture(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	past := func(d charter.At[calendar.Date], what diag.Text) {
		if d.Value.After(p.AsOf()) {
			report(d.Mark, diag.Say("%s is dated %s, after the day this is looked at, %s", what, d.Value, p.AsOf()), diag.Say("correct the date, or look at a later day with --as-of"))
		}
	}
	past(c.Created, diag.Say("the proposal"))
	for _, m := range c.Milestones {
		past(m.Done, diag.Say("the end of a milestone"))
	}
	for _, a := range c.Approvals {
		past(a.Date, diag.Say("an approval"))
	}
	for _, u := range c.Updates {
		past(u.Date, diag.Say("an update"))
	}
	for _, m := range c.Team {
		past(m.Return.Done, diag.Say("a return"))
	}
	for _, s := range c.Budget.Spent {
		past(s.Date, diag.Say("an expense"))
	}
	for _, g := range c.Goals {
		past(g.Result.Date, diag.Say("a result"))
	}
	for _, a := range c.Amendments {
		past(a.Date, diag.Say("an amendment"))
	}
	past(c.Closure.Date, diag.Say("the closure"))
}

func dependsOnLater(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if !c.Status.Value.Live() && c.Status.Value != charter.Proposed {
		return
	}
	for _, id := range c.Links.DependsOn {
		other := p.Find(id.Value)
		if other == nil || other.Status.Value > charter.OnHold {
			continue
		}
		mine, theirs := c.Timeframe.End.Value, other.Timeframe.End.Value
		if !mine.IsZero() && theirs.After(mine) {
			report(id.Mark, diag.Say("%s ends on %s, after this charter that depends on it", other.Name(), theirs), diag.Say("agree with its lead on an earlier result, or end later"))
		}
	}
}
