package browser

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// payloads run a dialog in a page that lets one of them through: as text, in an attribute, in a title, in script, in
// style, in a comment, or after decoding once too often.
var payloads = []string{
	`<script>alert('cut')</script>`,
	`<img src=x: onerror=alert('cut')>`,
	`"><svg onload=alert('cut')>`,
	`'><svg onload=alert('cut')>`,
	`" autofocus onfocus=alert('cut') x="`,
	`' autofocus onfocus=alert('cut') x='`,
	`</title><script>alert('cut')</script>`,
	`</script><script>alert('cut')</script>`,
	`</style><script>alert('cut')</script>`,
	`</textarea><script>alert('cut')</script>`,
	`--><script>alert('cut')</script>`,
	`';alert('cut');//`,
	`";alert('cut');//`,
	`</noscript><img src=x: onerror=alert('cut')>`,
}

// bare shows a payload as a careless theme would, in every place where text can stand.
func bare(payload string) string {
	return fmt.Sprintf(`<!doctype html><title>%[1]s</title><link rel=icon href=data:,><p>%[1]s</p><!-- %[1]s --><style>/* %[1]s */</style>
		<input value="%[1]s"><input value='%[1]s'><textarea>%[1]s</textarea><noscript>%[1]s</noscript>
		<script>a = "%[1]s"</script><script>a = '%[1]s'</script>`, payload)
}

// The payloads bite, or their silence in our pages would prove nothing.
func TestPayloadsBite(t *testing.T) {
	t.Parallel()
	for i, payload := range payloads {
		site := folder(t, map[string]string{"index.html": bare(payload)})
		tab := open(t, Wide)
		visit(t, tab, site.Home()+"index.html")
		settle(t, tab)
		if got := strings.Join(tab.Faults(), "\n"); !strings.Contains(got, "dialog: cut") {
			t.Errorf("payload %d is harmless: %s: %s", i, payload, got)
		}
		tab.Close()
	}
}

