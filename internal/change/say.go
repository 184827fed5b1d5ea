package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A Teller puts changes into words. Names of what was are those of the registers
// before, names of what is those after; either may be nil.
type Teller struct {
	Words         *theme.Words
	Before, After *portfolio.Portfolio
}

// Sentences puts changes into one sentence each, but for signatures, which are
// told together. They begin with a small letter where the language lets them.
func (t Teller) Sentences(all []Change) []string {
	var said []string
	for i := 0; i < len(all); {
		c := &all[i]
		same := i
		for same < len(all) && t.plainField(&all[same]) && all[same].List == c.List && all[same].Of == c.Of {
			same++
		}
		switch {
		case same > i+1:
			said = append(said, t.fields(all[i:same]))
			i = same
			continue
		case c.List != "signatures":
			said = append(said, t.Sentence(c))
		}
		i++
	}
	return append(said, t.signatures(all)...)
}

// plainField reports whether a change is told as "record: what of it", so that
// several of one record can be told together.
func (t Teller) plainField(c *Change) bool {
	if c.List == "" || len(c.Fields) > 0 {
		return false
	}
	_, known := t.what(c)
	say := special[c.List]
	return known && (say == nil || say(t, c) == "")
}

// fields tells of several fields of one record.
func (t Teller) fields(all []Change) string {
	facts := make([]string, len(all))
	for i := range all {
		what, _ := t.what(&all[i])
		facts[i] = t.fact(&all[i], what)
	}
	return t.Words.F("change.subject", "Who", t.subject(&all[0]), "What", t.in().List(facts))
}

// Line makes one line of sentences: "The end moves …; both signatures lapse."
func Line(sentences []string) string {
	if len(sentences) == 0 {
		return ""
	}
	return whole(strings.Join(sentences, "; "))
}

// whole is a sentence with its capital and its full stop, which an abbreviation at
// its end has already: "60.000 kr."
func whole(s string) string { return strings.TrimSuffix(Begin(s), ".") + "." }

