package recount

import (
	"fmt"
	"testing"
	"time"
)

// whenPaid is the days in which each part of a budget is paid, those of its
// period that the timeframe has, and where they lie in the fiscal year. Money
// without days may be of any year.
const whenPaid = `CREATE TABLE due AS
	WITH paid AS (SELECT x.charter, x.department, x.minor, p.ends <> '' AND p.starts <> '' AS known,
		CASE WHEN c.starts <> '' AND c.ends >= p.starts AND c.starts <= p.ends THEN MAX(p.starts, c.starts) ELSE p.starts END AS first,
		CASE WHEN c.starts <> '' AND c.ends >= p.starts AND c.starts <= p.ends THEN MIN(p.ends, c.ends) ELSE p.ends END AS last
		FROM cell x JOIN period p ON p.charter = x.charter AND p.k = x.k JOIN charter c ON c.id = x.charter)
	SELECT charter, department, minor, CASE WHEN NOT known OR first < y.starts OR last > y.ends THEN 'straddling'
		ELSE IFNULL((SELECT name FROM quarter q WHERE first >= q.starts AND last <= q.ends), 'year') END AS part
	FROM paid, (SELECT MIN(starts) AS starts, MAX(ends) AS ends FROM quarter) y WHERE NOT known OR first <= y.ends AND last >= y.starts`

// due enters the quarters of the next fiscal year, and what is paid in it.
func (l *ledger) due(t *testing.T, asOf string) {
	t.Helper()
	today, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(today.Year(), time.Month(l.fiscal), 1, 0, 0, 0, 0, time.UTC)
	if !start.After(today) {
		start = start.AddDate(1, 0, 0)
	}
	l.do(t, "CREATE TABLE quarter (name TEXT, starts TEXT, ends TEXT)")
	for i := range 4 {
		first := start.AddDate(0, 3*i, 0)
		l.do(t, "INSERT INTO quarter VALUES (?, ?, ?)", fmt.Sprintf("q%d", i+1), first.Format(time.DateOnly), first.AddDate(0, 3, -1).Format(time.DateOnly))
	}
	l.do(t, whenPaid)
}

// commitments is what departments pay in the next fiscal year; what crosses its
// border stands beside the total and is not in it.
func (l *ledger) commitments(t *testing.T, among string) *answer {
	a := &answer{columns: []string{"charters", "q1", "q2", "q3", "q4", "year", "total", "straddling"}, figures: map[spot]string{}}
	from := " FROM due x JOIN " + among + " c ON c.id = x.charter"
	for _, row := range []string{"x.department", "'total'"} {
		l.ask(t, a, "SELECT c.currency, "+row+", x.part, SUM(x.minor)"+from+" GROUP BY 1, 2, 3")
		l.ask(t, a, "SELECT c.currency, "+row+", 'total', SUM(x.minor)"+from+" WHERE x.part <> 'straddling' GROUP BY 1, 2")
		l.count(t, a, "SELECT c.currency, "+row+", 'charters', COUNT(DISTINCT c.id)"+from+" GROUP BY 1, 2")
	}
	return a
}

// statuses are those of the specification; each has a row, also with no charter.
var statuses = []string{"proposed", "agreed", "active", "on-hold", "completed", "cancelled", "superseded"}

// byStatus counts charters. Which are signed is not a question of sums.
func (l *ledger) byStatus(t *testing.T) *answer {
	a := &answer{columns: []string{"charters", "joint", "signed"}, unasked: []string{"signed"}, figures: map[spot]string{}}
	for _, s := range statuses {
		a.figures[spot{"", s, "charters"}], a.figures[spot{"", s, "joint"}] = "0", "0"
	}
	l.count(t, a, "SELECT '', status, 'charters', COUNT(*) FROM charter GROUP BY 2")
	l.count(t, a, "SELECT '', status, 'joint', COUNT(*) FROM joint GROUP BY 2")
	return a
}
