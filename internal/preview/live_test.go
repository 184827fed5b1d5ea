package preview

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
)

const shop = "content/charters/accessible-shop.md"

// A listener is an open page: the lines of its stream.
type listener struct {
	lines chan string
	close func()
}

// listen opens a stream as the page at path does.
func (r *running) listen(path string) *listener {
	r.t.Helper()
	home := strings.TrimSuffix(r.s.Address(), "/")
	ctx, cancel := context.WithCancel(context.Background())
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, home+"/-/events", strings.NewReader(path+"\n"+r.s.etag(path)))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Origin", home)
	q.Header.Set("X-Charterhouse-Token", r.s.token)
	answer, err := http.DefaultClient.Do(q)
	if err != nil || answer.StatusCode != http.StatusOK {
		cancel()
		r.t.Fatal(answer, err)
	}
	l := &listener{lines: make(chan string, 100), close: func() { cancel(); answer.Body.Close() }}
	go func() {
		defer close(l.lines)
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if lines.Text() != "alive" { // which a stream says from time to time, whatever happens
				l.lines <- lines.Text()
			}
		}
	}()
	r.t.Cleanup(l.close)
	if first := <-l.lines; first != "same" {
		r.t.Fatalf("%s: the stream begins with %q", path, first)
	}
	return l
}

func (r *running) change(name, from, to string) {
	r.t.Helper()
	text := r.read(name)
	if !strings.Contains(text, from) {
		r.t.Fatalf("%s does not say %q", name, from)
	}
	r.write(name, strings.Replace(text, from, to, 1))
}

// Only the pages whose bytes changed hear of a change, each with one word.
func TestPagesHearOfTheirOwnChanges(t *testing.T) {
	r := start(t, nil)
	const unsigned = "content/charters/elevordning.md" // a change of its title is no finding, which all pages would count
	page, list, other := r.listen("/charters/elevordning.html"), r.listen("/initiatives/index.html"), r.listen("/charters/gift-card-ledger.html")
	heard := func(l *listener) string {
		select {
		case line := <-l.lines:
			return line
		case <-time.After(20 * time.Second):
			return "nothing"
		}
	}
	r.write(unsigned, r.read(unsigned)+"\nMere.\n")
	if got := heard(page); got != "changed" {
		t.Errorf("the page hears %q", got)
	}
	r.change(unsigned, "title: ", "title: Alle ")
	if a, b := heard(page), heard(list); a != "changed" || b != "changed" {
		t.Errorf("the page hears %q, the list %q", a, b)
	}
	r.settle()
	for name, l := range map[string]*listener{"page": page, "list": list, "other": other} {
		select {
		case line := <-l.lines:
			t.Errorf("the %s hears %q once more", name, line)
		default:
		}
	}
}

// Whatever is done to the folder, the preview ends as a build of it.
func TestChanges(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	content := r.path("content")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"a title", func() { r.change(shop, "title: A shop everyone can use", "title: A shop for all") }},
		{"a share", func() { r.change(shop, "it: 55%, marketing: 35%", "it: 35%, marketing: 55%") }},
		{"a deletion", func() { must(os.Remove(r.path(shop))) }},
		{"a return", func() { r.write(shop, plainText) }},
		{"a new folder", func() {
			r.write("content/charters/plain-thing/updates/2026-11-03.md", "---\ndate: 2026-11-03\n---\nAll is well.\n")
		}},
		{"a rename", func() {
			must(os.Rename(r.path("content/charters/gift-card-ledger.md"), r.path("content/charters/gift-book.md")))
		}},
		{"a register", func() { r.change("content/registers/departments.yml", "IT", "Information Technology") }},
		{"the configuration", func() { r.change("content/charterhouse.yaml", "Nordhavn", "Sydhavn") }},
		{"a theme", func() {
			r.write("themes/ours/messages/en.toml", "\"overview.title\" = \"Everything\"\n")
			r.write("content/charterhouse.yaml", r.read("content/charterhouse.yaml")+"\ntheme: ours\n")
		}},
		{"a message", func() { r.write("themes/ours/messages/en.toml", "\"overview.title\" = \"All of it\"\n") }},
		{"no theme", func() { r.change("content/charterhouse.yaml", "\ntheme: ours\n", "\n") }},
		{"the folder is another", func() {
			must(os.Rename(content, content+"-away"))
			r.must("/", "The content folder is gone", true)
			must(os.Rename(content+"-away", content))
			r.must("/", "The content folder is gone", false)
		}},
		{"a deletion for good", func() { must(os.Remove(r.path("content/charters/elevordning.md"))) }},
		{"a change after that", func() { r.change("content/charters/gift-book.md", "title: ", "title: Big ") }},
	} {
		step.do()
		var wrong string
		for range 400 {
			if wrong = r.differs(); wrong == "" {
				break
			}
			time.Sleep(25 * time.Millisecond)
		}
		if wrong != "" {
			t.Fatalf("%s: %s", step.name, wrong)
		}
	}
	if status, _ := r.get("/charters/elevordning.html"); status != http.StatusNotFound {
		t.Errorf("an address that went away: status %d", status)
	}
}

