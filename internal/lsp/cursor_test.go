package lsp

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"
	"pgregory.net/rapid"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
)

// A place among keys and values is found by what stands around it, whether the
// whole can be read or not.
func TestLocate(t *testing.T) {
	for _, x := range [][2]string{
		{"ti|", "key <> ti []"},
		{"a: 1\n|\nb: 2", "key <> '' [a b]"},
		{"budget:\n  |\nlead: x", "key <budget> '' []"},
		{"budget:\n  total: 5\n  cur|\n  shares: {}", "key <budget> cur [total shares]"},
		{"budget:\n  total: 5|0 # more", "value <budget total> 50 []"},
		{"lead: |", "value <lead> '' []"},
		{"lead: # none| yet", "<lead> '' []"},
		{"shares: {it: 50%, mark|: 1}", "key <shares> mark [it mark]"},
		{"shares: {it: 5|0%, mark: 1}", "value <shares it> 50% []"},
		{"shares: {it: 50%, |", "key <shares> '' [it]"},
		{"shares: {it: |\nperiods: 5", "value <shares it> '' []"},
		{"team:\n  - person: a\n    ho|\n  - person: b", "key <team []> ho [person]"},
		{"team:\n- person: a\n  home: i|t", "value <team [] home> it []"},
		{"team:\n  - {person: |, home: it}", "value <team [] person> '' []"},
		{"team:\n  - {person: x, |}", "key <team []> '' [person]"},
		{"lead: [a, b|]", "value <lead []> b []"},
		{"after:\n  - m|1", "key value <after []> m1 []"},
		{"a: |\n  text: wi|th: colons\nb: 1", "<a> '' []"},
		{"a: 'it''s |here'\nb: 1", "value <a> it''s here []"},
		{"q: \"{not: |a flow}\"", "value <q> {not: a flow} []"},
		{"a: {b: [1, {c: |2}]}", "value <a b [] c> 2 []"},
	} {
		text, at := strings.ReplaceAll(x[0], "a: |\n  text", "a: ¦\n  text"), 0
		at = strings.IndexByte(text, '|')
		text = strings.ReplaceAll(text[:at]+text[at+1:], "¦", "|")
		if strings.Contains(text, "|\n  text") {
			at = strings.Index(text, "wi") + 2
		}
		c := locate(text, 0, len(text), at)
		got := ""
		if c.key {
			got += "key "
		}
		if c.value {
			got += "value "
		}
		word := c.word
		if word == "" {
			word = "''"
		}
		got += fmt.Sprintf("<%s> %s %v", strings.Join(c.steps, " "), word, c.group)
		if got != x[1] {
			t.Errorf("%q\n got %s\nwant %s", x[0], got, x[1])
		}
		if c.start > at || c.end < at || c.end > len(text) {
			t.Errorf("%q: the word is %d to %d, and the cursor at %d", x[0], c.start, c.end, at)
		}
	}
}

// Whatever the text, a place has an answer.
func FuzzLocate(f *testing.F) {
	f.Add("a: {b: [1, {c: |2}]}\n- x\n  - y: 'z", 5)
	f.Add("---\ntitle: æ🔑\r\nteam:\n- {person: a", 12)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if at < 0 || at > len(text) {
			return
		}
		c := locate(text, 0, len(text), at)
		if c.start < 0 || c.end > len(text) || c.start > c.end {
			t.Errorf("%d to %d of %d", c.start, c.end, len(text))
		}
	})
}

