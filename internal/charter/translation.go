package charter

import (
	"encoding/hex"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
)

// A Translation is what a file says of another charter in another language:
// texts, and nothing else. It has no facts, so it can never promise other things
// than the charter that was signed.
//
// For each part that is translated, the file records the digest of what the
// original said at that time. A part whose digest is another now is stale. So
// nobody needs to know when anything was written, only what.
type Translation struct {
	Texts    map[string]At[string] // by the path of a text, such as "goals.g1.text"
	Recorded map[string]At[string] // digests, by part
}

// A Part is what a translation renders and records as one: a title, all texts of
// a goal, a part of the body.
type Part struct {
	Key  string // "title", "goals.g1", "body.baggrund"
	Sum  string // digest of what it says, "t" and 10 hex digits
	Mark Mark

	Heading, HeadingID string // of a part of the body

	chapter int8 // which recommended section it is, from 1; 0 for none
}

// A TextName names a text by its part and its path: "goals.g1" and
// "goals.g1.text".
type TextName struct{ Part, Path string }

// Texts goes through all that a translation may say of a charter, each with its
// place in c. It is the one list; everything else about translations follows
// from it.
func (c *Charter) Texts() iter.Seq2[TextName, *At[string]] {
	return func(yield func(TextName, *At[string]) bool) {
		seen, ok := map[string]int{}, true
		// of makes the name of a record. Some come twice, such as somebody who is
		// lent two times; then they are counted.
		of := func(list string, id string) string {
			name := list + "." + id
			if seen[name]++; seen[name] > 1 {
				name += "@" + strconv.Itoa(seen[name])
			}
			return name
		}
		say := func(part, text string, at *At[string]) {
			path := part
			if text != "" {
				path += "." + text
			}
			ok = ok && yield(TextName{part, path}, at)
		}
		say("title", "", &c.Title)
		say("short_title", "", &c.ShortTitle)
		say("summary", "", &c.Summary)
		for i := range c.Owners {
			say(of("owners", string(c.Owners[i].Department.Value)), "role", &c.Owners[i].Role)
		}
		for i := range c.Budget.Parties {
			say(of("budget.shares", string(c.Budget.Parties[i].Department.Value)), "in_kind", &c.Budget.Parties[i].InKind)
		}
		for i := range c.Goals {
			g := &c.Goals[i]
			id := of("goals", string(g.ID.Value))
			say(id, "text", &g.Text)
			say(id, "measure.metric", &g.Measure.Metric)
			say(id, "measure.unit", &g.Measure.Unit)
		}
		for i := range c.Team {
			m := &c.Team[i]
			who := of("team", string(m.Person.Value))
			say(who, "role", &m.Role)
			say(who, "return.to", &m.Return.To)
		}
		for i := range c.Responsibilities {
			area := of("responsibilities", string(c.Responsibilities[i].Area.Value))
			say(area, "scope", &c.Responsibilities[i].Scope)
			say(area, "reason", &c.Responsibilities[i].Reason)
		}
		for i := range c.Milestones {
			say(of("milestones", string(c.Milestones[i].ID.Value)), "title", &c.Milestones[i].Title)
		}
		for i := range c.Risks {
			id := of("risks", string(c.Risks[i].ID.Value))
			say(id, "text", &c.Risks[i].Text)
			say(id, "response", &c.Risks[i].Response)
		}
		for i := range c.Deliverables {
			say(of("deliverables", string(c.Deliverables[i].ID.Value)), "title", &c.Deliverables[i].Title)
		}
		for i := range c.ExitCriteria {
			say(of("exit_criteria", strconv.Itoa(i+1)), "", &c.ExitCriteria[i])
		}
		for i := range c.Amendments {
			id := of("amendments", string(c.Amendments[i].ID.Value))
			say(id, "summary", &c.Amendments[i].Summary)
			say(id, "reason", &c.Amendments[i].Reason)
		}
		for i := range c.Updates {
			day := of("updates", c.Updates[i].Date.Value.String())
			say(day, "text", &c.Updates[i].Text)
			say(day, "next", &c.Updates[i].Next)
		}
		say("closure", "outcome", &c.Closure.Outcome)
		say("closure", "lessons", &c.Closure.Lessons)
	}
}

