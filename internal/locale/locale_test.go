package locale

import (
	"charterhouse/themes"
	"github.com/BurntSushi/toml"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"

	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/unicode/norm"
)

// tongues are the languages of the default theme, whose messages make them.
var tongues = func() *Set {
	layer := map[string]Messages{}
	for _, tag := range []string{"da", "de", "en"} {
		data, err := fs.ReadFile(themes.Default(), "messages/"+tag+".toml")
		if err != nil {
			panic(err)
		}
		var raw map[string]any
		if err := toml.Unmarshal(data, &raw); err != nil {
			panic(err)
		}
		layer[tag] = Messages{}
		for key, value := range raw {
			if text, ok := value.(string); ok && Ours(key) {
				layer[tag][key] = text
			}
		}
	}
	return NewSet(layer)
}()

func tongue(tag string) *Locale { return tongues.For(tag) }

// plain makes no-break spaces visible for a table.
func plain(s string) string { return strings.ReplaceAll(s, nbsp, "~") }

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		minor      int64
		currency   money.Currency
		da, en, de string
	}{
		{123456750, "DKK", "1.234.567,50~kr.", "DKK~1,234,567.50", "1.234.567,50~DKK"},
		{48000000, "EUR", "480.000~€", "EUR~480,000", "480.000~EUR"}, {123456, "EUR", "1.234,56~€", "EUR~1,234.56", "1.234,56~EUR"},
		{5, "DKK", "0,05~kr.", "DKK~0.05", "0,05~DKK"},
		{-150, "DKK", "−1,50~kr.", "DKK~−1.50", "−1,50~DKK"},
		{1234, "JPY", "1.234~JPY", "JPY~1,234", "1.234~JPY"},
		{1234567, "KWD", "1.234,567~KWD", "KWD~1,234.567", "1.234,567~KWD"},
		{0, "SEK", "0~SEK", "SEK~0", "0~SEK"},
	} {
		m := money.Money{Minor: c.minor, Currency: c.currency}
		for lang, want := range map[string]string{"da": c.da, "en": c.en, "de": c.de} {
			if got := plain(tongue(lang).Money(m)); got != want {
				t.Errorf("%s: %s, want %s", lang, got, want)
			}
		}
	}
}

// Digits and grouping are those of CLDR.
func TestNumbersAsCLDR(t *testing.T) {
	for _, lang := range []string{"da", "en", "de"} {
		p := message.NewPrinter(xlanguage.Make(lang))
		for _, n := range []int{0, 7, 999, 1000, 12345, 999999, 1234567, 1000000000} {
			if got, want := tongue(lang).Number(n), p.Sprintf("%d", n); got != want {
				t.Errorf("%s: %s, want %s", lang, got, want)
			}
		}
	}
}

func TestShort(t *testing.T) {
	for minor, want := range map[int64][2]string{
		2690000000: {"26,9~mio.~kr.", "DKK~26.9m"}, 5140000000: {"51,4~mio.~kr.", "DKK~51.4m"}, 99999999: {"1.000~t.~kr.", "DKK~1,000k"},
		4800000: {"48~t.~kr.", "DKK~48k"}, 123400: {"1.234~kr.", "DKK~1,234"}, 100000000: {"1,0~mio.~kr.", "DKK~1.0m"}, 104999999: {"1,0~mio.~kr.", "DKK~1.0m"}, 105000000: {"1,1~mio.~kr.", "DKK~1.1m"},
	} {
		m := money.Money{Minor: minor, Currency: "DKK"}
		if da, en := plain(tongue("da").Short(m)), plain(tongue("en").Short(m)); da != want[0] || en != want[1] {
			t.Errorf("%s: %s and %s", m.Text(), da, en)
		}
	}
}

