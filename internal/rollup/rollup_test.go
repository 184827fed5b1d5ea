package rollup_test

import (
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"testing"
	"testing/fstest"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
)

func load(t *testing.T, tree *source.Tree, asOf string) *portfolio.Portfolio {
	t.Helper()
	day, err := calendar.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, day).Portfolio
}

// small is a portfolio that can be added up by hand: thirds over two years,
// halves in euros without periods over a year's end, and a proposal.
func small(t *testing.T) *portfolio.Portfolio {
	t.Helper()
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	tree, err := source.FromFS(fstest.MapFS{
		"charterhouse.yaml":         text("title: Small\ndepartments: [it, marketing, service]\nreporting_currency: DKK\n"),
		"registers/departments.yml": text("- {id: marketing, name: Marketing}\n- {id: it, name: IT}\n- {id: service, name: Service}\n"),
		"registers/rates.yml":       text("base: DKK\ndate: 2026-10-30\nsource: bank\nrates: {EUR: 7.46}\n"),
		"charters/thirds.md": text(`---
title: Thirds
status: active
timeframe: {start: 2026-03-01, end: 2027-06-30}
budget:
  currency: DKK
  total: 1000000
  shares: {marketing: 1/3, it: 1/3, service: rest}
  periods: {2026: 650000, 2027: 350000}
  spent: [{date: 2026-05-01, department: it, amount: 100000.50}]
---
`),
		"charters/halves.md": text(`---
title: Halves
status: agreed
timeframe: {start: 2026-12-01, end: 2027-02-28}
budget: {currency: EUR, total: 100.01, shares: {marketing: equal, it: equal}}
---
`),
		"charters/one-year.md": text(`---
title: One year
status: completed
timeframe: {start: 2026-01-01, end: 2026-10-31}
budget: {currency: DKK, total: 30, shares: {it: 2/3, service: 1/3}}
---
`),
		"charters/wish.md": text(`---
title: Wish
status: proposed
budget: {currency: DKK, total: 500, shares: {it: 50%, marketing: 50%}}
---
`),
		"charters/gone.md": text(`---
title: Gone
status: cancelled
budget: {currency: DKK, total: 999999, shares: {it: 50%, marketing: 50%}}
---
`),
	}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return load(t, tree, "2026-11-16")
}

// show is a table as text: a person can add it up.
func show(t rollup.Table) string {
	out := ""
	row := func(r rollup.Row) {
		out += r.Key + ":"
		for _, c := range r.Cells {
			switch c.Kind {
			case rollup.Amount:
				out += " " + c.Money.Text()
			case rollup.Count:
				out += " " + string(rune('0'+c.N))
			default:
				out += " -"
			}
		}
		out += "\n"
	}
	for _, b := range t.Blocks {
		out += string(b.Currency) + "\n"
		for _, r := range b.Rows {
			row(r)
		}
		if len(b.Total.Cells) > 0 {
			row(b.Total)
		}
	}
	return out
}

func TestByHand(t *testing.T) {
	p := small(t)
	for name, want := range map[string]string{
		// initiatives, 2026, 2027, not divided, total
		"by-department": "DKK\n" +
			"it: 2 216686.67 116666.66 - 333353.33\n" +
			"marketing: 1 216666.67 116666.67 - 333333.34\n" +
			"service: 2 216676.66 116666.67 - 333343.33\n" +
			"total: 2 650030.00 350000.00 - 1000030.00\n" +
			"EUR\n" +
			"it: 1 - - 50.00 50.00\n" +
			"marketing: 1 - - 50.01 50.01\n" +
			"total: 1 - - 100.01 100.01\n",
		// initiatives, first, second, together
		"by-pair": "DKK\n" +
			"it--service: 2 333353.33 333343.33 666696.66\n" +
			"it--marketing: 1 333333.33 333333.34 666666.67\n" +
			"marketing--service: 1 333333.34 333333.33 666666.67\n" +
			"EUR\n" +
			"it--marketing: 1 50.00 50.01 100.01\n",
		// initiatives, planned, spent
		"by-period": "DKK\n" +
			"2026: 2 650030.00 100000.50\n" +
			"2027: 1 350000.00 -\n" +
			"total: 2 1000030.00 100000.50\n" +
			"EUR\n" +
			"undivided: 1 100.01 -\n" +
			"total: 1 100.01 -\n",
		// initiatives, total, spent, converted
		"by-currency": "\n" +
			"DKK: 2 1000030.00 100000.50 1000030.00\n" +
			"EUR: 1 100.01 - 746.07\n" +
			"total: 3 - - 1000776.07\n",
		// planned, planned until today, spent, left
		"spent": "DKK\n" +
			"one-year: 30.00 30.00 - 30.00\n" +
			"thirds: 1000000.00 650000.00 100000.50 899999.50\n" +
			"total: 1000030.00 650030.00 100000.50 900029.50\n" +
			"EUR\n" +
			"halves: 100.01 - - 100.01\n" +
			"total: 100.01 - - 100.01\n",
		"proposals": "DKK\nit: 1 250.00 250.00\nmarketing: 1 250.00 250.00\ntotal: 1 500.00 500.00\n",
	} {
		r, ok := rollup.Named(name)
		if !ok {
			t.Fatal(name)
		}
		if got := show(r.Make(p)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// Over a made portfolio, rows and columns of every table with money add up,
// every sum is the sum of its addends, and three ways of adding give one total.
func TestSumsAgree(t *testing.T) {
	dir := t.TempDir() + "/made"
	if err := bench.Generate(dir, 200, 7); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	p := load(t, tree, bench.AsOf)
	totals := map[money.Currency]money.Money{}
	for _, c := range p.Charters() {
		if rollup.Counted(c) {
			m := c.Budget.Total.Value
			totals[m.Currency] = totals[m.Currency].Plus(m)
		}
	}
	if len(totals) < 2 {
		t.Fatal("the made portfolio has too little money")
	}
	for _, r := range rollup.All {
		made := r.Make(p)
		for _, b := range made.Blocks {
			for _, row := range append(b.Rows[:len(b.Rows):len(b.Rows)], b.Total) {
				addends(t, r.Name, row)
			}
			columns(t, r.Name, made, b)
		}
	}
	for _, b := range table("by-department", p).Blocks {
		if got := b.Total.Cells[len(b.Total.Cells)-1].Money; got != totals[b.Currency] {
			t.Errorf("departments pay %s, the charters cost %s", got.Text(), totals[b.Currency].Text())
		}
	}
	for _, b := range table("by-period", p).Blocks {
		if got := b.Total.Cells[1].Money; got != totals[b.Currency] {
			t.Errorf("periods have %s, the charters cost %s", got.Text(), totals[b.Currency].Text())
		}
	}
	for _, row := range table("by-currency", p).Blocks[0].Rows {
		if got := row.Cells[1].Money; got != totals[got.Currency] {
			t.Errorf("currencies have %s", got.Text())
		}
	}
}

func table(name string, p *portfolio.Portfolio) rollup.Table {
	r, _ := rollup.Named(name)
	return r.Make(p)
}

// addends holds that a sum is the sum of its addends.
func addends(t *testing.T, name string, row rollup.Row) {
	t.Helper()
	for i, c := range row.Cells {
		if c.Kind != rollup.Amount || c.About {
			continue
		}
		sum := money.Money{Currency: c.Money.Currency}
		for a := range c.Addends.All() {
			if a.Money.Currency == c.Money.Currency {
				sum = sum.Plus(a.Money)
			}
		}
		if sum != c.Money && name != "by-currency" {
			t.Errorf("%s, row %s, cell %d: %s of addends that make %s", name, row.Key, i, c.Money.Text(), sum.Text())
		}
	}
}

// columns holds that the total below a column is the sum of the column, and
// that a row's total is the sum of the row.
func columns(t *testing.T, name string, made rollup.Table, b rollup.Block) {
	t.Helper()
	for i, column := range made.Columns {
		sum := money.Money{}
		for _, row := range b.Rows {
			if i < len(row.Cells) && row.Cells[i].Kind == rollup.Amount && !row.Cells[i].About {
				if b.Currency != "" {
					sum = sum.Plus(row.Cells[i].Money)
				}
			}
			if column.Sums {
				var across money.Money
				for k, c := range row.Cells[:i] {
					if made.Columns[k].Numeric && c.Kind == rollup.Amount {
						across = across.Plus(c.Money)
					}
				}
				if across != row.Cells[i].Money {
					t.Errorf("%s, row %s: %s across, %s said", name, row.Key, across.Text(), row.Cells[i].Money.Text())
				}
			}
		}
		if b.Currency != "" && len(b.Total.Cells) > 0 && b.Total.Cells[i].Kind == rollup.Amount && b.Total.Cells[i].Money != sum {
			t.Errorf("%s, column %s: %s below rows that make %s", name, column.Key, b.Total.Cells[i].Money.Text(), sum.Text())
		}
	}
}

// A cancelled or superseded charter is in no sum, a single one in none of the
// joint ones.
func TestCounted(t *testing.T) {
	for _, c := range small(t).Charters() {
		want := c.Status.Value != charter.Proposed && c.Status.Value != charter.Cancelled
		if rollup.Counted(c) != want {
			t.Errorf("%s is counted: %v", c.ID.Value, !want)
		}
	}
}
