// Package source is the content tree as bytes: which files there are, what each
// is for, and their text once every limit was checked.
//
// The tree is untrusted. Only regular files are opened, never through a
// symbolic link, and never outside the root, whatever is swapped while we look:
// a folder is held as an [os.Root], the file is opened without blocking or
// following, and what was opened is looked at again. Text that people could not
// see as it is (invalid UTF-8, control characters, bidirectional overrides) is
// refused with the place of the first bad character.
//
// What an author can mend is a finding; only a missing or unreadable content
// folder is an error. The tree keeps no bytes: a caret's line is read again
// when it is printed.
package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

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
)

// An Entry is one file of the tree.
type Entry struct {
	Path string // slash path below the root
	Kind Kind
	Size int64
	mod  int64
}

// A Tree is the files of a content folder at one moment.
type Tree struct {
	open    func(name string) (fs.File, error)
	lstat   func(name string) (fs.FileInfo, error)
	readDir func(name string) ([]fs.DirEntry, error)
	close   func() error
	limits  Limits
	entries []Entry
	found   diag.List
}

// Open walks the content folder dir.
func Open(dir string, limits Limits) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("content folder: %w", err)
	}
	t := &Tree{limits: limits, close: root.Close,
		open:  func(name string) (fs.File, error) { return openRegular(root, name) },
		lstat: root.Lstat,
		readDir: func(name string) ([]fs.DirEntry, error) {
			info, err := root.Lstat(name)
			if err != nil {
				return nil, err
			}
			if !info.IsDir() {
				return nil, fmt.Errorf("%s is no folder any more", name)
			}
			return fs.ReadDir(root.FS(), name)
		},
	}
	if err := t.walk(); err != nil {
		root.Close()
		return nil, fmt.Errorf("content folder %s: %w", dir, err)
	}
	return t, nil
}

// FromFS walks a tree that is no folder of this machine: the embedded sample, a
// test's map, a revision.
func FromFS(tree fs.FS, limits Limits) (*Tree, error) {
	t := &Tree{limits: limits, open: tree.Open, close: func() error { return nil },
		lstat:   func(name string) (fs.FileInfo, error) { return fs.Stat(tree, name) },
		readDir: func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(tree, name) },
	}
	return t, t.walk()
}

// Close lets go of the folder.
func (t *Tree) Close() error { return t.close() }

// Entries lists the files that mean something, by path.
func (t *Tree) Entries() []Entry { return t.entries }

// Findings are what the walk found: files that cannot be content.
func (t *Tree) Findings() diag.List { return slices.Clone(t.found) }

func (t *Tree) report(name string, code diag.Code, message, hint string) {
	t.found.Add(diag.Diagnostic{Pos: diag.Pos{File: printable(name)}, Code: code, Message: message, Hint: hint})
}

// printable keeps a hostile file name from reaching a terminal as it is.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == 0xfffd || bidi(r) {
			return '?'
		}
		return r
	}, name)
}

func (t *Tree) walk() error {
	if err := t.folder(".", 0); err != nil {
		return err
	}
	slices.SortFunc(t.entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	t.collisions()
	t.tooMany()
	t.found.Sort()
	return nil
}

// folder enters what stands in a folder. Only the root's failure is an error.
func (t *Tree) folder(name string, depth int) error {
	list, err := t.readDir(name)
	if err != nil {
		if depth == 0 {
			return err
		}
		t.report(name, "D002", "this folder cannot be read: "+reason(err), "make it readable, or remove it")
		return nil
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), ".") || litter(e.Name()) {
			continue // never content: .git, .env, editors' swap files
		}
		t.entry(path.Join(name, e.Name()), e, depth)
	}
	return nil
}

// litter reports whether a name is what an editor or system leaves behind.
func litter(name string) bool {
	return strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") ||
		name == "4913" || name == "Thumbs.db" || name == "desktop.ini" || name == "node_modules" ||
		slices.Contains([]string{".swp", ".swo", ".tmp", ".bak", ".orig", ".rej"}, path.Ext(name))
}

func (t *Tree) entry(name string, e fs.DirEntry, depth int) {
	switch {
	case e.IsDir():
		if depth+1 > t.limits.Depth {
			t.report(name, "D005", fmt.Sprintf("folders are nested deeper than %d", t.limits.Depth), "move these files up")
			return
		}
		if meaningfulFolder(name) {
			_ = t.folder(name, depth+1)
		}
		return
	case e.Type()&fs.ModeSymlink != 0:
		if classify(name) != 0 {
			t.report(name, "L006", "this is a symbolic link, and links are not followed", "put the file itself here, or link to it in the text")
		}
		return
	}
	kind := classify(name)
	if kind == 0 {
		t.unlisted(name)
		return
	}
	if !e.Type().IsRegular() {
		t.report(name, "D001", "this is not a regular file", "remove it; a charter is a plain text file")
		return
	}
	info, err := e.Info()
	if err != nil {
		t.report(name, "D002", "this file cannot be looked at: "+reason(err), "make it readable, or remove it")
		return
	}
	if t.badName(name, kind) {
		return
	}
	t.entries = append(t.entries, Entry{Path: name, Kind: kind, Size: info.Size(), mod: info.ModTime().UnixNano()})
}

// meaningfulFolder keeps the walk out of folders that hold no content.
func meaningfulFolder(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return top == "charters" || top == "registers" || top == "approvals"
}

