package rollup

import (
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/history"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A Kept is a charter beside what it promised when it was first signed by all.
type Kept struct {
	Charter *charter.Charter
	Promise history.Promise
	Later   int         // days that the end is later now; negative where it is earlier, 0 also where an end is missing
	More    money.Money // that it costs now than was promised; zero where that cannot be told
	Same    bool        // currency, so that sums can be compared
}

// KeptBy compares c with its promise; ok is false where none is known.
func KeptBy(p *portfolio.Portfolio, c *charter.Charter) (k Kept, ok bool) {
	promise, ok := p.Past().Promise(c)
	if !ok {
		return Kept{}, false
	}
	k = Kept{Charter: c, Promise: promise}
	if now := c.Timeframe.End.Value; !now.IsZero() && !promise.End.IsZero() {
		k.Later = now.DaysSince(promise.End)
	}
	now := c.Budget.Total.Value
	if k.Same = now.Currency != "" && now.Currency == promise.Total.Currency; k.Same {
		k.More = now.Minus(promise.Total)
	}
	return k, true
}

// Changed reports whether end or sum are others than promised.
func (k Kept) Changed() bool {
	return k.Later != 0 || k.More.Minor != 0 || !k.Same && k.Charter.Budget.Total.Value.Currency != k.Promise.Total.Currency
}

// Promises lists the charters that bind, or did, with what they promised: those
// that are late first, the latest of them first, then by id.
func Promises(p *portfolio.Portfolio) []Kept {
	var all []Kept
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		if k, ok := KeptBy(p, c); ok {
			all = append(all, k)
		}
	}
	slices.SortStableFunc(all, func(a, b Kept) int { return b.Later - a.Later })
	return all
}

// promise asks: what was promised, and what is it now? It has a row for each
// charter whose first full set of signatures the history shows, in blocks by the
// currency of today. Where the history is not known it is empty.
func promise(p *portfolio.Portfolio) Table {
	t := Table{Name: "promise", Columns: []Column{
		{Key: "signed", Label: "column.promised"},
		{Key: "end", Label: "column.endthen"},
		{Key: "endnow", Label: "column.endnow"},
		{Key: "later", Label: "column.later", Numeric: true},
		{Key: "total", Label: "column.sumthen", Numeric: true},
		{Key: "totalnow", Label: "column.sumnow", Numeric: true},
		{Key: "more", Label: "column.more", Numeric: true},
	}}
	by, from := map[money.Currency]*Block{}, new(stock)
	for _, k := range Promises(p) {
		currency := k.Charter.Budget.Total.Value.Currency
		if by[currency] == nil {
			by[currency] = &Block{Currency: currency}
		}
		by[currency].Rows = append(by[currency].Rows, promiseRow(k, from))
	}
	for _, currency := range currenciesOf(p, by) {
		b := by[currency]
		if currency != "" {
			b.Total = total(b.Rows, t.Columns, currency, Cell{})
		}
		t.Blocks = append(t.Blocks, *b)
	}
	return t
}

func promiseRow(k Kept, from *stock) Row {
	c, cells := k.Charter, from.row(7)
	cells[0], cells[1], cells[2], cells[3] = day(k.Promise.Signed), day(k.Promise.End), day(c.Timeframe.End.Value), days(k.Later)
	if k.Same {
		one := func(m money.Money) Cell { return amount([]Addend{{Charter: c, Money: m}}, m.Currency) }
		cells[4], cells[5] = one(k.Promise.Total), one(c.Budget.Total.Value)
		if k.More.Minor != 0 {
			cells[6] = one(k.More)
		}
	}
	return Row{Key: string(c.ID.Value), Head: from.charter(c), Cells: cells}
}
