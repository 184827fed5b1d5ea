package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A round is the one goroutine of a watcher and all that it knows.
//
// Whatever stirs it, an event, an error, the clock, is gathered until there is
// quiet. Then the gathering is ripe: the files that events named are looked at,
// or all files where events do not suffice, and what changed is told.
type round struct {
	*Watcher
	roots []string
	ear   *ear // nil when polling
	said  map[string]bool

	seen marks         // as it was when it was told
	cost time.Duration // of the last look at all files

	touched     map[string]bool // files that events named
	whole       bool            // look at all files
	anew        bool            // and ask anew for the events of all folders
	lost        bool            // anything may have changed
	first, last time.Time       // when the gathering began, and when it grew
	ripe        *time.Timer     // when it is to be told
	clock       *time.Timer     // when all files are to be looked at
	stale       mark            // a lock of git that was waited for in vain

	news Hint // what this look finds
	told Hint // what nobody took yet
}

func begin(w *Watcher, roots []string) *round {
	r := &round{Watcher: w, said: map[string]bool{}, seen: marks{}, touched: map[string]bool{}}
	for _, root := range roots {
		r.roots = append(r.roots, filepath.Clean(root))
	}
	r.seen = r.scan()
	if !r.o.Poll {
		if s, err := r.o.listen(); err != nil {
			r.poll(why(err))
		} else {
			r.ear = newEar(s)
			r.rewatch(false)
		}
	}
	r.ripe, r.clock = time.NewTimer(0), time.NewTimer(r.interval())
	r.ripe.Stop()
	return r
}

func (r *round) run(stop <-chan struct{}) {
	defer close(r.ended)
	defer r.clock.Stop()
	defer r.ripe.Stop()
	defer r.hush()
	for {
		var wake <-chan struct{}
		if r.ear != nil {
			wake = r.ear.wake
		}
		var out chan<- Hint
		if r.told.All || len(r.told.Paths) > 0 {
			out = r.hints
		}
		select {
		case <-stop:
			return
		case do := <-r.asks:
			do(r)
		case out <- r.told:
			r.told = Hint{}
		case <-wake:
			r.hear(r.ear.take())
		case <-r.clock.C:
			r.whole = true
			r.stir()
		case <-r.ripe.C:
			r.ripen()
		}
	}
}

// interval is how long to wait between two looks: the dearer they are, the
// longer. Where events tell, a look only heals, and may cost less of the time.
func (r *round) interval() time.Duration {
	least, share := time.Second, 40*r.cost
	if r.ear != nil {
		least, share = 2*time.Second, 100*r.cost
	}
	if r.o.Interval > 0 {
		least = r.o.Interval
	}
	return max(least, share)
}

// poll gives up on events.
func (r *round) poll(because string) {
	r.hush()
	r.say(fmt.Sprintf("Changes are found by looking every %s, since %s.", r.interval().Round(100*time.Millisecond), because))
}

// hush ends the listening.
func (r *round) hush() {
	if r.ear != nil {
		r.ear.Close()
		r.ear = nil
	}
}

func (r *round) say(line string) {
	if !r.said[line] {
		r.said[line] = true
		r.o.Say(line)
	}
}

func (r *round) add(root string) {
	if slices.Contains(r.roots, root) {
		return
	}
	r.roots = append(r.roots, root)
	there := marks{}
	there.scan(root, r.o.Ignore)
	for name, m := range there {
		if _, known := r.seen[name]; !known { // below another root: a change may be untold
			r.seen[name] = m
		}
	}
	r.rewatch(false)
}

func (r *round) remove(root string) {
	r.roots = slices.DeleteFunc(r.roots, func(other string) bool { return other == root })
	for name := range r.seen {
		if !r.content(name) {
			delete(r.seen, name)
		}
	}
	r.rewatch(false)
}

// content reports whether a path is a root, or below one and nowhere ignored.
func (r *round) content(name string) bool {
	return slices.ContainsFunc(r.roots, func(root string) bool {
		rest, ok := within(root, name)
		return ok && (rest == "" || !slices.ContainsFunc(strings.Split(rest, string(filepath.Separator)), r.o.Ignore))
	})
}

// leads reports whether a root is below a path.
func (r *round) leads(name string) bool {
	return slices.ContainsFunc(r.roots, func(root string) bool {
		_, ok := within(name, root)
		return ok
	})
}

// stir lets the gathering grow.
func (r *round) stir() {
	r.last = time.Now()
	if r.first.IsZero() {
		r.first = r.last
	}
	r.ripe.Reset(min(r.o.Quiet, r.o.AtMost-r.last.Sub(r.first)))
}

// hear gathers what the system told.
func (r *round) hear(h heard) {
	for name, op := range h.events {
		r.event(filepath.Clean(name), op)
	}
	for _, err := range h.errs {
		if !errors.Is(err, fsnotify.ErrEventOverflow) {
			r.say("A change may be seen late: " + err.Error() + ".")
		}
	}
	if h.ended {
		r.poll("the system stopped telling of them")
	}
	if h.ended || len(h.errs) > 0 {
		r.lost, r.whole, r.anew = true, true, true
		r.stir()
	}
}

// event gathers one event. What happened in a folder that came, and in one that
// went, nobody told.
func (r *round) event(name string, op fsnotify.Op) {
	const moved = fsnotify.Create | fsnotify.Remove | fsnotify.Rename
	content := r.content(name)
	was, known := r.seen[name]
	switch {
	case content && known && was.mode.IsDir(), !content && r.leads(name):
		// That a folder's list of files changed is told of the files, too, but
		// not by every system.
		r.whole = true
		r.anew = r.anew || op&^fsnotify.Write != 0
	case !content:
		return
	case op&moved != 0 && isFolder(name):
		r.whole, r.anew = true, true
	default:
		r.touched[name] = true
	}
	r.stir()
}

