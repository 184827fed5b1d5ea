package publish

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A message about a failing disk names a file or folder and the reason, so
// that whoever runs the build knows where to look.
func TestFaultsAreNamed(t *testing.T) {
	dir := t.TempDir()
	for _, fault := range []error{syscall.ENOSPC, syscall.EIO} {
		for at := 1; ; at++ {
			out := filepath.Join(dir, fault.Error(), "public")
			d := &faulty{at: at, fault: fault}
			_, err := build(out, "one", d)
			if err == nil && d.calls < at {
				break
			}
			if err != nil && (!strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fault.Error())) {
				t.Errorf("step %d (%s): %v", at, d.order[at-1], err)
			}
			if err := os.RemoveAll(filepath.Dir(out)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A broken disk is no reason to replace files one by one in the last site.
func TestBrokenExchangeTouchesNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	counting := &faulty{}
	probe := filepath.Join(t.TempDir(), "public")
	for range 2 {
		counting.calls, counting.order = 0, nil
		if _, err := build(probe, "one", counting); err != nil {
			t.Fatal(err)
		}
	}
	at := 1 + slices.IndexFunc(counting.order, func(s string) bool { return strings.HasPrefix(s, "exchange") })
	d := &faulty{at: at, fault: syscall.EIO}
	if _, err := build(out, "one", d); !errors.Is(err, syscall.EIO) {
		t.Errorf("an exchange that fails with EIO is told as: %v", err)
	}
	if slices.ContainsFunc(d.order, func(s string) bool {
		return strings.HasPrefix(s, "rename") && strings.Contains(s, "/public/")
	}) {
		t.Errorf("files were replaced one by one: %v", d.order)
	}
}

// A disk that gives half of what is written to large files.
type short struct{ osDisk }

type shortFile struct{ io.WriteCloser }

func (f shortFile) Write(b []byte) (int, error) {
	n, _ := f.WriteCloser.Write(b[:len(b)/2])
	return n, io.ErrShortWrite
}

func (d short) Create(name string) (io.WriteCloser, error) {
	f, err := d.osDisk.Create(name)
	return shortFile{f}, err
}

func TestShortWriteOfLargeFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	_, err := build(out, "two", short{})
	if !errors.Is(err, io.ErrShortWrite) || !strings.Contains(err.Error(), "large.bin") {
		t.Errorf("told as: %v", err)
	}
	if !maps.Equal(read(t, out), pages("one")) || leftovers(t, out) != 0 {
		t.Error("the last site is not as it was")
	}
}

// The marker is the last to go, so that a removal that is cut off at any step
// leaves a folder that the next build knows as its own.
func TestRemovalCutOff(t *testing.T) {
	dir := t.TempDir()
	probe := &faulty{}
	if _, err := build(filepath.Join(dir, "probe"), "one", quick{}); err != nil {
		t.Fatal(err)
	}
	if _, err := build(filepath.Join(dir, "probe"), "two", probe); err != nil {
		t.Fatal(err)
	}
	removals := 0
	for at, step := range probe.order {
		if !strings.HasPrefix(step, "remove") {
			continue
		}
		removals++
		out := filepath.Join(t.TempDir(), "public")
		if _, err := build(out, "one", quick{}); err != nil {
			t.Fatal(err)
		}
		if _, err := build(out, "two", &faulty{at: at + 1, fault: syscall.EIO}); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(beside(out, "staging"), Marker)); err != nil {
			t.Errorf("cut off at %q, what is left has lost its marker", step)
		}
		if _, err := build(out, "three", quick{}); err != nil || leftovers(t, out) != 0 {
			t.Errorf("cut off at %q, the next build does not heal: %v", step, err)
		}
	}
	if removals < 5 {
		t.Errorf("only %d removals were looked at", removals)
	}
}

// What others put into the folder stays through a swap.
func TestForeignFilesStay(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	foreign := map[string]string{"CNAME": "charters.example", ".well-known/security.txt": "write to us"}
	for name, text := range foreign {
		name = filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, generation := range []string{"two", "three"} {
		if r, err := build(out, generation, quick{}); err != nil || !r.Swapped {
			t.Fatalf("%+v, %v", r, err)
		}
		for name, text := range foreign {
			if data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name))); string(data) != text {
				t.Errorf("%s: %s is %q, %v", generation, name, data, err)
			}
		}
	}
}

// A link to the site stays a link, and the folder it leads to is the site.
func TestOutputIsALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "www", "site"), filepath.Join(dir, "public")
	if err := os.MkdirAll(real, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	for _, generation := range []string{"one", "two"} {
		if _, err := build(link, generation, quick{}); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(read(t, real), pages(generation)) {
			t.Errorf("%s did not reach the folder behind the link", generation)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced by a folder")
	}
	nowhere := filepath.Join(dir, "nowhere")
	if err := os.Symlink(filepath.Join(dir, "gone"), nowhere); err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(context.Background(), options(nowhere, "x")); err == nil || !strings.Contains(err.Error(), "link to nothing") {
		t.Errorf("%v", err)
	}
}

// A mounted disk is another file system than the folder beside it: no exchange,
// no links and no renames between the two.
type mounted struct {
	*faulty
	out string
}

func (d mounted) across(a, b string) bool {
	return strings.HasPrefix(a, d.out+string(filepath.Separator)) != strings.HasPrefix(b, d.out+string(filepath.Separator))
}

func (d mounted) Link(from, to string) error {
	if d.across(from, to) {
		return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.EXDEV}
	}
	return d.faulty.Link(from, to)
}

