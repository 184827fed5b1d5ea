// Package lsp is a language server for charters: what check finds, while the
// text is still being typed.
//
// An editor tells the server what it holds. Those texts are laid over the files
// of the content folder, and one desk looks at it all: the same loader, resolver
// and rules as build, preview and check, and no second reading of anything. What
// a look gives is an immutable state; requests are answered from it, beside each
// other, while the next look is under way.
//
// One thing is read here a second way, on purpose: where the cursor stands in a
// front matter that cannot be parsed just now, since somebody is in the middle
// of a word (see cursor.go). It only says which field a place belongs to; what
// a field is, the registries of packages charter and portfolio know.
//
// Nothing but the protocol goes to the output. A fault of ours ends the request
// that met it, is written to the log, and leaves the server standing.
package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"charterhouse/internal/calendar"
	"charterhouse/internal/rulebook"
)

// Options are what a server needs to know.
type Options struct {
	Lang    string        // of findings, titles and explanations: "en" or "da"; empty: the client's
	Content string        // the content folder; empty: those of the client's folders
	AsOf    calendar.Date // zero: today
	Version string        // of the program
	Log     io.Writer     // where faults are told; nil: nowhere
}

// A server talks with one client.
type server struct {
	o       Options
	manuals sync.Map // files that were written, by path
	log     *log.Logger
	conn    *jsonrpc2.Conn
	up      chan struct{} // closed once conn is set
	ctx     context.Context
	ends    func()

	mu       sync.Mutex
	began    bool // initialize was answered
	down     bool // shutdown was asked for
	code     int  // to exit with
	lang     string
	enc      encoding
	can      abilities
	rooms    []*room
	docs     map[string]*document // by the client's URI
	running  map[jsonrpc2.ID]func()
	answered sync.WaitGroup
}

// abilities are those of the client that answers depend on.
type abilities struct{ snippets, resources, markdown, related bool }

// Serve talks over rw until the client says goodbye, goes away, or ctx is done.
// It returns the code to exit with.
func Serve(ctx context.Context, rw io.ReadWriteCloser, o Options) int {
	if o.Log == nil {
		o.Log = io.Discard
	}
	s := &server{o: o, log: log.New(o.Log, "charterhouse lsp: ", 0), lang: "en", docs: map[string]*document{}, running: map[jsonrpc2.ID]func(){}, code: 1, up: make(chan struct{})}
	if o.Lang != "" {
		s.lang = o.Lang
	}
	s.ctx, s.ends = context.WithCancel(ctx)
	defer s.ends()
	s.conn = jsonrpc2.NewConn(s.ctx, jsonrpc2.NewBufferedStream(rw, jsonrpc2.VSCodeObjectCodec{}), s, jsonrpc2.SetLogger(s.log))
	close(s.up)
	select {
	case <-s.conn.DisconnectNotify():
	case <-s.ctx.Done():
	}
	s.ends()
	_ = s.conn.Close() // the client may have closed it
	s.answered.Wait()
	s.mu.Lock()
	rooms, code := s.rooms, s.code
	s.mu.Unlock()
	for _, r := range rooms {
		r.close()
	}
	return code
}

// Handle takes the client's messages one by one. What changes texts is done at
// once, in order; what asks is answered beside, from the texts as they are now.
func (s *server) Handle(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) {
	<-s.up
	params := json.RawMessage("{}")
	if req.Params != nil {
		params = *req.Params
	}
	if req.Notif {
		s.safely(req.Method, func() { s.hear(req.Method, params) })
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	s.running[req.ID] = cancel
	began, down := s.began, s.down
	s.mu.Unlock()
	var answer func(context.Context) (any, error)
	switch {
	case req.Method == "initialize":
		answer = func(context.Context) (any, error) { return s.initialize(params) }
	case !began:
		answer = refuse(-32002, "the server was not initialized yet")
	case down:
		answer = refuse(jsonrpc2.CodeInvalidRequest, "the server is shutting down")
	default:
		if !s.safely(req.Method, func() { answer = s.question(req.Method, params) }) {
			answer = refuse(jsonrpc2.CodeInternalError, "a fault of Charterhouse; its log says more")
		}
	}
	done := make(chan struct{})
	s.answered.Go(func() {
		defer func() {
			close(done)
			cancel()
			s.mu.Lock()
			delete(s.running, req.ID)
			s.mu.Unlock()
		}()
		s.answer(ctx, req, answer)
	})
	if req.Method == "initialize" || req.Method == "shutdown" {
		<-done // what follows builds on it
	}
}

// answer answers one request, whatever happens.
func (s *server) answer(ctx context.Context, req *jsonrpc2.Request, ask func(context.Context) (any, error)) {
	var result any
	var err error
	if !s.safely(req.Method, func() { result, err = ask(ctx) }) {
		err = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: "a fault of Charterhouse; its log says more"}
	}
	if ctx.Err() != nil && s.ctx.Err() == nil {
		err = &jsonrpc2.Error{Code: -32800, Message: "cancelled"}
	}
	if err == nil {
		err = s.conn.Reply(s.ctx, req.ID, result)
		if err != nil && s.ctx.Err() == nil {
			s.log.Printf("%s: %v", req.Method, err)
		}
		return
	}
	refusal, ok := err.(*jsonrpc2.Error)
	if !ok {
		refusal = &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	_ = s.conn.ReplyWithError(s.ctx, req.ID, refusal) // a client that went away needs no answer
}

// safely runs f and reports whether it came to its end; a fault is written to
// the log.
func (s *server) safely(what string, f func()) (ok bool) {
	defer func() {
		if wrong := recover(); wrong != nil {
			s.log.Printf("%s: %v\n%s", what, wrong, debug.Stack())
			ok = false
		}
	}()
	f()
	return true
}

func refuse(code int64, why string) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { return nil, &jsonrpc2.Error{Code: code, Message: why} }
}

