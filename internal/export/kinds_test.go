package export

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
	"charterhouse/internal/rollup"
)

// kinds is a table with exact numbers, parts, runs of days and words beside them.
func kinds() rollup.Table {
	ratio := func(num, den int64) rollup.Cell { return rollup.Cell{Kind: rollup.Ratio, Ratio: big.NewRat(num, den)} }
	part := func(num, den int64) rollup.Cell {
		s, _ := money.NewShare(num, den)
		return rollup.Cell{Kind: rollup.Part, Rare: &rollup.Rare{Share: s}}
	}
	days := func(from, until string) calendar.Window {
		start, _ := calendar.ParseDate(from)
		end, _ := calendar.ParseDate(until)
		return calendar.Window{Start: start, End: end}
	}
	marked := ratio(13, 10)
	marked.Rare = &rollup.Rare{Mark: "load.over"}
	row := func(key string, cells ...rollup.Cell) rollup.Row {
		return rollup.Row{Key: key, Head: rollup.Cell{Kind: rollup.Text, Text: key}, Cells: cells}
	}
	return rollup.Table{Name: "load", HeadText: "Who", Columns: []rollup.Column{
		{Key: "thirds", Text: "Thirds", Numeric: true}, {Key: "eighths", Text: "Eighths", Numeric: true},
		{Key: "part", Text: "Part", Numeric: true, Percent: true}, {Key: "month", Text: "Month", Numeric: true, Percent: true},
		{Key: "when", Text: "When"}, {Key: "area", Text: "Area"},
	}, Blocks: []rollup.Block{{
		Rows: []rollup.Row{
			row("a", ratio(1, 3), ratio(9, 8), part(1, 3), marked,
				rollup.Cell{Kind: rollup.Spans, Rare: &rollup.Rare{Spans: []calendar.Window{days("2026-11-16", "2026-12-31"), days("2027-02-01", "2027-02-01")}}},
				rollup.Cell{Kind: rollup.Text, Text: "IT", Rare: &rollup.Rare{Mark: "conflict.yes"}}),
			row("b", ratio(2, 3), ratio(24691, 2), part(1, 8), ratio(2, 3), rollup.Cell{}, rollup.Cell{Kind: rollup.Words, Label: "demarcation.gap"}),
		},
		Total: row("all", ratio(1, 1), ratio(98773, 8), part(1, 1), rollup.Cell{}, rollup.Cell{}, rollup.Cell{}),
	}}}
}

func TestCSVKinds(t *testing.T) {
	want := "Who,Thirds,Eighths,Part,Month,When,Area\r\n" +
		"a,0.33,1.125,33.3%,130%,2026-11-16 – 2026-12-31; 2027-02-01,IT (two owners)\r\n" +
		"b,0.67,12345.5,12.5%,67%,,nobody\r\n" +
		"all,1,12346.625,100%,,,\r\n"
	if got := csvOf(t, speech(t, nil, "en"), kinds()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	danish := csvOf(t, speech(t, nil, "da"), kinds())
	for _, want := range []string{";0,33;1,125;33,3%;130%;", `"2026-11-16 – 2026-12-31; 2027-02-01"`, ";12346,625;"} {
		if !strings.Contains(danish, want) {
			t.Errorf("no %s in\n%s", want, danish)
		}
	}
}

func TestTerminalKinds(t *testing.T) {
	var b bytes.Buffer
	if err := Terminal(&b, speech(t, nil, "da"), kinds()); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(b.String(), "\u00a0", " ")
	for _, want := range []string{"0,33", "1,13", "12.345,50", "33,3 %", "12,5 %", "130 % (", "67 %", "2026-11-16 – 2026-12-31; 2027-02-01", "IT ("} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// In a workbook exact numbers are numbers, in full where a spreadsheet keeps
// them, with their word beside them; and only what stands there is added up.
func TestWorkbookKinds(t *testing.T) {
	s := speech(t, emptyPortfolio(t), "en")
	book := workbook(t, s, []string{"load"}, func(string) rollup.Table { return kinds() })
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[1]
	for cell, want := range map[string][2]string{
		"B2": {"0.33", "0.33"}, "C2": {"1.125", "1.13"}, "D2": {"0.333", "33.3%"}, "E2": {"1.3", "130% (beyond capacity)"},
		"F2": {"2026-11-16 – 2026-12-31; 2027-02-01", "2026-11-16 – 2026-12-31; 2027-02-01"}, "G2": {"IT (two owners)", "IT (two owners)"},
		"B3": {"0.67", "0.67"}, "C3": {"12345.5", "12,345.50"}, "D3": {"0.125", "12.5%"}, "E3": {"0.67", "67%"},
		"B4": {"1", "1.00"}, "C4": {"12346.625", "12,346.63"}, "D4": {"1", "100.0%"},
	} {
		raw, shown := must(f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})), must(f.GetCellValue(sheet, cell))
		if raw != want[0] || shown != want[1] {
			t.Errorf("%s holds %q, shown as %q, and not %q", cell, raw, shown, want)
		}
	}
	if got := must(f.GetCellFormula(sheet, "C4")); got != "ROUND(SUM(C2:C3),3)" {
		t.Errorf("the sum of eighths is %q", got)
	}
	if got := must(f.GetCellFormula(sheet, "B4")); got != "" {
		t.Errorf("thirds that are rounded are added up: %q", got)
	}
}

func TestJSONKinds(t *testing.T) {
	var b bytes.Buffer
	if err := TableJSON(&b, kinds()); err != nil {
		t.Fatal(err)
	}
	var got Table
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	cells := got.Blocks[0].Rows[0].Cells
	if cells[0].Ratio != "1/3" || cells[1].Ratio != "9/8" || cells[2].Share != "1/3" || cells[3].Ratio != "13/10" || cells[3].Mark != "load.over" || cells[5].Mark != "conflict.yes" {
		t.Errorf("%+v", cells)
	}
	if s := cells[4].Spans; len(s) != 2 || s[0] != (Span{"2026-11-16", "2026-12-31"}) || s[1] != (Span{"2027-02-01", "2027-02-01"}) {
		t.Errorf("%+v", s)
	}
}

// An exact number of at most fifteen digits is itself in every file, whatever a
// float makes of it on the way; any other is rounded.
func TestDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := big.NewRat(rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "n"), 1)
		for range rapid.IntRange(0, 15).Draw(t, "places") {
			r.Quo(r, big.NewRat(10, 1))
		}
		if got := ratOf(decimal(r, 2)); got.Cmp(r) != 0 {
			t.Errorf("%s is written %s", r, got)
		}
		for _, column := range []rollup.Column{{}, {Percent: true}} {
			digits, places := ratioDigits(&column, r)
			text := string(withPoint(nil, digits, places))
			if got := ratOf(text); got.Cmp(r) != 0 {
				t.Errorf("%s is %s in a workbook", r, text)
			}
		}
	})
	for text, r := range map[string]*big.Rat{"0.33": big.NewRat(1, 3), "-0.67": big.NewRat(-2, 3), "0.00": big.NewRat(1, 1<<30), "7": big.NewRat(7, 1)} {
		if got := decimal(r, 2); got != text {
			t.Errorf("%s is written %s and not %s", r, got, text)
		}
	}
}
