package desk

import (
	"path/filepath"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
)

func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, 10000, 1); err != nil {
		b.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	for b.Loop() {
		d, err := Open(Place{Content: content, Around: dir}, true)
		if err != nil {
			b.Fatal(err)
		}
		d.Look(day)
		d.Close()
	}
}
