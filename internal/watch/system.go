package watch

import (
	"errors"
	"sync"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// A system tells of what happens in folders: fsnotify, or what a test puts in
// its place. A closed channel tells no more.
type system interface {
	Add(dir string) error
	Remove(dir string) error
	WatchList() []string
	Close() error
	Told() (<-chan fsnotify.Event, <-chan error)
}

type notify struct{ *fsnotify.Watcher }

func (n notify) Told() (<-chan fsnotify.Event, <-chan error) { return n.Events, n.Errors }

func listen() (system, error) {
	w, err := fsnotify.NewWatcher()
	return notify{w}, err
}

// why says what is wrong with a system that cannot tell of changes.
func why(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the system's limit of watched folders is reached (on Linux: fs.inotify.max_user_watches)"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "the system's limit of watchers or open files is reached (on Linux: fs.inotify.max_user_instances)"
	}
	return "the system cannot tell of them (" + err.Error() + ")"
}

// An ear listens to a system all the time. Nobody else may: a system waits for
// its listener, some while they hold what Add needs, so who listens must not
// add. It also empties the system's queue while the round is at work.
type ear struct {
	system
	wake chan struct{} // holds one when there is something to take
	stop chan struct{}
	done chan struct{}

	sync.Mutex
	heard heard
}

// heard is what a system told since somebody asked.
type heard struct {
	events map[string]fsnotify.Op // by path
	errs   []error
	ended  bool // it will tell no more
}

func newEar(s system) *ear {
	e := &ear{system: s, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go e.listen()
	return e
}

// Close closes the system while it is listened to, and then the ear.
func (e *ear) Close() {
	_ = e.system.Close() // it is of no use any more, whatever it says
	close(e.stop)
	<-e.done
}

func (e *ear) listen() {
	defer close(e.done)
	events, errs := e.Told()
	for {
		select {
		case <-e.stop:
			return
		case event, ok := <-events:
			if !ok {
				events = nil
			}
			e.note(func(h *heard) { h.event(event, ok) })
		case err, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
			e.note(func(h *heard) { h.errs = append(h.errs, err) })
		}
	}
}

func (h *heard) event(event fsnotify.Event, ok bool) {
	if !ok {
		h.ended = true
		return
	}
	if h.events == nil {
		h.events = map[string]fsnotify.Op{}
	}
	h.events[event.Name] |= event.Op
}

func (e *ear) note(what func(*heard)) {
	e.Lock()
	what(&e.heard)
	e.Unlock()
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// take returns what was heard since the last time.
func (e *ear) take() heard {
	e.Lock()
	defer e.Unlock()
	h := e.heard
	e.heard = heard{}
	return h
}
