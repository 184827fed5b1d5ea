package history

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	"charterhouse/internal/calendar"
)

// A Repository is the commits that a content folder lies in. It reads, and never
// looks at the working tree. It is safe for concurrent use.
type Repository struct {
	g     *git
	short bool // the history was cut off when it was fetched

	mu      sync.Mutex
	objects *objects // runs from the first blob that is read until Close
}

// A Revision is the content folder as it stood at one commit. It is read when it
// is asked for, and safe for concurrent use.
type Revision struct {
	Commit  string        // in full
	Day     calendar.Date // of the commit, by the clock of who made it; no day where that is none
	Subject string        // the first line of what was said of it

	repository *Repository
	content    func() (*Files, error)
	themes     func() (*Files, error)
}

// Open finds the repository of a content folder. Its error says in words why
// there is none to read; a history that was cut off can be read as far as it
// goes.
func Open(content string) (*Repository, error) {
	g, why := open(content)
	if why != "" && why != Shallow {
		return nil, fmt.Errorf("%s: %w", content, why)
	}
	return &Repository{g: g, short: why == Shallow}, nil
}

// Error says the reason in words, and what to do about it.
func (r Reason) Error() string {
	switch r {
	case NoGit:
		return "there is no git on this machine that reads its history; install it, and see that it is on the PATH"
	case NoRepository:
		return "this folder is in no git repository; start one with: git init"
	case NoCommit:
		return "nothing was committed yet"
	case Shallow:
		return "its history was cut off when it was fetched; get the rest with: git fetch --unshallow"
	case Unreadable:
		return "git refuses to read its repository; try git log there to see why"
	}
	return "nobody reads its history"
}

// Close ends what runs.
func (r *Repository) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.objects != nil {
		r.objects.close()
		r.objects = nil
	}
}

// Shallow reports whether the history was cut off, so that its first commit is
// not where it began.
func (r *Repository) Shallow() bool { return r.short }

// At returns a revision by whatever name git knows for a commit (an id, a tag, a
// branch, HEAD~3), or by a day: the last commit of the main line until that day
// ended. A branch that is called like a day is refs/heads/2027-03-31.
func (r *Repository) At(name string) (*Revision, error) {
	switch day, err := calendar.ParseDate(name); {
	case err == nil:
		return r.On(day)
	case name == "":
		return nil, errors.New("no revision is named; write a commit, a tag, a branch or a day")
	case strings.HasPrefix(name, "-") || strings.ContainsFunc(name, unicode.IsControl):
		return nil, fmt.Errorf("%q cannot be the name of a revision", name)
	}
	id, ok := r.g.resolve(name)
	if !ok {
		return nil, r.unknown(name)
	}
	return r.one(id)
}

func (r *Repository) unknown(name string) error {
	switch {
	case strings.Contains(name, ".."):
		return fmt.Errorf("%q is a range, and one revision is wanted", name)
	case r.short:
		return fmt.Errorf("git knows no commit %q here: %w", name, Shallow)
	}
	if _, err := calendar.ParseDate(name); len(name) == len("2027-03-31") && strings.Count(name, "-") == 2 && strings.Trim(name, "0123456789-") == "" {
		return fmt.Errorf("%q: %w; a day is written YYYY-MM-DD", name, err)
	}
	return fmt.Errorf("git knows no commit %q here; write a commit, a tag, a branch or a day such as 2027-03-31", name)
}

// On returns the last commit of the main line until day ended.
func (r *Repository) On(day calendar.Date) (*Revision, error) {
	line, err := r.Line(nil, nil)
	if err != nil {
		return nil, err
	}
	at, ok := Last(line, day)
	switch {
	case ok:
		return at, nil
	case r.short:
		return nil, fmt.Errorf("nothing is known of %s: %w", day, Shallow)
	case len(line) > 0:
		return nil, fmt.Errorf("nothing was committed until %s; the first commit is of %s", day, line[0].Day)
	}
	return nil, fmt.Errorf("nothing was committed until %s", day)
}

// Last returns the last revision of a line, which is in order of time, until day
// ended. Where clocks were wrong, the order in git counts.
func Last(line []*Revision, day calendar.Date) (*Revision, bool) {
	for _, at := range slices.Backward(line) {
		if !at.Day.IsZero() && !at.Day.After(day) {
			return at, true
		}
	}
	return nil, false
}

// Line lists the main line after a revision up to another, oldest first: merges
// count as one change each. Nil is the beginning, and what is checked out.
func (r *Repository) Line(after, to *Revision) ([]*Revision, error) {
	which := []string{"--reverse", "--end-of-options", r.g.head}
	if to != nil {
		which[2] = to.Commit
	}
	if after != nil {
		which = append(which, "^"+after.Commit)
	}
	commits, err := r.g.commits(which...)
	if err != nil {
		return nil, err
	}
	line := make([]*Revision, len(commits))
	for i, c := range commits {
		line[i] = r.revision(c)
	}
	return line, nil
}

// Began returns the first revision of the main line up to another that held
// something in the content folder; none where it never did.
func (r *Repository) Began(to *Revision) (at *Revision, ok bool, err error) {
	commits, err := r.g.commits(r.g.below("--reverse", "--end-of-options", to.Commit)...)
	if err != nil || len(commits) == 0 {
		return nil, false, err
	}
	return r.revision(commits[0]), true, nil
}

func (r *Repository) one(id string) (*Revision, error) {
	commits, err := r.g.commits("-1", "--end-of-options", id)
	if err != nil {
		return nil, err
	}
	if len(commits) != 1 {
		return nil, errCommits
	}
	return r.revision(commits[0]), nil
}

func (r *Repository) revision(c commit) *Revision {
	at := &Revision{Commit: c.id, Subject: plain(c.subject), repository: r}
	at.Day, _ = calendar.ParseDate(c.day)
	at.content = sync.OnceValues(func() (*Files, error) { return at.list(r.g.prefix) })
	at.themes = sync.OnceValues(func() (*Files, error) { return at.list(r.around() + "themes/") })
	return at
}

// plain is what a page or a terminal can show of a line that anybody may have
// written.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// Short is the commit as people write it.
func (v *Revision) Short() string { return v.Commit[:min(10, len(v.Commit))] }

// FS returns the content folder at the revision. Where it was not there then,
// the error is an [fs.ErrNotExist] that says so.
func (v *Revision) FS() (*Files, error) {
	files, err := v.content()
	if err == nil && len(files.nodes) == 1 && v.repository.g.prefix != "" {
		return nil, v.absent()
	}
	return files, err
}

// Themes returns the folder themes beside the content folder at the revision,
// which may be empty; nil where the content folder is the whole repository, so
// that git keeps nothing beside it.
func (v *Revision) Themes() (*Files, error) {
	if v.repository.g.prefix == "" {
		return nil, nil
	}
	return v.themes()
}

// around is the folder that the content folder stands in, with a slash at its
// end, or empty.
func (r *Repository) around() string {
	if up := path.Dir(strings.TrimSuffix(r.g.prefix, "/")); up != "." {
		return up + "/"
	}
	return ""
}
