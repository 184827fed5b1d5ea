package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// made builds a site of n charters and opens it. Its style sheet has another
// name in each generation.
func made(t *testing.T, generation string, n int) *Built {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	s, err := Begin(context.Background(), options(dir, generation))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	css := "assets/house." + Sum([]byte(generation))[:10] + ".css"
	site := map[string]string{css: "/* " + generation + strings.Repeat(" ", 2000) + "*/", "search/t-00.js": "x"}
	for i := range n {
		site[fmt.Sprintf("charters/c%02d.html", i)] = "<p>" + generation + strings.Repeat(" and on", 300) + css
	}
	site["index.html"] = "<p>" + generation + " " + css
	site["same.html"] = strings.Repeat("the same ", 300)
	if err := write(s, site); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func versions(t *testing.T, dir string) *Versions {
	t.Helper()
	v, err := OpenVersions(dir, "s", nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func show(t *testing.T, v *Versions, b *Built) {
	t.Helper()
	if _, err := v.Publish(context.Background(), b, 0); err != nil {
		t.Fatal(err)
	}
}

// shown is the generation that the index tells, with its style sheet, which must
// be there.
func shown(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, Current, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(strings.TrimPrefix(string(data), "<p>"))
	if _, err := os.Stat(filepath.Join(dir, Current, words[1])); err != nil {
		t.Error(err)
	}
	return words[0]
}

func TestVersions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "www", "charters")
	v := versions(t, dir)
	clock := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	v.now = func() time.Time { return clock }
	names := map[string]string{}
	for _, g := range []string{"one", "two", "three", "four", "five"} {
		b := made(t, g, 5)
		show(t, v, b)
		names[g] = b.Version()
		if shown(t, dir) != g {
			t.Errorf("readers see %s, not %s", shown(t, dir), g)
		}
		clock = clock.Add(30 * time.Hour)
	}
	list, err := v.List()
	if err != nil || len(list) != 3 || list[0].Name != names["five"] || !list[0].Current || list[2].Name != names["three"] {
		t.Fatalf("%+v, %v", list, err)
	}
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	same := func(g string) string { return at("releases", names[g], "same.html") }
	a, _ := os.Stat(same("four"))
	b, _ := os.Stat(same("five"))
	if !os.SameFile(a, b) {
		t.Error("an unchanged page was written anew")
	}
	for _, ending := range []string{".br", ".gz", ".zst"} {
		if _, err := os.Stat(same("five") + ending); err != nil {
			t.Error(err)
		}
	}
	if got := len(assets(t, at(Current))); got != 5 {
		t.Errorf("%d style sheets are within reach, not those of five days", got)
	}

	if to, err := v.Rollback(context.Background(), ""); err != nil || to.Name != names["four"] || shown(t, dir) != "four" {
		t.Errorf("%+v, %v", to, err)
	}
	if _, err := v.Rollback(context.Background(), names["three"][:8]); err != nil || shown(t, dir) != "three" {
		t.Error(err)
	}
	if _, err := v.Rollback(context.Background(), ""); err == nil || !strings.Contains(err.Error(), "no version before") {
		t.Error(err)
	}
	if _, err := v.Rollback(context.Background(), "zz"); err == nil || !strings.Contains(err.Error(), "0 versions") {
		t.Error(err)
	}
	if got := len(assets(t, at(Current))); got < 3 {
		t.Errorf("after a way back, %d style sheets are within reach", got)
	}
	clock = clock.Add(9 * 24 * time.Hour)
	show(t, v, made(t, "six", 5))
	show(t, v, made(t, "seven", 5))
	if got := len(assets(t, at(Current))); got > 6 {
		t.Errorf("style sheets of weeks ago are still there: %d", got)
	}
}

// assets lists plain style sheets.
func assets(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "assets", "*.css"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestVersionsRefuse(t *testing.T) {
	dir := t.TempDir()
	b := made(t, "one", 3)
	for what, want := range map[string]string{"foreign": "did not publish", "site": "was built into it", "other": `holds the site "s"`, "git": "git work tree"} {
		to := filepath.Join(dir, what)
		if err := os.MkdirAll(to, 0o755); err != nil {
			t.Fatal(err)
		}
		site := "s"
		switch what {
		case "foreign":
			_ = os.WriteFile(filepath.Join(to, "thesis.doc"), nil, 0o644)
		case "site":
			if _, err := build(to, "one", osDisk{}); err != nil {
				t.Fatal(err)
			}
		case "other":
			show(t, versions(t, to), b)
			site = "t"
		case "git":
			_ = os.Mkdir(filepath.Join(to, ".git"), 0o755)
		}
		if _, err := OpenVersions(to, site, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Begin(context.Background(), options(filepath.Join(dir, "other"), "x")); err == nil || !strings.Contains(err.Error(), "charterhouse publish") {
		t.Errorf("a build into versions: %v", err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder without a marker was taken for a site")
	}
}

// A folder of whatever name holds versions, and what somebody put beside them is
// not ours to remove.
func TestVersionsBesideOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "www [intranet]")
	v := versions(t, dir)
	show(t, v, made(t, "one", 3))
	theirs := filepath.Join(dir, "releases", "before-the-move", "index.html")
	if err := errors.Join(os.Mkdir(filepath.Dir(theirs), 0o755), os.WriteFile(theirs, []byte("kept by hand"), 0o644),
		os.WriteFile(filepath.Join(dir, "releases", "notes.json"), []byte("[]"), 0o644)); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "releases", "0123456789ab.tmp")
	if err := os.Mkdir(cut, 0o755); err != nil {
		t.Fatal(err)
	}
	show(t, v, made(t, "two", 3))
	if text, err := os.ReadFile(theirs); err != nil || string(text) != "kept by hand" {
		t.Errorf("what others put there: %q, %v", text, err)
	}
	if _, err := os.Stat(cut); err == nil {
		t.Error("what a run that was cut off left is still there")
	}
	if _, err := v.Rollback(context.Background(), ""); err != nil || shown(t, dir) != "one" {
		t.Errorf("the way back: %v", err)
	}
}

func TestBrake(t *testing.T) {
	v := versions(t, filepath.Join(t.TempDir(), "www"))
	show(t, v, made(t, "one", 80))
	for n, want := range map[int]string{0: "no charters", 20: "60 of them are pages", 68: "more than a tenth", 79: ""} {
		b := made(t, "two", n)
		plan, err := v.Plan(b)
		if err != nil || len(plan.Gone) != 80-n {
			t.Fatalf("%+v, %v", plan.Gone, err)
		}
		err = plan.Brake(0)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d charters left: %v", n, err)
		}
		if err := plan.Brake(80 - n); err != nil {
			t.Error(err)
		}
		if plan.Brake(80-n-1) == nil && want != "" {
			t.Error("more goes than was allowed")
		}
	}
	if _, err := v.Publish(context.Background(), made(t, "two", 0), 0); err == nil || shown(t, v.dir) != "one" {
		t.Error("an empty site was published")
	}
	if _, err := v.Publish(context.Background(), made(t, "two", 0), 80); err != nil || shown(t, v.dir) != "two" {
		t.Error(err)
	}
}

// A small site of other charters would take too little away to be noticed by
// counting.
func TestAnotherSite(t *testing.T) {
	last := map[string]Piece{"charters/ours.html": {Sum: "a"}, "da/charters/ours.html": {Sum: "b"}}
	next := map[string]Piece{"charters/theirs.html": {Sum: "c"}, "da/charters/theirs.html": {Sum: "d"}}
	for i := range 40 {
		last[fmt.Sprintf("rollup/r%d.html", i)], next[fmt.Sprintf("rollup/r%d.html", i)] = Piece{Sum: "e"}, Piece{Sum: "f"}
	}
	plan := Compare(last, next)
	if err := plan.Brake(0); err == nil || !strings.Contains(err.Error(), "another one") {
		t.Error(err)
	}
	if err := plan.Brake(2); err != nil {
		t.Error(err)
	}
	next["charters/ours.html"] = Piece{Sum: "g"}
	if err := Compare(last, next).Brake(0); err != nil {
		t.Errorf("a charter that changed is still one of ours: %v", err)
	}
}

// Somebody removed the record of the version that readers see. What would go is
// known all the same, and the way back to it stays.
func TestRecordGone(t *testing.T) {
	v := versions(t, filepath.Join(t.TempDir(), "www"))
	one, less := made(t, "one", 20), made(t, "one", 12)
	show(t, v, one)
	record := v.path("releases", one.Version()+".json")
	before, err := v.Plan(less)
	if err != nil || len(before.Gone) != 8 {
		t.Fatalf("%+v, %v", before, err)
	}
	lose := func() {
		t.Helper()
		if err := os.Remove(record); err != nil {
			t.Fatal(err)
		}
	}
	lose()
	if plan, err := v.Plan(less); err != nil || !slices.Equal(plan.Gone, before.Gone) || plan.Same != before.Same {
		t.Errorf("%+v instead of %+v, %v", plan, before, err)
	}
	if list, err := v.List(); err != nil || len(list) != 1 || !list[0].Current || list[0].Files != len(one.Files) {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := v.Publish(context.Background(), less, 0); err == nil || !strings.Contains(err.Error(), "more than a tenth") {
		t.Errorf("much went unasked: %v", err)
	}
	lose()
	show(t, v, one)
	lose()
	if _, err := v.Publish(context.Background(), less, 8); err != nil {
		t.Fatal(err)
	}
	if to, err := v.Rollback(context.Background(), ""); err != nil || to.Name != one.Version() || shown(t, v.dir) != "one" {
		t.Errorf("%+v, %v", to, err)
	}
}

// A page that changed after the build, or while it is read, is not published.
func TestBuiltMeanwhile(t *testing.T) {
	v := versions(t, filepath.Join(t.TempDir(), "www"))
	show(t, v, made(t, "one", 3))
	b := made(t, "two", 3)
	if err := os.WriteFile(filepath.Join(b.Dir, "index.html"), []byte("by hand"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Publish(context.Background(), b, 0); err == nil || !strings.Contains(err.Error(), "index.html is not as it was built") || shown(t, v.dir) != "one" {
		t.Error(err)
	}
}

// Whatever step fails, readers see one whole version, and the next run heals.
func TestEveryStepOfAVersionFails(t *testing.T) {
	one, two, three := made(t, "one", 1), made(t, "two", 1), made(t, "three", 1)
	for fault, step := range map[error]int{syscall.EIO: 1, syscall.ENOSPC: 4} {
		for at := 1; ; at += step {
			dir := filepath.Join(t.TempDir(), "www")
			v := versions(t, dir)
			v.disk = &faulty{still: true}
			show(t, v, one)
			d := &faulty{at: at, fault: fault, still: true}
			v.disk = d
			_, err := v.Publish(context.Background(), two, 0)
			if d.calls < at {
				break
			}
			if err == nil && shown(t, dir) != "two" {
				t.Errorf("step %d (%s) is kept silent", at, d.order[at-1])
			}
			if err != nil && !errors.Is(err, fault) {
				t.Errorf("step %d: %v", at, err)
			}
			if g := shown(t, dir); g != "one" && g != "two" {
				t.Errorf("step %d: readers see %s", at, g)
			}
			former := holds(t, filepath.Join(dir, "releases", one.Version()))
			v.disk = &faulty{still: true}
			show(t, v, three)
			if shown(t, dir) != "three" || !maps.Equal(former, holds(t, filepath.Join(dir, "releases", one.Version()))) {
				t.Errorf("step %d (%s): the next run does not heal", at, d.order[at-1])
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "releases", "*.tmp")); len(left) != 0 {
				t.Errorf("step %d leaves %v", at, left)
			}
		}
	}
}

// holds is what a version's folder holds.
func holds(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// childVersion publishes in a process of its own, to be killed.
func childVersion(to, from string) int {
	b, err := Open(from)
	if err == nil {
		var v *Versions
		if v, err = OpenVersions(to, "s", nil); err == nil {
			_, err = v.Publish(context.Background(), b, 0)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// forget removes the record of a version that is not shown, so that the next run
// has all of it to do.
func forget(t *testing.T, dir, name string) {
	t.Helper()
	if current, _ := os.Readlink(filepath.Join(dir, Current)); filepath.Base(current) == name {
		return
	}
	if err := os.RemoveAll(filepath.Join(dir, "releases", name+".json")); err != nil {
		t.Fatal(err)
	}
}

// Killed at any moment, readers have one whole version, and the next run
// succeeds.
func TestVersionsKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "www")
	sites := []*Built{made(t, "one", 20), made(t, "two", 20), made(t, "three", 20)}
	show(t, versions(t, dir), sites[0])
	rounds, cut := max(20, *kills/2), 0
	for n := range rounds {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "PUBLISH_TEST_VERSIONS="+dir, "PUBLISH_TEST_BUILT="+sites[n%3].Dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(n%50) * 700 * time.Microsecond)
		_ = c.Process.Kill()
		if c.Wait() != nil {
			cut++
		}
		if g := shown(t, dir); g != "one" && g != "two" && g != "three" {
			t.Fatalf("kill %d: readers see %q", n, g)
		}
		current, _ := filepath.EvalSymlinks(filepath.Join(dir, Current))
		for _, b := range sites {
			if filepath.Base(current) != b.Version() {
				continue
			}
			for name := range b.Files {
				if data, err := os.ReadFile(filepath.Join(current, name)); err != nil || Sum(data) != b.Files[name].Sum {
					t.Fatalf("kill %d: %s is torn or missing: %v", n, name, err)
				}
			}
		}
		if n%7 == 6 {
			show(t, versions(t, dir), sites[(n+1)%3])
			if shown(t, dir) != []string{"one", "two", "three"}[(n+1)%3] {
				t.Fatalf("kill %d: the next run does not heal", n)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "releases", "*.tmp")); len(left) != 0 {
				t.Fatalf("kill %d leaves %v", n, left)
			}
		}
		forget(t, dir, sites[(n+1)%3].Version())
	}
	t.Logf("%d of %d runs were cut off", cut, rounds)
}

// A clock that was set back changes neither which version was the one before nor
// which ones stay.
func TestClockSetBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "www")
	v := versions(t, dir)
	clock := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	v.now = func() time.Time { return clock }
	for _, generation := range []string{"one", "two", "three", "four"} {
		show(t, v, made(t, generation, 2))
		clock = clock.Add(48 * time.Hour)
	}
	clock = clock.AddDate(-1, 0, 0)
	for _, generation := range []string{"five", "six"} {
		show(t, v, made(t, generation, 2))
		clock = clock.Add(48 * time.Hour)
	}
	if _, err := v.Rollback(context.Background(), ""); err != nil || shown(t, dir) != "five" {
		t.Errorf("the version before six is %s: %v", shown(t, dir), err)
	}
}
