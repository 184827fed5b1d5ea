// Package history reads from git what charters said before, and who said it: what
// the files of today cannot tell.
//
// A [Reader] is asked for the [Book] of a content folder. It is made by one pass
// over git log, which gives for every file when it came, when it changed and who
// wrote it; no text is read for that. What an old version said is read when it is
// asked for, for one charter at a time, and remembered by its id in git.
//
// Days and versions are those of the main line, which is what each commit's first
// parent leads to: what was written on a branch counts from the day on which it
// was merged. Who wrote it are the authors of the branch, not whoever pressed the
// button. A charter keeps its past when its file is renamed, and under its former
// ids.
//
// Where the truth cannot be known (no git, no repository, a history that was cut
// off), the book says so and tells nothing: a wrong date is worse than none.
//
// Git is run in one place, git.go, under the rules that keep a repository from
// running anything.
package history

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
)

// A Promise is what a charter said when it carried all signatures.
type Promise struct {
	Commit string        // the revision, in full
	Signed calendar.Date // the day of its last signature
	End    calendar.Date // the agreed end
	Total  money.Money   // the agreed sum; its currency is empty where none was readable
	Terms  string        // the digest of the terms, in short

	Amended []charter.ID // the amendments that it had then
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
	Reading      Reason = "reading"      // it is being read; see [Reader.Latest]
	Unreadable   Reason = "unreadable"   // git refused, or objects are missing
)

// A Writer is the author of commits, after .mailmap. The address tells people
// apart and finds them in the register; it is shown nowhere.
type Writer struct{ Name, Email string }

// sound is a writer with a name that can be shown: without what is no character,
// and without an address where one stands for the name.
func (w Writer) sound() Writer {
	name, _, _ := strings.Cut(w.Name, "@")
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	w.Name, w.Email = strings.Join(strings.Fields(name), " "), strings.ToValidUTF8(w.Email, "")
	return w
}

// A Change is one commit of the main line that changed a charter.
type Change struct {
	Commit string        // in full
	Day    calendar.Date // on the committer's own calendar; no day where that is none
	By     Writer        // who wrote it, last where several did; empty where that is not known
}

// A Version is what a charter said at one commit.
type Version struct {
	Commit  string
	Day     calendar.Date    // of the commit; no day where the history was cut off there
	File    string           // slash path below the content folder, at that commit
	Text    []byte           // as it was committed
	Charter *charter.Charter // the same, read as charters are read today
}

// A Life is when a charter came, when it changed last, and who has written it.
// Its approvals and updates count too where they stand in files of their own.
type Life struct {
	First   Change   // no commit where the history was cut off
	Last    Change   // no commit where it changed last before the history was cut off
	Writers []Writer // in the order in which they came; none where the history was cut off
}

// None is the book of a folder whose past nobody reads.
var None = &Book{Unknown: NoReader}

// A Reader reads the past of one content folder. It is safe for concurrent use.
type Reader struct {
	content string
	until   string               // the commit that it reads up to; empty for what is checked out
	shelf   string               // file on disk; empty for none
	latest  atomic.Pointer[Book] // for those who do not wait

	mu   sync.Mutex
	as   charter.Options // how charters are read
	at   string          // the state that log and book are of
	log  func() *log
	book *Book
	said *memory
}

// New returns a reader of the past of a content folder. It does nothing yet.
func New(content string) *Reader { return &Reader{content: content, said: newMemory()} }

// Close lets go of what runs, and keeps what was read where it shall be kept. A
// reader may be asked again all the same.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said.rest()
	r.said.keep(r.as)
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
		r.said.rest()
		kept := r.said.shelf
		r.book, r.said = nil, newMemory()
		r.said.shelf = kept
	}
	r.as = as
	g, why := r.open()
	if why != "" && why != Shallow {
		return &Book{Unknown: why}
	}
	r.stand(g, why)
	if r.book == nil {
		r.said.from(g)
		r.book = newBook(why, g, as, r.said, r.log)
	}
	return r.book
}

// stand prepares for the commit that is checked out, unless the reader stands there
// already.
func (r *Reader) stand(g *git, why Reason) {
	around := g.surroundings()
	if at := g.head + " " + around; r.at != at {
		r.at, r.book = at, nil
		r.log = sync.OnceValue(func() *log {
			all, err := r.walk(g, around)
			if err != nil {
				return nil
			}
			return lineUp(all, g.head, why == Shallow)
		})
	}
}

// Foresee begins to read the log, for whoever will surely ask for it.
func (r *Reader) Foresee() {
	g, why := r.open()
	if why != "" && why != Shallow {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stand(g, why)
	go r.log()
}

// Latest returns a book at once, for those who cannot wait: the one that Renew
// made last. Before the first it says that the history is being read.
func (r *Reader) Latest(as charter.Options) *Book {
	if b := r.latest.Load(); b != nil {
		return b
	}
	b := &Book{Unknown: Reading}
	if _, why := r.open(); why != "" && why != Shallow {
		b.Unknown = why
	}
	r.latest.CompareAndSwap(nil, b)
	return r.latest.Load()
}

// Renew reads what is known now, so that Latest returns it, and reports whether it
// is another book.
func (r *Reader) Renew(as charter.Options) bool {
	b, was := r.Book(as), r.latest.Load()
	b.Whole() // it is read now, not when a page asks for it
	if was != nil && (b == was || b.git == nil && b.Unknown == was.Unknown) {
		return false
	}
	r.latest.Store(b)
	return true
}

// State names what a book would be read from: it stays the same exactly as long
// as the book does.
func (r *Reader) State() string {
	g, why := r.open()
	if why != "" && why != Shallow {
		return string(why)
	}
	return string(why) + g.last() + g.surroundings()
}
