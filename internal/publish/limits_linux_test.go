package publish

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// limitChild applies the limits that a test asks of its child process.
func limitChild() {
	for name, resource := range map[string]int{"PUBLISH_TEST_FSIZE": unix.RLIMIT_FSIZE, "PUBLISH_TEST_NOFILE": unix.RLIMIT_NOFILE} {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: n, Max: n}); err != nil {
				panic(err)
			}
		}
	}
	if mask, err := strconv.ParseInt(os.Getenv("PUBLISH_TEST_UMASK"), 8, 32); err == nil {
		syscall.Umask(int(mask))
	}
}

// The kernel's own refusals, which a double does not show.
func TestLimitsOfTheSystem(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if _, err := build(out, "one", osDisk{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(out, "large.bin"), time.Unix(0, 0), time.Unix(0, 0)); err != nil { // so that it is written again
		t.Fatal(err)
	}
	for limit, reason := range map[string]string{"PUBLISH_TEST_FSIZE=4096": "file too large", "PUBLISH_TEST_NOFILE=4": "too many open files"} {
		c := child(t, out, "two")
		c.Env = append(c.Env, limit)
		said, err := c.CombinedOutput()
		if err == nil || !strings.Contains(string(said), reason) || !strings.Contains(string(said), filepath.Dir(out)) {
			t.Errorf("%s: %v, %s", limit, err, said)
		}
		if !maps.Equal(read(t, out), pages("one")) || leftovers(t, out) > 1 {
			t.Errorf("%s: the last site is not as it was", limit)
		}
	}
	if _, err := build(out, "two", osDisk{}); err != nil || leftovers(t, out) != 0 {
		t.Errorf("the next build does not heal: %v", err)
	}
}

// The web server is somebody else, whatever the umask of who builds.
func TestModesUnderUmask(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	c := child(t, out, "one")
	c.Env = append(c.Env, "PUBLISH_TEST_UMASK=077")
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	err := filepath.WalkDir(out, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		want := os.FileMode(0o644)
		if d.IsDir() {
			want = 0o755
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
