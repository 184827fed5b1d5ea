package portfolio

import (
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/source"
)

func tree(files map[string]string) fstest.MapFS {
	t := fstest.MapFS{}
	for name, text := range files {
		t[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return t
}

func load(t interface{ Fatal(...any) }, l *Loader, files fstest.MapFS) Loaded {
	src, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	return l.Load(src, day)
}

// Every mistake that registers and configuration can make is told.
func TestRegistersAndConfiguration(t *testing.T) {
	for _, c := range []struct{ file, text, code string }{
		{"registers/people.yml", "- {name: Nameless}", "N001"},
		{"registers/people.yml", "- {id: a, name: A}\n- {id: a, name: B}", "N002"},
		{"registers/people.yml", "- {id: a, name: A, department: nowhere}", "N003"},
		{"registers/departments.yml", "- {id: it, chief: nobody}", "N003"},
		{"registers/areas.yml", "- {id: a, parent: b}\n- {id: b, parent: a}", "N004"},
		{"registers/departments.yml", "- {id: it, parent: it}", "N004"},
		{"registers/people.yml", "- {id: a, name: A, department: [{id: it, from: 2026-02-01, until: 2026-01-01}]}\n", "N005"},
		{"registers/people.yml", "- {id: a, name: A, department: [{id: it, until: 2026-02-01}, {id: it, from: 2026-02-01}]}\n", "N005"},
		{"registers/rates.yml", "base: DKK\ndate: 2026-10-30\nrates:\n  EUR: 7,46", "N006"},
		{"registers/rates.yml", "rates: {EUR: 7.46}", "N006"},
		{"registers/poeple.yml", "- {id: a}", "N007"},
		{"registers/people.yml", "- {id: a, name: P\u0430ul}", "N008"},
		{"registers/people.yml", "- {id: a, name: A, phone: 5}", "C004"},
		{"registers/people.yml", "id: a", "C005"},
		{"registers/areas.yml", "- {id: A}", "C007"},
		{"charterhouse.yaml", "title: T\nlangauges: [en]", "K001"},
		{"charterhouse.yaml", "title: T\nlanguages: [xx]", "K001"},
		{"charterhouse.yaml", "title: T\nseverity: {F006: off}", "K001"},
		{"charterhouse.yaml", "title: T\nseverity: {F099: off}", "K001"},
		{"charterhouse.yaml", "title: T\nrules: {update_days: soon}", "C005"},
		{"charterhouse.yaml", "title: T\nrules: {token_share: 5}", "K001"},
		{"charterhouse.yaml", "title: T\nrequired: {kickoff: {active: never}}", "K001"},
		{"charterhouse.yaml", "title: T\ndepartments: [nowhere]", "N003"},
		{"charterhouse.yaml", "title: T\nreporting_currency: kr", "F001"},
		{"charterhouse.yaml", "title: T\nfiscal_year_starts: 13", "K001"},
		{"charterhouse.yaml", "title: T\nfiscal_year_starts: April", "K001"},
		{"charterhouse.yaml", "- a\n- b", "C005"},
	} {
		files := map[string]string{"charterhouse.yaml": "title: T\n", "registers/departments.yml": "- {id: it, name: IT}\n"}
		files[c.file] = c.text
		found := load(t, &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}, tree(files)).Found
		said := false
		for _, d := range found {
			said = said || string(d.Code) == c.code && d.Pos.File == c.file && d.Pos.Line > 0 || string(d.Code) == c.code && c.code == "N007"
		}
		if !said {
			t.Errorf("%s %q: %v", c.file, c.text, found)
		}
	}
}

func linked(t *testing.T) *Portfolio {
	t.Helper()
	return load(t, new(Loader), tree(map[string]string{
		"charterhouse.yaml":         "title: T\n",
		"registers/departments.yml": "- {id: it, name: IT, chief: [{person: ida, until: 2026-06-30}, {person: ib, from: 2026-07-01}], deputies: [{person: bo}]}\n",
		"registers/people.yml":      "- {id: ida, name: Ida}\n- {id: ib, name: Ib}\n- {id: bo, name: Bo, capacity: 80%}\n",
		"registers/areas.yml":       "- {id: data, name: Data}\n- {id: tools, name: Tools, parent: data}\n",
		"registers/objectives.yml":  "- {id: aim, text: Aim}\n",
		"charters/one.md":           "---\ntitle: One\naliases: [first]\n---\n\n## Back ground\n\nSee [[two]]. Ask [[person:ida]].\n",
		"charters/two.md":           "---\ntitle: Two\nlinks: {depends_on: [first], related: [three]}\n---\n\nAfter [the first](one.md#back-ground) and [[one|again]].\n",
		"charters/three/index.md":   "---\ntitle: Three\n---\n\n![p](p.png) [x](../one.md)\n",
		"charters/three/p.png":      "png",
		"charters/four.md":          "---\ntitle: Two\n---\n",
	})).Portfolio
}

func TestResolve(t *testing.T) {
	p := linked(t)
	one, three := p.Charter("one"), p.Charter("three")
	for _, c := range []struct {
		from    *charter.Charter
		link    markdown.Link
		target  Target
		problem Problem
	}{
		{one, markdown.Link{Kind: markdown.Wiki, Target: "two"}, Target{Kind: ToCharter, ID: "two"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "first"}, Target{Kind: ToCharter, ID: "one"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "One"}, Target{Kind: ToCharter, ID: "one"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "Two"}, Target{Kind: ToCharter, ID: "four"}, Ambiguous},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "one", Anchor: "back-ground"}, Target{Kind: ToCharter, ID: "one", Anchor: "s-back-ground"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "one", Anchor: "funding"}, Target{Kind: ToCharter, ID: "one", Anchor: "funding"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "one", Anchor: "nowhere"}, Target{Kind: ToCharter, ID: "one"}, NoSuchAnchor},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "person:ida"}, Target{Kind: ToPerson, ID: "ida"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "dept:it"}, Target{Kind: ToDepartment, ID: "it"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "area:tools"}, Target{Kind: ToArea, ID: "tools"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "objective:aim"}, Target{Kind: ToObjective, ID: "aim"}, Sound},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "person:nobody"}, Target{}, Unknown},
		{one, markdown.Link{Kind: markdown.Wiki, Target: "nowhere"}, Target{}, Unknown},
		{one, markdown.Link{Kind: markdown.Markdown, Target: "two.md"}, Target{Kind: ToCharter, ID: "two"}, Sound},
		{one, markdown.Link{Kind: markdown.Markdown, Target: "three/index.md"}, Target{Kind: ToCharter, ID: "three"}, Sound},
		{three, markdown.Link{Kind: markdown.Markdown, Target: "../one.md", Anchor: "back-ground"}, Target{Kind: ToCharter, ID: "one", Anchor: "s-back-ground"}, Sound},
		{three, markdown.Link{Kind: markdown.Image, Target: "p.png"}, Target{Kind: ToAsset, ID: "charters/three/p.png"}, Sound},
		{three, markdown.Link{Kind: markdown.Image, Target: "P.png"}, Target{Kind: ToAsset, ID: "charters/three/p.png"}, OtherCase},
		{one, markdown.Link{Kind: markdown.Markdown, Target: "TWO.md"}, Target{Kind: ToCharter, ID: "two"}, OtherCase},
		{one, markdown.Link{Kind: markdown.Markdown, Target: "../../x.md"}, Target{}, Outside},
		{one, markdown.Link{Kind: markdown.Markdown, Target: "/etc/x.md"}, Target{}, Outside},
		{one, markdown.Link{Kind: markdown.Markdown, Anchor: "back-ground"}, Target{Kind: ToCharter, ID: "one", Anchor: "s-back-ground"}, Sound},
	} {
		got := p.Resolve(c.from, c.link)
		if got.Target != c.target || got.Problem != c.problem {
			t.Errorf("%+v means %+v, problem %d", c.link, got.Target, got.Problem)
		}
	}
}

