package portfolio

import (
	"slices"
	"sync"

	"charterhouse/internal/charter"
)

// A Run is charters that stand next to each other in order of id. Portfolios
// share the runs in which nothing changed, and with each run what was worked
// out from its charters alone: a sum over ten thousand charters is then a sum
// over twenty runs, of which an edit makes one anew.
type Run struct {
	charters []*charter.Charter
	known    sync.Map // by name: a func() T
}

// runLength is about the root of the number of charters a portfolio may have:
// with it, adding up the runs costs what adding up one run costs.
const runLength = 512

// Runs returns all charters in order of id, in runs.
func (p *Portfolio) Runs() []*Run { return p.runs }

// Len returns how many charters a run has.
func (r *Run) Len() int { return len(r.charters) }

// Once returns what make makes of a run's charters. It is made once, whoever
// asks first, for all portfolios that share the run; so make may look at the
// charters and at what all those portfolios have in common, which is day,
// configuration, registers and the files beside the charters, but at no other
// charter. name says what it makes.
func Once[T any](r *Run, name string, make func([]*charter.Charter) T) T {
	once, ok := r.known.Load(name)
	if !ok {
		once, _ = r.known.LoadOrStore(name, sync.OnceValue(func() T { return make(r.charters) }))
	}
	return once.(func() T)()
}

// cut parts the charters into runs, taking those of the portfolio before that
// hold the same charters.
func (p *Portfolio) cut(before []*Run) {
	p.runs = make([]*Run, 0, len(p.charters)/runLength+1)
	for part := range slices.Chunk(p.charters, runLength) {
		if i := len(p.runs); i < len(before) && slices.Equal(before[i].charters, part) {
			p.runs = append(p.runs, before[i])
			continue
		}
		p.runs = append(p.runs, &Run{charters: slices.Clone(part)}) // a copy, lest it keep the others of its day alive
	}
}
