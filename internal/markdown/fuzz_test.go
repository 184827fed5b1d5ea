package markdown

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"charterhouse/internal/diag"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowed lists what may appear in a page: elements, and the attributes of each.
var allowed = map[string][]string{
	"p": nil, "ul": nil, "ol": {"start"}, "li": {"id"}, "blockquote": nil, "pre": {"tabindex"}, "code": {"class"},
	"h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "hr": nil, "br": nil,
	"div": {"class", "role", "tabindex", "aria-label"}, "table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"th": {"scope", "class"}, "td": {"class"}, "dl": nil, "dt": nil, "dd": nil,
	"section": {"class", "role", "aria-label"}, "em": nil, "strong": nil, "del": nil, "sup": {"id"},
	"a":    {"href", "rel", "title", "class", "hreflang", "lang", "role", "aria-label"},
	"img":  {"src", "alt", "loading", "title", "class"},
	"span": {"class", "title", "role", "aria-label"},
}

// judgeHTML fails where a page holds anything but what the renderer may write,
// or where a browser would have to mend it.
func judgeHTML(t *testing.T, page string) {
	t.Helper()
	if !utf8.ValidString(page) {
		t.Fatalf("not UTF-8: %q", page)
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(page), body)
	if err != nil {
		t.Fatal(err)
	}
	elements, ids := 0, map[string]bool{}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
			t.Fatalf("a comment in %q", page)
		}
		if n.Type == html.ElementNode {
			elements++
			judgeElement(t, n, ids)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	if tags := startTags(page); tags != elements {
		t.Fatalf("%d tags became %d elements: %q", tags, elements, page)
	}
}

func judgeElement(t *testing.T, n *html.Node, ids map[string]bool) {
	t.Helper()
	attributes, ok := allowed[n.Data]
	if !ok {
		t.Fatalf("element %s", n.Data)
	}
	for _, a := range n.Attr {
		if !slices.Contains(attributes, a.Key) {
			t.Fatalf("attribute %s of %s", a.Key, n.Data)
		}
		switch a.Key {
		case "href", "src":
			judgeURL(t, n.Data, a.Val)
		case "id":
			if ids[a.Val] || !strings.HasPrefix(a.Val, "s-") && !strings.HasPrefix(a.Val, "fn") {
				t.Fatalf("id %q", a.Val)
			}
			ids[a.Val] = true
		}
	}
}

func judgeURL(t *testing.T, element, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		return // a browser that reads it anyhow finds no scheme in it
	}
	switch u.Scheme {
	case "http", "https", "mailto", "tel":
		if element == "a" {
			return
		}
	case "":
		return
	case "data":
		if element == "img" && (address == "" || strings.HasPrefix(address, "data:image/")) {
			return
		}
	}
	t.Fatalf("%s leads to %q", element, address)
}

func startTags(page string) int {
	n := 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return n
		case html.StartTagToken, html.SelfClosingTagToken:
			n++
		}
	}
}

// fixed resolves every link, so that what the page holds is the renderer's own.
func fixed(i int, l Link) Target {
	return Target{Href: "to/" + url.PathEscape(l.Target) + ".html", Text: l.Target, Title: l.Anchor, Class: "ref", Lang: "da", Broken: i%3 == 2}
}

// careless resolves every link to what its author wrote.
func careless(_ int, l Link) Target { return Target{Href: l.Target, Text: l.Target} }

func FuzzRender(f *testing.F) {
	names, _ := filepath.Glob("testdata/golden/*.txtar")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "da")
	}
	for _, make := range hostile {
		f.Add(make(7), "de")
	}
	f.Add("# getElementById {#location}\n\n[x](java\tscript:alert`1`) <img src=x onerror=alert(1)>", "en")
	f.Fuzz(func(t *testing.T, text, lang string) {
		opts := Options{In: tongues.For(lang), Keep: func(string) bool { return true }}
		doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, opts)
		judgeHTML(t, doc.HTML(fixed))
		judgeHTML(t, doc.HTML(nil))
		judgeHTML(t, doc.HTML(careless))
		inside(t, strings.ToValidUTF8(text, "\uFFFD"), found)
		judgeLinks(t, doc)
		judgePassages(t, doc)
		line, _ := Inline(text, diag.Pos{File: "x.md", Line: 1, Col: 1}, tongues.For(lang))
		judgeHTML(t, line.HTML(fixed))
		Plain(text)
	})
}

func judgeLinks(t *testing.T, doc Document) {
	t.Helper()
	for i := range doc.Links {
		l := &doc.Links[i]
		if n := utf8.RuneCountInString(l.Sentence); n > maxSentence+maxSentence/2 {
			t.Fatalf("sentence of %d characters: %q", n, l.Sentence)
		}
		if !strings.Contains(l.SentenceWith("Title"), "Title") && l.Kind == Wiki && l.Text == "" && l.Target != "" {
			t.Fatalf("the title is not in %q", l.SentenceWith("Title"))
		}
		if !utf8.ValidString(l.Sentence) || !utf8.ValidString(l.Text) || l.Line < 1 || l.Col < 1 {
			t.Fatalf("%+v", l)
		}
	}
	for _, h := range doc.Outline {
		if id, ok := doc.ResolveAnchor(h.ID); !ok || id != h.ID {
			t.Fatalf("no anchor %q", h.ID)
		}
	}
}

// judgePassages fails where the passages do not follow the outline.
func judgePassages(t *testing.T, doc Document) {
	t.Helper()
	var got []Heading
	for _, p := range doc.Passages(func(int) string { return "there" }) {
		if p.Heading.ID != "" {
			got = append(got, p.Heading)
		}
	}
	if !slices.Equal(got, doc.Outline) {
		t.Fatalf("passages below %v, the outline is %v", got, doc.Outline)
	}
}

func FuzzWikilink(f *testing.F) {
	for _, s := range []string{"[[a]]", "[[a#b|c]]", "[[|]]", "[[#a]]", "[[a\\|b]]", "[[a\nb]]", "[[[a]]]", "[[a]](b)", "[[person:x]]", "[[a|`b`]]", "![[a]]", "[[a|[b]]]", "[x [[a]] y](z)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, Options{})
		judgeHTML(t, doc.HTML(fixed))
		inside(t, strings.ToValidUTF8(text, "\uFFFD"), found)
		for _, l := range doc.Links {
			if l.Kind == Wiki && (l.Target == "" && l.Anchor == "" || strings.TrimSpace(l.Target) != l.Target && !strings.Contains(text, "&")) {
				t.Fatalf("%q gives %+v", text, l)
			}
		}
	})
}
