package intake

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

// Ways to write amounts: what stands before the decimals.
const (
	point = "point" // 1,234.50
	sign  = "comma" // 1.234,50
)

// Orders of a day's parts.
const (
	dayFirst   = "d-m-y"
	monthFirst = "m-d-y"
	yearFirst  = "y-m-d"
	serialDay  = "serial"
)

// open is a decision that somebody has to make.
const open = "?"

// Signs that several currencies have.
const (
	kroner  = "kr."
	dollars = "$"
)

// bearers are the currencies that are written with a sign.
var bearers = map[money.Currency][]money.Currency{
	kroner:  {"DKK", "SEK", "NOK", "ISK"},
	dollars: {"USD", "CAD", "AUD", "NZD", "SGD", "HKD"},
}

// bare takes what stands around a number away: currency, blanks, and what groups
// digits in either way of writing. worth is the currency that it names, or a sign
// that several have.
func bare(text string) (number string, worth money.Currency) {
	text = strings.TrimSpace(text)
	for _, r := range []string{"\u00a0", "\u202f", "\u2009", "'", "’", " "} {
		text = strings.ReplaceAll(text, r, "")
	}
	for _, x := range []struct {
		word  string
		worth money.Currency
	}{{"€", "EUR"}, {"$", dollars}, {"£", "GBP"}, {"kr.", kroner}, {"kr", kroner}} {
		if rest, ok := trimBoth(text, x.word); ok {
			text, worth = rest, x.worth
		}
	}
	if len(text) > 3 {
		if c := money.Currency(strings.ToUpper(text[len(text)-3:])); c.Known() {
			text, worth = text[:len(text)-3], c
		} else if c := money.Currency(strings.ToUpper(text[:3])); c.Known() {
			text, worth = text[3:], c
		}
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, ",-"), ".-")
	return text, worth
}

func trimBoth(text, word string) (string, bool) {
	lower := strings.ToLower(text)
	switch {
	case strings.HasSuffix(lower, word):
		return text[:len(text)-len(word)], true
	case strings.HasPrefix(lower, word):
		return text[len(word):], true
	}
	return text, false
}

// pointed reads digits with their sign for decimals as a plain decimal number.
func pointed(number, way string) (string, bool) {
	group, decimals := ",", "."
	if way == sign {
		group, decimals = ".", ","
	}
	whole, frac, ok := strings.Cut(number, decimals)
	if ok && (frac == "" || strings.Trim(frac, "0123456789") != "") {
		return "", false
	}
	if parts := strings.Split(whole, group); len(parts) > 1 {
		for i, part := range parts {
			if i > 0 && len(part) != 3 || i == 0 && (part == "" || len(part) > 3) {
				return "", false
			}
		}
		whole = strings.Join(parts, "")
	}
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return "", false
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if frac = strings.TrimRight(frac, "0"); frac == "" {
		return whole, true
	}
	return whole + "." + frac, true
}

// ways finds how the amounts of a column are written. Where every value can be
// read both ways, and not as the same, it is open.
func ways(values []string) (string, bool) {
	can := map[string]int{}
	n, differ := 0, false
	for _, v := range values {
		number, _ := bare(strings.TrimSuffix(strings.TrimSpace(v), "%"))
		a, first := pointed(number, point)
		b, second := pointed(number, sign)
		if !first && !second {
			continue
		}
		n++
		if first {
			can[point]++
		}
		if second {
			can[sign]++
		}
		differ = differ || first != second || a != b
	}
	switch {
	case n == 0:
		return "", false
	case !differ:
		return point, true
	case can[point] == n && can[sign] < n:
		return point, true
	case can[sign] == n && can[point] < n:
		return sign, true
	}
	return open, true
}

// amount reads an amount with at most as many decimals as its currency has.
func amount(c Cell, way string, times int, currency money.Currency) (money.Money, error) {
	number, worth := c.Text, money.Currency("")
	if !c.Exact {
		number, worth = bare(c.Text)
		if worth != "" && worth != currency && !slices.Contains(bearers[worth], currency) {
			return money.Money{}, fmt.Errorf("it says %s, but the charter's currency is %s", worth, currency)
		}
		var ok bool
		if number, ok = pointed(number, way); !ok {
			return money.Money{}, fmt.Errorf("it is no amount that is written with a decimal %s", way)
		}
	}
	n, ok := new(big.Rat).SetString(number)
	if !ok || n.Sign() < 0 {
		return money.Money{}, fmt.Errorf("it is no amount above zero")
	}
	n.Mul(n, big.NewRat(int64(max(1, times)), 1))
	text := n.FloatString(currency.Exponent())
	if back, _ := new(big.Rat).SetString(text); back.Cmp(n) != 0 {
		return money.Money{}, fmt.Errorf("it has more decimals than %s has", currency)
	}
	return money.Parse(strings.TrimSuffix(text, "."), currency)
}

