package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// texts are every file of a folder with its text.
func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, err := os.ReadFile(name)
			all[name[len(dir)+1:]] = string(data)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Changes are made all together, or the folder is as it was: whatever fails, and
// whenever.
func TestBatch(t *testing.T) {
	good := []written{{"a/one.md", []byte("1"), []byte("one")}, {"two.md", []byte("2"), []byte("two")}, {"b/new.md", nil, []byte("new")}}
	for name, c := range map[string]struct {
		writes []written
		moves  []move
		fails  bool
	}{
		"all":           {good, []move{{"a", "c"}, {"c/one.md", "d/uno.md"}}, false},
		"changed":       {append(good[:2:2], written{"three.md", []byte("other"), []byte("x")}), nil, true},
		"new is there":  {append(good[:2:2], written{"three.md", nil, []byte("x")}), nil, true},
		"gone":          {append(good[:2:2], written{"four.md", []byte("4"), []byte("x")}), nil, true},
		"outside":       {append(good[:2:2], written{"../four.md", nil, []byte("x")}), nil, true},
		"no folder":     {append(good[:2:2], written{"three.md/x.md", nil, []byte("x")}), nil, true},
		"move onto":     {good, []move{{"a", "two.md"}}, true},
		"second move":   {good, []move{{"a", "c"}, {"nowhere", "d"}}, true},
		"move outside":  {good, []move{{"a", "c"}, {"two.md", "../two.md"}}, true},
		"move into own": {good, []move{{"a", "a/b"}}, true},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"a/one.md": "1", "two.md": "2", "three.md": "3"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		before := texts(t, dir)
		err := (&batch{c.writes, c.moves}).do(dir)
		after := texts(t, dir)
		switch {
		case (err != nil) != c.fails:
			t.Errorf("%s: %v", name, err)
		case c.fails && !maps.Equal(before, after):
			t.Errorf("%s: %v became %v", name, before, after)
		case !c.fails && !maps.Equal(after, map[string]string{"d/uno.md": "one", "two.md": "two", "three.md": "3", "b/new.md": "new"}):
			t.Errorf("%s: %v", name, after)
		}
		if info, err := os.Stat(filepath.Join(dir, "two.md")); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: two.md has other rights: %v", name, info.Mode())
		}
	}
}

// A byte order mark that an editor left is no change of the text, and stays.
func TestBatchKeepsMark(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.md")
	if err := os.WriteFile(name, []byte("\ufeffold\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b := &batch{writes: []written{{"a.md", []byte("old\r\n"), []byte("new\r\n")}}}
	if err := b.do(dir); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(name); string(got) != "\ufeffnew\r\n" {
		t.Errorf("it became %q", got)
	}
	b = &batch{writes: []written{{"a.md", []byte("new\r\n"), []byte("newer\r\n")}}, moves: []move{{"nowhere", "else"}}}
	if err := b.do(dir); err == nil {
		t.Error("a file that is not there was moved")
	}
	if got, _ := os.ReadFile(name); string(got) != "\ufeffnew\r\n" {
		t.Errorf("it was not put back: %q", got)
	}
}
