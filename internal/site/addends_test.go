package site

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/source"
)

var (
	figureLink = regexp.MustCompile(`<td(?: class="n" data-v="[^"]*")?><a href="([^"#]+)#(c-[^"]+)">([^<]+)</a>`) // in a table, not a chart
	headIDs    = regexp.MustCompile(`<th scope="col" class="n" id="([^"]+)"`)
	footCells  = regexp.MustCompile(`<td>([^<]*)</td>`)
)

// Every figure leads to a page below whose column it stands as the sum, whether
// that lists charters or, where they are too many, the rows that it adds up.
func TestFiguresLeadToTheirAddends(t *testing.T) {
	dir := t.TempDir()
	if err := bench.Generate(dir, tabled+300, 1); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	s := siteOf(t, tree)
	known := map[string]string{}
	render := func(address string) string {
		if known[address] == "" {
			var b bytes.Buffer
			if err := s.Render(&b, address); err != nil {
				t.Fatal(err)
			}
			known[address] = b.String()
		}
		return known[address]
	}
	check := func(address string) (figures int) {
		for _, m := range figureLink.FindAllStringSubmatch(render(address), -1) {
			page := render(path.Join(path.Dir(address), m[1]))
			_, foot, _ := strings.Cut(page, "<tfoot>")
			for i, id := range headIDs.FindAllStringSubmatch(page, -1) {
				// a page of whole units may lead to one that shows hundredths
				if id[1] == m[2] && strings.TrimSuffix(footCells.FindAllStringSubmatch(foot, -1)[i][1], ".00") == strings.TrimSuffix(m[3], ".00") {
					figures++
				}
			}
		}
		all := len(figureLink.FindAllString(render(address), -1))
		if all == 0 {
			t.Errorf("%s has no figures", address)
		}
		return figures - all
	}
	for _, name := range opened {
		if missing := check("rollup/" + name + ".html"); missing != 0 {
			t.Errorf("%s: %d figures lead nowhere", name, -missing)
		}
	}
	for _, address := range []string{"rollup/posts/total.html", "rollup/fairness/total.html"} {
		if rows := strings.Count(render(address), `<th scope="row">`); rows > 40 || !strings.Contains(render(address), "too many for one page") {
			t.Errorf("%s has %d rows", address, rows)
		}
		if missing := check(address); missing != 0 {
			t.Errorf("%s: %d figures lead nowhere", address, -missing)
		}
	}
}
