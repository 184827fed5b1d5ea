package site

import (
	"slices"
	"strconv"

	"charterhouse/internal/chart"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

func addOverview(_ *Site, pages pages) {
	pages["index.html"] = page{section: "overview", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("overview.title"), Template: "overview", Data: newOverviewPage(v)}, nil
	}}
	pages["attention.html"] = page{make: func(v *voice) (content, error) {
		d := attentionPage{Home: v.home, Groups: v.attention(0), Findings: v.findings(), Nothing: v.unsaid(heeded...)}
		for _, g := range d.Groups {
			d.Count += g.Count
		}
		d.Lede = v.words.N("attention.lede", d.Count)
		return content{Title: v.words.T("attention.title"), Template: "attention", Data: d}, nil
	}}
}

// An overviewPage opens the site: a sentence that a director can repeat, and
// the figures behind it.
type overviewPage struct {
	Home        string
	AsOf        theme.Fragment
	Say         theme.Fragment
	Lede        theme.Fragment
	Figures     []figure
	Matrix      []matrixView
	NoPairs     string // why there is none, where an audience is not told
	Even        []evenRow
	Attention   []attentionGroup
	Nothing     string // is told, where that is not all
	Items       string
	Chart       *gantt
	Departments *tablePage
	Returns     []returnLine
	NoReturns   string // as NoPairs
	Empty       bool
}

// A figure is a key figure: label, value with a link to its rows, context.
type figure struct {
	Label, Href, Value, Small, Context string
}

func newOverviewPage(v *voice) overviewPage {
	p := v.site.p
	d := overviewPage{Home: v.home, AsOf: v.date(p.AsOf()), Empty: len(p.Charters()) == 0}
	d.Say, d.Lede = v.say()
	d.Figures = v.figures()
	d.Matrix = v.matrices()
	d.Matrix = d.Matrix[:min(len(d.Matrix), 1)]
	d.NoPairs = v.unsaid("budget")
	d.Even = v.evenness()
	d.Attention, d.Nothing = v.attention(3), v.unsaid(heeded...)
	items := 0
	for _, g := range d.Attention {
		items += g.Count
	}
	d.Items = v.words.N("attention.items", items)
	running := v.dated(func(c *charter.Charter) bool {
		return c.Status.Value == charter.Active || c.Status.Value == charter.Agreed
	})
	d.Chart = v.gantt(running[:min(len(running), 24)], v.windowOf(running), true)
	t := v.site.table("by-department")
	d.Departments = &tablePage{Blocks: v.blocks(t), Empty: len(t.Blocks) == 0}
	d.Departments.Blocks = d.Departments.Blocks[:min(len(d.Departments.Blocks), 1)]
	d.NoReturns = v.unsaid("team.return")
	for _, l := range v.ledger() {
		if l.State != portfolio.Returned && len(d.Returns) < 5 {
			d.Returns = append(d.Returns, v.returnLine(l))
		}
	}
	return d
}

// say is the opening sentence and the one below it.
func (v *voice) say() (say, lede theme.Fragment) {
	t := v.site.table("by-department")
	if unsaid := v.unsaid("budget"); len(t.Blocks) == 0 && unsaid != "" {
		return theme.Escape(unsaid), ""
	}
	if len(t.Blocks) == 0 {
		return v.words.HTML("say.nothing"), ""
	}
	departments := map[string]bool{}
	var sums []theme.Fragment
	for _, b := range t.Blocks {
		for _, r := range b.Rows {
			departments[r.Key] = true
		}
		total := b.Total.Cells[len(b.Total.Cells)-1].Money
		sums = append(sums, v.link(addendAddress("by-department", b.Currency, "total")+"#c-total", v.locale.Short(total)))
	}
	n := v.counted()
	joined := sums[0]
	if len(sums) > 1 {
		joined = theme.Join(sums[:len(sums)-1], ", ")
		joined = new(theme.Builder).Add(joined).Raw(" ").Text(v.locale.And()).Raw(" ").Add(sums[len(sums)-1]).Fragment()
	}
	say = v.words.HTML("say.all", "Departments", v.words.N("departments.count", len(departments)), "Initiatives", v.link("rollup/spent.html", v.words.N("initiatives.number", n)), "Money", joined)
	if pairs := v.site.table("by-pair").Blocks; len(pairs) > 0 && len(pairs[0].Rows) > 0 {
		r := pairs[0].Rows[0]
		text := v.words.F("say.pair.sum", "Money", v.locale.Short(r.Cells[3].Money), "N", r.Cells[0].N)
		lede = v.words.HTML("say.pair", "One", v.deptName(r.Head.Refs[0].ID), "Other", v.deptName(r.Head.Refs[1].ID), "Sum", v.link(addendAddress("by-pair", pairs[0].Currency, r.Key), text))
	}
	return say, lede
}

