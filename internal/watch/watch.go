// Package watch says when files below some folders may have changed.
//
// What it says are hints, and the truth is what a look at the folder finds: the
// system forgets events when many come at once, forgets folders that are made
// while it is told of them, and on network drives it says nothing at all. So the
// watcher asks the system for events where it can, looks over the folders itself
// now and then, and gives a hint of both kinds. Hints that nobody took are
// merged; none is lost, and a thousand changes at once are one hint.
//
// Symbolic links are not followed, and what editors leave beside a file while
// they save it wakes nobody.
package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options say how to watch. The zero value is right for a folder of this
// machine.
type Options struct {
	Poll     bool                   // never ask the system for events
	Quiet    time.Duration          // a hint is given once nothing happened for so long: 15 ms
	AtMost   time.Duration          // and at the latest so long after the first event: 500 ms
	Interval time.Duration          // at least, between two looks: 1 s when polling, 2 s when healing
	Ignore   func(name string) bool // base names that are never content; nil: [Litter]
	Say      func(line string)      // hears once of each thing that a person should know; nil: nobody

	// events stands in for the system in tests.
	events func() (system, error)
}

// A Hint is what may have changed since the last one.
type Hint struct {
	Paths []string // below the roots, as these were given; sorted, without repeats
	All   bool     // anything may have changed
}

// A Watcher gives hints until it is closed.
type Watcher struct {
	o     Options
	hints chan Hint
	stop  chan struct{}
	ended chan struct{}
}

// A system tells of events: fsnotify, or what a test puts in its place.
type system interface {
	Add(dir string) error
	Remove(dir string) error
	WatchList() []string
	Close() error
	Events() <-chan fsnotify.Event
	Errors() <-chan error
}

type notify struct{ *fsnotify.Watcher }

func (n notify) Events() <-chan fsnotify.Event { return n.Watcher.Events }
func (n notify) Errors() <-chan error          { return n.Watcher.Errors }

// New begins to watch. It never fails: what the system does not tell of is
// looked at now and then, and that is said.
func New(roots []string, o Options) *Watcher {
	if o.Quiet == 0 {
		o.Quiet = 15 * time.Millisecond
	}
	if o.AtMost == 0 {
		o.AtMost = 500 * time.Millisecond
	}
	if o.Ignore == nil {
		o.Ignore = Litter
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.events == nil {
		o.events = func() (system, error) {
			w, err := fsnotify.NewWatcher()
			return notify{w}, err
		}
	}
	w := &Watcher{o: o, hints: make(chan Hint), stop: make(chan struct{}), ended: make(chan struct{})}
	r := &round{Watcher: w, said: map[string]bool{}, hinted: map[string]bool{}}
	for _, root := range roots {
		r.roots = append(r.roots, filepath.Clean(root))
	}
	r.begin()
	go r.run()
	return w
}

// Hints gives one hint after the other.
func (w *Watcher) Hints() <-chan Hint { return w.hints }

// Close ends the watching.
func (w *Watcher) Close() {
	close(w.stop)
	<-w.ended
}

// Litter reports whether a base name is what editors and systems leave behind,
// or hidden.
func Litter(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") || strings.HasPrefix(name, "___jb_") ||
		slices.Contains([]string{"4913", "Thumbs.db", "desktop.ini", "node_modules"}, name) ||
		slices.Contains([]string{".swp", ".swo", ".swx", ".tmp", ".bak", ".crswap", ".part"}, filepath.Ext(name))
}

// A round is the one goroutine of a watcher and all that it knows.
type round struct {
	*Watcher
	roots  []string
	system system // nil when polling
	said   map[string]bool

	seen   map[string]os.FileInfo // at the last look, files and folders
	cost   time.Duration          // of the last look
	hinted map[string]bool        // since the last look

	folders     bool // some came or went since the last look
	pending     Hint
	first, last time.Time // events that are pending
}

// begin asks the system for events, or finds out why not.
func (r *round) begin() {
	r.seen = r.scan()
	if r.o.Poll {
		return
	}
	for _, root := range r.roots {
		if kind, remote := remote(root); remote {
			r.poll(fmt.Sprintf("%s is on %s, which tells of no changes", root, kind))
			return
		}
	}
	system, err := r.o.events()
	if err != nil {
		r.poll(why(err))
		return
	}
	r.system = system
	r.rewatch()
}

// poll gives up on the system.
func (r *round) poll(because string) {
	if r.system != nil {
		r.system.Close()
		r.system = nil
	}
	r.say(fmt.Sprintf("Changes are found by looking every %s, since %s.", r.interval().Round(100*time.Millisecond), because))
}

func why(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the system's limit of watched folders is reached (on Linux: fs.inotify.max_user_watches)"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "the system's limit of watchers or open files is reached (on Linux: fs.inotify.max_user_instances)"
	}
	return "the system cannot tell of them (" + err.Error() + ")"
}

func (r *round) say(line string) {
	if !r.said[line] {
		r.said[line] = true
		r.o.Say(line)
	}
}

// rewatch asks for events of every folder that is there now, and of the folders
// around the roots, which tell when a root goes and comes.
func (r *round) rewatch() {
	want := map[string]bool{}
	for _, root := range r.roots {
		if parent := filepath.Dir(root); isDir(parent) {
			want[parent] = true
		}
	}
	for name, info := range r.seen {
		if info.IsDir() {
			want[name] = true
		}
	}
	for _, name := range r.system.WatchList() {
		if !want[name] {
			_ = r.system.Remove(name) // it may be gone
		}
	}
	for name := range want {
		if err := r.system.Add(name); err != nil && isDir(name) {
			r.poll(why(err))
			return
		}
	}
}

