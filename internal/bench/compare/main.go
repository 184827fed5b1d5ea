// Command compare measures how much a build costs beside what it cannot cost less than.
//
//	go run ./internal/bench/compare [-sizes 100,1000,10000] [-hugo PATH]
//
// For each size it makes a portfolio and then measures, in processes of their own and in turns, several times over:
//
//   - the floor: read each charter, find the end of its front matter, render its body with goldmark, and write as many
//     files as the build does, and nothing else
//   - a cold build, into a folder that is not there, by a program that has never read these charters
//   - the same when it has read them before, and its cache is warm
//   - a build into the folder that the former one left, without a change
//   - the same after the summary of one charter was written anew, and after an expense was corrected: a summary
//     stands on few pages, and an expense is in sums
//
// With Hugo, it stands beside them: the same content, and layouts that show the same facts. 100,000 charters are
// measured where -sizes asks for them, once and without Hugo, if the limits of the machine allow it.
//
// It prints a table in Markdown with the median of each. CPU seconds (user and system, of the process and what it
// started) are the figure to steer by, because wall time depends on what else the machine does. The peak is the most
// memory that the process had resident at one time.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"charterhouse/internal/bench"
)

func main() {
	if len(os.Args) == 5 && os.Args[1] == "floor" {
		finish(floor(os.Args[2], os.Args[3], os.Args[4]))
		return
	}
	sizes := flag.String("sizes", "100,1000,10000", "numbers of charters")
	hugo := flag.String("hugo", "", "measure this Hugo, too")
	flag.Parse()
	finish(compare(*sizes, *hugo))
}

func finish(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compare(sizes, hugo string) error {
	all, err := bench.Sizes(sizes)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "charterhouse-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	program, err := bench.Program(work)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, as of %s; medians\n\n", runtime.Version(), runtime.NumCPU(), bench.AsOf)
	fmt.Println("| Charters | Run | CPU s | user | system | wall s | peak MiB | files | MB | ms a file | CPU beside floor |")
	fmt.Println("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, n := range all {
		place := filepath.Join(work, strconv.Itoa(n))
		if err := measure(place, program, hugo, n); err != nil {
			return err
		}
		if err := os.RemoveAll(place); err != nil {
			return err
		}
	}
	return nil
}

// measure runs all contestants in turns on one portfolio and prints a row for each.
func measure(place, program, hugo string, n int) error {
	content := filepath.Join(place, "content")
	if err := bench.Generate(content, n, 1); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out := func(name string) string { return filepath.Join(place, name) }
	cold := contestant{name: "cold build", out: out("site"), fresh: true, cache: out("cache"), cold: true,
		command: []string{program, "build", "--as-of", bench.AsOf, "--out", out("site"), content}}
	warm := cold
	warm.name, warm.cold = "build of what was read before", false
	again := warm
	again.name, again.fresh = "rebuild without a change", false
	said, paid := again, again
	said.name, said.before = "rebuild with one other summary", edit(content, "\nsummary: ", "\nsummary: Still more of this. ")
	paid.name, paid.before = "rebuild with one other expense", edit(content, ".50}\n", ".75}\n")
	if err := cold.run(); err != nil { // says how many files the floor has to write
		return err
	}
	bare := contestant{name: "floor", out: out("floor"), fresh: true,
		command: []string{self, "floor", content, out("floor"), strconv.Itoa(cold.files)}}
	all := []*contestant{&bare, &cold, &warm, &again, &said, &paid}
	if hugo != "" && n < many {
		other, err := withHugo(hugo, place)
		if err != nil {
			return err
		}
		all = append(all, other)
	}
	cold.runs = nil
	for range rounds(n) {
		for _, c := range all {
			if err := c.run(); err != nil {
				return err
			}
		}
	}
	for _, c := range all {
		fmt.Println(c.row(n, bare.median()))
	}
	return nil
}

// many charters are measured once.
const many = 100_000

// edit returns a change of one charter, there and back again.
func edit(content, from, to string) func() error {
	return func() error {
		names, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
		if err != nil {
			return err
		}
		for _, name := range names[len(names)/2:] {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			before, after, ok := strings.Cut(string(text), to)
			now := from
			if !ok {
				before, after, ok = strings.Cut(string(text), from)
				now = to
			}
			if ok {
				return os.WriteFile(name, []byte(before+now+after), 0o644)
			}
		}
		return fmt.Errorf("no charter has %q", from)
	}
}

// rounds are more where a run is short and its figure the less certain.
func rounds(n int) int {
	switch {
	case n <= 100:
		return 9
	case n <= 1000:
		return 5
	case n >= many:
		return 1
	}
	return 3
}
