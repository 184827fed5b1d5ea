package portfolio

import (
	"crypto/sha256"
	"io"

	"charterhouse/internal/charter"
	"charterhouse/internal/shelf"
)

// A Keep says where what is worked out from runs is kept for the next run of the
// program.
type Keep struct {
	Path   string
	Ground string                          // digest of what charters are read with: day, configuration, registers
	Text   func(*charter.Charter) [32]byte // digest of all that is written about a charter
}

// A Kept is what the program made of the runs of a portfolio when it ran before; of
// those in which nothing is different since, it need not be made again. Nil keeps
// nothing.
type Kept[T any] struct {
	path  string
	shelf *shelf.Shelf[T]
	keys  []shelf.Key // by run
}

// OpenKept opens what is kept for p, or nothing where that is not asked for, or there
// is but one run, of which nothing is left when a charter is edited.
func OpenKept[T any](k *Keep, p *Portfolio) *Kept[T] {
	if k == nil || len(p.runs) < 2 {
		return nil
	}
	kept := &Kept[T]{path: k.Path, shelf: shelf.Open[T](k.Path)}
	for _, r := range p.runs {
		kept.keys = append(kept.keys, k.key(r.charters))
	}
	return kept
}

// key names all that something worked out from charters is made from.
func (k *Keep) key(charters []*charter.Charter) shelf.Key {
	h := sha256.New()
	_, _ = io.WriteString(h, k.Ground)
	for _, c := range charters {
		own := k.Text(c)
		h.Write(own[:])
	}
	return shelf.Key(h.Sum(nil))
}

// Get returns what is kept of run i.
func (k *Kept[T]) Get(i int) (value T, ok bool) {
	if k == nil {
		return value, false
	}
	return k.shelf.Get(k.keys[i])
}

// Save keeps what was made of each run, unless all of it is kept already. If that
// fails, the next run of the program makes it again.
func (k *Kept[T]) Save(made func(i int) *T) {
	if k == nil || k.known() == len(k.keys) {
		return
	}
	_ = shelf.Save(k.path, len(k.keys), func(yield func(shelf.Key, *T) bool) {
		for i, key := range k.keys {
			if !yield(key, made(i)) {
				return
			}
		}
	})
}

// known is of how many runs there is something kept.
func (k *Kept[T]) known() int {
	n := 0
	for _, key := range k.keys {
		if k.shelf.Has(key) {
			n++
		}
	}
	return n
}
