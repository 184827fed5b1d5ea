package portfolio

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// A Forge is where the repository can be read and edited in a browser. It comes
// from the configuration alone: what git knows of its remotes may hold passwords,
// and is set on one machine only.
type Forge struct {
	Kind   string // one of Forges
	Branch string
	Folder string // of the content within the repository; empty where the configuration does not say

	url string // of the repository, without a slash at its end
}

// Forges are the kinds that we know the addresses of.
var Forges = []string{"github", "gitlab", "gitea", "forgejo", "bitbucket", "bitbucket-server", "azure"}

// Edit is the address of the page that edits a file; folder is that of the content
// within the repository, where the configuration does not say. The forge decides
// who may.
func (f *Forge) Edit(folder, file string) string {
	name := f.name(folder, file)
	branch := escaped(f.Branch)
	switch f.Kind {
	case "github":
		return f.url + "/edit/" + branch + "/" + name
	case "gitlab":
		return f.url + "/-/edit/" + branch + "/" + name
	case "gitea", "forgejo":
		return f.url + "/_edit/" + branch + "/" + name
	case "bitbucket":
		return f.url + "/src/" + url.PathEscape(f.Branch) + "/" + name + "?mode=edit&spa=0&at=" + url.QueryEscape(f.Branch)
	}
	return f.Line(folder, file, 0) // what these show has a button to edit
}

// Line is the address of a file's source at a line; 0 for its beginning.
func (f *Forge) Line(folder, file string, line int) string {
	name := f.name(folder, file)
	branch, n := escaped(f.Branch), strconv.Itoa(line)
	address, mark := "", ""
	switch f.Kind {
	case "github":
		address, mark = f.url+"/blob/"+branch+"/"+name+"?plain=1", "#L"+n
	case "gitlab":
		address, mark = f.url+"/-/blob/"+branch+"/"+name+"?plain=1", "#L"+n
	case "gitea", "forgejo":
		address, mark = f.url+"/src/branch/"+branch+"/"+name+"?display=source", "#L"+n
	case "bitbucket":
		address, mark = f.url+"/src/"+url.PathEscape(f.Branch)+"/"+name, "#lines-"+n
	case "bitbucket-server":
		address, mark = f.url+"/browse/"+name+"?at="+url.QueryEscape("refs/heads/"+f.Branch), "#"+n
	case "azure":
		address = f.url + "?path=" + url.QueryEscape("/"+f.within(folder, file)) + "&version=GB" + url.QueryEscape(f.Branch) + "&_a=contents"
		mark = "&line=" + n + "&lineEnd=" + strconv.Itoa(line+1) + "&lineStartColumn=1&lineEndColumn=1"
	}
	if line < 1 {
		return address
	}
	return address + mark
}

// In is the folder of the content within the repository, by the configuration or
// else by what is known of the working tree.
func (f *Forge) In(folder string) string {
	if f.Folder != "" {
		return f.Folder
	}
	return folder
}

