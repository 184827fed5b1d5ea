package headers

import (
	"encoding/json"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"charterhouse/internal/wire"
)

// What servers say of pages is what pages say of themselves, and that nobody may
// frame them.
func TestPagesSayTheSame(t *testing.T) {
	frame, err := os.ReadFile("../../themes/default/templates/frame.html")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindSubmatch(frame)
	if m == nil || html.UnescapeString(string(m[1]))+"; frame-ancestors 'none'" != Pages {
		t.Errorf("pages say %s", m)
	}
	if strings.Contains(Pages, "unsafe") {
		t.Error("pages may do what is unsafe")
	}
}

// A form that servers read covers what serve goes by.
func TestForms(t *testing.T) {
	for _, r := range (Site{Editor: "x"}).Rules() {
		form := regexp.MustCompile(r.Form)
		for _, address := range []string{"index.html", "assets/a.0123456789.css", "assets/a.css", "da/assets/a.0123456789.css", "files/x.svg", "files/X.SVG", "admin/index.html", "admin.html", "da/admin/x", "svg", "x.svg.html"} {
			if form.MatchString(address) != r.covers(address) {
				t.Errorf("%s (%s): %s is covered: %t", r.Why, r.Form, address, r.covers(address))
			}
		}
	}
}

// A site without an editor says nothing of one; with one, only its folder does.
func TestEditorAlone(t *testing.T) {
	for _, f := range (Site{}).Files(nil) {
		if strings.Contains(f.Text, "admin") || strings.Contains(f.Text, "unsafe-eval") {
			t.Errorf("%s speaks of an editor", f.Name)
		}
	}
	with := Site{Editor: "script-src 'self' 'unsafe-eval'"}
	for _, f := range with.Files([]string{"da"}) {
		if told := strings.Contains(f.Text, "unsafe-eval"); told != !strings.HasPrefix(f.Name, "cloudfront/p") {
			t.Errorf("%s tells the editor's policy: %t", f.Name, told)
		}
		if strings.HasSuffix(f.Name, ".json") && !json.Valid([]byte(f.Text)) {
			t.Errorf("%s is no JSON", f.Name)
		}
	}
	for address, loose := range map[string]bool{"admin/index.html": true, "index.html": false, "charters/admin/x.html": false} {
		for _, f := range with.For(address) {
			if f.Name == "Content-Security-Policy" && strings.Contains(f.Value, "unsafe-eval") != loose || strings.ContainsAny(f.Value, "\"\n$\\") {
				t.Errorf("%s: %s: %s", address, f.Name, f.Value)
			}
			if f.Name == "Cache-Control" && f.Value != wire.Cache(address) {
				t.Errorf("%s is kept by %s", address, f.Value)
			}
		}
	}
}
