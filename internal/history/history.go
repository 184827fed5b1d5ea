// Package history reads from git what charters said before: the one thing that
// the files of today cannot tell is what was promised first.
//
// A [Reader] is asked for the [Book] of a content folder, which holds for each
// charter the first revision that carried all signatures. It walks the main line
// of the history once, oldest first, and reads only texts that can hold a
// signature of a charter that has no promise yet; what one text said is
// remembered by its id in git, so that asking again after a commit costs a walk
// and the new texts. Nothing is read before a book is asked for.
//
// Where the truth cannot be known (no git, no repository, a history that was cut
// off), the book says so and promises nothing: a wrong date is worse than none.
//
// Git is run in one place, git.go, under the rules that keep a repository from
// running anything.
package history

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/source"
)

// A Promise is what a charter said when it first carried all signatures.
type Promise struct {
	Commit string        // the revision, in full
	Signed calendar.Date // the day of its last signature
	End    calendar.Date // the agreed end
	Total  money.Money   // the agreed sum; its currency is empty where none was readable
	Terms  string        // the digest of the terms, in short
}

// A Reason says why nothing is known of the past.
type Reason string

// The reasons. A book without one is complete.
const (
	NoReader     Reason = "noreader"     // nobody reads a history here
	NoGit        Reason = "nogit"        // there is no git on this machine
	NoRepository Reason = "norepository" // the content is in no repository
	NoCommit     Reason = "nocommit"     // nothing was committed yet
	Shallow      Reason = "shallow"      // the history was cut off when it was fetched
	Unreadable   Reason = "unreadable"   // git refused, or objects are missing
)

// A Book is what is known of the past at one commit. It is immutable.
type Book struct {
	Unknown Reason // empty where the book is complete
	first   map[charter.ID]Promise
}

// None is the book of a folder whose past nobody reads.
var None = &Book{Unknown: NoReader}

// Promise returns what c promised first, under its id of today or a former one.
func (b *Book) Promise(c *charter.Charter) (Promise, bool) {
	p, ok := b.first[c.ID.Value]
	for _, a := range c.Aliases {
		if former, was := b.first[a.Value]; was && (!ok || former.Signed.Before(p.Signed)) {
			p, ok = former, true
		}
	}
	return p, ok
}

// A Reader reads the past of one content folder. It is safe for concurrent use.
type Reader struct {
	content string
	until   string // the commit that it reads up to; empty for what is checked out

	mu   sync.Mutex
	as   charter.Options // how charters are read
	at   string          // the commit that book was read at
	book *Book
	said map[text]saying
}

// A text is one version of one file.
// Its name counts, since a charter may take its id from it.
type text struct{ name, blob string }

// A saying is what one version of a charter said, as far as promises go.
type saying struct {
	id        charter.ID
	promise   Promise
	parties   []charter.ID
	approvals []charter.Approval
	skipped   bool // for it holds no signature
}

// New returns a reader of the past of a content folder. It does nothing yet.
func New(content string) *Reader {
	return &Reader{content: content, said: map[text]saying{}}
}

// Until lets the reader know the past as it was at a commit, and nothing later.
// It is for before the first question.
func (r *Reader) Until(commit string) { r.until = commit }

// open finds the repository at the commit that is read up to.
func (r *Reader) open() (*git, Reason) {
	g, why := open(r.content)
	if r.until != "" && g != nil {
		g.head = r.until
	}
	return g, why
}

// Book returns what is known at the commit that is checked out, with charters
// read as they are today: which headings are terms follows from the languages.
func (r *Reader) Book(as charter.Options) *Book {
	r.mu.Lock()
	defer r.mu.Unlock()
	if as.Lang != r.as.Lang || !as.Speech.Same(r.as.Speech) {
		r.book, r.said = nil, map[text]saying{}
	}
	r.as = as
	g, why := r.open()
	if why != "" {
		return &Book{Unknown: why}
	}
	if r.book != nil && r.at == g.head {
		return r.book
	}
	book, why := r.read(g)
	if why != "" {
		return &Book{Unknown: why}
	}
	r.at, r.book = g.head, book
	return book
}

// State names what a book would be read from: it stays the same exactly as long
// as the book does.
func (r *Reader) State() string {
	g, why := r.open()
	if why != "" {
		return string(why)
	}
	return g.last()
}

// A change is what one commit did to one file; Blob is empty where it removed
// it.
type change struct{ commit, name, blob string }

// read makes the book of all changes on the main line.
func (r *Reader) read(g *git) (*Book, Reason) {
	changes, err := g.changes()
	if err != nil {
		return nil, Unreadable
	}
	objects, err := g.objects()
	if err != nil {
		return nil, Unreadable
	}
	defer objects.close()
	w := walk{reader: r, objects: objects, book: &Book{first: map[charter.ID]Promise{}}, at: map[string]string{}, holds: map[string]charter.ID{},
		file: map[charter.ID]string{}, approvals: map[charter.ID]map[string]string{}}
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].commit == changes[0].commit {
			n++
		}
		if !w.commit(changes[:n]) {
			return nil, Unreadable
		}
		changes = changes[n:]
	}
	return w.book, ""
}

