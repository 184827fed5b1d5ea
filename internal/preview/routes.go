package preview

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/headers"
	"charterhouse/internal/theme"
	"charterhouse/internal/wire"
)

// routes are all that the server answers: pages of the site by their address,
// and below /-/ what is the preview's own. No path reaches the file system.
func (s *Server) routes() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own, isOwn := strings.CutPrefix(r.URL.Path, "/-/")
		switch {
		case isOwn && r.Method == http.MethodPost && own == "events":
			s.stream(w, r)
		case s.options.Profile != "" && isOwn && (own == "write" || strings.HasPrefix(own, "edit/")):
			http.NotFound(w, r) // the form shows the whole text
		case isOwn && strings.HasPrefix(own, "edit/"):
			s.edit(w, r, strings.TrimPrefix(own, "edit/"))
		case isOwn && r.Method == http.MethodPost && own == "write":
			s.writeSkeleton(w, r)
		case r.Method == http.MethodPost:
			http.Error(w, "Nothing here takes a POST.", http.StatusMethodNotAllowed)
		case isOwn && strings.HasPrefix(own, "assets/"):
			s.asset(w, own)
		default:
			s.serve(w, r)
		}
	})
}

// serve answers with a page of the moment.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	p := s.page(s.now.Load(), r.URL.Path)
	head := w.Header()
	head.Set("Content-Type", p.kind)
	head.Set("ETag", `"`+p.etag+`"`)
	if p.kind == wire.Type(".svg") {
		head.Set("Content-Security-Policy", headers.Pictures)
	}
	if p.status == http.StatusOK && r.Header.Get("If-None-Match") == `"`+p.etag+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Length", strconv.Itoa(len(p.bytes)))
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.bytes) // a reader who left is no fault of ours
	}
}

// etag is the digest of what stands at a path now.
func (s *Server) etag(path string) string { return s.page(s.now.Load(), path).etag }

// asset serves what the preview's own pages load.
func (s *Server) asset(w http.ResponseWriter, address string) {
	for _, a := range s.now.Load().own.Assets() {
		if a.Address == address {
			w.Header().Set("Content-Type", wire.Type(address))
			w.Header().Set("Cache-Control", wire.Cache(address))
			_, _ = w.Write(a.Data)
			return
		}
	}
	http.NotFound(w, nil)
}

// ownPage renders a page of the preview's that changes with the moment.
func (s *Server) ownPage(m *moment, buf *bytes.Buffer, name string) bool {
	if name != "problems" {
		return false
	}
	lang := m.view.Portfolio.Config().Languages[0]
	w := m.own.Words(lang)
	d := struct {
		Total    string
		Problems []problem
	}{summary(w, m.view.Found), s.problems(m, m.view.Found[:min(len(m.view.Found), 1000)], w)}
	s.write(m, buf, lang, "problems", w.T("preview.problems"), d)
	return true
}

// broken is the finding in an error, if there is one.
func broken(err error) diag.List {
	var b *theme.Broken
	if errors.As(err, &b) {
		found := b.Finding
		found.Severity = diag.Error
		return diag.List{found}
	}
	return nil
}
