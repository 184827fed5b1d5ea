package site

import (
	"bytes"
	"compress/gzip"
	"path"
	"regexp"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/source"
)

// What a page may weigh on the wire, packed by gzip: its HTML with the style
// sheets and scripts that it loads.
const (
	charterWeight = 60 << 10
	rollupWeight  = 100 << 10
)

var loads = regexp.MustCompile(`<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"`)

// weight is what a page and what it loads come to.
func weight(t *testing.T, s *Site, address string) (total int) {
	t.Helper()
	var page bytes.Buffer
	if err := s.Render(&page, address); err != nil {
		t.Fatal(err)
	}
	total = wired(t, page.Bytes())
	found := loads.FindAllStringSubmatch(page.String(), -1)
	if len(found) < 2 {
		t.Fatalf("%s loads %d style sheets and scripts", address, len(found))
	}
	for _, m := range found {
		var file bytes.Buffer
		if err := s.Render(&file, path.Join(path.Dir(address), m[1])); err != nil {
			t.Fatal(err)
		}
		total += wired(t, file.Bytes())
	}
	return total
}

func wired(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, 6) // as servers do
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// A charter's page is light, in each language.
func TestChartersAreLight(t *testing.T) {
	s, most, which := sample(t), 0, ""
	for _, address := range s.Addresses() {
		if _, _, within := s.split(address); !strings.HasPrefix(within, "charters/") {
			continue
		}
		if n := weight(t, s, address); n > most {
			most, which = n, address
		}
	}
	if most > charterWeight {
		t.Errorf("%s weighs %d bytes, more than %d", which, most, charterWeight)
	}
	t.Logf("the heaviest charter is %s with %d bytes", which, most)
}

// The rollup of a hundred initiatives is light, and so are the pages beside it
// that list them all.
func TestRollupsAreLight(t *testing.T) {
	dir := t.TempDir()
	if err := bench.Generate(dir, 100, 1); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	s := siteOf(t, tree)
	if n := len(s.p.Charters()); n != 100 {
		t.Fatalf("%d initiatives", n)
	}
	for _, address := range []string{"rollup/index.html", "initiatives/index.html", "index.html", "timeline.html"} {
		n := weight(t, s, address)
		if n > rollupWeight {
			t.Errorf("%s weighs %d bytes, more than %d", address, n, rollupWeight)
		}
		t.Logf("%s weighs %d bytes", address, n)
	}
}
