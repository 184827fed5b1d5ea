package export

import (
	"crypto/sha256"

	"charterhouse/internal/shelf"
)

// A Keep says where the sheets of a workbook are kept for the next one.
type Keep struct {
	Path   string
	Inputs func(rollup string) string // digest of all that its sheet is made from
}

// A boundSheet is a sheet with all that the rest of a workbook must know of it.
type boundSheet struct {
	Part   string // see pack.bind
	Filter string // the cells whose heads filter them
	Looks  []look // that no sheet before has
}

// A binder has the sheets of the last workbook, and those of the next. Nil keeps nothing.
type binder struct {
	*Keep
	last  *shelf.Shelf[boundSheet]
	keys  []shelf.Key
	next  []boundSheet
	fresh bool
}

func openBinder(k *Keep) *binder {
	if k == nil {
		return nil
	}
	return &binder{Keep: k, last: shelf.Open[boundSheet](k.Path)}
}

// sheet returns the sheet of a rollup that stands at a place among others, or has it
// made.
func (k *binder) sheet(place, rollup string, bind func() (boundSheet, error)) (boundSheet, error) {
	if k == nil {
		return bind()
	}
	key := shelf.Key(sha256.Sum256([]byte(place + "\x00" + k.Inputs(rollup))))
	x, ok := k.last.Get(key)
	if !ok {
		var err error
		if x, err = bind(); err != nil {
			return x, err
		}
		k.fresh = true
	}
	k.keys, k.next = append(k.keys, key), append(k.next, x)
	return x, nil
}

// save keeps the sheets, unless all of them are those of the last workbook. If that
// fails, the next one makes them again.
func (k *binder) save() {
	if k == nil || !k.fresh {
		return
	}
	_ = shelf.Save(k.Path, len(k.keys), func(yield func(shelf.Key, *boundSheet) bool) {
		for i, key := range k.keys {
			if !yield(key, &k.next[i]) {
				return
			}
		}
	})
}
