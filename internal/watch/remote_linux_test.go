package watch

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A folder on a drive that tells of nothing is looked at, and that is said once.
func TestRemote(t *testing.T) {
	var s unix.Statfs_t
	if err := unix.Statfs(t.TempDir(), &s); err != nil {
		t.Fatal(err)
	}
	kind := uint32(s.Type)
	if was, known := far[kind]; known {
		defer func() { far[kind] = was }()
	} else {
		defer delete(far, kind)
	}
	far[kind] = "a drive of the test"
	d := open(t, Options{})
	defer d.w.Close()
	if lines := d.said(); len(lines) != 1 || !strings.HasSuffix(lines[0], d.dir+" is on a drive of the test, which tells of no changes.") {
		t.Errorf("said %q", lines)
	}
	d.put("charters/a.md", "other")
	d.hears("charters/a.md")
}
