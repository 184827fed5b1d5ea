package check

import (
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

var peopleRules = []Rule{
	{Code: "P001", each: personUnknown},
	{Code: "P002", each: homeUnknown},
	{Code: "P005", person: overloaded},
	each("P006", noReturn),
	each("P008", returnOverdue),
	{Code: "P009", each: nobodyInTeam},
	each("P010", leads),
	each("P011", ownersOfPayers),
	each("P012", presented),
	each("P013", leftEarly),
}

// people yields every place where a charter names a person.
func people(p *portfolio.Portfolio, c *charter.Charter) func(func(charter.At[charter.ID], string) bool) {
	return func(yield func(charter.At[charter.ID], string) bool) {
		ok := true
		say := func(id charter.At[charter.ID]) {
			if ok && id.Value != "" {
				ok = yield(id, c.File)
			}
		}
		for _, o := range c.Owners {
			say(o.Person)
		}
		for _, id := range slices.Concat(c.Lead, c.Steering, c.Kickoff.PresentedTo) {
			say(id)
		}
		for _, m := range c.Team {
			say(m.Person)
		}
		for _, m := range c.Milestones {
			say(m.Owner)
		}
		for _, r := range c.Risks {
			say(r.Owner)
		}
		for _, d := range c.Deliverables {
			say(d.Owner)
		}
		for _, a := range p.Approvals(c) {
			if ok && a.Person.Value != "" {
				ok = yield(a.Person, a.File)
			}
		}
		for _, u := range p.Updates(c) {
			if ok && u.By.Value != "" {
				ok = yield(u.By, u.File)
			}
		}
	}
}

func personUnknown(p *portfolio.Portfolio) look {
	known := lazily(func() []string { return peopleIDs(p) })
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for id, file := range people(p, c) {
			if p.Person(id.Value) == nil {
				report(diag.Diagnostic{Pos: id.Mark.In(file), Message: diag.Say("%q is not in the register of people", id.Value),
					Hint: called(p, portfolio.ToPerson, id.Value, known(), diag.Say("add the person to registers/people.yml, or correct the id"))})
			}
		}
	}
}

func homeUnknown(p *portfolio.Portfolio) look {
	known := lazily(func() []string { return departmentIDs(p) })
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, m := range c.Team {
			home := m.Home
			if home.Value == "" {
				continue
			}
			if p.Department(home.Value) == nil {
				report(diag.Diagnostic{Pos: c.Pos(home.Mark), Message: diag.Say("%q is not in the register of departments", home.Value),
					Hint: called(p, portfolio.ToDepartment, home.Value, known(), diag.Say("add it to registers/departments.yml, or correct the id"))})
				continue
			}
			w, ok := m.Window(c.Timeframe)
			x := p.Person(m.Person.Value)
			if !ok || x == nil {
				continue
			}
			if real := x.Home(w.Start); real != home.Value {
				message := diag.Say("%s did not belong to %s on %s", x.Name, dept(p, home.Value), w.Start)
				hint := diag.Say("correct home:, or add the department to the person's record")
				if real != "" {
					message = diag.Say("%s did not belong to %s on %s, but to %s", x.Name, dept(p, home.Value), w.Start, dept(p, real))
					hint = diag.Say("write home: %s, or correct the person's record", real)
				}
				report(diag.Diagnostic{Pos: c.Pos(home.Mark), Message: message, Hint: hint})
			}
		}
	}
}

func overloaded(p *portfolio.Portfolio) glance {
	return func(x *portfolio.Person, report func(diag.Diagnostic)) {
		over := p.Overloads(x.ID)
		if len(over) == 0 {
			return
		}
		worst := over[0]
		for _, s := range over {
			if s.Load.Cmp(worst.Load) > 0 {
				worst = s
			}
		}
		var names []diag.Text
		var related []diag.At[diag.Text]
		for _, place := range worst.Postings {
			names = append(names, diag.Say("%s %s", place.Charter.Short(), locale.SharePart(place.Member.Allocation.Value)))
			related = append(related, diag.At[diag.Text]{Value: diag.Raw(place.Charter.Short()), Pos: place.Charter.Pos(place.Member.Allocation.Mark)})
		}
		load := money.PercentOf(worst.Load)
		for _, place := range worst.Postings {
			report(diag.Diagnostic{Pos: place.Charter.Pos(place.Member.Allocation.Mark),
				Message: diag.Say("%s is booked for %s from %s to %s, above a capacity of %s: %s", x.Name, locale.NumberPart(load, "%"), worst.Window.Start, worst.Window.End, locale.SharePart(x.Capacity), diag.And(names)),
				Hint:    diag.Say("lower one of the allocations, or move it in time"), Related: related})
		}
	}
}

func noReturn(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	level := p.Config().ReturnLevel
	for _, m := range c.Team {
		if a := m.Allocation.Value; !a.IsZero() && a.Cmp(level) >= 0 && !m.Return.Mark.Written() {
			report(m.Person.Mark, diag.Say("%s works here for %s of the time, and no way back is agreed", who(p, m.Person.Value), locale.SharePart(a)),
				diag.Say("add return: {to: the post, date: the day}"))
		}
	}
}

