package desk

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
)

// What the last run kept on the shelf gives what the files give: the same
// charters to the last field, and the same findings, after any edits between.
func TestShelfIsAfresh(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, 400, 3); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(content, "charters"), os.DirFS("../../content/charters")); err != nil { // these know more keys than made ones
		t.Fatal(err)
	}
	h := &hand{t: t, dir: content, Rand: rand.New(rand.NewPCG(3, 1))}
	h.files, _ = filepath.Glob(filepath.Join(h.dir, "charters", "*.md"))
	day, _ := calendar.ParseDate("2026-11-16")
	look := func(shelf string) *View {
		d, err := Open(Place{Content: content, Around: dir, Shelf: shelf}, false)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if shelf == "" {
			return d.Look(day)
		}
		ahead := d.Digest() // as a build asks for it
		v := d.Look(day)
		if v.Digest() != ahead {
			t.Fatal("what was looked at is not what was asked about before")
		}
		return v
	}
	shelf := filepath.Join(dir, "cache", "x.shelf")
	for run := range 6 {
		afresh, kept := look(""), look(shelf)
		if !reflect.DeepEqual(afresh.Found, kept.Found) || afresh.Digest() != kept.Digest() {
			t.Fatalf("run %d: the findings differ", run)
		}
		for i, c := range kept.Portfolio.Charters() {
			if want := afresh.Portfolio.Charters()[i]; !reflect.DeepEqual(c, want) {
				t.Fatalf("run %d: %s came back as\n%+v, and is\n%+v", run, c.File, c, want)
			}
		}
		if _, err := os.Stat(shelf); err != nil {
			t.Fatal("nothing was kept:", err)
		}
		for range 3 + 20*(run%2) {
			h.edit()
		}
		if run == 4 { // a shelf of another program, or what is left of one
			if err := os.WriteFile(shelf, []byte("charterhouse shelf 1\nand so on"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// BenchmarkStart reads ten thousand charters from their files, and with what the
// last run kept of them.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, 10000, 1); err != nil {
		b.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	for _, kind := range []struct{ name, shelf string }{{"files", ""}, {"shelf", filepath.Join(dir, "x.shelf")}} {
		b.Run(kind.name, func(b *testing.B) {
			start := func() {
				d, err := Open(Place{Content: content, Around: dir, Shelf: kind.shelf}, true)
				if err != nil {
					b.Fatal(err)
				}
				d.Look(day)
				b.StopTimer()
				d.Close()
				b.StartTimer()
			}
			b.StopTimer()
			start()
			for b.Loop() {
				start()
			}
		})
	}
}
