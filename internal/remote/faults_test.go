package remote

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

var everyFault = flag.Bool("faults", false, "try all faults at every request")

// Faults are what a network and a store do to a request.
var faults = map[string]func(d *door, w http.ResponseWriter, r *http.Request){
	"500": func(_ *door, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	"503": func(_ *door, w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<Error><Code>SlowDown</Code></Error>", 503)
	},
	"reset": func(*door, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"stall": func(_ *door, _ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(300 * time.Millisecond):
		}
		panic(http.ErrAbortHandler)
	},
	"half": func(d *door, w http.ResponseWriter, r *http.Request) { // the store does it, and the answer is cut off
		rec := httptest.NewRecorder()
		d.behind.ServeHTTP(rec, r)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()+1))
		w.WriteHeader(rec.Code)
		_, _ = io.CopyN(w, rec.Body, int64(rec.Body.Len()/2))
		panic(http.ErrAbortHandler)
	},
}

// impatient is a place with short times, for a store that stalls.
func (s *s3) impatient(t *testing.T, prefix string) *Place {
	t.Helper()
	p, err := openBucket(Bucket{Name: "charters", Prefix: prefix, Endpoint: s.URL}, 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	p = quick(p)
	p.patience, p.parallel = 150*time.Millisecond, 2
	return p
}

// One fault, at whatever request, is overcome.
func TestOneFault(t *testing.T) {
	one, two := made(t, "one", 3), made(t, "two", 2)
	for _, kind := range slices.Sorted(maps.Keys(faults)) {
		t.Run(kind, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
			s := newS3(t)
			for at := 1; ; at++ {
				if !*everyFault && at%7 != 1 {
					continue
				}
				prefix := fmt.Sprintf("%s-%d", kind, at)
				publishTo(t, s.impatient(t, prefix), one)
				s.door.reset(func(n int, w http.ResponseWriter, r *http.Request) bool {
					if n == at {
						faults[kind](s.door, w, r)
					}
					return n == at
				})
				_, err := s.impatient(t, prefix).Publish(context.Background(), two, Options{Allow: 1})
				n := s.door.count()
				s.door.reset(nil)
				if err != nil {
					t.Errorf("request %d: %v", at, err)
				}
				if got := current(s.there(t, prefix)); !maps.Equal(got, current(texts(t, two))) {
					t.Errorf("request %d: there are %v", at, slices.Sorted(maps.Keys(got)))
				}
				if n < at {
					return
				}
			}
		})
	}
}

// current leaves out assets, which stay for a while.
func current(files map[string]string) map[string]string {
	files = maps.Clone(files)
	maps.DeleteFunc(files, func(name, _ string) bool { return wire.Hashed(name) })
	return files
}

// A store that fails from a request on fails the run: nothing is removed, no page
// lacks what it names, and the next run sends no more than what is missing.
func TestFaultsThatStay(t *testing.T) {
	one, two := made(t, "one", 3), made(t, "two", 2)
	step := map[string]int{"500": 19, "503": 11, "reset": 11, "stall": 19, "half": 13}
	for _, kind := range slices.Sorted(maps.Keys(faults)) {
		t.Run(kind, func(t *testing.T) {
			s := newS3(t)
			resumed := 0
			for at := 1; ; at++ {
				if !*everyFault && at%step[kind] != 4 {
					continue
				}
				prefix := fmt.Sprintf("%s-%d", kind, at)
				publishTo(t, s.impatient(t, prefix), one)
				s.door.reset(func(n int, w http.ResponseWriter, r *http.Request) bool {
					if n >= at {
						faults[kind](s.door, w, r)
					}
					return n >= at
				})
				_, err := s.impatient(t, prefix).Publish(context.Background(), two, Options{Allow: 1})
				n := s.door.count()
				log := s.door.reset(nil)
				if n < at {
					return
				}
				there := s.there(t, prefix)
				wholeFor(t, fmt.Sprintf("request %d", at), there)
				if err != nil && kind != "half" {
					unremoved(t, at, log, there, one)
				}
				missing := int64(0)
				for name, text := range texts(t, two) {
					if there[name] != text {
						missing += int64(len(text))
					}
				}
				r, err := s.impatient(t, prefix).Publish(context.Background(), two, Options{Allow: 1})
				if err != nil {
					t.Fatalf("request %d: the next run does not heal: %v", at, err)
				}
				if r.Bytes > missing {
					t.Errorf("request %d: %d bytes were missing, and %d were sent", at, missing, r.Bytes)
				}
				if r.Found > 0 {
					resumed++
				}
				if got := current(s.there(t, prefix)); !maps.Equal(got, current(texts(t, two))) {
					t.Errorf("request %d: healed to %v", at, slices.Sorted(maps.Keys(got)))
				}
			}
		})
	}
}

// unremoved fails if a run that failed before all was sent has removed anything
// but its lock.
func unremoved(t *testing.T, at int, log []string, there map[string]string, former *publish.Built) {
	t.Helper()
	manifests := 0
	for _, line := range log {
		if strings.HasPrefix(line, "PUT") && strings.HasSuffix(line, "/"+publish.Marker) {
			manifests++
		}
		if strings.HasPrefix(line, "DELETE") && !strings.HasSuffix(line, lockName) && manifests < 2 {
			t.Errorf("request %d: %s", at, line)
		}
	}
	for name := range former.Files {
		if _, ok := there[name]; !ok && manifests < 2 {
			t.Errorf("request %d: %s is gone", at, name)
		}
	}
}

// A run that is stopped gives its lock back, and the next one goes on.
func TestStopped(t *testing.T) {
	s := newS3(t)
	p := s.place(t, "x")
	publishTo(t, p, made(t, "one", 3))
	two := made(t, "two", 3)
	ctx, stop := context.WithCancel(context.Background())
	s.door.first(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "charters/c01.html") {
			stop()
		}
	})
	if _, err := p.Publish(ctx, two, Options{}); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Error(err)
	}
	s.door.first(nil)
	if state, err := p.State(context.Background()); err != nil || !state.Open {
		t.Errorf("%+v, %v", state, err)
	}
	waited := false
	r, err := p.Publish(context.Background(), two, Options{Waiting: func(time.Time) { waited = true }})
	if err != nil || waited || !r.Resumed || r.Found == 0 {
		t.Errorf("%+v, %v, waited: %t", r, err, waited)
	}
}
