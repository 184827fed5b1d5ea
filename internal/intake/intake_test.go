package intake

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/export"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

var today, _ = calendar.ParseDate("2026-11-16")

// load reads a content folder.
func load(t *testing.T, tree *source.Tree) (*portfolio.Portfolio, diag.List) {
	t.Helper()
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	loaded := loader.Load(tree, today)
	var rules check.Memory
	return loaded.Portfolio, check.Finish(loaded.Portfolio, slices.Concat(loaded.Found, rules.Run(loaded.Portfolio)))
}

func sample(t *testing.T) *portfolio.Portfolio {
	t.Helper()
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	p, _ := load(t, tree)
	return p
}

// bareFiles are the sample's registers and configuration, without a charter.
func bareFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"charterhouse.yaml", "registers/departments.yml", "registers/people.yml", "registers/areas.yml", "registers/objectives.yml", "registers/rates.yml"} {
		data, err := os.ReadFile("../../content/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

func read(t *testing.T, files fstest.MapFS) (*portfolio.Portfolio, diag.List) {
	t.Helper()
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return load(t, tree)
}

var options = Options{Today: today, Summary: func(string, []portfolio.ID) string { return "What they want." }}

func speech(t *testing.T, p *portfolio.Portfolio, lang string) export.Speech {
	t.Helper()
	th, found := theme.Load(nil, "themes/default", p.Config().Languages)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return export.Speech{Portfolio: p, Words: th.Words(lang), Locale: th.Words(lang).Locale()}
}

// Our own list of all initiatives, exported and imported, gives the same money to
// the last øre, for each department, in each language and both forms of file.
func TestThereAndBack(t *testing.T) {
	p := sample(t)
	for _, name := range []string{"en.csv", "da.csv", "da.xlsx"} {
		s := speech(t, p, name[:2])
		var b bytes.Buffer
		table := rollup.Initiatives.Make(p)
		var err error
		if strings.HasSuffix(name, ".csv") {
			err = export.CSV(&b, s, table)
		} else {
			err = export.Workbook(&b, s, []string{"initiatives"}, func(string) rollup.Table { return table }, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		files := bareFiles(t)
		empty, _ := read(t, files)
		sheet, err := Read(name, b.Bytes(), Form{})
		if err != nil {
			t.Fatal(err)
		}
		m := Propose(empty, sheet, "")
		again, found := ReadMapping(empty, "map.yaml", []byte(m.Text(name)))
		if len(found) > 0 || fmt.Sprint(again.Columns[0].Field, again.Undecided()) != fmt.Sprint(m.Columns[0].Field, m.Undecided()) || len(m.Undecided()) > 0 {
			t.Fatalf("%s: %v %v\n%s", name, found, m.Undecided(), m.Text(name))
		}
		res := Convert(empty, sheet, again, options)
		for _, made := range res.Charters {
			files[made.File] = &fstest.MapFile{Data: made.Text}
		}
		q, wrong := read(t, files)
		for _, d := range wrong {
			if d.Severity >= diag.Error {
				t.Errorf("%s: %s %s", name, d.Pos, d.Message)
			}
		}
		same(t, name, p, q)
		accounted(t, sheet, again, res)
	}
}

// same compares the money of two portfolios, charter by charter.
func same(t *testing.T, name string, p, q *portfolio.Portfolio) {
	t.Helper()
	n := 0
	for _, c := range p.Charters() {
		if c.Budget.Total.Value.IsZero() || !c.Budget.Sound {
			continue
		}
		n++
		d := q.Charter(c.ID.Value)
		if d == nil || d.Budget.Total.Value != c.Budget.Total.Value {
			t.Errorf("%s: %s has another total", name, c.ID.Value)
			continue
		}
		paid := map[portfolio.ID]money.Money{}
		for _, x := range c.Budget.Parties {
			paid[x.Department.Value] = x.Amount
		}
		for _, x := range d.Budget.Parties {
			if paid[x.Department.Value] != x.Amount {
				t.Errorf("%s: %s: %s pays %v, not %v", name, c.ID.Value, x.Department.Value, x.Amount, paid[x.Department.Value])
			}
		}
		if c.Timeframe.End.Value != d.Timeframe.End.Value || len(c.Budget.Parties) != len(d.Budget.Parties) {
			t.Errorf("%s: %s is not the same", name, c.ID.Value)
		}
	}
	if n < 30 {
		t.Errorf("%s: only %d budgets", name, n)
	}
}

// accounted holds that each cell went somewhere: a row's cells that are not left
// belong to fields, and the row became a charter.
func accounted(t *testing.T, sheet *Table, m *Mapping, res *Result) {
	t.Helper()
	left := map[[2]int]bool{}
	for _, l := range res.Left {
		if l.Cause == "" || l.Value == "" {
			t.Fatalf("%s is left without a reason", l.Cell())
		}
		left[[2]int{l.Row, l.Column}] = true
	}
	made := map[int]bool{}
	for _, c := range res.Charters {
		made[c.Row] = true
	}
	field := map[int]string{}
	for _, c := range m.Columns {
		field[c.Index] = c.Field
	}
	for _, r := range sheet.Rows {
		for i, c := range r.Cells {
			if c.Text != "" && r.Number != m.HeadRow && !left[[2]int{r.Number, i}] && !(made[r.Number] && field[i] != "") {
				t.Fatalf("%s%d %q is nowhere", letter(i), r.Number, c.Text)
			}
		}
	}
}

func TestWays(t *testing.T) {
	for _, c := range []struct{ values, way string }{
		{"1.000.000,00|500", sign}, {"1,000,000.00|500", point}, {"1000|2000", point}, {"1.000|2.000", open}, {"1,000", open}, {"1.000|12,5", sign}, {"1.000|12.50", point},
		{"kr. 1.000,-|250,50 kr", sign}, {"DKK 1 000 000|€ 5", point}, {"1'000.50", point}, {"1.5|1,5", open}, {"abc", ""}, {"33,3 %", sign},
	} {
		if way, _ := ways(strings.Split(c.values, "|")); way != c.way {
			t.Errorf("%s: %q", c.values, way)
		}
	}
	for _, c := range []struct{ text, way, want string }{
		{"1.000.000,00", sign, "1000000.00"}, {"1,000,000.5", point, "1000000.50"}, {"500.000,-", sign, "500000.00"}, {"kr. 12", point, "12.00"}, {"1.00", sign, ""}, {"1.0000", sign, ""},
		{"-5", point, ""}, {"1.000.00", point, ""}, {"12 EUR", point, ""}, {"$ 12", point, ""}, {"0,005", sign, ""}, {"", point, ""}, {"1e9", point, ""},
	} {
		a, err := amount(Cell{Text: c.text}, c.way, 1, "DKK")
		if got := a.Text(); err == nil && got != c.want || err != nil && c.want != "" {
			t.Errorf("%s: %q %v", c.text, got, err)
		}
	}
	if a, err := amount(Cell{Text: "12 kr."}, point, 1, "EUR"); err == nil {
		t.Errorf("kroner are %s", a.Text())
	}
}

func TestOrders(t *testing.T) {
	for _, c := range []struct{ values, order, first string }{
		{"31-12-2027|01-02-2027", dayFirst, "2027-12-31"}, {"12/31/2027|01/02/2027", monthFirst, "2027-12-31"}, {"01/02/2027|03/04/2027", open, ""}, {"2027-12-31", yearFirst, "2027-12-31"},
		{"46387|46388", serialDay, "2026-12-31"}, {"31. december 2027|1. maj 2028", dayFirst, "2027-12-31"}, {"March 31, 2027", dayFirst, "2027-03-31"}, {"31-12-27", "", ""}, {"soon", "", ""},
		{"05.05.2027", dayFirst, "2027-05-05"}, {"2027/12/31", dayFirst, "2027-12-31"}, {"31-12-2027 00:00:00", dayFirst, "2027-12-31"}, {"30-02-2027", "", ""},
	} {
		var cells []Cell
		for _, v := range strings.Split(c.values, "|") {
			cells = append(cells, Cell{Text: v})
		}
		order, _ := orders(cells)
		if order != c.order {
			t.Errorf("%s: %q", c.values, order)
		}
		if d, err := day(cells[0], order); c.first != "" && (err != nil || d.String() != c.first) {
			t.Errorf("%s: %v %v", c.values, d, err)
		}
	}
}

// What is written in one way is read as it was meant.
func TestAnyAmount(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := money.Money{Minor: rapid.Int64Range(0, 9_000_000_000_000).Draw(r, "minor"), Currency: "DKK"}
		whole, frac, _ := strings.Cut(m.Text(), ".")
		group, decimals, way := ",", ".", point
		if rapid.Bool().Draw(r, "danish") {
			group, decimals, way = ".", ",", sign
		}
		var b strings.Builder
		for i, c := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteString(rapid.SampledFrom([]string{group, " ", "\u00a0"}).Draw(r, "group"))
			}
			b.WriteRune(c)
		}
		text := b.String() + decimals + frac
		if strings.Contains(text, group) && strings.ContainsAny(text, " \u00a0") {
			return // nobody mixes them
		}
		if got, err := amount(Cell{Text: text}, way, 1, "DKK"); err != nil || got != m {
			r.Fatalf("%q: %v %v", text, got, err)
		}
	})
}

