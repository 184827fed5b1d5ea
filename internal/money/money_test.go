package money

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/calendar"
)

func dkk(minor int64) Money { return Money{minor, "DKK"} }

func share(num, den int64) Share {
	s, ok := NewShare(num, den)
	if !ok {
		panic("no share")
	}
	return s
}

// The table of the specification's section 5.
func TestAllocateThirds(t *testing.T) {
	third := share(1, 3)
	got := Allocate([]Money{dkk(65_000_000), dkk(35_000_000)}, []Share{third, third, third})
	want := [][]int64{{21_666_667, 21_666_667, 21_666_666}, {11_666_667, 11_666_666, 11_666_667}}
	for i, row := range want {
		for j, minor := range row {
			if got.Cells[i][j] != dkk(minor) {
				t.Errorf("period %d, party %d: %s, want %s", i, j, got.Cells[i][j].Text(), dkk(minor).Text())
			}
		}
	}
	for j, minor := range []int64{33_333_334, 33_333_333, 33_333_333} {
		if got.Parties[j] != dkk(minor) {
			t.Errorf("party %d: %s", j, got.Parties[j].Text())
		}
	}
}

// budget draws a random one: two to six parties whose shares add up to exactly
// 1, and one to eight periods.
func budget(r *rand.Rand) ([]Money, []Share) {
	weights := make([]int64, 2+r.IntN(5))
	var sum int64
	for i := range weights {
		weights[i] = 1 + r.Int64N(1+int64(1)<<r.IntN(20))
		sum += weights[i]
	}
	shares := make([]Share, len(weights))
	for i, w := range weights {
		shares[i] = share(w, sum)
	}
	periods := make([]Money, 1+r.IntN(8))
	for i := range periods {
		periods[i] = dkk(r.Int64N(1 + int64(1)<<r.IntN(40)))
	}
	return periods, shares
}

// Over 100,000 random budgets every row and every column adds up, no cell is
// negative unless some exact part is below two øre, the result is that of a
// plain computation with fractions, and the order of parties decides nothing
// but who of equal remainders gets the odd øre.
func TestAllocateRandomBudgets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 100_000 {
		periods, shares := budget(r)
		got := Allocate(periods, shares)
		small := false
		columns := make([]Money, len(shares))
		for i, row := range got.Cells {
			var sum Money
			for j, m := range row {
				sum = sum.Plus(m)
				columns[j] = columns[j].Plus(m)
				small = small || BelowTwo(periods[i], shares[j])
				if m.Minor < 0 && !small {
					t.Fatalf("budget %d: cell %d, %d is %s", n, i, j, m.Text())
				}
			}
			if sum != periods[i] {
				t.Fatalf("budget %d: row %d adds up to %s, not %s", n, i, sum.Text(), periods[i].Text())
			}
		}
		var total Money
		for _, p := range periods {
			total = total.Plus(p)
		}
		if !slices.Equal(columns, got.Parties) || !slices.Equal(columns, Split(total, shares)) {
			t.Fatalf("budget %d: the columns are not the split of the total", n)
		}
		if n%50 == 0 {
			reference(t, total, shares)
		}
		reversed(t, periods, shares, got)
	}
}

// reference splits with fractions, slowly.
func reference(t *testing.T, total Money, shares []Share) {
	t.Helper()
	got := Split(total, shares)
	var floor int64
	for i, s := range shares {
		exact := new(big.Rat).Mul(s.Rat(), big.NewRat(total.Minor, 1))
		low := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		floor += low
		if d := got[i].Minor - low; d != 0 && d != 1 {
			t.Fatalf("part %d of %s is %s, %d more than its whole øre", i, total.Text(), got[i].Text(), d)
		}
	}
	for i, s := range shares { // whoever got an odd øre had at least the remainder of whoever did not
		for j, u := range shares {
			if got[i].Minor > whole(total, s) && got[j].Minor == whole(total, u) && remainder(total, s).Cmp(remainder(total, u)) < 0 {
				t.Fatalf("party %d got an øre before party %d, whose remainder is larger", i, j)
			}
		}
	}
}

func whole(total Money, s Share) int64 {
	exact := new(big.Rat).Mul(s.Rat(), big.NewRat(total.Minor, 1))
	return new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
}

