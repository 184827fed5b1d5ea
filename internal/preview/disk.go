package preview

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"charterhouse/internal/watch"
)

// readExact reads a regular file below dir that no link stands for, on no part
// of the way.
func readExact(dir, name string) ([]byte, bool) {
	folder, err := hold(dir, name)
	if err != nil {
		return nil, false
	}
	defer folder.Close()
	return read(folder, path.Base(name))
}

// hold opens the folder that a file stands in, step by step, so that what was
// looked at is what is held, whatever takes its name later. No part of the way
// may be a link or hidden.
func hold(dir, name string) (*os.Root, error) {
	if !fs.ValidPath(name) || strings.ContainsAny(name, `\:`) || slices.ContainsFunc(strings.Split(name, "/"), watch.Litter) {
		return nil, fs.ErrInvalid
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	for _, part := range strings.Split(path.Dir(name), "/") {
		next, err := step(folder, part)
		folder.Close()
		if err != nil {
			return nil, err
		}
		folder = next
	}
	return folder, nil
}

func step(folder *os.Root, part string) (*os.Root, error) {
	seen, err := folder.Lstat(part)
	if err != nil {
		return nil, err
	}
	next, err := folder.OpenRoot(part)
	if err != nil {
		return nil, err
	}
	if held, err := next.Stat("."); err != nil || !os.SameFile(seen, held) { // of a link, seen is the link
		next.Close()
		return nil, fs.ErrInvalid
	}
	return next, nil
}

func read(folder *os.Root, base string) ([]byte, bool) {
	seen, err := folder.Lstat(base)
	if err != nil || !seen.Mode().IsRegular() {
		return nil, false
	}
	f, err := folder.Open(base)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	if held, err := f.Stat(); err != nil || !os.SameFile(seen, held) {
		return nil, false
	}
	data, err := io.ReadAll(io.LimitReader(f, 1<<20+1))
	return data, err == nil && len(data) <= 1<<20
}

var (
	errChanged = errors.New("the file changed on disk meanwhile, so nothing was saved; look it over and save again")
	errGone    = errors.New("the file is not there any more")
)

// replaceExact puts text in the place of a file that still has the digest from.
// The old file stands until the new one is whole.
func replaceExact(dir, name string, from [32]byte, text []byte) error {
	if len(text) > 1<<20 {
		return errors.New("a charter has at most 1 MiB")
	}
	folder, err := hold(dir, name)
	if err != nil {
		return errGone
	}
	defer folder.Close()
	base := path.Base(name)
	now, ok := read(folder, base)
	if !ok {
		return errGone
	}
	if sha256.Sum256(now) != from {
		return errChanged
	}
	info, err := folder.Lstat(base)
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	temporary := "." + base + "." + rand.Text()[:8] + ".tmp"
	f, err := folder.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if again, ok := readExact(dir, name); err == nil && (!ok || !slices.Equal(again, now)) {
		err = errChanged
	}
	if err == nil {
		err = folder.Rename(temporary, base)
	}
	if err != nil {
		_ = folder.Remove(temporary)
		if errors.Is(err, errChanged) {
			return errChanged
		}
		return fmt.Errorf("saving: %w", err)
	}
	return nil
}
