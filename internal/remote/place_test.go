package remote

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

// secret is what must stand in nothing that anybody reads.
const secret = "SeCrEt0123456789abcdefSeCrEt"

// made builds a site of n charters. Its style sheet has another name in each
// generation, and each page names it.
func made(t *testing.T, generation string, n int) *publish.Built {
	t.Helper()
	site := map[string]string{"search/t-00.js": "x", "portfolio.json": "{}", "same.html": strings.Repeat("the same ", 300), "agreed.atom": "<feed/>" + generation}
	css := "assets/house." + publish.Sum([]byte(generation))[:10] + ".css"
	site[css] = "/* " + generation + strings.Repeat(" ", 2000) + "*/"
	for i := range n {
		site[fmt.Sprintf("charters/c%02d.html", i)] = css + " " + generation + strings.Repeat(" and on", 300)
	}
	site["index.html"] = css + " " + generation
	return folder(t, site)
}

// folder builds a site of these files.
func folder(t *testing.T, site map[string]string) *publish.Built {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	s, err := publish.Begin(context.Background(), publish.Options{Out: dir, Site: "s"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	for name, text := range site {
		if err := s.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	b, err := publish.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// quick makes a place impatient.
func quick(p *Place) *Place {
	s := p.store.(patient)
	s.wait = time.Millisecond
	s.tries = 3
	p.store, p.patience, p.beat = s, 300*time.Millisecond, 50*time.Millisecond
	return p
}

// An s3 is a store in this process, behind a door that can fail.
type s3 struct {
	*httptest.Server
	door *door
}

func newS3(t *testing.T) *s3 {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	d := &door{}
	if *gateway != "" {
		d.behind = newGateway(t)
	} else {
		backend := s3mem.New()
		if err := backend.CreateBucket("charters"); err != nil {
			t.Fatal(err)
		}
		d.behind = gofakes3.New(backend).Server()
	}
	s := &s3{httptest.NewServer(d), d}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // the fake answers twice after a condition that fails
	t.Cleanup(s.Close)
	return s
}

var gateway = flag.String("versitygw", "", "try it against this program, a store that speaks S3, instead of one in the test's process")

// newGateway starts a real store, with a folder behind it.
func newGateway(t *testing.T) http.Handler {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "charters"), 0o755); err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	c := exec.Command(*gateway, "--port", address, "posix", dir)
	c.Env = append(os.Environ(), "ROOT_ACCESS_KEY=AKIAEXAMPLE", "ROOT_SECRET_KEY="+secret)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	awaitPort(t, address)
	return &httputil.ReverseProxy{ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: address})
		r.Out.Host = r.In.Host // it is signed
	}}
}

