package change

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// parsed is the subject as a version, from its text alone.
func parsed(text string, speech *locale.Set) Version {
	c, _ := charter.Parse(file, []byte(text), charter.Options{Lang: "en", Speech: speech})
	return Version{Charter: c, Text: []byte(text)}
}

// spellings are ways to write the same: pairs of what stands in the base and
// what may stand there.
var spellings = [][]string{
	{"{marketing: 50%, it: 50%}", "{it: equal, marketing: equal}", "{marketing: 1/2, it: rest}", "{marketing: {share: 50.0%}, it: 50%}", "{marketing: {amount: 240000.00}, it: {amount: 240_000}}", "{\"it\": '2/4', marketing: 50%}"},
	{"total: 480000", "total: 480_000", "total: 480000.00", "total: \"480000\""},
	{"{2026-Q2: 110000, 2026-Q3: 140000, 2026-Q4: 130000, 2027-Q1: 100000}", "{2027-Q1: 100_000, 2026-Q4: 130000.0, 2026-Q2: 110000, 2026-Q3: 140000}"},
	{"title: Customer Insight 360\n", "title:   'Customer Insight 360'\n", "title: \"Customer Insight  360\" # ours\n"},
	{"lead: tove-soenderby", "lead: [tove-soenderby]", "lead:\n  - tove-soenderby"},
	{"  marketing: lene-brandt\n", "  marketing: {person: lene-brandt}\n"},
	{"tags: [customers, data]", "tags: [data, customers]", "tags:\n  - data\n  - customers\n"},
	{"baseline: 31, target: 85,", "target: 85.0, baseline: \"31\","},
	{"{time: 14d, cost: 5%}", "{cost: 5.0%, time: 14d}", "{cost: 1/20, time: 14d}"},
	{"accountable: it, consulted: [marketing]", "accountable: [it], consulted: [ marketing ]"},
	{"Profiles of private customers in the EU who have given consent in [[samtykkeregister]], matched across the web shop,\nnewsletters and support.", "Profiles of private customers in the EU\nwho have given consent in [[samtykkeregister]], matched\nacross the web shop, newsletters and support."},
	{"## Decisions\n\n- 2026-03-19", "## Decisions\n\n\n\n-   2026-03-19"},
	{"schema: charter/1\nid: customer-insight-360\n", "# a word to colleagues\nid: customer-insight-360\nschema: charter/1\n"},
	{"x: {data-class: personal, supplier: [Ravnsborg Data, Kattegat Cloud]}", "x:\n  supplier:\n    - Ravnsborg Data\n    - \"Kattegat Cloud\"\n  data-class: personal"},
	{"  - {area: data-handling, accountable: it, consulted: [marketing]}\n  - {area: data-policy, accountable: it, informed: [marketing]}\n", "  - {area: data-policy, informed: [marketing], accountable: it}\n  - {area: data-handling, consulted: [marketing], accountable: it}\n"},
}

