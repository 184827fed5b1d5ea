package history

import (
	"archive/tar"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"charterhouse/internal/source"
)

func (r repo) open() *Repository {
	r.t.Helper()
	all, err := Open(r.content())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(all.Close)
	return all
}

func (r repo) at(name string) *Revision {
	r.t.Helper()
	v, err := r.open().At(name)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// commitOn commits by the clock of somebody in Denmark.
func (r repo) commitOn(moment, subject string) string {
	r.t.Helper()
	r.t.Setenv("GIT_COMMITTER_DATE", moment)
	r.t.Setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", subject)
	return r.git("rev-parse", "HEAD")
}

func (v *Revision) text(t *testing.T, name string) string {
	t.Helper()
	files, err := v.FS()
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A name of git's and a day each mean one commit, and the working tree counts
// for nothing.
func TestAt(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	one := r.commitOn("2026-03-31T23:59:00+02:00", "first")
	r.write("content/charters/a.md", "two")
	two := r.commitOn("2026-04-01T00:01:00+02:00", "second\n\nmore") // still March in UTC
	r.git("tag", "-a", "signed", "-m", "x")
	r.git("checkout", "-q", "-b", "aside", one)
	r.write("content/charters/a.md", "aside")
	aside := r.commitOn("2026-04-15T12:00:00+02:00", "aside")
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", "aside")
	merge := r.git("rev-parse", "HEAD")
	r.git("branch", "2026-03-31", aside)
	r.write("content/charters/a.md", "not committed")
	for name, want := range map[string]string{"HEAD": merge, "HEAD~1": two, "main": merge, "signed": two, "aside": aside, one[:12]: one,
		"2026-03-31": one, "2026-04-01": two, "2026-04-14": two, "2199-12-31": merge, "refs/heads/2026-03-31": aside} {
		if at := r.at(name); at.Commit != want {
			t.Errorf("%s is %s (%s)", name, at.Commit, at.Subject)
		}
	}
	if v := r.at("signed"); v.text(t, "charters/a.md") != "two" || v.Subject != "second" || v.Day.String() != "2026-04-01" {
		t.Errorf("%+v", v)
	}
	line, err := r.open().Line(r.at("HEAD~2"), nil)
	if err != nil || len(line) != 2 || line[0].Commit != two || line[1].Commit != merge {
		t.Errorf("%v, %v", line, err)
	}
}

// What no revision is called is refused, with what to write; nothing that git
// might take for an option reaches it.
func TestNoRevision(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	r.commitOn("2026-03-31T12:00:00+02:00", "first")
	for name, want := range map[string]string{
		"":                 "no revision is named",
		"--output=x":       "cannot be the name",
		"-1":               "cannot be the name",
		"HEAD\n":           "cannot be the name",
		"HEAD..HEAD":       "is a range",
		"v2":               `git knows no commit "v2"`,
		"HEAD:content":     "git knows no commit",
		"2026-02-30":       "has no day 30",
		"2026-03-30":       "nothing was committed until 2026-03-30; the first commit is of 2026-03-31",
		"refs/heads/-main": "git knows no commit",
	} {
		if _, err := r.open().At(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, NoRepository) {
		t.Error(err)
	}
	empty := newRepo(t)
	empty.write("content/x", "")
	if _, err := Open(empty.content()); !errors.Is(err, NoCommit) {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(r.content()); !errors.Is(err, NoGit) {
		t.Error(err)
	}
}

// A history that was cut off is read as far as it goes, and says so beyond.
func TestShallow(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	r.commitOn("2026-03-01T12:00:00+02:00", "first")
	r.write("content/charters/a.md", "two")
	two := r.commitOn("2026-04-01T12:00:00+02:00", "second")
	cut := repo{t, filepath.Join(t.TempDir(), "cut")}
	r.git("clone", "-q", "--depth=1", "file://"+r.dir, cut.dir)
	if at := cut.at("HEAD"); at.Commit != two || at.text(t, "charters/a.md") != "two" || !cut.open().Shallow() {
		t.Error(at)
	}
	for _, name := range []string{"HEAD~1", "2026-03-31"} {
		if _, err := cut.open().At(name); !errors.Is(err, Shallow) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A folder that had another name then is said to be missing, and where one like
// it was.
func TestFolderWasElsewhere(t *testing.T) {
	r := newRepo(t)
	r.write("kontent/charterhouse.yaml", "title: T\n")
	r.commit()
	r.git("mv", "kontent", "content")
	r.write("themes/house/assets/a.css", "a{}")
	r.commit()
	_, err := r.at("HEAD~1").FS()
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "there was no folder content") || !strings.Contains(err.Error(), "stood in kontent then") {
		t.Error(err)
	}
	for name, want := range map[string]int{"HEAD": 1, "HEAD~1": 0} {
		themes, err := r.at(name).Themes()
		if err != nil {
			t.Fatal(err)
		}
		if found, _ := fs.Glob(themes, "house/assets/*"); len(found) != want {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// Links and submodules are no files, and what is a file keeps to the rules of
// io/fs, from several goroutines, too.
func TestFiles(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "one")
	r.write("content/charters/a/pic.png", strings.Repeat("x", 3<<20))
	r.write("content/registers/people.yml", "")
	if err := os.Symlink("/etc/passwd", filepath.Join(r.content(), "charters", "b.md")); err != nil {
		t.Fatal(err)
	}
	first := r.commit()
	r.git("update-index", "--add", "--cacheinfo", "160000,"+first+",content/charters/sub")
	r.git("commit", "-q", "-m", "submodule")
	files, err := r.at("HEAD").FS()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"charters/b.md", "charters/sub", "charters/sub/x", "charters/../registers", "/charters"} {
		if _, err := fs.ReadFile(files, name); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	var found sync.WaitGroup
	for range 8 {
		found.Go(func() {
			if data, err := fs.ReadFile(files, "charters/a/pic.png"); err != nil || len(data) != 3<<20 {
				t.Error(len(data), err)
			}
		})
	}
	found.Wait()
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, f := range tree.Findings() {
		codes = append(codes, string(f.Code)+" "+f.Pos.File)
	}
	if !slices.Equal(codes, []string{"L006 charters/b.md", "D006 charters/sub"}) || len(tree.Entries()) != 3 || tree.Entries()[0].Blob() == "" {
		t.Errorf("%v, %v", codes, tree.Entries())
	}
	only := fstest.MapFS{}
	for _, name := range []string{"charters/a.md", "charters/a/pic.png", "registers/people.yml"} {
		only[name] = &fstest.MapFile{}
	}
	r.git("rm", "-q", "--cached", "content/charters/sub", "content/charters/b.md")
	r.git("commit", "-q", "-m", "plain")
	files, err = r.at("HEAD").FS()
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(files, slices.Collect(maps.Keys(only))...); err != nil {
		t.Error(err)
	}
}

// Where the bytes of one file are missing, as in a clone that has only a part of
// them, the others are read all the same.
func TestMissingBytes(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", "a\n")
	r.write("content/charters/b.md", "b\n")
	r.commit()
	id := r.git("rev-parse", "HEAD:content/charters/a.md")
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	files, err := r.at("HEAD").FS()
	if err != nil {
		t.Fatal(err)
	}
	if data, err := files.ReadFile("charters/b.md"); err != nil || string(data) != "b\n" {
		t.Errorf("%q %v", data, err)
	}
	if data, err := files.ReadFile("charters/a.md"); !errors.Is(err, errObject) {
		t.Errorf("%q %v", data, err)
	}
}

// Whatever was committed, the folder of a revision holds what git's own archive
// of it holds.
func TestArchive(t *testing.T) {
	r := newRepo(t)
	name := rapid.StringMatching(`content/[a-cæ "'\t]{1,3}(/[a-c\n-]{1,2}){0,2}`)
	for i := range 60 {
		file := filepath.Join(r.dir, filepath.FromSlash(name.Example(i)))
		if i%7 == 3 {
			_ = os.RemoveAll(filepath.Dir(file))
		}
		if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
			_ = os.WriteFile(file, []byte(rapid.String().Example(i)), 0o644) // not where a folder stands
		}
		if i%6 == 5 {
			r.commit()
		}
	}
	line, err := r.open().Line(nil, nil)
	if err != nil || len(line) != 10 {
		t.Fatal(len(line), err)
	}
	for _, v := range line {
		files, err := v.FS()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := contents(t, files), r.archive(v.Commit); !maps.Equal(got, want) {
			t.Fatalf("%s: %q, and git has %q", v.Commit, got, want)
		}
	}
}

func contents(t *testing.T, files fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var data []byte
			data, err = fs.ReadFile(files, name)
			all[name] = string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (r repo) archive(at string) map[string]string {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "a.tar")
	r.git("archive", "-o", file, at, "content")
	f, err := os.Open(file)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	all := map[string]string{}
	for in := tar.NewReader(f); ; {
		head, err := in.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			r.t.Fatal(err)
		}
		if head.Typeflag == tar.TypeReg {
			data, err := io.ReadAll(in)
			if err != nil {
				r.t.Fatal(err)
			}
			all[strings.TrimPrefix(head.Name, "content/")] = string(data)
		}
	}
}

// Whatever git prints, reading it ends without a panic.
func FuzzGitTree(f *testing.F) {
	id := strings.Repeat("a", 40)
	f.Add("100644 blob " + id + "       3\tc/charters/a\nb.md\x00120000 blob " + id + " 1\tc/x\x00160000 commit " + id + "       -\tc/m\x00")
	f.Add("100644 blob " + id + " 3\tc/a\x00100644 blob " + id + " 3\tc/a/../b\x00100644 blob " + id + " 3\tc/a/b\x00")
	f.Add("100644 blob " + id + "\tc/charters/a.md\x00160000 commit " + id + "\tc/m\x00")
	f.Fuzz(func(t *testing.T, out string) {
		lines, err := readTree([]byte(out), "c/")
		if err != nil && lines != nil {
			t.Fatal("lines beside an error")
		}
		for name, n := range foldersOf(nil, lines).nodes {
			if name != "." && (n.blob != "" && !objectID(string(n.blob)) || strings.HasPrefix(name, "/") || slices.Contains(strings.Split(name, "/"), "..")) {
				t.Fatalf("%q", name)
			}
		}
		commits, err := readCommits([]byte(out))
		if err != nil && commits != nil {
			t.Fatal("commits beside an error")
		}
	})
}
