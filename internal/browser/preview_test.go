package browser

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/preview"
)

// A live is a preview of a folder of its own, and a tab that looks at it.
type live struct {
	t    *testing.T
	dir  string
	home string
	tab  *Tab
	stop func()
}

// preview copies the sample, adds files to it, and shows it.
func previewed(t *testing.T, v View, files map[string]string) *live {
	t.Helper()
	l := &live{t: t, dir: t.TempDir()}
	if err := os.CopyFS(filepath.Join(l.dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		l.write(name, text)
	}
	l.serve("")
	l.tab = open(t, v.At(l.home))
	return l
}

// serve starts the preview, at an address that it had before or at any.
func (l *live) serve(at string) {
	l.t.Helper()
	day, _ := calendar.ParseDate("2026-11-16")
	s, err := preview.New(preview.Options{Place: desk.Place{Content: filepath.Join(l.dir, "content"), Around: l.dir}, AsOf: day, Editor: preview.VSCode, Listen: at})
	if err != nil {
		l.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	var ended bool
	l.stop = func() {
		if !ended {
			ended = true
			cancel()
			if err := <-done; err != nil {
				l.t.Error(err)
			}
		}
	}
	l.t.Cleanup(l.stop)
	l.home = s.Address()
}

func (l *live) path(name string) string { return filepath.Join(l.dir, filepath.FromSlash(name)) }

func (l *live) write(name, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(l.path(name)), 0o777); err != nil {
		l.t.Fatal(err)
	}
	// As editors save: a new file in the place of the old one.
	if err := os.WriteFile(l.path(name)+"~", []byte(text), 0o666); err != nil {
		l.t.Fatal(err)
	}
	if err := os.Rename(l.path(name)+"~", l.path(name)); err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) read(name string) string {
	l.t.Helper()
	text, err := os.ReadFile(l.path(name))
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text)
}

// change replaces a piece of a file, which must be in it.
func (l *live) change(name, from, to string) {
	l.t.Helper()
	text := l.read(name)
	if !strings.Contains(text, from) {
		l.t.Fatalf("%s does not say %q", name, from)
	}
	l.write(name, strings.Replace(text, from, to, 1))
}

func (l *live) visit(address string) {
	l.t.Helper()
	visit(l.t, l.tab, l.home+address)
	ask[struct{}](l.t, l.tab, "void (window.stayed = true)") // gone if the page is loaded again
	l.must(`document.querySelector("#chp").dataset.state`)
}

// must waits until the page answers yes.
func (l *live) must(question string) {
	l.t.Helper()
	if !eventually(l.t, l.tab, "!!("+question+")") {
		l.t.Fatalf("%s: never true; main says: %.300s", question, ask[string](l.t, l.tab, `document.querySelector("main").innerText`))
	}
}

func says(text string) string {
	return fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, text)
}

// stayed holds that the page was changed in place, and in quiet.
func (l *live) stayed() {
	l.t.Helper()
	if !ask[bool](l.t, l.tab, "window.stayed === true") {
		l.t.Error("the page was loaded again")
	}
	say(l.t, l.tab.Faults())
}

// click clicks as a person does, who sees the page first: a browser drops what is clicked on one that it has not painted.
func (l *live) click(selector string) {
	l.t.Helper()
	time.Sleep(300 * time.Millisecond)
	if err := l.tab.Click(selector); err != nil {
		l.t.Fatal(err)
	}
}

const shop = "content/charters/accessible-shop.md"

