package publish

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/wire"
)

// A Plan is what publishing changes for readers.
type Plan struct {
	New, Changed, Gone []string // in order
	Same               int
	Bytes              int64 // of what is new or changed

	before, pages, charters int  // files of the last site, pages that go, charters of the new one
	strange                 bool // there were charters, and none of them is in the new site
}

// Compare plans the way from one site to the next. Assets whose names change
// with their bytes are no loss when they go, and stay for a while.
func Compare(last, next map[string]Piece) Plan {
	p := Plan{before: len(last), charters: charters(next), strange: charters(last) > 0}
	for name := range last {
		if _, stays := next[name]; stays && isCharter(name) {
			p.strange = false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(next)) {
		before, had := last[name]
		switch {
		case !had:
			p.New = append(p.New, name)
		case before.Sum != next[name].Sum:
			p.Changed = append(p.Changed, name)
		default:
			p.Same++
			continue
		}
		p.Bytes += next[name].Size
	}
	for _, name := range slices.Sorted(maps.Keys(last)) {
		if _, stays := next[name]; stays || wire.Hashed(name) {
			continue
		}
		p.Gone = append(p.Gone, name)
		if isPage(name) {
			p.pages++
		}
	}
	return p
}

// Empty reports that readers would see no difference.
func (p Plan) Empty() bool { return len(p.New)+len(p.Changed)+len(p.Gone) == 0 }

// mostPages is how many pages may go without anybody being asked.
const mostPages = 50

// Brake refuses a plan that takes away more than anybody is likely to mean: an
// empty folder, another site, a disk that is not mounted. allow is the number of
// files that somebody says may go.
func (p Plan) Brake(allow int) error {
	if len(p.Gone) <= allow {
		return nil
	}
	why := ""
	switch {
	case p.charters == 0:
		why = "the new site has no charters"
	case p.strange:
		why = "no charter that is there is in the new site, as if it were another one"
	case p.pages > mostPages:
		why = fmt.Sprintf("%d of them are pages", p.pages)
	case len(p.Gone)*10 > p.before:
		why = "that is more than a tenth"
	default:
		return nil
	}
	return fmt.Errorf("this would remove %d of %d files, such as %s, and %s; nothing was changed. If it is meant, say --allow-deletes %d", len(p.Gone), p.before, some(p.Gone), why, len(p.Gone))
}

// some names the first few.
func some(names []string) string {
	return strings.Join(names[:min(3, len(names))], ", ")
}
