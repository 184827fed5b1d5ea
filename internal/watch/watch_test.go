package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A desk is a folder under watch, and what its hints named so far.
type desk struct {
	t     *testing.T
	dir   string
	w     *Watcher
	mu    sync.Mutex
	named map[string]bool
	all   bool
	hints int
	lines []string
}

func open(t *testing.T, o Options) *desk {
	t.Helper()
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "content"), named: map[string]bool{}}
	d.put("charters/a.md", "a")
	o.Say = func(line string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.lines = append(d.lines, line)
	}
	d.w = New([]string{d.dir}, o)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case h := <-d.w.Hints():
				d.mu.Lock()
				d.hints++
				d.all = d.all || h.All
				for _, p := range h.Paths {
					d.named[p] = true
				}
				d.mu.Unlock()
			case <-d.w.ended:
				return
			}
		}
	}()
	t.Cleanup(func() { d.w.Close(); <-done })
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *desk) put(name, text string) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) do(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// hears waits until a hint covers a file.
func (d *desk) hears(name string) {
	d.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		d.mu.Lock()
		ok := d.all || d.named[d.path(name)]
		d.mu.Unlock()
		if ok {
			return
		}
	}
	d.t.Fatalf("%s was never hinted at; said %q", name, d.lines)
}

func (d *desk) forget() {
	time.Sleep(50 * time.Millisecond) // let what is under way arrive
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
		d.put("charters/4913", "")
		d.do(os.Remove(d.path("charters/4913")))
		d.do(os.Rename(d.path("charters/a.md"), d.path("charters/a.md~")))
		d.put("charters/a.md", "b")
		d.do(os.Remove(d.path("charters/a.md~")))
	}, "charters/a.md"},
	{"emacs", func(d *desk) {
		d.put("charters/#a.md#", "b")
		d.do(os.Rename(d.path("charters/a.md"), d.path("charters/a.md~")))
		d.put("charters/a.md", "b")
		d.do(os.Remove(d.path("charters/#a.md#")))
	}, "charters/a.md"},
	{"over the old one", func(d *desk) {
		d.put("charters/a.md.tmp", "b")
		d.do(os.Rename(d.path("charters/a.md.tmp"), d.path("charters/a.md")))
	}, "charters/a.md"},
	{"jetbrains", func(d *desk) {
		d.put("charters/a.md___jb_tmp___", "b")
		d.do(os.Rename(d.path("charters/a.md"), d.path("charters/a.md___jb_old___")))
		d.do(os.Rename(d.path("charters/a.md___jb_tmp___"), d.path("charters/a.md")))
		d.do(os.Remove(d.path("charters/a.md___jb_old___")))
	}, "charters/a.md"},
	{"removed", func(d *desk) { d.do(os.Remove(d.path("charters/a.md"))) }, "charters/a.md"},
	{"renamed twice", func(d *desk) {
		d.do(os.Rename(d.path("charters/a.md"), d.path("charters/b.md")))
		d.do(os.Rename(d.path("charters/b.md"), d.path("charters/c.md")))
	}, "charters/c.md"},
	{"new folders", func(d *desk) { d.put("charters/deep/updates/u.md", "b") }, "charters/deep/updates/u.md"},
	{"moved in", func(d *desk) {
		away := filepath.Join(filepath.Dir(d.dir), "away")
		d.do(os.MkdirAll(filepath.Join(away, "updates"), 0o755))
		d.do(os.WriteFile(filepath.Join(away, "updates", "u.md"), []byte("b"), 0o644))
		d.do(os.Rename(away, d.path("charters/in")))
	}, "charters/in/updates/u.md"},
	{"folder renamed", func(d *desk) { d.do(os.Rename(d.path("charters"), d.path("letters"))) }, "letters/a.md"},
	{"gone and back", func(d *desk) {
		d.do(os.Rename(d.dir, d.dir+"-away"))
		time.Sleep(50 * time.Millisecond)
		d.do(os.Rename(d.dir+"-away", d.dir))
		d.put("charters/a.md", "b")
	}, "charters/a.md"},
}

// Every way of changing is seen, by events and by looking; and what is changed
// after it is seen, too.
func TestWays(t *testing.T) {
	for _, poll := range []bool{false, true} {
		for _, way := range ways {
			t.Run(fmt.Sprintf("%s poll=%v", way.name, poll), func(t *testing.T) {
				t.Parallel()
				d := open(t, Options{Poll: poll})
				time.Sleep(20 * time.Millisecond) // so that the time of the file differs
				way.do(d)
				d.hears(way.hear)
				d.forget()
				d.put(strings.Replace(way.hear, "a.md", "after.md", 1), "c")
				d.hears(strings.Replace(way.hear, "a.md", "after.md", 1))
			})
		}
	}
}

