package rollup

import (
	"cmp"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A place is where an addend belongs in a table. Rows and columns are named,
// since how they are shown and in which order follows from all addends.
type place struct {
	currency    money.Currency
	row, column string
}

// The columns that count charters: those of a row, and those of all rows.
const (
	inRow   = "charters"
	inBlock = "charters of all"
)

// A sheet is what one run of charters adds to a table. It follows from them
// alone: registers, order and day come in when sheets are put together.
type sheet struct {
	charters []*charter.Charter
	now      int // the number of the charter that adds something
	parts    map[place]*part
}

// A part is the addends at one place of a run, and their sum. Each kind is kept as
// small as it is, as numbers within the run and the charter: a portfolio has
// hundreds of thousands of them, they live as long as it does, and the garbage
// collector would follow each pointer again and again.
type part struct {
	in      *sheet
	counted []uint16 // charters
	paid    []payment
	lent    []lent
	held    []held
	money   money.Money // the sum of paid
	ratio   money.Exact // the sum of lent
}

// A payment is an addend that is an amount.
type payment struct {
	minor   int64
	charter uint16
	by      uint16 // the number of the party, or of the expense
	spent   bool   // it is an expense
}

// party is who pays.
func (x payment) party(c *charter.Charter) portfolio.ID {
	if x.spent {
		return c.Budget.Spent[x.by].Department.Value
	}
	return c.Budget.Parties[x.by].Department.Value
}

func (x payment) addend(of *charter.Charter, c money.Currency) Addend {
	return Addend{Charter: of, Party: x.party(of), Money: money.Money{Minor: x.minor, Currency: c}}
}

// A lent is an addend that is a person's time: on some days of so many.
type lent struct {
	days, of        int32
	charter, member uint16
}

// A held is an addend that is an area, by its row of responsibilities.
type held struct{ charter, row uint16 }

// add puts an amount at a place.
func (s *sheet) add(row, column string, x payment, c money.Currency) {
	p := s.at(place{c, row, column})
	x.charter = uint16(s.now)
	p.paid = append(p.paid, x)
	p.money = p.money.Plus(money.Money{Minor: x.minor, Currency: c})
}

// lend puts a person's time at a place. Like a count it belongs to no currency.
func (s *sheet) lend(row, column string, x lent) {
	p := s.at(place{"", row, column})
	x.charter = uint16(s.now)
	p.lent = append(p.lent, x)
	p.ratio.Add(x.time(s.charters[s.now]))
}

// time is what is lent: all days of so many in full would be 1.
func (x lent) time(c *charter.Charter) money.Fraction {
	return c.Team[x.member].Allocation.Value.Times(int(x.days), int(x.of))
}

// hold puts an area at a place.
func (s *sheet) hold(row, column string, responsibility int) {
	p := s.at(place{"", row, column})
	p.held = append(p.held, held{uint16(s.now), uint16(responsibility)})
}

// count counts the charter in its row and in its block, once.
func (s *sheet) count(c money.Currency, row string) {
	for _, at := range [2]place{{c, row, inRow}, {c, "", inBlock}} {
		p := s.at(at)
		if n := len(p.counted); n == 0 || int(p.counted[n-1]) != s.now { // charters come one after the other
			p.counted = append(p.counted, uint16(s.now))
		}
	}
}

func (s *sheet) at(at place) *part {
	p := s.parts[at]
	if p == nil {
		p = &part{in: s, money: money.Money{Currency: at.currency}}
		s.parts[at] = p
	}
	return p
}

// all goes through a part's addends, and reports whether to go on.
func (p *part) all(yield func(Addend) bool) bool {
	charters := p.in.charters
	for _, at := range p.counted {
		if !yield(Addend{Charter: charters[at], N: 1}) {
			return false
		}
	}
	for _, x := range p.paid {
		if !yield(x.addend(charters[x.charter], p.money.Currency)) {
			return false
		}
	}
	for _, x := range p.lent {
		c := charters[x.charter]
		if m := &c.Team[x.member]; !yield(Addend{Charter: c, Party: m.Home.Value, Person: m.Person.Value, Ratio: x.time(c)}) {
			return false
		}
	}
	for _, x := range p.held {
		c := charters[x.charter]
		if r := &c.Responsibilities[x.row]; !yield(Addend{Charter: c, Party: r.Accountable[0].Value, Area: r.Area.Value, N: 1}) {
			return false
		}
	}
	return true
}

// A pivot is the sheets of all runs put together: the parts of each place.
type pivot map[place]parts

type parts []*part

// gather fills a sheet for each run and puts them together. name names what is
// filled in, for the runs to remember.
func gather(p *portfolio.Portfolio, name string, fill func(s *sheet, c *charter.Charter)) pivot {
	all := pivot{}
	for _, r := range p.Runs() {
		made := portfolio.Once(r, "rollup "+name, func(charters []*charter.Charter) *sheet {
			s := &sheet{charters: charters, parts: map[place]*part{}}
			for i, c := range charters {
				s.now = i
				fill(s, c)
			}
			for _, p := range s.parts {
				p.counted, p.paid, p.lent, p.held = slices.Clone(p.counted), slices.Clone(p.paid), slices.Clone(p.lent), slices.Clone(p.held) // without room for more
			}
			return s
		})
		for at, part := range made.parts {
			all[at] = append(all[at], part)
		}
	}
	return all
}

// addends are those of all parts.
func (p parts) addends() Addends {
	if len(p) == 0 {
		return Addends{}
	}
	return Addends{func(yield func(Addend) bool) {
		for _, x := range p {
			if !x.all(yield) {
				return
			}
		}
	}}
}

// currencies lists the blocks of a table: the site's reporting currency first,
// then by code. A currency is there if one of the columns has an amount in it.
func (t pivot) currencies(p *portfolio.Portfolio, has func(column string) bool) []money.Currency {
	var all []money.Currency
	for at := range t {
		if has(at.column) && !slices.Contains(all, at.currency) {
			all = append(all, at.currency)
		}
	}
	first := p.Config().Currency
	slices.SortFunc(all, func(a, b money.Currency) int {
		switch {
		case a == b:
			return 0
		case a == first:
			return -1
		case b == first:
			return 1
		}
		return strings.Compare(string(a), string(b))
	})
	return all
}

// rows lists the rows of a block, by name.
func (t pivot) rows(c money.Currency) []string {
	var all []string
	for at := range t {
		if at.currency == c && at.column == inRow {
			all = append(all, at.row)
		}
	}
	slices.Sort(all)
	return all
}

// columnsOf lists the places outside currencies whose column starts with prefix,
// by row and column.
func (t pivot) columnsOf(prefix string) []place {
	var all []place
	for at := range t {
		if at.currency == "" && strings.HasPrefix(at.column, prefix) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(strings.Compare(a.row, b.row), strings.Compare(a.column, b.column))
	})
	return all
}

