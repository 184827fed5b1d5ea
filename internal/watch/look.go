package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A mark is what tells one state of a file from another without reading it. Of
// a folder only its identity and its rights count.
type mark struct {
	mode  fs.FileMode
	size  int64
	time  int64 // of the last change, in ns; 0 when it may still change unseen
	inode uint64
}

// tick is how far apart two changes must be for every system to give them
// different times.
const tick = 10 * time.Millisecond

// markOf makes the mark of a file that was looked at after some moment.
func markOf(info fs.FileInfo, after time.Time) mark {
	m := mark{mode: info.Mode(), inode: inode(info)}
	if info.IsDir() {
		return m
	}
	m.size = info.Size()
	changed := info.ModTime()
	// A time of the future is a clock that is wrong, and no reason to look again.
	if changed.Before(after.Add(-tick)) || changed.After(time.Now()) {
		m.time = changed.UnixNano()
	}
	return m
}

// marks is what there is, by path.
type marks map[string]mark

// scan enters what is there below a root, and the root itself. A root may be a
// symbolic link, as to everybody who reads it; what is below may not.
func (m marks) scan(root string, ignore func(string) bool) {
	info, err := os.Stat(root)
	if err != nil || !info.IsDir() {
		return
	}
	m[root] = markOf(info, time.Now())
	m.folder(root, ignore, 0)
}

// deepest keeps a look from following folders that are mounted in themselves.
const deepest = 64

func (m marks) folder(dir string, ignore func(string) bool, depth int) {
	list, err := os.ReadDir(dir)
	if err != nil || depth > deepest {
		return // as if empty; who reads the files says why
	}
	for _, e := range list {
		if ignore(e.Name()) {
			continue
		}
		now := time.Now()
		info, err := e.Info()
		if err != nil {
			continue // gone since
		}
		name := filepath.Join(dir, e.Name())
		m[name] = markOf(info, now)
		if info.IsDir() {
			m.folder(name, ignore, depth+1)
		}
	}
}

// within returns where name lies below dir, "" for dir itself.
func within(dir, name string) (rest string, ok bool) {
	switch {
	case dir == name:
		return "", true
	case dir == ".":
		return name, filepath.IsLocal(name)
	}
	if !strings.HasSuffix(dir, string(filepath.Separator)) {
		dir += string(filepath.Separator)
	}
	return strings.CutPrefix(name, dir)
}

// isFolder follows links: it is asked of roots and what is above them.
func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// above is the nearest folder above a root that is there. It tells when the root
// comes and goes.
func above(root string) string {
	dir := filepath.Dir(root)
	for !isFolder(dir) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
	}
	return dir
}

// locked finds the lock that git holds while it changes the files around a root.
func locked(root string) (mark, bool) {
	dir, err := filepath.Abs(root)
	if err != nil {
		return mark{}, false
	}
	for {
		info, err := os.Lstat(filepath.Join(dir, ".git", "index.lock"))
		if err == nil {
			return mark{time: info.ModTime().UnixNano(), inode: inode(info)}, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return mark{}, false
		}
		dir = up
	}
}

// look is scan for one path.
func look(name string) (m mark, there bool) {
	now := time.Now()
	info, err := os.Lstat(name)
	if err != nil {
		return mark{}, false
	}
	return markOf(info, now), true
}
