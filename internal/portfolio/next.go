package portfolio

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/history"
	"charterhouse/internal/markdown"
)

// few is how many changed charters are linked one by one; beyond, linking all
// anew is as fast.
const few = 200

// next links src as Link would, sharing with p whatever the charters that
// changed cannot touch. ok is false where that cannot be enough: when files came
// or went, or anything changed that decides what a name means. Whatever next
// answers equals what Link answers; a test holds that.
func (p *Portfolio) next(src Sources) (n *Portfolio, ok bool) {
	changed, ok := p.replaced(src)
	if !ok {
		return nil, false
	}
	if len(changed) == 0 && !src.Turned && slices.Equal(src.Questions, p.asked) {
		return p, true
	}
	n = p.share(src)
	texts := apart(changed)
	n.replaceTexts(texts)
	n.past = pastOf(src)
	n.replace(p, changed)
	n.cut(p.runs)
	n.retranslate(p, changed, texts)
	for old, now := range changed {
		n.gather(now)
		n.uninvolve(p, old)
		n.reinvolve(now)
		n.signed[now.ID.Value] = n.judge(now)
	}
	n.rerelate(p, changed)
	n.relink(p, changed, texts)
	n.conflicts.inherit(&p.conflicts, changed)
	return n, true
}

// replaced pairs the charters of p with their new versions. ok is false unless
// the same files hold charters of the same names under the same registers, day
// and configuration.
func (p *Portfolio) replaced(src Sources) (changed map[*charter.Charter]*charter.Charter, ok bool) {
	if src.Config != p.config || src.Registers != p.reg || src.AsOf != p.asOf || src.Beside != p.beside || src.Veil != p.veil || len(src.Charters) != len(p.files) {
		return nil, false
	}
	list := src.Charters
	if !slices.IsSortedFunc(list, byFile) {
		list = slices.SortedFunc(slices.Values(list), byFile)
	}
	changed = map[*charter.Charter]*charter.Charter{}
	for i, old := range p.files {
		now := list[i]
		if now == old {
			continue
		}
		same := now.File == old.File && now.ID.Value == old.ID.Value && sameRole(old, now) &&
			slices.EqualFunc(now.Aliases, old.Aliases, func(a, b charter.At[ID]) bool { return a.Value == b.Value })
		if !same || len(changed) == few {
			return nil, false
		}
		changed[old] = now
	}
	return changed, true
}

// sameRole reports whether two versions of a file are both charters, or both
// translate one charter into one language.
func sameRole(a, b *charter.Charter) bool {
	if a.Translation == nil || b.Translation == nil {
		return a.Translation == b.Translation
	}
	return a.TranslationOf.Value == b.TranslationOf.Value && a.Lang.Value == b.Lang.Value
}

// apart takes the files that only translate out of those that changed.
func apart(changed map[*charter.Charter]*charter.Charter) (texts map[*charter.Charter]*charter.Charter) {
	texts = map[*charter.Charter]*charter.Charter{}
	for old, now := range changed {
		if old.Translation != nil {
			texts[old] = now
			delete(changed, old)
		}
	}
	return texts
}

func (p *Portfolio) replaceTexts(texts map[*charter.Charter]*charter.Charter) {
	for old, now := range texts {
		at, _ := slices.BinarySearchFunc(p.files, old, byFile)
		p.files[at] = now
		p.byFile[old.File] = now
	}
}

// retranslate pairs originals and translations anew, where one of the two
// changed.
func (p *Portfolio) retranslate(was *Portfolio, changed, texts map[*charter.Charter]*charter.Charter) {
	again := len(texts) > 0
	for old := range changed {
		again = again || len(was.translated[old.ID.Value]) > 0
	}
	if again {
		p.translate(was.rendered)
	}
}

