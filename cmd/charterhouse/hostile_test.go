package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const fine = "---\nschema: charter/1\ntitle: Fine\nsummary: A charter beside the bad one.\nstatus: proposed\ncreated: 2026-11-01\n---\n"

// head is a proposal with more lines of front matter.
func head(lines string) string {
	return "---\nschema: charter/1\ntitle: Bad\nsummary: This is wrong.\nstatus: proposed\ncreated: 2026-11-01\n" + lines + "---\n"
}

// Bad input gets a finding with its place, and nothing worse: no panic, no
// hang, and the charter beside it is still looked at.
func TestBadInput(t *testing.T) {
	file := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			to := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	bad := func(text string) func(*testing.T, string) { return file("charters/bad.md", text) }
	for _, c := range []struct {
		name, code string
		line       int // 0: the file as a whole
		make       func(t *testing.T, dir string)
	}{
		{"invalid UTF-8", "C013", 3, bad("---\nschema: charter/1\ntitle: \xe6\n---\n")},
		{"UTF-16", "C013", 1, bad("\xff\xfe-\x00-\x00-\x00")},
		{"NUL", "C013", 3, bad("---\nschema: charter/1\ntitle: a\x00b\n---\n")},
		{"bidi override", "C013", 3, bad("---\nschema: charter/1\ntitle: a\u202eb\n---\n")},
		{"no front matter", "C001", 1, bad("# Just prose\n")},
		{"unclosed front matter", "C001", 1, bad("---\ntitle: Open\nbudget: {total: 5}\n")},
		{"duplicate key", "C003", 7, bad(head("title: Again\n"))},
		{"alias bomb", "C015", 7, bad(head("x: &a [l, l]\ny: [*a, *a]\n"))},
		{"deep nesting", "C015", 7, bad(head("x: " + strings.Repeat("[", 10_000) + "\n"))},
		{"large file", "D003", 0, bad(strings.Repeat("x", 50<<20))},
		{"month 13", "T001", 7, bad(head("timeframe: {start: 2026-13-01}\n"))},
		{"grouped amount", "F002", 7, bad(head("budget: {currency: DKK, total: 1.000.000, shares: {it: 100%}}\n"))},
		{"three times 33.33%", "F006", 0, bad(head("budget: {currency: DKK, total: 90000, shares: {it: 33.33%, marketing: 33.33%, sales: 33.33%}}\n"))},
		{"id that climbs", "C007", 7, bad(head("id: ../../x\n"))},
		{"id of a device", "D004", 0, file("charters/con.md", fine)},
		{"ids that differ by case", "D004", 0, func(t *testing.T, dir string) {
			file("charters/twin.md", fine)(t, dir)
			file("charters/Twin.md", fine)(t, dir)
		}},
		{"ids that differ by form", "D004", 0, func(t *testing.T, dir string) {
			file("charters/\u00e5.md", fine)(t, dir)
			file("charters/a\u030a.md", fine)(t, dir)
		}},
		{"unsafe link", "L008", 8, bad(head("") + "[x](javascript:alert(1))\n")},
		{"unsafe link in disguise", "L008", 8, bad(head("") + "[x](javascript&colon;alert(1))\n")},
		{"raw HTML", "B004", 8, bad(head("") + "<script>alert(1)</script>\n")},
		{"link out of the folder", "L006", 8, bad(head("") + "[x](../../etc/passwd.md)\n")},
		{"symbolic link out", "L006", 0, func(t *testing.T, dir string) {
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, "charters", "bad.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"symbolic link in a circle", "L006", 0, func(t *testing.T, dir string) {
			if err := os.Symlink("loop.md", filepath.Join(dir, "charters", "loop.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"FIFO", "D001", 0, func(t *testing.T, dir string) {
			if err := syscall.Mkfifo(filepath.Join(dir, "charters", "bad.md"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"folder for a file", "D001", 0, func(t *testing.T, dir string) {
			if err := os.MkdirAll(filepath.Join(dir, "charters", "bad.md"), 0o755); err != nil {
				t.Fatal(err)
			}
		}},
		{"unknown key", "C004", 7, bad(head("budgett: 5\n"))},
		{"number for a list", "C005", 7, bad(head("goals: 5\n"))},
		{"program for a picture", "D007", 3, file("charters/bad.svg", "<svg xmlns='http://www.w3.org/2000/svg'>\n\n<script>x</script></svg>")},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file("charters/fine.md", fine)(t, dir)
			file("charterhouse.yaml", "title: T\n")(t, dir)
			file("registers/departments.yml", "- {id: it, name: IT}\n- {id: marketing, name: Marketing}\n- {id: sales, name: Sales}\n")(t, dir)
			c.make(t, dir)
			var out, errs bytes.Buffer
			if code := run([]string{"check", dir, "--as-of", "2026-11-16", "--format", "json"}, strings.NewReader(""), &out, &errs); code == exitWorld {
				t.Fatalf("the command gave up: %s", errs.String())
			}
			var report struct {
				Findings []struct {
					Code, File, Message, Hint string
					Line                      int
				}
			}
			if err := json.Unmarshal(out.Bytes(), &report); err != nil {
				t.Fatal(err)
			}
			told, other := false, false
			for _, f := range report.Findings {
				told = told || f.Code == c.code && f.File != "" && f.Message != "" && (c.line == 0 || f.Line == c.line)
				other = other || f.File == "charters/fine.md" && f.Code == "G001"
			}
			if !told || !other {
				t.Errorf("wanted %s in line %d, and the other charter looked at: %s", c.code, c.line, out.String())
			}
		})
	}
}

// A byte order mark and Windows line ends are nobody's fault.
func TestHonestFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"charterhouse.yaml": "\ufefftitle: T\r\n", "charters/bom.md": "\ufeff" + fine, "charters/crlf.md": strings.ReplaceAll(fine, "\n", "\r\n")} {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	if code := run([]string{"check", dir, "--as-of", "2026-11-16"}, strings.NewReader(""), &out, &errs); code != exitClean || strings.Contains(out.String(), "error") || !strings.Contains(out.String(), "2 warnings") {
		t.Errorf("%d: %s%s", code, out.String(), errs.String())
	}
}

// All findings of all files, in one order, whatever the run.
func TestSameFindingsEveryTime(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "charters"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "charterhouse.yaml"), []byte("title: T\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := []string{head("title: Twice\n"), head("budgett: 1\n"), "no front matter\n", head("id: UPPER\n"), head("timeframe: {start: 2026-13-01}\n"), head("lead: nobody\n"), head("") + "[[nowhere]]\n", head("") + "<b>raw</b>\n", head("goals: 5\n"), head("status: agreed\n")}
	for i := range 500 {
		text := fine
		if i%10 == 0 {
			text = broken[i/10%len(broken)]
		}
		if err := os.WriteFile(filepath.Join(dir, "charters", strings.ToLower(string(rune('a'+i/26%26)))+string(rune('a'+i%26))+"-"+strings.Repeat("x", i/676)+"c.md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cache := filepath.Join(dir, "cache")
	t.Setenv("XDG_CACHE_HOME", cache)
	var first string
	for i := range 20 {
		if i%2 == 0 { // what the last run kept does not show
			if err := os.RemoveAll(cache); err != nil {
				t.Fatal(err)
			}
		}
		var out, errs bytes.Buffer
		if code := run([]string{"check", dir, "--as-of", "2026-11-16"}, strings.NewReader(""), &out, &errs); code != exitErrors {
			t.Fatalf("%d: %s", code, errs.String())
		}
		if first == "" {
			first = out.String()
		}
		if out.String() != first {
			t.Fatal("two runs say it differently")
		}
		if kept, _ := filepath.Glob(filepath.Join(cache, "charterhouse", "*.shelf")); len(kept) != 1 {
			t.Fatalf("%d shelves are kept", len(kept))
		}
	}
	for _, code := range []string{"C001", "C003", "C004", "C005", "C007", "T001", "P001", "L001", "B004", "C006"} {
		if !strings.Contains(first, "["+code+"]") {
			t.Errorf("%s is not among the findings", code)
		}
	}
}
