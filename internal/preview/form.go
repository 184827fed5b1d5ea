package preview

import (
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/amend"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A form is what templates/edit.html is given.
type form struct {
	Title, File, Back, Action, Token, Base, Text string
	Notice, Cannot                               string
	Shares                                       []string
	Sum, Off                                     string
	Diff, Disk                                   []diffLine
	Problems                                     []problem
	Singles                                      formPart // the keys of one value
	Groups                                       []formGroup
	Body                                         string
	Lists                                        []pickList
}

// A formGroup is a key with keys or items of its own.
type formGroup struct {
	ID, Title, Note string
	formPart
	Items []formItem
	Add   string // the list that a button adds to
	Pairs []pair
}

// A formPart is the fields that the text has, and those that it could have.
type formPart struct{ Fields, More []formField }

type formItem struct {
	Path, Title string
	formPart
}

// A pair adds a key with a value to a map of any keys.
type pair struct{ Path, Title, List string }

// A formField is the input for one value, or for a list of values.
type formField struct {
	ID, Path, Title, Note, Kind, Value, List string
	Values                                   []string // of a list, with one more to fill in
	Options                                  []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

type pickList struct {
	ID      string
	Options []option
}

// lay lays out the fields of a draft by the manual.
func (f *form) lay(d draft, p *portfolio.Portfolio, words *theme.Words) {
	root, _ := amend.Read(d.file, d.text)
	l := layout{typed: d.typed, p: p, words: words, texts: root.Get("translation_of") != nil}
	for _, field := range charter.Fields() {
		if field.Path == "translated" || !l.shows(field.Path) {
			continue
		}
		n := amend.Find(root, field.Path)
		switch {
		case field.Type == "map[]" && !strings.Contains(field.Path, "["):
			f.Groups = append(f.Groups, l.items(field, n))
		case strings.ContainsAny(field.Path, ".["):
		case field.Type == "map":
			g := formGroup{ID: field.Path, Title: titleOf(field, words), Note: noteOf(field, words)}
			l.pairs = nil
			l.lay(&g.formPart, field.Path, field.Path, n, "")
			g.Pairs = l.pairs
			f.Groups = append(f.Groups, g)
		default:
			l.lay(&f.Singles, field.Path, field.Path, n, "")
		}
	}
	f.Lists = pickers(p, words.Lang())
}

// A layout makes fields of values.
type layout struct {
	typed map[string]string
	p     *portfolio.Portfolio
	words *theme.Words
	texts bool // of a translation, which has nothing else
	pairs []pair
}

// shows reports whether a key belongs in the form, by its path in the manual.
func (l *layout) shows(pattern string) bool { return !l.texts || charter.Translatable(pattern) }

// items lays out a list of groups.
func (l *layout) items(field charter.Field, n *facts.Node) formGroup {
	g := formGroup{ID: field.Path, Title: titleOf(field, l.words), Note: noteOf(field, l.words), Add: field.Path}
	if parent, _, below := strings.Cut(field.Path, "."); below {
		g.Title = titleOf(*entry(parent), l.words) + ": " + g.Title
	}
	if n == nil || n.Kind != facts.List {
		return g
	}
	for i, item := range n.Items {
		x := formItem{Path: field.Path + "[" + strconv.Itoa(i) + "]", Title: strconv.Itoa(i + 1)}
		l.lay(&x.formPart, field.Path+"[]", x.Path, item, "")
		g.Items = append(g.Items, x)
	}
	return g
}

// lay lays out the value at path, which the manual knows by pattern. before is
// what its title begins with.
func (l *layout) lay(to *formPart, pattern, path string, n *facts.Node, before string) {
	known, kids := entry(pattern), children(pattern)
	if !l.shows(pattern) {
		return
	}
	title := before
	if known != nil && strings.ContainsAny(pattern, ".") && !strings.HasSuffix(pattern, "[]") || known != nil && len(kids) == 0 {
		title += titleOf(*known, l.words)
	}
	isMap := n != nil && n.Kind == facts.Map
	switch {
	case known != nil && known.Type == "map[]":
		return // has a place of its own
	case n != nil && n.Kind == facts.List, known != nil && strings.HasSuffix(known.Type, "[]"):
		l.list(to, pattern, path, n, title)
	case pattern == "x" && len(l.p.Config().Fields) > 0:
		l.own(to, n)
	case known != nil && known.Type == "map" && (len(kids) == 0 || kids[0] == pattern+".*"):
		l.free(to, pattern, path, n, title)
	case isMap || len(kids) > 0 && !strings.HasSuffix(pattern, ".*"):
		if title != "" && strings.ContainsAny(pattern, ".") {
			title += ": "
		}
		for _, k := range kids {
			l.lay(to, k, path+"."+k[len(pattern)+1:], n.Get(k[len(pattern)+1:]), title)
		}
	default:
		l.single(to, pattern, path, n, title)
	}
}

// free lays out a map of any keys, and room for one more.
func (l *layout) free(to *formPart, pattern, path string, n *facts.Node, title string) {
	l.pairs = append(l.pairs, pair{Path: path, Title: title, List: picks(pattern + ".key")})
	if n == nil || n.Kind != facts.Map {
		return
	}
	if title != "" {
		title += ": "
	}
	for _, f := range n.Fields {
		name := f.Key
		if d := l.p.Department(portfolio.ID(f.Key)); d != nil && pattern != "x" {
			name = d.Name.In(l.words.Lang())
		}
		l.lay(to, pattern+".*", path+"."+amend.Key(f.Key), f.Value, title+name)
	}
}

// own lays out the fields that the site declares below x:, under their names,
// and whatever else stands there.
func (l *layout) own(to *formPart, n *facts.Node) {
	for _, f := range l.p.Config().Fields {
		l.declared(to, f, n.Get(f.Key))
	}
	if n == nil {
		return
	}
	for _, f := range n.Fields {
		if l.p.Config().Field(f.Key) == nil {
			l.lay(to, "x.*", "x."+amend.Key(f.Key), f.Value, f.Key)
		}
	}
}

// declared lays out one own field by its type.
func (l *layout) declared(to *formPart, f *portfolio.Field, n *facts.Node) {
	path := "x." + amend.Key(f.Key)
	x := formField{ID: "v-" + path, Path: path, Title: f.Name.In(l.words.Lang()), Note: f.Note.In(l.words.Lang()), Kind: f.Type.String(), List: registerOf(f.Type)}
	there := n != nil && n.Kind == facts.Scalar
	if f.Many || n != nil && n.Kind == facts.List {
		x.ID, x.Kind = "l-"+path, "list"
		if n != nil {
			for _, item := range append(n.Items, n) {
				if item.Kind == facts.Scalar {
					x.Values = append(x.Values, item.Text)
				}
			}
		}
		there = len(x.Values) > 0
		x.Values = append(x.Values, "")
	} else {
		if there {
			x.Value = strings.TrimSuffix(n.Text, "\n")
		}
		if typed, ok := l.typed[path]; ok {
			x.Value, there = typed, true
		}
		x.dress()
		if f.Type == portfolio.ChoiceField {
			x.chooseOwn(f, l.words.Lang())
		}
	}
	if there {
		to.Fields = append(to.Fields, x)
	} else {
		to.More = append(to.More, x)
	}
}

// chooseOwn offers the values of a choice by their names.
func (f *formField) chooseOwn(field *portfolio.Field, lang string) {
	var values []string
	for _, c := range field.Choices {
		values = append(values, c.ID)
	}
	f.choose(values...)
	for i := range f.Options {
		if c := field.Choice(f.Options[i].Value); c != nil {
			f.Options[i].Text = c.Name.In(lang)
		}
	}
}

// registerOf names the register that an own field is picked from.
func registerOf(t portfolio.FieldType) string {
	switch t {
	case portfolio.PersonField:
		return "people"
	case portfolio.DepartmentField:
		return "departments"
	}
	return ""
}

// single lays out one value.
func (l *layout) single(to *formPart, pattern, path string, n *facts.Node, title string) {
	f := formField{ID: "v-" + path, Path: path, Title: title, List: picks(pattern)}
	if known := entry(pattern); known != nil {
		f.Note, f.Kind = noteOf(*known, l.words), known.Type
	}
	there := n != nil && n.Kind == facts.Scalar
	if there {
		f.Value = strings.TrimSuffix(n.Text, "\n")
	}
	if typed, ok := l.typed[path]; ok {
		f.Value, there = typed, true
	}
	f.dress()
	if there {
		to.Fields = append(to.Fields, f)
	} else {
		to.More = append(to.More, f)
	}
}

// dress chooses the input: a choice, a day, a line or room for a text.
func (f *formField) dress() {
	switch kind := f.Kind; {
	case kind == "bool":
		f.choose("true", "false")
	case strings.Contains(kind, "|") && !strings.HasPrefix(kind, "id|"):
		f.choose(strings.Split(kind, "|")...)
	case kind == "date":
		if _, err := calendar.ParseDate(f.Value); err != nil && f.Value != "" {
			f.Kind = "line" // a browser would not show what is no day
		}
	case kind == "md", strings.Contains(f.Value, "\n"), len(f.Value) > 80:
		f.Kind = "text"
	default:
		f.Kind = "line"
	}
}

func (f *formField) choose(values ...string) {
	f.Kind = "choice"
	if f.Value != "" && !slices.Contains(values, f.Value) {
		values = append(values, f.Value)
	}
	for _, v := range append([]string{""}, values...) {
		f.Options = append(f.Options, option{v, v, v == f.Value})
	}
}

// list lays out a list of values; one of groups is changed in the text.
func (l *layout) list(to *formPart, pattern, path string, n *facts.Node, title string) {
	f := formField{ID: "l-" + path, Path: path, Title: title, Kind: "list", List: picks(pattern)}
	if known := entry(pattern); known != nil {
		f.Note = noteOf(*known, l.words)
	}
	switch {
	case n != nil && n.Kind == facts.List:
		for _, item := range n.Items {
			if item.Kind != facts.Scalar {
				return
			}
			f.Values = append(f.Values, item.Text)
		}
	case n != nil && n.Kind == facts.Scalar: // one value that need not be a list
		f.Values = append(f.Values, n.Text)
	}
	there := len(f.Values) > 0
	f.Values = append(f.Values, "")
	if there {
		to.Fields = append(to.Fields, f)
	} else {
		to.More = append(to.More, f)
	}
}

// entry finds the manual's entry for a pattern.
func entry(pattern string) *charter.Field {
	all := charter.Fields()
	if i := slices.IndexFunc(all, func(f charter.Field) bool { return f.Path == pattern }); i >= 0 {
		return &all[i]
	}
	return nil
}

// children are the patterns directly below one, in the manual's order.
func children(pattern string) []string {
	var all []string
	for _, f := range charter.Fields() {
		rest, ok := strings.CutPrefix(f.Path, pattern+".")
		if !ok {
			continue
		}
		key := rest
		if i := strings.IndexAny(rest, ".["); i >= 0 {
			key = rest[:i]
		}
		if child := pattern + "." + key; !slices.Contains(all, child) {
			all = append(all, child)
		}
	}
	return all
}

// picks names the register that a value is picked from.
func picks(pattern string) string {
	if known := entry(pattern); known != nil && !strings.HasPrefix(known.Type, "id") && !strings.HasPrefix(known.Type, "objective") {
		return ""
	}
	switch pattern {
	case "owners.key", "budget.shares.key", "closure.actuals.key":
		return "departments"
	case "owners.*", "lead", "steering":
		return "people"
	case "translation_of", "links.part_of", "links.depends_on", "links.replaces", "links.related":
		return "charters"
	case "links.contributes_to":
		return "objectives"
	}
	switch pattern[strings.LastIndexByte(pattern, '.')+1:] {
	case "person", "owner", "by", "presented_to":
		return "people"
	case "home", "department", "accountable", "responsible", "consulted", "informed":
		return "departments"
	case "area":
		return "areas"
	}
	return ""
}

// shares says what each department pays, and what is missing to the whole.
func (f *form) shares(p *portfolio.Portfolio, c *charter.Charter, w *theme.Words) {
	var shares []money.Share
	open := false
	l := w.Locale()
	for _, party := range c.Budget.Parties {
		text := string(party.Department.Value)
		if d := p.Department(party.Department.Value); d != nil {
			text = d.Name.In(w.Lang())
		}
		text += " " + party.Written.Value
		if c.Budget.Sound {
			text += " = " + l.Money(party.Amount)
		}
		f.Shares = append(f.Shares, text)
		share, err := money.ParseShare(party.Written.Value)
		open = open || err != nil
		shares = append(shares, share)
	}
	if len(shares) == 0 || open {
		return
	}
	sum := money.SumShares(shares)
	f.Sum = w.F("preview.shares.sum", "Sum", money.PercentOf(sum))
	whole := money.SumShares([]money.Share{money.Whole})
	switch left := whole.Sub(whole, sum); left.Sign() {
	case 1:
		f.Off = w.F("preview.shares.missing", "Missing", money.PercentOf(left))
	case -1:
		f.Off = w.F("preview.shares.over", "Over", money.PercentOf(left.Neg(left)))
	}
}

// pickers are what the registers offer.
func pickers(p *portfolio.Portfolio, lang string) []pickList {
	reg := p.Registers()
	people, departments, areas, objectives, charters := pickList{ID: "people"}, pickList{ID: "departments"}, pickList{ID: "areas"}, pickList{ID: "objectives"}, pickList{ID: "charters"}
	for _, x := range reg.People {
		people.Options = append(people.Options, option{Value: string(x.ID), Text: x.Name})
	}
	for _, x := range reg.Departments {
		departments.Options = append(departments.Options, option{Value: string(x.ID), Text: x.Name.In(lang)})
	}
	for _, x := range reg.Areas {
		areas.Options = append(areas.Options, option{Value: string(x.ID), Text: x.Name.In(lang)})
	}
	for _, x := range reg.Objectives {
		objectives.Options = append(objectives.Options, option{Value: "objective:" + string(x.ID), Text: x.Text.In(lang)})
	}
	for _, c := range p.Charters() {
		charters.Options = append(charters.Options, option{Value: string(c.ID.Value), Text: c.Name()})
	}
	return []pickList{people, departments, areas, objectives, charters}
}
