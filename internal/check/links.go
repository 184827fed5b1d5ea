package check

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

var linkRules = []Rule{
	{Code: "L001", each: unknownTarget, text: unknownTarget},
	prose("L002", portfolio.NoSuchAnchor, noAnchor),
	{Code: "L003", whole: circle, unlike: otherLinks},
	each("L004", replaced),
	prose("L005", portfolio.Ambiguous, ambiguous),
	prose("L006", portfolio.Outside, outside),
	{Code: "L007", each: missingFile, text: missingFile},
	{Code: "L009", each: inProseOnly},
	{Code: "L010", text: strangeText},
	{Code: "L011", text: staleText},
}

// prose makes a rule about links with one problem.
func prose(code diag.Code, problem portfolio.Problem, word func(*portfolio.Portfolio, markdown.Link, portfolio.Resolution) (message, hint diag.Text)) Rule {
	ask := func(p *portfolio.Portfolio) look {
		return func(c *charter.Charter, report func(diag.Diagnostic)) {
			for i, r := range p.Links(c) {
				if r.Problem == problem {
					message, hint := word(p, c.Body.Links[i], r)
					report(at(c, c.Body.Links[i], message, hint))
				}
			}
		}
	}
	return Rule{Code: code, each: ask, text: ask}
}

func at(c *charter.Charter, l markdown.Link, message, hint diag.Text) diag.Diagnostic {
	return diag.Diagnostic{Pos: diag.Pos{File: c.File, Line: l.Line, Col: l.Col}, Width: l.Width, Message: message, Hint: hint}
}

// isFile reports whether a link names a file rather than a page.
func isFile(l markdown.Link) bool {
	return l.Kind != markdown.Wiki && (l.Kind == markdown.Image || !strings.HasSuffix(strings.ToLower(l.Target), ".md"))
}

func unknownTarget(p *portfolio.Portfolio) look {
	known := lazily(func() []string { return charterIDs(p) })
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for i, r := range p.Links(c) {
			if l := c.Body.Links[i]; r.Problem == portfolio.Unknown && !isFile(l) {
				report(unknownLink(p, c, l, known))
			}
		}
		for _, d := range summaryLinks(p, c, known) {
			report(d)
		}
		relations(c, func(id charter.At[charter.ID], key string) {
			if p.Find(id.Value) == nil {
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%s names the charter %q, which does not exist", key, id.Value), Hint: nearest(id.Value, known(), diag.Say("correct the id, or add the charter"))})
			}
		})
		for _, id := range c.Links.ContributesTo {
			if id.Value != "" && p.Objective(id.Value) == nil {
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%q is not in the register of objectives", id.Value), Hint: called(p, portfolio.ToObjective, id.Value, objectiveIDs(p), diag.Say("add it to registers/objectives.yml, or correct the id"))})
			}
		}
		if c.Translation != nil {
			return
		}
		for _, a := range p.Approvals(c) {
			if id := a.Department; id.Value != "" && p.Department(p.Called(id.Value)) == nil {
				report(diag.Diagnostic{Pos: a.Pos(id.Mark), Message: diag.Say("%q is not in the register of departments", id.Value), Hint: called(p, portfolio.ToDepartment, id.Value, departmentIDs(p), diag.Say("correct the id"))})
			}
		}
	}
}

// summaryLinks judges the links of a summary, which is shown on many pages.
// They all stand at the summary's place.
func summaryLinks(p *portfolio.Portfolio, c *charter.Charter, known func() []string) diag.List {
	if !strings.Contains(c.Summary.Value, "[") {
		return nil
	}
	var found diag.List
	at := c.Pos(c.Summary.Mark)
	line, _ := markdown.Inline(c.Summary.Value, at, p.Config().Speech.For(p.Lang(c))) // what is wrong with the text was said when it was read
	for _, l := range line.Links {
		if p.Resolve(c, l).Problem == portfolio.Unknown {
			d := unknownLink(p, c, l, known)
			d.Pos, d.Width = at, 0
			found.Add(d)
		}
	}
	return found
}

// relations yields the typed links to other charters.
func relations(c *charter.Charter, yield func(id charter.At[charter.ID], key string)) {
	say := func(key string, ids ...charter.At[charter.ID]) {
		for _, id := range ids {
			if id.Value != "" {
				yield(id, key)
			}
		}
	}
	say("links.part_of", c.Links.PartOf)
	say("links.depends_on", c.Links.DependsOn...)
	say("links.replaces", c.Links.Replaces...)
	say("links.related", c.Links.Related...)
	say("translation_of", c.TranslationOf)
}

