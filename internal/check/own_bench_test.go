package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// BenchmarkOwnRules asks three rules of an organisation's own beside all others,
// of ten thousand charters and after the title of one was edited.
func BenchmarkOwnRules(b *testing.B) {
	dir := b.TempDir()
	if err := bench.Generate(dir, 10_000, 1); err != nil {
		b.Fatal(err)
	}
	name := filepath.Join(dir, "charterhouse.yaml")
	config, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, append(config, "\n"+ownRules...), 0o666); err != nil {
		b.Fatal(err)
	}
	src, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	day, _ := calendar.ParseDate("2027-01-01")
	p := (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}).Load(src, day).Portfolio
	if len(p.Config().Policies) < 4 {
		b.Fatal("the rules are not read")
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			check.Run(p)
		}
	})
	b.Run("title", func(b *testing.B) {
		c := p.Charters()[5000]
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.File)))
		if err != nil {
			b.Fatal(err)
		}
		other, _ := charter.Parse(c.File, append(text, "\nA word more.\n"...), charter.Options{Lang: "en"})
		versions := [2]*charter.Charter{other, c}
		m := check.Memory{}
		m.Run(p)
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			p = p.With(versions[i%2])
			b.StartTimer()
			m.Run(p)
		}
	})
}