// A saved text changes the page in place: it stays where the reader scrolled, with what is open and what has the focus.
func TestPreviewMorphs(t *testing.T) {
	l := previewed(t, Wide, nil)
	l.visit("charters/accessible-shop.html")
	ask[struct{}](t, l.tab, `scrollTo({top: 700, behavior: "instant"}); document.querySelector(".toc a").focus()`)
	const place = `document.querySelector("#goals h2").getBoundingClientRect().top`
	before := ask[float64](t, l.tab, place)
	l.change(shop, "A retired teacher from Ribe telephoned", "A retired pilot from Ribe telephoned")
	l.must(says("A retired pilot from Ribe"))
	l.change(shop, "title: A shop everyone can use", "title: A shop for everybody")
	l.must(`document.title.startsWith("A shop for everybody") && document.querySelector("h1").innerText.trim() === "A shop for everybody"`)
	if after := ask[float64](t, l.tab, place); math.Abs(after-before) > 1 {
		t.Errorf("what was read moved from %v to %v", before, after)
	}
	if !ask[bool](t, l.tab, `document.activeElement.matches(".toc a")`) {
		t.Error("the focus is lost")
	}
	if n := ask[int](t, l.tab, `document.querySelectorAll("h1 .chp-mark").length`); n != 1 {
		t.Errorf("the title has %d marks", n)
	}
	if href := ask[string](t, l.tab, `document.querySelector("h1 .chp-mark").href`); !strings.HasPrefix(href, "vscode://file/") || !strings.Contains(href, "accessible-shop.md:4") {
		t.Errorf("the title's mark leads to %s", href)
	}
	l.stayed()
}

// A list that was filtered and sorted stays so while its rows change, and its buttons and fields go on working.
func TestPreviewKeepsFilters(t *testing.T) {
	l := previewed(t, Wide, nil)
	l.visit("initiatives/index.html")
	const rows = `[...document.querySelector("table[data-sortable]").tBodies[0].rows].filter(r => r.offsetParent)`
	l.click("th[data-sort=text] button.sort")
	ask[struct{}](t, l.tab, `(() => { const q = document.querySelector("[data-filters] input[type=search]"); q.focus(); q.value = "shop"; q.dispatchEvent(new Event("input", {bubbles: true})) })()`)
	before := ask[int](t, l.tab, rows+".length")
	l.change(shop, "title: A shop everyone can use", "title: Zebra shop")
	l.must(says("Zebra shop"))
	if after := ask[int](t, l.tab, rows+".length"); after != before || before < 2 {
		t.Errorf("%d rows before, %d after", before, after)
	}
	if last := ask[string](t, l.tab, rows+`.at(-1).innerText`); !strings.Contains(last, "Zebra") {
		t.Errorf("sorted by name, the last row is %q", last)
	}
	if !ask[bool](t, l.tab, `document.activeElement.matches("[data-filters] input") && document.activeElement.value === "shop"`) {
		t.Error("the field lost its focus or its text")
	}
	if n := ask[int](t, l.tab, `Math.max(...[...document.querySelectorAll("th[data-sort]")].map(th => th.querySelectorAll("button.sort").length))`); n != 1 {
		t.Errorf("a head has %d buttons", n)
	}
	first := ask[string](t, l.tab, rows+"[0].innerText")
	l.click("th[aria-sort] button.sort")
	if ask[string](t, l.tab, rows+"[0].innerText") == first {
		t.Error("the button does not sort any more")
	}
	l.stayed()
}

