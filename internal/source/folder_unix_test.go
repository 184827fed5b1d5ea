//go:build unix

package source

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// folder writes files below a temporary folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(file), 0o777))
		must(t, os.WriteFile(file, []byte(text), 0o666))
	}
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string) *Tree {
	t.Helper()
	got, err := Open(dir, DefaultLimits())
	must(t, err)
	t.Cleanup(func() { got.Close() })
	return got
}

func TestAFolderAndItsCopyInMemoryAreOne(t *testing.T) {
	files := map[string]string{"charterhouse.yaml": "title: x\n", "charters/a.md": "a", "charters/b/index.md": "\ufeffb", "charters/b/p.png": "\x89PNG", "registers/people.yml": "c: {}"}
	disk, memory := opened(t, folder(t, files)), tree(t, mapped(files), DefaultLimits())
	for i, e := range disk.Entries() {
		m := memory.Entries()[i]
		a, found, ok := disk.Read(e)
		b, _, _ := memory.Read(m)
		if e.Path != m.Path || e.Kind != m.Kind || e.Size != m.Size || !bytes.Equal(a, b) || !ok || len(found) != 0 {
			t.Errorf("%v %v %q %q %v", e, m, a, b, found)
		}
	}
	if len(disk.Entries()) != len(memory.Entries()) || len(disk.Findings()) != 0 {
		t.Error(disk.Findings())
	}
}

func TestOnlyAMissingFolderIsAnError(t *testing.T) {
	dir := folder(t, map[string]string{"file": ""})
	for _, name := range []string{"none", "file"} {
		if _, err := Open(filepath.Join(dir, name), DefaultLimits()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := folder(t, map[string]string{"charters/a.md": "a", "charters/folder.md/x.txt": "", "registers": "not a folder", "secret.txt": "secret"})
	outside := folder(t, map[string]string{"secret.md": "secret"})
	at := func(name string) string { return filepath.Join(dir, "charters", name) }
	must(t, syscall.Mkfifo(at("fifo.md"), 0o666))
	must(t, os.Symlink("/dev/zero", at("device.md")))
	must(t, os.Symlink(filepath.Join(outside, "secret.md"), at("out.md")))
	must(t, os.Symlink("a.md", at("in.md")))
	must(t, os.Symlink("loop.md", at("loop.md")))
	must(t, os.Symlink(".", at("self")))
	must(t, os.Symlink(outside, at("away")))
	must(t, os.Symlink("none", at("dangling.png")))
	must(t, os.Symlink(outside, filepath.Join(dir, "approvals")))
	socket, err := net.Listen("unix", at("socket.md"))
	must(t, err)
	defer socket.Close()
	want := []string{
		"approvals L006", "charters/away L006", "charters/dangling.png L006", "charters/device.md L006", "charters/fifo.md D001", "charters/folder.md D001",
		"charters/in.md L006", "charters/loop.md L006", "charters/out.md L006", "charters/self L006", "charters/socket.md D001", "registers D001",
	}
	if os.Geteuid() == 0 && syscall.Mknod(at("null.md"), syscall.S_IFCHR|0o666, 1<<8|3) == nil { // a device itself, where that is allowed
		want = append(want, "charters/null.md D001")
		slices.Sort(want)
	}
	got := opened(t, dir)
	if d := cmp.Diff(want, codes(got.Findings())); d != "" {
		t.Error(d)
	}
	if len(got.Entries()) != 1 || got.Entries()[0].Path != "charters/a.md" {
		t.Error(got.Entries())
	}
}

// What stands at a path may be swapped after the walk. Here each kind takes the
// place of a charter; none is read through, and none makes us wait.
func TestWhatIsSwappedInIsNotRead(t *testing.T) {
	outside := folder(t, map[string]string{"secret.md": "secret", "x/index.md": "secret"})
	for name, c := range map[string]struct {
		want string
		swap func(dir, file string) error
	}{
		"link out":     {"charters/x/index.md D001", func(_, f string) error { return os.Symlink(filepath.Join(outside, "secret.md"), f) }},
		"link in":      {"charters/x/index.md D001", func(_, f string) error { return os.Symlink("../../hidden.txt", f) }},
		"link to fifo": {"charters/x/index.md D001", func(_, f string) error { return errors.Join(syscall.Mkfifo(f+"o", 0o666), os.Symlink("index.mdo", f)) }},
		"device":       {"charters/x/index.md D001", func(_, f string) error { return os.Symlink("/dev/zero", f) }},
		"fifo":         {"charters/x/index.md D001", func(_, f string) error { return syscall.Mkfifo(f, 0o666) }},
		"folder":       {"charters/x/index.md D001", func(_, f string) error { return os.Mkdir(f, 0o777) }},
		"nothing":      {"charters/x/index.md D008", func(_, f string) error { return nil }},
		"a large file": {"charters/x/index.md D003", func(_, f string) error { return errors.Join(os.WriteFile(f, nil, 0o666), os.Truncate(f, 50<<20)) }},
		"a folder away": {"charters/x/index.md D002", func(_, f string) error {
			return errors.Join(os.Remove(filepath.Dir(f)), os.Symlink(filepath.Join(outside, "x"), filepath.Dir(f)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"charters/x/index.md": "open", "hidden.txt": "secret"})
			got := opened(t, dir)
			file := filepath.Join(dir, "charters", "x", "index.md")
			must(t, os.Remove(file))
			must(t, c.swap(dir, file))
			data, found, ok := got.Read(got.Entries()[0])
			if d := cmp.Diff([]string{c.want}, codes(found)); d != "" || ok || data != nil {
				t.Errorf("%q %v %s", data, ok, d)
			}
			if line := got.Line("charters/x/index.md", 1); line != "" {
				t.Errorf("a line: %q", line)
			}
		})
	}
	dir := folder(t, map[string]string{"charters/a.md": "old"})
	got := opened(t, dir)
	must(t, os.WriteFile(filepath.Join(dir, "new"), []byte("newer"), 0o666))
	must(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "charters", "a.md"))) // as editors save
	data, found, ok := got.Read(got.Entries()[0])
	if string(data) != "newer" || !ok || len(found) != 1 || found[0].Code != "D008" {
		t.Errorf("%q %v %v", data, ok, found)
	}
}

