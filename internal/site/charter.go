package site

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// charterPage makes the page of one charter, or of a former id. Charters are
// looked up rather than entered, since a preview asks for one of ten thousand.
func (s *Site) charterPage(id ID) (page, bool) {
	if c := s.p.Charter(ID(strings.ToLower(string(id)))); c != nil && c.ID.Value == id {
		return page{section: "initiatives", make: func(v *voice) (content, error) {
			if t := s.Translation(id, v.lang); t != nil {
				return content{Title: t.Shown().Name(), Template: "charter", Data: newCharterPage(v, v, c, t)}, nil
			}
			lang := s.p.Lang(c)
			return content{Title: c.Name(), Lang: lang, Template: "charter", Data: newCharterPage(v.speaking(lang), v, c, nil)}, nil
		}}, true
	}
	now, ok := s.p.Aliases()[id]
	return page{section: "initiatives", make: func(v *voice) (content, error) {
		return content{Title: string(id), Template: "moved", Data: movedPage{Former: string(id), Now: v.charter(s.p.Charter(now)), Href: v.href("charters/" + string(now) + ".html")}}, nil
	}}, ok
}

// charterIDs lists the ids that have a page, present and former.
func (s *Site) charterIDs() []ID {
	all := slices.Collect(maps.Keys(s.p.Aliases()))
	for _, c := range s.p.Charters() {
		all = append(all, c.ID.Value)
	}
	return all
}

// A movedPage sends the reader of a former id on.
type movedPage struct {
	Former string
	Now    theme.Fragment
	Href   string
}

// A charterPage is what templates/charter.html is given. Whatever recurs on
// many pages comes as a finished fragment, so that a page takes few actions.
type charterPage struct {
	Home       string
	Site       string
	ID         string
	Lang       string // set where the document speaks another language than the frame
	Title      theme.Fragment
	Summary    theme.Fragment
	Rendered   *translationNote // set where another text was signed
	Status     theme.Fragment
	Restricted bool
	Pips       theme.Fragment
	Signed     string
	Again      string // that those who signed sign again
	Led        theme.Fragment
	State      string // "proposed" and the like, for styles

	Split    *splitFigure
	Span     theme.Fragment
	SpanNote string
	Promise  *promiseView
	Funding  *fundingTable

	Contents         theme.Fragment // list items; short lists come finished, since an action costs more than a value
	Goals            []goalRow
	Responsibilities *raciTable
	Team             []teamRow
	Milestones       []milestoneRow
	Risks            []riskRow
	Deliverables     []deliverableRow
	Exit             []theme.Fragment
	Prose            theme.Fragment
	Updates          []updateRow
	Amendments       []amendmentRow
	Life             *lifeView
	Closure          *closureFacts

	Signatures []signatureRow
	Since      []sinceRow
	Seal       string
	Sealed     bool
	People     []personRow
	Relations  theme.Fragment // list items
	Backlinks  []backlinkRow
	Facts      theme.Fragment // terms and their descriptions
	Source     theme.Fragment // the file, with the way to edit it
	Edit       theme.Fragment // links to its parts at the forge
	Spent      []spentRow
	Around     *aroundView
	Similar    theme.Fragment
	Asked      bool // a proposal asks first of all whether somebody is doing this already
	File       string
	Terms      string         // empty where it is withheld
	Missing    theme.Fragment // what was taken out for the audience
	NoBudget   string         // why there is none, and at length
	NoWhy      string
}

