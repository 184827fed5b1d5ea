package charter

import (
	"charterhouse/internal/theme"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"charterhouse/internal/money"
)

// tongues are the languages of the default theme.
var tongues = theme.Speech(nil)

// scalars are what people and programs write for values, with all that
// versions of YAML are known to read as something else.
var scalars = strings.Split(`0|1|-1|+1|00|007|0100|050|0o17|0x1F|0b11|1_0|1_000|1,000|1.000|1.000.000|1,000,000|1.5|1.50|.5|5.|1e3|1E3|1e400|9007199254740993|.nan|.inf|-.inf|NaN|true|True|yes|no|on|Off|y|N|null2|~x|50%|33.5%|33,5%|060%|0%|101%|1/3|1/0|3/1|2027-01-11|2027-1-11|2027-02-29|2027-13-01|11.01.2027|2027-01-11T00:00:00Z|2027-Q1|12:30|190:20:30|it|IT|æ|a--b|low|high|joint|EUR|rest|equal|x`, "|")

// typed are fields of each type, with how to take the value that came of %s.
var typed = []struct {
	name, facts string
	value       func(*Charter) string // "" where nothing was taken
}{
	{"text", "title: %s", func(c *Charter) string { return c.Title.Value }},
	{"id", "translation_of: %s", func(c *Charter) string { return string(c.TranslationOf.Value) }},
	{"date", "created: %s", func(c *Charter) string { return c.Created.Value.String() }},
	{"money", "budget: {currency: DKK, total: %s}", func(c *Charter) string { return amountText(c.Budget.Total) }},
	{"share", "budget: {shares: {it: %s}}", func(c *Charter) string { return c.Budget.Parties[0].Share.String() }},
	{"allocation", "team: [{person: x, allocation: %s}]", func(c *Charter) string { return c.Team[0].Allocation.Value.String() }},
	{"status", "status: %s", func(c *Charter) string { return c.Status.Value.String() }},
	{"level", "risks: [{probability: %s}]", func(c *Charter) string { return c.Risks[0].Probability.Value.String() }},
	{"bool", "goals: [{result: {met: %s}}]", func(c *Charter) string { return fmt.Sprint(c.Goals[0].Result.Met.Value) }},
	{"currency", "budget: {currency: %s}", func(c *Charter) string { return string(c.Budget.Currency.Value) }},
	{"period", "budget: {periods: {%s: 1}}", func(c *Charter) string { return c.Budget.Periods[0].Period.Value.String() }},
	{"number", "goals: [{measure: {unit: x, baseline: 5555, target: %s}}]", func(c *Charter) string { return c.Goals[0].Measure.Target.Value }},
}

func amountText(m At[money.Money]) string {
	if m.Value.Currency == "" {
		return ""
	}
	return strings.TrimSuffix(m.Value.Text(), ".00")
}

// TestNoSilentConversion puts every scalar into a field of every type. What is
// taken is what stands in the file, or there is a finding about it.
func TestNoSilentConversion(t *testing.T) {
	exact := map[string]string{"1_0": "", "1.50": "1.50", "1.5": "1.50"} // spellings of the same amount
	for _, field := range typed {
		for _, s := range scalars {
			text := "---\n" + fmt.Sprintf(field.facts, s) + "\n---\n"
			c, found := Parse("charters/roof.md", []byte(text), Options{Speech: tongues})
			within(t, []byte(text), found)
			about := false
			for _, d := range found {
				about = about || d.Pos.Line == 2 && d.Code != "G001" && d.Code != "G002" && d.Code != "F006" && d.Code != "F016" && d.Code != "B001"
			}
			if about {
				continue
			}
			switch got := field.value(c); {
			case got == s:
			case field.name == "money" && (got == exact[s] || got == strings.ReplaceAll(s, "_", "")):
			case field.name == "share" || field.name == "allocation":
				if want, err := money.ParseShare(s); (err != nil || want.String() != got) && s != "rest" && s != "equal" {
					t.Errorf("%s: %s is read as %q without a word", field.name, s, got)
				}
			case field.name == "bool" && (s == "true" || s == "false"):
			default:
				t.Errorf("%s: %s is read as %q without a word", field.name, s, got)
			}
		}
	}
}

// TestAlwaysACharter holds that nothing makes Parse return nothing.
func TestAlwaysACharter(t *testing.T) {
	for name, text := range map[string]string{
		"charters/a.md": "", "charters/../x.md": "---", "charters/index.md": "---\n---", "x": "\x00", "": "---\n- a\n---\n",
		"charters/CON/index.md": "+++\n+++\n", "charters/æ.md": "---json\nnull\n---\n", "charters/a b.md": "---\r\ntitle: x\r\n---\r\n",
		"charters/latin.md": "---\ntitle: fl\xf8jte\n---\nfl\xf8jte\n", "charters/bom.md": "\uFEFF---\ntitle: x\n---\n", "charters/....md": "---\n~\n---\n",
	} {
		c, found := Parse(name, []byte(text), Options{Speech: tongues})
		if c == nil || c.ID.Value == "" || c.File != name || c.Name() == "" {
			t.Errorf("%q gives no charter", name)
		}
		within(t, []byte(text), found)
	}
}

