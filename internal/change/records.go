package change

import (
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/portfolio"
)

// share tells of what a department pays.
func (t Teller) share(c *Change) string {
	who := t.named("team[].home", c.Of, t.side(c))
	of := t.in().Possessive(who)
	switch {
	case c.Field == "" && c.Action == Added:
		return t.Words.F("change.share.in", "Who", who, "To", t.part(c))
	case c.Field == "" && c.Action == Removed:
		return t.Words.F("change.share.out", "Who", who, "From", t.part(c))
	case c.Field != "share" && c.Field != "amount":
		return ""
	case c.Action == Changed && c.Before.Money.Currency != "" && c.Before.Money.Currency == c.After.Money.Currency:
		return t.sharePaid(c, of)
	}
	switch c.Action {
	case Removed:
		return t.Words.F("change.share.lost", "Who", who, "From", t.stated(c, c.Before))
	case Added:
		return t.Words.F("change.share.found", "Who", who, "To", t.stated(c, c.After))
	}
	return t.Words.F("change.share.changes", "Of", of, "From", t.stated(c, c.Before), "To", t.stated(c, c.After))
}

// part is what a department that came or went pays.
func (t Teller) part(c *Change) string {
	v := c.Get("amount")
	if share := c.Get("share"); v.Set() {
		v.Share = share.Share
	} else {
		v = share
	}
	return t.stated(c, v)
}

// stated is a share, or a dash where none is stated.
func (t Teller) stated(c *Change, v Value) string {
	if !v.Set() {
		return "–"
	}
	return t.value(c, v, t.After)
}

// sharePaid tells of a part whose amounts are known before and after.
func (t Teller) sharePaid(c *Change, of string) string {
	from, to := t.pair(c.Before.Money, c.After.Money)
	was, is := t.in().Percent(c.Before.Share), t.in().Percent(c.After.Share)
	same := c.Before.Share.Cmp(c.After.Share) == 0
	currency := t.in().Currency(c.After.Money.Currency)
	switch cmp := c.Before.Money.Cmp(c.After.Money); {
	case cmp == 0:
		was, is = t.in().PercentExact(c.Before.Share), t.in().PercentExact(c.After.Share)
		return t.Words.F("change.share.stays", "Of", of, "Amount", t.in().Money(c.After.Money), "Part", was, "PartNow", is)
	case same && c.Before.Share.IsZero():
		return ""
	case was == is && !same:
		return t.Words.F(direction("change.share.near.", cmp), "Of", of, "From", from, "To", to, "Currency", currency, "Part", is)
	case same:
		return t.Words.F(map[bool]string{false: "change.share.more", true: "change.share.less"}[cmp > 0], "Of", of, "From", from, "To", to, "Currency", currency, "Part", is)
	default:
		return t.Words.F(direction("change.share.", cmp), "Of", of, "From", from, "To", to, "Currency", currency, "Part", was, "PartNow", is)
	}
}

// period tells of what is planned for a year, a quarter or a month.
func (t Teller) period(c *Change) string {
	name := c.Of
	if p, err := calendar.ParsePeriod(c.Of); err == nil {
		name = t.in().Period(p)
	}
	return t.fact(c, t.Words.F("change.period", "Period", name))
}

// own tells of a field of the organisation's own.
func (t Teller) own(c *Change) string {
	for _, p := range []*portfolio.Portfolio{t.After, t.Before} {
		if p == nil {
			continue
		}
		if f := p.Config().Field(c.Of); f != nil && c.Field == "" {
			return t.fact(t.chosen(c, f), t.in().Quote(f.Name.In(t.Words.Lang())))
		}
	}
	return ""
}

// chosen is a change of an own field with its choices by name.
func (t Teller) chosen(c *Change, f *portfolio.Field) *Change {
	named := *c
	for _, v := range []*Value{&named.Before, &named.After} {
		if choice := f.Choice(v.Text); choice != nil {
			v.Text = choice.Name.In(t.Words.Lang())
		}
	}
	return &named
}

