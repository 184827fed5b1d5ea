package preview

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

var soak = flag.Duration("soak", 3*time.Second, "how long random hands write in TestSoak")

// Twenty edits a second, with renames, deletions, broken files and checkouts of
// older states: at each pause the preview is what a build makes, and it needs no
// more than at the start. `make soak` runs it for ten minutes over 1,000
// charters.
func TestSoak(t *testing.T) {
	n, burst := 60, 100
	if *soak >= time.Minute {
		n, burst = 1000, 1000
	}
	r := startIn(t, made(t, n), nil)
	r.git("init", "-q", "-b", "main")
	r.git("add", ".")
	r.git("commit", "-q", "-m", "a")
	hand := rand.New(rand.NewPCG(uint64(n), 9))
	originals := r.originals()
	begin, edits, pauses, commits := time.Now(), 0, 0, 1
	var heap uint64
	var goroutines, files int
	for time.Since(begin) < *soak {
		for range burst/5 + hand.IntN(burst*4/5) {
			r.scribble(hand)
			edits++
			time.Sleep(50 * time.Millisecond)
			if time.Since(begin) > *soak {
				break
			}
		}
		switch hand.IntN(3) {
		case 0:
			r.git("checkout", "-q", "--force", "main")
			r.git("clean", "-q", "-fd")
		case 1:
			r.heal(originals)
			r.git("add", "-A")
			r.git("commit", "-q", "--allow-empty", "-m", "b")
			commits++
			r.git("checkout", "-q", "main~1")
			r.git("checkout", "-q", "-B", "main")
		}
		r.heal(originals)
		r.settle()
		pauses++
		if pauses == 3 || pauses == 1 {
			heap, goroutines, files = live(), runtime.NumGoroutine(), open()
		}
	}
	r.settle()
	t.Logf("%d edits, %d pauses, %d commits in %v; heap %d MiB, then %d MiB; %d goroutines, then %d; %d files open, then %d",
		edits, pauses, commits, time.Since(begin).Round(time.Second), heap>>20, live()>>20, goroutines, runtime.NumGoroutine(), files, open())
	if now := live(); now > heap+heap/2+64<<20 {
		t.Errorf("the heap grew from %d to %d MiB", heap>>20, now>>20)
	}
	if now := runtime.NumGoroutine(); now > goroutines+10 {
		t.Errorf("goroutines grew from %d to %d", goroutines, now)
	}
	if now := open(); now > files+10 {
		t.Errorf("open files grew from %d to %d", files, now)
	}
}

// live is the memory in use.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// open is how many files this process holds open, where the system tells.
func open() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}

func (r *running) git(args ...string) {
	r.t.Helper()
	c := exec.Command("git", append([]string{"-c", "user.name=Hand", "-c", "user.email=hand@example.org", "-c", "core.autocrlf=false"}, args...)...)
	c.Dir = r.path("content")
	if out, err := c.CombinedOutput(); err != nil {
		r.t.Fatalf("git %v: %v: %s", args, err, out)
	}
}
