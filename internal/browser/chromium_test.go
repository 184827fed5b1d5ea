package browser

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared is the one browser of all tests in this package; its tabs share nothing.
var (
	shared = sync.OnceValues(func() (*Browser, error) {
		b, err := Start()
		running = b
		return b, err
	})
	running *Browser // nil until a test needs it
)

func TestMain(m *testing.M) {
	code := m.Run()
	if running != nil {
		running.Close()
	}
	os.Exit(code)
}

func open(t *testing.T, v View) *Tab {
	t.Helper()
	b, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	tab, err := b.Open(v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return tab
}

func visit(t *testing.T, tab *Tab, address string) {
	t.Helper()
	if err := tab.Goto(address); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, tab *Tab, script string) T {
	t.Helper()
	v, err := Eval[T](tab, script)
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

//go:embed testdata/axe/axe.min.js
var axe string

// violations runs axe on the page and returns each rule it finds broken, with the places. Of the many pages of a board
// pack that are alike the first stand for all, since axe takes its time.
func violations(t *testing.T, tab *Tab) []string {
	t.Helper()
	return broken(t, tab, "")
}

// inks is violations of the rules about colours alone: in the dark nothing else is different.
func inks(t *testing.T, tab *Tab) []string {
	t.Helper()
	return broken(t, tab, `runOnly: {type: "tag", values: ["cat.color"]}, `)
}

func broken(t *testing.T, tab *Tab, options string) []string {
	t.Helper()
	ask[struct{}](t, tab, axe)
	return ask[[]string](t, tab, `axe.run({include: ["html"], exclude: [".pack > .leaf:nth-child(n+24)"]}, {`+options+`resultTypes: ["violations"], preload: false}).then(found => found.violations.map(v =>
		v.id + ": " + v.help + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.html.slice(0, 120)).slice(0, 3).join(" | ")))`)
}

// The record of a tab must hear every kind of noise, or the silence of our pages would prove nothing.
func TestTabHears(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"error":     {`<script>console.error("spilt", 3)</script>`, `console: "spilt" 3`},
		"exception": {`<script>nothing.there()</script>`, "ReferenceError: nothing is not defined"},
		"dialog":    {`<script>alert("cut")</script>`, "dialog: cut"},
		"handler":   {`<img src=data: onerror="alert('cut')">`, "dialog: cut"},
		"missing":   {`<img src="gone.png">`, "not loaded: file:"},
		"elsewhere": {`<img src="http://127.0.0.1:9/x.png">`, "request leaves the site: http://127.0.0.1:9/x.png"},
		"outside":   {`<img src="../../x.png">`, "request leaves the site: file:"},
		"policy":    {sound + `<script>alert("cut")</script>`, "Content Security Policy"},
		"style":     {sound + `<p style="color:red">`, "Content Security Policy"},
	} {
		t.Run(name, func(t *testing.T) {
			site := folder(t, map[string]string{"index.html": "<!doctype html><link rel=icon href=data:,>" + c.page})
			tab := open(t, Wide.At(site.Home()))
			visit(t, tab, site.Home()+"index.html")
			if got := strings.Join(tab.Faults(), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("heard %q, want %q", got, c.want)
			}
		})
	}
	quiet := folder(t, map[string]string{
		"index.html": "<!doctype html><link rel=icon href=data:,>" + sound + `<script src="a.js"></script><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
		"a.js":       "document.title = 'quiet'",
	})
	tab := open(t, Wide.At(quiet.Home()))
	visit(t, tab, quiet.Home()+"index.html")
	if got := ask[string](t, tab, "document.title"); got != "quiet" || tab.Faults() != nil {
		t.Errorf("a quiet page made noise: %q %q", got, tab.Faults())
	}
}

// The policy hides a hole in the escaping, so hostile texts are tried without it, too.
func TestWithoutPolicy(t *testing.T) {
	site := folder(t, map[string]string{"index.html": "<!doctype html><link rel=icon href=data:,>" + sound + `<script>alert("cut")</script>`})
	tab := open(t, View{NoPolicy: true})
	visit(t, tab, site.Home()+"index.html")
	if got := strings.Join(tab.Faults(), "\n"); got != "dialog: cut" {
		t.Errorf("heard %q", got)
	}
}

func TestViews(t *testing.T) {
	site := folder(t, map[string]string{"index.html": `<!doctype html><html lang=en><meta name=viewport content="width=device-width">
		<link rel=icon href=data:,><title>v</title><p id=p>off</p><script>p.textContent = "on"</script>`})
	for _, v := range []View{Wide, Phone.InDark(), {Width: 768, Height: 1024, NoScript: true}} {
		tab := open(t, v)
		visit(t, tab, site.Home()+"index.html")
		got := ask[string](t, tab, `innerWidth + " " + matchMedia("(prefers-color-scheme: dark)").matches + " " + p.textContent`)
		script := map[bool]string{true: "off", false: "on"}[v.NoScript]
		if want := fmt.Sprintf("%d %t %s", v.Width, v.Dark, script); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestAxeSees(t *testing.T) {
	site := folder(t, map[string]string{"index.html": `<!doctype html><html><title>x</title><main><h1>x</h1><img src="data:,"><p id=p>grey</p></main>`})
	tab := open(t, Wide)
	visit(t, tab, site.Home()+"index.html")
	got := strings.Join(violations(t, tab), "\n")
	for _, rule := range []string{"html-has-lang", "image-alt"} {
		if !strings.Contains(got, rule) {
			t.Errorf("axe does not see %s in %s", rule, got)
		}
	}
}

func TestSheets(t *testing.T) {
	site := folder(t, map[string]string{"index.html": `<!doctype html><style>p { break-after: page }</style><p>1<p>2<h1>3</h1>`})
	tab := open(t, Wide)
	visit(t, tab, site.Home()+"index.html")
	paper, err := tab.Print()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Sheets(paper); got != 3 || err != nil {
		t.Errorf("got %d sheets, %v, want 3", got, err)
	}
}
