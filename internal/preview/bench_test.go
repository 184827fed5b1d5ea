package preview

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/desk"
)

// BenchmarkSave takes the next moment of ten thousand charters after one was
// saved, and makes the page that is open.
func BenchmarkSave(b *testing.B) {
	dir := b.TempDir()
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, 10000, 1); err != nil {
		b.Fatal(err)
	}
	s, err := New(Options{Place: desk.Place{Content: content, Around: dir}, AsOf: day, Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.desk.Close()
	defer s.watcher.Close()
	defer s.listener.Close()
	files, _ := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	file := files[len(files)/2]
	name := "charters/" + filepath.Base(file)
	original, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	for _, kind := range []struct{ name, page, from, to string }{
		{"text", "charters/" + strings.TrimSuffix(filepath.Base(file), ".md") + ".html", "\n---\n", "\n---\nText number %d.\n"},
		{"title", "initiatives/index.html", "title: ", "title: Number %d "},
		{"title", "attention.html", "title: ", "title: Number %d "},
		{"title", "index.html", "title: ", "title: Number %d "},
		{"total", "rollup/index.html", "  total: ", "  total: %d"},
	} {
		b.Run(kind.name+"/"+kind.page, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				text := strings.Replace(string(original), kind.from, fmt.Sprintf(kind.to, 1+i%9), 1)
				if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
					b.Fatal(err)
				}
				s.glance([]string{name})
				if p := s.page(s.now.Load(), "/"+kind.page); p.status != http.StatusOK {
					b.Fatalf("status %d", p.status)
				}
			}
		})
	}
}
