package chart

import (
	"slices"
	"strings"

	"charterhouse/internal/theme"
)

// A Node is a charter in a graph: what is written in it, and where it leads. The
// node that the graph is about leads nowhere.
type Node struct {
	Href, Text, Lang string
	Note             string // a second line, in small: why it is here
}

// An Edge ties two nodes, by their numbers: From comes before To. A loose one
// has no direction and is dashed.
type Edge struct {
	From, To int
	Loose    bool
}

// The measures of a graph, in pixels: text never scales.
const (
	indent  = 16 // of a layer against the one before it
	lane    = 9  // between lines that run down
	leading = 17 // from one line of text to the next
	between = 12 // from one node to the next
	inside  = 7  // above and below the text of a node
	margin  = 10 // before and after it; the style sheet lets the box begin that much before the text
	deepest = 4  // layer; what comes below stands at its side, one under the other
	letters = 33 // of a line, which is what a narrow phone has room for beside lines and layers
)

// A box is where a node stands.
type box struct {
	x, y, height int
	lines        []string
}

// middle is the height at which lines meet a node.
func (b box) middle() int { return b.y + inside + 7 }

// Graph draws nodes in layers: each below and a step to the right of all that
// come before it, in one column that is as narrow as a phone. Lines run down at
// the left, those that end or begin at one node together. Nodes are links, in
// the order in which they stand; name says what the graph is of.
func Graph(name string, nodes []Node, edges []Edge) theme.Fragment {
	lanes, gutter := lanesOf(edges)
	layer := layers(len(nodes), edges)
	order := make([]int, len(nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return layer[a] - layer[b] })
	boxes := make([]box, len(nodes))
	y := 1
	for _, i := range order {
		lines := wrapped(nodes[i].Text, letters-2*layer[i]-gutter)
		n := len(lines)
		if nodes[i].Note != "" {
			n++
		}
		boxes[i] = box{8 + lane*gutter + indent*layer[i], y, 2*inside + leading*n, lines}
		y += boxes[i].height + between
	}
	var b theme.Builder
	b.Raw(`<svg class="graph" role="group" aria-label="`).Text(name).Raw(`" width="100%" height="`).Int(y - between + 1).Raw(`">`)
	ties(&b, false, edges, boxes, lanes)
	ties(&b, true, edges, boxes, lanes)
	for _, i := range order {
		node(&b, nodes[i], boxes[i])
	}
	return b.Raw(`</svg>`).Fragment()
}

// lanesOf gives lines that share an end one lane, and says how many there are.
func lanesOf(edges []Edge) (lanes []int, n int) {
	type end struct {
		node        int
		into, loose bool
	}
	taken := map[end]int{}
	count := map[end]int{}
	for _, e := range edges {
		count[end{e.From, false, e.Loose}]++
		count[end{e.To, true, e.Loose}]++
	}
	for _, e := range edges {
		at := end{e.From, false, e.Loose}
		if into := (end{e.To, true, e.Loose}); count[into] > count[at] {
			at = into
		}
		if _, ok := taken[at]; !ok {
			taken[at] = len(taken)
		}
		lanes = append(lanes, taken[at])
	}
	return lanes, len(taken)
}

// ties draws the lines of one kind from node to node as one path, with arrows where
// they have a direction.
func ties(b *theme.Builder, loose bool, edges []Edge, boxes []box, lanes []int) {
	some := false
	for k, e := range edges {
		if e.Loose != loose {
			continue
		}
		switch {
		case some:
		case loose:
			b.Raw(`<path class="loose" d="`)
		default:
			b.Raw(`<path d="`)
		}
		some = true
		from, to := boxes[e.From], boxes[e.To]
		b.Raw(`M`).Int(from.x).Raw(` `).Int(from.middle()).Raw(`H`).Int(2 + lane*lanes[k]).Raw(`V`).Int(to.middle()).Raw(`H`).Int(to.x)
		if !loose {
			b.Raw(`m-5-4 5 4-5 4`)
		}
	}
	if some {
		b.Raw(`"/>`)
	}
}

func node(b *theme.Builder, n Node, at box) {
	if n.Href == "" {
		b.Raw(`<g class="self">`)
	} else {
		b.Raw(`<a href="`).Text(n.Href).Raw(`" aria-label="`).Text(n.Text)
		if n.Note != "" {
			b.Raw(`, `).Text(n.Note)
		}
		b.Raw(`">`)
	}
	b.Raw(`<svg x="`).Int(at.x + margin).Raw(`" y="`).Int(at.y).Raw(`"><rect width="`).Int(width(at.lines, n.Note)).Raw(`" height="`).Int(at.height).Raw(`"/>`)
	for k, line := range at.lines {
		b.Raw(`<text y="`).Int(inside + 12 + leading*k)
		if n.Lang != "" {
			b.Raw(`" lang="`).Text(n.Lang)
		}
		b.Raw(`">`).Text(line).Raw(` </text>`)
	}
	if n.Note != "" {
		b.Raw(`<text class="why" y="`).Int(inside + 12 + leading*len(at.lines)).Raw(`">`).Text(n.Note).Raw(`</text>`)
	}
	b.Raw(`</svg>`)
	if n.Href == "" {
		b.Raw(`</g>`)
	} else {
		b.Raw(`</a>`)
	}
}

// layers puts each node below all that come before it, as near to the top as
// that allows. A circle would have no top; its last edge is left out.
func layers(n int, edges []Edge) []int {
	layer, tied := make([]int, n), make([]bool, n)
	for _, e := range edges {
		if !e.Loose {
			tied[e.From], tied[e.To] = true, true
		}
	}
	for range n {
		moved := false
		for _, e := range edges {
			if low := layer[e.From] + 1; layer[e.To] < low && low < n && !e.Loose {
				layer[e.To], moved = low, true
			}
		}
		if !moved {
			break
		}
	}
	for i := range layer {
		layer[i] = min(layer[i], deepest)
	}
	for _, e := range edges { // what is loosely tied stands one step in from what it is tied to
		if e.Loose && !tied[e.To] && e.From != e.To {
			layer[e.To] = min(layer[e.From]+1, deepest)
		}
	}
	return layer
}

// wrapped breaks a text into lines at blanks. A word that is longer than a line
// stays whole.
func wrapped(text string, letters int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case runes(line)+1+runes(word) <= letters:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

func runes(s string) int { return len([]rune(s)) }

// width is how wide a node must be for its lines, by the width of a letter, with
// some room for wide ones.
func width(lines []string, note string) int {
	most := runes(note) * 67 / 10
	for _, l := range lines {
		most = max(most, runes(l)*76/10)
	}
	return 2*margin + most
}
