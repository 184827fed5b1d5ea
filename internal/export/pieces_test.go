package export

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// What is written straight from the model is what encoding/json makes of the
// types that the schema is made from.
func TestPiecesAreTheTypes(t *testing.T) {
	for name, p := range map[string]*portfolio.Portfolio{"sample": sample(t), "hostile": hostile(t), "made": made(t, 80), "empty": emptyPortfolio(t)} {
		added := 0
		for _, r := range rollup.All {
			table := r.Make(p)
			samePieces(t, name, table)
			for _, b := range table.Blocks {
				for _, row := range b.Rows {
					for i := range row.Cells {
						added += row.Cells[i].Addends.Len()
					}
				}
			}
		}
		if added < 1000 && name == "made" {
			t.Errorf("only %d addends were compared", added)
		}
	}
	samePieces(t, "kinds", kinds())
}

func TestPiecesOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\u2028", "a<b>&", "\xff\x00", `"\`, "\x7f", "Køge"}))
		cell := rollup.Cell{Kind: rollup.CellKind(rapid.IntRange(0, int(rollup.Days)).Draw(t, "kind")), Text: texts.Draw(t, "text"), Rare: &rollup.Rare{Mark: rollup.Label(texts.Draw(t, "mark"))}, Label: rollup.Label(texts.Draw(t, "label")),
			About: rapid.Bool().Draw(t, "about"), N: rapid.Int().Draw(t, "n"), Money: money.Money{Minor: rapid.Int64().Draw(t, "minor"), Currency: rapid.SampledFrom([]money.Currency{"DKK", "JPY", "KWD"}).Draw(t, "currency")}}
		cell.Date, _ = calendar.Of(rapid.IntRange(0, 9999).Draw(t, "year"), 2, 28)
		cell.Rare.Share, _ = money.NewShare(rapid.Int64Range(0, 9).Draw(t, "share"), 9)
		for _, id := range rapid.SliceOfN(texts, 0, 3).Draw(t, "ids") {
			cell.Refs = append(cell.Refs, portfolio.Target{Kind: portfolio.ToPerson, ID: portfolio.ID(id)})
		}
		row := rollup.Row{Key: texts.Draw(t, "key"), Cells: []rollup.Cell{cell, {}}}
		samePieces(t, "anything", rollup.Table{Name: texts.Draw(t, "name"), Columns: []rollup.Column{{Key: "a"}, {Key: texts.Draw(t, "column")}},
			Blocks: []rollup.Block{{Currency: "DKK", Rows: []rollup.Row{row}, Total: row}, {}}})
	})
}

// made is a portfolio of n charters with all that money, teams and areas make.
func made(t *testing.T, n int) *portfolio.Portfolio {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "content")
	if err := bench.Generate(dir, n, 7); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, day).Portfolio
}

func samePieces(t interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}, name string, table rollup.Table) {
	t.Helper()
	var b bytes.Buffer
	if err := TableJSON(&b, table); err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(tableOf(table))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(b.String(), "\n", ""); got != string(want) {
		t.Errorf("%s, %s: got\n%.2000s\nwant\n%.2000s", name, table.Name, got, want)
	}
}

func tableOf(t rollup.Table) Table {
	d := Table{Name: t.Name, Columns: []string{}, Blocks: []Block{}}
	for _, c := range t.Columns {
		d.Columns = append(d.Columns, c.Key)
	}
	for _, b := range t.Blocks {
		x := Block{Currency: string(b.Currency), Rows: []Row{}}
		for _, r := range b.Rows {
			x.Rows = append(x.Rows, rowOf(r, t.Columns, false))
		}
		if len(b.Total.Cells) > 0 {
			total := rowOf(b.Total, t.Columns, true)
			x.Total = &total
		}
		d.Blocks = append(d.Blocks, x)
	}
	return d
}

func rowOf(r rollup.Row, columns []rollup.Column, total bool) Row {
	d := Row{Key: r.Key, Cells: []Cell{}}
	for i := range r.Cells {
		c := cellOf(&r.Cells[i])
		if !total && !columns[i].Sums {
			c.Addends = addendsOf(&r.Cells[i])
		}
		d.Cells = append(d.Cells, c)
	}
	return d
}

func cellOf(c *rollup.Cell) Cell {
	d := Cell{Text: c.Text, Converted: c.About, Date: c.Date.String(), Mark: string(c.Mark())}
	switch c.Kind {
	case rollup.Amount:
		d.Amount, d.Currency = c.Money.Text(), string(c.Money.Currency)
	case rollup.Count, rollup.Days:
		n := c.N
		d.Count = &n
	case rollup.Part:
		d.Share = c.Share().String()
	case rollup.Ratio:
		d.Ratio = c.Ratio.String()
	case rollup.Spans:
		for _, w := range c.Spans() {
			d.Spans = append(d.Spans, Span{w.Start.String(), w.End.String()})
		}
	case rollup.Words:
		d.Text = string(c.Label)
	}
	for _, t := range c.Refs {
		d.IDs = append(d.IDs, string(t.ID))
	}
	return d
}

func addendsOf(c *rollup.Cell) []Addend {
	var all []Addend
	for a := range c.Addends.All() {
		if c.Kind == rollup.Count && a.Area == "" {
			return nil
		}
		d := Addend{Charter: string(a.Charter.ID.Value), Party: string(a.Party), Person: string(a.Person), Area: string(a.Area)}
		switch c.Kind {
		case rollup.Amount:
			d.Amount = a.Money.Text()
		case rollup.Ratio:
			d.Ratio = a.Ratio.String()
		}
		all = append(all, d)
	}
	return all
}
