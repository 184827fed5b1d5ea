package source

import (
	"os"
	"path/filepath"
	"testing"
)

// A second look at one file is enough as long as the same files are there, and
// says so when it is not.
func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("charters/a.md", "one")
	put("charters/b.md", "two")
	tree, err := Open(dir, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	put("charters/a.md", "three")
	next, ok := tree.Refresh([]string{"charters/a.md", "charters/.a.md.swp", "notes.txt", "charters/a.md~"})
	if !ok || next.Entries()[0].Same(tree.Entries()[0]) || !next.Entries()[1].Same(tree.Entries()[1]) {
		t.Fatalf("%v %v", ok, next)
	}
	if text, found, _ := next.Read(next.Entries()[0]); string(text) != "three" || len(found) > 0 {
		t.Errorf("%q %v", text, found)
	}
	put("charters/c.md", "new")
	for _, name := range []string{"charters/c.md", "charters", "charters/gone.md"} {
		if _, ok := next.Refresh([]string{name}); ok {
			t.Errorf("%s needs a walk", name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "charters", "b.md")); err != nil {
		t.Fatal(err)
	}
	if _, ok := next.Refresh([]string{"charters/b.md"}); ok {
		t.Error("a file that is gone needs a walk")
	}
	again, err := next.Again(dir)
	if err != nil || len(again.Entries()) != 2 || again.root != tree.root {
		t.Fatalf("%v %v", err, again)
	}
	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir + "-away")
	if _, err := again.Again(dir); err == nil {
		t.Error("the folder is gone")
	}
	put("charters/z.md", "other")
	other, err := again.Again(dir)
	if err != nil || len(other.Entries()) != 1 || other.root == tree.root {
		t.Fatalf("%v %v", err, other)
	}
	other.Close()
}
