package browser

import (
	"encoding/json"
	"fmt"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"bytes"
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// Every charter has a sheet of exactly one page of A4 in each language, which shows all that the page says, in letters
// of at least 8.5 points inside the margins, with places to sign that are alike, and a bar code that reads as the terms.
func TestSheetsAreOnePage(t *testing.T) {
	t.Parallel()
	for name, site := range map[string]*Site{"sample": built(t), "extremes": extremes(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := open(t, View{Width: 794, Height: 1123, Home: site.Home()})
			seen := 0
			for _, p := range site.Pages {
				if !strings.Contains("/"+p.Path, "/sheets/") {
					continue
				}
				seen++
				visit(t, tab, site.Home()+p.Path)
				judgeSheet(t, tab, p.Path)
			}
			if seen < 40 {
				t.Errorf("only %d sheets were looked at", seen)
			}
			say(t, tab.Faults())
		})
	}
}

// judgeSheet looks at one sheet on screen and on paper.
func judgeSheet(t *testing.T, tab *Tab, path string) {
	t.Helper()
	pdf, err := tab.Print()
	if err != nil {
		t.Fatal(err)
	}
	pages := printed(t, pdf)
	if len(pages) != 1 {
		t.Errorf("%s prints on %d pages", path, len(pages))
		return
	}
	judgePage(t, path, pages[0])
	if err := tab.OnPaper(); err != nil {
		t.Fatal(err)
	}
	leaf := ask[printedLeaf](t, tab, `(() => {`+leafText+`return leafText(document.querySelector(".leaf"))})()`)
	if missing := leaf.missing(pages[0].Text); missing != "" {
		t.Errorf("%s: the paper does not show %q", path, missing)
	}
	for _, fault := range ask[[]string](t, tab, overflow) {
		t.Errorf("%s: %s", path, fault)
	}
	fields := ask[[]string](t, tab, `[...document.querySelectorAll(".fields .grid > *")].map(f => { const r = f.getBoundingClientRect();
		return r.width.toFixed(1) + " by " + r.height.toFixed(1) })`)
	for _, f := range fields {
		if f != fields[0] {
			t.Errorf("%s: places to sign are of different sizes: %v", path, fields)
			break
		}
	}
	if len(fields) == 0 {
		t.Errorf("%s has no place to sign", path)
	}
	terms := ask[string](t, tab, `document.querySelector(".codebox code").textContent`)
	if !strings.HasPrefix(path, "sheets/") {
		return // the same bars as in the first language
	}
	if got, err := bars(corner(picture(t, pdf, 0, 300))); got != terms || err != nil {
		t.Errorf("%s: the bar code on paper reads %q, want %q: %v", path, got, terms, err)
	}
}

// A printedLeaf is what a page of a document says, piece by piece.
type printedLeaf struct{ Pieces []string }

// missing returns the first piece that a printed text does not have, as often as the page says it.
func (l printedLeaf) missing(text string) string {
	for _, p := range l.Pieces {
		p = dense(p)
		at := strings.Index(text, p)
		if at < 0 {
			return p
		}
	}
	return ""
}

// leafText defines a function that returns the visible text of an element, by text node. What is clipped to a pixel is
// for those who listen and is on no paper.
const leafText = `const leafText = root => {
	const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), Pieces = [];
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (walk.currentNode.data.trim() && e.checkVisibility() && !e.closest(".vh")) Pieces.push(walk.currentNode.data);
	}
	return {Pieces};
};`

// overflow names what sticks out of its page, and pages that are higher than they may be.
const overflow = `[...document.querySelectorAll(".leaf")].flatMap((leaf, n) => {
	const box = leaf.getBoundingClientRect(), out = [];
	if (leaf.scrollHeight > leaf.clientHeight + 1) out.push("page " + (n + 1) + " holds " + leaf.scrollHeight + " pixels of " + leaf.clientHeight);
	for (const e of leaf.querySelectorAll("*")) {
		const r = e.getBoundingClientRect();
		if (e.closest(".vh, svg svg, .bar") || !r.width || !r.height) continue;
		if (r.left < box.left - 1 || r.right > box.right + 12 || r.bottom > box.bottom + 1) out.push("page " + (n + 1) + ": sticks out: " + e.outerHTML.slice(0, 120));
	}
	return out.slice(0, 3);
})`

