package portfolio

import (
	"crypto/sha256"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/shelf"
	"charterhouse/internal/source"
)

// A parsed is what the shelf holds of a charter's file.
type parsed struct {
	charter *charter.Charter
	found   diag.List
}

// worth is how many files make a shelf worth its while: fewer are parsed before anybody notices.
const worth = 200

// take opens the shelf before the first of many files is read.
func (l *Loader) take(files int) {
	if l.shelf != nil || l.Shelf == "" || files < worth {
		return
	}
	l.shelf = shelf.Open[parsed](l.Shelf)
}

// keyOf is the digest of all that a charter is parsed from.
func keyOf(f *file, lang string) shelf.Key {
	h := sha256.New()
	h.Write([]byte(f.entry.Path + "\x00" + lang + "\x00"))
	h.Write(f.sum[:])
	return shelf.Key(h.Sum(nil))
}

// Keep returns what writes the charters as they were loaded last to the shelf,
// or nil if the shelf knows nearly all of them. It may be called while the
// loader goes on.
func (l *Loader) Keep() func() error {
	if l.shelf == nil {
		return nil
	}
	var all []*file
	missing := 0
	for i := range l.files {
		if f := &l.files[i]; f.entry.Kind == source.Charter && f.ok {
			all = append(all, f)
			if !l.shelf.Has(f.key) {
				missing++
			}
		}
	}
	if missing <= len(all)/20 {
		return nil
	}
	return func() error {
		return shelf.Save(l.Shelf, len(all), func(yield func(shelf.Key, *parsed) bool) {
			for _, f := range all {
				if !yield(f.key, &parsed{f.charter, f.own}) {
					return
				}
			}
		})
	}
}
