package portfolio

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/history"
	"charterhouse/internal/source"
)

// A Quarter is a quarter of the past, and the portfolio as it had been committed
// when it ended. The quarters of a fiscal year begin with its months.
type Quarter struct {
	Days    calendar.Window
	Until   calendar.Date     // its last day, or today in the quarter that runs
	At      *history.Revision // the last commit until then
	Commits int               // of the main line during the quarter

	// Read reads it. Whoever asks again may be given the same.
	Read func() (*Then, error)
}

// A Then is a portfolio of the past and the files that it was read from. Absent
// is set where there was no content folder, so that it is empty.
type Then struct {
	Portfolio *Portfolio
	Tree      *source.Tree
	Absent    bool

	Only map[ID]bool // the charters that it is asked about; nil for all
}

// Whole reports whether the quarter has ended.
func (q *Quarter) Whole() bool { return q.Until == q.Days.End }

// QuarterOf returns the quarter of a fiscal year that d lies in.
func (c *Config) QuarterOf(d calendar.Date) calendar.Window {
	start := c.FiscalYear(d).Start
	for !d.Before(start.AddMonths(3)) {
		start = start.AddMonths(3)
	}
	return calendar.Window{Start: start, End: start.AddMonths(3).AddDays(-1)}
}

// QuartersOf parts a line of revisions into quarters, oldest first: from the one
// in which something was there first until today.
func (c *Config) QuartersOf(line []*history.Revision, began, today calendar.Date) []Quarter {
	var all []Quarter
	if began.IsZero() {
		return nil
	}
	for days := c.QuarterOf(began); !days.Start.After(today); days = c.QuarterOf(days.End.AddDays(1)) {
		q := Quarter{Days: days, Until: days.End}
		if today.Before(days.End) {
			q.Until = today
		}
		at, ok := history.Last(line, q.Until)
		if !ok {
			continue
		}
		q.At = at
		for _, v := range line {
			if days.Contains(v.Day) && !v.Day.After(q.Until) {
				q.Commits++
			}
		}
		all = append(all, q)
	}
	return all
}
