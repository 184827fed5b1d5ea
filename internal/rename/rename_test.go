package rename

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/check"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// A place is a content folder in memory.
type place fstest.MapFS

func folder(t *testing.T, dir string) place {
	t.Helper()
	files := place{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func made(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	if err := bench.Generate(dir, 60, 11); err != nil {
		t.Fatal(err)
	}
	return folder(t, dir)
}

// read loads and checks; findings come without their places, which move.
func read(t *testing.T, files place) (*portfolio.Portfolio, *source.Tree, map[string]int) {
	t.Helper()
	tree, err := source.FromFS(fstest.MapFS(files), source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	loaded := loader.Load(tree, day)
	var rules check.Memory
	found := map[string]int{}
	for _, d := range check.Finish(loaded.Portfolio, slices.Concat(loaded.Found, rules.Run(loaded.Portfolio))) {
		message, _, _ := strings.Cut(d.Message.String(), ", the terms are now")
		found[fmt.Sprintf("%s %s %s", d.Code, d.Pos.File, message)]++
	}
	return loaded.Portfolio, tree, found
}

// apply makes what a plan says.
func apply(files place, plan *Plan) place {
	after := place{}
	for name, f := range files {
		after[plan.To(name)] = f
	}
	for _, c := range plan.Changes {
		after[plan.To(c.File)] = &fstest.MapFile{Data: c.After()}
	}
	return after
}

// ids are those of one kind, in order.
func ids(p *portfolio.Portfolio, k Kind) []ID {
	var all []ID
	reg := p.Registers()
	switch k {
	case Charter:
		for _, c := range p.Charters() {
			all = append(all, c.ID.Value)
		}
	case Person:
		for _, x := range reg.People {
			all = append(all, x.ID)
		}
	case Department:
		for _, x := range reg.Departments {
			all = append(all, x.ID)
		}
	case Area:
		for _, x := range reg.Areas {
			all = append(all, x.ID)
		}
	case Objective:
		for _, x := range reg.Objectives {
			all = append(all, x.ID)
		}
	}
	return all
}

// Whatever is renamed, nothing is found that was not found before, but for the
// signatures that the plan itself names; and the old id leads to the new one.
func TestNothingBreaks(t *testing.T) {
	for name, files := range map[string]place{"sample": folder(t, "../../content"), "made": made(t)} {
		p, tree, before := read(t, files)
		for _, k := range kinds {
			all := ids(p, k)
			step := max(1, (len(all)+1)/2)
			if name == "sample" {
				step = max(1, len(all)/4)
			}
			for i := 0; i < len(all); i += step {
				old := all[i]
				now := "neu-" + old
				plan, err := Make(p, tree, k, old, now)
				if err != nil {
					t.Errorf("%s: %s %s: %v", name, k, old, err)
					continue
				}
				lapsed := map[string]bool{}
				for _, l := range plan.Lapsed {
					lapsed[plan.To(l.Charter.File)] = true
					for _, a := range p.Approvals(l.Charter) {
						lapsed[plan.To(a.File)] = true
					}
				}
				q, _, after := read(t, apply(files, plan))
				said := func(s string) string { return strings.ReplaceAll(s, string(now), string(old)) }
				left := map[string]int{}
				for s, n := range before {
					left[said(s)] += n
				}
				for _, s := range slices.Sorted(maps.Keys(after)) {
					code, rest, _ := strings.Cut(s, " ")
					file, _, _ := strings.Cut(rest, " ")
					if left[said(s)] -= after[s]; left[said(s)] >= 0 || code == "A004" && lapsed[file] {
						continue
					}
					t.Errorf("%s: %s %s: new: %s", name, k, old, s)
				}
				if got, ok := q.Former(target(k), old); !ok || got != now || exists(q, k, old) || !exists(q, k, now) {
					t.Errorf("%s: %s %s: the old id means %q", name, k, old, got)
				}
			}
		}
	}
}

// Other signed charters may keep the former id: then only the signatures of the
// charter itself lapse, and every link still leads there.
func TestSparing(t *testing.T) {
	files := folder(t, "../../content")
	p, tree, before := read(t, files)
	plan, err := Sparing(p, tree, "customer-insight-360", "kundeindsigt")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Lapsed) != 1 || plan.Lapsed[0].Charter.ID.Value != "customer-insight-360" || len(plan.Spared) < 3 {
		t.Fatalf("%d lapse, %d are spared", len(plan.Lapsed), len(plan.Spared))
	}
	q, _, after := read(t, apply(files, plan))
	for s := range after {
		if before[strings.ReplaceAll(s, "kundeindsigt", "customer-insight-360")] == 0 && !strings.HasPrefix(s, "A004 charters/kundeindsigt/") {
			t.Errorf("new: %s", s)
		}
	}
	for _, l := range plan.Spared {
		c := q.Charter(l.Charter.ID.Value)
		if c.Terms != l.Charter.Terms || q.Agreement(c) != p.Agreement(l.Charter) {
			t.Errorf("%s is no longer agreed", c.ID.Value)
		}
	}
	if n := len(q.Related("kundeindsigt", portfolio.NeededBy)); n != len(p.Related("customer-insight-360", portfolio.NeededBy)) || n == 0 {
		t.Errorf("%d charters depend on it", n)
	}
}

// A charter in TOML or JSON keeps its former id, too, and gives it back.
func TestForms(t *testing.T) {
	files := folder(t, "../../content")
	for _, old := range []ID{"lager-uden-papir", "winter-peak"} {
		p, tree, _ := read(t, files)
		plan, err := Make(p, tree, Charter, old, "neu")
		if err != nil {
			t.Fatal(err)
		}
		after := apply(files, plan)
		q, tree, _ := read(t, after)
		if now, ok := q.Former(portfolio.ToCharter, old); !ok || now != "neu" || q.Charter("neu") == nil || q.Charter("neu").Format != p.Charter(old).Format {
			t.Errorf("%s means %q", old, now)
		}
		third, err := Make(q, tree, Charter, "neu", "third")
		if err != nil {
			t.Fatal(err)
		}
		q, tree, _ = read(t, apply(after, third))
		if len(q.Charter("third").Aliases) != 2 {
			t.Errorf("%s: %v", old, q.Charter("third").Aliases)
		}
		back, err := Make(q, tree, Charter, "third", old)
		if err != nil {
			t.Fatal(err)
		}
		q, _, _ = read(t, apply(apply(after, third), back))
		if now, ok := q.Former(portfolio.ToCharter, "third"); !ok || now != old || q.Charter(old).File != p.Charter(old).File {
			t.Errorf("%s does not come back: %q in %s", old, now, q.Charter(old).File)
		}
		if q.Charter(old).Terms != p.Charter(old).Terms || q.Agreement(q.Charter(old)) != p.Agreement(p.Charter(old)) {
			t.Errorf("%s: there and back, and its signatures are gone", old)
		}
	}
}

// What is added to a file has the line ends that it has.
func TestLineEnds(t *testing.T) {
	files := folder(t, "../../content")
	for name, f := range files {
		files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "\n", "\r\n"))}
	}
	p, tree, _ := read(t, files)
	for _, old := range []ID{"lager-uden-papir", "winter-peak", "one-login"} {
		plan, err := Make(p, tree, Charter, old, "neu")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range plan.Changes {
			if text := string(c.After()); strings.Count(text, "\n") != strings.Count(text, "\r\n") {
				t.Errorf("%s: %s has line ends of two kinds", old, c.File)
			}
		}
	}
}