// However a page came to be, by a chain of changes or by being loaded, it is the same; and rows that no change touched
// are the very rows that they were.
func TestPreviewEndsAsLoaded(t *testing.T) {
	t.Parallel()
	l := previewed(t, Wide, nil)
	pages := []string{"initiatives/index.html", "charters/accessible-shop.html", "rollup/index.html", "attention.html"}
	var tabs []*Tab
	for _, address := range pages {
		tab := open(t, Wide.At(l.home))
		visit(t, tab, l.home+address)
		ask[struct{}](t, tab, `void (window.stayed = true, document.querySelectorAll("main tr").forEach(r => r.mine = true))`)
		tabs = append(tabs, tab)
	}
	text := l.read(shop)
	extra := strings.Replace(strings.Replace(text, "title: A shop everyone can use", "title: Another shop", 1), "id: accessible-shop", "id: another-shop", 1)
	for i, edit := range []func(){
		func() { l.change(shop, "title: A shop everyone can use", "title: A shop for all") },
		func() {
			l.change(shop, "A retired teacher from Ribe", "**A retired pilot** from [Ribe](https://example.org)")
		},
		func() { l.change(shop, "## Background", "A first paragraph.\n\n## Background\n\nA new one.") },
		func() {
			l.change(shop, "shares: {it: 55%, marketing: 35%, legal: 10%}", "shares: {it: 50%, marketing: 50%}")
		},
		func() { l.write("content/charters/another-shop.md", extra) },
		func() { l.write(shop, text) },
		func() { _ = os.Remove(l.path("content/charters/another-shop.md")) },
	} {
		edit()
		for n, address := range pages {
			fresh := open(t, Wide.At(l.home))
			const main, version = `document.querySelector("main").outerHTML`, `document.querySelector("#chp").dataset.version + document.title`
			same := func() bool {
				visit(t, fresh, l.home+address)
				return eventually(t, tabs[n], fmt.Sprintf(`(() => { const as = document.createElement("div"); as.innerHTML = %q; return %s === %q && as.firstChild.isEqualNode(document.querySelector("main")) })()`,
					ask[string](t, fresh, main), version, ask[string](t, fresh, version)))
			}
			if ok := same(); !ok && !same() { // the first look may have come before the change
				t.Errorf("after change %d, %s is not what it is when it is loaded: %s", i, address, ask[string](t, tabs[n], main))
			}
			fresh.Close()
		}
	}
	for n, address := range pages {
		if !ask[bool](t, tabs[n], "window.stayed === true") {
			t.Errorf("%s was loaded again", address)
		}
		say(t, tabs[n].Faults())
	}
	if kept := ask[bool](t, tabs[0], `[...document.querySelectorAll("main tbody tr")].filter(r => !r.mine).length <= 2`); !kept {
		t.Error("rows that nothing touched are other rows now")
	}
}

// A share changes the sums of a rollup that is open; a page that it does not touch hears of nothing.
func TestPreviewFollowsFigures(t *testing.T) {
	l := previewed(t, Wide, nil)
	l.visit("rollup/index.html")
	other := open(t, Wide.At(l.home))
	visit(t, other, l.home+"people/jonas-aagesen.html")
	version := `document.querySelector("#chp").dataset.version`
	was := ask[string](t, other, version)
	before := ask[string](t, l.tab, `document.querySelector("main").innerText`)
	l.change(shop, "shares: {it: 55%, marketing: 35%, legal: 10%}", "shares: {it: 35%, marketing: 55%, legal: 10%}")
	if !eventually(t, l.tab, fmt.Sprintf(`document.querySelector("main").innerText !== %q`, before)) {
		t.Error("the rollup stays as it was")
	}
	l.stayed()
	l.change(shop, "A retired teacher", "A retired pilot")
	l.visit("charters/accessible-shop.html")
	l.must(says("A retired pilot"))
	if ask[string](t, l.tab, version) == was {
		t.Error("two pages have one version")
	}
}

// A style of the organisation's own theme applies without loading the page again; so does a message.
func TestPreviewStyles(t *testing.T) {
	config, err := os.ReadFile("../../content/charterhouse.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l := previewed(t, Wide, map[string]string{
		"content/charterhouse.yaml":       string(config) + "\ntheme: ours\n",
		"themes/ours/assets/own.css":      "h1 { letter-spacing: 1px }\n",
		"themes/ours/messages/en.toml":    "\"overview.title\" = \"Everything\"\n",
		"themes/ours/templates/empty.txt": "",
	})
	css, err := os.ReadFile("../../themes/default/assets/charterhouse.css")
	if err != nil {
		t.Fatal(err)
	}
	l.write("themes/ours/assets/charterhouse.css", string(css)+"\nh1 { letter-spacing: 3px }\n")
	l.visit("index.html")
	const spacing = `getComputedStyle(document.querySelector("h1")).letterSpacing`
	l.must(spacing + ` === "3px"`)
	l.write("themes/ours/assets/charterhouse.css", string(css)+"\nh1 { letter-spacing: 7px }\n")
	l.must(spacing + ` === "7px"`)
	l.write("themes/ours/messages/en.toml", "\"overview.title\" = \"All of it\"\n")
	l.must(`document.title.startsWith("All of it")`)
	l.stayed()
}

