package portfolio

import (
	"strings"
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

// Addressed returns the person of the register whose address is email, or nil.
func (p *Portfolio) Addressed(email string) *Person {
	if email == "" {
		return nil
	}
	r := p.reg
	r.addresses.Do(func() {
		r.byEmail = map[string]*Person{}
		for _, x := range r.People {
			if key := strings.ToLower(x.Email); key != "" && r.byEmail[key] == nil {
				r.byEmail[key] = x
			}
		}
	})
	return r.byEmail[strings.ToLower(email)]
}

// Past returns what charters said before, and who said it. It is read when it is
// asked for first.
func (p *Portfolio) Past() *history.Book { return p.past() }