// Formatting, the order of keys and quotes are no difference.
func TestSpellings(t *testing.T) {
	speech := theme.Speech(nil)
	text := string(base(t)[file].Data)
	for _, s := range spellings {
		if !strings.Contains(text, s[0]) {
			t.Fatalf("the base has no %q", s[0])
		}
		for _, other := range s[1:] {
			if all := Charters(parsed(text, speech), parsed(strings.Replace(text, s[0], other, 1), speech)); len(all) > 0 {
				t.Errorf("%q for %q: %+v", other, s[0], all)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		next := text
		for i, s := range spellings {
			next = strings.Replace(next, s[0], rapid.SampledFrom(s).Draw(t, fmt.Sprint(i)), 1)
		}
		if rapid.Bool().Draw(t, "line ends") {
			next = strings.ReplaceAll(next, "\n", "\r\n")
		}
		if all := Charters(parsed(text, speech), parsed(next, speech)); len(all) > 0 {
			t.Fatalf("%+v", all)
		}
	})
}

// Somebody who is lent twice, and an area in two parts: each change is told once, of
// the record that it is about.
func TestNamesakes(t *testing.T) {
	speech := theme.Speech(nil)
	words, _ := theme.Speak(nil, "da")
	const text = `---
id: customer-insight-360
title: T
status: agreed
team:
  - {person: bo, home: it, allocation: 40%, from: 2026-02-01, until: 2026-03-31}
  - {person: bo, home: it, allocation: 20%, from: 2026-05-01, until: 2026-06-30}
responsibilities:
  - {area: data, accountable: it, scope: in the shop}
  - {area: data, accountable: marketing, scope: in the app, reason: They know it.}
---
`
	for _, c := range []struct{ old, new, said string }{
		{"allocation: 20%", "allocation: 30%", "Bo: andelen af arbejdstiden stiger fra 20 % til 30 %."},
		{"from: 2026-05-01", "from: 2026-05-02", "Bo: den første dag på holdet flyttes fra 1. maj til 2. maj 2026."},
		{"from: 2026-02-01, until: 2026-03-31", "from: 2026-07-01, until: 2026-07-31", "Bo: den første dag på holdet flyttes fra 1. februar til 1. juli 2026 og den sidste dag på holdet flyttes fra 31. marts til 31. juli 2026."},
		{"  - {person: bo, home: it, allocation: 40%, from: 2026-02-01, until: 2026-03-31}\n", "", "Bo udgår af holdet (it, 40 %, 1. februar 2026 til 31. marts 2026)."},
		{"in the shop", "in the tills", "Data: delområdet lyder nu »in the tills« (før: »in the shop«)."},
		{"  - {area: data, accountable: it, scope: in the shop}\n", "", "Ingen står længere som ansvarlig for data (før: it)."},
	} {
		a, b := parsed(text, speech), parsed(strings.Replace(text, c.old, c.new, 1), speech)
		all := Charters(a, b)
		if got := strings.ReplaceAll(Line(Teller{Words: words}.Sentences(all)), "\u00a0", " "); got != c.said {
			t.Errorf("%s: %s", c.new, got)
		}
		if got := strings.ReplaceAll(Line(Teller{Words: words}.Sentences(Terms(a.Charter, b.Charter))), "\u00a0", " "); got != c.said {
			t.Errorf("%s, of the terms: %s", c.new, got)
		}
		if slices.ContainsFunc(all, func(x Change) bool { return !x.Term }) {
			t.Errorf("%s: something is no term: %+v", c.new, all)
		}
	}
}

// Where the budget of one side adds up to nothing, shares that nobody touched have
// not changed; what they come to is no longer known.
func TestUnsound(t *testing.T) {
	speech := theme.Speech(nil)
	words, _ := theme.Speak(nil, "en")
	const text = "---\nid: customer-insight-360\ntitle: T\nbudget: {currency: DKK, total: 900, shares: {it: equal, sales: equal}, periods: {2027: 900}}\n---\n"
	a, b := parsed(text, speech), parsed(strings.Replace(text, "total: 900", "total: 950", 1), speech)
	if got, want := Line(Teller{Words: words}.Sentences(Charters(a, b))), "The total rises from 900 to 950 DKK; what it pays can no longer be worked out (was DKK\u00a0450); what sales pays can no longer be worked out (was DKK\u00a0450)."; got != want {
		t.Error(got)
	}
	for _, all := range [][]Change{Charters(b, a), Terms(a.Charter, b.Charter), Terms(b.Charter, a.Charter)} {
		if got := Line(Teller{Words: words}.Sentences(all)); strings.Contains(got, "equal") || got == "" {
			t.Error(got)
		}
	}
	b = parsed(strings.NewReplacer("total: 900", "total: 950", "it: equal, sales: equal", "it: 40%, sales: 60%").Replace(text), speech)
	if got := Line(Teller{Words: words}.Sentences(Charters(a, b))); !strings.Contains(got, "equal") {
		t.Error(got)
	}
}

// An abbreviation at the end has its full stop already.
func TestLine(t *testing.T) {
	if got := Line([]string{"beløbet stiger til 10 kr."}); got != "Beløbet stiger til 10 kr." {
		t.Error(got)
	}
}

// Any other scalar anywhere in the facts, and any other word in the prose, is at
// least one sentence.
func TestNothingIsDropped(t *testing.T) {
	speech := theme.Speech(nil)
	text := string(base(t)[file].Data)
	words, _ := theme.Speak(nil, "en")
	rapid.Check(t, func(t *rapid.T) {
		letters := []int{}
		comment := false
		for i, r := range text {
			comment = r == '#' && strings.HasPrefix(text[max(0, i-1):], " #") || comment && r != '\n'
			if !comment && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
				letters = append(letters, i)
			}
		}
		at := rapid.SampledFrom(letters).Draw(t, "where")
		with := rapid.SampledFrom([]string{"q", "7", "Å", "", "qq"}).Draw(t, "with")
		if with == text[at:at+1] {
			return
		}
		next := text[:at] + with + text[at+1:]
		all := Charters(parsed(text, speech), parsed(next, speech))
		if said := (Teller{Words: words}).Sentences(all); len(said) == 0 && !same(text, next) {
			t.Fatalf("nothing is said of %q", next[max(0, at-40):min(len(next), at+40)])
		}
		for _, s := range (Teller{Words: words}).Sentences(all) {
			if s == "" || strings.Contains(s, "change.") || strings.Contains(s, "<no value>") {
				t.Fatalf("%q", s)
			}
		}
		if back := Charters(parsed(next, speech), parsed(text, speech)); (len(back) == 0) != (len(all) == 0) {
			t.Fatalf("%d changes there, %d back", len(all), len(back))
		}
	})
}

