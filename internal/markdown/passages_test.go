package markdown

import (
	"fmt"
	"strings"
	"testing"
)

func TestPassages(t *testing.T) {
	doc, _ := Parse([]byte(`Before "all".

## Scope *of* it

One **bo**ld, [[consent-register]] and [a text](b.md).[^1]
Tom & Jerry < 3 > 2; `+"`<b>`"+`

| a | b |
|---|---|
| c | d |

### Out

![a picture](x.png)

[^1]: A note.
`), Origin{}, Options{In: tongues.For("en")})
	var b strings.Builder
	for _, p := range doc.Passages(func(i int) string { return "(" + doc.Links[i].Target + ")" }) {
		fmt.Fprintf(&b, "%s|%s|%s\n", p.Heading.ID, p.Heading.Text, p.Text)
	}
	want := `||Before “all”.
s-scope-of-it|Scope of it|One bold, (consent-register) and a text. 1 Tom & Jerry < 3 > 2; <b> a b c d
s-out|Out|a picture A note.
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
