package rollup

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// Initiatives is the list of all charters, joint or not, whatever their
// status, with what each department pays. Pages show it in a form of their
// own, so it is not in [All]; [Named] knows it.
var Initiatives = Rollup{"initiatives", initiatives}

// initiatives asks: which charters are there, and who pays what in each? A
// charter without a sound budget stands in a last block without a currency.
func initiatives(p *portfolio.Portfolio) Table {
	t := Table{Name: "initiatives", Columns: []Column{
		{Key: "id", Label: "column.id"},
		{Key: "status", Label: "column.status"},
		{Key: "joint", Label: "column.joint"},
		{Key: "counted", Label: "column.counted"},
		{Key: "start", Label: "column.start"},
		{Key: "end", Label: "column.end"},
		{Key: "lead", Label: "role.lead"},
		{Key: "owners", Label: "column.owner"},
		{Key: "signed", Label: "column.signed", Numeric: true},
		{Key: "signers", Label: "column.signers", Numeric: true},
		{Key: "agreement", Label: "charter.signatures"},
	}}
	for _, f := range p.Config().Fields {
		t.Columns = append(t.Columns, Column{Key: "x-" + f.Key, Field: f, Numeric: !f.Many && (f.Type == portfolio.NumberField || f.Type == portfolio.MoneyField)})
	}
	in := map[money.Currency][]*charter.Charter{}
	have := map[portfolio.ID]bool{}
	for _, c := range p.Charters() {
		cur := money.Currency("")
		if c.Budget.Sound {
			cur = c.Budget.Currency.Value
			for _, party := range c.Budget.Parties {
				have[party.Department.Value] = true
			}
		}
		in[cur] = append(in[cur], c)
	}
	payers := departmentsOf(p, have)
	for _, id := range payers {
		t.Columns = append(t.Columns, Column{Key: "pays-" + string(id), Of: portfolio.Target{Kind: portfolio.ToDepartment, ID: id}, Numeric: true})
	}
	t.Columns = append(t.Columns, Column{Key: "total", Label: "column.total", Numeric: true, Sums: true})
	from, fields := new(stock), len(p.Config().Fields)
	for _, cur := range currenciesOf(p, in) {
		b := Block{Currency: cur, Rows: make([]Row, 0, len(in[cur]))}
		list := in[cur]
		slices.SortStableFunc(list, func(a, b *charter.Charter) int { return b.Budget.Total.Value.Cmp(a.Budget.Total.Value) })
		for _, c := range list {
			cells := from.row(len(t.Columns))
			standing(p, c, from, cells)
			own(p, c, cells[stands:])
			paidIn(p, c, payers, cells[stands+fields:])
			b.Rows = append(b.Rows, Row{Key: string(c.ID.Value), Head: from.charter(c), Cells: cells})
		}
		if cur != "" {
			b.Total = total(b.Rows, t.Columns, cur, Cell{})
		}
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// currenciesOf lists the blocks: the site's reporting currency first, then by
// code, and last what has no budget.
func currenciesOf[T any](p *portfolio.Portfolio, in map[money.Currency]T) []money.Currency {
	rank := func(c money.Currency) int {
		switch c {
		case p.Config().Currency:
			return 0
		case "":
			return 2
		}
		return 1
	}
	return slices.SortedFunc(maps.Keys(in), func(a, b money.Currency) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(string(a), string(b)))
	})
}

// stands is how many columns say where a charter stands.
const stands = 11

// standing is what a row says of a charter besides its money.
func standing(p *portfolio.Portfolio, c *charter.Charter, from *stock, cells []Cell) {
	cells[0], cells[1] = from.text(string(c.ID.Value), ""), Cell{Kind: Words, Label: statusLabels[c.Status.Value]}
	cells[2], cells[3] = yes(c.Joint()), yes(Counted(c))
	cells[4], cells[5] = day(c.Timeframe.Start.Value), day(c.Timeframe.End.Value)
	cells[6] = people(len(c.Lead), func(i int) portfolio.ID { return c.Lead[i].Value })
	cells[7] = people(len(c.Owners), func(i int) portfolio.ID { return c.Owners[i].Person.Value })
	valid, signers := 0, p.Signatures(c)
	for i := range signers {
		if signers[i].State == portfolio.Valid {
			valid++
		}
	}
	if len(signers) > 0 {
		cells[8], cells[9] = Cell{Kind: Count, N: valid}, Cell{Kind: Count, N: len(signers)}
		cells[10] = Cell{Kind: Words, Label: agreementLabels[p.Agreement(c)]}
	}
}

