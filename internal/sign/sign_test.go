package sign

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/desk"
	"charterhouse/internal/portfolio"
)

var day, _ = calendar.ParseDate("2026-11-16")

// open looks at a copy of the sample.
func open(t *testing.T) (dir string, pen func() *Pen) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	content := filepath.Join(dir, "content")
	root, err := os.OpenRoot(content)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return content, func() *Pen {
		d, err := desk.Open(desk.Place{Content: content, Around: dir}, false)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		v := d.Look(day)
		return &Pen{Portfolio: v.Portfolio, Found: v.Found, Words: v.Theme.Words("en"), Content: root}
	}
}

// TestEveryCharter signs each charter of the sample for each department that may:
// the terms stay what they are, the signature counts, and what is refused leaves
// every file alone.
func TestEveryCharter(t *testing.T) {
	dir, look := open(t)
	before := look()
	signed, refused := 0, 0
	want := map[portfolio.ID]int{}
	for _, c := range before.Portfolio.Charters() {
		for _, s := range before.Portfolio.Signatures(c) {
			w := Wish{Charter: string(c.ID.Value), Person: string(before.Portfolio.Signer(c, s)), Department: string(s.Department), Date: day, Note: "It's \"ours\": all of it"}
			given, err := before.Sign(w)
			if err != nil {
				refused++
				continue
			}
			was, _ := os.ReadFile(filepath.Join(dir, given.File()))
			if err := given.Write(); err != nil {
				if !strings.Contains(err.Error(), "changed meanwhile") { // for another department, in this very look
					t.Errorf("%s for %s: %v", c.ID.Value, s.Department, err)
				}
				continue
			}
			signed++
			want[c.ID.Value]++
			now, _ := os.ReadFile(filepath.Join(dir, given.File()))
			if lines, all := bytes.Count(now, []byte("\n"))-bytes.Count(was, []byte("\n")), bytes.Split(was, []byte("\n")); lines < 1 || lines > 7 || !kept(all, now) {
				t.Errorf("%s: %d lines more:\n%s", c.ID.Value, lines, given.Lines())
			}
		}
	}
	after := look()
	for id, n := range want {
		c, was := after.Portfolio.Charter(id), before.Portfolio.Charter(id)
		valid := 0
		for _, s := range after.Portfolio.Signatures(c) {
			if s.State == portfolio.Valid && s.Approval.Date.Value == day {
				valid++
			}
		}
		if c.Terms != was.Terms || valid != n {
			t.Errorf("%s: %d signatures of %d count; terms %s, before %s", id, valid, n, c.Terms, was.Terms)
		}
	}
	if signed < 3 || refused < 30 {
		t.Errorf("%d signed, %d refused", signed, refused)
	}
}

// kept reports whether every line of a text still stands in another, in order,
// perhaps moved to the right.
func kept(lines [][]byte, text []byte) bool {
	now := bytes.Split(text, []byte("\n"))
	for _, line := range lines {
		for len(now) > 0 && strings.TrimPrefix(string(bytes.TrimSpace(now[0])), "- ") != strings.TrimPrefix(string(bytes.TrimSpace(line)), "- ") {
			now = now[1:]
		}
		if len(now) == 0 {
			return false
		}
		now = now[1:]
	}
	return true
}

