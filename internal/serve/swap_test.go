package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"charterhouse/internal/publish"
)

// swaps is how many: go test ./internal/serve -run Swaps -swaps 1000
var swaps = flag.Int("swaps", 40, "how often the folder is swapped under its readers")

// generation publishes the n-th version of a site: each file tells n at its
// start and at its end, and the first page names an asset of this version only.
func generation(t *testing.T, out string, n int) {
	t.Helper()
	stage, err := publish.Begin(context.Background(), publish.Options{Out: out, Site: "charterhouse"})
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Abort()
	for _, name := range []string{"index.html", "charters/one.html", "404.html", asset(n)} {
		text := fmt.Sprintf("version %d %s %s end of %d\n", n, asset(n), strings.Repeat("Paid for by Marketing and IT. ", 100), n)
		if err := stage.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := stage.Commit(); err != nil || !r.Swapped {
		t.Fatalf("%+v, %v", r, err)
	}
}

func asset(n int) string {
	return fmt.Sprintf("assets/house.%.5x.css", sha256.Sum256([]byte{byte(n), byte(n >> 8)}))
}

var whole = regexp.MustCompile(`(?s)^version (\d+) (assets/house\.[0-9a-f]{10}\.css) .* end of (\d+)\n$`)

// Readers of a folder that is swapped again and again get whole answers of one
// version each, the assets that a page names are there, and nothing is missing.
func TestSwaps(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	generation(t, out, 0)
	s := serving(t, out, nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	var answers, versions atomic.Int64
	var readers sync.WaitGroup
	reading, done := context.WithCancel(context.Background())
	for range 4 {
		readers.Go(func() {
			last := ""
			for reading.Err() == nil {
				for _, at := range []string{"", "charters/one.html", Health[1:]} {
					n, asset := visit(t, s.Address()+at)
					if asset == "" {
						continue
					}
					if len(n) < len(last) || len(n) == len(last) && n < last {
						t.Errorf("version %s came after %s", n, last)
					}
					if n != last {
						versions.Add(1)
					}
					last = n
					if m, _ := visit(t, s.Address()+asset); m != n {
						t.Errorf("the asset of version %s is of version %q", n, m)
					}
					answers.Add(2)
				}
			}
		})
	}
	for n := 1; n <= *swaps; n++ {
		generation(t, out, n)
		for (answers.Load() < int64(2*n) || versions.Load() < int64(n/4)) && !t.Failed() {
			time.Sleep(time.Millisecond) // readers keep up on a busy machine, too
		}
	}
	if n, _ := visit(t, s.Address()); n != fmt.Sprint(*swaps) {
		t.Errorf("after the last swap it shows version %s", n)
	}
	done()
	readers.Wait()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	t.Logf("%d answers while %d versions came, %d times another one", answers.Load(), *swaps, versions.Load())
	if answers.Load() < int64(2**swaps) || versions.Load() < int64(*swaps/4) {
		t.Errorf("only %d answers, %d changes of version were looked at", answers.Load(), versions.Load())
	}
}

// Where versions stand beside each other, the place is a link that is turned
// from one to the next. A version of before that is removed keeps its assets.
func TestTurnedLink(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "current")
	turn := func(n int) {
		t.Helper()
		version := filepath.Join(dir, fmt.Sprint("v", n))
		generation(t, version, n)
		if err := errors.Join(os.Symlink(version, place+".new"), os.Rename(place+".new", place)); err != nil {
			t.Fatal(err)
		}
	}
	turn(1)
	s := serving(t, place, nil)
	if w := ask(s, "GET", "/"); !strings.HasPrefix(w.Body.String(), "version 1 ") {
		t.Errorf("%.40s", w.Body)
	}
	turn(2)
	if err := os.RemoveAll(filepath.Join(dir, "v1")); err != nil {
		t.Fatal(err)
	}
	if w := ask(s, "GET", "/"); !strings.HasPrefix(w.Body.String(), "version 2 ") {
		t.Errorf("%.40s", w.Body)
	}
	w := ask(s, "GET", "/"+asset(1))
	if !strings.HasPrefix(w.Body.String(), "version 1 ") || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the asset of before: %d %v %.40s", w.Code, w.Header(), w.Body)
	}
	if again := ask(s, "GET", "/"+asset(1), "If-None-Match: "+w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("the asset of before, asked again: %d", again.Code)
	}
}

// visit returns the version of an answer, and the asset that it names.
func visit(t *testing.T, address string) (version, asset string) {
	r, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return "", ""
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("%s: %d, %v", address, r.StatusCode, err)
		return "", ""
	}
	if strings.HasSuffix(address, Health) {
		return "", ""
	}
	m := whole.FindSubmatch(text)
	if m == nil || string(m[1]) != string(m[3]) {
		t.Errorf("%s is not whole: %.60q … %.60q", address, text, text[max(0, len(text)-60):])
		return "", ""
	}
	return string(m[1]), string(m[2])
}
