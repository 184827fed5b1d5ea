package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A scene is a small portfolio of its own, in two states, with the site of each
// as it must be.
type scene struct {
	t       *testing.T
	dir     string
	program string
	charter string // the file that differs
	texts   [2][]byte
	sites   [2]map[string][32]byte
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, dir: t.TempDir()}
	s.program = program(t, s.dir)
	if err := s.command("init", ".").Run(); err != nil {
		t.Fatal(err)
	}
	s.charter = filepath.Join(s.dir, "content", "charters", "one-customer-mailbox.md")
	text, err := os.ReadFile(s.charter)
	if err != nil {
		t.Fatal(err)
	}
	for i, title := range []string{"The first title", "The other title"} {
		lines := strings.Split(string(text), "\n")
		for n := range lines {
			if strings.HasPrefix(lines[n], "title: ") {
				lines[n] = "title: " + title
			}
		}
		s.texts[i] = []byte(strings.Join(lines, "\n"))
		s.turn(i)
		if said, err := s.build(fmt.Sprintf("want%d", i)).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		s.sites[i] = tree(t, filepath.Join(s.dir, fmt.Sprintf("want%d", i)))
	}
	if len(s.sites[0]) < 50 || maps.Equal(s.sites[0], s.sites[1]) {
		t.Fatalf("two sites of %d files cannot be told apart", len(s.sites[0]))
	}
	return s
}

func (s *scene) command(args ...string) *exec.Cmd {
	c := exec.Command(s.program, args...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(s.dir, ".cache"))
	return c
}

func (s *scene) build(out string) *exec.Cmd {
	return s.command("build", "--as-of", "2026-11-16", "--out", out)
}

// under is the command with something before it, such as a limit.
func (s *scene) under(c *exec.Cmd, before ...string) *exec.Cmd {
	path, err := exec.LookPath(before[0])
	if err != nil {
		s.t.Fatal(err)
	}
	c.Args = append(append(before, c.Path), c.Args[1:]...)
	c.Path = path
	return c
}

// limited is the command under a limit of the shell.
func (s *scene) limited(c *exec.Cmd, limit string) *exec.Cmd {
	return s.under(c, "sh", "-c", `ulimit `+limit+`; exec "$0" "$@"`)
}

// turn lets the content be the first state or the second.
func (s *scene) turn(state int) {
	s.t.Helper()
	half := s.charter + ".half"
	if err := os.WriteFile(half, s.texts[state], 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(half, s.charter); err != nil {
		s.t.Fatal(err)
	}
}

// stands fails unless the folder is the site of a state, with nothing half
// beside it.
func (s *scene) stands(out string, state int, after string) {
	s.t.Helper()
	if !maps.Equal(tree(s.t, out), s.sites[state]) {
		s.t.Errorf("%s: %s is not the site that it must be", after, out)
	}
}

// heals builds without a fault.
func (s *scene) heals(out string, state int, after string) {
	s.t.Helper()
	if said, err := s.build(out).CombinedOutput(); err != nil {
		s.t.Errorf("%s: the next build fails: %v: %s", after, err, said)
	}
	s.stands(out, state, after+", then healed")
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".[so]*")); len(left) > 0 {
		s.t.Errorf("%s: left behind: %v", after, left)
	}
}

// Whatever happens to a build, the last good site stays, byte for byte, and the
// next build heals.
func TestFaults(t *testing.T) {
	s := newScene(t)
	for _, f := range []struct {
		name string
		test func(*testing.T)
	}{
		{"refused", s.refused},
		{"unreadable", s.unreadable},
		{"without network", s.withoutNetwork},
		{"any time", s.anyTime},
		{"written to", s.writtenTo},
		{"together", s.together},
		{"killed", s.killed},
	} {
		t.Run(f.name, func(t *testing.T) {
			s.t = t
			f.test(t)
		})
	}
}

