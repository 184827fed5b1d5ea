package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Every day from 1999 to 2101 is the day that package time knows.
func TestEveryDay(t *testing.T) {
	day, _ := ParseDate("1999-01-01")
	first := day
	n := 0
	for at := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2102; at = at.AddDate(0, 0, 1) {
		text := at.Format(time.DateOnly)
		read, err := ParseDate(text)
		if err != nil || read != day || day.String() != text || day.Weekday() != at.Weekday() {
			t.Fatalf("%s: %v, %v, %s", text, read, err, day)
		}
		if day.DaysSince(first) != n || first.AddDays(n) != day {
			t.Fatalf("%s is day %d, not %d", text, day.DaysSince(first), n)
		}
		for _, hours := range []int{-12, 0, 14} { // a day is a day in any zone
			zone := time.FixedZone("", hours*3600)
			if On(time.Date(at.Year(), at.Month(), at.Day(), 23, 59, 0, 0, zone)) != day {
				t.Fatalf("%s shifts in zone %+d", text, hours)
			}
		}
		next := day.AddDays(1)
		if !day.Before(next) || next.Compare(day) <= 0 {
			t.Fatalf("%s does not come before %s", day, next)
		}
		day = next
		n++
	}
}

func TestParseDateRefuses(t *testing.T) {
	for text, hint := range map[string]string{
		"2026-13-01": "2026-01-13", "2026-02-30": "2026-02-28", "2025-02-29": "2025-02-28", "2026-00-10": "2027", "2026-04-31": "2026-04-30",
		"2026/01/02": "write 2026-01-02", "1.2.2026": "write 2026-02-01", "2026-1-2": "write 2026-01-02", "2026-01-02T00:00:00Z": "write 2026-01-02",
		"yyyy-mm-dd": "2027-03-31", "20027-01-01": "", "1969-12-31": "year", "2200-01-01": "year", "": "", "soon": "", "２０２６-01-01": "",
	} {
		_, err := ParseDate(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.Hint.String(), hint) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ParseDate("2028-02-29"); err != nil {
		t.Error(err)
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-11-16", "2026-13-01", "1.2.2026", "2028-02-29", "9999-99-99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err == nil && d.String() != text || err != nil && !d.IsZero() {
			t.Fatalf("%q gives %s, %v", text, d, err)
		}
	})
}

func TestMonths(t *testing.T) {
	day := func(s string) Date { d, _ := ParseDate(s); return d }
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{{"2026-01-31", 1, "2026-02-28"}, {"2027-12-31", 2, "2028-02-29"}, {"2026-11-16", 12, "2027-11-16"}, {"2026-11-16", -11, "2025-12-16"}, {"2199-12-01", 5, "2199-12-31"}} {
		if got := day(c.from).AddMonths(c.months); got.String() != c.want {
			t.Errorf("%s and %d months is %s, not %s", c.from, c.months, got, c.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for text, ends := range map[string][2]string{"2027": {"2027-01-01", "2027-12-31"}, "2027-Q1": {"2027-01-01", "2027-03-31"}, "2028-02": {"2028-02-01", "2028-02-29"}, "2027-Q4": {"2027-10-01", "2027-12-31"}} {
		p, err := ParsePeriod(text)
		if err != nil || p.Start().String() != ends[0] || p.End().String() != ends[1] || p.String() != text {
			t.Errorf("%s: %s to %s, %v", text, p.Start(), p.End(), err)
		}
	}
	for _, text := range []string{"2027-Q5", "2027-13", "27", "2027-q1", "2027-1", "", "2027-Q", "Q1-2027"} {
		if p, err := ParsePeriod(text); err == nil || !p.IsZero() {
			t.Errorf("%q is accepted", text)
		}
	}
	year, _ := ParsePeriod("2027")
	quarter, _ := ParsePeriod("2027-Q3")
	next, _ := ParsePeriod("2028-01")
	if !year.Overlaps(quarter) || quarter.Overlaps(next) || year.Compare(quarter) >= 0 || quarter.Compare(next) >= 0 {
		t.Error("periods overlap or are ordered wrongly")
	}
}

func TestDurations(t *testing.T) {
	from, _ := ParseDate("2026-01-31")
	for text, want := range map[string]string{"14d": "2026-02-14", "2w": "2026-02-14", "1m": "2026-02-28"} {
		d, err := ParseDuration(text)
		if err != nil || d.AddTo(from).String() != want || d.String() != text {
			t.Errorf("%s: %s, %v", text, d.AddTo(from), err)
		}
	}
	for _, text := range []string{"", "d", "0d", "-1d", "1y", "1.5w", "01d", "99999d"} {
		if _, err := ParseDuration(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestWindows(t *testing.T) {
	w := func(a, b string) Window {
		x, _ := ParseDate(a)
		y, _ := ParseDate(b)
		return Window{x, y}
	}
	a, b, c := w("2026-01-01", "2026-01-31"), w("2026-01-31", "2026-02-10"), w("2026-02-01", "2026-02-02")
	if a.Days() != 31 || !a.Overlaps(b) || a.Overlaps(c) || !b.Overlaps(c) || !a.Contains(a.End) {
		t.Error("windows are counted wrongly")
	}
	if common, ok := a.Common(b); !ok || common.Days() != 1 {
		t.Errorf("%v, %v", common, ok)
	}
	if _, ok := a.Common(c); ok {
		t.Error("windows apart have days in common")
	}
}
