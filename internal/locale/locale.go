// Package locale says how amounts, days, numbers and lists are written for
// people in a language, what rendering prose adds in words and marks, what the
// recommended sections of a charter are called, and how names are sorted: Æ, Ø
// and Å last in Danish.
//
// Amounts and shares in findings are parts that a language writes when the finding
// is read; see [Locale.Say].
//
// A language is no Go: [New] makes it of a theme's messages, whose keys begin
// with "format.", "prose." and "section."; digits, per cent and the order of
// names are CLDR's. Only English is written down here, since it is what every
// language falls back on. Rounding happens here only, in forms whose names say
// so ([Locale.Short], [Locale.Percent]), and with integers; every exact form
// loses nothing.
package locale

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

// A Locale writes for people in one language. It is immutable and safe for
// concurrent use.
type Locale struct {
	tag            string
	decimal, group string
	percent        [2]string                 // before and behind the number
	money          string                    // with {amount} and {currency}
	symbols        map[money.Currency]string // others are written as their code
	million        string                    // a rounded amount, with {n}: "{n}m"
	thousand       string
	months         [12]string // in a date: "31 December"
	short          [12]string // in a short date
	alone          [12]string // on its own
	date, dayMonth string     // with {d}, {month} and {y}
	month, brief   string     // a month with its year, in full and short
	quarter        string     // with {q} and {y}
	and            string
	possessive     [3]string // of a name, of one that ends in s, x or z, of an abbreviation; with {name}

	prose Prose
}

// Prose is what rendering a text adds in words and marks.
type Prose struct {
	// Marks are the quotation marks: double open and close, single open and
	// close, and the apostrophe.
	Marks [5]string
	// The words for a table, footnotes, the way back from one, and the boxes of
	// a list of tasks.
	Table, Footnotes, Back, Done, Open string
}

const nbsp = "\u00a0"

// Tag returns the language's tag: "da".
func (l *Locale) Tag() string { return l.tag }

// Money writes an amount with its currency, without decimals where they are all
// zero: "EUR 480,000", "1.234.567,50 kr.".
func (l *Locale) Money(m money.Money) string {
	return l.withCurrency(l.Amount(m, m.Minor%m.Currency.Scale() != 0), m.Currency)
}

// MoneyExact is Money with all decimals, so that a column has one precision.
func (l *Locale) MoneyExact(m money.Money) string {
	return l.withCurrency(l.Amount(m, true), m.Currency)
}

func (l *Locale) withCurrency(amount string, c money.Currency) string {
	if c == "" {
		return amount
	}
	return fill(l.money, "amount", amount, "currency", l.Currency(c))
}

// Currency writes a currency as it stands beside an amount: "EUR", "kr.".
func (l *Locale) Currency(c money.Currency) string {
	if symbol, ok := l.symbols[c]; ok {
		return symbol
	}
	return string(c)
}

// fill puts values where a pattern names them: name, value, name, value.
func fill(pattern string, pairs ...string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(pattern, "{")
		name, after, closed := strings.Cut(rest, "}")
		b.WriteString(before)
		if !ok || !closed {
			return b.String()
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				b.WriteString(pairs[i+1])
			}
		}
		pattern = after
	}
}

// Amount writes an amount without its currency; decimals says whether to write
// the minor unit, which must be zero otherwise.
func (l *Locale) Amount(m money.Money, decimals bool) string {
	scale := m.Currency.Scale()
	minor, sign := m.Minor, ""
	if minor < 0 {
		minor, sign = -minor, "−"
	}
	s := sign + l.grouped(minor/scale)
	if !decimals || scale == 1 {
		return s
	}
	frac := strconv.FormatInt(scale+minor%scale, 10)[1:]
	return s + l.decimal + frac
}

// grouped writes n >= 0 with the language's separator every three digits.
func (l *Locale) grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	if len(s) <= 3 {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/3*len(l.group))
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, l.group...)
		}
		b = append(b, s[i])
	}
	return string(b)
}

// Number writes a whole number.
func (l *Locale) Number(n int) string {
	if n < 0 {
		return "−" + l.grouped(int64(-n))
	}
	return l.grouped(int64(n))
}

// Short writes an amount rounded to a tenth of a million, or to thousands below
// a million: "DKK 26.9m", "26,9 mio. kr.". It is for reading aloud; whatever it
// stands for is shown exactly where it links to.
func (l *Locale) Short(m money.Money) string { return l.withCurrency(l.ShortAmount(m), m.Currency) }

// ShortAmount is Short without the currency.
func (l *Locale) ShortAmount(m money.Money) string {
	units := m.Minor / m.Currency.Scale()
	switch {
	case units >= 1_000_000 || units <= -1_000_000:
		return fill(l.million, "n", l.tenths(m.Minor, m.Currency.Scale()*1_000_000))
	case units >= 10_000 || units <= -10_000:
		return fill(l.thousand, "n", l.Number(int(half(m.Minor, m.Currency.Scale()*1_000))))
	}
	return l.Number(int(half(m.Minor, m.Currency.Scale())))
}

// Millions writes an amount as millions with one decimal, for figures whose
// heading says so: "26.9". Less than half a tenth is written "0.0".
func (l *Locale) Millions(m money.Money) string {
	return l.tenths(m.Minor, m.Currency.Scale()*1_000_000)
}

