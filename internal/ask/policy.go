package ask

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
	"charterhouse/internal/rulebook"
)

// A Rule is a policy of the organisation whose fields are all known. It may be
// asked of any portfolio with the same configuration, registers and day.
type Rule struct {
	Policy *portfolio.Policy
	where  *test
	must   *test
	each   *ref // what charters are counted by; nil for a rule about single charters
	lang   string
	rooms  map[string]*ref // the fields that the message names
}

// Single reports whether the rule is about one charter at a time.
func (r *Rule) Single() bool { return r.each == nil }

// placeholder is a field in a message: {share} or {amount(it)}.
var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// counted are the placeholders of a rule that counts.
var counted = []string{"count", "limit", "charters", "from", "until"}

// Policies binds the organisation's rules. A rule that cannot be asked is left
// out, and what is wrong with it is found.
func Policies(p *portfolio.Portfolio) (rules []*Rule, found diag.List) {
	for _, policy := range p.Config().Policies {
		if !policy.Sound || policy.Severity == diag.Off {
			continue
		}
		b := &binder{p: p, file: policy.Pos.File}
		r := &Rule{Policy: policy, where: b.condition(policy.Where), must: b.condition(policy.Must), lang: "en", rooms: map[string]*ref{}}
		if policy.Message["en"] == "" && policy.Message[""] == "" {
			r.lang = p.Config().Languages[0]
		}
		if name := policy.For.Value; name != "charter" && name != "payer" {
			span := query.Span{Mark: policy.For.Mark, Width: len(name)}
			r.each = b.group(query.Term{Span: span, Name: name}, false)
		}
		if len(b.found) == 0 {
			b.rooms(r)
		}
		if len(b.found) == 0 {
			rules = append(rules, r)
		}
		found = append(found, b.found...)
	}
	return rules, found
}

// rooms finds the fields that messages name between braces.
func (b *binder) rooms(r *Rule) {
	at := query.Span{Mark: charter.Mark{Line: int32(r.Policy.Pos.Line), Col: int32(r.Policy.Pos.Col)}, Width: len(r.Policy.Code)}
	for _, lang := range sortedKeys(r.Policy.Message) {
		for _, m := range placeholder.FindAllStringSubmatch(r.Policy.Message[lang], -1) {
			name := m[1]
			if r.each != nil {
				if known := append([]string{r.Policy.For.Value}, counted...); !slices.Contains(known, name) {
					b.report(at, "Q002", diag.Say("the message names {%s}, which this rule does not know", name), diag.Say("name {%s}", strings.Join(known, "}, {")))
				}
				continue
			}
			t, ok := query.TermOf(name)
			if !ok {
				b.report(at, "Q002", diag.Say("the message holds {%s}, which is no field", name), diag.Say("name a field, such as {title} or {share}"))
				continue
			}
			t.Span = at
			r.rooms[name] = b.ref(t)
		}
	}
}

