package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
)

var (
	errNotRegular = errors.New("this is not a regular file")
	errTooLarge   = errors.New("larger than its limit")
	errChanging   = errors.New("it keeps changing")
)

// openSame opens the regular file that the walk saw, or one that took its place.
// An os.Root follows links inside itself; so whatever is not the very file that
// was seen must now stand at this path as a regular file.
func openSame(root *os.Root, e Entry) (fs.File, error) {
	f, err := root.OpenFile(e.Path, os.O_RDONLY|careful, 0)
	if err != nil {
		if there, lost := root.Lstat(e.Path); lost == nil && !there.Mode().IsRegular() {
			err = errNotRegular
		}
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(opened, e.seen) {
		var there fs.FileInfo
		if there, err = root.Lstat(e.Path); err == nil && !os.SameFile(opened, there) {
			err = errNotRegular
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Read returns a file's bytes, or why they cannot be used. ok is false when
// there is nothing to work with.
func (t *Tree) Read(e Entry) (data []byte, found diag.List, ok bool) {
	at := diag.Pos{File: e.Path}
	data, now, err := t.whole(e)
	if err != nil {
		return nil, diag.List{t.unreadable(e, err)}, false
	}
	if now.Size() != e.Size || !now.ModTime().Equal(e.seen.ModTime()) {
		found.Add(diag.Diagnostic{Pos: at, Code: "D008", Message: diag.Say("this file changed while the folder was read"), Hint: diag.Say("build again once it is saved")})
	}
	if e.Kind == Asset {
		wrong := unsafeAsset(e.Path, data)
		return data, append(found, wrong...), len(wrong) == 0
	}
	text, wrong := checkText(e.Path, data)
	return text, append(found, wrong...), text != nil
}

// ReadPath is Read of the file called name; ok is false where the tree has none.
func (t *Tree) ReadPath(name string) (data []byte, found diag.List, ok bool) {
	at, ok := t.find(name)
	if !ok {
		return nil, nil, false
	}
	return t.Read(t.entries[at])
}

// find returns where the file called name stands among the entries.
func (t *Tree) find(name string) (at int, ok bool) {
	return slices.BinarySearchFunc(t.entries, name, func(e Entry, name string) int { return strings.Compare(e.Path, name) })
}

// mend is what to do about a file or folder that cannot be read.
func mend(err error) diag.Text {
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return diag.Say("nothing is wrong with it: let more files be open at once, for instance with ulimit -n 1024")
	case errors.Is(err, syscall.EIO):
		return diag.Say("the disk could not do it; look into the system's log before you trust it again")
	}
	return diag.Say("make it readable, or remove it")
}

func (t *Tree) unreadable(e Entry, err error) diag.Diagnostic {
	d := diag.Diagnostic{Pos: diag.Pos{File: e.Path}, Code: "D002", Message: diag.Say("this file cannot be read: %s", reason(err)), Hint: mend(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Code, d.Message, d.Hint = "D008", diag.Say("this file went away while the folder was read"), diag.Say("build again")
	case errors.Is(err, errNotRegular):
		d.Code, d.Message, d.Hint = "D001", diag.Say("this is not a regular file"), diag.Say("remove it; only plain files are read")
	case errors.Is(err, errTooLarge):
		limit := t.limits.bytes(e.Kind)
		d.Code, d.Message, d.Hint = "D003", diag.Say("this file is larger than %s", size(limit)), diag.Say("shorten it, or split it")
		if e.Size > limit {
			d.Message = diag.Say("this file has %s, and at most %s are read", size(e.Size), size(limit))
		}
	case errors.Is(err, errChanging):
		d.Hint = diag.Say("build again once it is saved")
	}
	return d
}

// size writes a number of bytes as people say it.
func size(n int64) diag.Text {
	switch {
	case n >= 1<<20:
		return diag.Say("%s", locale.NumberPart(fmt.Sprintf("%d.%d", n>>20, n&(1<<20-1)*10>>20), " MiB"))
	case n >= 1<<10:
		return diag.Say("%s", locale.NumberPart(fmt.Sprint(n>>10), " KiB"))
	}
	return diag.Say("%d bytes", n)
}

// whole reads a file that holds still meanwhile: never half of the old text and
// half of the new.
func (t *Tree) whole(e Entry) ([]byte, fs.FileInfo, error) {
	limit := t.limits.bytes(e.Kind)
	if e.Size > limit {
		return nil, nil, errTooLarge
	}
	for range 3 {
		data, before, after, err := t.once(e, limit)
		if err != nil {
			return nil, nil, err
		}
		if int64(len(data)) == after.Size() && before.ModTime().Equal(after.ModTime()) {
			return data, after, nil
		}
	}
	return nil, nil, errChanging
}

// once reads as many bytes as the file has when it is opened. A look afterwards
// says whether those were all, which spares reading on to the end.
func (t *Tree) once(e Entry, limit int64) (data []byte, before, after fs.FileInfo, err error) {
	f, err := t.open(e)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	if before, err = f.Stat(); err != nil {
		return nil, nil, nil, err
	}
	switch {
	case !before.Mode().IsRegular():
		return nil, nil, nil, errNotRegular
	case before.Size() > limit:
		return nil, nil, nil, errTooLarge
	}
	data = make([]byte, before.Size())
	n, err := io.ReadFull(f, data)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, nil, nil, err
	}
	after, err = f.Stat()
	return data[:n], before, after, err
}

// Line returns one line of a file, counted from 1, for printing beneath a
// finding; empty where it cannot be read. The lines of one file at a time are
// kept, since findings are printed file by file.
func (t *Tree) Line(file string, n int) string {
	x := &t.excerpt
	x.Lock()
	defer x.Unlock()
	if x.file != file {
		x.file, x.lines = file, t.lines(file)
	}
	if n < 1 || n > len(x.lines) {
		return ""
	}
	return strings.TrimSuffix(x.lines[n-1], "\r")
}

func (t *Tree) lines(file string) []string {
	at, ok := t.find(file)
	if !ok {
		return nil
	}
	data, _, err := t.whole(t.entries[at])
	if err != nil || utf16(data) {
		return nil
	}
	return strings.Split(string(bytes.TrimPrefix(data, mark)), "\n")
}
