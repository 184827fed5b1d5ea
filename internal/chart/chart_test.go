package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// rules reads a figure as XML and holds what the design says of all figures: no
// style, no viewBox, nothing that runs; bars begin at their zero and end within
// the figure.
func rules(t interface {
	Helper()
	Fatalf(string, ...any)
}, figure string) (links []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(figure))
	d.Strict = true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return links
		}
		if err != nil {
			t.Fatalf("%v in %s", err, figure)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains([]string{"svg", "g", "a", "rect", "line", "path", "text"}, e.Name.Local) {
			t.Fatalf("a figure holds <%s>", e.Name.Local)
		}
		for _, a := range e.Attr {
			switch {
			case a.Name.Local == "style" || a.Name.Local == "viewBox" || strings.HasPrefix(a.Name.Local, "on"):
				t.Fatalf("<%s> has %s", e.Name.Local, a.Name.Local)
			case a.Name.Local == "href":
				links = append(links, a.Value)
			case strings.HasSuffix(a.Value, "%"):
				var v float64
				if _, err := fmt.Sscanf(a.Value, "%f%%", &v); err != nil || v < 0 || v > 100.5 {
					t.Fatalf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestFigures(t *testing.T) {
	rules(t, string(Bar([]Segment{{Class: "c1", To: 3000}, {Class: "c1 striped", From: 3000, To: 10_000, Low: true}})))
	rules(t, string(Pillars([]Pillar{{Class: "c1", Height: 10_000, Text: "<b>&"}, {}, {Class: "c2 striped", Height: 5000, Over: 2500}}, 4000)))
	rules(t, string(Lane([]int{0, 5000}, []Stripe{{Class: "c1", To: 10_000, Thin: true}, {From: 10, To: 20}, {Class: "c2 striped", From: 3, To: 9, Disputed: true}}, []Mark{{At: 5}, {At: 7, Shape: Filled}, {At: 9, Shape: Late}}, 5000)))
	if striped := string(Bar([]Segment{{Class: "c1 striped", To: 10_000}})); strings.Count(striped, `class="plan"`) != 1 {
		t.Errorf("the ninth department has no stripes: %s", striped)
	}
}

// Whatever is tied to what, a circle included, every node stands once, in the
// figure, in an order that lines follow downward, and is a link unless it is the
// one that the graph is about.
func TestGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 13).Draw(t, "nodes")
		nodes := []Node{{Text: "The one"}}
		for i := 1; i < n; i++ {
			nodes = append(nodes, Node{Href: fmt.Sprintf("n%d.html", i), Text: rapid.StringMatching(`[ -~æøåÆØÅ]{1,120}`).Draw(t, "text"), Note: "needs"})
		}
		var edges []Edge
		acyclic := rapid.Bool().Draw(t, "acyclic")
		for range rapid.IntRange(0, 30).Draw(t, "edges") {
			e := Edge{From: rapid.IntRange(0, n-1).Draw(t, "from"), To: rapid.IntRange(0, n-1).Draw(t, "to"), Loose: rapid.Bool().Draw(t, "loose")}
			if acyclic && e.From >= e.To {
				continue
			}
			edges = append(edges, e)
		}
		figure := string(Graph("Around", nodes, edges))
		links := rules(t, figure)
		if figure != string(Graph("Around", nodes, edges)) {
			t.Fatalf("two drawings differ")
		}
		slices.Sort(links)
		if len(slices.Compact(links)) != n-1 || strings.Count(figure, `class="self"`) != 1 {
			t.Fatalf("%d nodes, links %v", n, links)
		}
		layer := layers(n, edges)
		for _, e := range edges {
			if acyclic && !e.Loose && layer[e.From] >= layer[e.To] && layer[e.To] < deepest {
				t.Fatalf("%v runs from layer %d to %d", e, layer[e.From], layer[e.To])
			}
		}
	})
}

// Lines of text are the words of the text, and no longer than there is room for
// unless one word is.
func TestWrapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zæøå ]{0,80}`).Draw(t, "text")
		lines := wrapped(text, 20)
		if got := strings.Join(lines, " "); got != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("%q is %q", text, got)
		}
		for _, l := range lines {
			if runes(l) > 20 && strings.Contains(l, " ") {
				t.Fatalf("%q is longer than its line", l)
			}
		}
	})
}
