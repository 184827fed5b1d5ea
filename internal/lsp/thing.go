package lsp

import (
	"regexp"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rename"
)

// A thing is what a word at the spot names.
type thing struct {
	portfolio.Target
	start, end int // of the id alone
}

var (
	wikiLink = regexp.MustCompile(`\[\[([^\[\]\n|#]*)(?:#([^\[\]\n|]*))?(?:\|[^\[\]\n]*)?\]\]`)
	pathLink = regexp.MustCompile(`\]\(<?([^()\s<>#]*)(?:#([^()\s<>]*))?>?[^()]*\)`)
)

// thing returns what the word at the spot names.
func (x *spot) thing() (t thing, ok bool) {
	if t, ok = x.linked(); ok {
		return t, true
	}
	p, ok := x.place()
	if !ok || p.word == "" {
		return t, false
	}
	naming := charter.NoNaming
	switch {
	case p.key && !p.value && p.schema == "charter":
		naming = charter.KeyNames(p.path)
	case p.value:
		at := strings.TrimSuffix(p.path, "[]")
		naming = portfolio.Naming(p.schema, at)
		if own, found := strings.CutPrefix(at, "x."); found && p.schema == "charter" {
			naming = x.ownNaming(own)
		}
		if at == "id" && p.schema == "charter" {
			naming = charter.ACharter
		}
	}
	id := charter.ID(p.word)
	t.Kind = targets[naming]
	if t.Kind == portfolio.ToObjective {
		id = charter.ID(strings.TrimPrefix(p.word, "objective:"))
	}
	t.ID = x.known(t.Kind, id)
	t.end = p.end - len(x.page.text[p.start:p.end]) + strings.LastIndex(x.page.text[p.start:p.end], string(id)) + len(id)
	t.start = t.end - len(id)
	return t, t.Kind != portfolio.NoTarget && t.ID != ""
}

var targets = map[charter.Naming]portfolio.TargetKind{charter.ACharter: portfolio.ToCharter, charter.APerson: portfolio.ToPerson, charter.ADepartment: portfolio.ToDepartment,
	charter.AnArea: portfolio.ToArea, charter.AnObjective: portfolio.ToObjective}

func (x *spot) ownNaming(key string) charter.Naming {
	switch f := x.Portfolio.Config().Field(key); {
	case f == nil:
	case f.Type == portfolio.PersonField:
		return charter.APerson
	case f.Type == portfolio.DepartmentField:
		return charter.ADepartment
	}
	return charter.NoNaming
}

// known is what an id means today, or empty where nothing is called so.
func (x *spot) known(kind portfolio.TargetKind, id charter.ID) charter.ID {
	p := x.Portfolio
	there := map[portfolio.TargetKind]bool{portfolio.ToCharter: p.Charter(id) != nil, portfolio.ToPerson: p.Person(id) != nil, portfolio.ToDepartment: p.Department(id) != nil,
		portfolio.ToArea: p.Area(id) != nil, portfolio.ToObjective: p.Objective(id) != nil}[kind]
	if there {
		return id
	}
	now, _ := p.Former(kind, id)
	return now
}

// linked returns what the link around the spot leads to, as it stands on the
// line now.
func (x *spot) linked() (t thing, ok bool) {
	start, end := x.page.line(x.page.lineAt(x.offset))
	line := x.page.text[start:end]
	for _, form := range []*regexp.Regexp{wikiLink, pathLink} {
		for _, m := range form.FindAllStringSubmatchIndex(line, -1) {
			if x.offset < start+m[0] || x.offset > start+m[1] {
				continue
			}
			if form == pathLink && !strings.HasSuffix(x.doc.name, ".md") {
				continue
			}
			l := markdown.Link{Kind: markdown.Wiki, Target: line[m[2]:m[3]]}
			if form == pathLink {
				l.Kind = markdown.Markdown
			}
			if m[4] >= 0 {
				l.Anchor = line[m[4]:m[5]]
			}
			from := x.Portfolio.File(x.doc.name)
			if from == nil {
				from = &charter.Charter{File: x.doc.name}
			}
			t.Target = x.Portfolio.Resolve(from, l).Target
			t.start, t.end = start+m[2], start+m[3]
			if _, id, register := strings.Cut(l.Target, ":"); register {
				t.start = t.end - len(id)
			}
			return t, t.Kind != portfolio.NoTarget && t.Kind != portfolio.External
		}
	}
	return t, false
}