// hear takes a notification.
func (s *server) hear(method string, params json.RawMessage) {
	var err error
	switch method {
	case "textDocument/didOpen":
		err = with(params, s.opened)
	case "textDocument/didChange":
		err = with(params, s.changed)
	case "textDocument/didClose":
		err = with(params, s.closed)
	case "textDocument/didSave", "workspace/didChangeWatchedFiles":
		for _, r := range s.all() {
			r.walk()
		}
	case "workspace/didChangeWorkspaceFolders":
		err = with(params, s.moved)
	case "$/cancelRequest":
		err = with(params, s.cancel)
	case "exit":
		s.mu.Lock()
		if s.down {
			s.code = 0
		}
		s.mu.Unlock()
		s.ends()
	}
	if err != nil {
		s.log.Printf("%s: %v", method, err)
	}
}

// with reads parameters and does something with them.
func with[T any](params json.RawMessage, do func(T) error) error {
	var p T
	if err := json.Unmarshal(params, &p); err != nil {
		return err
	}
	return do(p)
}

func (s *server) cancel(p struct {
	ID jsonrpc2.ID `json:"id"`
}) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.running[p.ID]; cancel != nil {
		cancel()
	}
	return nil
}

// question prepares the answer to a request: it takes the texts as they are now.
func (s *server) question(method string, params json.RawMessage) func(context.Context) (any, error) {
	switch method {
	case "shutdown":
		return func(context.Context) (any, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.down = true
			return nil, nil
		}
	case "workspace/symbol":
		return s.symbols(params)
	case "textDocument/completion":
		return at(s, params, false, (*spot).completion)
	case "textDocument/hover":
		return at(s, params, true, (*spot).hover)
	case "textDocument/definition":
		return at(s, params, true, (*spot).definition)
	case "textDocument/references":
		return at(s, params, true, (*spot).references)
	case "textDocument/prepareRename":
		return at(s, params, true, (*spot).prepareRename)
	case "textDocument/rename":
		return at(s, params, true, (*spot).rename)
	case "textDocument/documentSymbol":
		return at(s, params, true, (*spot).outline)
	case "textDocument/documentLink":
		return at(s, params, true, (*spot).links)
	case "textDocument/inlayHint":
		return at(s, params, true, (*spot).hints)
	case "textDocument/codeAction":
		return at(s, params, true, (*spot).actions)
	case "textDocument/formatting":
		return at(s, params, true, (*spot).format)
	}
	return refuse(jsonrpc2.CodeMethodNotFound, "there is no method "+method)
}

// A spot is a place in an open text, with what is known of the portfolio.
type spot struct {
	*state
	s      *server
	room   *room
	doc    *document
	page   *page
	offset int
	params spotParams
}

// at answers a question about a place from a state; where current is true from
// one that has seen this very text.
func at(s *server, params json.RawMessage, current bool, ask func(*spot) (any, error)) func(context.Context) (any, error) {
	var p spotParams
	if err := json.Unmarshal(params, &p); err != nil {
		return refuse(jsonrpc2.CodeInvalidParams, err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	doc := s.docs[p.TextDocument.URI]
	if doc == nil || doc.room == nil {
		return func(context.Context) (any, error) { return nil, nil } // no text of ours
	}
	x := &spot{s: s, room: doc.room, doc: doc, page: doc.page, params: p}
	gen := doc.room.gen
	if !current {
		gen = 0
	}
	return func(ctx context.Context) (any, error) {
		var err error
		if x.state, err = x.room.await(ctx, gen); err != nil {
			return nil, err
		}
		x.offset = x.page.offset(p.Position, s.enc)
		return ask(x)
	}
}

// initialize answers the first request.
func (s *server) initialize(params json.RawMessage) (any, error) {
	var p initializeParams
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server was initialized before"}
	}
	s.began = true
	if s.o.Lang == "" {
		s.lang = languageOf(p.Locale, p.Options.Lang)
	}
	s.enc = p.Capabilities.General.encoding()
	s.can = p.Capabilities.abilities()
	if p.ProcessID != nil {
		go s.outlive(*p.ProcessID)
	}
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []workspaceFolder{{URI: p.RootURI}}
	}
	if s.o.Content != "" {
		s.enter(s.o.Content)
		folders = nil
	}
	for _, f := range folders {
		if dir, ok := pathOf(f.URI); ok {
			s.enter(dir)
		}
	}
	return initializeResult(s.enc, s.o.Version), nil
}

// languageOf chooses between the languages that we speak.
func languageOf(wishes ...string) string {
	for i := len(wishes) - 1; i >= 0; i-- {
		tag, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(wishes[i], "_", "-")), "-")
		if slices.Contains(rulebook.Languages, tag) {
			return tag
		}
	}
	return "en"
}

// outlive ends the server some seconds after the process that started it.
func (s *server) outlive(pid int) {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(3 * time.Second):
			if !alive(pid) {
				s.log.Printf("process %d is gone, and so are we", pid)
				s.ends()
				return
			}
		}
	}
}

// say is one of two texts, by the language.
func (s *server) say(english, danish string, args ...any) string {
	form := english
	if s.lang == "da" {
		form = danish
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}
