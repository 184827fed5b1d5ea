package watch

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// long is how long a test waits for what must come.
const long = 30 * time.Second

// A desk is a folder under watch, and what its hints named so far.
type desk struct {
	t     testing.TB
	dir   string
	w     *Watcher
	mu    sync.Mutex
	named map[string]bool
	all   bool
	hints int
	lines []string
}

func open(t testing.TB, o Options) *desk {
	t.Helper()
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "content"), named: map[string]bool{}}
	d.put("charters/a.md", "a")
	d.watch(o, d.dir)
	return d
}

// rest waits until what was just made can be told from what is changed later.
func rest() { time.Sleep(2 * tick) }

func (d *desk) watch(o Options, roots ...string) {
	o.Say = func(line string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.lines = append(d.lines, line)
	}
	rest()
	d.w = New(roots, o)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case h := <-d.w.Hints():
				d.take(h)
			case <-d.w.ended:
				return
			}
		}
	}()
	d.t.Cleanup(func() { d.w.Close(); <-done })
}

func (d *desk) take(h Hint) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.IsSorted(h.Paths) || len(slices.Compact(slices.Clone(h.Paths))) != len(h.Paths) {
		d.t.Errorf("not sorted, or twice: %q", h.Paths)
	}
	if len(h.Paths) == 0 && !h.All {
		d.t.Error("a hint at nothing")
	}
	d.hints++
	d.all = d.all || h.All
	for _, p := range h.Paths {
		d.named[p] = true
	}
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *desk) put(name, text string) {
	d.t.Helper()
	d.do(os.MkdirAll(filepath.Dir(d.path(name)), 0o755))
	d.do(os.WriteFile(d.path(name), []byte(text), 0o644))
}

func (d *desk) move(from, to string) { d.t.Helper(); d.do(os.Rename(d.path(from), d.path(to))) }

func (d *desk) drop(name string) { d.t.Helper(); d.do(os.RemoveAll(d.path(name))) }

func (d *desk) do(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// until waits for what must become true.
func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	for end := time.Now().Add(long); ; time.Sleep(2 * time.Millisecond) {
		d.mu.Lock()
		is, named, lines := ok(), slices.Sorted(maps.Keys(d.named)), slices.Clone(d.lines)
		d.mu.Unlock()
		if is {
			return
		}
		if time.Now().After(end) {
			d.t.Fatalf("never: %s; hinted at %q, said %q", what, named, lines)
		}
	}
}

// hears waits until a hint covers a file.
func (d *desk) hears(name string) {
	d.t.Helper()
	d.until("a hint at "+name, func() bool { return d.all || d.named[d.path(name)] })
}

// said is what a person heard.
func (d *desk) said() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// forget lets the next hints be the first ones.
func (d *desk) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.named, d.all, d.hints = map[string]bool{}, false, 0
}

