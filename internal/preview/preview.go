// Package preview shows the site while it is written.
//
// It holds one immutable moment: a view of the content and the site made from
// it. A browser that asks for an address gets what [site.Site.Render] gives for
// it, the very function that build calls; nothing is rendered before it is asked
// for. A change on disk makes the next moment. Each open page is then told
// whether its own bytes changed, and only those fetch themselves again. So two
// tabs, or twenty, cannot end in different states: they show the moment, or hear
// that they do not.
//
// Events of the file system are hints; the truth is what a look at the folder
// finds. A file that is broken shows its last sound version, under a panel that
// says what is wrong; no other page is touched.
//
// The server is for the person at this machine. It listens on loopback, serves
// from memory by exact address, checks Host and Origin, and writes only into
// charters/, only for a request that carries the token of our own pages.
package preview

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
	"charterhouse/internal/watch"
)

// Options are what a preview needs to know.
type Options struct {
	Place   desk.Place
	AsOf    calendar.Date                                                       // zero: today, also when today becomes tomorrow
	Past    func(*portfolio.Config, calendar.Date) ([]portfolio.Quarter, error) // the quarters of the past; nil for none
	Listen  string                                                              // host:port; empty: loopback, at the usual port or a free one
	Write   bool                                                                // the form may write even when colleagues can reach it
	Profile string                                                              // the audience for which it is shown; empty for the house
	Today   *desk.View                                                          // says what they may not read, where what is shown is the past
	Editor  Editor                                                              // opens a file at a line
	Poll    bool                                                                // look at the files now and then instead of asking the system for events
	Say     func(line string)
}

// Port is the usual one.
const Port = 4646

// A Server shows one place. Make it with [New], let it [Server.Run].
type Server struct {
	options Options
	desk    *desk.Desk
	own     own // the preview's own pages
	watcher *watch.Watcher
	token   string
	folder  string // of the content in its repository

	listener net.Listener
	guard    guard
	now      atomic.Pointer[moment]
	told     *bell // rings at each new moment

	asks   chan ask
	turned chan struct{} // the history is another
	opened chan struct{} // closed when the first page was asked for
	first  sync.Once
	places chan struct{} // for streams
	saving sync.Mutex
	last   keeping
}

// New looks at the place for the first time and takes a port. What is wrong
// with the texts is no error: it will stand on the pages.
func New(o Options) (*Server, error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	var err error
	if o.Place.Content, err = filepath.Abs(o.Place.Content); err != nil {
		return nil, fmt.Errorf("content folder: %w", err)
	}
	if o.Place.Around, err = filepath.Abs(o.Place.Around); err != nil {
		return nil, fmt.Errorf("content folder: %w", err)
	}
	listener, guard, err := listen(o)
	if err != nil {
		return nil, err
	}
	d, err := desk.Open(o.Place, true)
	if err != nil {
		listener.Close()
		return nil, err
	}
	s := &Server{options: o, desk: d, listener: listener, guard: guard, token: rand.Text(), folder: history.Folder(o.Place.Content), told: newBell(), asks: make(chan ask), turned: make(chan struct{}), opened: make(chan struct{}), places: make(chan struct{}, streams), last: keeping{since: map[string]time.Time{}}}
	if s.past() {
		s.guard.readOnly = true
	} else {
		s.watcher = watch.New([]string{o.Place.Content, o.Place.Themes()}, watch.Options{Poll: o.Poll, Say: o.Say})
	}
	if o.Profile != "" {
		s.guard.readOnly = true
		whole := s.desk.Look(s.day())
		if _, err := whole.ForAsOf(s.today(whole), o.Profile); err != nil {
			listener.Close()
			return nil, errors.Join(err, d.Close())
		}
	}
	s.look()
	return s, nil
}

// Address is where the preview is: "http://localhost:4646/".
func (s *Server) Address() string { return "http://" + s.guard.shown + "/" }

// Elsewhere are the addresses that others on the network can use.
func (s *Server) Elsewhere() []string {
	var all []string
	for _, h := range s.guard.hosts {
		if host, _, _ := net.SplitHostPort(h); host != "localhost" && !net.ParseIP(host).IsLoopback() {
			all = append(all, "http://"+h+"/")
		}
	}
	return all
}

// past reports whether what is shown cannot change any more.
func (s *Server) past() bool { return s.options.Place.At != nil }

// mute reports whether the preview says and shows nothing but the site: of the
// past nothing can be written, and what an audience may not read is none of its
// business.
func (s *Server) mute() bool { return s.past() || s.options.Profile != "" }

// ReadOnly reports whether the form may only be looked at.
func (s *Server) ReadOnly() bool { return s.guard.readOnly }

// Local reports whether only this machine can reach the preview.
func (s *Server) Local() bool { return s.guard.local }

// Run serves until ctx is done and ends everything it began.
func (s *Server) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		s.keep(ctx)
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.remember(ctx)
	}()
	server := &http.Server{
		Handler: s.guard.protect(s.routes()), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(s.listener) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
	}
	stop() // ends the streams, which would else hold the server open
	last, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(last) != nil {
		server.Close()
	}
	if s.watcher != nil {
		s.watcher.Close()
	}
	<-kept
	<-read
	s.desk.Close()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// listen takes the port: the one that was named, else the usual one on
// loopback, else any that is free.
func listen(o Options) (net.Listener, guard, error) {
	if o.Listen != "" {
		l, err := net.Listen("tcp", o.Listen)
		if err != nil {
			return nil, guard{}, fmt.Errorf("--listen %s: %w", o.Listen, err)
		}
		g, err := guardFor(o.Listen, l.Addr().(*net.TCPAddr), o.Write)
		if err != nil {
			l.Close()
		}
		return l, g, err
	}
	var l net.Listener
	var err error
	for _, port := range []int{Port, Port + 1, Port + 2, Port + 3, 0} {
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			break
		}
	}
	if err != nil {
		return nil, guard{}, fmt.Errorf("no port is free for the preview: %w", err)
	}
	g, err := guardFor("localhost", l.Addr().(*net.TCPAddr), true)
	return l, g, err
}

// below returns where a path of this machine lies in dir, with slashes.
func below(dir, path string) (string, bool) {
	rel, err := filepath.Rel(dir, path)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// An own is the preview's pages and panels, dressed in the default theme so
// that a broken theme cannot break what says so.
type own struct{ of, theme *theme.Theme }

// dress prepares the preview's templates in the languages and words of the
// site's theme.
func (o *own) dress(of *theme.Theme) *theme.Theme {
	if o.of != of {
		o.of, o.theme = of, of.Preview()
	}
	return o.theme
}