func isDir(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}

// interval is how long to wait between two looks: the dearer they are, the
// longer.
func (r *round) interval() time.Duration {
	if r.system == nil {
		return max(r.o.Interval, time.Second, 20*r.cost)
	}
	return max(r.o.Interval, 2*time.Second, 200*r.cost)
}

// scan looks at everything below the roots.
func (r *round) scan() map[string]os.FileInfo {
	began := time.Now()
	seen := make(map[string]os.FileInfo, len(r.seen))
	var look func(dir string, depth int)
	look = func(dir string, depth int) {
		list, err := os.ReadDir(dir)
		if err != nil || depth > 64 {
			return
		}
		for _, e := range list {
			if r.o.Ignore(e.Name()) {
				continue
			}
			name := filepath.Join(dir, e.Name())
			if info, err := e.Info(); err == nil {
				seen[name] = info
				if info.IsDir() {
					look(name, depth+1)
				}
			}
		}
	}
	for _, root := range r.roots {
		if info, err := os.Lstat(root); err == nil && info.IsDir() {
			seen[root] = info
			look(root, 0)
		}
	}
	r.cost = time.Since(began)
	return seen
}

// look compares what is there with what was there, hints at what nobody hinted
// at, and reports whether folders came or went.
func (r *round) look() (folders bool) {
	before := r.seen
	r.seen = r.scan()
	for name, now := range r.seen {
		was, known := before[name]
		switch {
		case !known, !os.SameFile(was, now), was.IsDir() != now.IsDir():
			folders = folders || now.IsDir()
		case now.IsDir(), was.Size() == now.Size() && was.ModTime().Equal(now.ModTime()) && was.Mode() == now.Mode():
			continue
		}
		r.missed(name)
	}
	for name, was := range before {
		if _, there := r.seen[name]; !there {
			folders = folders || was.IsDir()
			r.missed(name)
		}
	}
	r.hinted = map[string]bool{}
	return folders
}

// settle asks for the events of folders that came. More may come between the
// look and the asking, so it looks until there are none.
func (r *round) settle() {
	r.folders = false
	for range 5 {
		changed := r.look()
		if r.system == nil || !changed {
			return
		}
		r.rewatch()
	}
}

func (r *round) missed(name string) {
	if !r.hinted[name] {
		r.note(name)
	}
}

// note lets a path be hinted at.
func (r *round) note(name string) {
	r.last = time.Now()
	if r.first.IsZero() {
		r.first = r.last
	}
	r.hinted[name] = true
	r.pending.Paths = append(r.pending.Paths, name)
}

// everything lets all be hinted at, and the folders be asked for again.
func (r *round) everything() {
	r.note(r.roots[0])
	r.pending.All, r.folders = true, true
}

func (r *round) run() {
	defer close(r.ended)
	defer func() {
		if r.system != nil {
			r.system.Close()
		}
	}()
	clock := time.NewTimer(r.interval())
	defer clock.Stop()
	for {
		var events <-chan fsnotify.Event
		var errs <-chan error
		if r.system != nil {
			events, errs = r.system.Events(), r.system.Errors()
		}
		out, hint, ripe := r.ready()
		select {
		case <-r.stop:
			return
		case out <- hint:
			r.pending, r.first = Hint{}, time.Time{}
		case <-ripe:
		case e, ok := <-events:
			if !ok {
				r.poll("the system stopped telling of them")
				continue
			}
			r.event(e)
		case err := <-errs:
			r.fault(err)
		case <-clock.C:
			r.settle()
			clock.Reset(r.interval())
		}
	}
}

// ready returns where the pending hint may go, or when to ask again.
func (r *round) ready() (out chan Hint, hint Hint, ripe <-chan time.Time) {
	if r.first.IsZero() {
		return nil, Hint{}, nil
	}
	wait := min(time.Until(r.last.Add(r.o.Quiet)), time.Until(r.first.Add(r.o.AtMost)))
	if wait <= 0 && r.checkout() && time.Since(r.first) < 2*time.Second {
		wait = 10 * time.Millisecond
	}
	if wait > 0 {
		return nil, Hint{}, time.After(wait)
	}
	if r.folders {
		r.settle()
	}
	slices.Sort(r.pending.Paths)
	r.pending.Paths = slices.Compact(r.pending.Paths)
	return r.hints, r.pending, nil
}

// checkout reports whether git is in the middle of changing the files.
func (r *round) checkout() bool {
	dir := r.roots[0]
	for range 8 {
		if _, err := os.Lstat(filepath.Join(dir, ".git", "index.lock")); err == nil {
			return true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return false
		}
		dir = up
	}
	return false
}

// event takes in what the system tells.
func (r *round) event(e fsnotify.Event) {
	name := filepath.Clean(e.Name)
	if !r.below(name) || r.o.Ignore(filepath.Base(name)) && !slices.Contains(r.roots, name) {
		return
	}
	was := r.seen[name]
	if e.Has(fsnotify.Create|fsnotify.Remove|fsnotify.Rename) && (isDir(name) || was != nil && was.IsDir()) {
		// A folder came or went: what is in it was not told.
		r.everything()
		return
	}
	r.note(name)
}

// below reports whether a path is a root or lies in one.
func (r *round) below(name string) bool {
	return slices.ContainsFunc(r.roots, func(root string) bool {
		return name == root || strings.HasPrefix(name, root+string(filepath.Separator)) || root == "."
	})
}

// fault takes in what the system could not tell.
func (r *round) fault(err error) {
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		r.say("A change may be seen late: " + err.Error() + ".")
	}
	if r.system != nil {
		r.rewatch()
	}
	r.everything()
}
