package portfolio

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// RegisterNames are the registers that a portfolio may have.
var RegisterNames = []string{"departments", "people", "areas", "objectives", "rates"}

// ReadRegister reads one register's text into reg. name is the file's name
// without its ending; an unknown name is a finding.
func ReadRegister(reg *Registers, name, file string, text []byte) diag.List {
	if !slices.Contains(RegisterNames, name) {
		d := diag.Diagnostic{Pos: diag.Pos{File: file}, Code: "N007", Message: diag.Say("%q is not a register", name), Hint: diag.Say("the registers are %s", strings.Join(RegisterNames, ", "))}
		if near, ok := diag.Nearest(name, RegisterNames); ok {
			d.Hint = diag.Meant(near)
		}
		return diag.List{d}
	}
	lim := facts.ForRegister
	lim.Records = name != "rates"
	root, found := facts.Parse(facts.YAML, file, text, 1, lim)
	r := &registerReader{Reader: facts.NewReader(file, text)}
	switch name {
	case "departments":
		reg.Departments = records(r, root, &departmentKeys, r.department)
	case "people":
		reg.People = records(r, root, &personKeys, r.person)
	case "areas":
		reg.Areas = records(r, root, &areaKeys, r.area)
	case "objectives":
		reg.Objectives = records(r, root, &objectiveKeys, r.objective)
	case "rates":
		reg.Rates = r.rates(root)
	}
	return append(found, r.Found...)
}

type registerReader struct{ *facts.Reader }

var (
	departmentKeys = keysOf(registerFields["departments"], "", diag.Say("a department"), "chiefs", "chief", "deputy", "deputies", "cost_centers", "cost_centres", "color", "colour")
	personKeys     = keysOf(registerFields["people"], "", diag.Say("a person"), "departments", "department", "home", "department")
	areaKeys       = keysOf(registerFields["areas"], "", diag.Say("an area"), "owner", "standing_owner")
	objectiveKeys  = keysOf(registerFields["objectives"], "", diag.Say("an objective"), "name", "text")
	ratesKeys      = keysOf(registerFields["rates"], "", diag.Say("the rates"))
	tenureKeys     = tenure()
)

// records reads a register's list, one record each, and reports ids that are
// missing or used twice.
func records[T any](r *registerReader, root *facts.Node, keys *facts.Keys, read func(*facts.Node, ID) *T) []*T {
	if root.Kind != facts.List {
		if len(root.Fields) > 0 {
			r.Report(root, "C005", diag.Say("a register is a list of records"), diag.Say("begin each record with a dash: - id: marketing"))
		}
		return nil
	}
	var all []*T
	first := make(map[ID]diag.Pos, len(root.Items))
	for _, n := range root.Items {
		id := n.Get("id")
		if n.Kind == facts.Map && (id == nil || id.Kind == facts.Null) {
			r.Report(n, "N001", diag.Say("this is %s without an id", keys.Of), diag.Say("add id: with a short name in a–z, 0–9 and hyphens"))
			continue
		}
		known := r.ID(id)
		if known.Value == "" {
			continue
		}
		if at, taken := first[known.Value]; taken {
			d := r.Report(id, "N002", diag.Say("%q stands twice in this register", known.Value), diag.Say("remove one of the two records, or give one another id"))
			d.Related = []diag.At[diag.Text]{{Value: diag.Say("first written here"), Pos: at}}
			continue
		}
		first[known.Value] = known.Mark.In(r.File)
		all = append(all, read(n, known.Value))
	}
	return all
}

func (r *registerReader) department(n *facts.Node, id ID) *Department {
	d := &Department{ID: id, Pos: n.Mark.In(r.File)}
	for f := range r.Map(n, &departmentKeys) {
		switch f.Key {
		case "name":
			d.Name = r.text(f.Value)
		case "code":
			d.Code = r.Text(f.Value).Value
		case "chief":
			d.Chiefs = r.tenures(f.Value, "person")
		case "deputies":
			d.Deputies = r.tenures(f.Value, "person")
		case "parent":
			d.Parent = r.ID(f.Value).Value
		case "cost_centres":
			d.CostCentres = plain(r.Texts(f.Value, diag.Say("the list of cost centres")))
		case "reviewers":
			d.Reviewers = reviewers(r.Reader, f.Value)
		case "aliases":
			d.Aliases = plain(r.Texts(f.Value, diag.Say("the list of other names")))
		}
	}
	if len(d.Name) == 0 {
		d.Name = Text{"": string(id)}
	}
	if d.Code == "" {
		d.Code = strings.ToUpper(string(id[:min(len(id), 3)]))
	}
	return d
}

func plain(texts []facts.At[string]) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = t.Value
	}
	return all
}

