package portfolio

import (
	"cmp"
	"iter"
	"path"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/markdown"
)

// A Resolution is what a link in prose means.
type Resolution struct {
	Target Target
	// Problem says why Target leads nowhere, or why it may not be meant.
	Problem Problem
	// Candidates are the charters of an ambiguous title.
	Candidates []ID
}

// A Problem is what is wrong with a link.
type Problem uint8

// The problems of a link.
const (
	Sound Problem = iota
	Unknown
	NoSuchAnchor // Target is right, its anchor is not
	Ambiguous    // several titles match; Target is the first by id
	Outside      // the path leaves the content folder
	OtherCase    // the file exists under a name that differs by case; Target is set
)

// Links returns what each link of c's prose means, parallel to c.Body.Links.
func (p *Portfolio) Links(c *charter.Charter) []Resolution {
	if c.Translation != nil {
		return p.spoken[c.File]
	}
	return p.resolved[c.ID.Value]
}

// resolveLinks answers a charter's links and enters them at their targets.
func (p *Portfolio) resolveLinks(c *charter.Charter) {
	if len(c.Body.Links) == 0 {
		return
	}
	all := make([]Resolution, len(c.Body.Links))
	for i, l := range c.Body.Links {
		all[i] = p.Resolve(c, l)
		if all[i].Problem != Sound {
			p.doubtful[c.ID.Value] = true
		}
	}
	p.resolved[c.ID.Value] = all
	for t, b := range p.backlinks(c, all) {
		p.linkedBy[t] = append(p.linkedBy[t], b)
	}
}

// backlinks yields what a charter's resolved links say of their targets, once
// for each sentence that names one.
func (p *Portfolio) backlinks(c *charter.Charter, all []Resolution) iter.Seq2[Target, Backlink] {
	return func(yield func(Target, Backlink) bool) {
		last := map[Target]Backlink{}
		for i := range c.Body.Links {
			t := all[i].Target
			t.Anchor = ""
			if t.Kind == NoTarget || t.Kind == External || t.Kind == ToAsset || t == (Target{Kind: ToCharter, ID: c.ID.Value}) {
				continue
			}
			b := Backlink{c, &c.Body.Links[i], p.NameOf(t, p.Lang(c))}
			if before, ok := last[t]; ok && before.Sentence() == b.Sentence() {
				continue // twice in one sentence
			}
			last[t] = b
			if !yield(t, b) {
				return
			}
		}
	}
}

// NoSuch says in a finding that there is nothing of a kind with an id.
func (k TargetKind) NoSuch(id string) diag.Text {
	switch k {
	case ToPerson:
		return diag.Say("there is no person %q", id)
	case ToDepartment:
		return diag.Say("there is no department %q", id)
	case ToArea:
		return diag.Say("there is no area %q", id)
	case ToObjective:
		return diag.Say("there is no objective %q", id)
	}
	return diag.Say("there is no charter %q", id)
}

// NameOf is a target's own name: a charter's title, a person's name, an area's
// name in lang.
func (p *Portfolio) NameOf(t Target, lang string) string {
	switch t.Kind {
	case ToCharter:
		if c := p.byID[t.ID]; c != nil {
			return c.Name()
		}
	case ToPerson:
		if x := p.people[t.ID]; x != nil {
			return x.Name
		}
	case ToDepartment:
		if d := p.departments[t.ID]; d != nil {
			return d.Name.In(lang)
		}
	case ToArea:
		if a := p.areas[t.ID]; a != nil {
			return a.Name.In(lang)
		}
	case ToObjective:
		if o := p.objectives[t.ID]; o != nil {
			return o.Text.In(lang)
		}
	}
	return string(t.ID)
}

// Resolve says what a link in the prose of from means. It is the only resolver:
// check and pages both ask it.
func (p *Portfolio) Resolve(from *charter.Charter, l markdown.Link) Resolution {
	if l.Kind == markdown.Wiki {
		return p.resolveWiki(l)
	}
	if l.Target == "" && l.Anchor != "" { // #section of the same page
		if from = p.original(from); from == nil {
			return Resolution{Problem: Unknown}
		}
		return p.anchored(from, l.Anchor)
	}
	if isExternal(l.Target) {
		return Resolution{Target: Target{Kind: External}}
	}
	return p.resolvePath(from, l)
}