// A disk, an account or a system that refuses is told with the folder, the
// reason and what to do (F4).
func (s *scene) refused(t *testing.T) {
	root := os.Geteuid() == 0
	mounted := func(size string) string { // a disk of its own, where that is allowed
		dir := filepath.Join(s.dir, "disk"+size)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if !root || unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size) != nil {
			return ""
		}
		t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
		return dir
	}
	// Root may do anything, but for what it gave away.
	plain := func(c *exec.Cmd) *exec.Cmd {
		if root {
			return s.under(c, "setpriv", "--bounding-set=-dac_override,-dac_read_search")
		}
		return c
	}
	shut := filepath.Join(s.dir, "shut")
	if err := os.Mkdir(shut, 0o755); err != nil {
		t.Fatal(err)
	}
	type fault struct {
		name, dir string
		before    func() error
		with      func(*exec.Cmd) *exec.Cmd
		after     func() error
		says      []string
	}
	chmod := func(mode fs.FileMode) func() error { return func() error { return os.Chmod(shut, mode) } }
	faults := []fault{
		{"no file above 2 KiB", s.dir, nil, func(c *exec.Cmd) *exec.Cmd { return s.limited(c, "-f 4") }, nil, []string{"file too large", s.dir, "ulimit -f"}},
		{"no right to write beside", shut, chmod(0o555), plain, chmod(0o755), []string{"permission denied", shut, "Give it the right", "folder around it"}},
	}
	if dir := mounted("4m"); dir != "" {
		ballast := filepath.Join(dir, "ballast")
		faults = append(faults, fault{"full disk", dir, func() error {
			_ = os.WriteFile(ballast, make([]byte, 8<<20), 0o644) // as much as there is room for
			info, err := os.Stat(ballast)
			if err != nil {
				return err
			}
			return os.Truncate(ballast, info.Size()-16<<10)
		}, nil, func() error { return os.Remove(ballast) }, []string{"no space left", dir, "There is no room left", "room for both"}})
	}
	if dir := mounted("8m"); dir != "" {
		again := func(flags uintptr) func() error {
			return func() error { return unix.Mount("", dir, "", unix.MS_REMOUNT|flags, "") }
		}
		faults = append(faults, fault{"read-only disk", dir, again(unix.MS_RDONLY), nil, again(0), []string{"read-only file system", dir, "Mount it for writing"}})
	}
	for _, f := range faults {
		out := filepath.Join(f.dir, "public")
		s.turn(0)
		s.heals(out, 0, "before "+f.name)
		s.turn(1)
		if f.before != nil {
			if err := f.before(); err != nil {
				t.Fatal(err)
			}
		}
		c := s.build(out)
		if f.with != nil {
			c = f.with(c)
		}
		said, err := c.CombinedOutput()
		if code := c.ProcessState.ExitCode(); err == nil || code != exitWorld {
			t.Errorf("%s: exit code %d: %s", f.name, code, said)
		}
		for _, words := range append(f.says, "The site was not built; the last one stays as it was.") {
			if !strings.Contains(string(said), words) {
				t.Errorf("%s: it does not say %q: %s", f.name, words, said)
			}
		}
		s.stands(out, 0, f.name)
		if f.after != nil {
			if err := f.after(); err != nil {
				t.Fatal(err)
			}
		}
		s.heals(out, 1, f.name)
	}
	out := filepath.Join(s.dir, "public")
	s.turn(0)
	if said, err := s.limited(s.build(out), "-n 24").CombinedOutput(); err != nil { // enough
		t.Errorf("with 24 open files: %v: %s", err, said)
	}
	s.stands(out, 0, "24 open files")
}

// A text that may not be read is a finding with words, not a site without it.
func (s *scene) unreadable(t *testing.T) {
	out := filepath.Join(s.dir, "unreadable")
	s.turn(1)
	s.heals(out, 1, "first")
	defer func() { _ = os.Chmod(s.charter, 0o644) }()
	if err := os.Chmod(s.charter, 0); err != nil {
		t.Fatal(err)
	}
	c := s.build(out)
	if os.Geteuid() == 0 {
		c = s.under(c, "setpriv", "--bounding-set=-dac_override,-dac_read_search")
	}
	if said, err := c.CombinedOutput(); err == nil || !strings.Contains(string(said), "one-customer-mailbox.md: error[D002]: this file cannot be read: permission denied") {
		t.Errorf("%v: %s", err, said)
	}
	s.stands(out, 1, "unreadable")
}

