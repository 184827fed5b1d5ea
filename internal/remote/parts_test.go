package remote

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"charterhouse/internal/publish"
)

// A drawer is a store in memory; several may be folders of one.
type drawer struct {
	mu     *sync.Mutex
	all    map[string]object
	prefix string
}

func (d drawer) list(context.Context) (map[string]object, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	found := map[string]object{}
	for name, o := range d.all {
		if within, ok := strings.CutPrefix(name, d.prefix); ok {
			found[within] = object{size: int64(len(o.data)), tag: o.tag}
		}
	}
	return found, nil
}

func (d drawer) get(_ context.Context, name string, limit int64) ([]byte, string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.all[d.prefix+name]
	switch {
	case !ok:
		return nil, "", errAbsent
	case int64(len(o.data)) > limit:
		return nil, "", fmt.Errorf("%s is larger than it can be", name)
	}
	return o.data, o.tag, nil
}

func (d drawer) put(_ context.Context, name string, o object, when condition) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if there := d.all[d.prefix+name]; when != always && string(when) != there.tag {
		return "", errConflict
	}
	o.tag = fmt.Sprint(len(d.all), publish.Sum(o.data))
	d.all[d.prefix+name] = o
	return o.tag, nil
}

func (d drawer) holds(_ context.Context, name string, _, want object) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.all[d.prefix+name].data) == string(want.data), nil
}

func (d drawer) remove(_ context.Context, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.all, d.prefix+name)
	return nil
}

func (drawer) close() {}

// Each worker publishes its part to a folder of one store, and the site is
// joined from there; a part that is cut off on its way is refused.
func TestPartsInAStore(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	store := drawer{mu: new(sync.Mutex), all: map[string]object{}}
	site := map[string]string{}
	for i := range 20 {
		site[fmt.Sprintf("charters/%02d.html", i)] = fmt.Sprintf("page %d", i)
	}
	for n := 1; n <= 2; n++ {
		at := filepath.Join(dir, fmt.Sprint(n))
		s, err := publish.Begin(ctx, publish.Options{Out: at, Site: fmt.Sprintf("s, part %d of 2", n)})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for name, text := range site {
			names = append(names, name)
			if int(text[len(text)-1])%2 == n-1 {
				if err := s.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err = s.Part(publish.Part{Site: "s", Number: n, Of: 2, Basis: "b", List: publish.ListOf(names)}); err == nil {
			_, err = s.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := publish.Open(at)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		store.prefix = fmt.Sprintf("parts/%d/", n)
		if _, err := newPlace(store, "store", false, 2).Publish(ctx, b, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	store.prefix = "parts/"
	from, out := []publish.Parts{newPlace(store, "s3://charters/parts", false, 2)}, filepath.Join(dir, "public")
	if _, err := publish.Join(ctx, from, out); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name := range site {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = string(data)
	}
	if !maps.Equal(got, site) {
		t.Errorf("%v", got)
	}
	delete(store.all, "parts/2/charters/05.html")
	if _, err := publish.Join(ctx, from, filepath.Join(dir, "again")); err == nil || !strings.Contains(err.Error(), "part 2 in s3://charters/parts/2: ") || !strings.Contains(err.Error(), "build it again with --shard 2/2") {
		t.Errorf("%v", err)
	}
}