// share copies the tables of p, but not what stands in them.
func (p *Portfolio) share(src Sources) *Portfolio {
	return &Portfolio{config: p.config, asOf: p.asOf, reg: p.reg, beside: p.beside, asked: src.Questions, overloads: p.overloads, veil: p.veil,
		charters: slices.Clone(p.charters), files: slices.Clone(p.files),
		byID: maps.Clone(p.byID), byFile: maps.Clone(p.byFile), byTitle: maps.Clone(p.byTitle), aliases: p.aliases, former: p.former, assets: p.assets,
		departments: p.departments, people: p.people, areas: p.areas, objectives: p.objectives,
		resolved: maps.Clone(p.resolved), linkedBy: maps.Clone(p.linkedBy), relations: maps.Clone(p.relations), doubtful: maps.Clone(p.doubtful),
		approvals: maps.Clone(p.approvals), updates: maps.Clone(p.updates), signed: maps.Clone(p.signed),
		translations: p.translations, translated: p.translated, rendered: p.rendered, spoken: maps.Clone(p.spoken),
		paidBy: maps.Clone(p.paidBy), involving: maps.Clone(p.involving), concerning: maps.Clone(p.concerning), toward: maps.Clone(p.toward)}
}

// replace puts the new versions where the old ones stood by name.
func (p *Portfolio) replace(was *Portfolio, changed map[*charter.Charter]*charter.Charter) {
	for old, now := range changed {
		at, _ := slices.BinarySearchFunc(was.charters, old, byCharterID)
		p.charters[at] = now
		at, _ = slices.BinarySearchFunc(was.files, old, byFile)
		p.files[at] = now
		p.byID[ID(strings.ToLower(string(old.ID.Value)))] = now
		p.byFile[old.File] = now
		before, after := strings.ToLower(old.Title.Value), strings.ToLower(now.Title.Value)
		p.byTitle[before] = without(p.byTitle[before], old)
		if len(p.byTitle[before]) == 0 {
			delete(p.byTitle, before)
		}
		p.byTitle[after] = insert(p.byTitle[after], now, byFile)
	}
}

// without returns list without c; list stays as it is.
func without(list []*charter.Charter, c *charter.Charter) []*charter.Charter {
	at := slices.Index(list, c)
	if at < 0 {
		return list
	}
	return slices.Concat(list[:at], list[at+1:])
}

// insert returns list with c at its place; list stays as it is.
func insert(list []*charter.Charter, c *charter.Charter, order func(a, b *charter.Charter) int) []*charter.Charter {
	at, there := slices.BinarySearchFunc(list, c, order)
	if there {
		if list[at] == c {
			return list
		}
		list = slices.Clone(list)
		list[at] = c
		return list
	}
	return slices.Concat(list[:at], []*charter.Charter{c}, list[at:])
}

// uninvolve takes an old version off the lists of those it names.
func (p *Portfolio) uninvolve(was *Portfolio, old *charter.Charter) {
	drop := func(m map[ID][]*charter.Charter, id ID) {
		if left := without(m[id], old); len(left) > 0 {
			m[id] = left
		} else {
			delete(m, id)
		}
	}
	for id := range was.named(old) {
		drop(p.involving, id)
	}
	for _, b := range old.Budget.Parties {
		drop(p.paidBy, b.Department.Value)
	}
	for _, r := range old.Responsibilities {
		drop(p.concerning, r.Area.Value)
	}
	for _, id := range old.Links.ContributesTo {
		drop(p.toward, id.Value)
	}
}

// reinvolve puts a new version on the lists of those it names.
func (p *Portfolio) reinvolve(now *charter.Charter) {
	enter := func(m map[ID][]*charter.Charter, id ID) { m[id] = insert(m[id], now, byCharterID) }
	for id := range p.named(now) {
		enter(p.involving, id)
	}
	for _, b := range now.Budget.Parties {
		enter(p.paidBy, b.Department.Value)
	}
	for _, r := range now.Responsibilities {
		enter(p.concerning, r.Area.Value)
	}
	for _, id := range now.Links.ContributesTo {
		if p.objectives[id.Value] != nil {
			enter(p.toward, id.Value)
		}
	}
}

