package search

import (
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

// maxPassages is how many passages a charter has at most: as many as a mask of
// 30 bits tells apart. What comes later in a long text belongs to the last.
const maxPassages = 30

// A passage is a piece of a charter that a result can lead to.
type passage struct {
	anchor  string // on the charter's page
	heading string // of the author; empty for what the page itself calls something
	text    string // that a result shows
	also    string // what finds the passage besides
}

// passagesOf cuts a charter into passages: title, head, prose, facts. named
// says whether names that other charters decide are wanted in the text: an
// index that is kept with a run must do without.
func passagesOf(p *portfolio.Portfolio, c *charter.Charter, named bool) []passage {
	all := make([]passage, 2, 16)
	all[0] = passage{text: c.Name(), also: c.ShortTitle.Value}
	all[1] = head(c)
	own := facts(p, c)
	links := p.Links(c)
	for _, g := range c.Body.Passages(func(i int) string {
		if named && i < len(links) && links[i].Target.Kind == portfolio.ToCharter {
			return p.Charter(links[i].Target.ID).Name()
		}
		return nameOf(p, c.Body.Links[i].Target)
	}) {
		next := passage{anchor: g.Heading.ID, heading: g.Heading.Text, text: g.Text}
		if len(all)+len(own) == maxPassages {
			last := &all[len(all)-1]
			last.text = strings.Join([]string{last.text, next.heading, next.text}, " ")
			continue
		}
		all = append(all, next)
	}
	return append(all, own...)
}

// nameOf is how a link without text reads as far as the registers know.
func nameOf(p *portfolio.Portfolio, target string) string {
	kind, id, ok := strings.Cut(target, ":")
	if !ok {
		return target
	}
	if who := p.Person(portfolio.ID(id)); kind == "person" && who != nil {
		return who.Name
	}
	return id
}

func head(c *charter.Charter) passage {
	var also []string
	for _, t := range c.Tags {
		also = append(also, string(t.Value))
	}
	for _, a := range c.Aliases {
		also = append(also, string(a.Value))
	}
	for _, o := range c.Own {
		also = append(also, o.Text)
	}
	also = append(also, string(c.ID.Value))
	return passage{text: markdown.Plain(c.Summary.Value), also: strings.Join(also, " ")}
}

// A part collects what one section of a charter's page says in its facts.
type part struct {
	anchor      string
	texts, also []string
}

// say adds texts of the author.
func (s *part) say(texts ...string) {
	for _, t := range texts {
		if t != "" {
			s.texts = append(s.texts, markdown.Plain(t))
		}
	}
}

// facts are the parts of the page that come from front matter, those without a
// word left out.
func facts(p *portfolio.Portfolio, c *charter.Charter) []passage {
	var all []passage
	for _, s := range []part{funding(p, c), goals(c), responsibilities(p, c), team(p, c), milestones(c), risks(c), updates(p, c), amendments(c)} {
		if len(s.texts)+len(s.also) > 0 {
			all = append(all, passage{anchor: s.anchor, text: strings.Join(s.texts, " · "), also: strings.Join(s.also, " ")})
		}
	}
	return all
}

func funding(p *portfolio.Portfolio, c *charter.Charter) part {
	s := part{anchor: "funding"}
	for _, x := range c.Budget.Parties {
		s.department(p, c, x.Department.Value)
		s.say(x.InKind.Value)
		s.also = append(s.also, x.CostCentre.Value)
	}
	for _, x := range c.Budget.Spent {
		s.say(x.Note.Value)
	}
	return s
}

// department adds a department by its code and its names.
func (s *part) department(p *portfolio.Portfolio, c *charter.Charter, id charter.ID) {
	if d := p.Department(id); d != nil {
		s.name(d.Name, id, p.Lang(c))
		s.also = append(s.also, d.Code)
	}
}

// name adds what the registers call something: shown in the language of the
// charter, and found in the others that people search in.
func (s *part) name(name portfolio.Text, id charter.ID, lang string) {
	s.texts = append(s.texts, name.In(lang))
	s.also = append(s.also, string(id))
	for _, lang := range [...]string{"en", "da", "de"} {
		s.also = append(s.also, name.In(lang))
	}
}

func goals(c *charter.Charter) part {
	s := part{anchor: "goals"}
	for _, g := range c.Goals {
		s.say(g.Text.Value, g.Measure.Metric.Value)
	}
	return s
}

func responsibilities(p *portfolio.Portfolio, c *charter.Charter) part {
	s := part{anchor: "responsibilities"}
	for _, r := range c.Responsibilities {
		if a := p.Area(r.Area.Value); a != nil {
			s.name(a.Name, a.ID, p.Lang(c))
		}
		s.say(r.Scope.Value, r.Reason.Value)
	}
	return s
}

func team(p *portfolio.Portfolio, c *charter.Charter) part {
	s := part{anchor: "team"}
	person := func(id charter.ID, more ...string) {
		if id == "" {
			return
		}
		name := string(id)
		if who := p.Person(id); who != nil {
			name = who.Name
		}
		for _, m := range more {
			if m != "" {
				name += ", " + m
			}
		}
		s.texts = append(s.texts, name)
	}
	for _, o := range c.Owners {
		person(o.Person.Value, o.Role.Value)
	}
	for _, l := range c.Lead {
		person(l.Value)
	}
	for _, x := range c.Steering {
		person(x.Value)
	}
	for _, m := range c.Team {
		person(m.Person.Value, m.Role.Value, m.Return.To.Value)
	}
	return s
}

func milestones(c *charter.Charter) part {
	s := part{anchor: "milestones"}
	for _, m := range c.Milestones {
		s.say(m.Title.Value)
	}
	for _, d := range c.Deliverables {
		s.say(d.Title.Value)
	}
	for _, e := range c.ExitCriteria {
		s.say(e.Value)
	}
	return s
}

func risks(c *charter.Charter) part {
	s := part{anchor: "risks"}
	for _, r := range c.Risks {
		s.say(r.Text.Value, r.Response.Value)
	}
	return s
}

func updates(p *portfolio.Portfolio, c *charter.Charter) part {
	s := part{anchor: "updates"}
	for _, u := range p.Updates(c) {
		s.say(u.Text.Value, u.Next.Value)
	}
	return s
}

func amendments(c *charter.Charter) part {
	s := part{anchor: "amendments"}
	for _, a := range c.Amendments {
		s.say(a.Summary.Value, a.Reason.Value)
	}
	s.say(c.Closure.Outcome.Value, c.Closure.Lessons.Value)
	if len(c.Amendments) == 0 {
		s.anchor = "closure"
	}
	return s
}
