package lsp

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rulebook"
	"charterhouse/internal/watch"
)

// A document is a text that the client has open. Its page is replaced with each
// change, under the server's lock.
type document struct {
	uri     string
	version int
	page    *page
	room    *room  // nil for a text of no content folder
	name    string // slash path below the content folder
}

// A room is one content folder. Its one goroutine owns the desk; what it saw
// last is the state.
type room struct {
	s       *server
	place   desk.Place
	watcher *watch.Watcher
	gen     uint64        // of the texts, under the server's lock
	wake    chan struct{} // a text changed
	walks   chan struct{} // files may have changed
	now     atomic.Pointer[state]
	leave   chan struct{} // closed when the client closes the folder
	ended   chan struct{}

	told map[string]telling // by name: what the client was told last
}

// A state is what a look at a room gave. It is immutable.
type state struct {
	*desk.View
	gen   uint64
	open  map[string]*document // copies, by name
	found map[string]diag.List // by file
	next  chan struct{}        // closed when there is a newer one
	fault bool                 // looking failed
}

// A telling is what the client knows of a file.
type telling struct {
	found   diag.List
	page    *page
	version int
	uri     string
}

// enter opens the room of a folder, or of the folder content in it, or of the
// nearest one above it. The server's lock is held.
func (s *server) enter(dir string) *room {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	for _, candidate := range []string{dir, filepath.Join(dir, "content")} {
		place, ok := desk.At(candidate)
		if !ok {
			continue
		}
		for _, r := range s.rooms {
			if r.place.Content == place.Content {
				return r
			}
		}
		r := &room{s: s, place: place, wake: make(chan struct{}, 1), walks: make(chan struct{}, 1), leave: make(chan struct{}), ended: make(chan struct{}), told: map[string]telling{}}
		r.now.Store(&state{next: make(chan struct{})})
		s.rooms = append(s.rooms, r)
		go r.keep()
		return r
	}
	return nil
}

// roomOf finds the room of a file: one that is open, or that of the nearest
// content folder above it. The server's lock is held.
func (s *server) roomOf(file string) (*room, string) {
	for _, r := range s.rooms {
		if name, ok := below(r.place.Content, file); ok {
			return r, name
		}
	}
	if s.o.Content != "" {
		return nil, ""
	}
	for dir, depth := filepath.Dir(file), 0; depth < 8; dir, depth = filepath.Dir(dir), depth+1 {
		if _, ok := desk.At(dir); !ok {
			continue
		}
		if r := s.enter(dir); r != nil {
			if name, ok := below(r.place.Content, file); ok {
				return r, name
			}
		}
	}
	return nil, ""
}

// below returns where a path of this machine lies in dir, with slashes; also
// where one of the two goes through a symbolic link.
func below(dir, file string) (string, bool) {
	inside := func(dir, file string) (string, bool) {
		rel, err := filepath.Rel(dir, file)
		return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel) && rel != "."
	}
	if name, ok := inside(dir, file); ok {
		return name, true
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", false
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		file = filepath.Join(folder, filepath.Base(file))
	}
	return inside(real, file)
}

func (s *server) all() []*room {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rooms)
}

// opened, changed and closed follow what the client does with its texts.
func (s *server) opened(p didOpen) error {
	path, ok := pathOf(p.TextDocument.URI)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &document{uri: p.TextDocument.URI, version: p.TextDocument.Version, page: newPage(p.TextDocument.Text)}
	if ok {
		d.room, d.name = s.roomOf(path)
	}
	s.docs[d.uri] = d
	d.touch()
	return nil
}

func (s *server) changed(p didChange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.docs[p.TextDocument.URI]
	if d == nil {
		return fmt.Errorf("%s is not open", p.TextDocument.URI)
	}
	for _, c := range p.ContentChanges {
		d.page = d.page.changed(c, s.enc)
	}
	d.version = p.TextDocument.Version
	d.touch()
	return nil
}

func (s *server) closed(p didOpen) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.docs[p.TextDocument.URI]; d != nil {
		delete(s.docs, d.uri)
		d.touch()
	}
	return nil
}

// moved enters new folders and leaves those that were closed. The room of a text
// that is still open stays.
func (s *server) moved(p didChangeFolders) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range p.Event.Added {
		if dir, ok := pathOf(f.URI); ok && s.o.Content == "" {
			s.enter(dir)
		}
	}
	for _, f := range p.Event.Removed {
		dir, ok := pathOf(f.URI)
		s.rooms = slices.DeleteFunc(s.rooms, func(r *room) bool {
			if !ok || r.place.Content != dir && r.place.Content != filepath.Join(dir, "content") {
				return false
			}
			for _, d := range s.docs {
				if d.room == r {
					return false
				}
			}
			close(r.leave)
			return true
		})
	}
	return nil
}

// touch lets the room look again. The server's lock is held.
func (d *document) touch() {
	if d.room != nil {
		d.room.gen++
		ring(d.room.wake)
	}
}

