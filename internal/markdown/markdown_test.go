package markdown

import (
	"charterhouse/internal/theme"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"charterhouse/internal/diag"
)

// TestSchemes holds promise D2: no spelling of an address reaches the page with
// a scheme that is not allowed.
// tongues are the languages of the default theme.
var tongues = theme.Speech(nil)

func TestSchemes(t *testing.T) {
	for _, spelling := range []string{
		"javascript:alert(1)", "JavaScript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)", "javascript&#x3a;alert(1)",
		"javascript&#x3A;alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "&#0000106;avascript:alert(1)", "java&Tab;script:alert(1)",
		"java&NewLine;script:alert(1)", "java&#9;script:alert(1)", "java&#10;script:alert(1)", "java&#13;script:alert(1)", "java&#0;script:alert(1)",
		"&#1;javascript:alert(1)", "&#14;javascript:alert(1)", "&nbsp;javascript:alert(1)", "&#8203;javascript:alert(1)", "java&shy;script:alert(1)",
		"&#x200e;javascript:alert(1)", "java&zwj;script:alert(1)", "javascript\\:alert(1)", "javascript&#x2028;:alert(1)",
		"javascript&nbsp;:alert(1)", "vbscript:x", "VBSCRIPT:x", "livescript:x", "mocha:x",
		"data:text/html,x", "data:text/html;base64,PHNjcmlwdD4=", "data&colon;text/html,x", "data:,x", "data:image/svg+xml,x",
		"data:image/png,x", "file:///etc/passwd", "FILE:c:/x", "ftp://x", "blob:https://x/1",
		"filesystem:https://x/1", "about:blank", "view-source:https://x", "jar:https://x!/y", "chrome://settings",
		"ms-word:ofe", "intent://x", "ws://x", "wss://x",
		"//evil.example", "///evil.example", "\\\\\\\\evil.example", "/\\\\evil.example", "&sol;&sol;evil.example",
		"&#47;&#47;evil.example", "&bsol;&bsol;evil.example", "/&Tab;/evil.example", "x-y.z+1:alert(1)", "1:alert(1)",
		":alert(1)", "&colon;alert(1)", "java%0ascript:alert(1)", "%6aavascript:alert(1)",
	} {
		for _, form := range []string{"[a](<%s>)", "![a](<%s>)", "[a][r]\n\n[r]: <%s>", "<%s>", "[![b](<%[1]s>)](<%[1]s>)", "- [a](<%s> 'title')", "a|b\n-|-\n[a](<%s>)|b"} {
			text := fmt.Sprintf(form, spelling)
			doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, Options{})
			page := doc.HTML(nil)
			if strings.Contains(page, "href") || strings.Contains(page, "src=") {
				t.Errorf("%q leads somewhere: %s", text, page)
			}
			if len(found) == 0 && form != "<%s>" {
				t.Errorf("%q has no finding", text)
			}
			for _, l := range doc.Links {
				t.Errorf("%q is asked to be resolved: %+v", text, l)
			}
			inside(t, text, found)
		}
	}
}

func TestAllowedAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"[a](https://x.dk)":         `<a href="https://x.dk" rel="noopener noreferrer">a</a>`,
		"[a](http://x.dk/?a=1&b=2)": `<a href="http://x.dk/?a=1&amp;b=2" rel="noopener noreferrer">a</a>`,
		"[a](<mailto:a@b.dk>)":      `<a href="mailto:a@b.dk">a</a>`,
		"[a](tel:+45)":              `<a href="tel:+45">a</a>`,
		"[a](https://x/'\"<>)":      `<a href="https://x/%27%22%3C%3E" rel="noopener noreferrer">a</a>`,
		"[a](b.md)":                 `<a href="to/b.md">a</a>`,
		"[a](javascript%3Ax)":       `<a href="to/javascript%3Ax">a</a>`,
	} {
		doc, found := Parse([]byte(text), Origin{}, Options{})
		page := doc.HTML(func(_ int, l Link) Target { return Target{Href: "to/" + l.Target} })
		if page != "<p>"+want+"</p>\n" || len(found) > 0 {
			t.Errorf("%s\n got %s\nwant %s %v", text, page, want, found)
		}
	}
}

