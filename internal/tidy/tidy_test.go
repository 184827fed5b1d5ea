package tidy

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"charterhouse/internal/bench"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
)

const wild = `---
# About the file.

title:    "Customer: one view"   # quoted
status: proposed
# Both lead.
lead: [ lena-brandt,bo-holm ]  # both
summary: |
    First line.
      # no comment

    Third line: with a colon.


team:
# The lead.
- role: 'Head of "all"'
  # who
  person: lena-brandt
  home: it

- {home: marketing, person: bo-holm, allocation: 50%}
budget:
    total: 240000.00   # exact
    # In euro.
    currency: EUR
    shares:
        it: 50%        # half
        # Marketing pays the rest.
        marketing: rest
    # about the budget
timeframe: { end: 2026-12-31,start: 2026-01-01} # agreed
goals:
- text: Answers
    in two days
  id: faster
x: {"a.b": 1, odd: ~}
schema: charter/1
# at the end
---

# Body  

Text.`

const tidied = `---
# About the file.

schema: charter/1
title: "Customer: one view"   # quoted
summary: |
    First line.
      # no comment

    Third line: with a colon.
status: proposed
timeframe: {start: 2026-01-01, end: 2026-12-31} # agreed
# Both lead.
lead: [lena-brandt, bo-holm]  # both
budget:
  # In euro.
  currency: EUR
  total: 240000.00   # exact
  shares:
    it: 50%        # half
    # Marketing pays the rest.
    marketing: rest
  # about the budget
goals:
  - id: faster
    text: Answers
      in two days

team:
  # The lead.
  # who
  - person: lena-brandt
    home: it
    role: 'Head of "all"'

  - {person: bo-holm, home: marketing, allocation: 50%}
x: {"a.b": 1, odd: ~}
# at the end
---

# Body  

Text.
`

func TestWild(t *testing.T) {
	after, err := Text("charters/a.md", []byte(wild))
	if err != nil || string(after) != tidied {
		t.Errorf("%v\n%s", err, after)
	}
	crlf, err := Text("charters/a.md", []byte(strings.ReplaceAll(wild, "\n", "\r\n")))
	if err != nil || string(crlf) != strings.ReplaceAll(tidied, "\n", "\r\n") {
		t.Errorf("%v\n%q", err, crlf)
	}
}

// texts are files of the sample and made ones.
func texts(t *testing.T) map[string][]byte {
	t.Helper()
	made := t.TempDir()
	if err := bench.Generate(made, 50, 3); err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{"charters/wild.md": []byte(wild)}
	for _, root := range []string{"../../content", made} {
		for _, pattern := range []string{"charters/*.md", "charters/*/index*.md", "charters/*/updates/*.md", "registers/*.yml"} {
			names, _ := filepath.Glob(filepath.Join(root, pattern))
			for _, name := range names {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				file, _ := filepath.Rel(root, name)
				all[filepath.ToSlash(file)] = text
			}
		}
	}
	return all
}

