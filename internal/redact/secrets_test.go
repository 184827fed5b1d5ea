package redact

import (
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	var s secrets
	for _, x := range []string{"Åse Lind-Holm", "aase-lind", "aase@example.org", "@aase", "Ørn", "7 318 264", "7318264,50"} {
		s.add(x, "x")
	}
	for text, want := range map[string]string{
		"Åse Lind-Holm wrote.":                             "X wrote.",
		"By **Åse** Lind-\nHolm, and A\u030ase Lind Holm.": "By **x**, and x.",
		"åse lind-holms ord":                               "Xs ord",
		"&Aring;se&nbsp;Lind%2DHolm":                       "X",
		"Ask aase@example.org or @aase.":                   "Ask x or x.",
		"aase alone is no handle":                          "aase alone is no handle",
		"Ørn and ørn, Ørnen and Ørns":                      "X and ørn, Ørnen and xs",
		"See [it](mailto:AASE@EXAMPLE.ORG).":               "See [it](mailto:x).",
		"Åse\n\nhas a dog called Lind-Holm":                "Åse\n\nhas a dog called Lind-Holm",
		"It costs 7.318.264, or 7318264.50 €":              "It costs x, or x €",
		"So Åse *Lind*-Holm said":                          "So *x* said",
		"So Åse *Lind-Holm* said":                          "So *x* said",
		"nothing":                                          "nothing",
	} {
		got, found := s.replace(text, func(key string, begins bool) string {
			if begins {
				return strings.ToUpper(key)
			}
			return key
		})
		if got != want || found != (text != want) || s.holds(text) != found {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// Whatever stands around a name, it is found, and nothing else is taken.
func FuzzReplace(f *testing.F) {
	f.Add("before ", " after", "&nbsp;")
	f.Fuzz(func(t *testing.T, before, after, between string) {
		var s secrets
		s.add("Xyzzy Quux", "x")
		text := before + " Xyzzy Quux " + after
		got, found := s.replace(text, func(string, bool) string { return "" })
		if !found || s.holds(got) && !s.holds(before+after) && !strings.Contains(strings.ToLower(before+after), "xyzzy") {
			t.Errorf("%q: %q", text, got)
		}
		s.replace(before+between+after, func(string, bool) string { return "" })
	})
}