// Whatever somebody types, and wherever the cursor is, every question has an
// answer, also from a state that has not seen this text yet.
func TestEveryTextHasAnswers(t *testing.T) {
	const text = "---\nschema: charter/1\ntitle: Hints 🔑\nsummary: S.\nstatus: agreed\nlead: lene\nbudget:\n  currency: EUR\n  total: 100\n  shares: {it: 1/3, sales: rest}\n  periods: {2027: 60, 2028: 40}\nx: {a: b}\n---\n\n## In\n\nSee [[other#in|x]] and [y](other.md) and [[person:lene]].\n\n```query\nlist: charters\nwhere: x\n"
	dir := t.TempDir()
	files := map[string]string{"charterhouse.yaml": "title: T\nfields: {a: {type: choice, values: [b]}}\n", "charters/open.md": text, "charters/other.md": strings.Replace(text, "Hints", "Other", 1),
		"registers/people.yml": "- {id: lene, name: Lene, department: it}\n", "registers/departments.yml": "- {id: it, name: It, chief: lene}\n- {id: sales, name: Sales}\n"}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("XDG_CACHE_HOME", dir)
	d, err := desk.OpenForWriting(desk.Place{Content: dir, Around: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := &server{lang: "da", enc: utf16s, can: abilities{resources: true, markdown: true, related: true}, log: log.New(io.Discard, "", 0), conn: jsonrpc2.NewConn(t.Context(), jsonrpc2.NewBufferedStream(nowhere{}, jsonrpc2.VSCodeObjectCodec{}), nil), ctx: t.Context()}
	day, _ := calendar.ParseDate("2027-02-01")
	r := &room{s: s, place: desk.Place{Content: dir, Around: dir}}
	before := d.Look(day)
	words := rapid.SampledFrom([]string{"\n", "\r\n", "  ", "- ", ": ", "{", "}", "[", "]", "[[", "]]", "#", "|", "\"", "'", "🔑", "æ", "---\n", "id: it", "shares", "](", "```", "\t", "x:", "~", "&a", "objective:", ">"})
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"charters/open.md", "charters/open.md", "registers/departments.yml", "charterhouse.yaml", "charters/new.md"}).Draw(t, "file")
		text := files[name]
		for range rapid.IntRange(0, 8).Draw(t, "edits") {
			from := edge(text, rapid.IntRange(0, len(text)).Draw(t, "from"))
			to := edge(text, min(len(text), from+rapid.IntRange(0, 12).Draw(t, "cut")))
			text = text[:from] + words.Draw(t, "typed") + text[max(from, to):]
		}
		d.Lay(map[string][]byte{name: []byte(text)})
		for _, view := range []*desk.View{before, d.Look(day)} {
			st := &state{View: view, open: map[string]*document{}, found: map[string]diag.List{}}
			for _, found := range view.Found {
				st.found[found.Pos.File] = append(st.found[found.Pos.File], found)
			}
			doc := &document{uri: "file:///x", page: newPage(text), room: r, name: name}
			x := &spot{state: st, s: s, room: r, doc: doc, page: doc.page, offset: edge(text, rapid.IntRange(0, len(text)).Draw(t, "cursor"))}
			here := x.page.position(x.offset, s.enc)
			x.params = spotParams{Position: here, Range: textRange{here, here}, NewName: "new"}
			for _, ask := range []func(*spot) (any, error){(*spot).completion, (*spot).hover, (*spot).definition, (*spot).references, (*spot).prepareRename, (*spot).rename, (*spot).outline, (*spot).links, (*spot).hints, (*spot).actions, (*spot).format} {
				_, _ = ask(x) // a refusal is an answer
			}
			for _, found := range st.found[name] {
				r.diagnostic(st, x.page, found)
			}
		}
	})
}

// A fault of ours ends the request that met it, and is written to the log.
func TestFaultsEndNothingElse(t *testing.T) {
	var said strings.Builder
	conn := jsonrpc2.NewConn(t.Context(), jsonrpc2.NewBufferedStream(nowhere{}, jsonrpc2.VSCodeObjectCodec{}), nil)
	s := &server{log: log.New(&said, "", 0), conn: conn, ctx: t.Context()}
	s.answer(t.Context(), &jsonrpc2.Request{Method: "textDocument/hover"}, func(context.Context) (any, error) { panic("a slip") })
	if !strings.Contains(said.String(), "textDocument/hover: a slip\ngoroutine") {
		t.Errorf("%q", said.String())
	}
}

// nowhere is a connection that takes everything and says nothing.
type nowhere struct{}

func (nowhere) Read([]byte) (int, error)    { select {} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) Close() error                { return nil }
