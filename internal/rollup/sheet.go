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
type sheet map[place]*part

// A part is the addends at one place of a run, and their sum. Each kind is kept as
// small as it is: a portfolio has hundreds of thousands of them, and they live as
// long as it does.
type part struct {
	counted []*charter.Charter
	paid    []payment
	lent    []lent
	held    []held
	money   money.Money // the sum of paid
	ratio   money.Exact // the sum of lent
}

// A payment is an addend that is an amount.
type payment struct {
	charter *charter.Charter
	party   *portfolio.ID // in the charter
	minor   int64
}

func (x payment) addend(c money.Currency) Addend {
	return Addend{Charter: x.charter, Party: *x.party, Money: money.Money{Minor: x.minor, Currency: c}}
}

// A lent is an addend that is a person's time: on some days of so many.
type lent struct {
	charter  *charter.Charter
	member   *charter.Member
	days, of int32
}

// A held is an addend that is an area.
type held struct {
	charter *charter.Charter
	row     *charter.Responsibility
}

// add puts an amount at a place.
func (s sheet) add(row, column string, x payment, c money.Currency) {
	p := s.at(place{c, row, column})
	p.paid = append(p.paid, x)
	p.money = p.money.Plus(money.Money{Minor: x.minor, Currency: c})
}

// lend puts a person's time at a place. Like a count it belongs to no currency.
func (s sheet) lend(row, column string, x lent) {
	p := s.at(place{"", row, column})
	p.lent = append(p.lent, x)
	p.ratio.Add(x.time())
}

// time is what is lent: all days of so many in full would be 1.
func (x lent) time() money.Fraction {
	return x.member.Allocation.Value.Times(int(x.days), int(x.of))
}

// count counts a charter in its row and in its block, once.
func (s sheet) count(c money.Currency, row string, charter *charter.Charter) {
	for _, at := range [2]place{{c, row, inRow}, {c, "", inBlock}} {
		p := s.at(at)
		if n := len(p.counted); n == 0 || p.counted[n-1] != charter { // charters come one after the other
			p.counted = append(p.counted, charter)
		}
	}
}

func (s sheet) at(at place) *part {
	p := s[at]
	if p == nil {
		p = &part{money: money.Money{Currency: at.currency}}
		s[at] = p
	}
	return p
}

// all goes through a part's addends, and reports whether to go on.
func (p *part) all(yield func(Addend) bool) bool {
	for _, c := range p.counted {
		if !yield(Addend{Charter: c, N: 1}) {
			return false
		}
	}
	for _, x := range p.paid {
		if !yield(x.addend(p.money.Currency)) {
			return false
		}
	}
	for _, x := range p.lent {
		if !yield(Addend{Charter: x.charter, Party: x.member.Home.Value, Person: x.member.Person.Value, Ratio: x.time()}) {
			return false
		}
	}
	for _, x := range p.held {
		if !yield(Addend{Charter: x.charter, Party: x.row.Accountable[0].Value, Area: x.row.Area.Value, N: 1}) {
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
func gather(p *portfolio.Portfolio, name string, fill func(s sheet, c *charter.Charter)) pivot {
	all := pivot{}
	for _, r := range p.Runs() {
		made := portfolio.Once(r, "rollup "+name, func(charters []*charter.Charter) sheet {
			s := sheet{}
			for _, c := range charters {
				fill(s, c)
			}
			for _, p := range s {
				p.counted, p.paid, p.lent, p.held = slices.Clone(p.counted), slices.Clone(p.paid), slices.Clone(p.lent), slices.Clone(p.held) // without room for more
			}
			return s
		})
		for at, part := range made {
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
