package preview

import (
	"charterhouse/internal/theme"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/themes"
)

// form is what a browser would send of a charter's form.
func (r *running) form(file string) url.Values {
	r.t.Helper()
	status, body := r.get("/-/edit/" + file)
	if status != http.StatusOK {
		r.t.Fatalf("%s: status %d: %s", file, status, body)
	}
	return sent(r.t, body)
}

// sent reads the values of a form as a browser sends them: the first line end
// of a text field is not part of it, the others become CR and LF.
func sent(t testing.TB, body string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	var in string // the select around an option
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		a := map[string]string{}
		for _, x := range n.Attr {
			a[x.Key] = x.Val
		}
		switch n.Data {
		case "input":
			if a["name"] != "" {
				form.Add(a["name"], strings.NewReplacer("\r", "", "\n", "").Replace(a["value"]))
			}
		case "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
			form.Add(a["name"], strings.ReplaceAll(text, "\n", "\r\n"))
		case "select":
			in = a["name"]
		case "option":
			if _, chosen := a["selected"]; chosen {
				form.Add(in, a["value"])
			}
		}
	}
	return form
}

func (r *running) charters() []string {
	var all []string
	_ = fs.WalkDir(os.DirFS(r.path("content")), "charters", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && path.Ext(name) == ".md" && !strings.Contains(name, "/updates/") {
			all = append(all, name)
		}
		return err
	})
	return all
}

// Saving a form in which nothing was typed leaves every byte, over all charters
// of the sample and three hundred that were made; and so does looking it over.
func TestSavingNothingChangesNothing(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"sample": "", "made": made(t, 300)} {
		t.Run(name, func(t *testing.T) {
			var r *running
			if dir == "" {
				r = start(t, nil)
			} else {
				r = startIn(t, dir, nil)
			}
			before := fingerprint(t, r.dir)
			all := r.charters()
			if len(all) < 40 {
				t.Fatalf("only %d charters", len(all))
			}
			for _, file := range all {
				text := r.read("content/" + file)
				form := r.form(file)
				d, ok := take(file, form)
				if !ok || d.cannot != nil || string(d.text) != text {
					t.Fatalf("%s: the form makes another text (%v) of it:\n%s", file, d.cannot, d.text)
				}
				form.Set("intent", "save")
				if status, body := r.post("/-/edit/"+file, form); status != http.StatusOK || strings.Contains(body, "class=\"ins\"") {
					t.Fatalf("%s: status %d", file, status)
				}
			}
			if fingerprint(t, r.dir) != before {
				t.Error("files were written")
			}
		})
	}
}

// Each value that a form shows can be changed, and only that value is then
// another one.
func TestOneFieldOneValue(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, file := range r.charters() {
		text := r.read("content/" + file)
		if block, _ := facts.Split(file, []byte(text)); block.Format != facts.YAML {
			continue // see TestOtherFormats
		}
		form := r.form(file)
		for name := range form {
			kind, where, _ := strings.Cut(name, ":")
			if kind != "v" || form.Get(name) == "" || where == "" {
				continue
			}
			was := form.Get(name)
			form.Set(name, "Zebra")
			d, ok := take(file, form)
			form.Set(name, was)
			if !ok || d.cannot != nil {
				t.Errorf("%s, %s: %v", file, where, d.cannot)
				continue
			}
			before, _ := amend.Read(file, []byte(text))
			after, _ := amend.Read(file, d.text)
			if n := amend.Find(after, where); n == nil || n.Text != "Zebra" {
				t.Errorf("%s: %s is not what was typed", file, where)
			}
			now := map[string]string{}
			for p, n := range amend.Walk(after) {
				now[p] = n.Text
			}
			for p, n := range amend.Walk(before) {
				if p != where && now[p] != n.Text {
					t.Errorf("%s: %s was changed with %s: %q became %q", file, p, where, n.Text, now[p])
				}
			}
			if amend.Prose(file, d.text) != amend.Prose(file, []byte(text)) {
				t.Errorf("%s: the text was changed with %s", file, where)
			}
		}
	}
}

const plainText = `---
schema: charter/1
title: 'Plain'   # as agreed in May
lang: en
kind: joint
status: proposed

created: 2026-11-02
budget:
    currency: DKK
    total: 100
    shares: {it: 50%, marketing: "50%"}
---

One.

Two.
`

