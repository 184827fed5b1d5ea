package check

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

var documentRules = []Rule{
	each("C006", required),
	{Code: "C012", each: each("C012", language).each, text: each("C012", language).each},
	{Code: "C017", each: undeclared},
	{Code: "C018", each: ownValues},
}

// fields are the rows of the specification's table that are one key, in the
// order of the manual.
var fields = []string{"title", "summary", "status", "created", "lead", "timeframe", "budget", "owners", "goals", "responsibilities", "team", "kickoff", "closure"}

var examples = map[string]diag.Text{
	"title": diag.Say("add title: One customer mailbox"), "summary": diag.Say("add summary: with one sentence on what this is for"), "status": diag.Say("add status: proposed"),
	"created": diag.Say("add created: 2027-01-04"), "lead": diag.Say("add lead: with the id of a person"), "timeframe": diag.Say("add timeframe: {start: 2027-01-11, end: 2027-09-30}"),
	"budget": diag.Say("add budget: with currency, total and shares"), "owners": diag.Say("add owners: with one person for each paying department"),
	"goals": diag.Say("add goals: with at least one goal"), "responsibilities": diag.Say("add responsibilities: with one row for each area"),
	"team": diag.Say("add team: with at least one person from each paying department"), "kickoff": diag.Say("add kickoff: {date: 2027-01-12, presented_to: [lena-brandt]}"),
	"closure": diag.Say("add closure: with date, outcome and what each department paid"),
}

// required holds the specification's table, or the organisation's own.
func required(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	status := c.Status.Value
	if c.Facts.Line == 0 {
		return // no front matter at all was said already
	}
	if status == charter.NoStatus {
		status = charter.Proposed
	}
	for _, f := range fields {
		need := p.Config().Required[f][status]
		mark := c.Keys.Of(f)
		written := mark.Written()
		switch {
		case need == portfolio.Must && !written && f != "closure" && f != "goals": // S006 and G001 say more about those
			report(c.Status.Mark, diag.Say("%s is missing, and a charter that is %s needs it", f, status), examples[f])
		case need == portfolio.Refused && written:
			report(mark, diag.Say("%s cannot stand in a charter that is %s", f, status), diag.Say("remove it, or change the status"))
		}
	}
	ownRequired(p, c, status, report)
	if p.Config().Required["approvals"][status] == portfolio.Refused {
		if approvals := p.Approvals(c); len(approvals) > 0 {
			report(approvals[0].Mark, diag.Say("approvals cannot stand in a charter that is %s", status), diag.Say("write status: agreed once every paying department has signed, or remove the approval"))
		}
	}
}

// Missing lists the keys that a charter still needs for a status, in the
// manual's order: what its author has to add before the chiefs can sign.
func Missing(p *portfolio.Portfolio, c *charter.Charter, status charter.Status) []string {
	var all []string
	for _, f := range fields {
		if !c.Keys.Of(f).Written() && p.Config().Required[f][status] == portfolio.Must {
			all = append(all, f)
		}
	}
	return all
}

func language(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	lang := c.Lang.Value
	if lang == "" {
		return
	}
	for _, l := range p.Config().Languages {
		if l == lang {
			return
		}
	}
	report(c.Lang.Mark, diag.Say("%q is not among the languages of this site", lang), diag.Say("write one of the languages in charterhouse.yaml, or add it there: %s", diag.And(p.Config().Languages)))
}
