package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Texts lie over files, or where there are none yet; the tree below stays as it
// is, and what a path could not be for lies nowhere.
func TestLay(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "charters"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "c"} {
		if err := os.WriteFile(filepath.Join(dir, "charters", name+".md"), []byte("saved\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := Open(dir, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	laid := tree.Lay(map[string][]byte{"charters/a.md": []byte("typed\n"), "charters/b.md": []byte("new\n"), "../outside.md": []byte("x"), "charters/../a.md": nil, "notes.txt": nil, "charters/README.md": nil})
	read := func(t *Tree) (all []string) {
		for _, e := range t.Entries() {
			data, found, ok := t.Read(e)
			if !ok || len(found) > 0 {
				all = append(all, "unreadable")
			}
			all = append(all, e.Path+": "+string(data))
		}
		return all
	}
	if got := read(laid); !slices.Equal(got, []string{"charters/a.md: typed\n", "charters/b.md: new\n", "charters/c.md: saved\n"}) {
		t.Errorf("%q", got)
	}
	if got := read(tree); !slices.Equal(got, []string{"charters/a.md: saved\n", "charters/c.md: saved\n"}) {
		t.Errorf("the tree below: %q", got)
	}
	if laid.Line("charters/a.md", 1) != "typed" {
		t.Error("a finding's line is that of the file")
	}
	huge := tree.Lay(map[string][]byte{"charters/a.md": make([]byte, 2<<20)})
	if _, found, ok := huge.ReadPath("charters/a.md"); ok || found[0].Code != "D003" {
		t.Errorf("a text has no limit: %v", found)
	}
}
