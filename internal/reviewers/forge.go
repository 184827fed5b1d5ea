package reviewers

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"charterhouse/internal/portfolio"
)

// A Forge is a place where a repository is kept and changes are reviewed.
type Forge string

// The forges.
const (
	GitHub Forge = "github"
	GitLab Forge = "gitlab"
	Gitea  Forge = "gitea" // and Forgejo
)

// Forges lists all forges.
var Forges = []Forge{GitHub, GitLab, Gitea}

// Name is the forge's own name.
func (f Forge) Name() string {
	return map[Forge]string{GitHub: "GitHub", GitLab: "GitLab", Gitea: "Gitea"}[f]
}

// Place is where the forge looks for its rule file, from the repository's root.
func (f Forge) Place() string { return "." + string(f) + "/CODEOWNERS" }

// takes reports whether the forge reads a name in this form.
func (f Forge) takes(name string) bool {
	parts := strings.Count(name, "/")
	switch {
	case strings.HasPrefix(name, "@@"): // a role
		return f == GitLab && parts == 0
	case strings.HasPrefix(name, "@"):
		return f == GitLab || parts <= 1
	}
	return f != Gitea // an e-mail address
}

// example is a team of the department as the forge writes it.
func (f Forge) example(id string) string { return "@our-org/" + id }

func (f Forge) exampleUser(id string) string { return "@" + id }

// write fills in the rules below the header.
func (f Forge) write(w *writer) {
	switch f {
	case GitLab:
		w.gitLab()
	case Gitea:
		w.gitea()
	default:
		w.gitHub()
	}
}

// First is how the file begins, so that it is known again as ours.
const First = "# Who reviews what, written by: charterhouse codeowners"

func (w *writer) header() {
	w.line("%s --forge %s", First, w.forge)
	for l := range strings.Lines(headers[w.forge]) {
		w.line("# %s", strings.TrimSuffix(l, "\n"))
	}
}

var headers = map[Forge]string{
	GitHub: `Do not edit: change the registers, and write it anew.
GitHub asks everybody on a line, but is content when ANY ONE of them approves, so one paying department can
approve for the others. It does so only where the branch's rules say "Require review from Code Owners". To make
every department approve, give each team its paths in a ruleset (required reviewers); docs/reviews.md tells how.
The last line that fits a file decides. A new charter is the project office's until this file is written anew.`,
	GitLab: `Do not edit: change the registers, and write it anew.
Each department is a section, and GitLab wants an approval in EVERY section that a change touches, where the
branch is protected and "Code owner approval" is on (Premium and Ultimate). One member of a group is enough for it.
A new charter belongs to nobody until this file is written anew, and this file belongs to the project office.`,
	Gitea: `Do not edit: change the registers, and write it anew.
Gitea and Forgejo ask everybody on every line that fits for a review. Merging waits for all of them only where the
branch's protection says "Block merge on official review requests" and they may write to the repository.
A new charter belongs to nobody until this file is written anew, and this file belongs to the project office.`,
}

// gitHub writes lines from the general to the particular, since the last wins.
func (w *writer) gitHub() {
	rule := func(file string, names []string) {
		if len(names) > 0 { // a line without a name would free the file from any review
			w.line("/%s %s", glob(file), strings.Join(names, " "))
		}
	}
	w.line("")
	for _, f := range w.officeFiles() {
		rule(f, w.office)
	}
	rule(w.Prefix+"charters/", w.office)
	w.line("")
	for _, g := range w.grounds() {
		for _, f := range g.files(w.Prefix) {
			rule(f, w.reviewers(g))
		}
	}
	w.line("")
	rule(w.Prefix+"approvals/", w.office)
	for _, id := range w.signing() {
		rule(w.Prefix+"approvals/"+string(id)+"/", w.chief(id))
	}
}

// files are what a charter's files are called: "x.*" and "x/".
func (g ground) files(prefix string) []string {
	var all []string
	if g.file {
		all = append(all, prefix+"charters/"+g.stem+".*")
	}
	if g.folder {
		all = append(all, prefix+"charters/"+g.stem+"/")
	}
	return all
}

// odd is what means something in a pattern, or ends it.
var odd = regexp.MustCompile(`[\s#!\[\]\\?{}"']`)

// glob writes a path for GitHub, which has no way to escape: a "?" fits the one
// character that stands there. The star is ours.
func glob(file string) string { return odd.ReplaceAllString(file, "?") }

// gitLab writes a section for each department. A file that several pay for
// stands in several sections, and each must approve.
func (w *writer) gitLab() {
	section := func(name string, names []string, files []string) {
		if len(names) == 0 || len(files) == 0 {
			return
		}
		w.line("\n[%s] %s", name, strings.Join(names, " "))
		for _, f := range files {
			w.line("/%s", escaped(f))
		}
	}
	section("Project office", w.office, w.officeFiles())
	files := map[portfolio.ID][]string{}
	for _, g := range w.grounds() {
		for _, id := range g.payers {
			files[id] = append(files[id], g.files(w.Prefix)...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(files)) {
		section(string(id), w.department(id), files[id])
	}
	for _, id := range w.signing() {
		section(string(id)+" approvals", w.chief(id), []string{w.Prefix + "approvals/" + string(id) + "/"})
	}
}

// escaped writes a path for GitLab, where a backslash takes a character's
// meaning away. The star is ours.
func escaped(file string) string { return odd.ReplaceAllString(file, `\$0`) }

// gitea writes regular expressions. Every line that fits counts, and a line may
// hold several names.
func (w *writer) gitea() {
	rule := func(file string, names []string) {
		if len(names) > 0 {
			w.line("%s %s", expression(file), strings.Join(names, " "))
		}
	}
	w.line("")
	for _, f := range w.officeFiles() {
		rule(f, w.office)
	}
	w.line("")
	for _, g := range w.grounds() {
		for _, f := range g.files(w.Prefix) {
			rule(f, w.reviewers(g))
		}
	}
	w.line("")
	for _, id := range w.signing() {
		rule(w.Prefix+"approvals/"+string(id)+"/", w.chief(id))
	}
}

// expression writes a path for Gitea, which fits a whole path against it. Its
// file takes one backslash away first, also from blanks and number signs.
func expression(file string) string {
	stem, star := strings.CutSuffix(file, "*")
	e := regexp.QuoteMeta(stem)
	if star {
		e += "[^/]*"
	} else if strings.HasSuffix(stem, "/") {
		e += ".*"
	}
	return strings.NewReplacer(`\`, `\\`, " ", `\ `, "\t", "\\\t", "#", `\#`).Replace(e)
}
