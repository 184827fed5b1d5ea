// Package calendar knows days, the periods that money is planned in, and spans
// of days.
//
// A [Date] is a day of the calendar and nothing more: no hour, no zone, so no
// traveller and no server can shift it. Everything that reads a date reads the
// one form YYYY-MM-DD; how a day is shown to people is for package locale.
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"charterhouse/internal/diag"
)

// A Date is a real day from 1970 to 2199. The zero value is no day.
type Date struct {
	year       int16
	month, day int8
}

// First and last years that a date may have: enough for any charter, and too
// narrow for a slip such as 20027.
const (
	FirstYear = 1970
	LastYear  = 2199
)

// A SyntaxError says why a text is no date, period or duration, in words, and
// what to write instead.
type SyntaxError struct{ Reason, Hint diag.Text }

// Error returns the reason.
func (e *SyntaxError) Error() string { return e.Reason.String() }

// Of returns the day, which must be a real one.
func Of(year int, month time.Month, day int) (Date, bool) {
	d := Date{int16(year), int8(month), int8(day)}
	ok := year >= FirstYear && year <= LastYear && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, int(month))
	if !ok {
		return Date{}, false
	}
	return d, true
}

// On returns the day of a moment, as its own zone sees it.
func On(t time.Time) Date {
	y, m, d := t.Date()
	date, _ := Of(y, m, d)
	return date
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// ParseDate reads YYYY-MM-DD. Its error is a *SyntaxError.
func ParseDate(s string) (Date, error) {
	y, m, d, ok := digits(s)
	if !ok {
		return Date{}, badForm(s)
	}
	switch {
	case y < FirstYear || y > LastYear:
		return Date{}, &SyntaxError{diag.Say("the year %d is outside %d to %d", y, FirstYear, LastYear), diag.Say("check the year")}
	case m < 1 || m > 12:
		return Date{}, &SyntaxError{diag.Say("there is no month %d", m), diag.Say("write the year, the month and the day: %s", swapped(y, m, d))}
	case d < 1 || d > daysIn(y, m):
		return Date{}, &SyntaxError{diag.Say("%s %d has no day %d", month(m), y, d), diag.Say("its last day is %s", Date{int16(y), int8(m), int8(daysIn(y, m))})}
	}
	return Date{int16(y), int8(m), int8(d)}, nil
}

func digits(s string) (y, m, d int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return 0, 0, 0, false
		}
	}
	n := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	return n(0)*100 + n(2), n(5), n(8), true
}

// month names a month in a finding.
func month(m int) diag.Text {
	return [...]diag.Text{diag.Say("January"), diag.Say("February"), diag.Say("March"), diag.Say("April"), diag.Say("May"), diag.Say("June"),
		diag.Say("July"), diag.Say("August"), diag.Say("September"), diag.Say("October"), diag.Say("November"), diag.Say("December")}[m-1]
}

// swapped guesses a day and month in the wrong order.
func swapped(y, m, d int) string {
	if m >= 13 && m <= 31 && d >= 1 && d <= 12 {
		return fmt.Sprintf("%04d-%02d-%02d", y, d, m)
	}
	return "2027-03-31"
}

// badForm recognises the usual other spellings and shows the same day rightly.
func badForm(s string) error {
	hint := diag.Say("write the year, the month and the day: 2027-03-31")
	day, _, _ := strings.Cut(s, "T")
	day, _, _ = strings.Cut(day, " ")
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '.' || r == '/' || r == '-' })
	if len(parts) == 3 {
		var n [3]int
		for i, p := range parts {
			n[i], _ = strconv.Atoi(p)
		}
		if len(parts[0]) <= 2 {
			n[0], n[2] = n[2], n[0]
		}
		if d, ok := Of(n[0], time.Month(n[1]), n[2]); ok {
			hint = diag.Say("write %s", d)
		}
	}
	return &SyntaxError{diag.Say("%q is not a date", clip(s)), hint}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year, 0 for no day.
func (d Date) Year() int { return int(d.year) }

// Month returns the month.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month.
func (d Date) Day() int { return int(d.day) }

// String returns YYYY-MM-DD, or "" for no day.
func (d Date) String() string {
	var room [10]byte
	return string(d.Append(room[:0]))
}

// Append appends String to b, for those who write many.
func (d Date) Append(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	two := func(n int) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	two(int(d.year) / 100)
	two(int(d.year) % 100)
	b = append(b, '-')
	two(int(d.month))
	b = append(b, '-')
	two(int(d.day))
	return b
}

// Compare orders days; no day comes first.
func (d Date) Compare(e Date) int { return d.key() - e.key() }

func (d Date) key() int { return int(d.year)<<9 | int(d.month)<<5 | int(d.day) }

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.key() < e.key() }

// After reports whether d comes after e.
func (d Date) After(e Date) bool { return d.key() > e.key() }

// serial counts days from 1 March of year 0, in which leap days end a cycle.
func (d Date) serial() int {
	y, m := int(d.year), int(d.month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + int(d.day)
}

// DaysSince returns how many days d comes after e; negative when before.
func (d Date) DaysSince(e Date) int { return d.serial() - e.serial() }

// AddDays returns the day n days later. Beyond the years a date may have, it
// stays at the last (or first) of them.
func (d Date) AddDays(n int) Date {
	if day := int(d.day) + n; day >= 1 && day <= 28 && d.day > 0 { // every month has it
		return Date{d.year, d.month, int8(day)}
	}
	t := time.Date(int(d.year), time.Month(d.month), int(d.day)+n, 0, 0, 0, 0, time.UTC)
	return clamp(t)
}

func clamp(t time.Time) Date {
	switch {
	case t.Year() < FirstYear:
		return Date{FirstYear, 1, 1}
	case t.Year() > LastYear:
		return Date{LastYear, 12, 31}
	}
	return On(t)
}

// AddMonths returns the same day n months later, or the month's last day where
// it has no such day.
func (d Date) AddMonths(n int) Date {
	months := int(d.year)*12 + int(d.month) - 1 + n
	y, m := months/12, months%12+1
	return clamp(time.Date(y, time.Month(m), min(int(d.day), daysIn(y, m)), 0, 0, 0, 0, time.UTC))
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC).Weekday()
}

// A Window is a span of days, both ends part of it.
type Window struct{ Start, End Date }

// Days returns the number of days.
func (w Window) Days() int { return w.End.DaysSince(w.Start) + 1 }

// Contains reports whether d lies in w.
func (w Window) Contains(d Date) bool { return !d.Before(w.Start) && !d.After(w.End) }

// Overlaps reports whether w and x share a day.
func (w Window) Overlaps(x Window) bool { return !w.End.Before(x.Start) && !x.End.Before(w.Start) }

// Common returns the days that w and x share.
func (w Window) Common(x Window) (Window, bool) {
	c := w
	if x.Start.After(c.Start) {
		c.Start = x.Start
	}
	if x.End.Before(c.End) {
		c.End = x.End
	}
	return c, !c.End.Before(c.Start)
}
