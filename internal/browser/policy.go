package browser

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Unsafe returns what a strict content security policy has to forbid and no page of ours contains: script and style
// inside the page, handlers and style in attributes, script addresses; and pages whose policy is missing, too late, or
// weaker than it must be.
func (s *Site) Unsafe() []string {
	var found []string
	for _, p := range s.Pages {
		for n := range p.elements() {
			for _, wrong := range inline(n) {
				found = append(found, fmt.Sprintf("%s: <%s> %s", p.Path, n.Data, wrong))
			}
		}
		if wrong := p.policy(); wrong != "" {
			found = append(found, p.Path+": "+wrong)
		}
	}
	return found
}

func inline(n *html.Node) []string {
	var found []string
	switch n.DataAtom {
	case atom.Style:
		found = append(found, "holds style")
	case atom.Script:
		if attr(n, "src") == "" && attr(n, "type") != "application/json" {
			found = append(found, "holds script")
		}
	case atom.Iframe, atom.Object, atom.Embed, atom.Base, atom.Applet, atom.Frame:
		found = append(found, "has no place in a page")
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style":
			found = append(found, "has style in an attribute")
		case strings.HasPrefix(a.Key, "on"):
			found = append(found, "has a handler: "+a.Key)
		case slices.Contains(addresses, a.Key) && scripted(a.Val):
			found = append(found, "has a script address: "+a.Key)
		}
	}
	return found
}

var addresses = []string{"href", "src", "srcset", "action", "formaction", "poster", "data", "content", "cite"}

// scripted tells whether a browser, which ignores blanks and control characters there, would run the address.
func scripted(address string) bool {
	bare := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, strings.ToLower(address))
	return strings.HasPrefix(bare, "javascript:") || strings.HasPrefix(bare, "vbscript:") ||
		strings.HasPrefix(bare, "data:text")
}

// least is the policy that every page carries. A page may name more kinds of resources, of its own origin only.
var least = map[string]string{
	"default-src": "'none'",
	"script-src":  "'self'",
	"style-src":   "'self'",
	"img-src":     "'self' data:",
	"connect-src": "'self'",
	"base-uri":    "'none'",
	"form-action": "'none'",
}

// policy says what is wrong with the page's content security policy, or nothing.
func (p *Page) policy() string {
	for n := range p.elements() {
		switch {
		case n.DataAtom == atom.Meta && strings.EqualFold(attr(n, "http-equiv"), "Content-Security-Policy"):
			return weaker(attr(n, "content"))
		case n.DataAtom == atom.Script, n.DataAtom == atom.Link && attr(n, "rel") != "canonical", n.DataAtom == atom.Body:
			return "the policy comes after <" + n.Data + ">, or not at all"
		}
	}
	return "has no policy"
}

func weaker(policy string) string {
	given := map[string][]string{}
	for directive := range strings.SplitSeq(policy, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			given[words[0]] = words[1:]
		}
	}
	for _, name := range []string{
		"default-src", "script-src", "style-src", "img-src", "connect-src", "base-uri", "form-action",
	} {
		allowed := strings.Fields(least[name])
		words, ok := given[name]
		if !ok && name != "img-src" && name != "connect-src" { // these two fall back to none, which is stricter
			return "the policy lacks " + name
		}
		for _, word := range words {
			if !slices.Contains(allowed, word) && word != "'none'" {
				return fmt.Sprintf("the policy allows %s %s", name, word)
			}
		}
		delete(given, name)
	}
	for name, words := range given {
		for _, word := range words {
			if word != "'self'" && word != "'none'" {
				return fmt.Sprintf("the policy allows %s %s", name, word)
			}
		}
	}
	return ""
}
