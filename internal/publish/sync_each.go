//go:build !linux

package publish

import (
	"os"
	"path/filepath"
)

// syncEach brings files to the disk one by one, where a system has nothing
// better.
func syncEach(dir string) error {
	return filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
