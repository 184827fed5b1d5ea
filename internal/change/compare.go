package change

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

// Charters lists what is different between two versions of a charter, in the
// order that people want to hear it. Versions that mean the same have none;
// versions that do not have at least one.
func Charters(before, after Version) []Change {
	if bytes.Equal(before.Text, after.Text) && before.Charter.File == after.Charter.File &&
		len(before.Approvals)+len(before.Updates)+len(after.Approvals)+len(after.Updates) == 0 && before.Charter.Terms == after.Charter.Terms {
		return nil
	}
	was, is := readingOf(before), readingOf(after)
	if lost := unreadable(was, is); lost != nil {
		return lost
	}
	sound := before.Charter.Budget.Sound && after.Charter.Budget.Sound
	all := compare(withProse(was.stated(sound), before), withProse(is.stated(sound), after))
	if slices.ContainsFunc(all, inScope) { // the parts of the body that are terms are told with their text
		headings := slices.Concat(before.Charter.Body.Sections, after.Charter.Body.Sections)
		all = slices.DeleteFunc(all, func(c Change) bool {
			return c.List == "body" && c.Action == Changed && slices.ContainsFunc(headings, func(s markdown.Section) bool { return s.Heading.Text == c.Of })
		})
	}
	all = append(all, setOtherwise(before, after, all)...)
	agreed := termChanges(before.Charter, after.Charter)
	for i := range all {
		all[i].Term = agreed.has(&all[i])
	}
	all = append(all, agreed.left(all)...)
	if !bytes.Equal(collapsed(before.Text), collapsed(after.Text)) && !(was.whole && is.whole) {
		all = append(all, Change{Field: "file", Action: Changed, Was: diag.Pos{File: before.Charter.File}, Is: diag.Pos{File: after.Charter.File}})
	}
	inStory(all)
	return all
}

// Terms lists the terms that are different between two versions of a charter:
// what a signature on the first does not cover in the second. It is empty
// exactly if both have the same digest.
func Terms(before, after *charter.Charter) []Change {
	if before.Terms == after.Terms {
		return nil
	}
	all := termChanges(before, after).all
	inStory(all)
	return all
}

// Signatures lists the signatures that are worth something else now: those that
// lapsed, and those that are for the terms of today and were not before.
func Signatures(was *portfolio.Portfolio, before *charter.Charter, is *portfolio.Portfolio, after *charter.Charter) []Change {
	then := map[charter.ID]portfolio.Signature{}
	for _, s := range was.Signatures(before) {
		then[s.Department] = s
	}
	now := is.Signatures(after)
	var all []Change
	for _, s := range now {
		old := then[s.Department]
		c := Change{List: "signatures", Of: string(s.Department), Signers: len(now)}
		switch {
		case old.State == portfolio.Valid && s.State == portfolio.Outdated:
			c.Action, c.Was = Lapsed, old.Approval.Mark.In(old.Approval.File)
		case old.State != portfolio.Valid && s.State == portfolio.Valid:
			c.Action, c.Is = Valid, s.Approval.Mark.In(s.Approval.File)
		default:
			continue
		}
		all = append(all, c)
	}
	return all
}

// unreadable is the one change of a file that could not be read at all before,
// or cannot be now: what it states is not known, so nothing more can be told.
func unreadable(before, after reading) []Change {
	lost, found := len(after.root.Fields) == 0 && !after.whole, len(before.root.Fields) == 0 && !before.whole
	c := Change{Field: "file", Was: diag.Pos{File: before.Charter.File}, Is: diag.Pos{File: after.Charter.File}}
	switch {
	case lost && found && bytes.Equal(collapsed(before.Text), collapsed(after.Text)):
		return nil
	case lost && found:
		c.Action = Changed
	case lost:
		c.Action = Removed
	case found:
		c.Action = Added
	default:
		return nil
	}
	return []Change{c}
}

