package calendar

import "testing"

// The periods of a unit follow one another without a gap, from any day.
func TestPeriodsFollow(t *testing.T) {
	for _, u := range []Unit{Year, Quarter, Month} {
		d, _ := Of(2026, 11, 16)
		p := PeriodOf(d, u)
		if !p.Window().Contains(d) || p.Unit() != u {
			t.Errorf("%v does not hold %s", p, d)
		}
		for range 40 {
			next := p.Next()
			if next.Start() != p.End().AddDays(1) || next.Unit() != u {
				t.Errorf("%v is followed by %v", p, next)
			}
			p = next
		}
	}
}
