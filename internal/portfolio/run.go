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
	was      *before  // the run that this one took the place of, for one moment back
}

// before is a run of the moment before, and what was known of it.
type before struct {
	charters []*charter.Charter
	known    map[string]any
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

// Forget lets go of what Once made. Whoever asks again has it made again.
func Forget(r *Run, name string) { r.known.Delete(name) }

// OnceAfter is Once for what costs much to make and little to mend: where a run
// took the place of another, patch makes its value of the other's, with the
// charters then and now, of which there are as many. It too may look at nothing
// else, and must make what make would.
func OnceAfter[T any](r *Run, name string, make func([]*charter.Charter) T, patch func(was T, then, now []*charter.Charter) T) T {
	if r.was != nil {
		if known, ok := r.was.known[name].(func() T); ok {
			return Once(r, name, func(now []*charter.Charter) T { return patch(known(), r.was.charters, now) })
		}
	}
	return Once(r, name, make)
}

// after returns the run of charters that takes the place of another.
func after(old *Run, charters []*charter.Charter) *Run {
	r := &Run{charters: charters}
	if len(old.charters) != len(charters) {
		return r
	}
	r.was = &before{old.charters, map[string]any{}}
	old.known.Range(func(name, once any) bool {
		r.was.known[name.(string)] = once
		return true
	})
	return r
}

// cut parts the charters into runs, taking those of the portfolio before that
// hold the same charters.
func (p *Portfolio) cut(earlier []*Run) {
	p.runs = make([]*Run, 0, len(p.charters)/runLength+1)
	for part := range slices.Chunk(p.charters, runLength) {
		if i := len(p.runs); i < len(earlier) && slices.Equal(earlier[i].charters, part) {
			p.runs = append(p.runs, earlier[i])
			continue
		}
		part = slices.Clone(part) // a copy, lest it keep the others of its day alive
		if i := len(p.runs); i < len(earlier) {
			p.runs = append(p.runs, after(earlier[i], part))
			continue
		}
		p.runs = append(p.runs, &Run{charters: part})
	}
}
