package calendar

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
)

// A Period is a year, a quarter of a year or a month: what money is planned in.
// The zero value is no period.
type Period struct {
	year  int16
	part  int8 // 0, quarter 1–4 or month 1–12
	month bool
}

// A Unit is the length of a period.
type Unit uint8

// The units.
const (
	Year Unit = iota
	Quarter
	Month
)

// YearOf returns the period of a whole year.
func YearOf(year int) Period { return Period{year: int16(year)} }

// PeriodOf returns the year, quarter or month that d lies in.
func PeriodOf(d Date, u Unit) Period {
	switch u {
	case Quarter:
		return Period{year: d.year, part: (d.month + 2) / 3}
	case Month:
		return Period{year: d.year, part: d.month, month: true}
	}
	return Period{year: d.year}
}

// Next returns the period of the same length that follows p.
func (p Period) Next() Period { return PeriodOf(p.End().AddDays(1), p.Unit()) }

// ParsePeriod reads 2027, 2027-Q1 or 2027-03. Its error is a *SyntaxError.
func ParsePeriod(s string) (Period, error) {
	year, part, parted := strings.Cut(s, "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 || y < FirstYear || y > LastYear {
		return Period{}, badPeriod(s)
	}
	if !parted {
		return Period{year: int16(y)}, nil
	}
	if q, ok := strings.CutPrefix(part, "Q"); ok && len(q) == 1 && q[0] >= '1' && q[0] <= '4' {
		return Period{year: int16(y), part: int8(q[0] - '0')}, nil
	}
	m, err := strconv.Atoi(part)
	if err != nil || len(part) != 2 || m < 1 || m > 12 {
		return Period{}, badPeriod(s)
	}
	return Period{year: int16(y), part: int8(m), month: true}, nil
}

func badPeriod(s string) error {
	return &SyntaxError{diag.Say("%q is not a period", clip(s)), diag.Say("write a year, a quarter or a month: 2027, 2027-Q1 or 2027-03")}
}

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p == Period{} }

// Year returns the year.
func (p Period) Year() int { return int(p.year) }

// Unit returns how long p is.
func (p Period) Unit() Unit {
	switch {
	case p.part == 0:
		return Year
	case p.month:
		return Month
	}
	return Quarter
}

// Number returns which quarter or month of its year p is; 0 for a year.
func (p Period) Number() int { return int(p.part) }

// Start returns the first day.
func (p Period) Start() Date {
	switch p.Unit() {
	case Quarter:
		return Date{p.year, p.part*3 - 2, 1}
	case Month:
		return Date{p.year, p.part, 1}
	}
	return Date{p.year, 1, 1}
}

// End returns the last day.
func (p Period) End() Date {
	m := int8(12)
	switch p.Unit() {
	case Quarter:
		m = p.part * 3
	case Month:
		m = p.part
	}
	return Date{p.year, m, int8(daysIn(int(p.year), int(m)))}
}

// Window returns the days of p.
func (p Period) Window() Window { return Window{p.Start(), p.End()} }

// Overlaps reports whether p and q share a day.
func (p Period) Overlaps(q Period) bool { return p.Window().Overlaps(q.Window()) }

// Compare orders periods by first day, then longer first.
func (p Period) Compare(q Period) int {
	return cmp.Or(p.Start().Compare(q.Start()), q.End().Compare(p.End()))
}

// String returns the form that ParsePeriod reads.
func (p Period) String() string {
	switch p.Unit() {
	case Quarter:
		return strconv.Itoa(int(p.year)) + "-Q" + strconv.Itoa(int(p.part))
	case Month:
		return fmt.Sprintf("%04d-%02d", p.year, p.part)
	}
	if p.IsZero() {
		return ""
	}
	return strconv.Itoa(int(p.year))
}

// A Duration is a length of time in days or whole months.
type Duration struct {
	n    int16
	unit byte // 'd', 'w' or 'm'
}

// ParseDuration reads 14d, 2w or 1m. Its error is a *SyntaxError.
func ParseDuration(s string) (Duration, error) {
	if len(s) >= 2 {
		n, err := strconv.Atoi(s[:len(s)-1])
		unit := s[len(s)-1]
		if err == nil && n > 0 && n <= 9999 && s[0] >= '1' && s[0] <= '9' && strings.IndexByte("dwm", unit) >= 0 {
			return Duration{int16(n), unit}, nil
		}
	}
	return Duration{}, &SyntaxError{diag.Say("%q is not a length of time", clip(s)), diag.Say("write days, weeks or months: 14d, 2w or 1m")}
}

// IsZero reports whether d is no length of time.
func (d Duration) IsZero() bool { return d == Duration{} }

// Count returns the number and the unit, 'd', 'w' or 'm'.
func (d Duration) Count() (n int, unit byte) { return int(d.n), d.unit }

// AddTo returns the day d after day.
func (d Duration) AddTo(day Date) Date {
	switch d.unit {
	case 'w':
		return day.AddDays(7 * int(d.n))
	case 'm':
		return day.AddMonths(int(d.n))
	}
	return day.AddDays(int(d.n))
}

// String returns the form that ParseDuration reads.
func (d Duration) String() string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(int(d.n)) + string(rune(d.unit))
}