func remainder(total Money, s Share) *big.Rat {
	exact := new(big.Rat).Mul(s.Rat(), big.NewRat(total.Minor, 1))
	return exact.Sub(exact, new(big.Rat).SetInt64(whole(total, s)))
}

// reversed puts the parties the other way round: whoever has a remainder like
// no other keeps the amount.
func reversed(t *testing.T, periods []Money, shares []Share, got Table) {
	t.Helper()
	back := slices.Clone(shares)
	slices.Reverse(back)
	other := Allocate(periods, back)
	for j, s := range shares {
		a, b := got.Parties[j], other.Parties[len(shares)-1-j]
		if a == b {
			continue
		}
		alone := true
		for k, u := range shares {
			alone = alone && (k == j || u != s && remainder(sumOf(periods), u).Cmp(remainder(sumOf(periods), s)) != 0)
		}
		if alone {
			t.Fatalf("the order of parties changes %s to %s", a.Text(), b.Text())
		}
	}
}

func sumOf(periods []Money) Money {
	var sum Money
	for _, p := range periods {
		sum = sum.Plus(p)
	}
	return sum
}

func TestSplitMillion(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1_000_000 {
		total := dkk(r.Int64N(1_000_000_000_000))
		a := 1 + r.Int64N(1000)
		b := 1 + r.Int64N(1000)
		c := 1 + r.Int64N(1000)
		parts := Split(total, []Share{share(a, a+b+c), share(b, a+b+c), share(c, a+b+c)})
		if parts[0].Minor+parts[1].Minor+parts[2].Minor != total.Minor {
			t.Fatalf("%s in %d:%d:%d gives %v", total.Text(), a, b, c, parts)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text     string
		currency Currency
		minor    int64
		hint     string // of a refused one
	}{
		{"480000", "EUR", 48_000_000, ""},
		{"1_000_000", "DKK", 100_000_000, ""},
		{"1234567.10", "DKK", 123_456_710, ""},
		{"0", "DKK", 0, ""},
		{"0.05", "DKK", 5, ""},
		{"1.5", "DKK", 150, ""},
		{"12", "JPY", 12, ""},
		{"1.234", "KWD", 1234, ""},
		{"1.000.000", "DKK", 0, "write 1000000 for the whole amount"},
		{"1,000,000", "EUR", 0, "write 1000000 for the whole amount"},
		{"1.234,50", "DKK", 0, "write 1234.50"},
		{"1,5", "DKK", 0, "write 1.5"},
		{"1.5", "JPY", 0, "JPY has 0 decimals: write 1"},
		{"-5", "DKK", 0, "write 5"},
		{"+5", "DKK", 0, "write 5"},
		{"0100", "DKK", 0, "write 100"},
		{"1e3", "DKK", 0, ""},
		{"0x10", "DKK", 0, ""},
		{"1_0", "DKK", 0, ""},
		{"1_000", "DKK", 100_000, ""},
		{".nan", "DKK", 0, ""},
		{"", "DKK", 0, ""},
		{"1.", "DKK", 0, ""},
		{".5", "DKK", 0, ""},
		{"1 000", "DKK", 0, "write 1000"},
		{"kr. 1.000", "DKK", 0, "1000"},
		{"480000 EUR", "EUR", 0, "480000"},
		{"99999999999999999999", "DKK", 0, "write at most"},
		{"１２", "DKK", 0, ""},
	} {
		got, err := Parse(c.text, c.currency)
		fine := err == nil
		var syntax *SyntaxError
		switch {
		case fine && (got.Minor != c.minor || got.Currency != c.currency):
			t.Errorf("%q is read as %s", c.text, got.Text())
		case fine && c.minor == 0 && c.text != "0":
			t.Errorf("%q is accepted", c.text)
		case !fine && !errors.As(err, &syntax):
			t.Errorf("%q: %T", c.text, err)
		case !fine && (c.minor != 0 || !strings.Contains(syntax.Hint.String(), c.hint) || syntax.Reason.String() == ""):
			t.Errorf("%q: %s; %s", c.text, syntax.Reason, syntax.Hint)
		}
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]string{"50%": "1/2", "33.5%": "67/200", "1/3": "1/3", "2/6": "1/3", "100%": "1/1", "0.1%": "1/1000", "37.5%": "3/8"} {
		if got, err := ParseShare(text); err != nil || got.String() != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for text, hint := range map[string]string{"0%": "leave out", "150%": "at most", "3/2": "at most", "1/0": "1/3", "50": "50%", "60,5%": "60.5%", "60,5": "60.5%", "50 %": "50%", "-1/2": "", "1e2%": "", "050%": "", "1/": "", "/2": "", "": "", "half": "", "1/3%": "", "33.%": ""} {
		_, err := ParseShare(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.Hint.String(), hint) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"1", "1.5", "1_000", "1.000.000", "-1", "9999999999999", "0.00", "１"} {
		f.Add(s, "DKK")
	}
	f.Fuzz(func(t *testing.T, text, code string) {
		c := Currency(code)
		if !c.Known() {
			c = "EUR"
		}
		m, err := Parse(text, c)
		if err != nil {
			if m != (Money{}) || err.Error() == "" {
				t.Fatalf("%q gives both %v and %v", text, m, err)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(strings.ReplaceAll(text, "_", ""))
		if !ok || exact.Cmp(big.NewRat(m.Minor, c.Scale())) != 0 {
			t.Fatalf("%q is read as %s", text, m.Text())
		}
		if again, err := Parse(m.Text(), c); err != nil || again != m {
			t.Fatalf("%q is written as %q, which is read as %v, %v", text, m.Text(), again, err)
		}
	})
}

func FuzzShare(f *testing.F) {
	for _, s := range []string{"50%", "1/3", "33.33%", "0%", "1/0", "half", "100%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseShare(text)
		if err != nil {
			return
		}
		exact, ok := new(big.Rat).SetString(strings.TrimSuffix(text, "%"))
		if strings.HasSuffix(text, "%") {
			exact.Quo(exact, big.NewRat(100, 1))
		}
		if !ok || exact.Cmp(s.Rat()) != 0 || s.Num() <= 0 || s.Num() > s.Den() {
			t.Fatalf("%q is read as %s", text, s)
		}
		if again, err := ParseShare(s.String()); err != nil || again != s {
			t.Fatalf("%q is written as %q", text, s)
		}
	})
}

func TestCmpAgreesWithFractions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100_000 {
		a, b := share(1+r.Int64N(1000), 1000+r.Int64N(1<<40)), share(1+r.Int64N(1000), 1000+r.Int64N(1<<40))
		if a.Cmp(b) != a.Rat().Cmp(b.Rat()) {
			t.Fatalf("%s and %s", a, b)
		}
	}
}

func TestRates(t *testing.T) {
	day, _ := calendar.ParseDate("2026-10-30")
	r := &Rates{Base: "DKK", Date: day, Units: map[Currency]*big.Rat{"EUR": big.NewRat(746, 100), "SEK": big.NewRat(1, 3)}}
	sum, ok := r.Sum([]Money{{100, "EUR"}, {50, "DKK"}})
	if !ok || sum != dkk(796) {
		t.Errorf("%v, %v", sum, ok)
	}
	// Halves go to the even øre, once, after everything is added.
	r.Units["EUR"] = big.NewRat(1, 2)
	for minor, want := range map[int64]int64{1: 0, 3: 2, 5: 2, 7: 4} {
		if got, _ := r.Convert(Money{minor, "EUR"}); got.Minor != want {
			t.Errorf("half of %d is %d", minor, got.Minor)
		}
	}
	if thirds, _ := r.Sum([]Money{{1, "SEK"}, {1, "SEK"}, {1, "SEK"}}); thirds.Minor != 1 {
		t.Errorf("three thirds are %d", thirds.Minor)
	}
	if _, ok := r.Sum([]Money{{1, "USD"}}); ok {
		t.Error("a rate that is missing was made up")
	}
}

func TestPlusRefusesOtherCurrencies(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("crowns were added to euros")
		}
	}()
	dkk(1).Plus(Money{1, "EUR"})
}

// A hint names the nearest currency, the same one each time.
func TestCurrenciesAreInOrder(t *testing.T) {
	if all := Currencies(); !slices.IsSorted(all) || len(all) < 150 || !slices.Contains(all, "DKK") {
		t.Errorf("%v", all)
	}
}
