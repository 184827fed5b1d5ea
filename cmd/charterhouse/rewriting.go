package main

import (
	"fmt"
	"path/filepath"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/source"
)

// A rewriting is one run of a command that writes texts of the content folder
// anew: all that change, or none.
type rewriting struct {
	console
	check, show bool // nothing is written: what would change is listed, or printed

	changes batch
	refused bool // some text had to stay as it is
}

// read returns a file's name as people know it, and its text.
func (r *rewriting) read(w workplace, tree *source.Tree, e source.Entry) (name string, text []byte, ok bool) {
	name = filepath.Join(w.Content, filepath.FromSlash(e.Path))
	if text, _, ok = tree.Read(e); !ok {
		fmt.Fprintf(r.errs, "%s cannot be read; see charterhouse check\n", name)
		r.refused = true
	}
	return name, text, ok
}

// change enters a text that is to be another, and says so.
func (r *rewriting) change(name string, x written) {
	r.changes.writes = append(r.changes.writes, x)
	if r.show {
		fmt.Fprint(r.out, udiff.Unified(name, name, string(x.before), string(x.after)))
	} else {
		fmt.Fprintln(r.out, name)
	}
}

// finish writes what changes, unless it was only to be seen.
func (r *rewriting) finish(w workplace) error {
	if r.check || r.show || len(r.changes.writes) == 0 {
		return nil
	}
	return r.changes.do(w.Content)
}

// verdict is an error where a text had to stay as it is, or is not as a check
// wants it.
func (r *rewriting) verdict() error {
	if r.refused || r.check && len(r.changes.writes) > 0 {
		return errTexts
	}
	return nil
}
