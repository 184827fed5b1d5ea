package rollup

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// byPair asks: who funds with whom, and how evenly? A charter of three payers
// stands in three pairs, so pairs do not add up to a total and have none.
func byPair(p *portfolio.Portfolio) Table {
	t := Table{Name: "by-pair", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "first", Label: "column.first", Numeric: true},
		{Key: "second", Label: "column.second", Numeric: true},
		{Key: "together", Label: "column.together", Numeric: true, Sums: true},
	}}
	all := gather(p, t.Name, func(s *sheet, c *charter.Charter) {
		if Counted(c) {
			addPairs(s, c)
		}
	})
	for _, currency := range all.currencies(p, isPart) {
		t.Blocks = append(t.Blocks, Block{Currency: currency, Rows: all.pairRows(p, currency)})
	}
	return t
}

// The columns of a pair in a sheet: its departments in order of id, since a
// sheet does not know the order of the site.
const (
	lesser  = "lesser"
	greater = "greater"
)

func isPart(column string) bool { return column == lesser || column == greater }

// addPairs adds what each two parties of c pay, all their periods as one addend.
func addPairs(s *sheet, c *charter.Charter) {
	var all []payment
	currency := money.Currency("")
	eachPayment(c, func(_ string, x payment, in money.Currency) {
		currency = in
		i := slices.IndexFunc(all, func(y payment) bool { return y.party(c) == x.party(c) })
		if i < 0 {
			all = append(all, x)
			return
		}
		all[i].minor = money.Money{Minor: all[i].minor, Currency: in}.Plus(money.Money{Minor: x.minor, Currency: in}).Minor
	})
	slices.SortFunc(all, func(x, y payment) int { return strings.Compare(string(x.party(c)), string(y.party(c))) })
	for i, x := range all {
		for _, y := range all[i+1:] {
			row := string(x.party(c)) + "\x00" + string(y.party(c))
			s.add(row, lesser, x, currency)
			s.add(row, greater, y, currency)
			s.count(currency, row)
		}
	}
}

// PairKey names a pair in addresses, whichever order it is asked in.
func PairKey(p *portfolio.Portfolio, a, b portfolio.ID) string {
	both := departmentsOf(p, map[portfolio.ID]bool{a: true, b: true})
	return string(both[0]) + "--" + string(both[1])
}

func (t pivot) pairRows(p *portfolio.Portfolio, currency money.Currency) []Row {
	var rows []Row
	for _, name := range t.rows(currency) {
		x, y, _ := strings.Cut(name, "\x00")
		columns := []string{lesser, greater}
		both := departmentsOf(p, map[portfolio.ID]bool{portfolio.ID(x): true, portfolio.ID(y): true})
		if string(both[0]) != x {
			slices.Reverse(columns)
		}
		head := Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToDepartment, ID: both[0]}, {Kind: portfolio.ToDepartment, ID: both[1]}}}
		rows = append(rows, Row{Key: string(both[0]) + "--" + string(both[1]), Head: head, Cells: []Cell{
			t.counted(currency, name, inRow), t.amount(currency, name, columns[0]), t.amount(currency, name, columns[1]), t.amount(currency, name, columns...)}})
	}
	// What the reader asks first: where is most money put together?
	slices.SortStableFunc(rows, func(x, y Row) int {
		if d := y.Cells[3].Money.Cmp(x.Cells[3].Money); d != 0 {
			return d
		}
		return strings.Compare(x.Key, y.Key)
	})
	return rows
}
