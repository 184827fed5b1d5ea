// Command live measures how soon a reader of the preview sees what a writer saved.
//
//	go run ./internal/bench/live [-sizes 100,1000,10000] [-edits 30]
//
// For each size it makes a portfolio, starts the preview as a process of its own and a real browser beside it, and
// measures:
//
//   - from the start of the process to the first page, when it reads these charters for the first time, and the next time
//   - from the moment a file is written to the moment the open page says so, for a change in a charter's text with the
//     charter open, of its title with the list of all initiatives open, and of its shares with the rollup open
//
// It prints a table in Markdown: median and 99th percentile of the time, and the processor time that the server took for
// one edit. The time holds everything between: the event of the file system, the pause that gathers events, reading,
// checking, linking, rendering, the fetch and the change of the page.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"charterhouse/internal/bench"
	"charterhouse/internal/browser"
)

func main() {
	sizes := flag.String("sizes", "100,1000,10000", "numbers of charters")
	edits := flag.Int("edits", 30, "edits of each kind")
	flag.Parse()
	if err := run(*sizes, *edits); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(sizes string, edits int) error {
	all, err := bench.Sizes(sizes)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "charterhouse-live-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	program, err := bench.Program(work)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %d edits of each kind\n\n| Charters | What | median ms | p99 ms | server CPU ms an edit |\n|---:|---|---:|---:|---:|\n", runtime.Version(), runtime.NumCPU(), edits)
	for _, n := range all {
		if err := measure(filepath.Join(work, strconv.Itoa(n)), program, n, edits); err != nil {
			return err
		}
	}
	return nil
}

// A kind is one way to edit, with the page that shows it. change gives the text
// with something new in it, and what the page will say.
type kind struct {
	name, page string
	change     func(text string, i int) (changed, said string)
}

// shares are the first two payers of a charter, who change parts.
var shares = regexp.MustCompile(`(?m)^(  shares:\n    [a-z-]+: )(.+)(\n    [a-z-]+: )(.+)$`)

func kinds(id string) []kind {
	return []kind{
		{"text, its charter open", "charters/" + id + ".html", func(text string, i int) (string, string) {
			mark := fmt.Sprintf("Edit number %d.", i)
			return text + "\n" + mark + "\n", mark
		}},
		{"title, the list of initiatives open", "initiatives/index.html", func(text string, i int) (string, string) {
			title := fmt.Sprintf("Edited title %d", i)
			return regexp.MustCompile(`(?m)^title: .*$`).ReplaceAllString(text, "title: "+title), title
		}},
		{"share, the rollup open", "rollup/index.html", func(text string, i int) (string, string) {
			if i%2 == 1 {
				return text, ""
			}
			return shares.ReplaceAllString(text, "${1}${4}${3}${2}"), ""
		}},
	}
}

func measure(dir, program string, n, edits int) error {
	content := filepath.Join(dir, "content")
	if err := bench.Generate(content, n, 1); err != nil {
		return err
	}
	file, id, err := largest(content)
	if err != nil {
		return err
	}
	time.Sleep(3 * time.Second) // files that were written just now are read twice
	var s *server
	for _, kind := range []string{"first ever", "warm cache"} {
		if s != nil {
			s.stop() // which waits for what it keeps
		}
		var first time.Duration
		if s, first, err = start(program, content, "charters/"+id+".html"); err != nil {
			return err
		}
		fmt.Printf("| %d | start to first page, %s | %.0f | | |\n", n, kind, bench.MS(first))
	}
	defer s.stop()
	b, err := browser.Start()
	if err != nil {
		return err
	}
	defer b.Close()
	original, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, k := range kinds(id) {
		if err := s.row(b, n, k, file, string(original), edits); err != nil {
			return fmt.Errorf("%d charters, %s: %w", n, k.name, err)
		}
	}
	return nil
}