func sortedKeys(t portfolio.Text) []string {
	var all []string
	for k := range t {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// Look asks a rule about one charter.
func (r *Rule) Look(p *portfolio.Portfolio, c *charter.Charter) diag.List {
	if r.Policy.For.Value != "payer" {
		return r.judge(&subject{p: p, c: c, party: -1})
	}
	var found diag.List
	for i := range c.Budget.Parties {
		found = append(found, r.judge(&subject{p: p, c: c, party: i})...)
	}
	return found
}

func (r *Rule) judge(s *subject) diag.List {
	if !r.where.holds(s) || r.must.holds(s) {
		return nil
	}
	d := r.finding(s.c.Pos(r.must.blame(s, true)), func(name, lang string) string {
		room := r.rooms[name]
		if room == nil {
			return "{" + name + "}"
		}
		var texts []string
		room.each(s, func(v value) bool {
			if t := room.text(s.p, v, lang); !slices.Contains(texts, t) {
				texts = append(texts, t)
			}
			return true
		})
		if len(texts) == 0 {
			return "–"
		}
		return s.p.Config().Speech.For(lang).List(texts)
	})
	return diag.List{d}
}

// finding is a finding with the rule's words.
func (r *Rule) finding(at diag.Pos, fill func(name, lang string) string) diag.Diagnostic {
	put := func(t portfolio.Text, end string) diag.Text {
		if len(t) == 0 {
			return diag.Text{}
		}
		said := diag.Named{}
		for _, lang := range rulebook.Languages {
			in := lang
			if lang == "en" {
				in = r.lang
			} else if t[lang] == "" {
				continue
			}
			text := placeholder.ReplaceAllStringFunc(t.In(in), func(m string) string { return fill(m[1:len(m)-1], in) })
			said[lang] = strings.TrimSuffix(strings.ReplaceAll(text, "\u00a0", " "), end) // terminals and CI wrap as they like
		}
		return diag.Say("%s", said)
	}
	return diag.Diagnostic{Pos: at, Code: r.Policy.Code, Severity: r.Policy.Severity, Message: put(r.Policy.Message, "."), Hint: put(r.Policy.Hint, "")}
}

// Concerns reports whether a charter counts in a rule that counts.
func (r *Rule) Concerns(p *portfolio.Portfolio, c *charter.Charter) bool {
	s := &subject{p: p, c: c, party: -1}
	return r.where.holds(s) && r.each.first(s).set
}

// A stake is one charter that counts for somebody, and when.
type stake struct {
	c      *charter.Charter
	mark   charter.Mark
	window calendar.Window
	framed bool
}

// Whole asks a rule that counts about all charters.
func (r *Rule) Whole(p *portfolio.Portfolio) diag.List {
	stakes := map[string][]stake{}
	var order []string
	listed := map[string]bool{}
	if r.Policy.Least != nil {
		order = r.everybody(p)
		for _, key := range order {
			listed[key] = true
		}
	}
	for _, c := range p.Charters() {
		s := &subject{p: p, c: c, party: -1}
		if !r.where.holds(s) {
			continue
		}
		r.each.each(s, func(v value) bool {
			key := v.key()
			list := stakes[key]
			if n := len(list); n > 0 && list[n-1].c == c {
				return true // named twice in one charter
			}
			x := stake{c: c, mark: v.mark}
			x.window, x.framed = windowOf(s.c, r.each.field, ID(v.text))
			stakes[key] = append(list, x)
			if !listed[key] {
				listed[key] = true
				order = append(order, key)
			}
			return true
		})
	}
	var found diag.List
	for _, key := range order {
		found = append(found, r.count(p, key, stakes[key])...)
	}
	return found
}

// windowOf is when somebody has a part in a charter: for the time that somebody
// is lent, else for as long as the charter runs.
func windowOf(c *charter.Charter, f *field, who ID) (calendar.Window, bool) {
	if f.kind == aPerson && (f.name == "member" || f.name == "person") {
		for i := range c.Team {
			if c.Team[i].Person.Value == who {
				return c.Team[i].Window(c.Timeframe)
			}
		}
	}
	return c.Timeframe.Window()
}

// everybody lists the records that a rule with a least number is about.
func (r *Rule) everybody(p *portfolio.Portfolio) []string {
	var all []string
	reg := p.Registers()
	switch r.each.field.kind {
	case aDepartment:
		for _, d := range reg.Departments {
			all = append(all, string(d.ID))
		}
	case aPerson:
		for _, x := range reg.People {
			if x.Until.IsZero() || !x.Until.Before(p.AsOf()) {
				all = append(all, string(x.ID))
			}
		}
	case anArea:
		for _, a := range reg.Areas {
			all = append(all, string(a.ID))
		}
	case anObjective:
		for _, o := range reg.Objectives {
			all = append(all, string(o.ID))
		}
	}
	return all
}

// record is where a register writes of somebody.
func (r *Rule) record(p *portfolio.Portfolio, key string) diag.Pos {
	switch id := ID(key); {
	case r.each.field.kind == aDepartment && p.Department(id) != nil:
		return p.Department(id).Pos
	case r.each.field.kind == aPerson && p.Person(id) != nil:
		return p.Person(id).Pos
	case r.each.field.kind == anArea && p.Area(id) != nil:
		return p.Area(id).Pos
	case r.each.field.kind == anObjective && p.Objective(id) != nil:
		return p.Objective(id).Pos
	}
	return r.Policy.Pos
}

// count holds the number of charters against the rule's bounds.
func (r *Rule) count(p *portfolio.Portfolio, key string, stakes []stake) diag.List {
	if least := r.Policy.Least; least != nil && len(stakes) < *least {
		return diag.List{r.told(p, r.record(p, key), key, stakes, *least, calendar.Window{})}
	}
	most := r.Policy.Most
	if most == nil || len(stakes) <= *most {
		return nil
	}
	var at calendar.Window
	if r.Policy.AtOnce {
		if stakes, at = together(stakes, *most); len(stakes) == 0 {
			return nil
		}
	}
	// It is nobody's fault more than another's, so each charter is told.
	var found diag.List
	for _, x := range stakes {
		d := r.told(p, x.c.Pos(x.mark), key, stakes, *most, at)
		for _, other := range stakes {
			if other.c != x.c && len(d.Related) < 5 {
				d.Related = append(d.Related, diag.At[diag.Text]{Value: diag.Raw(other.c.Short()), Pos: other.c.Pos(other.mark)})
			}
		}
		found.Add(d)
	}
	return found
}

// together finds the first day on which more than most run at once, and those
// that do, with the days that all of them share.
func together(stakes []stake, most int) ([]stake, calendar.Window) {
	for _, first := range slices.SortedStableFunc(slices.Values(stakes), func(a, b stake) int { return a.window.Start.Compare(b.window.Start) }) {
		if !first.framed {
			continue
		}
		at := first.window
		var on []stake
		for _, x := range stakes {
			if x.framed && x.window.Contains(first.window.Start) {
				on = append(on, x)
				at, _ = at.Common(x.window)
			}
		}
		if len(on) > most {
			return on, at
		}
	}
	return nil, calendar.Window{}
}

// told is a finding of a rule that counts.
func (r *Rule) told(p *portfolio.Portfolio, at diag.Pos, key string, stakes []stake, limit int, w calendar.Window) diag.Diagnostic {
	return r.finding(at, func(name, lang string) string {
		l := p.Config().Speech.For(lang)
		switch name {
		case "count":
			return strconv.Itoa(len(stakes))
		case "limit":
			return strconv.Itoa(limit)
		case "from", "until":
			day := w.Start
			if name == "until" {
				day = w.End
			}
			if day.IsZero() {
				return "–"
			}
			return l.Date(day)
		case "charters":
			names := make([]string, len(stakes))
			for i, x := range stakes {
				names[i] = x.c.Short()
			}
			return l.List(names)
		}
		return r.each.text(p, value{set: true, text: key}, lang)
	})
}

// Examples holds a rule against its own examples (K005).
func (r *Rule) Examples(p *portfolio.Portfolio) diag.List {
	var found diag.List
	for _, e := range r.Policy.Pass {
		if said := r.say(p, e); len(said) > 0 && !said[0].IsZero() {
			found.Add(diag.Diagnostic{Pos: e.Pos, Code: "K005", Message: diag.Say("this example should pass %s, but the rule says: %s", r.Policy.Code, said[0]), Hint: diag.Say("correct the example, or the rule")})
		}
	}
	for _, e := range r.Policy.Fail {
		if slices.Contains(r.say(p, e), diag.Text{}) {
			found.Add(diag.Diagnostic{Pos: e.Pos, Code: "K005", Message: diag.Say("this example should fail %s, but the rule finds nothing in it", r.Policy.Code), Hint: diag.Say("correct the example, or the rule")})
		}
	}
	return found
}

// say is what a rule says of an example: of each of its charters, or of all as
// one portfolio where the rule counts. Nothing is said of what passes.
func (r *Rule) say(p *portfolio.Portfolio, e portfolio.Example) []diag.Text {
	small, _ := portfolio.Link(portfolio.Sources{Config: p.Config(), AsOf: p.AsOf(), Registers: p.Registers(), Charters: e.Charters})
	first := func(found diag.List) diag.Text {
		if len(found) == 0 {
			return diag.Text{}
		}
		return found[0].Message
	}
	if !r.Single() {
		return []diag.Text{first(r.Whole(small))}
	}
	var all []diag.Text
	for _, c := range e.Charters {
		if said := first(r.Look(small, c)); !said.IsZero() {
			all = slices.Insert(all, 0, said)
		} else {
			all = append(all, said)
		}
	}
	return all
}
