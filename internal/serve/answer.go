package serve

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"charterhouse/internal/headers"
	"charterhouse/internal/wire"
)

// Health is the address that tells whether there is a site to show.
const Health = "/-/health"

// Handler answers requests.
func (s *Server) Handler() http.Handler {
	return s.log.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := s.folder.take()
		if err != nil {
			say(w, headers.Site{}, http.StatusServiceUnavailable, "There is no site here at the moment.")
			return
		}
		defer func() { s.folder.leave(v) }()
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			say(w, v.site, http.StatusMethodNotAllowed, "This site is for reading.")
		case r.URL.Path == Health:
			s.health(w, v)
		case !s.names.know(r.Host):
			say(w, v.site, http.StatusMisdirectedRequest, "This server does not answer to that name; its owner can add it with --host.")
		default:
			s.site(w, r, &v)
		}
	}))
}

// health looks whether the first page is there. It answers to any name, since
// those who ask often know only a number.
func (s *Server) health(w http.ResponseWriter, v *version) {
	file, _, err := v.open("index.html")
	if err != nil && !s.folder.replaced(v) {
		say(w, v.site, http.StatusServiceUnavailable, "The site has no first page.")
		return
	}
	if err == nil {
		file.Close()
	}
	say(w, v.site, http.StatusOK, "ok")
}

// say answers with a line of text that nobody keeps.
func say(w http.ResponseWriter, site headers.Site, status int, line string) {
	for _, f := range site.All() {
		w.Header().Set(f.Name, f.Value)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n")
}

// site answers with a file. What is gone from a version because the folder was
// swapped meanwhile is looked for in the next; v is then that one.
func (s *Server) site(w http.ResponseWriter, r *http.Request, v **version) {
	name, ok := address(r.URL.Path)
	if !ok {
		s.missing(w, r, *v)
		return
	}
	for {
		file, info, err := (*v).open(name)
		if err == nil {
			defer file.Close()
			s.file(w, r, *v, name, file, info)
			return
		}
		if errors.Is(err, errIsFolder) {
			s.enter(w, r, *v)
			return
		}
		if !s.folder.replaced(*v) {
			if !gone(err) || !s.folder.assets.answer(w, r, (*v).site, name) {
				s.fail(w, r, *v, err)
			}
			return
		}
		next, err := s.folder.take()
		if err != nil {
			s.fail(w, r, *v, err)
			return
		}
		s.folder.leave(*v)
		*v = next
	}
}

// fail tells what is not there from what cannot be read.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, v *version, err error) {
	if gone(err) {
		s.missing(w, r, v)
		return
	}
	say(w, v.site, http.StatusInternalServerError, "This page cannot be read at the moment.")
}

// gone reports whether an error means that nothing of that name can be asked for.
// A name that is too long for the disk, or leads out by a link, is one of these.
func gone(err error) bool {
	var p *fs.PathError
	return errors.Is(err, fs.ErrNotExist) || errors.As(err, &p) && !errors.Is(err, fs.ErrPermission) && !failing(err)
}

// enter leads from a folder to its first page, by a way that holds below any
// path of a proxy.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, v *version) {
	if file, _, err := v.open(strings.TrimPrefix(r.URL.Path, "/") + "/index.html"); err == nil {
		file.Close()
		to := url.URL{Path: "./" + path.Base(r.URL.Path) + "/", RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		say(w, v.site, http.StatusMovedPermanently, "This is a folder.")
		return
	}
	s.missing(w, r, v)
}

// file answers with the bytes of a file, packed if the browser takes that.
func (s *Server) file(w http.ResponseWriter, r *http.Request, v *version, name string, file *os.File, info fs.FileInfo) {
	digest, err := v.digest(name, file, info)
	if err != nil {
		s.fail(w, r, v, err)
		return
	}
	head := w.Header()
	for _, f := range v.site.For(name) {
		head.Set(f.Name, f.Value)
	}
	head.Set("Content-Type", wire.Type(name))
	if wire.Packs(name, info.Size()) {
		head.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" { // a part is a part of the file as it is
			if form, data := s.packed.pick(v, name, file, info, digest, r.Header.Get("Accept-Encoding")); data != nil {
				head.Set("ETag", `"`+digest+"-"+form+`"`)
				head.Set("Content-Encoding", form)
				head.Set("Content-Length", strconv.Itoa(len(data)))
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
				return
			}
		}
	}
	head.Set("ETag", `"`+digest+`"`)
	http.ServeContent(w, r, "", time.Time{}, file)
}
