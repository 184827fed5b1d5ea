package ask

import (
	"slices"
	"strconv"

	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// A heap is the addends of one row of a sum, by currency.
type heap struct {
	pile
	addends map[money.Currency][]rollup.Addend
}

func (h *heap) add(c *charter.Charter, list ...rollup.Addend) {
	if n := len(h.charters); n == 0 || h.charters[n-1] != c {
		h.charters = append(h.charters, c)
	}
	for _, a := range list {
		h.addends[a.Money.Currency] = append(h.addends[a.Money.Currency], a)
	}
}

// sum answers how much, in each currency, with the addends. Parted by department
// or year, an amount goes to the row it belongs to; parted otherwise, a charter
// goes to its rows as a whole.
func (x *Bound) sum(a *Answer, lang string) {
	all := &heap{addends: map[money.Currency][]rollup.Addend{}}
	for _, c := range a.Charters {
		list := addends(&subject{p: x.p, c: c, party: -1}, x.measure)
		if len(list) == 0 {
			if x.apart(c) {
				a.Apart++
			}
			continue
		}
		all.add(c, list...)
	}
	var currencies []money.Currency
	for c := range all.addends {
		currencies = append(currencies, c)
	}
	x.byCurrency(currencies)
	for _, c := range currencies {
		a.Figures = append(a.Figures, rollup.SumOf(all.addends[c], c))
	}
	a.Measure = x.measure.named(x.p, lang)
	if x.by == nil {
		return
	}
	t := rollup.Table{Name: "question", Columns: []rollup.Column{{Key: "charters", Label: "column.charters", Numeric: true}}}
	for _, c := range currencies {
		t.Columns = append(t.Columns, rollup.Column{Key: string(c), Text: string(c), Numeric: true})
	}
	b := rollup.Block{Total: rollup.Row{Key: "total", Head: rollup.Cell{Kind: rollup.Words, Label: "column.all"}, Cells: []rollup.Cell{rollup.CountOf(all.charters)}}}
	b.Total.Cells = append(b.Total.Cells, a.Figures...)
	parts := 0
	for _, h := range x.heaps(all.charters, lang) {
		row := rollup.Row{Key: h.key.key(), Head: h.head, Cells: []rollup.Cell{rollup.CountOf(h.charters)}}
		for _, c := range currencies {
			row.Cells = append(row.Cells, rollup.SumOf(h.addends[c], c))
			parts += len(h.addends[c])
		}
		b.Rows = append(b.Rows, row)
	}
	for _, c := range currencies {
		parts -= len(all.addends[c])
	}
	a.Overlap = parts > 0
	if len(b.Rows) > 0 {
		t.Blocks = []rollup.Block{b}
	}
	a.Table = t
}

// heaps parts the addends of charters into rows.
func (x *Bound) heaps(charters []*charter.Charter, lang string) []*heap {
	if name := x.by.field.name; name == "department" || name == "year" {
		return x.parted(charters, lang)
	}
	var all []*heap
	for _, g := range x.groups(charters, lang) {
		h := &heap{pile: pile{key: g.key, head: g.head}, addends: map[money.Currency][]rollup.Addend{}}
		for _, c := range g.charters {
			h.add(c, addends(&subject{p: x.p, c: c, party: -1}, x.measure)...)
		}
		all = append(all, h)
	}
	return all
}

// apart reports whether a charter plans money of the kind that is asked for, but
// money that does not count.
func (x *Bound) apart(c *charter.Charter) bool {
	if !c.Budget.Sound {
		return false
	}
	var any bool
	s := &subject{p: x.p, c: c, party: -1}
	rollup.EachAmount(c, func(party ID, year string, _ rollup.Addend) {
		any = any || x.measure.meets(s, party) && (x.measure.year == 0 || year == strconv.Itoa(x.measure.year))
	})
	counts := rollup.Counted(c)
	if x.measure.field.name == "proposed" {
		counts = rollup.Proposed(c)
	}
	return any && !counts
}

// parted takes amounts apart by who pays them, or by the year they are for.
func (x *Bound) parted(charters []*charter.Charter, lang string) []*heap {
	byKey := map[string]*heap{}
	var all []*heap
	for _, c := range charters {
		eachAddend(&subject{p: x.p, c: c, party: -1}, x.measure, func(party ID, year string, a rollup.Addend) {
			v := word(string(party), charter.Mark{})
			if x.by.field.name == "year" {
				v = value{}
				if n, err := strconv.Atoi(year); err == nil {
					v = number(n)
				}
			}
			h := byKey[v.key()]
			if h == nil {
				h = &heap{pile: pile{key: v, head: x.by.head(x.p, v, lang)}, addends: map[money.Currency][]rollup.Addend{}}
				if !v.set {
					h.head = rollup.Cell{Kind: rollup.Words, Label: "column.undivided"}
				}
				byKey[v.key()] = h
				all = append(all, h)
			}
			h.add(c, a)
		})
	}
	piles := make([]*pile, len(all))
	of := map[*pile]*heap{}
	for i, h := range all {
		piles[i] = &h.pile
		of[piles[i]] = h
	}
	x.sortPiles(piles, lang)
	for i, g := range piles {
		all[i] = of[g]
	}
	return all
}

// cell shows a field of one charter.
func (r *ref) cell(p *portfolio.Portfolio, c *charter.Charter, lang string) rollup.Cell {
	s := &subject{p: p, c: c, party: -1}
	if r.field.sums {
		return rollup.SumOf(addends(s, r), c.Budget.Currency.Value)
	}
	var all []value
	r.each(s, func(v value) bool {
		if !slices.ContainsFunc(all, func(w value) bool { return v.key() == w.key() }) {
			all = append(all, v)
		}
		return true
	})
	return r.cellOf(p, c, all, lang)
}
