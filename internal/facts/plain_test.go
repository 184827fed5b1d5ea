package facts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// agree fails if the plain reader accepts what the library reads otherwise. It
// reports whether the plain reader accepted.
func agree(t *testing.T, data []byte) bool {
	t.Helper()
	lim := ForCharter
	lim.Records = true
	plain := readPlain("a.md", data, 2, lim)
	if plain == nil {
		return false
	}
	whole, found := loadYAML("a.md", data, 2, lim)
	if len(found) > 0 {
		t.Fatalf("%q is accepted as plain, but: %v", data, found)
	}
	if d := cmp.Diff(whole, plain, cmp.AllowUnexported(Node{})); d != "" {
		t.Fatalf("%q is read otherwise:\n%s", data, d)
	}
	return true
}

// plainly are the texts that must take the short way; the others must not.
var plainly, otherwise = []string{
	"a: 1\n", "a: b\r\nc: d\r\n", "a:\n  b: c\n  d: [e, f]\n", "- a\n- b: c\n  d: e\n-   f: g\n    h:\n      - i\n", "a:\n- b\n- c\nd:\n",
	"a: {b: c, d: {e: [f, \"g h\", 'i']}, } # j\n", "# x\n\na: 'b' # c\n\n\n  # d\ne: f#g\n", "a: æøå [b], c\nb: \"æ, ø\"\n", "a: ~\nb: null\nc: \"\"\nd: {e: ~}\n",
	"\"2027\": 650000\n2027-Q1: -x\n", "a: b - c ? d & e\n", "a: [objective:b, 50%, 1/3, -1]\n", "a:    b   \nc:   # d\ne:\n    f:   g\n", "a: [ ]\nb: {}\n", "a: x:y\n", "a: <<\n",
}, []string{
	"a: |\n  b\n", "a: b\n  c\n", "a: &x b\n", "a: *x\n", "a: !!str b\n", "\ta: b\n", "a: b: c\n", "a: [b,\n c]\n", "a: 'it''s'\n", "a: \"\\n\"\n", "? a\n: b\n", "- - a\n",
	"-\n  a: b\n", "a: b\na: c\n", "{a: b}\n", " a: b\n", "a\n", "a: b\n---\nc: d\n", "a: [b: c]\n", "a: [b]c\n", "a: {b}\n", "a: {b:c}\n", "<<: {a: b}\n", "a: b\n c: d\n", "", "a: @b\n", "a: %b\n", "a: `b`\n",
	"a:\n  - b\n c\n", "a: \"b\"c\n", "a: \"b\": c\n", "a: -\n", "%a: b\n", "...\n", "a: [,]\n", "a: b\n- c\n", "a:b\n",
}

func TestPlain(t *testing.T) {
	for _, s := range plainly {
		if !agree(t, []byte(s)) {
			t.Errorf("%q takes the long way", s)
		}
	}
	for _, s := range otherwise {
		if agree(t, []byte(s)) {
			t.Errorf("%q takes the short way", s)
		}
	}
}

// TestPlainCharters holds that charters as people write them take the short
// way: the examples of the specification.
func TestPlainCharters(t *testing.T) {
	for _, block := range charters(t) {
		if !agree(t, block) {
			t.Errorf("takes the long way:\n%s", block)
		}
	}
}

// charters are the front matters of the specification's examples.
func charters(t testing.TB) (all [][]byte) {
	names, err := filepath.Glob("../charter/testdata/reading/spec-*.txtar")
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := Split("a.md", txtar.Parse(data).Files[0].Data)
		all = append(all, block.Data)
	}
	return all
}

func FuzzPlain(f *testing.F) {
	for _, s := range append(plainly, otherwise...) {
		f.Add([]byte(s))
	}
	for _, block := range charters(f) {
		f.Add(block)
		for _, part := range strings.SplitAfter(string(block), "\n\n") {
			f.Add([]byte(part))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { agree(t, data) })
}

func BenchmarkYAML(b *testing.B) {
	block := charters(b)[0]
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			readPlain("a.md", block, 2, ForCharter)
		}
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			loadYAML("a.md", block, 2, ForCharter)
		}
	})
}

// TestPlainTokens puts YAML's own signs together at random, which meets the
// corners of its grammar far more often than random bytes do.
func TestPlainTokens(t *testing.T) {
	tokens := []string{"a", "b", "key: ", "c:", ": ", ":\n", ": v\n", "- ", "\n- ", "\n  - ", "\n", "\n  ", "\n    ", "  ", " ", "[", "]", "{", "}", ", ", ",", "\"q\"", "'s'", "\"", "'",
		"#", " # n", "-", "--", "\n---\n", "\n...\n", "~", "null", "x:y", "?", "? ", "&z ", "*z", "!t ", "|", ">", "%", "æ", "\u00a0", "\r\n", "<<: ", "1", "=", "\\", "\n\n", "k: {a: b, c: [d]}", "k: [e, 'f']"}
	accepted := 0
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 1, 14).Draw(r, "text"), "")
		if agree(t, []byte(text)) || agree(t, []byte("k: "+text+"\n")) || agree(t, []byte("k:\n  "+text+"\nl: m\n")) {
			accepted++
		}
	})
	if accepted == 0 {
		t.Error("nothing was accepted, so nothing was tried")
	}
}
