package charter

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"charterhouse/internal/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestReading reads testdata/reading/*.txtar: one or more charters and, in
// "findings", everything that is found in them, each with its hint and the
// fixes that a tool can apply. Where there is a file "terms", it holds the
// canonical terms of the first charter.
func TestReading(t *testing.T) {
	names, err := filepath.Glob("testdata/reading/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("nothing to read", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			reading(t, name, archive)
		})
	}
}

func reading(t *testing.T, name string, archive *txtar.Archive) {
	var first *Charter
	var found strings.Builder
	for i, f := range archive.Files {
		switch f.Name {
		case "findings":
			archive.Files[i].Data = []byte(found.String())
		case "terms":
			archive.Files[i].Data = []byte(first.TermsText())
		default:
			c, list := read(f.Name, f.Data)
			if first == nil {
				first = c
			}
			within(t, f.Data, list)
			describe(&found, list)
		}
	}
	got := txtar.Format(archive)
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

// read reads a file as whoever its path says it is for.
func read(name string, text []byte) (*Charter, diag.List) {
	switch {
	case strings.HasPrefix(name, "approvals/"):
		_, found := ParseApproval(name, text)
		return nil, found
	case strings.Contains(name, "/updates/"):
		_, found := ParseUpdate(name, text)
		return nil, found
	}
	return Parse(name, text, Options{Lang: "en", Speech: tongues})
}

func describe(b *strings.Builder, found diag.List) {
	for _, d := range found {
		fmt.Fprintf(b, "%s %s %s\n", d.Pos, d.Code, d.Message)
		if d.Hint.String() != "" {
			fmt.Fprintf(b, "    %s\n", d.Hint)
		}
		for _, f := range d.Fixes {
			fmt.Fprintf(b, "    fix %d:%d %q -> %q\n", f.Pos.Line, f.Pos.Col, f.Old, f.New)
		}
		for _, r := range d.Related {
			fmt.Fprintf(b, "    see %d:%d %s\n", r.Pos.Line, r.Pos.Col, r.Value)
		}
	}
}

// within fails unless every finding lies in the file, says something, and
// every fix can be applied.
func within(t *testing.T, text []byte, found diag.List) {
	t.Helper()
	lines := bytes.Split(bytes.TrimPrefix(text, []byte("\uFEFF")), []byte("\n"))
	for _, d := range found {
		if d.Code == "" || d.Message.String() == "" || strings.HasSuffix(d.Message.String(), ".") || d.Pos.Line < 1 || d.Pos.Line > len(lines) ||
			d.Pos.Col < 1 || d.Pos.Col > len([]rune(string(lines[d.Pos.Line-1])))+1 {
			t.Fatalf("not a sound finding in a file of %d lines: %+v", len(lines), d)
		}
		for _, f := range d.Fixes {
			if line := []rune(string(lines[f.Pos.Line-1])); !strings.HasPrefix(string(line[f.Pos.Col-1:]), f.Old) {
				t.Fatalf("a fix for what does not stand there: %+v", f)
			}
		}
	}
}
