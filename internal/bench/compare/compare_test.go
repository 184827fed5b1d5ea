package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const roof = `---
id: roof
title: A roof
summary: Dry feet
budget:
  total: 300
  shares:
    it: {share: 1/3, cost_centre: "10"}
    sales: {share: rest, cost_centre: "20"}
team:
  - {person: anna-a-ahm, home: it}
responsibilities:
  - {area: buildings, accountable: it}
---

See [[wall]], [[wall|it]], [[person:anna-a-ahm]] and [rain](rain.md).
`

func TestHugoCharter(t *testing.T) {
	const want = `---
title: A roof
departments: [it, sales]
people: [anna-a-ahm]
areas: [buildings]
params:
  id: roof
  about: Dry feet
  budget:
    total: 300
    shares:
      it: {share: "1/3", part: 0.333333333333333, cost_centre: "10"}
      sales: {share: "rest", part: 0.666666666666667, cost_centre: "20"}
  team:
    - {person: anna-a-ahm, home: it}
  responsibilities:
    - {area: buildings, accountable: it}
---

See [wall](/charters/wall), [it](/charters/wall), [anna-a-ahm](/people/anna-a-ahm) and [rain](/charters/rain).
`
	if got, err := hugoCharter(roof); got != want || err != nil {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestFloor(t *testing.T) {
	dir := t.TempDir()
	content, out := filepath.Join(dir, "content"), filepath.Join(dir, "out")
	if err := os.MkdirAll(filepath.Join(content, "charters"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"roof.md", "wall.md"} {
		if err := os.WriteFile(filepath.Join(content, "charters", name), []byte(roof), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := floor(content, out, "5"); err != nil {
		t.Fatal(err)
	}
	if n, size, err := count(out); n != 5 || size < 5*50 || err != nil {
		t.Errorf("%d files of %d bytes: %v", n, size, err)
	}
	page, err := os.ReadFile(filepath.Join(out, "4.html"))
	if err != nil || !strings.HasPrefix(string(page), "<p>See [[wall]]") {
		t.Errorf("%s %v", page, err)
	}
}

func TestMedian(t *testing.T) {
	c := contestant{name: "cold build", files: 7, bytes: 2_500_000}
	for _, ms := range []int{90, 10, 30, 20, 80} {
		c.runs = append(c.runs, cost{user: time.Duration(ms) * time.Millisecond, system: time.Second, wall: 2 * time.Second, peak: 3 << 20})
	}
	const want = "| 5 | cold build | 1.03 | 0.03 | 1.00 | 2.00 | 3 | 7 | 2 | 147.14 | 2.06 |"
	if got := c.row(5, cost{system: 500 * time.Millisecond}); got != want {
		t.Errorf("got %s", got)
	}
}

func TestRunCountsAndClears(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	c := contestant{name: "touch", command: []string{"mkdir", out}, out: out, fresh: true}
	asked := 0
	c.before = func() error { asked++; return nil }
	for range 2 { // the second fails if the first one's folder is left
		if err := c.run(); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 2 || len(c.runs) != 2 || c.runs[0].wall <= 0 {
		t.Errorf("%+v", c.runs)
	}
}
