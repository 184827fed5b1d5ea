package history

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// This file is the only one that runs git. A repository is somebody else's
// folder: nothing in it may make us run a program, ask a network or wait for a
// password. Git is therefore taken from outside the repository, by its absolute
// path; options on the command line win over whatever its configuration says;
// and only six commands are used, none of which looks at the files of the working
// tree: rev-parse, log, ls-tree, cat-file, merge-base (in base.go), and ls-files of
// the index (in staged.go). The user's own configuration stays in force, since it
// says which folders of others are trusted.

// careful are the options before every command.
var careful = []string{
	"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false", "-c", "diff.external=",
	"-c", "core.pager=cat", "-c", "safe.bareRepository=explicit", "-c", "protocol.allow=never", "-c", "log.showRoot=true", "-c", "log.follow=false",
	"-c", "diff.ignoreSubmodules=all", "-c", "core.alternateRefsCommand=", "-c", "mailmap.file=", "-c", "mailmap.blob=", "-c", "log.mailmap=false", "--no-pager", "--literal-pathspecs",
}

// environment is ours without what points git elsewhere, and with what keeps it
// still.
func environment(root string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(strings.ToUpper(name), "GIT_") || strings.HasPrefix(strings.ToUpper(name), "GIT_CONFIG_") {
			env = append(env, v)
		}
	}
	return append(env, "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(root), "LC_ALL=C")
}

// A git is one repository at one commit.
type git struct {
	program string // absolute
	root    string // the folder that holds .git
	prefix  string // of the content folder below root, with a slash at its end, or empty
	head    string
}

// open finds the repository of a folder, or says why there is nothing to read.
func open(content string) (*git, Reason) {
	root, rel, ok := Root(content)
	if !ok {
		return nil, NoRepository
	}
	g := &git{root: root}
	if g.program, ok = find(root); !ok {
		return nil, NoGit
	}
	if rel != "." {
		g.prefix = rel + "/"
	}
	return g, g.place()
}

// rootOf is the nearest folder upward that holds a repository.
func rootOf(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// find is the git of the PATH that lies outside the repository.
func find(root string) (string, bool) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		program, err := exec.LookPath(filepath.Join(dir, "git"))
		if err != nil {
			continue
		}
		real, err := filepath.EvalSymlinks(program)
		if err == nil && !within(root, program) && !within(root, real) && filepath.IsAbs(program) {
			return program, true
		}
	}
	return "", false
}

func within(root, name string) bool {
	rel, err := filepath.Rel(root, name)
	return err == nil && filepath.IsLocal(rel)
}