// patience is how long git may take before what changed is told nevertheless.
const patience = 2 * time.Second

// busy reports whether git is in the middle of changing the files, unless it was
// so too long.
func (r *round) busy() bool {
	for _, root := range r.roots {
		lock, held := locked(root)
		switch {
		case !held || lock == r.stale:
		case time.Since(r.first) < patience:
			return true
		default:
			r.stale = lock // its git crashed, or works for long
		}
	}
	return false
}

// ripen looks at what the gathering is about, and tells what changed.
func (r *round) ripen() {
	if r.busy() {
		r.ripe.Reset(tick)
		return
	}
	r.news = Hint{All: r.lost}
	for name := range r.touched {
		r.check(name)
	}
	clear(r.touched)
	if r.whole {
		r.settle()
		r.clock.Reset(r.interval())
	}
	r.told.add(r.news)
	r.whole, r.lost, r.first = false, false, time.Time{}
}

// add merges another hint into one.
func (h *Hint) add(o Hint) {
	h.All = h.All || o.All
	h.Paths = append(h.Paths, o.Paths...)
	slices.Sort(h.Paths)
	h.Paths = slices.Compact(h.Paths)
}

// check looks at a file that an event named. The event suffices: a file may
// change and keep its mark. Only what came and went before anybody knew is
// nothing.
func (r *round) check(name string) {
	now, there := look(name)
	_, known := r.seen[name]
	if !there && !known {
		return
	}
	r.news.Paths = append(r.news.Paths, name)
	if there {
		r.seen[name] = now
	} else {
		delete(r.seen, name)
	}
}

// settle looks at everything, and asks for the events of folders that came. More
// may come between the look and the asking, so it looks again until there are
// none; if there is no end to them, the clock goes on.
func (r *round) settle() {
	anew := r.anew
	r.anew = false
	for range 5 {
		folders := r.compare()
		if !r.rewatch(anew || folders) {
			return
		}
		anew = false
	}
}

func (r *round) scan() marks {
	began := time.Now()
	seen := make(marks, len(r.seen))
	for _, root := range r.roots {
		seen.scan(root, r.o.Ignore)
	}
	r.cost = time.Since(began)
	return seen
}

// compare looks at everything, tells of the files that are not as they were, and
// reports whether folders are not.
func (r *round) compare() (folders bool) {
	before := r.seen
	r.seen = r.scan()
	stirred := map[string]bool{}
	for name, now := range r.seen {
		was, known := before[name]
		switch {
		case !known || !now.same(was):
			folders = r.differs(name, was.mode, now.mode) || folders
		case now.stirred(was):
			stirred[name] = true
		}
	}
	r.below(stirred)
	for name, was := range before {
		if _, there := r.seen[name]; !there {
			folders = r.differs(name, was.mode, 0) || folders
		}
	}
	return folders
}

// below tells of all that is below some folders; of a root, that anything may have
// changed, since who found it gone may have given up more than its files.
func (r *round) below(folders map[string]bool) {
	if len(folders) == 0 {
		return
	}
	for _, root := range r.roots {
		r.news.All = r.news.All || folders[root]
	}
	for name, m := range r.seen {
		if m.mode.IsDir() {
			continue
		}
		for up := name; r.content(up) && !slices.Contains(r.roots, up); {
			if up = filepath.Dir(up); folders[up] {
				r.news.Paths = append(r.news.Paths, name)
				break
			}
		}
	}
}

// differs tells of one path that is not as it was, and reports whether it is or
// was a folder. A mode of 0 is nothing, which passes for a file.
func (r *round) differs(name string, was, now fs.FileMode) (folder bool) {
	folder = was.IsDir() || now.IsDir()
	switch {
	case folder && slices.Contains(r.roots, name):
		r.news.All = true
	case was != 0 && !was.IsDir(), now != 0 && !now.IsDir():
		r.news.Paths = append(r.news.Paths, name)
	}
	return folder
}

// rewatch asks for the events of every folder that is there, and of those above
// the roots, and reports whether any was new. Anew, it trusts nothing it asked
// for before: a folder may be another one under the same name.
func (r *round) rewatch(anew bool) (more bool) {
	if r.ear == nil {
		return false
	}
	want := r.folders()
	asked := map[string]bool{}
	for _, name := range r.ear.WatchList() {
		if anew || !want[name] {
			_ = r.ear.Remove(name) // it may be gone
		} else {
			asked[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if asked[name] {
			continue
		}
		if kind, yes := remote(name); yes && r.content(name) {
			r.poll(fmt.Sprintf("%s is on %s, which tells of no changes", name, kind))
			return true
		}
		err := r.ear.Add(name)
		switch {
		case errors.Is(err, fs.ErrPermission):
			continue // nobody can read what is in it; its rights are looked at
		case errors.Is(err, fs.ErrNotExist):
			delete(r.seen, name) // so that it is new if it comes back
		case err != nil && isFolder(name):
			r.poll(why(err))
			return true
		}
		more = true
	}
	return more
}

// folders are those whose events are wanted.
func (r *round) folders() map[string]bool {
	want := map[string]bool{}
	for _, root := range r.roots {
		if runtime.GOOS == "linux" || runtime.GOOS == "windows" {
			want[above(root)] = true
		} // elsewhere every file in it would be opened; the clock finds a root that comes
	}
	for name, m := range r.seen {
		if m.mode.IsDir() {
			want[name] = true
		}
	}
	return want
}
