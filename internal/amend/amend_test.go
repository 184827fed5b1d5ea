package amend

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"charterhouse/internal/bench"
	"charterhouse/internal/facts"
)

const sample = `---
# A charter that people wrote by hand.
title: "Customer: one view"   # quoted
status: proposed
lead: [lena-brandt, bo-holm]  # both
tags: [ crm, web ]

timeframe: {start: 2026-01-01, end: 2026-12-31} # agreed
budget:
    currency: EUR
    total: 240000.00   # exact
    shares:
        it: 50%        # half
        # Marketing pays the rest.
        marketing: rest

team:
  # The lead.
  - person: lena-brandt
    home: it
    role: 'Head of "all"'

  - {person: bo-holm, home: marketing, allocation: 50%}
summary: |
    First line.

    Third line: with a colon.
goals:
- id: faster
  text: Answers
    in two days
kickoff:
x: {"a.b": 1, odd: ~}
---

# Body

Text.
`

func apply(t interface{ Fatalf(string, ...any) }, text string, changes ...Change) string {
	edits, err := Facts("a.md", []byte(text), changes)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(Apply([]byte(text), edits))
}

// Each case replaces exactly the part that is named.
func TestOneValue(t *testing.T) {
	for _, c := range []struct {
		path  string
		value *facts.Node
		old   string
		now   string
	}{
		{"title", Text("Two"), `"Customer: one view"`, `"Two"`},
		{"title", Text(`Say "hi" \`), `"Customer: one view"`, `"Say \"hi\" \\"`},
		{"status", Text("agreed"), "status: proposed", "status: agreed"},
		{"status", Text("yes"), "status: proposed", `status: "yes"`},
		{"status", Text("a: b"), "status: proposed", `status: "a: b"`},
		{"lead[1]", Text("cy"), "bo-holm]  # both", "cy]  # both"},
		{"lead[+]", Text("cy"), "bo-holm]  # both", "bo-holm, cy]  # both"},
		{"lead[0]", nil, "[lena-brandt, bo-holm]", "[bo-holm]"},
		{"lead", Text("cy"), "[lena-brandt, bo-holm]", "cy"},
		{"lead", List(Text("bo-holm"), Text("lena-brandt"), Text("di")), "[lena-brandt, bo-holm]", "[bo-holm, lena-brandt, di]"},
		{"tags[+]", Text("x"), "[ crm, web ]", "[ crm, web, x ]"},
		{"timeframe.end", Text("2027-01-31"), "end: 2026-12-31", "end: 2027-01-31"},
		{"timeframe.start", nil, "{start: 2026-01-01, end: 2026-12-31}", "{end: 2026-12-31}"},
		{"timeframe", nil, "timeframe: {start: 2026-01-01, end: 2026-12-31} # agreed\n", ""},
		{"budget.total", Text("240000.01"), "240000.00", "240000.01"},
		{"budget.shares.it", Text("1/3"), "it: 50%        # half", "it: 1/3        # half"},
		{"budget.shares.it", Group("share", Text("50%"), "cost_centre", Text("4711")), "it: 50%", "it: {share: 50%, cost_centre: 4711}"},
		{"budget.shares.legal", Text("10%"), "marketing: rest\n", "marketing: rest\n        legal: 10%\n"},
		{"budget.shares.legal", Group("amount", Text("5"), "cost_centre", Text("4711")), "marketing: rest\n", "marketing: rest\n        legal: {amount: 5, cost_centre: 4711}\n"},
		{"budget.shares.it", nil, "        it: 50%        # half\n", ""},
		{"budget.contingency", Text("5"), "marketing: rest\n", "marketing: rest\n    contingency: 5\n"},
		{"team[0].role", Text("It's"), `'Head of "all"'`, `'It''s'`},
		{"team[0].allocation", Text("20%"), "role: 'Head of \"all\"'\n", "role: 'Head of \"all\"'\n    allocation: 20%\n"},
		{"team[0].person", nil, "- person: lena-brandt\n    home: it", "- home: it"},
		{"team[1].role", Text("a, b"), "allocation: 50%}", `allocation: 50%, role: "a, b"}`},
		{"team[1]", nil, "  - {person: bo-holm, home: marketing, allocation: 50%}\n", ""},
		{"team[+]", Group("person", Text("cy"), "home", Text("it")), "allocation: 50%}\n", "allocation: 50%}\n  - person: cy\n    home: it\n"},
		{"summary", Text("One.\n\nTwo."), "    First line.\n\n    Third line: with a colon.\n", "    One.\n\n    Two.\n"},
		{"goals[0].text", Text("Soon"), "Answers\n    in two days", "Soon"},
		{"goals[0].measure", Group("metric", Text("days"), "by", Text("2026-12-31")), "in two days\n", "in two days\n  measure:\n    metric: days\n    by: 2026-12-31\n"},
		{"goals[+]", Group("id", Text("b")), "in two days\n", "in two days\n- id: b\n"},
		{"kickoff.date", Text("2026-01-05"), "kickoff:\n", "kickoff:\n  date: 2026-01-05\n"},
		{`x."a.b"`, Text("2"), `"a.b": 1`, `"a.b": 2`},
		{"x.odd", Text("even"), "odd: ~", "odd: even"},
		{"created", Text("2026-01-04"), "status: proposed\n", "status: proposed\ncreated: 2026-01-04\n"},
		{"owners.it.person", Text("bo"), "{start: 2026-01-01, end: 2026-12-31} # agreed\n", "{start: 2026-01-01, end: 2026-12-31} # agreed\nowners:\n  it:\n    person: bo\n"},
		{"milestones[+]", Group("title", Text("Go")), "allocation: 50%}\n", "allocation: 50%}\nmilestones:\n  - title: Go\n"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			from := strings.ReplaceAll(sample, "\n", eol)
			want := strings.ReplaceAll(strings.Replace(sample, c.old, c.now, 1), "\n", eol)
			if !strings.Contains(sample, c.old) {
				t.Fatalf("%q is not in the sample", c.old)
			}
			if got := apply(t, from, Change{c.path, c.value}); got != want {
				edits, _ := Facts("a.md", []byte(from), []Change{{c.path, c.value}})
				t.Errorf("%s: %+q", c.path, edits)
			}
		}
	}
}

// A comment that stands further in than a key belongs to what is above it, so a
// new key comes below it.
func TestRemarksStayWithTheirKey(t *testing.T) {
	before := "---\nteam:\n  - {person: bo}\n  # - {person: …}\n\n    # far\n# near\nlinks: {related: [a]}\n---\n"
	want := strings.Replace(before, "…}\n", "…}\nrisks:\n  - id: r\n", 1)
	if got := apply(t, before, Change{"risks[+]", Group("id", Text("r"))}); got != want {
		t.Error(got)
	}
}

// Changes that come together work together, and count items as the text does.
func TestTogether(t *testing.T) {
	got := apply(t, sample, Change{"team[0]", nil}, Change{"team[1].role", Text("Lead")}, Change{"tolerances.time", Text("14d")}, Change{"tolerances.cost", Text("5%")}, Change{"title", Text("New")})
	for _, want := range []string{"role: Lead}", "tolerances:\n  time: 14d\n  cost: 5%\n", `title: "New"   # quoted`, "team:\n  # The lead.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "lena-brandt\n    home") {
		t.Error("the first member is still there")
	}
}

// What cannot be changed alone is refused in words.
func TestCannot(t *testing.T) {
	for name, text := range map[string]string{
		"toml": "+++\ntitle = \"A\"\n+++\n", "json": "---json\n{\"title\": \"A\"}\n---\n", "none": "text", "broken": "---\ntitle: [\n---\n", "twice": "---\ntitle: a\ntitle: b\n---\n",
	} {
		_, err := Facts("a.md", []byte(text), []Change{{"title", Text("B")}})
		var cannot *Cannot
		if !errors.As(err, &cannot) || cannot.Reason == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"", ".", "a..b", "a[", "a[x]", "a[1", "a]", `"a`, "status.x", "status[+]", "team[7].role"} {
		if _, err := Facts("a.md", []byte(sample), []Change{{path, Text("B")}}); err == nil {
			t.Errorf("%q was taken", path)
		}
	}
}

// charters are the sample's and made ones.
func charters(t *testing.T) map[string][]byte {
	t.Helper()
	made := t.TempDir()
	if err := bench.Generate(made, 60, 7); err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{"charters/sample.md": []byte(sample)}
	for _, pattern := range []string{"../../content/charters/*.md", "../../content/charters/*/index.md", made + "/charters/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if texts[n], err = os.ReadFile(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(texts) < 100 {
		t.Fatalf("only %d charters", len(texts))
	}
	return texts
}

// A change to what stands there already changes nothing; a change of one value
// changes that value and no byte around it.
func TestRoundTrip(t *testing.T) {
	values, cannot := 0, 0
	for file, text := range charters(t) {
		block, _ := facts.Split(file, text)
		if block.Format != facts.YAML {
			continue
		}
		root, found := Read(file, text)
		if len(found) > 0 {
			continue // broken on purpose
		}
		var same []Change
		for path, n := range Walk(root) {
			same = append(same, Change{path, Text(n.Text)})
		}
		if edits, err := Facts(file, text, same); err != nil || len(edits) > 0 {
			t.Fatalf("%s: a save without a change: %v %v", file, edits, err)
		}
		if edits := Body(file, text, Prose(file, text)); len(edits) > 0 {
			t.Fatalf("%s: the body changed: %v", file, edits)
		}
		for path, n := range Walk(root) {
			values++
			next := n.Text + "x"
			edits, err := Facts(file, text, []Change{{path, Text(next)}})
			if err != nil {
				cannot++
				t.Errorf("%s: %v", file, err)
				continue
			}
			if len(edits) != 1 {
				t.Fatalf("%s %s: %d edits", file, path, len(edits))
			}
			after := Apply(text, edits)
			if got := Find(must(Read(file, after)), path); got == nil || strings.TrimSuffix(got.Text, "\n") != strings.TrimSuffix(next, "\n") && got.Text != strings.TrimSuffix(n.Text, "\n")+"\nx\n" {
				t.Fatalf("%s %s: %q became %v", file, path, next, got)
			}
			back, err := Facts(file, after, []Change{{path, Text(n.Text)}})
			if err != nil || !bytes.Equal(Apply(after, back), text) && n.Plain && bytes.Contains(text, []byte(n.Text)) {
				t.Fatalf("%s %s: there and back is not the same: %v\n%s", file, path, err, Apply(after, back))
			}
		}
	}
	t.Logf("%d values", values)
}

func must[T, U any](v T, _ U) T { return v }

// Any text may be written anywhere; it is read again as it was given.
func TestAnyText(t *testing.T) {
	paths := []string{"title", "status", "lead[0]", "lead[+]", "timeframe.end", "timeframe.note", "budget.total", "budget.shares.it", "team[0].role", "team[1].home", "team[1].role",
		"summary", "goals[0].text", "goals[0].id", "kickoff.date", `x."a.b"`, "x.odd", "created", "owners.it.person", "tags[+]", "milestones[+]", "short_title"}
	root := must(Read("a.md", []byte(sample)))
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(t, "path")
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ a-zæøå:#\-'"{}\[\],&*!|>%@\n\\~0-9.]{0,24}`)).Draw(t, "text")
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\ufeff\ufffe\uffff\u0085\u2028\u2029") || strings.TrimSpace(text) == "" {
			return
		}
		after, err := Facts("a.md", []byte(sample), []Change{{path, Text(text)}})
		if err != nil {
			var c *Cannot
			if !errors.As(err, &c) || !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Fatalf("%v", err)
			}
			return
		}
		now := must(Read("a.md", Apply([]byte(sample), after)))
		if len(now.Fields) < len(root.Fields) {
			t.Fatalf("keys were lost")
		}
	})
}