func (t Teller) owner(c *Change) string {
	who := t.named("team[].home", c.Of, t.side(c))
	of := t.in().Possessive(who)
	from, to := c.Before, c.After
	if c.Field == "" && c.Action == Added {
		to = c.Get("person")
	} else if c.Field == "" {
		from = c.Get("person")
	} else if c.Field != "person" {
		return ""
	}
	at := &Change{List: "owners", Field: "person"}
	switch {
	case from.Set() && to.Set():
		return t.Words.F("change.owner", "Of", of, "Who", who, "From", t.value(at, from, t.Before), "To", t.value(at, to, t.After))
	case to.Set():
		return t.Words.F("change.owner.in", "Of", of, "Who", who, "To", t.value(at, to, t.After))
	case from.Set():
		return t.Words.F("change.owner.out", "Of", of, "Who", who, "From", t.value(at, from, t.Before))
	}
	return ""
}

func (t Teller) goal(c *Change) string {
	if c.Field != "" {
		return ""
	}
	name := t.title(c)
	if m := t.measure(c); m != "" {
		name = t.Words.F("change.measure", "Name", name, "Measure", m)
	}
	return t.Words.F(came("change.goal", c), "Name", name)
}

// measure writes the target of a goal that came or went.
func (t Teller) measure(c *Change) string {
	metric, unit := c.Get("measure.metric").Text, c.Get("measure.unit").Text
	from, to := c.Get("measure.baseline"), c.Get("measure.target")
	text := metric
	if to.Set() {
		end := strings.Join(nonEmpty(t.in().Decimal(to.Text), unit), " ")
		text = strings.Join(nonEmpty(metric, end), " ")
		if from.Set() {
			text = strings.TrimSpace(t.Words.F("change.measure.to", "Metric", metric, "From", t.in().Decimal(from.Text), "To", end))
		}
	}
	if by := c.Get("measure.by"); !by.Date.IsZero() && text != "" {
		return t.Words.F("change.measure.by", "What", text, "Date", t.in().DateLong(by.Date))
	}
	return text
}

// came is the message for a record that came or went.
func came(key string, c *Change) string {
	if c.Action == Removed {
		return key + ".out"
	}
	return key + ".in"
}

func (t Teller) milestone(c *Change) string {
	switch {
	case c.Field == "done" && c.Action == Added && !c.After.Date.IsZero():
		return t.Words.F("change.milestone.met", "Name", t.title(c), "Date", t.in().DateLong(c.After.Date))
	case c.Field != "":
		return ""
	case c.Action == Removed:
		return t.Words.F("change.milestone.out", "Name", t.title(c))
	}
	return t.Words.F("change.milestone.in", "Name", t.title(c), "Date", t.stated(&Change{List: c.List, Field: "due"}, c.Get("due")))
}

func (t Teller) risk(c *Change) string {
	switch {
	case c.Field == "closed" && c.Action == Added && !c.After.Date.IsZero():
		return t.Words.F("change.risk.closed", "Name", t.title(c), "Date", t.in().DateLong(c.After.Date))
	case c.Field != "":
		return ""
	}
	return t.Words.F(came("change.risk", c), "Name", t.title(c))
}

func (t Teller) deliverable(c *Change) string {
	if c.Field != "" {
		return ""
	}
	return t.Words.F(came("change.deliverable", c), "Name", t.title(c))
}

func (t Teller) exit(c *Change) string {
	if c.Field != "" {
		return ""
	}
	return t.Words.F(came("change.exit", c), "Name", t.quote(c.Of))
}

func (t Teller) member(c *Change) string {
	who := t.person(plainName(c.Of))
	switch {
	case c.Field == "return.done" && c.Action == Added && !c.After.Date.IsZero():
		return t.Words.F("change.member.back", "Who", who, "Date", t.in().DateLong(c.After.Date))
	case c.Field != "":
		return ""
	}
	return t.Words.F(came("change.member", c), "Who", who, "How", strings.Join(t.posting(c), ", "))
}