// Parts are what a charter says in words, in order: the parts of its front
// matter, and those of its body by their headings. What says nothing is no part.
func (c *Charter) Parts() []Part {
	var all []Part
	var said strings.Builder
	for name, at := range c.Texts() {
		if at.Value == "" {
			continue
		}
		if len(all) == 0 || all[len(all)-1].Key != name.Part {
			all = append(all, Part{Key: name.Part, Mark: at.Mark})
			said.Reset()
		}
		fmt.Fprintf(&said, "%s %s\n", name.Path, collapsed(at.Value))
		all[len(all)-1].Sum = shown(markdown.SumOf(said.String()))
	}
	return append(all, c.bodyParts()...)
}

// bodyParts are the parts of the body: what stands above the first heading, and
// what stands below each heading of level 1 or 2.
func (c *Charter) bodyParts() []Part {
	var all []Part
	if c.Body.Lead != (markdown.Sum{}) {
		all = append(all, Part{Key: "body", Sum: shown(c.Body.Lead), Mark: c.Facts})
	}
	for i, h := range c.Body.Outline {
		if h.Level <= 2 {
			all = append(all, Part{bodyKey(h), shown(h.Sum), Mark{Line: int32(h.Line), Col: 1}, h.Text, h.ID, c.chapters[i]})
		}
	}
	return all
}

func bodyKey(h markdown.Heading) string { return "body." + strings.TrimPrefix(h.ID, "s-") }

func shown(s markdown.Sum) string { return "t" + hex.EncodeToString(s[:5]) }

var sumForm = regexp.MustCompile(`^t[0-9a-f]{10}$`)

// textPatterns are the paths of texts in a front matter, and recordKeys say by
// which key a translation names the record that a text belongs to.
var (
	textPatterns = []string{"title", "short_title", "summary", "owners.*.role", "team[].role", "team[].return.to", "budget.shares.*.in_kind",
		"goals[].text", "goals[].measure.metric", "goals[].measure.unit", "milestones[].title", "risks[].text", "risks[].response", "deliverables[].title",
		"exit_criteria", "responsibilities[].scope", "responsibilities[].reason", "amendments[].summary", "amendments[].reason", "updates[].text", "updates[].next",
		"closure.outcome", "closure.lessons"}
	recordKeys = map[string]string{"team": "person", "goals": "id", "milestones": "id", "risks": "id", "deliverables": "id", "responsibilities": "area", "amendments": "id", "updates": "date"}
)

