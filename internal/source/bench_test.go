package source

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// folder of n charters of 5 KB.
func manyCharters(b *testing.B, n int) string {
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "charters"), 0o777); err != nil {
		b.Fatal(err)
	}
	text := bytes.Repeat([]byte("Prose of a charter, på dansk.\n"), 160)
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, "charters", fmt.Sprintf("charter-%05d.md", i)), text, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func BenchmarkOpen(b *testing.B) {
	dir := manyCharters(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		t, err := Open(dir, DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		t.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/2000, "µs/charter")
}

func BenchmarkRead(b *testing.B) {
	dir := manyCharters(b, 2000)
	t, err := Open(dir, DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer t.Close()
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range t.Entries() {
			if _, _, ok := t.Read(e); !ok {
				b.Fatal(e.Path)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/2000, "µs/charter")
}

// BenchmarkBareRead is the floor of BenchmarkRead.
func BenchmarkBareRead(b *testing.B) {
	dir := manyCharters(b, 2000)
	t, err := Open(dir, DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer t.Close()
	for b.Loop() {
		for _, e := range t.Entries() {
			if _, err := os.ReadFile(filepath.Join(dir, e.Path)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/2000, "µs/charter")
}
