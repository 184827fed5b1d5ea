package browser

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// given looks at a site that was built before, when one works on its pages: go test ./internal/browser -site ../../public
var given = flag.String("site", "", "look at this built site instead of building content/")

// program builds the command once, as it is released.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "charterhouse-browser-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "charterhouse")
	build := exec.Command("go", "build", "-o", bin, "charterhouse/cmd/charterhouse")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

// construct builds a content folder into a new folder and returns it.
func construct(content string) (string, error) {
	bin, err := program()
	if err != nil {
		return "", err
	}
	out, err := os.MkdirTemp(filepath.Dir(bin), "site-")
	if err != nil {
		return "", err
	}
	if said, err := exec.Command(bin, "build", "--as-of", "2026-11-16", "--out", out, content).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, said)
	}
	return out, nil
}

// sample is the site of content/, built once.
var sample = sync.OnceValues(func() (*Site, error) {
	if *given != "" {
		return ReadSite(*given)
	}
	dir, err := construct(filepath.Join("..", "..", "content"))
	if err != nil {
		return nil, err
	}
	return ReadSite(dir)
})

func built(t *testing.T) *Site {
	t.Helper()
	site, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// say reports what was found, one a line, but no more than a person reads.
func say(t *testing.T, found []string) {
	t.Helper()
	if len(found) > 0 {
		t.Errorf("%d faults, these first:\n%s", len(found), strings.Join(found[:min(len(found), 40)], "\n"))
	}
}

func TestLinksHold(t *testing.T) {
	t.Parallel()
	say(t, built(t).Dangling())
}

func TestPagesHoldNoScript(t *testing.T) { say(t, built(t).Unsafe()) }

// Every kind of page is quiet, reachable for everybody, and no wider than its window, at both widths, light and dark; and
// with script switched off it says the same. What a width or the dark changes it changes in every language, so axe looks
// there at the first one.
func TestPages(t *testing.T) {
	t.Parallel()
	site := built(t)
	for _, v := range []View{Wide, Wide.InDark(), Phone, Phone.InDark()} {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			tab, without := open(t, v.At(site.Home())), open(t, View{NoScript: true, Home: site.Home()})
			for _, p := range site.Samples() {
				visit(t, tab, site.Home()+p.Path)
				if over := ask[int](t, tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
					t.Errorf("%s: %d pixels wider than its window: %v", p.Path, over, ask[[]string](t, tab, widest))
				}
				var found []string
				switch first := !strings.HasPrefix(p.Path, "da/"); {
				case v == Wide:
					found = append(violations(t, tab), saysAlike(t, tab, without, site.Home()+p.Path)...)
				case first && v.Dark:
					found = inks(t, tab)
				case first:
					found = violations(t, tab)
				}
				for _, fault := range slices.Concat(found, tab.Faults()) {
					t.Errorf("%s: %s", p.Path, fault)
				}
			}
		})
	}
}

// saysAlike goes to the page of a tab without script, and reports where it says something else, or is not quiet.
func saysAlike(t *testing.T, with, without *Tab, address string) []string {
	t.Helper()
	const text = `[...document.querySelectorAll(".needs-js")].forEach(e => e.style.display = "none"),
		document.querySelector("main").innerText.replace(/\s+/g, " ")`
	visit(t, without, address)
	faults := without.Faults()
	if a, b := ask[string](t, with, text), ask[string](t, without, text); a != b {
		faults = append(faults, fmt.Sprintf("with script:\n%s\nwithout:\n%s", a, b))
	}
	return faults
}

