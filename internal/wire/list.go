package wire

import (
	"maps"
	"slices"
	"strings"
)

// A Medium is a content type, and the endings of its files in order, as
// configurations of servers list them.
type Medium struct {
	Type    string // without its charset
	Whole   string // with it
	Text    bool   // in UTF-8
	Endings []string
}

// Media are all types that a site may hold, in order.
func Media() []Medium {
	var all []Medium
	for _, ending := range slices.Sorted(maps.Keys(types)) {
		t, _, text := strings.Cut(types[ending], ";")
		i := slices.IndexFunc(all, func(m Medium) bool { return m.Type == t })
		if i < 0 {
			i = len(all)
			all = append(all, Medium{Type: t, Whole: types[ending], Text: text})
		}
		all[i].Endings = append(all[i].Endings, ending)
	}
	return all
}

// HashedForm is the shape of an address whose file never changes, as a regular
// expression that servers read, too.
func HashedForm() string { return hashed.String() }
