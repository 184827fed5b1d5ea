package portfolio

import (
	"strings"
	"testing"

	"charterhouse/internal/calendar"
	"charterhouse/internal/history"
)

func date(s string) calendar.Date {
	d, _ := calendar.ParseDate(s)
	return d
}

// Each quarter since something was there first has the last commit until it
// ended, also where nothing happened; the one that runs ends today.
func TestQuarters(t *testing.T) {
	var line []*history.Revision
	for _, day := range []string{"2025-12-31", "2026-01-01", "2026-03-31", "2026-11-05", "2026-11-20"} {
		line = append(line, &history.Revision{Commit: "c" + day, Day: date(day)})
	}
	for _, c := range []struct {
		starts             int
		began, today, want string
	}{
		{1, "2026-01-01", "2026-11-16", "2026-03-31 c2026-03-31 2; 2026-06-30 c2026-03-31 0; 2026-09-30 c2026-03-31 0; 2026-12-31 c2026-11-05 1"},
		{1, "2025-12-31", "2025-12-31", "2025-12-31 c2025-12-31 1"},
		{1, "2026-01-01", "2025-12-30", ""},
		{2, "2025-12-31", "2026-04-30", "2026-01-31 c2026-01-01 2; 2026-04-30 c2026-03-31 1"},
		{12, "2026-11-05", "2026-12-01", "2026-11-30 c2026-11-20 2; 2027-02-28 c2026-11-20 0"},
		{1, "", "2026-11-16", ""},
	} {
		config := DefaultConfig()
		config.FiscalStart = c.starts
		var said []string
		for _, q := range config.QuartersOf(line, date(c.began), date(c.today)) {
			said = append(said, q.Days.End.String()+" "+q.At.Commit+" "+string(rune('0'+q.Commits)))
			if q.Whole() != !date(c.today).Before(q.Days.End) {
				t.Errorf("%s, as of %s: whole is %v", q.Days.End, c.today, q.Whole())
			}
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("from month %d, %s to %s: %s", c.starts, c.began, c.today, got)
		}
	}
}
