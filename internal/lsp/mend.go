package lsp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/tidy"
)

// actions are the mends of the findings that touch a range.
func (x *spot) actions() (any, error) {
	all := []codeAction{}
	if only := x.params.Context.Only; len(only) > 0 && !slices.Contains(only, "quickfix") && !slices.Contains(only, "") {
		return all, nil
	}
	for _, d := range x.found[x.doc.name] {
		if !spanOf(x.page, d, x.s.enc).touches(x.params.Range) {
			continue
		}
		for _, m := range x.mends(d) {
			m.Kind, m.Diagnostics = "quickfix", []diagnostic{x.room.diagnostic(x.state, x.page, d)}
			if !slices.ContainsFunc(all, func(o codeAction) bool { return o.Title == m.Title }) {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// mend is an action that makes edits of the open text.
func (x *spot) mend(title string, edits []amend.Edit) codeAction {
	var list []textEdit
	for _, e := range edits {
		list = append(list, textEdit{x.page.span(e.Start, e.End, x.s.enc), e.New})
	}
	return codeAction{Title: title, Edit: workspaceEdit{Changes: map[string][]textEdit{x.doc.uri: list}}}
}

// mends are the ways to mend one finding.
func (x *spot) mends(d diag.Diagnostic) []codeAction {
	all := x.fixes(d)
	if len(all) == 0 {
		all = x.nearest(d)
	}
	c := x.charterOf(x.doc.name)
	if c == nil || c.Translation != nil {
		return all
	}
	switch d.Code {
	case "C006", "G001", "S006":
		all = append(all, x.missing(c, d)...)
	case "R006":
		all = append(all, x.areas(c)...)
	case "F006":
		all = append(all, x.rest(c)...)
	case "F009", "P011":
		all = append(all, x.owners(c)...)
	}
	return all
}

// fixes are what the finding itself offers: at different places one mend, at the
// same place one each.
func (x *spot) fixes(d diag.Diagnostic) []codeAction {
	var edits []amend.Edit
	apart := true
	for _, f := range d.Fixes {
		at := f.Pos
		if at.IsZero() {
			at = d.Pos
		}
		start := x.page.place(at.Line, at.Col)
		if at.File != "" && at.File != x.doc.name || !strings.HasPrefix(x.page.text[start:], f.Old) {
			return nil
		}
		apart = apart && !slices.ContainsFunc(edits, func(e amend.Edit) bool { return e.Start == start })
		edits = append(edits, amend.Edit{Start: start, End: start + len(f.Old), New: f.New})
	}
	if len(edits) == 0 {
		return nil
	}
	title := func(new string) string { return x.s.say("write %s", "skriv %s", new) }
	if apart {
		slices.SortFunc(edits, func(a, b amend.Edit) int { return a.Start - b.Start })
		m := x.mend(title(edits[0].New), edits)
		m.Preferred = true
		return []codeAction{m}
	}
	var all []codeAction
	for _, e := range edits {
		all = append(all, x.mend(title(e.New), []amend.Edit{e}))
	}
	return all
}

// meant is a hint that names what was probably meant.
var meant = regexp.MustCompile(`^did you mean ([a-z0-9#:-]+)\?$`)

// nearest replaces the word at a finding by the one that its hint names.
func (x *spot) nearest(d diag.Diagnostic) []codeAction {
	m := meant.FindStringSubmatch(d.Hint.String())
	if m == nil || d.Pos.Line == 0 {
		return nil
	}
	start := x.page.place(d.Pos.Line, d.Pos.Col)
	_, end := x.page.line(x.page.lineAt(start))
	text := x.page.text[start:end]
	if d.Width > 0 {
		text = x.page.text[start:x.page.ahead(start, d.Width)]
	}
	if strings.HasPrefix(text, "[[") { // only what the link names changes
		inner := strings.TrimPrefix(text, "[[")
		if i := strings.IndexAny(inner, "]|#"); i >= 0 {
			inner = inner[:i]
		}
		if i := strings.IndexByte(inner, ':'); i >= 0 && !strings.Contains(m[1], ":") {
			start += i + 1
			inner = inner[i+1:]
		}
		start += 2
		if strings.HasPrefix(m[1], "#") {
			return nil
		}
		return []codeAction{x.preferred(m[1], start, start+len(inner))}
	}
	quote := strings.IndexAny(text, `"'`) == 0
	if quote {
		start, text = start+1, text[1:]
	}
	word := idForm.FindString(text)
	if word == "" {
		return nil
	}
	if rest, ok := strings.CutPrefix(word, "objective:"); ok && !strings.Contains(m[1], ":") {
		start, word = start+len("objective:"), rest
	}
	return []codeAction{x.preferred(m[1], start, start+len(word))}
}

var idForm = regexp.MustCompile(`^[\p{L}\p{N}_:-]+`)

func (x *spot) preferred(by string, start, end int) codeAction {
	m := x.mend(x.s.say("write %s", "skriv %s", by), []amend.Edit{{Start: start, End: end, New: by}})
	m.Preferred = true
	return m
}

// format lays out the facts of the text as charterhouse fmt does. What cannot be
// laid out stays as it is, and the editor is told why.
func (x *spot) format() (any, error) {
	list := []textEdit{}
	if !tidy.Has(source.KindOf(x.doc.name)) {
		return list, nil
	}
	after, err := tidy.Text(x.doc.name, []byte(x.page.text))
	if err != nil {
		return nil, refusal(err.Error())
	}
	for _, e := range udiff.Lines(x.page.text, string(after)) {
		list = append(list, textEdit{x.page.span(e.Start, e.End, x.s.enc), e.New})
	}
	return list, nil
}

// amended makes changes of the front matter, if they can be made alone.
func (x *spot) amended(title string, changes ...amend.Change) []codeAction {
	edits, err := amend.Facts(x.doc.name, []byte(x.page.text), changes)
	if err != nil || len(edits) == 0 {
		return nil
	}
	return []codeAction{x.mend(title, edits)}
}

// missing adds the key that a finding asks for, and all that the status, or the
// next one, needs.
func (x *spot) missing(c *charter.Charter, d diag.Diagnostic) []codeAction {
	status := c.Status.Value
	if status == charter.NoStatus {
		status = charter.Proposed
	}
	var all []codeAction
	key, _, _ := strings.Cut(d.Message.String(), " ")
	lacking := check.Missing(x.Portfolio, c, status)
	if slices.Contains(lacking, key) {
		all = append(all, x.add(c, x.s.say("add %s:", "tilføj %s:", key), key)...)
	}
	if len(lacking) > 1 {
		all = append(all, x.add(c, x.s.say("add all %d keys that %s needs", "tilføj alle %d nøgler, som %s kræver", len(lacking), status), lacking...)...)
	} else if len(lacking) == 1 && lacking[0] != key {
		all = append(all, x.add(c, x.s.say("add %s:", "tilføj %s:", lacking[0]), lacking[0])...)
	}
	return all
}

func (x *spot) add(c *charter.Charter, title string, keys ...string) []codeAction {
	var changes []amend.Change
	for _, k := range keys {
		changes = append(changes, amend.Change{Path: k, Value: amend.Skeleton(c, k, x.Portfolio.AsOf(), x.Portfolio.Config().Currency)})
	}
	return x.amended(title, changes...)
}

// areas adds the rows of responsibility that charters of this kind must have,
// each with the department that owns the area elsewhere.
func (x *spot) areas(c *charter.Charter) []codeAction {
	kind := charter.Single
	if c.Joint() || c.Kind.Value == charter.Joint {
		kind = charter.Joint
	}
	var rows []*facts.Node
	for _, a := range x.Portfolio.Registers().Areas {
		there := slices.ContainsFunc(c.Responsibilities, func(r charter.Responsibility) bool { return r.Area.Value == a.ID })
		if there || !slices.Contains(a.RequiredFor, kind) {
			continue
		}
		owner := string(a.StandingOwner)
		if owner == "" {
			owner = "TBD"
		}
		rows = append(rows, amend.Group("area", amend.Text(string(a.ID)), "accountable", amend.Text(owner)))
	}
	if len(rows) == 0 {
		return nil
	}
	title := x.s.say("add the rows that are required", "tilføj de rækker, der kræves")
	if !c.Keys.Of("responsibilities").Written() {
		return x.amended(title, amend.Change{Path: "responsibilities", Value: amend.List(rows...)})
	}
	var changes []amend.Change
	for _, row := range rows {
		changes = append(changes, amend.Change{Path: "responsibilities[+]", Value: row})
	}
	return x.amended(title, changes...)
}

// rest lets the last payer take what the others leave.
func (x *spot) rest(c *charter.Charter) []codeAction {
	n := len(c.Budget.Parties)
	if n < 2 {
		return nil
	}
	id := string(c.Budget.Parties[n-1].Department.Value)
	path := "budget.shares." + amend.Key(id)
	root, _ := amend.Read(x.doc.name, []byte(x.page.text))
	if now := amend.Find(root, path); now != nil && now.Kind == facts.Map {
		path += ".share"
	}
	changes := []amend.Change{{Path: path, Value: amend.Text("rest")}}
	edits, err := amend.Facts(x.doc.name, []byte(x.page.text), changes)
	if err != nil || len(edits) == 0 {
		return nil
	}
	after, _ := charter.Parse(x.doc.name, amend.Apply([]byte(x.page.text), edits), x.Portfolio.Config().Reading())
	if !after.Budget.Sound {
		return nil // there is nothing left for the rest
	}
	return []codeAction{x.mend(fmt.Sprintf("%s: rest", id), edits)}
}

// owners adds the chief of each paying department that has no owner.
func (x *spot) owners(c *charter.Charter) []codeAction {
	var all []codeAction
	for _, p := range c.Budget.Parties {
		id := p.Department.Value
		chief, ok := x.Portfolio.Chief(id, x.Portfolio.AsOf())
		there := slices.ContainsFunc(c.Owners, func(o charter.Owner) bool { return o.Department.Value == id })
		if ok && !there {
			name := x.name(portfolio.ToPerson, chief.ID)
			all = append(all, x.amended(x.s.say("let %s own it for %s", "lad %s være ejer for %s", name, id), amend.Change{Path: "owners." + amend.Key(string(id)), Value: amend.Text(string(chief.ID))})...)
		}
	}
	return all
}