// TestLastGuard: whatever a resolver answers, the page stays harmless.
func TestLastGuard(t *testing.T) {
	doc, _ := Parse([]byte("[a](b.md) [[c]] ![d](e.png) [f](javascript%3Ax) [g](%2F%2Fevil.example)"), Origin{}, Options{})
	for _, href := range []string{"javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "//evil.example", "data:text/html,x", ":x"} {
		if page := doc.HTML(func(int, Link) Target { return Target{Href: href} }); strings.Contains(page, "href") || strings.Contains(page, "src") {
			t.Errorf("%q: %s", href, page)
		}
	}
	for _, l := range doc.Links {
		if strings.ContainsAny(l.Target, ":") || strings.HasPrefix(l.Target, "//") {
			t.Errorf("%+v could be taken for an address elsewhere", l)
		}
	}
}

func TestResolveAnchor(t *testing.T) {
	doc, _ := Parse([]byte("## Samarbejdsform på tværs\n## Scope\n## Scope\n## Scope 2\n## X {#Eget-Id}\n## S 1\n## location"), Origin{}, Options{})
	for name, want := range map[string]string{
		"samarbejdsform-på-tværs": "s-samarbejdsform-paa-tvaers",
		"Samarbejdsform på tværs": "s-samarbejdsform-paa-tvaers",
		"scope":                   "s-scope",
		"Scope":                   "s-scope",
		"scope-2":                 "s-scope-2",
		"scope-2-2":               "s-scope-2-2",
		"s-scope":                 "s-scope",
		"eget-id":                 "s-eget-id",
		"S 1":                     "s-1",
		"location":                "s-location",
		"nowhere":                 "",
		"":                        "",
	} {
		if got, ok := doc.ResolveAnchor(name); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestTypeset(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"en", `"Yes," she said -- "it's 24" wide"...`, `“Yes,” she said – “it’s 24” wide"…`},
		{"en", `'90s, Smiths' house, 'quoted'`, `’90s, Smiths’ house, ‘quoted’`},
		{"da", `Han sagde "nej".`, `Han sagde »nej«.`},
		{"da-DK", `("nej")`, `(»nej«)`},
		{"de", `Er sagte "nein" und 'nie'.`, `Er sagte „nein“ und ‚nie‘.`},
		{"fi", `"a" --- b ---- c .... d`, `“a” — b ---- c .... d`},
		{"en", `plain - text. As is`, `plain - text. As is`},
	} {
		if got := typeset(c.text, tongues.For(c.lang).Prose()); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
		doc, _ := Inline(c.text, diag.Pos{}, tongues.For(c.lang))
		if got := strings.ReplaceAll(doc.HTML(nil), "&quot;", `"`); got != c.want {
			t.Errorf("as HTML %s: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestInline(t *testing.T) {
	for text, want := range map[string]string{
		"Plain text, as most are.":      "Plain text, as most are.",
		"  space ":                      "space",
		"# no heading - no list: none.": "# no heading - no list: none.",
		"*em* & <b>":                    "<em>em</em> &amp; &lt;b&gt;",
		"See [[a]] and [[a|b]].":        `See <a href="a">T</a> and <a href="a">b</a>.`,
		"www.x.dk":                      `<a href="http://www.x.dk" rel="noopener noreferrer">www.x.dk</a>`,
		"a\nb":                          "a\nb",
		"a\n\nb":                        "a<br>\nb",
		"- a":                           "- a",
		"":                              "",
		"50 % æøå":                      "50 % æøå",
	} {
		doc, _ := Inline(text, diag.Pos{File: "x.md", Line: 7, Col: 3}, tongues.For("en"))
		got := doc.HTML(func(_ int, l Link) Target { return Target{Href: l.Target, Text: "T"} })
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		for _, l := range doc.Links {
			if l.Line != 7 || l.Col != 3 || l.Width != 0 {
				t.Errorf("%+v is not at the value", l)
			}
		}
	}
	if got := Plain("*One* [[a]], [b](c) & `d`..."); got != "One a, b & d..." {
		t.Errorf("plain: %q", got)
	}
}

func TestSentence(t *testing.T) {
	long := strings.Repeat("ordene står her ", 40)
	for text, want := range map[string]string{
		"First. The [[a]] is it. Last.":                  "The TITLE is it.",
		"Se bl.a. [[a]], f.eks. Når det sker. Slut.":     "Se bl.a. TITLE, f.eks. Når det sker.",
		"Den 1. April kommer [[abc]]. Bagefter ikke.":    "Den 1. April kommer TITLE.",
		"Really? Yes, [[a]]! And more.":                  "Yes, TITLE!",
		"[[a]]":                                          "TITLE",
		"* one [[a]] two\n* three":                       "one TITLE two",
		"Wrapped [[a]]\nover   lines.":                   "Wrapped TITLE over lines.",
		"As [the \"text\"](b.md) says. No.":              "As the “text” says.",
		long + "[[a]] " + long:                           "",
		strings.Repeat("æ", 2000) + " [[a]]":             "",
		"[" + strings.Repeat("æ ", 900) + "](b.md) end.": "",
	} {
		doc, _ := Parse([]byte(text), Origin{}, Options{In: tongues.For("en")})
		l := &doc.Links[0]
		got := l.SentenceWith("TITLE")
		if want != "" && got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		if n := utf8.RuneCountInString(l.Sentence); n > maxSentence || n == 0 || !utf8.ValidString(l.Sentence) {
			t.Errorf("%d characters: %s", n, l.Sentence)
		}
	}
}

// TestFindingsAreCapped keeps a text of ten thousand faults readable.
func TestFindingsAreCapped(t *testing.T) {
	_, found := Parse([]byte(strings.Repeat("<b>\n\n", 5000)), Origin{File: "x.md", Line: 1}, Options{})
	if len(found) != maxFindings {
		t.Errorf("%d findings", len(found))
	}
}

// TestPositions: a finding points into the file, whatever stands before it.
func TestPositions(t *testing.T) {
	text := "æøå <b>\r\n\r\n> ## a\r\n> #### b\r\n\r\n- æ ![](x.png)\r\n"
	_, found := Parse([]byte(text), Origin{File: "x.md", Line: 41}, Options{})
	if got, want := findingList(found), "41:5 44:8 46:5"; strings.Join(placesOf(got), " ") != want {
		t.Errorf("got %s", got)
	}
}

func placesOf(list string) (places []string) {
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		place, _, _ := strings.Cut(strings.TrimPrefix(line, "x.md:"), "+")
		places = append(places, place)
	}
	return places
}

// TestSections: the words that signatures are computed from do not depend on
// wrapping, markup or the language.
func TestSections(t *testing.T) {
	one := "## Scope\n\nNo \"credit\nscoring\" and   no *prices*.\n\n### More\n- a\n- b[^1]\n\n## Next\n\nc\n\n[^1]: note"
	two := "Scope\n-----\nNo \"credit scoring\" and no prices.\n### More\n\n* a\n\n* b[^x]\n\n## Next\n[^x]: note\n\nc"
	keep := func(h string) bool { return h == "Scope" }
	a, _ := Parse([]byte(one), Origin{}, Options{In: tongues.For("da"), Keep: keep})
	b, _ := Parse([]byte(two), Origin{}, Options{In: tongues.For("en"), Keep: keep})
	want := `No "credit scoring" and no prices. More a b note`
	if len(a.Sections) != 1 || len(b.Sections) != 1 || a.Texts()[0] != want || b.Texts()[0] != want {
		t.Errorf("%v\n%v", a.Texts(), b.Texts())
	}
	nfd, _ := Parse([]byte("## Scope\n\nA\u030aben"), Origin{}, Options{Keep: keep})
	if got := nfd.Texts()[0]; got != "Åben" {
		t.Errorf("not NFC: %q", got)
	}
}

// TestConcurrent shares the parsers and buffers between goroutines.
func TestConcurrent(t *testing.T) {
	want, _ := Parse(sample5K, Origin{}, Options{In: tongues.For("da")})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if got, _ := Parse(sample5K, Origin{}, Options{In: tongues.For("da")}); got.prose != want.prose || len(got.Links) != len(want.Links) {
					t.Error("another page")
				}
				Parse([]byte(strings.Repeat("[", 2000)), Origin{}, Options{In: tongues.For("de")})
			}
		})
	}
	group.Wait()
}
