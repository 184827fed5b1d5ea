package browser

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	index "charterhouse/internal/search"
	"charterhouse/internal/site"
)

// seek opens the search on the page that a tab shows, types, and waits for the answer.
func seek(t *testing.T, tab *Tab, text string) {
	t.Helper()
	if err := tab.Type("/"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `document.activeElement == document.querySelector("#finder input")`) {
		t.Fatal("a slash does not open the search")
	}
	if err := tab.Type(text); err != nil {
		t.Fatal(err)
	}
	answered(t, tab, text)
}

// answered waits until the last word on what was typed is said.
func answered(t *testing.T, tab *Tab, text string) {
	t.Helper()
	if !eventually(t, tab, fmt.Sprintf(`document.querySelector("#finder").dataset.answered == %q`, strings.TrimSpace(text))) {
		t.Fatalf("%q has no answer: %s %v", text, ask[string](t, tab, `document.querySelector("#finder").innerText`), tab.Faults())
	}
}

// results are the titles of results by group, as they are shown.
const results = `Object.fromEntries([...document.querySelectorAll("#finds [role=group]")].map(g =>
	[g.firstChild.textContent, [...g.querySelectorAll("[role=option] b")].map(b => b.textContent)]))`

// What people type finds what they mean: inflected forms, parts of compounds, other spellings, slips, in both trees.
func TestSearchFinds(t *testing.T) {
	t.Parallel()
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	for _, c := range []struct{ tree, text, group, title string }{
		{"", "customer insight", "Initiatives", "Customer Insight 360"},
		{"", "c", "Initiatives", "Customer Insight 360"},
		{"", "cus", "Initiatives", "Customer Insight 360"},
		{"", "insights", "Initiatives", "Customer Insight 360"},
		{"", "samtykkerne", "Initiatives", "Fælles samtykkeregister"},
		{"", "register", "Initiatives", "Fælles samtykkeregister"},
		{"", "faelles", "Initiatives", "Fælles samtykkeregister"},
		{"", "falles", "Initiatives", "Fælles samtykkeregister"},
		{"", "køge", "Initiatives", "Sun on the Køge roof"},
		{"", "Koege", "Initiatives", "Sun on the Køge roof"},
		{"", "koge roof", "Initiatives", "Sun on the Køge roof"},
		{"", "custmoer insigth", "Initiatives", "Customer Insight 360"},
		{"", "data", "Initiatives", "Oprydning i de gamle arkiver"}, // it says kundedata
		{"", "data", "Areas", "Data policy"},
		{"", "lene", "People", "Lene Brandt"},
		{"", "brandt le", "People", "Lene Brandt"},
		{"", "soeren hoest", "People", "Søren Høst"},
		{"", "it", "Departments", "IT"},
		{"", "kundeservice", "Departments", "Customer Service"},
		{"", "data policies", "Areas", "Data policy"},
		{"", "kundedata", "In the text", "Afgrænsning"},
		{"", "timeline", "Pages", "Timeline"},
		{"da/", "kundeservice", "Afdelinger", "Kundeservice"},
		{"da/", "datapolitikken", "Områder", "Datapolitik"},
		{"da/", "tidslinjen", "Sider", "Tidslinje"},
	} {
		visit(t, tab, site.Home()+c.tree+"timeline.html")
		seek(t, tab, c.text)
		got := ask[map[string][]string](t, tab, results)
		if !slices.Contains(got[c.group], c.title) {
			t.Errorf("%s%q: %s holds %q, not %q; all: %q", c.tree, c.text, c.group, got[c.group], c.title, got)
		}
		for _, fault := range tab.Faults() {
			t.Errorf("%q: %s", c.text, fault)
		}
	}
}