func collapsed(text []byte) []byte { return bytes.Join(bytes.Fields(text), []byte(" ")) }

// A side is facts, ordered and by place.
type side struct {
	all     []fact
	at      map[where]fact
	records map[where][]fact
}

func sideOf(all []fact) side {
	s := side{all: all, at: map[where]fact{}, records: map[where][]fact{}}
	for _, f := range all {
		s.at[f.where()] = f
		if f.list != "" {
			r := where{list: f.list, of: f.of}
			s.records[r] = append(s.records[r], f)
		}
	}
	return s
}

// tells are the fields that tell records of one name apart: the times for which
// somebody is lent, the parts of an area.
var tells = map[string]string{"team": "from", "responsibilities": "scope"}

// matched gives records of the later side that share a name the numbers of those
// of the earlier side that they go on from. By their order alone, a part of an area
// that is called otherwise would seem to have changed hands with another.
func matched(before, after []fact) []fact {
	was, is := namesakes(before), namesakes(after)
	now := map[where]string{}
	for name, records := range is {
		if len(records) < 2 && len(was[name]) < 2 {
			continue
		}
		taken := map[string]bool{}
		take := func(r record, of string) {
			now[where{list: name.list, of: r.of}], taken[of] = of, true
		}
		for _, r := range records {
			if i := slices.IndexFunc(was[name], func(o record) bool { return o.tell == r.tell && !taken[o.of] }); i >= 0 {
				take(r, was[name][i].of)
			}
		}
		for _, r := range records {
			if now[where{list: name.list, of: r.of}] != "" {
				continue
			}
			left := slices.DeleteFunc(slices.Clone(was[name]), func(o record) bool { return taken[o.of] })
			for n := len(was[name]) + 1; len(left) == 0; n++ {
				if of := name.of + "#" + strconv.Itoa(n); !taken[of] {
					left = append(left, record{of: of})
				}
			}
			take(r, left[0].of)
		}
	}
	if len(now) == 0 {
		return after
	}
	named := slices.Clone(after)
	for i := range named {
		if of := now[where{list: named[i].list, of: named[i].of}]; of != "" {
			named[i].of = of
		}
	}
	return named
}

// A record is one of several of the same name, with what tells it from the others.
type record struct{ of, tell string }

// namesakes are the records of the lists in tells by list and name, in order.
func namesakes(all []fact) map[where][]record {
	found := map[where][]record{}
	for _, f := range all {
		tell, ours := tells[f.list]
		if !ours {
			continue
		}
		name := where{list: f.list, of: plainName(f.of)}
		i := slices.IndexFunc(found[name], func(r record) bool { return r.of == f.of })
		if i < 0 {
			i, found[name] = len(found[name]), append(found[name], record{of: f.of})
		}
		if f.field == tell {
			found[name][i].tell = f.value
		}
	}
	return found
}

// compare pairs facts by their places.
func compare(before, after []fact) []Change {
	after = matched(before, after)
	b, a := sideOf(before), sideOf(after)
	var all []Change
	done := map[where]bool{}
	for _, f := range slices.Concat(after, before) {
		record := where{list: f.list, of: f.of}
		switch was, is := b.records[record], a.records[record]; {
		case f.list != "" && f.field != "" && (len(was) == 0 || len(is) == 0):
			if !done[record] {
				done[record] = true
				all = append(all, wholeRecord(was, is))
			}
		case done[f.where()]:
		default:
			done[f.where()] = true
			if c, differs := oneField(b.at[f.where()], a.at[f.where()], slices.Concat(is, was)); differs {
				all = append(all, c)
			}
		}
	}
	return shared(all, b, a)
}

// wholeRecord is the change of a record that stands on one side only.
func wholeRecord(was, is []fact) Change {
	c := Change{Action: Added}
	there := is
	if len(is) == 0 {
		c.Action, there = Removed, was
	}
	c.List, c.Of, c.Name = there[0].list, there[0].of, called(there)
	if c.Action == Added {
		c.Is = there[0].pos
	} else {
		c.Was = there[0].pos
	}
	for _, f := range there {
		c.Fields = append(c.Fields, Detail{f.field, valueOf(typeOf(f.list, f.field), f.value)})
	}
	return c
}

