package serve

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"charterhouse/internal/headers"
)

const secret = "nobody may read this"

// long is a page that is worth packing.
var long = "<!doctype html><title>Long</title>" + strings.Repeat("<p>Paid for by Marketing and IT.</p>", 200)

// site writes a small site with things beside it and in it that nobody may see.
func site(t testing.TB) string {
	t.Helper()
	around := t.TempDir()
	dir := filepath.Join(around, "public")
	for name, text := range map[string]string{
		"index.html": "<!doctype html><title>First</title>", "404.html": `<!doctype html><a href="index.html">Home</a><a href="#main">Skip</a><link rel="stylesheet" href="assets/a.css"><a href="https://x.example/">x</a>`,
		"da/404.html": `<!doctype html><a href="index.html">Hjem</a><a href="../index.html">English</a>`, "da/index.html": "<!doctype html><title>Første</title>",
		"long.html": long, "assets/charterhouse.0123456789.css": strings.Repeat("p{margin:0}", 300), "files/x.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "files/a.pdf": "%PDF-",
		"calendar.ics": "BEGIN:VCALENDAR", "empty/x.txt": "x", ".charterhouse": secret, ".env": secret, "da/.git/config": secret, "../secret.html": secret,
	} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	for to, from := range map[string]string{"out.html": "../secret.html", "marker.html": ".charterhouse", "up": "..", "loop": "loop"} {
		if err := os.Symlink(from, filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func serving(t testing.TB, dir string, change func(*Options)) *Server {
	t.Helper()
	o := Options{Folder: dir, Listen: "127.0.0.1:0"}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.listener.Close(); s.folder.Close() })
	return s
}

// ask sends a request whose target is not tidied up, with headers as "Name: value".
func ask(s *Server, method, target string, with ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.RawQuery = ""
	if path, query, ok := strings.Cut(target, "?"); ok {
		target, r.URL.RawQuery = path, query
	}
	r.URL.Path = target
	r.Host = "localhost"
	for _, line := range with {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestAnswers(t *testing.T) {
	s := serving(t, site(t), nil)
	for target, want := range map[string]struct {
		status      int
		kind, holds string
	}{
		"/":                                   {200, "text/html; charset=utf-8", "First"},
		"/index.html":                         {200, "text/html; charset=utf-8", "First"},
		"/da/":                                {200, "text/html; charset=utf-8", "Første"},
		"/calendar.ics":                       {200, "text/calendar; charset=utf-8", "BEGIN"},
		"/files/a.pdf":                        {200, "application/pdf", "%PDF"},
		"/assets/charterhouse.0123456789.css": {200, "text/css; charset=utf-8", "margin"},
		"/da":                                 {301, "text/plain; charset=utf-8", "folder"},
		"/empty":                              {404, "text/html; charset=utf-8", "Home"},
		"/empty/":                             {404, "text/html; charset=utf-8", "Home"},
		"/index.html/":                        {404, "text/html; charset=utf-8", `href="../index.html"`},
		"/index.html/x":                       {404, "text/html; charset=utf-8", "Home"},
		"/nothing.html":                       {404, "text/html; charset=utf-8", `href="index.html"`},
		"/a/b/c.html":                         {404, "text/html; charset=utf-8", `href="../../assets/a.css"`},
		"/da/nothing.html":                    {404, "text/html; charset=utf-8", `href="../da/../index.html">English`},
		"/da/x/nothing.html":                  {404, "text/html; charset=utf-8", `href="../../da/index.html">Hjem`},
		"/-/health":                           {200, "text/plain; charset=utf-8", "ok"},
	} {
		w := ask(s, "GET", target)
		if w.Code != want.status || w.Header().Get("Content-Type") != want.kind || !strings.Contains(w.Body.String(), want.holds) {
			t.Errorf("%s: %d, %s, %.200q", target, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if head := ask(s, "HEAD", target); head.Code != want.status || head.Body.Len() > 0 && want.kind == "text/html; charset=utf-8" {
			t.Errorf("HEAD %s: %d, %d bytes", target, head.Code, head.Body.Len())
		}
		site := headers.Site{}
		for _, f := range site.All() {
			if w.Header().Get(f.Name) == "" {
				t.Errorf("%s has no %s", target, f.Name)
			}
		}
	}
	if to := ask(s, "GET", "/da?q=x").Header().Get("Location"); to != "./da/?q=x" {
		t.Errorf("a folder leads to %q", to)
	}
	if page := ask(s, "GET", "/a/b.html").Body.String(); !strings.Contains(page, `href="#main"`) || !strings.Contains(page, `href="https://x.example/"`) {
		t.Errorf("links that need no other way were changed: %s", page)
	}
}

func TestHeaders(t *testing.T) {
	s := serving(t, site(t), nil)
	for target, want := range map[string][2]string{
		"/":                                   {"no-cache", headers.Pages},
		"/assets/charterhouse.0123456789.css": {"public, max-age=31536000, immutable", headers.Pages},
		"/files/x.svg":                        {"no-cache", headers.Pictures},
		"/nothing.svg":                        {"no-cache", headers.Pages},
	} {
		head := ask(s, "GET", target).Header()
		if got := [2]string{head.Get("Cache-Control"), head.Get("Content-Security-Policy")}; got != want {
			t.Errorf("%s: %q", target, got)
		}
	}
}

// The web editor has the policy that its page tells, below its folder only.
func TestEditor(t *testing.T) {
	dir := site(t)
	write(t, filepath.Join(dir, "admin/index.html"), `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;self&#39; &#39;unsafe-eval&#39;">`)
	s := serving(t, dir, nil)
	if got := ask(s, "GET", "/admin/").Header().Get("Content-Security-Policy"); got != "default-src 'none'; script-src 'self' 'unsafe-eval'; frame-ancestors 'none'" {
		t.Errorf("the editor's policy is %q", got)
	}
	if got := ask(s, "GET", "/").Header().Get("Content-Security-Policy"); got != headers.Pages {
		t.Errorf("a page's policy is %q", got)
	}
}

// No target shows what is no part of the site.
func TestNothingElse(t *testing.T) {
	s := serving(t, site(t), nil)
	for _, target := range []string{"/.charterhouse", "/.env", "/da/.git/config", "/../secret.html", "/da/../../secret.html", "/..%2fsecret.html", "//secret.html", "/./.env", "/da//index.html",
		"/out.html", "/marker.html", "/up/secret.html", "/loop", "/loop/x", "/..\\secret.html", "/da\\..\\..\\secret.html", "/x\x00.html", "/index.html\x00", "/C:/secret.html", "/index.html::$DATA", "secret.html", "*", "",
		"/up", "/up/", "/.charterhouse/", "/" + strings.Repeat("a", 4000), "/" + strings.Repeat("a", 300), "/-/", "/-/nothing"} {
		w := ask(s, "GET", target)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), secret) {
			t.Errorf("%.60q: %d %.80s", target, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"} {
		if w := ask(s, method, "/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

func FuzzTarget(f *testing.F) {
	s := serving(f, site(f), nil)
	for _, target := range []string{"/", "/da", "/../secret.html", "/up/secret.html", "/da/%2e%2e/x", "/.env", "/\\"} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		w := ask(s, "GET", target)
		if strings.Contains(w.Body.String(), secret) {
			t.Errorf("%q shows the secret", target)
		}
		if to := w.Header().Get("Location"); to != "" && !strings.HasPrefix(to, "./") || strings.HasPrefix(to, ".//") {
			t.Errorf("%q leads to %q", target, to)
		}
	})
}

func TestPacked(t *testing.T) {
	dir := site(t)
	s := serving(t, dir, nil)
	unpack := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	tags := map[string]bool{}
	for accepts, want := range map[string]string{"": "", "gzip": "gzip", "gzip, br": "br", "gzip, zstd": "zstd", "br;q=0, gzip;q=0.5": "gzip", "identity": "", "br;q=x": "", "BR": "br", "gzipped": ""} {
		w := ask(s, "GET", "/long.html", "Accept-Encoding: "+accepts)
		got := w.Header().Get("Content-Encoding")
		r, err := unpack[got](w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(r); got != want || err != nil || string(text) != long {
			t.Errorf("%q: packed as %q, %v", accepts, got, err)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary is %q", accepts, w.Header().Get("Vary"))
		}
		tag := w.Header().Get("ETag")
		tags[tag] = true
		if again := ask(s, "GET", "/long.html", "Accept-Encoding: "+accepts, "If-None-Match: "+tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
			t.Errorf("%q: asked again it answers %d", accepts, again.Code)
		}
	}
	if len(tags) != 4 {
		t.Errorf("four forms have the tags %v", tags)
	}
	for _, target := range []string{"/", "/files/a.pdf"} {
		if w := ask(s, "GET", target, "Accept-Encoding: br, gzip"); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s was packed", target)
		}
	}
	var beside bytes.Buffer
	z := gzip.NewWriter(&beside)
	_, _ = z.Write([]byte(long + " "))
	_ = z.Close()
	write(t, filepath.Join(dir, "long.html.gz"), beside.String())
	if w := ask(serving(t, dir, nil), "GET", "/long.html", "Accept-Encoding: gzip"); !bytes.Equal(w.Body.Bytes(), beside.Bytes()) {
		t.Error("the packed file beside was not taken")
	}
}

// What is kept in packed form stays within its limit.
func TestPackedLimit(t *testing.T) {
	p := newPacked(1000)
	for i := range 100 {
		p.put(fmt.Sprint(i), make([]byte, 90))
	}
	p.put("large", make([]byte, 600))
	if _, ok := p.get("99"); !ok || p.size > 1000 || len(p.kept) != p.order.Len() || len(p.kept) < 5 {
		t.Errorf("%d bytes in %d texts are kept", p.size, len(p.kept))
	}
	if _, ok := p.get("large"); ok {
		t.Error("one text took everything")
	}
}

func TestRanges(t *testing.T) {
	s := serving(t, site(t), nil)
	whole := ask(s, "GET", "/long.html")
	tag := whole.Header().Get("ETag")
	w := ask(s, "GET", "/long.html", "Range: bytes=10-19", "Accept-Encoding: br")
	if w.Code != http.StatusPartialContent || w.Body.String() != long[10:20] || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("a part: %d %q", w.Code, w.Body)
	}
	if w := ask(s, "GET", "/long.html", "Range: bytes=10-19", "If-Range: "+tag); w.Code != http.StatusPartialContent {
		t.Errorf("a part of the same: %d", w.Code)
	}
	if w := ask(s, "GET", "/long.html", "Range: bytes=10-19", `If-Range: "other"`); w.Code != http.StatusOK || w.Body.String() != long {
		t.Errorf("a part of another: %d", w.Code)
	}
	if w := ask(s, "GET", "/long.html", "Range: bytes=99999999-"); w.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("no part: %d", w.Code)
	}
}

func TestNames(t *testing.T) {
	dir := site(t)
	here := serving(t, dir, nil)
	named := serving(t, dir, func(o *Options) { o.Listen, o.Hosts = "0.0.0.0:0", []string{"Charters.Example"} })
	open := serving(t, dir, func(o *Options) { o.Listen = "0.0.0.0:0" })
	for host, want := range map[string][3]int{
		"localhost:4747": {200, 200, 200}, "127.0.0.1": {200, 200, 200}, "[::1]:4747": {200, 200, 200},
		"charters.example": {421, 200, 200}, "CHARTERS.example:443": {421, 200, 200}, "evil.example": {421, 421, 200}, "localhost.evil.example": {421, 421, 200}, "": {421, 421, 200},
	} {
		for i, s := range []*Server{here, named, open} {
			if w := ask(s, "GET", "/", "Host: "+host); w.Code != want[i] {
				t.Errorf("server %d, %q: %d", i, host, w.Code)
			}
			if w := ask(s, "GET", Health, "Host: "+host); w.Code != 200 {
				t.Errorf("the health of server %d, %q: %d", i, host, w.Code)
			}
		}
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	s := serving(t, site(t), func(o *Options) { o.Log = &log })
	ask(s, "GET", "/search.html?q=layoffs", "User-Agent: a \"b\"\n127.0.0.1 forged", "Referer: http://x/?q=layoffs")
	ask(s, "GET", Health)
	ask(s, "GET", "/a b\nc")
	ask(s, "GET", "/", "If-None-Match: *")
	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	if len(lines) != 3 || strings.Contains(log.String(), "layoffs") || !strings.Contains(lines[0], `"GET /search.html HTTP/1.1" 404 `) || !strings.Contains(lines[0], `"http://x/" "a \"b\"\n127.0.0.1 forged"`) ||
		!strings.Contains(lines[1], "/a%20b%0Ac ") || !strings.Contains(lines[2], " 304 0 ") {
		t.Errorf("the log:\n%s", log.String())
	}
}

func TestNoSite(t *testing.T) {
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "nowhere")} {
		if _, err := New(Options{Folder: dir, Listen: "127.0.0.1:0"}); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	dir := site(t)
	s := serving(t, dir, nil)
	if err := os.Rename(dir, dir+".kept"); err != nil {
		t.Fatal(err)
	}
	if w := ask(s, "GET", "/"); w.Code != 200 {
		t.Errorf("while the folder is away: %d", w.Code)
	}
	if err := os.Remove(filepath.Join(dir+".kept", "index.html")); err != nil {
		t.Fatal(err)
	}
	if w := ask(s, "GET", Health); w.Code != http.StatusServiceUnavailable {
		t.Errorf("without a first page: %d", w.Code)
	}
}
