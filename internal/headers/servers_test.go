package headers_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/headers"
	"charterhouse/internal/serve"
	"charterhouse/internal/wire"
)

// A server is one of the usual ones, started with the file that we write for it.
type server struct {
	program string
	file    string                                         // of ours
	start   func(dir, site, config, at string) []string    // the command, after it wrote what it needs besides
	change  func(config, site, at string) (changed string) // what an administrator changes in it
}

var servers = map[string]server{
	"nginx": {program: "nginx", file: "nginx/charterhouse.conf",
		change: func(config, site, at string) string {
			return strings.NewReplacer("listen 80;", "listen "+at+";", "    listen [::]:80;\n", "", "/srv/charters/public", site).Replace(config)
		},
		start: func(dir, _, config, _ string) []string {
			main := "worker_processes 1; daemon off; master_process off; error_log stderr; pid " + dir + "/pid;\nevents {}\nhttp {\naccess_log off; client_body_temp_path " + dir +
				"/a; proxy_temp_path " + dir + "/b; fastcgi_temp_path " + dir + "/c; uwsgi_temp_path " + dir + "/d; scgi_temp_path " + dir + "/e;\n" + config + "}\n"
			put(filepath.Join(dir, "nginx.conf"), main)
			return []string{"-c", filepath.Join(dir, "nginx.conf"), "-p", dir}
		}},
	"caddy": {program: "caddy", file: "caddy/Caddyfile",
		change: func(config, site, at string) string {
			return "{\n\tadmin off\n\tauto_https off\n}\n" + strings.NewReplacer("charters.example.com {", "http://"+at+" {", "/srv/charters/public", site).Replace(config)
		},
		start: func(dir, _, config, _ string) []string {
			put(filepath.Join(dir, "Caddyfile"), config)
			return []string{"run", "--config", filepath.Join(dir, "Caddyfile"), "--adapter", "caddyfile"}
		}},
	"apache": {program: "apache2", file: "apache/.htaccess",
		change: func(config, _, _ string) string { return config },
		start: func(dir, site, config, at string) []string {
			put(filepath.Join(site, ".htaccess"), config)
			var load strings.Builder
			for _, module := range []string{"mpm_event", "authz_core", "mime", "dir", "headers", "alias"} {
				fmt.Fprintf(&load, "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", module, module)
			}
			put(filepath.Join(dir, "apache.conf"), load.String()+"Listen "+at+"\nServerName charters.example.com\nPidFile "+dir+"/pid\nErrorLog /dev/stderr\nDefaultRuntimeDir "+dir+"\nTypesConfig /dev/null\nServerRoot "+dir+
				"\nUser nobody\nGroup nogroup\nDocumentRoot "+site+"\n<Directory "+site+">\nRequire all granted\nAllowOverride FileInfo Indexes Options=Indexes,MultiViews,FollowSymLinks\n</Directory>\n")
			return []string{"-X", "-f", filepath.Join(dir, "apache.conf")}
		}},
}

func put(name, text string) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		panic(err)
	}
}

