package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// BenchmarkEdit asks all rules of ten thousand charters, after one charter was
// edited in some way. The day is so late that thousands of findings stand.
func BenchmarkEdit(b *testing.B) {
	const size = 10_000
	dir := b.TempDir()
	if err := bench.Generate(dir, size, 1); err != nil {
		b.Fatal(err)
	}
	src, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	day, _ := calendar.ParseDate("2028-01-01")
	start := (&portfolio.Loader{Languages: []string{"en"}}).Load(src, day).Portfolio
	c := start.Charters()[size/2+slices.IndexFunc(start.Charters()[size/2:], func(c *charter.Charter) bool { return len(c.Links.DependsOn) > 0 })]
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.File)))
	if err != nil {
		b.Fatal(err)
	}
	edited := func(old, new string) *charter.Charter {
		if !strings.Contains(string(text), old) {
			b.Fatalf("%s has no %q", c.File, old)
		}
		made, _ := charter.Parse(c.File, []byte(strings.Replace(string(text), old, new, 1)), charter.Options{Lang: "en"})
		return made
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			check.Run(start)
		}
	})
	for _, edit := range []struct{ name, old, new string }{
		{"prose", "\n---\n", "\n---\n\nA word more.\n"},
		{"title", "\ntitle: ", "\ntitle: New "},
		{"allocation", "allocation: ", "allocation: 9"},
		{"relation", "depends_on: [", "depends_on: [nowhere, "},
		{"accountable", "accountable: ", "accountable: x"},
	} {
		b.Run(edit.name, func(b *testing.B) {
			versions := [2]*charter.Charter{edited(edit.old, edit.new), c}
			p, m := start, check.Memory{}
			m.Run(p)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				p = p.With(versions[i%2])
				b.StartTimer()
				m.Run(p)
			}
		})
	}
	b.Run("finish", func(b *testing.B) {
		found := check.Run(start)
		copied := make(diag.List, len(found))
		for b.Loop() {
			copy(copied, found)
			check.Finish(start, copied)
		}
		b.ReportMetric(float64(len(found)), "findings")
	})
}
