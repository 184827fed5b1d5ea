package history

import (
	"fmt"
	"strings"
)

// Base returns the last commit that two revisions have in common: where a branch
// began, as A...B means it in git.
func (r *Repository) Base(a, b *Revision) (*Revision, error) {
	out, err := r.g.run("merge-base", a.Commit, b.Commit)
	id, _, _ := strings.Cut(string(out), "\n")
	switch {
	case err == nil && objectID(id):
		return r.one(id)
	case r.short:
		return nil, fmt.Errorf("%s and %s have no commit in common that is known here: %w", a.Short(), b.Short(), Shallow)
	}
	return nil, fmt.Errorf("%s and %s have no commit in common", a.Short(), b.Short())
}
