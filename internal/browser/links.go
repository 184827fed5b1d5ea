package browser

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Dangling follows everything that pages and style sheets of the site point at, and returns what does not hold: files
// that are not there in exactly these letters, anchors that no element carries, ids given twice or named in vain,
// addresses that only work on a server (a folder, a leading slash), and resources that another host would have to send.
func (s *Site) Dangling() []string {
	var found []string
	for _, p := range s.Pages {
		report := func(n *html.Node, format string, args ...any) {
			found = append(found, fmt.Sprintf("%s: <%s> %s", p.Path, n.Data, fmt.Sprintf(format, args...)))
		}
		for n := range p.elements() {
			s.follow(p, n, report)
			p.references(n, report)
		}
		for id, count := range p.ids {
			if count > 1 {
				found = append(found, fmt.Sprintf("%s: id %q is given %d times", p.Path, id, count))
			}
		}
	}
	found = append(found, s.sheets()...)
	slices.Sort(found)
	return slices.Compact(found)
}

type report func(n *html.Node, format string, args ...any)

// follow judges the addresses of one element.
func (s *Site) follow(p *Page, n *html.Node, report report) {
	for _, a := range n.Attr {
		var targets []string
		switch a.Key {
		case "href", "src", "poster", "data", "action", "formaction", "cite":
			targets = []string{a.Val}
		case "srcset", "imagesrcset":
			for candidate := range strings.SplitSeq(a.Val, ",") {
				targets = append(targets, strings.Fields(candidate + " ")[:1]...)
			}
		case "content":
			if n.DataAtom == atom.Meta && p.Moved != "" && strings.EqualFold(attr(n, "http-equiv"), "refresh") {
				targets = []string{p.Moved}
			}
		}
		for _, target := range targets {
			if wrong := s.leads(p.Path, target, loads(n, a.Key)); wrong != "" {
				report(n, "%s=%q %s", a.Key, target, wrong)
			}
		}
	}
}

// loads tells whether a browser fetches the address by itself, rather than when a reader follows it.
func loads(n *html.Node, key string) bool {
	switch n.DataAtom {
	case atom.A, atom.Area, atom.Form, atom.Blockquote, atom.Q, atom.Ins, atom.Del:
		return false
	case atom.Link:
		rel := strings.ToLower(attr(n, "rel"))
		return rel != "canonical" && rel != "alternate" && rel != "license"
	}
	return key != "content"
}

// leads says what is wrong with an address that stands in the file from, or nothing.
func (s *Site) leads(from, address string, loaded bool) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "is no address"
	case u.Scheme == "data":
		return ""
	case u.Scheme != "" || u.Host != "":
		if loaded {
			return "is fetched from elsewhere"
		}
		if !slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme) {
			return "has no scheme, or one that no page of ours uses"
		}
		return ""
	case strings.HasPrefix(u.Path, "/"):
		return "begins at the root of a server"
	case u.Path == "":
		return s.anchor(from, u.Fragment)
	}
	to := path.Join(path.Dir(from), u.Path)
	if !s.files[to] || strings.HasSuffix(u.Path, "/") {
		return "leads to no file: " + s.near(to)
	}
	return s.anchor(to, u.Fragment)
}

func (s *Site) anchor(file, fragment string) string {
	if fragment == "" || fragment == "top" {
		return ""
	}
	p := s.Page(file)
	if p == nil || p.ids[fragment] > 0 {
		return "" // what a fragment means in a picture or a document is not ours to judge
	}
	return fmt.Sprintf("leads to no id %q in %s", fragment, file)
}

// near says whether a missing file differs by its letters' case only.
func (s *Site) near(missing string) string {
	for name := range s.files {
		if strings.EqualFold(name, missing) {
			return fmt.Sprintf("%s is written %s", missing, name)
		}
	}
	return missing
}

// Page returns the page at a path, or nil.
func (s *Site) Page(name string) *Page {
	i, ok := slices.BinarySearchFunc(s.Pages, name, func(p *Page, name string) int { return strings.Compare(p.Path, name) })
	if !ok {
		return nil
	}
	return s.Pages[i]
}

// references judges the attributes that name ids of the same page.
func (p *Page) references(n *html.Node, report report) {
	for _, a := range n.Attr {
		switch a.Key {
		case "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "aria-flowto",
			"aria-activedescendant", "aria-errormessage", "for", "headers", "list", "form", "popovertarget":
		default:
			continue
		}
		for id := range strings.FieldsSeq(a.Val) {
			if p.ids[id] == 0 {
				report(n, "%s=%q names no element", a.Key, id)
			}
		}
	}
}

var fetched = regexp.MustCompile(`(?:url\(\s*['"]?|@import\s+['"])([^'")]+)`)

// sheets judges what the style sheets fetch.
func (s *Site) sheets() []string {
	var found []string
	for name := range s.files {
		if path.Ext(name) != ".css" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
		if err != nil {
			found = append(found, err.Error())
		}
		for _, m := range fetched.FindAllSubmatch(text, -1) {
			if wrong := s.leads(name, string(m[1]), true); wrong != "" && !strings.HasPrefix(string(m[1]), "#") {
				found = append(found, fmt.Sprintf("%s: %s %s", name, m[1], wrong))
			}
		}
	}
	return found
}
