package charter

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// whole says something in every text that a translation may carry.
const whole = `---
title: One roof
short_title: Roof
summary: Dry feet.
status: completed
created: 2026-01-05
owners: {it: {person: ida, role: Chief}}
team: [{person: bo, home: it, role: roofer, allocation: 20%, return: {to: Workshop}}, {person: bo, home: it, role: painter, allocation: 10%, from: 2026-05-01}]
budget: {currency: EUR, total: 100, shares: {it: {share: rest, in_kind: scaffold}, marketing: 50%}}
goals: [{id: g1, text: Dry, measure: {metric: leaks, unit: pieces, baseline: 9, target: 0}}]
milestones: [{id: m1, title: Tiles}]
risks: [{id: r1, text: Rain, response: Tarpaulin}]
deliverables: [{id: d1, title: Keys}]
exit_criteria: [It is dry, It is paid]
responsibilities: [{area: data, accountable: it, scope: North, reason: Because}]
amendments: [{id: a1, date: 2026-02-01, summary: Dearer, reason: Rain}]
updates: [{date: 2026-03-01, by: bo, rag: green, text: Well, next: Nails}]
closure: {date: 2026-09-01, outcome: Dry, lessons: Begin in May}
---

Above.

## Background

It rains.

## Details

Many.

### Deep

Deeper.

## Exit

Dry.
`

var original, _ = Parse("charters/roof.md", []byte(whole), Options{Lang: "en", Speech: tongues})

func translate(t *testing.T, text string) *Charter {
	t.Helper()
	c, _ := Parse("charters/roof.da.md", []byte(text), Options{Lang: "en", Speech: tongues})
	if c.Translation == nil {
		t.Fatal("it is a charter")
	}
	return c
}

// Every text has a path of its own that the reader of translations knows, and
// one translation of them all changes words and nothing else.
func TestEveryTextIsTranslated(t *testing.T) {
	paths := map[string]string{}
	for name, at := range original.Texts() {
		if at.Value == "" {
			continue
		}
		if paths[name.Path] != "" {
			t.Errorf("%s is not one text: %q", name.Path, at.Value)
		}
		paths[name.Path] = at.Value
	}
	danish := translate(t, `---
translation_of: roof
lang: da
title: "!"
short_title: "!"
summary: "!"
owners: {it: {role: "!"}}
team: [{person: bo, role: "!", return: {to: "!"}}, {person: bo, role: "!"}]
budget: {shares: {it: {in_kind: "!"}}}
goals: [{id: g1, text: "!", measure: {metric: "!", unit: "!"}}]
milestones: [{id: m1, title: "!"}]
risks: [{id: r1, text: "!", response: "!"}]
deliverables: [{id: d1, title: "!"}]
exit_criteria: ["!", "!"]
responsibilities: [{area: data, scope: "!", reason: "!"}]
amendments: [{id: a1, summary: "!", reason: "!"}]
updates: [{date: 2026-03-01, text: "!", next: "!"}]
closure: {outcome: "!", lessons: "!"}
---
`)
	if strange := original.Strange(danish); len(strange) > 0 {
		t.Errorf("%v", strange)
	}
	if got := slices.Sorted(maps.Keys(danish.Translation.Texts)); !slices.Equal(got, slices.Sorted(maps.Keys(paths))) {
		t.Errorf("read %q", got)
	}
	shown := original.In(danish)
	for name, at := range shown.Texts() {
		if at.Value != "!" && at.Value != "" {
			t.Errorf("%s is still %q", name.Path, at.Value)
		}
	}
	for name, at := range original.Texts() {
		if at.Value == "!" {
			t.Errorf("%s of the original was overwritten", name.Path)
		}
	}
	if shown.Terms != original.Terms || shown.Budget.Total != original.Budget.Total || shown.File != original.File || len(shown.Body.Outline) != len(original.Body.Outline) {
		t.Error("more than words changed")
	}
	if words := original.Words(danish); len(words) != len(original.Parts())-4 { // the body's are not translated
		t.Errorf("%d parts of %d", len(words), len(original.Parts()))
	}
}

// Parts of the body are paired by what was translated, then by what the sections
// are, then in order.
func TestPairs(t *testing.T) {
	sums := map[string]string{}
	for _, p := range original.Parts() {
		sums[p.Key] = p.Sum
	}
	const head = "---\ntranslation_of: roof\nlang: da\n---\n"
	for name, x := range map[string]struct {
		text string
		want []int
	}{
		"in order":            {head + "\nOver.\n\n## Baggrund\n\n## Detaljer\n\n### Dybt\n\n## Afslutning\n", []int{0, 1, 2, 3}},
		"moved":               {head + "\n## Afslutning\n\n## Baggrund\n\n## Detaljer\n", []int{3, 1, 2}},
		"by other words":      {head + "\n## Hvorfor\n\n## Detaljer\n\n## Til sidst\n", []int{1, 2, 3}},
		"as many are left":    {head + "\nOver.\n\n## Hvorfor\n\n## Detaljer\n\n## Til sidst\n", []int{0, 1, 2, 3}},
		"more than before":    {head + "\n## Hvorfor\n\n## Detaljer\n", []int{2, -1}},
		"by what it was made": {"---\ntranslation_of: roof\nlang: da\ntranslated: {body.hvorfor: " + sums["body.background"] + ", body.detaljer: " + sums["body.details"] + "}\n---\n\n## Detaljer\n\n## Hvorfor\n", []int{2, 1}},
	} {
		if got := original.Pairs(translate(t, x.text)); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

// A digest is that of the words: neither layout nor place change it, one letter
// does, in its own part only.
func TestPartSums(t *testing.T) {
	sums := func(text string) map[string]string {
		c, _ := Parse("charters/roof.md", []byte(text), Options{Lang: "en", Speech: tongues})
		m := map[string]string{}
		for _, p := range c.Parts() {
			m[p.Key] = p.Sum
		}
		return m
	}
	want := sums(whole)
	for _, same := range [][2]string{{"It rains.", "It\nrains."}, {"It rains.", "It *rains*."}, {"title: One roof", "title: \"One   roof\""}, {"total: 100", "total: 200"}, {"status: completed", "status: active"}, {"id: m1, title: Tiles", "title: Tiles, id: m1"}} {
		if got := sums(strings.Replace(whole, same[0], same[1], 1)); !maps.Equal(got, want) {
			t.Errorf("%q changes a digest", same[1])
		}
	}
	for _, x := range []struct{ part, old, new string }{{"body.background", "It rains.", "It rained."}, {"body.details", "Deeper.", "Deepest."}, {"body", "Above.", "About."}, {"title", "One roof", "Two roofs"},
		{"goals.g1", "metric: leaks", "metric: holes"}, {"team.bo@2", "role: painter", "role: joiner"}, {"exit_criteria.2", "It is paid", "It was paid"}} {
		got := sums(strings.Replace(whole, x.old, x.new, 1))
		for key := range want {
			if (got[key] != want[key]) != (key == x.part) {
				t.Errorf("%q: the digest of %s is %s, was %s", x.new, key, got[key], want[key])
			}
		}
	}
}
