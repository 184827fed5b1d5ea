package check

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

var goalRules = []Rule{each("G003", targetDate)}

func targetDate(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	w, ok := c.Timeframe.Window()
	if !ok {
		return
	}
	last := w.End.AddMonths(p.Config().BenefitMonths)
	for _, g := range c.Goals {
		by := g.Measure.By
		switch {
		case by.Value.IsZero():
		case by.Value.Before(w.Start):
			report(by.Mark, diag.Say("the target is to be reached by %s, before the charter starts on %s", by.Value, w.Start), diag.Say("write a day after the start"))
		case by.Value.After(last):
			report(by.Mark, diag.Say("the target is to be reached by %s, more than %d months after the end", by.Value, p.Config().BenefitMonths), diag.Say("write a day until %s", last))
		}
	}
}
