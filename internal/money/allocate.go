package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// A Table is who pays what when: Cells[i][j] is what party j pays in period i.
// The cells of a period add up to its amount, those of a party to its part of
// the total, to the last minor unit.
type Table struct {
	Cells   [][]Money
	Periods []Money // row sums
	Parties []Money // column sums
}

// Allocate shares out periods, whose amounts are of one currency. shares must
// add up to exactly 1.
//
// The cumulative amount at the end of each period is split by largest
// remainder, ties going to the party that comes first, and each cell is the
// difference to the period before. Rounding each period on its own would let
// the parties' totals drift from the allocation of the total.
func Allocate(periods []Money, shares []Share) Table {
	t := Table{Periods: periods, Cells: make([][]Money, len(periods)), Parties: make([]Money, len(shares))}
	cells := make([]Money, len(periods)*len(shares))
	sum := Money{}
	for i, p := range periods {
		sum = sum.Plus(p)
		after := Split(sum, shares)
		row := cells[i*len(shares) : (i+1)*len(shares)]
		for j := range row {
			row[j] = Money{after[j].Minor - t.Parties[j].Minor, sum.Currency}
		}
		t.Cells[i], t.Parties = row, after
	}
	return t
}

// Split shares out total by largest remainder: each party gets the whole minor
// units of its exact part, and what is left goes one unit each to the largest
// remainders, ties by order. shares must add up to exactly 1.
func Split(total Money, shares []Share) []Money {
	parts := make([]Money, len(shares))
	type rest struct {
		at       int
		num, den int64 // the remainder is num/den of a minor unit
	}
	rests := make([]rest, len(shares))
	left := total.Minor
	for i, s := range shares {
		quo, rem := mulDiv(total.Minor, s.num, s.den)
		parts[i] = Money{quo, total.Currency}
		rests[i] = rest{i, rem, s.den}
		left -= quo
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return compareFractions(b.num, b.den, a.num, a.den) })
	for k := int64(0); k < left; k++ {
		parts[rests[k].at].Minor++
	}
	return parts
}

// compareFractions compares a/b and c/d for non-negative a, c and positive b, d,
// in 128 bits.
func compareFractions(a, b, c, d int64) int {
	hi1, lo1 := bits.Mul64(uint64(a), uint64(d))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(b))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// BelowTwo reports whether a party's exact part of a period is less than two
// minor units. Only then can the cumulative rule make a cell negative.
func BelowTwo(period Money, s Share) bool {
	quo, _ := mulDiv(period.Minor, s.num, s.den)
	return quo < 2
}
