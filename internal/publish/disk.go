package publish

import (
	"io"
	"os"
	"path/filepath"
)

// A disk is all writing that this package does. There are two: the machine's,
// and one in the tests that fails at every single step in turn.
type disk interface {
	Mkdir(dir string) error
	MkdirAll(dir string) error
	WriteFile(name string, data []byte) (time int64, err error) // its time tells later whether somebody touched it
	Create(name string) (io.WriteCloser, error)
	Link(from, to string) error
	Symlink(to, name string) error
	Rename(from, to string) error
	Exchange(a, b string) error // a and b change places in one step
	RemoveAll(name string) error
	Sync(dir string) error // everything below dir reaches the disk
}

// osDisk writes to this machine. Modes are set, not left to the umask, since
// the web server is somebody else.
type osDisk struct{}

func (osDisk) Mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.Chmod(dir, 0o755)
}

func (d osDisk) MkdirAll(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if up := filepath.Dir(dir); up != dir {
		if err := d.MkdirAll(up); err != nil {
			return err
		}
	}
	if err := d.Mkdir(dir); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

// WriteFile asks the open file for its time and mode at once, and sets the mode
// only where the umask took something from it: a site has many files.
func (osDisk) WriteFile(name string, data []byte) (int64, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return 0, err
	}
	_, err = f.Write(data)
	var info os.FileInfo
	if err == nil {
		info, err = f.Stat()
	}
	if err == nil && info.Mode().Perm() != 0o644 {
		err = f.Chmod(0o644)
	}
	if wrong := f.Close(); err == nil {
		err = wrong
	}
	if err != nil {
		return 0, err
	}
	return info.ModTime().UnixNano(), nil
}

func (osDisk) Create(name string) (io.WriteCloser, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (osDisk) Link(from, to string) error    { return os.Link(from, to) }
func (osDisk) Symlink(to, name string) error { return os.Symlink(to, name) }
func (osDisk) Rename(from, to string) error  { return os.Rename(from, to) }
func (osDisk) RemoveAll(name string) error   { return os.RemoveAll(name) }
func (osDisk) Exchange(a, b string) error    { return exchange(a, b) }
func (osDisk) Sync(dir string) error         { return syncTree(dir) }