// What is saved is what was shown: the line ends, comments and quotes of a file
// stay, and a file that changed meanwhile is not written.
func TestSave(t *testing.T) {
	t.Parallel()
	const file = "charters/plain-thing.md"
	for name, text := range map[string]string{"unix": plainText, "windows": strings.ReplaceAll(plainText, "\n", "\r\n"), "marked": "\ufeff" + plainText} {
		t.Run(name, func(t *testing.T) {
			r := start(t, nil)
			r.write("content/"+file, text)
			r.settle()
			form := r.form(file)
			form.Set("v:title", "It's plain")
			form.Set("v:budget.shares.marketing", "40%")
			form.Set("body", strings.Replace(form.Get("body"), "Two.", "Two and\r\nthree.", 1))
			form.Set("intent", "look")
			_, body := r.post("/-/edit/"+file, form)
			if r.read("content/"+file) != text {
				t.Fatal("looking over wrote the file")
			}
			if !strings.Contains(body, "10 % is missing to 100 %") {
				t.Error("the form does not say what is missing")
			}
			form = sent(t, body)
			form.Set("v:budget.shares.it", "60%")
			form.Set("intent", "save")
			if _, body = r.post("/-/edit/"+file, form); !strings.Contains(body, "Saved.") {
				t.Fatal("it was not saved")
			}
			end := "\n"
			if name == "windows" {
				end = "\r\n"
			}
			want := strings.NewReplacer("it: 50%", "it: 60%", "'Plain'", "'It''s plain'", `"50%"`, `"40%"`, "Two.", "Two and"+end+"three.").Replace(text)
			if now := r.read("content/" + file); now != want {
				t.Errorf("the file became %q\nwant %q", now, want)
			}
			r.settle()

			form = r.form(file)
			form.Set("v:title", "Mine")
			form.Set("intent", "save")
			theirs := strings.Replace(want, "created: 2026-11-02", "created: 2026-11-03", 1)
			r.write("content/"+file, theirs)
			_, body = r.post("/-/edit/"+file, form)
			if r.read("content/"+file) != theirs {
				t.Error("a file that changed meanwhile was written")
			}
			if !strings.Contains(body, "2026-11-03") || !strings.Contains(body, "Mine") {
				t.Error("not both are shown")
			}
			form = sent(t, body)
			form.Set("intent", "save")
			r.post("/-/edit/"+file, form)
			if now := r.read("content/" + file); now != strings.Replace(theirs, "'It''s plain'", "'Mine'", 1) {
				t.Errorf("the file became %q", now)
			}
		})
	}
}

// Formats other than YAML are refused in words, and stay as they are.
func TestOtherFormats(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for file, text := range map[string]string{
		"charters/in-toml.md": "+++\ntitle = \"In TOML\" # so\nstatus = \"proposed\"\n+++\n\nOne.\n",
		"charters/in-json.md": "{\n  \"title\": \"In JSON\",\n  \"status\": \"proposed\"\n}\n\nOne.\n",
	} {
		r.write("content/"+file, text)
		r.settle()
		form := r.form(file)
		form.Set("v:title", "Another")
		form.Set("intent", "save")
		_, body := r.post("/-/edit/"+file, form)
		if !strings.Contains(body, "This cannot be changed here") || r.read("content/"+file) != text {
			t.Errorf("%s became %q", file, r.read("content/"+file))
		}
	}
}

// Each thing that a proposal lacks can be written by its button; all other bytes
// stay, and what was written is seen at once.
func TestCoaching(t *testing.T) {
	t.Parallel()
	const file = "charters/bare-thing.md"
	const text = "---\n# the beginning\ntitle: Bare\n---\n\nOne.\n"
	r := start(t, nil)
	r.write("content/"+file, text)
	r.settle()
	for i := 0; ; i++ {
		_, page := r.get("/charters/bare-thing.html")
		_, after, found := strings.Cut(page, `name="key" value="`)
		if !found {
			if i < 5 {
				t.Errorf("only %d things were missing", i)
			}
			break
		}
		key, _, _ := strings.Cut(after, `"`)
		before := r.read("content/" + file)
		if status, body := r.post("/-/write", url.Values{"token": {r.s.token}, "file": {file}, "key": {key}}); status != http.StatusSeeOther {
			t.Fatalf("%s: status %d %s", key, status, body)
		}
		now := r.read("content/" + file)
		for line := range strings.Lines(before) {
			if !strings.Contains(now, line) {
				t.Fatalf("with %s %q was lost:\n%s", key, line, now)
			}
		}
		c, _ := charter.Parse(file, []byte(now), charter.Options{Lang: "en"})
		if !c.Keys.Of(key).Written() || i > 30 {
			t.Fatalf("%s was not written:\n%s", key, now)
		}
	}
	r.settle()
}

// The preview's own pages speak every language of the site's words, from the
// same keys, and its theme is sound.
func TestOwnThemeIsSound(t *testing.T) {
	var o own
	worn, _ := theme.Load(nil, "themes/default", []string{"en", "da", "de"})
	for _, lang := range []string{"en", "da", "de"} {
		if w := o.dress(worn).Words(lang); w == nil || w.T("preview.live") == "preview.live" {
			t.Errorf("%s: no words", lang)
		}
	}
	for _, f := range charter.Fields() { // which have no Go of their own in German
		for _, key := range []string{"form." + f.Path, "about." + f.Path} {
			if _, ok := o.dress(worn).Words("de").Find(key); !ok {
				t.Errorf("themes/preview/messages/de.toml lacks %q", key)
			}
		}
	}
	keys := func(lang string) []string {
		data, err := fs.ReadFile(themes.Preview(), "messages/"+lang+".toml")
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for line := range strings.Lines(string(data)) {
			if key, _, ok := strings.Cut(line, " ="); ok {
				all = append(all, key)
			}
		}
		return all
	}
	en := keys("en")
	for _, lang := range []string{"da", "de"} {
		other := keys(lang)
		for _, key := range en {
			if !slices.Contains(other, key) {
				t.Errorf("themes/preview/messages/%s.toml lacks %s", lang, key)
			}
		}
		for _, key := range other {
			if !slices.Contains(en, key) && !strings.HasPrefix(key, `"form.`) && !strings.HasPrefix(key, `"about.`) {
				t.Errorf("themes/preview/messages/%s.toml has %s, which English has not", lang, key)
			}
		}
	}
}
