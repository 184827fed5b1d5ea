package amend

import (
	"strings"
	"testing"

	"charterhouse/internal/facts"
)

var signature = Group("department", Text("it"), "person", Text("ada"), "date", Text("2026-03-01"), "terms", Text("jt1-0123456789abcdef"), "note", Text(`Yes, "all": of it`))

const brief = `{department: it, person: ada, date: 2026-03-01, terms: jt1-0123456789abcdef, note: "Yes, \"all\": of it"}`

// A record comes at the end of its list, in the way of those before it, and no
// other byte changes.
func TestAdd(t *testing.T) {
	const quoted = `{"department": "it", "person": "ada", "date": "2026-03-01", "terms": "jt1-0123456789abcdef", "note": "Yes, \"all\": of it"}`
	const written = "[[approvals]]\ndepartment = \"it\"\nperson = \"ada\"\ndate = 2026-03-01\nterms = \"jt1-0123456789abcdef\"\nnote = \"Yes, \\\"all\\\": of it\"\n"
	note := `'Yes, "all": of it'`
	flow := strings.Replace(brief, `"Yes, \"all\": of it"`, note, 1)
	for name, c := range map[string]struct{ text, old, now string }{
		"none":        {"---\ntitle: A # a\n---\nText\n", "# a\n", "# a\napprovals:\n  - " + flow + "\n"},
		"empty":       {"---\napprovals: []\ntitle: A\n---\n", "[]", "[" + flow + "]"},
		"nothing":     {"---\napprovals:\ntitle: A\n---\n", "approvals:\n", "approvals:\n  - " + flow + "\n"},
		"lines":       {"---\napprovals:\n- {person: bo} # b\n# c\ntitle: A\n---\n", "# b\n", "# b\n- " + flow + "\n"},
		"blocks":      {"---\napprovals:\n  - person: bo\n    date: 2026-01-01\n---\n", "01-01\n", "01-01\n  - department: it\n    person: ada\n    date: 2026-03-01\n    terms: jt1-0123456789abcdef\n    note: " + note + "\n"},
		"toml":        {"+++\ntitle = 'A' # a\n[budget]\ntotal = 1\n+++\nText\n", "total = 1\n", "total = 1\n\n" + written},
		"toml tables": {"+++\ntitle = 'A'\n[[approvals]]\nperson = 'bo'\n+++\n", "'bo'\n", "'bo'\n\n" + written},
		"json":        {"---json\n{\"title\": \"A # 1\"}\n---\nText\n", "1\"}", "1\", \"approvals\": [" + quoted + "]}"},
		"json lines":  {"---json\n{\n  \"title\": \"A\"\n}\n---\n", "\"A\"\n", "\"A\",\n  \"approvals\": [" + quoted + "]\n"},
		"json list":   {"---json\n{\n  \"approvals\": [\n    {\"person\": \"bo\"}\n  ],\n  \"title\": \"A\"}\n---\n", "\"bo\"}\n", "\"bo\"},\n    " + quoted + "\n"},
		"json empty":  {"---json\n{\"approvals\": []}\n---\n", "[]", "[" + quoted + "]"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			text := strings.ReplaceAll(c.text, "\n", eol)
			edits, err := Add("a.md", []byte(text), "approvals", signature)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			want := strings.ReplaceAll(strings.Replace(c.text, c.old, c.now, 1), "\n", eol)
			if got := string(Apply([]byte(text), edits)); got != want || len(edits) != 1 {
				t.Errorf("%s: %d edits make\n%s\nnot\n%s", name, len(edits), got, want)
			}
		}
	}
	for name, text := range map[string]string{
		"no facts": "Text\n", "broken": "---\ntitle: [\n---\n", "inline list of TOML": "+++\napprovals = [{person = 'bo'}]\n+++\n",
		"text": "---\napprovals: yes\n---\n", "text in TOML": "+++\napprovals = 'a'\n+++\n", "text in JSON": "---json\n{\"approvals\": \"a\"}\n---\n",
	} {
		if edits, err := Add("a.md", []byte(text), "approvals", signature); err == nil {
			t.Errorf("%s: became %s", name, Apply([]byte(text), edits))
		}
	}
}

