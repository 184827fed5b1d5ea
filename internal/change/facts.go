package change

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// A fact is one thing that a charter states, under its key and in one spelling.
type fact struct {
	list, of, field string
	value           string
	pos             diag.Pos
}

// A place in the list of facts.
type where struct{ list, of, field string }

func (f fact) where() where { return where{f.list, f.of, f.field} }

// types are the types of all keys by their path in the manual.
var types = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, f := range charter.Fields() {
		all[f.Path] = f.Type
	}
	all["budget.shares.*.share"], all["budget.periods.*"] = "share", "money"
	all["closure.actuals.*"] = "money"
	all["scope.in"], all["scope.out"], all["body.*"] = "text", "text", "text"
	return all
})

// keyed are the maps whose keys name records, with the field that a value in
// short form stands for.
var keyed = map[string]string{"owners": "person", "budget.shares": "share", "budget.periods": "", "closure.actuals": "", "x": "", "translated": ""}

// pattern is the path in the manual of a field in a list.
func pattern(list, field string) string {
	switch _, named := keyed[list]; {
	case list == "":
		return field
	case named:
		return strings.Join(nonEmpty(list, "*", field), ".")
	case field == "":
		return list
	}
	return list + "[]." + field
}

func typeOf(list, field string) string { return types()[pattern(list, field)] }

// isList reports whether a type is a list of ids, whose order means nothing.
func isList(kind string) bool {
	return kind == "id[]" || kind == "objective[]" || kind == "id|id[]" || kind == "ids"
}

// A lister writes down what a file states.
type lister struct {
	file     string
	currency money.Currency
	all      []fact
	seen     map[where]int
}

// A reading is a version with the facts of its file.
type reading struct {
	Version
	root  *facts.Node
	whole bool // all of them could be read
}

func readingOf(v Version) reading {
	root, whole := tree(v.Charter.File, v.Text)
	return reading{v, root, whole}
}

// stated lists what a charter's file states, in the order of the file. Shares are
// what they come to where that is known on both sides; else one would seem to have
// changed that nobody touched.
func (v reading) stated(shares bool) []fact {
	c := v.Charter
	l := &lister{file: c.File, currency: c.Budget.Currency.Value, seen: map[where]int{}}
	l.node("", v.root)
	l.computed(c, shares)
	for i := range v.Approvals {
		l.approval(&v.Approvals[i])
	}
	for i := range v.Updates {
		l.update(&v.Updates[i])
	}
	return l.all
}

// tree reads the facts of a file, and reports whether all of them could be read.
func tree(file string, text []byte) (root *facts.Node, whole bool) {
	text, found := facts.Characters(file, text)
	block, more := facts.Split(file, text)
	whole = len(found) == 0 && len(more) == 0
	if block.Format == "" {
		return &facts.Node{Kind: facts.Map}, false
	}
	root, more = facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	return root, whole && len(more) == 0
}

func (l *lister) add(list, of, field, text string, m facts.Mark) {
	l.at(list, of, field, canonical(typeOf(list, field), text, l.currency), m.In(l.file))
}

func (l *lister) at(list, of, field, value string, pos diag.Pos) {
	if value != "" {
		l.all = append(l.all, fact{list, of, field, value, pos})
	}
}

// node lists what stands at a path outside of records.
func (l *lister) node(path string, n *facts.Node) {
	if short, named := keyed[path]; named && n.Kind == facts.Map {
		l.named(path, short, n)
		return
	}
	switch n.Kind {
	case facts.Scalar:
		if isList(typeOf("", path)) {
			l.at("", "", path, plain(n.Text), n.Mark.In(l.file))
		} else {
			l.add("", "", path, n.Text, n.Mark)
		}
	case facts.Map:
		for _, f := range n.Fields {
			l.node(strings.Join(nonEmpty(path, f.Key), "."), f.Value)
		}
	case facts.List:
		l.list(path, n)
	}
}

