// Past measures how long it takes to read a history, beside what git itself takes to list it.
//
// It makes a repository of 10,000 charters and 20,000 commits, and runs by turns: git log --name-status as a user would,
// the one pass that gives last change and contributors of each charter, and what all charters promised first, with an
// empty memory and with the one that the run before left on disk. Medians of wall time.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"charterhouse/internal/bench"
	"charterhouse/internal/charter"
	"charterhouse/internal/history"
)

func main() {
	charters := flag.Int("charters", 10_000, "number of charters")
	commits := flag.Int("commits", 20_000, "number of commits")
	keep := flag.String("keep", "", "make the repository in this folder, and leave it there")
	runs := flag.Int("runs", 5, "how often each is measured")
	flag.Parse()
	if err := measure(*keep, *charters, *commits, *runs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(dir string, charters, commits, runs int) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "charterhouse-past-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		if err := repository(dir, charters, commits); err != nil {
			return err
		}
	}
	content := filepath.Join(dir, "content")
	all, err := read(content)
	if err != nil {
		return err
	}
	kept := filepath.Join(dir, "kept.shelf") // not in the content, so nobody looks at it
	reader := func(shelf string) *history.Reader {
		r := history.New(content)
		r.Remember(shelf)
		return r
	}
	var walls [5][]time.Duration
	took := func(i int, do func() error) error {
		began := time.Now()
		err := do()
		walls[i] = append(walls[i], time.Since(began))
		return err
	}
	for range runs {
		err := errors.Join(
			took(0, func() error { return run(dir, nil, "log", "--name-status") }),
			took(1, func() error { return lives(reader(""), all) }),
			took(2, func() error { return promises(reader(""), all) }),
			lives(reader(kept), all), promises(reader(kept), all),
			took(3, func() error { return lives(reader(kept), all) }),
			took(4, func() error { return promises(reader(kept), all) }),
		)
		if err != nil {
			return err
		}
	}
	git := median(walls[0])
	fmt.Printf("%s, %d cores; %d charters, %d commits; medians of wall time\n\n| Reading | s | beside git log |\n|---|---:|---:|\n", runtime.Version(), runtime.NumCPU(), charters, commits)
	for i, name := range []string{"git log --name-status", "last change and contributors of all charters", "what all promised first", "last change and contributors, as kept by the run before", "what all promised first, as kept by the run before"} {
		fmt.Printf("| %s | %.2f | %.2f |\n", name, median(walls[i]).Seconds(), median(walls[i]).Seconds()/git.Seconds())
	}
	return nil
}

func median(walls []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(walls))[len(walls)/2]
}

// repository makes a repository with its working tree.
func repository(dir string, charters, commits int) error {
	if err := run(dir, nil, "init", "-q", "-b", "main"); err != nil {
		return err
	}
	stream, w := io.Pipe()
	go func() { w.CloseWithError(bench.History(w, charters, commits, 1)) }()
	if err := run(dir, stream, "fast-import", "--quiet", "--done"); err != nil {
		return err
	}
	return run(dir, nil, "reset", "-q", "--hard", "main")
}

func run(dir string, in io.Reader, args ...string) error {
	c := exec.Command("git", args...)
	c.Dir, c.Stdin = dir, in
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	return nil
}

// read reads the charters as they are today.
func read(content string) ([]*charter.Charter, error) {
	files, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	if err != nil {
		return nil, err
	}
	var all []*charter.Charter
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c, _ := charter.Parse("charters/"+filepath.Base(file), text, charter.Options{Lang: "en"})
		all = append(all, c)
	}
	return all, nil
}

func lives(r *history.Reader, all []*charter.Charter) error {
	defer r.Close()
	b := r.Book(charter.Options{Lang: "en"})
	for _, c := range all {
		if l := b.Life(c); l.Last.Day.IsZero() || len(l.Writers) == 0 {
			return fmt.Errorf("%s: its last change is not known: %s", c.File, b.Unknown)
		}
	}
	return nil
}

func promises(r *history.Reader, all []*charter.Charter) error {
	defer r.Close()
	b := r.Book(charter.Options{Lang: "en"})
	for _, c := range all {
		if _, ok := b.Promise(c); ok != (c.Status.Value != charter.Proposed) {
			return fmt.Errorf("%s: what it promised is not known: %s", c.File, b.Unsure(c))
		}
	}
	return nil
}
