package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Built is a folder that a build made, for whoever sends it on. It holds what
// the build wrote, and nothing that others put beside it.
type Built struct {
	Dir   string
	Site  string
	Files map[string]Piece // by slash path

	root *os.Root
}

// A Piece is one file of a site: a digest of its bytes, and how many they are.
type Piece struct {
	Sum  string `json:"sum"`
	Size int64  `json:"size"`
}

// Open reads what a build says of its folder.
func Open(dir string) (*Built, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, fmt.Errorf("%s is no site that Charterhouse built; make one with: charterhouse build", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("built site: %w", err)
	}
	b := &Built{Dir: dir, Site: m.Site, Files: make(map[string]Piece, len(m.Files)), root: root}
	for name, f := range m.Files {
		if err := CheckName(name); err != nil {
			b.Close()
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, Marker), err)
		}
		if !f.Old {
			b.Files[name] = Piece{f.Sum, f.Size}
		}
	}
	return b, nil
}

// Close lets go of the folder.
func (b *Built) Close() { b.root.Close() }

// Names are the files in order.
func (b *Built) Names() []string { return slices.Sorted(maps.Keys(b.Files)) }

// Read reads a file and makes sure that it is the one that was built: a build
// that goes on meanwhile must not end up half in what is published.
func (b *Built) Read(name string) ([]byte, error) {
	f, err := b.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, b.changed(name)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, b.Files[name].Size+1))
	if err != nil {
		return nil, fmt.Errorf("built site: %w", err)
	}
	if Sum(data) != b.Files[name].Sum {
		return nil, b.changed(name)
	}
	return data, nil
}

func (b *Built) changed(name string) error {
	return fmt.Errorf("%s is not as it was built; build again, then publish", filepath.Join(b.Dir, filepath.FromSlash(name)))
}

// Sum is the digest of bytes as a build writes it down.
func Sum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// Version names the site by its bytes.
func (b *Built) Version() string {
	h := sha256.New()
	for _, name := range b.Names() {
		fmt.Fprintf(h, "%s\x00%s\x00", name, b.Files[name].Sum)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// charters counts the pages of charters.
func charters(files map[string]Piece) int {
	n := 0
	for name := range files {
		if isCharter(name) {
			n++
		}
	}
	return n
}

func isPage(name string) bool { return strings.HasSuffix(name, ".html") }

func isCharter(name string) bool {
	return isPage(name) && (strings.HasPrefix(name, "charters/") || strings.Contains(name, "/charters/"))
}