// isExternal reports whether a link's address names a scheme; unsafe schemes
// were refused by package markdown.
func isExternal(address string) bool {
	colon := strings.IndexByte(address, ':')
	return colon > 0 && !strings.ContainsAny(address[:colon], "/?#")
}

func (p *Portfolio) resolveWiki(l markdown.Link) Resolution {
	if kind, id, ok := strings.Cut(l.Target, ":"); ok {
		return p.resolveRegister(kind, ID(strings.TrimSpace(id)))
	}
	name := strings.TrimSpace(l.Target)
	if c := p.Find(ID(name)); c != nil {
		return p.anchored(c, l.Anchor)
	}
	titled := p.byTitle[strings.ToLower(name)]
	switch len(titled) {
	case 0:
		return Resolution{Problem: Unknown}
	case 1:
		return p.anchored(titled[0], l.Anchor)
	}
	r := p.anchored(titled[0], l.Anchor)
	r.Problem = Ambiguous
	for _, c := range titled {
		r.Candidates = append(r.Candidates, c.ID.Value)
	}
	return r
}

func (p *Portfolio) resolveRegister(kind string, id ID) Resolution {
	t := Target{ID: id}
	there := false
	switch kind {
	case "person":
		t.Kind, there = ToPerson, p.people[id] != nil
	case "dept":
		t.Kind, there = ToDepartment, p.departments[id] != nil
	case "area":
		t.Kind, there = ToArea, p.areas[id] != nil
	case "objective":
		t.Kind, there = ToObjective, p.objectives[id] != nil
	}
	if !there {
		if t.ID, there = p.Former(t.Kind, id); !there {
			return Resolution{Problem: Unknown}
		}
	}
	return Resolution{Target: t}
}

// resolvePath follows an ordinary relative link, as a git host would.
func (p *Portfolio) resolvePath(from *charter.Charter, l markdown.Link) Resolution {
	to := path.Join(path.Dir(from.File), l.Target)
	if strings.HasPrefix(l.Target, "/") || to == ".." || strings.HasPrefix(to, "../") {
		return Resolution{Problem: Outside}
	}
	if c := p.fileOf(to); c != nil {
		return p.anchored(c, l.Anchor)
	}
	if p.assets[to] {
		return Resolution{Target: Target{Kind: ToAsset, ID: ID(to)}}
	}
	for file := range p.byFile {
		if !strings.EqualFold(file, to) { // first, since it is asked of every file for each link that leads nowhere
			continue
		}
		if c := p.fileOf(file); c != nil {
			r := p.anchored(c, l.Anchor)
			r.Problem = OtherCase
			return r
		}
	}
	for file := range p.assets {
		if strings.EqualFold(file, to) {
			return Resolution{Target: Target{Kind: ToAsset, ID: ID(file)}, Problem: OtherCase}
		}
	}
	return Resolution{Problem: Unknown}
}

// fileOf is the charter whose page shows what stands in a file: its own, or the
// one that it translates.
func (p *Portfolio) fileOf(file string) *charter.Charter {
	c := p.byFile[file]
	if c == nil {
		return nil
	}
	if c.Translation != nil {
		return p.original(c)
	}
	return p.byID[c.ID.Value]
}

// PageAnchors are the ids of the sections that every charter's page has beside
// those of its prose.
var PageAnchors = []string{"funding", "goals", "responsibilities", "team", "milestones", "risks", "amendments", "updates", "signatures"}

func (p *Portfolio) anchored(c *charter.Charter, anchor string) Resolution {
	r := Resolution{Target: Target{Kind: ToCharter, ID: c.ID.Value}}
	if anchor == "" {
		return r
	}
	if id, ok := c.Body.ResolveAnchor(anchor); ok {
		r.Target.Anchor = id
		return r
	}
	for _, own := range PageAnchors {
		if own == anchor {
			r.Target.Anchor = own
			return r
		}
	}
	for _, t := range p.translated[c.ID.Value] {
		if id, ok := t.File.Body.ResolveAnchor(anchor); ok {
			_, back := t.headings()
			r.Target.Anchor = cmp.Or(back[id], id)
			return r
		}
	}
	r.Problem = NoSuchAnchor
	return r
}