// A folder that is not there yet is seen when it comes.
func TestNotThereYet(t *testing.T) {
	dir := t.TempDir()
	w := New([]string{filepath.Join(dir, "themes")}, Options{})
	defer w.Close()
	if err := os.MkdirAll(filepath.Join(dir, "themes", "house"), 0o755); err != nil {
		t.Fatal(err)
	}
	select {
	case <-w.Hints():
	case <-time.After(20 * time.Second):
		t.Fatal("the folder came unseen")
	}
}

// What editors leave behind wakes nobody.
func TestLitter(t *testing.T) {
	d := open(t, Options{})
	for _, name := range []string{"charters/.a.md.swp", "charters/4913", "charters/a.md~", "charters/#a.md#", "charters/.#a.md", "charters/a.md.tmp", ".git/index"} {
		d.put(name, "x")
	}
	time.Sleep(100 * time.Millisecond)
	d.forget()
	for _, name := range []string{"charters/.a.md.swp", "charters/a.md~", ".git/index", ".git/HEAD"} {
		d.put(name, "y")
	}
	time.Sleep(200 * time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hints > 0 {
		t.Errorf("%d hints for litter: %v", d.hints, d.named)
	}
}

// A checkout of thousands of files is a few hints, which cover them all.
func TestCheckout(t *testing.T) {
	d := open(t, Options{})
	d.put(".git/index.lock", "")
	for i := range 5000 {
		d.put(fmt.Sprintf("charters/c%d.md", i), "x")
	}
	d.do(os.Remove(d.path(".git/index.lock")))
	for i := range 5000 {
		d.hears(fmt.Sprintf("charters/c%d.md", i))
	}
	d.forget()
	d.mu.Lock()
	hints := d.hints
	d.mu.Unlock()
	if hints > 5 {
		t.Errorf("%d hints", hints)
	}
}

// A fake tells what a test lets it tell.
type fake struct {
	system
	events chan fsnotify.Event
	errs   chan error
	refuse error
	added  chan string
}

func (f *fake) Events() <-chan fsnotify.Event { return f.events }
func (f *fake) Errors() <-chan error          { return f.errs }
func (f *fake) WatchList() []string           { return nil }
func (f *fake) Remove(string) error           { return nil }
func (f *fake) Close() error                  { return nil }
func (f *fake) Add(dir string) error {
	select {
	case f.added <- dir:
	default:
	}
	return f.refuse
}

func faked(refuse error) (*fake, Options) {
	f := &fake{events: make(chan fsnotify.Event), errs: make(chan error), refuse: refuse, added: make(chan string, 1000)}
	return f, Options{events: func() (system, error) { return f, nil }}
}

// Where the system tells nothing at all, a look now and then finds everything.
func TestDeaf(t *testing.T) {
	_, o := faked(nil)
	d := open(t, o)
	d.put("charters/a.md", "other")
	d.put("charters/new/index.md", "x")
	d.hears("charters/a.md")
	d.hears("charters/new/index.md")
}

// When events were lost, everything is hinted at and every folder asked for again.
func TestOverflow(t *testing.T) {
	f, o := faked(nil)
	d := open(t, o)
	d.put("charters/new/index.md", "x")
	f.errs <- fsnotify.ErrEventOverflow
	d.hears("charters/new/index.md")
	for end := time.After(20 * time.Second); ; {
		select {
		case dir := <-f.added:
			if dir == d.path("charters/new") {
				return
			}
		case <-end:
			t.Fatal("the new folder was never asked for")
		}
	}
}

// A limit of the system is said in one line, and looking takes over.
func TestLimits(t *testing.T) {
	for _, err := range []error{syscall.ENOSPC, syscall.EMFILE, errors.New("odd")} {
		_, o := faked(err)
		d := open(t, o)
		d.put("charters/new/index.md", "x")
		d.hears("charters/new/index.md")
		d.mu.Lock()
		if len(d.lines) != 1 || !strings.Contains(d.lines[0], "looking every") {
			t.Errorf("%v: %q", err, d.lines)
		}
		d.mu.Unlock()
	}
}

// Closing ends everything that was begun.
func TestClose(t *testing.T) {
	dir := t.TempDir()
	descriptors := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0
		}
		return len(list)
	}
	routines, open := runtime.NumGoroutine(), descriptors()
	for range 20 {
		w := New([]string{dir}, Options{})
		if err := os.WriteFile(filepath.Join(dir, "x.md"), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		w.Close()
	}
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > routines+2 || descriptors() > open+2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("goroutines %d, then %d; descriptors %d, then %d", routines, runtime.NumGoroutine(), open, descriptors())
		}
	}
}
