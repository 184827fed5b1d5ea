package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// However shares are added up, it is exactly what fractions say.
func TestSumShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.OneOf(rapid.SampledFrom([]int64{1, 2, 3, 20, 100, 1000}), rapid.Int64Range(1, maxDen))
		want := new(big.Rat)
		var shares []Share
		for range rapid.IntRange(0, 12).Draw(t, "shares") {
			of := den.Draw(t, "of")
			s, ok := NewShare(rapid.Int64Range(1, of).Draw(t, "num"), of)
			if !ok {
				t.Fatalf("no share of %d", of)
			}
			shares = append(shares, s)
			want.Add(want, s.Rat())
		}
		if got := SumShares(append(shares, Share{})); got.Cmp(want) != 0 {
			t.Fatalf("%v come to %v, not %v", shares, got, want)
		}
	})
}