// link is a link of ours within the tree.
func (v *voice) link(address, text string) theme.Fragment {
	return new(theme.Builder).Raw(`<a href="`).Text(v.href(address)).Raw(`">`).Text(text).Raw(`</a>`).Fragment()
}

func (v *voice) figures() []figure {
	p := v.site.p
	var all []figure
	year := strconv.Itoa(p.AsOf().Year())
	if t := v.site.table("by-department"); len(t.Blocks) > 0 {
		b := t.Blocks[0]
		for i, c := range t.Columns {
			if c.Key == year && b.Total.Cells[i].Kind == rollup.Amount {
				all = append(all, figure{v.words.F("figure.year", "Year", year), v.href(addendAddress(t.Name, b.Currency, "total")) + "#c-" + year, v.locale.Short(b.Total.Cells[i].Money), "",
					v.words.F("figure.year.of", "Money", v.locale.Short(b.Total.Cells[len(b.Total.Cells)-1].Money))})
			}
		}
	}
	count := map[charter.Status]int{}
	bound, signed, missing, late, worst := 0, 0, 0, 0, 0
	for _, c := range p.Charters() {
		count[c.Status.Value]++
		if c.Status.Value.Bound() {
			bound++
			if p.Agreement(c) == portfolio.FullySigned {
				signed++
			}
			for _, s := range p.Signatures(c) {
				if s.State != portfolio.Valid {
					missing++
				}
			}
		}
		for i := range c.Milestones {
			if days, ok := p.Overdue(c, &c.Milestones[i]); ok {
				late++
				worst = max(worst, days)
			}
		}
	}
	all = append(all, figure{v.words.T("figure.running"), v.listHref("status-active", count[charter.Active]), strconv.Itoa(count[charter.Active]), "",
		v.words.F("figure.running.of", "Proposed", count[charter.Proposed], "Completed", count[charter.Completed])})
	if v.unsaid("approvals") == "" {
		all = append(all, figure{v.words.T("figure.signed"), v.attentionHref("signatures", bound-signed), strconv.Itoa(signed), v.words.F("figure.of", "All", bound), v.words.N("figure.signed.missing", missing)})
	}
	if v.unsaid("milestones.due") == "" {
		all = append(all, figure{v.words.T("figure.overdue"), v.attentionHref("overdue", late), strconv.Itoa(late), "", v.whenSome(late, "figure.overdue.worst", worst)})
	}
	if v.unsaid("responsibilities.area", "responsibilities.accountable") != "" {
		return all
	}
	in := map[*charter.Charter]bool{}
	for _, x := range p.Conflicts() {
		in[x.One.Charter], in[x.Other.Charter] = true, true
	}
	all = append(all, figure{v.words.T("figure.conflicts"), v.href("ownership.html"), strconv.Itoa(len(p.Conflicts())), "", v.whenSome(len(in), "figure.conflicts.in", len(in))})
	return all
}

// attentionHref opens a group of the attention page, which exists only where it
// has items.
func (v *voice) attentionHref(group string, n int) string {
	if n == 0 {
		return v.href("attention.html")
	}
	return v.href("attention.html#" + group)
}

// whenSome words a figure's context, or says that there is nothing.
func (v *voice) whenSome(n int, key string, about int) string {
	if n == 0 {
		return v.words.T("figure.none")
	}
	return v.words.N(key, about)
}

// listHref is a filtered list, which exists only where it has rows.
func (v *voice) listHref(address string, n int) string {
	if n == 0 {
		address = "index"
	}
	return v.href(listAddress(address, 0))
}

// An evenRow is how evenly a pair pays.
type evenRow struct {
	One, Other           theme.Fragment
	OneAmount, OtherPart string
	Bar                  theme.Fragment
}