// Begin writes a sentence as its own begins: with a capital.
func Begin(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// Sentence puts one change into words. There is no change without any.
func (t Teller) Sentence(c *Change) string {
	if say := special[c.List]; say != nil {
		if s := say(t, c); s != "" {
			return s
		}
	}
	switch {
	case c.List == "":
		return t.key(c)
	case len(c.Fields) > 0:
		return t.record(c)
	}
	return t.field(c)
}

// special are the sentences of lists that people talk about in words of their
// own. They return nothing for what they have no words for.
var special map[string]func(Teller, *Change) string

func init() {
	special = map[string]func(Teller, *Change) string{
		"budget.shares": Teller.share, "budget.periods": Teller.period, "owners": Teller.owner, "goals": Teller.goal,
		"milestones": Teller.milestone, "risks": Teller.risk, "deliverables": Teller.deliverable, "exit_criteria": Teller.exit,
		"team": Teller.member, "responsibilities": Teller.responsibility, "approvals": Teller.approval, "amendments": Teller.amendment,
		"updates": Teller.update, "budget.spent": Teller.spent, "body": Teller.section, "x": Teller.own, "signatures": Teller.oneSignature,
	}
}

func (t Teller) in() *locale.Locale { return t.Words.Locale() }

// key tells of a key on its own.
func (t Teller) key(c *Change) string {
	switch {
	case c.Field == "file" && c.Action == Removed:
		return t.Words.T("change.file.lost")
	case c.Field == "file" && c.Action == Added:
		return t.Words.T("change.file.found")
	case c.Field == "file":
		return t.Words.T("change.file")
	case c.Field == "body":
		return t.Words.T("change.body")
	case c.Field == "lead" && c.Action == Changed && len(c.Before.Items) == 1 && len(c.After.Items) == 1:
		return t.Words.F("change.lead", "From", t.value(c, c.Before, t.Before), "To", t.value(c, c.After, t.After))
	case c.Field == "lead" && c.Action == Added:
		return t.Words.F("change.lead.in", "To", t.value(c, c.After, t.After))
	}
	what, known := t.what(c)
	if !known {
		return t.other(c)
	}
	return t.fact(c, what)
}

// what names a field: "the end".
func (t Teller) what(c *Change) (string, bool) {
	field, _, _ := strings.Cut(c.Field, "#")
	return t.Words.Find("change.what." + strings.Join(nonEmpty(c.List, field), "."))
}

// other tells of a key that has no name in words.
func (t Teller) other(c *Change) string {
	from, to := t.value(c, c.Before, t.Before), t.value(c, c.After, t.After)
	switch c.Action {
	case Added:
		return t.Words.F("change.other.in", "Key", c.Path(), "To", to)
	case Removed:
		return t.Words.F("change.other.out", "Key", c.Path(), "From", from)
	}
	return t.Words.F("change.other", "Key", c.Path(), "From", from, "To", to)
}

// record tells of a record of a list that has no sentence of its own.
func (t Teller) record(c *Change) string {
	var parts []string
	for _, d := range c.Fields {
		text := t.value(&Change{List: c.List, Field: d.Field}, d.Value, t.side(c))
		if d.Field != "" {
			text = d.Field + " " + text
		}
		parts = append(parts, text)
	}
	all := strings.Join(parts, ", ")
	if c.Action == Removed {
		return t.Words.F("change.other.out", "Key", c.Path(), "From", all)
	}
	return t.Words.F("change.other.in", "Key", c.Path(), "To", all)
}

// side is the portfolio whose names a record has that came or went.
func (t Teller) side(c *Change) *portfolio.Portfolio {
	if c.Action == Removed {
		return t.Before
	}
	return t.After
}

// field tells of a field of a record that stayed.
func (t Teller) field(c *Change) string {
	what, known := t.what(c)
	if !known {
		return t.other(c)
	}
	return t.Words.F("change.subject", "Who", t.subject(c), "What", t.fact(c, what))
}

// subject names the record that a field belongs to.
func (t Teller) subject(c *Change) string {
	of := plainName(c.Of)
	key, name := c.List, t.title(c)
	switch c.List {
	case "budget.shares", "owners", "signatures":
		return t.department(c.Of)
	case "team":
		return t.person(of)
	case "responsibilities":
		return t.area(of)
	case "closure.actuals":
		return t.department(c.Of)
	case "approvals":
		name = t.department(of)
	case "updates":
		name = t.day(of)
	case "budget.spent":
		key, name = "spent", t.department(behind(c.Of))
	case "amendments":
		name = c.Of
	}
	if s, ok := t.Words.Find("change.of." + key); ok && s != "" {
		return t.Words.F("change.of."+key, "Name", name)
	}
	return c.Of
}

// title is what the author calls a record, in quotation marks.
func (t Teller) title(c *Change) string {
	if c.Name == "" {
		return plainName(c.Of)
	}
	return t.quote(c.Name)
}

// plainName is the name of a record without the number that tells it from
// another of the same name.
func plainName(of string) string {
	of, _, _ = strings.Cut(of, "#")
	of, _, _ = strings.Cut(of, "@")
	return of
}

// behind is the second half of a record's name.
func behind(of string) string {
	of, _, _ = strings.Cut(of, "#")
	_, of, _ = strings.Cut(of, "@")
	return of
}

func (t Teller) day(text string) string {
	if d, err := calendar.ParseDate(text); err == nil {
		return t.in().DateLong(d)
	}
	return text
}

// most is how many characters of an author's text are told.
const most = 160

func (t Teller) quote(text string) string { return t.in().Quote(short(text, most)) }

// short cuts a text at a blank.
func short(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + " …"
}

// fact says how what a key says has changed.
func (t Teller) fact(c *Change, what string) string {
	kind := c.After.Type
	if kind == "" {
		kind = c.Before.Type
	}
	if c.Field == "budget.currency" || c.Field == "lang" || c.Field == "schema" {
		kind = "code"
	}
	switch {
	case strings.HasPrefix(c.Field, "scope.") || c.Field == "tags" || c.Field == "aliases" || isList(kind):
		return t.list(c, what)
	case kind == "bool" && c.Action != Removed:
		return t.Words.F("change.subject", "Who", what, "What", t.value(c, c.After, t.After))
	case c.Action == Added && !wordy(kind):
		return t.Words.F("change.set", "What", what, "To", t.value(c, c.After, t.After))
	case c.Action == Added:
		return t.Words.F("change.gains", "What", what, "New", t.value(c, c.After, t.After))
	case c.Action == Removed:
		return t.Words.F("change.unset", "What", what, "From", t.value(c, c.Before, t.Before))
	case c.Before.Money.Currency != "" && c.Before.Money.Currency == c.After.Money.Currency:
		return t.amounts(what, c.Before.Money, c.After.Money)
	case !c.Before.Date.IsZero() && !c.After.Date.IsZero():
		from, to := t.dates(c.Before.Date, c.After.Date)
		return t.Words.F("change.moves", "What", what, "From", from, "To", to)
	case !c.Before.Share.IsZero() && !c.After.Share.IsZero():
		return t.Words.F(direction("change.", c.Before.Share.Cmp(c.After.Share)), "What", what, "From", t.in().PercentExact(c.Before.Share), "To", t.in().PercentExact(c.After.Share))
	case wordy(kind):
		from, to := apart(c.Before.Text, c.After.Text)
		return t.Words.F("change.reads", "What", what, "From", t.in().Quote(from), "To", t.in().Quote(to))
	}
	return t.Words.F("change.changes", "What", what, "From", t.value(c, c.Before, t.Before), "To", t.value(c, c.After, t.After))
}

// wordy reports whether a type is an author's own words.
func wordy(kind string) bool { return kind == "text" || kind == "md" || kind == "" || kind == "map" }

func direction(key string, cmp int) string {
	if cmp > 0 {
		return key + "falls"
	}
	return key + "rises"
}

// amounts says how an amount has changed.
func (t Teller) amounts(what string, from, to money.Money) string {
	a, b := t.pair(from, to)
	return t.Words.F(direction("change.money.", from.Cmp(to)), "What", what, "From", a, "To", b, "Currency", t.in().Currency(to.Currency))
}

// pair writes two amounts of a currency with the same precision.
func (t Teller) pair(from, to money.Money) (string, string) {
	decimals := from.Minor%from.Currency.Scale() != 0 || to.Minor%to.Currency.Scale() != 0
	return t.in().Amount(from, decimals), t.in().Amount(to, decimals)
}

// dates writes two days; a year that both share is written once.
func (t Teller) dates(from, to calendar.Date) (string, string) {
	if from.Year() == to.Year() {
		return t.in().DayMonthLong(from), t.in().DateLong(to)
	}
	return t.in().DateLong(from), t.in().DateLong(to)
}

// list says what came to a list and what went.
func (t Teller) list(c *Change, what string) string {
	before, after := items(c.Before), items(c.After)
	came, went := t.names(c, less(after, before), t.After), t.names(c, less(before, after), t.Before)
	if came == "" && went == "" {
		return t.Words.F("change.order", "What", what)
	}
	return t.swap(what, came, went)
}

// swap says what came, what went, or both.
func (t Teller) swap(what, came, went string) string {
	switch {
	case went == "":
		return t.Words.F("change.gains", "What", what, "New", came)
	case came == "":
		return t.Words.F("change.loses", "What", what, "Old", went)
	}
	return t.Words.F("change.swaps", "What", what, "New", came, "Old", went)
}

// items are the parts of a list, or the sentences of a longer text.
func items(v Value) []string {
	if v.Items != nil || !v.Set() {
		return v.Items
	}
	var all []string
	rest := v.Text
	for rest != "" {
		end := strings.Index(rest, ". ")
		if end < 0 {
			return append(all, rest)
		}
		all, rest = append(all, rest[:end+1]), rest[end+2:]
	}
	return all
}

// less returns what a has more of than b.
func less(a, b []string) []string {
	count := map[string]int{}
	for _, x := range b {
		count[x]++
	}
	var left []string
	for _, x := range a {
		if count[x]--; count[x] < 0 {
			left = append(left, x)
		}
	}
	return left
}

func (t Teller) names(c *Change, items []string, p *portfolio.Portfolio) string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = t.value(c, Value{Text: item, Type: singular(typeOf(c.List, c.Field))}, p)
	}
	return t.in().List(names)
}

