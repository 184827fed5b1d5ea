package recount

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// edge is a charter that stands where definitions part: money without periods
// over the border of years, thirds of working time, and an area that nobody else
// gives to its department.
const edge = `---
schema: charter/1
id: %s
title: On the edge, %[1]s
kind: joint
status: %s
timeframe: {start: 2026-10-15, end: 2029-03-20}
budget: {currency: DKK, total: 100.01, shares: {marketing: 1/3, service: rest}}
team:
  - {person: edge-full, home: marketing, role: clerk, allocation: 50%%, from: 2026-11-10, until: 2027-02-10}
  - {person: edge-over, home: service, role: clerk, allocation: 2/3, from: %s}
  - {person: edge-none, home: service, role: clerk, allocation: 1/7, from: 2026-11-16, until: 2026-11-16}
responsibilities:
  - {area: %s, accountable: service}
---
`

const edgePeople = `
- {id: edge-full, name: Edge Full, department: marketing}
- {id: edge-over, name: Edge Over, department: service}
- {id: edge-none, name: Edge None, department: service, capacity: 1/7}
`

// onEdge adds to a made content folder what stands on an edge, and lets its
// fiscal year begin in February.
func onEdge(t *testing.T, dir string) {
	t.Helper()
	for id, c := range map[string][3]string{
		"edge-one": {"active", "2026-11-01", "campaign-content"}, "edge-two": {"on-hold", "2027-01-31", "campaign-content"},
		"edge-done": {"completed", "2026-12-01", "edge-area"}, "edge-asked": {"proposed", "2026-12-01", "edge-area"},
	} {
		if err := os.WriteFile(filepath.Join(dir, "charters", id+".md"), fmt.Appendf(nil, edge, id, c[0], c[1], c[2]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	add(t, filepath.Join(dir, "charterhouse.yaml"), "\nfiscal_year_starts: 2\n")
	add(t, filepath.Join(dir, "registers/people.yml"), edgePeople)
}

func add(t *testing.T, name, more string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(text, more...), 0o666); err != nil {
		t.Fatal(err)
	}
}