// called is what the author calls a record.
func called(record []fact) string {
	for _, name := range []string{"title", "text", "summary", "area", "person"} {
		for _, f := range record {
			if f.field == name {
				return f.value
			}
		}
	}
	return ""
}

func oneField(was, is fact, record []fact) (c Change, differs bool) {
	if was.value == is.value || sameFigure(was, is) {
		return c, false
	}
	c = Change{List: is.list, Of: is.of, Field: is.field, Action: Changed, Was: was.pos, Is: is.pos, Name: called(record)}
	if was.value == "" {
		c.Action = Added
	}
	if is.value == "" {
		c.List, c.Of, c.Field, c.Action = was.list, was.of, was.field, Removed
	}
	kind := typeOf(c.List, c.Field)
	c.Before, c.After = valueOf(kind, was.value), valueOf(kind, is.value)
	return c, true
}

// sameFigure reports whether an amount differs by its currency only, which is
// told once for all of them, and with the total and what each pays.
func sameFigure(was, is fact) bool {
	a, b := readMoney(was.value), readMoney(is.value)
	return is.list != "budget.shares" && is.field != "budget.total" && typeOf(is.list, is.field) == "money" &&
		a.Currency != "" && b.Currency != "" && a.Currency != b.Currency && a.Text() == b.Text()
}

// shared makes one change of a party's share and the amount that it comes to.
// An amount that follows from another total has the share beside it.
func shared(all []Change, b, a side) []Change {
	amounts := map[string]*Change{}
	for i := range all {
		if c := &all[i]; c.List == "budget.shares" && c.Field == "amount" {
			amounts[c.Of] = c
			share := where{c.List, c.Of, "share"}
			c.Before.Share, c.After.Share = valueOf("share", b.at[share].value).Share, valueOf("share", a.at[share].value).Share
		}
	}
	said := map[string]bool{}
	for i := range all {
		c := &all[i]
		if amount := amounts[c.Of]; c.List == "budget.shares" && c.Field == "share" && amount != nil && (amount.Action == Changed || amount.Action == c.Action) {
			c.Before, c.After, c.Action = both(amount.Before, c.Before), both(amount.After, c.After), amount.Action
			said[c.Of] = true
		}
	}
	return slices.DeleteFunc(all, func(c Change) bool { return c.List == "budget.shares" && c.Field == "amount" && said[c.Of] })
}

// both is a share with the amount it comes to.
func both(amount, share Value) Value {
	share.Money = amount.Money
	return share
}

// withProse adds the parts of the body to what a file states: each with the
// digest of what it says, and those of scope with their text.
func withProse(all []fact, v Version) []fact {
	c := v.Charter
	seen := map[string]int{}
	for _, t := range c.TermsList() {
		if t.Path == "scope.in" || t.Path == "scope.out" {
			name := t.Path
			if seen[t.Path]++; seen[t.Path] > 1 {
				name += "#" + strconv.Itoa(seen[t.Path])
			}
			all = append(all, fact{field: name, value: t.Value, pos: c.Pos(scopeMark(c))})
		}
	}
	if c.Body.Lead != (markdown.Sum{}) {
		all = append(all, fact{list: "body", field: "sum", value: hex.EncodeToString(c.Body.Lead[:]), pos: c.Pos(charter.Mark{})})
	}
	for _, h := range c.Body.Outline {
		if h.Level > 2 {
			continue
		}
		of := h.Text
		if seen[h.Text]++; seen[h.Text] > 1 {
			of += "#" + strconv.Itoa(seen[h.Text])
		}
		pos := diag.Pos{File: c.File, Line: h.Line, Col: 1}
		all = append(all, fact{list: "body", of: of, field: "sum", value: hex.EncodeToString(h.Sum[:]), pos: pos})
	}
	return all
}