// newCharterPage makes the page of c, in the words of t where that is not nil:
// every fact is c's.
func newCharterPage(v, reader *voice, c *charter.Charter, t *portfolio.Translation) *charterPage {
	p := v.site.p
	d := &charterPage{
		Home: v.home, Site: v.site.title(), ID: string(c.ID.Value), Title: v.spoken(t, &c.Title), State: c.Status.Value.String(),
		Summary: v.line(c, t, &c.Summary), Rendered: v.rendered(c, t), Status: v.status(c.Status.Value), Restricted: c.Restricted.Value,
		File: c.File, Terms: v.terms(c), Missing: v.missing(c),
	}
	if c.Title.Value == "" {
		d.Title = theme.Escape(c.Name())
	}
	if t == nil && (v.lang != reader.lang || p.Lang(c) != reader.lang) {
		d.Lang = p.Lang(c)
	}
	d.Led = v.ledBy(c)
	d.signatures(v, c)
	d.Split = v.split(c)
	_, d.NoBudget, d.NoWhy = v.noBudget(c)
	d.Span, d.SpanNote = v.span(c)
	d.Funding = v.funding(c, t)
	d.Goals = v.goals(c, t)
	d.Responsibilities = v.raci(c, t)
	d.Team = v.team(c, t)
	d.Milestones = v.milestones(c, t)
	d.Risks = v.risks(c, t)
	d.Deliverables = v.deliverables(c, t)
	for i := range c.ExitCriteria {
		d.Exit = append(d.Exit, v.marked(t, &c.ExitCriteria[i]))
	}
	d.Prose = v.prose(c, t)
	d.Updates = v.updates(c, t)
	d.Amendments = v.amendments(c, t)
	d.Closure = v.closure(c, t)
	d.Life = v.life(c)
	d.People = v.roles(c, t)
	d.Relations = v.relations(c)
	d.Backlinks = v.backlinks(portfolio.Target{Kind: portfolio.ToCharter, ID: c.ID.Value})
	d.Facts = v.facts(c)
	d.Source, d.Edit = v.source(c.File), v.parts(c)
	d.Spent = v.spent(c)
	d.Around = v.around(c)
	d.Similar = v.similar(c)
	d.Asked = d.Similar != "" && c.Status.Value.Draft()
	if c.Status.Value.Bound() {
		if k, ok := rollup.KeptBy(p, c); ok {
			d.Promise = v.promise(k)
		}
	}
	d.contents(v, c, t)
	return d
}

// contents lists the sections that the page has, prose headings among them.
func (d *charterPage) contents(v *voice, c *charter.Charter, t *portfolio.Translation) {
	var list theme.Builder
	entry := func(id, text string) {
		list.Raw(`<li><a href="#`).Text(id).Raw(`">`).Text(text).Raw(`</a></li>`)
	}
	add := func(have bool, id, key string) {
		if have {
			entry(id, v.words.T(key))
		}
	}
	add(d.Asked, "similar", "similar.asked")
	add(d.Funding != nil, "funding", "charter.funding")
	add(len(d.Goals) > 0, "goals", "charter.goals")
	add(d.Responsibilities != nil, "responsibilities", "charter.responsibilities")
	add(len(d.Team) > 0, "team", "charter.team.short")
	add(len(d.Milestones) > 0, "milestones", "charter.milestones")
	add(len(d.Risks) > 0, "risks", "charter.risks")
	outline := c.Body.Outline
	if t != nil {
		outline = t.Shown().Body.Outline
	}
	for _, h := range outline {
		if h.Level == 2 {
			entry(h.ID, h.Text)
		}
	}
	add(len(d.Updates) > 0, "updates", "charter.updates")
	add(len(d.Amendments) > 0, "amendments", "charter.amendments")
	add(d.Around != nil, "around", "around.title")
	d.Contents = list.Fragment()
}

// prose writes the body with its links filled in for this page.
func (v *voice) prose(c *charter.Charter, t *portfolio.Translation) theme.Fragment {
	if t != nil {
		return v.renderedProse(c, t)
	}
	return v.body(c)
}

func (v *voice) body(c *charter.Charter) theme.Fragment {
	links := v.site.p.Links(c)
	var b theme.Builder
	v.answers(&b, &c.Body, c.Questions, "q-", func(i int, l markdown.Link) markdown.Target { return v.linkTarget(links[i].Target, l) })
	return b.Fragment()
}

// linkTarget says what a link in prose becomes on this page.
func (v *voice) linkTarget(t portfolio.Target, l markdown.Link) markdown.Target {
	switch t.Kind {
	case portfolio.NoTarget:
		return markdown.Target{Text: cmp.Or(l.Text, l.Target), Broken: true}
	case portfolio.External:
		return markdown.Target{Href: l.Target, Text: l.Text}
	case portfolio.ToAsset:
		return markdown.Target{Href: v.root + attachmentAddress(string(t.ID)), Text: l.Text}
	}
	t.Anchor = v.anchor(t)
	address, _ := addressOf(t)
	target := markdown.Target{Href: v.href(address), Text: l.Text}
	if l.Text == "" {
		target.Text, target.Lang = v.nameOf(t)
	}
	return target
}

// nameOf is a target's own name, with its language where that is another.
func (v *voice) nameOf(t portfolio.Target) (name, lang string) {
	switch t.Kind {
	case portfolio.ToCharter:
		m := v.charterData(v.site.p.Charter(t.ID))
		return m.Text, m.Lang
	case portfolio.ToPerson:
		return v.personName(t.ID), ""
	case portfolio.ToDepartment:
		return v.deptName(t.ID), ""
	case portfolio.ToArea:
		return v.site.p.Area(t.ID).Name.In(v.lang), ""
	case portfolio.ToObjective:
		return v.site.p.Objective(t.ID).Text.In(v.lang), ""
	}
	return string(t.ID), ""
}

