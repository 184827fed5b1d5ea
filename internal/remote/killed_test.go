package remote

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"charterhouse/internal/publish"
)

var kills = flag.Int("kills", 4, "how often TestKilled kills a run")

// child publishes in a process of its own, to be killed.
func child(endpoint, from string) int {
	b, err := publish.Open(from)
	if err == nil {
		var p *Place
		if p, err = OpenBucket(Bucket{Name: "charters", Prefix: "k", Endpoint: endpoint}); err == nil {
			_, err = quick(p).Publish(context.Background(), b, Options{Allow: 1})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Killed at any moment, a run leaves no page without what it names, and the next
// one sends no more than what is missing.
func TestKilled(t *testing.T) {
	s := newS3(t)
	sites := []*publish.Built{made(t, "one", 6), made(t, "two", 5)}
	publishTo(t, s.place(t, "k"), sites[0])
	s.door.first(func(*http.Request) { time.Sleep(3 * time.Millisecond) }) // a store is not next door
	resumed := 0
	for n := range *kills {
		b := sites[(n+1)%2]
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "REMOTE_TEST_ENDPOINT="+s.URL, "REMOTE_TEST_BUILT="+b.Dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+n%8*11) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		there := s.there(t, "k")
		wholeFor(t, fmt.Sprintf("kill %d", n), there)
		missing := int64(0)
		for name, text := range texts(t, b) {
			if there[name] != text {
				missing += int64(len(text))
			}
		}
		r, err := s.place(t, "k").Publish(context.Background(), b, Options{Allow: 1})
		if err != nil {
			t.Fatalf("kill %d: %v", n, err)
		}
		if r.Bytes > missing {
			t.Errorf("kill %d: %d bytes were missing, and %d were sent", n, missing, r.Bytes)
		}
		if r.Resumed {
			resumed++
		}
		if got := current(s.there(t, "k")); !maps.Equal(got, current(texts(t, b))) {
			t.Fatalf("kill %d: there are %v", n, slices.Sorted(maps.Keys(got)))
		}
	}
	if resumed == 0 && *kills > 50 {
		t.Error("no run was cut off in the middle")
	}
	t.Logf("%d of %d runs were cut off in the middle", resumed, *kills)
}
