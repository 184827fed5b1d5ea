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
	WriteFile(name string, data []byte) error
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

func (d osDisk) WriteFile(name string, data []byte) error {
	f, err := d.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
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