// inline renders an author's one-liner.
func (v *voice) inline(c *charter.Charter, text string) theme.Fragment {
	if text == "" {
		return ""
	}
	var b theme.Builder
	b.Prose(func(buf *bytes.Buffer) {
		line, _ := markdown.Inline(text, c.Pos(c.Facts), v.site.p.Config().Speech.For(v.site.p.Lang(c))) // what is wrong with it was said when it was read
		line.WriteHTML(buf, func(_ int, l markdown.Link) markdown.Target { return v.linkTarget(v.site.p.Resolve(c, l).Target, l) })
	})
	return b.Fragment()
}

func (v *voice) ledBy(c *charter.Charter) theme.Fragment {
	if len(c.Lead) == 0 {
		return ""
	}
	names := make([]theme.Fragment, len(c.Lead))
	for i, id := range c.Lead {
		var b theme.Builder
		b.Add(v.person(id.Value))
		if x := v.site.p.Person(id.Value); x != nil {
			if home := x.Home(v.site.p.AsOf()); home != "" {
				b.Raw(", ").Text(v.deptName(home))
			}
		}
		names[i] = b.Fragment()
	}
	if len(names) == 1 {
		return v.words.HTML("charter.led", "Lead", names[0])
	}
	return v.words.HTML("charter.led.two", "Lead", names[0], "Other", names[1])
}

// A signatureRow is one line of the signatures list and of the printed form.
type signatureRow struct {
	Icon   string // "valid", "outdated", "missing"
	Person theme.Fragment
	Name   string
	Post   string
	Dept   theme.Fragment
	Plain  string // department, as text
	Date   theme.Fragment
	Note   string
	Amount string
}

func (d *charterPage) signatures(v *voice, c *charter.Charter) {
	all := v.site.p.Signatures(c)
	if len(all) == 0 {
		return
	}
	valid := 0
	for i, s := range all {
		row := signatureRow{Dept: v.deptMark(s.Department), Plain: v.deptName(s.Department)}
		if c.Budget.Sound {
			row.Amount = v.money(c.Budget.Parties[i].Amount)
		}
		signer := v.signer(c, s)
		row.Name, row.Post = v.personName(signer.ID), signer.Title.In(v.lang)
		if signer.ID != "" {
			row.Person = v.person(signer.ID)
		}
		row.Icon, row.Note = "missing", v.words.T("signature.missing")
		if s.Approval != nil {
			row.Date = v.date(s.Approval.Date.Value)
		}
		switch s.State {
		case portfolio.Valid:
			row.Icon, row.Note = "valid", ""
			valid++
		case portfolio.Outdated:
			row.Icon, row.Note = "outdated", v.words.T("signature.outdated")
			d.since(v, c, s)
		case portfolio.NotEntitled:
			row.Note = v.words.T("signature.notentitled")
		}
		d.Signatures = append(d.Signatures, row)
	}
	d.Pips = pips(valid, len(all))
	d.Signed = v.words.F("signature.count", "Valid", valid, "N", len(all))
	switch v.site.p.Agreement(c) {
	case portfolio.FullySigned:
		d.Seal, d.Sealed = v.words.N("signature.all", len(all)), true
	case portfolio.ResignNeeded:
		d.Seal = v.words.T("signature.resign")
		if c.Status.Value.Bound() {
			d.Again = v.words.T("agreement.re-sign-needed")
		}
	default:
		d.Seal = v.words.N("signature.open", len(all)-valid)
	}
}

// A sinceRow tells what has changed since some departments signed.
type sinceRow struct {
	Terms  string // that they signed
	Title  string
	Lines  []string
	Signed []string // their names
}

