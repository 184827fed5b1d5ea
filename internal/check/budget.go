package check

import (
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

var budgetRules = []Rule{
	{Code: "F010", each: payerUnknown},
	each("F012", tokenShare),
	each("F018", costCentre),
	each("F019", overspent),
}

func payerUnknown(p *portfolio.Portfolio) look {
	known := lazily(func() []string { return departmentIDs(p) })
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for i, b := range c.Budget.Parties {
			id := b.Department
			switch {
			case id.Value == "":
			case p.Department(id.Value) == nil:
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%q pays, but is not in the register of departments", id.Value),
					Hint: called(p, portfolio.ToDepartment, id.Value, known(), diag.Say("add it to registers/departments.yml, or correct the id"))})
			case slices.ContainsFunc(c.Budget.Parties[:i], func(a charter.Party) bool { return a.Department.Value == id.Value }):
				report(diag.Diagnostic{Pos: c.Pos(id.Mark), Message: diag.Say("%s is named twice among the payers", dept(p, id.Value)), Hint: diag.Say("add the two shares up in one line")})
			}
		}
		for _, s := range c.Budget.Spent {
			if d := s.Department; d.Value != "" && !pays(c, d.Value) {
				report(diag.Diagnostic{Pos: c.Pos(d.Mark), Message: diag.Say("%q has spent money here, but pays no share", d.Value), Hint: diag.Say("book the expense on a department that pays")})
			}
		}
	}
}

func tokenShare(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	floor := p.Config().TokenShare
	if !c.Budget.Sound || len(c.Budget.Parties) < 2 {
		return
	}
	for _, b := range c.Budget.Parties {
		if b.Share.Cmp(floor) < 0 {
			report(b.Department.Mark, diag.Say("%s pays %s, less than %s: a token share", dept(p, b.Department.Value), locale.SharePart(b.Share), locale.SharePart(floor)), diag.Say("let it pay a share that gives it a say, or leave it out"))
		}
	}
}

func costCentre(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	for _, b := range c.Budget.Parties {
		d := p.Department(b.Department.Value)
		if d != nil && b.CostCentre.Value != "" && !slices.Contains(d.CostCentres, b.CostCentre.Value) {
			report(b.CostCentre.Mark, diag.Say("%s is not a cost centre of %s", b.CostCentre.Value, dept(p, d.ID)), diag.Say("its cost centres are %s", diag.And(d.CostCentres)))
		}
	}
}

// overspent looks at each payer's part and at the whole plan with its
// tolerance.
func overspent(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if !c.Budget.Sound || len(c.Budget.Spent) == 0 {
		return
	}
	sum := money.Money{}
	paid := map[charter.ID]money.Money{}
	last := map[charter.ID]charter.Mark{}
	for _, s := range c.Budget.Spent {
		sum = sum.Plus(s.Amount.Value)
		paid[s.Department.Value] = paid[s.Department.Value].Plus(s.Amount.Value)
		last[s.Department.Value] = s.Amount.Mark
	}
	for _, b := range c.Budget.Parties {
		id := b.Department.Value
		if paid[id].Cmp(b.Amount) > 0 {
			report(last[id], diag.Say("%s has spent %s, %s more than its part", dept(p, id), locale.MoneyPart(paid[id]), locale.MoneyPart(paid[id].Minus(b.Amount))), diag.Say("agree on an amendment of the budget"))
		}
	}
	if t := c.Tolerances.Cost.Value; !t.IsZero() {
		slack := new(bigRat).Mul(t.Rat(), ratOf(c.Budget.Total.Value.Minor))
		if ratOf(sum.Minor-c.Budget.Total.Value.Minor).Cmp(slack) > 0 {
			report(c.Tolerances.Cost.Mark, diag.Say("%s is spent, more than the plan of %s and its tolerance of %s", locale.MoneyPart(sum), locale.MoneyPart(c.Budget.Total.Value), locale.PercentPart(t)), diag.Say("agree on an amendment of the budget"))
		}
	}
}
