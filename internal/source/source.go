// Package source is the content tree as bytes: which files there are, what each
// is for, and their text once every limit was checked.
//
// The tree is untrusted. Only regular files are opened, never through a
// symbolic link, and never outside the root, whatever is swapped while we look:
// a folder is held as an [os.Root], the file is opened without blocking, and
// what was opened is compared with what the walk saw. Text that people could
// not see as it is (invalid UTF-8, control characters, bidirectional overrides)
// is refused with the place of the first bad character.
//
// What an author can mend is a finding; only a missing or unreadable content
// folder is an error. The tree keeps no bytes: a caret's line is read again
// when it is printed.
//
// Its own findings are the family D, the document tree:
//
//	D001  not a regular file
//	D002  a file or folder cannot be read
//	D003  a file is larger than its limit
//	D004  a name that not every system takes, or two names that are one on some
//	D005  too many charters, or folders nested too deep
//	D006  a file that goes nowhere: its type or its place is not listed
//	D007  a picture that is a program
//	D008  a file changed or went away while it was read
//
// Besides, it finds symbolic links (L006) and text that is not plain (C013).
package source

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"charterhouse/internal/diag"
)

// Limits bound what is read. Each has a finding.
type Limits struct {
	File     int64 // bytes of a text: 1 MiB
	Register int64 // bytes of a register: 16 MiB
	Asset    int64 // bytes of a picture or attachment: 20 MiB
	Charters int   // 100,000
	Path     int   // bytes of a path: 200
	Depth    int   // folders below the root: 16
}

// DefaultLimits are the limits of every command.
func DefaultLimits() Limits {
	return Limits{File: 1 << 20, Register: 16 << 20, Asset: 20 << 20, Charters: 100_000, Path: 200, Depth: 16}
}

func (l Limits) bytes(k Kind) int64 {
	switch k {
	case Asset:
		return l.Asset
	case Register:
		return l.Register
	}
	return l.File
}

// A Kind says what a file is for, by its place.
type Kind uint8

// The kinds.
const (
	Config   Kind = iota + 1 // charterhouse.yaml
	Register                 // registers/<name>.yml
	Charter                  // charters/<id>.md or charters/<id>/index.md
	Update                   // charters/<id>/updates/<name>.md
	Approval                 // approvals/<department>/<id>.yml
	Asset                    // pictures and attachments beside a charter
	Question                 // questions/<id>.md
)

// An Entry is one file of the tree.
type Entry struct {
	Path string // slash path below the root
	Kind Kind
	Size int64
	seen fs.FileInfo // by the walk
}

// A Blob names the bytes of a file by what they are, as git does: two files with
// the same name hold the same. A file system that knows such names gives one as
// [fs.FileInfo.Sys].
type Blob string

// Blob returns the name of the bytes; empty where the tree knows none.
func (e Entry) Blob() Blob {
	if e.seen == nil {
		return ""
	}
	b, _ := e.seen.Sys().(Blob)
	return b
}

// A Tree is the files of a content folder at one moment. Its methods may be
// called from several goroutines.
type Tree struct {
	files   fs.FS
	open    func(Entry) (fs.File, error)
	close   func() error
	root    *os.Root // nil where the tree is no folder of this machine
	limits  Limits
	entries []Entry
	found   diag.List
	excerpt struct { // the lines of the file that Line was asked for last
		sync.Mutex
		file  string
		lines []string
	}
}

// Open walks the content folder dir.
func Open(dir string, limits Limits) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("content folder: %w", err)
	}
	t := &Tree{files: root.FS(), limits: limits, close: root.Close, root: root,
		open: func(e Entry) (fs.File, error) { return openSame(root, e) }}
	if err := t.walk(); err != nil {
		root.Close()
		return nil, fmt.Errorf("content folder: %w", err)
	}
	return t, nil
}

// FromFS walks a tree that is no folder of this machine: the embedded sample, a
// test's map, a revision.
func FromFS(files fs.FS, limits Limits) (*Tree, error) {
	t := &Tree{files: files, limits: limits, close: func() error { return nil },
		open: func(e Entry) (fs.File, error) { return files.Open(e.Path) }}
	return t, t.walk()
}

// Close lets go of the folder.
func (t *Tree) Close() error { return t.close() }

// Entries lists the files that mean something, by path.
func (t *Tree) Entries() []Entry { return t.entries }

// Findings are what the walk found: files that cannot be content.
func (t *Tree) Findings() diag.List { return slices.Clone(t.found) }