// Encodings and separators are found out, or asked for.
func TestCSV(t *testing.T) {
	for _, c := range []struct{ data, encoding, separator, second string }{
		{"Titel;Mål\nTag;Tør\n", "utf-8", ";", "Tør"}, {"\ufeffTitel,Mål\nTag,Tør\n", "utf-8", ",", "Tør"}, {"Titel\tM\xe5l\nTag\tT\xf8r\n", "windows-1252", "tab", "Tør"},
		{"sep=;\r\nTitel;Mål\r\nTag;\"a;b\"\r\n", "utf-8", ";", "a;b"}, {"\"a;b\",c\nx,'=1+1\n", "utf-8", ",", "=1+1"},
	} {
		table, err := Read("a.csv", []byte(c.data), Form{})
		if err != nil || table.Encoding != c.encoding || table.Separator != c.separator || table.Rows[1].Cells[1].Text != c.second {
			t.Errorf("%q: %v %+v", c.data, err, table)
		}
	}
	for name, data := range map[string]string{"a.csv": "", "b.csv": "\xff\xfea\x00", "c.csv": "a;b,c\n", "d.csv": "\x81\x8d", "e.csv": "a,b\n\"x", "f.ods": "x", "g.xlsx": "no archive", "h.pdf": "x", "i.csv": "a\x00b"} {
		if _, err := Read(name, []byte(data), Form{}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

// A workbook's days, shares and numbers are what they are, formulas are their
// last values, and noise beyond fifteen digits is none of ours.
func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
	percent, _ := f.NewStyle(&excelize.Style{NumFmt: 9})
	custom := `[$-406]d. mmmm yyyy;@`
	danish, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &custom})
	for cell, v := range map[string]any{"A1": "Projekt", "B1": "Start", "C1": "Marketing", "D1": "Budget", "E1": "Slut", "A2": "Tag", "B2": 46387, "C2": 0.5, "D2": 1000000.1, "E2": 46752.5} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for cell, style := range map[string]int{"B2": day, "C2": percent, "E2": danish} {
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "D2", "=1000000+0.1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	table, err := Read("a.xlsx", b.Bytes(), Form{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range table.Rows[1].Cells {
		got = append(got, c.Text)
	}
	if s := strings.Join(got, "|"); s != "Tag|2026-12-31|50%|1000000.1|2027-12-31" || table.Formulas != 1 {
		t.Errorf("%s, %d formulas", s, table.Formulas)
	}
	if n, ok := decimal("0.30000000000000004"); !ok || plain(n) != "0.3" {
		t.Errorf("%v", n)
	}
}

