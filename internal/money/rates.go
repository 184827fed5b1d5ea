package money

import (
	"math/big"

	"charterhouse/internal/calendar"
)

// Rates turn amounts into one base currency. They hold for one day, and every
// figure made with them shows that day.
type Rates struct {
	Base   Currency
	Date   calendar.Date
	Source string
	// Units of Base for one unit of a currency, exactly as written.
	Units map[Currency]*big.Rat
}

// Sum adds amounts of any currencies in the base currency: exactly, and rounded
// once at the end, half to even. ok is false when a rate is missing.
func (r *Rates) Sum(amounts []Money) (sum Money, ok bool) {
	exact := new(big.Rat)
	for _, m := range amounts {
		rate := big.NewRat(1, 1)
		if m.Currency != r.Base && m.Currency != "" {
			if rate = r.Units[m.Currency]; rate == nil {
				return Money{}, false
			}
		}
		part := big.NewRat(m.Minor, m.Currency.Scale())
		exact.Add(exact, part.Mul(part, rate))
	}
	exact.Mul(exact, big.NewRat(r.Base.Scale(), 1))
	return Money{roundHalfEven(exact), r.Base}, true
}

// Convert is Sum of one amount.
func (r *Rates) Convert(m Money) (Money, bool) { return r.Sum([]Money{m}) }

func roundHalfEven(r *big.Rat) int64 {
	quo, rem := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	twice := new(big.Int).Abs(rem)
	twice.Lsh(twice, 1)
	if c := twice.Cmp(r.Denom()); c > 0 || c == 0 && quo.Bit(0) == 1 {
		quo.Add(quo, big.NewInt(int64(r.Sign())))
	}
	return quo.Int64()
}
