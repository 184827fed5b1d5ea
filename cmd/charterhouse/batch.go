package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// A batch is changes of several files below a folder that are made together or
// not at all.
type batch struct {
	writes []written
	moves  []move
}

// A written is one file's text before and after; before is nil for a new file.
type written struct {
	name          string
	before, after []byte
}

type move struct{ from, to string }

// do makes the changes. Every text is on the disk beside its file before the
// first file changes; when something fails after that, what was done is undone.
func (b *batch) do(dir string) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("content folder: %w", err)
	}
	defer root.Close()
	if err := b.prepare(root); err != nil {
		return err
	}
	var undo []func() error
	defer func() {
		for _, w := range b.writes {
			_ = root.Remove(beside(w.name)) // those that took their place are gone
		}
		for i := len(undo) - 1; err != nil && i >= 0; i-- {
			err = errors.Join(err, undo[i]())
		}
	}()
	for _, w := range b.writes {
		if err = root.Rename(beside(w.name), w.name); err != nil {
			return err
		}
		undo = append(undo, func() error { return w.restore(root) })
	}
	for _, m := range b.moves {
		if err = root.MkdirAll(path.Dir(m.to), 0o755); err != nil {
			return err
		}
		if err = root.Rename(m.from, m.to); err != nil {
			return err
		}
		undo = append(undo, func() error { return root.Rename(m.to, m.from) })
	}
	return nil
}

// beside is where a text waits, under a name that no reader of the folder takes
// for content.
func beside(name string) string { return path.Join(path.Dir(name), "."+path.Base(name)+".tmp") }

// prepare looks whether all is as it was and writes the new texts beside.
func (b *batch) prepare(root *os.Root) error {
	for _, m := range b.moves {
		if _, err := root.Lstat(m.to); err == nil {
			return fmt.Errorf("%s is there already", m.to)
		}
	}
	for i := range b.writes {
		if err := b.writes[i].prepare(root); err != nil {
			for _, w := range b.writes[:i+1] {
				_ = root.Remove(beside(w.name))
			}
			return err
		}
	}
	return nil
}

// prepare writes the new text beside. A byte order mark that an editor put before
// the text, and that no reader of the folder hands on, stays where it is.
func (w *written) prepare(root *os.Root) error {
	mode := fs.FileMode(0o644)
	switch info, err := root.Lstat(w.name); {
	case w.before == nil && err == nil:
		return fmt.Errorf("%s is there already", w.name)
	case w.before == nil:
		if err := root.MkdirAll(path.Dir(w.name), 0o755); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		mode = info.Mode().Perm()
		now, err := root.ReadFile(w.name)
		if mark := []byte("\ufeff"); bytes.HasPrefix(now, mark) && !bytes.HasPrefix(w.before, mark) {
			w.before, w.after = slices.Concat(mark, w.before), slices.Concat(mark, w.after)
		}
		if err != nil || !bytes.Equal(now, w.before) {
			return fmt.Errorf("%s changed meanwhile; nothing was written", w.name)
		}
	}
	return root.WriteFile(beside(w.name), w.after, mode)
}

// restore puts back what stood in a file.
func (w written) restore(root *os.Root) error {
	if w.before == nil {
		return root.Remove(w.name)
	}
	info, err := root.Stat(w.name)
	if err != nil {
		return err
	}
	if err := root.WriteFile(beside(w.name), w.before, info.Mode().Perm()); err != nil {
		return err
	}
	return root.Rename(beside(w.name), w.name)
}
