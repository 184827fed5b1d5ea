package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sound = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; ` +
	`img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; font-src 'self'">`

// folder writes files and reads them back as a site.
func folder(t *testing.T, files map[string]string) *Site {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site, err := ReadSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func TestDangling(t *testing.T) {
	others := map[string]string{
		"charters/roof.html": `<h2 id="goals">Goals</h2><a href="../index.html">home</a>`,
		"a/moved.html":       `<meta http-equiv="refresh" content="0; url=../charters/roof.html">`,
		"data.csv":           "a;b",
		"house.css":          `@font-face { src: url("fonts/serif.woff2") } a { background: url(data:image/png;base64,AA) }`,
		"fonts/serif.woff2":  "wOF2",
	}
	for body, want := range map[string]string{
		`<a href="charters/roof.html#goals">`:                    "",
		`<a href="charters/roof.html?d=it#goals">`:               "",
		`<a href="data.csv" download>`:                           "",
		`<a href="#main"></a><main id="main">`:                   "",
		`<a href="#">`:                                           "",
		`<a href="https://example.org/x">`:                       "",
		`<a href="mailto:a@example.org">`:                        "",
		`<link rel="canonical" href="https://example.org/">`:     "",
		`<label for="q">Find</label><input id="q">`:              "",
		`<noscript><a href="gone.html">x</a></noscript>`:         `<a> href="gone.html" leads to no file: gone.html`,
		`<a href="charters/Roof.html">`:                          `<a> href="charters/Roof.html" leads to no file: charters/Roof.html is written charters/roof.html`,
		`<a href="charters/">`:                                   `<a> href="charters/" leads to no file: charters`,
		`<a href="../index.html">`:                               `<a> href="../index.html" leads to no file: ../index.html`,
		`<a href="/charters/roof.html">`:                         `<a> href="/charters/roof.html" begins at the root of a server`,
		`<a href="//example.org/x">`:                             `<a> href="//example.org/x" has no scheme, or one that no page of ours uses`,
		`<a href="charters/roof.html#goal">`:                     `<a> href="charters/roof.html#goal" leads to no id "goal" in charters/roof.html`,
		`<a href="file:///etc/passwd">`:                          `<a> href="file:///etc/passwd" has no scheme, or one that no page of ours uses`,
		`<img src="https://example.org/x.png">`:                  `<img> src="https://example.org/x.png" is fetched from elsewhere`,
		`<link rel="stylesheet" href="//example.org/x.css">`:     `<link> href="//example.org/x.css" is fetched from elsewhere`,
		`<img srcset="data.csv 1x, none.png 2x">`:                `<img> srcset="none.png" leads to no file: none.png`,
		`<i id="x"></i><i id="x"></i>`:                           `id "x" is given 2 times`,
		`<nav aria-labelledby="t"></nav>`:                        `<nav> aria-labelledby="t" names no element`,
		`<svg><use href="icons.svg#x"/></svg>`:                   `<use> href="icons.svg#x" leads to no file: icons.svg`,
		`<meta http-equiv="refresh" content="0;url=nowhere.ht">`: `<meta> content="nowhere.ht" leads to no file: nowhere.ht`,
	} {
		files := map[string]string{"index.html": "<!doctype html><html lang=en><head></head><body>" + body}
		for name, text := range others {
			files[name] = text
		}
		if want != "" {
			want = "index.html: " + want
		}
		if got := strings.Join(folder(t, files).Dangling(), "\n"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
	lost := folder(t, map[string]string{"a/x.css": "@import 'y.css'; a{background:url(../b/z.png)}", "i.html": ""})
	want := []string{"a/x.css: ../b/z.png leads to no file: b/z.png", "a/x.css: y.css leads to no file: a/y.css"}
	if diff := cmp.Diff(want, lost.Dangling()); diff != "" {
		t.Errorf("style sheets: %s", diff)
	}
}

func TestUnsafe(t *testing.T) {
	page := func(head, body string) string { return "<html><head>" + head + "</head><body>" + body }
	for text, want := range map[string]string{
		page(sound, `<script src="a.js"></script><script type="application/json">{"a":1}</script><b title="javascript: the good parts">`): "",
		page(sound, `<script>x()</script>`):                           "<script> holds script",
		page(sound, `<style>a{}</style>`):                             "<style> holds style",
		page(sound, `<p style="color:red">`):                          "<p> has style in an attribute",
		page(sound, `<p onclick="x()">`):                              "<p> has a handler: onclick",
		page(sound, "<a href=\" java\nscript:x()\">"):                 "<a> has a script address: href",
		page(sound, `<svg><a xlink:href="javascript:x()"></a></svg>`): "<a> has a script address: href",
		page(sound, `<iframe src="a.html"></iframe>`):                 "<iframe> has no place in a page",
		page("", ""): "the policy comes after <body>, or not at all",
		page(`<script src="a.js"></script>`+sound, ""):                                                "the policy comes after <script>, or not at all",
		page(strings.Replace(sound, "font-src 'self'", "font-src *", 1), ""):                          "the policy allows font-src *",
		page(strings.Replace(sound, "script-src 'self'", "script-src 'self' 'unsafe-inline'", 1), ""): "the policy allows script-src 'unsafe-inline'",
		page(strings.Replace(sound, "base-uri 'none'; ", "", 1), ""):                                  "the policy lacks base-uri",
	} {
		if want != "" {
			want = "index.html: " + want
		}
		if got := strings.Join(folder(t, map[string]string{"index.html": text}).Unsafe(), "\n"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestSamples(t *testing.T) {
	html := func(lang, text string) string { return "<html lang=" + lang + "><body>" + text }
	site := folder(t, map[string]string{
		"index.html": html("en", ""), "timeline.html": html("en", ""),
		"charters/a.html": html("en", "longest"), "charters/b.html": html("en", "short"), "charters/c.html": html("en", "longer"),
		"charters/d.html": html("da", "alene"), "charters/index.html": html("en", "all of them"),
		"da/index.html": html("da", ""), "da/timeline.html": html("da", ""),
		"charters/e.html": `<html lang=en><meta http-equiv="refresh" content="0; url=a.html">` + strings.Repeat(" ", 100),
	})
	var got []string
	for _, p := range site.Samples() {
		got = append(got, p.Path)
	}
	want := []string{"charters/a.html", "charters/b.html", "charters/d.html", "charters/index.html",
		"da/index.html", "da/timeline.html", "index.html", "timeline.html"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
