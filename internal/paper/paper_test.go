package paper

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var face = Face{Size: 90, Leading: 120}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   int
	}{
		{"", 1000, 0},
		{"   ", 1000, 0},
		{"one", 1000, 1},
		{"one two three", 1000, 1},
		{"one two three", 400, 2},
		{"one two three", 250, 3},
		{"  one  ", 1000, 1},
		{strings.Repeat("m", 40), 1000, 4}, // about 82 each
		{"10\u00a0000\u00a0kr.", 300, 2},   // blanks that keep together are no place to break
	} {
		if got := face.Lines(c.text, c.column); got != c.want {
			t.Errorf("%q in %d: %d lines, want %d", c.text, c.column, got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	long := "The customer sees one answer, whoever of the two departments wrote it, and sees it within a day."
	if got := face.Clip(long, 5000, 1); got != long {
		t.Errorf("what fits was clipped: %q", got)
	}
	if got := face.Clip(long, 1500, 1); got != "The customer sees one answer,"[:len("The customer sees one answer")]+"\u00a0…" {
		t.Errorf("clipped to %q", got)
	}
}

func TestClipWord(t *testing.T) {
	if got := face.Clip("Leverandørfakturahåndtering og mere", 600, 1); got != "Leverand…" {
		t.Errorf("clipped to %q", got)
	}
	if got := face.Clip("Anne-Kathrine Vestergaard", 600, 1); got != "Anne\u00a0…" {
		t.Errorf("clipped to %q", got)
	}
}

// What is clipped fits, ends between words, and says that something is missing.
func TestClipped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcWim å\u00a0,.–漢")), 0, 300, -1).Draw(t, "text")
		column := rapid.IntRange(400, 5100).Draw(t, "column")
		lines := rapid.IntRange(1, 5).Draw(t, "lines")
		got := face.Clip(text, column, lines)
		if n := face.Lines(got, column); n > max(lines, 1) {
			t.Fatalf("%q takes %d lines of %d", got, n, lines)
		}
		if got == text {
			return
		}
		kept, ok := strings.CutSuffix(got, "…")
		kept = strings.TrimSuffix(kept, "\u00a0")
		if !ok || !strings.HasPrefix(text, kept) {
			t.Fatalf("%q was clipped to %q", text, got)
		}
	})
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		room  int
		wants []int
		want  string
	}{
		{100, []int{10, 20, 30}, "[10 20 30]"},
		{100, []int{10, 90, 80}, "[10 45 45]"},
		{90, []int{100, 100, 0}, "[45 45 0]"},
		{0, []int{5}, "[0]"},
		{100, nil, "[]"},
	} {
		if got := fmt.Sprint(Share(c.room, c.wants)); got != c.want {
			t.Errorf("%d among %v: %s, want %s", c.room, c.wants, got, c.want)
		}
	}
}
