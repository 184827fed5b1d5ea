package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A question is put on the overview and answered after two clicks at most.
type question struct {
	t      *testing.T
	tab    *Tab
	clicks int
}

func put(t *testing.T) *question {
	t.Helper()
	site := built(t)
	tab := open(t, Wide.At(site.Home()))
	visit(t, tab, site.Home()+"index.html")
	return &question{t: t, tab: tab}
}

// click follows the first link that a selector finds and that says text, as a
// person with a mouse does, and waits for where it leads.
func (q *question) click(selector, text string) {
	q.t.Helper()
	q.clicks++
	if q.clicks > 2 {
		q.t.Fatal("that is the third click")
	}
	found := ask[string](q.t, q.tab, fmt.Sprintf(`(() => {
		const a = [...document.querySelectorAll(%q)].find(a => a.offsetParent && a.textContent.trim() == %q);
		document.querySelectorAll("#asked").forEach(e => e.removeAttribute("id"));
		if (!a) return "";
		a.id = "asked";
		return a.href;
	})()`, selector, text))
	if found == "" {
		q.t.Fatalf("there is no link %q that says %q", selector, text)
	}
	if err := q.tab.Click("#asked"); err != nil {
		q.t.Fatal(err)
	}
	// While one page turns into the other nothing can be clicked, and that begins a frame after the page is complete.
	if !eventually(q.t, q.tab, fmt.Sprintf(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
		document.readyState == "complete" && location.href == %q && !document.activeViewTransition && document.getAnimations().length == 0))))`, found)) {
		q.t.Fatalf("the click leads to %s, not to %s", ask[string](q.t, q.tab, "location.href"), found)
	}
}

// read returns the texts of the elements that a selector finds, in one line
// each.
func (q *question) read(selector string) []string {
	q.t.Helper()
	return ask[[]string](q.t, q.tab, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText.replace(/\s+/g, " ").trim())`, selector))
}

func (q *question) says(got []string, want ...string) {
	q.t.Helper()
	for _, w := range want {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, w) }) {
			q.t.Errorf("%q does not say %q", got, w)
		}
	}
	say(q.t, q.tab.Faults())
}

// What does IT pay in 2027, and why? The row of IT, the column of 2027; then the
// initiatives that make it up, whose sum is the figure.
func TestWhatITPays(t *testing.T) {
	q := put(t)
	figure := ask[string](t, q.tab, `(() => { const table = document.querySelector("#h-dept").closest("section").querySelector("table"),
		at = [...table.tHead.rows[0].cells].findIndex(c => c.innerText.trim().startsWith("2027")),
		row = [...table.tBodies[0].rows].find(r => r.cells[0].innerText.trim() == "IT");
		return row.cells[at].innerText.trim() })()`)
	q.click(`#h-dept ~ * a, section[aria-labelledby="h-dept"] td a`, figure)
	column := `[...document.querySelector("main table").tHead.rows[0].cells].findIndex(c => c.id == "c-2027")`
	foot := ask[string](t, q.tab, `document.querySelector("main table").tFoot.rows[0].cells[`+column+`].innerText.trim()`)
	addends := ask[[]string](t, q.tab, `[...document.querySelector("main table").tBodies[0].rows].map(r => r.cells[`+column+`].innerText.trim()).filter(s => s != "–")`)
	if foot != figure || len(addends) < 3 || total(addends) != total([]string{figure}) {
		t.Errorf("IT pays %s in 2027: below %v stands %s", figure, addends, foot)
	}
	q.says(q.read("main nav.lists a"), "EUR", "SEK")
	q.click("main nav.lists a", "EUR")
	q.says(q.read("h1"), "IT")
}

// total adds up amounts as they are shown in English, in the smallest unit.
func total(amounts []string) int {
	sum := 0
	for _, a := range amounts {
		a, cents, ok := strings.Cut(strings.ReplaceAll(a, ",", ""), ".")
		if !ok {
			cents = "00"
		}
		n := 0
		_, _ = fmt.Sscan(a+cents, &n)
		sum += n
	}
	return sum
}

