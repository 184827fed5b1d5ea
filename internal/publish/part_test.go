package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// makeParts writes the small site in three parts, as three builds would.
func makeParts(t *testing.T, dir, generation string) []string {
	t.Helper()
	site := pages(generation)
	names := slices.Sorted(maps.Keys(site))
	var dirs []string
	for n := 1; n <= 3; n++ {
		to := filepath.Join(dir, fmt.Sprint(n))
		dirs = append(dirs, to)
		s, err := Begin(context.Background(), Options{Out: to, Site: "part " + fmt.Sprint(n), Inputs: generation})
		if err != nil {
			t.Fatal(err)
		}
		some := map[string]string{}
		for i, name := range names {
			if i%3 == n-1 {
				some[name] = site[name]
			}
		}
		err = write(s, some)
		if err == nil {
			err = s.Part(Part{Site: "s", Number: n, Of: 3, Basis: generation, About: [][2]string{{"commit", generation}}, List: ListOf(names), Inputs: generation})
		}
		if err == nil {
			_, err = s.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

func folders(dirs ...string) (all []Parts) {
	for _, dir := range dirs {
		all = append(all, FolderOfParts(dir))
	}
	return all
}

func TestJoin(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "public")
	parts := makeParts(t, filepath.Join(dir, "parts"), "one")
	if r, err := Join(context.Background(), folders(parts...), out); err != nil || r.Files != len(pages("one")) {
		t.Fatalf("%+v, %v", r, err)
	}
	if !maps.Equal(read(t, out), pages("one")) {
		t.Error("the site is not the one of the parts")
	}
	if _, ok := UpToDate(options(out, "one")); !ok {
		t.Error("a joined site is not known as that of its inputs")
	}
	makeParts(t, filepath.Join(dir, "parts"), "two")
	if err := os.CopyFS(filepath.Join(dir, "parts", ".2.staging"), os.DirFS(parts[1])); err != nil { // as a kill leaves it
		t.Fatal(err)
	}
	before, _ := os.Stat(filepath.Join(out, "same.html"))
	r, err := Join(context.Background(), folders(filepath.Join(dir, "parts"), parts[0]), out) // one is named twice
	if after, _ := os.Stat(filepath.Join(out, "same.html")); err != nil || r.Kept != 2 || !os.SameFile(before, after) || !maps.Equal(read(t, out), pages("two")) {
		t.Errorf("%+v, %v", r, err)
	}
}

// Parts that are no whole are refused with words, and the last site stays.
func TestPartsRefused(t *testing.T) {
	rewrite := func(change func(p *Part)) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			name := filepath.Join(dir, "2", PartFile)
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var p Part
			if err := json.Unmarshal(data, &p); err != nil {
				t.Fatal(err)
			}
			change(&p)
			if data, err = json.Marshal(p); err == nil {
				err = os.WriteFile(name, data, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for why, spoil := range map[string]func(*testing.T, string){
		"part 2 of 3 is missing; build it with --shard 2/3":            func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "2")) },
		"parts 1, 2 of 3 are missing; build them with --shard 1/3 and": func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "1")); remove(t, filepath.Join(dir, "2")) },
		"is no part of a site": func(t *testing.T, dir string) { remove(t, dir); _ = os.Mkdir(dir, 0o755) },
		"is not what build --shard wrote": func(t *testing.T, dir string) {
			_ = os.WriteFile(filepath.Join(dir, "2", PartFile), []byte("{"), 0o644)
		},
		"does not hold what was made; build it again with --shard 2/3": func(t *testing.T, dir string) {
			_ = os.WriteFile(filepath.Join(dir, "2", "charters", "00.html"), []byte("page 9 of two"), 0o644)
		},
		"no such file or directory; build it again with --shard 2/3": func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "2", "charters")) },
		"are both part 3 of 3; leave one of them out":                rewrite(func(p *Part) { p.Number = 3 }),
		"is one of 4 parts":                     rewrite(func(p *Part) { p.Of = 4 }),
		`is of the site "other"`:                rewrite(func(p *Part) { p.Site = "other" }),
		"has another commit (three, not two)":   rewrite(func(p *Part) { p.Basis, p.About[0][1] = "x", "three" }),
		"has another content":                   rewrite(func(p *Part) { p.Basis = "x" }),
		"do not have the addresses of the site": rewrite(func(p *Part) { delete(p.Files, "charters/00.html") }),
		"same.html is in part 2":                rewrite(func(p *Part) { p.Files["same.html"] = file{} }),
		"a part of the name is empty, hidden":   rewrite(func(p *Part) { p.Files["../x"] = p.Files["charters/00.html"]; delete(p.Files, "charters/00.html") }),
	} {
		dir := t.TempDir()
		out := filepath.Join(dir, "public")
		if _, err := build(out, "one", osDisk{}); err != nil {
			t.Fatal(err)
		}
		makeParts(t, filepath.Join(dir, "parts"), "two")
		spoil(t, filepath.Join(dir, "parts"))
		if strings.Contains(why, "hidden") { // whoever can write part.json can write the list, too
			relist(t, filepath.Join(dir, "parts"))
		}
		_, err := Join(context.Background(), folders(filepath.Join(dir, "parts")), out)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, not: %s", err, why)
		}
		if !maps.Equal(read(t, out), pages("one")) || leftovers(t, out) != 0 {
			t.Errorf("%s: the last site is not as it was", why)
		}
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

// relist lets the parts say that what they have is all.
func relist(t *testing.T, dir string) {
	t.Helper()
	parts, err := readParts(context.Background(), folders(dir))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range parts {
		names = slices.AppendSeq(names, maps.Keys(p.Files))
	}
	for _, p := range parts {
		p.List = ListOf(names)
		data, err := json.Marshal(p)
		if err == nil {
			err = os.WriteFile(filepath.Join(filepath.FromSlash(p.dir), PartFile), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
