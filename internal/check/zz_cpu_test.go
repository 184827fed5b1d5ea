package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func TestZZ(t *testing.T) {
	dir := "/tmp/zzmade"
	if _, err := os.Stat(dir); err != nil {
		bench.Generate(dir, 10000, 1)
	}
	src, _ := source.Open(dir, source.DefaultLimits())
	for _, d := range strings.Fields(os.Getenv("DAYS")) {
		day, _ := calendar.ParseDate(d)
		start := (&portfolio.Loader{Languages: []string{"en"}}).Load(src, day).Portfolio
		c := start.Charters()[5000+slices.IndexFunc(start.Charters()[5000:], func(c *charter.Charter) bool { return len(c.Links.DependsOn) > 0 })]
		text, _ := os.ReadFile(filepath.Join(dir, c.File))
		t0 := cpu()
		n := len(check.Run(start))
		fmt.Println(d, n, "findings; all", cpu()-t0)
		for _, e := range [][2]string{{"\n---\n", "\n---\n\nA word.\n"}, {"\ntitle: ", "\ntitle: New "}, {"allocation: ", "allocation: 9"}, {"depends_on: [", "depends_on: [nowhere, "}, {"accountable: ", "accountable: x"}} {
			v, _ := charter.Parse(c.File, []byte(strings.Replace(string(text), e[0], e[1], 1)), charter.Options{Lang: "en"})
			vs := []*charter.Charter{v, c}
			var m check.Memory
			p := start
			m.Run(p)
			var run, fin, conf time.Duration
			for i := range 20 {
				p = p.With(vs[i%2])
				runtime.GC()
				t0 := cpu()
				p.Conflicts()
				t1 := cpu()
				l := m.Run(p)
				t2 := cpu()
				check.Finish(p, l)
				run += t2 - t1
				fin += cpu() - t2
				conf += t1 - t0
			}
			fmt.Printf("  %-12.12q conflicts %v run %v finish %v\n", e[1], conf/20, run/20, fin/20)
		}
	}
}