// rerelate makes anew the typed links of the charters that changed, at both
// ends. Those between other charters stay.
func (p *Portfolio) rerelate(was *Portfolio, changed map[*charter.Charter]*charter.Charter) {
	own := map[ID]bool{} // whose row of relations is no longer shared with was
	row := func(id ID) *[7][]*charter.Charter {
		r := p.relations[id]
		if !own[id] {
			own[id] = true
			copied := new([7][]*charter.Charter)
			if r != nil {
				*copied = *r
			}
			p.relations[id], r = copied, copied
		}
		return r
	}
	neighbours := map[*charter.Charter]bool{}
	for old, now := range changed {
		if all := was.relations[old.ID.Value]; all != nil {
			for r, list := range all {
				for _, other := range list {
					back := row(other.ID.Value)
					i := Relation(r).Inverse()
					back[i] = without(back[i], old)
					neighbours[p.byID[ID(strings.ToLower(string(other.ID.Value)))]] = true
				}
			}
		}
		own[old.ID.Value] = true
		p.relations[old.ID.Value] = new([7][]*charter.Charter)
		neighbours[now] = true
	}
	link := func(c *charter.Charter, r Relation, to *charter.Charter) {
		a, b := row(c.ID.Value), row(to.ID.Value)
		a[r] = insert(a[r], to, byCharterID)
		b[r.Inverse()] = insert(b[r.Inverse()], c, byCharterID)
	}
	for c := range neighbours {
		for to, r := range p.declared(c) {
			link(c, r, to)
		}
	}
	for id := range own {
		if slices.IndexFunc(p.relations[id][:], func(list []*charter.Charter) bool { return len(list) > 0 }) < 0 {
			delete(p.relations, id)
		}
	}
}

// relink answers anew the links of the charters that changed, and of those
// whose links their new titles and headings can mean something else for.
func (p *Portfolio) relink(was *Portfolio, changed, texts map[*charter.Charter]*charter.Charter) {
	ask := map[ID]bool{}
	looksOther := func(c *charter.Charter) {
		ask[c.ID.Value] = true // which may link to itself
		for _, b := range was.linkedBy[Target{Kind: ToCharter, ID: c.ID.Value}] {
			ask[b.From.ID.Value] = true
		}
	}
	faces := false // whether some charter looks other to those that link to it
	for old, now := range changed {
		ask[old.ID.Value] = true
		// With a translation, what headings mean follows from both texts.
		if sameFace(old, now) && len(was.translated[old.ID.Value]) == 0 {
			continue
		}
		faces = true
		for _, c := range append(slices.Clone(was.byTitle[strings.ToLower(now.Title.Value)]), old) {
			looksOther(c)
		}
	}
	for old := range texts {
		if of := was.original(old); of != nil {
			faces = true
			looksOther(of)
		}
	}
	if faces {
		maps.Copy(ask, was.doubtful)
	}
	for id := range ask {
		p.unlink(was, was.byID[ID(strings.ToLower(string(id)))])
	}
	for id := range ask {
		p.enterLinks(p.byID[ID(strings.ToLower(string(id)))])
	}
	p.render(func(t *Translation) bool { return faces || t != was.rendered[t.File.File] })
}

// sameFace reports whether others that link to a charter see the same names and
// headings.
func sameFace(a, b *charter.Charter) bool {
	return a.Title.Value == b.Title.Value && a.Name() == b.Name() && slices.EqualFunc(a.Body.Outline, b.Body.Outline, func(x, y markdown.Heading) bool {
		return x.ID == y.ID && x.Text == y.Text
	})
}