// A charter that is broken shows its last sound version under a panel; the others go on.
func TestPreviewFaults(t *testing.T) {
	for _, v := range []View{Wide, Phone.InDark()} {
		t.Run(v.String(), func(t *testing.T) {
			l := previewed(t, v, nil)
			l.visit("charters/accessible-shop.html")
			l.change(shop, "total: 1140000", "total: 1140000x")
			const panel = `document.querySelector("#chp-panel")?.innerText`
			l.must(panel)
			text := ask[string](t, l.tab, panel)
			for _, want := range []string{"F002", "charters/accessible-shop.md:16:10", "total: 1140000x", "write 1140000", "Showing the version of "} {
				if !strings.Contains(text, want) {
					t.Errorf("the panel does not say %q: %s", want, text)
				}
			}
			if !ask[bool](t, l.tab, says("627,000")) {
				t.Error("the last sound version is gone")
			}
			if over := ask[int](t, l.tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%d pixels wider than its window: %v", over, ask[[]string](t, l.tab, widest))
			}
			say(t, violations(t, l.tab))
			l.change("content/charters/gift-card-ledger.md", "title:", "title: Seen,")
			other := open(t, v.At(l.home))
			visit(t, other, l.home+"charters/gift-card-ledger.html")
			if !eventually(t, other, says("Seen,")) {
				t.Error("another page does not go on")
			}
			visit(t, other, l.home+"-/problems")
			if !ask[bool](t, other, says("accessible-shop.md:16:10")) {
				t.Error("the list of problems does not have it")
			}
			say(t, slices.Concat(violations(t, other), other.Faults()))
			l.change(shop, "total: 1140000x", "total: 1140000")
			l.must(`!document.querySelector("#chp-panel")`)
			l.stayed()
		})
	}
}

const proposal = `---
schema: charter/1
id: shared-canteen # what the team calls it
title: One canteen
lang: en
kind: joint
status: proposed
created: 2026-11-02
---

## Background

Two kitchens, one soup.
`

// A proposal's page says what is still missing; a button writes it into the file, where all other bytes stay.
func TestPreviewCoaches(t *testing.T) {
	const file = "content/charters/shared-canteen.md"
	l := previewed(t, Wide, map[string]string{file: proposal})
	l.visit("charters/shared-canteen.html")
	const lines = `document.querySelectorAll("#chp-coach li").length`
	n := ask[int](t, l.tab, lines)
	if n < 3 {
		t.Fatalf("only %d things are missing", n)
	}
	ask[struct{}](t, l.tab, `void (document.querySelector("#chp-coach").open = true)`)
	say(t, violations(t, l.tab))
	l.click(`#chp-coach li:has(input[value=timeframe]) button`)
	l.must(fmt.Sprintf("%s === %d", lines, n-1))
	now := l.read(file)
	before, after, _ := strings.Cut(proposal, "created: 2026-11-02\n")
	if !strings.HasPrefix(now, before) || !strings.HasSuffix(now, after) || !strings.Contains(now, "timeframe:") {
		t.Errorf("the file became\n%s", now)
	}
	if !ask[bool](t, l.tab, `document.querySelector("#chp-coach").open`) {
		t.Error("the list closed")
	}
	l.stayed()
}

