package portfolio

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
)

// Sources is what a portfolio is linked from: files that were read one by one.
type Sources struct {
	Config    *Config
	AsOf      calendar.Date
	Registers *Registers
	Charters  []*charter.Charter
	Questions []*Question                         // in order of id; no link is resolved through them
	Beside    *Beside                             // nil for nothing
	Past      func(charter.Options) *history.Book // what charters said before; nil where nobody knows
	Veil      *Veil                               // what the files are without; nil for nothing
	Turned    bool                                // Past may say something else than it did
}

// Beside is what stands in files of its own beside the charters.
type Beside struct {
	Approvals map[ID][]charter.Approval // from approvals/<department>/<id>.yml
	Updates   map[ID][]charter.Update   // from charters/<id>/updates/
	Assets    []string                  // paths of pictures and attachments

	files int // that all this was read from
}

// Link makes a portfolio. Its findings are those that only all files together
// can give and that decide what is kept: two charters or aliases of one id.
// Everything else that many files can show is for package check.
func Link(src Sources) (*Portfolio, diag.List) {
	if src.Beside == nil {
		src.Beside = &Beside{}
	}
	p := &Portfolio{config: src.Config, asOf: src.AsOf, reg: src.Registers, beside: src.Beside, asked: src.Questions, past: pastOf(src), veil: src.Veil, overloads: &sync.Map{}}
	var found diag.List
	p.index(src, &found)
	p.indexAliases(&found)
	p.translate(nil)
	for _, c := range p.charters {
		p.gather(c)
	}
	for _, c := range p.charters {
		p.resolveLinks(c)
		p.relate(c)
		p.involve(c)
	}
	for _, c := range p.charters {
		p.signed[c.ID.Value] = p.judge(c)
	}
	p.sortRelations()
	p.render(func(*Translation) bool { return true })
	return p, found
}

// index makes the tables by name. Of two charters with one id the first by
// file name is kept, so that every page still has one owner.
func (p *Portfolio) index(src Sources, found *diag.List) {
	n := len(src.Charters)
	p.byID, p.byFile, p.byTitle = make(map[ID]*charter.Charter, n), make(map[string]*charter.Charter, n), make(map[string][]*charter.Charter, n)
	p.resolved, p.relations = make(map[ID][]Resolution, n), make(map[ID]*[7][]*charter.Charter, n)
	p.approvals, p.updates, p.signed = make(map[ID][]charter.Approval, n), make(map[ID][]charter.Update, n), make(map[ID][]Signature, n)
	p.linkedBy, p.doubtful, p.spoken = map[Target][]Backlink{}, map[ID]bool{}, map[string][]Resolution{}
	p.paidBy, p.involving = map[ID][]*charter.Charter{}, map[ID][]*charter.Charter{}
	p.concerning, p.toward = map[ID][]*charter.Charter{}, map[ID][]*charter.Charter{}

	p.files = slices.SortedFunc(slices.Values(src.Charters), byFile)
	for _, c := range p.files {
		p.byFile[c.File] = c
		if c.Translation != nil {
			continue
		}
		key := ID(strings.ToLower(string(c.ID.Value)))
		if first := p.byID[key]; first != nil {
			found.Add(diag.Diagnostic{Pos: c.Pos(c.ID.Mark), Code: "C008",
				Message: diag.Say("the id %q is taken by %s", c.ID.Value, first.File),
				Hint:    diag.Say("give one of the two charters another id; ids are never used twice"),
				Related: []diag.At[diag.Text]{{Value: diag.Say("first used here"), Pos: first.Pos(first.ID.Mark)}}})
			continue
		}
		p.byID[key] = c
		p.charters = append(p.charters, c)
		title := strings.ToLower(c.Title.Value)
		p.byTitle[title] = append(p.byTitle[title], c)
	}
	slices.SortFunc(p.charters, byCharterID)
	p.cut(nil)
	p.assets = make(map[string]bool, len(src.Beside.Assets))
	for _, a := range src.Beside.Assets {
		p.assets[a] = true
	}
	p.departments, p.people = byKey(src.Registers.Departments, func(d *Department) ID { return d.ID }), byKey(src.Registers.People, func(x *Person) ID { return x.ID })
	p.former = formerOf(src.Registers)
	p.areas, p.objectives = byKey(src.Registers.Areas, func(a *Area) ID { return a.ID }), byKey(src.Registers.Objectives, func(o *Objective) ID { return o.ID })
}

// byKey indexes records; of two with one id the first is kept, as the register
// already said.
func byKey[T any](records []*T, key func(*T) ID) map[ID]*T {
	m := make(map[ID]*T, len(records))
	for _, r := range records {
		if _, taken := m[key(r)]; !taken {
			m[key(r)] = r
		}
	}
	return m
}

func byFile(a, b *charter.Charter) int { return strings.Compare(a.File, b.File) }

func byCharterID(a, b *charter.Charter) int {
	return cmp.Or(strings.Compare(string(a.ID.Value), string(b.ID.Value)), strings.Compare(a.File, b.File))
}

