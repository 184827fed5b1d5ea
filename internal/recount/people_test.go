package recount

import (
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"testing"
	"time"
)

// fractions asks for sums of exact numbers: a row, a column, a sum of numerators and
// their denominator, which stands where a currency does.
func (l *ledger) fractions(t *testing.T, query string, arguments ...any) map[spot]*big.Rat {
	t.Helper()
	all := map[spot]*big.Rat{}
	l.each(t, query, arguments, func(s spot, n int64) {
		r := rat(t, fmt.Sprintf("%d/%s", n, s.currency))
		if s.currency = ""; all[s] != nil {
			r.Add(r, all[s])
		}
		all[s] = r
	})
	maps.DeleteFunc(all, func(_ spot, r *big.Rat) bool { return r.Sign() == 0 })
	return all
}

const days = "CAST(julianday(ends) - julianday(starts) + 1 AS INTEGER)"

// fairness is what departments pay, lend and answer for. People and areas stand
// in a block without a currency.
func (l *ledger) fairness(t *testing.T) *answer {
	a := &answer{columns: []string{"charters", "money", "moneypart", "days", "dayspart", "areas", "areaspart"}, figures: map[spot]string{}}
	a.onPage = func(currency string) []string {
		if currency == "" {
			return append(a.columns[:1:1], a.columns[3:]...)
		}
		return a.columns[:3]
	}
	l.do(t, `CREATE TABLE held AS SELECT DISTINCT a.charter, a.area, a.department FROM accountable a
		JOIN counted c ON c.id = a.charter WHERE c.status <> 'completed'`)
	whole := map[spot]*big.Rat{}
	for _, row := range []string{"department", "'total'"} {
		l.fair(t, a, row, whole)
	}
	for s, r := range whole {
		if all := whole[spot{s.currency, "total", s.column}]; r.Sign() > 0 {
			a.figures[spot{s.currency, s.row, s.column + "part"}] = new(big.Rat).Quo(r, all).RatString()
		}
	}
	return a
}

// fair fills the rows of departments, or of all; whole are the figures that have
// parts.
func (l *ledger) fair(t *testing.T, a *answer, row string, whole map[spot]*big.Rat) {
	t.Helper()
	from := " FROM cell x JOIN counted c ON c.id = x.charter GROUP BY 1, 2"
	l.count(t, a, "SELECT c.currency, "+row+", 'charters', COUNT(DISTINCT c.id)"+from)
	l.count(t, a, "SELECT '', "+row+", 'charters', COUNT(DISTINCT charter) FROM (SELECT charter, department FROM lends UNION SELECT charter, department FROM held) GROUP BY 2")
	l.each(t, "SELECT c.currency, "+row+", 'money', SUM(x.minor)"+from, nil, func(s spot, n int64) {
		a.figures[s], whole[s] = amount(n), big.NewRat(n, 1)
	})
	l.each(t, "SELECT '', "+row+", 'areas', COUNT(*) FROM (SELECT DISTINCT department, area FROM held) GROUP BY 2", nil, func(s spot, n int64) {
		a.figures[s], whole[s] = strconv.FormatInt(n, 10), big.NewRat(n, 1)
	})
	for s, r := range l.fractions(t, "SELECT CAST(den AS TEXT), "+row+", 'days', SUM(num * "+days+") FROM lends GROUP BY 1, 2") {
		a.figures[s], whole[s] = r.RatString(), r
	}
}

// posts is how many full posts departments lend in each quarter: the year before
// that of today, and two years from it on.
func (l *ledger) posts(t *testing.T, asOf string) *answer {
	today, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		t.Fatal(err)
	}
	a := &answer{columns: []string{"charters"}, figures: map[spot]string{}}
	first := time.Date(today.Year()-1, (today.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []string{"department", "'total'"} {
		l.count(t, a, "SELECT '', "+row+", 'charters', COUNT(DISTINCT charter) FROM lends GROUP BY 2")
	}
	for i := range 12 {
		start := first.AddDate(0, 3*i, 0)
		a.columns = append(a.columns, fmt.Sprintf("%d-Q%d", start.Year(), (start.Month()+2)/3))
		l.quarter(t, a, a.columns[i+1], start, start.AddDate(0, 3, -1))
	}
	return a
}

// quarter fills one column of posts.
func (l *ledger) quarter(t *testing.T, a *answer, name string, start, end time.Time) {
	t.Helper()
	from, until := start.Format(time.DateOnly), end.Format(time.DateOnly)
	length := int(end.Sub(start).Hours()/24) + 1
	for _, row := range []string{"department", "'total'"} {
		all := l.fractions(t, "SELECT CAST(den * ? AS TEXT), "+row+", ?, SUM(num * "+days+`) FROM (SELECT department, num, den, MAX(starts, ?) AS starts, MIN(ends, ?) AS ends
			FROM lends WHERE starts <= ? AND ends >= ?) GROUP BY 1, 2`, length, name, from, until, until, from)
		for s, r := range all {
			a.figures[s] = r.RatString()
		}
	}
}
