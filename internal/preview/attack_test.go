package preview

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
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
)

const typed = "application/x-www-form-urlencoded"

// ask sends a request as it is written, with our own Host unless the headers
// name another, and reads the whole answer.
func (r *running) ask(method, target, headers, body string) (*http.Response, string) {
	r.t.Helper()
	c, err := net.Dial("tcp", r.s.listener.Addr().String())
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if !strings.Contains(headers, "Host:") {
		headers += "Host: " + r.host() + "\r\n"
	}
	if body != "" {
		headers += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	_, _ = fmt.Fprintf(c, "%s %s HTTP/1.1\r\nConnection: close\r\n%s\r\n%s", method, target, headers, body)
	answer, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, target, err)
	}
	text, _ := io.ReadAll(answer.Body)
	return answer, string(text)
}

func (r *running) host() string {
	return strings.TrimSuffix(strings.TrimPrefix(r.s.Address(), "http://"), "/")
}

// ours are the headers of a form of our own pages.
func (r *running) ours() string {
	return "Origin: http://" + r.host() + "\r\nSec-Fetch-Site: same-origin\r\nContent-Type: " + typed + "\r\n"
}

// bytesOf is every file below dir with its text and time, links as links.
func bytesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			all[path] = e.Type().String()
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = fmt.Sprintf("%x %s", sha256.Sum256(text), info.ModTime())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// untouched fails if a file below dir is another than before.
func untouched(t testing.TB, dir string, before map[string]string) {
	t.Helper()
	now := bytesOf(t, dir)
	for path, was := range before {
		if now[path] != was {
			t.Errorf("%s was touched", path)
		}
		delete(now, path)
	}
	for path := range now {
		t.Errorf("%s was made", path)
	}
}

// Every answer, of whatever status, keeps a page to ourselves, and none opens it
// to other origins or sends the reader to one.
func TestEveryAnswerIsGuarded(t *testing.T) {
	r := start(t, nil)
	_, page := r.get("/")
	_, stylesheet, _ := strings.Cut(page, `<link rel="stylesheet" href="/-/`)
	stylesheet, _, _ = strings.Cut(stylesheet, `"`)
	token := "token=" + r.s.token
	const elevordning = "/charters/elevordning.html"
	for _, c := range []struct {
		method, target, headers, body string
		want                          int
	}{
		{"GET", "/", "", "", 200},
		{"HEAD", "/", "", "", 200},
		{"GET", "/da/", "", "", 200},
		{"GET", elevordning, "If-None-Match: \"" + r.s.etag(elevordning) + "\"\r\n", "", 304},
		{"GET", "/nowhere.html", "", "", 404},
		{"GET", "/-/problems", "", "", 200},
		{"GET", "/-/nothing", "", "", 404},
		{"GET", "/-/" + stylesheet, "", "", 200},
		{"GET", "/-/assets/nothing.css", "", "", 404},
		{"GET", "/-/edit/charters/elevordning.md", "", "", 200},
		{"GET", "/-/edit/charters/nothing.md", "", "", 404},
		{"GET", "/", "Host: evil.example\r\n", "", 421},
		{"GET", "/", "Sec-Fetch-Site: cross-site\r\n", "", 403},
		{"GET", "/", "Origin: null\r\n", "", 403},
		{"POST", "/", r.ours(), token, 405},
		{"POST", "/-/events", r.ours() + "X-Charterhouse-Token: " + r.s.token + "\r\n", "no page", 400},
		{"POST", "/-/events", r.ours(), "/\n", 403},
		{"POST", "/-/write", r.ours(), token + "&file=charters/nothing.md&key=risks", 404},
		{"POST", "/-/write", r.ours(), token + "&file=charters/elevordning.md&key=risks", 303},
		{"POST", "/-/edit/charters/elevordning.md", r.ours(), token + "&base=%25&text=%25", 400},
		{"POST", "/-/edit/charters/elevordning.md", r.ours(), "", 403},
		{"PUT", "/", "", "", 405},
		{"DELETE", elevordning, "", "", 405},
		{"PATCH", "/-/edit/charters/elevordning.md", "", "", 405},
		{"TRACE", "/", "", "", 405},
		{"OPTIONS", "/", "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n", "", 405},
		{"OPTIONS", "/-/events", r.ours() + "Access-Control-Request-Headers: X-Charterhouse-Token\r\n", "", 405},
		{"PROPFIND", "/", "", "", 405},
	} {
		t.Run(fmt.Sprintf("%s %s %d", c.method, c.target, c.want), func(t *testing.T) {
			answer, _ := r.ask(c.method, c.target, c.headers, c.body)
			if answer.StatusCode != c.want {
				t.Errorf("status %d, want %d", answer.StatusCode, c.want)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Content-Security-Policy": policy,
			} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if answer.Header.Get("Cache-Control") == "" {
				t.Error("a browser may keep it as it likes")
			}
			for name := range answer.Header {
				if strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "Timing-Allow") {
					t.Errorf("%s opens it to others", name)
				}
			}
			if to := answer.Header.Get("Location"); to != "" && !strings.HasPrefix(to, "/charters/") {
				t.Errorf("it leads to %s", to)
			}
		})
	}
}

