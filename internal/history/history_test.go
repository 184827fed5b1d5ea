package history

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/charter"
)

// A repo is a real repository that a test commits to.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) repo {
	t.Helper()
	r := repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

// git runs git as a user would, apart from the machine's own configuration.
func (r repo) git(args ...string) string {
	r.t.Helper()
	out, err := r.try(args...)
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(out)
}

func (r repo) try(args ...string) (string, error) {
	c := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"}, args...)...)
	c.Dir = r.dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := c.CombinedOutput()
	return string(out), err
}

func (r repo) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r repo) commit() string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", "x")
	return r.git("rev-parse", "HEAD")
}

func (r repo) content() string { return filepath.Join(r.dir, "content") }

// written is a charter of two payers, signed by those named on the terms that it
// then has.
func written(id, end, total string, signers ...string) string {
	const form = "---\nid: %s\ntitle: T\nstatus: active\ntimeframe: {start: 2026-01-01, end: %s}\nbudget: {currency: DKK, total: %s, shares: {it: 1/2, marketing: 1/2}}\n%s---\n\nText.\n"
	plain := fmt.Sprintf(form, id, end, total, "")
	approvals := ""
	if len(signers) > 0 {
		approvals = "approvals:\n"
		for i, s := range signers {
			approvals += fmt.Sprintf("  - {department: %s, person: p, date: 2026-01-0%d, terms: %s}\n", s, i+2, digest(plain))
		}
	}
	return fmt.Sprintf(form, id, end, total, approvals)
}

func digest(text string) string {
	c, _ := charter.Parse("charters/x.md", []byte(text), charter.Options{})
	return c.Terms.Short()
}

func parsed(text string) *charter.Charter { return parsedAs("charters/x.md", text) }

func parsedAs(file, text string) *charter.Charter {
	c, _ := charter.Parse(file, []byte(text), charter.Options{})
	return c
}

func (r repo) expect(c *charter.Charter, commit, end, total string) {
	r.t.Helper()
	b := New(r.content()).Book(charter.Options{})
	p, ok := b.Promise(c)
	if b.Unknown != "" || ok != (commit != "") {
		r.t.Fatalf("%q, a promise: %v", b.Unknown, ok)
	}
	if ok && (p.Commit != commit || p.End.String() != end || p.Total.Text() != total || p.Signed.String() != "2026-01-03") {
		r.t.Errorf("promised %s, %s, signed %s, at %s; want %s, %s at %s", p.End, p.Total.Text(), p.Signed, p.Commit, end, total, commit)
	}
}

