package recount

import (
	"math/big"
	"strconv"
	"testing"
	"time"
)

// A diary is what somebody is booked for, day by day, in parts of a working time
// of which a whole has so many.
type diary struct {
	whole int64
	days  map[string]int64
}

// load is how much of their time people are booked for in the twelve months from
// that of today on, and on how many days from today on that is more than they have.
// Live charters count, joint or not.
func (l *ledger) load(t *testing.T, asOf string) *answer {
	t.Helper()
	a := &answer{columns: []string{"home", "capacity"}, unasked: []string{"home", "when"}, figures: map[spot]string{}}
	today, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		t.Fatal(err)
	}
	month := today.AddDate(0, 0, 1-today.Day())
	for i := range 12 {
		a.columns = append(a.columns, month.AddDate(0, i, 0).Format("2006-01"))
	}
	a.columns = append(a.columns, "over", "when")
	diaries := l.diaries(t)
	l.each(t, "SELECT id, CAST(den AS TEXT), '', num FROM person", nil, func(s spot, num int64) {
		if d := diaries[s.currency]; d != nil {
			a.person(s.currency, d, rat(t, strconv.FormatInt(num, 10)+"/"+s.row), month, today)
		}
	})
	return a
}

// person fills the row of one person, if there is something to say.
func (a *answer) person(id string, d *diary, capacity *big.Rat, month, today time.Time) {
	said := false
	for i := range 12 {
		first := month.AddDate(0, i, 0)
		sum, length := int64(0), int64(0)
		for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
			sum, length = sum+d.days[day.Format(time.DateOnly)], length+1
		}
		if sum > 0 {
			a.figures[spot{"", id, first.Format("2006-01")}], said = big.NewRat(sum, length*d.whole).RatString(), true
		}
	}
	over := 0
	for day, n := range d.days {
		if day >= today.Format(time.DateOnly) && big.NewRat(n, d.whole).Cmp(capacity) > 0 {
			over++
		}
	}
	if over > 0 {
		a.figures[spot{"", id, "over"}], said = strconv.Itoa(over), true
	}
	if said {
		a.figures[spot{"", id, "capacity"}] = capacity.RatString()
	}
}

// diaries writes every place in a live charter's team into its person's diary.
func (l *ledger) diaries(t *testing.T) map[string]*diary {
	t.Helper()
	whole := map[string]int64{}
	l.each(t, "SELECT DISTINCT '', person, '', den FROM lent", nil, func(s spot, den int64) {
		have := max(whole[s.row], 1)
		whole[s.row] = have / new(big.Int).GCD(nil, nil, big.NewInt(have), big.NewInt(den)).Int64() * den
	})
	all := map[string]*diary{}
	places := `SELECT l.person, l.starts, CAST(l.num AS TEXT) || '/' || l.den, CAST(julianday(l.ends) - julianday(l.starts) + 1 AS INTEGER)
		FROM lent l JOIN charter c ON c.id = l.charter WHERE c.status IN ('agreed', 'active', 'on-hold') AND l.num > 0`
	l.each(t, places, nil, func(s spot, length int64) {
		d := all[s.currency]
		if d == nil {
			d = &diary{whole[s.currency], map[string]int64{}}
			all[s.currency] = d
		}
		d.book(rat(t, s.column), s.row, int(length))
	})
	return all
}

// book adds a share of working time to so many days.
func (d *diary) book(share *big.Rat, start string, length int) {
	day, _ := time.Parse(time.DateOnly, start)
	parts := share.Num().Int64() * (d.whole / share.Denom().Int64())
	for i := range length {
		d.days[day.AddDate(0, 0, i).Format(time.DateOnly)] += parts
	}
}
