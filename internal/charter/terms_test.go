package charter

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
)

// parsed reads a text that must have no finding but the recommended sections.
func parsed(t interface{ Fatalf(string, ...any) }, text string) *Charter {
	c, found := Parse("charters/roof.md", []byte(text), Options{Lang: "en", Speech: tongues})
	for _, d := range found {
		if d.Code != "B001" && d.Code != "C009" && d.Code != "G002" {
			t.Fatalf("%s: %s %s\n%s", d.Pos, d.Code, d.Message, text)
		}
	}
	return c
}

// TestDigestOfSpellings holds that a signature outlives every other spelling of
// the same terms.
func TestDigestOfSpellings(t *testing.T) {
	const base = `---
id: roof
title: New roof
status: active
timeframe:
  start: 2027-01-11
  end: 2027-09-30
owners: {it: samir-haddad, marketing: lena-brandt}
budget: {currency: EUR, total: 480000, shares: {marketing: 50%, it: 50%}}
goals:
  - {id: g1, text: Nobody gets wet indoors., measure: {metric: leaks, unit: count, baseline: 9, target: 1, by: 2027-08-31}}
  - {id: g2, text: Warm, measure: {metric: degrees, unit: °C, baseline: 17, target: 20, by: 2027-08-31}}
links: {depends_on: [scaffold, permit]}
---
## Scope

The main house, with   its
gutters.

## Out of scope

The shed.
`
	want := parsed(t, base)
	same := func(name, old, new string) {
		t.Helper()
		changed := strings.Replace(base, old, new, 1)
		if changed == base {
			t.Fatalf("%s: %q is not in the text", name, old)
		}
		if c := parsed(t, changed); c.Terms != want.Terms {
			t.Errorf("%s changes the terms:\n%s", name, cmp.Diff(want.TermsText(), c.TermsText()))
		}
	}
	other := func(name, old, new string) {
		t.Helper()
		if c := parsed(t, strings.Replace(base, old, new, 1)); c.Terms == want.Terms {
			t.Errorf("%s does not change the terms", name)
		}
	}
	same("equal", "marketing: 50%, it: 50%", "marketing: equal, it: equal")
	same("fractions", "marketing: 50%, it: 50%", "marketing: 1/2, it: 2/4")
	same("rest", "marketing: 50%, it: 50%", "marketing: 50.0%, it: rest")
	same("amounts", "marketing: 50%, it: 50%", "marketing: {amount: 240000}, it: {amount: 240_000.00}")
	same("order of parties", "marketing: 50%, it: 50%", "it: 50%, marketing: 50%")
	same("order of owners", "it: samir-haddad, marketing: lena-brandt", "marketing: lena-brandt, it: samir-haddad")
	same("long form", "it: samir-haddad", "it: {person: samir-haddad}")
	same("quotes", "title: New roof", `title: "New roof"`)
	same("folding", "title: New roof", "title: >-\n  New\n  roof")
	same("comment", "status: active", "status: active # since January")
	same("status", "status: active", "status: on-hold")
	same("summary", "status: active", "status: active\nsummary: Another roof")
	same("stated kind", "status: active", "status: active\nkind: joint")
	same("wrapping", "with   its\ngutters.", "with its gutters.")
	same("decimals", "total: 480000", "total: 480_000.00")
	same("measure", "baseline: 17", "baseline: 17.0")
	same("links", "[scaffold, permit]", "[permit, scaffold]")
	same("risk", "links:", "risks: [{id: r1, text: Rain}]\nlinks:")
	same("milestone", "links:", "milestones: [{id: m1, title: Wood, due: 2027-02-01}]\nlinks:")

	other("one cent", "total: 480000", "total: 480000.01")
	other("one day", "end: 2027-09-30", "end: 2027-09-29")
	other("one name", "lena-brandt", "lena-brand")
	other("one share", "marketing: 50%, it: 50%", "marketing: 51%, it: 49%")
	other("one word of the scope", "The shed", "The sheds")
	other("words struck out", "with   its\ngutters", "~~with   its\ngutters~~")
	other("one goal", "target: 20", "target: 21")
	other("one link", "[scaffold, permit]", "[scaffold]")
	if want.Terms.Short() != want.Terms.Full()[:20] || len(want.Terms.Full()) != 68 || !termsForm.MatchString(want.Terms.String()) {
		t.Errorf("the digest is shown as %s and %s", want.Terms, want.Terms.Full())
	}
	var lines []string
	for _, x := range want.TermsList() {
		lines = append(lines, x.Path+" "+x.Value)
	}
	if got := "jt1\n" + strings.Join(lines, "\n") + "\n"; got != want.TermsText() {
		t.Errorf("list and text of the terms differ: %s", cmp.Diff(want.TermsText(), got))
	}
}

// A word that moves to another column of a table says something else.
func TestDigestOfTables(t *testing.T) {
	in := func(row string) Digest {
		return parsed(t, "---\nid: roof\ntitle: T\nstatus: proposed\ngoals: [{id: g1, text: Dry}]\n---\n## Scope\n\n| | in | out |\n|---|---|---|\n"+row+"\n").Terms
	}
	if in("| gutters | x | |") == in("| gutters | | x |") {
		t.Error("what was in is out, and the signatures stand")
	}
	if in("| gutters | x | |") != in("|gutters|x||") {
		t.Error("blanks around a cell change the terms")
	}
	if in("| gutters[^1] | x | |\n\n[^1]: Not the ~~old~~ pipes.") == in("| gutters[^1] | x | |\n\n[^1]: Not the old pipes.") {
		t.Error("words of a note are struck out, and the signatures stand")
	}
}

