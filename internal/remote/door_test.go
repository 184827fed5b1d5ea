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
	sent    int64 // bytes of pages that were put
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.n++
	n := d.n
	d.mu.Unlock()
	if d.before != nil {
		d.before(r)
	}
	if d.fail != nil && d.fail(n, w, r) {
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
