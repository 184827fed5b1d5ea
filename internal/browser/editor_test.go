package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/theme"
)

// editable is the site of content/ with the web editor, whose texts are in the browser's memory instead of at a forge.
var editable = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "charterhouse-editable-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	content := filepath.Join(dir, "content")
	if err := os.CopyFS(content, os.DirFS(filepath.Join("..", "..", "content"))); err != nil {
		return "", err
	}
	if err := swap(filepath.Join(content, "charterhouse.yaml"), "title:", "repository: https://gitlab.com/nordhavn/charters\neditor: {app_id: x}\ntitle:"); err != nil {
		return "", err
	}
	out, err := construct(content)
	if err != nil {
		return "", err
	}
	if err := swap(filepath.Join(out, "admin", "index.html"), `<script src="decap`, `<link rel=icon href=data:,><script src="seed.js"></script><script src="decap`); err != nil {
		return "", err
	}
	return out, swap(filepath.Join(out, "admin", "config.yml"), "name: gitlab", "name: test-repo")
})

// swap changes the first place of a file that says old.
func swap(file, old, new string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !strings.Contains(string(data), old) {
		return fmt.Errorf("%s does not say %s", file, old)
	}
	return os.WriteFile(file, []byte(strings.Replace(string(data), old, new, 1)), 0o644)
}

// edited serves it with some texts.
func edited(t *testing.T, texts map[string]string) string {
	t.Helper()
	out, err := editable()
	if err != nil {
		t.Fatal(err)
	}
	seed := map[string]any{}
	for file, text := range texts {
		at := seed
		parts := strings.Split(file, "/")
		for _, dir := range parts[:len(parts)-1] {
			if at[dir] == nil {
				at[dir] = map[string]any{}
			}
			at = at[dir].(map[string]any)
		}
		at[parts[len(parts)-1]] = map[string]any{"content": text}
		dir := strings.Join(parts[:len(parts)-1], "/") // the memory is asked for folders by their whole name, and for files step by step
		if seed[dir] == nil {
			seed[dir] = map[string]any{}
		}
		seed[dir].(map[string]any)[parts[len(parts)-1]] = map[string]any{"content": text}
	}
	files, err := json.Marshal(seed)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", server(t, out).Handler()) // under the policy that it has for the editor
	mux.HandleFunc("/admin/seed.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte("window.repoFiles = " + string(files)))
	})
	machine := httptest.NewServer(mux)
	t.Cleanup(machine.Close)
	return machine.URL + "/"
}

// until waits for a condition of the page.
func until(t *testing.T, tab *Tab, condition string) {
	t.Helper()
	for range 300 {
		if ask[bool](t, tab, condition) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s at %s with %s in\n%s\n%q", condition, ask[string](t, tab, "location.href"),
		ask[string](t, tab, "[...document.querySelectorAll('input, textarea')].map((i) => i.id + '=' + i.value).join(' ')"), ask[string](t, tab, "document.body.innerText"), tab.Faults())
}

// pressText presses the first button or link that begins with a text.
func pressText(t *testing.T, tab *Tab, text string) {
	t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("button, a, [role=button], [role=menuitem]")].find((e) => e.innerText.trim().startsWith(%q))`, text)
	until(t, tab, `!!`+find)
	ask[bool](t, tab, find+`.click() || true`)
}

// into types into the field of a key.
func into(t *testing.T, tab *Tab, key, text string) {
	t.Helper()
	find := fmt.Sprintf("document.querySelector('[id^=%q]')", key+"-field-")
	until(t, tab, "!!"+find)
	ask[bool](t, tab, find+".focus() || true")
	if err := tab.Type(text); err != nil {
		t.Fatal(err)
	}
}

// drafts are the texts that were saved and not published, by their files.
const drafts = `Object.fromEntries(Object.values(window.repoFilesUnpublished).flatMap((u) => u.diffs.map((d) => [d.path, d.content])))`

// odd is a charter whose values have other forms than the fields.
const odd = `---
schema: charter/1
title: Odd forms
summary: "Two leads, an owner with a role, a share with a cost centre."
status: proposed
created: 2026-01-01
lead: [freja-noerre, rasmus-kjaer]
timeframe: {start: 2026-02-01, end: 2026-06-30}
owners: {it: {person: samira-haddad, role: CIO}, marketing: nobody-known}
goals: [{id: g1, text: One}]
budget:
  currency: DKK
  total: 1250.50 # a comment
  shares: {marketing: {share: 1/2, cost_centre: "0110"}, it: rest}
team: [{person: gone-away, home: it, role: x, allocation: 60%}]
---