// An address with signs that are written as numbers keeps them so.
func TestEscapedAddress(t *testing.T) {
	files := folder(t, "../../content")
	one := files["charters/one-login.md"]
	files["charters/one-login.md"] = &fstest.MapFile{Data: append(one.Data, "\n![A](customer-insight-360/my%20plan%20%281%29%20s%C3%A6r.svg) [b](customer-insight-360/index.md#x)\n"...)}
	p, tree, _ := read(t, files)
	plan, err := Make(p, tree, Charter, "customer-insight-360", "kunde")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range plan.Changes {
		if c.File == "charters/one-login.md" && !strings.HasSuffix(string(c.After()), "\n![A](kunde/my%20plan%20%281%29%20s%C3%A6r.svg) [b](kunde/index.md#x)\n") {
			t.Errorf("%s", c.After()[len(one.Data):])
		}
	}
}

// A file whose name only resembles the id moves nowhere, so the id would stay.
func TestNameThatIsNoID(t *testing.T) {
	files := folder(t, "../../content")
	files["charters/T\u00e5rnet p\u00e5 \u00f8en.md"] = &fstest.MapFile{Data: []byte("---\ntitle: T\nsummary: T.\nstatus: proposed\ncreated: 2026-01-01\n---\n")}
	p, tree, _ := read(t, files)
	if plan, err := Make(p, tree, Charter, "taarnet-paa-oeen", "taarn"); err == nil || !strings.Contains(err.Error(), "write id: taarnet-paa-oeen into it first") {
		t.Errorf("%v %+v", err, plan)
	}
}
