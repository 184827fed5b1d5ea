package recount

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shared are the tables and views that all questions begin with: what each party pays in
// each period, by largest remainder on the cumulative sum (specification,
// section 5), and which charters count.
const shared = `
CREATE VIEW cumulative AS SELECT charter, k, year, starts, SUM(minor) OVER (PARTITION BY charter ORDER BY k) AS sum FROM period;
CREATE VIEW exact AS SELECT c.charter, c.k, c.year, c.starts, c.sum, p.pos, p.department, c.sum * p.num / p.den AS whole, c.sum * p.num % p.den AS remainder
	FROM cumulative c JOIN party p ON p.charter = c.charter;
CREATE VIEW allocated AS SELECT *, whole + (ROW_NUMBER() OVER (PARTITION BY charter, k ORDER BY remainder DESC, pos) <= sum - SUM(whole) OVER (PARTITION BY charter, k)) AS upto FROM exact;
CREATE TABLE cell AS SELECT charter, k, year, starts, pos, department, upto - LAG(upto, 1, 0) OVER (PARTITION BY charter, pos ORDER BY k) AS minor FROM allocated;
CREATE INDEX cells ON cell (charter);
CREATE TABLE joint AS SELECT * FROM charter c WHERE (SELECT COUNT(*) FROM party p WHERE p.charter = c.id) > 1;
CREATE TABLE counted AS SELECT * FROM joint WHERE status IN ('agreed', 'active', 'on-hold', 'completed');
CREATE TABLE proposed AS SELECT * FROM joint WHERE status = 'proposed';`

// A spot is where a figure stands: in the block of a currency, a row and a
// column; the row of totals is "total".
type spot struct{ currency, row, column string }

// An answer is every figure of one rollup, as plain decimals.
type answer struct {
	columns []string
	unasked []string                       // columns that we do not recount
	onPage  func(currency string) []string // the columns of a table on the page, where it shows not all
	figures map[spot]string
}

func amount(minor int64) string {
	return new(big.Rat).SetFrac64(minor, 100).FloatString(2)
}

// ask fills figures from a query of currency, row, column and minor units.
func (l *ledger) ask(t *testing.T, a *answer, query string, arguments ...any) {
	t.Helper()
	l.each(t, query, arguments, func(s spot, n int64) { a.figures[s] = amount(n) })
}

// count is ask for numbers of charters.
func (l *ledger) count(t *testing.T, a *answer, query string) {
	t.Helper()
	l.each(t, query, nil, func(s spot, n int64) { a.figures[s] = strconv.FormatInt(n, 10) })
}