func singular(kind string) string {
	if isList(kind) {
		return "id"
	}
	return kind
}

// apart shortens two texts so that where they differ can be seen.
func apart(from, to string) (string, string) {
	if utf8.RuneCountInString(from) <= most && utf8.RuneCountInString(to) <= most {
		return from, to
	}
	a, b := strings.Fields(from), strings.Fields(to)
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	if skip := same - 6; skip > 0 {
		from, to = "… "+strings.Join(a[skip:], " "), "… "+strings.Join(b[skip:], " ")
	}
	return short(from, most), short(to, most)
}

// value writes what a key says.
func (t Teller) value(c *Change, v Value, p *portfolio.Portfolio) string {
	l := t.in()
	switch {
	case v.Money.Currency != "" && !v.Share.IsZero():
		return l.Money(v.Money) + " (" + l.Percent(v.Share) + ")"
	case v.Money.Currency != "":
		return l.Money(v.Money)
	case !v.Share.IsZero():
		return l.PercentExact(v.Share)
	case !v.Date.IsZero():
		return l.DateLong(v.Date)
	case v.Items != nil:
		return t.names(c, v.Items, p)
	}
	switch key := c.Key(); v.Type {
	case "id":
		return t.named(key, v.Text, p)
	case "number":
		return l.Decimal(v.Text)
	case "duration":
		if d, err := calendar.ParseDuration(v.Text); err == nil {
			n, unit := d.Count()
			return t.Words.N("duration."+string(unit), n)
		}
	case "bool":
		if v.Text == "true" || v.Text == "false" {
			return t.Words.T(map[string]string{"true": "word.yes", "false": "word.no"}[v.Text])
		}
	default:
		if strings.Contains(v.Type, "|") {
			return t.choice(key, v.Text)
		}
		if key == "budget.currency" || key == "lang" || key == "schema" {
			return v.Text
		}
	}
	return t.quote(v.Text)
}