// amount makes the cell of what stands at places: their sum, or an empty cell.
func (t pivot) amount(c money.Currency, row string, columns ...string) Cell {
	cell, all := t.paid(c, row, columns...)
	cell.Addends = all.addends()
	return cell
}

// paid is amount with the parts instead of addends.
func (t pivot) paid(c money.Currency, row string, columns ...string) (Cell, parts) {
	var all parts
	sum := money.Money{Currency: c}
	for _, column := range columns {
		for _, p := range t[place{c, row, column}] {
			sum = sum.Plus(p.money)
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return Cell{}, nil
	}
	return Cell{Kind: Amount, Money: sum}, all
}

// ratio makes the cell of the exact numbers that parts come to, or an empty cell.
func (p parts) ratio() Cell {
	var sum money.Exact
	for _, x := range p {
		sum.AddAll(x.ratio)
	}
	if sum.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Ratio, Ratio: sum.Rat(), Addends: p.addends()}
}

// counted makes the cell that counts the charters of a row, or of a block.
func (t pivot) counted(c money.Currency, row, column string) Cell {
	return t[place{c, row, column}].count()
}

func (p parts) count() Cell {
	cell := Cell{Kind: Count, Addends: p.addends()}
	for _, x := range p {
		cell.N += len(x.counted)
	}
	return cell
}