func (l *ledger) each(t *testing.T, query string, arguments []any, do func(spot, int64)) {
	t.Helper()
	rows, err := l.Query(query, arguments...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s spot
		var n int64
		if err := rows.Scan(&s.currency, &s.row, &s.column, &n); err != nil {
			t.Fatal(err)
		}
		do(s, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// answers recounts every rollup that sums.
func (l *ledger) answers(t *testing.T, asOf string) map[string]*answer {
	t.Helper()
	for _, statement := range strings.Split(shared, ";") {
		l.do(t, statement)
	}
	l.due(t, asOf)
	l.do(t, "CREATE TABLE lends AS SELECT l.charter, l.home AS department, l.num, l.den, l.starts, l.ends FROM lent l JOIN counted c ON c.id = l.charter WHERE l.home <> ''")
	return map[string]*answer{
		"by-department": l.byDepartment(t, "counted"), "proposals": l.byDepartment(t, "proposed"), "by-pair": l.byPair(t),
		"by-period": l.byPeriod(t), "by-currency": l.byCurrency(t), "spent": l.spent(t, asOf), "initiatives": l.initiatives(t),
		"commitments": l.commitments(t, "counted"), "commitments-proposed": l.commitments(t, "proposed"), "by-status": l.byStatus(t),
		"fairness": l.fairness(t), "posts": l.posts(t, asOf), "load": l.load(t, asOf),
	}
}

func (l *ledger) years(t *testing.T, among string) []string {
	var all []string
	l.each(t, "SELECT DISTINCT '', '', x.year, 0 FROM cell x JOIN "+among+" c ON c.id = x.charter ORDER BY x.year = 'undivided', x.year", nil, func(s spot, _ int64) { all = append(all, s.column) })
	return all
}

func (l *ledger) byDepartment(t *testing.T, among string) *answer {
	a := &answer{columns: slices.Concat([]string{"charters"}, l.years(t, among), []string{"total"}), figures: map[spot]string{}}
	from := " FROM cell x JOIN " + among + " c ON c.id = x.charter GROUP BY "
	l.ask(t, a, "SELECT c.currency, x.department, x.year, SUM(x.minor)"+from+"1, 2, 3")
	l.ask(t, a, "SELECT c.currency, x.department, 'total', SUM(x.minor)"+from+"1, 2")
	l.ask(t, a, "SELECT c.currency, 'total', x.year, SUM(x.minor)"+from+"1, 3")
	l.ask(t, a, "SELECT c.currency, 'total', 'total', SUM(x.minor)"+from+"1")
	l.count(t, a, "SELECT c.currency, x.department, 'charters', COUNT(DISTINCT c.id)"+from+"1, 2")
	l.count(t, a, "SELECT c.currency, 'total', 'charters', COUNT(DISTINCT c.id)"+from+"1")
	return a
}

func (l *ledger) byPair(t *testing.T) *answer {
	a := &answer{columns: []string{"charters", "first", "second", "together"}, figures: map[spot]string{}}
	l.do(t, "CREATE TABLE place (department TEXT, n INTEGER)")
	for id, n := range l.order {
		l.do(t, "INSERT INTO place VALUES (?, ?)", id, n)
	}
	l.do(t, `CREATE TABLE pair AS SELECT c.currency, a.department || '--' || b.department AS name, c.id, a.minor AS first, b.minor AS second
		FROM counted c JOIN (SELECT charter, department, SUM(minor) AS minor FROM cell GROUP BY 1, 2) a ON a.charter = c.id
		JOIN (SELECT charter, department, SUM(minor) AS minor FROM cell GROUP BY 1, 2) b ON b.charter = c.id
		JOIN place p ON p.department = a.department JOIN place q ON q.department = b.department AND p.n < q.n`)
	for column, sum := range map[string]string{"first": "SUM(first)", "second": "SUM(second)", "together": "SUM(first + second)"} {
		l.ask(t, a, "SELECT currency, name, '"+column+"', "+sum+" FROM pair GROUP BY 1, 2")
	}
	l.count(t, a, "SELECT currency, name, 'charters', COUNT(*) FROM pair GROUP BY 1, 2")
	return a
}

func (l *ledger) byPeriod(t *testing.T) *answer {
	a := &answer{columns: []string{"charters", "planned", "spent"}, figures: map[spot]string{}}
	l.ask(t, a, "SELECT c.currency, x.year, 'planned', SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter GROUP BY 1, 2")
	l.ask(t, a, "SELECT c.currency, 'total', 'planned', SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter GROUP BY 1")
	l.ask(t, a, "SELECT c.currency, s.year, 'spent', SUM(s.minor) FROM spent s JOIN counted c ON c.id = s.charter GROUP BY 1, 2")
	l.ask(t, a, "SELECT c.currency, 'total', 'spent', SUM(s.minor) FROM spent s JOIN counted c ON c.id = s.charter GROUP BY 1")
	both := "(SELECT charter, year FROM cell UNION SELECT charter, year FROM spent)"
	l.count(t, a, "SELECT c.currency, x.year, 'charters', COUNT(DISTINCT c.id) FROM "+both+" x JOIN counted c ON c.id = x.charter GROUP BY 1, 2")
	l.count(t, a, "SELECT currency, 'total', 'charters', COUNT(*) FROM counted GROUP BY 1")
	return a
}

func (l *ledger) byCurrency(t *testing.T) *answer {
	a := &answer{columns: []string{"charters", "total", "spent"}, figures: map[spot]string{}}
	l.count(t, a, "SELECT '', currency, 'charters', COUNT(*) FROM counted GROUP BY 2")
	l.ask(t, a, "SELECT '', c.currency, 'total', SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter GROUP BY 2")
	l.ask(t, a, "SELECT '', c.currency, 'spent', SUM(s.minor) FROM spent s JOIN counted c ON c.id = s.charter GROUP BY 2")
	var rates int
	if err := l.QueryRow("SELECT COUNT(*) FROM rate WHERE currency <> ''").Scan(&rates); err != nil || rates == 0 {
		return a
	}
	a.columns = append(a.columns, "converted")
	whole := new(big.Rat)
	l.each(t, "SELECT r.currency, CAST(r.num AS TEXT), CAST(r.den AS TEXT), SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter JOIN rate r ON r.currency = c.currency GROUP BY 1", nil, func(s spot, n int64) {
		part := new(big.Rat).SetInt64(n)
		part.Mul(part, rat(t, s.row+"/"+s.column))
		whole.Add(whole, part)
		a.figures[spot{"", s.currency, "converted"}] = amount(even(part))
	})
	a.figures[spot{"", "total", "converted"}] = amount(even(whole))
	l.count(t, a, "SELECT '', 'total', 'charters', COUNT(*) FROM counted")
	return a
}

// even rounds to the nearest whole number, halves to the even one.
func even(r *big.Rat) int64 {
	down := new(big.Int).Div(r.Num(), r.Denom())
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(down))
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && down.Bit(0) == 1 {
		return down.Int64() + 1
	}
	return down.Int64()
}

func (l *ledger) spent(t *testing.T, asOf string) *answer {
	a := &answer{columns: []string{"total", "bynow", "spent", "left"}, figures: map[spot]string{}}
	for _, row := range []string{"c.id", "'total'"} {
		l.ask(t, a, "SELECT c.currency, "+row+", 'total', SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter GROUP BY 1, 2")
		l.ask(t, a, "SELECT c.currency, "+row+", 'bynow', SUM(x.minor) FROM cell x JOIN counted c ON c.id = x.charter WHERE x.starts <= ? GROUP BY 1, 2", asOf)
		l.ask(t, a, "SELECT c.currency, "+row+", 'spent', SUM(s.minor) FROM spent s JOIN counted c ON c.id = s.charter GROUP BY 1, 2")
		l.ask(t, a, "SELECT currency, r, 'left', SUM(minor) FROM (SELECT c.currency, "+row+" AS r, x.minor FROM cell x JOIN counted c ON c.id = x.charter "+
			"UNION ALL SELECT c.currency, "+row+" AS r, -s.minor FROM spent s JOIN counted c ON c.id = s.charter) GROUP BY 1, 2")
	}
	return a
}

func (l *ledger) initiatives(t *testing.T) *answer {
	a := &answer{figures: map[spot]string{}}
	var payers []string
	l.each(t, "SELECT DISTINCT '', '', department, 0 FROM party", nil, func(s spot, _ int64) { payers = append(payers, s.column) })
	slices.SortFunc(payers, func(x, y string) int { return l.order[x] - l.order[y] })
	for _, p := range payers {
		a.columns = append(a.columns, "pays-"+p)
	}
	a.columns = append(a.columns, "total")
	for _, row := range []string{"c.id", "'total'"} {
		l.ask(t, a, "SELECT c.currency, "+row+", 'pays-' || x.department, SUM(x.minor) FROM cell x JOIN charter c ON c.id = x.charter GROUP BY 1, 2, 3")
		l.ask(t, a, "SELECT c.currency, "+row+", 'total', SUM(c.total) FROM charter c WHERE c.currency <> '' GROUP BY 1, 2")
	}
	return a
}

// compare says where two answers differ.
func compare(t *testing.T, where string, want, got map[spot]string) {
	t.Helper()
	wrong := 0
	for s, figure := range want {
		if !same(got[s], figure) {
			if wrong++; wrong < 6 {
				t.Errorf("%s: %+v is %q, recounted %q", where, s, got[s], figure)
			}
		}
	}
	for s, figure := range got {
		if _, ok := want[s]; !ok {
			if wrong++; wrong < 6 {
				t.Errorf("%s: %+v is %q, and nothing by our count", where, s, figure)
			}
		}
	}
	if len(want) == 0 {
		t.Errorf("%s: there is nothing to count", where)
	}
	if wrong >= 6 {
		t.Errorf("%s: %d figures differ", where, wrong)
	}
}

func same(a, b string) bool {
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok1 && ok2 && x.Cmp(y) == 0
}
