package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/publish"
)

// program is this test as the command, for processes of their own.
func program(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "charterhouse") // the test's own program is the command under this name
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// marker is what a site's marker says, but for when files were written.
func marker(t *testing.T, dir string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, publish.Marker))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	for _, f := range m["files"].(map[string]any) {
		delete(f.(map[string]any), "time")
	}
	return m
}

// Eight processes make a part each, one is killed in the middle and tried again,
// and the site of the parts is that of one build, its marker included.
func TestShards(t *testing.T) {
	dir := t.TempDir()
	link := program(t, dir)
	if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		c := exec.Command(link, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"))
		return c
	}
	build := func(args ...string) *exec.Cmd {
		return command(append([]string{"build", "content", "--as-of", "2026-11-16"}, args...)...)
	}
	say := func(c *exec.Cmd) string {
		t.Helper()
		said, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", c.Args[1:], err, said)
		}
		return string(said)
	}
	refused := func(why string) {
		t.Helper()
		if said, err := command("join", "parts", "--out", "joined").CombinedOutput(); err == nil || !strings.Contains(string(said), why) {
			t.Errorf("%v, %s, not %q", err, said, why)
		}
	}
	say(build())
	killed := midway(t, build("--shard", "3/8"), filepath.Join(dir, "parts", ".3-of-8.staging"))
	var running []*exec.Cmd
	for i := 1; i <= 8; i++ {
		if i != 3 {
			c := build("--shard", fmt.Sprintf("%d/8", i))
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			running = append(running, c)
		}
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %v", c.Args[1:], err)
		}
	}
	if !killed {
		t.Error("the third was done before it could be killed")
	}
	refused("part 3 of 8 is missing; build it with --shard 3/8")
	say(build("--shard", "3/8", "--commit", "deadbeef"))
	refused("has another commit (deadbeef, not ")
	say(build("--shard", "3/8", "--as-of", "2026-11-17"))
	refused("has another day (2026-11-17, not 2026-11-16)")
	say(build("--shard", "3/8"))
	say(command("join", "parts", "--out", "joined"))
	if whole, joined := tree(t, filepath.Join(dir, "public")), tree(t, filepath.Join(dir, "joined")); len(whole) < 1000 || !maps.Equal(whole, joined) {
		t.Errorf("the parts are %d files, a whole build %d, or their bytes differ", len(joined), len(whole))
	}
	if whole, joined := marker(t, filepath.Join(dir, "public")), marker(t, filepath.Join(dir, "joined")); !reflect.DeepEqual(whole, joined) {
		t.Error("the markers differ")
	}
	if said := say(build("--out", "joined")); !strings.Contains(said, "is up to date") {
		t.Errorf("a joined site is not known as the same: %s", said)
	}
	page := filepath.Join(dir, "content", "charters", "one-login.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, append(text, "\nOne word more.\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	say(build("--shard", "5/8"))
	refused("part 5 of 8 in " + filepath.Join("parts", "5-of-8") + " has another content than part")
}

// midway kills a build once its stage holds pages, and reports whether it was
// still at work.
func midway(t *testing.T, c *exec.Cmd, staging string) bool {
	t.Helper()
	c.Env = append(c.Env, "GOMAXPROCS=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 30_000 {
		if entries, _ := os.ReadDir(staging); len(entries) > 2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	return !c.ProcessState.Success()
}