func scopeMark(c *charter.Charter) charter.Mark {
	if len(c.Body.Sections) == 0 {
		return charter.Mark{}
	}
	return charter.Mark{Line: int32(c.Body.Sections[0].Heading.Line), Col: 1}
}

func inScope(c Change) bool { return strings.HasPrefix(c.Field, "scope.") }

// setOtherwise finds what text alone does not show, in parts of the body that say
// the same words: links that lead elsewhere, pictures, emphasis. What is left is
// the order of the parts.
func setOtherwise(before, after Version, told []Change) []Change {
	if rendered(before.Charter) == rendered(after.Charter) {
		return nil
	}
	var all []Change
	was, is := parts(before), parts(after)
	for _, h := range append([]string{""}, headings(after.Charter)...) {
		then, there := was[h]
		if now := is[h]; there && then.html != now.html && !slices.ContainsFunc(told, func(c Change) bool { return c.List == "body" && c.Of == h }) && !tellsScope(told, after.Charter, h) {
			all = append(all, Change{List: "body", Of: h, Field: "set", Action: Changed, Was: then.pos, Is: now.pos})
		}
	}
	if len(all) == 0 && !slices.ContainsFunc(told, func(c Change) bool { return c.List == "body" || inScope(c) }) {
		all = append(all, Change{Field: "body", Action: Changed, Was: before.Charter.Pos(charter.Mark{}), Is: after.Charter.Pos(charter.Mark{})})
	}
	return all
}

// tellsScope reports whether the part with a heading is told as scope already.
func tellsScope(told []Change, c *charter.Charter, heading string) bool {
	return slices.ContainsFunc(told, inScope) && slices.ContainsFunc(c.Body.Sections, func(s markdown.Section) bool { return s.Heading.Text == heading })
}

// headings are those of the parts of a body, each once.
func headings(c *charter.Charter) []string {
	var all []string
	for _, h := range c.Body.Outline {
		if h.Level <= 2 && !slices.Contains(all, h.Text) {
			all = append(all, h.Text)
		}
	}
	return all
}

// A part is one part of a body as HTML, rendered alone.
type part struct {
	html string
	pos  diag.Pos
}

// parts renders the parts of a body one by one, by their headings; those with
// one heading are one.
func parts(v Version) map[string]part {
	lines := strings.SplitAfter(string(v.Text), "\n")
	all := map[string]part{}
	add := func(heading string, from, to int) {
		from, to = min(max(from, 0), len(lines)), min(max(to, 0), len(lines))
		doc, _ := markdown.Parse([]byte(strings.Join(lines[from:max(from, to)], "")), markdown.Origin{File: v.Charter.File, Line: from + 1}, markdown.Options{})
		p := all[heading]
		all[heading] = part{p.html + htmlOf(&doc), diag.Pos{File: v.Charter.File, Line: from + 1, Col: 1}}
	}
	block, _ := facts.Split(v.Charter.File, v.Text)
	last, from := "", block.BodyLine-1
	for _, h := range v.Charter.Body.Outline {
		if h.Level <= 2 {
			add(last, from, h.Line-1)
			last, from = h.Text, h.Line-1
		}
	}
	add(last, from, len(lines))
	return all
}

func rendered(c *charter.Charter) string { return htmlOf(&c.Body) }

// htmlOf is a text as HTML, whose links lead where they say, with single blanks.
func htmlOf(doc *markdown.Document) string {
	html := doc.HTML(func(_ int, l markdown.Link) markdown.Target {
		return markdown.Target{Href: l.Target + "#" + l.Anchor, Text: l.Text}
	})
	return strings.Join(strings.Fields(html), " ")
}

// terms are what is different in what the chiefs agree to.
type terms struct{ all []Change }

