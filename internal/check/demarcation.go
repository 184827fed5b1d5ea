package check

import (
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

var demarcationRules = []Rule{
	{Code: "R002", each: areaUnknown},
	each("R003", outsider),
	each("R004", standingOwner),
	{Code: "R005", whole: conflict},
	each("R006", requiredArea),
	each("R007", ownsNothing),
}

func areaUnknown(p *portfolio.Portfolio) look {
	areas, departments := lazily(func() []string { return areaIDs(p) }), lazily(func() []string { return departmentIDs(p) })
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, r := range c.Responsibilities {
			if id := r.Area; id.Value != "" && p.Area(id.Value) == nil {
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%q is not in the register of areas", id.Value), Hint: called(p, portfolio.ToArea, id.Value, areas(), diag.Say("add it to registers/areas.yml, or correct the id"))})
			}
			for _, id := range slices.Concat(r.Accountable, r.Responsible, r.Consulted, r.Informed) {
				if id.Value != "" && p.Department(id.Value) == nil {
					report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%q is not in the register of departments", id.Value), Hint: called(p, portfolio.ToDepartment, id.Value, departments(), diag.Say("add it to registers/departments.yml, or correct the id"))})
				}
			}
		}
	}
}

func outsider(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if len(c.Budget.Parties) == 0 && len(c.Team) == 0 {
		return
	}
	for _, r := range c.Responsibilities {
		for _, a := range r.Accountable {
			if p.Department(a.Value) == nil || pays(c, a.Value) || slices.ContainsFunc(c.Team, func(m charter.Member) bool { return m.Home.Value == a.Value }) {
				continue
			}
			report(a.Mark, diag.Say("%s is accountable here, but neither pays nor has anybody in the team", dept(p, a.Value)), diag.Say("let it take part, or make a department accountable that does"))
		}
	}
}

func standingOwner(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	for _, r := range c.Responsibilities {
		area := p.Area(r.Area.Value)
		if area == nil || area.StandingOwner == "" || len(r.Accountable) != 1 || r.Accountable[0].Value == area.StandingOwner || r.Reason.Value != "" {
			continue
		}
		report(r.Accountable[0].Mark, diag.Say("%s is standing owner of %s, but this charter makes %s accountable", dept(p, area.StandingOwner), area.Name.Named(), dept(p, r.Accountable[0].Value)),
			diag.Say("add reason: and say why this charter differs"))
	}
}

// conflict is told on both charters, in the same words.
func conflict(p *portfolio.Portfolio, report func(diag.Diagnostic)) {
	for _, c := range p.Conflicts() {
		for _, side := range [][2]portfolio.Claim{{c.One, c.Other}, {c.Other, c.One}} {
			mine, theirs := side[0], side[1]
			there := mine.Row.Accountable[0].Mark
			message := diag.Say("%s makes %s accountable for %s; %s makes %s accountable", mine.Charter.Short(), dept(p, mine.Department), areaName(p, mine.Area), theirs.Charter.Short(), dept(p, theirs.Department))
			if mine.Area != theirs.Area {
				message = diag.Say("%s makes %s accountable for %s; %s makes %s accountable for %s", mine.Charter.Short(), dept(p, mine.Department), areaName(p, mine.Area), theirs.Charter.Short(), dept(p, theirs.Department), areaName(p, theirs.Area))
			}
			report(diag.Diagnostic{Pos: mine.Charter.Pos(there), Message: message, Hint: diag.Say("let the two leads settle it: one department, or a scope: on both rows"),
				Related: []diag.At[diag.Text]{{Value: diag.Say("the other charter"), Pos: theirs.Charter.Pos(theirs.Row.Accountable[0].Mark)}}})
		}
	}
}

func requiredArea(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	mark := c.Keys.Of("responsibilities")
	if !mark.Written() {
		return // told as a whole
	}
	kind := c.Kind.Value
	if kind == charter.NoKind && c.Joint() {
		kind = charter.Joint
	}
	if c.Status.Value > charter.Completed {
		return
	}
	for _, a := range p.Registers().Areas {
		if slices.Contains(a.RequiredFor, kind) && !slices.ContainsFunc(c.Responsibilities, func(r charter.Responsibility) bool { return r.Area.Value == a.ID }) {
			report(mark, diag.Say("%s has no owner here, and every joint charter must name one", a.Name.Named()), diag.Say("add - {area: %s, accountable: …}", a.ID))
		}
	}
}

func ownsNothing(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if len(c.Responsibilities) == 0 {
		return
	}
	for _, b := range c.Budget.Parties {
		id := b.Department.Value
		owns := slices.ContainsFunc(c.Responsibilities, func(r charter.Responsibility) bool {
			return slices.ContainsFunc(r.Accountable, func(a charter.At[charter.ID]) bool { return a.Value == id })
		})
		if !owns && p.Department(id) != nil {
			report(b.Department.Mark, diag.Say("%s pays, but is accountable for nothing", dept(p, id)), diag.Say("make it accountable for an area, or ask why it pays"))
		}
	}
}

func areaName(p *portfolio.Portfolio, id charter.ID) diag.Named {
	if a := p.Area(id); a != nil {
		return a.Name.Named()
	}
	return diag.Named{"en": string(id)}
}