// What would write is refused unless it is our own page that sends it, and then
// nothing is written.
func TestOnlyOurPagesWrite(t *testing.T) {
	r := start(t, nil)
	port := r.s.listener.Addr().(*net.TCPAddr).Port
	save := r.form("charters/elevordning.md")
	save.Set("v:title", "Taken over")
	save.Set("intent", "save")
	save.Del("token")
	bodies := map[string]string{
		"/-/write":                        "file=charters%2Felevordning.md&key=risks",
		"/-/edit/charters/elevordning.md": save.Encode(),
		"/-/events":                       "/\n",
	}
	origin := "Origin: http://" + r.host() + "\r\n"
	header := "X-Charterhouse-Token: " + r.s.token + "\r\n"
	const of = "Content-Type: " + typed + "\r\n"
	before := bytesOf(t, r.dir)
	for name, c := range map[string]struct{ headers, token, query string }{
		"no token":              {origin + of, "", ""},
		"an empty token":        {origin + of + "X-Charterhouse-Token: \r\n", "&token=", ""},
		"half a token":          {origin + of, "&token=" + r.s.token[:13], ""},
		"more than the token":   {origin + of, "&token=" + r.s.token + "A", ""},
		"another preview's":     {origin + of + "X-Charterhouse-Token: " + strings.Repeat("A", 26) + "\r\n", "", ""},
		"lower case":            {origin + of, "&token=" + strings.ToLower(r.s.token), ""},
		"token in the address":  {origin + of, "", "?token=" + r.s.token},
		"token in a cookie":     {origin + of + "Cookie: token=" + r.s.token + "\r\n", "", ""},
		"no origin":             {of + header, "", ""},
		"an empty origin":       {of + header + "Origin: \r\n", "", ""},
		"null origin":           {of + header + "Origin: null\r\n", "", ""},
		"https":                 {of + header + "Origin: https://" + r.host() + "\r\n", "", ""},
		"another port":          {of + header + fmt.Sprintf("Origin: http://127.0.0.1:%d\r\n", port+1), "", ""},
		"another name of ours":  {of + header + fmt.Sprintf("Origin: http://127.0.0.1:%d\r\n", port), "", ""},
		"a longer host":         {of + header + "Origin: http://" + r.host() + ".evil.example\r\n", "", ""},
		"with user information": {of + header + "Origin: http://" + r.host() + "@evil.example\r\n", "", ""},
		"a path behind":         {of + header + "Origin: http://" + r.host() + "/\r\n", "", ""},
		"cross-site form":       {"Content-Type: text/plain\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", "&token=" + r.s.token, ""},
		"navigated from a link": {of + header + origin + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", "", ""},
		"another of this site":  {of + header + origin + "Sec-Fetch-Site: same-site\r\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for target, body := range bodies {
				if answer, _ := r.ask("POST", target+c.query, c.headers, body+c.token); answer.StatusCode != http.StatusForbidden {
					t.Errorf("%s: status %d", target, answer.StatusCode)
				}
			}
		})
	}
	untouched(t, r.dir, before)
}

