package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"charterhouse/internal/calendar"
)

// A client is an editor, as far as a test needs one.
type client struct {
	t    *testing.T
	conn *jsonrpc2.Conn
	dir  string // the content folder
	log  *noise
	end  chan int

	mu    sync.Mutex
	heard map[string]publishDiagnostics // by URI, the last
	rang  chan struct{}
	pages map[string]*page
	vers  map[string]int
}

type noise struct {
	mu sync.Mutex
	bytes.Buffer
}

func (n *noise) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.Buffer.Write(b)
}

func (n *noise) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.Buffer.String()
}

// capable is what a client of today says that it can do.
const capable = `"general": {"positionEncodings": ["utf-16"]}, "textDocument": {"publishDiagnostics": {"relatedInformation": true}, "hover": {"contentFormat": ["markdown"]}},
	"workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]}}`

// start copies the files, or the sample portfolio where there are none, and
// opens them.
func start(t *testing.T, files map[string]string, lang, capabilities string) *client {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "content")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if files == nil {
		if err := os.CopyFS(dir, os.DirFS("../../content")); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here, there := net.Pipe()
	c := &client{t: t, dir: dir, log: &noise{}, end: make(chan int, 1), heard: map[string]publishDiagnostics{}, rang: make(chan struct{}, 1), pages: map[string]*page{}, vers: map[string]int{}}
	asOf, _ := calendar.ParseDate("2026-11-16")
	go func() { c.end <- Serve(context.Background(), there, Options{AsOf: asOf, Log: c.log, Version: "test"}) }()
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(here, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(c.handle))
	t.Cleanup(func() {
		c.conn.Close()
		select {
		case code := <-c.end:
			c.end <- code
		case <-time.After(20 * time.Second):
			t.Error("the server does not end when its client is gone")
		}
		if said := c.log.String(); strings.Contains(said, "goroutine") {
			t.Error(said)
		}
	})
	c.call("initialize", json.RawMessage(`{"processId": null, "locale": "`+lang+`", "rootUri": "`+uriOf(dir)+`", "capabilities": {`+capabilities+`}}`), nil)
	c.notify("initialized", object{})
	return c
}

func (c *client) handle(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
	if req.Method == "textDocument/publishDiagnostics" {
		var p publishDiagnostics
		if err := json.Unmarshal(*req.Params, &p); err != nil {
			return nil, err
		}
		c.mu.Lock()
		c.heard[p.URI] = p
		c.mu.Unlock()
		ring(c.rang)
	}
	return nil, nil
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	if err := c.try(method, params, result); err != nil {
		c.t.Fatalf("%s: %v\n%s", method, err, c.log)
	}
}

func (c *client) try(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return c.conn.Call(ctx, method, params, result)
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil && err != io.EOF {
		c.t.Fatal(err)
	}
}

func (c *client) uri(name string) string {
	return uriOf(filepath.Join(c.dir, filepath.FromSlash(name)))
}

// open opens a file, with the text that it has or another.
func (c *client) open(name string, text ...string) {
	c.t.Helper()
	if len(text) == 0 {
		data, err := os.ReadFile(filepath.Join(c.dir, filepath.FromSlash(name)))
		if err != nil {
			c.t.Fatal(err)
		}
		text = []string{string(data)}
	}
	c.pages[name], c.vers[name] = newPage(text[0]), 1
	c.notify("textDocument/didOpen", didOpen{textDocument{c.uri(name), 1, text[0]}})
}

// replace types new in the place of the first old.
func (c *client) replace(name, old, new string) {
	c.t.Helper()
	p := c.pages[name]
	at := strings.Index(p.text, old)
	if at < 0 {
		c.t.Fatalf("%s has no %q", name, old)
	}
	change := contentChange{Text: new, Range: &textRange{p.position(at, utf16s), p.position(at+len(old), utf16s)}}
	c.pages[name] = p.changed(change, utf16s)
	c.vers[name]++
	var d didChange
	d.TextDocument = textDocument{URI: c.uri(name), Version: c.vers[name]}
	d.ContentChanges = []contentChange{change}
	c.notify("textDocument/didChange", d)
}

// place is the position behind the first text; "|" says where in it.
func (c *client) place(name, text string) object {
	c.t.Helper()
	before, after, _ := strings.Cut(text, "|")
	at := strings.Index(c.pages[name].text, before+after)
	if at < 0 {
		c.t.Fatalf("%s has no %q", name, before+after)
	}
	return object{"textDocument": object{"uri": c.uri(name)}, "position": c.pages[name].position(at+len(before), utf16s)}
}

// findings waits until those of a file are as wanted.
func (c *client) findings(name string, good func([]diagnostic) bool) []diagnostic {
	c.t.Helper()
	over := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		p, ok := c.heard[c.uri(name)]
		c.mu.Unlock()
		if ok && (c.vers[name] == 0 || p.Version != nil && *p.Version == c.vers[name]) && good(p.Diagnostics) {
			return p.Diagnostics
		}
		select {
		case <-c.rang:
		case <-over:
			c.t.Fatalf("%s: %+v\n%s", name, p, c.log)
		}
	}
}

func has(code string) func([]diagnostic) bool {
	return func(l []diagnostic) bool {
		return slices.ContainsFunc(l, func(d diagnostic) bool { return d.Code == code })
	}
}

func lacks(code string) func([]diagnostic) bool {
	return func(l []diagnostic) bool { return !has(code)(l) }
}

func labels(l completionList) (all []string) {
	for _, i := range l.Items {
		all = append(all, i.Label)
	}
	return all
}

// complete gives what is offered at a place.
func (c *client) complete(name, at string) completionList {
	c.t.Helper()
	var l completionList
	c.call("textDocument/completion", c.place(name, at), &l)
	return l
}

// explain gives what is said of a place.
func (c *client) explain(name, at string) string {
	c.t.Helper()
	var h hover
	c.call("textDocument/hover", c.place(name, at), &h)
	return h.Contents.Value
}