// Project is the address of the forge itself and the name of the repository there,
// such as our-company/charters. GitLab has groups within groups, so it stands at
// the root of its host; the others may stand below a path.
func (f *Forge) Project() (host, name string) {
	u, err := url.Parse(f.url)
	if err != nil {
		return "", ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	above := 0
	if f.Kind != "gitlab" {
		above = max(0, len(parts)-2)
	}
	host = u.Scheme + "://" + u.Host
	if above > 0 {
		host += "/" + strings.Join(parts[:above], "/")
	}
	return host, strings.Join(parts[above:], "/")
}

// Gitea reports whether the forge is Gitea or Forgejo, which work alike.
func (f *Forge) Gitea() bool { return f.Kind == "gitea" || f.Kind == "forgejo" }

func (f *Forge) within(folder, file string) string { return path.Join(f.In(folder), file) }

func (f *Forge) name(folder, file string) string { return escaped(f.within(folder, file)) }

// escaped is a path in an address: its slashes stay.
func escaped(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

var forgeKeys = keysOf(configFields, "repository", diag.Say("repository"), "address", "url", "kind", "forge", "type", "forge", "path", "folder")

// repository reads where the repository can be edited: an address, or a group with
// forge, branch and folder.
func (r *configReader) repository(n *facts.Node) *Forge {
	f := &Forge{Branch: "main"}
	where, kind := n, -1
	if n.Kind == facts.Map {
		where = n.Get("url")
		for x := range r.Map(n, &forgeKeys) {
			switch x.Key {
			case "forge":
				kind, _ = r.Word(x.Value, "K001", diag.Say("a forge"), Forges)
			case "branch":
				if b := r.Text(x.Value); branchName(b.Value) {
					f.Branch = b.Value
				} else {
					r.Report(x.Value, "K001", diag.Say("%q is not the name of a branch", b.Value), diag.Say("write it as git branch shows it: branch: main"))
				}
			case "folder":
				if d := r.Text(x.Value); d.Value == "." || path.Clean(d.Value) == d.Value && !strings.HasPrefix(d.Value, "/") && !strings.HasPrefix(d.Value, "..") {
					f.Folder = d.Value
				} else {
					r.Report(x.Value, "K001", diag.Say("%q is no folder of the repository", d.Value), diag.Say("write the way from the repository's root: folder: content"))
				}
			}
		}
		if where == nil {
			r.Report(n, "K001", diag.Say("the repository has no address"), diag.Say("add url: https://github.com/our-company/charters"))
			return nil
		}
	}
	address := r.Text(where)
	if !address.Written() || address.Value == "" {
		return nil
	}
	u, err := url.Parse(address.Value)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.ContainsAny(u.Host, " ;,'\"<>") || u.RawQuery != "" || u.Fragment != "":
		r.Report(where, "K001", diag.Say("this is not the address of a repository in a browser"), diag.Say("write it as the browser shows it: repository: https://github.com/our-company/charters"))
		return nil
	case u.User != nil:
		u.User = nil
		r.Report(where, "K001", diag.Say("this address holds a name or a password, which every reader would see"), diag.Say("write it without: repository: %s", u.String()))
		return nil
	}
	if kind < 0 {
		if f.Kind = forgeOf(u); f.Kind == "" {
			r.Report(where, "K001", diag.Say("the name %s does not tell which forge it is", u.Hostname()), diag.Say("say so: repository: {url: %s, forge: gitlab}", u.String()))
			return nil
		}
	} else {
		f.Kind = Forges[kind]
	}
	u.Path, u.RawPath = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), ".git"), ""
	if context, clone, ok := strings.Cut(u.Path, "/scm/"); ok && f.Kind == "bitbucket-server" { // the address to clone from
		if project, name, ok := strings.Cut(clone, "/"); ok {
			u.Path = context + "/projects/" + strings.ToUpper(project) + "/repos/" + name
		}
	}
	f.url = u.String()
	return f
}

// branchName reports whether git could have a branch of that name.
func branchName(s string) bool {
	return s != "" && !strings.ContainsAny(s, " ~^:?*[\\\x7f") && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "/") && !strings.HasSuffix(s, "/") && !strings.Contains(s, "..")
}

// forgeOf guesses the kind of a forge by the name of its machine.
func forgeOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	has := func(word string) bool { return strings.Contains(host, word) }
	switch {
	case host == "bitbucket.org":
		return "bitbucket"
	case host == "dev.azure.com" || strings.HasSuffix(host, ".visualstudio.com"):
		return "azure"
	case host == "codeberg.org" || has("forgejo"):
		return "forgejo"
	case has("github"):
		return "github"
	case has("gitlab"):
		return "gitlab"
	case has("gitea"):
		return "gitea"
	case has("bitbucket"):
		return "bitbucket-server"
	}
	return ""
}
