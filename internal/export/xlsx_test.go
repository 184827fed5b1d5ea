package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"math/big"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
	"charterhouse/internal/rollup"
)

func workbook(t testing.TB, s Speech, names []string, table func(string) rollup.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Workbook(&b, s, names, table, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part reads one part of a workbook.
func part(t testing.TB, book []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The workbook of the sample has a sheet for each rollup with the figures of
// the rollup, heads that stay and filter, and formulas for sums.
func TestWorkbook(t *testing.T) {
	p := sample(t)
	s := speech(t, p, "da")
	book := workbook(t, s, everything(), tables(p))
	if !bytes.Equal(book, workbook(t, speech(t, sample(t), "da"), everything(), tables(sample(t)))) {
		t.Error("two times are not the same bytes")
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) != 1+len(everything()) || sheets[0] != "Om" || sheets[2] != "Hvad hver afdeling betaler" {
		t.Fatalf("sheets %q", sheets)
	}
	formulas := 0
	for i, name := range everything() {
		sheet := sheets[i+1]
		laid := s.flat(tables(p)(name))
		if got := must(f.GetCellValue(sheet, "A1")); got != laid.heads[0] {
			t.Errorf("%s begins with %q", sheet, got)
		}
		if panes := must(f.GetPanes(sheet)); !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 1 {
			t.Errorf("%s: %+v", sheet, panes)
		}
		if !strings.Contains(part(t, book, "xl/worksheets/sheet"+strconv.Itoa(i+2)+".xml"), `<autoFilter ref="`) {
			t.Errorf("%s has no filter", sheet)
		}
		for j := range laid.lines {
			l := &laid.lines[j]
			for k := range laid.heads {
				c := laid.cell(l, k)
				cell := letters(k) + strconv.Itoa(j+2)
				same(t, f, sheet, cell, &laid.columns[k], c, s)
				formula := must(f.GetCellFormula(sheet, cell))
				if formula != "" {
					formulas++
				}
				money := c.Kind == rollup.Amount && !c.About
				if formula != "" && c.Kind == rollup.Ratio && l.total {
					continue
				}
				if sums := money && (l.total || laid.columns[k].Sums); formula != "" && !sums || formula == "" && sums && slices.Contains(summed, name) {
					t.Errorf("%s %s has the formula %q", sheet, cell, formula)
				}
			}
		}
	}
	if formulas < 100 {
		t.Errorf("only %d formulas", formulas)
	}
}

// summed are the rollups in which every sum is that of the cells above or before
// it.
var summed = []string{"initiatives", "by-department", "by-pair", "by-period", "spent", "proposals"}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// same compares a cell as it is stored with the rollup's.
func same(t *testing.T, f *excelize.File, sheet, cell string, column *rollup.Column, c *rollup.Cell, s Speech) {
	t.Helper()
	raw, kind := must(f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})), must(f.GetCellType(sheet, cell))
	number := kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset || kind == excelize.CellTypeFormula
	want, isNumber := "", true
	switch c.Kind {
	case rollup.Amount:
		want = strings.TrimSuffix(strings.TrimRight(c.Money.Text(), "0"), ".")
		if c.Money.Currency.Exponent() == 0 {
			want = c.Money.Text()
		}
	case rollup.Count, rollup.Days:
		want = strconv.Itoa(c.N)
	case rollup.Day:
		first, _ := calendar.ParseDate("2000-01-01")
		want = strconv.Itoa(c.Date.DaysSince(first) + 36526)
	case rollup.Part:
		percent, ok := percentIn(column, c.Share())
		want, isNumber = c.Share().String(), ok
		if ok {
			want = trimmed(new(big.Rat).Quo(ratOf(percent), ratOf("100")).FloatString(8))
		}
	case rollup.Ratio:
		want = ratioText(column, c.Ratio)
		if strings.Contains(want, ".") {
			want = trimmed(want)
		}
	case rollup.Figure:
		want, isNumber = c.Text, plainNumber(c.Text)
		if isNumber && strings.Contains(want, ".") {
			want = trimmed(want)
		}
	default:
		want, isNumber = s.words(c), false
	}
	if raw != want || want != "" && number != isNumber {
		t.Errorf("%s %s holds %q, kind %d, and not %q", sheet, cell, raw, kind, want)
	}
}

// ratioText is an exact number as a workbook is to hold it.
func ratioText(column *rollup.Column, r *big.Rat) string {
	if !column.Percent {
		return decimal(r, 2)
	}
	return new(big.Rat).Quo(ratOf(decimal(percents(r), 0)), ratOf("100")).FloatString(17)
}

func ratOf(text string) *big.Rat { r, _ := new(big.Rat).SetString(text); return r }

func trimmed(decimal string) string {
	return strings.TrimRight(strings.TrimRight(decimal, "0"), ".")
}

// E1: nothing that an author typed is a formula, a number or markup.
func TestWorkbookRunsNothing(t *testing.T) {
	p := hostile(t)
	book := workbook(t, speech(t, p, "en"), everything(), tables(p))
	harmlessBook(t, book)
	harmlessBook(t, workbook(t, speech(t, p, "en"), []string{"goals"}, func(string) rollup.Table { return typed(payloads) }))
	if strings.Contains(strings.ToLower(part(t, book, "xl/workbook.xml")), "externalreference") {
		t.Error("it refers to another file")
	}
}

var ourFormula = regexp.MustCompile(`^(ROUND\()?(SUM\([A-Z]+\d+:[A-Z]+\d+(,[A-Z]+\d+:[A-Z]+\d+)*\)|SUMIF\(\$B\$2:\$B\$\d+,"[A-Z]{3}",[A-Z]+\$2:[A-Z]+\$\d+\))(,\d+\))?$`)

// harmlessBook reads the sheets as XML: each formula is one of ours, and each
// text is an inline string.
func harmlessBook(t *testing.T, book []byte) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, f := range archive.File {
		text := part(t, book, f.Name)
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		if strings.Contains(f.Name, "_rels") && strings.Contains(text, "External") {
			t.Errorf("%s leads elsewhere", f.Name)
		}
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		var sheet struct {
			Cells []struct {
				T string  `xml:"t,attr"`
				F *string `xml:"f"`
				V *string `xml:"v"`
			} `xml:"sheetData>row>c"`
		}
		if err := xml.Unmarshal([]byte(text), &sheet); err != nil {
			t.Fatal(err)
		}
		for _, c := range sheet.Cells {
			switch {
			case c.F != nil && !ourFormula.MatchString(*c.F):
				t.Errorf("%s has the formula %s", f.Name, *c.F)
			case c.T == "inlineStr":
				texts++
			case c.T != "" || c.V != nil && !plainNumber(*c.V):
				t.Errorf("%s has a cell of kind %q with %v", f.Name, c.T, c.V)
			}
		}
	}
	if texts < len(payloads) {
		t.Errorf("only %d texts", texts)
	}
}