func (s *s3) place(t *testing.T, prefix string) *Place {
	t.Helper()
	p, err := openBucket(Bucket{Name: "charters", Prefix: prefix, Endpoint: s.URL}, 500*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return quick(p)
}

// there is what readers find below a prefix, without what they do not look for.
func (s *s3) there(t *testing.T, prefix string) map[string]string {
	t.Helper()
	p := s.place(t, prefix)
	all, err := p.store.list(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name := range all {
		if strings.HasPrefix(name, publish.Marker) {
			continue
		}
		data, _, err := p.store.get(context.Background(), name, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// texts are the files of a built site.
func texts(t *testing.T, b *publish.Built) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range b.Names() {
		data, err := b.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// wholeFor fails if a page names a style sheet that is not there, or a reader of
// one generation lacks a page.
func wholeFor(t *testing.T, when string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		css, _, found := strings.Cut(text, " ")
		if strings.HasPrefix(css, "assets/") && found && files[css] == "" {
			t.Errorf("%s: %s names %s, which is not there", when, name, css)
		}
	}
}

func publishTo(t *testing.T, p *Place, b *publish.Built) Report {
	t.Helper()
	r, err := p.Publish(context.Background(), b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStore(t *testing.T) {
	s := newS3(t)
	p := s.place(t, "a/b")
	one, two := made(t, "one", 4), made(t, "two", 3)
	if r := publishTo(t, p, one); r.Sent != len(one.Files) || r.Resumed || len(r.Plan.New) != len(one.Files) {
		t.Errorf("%+v", r)
	}
	if got := s.there(t, "a/b"); !maps.Equal(got, texts(t, one)) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
	s.door.reset(nil)
	if r := publishTo(t, p, one); r.Sent != 0 || !r.Plan.Empty() {
		t.Errorf("the same again: %+v", r)
	}
	for _, line := range s.door.reset(nil) {
		if !strings.HasPrefix(line, "GET") && !strings.HasPrefix(line, "HEAD") {
			t.Errorf("nothing was to be done, but: %s", line)
		}
	}
	if _, err := p.Publish(context.Background(), two, Options{Allow: 1}); err != nil {
		t.Fatal(err)
	}
	want := texts(t, two)
	for name, text := range texts(t, one) {
		if wire.Hashed(name) {
			want[name] = text // stays for pages that are open
		}
	}
	if got := s.there(t, "a/b"); !maps.Equal(got, want) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
	clock := time.Now().Add(8 * 24 * time.Hour)
	p.now = func() time.Time { return clock }
	if r := publishTo(t, p, two); r.Removed != 1 || !maps.Equal(s.there(t, "a/b"), texts(t, two)) {
		t.Errorf("after a week: %+v", r)
	}
	state, err := p.State(context.Background())
	if err != nil || state.Version != two.Version() || state.Files != len(two.Files) || state.Open {
		t.Errorf("%+v, %v", state, err)
	}
}

// Assets go before pages, pages before the index and feeds, the manifest closes,
// and only then something is removed.
func TestOrder(t *testing.T) {
	s := newS3(t)
	p := s.place(t, "o")
	publishTo(t, p, made(t, "one", 4))
	s.door.reset(nil)
	if _, err := p.Publish(context.Background(), made(t, "two", 3), Options{Allow: 9}); err != nil {
		t.Fatal(err)
	}
	stage, manifests := -1, 0
	for _, line := range s.door.reset(nil) {
		method, name, _ := strings.Cut(line, " ")
		name = strings.TrimPrefix(name, "/charters/o/")
		switch {
		case name == lockName:
		case method == "PUT" && name == publish.Marker:
			manifests++
		case method == "PUT":
			if manifests != 1 || rank(name) < stage {
				t.Errorf("%s comes after stage %d, with %d manifests", name, stage, manifests)
			}
			stage = rank(name)
		case method == "DELETE" && manifests != 2:
			t.Errorf("%s is removed before the manifest is written", name)
		}
	}
	if stage != 2 || manifests != 3 {
		t.Errorf("ended at stage %d with %d manifests", stage, manifests)
	}
}

func TestHeaders(t *testing.T) {
	s := newS3(t)
	p := s.place(t, "h")
	b := made(t, "one", 1)
	if _, err := p.Publish(context.Background(), b, Options{Gzip: true}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][3]string{
		"index.html":        {"text/html; charset=utf-8", "no-cache", ""},
		"charters/c00.html": {"text/html; charset=utf-8", "no-cache", "gzip"},
		"portfolio.json":    {"application/json", "no-cache", ""},
		"agreed.atom":       {"application/atom+xml; charset=utf-8", "no-cache", ""},
		"assets/house." + publish.Sum([]byte("one"))[:10] + ".css": {"text/css; charset=utf-8", "public, max-age=31536000, immutable", "gzip"},
	} {
		h := s.door.header("/charters/h/" + name)
		if got := [3]string{h.Get("Content-Type"), h.Get("Cache-Control"), h.Get("Content-Encoding")}; got != want {
			t.Errorf("%s: %q", name, got)
		}
		if *gateway == "" {
			continue // the fake forgets how long a file may be kept
		}
		client := p.store.(patient).store.(*s3Store).client
		info, err := client.StatObject(context.Background(), "charters", "h/"+name, minio.StatObjectOptions{})
		if got := [3]string{info.ContentType, info.Metadata.Get("Cache-Control"), info.Metadata.Get("Content-Encoding")}; err != nil || got != want {
			t.Errorf("%s is given as %q, %v", name, got, err)
		}
	}
	if got := s.there(t, "h"); !maps.Equal(got, texts(t, b)) {
		t.Error("what is stored packed is not read as it was")
	}
	plan, again, err := p.Plan(context.Background(), b, Options{})
	if err != nil || !plan.Empty() || again == 0 {
		t.Errorf("a dry run: %+v, %d again, %v", plan, again, err)
	}
	if r := publishTo(t, p, b); r.Sent != again {
		t.Errorf("without packing, %d files were sent again, not %d", r.Sent, again)
	}
}

func TestRefuses(t *testing.T) {
	s := newS3(t)
	one := made(t, "one", 3)
	foreign := s.place(t, "")
	if _, err := foreign.store.put(context.Background(), "photos/summer.jpg", object{data: []byte("x")}, always); err != nil {
		t.Fatal(err)
	}
	refused := func(p *Place, b *publish.Built, want string) {
		t.Helper()
		if _, err := p.Publish(context.Background(), b, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
		if _, _, err := p.Plan(context.Background(), b, Options{}); want != "no charters" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("dry run: %v", err)
		}
	}
	refused(foreign, one, "photos/summer.jpg")
	refused(s.place(t, "photos"), one, "summer.jpg")

	// A first run took the name of the manifest and came no further; what others put there since is not ours.
	empty := func(prefix string, names ...string) *Place {
		p := s.place(t, prefix)
		for _, name := range names {
			if _, err := p.store.put(context.Background(), name, object{}, always); err != nil {
				t.Fatal(err)
			}
		}
		return p
	}
	publishTo(t, empty("begun", publish.Marker), one)
	refused(empty("theirs", publish.Marker, "thesis.doc"), one, "thesis.doc")

	p := s.place(t, "site")
	publishTo(t, p, one)
	other := made(t, "two", 3)
	other.Site = "public"
	refused(p, other, `holds the site "s", not "public"`)
	refused(p, folder(t, map[string]string{"index.html": "nothing"}), "no charters")
	if got := s.there(t, "site"); !maps.Equal(got, texts(t, one)) {
		t.Error("a run that was refused changed something")
	}
	for text, want := range map[string]string{
		"hello": "not one that charterhouse publish wrote",
		`{"tool":"charterhouse","version":1,"kind":"published","files":{"../../etc/passwd":{"sum":"00000000000000000000000000000000"}}}`: "is broken",
		`{"tool":"charterhouse","version":2,"kind":"published"}`:                                                                         "newer Charterhouse",
		`{"tool":"charterhouse","version":1,"kind":"releases","site":"s"}`:                                                               "on its own machine",
	} {
		if _, err := p.store.put(context.Background(), publish.Marker, object{data: []byte(text)}, always); err != nil {
			t.Fatal(err)
		}
		refused(p, one, want)
	}
}

// Two that publish at once end in one site, and who comes too late says so and
// has sent nothing.
func TestTwoAtOnce(t *testing.T) {
	s := newS3(t)
	publishTo(t, s.place(t, "p"), made(t, "zero", 3))
	for round := range 5 {
		a, b := made(t, fmt.Sprintf("a%d", round), 3), made(t, fmt.Sprintf("b%d", round), 3)
		errs := make(chan error, 2)
		for _, site := range []*publish.Built{a, b} {
			p := s.place(t, "p")
			p.patience = 2 * time.Second // on a busy machine nobody is taken for dead
			go func() { _, err := p.Publish(context.Background(), site, Options{}); errs <- err }()
		}
		failed := 0
		for range 2 {
			if err := <-errs; err != nil {
				failed++
				if !strings.Contains(err.Error(), "another run publishes") && !strings.Contains(err.Error(), "somebody else") {
					t.Error(err)
				}
			}
		}
		got := s.there(t, "p")
		maps.DeleteFunc(got, func(name, _ string) bool { return wire.Hashed(name) })
		one := func(b *publish.Built) bool {
			want := texts(t, b)
			maps.DeleteFunc(want, func(name, _ string) bool { return wire.Hashed(name) })
			return maps.Equal(got, want)
		}
		if failed == 2 || !one(a) && !one(b) {
			t.Fatalf("%d failed, and the site is a mixture", failed)
		}
	}
}

// A lock that does not beat is taken over; the run that lost it stops before it
// sends more.
func TestTakenOver(t *testing.T) {
	s := newS3(t)
	p := s.place(t, "p")
	stale := object{data: []byte(`{"run":"x","since":"2026-11-16T09:00:00Z"}`)}
	if _, err := p.store.put(context.Background(), lockName, stale, absent); err != nil {
		t.Fatal(err)
	}
	waited := false
	if _, err := p.Publish(context.Background(), made(t, "one", 3), Options{Waiting: func(time.Time) { waited = true }}); err != nil || !waited {
		t.Errorf("%v, waited: %t", err, waited)
	}
	s.door.first(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "assets/house."+publish.Sum([]byte("two"))[:10]+".css") {
			s.door.first(nil)
			_, _ = s.place(t, "p").store.put(context.Background(), lockName, stale, always)
		}
	})
	_, err := p.Publish(context.Background(), made(t, "two", 3), Options{})
	if err == nil || !strings.Contains(err.Error(), "another run has taken over") {
		t.Error(err)
	}
	if got := s.there(t, "p"); !strings.Contains(got["charters/c00.html"], "one") || !strings.Contains(got["index.html"], "one") {
		t.Error("the run that lost its lock went on")
	}
}

// A store that wants another region says no more than 400 when it is asked for
// a file.
func TestAnotherRegion(t *testing.T) {
	s := newS3(t)
	for _, body := range []string{"", "<Error><Code>AuthorizationHeaderMalformed</Code></Error>"} {
		s.door.reset(func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, body)
			return true
		})
		_, err := s.place(t, "x").State(context.Background())
		if err == nil || !strings.Contains(err.Error(), "answers 400; ") || !strings.Contains(err.Error(), "another region than us-east-1") {
			t.Error(err)
		}
	}
}

// A clock that is wrong, or keys that have expired, are no lack of rights.
func TestRefusedForTheMoment(t *testing.T) {
	s := newS3(t)
	for code, want := range map[string]string{"RequestTimeTooSkewed": "set the clock", "ExpiredToken": "the keys have expired"} {
		s.door.reset(func(_ int, w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code></Error>")
			return true
		})
		if _, err := s.place(t, "x").Publish(context.Background(), made(t, "one", 1), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Neither answers nor errors hold the secret, whatever goes wrong.
func TestSecretStaysSecret(t *testing.T) {
	s := newS3(t)
	b := made(t, "one", 1)
	var said []string
	for _, do := range []func(w http.ResponseWriter, r *http.Request){
		func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<Error><Code>SignatureDoesNotMatch</Code><Message>`+r.Header.Get("Authorization")+`</Message></Error>`)
		},
		func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.Header.Get("Authorization"), 500) },
		func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) },
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		s.door.reset(func(_ int, w http.ResponseWriter, r *http.Request) bool { do(w, r); return true })
		_, err := s.place(t, "x").Publish(context.Background(), b, Options{})
		said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
		_, err = s.place(t, "x").State(context.Background())
		said = append(said, fmt.Sprint(err))
	}
	if text := strings.Join(said, "\n"); strings.Contains(text, secret) || strings.Contains(text, "AKIAEXAMPLE") || strings.Contains(text, "Signature=") {
		t.Errorf("told: %s", text)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("HOME", t.TempDir())
	if _, err := openBucket(Bucket{Name: "charters", Endpoint: s.URL}, time.Second); err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Error(err)
	}
}

func TestMain(m *testing.M) {
	for _, key := range []string{"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "HTTP_PROXY", "http_proxy"} {
		os.Unsetenv(key)
	}
	if endpoint := os.Getenv("REMOTE_TEST_ENDPOINT"); endpoint != "" {
		os.Exit(child(endpoint, os.Getenv("REMOTE_TEST_BUILT")))
	}
	os.Exit(m.Run())
}