// formerIDs reads ids that a record had before.
func (r *registerReader) formerIDs(n *facts.Node) []string {
	var all []string
	for _, id := range r.IDs(n, diag.Say("the list of former ids")) {
		all = append(all, string(id.Value))
	}
	return all
}

// text reads words in one form, or one for each language.
func (r *registerReader) text(n *facts.Node) Text {
	if n == nil || n.Kind != facts.Map {
		if t := r.name(n); t != "" {
			return Text{"": t}
		}
		return nil
	}
	t := Text{}
	for _, f := range n.Fields {
		if words := r.name(f.Value); words != "" {
			t[f.Key] = words
		}
	}
	return t
}

// name reads a name, in which letters of several scripts or invisible ones
// could make two people look like one.
func (r *registerReader) name(n *facts.Node) string {
	text := r.Text(n).Value
	scripts := map[string]bool{}
	for _, c := range text {
		switch {
		case unicode.Is(unicode.Latin, c):
			scripts["Latin"] = true
		case unicode.Is(unicode.Cyrillic, c):
			scripts["Cyrillic"] = true
		case unicode.Is(unicode.Greek, c):
			scripts["Greek"] = true
		case unicode.Is(unicode.Cf, c) || c == '\u115f' || c == '\u3164':
			r.Report(n, "N008", diag.Say("this name holds the invisible character %s", fmt.Sprintf("U+%04X", c)), diag.Say("delete it"))
			return ""
		}
	}
	if len(scripts) > 1 {
		r.Report(n, "N008", diag.Say("this name mixes letters of several scripts, which look alike but are not the same"), diag.Say("type the name again in one script"))
	}
	return text
}

// tenures reads terms of office: one id, or a list of records with dates.
func (r *registerReader) tenures(n *facts.Node, key string) []Tenure {
	var all []Tenure
	for _, item := range r.OneOrMore(n) {
		t := Tenure{Pos: item.Mark.In(r.File)}
		if item.Kind != facts.Map {
			t.ID = r.ID(item).Value
		} else {
			r.tenure(item, &t)
		}
		if t.ID == "" {
			if item.Kind == facts.Map && item.Get(key) == nil {
				r.Report(item, "N001", diag.Say("this term of office names nobody"), diag.Say("add %s:", key))
			}
			continue
		}
		if !t.From.IsZero() && !t.Until.IsZero() && t.Until.Before(t.From) {
			r.Report(item, "N005", diag.Say("this term ends before it begins"), diag.Say("swap from and until"))
		}
		all = append(all, t)
	}
	return all
}

func (r *registerReader) tenure(n *facts.Node, t *Tenure) {
	for f := range r.Map(n, &tenureKeys) {
		switch f.Key {
		case "person", "id":
			t.ID = r.ID(f.Value).Value
		case "title":
			t.Title = r.text(f.Value)
		case "from":
			t.From = r.Date(f.Value).Value
		case "until":
			t.Until = r.Date(f.Value).Value
		}
	}
}

func (r *registerReader) person(n *facts.Node, id ID) *Person {
	p := &Person{ID: id, Pos: n.Mark.In(r.File), Name: string(id), Capacity: money.Whole}
	for f := range r.Map(n, &personKeys) {
		switch f.Key {
		case "name":
			if name := r.name(f.Value); name != "" {
				p.Name = name
			}
		case "department":
			p.Homes = r.tenures(f.Value, "id")
		case "capacity":
			if c := facts.Value(r.Reader, f.Value, "P003", diag.Say("a share of working time"), money.ParseShare); !c.Value.IsZero() {
				p.Capacity = c.Value
			}
		case "email":
			p.Email = r.email(f.Value)
		case "handle":
			if h := reviewer(r.Reader, f.Value); strings.HasPrefix(h, "@") && !strings.Contains(h, "/") {
				p.Handle = h
			} else if h != "" {
				r.Report(f.Value, "C005", diag.Say("%q is not one person's name at the forge", h), diag.Say("write @name; an e-mail address stands under email"))
			}
		case "until":
			p.Until = r.Date(f.Value).Value
		case "aliases":
			p.Aliases = r.formerIDs(f.Value)
		}
	}
	return p
}

// forgeName is a user, a team in a group, or a role (@@maintainer).
var forgeName = regexp.MustCompile(`^@@?[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$`)

