package history

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/charter"
)

// life is what a fresh reader says of a charter of the repository.
func (r repo) life(file, text string) (Life, Reason) {
	r.t.Helper()
	reader := New(r.content())
	defer reader.Close()
	b := reader.Book(charter.Options{})
	return b.Life(parsedAs(file, text)), b.Whole()
}

// A detached head, a worktree, a sparse checkout and a submodule are read at the
// commit that is checked out there, each with its own past.
func TestPlaces(t *testing.T) {
	r := newRepo(t)
	first := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", first)
	r.write("content/charters/b.md", written("b", "2026-06-30", "100"))
	one := r.commit()
	r.write("content/charters/a.md", written("a", "2026-09-30", "100", "it", "marketing"))
	two := r.commit()
	last := func(r repo, want string) {
		t.Helper()
		if l, why := r.life("charters/a.md", first); why != "" || l.Last.Commit != want || l.First.Commit != one {
			t.Errorf("%q: last changed at %s, first at %s; want %s and %s", why, l.Last.Commit, l.First.Commit, want, one)
		}
	}
	last(r, two)
	tree := repo{t, filepath.Join(t.TempDir(), "tree")}
	r.git("worktree", "add", "-q", "--detach", tree.dir, one)
	last(tree, one)
	r.git("checkout", "-q", "--detach", one)
	last(r, one)
	r.git("checkout", "-q", "main")
	r.git("sparse-checkout", "set", "--no-cone", "/content/charters/b.md")
	if _, err := os.Stat(filepath.Join(r.dir, "content/charters/a.md")); err == nil {
		t.Fatal("the checkout is not sparse")
	}
	last(r, two)

	outer := newRepo(t)
	outer.write("content/charters/a.md", first)
	outer.commit()
	outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", r.dir, "parts")
	outer.commit()
	inner := repo{t, filepath.Join(outer.dir, "parts")}
	inner.git("checkout", "-q", "--detach", two)
	last(inner, two)
	if l, why := outer.life("charters/a.md", first); why != "" || l.Last.Commit == two {
		t.Errorf("the outer repository: %q, %s", why, l.Last.Commit)
	}
}

// What replaces an object here alone is no history; what stands in for a large
// file is a text that says nothing.
func TestReplacedAndLarge(t *testing.T) {
	r := newRepo(t)
	text := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", text)
	one := r.commit()
	r.write("content/charters/a.md", written("a", "2026-07-31", "100"))
	two := r.commit()
	r.git("replace", "-f", r.git("rev-parse", one+":content/charters/a.md"), r.git("rev-parse", two+":content/charters/a.md"))
	r.expect(parsed(text), one, "2026-06-30", "100.00")

	r.write("content/charters/large.md", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("4", 64)+"\nsize 12345\n")
	r.write(".gitattributes", "*.md filter=lfs diff=lfs merge=lfs -text\n")
	three := r.commit()
	c := parsedAs("charters/large.md", written("large", "2026-06-30", "100"))
	b := New(r.content()).Book(charter.Options{})
	if _, ok := b.Promise(c); ok || b.Life(c).Last.Commit != three {
		t.Errorf("a pointer to a large file promises: %v, changed at %s", ok, b.Life(c).Last.Commit)
	}
}

