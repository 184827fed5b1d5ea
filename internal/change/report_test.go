package change

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// Findings are those of package check, which uses this one: see checked_test.go.
var Findings func(p *portfolio.Portfolio, loaded diag.List) diag.List

// changed is the base with one of everything that a portfolio can show: a charter
// that came, one that went, one that was renamed; a person and a department with
// another name, another chief; a conflict, an overload; a picture, a question, a
// translation; a configuration.
func changed(t testing.TB, files fstest.MapFS) fstest.MapFS {
	next := edited(t, files, "{marketing: 50%, it: 50%}", "{marketing: 1/3, it: 2/3}")
	write := func(name, text string) { next[name] = &fstest.MapFile{Data: []byte(text)} }
	swap := func(name, old, new string) {
		text := string(next[name].Data)
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q", name, old)
		}
		write(name, strings.Replace(text, old, new, 1))
	}
	delete(next, "charters/email-cleanup.md")
	write("charters/kundeloefte.md", strings.Replace(string(next["charters/customer-first.md"].Data), "title: ", "aliases: [customer-first]\ntitle: ", 1))
	delete(next, "charters/customer-first.md")
	rival := strings.NewReplacer("id: customer-insight-360", "id: rival", "title: Customer Insight 360", "title: \"Rival | <b>@all</b>\"", "accountable: it, consulted: [marketing]", "accountable: marketing, reason: It is ours",
		"total: 480000", "total: 480000.10", "2027-Q1: 100000", "2027-Q1: 100000.10").Replace(string(files[file].Data))
	write("charters/rival.md", rival)
	swap("registers/people.yml", "Samira Haddad", "Samira Haddad Lund")
	swap("registers/people.yml", "- {id: ines-ferreira", "- {id: new-here, name: Nye Her, department: [{id: it, from: 2026-10-01}]}\n- {id: ines-ferreira")
	swap("registers/departments.yml", "name: {en: Sales, da: Salg, de: Vertrieb}, chief: [{person: oscar-lindqvist, from: 2022-03-01}]", "name: {en: Growth, da: Vækst, de: Vertrieb}, chief: [{person: oscar-lindqvist, from: 2022-03-01, until: 2026-10-31}, {person: new-here, from: 2026-11-01}]")
	swap("registers/areas.yml", "- {id: pricing,", "- {id: pricing, standing_owner: sales,")
	swap("charterhouse.yaml", "title: Joint charters", "title: Our charters")
	write("charters/customer-insight-360.da.md", "---\ntranslation_of: customer-insight-360\nlang: da\ntitle: Kundeindsigt 360\n---\n")
	write("charters/kundeloefte/halves.png", "\x89PNG\r\n\x1a\n")
	write("questions/mine.md", "---\ntitle: Mine\n---\n\n```query\ntable: charters\n```\n")
	write("charters/broken.md", "---\ntitle: [\n---\n")
	return next
}

// A report as people read it, in each language and each form.
func TestReport(t *testing.T) {
	files := base(t)
	sign(t, files)
	next := changed(t, files)
	loader := new(portfolio.Loader)
	side := func(name string, files fstest.MapFS) Side {
		p, tree := load(t, loader, files)
		return Side{Name: name, Portfolio: p, Tree: tree, Found: Findings(p, loaded(t, files))}
	}
	d := Portfolios(side("v1", files), side("v2", next))
	for _, lang := range []string{"en", "da", "de"} {
		words, _ := theme.Speak(nil, lang)
		r := Tell(d, words)
		golden(t, "testdata/report."+lang+".txt", r.Terminal(false))
		if lang != "de" {
			golden(t, "testdata/report."+lang+".md", r.Markdown())
		}
	}
	words, _ := theme.Speak(nil, "en")
	if colour := Tell(d, words).Terminal(true); strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "", "\x1b[31m", "", "\x1b[33m", "").Replace(colour) != Tell(d, words).Terminal(false) {
		t.Error("colour changes what is said")
	}
	back := Portfolios(d.After, d.Before)
	for i, total := range back.Totals {
		if fmt.Sprint(total.Sum.Change.Minor) != fmt.Sprint(-d.Totals[i].Sum.Change.Minor) {
			t.Errorf("back %+v, there %+v", total.Sum, d.Totals[i].Sum)
		}
	}
	if len(back.Conflicts.Gone) != len(d.Conflicts.New) || len(back.Overloads.Gone) != len(d.Overloads.New) || len(back.Findings.New) != len(d.Findings.Gone) {
		t.Error("the way back is not the way there")
	}
}
