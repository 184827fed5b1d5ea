package sign

import (
	"strings"
	"unicode/utf8"

	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A sheet is what is signed, as lines with a label each.
type sheet struct {
	rows  [][2]string
	width int
}

// add enters lines below one label; without lines there is no label.
func (s *sheet) add(label string, lines ...string) {
	for i, line := range lines {
		if line == "" {
			continue
		}
		if i > 0 {
			label = ""
		}
		s.rows = append(s.rows, [2]string{label, line})
		s.width = max(s.width, utf8.RuneCountInString(label))
	}
}

func (s *sheet) write(b *strings.Builder) {
	for _, row := range s.rows {
		b.WriteString("  " + row[0] + strings.Repeat(" ", s.width-utf8.RuneCountInString(row[0])+2) + row[1] + "\n")
	}
}

// Show writes what is signed: whom it binds to what, with the digest that the
// signature will hold.
func (s *Signing) Show() string {
	c, w := s.Charter, s.pen.Words
	l := w.Locale()
	var b strings.Builder
	b.WriteString(c.Name() + " (" + string(c.ID.Value) + ")\n")
	var t sheet
	t.add(w.T("sign.timeframe"), w.F("sign.window", "From", l.DateLong(c.Timeframe.Start.Value), "To", l.DateLong(c.Timeframe.End.Value)))
	t.add(w.T("column.total"), l.MoneyExact(c.Budget.Total.Value))
	for _, party := range c.Budget.Parties {
		line := l.MoneyExact(party.Amount) + ", " + l.PercentExact(party.Share)
		for _, o := range c.Owners {
			if o.Department.Value == party.Department.Value && o.Person.Value != "" {
				line += ", " + w.F("sign.owner", "Person", s.pen.name(o.Person.Value))
			}
		}
		t.add(s.pen.departments([]portfolio.ID{party.Department.Value}), line)
	}
	var leads []string
	for _, id := range c.Lead {
		leads = append(leads, s.pen.name(id.Value))
	}
	t.add(w.T("role.lead"), l.List(leads))
	t.add(w.T("charter.goals"), s.goals()...)
	t.add(w.T("sign.people"), s.people()...)
	t.add(w.T("charter.responsibilities"), s.areas()...)
	for _, term := range c.TermsList() {
		if kind, ok := strings.CutPrefix(term.Path, "scope."); ok {
			t.add(w.T("sign.scope."+kind), clipped(term.Value))
		}
	}
	t.add(w.T("fact.source"), c.File)
	t.add(w.T("fact.terms"), c.Terms.Short())
	t.write(&b)
	b.WriteString("\n" + w.F(map[bool]string{false: "sign.as.chief", true: "sign.as.deputy"}[s.Deputy], "Person", s.Person.Name, "Department", s.department(), "Date", s.pen.day(s.Date)) + "\n")
	if s.Earlier != nil {
		b.WriteString("\n" + s.since())
	}
	return plain.Replace(b.String())
}

// clipped is the beginning of a text that is too long for a line; the whole
// stands in the file.
func clipped(text string) string {
	const most = 90
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	text = string([]rune(text)[:most])
	return text[:max(strings.LastIndexByte(text, ' '), 0)] + " …"
}

func (s *Signing) goals() []string {
	var lines []string
	for _, g := range s.Charter.Goals {
		lines = append(lines, strings.Join(strings.Fields(g.Text.Value), " "))
	}
	return lines
}

// people are those who are lent, until when, and the posts they come back to.
func (s *Signing) people() []string {
	c, w, l := s.Charter, s.pen.Words, s.pen.Words.Locale()
	var lines []string
	for i := range c.Team {
		m := &c.Team[i]
		line := s.pen.name(m.Person.Value)
		if m.Home.Value != "" {
			line += " (" + s.pen.departments([]portfolio.ID{m.Home.Value}) + ")"
		}
		if !m.Allocation.Value.IsZero() {
			line += ", " + l.PercentExact(m.Allocation.Value)
		}
		if days, ok := m.Window(c.Timeframe); ok {
			line += ", " + w.F("sign.window", "From", l.Date(days.Start), "To", l.Date(days.End))
		}
		switch day := s.pen.Portfolio.ReturnDay(c, m); {
		case m.Return.To.Value != "" && !day.IsZero():
			line += ", " + w.F("sign.back.to", "Post", m.Return.To.Value, "Date", l.Date(day))
		case m.Return.To.Value != "":
			line += ", " + w.F("sign.back.open", "Post", m.Return.To.Value)
		case m.Return.Mark.Written() && !day.IsZero():
			line += ", " + w.F("sign.back", "Date", l.Date(day))
		}
		lines = append(lines, line)
	}
	return lines
}

// areas are who answers for what.
func (s *Signing) areas() []string {
	var lines []string
	for _, r := range s.Charter.Responsibilities {
		line := s.pen.Portfolio.NameOf(portfolio.Target{Kind: portfolio.ToArea, ID: r.Area.Value}, s.pen.Words.Lang())
		if r.Scope.Value != "" {
			line += " (" + r.Scope.Value + ")"
		}
		lines = append(lines, line+": "+s.pen.departments(values(r.Accountable)))
	}
	return lines
}

func values(ids []charter.At[charter.ID]) []portfolio.ID {
	all := make([]portfolio.ID, len(ids))
	for i, id := range ids {
		all[i] = id.Value
	}
	return all
}

// since tells what has changed since the department signed last.
func (s *Signing) since() string {
	p := s.pen.Portfolio
	by := []any{"Person", s.pen.name(s.Earlier.Person.Value), "Department", s.department(), "Date", s.pen.day(s.Earlier.Date.Value)}
	then, ok := p.Past().Signed(s.Charter, s.Earlier.Terms.Value)
	if !ok {
		return s.pen.Words.F("sign.since.lost", by...) + "\n"
	}
	var b strings.Builder
	b.WriteString(s.pen.Words.F("sign.since", by...) + "\n")
	for _, line := range (change.Teller{Words: s.pen.Words, After: p}).Sentences(change.Terms(then.Charter, s.Charter)) {
		b.WriteString("  - " + change.Begin(line) + "\n")
	}
	return b.String()
}

// Left says who has still to sign these terms once s is written.
func (s *Signing) Left() string {
	var open []string
	for _, x := range s.pen.Portfolio.Signatures(s.Charter) {
		if x.State == portfolio.Valid || s.pen.Portfolio.Called(x.Department) == s.Department.ID {
			continue
		}
		name := s.pen.departments([]portfolio.ID{x.Department})
		if signer := s.pen.Portfolio.Signer(s.Charter, x); signer != "" {
			name += " (" + s.pen.name(signer) + ")"
		}
		open = append(open, name)
	}
	if len(open) == 0 {
		return s.pen.Words.T("sign.all")
	}
	return s.pen.Words.F("sign.open", "Names", s.pen.Words.Locale().List(open))
}