func unknownLink(p *portfolio.Portfolio, c *charter.Charter, l markdown.Link, charters func() []string) diag.Diagnostic {
	kind, id, parted := strings.Cut(l.Target, ":")
	if l.Kind != markdown.Wiki || !parted {
		kind, id = "charter", l.Target
	}
	name := strings.TrimSuffix(id[strings.LastIndexByte(id, '/')+1:], ".md")
	var known []string
	switch kind {
	case "person":
		known = peopleIDs(p)
	case "dept":
		known = departmentIDs(p)
	case "area":
		known = areaIDs(p)
	case "objective":
		known = objectiveIDs(p)
	case "charter":
		known = charters()
	default:
		return at(c, l, diag.Say("%q is no kind of thing to link to", kind), diag.Say("write [[id]], [[person:id]], [[dept:id]] or [[area:id]]"))
	}
	to := map[string]portfolio.TargetKind{"person": portfolio.ToPerson, "dept": portfolio.ToDepartment, "area": portfolio.ToArea, "objective": portfolio.ToObjective, "charter": portfolio.ToCharter}[kind]
	return at(c, l, to.NoSuch(id), nearest(charter.ID(name), known, diag.Say("correct the name, or add what it names")))
}

func noAnchor(p *portfolio.Portfolio, l markdown.Link, r portfolio.Resolution) (message, hint diag.Text) {
	to := p.Charter(r.Target.ID)
	var have []string
	for _, h := range to.Body.Outline {
		have = append(have, strings.TrimPrefix(h.ID, "s-"))
	}
	hint = diag.Say("its sections are %s", diag.And(have))
	if near, ok := diag.Nearest(l.Anchor, have); ok {
		hint = diag.Say("did you mean #%s?", near)
	} else if len(have) == 0 {
		hint = diag.Say("leave out the part behind #")
	}
	return diag.Say("%s has no section %q", to.Name(), l.Anchor), hint
}

func ambiguous(_ *portfolio.Portfolio, l markdown.Link, r portfolio.Resolution) (message, hint diag.Text) {
	names := make([]string, len(r.Candidates))
	for i, id := range r.Candidates {
		names[i] = "[[" + string(id) + "]]"
	}
	return diag.Say("several charters are called %q", l.Target), diag.Say("write %s", diag.Or(names))
}

func outside(_ *portfolio.Portfolio, l markdown.Link, _ portfolio.Resolution) (message, hint diag.Text) {
	return diag.Say("%q leads out of the content folder", l.Target), diag.Say("link to something inside it, by a path relative to this file")
}

func missingFile(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for i, r := range p.Links(c) {
			l := c.Body.Links[i]
			switch {
			case r.Problem == portfolio.OtherCase:
				report(at(c, l, diag.Say("%q differs from the file's name by case, so it breaks on most servers", l.Target), diag.Say("write the name as the file has it")))
			case r.Problem == portfolio.Unknown && isFile(l):
				report(at(c, l, diag.Say("the file %q does not exist here", l.Target), diag.Say("put it beside the charter, or correct the name")))
			}
		}
	}
}

// circle finds charters that are, over others, their own programme, successor
// or condition.
func circle(p *portfolio.Portfolio, report func(diag.Diagnostic)) {
	kinds := []struct {
		key  string
		next func(*charter.Charter) []charter.At[charter.ID]
	}{
		{"part_of", func(c *charter.Charter) []charter.At[charter.ID] {
			if c.Links.PartOf.Value == "" {
				return nil
			}
			return []charter.At[charter.ID]{c.Links.PartOf}
		}},
		{"depends_on", func(c *charter.Charter) []charter.At[charter.ID] { return c.Links.DependsOn }},
		{"replaces", func(c *charter.Charter) []charter.At[charter.ID] { return c.Links.Replaces }},
	}
	for _, kind := range kinds {
		for _, cycle := range cycles(p, kind.next) {
			first := p.Charter(charter.ID(cycle[0]))
			mark := first.Facts
			for _, id := range kind.next(first) {
				if to := p.Find(id.Value); to != nil && string(to.ID.Value) == cycle[1] {
					mark = id.Mark
				}
			}
			message := diag.Say("the charters go round in a circle: %s", strings.Join(cycle, " → "))
			if len(cycle) == 2 {
				message = diag.Say("the charter names itself")
			}
			report(diag.Diagnostic{Pos: first.Pos(mark), Message: message, Hint: diag.Say("remove one of these links.%s", kind.key)})
		}
	}
	for _, c := range p.Charters() {
		for _, id := range c.Links.Related {
			own := func(former charter.At[charter.ID]) bool { return former.Value == id.Value }
			if (strings.EqualFold(string(id.Value), string(c.ID.Value)) || slices.ContainsFunc(c.Aliases, own)) && p.Find(id.Value) == c {
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("the charter names itself"), Hint: diag.Say("remove it from links.related")})
			}
		}
	}
}

