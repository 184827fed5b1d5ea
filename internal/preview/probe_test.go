package preview

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

func TestProbeRace(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) { if err != nil { t.Fatal(err) } }
	must(os.MkdirAll(filepath.Join(dir, "charters/x"), 0o777))
	must(os.MkdirAll(filepath.Join(dir, "registers"), 0o777))
	text := []byte("same")
	must(os.WriteFile(filepath.Join(dir, "charters/x/index.md"), text, 0o666))
	must(os.WriteFile(filepath.Join(dir, "registers/index.md"), text, 0o666))
	stop := make(chan bool)
	done := make(chan bool)
	go func() {
		defer close(done)
		x := filepath.Join(dir, "charters/x")
		for {
			select { case <-stop: return; default: }
			os.Rename(x, x+"-real")
			os.Symlink("../registers", x)
			os.Remove(x)
			os.Rename(x+"-real", x)
		}
	}()
	n := 0
	for i := 0; i < 20000; i++ {
		if replaceExact(dir, "charters/x/index.md", sha256.Sum256(text), []byte("taken")) == nil {
			n++
			if b, _ := os.ReadFile(filepath.Join(dir, "registers/index.md")); string(b) != "same" { t.Fatal("written at", i) }
			for { if os.WriteFile(filepath.Join(dir, "charters/x/index.md"), text, 0o666) == nil { break } }
			os.WriteFile(filepath.Join(dir, "registers/index.md"), text, 0o666)
		}
	}
	close(stop); <-done
	e, _ := os.ReadDir(filepath.Join(dir, "registers"))
	t.Log(n, e)
}