// ways are how programs save and people move files.
var ways = []struct {
	name string
	do   func(d *desk)
	hear string
}{
	{"in place", func(d *desk) { d.put("charters/a.md", "b") }, "charters/a.md"},
	{"new file", func(d *desk) { d.put("charters/new.md", "b") }, "charters/new.md"},
	{"slowly", func(d *desk) {
		f, err := os.Create(d.path("charters/a.md"))
		d.do(err)
		for range 5 {
			fmt.Fprint(f, "part")
			time.Sleep(10 * time.Millisecond)
		}
		d.do(f.Close())
	}, "charters/a.md"},
	{"vim", func(d *desk) {
		d.put("charters/.a.md.swp", "b")
		d.put("charters/4913", "")
		d.drop("charters/4913")
		d.move("charters/a.md", "charters/a.md~")
		d.put("charters/a.md", "b")
		d.drop("charters/a.md~")
		d.drop("charters/.a.md.swp")
	}, "charters/a.md"},
	{"emacs", func(d *desk) {
		d.do(os.Symlink("me@here.1:2", d.path("charters/.#a.md")))
		d.put("charters/#a.md#", "b")
		d.move("charters/a.md", "charters/a.md~")
		d.put("charters/a.md", "b")
		d.drop("charters/#a.md#")
		d.drop("charters/.#a.md")
	}, "charters/a.md"},
	{"vs code", func(d *desk) {
		f, err := os.OpenFile(d.path("charters/a.md"), os.O_WRONLY|os.O_TRUNC, 0)
		d.do(err)
		fmt.Fprint(f, "b")
		d.do(f.Sync())
		d.do(f.Close())
	}, "charters/a.md"},
	{"over the old one", func(d *desk) {
		d.put("charters/a.md.tmp", "b")
		d.move("charters/a.md.tmp", "charters/a.md")
	}, "charters/a.md"},
	{"over the old one, oddly named", func(d *desk) {
		d.put("charters/sedX2f1Qa", "b")
		d.move("charters/sedX2f1Qa", "charters/a.md")
	}, "charters/a.md"},
	{"jetbrains", func(d *desk) {
		d.put("charters/a.md___jb_tmp___", "b")
		d.move("charters/a.md", "charters/a.md___jb_old___")
		d.move("charters/a.md___jb_tmp___", "charters/a.md")
		d.drop("charters/a.md___jb_old___")
	}, "charters/a.md"},
	{"removed", func(d *desk) { d.drop("charters/a.md") }, "charters/a.md"},
	{"renamed twice", func(d *desk) {
		d.move("charters/a.md", "charters/b.md")
		d.move("charters/b.md", "charters/c.md")
	}, "charters/c.md"},
	{"two change places", func(d *desk) {
		d.put("charters/b.md", "b")
		d.move("charters/a.md", "charters/c.md")
		d.move("charters/b.md", "charters/a.md")
		d.move("charters/c.md", "charters/b.md")
	}, "charters/b.md"},
	{"new folders", func(d *desk) { d.put("charters/deep/updates/u.md", "b") }, "charters/deep/updates/u.md"},
	{"moved in", func(d *desk) {
		d.put("../away/updates/u.md", "b")
		d.move("../away", "charters/in")
	}, "charters/in/updates/u.md"},
	{"moved out", func(d *desk) {
		d.put("charters/out/u.md", "b")
		d.hears("charters/out/u.md")
		d.forget()
		d.move("charters/out", "../out")
	}, "charters/out/u.md"},
	{"folder renamed", func(d *desk) { d.move("charters", "letters") }, "letters/a.md"},
	{"folder renamed, files gone", func(d *desk) { d.move("charters", "letters") }, "charters/a.md"},
	{"folder removed and made again", func(d *desk) {
		d.drop("charters")
		d.put("charters/a.md", "b")
	}, "charters/a.md"},
	{"root moved away and back", func(d *desk) {
		d.move("", "../away")
		d.move("../away", "")
		d.put("charters/a.md", "b")
	}, "charters/a.md"},
	{"root removed and made again", func(d *desk) {
		d.drop("")
		d.until("a hint at the root that went", func() bool { return d.all })
		d.forget()
		d.put("charters/a.md", "b")
	}, "charters/a.md"},
	{"all above is removed and made again", func(d *desk) {
		above := filepath.Dir(d.dir)
		d.do(os.Rename(above, above+"-away"))
		d.until("a hint at the root that went", func() bool { return d.all })
		d.forget()
		d.put("charters/a.md", "b")
	}, "charters/a.md"},
}

// Every way of changing is seen, by events and by looking; and what changes
// after it is seen, too.
func TestWays(t *testing.T) {
	for _, poll := range []bool{false, true} {
		for _, way := range ways {
			t.Run(fmt.Sprintf("%s poll=%v", way.name, poll), func(t *testing.T) {
				t.Parallel()
				o := Options{Poll: poll}
				if poll {
					o.Interval = 10 * time.Millisecond
				}
				d := open(t, o)
				way.do(d)
				d.hears(way.hear)
				for name := range d.named {
					if Litter(filepath.Base(name)) {
						t.Errorf("a hint at litter: %s", name)
					}
				}
				for i := range 3 {
					d.forget()
					d.put(way.hear, fmt.Sprint("c", i))
					d.hears(way.hear)
				}
			})
		}
	}
}