// The best is first, and hits are marked where they stand, also inside a compound and in an inflected form.
func TestSearchMarks(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	for text, want := range map[string]string{
		"insights":     "Insight",
		"kundedata":    "Kundedata",
		"koege":        "Køge",
		"samtykkerne":  "Samtykker",
		"customer fir": "Customers",
	} {
		visit(t, tab, site.Home()+"index.html")
		seek(t, tab, text)
		if got := ask[[]string](t, tab, `[...document.querySelectorAll("#finds mark")].map(m => m.textContent)`); !slices.Contains(got, want) {
			t.Errorf("%q marks %q, not %q", text, got, want)
		}
	}
	visit(t, tab, site.Home()+"index.html")
	seek(t, tab, "customer fir")
	first := ask[string](t, tab, `document.querySelector("#finds [role=option] b").textContent`)
	if first != "Customers first" {
		t.Errorf("first is %q", first)
	}
}

// The keyboard does it all: down and up go around, Enter follows, Esc goes back to where one was; and each step is told to
// those who do not see it.
func TestSearchKeyboard(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"da/people/index.html")
	if err := tab.Click("[data-find]"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `document.activeElement == document.querySelector("#finder input")`) {
		t.Fatal("the button does not open the search")
	}
	if err := tab.Type("customer insight"); err != nil {
		t.Fatal(err)
	}
	answered(t, tab, "customer insight")
	const active = `(() => { const i = document.querySelector("#finder input"), o = document.getElementById(i.getAttribute("aria-activedescendant"));
		return [i.getAttribute("aria-expanded"), o.getAttribute("aria-selected"), document.querySelectorAll("[aria-selected=true]").length, [...document.querySelectorAll("[role=option]")].indexOf(o)].join(" ") })()`
	last := ask[int](t, tab, `document.querySelectorAll("[role=option]").length`) - 1
	for _, step := range []struct {
		key string
		at  int
	}{{"", 0}, {"ArrowDown", 1}, {"ArrowUp", 0}, {"ArrowUp", last}, {"ArrowDown", 0}} {
		if step.key != "" {
			if err := tab.Press(step.key); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := ask[string](t, tab, active), fmt.Sprintf("true true 1 %d", step.at); got != want {
			t.Errorf("after %s: %s, want %s", step.key, got, want)
		}
	}
	if said := ask[string](t, tab, `document.querySelector("[data-live]").textContent`); !strings.HasSuffix(said, "resultater") {
		t.Errorf("said is %q", said)
	}
	if err := tab.Press("Escape"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `!document.querySelector("dialog[open]") && document.activeElement.matches("[data-find]")`) {
		t.Error("Esc does not lead back to where one was")
	}
	if err := tab.Type("/"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `document.querySelector("#finder").open && document.activeElement.value == "customer insight"`) {
		t.Error("what was looked for is forgotten")
	}
	if err := tab.Press("Enter"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `location.href.endsWith("/da/charters/customer-insight-360.html") && document.readyState == "complete"`) {
		t.Errorf("Enter leads to %s", ask[string](t, tab, "location.href"))
	}
	visit(t, tab, site.Home()+"charters/customer-insight-360.html")
	seek(t, tab, "kundedata er ikke")
	if err := tab.Click("#finds [data-u*='#']"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `location.hash == "#s-afgraensning" && !!document.getElementById("s-afgraensning")`) {
		t.Errorf("a section leads to %s", ask[string](t, tab, "location.href"))
	}
	say(t, tab.Faults())
}

// With the dialog open, and with results on the page, everybody can use both, at both widths, light and dark.
func TestSearchForEverybody(t *testing.T) {
	t.Parallel()
	site := built(t)
	for _, v := range []View{Wide, Wide.InDark(), Phone, Phone.InDark()} {
		tab, judged := open(t, v.At(site.Home())), violations
		if v.Dark {
			judged = inks
		}
		for _, text := range []string{"data", "custmoer", "zzzqqq"} {
			visit(t, tab, site.Home()+"da/index.html")
			seek(t, tab, text)
			for _, fault := range slices.Concat(tab.Faults(), judged(t, tab)) {
				t.Errorf("%v %s: %s", v, text, fault)
			}
			visit(t, tab, site.Home()+"search.html?q="+text)
			shown(t, tab, text)
			for _, fault := range slices.Concat(tab.Faults(), judged(t, tab)) {
				t.Errorf("%v page of %s: %s", v, text, fault)
			}
			if over := ask[int](t, tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%v: the page of %s is %d pixels wider than its window", v, text, over)
			}
		}
	}
}