// TestDigestOfOrder shuffles keys and records, changes line ends and adds
// comments: nothing of this changes the terms.
func TestDigestOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "payers")
		var shares, owners, goals, team, rows []string
		for i := range n {
			shares = append(shares, fmt.Sprintf("    d%d: 1/%d", i, n))
			owners = append(owners, fmt.Sprintf("  d%d: p%d", i, i))
			goals = append(goals, fmt.Sprintf("  - {id: g%d, text: Goal %d, measure: {metric: m}}", i, i))
			team = append(team, fmt.Sprintf("  - {person: p%d, home: d%d, allocation: %d%%, from: 2027-02-0%d}", i, i, 10+i, 1+i))
			rows = append(rows, fmt.Sprintf("  - {area: a%d, accountable: d%d, informed: [d0, d1]}", i, i))
		}
		blocks := func(shuffle func([]string) []string) []string {
			return []string{"title: Roof", "timeframe: {start: 2027-01-01, end: 2027-12-31}",
				"budget:\n  total: 1000\n  currency: DKK\n  shares:\n" + strings.Join(shuffle(shares), "\n"),
				"owners:\n" + strings.Join(shuffle(owners), "\n"), "goals:\n" + strings.Join(shuffle(goals), "\n"),
				"team:\n" + strings.Join(shuffle(team), "\n"), "responsibilities:\n" + strings.Join(shuffle(rows), "\n")}
		}
		as := func(s []string) []string { return s }
		mixed := func(s []string) []string { return rapid.Permutation(s).Draw(t, "order") }
		one := "---\n" + strings.Join(blocks(as), "\n") + "\n---\n"
		two := "---\n" + strings.Join(mixed(blocks(mixed)), "\n# a comment\n") + "\n---\n"
		if rapid.Bool().Draw(t, "CRLF") {
			two = strings.ReplaceAll(two, "\n", "\r\n")
		}
		a, b := parsed(t, one), parsed(t, two)
		if a.Terms != b.Terms {
			t.Fatalf("the order changes the terms:\n%s", cmp.Diff(a.TermsText(), b.TermsText()))
		}
		if !a.Budget.Sound || !b.Budget.Sound {
			t.Fatal("a sound budget is called unsound")
		}
	})
}

// TestFormats reads one charter in YAML, TOML and JSON: the models are equal
// but for their places.
func TestFormats(t *testing.T) {
	for _, f := range examples(t) {
		t.Run(f.Name, func(t *testing.T) {
			block, _ := facts.Split(f.Name, f.Data)
			root, _ := facts.Parse(facts.YAML, f.Name, block.Data, block.Line, facts.ForCharter)
			var j, tm strings.Builder
			asJSON(&j, root)
			asTOML(&tm, root)
			want, _ := Parse(f.Name, f.Data, Options{Speech: tongues})
			for format, text := range map[string]string{
				"json": "---json\n" + j.String() + "\n---\n" + string(block.Body),
				"toml": "+++\n" + tm.String() + "+++\n" + string(block.Body),
			} {
				got, found := Parse(f.Name, []byte(text), Options{Speech: tongues})
				for _, d := range found {
					if d.Code != "B001" && d.Code != "G001" {
						t.Errorf("%s: %s %s %s", format, d.Pos, d.Code, d.Message)
					}
				}
				if got.Format != format || difference(want, got) != "" {
					t.Errorf("%s gives another model:\n%s", format, difference(want, got))
				}
			}
		})
	}
}

// difference says how two charters differ but for places.
func difference(a, b *Charter) string {
	x, y := *a, *b
	for _, c := range []*Charter{&x, &y} {
		c.Format, c.Keys, c.Body = "", nil, markdown.Document{}
	}
	return cmp.Diff(x, y, cmp.Exporter(func(reflect.Type) bool { return true }), cmp.Comparer(func(Mark, Mark) bool { return true })) +
		cmp.Diff(a.Body.HTML(nil), b.Body.HTML(nil))
}

func asJSON(b *strings.Builder, n *facts.Node) {
	switch n.Kind {
	case facts.Map:
		b.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(b, "%q: ", f.Key)
			asJSON(b, f.Value)
		}
		b.WriteByte('}')
	case facts.List:
		b.WriteByte('[')
		for i, x := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			asJSON(b, x)
		}
		b.WriteByte(']')
	case facts.Null:
		b.WriteString("null")
	default:
		fmt.Fprintf(b, "%q", n.Text)
	}
}

// asTOML writes each top-level key on its line, with inline tables as values.
func asTOML(b *strings.Builder, root *facts.Node) {
	for _, f := range root.Fields {
		fmt.Fprintf(b, "%q = ", f.Key)
		inlineTOML(b, f.Value)
		b.WriteByte('\n')
	}
}

func inlineTOML(b *strings.Builder, n *facts.Node) {
	switch n.Kind {
	case facts.Map:
		b.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "%q = ", f.Key)
			inlineTOML(b, f.Value)
		}
		b.WriteByte('}')
	case facts.List:
		b.WriteByte('[')
		for i, x := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			inlineTOML(b, x)
		}
		b.WriteByte(']')
	default:
		fmt.Fprintf(b, "%q", n.Text)
	}
}
