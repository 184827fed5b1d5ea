// Package sign puts a name under a charter: it finds out who may sign for whom on
// a day, says exactly what would be signed, and writes the signature with the
// least change of text.
//
// A [Pen] is asked with a [Wish] and gives a [Signing], or an error that says in
// the reader's words why nothing can be signed: nothing is there yet, the terms
// cannot be computed, the person was not entitled on that day, or has signed
// these very terms. A Signing is shown first and written afterwards, and only if
// no file that it rests on changed meanwhile.
//
// A signature stands in the charter, or in approvals/<department>/<id>.yml where
// that folder of the department exists. The folder is the whole decision: whoever
// keeps signatures apart, so that a git host can let only the department's chief
// approve a change there, makes the folder; there is no key to set.
package sign

import (
	"errors"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A Pen signs charters of one portfolio.
type Pen struct {
	Portfolio *portfolio.Portfolio
	Found     diag.List // every finding of the portfolio
	Words     *theme.Words
	Content   *os.Root
}

// A Wish is what somebody asks for, as it was typed.
type Wish struct {
	Charter    string // an id, a former id, a title or a part of one, or a file below the content folder
	Person     string // an id or a full name
	Department string // an id or a name; empty where the person can sign for one only
	Date       calendar.Date
	Note       string
	Apart      bool // into a file of its own, also where the department has no folder yet
}

// A Signing is a signature that can be given.
type Signing struct {
	Charter    *charter.Charter
	Department *portfolio.Department
	Person     *portfolio.Person
	Deputy     bool // and not the chief
	Date       calendar.Date
	Earlier    *charter.Approval // what counts for the department until now, if it is for other terms

	pen  *Pen
	note string
	page page
}

// Sign says what w comes to. Its error is in the language of the pen.
func (p *Pen) Sign(w Wish) (*Signing, error) {
	c, err := p.charter(w.Charter)
	if err != nil {
		return nil, err
	}
	if err := p.ready(c, w.Date); err != nil {
		return nil, err
	}
	s := &Signing{Charter: c, Date: w.Date, pen: p, note: strings.Join(strings.Fields(w.Note), " ")}
	if s.Person, err = p.person(w.Person); err != nil {
		return nil, err
	}
	if err := s.choose(w.Department); err != nil {
		return nil, err
	}
	if err := s.follows(); err != nil {
		return nil, err
	}
	if err := s.heir(); err != nil {
		return nil, err
	}
	return s, s.draft(w.Apart)
}

// refuse is an error in words.
func (p *Pen) refuse(key string, pairs ...any) error {
	return errors.New(p.Words.F(key, pairs...))
}

// charter finds the charter that a name means.
func (p *Pen) charter(name string) (*charter.Charter, error) {
	all := p.Portfolio
	for _, t := range all.Translations() {
		if t.File.File == name && t.Of != nil {
			return nil, p.refuse("sign.translation", "File", name, "ID", t.Of.ID.Value)
		}
	}
	if c := all.Find(portfolio.ID(name)); c != nil {
		return c, nil
	}
	var exact, part []*charter.Charter
	wanted := folded(name)
	for _, c := range all.Charters() {
		switch title, short := folded(c.Title.Value), folded(c.ShortTitle.Value); {
		case c.File == name:
			return c, nil
		case wanted != "" && (title == wanted || short == wanted):
			exact = append(exact, c)
		case wanted != "" && strings.Contains(title, wanted):
			part = append(part, c)
		}
	}
	if len(exact) > 0 {
		part = exact
	}
	switch len(part) {
	case 0:
		var known []string
		for _, c := range all.Charters() {
			known = append(known, string(c.ID.Value), c.Title.Value)
		}
		return nil, p.nearest("sign.charter.unknown", name, known)
	case 1:
		return part[0], nil
	}
	var names []string
	for _, c := range part[:min(len(part), most)] {
		names = append(names, string(c.ID.Value))
	}
	if len(part) > most {
		names = append(names, "…")
	}
	return nil, p.refuse("sign.charter.several", "Name", name, "Names", strings.Join(names, ", "))
}

// most is how many names an answer lists.
const most = 8

// folded is how names are compared: composed, in one case, with single blanks.
func folded(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// nearest refuses an unknown name, with the one that may have been meant.
func (p *Pen) nearest(key, name string, known []string) error {
	text := p.Words.F(key, "Name", name)
	if near, ok := diag.Nearest(name, known); ok {
		text += " " + p.Words.F("sign.meant", "Near", near)
	}
	return errors.New(text)
}

// person finds the person that a name means.
func (p *Pen) person(name string) (*portfolio.Person, error) {
	if x := p.Portfolio.Person(portfolio.ID(name)); x != nil {
		return x, nil
	}
	var known, several, part []string
	var found *portfolio.Person
	for _, x := range p.Portfolio.Registers().People {
		known = append(known, string(x.ID), x.Name)
		if folded(x.Name) == folded(name) {
			found, several = x, append(several, string(x.ID))
		}
		if strings.Contains(folded(x.Name), folded(name)) {
			part = append(part, string(x.ID))
		}
	}
	switch len(several) {
	case 0:
		if len(part) > 1 && len(part) <= most { // nobody signs by half a name
			return nil, p.refuse("sign.person.several", "Name", name, "Names", strings.Join(part, ", "))
		}
		if len(part) == 1 {
			return nil, errors.New(p.Words.F("sign.person.unknown", "Name", name) + " " + p.Words.F("sign.meant", "Near", part[0]))
		}
		return nil, p.nearest("sign.person.unknown", name, known)
	case 1:
		return found, nil
	}
	return nil, p.refuse("sign.person.several", "Name", name, "Names", strings.Join(several, ", "))
}

// ready refuses a charter that has nothing to sign on a day, or nothing certain.
func (p *Pen) ready(c *charter.Charter, day calendar.Date) error {
	status := c.Status.Value
	lacking := check.Missing(p.Portfolio, c, charter.Agreed)
	if status.Bound() {
		lacking = check.Missing(p.Portfolio, c, status)
	}
	lacking = slices.DeleteFunc(lacking, func(key string) bool { return !slices.Contains(terms, key) })
	if len(c.Budget.Parties) == 0 && !slices.Contains(lacking, "budget") {
		lacking = append(lacking, "budget")
	}
	if len(lacking) > 0 {
		return p.refuse("sign.nothing", "Title", c.Name(), "Keys", p.keys(lacking))
	}
	if p.Portfolio.Config().Required["approvals"][status] == portfolio.Refused {
		return p.refuse("sign.status", "Title", c.Name(), "Status", p.Words.T("status."+status.String()), "File", c.File)
	}
	if lines := p.errors(c, day); len(lines) > 0 {
		return errors.New(p.Words.F("sign.errors", "File", c.File) + "\n  " + strings.Join(lines, "\n  "))
	}
	if !c.Budget.Sound {
		return p.refuse("sign.unsound", "Title", c.Name())
	}
	return nil
}

// keys names keys of the front matter, for those who read Danish with what they
// are called there: the words of the keys are English ones.
func (p *Pen) keys(all []string) string {
	names := slices.Clone(all)
	for i, key := range names {
		if f := charter.FieldAt(charter.Fields(), key); f != nil && p.Words.Lang() == "da" && !strings.EqualFold(f.Title[1], key) {
			names[i] = strings.ToLower(f.Title[1]) + " (" + key + ")"
		}
	}
	return strings.Join(names, ", ")
}

// terms are the keys of the front matter that hold terms.
var terms = []string{"id", "title", "kind", "timeframe", "tolerances", "owners", "lead", "team", "budget", "goals", "responsibilities", "links"}

// errors are the errors in a charter's file that stand where terms do. Who owns it
// for a department that has not signed yet is judged by the day of the signature.
func (p *Pen) errors(c *charter.Charter, day calendar.Date) []string {
	var lines []string
	for _, d := range p.Found {
		if d.Pos.File == c.File && d.Severity == diag.Error && p.touches(c, d) && !p.owned(c, d, day) {
			lines = append(lines, d.Pos.String()+": "+d.Message.In(p.Words.Tongue())+" ["+string(d.Code)+"]")
		}
	}
	if len(lines) > most {
		lines = append(lines[:most], "…")
	}
	return lines
}

// owned reports whether a finding says of an owner that he is no chief today, and he
// was on the day of the signature: one that was given on paper long ago is entered
// when others are in office.
func (p *Pen) owned(c *charter.Charter, d diag.Diagnostic, day calendar.Date) bool {
	return d.Code == "P011" && slices.ContainsFunc(c.Owners, func(o charter.Owner) bool {
		return c.Pos(o.Person.Mark) == d.Pos && p.Portfolio.Entitled(o.Department.Value, o.Person.Value, day)
	})
}

// touches reports whether a finding is about a key that holds terms, or about
// the front matter as a whole. What is wrong in the prose leaves its words as
// they are, unless it is beyond a limit and not read at all, the scope with it.
func (p *Pen) touches(c *charter.Charter, d diag.Diagnostic) bool {
	if d.Code == "C015" {
		return true
	}
	if text, err := p.Content.ReadFile(c.File); err == nil {
		block, _ := facts.Split(c.File, text)
		if before := len(text) - len(block.Body); block.Format != "" && d.Pos.Line > strings.Count(string(text[:before]), "\n") {
			return false
		}
	}
	var key string
	var at charter.Mark
	for name, m := range c.Keys.All() {
		before := int(m.Line) < d.Pos.Line || int(m.Line) == d.Pos.Line && int(m.Col) <= d.Pos.Col
		if before && (m.Line > at.Line || m.Line == at.Line && m.Col > at.Col) {
			key, at = name, m
		}
	}
	return key == "" || slices.Contains(terms, key)
}

// choose finds the department that the person signs for.
func (s *Signing) choose(name string) error {
	p := s.pen
	var payers, may []portfolio.ID
	for _, party := range s.Charter.Budget.Parties {
		id := party.Department.Value
		payers = append(payers, id)
		if p.Portfolio.Entitled(id, s.Person.ID, s.Date) {
			may = append(may, id)
		}
	}
	if name != "" {
		asked := p.department(name)
		if asked == nil {
			return p.refuse("sign.department.unknown", "Name", name, "Title", s.Charter.Name(), "Names", p.departments(payers))
		}
		payers = slices.DeleteFunc(slices.Clone(payers), func(id portfolio.ID) bool { return p.Portfolio.Called(id) != asked.ID })
		if len(payers) == 0 {
			var all []portfolio.ID
			for _, party := range s.Charter.Budget.Parties {
				all = append(all, party.Department.Value)
			}
			return p.refuse("sign.department.other", "Department", asked.Name.In(p.Words.Lang()), "Title", s.Charter.Name(), "Names", p.departments(all))
		}
		may = slices.DeleteFunc(may, func(id portfolio.ID) bool { return id != payers[0] })
	}
	switch len(may) {
	case 0:
		return s.notEntitled(payers)
	case 1:
	default:
		return p.refuse("sign.department.several", "Person", s.Person.Name, "Names", p.departments(may), "Example", may[0])
	}
	s.Department = p.Portfolio.Department(p.Portfolio.Called(may[0]))
	_, s.Deputy, _ = p.Portfolio.Office(may[0], s.Person.ID, s.Date)
	return nil
}

// notEntitled says who may sign instead.
func (s *Signing) notEntitled(payers []portfolio.ID) error {
	p := s.pen
	lines := []string{p.Words.F("sign.notentitled", "Person", s.Person.Name, "Departments", p.departments(payers), "Date", p.day(s.Date))}
	for _, id := range payers {
		var names []string
		if d := p.Portfolio.Department(p.Portfolio.Called(id)); d != nil {
			for i, posts := range [][]portfolio.Tenure{d.Chiefs, d.Deputies} {
				for _, t := range posts {
					if t.On(s.Date) {
						names = append(names, p.Words.F([...]string{"sign.chief", "sign.deputy"}[i], "Person", p.name(t.ID), "ID", t.ID))
					}
				}
			}
		}
		if len(names) == 0 {
			lines = append(lines, p.Words.F("sign.entitled.none", "Department", p.departments([]portfolio.ID{id})))
			continue
		}
		lines = append(lines, p.Words.F("sign.entitled", "Department", p.departments([]portfolio.ID{id}), "Names", strings.Join(names, ", ")))
	}
	return errors.New(strings.Join(lines, "\n  "))
}

// follows refuses a signature that is there already, and one that would not
// count, since of a department's signatures the latest does.
func (s *Signing) follows() error {
	p := s.pen
	for _, was := range p.Portfolio.Signatures(s.Charter) {
		a := was.Approval
		if a == nil || p.Portfolio.Called(was.Department) != s.Department.ID {
			continue
		}
		by := a.Person.Value
		if was.State == portfolio.Valid && by == s.Person.ID {
			return p.refuse("sign.already", "Person", s.Person.Name, "Department", s.department(), "Date", p.day(a.Date.Value))
		}
		if a.Date.Value.After(s.Date) {
			return p.refuse("sign.later", "Date", p.day(a.Date.Value), "Department", s.department(), "Example", a.Date.Value)
		}
		if a.Terms.Value != s.Charter.Terms.Short() && a.Terms.Value != "" {
			s.Earlier = a
		}
	}
	return nil
}

// heir refuses a signature by which the owner of its department would be nobody who
// holds the office: owners are terms, so with the right one everybody would have to
// sign again (P011).
func (s *Signing) heir() error {
	p, c := s.pen, s.Charter
	for _, o := range c.Owners {
		who := p.Portfolio.Person(o.Person.Value)
		if who == nil || p.Portfolio.Called(o.Department.Value) != s.Department.ID || p.Portfolio.Entitled(s.Department.ID, who.ID, s.Date) {
			continue
		}
		found := p.Portfolio.Config().Policy.Apply(diag.List{{Pos: c.Pos(o.Person.Mark), Code: "P011"}}, func(string) bool { return c.Status.Value.Draft() })
		if found.Count(diag.Error) > 0 {
			return p.refuse("sign.heir", "Title", c.Name(), "Person", who.Name, "Department", s.department(), "Date", p.day(s.Date))
		}
	}
	return nil
}

// department finds a department by id, former id, code or name in any language.
func (p *Pen) department(name string) *portfolio.Department {
	if d := p.Portfolio.Department(p.Portfolio.Called(portfolio.ID(name))); d != nil {
		return d
	}
	for _, d := range p.Portfolio.Registers().Departments {
		if folded(d.Code) == folded(name) {
			return d
		}
		for _, n := range d.Name {
			if folded(n) == folded(name) {
				return d
			}
		}
	}
	return nil
}

// departments lists departments by name.
func (p *Pen) departments(ids []portfolio.ID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = p.Portfolio.NameOf(portfolio.Target{Kind: portfolio.ToDepartment, ID: p.Portfolio.Called(id)}, p.Words.Lang())
	}
	return p.Words.Locale().List(names)
}

func (s *Signing) department() string { return s.Department.Name.In(s.pen.Words.Lang()) }

func (p *Pen) name(person portfolio.ID) string {
	return p.Portfolio.NameOf(portfolio.Target{Kind: portfolio.ToPerson, ID: person}, p.Words.Lang())
}

func (p *Pen) day(d calendar.Date) string { return plain.Replace(p.Words.Locale().DateLong(d)) }

// plain makes the blanks that hold a number and its unit together ordinary ones,
// which people can copy from a terminal and search for.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ")