// A folder that is not there yet, nor what it is in, is seen when it comes.
func TestNotThereYet(t *testing.T) {
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "some", "where"), named: map[string]bool{}}
	d.watch(Options{}, d.path("themes"), filepath.Join(d.dir, "elsewhere"))
	d.put("themes/house/page.html", "x")
	d.until("a hint at all", func() bool { return d.all })
	d.forget()
	d.put("themes/house/other.html", "x")
	d.hears("themes/house/other.html")
}

// Roots may be relative, "." even, or a symbolic link that points elsewhere
// tomorrow; paths begin as the root does.
func TestRoots(t *testing.T) {
	for _, poll := range []bool{false, true} {
		for _, root := range []string{".", "content", "./content/", "link", "../place/content"} {
			t.Run(fmt.Sprintf("%s poll=%v", root, poll), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "place")
				if err := os.MkdirAll(filepath.Join(dir, "other"), 0o755); err != nil {
					t.Fatal(err)
				}
				t.Chdir(dir)
				d := &desk{t: t, dir: root, named: map[string]bool{}}
				if root == "link" {
					d.do(os.Mkdir("content", 0o755))
					d.do(os.Symlink("content", "link"))
				}
				d.put("charters/a.md", "a")
				d.watch(Options{Poll: poll, Interval: 50 * time.Millisecond}, root)
				d.put("charters/a.md", "b")
				d.until("a hint at the file alone", func() bool { return d.named[d.path("charters/a.md")] && !d.all })
				if root == "link" {
					d.do(os.Symlink("other", "new"))
					d.do(os.Rename("new", "link"))
					d.until("a hint at all", func() bool { return d.all })
					d.forget()
					d.put("charters/a.md", "c")
					d.hears("charters/a.md")
				}
			})
		}
	}
}

// Links below a root are not followed, also not those that lead back.
func TestLinks(t *testing.T) {
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "content"), named: map[string]bool{}}
	d.put("charters/a.md", "a")
	d.put("../outside/b.md", "a")
	d.do(os.Symlink(d.dir, d.path("charters/loop")))
	d.do(os.Symlink(d.path("../outside"), d.path("outside")))
	d.watch(Options{}, d.dir)
	d.put("../outside/b.md", "b")
	d.put("charters/a.md", "b")
	d.hears("charters/a.md")
	if got := slices.Sorted(maps.Keys(d.named)); len(got) != 1 || d.all {
		t.Errorf("hinted at %q", got)
	}
}

// What editors leave behind wakes nobody.
func TestLitter(t *testing.T) {
	for _, poll := range []bool{false, true} {
		d := open(t, Options{Poll: poll, Interval: 10 * time.Millisecond})
		for round := range 3 {
			for _, name := range []string{"charters/.a.md.swp", "charters/4913", "charters/a.md~", "charters/#a.md#", "charters/.#a.md",
				"charters/a.md.tmp", "charters/a.md.crswap", "charters/a.md___jb_tmp___", "charters/a.md___jb_old___", ".git/index", ".git/objects/12/34", "node_modules/x/y.md"} {
				d.put(name, strings.Repeat("x", round))
			}
		}
		d.drop(".git")
		d.put("charters/a.md", "b")
		d.hears("charters/a.md")
		d.mu.Lock()
		if len(d.named) != 1 || d.all {
			t.Errorf("poll=%v: hinted at %v", poll, d.named)
		}
		d.mu.Unlock()
	}
}