// day is what stands for today.
func (r *room) day() calendar.Date {
	if !r.s.o.AsOf.IsZero() {
		return r.s.o.AsOf
	}
	return calendar.On(time.Now())
}

func (r *room) walk() { ring(r.walks) }

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// await returns the state that has seen the texts of a generation, or the first
// there is.
func (r *room) await(ctx context.Context, gen uint64) (*state, error) {
	for {
		st := r.now.Load()
		switch {
		case st.View != nil && st.gen >= gen:
			return st, nil
		case st.fault && st.gen >= gen:
			return nil, fmt.Errorf("%s cannot be looked at; the log says more", r.place.Content)
		}
		select {
		case <-st.next:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-r.ended:
			return nil, fmt.Errorf("%s cannot be read", r.place.Content)
		}
	}
}

// Pauses of a room's goroutine.
const (
	gather = 8 * time.Millisecond // until changes that come together have come
	doubts = time.Minute          // until every file is opened again
)

// keep looks whenever something may have changed, until the server ends.
func (r *room) keep() {
	defer close(r.ended)
	r.watcher = watch.New([]string{r.place.Content, r.place.Themes()}, watch.Options{Say: func(line string) { r.s.log.Print(line) }})
	defer r.watcher.Close()
	d, err := desk.OpenForWriting(r.place)
	if err != nil {
		r.s.log.Print(err)
		return
	}
	defer d.Close()
	clock := time.NewTicker(doubts)
	defer clock.Stop()
	r.s.safely("the first look at "+r.place.Content, func() { d.Look(r.day()) }) // what stands on the disk may be legible where the open text is not
	for {
		if !r.s.safely("a look at "+r.place.Content, func() { r.look(d) }) {
			r.stay()
		}
		select {
		case <-r.s.ctx.Done():
			return
		case <-r.leave:
			for _, told := range r.told {
				r.publish(r.now.Load(), "", telling{uri: told.uri})
			}
			return
		case <-r.wake:
			time.Sleep(gather)
			select {
			case <-r.wake:
			default:
			}
		case <-r.walks:
			r.s.safely("a walk", func() { r.again(d) })
		case h := <-r.watcher.Hints():
			r.s.safely("a hint", func() { r.take(d, h) })
		case <-clock.C:
			d.Doubt()
			r.s.safely("a walk", func() { r.again(d) })
		}
	}
}

func (r *room) again(d *desk.Desk) {
	if err := d.Walk(); err != nil {
		r.s.log.Print(err)
	}
}

// take follows a hint of the watcher.
func (r *room) take(d *desk.Desk, h watch.Hint) {
	var names []string
	for _, path := range h.Paths {
		if _, ours := below(r.place.Themes(), path); ours {
			d.Undress()
		} else if name, ok := below(r.place.Content, path); ok {
			names = append(names, name)
		}
	}
	if h.All {
		d.Undress()
	}
	if h.All || !d.Glance(names) {
		r.again(d)
	}
}

// look makes the next state and tells the client what is new in it.
func (r *room) look(d *desk.Desk) {
	next := &state{open: map[string]*document{}, found: map[string]diag.List{}, next: make(chan struct{})}
	texts := map[string][]byte{}
	r.s.mu.Lock()
	next.gen = r.gen
	for _, doc := range r.s.docs {
		if doc.room == r {
			kept := *doc
			next.open[doc.name] = &kept
			texts[doc.name] = []byte(doc.page.text)
		}
	}
	r.s.mu.Unlock()
	d.Lay(texts)
	next.View = d.Look(r.day())
	for _, f := range next.Found {
		next.found[f.Pos.File] = append(next.found[f.Pos.File], f)
	}
	before := r.now.Swap(next)
	close(before.next)
	r.tell(next)
}

// stay lets the last state stand for the texts of now, after a fault of ours.
func (r *room) stay() {
	before := r.now.Load()
	next := &state{View: before.View, open: before.open, found: before.found, next: make(chan struct{}), fault: true}
	r.s.mu.Lock()
	next.gen = r.gen
	r.s.mu.Unlock()
	if before = r.now.Swap(next); before.next != nil {
		close(before.next)
	}
}

func (r *room) close() { <-r.ended }

// most is how many files that are not open the client is told about: an editor
// keeps a list for each.
const most = 1000

