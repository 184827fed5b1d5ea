package amend

import (
	"cmp"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// Skeleton is what stands for a key that is missing until its author fills it in.
// A budget begins in the currency of the house, or in euro where it has none.
func Skeleton(c *charter.Charter, key string, today calendar.Date, house money.Currency) *facts.Node {
	text := Text
	var payers []string
	for _, p := range c.Budget.Parties {
		if id := string(p.Department.Value); id != "" {
			payers = append(payers, id)
		}
	}
	switch key {
	case "timeframe":
		return Group("start", text(today.String()), "end", text(today.AddMonths(12).String()))
	case "budget":
		return Group("currency", text(string(cmp.Or(house, "EUR"))), "total", text("TBD"), "shares", Group("TBD", text("50%"), "TBD-2", text("50%")))
	case "owners":
		g := Group()
		for _, p := range payers {
			g.Fields = append(g.Fields, facts.Field{Key: p, Value: text("TBD")})
		}
		if len(payers) == 0 {
			g = Group("TBD", text("TBD"))
		}
		return g
	case "goals":
		return List(Group("id", text("g1"), "text", text("TBD"), "measure", Group("metric", text("TBD"), "baseline", text("TBD"), "target", text("TBD"), "by", text("TBD"))))
	case "responsibilities":
		return List(Group("area", text("TBD"), "accountable", text("TBD")))
	case "team":
		return List(Group("person", text("TBD"), "home", text("TBD"), "role", text("TBD"), "allocation", text("TBD")))
	case "kickoff":
		return Group("date", text("TBD"), "presented_to", List(text("TBD")))
	case "closure":
		return Group("date", text("TBD"), "outcome", text("TBD"))
	case "created":
		return text(today.String())
	case "status":
		return text("proposed")
	}
	return text("TBD")
}

// Item is a new item of a list, to be filled in.
func Item(list string) *facts.Node {
	text := Text("TBD")
	switch list {
	case "goals":
		return Group("id", text, "text", text, "measure", Group("metric", text, "baseline", text, "target", text, "by", text))
	case "team":
		return Group("person", text, "home", text, "role", text, "allocation", text)
	case "responsibilities":
		return Group("area", text, "accountable", text)
	case "milestones", "deliverables":
		return Group("id", text, "title", text, "due", text)
	case "risks":
		return Group("id", text, "text", text, "owner", text)
	case "budget.spent":
		return Group("date", text, "department", text, "amount", text)
	case "approvals":
		return Group("department", text, "person", text, "date", text, "terms", text)
	case "amendments":
		return Group("id", text, "date", text, "summary", text)
	case "updates":
		return Group("date", text, "by", text, "rag", text, "text", text)
	}
	return text
}
