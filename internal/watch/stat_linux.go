package watch

import (
	"io/fs"
	"syscall"
)

// stat tells a file from another that took its name, and when anything about it
// last changed: its text, its name, its rights. Of a folder its list of files is
// the text.
func stat(info fs.FileInfo) (inode uint64, changed int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino, s.Ctim.Nano()
	}
	return 0, info.ModTime().UnixNano()
}
