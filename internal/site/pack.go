package site

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/paper"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// packed is how many initiatives have a page of their own in the board pack. A
// pack of more is no document that a board reads; it then holds the rollups
// and the list of the largest, and each initiative has its sheet.
const packed = 200

// addPack enters the board pack: the whole portfolio as one document to print.
func addPack(_ *Site, pages pages) {
	pages["board-pack.html"] = page{section: "rollup", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("pack.title"), Template: "pack", Data: newPackPage(v)}, nil
	}}
}

// A packPage is what templates/pack.html is given: the cover, then one leaf
// for each page of paper.
type packPage struct {
	Home, Root, Site, Commit string
	AsOf                     string
	Say, Lede                theme.Fragment
	Figures                  []figure
	Bar                      theme.Fragment
	Payers                   []splitEnd
	Currency                 string
	Note                     string
	Leaves                   []packLeaf
}

// A packLeaf is one page of paper.
type packLeaf struct {
	Number int
	Head   string // of the section that it belongs to
	Blocks []packBlock
	Sheet  *sheetPage // an initiative's page has nothing else
}

// A packBlock is what stands between two headings.
type packBlock struct {
	ID, Title, Note string // of a section that begins here
	Caption         string
	Again           bool   // goes on with a table that began before
	Class           string // how the columns are divided
	Heads           []headView
	Bare            bool // the heads are read out, but say nothing to the eye
	Rows            []theme.Fragment
	Foot            theme.Fragment
	More            string
	Matrix          *matrixView
	Entries         []packEntry
}

// A packEntry is a line of the contents.
type packEntry struct {
	Href, Text, Lang string
	Page             int
	Inner            bool
}

func newPackPage(v *voice) *packPage {
	p := v.site.p
	d := &packPage{Home: v.home, Root: v.root, Site: v.onPaper(), Commit: v.site.options.Commit, AsOf: v.locale.DateLong(p.AsOf())}
	d.Say, d.Lede = v.say()
	d.Figures = v.figures()
	d.cover(v)
	k := &packer{v: v, asked: v.packCharters()}
	if len(k.asked) > packed {
		d.Note = v.words.F("pack.parted", "All", v.locale.Number(len(k.asked)), "Shown", packed)
		k.asked, k.parted = k.asked[:packed], true
	} else if left := v.leftOut(); left > 0 {
		d.Note = v.words.N("pack.left", left)
	}
	// The first round finds out on which pages things come to stand, the second
	// writes it. Room is taken for three digits, so both are of one length.
	k.round()
	k.round()
	d.Leaves = k.leaves
	return d
}

// cover draws who pays what of everything in the main currency as one bar.
func (d *packPage) cover(v *voice) {
	blocks := v.site.table("by-department").Blocks
	if len(blocks) == 0 {
		return
	}
	b := blocks[0]
	d.Currency = string(b.Currency)
	var parties []charter.Party
	for _, r := range b.Rows {
		var party charter.Party
		party.Department.Value, party.Amount = ID(r.Key), r.Cells[len(r.Cells)-1].Money
		parties = append(parties, party)
	}
	d.Bar = v.shareBar(parties)
	for _, party := range v.bySize(parties) {
		if len(d.Payers) < 12 {
			d.Payers = append(d.Payers, splitEnd{Dept: v.deptMark(party.Department.Value), Amount: v.money(party.Amount)})
		}
	}
}

// packOrder is the order in which a board asks: what runs, what is about to,
// what is proposed, what is over.
var packOrder = []charter.Status{charter.Active, charter.Agreed, charter.OnHold, charter.Proposed, charter.NoStatus, charter.Completed}

// packCharters lists the joint initiatives of a pack: by status, then by
// amount.
func (v *voice) packCharters() []*charter.Charter {
	var all []*charter.Charter
	for _, c := range v.site.p.Charters() {
		if packable(c) {
			all = append(all, c)
		}
	}
	orders[0].sort(v, all)
	slices.SortStableFunc(all, func(a, b *charter.Charter) int {
		return slices.Index(packOrder, a.Status.Value) - slices.Index(packOrder, b.Status.Value)
	})
	return all
}

