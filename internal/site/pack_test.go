package site

import (
	"bytes"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/source"
)

// A pack of more initiatives than a board reads has the rollups and a list, says so, and leads to no page it lacks.
func TestLongPack(t *testing.T) {
	dir := t.TempDir()
	if err := bench.Generate(dir, packed+60, 1); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	var b bytes.Buffer
	if err := siteOf(t, tree).Render(&b, "board-pack.html"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if !strings.Contains(page, "There are 260 joint initiatives") || strings.Contains(page, "#i-") || strings.Contains(page, `id="i-`) {
		t.Error("a long pack does not say that it is one, or has pages of initiatives all the same")
	}
	if n := strings.Count(page, `class="leaf`); n < 12 || n > 60 {
		t.Errorf("a long pack has %d pages", n)
	}
}