// where is the place of what a target names: file, line and column.
func (x *spot) where(t portfolio.Target) (location, bool) {
	p := x.Portfolio
	at := func(file string, line, col int) (location, bool) {
		page := x.pageOf(file)
		start := page.place(line, col)
		return location{x.uri(file), page.span(start, start, x.s.enc)}, true
	}
	switch t.Kind {
	case portfolio.ToCharter:
		c := p.Find(t.ID)
		if c == nil {
			return location{}, false
		}
		for _, h := range c.Body.Outline {
			if h.ID == t.Anchor && t.Anchor != "" {
				return at(c.File, h.Line, 1)
			}
		}
		m := c.Title.Mark
		if stands := c.Keys.Of(anchorKeys[t.Anchor]); stands.Written() {
			m = stands
		}
		pos := c.Pos(m)
		return at(c.File, pos.Line, 1)
	case portfolio.ToPerson:
		if r := p.Person(t.ID); r != nil {
			return at(r.Pos.File, r.Pos.Line, r.Pos.Col)
		}
	case portfolio.ToDepartment:
		if r := p.Department(t.ID); r != nil {
			return at(r.Pos.File, r.Pos.Line, r.Pos.Col)
		}
	case portfolio.ToArea:
		if r := p.Area(t.ID); r != nil {
			return at(r.Pos.File, r.Pos.Line, r.Pos.Col)
		}
	case portfolio.ToObjective:
		if r := p.Objective(t.ID); r != nil {
			return at(r.Pos.File, r.Pos.Line, r.Pos.Col)
		}
	case portfolio.ToAsset:
		return location{URI: x.uri(string(t.ID))}, true
	}
	return location{}, false
}

// anchorKeys are the keys that the parts of a charter's page show.
var anchorKeys = map[string]string{"funding": "budget", "goals": "goals", "responsibilities": "responsibilities", "team": "team", "milestones": "milestones",
	"risks": "risks", "amendments": "amendments", "updates": "updates", "signatures": "approvals"}

// definition leads from an id or a link to what it names.
func (x *spot) definition() (any, error) {
	t, ok := x.thing()
	if !ok {
		return x.within()
	}
	if at, ok := x.where(t.Target); ok {
		return at, nil
	}
	return nil, nil
}

// within leads from a milestone to the one that it comes after, and from a cost
// centre to its department.
func (x *spot) within() (any, error) {
	p, ok := x.place()
	c := x.charterOf(x.doc.name)
	if !ok || c == nil || !p.value {
		return nil, nil
	}
	switch portfolio.Naming(p.schema, strings.TrimSuffix(p.path, "[]")) {
	case charter.AMilestone:
		for _, m := range c.Milestones {
			if string(m.ID.Value) == p.word {
				at := x.page.place(int(m.ID.Mark.Line), int(m.ID.Mark.Col))
				return location{x.doc.uri, x.page.span(at, at+len(p.word), x.s.enc)}, nil
			}
		}
	case charter.ACostCentre:
		if len(p.steps) > 2 {
			if at, ok := x.where(portfolio.Target{Kind: portfolio.ToDepartment, ID: charter.ID(p.steps[2])}); ok {
				return at, nil
			}
		}
	}
	return nil, nil
}

