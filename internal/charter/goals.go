package charter

import (
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

func (p *parser) goals() {
	c, top := p.c, p.root
	c.Goals = records(p, top.Get("goals"), diag.Say("the list of goals"), diag.Say("a goal"), "{id: g1, text: …}", p.goal)
	c.Milestones = records(p, top.Get("milestones"), diag.Say("the list of milestones"), diag.Say("a milestone"), "{id: m1, title: …, due: 2027-05-31}", p.milestone)
	c.Risks = records(p, top.Get("risks"), diag.Say("the list of risks"), diag.Say("a risk"), "{id: r1, text: …, probability: low, impact: high}", p.risk)
	c.Deliverables = records(p, top.Get("deliverables"), diag.Say("the list of deliverables"), diag.Say("a deliverable"), "{id: d1, title: …, owner: …}", p.deliverable)
	c.ExitCriteria = p.Texts(top.Get("exit_criteria"), diag.Say("the list of exit criteria"))
	p.judgeGoals()
	p.judgeIDs()
	p.judgeMilestones()
}

func (p *parser) goal(n *facts.Node) Goal {
	var g Goal
	for f := range p.Map(n, goalKeys) {
		switch f.Key {
		case "id":
			g.ID = p.ID(f.Value)
		case "text":
			g.Text = p.Text(f.Value)
		case "measure":
			g.Measure = p.measure(f.Value)
		case "result":
			g.Result = p.result(f.Value)
		}
	}
	if !g.Text.Written() {
		g.Text.Mark = n.Mark
	}
	return g
}

func (p *parser) measure(n *facts.Node) Measure {
	var m Measure
	for f := range p.Map(n, measureKeys) {
		m.Mark = n.Mark
		switch f.Key {
		case "metric":
			m.Metric = p.Text(f.Value)
		case "unit":
			m.Unit = p.Text(f.Value)
		case "baseline":
			m.Baseline = p.Number(f.Value)
		case "target":
			m.Target = p.Number(f.Value)
		case "by":
			m.By = p.Date(f.Value)
		}
	}
	p.judgeMeasure(&m)
	return m
}

// judgeMeasure wants two different numbers where there is a unit (G004).
func (p *parser) judgeMeasure(m *Measure) {
	if m.Unit.Value == "" {
		return
	}
	sound := true
	for _, x := range []struct {
		name  diag.Text
		value At[string]
	}{{diag.Say("the baseline"), m.Baseline}, {diag.Say("the target"), m.Target}} {
		if x.value.Value != "" && !decimal(x.value.Value) {
			sound = false
			p.on(x.value.Mark, x.value.Value, "G004", diag.Say("%s %q is not a number, though the measure has the unit %s", x.name, x.value.Value, m.Unit.Value), diag.Say("write digits with a point before the decimals, such as 31 or 4.5"))
		}
	}
	if sound && m.Target.Value != "" && normal(m.Baseline.Value) == normal(m.Target.Value) {
		p.on(m.Target.Mark, m.Target.Value, "G004", diag.Say("baseline and target are both %s, so there is nothing to reach", m.Target.Value), diag.Say("write where you stand today as the baseline"))
	}
}

// decimal reports whether s is a decimal number as front matter writes it.
func decimal(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, frac, pointed := strings.Cut(s, ".")
	digits := func(t string) bool { return t != "" && strings.Trim(t, "0123456789") == "" }
	return digits(whole) && (!pointed || digits(frac)) && len(s) <= 30 && (len(whole) == 1 || whole[0] != '0')
}

// normal writes equal decimals equally.
func normal(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return strings.TrimPrefix(s, "+")
}

func (p *parser) result(n *facts.Node) Result {
	var r Result
	for f := range p.Map(n, resultKeys) {
		r.Mark = n.Mark
		switch f.Key {
		case "value":
			r.Value = p.Number(f.Value)
		case "date":
			r.Date = p.Date(f.Value)
		case "met":
			r.Met = p.Bool(f.Value)
		}
	}
	return r
}

func (p *parser) milestone(n *facts.Node) Milestone {
	m := Milestone{Title: At[string]{Mark: n.Mark}}
	for f := range p.Map(n, milestoneKeys) {
		switch f.Key {
		case "id":
			m.ID = p.ID(f.Value)
		case "title":
			m.Title = p.Text(f.Value)
		case "due":
			m.Due = p.Date(f.Value)
		case "owner":
			m.Owner = p.ID(f.Value)
		case "after":
			m.After = p.IDOrIDs(f.Value)
		case "done":
			m.Done = p.Date(f.Value)
		}
	}
	return m
}

var levelWords = []string{"low", "medium", "high"}

func (p *parser) level(n *facts.Node) At[Level] {
	i, m := p.Word(n, "C005", diag.Say("a level"), levelWords)
	return At[Level]{Value: Level(i + 1), Mark: m}
}

func (p *parser) risk(n *facts.Node) Risk {
	r := Risk{Text: At[string]{Mark: n.Mark}}
	for f := range p.Map(n, riskKeys) {
		switch f.Key {
		case "id":
			r.ID = p.ID(f.Value)
		case "text":
			r.Text = p.Text(f.Value)
		case "probability":
			r.Probability = p.level(f.Value)
		case "impact":
			r.Impact = p.level(f.Value)
		case "owner":
			r.Owner = p.ID(f.Value)
		case "response":
			r.Response = p.Text(f.Value)
		case "closed":
			r.Closed = p.Date(f.Value)
		}
	}
	return r
}

func (p *parser) deliverable(n *facts.Node) Deliverable {
	d := Deliverable{Title: At[string]{Mark: n.Mark}}
	for f := range p.Map(n, deliverableKeys) {
		switch f.Key {
		case "id":
			d.ID = p.ID(f.Value)
		case "title":
			d.Title = p.Text(f.Value)
		case "owner":
			d.Owner = p.ID(f.Value)
		case "due":
			d.Due = p.Date(f.Value)
		}
	}
	return d
}

// judgeGoals wants goals (G001), measures (G002) and, in the end, results
// (G006).
func (p *parser) judgeGoals() {
	status := p.c.Status.Value
	goals := p.root.Get("goals")
	none := goals == nil || goals.Kind == facts.Null || goals.Kind == facts.List && len(goals.Items) == 0
	if none && len(p.c.Keys) > 0 && status != Cancelled && status != Superseded {
		p.finding(p.c.Keys.Of("goals"), "G001", diag.Say("there is no goal"), diag.Say("add goals: with an id, a text and a measure each"))
	}
	for i := range p.c.Goals {
		g := &p.c.Goals[i]
		if !g.Measure.Mark.Written() {
			p.finding(g.Text.Mark, "G002", diag.Say("%s has no measure", named(diag.Say("the goal"), g.ID)), diag.Say("add measure: {metric: …, unit: …, baseline: …, target: …, by: 2027-08-31}"))
		}
		if status == Completed && !g.Result.Mark.Written() {
			p.finding(g.Text.Mark, "G006", diag.Say("the charter is completed, but %s has no result", named(diag.Say("the goal"), g.ID)), diag.Say("add result: {value: …, date: 2027-09-30, met: true}"))
		}
	}
}

// named names a record by its id where it has one.
func named(what diag.Text, id At[ID]) diag.Text {
	if id.Value == "" {
		return what
	}
	return diag.Say("%s %s", what, id.Value)
}

// judgeIDs wants each id once among the records of its kind (G005).
func (p *parser) judgeIDs() {
	c := p.c
	unique(p, diag.Say("goals"), c.Goals, func(g *Goal) At[ID] { return g.ID })
	unique(p, diag.Say("milestones"), c.Milestones, func(m *Milestone) At[ID] { return m.ID })
	unique(p, diag.Say("risks"), c.Risks, func(r *Risk) At[ID] { return r.ID })
	unique(p, diag.Say("deliverables"), c.Deliverables, func(d *Deliverable) At[ID] { return d.ID })
}

func unique[T any](p *parser, what diag.Text, records []T, id func(*T) At[ID]) {
	for i := range records {
		again := id(&records[i])
		if again.Value == "" {
			continue
		}
		for j := range i {
			if first := id(&records[j]); first.Value == again.Value {
				d := p.on(again.Mark, string(again.Value), "G005", diag.Say("two %s are called %s", what, again.Value), diag.Say("give one of the two another id"))
				d.Related = []diag.At[diag.Text]{{Value: diag.Say("first used here"), Pos: p.c.Pos(first.Mark)}}
				break
			}
		}
	}
}

// judgeMilestones holds milestones against the timeframe (T006), each other
// (T007) and sense (T008).
func (p *parser) judgeMilestones() {
	all := p.c.Milestones
	at := make(map[ID]int, len(all))
	for i := range all {
		if _, taken := at[all[i].ID.Value]; !taken && all[i].ID.Value != "" {
			at[all[i].ID.Value] = i
		}
	}
	for i := range all {
		m := &all[i]
		if due := m.Due.Value; p.outside(due) {
			p.on(m.Due.Mark, due.String(), "T006", diag.Say("%s is due on %s, outside the timeframe, %s", named(diag.Say("the milestone"), m.ID), due, p.frame()), diag.Say("move the milestone, or change the timeframe"))
		}
		for _, after := range m.After {
			p.judgeOrder(m, after, all, at)
		}
	}
	p.judgeCycle(all, at)
}

func (p *parser) judgeOrder(m *Milestone, after At[ID], all []Milestone, at map[ID]int) {
	j, known := at[after.Value]
	if after.Value == "" {
		return
	}
	if !known {
		d := p.on(after.Mark, string(after.Value), "T008", diag.Say("%s comes after %s, but no milestone has this id", named(diag.Say("the milestone"), m.ID), after.Value), diag.Say("write the id of another milestone of this charter"))
		ids := make([]string, len(all))
		for i := range all {
			ids[i] = string(all[i].ID.Value)
		}
		if near, ok := diag.Nearest(string(after.Value), ids); ok {
			d.Hint = diag.Meant(near)
		}
		return
	}
	before := &all[j]
	if due, first := m.Due.Value, before.Due.Value; !due.IsZero() && !first.IsZero() && due.Before(first) {
		d := p.on(m.Due.Mark, due.String(), "T007", diag.Say("%s is due on %s, before %s, which it comes after and which is due on %s", named(diag.Say("the milestone"), m.ID), due, before.ID.Value, first), diag.Say("change one of the two dates, or the order"))
		d.Related = []diag.At[diag.Text]{{Value: diag.Say("due here"), Pos: p.c.Pos(before.Due.Mark)}}
	}
}

// judgeCycle reports milestones that come after themselves. Each circle is
// reported once, at its first milestone in the file.
func (p *parser) judgeCycle(all []Milestone, at map[ID]int) {
	const unseen, open, closed = 0, 1, 2
	state := make([]uint8, len(all))
	var path []int
	var visit func(i int)
	visit = func(i int) {
		state[i], path = open, append(path, i)
		for _, after := range all[i].After {
			j, known := at[after.Value]
			switch {
			case !known || state[j] == closed:
			case state[j] == unseen:
				visit(j)
			default:
				p.circle(all, path, j, after)
			}
		}
		state[i], path = closed, path[:len(path)-1]
	}
	for i := range all {
		if state[i] == unseen && len(all[i].After) > 0 {
			visit(i)
		}
	}
}

func (p *parser) circle(all []Milestone, path []int, start int, closing At[ID]) {
	var names []string
	for _, i := range path {
		if i == start || len(names) > 0 {
			names = append(names, string(all[i].ID.Value))
		}
	}
	waiting := diag.Raw(names[0])
	for _, name := range append(names[1:], string(all[start].ID.Value)) {
		waiting = diag.Say("%s after %s", waiting, name)
	}
	p.on(closing.Mark, string(closing.Value), "T008", diag.Say("milestones wait for each other in a circle: %s", waiting), diag.Say("remove one of these from its list after:"))
}
