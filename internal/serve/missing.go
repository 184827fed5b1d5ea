package serve

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"charterhouse/internal/wire"
)

// deepest is how far below the first folder a missing page is worth a page. Who
// asks for a thousand folders asks for a line of text.
const deepest = 16

// missing answers that there is no such page, with the site's own page for that
// in the language of the folder that was asked for.
func (s *Server) missing(w http.ResponseWriter, r *http.Request, v *version) {
	page, lang := v.missingPage(r.URL.Path)
	depth := strings.Count(r.URL.Path, "/") - 1
	if page == nil || depth < 0 || depth > deepest {
		say(w, v.site, http.StatusNotFound, "There is no such page.")
		return
	}
	for _, f := range v.site.For("404.html") {
		w.Header().Set(f.Name, f.Value)
	}
	w.Header().Set("Content-Type", wire.Type("404.html"))
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(from(page, strings.Repeat("../", depth)+lang))
	}
}

// missingPage reads the page, and says which folder it lies in.
func (v *version) missingPage(path string) (page []byte, folder string) {
	first, _, deep := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	var folders []string
	if _, ok := address("/" + first); ok && deep {
		folders = append(folders, first+"/")
	}
	for _, folder := range append(folders, "") {
		file, _, err := v.open(folder + "404.html")
		if err != nil {
			continue
		}
		defer file.Close()
		if page, err := io.ReadAll(io.LimitReader(file, 1<<20)); err == nil {
			return page, folder
		}
	}
	return nil, ""
}

// from makes a page work at another path, from where way leads to its folder: its
// links are relative, as all of ours, and the browser does not know where it lies.
func from(page []byte, way string) []byte {
	if way == "" {
		return page
	}
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.Write(raw)
			continue
		}
		token, moved := z.Token(), false
		for i, a := range token.Attr {
			if to := led(a, way); to != a.Val {
				token.Attr[i].Val, moved = to, true
			}
		}
		if moved {
			raw = []byte(token.String())
		}
		out.Write(raw)
	}
}

// led is what an attribute says at another path: a link, and what the search goes
// by, which are folders and a list of scripts.
func led(a html.Attribute, way string) string {
	switch a.Key {
	case "href", "src":
		if relative(a.Val) {
			return way + a.Val
		}
	case "data-root", "data-home":
		return way + a.Val
	case "data-scripts":
		return way + strings.ReplaceAll(a.Val, " ", " "+way)
	}
	return a.Val
}

// relative reports whether a link depends on where its page lies.
func relative(link string) bool {
	u, err := url.Parse(link)
	return err == nil && !u.IsAbs() && u.Host == "" && u.Path != "" && !strings.HasPrefix(u.Path, "/")
}