// The form shows what will change while one types, saves that and nothing else, and never overwrites.
func TestPreviewForm(t *testing.T) {
	for _, v := range []View{Wide, Wide.InDark(), Phone} {
		t.Run(v.String(), func(t *testing.T) {
			l := previewed(t, v, nil)
			visit(t, l.tab, l.home+"-/edit/charters/accessible-shop.md")
			if over := ask[int](t, l.tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%d pixels wider than its window: %v", over, ask[[]string](t, l.tab, widest))
			}
			ask[struct{}](t, l.tab, `document.querySelectorAll("details").forEach(d => d.open = true)`)
			say(t, violations(t, l.tab))
			set := func(name, value string) {
				t.Helper()
				ask[struct{}](t, l.tab, fmt.Sprintf(`(() => { const f = document.querySelector("[name='%s']"); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})) })()`, name, value))
			}
			const result = `document.querySelector("#chp-result").innerText`
			set("v:budget.shares.it", "50%")
			l.must(result + `.includes("5 % is missing to 100 %")`)
			l.must(result + `.includes("+   shares: {it: 50%, marketing: 35%, legal: 10%}")`)
			l.must(`document.querySelector("#chp-findings")`)
			set("v:budget.shares.marketing", "40%")
			l.must(result + `.includes("Together 100 %")`)
			before := l.read(shop)
			l.click("button[value=save]")
			l.must(`document.readyState === "complete" && document.querySelector(".chp-notice")?.innerText === "Saved."`)
			want := strings.Replace(before, "it: 55%, marketing: 35%", "it: 50%, marketing: 40%", 1)
			if now := l.read(shop); now != want {
				t.Errorf("the file became\n%s", now)
			}
			set("v:title", "A shop for all")
			l.must(result + `.includes("A shop for all")`)
			l.change(shop, "buy a kettle", "buy a teapot")
			disk := l.read(shop)
			l.click("button[value=save]")
			l.must(`document.readyState === "complete" && document.querySelector(".chp-notice")?.innerText.includes("nothing was saved")`)
			if text := ask[string](t, l.tab, result); !strings.Contains(text, "teapot") || !strings.Contains(text, "A shop for all") {
				t.Errorf("not both are shown: %s", text)
			}
			if now := l.read(shop); now != disk {
				t.Errorf("the file was overwritten:\n%s", now)
			}
			l.click("button[value=save]")
			l.must(`document.readyState === "complete" && document.querySelector(".chp-notice")?.innerText === "Saved."`)
			if want := strings.Replace(disk, "title: A shop everyone can use", "title: A shop for all", 1); l.read(shop) != want {
				t.Errorf("the file became\n%s", l.read(shop))
			}
			say(t, l.tab.Faults())
		})
	}
}

// The form works without script: an item is added, filled in and saved.
func TestPreviewFormWithoutScript(t *testing.T) {
	l := previewed(t, View{NoScript: true}, nil)
	visit(t, l.tab, l.home+"-/edit/charters/accessible-shop.md")
	press := func(value string) { l.click(fmt.Sprintf("button[value='%s']", value)) }
	before := l.read(shop)
	press("add:milestones")
	l.must(`document.readyState === "complete" && document.querySelector("[name='v:milestones[2].title']")`)
	if l.read(shop) != before {
		t.Error("the file was changed before it was saved")
	}
	for name, value := range map[string]string{"id": "m3", "title": "Talking kettle", "due": "2026-02-20"} {
		ask[struct{}](t, l.tab, fmt.Sprintf(`void (document.querySelector("[name='v:milestones[2].%s']").value = %q)`, name, value))
	}
	press("save")
	l.must(`document.readyState === "complete" && document.querySelector(".chp-notice")?.innerText === "Saved."`)
	if !strings.Contains(l.read(shop), "Talking kettle") || len(l.read(shop)) < len(before) {
		t.Errorf("the file became\n%s", l.read(shop))
	}
	say(t, l.tab.Faults())
}

// A preview that ended and began again is found again by the pages that were open, with what changed meanwhile.
func TestPreviewReconnects(t *testing.T) {
	l := previewed(t, Wide, nil)
	l.visit("charters/accessible-shop.html")
	l.stop()
	l.must(`document.querySelector("#chp-state").innerText === "Waiting for the preview"`)
	l.change(shop, "A retired teacher", "A retired pilot")
	u, _ := url.Parse(l.home)
	l.serve("127.0.0.1:" + u.Port())
	l.must(says("A retired pilot"))
	l.must(`document.querySelector("#chp").dataset.state !== "away"`)
	l.change(shop, "A retired pilot", "A retired smith")
	l.must(says("A retired smith"))
}