func (l *Locale) tenths(n, per int64) string {
	t := half(n, per/10)
	sign := ""
	if t < 0 {
		sign, t = "−", -t
	}
	return sign + l.grouped(t/10) + l.decimal + strconv.FormatInt(t%10, 10)
}

// half returns n/per rounded half up.
func half(n, per int64) int64 {
	if n < 0 {
		return -half(-n, per)
	}
	return (n + per/2) / per
}

// Percent writes a share rounded to a tenth of a per cent: "50%", "53,1 %".
func (l *Locale) Percent(s money.Share) string {
	if s.IsZero() {
		return l.percentage("0")
	}
	tenths := half(s.Num()*1000, s.Den())
	text := l.grouped(tenths / 10)
	if tenths%10 != 0 {
		text += l.decimal + strconv.FormatInt(tenths%10, 10)
	}
	return l.percentage(text)
}

// PercentExact writes a share as per cent where that takes at most three
// decimals, and as its fraction where it does not: "37,5 %", "1/3".
func (l *Locale) PercentExact(s money.Share) string {
	high, low := bits.Mul64(uint64(s.Num()), 100_000)
	thousandths, rest := bits.Div64(high, low, uint64(max(s.Den(), 1)))
	if rest != 0 {
		return s.String()
	}
	text := l.grouped(int64(thousandths / 1000))
	if part := thousandths % 1000; part != 0 {
		text += l.decimal + trimDecimals(strconv.FormatUint(1000+part, 10)[1:])
	}
	return l.percentage(text)
}

// PercentWhole writes an exact number, which may be above 1, rounded to whole per
// cent: "120%", "33 %".
func (l *Locale) PercentWhole(r *big.Rat) string {
	return l.percentage(l.Decimal(new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(0)))
}

func (l *Locale) percentage(number string) string { return l.percent[0] + number + l.percent[1] }

func trimDecimals(s string) string { return strings.TrimRight(strings.TrimRight(s, "0"), ".") }

// Decimal writes a decimal number that is given as text with a point. Anything
// else is an author's own words and comes back unchanged.
func (l *Locale) Decimal(text string) string {
	sign, rest := "", text
	if t, ok := strings.CutPrefix(rest, "-"); ok {
		sign, rest = "−", t
	}
	whole, frac, pointed := strings.Cut(rest, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || strings.Trim(frac, "0123456789") != "" || whole != strconv.FormatInt(n, 10) {
		return text
	}
	s := sign + l.grouped(n)
	if pointed && frac != "" {
		s += l.decimal + frac
	}
	return s
}

// Point is the sign before decimals: "." or ",".
func (l *Locale) Point() string { return l.decimal }

// Date writes a day: "9 Oct 2026", "9. okt. 2026".
func (l *Locale) Date(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return l.day(l.date, d, l.short[d.Month()-1])
}

// DateLong writes a day with the month in full: "30. september 2026".
func (l *Locale) DateLong(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return l.day(l.date, d, l.months[d.Month()-1])
}

// DayMonth writes a day without its year: "9 Oct".
func (l *Locale) DayMonth(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return l.day(l.dayMonth, d, l.short[d.Month()-1])
}

// DayMonthLong is DayMonth with the month in full: "9 October".
func (l *Locale) DayMonthLong(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return l.day(l.dayMonth, d, l.months[d.Month()-1])
}

func (l *Locale) day(pattern string, d calendar.Date, month string) string {
	return fill(pattern, "d", strconv.Itoa(d.Day()), "month", month, "y", strconv.Itoa(d.Year()))
}

// Month writes a month and its year: "October 2026", "oktober 2026".
func (l *Locale) Month(d calendar.Date) string {
	return l.day(l.month, d, l.alone[d.Month()-1])
}

// Period writes a year, a quarter or a month.
func (l *Locale) Period(p calendar.Period) string {
	switch p.Unit() {
	case calendar.Quarter:
		return fill(l.quarter, "q", strconv.Itoa(p.Number()), "y", strconv.Itoa(p.Year()))
	case calendar.Month:
		return fill(l.brief, "month", l.short[p.Number()-1], "y", strconv.Itoa(p.Year()))
	}
	return strconv.Itoa(p.Year())
}

// List writes names as a sentence does: "a, b and c".
func (l *Locale) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + l.and + " " + items[last]
}

// Possessive writes whose something is: "IT’s", "Sales’", "von Vertrieb".
func (l *Locale) Possessive(name string) string {
	last, _ := utf8.DecodeLastRuneInString(name)
	pattern := l.possessive[0]
	switch {
	case strings.ContainsRune("sxzß", last):
		pattern = l.possessive[1]
	case unicode.IsUpper(last) || unicode.IsDigit(last) || utf8.RuneCountInString(name) <= 3: // HR, It
		pattern = l.possessive[2]
	}
	return fill(pattern, "name", name)
}

// And returns the word between the last two of a list.
func (l *Locale) And() string { return l.and }

// Quote puts quotation marks round an author's words.
func (l *Locale) Quote(s string) string { return l.prose.Marks[0] + s + l.prose.Marks[1] }

// Prose returns what rendering a text adds.
func (l *Locale) Prose() *Prose { return &l.prose }
