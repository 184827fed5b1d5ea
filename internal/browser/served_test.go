package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"charterhouse/internal/serve"
)

// server is ours over a folder.
func server(t *testing.T, dir string) *serve.Server {
	t.Helper()
	s, err := serve.New(serve.Options{Folder: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// served runs it and returns its address.
func served(t *testing.T, dir string) string {
	t.Helper()
	s := server(t, dir)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s.Address()
}

// Every kind of page works under the headers that servers send, search included,
// and so does the page for what is missing, wherever somebody looked.
func TestPagesServed(t *testing.T) {
	site := built(t)
	home := served(t, site.dir)
	tab := open(t, Wide.At(home))
	for _, p := range site.Samples() {
		if strings.HasPrefix(p.Path, "da/") || strings.Count(p.Path, "/") > 1 && !strings.HasPrefix(p.Path, "rollup/by-pair/") { // the same kinds once more
			continue
		}
		visit(t, tab, home+p.Path)
		for _, fault := range tab.Faults() {
			t.Errorf("%s: %s", p.Path, fault)
		}
	}
	visit(t, tab, home+"search.html?q=kunde")
	until(t, tab, `document.querySelectorAll("main a[href*='charters/']").length > 2`)
	for _, fault := range tab.Faults() {
		t.Error(fault)
	}
	for _, address := range []string{"charters/nothing.html", "da/a/b/nothing.html"} {
		visit(t, tab, home+address)
		for _, fault := range tab.Faults() {
			if !strings.Contains(fault, "404") { // which the browser says of the page itself
				t.Errorf("%s: %s", address, fault)
			}
		}
		if styled := ask[int](t, tab, "document.styleSheets[0].cssRules.length"); styled == 0 {
			t.Errorf("%s has no style", address)
		}
		if way := ask[string](t, tab, `document.querySelector("a.brand").href`); way != home+"index.html" && way != home+"da/index.html" {
			t.Errorf("%s leads home to %s", address, way)
		}
	}
}

// No page of another site can hold one of ours in a frame, or read it.
func TestServedIsNotFramed(t *testing.T) {
	home := served(t, built(t).dir)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><link rel=icon href=data:,><iframe src="%s"></iframe><img src="%sassets/nothing.svg">`, home, home)
	}))
	defer other.Close()
	tab := open(t, Wide)
	visit(t, tab, other.URL)
	if said := strings.Join(tab.Faults(), "\n"); !strings.Contains(said, "frame-ancestors") && !strings.Contains(said, "X-Frame-Options") {
		t.Errorf("the frame was filled: %s", said)
	}
	if read := ask[string](t, tab, fmt.Sprintf(`fetch(%q).then(r => r.text(), e => "refused")`, home+"portfolio.json")); read != "refused" {
		t.Errorf("another site read %.80s", read)
	}
}