// What a program wrote may hold formulas that no spreadsheet has computed yet: they
// are left with a reason, and the numbers beside them are read.
func TestUncomputed(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "Projekt", "B1": "Budget", "C1": "It", "A2": "Tag", "C2": 500, "A3": "Hal", "B3": 700, "C3": 700} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for cell, formula := range map[string]string{"B2": "=C2*1", "A4": "=A3&A2"} {
		if err := f.SetCellFormula("Sheet1", cell, formula); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	sheet, err := Read("a.xlsx", b.Bytes(), Form{})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := read(t, bareFiles(t))
	m := Propose(p, sheet, "da")
	res := Convert(p, sheet, m, options)
	accounted(t, sheet, m, res)
	var left []string
	for _, l := range res.Left {
		left = append(left, l.Cell()+" "+l.Value+" "+l.Cause[:min(len(l.Cause), 12)])
	}
	if s := strings.Join(left, "|"); sheet.Formulas != 2 || len(res.Charters) != 2 || s != "B2 =C2*1 it is a form|A4 =A3&A2 the row has " {
		t.Errorf("%d formulas, %d charters, left: %s", sheet.Formulas, len(res.Charters), s)
	}
	if text := string(res.Charters[1].Text); !strings.Contains(text, "total: 700") {
		t.Errorf("%s", text)
	}
}