func TestPercent(t *testing.T) {
	for text, want := range map[string][4]string{ // da, en, exact da, exact en
		"50%": {"50~%", "50%", "50~%", "50%"}, "1/3": {"33,3~%", "33.3%", "1/3", "1/3"}, "37.5%": {"37,5~%", "37.5%", "37,5~%", "37.5%"},
		"2/3": {"66,7~%", "66.7%", "2/3", "2/3"}, "100%": {"100~%", "100%", "100~%", "100%"}, "0.125%": {"0,1~%", "0.1%", "0,125~%", "0.125%"}, "1/16": {"6,3~%", "6.3%", "6,25~%", "6.25%"},
	} {
		s, err := money.ParseShare(text)
		if err != nil {
			t.Fatal(err)
		}
		da, en := tongue("da"), tongue("en")
		if got := [4]string{plain(da.Percent(s)), plain(en.Percent(s)), plain(da.PercentExact(s)), plain(en.PercentExact(s))}; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestDates(t *testing.T) {
	d, _ := calendar.ParseDate("2026-10-09")
	q, _ := calendar.ParsePeriod("2027-Q1")
	m, _ := calendar.ParsePeriod("2027-03")
	for lang, want := range map[string][6]string{
		"da": {"9.~okt. 2026", "9.~oktober 2026", "9.~okt.", "1. kvt. 2027", "mar.~2027", "oktober 2026"},
		"en": {"9~Oct 2026", "9~October 2026", "9~Oct", "Q1 2027", "Mar~2027", "October 2026"},
		"de": {"9.~Okt. 2026", "9.~Oktober 2026", "9.~Okt.", "1. Quartal 2027", "März~2027", "Oktober 2026"},
	} {
		l := tongue(lang)
		if got := [6]string{plain(l.Date(d)), plain(l.DateLong(d)), plain(l.DayMonth(d)), l.Period(q), plain(l.Period(m)), l.Month(d)}; got != want {
			t.Errorf("%s: %v", lang, got)
		}
	}
}

// German, form by form.
func TestGerman(t *testing.T) {
	de := tongue("de")
	half, _ := money.NewShare(1, 2)
	third, _ := money.NewShare(1, 3)
	end, _ := calendar.ParseDate("2027-09-30")
	euro := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }
	for got, want := range map[string]string{
		de.Percent(half): "50~%", de.Percent(third): "33,3~%", de.PercentExact(third): "1/3", de.Short(euro(5140000000)): "51,4~Mio.~EUR", de.ShortAmount(euro(4800000)): "48~Tsd.",
		de.MoneyExact(euro(-5)): "−0,05~EUR", de.Millions(euro(123456789)): "1,2", de.Number(-1234567): "−1.234.567", de.Decimal("-10000.25"): "−10.000,25",
		de.DateLong(end): "30.~September 2027", de.Date(end): "30.~Sept. 2027", de.Quote("Zitate"): "„Zitate“", de.List([]string{"IT", "Marketing", "Recht"}): "IT, Marketing und Recht",
	} {
		if plain(got) != want {
			t.Errorf("%s, want %s", plain(got), want)
		}
	}
	names := []string{"Zorn", "Äpfel", "Apfel", "Ötker", "Oldenburg", "straße", "Strasse", "Über"}
	SortBy(de, names, func(s string) string { return s })
	if want := []string{"Apfel", "Äpfel", "Oldenburg", "Ötker", "Strasse", "straße", "Über", "Zorn"}; !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
	if de.Initial("Äpfel") != "A" || de.Initial("über") != "U" {
		t.Error("letters with dots stand apart, but are not sorted apart")
	}
}

// English stands in for what a language leaves out or says wrongly, and what is
// wrong is told by its key.
func TestNewSaysWhatIsWrong(t *testing.T) {
	l, wrong := New("nl", Messages{"format.months": "januari, februari", "format.money": "{currency}", "format.and": "en", "format.quotes": "“ ”"})
	if len(wrong) != 3 || wrong["format.months"].IsZero() || wrong["format.money"].IsZero() || wrong["format.quotes"].IsZero() {
		t.Errorf("%v", wrong)
	}
	day, _ := calendar.ParseDate("2027-03-01")
	if got := plain(l.Money(money.Money{Minor: 123456, Currency: "EUR"})) + " " + l.List([]string{"a", "b"}) + " " + plain(l.DateLong(day)); got != "EUR~1.234,56 a en b 1~March 2027" {
		t.Error(got)
	}
}

// A language added by a theme does not change what headings were known by, and
// a form of a language is that language but for what it words anew.
func TestLayers(t *testing.T) {
	base := map[string]Messages{"da": {"section.scope": "Omfang"}, "de": {"section.scope": "Umfang", "format.and": "und"}}
	s := NewSet(base, map[string]Messages{"de": {"section.scope": "Gegenstand"}, "de-CH": {"format.symbols": "CHF Fr."}})
	for _, heading := range []string{"scope", "omfang", "umfang", "gegenstand"} {
		if s.Chapter(heading) != 1 {
			t.Errorf("%s is not known", heading)
		}
	}
	swiss := s.For("de-CH")
	if got := plain(swiss.Money(money.Money{Minor: 123456700, Currency: "CHF"})) + swiss.And(); got != "Fr.~1’234’567und" || s.Headings("de-CH")[1] != "Gegenstand" || s.Headings("de-AT")[1] != "Gegenstand" {
		t.Errorf("%s %v", got, s.Headings("de-CH"))
	}
	if s.Same(NewSet(base)) || !s.Same(s) || !NewSet(base).Same(NewSet(base)) || (*Set)(nil).For("de") != English || (*Set)(nil).Chapter("background") != 0 {
		t.Error("sets are confused")
	}
}

func TestDecimal(t *testing.T) {
	for text, want := range map[string]string{"1234.5": "1.234,5", "12": "12", "-3.25": "−3,25", "abc": "abc", "2026-10-09": "2026-10-09", "1.2.3": "1.2.3", "": "", "007": "007"} {
		if got := tongue("da").Decimal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	if got := tongue("da").List([]string{"a", "b", "c"}); got != "a, b og c" {
		t.Error(got)
	}
	if got := tongue("en-GB").List([]string{"a", "b"}); got != "a and b" {
		t.Error(got)
	}
	if tongue("xx").tag != "en" || tongue("").tag != "en" {
		t.Error("an unknown language is not written as English")
	}
}

// Whose something is: what a name ends in decides, and abbreviations are told by
// their length or their last letter.
func TestPossessive(t *testing.T) {
	for lang, want := range map[string][5]string{
		"en": {"Marketing’s", "Sales’", "IT’s", "Department 7’s", "Finance’s"},
		"da": {"Marketings", "Sales’", "IT’s", "Department 7’s", "Finances"},
		"de": {"von Marketing", "von Sales", "von IT", "von Department 7", "von Finance"},
	} {
		var got [5]string
		for i, name := range []string{"Marketing", "Sales", "IT", "Department 7", "Finance"} {
			got[i] = tongue(lang).Possessive(name)
		}
		if got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if got := tongue("da").Possessive("It"); got != "It’s" {
		t.Error(got)
	}
	if d, _ := calendar.ParseDate("2026-10-09"); plain(tongue("da").DayMonthLong(d)) != "9.~oktober" {
		t.Error(tongue("da").DayMonthLong(d))
	}
	if tongue("da").Currency("DKK") != "kr." || tongue("da").Currency("SEK") != "SEK" {
		t.Error("a currency is not written as beside an amount")
	}
}

func TestSortDanish(t *testing.T) {
	names := []string{"Åse", "Aase", "Ærø", "Zebra", "Ørsted", "abe", "Abe", "projekt 10", "projekt 9", "Østergård", "Bo"}
	SortBy(tongue("da"), names, func(s string) string { return s })
	want := []string{"Abe", "abe", "Bo", "projekt 9", "projekt 10", "Zebra", "Ærø", "Ørsted", "Østergård", "Aase", "Åse"}
	if !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
	for range 10 { // whatever the order before
		slices.Reverse(names)
		SortBy(tongue("da"), names, func(s string) string { return s })
		if !slices.Equal(names, want) {
			t.Fatalf("%v", names)
		}
	}
}

func TestInitial(t *testing.T) {
	for name, want := range map[string][2]string{"Åse": {"Å", "A"}, "øre": {"Ø", "Ø"}, "Éva": {"E", "E"}, "bo": {"B", "B"}, "": {"", ""}, "A\u030ase": {"Å", "A"}} {
		if got := [2]string{tongue("da").Initial(name), tongue("en").Initial(name)}; got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"Ærlig økonomi på tværs", "Straße", "  a--b ", "İ", "..", "A\u030a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Fold(s)
		if strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(got, "-") || strings.HasSuffix(got, "-") || strings.Contains(got, "--") {
			t.Fatalf("%q gives %q", s, got)
		}
		if Fold(got) != got || Fold(norm.NFD.String(s)) != Fold(norm.NFC.String(s)) {
			t.Fatalf("%q is not folded for good", s)
		}
	})
}

func TestFold(t *testing.T) {
	if got := Fold("Ærlig økonomi på tværs"); got != "aerlig-oekonomi-paa-tvaers" {
		t.Error(got)
	}
}