var statusLabels = func() map[charter.Status]Label {
	all := map[charter.Status]Label{}
	for _, s := range charter.Statuses {
		all[s] = Label("status." + s.String())
	}
	return all
}()

var agreementLabels = func() map[portfolio.Agreement]Label {
	all := map[portfolio.Agreement]Label{}
	for a := portfolio.Unsigned; a <= portfolio.FullySigned; a++ {
		all[a] = Label("agreement." + a.String())
	}
	return all
}()

// own is what a charter says in each declared field of the organisation's own.
func own(p *portfolio.Portfolio, c *charter.Charter, cells []Cell) {
	for i, f := range p.Config().Fields {
		o, ok := p.OwnField(c, f)
		if !ok {
			continue
		}
		cell := ownCell(f, o.Values, c.Budget.Currency.Value)
		if cell.Kind == Text {
			cell.Rare = &Rare{Names: cell.Names(), Lang: p.Lang(c)}
		}
		cells[i] = cell
	}
}

// ownCell is one field's values. One that has a kind of cell keeps it; several,
// what does not fit its type, and an amount in another currency than the row's
// are text.
func ownCell(f *portfolio.Field, values []portfolio.OwnValue, row money.Currency) Cell {
	switch len(values) {
	case 0:
		return Cell{}
	case 1:
		return ownValue(f, values[0], row)
	}
	cell := Cell{Kind: Text}
	var names []portfolio.Text
	for _, v := range values {
		x := ownValue(f, v, row)
		cell.Refs, names = append(cell.Refs, x.Refs...), append(names, x.Names()...)
	}
	if len(cell.Refs) == len(values) {
		return cell
	}
	cell.Text, cell.Refs = ownTexts(values), nil
	if len(names) == len(values) {
		cell.Rare = &Rare{Names: names}
	}
	return cell
}

func ownTexts(values []portfolio.OwnValue) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Text
	}
	return strings.Join(texts, ", ")
}

func ownValue(f *portfolio.Field, v portfolio.OwnValue, row money.Currency) Cell {
	if !v.Sound {
		return new(stock).text(v.Text, "")
	}
	switch f.Type {
	case portfolio.ChoiceField:
		return Cell{Kind: Text, Text: v.Text, Rare: &Rare{Names: []portfolio.Text{f.Choice(v.Text).Name}}}
	case portfolio.NumberField:
		return Cell{Kind: Figure, Text: v.Text}
	case portfolio.MoneyField:
		if v.Money.Currency == row {
			return Cell{Kind: Amount, Money: v.Money}
		}
	case portfolio.DateField:
		return day(v.Date)
	case portfolio.PersonField:
		return new(stock).person(v.ID)
	case portfolio.DepartmentField:
		return department(v.ID)
	case portfolio.BoolField:
		return yes(v.True)
	}
	return new(stock).text(v.Text, "")
}

// paidIn is what each of payers pays in c, and the total.
func paidIn(p *portfolio.Portfolio, c *charter.Charter, payers []portfolio.ID, cells []Cell) {
	if !c.Budget.Sound {
		if p.Withheld(c, "budget") {
			cells[len(payers)] = withheld
		}
		return
	}
	for i := range c.Budget.Parties {
		party := &c.Budget.Parties[i]
		cells[slices.Index(payers, party.Department.Value)] = Cell{Kind: Amount, Money: party.Amount, Addends: Addends{func(yield func(Addend) bool) {
			yield(Addend{Charter: c, Party: party.Department.Value, Money: party.Amount})
		}}}
	}
	cells[len(payers)] = ofParties(c, true, func(j int) money.Money { return c.Budget.Parties[j].Amount })
}

func yes(is bool) Cell {
	if is {
		return Cell{Kind: Words, Label: "word.yes"}
	}
	return Cell{Kind: Words, Label: "word.no"}
}

// people is the cell of those of n people who are named.
func people(n int, who func(int) portfolio.ID) Cell {
	var refs []portfolio.Target
	for i := range n {
		if id := who(i); id != "" {
			refs = append(refs, portfolio.Target{Kind: portfolio.ToPerson, ID: id})
		}
	}
	if len(refs) == 0 {
		return Cell{}
	}
	return Cell{Kind: Text, Refs: refs}
}