// Building asks no network: there is none here (K5).
func (s *scene) withoutNetwork(t *testing.T) {
	out := filepath.Join(s.dir, "alone")
	s.turn(1)
	how := []string{"unshare", "-n"}
	if os.Geteuid() != 0 {
		how = []string{"unshare", "-rn"}
	}
	if err := exec.Command(how[0], append(how[1:], "true")...).Run(); err != nil {
		t.Logf("this system gives no network of its own (%v), so only what is linked was looked at", err)
		return
	}
	if said, err := s.under(s.build(out), how...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	s.stands(out, 1, "without a network")
}

// What decides is what files hold: times of the past and the future, and texts
// that change under the same time and size, make no difference (F10). What did
// not change stays the same file (F9).
func (s *scene) anyTime(t *testing.T) {
	out := filepath.Join(s.dir, "times")
	s.turn(0)
	s.heals(out, 0, "first")
	day := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, when := range []time.Time{day, day, time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)} {
		state := 1 - i%2
		if err := os.WriteFile(s.charter, s.texts[state], 0o644); err != nil { // of the same size as before
			t.Fatal(err)
		}
		if err := os.Chtimes(s.charter, when, when); err != nil {
			t.Fatal(err)
		}
		before := inodes(t, out)
		s.heals(out, state, when.String())
		after, kept := inodes(t, out), 0
		for name, inode := range after {
			if s.sites[0][name] == s.sites[1][name] {
				kept++
				if before[name] != inode {
					t.Errorf("%s was written again, and says the same", name)
				}
			}
		}
		if kept < 20 {
			t.Errorf("only %d files are the same in both sites", kept)
		}
	}
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error { // somebody copied the site
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chtimes(name, day, day.AddDate(200, 0, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	s.heals(out, 1, "a site from the future")
}

// inodes tell files from each other that have the same name and bytes.
func inodes(t *testing.T, dir string) map[string]uint64 {
	t.Helper()
	all := map[string]uint64{}
	for name := range tree(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = info.Sys().(*syscall.Stat_t).Ino
	}
	return all
}

// While somebody writes, a build has a text as it was or as it is, never parts
// of both, and all pages say the same (A7).
func (s *scene) writtenTo(t *testing.T) {
	out := filepath.Join(s.dir, "written")
	s.turn(1)
	s.heals(out, 1, "first")
	gone := filepath.Join(s.dir, "content", "charters", "comes-and-goes.md")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			half := s.charter + ".half"
			_ = os.WriteFile(half, s.texts[i%2], 0o644)
			_ = os.Rename(half, s.charter)
			if i%2 == 0 {
				_ = os.WriteFile(gone, s.texts[0], 0o644)
			} else {
				_ = os.Remove(gone)
			}
		}
	}()
	for range 6 {
		said, err := s.build(out).CombinedOutput()
		if err != nil && !bytes.Contains(said, []byte("the last one stays as it was")) || bytes.Contains(said, []byte("panic")) {
			t.Fatalf("%v: %s", err, said)
		}
		titles := map[string]bool{}
		for _, page := range []string{"index.html", "initiatives/index.html", "charters/one-customer-mailbox.html", "portfolio.json"} {
			text, err := os.ReadFile(filepath.Join(out, page))
			if err != nil {
				t.Fatal(err)
			}
			for _, title := range []string{"The first title", "The other title"} {
				if bytes.Contains(text, []byte(title)) {
					titles[title] = true
				}
			}
		}
		if _, err := os.Stat(filepath.Join(out, "charters", "comes-and-goes.html")); err != nil && len(titles) != 1 {
			t.Errorf("pages of one site say %v", titles)
		}
	}
	close(stop)
	<-stopped
	_ = os.Remove(gone)
	s.turn(0)
	s.heals(out, 0, "the writer is done")
}

// Builds at once end in one whole site; who does not get it says who has it (F5).
func (s *scene) together(t *testing.T) {
	out := filepath.Join(s.dir, "together")
	s.turn(1)
	other := filepath.Join(s.dir, "others")
	if err := os.CopyFS(filepath.Join(other, "content"), os.DirFS(filepath.Join(s.dir, "content"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "content", "charters", filepath.Base(s.charter)), s.texts[0], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 8} {
		var said [8]bytes.Buffer
		var running []*exec.Cmd
		for i := range n {
			c := s.build(out)
			if i%2 == 1 {
				c.Dir = other
			}
			c.Stdout, c.Stderr = &said[i], &said[i]
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			running = append(running, c)
		}
		for i, c := range running {
			if err := c.Wait(); err != nil && !strings.Contains(said[i].String(), "another build (pid ") {
				t.Errorf("%v: %s", err, said[i].String())
			}
		}
		if got := tree(t, out); !maps.Equal(got, s.sites[0]) && !maps.Equal(got, s.sites[1]) {
			t.Errorf("%d builds at once left a mixture", n)
		}
	}
	s.heals(out, 1, "eight at once")
}

var kills = flag.Int("kills", 8, "how often TestFaults/killed kills a build")

// Killed at any moment, by a power cut as it were, a build leaves the last site
// or the new one, and the next build succeeds (F1).
func (s *scene) killed(t *testing.T) {
	out := filepath.Join(s.dir, "killed")
	s.turn(0)
	s.heals(out, 0, "first")
	started := time.Now()
	s.turn(1)
	s.heals(out, 1, "measured")
	whole := time.Since(started)
	old, done := 0, 0
	for n := range *kills {
		state := n % 2
		s.turn(state)
		c := s.build(out)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(whole + whole/4))
		_ = c.Process.Kill()
		_ = c.Wait()
		switch got := tree(t, out); {
		case maps.Equal(got, s.sites[state]):
			done++
		case maps.Equal(got, s.sites[1-state]):
			old++
		default:
			t.Fatalf("kill %d leaves half a site", n)
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, ".killed.[so]*")); len(left) > 1 {
			t.Errorf("kill %d leaves %v", n, left)
		}
		s.heals(out, state, fmt.Sprintf("kill %d", n))
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills: %d left the last site, %d the new one, none anything else", *kills, old, done)
}