// The margins that a page leaves free, in points, less what a letter may reach over.
const (
	marginX = 42
	marginY = 30
)

// judgePage looks at the page of a PDF: its size, its margins, its smallest letters.
func judgePage(t *testing.T, path string, p printedPage) {
	t.Helper()
	if p.Width < 594 || p.Width > 596 || p.Height < 841 || p.Height > 843 {
		t.Errorf("%s is %.0f by %.0f points, which is not A4", path, p.Width, p.Height)
	}
	for _, r := range p.Runs {
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		if r.Left < marginX-1 || r.Right > p.Width-marginX+1 || r.Top < marginY || r.Bottom > p.Height-marginY/2 {
			t.Errorf("%s: %q stands in the margin, at %.0f to %.0f, %.0f to %.0f", path, r.Text, r.Left, r.Right, r.Top, r.Bottom)
			return
		}
		if r.Size < 8.49 {
			t.Errorf("%s: %q is %.2f points high", path, r.Text, r.Size)
			return
		}
	}
}

// corner is the lower right of a sheet, where one points a scanner at.
func corner(sheet image.Image) image.Image {
	b := sheet.Bounds()
	return sheet.(*image.RGBA).SubImage(image.Rect(b.Max.X/2, b.Max.Y*85/100, b.Max.X, b.Max.Y))
}

// bars reads the bar code of a picture, with a reader that knows nothing of how it was drawn.
func bars(picture image.Image) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", err
	}
	result, err := oned.NewCode128Reader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// A bar code is read from the screen as well, in the dark, too.
func TestBarCodeOnScreen(t *testing.T) {
	site := built(t)
	for _, v := range []View{Wide, Wide.InDark(), Phone} {
		tab := open(t, v.At(site.Home()))
		visit(t, tab, site.Home()+"sheets/customer-insight-360.html")
		shot, err := tab.Picture()
		if err != nil {
			t.Fatal(err)
		}
		shown, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		want := ask[string](t, tab, `document.querySelector(".codebox code").textContent`)
		if got, err := bars(shown); got != want || err != nil {
			t.Errorf("%v: the bar code reads %q, want %q: %v", v, got, want, err)
		}
	}
}

// extremes is a site of charters that are as long as their fields allow, and of others by chance, built once.
func extremes(t *testing.T) *Site {
	t.Helper()
	return siteOf(t, extremeContent())
}

// The registers of the extremes.
const (
	manyDepartments = 24
	manyPeople      = 60
	manyAreas       = 30
)

func extremeContent() map[string]string {
	r := rand.New(rand.NewPCG(4, 4))
	var departments, people, areas strings.Builder
	for i := range manyDepartments {
		name := []string{"It", "Forretningsudvikling og bæredygtighed i Norden", "Kundeservice", "Ejendomsadministrationsafdelingen"}[i%4]
		fmt.Fprintf(&departments, "- id: d%d\n  name: {en: %[2]s %[1]d, da: %[2]s %[1]d}\n  chief: [{person: p%[1]d, title: {en: Head of the whole of it and of what follows, da: Direktør for forretningsudvikling og alt det øvrige}, from: 2020-01-01}]\n", i, name)
	}
	for i := range manyPeople {
		name := []string{"Bo Ek", "Anne-Kathrine Christoffersen-Hedegaard Vestergaard", "Wilhelmina Møllerhøj", "Åse Øst"}[i%4]
		fmt.Fprintf(&people, "- id: p%d\n  name: %s %d\n  department: [{id: d%d, from: 2020-01-01}]\n", i, name, i, i%manyDepartments)
	}
	for i := range manyAreas {
		fmt.Fprintf(&areas, "- id: a%d\n  name: %s %d\n", i, []string{"Drift", "Kundedatabasens indhold og dens forbindelse til webshoppens ordrehistorik", "Data"}[i%3], i)
	}
	files := map[string]string{
		"charterhouse.yaml":         "title: Nordisk Handels- og Udviklingsaktieselskab\nlanguages: [da, en]\n",
		"registers/departments.yml": departments.String(),
		"registers/people.yml":      people.String(),
		"registers/areas.yml":       areas.String(),
	}
	files["charters/five-lines.md"] = "---\nschema: charter/1\ntitle: Fem linjer\nsummary: Kun et forslag.\nstatus: proposed\ncreated: 2026-01-01\n---\n"
	for n, e := range []extreme{
		{payers: 8, goals: 20, team: 30, areas: 30, steps: 20, words: 12}, {payers: 2, goals: 20, team: 30, areas: 30, steps: 20, words: 40},
		{payers: 24, goals: 20, team: 30, areas: 30, steps: 20, words: 5}, {payers: 1, goals: 1, team: 1, areas: 1, words: 1}, {payers: 2, words: 3},
		{payers: 3, goals: 2, team: 2, areas: 2, steps: 2, words: 200}, {payers: 4, goals: 9, team: 9, areas: 9, words: 9, unbroken: true},
	} {
		files[fmt.Sprintf("charters/e%d.md", n)] = e.charter(r)
	}
	for n := range 24 {
		e := extreme{payers: 1 + r.IntN(12), goals: r.IntN(21), team: r.IntN(31), areas: r.IntN(20), steps: r.IntN(15), words: 1 + r.IntN(30), unbroken: r.IntN(8) == 0}
		files[fmt.Sprintf("charters/r%d.md", n)] = e.charter(r)
	}
	return files
}