// since adds to a charter that needs new signatures what has changed since those
// it has. Who signed the same terms is told once.
func (d *charterPage) since(v *voice, c *charter.Charter, s portfolio.Signature) {
	if v.site.p.Veil() != nil { // what was signed is history, which an audience is not shown
		return
	}
	for i := range d.Since {
		if x := &d.Since[i]; x.Terms == s.Approval.Terms.Value {
			x.Signed = append(x.Signed, v.deptName(s.Department))
			x.Title = v.words.F("signature.since", "Names", v.locale.List(x.Signed))
			return
		}
	}
	name := v.deptName(s.Department)
	x := sinceRow{Terms: s.Approval.Terms.Value, Signed: []string{name}, Title: v.words.F("signature.since", "Names", name)}
	if _, then := v.site.p.Worth(c, s); then == nil {
		x.Lines = []string{v.words.T("signature.lost")}
	} else {
		for _, line := range (change.Teller{Words: v.words, After: v.site.p}).Sentences(change.Terms(then, c)) {
			x.Lines = append(x.Lines, change.Begin(line))
		}
	}
	d.Since = append(d.Since, x)
}

// signer is who signed, or who must: the owner named in the charter, else the
// chief of the day. It is nobody where that may not be told.
func (v *voice) signer(c *charter.Charter, s portfolio.Signature) portfolio.Tenure {
	day := v.site.p.AsOf()
	var who ID
	switch {
	case v.site.p.Unnamed(c), s.Approval != nil && s.Approval.Person.Value == "": // a chief need not be who signed
		return portfolio.Tenure{}
	case s.Approval != nil:
		who, day = s.Approval.Person.Value, s.Approval.Date.Value
	default:
		for _, o := range c.Owners {
			if o.Department.Value == s.Department {
				who = o.Person.Value
			}
		}
	}
	chief, ok := v.site.p.Chief(s.Department, day)
	if who == "" && ok {
		return chief
	}
	post, deputy, ok := v.site.p.Office(s.Department, who, day)
	switch {
	case !ok:
		return portfolio.Tenure{ID: who}
	case deputy && len(post.Title) == 0:
		post.Title = portfolio.Text{"": v.words.T("signature.deputy")}
	}
	return post
}

// pips are one mark a signature, filled when valid.
func pips(valid, all int) theme.Fragment {
	var b theme.Builder
	b.Raw(`<span class="pips" aria-hidden="true">`)
	for i := range all {
		if i < valid {
			b.Raw(`<b></b>`)
		} else {
			b.Raw(`<i></i>`)
		}
	}
	return b.Raw(`</span>`).Fragment()
}

// signedOf is how many of a charter's signatures are for its terms, as dots and in
// short words.
func (v *voice) signedOf(all []portfolio.Signature) (dots theme.Fragment, said string) {
	valid := 0
	for _, s := range all {
		if s.State == portfolio.Valid {
			valid++
		}
	}
	return pips(valid, len(all)), v.words.F("signature.short", "Valid", valid, "All", len(all))
}

// A fundingTable is who pays what in which period. Cells are finished, since a
// table is the part of a page with the most values.
type fundingTable struct {
	Caption string
	Heads   []string
	Rows    []fundingRow
	Foot    theme.Fragment
	Note    string // why one party pays an øre more
}

type fundingRow struct {
	Dept  theme.Fragment
	Note  theme.Fragment
	Cells theme.Fragment
}

func (v *voice) funding(c *charter.Charter, t *portfolio.Translation) *fundingTable {
	b := &c.Budget
	if !b.Sound {
		return nil
	}
	table := &fundingTable{Caption: v.words.F("charter.funding.caption", "Currency", string(b.Currency.Value))}
	for _, p := range b.Periods {
		table.Heads = append(table.Heads, v.locale.Period(p.Period.Value))
	}
	cents := needsDecimals(b)
	for j, party := range b.Parties {
		row := fundingRow{Dept: v.dept(party.Department.Value)}
		row.Note = v.partyNote(t, &b.Parties[j])
		var cells theme.Builder
		for i := range b.Periods {
			cells.Raw(`<td class="n">`).Text(v.locale.Amount(b.Table.Cells[i][j], cents)).Raw(`</td>`)
		}
		cells.Raw(`<td class="n"><b>`).Text(v.locale.Amount(party.Amount, cents)).Raw(`</b></td><td class="n">`).Text(v.share(party)).Raw(`</td>`)
		row.Cells = cells.Fragment()
		table.Rows = append(table.Rows, row)
	}
	var foot theme.Builder
	for _, p := range b.Periods {
		foot.Raw(`<td class="n">`).Text(v.locale.Amount(p.Amount.Value, cents)).Raw(`</td>`)
	}
	foot.Raw(`<td class="n">`).Text(v.locale.Amount(b.Total.Value, cents)).Raw(`</td><td class="n">`).Text(v.locale.Percent(money.Whole)).Raw(`</td>`)
	table.Foot = foot.Fragment()
	table.Note = v.roundingNote(b)
	return table
}