// A file of its own holds one record after the other.
func TestAddRecord(t *testing.T) {
	one := Group("person", Text("ada"), "date", Text("2026-03-01"))
	for name, c := range map[string]struct{ text, want string }{
		"nothing":     {"", "person: ada\ndate: 2026-03-01\n"},
		"a comment":   {"# IT signs here.", "# IT signs here.\nperson: ada\ndate: 2026-03-01\n"},
		"one":         {"# IT\nperson: bo # b\nnote: |\n  a\n\n  b\n", "# IT\n- person: bo # b\n  note: |\n    a\n\n    b\n- {person: ada, date: 2026-03-01}\n"},
		"one inline":  {"{person: bo,\n date: 2026-01-01}", "- {person: bo,\n   date: 2026-01-01}\n- {person: ada, date: 2026-03-01}\n"},
		"list":        {"- person: bo\n  date: 2026-01-01\n", "- person: bo\n  date: 2026-01-01\n- person: ada\n  date: 2026-03-01\n"},
		"no line end": {"- person: bo\n  date: 2026-01-01", "- person: bo\n  date: 2026-01-01\n- person: ada\n  date: 2026-03-01"},
		"brief":       {"---\n- {person: bo}\n# end\n", "---\n- {person: bo}\n- {person: ada, date: 2026-03-01}\n# end\n"},
		"in braces":   {"[{person: bo}]\n", "[{person: bo}, {person: ada, date: 2026-03-01}]\n"},
	} {
		edits, err := AddRecord("approvals/it/a.yml", []byte(c.text), one)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(Apply([]byte(c.text), edits)); got != c.want {
			t.Errorf("%s: became\n%s", name, got)
		}
	}
	for name, text := range map[string]string{"broken": "a: [", "two": "a: 1\n---\nb: 2\n", "text": "word\n"} {
		if edits, err := AddRecord("approvals/it/a.yml", []byte(text), one); err == nil {
			t.Errorf("%s: became %s", name, Apply([]byte(text), edits))
		}
	}
}

// The last line of a register may have no end; what comes below it has a line of
// its own.
func TestLastLine(t *testing.T) {
	for text, want := range map[string]string{
		"- id: it\n  name: IT":                         "- id: it\n  name: IT\n  aliases: [edp]",
		"- id: it\r\n  name: {da: It}":                 "- id: it\r\n  name: {da: It}\r\n  aliases: [edp]",
		"- id: it\n  aliases:\n    - data\n    - tech": "- id: it\n  aliases:\n    - data\n    - tech\n    - edp",
	} {
		edits, err := Record("registers/departments.yml", []byte(text), []Change{{"[0].aliases[+]", Text("edp")}})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if got := string(Apply([]byte(text), edits)); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// FuzzAddRecord writes into any file: what it takes, it keeps.
func FuzzAddRecord(f *testing.F) {
	f.Add([]byte("person: bo\nnote: |\n  a\n"), "x")
	f.Add([]byte("- {person: bo} # b\n"), "a: b # c")
	f.Add([]byte("+++\n[[approvals]]\nperson = 'bo'\n+++\n"), "\\")
	f.Add([]byte("---json\n{\"approvals\": [1]}\n---\n"), "\"")
	f.Fuzz(func(t *testing.T, text []byte, word string) {
		record := Group("person", Text("ada"), "note", Text(word))
		if edits, err := AddRecord("approvals/it/a.yml", text, record); err == nil {
			limits := facts.ForCharter
			limits.Records = true
			after, found := facts.Parse(facts.YAML, "a.yml", Apply(text, edits), 1, limits)
			if len(found) > 0 || after == nil {
				t.Fatalf("%v\n%s", found, Apply(text, edits))
			}
		}
		if edits, err := Add("a.md", text, "approvals", record); err == nil {
			if _, found := Read("a.md", Apply(text, edits)); len(found) > 0 {
				t.Fatalf("%v\n%s", found, Apply(text, edits))
			}
		}
	})
}
