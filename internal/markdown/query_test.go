package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"charterhouse/internal/diag"
)

// Questions are kept with the place of each of their lines, wherever they
// stand; all else that looks like code stays code.
func TestQueries(t *testing.T) {
	text := "Æ `=count where a = b` and `=sum amount\nwhere c` and `=SUM(A1)` and `=x + 1`.\n\n" +
		"```query\nlist: charters\nwhere: a\n```\n\n- x\n\n  > ```query\n  > count: charters\n  > ```\n\n| a | b |\n|---|---|\n| `=cuont where x` | `= y` |\n\n```yaml\nlist: charters\n```\n"
	doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 10}, Options{})
	if len(found) > 0 {
		t.Error(found)
	}
	var got []string
	for _, q := range doc.Queries {
		got = append(got, fmt.Sprintf("%v %q %v", q.Inline, q.Text, q.Lines))
	}
	want := []string{`true "count where a = b" [{10 5}]`, `true "sum amount\nwhere c" [{10 30} {11 1}]`, `false "list: charters\nwhere: a\n" [{14 1} {15 1}]`,
		`false "count: charters\n" [{21 5}]`, `true "cuont where x" [{26 5}]`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	plain := doc.HTML(nil)
	var b bytes.Buffer
	doc.WriteAnswers(&b, nil, func(*bytes.Buffer, int) bool { return false })
	if b.String() != plain || !strings.Contains(plain, "<code>=count where a = b</code>") || !strings.Contains(plain, `<pre tabindex="0"><code class="language-query">list: charters`) {
		t.Errorf("without answers the questions do not show as they were written:\n%s", b.String())
	}
	b.Reset()
	doc.WriteAnswers(&b, nil, func(w *bytes.Buffer, i int) bool { fmt.Fprintf(w, "[%d]", i); return i != 2 })
	answered := b.String()
	for _, want := range []string{"Æ [0] and [1] and <code>=SUM(A1)</code>", "<code class=\"language-query\">list: charters", "<blockquote>\n[3]</blockquote>", "<td>[4]</td><td><code>= y</code></td>"} {
		if !strings.Contains(answered, want) {
			t.Errorf("the answered text lacks %s:\n%s", want, answered)
		}
	}
	if strings.Contains(answered, "[2]") {
		t.Error("an answer that is none is written")
	}
}

func TestQueriesThatCannotStand(t *testing.T) {
	for text, want := range map[string]string{
		"## On `=count where a`\n":                   "x.md:1:8 Q001",
		"[see `=count where a`](b.md)":               "x.md:1:7 Q001",
		strings.Repeat("`=count`\n\n", maxQueries+1): fmt.Sprintf("x.md:%d:2 Q005", 2*maxQueries+1),
	} {
		doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, Options{})
		if len(found) != 1 || fmt.Sprint(found[0].Pos, " ", found[0].Code) != want {
			t.Errorf("%q: %v, not %s", text[:20], found, want)
		}
		if len(doc.Queries) > maxQueries {
			t.Error("too many")
		}
	}
	if line, found := Inline("`=count where a`", diag.Pos{File: "x.md", Line: 1}, nil); len(line.Queries) > 0 || len(found) > 0 {
		t.Error("a one-liner asks")
	}
}