func (d mounted) Rename(from, to string) error {
	if d.across(from, to) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	}
	return d.faulty.Rename(from, to)
}

func (d mounted) Exchange(a, b string) error {
	return &os.LinkError{Op: "exchange", Old: a, New: b, Err: syscall.EBUSY}
}

func TestMountedFolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, generation := range []string{"one", "two"} {
		r, err := build(out, generation, mounted{&faulty{}, out})
		if err != nil || r.Swapped || !maps.Equal(read(t, out), pages(generation)) {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	if _, ok := UpToDate(options(out, "two")); !ok {
		t.Error("a copied site is not known as up to date")
	}
	if halves, _ := filepath.Glob(filepath.Join(out, "*.new")); len(halves) != 0 {
		t.Errorf("left behind: %v", halves)
	}
}

// Without an exchange a failure may leave pages of two generations, as the
// report says of this mode; but no page is missing or torn, nothing was removed
// before all is there, and the next build heals.
func TestFileByFileFails(t *testing.T) {
	counting := &faulty{exchange: true}
	probe := filepath.Join(t.TempDir(), "public")
	if _, err := build(probe, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	if _, err := build(probe, "two", counting); err != nil {
		t.Fatal(err)
	}
	for at := 1; at <= counting.calls; at++ {
		out := filepath.Join(t.TempDir(), "public")
		if _, err := build(out, "one", quick{}); err != nil {
			t.Fatal(err)
		}
		_, err := build(out, "two", &faulty{at: at, fault: syscall.EIO, exchange: true})
		for name := range pages("one") {
			data, wrong := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
			if s := string(data); wrong != nil && err != nil || wrong == nil && s != pages("one")[name] && s != pages("two")[name] {
				t.Fatalf("step %d: %s is missing or torn: %v", at, name, wrong)
			}
		}
		if _, err := build(out, "three", quick{}); err != nil || !maps.Equal(read(t, out), pages("three")) || leftovers(t, out) != 0 {
			t.Fatalf("step %d: the next build does not heal: %v", at, err)
		}
	}
	last := slices.IndexFunc(counting.order, func(s string) bool {
		return strings.HasPrefix(s, "remove") && strings.Contains(s, "/public/")
	})
	marker := slices.IndexFunc(counting.order, func(s string) bool {
		return strings.HasPrefix(s, "rename") && strings.HasSuffix(s, "/public/"+Marker)
	})
	if last >= 0 && last < marker {
		t.Error("something was removed before the new site was there")
	}
}

// named is a site with a page that no other generation has.
func named(generation string) map[string]string {
	return map[string]string{"assets/style." + generation + ".css": generation, "same.html": "never changes", "charters/" + generation + ".html": generation, "index.html": generation}
}

func buildNamed(out, generation string, d disk) error {
	s, err := begin(context.Background(), options(out, generation), d)
	if err != nil {
		return err
	}
	defer s.Abort()
	if err := write(s, named(generation)); err != nil {
		return err
	}
	_, err = s.Commit()
	return err
}

// Without an exchange of folders, whatever step a build was cut off at: what it had
// put there is known as ours, so that no page stays that no site has.
func TestFileByFileCutOff(t *testing.T) {
	for at := 1; ; at++ {
		out := filepath.Join(t.TempDir(), "public")
		if err := buildNamed(out, "one", quick{}); err != nil {
			t.Fatal(err)
		}
		d := &faulty{at: at, fault: syscall.EIO, exchange: true}
		_ = buildNamed(out, "two", d)
		if d.calls < at {
			break
		}
		if err := buildNamed(out, "three", &faulty{exchange: true}); err != nil || !maps.Equal(read(t, out), named("three")) {
			t.Fatalf("cut off at %q, the next build does not heal: %v", d.order[at-1], err)
		}
		for _, page := range []string{"one", "two"} {
			if _, err := os.Stat(filepath.Join(out, "charters", page+".html")); err == nil {
				t.Errorf("cut off at %q, the page of %s stays for ever", d.order[at-1], page)
			}
		}
	}
}

// A page that could not be removed is told of, since whoever took it away relies on
// that; the next build tries again.
func TestLeftPageIsTold(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if err := buildNamed(out, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	err := buildNamed(out, "two", &held{faulty{exchange: true}})
	if err == nil || errors.Is(err, ErrMixed) || !strings.Contains(err.Error(), "charters/one.html") {
		t.Errorf("told as: %v", err)
	}
	if !maps.Equal(read(t, out), named("two")) {
		t.Error("the new site is not there")
	}
	if err := buildNamed(out, "three", &faulty{exchange: true}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(out, "charters", "one.html")); err == nil {
		t.Error("the next build does not try again")
	}
}

// A held disk does not let go of a page that somebody has open.
type held struct{ faulty }

func (d *held) RemoveAll(name string) error {
	if strings.HasSuffix(filepath.ToSlash(name), "/public/charters/one.html") {
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.EBUSY}
	}
	return d.faulty.RemoveAll(name)
}
