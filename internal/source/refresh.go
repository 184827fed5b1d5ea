package source

import (
	"os"
	"path"
	"slices"
	"time"
)

// Same reports whether e is the very file that before was, neither replaced nor
// written to, as far as the folder tells: by file, size and time. Files of a
// revision are the same if their bytes are; of other trees, none is.
func (e Entry) Same(before Entry) bool {
	if b := e.Blob(); b != "" {
		return e.Path == before.Path && b == before.Blob()
	}
	return e.seen != nil && before.seen != nil && e.Path == before.Path && e.Size == before.Size &&
		e.seen.ModTime().Equal(before.seen.ModTime()) && os.SameFile(e.seen, before.seen)
}

// Modified is when the file was last written to, by the walk.
func (e Entry) Modified() time.Time {
	if e.seen == nil {
		return time.Time{}
	}
	return e.seen.ModTime()
}

// Refresh returns the tree as it stands now after another look at the files
// called names, slash paths below the root. ok is false where that cannot be
// enough, since a file came, went or became something else: walk again then.
// Trees that come of each other share the open folder; close one of them.
func (t *Tree) Refresh(names []string) (next *Tree, ok bool) {
	if t.root == nil {
		return nil, false
	}
	next = &Tree{files: t.files, open: t.open, close: t.close, limits: t.limits, found: t.found, root: t.root}
	next.entries = slices.Clone(t.entries)
	for _, name := range names {
		if !concerns(name) {
			continue
		}
		at, known := next.find(name)
		info, err := t.root.Lstat(name)
		if !known || err != nil || !info.Mode().IsRegular() {
			return nil, false
		}
		next.entries[at].Size, next.entries[at].seen = info.Size(), info
	}
	return next, true
}

// Again walks the folder anew through the handle that is open already, or, when
// another folder stands at dir by now, through a new one.
func (t *Tree) Again(dir string) (*Tree, error) {
	if t.root == nil || !t.stands(dir) {
		return Open(dir, t.limits)
	}
	next := &Tree{files: t.files, open: t.open, close: t.close, limits: t.limits, root: t.root}
	if err := next.walk(); err != nil {
		return Open(dir, t.limits)
	}
	return next, nil
}

// stands reports whether dir is still the folder that is open.
func (t *Tree) stands(dir string) bool {
	now, err := os.Stat(dir)
	if err != nil {
		return false
	}
	then, err := t.root.Stat(".")
	return err == nil && os.SameFile(now, then)
}

// concerns reports whether a walk would look at name at all.
func concerns(name string) bool {
	if !holdsContent(name) {
		return classify(name) != 0
	}
	for rest := name; rest != "."; rest = path.Dir(rest) {
		if neverContent(path.Base(rest)) {
			return false
		}
	}
	return true
}

// Modified is when the file called name was last written to, by the walk; the
// zero time for a file that the tree does not have.
func (t *Tree) Modified(name string) time.Time {
	if at, ok := t.find(name); ok {
		return t.entries[at].Modified()
	}
	return time.Time{}
}
