package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A mark is what tells one state of a file from another without reading it.
type mark struct {
	mode    fs.FileMode
	size    int64 // of a folder: 0
	inode   uint64
	changed int64 // when anything about it changed, in ns; 0 when more may change unseen
	around  int64 // of a folder: when the list of the folder around it changed, as above
}

// tick is how far apart two changes must be for every system to give them
// different times.
const tick = 10 * time.Millisecond

// settled is a time in ns, or 0 if it is so close to a moment that another change
// could have the same.
func settled(ns int64, moment time.Time) int64 {
	// A time of the future is a clock that is wrong, and no reason to look again.
	if t := time.Unix(0, ns); t.Before(moment.Add(-tick)) || t.After(time.Now()) {
		return ns
	}
	return 0
}

// markOf makes the mark of a file that was looked at after some moment.
func markOf(info fs.FileInfo, after time.Time) mark {
	m := mark{mode: info.Mode()}
	m.inode, m.changed = stat(info)
	m.changed = settled(m.changed, after)
	if !info.IsDir() {
		m.size = info.Size()
	}
	return m
}

// same reports whether a file is as it was, and a folder the one it was.
func (m mark) same(was mark) bool {
	if m.mode.IsDir() {
		was.changed, was.around = m.changed, m.around
	}
	return m == was
}

// stirred reports whether a folder may have been moved away and back: that
// changes it, and the list of the folder around it. Who read a file below it in
// between found none.
func (m mark) stirred(was mark) bool {
	return m.mode.IsDir() && (m.changed != was.changed || m.changed == 0) && (m.around != was.around || m.around == 0)
}

// marks is what there is, by path.
type marks map[string]mark

// scan enters what is there below a root, and the root itself. A root may be a
// symbolic link, as to everybody who reads it; what is below may not.
func (m marks) scan(root string, ignore func(string) bool) {
	now := time.Now()
	around, err := os.Stat(root + string(filepath.Separator) + "..")
	if err != nil {
		return
	}
	if info, err := os.Stat(root); err == nil && info.IsDir() {
		m.folder(root, info, around, now, ignore, 0)
	}
}

// deepest keeps a look from following folders that are mounted in themselves.
const deepest = 64

// folder enters a folder and what is below it. The folder around it was looked at
// after a moment, and itself later.
func (m marks) folder(dir string, info, around fs.FileInfo, moment time.Time, ignore func(string) bool, depth int) {
	mark := markOf(info, moment)
	mark.around = settled(around.ModTime().UnixNano(), moment)
	m[dir] = mark
	list, err := os.ReadDir(dir)
	if err != nil || depth > deepest {
		return // as if empty; who reads the files says why
	}
	for _, e := range list {
		if ignore(e.Name()) {
			continue
		}
		now := time.Now()
		inside, err := e.Info()
		if err != nil {
			continue // gone since
		}
		name := filepath.Join(dir, e.Name())
		if inside.IsDir() {
			m.folder(name, inside, info, moment, ignore, depth+1)
		} else {
			m[name] = markOf(inside, now)
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
			inode, _ := stat(info)
			return mark{changed: info.ModTime().UnixNano(), inode: inode}, true
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
