package history

import (
	"bytes"
	"maps"
	"slices"
	"sync"
	"time"

	"charterhouse/internal/charter"
	"charterhouse/internal/shelf"
)

// A text is one version of one file. Its name counts, since a charter may take its
// id from it.
type text struct{ name, blob string }

// A saying is what one version of a charter said, as far as the past is asked.
type saying struct {
	ID        charter.ID // empty for a file that only translates, which nobody signs
	Promise   Promise
	Parties   []charter.ID
	Approvals []charter.Approval
	Status    charter.Status
	Lacks     string // it was not parsed, for it does not hold these words
}

// A memory reads old texts, and remembers what they said. It is safe for
// concurrent use.
type memory struct {
	shelf    string // file on disk; empty for none
	open     sync.Once
	earlier  *shelf.Shelf[saying]
	mu       sync.Mutex
	fresh    int // sayings that are not on disk
	sayings  map[text]saying
	approved map[text][]charter.Approval

	reading sync.Mutex // held while objects is used
	git     *git
	objects *objects
	idle    *time.Timer
}

func newMemory() *memory {
	return &memory{sayings: map[text]saying{}, approved: map[text][]charter.Approval{}}
}

// say reads one version of a charter. One that does not hold what it needs to hold
// is skipped.
func (m *memory) say(key text, as charter.Options, need string) (saying, bool) {
	m.mu.Lock()
	s, known := m.sayings[key]
	m.mu.Unlock()
	if known && (s.Lacks == "" || s.Lacks == need) {
		return s, true
	}
	if s, known = m.known(key, as); known && (s.Lacks == "" || s.Lacks == need) {
		m.mu.Lock()
		m.sayings[key] = s
		m.mu.Unlock()
		return s, true
	}
	data, ok := m.read(key.blob)
	if !ok {
		return saying{}, false
	}
	if s = (saying{Lacks: need}); bytes.Contains(data, []byte(need)) {
		s = said(key.name, data, as)
	}
	m.mu.Lock()
	m.sayings[key] = s
	m.fresh++
	m.mu.Unlock()
	return s, true
}

func said(name string, data []byte, as charter.Options) saying {
	c, _ := charter.Parse(name, data, as)
	if c.Translation != nil { // it has the id of another charter, and nobody signs it
		return saying{}
	}
	s := saying{ID: c.ID.Value, Approvals: c.Approvals, Status: c.Status.Value, Promise: Promise{End: c.Timeframe.End.Value, Total: c.Budget.Total.Value, Terms: c.Terms.Short()}}
	for _, p := range c.Budget.Parties {
		s.Parties = append(s.Parties, p.Department.Value)
	}
	for _, a := range c.Amendments {
		s.Promise.Amended = append(s.Promise.Amended, a.ID.Value)
	}
	return s
}

// approvals reads files of their own that hold signatures, by name and blob.
func (m *memory) approvals(files map[string]string) (all []charter.Approval, ok bool) {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		key := text{file, files[file]}
		m.mu.Lock()
		list, known := m.approved[key]
		m.mu.Unlock()
		if !known {
			data, ok := m.read(key.blob)
			if !ok {
				return nil, false
			}
			list, _ = charter.ParseApproval(file, bytes.TrimPrefix(data, []byte("\ufeff")))
			m.mu.Lock()
			m.approved[key] = list
			m.mu.Unlock()
		}
		all = append(all, list...)
	}
	return all, true
}

// from names the repository that is read from now on.
func (m *memory) from(g *git) {
	m.reading.Lock()
	defer m.reading.Unlock()
	m.git = g
}

// calm is how long git waits for the next question before it may go home.
const calm = 5 * time.Second

// read returns the bytes of a blob. One git answers all who ask.
func (m *memory) read(blob string) ([]byte, bool) {
	m.reading.Lock()
	defer m.reading.Unlock()
	if m.objects == nil {
		var err error
		if m.objects, err = m.git.objects(); err != nil {
			m.objects = nil
			return nil, false
		}
		m.idle = time.AfterFunc(calm, m.rest)
	}
	m.idle.Reset(calm)
	data, ok := m.objects.read(blob)
	if !ok { // what it said next could be taken for another answer
		m.close()
	}
	return data, ok
}

func (m *memory) rest() {
	m.reading.Lock()
	defer m.reading.Unlock()
	m.close()
}

func (m *memory) close() {
	if m.objects != nil {
		m.idle.Stop()
		m.objects.close()
		m.objects = nil
	}
}
