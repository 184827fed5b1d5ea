package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"charterhouse/internal/publish"
)

// An unbuilt is why a site was not made.
type unbuilt struct{ error }

func (u unbuilt) Unwrap() error { return u.error }

// advise adds to the error of a build that there is still a site.
func advise(err error) error {
	if err == nil || errors.Is(err, errTexts) {
		return err
	}
	return unbuilt{err}
}

// advice says what to do about a failing world: the error says what failed, and
// a system's few words seldom say more.
func advice(err error) (lines []string) {
	where := place(err)
	var u unbuilt
	building := errors.As(err, &u)
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		add("There is no room left in %s. Free some, or let the administrator give more, and run it again.", where)
		if building {
			add("A site is made beside the last one before it takes its place, so there must be room for both.")
		}
	case errors.Is(err, syscall.EROFS):
		add("%s can only be read. Mount it for writing, or name another folder.", where)
	case errors.Is(err, fs.ErrPermission):
		add("This account may not do that in %s. Give it the right, or name another folder.", where)
		if building {
			add("A site is made beside the last one, so the folder around it must be writable, too.")
		}
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		add("The system lets too few files be open at once. Raise the limit, for instance with: ulimit -n 1024")
	case errors.Is(err, syscall.EFBIG):
		add("Files may not grow that large in %s. Raise the limit, for instance with: ulimit -f unlimited", where)
	case errors.Is(err, syscall.EIO):
		add("The disk below %s could not do it. Look into the system's log before you trust it again.", where)
	}
	if building && !errors.Is(err, publish.ErrMixed) && !errors.Is(err, publish.ErrLeft) {
		add("The site was not built; the last one stays as it was.")
	}
	return lines
}

// place is the folder that an error is about.
func place(err error) string {
	name := ""
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &l):
		name = l.New
	case errors.As(err, &p):
		name = p.Path
	}
	if name == "" {
		return "that folder"
	}
	return filepath.Dir(name)
}
