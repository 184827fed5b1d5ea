package facts

import (
	"fmt"
	"strings"
	"testing"

	"charterhouse/internal/diag"
)

// dump writes a tree with places, one value per line.
func dump(b *strings.Builder, indent string, n *Node) {
	switch n.Kind {
	case Map:
		for _, f := range n.Fields {
			fmt.Fprintf(b, "%s%s:%d:%d", indent, f.Key, f.Value.Mark.Line, f.Value.Mark.Col)
			if f.Value.Kind == Scalar {
				fmt.Fprintf(b, " %q", f.Value.Text)
			}
			b.WriteByte('\n')
			dump(b, indent+"  ", f.Value)
		}
	case List:
		for _, i := range n.Items {
			fmt.Fprintf(b, "%s-:%d:%d", indent, i.Mark.Line, i.Mark.Col)
			if i.Kind == Scalar {
				fmt.Fprintf(b, " %q", i.Text)
			}
			b.WriteByte('\n')
			dump(b, indent+"  ", i)
		}
	}
}

// TestPlaces shows that a value's place is where the value begins, in
// characters, in each format.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		format     Format
		text, want string
	}{
		{YAML, "titel: Ærlig\nøre: {æ: \"ø\", b: [1, 2.0]}\nlist:\n  - a: 'x'\n    b: |\n      one\n      two\n  - y\nempty:\nfold: >-\n  a\n  b\n", `titel:5:8 "Ærlig"
øre:6:6
  æ:6:10 "ø"
  b:6:18
    -:6:19 "1"
    -:6:22 "2.0"
list:8:3
  -:8:5
    a:8:8 "x"
    b:9:8 "one\ntwo\n"
  -:12:5 "y"
empty:13:7
fold:14:7 "a b"
`},
		{TOML, "titel = \"Ærlig\"\n\"øre\" = {\"æ\" = \"ø\", b = [1, 2.0]}\ndag = 2027-01-11\nja = true\n[[list]]\na = 'x'\nb = \"\"\"\none\"\"\"\n[[list]]\nc.d = 1\n", `titel:5:9 "Ærlig"
øre:6:9
  æ:6:16 "ø"
  b:6:25
    -:6:26 "1"
    -:6:29 "2.0"
dag:7:7 "2027-01-11"
ja:8:6 "true"
list:9:3
  -:9:3
    a:10:5 "x"
    b:11:5 "one"
  -:13:3
    c:14:1
      d:14:7 "1"
`},
		{JSON, "{\"titel\": \"Ærlig\",\n \"øre\": {\"æ\": \"\\u00f8\", \"b\": [1, 2.0]},\n \"x\": null, \"ja\": true,\n \"list\": [{\"a\": \"x\"},\n  \"y\"]}\n", `titel:5:11 "Ærlig"
øre:6:9
  æ:6:15 "ø"
  b:6:30
    -:6:31 "1"
    -:6:34 "2.0"
x:7:7
ja:7:19 "true"
list:8:10
  -:8:11
    a:8:17 "x"
  -:9:3 "y"
`},
	} {
		t.Run(string(c.format), func(t *testing.T) {
			root, found := Parse(c.format, "a.md", []byte(c.text), 5, ForCharter)
			if len(found) > 0 {
				t.Fatal(found)
			}
			var b strings.Builder
			dump(&b, "", root)
			if b.String() != c.want {
				t.Errorf("got\n%swant\n%s", b.String(), c.want)
			}
		})
	}
}

