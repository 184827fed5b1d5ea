package portfolio

import (
	"errors"
	"net/url"
	"path"
	"regexp"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// A Destination is a place where the site is published. It holds no credentials, and
// an address that does is refused.
type Destination struct {
	Name     string
	Kind     string // one of folder, s3 and sftp
	Path     string // a folder, or what stands behind the bucket or host
	Bucket   string // of s3
	Endpoint string // of a store that is not Amazon's
	Region   string
	Gzip     bool   // s3: text is stored packed
	User     string // of sftp
	Host     string // of sftp, with its port
}

var (
	bucketShape = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionShape = regexp.MustCompile(`^[a-zA-Z0-9-]{1,40}$`)
	schemeShape = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]+://`)
)

// A badAddress says in one sentence why nothing can be published there, and what
// to write.
type badAddress struct{ facts.SyntaxError }

func (e *badAddress) Error() string { return e.Reason.String() + "; " + e.Hint.String() }

// Unwrap gives the two apart.
func (e *badAddress) Unwrap() error { return &e.SyntaxError }

var errSecret error = &badAddress{facts.SyntaxError{Reason: diag.Say("this address holds a password or key, which stays in lists of commands"), Hint: diag.Say("take it out, change it, and see docs/publishing.md for where it belongs")}}

// ParseDestination reads an address as it stands behind to: and on the command line.
// Its errors never repeat what could be a password.
func ParseDestination(text string) (Destination, error) {
	scheme := strings.ToLower(schemeShape.FindString(text))
	switch scheme {
	case "":
		if text == "" {
			return Destination{}, &badAddress{facts.SyntaxError{Reason: diag.Say("the address is empty"), Hint: diag.Say("write a folder, s3://bucket/prefix or sftp://user@host/path")}}
		}
		return Destination{Kind: "folder", Path: text}, nil
	case "s3://", "sftp://":
	default:
		return Destination{}, &badAddress{facts.SyntaxError{Reason: diag.Say("nothing can be published to an address that begins with %s", scheme), Hint: diag.Say("write a folder, s3://bucket/prefix or sftp://user@host/path")}}
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		if likeSecret(text) {
			return Destination{}, errSecret
		}
		return Destination{}, &badAddress{facts.SyntaxError{Reason: diag.Say("this is not an address"), Hint: diag.Say("write s3://bucket/prefix or sftp://user@host/path")}}
	}
	if _, has := u.User.Password(); has || scheme == "s3://" && u.User != nil {
		return Destination{}, errSecret
	}
	if scheme == "s3://" {
		t := Destination{Kind: "s3", Bucket: u.Host, Path: strings.Trim(u.Path, "/")}
		if !bucketShape.MatchString(t.Bucket) {
			return Destination{}, &badAddress{facts.SyntaxError{Reason: diag.Say("a bucket has 3 to 63 small letters, digits, dots and hyphens"), Hint: diag.Say("write it as the store names it")}}
		}
		return t, plainPath(t.Path)
	}
	t := Destination{Kind: "sftp", User: u.User.Username(), Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	if t.Path == "" || t.Path == "/~" {
		return Destination{}, &badAddress{facts.SyntaxError{Reason: diag.Say("the address names no folder on the server"), Hint: diag.Say("write sftp://user@host/srv/www/charters, or /~/charters for one where you sign in")}}
	}
	if rest, ok := strings.CutPrefix(t.Path, "/~/"); ok {
		t.Path = "~/" + rest
	}
	return t, plainPath(strings.Trim(t.Path, "/"))
}

// likeSecret reports whether a text that is no address may hold a password, with
// signs that stand in none, such as # and %.
func likeSecret(text string) bool {
	_, rest, _ := strings.Cut(text, "://")
	at := strings.LastIndexByte(rest, '@')
	return at >= 0 && strings.Contains(rest[:at], ":")
}

// plainPath refuses what leads elsewhere.
func plainPath(p string) error {
	if p != "" && (path.Clean(p) != p || strings.HasPrefix(p, "..")) || strings.ContainsAny(p, "\\\n\r\x00") {
		return &badAddress{facts.SyntaxError{Reason: diag.Say("the path has parts that are empty, or . or .., or a sign that no address has"), Hint: diag.Say("write it plainly, such as www/charters")}}
	}
	return nil
}

var destinationKeys = keysOf(configFields, "publish.*", diag.Say("a place to publish to"), "url", "to", "address", "to", "path", "to", "compress", "encoding")

// destinations reads where the site is published, by name.
func (r *configReader) destinations(n *facts.Node) []Destination {
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("places to publish to are written as name: {to: …}, but this is %s", n.Kind), diag.Say("write publish: {intranet: {to: /srv/www/charters}}"))
		return nil
	}
	var all []Destination
	for i := range n.Fields {
		x := &n.Fields[i]
		if !ownKey(x.Key) {
			r.ReportKey(x, "K001", diag.Say("%q cannot name a place", x.Key), diag.Say("write a short name of small letters, such as intranet"))
		} else if t, ok := r.destination(x); ok {
			t.Name = x.Key
			all = append(all, t)
		}
	}
	return all
}

