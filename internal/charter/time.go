package charter

import (
	"charterhouse/internal/diag"

	"charterhouse/internal/calendar"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

func (p *parser) time() {
	t := &p.c.Timeframe
	for f := range p.Map(p.root.Get("timeframe"), timeframeKeys) {
		switch f.Key {
		case "start":
			t.Start = p.Date(f.Value)
		case "end":
			t.End = p.Date(f.Value)
		}
	}
	if start, end := t.Start.Value, t.End.Value; !start.IsZero() && !end.IsZero() && end.Before(start) {
		p.on(t.End.Mark, end.String(), "T002", diag.Say("the end, %s, lies before the start, %s", end, start), diag.Say("change one of the two dates; both days are part of the timeframe"))
	}
	for f := range p.Map(p.root.Get("tolerances"), tolerancesKeys) {
		switch f.Key {
		case "time":
			p.c.Tolerances.Time = facts.Value(p.Reader, f.Value, "C005", diag.Say("a number of days, weeks or months"), calendar.ParseDuration)
		case "cost":
			p.c.Tolerances.Cost = facts.Value(p.Reader, f.Value, "C005", diag.Say("a percentage"), money.ParseShare)
		}
	}
}

// window returns the timeframe if both its ends are sound.
func (p *parser) window() (calendar.Window, bool) { return p.c.Timeframe.Window() }

// outside reports whether a day is known to lie outside the timeframe.
func (p *parser) outside(day calendar.Date) bool {
	w, ok := p.window()
	return ok && !day.IsZero() && !w.Contains(day)
}

// frame says which days the timeframe has.
func (p *parser) frame() diag.Text {
	return diag.Say("%s to %s", p.c.Timeframe.Start.Value, p.c.Timeframe.End.Value)
}