// An extreme says how much there is of everything in a charter, and how many words each text has.
type extreme struct {
	payers, goals, team, areas, steps, words int
	unbroken                                 bool // the words are one
}

func (e extreme) charter(r *rand.Rand) string {
	text := func() string {
		words := make([]string, 1+r.IntN(e.words))
		for i := range words {
			words[i] = []string{"Kunden", "og", "speditørernes", "leverandørfakturahåndteringssystem", "WWW", "må", "ÆØÅ", "på", "én", "i", "Mm", "forsendelse,", "åben"}[r.IntN(13)]
		}
		joined := strings.Join(words, " ")
		if e.unbroken {
			joined = strings.ReplaceAll(joined, " ", "")
		}
		quoted, _ := json.Marshal(joined)
		return string(quoted)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "---\nschema: charter/1\ntitle: %s\nsummary: %s\nlang: %s\nstatus: proposed\ncreated: 2026-01-01\ntimeframe: {start: 2026-02-01, end: 2028-12-31}\nlead: [p1, p2]\n",
		text(), text(), []string{"da", "en"}[r.IntN(2)])
	fmt.Fprintf(&b, "budget:\n  currency: %s\n  total: %d\n  shares: equal\n", []string{"DKK", "EUR"}[r.IntN(2)], 1_000_000_000+r.IntN(1_000_000_000))
	shares := make([]string, e.payers)
	for i := range shares {
		shares[i] = fmt.Sprintf("d%d: equal", i)
	}
	text1 := strings.Replace(b.String(), "  shares: equal\n", "  shares: {"+strings.Join(shares, ", ")+"}\n", 1)
	b.Reset()
	b.WriteString(text1)
	list := func(key string, n int, item func(i int) string) {
		if n > 0 {
			b.WriteString(key + ":\n")
		}
		for i := range n {
			b.WriteString("  - {" + item(i) + "}\n")
		}
	}
	list("goals", e.goals, func(i int) string {
		return fmt.Sprintf("id: g%d, text: %s, measure: {metric: %s, unit: timer, baseline: 96, target: 24, by: 2027-02-01}", i, text(), text())
	})
	list("team", e.team, func(i int) string {
		return fmt.Sprintf("person: p%d, home: d%d, role: %s, allocation: 33.3%%, from: 2026-02-01, until: 2027-12-31, return: {to: %s, date: 2028-01-01}", i, i%manyDepartments, text(), text())
	})
	list("responsibilities", e.areas, func(i int) string {
		return fmt.Sprintf("area: a%d, accountable: d%d, scope: %s", i, i%max(e.payers, 1), text())
	})
	list("milestones", e.steps, func(i int) string {
		return fmt.Sprintf("id: m%d, title: %s, due: 2027-%02d-01, owner: p%d", i, text(), 1+i%12, i)
	})
	return b.String() + "---\n"
}
