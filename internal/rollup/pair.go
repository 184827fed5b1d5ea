package rollup

import (
	"maps"
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
	all := gather(p, t.Name, func(s sheet, c *charter.Charter) {
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
func addPairs(s sheet, c *charter.Charter) {
	paid := map[portfolio.ID]Addend{}
	EachAmount(c, func(party portfolio.ID, _ string, a Addend) {
		if sofar, ok := paid[party]; ok {
			a.Money = sofar.Money.Plus(a.Money)
		}
		paid[party] = a
	})
	ids := slices.Sorted(maps.Keys(paid))
	for i, x := range ids {
		for _, y := range ids[i+1:] {
			row := string(x) + "\x00" + string(y)
			s.add(row, lesser, paid[x])
			s.add(row, greater, paid[y])
			s.count(paid[x].Money.Currency, row, c)
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
