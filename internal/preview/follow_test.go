package preview

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"charterhouse/internal/desk"
)

const elev = "content/charters/elevordning.md" // no one has signed it, so that a change of it is no finding

// A reader is a browser with one page open: it fetches the page again whenever
// its stream says so.
type reader struct {
	path  string
	mu    sync.Mutex
	shown string
}

// open shows the page at path until the test ends.
func (r *running) open(path string) *reader {
	r.t.Helper()
	_, page := r.get(path)
	b := &reader{path: path, shown: page}
	l := r.listen(path)
	go func() {
		for line := range l.lines {
			if line != "changed" {
				continue
			}
			answer, err := http.Get(strings.TrimSuffix(r.s.Address(), "/") + path)
			if err != nil {
				return // the test is over
			}
			var page bytes.Buffer
			_, _ = page.ReadFrom(answer.Body)
			answer.Body.Close()
			b.mu.Lock()
			b.shown = page.String()
			b.mu.Unlock()
		}
	}()
	return b
}

func (b *reader) sees() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.shown
}

// within waits until a condition holds.
func within(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for range 1200 {
		if holds() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("it is never true that %s", what)
}

// hears waits for the next line of a stream.
func (l *listener) hears(t testing.TB, want string) {
	t.Helper()
	select {
	case line := <-l.lines:
		if line != want {
			t.Fatalf("a page hears %q, not %q", line, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("a page hears nothing, not %q", want)
	}
}

// Twenty-one readers of three pages end on the bytes of a build, whatever they
// missed in between.
func TestReadersAgree(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	var readers []*reader
	for range 7 {
		for _, path := range []string{"/charters/elevordning.html", "/initiatives/index.html", "/da/charters/gift-card-ledger.html"} {
			readers = append(readers, r.open(path))
		}
	}
	for i := range 30 {
		r.write(elev, strings.Replace(r.read(elev), "title: ", fmt.Sprintf("title: %d ", i), 1))
		time.Sleep(time.Duration(i%4) * 10 * time.Millisecond) // some edits meet in one moment, some do not
	}
	r.settle()
	for _, b := range readers {
		within(t, b.path+" is what stands there", func() bool {
			_, page := r.get(b.path)
			return b.sees() == page
		})
	}
	if !strings.Contains(readers[0].sees(), "29 28 27") {
		t.Error("the last edit is not shown")
	}
}

// A page shows a translation and its original as they are now, whichever of the
// two was saved; what is wrong with the translation stands on the page.
func TestTranslationIsFresh(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	const original, danish = "content/charters/customer-insight-360/index.md", "content/charters/customer-insight-360/index.da.md"
	const page, ownPage = "/da/charters/customer-insight-360.html", "/charters/customer-insight-360.html"
	_, before := r.get(ownPage)
	shown, list := r.open(page), r.open("/da/initiatives/index.html")
	r.change(danish, "title: Kundeindsigt 360", "title: Kundeindblik 360")
	within(t, "the new title is shown", func() bool { return strings.Contains(shown.sees(), "<h1>Kundeindblik 360</h1>") })
	within(t, "lists show it", func() bool { return strings.Contains(list.sees(), "Kundeindblik 360") })
	r.settle()
	if _, after := r.get(ownPage); after != before {
		t.Errorf("the page of the original changed: %s", firstDifference([]byte(before), []byte(after)))
	}
	if strings.Contains(shown.sees(), "Ændret i originalen") {
		t.Error("something is stale before anything changed")
	}
	r.change(original, "A campaign that took nine days", "A campaign that took ten days")
	within(t, "the part is marked", func() bool {
		return strings.Contains(shown.sees(), `<h2 id="s-gevinster">Gevinster</h2>`+"\n"+`<p class="was">Ændret i originalen`) && strings.Contains(shown.sees(), "L011")
	})
	r.change(original, "total: 480000", "total: 480001")
	within(t, "facts are the original's", func() bool { return strings.Contains(shown.sees(), "charters/customer-insight-360/index.md:") })
	r.change(danish, "title: Kundeindblik 360", "title: Kundeindblik 360\nbudget: {total: 5}")
	within(t, "what is wrong with the translation stands on the page", func() bool { return strings.Contains(shown.sees(), "L010") })
	if _, form := r.get("/-/edit/" + strings.TrimPrefix(danish, "content/")); !strings.Contains(form, "goals[0].text") || strings.Contains(form, "goals[0].measure.target") || !strings.Contains(form, `href="`+page+`"`) {
		t.Error("the form of a translation has other than texts, or does not lead back")
	}
}

// A page hears that its file went away and that it is back, and its address says
// so; another page hears neither.
func TestFileGoesAndComes(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	const path, file = "/charters/alone.html", "content/charters/alone.md" // nothing links to it, so that no finding comes or goes
	text := strings.Replace(r.read(elev), "id: elevordning", "id: alone", 1)
	r.write(file, text)
	r.settle()
	_, before := r.get(path)
	page, other := r.listen(path), r.listen("/charters/gift-card-ledger.html")
	for range 2 {
		if err := os.Remove(r.path(file)); err != nil {
			t.Fatal(err)
		}
		page.hears(t, "changed")
		if status, body := r.get(path); status != http.StatusNotFound || !strings.Contains(body, "charterhouse-preview") {
			t.Errorf("gone: status %d", status)
		}
		r.write(file, text)
		page.hears(t, "changed")
		if status, body := r.get(path); status != http.StatusOK || body != before {
			t.Errorf("back: status %d", status)
		}
	}
	r.settle()
	select {
	case line := <-other.lines:
		t.Errorf("another page hears %q", line)
	default:
	}
}

// A charter that moves into a folder of its own keeps its address; one that is
// renamed leaves its old address, and what is in a folder many levels new is
// seen.
func TestFilesMove(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	text := r.read(elev)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(r.path("content/charters/elevordning/updates"), 0o777))
	must(os.Rename(r.path(elev), r.path("content/charters/elevordning/index.md")))
	r.write("content/charters/elevordning/updates/2026-11-03.md", "---\ndate: 2026-11-03\nby: nadia-el-amrani\nrag: green\n---\nTo elever er begyndt.\n")
	r.must("/charters/elevordning.html", "To elever er begyndt.", true)
	r.settle()

	r.write("made/index.md", strings.Replace(text, "id: elevordning", "id: elever", 1))
	must(os.Rename(r.path("made"), r.path("content/charters/elever"))) // a folder that is moved in
	must(os.RemoveAll(r.path("content/charters/elevordning")))
	r.must("/charters/elever.html", "Elever på tværs", true)
	r.settle()
	if status, _ := r.get("/charters/elevordning.html"); status != http.StatusNotFound {
		t.Errorf("its old address: status %d", status)
	}
}

// Every part of a theme is watched: templates, styles and words. A page that is
// on its way finds the style that it was made for.
func TestThemeIsFollowed(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	if err := os.CopyFS(r.path("themes/ours"), os.DirFS("../../themes/default")); err != nil {
		t.Fatal(err)
	}
	config := r.read("content/charterhouse.yaml")
	r.write("content/charterhouse.yaml", config+"\ntheme: ours\n")
	r.settle()
	page := r.listen("/")

	r.write("themes/ours/templates/overview.html", r.read("themes/ours/templates/overview.html")+"<p>The overview is ours.</p>")
	page.hears(t, "changed")
	r.must("/", "The overview is ours.", true)

	sheet := regexp.MustCompile(`href="(?:/|\./)?(assets/charterhouse[^"]*\.css)"`)
	style := func() string {
		_, body := r.get("/")
		if m := sheet.FindStringSubmatch(body); m != nil {
			return "/" + m[1]
		}
		t.Fatalf("a page without a style: %.600s", body)
		return ""
	}
	before := style()
	_, old := r.get(before)
	r.write("themes/ours/assets/charterhouse.css", r.read("themes/ours/assets/charterhouse.css")+"\n.ours { color: green }\n")
	page.hears(t, "changed")
	after := style()
	if _, body := r.get(after); before == after || !strings.Contains(body, ".ours { color: green }") && !strings.Contains(body, ".ours{") {
		t.Errorf("the style stays at %s", after)
	}
	if status, body := r.get(before); status != http.StatusOK || body != old {
		t.Errorf("the style of before: status %d", status)
	}

	sound := r.read("themes/ours/templates/charter.html")
	_, beside := r.get("/people/index.html")
	r.write("themes/ours/templates/charter.html", sound+"{{if}}")
	page.hears(t, "changed")
	r.must("/", "themes/ours/templates/charter.html:", true)
	if status, _ := r.get("/charters/elevordning.html"); status != http.StatusOK {
		t.Errorf("a page of the broken template: status %d", status)
	}
	r.write("themes/ours/templates/charter.html", sound)
	r.must("/", "themes/ours/templates/charter.html:", false)
	if _, now := r.get("/people/index.html"); now != beside {
		t.Error("a page is not what it was")
	}
	r.settle()

	if err := os.Rename(r.path("themes/ours"), r.path("themes/theirs")); err != nil {
		t.Fatal(err)
	}
	r.must("/", "there is no theme folder", true)
	r.write("content/charterhouse.yaml", config+"\ntheme: theirs\n")
	r.must("/", "The overview is ours.", true)
	r.settle()
}

// What breaks one file is told on its page by code and place, and where every
// page depends on the file, on every page. No page of the site changes, but the
// one that lists findings; mended, all is as it was.
func TestBrokenOneByOne(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	const people = "content/registers/people.yml"
	bodies := func() map[string]string {
		m := r.s.now.Load()
		all := map[string]string{}
		for _, a := range m.site.Addresses() {
			if !strings.HasSuffix(a, "attention.html") {
				all[a] = string(bare(r.s.page(m, "/"+a).bytes))
			}
		}
		return all
	}
	before := bodies()
	for name, c := range map[string]struct{ file, from, to, path, place string }{
		"a list left open":    {shop, "budget:", "budget: [", "/charters/accessible-shop.html", "charters/accessible-shop.md:16:8"},
		"a tab":               {shop, "  currency:", "\tcurrency:", "/charters/accessible-shop.html", "charters/accessible-shop.md:15:1"},
		"no end of the facts": {shop, "\n---\n", "\n", "/charters/accessible-shop.html", "charters/accessible-shop.md:1:1"},
		"a register":          {people, r.read(people), "people: [", "/charters/gift-card-ledger.html", "registers/people.yml:1:"},
		"the configuration":   {"content/charterhouse.yaml", "title:", "title: [", "/da/", "charterhouse.yaml:"},
	} {
		text := r.read(c.file)
		r.change(c.file, c.from, c.to)
		r.must(c.path, "<code>"+c.place, true)
		_, body := r.get(c.path)
		if !regexp.MustCompile(`<code>[A-Z]\d{3}</code>`).MatchString(body) {
			t.Errorf("%s: no code on the page", name)
		}
		if since := regexp.MustCompile(`Showing the version of \d\d:\d\d:\d\d`); c.file == shop && !since.MatchString(body) {
			t.Errorf("%s: the page does not say of when it is", name)
		}
		if !strings.Contains(body, `<li class="at">`) {
			t.Errorf("%s: the page does not show the line", name)
		}
		if _, other := r.get("/charters/elevordning.html"); c.file == shop && strings.Contains(other, c.place) {
			t.Errorf("%s: another page tells of it", name)
		}
		if _, list := r.get("/-/problems"); !strings.Contains(list, c.place) {
			t.Errorf("%s: the list of problems lacks it", name)
		}
		for address, now := range bodies() {
			if now != before[address] {
				t.Errorf("%s: %s changed:\n%s", name, address, firstDifference([]byte(now), []byte(before[address])))
			}
		}
		r.write(c.file, text)
		r.must(c.path, c.place, false)
		r.settle()
	}
}

// A broken file that goes away takes its last sound version along; a charter that
// was never sound has no page, and is listed.
func TestBrokenAndGone(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.change(elev, "budget:", "budget: [")
	r.must("/charters/elevordning.html", "Showing the version of", true)
	if err := os.Remove(r.path(elev)); err != nil {
		t.Fatal(err)
	}
	within(t, "the page went away", func() bool {
		status, _ := r.get("/charters/elevordning.html")
		return status == http.StatusNotFound
	})
	r.settle()
	r.write("content/charters/never-sound.md", "---\ntitle: [\n---\n")
	r.must("/-/problems", "charters/never-sound.md:", true)
	if status, _ := r.get("/"); status != http.StatusOK {
		t.Errorf("the first page: status %d", status)
	}
	r.write("content/charters/never-sound.md", strings.Replace(plainText, "'Plain'", "At last", 1))
	r.must("/charters/never-sound.html", "At last", true)
	r.settle()
}

// Without the system's events everything is seen as well, a little later.
func TestPolling(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *Options) { o.Poll = true })
	r.change(elev, "title: ", "title: Alle ")
	r.must("/charters/elevordning.html", "Alle Elever", true)
	r.write("content/charters/plain-thing/index.md", plainText)
	r.must("/charters/plain-thing.html", "Plain", true)
	if err := os.RemoveAll(r.path("content/charters/plain-thing")); err != nil {
		t.Fatal(err)
	}
	within(t, "the page went away", func() bool {
		status, _ := r.get("/charters/plain-thing.html")
		return status == http.StatusNotFound
	})
	r.settle()
}

