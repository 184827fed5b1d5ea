package facts

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"charterhouse/internal/diag"
)

// codes lists the findings as "line:col code", which is what the tables below
// compare.
func codes(found diag.List) string {
	found.Sort()
	var all []string
	for _, d := range found {
		all = append(all, strings.TrimPrefix(d.Pos.String(), "a.md:")+" "+string(d.Code))
	}
	return strings.Join(all, ", ")
}

// TestSplitter runs the rows of the reliability map's table on the splitter
// that we use, and their neighbours: what it does silently must be mended or
// reported here.
func TestSplitter(t *testing.T) {
	for _, c := range []struct {
		name, text       string
		found            string
		data, body       string
		format           Format
		line, bodyLine   int
		treeFound, share string // of the tree: findings, and the text of key share
	}{
		{name: "plain", text: "---\nshare: 60\n---\nbody\n", data: "share: 60\n", body: "body\n", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "never closed", text: "---\nshare: 60\n\nbody\n", found: "1:1 C001", body: "---\nshare: 60\n\nbody\n", bodyLine: 1},
		{name: "byte order mark", text: "\uFEFF---\nshare: 60\n---\nbody", data: "share: 60\n", body: "body", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "CRLF", text: "---\r\nshare: 60\r\n---\r\nbody\r\n", data: "share: 60\r\n", body: "body\r\n", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "indented fence in a block scalar", text: "---\nnote: |\n  one\n  ---\n  two\nshare: 60\n---\nbody", data: "note: |\n  one\n  ---\n  two\nshare: 60\n", body: "body", format: YAML, line: 2, bodyLine: 8, share: "60"},
		{name: "fence indented by a no-break space", text: "---\nshare: 60\n\u00a0---\n---\nbody", data: "share: 60\n\u00a0---\n", body: "body", format: YAML, line: 2, bodyLine: 5, treeFound: "3:5 C002"},
		{name: "opening fence indented", text: " ---\nshare: 60\n---\n", found: "1:1 C001", body: " ---\nshare: 60\n---\n", bodyLine: 1},
		{name: "blank lines first", text: "\n\n---\nshare: 60\n---\nbody", data: "share: 60\n", body: "body", format: YAML, line: 4, bodyLine: 6, share: "60"},
		{name: "blanks after the fences", text: "---  \nshare: 60\n---\t\nbody", data: "share: 60\n", body: "body", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "fence without a line end", text: "---\nshare: 60\n---", data: "share: 60\n", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "empty block", text: "---\n---\nbody", body: "body", format: YAML, line: 2, bodyLine: 3},
		{name: "named YAML", text: "---yaml\nshare: 60\n---\n", data: "share: 60\n", format: YAML, line: 2, bodyLine: 4, share: "60"},
		{name: "TOML by plus", text: "+++\nshare = '60'\n+++\nbody", data: "share = '60'\n", body: "body", format: TOML, line: 2, bodyLine: 4, share: "60"},
		{name: "TOML by name", text: "---toml\nshare = '60'\n---\n", data: "share = '60'\n", format: TOML, line: 2, bodyLine: 4, share: "60"},
		{name: "JSON by name", text: "---json\n{\"share\": \"60\"}\n---\n", data: "{\"share\": \"60\"}\n", format: JSON, line: 2, bodyLine: 4, share: "60"},
		{name: "bare JSON", text: "{\n\"share\": 60\n}\n\nbody", found: "1:1 C001", body: "{\n\"share\": 60\n}\n\nbody", bodyLine: 1},
		{name: "misspelt fence", text: "----\nshare: 60\n---\n", found: "1:1 C001", body: "----\nshare: 60\n---\n", bodyLine: 1},
		{name: "no front matter", text: "# Title\n", found: "1:1 C001", body: "# Title\n", bodyLine: 1},
		{name: "empty file", text: "", found: "1:1 C001", bodyLine: 1},
		{name: "key twice", text: "---\nshare: 60\nshare: 70\n---\n", data: "share: 60\nshare: 70\n", format: YAML, line: 2, bodyLine: 5, treeFound: "3:1 C003", share: "60"},
		{name: "octal", text: "---\nshare: 0100\n---\n", data: "share: 0100\n", format: YAML, line: 2, bodyLine: 4, share: "0100"},
		{name: "float", text: "---\nshare: 1.50\n---\n", data: "share: 1.50\n", format: YAML, line: 2, bodyLine: 4, share: "1.50"},
		{name: "not a number", text: "---\nshare: .nan\n---\n", data: "share: .nan\n", format: YAML, line: 2, bodyLine: 4, share: ".nan"},
		{name: "underscore", text: "---\nshare: 1_0\n---\n", data: "share: 1_0\n", format: YAML, line: 2, bodyLine: 4, share: "1_0"},
		{name: "beyond 2^53", text: "---\nshare: 9007199254740993\n---\n", data: "share: 9007199254740993\n", format: YAML, line: 2, bodyLine: 4, share: "9007199254740993"},
		{name: "no such day", text: "---\nshare: 2025-02-29\n---\n", data: "share: 2025-02-29\n", format: YAML, line: 2, bodyLine: 4, share: "2025-02-29"},
		{name: "second document", text: "---\nshare: 60\n...\nshare: 70\n---\n", data: "share: 60\n...\nshare: 70\n", format: YAML, line: 2, bodyLine: 6, treeFound: "4:1 C002", share: "60"},
		{name: "anchor", text: "---\nshare: &s 60\n---\n", data: "share: &s 60\n", format: YAML, line: 2, bodyLine: 4, treeFound: "2:8 C015"},
		{name: "alias", text: "---\na: &s 60\nshare: *s\n---\n", data: "a: &s 60\nshare: *s\n", format: YAML, line: 2, bodyLine: 5, treeFound: "2:4 C015, 3:8 C015"},
		{name: "merge key", text: "---\nx: {<<: {share: 60}}\n---\n", data: "x: {<<: {share: 60}}\n", format: YAML, line: 2, bodyLine: 4, treeFound: "2:5 C015"},
		{name: "tag", text: "---\nshare: !!int \"60\"\n---\n", data: "share: !!int \"60\"\n", format: YAML, line: 2, bodyLine: 4, treeFound: "2:8 C015"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, found := Split("a.md", []byte(c.text))
			if got := codes(found); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if string(b.Data) != c.data || string(b.Body) != c.body || b.Format != c.format {
				t.Errorf("split into %q %q %q", b.Format, b.Data, b.Body)
			}
			if b.Line != c.line || b.BodyLine != c.bodyLine {
				t.Errorf("lines %d and %d, want %d and %d", b.Line, b.BodyLine, c.line, c.bodyLine)
			}
			if b.Format == "" {
				return
			}
			root, found := Parse(b.Format, "a.md", b.Data, b.Line, ForCharter)
			if got := codes(found); got != c.treeFound {
				t.Errorf("tree found %q, want %q", got, c.treeFound)
			}
			if share := root.Get("share"); c.share != "" && (share == nil || share.Text != c.share) {
				t.Errorf("share is %+v, want %q", share, c.share)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	for name, c := range map[string]struct{ text, found string }{
		"too long":       {"a: " + strings.Repeat("x", 64<<10), "1:1 C015"},
		"deep flow":      {"a: " + strings.Repeat("[", 10_000), "1:36 C015"},
		"deep blocks":    {deepBlocks(40), "33:34 C015"},
		"bomb":           {"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "1:4 C015, 2:4 C015, 3:5 C015, 3:8 C015"},
		"too many":       {"a: [" + strings.Repeat("1,", 6_000) + "]", "1:10001 C015"},
		"within limits":  {"a: [" + strings.Repeat("1,", 4_900) + "]", ""},
		"self reference": {"a: &a [*a]", "1:4 C015"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := Parse(YAML, "a.md", []byte(c.text), 1, ForCharter)
			if got := codes(found); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
		})
	}
}

func deepBlocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String() + strings.Repeat(" ", n) + "b: 1\n"
}

func TestCharacters(t *testing.T) {
	for name, c := range map[string]struct{ text, found string }{
		"plain":           {"a: æøå — “x”\r\n\tb", ""},
		"byte order mark": {"\uFEFFa", ""},
		"Latin-1":         {"a\nb\xf8d \xe6\n", "2:2 C013"},
		"UTF-16":          {"\xff\xfea\x00b\x00", "1:1 C013"},
		"UTF-16 no mark":  {strings.Repeat("a\x00", 30), "1:1 C013"},
		"NUL":             {"æøå\x00", "1:4 C013"},
		"lone CR":         {"a\rb", "1:2 C013"},
		"bidi override":   {"ab\u202ecd", "1:3 C013"},
		"bidi isolate":    {"\n ab\u2066cd\u2069", "2:4 C013, 2:7 C013"},
		"damaged":         {"fl\ufffdte", "1:3 C013"},
		"line separator":  {"a\u2028b", "1:2 C013"},
		"C1":              {"a\u0085b", "1:2 C013"},
	} {
		t.Run(name, func(t *testing.T) {
			clean, found := Characters("a.md", []byte(c.text))
			if got := codes(found); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if c.found == "" && string(clean) != c.text {
				t.Errorf("a clean text changed to %q", clean)
			}
			if _, again := Characters("a.md", bytes.ReplaceAll(clean, []byte("\ufffd"), []byte("?"))); len(again) > 0 {
				t.Errorf("cleaned %q still has findings: %v", clean, again)
			}
		})
	}
}

func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{"---\na: 1\n---\nx", "+++\na = [1, {b = 2}]\n[[c]]\nd.e = 1\n+++\n", "---json\n{\"a\": [1, {\"b\": null}]}\n---\n",
		"---\na: 1\n----\n ---\n---\n", "---\n---\n", "\uFEFF---\r\na: |\r\n  ---\r\n---\r\n", "---\na: &x [*x]\n...\nb: !!str 1\n---", "---\n\ta: b\n---\n", "---\na: \"\\u202e\"\n? [b]\n: c\n---\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text, found := Characters("a.md", text)
		b, more := Split("a.md", text)
		found.Add(more...)
		bare := bytes.TrimPrefix(text, []byte("\uFEFF"))
		if plain, ok := splitPlain(bare); ok {
			if judged, _ := splitAny("a.md", bare, Block{}); !reflect.DeepEqual(plain, judged) {
				t.Fatalf("read plainly it is %+v, by the splitter %+v", plain, judged)
			}
		}
		if b.Format != "" {
			joined := bytes.Index(text, b.Data) // data and body are views in order
			if !bytes.HasSuffix(text, b.Body) || joined < 0 || joined+len(b.Data) > len(text)-len(b.Body) {
				t.Fatalf("%q and %q are not parts of the file", b.Data, b.Body)
			}
			if bytes.Count(text[:len(text)-len(b.Body)], newline)+1 != b.BodyLine && len(b.Body) > 0 {
				t.Fatalf("the body does not begin on line %d", b.BodyLine)
			}
			root, more := Parse(b.Format, "a.md", b.Data, b.Line, ForCharter)
			found.Add(more...)
			r := NewReader("a.md", text)
			exercise(r, root)
			found.Add(r.Found...)
		}
		within(t, text, found)
	})
}

