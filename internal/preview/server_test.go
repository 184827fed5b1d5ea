package preview

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/site"
)

// A running is a preview of a folder of its own.
type running struct {
	t    testing.TB
	s    *Server
	dir  string // holds content/
	stop func()
}

var day, _ = calendar.ParseDate("2026-11-16")

// secret is in no file that the preview may show.
const secret = "the-lighthouse-is-painted-green"

// start shows a copy of the sample, or of a folder that is made.
func start(t testing.TB, change func(*Options)) *running {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	return startIn(t, dir, change)
}

func startIn(t testing.TB, dir string, change func(*Options)) *running {
	t.Helper()
	o := Options{Place: desk.Place{Content: filepath.Join(dir, "content"), Around: dir}, AsOf: day, Listen: "127.0.0.1:0"}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r := &running{t: t, s: s, dir: dir}
	ended := false
	r.stop = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the preview does not end")
		}
	}
	t.Cleanup(r.stop)
	return r
}

func (r *running) path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func (r *running) read(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(r.path(name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

func (r *running) write(name, text string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.path(name)), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(r.path(name), []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

// get asks for a page as a browser does that was given its address.
func (r *running) get(path string) (int, string) {
	r.t.Helper()
	answer, err := http.Get(strings.TrimSuffix(r.s.Address(), "/") + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// post sends a form as our own page does.
func (r *running) post(path string, form url.Values) (int, string) {
	r.t.Helper()
	home := strings.TrimSuffix(r.s.Address(), "/")
	q, err := http.NewRequest(http.MethodPost, home+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", home)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

// raw sends bytes to the server and returns its whole answer.
func (r *running) raw(request string) string {
	r.t.Helper()
	c, err := net.Dial("tcp", r.s.listener.Addr().String())
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(c, request)
	answer, _ := io.ReadAll(c)
	return string(answer)
}

// must waits until a page says something, or does not any more.
func (r *running) must(path, text string, there bool) {
	r.t.Helper()
	var body string
	for range 400 {
		if _, body = r.get(path); strings.Contains(body, text) == there {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatalf("%s: %q there: %t is never true; it says %.600s", path, text, there, body)
}

// TestToSign shows what to type where a signature is missing, to readers too, and
// nothing in a version of the past.
func TestToSign(t *testing.T) {
	r := start(t, nil)
	r.must("/charters/hurtig-maanedslukning.html", "<b>IT</b> <code>charterhouse sign hurtig-maanedslukning --as samira-haddad</code>", true)
	r.must("/da/charters/hurtig-maanedslukning.html", "Skal underskrives; skriv <b>2</b>", true)
	r.must("/charters/returns-desk.html", "chp-sign", false)     // everybody has signed
	r.must("/charters/gift-card-ledger.html", "chp-sign", false) // a proposal
}

// settle waits until the preview shows the folder as it is.
func (r *running) settle() {
	r.t.Helper()
	var wrong string
	for range 400 {
		if wrong = r.differs(); wrong == "" {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatal(wrong)
}

// bare is a page of the preview as a build would make it.
func bare(page []byte) []byte {
	if from := bytes.Index(page, []byte(`<aside id="chp"`)); from >= 0 {
		before, after := page[:from], page[bytes.LastIndex(page, []byte("</aside>")):]
		page = slices.Concat(before, bytes.TrimLeft(after[len("</aside>"):], " \n"))
	}
	if from := bytes.Index(page, []byte(`<meta name="charterhouse-preview"`)); from >= 0 {
		script := from + bytes.Index(page[from:], []byte(`<script src="/-/assets/preview.`))
		page = slices.Concat(page[:from], page[script+bytes.Index(page[script:], []byte("</script>"))+len("</script>"):])
	}
	page = bytes.Replace(page, []byte("form-action 'self'"), []byte("form-action 'none'"), 1)
	return bytes.Replace(page, []byte(`<meta name="referrer" content="same-origin">`), []byte(`<meta name="referrer" content="no-referrer">`), 1)
}

// differs compares every address of the preview with a site that is made from
// the folder as if there were no preview. It is the one oracle of all changes.
func (r *running) differs() string {
	r.t.Helper()
	d, err := desk.Open(r.s.options.Place, false)
	if err != nil {
		return err.Error()
	}
	defer d.Close()
	v := d.Look(day)
	clean := site.New(v.Portfolio, v.Found, v.Theme, site.Options{Attachment: v.Attachment})
	m := r.s.now.Load()
	for _, address := range clean.Addresses() {
		var want bytes.Buffer
		if err := clean.Render(&want, address); err != nil {
			return err.Error()
		}
		p := r.s.page(m, "/"+address)
		if p.status != http.StatusOK {
			return fmt.Sprintf("%s: status %d", address, p.status)
		}
		if got := bare(p.bytes); !bytes.Equal(got, want.Bytes()) {
			return fmt.Sprintf("%s is not what a build makes:\n%s", address, firstDifference(got, want.Bytes()))
		}
	}
	if extra := m.site.Addresses(); len(extra) != len(clean.Addresses()) {
		return fmt.Sprintf("%d addresses, a build has %d", len(extra), len(clean.Addresses()))
	}
	return ""
}

func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(x []byte) []byte { return x[max(0, min(i-60, len(x))):min(len(x), i+100)] }
	return fmt.Sprintf("preview %q\nbuild   %q", cut(a), cut(b))
}

// Every page of the sample is what build makes, and asking for all of them
// writes nothing.
func TestPagesAreThoseOfABuild(t *testing.T) {
	r := start(t, nil)
	before := fingerprint(t, r.dir)
	if wrong := r.differs(); wrong != "" {
		t.Fatal(wrong)
	}
	for _, path := range []string{"/", "/-/problems", "/-/edit/charters/accessible-shop.md", "/nowhere.html"} {
		r.get(path)
	}
	if after := fingerprint(t, r.dir); after != before {
		t.Errorf("the folder was changed by looking:\n%s\n%s", before, after)
	}
}

func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		fmt.Fprintln(&all, path, info.Size(), info.ModTime().UnixNano())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// Only our own names for this server are answered, whatever the page.
func TestHost(t *testing.T) {
	r := start(t, nil)
	port := r.s.listener.Addr().(*net.TCPAddr).Port
	for host, want := range map[string]string{
		fmt.Sprintf("localhost:%d", port):                "200",
		fmt.Sprintf("127.0.0.1:%d", port):                "200",
		fmt.Sprintf("LOCALHOST:%d", port):                "200",
		"localhost":                                      "421",
		fmt.Sprintf("localhost:%d", port+1):              "421",
		fmt.Sprintf("evil.example:%d", port):             "421",
		fmt.Sprintf("127.0.0.1.nip.io:%d", port):         "421",
		fmt.Sprintf("localhost.evil.example:%d", port):   "421",
		fmt.Sprintf("user@localhost:%d", port):           "400",
		fmt.Sprintf("[::1]:%d", port):                    "421",
		fmt.Sprintf("0.0.0.0:%d", port):                  "421",
		fmt.Sprintf("xn--lcalhost-54a.example:%d", port): "421",
		"": "421",
	} {
		for _, path := range []string{"/", "/-/problems", "/-/assets/x", "/-/edit/charters/accessible-shop.md"} {
			answer := r.raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
			status := strings.Fields(answer + " none none")[1]
			if status != want && !(want == "200" && status == "404") {
				t.Errorf("Host %q, %s: %s, want %s", host, path, status, want)
			}
			if strings.Contains(strings.ToLower(answer), "access-control") {
				t.Errorf("Host %q is given a CORS header", host)
			}
		}
	}
}

// What other pages in the browser send is refused, and every answer carries the
// headers that keep it to ourselves.
func TestOthersAreRefused(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	host := strings.TrimSuffix(strings.TrimPrefix(r.s.Address(), "http://"), "/")
	port := r.s.listener.Addr().(*net.TCPAddr).Port
	own := "Origin: http://" + host + "\r\n"
	token := "X-Charterhouse-Token: " + r.s.token + "\r\n"
	for name, c := range map[string]struct{ line, headers, want string }{
		"stream":                 {"POST /-/events", own + token, "200"},
		"stream without token":   {"POST /-/events", own, "403"},
		"stream, wrong token":    {"POST /-/events", own + "X-Charterhouse-Token: " + strings.ToLower(r.s.token) + "\r\n", "403"},
		"stream, no origin":      {"POST /-/events", token, "403"},
		"stream, null origin":    {"POST /-/events", token + "Origin: null\r\n", "403"},
		"stream, https":          {"POST /-/events", token + "Origin: https://" + host + "\r\n", "403"},
		"stream, other port":     {"POST /-/events", token + fmt.Sprintf("Origin: http://localhost:%d\r\n", port+1), "403"},
		"stream, no port":        {"POST /-/events", token + "Origin: http://localhost\r\n", "403"},
		"stream, other host":     {"POST /-/events", token + "Origin: http://evil.example\r\n", "403"},
		"stream, two origins":    {"POST /-/events", token + own + "Origin: http://evil.example\r\n", "403"},
		"stream, same site":      {"POST /-/events", token + own + "Sec-Fetch-Site: same-site\r\n", "403"},
		"stream by GET":          {"GET /-/events", own + token, "404"},
		"write, other host":      {"POST /-/write", token + "Origin: http://evil.example\r\n", "403"},
		"write without token":    {"POST /-/write", own, "403"},
		"form without token":     {"POST /-/edit/charters/accessible-shop.md", own, "403"},
		"page":                   {"GET /", "", "200"},
		"page from a link":       {"GET /", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", "200"},
		"page in a frame":        {"GET /", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", "403"},
		"page as a script":       {"GET /portfolio.json", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", "403"},
		"page, other origin":     {"GET /", "Origin: http://evil.example\r\n", "403"},
		"preflight":              {"OPTIONS /", "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n", "405"},
		"put":                    {"PUT /charters/accessible-shop.html", own + token, "405"},
		"delete":                 {"DELETE /charters/accessible-shop.html", own + token, "405"},
		"trace":                  {"TRACE /", "", "405"},
		"patch":                  {"PATCH /", own + token, "405"},
		"post to a page":         {"POST /", own + token, "405"},
		"upgrade to a socket":    {"GET /-/events", own + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n", "404"},
		"headers beyond measure": {"GET /", "X: " + strings.Repeat("x", 80<<10) + "\r\n", "431"},
	} {
		t.Run(name, func(t *testing.T) {
			body := ""
			if strings.HasPrefix(c.line, "POST") {
				body = "/\n"
			}
			conn, err := net.Dial("tcp", r.s.listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n%s", c.line, host, len(body), c.headers, body)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if got := fmt.Sprint(answer.StatusCode); got != c.want {
				t.Errorf("status %s, want %s", got, c.want)
			}
			if c.want == "431" {
				return // said before a handler is asked
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin"} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") || answer.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("headers %v", answer.Header)
			}
		})
	}
}

// targets are ways to ask for a file that is not a page.
var targets = []string{
	"/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt", "//secret.txt", "/./../secret.txt",
	"/content/../../secret.txt", "/charters/../../secret.txt", "/charters/..%2f..%2fsecret.txt", "/files/../../secret.txt", "/files/..%2f..%2fsecret.txt", "/files/%2e%2e/%2e%2e/secret.txt",
	"/assets/../../secret.txt", "/-/assets/../../secret.txt", "/-/assets/..%2f..%2fsecret.txt", "/-/edit/../secret.txt", "/-/edit/charters/../../secret.md", "/-/edit/charters/..%2f..%2fsecret.md",
	"/-/edit/charters/%2e%2e/%2e%2e/secret.md", "/-/edit/charters/linked.md", "/-/edit/charters/linked/secret.md", "/-/edit//secret.md", "/-/edit/C:/secret.md", "/@fs/etc/passwd", "/.git/config",
	"/%2egit/config", "/charterhouse.yaml", "/-/edit/charterhouse.yaml", "/-/edit/registers/people.yml", "/charters/linked.html", "/charters/.hidden.md", "/.env", "/%00secret.txt", "/secret.txt%00.html",
	"/%c0%ae%c0%ae/secret.txt", "/%252e%252e/secret.txt", "http://evil.example/secret.txt", "/secret.txt?raw", "/secret.txt?import&raw??", "/charters/accessible-shop.md", "/debug/pprof/", "//evil.example/", "/\\evil.example/",
}

// plant puts the secret where nothing may show it.
func (r *running) plant() {
	for _, name := range []string{"secret.txt", "secret.md", "content/.git/config", "content/.env", "content/charters/.hidden.md", "elsewhere/secret.md"} {
		r.write(name, "---\ntitle: "+secret+"\n---\n"+secret)
	}
	for name, to := range map[string]string{"content/charters/linked.md": r.path("secret.md"), "content/charters/linked": r.path("elsewhere")} {
		if err := os.Symlink(to, r.path(name)); err != nil {
			r.t.Fatal(err)
		}
	}
}

// No target reaches a file that is no page, and none sends a reader elsewhere.
func TestTraversal(t *testing.T) {
	r := start(t, nil)
	r.plant()
	r.settle()
	host := strings.TrimSuffix(strings.TrimPrefix(r.s.Address(), "http://"), "/")
	for _, target := range targets {
		answer := r.raw("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
		if strings.Contains(answer, secret) {
			t.Errorf("%s shows the secret", target)
		}
		if strings.Contains(answer, "\r\nLocation:") || strings.HasPrefix(answer, "HTTP/1.1 200") && !strings.Contains(target, "?") {
			t.Errorf("%s: %.120s", target, answer)
		}
	}
}

// FuzzRequestTarget holds that no request line shows what is no page.
func FuzzRequestTarget(f *testing.F) {
	r := start(f, nil)
	r.plant()
	r.settle()
	host := strings.TrimSuffix(strings.TrimPrefix(r.s.Address(), "http://"), "/")
	handler := r.s.guard.protect(r.s.routes())
	for _, target := range targets {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		q, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
		if err != nil {
			return
		}
		w := &answer{header: http.Header{}}
		handler.ServeHTTP(w, q)
		if strings.Contains(w.body.String(), secret) {
			t.Errorf("%q shows the secret", target)
		}
		if to := w.header.Get("Location"); to != "" {
			t.Errorf("%q leads to %s", target, to)
		}
	})
}

// An answer is written down.
type answer struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// A link in the charter folder is neither read nor written through, even if it
// takes a file's place between the form and the save.
func TestLinksAreNotFollowed(t *testing.T) {
	r := start(t, nil)
	r.plant()
	if status, _ := r.post("/-/write", url.Values{"token": {r.s.token}, "file": {"charters/linked.md"}, "key": {"risks"}}); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
	form := r.form("charters/accessible-shop.md")
	outside := r.path("elsewhere/secret.md")
	if err := os.WriteFile(outside, []byte(r.read("content/charters/accessible-shop.md")), 0o666); err != nil {
		t.Fatal(err)
	}
	before := r.read("elsewhere/secret.md")
	if err := os.Remove(r.path("content/charters/accessible-shop.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, r.path("content/charters/accessible-shop.md")); err != nil {
		t.Fatal(err)
	}
	form.Set("v:title", "Taken over")
	form.Set("intent", "save")
	if status, _ := r.post("/-/edit/charters/accessible-shop.md", form); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
	if r.read("elsewhere/secret.md") != before {
		t.Error("a file outside was written")
	}
}

// Colleagues may read, and write only where that was asked for.
func TestListen(t *testing.T) {
	for _, write := range []bool{false, true} {
		t.Run(fmt.Sprint(write), func(t *testing.T) {
			r := start(t, func(o *Options) { o.Listen, o.Write = "0.0.0.0:0", write })
			if r.s.ReadOnly() == write {
				t.Errorf("read-only: %t", r.s.ReadOnly())
			}
			before := r.read("content/charters/elevordning.md")
			status, body := r.post("/-/write", url.Values{"token": {r.s.token}, "file": {"charters/elevordning.md"}, "key": {"risks"}})
			if now := r.read("content/charters/elevordning.md"); (now != before) != write {
				t.Errorf("writing: %t, status %d %s", now != before, status, body)
			}
			if status, _ := r.get("/-/edit/charters/elevordning.md"); (status == http.StatusOK) != write {
				t.Errorf("the form: status %d", status)
			}
			if _, body := r.get("/charters/elevordning.html"); strings.Contains(body, r.dir) {
				t.Error("colleagues are told a path of this machine")
			}
		})
	}
}

// A port that is taken leaves the next.
func TestPortIsTaken(t *testing.T) {
	a := start(t, func(o *Options) { o.Listen = "" })
	b := start(t, func(o *Options) { o.Listen = "" })
	if a.s.Address() == b.s.Address() || !strings.HasPrefix(b.s.Address(), "http://localhost:") {
		t.Errorf("%s and %s", a.s.Address(), b.s.Address())
	}
}

// A client that is slow to ask is cut off, and others are served meanwhile.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	c, err := net.Dial("tcp", r.s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: ")
	if status, _ := r.get("/"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("a client that never asks is kept: %v", err)
	}
}

// made makes a folder of n charters.
func made(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	if err := bench.Generate(filepath.Join(dir, "content"), n, 7); err != nil {
		t.Fatal(err)
	}
	return dir
}
