// Package site makes pages: an address and a portfolio in, bytes out.
//
// Every page is a function, and all pages are one map. Build asks for every
// address; preview asks for the one on the screen; both call [Site.Render], so
// they cannot differ. Nothing is rendered before it is asked for.
//
// A site has one tree of pages for each interface language: the first at the
// root, the others below "da/" and the like. A charter speaks its own language,
// the frame around it the reader's: labels, amounts and dates of a charter's
// document follow the charter's lang, so that it prints as one text.
//
// All links are relative, so the same folder works by double-click, below any
// sub-path and on a file share. The package writes no files and speaks no HTTP.
package site

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/search"
	"charterhouse/internal/shelf"
	"charterhouse/internal/theme"
)

// ID names a charter, person, department or area.
type ID = portfolio.ID

// Options are what a site needs to know besides portfolio and theme.
type Options struct {
	// Commit is the revision the site is built from, shown in the footer; empty
	// where it is not known.
	Commit string
	// At is set where the portfolio is one of the past: every page then says so.
	At *history.Revision
	// Quarters lists the quarters of the past, which then have pages; nil for a
	// site of the present alone.
	Quarters func() ([]portfolio.Quarter, error)
	// Attachment returns the bytes of a picture or file beside a charter, by
	// its path below the content folder.
	Attachment func(path string) ([]byte, error)
	// Folder is the content folder in its repository, "." for its root; empty where
	// it is not known.
	Folder string
	// Editor lets the site hold the web editor, where the configuration asks for
	// one. A preview has a form of its own.
	Editor bool
	// Ground is a digest of what every page may show: program, theme, day, commit,
	// what is known of the past at all, and all files but those about one charter.
	// Empty where nobody asks for [Site.Inputs].
	Ground string
	// Shelf is what files begin with that keep for the next run of the program what
	// was worked out of many charters; empty for none. It needs a Ground.
	Shelf string
}

// A Site is all pages of one portfolio. It is immutable and safe for concurrent
// use.
type Site struct {
	p       *portfolio.Portfolio
	found   diag.List // what needs attention in the texts
	theme   *theme.Theme
	options Options

	wings  map[string]func() pages // by folder within a tree
	files  map[string]file         // by address, outside the trees
	search *search.Index           // more files, below search/

	voices sync.Map // voiceKey -> *voice
	frames sync.Map // frameKey -> *theme.Mould
	rows   rollups
	past   past
	likes  sync.Map // *charter.Charter -> func() []rollup.Likeness
}

// A page makes one page's content in the voice it is asked for.
type page struct {
	section string // the entry of the main navigation that is current
	make    func(v *voice) (content, error)
	write   func(w io.Writer, v *voice) error // instead of make for what is no HTML: it is the whole file
}

// A content is what stands between the frame's header and footer.
type content struct {
	Title    string // plain text, without the site's name
	Lang     string // of main, where it differs from the frame's
	Template string
	Data     any
}

// A file writes bytes that are no page: assets, attachments, data.
type file func(w io.Writer) error