// place asks git where it stands: at the root that we found, at a commit, with
// all of its history.
func (g *git) place() Reason {
	top, err := g.run("rev-parse", "--show-toplevel")
	if err != nil {
		return Unreadable
	}
	if !sameFolder(strings.TrimSuffix(string(top), "\n"), g.root) {
		return NoRepository
	}
	shallow, err := g.run("rev-parse", "--is-shallow-repository")
	if err != nil {
		return Unreadable
	}
	head, err := g.run("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
	if err != nil {
		return NoCommit
	}
	if g.head = strings.TrimSpace(string(head)); !objectID(g.head) {
		return Unreadable
	}
	if strings.TrimSpace(string(shallow)) != "false" {
		return Shallow
	}
	return ""
}

func sameFolder(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// objectID reports whether s is the name of an object in full.
func objectID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

func (g *git) command(args ...string) *exec.Cmd {
	c := exec.Command(g.program, append(careful[:len(careful):len(careful)], args...)...)
	c.Dir, c.Env = g.root, environment(g.root)
	return c
}

func (g *git) run(args ...string) ([]byte, error) {
	out, err := g.command(args...).Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out, nil
}

// last is the last commit of the main line that touched the content folder.
// Merges count as one change each, of what they brought to the main line.
func (g *git) last() string {
	all, err := g.commits(g.below("-1", "--end-of-options", g.head)...)
	if err != nil || len(all) == 0 {
		return string(Unreadable)
	}
	return all[0].id
}

// below asks for nothing but what lies in the content folder.
func (g *git) below(args ...string) []string {
	args = append(args, "--")
	if g.prefix != "" {
		args = append(args, g.prefix)
	}
	return args
}

// resolve returns the commit that a person's name for it means.
func (g *git) resolve(name string) (commit string, ok bool) {
	out, err := g.run("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	commit = strings.TrimSpace(string(out))
	return commit, err == nil && objectID(commit)
}

// commits lists commits as [readCommits] reads them.
func (g *git) commits(which ...string) ([]commit, error) {
	all := []string{"log", "--first-parent", "--no-color", "--no-notes", "--no-decorate", "--no-patch", "--no-show-signature", "--encoding=UTF-8",
		"-z", "--date=short", "--format=%H%x00%cd%x00%s"}
	if !slices.Contains(which, "--") {
		which = append(which, "--")
	}
	out, err := g.run(append(all, which...)...)
	if err != nil {
		return nil, err
	}
	return readCommits(out)
}

// A commit is one line of the history: its id, the day on which it was made by
// the committer's own clock, and the first line of what was said of it.
type commit struct{ id, day, subject string }

var errCommits = errors.New("git log: its list of commits cannot be read")

// readCommits reads id, day and subject, each of which ends with a NUL.
func readCommits(out []byte) ([]commit, error) {
	if len(out) == 0 {
		return nil, nil
	}
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(fields)%3 != 0 {
		return nil, errCommits
	}
	var all []commit
	for f := range slices.Chunk(fields, 3) {
		if !objectID(f[0]) {
			return nil, errCommits
		}
		all = append(all, commit{f[0], f[1], f[2]})
	}
	return all, nil
}

// list lists what a commit holds below a folder, which ends with a slash; empty
// for everything. Git opens every object to tell its size, which -l asks for.
func (g *git) list(commit, folder string, options ...string) ([]listed, error) {
	args := append(append([]string{"ls-tree", "-r", "-z", "--full-tree"}, options...), commit, "--")
	if folder != "" {
		args = append(args, folder)
	}
	out, err := g.run(args...)
	if err != nil {
		return nil, err
	}
	return readTree(out, folder)
}

// sized is list with the size of each file. In a clone that has only a part of its
// objects git refuses to tell any; then it is asked for all that are there, for which
// nothing is fetched, and what is missing says so when it is opened.
func (g *git) sized(commit, folder string) ([]listed, error) {
	lines, err := g.list(commit, folder, "-l")
	if err == nil {
		return lines, nil
	}
	if lines, err = g.list(commit, folder); err != nil {
		return nil, err
	}
	out, err := g.run("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname) %(objecttype) %(objectsize)")
	if err != nil {
		return nil, err
	}
	here := map[string]int64{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 3 && f[1] == "blob" {
			if here[f[0]], err = strconv.ParseInt(f[2], 10, 64); err != nil {
				return nil, errTree
			}
		}
	}
	for i := range lines {
		size, there := here[lines[i].id]
		if lines[i].size = size; !there {
			lines[i].size = 1
		}
	}
	return lines, nil
}

// A listed is one line of ls-tree: a file, a link or a submodule.
type listed struct {
	name string // below the folder that was listed
	mode string
	id   string
	size int64 // if it was asked for
}

var errTree = errors.New("git ls-tree: its output cannot be read")

// readTree reads "mode type id size<TAB>path", or the same without a size, each of
// which ends with a NUL.
func readTree(out []byte, folder string) ([]listed, error) {
	var all []listed
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if line == "" {
			continue
		}
		head, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(head)
		if !ok || len(f) != 3 && len(f) != 4 || !objectID(f[2]) {
			return nil, errTree
		}
		l := listed{mode: f[0], id: f[2]}
		if f[1] == "blob" && len(f) == 4 {
			var err error
			if l.size, err = strconv.ParseInt(f[3], 10, 64); err != nil || l.size < 0 {
				return nil, errTree
			}
		}
		if l.name, ok = strings.CutPrefix(name, folder); ok && l.name != "" {
			all = append(all, l)
		}
	}
	return all, nil
}

// surroundings name what decides on a book beside its commit: who is whom, and
// where the history was cut off.
func (g *git) surroundings() string {
	h := sha256.New()
	names := []string{filepath.Join(g.root, ".mailmap")}
	if out, err := g.run("rev-parse", "--git-path", "shallow"); err == nil {
		name := filepath.FromSlash(strings.TrimSuffix(string(out), "\n"))
		if !filepath.IsAbs(name) {
			name = filepath.Join(g.root, name)
		}
		names = append(names, name)
	}
	for _, name := range names {
		h.Write([]byte{0})
		if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() <= most {
			data, _ := os.ReadFile(name)
			h.Write(data)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// walk reads all commits that lie behind the one that is checked out, newest
// first, with what each did to files of the content folder. It is the one pass
// over the history. Commits that did nothing there come too, so that it is known
// which commit stands on which. Those behind the commit without, if it is not
// empty, are left out.
func (g *git) walk(without string) ([]logged, error) {
	name, address := "%aN", "%aE"
	if info, err := os.Lstat(filepath.Join(g.root, ".mailmap")); err == nil && !info.Mode().IsRegular() {
		name, address = "%an", "%ae" // git would open whatever it is, and wait for a pipe
	}
	args := []string{"log", "--full-history", "--sparse", "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-color", "--no-notes", "--no-decorate",
		"--no-ext-diff", "--no-textconv", "--encoding=UTF-8", "-O/dev/null", "--format=%x01%H%x00%P%x00" + name + "%x00" + address + "%x00%cI", "--end-of-options", g.head}
	if without != "" {
		args = append(args, "^"+without)
	}
	c := g.command(g.below(args...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	all, bad := readLog(out, g.prefix)
	_, _ = io.Copy(io.Discard, out)
	if err := c.Wait(); err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	return all, bad
}

// A logged is one commit as git tells it.
type logged struct {
	id      string
	parents []string
	author  Writer
	when    string // the committer's clock, as RFC 3339 writes it
	changes []change
}

// A change is what one commit did to one file; blob is empty where it removed
// it.
type change struct{ name, blob string }

var errLog = errors.New("git log: its output cannot be read")

// readLog reads the output of log --raw -z: parts that each end with a NUL. A
// part that begins with 1 is a commit, and its four other fields follow; one that
// begins with a colon is a change, and the part after it is the path.
func readLog(r io.Reader, prefix string) ([]logged, error) {
	var all []logged
	parts := bufio.NewScanner(r)
	parts.Buffer(make([]byte, 0, 1<<16), 1<<20)
	parts.Split(untilNUL)
	writers := map[Writer]Writer{} // most texts are by few people
	for parts.Scan() {
		part := bytes.TrimPrefix(parts.Bytes(), []byte("\n"))
		switch {
		case len(part) == 0:
		case part[0] == 1:
			c := logged{id: string(part[1:])}
			var rest [4]string
			for i := range rest {
				if !parts.Scan() {
					return nil, errLog
				}
				rest[i] = parts.Text()
			}
			c.parents, c.when = strings.Fields(rest[0]), rest[3]
			if !objectID(c.id) || !objectIDs(c.parents) {
				return nil, errLog
			}
			said := Writer{Name: rest[1], Email: rest[2]}
			known, ok := writers[said]
			if !ok {
				known = said.sound()
				writers[said] = known
			}
			c.author = known
			all = append(all, c)
		case part[0] == ':':
			if len(all) == 0 {
				return nil, errLog
			}
			c := &all[len(all)-1]
			head := bytes.Fields(part)
			if len(head) != 5 {
				return nil, errLog
			}
			made := change{}
			if mode := string(head[1]); mode == "100644" || mode == "100755" { // a link or a submodule is no text of ours
				if made.blob = string(head[3]); !objectID(made.blob) {
					return nil, errLog
				}
			}
			if !parts.Scan() {
				return nil, errLog
			}
			var ours bool
			if made.name, ours = strings.CutPrefix(parts.Text(), prefix); ours {
				c.changes = append(c.changes, made)
			}
		default:
			return nil, errLog
		}
	}
	if parts.Err() != nil {
		return nil, errLog
	}
	return all, nil
}

func objectIDs(ids []string) bool {
	for _, id := range ids {
		if !objectID(id) {
			return false
		}
	}
	return true
}

func untilNUL(data []byte, atEnd bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEnd && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// blobs are the files of the content folder at a commit.
func (g *git) blobs(commit string) (map[string]string, error) {
	lines, err := g.list(commit, g.prefix)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(lines))
	for _, l := range lines {
		if mode, known := modes[l.mode]; known && mode.IsRegular() {
			all[l.name] = l.id
		}
	}
	return all, nil
}

// objects is one long-lived cat-file.
type objects struct {
	c   *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (g *git) objects() (*objects, error) {
	o := &objects{c: g.command("cat-file", "--batch")}
	var err error
	if o.in, err = o.c.StdinPipe(); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	out, err := o.c.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	o.out = bufio.NewReaderSize(out, 1<<16)
	if err := o.c.Start(); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	return o, nil
}

// most is how long a text may be; a longer one is passed over as empty, since no
// charter may be so long.
const most = 1 << 20

// read returns the bytes of a blob, by its id.
func (o *objects) read(blob string) ([]byte, bool) { return o.upTo(blob, most) }

// upTo is read for blobs that may have other lengths.
func (o *objects) upTo(blob string, most int64) ([]byte, bool) {
	if !objectID(blob) {
		return nil, false
	}
	if _, err := io.WriteString(o.in, blob+"\n"); err != nil {
		return nil, false
	}
	line, err := o.out.ReadString('\n')
	head := strings.Fields(line)
	if err != nil || len(head) != 3 || head[0] != blob || head[1] != "blob" {
		return nil, false
	}
	size, err := strconv.ParseInt(head[2], 10, 64)
	if err != nil || size < 0 {
		return nil, false
	}
	var data []byte
	if size <= most {
		data = make([]byte, size)
		_, err = io.ReadFull(o.out, data)
	} else {
		_, err = io.CopyN(io.Discard, o.out, size)
	}
	if end, e := o.out.ReadByte(); err != nil || e != nil || end != '\n' {
		return nil, false
	}
	return data, true
}

func (o *objects) close() {
	_ = o.in.Close()
	_, _ = io.Copy(io.Discard, o.out)
	_ = o.c.Wait()
}