// A repository that belongs to somebody else is read where the user trusts it, and
// is unreadable where not. Its own word for it does not count.
func TestOtherOwner(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", written("a", "2026-06-30", "100", "it", "marketing"))
	one := r.commit()
	r.git("config", "safe.directory", "*")
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec %s \"$@\"\n", real) // as git's own tests do
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	global := filepath.Join(t.TempDir(), "config")
	t.Setenv("GIT_CONFIG_GLOBAL", global)
	if err := os.WriteFile(global, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != Unreadable {
		t.Errorf("of a stranger: %q", b.Unknown)
	}
	if err := os.WriteFile(global, []byte("[safe]\n\tdirectory = "+r.dir+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.expect(parsed(written("a", "2026-06-30", "100")), one, "2026-06-30", "100.00")
}

// A history that was cut off knows what came after the cut, and nothing of what
// seems to have come with it.
func TestCutOff(t *testing.T) {
	r := newRepo(t)
	a, b := written("a", "2026-06-30", "100", "it", "marketing"), written("b", "2026-06-30", "100")
	r.write("content/charters/a.md", a)
	r.write("content/charters/b.md", b)
	r.commit()
	r.commit()
	r.write("content/charters/a.md", a+"\nMore.\n")
	last := r.commit()
	clone := repo{t, filepath.Join(t.TempDir(), "clone")}
	if out, err := exec.Command("git", "clone", "-q", "--depth", "2", "file://"+r.dir, clone.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	state := New(clone.content()).State()
	if l, why := clone.life("charters/a.md", a); why != Shallow || l.Last.Commit != last || l.First.Commit != "" || len(l.Writers) > 0 {
		t.Errorf("%q %+v", why, l)
	}
	if l, _ := clone.life("charters/b.md", b); l.Last.Commit != "" || !l.Last.Day.IsZero() || l.Last.By.Name != "" {
		t.Errorf("what the cut brought: %+v", l)
	}
	book := New(clone.content()).Book(charter.Options{})
	if v, ok := book.Signed(parsedAs("charters/a.md", a), digest(a)); !ok || v.Commit != last {
		t.Errorf("the signed text stands after the cut: %v %s", ok, v.Commit)
	}
	clone.git("fetch", "-q", "--depth", "3")
	if New(clone.content()).State() == state {
		t.Error("a deeper history is the same state")
	}
}

// Files are read by their names as git keeps them, whatever these hold.
func TestNamesLive(t *testing.T) {
	r := newRepo(t)
	names := []string{"-q.md", "a\nb.md", "a\"b'c.md", "\t.md", "*.md", ":(top)x.md", "\xff.md", "\x01x.md", "æ.md"}
	for _, name := range names {
		r.write("content/charters/"+name, written("a", "2026-06-30", "100"))
		r.as("N", "n@example.org", "2026-03-01T12:00:00+00:00")
	}
	for i, name := range names {
		want := r.git("rev-parse", fmt.Sprintf("HEAD~%d", len(names)-1-i))
		if l, why := r.life("charters/"+name, written("a", "2026-06-30", "100")); why != "" || l.Last.Commit != want {
			t.Errorf("%q: %q, changed at %s, want %s", name, why, l.Last.Commit, want)
		}
	}
}

// Names of authors are shown as text that a page and a terminal can bear, without
// addresses; who is whom, only the .mailmap of the repository's root says.
func TestAuthors(t *testing.T) {
	r := newRepo(t)
	text := written("a", "2026-06-30", "100")
	edit := 0
	by := func(name, email string) Writer {
		t.Helper()
		edit++
		r.write("content/charters/a.md", text+strings.Repeat("\nx\n", edit))
		r.as(name, email, "2026-03-01T12:00:00+00:00")
		l, why := r.life("charters/a.md", text)
		if why != "" {
			t.Fatal(why)
		}
		return l.Last.By
	}
	for given, want := range map[string]string{"Åse \u202eBjerre": "Åse Bjerre", "tove@example.org": "tove", "A\tB\x1b[31m": "A B[31m"} {
		if got := by(given, "x@example.org").Name; got != want {
			t.Errorf("%q is shown as %q, want %q", given, got, want)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "map")
	if err := os.WriteFile(elsewhere, []byte("Liar <x@example.org>\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.git("config", "mailmap.file", elsewhere)
	r.write("map", "Liar <x@example.org>\n")
	r.commit()
	r.git("config", "mailmap.blob", "HEAD:map")
	r.git("config", "i18n.logOutputEncoding", "UTF-16")
	if got := r.git("-c", "i18n.logOutputEncoding=UTF-8", "log", "-1", "--format=%aN", "--author=x@example.org"); got != "Liar" {
		t.Errorf("git as it is calls the author %q, so the trap proves little", got)
	}
	if got := by("Honest", "x@example.org").Name; got != "Honest" {
		t.Errorf("a map that the configuration names is followed: %q", got)
	}
	if err := exec.Command("mkfifo", filepath.Join(r.dir, ".mailmap")).Run(); err != nil {
		t.Fatal(err)
	}
	done := make(chan Life, 1)
	go func() {
		l, _ := r.life("charters/a.md", text)
		done <- l
	}()
	select {
	case l := <-done:
		if l.Last.By.Name != "Honest" {
			t.Errorf("with a pipe for a map: %+v", l.Last)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("reading waits for a pipe")
	}
}

// Names that a text could hold are never given to git as revisions.
func TestOnlyObjectNames(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	r.commit()
	g, why := open(r.content())
	if why != "" {
		t.Fatal(why)
	}
	o, err := g.objects()
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	for _, name := range []string{"HEAD", "-p", "HEAD:content/charters/a.md", "--output=x", "", strings.Repeat("a", 39)} {
		if _, ok := o.read(name); ok {
			t.Errorf("%q was read", name)
		}
	}
	if _, err := g.walk("--output=x"); err == nil {
		t.Error("a name that begins with a dash is a revision")
	}
}

// A charter that was taken away and came back in another file, with other words,
// has its past under its id; another that came in the place of one has not.
func TestFormerFiles(t *testing.T) {
	r := newRepo(t)
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/one.md", signed)
	one := r.commit()
	r.git("rm", "-q", "content/charters/one.md")
	r.commit()
	now := strings.Replace(written("a", "2027-06-30", "900"), "Text.", strings.Repeat("Other words. ", 50), 1)
	r.write("content/charters/two.md", now)
	r.write("content/charters/three.md", written("c", "2027-06-30", "900"))
	three := r.commit()
	r.expect(parsedAs("charters/two.md", now), one, "2026-06-30", "100.00")
	if l, _ := r.life("charters/two.md", now); l.First.Commit != one || l.Last.Commit != three {
		t.Errorf("%+v", l)
	}
	if l, _ := r.life("charters/three.md", written("c", "2027-06-30", "900")); l.First.Commit != three {
		t.Errorf("another charter began at %s", l.First.Commit)
	}
}

// Which commit brought an amendment, and who brought a signature.
func TestAmendedAndApproved(t *testing.T) {
	r := newRepo(t)
	plain := written("a", "2026-06-30", "100")
	r.write("content/charters/a.md", plain)
	r.as("Tove", "tove@example.org", "2026-03-01T12:00:00+00:00")
	half := written("a", "2026-06-30", "100", "it")
	r.write("content/charters/a.md", half)
	it := r.as("Chief of IT", "it@example.org", "2026-03-01T12:00:00+00:00")
	both := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", both)
	marketing := r.as("Chief of Marketing", "marketing@example.org", "2026-03-01T12:00:00+00:00")
	amended := strings.Replace(both, "approvals:", "amendments: [{id: a1, date: 2026-02-01, summary: S.}]\napprovals:", 1)
	r.write("content/charters/a.md", amended)
	last := r.as("Tove", "tove@example.org", "2026-03-01T12:00:00+00:00")
	c := parsedAs("charters/a.md", strings.Replace(amended, "S.}", "S.}, {id: a2, date: 2026-02-02, summary: T.}", 1))
	b := New(r.content()).Book(charter.Options{})
	came := b.Amended(c)
	if len(came) != 1 || came["a1"].Commit != last || came["a1"].By.Name != "Tove" {
		t.Errorf("%+v", came)
	}
	for i, want := range []string{it, marketing} {
		if who, at := b.Approved(c, c.Approvals[i]); at.Commit != want || !slices.ContainsFunc(who, func(w Writer) bool { return strings.HasPrefix(w.Name, "Chief") }) {
			t.Errorf("signature %d: %v at %s", i, who, at.Commit)
		}
	}
	other := c.Approvals[0]
	other.Person.Value = "somebody"
	if who, _ := b.Approved(c, other); who != nil {
		t.Errorf("a signature that is not committed was brought by %v", who)
	}
}
