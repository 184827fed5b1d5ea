package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// refuse says why a folder cannot become the site, and the way out. It returns the
// marker of the site that stands there, as read reads it.
func refuse(o Options, read func(dir string) (manifest, error)) (manifest, error) {
	bad := func(why, out string) (manifest, error) {
		return manifest{}, fmt.Errorf("output folder %s: %s; %s", o.Out, why, out)
	}
	empty, err := unfit(o)
	if err != nil || empty {
		return manifest{}, err
	}
	m, err := read(o.Out)
	switch {
	case m.Kind == releasesKind:
		return bad("it holds versions of a site", "publish into it with charterhouse publish, and build into another folder")
	case err != nil:
		return bad("it has files that Charterhouse did not make", "empty it, or name another folder")
	case m.Site != o.Site:
		return bad(fmt.Sprintf("it holds the site %q, not %q", m.Site, o.Site), "name another folder, or remove this one")
	}
	return m, nil
}

// unfit says why nothing of ours can be written into a folder, whatever it
// holds, and whether it is empty or not there.
func unfit(o Options) (empty bool, err error) {
	bad := func(why, out string) (bool, error) {
		return false, fmt.Errorf("output folder %s: %s; %s", o.Out, why, out)
	}
	real := resolve(o.Out)
	if home, err := os.UserHomeDir(); err == nil && real == resolve(home) || filepath.Dir(real) == real {
		return bad("this is no folder for a site", "name one of its own, such as public")
	}
	for _, src := range o.Sources {
		from := resolve(src)
		if within(real, from) || within(from, real) {
			return bad("it lies inside "+src+", or around it, which is read", "name a folder beside it")
		}
	}
	info, err := os.Stat(o.Out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(o.Out); err == nil {
			return bad("this is a link to nothing", "make the folder it leads to, or remove the link")
		}
		return true, nil
	case err != nil:
		return false, fmt.Errorf("output folder: %w", err)
	case !info.IsDir():
		return bad("this is a file", "name a folder")
	}
	if _, err := os.Lstat(filepath.Join(o.Out, ".git")); err == nil {
		return bad("it is the root of a git work tree", "name a folder inside it, such as public")
	}
	entries, err := os.ReadDir(o.Out)
	if err != nil {
		return false, fmt.Errorf("output folder: %w", err)
	}
	return len(entries) == 0, nil
}

// resolve follows symbolic links as far as a path exists.
func resolve(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Clean(path)
	}
	rest := ""
	for dir := abs; ; {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return abs
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = up
	}
}

// within reports whether path is dir or lies inside it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && (rel == "." || rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)))
}