// TestDeterministic holds that the same bytes always give the same charter and
// findings.
func TestDeterministic(t *testing.T) {
	for _, f := range examples(t) {
		broken := []byte(strings.NewReplacer("2027", "20x7", "it", "I T").Replace(string(f.Data)))
		for _, text := range [][]byte{f.Data, broken} {
			first, one := Parse(f.Name, text, Options{Lang: "en", Speech: tongues})
			for range 20 {
				again, two := Parse(f.Name, text, Options{Lang: "en", Speech: tongues})
				if !reflect.DeepEqual(one, two) || first.Terms != again.Terms || difference(first, again) != "" {
					t.Fatal("the same bytes gave something else")
				}
			}
		}
	}
}

// TestFieldsAreRead holds the field registry against the parser: every key it
// lists is one the parser takes, and each has words in both languages.
func TestFieldsAreRead(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Fields() {
		if seen[f.Path] || f.Type == "" || f.Title[0] == "" || f.Title[1] == "" || f.Note[0] == "" || f.Note[1] == "" {
			t.Errorf("the field %s is described twice or not in full", f.Path)
		}
		seen[f.Path] = true
		if parent := f.Path[:max(0, strings.LastIndexByte(f.Path, '.'))]; parent != "" && !seen[strings.TrimSuffix(strings.TrimSuffix(parent, "[]"), ".*")] {
			t.Errorf("the field %s stands before the one it belongs to", f.Path)
		}
	}
}

// TestExactMoney holds the Danish example's table of the specification.
func TestExactMoney(t *testing.T) {
	for _, f := range examples(t) {
		c, _ := Parse(f.Name, f.Data, Options{Speech: tongues})
		if c.ID.Value != "samtykkeregister" {
			continue
		}
		var got []string
		for i, row := range c.Budget.Table.Cells {
			line := c.Budget.Periods[i].Period.Value.String()
			for _, cell := range row {
				line += " " + cell.Text()
			}
			got = append(got, line)
		}
		want := "2027 216666.67 216666.67 216666.66; 2028 116666.67 116666.66 116666.67"
		if strings.Join(got, "; ") != want || !c.Budget.Sound || c.Budget.Parties[0].Amount.Text() != "333333.34" || c.Budget.Parties[2].Share.String() != "1/3" {
			t.Errorf("got %s", strings.Join(got, "; "))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e.Name, e.Data)
	}
	for _, s := range []string{"---\nbudget: {currency: EUR, total: 1, shares: {a: 1/3, b: rest, c: {amount: 1}}, periods: {2027: 1}}\n---\n",
		"---\nmilestones: [{id: a, after: [b], due: 2027-01-01}, {id: b, after: a}]\nteam: [{from: 2027-01-01, until: 2026-01-01}]\n---\n",
		"+++\n[budget]\ncurrency='DKK'\ntotal=100\nshares={a='equal',b='equal'}\n+++\n# x\n", "---json\n{\"approvals\":[{\"terms\":\"jt1-\"}],\"x\":{\"a\":[1,2]}}\n---\n[[a#b|c]]",
		"---\ntranslation_of: roof\nlang: da\nteam: [{person: bo, role: x}, {person: bo}]\ntranslated: {body.x: t0123456789}\n---\n\n# X\n\n## X\n"} {
		f.Add("charters/x/index.md", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		c, found := Parse(name, text, Options{Lang: "da", Speech: tongues})
		if c.Translation != nil {
			for _, part := range original.Words(c) {
				if part.Key == "" || part.Mark.Line < 0 {
					t.Fatalf("a part without name or place: %+v", part)
				}
			}
			if original.In(c).Terms != original.Terms {
				t.Fatal("a translation changes the terms")
			}
			original.Strange(c)
		}
		if c == nil || c.ID.Value == "" {
			t.Fatal("no charter")
		}
		if b := &c.Budget; b.Sound {
			sum := money.Money{}
			for _, p := range b.Parties {
				sum = sum.Plus(p.Amount)
			}
			if sum != b.Total.Value {
				t.Fatalf("the parties carry %s of %s", sum.Text(), b.Total.Value.Text())
			}
		}
		within(t, text, found)
		_, found = ParseApproval("approvals/it/x.yml", text)
		within(t, text, found)
		_, found = ParseUpdate("charters/x/updates/1.md", text)
		within(t, text, found)
	})
}
