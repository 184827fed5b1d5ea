package preview

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"charterhouse/internal/charter"
	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/site"
	"charterhouse/internal/theme"
	"charterhouse/internal/wire"
)

// A moment is everything that the preview shows until something changes. It is
// immutable but for the pages that it remembers, and safe for concurrent use.
type moment struct {
	n     uint64
	view  *desk.View // as it is shown
	whole *desk.View // with what an audience may not read; nothing is shown of it
	site  *site.Site
	own   *theme.Theme
	worn  []*theme.Theme       // before this one, whose assets pages that are on their way still ask for
	since map[string]time.Time // by broken file: when the version shown was seen
	lost  bool                 // the content folder is not there any more

	mu    sync.Mutex
	pages map[string]*page
}

// A page is what is served at one address. It is made once a moment, however
// many browsers ask.
type page struct {
	once   sync.Once
	status int
	kind   string
	bytes  []byte
	etag   string
}

// remembered is how many pages a moment keeps. A moment may stand all day.
const remembered = 64

// without is the moment after its folder went away.
func (m *moment) without() *moment {
	return &moment{n: m.n + 1, view: m.view, whole: m.whole, site: m.site, own: m.own, worn: m.worn, since: m.since, lost: true}
}

// page returns what stands at a path of the site.
func (s *Server) page(m *moment, path string) *page {
	address := strings.TrimPrefix(path, "/")
	if address == "" || strings.HasSuffix(address, "/") {
		address += "index.html"
	}
	m.mu.Lock()
	p := m.pages[address]
	if p == nil {
		if len(m.pages) >= remembered || m.pages == nil {
			m.pages = map[string]*page{}
		}
		p = &page{}
		m.pages[address] = p
	}
	m.mu.Unlock()
	p.once.Do(func() { s.make(m, address, p) })
	s.first.Do(func() { close(s.opened) })
	return p
}

// make renders a page as build does, and adds what only a preview has.
func (s *Server) make(m *moment, address string, p *page) {
	p.status, p.kind = http.StatusOK, wire.Type(address)
	var buf bytes.Buffer
	own, isOwn := strings.CutPrefix(address, "-/")
	var err error
	if !isOwn {
		if err = m.render(&buf, address); errors.Is(err, fs.ErrNotExist) && m.old(&buf, address) {
			err = nil
		}
	} else if p.kind = wire.Type(".html"); !s.ownPage(m, &buf, own) {
		err = fs.ErrNotExist
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.status, p.kind = http.StatusNotFound, wire.Type(".html")
		buf.Reset()
		s.fault(m, &buf, address, faultMissing, nil)
	case err != nil:
		p.status, p.kind = http.StatusInternalServerError, wire.Type(".html")
		buf.Reset()
		s.fault(m, &buf, address, faultBroken, err)
	}
	p.bytes = buf.Bytes()
	if strings.HasPrefix(p.kind, "text/html") {
		p.bytes = s.inject(m, address, p.bytes)
	}
	if p.etag == "" {
		p.etag = etagOf(p.bytes)
	}
	if strings.HasPrefix(p.kind, "text/html") {
		p.bytes = bytes.Replace(p.bytes, []byte(etagHere), []byte(p.etag), 1)
	}
}

// render is Site.Render, which a fault of ours does not take down.
func (m *moment) render(buf *bytes.Buffer, address string) (err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("this is a fault of Charterhouse, please report it: %v", wrong)
		}
	}()
	return m.site.Render(buf, address)
}

// old writes an asset of an earlier theme.
func (m *moment) old(buf *bytes.Buffer, address string) bool {
	for _, t := range m.worn {
		for _, a := range t.Assets() {
			if a.Address == address {
				buf.Write(a.Data)
				return true
			}
		}
	}
	return false
}

// etagHere is replaced by the page's own digest, so that the page knows which
// version it is.
const etagHere = "charterhouse-version-here"

func etagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}

// tree splits an address into its language and the address within its tree.
func (m *moment) tree(address string) (lang, within string) {
	languages := m.view.Portfolio.Config().Languages
	for _, l := range languages[1:] {
		if rest, ok := strings.CutPrefix(address, l+"/"); ok {
			return l, rest
		}
	}
	return languages[0], address
}

// charter returns the charter whose page or sheet stands at address, or nil.
func (m *moment) charter(address string) *charter.Charter {
	_, within := m.tree(address)
	id, ok := strings.CutPrefix(within, "charters/")
	if !ok {
		if id, ok = strings.CutPrefix(within, "sheets/"); !ok {
			return nil
		}
	}
	return m.view.Portfolio.Charter(portfolio.ID(strings.TrimSuffix(id, ".html")))
}

// question is the file of the saved question whose page stands at address; of
// the page that lists them it is none.
func (m *moment) question(address string) string {
	_, within := m.tree(address)
	for _, q := range m.view.Portfolio.Questions() {
		if within == "questions/"+string(q.ID)+".html" {
			return q.File
		}
	}
	return "no question"
}

// about lists the findings that belong on the page at address: those of its own
// files, and those of what every page depends on.
func (m *moment) about(address string) diag.List {
	var list diag.List
	c, question := m.charter(address), m.question(address)
	for _, d := range m.view.Found {
		switch {
		case c != nil && m.belongs(d.Pos.File, c), d.Pos.File == question:
			list.Add(d)
		case d.Severity == diag.Error && !strings.HasPrefix(d.Pos.File, "charters/") && !strings.HasPrefix(d.Pos.File, "approvals/") && !strings.HasPrefix(d.Pos.File, "questions/"):
			list.Add(d)
		}
	}
	return list
}

// belongs reports whether a file is a charter's own: its text and what translates
// it, its updates, its approvals.
func (m *moment) belongs(file string, c *charter.Charter) bool {
	id := string(c.ID.Value)
	for _, t := range m.view.Portfolio.TranslationsOf(c.ID.Value) {
		if file == t.File.File {
			return true
		}
	}
	return file == c.File || strings.HasPrefix(file, "charters/"+id+"/") ||
		strings.HasPrefix(file, "approvals/") && (strings.HasSuffix(file, "/"+id+".yml") || strings.HasSuffix(file, "/"+id+".yaml"))
}

func sameFinding(a, b diag.Diagnostic) bool {
	return a.Pos == b.Pos && a.Code == b.Code && a.Severity == b.Severity && a.Message == b.Message && a.Hint == b.Hint
}