// A navigation from another site may arrive at a page; nothing else of another
// site's making may.
func TestArrivals(t *testing.T) {
	r := start(t, nil)
	for headers, want := range map[string]int{
		"Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n":                                      200,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n":                                200,
		"Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n":                                 200,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: object\r\n":                                  403,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n":                                    403,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n":                                       403,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: websocket\r\nSec-Fetch-Dest: websocket\r\n":                              403,
		"Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: style\r\n":                                     403,
		"Sec-Fetch-Site: whatever\r\nSec-Fetch-Dest: document\r\n":                                                              403,
		"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nOrigin: http://evil.example\r\n": 403,
	} {
		for _, target := range []string{"/", "/charters/elevordning.html", "/portfolio.json", "/-/problems", "/-/edit/charters/elevordning.md"} {
			answer, body := r.ask("GET", target, headers, "")
			if answer.StatusCode != want || want != 200 && strings.Contains(body, "charterhouse-preview") {
				t.Errorf("%s with %q: status %d, want %d", target, headers, answer.StatusCode, want)
			}
		}
	}
}

// The text of our own refusal names no page and echoes nothing.
func TestRefusalsSayNothing(t *testing.T) {
	r := start(t, nil)
	answer, body := r.ask("GET", "/charters/elevordning.html?<script>", "Host: <script>alert(1)</script>\r\n", "")
	if answer.StatusCode == http.StatusOK || strings.Contains(body, "<script") || strings.Contains(body, r.s.token) || strings.Contains(body, r.dir) {
		t.Errorf("status %d: %s", answer.StatusCode, body)
	}
}

// conceal puts the secret into every kind of file that no page may show: hidden
// ones, those beside the content, and remarks in files that pages are made of.
func (r *running) conceal() {
	r.plant()
	r.write("content/charters/.drafts/idea.md", "---\ntitle: "+secret+"\n---\n")
	r.write("content/charters/.draft.md", "---\ntitle: "+secret+"\n---\n")
	r.write("content/charters/node_modules/idea.md", "---\ntitle: "+secret+"\n---\n")
	r.write("content/charters/elevordning.md~", secret)
	r.write("content/notes/idea.md", "---\ntitle: "+secret+"\n---\n")
	r.write("themes/ours/notes.txt", secret)
	for _, name := range []string{"content/charterhouse.yaml", "content/registers/people.yml", "content/registers/departments.yml"} {
		r.write(name, r.read(name)+"\n# "+secret+"\n")
	}
	r.write(shop, strings.Replace(r.read(shop), "\n---\n", "\n# "+secret+"\n---\n", 1))
}

// hidden are files that the form must not know, by any spelling.
var hidden = []string{
	"", ".md", "charters", "charters/", "charters/.md", "charters/..md", "charters/.draft.md", "charters/.drafts/idea.md", "charters/.hidden.md", "charters/node_modules/idea.md",
	"charters/linked.md", "charters/linked/secret.md", "charters/../secret.md", "charters/../../secret.md", "charters/../../elsewhere/secret.md", "charters/../notes/idea.md",
	"charters/./elevordning.md", "charters//elevordning.md", "charters/elevordning.md/", "charters/elevordning.md/../elevordning.md", "charters/x/../elevordning.md",
	"/charters/elevordning.md", "./charters/elevordning.md", "content/charters/elevordning.md", "Charters/elevordning.md", "charters/elevordning.MD", "charters/elevordning.md~",
	"charters/elevordning.md\x00.md", "charters\\elevordning.md", "charters/..\\..\\secret.md", "charters/C:\\secret.md", "charters/elevordning.md:stream.md",
	"notes/idea.md", "registers/people.yml", "registers/people.md", "charterhouse.yaml", "approvals/it/elevordning.yml", "../secret.md", "themes/ours/notes.md", "/etc/passwd", "charters/nothing.md",
	"charters/" + strings.Repeat("x", 5000) + ".md", "charters/" + strings.Repeat("x/", 2000) + "y.md",
}

