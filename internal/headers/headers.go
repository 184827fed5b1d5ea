// Package headers knows what a page of a site may do, and what else a server
// says beside its bytes; types and how long they keep are package wire's.
//
// It is said here once. [Site.For] is what charterhouse serve sends; the other
// functions write the very same rules in the words of the usual servers.
//
// Every page of ours carries its policy itself, since it must hold in a folder,
// too. A header can do what that cannot: forbid that others frame a page. Two
// kinds of address have a policy of their own: a picture that an author drew
// as SVG, which is a document when somebody opens it alone, and the web editor,
// which needs more than a page of ours and gets it below its folder only.
package headers

import (
	"path"
	"strings"

	"charterhouse/internal/wire"
)

// Pages is the policy of all pages: what they say of themselves, and that nobody
// may frame them.
const Pages = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Pictures is the policy of an SVG that is opened alone: it may style itself,
// as drawings do, and nothing else. Some browsers hold an image to it, too.
const Pictures = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

// A Site is what the rules depend on.
type Site struct {
	Editor string // the policy of the web editor's page; empty where there is none
}

// A Field is one header.
type Field struct{ Name, Value string }

// A Rule is what holds for some addresses in the place of what holds for all.
type Rule struct {
	Why    string
	Form   string // of the addresses, as a regular expression behind the first slash
	Glob   string // the same for servers that know no more; it may cover more
	Fields []Field

	covers func(address string) bool
}

// names of headers that more than one place sets.
const (
	policy = "Content-Security-Policy"
	keep   = "Cache-Control"
	opener = "Cross-Origin-Opener-Policy"
)

// All are the headers of every answer. A copy that is kept is asked about each
// time, which costs no more than "not modified".
func (s Site) All() []Field {
	return []Field{
		{policy, Pages},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "no-referrer"},
		{"Permissions-Policy", permissions()},
		{opener, "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{keep, wire.Cache("index.html")},
	}
}

// Rules are the exceptions. The later one holds where two cover an address.
func (s Site) Rules() []Rule {
	rules := []Rule{
		{Why: "the names of assets tell what is in them, so they never change", Form: wire.HashedForm(), Glob: "assets/*",
			Fields: []Field{{keep, wire.Cache("assets/a.0123456789.css")}}, covers: wire.Hashed},
		{Why: "a picture that is opened alone runs nothing", Form: `\.(?i:svg)$`, Glob: "*.svg", Fields: []Field{{policy, Pictures}},
			covers: func(address string) bool { return strings.EqualFold(path.Ext(address), ".svg") }},
	}
	if s.Editor != "" {
		rules = append(rules, Rule{Why: "the web editor, which signs in at the forge by a window of its own", Form: `^admin/`, Glob: "admin/*",
			Fields: []Field{{policy, s.Editor + "; frame-ancestors 'none'"}, {opener, "same-origin-allow-popups"}},
			covers: func(address string) bool { return strings.HasPrefix(address, "admin/") }})
	}
	return rules
}

// For are the headers of an address.
func (s Site) For(address string) []Field {
	fields := s.All()
	for _, r := range s.Rules() {
		if !r.covers(address) {
			continue
		}
		for _, own := range r.Fields {
			for i := range fields {
				if fields[i].Name == own.Name {
					fields[i].Value = own.Value
				}
			}
		}
	}
	return fields
}

// permissions turns off what no page of ours asks a device for.
func permissions() string {
	names := []string{"accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"}
	return strings.Join(names, "=(), ") + "=()"
}