// A sum that a spreadsheet could not make to the last minor unit has no
// formula, and an amount it could not hold is a text.
func TestWorkbookStaysExact(t *testing.T) {
	amount := func(minor int64, c money.Currency) rollup.Cell {
		return rollup.Cell{Kind: rollup.Amount, Money: money.Money{Minor: minor, Currency: c}}
	}
	row := func(key string, cells ...rollup.Cell) rollup.Row {
		return rollup.Row{Key: key, Head: rollup.Cell{Kind: rollup.Text, Text: key}, Cells: cells}
	}
	table := rollup.Table{Name: "goals", Columns: []rollup.Column{{Text: "A"}, {Text: "N"}, {Text: "B"}, {Text: "Sum", Sums: true}}, Blocks: []rollup.Block{
		{Currency: "DKK", Rows: []rollup.Row{
			row("one", amount(-5, "DKK"), rollup.Cell{Kind: rollup.Count, N: 7}, amount(10, "DKK"), amount(5, "DKK")),
			row("two", amount(1, "DKK"), rollup.Cell{Kind: rollup.Count, N: 7}, rollup.Cell{}, amount(2, "DKK")), // does not add up
		}, Total: row("total", amount(-4, "DKK"), rollup.Cell{Kind: rollup.Count, N: 14}, amount(11, "DKK"), amount(7, "DKK"))},
		{Currency: "KWD", Rows: []rollup.Row{row("three", amount(9_007_199_254_740_993, "KWD"), rollup.Cell{}, rollup.Cell{}, amount(9_007_199_254_740_993, "KWD"))},
			Total: row("total", amount(9_007_199_254_740_993, "KWD"), rollup.Cell{}, rollup.Cell{}, amount(9_007_199_254_740_993, "KWD"))},
		{Currency: "JPY", Rows: []rollup.Row{row("four", amount(999_999_999_999_999, "JPY"), rollup.Cell{}, rollup.Cell{}, amount(999_999_999_999_999, "JPY"))},
			Total: row("total", amount(999_999_999_999_999, "JPY"), rollup.Cell{}, rollup.Cell{}, amount(999_999_999_999_999, "JPY"))},
	}}
	book := workbook(t, speech(t, sample(t), "en"), []string{"goals"}, func(string) rollup.Table { return table })
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string][2]string{
		"C2": {"-0.05", ""}, "E2": {"0.1", ""}, "F2": {"0.05", "ROUND(SUM(C2:C2,E2:E2),2)"}, "F3": {"0.02", ""},
		"C4": {"9,007,199,254,740.993", ""}, "F4": {"9,007,199,254,740.993", ""}, "F5": {"999999999999999", "SUM(C5:C5,E5:E5)"},
		"C6": {"-0.04", `ROUND(SUMIF($B$2:$B$5,"DKK",C$2:C$5),2)`}, "D6": {"14", ""}, "E6": {"0.11", ""}, "F6": {"0.07", `ROUND(SUMIF($B$2:$B$5,"DKK",F$2:F$5),2)`},
		"C7": {"9,007,199,254,740.993", ""}, "C8": {"999999999999999", `SUMIF($B$2:$B$5,"JPY",C$2:C$5)`},
	} {
		if raw, formula := must(f.GetCellValue("Goals", cell, excelize.Options{RawCellValue: true})), must(f.GetCellFormula("Goals", cell)); raw != want[0] || formula != want[1] {
			t.Errorf("%s holds %q by %q, not %q", cell, raw, formula, want)
		}
	}
}

