package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"charterhouse/internal/rollup"
)

func csvOf(t testing.TB, s Speech, table rollup.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := CSV(&b, s, table); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// E5: the dialect of each language.
func TestCSV(t *testing.T) {
	p := sample(t)
	for _, lang := range []string{"en", "da"} {
		for _, name := range []string{"initiatives", "by-department", "by-currency", "returns", "goals"} {
			golden(t, name+"."+lang+".csv", csvOf(t, speech(t, p, lang), tables(p)(name)))
		}
	}
}

// E1: no cell begins with what starts a formula, with our separator or with
// any other that a program may open the file with.
func TestCSVRunsNothing(t *testing.T) {
	p := hostile(t)
	for _, lang := range []string{"en", "da"} {
		s := speech(t, p, lang)
		for _, name := range everything() {
			harmless(t, s, csvOf(t, s, tables(p)(name)))
		}
		harmless(t, s, csvOf(t, s, typed(payloads)))
	}
}

// A number is a number, also a negative one; so is a figure that an author
// wrote as one, and nothing else.
func TestCSVNumbers(t *testing.T) {
	s := speech(t, nil, "da")
	got := csvOf(t, s, typed([]string{"-5", "-5.25", "+5", "-5;-6", "1e5", "007", "--5"}))
	want := "\ufeffMål;'=A;B;C\r\n" +
		"'-5;'-5;-5;-5\r\n'-5.25;'-5.25;-5,25;-5\r\n'+5;'+5;'+5;-5\r\n\"'-5;'-6\";\"'-5;'-6\";\"'-5;'-6\";-5\r\n1e5;1e5;1e5;-5\r\n007;007;007;-5\r\n'--5;'--5;'--5;-5\r\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// harmless looks at a file as programs open it: cells parted by one separator
// or the other, quotation marks taken off or not.
func harmless(t testing.TB, s Speech, text string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	if s.Locale.Point() == "," {
		r.Comma = ';'
	}
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for _, record := range records {
		for _, cell := range record {
			safe(t, cell)
		}
	}
	for _, parts := range []string{";", ",", "\t", ";,\t"} {
		for _, cell := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || strings.ContainsRune(parts, r) }) {
			safe(t, cell)
		}
	}
}

// safe fails for a cell that a spreadsheet would calculate. A plain number with
// a sign is one of ours.
func safe(t testing.TB, cell string) {
	t.Helper()
	if number := strings.Replace(strings.TrimSuffix(cell, "%"), ",", ".", 1); plainNumber(number) {
		return
	}
	shown := strings.TrimLeftFunc(cell, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '"'
	})
	if shown != "" && strings.ContainsAny(shown[:1], "=+-@") || strings.HasPrefix(shown, "＝") || strings.HasPrefix(shown, "＋") || strings.HasPrefix(shown, "－") || strings.HasPrefix(shown, "＠") {
		t.Errorf("the cell %q may be calculated", cell)
	}
}

// What is written is what a reader of CSV reads, and guarded.
func FuzzCSV(f *testing.F) {
	for _, p := range payloads {
		f.Add(p, p)
	}
	f.Add("a\"b", ";\r\n=\"")
	speeches := map[string]Speech{}
	for _, lang := range []string{"en", "da"} {
		speeches[lang] = speech(&testing.T{}, nil, lang)
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		for _, s := range speeches {
			text := csvOf(t, s, typed([]string{one, other}))
			harmless(t, s, text)
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
			if s.Locale.Point() == "," {
				r.Comma = ';'
			}
			records, _ := r.ReadAll()
			if len(records) != 3 || len(records[0]) != 4 {
				t.Fatalf("%d records of %q", len(records), text)
			}
			for i, want := range []string{one, other} {
				if got := records[i+1][0]; got != strings.ReplaceAll(Guard(want), "\r", "") { // the end of a line is \n within a cell
					t.Errorf("%q is read as %q", want, got)
				}
			}
		}
	})
}

// Words that start nothing stay as they are typed.
func TestGuardLeavesProseAlone(t *testing.T) {
	for _, text := range []string{"", "Customer Insight 360", "A - B", "a, b and c", "50 % = half", "e@mail", "C++", "Ærlig økonomi", "5 - 3", "'quoted'", "a; b"} {
		if got := Guard(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
