package rollup

import (
	"slices"

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
	for _, part := range byCurrencyOf(p, entries(p, Counted)) {
		t.Blocks = append(t.Blocks, Block{Currency: part.Currency, Rows: pairRows(p, part.Entries, Block{Currency: part.Currency})})
	}
	return t
}

// PairKey names a pair in addresses, whichever order it is asked in.
func PairKey(p *portfolio.Portfolio, a, b portfolio.ID) string {
	both := departmentsOf(p, map[portfolio.ID]bool{a: true, b: true})
	return string(both[0]) + "--" + string(both[1])
}

func pairRows(p *portfolio.Portfolio, all []entry, b Block) []Row {
	type pair struct{ first, second portfolio.ID }
	parts := map[pair]*[2][]Addend{}
	var order []pair
	for start := 0; start < len(all); {
		end := start
		paid := map[portfolio.ID][]Addend{}
		for ; end < len(all) && all[end].charter == all[start].charter; end++ {
			e := all[end]
			paid[e.party] = append(paid[e.party], Addend{Charter: e.charter, Party: e.party, Money: e.money})
		}
		have := map[portfolio.ID]bool{}
		for id := range paid {
			have[id] = true
		}
		ids := departmentsOf(p, have)
		for i, x := range ids {
			for _, y := range ids[i+1:] {
				key := pair{x, y}
				if parts[key] == nil {
					parts[key] = new([2][]Addend)
					order = append(order, key)
				}
				parts[key][0] = append(parts[key][0], once(paid[x]))
				parts[key][1] = append(parts[key][1], once(paid[y]))
			}
		}
		start = end
	}
	var rows []Row
	for _, key := range order {
		head := Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToDepartment, ID: key.first}, {Kind: portfolio.ToDepartment, ID: key.second}}}
		rows = append(rows, moneyRow(string(key.first)+"--"+string(key.second), head, parts[key][:], b))
	}
	// What the reader asks first: where is most money put together?
	slices.SortStableFunc(rows, func(x, y Row) int {
		if d := y.Cells[3].Money.Cmp(x.Cells[3].Money); d != 0 {
			return d
		}
		return compareKeys(x, y)
	})
	return rows
}

func compareKeys(x, y Row) int {
	switch {
	case x.Key < y.Key:
		return -1
	case x.Key > y.Key:
		return 1
	}
	return 0
}

// once joins a party's periods of one charter into one addend.
func once(parts []Addend) Addend {
	a := parts[0]
	for _, b := range parts[1:] {
		a.Money = a.Money.Plus(b.Money)
	}
	return a
}
