package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Stage is what would be committed now: the index of a repository, as a
// revision that follows the one that is checked out. What stands in the working
// tree counts for nothing.
type Stage struct {
	*Revision
	Conflicts []string // files of the content folder of which several versions are staged, by path
}

// Staged reads the index of the repository that a content folder lies in. A hook
// of git may name another index than the usual one, as git commit --all does; it
// is the one that counts.
func Staged(content string) (*Stage, error) {
	g, why := open(content)
	if why != "" && why != Shallow && why != NoCommit {
		return nil, fmt.Errorf("%s: %w", content, why)
	}
	all, err := g.staged()
	if err != nil {
		return nil, err
	}
	r := &Repository{g: g, short: why == Shallow}
	s := &Stage{Revision: &Revision{Commit: g.head, repository: r}}
	files, conflicts := below(r, all, g.prefix)
	s.Conflicts = conflicts
	s.content = func() (*Files, error) {
		if len(files.nodes) == 1 {
			return nil, fmt.Errorf("nothing of %s is staged; add it with: git add", content)
		}
		return files, nil
	}
	s.themes = func() (*Files, error) {
		themes, _ := below(r, all, r.around()+"themes/")
		return themes, nil
	}
	return s, nil
}

// Close ends what runs.
func (s *Stage) Close() { s.repository.Close() }

// below arranges what is staged below a folder, and lists what is in conflict.
func below(r *Repository, all []indexed, folder string) (*Files, []string) {
	var lines []listed
	var conflicts []string
	for _, e := range all {
		name, ok := strings.CutPrefix(e.name, folder)
		if !ok {
			continue
		}
		if e.stage != 0 {
			conflicts = append(conflicts, name)
			continue
		}
		l := e.listed
		l.name = name
		lines = append(lines, l)
	}
	return foldersOf(r, lines), slices.Compact(conflicts)
}

// An indexed is one entry of the index. Its stage is 0, or one of a conflict.
type indexed struct {
	listed
	stage int
}

// staged lists the index. Files that were only announced (git add -N) stand in
// it as empty ones and are no part of a commit; an empty file says nothing
// either, so both are left out.
func (g *git) staged() ([]indexed, error) {
	c := g.command("ls-files", "--stage", "-z", "--full-name")
	if other := os.Getenv("GIT_INDEX_FILE"); other != "" {
		if !filepath.IsAbs(other) {
			other = filepath.Join(g.root, other)
		}
		c.Env = append(c.Env, "GIT_INDEX_FILE="+other)
	}
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	all, err := readIndex(out)
	if err != nil {
		return nil, err
	}
	if err := g.sizes(all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e indexed) bool { return e.size == 0 && modes[e.mode].IsRegular() && e.stage == 0 }), nil
}

var errIndex = errors.New("git ls-files: its output cannot be read")

// readIndex reads "mode id stage<TAB>path", each of which ends with a NUL.
func readIndex(out []byte) ([]indexed, error) {
	var all []indexed
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if line == "" {
			continue
		}
		head, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(head)
		if !ok || name == "" || len(f) != 3 || !objectID(f[1]) {
			return nil, errIndex
		}
		stage, err := strconv.Atoi(f[2])
		if err != nil || stage < 0 || stage > 3 {
			return nil, errIndex
		}
		all = append(all, indexed{listed{name: name, mode: f[0], id: f[1]}, stage})
	}
	return all, nil
}

// sizes asks how long each file is. One whose bytes are not here has no size
// that could be read, and says so when it is opened.
func (g *git) sizes(all []indexed) error {
	var ask bytes.Buffer
	for _, e := range all {
		ask.WriteString(e.id + "\n")
	}
	c := g.command("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)")
	c.Stdin = &ask
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for i := range all {
		if !lines.Scan() {
			return errIndex
		}
		f := strings.Fields(lines.Text())
		if len(f) < 2 || f[0] != all[i].id {
			return errIndex
		}
		all[i].size = 1
		if len(f) == 3 && f[1] == "blob" {
			if all[i].size, err = strconv.ParseInt(f[2], 10, 64); err != nil || all[i].size < 0 {
				return errIndex
			}
		}
	}
	return nil
}

// Hooks is the folder of the hooks of the repository that a content folder lies
// in. Where its configuration puts them outside the repository, others share
// them, and inside is false.
func Hooks(content string) (dir string, inside bool, err error) {
	g, why := open(content)
	if why == NoGit || why == NoRepository || why == Unreadable {
		return "", false, fmt.Errorf("%s: %w", content, why)
	}
	ask := func(what ...string) (string, error) {
		c := exec.Command(g.program, append([]string{"--no-pager", "rev-parse"}, what...)...) // which runs no hook, and tells where they are
		c.Dir, c.Env = g.root, environment(g.root)
		out, err := c.Output()
		if err != nil {
			return "", fmt.Errorf("git rev-parse: %w", err)
		}
		name := filepath.FromSlash(strings.TrimSuffix(string(out), "\n"))
		if !filepath.IsAbs(name) {
			name = filepath.Join(g.root, name)
		}
		return name, nil
	}
	if dir, err = ask("--git-path", "hooks"); err != nil {
		return "", false, err
	}
	common, err := ask("--git-common-dir")
	return dir, within(g.root, dir) || within(common, dir), err
}
