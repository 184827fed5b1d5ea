package markdown

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An address is where a link or picture points, after entities are decoded and
// characters dropped that browsers drop.
type address struct {
	text   string
	scheme string // lower case; empty for a relative address
	long   bool   // longer than any address has reason to be; text is then empty
}

// maxAddress is the length of an address in bytes, pictures inside one excepted.
const maxAddress = 4 << 10

// schemes are all that an address may have. Everything else, and everything
// that merely looks like a scheme, is refused.
var schemes = map[string]bool{"https": true, "http": true, "mailto": true, "tel": true}

// addressOf reads the destination of a link as written.
func addressOf(written []byte) address {
	if len(written) > maxAddress && !bytes.HasPrefix(written, []byte("data:image/")) || len(written) > 2*maxInlinePicture {
		return address{long: true}
	}
	text := strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, unescape(written))
	a := address{text: strings.TrimSpace(text)}
	a.scheme = schemeOf(a.text)
	return a
}

// schemeOf returns what a browser could take for the scheme of text, in lower
// case.
func schemeOf(text string) string {
	colon := strings.IndexAny(text, ":/?#\\")
	if colon < 0 || text[colon] != ':' {
		return ""
	}
	if scheme := strings.ToLower(strings.TrimSpace(text[:colon])); scheme != "" {
		return scheme
	}
	return "?" // none that anybody knows
}

// relative reports whether the address names something below the site. One
// that starts with two slashes names a host.
func (a address) relative() bool { return !a.long && a.scheme == "" && !a.hasHost() }

func (a address) hasHost() bool {
	return len(a.text) > 1 && isSlash(a.text[0]) && isSlash(a.text[1])
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// safe reports whether a link may lead to an address that is not relative.
func (a address) safe() bool { return schemes[a.scheme] }

// local splits a relative address into path and anchor, percent signs decoded
// where they decode. A path that would then look like a scheme or a host stays
// as it is.
func (a address) local() (path, anchor string) {
	written, anchor, _ := strings.Cut(a.text, "#")
	path = decodePercent(written)
	if !(address{text: path, scheme: schemeOf(path)}).relative() {
		path = written
	}
	return path, decodePercent(anchor)
}

func decodePercent(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil && utf8.ValidString(decoded) && !strings.ContainsFunc(decoded, unicode.IsControl) {
		return decoded
	}
	return s
}

// maxInlinePicture is how many bytes a picture inside an address may have.
const maxInlinePicture = 8 << 10

// inlinePicture reports whether the address is itself a small picture of dots:
// PNG, JPEG or GIF, in base64. Pictures of other kinds can carry script.
func (a address) inlinePicture() bool {
	for _, kind := range [...]string{"data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,"} {
		if data, ok := strings.CutPrefix(a.text, kind); ok {
			if base64.StdEncoding.DecodedLen(len(data)) > maxInlinePicture+2 {
				return false
			}
			decoded, err := base64.StdEncoding.DecodeString(data)
			return err == nil && len(decoded) > 0 && len(decoded) <= maxInlinePicture
		}
	}
	return false
}

// appendURL appends an address as the value of an attribute: what URLs cannot
// hold is percent-encoded, what HTML reads is escaped.
func appendURL(out []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			out = append(out, "&amp;"...)
		case c == '\'':
			out = append(out, "%27"...)
		case c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>`{}|\\^", c) >= 0:
			out = append(out, '%', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return out
}