// packable reports whether c is a joint initiative that is not given up. A
// proposal that does not say yet who pays is taken at its word.
func packable(c *charter.Charter) bool {
	joint := c.Joint() || len(c.Budget.Parties) == 0 && c.Kind.Value != charter.Single
	return joint && slices.Contains(packOrder, c.Status.Value)
}

// parted reports whether a pack has no room for a page of each initiative.
func (s *Site) parted() bool {
	n := 0
	for _, c := range s.p.Charters() {
		if packable(c) {
			n++
		}
	}
	return n > packed
}

// leftOut counts the charters that are no part of a pack.
func (v *voice) leftOut() int {
	n := 0
	for _, c := range v.site.p.Charters() {
		if !packable(c) {
			n++
		}
	}
	return n
}

// A packer fills page after page.
type packer struct {
	v      *voice
	asked  []*charter.Charter
	parted bool

	sections []packEntry    // of the former round
	at       map[string]int // where the pages of charters begin, from the former round

	leaves []packLeaf
	room   int
	now    []packEntry
	found  map[string]int
}

// round fills all pages.
func (k *packer) round() {
	k.leaves, k.now, k.found = nil, nil, map[string]int{}
	k.contents()
	k.moneyTables()
	k.pairs()
	k.attention()
	k.ownership()
	k.milestones()
	k.returns()
	k.signers()
	k.glance()
	if !k.parted {
		for _, c := range k.asked {
			k.initiative(c)
		}
	}
	k.sections, k.at = k.now, k.found
}

// turn begins a page. The cover is the first.
func (k *packer) turn(head string) {
	k.leaves = append(k.leaves, packLeaf{Number: len(k.leaves) + 2, Head: head})
	k.room = paper.Height - runningHead
}

func (k *packer) leaf() *packLeaf { return &k.leaves[len(k.leaves)-1] }

// Measures of a pack's own parts, as in paper.css.
var (
	faceSection = paper.Face{Size: 200, Leading: 240, Serif: true}
	faceCaption = paper.Face{Size: 120, Leading: 150, Serif: true}
)

const (
	entryRoom = 150 // a line of the contents
	termsRoom = 180 // the last line of an initiative's page
)

// section begins a page with a heading.
func (k *packer) section(id, title, note string) {
	k.turn(title)
	k.now = append(k.now, packEntry{Href: "#" + id, Text: title, Page: k.leaf().Number})
	k.leaf().Blocks = append(k.leaf().Blocks, packBlock{ID: id, Title: title, Note: note})
	k.room -= faceSection.Height(title, paper.Width) + faceText.Height(note, paper.Width) + 80
}

// contents lists the sections and the initiatives with their pages.
func (k *packer) contents() {
	k.section("contents", k.v.words.T("pack.contents"), "")
	entries := slices.Clone(k.sections[min(1, len(k.sections)):]) // the contents are no part of themselves
	for _, c := range k.asked {
		if k.parted {
			break
		}
		entries = append(entries, packEntry{Href: "#i-" + string(c.ID.Value), Text: c.Name(), Lang: k.v.otherLang(c), Page: k.at[string(c.ID.Value)], Inner: true})
	}
	if len(k.sections) == 0 { // the first round does not know them, but how many lines they take
		entries = append(make([]packEntry, 8), entries...)
	}
	b := packBlock{}
	k.room -= 160 // above the list, and between its two parts
	for _, e := range entries {
		height := entryRoom + faceText.Height(e.Text, paper.Width*80/100) - faceText.Leading
		if height > k.room {
			k.leaf().Blocks = append(k.leaf().Blocks, b)
			k.turn(k.v.words.T("pack.contents"))
			b = packBlock{}
		}
		k.room -= max(height, entryRoom)
		b.Entries = append(b.Entries, e)
	}
	k.leaf().Blocks = append(k.leaf().Blocks, b)
}

// A packColumn is a column of a table: its head and how much of the width it
// takes, in hundredths. The style sheet divides likewise, by the table's class.
type packColumn struct {
	head    string
	part    int
	numeric bool
}