// evenness shows the three largest pairs of the main currency.
func (v *voice) evenness() []evenRow {
	pairs := v.site.table("by-pair").Blocks
	if len(pairs) == 0 {
		return nil
	}
	var rows []evenRow
	for _, r := range pairs[0].Rows[:min(3, len(pairs[0].Rows))] {
		one, other := r.Head.Refs[0].ID, r.Head.Refs[1].ID
		x, y := r.Cells[1].Money, r.Cells[2].Money
		if x.Cmp(y) < 0 {
			one, other, x, y = other, one, y, x
		}
		at := place(x.Minor, x.Minor+y.Minor)
		var b theme.Builder
		b.Raw(`<svg class="bar" role="img" aria-label="`).Text(v.deptName(one)).Raw(" ").Text(v.locale.Percent(wholePercent(x.Of(x.Plus(y))))).Raw(", ").
			Text(v.deptName(other)).Raw(" ").Text(v.locale.Percent(wholePercent(y.Of(x.Plus(y))))).Raw(`">`)
		chart.Each(v.deptClass(one), func(class string) { b.Raw(`<rect class="`).Text(class).Raw(`"/>`) })
		chart.Each(v.deptClass(other), func(class string) {
			b.Raw(`<rect class="`).Text(class).Raw(`" x="`).Percent(at).Raw(`" width="`).Percent(10_000 - at).Raw(`"/>`)
		})
		b.Raw(`<rect class="seam" x="`).Percent(at).Raw(`"/><line class="mid" x1="50%" x2="50%" y1="-3" y2="13"/></svg>`)
		rows = append(rows, evenRow{v.deptMark(one), v.deptMark(other), v.locale.Short(x), v.locale.Short(y), b.Fragment()})
	}
	return rows
}

// An attentionGroup is one kind of thing that somebody must act on.
type attentionGroup struct {
	ID, Title, Icon string
	Broken          bool
	Count           int
	Items           []attentionItem
	More            int
}

type attentionItem struct {
	Head theme.Fragment
	Text theme.Fragment
}

type attentionPage struct {
	Home     string
	Lede     string
	Nothing  string
	Count    int
	Groups   []attentionGroup
	Findings []findingRow
}

// heeded are the keys of charters that make something need somebody.
var heeded = []string{"responsibilities.accountable", "milestones.due", "team.return", "team.allocation", "approvals", "timeframe.end"}

// attention lists what needs somebody, gravest first; most is how many items of
// each to show, 0 for all.
func (v *voice) attention(most int) []attentionGroup {
	groups := []attentionGroup{v.conflictItems(), v.overdueItems(), v.returnItems(), v.loadItems(), v.signatureItems(), v.endingItems()}
	groups = slices.DeleteFunc(groups, func(g attentionGroup) bool { return g.Count == 0 })
	for i := range groups {
		if g := &groups[i]; most > 0 && len(g.Items) > most {
			g.More = len(g.Items) - most
			g.Items = g.Items[:most]
		}
	}
	return groups
}

func (v *voice) group(id, icon string, broken bool, items []attentionItem) attentionGroup {
	return attentionGroup{ID: id, Title: v.words.T("attention." + id), Icon: icon, Broken: broken, Count: len(items), Items: items}
}

func (v *voice) conflictItems() attentionGroup {
	var items []attentionItem
	for _, x := range v.site.p.Conflicts() {
		head := v.link("ownership.html#conflict-"+string(x.One.Area)+"-"+string(x.One.Charter.ID.Value)+"-"+string(x.Other.Charter.ID.Value), v.site.p.NameOf(portfolio.Target{Kind: portfolio.ToArea, ID: x.One.Area}, v.lang))
		items = append(items, attentionItem{head, v.words.HTML("attention.conflict", "One", v.deptName(x.One.Department), "First", v.charter(x.One.Charter), "Other", v.deptName(x.Other.Department), "Second", v.charter(x.Other.Charter))})
	}
	return v.group("conflicts", "conflict", true, items)
}