// Nothing found says so, quoting what was typed, and is no fault.
func TestSearchFindsNothing(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	for tree, want := range map[string]string{"": "Nothing found for “zzzqqq <xyzxyz>”.", "da/": "Intet fundet for »zzzqqq <xyzxyz>«."} {
		visit(t, tab, site.Home()+tree+"index.html")
		seek(t, tab, "zzzqqq <xyzxyz>")
		if got := ask[string](t, tab, `document.querySelector("#finder .find-say").textContent`); got != want {
			t.Errorf("said is %q, want %q", got, want)
		}
		if err := tab.Press("Enter"); err != nil {
			t.Fatal(err)
		}
		if got := ask[string](t, tab, `document.querySelector("#finder input").getAttribute("aria-expanded") + document.querySelectorAll("[role=option]").length`); got != "false0" {
			t.Errorf("with nothing found the list is %s", got)
		}
	}
	say(t, tab.Faults())
}

// shown waits until the search page answers.
func shown(t *testing.T, tab *Tab, text string) {
	t.Helper()
	if !eventually(t, tab, fmt.Sprintf(`document.querySelector("[data-find-form]").dataset.answered == %q`, text)) {
		t.Fatalf("the page has no answer for %q: %v", text, tab.Faults())
	}
}

// On the search page each choice of a facet keeps what its count says, choices go together, and the address holds them.
func TestSearchPage(t *testing.T) {
	t.Parallel()
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"search.html?q=data")
	shown(t, tab, "data")
	const charters = `document.querySelectorAll("#r-charters ~ ul li").length + (Number((document.querySelector("#r-charters ~ .btn") || {textContent: "0"}).textContent.split(" ")[0]) || 0)`
	all := ask[int](t, tab, charters)
	const choose = `(() => { const s = document.querySelector("[data-find-form]").elements[%q]; s.value = %q;
		delete s.form.dataset.answered; s.dispatchEvent(new Event("input", {bubbles: true})); })()`
	for _, facet := range []string{"department", "status", "year", "owner"} {
		options := ask[[][2]string](t, tab, fmt.Sprintf(`[...document.querySelector("[data-find-form]").elements[%q].options].map(o => [o.value, o.text])`, facet))
		if len(options) < 3 {
			t.Errorf("%s has the choices %q", facet, options)
		}
		for _, o := range options[1:] {
			ask[struct{}](t, tab, fmt.Sprintf(choose, facet, o[0]))
			shown(t, tab, "data")
			if got := ask[int](t, tab, charters); !strings.HasSuffix(o[1], fmt.Sprintf("(%d)", got)) || got > all {
				t.Errorf("%s %s shows %d charters of %d", facet, o[1], got, all)
			}
		}
		ask[struct{}](t, tab, fmt.Sprintf(choose, facet, ""))
		shown(t, tab, "data")
	}
	ask[struct{}](t, tab, fmt.Sprintf(choose, "department", "it"))
	shown(t, tab, "data")
	ask[struct{}](t, tab, fmt.Sprintf(choose, "status", "active"))
	shown(t, tab, "data")
	both := ask[int](t, tab, charters)
	if both == 0 || both >= all {
		t.Errorf("two choices leave %d of %d", both, all)
	}
	visit(t, tab, site.Home()+"da/search.html?q=data&department=it&status=active")
	shown(t, tab, "data")
	if got := ask[int](t, tab, charters); got != both {
		t.Errorf("the address shows %d charters, the choices %d", got, both)
	}
	visit(t, tab, site.Home()+"search.html?status=cancelled")
	shown(t, tab, "")
	if got := ask[int](t, tab, charters); got < 2 || ask[bool](t, tab, `!document.querySelector("[data-find-all]").hidden`) {
		t.Errorf("without a word, %d charters are shown", got)
	}
	if err := tab.Click("[type=reset]"); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, tab, `!document.querySelector("[data-find-all]").hidden && document.querySelector("[data-find-results]").hidden`) {
		t.Error("after clearing, the pages from A to Z are not back")
	}
	say(t, tab.Faults())
}