// A swap at any moment gives the old text or nothing, never what a link shows.
func TestSwapRace(t *testing.T) {
	dir := folder(t, map[string]string{"charters/a.md": "open", "hidden.txt": "secret"})
	outside := folder(t, map[string]string{"secret.md": "secret"})
	file := filepath.Join(dir, "charters", "a.md")
	plainFile, out, in := file+".plain~", file+".out~", file+".in~"
	got := opened(t, dir)
	var stop atomic.Bool
	done := make(chan int)
	go func() {
		swaps := 0
		for ; !stop.Load(); swaps++ {
			_ = os.WriteFile(plainFile, []byte("open"), 0o666)
			_ = os.Symlink(filepath.Join(outside, "secret.md"), out)
			_ = os.Symlink("../hidden.txt", in)
			for _, next := range []string{out, plainFile, in} {
				_ = os.Rename(next, file)
			}
		}
		done <- swaps
	}()
	opens := 0
	for range 10_000 {
		data, _, ok := got.Read(got.Entries()[0])
		if ok && string(data) != "open" {
			t.Fatalf("%q was read", data)
		}
		if ok {
			opens++
		}
	}
	stop.Store(true)
	if swaps := <-done; swaps < 10 || opens == 0 {
		t.Errorf("%d swaps against 10,000 tries of which %d read: this proved nothing", swaps, opens)
	}
}

// While a writer renames one text over another, each reading is one of the two.
func TestAReadingIsNeverAMixture(t *testing.T) {
	a, b := strings.Repeat("a", 900_000), strings.Repeat("b", 1_000_000)
	dir := folder(t, map[string]string{"charters/a.md": a})
	file := filepath.Join(dir, "charters", "a.md")
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		for i := 0; !stop.Load(); i++ {
			text := []byte(a)
			if i%2 == 0 {
				text = []byte(b)
			}
			_ = os.WriteFile(file+"~", text, 0o666)
			_ = os.Rename(file+"~", file)
		}
		done <- true
	}()
	read := 0
	for range 200 {
		got, err := Open(dir, DefaultLimits())
		must(t, err)
		for _, e := range got.Entries() {
			data, _, ok := got.Read(e)
			if ok && string(data) != a && string(data) != b {
				t.Fatalf("%d bytes of both texts", len(data))
			}
			if ok {
				read++
			}
		}
		got.Close()
	}
	stop.Store(true)
	<-done
	if read == 0 {
		t.Error("nothing was read")
	}
}

// countless is a file whose bytes may not be asked for.
type countless struct{ fs.FS }

type unreadFile struct{ fs.File }

func (c countless) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if strings.HasSuffix(name, ".md") {
		return unreadFile{f}, err
	}
	return f, err
}

func (unreadFile) Read([]byte) (int, error) { panic("the file was read") }

func TestAHugeFileIsRefusedUnread(t *testing.T) {
	dir := folder(t, map[string]string{"charters/a.md": ""})
	must(t, os.Truncate(filepath.Join(dir, "charters", "a.md"), 50<<20))
	got := tree(t, countless{os.DirFS(dir)}, DefaultLimits())
	_, found, ok := got.Read(got.Entries()[0])
	if ok || len(found) != 1 || found[0].Message.String() != "this file has 50.0 MiB, and at most 1.0 MiB are read" {
		t.Error(found)
	}
	must(t, os.Truncate(filepath.Join(dir, "charters", "a.md"), 0))
	got = tree(t, countless{os.DirFS(dir)}, DefaultLimits())
	must(t, os.Truncate(filepath.Join(dir, "charters", "a.md"), 50<<20)) // grown since the walk
	if _, found, ok := got.Read(got.Entries()[0]); ok || found[0].Code != "D003" {
		t.Error(found)
	}
}

func TestTheSameFileIsQuiet(t *testing.T) {
	dir := folder(t, map[string]string{"charters/a.md": "a"})
	old := time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	must(t, os.Chtimes(filepath.Join(dir, "charters", "a.md"), old, old))
	got := opened(t, dir)
	if _, found, ok := got.Read(got.Entries()[0]); !ok || len(found) != 0 {
		t.Error(found)
	}
}
