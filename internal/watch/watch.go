// Package watch says when files below some folders may have changed.
//
// What it says are hints. The truth is what a look at the folders finds: the
// system forgets events when many come at once, does not tell of what happened
// in a new folder before it was asked to, and on network drives says nothing at
// all. So the watcher asks the system for events where it can, and every now and
// then looks at all files itself and compares their size, times and inode with
// what it knew. That look heals what events missed; where there are no events it
// is all there is, and the same code.
//
// What the watcher knows of a file is what it last hinted at, so a change that
// comes after a hint is a change again, whoever tells of it. A folder that was
// moved away and back is a change of all that is in it: who read a file in between
// found none. Hints that nobody took are merged, and none is lost; a thousand
// changes at once are one hint, and while git holds its lock there is none.
//
// Symbolic links below the roots are not followed, and what editors leave beside
// a file while they save it wakes nobody.
package watch

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say how to watch. The zero value is right for a folder of this
// machine.
type Options struct {
	// Poll never asks the system for events, and finds changes by looking.
	Poll bool
	// Quiet is how long nothing must happen before a hint is given: 15 ms.
	Quiet time.Duration
	// AtMost is how long after the first event a hint is given although there
	// is no quiet: 500 ms.
	AtMost time.Duration
	// Interval is the time between two looks: 1 s when polling, else 2 s. It
	// grows to 40 times what the last look took, or else to 100 times.
	Interval time.Duration
	// Ignore reports base names, of files and folders, that are never content;
	// nil: [Litter].
	Ignore func(name string) bool
	// Say hears once of each thing that a person should know, as one sentence:
	// that there are no events, and why. It must not call the watcher; nil:
	// nobody hears.
	Say func(line string)

	listen func() (system, error) // what tells of events; nil: fsnotify
}

// A Hint is what may have changed since the hint before.
type Hint struct {
	// Paths are the files that may have changed, come or gone: a root as it was
	// given, cleaned, and what follows below it, as the system writes paths;
	// sorted, without repeats. Folders are not listed, but the files in them.
	Paths []string
	// All tells that anything may have changed, whatever Paths lists: events
	// were lost, or a root came, went or became another folder.
	All bool
}

// A Watcher gives hints until it is closed. Its methods may be called from
// several goroutines.
type Watcher struct {
	o     Options
	hints chan Hint
	asks  chan func(*round)
	stop  func()
	ended chan struct{}
}

// New begins to watch. Every change after it returns is hinted at, so the caller
// takes its first look then. New never fails: a root may not be there yet, and
// what the system does not tell of is looked at now and then, and that is said.
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
	if o.listen == nil {
		o.listen = listen
	}
	stop := make(chan struct{})
	w := &Watcher{o: o, hints: make(chan Hint), asks: make(chan func(*round)), ended: make(chan struct{}),
		stop: sync.OnceFunc(func() { close(stop) })}
	r := begin(w, roots)
	go r.run(stop)
	return w
}

// Hints gives one hint after the other. The channel is never closed.
func (w *Watcher) Hints() <-chan Hint { return w.hints }

// Add watches one more folder. As with New, the caller looks when Add returned.
func (w *Watcher) Add(root string) { w.ask(func(r *round) { r.add(filepath.Clean(root)) }) }

// Remove watches a folder no longer. A hint that was on its way may still name
// files in it.
func (w *Watcher) Remove(root string) { w.ask(func(r *round) { r.remove(filepath.Clean(root)) }) }

// Close ends the watching and waits for all it began. There are no hints
// afterwards.
func (w *Watcher) Close() {
	w.stop()
	<-w.ended
}

// ask has the round do something, and waits until it is done.
func (w *Watcher) ask(do func(*round)) {
	done := make(chan struct{})
	select {
	case w.asks <- func(r *round) { do(r); close(done) }:
		<-done
	case <-w.ended:
	}
}

// Litter reports whether a base name is hidden, or what editors, browsers and
// systems leave behind.
func Litter(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") ||
		strings.HasSuffix(name, "___jb_tmp___") || strings.HasSuffix(name, "___jb_old___") ||
		slices.Contains([]string{"4913", "Thumbs.db", "desktop.ini", "node_modules"}, name) ||
		slices.Contains([]string{".swp", ".swo", ".swx", ".tmp", ".bak", ".crswap", ".part"}, filepath.Ext(name))
}