// fixed is a file whose bytes are at hand.
func fixed(data []byte) file {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// pages are entered by address within a tree.
type pages map[string]page

// New prepares the site of p. Findings are shown on the attention page. Nothing
// is worked out before it is asked for, so it takes no time.
func New(p *portfolio.Portfolio, found diag.List, t *theme.Theme, o Options) *Site {
	s := &Site{p: p, found: found, theme: t, options: o, wings: map[string]func() pages{}, files: map[string]file{}}
	for folder, kinds := range pageKinds {
		s.wings[folder] = sync.OnceValue(func() pages {
			all := pages{}
			for _, add := range kinds {
				add(s, all)
			}
			return all
		})
	}
	if o.Quarters != nil {
		s.past.list = sync.OnceValues(o.Quarters)
	}
	addFiles(s)
	s.search = search.New(p, s.forSearch)
	s.search.Keep = s.keep("words")
	for _, a := range t.Assets() {
		s.files[a.Address] = fixed(a.Data)
	}
	return s
}

// keep is the file that keeps something for the next run of the program, or nil.
func (s *Site) keep(what string) *portfolio.Keep {
	if s.options.Shelf == "" || s.options.Ground == "" {
		return nil
	}
	text := func(c *charter.Charter) [32]byte { return s.ground().of[c].text }
	return &portfolio.Keep{Path: s.options.Shelf + "-" + what + shelf.Ending, Ground: s.options.Ground, Text: text}
}

// pageKinds enters the pages of each kind, one file a kind, by the folder that
// they stand in.
var pageKinds = map[string][]func(*Site, pages){
	"":             {addOverview, addTimeline, addLedgers, addExports, addPack},
	"initiatives/": {addInitiatives},
	"rollup/":      {addRollups},
	"departments/": {addDepartments},
	"people/":      {addPeople},
	"areas/":       {addAreas},
	"questions/":   {addQuestions},
}

// find returns the page at an address within a tree.
func (s *Site) find(within string) (page, bool) {
	if id, ok := strings.CutPrefix(within, "charters/"); ok {
		if id, ok = strings.CutSuffix(id, ".html"); !ok {
			return page{}, false
		}
		return s.charterPage(ID(id))
	}
	if name, ok := strings.CutPrefix(within, "rollup/"); ok {
		if pg, ok := s.rollupPage(name); ok {
			return pg, true
		}
	}
	if name, ok := strings.CutPrefix(within, "quarters/"); ok {
		return s.quarterPage(name)
	}
	if id, ok := strings.CutPrefix(within, "sheets/"); ok {
		if id, ok = strings.CutSuffix(id, ".html"); !ok {
			return page{}, false
		}
		return s.sheet(ID(id))
	}
	wing, ok := s.wings[within[:strings.IndexByte(within, '/')+1]]
	if !ok {
		return page{}, false
	}
	pg, ok := wing()[within]
	return pg, ok
}

// Addresses lists every address of the site, in a fixed order: files first,
// since pages need them; then pages by tree and name, those of the past last.
func (s *Site) Addresses() []string {
	order := s.fileAddresses()
	var names []string
	for _, id := range s.charterIDs() {
		names = append(names, "charters/"+string(id)+".html")
	}
	for _, c := range s.p.Charters() {
		names = append(names, "sheets/"+string(c.ID.Value)+".html")
	}
	for _, wing := range s.wings {
		names = slices.AppendSeq(names, maps.Keys(wing()))
	}
	slices.Sort(names)
	for i, lang := range s.languages() {
		for _, a := range names {
			order = append(order, s.tree(i, lang)+a)
		}
	}
	for _, a := range s.quarterAddresses() { // one in all languages, since it costs most to read
		for i, lang := range s.languages() {
			order = append(order, s.tree(i, lang)+a)
		}
	}
	return order
}

// Broad reports whether what stands at an address is made of all charters rather
// than of one, or of those of one person, department or area.
func (s *Site) Broad(address string) bool {
	_, _, within := s.split(address)
	folder, _, _ := strings.Cut(within, "/")
	switch folder {
	case "charters", "sheets", "people", "departments", "areas":
		return false
	}
	return true
}

// Leave lets go of what was only worked out for pages and files of the folder
// that an address stands in, for whoever has asked for the last of them. It may be
// asked for again, and takes a little longer then.
func (s *Site) Leave(address string) {
	_, _, within := s.split(address)
	switch folder, _, _ := strings.Cut(within, "/"); folder {
	case "search":
		s.search.Forget()
	case "initiatives":
		s.voices.Range(func(_, v any) bool {
			v.(*voice).forget(partInitiative)
			return true
		})
	}
}

func (s *Site) languages() []string { return s.p.Config().Languages }

// tree is the folder of an interface language: "" for the first.
func (s *Site) tree(i int, lang string) string {
	if i == 0 {
		return ""
	}
	return lang + "/"
}

// Render writes what stands at address. Its error is fs.ErrNotExist for an
// address that the site does not have, and a *theme.Broken for a template at
// fault.
func (s *Site) Render(w io.Writer, address string) error {
	if f, ok := s.files[address]; ok {
		return f(w)
	}
	if ok, err := s.search.File(w, address); ok {
		return err
	}
	tree, lang, within := s.split(address)
	pg, ok := s.find(within)
	if !ok {
		return &fs.PathError{Op: "page", Path: address, Err: fs.ErrNotExist}
	}
	v := s.voice(tree, lang, lang, strings.Count(within, "/"))
	if pg.write != nil {
		return pg.write(w, v)
	}
	c, err := pg.make(v)
	if err != nil {
		return fmt.Errorf("page %s: %w", address, err)
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := s.frame(buf, v, pg, within, c); err != nil {
		return err
	}
	_, err = w.Write(buf.Bytes())
	return err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// split takes an address apart into tree, language and the address within.
func (s *Site) split(address string) (tree, lang, within string) {
	langs := s.languages()
	for _, l := range langs[1:] {
		if rest, ok := strings.CutPrefix(address, l+"/"); ok {
			return l + "/", l, rest
		}
	}
	return "", langs[0], address
}

// A frameKey names a frame: the page around main, rendered once for all pages
// that share it.
type frameKey struct {
	tree, section string
	depth         int
}

// frameData is what templates/frame.html is given. Title, Here and Main are
// gaps that each page fills: Here is the page's address within its tree.
type frameData struct {
	Lang      string
	Site      string // the site's title
	Title     string
	Root      string // "../" to the root of the site
	Home      string // "../" to the root of the tree
	Here      string
	Main      string
	Sections  []frameLink
	Languages []frameLink
	AsOf      theme.Fragment
	Commit    string
	Then      theme.Fragment // which past it is, where it is one
	Editor    bool           // the site holds the web editor
	For       theme.Fragment // for whom it is, where that is not everybody in the house
}

type frameLink struct {
	Href, Text, Lang string
	Short            string // of a language, where the bar has no room for many names
	Current          bool
}

// sections are the entries of the main navigation.
var sections = []struct{ key, address string }{
	{"overview", "index.html"},
	{"initiatives", "initiatives/index.html"},
	{"rollup", "rollup/index.html"},
	{"timeline", "timeline.html"},
	{"departments", "departments/index.html"},
	{"people", "people/index.html"},
	{"ownership", "ownership.html"},
}

func (s *Site) frame(buf *bytes.Buffer, v *voice, pg page, within string, c content) error {
	key := frameKey{v.tree, pg.section, v.depth}
	mould, ok := s.frames.Load(key)
	if !ok {
		made, err := s.mould(v, pg.section)
		if err != nil {
			return err
		}
		mould, _ = s.frames.LoadOrStore(key, made)
	}
	var failed error
	mould.(*theme.Mould).Fill(buf, func(buf *bytes.Buffer, gap string) {
		switch gap {
		case "Title":
			theme.WriteEscaped(buf, c.Title)
		case "Here":
			theme.WriteEscaped(buf, within)
		case "Main":
			lang := v.lang
			if c.Lang != "" && s.theme.Words(c.Lang) != nil {
				lang = c.Lang
			}
			if err := s.theme.Execute(buf, lang, c.Template, c.Data); err != nil {
				failed = err
			}
		}
	})
	return failed
}

func (s *Site) mould(v *voice, section string) (*theme.Mould, error) {
	d := frameData{Lang: v.lang, Site: s.title(), Title: theme.Gap("Title"), Here: theme.Gap("Here"), Main: theme.Gap("Main"),
		Root: v.root, Home: v.home, AsOf: v.date(s.p.AsOf()), Commit: s.options.Commit, Then: v.then(), Editor: s.editor() != nil, For: v.madeFor()}
	for _, e := range sections {
		if e.key == "people" && s.p.Anonymous() {
			continue
		}
		d.Sections = append(d.Sections, frameLink{Href: v.home + e.address, Text: v.words.T("nav." + e.key), Current: e.key == section})
	}
	for i, lang := range s.languages() {
		if lang != v.lang {
			d.Languages = append(d.Languages, frameLink{Href: v.root + s.tree(i, lang) + theme.Gap("Here"), Lang: lang, Text: s.theme.Words(lang).T("language.name")})
		}
	}
	for i := range d.Languages {
		l := &d.Languages[i]
		if l.Short = l.Text; len(d.Languages) > 1 {
			l.Short = strings.ToUpper(l.Lang)
		}
	}
	var buf bytes.Buffer
	if err := s.theme.Execute(&buf, v.lang, "frame", d); err != nil {
		return nil, err
	}
	return theme.NewMould(buf.Bytes(), "Title", "Here", "Main"), nil
}

func (s *Site) title() string {
	if t := s.p.Config().Title.Value; t != "" {
		return t
	}
	return "Charterhouse"
}