// largest finds the charter of the greatest budget in the reporting currency,
// which stands first in the list, with two payers whose parts differ.
func largest(content string) (file, id string, err error) {
	files, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	if err != nil {
		return "", "", err
	}
	most := -1
	total := regexp.MustCompile(`(?m)^  total: (\d+)$`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", "", err
		}
		m := total.FindSubmatch(text)
		parts := shares.FindSubmatch(text)
		if m == nil || parts == nil || string(parts[2]) == string(parts[4]) || !strings.Contains(string(text), "\nstatus: active") || !strings.Contains(string(text), "currency: DKK") {
			continue
		}
		if minor, _ := strconv.Atoi(string(m[1])); minor > most {
			most, file = minor, name
		}
	}
	if file == "" {
		return "", "", errors.New("no charter can be edited")
	}
	return file, strings.TrimSuffix(filepath.Base(file), ".md"), nil
}

// A server is a running preview.
type server struct {
	command *exec.Cmd
	home    string
}

// start starts a preview and times its first page.
func start(program, content, page string) (*server, time.Duration, error) {
	c := exec.Command(program, "preview", content, "--as-of", bench.AsOf, "--listen", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	c.Stderr = os.Stderr
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(filepath.Dir(content), "cache"))
	began := time.Now()
	if err := c.Start(); err != nil {
		return nil, 0, err
	}
	s := &server{command: c}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		s.stop()
		return nil, 0, errors.New("the preview says no address")
	}
	s.home = strings.TrimSpace(lines.Text())
	answer, err := http.Get(s.home + page)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Status)
	}
	if err != nil {
		s.stop()
		return nil, 0, err
	}
	answer.Body.Close()
	return s, time.Since(began), nil
}

func (s *server) stop() {
	_ = s.command.Process.Signal(os.Interrupt)
	_ = s.command.Wait()
}

// cpu is the processor time that the server has taken.
func (s *server) cpu() time.Duration { return bench.CPU(s.command.Process.Pid) }

// row measures one kind of edit.
func (s *server) row(b *browser.Browser, n int, k kind, file, original string, edits int) error {
	tab, err := b.Open(browser.Wide)
	if err != nil {
		return err
	}
	defer tab.Close()
	if err := tab.Goto(s.home + k.page); err != nil {
		return err
	}
	time.Sleep(time.Second)
	before := s.cpu()
	var times []time.Duration
	for i := range edits {
		text, said := k.change(original, i)
		took, err := edit(tab, file, text, said)
		if err != nil {
			return err
		}
		times = append(times, took)
		time.Sleep(300 * time.Millisecond)
	}
	cpu := (s.cpu() - before) / time.Duration(edits)
	median, p99 := bench.Spread(times)
	fmt.Printf("| %d | %s | %.0f | %.0f | %.0f |\n", n, k.name, median, p99, bench.MS(cpu))
	if err := os.WriteFile(file, []byte(original), 0o666); err != nil {
		return err
	}
	time.Sleep(time.Second)
	return nil
}

// edit writes a file and waits until the page says what is new in it; where
// that is nothing in particular, until the page says anything else.
func edit(tab *browser.Tab, file, text, said string) (time.Duration, error) {
	watch := fmt.Sprintf(`void (window.seen = new Promise(done => {
		const main = document.querySelector("main"), was = main.textContent, said = %q;
		const look = () => { if (said ? main.textContent.includes(said) : main.textContent !== was) { o.disconnect(); done(performance.timeOrigin + performance.now()) } };
		const o = new MutationObserver(look); o.observe(main, {subtree: true, childList: true, characterData: true});
		setTimeout(() => done(0), 20000);
	}))`, said)
	if _, err := browser.Eval[struct{}](tab, watch); err != nil {
		return 0, err
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return 0, err
	}
	began := time.Now()
	at, err := browser.Eval[float64](tab, "window.seen")
	if err != nil {
		return 0, err
	}
	if at == 0 {
		return 0, errors.New("the page does not change")
	}
	return time.UnixMicro(int64(at * 1000)).Sub(began), nil
}