// unlink takes back what an old version's links entered.
func (p *Portfolio) unlink(was *Portfolio, c *charter.Charter) {
	for _, r := range was.resolved[c.ID.Value] {
		t := r.Target
		t.Anchor = ""
		list := p.linkedBy[t]
		from, until := blockOf(list, c.ID.Value)
		if from == until {
			continue
		}
		if left := slices.Concat(list[:from], list[until:]); len(left) > 0 {
			p.linkedBy[t] = left
		} else {
			delete(p.linkedBy, t)
		}
	}
	delete(p.resolved, c.ID.Value)
	delete(p.doubtful, c.ID.Value)
}

// enterLinks answers a charter's links and enters them among those of others,
// which are in order of charter.
func (p *Portfolio) enterLinks(c *charter.Charter) {
	before := p.linkedBy
	p.linkedBy = map[Target][]Backlink{}
	p.resolveLinks(c)
	for t, block := range p.linkedBy {
		list := before[t]
		at, _ := blockOf(list, c.ID.Value)
		before[t] = slices.Concat(list[:at], block, list[at:])
	}
	p.linkedBy = before
}

// blockOf finds the entries of one charter in a list that is in their order.
func blockOf(list []Backlink, id ID) (from, until int) {
	from, _ = slices.BinarySearchFunc(list, id, func(b Backlink, id ID) int { return strings.Compare(string(b.From.ID.Value), string(id)) })
	for until = from; until < len(list) && list[until].From.ID.Value == id; until++ {
	}
	return from, until
}

// With returns the portfolio as it would be with c in the place of the charter
// of the same file.
func (p *Portfolio) With(c *charter.Charter) *Portfolio {
	src := Sources{Config: p.config, AsOf: p.asOf, Registers: p.reg, Beside: p.beside, Questions: p.asked, Charters: slices.Clone(p.files)}
	at, there := slices.BinarySearchFunc(src.Charters, c, byFile)
	if !there {
		src.Charters = slices.Insert(src.Charters, at, c)
	} else {
		src.Charters[at] = c
	}
	src.Past = func(charter.Options) *history.Book { return p.past() }
	if next, ok := p.next(src); ok {
		return next
	}
	next, _ := Link(src)
	return next
}

// Follows reports whether p and was differ in the texts of charters at most: the
// same charters by name, under the same registers, configuration and day, with
// the same files beside them.
func (p *Portfolio) Follows(was *Portfolio) bool {
	return p.config == was.config && p.reg == was.reg && p.asOf == was.asOf && p.beside == was.beside && len(p.aliases) == len(was.aliases) && maps.Equal(p.aliases, was.aliases) &&
		slices.EqualFunc(p.charters, was.charters, func(a, b *charter.Charter) bool { return a.ID.Value == b.ID.Value && a.File == b.File }) &&
		slices.EqualFunc(p.translations, was.translations, func(a, b *Translation) bool { return a.File.File == b.File.File && sameRole(a.File, b.File) })
}

// Tied goes through the charters that a relation or a link ties to one, in
// either direction.
func (p *Portfolio) Tied(id ID) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		if all := p.relations[id]; all != nil {
			for _, list := range all {
				for _, c := range list {
					if !yield(c.ID.Value) {
						return
					}
				}
			}
		}
		for _, b := range p.linkedBy[Target{Kind: ToCharter, ID: id}] {
			if !yield(b.From.ID.Value) {
				return
			}
		}
	}
}

// SameLinks reports whether the links of a charter's text mean what they meant
// in was.
func (p *Portfolio) SameLinks(was *Portfolio, id ID) bool {
	return sameLinks(p.resolved[id], was.resolved[id])
}

// SameText reports whether a translation, its original and what its links mean
// are what they were in was.
func (p *Portfolio) SameText(was *Portfolio, t *Translation) bool {
	return was.rendered[t.File.File] == t && sameLinks(p.spoken[t.File.File], was.spoken[t.File.File])
}

func sameLinks(a, b []Resolution) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.EqualFunc(a, b, func(x, y Resolution) bool {
		return x.Target == y.Target && x.Problem == y.Problem && slices.Equal(x.Candidates, y.Candidates)
	}))
}
