package portfolio

import (
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
)

// people, departments and areas of the made portfolios, all of them real.
var (
	folk   = []string{"ann", "bo", "cy", "di"}
	houses = []string{"it", "marketing", "legal"}
	fields = []string{"data", "tools", "texts"}
)

func drawCharter(t *rapid.T, n int) string {
	pick := func(list []string, name string) string { return rapid.SampledFrom(list).Draw(t, name) }
	other := func(name string) string { return fmt.Sprintf("c%d", rapid.IntRange(0, n).Draw(t, name)) }
	title := func(name string) string { return fmt.Sprintf("Title %d", rapid.IntRange(0, n).Draw(t, name)) }
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\nstatus: %s\n", title("title"), pick([]string{"proposed", "active", "completed"}, "status"))
	fmt.Fprintf(&b, "timeframe: {start: 2026-0%d-01, end: 2027-0%d-01}\n", rapid.IntRange(1, 9).Draw(t, "start"), rapid.IntRange(1, 9).Draw(t, "end"))
	fmt.Fprintf(&b, "lead: %s\nteam:\n  - {person: %s, home: it, allocation: 50%%}\n", pick(folk, "lead"), pick(folk, "member"))
	fmt.Fprintf(&b, "budget:\n  currency: EUR\n  total: 100\n  shares: {%s: rest, legal: 20%%}\n", pick(houses[:2], "payer"))
	fmt.Fprintf(&b, "responsibilities:\n  - {area: %s, accountable: %s}\n", pick(fields, "area"), pick(houses, "accountable"))
	fmt.Fprintf(&b, "links:\n  depends_on: [%s]\n  related: [%s, %s]\n  contributes_to: [grow]\n", other("needs"), other("like"), other("also"))
	if rapid.IntRange(0, 9).Draw(t, "alias") == 0 {
		fmt.Fprintf(&b, "aliases: [old%d]\n", rapid.IntRange(0, 3).Draw(t, "former"))
	}
	if rapid.IntRange(0, 9).Draw(t, "broken") == 0 {
		b.WriteString("staus: x\n")
	}
	fmt.Fprintf(&b, "---\n\nSee [[%s]] and [[%s]], [there](%s.md#s-part), [[c1#del]], [de](t1.md#hele), [[person:%s]], [[area:data]].\n\n## %s\n\n[[%s]] again, and [[c1#part]].\n",
		other("wiki"), title("by title"), other("path"), pick(folk, "named"), pick([]string{"Part", "Whole"}, "heading"), other("wiki 2"))
	return b.String()
}

// drawTranslation draws a file that translates one of the charters, mostly one
// and the same, with parts that are as new as some original, or are not.
func drawTranslation(t *rapid.T, n int) string {
	pick := func(list []string, name string) string { return rapid.SampledFrom(list).Draw(t, name) }
	other := func(name string) string { return fmt.Sprintf("c%d", rapid.IntRange(0, n).Draw(t, name)) }
	var b strings.Builder
	of := other("of")
	if rapid.IntRange(0, 4).Draw(t, "the usual") > 0 {
		of = "c1"
	}
	fmt.Fprintf(&b, "---\ntranslation_of: %s\nlang: %s\ntitle: Titel %d\n", of, pick([]string{"da", "da", "de"}, "lang"), rapid.IntRange(0, 3).Draw(t, "title"))
	fmt.Fprintf(&b, "translated: {title: t%010d, body.del: t0123456789}\n---\n\nSe [[%s#part]], [der](%s.md#part), [hen](#%s) og [[c1#%s]].\n\n## %s\n\nTekst.\n",
		rapid.IntRange(0, 3).Draw(t, "sum"), other("wiki"), pick([]string{"c1", "t1", "t2", "c2"}, "path"), pick([]string{"del", "part"}, "own"), pick([]string{"del", "hele", "part"}, "anchor"), pick([]string{"Del", "Hele"}, "heading"))
	return b.String()
}

