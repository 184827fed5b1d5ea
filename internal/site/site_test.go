package site

import (
	"bytes"
	"charterhouse/internal/locale"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/check"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

func siteOf(t *testing.T, tree *source.Tree) *Site {
	t.Helper()
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	loaded := loader.Load(tree, day)
	p := loaded.Portfolio
	th, found := theme.Load(nil, "themes/default", p.Config().Languages)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return New(p, check.Finish(p, append(loaded.Found, check.Run(p)...)), th, Options{Commit: "abc1234", Attachment: func(string) ([]byte, error) { return []byte("picture"), nil }})
}

func sample(t *testing.T) *Site {
	t.Helper()
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return siteOf(t, tree)
}

// Every address renders, from many goroutines at once and in any order, to the
// same bytes; no page shows the key of a message or a gap of its frame.
func TestEveryAddressRenders(t *testing.T) {
	s, again := sample(t), sample(t)
	addresses := s.Addresses()
	if !slices.Contains(addresses, "da/charters/samtykkeregister.html") || !slices.Contains(addresses, "portfolio.json") {
		t.Fatalf("%d addresses", len(addresses))
	}
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := worker; i < len(addresses); i += 4 {
				a := addresses[i]
				var one bytes.Buffer
				if err := s.Render(&one, a); err != nil || one.Len() == 0 {
					t.Errorf("%s: %d bytes, %v", a, one.Len(), err)
					continue
				}
				if strings.HasSuffix(a, ".html") {
					judge(t, a, one.String())
				}
			}
		})
	}
	all.Wait()
	for _, a := range slices.Backward(addresses) {
		var one, two bytes.Buffer
		if s.Render(&one, a) != nil || again.Render(&two, a) != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s is not the same in another order", a)
		}
	}
}

func judge(t *testing.T, address, page string) {
	t.Helper()
	for _, bad := range []string{"zqGap", "<no value>", "ZgotmplZ", "%!", `href=""`, "{{"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s holds %s", address, bad)
		}
	}
	lang := "en"
	if strings.HasPrefix(address, "da/") {
		lang = "da"
	}
	if !strings.Contains(page, `<html lang="`+lang+`">`) {
		t.Errorf("%s does not say that it is in %s", address, lang)
	}
	for _, key := range []string{">column.", ">status.", ">nav.", ">charter.", ">rollup.", ">return."} {
		if strings.Contains(page, key) {
			t.Errorf("%s shows the key of a message: %s", address, key)
		}
	}
}

// TestFilters holds that whatever the browser's filter can ask for stands in some row.
func TestFilters(t *testing.T) {
	s := sample(t)
	page := render(t, s, "initiatives/index.html")
	marks := map[string]bool{}
	rows := regexp.MustCompile(` data-f="([^"]*)"`).FindAllStringSubmatch(page, -1)
	for _, row := range rows {
		for mark := range strings.FieldsSeq(row[1]) {
			marks[mark] = true
		}
	}
	asked := regexp.MustCompile(`<option value="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if n := strings.Count(page, "<select"); n != 5 || len(rows) < 40 || len(asked) < 20 {
		t.Fatalf("%d filters of %d rows with %d choices", n, len(rows), len(asked))
	}
	for _, choice := range asked {
		if !marks[choice[1]] {
			t.Errorf("no row is found by %s", choice[1])
		}
	}
	again := render(t, s, "da/initiatives/signed-re-sign-needed.html")
	if strings.Count(again, " data-f=") != 1 || !strings.Contains(again, "Månedslukning på tre dage") || !strings.Contains(again, "<span class=\"sub\">Skal underskrives igen") {
		t.Error("the list of what is to be signed again has something else")
	}
}

// From the ninth department on colours repeat, and a part of a bar has a hatch over
// it, whose pattern its page holds once.
func TestRepeatedColoursAreHatched(t *testing.T) {
	s := sample(t)
	for _, address := range []string{"initiatives/index.html", "charters/elektroniske-hyldeetiketter.html", "rollup/fairness.html", "timeline.html"} {
		page := render(t, s, address)
		if !strings.Contains(page, `class="plan"`) || strings.Count(page, `id="hatch"`) != 1 {
			t.Errorf("%s: the hatch is not drawn, or its pattern stands %d times", address, strings.Count(page, `id="hatch"`))
		}
	}
}

func TestNoSuchAddress(t *testing.T) {
	s := sample(t)
	for _, a := range []string{"nowhere.html", "../index.html", "", "da/", "charters/../index.html"} {
		if err := s.Render(new(bytes.Buffer), a); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", a, err)
		}
	}
}

// A site of nothing still has every page, and says what is missing and why.
func TestEmptySite(t *testing.T) {
	tree, err := source.FromFS(fstest.MapFS{"charterhouse.yaml": &fstest.MapFile{Data: []byte("title: Empty\nlanguages: [da]\n")}}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	s := siteOf(t, tree)
	for _, a := range s.Addresses() {
		if err := s.Render(new(bytes.Buffer), a); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	var b bytes.Buffer
	_ = s.Render(&b, "index.html")
	if !strings.Contains(b.String(), "Ingen charters endnu") {
		t.Error("an empty site does not say so")
	}
}

// A charter speaks its own language inside a frame that speaks the reader's.
func TestCharterSpeaksItsLanguage(t *testing.T) {
	s := sample(t)
	var b bytes.Buffer
	if err := s.Render(&b, "charters/kundepostkasse.html"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{`<html lang="en">`, `<article lang="da">`, ">Overview<", ">Finansiering<", "kr."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Where somebody has translated a charter, its readers are shown that, beside the
// facts of the original and the way to the text that is signed.
func TestTranslationIsShown(t *testing.T) {
	s := sample(t)
	page := func(address string) string {
		var b bytes.Buffer
		if err := s.Render(&b, address); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for address, want := range map[string][]string{
		"charters/samtykkeregister.html": {"<title>One shared register of consent ·", "<article>", "Translated from Danish;", `<a href="../da/charters/samtykkeregister.html" hreflang="da">Read the original</a>`, "1 part has changed",
			`<h2 id="s-decisions">Decisions</h2>` + "\n" + `<p class="was">Changed in the original since`, "DKK\u00a0333,333.34", "jt1-22c89c009d4cd117", "charters/samtykkeregister.en.md", "All 3 signed these terms"},
		"da/charters/samtykkeregister.html":     {"<h1>Fælles samtykkeregister</h1>", "333.333,34", "Udskriv til underskrift"},
		"da/charters/customer-insight-360.html": {"<h1>Kundeindsigt 360</h1>", "240.000\u00a0€", "Læs originalen", "charters/samtykkeregister.html"},
		"da/goals.html":                         {"De, der ejer en kampagne", "Kundeindsigt 360"},
		"da/rollup/milestones.html":             {"Regler for sammenstilling aftalt"},
		"rollup/milestones.html":                {"Rules for matching agreed", "Data model approved"},
		"people/aase-bjerre.html":               {"Team leader in Customer Dialogue"},
	} {
		got := page(address)
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s lacks %s", address, text)
			}
		}
	}
	for _, text := range []string{"data-print", "only-print sigs", `lang="da">Fælles samtykke`} {
		if strings.Contains(page("charters/samtykkeregister.html"), text) {
			t.Errorf("a translation shows %s", text)
		}
	}
	for _, a := range s.Addresses() {
		if strings.Contains(a, "samtykkeregister.en") || strings.Contains(a, "index.da") {
			t.Errorf("a translation has a page of its own: %s", a)
		}
	}
}