// Whole numbers get their point wherever it belongs, and lose nothing.
func TestWithPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor, c := rapid.Int64().Draw(t, "minor"), rapid.SampledFrom([]money.Currency{"DKK", "KWD"}).Draw(t, "currency")
		got := string(withPoint(nil, strconv.FormatInt(minor, 10), c.Exponent()))
		if want := (money.Money{Minor: minor, Currency: c}).Text(); ratOf(got).Cmp(ratOf(want)) != 0 || strings.HasSuffix(got, ".") {
			t.Fatalf("%d of %s becomes %s", minor, c, got)
		}
	})
}

// A cell holds what was typed, as much as it can.
func TestWorkbookTexts(t *testing.T) {
	long := strings.Repeat("ø", excelize.TotalCellChars-1)
	texts := map[string]string{" a  ": " a  ", "a\tb\nc\r\nd": "a\tb\nc\r\nd", "<b>&amp;\"'": "<b>&amp;\"'", "_x0041_": "_x0041_", "_x005F_x0041_x0042_": "_x005F_x0041_x0042_",
		"_x00": "_x00", "\x00\x1b\uffff\xff": "\ufffd\ufffd\ufffd\ufffd", long + "x": long + "x", long + "😀": long, "=1+1": "=1+1", "00": "00"}
	for text, want := range texts {
		row := rollup.Row{Head: rollup.Cell{Kind: rollup.Text, Text: text}, Cells: []rollup.Cell{}}
		book := workbook(t, speech(t, emptyPortfolio(t), "en"), []string{"goals"}, func(string) rollup.Table {
			return rollup.Table{Name: "goals", Blocks: []rollup.Block{{Rows: []rollup.Row{row}}}}
		})
		f, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatal(err)
		}
		if got := must(f.GetCellValue("Goals", "A2")); got != want {
			t.Errorf("%.40q became %.40q", text, got)
		}
		f.Close()
	}
}

// Sheets may be named anything; their names stay apart.
func TestSheetNames(t *testing.T) {
	b := &book{taken: map[string]bool{}}
	var names []string
	for _, words := range []string{"Who owns what", "who owns what", "What/every:one*[pays]?\\'!", strings.Repeat("Å", 40), strings.Repeat("Å", 41), "", "'", strings.Repeat("😀", 20)} {
		names = append(names, b.sheetName(words))
	}
	f := excelize.NewFile()
	defer f.Close()
	for _, n := range names {
		if _, err := f.NewSheet(n); err != nil {
			t.Errorf("%q: %v", n, err)
		}
	}
	if n := len(f.GetSheetList()); n != len(names)+1 {
		t.Errorf("%d sheets from %q", n, names)
	}
	if !slices.Contains(names, "who owns what 2") {
		t.Errorf("names %q", names)
	}
}

// The same figures are shown by whichever sheet is asked for alone.
func TestWorkbookOfOne(t *testing.T) {
	p := sample(t)
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, speech(t, p, "en"), []string{"by-pair"}, tables(p))))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if sheets := f.GetSheetList(); len(sheets) != 2 || sheets[1] != "Who funds with whom" {
		t.Errorf("sheets %q", sheets)
	}
}

// An empty portfolio makes a workbook with heads alone.
func TestWorkbookOfNothing(t *testing.T) {
	p := emptyPortfolio(t)
	if _, err := excelize.OpenReader(bytes.NewReader(workbook(t, speech(t, p, "da"), everything(), tables(p)))); err != nil {
		t.Error(err)
	}
}

// A workbook of which sheets were kept is the same, and only those are made that are
// made from something else.
func TestKeptSheets(t *testing.T) {
	p := sample(t)
	version := map[string]string{}
	keep := &Keep{Path: filepath.Join(t.TempDir(), "sheets.shelf"), Inputs: func(name string) string { return name + version[name] }}
	names := []string{"initiatives", "by-department", "spent", "load"}
	made := func(keep *Keep) (book []byte, asked []string) {
		var b bytes.Buffer
		table := func(name string) rollup.Table {
			asked = append(asked, name)
			return tables(p)(name)
		}
		if err := Workbook(&b, speech(t, p, "en"), names, table, keep); err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), asked
	}
	want, _ := made(nil)
	for _, asks := range [][]string{names, nil, {"spent"}, nil} {
		if len(asks) == 1 {
			version[asks[0]] = "another"
		}
		got, asked := made(keep)
		if !bytes.Equal(got, want) {
			t.Errorf("after %s were made, it is another workbook", asked)
		}
		if !slices.Equal(asked, asks) {
			t.Errorf("%s were made, not %s", asked, asks)
		}
	}
}
