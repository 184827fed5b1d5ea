package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
)

// hidden says which audiences may not read what, by the first letter of a plant
// in testdata/audience/content.txtar.
var hidden = map[byte][]string{
	'P': {"public", "names"}, 'T': {"public", "names"}, 'R': {"public", "names", "figures"}, 'F': {"public", "figures"}, 'W': {"public"},
	'N': {"public", "names", "figures"}, 'O': nil,
}

// unseen are plants that not even the whole site shows.
var unseen = []string{"N2", "N3", "N6", "N10", "R14", "R25", "W5", "W11"}

// plant puts a word or an amount of its own in each place, and says which.
func plant(text string, rng *rand.Rand, plants map[string]string) string {
	return regexp.MustCompile(`@[A-Z][0-9]+@|#[A-Z][0-9]+#`).ReplaceAllStringFunc(text, func(s string) string {
		key := s[1 : len(s)-1]
		if plants[key] == "" {
			if s[0] == '#' {
				plants[key] = amountOf(key, rng)
			} else {
				b := []byte("q")
				for range 9 {
					b = append(b, "bcdfghjkmpvwxz"[rng.IntN(14)])
				}
				plants[key] = string(b)
			}
		}
		return plants[key]
	})
}

// amountOf is an amount of seven digits that no other can be taken for; the
// smaller parts of a budget are smaller.
func amountOf(key string, rng *rand.Rand) string {
	lead := map[string]string{"F1": "8", "R5": "9", "F2": "3"}[key]
	if lead == "" {
		lead = "1"
	}
	b := []byte(lead)
	for range 6 {
		b = append(b, "123456789"[rng.IntN(9)])
	}
	return string(b)
}

// bytesOf is all that a folder says: the names of its files and their bytes, also
// those within archives, in small letters.
func bytesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	var take func(name string, data []byte)
	take = func(name string, data []byte) {
		all[name] = strings.ToLower(name + "\n" + string(data))
		if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				inner, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				take(name+"!"+f.Name, inner)
			}
		}
		if z, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
			if inner, err := io.ReadAll(z); err == nil {
				take(name+"!gz", inner)
			}
		}
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		take(filepath.ToSlash(rel), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// digitsOf is a text with its digits brought together, however an amount was
// parted: 1.234.567, 1,234,567, 1 234 567.
var parted = regexp.MustCompile(`([0-9])(?:[.,'’ \x{a0}\x{202f}\x{2009}]|&nbsp;|&#160;|&#x202f;)([0-9]{3})`)

func digitsOf(text string) string {
	for range 3 {
		text = parted.ReplaceAllString(text, "$1$2")
	}
	return text
}

// unfolded undoes what calendars do to long lines.
func unfolded(text string) string {
	return strings.NewReplacer("\r\n ", "", "\n ", "").Replace(text)
}

// says lists the plants that a folder shows, each with a file that does.
func says(t *testing.T, dir string, plants map[string]string) map[string]string {
	all := bytesOf(t, dir)
	found := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text, figures := all[name]+unfolded(all[name]), digitsOf(all[name])
		for key, p := range plants {
			if unicode.IsDigit(rune(p[0])) && strings.Contains(figures, p) || strings.Contains(text, p) {
				if found[key] == "" {
					found[key] = name
				}
			}
		}
	}
	return found
}

