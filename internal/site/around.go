package site

import (
	"charterhouse/internal/chart"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// An aroundView is what stands near a charter: a graph, and the same in words
// beside it.
type aroundView struct {
	Graph theme.Fragment
	Facts theme.Fragment // list items
	More  theme.Fragment // what the graph has no room for
}

// drawnAround is how many neighbours a graph holds.
const drawnAround = 12

// around draws the charters around c, or nothing where there are none.
func (v *voice) around(c *charter.Charter) *aroundView {
	all := rollup.Neighbours(v.site.p, c)
	if len(all) == 0 {
		return nil
	}
	shown := all[:min(len(all), drawnAround)]
	d := &aroundView{}
	nodes := append(make([]chart.Node, 0, len(shown)+1), chart.Node{Text: c.Short(), Note: v.words.T("around.this")})
	edges := make([]chart.Edge, 0, 2*len(shown))
	number := make(map[ID]int, len(shown))
	var facts theme.Builder
	for i, n := range shown {
		m := v.charterData(n.Charter)
		nodes = append(nodes, chart.Node{Href: m.Href, Text: n.Charter.Short(), Lang: m.Lang, Note: v.nearness(n)})
		number[n.Charter.ID.Value] = i + 1
		edges = append(edges, edgeTo(n, i+1))
		facts.Raw(`<li>`).Add(v.charter(n.Charter)).Raw(`<small>`).Add(v.nearnessLong(n)).Raw(`</small></li>`)
	}
	d.Graph = chart.Graph(v.words.F("around.name", "Title", c.Short()), nodes, append(edges, v.between(shown, number)...))
	d.Facts = facts.Fragment()
	if left := len(all) - len(shown); left > 0 {
		d.More = v.words.HTML("around.more", "N", left, "Team", inPage("#team", v.words.T("charter.team.short")))
	}
	return d
}

// inPage is a link to a place on the same page.
func inPage(anchor, text string) theme.Fragment {
	return new(theme.Builder).Raw(`<a href="`).Text(anchor).Raw(`">`).Text(text).Raw(`</a>`).Fragment()
}

// edgeTo ties the charter, which is node 0, to a neighbour: whatever comes first
// in time or in order stands above.
func edgeTo(n rollup.Neighbour, at int) chart.Edge {
	for _, r := range n.Relations {
		switch r {
		case portfolio.DependsOn, portfolio.PartOf, portfolio.Replaces:
			return chart.Edge{From: at, To: 0}
		case portfolio.NeededBy, portfolio.Parts, portfolio.ReplacedBy:
			return chart.Edge{From: 0, To: at}
		}
	}
	return chart.Edge{From: 0, To: at, Loose: true}
}

// between are the ties that neighbours have among themselves.
func (v *voice) between(shown []rollup.Neighbour, number map[ID]int) []chart.Edge {
	var edges []chart.Edge
	for _, n := range shown {
		to := number[n.Charter.ID.Value]
		for _, r := range [...]portfolio.Relation{portfolio.PartOf, portfolio.DependsOn, portfolio.Replaces} {
			for _, x := range v.site.p.Related(n.Charter.ID.Value, r) {
				if from := number[x.ID.Value]; from > 0 {
					edges = append(edges, chart.Edge{From: from, To: to})
				}
			}
		}
	}
	return edges
}

// nearness says in few words why a neighbour is one.
func (v *voice) nearness(n rollup.Neighbour) string {
	var words []string
	for _, r := range n.Relations {
		words = append(words, v.words.T(relationKeys[r]))
	}
	if len(n.People) > 0 {
		words = append(words, v.words.N("around.people", len(n.People)))
	}
	return v.locale.List(words)
}

// nearnessLong says the same with the names of the people.
func (v *voice) nearnessLong(n rollup.Neighbour) theme.Fragment {
	var b theme.Builder
	for i, r := range n.Relations {
		if i > 0 {
			b.Raw(`, `)
		}
		b.Text(v.words.T(relationKeys[r]))
	}
	if len(n.People) == 0 {
		return b.Fragment()
	}
	if len(n.Relations) > 0 {
		b.Raw(`; `)
	}
	b.Text(v.words.N("around.people", len(n.People))).Raw(`: `)
	for i, id := range n.People {
		if i > 0 {
			b.Raw(`, `)
		}
		b.Add(v.person(id))
	}
	return b.Fragment()
}

// How many charters that resemble one are shown: to somebody who proposes, and
// to everybody else.
const (
	similarAsked   = 5
	similarQuietly = 3
)

// similar lists the charters that resemble c, with the reasons in words.
func (v *voice) similar(c *charter.Charter) theme.Fragment {
	all := v.site.resembling(c)
	if len(all) == 0 {
		return ""
	}
	var b theme.Builder
	b.Raw(`<ul class="links">`)
	for _, l := range all {
		b.Raw(`<li>`).Add(v.charter(l.Charter)).Raw(` <span class="small dim">`).Text(v.words.T("status." + l.Charter.Status.Value.String())).Raw(`</span><small>`).Text(v.likeness(l)).Raw(`</small></li>`)
	}
	return b.Raw(`</ul>`).Fragment()
}

// likeness says what two charters share.
func (v *voice) likeness(l rollup.Likeness) string {
	p := v.site.p
	var parts []string
	say := func(key string, names []string) {
		if len(names) > 0 {
			parts = append(parts, v.words.F(key, "N", len(names), "What", v.locale.List(names)))
		}
	}
	names := func(ids []ID, kind portfolio.TargetKind) []string {
		var all []string
		for _, id := range ids {
			all = append(all, p.NameOf(portfolio.Target{Kind: kind, ID: id}, v.lang))
		}
		return all
	}
	say("similar.areas", names(l.Areas, portfolio.ToArea))
	say("similar.people", names(l.People, portfolio.ToPerson))
	say("similar.objectives", names(l.Objectives, portfolio.ToObjective))
	var quoted []string
	for _, w := range l.Words {
		quoted = append(quoted, v.locale.Quote(w))
	}
	say("similar.words", quoted)
	text := ""
	for i, part := range parts {
		if i > 0 {
			text += "; "
		}
		text += part
	}
	return text
}