func (p *Portfolio) indexAliases(found *diag.List) {
	p.aliases = map[ID]ID{}
	for _, c := range p.charters {
		for _, a := range c.Aliases {
			taken, by := p.byID[a.Value], p.aliases[a.Value]
			if taken == nil && by == "" {
				p.aliases[a.Value] = c.ID.Value
				continue
			}
			if taken == nil {
				taken = p.byID[by]
			}
			found.Add(diag.Diagnostic{Pos: c.Pos(a.Mark), Code: "C008",
				Message: diag.Say("the former id %q belongs to %s", a.Value, taken.File),
				Hint:    diag.Say("remove the alias here, or there; an id is never used twice"),
				Related: []diag.At[diag.Text]{{Value: diag.Say("used here"), Pos: taken.Pos(taken.ID.Mark)}}})
		}
	}
}

// gather brings approvals and updates of a charter together, from wherever
// they are written.
func (p *Portfolio) gather(c *charter.Charter) {
	id := c.ID.Value
	a := c.Approvals
	if own := p.beside.Approvals[id]; len(own) > 0 {
		a = slices.Concat(a, own)
	}
	for _, former := range c.Aliases {
		if own := p.beside.Approvals[former.Value]; len(own) > 0 && p.aliases[former.Value] == id {
			a = slices.Concat(a, own)
		}
	}
	if !slices.IsSortedFunc(a, byDate) {
		a = slices.SortedStableFunc(slices.Values(a), byDate)
	}
	p.approvals[id] = a
	u := slices.Concat(c.Updates, p.beside.Updates[id])
	slices.SortStableFunc(u, func(x, y charter.Update) int { return y.Date.Value.Compare(x.Date.Value) })
	p.updates[id] = u
}

func byDate(a, b charter.Approval) int { return a.Date.Value.Compare(b.Date.Value) }

// relate enters a charter's typed links at both ends.
func (p *Portfolio) relate(c *charter.Charter) {
	for to, r := range p.declared(c) {
		p.enter(c, r, to)
		p.enter(to, r.Inverse(), c)
	}
	for _, id := range c.Links.ContributesTo {
		if p.objectives[id.Value] != nil {
			add(p.toward, id.Value, c)
		}
	}
}

// declared yields the typed links that a charter itself states.
func (p *Portfolio) declared(c *charter.Charter) iter.Seq2[*charter.Charter, Relation] {
	return func(yield func(*charter.Charter, Relation) bool) {
		for _, l := range [...]struct {
			r   Relation
			ids []charter.At[ID]
		}{{PartOf, []charter.At[ID]{c.Links.PartOf}}, {DependsOn, c.Links.DependsOn}, {Replaces, c.Links.Replaces}, {Related, c.Links.Related}} {
			for _, id := range l.ids {
				if to := p.Find(id.Value); to != nil && to != c && !yield(to, l.r) {
					return
				}
			}
		}
	}
}

func (p *Portfolio) enter(c *charter.Charter, r Relation, to *charter.Charter) {
	all := p.relations[c.ID.Value]
	if all == nil {
		all = new([7][]*charter.Charter)
		p.relations[c.ID.Value] = all
	}
	if !slices.Contains(all[r], to) {
		all[r] = append(all[r], to)
	}
}

func (p *Portfolio) sortRelations() {
	for _, all := range p.relations {
		for r := range all {
			slices.SortFunc(all[r], byCharterID)
		}
	}
}

// Find returns the charter called id, now or formerly, or nil.
func (p *Portfolio) Find(id ID) *charter.Charter {
	if c := p.byID[id]; c != nil {
		return c
	}
	if now, ok := p.aliases[id]; ok {
		return p.byID[now]
	}
	return nil
}

// involve enters a charter with the people, payers and areas that it names.
// Charters come in order of id, so the lists are in that order too.
func (p *Portfolio) involve(c *charter.Charter) {
	for id := range p.named(c) {
		add(p.involving, id, c)
	}
	for _, b := range c.Budget.Parties {
		add(p.paidBy, b.Department.Value, c)
	}
	for _, r := range c.Responsibilities {
		add(p.concerning, r.Area.Value, c)
	}
}

// named yields the people that a charter names in any role, some repeatedly.
func (p *Portfolio) named(c *charter.Charter) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		ok := true
		person := func(id charter.At[ID]) {
			if ok && id.Value != "" {
				ok = yield(id.Value)
			}
		}
		for _, o := range c.Owners {
			person(o.Person)
		}
		for _, ids := range [][]charter.At[ID]{c.Lead, c.Steering} {
			for _, id := range ids {
				person(id)
			}
		}
		for _, m := range c.Team {
			person(m.Person)
		}
		for _, m := range c.Milestones {
			person(m.Owner)
		}
		for _, r := range c.Risks {
			person(r.Owner)
		}
		for _, a := range p.approvals[c.ID.Value] {
			person(a.Person)
		}
	}
}

// add appends c once; charters come one after the other, so looking at the
// last entry is enough.
func add(m map[ID][]*charter.Charter, id ID, c *charter.Charter) {
	if list := m[id]; len(list) == 0 || list[len(list)-1] != c {
		m[id] = append(list, c)
	}
}
