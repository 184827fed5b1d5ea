// Command pages measures how soon a reader on a slow line sees something.
//
//	go run ./internal/bench/pages [-runs 5]
//
// It builds the sample and a made portfolio of 100 charters, serves them packed as a web server does, and opens pages in
// a real browser that knows nothing from an earlier visit, on the line that Lighthouse calls slow 4G: 150 ms there and
// back, 1.6 Mbit/s. Opening a connection takes one way there and back, too.
//
// It prints a table in Markdown: the bytes of HTML, CSS and JavaScript on the wire, and of everything, and the medians of
// when something was first painted and when the page was there with all it loads.
package main

import (
	"compress/gzip"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"charterhouse/internal/bench"
	"charterhouse/internal/browser"
)

func main() {
	runs := flag.Int("runs", 5, "how often each page is opened")
	flag.Parse()
	if err := run(*runs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A visit is a page to open: in the sample, or in the made portfolio.
type visit struct{ name, site, page string }

var visits = []visit{
	{"a charter, the longest", "sample", "charters/hent-i-butik-sverige.html"},
	{"a charter, the first", "sample", "charters/customer-insight-360.html"},
	{"overview", "sample", "index.html"},
	{"initiatives", "sample", "initiatives/index.html"},
	{"rollup", "sample", "rollup/index.html"},
	{"overview of 100", "made", "index.html"},
	{"initiatives, 100", "made", "initiatives/index.html"},
	{"rollup of 100", "made", "rollup/index.html"},
	{"timeline of 100", "made", "timeline.html"},
}

func run(runs int) error {
	work, err := os.MkdirTemp("", "charterhouse-pages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	homes, err := serve(work)
	if err != nil {
		return err
	}
	b, err := browser.Start()
	if err != nil {
		return err
	}
	defer b.Close()
	fmt.Printf("slow 4G: 150 ms, 1.6 Mbit/s; %d visits each\n\n| Page | HTML, CSS, JS bytes | all bytes | first paint ms | all there ms |\n|---|---:|---:|---:|---:|\n", runs)
	for _, v := range visits {
		var painted, there []float64
		var last seen
		for range runs {
			if last, err = open(b, homes[v.site]+v.page); err != nil {
				return fmt.Errorf("%s: %w", v.page, err)
			}
			painted, there = append(painted, last.Painted), append(there, last.There)
		}
		fmt.Printf("| %s | %.0f | %.0f | %.0f | %.0f |\n", v.name, last.Text, last.All, median(painted), median(there))
	}
	return nil
}

// serve builds both sites and serves each on an address of its own.
func serve(work string) (homes map[string]string, err error) {
	program, err := bench.Program(work)
	if err != nil {
		return nil, err
	}
	made := filepath.Join(work, "made")
	if err := bench.Generate(made, 100, 1); err != nil {
		return nil, err
	}
	homes = map[string]string{}
	for name, content := range map[string]string{"sample": "content", "made": made} {
		out := filepath.Join(work, "site", name)
		if said, err := exec.Command(program, "build", "--as-of", bench.AsOf, "--out", out, content).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, said)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		go func() { _ = http.Serve(far{l}, packed(out)) }()
		homes[name] = "http://" + l.Addr().String() + "/"
	}
	return homes, nil
}

// A far server is one that a connection takes time to.
type far struct{ net.Listener }

func (f far) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &late{Conn: c, from: time.Now().Add(time.Duration(browser.Slow4G.Wait) * time.Millisecond)}, nil
}

// A late connection hears nothing before it stands.
type late struct {
	net.Conn
	from time.Time
}

func (l *late) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	time.Sleep(time.Until(l.from))
	return n, err
}

// packed serves a folder as web servers do: texts by gzip.
func packed(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch filepath.Ext(r.URL.Path) {
		case ".woff2", ".png", ".jpg":
			files.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, 6)
		defer z.Close()
		files.ServeHTTP(writer{w, z}, r)
	})
}

// A writer packs what is written.
type writer struct {
	http.ResponseWriter
	to *gzip.Writer
}

func (w writer) Write(b []byte) (int, error) { return w.to.Write(b) }

func (w writer) WriteHeader(code int) {
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(code)
}

// seen is what a browser says of a visit, in milliseconds and bytes.
type seen struct{ Painted, There, Text, All float64 }

const look = `(async () => {
	while (!performance.getEntriesByName("first-contentful-paint").length || !performance.getEntriesByType("navigation")[0].loadEventEnd) {
		await new Promise(done => setTimeout(done, 20));
	}
	const page = performance.getEntriesByType("navigation")[0], rest = performance.getEntriesByType("resource");
	const sum = list => list.reduce((n, e) => n + e.encodedBodySize, 0);
	return {
		Painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
		There: page.loadEventEnd,
		Text: page.encodedBodySize + sum(rest.filter(e => /\.(css|js)$/.test(e.name))),
		All: page.encodedBodySize + sum(rest),
	};
})()`

// open visits a page for the first time.
func open(b *browser.Browser, address string) (seen, error) {
	t, err := b.Open(browser.Phone)
	if err != nil {
		return seen{}, err
	}
	defer t.Close()
	if err := t.Through(browser.Slow4G); err != nil {
		return seen{}, err
	}
	if err := t.Goto(address); err != nil {
		return seen{}, err
	}
	if faults := t.Faults(); len(faults) > 0 {
		return seen{}, fmt.Errorf("%s", strings.Join(faults, "; "))
	}
	return browser.Eval[seen](t, look)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
