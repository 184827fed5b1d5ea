package browser

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Site is a built folder, read without a browser.
type Site struct {
	Pages []*Page // by path

	dir   string
	files map[string]bool // every file by its path in the folder, with slashes, in its exact letters
}

// A Page is one HTML file as the HTML standard reads it.
type Page struct {
	Path  string // in the folder, with slashes
	Lang  string // of the html element
	Size  int    // in bytes
	Moved string // where a redirect page leads, or empty

	root *html.Node
	ids  map[string]int // how often each id is given
}

// ReadSite reads all files of a folder and parses its pages.
func ReadSite(dir string) (*Site, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Site{dir: dir, files: map[string]bool{}}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		s.files[name] = true
		if path.Ext(name) != ".html" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		p, err := readPage(name, text)
		s.Pages = append(s.Pages, p)
		return err
	})
	slices.SortFunc(s.Pages, func(a, b *Page) int { return cmp.Compare(a.Path, b.Path) }) // a folder is walked before the file that is called like it
	if err == nil && len(s.Pages) == 0 {
		err = fmt.Errorf("%s holds no pages", dir)
	}
	return s, err
}

func readPage(name string, text []byte) (*Page, error) {
	root, err := html.ParseWithOptions(bytes.NewReader(text), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &Page{Path: name, Size: len(text), root: root, ids: map[string]int{}}
	for n := range p.elements() {
		if id := attr(n, "id"); id != "" {
			p.ids[id]++
		}
		if n.DataAtom == atom.Html {
			p.Lang = attr(n, "lang")
		}
		if n.DataAtom == atom.Meta && strings.EqualFold(attr(n, "http-equiv"), "refresh") {
			_, to, _ := strings.Cut(attr(n, "content"), "=")
			p.Moved = strings.TrimSpace(to)
		}
	}
	return p, nil
}

// Home is the address of the folder, with a slash at its end.
func (s *Site) Home() string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(s.dir) + "/"}).String()
}

// Samples returns the pages that stand for all: the pages at the top of each language, the first page of each folder, and
// of the other pages in a folder the largest and the smallest in each language. A redirect shows nothing, so it stands
// for nothing.
func (s *Site) Samples() []*Page {
	kinds := map[string][]*Page{}
	var chosen []*Page
	for _, p := range s.Pages {
		dir, name := path.Split(p.Path)
		switch {
		case p.Moved != "":
		case dir == "" || len(dir) == len("da/") || name == "index.html":
			chosen = append(chosen, p)
		default:
			kinds[dir+" "+p.Lang] = append(kinds[dir+" "+p.Lang], p)
		}
	}
	for _, pages := range kinds {
		bySize := func(a, b *Page) int { return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(a.Path, b.Path)) }
		chosen = append(chosen, slices.MaxFunc(pages, bySize))
		if len(pages) > 1 {
			chosen = append(chosen, slices.MinFunc(pages, bySize))
		}
	}
	slices.SortFunc(chosen, func(a, b *Page) int { return cmp.Compare(a.Path, b.Path) })
	return chosen
}

// elements walks all elements in the order they are written, those inside templates included.
func (p *Page) elements() func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for n := range p.root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
