package desk

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/history"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// An Archive is the past of a place by quarters. Nothing is read before it is
// asked for; then what had the same bytes before is not parsed again. It is safe
// for concurrent use.
type Archive struct {
	place      Place
	repository *history.Repository

	mu       sync.Mutex
	of       question // that quarters answers
	quarters []portfolio.Quarter
	loader   portfolio.Loader
	at       *history.Revision // that the loader reads
	kept     []kept            // the last ones that were asked for
}

// A question is what quarters follow from.
type question struct {
	commit string
	starts int // the month in which a fiscal year does
	today  calendar.Date
}

type kept struct {
	commit string
	until  calendar.Date
	then   *portfolio.Then
}

// remembered is how many portfolios of the past are kept: three years.
const remembered = 12

// errCut is told rather than a history that begins where it was cut off.
var errCut = errors.New("its history was cut off when it was fetched, so it cannot tell its quarters; get the rest with: git fetch --unshallow")

// OpenArchive opens the past of a place, or says why there is none.
func OpenArchive(place Place) (*Archive, error) {
	r, err := history.Open(place.Content)
	if err != nil {
		return nil, err
	}
	if r.Shallow() {
		r.Close()
		return nil, errCut
	}
	a := &Archive{place: place, repository: r}
	a.loader = portfolio.Loader{Speech: a.speech, Versions: true, Shelf: place.Shelf}
	return a, nil
}

// Close ends what runs.
func (a *Archive) Close() { a.repository.Close() }

// State names what the quarters are read from: the commit up to which they go.
func (a *Archive) State() (string, error) {
	to, err := a.last()
	if err != nil {
		return "", err
	}
	return to.Commit, nil
}

// last is the commit that the past ends with.
func (a *Archive) last() (*history.Revision, error) {
	if a.place.At != nil {
		return a.place.At, nil
	}
	return a.repository.At("HEAD")
}

// Quarters lists the quarters of the past until today, oldest first, by the
// fiscal year of a configuration.
func (a *Archive) Quarters(c *portfolio.Config, today calendar.Date) ([]portfolio.Quarter, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	to, err := a.last()
	if err != nil {
		return nil, err
	}
	of := question{to.Commit, c.FiscalStart, today}
	if of == a.of {
		return a.quarters, nil
	}
	began, ok, err := a.repository.Began(to)
	if err != nil || !ok {
		return nil, err
	}
	line, err := a.repository.Line(nil, to)
	if err != nil {
		return nil, err
	}
	all := c.QuartersOf(line, began.Day, today)
	for i := range all {
		q := &all[i]
		q.Read = func() (*portfolio.Then, error) { return a.read(q.At, q.Until) }
	}
	a.of, a.quarters = of, all
	return all, nil
}

// read reads one portfolio of the past, as of a day.
func (a *Archive) read(at *history.Revision, until calendar.Date) (*portfolio.Then, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, k := range a.kept {
		if k.commit == at.Commit && k.until == until {
			a.kept = append(slices.Delete(a.kept, i, i+1), k)
			return k.then, nil
		}
	}
	then := &portfolio.Then{}
	var files fs.FS
	files, err := at.FS()
	if then.Absent = errors.Is(err, fs.ErrNotExist); then.Absent {
		files, err = embed.FS{}, nil
	}
	if err != nil {
		return nil, err
	}
	if then.Tree, err = source.FromFS(files, source.DefaultLimits()); err != nil {
		return nil, err
	}
	a.at = at
	then.Portfolio = a.loader.Load(then.Tree, until).Portfolio
	a.kept = append(a.kept[max(0, len(a.kept)-remembered+1):], kept{at.Commit, until, then})
	return then, nil
}

// speech returns the languages of a theme as it was then.
func (a *Archive) speech(name string) *locale.Set {
	if name == "" {
		return theme.Speech(nil)
	}
	place := a.place
	place.At = a.at
	files, done, err := place.theme(name)
	if err != nil {
		return theme.Speech(nil)
	}
	defer done()
	return theme.Speech(files)
}