// Below a path of a server the address follows what is chosen.
func TestSearchBelowPath(t *testing.T) {
	built := built(t)
	const below = "/some/sub path/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(built.dir))))
	t.Cleanup(server.Close)
	home := server.URL + "/some/sub%20path/"
	tab := open(t, Wide.At(home))
	for _, tree := range []string{"", "da/"} {
		visit(t, tab, home+tree+"departments/it.html")
		seek(t, tab, "samtykkeregister")
		if err := tab.Press("Enter"); err != nil {
			t.Fatal(err)
		}
		if !eventually(t, tab, fmt.Sprintf(`location.href == %q`, home+tree+"charters/samtykkeregister.html")) {
			t.Errorf("Enter leads to %s", ask[string](t, tab, "location.href"))
		}
		visit(t, tab, home+tree+"search.html#find")
		if err := tab.Type("data"); err != nil {
			t.Fatal(err)
		}
		shown(t, tab, "data")
		if got := ask[string](t, tab, "location.href"); got != home+tree+"search.html?q=data" {
			t.Errorf("the address is %s", got)
		}
	}
	say(t, tab.Faults())
}

// The words and stems of a query are made as those of the index.
func TestSearchAgrees(t *testing.T) {
	tab := open(t, Wide)
	visit(t, tab, built(t).Home()+"index.html")
	seek(t, tab, "data")
	texts := []string{"Kunde-data, »kundens« ID.", "A\u030Arhus 360° e-mail", "日本語 Ελληνικά Ünïcödé", "x_y __proto__ <b>", strings.Repeat("å", 40) + " " + strings.Repeat("b", 41)}
	words := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 1))
	endings := strings.Fields("s e en er ene erne ernes et ets ing inger løs løst lig elig ed edly ly ness ational ization ies y heit keit ung isch ern")
	err := fs.WalkDir(os.DirFS("../../content"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join("../../content", name))
		for _, w := range index.Words(string(text)) {
			words[w] = true
			words[w+endings[random.IntN(len(endings))]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		given, _ := json.Marshal(text)
		if got, want := ask[[]string](t, tab, fmt.Sprintf("charterhouseWords.wordsOf(%s)", given)), index.Words(text); !slices.Equal(got, want) {
			t.Errorf("%q: the browser has the words %q, Go has %q", text, got, want)
		}
	}
	var all []string
	for w := range words {
		all = append(all, w)
	}
	slices.Sort(all)
	given, _ := json.Marshal(all)
	for _, lang := range []string{"da", "de", "en"} {
		stems := ask[[]string](t, tab, fmt.Sprintf("%s.map(w => charterhouseWords.stemOf(%q, w))", given, lang))
		folds := ask[[]string](t, tab, fmt.Sprintf("%s.map(w => charterhouseWords.fold(charterhouseWords.stemOf(%q, w)))", given, lang))
		for i, w := range all {
			if want := index.Stem(lang, w); stems[i] != want || folds[i] != index.Fold(want) {
				t.Errorf("%s %s: the browser says %s and %s, Go says %s and %s", lang, w, stems[i], folds[i], want, index.Fold(want))
			}
		}
	}
	if len(all) < 8000 {
		t.Errorf("%d words were compared", len(all))
	}
}

// A saved edit is found at once, with the search open all the while.
func TestSearchInPreview(t *testing.T) {
	l := previewed(t, Wide, nil)
	l.visit("index.html")
	seek(t, l.tab, "skyskraber")
	if got := ask[int](t, l.tab, `document.querySelectorAll("#finds [data-u^='charters/']").length`); got != 0 {
		t.Fatalf("%d charters before the edit", got)
	}
	l.change("content/charters/lager-uden-papir.md", `title = "Lager uden papir"`, `title = "Lager i en skyskraber"`)
	l.must(`[...document.querySelectorAll("#finds [role=option] b")].some(b => b.textContent == "Lager i en skyskraber")`)
	l.must(`document.querySelector("#finder").open && document.querySelector("#finder input").value == "skyskraber"`)
	l.stayed()
}

// At 10,000 charters a first query moves at most 300 KB. How long it takes is told, and not judged.
func TestSearchTenThousand(t *testing.T) {
	t.Parallel()
	content := filepath.Join(t.TempDir(), "content")
	if err := bench.Generate(content, 10_000, 1); err != nil {
		t.Fatal(err)
	}
	server := serveAll(t, content)
	for _, text := range []string{"loyalty", "kundedata", "lists removed"} {
		tab := open(t, Wide.At(server.home))
		visit(t, tab, server.home+"people/index.html")
		server.moved() // what the page itself took
		seek(t, tab, text)
		moved, files := server.moved()
		if moved > 300_000 {
			t.Errorf("%q moves %d bytes: %v", text, moved, files)
		}
		took := ask[float64](t, tab, `new Promise(done => {
			const input = document.querySelector("#finder input"), list = document.querySelector("#finds"), from = performance.now();
			new MutationObserver((_, o) => { if (list.querySelector("[role=option]")) { o.disconnect(); done(performance.now() - from); } }).observe(list, {childList: true});
			input.value = "invoice"; input.dispatchEvent(new Event("input"));
		})`)
		t.Logf("%q moves %d bytes in %d files; another word has its first result %.0f ms after the key", text, moved, len(files), took)
		say(t, tab.Faults())
	}
}

// A counter serves a site as it is asked for, compressed, and counts the bytes.
type counter struct {
	home  string
	mu    sync.Mutex
	sum   int
	files []string
}

// moved returns what was sent since it was last asked.
func (c *counter) moved() (sum int, files []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum, files = c.sum, c.files
	c.sum, c.files = 0, nil
	return sum, files
}

func serveAll(t *testing.T, content string) *counter {
	t.Helper()
	d, err := desk.Open(desk.Place{Content: content, Around: filepath.Dir(content)}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	day, _ := calendar.ParseDate(bench.AsOf)
	v := d.Look(day)
	s := site.New(v.Portfolio, v.Found, v.Theme, site.Options{Attachment: v.Attachment})
	c := &counter{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		kinds := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css", ".svg": "image/svg+xml"}
		w.Header().Set("Content-Type", kinds[path.Ext(name)])
		w.Header().Set("Content-Encoding", "gzip")
		var sum bytes.Buffer
		z := gzip.NewWriter(&sum)
		if err := s.Render(z, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_ = z.Close()
		c.mu.Lock()
		c.sum += sum.Len()
		c.files = append(c.files, fmt.Sprintf("%s %d", name, sum.Len()))
		c.mu.Unlock()
		_, _ = w.Write(sum.Bytes())
	}))
	t.Cleanup(server.Close)
	c.home = server.URL + "/"
	return c
}

// Names that every object has are words like others.
func TestSearchForNamesOfObjects(t *testing.T) {
	t.Parallel()
	site := built(t)
	tab := open(t, View{NoPolicy: true, Home: site.Home()})
	for _, text := range append([]string{"__proto__", "constructor", "toString", "hasOwnProperty valueOf", "^c", "+data", "\\"}, payloads...) {
		visit(t, tab, site.Home()+"index.html")
		seek(t, tab, text)
		visit(t, tab, site.Home()+"search.html?q="+url.QueryEscape(text)+"&department=__proto__&status=constructor&year=toString&owner="+url.QueryEscape(text))
		shown(t, tab, text)
		settle(t, tab)
		if ask[bool](t, tab, "({}).polluted !== undefined || Object.keys(Object.prototype).length > 0") {
			t.Errorf("%q changes what every object has", text)
		}
		for _, fault := range tab.Faults() {
			t.Errorf("%q: %s", text, fault)
		}
	}
}
