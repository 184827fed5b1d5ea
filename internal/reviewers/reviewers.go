// Package reviewers says who must be asked before a file of the portfolio
// changes, in the form of a forge: a CODEOWNERS file.
//
// The idea is one: a charter belongs to the departments that pay for it, a
// folder of approvals to the chief of its department, and registers and
// configuration to the project office. Who that is at the forge stands in the
// registers. Each forge reads another form and enforces another part of it, and
// the file says so in its first lines; what no forge enforces, the signatures
// do, which check judges.
//
// The file is a function of the portfolio, the names of its files and the day:
// a chief of today is asked, not one of the past.
package reviewers

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

// A Folder is the portfolio and where its files stand in the repository.
type Folder struct {
	*portfolio.Portfolio
	Files  []string // below the content folder
	Prefix string   // of the content folder in the repository: "content/", or empty
}

// Write makes the rule file for a forge. What it finds is N009: somebody is to
// be asked, and the registers name nobody.
func Write(f Folder, forge Forge) ([]byte, diag.List) {
	w := &writer{Folder: f, forge: forge}
	w.office = w.known(f.Config().Reviewers)
	if len(w.office) == 0 {
		nobody := diag.Say("nobody is named who reviews the registers and the configuration")
		if bad := w.refused(f.Config().Reviewers); bad != "" {
			nobody = diag.Say("nobody is named who reviews the registers and the configuration in a form that %s reads (%s is none)", forge.Name(), bad)
		}
		w.found.Add(diag.Diagnostic{Pos: diag.Pos{File: configFile(f.Portfolio)}, Severity: diag.Warning, Code: "N009",
			Message: nobody, Hint: diag.Say(`add reviewers: ["%s"]`, forge.example("project-office"))})
	}
	w.header()
	forge.write(w)
	w.found.Sort()
	return w.out.Bytes(), w.found
}

// configFile is where the configuration stands, or would stand.
func configFile(p *portfolio.Portfolio) string {
	if f := p.Config().File; f != "" {
		return f
	}
	return "charterhouse.yaml"
}

type writer struct {
	Folder
	forge  Forge
	office []string
	asked  map[portfolio.ID][]string // by department, once found
	out    bytes.Buffer
	found  diag.List
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

// known are the names that the forge takes.
func (w *writer) known(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !w.forge.takes(n) })
}

// refused says which names the forge does not take.
func (w *writer) refused(names []string) string {
	bad := slices.DeleteFunc(slices.Clone(names), w.forge.takes)
	return strings.Join(bad, ", ")
}