// choice writes one of the words that a key may have.
func (t Teller) choice(key, word string) string {
	group := map[string]string{"status": "status.", "updates[].rag": "rag.", "risks[].probability": "level.", "risks[].impact": "level."}[key]
	if group == "" {
		group = "change.word."
	}
	if s, ok := t.Words.Find(group + word); ok {
		return s
	}
	return t.quote(word)
}

// naming says what the ids of a key name.
var naming = map[string]func(p *portfolio.Portfolio, lang string, id charter.ID) string{
	"owners.*.person": person, "lead": person, "steering": person, "kickoff.presented_to": person, "team[].person": person,
	"milestones[].owner": person, "risks[].owner": person, "deliverables[].owner": person, "approvals[].person": person, "updates[].by": person,
	"team[].home": department, "budget.spent[].department": department, "approvals[].department": department,
	"responsibilities[].accountable": department, "responsibilities[].responsible": department, "responsibilities[].consulted": department, "responsibilities[].informed": department,
	"responsibilities[].area": area, "links.part_of": title, "links.depends_on": title, "links.replaces": title, "links.related": title, "translation_of": title,
	"links.contributes_to":   objective,
	"areas[].standing_owner": department, "areas[].parent": area, "departments[].parent": department, "objectives[].owner": person,
}

// named writes an id as what it names in p, else on the other side, else as it
// is.
func (t Teller) named(key, id string, p *portfolio.Portfolio) string {
	look, ok := naming[key]
	if !ok {
		return id
	}
	for _, p := range []*portfolio.Portfolio{p, t.After, t.Before} {
		if p != nil {
			if name := look(p, t.Words.Lang(), charter.ID(id)); name != "" {
				if key == "links.contributes_to" || strings.HasPrefix(key, "links.") || key == "translation_of" {
					return t.quote(name)
				}
				return name
			}
		}
	}
	return id
}

func (t Teller) department(id string) string { return t.named("team[].home", id, t.After) }
func (t Teller) person(id string) string     { return t.named("team[].person", id, t.After) }
func (t Teller) area(id string) string       { return t.named("responsibilities[].area", id, t.After) }

func person(p *portfolio.Portfolio, lang string, id charter.ID) string {
	if x := p.Person(id); x != nil {
		return x.Name
	}
	return department(p, lang, id)
}

func department(p *portfolio.Portfolio, lang string, id charter.ID) string {
	if x := p.Department(id); x != nil {
		return x.Name.In(lang)
	}
	return ""
}

func area(p *portfolio.Portfolio, lang string, id charter.ID) string {
	if x := p.Area(id); x != nil {
		return x.Name.In(lang)
	}
	return ""
}

func title(p *portfolio.Portfolio, _ string, id charter.ID) string {
	if c := p.Find(id); c != nil {
		return c.Name()
	}
	return ""
}

func objective(p *portfolio.Portfolio, lang string, id charter.ID) string {
	if x := p.Objective(charter.ID(strings.TrimPrefix(string(id), "objective:"))); x != nil {
		return x.Text.In(lang)
	}
	return ""
}

// signatures tells of all signatures that are worth something else now.
func (t Teller) signatures(all []Change) []string {
	var said, lapsed, valid []string
	signers := 0
	for _, c := range all {
		switch {
		case c.List == "signatures" && c.Action == Lapsed:
			lapsed, signers = append(lapsed, t.department(c.Of)), c.Signers
		case c.List == "signatures" && c.Action == Valid:
			valid = append(valid, t.department(c.Of))
		}
	}
	count := func(key string, names []string) {
		switch len(names) {
		case 0:
		case 1:
			said = append(said, t.Words.F(key+".one", "Of", t.in().Possessive(names[0])))
		default:
			said = append(said, t.Words.F(key+".some", "Names", t.in().List(names)))
		}
	}
	if len(lapsed) == 2 && signers == 2 {
		said = append(said, t.Words.T("change.lapse.both"))
	} else {
		count("change.lapse", lapsed)
	}
	count("change.valid", valid)
	return said
}

func (t Teller) oneSignature(c *Change) string {
	if s := t.signatures([]Change{*c}); len(s) > 0 {
		return s[0]
	}
	return ""
}