// Files that people keep well are laid out, say the same, and stay so.
func TestSample(t *testing.T) {
	for file, text := range texts(t) {
		after, err := Text(file, text)
		if err != nil {
			if block, found := facts.Split(file, text); block.Format == facts.YAML && len(found) == 0 {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		judge(t, file, text, after)
	}
}

// judge holds what a laid out text keeps.
func judge(t interface{ Fatalf(string, ...any) }, file string, text, after []byte) {
	again, err := Text(file, after)
	if err != nil || !bytes.Equal(again, after) {
		t.Fatalf("%s is not laid out for good: %v\n%s\n---- became\n%s", file, err, after, again)
	}
	if a, b := remarks(text), remarks(after); !slices.Equal(a, b) {
		t.Fatalf("%s: comments %q became %q", file, a, b)
	}
	if strings.HasPrefix(file, "charters/") && !strings.Contains(file, "/updates/") {
		a, _ := charter.Parse(file, text, charter.Options{})
		b, _ := charter.Parse(file, after, charter.Options{})
		if a.TermsText() != b.TermsText() || len(a.Budget.Parties) != len(b.Budget.Parties) {
			t.Fatalf("%s: the terms changed", file)
		}
		for i, p := range a.Budget.Parties {
			if p.Department.Value != b.Budget.Parties[i].Department.Value || p.Amount != b.Budget.Parties[i].Amount {
				t.Fatalf("%s: %s pays another amount", file, p.Department.Value)
			}
		}
		x, _ := facts.Split(file, text)
		y, _ := facts.Split(file, after)
		if !bytes.Equal(bytes.TrimRight(x.Body, "\r\n"), bytes.TrimRight(y.Body, "\r\n")) {
			t.Fatalf("%s: the prose changed", file)
		}
	}
}

// remarks are the comments of a text, sorted.
func remarks(text []byte) []string {
	block, _ := facts.Split("a.md", text)
	if block.Format == "" {
		block.Data = text
	}
	var all []string
	for line := range strings.Lines(string(block.Data)) {
		if i := strings.Index(" "+line, " #"); i >= 0 {
			all = append(all, strings.TrimSpace((" " + line)[i+1:]))
		}
	}
	slices.Sort(all)
	return all
}

// However the keys of a charter are thrown about, with comments above and beside
// them, they come back in one order with all they had.
func TestThrownAbout(t *testing.T) {
	all := texts(t)
	var files []string
	for file, text := range all {
		if block, found := facts.Split(file, text); strings.HasPrefix(file, "charters/") && block.Format == facts.YAML && len(found) == 0 {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	rapid.Check(t, func(r *rapid.T) {
		file := rapid.SampledFrom(files).Draw(r, "file")
		block, _ := facts.Split(file, all[file])
		root, found := facts.Parse(facts.YAML, file, block.Data, block.Line, facts.ForCharter)
		if len(found) > 0 || len(root.Fields) == 0 {
			return
		}
		lines := strings.SplitAfter(strings.TrimSuffix(string(block.Data), "\n")+"\n", "\n")
		var chunks []string
		for i, f := range root.Fields {
			from, to := int(f.Mark.Line)-block.Line, len(lines)
			if i+1 < len(root.Fields) {
				to = int(root.Fields[i+1].Mark.Line) - block.Line
			}
			chunk := strings.Join(lines[from:to], "")
			if rapid.Bool().Draw(r, "above") {
				chunk = "# above " + f.Key + "\n" + chunk
			}
			if rapid.Bool().Draw(r, "apart") {
				chunk = "\n" + chunk
			}
			chunks = append(chunks, chunk)
		}
		thrown := "---\n" + strings.Join(rapid.Permutation(chunks).Draw(r, "order"), "") + "---\n" + string(block.Body)
		after, err := Text(file, []byte(thrown))
		if err != nil {
			r.Fatalf("%s: %v\n%s", file, err, thrown)
		}
		judge(r, file, []byte(thrown), after)
		for _, f := range root.Fields {
			i := bytes.Index(after, []byte("\n# above "+f.Key+"\n"))
			if i >= 0 && !bytes.HasPrefix(after[i+len("\n# above "+f.Key+"\n"):], []byte(f.Key+":")) {
				r.Fatalf("%s: the comment of %s went astray\n%s", file, f.Key, after)
			}
		}
	})
}

func TestRefused(t *testing.T) {
	for file, text := range map[string]string{
		"charters/a.md": "+++\ntitle = \"A\"\n+++\n", "charters/b.md": "---json\n{\"title\": \"A\"}\n---\n", "charters/c.md": "---\ntitle: [\n---\n",
		"charters/d.md": "no facts", "questions/e.md": "---\ntitle: a\n---\n", "charters/f.md": "\ufeff---\ntitle: a\n---\n",
	} {
		if after, err := Text(file, []byte(text)); err == nil || string(after) != text {
			t.Errorf("%s: %v %q", file, err, after)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(wild, false)
	f.Add("- id: a\n  name: {da: b,en: c}\n# d\n- {name: x, id: y}\n", true)
	f.Fuzz(func(t *testing.T, text string, register bool) {
		file := "charters/a.md"
		if register {
			file = "registers/people.yml"
		}
		after, err := Text(file, []byte(text))
		if err != nil {
			if string(after) != text {
				t.Fatalf("refused, and changed: %v", err)
			}
			return
		}
		if again, err := Text(file, after); err != nil || !bytes.Equal(again, after) {
			t.Fatalf("not for good: %v\n%q\n%q\n%q", err, text, after, again)
		}
	})
}
