package markdown

import (
	"bytes"
	"charterhouse/internal/diag"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// sample5K is a charter's prose of about 5 KB with what charters have in it.
var sample5K = func() []byte {
	one := `## Background

Two departments have each bought half of the same answer. Marketing knows what people clicked, IT knows who
asked not to be contacted, and no one can put the two "side by side". [[consent-register]] gives us lawful ground
to do it; this charter gives us the **people** and the *money*.

### In

- Profiles of consenting customers in the EU, matched across web shop, mail and support.
- A segment builder that campaign staff can use without ordering an extract, see [the plan](plan.md#steps).
- Traceable consent for each profile, taken from https://example.dk/consent.

| Year | Marketing | IT |
|------|----------:|---:|
| 2027 | 240 000 | 240 000 |
| 2028 | 100 000 | 100 000 |

The team sits together on Tuesdays and Wednesdays. [[person:tove-lindqvist]] decides on order of work; a
question of data policy goes to [[dept:it]] and is answered within two working days.

`
	return []byte(strings.Repeat(one, 5))
}()

func BenchmarkGoldmarkPlain(b *testing.B) { benchmarkGoldmark(b, goldmark.New()) }

func BenchmarkGoldmarkGFM(b *testing.B) {
	benchmarkGoldmark(b, goldmark.New(goldmark.WithExtensions(extension.GFM)))
}

func BenchmarkGoldmarkAll(b *testing.B) {
	benchmarkGoldmark(b, goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList, extension.Typographer)))
}

func benchmarkGoldmark(b *testing.B, md goldmark.Markdown) {
	b.ReportAllocs()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := md.Convert(sample5K, &out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse(sample5K, Origin{File: "x.md", Line: 90}, Options{In: tongues.For("en"), Keep: func(h string) bool { return h == "In" }})
	}
}

func BenchmarkWriteHTML(b *testing.B) {
	doc, _ := Parse(sample5K, Origin{File: "x.md", Line: 90}, Options{In: tongues.For("en")})
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		doc.WriteHTML(&out, func(_ int, l Link) Target { return Target{Href: "a.html", Text: l.Target} })
	}
}

func BenchmarkInlinePlain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Inline("One shared, consented view of the customer, built and paid for equally by Marketing and IT.", diag.Pos{}, tongues.For("en"))
	}
}

func BenchmarkInlineLink(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Inline("Matching is on plan; [[consent-register]] starts two weeks *late*.", diag.Pos{}, tongues.For("en"))
	}
}
