package redact

import (
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/money"
)

// figuresOf are the amounts of a charter's budget, as prose may spell them: with
// or without signs between thousands, with or without decimals. Smaller ones than
// five digits are years, days and pieces as a rule.
func figuresOf(c *charter.Charter) (all secrets) {
	all.figures = true
	seen := map[money.Money]bool{}
	take := func(amounts ...money.Money) {
		for _, m := range amounts {
			whole, decimals, _ := strings.Cut(strings.TrimPrefix(m.Text(), "-"), ".")
			if seen[m] || len(whole) < len("10000") {
				continue
			}
			seen[m] = true
			for _, said := range []string{whole, thousands(whole)} {
				all.add(said, "")
				if decimals != "" {
					all.add(said+","+decimals, "")
				}
			}
		}
	}
	b := &c.Budget
	take(b.Total.Value, b.Contingency.Value)
	for _, x := range b.Parties {
		take(x.Amount)
	}
	for _, x := range b.Periods {
		take(x.Amount.Value)
	}
	for _, row := range b.Table.Cells {
		take(row...)
	}
	for _, x := range b.Spent {
		take(x.Amount.Value)
	}
	for _, x := range c.Closure.Actuals {
		take(x.Amount.Value)
	}
	return all
}

// thousands parts a number by three digits.
func thousands(whole string) string {
	var parts []string
	for len(whole) > 3 {
		parts = append([]string{whole[len(whole)-3:]}, parts...)
		whole = whole[:len(whole)-3]
	}
	return strings.Join(append([]string{whole}, parts...), " ")
}
