package check_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var update = flag.Bool("update", false, "write the golden file anew")

const registers = `
-- charterhouse.yaml --
title: T
-- registers/departments.yml --
- {id: it, name: IT, chief: [{person: ida, from: 2020-01-01}], cost_centres: ["22"]}
- {id: marketing, name: Marketing, chief: [{person: mia, from: 2020-01-01, until: 2026-06-30}, {person: max, from: 2026-07-01}]}
- {id: sales, name: Sales, chief: [{person: sam}]}
-- registers/people.yml --
- {id: ida, name: Ida, department: it}
- {id: ib, name: Ib, department: it}
- {id: mia, name: Mia, department: marketing}
- {id: max, name: Max, department: marketing}
- {id: sam, name: Sam, department: sales}
- {id: left, name: Left, department: it, until: 2027-01-31}
-- registers/areas.yml --
- {id: data, name: Data, standing_owner: it}
- {id: tools, name: Tools, parent: data}
- {id: shops, name: Shops}
- {id: care, name: Care, required_for: [joint]}
-- registers/objectives.yml --
- {id: aim, text: Aim}
`

// sound is a running joint charter without a finding of check.
const sound = `---
title: Sound
summary: Nothing is wrong here.
status: active
created: 2026-01-05
lead: ida
timeframe: {start: 2026-02-02, end: 2027-06-30}
owners: {it: ida, marketing: max}
kickoff: {date: 2026-02-02, presented_to: [ida, max]}
budget: {currency: DKK, total: 1000, shares: {it: 50%, marketing: 50%}}
goals: [{id: g1, text: Reach it, measure: {metric: m, unit: count, baseline: 0, target: 1, by: 2027-06-30}}]
team:
  - {person: ib, home: it, role: r, allocation: 40%}
  - {person: mia, home: marketing, role: r, allocation: 40%}
responsibilities:
  - {area: data, accountable: it}
  - {area: shops, accountable: marketing}
  - {area: care, accountable: it}
milestones: [{id: m1, title: M, due: 2027-01-01, owner: ib}]
updates: [{date: 2026-11-01, by: ida, rag: green, text: Fine.}]
approvals:
  - {department: it, person: ida, date: 2026-07-02, terms: TERMS}
  - {department: marketing, person: max, date: 2026-07-03, terms: TERMS}
---
`

