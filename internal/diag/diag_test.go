package diag

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSortGivesOneOrder(t *testing.T) {
	want := List{
		{Code: "A009"},
		{Pos: Pos{"a", 0, 0}, Code: "D004"},
		{Pos: Pos{"a", 2, 9}, Code: "C001"},
		{Pos: Pos{"a", 10, 1}, Code: "C001", Message: Say("a")},
		{Pos: Pos{"a", 10, 1}, Code: "C001", Message: Say("b")},
		{Pos: Pos{"a", 10, 1}, Code: "C002"},
		{Pos: Pos{"b", 1, 1}, Code: "C001"},
	}
	for range 50 {
		got := slices.Concat(want, want[2:5])
		rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		got.Sort()
		if d := cmp.Diff(want, got, cmp.AllowUnexported(Text{})); d != "" {
			t.Fatal(d)
		}
	}
}

func TestSummary(t *testing.T) {
	var l List
	if got := l.Summary(1).String(); got != "1 file looked at: nothing to mend" {
		t.Error(got)
	}
	l.Add(Diagnostic{Severity: Warning}, Diagnostic{Severity: Error}, Diagnostic{Severity: Warning}, Diagnostic{Severity: Note})
	if got := l.Summary(31).String(); got != "31 files looked at: 1 error, 2 warnings, 1 note" {
		t.Error(got)
	}
}

func TestPosString(t *testing.T) {
	for want, p := range map[string]Pos{"": {}, "a.md": {"a.md", 0, 4}, "a.md:3": {"a.md", 3, 0}, "a.md:3:7": {"a.md", 3, 7}} {
		if got := p.String(); got != want {
			t.Errorf("%#v is %q, want %q", p, got, want)
		}
	}
}
