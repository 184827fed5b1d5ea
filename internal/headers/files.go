package headers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/wire"
)

// A File is a configuration for a server.
type File struct {
	Name string // with slashes, one folder for each server
	Text string
}

// Files are the rules in the words of the usual servers, in the order of their
// names. Languages are the folders of the site's languages beside the first.
func (s Site) Files(languages []string) []File {
	files := []File{
		{"apache/.htaccess", s.apache()},
		{"caddy/Caddyfile", s.caddy()},
		{"cloudfront/pages.json", cloudFront("charterhouse-pages", "All pages; the default behaviour", s.For("index.html"))},
		{"cloudfront/pictures.json", cloudFront("charterhouse-pictures", "The behaviour for *.svg", s.For("files/x.svg"))},
		{"nginx/charterhouse.conf", s.nginx(languages)},
		{"pages/_headers", s.underscore()},
	}
	if s.Editor != "" {
		files = append(files, File{"cloudfront/editor.json", cloudFront("charterhouse-editor", "The behaviour for admin/*", s.For("admin/index.html"))})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// A page writes lines.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// own is what the rules say of a header, the rule that holds before others first.
func (s Site) own(name string) (rules []Rule, values []string) {
	for _, r := range slices.Backward(s.Rules()) {
		for _, f := range r.Fields {
			if f.Name == name {
				rules, values = append(rules, r), append(values, f.Value)
			}
		}
	}
	return rules, values
}

// below is a rule's form for a server whose addresses begin with a slash.
func (r Rule) below() string {
	if rest, ok := strings.CutPrefix(r.Form, "^"); ok {
		return "^/" + rest
	}
	return r.Form
}

// variable is a header's name as nginx can hold a value by it.
func variable(header string) string {
	return "$charterhouse_" + strings.ToLower(strings.ReplaceAll(header, "-", "_"))
}

func (s Site) nginx(languages []string) string {
	var p page
	p.line("# The site of our charters under nginx. Change server_name and root, put this file")
	p.line("# into /etc/nginx/conf.d/ or sites-enabled/, and run: nginx -t && systemctl reload nginx")
	p.line("# A build that swaps the folder needs no reload.")
	for _, f := range s.All() {
		rules, values := s.own(f.Name)
		if len(rules) == 0 {
			continue
		}
		p.line("\nmap $uri %s {", variable(f.Name))
		p.line("    default %q;", f.Value)
		for i, r := range rules {
			p.line("    # %s", r.Why)
			p.line("    \"~%s\" %q;", r.below(), values[i])
		}
		p.line("}")
	}
	p.line("\n# The folder of the language that was asked for: its page says what is missing.")
	p.line("map $uri $charterhouse_home {")
	p.line("    default /;")
	for _, l := range languages {
		p.line("    \"~^/%s/\" /%s/;", l, l)
	}
	p.line("}\n")
	p.line("server {")
	p.line("    listen 80;")
	p.line("    listen [::]:80;")
	p.line("    # With TLS, listen at these instead, and let the lines above be a server that redirects:")
	p.line("    # listen 443 ssl;")
	p.line("    # listen [::]:443 ssl;")
	p.line("    # ssl_certificate     /etc/ssl/charters.pem;")
	p.line("    # ssl_certificate_key /etc/ssl/private/charters.key;")
	p.line("    # add_header Strict-Transport-Security \"max-age=31536000\" always;")
	p.line("    server_name charters.example.com;")
	p.line("    root /srv/charters/public;")
	p.line("    index index.html;")
	p.line("    server_tokens off;")
	p.line("    absolute_redirect off;")
	p.line("\n    # A location of your own that has an add_header loses all of these: repeat them there.")
	for _, f := range s.All() {
		if rules, _ := s.own(f.Name); len(rules) > 0 {
			p.line("    add_header %s %s always;", f.Name, variable(f.Name))
		} else {
			p.line("    add_header %s %q always;", f.Name, f.Value)
		}
	}
	p.line("\n    types {")
	var texts []string
	for _, m := range wire.Media() {
		p.line("        %s%s;", m.Type, strings.ReplaceAll(strings.Join(m.Endings, ""), ".", " "))
		if m.Text && m.Type != "text/html" {
			texts = append(texts, m.Type)
		}
	}
	p.line("    }")
	p.line("    default_type application/octet-stream;")
	p.line("    charset utf-8;")
	p.line("    charset_types %s;", strings.Join(texts, " "))
	p.line("\n    # Packed files beside the plain ones are sent as they are; what has none is packed now.")
	p.line("    # With the module for Brotli, add: brotli_static on;")
	p.line("    gzip_static on;")
	p.line("    gzip on;")
	p.line("    gzip_vary on;")
	p.line("    gzip_proxied any;")
	p.line("    gzip_min_length 1024;")
	p.line("    gzip_types %s application/json;", strings.Join(texts, " "))
	p.line("\n    # Nothing that begins with a dot is part of the site.")
	p.line("    location ~ /\\. {")
	p.line("        return 404;")
	p.line("    }")
	p.line("\n    # What is missing is said by the site's own page. Its links are relative, so they are led")
	p.line("    # from wherever somebody looked to where the page lies.")
	p.line("    error_page 403 404 =404 ${charterhouse_home}404.html;")
	p.line("    location ~ ^/(?:[a-zA-Z-]+/)?404\\.html$ {")
	p.line("        internal;")
	p.line("        gzip_static off;")
	p.line("        sub_filter_once off;")
	p.line("        sub_filter 'href=\"#' 'href=\"#';")
	p.line("        sub_filter 'href=\"http' 'href=\"http';")
	p.line("        sub_filter 'href=\"mailto:' 'href=\"mailto:';")
	p.line("        sub_filter 'href=\"' 'href=\"$charterhouse_home';")
	p.line("        sub_filter 'src=\"' 'src=\"$charterhouse_home';")
	p.line("        sub_filter 'data-root=\"' 'data-root=\"$charterhouse_home';")
	p.line("        sub_filter 'data-home=\"' 'data-home=\"$charterhouse_home';")
	p.line("        sub_filter 'data-scripts=\"' 'data-scripts=\"$charterhouse_home';")
	p.line("        sub_filter '.js assets/' '.js ${charterhouse_home}assets/';")
	p.line("        sub_filter '.js ../assets/' '.js ${charterhouse_home}../assets/';")
	p.line("    }")
	p.line("}")
	return p.String()
}

func (s Site) caddy() string {
	var p page
	p.line("# The site of our charters under Caddy. Change the name and the folder, put this file into")
	p.line("# /etc/caddy/, and run: caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy")
	p.line("# A build that swaps the folder needs no reload. The certificate comes by itself where the")
	p.line("# internet reaches this name; else put http:// before it, or write below it: tls internal\n")
	p.line("charters.example.com {")
	p.line("\troot * /srv/charters/public")
	p.line("\tencode zstd gzip")
	p.line("\troute {")
	p.line("\t\theader {")
	for _, f := range s.All() {
		p.line("\t\t\t%s %q", f.Name, f.Value)
	}
	p.line("\t\t}")
	p.line("\t\theader -Server")
	for i, r := range s.Rules() {
		p.line("\n\t\t# %s", r.Why)
		p.line("\t\t@rule%d path_regexp %s", i+1, r.below())
		for _, f := range r.Fields {
			p.line("\t\theader @rule%d %s %q", i+1, f.Name, f.Value)
		}
	}
	p.line("\n\t\t# The types do not come from the system's list, which differs from machine to machine.")
	for i, m := range wire.Media() {
		p.line("\t\t@type%d path *%s", i+1, strings.ReplaceAll(strings.Join(m.Endings, ""), ".", " *.")[2:])
		p.line("\t\theader @type%d Content-Type %q", i+1, m.Whole)
	}
	p.line("\t\t@folder path */")
	p.line("\t\theader @folder Content-Type \"text/html; charset=utf-8\"\n")
	p.line("\t\t# Nothing that begins with a dot is part of the site.")
	p.line("\t\t@dot path_regexp /\\.")
	p.line("\t\terror @dot 404")
	p.line("\t\t@write not method GET HEAD")
	p.line("\t\terror @write 405\n")
	p.line("\t\tfile_server {")
	p.line("\t\t\tprecompressed br zstd gzip")
	p.line("\t\t\thide .*")
	p.line("\t\t}")
	p.line("\t}\n")
	p.line("\t# The site's own page has relative links, which lead nowhere from a folder that is not there.")
	p.line("\thandle_errors {")
	p.line("\t\theader Content-Type \"text/html; charset=utf-8\"")
	p.line("\t\theader Cache-Control no-store")
	p.line("\t\theader Content-Security-Policy %q", Pages)
	p.line("\t\trespond `%s` {err.status_code}", lost)
	p.line("\t}")
	p.line("}")
	return p.String()
}

// lost is what a server says that cannot show the site's own page for it.
const lost = `<!doctype html><html lang="en"><meta charset="utf-8"><title>There is no such page</title><p>There is no such page. <a href="/">To the first page</a></p>`

func (s Site) apache() string {
	var p page
	p.line("# The site of our charters under Apache. Put this file into the folder of the site, where")
	p.line("# builds leave it alone. It needs mod_headers, and a server that lets folders say so:")
	p.line("#   <Directory /srv/charters/public>")
	p.line("#       Require all granted")
	p.line("#       AllowOverride FileInfo Indexes Options=Indexes,MultiViews,FollowSymLinks")
	p.line("#   </Directory>")
	p.line("# Versions that publish keeps hold nothing but the site: there, let the server read this file")
	p.line("# from elsewhere, with Include in the Directory of the link current.")
	p.line("Options -Indexes -MultiViews")
	p.line("DirectoryIndex index.html")
	p.line("FileETag MTime Size")
	p.line("ErrorDocument 404 '%s'", lost)
	p.line("RedirectMatch 404 \"/\\.\"")
	p.line("<If \"! %%{REQUEST_METHOD} in { 'GET', 'HEAD' }\">")
	p.line("    RedirectMatch 405 \"^\"")
	p.line("</If>\n")
	for _, m := range wire.Media() {
		kind := m.Whole
		if m.Text {
			kind = strconv.Quote(kind)
		}
		p.line("AddType %s %s", kind, strings.TrimSpace(strings.ReplaceAll(strings.Join(m.Endings, ""), ".", " .")))
	}
	p.line("")
	for _, f := range s.All() {
		p.line("Header always set %s %q", f.Name, f.Value)
	}
	for _, r := range s.Rules() {
		p.line("\n# %s", r.Why)
		p.line("<If \"%%{REQUEST_URI} =~ m#%s# && -f %%{REQUEST_FILENAME}\">", strings.TrimPrefix(r.below(), "^"))
		for _, f := range r.Fields {
			p.line("    Header always set %s %q", f.Name, f.Value)
		}
		p.line("</If>")
	}
	return p.String()
}

// underscore is the form of hosts for static pages. Those join what two patterns
// say of a header, so a rule first takes away what holds for all.
func (s Site) underscore() string {
	var p page
	p.line("# Put this file into the folder of the site, where builds leave it alone. It is in the form")
	p.line("# of Cloudflare Pages. Netlify reads it, too, but not the lines that begin with !: there,")
	p.line("# leave out what stands below them.")
	p.line("/*")
	for _, f := range s.All() {
		p.line("  %s: %s", f.Name, f.Value)
	}
	for _, r := range s.Rules() {
		p.line("\n# %s", r.Why)
		p.line("/%s", r.Glob)
		for _, f := range r.Fields {
			p.line("  ! %s", f.Name)
			p.line("  %s: %s", f.Name, f.Value)
		}
	}
	return p.String()
}

// cloudFront is a response headers policy, as the command of AWS takes it:
// aws cloudfront create-response-headers-policy --response-headers-policy-config file://pages.json
// How long a file may be kept is said by the store, where publish writes it.
func cloudFront(name, comment string, fields []Field) string {
	type custom struct {
		Header, Value string
		Override      bool
	}
	security := map[string]any{}
	items := []custom{}
	for _, f := range fields {
		switch f.Name {
		case policy:
			security["ContentSecurityPolicy"] = map[string]any{"ContentSecurityPolicy": f.Value, "Override": true}
		case "X-Content-Type-Options":
			security["ContentTypeOptions"] = map[string]any{"Override": true}
		case "X-Frame-Options":
			security["FrameOptions"] = map[string]any{"FrameOption": f.Value, "Override": true}
		case "Referrer-Policy":
			security["ReferrerPolicy"] = map[string]any{"ReferrerPolicy": f.Value, "Override": true}
		case keep:
		default:
			items = append(items, custom{f.Name, f.Value, true})
		}
	}
	security["StrictTransportSecurity"] = map[string]any{"AccessControlMaxAgeSec": 31536000, "IncludeSubdomains": false, "Preload": false, "Override": true}
	text, err := json.MarshalIndent(map[string]any{"Name": name, "Comment": comment, "SecurityHeadersConfig": security,
		"CustomHeadersConfig": map[string]any{"Quantity": len(items), "Items": items}}, "", "  ")
	if err != nil {
		panic(err) // there is nothing in it but texts and numbers
	}
	return string(text) + "\n"
}
