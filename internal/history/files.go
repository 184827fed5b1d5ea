package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"charterhouse/internal/source"
)

// Files are a folder at a revision: an [fs.FS] over one listing, whose bytes are
// read when they are asked for. Only files of the repository are files: a
// symbolic link is listed as one and is not followed, and what a submodule holds
// is in another repository. The name that git has for the bytes of a file is the
// [source.Blob] of its [fs.FileInfo]. It is safe for concurrent use.
type Files struct {
	repository *Repository
	nodes      map[string]*node // by path; "." is the root
}

// A node is a file or folder. It is its own fs.FileInfo and fs.DirEntry.
type node struct {
	name string
	mode fs.FileMode
	blob source.Blob
	size int64
	list []*node // of a folder, by name
}

func (n *node) Name() string               { return n.name }
func (n *node) Mode() fs.FileMode          { return n.mode }
func (n *node) Type() fs.FileMode          { return n.mode.Type() }
func (n *node) IsDir() bool                { return n.mode.IsDir() }
func (n *node) Size() int64                { return n.size }
func (n *node) ModTime() time.Time         { return time.Time{} } // git keeps none
func (n *node) Info() (fs.FileInfo, error) { return n, nil }

// Sys returns the file's [source.Blob].
func (n *node) Sys() any {
	if n.blob == "" {
		return nil
	}
	return n.blob
}

// list lists a folder of the repository at the revision.
func (v *Revision) list(folder string) (*Files, error) {
	lines, err := v.repository.g.sized(v.Commit, folder)
	if err != nil {
		return nil, fmt.Errorf("revision %s: %w", v.Short(), err)
	}
	return foldersOf(v.repository, lines), nil
}

// modes are git's, of what is no folder. A submodule is nothing that can be
// opened.
var modes = map[string]fs.FileMode{"100644": 0o644, "100664": 0o644, "100755": 0o755, "120000": fs.ModeSymlink | 0o777, "160000": fs.ModeIrregular}

// foldersOf makes a tree of folders of a listing. What no sound tree has (a name
// twice, a file that is a folder, too) is left out after its first.
func foldersOf(r *Repository, lines []listed) *Files {
	f := &Files{repository: r, nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir | 0o755}}}
	for _, l := range lines {
		mode, known := modes[l.mode]
		if _, twice := f.nodes[l.name]; twice || !known {
			continue
		}
		n := &node{name: path.Base(l.name), mode: mode, size: l.size}
		if mode.IsRegular() {
			n.blob = source.Blob(l.id)
		}
		f.enter(l.name, n)
	}
	for _, n := range f.nodes {
		slices.SortFunc(n.list, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	}
	return f
}

// enter puts a node below its folders, which it makes.
func (f *Files) enter(name string, n *node) bool {
	if n.name == "" || n.name == "." || n.name == ".." {
		return false
	}
	dir := path.Dir(name)
	if name != dir+"/"+n.name && (dir != "." || name != n.name) {
		return false // a path that is not in its shortest form
	}
	up := f.nodes[dir]
	if up == nil {
		up = &node{name: path.Base(dir), mode: fs.ModeDir | 0o755}
		if !f.enter(dir, up) {
			return false
		}
	}
	if !up.IsDir() {
		return false
	}
	f.nodes[name] = n
	up.list = append(up.list, n)
	return true
}

func (f *Files) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n := f.nodes[name]
	if n == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return n, nil
}

// Open opens a file or folder. No byte is read yet.
func (f *Files) Open(name string) (fs.File, error) {
	n, err := f.find("open", name)
	switch {
	case err != nil:
		return nil, err
	case n.IsDir():
		return &folder{node: n}, nil
	case !n.mode.IsRegular():
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return &opened{node: n, files: f, path: name}, nil
}

// Stat tells of a file without opening it.
func (f *Files) Stat(name string) (fs.FileInfo, error) {
	n, err := f.find("stat", name)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ReadDir lists a folder by name.
func (f *Files) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("readdir", name)
	if err == nil && !n.IsDir() {
		err = &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return nil, err
	}
	list := make([]fs.DirEntry, len(n.list))
	for i, e := range n.list {
		list[i] = e
	}
	return list, nil
}

// ReadFile reads a whole file.
func (f *Files) ReadFile(name string) ([]byte, error) {
	n, err := f.find("read", name)
	if err != nil {
		return nil, err
	}
	return f.read(name, n)
}

// errObject is of bytes that the repository lists and does not have.
var errObject = errors.New("git does not have these bytes; where a clone has only a part of them (--filter), get the rest with: git fetch --refetch --no-filter")

// read fetches the bytes of a file.
func (f *Files) read(name string, n *node) ([]byte, error) {
	if !n.mode.IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	data, ok := f.repository.blob(string(n.blob), n.size)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errObject}
	}
	return data, nil
}

// blob reads the bytes of an object of a known size. A cat-file that stumbled is
// started anew.
func (r *Repository) blob(id string, size int64) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range 2 {
		if r.objects == nil {
			o, err := r.g.objects()
			if err != nil {
				return nil, false
			}
			r.objects = o
		}
		if data, ok := r.objects.upTo(id, size); ok {
			return data, int64(len(data)) == size
		}
		r.objects.close()
		r.objects = nil
	}
	return nil, false
}

// An opened is a file that is being read.
type opened struct {
	*node
	files *Files
	path  string
	bytes *bytes.Reader
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.node, nil }
func (o *opened) Close() error               { return nil }

// Read fetches the bytes when they are asked for first.
func (o *opened) Read(p []byte) (int, error) {
	if o.bytes == nil {
		data, err := o.files.read(o.path, o.node)
		if err != nil {
			return 0, err
		}
		o.bytes = bytes.NewReader(data)
	}
	return o.bytes.Read(p)
}

// A folder is one that is being listed.
type folder struct {
	*node
	next int
}

func (d *folder) Stat() (fs.FileInfo, error) { return d.node, nil }
func (d *folder) Close() error               { return nil }

// Read is refused, since a folder has no bytes.
func (d *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir lists the next n entries, or all that are left.
func (d *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := d.list[d.next:]
	if n > 0 {
		if len(left) == 0 {
			return nil, io.EOF
		}
		left = left[:min(n, len(left))]
	}
	d.next += len(left)
	list := make([]fs.DirEntry, len(left))
	for i, e := range left {
		list[i] = e
	}
	return list, nil
}

// absent says that the content folder was not there, and where one like it was.
func (v *Revision) absent() error {
	text := fmt.Sprintf("at %s of %s there was no folder %s", v.Short(), v.Day, strings.TrimSuffix(v.repository.g.prefix, "/"))
	all, err := v.list("")
	if err != nil {
		return absence(text)
	}
	var elsewhere []string
	for file := range all.nodes {
		if base := path.Base(file); base == "charterhouse.yaml" || base == "charterhouse.yml" {
			elsewhere = append(elsewhere, path.Dir(file))
		}
	}
	if len(elsewhere) == 0 {
		return absence(text + ", and no charterhouse.yaml anywhere")
	}
	slices.Sort(elsewhere)
	return absence(fmt.Sprintf("%s; charterhouse.yaml stood in %s then: look at it in a folder of its own, with git worktree add ../then %s",
		text, strings.Join(elsewhere, ", "), v.Short()))
}

// An absence is a folder that was not there.
type absence string

func (a absence) Error() string { return string(a) }

// Is lets it be an [fs.ErrNotExist].
func (a absence) Is(err error) bool { return err == fs.ErrNotExist }