// A walk is the state of the content folder while commits go by.
type walk struct {
	reader    *Reader
	objects   *objects
	book      *Book
	at        map[string]string                // charter file -> blob
	holds     map[string]charter.ID            // charter file -> the id that it held when it was read last
	file      map[charter.ID]string            // the other way round
	approvals map[charter.ID]map[string]string // charter -> approval file -> blob
}

// commit takes one commit's changes and looks at the charters that they touch.
func (w *walk) commit(changes []change) bool {
	touched := map[string]bool{}
	for _, c := range changes {
		switch source.KindOf(c.name) {
		case source.Charter:
			if c.blob == "" {
				delete(w.at, c.name)
				delete(w.holds, c.name)
				continue
			}
			w.at[c.name] = c.blob
			touched[c.name] = true
		case source.Approval:
			w.approval(c)
			id := charter.ID(strings.TrimSuffix(path.Base(c.name), path.Ext(c.name)))
			for _, name := range []string{"charters/" + string(id) + ".md", "charters/" + string(id) + "/index.md", w.file[id]} {
				touched[name] = true
			}
		}
	}
	names := make([]string, 0, len(touched))
	for name := range touched {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if blob, there := w.at[name]; there && !w.look(changes[0].commit, name, blob) {
			return false
		}
	}
	return true
}

// approval takes a change of a file of its own that holds signatures.
func (w *walk) approval(c change) {
	id := charter.ID(strings.TrimSuffix(path.Base(c.name), path.Ext(c.name)))
	if w.approvals[id] == nil {
		w.approvals[id] = map[string]string{}
	}
	if c.blob == "" {
		delete(w.approvals[id], c.name)
		return
	}
	w.approvals[id][c.name] = c.blob
}

// look asks one version of a charter whether it carries all signatures, unless a
// promise of that charter is known already.
func (w *walk) look(commit, name, blob string) bool {
	if id, known := w.holds[name]; known {
		if _, promised := w.book.first[id]; promised {
			return true
		}
	}
	s, ok := w.say(name, blob)
	if !ok {
		return false
	}
	if s.id == "" {
		return true
	}
	w.holds[name], w.file[s.id] = s.id, name
	if _, promised := w.book.first[s.id]; promised {
		return true
	}
	approvals := s.approvals
	for _, file := range sortedKeys(w.approvals[s.id]) {
		data, ok := w.objects.read(w.approvals[s.id][file])
		if !ok {
			return false
		}
		more, _ := charter.ParseApproval(file, bytes.TrimPrefix(data, []byte("\ufeff")))
		approvals = slices.Concat(approvals, more)
	}
	if signed, ok := carries(s, approvals); ok {
		s.promise.Commit, s.promise.Signed = commit, signed
		w.book.first[s.id] = s.promise
	}
	return true
}

// say reads one version of a charter. A text that holds no digest and has no
// signatures beside it cannot carry them, so it is not parsed.
func (w *walk) say(name, blob string) (saying, bool) {
	key := text{name, blob}
	if s, ok := w.reader.said[key]; ok && (!s.skipped || len(w.approvals) == 0) {
		return s, true
	}
	data, ok := w.objects.read(blob)
	if !ok {
		return saying{}, false
	}
	if !bytes.Contains(data, []byte("jt1-")) && len(w.approvals) == 0 {
		w.reader.said[key] = saying{skipped: true}
		return saying{}, true
	}
	c, _ := charter.Parse(name, data, w.reader.as)
	if c.Translation != nil { // it has the id of another charter, and nobody signs it
		w.reader.said[key] = saying{}
		return saying{}, true
	}
	s := saying{id: c.ID.Value, approvals: c.Approvals, promise: Promise{End: c.Timeframe.End.Value, Total: c.Budget.Total.Value, Terms: c.Terms.Short()}}
	for _, p := range c.Budget.Parties {
		s.parties = append(s.parties, p.Department.Value)
	}
	w.reader.said[key] = s
	return s, true
}

// carries reports whether every paying department's last signature is for these
// very terms, and the day of the last of them.
func carries(s saying, approvals []charter.Approval) (signed calendar.Date, ok bool) {
	approvals = slices.SortedStableFunc(slices.Values(approvals), func(a, b charter.Approval) int { return a.Date.Value.Compare(b.Date.Value) })
	for _, party := range s.parties {
		ok = false
		for _, a := range approvals {
			if a.Department.Value == party {
				ok = a.Terms.Value == s.promise.Terms
				if ok && a.Date.Value.After(signed) {
					signed = a.Date.Value
				}
			}
		}
		if !ok {
			return signed, false
		}
	}
	return signed, ok
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