Text.
`

// The web editor opens below admin/, asks nobody else for anything, and shows the form of a charter. What it saves says
// what was said before: the digest of the terms stays, and so do the approvals and what it has no field for.
func TestWebEditor(t *testing.T) {
	club, err := os.ReadFile(filepath.Join("..", "..", "content", "charters", "loyalitetsklub.md"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"content/charters/loyalitetsklub.md": string(club), "content/charters/odd.md": odd}
	home := edited(t, texts)
	tab := open(t, Wide.At(home))
	visit(t, tab, home+"admin/")
	pressText(t, tab, "Login")
	for _, said := range []string{"Loyalitetsklub uden plastikkort · agreed", "Charters with a folder", "Questions"} {
		until(t, tab, fmt.Sprintf("document.body.innerText.includes(%q)", said))
	}
	pressText(t, tab, "Loyalitetsklub")
	for _, label := range []string{"BUDGET (OPTIONAL)", "customer-database: marketing", "freja-noerre · 60%", "2027-06-25 · Klubben åbner i tre butikker"} {
		until(t, tab, fmt.Sprintf("document.body.innerText.includes(%q)", label))
	}
	if form := ask[string](t, tab, "document.body.innerText"); strings.Contains(form, "APPROVALS") || strings.Contains(form, "jt1-") {
		t.Error("approvals can be typed in")
	}
	for file, text := range texts {
		list(t, tab)
		ask[bool](t, tab, fmt.Sprintf("!!(location.hash = '/collections/charters/entries/%s')", strings.TrimSuffix(filepath.Base(file), ".md")))
		title := map[string]string{"odd.md": "Odd forms", "loyalitetsklub.md": "Loyalitetsklub uden plastikkort"}[filepath.Base(file)]
		until(t, tab, fmt.Sprintf("document.querySelector('[id^=title-field-]')?.value == %q", title))
		into(t, tab, "short_title", "Ny ")
		pressText(t, tab, "Save")
		until(t, tab, fmt.Sprintf("!!%s[%q] && document.body.innerText.includes('CHANGES SAVED')", drafts, file))
		saved := ask[map[string]string](t, tab, drafts)[file]
		before, known := charter.Parse("x.md", []byte(text), charter.Options{Lang: "en", Speech: theme.Speech(nil)})
		after, found := charter.Parse("x.md", []byte(saved), charter.Options{Lang: "en", Speech: theme.Speech(nil)})
		if after.Terms != before.Terms || len(found) != len(known) || !strings.HasPrefix(after.Short(), "Ny") {
			t.Errorf("%v: %s now has the terms\n%s\nand had\n%s", found, after.Short(), after.TermsText(), before.TermsText())
		}
		if len(after.Approvals) != len(before.Approvals) || len(after.Budget.Periods) != len(before.Budget.Periods) || body(saved) != body(text) {
			t.Errorf("what has no field was lost: %s", saved)
		}
	}
	if faults := tab.Faults(); len(faults) > 0 {
		t.Errorf("%q", faults)
	}
	begin(t, tab)
	for _, f := range tab.Faults() {
		if !strings.HasPrefix(f, "dialog: Are you sure you want to leave") { // which the editor asks itself when it goes on to what it saved
			t.Error(f)
		}
	}
}

// list goes back to all charters, since one form does not become another's.
func list(t *testing.T, tab *Tab) {
	t.Helper()
	ask[bool](t, tab, "!!(location.hash = '/collections/charters')")
	until(t, tab, `document.body.innerText.includes("Group by")`)
}

// begin begins a charter. It holds what was typed and nothing besides, under a name of letters; a day that is none is refused
// where it was typed.
func begin(t *testing.T, tab *Tab) {
	t.Helper()
	list(t, tab)
	ask[bool](t, tab, "!!(location.hash = '/collections/charters/new')")
	until(t, tab, "document.querySelector('[id^=title-field-]')?.value == ''")
	into(t, tab, "title", "Fælles kalender")
	into(t, tab, "summary", "Vi vil se hinandens ferier.")
	into(t, tab, "created", "2027-1-4")
	ask[bool](t, tab, "document.querySelector('[id^=title-field-]').focus() || true")
	until(t, tab, `document.body.innerText.includes("YYYY-MM-DD")`)
	ask[bool](t, tab, `(() => { // the field puts the cursor back where it was, so nothing typed would take the place of all
		const day = document.querySelector("[id^=created-field-]");
		Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(day, "2027-01-04");
		return day.dispatchEvent(new Event("input", { bubbles: true }));
	})()`)
	pressText(t, tab, "Save")
	const file = "content/charters/faelles-kalender.md"
	until(t, tab, fmt.Sprintf("!!%s[%q]", drafts, file))
	text := ask[map[string]string](t, tab, drafts)[file]
	c, found := charter.Parse(file, []byte(text), charter.Options{Lang: "da", Speech: theme.Speech(nil)})
	if found.Count(diag.Error) > 0 || c.Title.Value != "Fælles kalender" || c.Created.Value.String() != "2027-01-04" || strings.Count(text, "\n") > 10 {
		t.Errorf("%v\n%s", found, text)
	}
}

// body is a text below its front matter.
func body(text string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	return strings.TrimSpace(rest)
}
