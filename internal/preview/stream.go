package preview

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A bell rings for everybody who waits.
type bell struct {
	mu sync.Mutex
	c  chan struct{}
}

func newBell() *bell { return &bell{c: make(chan struct{})} }

// wait returns a channel that is closed at the next ring.
func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.c
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.c)
	b.c = make(chan struct{})
}

// Bounds of streams.
const (
	streams = 200              // at once
	beat    = 15 * time.Second // between signs of life
)

// stream tells one open page whether it is still what it shows: a line a
// moment, "changed" or "same". It is asked for by POST, so that a browser always
// says which page is asking, and it carries neither text nor paths.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	if !s.carries(r) {
		http.Error(w, "This stream is for pages of the preview.", http.StatusForbidden)
		return
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		http.Error(w, "Too many pages are open; close some and load this one again.", http.StatusServiceUnavailable)
		return
	}
	asked, err := io.ReadAll(io.LimitReader(r.Body, 4<<10))
	path, shown, ok := strings.Cut(string(asked), "\n")
	if err != nil || !ok || !strings.HasPrefix(path, "/") {
		http.Error(w, "A stream names its page.", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	s.tell(w, r, path, shown)
}

// tell writes until the page goes away.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, path, shown string) {
	out := http.NewResponseController(w)
	pulse := time.NewTicker(beat)
	defer pulse.Stop()
	for first := true; ; first = false {
		rung := s.told.wait() // before the moment is looked at, so that none is missed
		word := "same"
		if now := s.etag(path); now != shown {
			word, shown = "changed", now
		}
		if first || word == "changed" {
			if !say(w, out, word) {
				return
			}
		}
		for quiet := true; quiet; {
			select {
			case <-r.Context().Done():
				return
			case <-pulse.C:
				if !say(w, out, "alive") {
					return
				}
			case <-rung:
				quiet = false
			}
		}
	}
}

// say writes one line and sends it off.
func say(w io.Writer, out *http.ResponseController, word string) bool {
	_ = out.SetWriteDeadline(time.Now().Add(10 * time.Second)) // where there is none, a slow reader cannot be cut off
	if _, err := fmt.Fprintln(w, word); err != nil {
		return false
	}
	return out.Flush() == nil
}
