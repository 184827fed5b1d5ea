// Command lsp measures how soon the language server answers an editor.
//
//	go run ./internal/bench/lsp [-sizes 100,1000,10000] [-edits 50]
//
// For each size it makes a portfolio, starts charterhouse lsp as a process of its
// own, talks to it over its standard input and output as an editor does, and
// measures:
//
//   - from the start of the process to the first findings, when it reads these
//     charters for the first time, and the next time
//   - from a keystroke to the findings of that text, for a change in a charter's
//     text and for one of its title
//   - from asking to having a list of completions: of charters after two brackets,
//     of people, of keys
//   - from asking to an explanation, with a text that has just changed
//
// It prints a table in Markdown: median and 99th percentile of the time, and the
// processor time that the server took for each, garbage and all.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"charterhouse/internal/bench"
)

func main() {
	sizes := flag.String("sizes", "100,1000,10000", "numbers of charters")
	edits := flag.Int("edits", 50, "questions and edits of each kind")
	flag.Parse()
	if err := run(*sizes, *edits); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(sizes string, edits int) error {
	all, err := bench.Sizes(sizes)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "charterhouse-lsp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	program, err := bench.Program(work)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %d of each kind\n\n| Charters | What | median ms | p99 ms | server CPU ms each |\n|---:|---|---:|---:|---:|\n", runtime.Version(), runtime.NumCPU(), edits)
	for _, n := range all {
		if err := measure(filepath.Join(work, strconv.Itoa(n)), program, n, edits); err != nil {
			return fmt.Errorf("%d charters: %w", n, err)
		}
	}
	return nil
}

func measure(dir, program string, n, edits int) error {
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, n, 1); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, errors.New("there are no charters"))
	}
	text, err := os.ReadFile(files[len(files)/2])
	if err != nil {
		return err
	}
	time.Sleep(3 * time.Second) // files that were written just now are read twice
	var e *editor
	for _, kind := range []string{"first ever", "warm cache"} {
		if e != nil {
			if err := e.close(); err != nil {
				return err
			}
		}
		began := time.Now()
		if e, err = open(program, content, files[len(files)/2], string(text)); err != nil {
			return err
		}
		if err := e.findings(); err != nil {
			return err
		}
		fmt.Printf("| %d | start to first findings, %s | %.0f | | %.0f |\n", n, kind, bench.MS(time.Since(began)), bench.MS(e.cpu()))
	}
	for _, k := range e.kinds(string(text)) {
		var times []time.Duration
		before := e.cpu()
		for i := range edits {
			took, err := k.once(i)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			times = append(times, took)
			time.Sleep(100 * time.Millisecond) // as a person types
		}
		cpu := (e.cpu() - before) / time.Duration(edits)
		median, p99 := bench.Spread(times)
		fmt.Printf("| %d | %s | %.1f | %.1f | %.0f |\n", n, k.name, median, p99, bench.MS(cpu))
	}
	return e.close()
}

// A kind is one thing that an editor does, timed.
type kind struct {
	name string
	once func(i int) (time.Duration, error)
}

func (e *editor) kinds(text string) []kind {
	lines := strings.Split(text, "\n")
	title := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "title: ") })
	lead := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "lead: ") })
	last := len(lines) - 1
	timed := func(f func() error) (time.Duration, error) {
		began := time.Now()
		err := f()
		return time.Since(began), err
	}
	typed := func(line, col int, s string) func() error {
		return func() error {
			if err := e.insert(line, col, s); err != nil {
				return err
			}
			return e.findings()
		}
	}
	ask := func(method string, line, col int, enough func(json.RawMessage) bool) func(int) (time.Duration, error) {
		return func(int) (time.Duration, error) {
			var answer json.RawMessage
			took, err := timed(func() error { return e.call(method, e.at(line, col), &answer) })
			if err == nil && !enough(answer) {
				err = fmt.Errorf("the answer is %.200s", answer)
			}
			return took, err
		}
	}
	offers := func(answer json.RawMessage) bool { return strings.Contains(string(answer), `"newText"`) }
	return []kind{
		{"a letter in the text, to its findings", func(int) (time.Duration, error) { return timed(typed(last, 0, "x")) }},
		{"a letter in the title, to its findings", func(int) (time.Duration, error) { return timed(typed(title, len("title: "), "x")) }},
		{"completion of charters after [[", func(i int) (time.Duration, error) {
			if i == 0 {
				if err := typed(last, 0, "[[c")(); err != nil {
					return 0, err
				}
			}
			return ask("textDocument/completion", last, 3, offers)(i)
		}},
		{"completion of people", ask("textDocument/completion", lead, len("lead: "), offers)},
		{"completion of keys", ask("textDocument/completion", title, 0, offers)},
		{"completion right after a letter", func(i int) (time.Duration, error) {
			if err := e.insert(title, len("title: "), "y"); err != nil {
				return 0, err
			}
			took, err := ask("textDocument/completion", lead, len("lead: "), offers)(i)
			if err != nil {
				return 0, err
			}
			return took, e.findings()
		}},
		{"hover over a person", ask("textDocument/hover", lead, len("lead: ")+1, func(a json.RawMessage) bool { return strings.Contains(string(a), "contents") })},
	}
}

// An editor is a client of the server, with one text open.
type editor struct {
	command *exec.Cmd
	conn    *jsonrpc2.Conn
	uri     string
	version int
	heard   chan int // versions that findings came for
}

type stdio struct {
	io.Reader
	io.WriteCloser
}

func open(program, content, file, text string) (*editor, error) {
	c := exec.Command(program, "lsp", content, "--as-of", bench.AsOf)
	c.Stderr = os.Stderr
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(filepath.Dir(content), "cache"))
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	e := &editor{command: c, uri: (&url.URL{Scheme: "file", Path: file}).String(), heard: make(chan int, 100)}
	e.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(stdio{out, in}, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(e.hear))
	if err := e.call("initialize", map[string]any{"processId": os.Getpid(), "capabilities": map[string]any{}}, nil); err != nil {
		return nil, err
	}
	e.version = 1
	return e, e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": e.uri, "languageId": "markdown", "version": 1, "text": text}})
}

func (e *editor) hear(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	var p struct {
		URI     string `json:"uri"`
		Version int    `json:"version"`
	}
	if r.Method == "textDocument/publishDiagnostics" && json.Unmarshal(*r.Params, &p) == nil && p.URI == e.uri {
		e.heard <- p.Version
	}
	return nil, nil
}

func (e *editor) call(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return e.conn.Call(ctx, method, params, result)
}

func (e *editor) notify(method string, params any) error {
	return e.conn.Notify(context.Background(), method, params)
}

func (e *editor) at(line, col int) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": e.uri}, "position": map[string]int{"line": line, "character": col}}
}

func (e *editor) insert(line, col int, s string) error {
	e.version++
	here := map[string]int{"line": line, "character": col}
	return e.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": e.uri, "version": e.version},
		"contentChanges": []any{map[string]any{"range": map[string]any{"start": here, "end": here}, "text": s}}})
}

// findings waits for those of the present text.
func (e *editor) findings() error {
	over := time.After(time.Minute)
	for {
		select {
		case v := <-e.heard:
			if v == e.version {
				return nil
			}
		case <-over:
			return errors.New("no findings came")
		}
	}
}

// cpu is the processor time that the server has taken.
func (e *editor) cpu() time.Duration { return bench.CPU(e.command.Process.Pid) }

func (e *editor) close() error {
	if err := e.call("shutdown", nil, nil); err != nil {
		return err
	}
	if err := e.notify("exit", nil); err != nil {
		return err
	}
	return e.command.Wait()
}