// row makes a row of cells, the first of which heads it.
func packRow(columns []packColumn, cells ...theme.Fragment) paperRow {
	var b theme.Builder
	b.Raw(`<tr>`)
	tallest := faceText.Leading
	for i, cell := range cells {
		switch {
		case i == 0:
			b.Raw(`<th scope="row">`).Add(cell).Raw(`</th>`)
		case columns[i].numeric:
			b.Raw(`<td class="n">`).Add(cell).Raw(`</td>`)
		default:
			b.Raw(`<td>`).Add(cell).Raw(`</td>`)
		}
		tallest = max(tallest, cellHeight(cell, columns[i].part*paper.Width/100-cellPad))
	}
	return paperRow{b.Raw(`</tr>`).Fragment(), rowRoom + tallest}
}

// headsHeight is how high the heads of columns stand.
func headsHeight(columns []packColumn) int {
	tallest := 0
	for _, c := range columns {
		tallest = max(tallest, faceSmall.Height(c.head, c.part*paper.Width/100-cellPad))
	}
	return tallest + 55
}

// cellHeight is how high a cell stands: its text, and what is set smaller
// below it. A department's mark counts as two letters.
func cellHeight(cell theme.Fragment, width int) int {
	height := 0
	for i, part := range strings.Split(pageNumber.ReplaceAllString(string(cell), "000</a>"), `<span class="sub`) {
		face := faceText
		if i > 0 {
			face, part = faceSmall, `<span class="sub`+part
		}
		for line := range strings.SplitSeq(part, "<br>") {
			marks := strings.Count(line, `class="dept`)
			height += face.Height(unescape.Replace(tags(strings.ReplaceAll(line, ` class="dept`, `>mm<i class="dept`))), width-marks%2*swatch/2)
		}
	}
	return height
}

// pageNumber is the text of a reference to an initiative's page.
var pageNumber = regexp.MustCompile(`\b[0-9]+</a>`)

// sub is what stands below a cell's text.
func sub(text, below theme.Fragment) theme.Fragment {
	if below == "" {
		return text
	}
	return new(theme.Builder).Add(text).Raw(`<span class="sub">`).Add(below).Raw(`</span>`).Fragment()
}

// table enters a table, parted over as many pages as it takes. Its heading
// never stands without rows, nor its total.
func (k *packer) table(b packBlock, columns []packColumn, rows []paperRow, foot *paperRow) {
	if len(rows) == 0 {
		return
	}
	for _, c := range columns {
		b.Heads = append(b.Heads, headView{c.head, c.numeric})
	}
	top := faceCaption.Height(b.Caption, paper.Width) + 150 + headsHeight(columns)
	last := 0
	if foot != nil {
		last = foot.height
	}
	if b.More != "" {
		last += moreRoom
	}
	caption := b.Caption
	for first := true; len(rows) > 0; first = false {
		least := rows[0].height
		if len(rows) > 1 {
			least += rows[1].height
		}
		if top+least+last > k.room && len(k.leaf().Blocks) > 0 {
			k.turn(k.leaf().Head)
		}
		n, room := 0, k.room-top
		for n < len(rows) && (rows[n].height <= room || n == 0) {
			room -= rows[n].height
			n++
		}
		if n == len(rows) && room < last || n == len(rows)-1 && n > 2 { // the end takes a row or two along
			n = max(n-2, 1)
		}
		part := b
		part.Caption, part.Rows, part.Foot, part.More = caption, nil, "", ""
		if !first || b.Again {
			part.Caption = k.v.words.F("pack.again", "What", caption)
		}
		for _, r := range rows[:n] {
			part.Rows = append(part.Rows, r.html)
			k.room -= r.height
		}
		k.room -= top
		if rows = rows[n:]; len(rows) == 0 {
			if foot != nil {
				part.Foot = foot.html
			}
			part.More = b.More
			k.room -= last
		}
		k.leaf().Blocks = append(k.leaf().Blocks, part)
		if len(rows) > 0 {
			k.turn(k.leaf().Head)
		}
	}
}

// say enters a sentence where there is no table.
func (k *packer) say(text string) {
	k.leaf().Blocks = append(k.leaf().Blocks, packBlock{More: text})
	k.room -= faceSmall.Height(text, paper.Width) + 40
}

// page is where a charter's page stands, to be looked up from a table.
func (k *packer) page(c *charter.Charter) theme.Fragment {
	id := string(c.ID.Value)
	n, ok := k.at[id]
	if k.parted || !ok && (k.at != nil || !packable(c)) {
		return ""
	}
	return new(theme.Builder).Raw(`<a href="#i-`).Text(id).Raw(`">`).Int(n).Raw(`</a>`).Fragment()
}