func (v *voice) overdueItems() attentionGroup {
	var items []attentionItem
	for _, s := range v.steps() {
		if s.Late == 0 {
			continue
		}
		text := v.words.HTML("attention.late", "Milestone", v.said(s.Charter, s.Milestone.Title.Value), "N", s.Late, "Who", v.person(s.Milestone.Owner.Value))
		items = append(items, attentionItem{v.charter(s.Charter), text})
	}
	return v.group("overdue", "late", true, items)
}

// said is an author's words, marked with their language where it differs.
func (v *voice) said(c *charter.Charter, text string) theme.Fragment {
	return foreign(v.word(c, text))
}

func (v *voice) returnItems() attentionGroup {
	var items []attentionItem
	for _, l := range v.ledger() {
		if l.State == portfolio.ReturnOverdue {
			items = append(items, attentionItem{v.charter(l.Charter), v.words.HTML("attention.return", "Who", v.person(l.Member.Person.Value), "Dept", v.deptName(l.Member.Home.Value), "N", l.Late)})
		}
	}
	return v.group("returns", "late", true, items)
}

func (v *voice) loadItems() attentionGroup {
	var items []attentionItem
	for _, x := range v.site.p.Registers().People {
		over := v.site.p.Overloads(x.ID)
		if len(over) == 0 {
			continue
		}
		worst := slices.MaxFunc(over, func(a, b portfolio.Stretch) int { return a.Load.Cmp(b.Load) })
		items = append(items, attentionItem{v.person(x.ID), v.words.HTML("attention.load.text", "Load", v.locale.Decimal(money.PercentOf(worst.Load)), "From", v.date(worst.Window.Start), "To", v.date(worst.Window.End))})
	}
	return v.group("load", "clock", true, items)
}

func (v *voice) signatureItems() attentionGroup {
	p := v.site.p
	var items []attentionItem
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() || p.Agreement(c) == portfolio.FullySigned {
			continue
		}
		var who []theme.Fragment
		for _, s := range p.Signatures(c) {
			if s.State != portfolio.Valid {
				if signer := p.Signer(c, s); signer != "" {
					who = append(who, v.person(signer))
				} else {
					who = append(who, v.deptMark(s.Department))
				}
			}
		}
		if len(who) > 0 {
			key := "attention.sign"
			if p.Agreement(c) == portfolio.ResignNeeded {
				key = "attention.resign"
			}
			items = append(items, attentionItem{v.charter(c), v.words.HTML(key, "Who", theme.Join(who, ", "))})
		}
	}
	return v.group("signatures", "half", false, items)
}

func (v *voice) endingItems() attentionGroup {
	p := v.site.p
	var items []attentionItem
	for _, c := range v.dated(func(c *charter.Charter) bool { return c.Status.Value == charter.Active }) {
		end := c.Timeframe.End.Value
		left := end.DaysSince(p.AsOf())
		if left > p.Config().EndingDays {
			continue
		}
		key := "attention.ending.item"
		if left < 0 {
			key, left = "attention.ended", -left
		}
		items = append(items, attentionItem{v.charter(c), v.words.HTML(key, "Date", v.date(end), "N", left)})
	}
	return v.group("ending", "clock", false, items)
}

// A findingRow is one finding of check.
type findingRow struct {
	Severity, Code, Message, Hint string
	Place                         theme.Fragment
	Lang                          string
	Page                          theme.Fragment
}

// findings lists what check said, as it said it.
func (v *voice) findings() []findingRow {
	files := map[string]*charter.Charter{}
	for _, c := range v.site.p.Charters() {
		files[c.File] = c
	}
	for _, t := range v.site.p.Translations() {
		if t.Of != nil {
			files[t.File.File] = t.Of
		}
	}
	var rows []findingRow
	for _, d := range v.site.found {
		if d.Severity < diag.Note {
			continue
		}
		row := findingRow{Severity: v.words.T("severity." + d.Severity.String()), Code: string(d.Code), Place: v.place(d.Pos), Message: d.Message.In(v.words.Tongue()), Hint: d.Hint.In(v.words.Tongue())}
		if v.words.Tongue() == nil && v.lang != "en" { // they are said in English
			row.Lang = "en"
		}
		if c := files[d.Pos.File]; c != nil {
			row.Page = v.charter(c)
		}
		rows = append(rows, row)
		if len(rows) == 2*listed {
			break
		}
	}
	return rows
}
