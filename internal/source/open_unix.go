//go:build unix

package source

import (
	"io/fs"
	"os"
	"syscall"
)

// openRegular opens a file without waiting for a writer (a FIFO would hang) and
// without following a link in its last part; os.Root guards the parts before.
func openRegular(root *os.Root, name string) (fs.File, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNotRegular}
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	// What stands here now may not be what Lstat saw, if somebody swapped it.
	if now, err := f.Stat(); err != nil || !os.SameFile(info, now) {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: name, Err: errSwapped}
	}
	return f, nil
}
