package remote

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

// A manifest comes from whoever can write there. What passes names nothing but
// files of a site, and says the same when it is written again.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"tool":"charterhouse","version":1,"kind":"published","site":"s","files":{"a/b.html":{"sum":"0123456789abcdef0123456789abcdef","size":3}}}`))
	f.Add([]byte(`{"tool":"charterhouse","version":1,"kind":"published","files":{"a.html.gz":{"sum":"0123456789abcdef0123456789abcdef","size":3,"packing":"gzip","of":"a.html"}},"old":{"assets/a.0123456789.css":5}}`))
	f.Add([]byte(`{"tool":"charterhouse","version":1,"kind":"published","gone":["../x","a"],"claim":{"..":"x"}}`))
	f.Add([]byte(`{"tool":"charterhouse","version":1,"kind":"published","files":null,"old":{"index.html":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parse(data)
		if err != nil {
			return
		}
		names := append([]string{}, m.Gone...)
		for name := range m.Files {
			names = append(names, name)
		}
		for name := range m.Old {
			names = append(names, name)
			if plain, _, _ := wire.Plain(name); !wire.Hashed(plain) {
				t.Errorf("%q is no former asset", name)
			}
		}
		for name := range m.Claim {
			names = append(names, name)
		}
		for _, name := range names {
			if publish.CheckName(name) != nil && !ofOurs(name) || strings.Contains("/"+name+"/", "/../") {
				t.Errorf("%q passed", name)
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		n, err := parse(again)
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if !reflect.DeepEqual(m.pieces(), n.pieces()) {
			t.Errorf("%s says something else", again)
		}
	})
}
