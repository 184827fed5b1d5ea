package main

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/publish"
)

// tree digests every file of a folder but the marker, which holds the times of
// writing.
func tree(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == publish.Marker {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		sums[filepath.ToSlash(rel)] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// The sample gives the same bytes on the same day, wherever it lies, whoever
// builds it, whenever its files were written.
func TestSameBytes(t *testing.T) {
	var first map[string][32]byte
	for i, how := range []string{
		"umask 022",
		"umask 077; export TZ=Pacific/Auckland LANG=da_DK.UTF-8 LC_ALL=da_DK.UTF-8 GOMAXPROCS=1",
		"umask 002; export TZ=America/Los_Angeles LANG=C LC_ALL=C GOMAXPROCS=7 NO_COLOR=1 HOME=/nonexistent",
	} {
		dir := filepath.Join(t.TempDir(), strings.Repeat("deeper/", i))
		content := filepath.Join(dir, "content")
		if err := os.CopyFS(content, os.DirFS("../../content")); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"charterhouse.yaml", "registers/people.yml"} { // from the past, and from the future
			if err := os.Chtimes(filepath.Join(content, name), time.Time{}, time.Date(1970+i*100, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(dir, "charterhouse") // the test's own program is the command under this name
		if err := os.Symlink(self, link); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("sh", "-c", how+`; exec "$0" build content --as-of 2026-11-16 --out public`, link)
		c.Dir = dir
		var said bytes.Buffer
		c.Stdout, c.Stderr = &said, &said
		if err := c.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", how, err, said.String())
		}
		got := tree(t, filepath.Join(dir, "public"))
		if first == nil {
			first = got
		}
		if len(got) < 100 || !maps.Equal(got, first) {
			for name := range got {
				if got[name] != first[name] {
					t.Errorf("%s: %s differs", how, name)
				}
			}
			t.Errorf("%s: %d files, not the %d of the first build", how, len(got), len(first))
		}
	}
}

// What pages are made from asks neither the clock nor chance; whoever serves,
// waits or clears may.
func TestNoPageAsksTheClock(t *testing.T) {
	may := map[string]bool{"bench": true, "browser": true, "lsp": true, "preview": true, "publish": true, "remote": true, "serve": true, "shelf": true, "sign": true, "watch": true,
		"portfolio/loader.go": true} // whether a file is so new that it must be read again
	asks := regexp.MustCompile(`\btime\.(Now|Since|Until)\(|"math/rand|"crypto/rand"`)
	looked := 0
	err := filepath.WalkDir("../../internal", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		rel, _ := filepath.Rel("../../internal", name)
		if rel = filepath.ToSlash(rel); may[rel] || may[strings.Split(rel, "/")[0]] {
			return nil
		}
		text, err := os.ReadFile(name)
		if found := asks.Find(text); found != nil {
			t.Errorf("%s has %s", name, found)
		}
		looked++
		return err
	})
	if err != nil || looked < 100 {
		t.Errorf("%d files were looked at: %v", looked, err)
	}
}
