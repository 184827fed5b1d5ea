package locale

import (
	"strings"
	"testing"

	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// What a finding says of an amount is written by the language of its reader, and
// in English as it always was.
func TestPartsOfFindings(t *testing.T) {
	da, _ := New("da", Messages{"format.money": "{amount} {currency}", "format.symbols": "DKK kr."})
	third, _ := money.NewShare(1, 3)
	m := money.Money{Minor: 123456750, Currency: "DKK"}
	for _, c := range []struct {
		part   diag.Value
		en, da string
	}{
		{MoneyPart(m), "DKK 1,234,567.50", "1.234.567,50 kr."},
		{MoneyPart(money.Money{Minor: -500, Currency: "EUR"}), "EUR −5", "−5 EUR"},
		{ExactPart(money.Money{Minor: 4800, Currency: "EUR"}), "48.00 EUR", "48,00 EUR"},
		{SharePart(third), "33.3%", "33,3 %"},
		{SharePart(money.Share{}), "0%", "0 %"},
		{PercentPart(third), "1/3", "1/3"},
		{PercentPart(money.Whole), "100%", "100 %"},
		{NumberPart("99.99", " %"), "99.99 %", "99,99 %"},
		{NumberPart("120", "%"), "120%", "120 %"},
		{NumberPart("48000.00", " EUR"), "48000.00 EUR", "48.000,00 EUR"},
		{NumberPart("1.5", " MiB"), "1.5 MiB", "1,5 MiB"},
		{diag.Value{Kind: "unheard of", English: "as it is"}, "as it is", "as it is"},
	} {
		plain := strings.NewReplacer(nbsp, " ", "\u202f", " ")
		if got := plain.Replace(c.part.English); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := plain.Replace(da.Say(c.part)); got != c.da {
			t.Errorf("%q, want %q", got, c.da)
		}
	}
}
