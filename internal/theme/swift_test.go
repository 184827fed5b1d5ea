package theme

import (
	"bytes"
	"html/template"
	"testing"

	"pgregory.net/rapid"
)

type row struct {
	Text, Href string
	N          int
	ID         named
	Finished   Fragment
	Rows       []*row
	Any        any
	One        *row
	Yes        bool
}

type named string

const every = `{{define "part"}}<li id="x-{{.ID}}" class="{{.Text}} a">{{.Text}}{{.Finished}}{{len .Rows}}{{range .Rows}}{{template "part" .}}{{end}}</li>{{end}}` +
	`<title>{{.Text}} · {{.Finished}}</title><a href="{{.Href}}" title="{{.Finished}}">{{.ID}}</a><a href="../{{.Href}}x#{{.ID}}">{{.N}}</a>` +
	`{{if and .Yes (not .One)}}a{{else if eq .Text "x"}}b{{else}}{{with .One}}{{.Text}}{{$.Text}}{{else}}none{{end}}{{end}}` +
	`<ol>{{range $i, $r := .Rows}}{{if $i}}, {{end}}{{$r.Text}} {{or $r.N $.N}}{{else}}empty{{end}}</ol>{{range .Rows}}{{.Href}}{{end}}{{.Any}}{{template "part" .}}`

// Whatever the data, the quick way writes what html/template writes, or leaves the page to it.
func TestSwiftIsTemplate(t *testing.T) {
	plain := template.Must(template.New("page").Parse(every))
	quick := newSwift(template.Must(template.New("page").Parse(every)))
	text := rapid.OneOf(rapid.StringMatching(`[a-z /#.:?&<>"'+=æø%-]{0,9}`), rapid.String())
	var some *rapid.Generator[*row]
	some = rapid.Custom(func(t *rapid.T) *row {
		r := &row{Text: text.Draw(t, "text"), Href: text.Draw(t, "href"), N: rapid.IntRange(-3, 3).Draw(t, "n"), ID: named(text.Draw(t, "id")),
			Finished: Fragment(text.Draw(t, "html")), Yes: rapid.Bool().Draw(t, "yes")}
		r.Any = rapid.SampledFrom([]any{1, "a<b", "plain", Fragment("<b>"), nil, 2.5, []string{"x"}, template.URL("javascript:")}).Draw(t, "any")
		if rapid.IntRange(0, 2).Draw(t, "deep") == 0 {
			r.Rows = rapid.SliceOfN(some, 0, 3).Draw(t, "rows")
			r.One = some.Draw(t, "one")
		}
		return r
	})
	quickly := 0
	rapid.Check(t, func(t *rapid.T) {
		data := some.Draw(t, "data")
		var want, got bytes.Buffer
		if err := plain.ExecuteTemplate(&want, "page", data); err != nil {
			t.Fatal(err)
		}
		got.WriteString("before")
		if quick.execute(&got, "page", data) {
			if quickly++; got.String() != "before"+want.String() {
				t.Fatalf("quick %q\nplain %q", got.String(), want.String())
			}
		} else if got.String() != "before" {
			t.Fatalf("half a page is left: %q", got.String())
		}
		quick.programs.Clear()
	})
	if quickly < 10 {
		t.Errorf("only %d pages were made the quick way", quickly)
	}
}

// A template that calls itself without end is an error, as it is to html/template.
func TestSwiftEnds(t *testing.T) {
	quick := newSwift(template.Must(template.New("page").Parse(`{{define "again"}}a{{template "again" .}}{{end}}{{template "again" .}}`)))
	var b bytes.Buffer
	if quick.execute(&b, "page", 1) || b.Len() > 0 {
		t.Errorf("it ended: %.20q", b.String())
	}
}
