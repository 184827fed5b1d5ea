package diag

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample holds one of each: a caret, an underline, a fix, a related place, a
// file as a whole, no file at all, and text that would rather be a command.
func sample() (List, Report) {
	lines := map[string]string{
		"charters/roof.md:7":      "  shares: {marketing: 50%, it: 40%}",
		"charters/tag.md:3":       "\ttitle: Nyt tag på 本社, og \x1b[31mrødt\u202e",
		"charters/tag.md:12":      strings.Repeat("langt ", 40) + "[[tagg]]" + strings.Repeat(" igen", 40),
		"charters/tag.md:123456":  "end",
		"registers/people.yml:10": "lena-brandt: {name: A\u030arhus}",
		"registers/people.yml:2":  "lena-brandt: {name: Lena}",
	}
	l := List{
		{Pos: Pos{"registers/people.yml", 10, 20}, Width: 7, Severity: Error, Code: "C003", Message: Say(`"lena-brandt" is written twice`),
			Hint: Say("keep one of the two lines"), Related: []At[Text]{{Say("first written here"), Pos{"registers/people.yml", 2, 1}}}},
		{Pos: Pos{"charters/tag.md", 12, 241}, Width: 8, Severity: Warning, Code: "L001", Message: Say("no charter is called \"tagg\""), Hint: Say("did you mean tag?"),
			Fixes: []Fix{{Title: Say("write tag"), Pos: Pos{"charters/tag.md", 12, 243}, Old: "tagg", New: "tag"}}},
		{Pos: Pos{"charters/tag.md", 123456, 4}, Severity: Warning, Code: "B001", Message: Say("the section \"Scope\" is missing")},
		{Pos: Pos{"charters/roof.md", 7, 11}, Width: 25, Severity: Error, Code: "F006", Message: Say("the shares add up to 90 %%, 10 %% (48 000.00 EUR) is missing"),
			Hint: Say("write it: 50%%"), Fixes: []Fix{{Title: Say("write 50%%"), Old: "{marketing: 50%, it: 40%}", New: "{marketing: 50%,\n it: 50%}"}}},
		{Pos: Pos{"charters/tag.md", 3, 17}, Width: 2, Severity: Error, Code: "C013", Message: Say("50 %% of this\r\n::error::is \x1b]0;no\x07 command, \xe6"), Hint: Say("delete it")},
		{Pos: Pos{"charters/a,b:c %.md", 0, 0}, Severity: Error, Code: "D004", Message: Say("this name holds a character that not every system allows")},
		{Severity: Note, Code: "A009", Message: Say("the history is shallow")},
	}
	l.Sort()
	return l, Report{Files: 31, Root: "content", Tool: "1.2.3",
		Line:  func(file string, n int) string { return lines[Pos{File: file, Line: n}.String()] },
		Title: func(c Code) string { return "the title of " + string(c) },
	}
}

func TestWrite(t *testing.T) {
	for _, f := range Formats {
		t.Run(string(f), func(t *testing.T) {
			l, r := sample()
			golden(t, string(f), write(t, f, l, r))
			if again := write(t, f, l, r); again != write(t, f, l, r) {
				t.Error("the same findings gave other bytes")
			}
			r.Files, r.Line, r.Title, r.Tool = 1, nil, nil, ""
			golden(t, string(f)+"-none", write(t, f, nil, r))
		})
	}
	l, r := sample()
	r.Color = true
	golden(t, "colour", write(t, People, l, r))
}

