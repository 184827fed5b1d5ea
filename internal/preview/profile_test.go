package preview

import (
	"os"
	"path/filepath"
	"testing"
)

// A preview for an audience shows what its site would, and none of the preview's
// own ways to the whole text.
func TestProfile(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "content", "charterhouse.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("profiles: {public: {names: roles}}\n"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	r := startIn(t, dir, func(o *Options) { o.Profile, o.Editor = "public", VSCode })
	r.must("/charters/customer-insight-360.html", "Chief of IT", true)
	for _, secret := range []string{"Lena Brandt", "/-/edit/", `name="token"`, "vscode:"} {
		r.must("/charters/customer-insight-360.html", secret, false)
		r.must("/-/problems", secret, false)
	}
	for _, address := range []string{"/charters/sletning-i-arkiverne.html", "/people/index.html", "/-/edit/charters/customer-insight-360/index.md"} {
		if status, _ := r.get(address); status != 404 {
			t.Errorf("%s answers %d", address, status)
		}
	}
}
