package bench

import (
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"github.com/google/go-cmp/cmp"
)

// made generates a portfolio and reads all its files back.
func made(t *testing.T, n int, seed uint64) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := Generate(dir, n, seed); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSameSeedSameBytes(t *testing.T) {
	one, two, other := made(t, 120, 1), made(t, 120, 1), made(t, 120, 2)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(one, other) {
		t.Error("another seed makes the same portfolio")
	}
}

func TestSize(t *testing.T) {
	charters, bytes, statuses := 0, 0, map[string]bool{}
	for name, text := range made(t, 400, 1) {
		if strings.HasPrefix(name, "charters/") {
			charters++
			bytes += len(text)
			statuses[regexp.MustCompile(`(?m)^status: .*`).FindString(text)] = true
		}
	}
	if mean := bytes / charters; charters != 400 || mean < 5000 || mean > 6000 {
		t.Errorf("%d charters of %d bytes", charters, mean)
	}
	if len(statuses) != 5 {
		t.Errorf("statuses: %v", statuses)
	}
	if err := Generate(t.TempDir(), 49, 1); err == nil {
		t.Error("a portfolio too small for its departments is made")
	}
}

var (
	link    = regexp.MustCompile(`\[\[([a-z0-9-]+)`)
	related = regexp.MustCompile(`(?m)^  (?:depends_on|related): \[(.*)\]`)
)

// Nobody is named who is not there, and no link leads nowhere or back to where it stands.
func TestLinks(t *testing.T) {
	files := made(t, 100, 1)
	people := regexp.MustCompile(`(?m)^- id: (.*)`).FindAllStringSubmatch(files["registers/people.yml"], -1)
	slices.SortFunc(people, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
	if len(slices.CompactFunc(people, slices.Equal)) != 25 {
		t.Errorf("%d people", len(people))
	}
	for name, text := range files {
		var ids []string
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			ids = append(ids, m[1])
		}
		for _, m := range related.FindAllStringSubmatch(text, -1) {
			ids = append(ids, strings.Split(m[1], ", ")...)
		}
		for _, id := range ids {
			to := "charters/" + id + ".md"
			if id != "person" && id != "dept" && id != "area" && (files[to] == "" || to == name) {
				t.Errorf("%s: %s", name, to)
			}
		}
	}
}

func TestChartersRead(t *testing.T) {
	for name, text := range made(t, 100, 1) {
		if !strings.HasPrefix(name, "charters/") {
			continue
		}
		read, found := charter.Parse(name, []byte(text), charter.Options{Lang: "en"})
		for _, d := range found {
			t.Errorf("%s: %s", d.Pos, d.Message)
		}
		for _, a := range read.Approvals {
			if a.Terms.Value != read.Terms.String() {
				t.Errorf("%s: signed over %v, the terms are %s", name, a.Terms.Value, read.Terms)
			}
		}
	}
}

// A made portfolio has nothing that its rules object to, so that what is measured is building and not complaining.
func TestNothingFound(t *testing.T) {
	for _, n := range []int{50, 100, 1000} {
		dir := t.TempDir()
		if err := Generate(dir, n, 1); err != nil {
			t.Fatal(err)
		}
		tree, err := source.Open(dir, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		asOf, err := calendar.ParseDate(AsOf)
		if err != nil {
			t.Fatal(err)
		}
		loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		loaded := loader.Load(tree, asOf)
		found := check.Finish(loaded.Portfolio, append(loaded.Found, check.Run(loaded.Portfolio)...))
		for _, d := range found[:min(len(found), 20)] {
			t.Errorf("%d charters: %s %s %s: %s", n, d.Pos, d.Severity, d.Code, d.Message)
		}
	}
}

// People are told apart in the largest portfolio that is measured.
func TestPeopleAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for k := range 100_000 / 4 {
		id := personID(k)
		if seen[id] {
			t.Fatalf("person %d is another %s", k, id)
		}
		seen[id] = true
	}
}