// TestMeanwhile changes a file between the moment a signature is shown and the
// one it is written in: nothing is written.
func TestMeanwhile(t *testing.T) {
	const id = "hurtig-maanedslukning"
	dir, look := open(t)
	own := filepath.Join(dir, "approvals/finance", id+".yml")
	text := filepath.Join(dir, "charters", id+".md")
	was, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	it, finance := Wish{Charter: id, Person: "samira-haddad", Date: day}, Wish{Charter: id, Person: "Henrik Nygaard", Date: day}
	for name, c := range map[string]struct {
		wish   Wish
		file   string
		change []byte
	}{
		"the charter":                    {it, text, append(bytes.Clone(was), ' ')},
		"the charter of a file apart":    {finance, text, bytes.Replace(was, []byte("1320000"), []byte("1320001"), 1)},
		"a file that was not there":      {finance, own, []byte("person: x\n")},
		"the charter, before it is read": {it, text, nil},
	} {
		pen := look()
		given, err := pen.Sign(c.wish)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.change == nil {
			os.Remove(text)
		} else if err := os.WriteFile(c.file, c.change, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := given.Write(); err == nil || !strings.Contains(err.Error(), "changed meanwhile, so nothing was written") {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(c.file); !bytes.Equal(now, c.change) {
			t.Errorf("%s: it became\n%s", name, now)
		}
		if c.change == nil {
			if _, err := pen.Sign(c.wish); err == nil {
				t.Errorf("%s: a file that is gone was signed", name)
			}
		}
		os.Remove(own)
		if err := os.WriteFile(text, was, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*/.*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestFormats signs one charter in TOML, in JSON, and with the mark and the line ends
// that editors of Windows leave.
func TestFormats(t *testing.T) {
	dir, look := open(t)
	for format, text := range map[string]string{
		"toml": "+++\ntitle = 'T'\nsummary = 'T.'\nstatus = 'agreed'\ncreated = 2026-01-01\nlead = 'tove-soenderby'\n[timeframe]\nstart = 2026-12-01\nend = 2027-05-31\n[owners]\nit = 'samira-haddad'\n" +
			"[budget]\ncurrency = 'DKK'\ntotal = 1000\nshares = {it = '100%'}\n[[goals]]\nid = 'g1'\ntext = 'Done'\n[[responsibilities]]\narea = 'data-handling'\naccountable = 'it'\n+++\n",
		"json": `---json
{
  "title": "J", "summary": "J.", "status": "agreed", "created": "2026-01-01", "lead": "tove-soenderby",
  "timeframe": {"start": "2026-12-01", "end": "2027-05-31"}, "owners": {"it": "samira-haddad"},
  "budget": {"currency": "DKK", "total": 1000, "shares": {"it": "100%"}},
  "goals": [{"id": "g1", "text": "Done"}], "responsibilities": [{"area": "data-handling", "accountable": "it"}]
}
---
`,
		"windows": "\ufeff---\r\ntitle: W\r\nsummary: W.\r\nstatus: agreed\r\ncreated: 2026-01-01\r\nlead: tove-soenderby\r\ntimeframe: {start: 2026-12-01, end: 2027-05-31}\r\nowners: {it: samira-haddad}\r\n" +
			"budget: {currency: DKK, total: 1000, shares: {it: 100%}}\r\ngoals: [{id: g1, text: Done}]\r\nresponsibilities: [{area: data-handling, accountable: it}]\r\n---\r\n",
	} {
		name := filepath.Join(dir, "charters", "in-"+format+".md")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		given, err := look().Sign(Wish{Charter: "in-" + format, Person: "samira-haddad", Date: day})
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if err := given.Write(); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		after := look()
		if c := after.Portfolio.Charter(charter.ID("in-" + format)); after.Portfolio.Agreement(c) != portfolio.FullySigned {
			t.Errorf("%s: %s\n%s", format, after.Portfolio.Agreement(c), given.Lines())
		}
		if now, _ := os.ReadFile(name); format == "windows" && (!bytes.HasPrefix(now, []byte("\ufeff---\r\n")) || bytes.Count(now, []byte("\n")) != bytes.Count(now, []byte("\r\n"))) {
			t.Errorf("the mark or the line ends are not what they were:\n%q", now)
		}
	}
}

// A chief who came after the charter was agreed: what the former one signed on paper
// can be entered, and what changes since then needs the owner of today first.
func TestChiefsChange(t *testing.T) {
	dir, look := open(t)
	const text = "---\ntitle: C\nsummary: C.\nstatus: agreed\ncreated: 2025-01-01\nlead: tove-soenderby\ntimeframe: {start: 2025-12-01, end: 2027-05-31}\nowners: {it: frode-aakjaer}\n" +
		"budget: {currency: DKK, total: 1000, shares: {it: 100%}}\ngoals: [{id: g1, text: Done}]\nresponsibilities: [{area: data-handling, accountable: it}]\n---\n"
	name := filepath.Join(dir, "charters", "chiefs.md")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	long, _ := calendar.ParseDate("2025-11-20")
	given, err := look().Sign(Wish{Charter: "chiefs", Person: "frode-aakjaer", Date: long})
	if err != nil {
		t.Fatal(err)
	}
	if err := given.Write(); err != nil {
		t.Fatal(err)
	}
	now, _ := os.ReadFile(name)
	if err := os.WriteFile(name, bytes.Replace(now, []byte("total: 1000"), []byte("total: 1100"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	wish := Wish{Charter: "chiefs", Person: "samira-haddad", Date: day}
	if _, err := look().Sign(wish); err == nil || !strings.Contains(err.Error(), "names Frode Aakjær as the owner for IT") {
		t.Errorf("%v", err)
	}
	now = bytes.Replace(bytes.Replace(now, []byte("total: 1000"), []byte("total: 1100"), 1), []byte("it: frode-aakjaer"), []byte("it: samira-haddad"), 1)
	if err := os.WriteFile(name, now, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := look().Sign(wish); err != nil {
		t.Error(err)
	}
}

// Prose that is beyond a limit is not read, so its scope is not known, and nobody can
// sign it.
func TestUnreadScope(t *testing.T) {
	dir, look := open(t)
	name := filepath.Join(dir, "charters", "hurtig-maanedslukning.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(text, strings.Repeat("[a](b.md) ", 3000)...), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := look().Sign(Wish{Charter: "hurtig-maanedslukning", Person: "samira-haddad", Date: day}); err == nil || !strings.Contains(err.Error(), "[C015]") {
		t.Errorf("%v", err)
	}
}
