package portfolio

import (
	"net/url"
	"regexp"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

var editorKeys = keysOf(configFields, "editor", diag.Say("the editor"), "client_id", "app_id")

// What the web editor can name: a repository in its groups.
var projectName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+$`)

// editor reads how the web editor signs in at the forge of the repository. An
// editor that could not sign in or find the texts is none.
func (r *configReader) editor(n *facts.Node, forge *Forge, told bool) *Editor {
	e := &Editor{Forge: forge}
	before := len(r.Found)
	for f := range r.Map(n, &editorKeys) {
		switch f.Key {
		case "app_id":
			e.AppID = r.Text(f.Value).Value
		case "auth":
			e.Auth = r.origin(f.Value)
		}
	}
	if len(r.Found) > before || forge == nil && told { // a repository that cannot be read has a finding of its own
		return nil
	}
	lacks := func(what, hint diag.Text) *Editor {
		r.Report(n, "K001", what, hint)
		return nil
	}
	if forge == nil {
		return lacks(diag.Say("the editor needs to know where the repository is"), diag.Say("add repository: https://github.com/our-company/charters"))
	}
	switch _, project := forge.Project(); {
	case forge.Kind != "github" && forge.Kind != "gitlab" && !forge.Gitea():
		return lacks(diag.Say("the editor cannot sign in at %s", forge.Kind), diag.Say("it works with github, gitlab, gitea and forgejo; remove editor:"))
	case !strings.HasPrefix(forge.url, "https://"):
		return lacks(diag.Say("the editor talks to the forge by https only"), diag.Say("write the address of repository: with https://"))
	case !projectName.MatchString(project):
		return lacks(diag.Say("the address of the repository ends with %q, which is no group and name", project), diag.Say("write repository: with the whole address, such as https://github.com/our-company/charters"))
	case forge.Kind == "github" && e.Auth == "":
		return lacks(diag.Say("the editor lacks auth"), diag.Say("GitHub needs a small server of yours to sign in: write auth: and its address; see docs/web-editor.md"))
	case forge.Kind != "github" && e.AppID == "":
		return lacks(diag.Say("the editor lacks app_id"), diag.Say("register the editor as an application at the forge, and write app_id: with the id that it gives; see docs/web-editor.md"))
	}
	return e
}

// origin reads the address of a server, without a path's end.
func (r *configReader) origin(n *facts.Node) string {
	text := strings.TrimRight(r.Text(n).Value, "/")
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(text, " ;,'\"") {
		r.Report(n, "K001", diag.Say("%q is not the address of a server", text), diag.Say("write https:// and its name"))
		return ""
	}
	return text
}