// posting is from where, how much and when somebody is on a team.
func (t Teller) posting(c *Change) []string {
	at := func(field string) string {
		if v := c.Get(field); v.Set() {
			return t.value(&Change{List: "team", Field: field}, v, t.side(c))
		}
		return ""
	}
	how := nonEmpty(at("home"), at("role"), at("allocation"))
	from, until := at("from"), at("until")
	switch {
	case from != "" && until != "":
		how = append(how, t.Words.F("change.member.window", "From", from, "To", until))
	case from != "":
		how = append(how, t.Words.F("change.member.from", "From", from))
	case until != "":
		how = append(how, t.Words.F("change.member.until", "To", until))
	}
	if len(how) == 0 {
		return []string{"–"}
	}
	return how
}

func (t Teller) responsibility(c *Change) string {
	name := t.area(plainName(c.Of))
	at := &Change{List: "responsibilities", Field: "accountable"}
	switch {
	case c.Field == "accountable" && c.Action == Changed:
		return t.Words.F("change.area.moves", "Area", name, "From", t.value(at, c.Before, t.Before), "To", t.value(at, c.After, t.After))
	case c.Field == "accountable" && c.Action == Added, c.Field == "" && c.Action == Added:
		return t.Words.F("change.area.in", "Area", name, "Who", t.stated(at, first(c.After, c.Get("accountable"))))
	case c.Field == "accountable", c.Field == "":
		return t.Words.F("change.area.out", "Area", name, "Who", t.stated(at, first(c.Before, c.Get("accountable"))))
	}
	return ""
}

func first(a, b Value) Value {
	if a.Set() {
		return a
	}
	return b
}

func (t Teller) approval(c *Change) string {
	if c.Field != "" {
		return ""
	}
	who := t.stated(&Change{List: c.List, Field: "person"}, c.Get("person"))
	date := t.stated(&Change{List: c.List, Field: "date"}, c.Get("date"))
	key := "change.signed"
	if c.Action == Removed {
		key = "change.unsigned"
	}
	return t.Words.F(key, "Who", who, "Dept", t.department(plainName(c.Of)), "Date", date)
}

func (t Teller) amendment(c *Change) string {
	if c.Field != "" {
		return ""
	}
	date := t.stated(&Change{List: c.List, Field: "date"}, c.Get("date"))
	text := nonEmpty(c.Get("summary").Text, c.Get("reason").Text)
	return t.Words.F(came("change.amendment", c), "Name", c.Of, "Date", date, "Text", t.quoted(text))
}

// quoted writes several texts of an author after each other.
func (t Teller) quoted(texts []string) string {
	if len(texts) == 0 {
		return "–"
	}
	for i := range texts {
		texts[i] = t.quote(texts[i])
	}
	return strings.Join(texts, " – ")
}

func (t Teller) update(c *Change) string {
	if c.Field != "" {
		return ""
	}
	who := t.stated(&Change{List: c.List, Field: "by"}, c.Get("by"))
	date := t.stated(&Change{List: c.List, Field: "date"}, c.Get("date"))
	text := t.quoted(nonEmpty(c.Get("text").Text, c.Get("next").Text))
	if rag := c.Get("rag"); rag.Set() {
		text = t.value(&Change{List: c.List, Field: "rag"}, rag, t.After) + ". " + text
	}
	return t.Words.F(came("change.update", c), "Who", who, "Date", date, "Text", text)
}

func (t Teller) spent(c *Change) string {
	if c.Field != "" {
		return ""
	}
	amount := t.stated(c, c.Get("amount"))
	if note := c.Get("note"); note.Set() {
		amount += " " + t.quote(note.Text)
	}
	date := t.stated(&Change{List: c.List, Field: "date"}, c.Get("date"))
	return t.Words.F(came("change.spent", c), "Dept", t.department(behind(c.Of)), "Date", date, "Amount", amount)
}

func (t Teller) section(c *Change) string {
	key := "change.section"
	switch {
	case c.Field == "set":
		key += ".set"
	case c.Action == Added:
		key += ".in"
	case c.Action == Removed:
		key += ".out"
	}
	if c.Of == "" {
		return t.Words.T(strings.NewReplacer("section.in", "opening", "section.out", "opening", "section", "opening").Replace(key))
	}
	name, _, _ := strings.Cut(c.Of, "#")
	return t.Words.F(key, "Name", t.quote(name))
}
