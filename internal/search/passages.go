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
	anchor  string   // on the charter's page
	heading string   // of the author; empty for what the page itself calls something
	texts   []string // that a result shows
	also    []string // what finds the passage besides
}

// text is what a result shows.
func (g *passage) text() string { return strings.Join(g.texts, " · ") }

// A cutter cuts charters into passages, those of one standing where those of the one
// before did.
type cutter struct {
	p     *portfolio.Portfolio
	named bool // whether names that other charters decide are wanted in the text: an index that is kept with a run must do without
	all   []passage
	facts facts
}

// cut returns the passages of a charter: title, head, prose, facts. They are good
// until the next.
func (k *cutter) cut(c *charter.Charter) []passage {
	own := k.facts.of(k.p, c)
	k.all = append(k.all[:0], passage{texts: []string{c.Name()}, also: []string{c.ShortTitle.Value}}, head(c))
	for _, g := range c.Body.Passages(func(i int) string { return k.title(c, i) }) {
		if len(k.all)+len(own) == maxPassages {
			last := &k.all[len(k.all)-1]
			last.texts = []string{strings.Join([]string{last.text(), g.Heading.Text, g.Text}, " ")}
			continue
		}
		k.all = append(k.all, passage{anchor: g.Heading.ID, heading: g.Heading.Text, texts: []string{g.Text}})
	}
	k.all = append(k.all, own...)
	return k.all
}

// title is how a link without text reads.
func (k *cutter) title(c *charter.Charter, i int) string {
	if links := k.p.Links(c); k.named && i < len(links) && links[i].Target.Kind == portfolio.ToCharter {
		return k.p.Charter(links[i].Target.ID).Name()
	}
	return nameOf(k.p, c.Body.Links[i].Target)
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
	return passage{texts: []string{markdown.Plain(c.Summary.Value)}, also: append(also, string(c.ID.Value))}
}

// facts are the parts of the page that come from front matter, those without a
// word left out.
type facts struct {
	p           *portfolio.Portfolio
	c           *charter.Charter
	all         []passage
	texts, also []string // of all parts
	text, more  int      // where those of the part begin that is collected
}

func (f *facts) of(p *portfolio.Portfolio, c *charter.Charter) []passage {
	f.p, f.c, f.all, f.texts, f.also, f.text, f.more = p, c, f.all[:0], f.texts[:0], f.also[:0], 0, 0
	f.funding()
	f.goals()
	f.responsibilities()
	f.team()
	f.milestones()
	f.risks()
	f.updates()
	f.amendments()
	return f.all
}

// end ends a part, which stands at anchor on the charter's page.
func (f *facts) end(anchor string) {
	if texts, also := f.texts[f.text:], f.also[f.more:]; len(texts)+len(also) > 0 {
		f.all = append(f.all, passage{anchor: anchor, texts: texts, also: also})
	}
	f.text, f.more = len(f.texts), len(f.also)
}

// say adds texts of the author.
func (f *facts) say(texts ...string) {
	for _, t := range texts {
		if t != "" {
			f.texts = append(f.texts, markdown.Plain(t))
		}
	}
}

// name adds what the registers call something: shown in the language of the
// charter, and found in the others that people search in.
func (f *facts) name(name portfolio.Text, id charter.ID) {
	f.texts = append(f.texts, name.In(f.p.Lang(f.c)))
	f.also = append(f.also, string(id), name.In("en"), name.In("da"), name.In("de"))
}

func (f *facts) funding() {
	for i := range f.c.Budget.Parties {
		x := &f.c.Budget.Parties[i]
		if d := f.p.Department(x.Department.Value); d != nil {
			f.name(d.Name, d.ID)
			f.also = append(f.also, d.Code)
		}
		f.say(x.InKind.Value)
		f.also = append(f.also, x.CostCentre.Value)
	}
	for i := range f.c.Budget.Spent {
		f.say(f.c.Budget.Spent[i].Note.Value)
	}
	f.end("funding")
}

func (f *facts) goals() {
	for i := range f.c.Goals {
		f.say(f.c.Goals[i].Text.Value, f.c.Goals[i].Measure.Metric.Value)
	}
	f.end("goals")
}

func (f *facts) responsibilities() {
	for i := range f.c.Responsibilities {
		r := &f.c.Responsibilities[i]
		if a := f.p.Area(r.Area.Value); a != nil {
			f.name(a.Name, a.ID)
		}
		f.say(r.Scope.Value, r.Reason.Value)
	}
	f.end("responsibilities")
}

func (f *facts) team() {
	for i := range f.c.Owners {
		f.person(f.c.Owners[i].Person.Value, f.c.Owners[i].Role.Value, "")
	}
	for _, l := range f.c.Lead {
		f.person(l.Value, "", "")
	}
	for _, x := range f.c.Steering {
		f.person(x.Value, "", "")
	}
	for i := range f.c.Team {
		m := &f.c.Team[i]
		f.person(m.Person.Value, m.Role.Value, m.Return.To.Value)
	}
	f.end("team")
}

// person adds a person with a role and the post to go back to, if any.
func (f *facts) person(id charter.ID, role, post string) {
	if id == "" {
		return
	}
	name := string(id)
	if who := f.p.Person(id); who != nil {
		name = who.Name
	}
	if role != "" {
		role = ", " + role
	}
	if post != "" {
		post = ", " + post
	}
	f.texts = append(f.texts, name+role+post)
}

func (f *facts) milestones() {
	for i := range f.c.Milestones {
		f.say(f.c.Milestones[i].Title.Value)
	}
	for i := range f.c.Deliverables {
		f.say(f.c.Deliverables[i].Title.Value)
	}
	for _, e := range f.c.ExitCriteria {
		f.say(e.Value)
	}
	f.end("milestones")
}

func (f *facts) risks() {
	for i := range f.c.Risks {
		f.say(f.c.Risks[i].Text.Value, f.c.Risks[i].Response.Value)
	}
	f.end("risks")
}

func (f *facts) updates() {
	for _, u := range f.p.Updates(f.c) {
		f.say(u.Text.Value, u.Next.Value)
	}
	f.end("updates")
}

func (f *facts) amendments() {
	anchor := "closure"
	for i := range f.c.Amendments {
		f.say(f.c.Amendments[i].Summary.Value, f.c.Amendments[i].Reason.Value)
		anchor = "amendments"
	}
	f.say(f.c.Closure.Outcome.Value, f.c.Closure.Lessons.Value)
	f.end(anchor)
}
