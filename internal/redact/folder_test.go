package redact_test

import (
	"bytes"
	"embed"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/desk"
	"charterhouse/internal/export"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/redact"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// A folder is texts by their path.
type folder map[string][]byte

func generated(t testing.TB, n int) folder {
	dir := t.TempDir()
	if err := bench.Generate(dir, n, 3); err != nil {
		t.Fatal(err)
	}
	all := folder{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, name)
			all[filepath.ToSlash(rel)], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var today, _ = calendar.ParseDate("2026-11-16")

func (f folder) load(t testing.TB) (*portfolio.Portfolio, *source.Tree) {
	none, err := source.FromFS(embed.FS{}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	tree := none.Only(f, nil)
	l := portfolio.Loader{Speech: speech}
	return l.Load(tree, today).Portfolio, tree
}

var spoken = theme.Speech(nil)

func speech(string) *locale.Set { return spoken }

func say(_, key string, _ ...any) string { return key }

func redacted(t testing.TB, f folder, profile *portfolio.Profile) *portfolio.Portfolio {
	p, tree := f.load(t)
	less, veil := redact.Folder(p, tree, profile, say)
	l := portfolio.Loader{Speech: speech, Veil: veil}
	return l.Load(less, today).Portfolio
}

// sums are all rollups as they are exported.
func sums(t *testing.T, p *portfolio.Portfolio, names ...string) string {
	var b bytes.Buffer
	for _, r := range rollup.All {
		if len(names) > 0 && !strings.Contains(strings.Join(names, " "), r.Name) {
			continue
		}
		if err := export.TableJSON(&b, r.Make(p)); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// No total tells of a charter that is left out: each is what it would be had the
// charter never been written. With budgets withheld no sum has an amount at all.
func TestSums(t *testing.T) {
	whole := generated(t, 50)
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		secret, without := folder{}, folder{}
		for _, name := range slices.Sorted(maps.Keys(whole)) {
			text := whole[name]
			hidden := strings.HasPrefix(name, "charters/") && rng.IntN(4) == 0
			if hidden {
				text = bytes.Replace(text, []byte("\nstatus:"), []byte("\nconfidential: restricted\nstatus:"), 1)
			} else {
				without[name] = text
			}
			secret[name] = text
		}
		p, _ := without.load(t)
		if got, want := sums(t, redacted(t, secret, &portfolio.Profile{ID: "x"})), sums(t, p); got != want {
			t.Fatalf("the sums tell of what is left out:\n%s\n%s", got, want)
		}
		bare := redacted(t, secret, &portfolio.Profile{ID: "x", Restricted: portfolio.Shown, Withhold: []string{"budget"}})
		for _, c := range bare.Charters() {
			if c.Budget.Sound || c.Budget.Total.Value.Minor != 0 || len(c.Budget.Spent) > 0 || len(c.Closure.Actuals) > 0 {
				t.Fatalf("%s has a figure: %+v", c.ID.Value, c.Budget)
			}
		}
		if said := sums(t, bare, "by-department by-pair by-year spent"); strings.Contains(said, `"rows":[{`) {
			t.Fatalf("a sum has rows: %s", said)
		}
	}
}

// A profile that hides nothing changes nothing: each charter says what it said,
// whatever format it is written in, and its terms are the same.
func TestNothingHidden(t *testing.T) {
	place, ok := desk.At("../../content")
	if !ok {
		t.Fatal("no sample")
	}
	place.Shelf = ""
	d, err := desk.Open(place, false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	v := d.Look(today)
	less, veil := redact.Folder(v.Portfolio, v.Tree, &portfolio.Profile{ID: "x", Restricted: portfolio.Shown}, say)
	l := portfolio.Loader{Speech: speech, Veil: veil}
	p := l.Load(less, today).Portfolio
	for _, c := range v.Portfolio.Charters() {
		now := p.Charter(c.ID.Value)
		if now == nil || now.TermsText() != c.TermsText() {
			t.Errorf("%s has other terms", c.ID.Value)
			continue
		}
		was := map[charter.TextName]string{}
		for name, at := range c.Texts() {
			was[name] = at.Value
		}
		for name, at := range now.Texts() {
			if at.Value != was[name] {
				t.Errorf("%s %s: %q, not %q", c.ID.Value, name.Path, at.Value, was[name])
			}
		}
	}
}