// forgeEmail is an address that can stand in a rule file, which knows neither
// quotes nor comments inside a word.
var forgeEmail = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$`)

// reviewers reads who is asked to review, by their names at the forge.
func reviewers(r *facts.Reader, n *facts.Node) []string {
	var all []string
	for _, item := range r.OneOrMore(n) {
		if name := reviewer(r, item); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func reviewer(r *facts.Reader, n *facts.Node) string {
	name := r.Text(n).Value
	if name == "" || forgeName.MatchString(name) || forgeEmail.MatchString(name) {
		return name
	}
	r.Report(n, "C005", diag.Say("%q is not a name at a forge", name), diag.Say(`write "@user", "@group/team" or an e-mail address, with quotes around the @`))
	return ""
}

func (r *registerReader) email(n *facts.Node) string {
	text := r.Text(n).Value
	if at := strings.IndexByte(text, '@'); text == "" || at > 0 && at < len(text)-1 && !strings.ContainsAny(text, " <>\"'?&") {
		return text
	}
	r.Report(n, "C005", diag.Say("%q is not an e-mail address", text), diag.Say("write name@example.com"))
	return ""
}

func (r *registerReader) area(n *facts.Node, id ID) *Area {
	a := &Area{ID: id, Pos: n.Mark.In(r.File)}
	for f := range r.Map(n, &areaKeys) {
		switch f.Key {
		case "name":
			a.Name = r.text(f.Value)
		case "parent":
			a.Parent = r.ID(f.Value).Value
		case "standing_owner":
			a.StandingOwner = r.ID(f.Value).Value
		case "aliases":
			a.Aliases = r.formerIDs(f.Value)
		case "required_for":
			for _, item := range r.OneOrMore(f.Value) {
				if i, _ := r.Word(item, "C005", diag.Say("a kind of charter"), []string{"joint", "single"}); i >= 0 {
					a.RequiredFor = append(a.RequiredFor, charter.Kind(i+1))
				}
			}
		}
	}
	if len(a.Name) == 0 {
		a.Name = Text{"": string(id)}
	}
	return a
}

func (r *registerReader) objective(n *facts.Node, id ID) *Objective {
	o := &Objective{ID: id, Pos: n.Mark.In(r.File)}
	for f := range r.Map(n, &objectiveKeys) {
		switch f.Key {
		case "text":
			o.Text = r.text(f.Value)
		case "owner":
			o.Owner = r.ID(f.Value).Value
		case "aliases":
			o.Aliases = r.formerIDs(f.Value)
		case "period":
			if p := facts.Value(r.Reader, f.Value, "F014", diag.Say("a period"), calendar.ParsePeriod); !p.Value.IsZero() {
				o.Period = diag.At[string]{Value: p.Value.String(), Pos: p.Mark.In(r.File)}
			}
		}
	}
	if len(o.Text) == 0 {
		o.Text = Text{"": string(id)}
	}
	return o
}

func (r *registerReader) rates(n *facts.Node) *money.Rates {
	rates := &money.Rates{Units: map[money.Currency]*big.Rat{}}
	for f := range r.Map(n, &ratesKeys) {
		switch f.Key {
		case "base":
			rates.Base = facts.Value(r.Reader, f.Value, "F001", diag.Say("a currency"), ParseCurrency).Value
		case "date":
			rates.Date = r.Date(f.Value).Value
		case "source":
			rates.Source = r.Text(f.Value).Value
		case "rates":
			r.units(f.Value, rates)
		}
	}
	if rates.Base == "" || rates.Date.IsZero() {
		r.Report(n, "N006", diag.Say("the rates need a base currency and a date"), diag.Say("add base: DKK and date: with the day of the rates"))
		return nil
	}
	return rates
}

func (r *registerReader) units(n *facts.Node, rates *money.Rates) {
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("rates are written as currency: rate"), diag.Say("write EUR: 7.46"))
		return
	}
	for _, f := range n.Fields {
		c, err := ParseCurrency(f.Key)
		if err != nil {
			reason, hint := facts.Words(err)
			r.ReportKey(&f, "F001", reason, hint)
			continue
		}
		if rate := facts.Value(r.Reader, f.Value, "N006", diag.Say("a rate"), parseRate); rate.Value != nil {
			rates.Units[c] = rate.Value
		}
	}
}

// parseRate reads a plain positive decimal number, exactly.
func parseRate(s string) (*big.Rat, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || strings.Trim(whole+frac, "0123456789") != "" || len(s) > 20 || strings.HasSuffix(s, ".") {
		return nil, &facts.SyntaxError{Reason: diag.Say("%q is not a rate; write a decimal number such as 7.46", s)}
	}
	rate, ok := new(big.Rat).SetString(s)
	if !ok || rate.Sign() <= 0 {
		return nil, &facts.SyntaxError{Reason: diag.Say("a rate must be above zero")}
	}
	return rate, nil
}

// ParseCurrency reads an active ISO 4217 code.
func ParseCurrency(s string) (money.Currency, error) {
	c := money.Currency(s)
	if c.Known() {
		return c, nil
	}
	hint := diag.Say("write the three letters of ISO 4217, such as DKK, EUR or SEK")
	if up := money.Currency(strings.ToUpper(s)); up.Known() {
		hint = diag.Say("write %s", up)
	}
	return "", &money.SyntaxError{Reason: diag.Say("%q is not an active currency", s), Hint: hint}
}

// checkRegisters reports what the registers say of each other: unknown ids and
// parents in a circle.
func checkRegisters(reg *Registers) diag.List {
	var found diag.List
	departments := byKey(reg.Departments, func(d *Department) ID { return d.ID })
	people := byKey(reg.People, func(p *Person) ID { return p.ID })
	areas := byKey(reg.Areas, func(a *Area) ID { return a.ID })
	dept := func(id ID, pos diag.Pos, what diag.Text) {
		if id != "" && departments[id] == nil {
			found.Add(unknownRecord(pos, diag.Say("%s is the department %q, which no register knows", what, id), id, departments))
		}
	}
	for _, d := range reg.Departments {
		dept(d.Parent, d.Pos, diag.Say("the parent of %s", d.ID))
		for _, t := range slices.Concat(d.Chiefs, d.Deputies) {
			if people[t.ID] == nil {
				found.Add(unknownRecord(t.Pos, diag.Say("a chief or deputy of %s is the person %q, which no register knows", d.ID, t.ID), t.ID, people))
			}
		}
		found = append(found, overlapping(d.Chiefs, diag.Say("two chiefs of %s share a day", d.ID))...)
		found = append(found, circle(d.ID, d.Pos, func(chain string) diag.Text { return diag.Say("the department lies inside itself: %s", chain) }, func(id ID) ID { return parentOf(departments[id]) })...)
	}
	for _, p := range reg.People {
		for _, t := range p.Homes {
			dept(t.ID, t.Pos, diag.Say("the home of %s", p.ID))
		}
		found = append(found, overlapping(p.Homes, diag.Say("two departments of %s share a day", p.ID))...)
	}
	for _, a := range reg.Areas {
		dept(a.StandingOwner, a.Pos, diag.Say("the standing owner of %s", a.ID))
		if a.Parent != "" && areas[a.Parent] == nil {
			found.Add(unknownRecord(a.Pos, diag.Say("the parent of %s is the area %q, which no register knows", a.ID, a.Parent), a.Parent, areas))
		}
		found = append(found, circle(a.ID, a.Pos, func(chain string) diag.Text { return diag.Say("the area lies inside itself: %s", chain) }, func(id ID) ID {
			if x := areas[id]; x != nil {
				return x.Parent
			}
			return ""
		})...)
	}
	for _, o := range reg.Objectives {
		dept(o.Owner, o.Pos, diag.Say("the owner of %s", o.ID))
	}
	return found
}

func parentOf(d *Department) ID {
	if d == nil {
		return ""
	}
	return d.Parent
}

func unknownRecord[T any](pos diag.Pos, message diag.Text, id ID, known map[ID]*T) diag.Diagnostic {
	d := diag.Diagnostic{Pos: pos, Code: "N003", Message: message, Hint: diag.Say("add the record, or correct the id")}
	if near, ok := diag.Nearest(string(id), sortedIDs(known)); ok {
		d.Hint = diag.Meant(near)
	}
	return d
}

func sortedIDs[T any](m map[ID]*T) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return ids
}

// overlapping reports terms that share a day: who signs, or where somebody
// belongs, must have one answer on every day.
func overlapping(terms []Tenure, message diag.Text) diag.List {
	for i, a := range terms {
		for _, b := range terms[i+1:] {
			early, late := a, b
			if late.From.Before(early.From) {
				early, late = late, early
			}
			if early.Until.IsZero() || !early.Until.Before(late.From) {
				return diag.List{{Pos: b.Pos, Code: "N005", Message: message, Hint: diag.Say("end the first with until:, the day before the next begins"),
					Related: []diag.At[diag.Text]{{Value: diag.Say("the other"), Pos: a.Pos}}}}
			}
		}
	}
	return nil
}

// circle reports an id that is its own ancestor.
func circle(id ID, pos diag.Pos, word func(chain string) diag.Text, parent func(ID) ID) diag.List {
	walked := []string{string(id)}
	for at := parent(id); at != "" && len(walked) < 64; at = parent(at) {
		walked = append(walked, string(at))
		if at == id {
			return diag.List{{Pos: pos, Code: "N004", Message: word(strings.Join(walked, " → ")), Hint: diag.Say("remove one of these parents")}}
		}
	}
	return nil
}