func termChanges(before, after *charter.Charter) terms {
	if before.Terms == after.Terms {
		return terms{}
	}
	all := compare(agreed(before), agreed(after))
	if touched := slices.DeleteFunc(slices.Clone(all), func(c Change) bool { return untouched(before, after, &c) }); len(touched) > 0 {
		all = touched
	}
	for i := range all {
		all[i].Term = true
	}
	return terms{all}
}

// untouched reports whether a share differs only because the budget of one side does
// not add up: what it comes to is known there, and what is written here.
func untouched(before, after *charter.Charter, c *Change) bool {
	if c.List != "budget.shares" || c.Field != "share" || before.Budget.Sound == after.Budget.Sound {
		return false
	}
	written := func(of *charter.Charter) string {
		for _, p := range of.Budget.Parties {
			if string(p.Department.Value) == c.Of {
				return p.Written.Value
			}
		}
		return ""
	}
	return written(before) == written(after)
}

// has reports whether a change is one of the terms. What a party pays follows
// from the total, so it is one wherever it differs.
func (t terms) has(c *Change) bool {
	return slices.ContainsFunc(t.all, func(term Change) bool { return sameThing(&term, c) })
}

// left are the terms that differ and that are not among all.
func (t terms) left(all []Change) []Change {
	var left []Change
	for _, term := range t.all {
		if !slices.ContainsFunc(all, func(c Change) bool { return sameThing(&term, &c) }) {
			left = append(left, term)
		}
	}
	return left
}

func sameThing(term, c *Change) bool {
	return term.List == c.List && term.Of == c.Of && (term.Field == c.Field || term.Field == "" && c.Field == "" ||
		c.List == "budget.shares" && (c.Field == "amount" || c.Field == "share") && (term.Field == "amount" || term.Field == "share"))
}

// agreed lists the terms of a charter as facts, with what each party pays.
func agreed(c *charter.Charter) []fact {
	var all []fact
	n := numbering{count: map[where]int{}}
	for _, t := range c.TermsList() {
		f := n.number(termFact(t))
		if typeOf(f.list, f.field) == "money" {
			f.value += " " + string(c.Budget.Currency.Value)
		}
		f.pos = placeOf(c, f)
		all = append(all, f)
	}
	if c.Budget.Sound {
		for _, p := range c.Budget.Parties {
			all = append(all, fact{"budget.shares", string(p.Department.Value), "amount", writeMoney(p.Amount), c.Pos(p.Department.Mark)})
		}
	}
	return all
}

// A numbering tells apart records of one name, which stand after each other in
// the terms: a record begins where another path does, or a field comes that cannot
// follow the last.
type numbering struct {
	count map[where]int
	path  where // of the last line, without its field
	rank  int
}

// written are the fields of records in the order in which the terms have them.
var written = map[string][]string{
	"budget.shares":    {"share", "cost_centre", "in_kind"},
	"goals":            {"measure.baseline", "measure.by", "measure.metric", "measure.target", "text", "measure.unit"},
	"owners":           {"person", "role"},
	"responsibilities": {"scope", "accountable", "consulted", "informed", "reason", "responsible"},
	"team":             {"allocation", "from", "home", "return.date", "return.to", "until"},
}

func (n *numbering) number(f fact) fact {
	path := where{list: f.list, of: f.of}
	if f.list == "" {
		path.field = f.field
	}
	at := path
	if f.list == "team" { // the path of a further time has its first day
		f.of, _, _ = strings.Cut(f.of, "@")
		at.of = f.of
	}
	rank := slices.Index(written[f.list], f.field)
	if path != n.path || rank <= n.rank {
		n.count[at]++
	}
	n.path, n.rank = path, rank
	switch count := n.count[at]; {
	case count > 1 && f.list != "":
		f.of += "#" + strconv.Itoa(count)
	case count > 1:
		f.field += "#" + strconv.Itoa(count)
	}
	return f
}

