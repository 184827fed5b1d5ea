package migrate

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
)

const old = `---
# From before.
name: A roof   # short
description: Dry.
status: proposed
created: 2026-11-01
cost:
  sum: 100
  currency: EUR
  split: {it: {percent: 50%}, marketing: rest}
team:
  - {name: bo-holm, department: it}
start: 2027-01-01
title_: x
---

Text
`

func TestOld(t *testing.T) {
	after, notes, err := Text("charters/a.md", []byte(old))
	want := strings.NewReplacer("name: A roof", "title: A roof", "description", "summary", "cost:", "budget:", "sum:", "total:", "split", "shares", "percent", "share",
		"{name:", "{person:", "department:", "home:", "# From before.\n", "schema: charter/1\n# From before.\n").Replace(old)
	if got := string(after); err != nil || strings.Replace(got, "schema: charter/1\n", "", 1) != strings.Replace(want, "schema: charter/1\n", "", 1) || !strings.Contains(got, "schema: charter/1\n") {
		t.Errorf("%v\n%s", err, got)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "start is to be written as timeframe.start") {
		t.Errorf("%q", notes)
	}
	if again, _, err := Text("charters/a.md", after); err != nil || string(again) != string(after) {
		t.Errorf("it is not done for good: %v\n%s", err, again)
	}
}

// Of two names that mean one key the first becomes it, and people decide about the
// other: with both, the file could no longer be read.
func TestTwoNames(t *testing.T) {
	const text = "---\nschema: charter/1\nname: A\ntitel: B\ntimeframe: {from: 2027-01-01, to: 2027-12-31, until: 2027-11-30}\n---\n"
	after, notes, err := Text("charters/a.md", []byte(text))
	want := strings.NewReplacer("name: A", "title: A", "from:", "start:", " to:", " end:").Replace(text)
	if err != nil || string(after) != want || len(notes) != 2 || !strings.Contains(notes[0], "titel means title, which is there already") {
		t.Errorf("%v %q\n%s", err, notes, after)
	}
}

func TestLeft(t *testing.T) {
	for text, say := range map[string]string{
		"---\nschema: charter/2\n---\n":         "newer than this program",
		"---\nschema: word/1\n---\n":            "no version",
		"---\nschema: charter/0\n---\n":         "no version",
		"---\ntitle: [\n---\n":                  "line 2",
		"text":                                  "line 1",
		"+++\ntitle = \"A\"\n+++\n":             "TOML",
		"---json\n{\"title\": \"A\"}\n---\n":    "JSON",
		"---\nschema: charter/1\ntitle: a\n---": "",
	} {
		after, _, err := Text("charters/a.md", []byte(text))
		if string(after) != text || say == "" && err != nil || say != "" && (err == nil || !strings.Contains(err.Error(), say)) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, err := Text("charters/a.md", []byte("---\nschema: charter/9\n---\n")); !errors.Is(err, errNewer) {
		t.Error(err)
	}
}

// Every step leads on, up to the present version; and what is of the present
// version already stays as it is.
func TestSteps(t *testing.T) {
	at := 0
	for _, s := range steps {
		if s.from != at || s.to <= s.from {
			t.Errorf("from %d a step leads to %d", s.from, s.to)
		}
		at = s.to
	}
	if at != charter.Schema {
		t.Errorf("the steps lead to %d", at)
	}
	names, _ := filepath.Glob("../../content/charters/*.md")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if root, found := amend.Read(name, text); root.Get("schema") == nil || len(found) > 0 {
			continue
		}
		if after, _, err := Text("charters/"+filepath.Base(name), text); err != nil || string(after) != string(text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
