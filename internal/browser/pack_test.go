package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A packed is what a board pack says of itself, to be compared with the paper.
type packed struct {
	Leaves     []printedLeaf
	References []reference
	Orphans    []string
}

// A reference is a number that stands for a page, and what is to be found there.
type reference struct {
	Number  string
	Leaf    int // on which it leads to, from 1
	Heading string
}

const packText = leafText + `
const leaves = [...document.querySelectorAll(".leaf")];
const References = [...document.querySelectorAll(".pack a[href^='#']")].filter(a => /^\d+$/.test(a.textContent.trim())).map(a => {
	const to = document.querySelector(a.getAttribute("href")), leaf = to.closest(".leaf");
	return {Number: a.textContent.trim(), Leaf: leaves.indexOf(leaf) + 1, Heading: (to.matches("h2") ? to : to.querySelector("h2")).textContent};
});
// What heads something (a heading, a caption, the heads of columns) is followed on its page by what it heads.
const Orphans = leaves.flatMap((leaf, n) => [...leaf.querySelectorAll("h1, h2, h3, caption, thead")].filter(h => {
	const rest = document.createRange();
	rest.setStartAfter(h); rest.setEndAfter(leaf.lastElementChild);
	const after = rest.cloneContents();
	after.querySelectorAll("h1, h2, h3, caption, thead, .lhead, .lterms").forEach(e => e.remove());
	return !after.textContent.trim();
}).map(h => "page " + (n + 1) + " ends with its heading: " + h.textContent));
return {Leaves: leaves.map(leafText), References, Orphans};`

// The board pack prints as many pages as it has, each A4 and each with all of its text; its references lead where they
// say; no heading stands at the end of a page; the number at the foot is that of the page.
func TestBoardPack(t *testing.T) {
	t.Parallel()
	for name, site := range map[string]*Site{"sample": built(t), "extremes": extremes(t)} {
		for _, path := range []string{"board-pack.html", other(site) + "/board-pack.html"} {
			t.Run(name+"/"+path, func(t *testing.T) {
				tab := open(t, View{Width: 794, Height: 1123, Home: site.Home()})
				visit(t, tab, site.Home()+path)
				judgePack(t, tab, path)
				say(t, tab.Faults())
			})
		}
	}
}

// other is the second language of a site.
func other(site *Site) string {
	for _, p := range site.Pages {
		if lang, ok := strings.CutSuffix(p.Path, "/index.html"); ok && len(lang) == 2 {
			return lang
		}
	}
	return ""
}

func judgePack(t *testing.T, tab *Tab, path string) {
	t.Helper()
	pdf, err := tab.Print()
	if err != nil {
		t.Fatal(err)
	}
	pages := printed(t, pdf)
	if err := tab.OnPaper(); err != nil {
		t.Fatal(err)
	}
	pack := ask[packed](t, tab, "(() => {"+packText+"})()")
	if len(pages) != len(pack.Leaves) || len(pages) < 10 {
		t.Fatalf("%s has %d pages and prints %d", path, len(pack.Leaves), len(pages))
	}
	for i, p := range pages {
		judgePage(t, fmt.Sprintf("%s, page %d", path, i+1), p)
		if missing := pack.Leaves[i].missing(p.Text); missing != "" {
			t.Errorf("%s, page %d: the paper does not show %q", path, i+1, missing)
		}
		if want := fmt.Sprintf("%d/%d", i+1, len(pages)); p.foot() != want && (i > 0 || p.foot() != "") { // a cover has no number
			t.Errorf("%s, page %d has at its foot %q", path, i+1, p.foot())
		}
	}
	for _, r := range pack.References {
		if n, _ := strconv.Atoi(r.Number); n != r.Leaf || !strings.Contains(pages[n-1].Text, dense(r.Heading)) {
			t.Errorf("%s: %q is said to be on page %s, it is on %d", path, r.Heading, r.Number, r.Leaf)
		}
	}
	if len(pack.References) < 30 {
		t.Errorf("%s: only %d references to pages", path, len(pack.References))
	}
	say(t, pack.Orphans)
	say(t, ask[[]string](t, tab, overflow))
}