// What next shares with the portfolio before, Link makes alike.
func TestNextIsLink(t *testing.T) {
	const n = 12
	shortcut := 0
	rapid.Check(t, func(t *rapid.T) {
		files := tree(map[string]string{"charterhouse.yaml": "title: T\n",
			"registers/departments.yml": "- {id: it, name: IT}\n- {id: marketing, name: Marketing}\n- {id: legal, name: Legal}\n",
			"registers/people.yml":      "- {id: ann, name: Ann}\n- {id: bo, name: Bo}\n- {id: cy, name: Cy}\n- {id: di, name: Di}\n",
			"registers/areas.yml":       "- {id: data, name: Data}\n- {id: tools, name: Tools, parent: data}\n- {id: texts, name: Texts}\n",
			"registers/objectives.yml":  "- {id: grow, text: Grow}\n"})
		put := func(i int) {
			files[fmt.Sprintf("charters/c%d.md", i)] = &fstest.MapFile{Data: []byte(drawCharter(t, n))}
		}
		for i := range n {
			put(i)
		}
		say := func(i int) {
			files[fmt.Sprintf("charters/t%d.md", i)] = &fstest.MapFile{Data: []byte(drawTranslation(t, n))}
		}
		say(1)
		say(2)
		remembers := &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		load(t, remembers, files)
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			for range rapid.IntRange(1, 3).Draw(t, "at once") {
				if rapid.IntRange(0, 2).Draw(t, "a translation") == 0 {
					say(rapid.IntRange(1, 2).Draw(t, "which text"))
				} else {
					put(rapid.IntRange(0, n-1).Draw(t, "which"))
				}
			}
			switch rapid.IntRange(0, 12).Draw(t, "else") {
			case 0:
				delete(files, "charters/c3.md")
			case 2:
				files["questions/q.md"] = &fstest.MapFile{Data: []byte(fmt.Sprintf("---\ntitle: Q%d\nquery: {list: charters}\n---\n", rapid.IntRange(0, 3).Draw(t, "asked")))}
			case 1:
				files["approvals/it/c1.yml"] = &fstest.MapFile{Data: []byte("- {person: ann, date: 2026-02-01, terms: sha256:0}\n")}
			}
			before := remembers.last
			if before != nil && rapid.Bool().Draw(t, "asked for conflicts") {
				before.Conflicts()
			}
			a, b := load(t, remembers, files), load(t, &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}, files)
			if before != nil && reflect.ValueOf(before.people).Pointer() == reflect.ValueOf(a.Portfolio.people).Pointer() {
				shortcut++
			}
			same(t, a.Portfolio, b.Portfolio)
			a.Found.Sort()
			b.Found.Sort()
			if !reflect.DeepEqual(a.Found, b.Found) {
				t.Fatalf("findings:\n%v\n%v", a.Found, b.Found)
			}
		}
	})
	if shortcut < 20 {
		t.Errorf("only %d of the edits were linked the short way", shortcut)
	}
}

