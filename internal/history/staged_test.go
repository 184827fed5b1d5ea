package history

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func (r repo) staged() *Stage {
	r.t.Helper()
	s, err := Staged(r.content())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(s.Close)
	return s
}

func namesIn(t *testing.T, files fs.FS) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What would be committed is read, and what stands in the working tree is not:
// partly staged files, removed ones, announced ones, and what nobody added.
func TestStaged(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/æ\n.md", "before the first commit")
	r.git("add", "-A")
	if s := r.staged(); s.text(t, "charters/æ\n.md") != "before the first commit" || s.Commit != "" {
		t.Errorf("%+v", s)
	}
	r.git("rm", "-q", "--cached", "-r", ".")
	r.write("content/charters/a.md", "one\nlast\n")
	r.write("content/charters/gone.md", "x")
	r.write("content/charters/æ\n.md", "")
	r.write("themes/house/a.css", "css")
	head := r.commit()
	r.write("content/charters/a.md", "two\nlast\n")
	r.git("add", "content/charters/a.md")
	r.write("content/charters/a.md", "two\nthree\n")
	r.write("content/charters/new.md", "x")
	r.write("content/charters/announced.md", "x")
	r.git("add", "-N", "content/charters/announced.md")
	r.git("rm", "-q", "--cached", "content/charters/gone.md")
	s := r.staged()
	files, err := s.FS()
	if err != nil || s.Commit != head || len(s.Conflicts) > 0 {
		t.Fatalf("%v, %s, %v", err, s.Commit, s.Conflicts)
	}
	if got := namesIn(t, files); !slices.Equal(got, []string{"charters/a.md"}) {
		t.Errorf("%q", got)
	}
	if got := s.text(t, "charters/a.md"); got != "two\nlast\n" {
		t.Errorf("%q", got)
	}
	themes, err := s.Themes()
	if err != nil || !slices.Equal(namesIn(t, themes), []string{"house/a.css"}) {
		t.Errorf("%v", err)
	}
	// git commit --all and git commit FILE commit an index of their own
	other := filepath.Join(r.dir, ".git", "next-index-1.lock")
	data, err := os.ReadFile(filepath.Join(r.dir, ".git", "index"))
	if err != nil || os.WriteFile(other, data, 0o644) != nil {
		t.Fatal(err)
	}
	r.git("add", "content/charters/new.md")
	if got := namesIn(t, mustFS(t, r.staged())); len(got) != 2 {
		t.Errorf("%q", got)
	}
	for _, name := range []string{other, ".git/next-index-1.lock"} {
		t.Setenv("GIT_INDEX_FILE", name)
		if got := namesIn(t, mustFS(t, r.staged())); len(got) != 1 {
			t.Errorf("%q", got)
		}
	}
}

func mustFS(t *testing.T, s *Stage) fs.FS {
	t.Helper()
	files, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A file in conflict has no version that would be committed, and is named.
func TestStagedConflict(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	r.write("content/charters/b.md", "one")
	r.commit()
	r.git("checkout", "-q", "-b", "aside")
	r.write("content/charters/a.md", "two")
	r.commit()
	r.git("checkout", "-q", "main")
	r.write("content/charters/a.md", "three")
	r.commit()
	if out, err := r.try("merge", "aside"); err == nil {
		t.Fatal(out)
	}
	s := r.staged()
	if got := namesIn(t, mustFS(t, s)); !slices.Equal(got, []string{"charters/b.md"}) || !slices.Equal(s.Conflicts, []string{"charters/a.md"}) {
		t.Errorf("%q, %q", got, s.Conflicts)
	}
}

// A worktree has an index of its own; a folder without a repository has none.
func TestStagedElsewhere(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	r.commit()
	other := repo{t, filepath.Join(t.TempDir(), "other")}
	r.git("worktree", "add", "-q", "--detach", other.dir)
	other.write("content/charters/b.md", "two")
	other.git("add", "-A")
	if got := namesIn(t, mustFS(t, other.staged())); len(got) != 2 {
		t.Errorf("%q", got)
	}
	if got := namesIn(t, mustFS(t, r.staged())); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if _, err := Staged(t.TempDir()); err == nil || !strings.Contains(err.Error(), "git init") {
		t.Error(err)
	}
	r.git("rm", "-q", "--cached", "-r", ".")
	if _, err := r.staged().FS(); err == nil || !strings.Contains(err.Error(), "git add") {
		t.Error(err)
	}
}

// Whatever git's output, reading it ends without a panic.
func FuzzGitIndex(f *testing.F) {
	f.Add("100644 " + strings.Repeat("a", 40) + " 0\tcontent/a\nb.md\x00")
	f.Add("100644 x 4\ta\x00")
	f.Fuzz(func(t *testing.T, out string) {
		all, err := readIndex([]byte(out))
		if err != nil && all != nil {
			t.Fatal("entries beside an error")
		}
		for _, e := range all {
			if e.name == "" || !objectID(e.id) || strings.ContainsRune(e.name, 0) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
