package site

import (
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/paper"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// This file puts a charter on one sheet of A4. What must be there (who pays
// what, who signs, the terms) is measured first; goals, owners, team and
// milestones share what room is left, and say how much of them is in the
// charter only. The measures are those of themes/default/assets/paper.css.

// The faces of a sheet, and what its parts take besides their text.
var (
	faceTitle   = paper.Face{Size: 220, Leading: 250, Serif: true}
	faceLong    = paper.Face{Size: 160, Leading: 190, Serif: true} // of a title that is long
	faceSummary = paper.Face{Size: 105, Leading: 140, Serif: true}
	faceAmount  = paper.Face{Size: 130, Leading: 170, Serif: true}
	faceMany    = paper.Face{Size: 110, Leading: 140, Serif: true} // amounts of three payers or more
	faceText    = paper.Face{Size: 90, Leading: 120}
	faceFact    = paper.Face{Size: 90, Leading: 130}
	faceSmall   = paper.Face{Size: 85, Leading: 110}
)

const (
	runningHead = 290 // site and name at the top
	headingRoom = 300 // a heading with its rule
	rowRoom     = 60  // around the text of a row
	moreRoom    = 150 // the line that counts what is left out
	footRoom    = 640 // the terms as text and bars
	swatch      = 140 // before a department's name
	gutter      = 180 // between columns
)

// A sheetPage is what templates/sheet.html and parts/leaf.html are given.
type sheetPage struct {
	Home, Root string // "../" to the root of the tree, and of the site
	Site, ID   string
	Lang       string // set where the document speaks another language than the frame
	Href       string // of the charter
	Number     int    // of the page in the board pack

	Title         string
	Said          string // the author's language, where it is another than the page's
	Long          bool
	Summary       theme.Fragment
	Facts         []theme.Fragment
	Split         *splitFigure
	NoBudget      bool
	NoHead, NoWhy string
	Columns       int // of the payers below the bar
	Span          theme.Fragment
	Short         bool   // there is room for numbers only
	Counts        string // of goals, owners and team, then

	Goals, Owns, Team, Steps, Signed, Word *sheetTable

	Fields []signField
	Across int // how many fields stand side by side
	Terms  string
	Bars   theme.Fragment
	File   string
}

// A sheetTable is a table of which a sheet shows as many rows as fit.
type sheetTable struct {
	Key  string // "goals", for its heading and the style sheet
	Rows []theme.Fragment
	More string // how many more there are, and where

	heads    int // their room
	rows     []paperRow
	all      int
	withheld bool // what would stand there may not be read
}

// A paperRow is a row and how high it stands.
type paperRow struct {
	html   theme.Fragment
	height int
}

// A signField is the place for one signature; all are of one size.
type signField struct {
	Class, Name, Post, Pays string
	Signed                  theme.Fragment // where these terms are signed already
}

// sheet makes the presentation sheet of one charter.
func (s *Site) sheet(id ID) (page, bool) {
	c := s.p.Charter(ID(strings.ToLower(string(id))))
	if c == nil || c.ID.Value != id {
		return page{}, false
	}
	return page{section: "initiatives", make: func(v *voice) (content, error) {
		lang := s.p.Lang(c)
		speaker := v.speaking(lang)
		d := newSheetPage(speaker, c)
		if speaker.lang != v.lang || lang != v.lang {
			d.Lang = lang
		}
		return content{Title: v.words.F("sheet.title", "Title", c.Name()), Lang: lang, Template: "sheet", Data: d}, nil
	}}, true
}

func newSheetPage(v *voice, c *charter.Charter) *sheetPage {
	var d *sheetPage
	room := 0
	for t := loose; t <= bare; t++ {
		d, room = v.leaf(c, t)
		d.Fields, d.Across = v.signFields(c, t)
		room -= fieldsHeight(v, d.Fields, d.Across, t) + footRoom
		if room >= t.lists() {
			break
		}
	}
	if d.Terms != "" {
		d.Bars = barCode(d.Terms, v.words.F("sheet.bars", "Terms", d.Terms))
	}
	d.Goals, d.Owns, d.Team = v.goalTable(c), v.ownTable(c), v.teamTable(c)
	if d.Short {
		d.Counts = v.locale.List([]string{v.words.N("sheet.all.goals", d.Goals.all), v.words.N("sheet.all.owns", d.Owns.all), v.words.N("sheet.all.team", d.Team.all)})
		return d
	}
	divide(v, room, []*sheetTable{d.Goals, d.Owns}, []*sheetTable{d.Team})
	return d
}

// A tightness says how much of a charter is left out of its sheet, so that what
// must be there fits. Few charters need more than the first.
type tightness int

const (
	loose  tightness = iota
	closer           // amounts of many payers stand with the signatures only
	tight            // and title and summary are cut short, and posts left out
	bare             // and of goals, owners and team there are only the numbers
)

// lists is the room that must be left for goals, owners and team.
func (t tightness) lists() int { return [...]int{1500, 1200, 900, 0}[t] }

// leaf makes the upper part of a charter's sheet and returns the room below it.
func (v *voice) leaf(c *charter.Charter, t tightness) (*sheetPage, int) {
	d := &sheetPage{Home: v.home, Root: v.root, Site: v.onPaper(), ID: string(c.ID.Value), File: c.File, Said: v.otherLang(c), Terms: v.terms(c),
		Href: v.href("charters/" + string(c.ID.Value) + ".html"), Short: t == bare}
	room := paper.Height - runningHead
	face := faceTitle
	if face.Lines(c.Name(), paper.Width) > 2 || t >= tight {
		face, d.Long = faceLong, true
	}
	d.Title = face.Clip(c.Name(), paper.Width, [...]int{4, 4, 2, 1}[t])
	room -= face.Height(d.Title, paper.Width)
	summary := faceSummary.Clip(c.Summary.Value, paper.Width, [...]int{5, 5, 2, 1}[t])
	d.Summary = v.inline(c, summary)
	room -= faceSummary.Height(summary, paper.Width) + 50
	d.Facts = v.sheetFacts(c)
	room -= faceFact.Lines(plain(theme.Join(d.Facts, " — ")), paper.Width)*faceFact.Leading + 60
	d.Split = v.split(c)
	d.NoBudget = d.Split == nil
	_, d.NoHead, d.NoWhy = v.noBudget(c)
	room -= v.splitHeight(d, t)
	d.Span, _ = v.span(c)
	switch {
	case d.Span == "":
		room -= 80 + faceFact.Leading
	case t == bare:
		w, _ := c.Timeframe.Window()
		d.Span = theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")
		room -= 80 + faceFact.Leading
	default:
		room -= 80 + 560
	}
	return d, room
}

// sheetFacts say where the charter stands and who leads it.
func (v *voice) sheetFacts(c *charter.Charter) []theme.Fragment {
	facts := []theme.Fragment{v.status(c.Status.Value)}
	if led := v.ledBy(c); led != "" {
		facts = append(facts, led)
	}
	if c.Status.Value.Draft() {
		facts = append(facts, theme.Escape(v.words.T("sheet.proposal")))
	}
	if c.Restricted.Value {
		facts = append(facts, theme.Escape(v.words.T("charter.restricted")))
	}
	return facts
}

// splitHeight is the room of who pays what.
func (v *voice) splitHeight(d *sheetPage, t tightness) int {
	if d.NoBudget {
		return 100 + 20 + 60 + 2*faceFact.Leading
	}
	f := d.Split
	height := 100 + 20 + 60 + 160 + 40
	if len(f.Below) > 8 || t >= closer && len(f.Below) > 1 {
		f.Below = nil
		f.Facts = append(f.Facts, theme.Escape(v.words.T("sheet.split.fields")))
	}
	ends := 0
	for _, e := range f.Ends {
		ends = max(ends, faceText.Height(plain(e.Dept), paper.Width/2-gutter-swatch)+faceAmount.Height(e.Amount, paper.Width/2-gutter))
	}
	if ends > 0 {
		height += ends + 40
	}
	if n := len(f.Below); n > 0 {
		d.Columns = across(n, loose)
		column := (paper.Width-(d.Columns-1)*gutter)/d.Columns - 20
		tallest := 0
		for _, e := range f.Below {
			tallest = max(tallest, faceText.Height(plain(e.Dept), column-swatch)+faceMany.Height(e.Amount, column)+faceSmall.Leading)
		}
		rows := (n + d.Columns - 1) / d.Columns
		height += 50 + rows*tallest + (rows-1)*40
	}
	return height + faceFact.Height(plain(theme.Join(f.Facts, " — ")), paper.Width)
}

// across is how many of n alike stand side by side, so that rows are full
// where they can be.
func across(n int, t tightness) int {
	switch {
	case n <= 4:
		return max(n, 1)
	case t < tight && (n <= 6 || n == 9):
		return 3
	case n <= 8 || t < tight && n <= 12:
		return 4
	case n <= 24:
		return 6
	}
	return 8
}

// signFields are the places to sign, in the order of the split: one for each
// payer; before anybody has agreed to pay, one for each owner; before there
// are two of either, as many blank ones as make two.
func (v *voice) signFields(c *charter.Charter, t tightness) ([]signField, int) {
	var fields []signField
	judged := map[ID]portfolio.Signature{}
	for _, s := range v.site.p.Signatures(c) {
		judged[s.Department] = s
	}
	for _, party := range v.bySize(c.Budget.Parties) {
		f := v.signField(c, judged[party.Department.Value], t)
		if c.Budget.Sound {
			f.Pays = v.money(party.Amount) + " · " + v.share(party)
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 {
		for _, o := range c.Owners {
			fields = append(fields, v.signField(c, portfolio.Signature{Department: o.Department.Value}, t))
		}
		for len(fields) < 2 {
			fields = append(fields, signField{Class: "c0", Name: "\u00a0", Post: v.words.T("sheet.blank")})
		}
	}
	return fields, across(len(fields), t)
}

func (v *voice) signField(c *charter.Charter, s portfolio.Signature, t tightness) signField {
	signer := v.signer(c, s)
	f := signField{Class: v.deptClass(s.Department), Name: "\u00a0", Post: v.deptName(s.Department)}
	if signer.ID != "" {
		f.Name = v.personName(signer.ID)
	}
	if post := signer.Title.In(v.lang); post != "" && t < tight {
		f.Post = post + ", " + f.Post
	}
	if s.State == portfolio.Valid && s.Approval != nil {
		f.Signed = v.words.HTML("sheet.signed", "Date", v.date(s.Approval.Date.Value))
	}
	return f
}

// fieldsHeight is the room of the signatures with the sentence they stand
// below. Names that are too long for a field are clipped here.
func fieldsHeight(v *voice, fields []signField, across int, t tightness) int {
	column := (paper.Width - (across-1)*gutter) / across
	tallest, below := 0, 0
	for i := range fields {
		f := &fields[i]
		f.Name, f.Post = faceText.Clip(f.Name, column, 2), faceSmall.Clip(f.Post, column, [...]int{3, 3, 2, 1}[t])
		tallest = max(tallest, faceText.Leading, faceText.Height(f.Name, column))
		below = max(below, faceSmall.Height(f.Post, column)+faceSmall.Height(f.Pays, column)+faceSmall.Height(plain(f.Signed), column))
	}
	rows := (len(fields) + across - 1) / across
	return headingRoom + faceText.Height(v.words.T("charter.commit"), paper.Width) + 20 + rows*(380+130+tallest+below) + (rows-1)*80
}

// divide gives the tables of each level, which stand side by side, a fair part
// of the room, and cuts each where it is full.
func divide(v *voice, room int, levels ...[]*sheetTable) {
	least, wants := make([]int, len(levels)), make([]int, len(levels))
	for i, level := range levels {
		for _, t := range level {
			if t != nil {
				least[i] = max(least[i], headingRoom+moreRoom)
				wants[i] = max(wants[i], t.height())
			}
		}
		room -= least[i]
		wants[i] = max(wants[i]-least[i], 0)
	}
	took := make([]int, len(levels))
	shares := paper.Share(max(room, 0), wants)
	left := max(room, 0)
	for i, level := range levels {
		took[i] = cut(v, level, least[i]+shares[i])
		left -= max(took[i]-least[i], 0)
	}
	for i, level := range levels { // what no whole row filled goes to the first that can use it
		more := cut(v, level, max(took[i], least[i])+left)
		left -= max(more-max(took[i], least[i]), 0)
	}
}

// cut cuts tables that stand side by side, and returns the room they take.
func cut(v *voice, level []*sheetTable, room int) int {
	took := 0
	for _, t := range level {
		if t != nil {
			took = max(took, t.cut(v, room))
		}
	}
	return took
}

// height is the room of the whole table.
func (t *sheetTable) height() int {
	if len(t.rows) == 0 {
		return headingRoom + moreRoom
	}
	sum := headingRoom + t.heads
	for _, r := range t.rows {
		sum += r.height
	}
	return sum
}

// cut keeps the rows that fit into room, counts the others, and returns the
// room that it takes.
func (t *sheetTable) cut(v *voice, room int) int {
	t.Rows, t.More = nil, ""
	if t.all == 0 {
		if t.More = v.words.T("sheet.none." + t.Key); t.withheld {
			t.More = v.words.T("withheld")
		}
		return headingRoom + moreRoom
	}
	took := headingRoom + t.heads
	whole := t.height() <= room && len(t.rows) == t.all
	for _, r := range t.rows {
		if !whole && took+r.height+moreRoom > room {
			break
		}
		took += r.height
		t.Rows = append(t.Rows, r.html)
	}
	left := t.all - len(t.Rows)
	switch {
	case left == 0:
		return took
	case len(t.Rows) == 0:
		t.More = v.words.N("sheet.all."+t.Key, left)
		return headingRoom + moreRoom
	}
	t.More = v.words.N("sheet.more."+t.Key, left)
	return took + moreRoom
}

// enough is how many rows of a table are made: more never fit.
const enough = 40

// The columns of a sheet's tables.
const (
	half      = (paper.Width - gutter) / 2
	goalsCol  = half
	areaCol   = half * 60 / 100
	ownerCol  = half - areaCol
	personCol = paper.Width * 27 / 100
	homeCol   = paper.Width * 18 / 100
	whenCol   = paper.Width * 28 / 100
	backCol   = paper.Width * 20 / 100
	cellPad   = 120
)

func (v *voice) goalTable(c *charter.Charter) *sheetTable {
	t := &sheetTable{Key: "goals", all: len(c.Goals), withheld: v.site.p.Withheld(c, "goals")}
	for i := range c.Goals[:min(len(c.Goals), enough)] {
		g := &c.Goals[i]
		text := faceText.Clip(g.Text.Value, goalsCol-cellPad, 6)
		var b theme.Builder
		b.Raw(`<tr><th scope="row">`).Add(v.said(c, text))
		height := rowRoom + max(faceText.Height(text, goalsCol-cellPad), faceText.Leading)
		sub := v.goalLine(c, g)
		if sub != "" {
			b.Raw(`<span class="sub">`).Add(sub).Raw(`</span>`)
			height += faceSmall.Height(plain(sub), goalsCol-cellPad)
		}
		t.rows = append(t.rows, paperRow{b.Raw(`</th></tr>`).Fragment(), height})
	}
	return t
}

// goalLine says how a goal is measured: from where to where, until when.
func (v *voice) goalLine(c *charter.Charter, g *charter.Goal) theme.Fragment {
	m := g.Measure
	if !m.Mark.Written() {
		return ""
	}
	var b theme.Builder
	if metric := faceSmall.Clip(m.Metric.Value, goalsCol-cellPad, 2); metric != "" {
		b.Add(v.said(c, metric)).Raw(`: `)
	}
	unit := v.unit(m.Unit.Value)
	b.Text(unit(m.Baseline.Value)).Raw(` → `).Text(unit(m.Target.Value))
	if g.Result.Mark.Written() {
		b.Raw(`, `).Text(v.words.F("goal.result", "Value", unit(g.Result.Value.Value)))
	}
	if by := v.date(m.By.Value); by != "" {
		b.Raw(`, `).Add(by)
	}
	return b.Fragment()
}

func (v *voice) ownTable(c *charter.Charter) *sheetTable {
	t := &sheetTable{Key: "owns", all: len(c.Responsibilities), withheld: v.site.p.Withheld(c, "responsibilities")}
	for i := range c.Responsibilities[:min(len(c.Responsibilities), enough)] {
		r := &c.Responsibilities[i]
		name := string(r.Area.Value)
		if a := v.site.p.Area(r.Area.Value); a != nil {
			name = a.Name.In(v.lang)
		}
		scope := faceSmall.Clip(r.Scope.Value, areaCol-cellPad, 3)
		left := faceText.Height(name, areaCol-cellPad) + faceSmall.Height(scope, areaCol-cellPad)
		var b theme.Builder
		b.Raw(`<tr><th scope="row">`).Add(v.area(r.Area.Value))
		if scope != "" {
			b.Raw(`<span class="sub">`).Add(v.said(c, scope)).Raw(`</span>`)
		}
		b.Raw(`</th><td>`)
		right := 0
		for j, a := range r.Accountable {
			if j > 0 {
				b.Raw(`<br>`)
			}
			b.Add(v.deptMark(a.Value))
			right += faceText.Height(v.deptName(a.Value), ownerCol-swatch)
		}
		t.rows = append(t.rows, paperRow{b.Raw(`</td></tr>`).Fragment(), rowRoom + max(left, right, faceText.Leading)})
	}
	return t
}

func (v *voice) teamTable(c *charter.Charter) *sheetTable {
	t := &sheetTable{Key: "team", all: len(c.Team), withheld: v.site.p.Withheld(c, "team")}
	t.heads = headsHeight([]packColumn{{v.words.T("column.personrole"), 27, false}, {v.words.T("column.home"), 18, false}, {v.words.T("column.time"), 7, true},
		{v.words.T("column.window"), 28, false}, {v.words.T("column.back"), 20, false}})
	for i := range c.Team[:min(len(c.Team), enough)] {
		t.rows = append(t.rows, v.memberRow(c, &c.Team[i]))
	}
	return t
}

func (v *voice) memberRow(c *charter.Charter, m *charter.Member) paperRow {
	role := faceSmall.Clip(m.Role.Value, personCol-cellPad, 3)
	name := v.personName(m.Person.Value)
	tallest := faceText.Height(name, personCol-cellPad) + faceSmall.Height(role, personCol-cellPad)
	var b theme.Builder
	b.Raw(`<tr><th scope="row">`).Add(v.person(m.Person.Value))
	if role != "" {
		b.Raw(`<span class="sub">`).Add(v.said(c, role)).Raw(`</span>`)
	}
	b.Raw(`</th><td>`).Add(v.deptMark(m.Home.Value)).Raw(`</td><td class="n">`)
	tallest = max(tallest, faceText.Height(v.deptName(m.Home.Value), homeCol-cellPad-swatch))
	if !m.Allocation.Value.IsZero() {
		b.Text(v.locale.PercentExact(m.Allocation.Value))
	}
	b.Raw(`</td><td>`)
	if w, ok := m.Window(c.Timeframe); ok {
		b.Add(v.date(w.Start)).Raw(` – `).Add(v.date(w.End))
		tallest = max(tallest, faceText.Height(v.locale.Date(w.Start)+" – "+v.locale.Date(w.End), whenCol-cellPad))
	}
	back, post := v.wayBack(c, m)
	post = faceSmall.Clip(post, backCol, 3)
	tallest = max(tallest, faceText.Height(plain(back), backCol)+faceSmall.Height(post, backCol))
	b.Raw(`</td><td>`).Add(back)
	if post != "" {
		b.Raw(`<span class="sub">`).Add(v.said(c, post)).Raw(`</span>`)
	}
	return paperRow{b.Raw(`</td></tr>`).Fragment(), rowRoom + max(tallest, faceText.Leading)}
}

// wayBack is when somebody returns, and to what.
func (v *voice) wayBack(c *charter.Charter, m *charter.Member) (theme.Fragment, string) {
	switch state, _ := v.site.p.Return(c, m); state {
	case portfolio.NoReturn:
		return theme.Escape(v.words.T("return.none")), ""
	case portfolio.Returned:
		return v.date(m.Return.Done.Value), strings.TrimSuffix(v.words.T("return.done")+": "+m.Return.To.Value, ": ")
	}
	return v.date(v.site.p.ReturnDay(c, m)), m.Return.To.Value
}

// plain is what a fragment reads, to measure it. What stands in an element of
// its own line is parted from the rest by a blank.
func plain(f theme.Fragment) string {
	s := string(f)
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	return unescape.Replace(tags(s))
}

var unescape = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'")

// tags drops the tags of HTML that we wrote ourselves.
func tags(s string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:open])
		end := strings.IndexByte(s[open:], '>')
		if end < 0 {
			return b.String()
		}
		s = s[open+end+1:]
	}
}