// same compares two portfolios table by table.
func same(t *rapid.T, a, b *Portfolio) {
	for target, list := range b.linkedBy {
		if !reflect.DeepEqual(list, a.linkedBy[target]) {
			t.Fatalf("links to %v differ:\n%+v\n%+v", target, a.linkedBy[target], list)
		}
	}
	a.Conflicts()
	b.Conflicts()
	for i, x := range a.translations {
		y := b.translations[i]
		if x != a.rendered[x.File.File] || x.Of != a.Find(x.File.TranslationOf.Value) || x.Of != nil && !slices.Contains(a.translated[x.Of.ID.Value], x) {
			t.Fatalf("%s is not what is shown", x.File.File)
		}
		if !reflect.DeepEqual(x.File, y.File) || x.Of != nil && (!reflect.DeepEqual(x.Shown(), y.Shown()) || !reflect.DeepEqual(x.Parts(), y.Parts()) || !reflect.DeepEqual(x.Lacking(), y.Lacking())) {
			t.Fatalf("%s differs:\n%+v\n%+v", x.File.File, x.Parts(), y.Parts())
		}
	}
	for name, pair := range map[string][2]any{
		"charters": {a.charters, b.charters}, "files": {a.files, b.files}, "byID": {a.byID, b.byID}, "byFile": {a.byFile, b.byFile}, "byTitle": {a.byTitle, b.byTitle},
		"aliases": {a.aliases, b.aliases}, "resolved": {a.resolved, b.resolved}, "linkedBy": {a.linkedBy, b.linkedBy}, "relations": {a.relations, b.relations},
		"approvals": {a.approvals, b.approvals}, "updates": {a.updates, b.updates}, "signed": {a.signed, b.signed}, "paidBy": {a.paidBy, b.paidBy},
		"involving": {a.involving, b.involving}, "concerning": {a.concerning, b.concerning}, "toward": {a.toward, b.toward}, "doubtful": {a.doubtful, b.doubtful},
		"conflicts": {a.conflicts.all, b.conflicts.all}, "questions": {a.asked, b.asked},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Fatalf("%s differ:\n%v\n%v", name, pair[0], pair[1])
		}
	}
	held := map[*charter.Charter]bool{}
	for _, c := range a.charters {
		held[c] = true
	}
	for t2, list := range a.linkedBy {
		for _, l := range list {
			if !held[l.From] {
				t.Fatalf("%v is linked from a version that is gone", t2)
			}
		}
	}
	for _, lists := range []map[ID][]*charter.Charter{a.paidBy, a.involving, a.concerning, a.toward} {
		for id, list := range lists {
			for _, c := range list {
				if !held[c] {
					t.Fatalf("%s lists a version that is gone", id)
				}
			}
		}
	}
	for id, all := range a.relations {
		for _, list := range all {
			for _, c := range list {
				if !held[c] {
					t.Fatalf("%s relates to a version that is gone", id)
				}
			}
		}
	}
}

// A steady loader goes on with the last sound version of what is broken.
func TestSteady(t *testing.T) {
	files := tree(map[string]string{"charterhouse.yaml": "title: T\n", "registers/departments.yml": "- {id: it, name: IT}\n",
		"charters/a.md": "---\ntitle: A\nstatus: proposed\n---\n"})
	l := &Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }, Steady: true}
	put := func(name, text string) Loaded {
		files[name] = &fstest.MapFile{Data: []byte(text)}
		return load(t, l, files)
	}
	title := func(x Loaded) string { return x.Portfolio.Charter("a").Title.Value }
	if x := load(t, l, files); title(x) != "A" || len(x.Kept) > 0 {
		t.Fatalf("%q %v", title(x), x.Kept)
	}
	broken := put("charters/a.md", "---\ntitle: [B\n---\n")
	if title(broken) != "A" || !broken.Kept["charters/a.md"] || broken.Found.Count(diag.Error) > 0 || len(broken.Found) == 0 {
		t.Errorf("%q %v %v", title(broken), broken.Kept, broken.Found)
	}
	if x := put("charters/a.md", "---\ntitle: C\nstatus: proposed\n---\n"); title(x) != "C" || len(x.Kept) > 0 {
		t.Errorf("%q %v %v", title(x), x.Kept, x.Found)
	}
	if x := put("registers/departments.yml", "- {id: it, name: [\n"); !x.Kept["registers/departments.yml"] || x.Portfolio.Department("it") == nil {
		t.Errorf("the registers did not stand: %v", x.Kept)
	}
	if x := put("registers/people.yml", "- {id: bo, name: Bo}\n"); x.Portfolio.Person("bo") != nil || len(x.Kept) != 1 {
		t.Errorf("half of the registers was taken: %v", x.Kept)
	}
	if x := put("registers/departments.yml", "- {id: it, name: New}\n"); x.Portfolio.Department("it").Name.In("en") != "New" || x.Portfolio.Person("bo") == nil || len(x.Kept) > 0 {
		t.Errorf("%v", x.Kept)
	}
	if x := put("charterhouse.yaml", "title: [\n"); !x.Kept["charterhouse.yaml"] || x.Portfolio.Config().Title.Value != "T" {
		t.Errorf("%v", x.Kept)
	}
	if x := put("charterhouse.yaml", "title: U\n"); len(x.Kept) > 0 || x.Portfolio.Config().Title.Value != "U" {
		t.Errorf("%v", x.Kept)
	}
}
