package history

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/charter"
)

// made is a repository with a past that a generator wrote.
func made(t *testing.T, charters, commits int) repo {
	r := newRepo(t)
	var stream bytes.Buffer
	if err := bench.History(&stream, charters, commits, 1); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("git", "fast-import", "--quiet", "--done")
	c.Dir, c.Stdin = r.dir, &stream
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	r.git("reset", "-q", "--hard", "main")
	return r
}

func (r repo) charters() (all []*charter.Charter) {
	files, _ := filepath.Glob(filepath.Join(r.content(), "charters", "*.md"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, parsedAs("charters/"+filepath.Base(file), string(text)))
	}
	return all
}

// What the run before kept makes no difference, whatever was committed since, and
// whatever is wrong with it.
func TestKept(t *testing.T) {
	r := made(t, 60, 400)
	path := filepath.Join(t.TempDir(), "x.shelf")
	reader := func() *Reader {
		n := New(r.content())
		n.Remember(path)
		return n
	}
	same := func(when string) {
		t.Helper()
		kept, fresh := reader(), New(r.content())
		a, b := kept.Book(charter.Options{}), fresh.Book(charter.Options{})
		for _, c := range r.charters() {
			pa, oka := a.Promise(c)
			pb, okb := b.Promise(c)
			if !reflect.DeepEqual(a.Life(c), b.Life(c)) || oka != okb || !reflect.DeepEqual(pa, pb) || a.Life(c).Last.Commit == "" || oka == c.Status.Value.Draft() {
				t.Errorf("%s: %s: %v %v, %v %v", when, c.File, a.Life(c), pa, b.Life(c), pb)
			}
		}
		kept.Close()
		fresh.Close()
	}
	same("with nothing kept")
	log, err := os.ReadFile(strings.TrimSuffix(path, ".shelf") + "-log.shelf")
	if err != nil {
		t.Fatal(err)
	}
	same("with all kept")
	r.write("content/charters/a.md", written("a", "2026-06-30", "100", "it", "marketing"))
	r.commit()
	same("with one commit more")
	r.git("reset", "-q", "--hard", "HEAD~20")
	r.write("content/charters/b.md", written("b", "2026-06-30", "100", "it", "marketing"))
	r.commit()
	same("after going back")
	for range 2 {
		r.git("reset", "-q", "--hard", "HEAD~5")
		same("at another commit")
		r.git("reset", "-q", "--hard", "HEAD@{1}")
		same("at the first again")
	}
	kept, seen := reader(), map[string]bool{}
	g, _ := kept.open()
	all, err := kept.walk(g, g.surroundings())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if seen[c.id] {
			t.Fatalf("%s is kept twice", c.id)
		}
		seen[c.id] = true
	}
	r.write(".mailmap", "Somebody Else <"+r.git("log", "-1", "--format=%ae", "HEAD~1")+">\n")
	same("with other names")
	if err := os.WriteFile(strings.TrimSuffix(path, ".shelf")+"-log.shelf", log[:len(log)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	same("with a damaged file")
}
