package desk

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A committed is a folder with a commit at the end of each of some quarters, in
// each of which a charter changed and one came.
func committed(t *testing.T) Place {
	t.Helper()
	dir := t.TempDir()
	if err := bench.Generate(filepath.Join(dir, "content"), 50, 1); err != nil {
		t.Fatal(err)
	}
	git := gitIn(t, dir)
	git("init -q -b main")
	files, _ := filepath.Glob(filepath.Join(dir, "content/charters/*.md"))
	for i, day := range []string{"2025-09-20", "2025-12-20", "2026-03-20", "2026-06-20", "2026-09-20"} {
		f, err := os.OpenFile(files[0], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("\nA word of " + day + ".\n"); err != nil {
			t.Fatal(err)
		}
		f.Close()
		git("add content/registers content/charterhouse.yaml " + strings.Join(files[:6+i], " "))
		t.Setenv("GIT_COMMITTER_DATE", day+"T12:00:00Z")
		git("-c user.name=A -c user.email=a@example.org commit -q -m x")
	}
	return Place{Content: filepath.Join(dir, "content"), Around: dir}
}

// gitIn runs git in a folder.
func gitIn(t *testing.T, dir string) func(args string) {
	return func(args string) {
		t.Helper()
		c := exec.Command("git", strings.Fields(args)...)
		c.Dir, c.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
}

// Whichever quarters are read in whichever order, each is what a reader finds
// that has read nothing else; and what has the same bytes is the same charter.
func TestArchive(t *testing.T) {
	place := committed(t)
	today, _ := calendar.ParseDate("2026-11-16")
	open := func() (*Archive, []portfolio.Quarter) {
		a, err := OpenArchive(place)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.Close)
		all, err := a.Quarters(portfolio.DefaultConfig(), today)
		if err != nil || len(all) != 6 {
			t.Fatal(len(all), err)
		}
		return a, all
	}
	a, all := open()
	seen := map[charter.ID]map[[32]byte]*charter.Charter{}
	for _, i := range []int{4, 0, 2, 0, 5, 1, 3, 2, 4} {
		a.kept = nil // it shall read again
		got, err := all[i].Read()
		if err != nil {
			t.Fatal(err)
		}
		_, afresh := open()
		want, err := afresh[i].Read()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Portfolio.Charters(), want.Portfolio.Charters()) || got.Portfolio.AsOf() != all[i].Until || len(got.Portfolio.Charters()) != min(6+i, 10) {
			t.Fatalf("quarter %d has %d charters as of %s; read alone, it has others", i, len(got.Portfolio.Charters()), got.Portfolio.AsOf())
		}
		for _, c := range got.Portfolio.Charters() {
			if seen[c.ID.Value] == nil {
				seen[c.ID.Value] = map[[32]byte]*charter.Charter{}
			}
			if before := seen[c.ID.Value][c.Sum]; before != nil && before != c {
				t.Errorf("%s was parsed twice", c.ID.Value)
			}
			seen[c.ID.Value][c.Sum] = c
		}
	}
	one, _ := all[3].Read()
	two, _ := all[3].Read()
	if one != two {
		t.Error("a quarter that was read is read again")
	}
}

// The quarters follow the commits, today and the fiscal year; a commit that is
// looked at from is where they end.
func TestArchiveEnds(t *testing.T) {
	place := committed(t)
	a, err := OpenArchive(place)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	today, _ := calendar.ParseDate("2026-06-30")
	if all, err := a.Quarters(portfolio.DefaultConfig(), today); err != nil || len(all) != 4 || !all[3].Whole() {
		t.Error(len(all), err)
	}
	if place.At, err = a.repository.At("HEAD~3"); err != nil {
		t.Fatal(err)
	}
	then, err := OpenArchive(place)
	if err != nil {
		t.Fatal(err)
	}
	defer then.Close()
	all, err := then.Quarters(portfolio.DefaultConfig(), place.At.Day)
	if err != nil || len(all) != 2 || all[1].At.Commit != place.At.Commit || all[1].Whole() {
		t.Error(len(all), err)
	}
}
