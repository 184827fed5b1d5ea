package preview

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
)

// readExact reads a regular file below dir that no link stands for, on no part
// of the way.
func readExact(dir, name string) ([]byte, bool) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, false
	}
	defer root.Close()
	if !plain(root, name) {
		return nil, false
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20+1))
	return data, err == nil && len(data) <= 1<<20
}

// plain reports whether every part of a path is a folder and its end a regular
// file.
func plain(root *os.Root, name string) bool {
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || path.Clean(name) != name {
		return false
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := root.Lstat(dir); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

var errChanged = errors.New("the file changed on disk meanwhile, so nothing was saved; look it over and save again")

// replaceExact puts text in the place of a file that still has the digest from.
// The old file stands until the new one is whole.
func replaceExact(dir, name string, from [32]byte, text []byte) error {
	if len(text) > 1<<20 {
		return errors.New("a charter has at most 1 MiB")
	}
	now, ok := readExact(dir, name)
	if !ok {
		return errors.New("the file is not there any more")
	}
	if sha256.Sum256(now) != from {
		return errChanged
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("content folder: %w", err)
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	temporary := path.Join(path.Dir(name), "."+path.Base(name)+"."+rand.Text()[:8]+".tmp")
	f, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if again, ok := readExact(dir, name); err == nil && (!ok || !slices.Equal(again, now)) {
		err = errChanged
	}
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		_ = root.Remove(temporary)
		if errors.Is(err, errChanged) {
			return errChanged
		}
		return fmt.Errorf("saving: %w", err)
	}
	return nil
}