func (r *configReader) destination(x *facts.Field) (Destination, bool) {
	var t Destination
	var endpoint, region *facts.Node
	before, gzip := len(r.Found), facts.Mark{}
	for y := range r.Map(x.Value, &destinationKeys) {
		switch y.Key {
		case "to":
			t = r.address(y.Value)
		case "endpoint":
			endpoint = y.Value
		case "region":
			region = y.Value
		case "encoding":
			if i, _ := r.Word(y.Value, "K001", diag.Say("a packing"), []string{"gzip"}); i == 0 {
				gzip = y.Mark
			}
		}
	}
	if len(r.Found) > before {
		return t, false
	}
	if t.Kind == "" {
		r.ReportKey(x, "K001", diag.Say("the place %s has no address", x.Key), diag.Say("add to: with a folder, s3://bucket/prefix or sftp://user@host/path"))
		return t, false
	}
	t.Gzip = gzip.Written()
	if t.Kind != "s3" && (endpoint != nil || region != nil || t.Gzip) {
		r.ReportKey(x, "K001", diag.Say("%s is no object store, and only these have endpoint, region and encoding", x.Key), diag.Say("remove these keys, or write to: s3://bucket/prefix"))
		return t, false
	}
	if endpoint != nil {
		t.Endpoint = r.endpoint(endpoint)
	}
	if region != nil {
		t.Region = r.shaped(region, regionShape, diag.Say("a region"), diag.Say("write it as the store names it, such as eu-west-1"))
	}
	return t, len(r.Found) == before
}

// address reads where a place is. A line that holds a password is not shown
// with the finding.
func (r *configReader) address(n *facts.Node) Destination {
	text := r.Text(n)
	if !text.Written() {
		return Destination{}
	}
	t, err := ParseDestination(text.Value)
	switch {
	case errors.Is(err, errSecret):
		r.ReportAt(facts.Mark{}, 0, "K001", diag.Say("an address below publish: holds a password or key, which everybody who reads the file would have"), diag.Say("take it out, change it, and see docs/publishing.md for where it belongs"))
	case err != nil:
		message, hint := facts.Words(err)
		r.Report(n, "K001", message, hint)
	}
	return t
}

// endpoint reads the address of an object store.
func (r *configReader) endpoint(n *facts.Node) string {
	text := r.Text(n).Value
	u, err := url.Parse(text)
	if err == nil && u.User != nil || likeSecret(text) {
		r.ReportAt(facts.Mark{}, 0, "K001", diag.Say("an endpoint below publish: holds a password or key, which everybody who reads the file would have"), diag.Say("take it out, change it, and see docs/publishing.md for where it belongs"))
		return ""
	}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.Report(n, "K001", diag.Say("this is not the address of an object store"), diag.Say("write https:// and its name, without the bucket"))
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (r *configReader) shaped(n *facts.Node, shape *regexp.Regexp, what, hint diag.Text) string {
	text := r.Text(n).Value
	if text != "" && !shape.MatchString(text) {
		r.Report(n, "K001", diag.Say("%q is not %s", text, what), hint)
		return ""
	}
	return text
}