// classify says what a path is for; 0 for nothing.
func classify(name string) Kind {
	parts := strings.Split(name, "/")
	last := parts[len(parts)-1]
	ext := path.Ext(last)
	switch {
	case name == "charterhouse.yaml" || name == "charterhouse.yml":
		return Config
	case parts[0] == "registers" && len(parts) == 2 && (ext == ".yml" || ext == ".yaml"):
		return Register
	case parts[0] == "approvals" && len(parts) == 3 && (ext == ".yml" || ext == ".yaml"):
		return Approval
	case parts[0] != "charters":
		return 0
	case ext == ".md" && len(parts) == 2, ext == ".md" && len(parts) == 3 && last == "index.md":
		return Charter
	case ext == ".md" && len(parts) == 4 && parts[2] == "updates":
		return Update
	case assetTypes[strings.ToLower(ext)] && len(parts) >= 2:
		return Asset
	}
	return 0
}

// assetTypes are the files that may be published beside a charter. HTML and
// scripts are not among them: opened on their own they would run as the site.
var assetTypes = map[string]bool{".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".avif": true, ".svg": true,
	".pdf": true, ".txt": true, ".csv": true, ".ics": true, ".docx": true, ".xlsx": true, ".pptx": true, ".odt": true, ".ods": true, ".odp": true}

// unlisted tells about files inside charters/ that go nowhere.
func (t *Tree) unlisted(name string) {
	if !strings.HasPrefix(name, "charters/") && !strings.HasPrefix(name, "registers/") && !strings.HasPrefix(name, "approvals/") {
		return
	}
	hint := "only pictures and documents are published: " + strings.Join(slices.Sorted(keys(assetTypes)), " ")
	if ext := path.Ext(name); ext == ".markdown" || ext == ".MD" || ext == ".mdown" || ext == ".txt" {
		hint = "name it " + strings.TrimSuffix(name, ext) + ".md"
	} else if ext == ".md" {
		hint = "a charter is charters/<id>.md or charters/<id>/index.md"
	} else if strings.HasPrefix(name, "registers/") || strings.HasPrefix(name, "approvals/") {
		hint = "name it .yml"
	}
	t.report(name, "D006", "this file is not used", hint)
}

func keys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// tooMany stops at the limit of charters.
func (t *Tree) tooMany() {
	n := 0
	for _, e := range t.entries {
		if e.Kind == Charter {
			n++
		}
	}
	if n > t.limits.Charters {
		t.report("charters", "D005", fmt.Sprintf("there are %d charters, more than %d", n, t.limits.Charters), "split the portfolio")
	}
}

// Read returns a file's bytes, or why they cannot be used. ok is false when
// there is nothing to work with.
func (t *Tree) Read(e Entry) (data []byte, found diag.List, ok bool) {
	limit := t.limits.File
	switch e.Kind {
	case Asset:
		limit = t.limits.Asset
	case Register:
		limit = t.limits.Register
	}
	bad := func(code diag.Code, message, hint string) ([]byte, diag.List, bool) {
		return nil, diag.List{{Pos: diag.Pos{File: e.Path}, Code: code, Message: message, Hint: hint}}, false
	}
	if e.Size > limit {
		return bad("D003", fmt.Sprintf("this file has %d bytes, more than %d", e.Size, limit), "shorten it, or split it")
	}
	f, err := t.open(e.Path)
	if err != nil {
		return bad("D002", "this file cannot be read: "+reason(err), "make it readable, or remove it")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return bad("D001", "this is not a regular file", "remove it; a charter is a plain text file")
	}
	data = make([]byte, 0, info.Size()+1)
	data, err = readAll(f, data, limit)
	switch {
	case err != nil:
		return bad("D002", "this file cannot be read: "+reason(err), "make it readable, or remove it")
	case int64(len(data)) > limit:
		return bad("D003", fmt.Sprintf("this file has more than %d bytes", limit), "shorten it, or split it")
	}
	if info.Size() != e.Size || info.ModTime().UnixNano() != e.mod {
		found.Add(diag.Diagnostic{Pos: diag.Pos{File: e.Path}, Code: "D008", Message: "this file changed while it was read", Hint: "build again once it is saved"})
	}
	if e.Kind == Asset {
		more := unsafeAsset(e.Path, data)
		return data, append(found, more...), len(more) == 0
	}
	text, bad1 := checkText(e.Path, data)
	return text, append(found, bad1...), text != nil
}

// readAll is io.ReadAll into a buffer of the right size, one byte past limit.
func readAll(r io.Reader, b []byte, limit int64) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF || int64(len(b)) > limit {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// Line returns one line of a file, counted from 1, for printing beneath a
// finding; empty where it cannot be read.
func (t *Tree) Line(name string, line int) string {
	at, ok := slices.BinarySearchFunc(t.entries, name, func(e Entry, n string) int { return cmp.Compare(e.Path, n) })
	if !ok || line < 1 || t.entries[at].Size > t.limits.Register {
		return ""
	}
	f, err := t.open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	data, _ := readAll(f, nil, t.limits.Register)
	text := strings.TrimPrefix(string(data), "\ufeff")
	for n := 1; ; n++ {
		row, rest, more := strings.Cut(text, "\n")
		if n == line {
			return strings.TrimSuffix(row, "\r")
		}
		if !more {
			return ""
		}
		text = rest
	}
}
