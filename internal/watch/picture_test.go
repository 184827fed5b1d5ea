package watch

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"pgregory.net/rapid"
)

// A picture is what somebody knows of a folder who reads nothing but what hints
// name. However files change and whatever the system tells, once there is quiet
// the picture must be the folder.
type picture struct {
	dir   string
	mu    sync.Mutex
	files map[string]string // text by path
}

// read takes in one file as it is now.
func (p *picture) read(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	info, err := os.Lstat(name)
	if err == nil && info.Mode().IsRegular() {
		text, err := os.ReadFile(name)
		if err == nil {
			p.files[name] = string(text)
			return
		}
	}
	delete(p.files, name)
}

func (p *picture) readAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files = onDisk(p.dir)
}

func (p *picture) follow(w *Watcher) {
	for {
		select {
		case h := <-w.Hints():
			if h.All {
				p.readAll()
			}
			for _, name := range h.Paths {
				p.read(name)
			}
		case <-w.ended:
			return
		}
	}
}

func onDisk(dir string) map[string]string {
	files := map[string]string{}
	_ = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && !Litter(e.Name()) { // what an editor throws away is told by nobody
			if text, err := os.ReadFile(name); err == nil {
				files[name] = string(text)
			}
		}
		return nil // what is gone is gone
	})
	return files
}

// becomes waits until the picture is the folder, and says what it lacks.
func (p *picture) becomes(t *rapid.T, done []string) {
	disk := onDisk(p.dir)
	for end := time.Now().Add(long); ; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		same := maps.Equal(p.files, disk)
		known := maps.Clone(p.files)
		p.mu.Unlock()
		if same {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after\n%s\nknown %v\nbut is %v", strings.Join(done, "\n"), known, disk)
		}
	}
}

// hands change a folder at random.
type hands struct {
	dir  string
	n    int
	done []string
	tell func(op fsnotify.Op, name string) // nil where the system sees for itself
}

var names = []string{"a", "b", "c"}

// somewhere is a path of up to three names, at least one.
func (h *hands) somewhere(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom(names), 1, 3).Draw(t, "path")
	return filepath.Join(h.dir, filepath.Join(parts...))
}

func (h *hands) told(op fsnotify.Op, name string) {
	h.done = append(h.done, fmt.Sprint(op, " ", name))
	if h.tell != nil {
		h.tell(op, name)
	}
}

// move does one thing. What cannot be done is not done.
func (h *hands) move(t *rapid.T) {
	h.n++
	text := []byte(fmt.Sprintf("text %05d", h.n)) // always as long
	name := h.somewhere(t)
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1, 2, 3:
		if dir := filepath.Dir(name); !isFolder(dir) && os.MkdirAll(dir, 0o755) == nil {
			h.told(fsnotify.Create, dir)
		}
		if os.WriteFile(name, text, 0o644) == nil {
			h.told(fsnotify.Write, name)
		}
	case 4:
		if os.WriteFile(name+".tmp", text, 0o644) == nil && os.Rename(name+".tmp", name) == nil {
			h.told(fsnotify.Create, name)
		}
		os.Remove(name + ".tmp")
	case 5, 6:
		to := h.somewhere(t)
		if os.Rename(name, to) == nil {
			h.told(fsnotify.Rename, name)
			h.told(fsnotify.Create, to)
		}
	case 7:
		if os.RemoveAll(name) == nil {
			h.told(fsnotify.Remove, name)
		}
	case 8:
		if os.Rename(h.dir, h.dir+"-away") == nil {
			h.told(fsnotify.Rename, h.dir)
			if os.Rename(h.dir+"-away", h.dir) == nil {
				h.told(fsnotify.Create, h.dir)
			}
		}
	case 9:
		time.Sleep(time.Duration(rapid.IntRange(0, 25).Draw(t, "ms")) * time.Millisecond)
	}
}

// try has hands change a folder under watch, some times, and each time waits
// until the picture is right. What the hands tell comes before the quiet.
func try(rt *rapid.T, dir string, o Options, tell func(fsnotify.Op, string)) {
	dir, err := os.MkdirTemp(dir, "")
	if err != nil {
		rt.Fatal(err)
	}
	h := &hands{dir: filepath.Join(dir, "root"), tell: tell}
	if err := os.Mkdir(h.dir, 0o755); err != nil {
		rt.Fatal(err)
	}
	p := &picture{dir: h.dir, files: map[string]string{}}
	w := New([]string{h.dir}, o)
	var followed sync.WaitGroup
	followed.Go(func() { p.follow(w) })
	defer followed.Wait()
	defer w.Close()
	for range rapid.IntRange(1, 3).Draw(rt, "rounds") {
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			h.move(rt)
		}
		h.done = append(h.done, "quiet")
		p.becomes(rt, h.done)
	}
}

// Events of the system alone suffice: no look of the clock comes to help.
func TestEventsSuffice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) { try(rt, dir, Options{Interval: time.Hour}, nil) })
}

// Looks alone suffice.
func TestLooksSuffice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) { try(rt, dir, Options{Poll: true, Interval: time.Millisecond}, nil) })
}

// A system may drop, double, reorder and delay events, and lose the folders it
// was asked for, with or without a word.
func TestLies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		f, o := faked(Options{Interval: 5 * time.Millisecond}, willing)
		liar := liar{fake: f, rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)), stop: make(chan struct{})}
		defer liar.sending.Wait()
		defer close(liar.stop)
		try(rt, dir, o, liar.tell)
	})
}

type liar struct {
	*fake
	rand    *rand.Rand
	late    []fsnotify.Event
	stop    chan struct{}
	sending sync.WaitGroup
}

func (l *liar) tell(op fsnotify.Op, name string) {
	event := fsnotify.Event{Name: name, Op: op}
	switch l.rand.IntN(8) {
	case 0, 1: // dropped
	case 2: // doubled
		l.send(event, event)
	case 3: // delayed
		l.late = append(l.late, event)
	case 4: // reordered
		late := append(l.late, event)
		l.rand.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
		l.send(late...)
		l.late = nil
	case 5: // all is lost
		l.forget()
		l.sending.Go(func() {
			select {
			case l.errs <- fsnotify.ErrEventOverflow:
			case <-l.stop:
			}
		})
	case 6: // all is lost without a word
		l.forget()
	default:
		l.send(event)
	}
}

// send tells of what it was asked for, like a system.
func (l *liar) send(events ...fsnotify.Event) {
	events = slices.DeleteFunc(slices.Clone(events), func(e fsnotify.Event) bool { return !l.asks(filepath.Dir(e.Name)) })
	l.sending.Go(func() {
		for _, e := range events {
			select {
			case l.events <- e:
			case <-l.stop:
				return
			}
		}
	})
}

func (l *liar) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for dir := range l.asked {
		if l.rand.IntN(2) == 0 {
			delete(l.asked, dir)
		}
	}
}