func write(t *testing.T, f Format, l List, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, l, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// The library carries the standard's own schema.
func TestSARIFKeepsToItsSchema(t *testing.T) {
	l, r := sample()
	if err := r.sarif(l).Validate(); err != nil {
		t.Error(err)
	}
	if err := r.sarif(nil).Validate(); err != nil {
		t.Error(err)
	}
}

func TestMachinesReadTheirFormats(t *testing.T) {
	l, r := sample()
	for _, f := range []Format{JSON, SARIF, GitLab} {
		if !json.Valid([]byte(write(t, f, l, r))) {
			t.Errorf("%s is no JSON", f)
		}
	}
	for row := range strings.Lines(write(t, GitHub, l, r)) {
		if !strings.HasPrefix(row, "::") && !strings.HasPrefix(row, "31 files") {
			t.Errorf("%q is no workflow command", row)
		}
	}
}

// Whatever a finding quotes, a terminal gets letters.
func FuzzTextIsHarmless(f *testing.F) {
	f.Add("\x1b[2J", "\u009b31m\x9b31m", 3, 2)
	f.Add("a\tb\u202ec", strings.Repeat("å", 300), 250, 90)
	f.Fuzz(func(t *testing.T, message, line string, col, width int) {
		l := List{{Pos: Pos{message, 1, max(col, 0)}, Width: min(max(width, 0), 1<<20), Severity: Error, Code: "X001", Message: Raw(message), Hint: Raw(line)}}
		out := write(t, People, l, Report{Line: func(string, int) string { return line }})
		if at := strings.IndexFunc(out, func(c rune) bool { return c != '\n' && strange(c) }); at >= 0 {
			t.Errorf("%q reaches the terminal", out[at:])
		}
		if n := strings.Count(out, "\n"); n > 7 {
			t.Errorf("%d lines for one finding", n)
		}
	})
}

func TestCaretStandsUnderItsCharacter(t *testing.T) {
	for _, c := range []struct {
		line       string
		col, width int
		want       string // the line as shown, and what stands below it
	}{
		{"abc", 2, 1, "abc\n ^"},
		{"abc", 4, 0, "abc\n   ^"},
		{"abc", 9, 3, "abc\n   ^"},
		{"\tabc", 2, 2, " abc\n ^~"},
		{"本社: x", 5, 1, "本社: x\n      ^"},
		{"a: 本社", 4, 2, "a: 本社\n   ^~~~"},
		{"A\u030a: x", 5, 1, "A\u030a: x\n   ^"},
		{"a\x00b", 2, 1, "a·b\n ^"},
		{strings.Repeat("x", 200), 200, 1, "…" + strings.Repeat("x", 110) + "\n" + strings.Repeat(" ", 110) + "^"},
		{strings.Repeat("x", 200), 1, 500, strings.Repeat("x", 110) + "…\n^" + strings.Repeat("~", 109)},
		{strings.Repeat("x", 200), 100, 2, "…" + strings.Repeat("x", 110) + "…\n" + strings.Repeat(" ", 37) + "^~"},
	} {
		out := write(t, People, List{{Pos: Pos{"f", 1, c.col}, Width: c.width, Severity: Error, Code: "X001"}}, Report{Line: func(string, int) string { return c.line }})
		rows := strings.Split(out, "\n")
		if got := rows[1][len("    1 | "):] + "\n" + rows[2][len("      | "):]; got != c.want {
			t.Errorf("%q at %d+%d:\n%s\nwant\n%s", c.line, c.col, c.width, got, c.want)
		}
	}
}

func TestFingerprintOutlivesAMove(t *testing.T) {
	d := Diagnostic{Pos: Pos{"a.md", 3, 1}, Code: "F006", Message: Say("m")}
	moved, other := d, d
	moved.Pos.Line = 9
	other.Message = Say("n")
	if d.fingerprint() != moved.fingerprint() || d.fingerprint() == other.fingerprint() {
		t.Error("a fingerprint follows what is said, not its line")
	}
	var issues []gitLabIssue
	if err := json.Unmarshal([]byte(write(t, GitLab, List{d, moved}, Report{})), &issues); err != nil {
		t.Fatal(err)
	}
	if issues[0].Fingerprint == issues[1].Fingerprint {
		t.Error("two findings share a fingerprint")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAFullDiskIsAnError(t *testing.T) {
	l, r := sample()
	for _, f := range Formats {
		if Write(full{}, f, l, r) == nil {
			t.Errorf("%s: nothing said", f)
		}
	}
}
