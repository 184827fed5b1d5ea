package ask_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"charterhouse/internal/ask"
	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// small is a portfolio in which each charter is another in every field.
var small = fstest.MapFS{
	"charterhouse.yaml": file("title: T\nlanguages: [en, da]\ndepartments: [it, marketing, legal]\nreporting_currency: DKK\nfields:\n  class: {type: choice, name: {en: Class, da: Klasse}, values: {low: {en: Low, da: Lav}, high: {en: High, da: Høj}}}\n" +
		"  size: number\n  review: {type: date}\n  cap: {type: money}\n  buddy: {type: \"person[]\"}\n  gdpr: {type: bool}\n"),
	"registers/departments.yml": file("- {id: legal, name: Legal}\n- {id: marketing, name: Marketing, chief: [{person: bo}]}\n- {id: it, name: {en: IT, da: It}, chief: [{person: ann}]}\n"),
	"registers/people.yml":      file("- {id: ann, name: Ann, department: it}\n- {id: bo, name: Bo, department: marketing}\n- {id: cy, name: Cy, department: legal}\n"),
	"registers/areas.yml":       file("- {id: data, name: Data}\n- {id: tools, name: Tools}\n"),
	"registers/objectives.yml":  file("- {id: grow, text: Grow}\n"),
	"charters/a.md": file("---\ntitle: Alpha data\nsummary: On data.\nstatus: active\ncreated: 2025-12-01\ntags: [red, blue]\ntimeframe: {start: 2026-01-01, end: 2027-06-30}\nowners: {it: ann, marketing: bo}\nlead: cy\n" +
		"budget:\n  currency: DKK\n  total: 1000.01\n  shares: {it: 1/3, marketing: rest}\n  periods: {2026: 400, 2027: 600.01}\n  spent: [{date: 2026-05-01, department: it, amount: 12.34}]\n" +
		"team: [{person: bo, home: marketing, role: r, allocation: 50%}]\nresponsibilities: [{area: data, accountable: it, consulted: [legal]}]\n" +
		"milestones: [{id: m, title: M, due: 2026-03-01, owner: cy}]\nlinks: {part_of: b, contributes_to: [objective:grow]}\n" +
		"updates: [{date: 2026-10-01, by: cy, rag: amber, text: T, next: N}]\nx: {class: high, size: 12.5, review: 2027-01-31, cap: 500, buddy: [ann, cy], gdpr: true}\n---\n"),
	"charters/b.md": file("---\ntitle: Beta\nsummary: S.\nstatus: proposed\ncreated: 2026-02-01\ntimeframe: {start: 2027-01-01, end: 2027-12-31}\nlead: [ann, bo]\nbudget: {currency: DKK, total: 300, shares: {legal: 50%, it: 50%}}\nx: {class: low, size: 3}\n---\n"),
	"charters/c.md": file("---\ntitle: Åland\nsummary: S.\nlang: da\nstatus: completed\ncreated: 2024-02-01\nconfidential: restricted\ntimeframe: {start: 2025-01-01, end: 2025-12-31}\nbudget: {currency: EUR, total: 90, shares: {marketing: 10%, legal: 90%}}\nresponsibilities: [{area: tools, accountable: marketing}]\n---\n"),
	"charters/d.md": file("---\ntitle: Alone\nsummary: S.\nstatus: active\ncreated: 2026-02-01\nbudget: {currency: DKK, total: 77, shares: {it: 100%}}\n---\n"),
	"charters/e.md": file("---\ntitle: Bare\nsummary: S.\nstatus: cancelled\n---\n"),
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func load(t testing.TB, files fstest.MapFS) *portfolio.Portfolio {
	t.Helper()
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	return (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}).Load(tree, day).Portfolio
}

func put(t testing.TB, p *portfolio.Portfolio, text string) (ask.Answer, diag.List) {
	t.Helper()
	q, found := query.Parse("f.md", text, []query.Place{{Line: 1, Col: 1}, {Line: 2, Col: 1}, {Line: 3, Col: 1}, {Line: 4, Col: 1}})
	if len(found) > 0 {
		t.Fatalf("%s\n%v", text, found)
	}
	b, found := ask.Bind(p, q)
	if b == nil {
		return ask.Answer{}, found
	}
	return b.Answer("en"), found
}

