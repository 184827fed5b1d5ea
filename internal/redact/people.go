package redact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A stand is who stands in for the people of one charter: for each of them
// somebody who is called what the person does there. The same person stands in
// for nobody in two charters, so that no two can be laid side by side.
type stand struct {
	ins   map[ID]ID
	order []*person
}

// A person is one who stands in.
type person struct {
	id, home ID
	role     portfolio.Text
}

// standIn is who stands in for somebody in a charter, nil for everywhere.
func (m *maker) standIn(c *charter.Charter, who ID) ID {
	if who == "" {
		return ""
	}
	if now, ok := m.p.Former(portfolio.ToPerson, who); ok {
		who = now
	}
	if dept, deputy, ok := m.chief(who); ok && (c == nil || m.acts(c, who)) {
		return m.enter("", who, &person{home: dept, role: m.office(dept, deputy)}, "chief")
	}
	if c == nil {
		return m.enter("", who, &person{role: m.each("redact.person")}, "person")
	}
	role, home := m.role(c, who)
	return m.enter(c.ID.Value, who, &person{home: home, role: role}, "person")
}

// enter notes who stands in. Its id is made of what the person does and not of
// where the person is named: else another order of a list would seem to be a change
// in what each of them does.
func (m *maker) enter(at, who ID, x *person, kind string) ID {
	s := m.stands[at]
	if s == nil {
		s = &stand{ins: map[ID]ID{}}
		m.stands[at] = s
	}
	if id, ok := s.ins[who]; ok {
		return id
	}
	does, alike := x.role.In(m.p.Config().Languages[0]), 0
	for _, other := range s.order {
		if other.home == x.home && other.role.In(m.p.Config().Languages[0]) == does {
			alike++
		}
	}
	x.id = ID(kind + "-" + digits(kind, string(m.charterID(at)), string(x.home), does, strconv.Itoa(alike)))
	s.ins[who] = x.id
	s.order = append(s.order, x)
	m.veil.Roles[x.id] = x.role
	return x.id
}

// chief says whose chief or deputy somebody is today.
func (m *maker) chief(who ID) (dept ID, deputy, ok bool) {
	for _, d := range m.p.Registers().Departments {
		if _, deputy, ok := m.p.Office(d.ID, who, m.p.AsOf()); ok {
			return d.ID, deputy, true
		}
	}
	return "", false, false
}

// acts reports whether somebody is in a charter by office, and not lent to it.
func (m *maker) acts(c *charter.Charter, who ID) bool {
	for _, x := range c.Team {
		if x.Person.Value == who {
			return false
		}
	}
	return true
}

// role is what somebody does in a charter, and the department that the person
// comes from.
func (m *maker) role(c *charter.Charter, who ID) (portfolio.Text, ID) {
	for _, id := range c.Lead {
		if id.Value == who {
			return m.each("redact.lead"), ""
		}
	}
	for _, o := range c.Owners {
		if o.Person.Value == who {
			return m.of("redact.owner", o.Department.Value), o.Department.Value
		}
	}
	for _, x := range c.Team {
		if x.Person.Value != who {
			continue
		}
		if role := strings.TrimSpace(x.Role.Value); role != "" && !m.profile.Withholds("team.role") && m.fates[c.ID.Value] == kept {
			role, _ = m.secret.replace(role, func(string, bool) string { return "…" })
			return portfolio.Text{"": upper(role)}, x.Home.Value
		}
		return m.of("redact.member", x.Home.Value), x.Home.Value
	}
	for _, id := range c.Steering {
		if id.Value == who {
			return m.each("redact.steering"), ""
		}
	}
	return m.each("redact.person"), ""
}

// office is what a chief is called.
func (m *maker) office(dept ID, deputy bool) portfolio.Text {
	if deputy {
		return m.of("redact.deputy", dept)
	}
	return m.of("redact.chief", dept)
}

// each words a role in every language of the site.
func (m *maker) each(key string, pairs ...any) portfolio.Text {
	t := portfolio.Text{}
	for _, lang := range m.p.Config().Languages {
		t[lang] = upper(m.say(lang, key, pairs...))
	}
	return t
}

func (m *maker) of(key string, dept ID) portfolio.Text {
	t := portfolio.Text{}
	for _, lang := range m.p.Config().Languages {
		t[lang] = upper(m.say(lang, key, "Department", m.p.NameOf(portfolio.Target{Kind: portfolio.ToDepartment, ID: dept}, lang)))
	}
	return t
}

// spoken is what prose says instead of a name.
func (m *maker) spoken(c *charter.Charter, who ID, lang string) string {
	if now, ok := m.p.Former(portfolio.ToPerson, who); ok {
		who = now
	}
	if dept, deputy, ok := m.chief(who); ok && (c == nil || m.acts(c, who)) {
		return m.the(lang, m.office(dept, deputy))
	}
	if c == nil {
		return m.say(lang, "redact.person")
	}
	role, _ := m.role(c, who)
	if said := role.In(lang); said == upper(m.say(lang, "redact.person")) {
		return m.say(lang, "redact.person")
	}
	return m.the(lang, role)
}

// the is a role within a sentence.
func (m *maker) the(lang string, role portfolio.Text) string {
	return m.say(lang, "redact.the", "Role", lower(role.In(lang)))
}

// people writes the register of those who stand in.
func (m *maker) people() {
	if !m.profile.Roles {
		return
	}
	all := []any{}
	for _, c := range append([]ID{""}, m.standing()...) {
		for _, x := range m.stands[c].people() {
			o := &object{}
			o.set("id", string(x.id))
			o.set("name", x.role.In(m.p.Config().Languages[0]))
			if x.home != "" {
				o.set("department", string(x.home))
			}
			all = append(all, o)
		}
	}
	m.texts["registers/people.yml"] = spelt(all)
}

// standing lists the charters in which somebody stands in, in order.
func (m *maker) standing() []ID {
	var all []ID
	for _, c := range m.p.Charters() {
		if m.stands[c.ID.Value] != nil {
			all = append(all, c.ID.Value)
		}
	}
	return all
}

func (s *stand) people() []*person {
	if s == nil {
		return nil
	}
	return s.order
}

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// lower begins with a small letter, unless what follows is an abbreviation.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}