// What is each department bound to pay in the next fiscal year, and why IT?
func TestNextFiscalYear(t *testing.T) {
	q := put(t)
	q.click("nav.nav a", "Money")
	q.click("#h-more ~ * a, section[aria-labelledby=h-more] a", "Commitments for the next fiscal year: FY 2027")
	q.says(q.read("main tbody tr"), "IT DKK 5.4m")
}

// Who comes back in March? Nobody: the months are named, and it is not among
// them. Those whose time ends with March are back on the first of April.
func TestWhoComesBackInMarch(t *testing.T) {
	q := put(t)
	q.click(`section[aria-labelledby="h-ret"] a`, "All returns")
	if months := q.read("nav.lists a"); slices.ContainsFunc(months, func(s string) bool { return strings.HasPrefix(s, "March 2027") }) {
		t.Errorf("somebody comes back in March: %q", months)
	}
	q.click("nav.lists a", "April 2027: 4")
	got := ask[[]string](t, q.tab, `[...document.querySelectorAll("section[aria-labelledby=r1] tbody tr")].filter(r => r.querySelector("td:nth-of-type(4) time[datetime^='2027-04']")).map(r => r.cells[0].innerText.replace(/\s+/g, " ").trim())`)
	if len(got) != 4 || !ask[bool](t, q.tab, `!!document.querySelector("tr:target")`) {
		t.Errorf("in April come back %q", got)
	}
	say(t, q.tab.Faults())
}

func TestWhichAreasTwoClaim(t *testing.T) {
	q := put(t)
	q.click("nav.nav a", "Ownership")
	q.says(q.read(".conf h3"), "Product data")
	q.says(q.read(".conf .own"), "Sales", "Supply Chain")
}

// The chief of Finance has a charter to sign again: the overview names him.
func TestWhatHenrikMustSign(t *testing.T) {
	q := put(t)
	q.click(`section[aria-labelledby="h-todo"] a`, "Henrik Nygaard")
	q.says(q.read(`section[aria-labelledby="p4"] li`), "Månedslukning på tre dage")
}

// Somebody who has nothing to sign is told so.
func TestWhatLeneMustSign(t *testing.T) {
	q := put(t)
	q.click("nav.nav a", "People")
	q.click("main a", "Lene Brandt")
	q.says(q.read(`section[aria-labelledby="p4"]`), "Nothing to sign")
}

// Marketing and Legal fund together in two currencies: the cell of the matrix
// opens one, and from there the other.
func TestWhatMarketingAndLegalFund(t *testing.T) {
	q := put(t)
	cell := ask[string](t, q.tab, `[...document.querySelectorAll(".matrix a")].find(a => /^(Marketing and Legal|Legal and Marketing),/.test(a.textContent)).textContent.trim()`)
	q.click(".matrix a", cell)
	if got := q.read("main tbody th"); len(got) == 0 {
		t.Error("no initiative is named")
	}
	q.click("main nav.lists a", "EUR")
	if got := q.read("main tbody th"); len(got) == 0 {
		t.Error("no initiative in euros is named")
	}
	q.says(q.read("h1"), "Marketing", "Legal")
}

// The graph around a charter can be walked with the keyboard, in the order in
// which it is drawn.
func TestGraphByKeyboard(t *testing.T) {
	site := built(t)
	tab := open(t, Phone.At(site.Home()))
	visit(t, tab, site.Home()+"charters/one-login.html")
	links := ask[[]string](t, tab, `[...document.querySelectorAll("svg.graph a")].map(a => a.querySelector("text").textContent.trim())`)
	if len(links) != 3 {
		t.Fatalf("the graph leads to %q", links)
	}
	ask[struct{}](t, tab, `document.querySelector("svg.graph a").focus()`)
	if got := ask[string](t, tab, `document.activeElement.textContent.trim()`); !strings.HasPrefix(got, links[0]) {
		t.Errorf("the focus is on %q", got)
	}
	if got := ask[float64](t, tab, `Math.max(...[...document.querySelectorAll("svg.graph rect")].map(r => r.getBoundingClientRect().right)) - innerWidth`); got > 0 {
		t.Errorf("the graph is %v pixels wider than a phone", got)
	}
	say(t, tab.Faults())
}