func returnOverdue(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	for i := range c.Team {
		m := &c.Team[i]
		if state, late := p.Return(c, m); state == portfolio.ReturnOverdue && c.Status.Value.Bound() {
			report(m.Return.Mark, diag.Say("%s was to be back in %s %s ago", who(p, m.Person.Value), dept(p, m.Home.Value), days(late)), diag.Say("add done: with the day of the return, or agree on a new one"))
		}
	}
}

// nobodyInTeam hardens once work has begun: the joint team is the point.
func nobodyInTeam(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		if len(c.Team) == 0 {
			return // the missing team is told as a whole
		}
		severity := diag.Unset
		if s := c.Status.Value; s.Bound() && s != charter.Agreed {
			severity = diag.Error
		}
		for _, b := range c.Budget.Parties {
			id := b.Department.Value
			if p.Department(id) != nil && !slices.ContainsFunc(c.Team, func(m charter.Member) bool { return m.Home.Value == id }) {
				report(diag.Diagnostic{Pos: c.Pos(c.Keys.Of("team")), Severity: severity, Message: diag.Say("%s pays, but has nobody in the team", dept(p, id)), Hint: diag.Say("add a person whose home is %s", id)})
			}
		}
	}
}

func leads(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	day := c.Timeframe.Start.Value
	if day.IsZero() {
		day = p.AsOf()
	}
	homes := map[charter.ID]charter.ID{}
	for _, id := range c.Lead {
		x := p.Person(id.Value)
		if x == nil {
			continue
		}
		home := x.Home(day)
		if other, taken := homes[home]; taken && home != "" {
			report(id.Mark, diag.Say("%s and %s lead together and both belong to %s", who(p, other), x.Name, dept(p, home)), diag.Say("let one lead, or take co-leads from different departments"))
		}
		homes[home] = id.Value
	}
}

func ownersOfPayers(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if len(c.Owners) == 0 {
		return // missing owners are told as a whole
	}
	for _, b := range c.Budget.Parties {
		id := b.Department.Value
		if p.Department(id) != nil && !slices.ContainsFunc(c.Owners, func(o charter.Owner) bool { return o.Department.Value == id }) {
			report(c.Keys.Of("owners"), diag.Say("%s pays, but names no owner", dept(p, id)), diag.Say("add %s: with the id of its chief", id))
		}
	}
	for _, o := range c.Owners {
		id := o.Department.Value
		if len(c.Budget.Parties) > 0 && id != "" && !pays(c, id) {
			report(o.Department.Mark, diag.Say("%s has an owner here, but pays nothing", dept(p, id)), diag.Say("add its share, or remove the owner"))
			continue
		}
		day, again := approvalDay(p, c, id)
		if again && p.Entitled(id, o.Person.Value, p.AsOf()) {
			continue // named since, by who will sign again
		}
		if p.Department(id) != nil && p.Person(o.Person.Value) != nil && !p.Entitled(id, o.Person.Value, day) {
			report(o.Person.Mark, diag.Say("%s was neither chief nor deputy of %s on %s", who(p, o.Person.Value), dept(p, id), day), entitledHint(p, id, day))
		}
	}
}

// approvalDay is the day by which an owner is judged: of the department's
// signature, else today. again says that the signature was for other terms.
func approvalDay(p *portfolio.Portfolio, c *charter.Charter, department charter.ID) (day calendar.Date, again bool) {
	for _, s := range p.Signatures(c) {
		if s.Department == department && s.Approval != nil && !s.Approval.Date.Value.IsZero() {
			return s.Approval.Date.Value, s.State == portfolio.Outdated
		}
	}
	return p.AsOf(), false
}

func entitledHint(p *portfolio.Portfolio, department charter.ID, day calendar.Date) diag.Text {
	if chief, ok := p.Chief(department, day); ok {
		return diag.Say("its chief was %s (%s)", who(p, chief.ID), chief.ID)
	}
	return diag.Say("name a chief for that day in registers/departments.yml")
}

func presented(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if !c.Kickoff.Mark.Written() {
		return
	}
	var absent []string
	for _, o := range c.Owners {
		if id := o.Person.Value; id != "" && !slices.ContainsFunc(c.Kickoff.PresentedTo, func(x charter.At[charter.ID]) bool { return x.Value == id }) {
			absent = append(absent, who(p, id))
		}
	}
	if len(absent) > 0 {
		report(c.Kickoff.Mark, diag.Say("the team was not presented to %s", diag.And(absent)), diag.Say("present the team to every owner together, and name them in presented_to"))
	}
}

func leftEarly(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	for _, m := range c.Team {
		x := p.Person(m.Person.Value)
		w, ok := m.Window(c.Timeframe)
		if x == nil || !ok || x.Until.IsZero() || !x.Until.Before(w.End) || !c.Status.Value.Live() {
			continue
		}
		name := strings.Fields(x.Name)
		report(m.Person.Mark, diag.Say("%s leaves the organisation on %s, before the end of this work on %s", x.Name, x.Until, w.End), diag.Say("end the work of %s earlier, and name who takes over", name[0]))
	}
}
