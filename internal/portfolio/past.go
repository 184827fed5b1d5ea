package portfolio

import (
	"sync"

	"charterhouse/internal/history"
)

// pastOf is what a portfolio knows of the past: nothing until it is asked, then
// what was true at that moment.
func pastOf(src Sources) func() *history.Book {
	if src.Past == nil {
		return func() *history.Book { return history.None }
	}
	return sync.OnceValue(func() *history.Book { return src.Past(src.Config.Reading()) })
}

// Past returns what charters promised when they were first signed by all. It is
// read when it is asked for first.
func (p *Portfolio) Past() *history.Book { return p.past() }
