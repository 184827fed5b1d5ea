package publish

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// pages is a small site; every page says which generation it is of.
func pages(generation string) map[string]string {
	site := map[string]string{"assets/style." + generation + ".css": "css " + generation, "same.html": "never changes", "large.bin": strings.Repeat("x", spill+10)}
	for i := range 26 {
		site[fmt.Sprintf("charters/%02d.html", i)] = fmt.Sprintf("page %d of %s", i, generation)
	}
	site["index.html"] = "index of " + generation
	return site
}

func options(out, generation string) Options { return Options{Out: out, Site: "s", Inputs: generation} }

func write(s *Stage, site map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(site)) {
		if err := s.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, site[name]); return err }); err != nil {
			return err
		}
	}
	return nil
}

func build(out, generation string, d disk) (Report, error) {
	s, err := begin(context.Background(), options(out, generation), d)
	if err != nil {
		return Report{}, err
	}
	defer s.Abort()
	if err := write(s, pages(generation)); err != nil {
		return Report{}, err
	}
	return s.Commit()
}

// read returns the site that stands in a folder, marker and old assets aside.
func read(t *testing.T, out string) map[string]string {
	t.Helper()
	m, err := readManifest(out)
	if err != nil {
		t.Fatal(err)
	}
	site := map[string]string{}
	for name, f := range m.Files {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			t.Fatalf("half a site: %v", err)
		}
		if !f.Old {
			site[name] = string(data)
		}
	}
	return site
}

func leftovers(t *testing.T, out string) int {
	t.Helper()
	n := 0
	for _, what := range []string{"staging", "old"} {
		if _, err := os.Stat(beside(out, what)); err == nil {
			n++
		}
	}
	return n
}

func TestBuildAndRebuild(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	r, err := build(out, "one", osDisk{})
	if err != nil || r.Files != len(pages("one")) || r.Written != r.Files || !r.Swapped {
		t.Fatalf("%+v, %v", r, err)
	}
	before, _ := os.Stat(filepath.Join(out, "same.html"))
	large, _ := os.Stat(filepath.Join(out, "large.bin"))
	if err := os.WriteFile(filepath.Join(out, "charters/03.html"), []byte("page 3 of two"), 0o644); err != nil { // by hand, as it will be
		t.Fatal(err)
	}
	r, err = build(out, "two", osDisk{})
	if err != nil || r.Kept != 2 || r.Removed != 0 && r.Removed != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := read(t, out); !maps.Equal(got, pages("two")) {
		t.Error("the second site is not what was written")
	}
	after, _ := os.Stat(filepath.Join(out, "same.html"))
	if !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Error("a page that did not change was written again")
	}
	if now, _ := os.Stat(filepath.Join(out, "large.bin")); !os.SameFile(large, now) {
		t.Error("a large file that did not change was written again")
	}
	if _, err := os.Stat(filepath.Join(out, "assets/style.one.css")); err != nil {
		t.Error("readers of an old page lost its style sheet")
	}
	if _, err := build(out, "three", osDisk{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "assets/style.one.css")); err == nil {
		t.Error("a style sheet stays for ever")
	}
	info, _ := os.Stat(filepath.Join(out, "index.html"))
	if info.Mode().Perm() != 0o644 || leftovers(t, out) != 0 {
		t.Errorf("mode %o, %d leftovers", info.Mode().Perm(), leftovers(t, out))
	}
}

