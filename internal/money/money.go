// Package money computes with amounts and shares, exactly.
//
// An amount is a whole number of minor units of one currency; a share is a
// reduced fraction. No float appears anywhere. Amounts of different currencies
// are never added, but through dated rates ([Rates]), and what comes out says
// that it is converted.
//
// The one place where rounding happens is [Allocate]: it rounds the cumulative
// part of each party at the end of each period and takes differences, so that
// rows and columns of its table add up to the last minor unit.
package money

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
)

// A Money is an amount. The zero value is no money in no currency, and adds to
// any amount.
type Money struct {
	Minor    int64 // in minor units: øre, cents
	Currency Currency
}

// A SyntaxError says in words why a text is no amount or share, and what to
// write instead.
type SyntaxError struct{ Reason, Hint diag.Text }

// Error returns the reason.
func (e *SyntaxError) Error() string { return e.Reason.String() }

// Parse reads an amount in units: digits with optional _ grouping, and an
// optional point with at most as many decimals as the currency has. Dots and
// commas as grouping mean opposite things in Danish and English and are
// refused; the hint shows the accepted spelling. Its error is a *SyntaxError.
func Parse(s string, c Currency) (Money, error) {
	whole, frac, pointed := strings.Cut(s, ".")
	digits, ok := ungroup(whole)
	if !ok || pointed && (frac == "" || !allDigits(frac)) || pointed && len(frac) > c.Exponent() || len(digits) > 1 && digits[0] == '0' {
		return Money{}, refuse(s, c)
	}
	frac += strings.Repeat("0", c.Exponent()-len(frac))
	minor, err := strconv.ParseInt(digits+frac, 10, 64)
	if err != nil || minor > maxMinor {
		return Money{}, &SyntaxError{diag.Say("the amount is too large to compute with"), diag.Say("write at most %s", Money{maxMinor, c}.Text())}
	}
	return Money{minor, c}, nil
}

// maxMinor leaves room to add a hundred thousand of the largest amounts.
const maxMinor = 90_000_000_000_000

// ungroup drops _ between digits.
func ungroup(s string) (string, bool) {
	if !strings.Contains(s, "_") {
		return s, s != "" && allDigits(s)
	}
	groups := strings.Split(s, "_")
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || i == 0 && (len(g) < 1 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// refuse explains an amount that cannot be read.
func refuse(s string, c Currency) error {
	plain := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\'' {
			return -1
		}
		return r
	}, s)
	form := diag.Say("write digits only, with a point before the decimals: 480000 or 1234.50")
	switch {
	case s == "":
		return &SyntaxError{diag.Say("the amount is empty"), form}
	case strings.ContainsAny(plain, "+-") && allDigits(strings.TrimLeft(plain, "+-")):
		return &SyntaxError{diag.Say("%q has a sign", s), diag.Say("write %s", strings.TrimLeft(plain, "+-"))}
	case strings.HasPrefix(plain, "0") && len(plain) > 1 && allDigits(plain):
		return &SyntaxError{diag.Say("%q starts with a zero", s), diag.Say("write %s", trimZeros(plain))}
	}
	if number, word := stripWords(plain); word {
		return &SyntaxError{diag.Say("%q holds more than a number", s), diag.Say("the currency stands in budget.currency; %s", suggest(number, c))}
	}
	if strings.ContainsAny(plain, ".,_") {
		return &SyntaxError{diag.Say("%q can be read in two ways, or has too many decimals for %s", s, c), suggest(plain, c)}
	}
	if plain != s && allDigits(plain) {
		return &SyntaxError{diag.Say("%q has blanks in it", s), diag.Say("write %s", trimZeros(plain))}
	}
	return &SyntaxError{diag.Say("%q is not an amount", s), form}
}

func trimZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" {
		return t
	}
	return "0"
}

// stripWords takes currency words off a number: "kr. 1.000" or "480000 EUR".
func stripWords(s string) (string, bool) {
	t := strings.TrimFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	word := strings.IndexFunc(s, func(r rune) bool {
		return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '€' || r == '$' || r == '£'
	}) >= 0
	return t, word && t != "" && strings.IndexFunc(t, func(r rune) bool { return r >= 'A' && r != '_' }) < 0
}

// suggest spells a number with dots and commas the accepted way: a last group
// of one or two digits is decimals, groups of three are thousands.
func suggest(s string, c Currency) diag.Text {
	s = strings.ReplaceAll(s, "_", "")
	cut := strings.LastIndexAny(s, ".,")
	digits := func(t string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, t)
	}
	if cut < 0 {
		return diag.Say("write %s", trimZeros(digits(s)))
	}
	whole, frac := trimZeros(digits(s[:cut])), digits(s[cut+1:])
	if len(frac) == 3 && c.Exponent() != 3 || strings.Count(s, string(s[cut])) > 1 {
		return diag.Say("write %s for the whole amount", trimZeros(digits(s)))
	}
	if len(frac) > c.Exponent() {
		return diag.Say("%s has %d decimals: write %s", c, c.Exponent(), strings.TrimSuffix(whole+"."+frac[:c.Exponent()], "."))
	}
	return diag.Say("write %s.%s", whole, frac)
}

// Text returns the amount as our files and exports write it, with all decimals:
// "480000.00".
func (m Money) Text() string {
	var room [24]byte
	return string(m.Append(room[:0]))
}

// Append appends Text to b, for those who write many.
func (m Money) Append(b []byte) []byte {
	start, e := len(b), m.Currency.Exponent()
	b = strconv.AppendInt(b, m.Minor, 10)
	if e == 0 {
		return b
	}
	if m.Minor < 0 {
		start++
	}
	for len(b)-start <= e {
		b = slices.Insert(b, start, '0')
	}
	return slices.Insert(b, len(b)-e, '.')
}

// IsZero reports whether nothing is there to pay.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Plus returns m and n together. Both must be of one currency, or zero: adding
// crowns to euros is a mistake in the program, not in a charter, and so is a
// sum beyond 64 bits, which Parse's limit rules out for any real portfolio.
func (m Money) Plus(n Money) Money {
	if m.Currency == "" && m.Minor == 0 {
		return n
	}
	if n.Currency == "" && n.Minor == 0 {
		return m
	}
	sum := m.Minor + n.Minor
	if m.Currency != n.Currency || (sum > m.Minor) != (n.Minor > 0) {
		panic(fmt.Sprintf("money: cannot add %s and %s", m.describe(), n.describe()))
	}
	return Money{sum, m.Currency}
}

// Minus returns m less n, with Plus's conditions.
func (m Money) Minus(n Money) Money { return m.Plus(Money{-n.Minor, n.Currency}) }

func (m Money) describe() string { return m.Text() + " " + string(m.Currency) }

// Cmp compares two amounts of one currency.
func (m Money) Cmp(n Money) int {
	switch {
	case m.Minor < n.Minor:
		return -1
	case m.Minor > n.Minor:
		return 1
	}
	return 0
}

// Of returns which part m is of whole, for showing; zero where there is none.
func (m Money) Of(whole Money) Share {
	if m.Minor <= 0 || whole.Minor <= 0 || m.Minor > whole.Minor {
		return Share{}
	}
	s, _ := NewShare(m.Minor, whole.Minor)
	return s
}

// mulDiv returns the whole part of a*b/c and the remainder, without overflow.
// c must be positive and a*b/c must fit.
func mulDiv(a, b, c int64) (quo, rem int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	if q > math.MaxInt64 {
		panic("money: part larger than the whole")
	}
	return int64(q), int64(r)
}
