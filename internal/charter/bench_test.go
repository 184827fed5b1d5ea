package charter

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// examples are the three charters of the specification.
func examples(t testing.TB) []txtar.File {
	names, err := filepath.Glob("testdata/reading/spec-*.txtar")
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	var all []txtar.File
	for _, n := range names {
		data, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, txtar.Parse(data).Files[0])
	}
	return all
}

func BenchmarkParse(b *testing.B) {
	f := examples(b)[0]
	b.SetBytes(int64(len(f.Data)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(f.Name, f.Data, Options{Lang: "en", Speech: tongues})
	}
}

func BenchmarkDigest(b *testing.B) {
	f := examples(b)[0]
	c, _ := Parse(f.Name, f.Data, Options{Lang: "en", Speech: tongues})
	b.ReportAllocs()
	for b.Loop() {
		c.digest()
	}
}

// BenchmarkKept reports the bytes that one parsed charter keeps alive.
func BenchmarkKept(b *testing.B) {
	f := examples(b)[0]
	kept := make([]*Charter, 0, b.N)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range b.N {
		c, _ := Parse(f.Name, f.Data, Options{Lang: "en", Speech: tongues})
		kept = append(kept, c)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "kept-B/op")
	runtime.KeepAlive(kept)
}
