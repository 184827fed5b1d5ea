package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"charterhouse/internal/diag"
)

func mapped(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func tree(t *testing.T, files fs.FS, limits Limits) *Tree {
	t.Helper()
	got, err := FromFS(files, limits)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// codes writes findings as "file code", which is what most tests are about.
func codes(l diag.List) []string {
	out := []string{}
	for _, d := range l {
		out = append(out, d.Pos.String()+" "+string(d.Code))
	}
	return out
}

func TestEachFileHasAKindByItsPlace(t *testing.T) {
	want := map[string]Kind{
		"charterhouse.yaml":                Config,
		"registers/people.yml":             Register,
		"registers/areas.yaml":             Register,
		"charters/roof.md":                 Charter,
		"charters/insight/index.md":        Charter,
		"charters/insight/plan.PDF":        Asset,
		"charters/insight/pictures/a.png":  Asset,
		"charters/logo.svg":                Asset,
		"charters/insight/updates/2026.md": Update,
		"approvals/it/roof.yml":            Approval,
	}
	ignored := []string{"README.md", "notes.txt", "themes/x/base.html", "charters/README.md", "charters/.git/config", "charters/roof.md~",
		"charters/.roof.md.swp", "charters/#roof.md#", "charters/roof.md.orig", "charters/4913", "charters/Thumbs.db", ".env", "charters/.env",
		"charters/insight/.DS_Store", "charters/roof.md.bak", "node_modules/a/index.md", "charters/node_modules/index.md", "public/index.html"}
	unused := []string{"charters/a.markdown", "charters/b.MD", "charters/insight/deep.md", "charters/insight/updates/x/y.md", "charters/page.html",
		"charters/run.js", "charters/server.key", "registers/people.json", "approvals/roof.yml", "charters/archive.zip", "charters/a.htm", "charters/b.exe"}
	files := map[string]string{}
	for name := range want {
		files[name] = ""
	}
	for _, name := range slices.Concat(ignored, unused) {
		files[name] = ""
	}
	got := tree(t, mapped(files), DefaultLimits())
	kinds := map[string]Kind{}
	for _, e := range got.Entries() {
		kinds[e.Path] = e.Kind
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Error(d)
	}
	if !slices.IsSortedFunc(got.Entries(), func(a, b Entry) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the entries are in no order")
	}
	slices.Sort(unused)
	for i := range unused {
		unused[i] += " D006"
	}
	if d := cmp.Diff(unused, codes(got.Findings())); d != "" {
		t.Error(d)
	}
}

func TestNamesThatNotEverySystemTakes(t *testing.T) {
	for _, name := range []string{"charters/CON.md", "charters/aux.md", "charters/nul.tar.md", "charters/com1.x.y.z.long.md", "charters/lpt9/index.md", "charters/con .md",
		"charters/ x.md", "charters/x /index.md", "charters/x./index.md", "charters/a:b.md", "charters/a*.md", "charters/a\\b.md", "charters/a\nb.md", "charters/a\x1b[2J.md",
		"charters/\u202egpj.md", "charters/a\xff.md", "charters/å.png", "charters/a b.png", "charters/" + strings.Repeat("x", 189) + ".md"} {
		got := tree(t, hostile{name}, DefaultLimits())
		if len(got.Entries()) != 0 || len(got.Findings()) != 1 || got.Findings()[0].Code != "D004" {
			t.Errorf("%q: %v, %v", name, got.Entries(), got.Findings())
			continue
		}
		if file := got.Findings()[0].Pos.File; file != printable(file) {
			t.Errorf("%q reaches a terminal", file)
		}
	}
	fine := tree(t, mapped(map[string]string{"charters/console.md": "", "charters/com10.md": "", "charters/auxiliary/index.md": "", "charters/overblik-å.md": ""}), DefaultLimits())
	if len(fine.Entries()) != 4 || len(fine.Findings()) != 0 {
		t.Error(fine.Findings())
	}
}

// hostile is a tree of one file, whatever its name; fstest.MapFS refuses some.
type hostile struct{ name string }

func (h hostile) Open(string) (fs.File, error) { return nil, fs.ErrInvalid }

func (h hostile) ReadDir(dir string) ([]fs.DirEntry, error) {
	rest := h.name
	if dir != "." {
		rest = strings.TrimPrefix(h.name, dir+"/")
	}
	first, _, more := strings.Cut(rest, "/")
	return []fs.DirEntry{fs.FileInfoToDirEntry(named{first, more})}, nil
}

type named struct {
	name string
	dir  bool
}

func (n named) Name() string       { return n.name }
func (n named) Size() int64        { return 0 }
func (n named) ModTime() time.Time { return time.Time{} }
func (n named) IsDir() bool        { return n.dir }
func (n named) Sys() any           { return nil }
func (n named) Mode() fs.FileMode {
	if n.dir {
		return fs.ModeDir
	}
	return 0
}

func TestNamesThatAreOneOnSomeSystems(t *testing.T) {
	got := tree(t, mapped(map[string]string{
		"charters/Alpha.md": "", "charters/alpha.md": "",
		"charters/\u00e5.md": "", "charters/a\u030a.md": "", // å composed and not
		"charters/Beta/index.md": "", "charters/Beta/a.png": "", "charters/beta/b.png": "", "charters/beta/c.png": "",
		"charters/gamma.md": "", "charters/gamma/index.md": "", // the same id, which is another rule's
	}), DefaultLimits())
	if d := cmp.Diff([]string{"charters/alpha.md D004", "charters/beta D004", "charters/\u00e5.md D004"}, codes(got.Findings())); d != "" {
		t.Error(d)
	}
	if n := len(got.Entries()); n != 10 {
		t.Errorf("%d entries are left", n)
	}
}

func TestLimits(t *testing.T) {
	l := Limits{File: 10, Register: 20, Asset: 30, Charters: 2, Path: 40, Depth: 3}
	got := tree(t, mapped(map[string]string{
		"charters/a.md": strings.Repeat("x", 10), "charters/b.md": strings.Repeat("x", 11), "charters/c.md": "", "charters/d.md": "",
		"registers/a.yml": strings.Repeat("x", 20), "registers/b.yml": strings.Repeat("x", 21),
		"charters/a.png": strings.Repeat("x", 30), "charters/b.png": strings.Repeat("x", 31),
		"charters/a/b/c.png": "", "charters/a/b/c/d.png": "",
	}), l)
	if d := cmp.Diff([]string{"charters D005", "charters/a/b/c D005"}, codes(got.Findings())); d != "" {
		t.Error(d)
	}
	var refused []string
	for _, e := range got.Entries() {
		data, found, ok := got.Read(e)
		refused = append(refused, codes(found)...)
		if ok != (len(found) == 0) || !ok && data != nil {
			t.Errorf("%s: %v with %v", e.Path, ok, found)
		}
	}
	if d := cmp.Diff([]string{"charters/b.md D003", "charters/b.png D003", "registers/b.yml D003"}, refused); d != "" {
		t.Error(d)
	}
}

// broken is a tree in which some paths give an error.
type broken struct {
	fs.FS
	bad string
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.bad {
		return nil, &fs.PathError{Op: "open", Path: "/secret/of/this/machine", Err: fs.ErrPermission}
	}
	return b.FS.Open(name)
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	files := mapped(map[string]string{"charters/a.md": "a", "charters/b/index.md": "b"})
	got := tree(t, broken{files, "charters/a.md"}, DefaultLimits())
	_, found, ok := got.Read(got.Entries()[0])
	if ok || len(found) != 1 || found[0].Code != "D002" || found[0].Message.String() != "this file cannot be read: permission denied" {
		t.Error(found)
	}
	if got.Line("charters/a.md", 1) != "" {
		t.Error("a line of an unreadable file")
	}
	got = tree(t, broken{files, "charters/b"}, DefaultLimits())
	if d := cmp.Diff([]string{"charters/b D002"}, codes(got.Findings())); d != "" || len(got.Entries()) != 1 {
		t.Error(d)
	}
	if _, err := FromFS(broken{files, "."}, DefaultLimits()); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
}

// moving is a file that its writer has not finished with: each look at it says
// another time.
type moving struct {
	fs.FS
	looks *int
}

type movingFile struct {
	fs.File
	looks *int
}

type movingInfo struct {
	fs.FileInfo
	at time.Time
}

func (m moving) Open(name string) (fs.File, error) {
	f, err := m.FS.Open(name)
	if path.Ext(name) != ".md" {
		return f, err
	}
	return movingFile{f, m.looks}, err
}

func (m movingFile) Stat() (fs.FileInfo, error) {
	info, err := m.File.Stat()
	if *m.looks > 0 {
		*m.looks--
	}
	return movingInfo{info, time.Unix(int64(*m.looks), 0)}, err
}

func (i movingInfo) ModTime() time.Time { return i.at }

func TestAFileInMotionIsReadAgain(t *testing.T) {
	for looks, want := range map[int]string{0: "charters/a.md D008", 3: "charters/a.md D008", 99: "charters/a.md D002"} {
		files := mapped(map[string]string{"charters/a.md": "a"})
		got := tree(t, moving{files, &looks}, DefaultLimits())
		data, found, ok := got.Read(got.Entries()[0])
		if d := cmp.Diff([]string{want}, codes(found)); d != "" || ok != (want[len(want)-1] == '8') || ok && string(data) != "a" {
			t.Errorf("%q %v %s", data, ok, d)
		}
	}
	files := mapped(map[string]string{"charters/a.md": "a", "charters/b.md": "b"})
	got := tree(t, files, DefaultLimits())
	delete(files, "charters/a.md")
	files["charters/b.md"].Data = []byte("bb")
	if _, found, ok := got.Read(got.Entries()[0]); ok || found[0].Code != "D008" {
		t.Error(ok, found)
	}
	if data, found, ok := got.Read(got.Entries()[1]); !ok || string(data) != "bb" || found[0].Code != "D008" {
		t.Error(ok, found)
	}
}

func TestLine(t *testing.T) {
	got := tree(t, mapped(map[string]string{"charters/a.md": "\ufeffone\r\ntwo\n\nfour", "charters/b.md": "f\x00o\xe6\n", "charters/c.md": "\xff\xfea\x00"}), DefaultLimits())
	for n, want := range []string{"", "one", "two", "", "four", ""} {
		if line := got.Line("charters/a.md", n); line != want {
			t.Errorf("line %d is %q, want %q", n, line, want)
		}
	}
	if line := got.Line("charters/b.md", 1); line != "f\x00o\xe6" {
		t.Errorf("%q", line)
	}
	for _, name := range []string{"charters/c.md", "charters/none.md", "../x"} {
		if line := got.Line(name, 1); line != "" {
			t.Errorf("%s: %q", name, line)
		}
	}
	done := make(chan bool)
	for i := range 4 {
		go func() {
			for n := range 200 {
				if name := fmt.Sprintf("charters/%c.md", 'a'+byte((i+n)%2)); got.Line(name, 1) == "" {
					t.Error(name)
				}
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
}