// Saves as editors make them, one after the other: each last save is shown, and
// what an editor leaves for a while is neither a page nor a finding.
func TestWaysOfSaving(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	file := r.path(elev)
	ways := map[string]func(text []byte) error{
		"in place": func(text []byte) error { return os.WriteFile(file, text, 0o666) },
		"emptied, then written": func(text []byte) error {
			return errors.Join(os.Truncate(file, 0), os.WriteFile(file, text, 0o666))
		},
		"by another file": func(text []byte) error {
			return errors.Join(os.WriteFile(file+".tmp", text, 0o666), os.Rename(file+".tmp", file))
		},
		"with a copy kept": func(text []byte) error {
			return errors.Join(os.Rename(file, file+"~"), os.WriteFile(file, text, 0o666), os.Remove(file+"~"))
		},
		"with a probe": func(text []byte) error {
			probe := filepath.Join(filepath.Dir(file), "4913")
			return errors.Join(os.WriteFile(probe, nil, 0o666), os.Remove(probe), os.Rename(file, file+"~"), os.WriteFile(file, text, 0o666), os.Remove(file+"~"))
		},
		"with a hidden swap file": func(text []byte) error {
			swap := filepath.Join(filepath.Dir(file), ".elevordning.md.swp")
			return errors.Join(os.WriteFile(swap, []byte("x"), 0o666), os.WriteFile(file, text, 0o666), os.Remove(swap))
		},
		"two renames": func(text []byte) error {
			return errors.Join(os.WriteFile(file+"___jb_tmp___", text, 0o666), os.Rename(file, file+"___jb_old___"), os.Rename(file+"___jb_tmp___", file), os.Remove(file+"___jb_old___"))
		},
		"removed, then written": func(text []byte) error { return errors.Join(os.Remove(file), os.WriteFile(file, text, 0o666)) },
	}
	original := r.read(elev)
	for round := range 2 {
		for name, save := range ways {
			word := fmt.Sprintf("Gemt %s %d.", name, round)
			if err := save([]byte(original + "\n" + word + "\n")); err != nil {
				t.Fatal(name, err)
			}
			r.must("/charters/elevordning.html", word, true)
		}
	}
	r.settle()
}

// A panic while a page is made is that page's, and one while the files are read
// leaves the last moment standing; both say whose fault it is.
func TestFaultsOfOurs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	var said []string
	s, err := New(Options{Place: desk.Place{Content: filepath.Join(dir, "content"), Around: dir}, AsOf: day, Listen: "127.0.0.1:0", Say: func(line string) { said = append(said, line) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.watcher.Close()
	defer s.listener.Close()
	sound := s.now.Load()
	d := s.desk
	s.desk = nil
	s.look()
	s.desk = d
	if s.now.Load() != sound || len(said) != 1 || !strings.Contains(said[0], "fault of Charterhouse") {
		t.Errorf("it says %q", said)
	}
	broken := sound.without()
	broken.site = nil
	p := s.page(broken, "/index.html")
	if p.status != http.StatusInternalServerError || !bytes.Contains(p.bytes, []byte("fault of Charterhouse")) {
		t.Errorf("status %d: %.300s", p.status, p.bytes)
	}
	if p := s.page(sound, "/index.html"); p.status != http.StatusOK {
		t.Errorf("the sound moment: status %d", p.status)
	}
}