// The form and the coach know the charters by their names and no other file.
func TestFormKnowsOnlyCharters(t *testing.T) {
	r := start(t, nil)
	r.conceal()
	r.settle()
	before := bytesOf(t, r.dir)
	save := r.form("charters/elevordning.md")
	save.Set("v:title", "Taken over")
	save.Set("intent", "save")
	for _, file := range hidden {
		for name, body := range map[string]string{
			"write": url.Values{"token": {r.s.token}, "file": {file}, "key": {"risks"}}.Encode(),
			"save":  save.Encode(),
		} {
			target := "/-/write"
			if name == "save" {
				target = "/-/edit/" + (&url.URL{Path: file}).EscapedPath()
			}
			answer, text := r.ask("POST", target, r.ours(), body)
			if answer.StatusCode != http.StatusNotFound && !(target == "/-/edit/" && answer.StatusCode == http.StatusMethodNotAllowed) {
				t.Errorf("%s of %.60q: status %d", name, file, answer.StatusCode)
			}
			if strings.Contains(text, secret) {
				t.Errorf("%s of %.60q shows the secret", name, file)
			}
		}
		if answer, text := r.ask("GET", "/-/edit/"+(&url.URL{Path: file}).EscapedPath(), "", ""); answer.StatusCode != http.StatusNotFound || strings.Contains(text, secret) {
			t.Errorf("the form of %.60q: status %d", file, answer.StatusCode)
		}
	}
	for _, key := range []string{"", "nothing", "title.x", "team[0]", "team[+]", "risks\nowner", "__proto__"} {
		if status, _ := r.post("/-/write", url.Values{"token": {r.s.token}, "file": {"charters/elevordning.md"}, "key": {key}}); status != http.StatusNotFound {
			t.Errorf("key %q: status %d", key, status)
		}
	}
	untouched(t, r.dir, before)
}

// A crawl of everything there is, over the wire, writes nothing and shows nothing
// but pages.
func TestCrawl(t *testing.T) {
	r := start(t, nil)
	r.conceal()
	r.settle()
	before := bytesOf(t, r.dir)
	targets := []string{"/", "/-/problems", "/-/edit/charters/elevordning.md", "/nowhere.html", "/-/nothing"}
	for _, a := range r.s.now.Load().site.Addresses() {
		targets = append(targets, "/"+(&url.URL{Path: a}).EscapedPath())
	}
	for _, target := range targets {
		status, body := r.get(target)
		if target != "/-/problems" && strings.Contains(body, secret) {
			t.Errorf("%s shows the secret", target)
		}
		if (status == http.StatusOK) == (target == "/nowhere.html" || target == "/-/nothing") {
			t.Errorf("%s: status %d", target, status)
		}
	}
	if len(targets) < 200 {
		t.Errorf("only %d targets", len(targets))
	}
	untouched(t, r.dir, before)
}

