package portfolio

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"charterhouse/internal/facts"
)

var editorKeys = keysOf(configFields, "editor", "the editor", "backend", "forge", "repository", "repo", "base_url", "url", "client_id", "app_id")

var (
	repoName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+$`)
	branchShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
)

// editor reads where the web editor finds the texts. An editor that could not
// sign in or find them is none.
func (r *configReader) editor(n *facts.Node) *Editor {
	e := &Editor{Branch: "main"}
	before := len(r.Found)
	for f := range r.Map(n, &editorKeys) {
		switch f.Key {
		case "forge":
			if i, _ := r.Word(f.Value, "K001", "a forge", []string{"github", "gitlab", "gitea"}); i >= 0 {
				e.Forge = []string{"github", "gitlab", "gitea"}[i]
			}
		case "repo":
			e.Repo = r.shaped(f.Value, repoName, "a repository", "write group/name, such as our-org/charters")
		case "branch":
			e.Branch = r.shaped(f.Value, branchShape, "a branch", "write its name, such as main")
		case "url":
			e.URL = r.origin(f.Value)
		case "app_id":
			e.AppID = r.Text(f.Value).Value
		case "auth":
			e.Auth = r.origin(f.Value)
		}
	}
	if len(r.Found) > before {
		return nil
	}
	lacks := func(what, hint string) *Editor {
		r.Report(n, "K001", "the editor lacks "+what, hint)
		return nil
	}
	switch {
	case e.Forge == "":
		return lacks("forge", "write forge: github, gitlab or gitea")
	case e.Repo == "":
		return lacks("repo", "write repo: our-org/charters")
	case e.Forge == "gitea" && e.URL == "":
		return lacks("url", "write url: and the address of your Gitea or Forgejo")
	case e.Forge == "github" && e.Auth == "":
		return lacks("auth", "GitHub needs a small server of yours to sign in: write auth: and its address; see docs/web-editor.md")
	case e.Forge != "github" && e.AppID == "":
		return lacks("app_id", "register the editor as an application at the forge, and write app_id: with the id that it gives; see docs/web-editor.md")
	}
	return e
}

func (r *configReader) shaped(n *facts.Node, shape *regexp.Regexp, what, hint string) string {
	text := r.Text(n).Value
	if text != "" && !shape.MatchString(text) {
		r.Report(n, "K001", fmt.Sprintf("%q is not %s", text, what), hint)
		return ""
	}
	return text
}

// origin reads the address of a server, without a path's end.
func (r *configReader) origin(n *facts.Node) string {
	text := strings.TrimRight(r.Text(n).Value, "/")
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(text, " ;,'\"") {
		r.Report(n, "K001", fmt.Sprintf("%q is not the address of a server", text), "write https:// and its name")
		return ""
	}
	return text
}
