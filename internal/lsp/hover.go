package lsp

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/rulebook"
)

// hover explains what stands at the spot: a finding by its manual, an amount by
// its addends, an id by what it names, a key by the registry.
func (x *spot) hover() (any, error) {
	var parts []string
	var about *textRange
	for _, d := range x.found[x.doc.name] {
		at := spanOf(x.page, d, x.s.enc)
		if here := x.page.position(x.offset, x.s.enc); d.Pos.Line > 0 && at.touches(textRange{here, here}) {
			parts = append(parts, x.rule(d))
		}
	}
	if t, ok := x.thing(); ok {
		if text := x.about(t.Target); text != "" {
			parts = append(parts, text)
			r := x.page.span(t.start, t.end, x.s.enc)
			about = &r
		}
	}
	if p, ok := x.place(); ok {
		if text := x.amount(p); text != "" {
			parts = append(parts, text)
		}
		if text := x.field(p); text != "" {
			parts = append(parts, text)
			if about == nil && p.end > p.start {
				r := x.page.span(p.start, p.end, x.s.enc)
				about = &r
			}
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return hover{x.markup(strings.Join(parts, "\n\n---\n\n")), about}, nil
}

func (x *spot) markup(text string) markup {
	if x.s.can.markdown {
		return markup{"markdown", text}
	}
	return markup{"plaintext", strings.ReplaceAll(text, "**", "")}
}

// plain lets an author's words stand in Markdown as they are.
func plain(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "<", `\<`, "`", "\\`").Replace(s)
}

// titleOf says in one line what a rule asks.
func titleOf(p *portfolio.Portfolio, code diag.Code, lang string) string {
	for _, own := range p.Config().Policies {
		if own.Code == code {
			return own.Title.In(lang)
		}
	}
	if rule, ok := rulebook.Lookup(string(code)); ok {
		return rule.Title(lang)
	}
	return ""
}

func (x *spot) rule(d diag.Diagnostic) string {
	text := fmt.Sprintf("**%s** %s", d.Code, titleOf(x.Portfolio, d.Code, x.s.lang))
	for _, own := range x.Portfolio.Config().Policies {
		if own.Code == d.Code {
			return text + "\n\n" + plain(own.Why.In(x.s.lang))
		}
	}
	if rule, ok := rulebook.Lookup(string(d.Code)); ok {
		text += "\n\n" + rule.Manual(x.s.lang)
	}
	return text
}

// manual writes the manual of a rule where an editor can open it, and returns
// its address; empty where that cannot be.
func (s *server) manual(code diag.Code) string {
	rule, ok := rulebook.Lookup(string(code))
	dir, err := cacheDir()
	if !ok || err != nil {
		return ""
	}
	file := filepath.Join(dir, "manual", s.lang, string(code)+".md")
	if _, written := s.manuals.LoadOrStore(file, true); !written {
		text := fmt.Sprintf("# %s %s\n\n%s\n", code, rule.Title(s.lang), rule.Manual(s.lang))
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
		if err != nil {
			s.log.Print(err)
			return ""
		}
	}
	return uriOf(file)
}

// field tells what a key means, and when it is required.
func (x *spot) field(p place) string {
	at := strings.TrimSuffix(p.path, "[]")
	if p.key && !p.value {
		at = strings.TrimPrefix(p.path+"."+p.word, ".")
	}
	if key, own := strings.CutPrefix(at, "x."); own && p.schema == "charter" {
		if f := x.Portfolio.Config().Field(key); f != nil {
			return strings.TrimSpace(fmt.Sprintf("**%s** (%s) %s", plain(f.Name.In(x.s.lang)), f.Type, plain(f.Note.In(x.s.lang))))
		}
	}
	f := charter.FieldAt(p.fields, at)
	if f == nil {
		return ""
	}
	text := fmt.Sprintf("**%s** · `%s`\n\n%s", f.Title[x.tongue()], f.Path, f.Note[x.tongue()])
	if p.schema != "charter" {
		return text
	}
	var must, not []string
	for _, s := range charter.Statuses {
		switch x.Portfolio.Config().Required[at][s] {
		case portfolio.Must:
			must = append(must, s.String())
		case portfolio.Refused:
			not = append(not, s.String())
		}
	}
	if len(must) == len(charter.Statuses) {
		text += "\n\n" + x.s.say("Required.", "Skal være der.")
	} else if len(must) > 0 {
		text += "\n\n" + x.s.say("Required when: ", "Kræves ved: ") + strings.Join(must, ", ")
	}
	if len(not) > 0 {
		text += "\n\n" + x.s.say("Refused when: ", "Må ikke stå ved: ") + strings.Join(not, ", ")
	}
	return text
}

// amount tells what a share or a period comes to, with its addends.
func (x *spot) amount(p place) string {
	c := x.charterOf(x.doc.name)
	if c == nil || p.schema != "charter" || !c.Budget.Sound || len(p.steps) < 2 || p.steps[0] != "budget" {
		return ""
	}
	steps := p.steps
	if p.key && !p.value {
		steps = append(steps[:len(steps):len(steps)], p.word)
	}
	if len(steps) < 3 {
		return ""
	}
	switch steps[1] {
	case "shares":
		for j, party := range c.Budget.Parties {
			if string(party.Department.Value) == steps[2] {
				return x.share(c, j)
			}
		}
	case "periods":
		for i, period := range c.Budget.Periods {
			if period.Period.Value.String() == steps[2] && i < len(c.Budget.Table.Cells) {
				return x.period(c, i)
			}
		}
	}
	return ""
}

func (x *spot) share(c *charter.Charter, j int) string {
	l, party := x.locale(), c.Budget.Parties[j]
	who := x.name(portfolio.ToDepartment, party.Department.Value)
	text := x.s.say("%s pays **%s**, %s of %s.", "%s betaler **%s**, %s af %s.", plain(who), l.MoneyExact(party.Amount), l.PercentExact(party.Share), l.MoneyExact(c.Budget.Total.Value))
	if len(c.Budget.Periods) == 0 {
		return text
	}
	var parts []string
	for i, row := range c.Budget.Table.Cells {
		parts = append(parts, c.Budget.Periods[i].Period.Value.String()+": "+l.Amount(row[j], true))
	}
	return text + "\n\n" + strings.Join(parts, "  \n")
}

func (x *spot) period(c *charter.Charter, i int) string {
	l := x.locale()
	var parts []string
	for j, party := range c.Budget.Parties {
		parts = append(parts, plain(x.name(portfolio.ToDepartment, party.Department.Value))+": "+l.Amount(c.Budget.Table.Cells[i][j], true))
	}
	return fmt.Sprintf("**%s** %s\n\n%s", l.Period(c.Budget.Periods[i].Period.Value), l.MoneyExact(c.Budget.Periods[i].Amount.Value), strings.Join(parts, "  \n"))
}

// about tells what an id names.
func (x *spot) about(t portfolio.Target) string {
	switch t.Kind {
	case portfolio.ToCharter:
		return x.aboutCharter(x.Portfolio.Find(t.ID))
	case portfolio.ToPerson:
		return x.aboutPerson(x.Portfolio.Person(t.ID))
	case portfolio.ToDepartment:
		return x.aboutDepartment(x.Portfolio.Department(t.ID))
	case portfolio.ToArea:
		a := x.Portfolio.Area(t.ID)
		text := "**" + plain(a.Name.In(x.s.lang)) + "**"
		if a.StandingOwner != "" {
			text += "\n\n" + x.s.say("Standing owner: ", "Fast ejer: ") + plain(x.name(portfolio.ToDepartment, a.StandingOwner))
		}
		return text + "\n\n" + x.charters(len(x.Portfolio.Concerning(a.ID)))
	case portfolio.ToObjective:
		o := x.Portfolio.Objective(t.ID)
		text := "**" + plain(o.Text.In(x.s.lang)) + "**"
		if o.Owner != "" {
			text += "\n\n" + plain(x.name(portfolio.ToDepartment, o.Owner)) + " · " + o.Period.Value
		}
		return text + "\n\n" + x.charters(len(x.Portfolio.Toward(o.ID)))
	}
	return ""
}

func (x *spot) charters(n int) string {
	if n == 1 {
		return x.s.say("Named in 1 charter.", "Nævnt i 1 charter.")
	}
	return x.s.say("Named in %d charters.", "Nævnt i %d chartre.", n)
}

func (x *spot) aboutCharter(c *charter.Charter) string {
	if c == nil {
		return ""
	}
	l := x.locale()
	text := "**" + plain(c.Name()) + "** · " + x.words("status."+c.Status.Value.String())
	if c.Summary.Value != "" {
		text += "\n\n" + c.Summary.Value
	}
	var facts []string
	if w, ok := c.Timeframe.Window(); ok {
		facts = append(facts, l.Date(w.Start)+" – "+l.Date(w.End))
	}
	if c.Budget.Sound {
		facts = append(facts, l.Money(c.Budget.Total.Value))
	}
	for _, id := range c.Lead {
		facts = append(facts, plain(x.name(portfolio.ToPerson, id.Value)))
	}
	if len(facts) > 0 {
		text += "\n\n" + strings.Join(facts, " · ")
	}
	return text
}

func (x *spot) aboutPerson(p *portfolio.Person) string {
	day, l := x.Portfolio.AsOf(), x.locale()
	text := "**" + plain(p.Name) + "**"
	if home := p.Home(day); home != "" {
		text += " · " + plain(x.name(portfolio.ToDepartment, home))
	}
	months := rollup.MonthsAhead(x.Portfolio)
	row, ok := rollup.LoadOf(x.Portfolio, p, months)
	if !ok {
		return text + "\n\n" + x.s.say("Not booked in the next twelve months.", "Ikke booket de næste tolv måneder.")
	}
	now, most, when := new(big.Rat), new(big.Rat), 0
	for i := range months {
		if ratio := row.Cells[2+i].Ratio; ratio != nil {
			if i == 0 {
				now = ratio
			}
			if ratio.Cmp(most) > 0 {
				most, when = ratio, i
			}
		}
	}
	text += "\n\n" + x.s.say("Booked for %s this month, at most %s (%s), of %s.", "Booket %s i denne måned, højst %s (%s), af %s.",
		l.PercentWhole(now), l.PercentWhole(most), l.Period(months[when]), l.Percent(p.Capacity))
	var parts []string
	for _, posting := range x.Portfolio.Postings(p.ID) {
		parts = append(parts, fmt.Sprintf("%s: %s, %s – %s", plain(posting.Charter.Short()), l.Percent(posting.Member.Allocation.Value), l.Date(posting.Window.Start), l.Date(posting.Window.End)))
	}
	return text + "\n\n" + strings.Join(parts, "  \n")
}

func (x *spot) aboutDepartment(d *portfolio.Department) string {
	day := x.Portfolio.AsOf()
	text := "**" + plain(d.Name.In(x.s.lang)) + "** · " + plain(d.Code)
	if chief, ok := x.Portfolio.Chief(d.ID, day); ok {
		text += "\n\n" + x.s.say("Chief: ", "Chef: ") + plain(x.name(portfolio.ToPerson, chief.ID))
		if title := chief.Title.In(x.s.lang); title != "" {
			text += ", " + plain(title)
		}
	}
	var deputies []string
	for _, t := range d.Deputies {
		if t.On(day) {
			deputies = append(deputies, plain(x.name(portfolio.ToPerson, t.ID)))
		}
	}
	if len(deputies) > 0 {
		text += "  \n" + x.s.say("Deputies: ", "Stedfortrædere: ") + x.locale().List(deputies)
	}
	paid := x.Portfolio.PaidBy(d.ID)
	return text + "\n\n" + x.s.say("Pays in %d charters.", "Betaler i %d chartre.", len(paid))
}

// hints show what shares and periods come to, beside them.
func (x *spot) hints() (any, error) {
	all := []inlayHint{}
	c := x.charterOf(x.doc.name)
	if c == nil || !c.Budget.Sound {
		return all, nil
	}
	l, b := x.locale(), c.Budget
	add := func(m charter.Mark, written, label string) {
		start := x.mark(m)
		if start < len(x.page.text) && strings.ContainsRune(`"'`, rune(x.page.text[start])) {
			written = `"` + written + `"`
		}
		at := x.page.position(start+len(written), x.s.enc)
		if r := x.params.Range; r == (textRange{}) || r.touches(textRange{at, at}) {
			all = append(all, inlayHint{Position: at, Label: label, Padding: true})
		}
	}
	for _, p := range b.Parties {
		label := l.MoneyExact(p.Amount)
		if _, err := money.Parse(p.Written.Value, p.Amount.Currency); err == nil {
			label = l.PercentExact(p.Share)
		}
		add(p.Written.Mark, p.Written.Value, label)
	}
	for i, p := range b.Periods {
		if i >= len(b.Table.Cells) {
			break
		}
		var parts []string
		for j, party := range b.Parties {
			parts = append(parts, x.code(party.Department.Value)+" "+l.Amount(b.Table.Cells[i][j], true))
		}
		end := x.mark(p.Amount.Mark)
		stop := end
		for stop < len(x.page.text) && !strings.ContainsRune(" ,}\r\n\t", rune(x.page.text[stop])) {
			stop++
		}
		add(p.Amount.Mark, x.page.text[end:stop], strings.Join(parts, " · "))
	}
	return all, nil
}

// code is a department's short form.
func (x *spot) code(id charter.ID) string {
	if d := x.Portfolio.Department(id); d != nil {
		return d.Code
	}
	return string(id)
}