// The promise is the first version that all have signed, whatever came before
// and after, and wherever the file went.
func TestFirstFullSignature(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "Not content.")
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	r.commit()
	r.write("content/charters/a.md", written("a", "2026-06-30", "100", "it"))
	r.commit()
	r.expect(parsed(written("a", "2026-06-30", "100")), "", "", "")
	r.write("content/charters/a.md", strings.Replace(written("a", "2026-06-30", "100", "it", "marketing"), "total: 100", "total: 90", 1))
	r.commit() // both signed, but not what it says
	signed := written("a", "2026-09-30", "120", "it", "marketing")
	r.write("content/charters/a.md", signed)
	first := r.commit()
	r.expect(parsed(signed), first, "2026-09-30", "120.00")
	amended := written("a", "2027-03-31", "150", "it", "marketing")
	r.write("content/charters/a.md", amended)
	r.commit()
	r.expect(parsed(amended), first, "2026-09-30", "120.00")
	r.git("mv", "content/charters/a.md", "content/charters/b.md")
	r.commit()
	r.expect(parsedAs("charters/b.md", amended), first, "2026-09-30", "120.00")
	if err := os.MkdirAll(filepath.Join(r.dir, "content/charters/b"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("mv", "content/charters/b.md", "content/charters/b/index.md")
	renamed := strings.Replace(amended, "id: a\n", "id: new\naliases: [a]\n", 1)
	r.write("content/charters/b/index.md", renamed)
	r.commit()
	r.expect(parsedAs("charters/b/index.md", renamed), first, "2026-09-30", "120.00")
	r.write("content/charters/b/index.md", "---\nid: c\ntitle: Uncommitted\n---\n")
	r.expect(parsedAs("charters/b/index.md", renamed), first, "2026-09-30", "120.00")
}

// Signatures in files of their own count as those in the charter, on whichever
// side they came last.
func TestApprovalsBeside(t *testing.T) {
	r := newRepo(t)
	now := written("a", "2026-06-30", "100", "it")
	r.write("content/charters/a.md", now)
	r.commit()
	r.write("content/approvals/marketing/a.yml", fmt.Sprintf("department: marketing\nperson: p\ndate: 2026-01-03\nterms: %s\n", digest(now)))
	first := r.commit()
	r.expect(parsed(now), first, "2026-06-30", "100.00")
	r.git("rm", "-q", "content/approvals/marketing/a.yml")
	r.commit()
	r.expect(parsed(now), first, "2026-06-30", "100.00")
}

// What was signed on a branch was promised when it was merged.
func TestMerge(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	r.commit()
	r.git("checkout", "-q", "-b", "side")
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", signed)
	r.commit()
	r.git("checkout", "-q", "main")
	r.write("other.txt", "x")
	r.commit()
	r.git("merge", "-q", "--no-ff", "-m", "merge", "side")
	r.expect(parsed(signed), r.git("rev-parse", "HEAD"), "2026-06-30", "100.00")
}

// Names that a shell or a line would trip over are names.
func TestNames(t *testing.T) {
	r := newRepo(t)
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	for _, name := range []string{"-q.md", "a\nb.md", "a\"b'c.md", "\t.md", "*.md", ":(top)x.md", "\xff.md"} {
		r.write("content/charters/"+name, strings.Replace(signed, "id: a", "id: other", 1))
	}
	r.write("content/charters/a.md", signed)
	if err := os.Symlink("a.md", filepath.Join(r.dir, "content/charters/link.md")); err != nil {
		t.Fatal(err)
	}
	r.expect(parsed(signed), r.commit(), "2026-06-30", "100.00")
}

// Where the past cannot be known, nothing is promised, and it is said why.
func TestUnknown(t *testing.T) {
	r := newRepo(t)
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", signed)
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != NoCommit {
		t.Errorf("without a commit: %q", b.Unknown)
	}
	r.commit()
	r.write("content/charters/a.md", written("a", "2027-06-30", "100", "it", "marketing"))
	r.commit()
	shallow := repo{t, filepath.Join(t.TempDir(), "clone")}
	if out, err := exec.Command("git", "clone", "-q", "--depth", "1", "file://"+r.dir, shallow.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	b := New(shallow.content()).Book(charter.Options{})
	if _, ok := b.Promise(parsed(signed)); ok || b.Unknown != Shallow || !strings.HasPrefix(New(shallow.content()).State(), string(Shallow)) {
		t.Errorf("of a shallow clone: %q, a promise: %v", b.Unknown, ok)
	}
	alone := t.TempDir()
	if _, in := rootOf(alone); in {
		t.Fatal("the folder for tests stands in a repository")
	}
	if b := New(alone).Book(charter.Options{}); b.Unknown != NoRepository {
		t.Errorf("without a repository: %q", b.Unknown)
	}
	if b := New(filepath.Join(alone, "nowhere")).Book(charter.Options{}); b.Unknown != NoRepository {
		t.Errorf("without a folder: %q", b.Unknown)
	}
	object := r.git("rev-parse", "HEAD~1:content/charters/a.md")
	if err := os.Remove(filepath.Join(r.dir, ".git/objects", object[:2], object[2:])); err != nil {
		t.Fatal(err)
	}
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != "" || b.Unsure(parsed(signed)) != Unreadable {
		t.Errorf("with an object missing: %q, %q", b.Unknown, b.Unsure(parsed(signed)))
	} else if _, ok := b.Promise(parsed(signed)); ok {
		t.Error("a promise is made up for the missing one")
	}
	t.Setenv("PATH", alone)
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != NoGit {
		t.Errorf("without git: %q", b.Unknown)
	}
}

// A program called git that lies in the repository is not git, even if the PATH
// says so.
func TestGitOfTheRepository(t *testing.T) {
	r := newRepo(t)
	trap := filepath.Join(t.TempDir(), "sprung")
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	r.write("bin/git", "#!/bin/sh\necho > "+trap+"\n")
	r.commit()
	if err := os.Chmod(filepath.Join(r.dir, "bin/git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(r.dir, "bin")+string(os.PathListSeparator)+"bin"+string(os.PathListSeparator)+os.Getenv("PATH"))
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != "" {
		t.Errorf("%q", b.Unknown)
	}
	t.Setenv("PATH", filepath.Join(r.dir, "bin"))
	if b := New(r.content()).Book(charter.Options{}); b.Unknown != NoGit {
		t.Errorf("with the repository's own program: %q", b.Unknown)
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("the repository's own program was run")
	}
}

// Nothing that a repository says of itself runs a program: each setting below
// names one that would leave a trace, and reading leaves none. Git without our
// options does run some of them, or the traps would prove nothing.
func TestHostileConfiguration(t *testing.T) {
	r := newRepo(t)
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", written("a", "2026-06-30", "100"))
	r.commit()
	r.write("content/charters/a.md", signed)
	r.write(".gitattributes", "*.md diff=trap filter=trap\n")
	r.commit()
	first := r.git("rev-parse", "HEAD")
	// A signature makes log.showSignature call a program.
	tree, parent := r.git("rev-parse", "HEAD^{tree}"), r.git("rev-parse", "HEAD")
	r.write("../signed", fmt.Sprintf("tree %s\nparent %s\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nm\n", tree, parent))
	r.git("reset", "-q", "--soft", r.git("hash-object", "-t", "commit", "-w", filepath.Join(r.dir, "..", "signed")))

	traces := t.TempDir()
	trap := func(name string) string {
		file := filepath.Join(traces, name+".sh")
		if err := os.WriteFile(file, []byte("#!/bin/sh\necho >> "+filepath.Join(traces, name)+"\ncat\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, s := range [][2]string{
		{"core.fsmonitor", trap("fsmonitor")}, {"core.sshCommand", trap("ssh")}, {"core.pager", trap("pager")}, {"pager.log", trap("pagerlog")},
		{"core.editor", trap("editor")}, {"core.askPass", trap("askpass")}, {"core.gitProxy", trap("proxy")}, {"core.alternateRefsCommand", trap("alternates")},
		{"diff.external", trap("external")}, {"diff.trap.textconv", trap("textconv")}, {"diff.trap.command", trap("command")},
		{"filter.trap.clean", trap("clean")}, {"filter.trap.smudge", trap("smudge")}, {"filter.trap.process", trap("process")},
		{"gpg.program", trap("gpg")}, {"gpg.ssh.program", trap("gpgssh")}, {"credential.helper", trap("credential")}, {"uploadpack.packObjectsHook", trap("packobjects")},
		{"alias.log", "!" + trap("alias")}, {"log.showSignature", "true"}, {"log.follow", "true"}, {"log.showRoot", "false"}, {"log.diffMerges", "off"}, {"diff.renames", "copies"},
		{"diff.orderFile", trap("order")}, {"format.pretty", "%B"}, {"log.date", "human"}, {"color.ui", "always"}, {"core.quotePath", "true"},
		{"remote.origin.url", "ext::" + trap("ext")}, {"remote.origin.promisor", "true"}, {"remote.origin.partialclonefilter", "blob:none"}, {"extensions.partialClone", "origin"},
		{"core.repositoryFormatVersion", "1"}, {"protocol.ext.allow", "always"}, {"protocol.allow", "always"},
	} {
		r.git("config", s[0], s[1])
	}
	hooks := filepath.Join(r.dir, ".git", "hooks")
	if err := os.MkdirAll(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman"} {
		if err := os.Symlink(trap("hook-"+hook), filepath.Join(hooks, hook)); err != nil {
			t.Fatal(err)
		}
	}
	sprung := func() []string {
		var names []string
		entries, _ := os.ReadDir(traces)
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".sh") {
				names = append(names, e.Name())
				_ = os.Remove(filepath.Join(traces, e.Name()))
			}
		}
		return names
	}
	for _, args := range [][]string{{"status"}, {"log", "-p", "--ext-diff"}, {"log", "-p"}} {
		_, _ = r.try(args...)
	}
	if got := sprung(); !slices.Contains(got, "fsmonitor") || !slices.Contains(got, "gpg") || len(got) < 4 {
		t.Errorf("git as it is runs only %v, so the traps prove little", got)
	}
	for range 2 {
		reader := New(r.content())
		b := reader.Book(charter.Options{})
		reader.State()
		if p, ok := b.Promise(parsed(signed)); b.Unknown != "" || !ok || p.Commit != first {
			t.Errorf("%q, %v at %s, want %s", b.Unknown, ok, p.Commit, first)
		}
		if got := sprung(); len(got) > 0 {
			t.Errorf("reading the history ran %v", got)
		}
		if s := r.staged(); s.text(t, "charters/a.md") != signed {
			t.Error("the index is not what was committed")
		}
		if got := sprung(); len(got) > 0 {
			t.Errorf("reading the index ran %v", got)
		}
		if text := r.at("HEAD~1").text(t, "charters/a.md"); text != signed {
			t.Errorf("a revision says %q", text)
		}
		if got := sprung(); len(got) > 0 {
			t.Errorf("reading a revision ran %v", got)
		}
		// And once more with an object that only the promised remote could give.
		object := r.git("rev-parse", first+":content/charters/a.md")
		if file := filepath.Join(r.dir, ".git/objects", object[:2], object[2:]); os.Remove(file) == nil {
			if b := New(r.content()).Book(charter.Options{}); b.Unsure(parsed(signed)) != Unreadable {
				t.Errorf("with an object missing: %q", b.Unsure(parsed(signed)))
			}
			if got := sprung(); len(got) > 0 {
				t.Errorf("fetching what is missing ran %v", got)
			}
			break
		}
	}
}

// A repository that stands inside the content, without a folder of its own, is
// none of ours.
func TestEmbeddedRepository(t *testing.T) {
	r := newRepo(t)
	r.write("content/charters/a.md", written("a", "2026-06-30", "100", "it", "marketing"))
	trace := filepath.Join(t.TempDir(), "sprung")
	r.write("content/HEAD", "ref: refs/heads/main\n")
	r.write("content/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch "+trace+"\n")
	r.write("content/refs/x", "")
	r.write("content/objects/x", "")
	first := r.commit()
	r.expect(parsed(written("a", "2026-06-30", "100")), first, "2026-06-30", "100.00")
}

// A reader that has read says the same of what is new, and reads no text twice.
func TestReadAgain(t *testing.T) {
	r := newRepo(t)
	signed := written("a", "2026-06-30", "100", "it", "marketing")
	r.write("content/charters/a.md", signed)
	r.write("content/charters/b.md", written("b", "2026-06-30", "100", "it"))
	first := r.commit()
	reader := New(r.content())
	one := reader.Book(charter.Options{})
	if one != reader.Book(charter.Options{}) {
		t.Error("the same commit is read twice")
	}
	one.Promise(parsed(signed))
	r.write("outside.txt", "x")
	r.commit()
	state := reader.State()
	r.write("outside.txt", "y")
	r.commit()
	if reader.State() != state {
		t.Error("a commit outside the content changes the state")
	}
	known := len(reader.said.sayings)
	r.write("content/charters/b.md", written("b", "2026-06-30", "100", "it", "marketing"))
	second := r.commit()
	two := reader.Book(charter.Options{})
	if a, ok := two.Promise(parsed(signed)); !ok || a.Commit != first || len(reader.said.sayings) != known || reader.State() == state {
		t.Errorf("promised at %s; %d texts are known, before %d", a.Commit, len(reader.said.sayings), known)
	}
	if b, ok := two.Promise(parsed(written("b", "2026-06-30", "100"))); !ok || b.Commit != second {
		t.Errorf("b promised at %s", b.Commit)
	}
	then := New(r.content())
	then.Until(first)
	then.Foresee()
	then.log() // it ends before its folder does
	if !strings.HasPrefix(then.at, first+" ") {
		t.Errorf("what is foreseen is %q, and the past ends at %s", then.at, first)
	}
}

// Whatever git's output, reading it ends without a panic, and what it gives are
// changes that can be looked up.
func FuzzGitLog(f *testing.F) {
	id, blob := strings.Repeat("a", 40), strings.Repeat("b", 40)
	head := "\x01" + id + "\x00" + id + " " + id + "\x00A\x00a@b\x002026-01-02T03:04:05+01:00\x00"
	f.Add(head + "\n:000000 100644 " + strings.Repeat("0", 40) + " " + blob + " A\x00c/charters/a\nb.md\x00\x00" + head)
	f.Add(head + "\n:100644 000000 " + blob + " " + strings.Repeat("0", 40) + " D\x00:x\x00")
	f.Add(":\x00")
	f.Fuzz(func(t *testing.T, out string) {
		all, err := readLog(strings.NewReader(out), "c/")
		if err != nil && all != nil {
			t.Fatal("changes beside an error")
		}
		for _, l := range all {
			for _, c := range l.changes {
				if !objectID(l.id) || c.blob != "" && !objectID(c.blob) || strings.ContainsRune(c.name, 0) {
					t.Fatalf("%q", c)
				}
			}
		}
		for _, head := range []string{id, blob} {
			lineUp(all, head, true)
		}
	})
}
