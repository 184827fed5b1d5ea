package preview

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The first page does not wait for the history; once that is read, the page says
// what it tells.
func TestHistoryComes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir+"/content", os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "content"}, {"-c", "user.name=Tove Holm", "-c", "user.email=tove@example.org", "-c", "commit.gpgSign=false", "commit", "-q", "-m", "x"}} {
		c := exec.Command("git", args...)
		c.Dir, c.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	r := startIn(t, dir, nil)
	const path = "/charters/gift-card-ledger.html"
	page := r.open(path)
	if first := page.sees(); !strings.Contains(first, "The history is being read") && !strings.Contains(first, "by Tove Holm") {
		t.Error("the page says nothing of its history")
	}
	within(t, "what the history tells is shown", func() bool { return strings.Contains(page.sees(), "by Tove Holm") })
	r.settle()
	if _, again := r.get(path); again != page.sees() {
		t.Errorf("asked again, the page differs: %s", firstDifference([]byte(page.sees()), []byte(again)))
	}
	other := r.open("/charters/fair-vagtplan.html")
	r.change("content/charters/fair-vagtplan.md", "status: agreed", "status: on-hold")
	within(t, "a status that cannot come next is found", func() bool { return strings.Contains(other.sees(), "S002") })
	r.change("content/charters/fair-vagtplan.md", "status: on-hold", "status: agreed")
	within(t, "and is gone", func() bool { return !strings.Contains(other.sees(), "S002") })
}
