package history

import (
	"strings"
	"testing"

	"charterhouse/internal/charter"
)

// as commits as somebody, on a day.
func (r repo) as(name, email, when string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("-c", "user.name="+name, "-c", "user.email="+email, "commit", "-q", "--allow-empty", "-m", "x", "--date", when)
	return r.git("rev-parse", "HEAD")
}

// What a charter said when its terms had a digest is found under all its names,
// also where the text is as it was signed, but for what is no term.
func TestSigned(t *testing.T) {
	r := newRepo(t)
	old := written("a", "2026-06-30", "100")
	r.write("content/charters/a.md", old)
	r.commit()
	r.write("content/charters/a.md", old+"\nMore prose.\n")
	second := r.commit()
	r.git("mv", "content/charters/a.md", "content/charters/b.md")
	r.commit()
	now := strings.Replace(written("b", "2026-09-30", "100"), "id: b\n", "id: b\naliases: [a]\n", 1)
	r.write("content/charters/b.md", now)
	last := r.commit()
	reader := New(r.content())
	defer reader.Close()
	b, c := reader.Book(charter.Options{}), parsedAs("charters/b.md", now)
	v, ok := b.Signed(c, digest(old))
	if !ok || v.File != "charters/b.md" || v.Commit == second || !strings.Contains(string(v.Text), "More prose") || v.Charter.Timeframe.End.Value.String() != "2026-06-30" {
		t.Errorf("%v %s %s %q", ok, v.File, v.Commit, v.Text)
	}
	if v, ok := b.Signed(c, digest(now)); !ok || v.Commit != last {
		t.Errorf("of today: %v %s", ok, v.Commit)
	}
	if _, ok := b.Signed(c, "jt1-0000000000000000"); ok {
		t.Error("terms that were never there are found")
	}
	if _, ok := None.Signed(c, digest(old)); ok {
		t.Error("a book of nothing knows something")
	}
}

// Whoever gives a file another name and says no former id has another charter to all
// but the signatures: what was signed is found, and that its id has changed is told.
func TestSignedUnderOtherName(t *testing.T) {
	r := newRepo(t)
	old := strings.Replace(written("a", "2026-06-30", "100"), "id: a\n", "", 1)
	r.write("content/charters/a.md", old)
	r.commit()
	r.git("mv", "content/charters/a.md", "content/charters/b.md")
	r.commit()
	reader := New(r.content())
	defer reader.Close()
	signed := parsedAs("charters/a.md", old)
	if v, ok := reader.Book(charter.Options{}).Signed(parsedAs("charters/b.md", old), signed.Terms.Short()); !ok || v.Charter.ID.Value != "a" {
		t.Errorf("%v %+v", ok, v)
	}
}

// A text that was signed on a branch and changed before it was merged is in git, too:
// so is the commit that a forge checks out for a pull request.
func TestSignedAside(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/other.md", written("other", "2026-06-30", "100"))
	r.commit()
	r.git("checkout", "-q", "-b", "side")
	first := written("a", "2026-06-30", "100")
	r.write("content/charters/a.md", first)
	signed := r.commit()
	r.write("content/charters/a.md", written("a", "2026-09-30", "100"))
	r.commit()
	r.git("checkout", "-q", "-")
	r.write("content/charters/other.md", written("other", "2026-07-31", "100"))
	r.commit()
	r.git("merge", "-q", "--no-ff", "side", "-m", "m")
	reader := New(r.content())
	defer reader.Close()
	b, c := reader.Book(charter.Options{}), parsedAs("charters/a.md", written("a", "2026-09-30", "100"))
	if v, ok := b.Signed(c, digest(first)); !ok || v.Commit != signed || v.Charter.Timeframe.End.Value.String() != "2026-06-30" {
		t.Errorf("%v %+v", ok, v)
	}
	if _, ok := b.Signed(c, digest(written("other", "2026-06-30", "100"))); ok {
		t.Error("the text of another charter is found")
	}
	r.git("checkout", "-q", "HEAD^1")
	if _, ok := reader.Book(charter.Options{}).Signed(c, digest(first)); ok {
		t.Error("what was never merged here is found")
	}
}

// Who wrote a charter are the authors, by the names they have today, in the order
// in which they came; a merge counts for those who wrote the branch, on the day
// it came to the main line.
func TestLife(t *testing.T) {
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-02T23:30:00-09:00")
	r := newRepo(t)
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	first := r.as("Tove", "tove@example.org", "2026-03-01T12:00:00+00:00")
	r.write("content/charters/other.md", written("other", "2026-06-30", "100"))
	r.as("Nobody", "nobody@example.org", "2026-03-01T12:00:00+00:00")
	r.git("checkout", "-q", "-b", "side")
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-04T23:30:00+09:00")
	r.write("content/charters/a.md", written("a", "2026-07-31", "100"))
	r.as("S. Haddad", "SAMIR@example.org", "2026-03-01T12:00:00+00:00")
	r.write("content/charters/a.md", written("a", "2026-08-31", "100"))
	r.as("Lena <x>", "lena@example.org", "2026-03-01T12:00:00+00:00")
	r.git("checkout", "-q", "main")
	r.write("other.txt", "x")
	r.commit()
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-10T23:30:00+09:00")
	r.git("merge", "-q", "--no-ff", "-m", "merge", "side")
	merge := r.git("rev-parse", "HEAD")
	r.write(".mailmap", "Samir Haddad <samir@example.org>\n")

	c := parsedAs("charters/a.md", written("a", "2026-08-31", "100"))
	l := New(r.content()).Book(charter.Options{}).Life(c)
	if l.First.Commit != first || l.First.Day.String() != "2026-03-02" || l.First.By.Name != "Tove" {
		t.Errorf("first: %+v", l.First)
	}
	if l.Last.Commit != merge || l.Last.Day.String() != "2026-03-10" || l.Last.By.Name != "Lena x" {
		t.Errorf("last: %+v", l.Last)
	}
	var names []string
	for _, w := range l.Writers {
		names = append(names, w.Name)
	}
	if got := strings.Join(names, ", "); got != "Tove, Samir Haddad, Lena x" {
		t.Errorf("written by %s", got)
	}

	// Signatures and reports in files of their own are part of it.
	r.write("content/approvals/it/a.yml", "person: p\n")
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-20T23:30:00+09:00")
	signed := r.as("Chief", "chief@example.org", "2026-03-01T12:00:00+00:00")
	if l := New(r.content()).Book(charter.Options{}).Life(c); l.Last.Commit != signed || len(l.Writers) != 4 {
		t.Errorf("with a signature beside: %+v", l)
	}
}