// A broken file keeps its last sound version, with the finding on it; no other
// page changes but for the count.
func TestBroken(t *testing.T) {
	r := start(t, nil)
	const own, other = "/charters/accessible-shop.html", "/charters/gift-card-ledger.html"
	now := func(path string) string { return string(bare(r.s.page(r.s.now.Load(), path).bytes)) }
	before, beside := now(own), now(other)
	r.change(shop, "budget:", "budget: [")
	r.must(own, "Showing the version of", true)
	if now(own) != before || now(other) != beside {
		t.Error("a page changed")
	}
	r.must("/-/problems", "<code>charters/accessible-shop.md:", true)
	r.must(own, "a list in [ ] is not closed", true)
	r.must("/da"+own, "en liste i [ ] er ikke lukket", true)
	r.must("/da"+own, "a list in [ ]", false)
	r.change("content/charters/gift-card-ledger.md", "title: ", "title: Seen: ")
	r.write("content/registers/people.yml", "people: [")
	r.must(other, "registers/people.yml:1", true)
	r.change(shop, "budget: [", "budget:")
	r.must(own, "Showing the version of", false)
}

// A file that is written in two halves is never shown as broken.
func TestHalfWritten(t *testing.T) {
	r := start(t, nil)
	text := r.read(shop)
	for i := range 10 {
		next := strings.Replace(text, "A retired teacher", fmt.Sprintf("A retired teacher %d", i), 1)
		half := strings.Index(next, "currency") + 3
		r.write(shop, next[:half])
		time.Sleep(50 * time.Millisecond)
		r.write(shop, next)
		for range 200 {
			_, page := r.get("/charters/accessible-shop.html")
			if strings.Contains(page, "chp-panel") {
				t.Fatalf("save %d shows %.400s", i, page[strings.Index(page, "chp-panel"):])
			}
			if strings.Contains(page, fmt.Sprintf("A retired teacher %d", i)) {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// A storm of five thousand files is a few moments, and ends as a build.
func TestStorm(t *testing.T) {
	t.Parallel()
	r := startIn(t, made(t, 5000), nil)
	first := r.s.now.Load().n
	all := r.charters()
	for _, file := range all {
		text := r.read("content/" + file)
		r.write("content/"+file, strings.Replace(text, "\ntitle: ", "\ntitle: New ", 1))
	}
	last := "/charters/" + strings.TrimSuffix(filepath.Base(all[len(all)-1]), ".md") + ".html"
	r.must(last, "New ", true)
	for range 400 {
		m := r.s.now.Load()
		fresh := true
		for _, c := range m.view.Portfolio.Charters() {
			fresh = fresh && strings.HasPrefix(c.Title.Value, "New ")
		}
		if fresh {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	for _, c := range r.s.now.Load().view.Portfolio.Charters() {
		if !strings.HasPrefix(c.Title.Value, "New ") {
			t.Fatalf("%s is still called %q", c.File, c.Title.Value)
		}
	}
	t.Logf("%d files, %d moments", len(all), r.s.now.Load().n-first)
	if n := r.s.now.Load().n - first; n > 20 {
		t.Errorf("%d files were %d moments", len(all), n)
	}
}

// A random hand at work: after each pause the preview is what a build makes.
func TestRandomHand(t *testing.T) {
	t.Parallel()
	r := startIn(t, made(t, 60), nil)
	hand := rand.New(rand.NewPCG(3, 5))
	originals := r.originals()
	for range 12 {
		for range 1 + hand.IntN(5) {
			r.scribble(hand)
		}
		r.heal(originals)
		r.settle()
	}
}

// originals reads all charters.
func (r *running) originals() map[string]string {
	all := map[string]string{}
	for _, file := range r.charters() {
		all[file] = r.read("content/" + file)
	}
	return all
}

// heal takes back what a build would refuse, since the preview keeps an older
// version of it: file by file, and where that is not enough all that came or
// went.
func (r *running) heal(originals map[string]string) {
	r.t.Helper()
	for range 100 {
		broken := r.broken()
		if len(broken) == 0 {
			return
		}
		stuck := true
		for file := range broken {
			text, original := originals[file]
			if now, err := os.ReadFile(r.path("content/" + file)); original && (err != nil || string(now) != text) {
				r.write("content/"+file, text)
				stuck = false
			} else if !original {
				_ = os.Remove(r.path("content/" + file))
				stuck = false
			}
		}
		if !stuck {
			continue
		}
		for _, file := range r.charters() {
			if _, original := originals[file]; !original {
				_ = os.Remove(r.path("content/" + file))
			}
		}
		for file, text := range originals {
			if _, err := os.Stat(r.path("content/" + file)); err != nil {
				r.write("content/"+file, text)
			}
		}
	}
	r.t.Fatal("the folder does not heal")
}

// broken are the charters that a build would refuse.
func (r *running) broken() map[string]bool {
	d, err := desk.Open(r.s.options.Place, false)
	if err != nil {
		r.t.Fatal(err)
	}
	defer d.Close()
	all := map[string]bool{}
	for _, f := range d.Look(day).Found {
		if f.Severity == diag.Error {
			all[f.Pos.File] = true
		}
	}
	return all
}

// scribble does something to some file, as people do.
func (r *running) scribble(hand *rand.Rand) {
	all := r.charters()
	file := "content/" + all[hand.IntN(len(all))]
	text := r.read(file)
	replace := func(from, to string) { r.write(file, strings.Replace(text, from, to, 1)) }
	switch hand.IntN(10) {
	case 0:
		_ = os.Remove(r.path(file))
	case 1:
		_ = os.Rename(r.path(file), r.path(fmt.Sprintf("content/charters/moved-%d.md", hand.IntN(1000))))
	case 2:
		r.write(fmt.Sprintf("content/charters/new-%d.md", hand.IntN(1000)), strings.Replace(text, "\nid: ", "\nid: x", 1))
	case 3:
		replace("%", "")
	case 4:
		replace("\nstatus: ", "\nstatus: agreed # ")
	case 5:
		replace("\n---\n", "\n")
	case 6, 7:
		replace("\ntitle: ", fmt.Sprintf("\ntitle: No %d ", hand.IntN(1000)))
	default:
		r.write(file, text+fmt.Sprintf("\nMore %d.\n", hand.IntN(1000)))
	}
}

// A preview that ends lets go of everything it took, with pages open or not.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	r := start(t, nil)
	for range 150 {
		l := r.listen("/")
		l.close()
	}
	for range 20 {
		r.listen("/charters/accessible-shop.html")
	}
	for i := range 50 {
		r.change(shop, "A retired ", fmt.Sprintf("A retired %d ", i))
	}
	r.must("/charters/accessible-shop.html", "A retired 49 ", true)
	r.stop()
	http.DefaultClient.CloseIdleConnections()
	for range 400 {
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}