// TestRefused holds the sentence and the place of what the formats refuse.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		format     Format
		text, want string
	}{
		{YAML, "a: b: c\n", "a.md:1:5 C002 a colon stands where no key can be"},
		{YAML, "a:\n\tb: c\n", "a.md:2:1 C002 this character cannot begin a value"},
		{YAML, "a: \"x\nb: 1\n", "a.md:1:4 C002 a quote is opened and never closed"},
		{YAML, "a: [1, 2\nb: 3\n", "a.md:2:2 C002 a list in [ ] is not closed, or a comma is missing"},
		{YAML, "a: 1\n  b: 2\n", "a.md:2:4 C002 a colon stands where no key can be"},
		{YAML, "- a\n- b\n", "a.md:1:1 C005 the facts must be keys with values, such as title: One mailbox, but this is a list"},
		{YAML, "just words\n", "a.md:1:1 C005 the facts must be keys with values, such as title: One mailbox, but this is a single value"},
		{YAML, "? [a, b]\n: c\n", "a.md:1:3 C005 a key must be a word, not a list or a group of keys"},
		{YAML, "a: {b: 1, b: 2}\n", `a.md:1:11 C003 "b" is written twice`},
		{TOML, "a = \n", "a.md:1:5 C002 the facts are not valid TOML here: unexpected character U+000A at start of value"},
		{TOML, "a = 1\na = 2\n", `a.md:2:1 C003 "a" is written twice`},
		{TOML, "[a]\nb = 1\n[a]\nb = 2\n", `a.md:4:1 C003 "b" is written twice`},
		{TOML, "a = 1\n[a.b]\n", `a.md:2:2 C003 "a" is written twice`},
		{TOML, "a = {b = 1}\na.c = 2\n", `a.md:2:1 C003 "a" is written twice`},
		{TOML, strings.Repeat("a.", 40) + "b = 1\n", "a.md:1:65 C015 the block of facts is nested too deep"},
		{JSON, "{\"a\": 1,}\n", "a.md:1:9 C002 the facts are not valid JSON here: invalid character '}' looking for beginning of object key string"},
		{JSON, "{\"a\": 1, \"a\": 2}\n", `a.md:1:10 C003 "a" is written twice`},
		{JSON, "[1]\n", "a.md:1:1 C005 the facts must be keys with values, but this is a list"},
	} {
		_, found := Parse(c.format, "a.md", []byte(c.text), 1, ForCharter)
		if len(found) != 1 {
			t.Errorf("%q gives %d findings: %v", c.text, len(found), found)
			continue
		}
		d := found[0]
		if got := fmt.Sprintf("%s %s %s", d.Pos, d.Code, d.Message); got != c.want {
			t.Errorf("%q gives\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}

// TestReader holds what each reader makes of what people write.
func TestReader(t *testing.T) {
	text := func(r *Reader, n *Node) any { return r.Text(n).Value }
	id := func(r *Reader, n *Node) any { return r.ID(n).Value }
	ids := func(r *Reader, n *Node) any { return len(r.IDs(n, diag.Say("a list of ids"))) }
	date := func(r *Reader, n *Node) any { return r.Date(n).Value.String() }
	flag := func(r *Reader, n *Node) any { return r.Bool(n).Value }
	count := func(r *Reader, n *Node) any { return r.Count(n, 100).Value }
	status := func(r *Reader, n *Node) any {
		i, _ := r.Word(n, "S001", diag.Say("a status"), []string{"proposed", "agreed", "on-hold"})
		return i
	}
	keys := func(r *Reader, n *Node) any {
		k := &Keys{Of: diag.Say("a charter"), Known: []string{"budget", "title", "short_title", "a", "b", "c", "d", "e", "f"}, Aliases: map[string]string{"cost": "budget"}}
		i := 0
		for range r.Map(n, k) {
			i++
		}
		return i
	}
	for _, c := range []struct {
		read                     func(*Reader, *Node) any
		yaml                     string
		want                     any
		code, message, hint, fix string
	}{
		{read: text, yaml: "Ærlig økonomi", want: "Ærlig økonomi"},
		{read: text, yaml: "|\n  one\n  two", want: "one two"},
		{read: text, yaml: "~", want: ""},
		{read: text, yaml: `""`, want: ""},
		{read: text, yaml: "[a]", want: "", code: "C005", message: "a text must be a single value, but this is a list", hint: "write one value after the colon"},
		{read: text, yaml: "no", want: "no", code: "C014", message: "no without quotes is a number or a truth value to some programs", hint: `write "no"`, fix: `"no"`},
		{read: text, yaml: `"no"`, want: "no"},
		{read: text, yaml: "TBD", want: "", code: "C010", message: `"TBD" was left to be filled in`, hint: "write a text, or remove the line until it is known"},
		{read: text, yaml: `"a\u202Eb"`, want: "", code: "C013", message: "the value contains U+202E, a character that reverses how the text around it is shown", hint: "remove the escape"},
		{read: id, yaml: "lena-brandt", want: ID("lena-brandt")},
		{read: id, yaml: "Åse Bjerre", want: ID(""), code: "C007", message: `"Åse Bjerre" is not an id`, hint: "write aase-bjerre; an id is made of a–z, 0–9 and single hyphens", fix: "aase-bjerre"},
		{read: id, yaml: "../../x", want: ID(""), code: "C007", message: `"../../x" is not an id`, hint: "an id is made of a–z, 0–9 and single hyphens"},
		{read: id, yaml: strings.Repeat("a", 65), want: ID(""), code: "C007", message: "an id has at most 64 characters, this one has 65", hint: "shorten it"},
		{read: ids, yaml: "[a, b]", want: 2},
		{read: ids, yaml: "it", want: 0, code: "C005", message: "a list of ids must be a list, but this is a single value", hint: "write [it]", fix: "[it]"},
		{read: date, yaml: "2028-02-29", want: "2028-02-29"},
		{read: date, yaml: "2027-02-29", want: "", code: "T001"},
		{read: flag, yaml: "true", want: true},
		{read: flag, yaml: "yes", want: false, code: "C005", message: `"yes" is neither true nor false`},
		{read: count, yaml: "30", want: 30},
		{read: count, yaml: "030", want: 0, code: "C005", message: `"030" is not a whole number`},
		{read: count, yaml: "101", want: 0, code: "C005", message: "101 is more than 100"},
		{read: count, yaml: "1e1", want: 0, code: "C005", message: `"1e1" is not a whole number`},
		{read: status, yaml: "on-hold", want: 2},
		{read: status, yaml: "propsed", want: -1, code: "S001", message: `"propsed" is not a status`, hint: "did you mean proposed?", fix: "proposed"},
		{read: status, yaml: "Agreed", want: -1, code: "S001", message: `"Agreed" is not a status`, hint: "did you mean agreed?", fix: "agreed"},
		{read: status, yaml: "proposed|agreed", want: -1, code: "C010", message: `"proposed|agreed" still offers a choice`, hint: "keep one of proposed, agreed, on-hold"},
		{read: keys, yaml: "{title: x, budget: 1, c:}", want: 2},
		{read: keys, yaml: "{budgett: 1}", want: 0, code: "C004", message: `"budgett" is not a key of a charter`, hint: "did you mean budget?", fix: "budget"},
		{read: keys, yaml: "{cost: 1}", want: 0, code: "C004", message: `"cost" is not a key of a charter`, hint: "did you mean budget?", fix: "budget"},
		{read: keys, yaml: "{Short-Title: 1}", want: 0, code: "C004", message: `"Short-Title" is not a key of a charter`, hint: "did you mean short_title?", fix: "short_title"},
		{read: keys, yaml: "{zebra: 1}", want: 0, code: "C004", message: `"zebra" is not a key of a charter`, hint: "remove it, or put it under x: if it is a field of your own"},
		{read: keys, yaml: "[a]", want: 0, code: "C005", message: "a charter must be keys with values, but this is a list", hint: "write key: value on lines of their own, indented by two blanks"},
	} {
		t.Run(c.yaml, func(t *testing.T) {
			source := []byte("v: " + c.yaml + "\n")
			root, found := Parse(YAML, "a.md", source, 1, ForCharter)
			if len(found) > 0 {
				t.Fatal(found)
			}
			r := NewReader("a.md", source)
			r.Drafts = true
			if got := c.read(r, root.Get("v")); got != c.want {
				t.Errorf("read %v, want %v", got, c.want)
			}
			within(t, source, r.Found)
			if c.code == "" {
				if len(r.Found) > 0 {
					t.Errorf("found %v", r.Found)
				}
				return
			}
			if len(r.Found) != 1 {
				t.Fatalf("found %v", r.Found)
			}
			d := r.Found[0]
			if string(d.Code) != c.code || c.message != "" && d.Message.String() != c.message || c.hint != "" && d.Hint.String() != c.hint {
				t.Errorf("found %s %s; %s", d.Code, d.Message, d.Hint)
			}
			if fix := ""; c.fix != "" {
				if len(d.Fixes) == 1 {
					fix = d.Fixes[0].New
				}
				if fix != c.fix {
					t.Errorf("fix %q, want %q", fix, c.fix)
				}
			}
		})
	}
}

func TestAmbiguous(t *testing.T) {
	for _, s := range strings.Fields("no No NO on off y N yes true false 012 0777 12:30 190:20:30 1e3 1E+3 6.02e23 0x1F 0o17 0b11 1_000 .inf -.Inf .NaN +1e3 3.1_4") {
		if !Ambiguous(s) {
			t.Errorf("%s is read differently by versions of YAML", s)
		}
	}
	for _, s := range strings.Fields("nope 0 12 2200 1.50 2027-01-11 2027-Q1 50% 1/3 e3 a:b no-one 12-30 it v1.2 +45 0.5 10.000.000 x") {
		if s == "10.000.000" {
			continue
		}
		if Ambiguous(s) {
			t.Errorf("%s is no trap", s)
		}
	}
}

func TestSlug(t *testing.T) {
	for s, want := range map[string]string{"Åse Bjerre": "aase-bjerre", "  Møller & Søn ": "moeller-soen", "Zoë": "zoe", "ABC": "abc", "???": "", "A\u030ase": "aase", "a--b": "a-b"} {
		if got := Slug(s); got != want {
			t.Errorf("Slug(%q) = %q, want %q", s, got, want)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	text := []byte("---\n" + strings.Repeat("key: value\n", 100) + "---\n" + strings.Repeat("Prose of some length, line by line.\n", 100))
	b.ReportAllocs()
	for b.Loop() {
		Split("a.md", text)
	}
}
