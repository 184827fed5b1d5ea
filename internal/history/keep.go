package history

import (
	"crypto/sha256"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/shelf"
)

// What was read once is kept on disk for the next run: the commits of the log, to
// which only the new ones need be added, and what old texts said. It may be
// deleted at any time.

// A kept is all commits behind one.
type kept struct {
	Head string
	All  []logged
}

// worth is how many commits, or texts, are worth a file on disk.
const worth = 200

// Remember lets the reader keep what it reads beside the shelf at path, for the
// next run. It is called before the reader is asked.
func (r *Reader) Remember(path string) {
	if stem, ok := strings.CutSuffix(path, ".shelf"); ok {
		r.shelf, r.said.shelf = stem+"-log.shelf", stem+"-said.shelf"
	}
}

// walk reads the log of g, or what came to it since it was read last.
func (r *Reader) walk(g *git, surroundings string) ([]logged, error) {
	key := shelf.Key(sha256.Sum256([]byte(g.root + "\x00" + g.prefix + "\x00" + surroundings)))
	var before kept
	if r.shelf != "" {
		before, _ = shelf.Open[kept](r.shelf).Get(key)
	}
	if before.Head == g.head {
		return before.All, nil
	}
	all, err := []logged(nil), errLog
	if objectID(before.Head) {
		if all, err = g.walk(before.Head); err == nil {
			known := make(map[string]bool, len(all))
			for i := range all {
				known[all[i].id] = true
			}
			for _, c := range before.All { // it has some of them where branches were changed to and fro
				if !known[c.id] {
					all = append(all, c)
				}
			}
		}
	}
	if err != nil { // the commit of then may be gone
		if all, err = g.walk(""); err != nil {
			return nil, err
		}
	}
	if r.shelf != "" && len(all) >= worth {
		_ = shelf.Save(r.shelf, 1, func(yield func(shelf.Key, *kept) bool) { yield(key, &kept{g.head, all}) }) // else the next run reads it again
	}
	return all, nil
}

// keyOf is the digest of all that a saying follows from.
func keyOf(t text, as charter.Options) shelf.Key {
	h := sha256.New()
	said := as.Speech.Sum()
	h.Write([]byte(t.name + "\x00" + t.blob + "\x00" + as.Lang + "\x00"))
	h.Write(said[:])
	return shelf.Key(h.Sum(nil))
}

// known looks up what a text said in an earlier run.
func (m *memory) known(t text, as charter.Options) (saying, bool) {
	if m.shelf == "" {
		return saying{}, false
	}
	m.open.Do(func() { m.earlier = shelf.Open[saying](m.shelf) })
	return m.earlier.Get(keyOf(t, as))
}

// keep writes what texts said to disk, if enough of it is new.
func (m *memory) keep(as charter.Options) {
	if m.shelf == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fresh < worth || m.fresh < len(m.sayings)/20 {
		return
	}
	m.fresh = 0
	_ = shelf.Save(m.shelf, len(m.sayings), func(yield func(shelf.Key, *saying) bool) {
		written := make(map[shelf.Key]bool, len(m.sayings))
		for t, s := range m.sayings {
			key := keyOf(t, as)
			written[key] = true
			if !yield(key, &s) {
				return
			}
		}
		for key := range m.earlier.Keys() {
			if s, ok := m.earlier.Get(key); ok && !written[key] && !yield(key, &s) {
				return
			}
		}
	})
}
