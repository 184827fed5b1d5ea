package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Adding up quickly comes to what adding up slowly does, however large the
// numbers grow.
func TestExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x, y Exact
		want := new(big.Rat)
		for range rapid.IntRange(0, 40).Draw(t, "terms") {
			den := rapid.Int64Range(1, rapid.SampledFrom([]int64{4, 100, 1 << 33, maxDen}).Draw(t, "most")).Draw(t, "den")
			s, _ := NewShare(rapid.Int64Range(1, den).Draw(t, "num"), den)
			f := s.Times(rapid.IntRange(0, 84_000).Draw(t, "days"), rapid.SampledFrom([]int{1, 90, 92}).Draw(t, "of"))
			if rapid.Bool().Draw(t, "x") {
				x.Add(f)
			} else {
				y.Add(f)
			}
			want.Add(want, f.Rat())
			if text := f.Rat().String(); text != f.String() {
				t.Fatalf("%s is written %s", text, f)
			}
		}
		x.AddAll(y)
		if x.Rat().Cmp(want) != 0 || x.IsZero() != (want.Sign() == 0) {
			t.Fatalf("%s, want %s", x.Rat(), want)
		}
		if places := rapid.IntRange(0, 9).Draw(t, "places"); x.Text(places) != want.FloatString(places) {
			t.Fatalf("%s is written %s", want, x.Text(places))
		}
	})
}