// A checkout of thousands of files is a few hints, which cover them all.
func TestCheckout(t *testing.T) {
	d := open(t, Options{})
	d.put("../.git/index.lock", "")
	began := time.Now()
	for i := range 5000 {
		d.put(fmt.Sprintf("charters/d%d/c%d.md", i%50, i), "x")
	}
	took := time.Since(began)
	d.drop("../.git/index.lock")
	d.until("hints at all files", func() bool {
		for i := range 5000 {
			if !d.named[d.path(fmt.Sprintf("charters/d%d/c%d.md", i%50, i))] {
				return false
			}
		}
		return true
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	// On a disk so slow that git's lock is given up on, each pause of the writer is a hint.
	if took < patience && d.hints > 3 || d.hints > 100 {
		t.Errorf("%d hints in %v", d.hints, took)
	}
}

// byHand is a round that nobody runs.
func byHand(t *testing.T, roots ...string) *round {
	o := Options{Poll: true, Quiet: time.Millisecond, AtMost: time.Second, Ignore: Litter, Say: func(string) {}}
	rest()
	return begin(&Watcher{o: o}, roots)
}

// Git's lock is waited for, but not for ever, and one that is stale only once.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	lock := filepath.Join(dir, ".git", "index.lock")
	hold := func() {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(lock), 0o755), os.WriteFile(lock, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	r := byHand(t, filepath.Join(dir, "content"))
	ask := func(what string, began time.Time, want bool) {
		t.Helper()
		r.first = began
		if r.busy() != want {
			t.Errorf("%s: busy is not %v", what, want)
		}
	}
	ask("no lock", time.Now(), false)
	hold()
	ask("just now", time.Now().Add(time.Hour), true)
	ask("long ago", time.Now().Add(-time.Hour), false)
	ask("the same again", time.Now().Add(time.Hour), false)
	if err := errors.Join(os.Remove(lock), os.Chtimes(dir, time.Time{}, time.Now())); err != nil {
		t.Fatal(err)
	}
	ask("let go", time.Now(), false)
	hold()
	if err := os.Chtimes(lock, time.Time{}, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	ask("another one", time.Now().Add(time.Hour), true)
}

// What came and went before anybody knew of it is nothing; what an event names
// is told though it looks the same; whatever was told is not told again.
func TestRipen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a")
	r := byHand(t, dir)
	tell := func(want ...string) {
		t.Helper()
		rest()
		r.ripen()
		if !slices.Equal(r.told.Paths, want) || r.told.All {
			t.Errorf("told %+v, want %q", r.told, want)
		}
		r.told = Hint{}
	}
	r.event(filepath.Join(dir, "sedXYZ"), fsnotify.Create|fsnotify.Remove)
	tell()
	r.event(file, fsnotify.Write)
	tell(file)
	r.whole = true
	tell()
	write("longer") // after it was told, and no event comes
	r.whole = true
	tell(file)
	r.whole = true
	tell()
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.event(filepath.Join(dir, "empty"), fsnotify.Create)
	tell()
	r.lost, r.whole = true, true
	for _, all := range []bool{true, false} {
		r.ripen()
		if r.told.All != all {
			t.Errorf("told %+v, want all: %v", r.told, all)
		}
		r.told, r.whole = Hint{}, true
	}
}

// What was moved away and back is as it was, but who read in between found it
// gone.
func TestMovedAwayAndBack(t *testing.T) {
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "content")}
	d.put("a.md", "a")
	d.put("in/b.md", "b")
	d.put("in/deep/c.md", "c")
	r := byHand(t, d.dir)
	for _, c := range []struct {
		moved string
		want  Hint
	}{
		{"a.md", Hint{Paths: []string{d.path("a.md")}}},
		{"in", Hint{Paths: []string{d.path("in/b.md"), d.path("in/deep/c.md")}}},
		{"in/deep", Hint{Paths: []string{d.path("in/deep/c.md")}}},
		{".", Hint{Paths: []string{d.path("a.md"), d.path("in/b.md"), d.path("in/deep/c.md")}, All: true}},
	} {
		rest()
		away := d.path(c.moved) + "-away"
		d.do(errors.Join(os.Rename(d.path(c.moved), away), os.Rename(away, d.path(c.moved))))
		for _, want := range []Hint{c.want, {}} {
			rest()
			r.whole = true
			r.ripen()
			if !slices.Equal(r.told.Paths, want.Paths) || r.told.All != want.All {
				t.Errorf("%s: told %+v, want %+v", c.moved, r.told, want)
			}
			r.told = Hint{}
		}
	}
}

