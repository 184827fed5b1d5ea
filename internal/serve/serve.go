// Package serve shows a built site over HTTP, for a pilot or behind a proxy that
// signs people in.
//
// A [Server] reads one folder and never writes. Each request is answered from
// one version of that folder: when a build or a publication swaps it, whoever is
// being answered gets the file of the version that he began with, and the next
// request the new one. Nothing is restarted and no request is lost.
//
// A path reaches a file only by names that a site can have: no dot in front, no
// link, nothing outside the folder, which the system itself sees to ([os.Root]).
// There are no lists of files. An answer's ETag is the digest of its bytes, so
// it holds over versions, machines and restarts. Headers are those of package
// headers, as other servers get them.
//
// It speaks plain HTTP and knows no users: TLS and signing in are the proxy's.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Options are what a server needs to know.
type Options struct {
	Folder string    // the built site
	Listen string    // host:port; empty is loopback at the usual port
	Hosts  []string  // names it answers to; empty: this machine's on loopback, else any
	Log    io.Writer // the access log; nil for none
}

// Port is the usual one.
const Port = 4747

// A Server shows one folder. Make it with [New], let it [Server.Run].
type Server struct {
	folder   *folder
	packed   *packed
	listener net.Listener
	names    names
	log      *accessLog
}

// New looks at the folder and takes the port.
func New(o Options) (*Server, error) {
	f, err := openFolder(o.Folder)
	if err != nil {
		return nil, err
	}
	if o.Listen == "" {
		o.Listen = fmt.Sprintf("127.0.0.1:%d", Port)
	}
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("--listen %s: %w", o.Listen, err)
	}
	s := &Server{folder: f, packed: newPacked(packedLimit), listener: l, log: newAccessLog(o.Log)}
	s.names = namesFor(o.Hosts, l.Addr().(*net.TCPAddr))
	return s, nil
}

// Address is where this machine finds the site.
func (s *Server) Address() string {
	at := s.listener.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d/", at.Port)
	}
	return "http://" + at.String() + "/"
}

// Local reports whether only this machine can reach the server.
func (s *Server) Local() bool { return s.listener.Addr().(*net.TCPAddr).IP.IsLoopback() }

// AnyHost reports whether it answers to every name.
func (s *Server) AnyHost() bool { return len(s.names.hosts) == 0 }

// Limits: a request is small and comes at once; an answer may be a workbook on
// a slow line. Proxies that sign people in send long headers.
const (
	headerTime, requestTime, answerTime, idleTime, goodbye = 5 * time.Second, 15 * time.Second, 5 * time.Minute, 2 * time.Minute, 10 * time.Second

	headerBytes = 64 << 10
)

// Run serves until ctx is done, and lets those who are being answered finish.
func (s *Server) Run(ctx context.Context) error {
	defer s.folder.Close()
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(s.listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	if server.Shutdown(last) != nil {
		server.Close()
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
