package site

import (
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/paper"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// This file holds the sections of the board pack, in their order. Each prints
// what the page of the same name shows, so no figure is summed here.

// longest is how many rows of a list stand in a pack; the page that the list
// is from has them all.
const longest = 120

// moneyTables are what each department pays, by year, and the tables that an
// amount is asked about next.
func (k *packer) moneyTables() {
	v := k.v
	k.section("money", v.words.T("pack.money"), v.words.T("pack.money.note"))
	for _, name := range []string{"by-department", "by-period", "by-currency", "proposals"} {
		t := v.site.table(name)
		for _, b := range t.Blocks {
			k.figures(t, b)
		}
	}
}

// How a table of amounts is divided: names, how many charters, amounts.
const (
	namesPart = 18
	pairPart  = 32 // two names
	countPart = 8
	figurePad = 60
)

// figures enters a table of amounts. More columns than stand side by side are
// parted into tables below one another.
func (k *packer) figures(t rollup.Table, b rollup.Block) {
	v := k.v
	decimals := v.decimals(b)
	widest := 0
	for _, r := range append(slices.Clone(b.Rows), b.Total) {
		for _, c := range r.Cells {
			widest = max(widest, faceText.Width(plain(v.cellText(c, decimals))))
		}
	}
	most := max(2, min(9, paper.Width*(100-namesPart-countPart)/100/(widest+figurePad)))
	for from, to := 0, 0; from < len(t.Columns); from = to {
		to = from + most
		if t.Columns[from].Key == "charters" {
			to++
		}
		to = min(to, len(t.Columns))
		k.figuresPart(t, b, from, to, decimals)
	}
}

func (k *packer) figuresPart(t rollup.Table, b rollup.Block, from, to int, decimals bool) {
	v := k.v
	names, class := namesPart, "nums"
	if t.Name == "by-pair" {
		names, class = pairPart, "nums pair"
	}
	columns := []packColumn{{v.words.T(headOf(t.Name)), names, false}}
	left := 100 - names
	for i, c := range t.Columns[from:to] {
		part := left / (to - from - i)
		if c.Key == "charters" {
			part, class = countPart, class+" counts"
		}
		left -= part
		columns = append(columns, packColumn{v.columnName(c), part, c.Numeric})
	}
	row := func(r rollup.Row) paperRow {
		cells := []theme.Fragment{v.cellText(r.Head, decimals)}
		for i := from; i < to; i++ {
			cells = append(cells, v.figureCell(t, b, r, i, decimals))
		}
		return packRow(columns, cells...)
	}
	var rows []paperRow
	for _, r := range b.Rows[:min(len(b.Rows), longest)] {
		rows = append(rows, row(r))
	}
	block := packBlock{Caption: v.words.T("rollup." + t.Name), Class: class}
	if b.Currency != "" {
		block.Caption += ", " + string(b.Currency)
	}
	block.Again = from > 0
	if to == len(t.Columns) {
		block.More = v.rates(t)
	}
	if n := len(b.Rows); n > longest {
		block.More = v.words.F("rollup.cut", "Shown", v.locale.Number(longest), "All", v.locale.Number(n))
	}
	var foot *paperRow
	if len(b.Total.Cells) > 0 {
		total := row(b.Total)
		foot = &total
	}
	k.table(block, columns, rows, foot)
}

// headOf names what the rows of a table are.
func headOf(table string) string {
	switch table {
	case "by-period":
		return "filter.year"
	case "by-currency":
		return "column.currency"
	case "by-pair":
		return "departments.title"
	}
	return "column.department"
}

// figureCell is a figure with the way to its addends.
func (v *voice) figureCell(t rollup.Table, b rollup.Block, r rollup.Row, i int, decimals bool) theme.Fragment {
	c := r.Cells[i]
	text := v.cellText(c, decimals)
	if !c.Addends.Any() || !slices.Contains(opened, t.Name) {
		return text
	}
	var w theme.Builder
	w.Raw(`<a href="`).Text(v.href(addendAddress(t.Name, b.Currency, r.Key)))
	if c.Kind == rollup.Amount {
		w.Raw(`#c-`).Text(t.Columns[i].Key)
	}
	return w.Raw(`">`).Add(text).Raw(`</a>`).Fragment()
}

// matrixMost is how many departments stand side by side on paper.
const matrixMost = 13

func (k *packer) pairs() {
	v := k.v
	k.section("pairs", v.words.T("overview.pairs"), v.words.T("matrix.note"))
	for _, m := range v.matrices() {
		height := headingRoom + 340 + 270*len(m.Rows)
		if len(m.Heads) > matrixMost || height > paper.Height-runningHead-1000 {
			continue
		}
		if height > k.room {
			k.turn(k.leaf().Head)
		}
		k.room -= height
		k.leaf().Blocks = append(k.leaf().Blocks, packBlock{Matrix: &m})
	}
	t := v.site.table("by-pair")
	for _, b := range t.Blocks {
		k.figures(t, b)
	}
	if len(t.Blocks) == 0 {
		k.say(cmpOr(v.unsaid("budget"), v.words.T("empty.pairs")))
	}
}

func (k *packer) attention() {
	v := k.v
	k.section("attention", v.words.T("attention.title"), v.words.T("pack.attention.note"))
	groups := v.attention(12)
	columns := []packColumn{{v.words.T("pack.about"), 36, false}, {v.words.T("attention.list"), 64, false}}
	for _, g := range groups {
		var rows []paperRow
		for _, item := range g.Items {
			rows = append(rows, packRow(columns, item.Head, item.Text))
		}
		block := packBlock{Caption: v.numbered(g.Title, g.Count), Class: "what", Bare: true}
		if g.More > 0 {
			block.More = v.words.N("pack.more", g.More)
		}
		k.table(block, columns, rows, nil)
	}
	if len(groups) == 0 {
		k.say(cmpOr(v.unsaid(heeded...), v.words.T("empty.attention.why")))
	}
}

func (k *packer) ownership() {
	v := k.v
	conflicts := v.site.p.Conflicts()
	k.section("ownership", v.words.T("ownership.title"), v.words.N("ownership.lede", len(conflicts)))
	k.conflicts(conflicts)
	t := v.site.table("ownership")
	columns := []packColumn{{v.words.T("column.area"), 34, false}}
	for i, c := range t.Columns {
		columns = append(columns, packColumn{v.columnName(c), []int{20, 20, 12, 14}[i], c.Numeric})
	}
	for _, b := range t.Blocks {
		var rows []paperRow
		for _, r := range b.Rows[:min(len(b.Rows), longest)] {
			cells := []theme.Fragment{v.cellText(r.Head, false)}
			for _, c := range r.Cells {
				cells = append(cells, v.cellText(c, false))
			}
			rows = append(rows, packRow(columns, cells...))
		}
		block := packBlock{Caption: v.words.T("rollup.ownership"), Class: "areas"}
		if n := len(b.Rows); n > longest {
			block.More = v.words.F("rollup.cut", "Shown", v.locale.Number(longest), "All", v.locale.Number(n))
		}
		k.table(block, columns, rows, nil)
	}
}

// conflicts shows both claims alike, side by side.
func (k *packer) conflicts(all []portfolio.Conflict) {
	v := k.v
	columns := []packColumn{{v.words.T("column.area"), 22, false}, {v.words.T("pack.claim"), 39, false}, {v.words.T("pack.claim.other"), 39, false}}
	var rows []paperRow
	for _, x := range all[:min(len(all), longest)] {
		cells := []theme.Fragment{v.area(x.One.Area)}
		for _, c := range []portfolio.Claim{x.One, x.Other} {
			below := v.charter(c.Charter)
			if w, ok := c.Charter.Timeframe.Window(); ok {
				below = theme.Join([]theme.Fragment{below, theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")}, ", ")
			}
			cells = append(cells, sub(v.deptMark(c.Department), below))
		}
		rows = append(rows, packRow(columns, cells...))
	}
	block := packBlock{Caption: v.words.T("ownership.conflicts"), Class: "claims"}
	if n := len(all); n > longest {
		block.More = v.words.N("pack.more", n-longest)
	}
	k.table(block, columns, rows, nil)
}

// soon is how many days a board looks ahead.
const soon = 92

func (k *packer) milestones() {
	v := k.v
	until := v.site.p.AsOf().AddDays(soon)
	k.section("milestones", v.words.T("pack.milestones"), v.words.F("pack.milestones.note", "Date", v.locale.DateLong(until)))
	columns := v.stepColumns()
	var late, ahead []paperRow
	for _, s := range v.steps() {
		c := s.Charter
		if s.Milestone.Done.Written() || !c.Status.Value.Live() || s.Milestone.Due.Value.After(until) {
			continue
		}
		row := func() paperRow { return v.stepRow(columns, c, s.Milestone, k.reference(c)) }
		switch {
		case s.Late > 0:
			late = append(late, k.shown(len(late), row))
		default:
			ahead = append(ahead, k.shown(len(ahead), row))
		}
	}
	k.long(packBlock{Caption: v.words.T("attention.overdue"), Class: "steps"}, columns, late)
	k.long(packBlock{Caption: v.words.T("pack.milestones.ahead"), Class: "steps"}, columns, ahead)
	if len(late)+len(ahead) == 0 {
		k.say(cmpOr(v.unsaid("milestones.due"), v.words.T("pack.milestones.none")))
	}
}

// shown makes a row, or only counts it where no more are shown.
func (k *packer) shown(n int, row func() paperRow) paperRow {
	if n >= longest {
		return paperRow{}
	}
	return row()
}

// long enters a list of which the first rows are shown.
func (k *packer) long(b packBlock, columns []packColumn, rows []paperRow) {
	if len(rows) == 0 {
		return
	}
	b.Caption = k.v.numbered(b.Caption, len(rows))
	if n := len(rows) - longest; n > 0 {
		b.More = k.v.words.N("pack.more", n)
		rows = rows[:longest]
	}
	k.table(b, columns, rows, nil)
}

// reference names a charter with the page it stands on.
func (k *packer) reference(c *charter.Charter) theme.Fragment {
	page := k.page(c)
	if page == "" {
		return k.v.charter(c)
	}
	return theme.Join([]theme.Fragment{k.v.charter(c), k.v.words.HTML("pack.page", "N", page)}, ", ")
}

func (k *packer) returns() {
	v := k.v
	k.section("returns", v.words.T("returns.title"), v.words.T("rollup.returns.lede"))
	columns := []packColumn{{v.words.T("column.person"), 24, false}, {v.words.T("column.charter"), 32, false}, {v.words.T("column.back"), 20, false}, {v.words.T("column.post"), 24, false}}
	var rows []paperRow
	for _, l := range v.ledger() {
		if l.State == portfolio.Returned {
			continue
		}
		rows = append(rows, k.shown(len(rows), func() paperRow {
			line := v.returnLine(l)
			post := v.said(l.Charter, faceText.Clip(line.Post, 24*paper.Width/100-cellPad, 3))
			return packRow(columns, sub(line.Person, line.Home), k.reference(l.Charter), sub(line.Back, theme.Escape(line.Note)), post)
		}))
	}
	k.long(packBlock{Caption: v.words.T("returns.open"), Class: "back"}, columns, rows)
	if len(rows) == 0 {
		k.say(cmpOr(v.unsaid("team.return"), v.words.T("returns.none")))
	}
}

// signers lists who must sign what, by person.
func (k *packer) signers() {
	v := k.v
	p := v.site.p
	k.section("signatures", v.words.T("pack.sign"), v.words.T("pack.sign.note"))
	columns := []packColumn{{v.words.T("pack.signer"), 28, false}, {v.words.T("column.initiative"), 46, false}, {v.words.T("column.state"), 26, false}}
	type missing struct {
		name string // of who must sign and for whom, to sort by
		row  func() paperRow
	}
	var all []missing
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		for _, s := range p.Signatures(c) {
			if s.State == portfolio.Valid {
				continue
			}
			signer := p.Signer(c, s)
			all = append(all, missing{v.personName(signer) + ", " + v.deptName(s.Department), func() paperRow {
				who := v.deptMark(s.Department)
				if signer != "" {
					who = sub(v.person(signer), who)
				}
				key := "waiting.missing"
				if s.State == portfolio.Outdated {
					key = "waiting.outdated"
				}
				return packRow(columns, who, k.reference(c), theme.Escape(v.words.T(key)))
			}})
		}
	}
	locale.SortBy(v.locale, all, func(m missing) string { return m.name })
	var rows []paperRow
	for i, m := range all {
		rows = append(rows, k.shown(i, m.row))
	}
	k.long(packBlock{Caption: v.words.T("attention.signatures"), Class: "sign"}, columns, rows)
	if len(all) == 0 {
		k.say(cmpOr(v.unsaid("approvals"), v.words.T("pack.sign.none")))
	}
}

// glance lists the initiatives of the pack in a line each, by status.
func (k *packer) glance() {
	v := k.v
	k.section("initiatives", v.words.T("initiatives.title"), v.words.T("pack.initiatives.note"))
	columns := []packColumn{{v.words.T("column.initiative"), 34, false}, {v.words.T("column.fundedby"), 24, false}, {v.words.T("column.total"), 18, true},
		{v.words.T("column.ends"), 15, false}, {v.words.T("pack.page.head"), 9, true}}
	if k.parted {
		columns[4].head = v.words.T("column.signed")
	}
	for _, status := range packOrder {
		var rows []paperRow
		for _, c := range k.asked {
			if c.Status.Value == status {
				rows = append(rows, k.glanceRow(columns, c))
			}
		}
		if len(rows) > 0 {
			k.table(packBlock{Caption: v.numbered(v.words.T("status."+status.String()), len(rows)), Class: "glance"}, columns, rows, nil)
		}
	}
}

func (k *packer) glanceRow(columns []packColumn, c *charter.Charter) paperRow {
	v := k.v
	d := v.initiativeData(c)
	amount := theme.Escape(cmpOr(d.Amount, d.NoBudget))
	var codes theme.Fragment
	if d.Codes != "" {
		codes = new(theme.Builder).Raw(`<span class="sub codes">`).Add(d.Codes).Raw(`</span>`).Fragment()
	}
	last := k.page(c)
	if k.parted {
		last = theme.Escape(d.Signed)
	}
	return packRow(columns, sub(v.charter(c), d.Lead), codes, amount, d.End, last)
}
