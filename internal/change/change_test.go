package change

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	subject = "customer-insight-360"
	file    = "charters/customer-insight-360.md"
)

var today, _ = calendar.ParseDate("2026-11-16")

// base is the folder of the tests, in memory.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir("testdata/base", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel("testdata/base", path)
		files[filepath.ToSlash(name)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func load(t testing.TB, l *portfolio.Loader, files fs.FS) (*portfolio.Portfolio, *source.Tree) {
	t.Helper()
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	l.Speech = func(string) *locale.Set { return theme.Speech(nil) }
	return l.Load(tree, today).Portfolio, tree
}

// loaded are the findings of reading files.
func loaded(t testing.TB, files fs.FS) diag.List {
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	l := &portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return l.Load(tree, today).Found
}

// sign puts the digest of the terms into both signatures.
func sign(t testing.TB, files fstest.MapFS) {
	p, _ := load(t, new(portfolio.Loader), files)
	terms := p.Charter(subject).Terms.Short()
	text := string(files[file].Data)
	files[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "jt1-60a60823e2b1d5df", terms))}
}

// edited is a copy of files with a text of the subject replaced.
func edited(t testing.TB, files fstest.MapFS, old, new string) fstest.MapFS {
	t.Helper()
	text := string(files[file].Data)
	if strings.Count(text, old) == 0 {
		t.Fatalf("the base has no %q", old)
	}
	next := fstest.MapFS{}
	for name, f := range files {
		next[name] = f
	}
	next[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
	return next
}

func version(p *portfolio.Portfolio, tree *source.Tree, id charter.ID) Version {
	c := p.Charter(id)
	text, _, _ := tree.ReadPath(c.File)
	return Version{Charter: c, Text: text}
}

// cases are the kinds of change: what stands in the base, and what stands there
// afterwards. Lines of a case are pairs of old and new.
var cases = []struct {
	name  string
	edits []string
}{
	{"a share rises, the end moves", []string{"{marketing: 50%, it: 50%}", "{marketing: {amount: 225000}, it: {amount: 255000}}", "end: 2027-03-31}", "end: 2027-10-31}"}},
	{"the total rises", []string{"total: 480000", "total: 500000", "2027-Q1: 100000", "2027-Q1: 120000"}},
	{"a third department pays", []string{"{marketing: 50%, it: 50%}", "{marketing: 1/3, it: 1/3, sales: 1/3}"}},
	{"an øre", []string{"{marketing: 50%, it: 50%}", "{marketing: {amount: 240000.01}, it: rest}"}},
	{"a department pays no more", []string{"{marketing: 50%, it: 50%}", "{marketing: 100%}"}},
	{"the currency", []string{"currency: EUR", "currency: DKK"}},
	{"a period", []string{"2026-Q2: 110000, 2026-Q3: 140000", "2026-Q2: 100000, 2026-Q3: 150000", ", 2027-Q1: 100000}", ", 2027: 100000}"}},
	{"an unreadable total", []string{"total: 480000", "total: 480.000,00"}},
	{"the contingency", []string{"contingency: 40000", "contingency: 35000.50"}},
	{"cost centre and kind", []string{"{marketing: 50%, it: 50%}", "{marketing: {share: 50%, cost_centre: \"4110\"}, it: {share: 50%, in_kind: Two servers}}"}},
	{"the start within the year", []string{"start: 2026-04-13, end", "start: 2026-05-01, end"}},
	{"no end", []string{"{start: 2026-04-13, end: 2027-03-31}", "{start: 2026-04-13}"}},
	{"an owner", []string{"it: samira-haddad ", "it: viggo-thestrup "}},
	{"owners come and go", []string{"  it: samira-haddad            # signed after she took over from Frode Aakjær", "  sales: oscar-lindqvist"}},
	{"an owner's post", []string{"  marketing: lene-brandt\n", "  marketing: {person: lene-brandt, role: Chief Marketing Officer}\n"}},
	{"the lead", []string{"lead: tove-soenderby", "lead: jonas-aagesen"}},
	{"two leads", []string{"lead: tove-soenderby", "lead: [tove-soenderby, jonas-aagesen]"}},
	{"a goal comes", []string{"team:\n", "  - {id: g3, text: Nobody is asked twice, measure: {metric: double questions, unit: \"%\", baseline: 12, target: 2, by: 2027-03-01}}\nteam:\n"}},
	{"a goal goes", []string{"  - id: g2\n    text: Fewer letters to people who did not want them.\n    measure: {metric: complaints per 10 000 mails, unit: count, baseline: 14, target: 4, by: 2027-06-30}\n", ""}},
	{"a goal's text and measure", []string{"Fewer letters to people", "No letters to people", "target: 85, by: 2027-03-15", "target: 82.5, by: 2027-04-15"}},
	{"a goal's result", []string{"target: 4, by: 2027-06-30}", "target: 4, by: 2027-06-30}\n    result: {value: 5, date: 2027-07-02, met: false}"}},
	{"a member comes", []string{"responsibilities:\n", "  - {person: viggo-thestrup, home: it, role: tester, allocation: 20%, from: 2027-01-04, until: 2027-02-28}\nresponsibilities:\n"}},
	{"a member goes", []string{"  - {person: ines-ferreira, home: it, role: privacy architect, allocation: 40%, from: 2026-05-04, until: 2026-12-18}\n", ""}},
	{"a member's time", []string{"allocation: 60%, from: 2026-05-04, until: 2027-03-31", "allocation: 33.5%, from: 2026-06-01, until: 2027-02-28"}},
	{"a member returns", []string{"return: {to: CRM team, date: 2027-04-01}", "return: {to: CRM team, date: 2027-04-01, done: 2026-11-02}"}},
	{"a member's way back", []string{"return: {to: CRM team, date: 2027-04-01}", "return: {to: Loyalty team, date: 2027-05-01}"}},
	{"an area comes", []string{"milestones:\n", "  - {area: pricing, accountable: marketing}\nmilestones:\n"}},
	{"an area goes", []string{"  - {area: data-policy, accountable: it, informed: [marketing]}\n", ""}},
	{"an area passes", []string{"{area: customer-database, accountable: marketing, responsible: [it]}", "{area: customer-database, accountable: it, responsible: [marketing], reason: The data moved}"}},
	{"tolerances", []string{"{time: 14d, cost: 5%}", "{time: 1m, cost: 7.5%}"}},
	{"what it depends on", []string{"depends_on: [samtykkeregister]", "depends_on: [email-cleanup]", "contributes_to: [objective:know-our-customers]", "contributes_to: [objective:know-our-customers, objective:lower-cost]"}},
	{"the scope", []string{"We do not buy data from others.", "We buy no data."}},
	{"title and summary", []string{"title: Customer Insight 360", "title: Customer Insight", "One shared view of the customers", "One view of the customers"}},
	{"the status", []string{"status: active", "status: on-hold"}},
	{"a milestone is met", []string{"due: 2027-01-29, owner: oskar-dahl, after: [m2]}", "due: 2027-01-29, owner: oskar-dahl, after: [m2], done: 2026-11-13}"}},
	{"a milestone moves", []string{"due: 2027-03-19, owner: tove-soenderby", "due: 2027-03-26, owner: jonas-aagesen"}},
	{"milestones come and go", []string{"  - {id: m4, title: Handover to the line, due: 2027-03-19, owner: tove-soenderby, after: [m3]}\n", "  - {id: m5, title: Party, due: 2027-03-30, owner: oskar-dahl}\n"}},
	{"risks", []string{"probability: high, impact: medium", "probability: low, impact: medium", "response: Both chiefs have promised the team its weeks in writing", "closed: 2026-11-10"}},
	{"a risk comes", []string{"deliverables:\n", "  - {id: r3, text: The supplier is sold, probability: low, impact: high, owner: tove-soenderby}\ndeliverables:\n"}},
	{"deliverables and the end", []string{"  - {id: d2, title: Handbook for campaign owners, owner: oskar-dahl, due: 2027-03-12}\n", "", "[Both goals are measured, ", "[Both goals are met, "}},
	{"money is spent", []string{"    - {date: 2026-10-31, department: it, amount: 78900}\n", "    - {date: 2026-10-31, department: it, amount: 78900}\n    - {date: 2026-11-12, department: it, amount: 12000.5, note: Licences}\n"}},
	{"a report", []string{"approvals:\n", "updates:\n  - {date: 2026-11-13, by: tove-soenderby, rag: amber, text: The second sign is missing in old profiles., next: Ask support for theirs}\napprovals:\n"}},
	{"an amendment", []string{"approvals:\n", "amendments:\n  - {id: a1, date: 2026-11-12, summary: Seven months more, reason: The consents came late}\napprovals:\n"}},
	{"signing again", []string{"date: 2026-03-26", "date: 2026-11-15"}},
	{"the closure", []string{"status: active", "status: completed", "approvals:\n", "closure: {date: 2026-11-14, outcome: It works, actuals: {marketing: 230000, it: 241000.25}}\napprovals:\n"}},
	{"confidential", []string{"created: 2026-02-09", "created: 2026-02-09\nconfidential: restricted"}},
	{"own fields", []string{"{data-class: personal, supplier: [Ravnsborg Data, Kattegat Cloud]}", "{data-class: none, supplier: [Ravnsborg Data], room: 4.12}"}},
	{"tags", []string{"[customers, data]", "[data, privacy]"}},
	{"an unknown key", []string{"tags: [customers", "colour: green\ntags: [customers"}},
	{"prose", []string{"and data policy. [[dept:marketing]] keeps", "and policy. [[dept:marketing]] has", "## Decisions\n", "## Thanks\n\nTo all.\n\n## Decisions\n"}},
	{"a link leads elsewhere", []string{"[[dept:it]] keeps", "[IT](dept:it) keeps", "[[area:data-handling]]", "[[area:data-policy]]"}},
	{"a link leads elsewhere, words differ elsewhere", []string{"and data policy.", "and [data policy](../registers/areas.yml).", "A match needs two", "A match takes two"}},
	{"emphasis in the scope", []string{"Pricing, credit checks", "*Pricing*, credit checks"}},
	{"sections change places", []string{"## Demarcation\n\n[[dept:it]] keeps [[area:data-handling]] and data policy. [[dept:marketing]] keeps the customer databases.\n\n", "", "## Background\n", "## Demarcation\n\n[[dept:it]] keeps [[area:data-handling]] and data policy. [[dept:marketing]] keeps the customer databases.\n\n## Background\n"}},
	{"a broken file", []string{"budget:\n", "budget: [\n"}},
	{"kickoff and steering", []string{"{date: 2026-04-14, presented_to: [lene-brandt, samira-haddad]}", "{date: 2026-04-15, presented_to: [lene-brandt]}\nsteering: [lene-brandt, oscar-lindqvist]"}},
}

func TestSentences(t *testing.T) {
	files := base(t)
	sign(t, files)
	loader, words := new(portfolio.Loader), map[string]*theme.Words{}
	for _, lang := range []string{"en", "da", "de"} {
		words[lang], _ = theme.Speak(nil, lang)
	}
	was, wasTree := load(t, loader, files)
	var b strings.Builder
	for _, c := range cases {
		next := files
		for i := 0; i+1 < len(c.edits); i += 2 {
			next = edited(t, next, c.edits[i], c.edits[i+1])
		}
		is, isTree := load(t, loader, next)
		all := Charters(version(was, wasTree, subject), version(is, isTree, subject))
		if len(all) == 0 {
			t.Errorf("%s: no change", c.name)
		}
		for _, x := range all {
			if term := x.Term; term != slices.ContainsFunc(Terms(was.Charter(subject), is.Charter(subject)), func(y Change) bool { return sameThing(&y, &x) }) {
				t.Errorf("%s: %s: is it a term?", c.name, x.Path())
			}
		}
		all = append(all, Signatures(was, was.Charter(subject), is, is.Charter(subject))...)
		fmt.Fprintf(&b, "# %s\n", c.name)
		for _, x := range all {
			fmt.Fprintf(&b, "  %-8s %s%s %q > %q %s %s\n", x.Action, x.Path(), map[bool]string{true: " (term)"}[x.Term], x.Before.Text, x.After.Text, x.Was, x.Is)
		}
		for _, lang := range []string{"en", "da", "de"} {
			fmt.Fprintf(&b, "%s: %s\n", lang, strings.ReplaceAll(Line(Teller{words[lang], was, is}.Sentences(all)), "\u00a0", " "))
		}
		b.WriteByte('\n')
	}
	golden(t, "testdata/sentences.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := os.ReadFile(name)
	if got != string(want) {
		t.Errorf("%s differs; see it with -update and git diff", name)
	}
}
