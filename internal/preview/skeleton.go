package preview

import (
	"charterhouse/internal/amend"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
)

// skeleton is what coaching writes for a key that is missing.
func skeleton(c *charter.Charter, key string, today calendar.Date) *facts.Node {
	text := amend.Text
	var payers []string
	for _, p := range c.Budget.Parties {
		if id := string(p.Department.Value); id != "" {
			payers = append(payers, id)
		}
	}
	switch key {
	case "timeframe":
		return amend.Group("start", text(today.String()), "end", text(today.AddMonths(12).String()))
	case "budget":
		return amend.Group("currency", text("DKK"), "total", text("TBD"), "shares", amend.Group("TBD", text("50%"), "TBD-2", text("50%")))
	case "owners":
		g := amend.Group()
		for _, p := range payers {
			g.Fields = append(g.Fields, facts.Field{Key: p, Value: text("TBD")})
		}
		if len(payers) == 0 {
			g = amend.Group("TBD", text("TBD"))
		}
		return g
	case "goals":
		return amend.List(amend.Group("id", text("g1"), "text", text("TBD"), "measure", amend.Group("metric", text("TBD"), "baseline", text("TBD"), "target", text("TBD"), "by", text("TBD"))))
	case "responsibilities":
		return amend.List(amend.Group("area", text("TBD"), "accountable", text("TBD")))
	case "team":
		return amend.List(amend.Group("person", text("TBD"), "home", text("TBD"), "role", text("TBD"), "allocation", text("TBD")))
	case "kickoff":
		return amend.Group("date", text("TBD"), "presented_to", amend.List(text("TBD")))
	case "closure":
		return amend.Group("date", text("TBD"), "outcome", text("TBD"))
	case "created":
		return text(today.String())
	case "status":
		return text("proposed")
	}
	return text("TBD")
}

// item is what the form adds to a list.
func item(list string) *facts.Node {
	text := amend.Text("TBD")
	switch list {
	case "goals":
		return amend.Group("id", text, "text", text, "measure", amend.Group("metric", text, "baseline", text, "target", text, "by", text))
	case "team":
		return amend.Group("person", text, "home", text, "role", text, "allocation", text)
	case "responsibilities":
		return amend.Group("area", text, "accountable", text)
	case "milestones", "deliverables":
		return amend.Group("id", text, "title", text, "due", text)
	case "risks":
		return amend.Group("id", text, "text", text, "owner", text)
	case "budget.spent":
		return amend.Group("date", text, "department", text, "amount", text)
	case "approvals":
		return amend.Group("department", text, "person", text, "date", text, "terms", text)
	case "amendments":
		return amend.Group("id", text, "date", text, "summary", text)
	case "updates":
		return amend.Group("date", text, "by", text, "rag", text, "text", text)
	}
	return text
}