// A file that was made from the same inputs is not made again, unless somebody
// touched it.
func TestMadeFromTheSame(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	made := func(inputs map[string]string, generation string) (names []string) {
		t.Helper()
		s, err := Begin(context.Background(), options(out, generation))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		for _, name := range slices.Sorted(maps.Keys(inputs)) {
			err := s.WriteFrom(name, inputs[name], func(w io.Writer) error {
				names = append(names, name)
				_, err := io.WriteString(w, generation)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Commit(); err != nil {
			t.Fatal(err)
		}
		return names
	}
	made(map[string]string{"a": "1", "b": "1", "c": "", "d": "1"}, "one")
	if err := os.WriteFile(filepath.Join(out, "d"), []byte("by hand"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, generation := range []string{"two", "three"} { // what was carried over can be carried again
		inputs := map[string]string{"a": "1", "b": generation, "c": "", "d": "1"}
		want := []string{"b", "c", "d"}
		if generation == "three" {
			want = []string{"b", "c"}
		}
		if got := made(inputs, generation); !slices.Equal(got, want) {
			t.Errorf("made again: %v, not %v", got, want)
		}
	}
	want := map[string]string{"a": "one", "b": "three", "c": "three", "d": "two"}
	if got := read(t, out); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if r, ok := UpToDate(options(out, "three")); !ok || r.Files != 4 {
		t.Errorf("%+v %v", r, ok)
	}
}

// A file in pieces takes those from the last site that are made from the same, as
// long as nobody touched it, wherever they stand now.
func TestPieces(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	made := func(generation string, pieces ...string) (asked []string) {
		s, err := begin(context.Background(), options(out, generation), osDisk{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		err = s.Write("all.json", func(w io.Writer) error {
			for _, x := range pieces {
				err := w.(*paper).Carry("inputs of "+x, func(w io.Writer) error {
					asked = append(asked, x)
					_, err := io.WriteString(w, strings.Repeat(x, spill))
					return err
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			_, err = s.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Join(pieces, "")
		got := read(t, out)["all.json"]
		for i, x := range pieces {
			if part := got[i*spill : (i+1)*spill]; part != strings.Repeat(x, spill) {
				t.Errorf("%s: piece %d of %s is %.10s…", generation, i, want, part)
			}
		}
		if len(got) != len(want)*spill {
			t.Errorf("%s: %d bytes", generation, len(got))
		}
		return asked
	}
	if asked := made("one", "a", "b", "c"); len(asked) != 3 {
		t.Errorf("at first only %s were made", asked)
	}
	if asked := made("two", "c", "x", "a"); !slices.Equal(asked, []string{"x"}) {
		t.Errorf("%s were made again", asked)
	}
	if asked := made("three", "c", "x", "a"); len(asked) != 0 {
		t.Errorf("%s were made again", asked)
	}
	name := filepath.Join(out, "all.json")
	touched := append(bytes.Repeat([]byte("y"), 2*spill), bytes.Repeat([]byte("a"), spill)...)
	if err := os.WriteFile(name, touched, 0o644); err != nil {
		t.Fatal(err)
	}
	if asked := made("four", "c", "x", "a"); len(asked) != 3 {
		t.Errorf("only %s were made again although somebody wrote into the file", asked)
	}
}

func TestPagesLeave(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", osDisk{}); err != nil {
		t.Fatal(err)
	}
	s, err := Begin(context.Background(), options(out, "less"))
	if err != nil {
		t.Fatal(err)
	}
	if err := write(s, map[string]string{"index.html": "all that is left"}); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Commit(); err != nil || r.Removed < 20 {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := os.Stat(filepath.Join(out, "charters")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("pages stay that nobody wrote")
	}
}

func TestUpToDate(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, ok := UpToDate(options(out, "one")); ok {
		t.Error("nothing is up to date")
	}
	if _, err := build(out, "one", osDisk{}); err != nil {
		t.Fatal(err)
	}
	if r, ok := UpToDate(options(out, "one")); !ok || r.Files < 29 {
		t.Errorf("%+v", r)
	}
	if _, ok := UpToDate(options(out, "two")); ok {
		t.Error("other inputs are not up to date")
	}
	if err := os.WriteFile(filepath.Join(out, "index.html"), []byte("by hand, long"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok := UpToDate(options(out, "one")); ok {
		t.Error("a page changed by hand is up to date")
	}
}

// A faulty disk fails at its call number at, and every call after it when the
// disk is full.
type faulty struct {
	osDisk
	at, calls int
	fault     error
	exchange  bool // has none
	still     bool // does not wait for the real disk
	order     []string
	mu        sync.Mutex
}

func (d *faulty) step(what, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	d.order = append(d.order, what+" "+filepath.ToSlash(name))
	if d.calls == d.at || d.at > 0 && d.calls > d.at && errors.Is(d.fault, syscall.ENOSPC) && what != "remove" {
		return &fs.PathError{Op: what, Path: name, Err: d.fault}
	}
	return nil
}

func (d *faulty) Mkdir(name string) error {
	if err := d.step("mkdir", name); err != nil {
		return err
	}
	return d.osDisk.Mkdir(name)
}

func (d *faulty) MkdirAll(name string) error {
	if err := d.step("mkdir", name); err != nil {
		return err
	}
	return d.osDisk.MkdirAll(name)
}

func (d *faulty) WriteFile(name string, data []byte) (int64, error) {
	if err := d.step("write", name); err != nil {
		_, _ = d.osDisk.WriteFile(name, data[:len(data)/2]) // a short write leaves half a page
		return 0, err
	}
	return d.osDisk.WriteFile(name, data)
}

func (d *faulty) Create(name string) (io.WriteCloser, error) {
	if err := d.step("create", name); err != nil {
		return nil, err
	}
	return d.osDisk.Create(name)
}

func (d *faulty) Link(from, to string) error {
	if err := d.step("link", to); err != nil {
		return err
	}
	return d.osDisk.Link(from, to)
}

func (d *faulty) Symlink(to, name string) error {
	if err := d.step("symlink", name); err != nil {
		return err
	}
	return d.osDisk.Symlink(to, name)
}

func (d *faulty) Rename(from, to string) error {
	if err := d.step("rename", to); err != nil {
		return err
	}
	return d.osDisk.Rename(from, to)
}

func (d *faulty) Exchange(a, b string) error {
	if d.exchange {
		return errors.ErrUnsupported
	}
	if err := d.step("exchange", b); err != nil {
		return err
	}
	return d.osDisk.Exchange(a, b)
}

func (d *faulty) RemoveAll(name string) error {
	if err := d.step("remove", name); err != nil {
		return err
	}
	return d.osDisk.RemoveAll(name)
}

func (d *faulty) Sync(name string) error {
	if err := d.step("sync", name); err != nil {
		return err
	}
	return nil // see quick
}

// A quick disk spares the tests that build some thousand times what no test can
// see: that everything reaches the platter.
type quick struct{ osDisk }

func (quick) Sync(string) error { return nil }

// Whatever single step fails, and however, one whole site stands: the last one
// when the build says that it failed, and the next build heals.
func TestEveryStepFails(t *testing.T) {
	counting := &faulty{}
	probe := filepath.Join(t.TempDir(), "public")
	if _, err := build(probe, "one", quick{}); err != nil {
		t.Fatal(err)
	}
	if _, err := build(probe, "two", counting); err != nil {
		t.Fatal(err)
	}
	for _, fault := range []error{syscall.ENOSPC, syscall.EIO, syscall.EACCES, syscall.EMFILE} {
		for at := 1; at <= counting.calls; at++ {
			out := filepath.Join(t.TempDir(), "public")
			if _, err := build(out, "one", quick{}); err != nil {
				t.Fatal(err)
			}
			d := &faulty{at: at, fault: fault}
			_, err := build(out, "two", d)
			got := read(t, out)
			switch {
			case err != nil && !maps.Equal(got, pages("one")):
				t.Fatalf("%v at step %d (%s): the build failed, and the last site is gone", fault, at, d.order[at-1])
			case err == nil && !maps.Equal(got, pages("two")):
				t.Fatalf("%v at step %d (%s): the build succeeded without its site", fault, at, d.order[at-1])
			case err != nil && !errors.Is(err, fault):
				t.Fatalf("%v at step %d is told as: %v", fault, at, err)
			case leftovers(t, out) > 1:
				t.Fatalf("%v at step %d leaves %d folders", fault, at, leftovers(t, out))
			}
			if _, err := build(out, "three", quick{}); err != nil || !maps.Equal(read(t, out), pages("three")) || leftovers(t, out) != 0 {
				t.Fatalf("%v at step %d: the next build does not heal: %v", fault, at, err)
			}
		}
	}
}

// Without an exchange of folders, assets come first and the index last, and removals
// after everything, of our own files only. The marker knows what will be there before
// anything is, and what is there at the end.
func TestFileByFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", osDisk{}); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(out, "notes.txt")
	if err := os.WriteFile(foreign, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	d := &faulty{exchange: true}
	r, err := build(out, "two", d)
	if err != nil || r.Swapped {
		t.Fatalf("%+v, %v", r, err)
	}
	if !maps.Equal(read(t, out), pages("two")) {
		t.Error("the site is not the one that was written")
	}
	if data, _ := os.ReadFile(foreign); string(data) != "mine" {
		t.Error("a file that is not ours was removed")
	}
	first := func(prefix string) int {
		return slices.IndexFunc(d.order, func(s string) bool { return strings.HasPrefix(s, "rename") && strings.Contains(s, prefix) })
	}
	marks := []int{}
	for i, step := range d.order {
		if strings.HasPrefix(step, "rename") && strings.HasSuffix(step, "/"+Marker) {
			marks = append(marks, i)
		}
	}
	if !(len(marks) == 2 && marks[0] < first("/assets/") && first("/assets/") < first("/charters/") && first("/charters/") < first("/index.html") && first("/index.html") < marks[1]) {
		t.Errorf("order: %v", d.order)
	}
}

func TestRefuses(t *testing.T) {
	dir := t.TempDir()
	folder := func(name string, files ...string) string {
		out := filepath.Join(dir, name)
		if err := os.MkdirAll(out, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(out, f)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(out, f), []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	content := folder("content", "charterhouse.yaml")
	linked := filepath.Join(dir, "linked")
	if err := os.Symlink(content, linked); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if s, err := Begin(context.Background(), Options{Out: other, Site: "another"}); err != nil {
		t.Fatal(err)
	} else if _, err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	for out, why := range map[string]string{
		folder("foreign", "thesis.doc"):  "did not make",
		filepath.Join(content, "public"): "inside",
		content:                          "inside",
		dir:                              "inside",
		filepath.Join(linked, "public"):  "inside",
		folder("tree", ".git/HEAD"):      "git",
		"/":                              "no folder for a site",
		home:                             "no folder for a site",
		filepath.Join(content, "charterhouse.yaml"): "inside",
		other: "holds the site",
	} {
		o := Options{Out: out, Site: "s", Sources: []string{content}}
		_, err := Begin(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), ";") {
			t.Errorf("%s: %v", out, err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(context.Background(), Options{Out: file, Site: "s"}); err == nil || !strings.Contains(err.Error(), "file") {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, "foreign")); len(entries) != 1 {
		t.Error("a foreign folder was touched")
	}
}

func TestNames(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	s, err := Begin(context.Background(), options(out, "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	none := func(io.Writer) error { return nil }
	for _, name := range []string{"", "../x.html", "/etc/x", "a//b", "a/./b", ".hidden", "a/.git/x", "con.html", "charters/AUX", "lpt1", "a b", "ø.html", "x.", strings.Repeat("a", 201), `a\b`, "a:b"} {
		if s.Write(name, none) == nil {
			t.Errorf("%q is written", name)
		}
	}
	if err := s.Write("Alpha.html", none); err != nil {
		t.Fatal(err)
	}
	if err := s.Write("alpha.html", none); err == nil || !strings.Contains(err.Error(), "Alpha.html") {
		t.Errorf("two names of one file: %v", err)
	}
}

// TestMain lets a test run this program as a builder that is killed.
func TestMain(m *testing.M) {
	if out := os.Getenv("PUBLISH_TEST_OUT"); out != "" {
		limitChild()
		if _, err := build(out, os.Getenv("PUBLISH_TEST_GENERATION"), osDisk{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if to := os.Getenv("PUBLISH_TEST_VERSIONS"); to != "" {
		os.Exit(childVersion(to, os.Getenv("PUBLISH_TEST_BUILT")))
	}
	os.Exit(m.Run())
}

func child(t *testing.T, out, generation string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "PUBLISH_TEST_OUT="+out, "PUBLISH_TEST_GENERATION="+generation)
	return c
}

var kills = flag.Int("kills", 60, "how often TestKilled kills a build")

// Killed at any moment, the folder holds one whole site.
func TestKilled(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "g0", osDisk{}); err != nil {
		t.Fatal(err)
	}
	last := "g0"
	for n := 1; n <= *kills; n++ {
		generation := "g" + strconv.Itoa(n)
		c := child(t, out, generation)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(n%60) * 400 * time.Microsecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		got := read(t, out)
		switch {
		case maps.Equal(got, pages(generation)):
			last = generation
		case !maps.Equal(got, pages(last)):
			t.Fatalf("kill %d leaves a mixture", n)
		}
		if leftovers(t, out) > 1 {
			t.Fatalf("kill %d leaves %d folders", n, leftovers(t, out))
		}
	}
	if _, err := build(out, "healed", osDisk{}); err != nil || !maps.Equal(read(t, out), pages("healed")) || leftovers(t, out) != 0 {
		t.Fatalf("the next build does not heal: %v", err)
	}
}

// Builds at once wait for each other; readers in between see one generation.
func TestTogether(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "g", osDisk{}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := os.ReadFile(filepath.Join(out, "index.html")); err != nil {
				t.Errorf("a reader misses the index: %v", err)
				return
			}
		}
	})
	for round := range 20 {
		var builders []*exec.Cmd
		for i := range []int{2, 8}[round%2] {
			c := child(t, out, "g"+strconv.Itoa(i))
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			builders = append(builders, c)
		}
		for _, c := range builders {
			if err := c.Wait(); err != nil {
				t.Errorf("a build that waited failed: %v", err)
			}
		}
		got := read(t, out)
		if !slices.ContainsFunc([]string{"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7"}, func(g string) bool { return maps.Equal(got, pages(g)) }) {
			t.Fatal("two builds mixed")
		}
	}
	close(stop)
	readers.Wait()
}

func TestLockNamesItsHolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	s, err := Begin(context.Background(), options(out, "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Begin(ctx, options(out, "y")); err == nil || !strings.Contains(err.Error(), "pid "+strconv.Itoa(os.Getpid())+", since ") {
		t.Errorf("%v", err)
	}
}
