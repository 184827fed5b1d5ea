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
	for _, cur := range currenciesOf(p, in) {
		b := Block{Currency: cur}
		list := in[cur]
		slices.SortStableFunc(list, func(a, b *charter.Charter) int { return b.Budget.Total.Value.Cmp(a.Budget.Total.Value) })
		for _, c := range list {
			row := Row{Key: string(c.ID.Value), Head: charterCell(c), Cells: slices.Concat(standing(p, c), own(p, c), paidIn(p, c, payers))}
			b.Rows = append(b.Rows, row)
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

// standing is what a row says of a charter besides its money.
func standing(p *portfolio.Portfolio, c *charter.Charter) []Cell {
	valid, signers := 0, p.Signatures(c)
	for _, s := range signers {
		if s.State == portfolio.Valid {
			valid++
		}
	}
	var owners []charter.At[charter.ID]
	for _, o := range c.Owners {
		owners = append(owners, o.Person)
	}
	cells := []Cell{text(string(c.ID.Value), ""), {Kind: Words, Label: Label("status." + c.Status.Value.String())}, yes(c.Joint()), yes(Counted(c)),
		day(c.Timeframe.Start.Value), day(c.Timeframe.End.Value), people(c.Lead), people(owners), {}, {}, {}}
	if len(signers) > 0 {
		cells[8], cells[9] = Cell{Kind: Count, N: valid}, Cell{Kind: Count, N: len(signers)}
		cells[10] = Cell{Kind: Words, Label: Label("agreement." + p.Agreement(c).String())}
	}
	return cells
}

// own is what a charter says in each declared field of the organisation's own.
func own(p *portfolio.Portfolio, c *charter.Charter) []Cell {
	var cells []Cell
	for _, f := range p.Config().Fields {
		cell := Cell{}
		if o, ok := p.OwnField(c, f); ok {
			cell = ownCell(f, o.Values, c.Budget.Currency.Value)
		}
		if cell.Kind == Text {
			cell.Lang = p.Lang(c)
		}
		cells = append(cells, cell)
	}
	return cells
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
	for _, v := range values {
		x := ownValue(f, v, row)
		cell.Refs, cell.Names = append(cell.Refs, x.Refs...), append(cell.Names, x.Names...)
	}
	if len(cell.Refs) == len(values) {
		return cell
	}
	cell.Text, cell.Refs = ownTexts(values), nil
	if len(cell.Names) < len(values) {
		cell.Names = nil
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
		return text(v.Text, "")
	}
	switch f.Type {
	case portfolio.ChoiceField:
		return Cell{Kind: Text, Text: v.Text, Names: []portfolio.Text{f.Choice(v.Text).Name}}
	case portfolio.NumberField:
		return Cell{Kind: Figure, Text: v.Text}
	case portfolio.MoneyField:
		if v.Money.Currency == row {
			return Cell{Kind: Amount, Money: v.Money}
		}
	case portfolio.DateField:
		return day(v.Date)
	case portfolio.PersonField:
		return person(v.ID)
	case portfolio.DepartmentField:
		return department(v.ID)
	case portfolio.BoolField:
		return yes(v.True)
	}
	return text(v.Text, "")
}

// paidIn is what each of payers pays in c, and the total.
func paidIn(p *portfolio.Portfolio, c *charter.Charter, payers []portfolio.ID) []Cell {
	cells := make([]Cell, len(payers)+1)
	if !c.Budget.Sound {
		if p.Withheld(c, "budget") {
			cells[len(payers)] = withheld
		}
		return cells
	}
	var all []Addend
	for _, party := range c.Budget.Parties {
		a := []Addend{{Charter: c, Party: party.Department.Value, Money: party.Amount}}
		cells[slices.Index(payers, party.Department.Value)] = amount(a, party.Amount.Currency)
		all = append(all, a...)
	}
	cells[len(payers)] = amount(all, c.Budget.Currency.Value)
	return cells
}

func yes(is bool) Cell {
	if is {
		return Cell{Kind: Words, Label: "word.yes"}
	}
	return Cell{Kind: Words, Label: "word.no"}
}

func people(list []charter.At[charter.ID]) Cell {
	c := Cell{Kind: Text}
	for _, x := range list {
		if x.Value != "" {
			c.Refs = append(c.Refs, portfolio.Target{Kind: portfolio.ToPerson, ID: x.Value})
		}
	}
	if len(c.Refs) == 0 {
		return Cell{}
	}
	return c
}