// exercise takes every value of a tree in every way.
func exercise(r *Reader, n *Node) {
	r.Text(n)
	r.ID(n)
	r.Date(n)
	r.Bool(n)
	r.Count(n, 10)
	r.Word(n, "S001", diag.Say("a status"), []string{"proposed", "agreed"})
	r.IDs(n, diag.Say("it"))
	for range r.ByID(n, diag.Say("it")) {
	}
	for f := range r.Map(n, &Keys{Of: diag.Say("a thing"), Known: []string{"a", "title"}}) {
		r.Text(f.Value)
	}
	for _, i := range n.Items {
		exercise(r, i)
	}
	for _, f := range n.Fields {
		exercise(r, f.Value)
	}
}

// within fails unless every finding's place lies inside the file.
func within(t *testing.T, text []byte, found diag.List) {
	t.Helper()
	lines := bytes.Split(text, newline)
	for _, d := range found {
		if d.Code == "" || d.Message.String() == "" || d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Col < 1 || d.Pos.Col > len([]rune(string(lines[d.Pos.Line-1])))+1 {
			t.Fatalf("a finding without a place in the file of %d lines: %+v", len(lines), d)
		}
		for _, f := range d.Fixes {
			line := []rune(string(lines[f.Pos.Line-1]))
			if !strings.HasPrefix(string(line[f.Pos.Col-1:]), f.Old) {
				t.Fatalf("a fix for what does not stand there: %+v", f)
			}
		}
	}
}