// A file that changed within one tick of the clock may change again and look the
// same, so it is told once more.
func TestWithinATick(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.md")
	r := byHand(t, dir)
	if err := os.WriteFile(file, []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	for stamp := time.Now(); ; {
		if err := os.Chtimes(file, stamp, stamp); err != nil {
			t.Fatal(err)
		}
		if m, _ := look(file); m.changed == 0 {
			r.seen[file] = m
			break
		}
		stamp = time.Now() // the machine was slow
	}
	for end := time.Now().Add(long); ; {
		if m, _ := look(file); m.changed != 0 {
			break
		} else if time.Now().After(end) {
			t.Fatal("the file never settles")
		}
	}
	r.whole = true
	r.ripen()
	if !slices.Equal(r.told.Paths, []string{file}) {
		t.Errorf("told %+v", r.told)
	}
}

// Add and Remove change what is watched, at once.
func TestAddRemove(t *testing.T) {
	for _, poll := range []bool{false, true} {
		d := open(t, Options{Poll: poll, Interval: 10 * time.Millisecond})
		d.put("../theme/page.html", "a")
		d.w.Add(d.path("../theme/"))
		d.w.Add(d.path("../theme"))
		d.put("../theme/page.html", "b")
		d.hears("../theme/page.html")
		d.w.Remove(d.path("../theme"))
		d.put("charters/a.md", "b")
		d.hears("charters/a.md")
		d.forget()
		d.put("../theme/page.html", "c")
		d.put("charters/a.md", "c")
		d.hears("charters/a.md")
		d.mu.Lock()
		if d.named[d.path("../theme/page.html")] || d.all {
			t.Errorf("poll=%v: hinted at %v", poll, d.named)
		}
		d.mu.Unlock()
	}
}

// Hints that nobody takes are merged.
func TestMerged(t *testing.T) {
	dir := t.TempDir()
	w := New([]string{dir}, Options{})
	defer w.Close()
	want := map[string]bool{}
	for i := range 100 {
		name := filepath.Join(dir, fmt.Sprintf("%d.md", i))
		if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		want[name] = true
		if i%25 == 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
	for end := time.After(long); len(want) > 0; {
		select {
		case h := <-w.Hints():
			for _, p := range h.Paths {
				delete(want, p)
			}
		case <-end:
			t.Fatalf("never hinted at: %v", want)
		}
	}
}

// A fake tells what a test lets it tell, and remembers what it was asked for.
type fake struct {
	events chan fsnotify.Event
	errs   chan error
	refuse func(dir string) error

	mu    sync.Mutex
	asked map[string]int // how often, of what it still would tell
}

func (f *fake) Told() (<-chan fsnotify.Event, <-chan error) { return f.events, f.errs }
func (f *fake) Close() error                                { return nil }

func (f *fake) WatchList() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Keys(f.asked))
}

func (f *fake) Remove(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.asked, dir)
	return nil
}

func (f *fake) Add(dir string) error {
	if err := f.refuse(dir); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[dir]++
	return nil
}

func (f *fake) asks(dir string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[dir] > 0
}

func faked(o Options, refuse func(dir string) error) (*fake, Options) {
	f := &fake{events: make(chan fsnotify.Event), errs: make(chan error), refuse: refuse, asked: map[string]int{}}
	o.listen = func() (system, error) { return f, nil }
	return f, o
}

func willing(string) error { return nil }

// Where the system tells nothing at all, a look now and then finds everything.
func TestDeaf(t *testing.T) {
	f, o := faked(Options{Interval: 10 * time.Millisecond}, willing)
	d := open(t, o)
	d.put("charters/a.md", "other")
	d.put("charters/new/index.md", "x")
	d.hears("charters/a.md")
	d.hears("charters/new/index.md")
	d.until("asking for the new folder", func() bool { return f.asks(d.path("charters/new")) })
	if d.all {
		t.Error("a hint at all")
	}
}

