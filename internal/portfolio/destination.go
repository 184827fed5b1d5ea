package portfolio

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

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

var errSecret = errors.New("this address holds a password or key, which stays in lists of commands; take it out, change it, and see docs/publishing.md for where it belongs")

// ParseDestination reads an address as it stands behind to: and on the command line.
// Its errors never repeat what could be a password.
func ParseDestination(text string) (Destination, error) {
	scheme := strings.ToLower(schemeShape.FindString(text))
	switch scheme {
	case "":
		if text == "" {
			return Destination{}, errors.New("the address is empty; write a folder, s3://bucket/prefix or sftp://user@host/path")
		}
		return Destination{Kind: "folder", Path: text}, nil
	case "s3://", "sftp://":
	default:
		return Destination{}, fmt.Errorf("nothing can be published to an address that begins with %s; write a folder, s3://bucket/prefix or sftp://user@host/path", scheme)
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		if likeSecret(text) {
			return Destination{}, errSecret
		}
		return Destination{}, errors.New("this is not an address; write s3://bucket/prefix or sftp://user@host/path")
	}
	if _, has := u.User.Password(); has || scheme == "s3://" && u.User != nil {
		return Destination{}, errSecret
	}
	if scheme == "s3://" {
		t := Destination{Kind: "s3", Bucket: u.Host, Path: strings.Trim(u.Path, "/")}
		if !bucketShape.MatchString(t.Bucket) {
			return Destination{}, errors.New("a bucket has 3 to 63 small letters, digits, dots and hyphens; write it as the store names it")
		}
		return t, plainPath(t.Path)
	}
	t := Destination{Kind: "sftp", User: u.User.Username(), Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	if t.Path == "" || t.Path == "/~" {
		return Destination{}, errors.New("the address names no folder on the server; write sftp://user@host/srv/www/charters, or /~/charters for one where you sign in")
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
		return errors.New("the path has parts that are empty, or . or .., or a sign that no address has; write it plainly, such as www/charters")
	}
	return nil
}

var destinationKeys = keysOf(configFields, "publish.*", "a place to publish to", "url", "to", "address", "to", "path", "to", "compress", "encoding")

// destinations reads where the site is published, by name.
func (r *configReader) destinations(n *facts.Node) []Destination {
	if n.Kind != facts.Map {
		r.Report(n, "C005", "places to publish to are written as name: {to: …}, but this is "+n.Kind.String(), "write publish: {intranet: {to: /srv/www/charters}}")
		return nil
	}
	var all []Destination
	for i := range n.Fields {
		x := &n.Fields[i]
		if !ownKey(x.Key) {
			r.ReportKey(x, "K001", fmt.Sprintf("%q cannot name a place", x.Key), "write a short name of small letters, such as intranet")
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
			if i, _ := r.Word(y.Value, "K001", "a packing", []string{"gzip"}); i == 0 {
				gzip = y.Mark
			}
		}
	}
	if len(r.Found) > before {
		return t, false
	}
	if t.Kind == "" {
		r.ReportKey(x, "K001", fmt.Sprintf("the place %s has no address", x.Key), "add to: with a folder, s3://bucket/prefix or sftp://user@host/path")
		return t, false
	}
	t.Gzip = gzip.Written()
	if t.Kind != "s3" && (endpoint != nil || region != nil || t.Gzip) {
		r.ReportKey(x, "K001", fmt.Sprintf("%s is no object store, and only these have endpoint, region and encoding", x.Key), "remove these keys, or write to: s3://bucket/prefix")
		return t, false
	}
	if endpoint != nil {
		t.Endpoint = r.endpoint(endpoint)
	}
	if region != nil {
		t.Region = r.shaped(region, regionShape, "a region", "write it as the store names it, such as eu-west-1")
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
		r.ReportAt(facts.Mark{}, 0, "K001", "an address below publish: holds a password or key, which everybody who reads the file would have", "take it out, change it, and see docs/publishing.md for where it belongs")
	case err != nil:
		message, hint, _ := strings.Cut(err.Error(), "; ")
		r.Report(n, "K001", message, hint)
	}
	return t
}

// endpoint reads the address of an object store.
func (r *configReader) endpoint(n *facts.Node) string {
	text := r.Text(n).Value
	u, err := url.Parse(text)
	if err == nil && u.User != nil || likeSecret(text) {
		r.ReportAt(facts.Mark{}, 0, "K001", "an endpoint below publish: holds a password or key, which everybody who reads the file would have", "take it out, change it, and see docs/publishing.md for where it belongs")
		return ""
	}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.Report(n, "K001", "this is not the address of an object store", "write https:// and its name, without the bucket")
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (r *configReader) shaped(n *facts.Node, shape *regexp.Regexp, what, hint string) string {
	text := r.Text(n).Value
	if text != "" && !shape.MatchString(text) {
		r.Report(n, "K001", fmt.Sprintf("%q is not %s", text, what), hint)
		return ""
	}
	return text
}
