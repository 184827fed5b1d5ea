package ask

import (
	"strconv"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// named is what a page calls a field.
func (r *ref) named(p *portfolio.Portfolio, lang string) *Named {
	if r.field.own != nil {
		return &Named{Text: r.field.own.Name.In(lang)}
	}
	n := &Named{Label: rollup.Label("field." + r.field.name)}
	if r.department != "" {
		n.Parts = append(n.Parts, refTo(portfolio.ToDepartment, string(r.department)))
	}
	if r.area != "" {
		n.Parts = append(n.Parts, refTo(portfolio.ToArea, string(r.area)))
	}
	if r.year != 0 {
		n.Parts = append(n.Parts, rollup.Cell{Kind: rollup.Text, Text: strconv.Itoa(r.year)})
	}
	return n
}

// numeric reports whether the field's values stand to the right of a column.
func (r *ref) numeric() bool {
	return r.field.lone && (r.field.kind == aNumber || r.field.kind == anAmount) || r.field.kind == aShare && r.department != ""
}

func refTo(k portfolio.TargetKind, id string) rollup.Cell {
	return rollup.Cell{Kind: rollup.Text, Refs: []portfolio.Target{{Kind: k, ID: ID(id)}}}
}

// targets say what the ids of a kind lead to.
var targets = map[kind]portfolio.TargetKind{aDepartment: portfolio.ToDepartment, aPerson: portfolio.ToPerson, anArea: portfolio.ToArea, aCharter: portfolio.ToCharter, anObjective: portfolio.ToObjective}

// cellOf shows the values of a field.
func (r *ref) cellOf(p *portfolio.Portfolio, c *charter.Charter, all []value, lang string) rollup.Cell {
	if len(all) == 0 {
		return rollup.Cell{}
	}
	first, f := all[0], r.field
	if target, ok := targets[f.kind]; ok {
		cell := rollup.Cell{Kind: rollup.Text}
		for _, v := range all {
			cell.Refs = append(cell.Refs, portfolio.Target{Kind: target, ID: ID(v.text)})
		}
		return cell
	}
	if len(all) == 1 {
		switch f.kind {
		case aDay:
			return rollup.Cell{Kind: rollup.Day, Date: first.day}
		case anAmount:
			return rollup.Cell{Kind: rollup.Amount, Money: first.amount}
		case aShare:
			return rollup.Cell{Kind: rollup.Part, Rare: &rollup.Rare{Share: first.share}}
		case aTruth:
			return rollup.Cell{Kind: rollup.Words, Label: truthLabel(first.truth)}
		case aNumber:
			if first.exact != nil {
				return rollup.Cell{Kind: rollup.Figure, Text: first.text}
			}
			if f.name == "year" {
				return rollup.Cell{Kind: rollup.Text, Text: strconv.Itoa(first.n)}
			}
			return rollup.Cell{Kind: rollup.Count, N: first.n}
		case aWord:
			if f.labels != "" {
				return rollup.Cell{Kind: rollup.Words, Label: rollup.Label(f.labels + first.text)}
			}
		}
	}
	cell := rollup.Cell{Kind: rollup.Text}
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = r.text(p, v, lang)
	}
	cell.Text = strings.Join(texts, ", ")
	if (f.name == "title" || f.name == "summary") && c != nil {
		cell.Rare = &rollup.Rare{Lang: p.Lang(c)}
	}
	return cell
}

func truthLabel(on bool) rollup.Label {
	if on {
		return "word.yes"
	}
	return "word.no"
}

// head is what a row calls the value that its charters share.
func (r *ref) head(p *portfolio.Portfolio, v value, lang string) rollup.Cell {
	if !v.set {
		return rollup.Cell{Kind: rollup.Words, Label: "column.none"}
	}
	return r.cellOf(p, nil, []value{v}, lang)
}

// rank is the place of a value in an order that the site or the model gives:
// departments as configured, statuses as a charter's life.
func (r *ref) rank(p *portfolio.Portfolio, v value) int {
	switch {
	case r.field.kind == aDepartment:
		if d := p.Department(ID(v.text)); d != nil {
			return d.Slot
		}
		return 1 << 20
	case r.field.words != "":
		for i, w := range strings.Fields(r.field.words) {
			if w == v.text {
				return i
			}
		}
	}
	return 0
}

// text writes a value for a language, for sorting and for messages.
func (r *ref) text(p *portfolio.Portfolio, v value, lang string) string {
	if !v.set {
		return ""
	}
	l := p.Config().Speech.For(lang)
	switch r.field.kind {
	case aDay:
		return l.Date(v.day)
	case anAmount:
		return l.Money(v.amount)
	case aShare:
		return l.PercentExact(v.share)
	case aTruth:
		return strconv.FormatBool(v.truth)
	case aNumber:
		if v.exact != nil {
			return l.Decimal(v.text)
		}
		return strconv.Itoa(v.n)
	case aWord:
		if f := r.field.own; f != nil {
			if c := f.Choice(v.text); c != nil {
				return c.Name.In(lang)
			}
		}
		return v.text
	}
	if target, ok := targets[r.field.kind]; ok {
		return p.NameOf(portfolio.Target{Kind: target, ID: ID(v.text)}, lang)
	}
	return v.text
}
