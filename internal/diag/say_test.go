package diag

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// danish is a tongue with a form of each kind: another order, no order, none.
var danish = &Tongue{Lang: "da", Forms: map[string]string{
	"%s signed for %s":     "for %[2]s skrev %[1]s under",
	"%s pays %s":           "%s betaler %s",
	"%s and %s":            "%s og %s",
	"did you mean %s?":     "mente du %s?",
	"100 %% of %q":         "hele %q",
	"%d files, %s":         "%d filer, %s",
	"nothing to mend":      "intet at rette",
	"1 file looked at: %s": "1 fil gennemset: %s",
}, Write: func(v Value) string { return strings.Replace(v.Exact, ".", ",", 1) + " kr." }}

func TestSay(t *testing.T) {
	it := Named{"en": "IT", "da": "It", "de": "IT"}
	amount := Value{Kind: "amount", Exact: "12.50", English: "DKK 12.50"}
	for _, c := range []struct {
		text   Text
		en, da string
	}{
		{Text{}, "", ""},
		{Say("nothing to mend"), "nothing to mend", "intet at rette"},
		{Say("unheard of"), "unheard of", "unheard of"},
		{Say("%s signed for %s", "Åse", it), "Åse signed for IT", "for It skrev Åse under"},
		{Say("%s pays %s", Named{"en": "Legal"}, amount), "Legal pays DKK 12.50", "Legal betaler 12,50 kr."},
		{Say("100 %% of %q", "a\"b"), `100 % of "a\"b"`, `hele "a\"b"`},
		{Say("100 %% of %q", Say("%s pays %s", 1, 2)), `100 % of "1 pays 2"`, `hele "1 betaler 2"`},
		{Say("%d files, %s", 3, Say("nothing to mend")), "3 files, nothing to mend", "3 filer, intet at rette"},
		{Meant("it"), "did you mean it?", "mente du it?"},
		{Raw("50 % %s"), "50 % %s", "50 % %s"},
		{And([]string{"a"}), "a", "a"},
		{And([]string{"a", "b", "c"}), "a, b and c", "a, b og c"},
		{Or([]Text{Raw("a"), Raw("b")}), "a or b", "a or b"},
		{List{}.Summary(1), "1 file looked at: nothing to mend", "1 fil gennemset: intet at rette"},
	} {
		if got := c.text.String(); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := c.text.In(danish); got != c.da {
			t.Errorf("%q, want %q", got, c.da)
		}
	}
}

// A text says the same after it was kept, whatever bytes are in it.
func TestTextIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
		a, b := part.Draw(t, "a"), part.Draw(t, "b")
		text := Say("%s signed for %s", a, Say("100 %% of %q", b))
		data, err := json.Marshal(Diagnostic{Message: text})
		if err != nil {
			t.Fatal(err)
		}
		var again Diagnostic
		if err := json.Unmarshal(data, &again); err != nil || again.Message != text || !again.Hint.IsZero() {
			t.Fatalf("%v: %q, was %q", err, again.Message, text)
		}
		if got, want := again.Message.In(danish), "for "+Say("hele %q", b).String()+" skrev "+a+" under"; got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// What is kept beside a site may come back as anything.
func FuzzKeptText(f *testing.F) {
	for _, text := range []Text{Say("%s pays %s", Named{"en": "Legal", "da": "Jura"}, Value{"amount", "12.50", "DKK 12.50"}), Say("100 %% of %q", Meant("it"))} {
		f.Add(text.said)
	}
	f.Add("%s\x00s\x7fshort")
	f.Add("%s\x00n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Add("%s\x00v\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, said string) {
		var text Text
		kept, _ := Text{said}.MarshalText()
		if err := text.UnmarshalText(kept); err != nil || text.said != said {
			t.Fatalf("kept %q as %q: %v", said, text.said, err)
		}
		_, _ = text.String(), text.In(danish) // no panic, and an end
	})
}

// Whatever the language, findings stand in one order, that of the English.
func TestTextsHaveOneOrder(t *testing.T) {
	a, b := Say("%s pays %s", "a", "z"), Say("%s signed for %s", "a", "b")
	if a.Compare(b) >= 0 || b.Compare(a) <= 0 || a.Compare(Say("%s pays %s", "a", "z")) != 0 {
		t.Error("the order is not that of the words")
	}
	if x, y := Raw("same"), Say("same"); x.Compare(y) == 0 || x.Compare(y) != -y.Compare(x) {
		t.Error("two texts that say the same in English only have no order")
	}
}
