package preview

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/site"
	"charterhouse/internal/theme"
	"charterhouse/internal/watch"
)

// keeping is what the next moment needs to know of the one before.
type keeping struct {
	since map[string]time.Time // by file that is broken: when it was seen sound last
	sound time.Time            // the last look
	lost  bool                 // the content folder is not there
}

// An ask is a look that somebody waits for.
type ask struct {
	names []string // slash paths below the content folder
	done  chan struct{}
}

// every is how often everything is read again, whatever the folder shows.
const every = time.Minute

// keep makes the next moment whenever there may be one, until ctx is done. It
// is the only goroutine that looks. The files of the past do not change; what is
// known of what was before them can still be read.
func (s *Server) keep(ctx context.Context) {
	var hints <-chan watch.Hint
	if s.watcher != nil {
		hints = s.watcher.Hints()
	}
	clock := time.NewTicker(every)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-hints:
			s.take(h)
		case a := <-s.asks:
			s.glance(a.names)
			close(a.done)
		case <-s.turned:
			s.desk.Turn()
			s.look()
		case <-clock.C:
			if !s.past() {
				s.desk.Doubt()
				s.walk()
			}
		}
	}
}

// remember reads the history beside everything else: once the first page is on the
// screen, and whenever it may be another. Pages that show it follow by themselves.
func (s *Server) remember(ctx context.Context) {
	clock, opened := time.NewTicker(every), s.opened
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-opened:
			opened = nil
		case <-clock.C:
		}
		if s.desk.Renew() {
			select {
			case s.turned <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}
}

// refresh makes the moment in which the files called names are as they are now.
func (s *Server) refresh(ctx context.Context, names ...string) {
	a := ask{names, make(chan struct{})}
	select {
	case s.asks <- a:
		<-a.done
	case <-ctx.Done():
	}
}

// take follows a hint of the watcher.
func (s *Server) take(h watch.Hint) {
	var names []string
	for _, path := range h.Paths {
		if _, ours := below(s.options.Place.Themes(), path); ours {
			s.desk.Undress()
			continue
		}
		if name, ok := below(s.options.Place.Content, path); ok {
			names = append(names, name)
		}
	}
	if h.All {
		s.desk.Undress()
		s.walk()
		return
	}
	s.glance(names)
}

func (s *Server) glance(names []string) {
	if s.last.lost || !s.desk.Glance(names) {
		s.walk()
		return
	}
	s.look()
}

// walk looks over the whole folder. A folder that is gone leaves the last
// moment standing, with a word on every page.
func (s *Server) walk() {
	if err := s.desk.Walk(); err != nil {
		if !s.last.lost {
			s.last.lost = true
			s.options.Say(fmt.Sprintf("The content folder is gone (%v); the pages stay as they were until it is back.", reason(err)))
			s.show(s.now.Load().without())
		}
		return
	}
	if s.last.lost {
		s.last.lost = false
		s.options.Say("The content folder is back.")
	}
	s.look()
}

func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// patience is how long a file that became broken may be half written.
const patience = 200 * time.Millisecond

// look makes the next moment, if anything changed.
func (s *Server) look() {
	defer s.survive()
	view := s.desk.Look(s.day())
	for range 5 {
		names := s.hasty(view)
		if len(names) == 0 || !s.desk.Glance(names) {
			break
		}
		view = s.desk.Look(s.day())
	}
	before := s.now.Load()
	if before != nil && before.lost == s.last.lost && before.whole.Portfolio == view.Portfolio && before.whole.Theme == view.Theme && slices.EqualFunc(before.whole.Found, view.Found, sameFinding) {
		s.last.sound = time.Now()
		return
	}
	m, err := s.moment(view)
	if err != nil {
		s.options.Say(err.Error())
		return
	}
	s.show(m)
}

// hasty waits for files that became broken just now, and names them: a program
// may not have finished writing.
func (s *Server) hasty(view *desk.View) []string {
	before := s.now.Load()
	if before == nil {
		return nil
	}
	var names []string
	var wait time.Duration
	for name := range view.Kept {
		if before.whole.Kept[name] {
			continue
		}
		if left := patience - time.Since(view.Tree.Modified(name)); left > 0 {
			names, wait = append(names, name), max(wait, left)
		}
	}
	if wait > 0 {
		time.Sleep(min(wait, patience))
	}
	return names
}

// today is what says what an audience may not read.
func (s *Server) today(whole *desk.View) *desk.View {
	if s.options.Today != nil {
		return s.options.Today
	}
	return whole
}

// moment makes the next moment of a view: all that is in it, or what the audience
// of a profile may have of it.
func (s *Server) moment(whole *desk.View) (*moment, error) {
	now, view := time.Now(), whole
	if s.options.Profile != "" {
		var err error
		if view, err = whole.ForAsOf(s.today(whole), s.options.Profile); err != nil {
			return nil, err
		}
	}
	m := &moment{n: 1, view: view, whole: whole, own: s.own.dress(view.Theme), since: map[string]time.Time{}}
	for name := range view.Kept {
		m.since[name] = s.last.sound
		if at, known := s.last.since[name]; known {
			m.since[name] = at
		}
	}
	s.last.since, s.last.sound = maps.Clone(m.since), now
	o := site.Options{At: s.options.Place.At, Folder: s.folder, Attachment: view.Attachment}
	if s.options.Past != nil {
		o.Quarters = func() ([]portfolio.Quarter, error) {
			all, err := s.options.Past(whole.Portfolio.Config(), whole.Portfolio.AsOf())
			if s.options.Profile != "" {
				all = s.today(whole).Earlier(all, s.options.Profile)
			}
			return all, err
		}
	}
	if before := s.now.Load(); before != nil {
		m.n, m.worn = before.n+1, before.worn
		if before.view.Theme != view.Theme {
			m.worn = append([]*theme.Theme{before.view.Theme}, before.worn[:min(len(before.worn), 3)]...)
		}
	}
	m.site = site.New(view.Portfolio, view.Found, view.Theme, o)
	return m, nil
}

// show lets the moment stand and tells every open page.
func (s *Server) show(m *moment) {
	s.now.Store(m)
	s.told.ring()
}

// survive keeps the preview alive when a look fails in a way nobody thought of:
// the last moment stands.
func (s *Server) survive() {
	if wrong := recover(); wrong != nil {
		s.options.Say(fmt.Sprintf("This is a fault of Charterhouse, please report it; the pages stay as they were: %v", wrong))
		if s.now.Load() == nil {
			panic(wrong)
		}
	}
}

// day is today, unless the preview looks at another day.
func (s *Server) day() calendar.Date {
	if s.options.AsOf.IsZero() {
		return calendar.On(time.Now())
	}
	return s.options.AsOf
}