// A folder that becomes a link between the form and the save is not followed,
// wherever it leads: nothing is written there, and not to its old place either.
func TestFolderBecomesALink(t *testing.T) {
	const file = "charters/parcel-carbon/index.md"
	for name, to := range map[string]string{"outside": "elsewhere", "beside the charters": "content/registers/elsewhere", "among the charters": "content/charters/elsewhere"} {
		t.Run(name, func(t *testing.T) {
			r := start(t, nil)
			text := r.read("content/" + file)
			save := r.form(file)
			save.Set("v:title", "Taken over")
			save.Set("intent", "save")
			r.write(to+"/index.md", text)
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			must(os.Rename(r.path("content/charters/parcel-carbon"), r.path("kept")))
			must(os.Symlink(r.path(to), r.path("content/charters/parcel-carbon")))
			before := bytesOf(t, r.dir)
			if status, _ := r.post("/-/edit/"+file, save); status != http.StatusNotFound {
				t.Errorf("saving: status %d", status)
			}
			if status, _ := r.get("/-/edit/" + file); status != http.StatusNotFound {
				t.Errorf("reading: status %d", status)
			}
			if status, _ := r.post("/-/write", url.Values{"token": {r.s.token}, "file": {file}, "key": {"risks"}}); status != http.StatusNotFound {
				t.Errorf("coaching: status %d", status)
			}
			untouched(t, r.dir, before)
		})
	}
}

// A folder that is a link one moment and a folder the next lets nothing be
// written elsewhere: not the text, not a file on its way.
func TestFolderFlickers(t *testing.T) {
	dir := t.TempDir()
	text := []byte("the same text")
	for _, name := range []string{"charters/x/index.md", "registers/index.md"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := bytesOf(t, filepath.Join(dir, "registers"))
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		x := filepath.Join(dir, "charters", "x")
		for {
			select {
			case <-stop:
				return
			default:
				_ = errors.Join(os.Rename(x, x+"-kept"), os.Symlink("../registers", x), os.Remove(x), os.Rename(x+"-kept", x))
			}
		}
	}()
	from := sha256.Sum256(text)
	for range 5000 {
		_ = replaceExact(dir, "charters/x/index.md", from, text)
	}
	close(stop)
	<-stopped
	now := bytesOf(t, filepath.Join(dir, "registers"))
	delete(now, filepath.Join(dir, "registers"))
	delete(before, filepath.Join(dir, "registers"))
	if fmt.Sprint(now) != fmt.Sprint(before) {
		t.Errorf("the other folder was written to:\n%v\n%v", before, now)
	}
}

// A file is replaced whole or not at all, and nothing is left beside it.
func TestReplaceExact(t *testing.T) {
	const was, will = "before\n", "after\n"
	for name, c := range map[string]struct {
		from, to string
		change   func(file string) error
		want     string // the file afterwards
		err      string
	}{
		"as asked":      {was, will, nil, will, ""},
		"another text":  {"older\n", will, nil, was, errChanged.Error()},
		"gone":          {was, will, os.Remove, "", errGone.Error()},
		"a folder":      {was, will, func(f string) error { return errors.Join(os.Remove(f), os.Mkdir(f, 0o777)) }, "", errGone.Error()},
		"too much":      {was, strings.Repeat("x", 1<<20+1), nil, was, "1 MiB"},
		"grown too big": {was, will, func(f string) error { return os.WriteFile(f, bytes.Repeat([]byte("x"), 1<<20+1), 0o666) }, strings.Repeat("x", 1<<20+1), errGone.Error()},
		"a hard link":   {was, will, func(f string) error { return os.Link(f, f+".other") }, will, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "charters", "a.md")
			if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(was), 0o640)); err != nil {
				t.Fatal(err)
			}
			if c.change != nil {
				if err := c.change(file); err != nil {
					t.Fatal(err)
				}
			}
			err := replaceExact(dir, "charters/a.md", sha256.Sum256([]byte(c.from)), []byte(c.to))
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if now, _ := os.ReadFile(file); string(now) != c.want {
				t.Errorf("the file is %.40q, want %.40q", now, c.want)
			}
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode().Perm() != 0o640 {
				t.Errorf("its rights became %v", info.Mode())
			}
			if other, err := os.ReadFile(file + ".other"); err == nil && string(other) != was {
				t.Errorf("the text was written into a file of another name: %q", other)
			}
			list, _ := os.ReadDir(filepath.Dir(file))
			if i := slices.IndexFunc(list, func(e fs.DirEntry) bool { return strings.HasSuffix(e.Name(), ".tmp") }); i >= 0 {
				t.Errorf("%s is left", list[i].Name())
			}
		})
	}
}

