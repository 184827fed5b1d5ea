package diag

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"budget", "owners", "status", "share", "shares", "lead", "team", "it", "finance", "økonomi"}
	for word, want := range map[string]string{
		"bugdet": "budget", "budgte": "budget", "bdgt": "", "owner": "owners", "imlpemented": "",
		"shars": "share", "laed": "lead", "lad": "lead", "eat": "", "ti": "it", "i": "", "": "",
		"budget": "", "okonomi": "økonomi", "ökonomi": "økonomi", "finans": "finance",
	} {
		got, ok := Nearest(word, known)
		if got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) is %q, want %q", word, got, want)
		}
	}
	if got, _ := Nearest("cat", []string{"car", "bat"}); got != "car" {
		t.Errorf("the first of two equally near words wins, not %q", got)
	}
	if got, _ := Nearest("charters", []string{"chatrer", "charter"}); got != "charter" {
		t.Errorf("the nearer word wins, not %q", got)
	}
}

// plain is the distance by its definition, without any cut.
func plain(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistanceIsRightUpToItsLimit(t *testing.T) {
	var m matcher // one for all, since its rows are used again
	word := rapid.SliceOfN(rapid.SampledFrom([]rune("abcæ")), 0, 9)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		limit := rapid.IntRange(0, 3).Draw(t, "limit")
		want, got := plain(a, b), m.distance(a, b, limit)
		if want <= limit && got != want || want > limit && got <= limit {
			t.Fatalf("%q to %q is %d, not %d (limit %d)", string(a), string(b), want, got, limit)
		}
	})
}

func BenchmarkNearestOfTenThousand(b *testing.B) {
	known := make([]string, 10_000)
	for i := range known {
		known[i] = fmt.Sprintf("initiative-%04d-for-insight", i)
	}
	b.ReportAllocs()
	for b.Loop() {
		Nearest("initiatvie-4711x-for-inisght", known)
	}
}
