package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"charterhouse/internal/headers"
)

// A folder is the place of a site, which holds one version after the other.
type folder struct {
	path string

	mu     sync.Mutex
	now    *version
	assets *assets
}

// A version is the folder as it stood at its place. It is held open, so that no
// other folder can be taken for it, and goes when the last answer is given.
type version struct {
	root  *os.Root
	is    fs.FileInfo
	site  headers.Site
	users int // answers being given, and one while it is the present one

	sums sync.Map // name -> sum
}

// A sum is what a file's bytes were found to be.
type sum struct {
	of     fs.FileInfo
	digest string
}

func openFolder(path string) (*folder, error) {
	f := &folder{path: path, assets: &assets{kept: map[string][]byte{}}}
	v, err := f.take()
	if err != nil {
		return nil, err
	}
	defer f.leave(v)
	if info, err := v.root.Stat("index.html"); err != nil || !info.Mode().IsRegular() {
		f.Close()
		if current := filepath.Join(path, "current"); isFile(filepath.Join(current, "index.html")) {
			return nil, fmt.Errorf("%s holds versions of a site; serve the one that is shown: %s", path, current)
		}
		return nil, fmt.Errorf("%s holds no built site: it has no index.html; make one with: charterhouse build", path)
	}
	return f, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Close lets go of the present version.
func (f *folder) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now != nil {
		f.release(f.now)
		f.now = nil
	}
}

// take returns the version that stands at the place now. While there is none,
// since somebody moves folders by hand, it is the last one. The caller leaves it.
func (f *folder) take() (*version, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	is, err := os.Stat(f.path)
	if err == nil && f.now != nil && os.SameFile(is, f.now.is) {
		f.now.users++
		return f.now, nil
	}
	next, err := f.open()
	switch {
	case err == nil && f.now != nil:
		f.release(f.now)
		f.now = next
	case err == nil:
		f.now = next
	case f.now == nil:
		return nil, fmt.Errorf("site folder: %w", err)
	}
	f.now.users++
	return f.now, nil
}

func (f *folder) leave(v *version) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release(v)
}

// release is called with the lock held.
func (f *folder) release(v *version) {
	if v.users--; v.users == 0 {
		v.root.Close()
	}
}

// replaced reports whether another version stands at the place of v.
func (f *folder) replaced(v *version) bool {
	is, err := os.Stat(f.path)
	return err == nil && !os.SameFile(is, v.is)
}

// open opens what stands at the place. If that is swapped away and removed
// meanwhile, it is not there whole, and what came is opened.
func (f *folder) open() (*version, error) {
	for {
		v, err := openVersion(f.path)
		if err != nil {
			return nil, err
		}
		if f.assets.remember(v) || !f.replaced(v) {
			return v, nil
		}
		v.root.Close()
	}
}

func openVersion(path string) (*version, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	v := &version{root: root, users: 1}
	if v.is, err = root.Stat("."); err != nil {
		root.Close()
		return nil, err
	}
	v.site.Editor = v.editor()
	return v, nil
}

// metaPolicy is how a page of ours tells its policy.
var metaPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)

// editor is the policy that the page of the web editor tells, if the site has one.
func (v *version) editor() string {
	file, _, err := v.open("admin/index.html")
	if err != nil {
		return ""
	}
	defer file.Close()
	start, _ := io.ReadAll(io.LimitReader(file, 8<<10))
	m := metaPolicy.FindSubmatch(start)
	if m == nil {
		return ""
	}
	return html.UnescapeString(string(m[1]))
}

// errIsFolder says that an address is a folder's without its slash.
var errIsFolder = errors.New("this is a folder")

// open opens a regular file by an address of the site. No part of it may be a
// link, which a site has none of.
func (v *version) open(name string) (*os.File, fs.FileInfo, error) {
	for at := range len(name) + 1 {
		if at < len(name) && name[at] != '/' {
			continue
		}
		info, err := v.root.Lstat(name[:at])
		switch {
		case err != nil:
			return nil, nil, err
		case at < len(name) && !info.IsDir():
			return nil, nil, fs.ErrNotExist
		case at == len(name) && info.IsDir():
			return nil, nil, errIsFolder
		case at == len(name) && !info.Mode().IsRegular():
			return nil, nil, fs.ErrNotExist
		}
	}
	file, err := v.root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// digest names the bytes of a file. They are read once for as long as the file
// stays the same one.
func (v *version) digest(name string, file *os.File, info fs.FileInfo) (string, error) {
	if known, ok := v.sums.Load(name); ok {
		if s := known.(sum); os.SameFile(s.of, info) && s.of.Size() == info.Size() && s.of.ModTime().Equal(info.ModTime()) {
			return s.digest, nil
		}
	}
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	s := sum{info, hex.EncodeToString(h.Sum(nil)[:16])}
	v.sums.Store(name, s)
	return s.digest, nil
}

// address turns the path of a request into an address of the site. It refuses
// what no site has: empty parts, dots in front, and what some system takes for
// the end of a name.
func address(path string) (name string, ok bool) {
	name, ok = strings.CutPrefix(path, "/")
	if !ok || strings.ContainsAny(name, "\\:\x00") || len(name) > 1024 {
		return "", false
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' {
			return "", false
		}
	}
	return name, true
}
