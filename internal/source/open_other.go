//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// openRegular opens a file that is no link and no device.
func openRegular(root *os.Root, name string) (fs.File, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNotRegular}
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	if now, err := f.Stat(); err != nil || !os.SameFile(info, now) {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: name, Err: errSwapped}
	}
	return f, nil
}
