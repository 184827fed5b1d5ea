package preview

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"charterhouse/internal/desk"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
)

// A preview of the past shows what was committed, says so, and offers nothing
// that would change it.
func TestPast(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir+"/content", os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"init -q -b main", "add content", "-c user.name=A -c user.email=a@example.org commit -q -m first"} {
		c := exec.Command("git", strings.Fields(args)...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	all, err := history.Open(dir + "/content")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(all.Close)
	at, err := all.At("main")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/content/charters/one-login.md", []byte("---\ntitle: Not committed\n---\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	archive, err := desk.OpenArchive(desk.Place{Content: dir + "/content", Around: dir, At: at})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(archive.Close)
	r := startIn(t, dir, func(o *Options) { o.Place.At, o.Editor, o.AsOf, o.Past = at, VSCode, at.Day, archive.Quarters })
	quarter := portfolio.DefaultConfig().QuarterOf(at.Day).End.String()
	r.must("/quarters/index.html", quarter+".html", true)
	r.must("/da/quarters/"+quarter+".html", at.Short(), true)
	if status, _ := r.get("/quarters/" + quarter + "-2.html"); status != 404 {
		t.Errorf("a part that is not there answers %d", status)
	}
	r.must("/charters/one-login.html", "commit <code>"+at.Short(), true)
	r.must("/charters/one-login.html", "One login", true)
	r.must("/charters/one-login.html", "Not committed", false)
	for _, offer := range []string{"/-/edit/", `name="token"`, "chp-mark\"", "vscode:"} {
		r.must("/charters/one-login.html", offer, false)
		r.must("/-/problems", offer, false)
	}
	if status, _ := r.get("/-/edit/charters/one-login.md"); status != 403 {
		t.Errorf("the form answers %d", status)
	}
	if status, _ := r.post("/-/write", nil); status != 403 {
		t.Errorf("writing answers %d", status)
	}
}
