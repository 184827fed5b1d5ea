package rulebook

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"charterhouse/internal/diag"
)

// Every rule is explained in both languages, at some length.
func TestEveryRuleIsExplained(t *testing.T) {
	for _, r := range All() {
		for _, lang := range Languages {
			title, text := r.Title(lang), r.Manual(lang)
			if title == string(r.Code) || strings.HasSuffix(title, ".") || len(title) > 110 {
				t.Errorf("%s.%s: the title is %q", r.Code, lang, title)
			}
			if strings.Count(text, ". ")+strings.Count(text, ".\n")+strings.Count(text, "? ") < 2 {
				t.Errorf("%s.%s is no explanation: %q", r.Code, lang, text)
			}
			if r.NeedsGit && !strings.Contains(text, "git") {
				t.Errorf("%s.%s does not say that it needs the history", r.Code, lang)
			}
		}
	}
}

// No text names a rule that does not exist, and none is left without a rule.
func TestTextsNameRules(t *testing.T) {
	code := regexp.MustCompile(`\b[A-Z]\d{3}\b`)
	_ = fs.WalkDir(manual, "manual", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, _ := manual.ReadFile(p)
		for _, c := range append(code.FindAllString(string(data), -1), strings.Split(d.Name(), ".")[0]) {
			if _, ok := Lookup(c); !ok {
				t.Errorf("%s names %s", p, c)
			}
		}
		if strings.HasSuffix(p, ".da.md") {
			prose := regexp.MustCompile(`(?m)^    .*$`).ReplaceAllString(string(data), "")
			for _, word := range []string{" the ", " and ", " is ", " with "} {
				if strings.Contains(prose, word) {
					t.Errorf("%s has the English%s", p, word)
				}
			}
		}
		return nil
	})
}

// The table is the specification's: how many rules of each family, how grave,
// and which guard a figure.
func TestTableIsTheSpecification(t *testing.T) {
	families := map[string]int{"C": 18, "T": 12, "F": 20, "P": 13, "G": 6, "R": 7, "A": 9, "L": 11, "S": 6, "B": 4, "Q": 7, "N": 9, "D": 8, "K": 5}
	got := map[string]int{}
	for _, r := range All() {
		got[string(r.Code[:1])]++
	}
	for f, n := range families {
		if got[f] != n {
			t.Errorf("family %s has %d rules, not %d", f, got[f], n)
		}
	}
	fixed := "C001 C002 C003 C005 C008 C015 T001 T002 F001 F002 F003 F004 F005 F006 F007 F008 F009 F010 F013 F016 P003 R001 A003 L006 S001"
	for _, c := range strings.Fields(fixed) {
		if r, _ := Lookup(c); !r.Fixed {
			t.Errorf("%s guards a figure", c)
		}
	}
	for _, c := range strings.Fields("C010 T003 P006 P011 G001 R006") {
		if r, _ := Lookup(c); !r.Draft || Severity(r.Code, true) != diag.Warning || Severity(r.Code, false) != diag.Error {
			t.Errorf("%s is mild while proposed", c)
		}
	}
	for c, want := range map[diag.Code]diag.Severity{"C009": diag.Warning, "F006": diag.Error, "A009": diag.Note, "R005": diag.Warning, "L009": diag.Off} {
		if got := Severity(c, false); got != want {
			t.Errorf("%s is %v", c, got)
		}
	}
}

func TestPolicy(t *testing.T) {
	word := func(s string) diag.At[string] {
		return diag.At[string]{Value: s, Pos: diag.Pos{File: "charterhouse.yaml", Line: 1}}
	}
	p, found := NewPolicy(map[string]diag.At[string]{"F012": word("note"), "S003": word("off"), "f006": word("warning"), "F0O6": word("error"), "T004": word("loud")})
	if len(found) != 3 {
		t.Fatalf("%v", found)
	}
	for _, d := range found {
		if d.Code != "K001" || d.Hint.String() == "" {
			t.Errorf("%+v", d)
		}
	}
	list := p.Apply(diag.List{{Code: "F012"}, {Code: "S003"}, {Code: "G001", Pos: diag.Pos{File: "draft"}}, {Code: "G001"}, {Code: "P009", Severity: diag.Error}}, func(f string) bool { return f == "draft" })
	want := []diag.Severity{diag.Note, diag.Warning, diag.Error, diag.Error}
	if len(list) != len(want) {
		t.Fatalf("%v", list)
	}
	for i, d := range list {
		if d.Severity != want[i] {
			t.Errorf("%s is %v", d.Code, d.Severity)
		}
	}
}