// Who listens beyond loopback is told by which names, and answers to those only.
func TestListenElsewhere(t *testing.T) {
	r := start(t, func(o *Options) { o.Listen = "0.0.0.0:0" })
	if r.s.Local() || !r.s.ReadOnly() {
		t.Errorf("local %t, read-only %t", r.s.Local(), r.s.ReadOnly())
	}
	port := r.s.listener.Addr().(*net.TCPAddr).Port
	for _, address := range r.s.Elsewhere() {
		if strings.Contains(address, "127.0.0.1") || strings.Contains(address, "localhost") || strings.Contains(address, "0.0.0.0") {
			t.Errorf("%s is no address for others", address)
		}
		host := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
		if answer, _ := r.ask("GET", "/", "Host: "+host+"\r\n", ""); answer.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", address, answer.StatusCode)
		}
	}
	for _, host := range []string{"evil.example", "0.0.0.0", "10.0.0.1.nip.io", "localhost.evil.example"} {
		if answer, _ := r.ask("GET", "/", fmt.Sprintf("Host: %s:%d\r\n", host, port), ""); answer.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s: status %d", host, answer.StatusCode)
		}
	}
	before := bytesOf(t, r.dir)
	if answer, _ := r.ask("POST", "/-/edit/charters/elevordning.md", r.ours(), "token="+r.s.token+"&intent=save&base=&text=&body=x"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("saving: status %d", answer.StatusCode)
	}
	if _, page := r.get("/charters/elevordning.html"); strings.Contains(page, "/-/edit/") || strings.Contains(page, "/-/write") || strings.Contains(page, "vscode:") {
		t.Error("a page offers what it may not do")
	}
	untouched(t, r.dir, before)
}

// FuzzRequest holds that no request, whatever its method, headers and body, shows
// what is no page, leads elsewhere, or writes.
func FuzzRequest(f *testing.F) {
	r := start(f, nil)
	r.conceal()
	r.settle()
	before := bytesOf(f, r.dir)
	f.Cleanup(func() { untouched(f, r.dir, before) })
	host := r.host()
	for _, line := range []string{"GET /", "HEAD /da/", "POST /-/write", "POST /-/events", "POST /-/edit/charters/elevordning.md", "GET /-/edit/charters/.draft.md", "GET /-/edit/charters/..%2f..%2fsecret.md",
		"GET http://evil.example/secret.txt", "CONNECT evil.example:443", "OPTIONS *", "GET /-/assets/..%2f..%2fsecret.txt", "GET /charters/%2e%2e/%2e%2e/secret.txt", "GET /.git/config", "GET //evil.example/%2f.."} {
		f.Add([]byte(line + " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host + "\r\nContent-Type: " + typed + "\r\nContent-Length: 46\r\n\r\ntoken=x&file=charters/.draft.md&key=risks&base="))
	}
	handler := r.s.guard.protect(r.s.routes())
	addresses := r.s.now.Load().site.Addresses()
	f.Fuzz(func(t *testing.T, request []byte) {
		q, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
		if err != nil {
			return
		}
		w := &answer{header: http.Header{}}
		handler.ServeHTTP(w, q)
		if strings.Contains(w.body.String(), secret) && q.URL.Path != "/-/problems" {
			t.Errorf("%q shows the secret", request)
		}
		if to := w.header.Get("Location"); to != "" {
			t.Errorf("%q leads to %s", request, to)
		}
		if w.status != http.StatusOK && w.status != 0 || strings.HasPrefix(q.URL.Path, "/-/") {
			return
		}
		address := strings.TrimPrefix(q.URL.Path, "/")
		if address == "" || strings.HasSuffix(address, "/") {
			address += "index.html"
		}
		if !slices.Contains(addresses, address) {
			t.Errorf("%q is answered, and there is no page %s", request, address)
		}
	})
}
