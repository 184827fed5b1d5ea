package source

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"charterhouse/internal/diag"
)

// unsafeAsset refuses a picture that is a program. Shown by a page an SVG runs
// nothing, but opened on its own it is a page of the site: so it may hold no
// script, events, motion, foreign content or anything from elsewhere.
func unsafeAsset(name string, data []byte) diag.List {
	if !strings.EqualFold(path.Ext(name), ".svg") {
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for depth, inStyle := 0, false; ; {
		line, col := d.InputPos()
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		var why diag.Text
		switch token := token.(type) {
		case xml.StartElement:
			inStyle = strings.EqualFold(token.Name.Local, "style")
			why = unsafeElement(token)
			if depth++; depth > deepest {
				why = diag.Say("is nested too deep")
			}
		case xml.EndElement:
			inStyle = false
			depth--
		case xml.CharData:
			if inStyle {
				why = unsafeSheet(string(token))
			}
		case xml.ProcInst:
			if token.Target != "xml" {
				why = diag.Say("asks for a style sheet or a program")
			}
		case xml.Directive:
			if bytes.ContainsRune(token, '[') {
				why = diag.Say("defines entities")
			}
		}
		if err != nil {
			line, col = d.InputPos()
			why = diag.Say("is not well-formed")
		}
		if !why.IsZero() {
			return diag.List{{Pos: diag.Pos{File: name, Line: line, Col: col}, Code: "D007",
				Message: diag.Say("this picture %s, so it is not published", why), Hint: diag.Say("export it as a plain picture")}}
		}
	}
}

const deepest = 200 // elements within elements

// refused are elements that run, move, or bring in what is not drawn here.
var refused = map[string]bool{"script": true, "foreignobject": true, "iframe": true, "embed": true, "object": true, "handler": true, "listener": true,
	"set": true, "animate": true, "animatetransform": true, "animatemotion": true, "animatecolor": true, "discard": true, "audio": true, "video": true, "link": true, "meta": true, "base": true}

func unsafeElement(e xml.StartElement) diag.Text {
	local := strings.ToLower(e.Name.Local)
	if refused[local] || strings.Contains(local, ":") || strings.Contains(e.Name.Space, "xhtml") {
		return diag.Say("holds the element %q", e.Name.Local)
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"):
			return diag.Say("reacts to events")
		case name == "href" || name == "src" || name == "base":
			if !here(a.Value) {
				return diag.Say("loads or links to something elsewhere")
			}
		case name == "style":
			if why := unsafeSheet(a.Value); !why.IsZero() {
				return why
			}
		default:
			if why := unsafeStyle(a.Value); !why.IsZero() {
				return why
			}
		}
	}
	return diag.Text{}
}

// here reports whether a reference stays in the picture.
func here(reference string) bool {
	v := strings.ToLower(strings.TrimSpace(reference))
	for _, start := range []string{"#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"} {
		if strings.HasPrefix(v, start) {
			return true
		}
	}
	return v == ""
}

// unsafeSheet refuses escapes besides, since u\72l( is url( to a browser.
func unsafeSheet(css string) diag.Text {
	if strings.Contains(css, `\`) {
		return diag.Say("hides a word of its style")
	}
	return unsafeStyle(css)
}

// unsafeStyle looks through a style sheet or an attribute that may be one.
func unsafeStyle(css string) diag.Text {
	lower := strings.ToLower(css)
	if strings.Contains(lower, "@import") || strings.Contains(lower, "image-set") || strings.Contains(lower, "javascript:") {
		return diag.Say("loads or runs something")
	}
	for rest := lower; ; {
		_, after, found := strings.Cut(rest, "url(")
		switch {
		case !found:
			return diag.Text{}
		case !here(strings.TrimLeft(after, " \t\r\n'\"")):
			return diag.Say("loads something from elsewhere")
		}
		rest = after
	}
}