// When events were lost, everything is hinted at and every folder asked for again.
func TestOverflow(t *testing.T) {
	f, o := faked(Options{Interval: time.Hour}, willing)
	d := open(t, o)
	d.put("charters/new/index.md", "x")
	f.mu.Lock()
	clear(f.asked)
	f.mu.Unlock()
	f.errs <- fsnotify.ErrEventOverflow
	d.until("a hint at all", func() bool { return d.all })
	for _, dir := range []string{"..", ".", "charters", "charters/new"} {
		d.until("asking for "+dir, func() bool { return f.asks(d.path(dir)) })
	}
	if lines := d.said(); len(lines) != 0 {
		t.Errorf("said %q", lines)
	}
}

// What is wrong with the system otherwise is said once, and taken as lost events.
func TestFaults(t *testing.T) {
	f, o := faked(Options{Interval: time.Hour}, willing)
	d := open(t, o)
	for range 3 {
		f.errs <- errors.New("odd")
		d.until("a hint at all", func() bool { return d.all })
		d.forget()
	}
	if lines := d.said(); len(lines) != 1 || !strings.Contains(lines[0], "odd") {
		t.Errorf("said %q", lines)
	}
	close(f.events)
	d.until("polling", func() bool { return len(d.lines) == 2 && strings.Contains(d.lines[1], "looking every") })
}

// A limit of the system, met at the start or later, is said in one line, and
// looking takes over.
func TestLimits(t *testing.T) {
	for _, err := range []error{syscall.ENOSPC, syscall.EMFILE, errors.New("odd")} {
		_, none := faked(Options{}, willing)
		none.listen = func() (system, error) { return nil, err }
		_, atOnce := faked(Options{}, func(string) error { return err })
		f, later := faked(Options{Interval: 10 * time.Millisecond}, func(dir string) error {
			if filepath.Base(dir) == "new" {
				return err
			}
			return nil
		})
		for what, o := range map[string]Options{"none": none, "at once": atOnce, "later": later} {
			o.Interval = 10 * time.Millisecond
			d := open(t, o)
			d.put("charters/new/index.md", "x")
			d.hears("charters/new/index.md")
			d.put("charters/a.md", "other")
			d.hears("charters/a.md")
			d.until("polling, said once, "+what, func() bool { return len(d.lines) == 1 && strings.Contains(d.lines[0], "looking every") })
			d.w.Close()
		}
		close(f.errs) // nobody listens any more
	}
}

// A folder that nobody may read does not end the events of the others, and is
// asked for when its rights change.
func TestNoRights(t *testing.T) {
	var mu sync.Mutex
	rights := false
	f, o := faked(Options{Interval: 10 * time.Millisecond}, func(dir string) error {
		mu.Lock()
		defer mu.Unlock()
		if filepath.Base(dir) == "closed" && !rights {
			return &os.PathError{Op: "add", Path: dir, Err: syscall.EACCES}
		}
		return nil
	})
	d := open(t, o)
	d.put("charters/closed/index.md", "x")
	d.hears("charters/closed/index.md")
	if lines := d.said(); len(lines) != 0 || f.asks(d.path("charters/closed")) {
		t.Errorf("said %q", lines)
	}
	mu.Lock()
	rights = true
	mu.Unlock()
	d.until("asking for the folder", func() bool { return f.asks(d.path("charters/closed")) })
}

// Closing ends everything that was begun, and may be done twice.
func TestClose(t *testing.T) {
	dir := t.TempDir()
	descriptors := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not on this system
		}
		return len(list)
	}
	routines, open := runtime.NumGoroutine(), descriptors()
	for i := range 40 {
		w := New([]string{dir}, Options{Poll: i%4 == 0})
		for j := range 20 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.md", j)), []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		w.Close()
		w.Add(dir)
		w.Remove(dir)
	}
	for end := time.Now().Add(long); runtime.NumGoroutine() > routines || descriptors() > open; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("goroutines %d, then %d; descriptors %d, then %d", routines, runtime.NumGoroutine(), open, descriptors())
		}
	}
}