// found loads files and returns the findings of check.Run, by code, and those
// of reading that make a case wrong rather than interesting.
func found(t *testing.T, files map[string]string) diag.List {
	t.Helper()
	tree := fstest.MapFS{}
	put := func(name, text string) { tree[name] = &fstest.MapFile{Data: []byte(text)} }
	for _, part := range strings.Split(registers, "\n-- ")[1:] {
		name, text, _ := strings.Cut(part, " --\n")
		put(name, text)
	}
	for name, text := range files {
		put(name, text)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	read := func() portfolio.Loaded {
		src, err := source.FromFS(tree, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		return loader.Load(src, day)
	}
	for _, c := range read().Portfolio.Charters() { // sign what asks for it
		put(c.File, strings.ReplaceAll(string(tree[c.File].Data), "TERMS", c.Terms.Short()))
	}
	loaded := read()
	return check.Finish(loaded.Portfolio, append(loaded.Found, check.Run(loaded.Portfolio)...))
}

// translated says the sound charter's title in Danish, and nothing else.
const translated = `---
translation_of: sound
lang: da
title: Sundt
---
`

// A translation that is as new as its original, and whole, has no finding; a word
// of the original later it has one, at the part.
func TestTranslation(t *testing.T) {
	original := "---\ntitle: X\nsummary: A summary.\nstatus: proposed\ncreated: 2026-01-01\nupdates: [{date: 2026-11-01, by: ida, rag: green, text: Well.}]\n---\n\nFirst.\n\n## Why\n\nBecause.\n\n## Scope\n\nIn.\n"
	c, _ := charter.Parse("charters/x.md", []byte(original), charter.Options{Lang: "en", Speech: theme.Speech(nil)})
	sums := map[string]string{}
	for _, part := range c.Parts() {
		sums[part.Key] = part.Sum
	}
	translation := strings.NewReplacer("TITLE", sums["title"], "SUMMARY", sums["summary"], "LEAD", sums["body"], "WHY", sums["body.why"], "SCOPE", sums["body.scope"]).Replace(
		"---\ntranslation_of: x\nlang: da\ntitle: Tit\nsummary: Et resumé.\ntranslated: {title: TITLE, summary: SUMMARY, body: LEAD, body.hvorfor: WHY, body.omfang: SCOPE}\n---\n\nFørst.\n\n## Hvorfor\n\nDerfor.\n\n## Omfang\n\nInde.\n")
	of := func(original, translation string) (said []string) {
		for _, d := range found(t, map[string]string{"charterhouse.yaml": "title: T\nlanguages: [en, da]\n", "charters/x.md": original, "charters/x.da.md": translation}) {
			if d.Pos.File == "charters/x.da.md" {
				said = append(said, d.Pos.String()+" "+string(d.Code)+" "+d.Message.String())
			}
		}
		return said
	}
	if said := of(original, translation); len(said) > 0 {
		t.Errorf("%q", said)
	}
	if said := of(strings.ReplaceAll(strings.Replace(original, "Because.", "*Because*.", 1), "A summary.", "A  summary."), translation); len(said) > 0 {
		t.Errorf("markup and blanks count: %q", said)
	}
	for _, x := range []struct{ old, new, want string }{
		{"Because.", "Because of rain.", `charters/x.da.md:11:1 L011 the original says something else since "Hvorfor" was translated`},
		{"A summary.", "Another.", "charters/x.da.md:5:10 L011 the original says something else since summary was translated"},
		{"## Scope\n\nIn.\n", "## Scope\n\nIn.\n\n## Exit\n\nLater.\n", `charters/x.da.md:2:17 L011 this is not translated, so the original's words are shown: "Exit"`},
		{"## Why\n\nBecause.\n\n", "", `charters/x.da.md:11:1 L011 the original has no part any more that "Hvorfor" translates`},
		{"## Why", "## New\n\nNew.\n\n## Why", `charters/x.da.md:2:17 L011 this is not translated, so the original's words are shown: "New"`},
	} {
		if said := of(strings.Replace(original, x.old, x.new, 1), translation); len(said) != 1 || said[0] != x.want {
			t.Errorf("%q, want %q", said, x.want)
		}
	}
}

func TestSoundCharter(t *testing.T) {
	for _, d := range found(t, map[string]string{"charters/sound.md": sound}) {
		if d.Code != "B001" {
			t.Errorf("%s: %s: %s", d.Pos, d.Code, d.Message)
		}
	}
}

// One change to the sound charter, or a neighbour of it, and the rule that must
// speak; Severity is what it says of an active charter.
func TestRules(t *testing.T) {
	const second = "charters/second.md"
	change := func(old, new string) map[string]string {
		if !strings.Contains(sound, old) {
			t.Fatalf("the sound charter has no %q", old)
		}
		return map[string]string{"charters/sound.md": strings.Replace(sound, old, new, 1)}
	}
	with := func(text string) map[string]string {
		return map[string]string{"charters/sound.md": sound, second: text}
	}
	neighbour := func(old, new string) map[string]string {
		return with(strings.Replace(strings.Replace(sound, "title: Sound", "title: Second", 1), old, new, 1))
	}
	text := func(more string) map[string]string {
		t := strings.Replace(translated, "lang: da\n", "lang: da\n"+more, 1)
		if strings.HasPrefix(more, "lang: ") {
			t = strings.Replace(translated, "lang: da\n", more, 1)
		}
		return with(t)
	}
	line := func(extra string) map[string]string { return change("lead: ida\n", "lead: ida\n"+extra+"\n") }
	words, _ := theme.Speak(nil, "da")
	danish := map[string]bool{}
	for _, c := range []struct {
		code     diag.Code
		severity diag.Severity
		files    map[string]string
	}{
		{"C006", diag.Error, change("lead: ida\n", "")},
		{"C008", diag.Error, map[string]string{"charters/sound.md": sound, "charters/other.md": strings.Replace(sound, "title: Sound", "id: sound\ntitle: Sound", 1)}},
		{"C012", diag.Error, line("lang: sv")},
		{"T003", diag.Error, change(", end: 2027-06-30}\nowners", "}\nowners")},
		{"T004", diag.Warning, change("end: 2027-06-30}\nowners", "end: 2028-06-30}\nowners")},
		{"T005", diag.Warning, change("end: 2027-06-30}\nowners", "end: 2026-10-30}\nowners")},
		{"T009", diag.Warning, change("due: 2027-01-01", "due: 2026-11-01")},
		{"T010", diag.Error, change("created: 2026-01-05", "created: 2026-12-24")},
		{"T011", diag.Warning, neighbour("end: 2027-06-30}\nowners", "end: 2027-03-01}\nlinks: {depends_on: [sound]}\nowners")},
		{"F010", diag.Error, change("shares: {it: 50%, marketing: 50%}", "shares: {it: 50%, marketing: 40%, hr: 10%}")},
		{"F012", diag.Warning, change("shares: {it: 50%, marketing: 50%}", "shares: {it: 50%, marketing: 47%, sales: 3%}")},
		{"F018", diag.Error, change("{it: 50%, marketing", "{it: {share: 50%, cost_centre: \"99\"}, marketing")},
		{"F019", diag.Warning, change("marketing: 50%}}", "marketing: 50%}, spent: [{date: 2026-05-01, department: it, amount: 600}]}")},
		{"P001", diag.Error, change("person: ib,", "person: ibb,")},
		{"P002", diag.Error, change("{person: ib, home: it", "{person: ib, home: sales")},
		{"P005", diag.Warning, neighbour("role: r, allocation: 40%}", "role: r, allocation: 70%, return: {to: x, date: 2027-07-01}}")},
		{"P006", diag.Error, change("{person: ib, home: it, role: r, allocation: 40%}", "{person: ib, home: it, role: r, allocation: 50%}")},
		{"P008", diag.Warning, change("home: it, role: r, allocation: 40%}", "home: it, role: r, allocation: 40%, until: 2026-09-30, return: {to: x, date: 2026-10-01}}")},
		{"P009", diag.Error, change("  - {person: mia, home: marketing, role: r, allocation: 40%}\n", "")},
		{"P010", diag.Error, change("lead: ida\n", "lead: [ida, ib]\n")},
		{"P011", diag.Error, change("owners: {it: ida, marketing: max}", "owners: {it: ib, marketing: max}")},
		{"P012", diag.Warning, change("presented_to: [ida, max]", "presented_to: [ida]")},
		{"P013", diag.Warning, change("person: ib,", "person: left,")},
		{"G003", diag.Error, change("by: 2027-06-30", "by: 2029-06-30")},
		{"R002", diag.Error, change("area: shops", "area: shop")},
		{"R003", diag.Warning, change("{area: shops, accountable: marketing}", "{area: shops, accountable: marketing}\n  - {area: tools, accountable: sales}")},
		{"R004", diag.Error, change("{area: data, accountable: it}", "{area: data, accountable: marketing}")},
		{"R005", diag.Warning, neighbour("{area: shops, accountable: marketing}", "{area: shops, accountable: it}\n  - {area: tools, accountable: marketing, scope: here}")},
		{"R006", diag.Error, change("  - {area: care, accountable: it}\n", "")},
		{"R007", diag.Warning, change("  - {area: shops, accountable: marketing}\n", "")},
		{"A001", diag.Error, change("  - {department: marketing, person: max, date: 2026-07-03, terms: TERMS}\n", "")},
		{"A002", diag.Error, change("person: max, date: 2026-07-03", "person: mia, date: 2026-07-03")},
		{"A002", diag.Error, map[string]string{"charters/sound.md": sound, "approvals/it/sound.yml": "{department: marketing, person: max, date: 2026-07-03, terms: jt1-0123456789abcdef}\n"}},
		{"A004", diag.Error, change("date: 2026-07-03, terms: TERMS", "date: 2026-07-03, terms: jt1-0123456789abcdef")},
		{"A004", diag.Warning, map[string]string{"charters/sound.md": strings.Replace(strings.Replace(sound, "date: 2026-07-03, terms: TERMS", "date: 2026-07-03, terms: jt1-0123456789abcdef", 1), "approvals:", "amendments: [{id: a1, date: 2026-11-01, summary: More}]\napprovals:", 1)}},
		{"A007", diag.Warning, change("person: max, date: 2026-07-03", "person: max, date: 2026-10-03")},
		{"L001", diag.Error, line("links: {related: [sund]}")},
		{"L001", diag.Error, change("summary: Nothing is wrong here.", "summary: See [[nowhere]].")},
		{"L002", diag.Error, with("---\ntitle: X\nstatus: proposed\n---\n\n[[sound#nowhere]]\n")},
		{"L003", diag.Error, line("links: {depends_on: [sound]}")},
		{"L004", diag.Warning, neighbour("lead: ida\n", "lead: ida\nlinks: {replaces: [sound]}\n")},
		{"L005", diag.Warning, map[string]string{"charters/sound.md": sound, "charters/a.md": "---\ntitle: Twin\nstatus: proposed\n---\n", "charters/b.md": "---\ntitle: Twin\nstatus: proposed\n---\n\n[[Twin]]\n"}},
		{"L006", diag.Error, with("---\ntitle: X\nstatus: proposed\n---\n\n[x](../../etc/x.md)\n")},
		{"L007", diag.Error, with("---\ntitle: X\nstatus: proposed\n---\n\n![x](x.png)\n")},
		{"L010", diag.Error, with("---\ntitle: X\nstatus: proposed\ntranslation_of: sound\ntimeframe: {start: 2026-01-01, end: 2026-02-02}\n---\n")},
		{"L010", diag.Error, text("milestones: [{id: nowhere, title: Intet}]\n")},
		{"L010", diag.Error, text("lang: en\n")},
		{"L010", diag.Error, map[string]string{"charters/sound.md": sound, "charters/a.md": translated, "charters/b.md": translated}},
		{"L011", diag.Warning, text("")},
		{"L011", diag.Warning, text("translated: {title: t0123456789}\n")},
		{"L001", diag.Error, map[string]string{"charters/a.md": translated}},
		{"L001", diag.Error, text("summary: Se [[nowhere]].\n")},
		{"L002", diag.Error, map[string]string{"charters/sound.md": sound, "charters/a.md": translated + "\n[[sound#nowhere]]\n"}},
		{"C012", diag.Error, text("lang: de\n")},
		{"C006", diag.Error, map[string]string{"charters/sound.md": sound, "charters/a.md": "---\ntranslation_of: sound\ntitle: Sundt\n---\n"}},
		{"S003", diag.Warning, change("updates: [{date: 2026-11-01", "updates: [{date: 2026-09-01")},
		{"S005", diag.Warning, change("start: 2026-02-02", "start: 2026-12-24")},
	} {
		said := false
		list := found(t, c.files)
		for _, d := range list {
			danish["en  "+tell(d, nil)+"\nda  "+tell(d, words.Tongue())+"\n"] = true
			if d.Message.In(words.Tongue()) == d.Message.String() {
				t.Errorf("%s is said in English to Danes: %s", d.Code, d.Message)
			}
			said = said || d.Code == c.code && d.Severity == c.severity && d.Pos.File != "" && d.Message.String() != "" && !strings.HasSuffix(d.Message.String(), ".")
		}
		if !said {
			t.Errorf("%s (%s) is not said, but\n%v", c.code, c.severity, list)
		}
	}
	golden(t, strings.Join(slices.Sorted(maps.Keys(danish)), "\n"))
}

// tell is a finding as a language server tells it.
func tell(d diag.Diagnostic, in *diag.Tongue) string {
	said := string(d.Code) + " " + d.Message.In(in) + "; " + d.Hint.In(in)
	for _, r := range d.Related {
		said += " (" + r.Value.In(in) + ")"
	}
	return said
}

// golden holds the findings of all rules, in both languages, against what was
// read and found good.
func golden(t *testing.T, got string) {
	t.Helper()
	const name = "testdata/said.txt"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Error("what the rules say is another; see it with -update and git diff")
	}
}

// A new chief is named as the owner before signing for other terms than the former
// one did.
func TestNewOwner(t *testing.T) {
	old := strings.Replace(sound, "person: max, date: 2026-07-03, terms: TERMS", "person: mia, date: 2026-06-20, terms: jt1-0123456789abcdef", 1)
	for owner, wrong := range map[string]bool{"max": false, "mia": false, "ib": true} {
		said := false
		for _, d := range found(t, map[string]string{"charters/sound.md": strings.Replace(old, "marketing: max}", "marketing: "+owner+"}", 1)}) {
			said = said || d.Code == "P011"
		}
		if said != wrong {
			t.Errorf("%s as the owner: %v", owner, said)
		}
	}
}

// One mistake is told once: a missing key is not told again by the rule that
// looks into it.
func TestOneMistakeOneFinding(t *testing.T) {
	for key, text := range map[string]string{
		"goals":            strings.Replace(sound, "goals: [{id: g1, text: Reach it, measure: {metric: m, unit: count, baseline: 0, target: 1, by: 2027-06-30}}]\n", "", 1),
		"owners":           strings.Replace(sound, "owners: {it: ida, marketing: max}\n", "", 1),
		"approvals":        sound[:strings.Index(sound, "approvals:")] + "---\n",
		"responsibilities": sound[:strings.Index(sound, "responsibilities:")] + sound[strings.Index(sound, "milestones:"):],
	} {
		var codes []string
		for _, d := range found(t, map[string]string{"charters/sound.md": text}) {
			if d.Code != "B001" && d.Code != "A004" && d.Code != "P012" {
				codes = append(codes, string(d.Code))
			}
		}
		if want := map[string]int{"approvals": 2}[key]; len(codes) != max(want, 1) {
			t.Errorf("without %s: %v", key, codes)
		}
	}
}

// Every rule of the list is in the rulebook's order and has a case above.
func TestOrder(t *testing.T) {
	last := ""
	family := "CTFPGRALSBQ"
	for _, r := range check.Rules {
		key := string(rune('a'+strings.Index(family, string(r.Code[:1])))) + string(r.Code[1:])
		if key <= last {
			t.Errorf("%s stands after a later rule", r.Code)
		}
		last = key
	}
}
