package rollup_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// folder loads a portfolio of files, as of a day.
func folder(t testing.TB, files map[string]string, asOf string) *portfolio.Portfolio {
	t.Helper()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := source.FromFS(m, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, err := calendar.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, day).Portfolio
}

// shop is two departments and three charters whose figures can be worked out by
// hand.
func shop() map[string]string {
	return map[string]string{
		"charterhouse.yaml":         "title: Shop\ndepartments: [it, marketing]\nreporting_currency: DKK\nfiscal_year_starts: 4\n",
		"registers/departments.yml": "- {id: marketing, name: Marketing}\n- {id: it, name: IT}\n",
		"registers/people.yml":      "- {id: ada, name: Ada, department: it}\n- {id: bo, name: Bo, department: marketing, capacity: 50%}\n",
		"registers/areas.yml":       "- {id: data, name: Data, standing_owner: it}\n- {id: shop, name: Shop}\n- {id: till, name: Till, parent: shop}\n",
		// 600 + 400 over two calendar years; the second year lies in FY 2027/28 but for its first quarter.
		"charters/one.md": `---
title: One
status: active
timeframe: {start: 2027-01-01, end: 2028-03-31}
budget: {currency: DKK, total: 1000, shares: {it: 3/4, marketing: 1/4}, periods: {2027-Q1: 100, 2027-Q2: 200, 2027-Q3: 300, 2027-Q4: 0, 2028: 400}}
team:
  - {person: ada, home: it, role: r, allocation: 60%, from: 2027-01-01, until: 2027-01-31}
  - {person: bo, home: marketing, role: r, allocation: 40%, from: 2027-01-01, until: 2027-04-30}
responsibilities:
  - {area: shop, accountable: marketing}
  - {area: data, accountable: it}
---
`,
		// No periods: half in the fiscal year, half before it, so undivided.
		"charters/two.md": `---
title: Two
status: agreed
timeframe: {start: 2027-02-01, end: 2027-05-31}
budget: {currency: DKK, total: 10, shares: {it: 1/2, marketing: 1/2}}
team:
  - {person: bo, home: marketing, role: r, allocation: 20%, from: 2027-02-15, until: 2027-03-01}
responsibilities:
  - {area: shop, accountable: it}
---
`,
		// Only proposed: bound by nothing.
		"charters/wish.md": `---
title: Wish
status: proposed
timeframe: {start: 2027-05-01, end: 2027-06-30}
budget: {currency: DKK, total: 80, shares: {it: 1/2, marketing: 1/2}}
---
`,
	}
}

// print is a table as text, with its marks.
func print(t rollup.Table) string {
	var b strings.Builder
	row := func(r rollup.Row) {
		b.WriteString(r.Key + ":")
		for _, c := range r.Cells {
			switch c.Kind {
			case rollup.Amount:
				b.WriteString(" " + c.Money.Text())
			case rollup.Count, rollup.Days:
				fmt.Fprintf(&b, " %d", c.N)
			case rollup.Part:
				b.WriteString(" " + c.Share().String())
			case rollup.Ratio:
				b.WriteString(" " + c.Ratio.RatString())
			case rollup.Day:
				b.WriteString(" " + c.Date.String())
			case rollup.Words:
				b.WriteString(" " + string(c.Label))
			case rollup.Spans:
				for _, w := range c.Spans() {
					b.WriteString(" " + w.Start.String() + "/" + w.End.String())
				}
			default:
				for i, ref := range c.Refs {
					if i == 0 {
						b.WriteString(" ")
					} else {
						b.WriteString("+")
					}
					b.WriteString(string(ref.ID))
				}
				if len(c.Refs) == 0 {
					b.WriteString(" -")
				}
			}
			if c.Mark() != "" {
				b.WriteString("(" + string(c.Mark()) + ")")
			}
		}
		b.WriteString("\n")
	}
	for _, x := range t.Blocks {
		b.WriteString(string(x.Currency) + "\n")
		for _, r := range x.Rows {
			row(r)
		}
		if len(x.Total.Cells) > 0 {
			row(x.Total)
		}
	}
	return b.String()
}