var decimals = regexp.MustCompile(`[0-9]+(\.[0-9]*)?`)

// same reports whether two texts differ by noughts that mean nothing: 71250.50
// and 71250.5.
func same(a, b string) bool {
	plain := func(s string) string {
		return decimals.ReplaceAllStringFunc(s, func(n string) string {
			r, _ := new(big.Rat).SetString(strings.TrimSuffix(n, "."))
			return r.RatString()
		})
	}
	return plain(a) == plain(b)
}

// The terms differ exactly if the digest does, and each is a change of the whole
// comparison, too.
func TestTerms(t *testing.T) {
	speech := theme.Speech(nil)
	text := string(base(t)[file].Data)
	for _, c := range cases {
		next := text
		for i := 0; i+1 < len(c.edits); i += 2 {
			next = strings.Replace(next, c.edits[i], c.edits[i+1], 1)
		}
		a, b := parsed(text, speech), parsed(next, speech)
		terms := Terms(a.Charter, b.Charter)
		if (len(terms) == 0) != (a.Charter.Terms == b.Charter.Terms) {
			t.Errorf("%s: %d terms, but digests %s and %s", c.name, len(terms), a.Charter.Terms, b.Charter.Terms)
		}
		all := Charters(a, b)
		for _, x := range terms {
			found := len(all) == 1 && all[0].Field == "file"
			for _, y := range all {
				found = found || y.Term && sameThing(&x, &y)
			}
			if !found {
				t.Errorf("%s: %s is among the terms only", c.name, x.Path())
			}
		}
	}
}

// The portfolio's figures add up, column by column and row by row.
func TestRowsAddUp(t *testing.T) {
	files := base(t)
	sign(t, files)
	for _, c := range cases {
		next := files
		for i := 0; i+1 < len(c.edits); i += 2 {
			next = edited(t, next, c.edits[i], c.edits[i+1])
		}
		d := difference(t, files, next)
		for _, total := range append(d.Totals, d.Proposed...) {
			var before, after, change int64
			for _, r := range total.Rows {
				before, after, change = before+r.Before.Minor, after+r.After.Minor, change+r.Change.Minor
				if r.Before.Minor+r.Change.Minor != r.After.Minor {
					t.Errorf("%s: %+v", c.name, r)
				}
			}
			if before != total.Sum.Before.Minor || after != total.Sum.After.Minor || change != total.Sum.Change.Minor {
				t.Errorf("%s: %s: %d, %d, %d are not %+v", c.name, total.Currency, before, after, change, total.Sum)
			}
		}
	}
}

func difference(t testing.TB, was, is fstest.MapFS) *Difference {
	loader := new(portfolio.Loader)
	before, beforeTree := load(t, loader, was)
	after, afterTree := load(t, loader, is)
	return Portfolios(Side{Name: "before", Portfolio: before, Tree: beforeTree}, Side{Name: "after", Portfolio: after, Tree: afterTree})
}

// A charter whose file got another name, and that changed, too, is the same one: by
// its title, where no other has it.
func TestMovedAndChanged(t *testing.T) {
	was := base(t)
	is := fstest.MapFS{}
	for name, f := range was {
		is[name] = f
	}
	text := string(was["charters/email-cleanup.md"].Data)
	delete(is, "charters/email-cleanup.md")
	is["charters/post/index.md"] = &fstest.MapFile{Data: []byte(strings.Replace(text, "summary: ", "summary: Now, ", 1))}
	d := difference(t, was, is)
	if len(d.Charters) != 1 || d.Charters[0].Former != "email-cleanup" || d.Charters[0].ID != "post" || d.Charters[0].Action != Changed {
		t.Errorf("%+v", d.Charters)
	}
	is["charters/twin.md"] = is["charters/post/index.md"]
	if d := difference(t, was, is); len(d.Charters) != 3 {
		t.Errorf("one of two is taken for it: %+v", d.Charters)
	}
}
