package money

import (
	"math/big"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
)

// A Share is a part of a whole as a reduced fraction, above 0 and at most 1:
// 37.5% is 3/8. The zero value is no share.
type Share struct{ num, den int64 }

// Whole is all of it.
var Whole = Share{1, 1}

// maxDen keeps products of a share and an amount within 128 bits, and sums of
// a few shares within 64.
const maxDen = 1_000_000_000_000

// NewShare returns num/den reduced; ok is false unless 0 < num <= den.
func NewShare(num, den int64) (s Share, ok bool) {
	if num <= 0 || den <= 0 || num > den {
		return Share{}, false
	}
	g := gcd(num, den)
	return Share{num / g, den / g}, true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// ParseShare reads 50%, 33.5% or 1/3. The words rest and equal are the budget's
// and not read here. Its error is a *SyntaxError.
func ParseShare(s string) (Share, error) { return readShare(s, notShare) }

// readShare is ParseShare with refuse making the error for a text that is no
// share at all. Looking for a better spelling, notShare refuses without looking
// further.
func readShare(s string, refuse func(string) error) (Share, error) {
	if num, den, ok := strings.Cut(s, "/"); ok {
		return parseFraction(s, num, den, refuse)
	}
	number, ok := strings.CutSuffix(s, "%")
	if !ok {
		return Share{}, refuse(s)
	}
	whole, frac, pointed := strings.Cut(number, ".")
	if whole == "" || !allDigits(whole) || !allDigits(frac) || pointed && frac == "" || len(whole) > 3 || len(frac) > 9 || len(whole) > 1 && whole[0] == '0' {
		return Share{}, refuse(s)
	}
	num, _ := strconv.ParseInt(whole+frac, 10, 64)
	den := int64(100)
	for range frac {
		den *= 10
	}
	return inRange(s, num, den)
}

func parseFraction(s, num, den string, refuse func(string) error) (Share, error) {
	n, err1 := strconv.ParseInt(num, 10, 64)
	d, err2 := strconv.ParseInt(den, 10, 64)
	if err1 != nil || err2 != nil || !allDigits(num) || !allDigits(den) || d > maxDen || len(num) > 1 && num[0] == '0' || len(den) > 1 && den[0] == '0' {
		return Share{}, refuse(s)
	}
	if d == 0 {
		return Share{}, &SyntaxError{diag.Say("%q divides by zero", clip(s)), diag.Say("write a fraction such as 1/3")}
	}
	return inRange(s, n, d)
}

func inRange(s string, num, den int64) (Share, error) {
	share, ok := NewShare(num, den)
	switch {
	case ok:
		return share, nil
	case num == 0:
		return Share{}, &SyntaxError{diag.Say("%q is nothing", clip(s)), diag.Say("leave out a department that pays nothing")}
	}
	return Share{}, &SyntaxError{diag.Say("%q is more than the whole", clip(s)), diag.Say("write at most 100%%")}
}

func notShare(s string) error {
	hint := diag.Say("write 50%%, 33.5%% or 1/3")
	plain := strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\u00a0", "")
	for _, try := range []string{strings.ReplaceAll(plain, ",", "."), plain + "%", strings.ReplaceAll(plain, ",", ".") + "%"} {
		if try != s && (strings.HasSuffix(try, "%") || strings.Contains(try, "/")) {
			if _, err := readShare(try, func(string) error { return &SyntaxError{} }); err == nil {
				hint = diag.Say("write %s", try)
				break
			}
		}
	}
	return &SyntaxError{diag.Say("%q is not a share", clip(s)), hint}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// IsZero reports whether s is no share.
func (s Share) IsZero() bool { return s.num == 0 }

// Num returns the reduced fraction's numerator.
func (s Share) Num() int64 { return s.num }

// Den returns the reduced fraction's denominator.
func (s Share) Den() int64 { return s.den }

// String returns the reduced fraction: "1/3".
func (s Share) String() string {
	return strconv.FormatInt(s.num, 10) + "/" + strconv.FormatInt(s.den, 10)
}

// Rat returns the fraction, 0 for no share.
func (s Share) Rat() *big.Rat {
	if s.den == 0 {
		return new(big.Rat)
	}
	return big.NewRat(s.num, s.den)
}

// Cmp compares two shares.
func (s Share) Cmp(t Share) int { return compareFractions(s.num, max(s.den, 1), t.num, max(t.den, 1)) }

// SumShares adds shares up, exactly.
func SumShares(shares []Share) *big.Rat {
	var sum Exact
	for _, s := range shares {
		sum.Add(s.Times(1, 1))
	}
	return sum.Rat()
}

// PercentOf writes a ratio as per cent for a finding: exactly where that takes
// at most eight decimals, else with as many as show that it is not a round
// number. "99.99", "33.33333333".
func PercentOf(r *big.Rat) string {
	s := new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(8)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