// department is who reviews for a department: whom it names, else its chief and
// deputies of the day, else the project office.
func (w *writer) department(id portfolio.ID) []string {
	if names, ok := w.asked[id]; ok {
		return names
	}
	if w.asked == nil {
		w.asked = map[portfolio.ID][]string{}
	}
	d := w.Department(id)
	var names []string
	pos, refused := diag.Pos{}, ""
	if d != nil {
		pos, refused = d.Pos, w.refused(d.Reviewers)
		if names = w.known(d.Reviewers); len(names) == 0 {
			for _, t := range slices.Concat(d.Chiefs, d.Deputies) {
				if n := w.person(t.ID); n != "" && t.On(w.AsOf()) && !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
	}
	if len(names) == 0 {
		if d != nil {
			nobody := diag.Say("nobody can be asked to review for %s", d.Name.Named())
			if refused != "" {
				nobody = diag.Say("nobody can be asked to review for %s in a form that %s reads (%s is none)", d.Name.Named(), w.forge.Name(), refused)
			}
			w.found.Add(diag.Diagnostic{Pos: pos, Severity: diag.Warning, Code: "N009",
				Message: nobody, Hint: diag.Say(`add reviewers: ["%s"], or a handle to its chief`, w.forge.example(string(id)))})
		}
		names = w.office
	}
	w.asked[id] = names
	return names
}

// chief is who reviews the approvals of a department: its chief of the day.
func (w *writer) chief(id portfolio.ID) []string {
	t, ok := w.Chief(id, w.AsOf())
	if n := w.person(t.ID); ok && n != "" {
		return []string{n}
	}
	if p := w.Person(t.ID); ok && p != nil {
		w.found.Add(diag.Diagnostic{Pos: p.Pos, Severity: diag.Warning, Code: "N009",
			Message: diag.Say("%s is chief of %s and has no name that %s knows, so the project office is asked about its approvals", p.Name, w.Department(id).Name.Named(), w.forge.Name()), Hint: diag.Say(`add handle: "%s"`, w.forge.exampleUser(string(p.ID)))})
	}
	return w.office
}

// person is somebody's name at the forge, or "".
func (w *writer) person(id portfolio.ID) string {
	p := w.Person(id)
	switch {
	case p == nil:
		return ""
	case p.Handle != "" && w.forge.takes(p.Handle):
		return p.Handle
	case p.Email != "" && w.forge.takes(p.Email):
		return p.Email
	}
	return ""
}

// A ground is the files of one charter, and who pays for them.
type ground struct {
	stem   string // below charters/, without an ending
	file   bool   // there is stem.md, or stem.da.md
	folder bool   // there is a folder of this name
	payers []portfolio.ID
}

// grounds are the files of all charters by name, its translations, reports and
// attachments included.
func (w *writer) grounds() []ground {
	payers := map[string][]portfolio.ID{}
	for _, c := range w.Charters() {
		payers[stem(c.File)] = payersOf(c)
	}
	for _, t := range w.Translations() {
		if t.Of != nil {
			payers[stem(t.File.File)] = payersOf(t.Of)
		}
	}
	by := map[string]*ground{}
	for _, name := range w.Files {
		if !strings.HasPrefix(name, "charters/") {
			continue
		}
		s := stem(name)
		g := by[s]
		if g == nil {
			g = &ground{stem: s, payers: payers[s]}
			by[s] = g
		}
		if inFolder := strings.Count(name, "/") > 1; inFolder {
			g.folder = true
		} else {
			g.file = true
		}
	}
	all := make([]ground, 0, len(by))
	for _, g := range by {
		if len(g.payers) > 0 {
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b ground) int { return strings.Compare(a.stem, b.stem) })
	return all
}

// stem is what the files of one charter share: charters/x.md, charters/x.da.md
// and all of charters/x/ have x.
func stem(name string) string {
	first, _, folder := strings.Cut(strings.TrimPrefix(name, "charters/"), "/")
	if !folder {
		first, _, _ = strings.Cut(first, ".")
	}
	return first
}

// payersOf are the departments that pay, or would: a proposal may have owners
// before it has a budget.
func payersOf(c *charter.Charter) []portfolio.ID {
	var all []portfolio.ID
	add := func(id portfolio.ID) {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, p := range c.Budget.Parties {
		add(p.Department.Value)
	}
	if len(all) == 0 {
		for _, o := range c.Owners {
			add(o.Department.Value)
		}
	}
	return all
}

// reviewers are all who are asked for a charter, each once, in the order of
// the shares.
func (w *writer) reviewers(g ground) []string {
	var all []string
	for _, id := range g.payers {
		for _, n := range w.department(id) {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

// signing are the departments that may sign in files of their own.
func (w *writer) signing() []portfolio.ID {
	var all []portfolio.ID
	for _, d := range w.Registers().Departments {
		all = append(all, d.ID)
	}
	slices.Sort(all)
	return all
}

// office's ground: what decides over all charters, and this file itself.
func (w *writer) officeFiles() []string {
	files := []string{w.Prefix + configFile(w.Portfolio), w.Prefix + "registers/", w.Prefix + "questions/", path.Dir(w.forge.Place()) + "/"}
	if w.forge == GitLab {
		files = append(files, ".gitlab-ci.yml")
	}
	return files
}
