package locale

import (
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// The kinds of values in findings that each language writes in its own way. A
// value carries what it is exactly, so that a language need not be known before
// the finding is read.
const (
	amountKind  = "amount"  // as Money
	exactKind   = "exact"   // as MoneyExact
	shareKind   = "share"   // as Percent
	percentKind = "percent" // as PercentExact
	numberKind  = "number"  // as Decimal, with what follows it
)

// MoneyPart is an amount in a finding, written as [Locale.Money] does.
func MoneyPart(m money.Money) diag.Value {
	return diag.Value{Kind: amountKind, Exact: minor(m), English: English.Money(m)}
}

// ExactPart is an amount in a finding, as front matter writes it in English:
// "48.00 EUR".
func ExactPart(m money.Money) diag.Value {
	return diag.Value{Kind: exactKind, Exact: minor(m), English: m.Text() + " " + string(m.Currency)}
}

// SharePart is a share in a finding, written as [Locale.Percent] does.
func SharePart(s money.Share) diag.Value {
	return diag.Value{Kind: shareKind, Exact: s.String(), English: English.Percent(s)}
}

// PercentPart is a share in a finding, written as [Locale.PercentExact] does.
func PercentPart(s money.Share) diag.Value {
	return diag.Value{Kind: percentKind, Exact: s.String(), English: English.PercentExact(s)}
}

// NumberPart is a decimal number in a finding, with what follows it: "33.5 %".
func NumberPart(number, unit string) diag.Value {
	return diag.Value{Kind: numberKind, Exact: number + unit, English: number + unit}
}

func minor(m money.Money) string { return strconv.FormatInt(m.Minor, 10) + " " + string(m.Currency) }

// Say writes a value of a finding.
func (l *Locale) Say(v diag.Value) string {
	switch v.Kind {
	case amountKind, exactKind:
		n, currency, _ := strings.Cut(v.Exact, " ")
		minor, err := strconv.ParseInt(n, 10, 64)
		m := money.Money{Minor: minor, Currency: money.Currency(currency)}
		switch {
		case err != nil:
			return v.English
		case v.Kind == exactKind:
			return l.MoneyExact(m)
		}
		return l.Money(m)
	case shareKind, percentKind:
		num, den, _ := strings.Cut(v.Exact, "/")
		n, _ := strconv.ParseInt(num, 10, 64)
		d, _ := strconv.ParseInt(den, 10, 64)
		s, _ := money.NewShare(n, d) // 0/0 is no share
		if v.Kind == percentKind {
			return l.PercentExact(s)
		}
		return l.Percent(s)
	case numberKind:
		number := v.Exact[:len(v.Exact)-len(strings.TrimLeft(v.Exact, "0123456789.-"))]
		if unit := v.Exact[len(number):]; unit != "%" {
			return l.Decimal(number) + unit
		}
		return l.percentage(l.Decimal(number))
	}
	return v.English
}