// otherLinks reports whether two versions of a charter name other charters in
// links that can go round in a circle.
func otherLinks(a, b *charter.Charter) bool {
	differ := func(x, y []charter.At[charter.ID]) bool {
		return !slices.EqualFunc(x, y, func(i, j charter.At[charter.ID]) bool { return i.Value == j.Value })
	}
	return a.Links.PartOf.Value != b.Links.PartOf.Value || differ(a.Links.DependsOn, b.Links.DependsOn) ||
		differ(a.Links.Replaces, b.Links.Replaces) || differ(a.Links.Related, b.Links.Related)
}

// cycles walks depth first and returns each circle once, beginning with its
// least id: [a b a].
func cycles(p *portfolio.Portfolio, next func(*charter.Charter) []charter.At[charter.ID]) [][]string {
	const (
		unseen = iota
		open
		closed
	)
	state := map[*charter.Charter]int{}
	var path []*charter.Charter
	var found [][]string
	var walk func(c *charter.Charter)
	walk = func(c *charter.Charter) {
		onward := next(c)
		if len(onward) == 0 {
			return // no circle goes through it
		}
		switch state[c] {
		case open:
			found = append(found, ring(path, c))
		case unseen:
			state[c] = open
			path = append(path, c)
			for _, id := range onward {
				if to := p.Find(id.Value); to != nil {
					walk(to)
				}
			}
			path = path[:len(path)-1]
			state[c] = closed
		}
	}
	for _, c := range p.Charters() {
		walk(c)
	}
	return found
}

// ring cuts the circle that ends at to out of a path.
func ring(path []*charter.Charter, to *charter.Charter) []string {
	var names []string
	for _, c := range path[slices.Index(path, to):] {
		names = append(names, string(c.ID.Value))
	}
	least := 0
	for i, n := range names {
		if n < names[least] {
			least = i
		}
	}
	names = append(names[least:len(names):len(names)], names[:least]...)
	return append(names, names[0])
}

func replaced(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if c.Status.Value.Bound() {
		for _, id := range c.Links.Replaces {
			if old := p.Find(id.Value); old != nil && old.Status.Value != charter.Superseded {
				report(id.Mark, diag.Say("this charter replaces %s, which is still %s", old.Name(), old.Status.Value), diag.Say("write status: superseded there"))
			}
		}
	}
	if c.Status.Value == charter.Superseded && len(p.Related(c.ID.Value, portfolio.ReplacedBy)) == 0 {
		report(c.Status.Mark, diag.Say("this charter is superseded, but none replaces it"), diag.Say("name it in links.replaces of its successor"))
	}
}

// inProseOnly is off unless a site asks for it: it reads a sentence.
func inProseOnly(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for i, r := range p.Links(c) {
			if r.Target.Kind != portfolio.ToCharter {
				continue
			}
			l := c.Body.Links[i]
			said := strings.ToLower(l.Sentence)
			if !strings.Contains(said, "depends on") && !strings.Contains(said, "afhænger af") && !strings.Contains(said, "hängt von") {
				continue
			}
			known := false
			for _, id := range c.Links.DependsOn {
				to := p.Find(id.Value)
				known = known || to != nil && to.ID.Value == r.Target.ID
			}
			if !known && r.Target.ID != c.ID.Value {
				report(at(c, l, diag.Say("the text says that this depends on %s, but links.depends_on does not name it", r.Target.ID), diag.Say("add it to links.depends_on")))
			}
		}
	}
}