// A sheet as people have them: every cell has its place or its reason.
func TestPeople(t *testing.T) {
	files := bareFiles(t)
	files["charters/old.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Old\nsummary: s\nstatus: proposed\ncreated: 2026-01-01\n---\n")}
	p, _ := read(t, files)
	sheet, err := Read("a.csv", []byte(strings.Join([]string{
		"Projektnavn;Formål;Budget (t.kr.);Andel Marketing;Andel It;Startdato;Projektleder;Sponsor IT;Fase;Beskrivelse;Noter",
		"Nyt tag;Tørt.;1.250,5;1/3;2/3;31-01-2027;Jonas Ågesen;samira.haddad@nordhavn-handel.example;Idé;Det regner.;intern",
		"Ny hal;;900;33,33 %;66,66 %;01-02-2027;Jonas Agesen;Samira Haddad;I gang;<script>x</script>;",
		"Old;;1;;;;;;;;",
		";;5;;;;;;;;",
		"Nyt tag;;;;;;;;;;",
		"Kun titel;;0,0001;50%;50%;32-01-2027;;;;;",
		"I alt;;2.151,5;;;;;;;;",
		"Lang;" + strings.Repeat("x", 300) + ";;;;01-01-1850;;;;;",
		"Med links;Se [[ingenting]].;;;;;;;;Se [[old]] og [her](../x.pdf).;",
	}, "\r\n")), Form{})
	if err != nil {
		t.Fatal(err)
	}
	m := Propose(p, sheet, "da")
	if len(m.Undecided()) > 0 {
		t.Fatalf("%v\n%s", m.Undecided(), m.Text("a.csv"))
	}
	res := Convert(p, sheet, m, options)
	accounted(t, sheet, m, res)
	var b strings.Builder
	for _, made := range res.Charters {
		fmt.Fprintf(&b, "== %d %s\n%s", made.Row, made.File, made.Text)
	}
	for _, l := range res.Left {
		fmt.Fprintf(&b, "%s %s: %s\n", l.Cell(), l.Value, l.Cause)
	}
	fmt.Fprintf(&b, "%q\n", res.Unknown)
	golden(t, "testdata/people.golden", m.Text("a.csv")+b.String())
	for _, made := range res.Charters {
		if _, found := charter.Parse(made.File, made.Text, p.Config().Reading()); p.Config().Policy.Apply(found, func(string) bool { return true }).Count(diag.Error) > 0 {
			t.Errorf("%s: %v", made.File, found)
		}
	}
}

// A sheet that speaks of kroner is not imported as what the site counts in.
func TestCrowns(t *testing.T) {
	files := bareFiles(t)
	files["charterhouse.yaml"] = &fstest.MapFile{Data: []byte("title: T\nreporting_currency: EUR\n")}
	p, _ := read(t, files)
	for head, want := range map[string]string{"Budget (t.kr.)": "?", "Budget (kr)": "?", "Budget (mio. DKK)": "DKK", "Budget": "EUR"} {
		sheet, err := Read("a.csv", []byte("Projekt;"+head+"\nTag;5,5\n"), Form{})
		if err != nil {
			t.Fatal(err)
		}
		m := Propose(p, sheet, "da")
		again, found := ReadMapping(p, "a.map.yaml", []byte(m.Text("a.csv")))
		if string(m.Currency) != want || again.Currency != m.Currency || len(found) > 0 || (len(m.Undecided()) > 0) != (want == "?") {
			t.Errorf("%s: %s, %v %v", head, m.Currency, m.Undecided(), found)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%v\n%s", err, got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Titel;Budget;It;Start\nTag;1.000,00;50%;31-12-2027\n", "columns: [{column: A, head: Titel, field: title}]")
	f.Add("sep=,\na,b\n\"x\ny\",2", "columns:\n  - {column: B, head: b, field: budget.total, amounts: point}\n")
	config := portfolio.DefaultConfig()
	config.Speech = theme.Speech(nil)
	p, _ := portfolio.Link(portfolio.Sources{Config: config, AsOf: today, Registers: &portfolio.Registers{Departments: []*portfolio.Department{{ID: "it", Name: portfolio.Text{"": "It"}}}}})
	f.Fuzz(func(t *testing.T, data, mapping string) {
		sheet, err := Read("a.csv", []byte(data), Form{})
		if err != nil {
			return
		}
		m := Propose(p, sheet, "")
		if _, found := ReadMapping(p, "m.yaml", []byte(m.Text("a.csv"))); len(found) > 0 {
			t.Fatalf("our own mapping is refused: %v\n%s", found, m.Text("a.csv"))
		}
		accounted(t, sheet, m, Convert(p, sheet, m, options))
		if own, found := ReadMapping(p, "m.yaml", []byte(mapping)); len(found) == 0 && own.Fits(sheet) == "" {
			Convert(p, sheet, own, options)
		}
	})
}
