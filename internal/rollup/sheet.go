package rollup

import (
	"cmp"
	"iter"
	"math/big"
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

// A part is the addends at one place, and their sum.
type part struct {
	addends addends
	sum     money.Money
	ratio   *big.Rat // of addends that are exact numbers; nil where there are none
}

// add puts an amount at a place.
func (s sheet) add(row, column string, a Addend) {
	p := s.at(place{a.Money.Currency, row, column})
	p.addends.paid = append(p.addends.paid, payment{a.Charter, a.Party, a.Money.Minor})
	p.addends.currency = a.Money.Currency
	p.sum = p.sum.Plus(a.Money)
}

// ratio puts an exact number at a place. Like a count it belongs to no currency.
func (s sheet) ratio(row, column string, a Addend) {
	p := s.at(place{"", row, column})
	p.addends.whole = append(p.addends.whole, a)
	if p.ratio == nil {
		p.ratio = new(big.Rat)
	}
	p.ratio.Add(p.ratio, a.Ratio)
}

// count counts a charter in its row and in its block, once.
func (s sheet) count(c money.Currency, row string, charter *charter.Charter) {
	for _, at := range [2]place{{c, row, inRow}, {c, "", inBlock}} {
		p := s.at(at)
		if n := len(p.addends.counted); n == 0 || p.addends.counted[n-1] != charter { // charters come one after the other
			p.addends.counted = append(p.addends.counted, charter)
		}
	}
}

func (s sheet) at(at place) *part {
	p := s[at]
	if p == nil {
		p = &part{sum: money.Money{Currency: at.currency}}
		s[at] = p
	}
	return p
}

// A pivot is the sheets of all runs put together.
type pivot map[place]*sum

type sum struct {
	addends Addends
	money   money.Money
	ratio   *big.Rat
}

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
			return s
		})
		for at, part := range made {
			x := all[at]
			if x == nil {
				x = &sum{money: money.Money{Currency: at.currency}}
				all[at] = x
			}
			x.money = x.money.Plus(part.sum)
			if part.ratio != nil {
				x.ratio = plus(x.ratio, part.ratio)
			}
			x.addends.parts = append(x.addends.parts, part.addends)
		}
	}
	return all
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
	cell := Cell{Kind: Amount, Money: money.Money{Currency: c}}
	for _, column := range columns {
		if x := t[place{c, row, column}]; x != nil {
			cell.Money = cell.Money.Plus(x.money)
			cell.Addends = cell.Addends.and(x.addends)
		}
	}
	if cell.Addends.Len() == 0 {
		return Cell{}
	}
	return cell
}

// ratio makes the cell of the exact numbers at a place, or an empty cell.
func (t pivot) ratio(row, column string) Cell {
	x := t[place{"", row, column}]
	if x == nil || x.ratio == nil || x.ratio.Sign() == 0 {
		return Cell{}
	}
	return Cell{Kind: Ratio, Ratio: x.ratio, Addends: x.addends}
}

// plus adds two exact numbers, of which the first may be none yet, and changes
// neither.
func plus(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Add(a, b)
}

// counted makes the cell that counts the charters of a row, or of a block.
func (t pivot) counted(c money.Currency, row, column string) Cell {
	if x := t[place{c, row, column}]; x != nil {
		return Cell{Kind: Count, N: x.addends.Len(), Addends: x.addends}
	}
	return Cell{Kind: Count}
}

// Addends are the parts of a summed cell, in order of charter within a column.
type Addends struct{ parts []addends }

// addends are those of one run, each kind kept as small as it is: a portfolio
// has hundreds of thousands of them, and they live as long as it does.
type addends struct {
	counted  []*charter.Charter
	paid     []payment
	currency money.Currency // of paid
	whole    []Addend
}

// A payment is an addend that is an amount.
type payment struct {
	charter *charter.Charter
	party   portfolio.ID
	minor   int64
}

func (a *addends) len() int { return len(a.counted) + len(a.paid) + len(a.whole) }

// addendsOf makes a list of addends.
func addendsOf(list []Addend) Addends {
	if len(list) == 0 {
		return Addends{}
	}
	return Addends{[]addends{{whole: list}}}
}

// Len returns how many there are.
func (a Addends) Len() int {
	n := 0
	for i := range a.parts {
		n += a.parts[i].len()
	}
	return n
}

// All goes through them.
func (a Addends) All() iter.Seq[Addend] {
	return func(yield func(Addend) bool) {
		for i := range a.parts {
			if !a.parts[i].all(yield) {
				return
			}
		}
	}
}

func (a *addends) all(yield func(Addend) bool) bool {
	for _, c := range a.counted {
		if !yield(Addend{Charter: c, N: 1}) {
			return false
		}
	}
	for _, x := range a.paid {
		if !yield(Addend{Charter: x.charter, Party: x.party, Money: money.Money{Minor: x.minor, Currency: a.currency}}) {
			return false
		}
	}
	for _, x := range a.whole {
		if !yield(x) {
			return false
		}
	}
	return true
}

// and returns both, these first.
func (a Addends) and(b Addends) Addends { return Addends{slices.Concat(a.parts, b.parts)} }