// named lists a map whose keys are names of records.
func (l *lister) named(list, short string, n *facts.Node) {
	for _, f := range n.Fields {
		if f.Value.Kind == facts.Map {
			l.fields(list, f.Key, "", f.Value)
		} else {
			l.field(list, f.Key, short, f.Value)
		}
	}
}

// fields lists a record.
func (l *lister) fields(list, of, path string, n *facts.Node) {
	for _, f := range n.Fields {
		l.field(list, of, strings.Join(nonEmpty(path, f.Key), "."), f.Value)
	}
}

func (l *lister) field(list, of, path string, n *facts.Node) {
	switch kind := typeOf(list, path); {
	case n.Kind == facts.Map:
		l.fields(list, of, path, n)
	case n.Kind == facts.List:
		l.at(list, of, path, joined(kind, n), n.Mark.In(l.file))
	case n.Kind == facts.Scalar:
		l.add(list, of, path, n.Text, n.Mark)
	}
}

// list lists the items of a list: records by what identifies them, texts by what
// they say, ids as a set.
func (l *lister) list(path string, n *facts.Node) {
	kind := types()[path]
	records := slices.ContainsFunc(n.Items, func(item *facts.Node) bool { return item.Kind == facts.Map })
	if !records && kind != "text[]" {
		l.at("", "", path, joined(kind, n), n.Mark.In(l.file))
		return
	}
	for _, item := range inOrder(path, n.Items) {
		of := l.name(path, nameOf(path, item))
		if item.Kind == facts.Map {
			l.fields(path, of, "", item)
		} else {
			l.field(path, of, "", item)
		}
	}
}

// name makes the name of a record the only one of its list.
func (l *lister) name(list, of string) string {
	at := where{list: list, of: of}
	l.seen[at]++
	if n := l.seen[at]; n > 1 {
		return of + "#" + strconv.Itoa(n)
	}
	return of
}

// joined writes a list in one line. The order of ids has no meaning.
func joined(kind string, n *facts.Node) string {
	var all []string
	for _, item := range n.Items {
		switch item.Kind {
		case facts.Scalar:
			all = append(all, plain(item.Text))
		case facts.List, facts.Map:
			all = append(all, inner(item))
		}
	}
	if isList(kind) || kind == "id" {
		slices.Sort(all)
		return strings.Join(all, ",")
	}
	return strings.Join(all, ", ")
}

// inner writes what nobody expects where it stands.
func inner(n *facts.Node) string {
	if n.Kind == facts.List {
		return "[" + joined("", n) + "]"
	}
	var all []string
	for _, f := range n.Fields {
		value := plain(f.Value.Text)
		if f.Value.Kind == facts.List || f.Value.Kind == facts.Map {
			value = inner(f.Value)
		}
		all = append(all, f.Key+": "+value)
	}
	slices.Sort(all)
	return "{" + strings.Join(all, ", ") + "}"
}

// identity says by which fields the records of a list are known.
var identity = map[string][]string{
	"goals": {"id"}, "milestones": {"id"}, "risks": {"id"}, "deliverables": {"id"}, "amendments": {"id"},
	"team": {"person"}, "responsibilities": {"area"}, "approvals": {"department", "date"},
	"updates": {"date", "by"}, "budget.spent": {"date", "department"},
}

func nameOf(list string, n *facts.Node) string {
	if n.Kind != facts.Map {
		return plain(n.Text)
	}
	var parts []string
	for _, key := range identity[list] {
		if v := n.Get(key); v != nil && v.Kind == facts.Scalar {
			parts = append(parts, plain(v.Text))
		}
	}
	return strings.Join(parts, "@")
}

// inOrder puts records that are known by one name into the order of the terms,
// so that their place in the file means nothing.
func inOrder(list string, items []*facts.Node) []*facts.Node {
	var by []string
	switch list {
	case "team":
		by = []string{"person", "from", "until"}
	case "responsibilities":
		by = []string{"area", "scope"}
	default:
		return items
	}
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b *facts.Node) int {
		for _, key := range by {
			if c := cmp.Compare(textOf(a.Get(key)), textOf(b.Get(key))); c != 0 {
				return c
			}
		}
		return 0
	})
	return sorted
}