// onItsWay reports whether a text stands at or below a path.
func onItsWay(pattern string) bool {
	return slices.ContainsFunc(textPatterns, func(p string) bool {
		rest, ok := strings.CutPrefix(p, pattern)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// Translatable reports whether a key, by its path in the manual, may stand in a
// file that translates a charter.
func Translatable(path string) bool {
	list, key, record := strings.Cut(path, "[].")
	switch path {
	case "schema", "type", "translation_of", "lang", "translated":
		return true
	}
	return onItsWay(path) || record && recordKeys[list] == key
}

// translation reads the front matter of a file that translates another charter.
// Whatever is not a text is refused (L010).
func (p *parser) translation() {
	c, top := p.c, p.root
	t := &Translation{Texts: map[string]At[string]{}, Recorded: map[string]At[string]{}}
	c.Translation = t
	p.schema(top.Get("schema"))
	p.Word(top.Get("type"), "C005", diag.Say("a kind of document"), []string{"charter"})
	c.TranslationOf = p.ID(top.Get("translation_of"))
	if c.ID.Value = c.TranslationOf.Value; c.ID.Value == "" {
		c.ID.Value = p.fileID()
	}
	c.Lang = p.Text(top.Get("lang"))
	if c.Lang.Value == "" {
		p.finding(c.TranslationOf.Mark, "C006", diag.Say("lang is missing, and a translation needs it"), diag.Say("add lang: with the language of this file"))
	}
	for i := range top.Fields {
		f := &top.Fields[i]
		if !c.Keys.Of(f.Key).Written() {
			continue // unknown, or nothing stands there
		}
		switch f.Key {
		case "schema", "type", "translation_of", "lang":
		case "translated":
			p.recorded(f.Value, t)
		default:
			p.textsAt(f.Key, f.Key, f, t)
		}
	}
	c.Title, c.ShortTitle, c.Summary = p.limited(t.Texts["title"], diag.Say("the title"), 120), p.limited(t.Texts["short_title"], diag.Say("the short title"), 40), p.limited(p.inline(t.Texts["summary"]), diag.Say("the summary"), 280)
	for _, path := range []string{"closure.outcome", "closure.lessons"} {
		p.inline(t.Texts[path])
	}
}

// textsAt reads the texts at and below a key. pattern is its path in the manual,
// path the one that names records.
func (p *parser) textsAt(pattern, path string, f *facts.Field, t *Translation) {
	n := f.Value
	switch {
	case n.Kind == facts.Null:
	case !onItsWay(pattern):
		p.ReportKey(f, "L010", diag.Say("a translation carries text only, and %s is for the original to say", path), diag.Say("remove it; what the original says is shown"))
	case pattern == "exit_criteria":
		for i, text := range p.Texts(n, diag.Say("the list of exit criteria")) {
			t.Texts[pattern+"."+strconv.Itoa(i+1)] = text
		}
	case slices.Contains(textPatterns, pattern):
		t.Texts[path] = p.Text(n)
	case recordKeys[pattern] != "":
		p.recordTexts(pattern, n, t)
	case pattern == "owners" || pattern == "budget.shares":
		for id, v := range p.ByID(n, diag.Say("the group of %s", pattern)) {
			p.groupTexts(pattern+".*", pattern+"."+string(id.Value), v, "", t)
		}
	default:
		p.groupTexts(pattern, path, n, "", t)
	}
}

// recordTexts reads a list whose records are named by a key of theirs.
func (p *parser) recordTexts(pattern string, n *facts.Node, t *Translation) {
	key, seen := recordKeys[pattern], map[string]int{}
	for _, item := range p.List(n, diag.Say("the list of %s", pattern)) {
		if item.Kind != facts.Map {
			p.Report(item, "C005", diag.Say("this must be keys with values, but it is %s", item.Kind), diag.Say("write {%s: …, …}", key))
			continue
		}
		name := ""
		if id := item.Get(key); id != nil {
			name = strings.TrimSpace(id.Text)
		}
		if name == "" {
			p.Report(item, "C006", diag.Say("%s is missing, so nobody knows which one is translated", key), diag.Say("add %s: as the original has it", key))
			continue
		}
		path := pattern + "." + name
		if seen[name]++; seen[name] > 1 {
			path += "@" + strconv.Itoa(seen[name])
		}
		p.groupTexts(pattern+"[]", path, item, key, t)
	}
}

// groupTexts reads the texts of a group of keys; naming is the key that names it.
func (p *parser) groupTexts(pattern, path string, n *facts.Node, naming string, t *Translation) {
	if n.Kind != facts.Map {
		p.Report(n, "L010", diag.Say("a translation carries text only, and %s is for the original to say", path), diag.Say("remove it; what the original says is shown"))
		return
	}
	for f := range p.Map(n, keysOf(pattern+".", diag.Say("a translation"))) {
		if f.Key != naming {
			p.textsAt(pattern+"."+f.Key, path+"."+f.Key, f, t)
		}
	}
}

// recorded reads the digests of what was translated.
func (p *parser) recorded(n *facts.Node, t *Translation) {
	if n.Kind != facts.Map {
		p.Report(n, "C005", diag.Say("translated is a group of parts with their digests, but this is %s", n.Kind), diag.Say("let charterhouse translated write it"))
		return
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if f.Value.Kind != facts.Scalar || !sumForm.MatchString(f.Value.Text) {
			p.ReportKey(f, "L010", diag.Say("%s is not a digest of what was translated", f.Key), diag.Say("let charterhouse translated write it: t and 10 digits from 0 to 9 and a to f"))
			continue
		}
		t.Recorded[f.Key] = At[string]{Value: f.Value.Text, Mark: f.Mark}
	}
}

// Words are the parts that a translation of c renders, in c's order and that of
// its own body, each with the digest that c has for it now: what a translation
// records when it is as new as its original. A part of the body is that of c in
// the same place; Sum is empty where c has none.
func (c *Charter) Words(translation *Charter) []Part {
	var all []Part
	for _, part := range c.Parts() {
		if at, ok := translation.Translation.has(part.Key); ok {
			all = append(all, Part{Key: part.Key, Sum: part.Sum, Mark: at})
		}
	}
	theirs := c.bodyParts()
	pairs := c.Pairs(translation)
	for i, part := range translation.bodyParts() {
		part.Sum = ""
		if pairs[i] >= 0 {
			part.Sum = theirs[pairs[i]].Sum
		}
		all = append(all, part)
	}
	return all
}

// has reports whether a part of the front matter is translated, and where.
func (t *Translation) has(part string) (Mark, bool) {
	least := Mark{}
	for path, text := range t.Texts {
		if path != part && !strings.HasPrefix(path, part+".") || text.Value == "" {
			continue
		}
		if !least.Written() || text.Mark.Line < least.Line || text.Mark.Line == least.Line && text.Mark.Col < least.Col {
			least = text.Mark
		}
	}
	return least, least.Written()
}

// Pairs says for each part of a translation's body which part of c's body it
// renders, or -1: the one that it was translated from, if that still says the
// same; else the recommended section of the same kind; else the next one that
// is left, in order, which need be of no kind where more are left on one side.
func (c *Charter) Pairs(translation *Charter) []int {
	mine, theirs := translation.bodyParts(), c.bodyParts()
	pairs, taken := make([]int, len(mine)), make([]bool, len(theirs))
	for i := range pairs {
		pairs[i] = -1
	}
	pair := func(fits func(i, j int) bool) {
		for i := range mine {
			for j := range theirs {
				if pairs[i] < 0 && !taken[j] && (mine[i].Key == "body") == (theirs[j].Key == "body") && fits(i, j) {
					pairs[i], taken[j] = j, true
				}
			}
		}
	}
	pair(func(i, j int) bool { return translation.Translation.Recorded[mine[i].Key].Value == theirs[j].Sum })
	pair(func(i, j int) bool { return mine[i].chapter > 0 && mine[i].chapter == theirs[j].chapter })
	left := 0 // more headings of the one than of the other
	for i := range mine {
		if pairs[i] < 0 && mine[i].Key != "body" {
			left++
		}
	}
	for j := range theirs {
		if !taken[j] && theirs[j].Key != "body" {
			left--
		}
	}
	pair(func(i, j int) bool { return left == 0 || mine[i].chapter == 0 && theirs[j].chapter == 0 })
	return pairs
}

// In returns c in the words of a translation: every fact is c's, and so is every
// text that is not translated.
func (c *Charter) In(translation *Charter) *Charter {
	s := *c
	s.Owners, s.Team, s.Goals, s.Milestones = slices.Clone(c.Owners), slices.Clone(c.Team), slices.Clone(c.Goals), slices.Clone(c.Milestones)
	s.Risks, s.Deliverables, s.ExitCriteria = slices.Clone(c.Risks), slices.Clone(c.Deliverables), slices.Clone(c.ExitCriteria)
	s.Responsibilities, s.Amendments, s.Updates = slices.Clone(c.Responsibilities), slices.Clone(c.Amendments), slices.Clone(c.Updates)
	s.Budget.Parties = slices.Clone(c.Budget.Parties)
	for name, at := range s.Texts() {
		if text := translation.Translation.Texts[name.Path]; text.Value != "" && at.Value != "" {
			at.Value = text.Value
		}
	}
	if translation.Body.Words > 0 {
		s.Body = translation.Body
	}
	s.Lang = translation.Lang
	return &s
}

// Strange lists the texts of a translation that c has none for, in order of
// their places.
func (c *Charter) Strange(translation *Charter) []Part {
	known := map[string]bool{}
	for name, at := range c.Texts() {
		known[name.Path] = at.Value != ""
	}
	var all []Part
	for path, text := range translation.Translation.Texts {
		if !known[path] && text.Value != "" {
			all = append(all, Part{Key: path, Mark: text.Mark})
		}
	}
	slices.SortFunc(all, func(a, b Part) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// TextPaths lists the paths that a translation of c can have texts for.
func (c *Charter) TextPaths() []string {
	var all []string
	for name, at := range c.Texts() {
		if at.Value != "" {
			all = append(all, name.Path)
		}
	}
	return all
}
