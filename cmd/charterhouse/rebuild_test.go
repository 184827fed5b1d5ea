package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"charterhouse/internal/bench"
)

// What is built after a change, with all that was kept of the builds before, is what
// is built of the same texts for the first time. There are so many charters that what
// was worked out of them is kept.
func TestRebuildSameBytes(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, 600, 3); err != nil {
		t.Fatal(err)
	}
	build := func(cache, out string) map[string][32]byte {
		t.Helper()
		t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, cache))
		var said bytes.Buffer
		if code := run([]string{"build", "--as-of", "2026-11-16", "--out", filepath.Join(dir, out), content}, bytes.NewReader(nil), io.Discard, &said); code != 0 {
			t.Fatalf("%d: %s", code, said.String())
		}
		return tree(t, filepath.Join(dir, out))
	}
	before := build("cache", "site")
	rewrite(t, content, `(?m)^summary: .*`, "summary: Another summary")
	after := build("cache", "site")
	if n := differ(before, after); n == 0 || n > 20 {
		t.Errorf("another summary changed %d files", n)
	}
	rewrite(t, content, `department: (\S+), amount: [0-9.]+`, "department: $1, amount: 1234.50")
	build("cache", "site")
	rewrite(t, content, `(?m)^  spent:\n(    - .*\n)`, "  spent:\n$1$1")
	rewrite(t, content, `(?m)^## Background\n`, "## Background\n\nA new paragraph.\n")
	if n := differ(build("cache", "site"), build("another cache", "another site")); n > 0 {
		t.Errorf("%d files are not as they are built for the first time", n)
	}
}

// rewrite changes one place in one charter: in the first one that has such a place.
func rewrite(t *testing.T, content, place, instead string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	at := regexp.MustCompile(place)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if m := at.FindSubmatchIndex(text); m != nil {
			now := append(at.Expand(bytes.Clone(text[:m[0]]), []byte(instead), text, m), text[m[1]:]...)
			if err := os.WriteFile(file, now, 0o666); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no charter has %s", place)
}

// differ counts the files that are not the same in two sites.
func differ(a, b map[string][32]byte) int {
	n := 0
	for name := range b {
		if a[name] != b[name] {
			n++
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			n++
		}
	}
	return n
}