func textOf(n *facts.Node) string {
	if n == nil {
		return ""
	}
	return plain(n.Text)
}

// canonical brings a text to one spelling by the type of its key. What is not
// of that type stays as it is, so that it differs from everything else.
func canonical(kind, text string, c money.Currency) string {
	text = plain(text)
	switch kind {
	case "money":
		if m, err := money.Parse(text, c); err == nil && c != "" {
			return writeMoney(m)
		}
	case "share", "pct":
		if s, err := money.ParseShare(text); err == nil {
			return s.String()
		}
	case "duration":
		if d, err := calendar.ParseDuration(text); err == nil {
			return d.String()
		}
	case "number":
		if strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return strings.TrimPrefix(text, "+")
	}
	return text
}

// plain is a text in Unicode's composed form with single blanks.
func plain(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

func writeMoney(m money.Money) string {
	return strconv.FormatInt(m.Minor, 10) + " " + string(m.Currency)
}

func readMoney(text string) money.Money {
	minor, currency, ok := strings.Cut(text, " ")
	n, err := strconv.ParseInt(minor, 10, 64)
	if !ok || err != nil || !money.Currency(currency).Known() {
		return money.Money{}
	}
	return money.Money{Minor: n, Currency: money.Currency(currency)}
}

// computed puts in the place of what is written what it comes to: each party's
// share and amount, the kind and the id that follow where none are stated.
func (l *lister) computed(c *charter.Charter, shares bool) {
	set := func(list, of, field, value string, pos diag.Pos) {
		l.all = slices.DeleteFunc(l.all, func(f fact) bool { return f.where() == where{list, of, field} })
		l.at(list, of, field, value, pos)
	}
	if c.Translation != nil || c.Format == "" {
		return
	}
	written := func(field string) bool {
		return slices.ContainsFunc(l.all, func(f fact) bool { return f.where() == where{field: field} })
	}
	if !written("id") {
		set("", "", "id", string(c.ID.Value), c.Pos(c.ID.Mark))
	}
	for _, t := range c.TermsList() {
		if t.Path == "kind" && !written("kind") {
			set("", "", "kind", t.Value, c.Pos(c.Kind.Mark))
		}
	}
	if !c.Budget.Sound {
		return
	}
	for _, p := range c.Budget.Parties {
		of := string(p.Department.Value)
		if shares {
			set("budget.shares", of, "share", p.Share.String(), c.Pos(p.Department.Mark))
		}
		set("budget.shares", of, "amount", writeMoney(p.Amount), c.Pos(p.Department.Mark))
	}
}

func (l *lister) approval(a *charter.Approval) {
	of := l.name("approvals", strings.Join(nonEmpty(string(a.Department.Value), a.Date.Value.String()), "@"))
	pos := a.Mark.In(a.File)
	l.at("approvals", of, "department", string(a.Department.Value), pos)
	l.at("approvals", of, "person", string(a.Person.Value), pos)
	l.at("approvals", of, "date", a.Date.Value.String(), pos)
	l.at("approvals", of, "terms", a.Terms.Value, pos)
	l.at("approvals", of, "note", plain(a.Note.Value), pos)
}

func (l *lister) update(u *charter.Update) {
	of := l.name("updates", strings.Join(nonEmpty(u.Date.Value.String(), string(u.By.Value)), "@"))
	pos := u.Mark.In(u.File)
	l.at("updates", of, "date", u.Date.Value.String(), pos)
	l.at("updates", of, "by", string(u.By.Value), pos)
	l.at("updates", of, "rag", u.RAG.Value.String(), pos)
	l.at("updates", of, "text", plain(u.Text.Value), pos)
	l.at("updates", of, "next", plain(u.Next.Value), pos)
}
