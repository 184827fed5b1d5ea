package check

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

var lifeRules = []Rule{
	past("S002", jumped),
	each("S003", lateUpdate),
	each("S005", outOfStep),
}

func lateUpdate(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if c.Status.Value != charter.Active {
		return
	}
	last := p.LastUpdate(c)
	if last.IsZero() || p.AsOf().DaysSince(last) <= p.Config().Cadence {
		return
	}
	mark := c.Keys.Of("updates")
	if !mark.Written() {
		mark = c.Status.Mark
	}
	report(mark, diag.Say("the last word on this charter is from %s, %s ago", last, days(p.AsOf().DaysSince(last))), diag.Say("add an update; one is due every %s", days(p.Config().Cadence)))
}

func outOfStep(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	start := c.Timeframe.Start
	switch {
	case start.Value.IsZero():
	case c.Status.Value == charter.Active && p.AsOf().Before(start.Value):
		report(c.Status.Mark, diag.Say("the charter is active, but starts on %s", start.Value), diag.Say("write status: agreed until then"))
	case c.Status.Value == charter.Agreed && p.AsOf().After(start.Value):
		report(c.Status.Mark, diag.Say("the charter is only agreed, but was to start on %s", start.Value), diag.Say("write status: active, or agree on a new start"))
	}
}
