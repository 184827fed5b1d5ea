package wire

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func TestTypes(t *testing.T) {
	for name, want := range map[string]string{
		"index.html": "text/html; charset=utf-8", "da/calendar.ics": "text/calendar; charset=utf-8", "agreed.atom": "application/atom+xml; charset=utf-8",
		"portfolio.schema.json": "application/json", "assets/a.0123456789.woff2": "font/woff2", "files/PLAN.PDF": "application/pdf", "files/x.unknown": "application/octet-stream", "CNAME": "application/octet-stream",
	} {
		if got := Type(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestCache(t *testing.T) {
	for name, forever := range map[string]bool{
		"assets/charterhouse.ffc83c216a.css": true, "da/assets/x.0123456789.js": true, "index.html": false, "search/t-00.js": false,
		"assets/plain.css": false, "files/assets.0123456789.css": false, "assets/a/b.0123456789.css": false,
	} {
		if got := strings.Contains(Cache(name), "immutable"); got != forever {
			t.Errorf("%s: %s", name, Cache(name))
		}
	}
}

// What is packed comes out as it was, twice the same, and smaller.
func TestPack(t *testing.T) {
	page := []byte(strings.Repeat("<p>Customer Insight 360 is paid for by Marketing and IT.</p>\n", 400))
	open := map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for _, p := range Packings {
		for _, name := range []string{"index.html", "assets/a.0123456789.css"} {
			packed := p.Pack(name, page)
			if len(packed) == 0 || len(packed) > len(page)/10 || !bytes.Equal(packed, p.Pack(name, page)) {
				t.Errorf("%s of %s: %d bytes", p.Name, name, len(packed))
			}
			r, err := open[p.Name](bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, page) {
				t.Errorf("%s of %s: %v", p.Name, name, err)
			}
		}
		if p.Pack("a.png", page) != nil || p.Pack("a.html", page[:900]) != nil {
			t.Errorf("%s packs what it should not", p.Name)
		}
		if plain, q, ok := Plain("da/index.html" + p.Ending); !ok || plain != "da/index.html" || q.Name != p.Name {
			t.Errorf("%s is taken for %s", "index.html"+p.Ending, plain)
		}
	}
}
