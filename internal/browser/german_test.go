package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The sample in German: words are longer and compounds are written together, but
// nothing is cut, nothing leaves a telephone's page, and axe has no word to say.
func TestGerman(t *testing.T) {
	t.Parallel()
	content := filepath.Join(t.TempDir(), "content")
	if err := os.CopyFS(content, os.DirFS(filepath.Join("..", "..", "content"))); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(content, "charterhouse.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	german := regexp.MustCompile(`(?m)^languages:.*$`).ReplaceAll(text, []byte("languages: [de, en, da]"))
	if err := os.WriteFile(config, german, 0o644); err != nil {
		t.Fatal(err)
	}
	// The longest word that a German reads without blinking.
	long := filepath.Join(content, "charters", "one-product-record.de.md")
	if err := os.WriteFile(long, []byte("---\ntranslation_of: one-product-record\nlang: de\ntitle: Produktstammdatenzuständigkeitsvereinbarung\nsummary: Jedes Produkt hat einen Datensatz.\n---\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	site := siteIn(t, content)
	say(t, site.Dangling())
	say(t, site.Unsafe())
	for _, v := range []View{Phone, Wide.InDark()} {
		tab, judged := open(t, v.At(site.Home())), violations
		if v.Dark {
			judged = inks
		}
		for _, address := range []string{"index.html", "initiatives/index.html", "rollup/index.html", "timeline.html", "attention.html", "ownership.html", "goals.html", "returns.html", "search.html",
			"departments/it.html", "people/magnus-bjoern.html", "charters/one-product-record.html", "charters/samtykkeregister.html", "da/charters/customer-insight-360.html", "en/charters/samtykkeregister.html"} {
			visit(t, tab, site.Home()+address)
			if found := judged(t, tab); len(found) > 0 {
				t.Errorf("%v: %s: %s", v, address, strings.Join(found, "\n"))
			}
			if wide := ask[int](t, tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
				t.Errorf("%v: %s is %d pixels wider than the screen: %v", v, address, wide, ask[[]string](t, tab, widest))
			}
			if cut := ask[[]string](t, tab, `[...document.querySelectorAll("main h1, main h2, main h3, main a, main b, main th, main td")].filter(e => getComputedStyle(e).textOverflow == "ellipsis").map(e => e.textContent)`); len(cut) > 0 {
				t.Errorf("%v: %s cuts %q", v, address, cut)
			}
		}
		if faults := tab.Faults(); len(faults) > 0 {
			t.Errorf("%v: %q", v, faults)
		}
	}
}