// termFact is a line of the terms under the key that it comes from.
func termFact(t charter.Term) fact {
	for _, list := range []string{"budget.periods", "budget.shares", "goals", "owners", "responsibilities", "team"} {
		rest, ok := strings.CutPrefix(t.Path, list+".")
		if !ok {
			continue
		}
		of, field, _ := strings.Cut(rest, ".")
		switch {
		case list == "goals" && field != "text":
			field = "measure." + field
		case list == "owners" && field == "":
			field = "person"
		case list == "budget.shares" && field == "":
			field = "share"
		}
		return fact{list: list, of: of, field: field, value: t.Value}
	}
	return fact{field: t.Path, value: t.Value}
}

// placeOf is where a term stands in the charter's file, as near as it is known.
func placeOf(c *charter.Charter, f fact) diag.Pos {
	key, _, _ := strings.Cut(strings.Join(nonEmpty(f.list, f.field), "."), ".")
	m := c.Keys.Of(key)
	of, _, _ := strings.Cut(f.of, "#")
	who, _, _ := strings.Cut(of, "@")
	switch {
	case key == "scope":
		m = scopeMark(c)
	case f.list == "team":
		m = markOf(c.Team, m, func(x *charter.Member) (string, facts.Mark) { return string(x.Person.Value), x.Mark }, who)
	case f.list == "goals":
		m = markOf(c.Goals, m, func(x *charter.Goal) (string, facts.Mark) { return string(x.ID.Value), x.ID.Mark }, of)
	case f.list == "responsibilities":
		m = markOf(c.Responsibilities, m, func(x *charter.Responsibility) (string, facts.Mark) { return string(x.Area.Value), x.Mark }, of)
	case f.list == "owners":
		m = markOf(c.Owners, m, func(x *charter.Owner) (string, facts.Mark) { return string(x.Department.Value), x.Person.Mark }, of)
	case f.list == "budget.shares":
		m = markOf(c.Budget.Parties, m, func(x *charter.Party) (string, facts.Mark) { return string(x.Department.Value), x.Department.Mark }, of)
	case f.list == "budget.periods":
		m = markOf(c.Budget.Periods, m, func(x *charter.Period) (string, facts.Mark) { return x.Period.Value.String(), x.Amount.Mark }, of)
	case f.field == "timeframe.start":
		m = c.Timeframe.Start.Mark
	case f.field == "timeframe.end":
		m = c.Timeframe.End.Mark
	case f.field == "budget.total":
		m = c.Budget.Total.Mark
	}
	return c.Pos(m)
}

func markOf[T any](records []T, or charter.Mark, read func(*T) (string, facts.Mark), of string) charter.Mark {
	for i := range records {
		if name, m := read(&records[i]); name == of && m.Written() {
			return m
		}
	}
	return or
}

// story is the order in which changes are told: money and time first, prose
// last. Keys that are not in it come before the prose.
var story = []string{"id", "title", "status", "budget.currency", "budget.total", "budget.shares", "budget.periods", "budget.contingency",
	"timeframe.start", "timeframe.end", "tolerances", "kind", "owners", "lead", "steering", "goals", "team", "responsibilities", "scope.in", "scope.out",
	"links", "kickoff", "milestones", "deliverables", "exit_criteria", "risks", "budget.spent", "updates", "closure", "amendments", "approvals",
	"confidential", "short_title", "summary", "tags", "aliases", "x", "", "body", "translated", "file"}

func inStory(all []Change) {
	slices.SortStableFunc(all, func(a, b Change) int { return chapter(&a) - chapter(&b) })
}

func chapter(c *Change) int {
	path := strings.Join(nonEmpty(c.List, c.Field), ".")
	for i, key := range story {
		if key != "" && (path == key || strings.HasPrefix(path, key+".") || strings.HasPrefix(path, key+"#")) {
			return i
		}
	}
	return slices.Index(story, "")
}