// widest names the innermost elements that stick out of the window to the right and that nothing around them cuts off.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 &&
	![...e.children].some(c => c.getBoundingClientRect().right > innerWidth + 1)).slice(0, 4).map(e => e.outerHTML.slice(0, 100))`

// A charter prints on one or two sheets, which two chiefs can sign.
func TestChartersPrint(t *testing.T) {
	t.Parallel()
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	for _, p := range site.Pages {
		if !strings.HasPrefix(p.Path, "charters/") || p.Moved != "" {
			continue
		}
		visit(t, tab, site.Home()+p.Path)
		paper, err := tab.Print()
		if err != nil {
			t.Fatal(err)
		}
		if n, err := Sheets(paper); err != nil || n > 2 {
			t.Errorf("%s prints on %d sheets: %v", p.Path, n, err)
		}
	}
}

// A page that is printed across the sheet begins on its first one.
func TestWidePagesPrint(t *testing.T) {
	t.Parallel()
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"rollup/by-period.html")
	paper, err := tab.Print()
	if err != nil {
		t.Fatal(err)
	}
	if sheets := printed(t, paper); sheets[0].Text == "" {
		t.Errorf("the first of %d sheets is empty", len(sheets))
	}
}

// A head that is clicked sorts the rows by its column, one way and then the other, and says so.
func TestSort(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"initiatives/index.html")
	heads := ask[int](t, tab, `document.querySelectorAll("table[data-sortable] th button").length`)
	if heads < 3 {
		t.Fatalf("%d heads can be clicked", heads)
	}
	before := ask[[]string](t, tab, rows)
	for i := range heads {
		first := sorted(t, tab, i)
		second := sorted(t, tab, i)
		if first == second || !slices.Contains([]string{"ascending", "descending"}, first) {
			t.Errorf("column %d: clicked once it says %q, twice %q", i, first, second)
		}
	}
	after := ask[[]string](t, tab, rows)
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		t.Errorf("sorting changed the rows: %v, then %v", before, after)
	}
	say(t, tab.Faults())
}

const rows = `[...document.querySelector("table[data-sortable]").tBodies[0].rows].map(r => r.cells[0].textContent)`

// sorted clicks a head and returns the one direction that the table then claims, after a look at its rows.
func sorted(t *testing.T, tab *Tab, head int) string {
	t.Helper()
	claim := ask[[]string](t, tab, fmt.Sprintf(`(() => {
		const table = document.querySelector("table[data-sortable]"), b = table.querySelectorAll("th button")[%d];
		b.click();
		return [...table.querySelectorAll("th[aria-sort]")].filter(h => h.getAttribute("aria-sort") != "none")
			.map(h => (h == b.closest("th")) + " " + h.getAttribute("aria-sort"));
	})()`, head))
	if len(claim) != 1 || !strings.HasPrefix(claim[0], "true ") {
		t.Fatalf("after head %d was clicked: %v", head, claim)
	}
	direction := strings.TrimPrefix(claim[0], "true ")
	keys := ask[[]float64](t, tab, fmt.Sprintf(`(() => {
		const table = document.querySelector("table[data-sortable]"), at = table.querySelectorAll("th button")[%d].closest("th").cellIndex;
		return [...table.tBodies[0].rows].map(r => r.cells[at].dataset.v).filter(v => v !== undefined && v !== "").map(Number);
	})()`, head))
	if direction == "descending" {
		slices.Reverse(keys)
	}
	if !slices.IsSorted(keys) {
		t.Errorf("head %d, %s: rows stand as %v", head, direction, keys)
	}
	return direction
}

// Filters hide rows, the count follows, and clearing brings all rows back.
func TestFilter(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"initiatives/index.html")
	const shown = `[...document.querySelector("table[data-sortable]").tBodies[0].rows].filter(r => r.offsetParent).length`
	all := ask[int](t, tab, shown)
	counted := func(want int) {
		t.Helper()
		if got := ask[string](t, tab, `document.querySelector("[data-count]").textContent`); !strings.HasPrefix(got, fmt.Sprint(want)+" ") {
			t.Errorf("%d rows are shown, the page says %q", want, got)
		}
	}
	counted(all)
	title := ask[string](t, tab, `document.querySelector("table[data-sortable] tbody a").textContent`)
	set := func(value string) {
		ask[struct{}](t, tab, fmt.Sprintf(`(() => { const q = document.querySelector("[data-filters] input[type=search]");
			q.value = %q; q.dispatchEvent(new Event("input", {bubbles: true})) })()`, value))
	}
	set(title)
	some := ask[int](t, tab, shown)
	if some < 1 || some >= all {
		t.Errorf("%q shows %d of %d rows", title, some, all)
	}
	counted(some)
	set("no charter says this")
	counted(ask[int](t, tab, shown))
	set("")
	counted(all)
	each := ask[[]int](t, tab, `[...document.querySelector("[data-filters] select").options].map(o => {
		o.selected = true; o.parentElement.dispatchEvent(new Event("input", {bubbles: true}));
		return `+shown+` })`)
	if each[0] != all || slices.Max(each[1:]) >= all {
		t.Errorf("of %d rows the choices of the first list show %v", all, each)
	}
	say(t, tab.Faults())
}

// The choice of a theme holds on the next page.
func TestTheme(t *testing.T) {
	site := built(t)
	const paper = "getComputedStyle(document.body).backgroundColor"
	for _, v := range []View{Wide, Wide.InDark()} {
		tab := open(t, v.At(site.Home()))
		visit(t, tab, site.Home()+"index.html")
		before := ask[string](t, tab, paper)
		if err := tab.Click("[data-theme-toggle]"); err != nil {
			t.Fatal(err)
		}
		after := ask[string](t, tab, paper)
		visit(t, tab, site.Home()+"initiatives/index.html")
		if next := ask[string](t, tab, paper); after == before || next != after {
			t.Errorf("%v: paper was %s, then %s, and %s on the next page", v, before, after, next)
		}
		say(t, tab.Faults())
	}
}

// A slash leads to the search field from anywhere, except from inside a field, and Esc leads back.
func TestSlash(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	const field = `document.activeElement.matches("input[type=search]")`
	for _, p := range []string{"index.html", "initiatives/index.html"} {
		visit(t, tab, site.Home()+p)
		if ask[bool](t, tab, field) {
			t.Errorf("%s: the field has the focus from the start", p)
		}
		if err := tab.Type("/"); err != nil {
			t.Fatal(err)
		}
		// A page without a search field of its own leads to the page that has one.
		if !eventually(t, tab, `document.readyState == "complete" && `+field) {
			t.Errorf("%s: a slash leads to %s", p, ask[string](t, tab, "document.activeElement.outerHTML.slice(0, 80)"))
			continue
		}
		if err := tab.Type("a/b"); err != nil {
			t.Fatal(err)
		}
		if got := ask[string](t, tab, "document.activeElement.value"); got != "a/b" {
			t.Errorf("%s: typed a/b, the field holds %q", p, got)
		}
		if err := tab.Press("Escape"); err != nil {
			t.Fatal(err)
		}
		if ask[bool](t, tab, `!!document.querySelector("dialog[open]")`) {
			t.Errorf("%s: Esc closes nothing", p)
		}
		say(t, tab.Faults())
	}
}

// eventually asks until the answer is yes, since a page that is on its way has none.
func eventually(t *testing.T, tab *Tab, question string) bool {
	t.Helper()
	for range 100 {
		if yes, err := Eval[bool](tab, question); err == nil && yes {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// The same folder works below any path of any server, which also sends what the pages ask for with a plain type.
func TestBelowPath(t *testing.T) {
	t.Parallel()
	site := built(t)
	const below = "/some/sub path/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(site.dir))))
	t.Cleanup(server.Close)
	home := server.URL + "/some/sub%20path/"
	tab := open(t, Wide.At(home))
	for _, p := range site.Samples() {
		visit(t, tab, home+p.Path)
		for _, fault := range tab.Faults() {
			t.Errorf("%s: %s", p.Path, fault)
		}
	}
}

// One file stands for all of a page's fonts, styles and scripts: what a page draws with is there before it is drawn.
func TestFontsArrive(t *testing.T) {
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"index.html")
	if got := ask[[]string](t, tab, `[...document.fonts].filter(f => f.status == "loaded").map(f => f.family)`); len(got) < 2 {
		t.Errorf("from disk only these fonts load: %v", got)
	}
}