// run starts a server and returns its address.
func (s server) run(t *testing.T, name, site string, rules headers.Site) string {
	t.Helper()
	path, err := exec.LookPath(s.program)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + s.program) // where Debian has them, on the PATH of root only
	}
	if err != nil {
		t.Fatalf("this test needs %s: run make servers", name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	config := ""
	for _, f := range rules.Files([]string{"da"}) {
		if f.Name == s.file {
			config = s.change(f.Text, site, at)
		}
	}
	dir, err := os.MkdirTemp("", "charterhouse-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	c := exec.Command(path, s.start(dir, site, config, at)...)
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() { _ = c.Process.Kill(); <-ended; os.RemoveAll(dir) })
	for range 300 {
		if c, err := net.Dial("tcp", at); err == nil {
			c.Close()
			return "http://" + at + "/"
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s does not start: %v\n%s", name, err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not answer\n%s", name, said.String())
	return ""
}

const secret = "nobody may read this"

// published is a folder with a file of each kind and each rule.
func published(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for up := dir; up != os.TempDir() && up != "/"; up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil { // the server is somebody else
			t.Fatal(err)
		}
	}
	site := filepath.Join(dir, "public")
	for name, text := range map[string]string{
		"index.html": "<!doctype html><title>First</title>" + strings.Repeat("<p>Paid for by two.</p>", 200), "da/index.html": "<!doctype html><title>Første</title>",
		"404.html":                  `<!doctype html><title>There is no such page</title><a href="#main">Skip</a><a href="index.html">To the first page</a><link href="assets/a.css"><dialog data-root="" data-home="" data-scripts="assets/stem.0123456789.js assets/search.0123456789.js">`,
		"da/404.html":               `<!doctype html><title>Der er ingen sådan side</title><a href="index.html">Hjem</a><dialog data-root="../" data-home="" data-scripts="../assets/stem.0123456789.js ../assets/search.0123456789.js">`,
		"assets/stem.0123456789.js": "s", "assets/search.0123456789.js": "s", "search/start.js": "s", "search.html": "<!doctype html><title>Search</title>", "da/search.html": "<!doctype html><title>Søg</title>",
		"assets/a.0123456789.css": "p{margin:0}", "assets/icon.0123456789.svg": "<svg/>", "files/x.svg": "<svg/>", "files/a.pdf": "%PDF-", "calendar.ics": "BEGIN:VCALENDAR", "agreed.atom": "<feed/>",
		"rollup/load.csv": "a;b", "portfolio.json": "{}", "portfolio.xlsx": "PK", "admin/index.html": `<!doctype html><meta http-equiv="Content-Security-Policy" content="` + editor + `">`, "admin/config.yml": "a: b",
		".charterhouse": secret, ".git/config": secret, "da/.env": secret,
	} {
		put(filepath.Join(site, filepath.FromSlash(name)), text)
	}
	return site
}

const editor = "default-src 'none'; script-src 'self' 'unsafe-eval'"

// Each server says what serve says, for files of each kind.
func TestServers(t *testing.T) {
	rules := headers.Site{Editor: editor}
	addresses := map[string]string{}
	site := published(t)
	for name, s := range servers {
		addresses[name] = s.run(t, name, site, rules)
	}
	ours, err := serve.New(serve.Options{Folder: site, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- ours.Run(ctx) }()
	defer func() { stop(); <-ended }()
	addresses["serve"] = ours.Address()
	for name, home := range addresses {
		t.Run(name, func(t *testing.T) {
			for _, address := range []string{"", "da/", "index.html", "assets/a.0123456789.css", "assets/icon.0123456789.svg", "files/x.svg", "files/a.pdf", "calendar.ics", "agreed.atom", "rollup/load.csv", "portfolio.json", "portfolio.xlsx", "admin/", "admin/config.yml"} {
				status, head, _ := get(t, "GET", home+address)
				if status != http.StatusOK {
					t.Errorf("%s: %d", address, status)
				}
				file := address
				if file == "" || strings.HasSuffix(file, "/") {
					file += "index.html"
				}
				same(t, address, head, rules.For(file))
				if got, want := head.Get("Content-Type"), wire.Type(file); got != want {
					t.Errorf("%s: the type is %q, not %q", address, got, want)
				}
			}
			for address, holds := range map[string]string{"nothing.html": "There is no such page", "a/b/nothing.html": "There is no such page", ".charterhouse": "", ".git/config": "", "da/.env": "", "assets/gone.0123456789.css": "", "files/": "", "da/../.charterhouse": ""} {
				status, head, text := get(t, "GET", home+address)
				if status != http.StatusNotFound || !strings.Contains(text, holds) || strings.Contains(text, secret) {
					t.Errorf("%s: %d %.200s", address, status, text)
				}
				if head.Get("Content-Security-Policy") != headers.Pages || strings.Contains(head.Get("Cache-Control"), "immutable") {
					t.Errorf("%s: the headers are %v", address, head)
				}
			}
			if status, _, _ := get(t, "GET", home+"da"); status != http.StatusMovedPermanently && status != http.StatusPermanentRedirect {
				t.Errorf("a folder: %d", status)
			}
			for _, page := range []string{"a/b/nothing.html", "da/a/nothing.html"} {
				_, _, text := get(t, "GET", home+page)
				if name == "nginx" || name == "serve" {
					led(t, home, page, text)
					searched(t, home, page, text)
				}
			}
			if status, _, _ := get(t, "POST", home+"index.html"); status != http.StatusMethodNotAllowed {
				t.Errorf("POST: %d", status)
			}
			_, head, _ := get(t, "GET", home)
			if tag := head.Get("ETag"); tag == "" {
				t.Error("the first page has no ETag")
			} else if status, _, _ := get(t, "GET", home, "If-None-Match", tag); status != http.StatusNotModified {
				t.Errorf("asked again: %d", status)
			}
			if _, head, _ := get(t, "GET", home, "Accept-Encoding", "gzip"); head.Get("Content-Encoding") != "gzip" && name != "apache" {
				t.Error("the first page is not packed")
			}
		})
	}
}

// searched looks whether the search finds its scripts and pages on a page for
// what is missing.
func searched(t *testing.T, home, page, text string) {
	t.Helper()
	said := func(name string) string {
		_, rest, _ := strings.Cut(text, name+`="`)
		value, _, _ := strings.Cut(rest, `"`)
		return value
	}
	wanted := append(strings.Fields(said("data-scripts")), said("data-root")+"search/start.js", said("data-home")+"search.html")
	if len(wanted) != 4 {
		t.Errorf("%s: the search needs %v", page, wanted)
	}
	for _, way := range wanted {
		at, err := url.Parse(home + page)
		if err != nil {
			t.Fatal(err)
		}
		to, err := at.Parse(way)
		if err != nil {
			t.Fatal(err)
		}
		if status, _, _ := get(t, "GET", to.String()); status != http.StatusOK {
			t.Errorf("%s: the search asks for %s: %d", page, to, status)
		}
	}
}

// led looks whether the way to the first page holds on a page for what is missing.
func led(t *testing.T, home, page, text string) {
	t.Helper()
	_, rest, _ := strings.Cut(text, `href="`)
	if skip, more, ok := strings.Cut(rest, `href="`); ok {
		if !strings.HasPrefix(skip, "#main") {
			t.Errorf("%s: the way past the menu is %.20s", page, skip)
		}
		rest = more
	}
	way, _, _ := strings.Cut(rest, `"`)
	request, err := http.NewRequest("GET", home+page, nil)
	if err != nil {
		t.Fatal(err)
	}
	to, err := request.URL.Parse(way)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, first := get(t, "GET", to.String()); status != http.StatusOK || !strings.Contains(first, "<title>F") {
		t.Errorf("%s leads to %s: %d", page, to, status)
	}
}

func same(t *testing.T, address string, head http.Header, want []headers.Field) {
	t.Helper()
	for _, f := range want {
		if got := head.Values(f.Name); len(got) != 1 || got[0] != f.Value {
			t.Errorf("%s: %s is %q, not %q", address, f.Name, got, f.Value)
		}
	}
}

// get asks without following, and without tidying up the address.
func get(t *testing.T, method, address string, with ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(with); i += 2 {
		r.Header.Set(with[i], with[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}
