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
	}}
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
			row := Row{Key: string(c.ID.Value), Head: charterCell(c), Cells: append(standing(p, c), paidIn(c, payers)...)}
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
		day(c.Timeframe.Start.Value), day(c.Timeframe.End.Value), people(c.Lead), people(owners), {}, {}}
	if len(signers) > 0 {
		cells[8], cells[9] = Cell{Kind: Count, N: valid}, Cell{Kind: Count, N: len(signers)}
	}
	return cells
}

// paidIn is what each of payers pays in c, and the total.
func paidIn(c *charter.Charter, payers []portfolio.ID) []Cell {
	cells := make([]Cell, len(payers)+1)
	if !c.Budget.Sound {
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