// share reads a share: 50%, 33,5 %, 1/3 or, in a column of per cents, 50.
func share(c Cell, way string) (string, error) {
	text := strings.ReplaceAll(strings.ReplaceAll(c.Text, " ", ""), "\u00a0", "")
	if strings.Contains(text, "/") {
		if strings.HasSuffix(text, "%") { // a workbook's number that is no finite decimal
			return "", fmt.Errorf("it is no share in whole digits")
		}
		_, err := money.ParseShare(text)
		return text, err
	}
	number := strings.TrimSuffix(text, "%")
	if !c.Exact {
		var ok bool
		if number, ok = pointed(number, way); !ok {
			return "", fmt.Errorf("it is no share, such as 50%% or 1/3")
		}
	}
	_, err := money.ParseShare(number + "%")
	return number + "%", err
}

// months are the names of months, in the languages of the interface.
var months = func() map[string]time.Month {
	all := map[string]time.Month{}
	for i, names := range []string{"january januar jan", "february februar feb", "march marts märz mar", "april apr", "may maj mai", "june juni jun", "july juli jul", "august aug",
		"september sept sep", "october oktober okt oct", "november nov", "december dezember dec dez"} {
		for _, name := range strings.Fields(names) {
			all[name] = time.Month(i + 1)
		}
	}
	return all
}()

// parts takes a written day apart.
func parts(text string) (a, b, c int, worded, ok bool) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "T")
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-/. ,", r) })
	if len(fields) > 3 && strings.Contains(fields[3], ":") {
		fields = fields[:3] // a time of day
	}
	if len(fields) != 3 {
		return 0, 0, 0, false, false
	}
	var n [3]int
	for i, f := range fields {
		if m, known := months[strings.ToLower(f)]; known && i < 2 && !worded {
			n[i], worded = int(m), true
			if i == 0 { // March 31, 2027
				fields[0], fields[1] = fields[1], f
				n[1] = n[0]
				day, err := strconv.Atoi(strings.TrimRight(fields[0], "."))
				year, wrong := strconv.Atoi(fields[2])
				return day, n[1], year, true, err == nil && wrong == nil && len(fields[2]) == 4
			}
			continue
		}
		v, err := strconv.Atoi(f)
		if err != nil || len(f) == 3 || len(f) > 4 {
			return 0, 0, 0, false, false
		}
		n[i] = v
	}
	if len(fields[0]) != 4 && len(fields[2]) != 4 {
		return 0, 0, 0, false, false // which century?
	}
	return n[0], n[1], n[2], worded, true
}

// day reads a day whose parts stand in an order.
func day(c Cell, order string) (calendar.Date, error) {
	if d, err := calendar.ParseDate(c.Text); err == nil && (c.Exact || order != serialDay) {
		return d, nil
	}
	if order == serialDay {
		if n, ok := decimal(c.Text); ok {
			if d, ok := serial(n, false); ok {
				return d, nil
			}
		}
		return calendar.Date{}, fmt.Errorf("it is no day as a spreadsheet counts them")
	}
	x, y, z, worded, ok := parts(c.Text)
	if !ok {
		return calendar.Date{}, fmt.Errorf("it is no day with its year in four digits")
	}
	year, month, date := z, y, x
	switch {
	case x > 31:
		year, month, date = x, y, z
	case worded:
	case order == monthFirst:
		month, date = x, y
	}
	if d, ok := calendar.Of(year, time.Month(month), date); ok {
		return d, nil
	}
	return calendar.Date{}, fmt.Errorf("there is no such day")
}

// orders finds how the days of a column are written.
func orders(cells []Cell) (string, bool) {
	can := map[string]int{}
	n, differ := 0, false
	for _, c := range cells {
		if _, err := calendar.ParseDate(c.Text); err == nil {
			n++
			for _, o := range []string{dayFirst, monthFirst, yearFirst} {
				can[o]++
			}
			continue
		}
		if number, ok := decimal(c.Text); ok && number.IsInt() && len(c.Text) == 5 {
			n++
			can[serialDay]++
			continue
		}
		a, first := day(c, dayFirst)
		b, second := day(c, monthFirst)
		if first != nil && second != nil {
			continue
		}
		n++
		if first == nil {
			can[dayFirst]++
		}
		if second == nil {
			can[monthFirst]++
		}
		differ = differ || first != nil || second != nil || a != b
	}
	switch {
	case n == 0:
		return "", false
	case can[serialDay] == n:
		return serialDay, true
	case can[yearFirst] == n:
		return yearFirst, true
	case !differ && can[dayFirst] == n:
		return dayFirst, true
	case can[dayFirst] == n && can[monthFirst] < n:
		return dayFirst, true
	case can[monthFirst] == n && can[dayFirst] < n:
		return monthFirst, true
	}
	return open, true
}