var renames = map[portfolio.TargetKind]rename.Kind{portfolio.ToCharter: rename.Charter, portfolio.ToPerson: rename.Person, portfolio.ToDepartment: rename.Department,
	portfolio.ToArea: rename.Area, portfolio.ToObjective: rename.Objective}

// references lists where the thing at the spot is named.
func (x *spot) references() (any, error) {
	t, ok := x.thing()
	kind, has := renames[t.Kind]
	if !ok || !has {
		return nil, nil
	}
	all := []location{}
	home, _ := x.where(t.Target)
	for _, c := range rename.Places(x.Portfolio, x.Tree, kind, t.ID) {
		page := newPage(string(c.Text))
		for _, e := range c.Edits {
			at := location{x.uri(c.File), page.span(e.Start, e.End, x.s.enc)}
			declared := at.URI == home.URI && at.Range.Start.Line == home.Range.Start.Line
			if x.params.Context.IncludeDeclaration || !declared {
				all = append(all, at)
			}
		}
	}
	return all, nil
}

func (x *spot) prepareRename() (any, error) {
	t, ok := x.thing()
	if _, has := renames[t.Kind]; !ok || !has || x.page.text[t.start:t.end] != string(t.ID) {
		return nil, nil
	}
	return object{"range": x.page.span(t.start, t.end, x.s.enc), "placeholder": string(t.ID)}, nil
}

// rename gives the thing at the spot another id, everywhere.
func (x *spot) rename() (any, error) {
	t, ok := x.thing()
	kind, has := renames[t.Kind]
	if !ok || !has {
		return nil, refusal(x.s.say("there is no id here that can be renamed", "her er intet id, der kan omdøbes"))
	}
	plan := rename.Make
	if !x.s.can.resources {
		plan = rename.InPlace
	}
	planned, err := plan(x.Portfolio, x.Tree, kind, t.ID, charter.ID(x.params.NewName))
	if err != nil {
		return nil, refusal(err.Error())
	}
	x.warn(planned)
	return x.workspaceEdit(planned), nil
}

// warn tells which signatures lapse by a renaming: the edit can still be undone.
func (x *spot) warn(plan *rename.Plan) {
	if len(plan.Lapsed) == 0 {
		return
	}
	var names []string
	for _, l := range plan.Lapsed {
		names = append(names, string(l.Charter.ID.Value))
	}
	said := x.s.say("%s is part of signed terms, so signatures lapse in %s", "%s er en del af underskrevne vilkår, så underskrifter bortfalder i %s", plan.Old, x.locale().List(names))
	if err := x.s.conn.Notify(x.s.ctx, "window/showMessage", object{"type": 2, "message": said}); err != nil {
		x.s.log.Print(err)
	}
}

// workspaceEdit is a plan as edits; what moves comes last.
func (x *spot) workspaceEdit(plan *rename.Plan) workspaceEdit {
	w := workspaceEdit{Changes: map[string][]textEdit{}}
	for _, c := range plan.Changes {
		page := newPage(string(c.Text))
		var edits []textEdit
		for _, e := range c.Edits {
			edits = append(edits, textEdit{page.span(e.Start, e.End, x.s.enc), e.New})
		}
		if !x.s.can.resources {
			w.Changes[x.uri(c.File)] = edits
			continue
		}
		d := textDocumentEdit{Edits: edits}
		d.TextDocument.URI = x.uri(c.File)
		if doc := x.open[c.File]; doc != nil {
			d.TextDocument.Version = &doc.version
		}
		w.DocumentChanges = append(w.DocumentChanges, d)
	}
	for _, m := range plan.Moves {
		w.DocumentChanges = append(w.DocumentChanges, renameFile{"rename", x.uri(m.From), x.uri(m.To)})
	}
	if x.s.can.resources {
		w.Changes = nil
	}
	return w
}

// mark is where a place of the front matter stands.
func (x *spot) mark(m facts.Mark) int { return x.page.place(int(m.Line), int(m.Col)) }