// tell publishes the findings of each file where they, or the open text, changed.
func (r *room) tell(st *state) {
	names := make([]string, 0, len(st.found))
	for name := range st.found {
		names = append(names, name)
	}
	for name := range st.open {
		if st.found[name] == nil {
			names = append(names, name)
		}
	}
	for name := range r.told {
		if st.found[name] == nil && st.open[name] == nil {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { // what is being written comes first
		return cmp.Or(cmp.Compare(closedness(st, a), closedness(st, b)), strings.Compare(a, b))
	})
	others := 0
	for _, name := range names {
		now := telling{found: st.found[name], uri: r.uri(st, name)}
		if doc := st.open[name]; doc != nil {
			now.page, now.version = doc.page, doc.version
		} else if len(now.found) > 0 {
			if others++; others > most {
				if others == most+1 {
					r.s.log.Printf("more than %d files have findings; charterhouse check lists all", most)
				}
				continue
			}
		}
		was, known := r.told[name]
		if known && was.page == now.page && was.version == now.version && was.uri == now.uri && slices.EqualFunc(was.found, now.found, sameFinding) {
			continue
		}
		if len(now.found) == 0 && now.page == nil {
			delete(r.told, name)
		} else {
			r.told[name] = now
		}
		r.publish(st, name, now)
	}
}

func closedness(st *state, name string) int {
	if st.open[name] != nil {
		return 0
	}
	return 1
}

func sameFinding(a, b diag.Diagnostic) bool {
	return a.Pos == b.Pos && a.Width == b.Width && a.Code == b.Code && a.Severity == b.Severity && a.Message == b.Message && a.Hint == b.Hint
}

func (r *room) publish(st *state, name string, now telling) {
	p := publishDiagnostics{URI: now.uri, Diagnostics: []diagnostic{}}
	if now.page != nil {
		p.Version = &now.version
	}
	page := newPage("")
	if len(now.found) > 0 {
		page = st.pageOf(name)
	}
	for _, d := range now.found {
		p.Diagnostics = append(p.Diagnostics, r.diagnostic(st, page, d))
	}
	if err := r.s.conn.Notify(r.s.ctx, "textDocument/publishDiagnostics", p); err != nil && r.s.ctx.Err() == nil {
		r.s.log.Print(err)
	}
}

// pageOf is the text of a file: the open one, else that of the folder.
func (st *state) pageOf(name string) *page {
	if doc := st.open[name]; doc != nil {
		return doc.page
	}
	if data, _, ok := st.Tree.ReadPath(name); ok {
		return newPage(string(data))
	}
	return newPage("")
}

// uri is the URI of a file of the room: the client's own for an open text.
func (r *room) uri(st *state, name string) string {
	if doc := st.open[name]; doc != nil {
		return doc.uri
	}
	dir := r.place.Content
	if strings.HasPrefix(name, "themes/") {
		dir = r.place.Around
	}
	return uriOf(filepath.Join(dir, filepath.FromSlash(name)))
}

func (x *spot) uri(name string) string { return x.room.uri(x.state, name) }

// diagnostic writes a finding for the client.
func (r *room) diagnostic(st *state, page *page, d diag.Diagnostic) diagnostic {
	out := diagnostic{Range: spanOf(page, d, r.s.enc), Severity: map[diag.Severity]int{diag.Error: 1, diag.Warning: 2}[d.Severity], Code: string(d.Code), Source: "charterhouse", Message: r.s.message(st.Portfolio, d)}
	if out.Severity == 0 {
		out.Severity = 3
	}
	if href := r.s.manual(d.Code); href != "" {
		out.About = &codeReference{href}
	}
	if !r.s.can.related {
		return out
	}
	for _, also := range d.Related {
		other := page
		if also.Pos.File != d.Pos.File {
			other = st.pageOf(also.Pos.File)
		}
		at := diag.Diagnostic{Pos: also.Pos}
		out.Related = append(out.Related, relatedDetail{location{r.uri(st, also.Pos.File), spanOf(other, at, r.s.enc)}, also.Value.In(r.s.tongue(st.Portfolio))})
	}
	return out
}

// spanOf is what a finding underlines: as many characters as it says, else the
// word at its place.
func spanOf(page *page, d diag.Diagnostic, enc encoding) textRange {
	if d.Pos.Line == 0 {
		return textRange{}
	}
	start := page.place(d.Pos.Line, d.Pos.Col)
	end := page.ahead(start, d.Width)
	if d.Width == 0 {
		for end < len(page.text) && !strings.ContainsRune(" \t\r\n,]}:", rune(page.text[end])) {
			end++
		}
	}
	return page.span(start, end, enc)
}

// message is what a finding says, and below it what to write.
func (s *server) message(p *portfolio.Portfolio, d diag.Diagnostic) string {
	in := s.tongue(p)
	if d.Hint.IsZero() {
		return d.Message.In(in)
	}
	return d.Message.In(in) + "\n" + d.Hint.In(in)
}

// tongue is how findings are said to the client.
func (s *server) tongue(p *portfolio.Portfolio) *diag.Tongue {
	return rulebook.Tongue(p.Config().Speech.For(s.lang))
}

// charterOf is the charter that a file holds, in the state's version.
func (st *state) charterOf(name string) *charter.Charter {
	if st.Kept[name] {
		return nil // its marks are those of another text
	}
	return st.Portfolio.File(name)
}

// cacheDir is where texts for the client are kept.
func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "charterhouse"), nil
}
