package remote

import (
	"net/http"
	"sync"
)

// A door stands before a store, counts who goes through, and can be told to
// fail.
type door struct {
	behind http.Handler
	before func(r *http.Request)                                          // may be nil
	fail   func(n int, w http.ResponseWriter, r *http.Request) (did bool) // may be nil

	mu      sync.Mutex
	n       int
	log     []string // method and path of what was let through
	headers map[string]http.Header
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.n++
	n, fail, before := d.n, d.fail, d.before
	d.mu.Unlock()
	if before != nil {
		before(r)
	}
	if fail != nil && fail(n, w, r) {
		return
	}
	d.mu.Lock()
	d.log = append(d.log, r.Method+" "+r.URL.Path)
	if d.headers == nil {
		d.headers = map[string]http.Header{}
	}
	if r.Method == http.MethodPut {
		d.headers[r.URL.Path] = r.Header.Clone()
	}
	d.mu.Unlock()
	d.behind.ServeHTTP(w, r)
}

// reset begins to count anew, and returns what was let through until now.
func (d *door) reset(fail func(n int, w http.ResponseWriter, r *http.Request) bool) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	log := d.log
	d.n, d.log, d.fail = 0, nil, fail
	return log
}

func (d *door) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n
}

// first lets a function see each request before anything is done.
func (d *door) first(before func(r *http.Request)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = before
}

// header is what a file was put with.
func (d *door) header(path string) http.Header {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.headers[path]
}