func TestFiguresByHand(t *testing.T) {
	p := folder(t, shop(), "2027-01-15")
	for name, want := range map[string]string{
		// charters, Apr-Jun, Jul-Sep, Oct-Dec, Jan-Mar, in the year, total, across the border.
		// One: its first quarter lies in the fiscal year before, its last period is cut to January to March by the end of the timeframe.
		"commitments": "DKK\n" +
			"it: 2 150.00 225.00 0.00 300.00 - 675.00 5.00\n" +
			"marketing: 2 50.00 75.00 0.00 100.00 - 225.00 5.00\n" +
			"total: 2 200.00 300.00 0.00 400.00 - 900.00 10.00\n",
		"commitments-proposed": "DKK\n" +
			"it: 1 40.00 - - - - 40.00 -\n" +
			"marketing: 1 40.00 - - - - 40.00 -\n" +
			"total: 1 80.00 - - - - 80.00 -\n",
		// Ada: 60 % of 31 days. Bo: 40 % of 120 days and 20 % of 15 days.
		// IT holds data and shop, Marketing holds shop.
		"fairness": "DKK\n" +
			"it: 2 755.00 151/202 - - - -\n" +
			"marketing: 2 255.00 51/202 - - - -\n" +
			"total: 2 1010.00 1/1 - - - -\n" +
			"\n" +
			"it: 2 - - 93/5 31/116 2 2/3\n" +
			"marketing: 2 - - 51 85/116 1 1/3\n" +
			"total: 2 - - 348/5 1/1 3 1/1\n",
		// From the first quarter of 2026: nothing until the first of 2027, of 90 days. Ada 0.6 * 31/90; Bo 0.4 and 0.2 * 15/90; then Bo 0.4 * 30/91.
		"posts": "\n" +
			"it: 1 - - - - 31/150 - - - - - - -\n" +
			"marketing: 2 - - - - 13/30 12/91 - - - - - -\n" +
			"total: 2 - - - - 16/25 12/91 - - - - - -\n",
		// home, capacity, months from January 2027, days over capacity, which. Bo has half a post: 40 % and 20 % are 60 % on 15 days.
		"load": "\n" +
			"ada: it 1/1 3/5 - - - - - - - - - - - - -\n" +
			"bo: marketing 1/2 2/5 1/2(load.over) 63/155(load.over) 2/5 - - - - - - - - 15 2027-02-15/2027-03-01\n",
		// standing, then quarters from the first of 2026.
		"demarcation": "\n" +
			"data: it it(demarcation.standing) it(demarcation.standing) it(demarcation.standing) it(demarcation.standing) it it it it it it(demarcation.standing) it(demarcation.standing) it(demarcation.standing)\n" +
			"shop: - - - - - it+marketing(conflict.yes) it+marketing(conflict.yes) marketing marketing marketing demarcation.gap demarcation.gap demarcation.gap\n" +
			"till: - - - - - - - - - - - - -\n",
		"promise": "",
	} {
		r, ok := rollup.Named(name)
		if !ok {
			t.Fatal(name)
		}
		if got := print(r.Make(p)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// Another start of the fiscal year puts the same money elsewhere, and in sum no
// other money.
func TestFiscalYears(t *testing.T) {
	for _, x := range []struct{ starts, asOf, want string }{
		// The calendar year 2027: 2028 is another, and the time of Two lies in no one quarter.
		{"", "2026-12-31", "it: 2 75.00 150.00 225.00 0.00 5.00 455.00 -"},
		// From February: no quarter of the calendar is one of the year's; the first of 2027 crosses the border, and so do January to March of 2028.
		{"fiscal_year_starts: 2\n", "2027-01-31", "it: 2 - - - - 380.00 380.00 375.00"},
	} {
		files := shop()
		files["charterhouse.yaml"] = "title: Shop\ndepartments: [it, marketing]\n" + x.starts
		if got := print(table("commitments", folder(t, files, x.asOf))); !strings.Contains(got, x.want+"\n") {
			t.Errorf("%q as of %s:\n%s\nwant\n%s", x.starts, x.asOf, got, x.want)
		}
	}
}

// Over a made portfolio, parts make up the whole, rows and columns of exact
// numbers add up, and each is the sum of its addends.
func TestRatiosAgree(t *testing.T) {
	p := made(t, 200)
	for _, name := range []string{"fairness", "posts", "load"} {
		for _, b := range table(name, p).Blocks {
			for i := range b.Rows[0].Cells {
				parts, sum := new(big.Rat), new(big.Rat)
				some := false
				for _, r := range b.Rows {
					switch c := r.Cells[i]; c.Kind {
					case rollup.Part:
						parts.Add(parts, c.Share().Rat())
					case rollup.Ratio:
						some = true
						sum.Add(sum, c.Ratio)
						added := new(big.Rat)
						for a := range c.Addends.All() {
							added.Add(added, a.Ratio.Rat())
						}
						if added.Cmp(c.Ratio) != 0 && name != "load" { // whose parts are the places on the person's page
							t.Errorf("%s, %s, cell %d: %s of addends that make %s", name, r.Key, i, c.Ratio, added)
						}
					case rollup.Count:
						if c.N != c.Addends.Len() && name != "fairness" {
							t.Errorf("%s, %s: %d of %d", name, r.Key, c.N, c.Addends.Len())
						}
					}
				}
				if len(b.Total.Cells) == 0 {
					continue
				}
				if b.Total.Cells[i].Kind == rollup.Part && parts.Cmp(big.NewRat(1, 1)) != 0 {
					t.Errorf("%s, column %d: parts make up %s", name, i, parts)
				}
				if some && b.Total.Cells[i].Ratio.Cmp(sum) != 0 {
					t.Errorf("%s, column %d: %s below rows that make %s", name, i, b.Total.Cells[i].Ratio, sum)
				}
			}
		}
	}
}

// The money of all fiscal years is the money of the charters, but for what
// crosses their borders, which two years name and none has.
func TestFiscalYearsHaveAllMoney(t *testing.T) {
	tree := bench200(t)
	total, sums, named := map[money.Currency]int64{}, map[money.Currency]int64{}, map[money.Currency]map[string]int64{}
	for year := 2020; year <= 2032; year++ {
		p := load(t, tree, fmt.Sprintf("%d-06-01", year))
		for _, b := range table("commitments", p).Blocks {
			columns := len(b.Total.Cells)
			sums[b.Currency] += b.Total.Cells[columns-2].Money.Minor
			for a := range b.Total.Cells[columns-1].Addends.All() {
				if named[b.Currency] == nil {
					named[b.Currency] = map[string]int64{}
				}
				named[b.Currency][string(a.Charter.ID.Value)+" "+string(a.Party)+" "+a.Money.Text()] = a.Money.Minor
			}
		}
		if year > 2020 {
			continue
		}
		for _, c := range p.Charters() {
			if rollup.Counted(c) {
				total[c.Budget.Currency.Value] += c.Budget.Total.Value.Minor
			}
		}
	}
	for currency, all := range total {
		for _, m := range named[currency] {
			sums[currency] += m
		}
		if sums[currency] != all {
			t.Errorf("%s: fiscal years have %d of %d", currency, sums[currency], all)
		}
	}
}

func bench200(t *testing.T) *source.Tree {
	t.Helper()
	dir := t.TempDir() + "/made"
	if err := bench.Generate(dir, 200, 11); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func made(t *testing.T, n int) *portfolio.Portfolio {
	t.Helper()
	return load(t, bench200(t), bench.AsOf)
}

// Every overload that the rule finds is in the rollup, day for day.
func TestLoadIsTheRules(t *testing.T) {
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	p := load(t, tree, "2026-11-16")
	days := map[string]int{}
	for _, x := range p.Registers().People {
		for _, s := range p.Overloads(x.ID) {
			for d := s.Window.Start; !d.After(s.Window.End); d = d.AddDays(1) {
				if !d.Before(p.AsOf()) {
					days[string(x.ID)]++
				}
			}
		}
	}
	told := 0
	for _, r := range table("load", p).Blocks[0].Rows {
		over := r.Cells[len(r.Cells)-2].N
		if over != days[r.Key] {
			t.Errorf("%s: %d days over capacity, %d by the rule", r.Key, over, days[r.Key])
		}
		if over > 0 {
			told++
		}
	}
	if told == 0 || told != len(days) {
		t.Errorf("%d people are over capacity, %d by the rule", told, len(days))
	}
}

// Who is near and who is alike is told with the reasons.
func TestAroundAndSimilar(t *testing.T) {
	files := shop()
	files["charters/one.md"] = strings.Replace(files["charters/one.md"], "title: One", "title: A lending library for bicycles\nsummary: Borrow a bicycle at the counter.\nlinks: {depends_on: [two]}", 1)
	files["charters/wish.md"] = strings.Replace(files["charters/wish.md"], "title: Wish", "title: Bicycles to borrow\nsummary: A counter for bicycles, and a library of tools.\nteam: [{person: ada, home: it, role: r, allocation: 10%}]\nresponsibilities: [{area: till, accountable: it}, {area: shop, accountable: it}]", 1)
	for i := range 8 {
		files[fmt.Sprintf("charters/other-%d.md", i)] = fmt.Sprintf("---\ntitle: Something else entirely, number %d\nstatus: proposed\n---\n", i)
	}
	p := folder(t, files, "2027-01-15")
	var near []string
	for _, n := range rollup.Neighbours(p, p.Charter("one")) {
		near = append(near, fmt.Sprint(n.Charter.ID.Value, n.Relations, n.People))
	}
	if got := strings.Join(near, " "); got != "two[2] [bo] wish[] [ada]" {
		t.Errorf("around one: %s", got)
	}
	alike := rollup.Resembling(p, nil).To(p.Charter("wish"), 5)
	if len(alike) == 0 || alike[0].Charter.ID.Value != "one" {
		t.Fatalf("wish resembles %v", alike)
	}
	if x := alike[0]; !slices.Equal(x.Areas, []portfolio.ID{"shop"}) || !slices.Equal(x.People, []portfolio.ID{"ada"}) || !slices.Equal(x.Words, []string{"bicycles", "borrow", "counter", "library"}) {
		t.Errorf("wish shares %v, %v and %v with one", x.Areas, x.People, x.Words)
	}
}

// What was remembered of a run whose charters changed one by one is what a run
// of the same charters says anew.
func TestSimilarAfterEdits(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("charters/c%02d.md", i)] = fmt.Sprintf("---\ntitle: Charter of words%c and words%c\nstatus: proposed\n---\n", 'a'+i%7, 'a'+i%11)
	}
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	day, _ := calendar.ParseDate("2027-01-15")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	for step := range 24 {
		name := fmt.Sprintf("charters/c%02d.md", step*7%60)
		m[name] = &fstest.MapFile{Data: []byte(fmt.Sprintf("---\ntitle: Rewritten with words%c, wordsx%c and wordsz\nstatus: proposed\n---\n", 'a'+step%5, 'a'+step%3))}
		tree, err := source.FromFS(m, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		p := loader.Load(tree, day).Portfolio
		fresh := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		q := fresh.Load(tree, day).Portfolio
		for _, c := range p.Charters() {
			a, b := rollup.Resembling(p, nil).To(c, 5), rollup.Resembling(q, nil).To(q.Charter(c.ID.Value), 5)
			if said(a) != said(b) {
				t.Fatalf("step %d, %s: %s, anew %s", step, c.ID.Value, said(a), said(b))
			}
		}
	}
}

func said(all []rollup.Likeness) string {
	s := ""
	for _, l := range all {
		s += fmt.Sprint(l.Charter.ID.Value, l.Score, l.Words, ";")
	}
	return s
}