// No byte of a site says what its audience may not read: neither a page nor a
// name of a file, neither search, exports, feeds and calendars nor what lies in a
// workbook. The site for the house shows each of the secrets, so that this bites.
func TestAudiences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	plants := map[string]string{}
	archive, err := txtar.ParseFile("testdata/audience/content.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, plant(f.Name, rng, plants))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(plant(string(f.Data), rng, plants)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	author, message := plant("@P21@", rng, plants), plant("@N10@", rng, plants)
	git := func(day string, args ...string) {
		c := exec.Command("git", args...)
		c.Dir, c.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_DATE="+day+"T12:00:00Z", "GIT_COMMITTER_DATE="+day+"T12:00:00Z")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	commit := []string{"-c", "user.name=" + author, "-c", "user.email=x@example.org", "commit", "-q", "-a", "-m", message}
	secret := filepath.Join(dir, plant("content/charters/@T1@-@T2@/index.md", rng, plants))
	gone := filepath.Join(dir, "content", "charters", "once.md")
	edit := func(old, now string) {
		for _, name := range []string{secret, gone} {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, bytes.Replace(text, []byte(old), []byte(now), 1), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	edit("restricted", "internal") // that it is secret was not known from the first
	git("", "init", "-q", "-b", plants["N2"])
	git("", "add", ".")
	git("2026-05-20", commit...)
	edit("internal", "restricted")
	git("2026-08-20", commit...)
	if err := os.Remove(gone); err != nil { // and then it came to nothing
		t.Fatal(err)
	}
	git("2026-10-20", commit...)
	for _, profile := range []string{"", "public", "names", "figures"} {
		out := filepath.Join(t.TempDir(), "site")
		var said bytes.Buffer
		if code := run([]string{"build", filepath.Join(dir, "content"), "--as-of", "2026-11-16", "--history", "--out", out, "--profile", profile}, nil, &said, &said); code != 0 {
			t.Fatalf("%q: exit %d\n%s", profile, code, said.String())
		}
		found := says(t, out, plants)
		for _, key := range slices.Sorted(maps.Keys(plants)) {
			switch where, there := found[key]; {
			case profile == "" && !there && !slices.Contains(unseen, key):
				t.Errorf("the whole site does not show %s (%s), so that nothing is proved by it", key, plants[key])
			case profile != "" && there && slices.Contains(hidden[key[0]], profile):
				t.Errorf("%s: %s (%s) stands in %s", profile, key, plants[key], where)
			case profile != "" && !there && hidden[key[0]] == nil:
				t.Errorf("%s: %s (%s), which all may read, stands nowhere", profile, key, plants[key])
			}
		}
	}
}

// A site for an audience gives no false reason: what was signed and what was
// translated are not lost there, they are just not told.
func TestAudienceIsToldNoFalseReason(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	if err := os.CopyFS(content, os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	edit := func(name, old, now string) {
		name = filepath.Join(content, name)
		text, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte(old)) {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(name, bytes.Replace(text, []byte(old), []byte(now), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit("charters/customer-insight-360/index.md", "allocation: 60%", "allocation: 50%")
	edit("charterhouse.yaml", "title: ", "severity: {A004: warning}\nprofiles: {public: {names: roles}, bare: {withhold: [budget, milestones, responsibilities, approvals, team]}}\ntitle: ")
	page := func(profile, name string) string {
		out := filepath.Join(dir, "site"+profile)
		var said bytes.Buffer
		if code := run([]string{"build", content, "--as-of", "2026-11-16", "--out", out, "--profile", profile}, nil, &said, &said); code != 0 {
			t.Fatalf("%q: exit %d\n%s", profile, code, said.String())
		}
		text, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const lost, unrecorded = "is not at hand in git", "om oversættelsen er ajour"
	if !strings.Contains(page("", "charters/customer-insight-360.html"), lost) {
		t.Error("the house is not told that the signed text is lost, so that nothing is proved by the audience")
	}
	if strings.Contains(page("public", "charters/customer-insight-360.html"), lost) {
		t.Error("an audience is told that the signed text is lost")
	}
	if strings.Contains(page("public", "da/charters/customer-insight-360.html"), unrecorded) {
		t.Error("an audience is told that nobody recorded what was translated")
	}
	none := []string{"No department has yet agreed", "No two departments pay together", "none, as it should be", "signatures missing", "Nobody is lent out", "No charter fits", "cannot be answered"}
	page("bare", "index.html")
	for _, name := range []string{"index.html", "board-pack.html", "returns.html", "questions/what-it-pays.html"} {
		text, err := os.ReadFile(filepath.Join(dir, "sitebare", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		for _, lie := range none {
			if strings.Contains(string(text), lie) {
				t.Errorf("%s tells an audience that there is none of what it is not told: %q", name, lie)
			}
		}
	}
}