// initiative is the page of one charter.
func (k *packer) initiative(c *charter.Charter) {
	v := k.v
	k.turn(v.words.T("status." + c.Status.Value.String()))
	k.found[string(c.ID.Value)] = k.leaf().Number
	if k.at == nil { // the first round only counts
		return
	}
	d, room := v.leaf(c, loose)
	for t := closer; t <= bare && room < 2400; t++ {
		d, room = v.leaf(c, t)
	}
	d.Number = k.leaf().Number
	d.Goals, d.Owns, d.Team, d.Steps = v.goalTable(c), v.ownTable(c), v.teamTable(c), v.stepTable(c)
	d.Signed, d.Word = v.signedTable(c), v.wordTable(c)
	divide(v, room-termsRoom, []*sheetTable{d.Goals, d.Owns}, []*sheetTable{d.Team}, []*sheetTable{d.Steps}, []*sheetTable{d.Signed, d.Word})
	k.leaf().Sheet = d
}

// stepColumns are those of a list of milestones.
func (v *voice) stepColumns() []packColumn {
	return []packColumn{{v.words.T("column.milestone"), stepPart, false}, {v.words.T("column.due"), 15, false}, {v.words.T("column.state"), 20, false}, {v.words.T("column.responsible"), 18, false}}
}

const stepPart = 47

func (v *voice) stepTable(c *charter.Charter) *sheetTable {
	columns := v.stepColumns()
	t := &sheetTable{Key: "steps", heads: headsHeight(columns), all: len(c.Milestones)}
	for i := range c.Milestones[:min(len(c.Milestones), enough)] {
		t.rows = append(t.rows, v.stepRow(columns, c, &c.Milestones[i], ""))
	}
	return t
}

// stepRow is a milestone with its day, state and owner; below stands where it
// belongs, in a list of many.
func (v *voice) stepRow(columns []packColumn, c *charter.Charter, m *charter.Milestone, below theme.Fragment) paperRow {
	late, _ := v.site.p.Overdue(c, m)
	state, note := v.milestoneState(rollup.Step{Charter: c, Milestone: m, Late: late})
	var who theme.Fragment
	if m.Owner.Value != "" {
		who = v.person(m.Owner.Value)
	}
	title := faceText.Clip(m.Title.Value, stepPart*paper.Width/100-cellPad, 4)
	return packRow(columns, sub(v.said(c, title), below), v.date(m.Due.Value), sub(state, theme.Escape(note)), who)
}

func (v *voice) signedTable(c *charter.Charter) *sheetTable {
	rows := new(charterPage)
	rows.signatures(v, c)
	t := &sheetTable{Key: "signed", all: len(rows.Signatures)}
	half := []packColumn{{"", 20, false}, {"", 28, false}}
	for _, s := range rows.Signatures {
		state := theme.Escape(s.Note)
		if s.Icon == "valid" {
			state = v.words.HTML("sheet.signed", "Date", s.Date)
		}
		who := s.Person
		if who == "" {
			who = "–"
		}
		t.rows = append(t.rows, packRow(half, s.Dept, sub(who, state)))
	}
	return t
}

// wordTable holds the last word on a charter: how it goes.
func (v *voice) wordTable(c *charter.Charter) *sheetTable {
	all := v.site.p.Updates(c)
	t := &sheetTable{Key: "word", all: min(len(all), 1)}
	if len(all) == 0 {
		return t
	}
	u := all[0]
	half := []packColumn{{"", 48, false}}
	head := theme.Join(slices.DeleteFunc([]theme.Fragment{v.date(u.Date.Value), theme.Escape(v.rag(u)), theme.Escape(v.personName(u.By.Value))}, func(f theme.Fragment) bool { return f == "" }), " · ")
	text := faceSmall.Clip(u.Text.Value, 48*paper.Width/100-cellPad, 4)
	t.rows = append(t.rows, packRow(half, sub(head, v.said(c, text))))
	return t
}

func (v *voice) rag(u charter.Update) string {
	if word := u.RAG.Value.String(); word != "" {
		return v.words.T("rag." + word)
	}
	return ""
}

// numbered is a caption with how many there are.
func (v *voice) numbered(caption string, n int) string {
	return caption + " · " + strconv.Itoa(n)
}