func TestEachFieldAndOperator(t *testing.T) {
	p := load(t, small)
	for where, want := range map[string]string{
		"id = a":                                   "a",
		"id in (a, b) and id != b":                 "a",
		"title = \"alpha DATA\"":                   "a",
		"title contains al":                        "a d",
		"summary contains data":                    "a",
		"status = active":                          "a d",
		"status != active":                         "b c e",
		"status in (proposed, completed)":          "b c",
		"status not in (proposed, completed)":      "a d e",
		"kind = joint":                             "a b c",
		"kind = single":                            "d",
		"kind = none":                              "e",
		"language = da":                            "c",
		"restricted":                               "c",
		"not restricted and kind = joint":          "a b",
		"restricted = true":                        "c",
		"tag = red":                                "a",
		"tags contains blue":                       "a",
		"tag = none and status = active":           "d",
		"created < 2025-01-01":                     "c",
		"created >= 2026-02-01":                    "b d",
		"end < today":                              "c",
		"end < today + 9m and end > today":         "a",
		"end > start + 13m":                        "a",
		"start <= today - 300d":                    "a c",
		"year = 2027":                              "a b",
		"year = 2026":                              "a",
		"year < 2026":                              "c",
		"department = it":                          "a b d",
		"payer != it":                              "c e",
		"department = it and department = legal":   "b",
		"owner = ann":                              "a",
		"owner(marketing) = bo":                    "a",
		"owner(it) = bo":                           "",
		"lead = bo":                                "b",
		"lead = none and status = active":          "d",
		"member = bo":                              "a",
		"member(it) = bo":                          "",
		"person = bo":                              "a b",
		"lends = marketing":                        "a",
		"total > 100 DKK":                          "a b",
		"total = 90 EUR":                           "c",
		"total > 0 EUR":                            "c", // and no kroner
		"currency = EUR":                           "c",
		"payers >= 2":                              "a b c",
		"share < 20%":                              "c",
		"share(it) = 1/3":                          "a",
		"share(it) >= 1/2":                         "b d",
		"counted":                                  "a c",
		"amount(it, 2027) > 0 DKK":                 "a",
		"amount(it) = none and department = it":    "b d",
		"proposed(it) = 150 DKK":                   "b",
		"spent = 12.34 DKK":                        "a",
		"area = data":                              "a",
		"accountable = marketing":                  "c",
		"accountable(data) = it":                   "a",
		"accountable(data) != it":                  "b d c e",
		"consulted = legal":                        "a",
		"objective = grow":                         "a",
		"milestone < today":                        "a",
		"overdue > 0":                              "a",
		"signed":                                   "",
		"agreement = unsigned and status = active": "a d",
		"rag = amber":                              "a",
		"updated >= 2026-10-01":                    "a",
		"part_of = b":                              "a",
		"part_of = none and status = active":       "d",
		"x.class = high":                           "a",
		"x.size > 3":                               "a",
		"x.size >= 3.0":                            "a b",
		"x.review <= 2027-01-31":                   "a",
		"x.cap = 500 DKK":                          "a",
		"x.buddy = cy":                             "a",
		"x.gdpr":                                   "a",
		"x.class = none and status = active":       "d",
		"status = active or status = proposed and department = legal": "a d b",
	} {
		a, found := put(t, p, "list: charters\nwhere: '"+strings.ReplaceAll(where, "'", "''")+"'")
		if len(found) > 0 {
			t.Errorf("%s: %v", where, found)
			continue
		}
		var got []string
		for _, c := range a.Charters {
			got = append(got, string(c.ID.Value))
		}
		wanted := strings.Fields(want)
		slices.Sort(wanted)
		slices.Sort(got)
		if !slices.Equal(got, wanted) {
			t.Errorf("%s\nchooses %v, not %v", where, got, wanted)
		}
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	p := load(t, small)
	for text, want := range map[string]string{
		"list: charters\nwhere: departement = it":      `f.md:2:8: Q002 there is no field "departement" (did you mean department?)`,
		"list: charters\nshow: department-amount(it)":  `f.md:2:7: Q002 there is no field "department-amount" (did you mean amount?)`,
		"list: charters\nwhere: x.clas = low":          `f.md:2:8: Q002 there is no field "x.clas" (did you mean x.class?)`,
		"list: charters\nwhere: class = low":           `f.md:2:8: Q002 there is no field "class" (did you mean x.class?)`,
		"list: charters\nwhere: x.class = middle":      `f.md:2:18: Q003 x.class is never "middle" (write one of low, high)`,
		"list: charters\nwhere: status = actve":        `f.md:2:17: Q003 status is never "actve" (did you mean active?)`,
		"list: charters\nwhere: department = itt":      `f.md:2:21: Q004 there is no department "itt" (did you mean it?)`,
		"list: charters\nwhere: lead in (ann, bob)":    `f.md:2:22: Q004 there is no person "bob" (did you mean bo?)`,
		"list: charters\nwhere: accountable(dta) = it": `f.md:2:20: Q004 there is no area "dta" (did you mean data?)`,
		"list: charters\nwhere: part_of = zz":          `f.md:2:18: Q004 there is no charter "zz" (correct the id)`,
		"list: charters\nwhere: total > 500":           `f.md:2:16: Q003 the amount has no currency (write the currency behind it, such as 500 DKK)`,
		"list: charters\nwhere: end < 31.12.2026":      `f.md:2:14: Q003 "31.12.2026" is not a date (write 2026-12-31)`,
		"list: charters\nwhere: status < active":       `f.md:2:8: Q003 status is a word, which is neither more nor less than another (use =, != or in)`,
		"list: charters\nwhere: status":                `f.md:2:8: Q003 status is a word, so it says nothing alone (compare it with something, such as status = proposed)`,
		"list: charters\nwhere: share > 20":            `f.md:2:16: Q003 "20" is not a share`,
		"list: charters\nwhere: status(it) = active":   `f.md:2:15: Q003 status is not narrowed to anything (write status alone)`,
		"sum: total":                             `f.md:1:6: Q003 total cannot be added up (sum amount; total also holds what is not agreed or not joint, and so is in no rollup)`,
		"sum: amount\nby: end":                   `f.md:2:5: Q003 end is a day, and hardly two charters share one (part by department, year, status, lead, area, tag or the like)`,
		"list: charters\nwhere: lead + 3d = ann": "",
	} {
		q, found := query.Parse("f.md", text, []query.Place{{Line: 1, Col: 1}, {Line: 2, Col: 1}})
		if len(found) == 0 {
			_, found = ask.Bind(p, q)
		}
		if len(found) == 0 {
			t.Errorf("%q may be asked", text)
			continue
		}
		if got := fmt.Sprintf("%s: %s %s (%s)", found[0].Pos, found[0].Code, found[0].Message, found[0].Hint); !strings.HasPrefix(got, want) {
			t.Errorf("%q\n%s\nnot\n%s", text, got, want)
		}
	}
}

// print writes an answer's figures and rows, amounts with their addends.
func print(a ask.Answer) string {
	var b strings.Builder
	cell := func(c rollup.Cell) string {
		switch c.Kind {
		case rollup.Amount:
			var parts []string
			for x := range c.Addends.All() {
				parts = append(parts, fmt.Sprint(x.Charter.ID.Value, ":", x.Money.Text()))
			}
			return c.Money.Text() + string(c.Money.Currency) + "[" + strings.Join(parts, " ") + "]"
		case rollup.Count:
			return fmt.Sprint(c.N)
		case rollup.Words:
			return string(c.Label)
		case rollup.Day:
			return c.Date.String()
		case rollup.Part:
			return c.Share().String()
		}
		text := c.Text
		for _, r := range c.Refs {
			text += "@" + string(r.ID)
		}
		return text
	}
	for _, f := range a.Figures {
		fmt.Fprintln(&b, "=", cell(f))
	}
	for _, g := range a.Groups {
		fmt.Fprint(&b, cell(g.Head), ":")
		for _, c := range g.Charters {
			fmt.Fprint(&b, " ", c.ID.Value)
		}
		fmt.Fprintln(&b)
	}
	for _, block := range a.Table.Blocks {
		for _, r := range append(slices.Clip(block.Rows), block.Total) {
			if len(r.Cells) == 0 {
				continue
			}
			fmt.Fprint(&b, cell(r.Head))
			for _, c := range r.Cells {
				fmt.Fprint(&b, " | ", cell(c))
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}

func TestAnswers(t *testing.T) {
	p := load(t, small)
	for text, want := range map[string]string{
		"count: charters\nwhere: kind = joint":          "= 3\n",
		"count: charters\nby: status":                   "= 5\nstatus.proposed | 1\nstatus.active | 2\nstatus.completed | 1\nstatus.cancelled | 1\ncolumn.all | 5\n",
		"count: charters\nby: department":               "= 5\n@it | 3\n@marketing | 2\n@legal | 2\ncolumn.none | 1\ncolumn.all | 5\n",
		"sum: amount":                                   "= 1000.01DKK[a:133.33 a:200.01 a:266.67 a:400.00]\n= 90.00EUR[c:9.00 c:81.00]\n",
		"sum: amount(it, 2027)":                         "= 200.01DKK[a:200.01]\n",
		"sum: proposed\nby: department":                 "= 300.00DKK[b:150.00 b:150.00]\n@it | 1 | 150.00DKK[b:150.00]\n@legal | 1 | 150.00DKK[b:150.00]\ncolumn.all | 1 | 300.00DKK[b:150.00 b:150.00]\n",
		"sum: amount\nby: year":                         "= 1000.01DKK[a:133.33 a:200.01 a:266.67 a:400.00]\n= 90.00EUR[c:9.00 c:81.00]\n2025 | 1 |  | 90.00EUR[c:9.00 c:81.00]\n2026 | 1 | 400.00DKK[a:133.33 a:266.67] | \n2027 | 1 | 600.01DKK[a:200.01 a:400.00] | \ncolumn.all | 2 | 1000.01DKK[a:133.33 a:200.01 a:266.67 a:400.00] | 90.00EUR[c:9.00 c:81.00]\n",
		"list: charters\nwhere: kind = joint\nby: lead": "@ann: b\n@bo: b\n@cy: a\ncolumn.none: c\n",
		"table: charters\nshow: end, amount(it)\nsort: end desc\nwhere: currency = DKK":                     "@b | 2027-12-31 | \n@a | 2027-06-30 | 333.34DKK[a:133.33 a:200.01]\n@d |  | \ncolumn.all |  | 333.34DKK[a:133.33 a:200.01]\n",
		"table: charters\nshow: x.class, x.buddy, share(it), signed\nwhere: x.class != none\nsort: x.class": "@b | Low |  | 1/2 | word.no\n@a | High | @ann@cy | 1/3 | word.no\n",
		"list: charters\nlimit: 2": ": c d\n",
	} {
		a, found := put(t, p, text)
		if got := print(a); got != want || len(found) > 0 {
			t.Errorf("%s\nis answered\n%snot\n%s%v", text, got, want, found)
		}
	}
	a, _ := put(t, p, "sum: amount(it)")
	if a.Apart != 2 { // b is proposed, and only IT pays d
		t.Errorf("%d charters apart", a.Apart)
	}
	if a, _ := put(t, p, "count: charters\nby: tag"); !a.Overlap {
		t.Error("one charter stands in two rows, and nothing says so")
	}
}

// Of a thousand made charters, the sum of a question is the sum of its addends,
// and that of the rollup beside it.
func TestSumsAreTheRollups(t *testing.T) {
	dir := t.TempDir()
	if err := bench.Generate(dir, 1000, 3); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	day, _ := calendar.ParseDate("2027-05-01")
	p := (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}).Load(tree, day).Portfolio
	for _, pair := range [][2]string{{"by-department", "amount"}, {"proposals", "proposed"}} {
		r, _ := rollup.Named(pair[0])
		table := r.Make(p)
		cells := 0
		for _, b := range table.Blocks {
			for _, row := range append(slices.Clip(b.Rows), b.Total) {
				for i, c := range row.Cells {
					column := table.Columns[i]
					if c.Kind != rollup.Amount || column.Key == rollup.Undivided {
						continue
					}
					var args []string
					if row.Key != "total" {
						args = append(args, row.Key)
					}
					if column.Key != "total" {
						args = append(args, column.Key)
					}
					term := pair[1]
					if len(args) > 0 {
						term += "(" + strings.Join(args, ", ") + ")"
					}
					a, _ := put(t, p, "sum: "+term)
					if got := figure(a, b.Currency); got != c.Money {
						t.Errorf("%s in %s is %v, but %v in %s", term, b.Currency, got, c.Money, pair[0])
					}
					cells++
				}
			}
		}
		if cells < 10 {
			t.Errorf("%s: only %d cells", pair[0], cells)
		}
	}
	kinds := []string{"amount", "proposed", "spent", "amount(2027)"}
	groups := []string{"department", "year", "status", "lead", "area", "accountable", "person"}
	conditions := []string{"status = active", "kind = joint and year = 2027", "not end < today + 200d", "payers > 2 or share < 20%", "total > 500000 DKK"}
	rapid.Check(t, func(rt *rapid.T) {
		text := "sum: " + rapid.SampledFrom(kinds).Draw(rt, "kind") + "\nby: " + rapid.SampledFrom(groups).Draw(rt, "by") + "\nwhere: " + rapid.SampledFrom(conditions).Draw(rt, "where")
		a, found := put(t, p, text)
		if len(found) > 0 {
			rt.Fatal(found)
		}
		for i, f := range a.Figures {
			sum := money.Money{Currency: f.Money.Currency}
			for x := range f.Addends.All() {
				sum = sum.Plus(x.Money)
			}
			rows := money.Money{Currency: f.Money.Currency}
			for _, r := range a.Table.Blocks[0].Rows {
				rows = rows.Plus(r.Cells[1+i].Money)
			}
			if sum != f.Money || !a.Overlap && rows != f.Money || a.Overlap && rows.Cmp(f.Money) < 0 {
				rt.Fatalf("%s: %v, addends %v, rows %v", text, f.Money, sum, rows)
			}
		}
	})
}

func figure(a ask.Answer, c money.Currency) money.Money {
	for _, f := range a.Figures {
		if f.Money.Currency == c {
			return f.Money
		}
	}
	return money.Money{Currency: c}
}

// An audience is given no false answer: what is asked of a field that is withheld has
// none, rather than that there is nothing. A column that is withheld is left out.
func TestWithheld(t *testing.T) {
	tree, err := source.FromFS(small, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	veil := &portfolio.Veil{Profile: &portfolio.Profile{Withhold: []string{"budget", "x.gone", "risks"}}}
	p := (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }, Veil: veil}).Load(tree, day).Portfolio
	for text, answered := range map[string]bool{
		"sum: amount(it)":                                         false,
		"count: charters\nwhere: x.gone = zz":                     false,
		"list: charters\nwhere: status = active and risks = 0":    false,
		"list: charters\nwhere: status = active or total > 5 DKK": false,
		"list: charters\nsort: total":                             false,
		"count: charters\nby: currency":                           false,
		"count: charters\nby: lead":                               true,
		"list: charters\nshow: end, amount(it), x.gone, status":   true,
	} {
		q, found := query.Parse("f.md", text, []query.Place{{Line: 1, Col: 1}, {Line: 2, Col: 1}})
		if len(found) > 0 {
			t.Fatalf("%s\n%v", text, found)
		}
		x, found := ask.Bind(p, q)
		if (x != nil) != answered || len(found) > 0 {
			t.Errorf("%q: answered %v, not %v: %v", text, x != nil, answered, found)
		}
		if x != nil && strings.Contains(text, "show") && len(x.Answer("en").Heads) != 2 {
			t.Errorf("%q has %d columns, not 2", text, len(x.Answer("en").Heads))
		}
	}
}
