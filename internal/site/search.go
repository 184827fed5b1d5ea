package site

import (
	"maps"
	"slices"

	"charterhouse/internal/rollup"
	"charterhouse/internal/search"
)

// forSearch is what the index says besides the portfolio.
func (s *Site) forSearch() search.Site {
	site := search.Site{Languages: s.languages(), Words: map[string]map[string]string{}}
	for _, lang := range s.languages() {
		words := map[string]string{}
		for name, key := range searchWords {
			words[name] = s.theme.Words(lang).T(key)
		}
		site.Words[lang] = words
	}
	add := func(address string, title func(v *voice) string) {
		titles := map[string]string{}
		for i, lang := range s.languages() {
			titles[lang] = title(s.voice(s.tree(i, lang), lang, lang, 0))
		}
		site.Pages = append(site.Pages, search.Page{Address: address, Titles: titles})
	}
	called := func(key string) func(v *voice) string { return func(v *voice) string { return v.words.T(key) } }
	for _, e := range sections {
		add(e.address, called("nav."+e.key))
	}
	for _, key := range [...]string{"attention", "goals", "returns"} {
		add(key+".html", called("nav."+key))
	}
	add("board-pack.html", called("pack.title"))
	for _, r := range rollup.All {
		add("rollup/"+r.Name+".html", func(v *voice) string { return v.rollupTitle(r.Name) })
	}
	for _, q := range s.p.Questions() {
		add(questionAddress(q), func(v *voice) string { return q.Name(v.lang) })
	}
	for _, o := range s.p.Registers().Objectives {
		add("goals.html#objective-"+string(o.ID), func(v *voice) string { return o.Text.In(v.lang) })
	}
	return site
}

// searchWords are the messages that stand beside results, by the name that the
// script knows them by.
var searchWords = map[string]string{
	"charters": "search.charters", "sections": "search.sections", "people": "search.people", "departments": "search.departments",
	"areas": "search.areas", "pages": "search.pages", "none": "search.nothing", "hits": "search.hits", "hit": "search.hit", "near": "search.near",
	"failed": "search.failed", "more": "search.more",
	"status.": "status.", "status.proposed": "status.proposed", "status.agreed": "status.agreed", "status.active": "status.active", "status.on-hold": "status.on-hold",
	"status.completed": "status.completed", "status.cancelled": "status.cancelled", "status.superseded": "status.superseded",
	"#funding": "charter.funding", "#goals": "charter.goals", "#responsibilities": "charter.responsibilities", "#team": "charter.team.short",
	"#milestones": "charter.milestones", "#risks": "charter.risks", "#updates": "charter.updates", "#amendments": "charter.amendments", "#closure": "charter.closure",
}

// fileAddresses lists what is no page: files at hand and those of the index.
func (s *Site) fileAddresses() []string {
	all := append(slices.Collect(maps.Keys(s.files)), s.search.Names()...)
	slices.Sort(all)
	return all
}