// settle waits until the page has been drawn, which is when a field that wants the focus gets it.
func settle(t *testing.T, tab *Tab) {
	t.Helper()
	ask[bool](t, tab, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
}

// siteOf builds the site of a content folder with these files.
func siteOf(t *testing.T, files map[string]string) *Site {
	t.Helper()
	content := t.TempDir()
	for name, text := range files {
		file := filepath.Join(content, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return siteIn(t, content)
}

// siteIn builds the site of a content folder.
func siteIn(t *testing.T, content string) *Site {
	t.Helper()
	dir, err := construct(content)
	if err != nil {
		t.Fatal(err)
	}
	site, err := ReadSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// No text of an author runs in any page, with the content security policy switched off: what holds is the escaping.
func TestHostilePortfolio(t *testing.T) {
	t.Parallel()
	site := siteOf(t, hostile())
	say(t, site.Unsafe())
	say(t, site.Dangling())
	tab := open(t, View{NoPolicy: true, Home: site.Home()})
	shown := map[string]bool{}
	for _, p := range site.Pages {
		if p.Moved != "" {
			continue
		}
		visit(t, tab, site.Home()+p.Path)
		settle(t, tab)
		said := ask[string](t, tab, "document.body.textContent")
		for i, payload := range payloads {
			if strings.Contains(said, payload) {
				shown[fmt.Sprint(i)] = true
			}
		}
		if ask[bool](t, tab, "({}).polluted !== undefined || typeof document.getElementById != 'function'") {
			t.Errorf("%s: a text has changed what script finds", p.Path)
		}
		for _, fault := range tab.Faults() {
			t.Errorf("%s: %s", p.Path, fault)
		}
	}
	for i, payload := range payloads {
		if !shown[fmt.Sprint(i)] {
			t.Errorf("payload %d is on no page, so nothing was tried: %s", i, payload)
		}
	}
	search(t, tab, site)
}

// search tries each payload as what a reader looks for: typed, in the query and in the fragment of an address.
func search(t *testing.T, tab *Tab, site *Site) {
	t.Helper()
	for _, payload := range payloads {
		for _, ending := range []string{"?q=", "#"} {
			visit(t, tab, site.Home()+"index.html")
			visit(t, tab, site.Home()+"initiatives/index.html"+ending+url.PathEscape(payload))
		}
		if err := tab.Type("/"); err != nil {
			t.Fatal(err)
		}
		if err := tab.Type(payload); err != nil {
			t.Fatal(err)
		}
		answered(t, tab, payload)
		if ask[int](t, tab, `document.querySelectorAll("#finds [role=option]").length`) == 0 {
			t.Errorf("looking for %s finds nothing, so nothing was tried", payload)
		}
		if err := tab.Press("Escape"); err != nil {
			t.Fatal(err)
		}
		visit(t, tab, site.Home()+"da/search.html?q="+url.QueryEscape(payload))
		shown(t, tab, payload)
		settle(t, tab)
		for _, fault := range tab.Faults() {
			t.Errorf("looking for %s: %s", payload, fault)
		}
	}
}

// hostile is a portfolio whose every text is a payload: one charter for each, proposed and cancelled by turns, and
// registers that take turns as well.
func hostile() map[string]string {
	q := func(i int) string { // a YAML string
		text, _ := json.Marshal(payloads[i%len(payloads)])
		return string(text)
	}
	var departments, people, areas, objectives strings.Builder
	for i := range payloads {
		fmt.Fprintf(&departments, "- id: d%d\n  name: {en: %s, da: %s}\n  chief: [{person: p%d, from: 2020-01-01}]\n  cost_centres: [%s]\n", i, q(i), q(i), i, q(i))
		fmt.Fprintf(&people, "- id: p%d\n  name: %s\n  department: [{id: d%d, from: 2020-01-01}]\n", i, q(i), i)
		fmt.Fprintf(&areas, "- id: a%d\n  name: %s\n", i, q(i))
		fmt.Fprintf(&objectives, "- id: o%d\n  text: %s\n  owner: d%d\n  period: 2027\n", i, q(i), i)
	}
	files := map[string]string{
		"charterhouse.yaml":         fmt.Sprintf("title: %s\nlanguages: [en, da]\nseverity: {B004: off, L008: off, C010: off}\n", q(0)),
		"registers/departments.yml": departments.String(),
		"registers/people.yml":      people.String(),
		"registers/areas.yml":       areas.String(),
		"registers/objectives.yml":  objectives.String(),
	}
	for i := range payloads {
		files[fmt.Sprintf("charters/c%d.md", i)] = "---\n" + hostileFacts(i, q) + "---\n" + hostileBody(payloads[i])
	}
	return files
}

func hostileFacts(i int, q func(int) string) string {
	other := (i + 1) % len(payloads)
	status := []string{"proposed", "cancelled"}[i%2]
	facts := fmt.Sprintf(`title: %[1]s
short_title: %[1]s
summary: %[1]s
lang: %[2]s
kind: joint
status: %[3]s
created: 2026-01-01
x: {note: %[1]s}
timeframe: {start: 2027-01-01, end: 2027-12-31}
owners:
  d%[4]d: {person: p%[4]d, role: %[1]s}
  d%[5]d: p%[5]d
lead: p%[4]d
budget:
  currency: EUR
  total: 1000
  shares: {d%[4]d: 50%%, d%[5]d: 50%%}
  spent: [{date: 2026-02-01, department: d%[4]d, amount: 10, note: %[1]s}]
goals: [{id: g1, text: %[1]s, measure: {metric: %[1]s, unit: %[1]s, baseline: 1, target: 2, by: 2027-06-30}}]
team:
  - {person: p%[4]d, home: d%[4]d, role: %[1]s, allocation: 50%%, from: 2027-01-01, until: 2027-12-31, return: {to: %[1]s, date: 2028-01-01}}
  - {person: p%[5]d, home: d%[5]d, role: %[1]s, allocation: 10%%, from: 2027-01-01, until: 2027-12-31}
responsibilities:
  - {area: a%[4]d, accountable: d%[4]d, scope: %[1]s, reason: %[1]s}
milestones: [{id: m1, title: %[1]s, due: 2027-03-01, owner: p%[4]d}]
risks: [{id: r1, text: %[1]s, probability: high, impact: low, owner: p%[4]d, response: %[1]s}]
deliverables: [{id: v1, title: %[1]s, owner: p%[4]d}]
exit_criteria: [%[1]s]
links: {related: [c%[5]d], contributes_to: ["objective:o%[4]d"]}
amendments: [{id: a1, date: 2026-02-01, summary: %[1]s, reason: %[1]s}]
updates: [{date: 2026-11-01, by: p%[4]d, rag: red, text: %[1]s, next: %[1]s}]
`, q(i), []string{"en", "da"}[i/2%2], status, i, other)
	if status == "cancelled" {
		facts += fmt.Sprintf("closure: {date: 2026-11-01, outcome: %[1]s, actuals: {d%[2]d: 1, d%[3]d: 2}, lessons: %[1]s}\n", q(i), i, other)
	}
	return facts
}

// hostileBody says a payload in every way that Markdown has.
func hostileBody(payload string) string {
	link := strings.NewReplacer("[", "", "]", "", "|", "").Replace(payload)
	return fmt.Sprintf(`
## Background %[1]s

%[1]s

Text %[1]s and [[c0|%[2]s]] and [[person:p0|%[2]s]] and `+"`%[1]s`"+` and **%[1]s**.

# getElementById

## constructor

## __proto__

[one](javascript:alert('cut')) [two](<java	script:alert('cut')>) [three](javascript&colon;alert('cut'))
<javascript:alert('cut')> [four](data:text/html,<script>alert('cut')</script>) [five](vbscript:x)
[six](https://example.org/ "%[3]s") ![%[2]s](data:image/png;base64,iVBORw0KGgo= "%[3]s") [seven][ref]

[ref]: javascript:alert('cut') "%[3]s"

| %[2]s | b |
|---|---|
| %[2]s | %[2]s |

- [ ] %[1]s

> %[1]s

`+"```%[4]s\n%[1]s\n```\n", payload, link, strings.ReplaceAll(payload, `"`, `\"`), strings.ReplaceAll(payload, "`", ""))
}
