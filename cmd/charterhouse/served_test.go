package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var rebuilds = flag.Int("rebuilds", 20, "how often TestServedWhileRebuilt builds under its readers")

// nginx serves a folder on a port of its own until the test ends.
func nginx(t *testing.T, folder string) (home string) {
	t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		t.Fatal("nginx was not found: run `make servers`, or install it")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	free.Close()
	dir := t.TempDir()
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;" // the folder is a test's own, which nobody else may look into
	}
	config := fmt.Sprintf(`%s worker_processes 2; daemon off; pid %[2]s/pid; error_log %[2]s/error.log;
events { worker_connections 256; }
http {
	access_log off; sendfile on; default_type application/octet-stream;
	types { text/html html; text/css css; text/javascript js; }
	client_body_temp_path %[2]s/a; proxy_temp_path %[2]s/b; fastcgi_temp_path %[2]s/c; uwsgi_temp_path %[2]s/d; scgi_temp_path %[2]s/e;
	server { listen %[3]s; root %[4]s; index index.html; }
}`, user, dir, at, folder)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", filepath.Join(dir, "error.log"))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt) // it ends its workers, too
		_ = c.Wait()
	})
	for range 500 {
		if r, err := http.Get("http://" + at + "/"); err == nil {
			r.Body.Close()
			return "http://" + at + "/"
		}
		time.Sleep(10 * time.Millisecond)
	}
	said, _ := os.ReadFile(filepath.Join(dir, "error.log"))
	t.Fatalf("nginx does not answer: %s", said)
	return ""
}

// While the folder that nginx serves is built again and again, every answer is
// whole, every page finds its style sheet, and no page is of another site than
// the index before and after it (F2).
func TestServedWhileRebuilt(t *testing.T) {
	dir := t.TempDir()
	link := program(t, dir)
	build := func(generation int) {
		t.Helper()
		c := exec.Command(link, "build", "--as-of", "2026-11-16", "--commit", fmt.Sprintf("generation-%d.", generation))
		c.Dir = dir
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	start := exec.Command(link, "init", ".")
	start.Dir = dir
	if err := start.Run(); err != nil {
		t.Fatal(err)
	}
	build(0)
	home := nginx(t, filepath.Join(dir, "public"))
	var answers, compared atomic.Int64
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			r := reader{t: t, home: home, answers: &answers}
			for {
				select {
				case <-stop:
					return
				default:
				}
				before := r.generation("index.html")
				page := r.generation("charters/one-customer-mailbox.html")
				after := r.generation("index.html")
				if before == after {
					compared.Add(1)
					if page != before {
						t.Errorf("a page is of %s, the index before and after it of %s", page, before)
					}
				}
				if t.Failed() {
					return
				}
			}
		})
	}
	for n := 1; n <= *rebuilds && !t.Failed(); n++ {
		build(n)
	}
	close(stop)
	readers.Wait()
	if answers.Load() < 100 || compared.Load() < 10 {
		t.Errorf("only %d answers were looked at, %d of them beside their index", answers.Load(), compared.Load())
	}
	t.Logf("%d rebuilds, %d answers, %d pages between two indexes of one site", *rebuilds, answers.Load(), compared.Load())
}

// A reader asks for pages and what they load.
type reader struct {
	t       *testing.T
	home    string
	answers *atomic.Int64
}

var (
	generation = regexp.MustCompile(`generation-\d+\.`)
	loaded     = regexp.MustCompile(`(?:href|src)="([^"]*assets/[^"]*)"`)
)

// generation is which site a page is of.
func (r reader) generation(page string) string {
	text := r.get(page)
	if !strings.HasSuffix(strings.TrimSpace(text), "</html>") {
		r.t.Errorf("%s is torn", page)
	}
	for _, m := range loaded.FindAllStringSubmatch(text, -1) {
		r.get(strings.TrimPrefix(m[1], "../"))
	}
	return generation.FindString(text)
}

// get wants a whole answer.
func (r reader) get(name string) string {
	answer, err := http.Get(r.home + name)
	if err != nil {
		r.t.Errorf("%s: %v", name, err)
		return ""
	}
	defer answer.Body.Close()
	r.answers.Add(1)
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || answer.ContentLength != int64(len(text)) {
		r.t.Errorf("%s: %s, %d of %d bytes, %v", name, answer.Status, len(text), answer.ContentLength, err)
	}
	return string(text)
}
