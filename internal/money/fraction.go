package money

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A Fraction is a number that is not below 0, exactly. The zero value is 0.
type Fraction struct{ num, den int64 }

// Times returns s on some days of so many: 60% on 30 of 90 days is 1/5.
func (s Share) Times(days, of int) Fraction {
	if s.num == 0 || days == 0 {
		return Fraction{}
	}
	num, den := s.num*int64(days), s.den*int64(of) // at most maxDen, and the days of two centuries
	g := gcd(num, den)
	return Fraction{num / g, den / g}
}

// IsZero reports whether f is 0.
func (f Fraction) IsZero() bool { return f.num == 0 }

// Rat returns f as a number to reckon with.
func (f Fraction) Rat() *big.Rat { return big.NewRat(f.num, max(f.den, 1)) }

// String returns the reduced fraction: "1/3", "5/1".
func (f Fraction) String() string { return string(f.Append(nil)) }

// Append appends String to b, for those who write many.
func (f Fraction) Append(b []byte) []byte {
	b = append(strconv.AppendInt(b, f.num, 10), '/')
	return strconv.AppendInt(b, max(f.den, 1), 10)
}

// An Exact adds up fractions, exactly: quickly while what they come to is small,
// and without bounds where it is not. The zero value is 0.
type Exact struct {
	sum   Fraction // not reduced
	large *big.Rat // what did not fit into sum, nil for nothing
}

// Add adds a fraction.
func (x *Exact) Add(f Fraction) {
	const small = 1 << 31 // products of two, and the sum of two products, are then numbers of 64 bits
	if f.num >= small || f.den >= small || x.sum.num >= small || x.sum.den >= small {
		if x.large == nil {
			x.large = new(big.Rat)
		}
		x.large.Add(x.large, x.sum.Rat())
		x.large.Add(x.large, f.Rat())
		x.sum = Fraction{}
		return
	}
	switch {
	case f.num == 0:
	case x.sum.num == 0:
		x.sum = f
	case x.sum.den%f.den == 0:
		x.sum.num += f.num * (x.sum.den / f.den)
	default:
		g := gcd(x.sum.den, f.den)
		x.sum = Fraction{x.sum.num*(f.den/g) + f.num*(x.sum.den/g), x.sum.den / g * f.den}
	}
}

// AddAll adds what another one comes to.
func (x *Exact) AddAll(y Exact) {
	x.Add(y.sum)
	if y.large != nil {
		if x.large == nil {
			x.large = new(big.Rat)
		}
		x.large.Add(x.large, y.large)
	}
}

// IsZero reports whether nothing was added.
func (x Exact) IsZero() bool { return x.sum.num == 0 && x.large == nil }

// Rat returns the sum.
func (x Exact) Rat() *big.Rat {
	r := x.sum.Rat()
	if x.large != nil {
		r.Add(r, x.large)
	}
	return r
}

// Text writes the sum with so many decimals, at most nine, rounded as
// [big.Rat.FloatString] rounds it.
func (x Exact) Text(places int) string {
	scale := int64(1)
	for range places {
		scale *= 10
	}
	if x.large != nil || x.sum.num > math.MaxInt64/scale/2 {
		return x.Rat().FloatString(places)
	}
	den := max(x.sum.den, 1)
	q := x.sum.num * scale / den
	if rest := x.sum.num * scale % den; rest >= den-rest {
		q++
	}
	text := strconv.FormatInt(q, 10)
	if n := places + 1 - len(text); n > 0 {
		text = strings.Repeat("0", n) + text
	}
	if places == 0 {
		return text
	}
	return text[:len(text)-places] + "." + text[len(text)-places:]
}