func TestSideTables(t *testing.T) {
	p := linked(t)
	back := p.LinkedBy(Target{Kind: ToCharter, ID: "one"})
	if len(back) != 2 || back[0].From.ID.Value != "three" || !strings.Contains(back[1].Sentence(), "After the first and again.") {
		t.Errorf("%+v", back)
	}
	if who := p.LinkedBy(Target{Kind: ToPerson, ID: "ida"}); len(who) != 1 || who[0].Sentence() != "Ask Ida." {
		t.Errorf("%+v", who)
	}
	if needed := p.Related("one", NeededBy); len(needed) != 1 || needed[0].ID.Value != "two" {
		t.Errorf("%v", needed)
	}
	if related := p.Related("three", Related); len(related) != 1 || related[0].ID.Value != "two" {
		t.Errorf("%v", related)
	}
	before, _ := calendar.ParseDate("2026-06-30")
	after, _ := calendar.ParseDate("2026-07-01")
	if !p.Entitled("it", "ida", before) || p.Entitled("it", "ida", after) || !p.Entitled("it", "ib", after) || !p.Entitled("it", "bo", after) || p.Entitled("it", "nobody", after) {
		t.Error("who may sign is not judged by the day")
	}
	if up := p.Ancestors("tools"); len(up) != 1 || up[0] != "data" {
		t.Errorf("%v", up)
	}
}

