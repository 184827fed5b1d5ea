package change

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"charterhouse/internal/theme"
)

// plainKinds are what may come of a list and a table whose texts are escaped.
var plainKinds = map[ast.NodeKind]bool{
	ast.KindDocument: true, ast.KindList: true, ast.KindListItem: true, ast.KindTextBlock: true, ast.KindText: true, ast.KindString: true,
	east.KindTable: true, east.KindTableHeader: true, east.KindTableRow: true, east.KindTableCell: true,
}

// hostile finds what a host would take for a name, a number or a label.
var hostile = regexp.MustCompile(`[@#!~$&%][\pL\pN]|://|(?i)www\.`)

// What an author wrote stands in a comment as it is: no markup, no HTML, nobody
// is named, and a table keeps its cells.
func FuzzEscaped(f *testing.F) {
	for _, s := range []string{"@everyone", "<b>x</b>", "a | b", "a\\| b", "`code`", "[x](javascript:y)", "![x](y)", "http://a.example", "www.a.example", "a@b.example", "#12 !3 ~bug %4 $x$ &amp;",
		"1. x", "- x", "+ x", "***", "# x", "> x", "a\nb", "\x1b[31m", "\u202e", "<!-- -->", "https\\://a.b", "[ ] x", "[x] y", "1) y", "- - -", "===", "^1", "[^1]: x", "\\", "a\\", "~~x~~", "ftp://a.b/c", "mailto:a@b.cc", "|"} {
		f.Add(s)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	f.Fuzz(func(t *testing.T, s string) {
		got := escaped(s)
		if strings.ContainsAny(got, "\n\r") {
			t.Fatalf("%q is several lines", got)
		}
		src := []byte("- a " + got + "\n- " + got + "\n\n| a | b |\n|---|---|\n| " + got + " | " + got + " |\n")
		cells := 0
		_ = ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, enter bool) (ast.WalkStatus, error) {
			if !enter {
				return ast.WalkContinue, nil
			}
			if !plainKinds[n.Kind()] {
				t.Fatalf("%q gives %s", got, n.Kind())
			}
			if n.Kind() == east.KindTableCell {
				cells++
			}
			return ast.WalkContinue, nil
		})
		if cells != 4 {
			t.Fatalf("%q gives %d cells", got, cells)
		}
		if seen := strings.ReplaceAll(got, `\`, ""); hostile.MatchString(seen) {
			t.Fatalf("%q holds %q", got, hostile.FindString(seen))
		}
	})
}

// A comment stays below what hosts take, and says how much is left out.
func TestCommentSize(t *testing.T) {
	words, _ := theme.Speak(nil, "en")
	r := &Report{Title: "T", Words: words}
	for i := range 2000 {
		r.Charters = append(r.Charters, Told{ID: fmt.Sprintf("c-%d", i), Title: "@x | y", Mark: "new", Terms: strings.Repeat("<i>", 20)})
	}
	for range 5 {
		l, table := List{Heading: "L"}, Table{Heading: "T", Text: 1, Columns: []string{"a", "b"}, Sum: []string{"All", "9"}}
		for range 3000 {
			l.Items, table.Rows = append(l.Items, "`x`"), append(table.Rows, []string{"|", "1"})
		}
		r.Lists, r.Tables = append(r.Lists, l), append(r.Tables, table)
	}
	got := r.Markdown()
	if len(got) > mostMarkdown || !strings.Contains(got, "and 2000 more") && !regexp.MustCompile(`and \d+ more`).MatchString(got) {
		t.Errorf("%d bytes, ending %q", len(got), got[len(got)-100:])
	}
}

// The JSON is valid by its schema, which is published in docs.
func TestSchema(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "../../docs/diff.schema.json", string(schema)+"\n")
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("diff.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("diff.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	words, _ := theme.Speak(nil, "en")
	files := base(t)
	nothing := fstest.MapFS{}
	for _, pair := range [][2]fstest.MapFS{{files, edited(t, files, "{marketing: 50%, it: 50%}", "{marketing: 1/3, it: 2/3}")}, {nothing, files}, {files, nothing}, {files, files}} {
		d := difference(t, pair[0], pair[1])
		var b bytes.Buffer
		if err := JSON(&b, d, Tell(d, words)); err != nil {
			t.Fatal(err)
		}
		one, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(one); err != nil {
			t.Error(err)
		}
	}
}