// A page of another site that aims at the preview reads nothing and changes nothing.
func TestPreviewRefusesOthers(t *testing.T) {
	l := previewed(t, Wide, nil)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>other</title><body>`)
	}))
	t.Cleanup(other.Close)
	tab := open(t, Wide)
	visit(t, tab, other.URL)
	before := l.read(shop)
	read := ask[[]string](t, tab, fmt.Sprintf(attack, l.home, l.home, strings.Replace(l.home, "http", "ws", 1)))
	if len(read) > 0 {
		t.Errorf("another site got: %q", read)
	}
	if l.read(shop) != before {
		t.Error("another site changed a file")
	}
	// The control: the same page reads a server that lets it.
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		fmt.Fprint(w, "secret")
	}))
	t.Cleanup(open.Close)
	if read := ask[[]string](t, tab, fmt.Sprintf(attack, open.URL+"/", open.URL+"/", strings.Replace(open.URL, "http", "ws", 1)+"/")); len(read) == 0 {
		t.Error("the attack reads nothing even where it may")
	}
}

// attack tries every way a page has to ask another server, and returns what it got.
const attack = `(async () => {
	const home = %q, form = %q, socket = %q, got = [];
	const wait = ms => new Promise(done => setTimeout(done, ms));
	for (const path of ["", "-/problems", "-/edit/charters/accessible-shop.md", "portfolio.json"]) {
		await fetch(home + path).then(r => r.text()).then(x => got.push("fetch " + x.slice(0, 40)), () => {});
		await fetch(home + path, {mode: "no-cors"}).then(r => r.text()).then(x => x && got.push("no-cors " + x.slice(0, 40)), () => {});
	}
	await fetch(home + "-/events", {method: "POST", body: "/\n"}).then(r => r.text()).then(x => got.push("stream " + x), () => {});
	await fetch(home + "-/write", {method: "POST", mode: "no-cors", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "file=charters/accessible-shop.md&key=risks"}).catch(() => {});
	for (const tag of ["script", "img", "iframe", "link"]) {
		const e = document.createElement(tag);
		if (tag === "link") { e.rel = "stylesheet"; e.href = home + "assets/charterhouse.css" } else e.src = home + (tag === "img" ? "assets/icon.svg" : "");
		e.onload = () => { if (tag === "iframe") { try { got.push("frame " + e.contentDocument.title) } catch { } } else got.push(tag + " loaded") };
		document.body.append(e);
	}
	await new Promise(done => { const s = new EventSource(home + "-/events"); s.onopen = () => { got.push("events open"); done() }; s.onerror = () => { s.close(); done() } });
	await new Promise(done => { const s = new WebSocket(socket + "-/events"); s.onopen = () => { got.push("socket open"); done() }; s.onerror = () => done() });
	const f = document.createElement("form"), frame = document.createElement("iframe");
	frame.name = "target"; f.method = "post"; f.action = form + "-/edit/charters/accessible-shop.md"; f.target = "target";
	f.innerHTML = '<input name="intent" value="save"><input name="v:title" value="Taken over">';
	document.body.append(frame, f); f.submit();
	await wait(500);
	return got.filter(x => x !== "frame ");
})()`

// Twenty tabs and one file end on the same state.
func TestPreviewManyTabs(t *testing.T) {
	t.Parallel()
	l := previewed(t, Wide, nil)
	var tabs []*Tab
	for range 20 {
		tab := open(t, Wide.At(l.home))
		visit(t, tab, l.home+"charters/accessible-shop.html")
		tabs = append(tabs, tab)
	}
	for i := range 10 {
		l.change(shop, "A retired ", fmt.Sprintf("A retired %d ", i))
	}
	for i, tab := range tabs {
		if !eventually(t, tab, says("A retired 9 8 7 6 5 4 3 2 1 0 teacher")) {
			t.Errorf("tab %d says something else", i)
		}
	}
	if _, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(l.home, "http://"), "/")); err != nil {
		t.Error(err)
	}
}