// A loader that remembers gives what a new one gives, whatever is edited,
// added, renamed or removed in between.
func TestMemoryDoesNotMatter(t *testing.T) {
	files := tree(map[string]string{"charterhouse.yaml": "title: T\n", "registers/departments.yml": "- {id: it, name: IT}\n"})
	put := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	for i := range 20 {
		put(fmt.Sprintf("charters/c%d.md", i), fmt.Sprintf("---\ntitle: C%d\n---\n\n[[c%d]]\n", i, i+1))
	}
	r := rand.New(rand.NewPCG(1, 2))
	remembers := &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	for n := range 200 {
		name := fmt.Sprintf("charters/c%d.md", r.IntN(24))
		switch r.IntN(5) {
		case 0:
			delete(files, name)
		case 1:
			put(name, fmt.Sprintf("---\ntitle: N%d\nstatus: nonsense\n---\n\n[[c%d]] [[nowhere]]\n", n, r.IntN(24)))
		case 2:
			put(name, fmt.Sprintf("---\nid: x%d\ntitle: N%d\naliases: [c%d]\n---\n", r.IntN(5), n, r.IntN(24)))
		case 3:
			put("charterhouse.yaml", "title: T\nlanguages: ["+[]string{"en", "da"}[r.IntN(2)]+"]\n")
		case 4:
			put("registers/departments.yml", fmt.Sprintf("- {id: it, name: IT%d}\n", n))
		}
		a, b := load(t, remembers, files), load(t, &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}, files)
		a.Found.Sort()
		b.Found.Sort()
		if !reflect.DeepEqual(a.Found, b.Found) || a.Digest() != b.Digest() {
			t.Fatalf("edit %d: remembered %v, fresh %v", n, a.Found, b.Found)
		}
		if !reflect.DeepEqual(a.Portfolio.Charters(), b.Portfolio.Charters()) || !reflect.DeepEqual(a.Portfolio.linkedBy, b.Portfolio.linkedBy) && len(b.Portfolio.linkedBy) != len(a.Portfolio.linkedBy) {
			t.Fatalf("edit %d: the portfolios differ", n)
		}
		src, _ := source.FromFS(files, source.DefaultLimits())
		if new(Loader).Digest(src) != a.Digest() {
			t.Fatalf("edit %d: the digest without reading differs", n)
		}
	}
}

func TestLoad(t *testing.T) {
	text := func(name, from, until, share string) string {
		return "---\ntitle: " + name + "\nstatus: active\ntimeframe: {start: 2026-01-01, end: 2027-12-31}\nteam: [{person: bo, home: it, allocation: " + share + ", from: " + from + ", until: " + until + "}]\n---\n"
	}
	p := load(t, new(Loader), tree(map[string]string{
		"charterhouse.yaml":         "title: T\n",
		"registers/departments.yml": "- {id: it, name: IT}\n",
		"registers/people.yml":      "- {id: bo, name: Bo, department: it, capacity: 80%}\n",
		"charters/a.md":             text("A", "2026-10-01", "2026-12-31", "1/3"),
		"charters/b.md":             text("B", "2026-12-01", "2027-01-31", "50%"),
	})).Portfolio
	got := ""
	for _, s := range p.Load("bo") {
		got += fmt.Sprintf("%s–%s %s; ", s.Window.Start, s.Window.End, s.Load.RatString())
	}
	if want := "2026-10-01–2026-11-30 1/3; 2026-12-01–2026-12-31 5/6; 2027-01-01–2027-01-31 1/2; "; got != want {
		t.Errorf("%s", got)
	}
	if over := p.Overloads("bo"); len(over) != 1 || over[0].Window.Start.String() != "2026-12-01" || len(over[0].Postings) != 2 {
		t.Errorf("%+v", over)
	}
}

// A fiscal year begins with the month that the configuration names, and holds
// the day that is asked about.
func TestFiscalYear(t *testing.T) {
	for _, x := range []struct{ starts, day, want string }{
		{"", "2026-11-16", "2026-01-01 2026-12-31"},
		{"fiscal_year_starts: 4\n", "2026-11-16", "2026-04-01 2027-03-31"},
		{"fiscal_year_starts: 4\n", "2027-03-31", "2026-04-01 2027-03-31"},
		{"fiscal_year_starts: 4\n", "2027-04-01", "2027-04-01 2028-03-31"},
		{"fiscal_year_starts: 12\n", "2026-11-16", "2025-12-01 2026-11-30"},
	} {
		c, found := ReadConfig("charterhouse.yaml", []byte("title: T\n"+x.starts), func(string) *locale.Set { return theme.Speech(nil) })
		day, _ := calendar.ParseDate(x.day)
		if w := c.FiscalYear(day); len(found) > 0 || w.Start.String()+" "+w.End.String() != x.want {
			t.Errorf("%q, %s: %s to %s, %v", x.starts, x.day, w.Start, w.End, found)
		}
	}
}