func TestBody(t *testing.T) {
	for _, eol := range []string{"\n", "\r\n"} {
		text := strings.ReplaceAll("---\ntitle: A\n---\n\n# One\n\nTwo\nThree\n", "\n", eol)
		for _, c := range []struct{ body, want string }{
			{"\r\n# One\r\n\r\nTwo\r\nThree\r\n", text},
			{"\n# One\n\nTwo and a half\nThree\n", strings.Replace(text, "Two", "Two and a half", 1)},
			{"\n# One\n\nTwo\n\nThree\n", strings.Replace(text, "Two"+eol, "Two"+eol+eol, 1)},
			{"", strings.ReplaceAll("---\ntitle: A\n---\n", "\n", eol)},
		} {
			if got := string(Apply([]byte(text), Body("a.md", []byte(text), c.body))); got != c.want {
				t.Errorf("%q became %q", c.body, got)
			}
		}
	}
}

// Whatever the file and the change: no panic, and either the new text says what
// was asked or there is none.
func FuzzFacts(f *testing.F) {
	f.Add(sample, "title", "x")
	f.Add("---\na: {b: [c, 'd'],\n e: f}\n---\n", "a.b[1]", "y")
	f.Add("---\r\n- a\r\n---\r\n", "x[+]", "")
	f.Add("---\na: &x 1\nb: *x\n---\n", "b", "2")
	f.Fuzz(func(t *testing.T, text, path, value string) {
		edits, err := Facts("a.md", []byte(text), []Change{{path, Text(value)}})
		if err != nil {
			return
		}
		after := Apply([]byte(text), edits)
		if n := Find(must(Read("a.md", after)), strings.ReplaceAll(path, "[+]", "[0]")); len(edits) > 0 && strings.TrimSpace(value) != "" && n == nil {
			t.Errorf("%q is not there in %q", path, after)
		}
	})
}

func FuzzBody(f *testing.F) {
	f.Add("---\na: b\n---\nx\r\ny\n", "x\nz\n")
	f.Fuzz(func(t *testing.T, text, body string) {
		after := Apply([]byte(text), Body("a.md", []byte(text), body))
		before, _ := facts.Split("a.md", []byte(text))
		if !bytes.Equal(after[:len(text)-len(before.Body)], []byte(text)[:len(text)-len(before.Body)]) {
			t.Error("the front matter changed")
		}
	})
}
