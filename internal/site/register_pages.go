package site

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/export"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// addRegisters enters the pages of departments, people and areas.
func addDepartments(s *Site, pages pages) {
	pages["departments/index.html"] = page{section: "departments", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("departments.title"), Template: "departments", Data: newDepartmentsPage(v)}, nil
	}}
	for _, d := range s.p.Registers().Departments {
		pages["departments/"+string(d.ID)+".html"] = page{section: "departments", make: func(v *voice) (content, error) {
			return content{Title: d.Name.In(v.lang), Template: "department", Data: newDepartmentPage(v, d)}, nil
		}}
		pages["departments/"+string(d.ID)+".ics"] = calendarFile(func(v *voice) (string, []*export.Event) { return d.Name.In(v.lang), v.site.agenda().OfDepartment(d.ID) })
	}
	s.addMoved(pages, portfolio.ToDepartment, "departments/", "departments")
}

func addPeople(s *Site, pages pages) {
	if s.p.Anonymous() { // who stands in for others has no page
		return
	}
	pages["people/index.html"] = page{section: "people", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("people.title"), Template: "people", Data: newPeoplePage(v)}, nil
	}}
	for _, x := range s.p.Registers().People {
		pages["people/"+string(x.ID)+".html"] = page{section: "people", make: func(v *voice) (content, error) {
			return content{Title: x.Name, Template: "person", Data: newPersonPage(v, x)}, nil
		}}
		pages["people/"+string(x.ID)+".ics"] = calendarFile(func(v *voice) (string, []*export.Event) { return x.Name, v.site.agenda().OfPerson(x.ID) })
	}
	s.addMoved(pages, portfolio.ToPerson, "people/", "people")
}

func addAreas(s *Site, pages pages) {
	for _, a := range s.p.Registers().Areas {
		pages["areas/"+string(a.ID)+".html"] = page{section: "ownership", make: func(v *voice) (content, error) {
			return content{Title: a.Name.In(v.lang), Template: "area", Data: newAreaPage(v, a)}, nil
		}}
	}
	s.addMoved(pages, portfolio.ToArea, "areas/", "ownership")
}

// addMoved enters the pages of former ids, which lead on. Who subscribed to a
// calendar goes on getting it.
func (s *Site) addMoved(pages pages, kind portfolio.TargetKind, folder, section string) {
	for was, now := range s.p.FormerIDs(kind) {
		if calendar, ok := pages[folder+string(now)+".ics"]; ok {
			pages[folder+string(was)+".ics"] = calendar
		}
		pages[folder+string(was)+".html"] = page{section: section, make: func(v *voice) (content, error) {
			name := v.person
			switch kind {
			case portfolio.ToDepartment:
				name = v.dept
			case portfolio.ToArea:
				name = v.area
			}
			return content{Title: string(was), Template: "moved", Data: movedPage{Former: string(was), Now: name(now), Href: v.href(folder + string(now) + ".html")}}, nil
		}}
	}
}

type departmentsPage struct {
	Home string
	Lede string
	Rows []departmentRow
}

type departmentRow struct {
	Dept      theme.Fragment
	Chief     theme.Fragment
	Pays, Own int
	Lent      int
	Sums      []string
}

func newDepartmentsPage(v *voice) departmentsPage {
	all := v.site.departments()
	d := departmentsPage{Home: v.home, Lede: v.words.N("departments.lede", len(all))}
	lent := map[ID]int{}
	for _, l := range v.ledger() {
		if l.State != portfolio.Returned {
			lent[l.Member.Home.Value]++
		}
	}
	for _, x := range all {
		row := departmentRow{Dept: v.dept(x.ID), Pays: len(v.site.p.PaidBy(x.ID)), Own: len(v.owned(x.ID)), Lent: lent[x.ID], Sums: v.departmentSums(x.ID)}
		if chief, ok := v.site.p.Chief(x.ID, v.site.p.AsOf()); ok {
			row.Chief = v.person(chief.ID)
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

// departmentSums is what a department pays in all, as the rollup says.
func (v *voice) departmentSums(id ID) []string {
	var sums []string
	for _, b := range v.site.table("by-department").Blocks {
		for _, r := range b.Rows {
			if r.Key == string(id) {
				sums = append(sums, v.money(r.Cells[len(r.Cells)-1].Money))
			}
		}
	}
	return sums
}

// owned lists the areas that live charters give a department, or that it stands
// owner of, in the order of the register.
func (v *voice) owned(id ID) []rollup.Holding {
	var all []rollup.Holding
	for _, h := range v.holdings() {
		mine := h.Area.StandingOwner == id
		for _, c := range h.Claims {
			mine = mine || c.Department == id
		}
		if mine {
			all = append(all, h)
		}
	}
	return all
}

// holdings are all areas with their claims, gathered once a site.
func (v *voice) holdings() []rollup.Holding {
	return remember(v.site, "holdings", func() []rollup.Holding { return rollup.Holdings(v.site.p) })
}

// A departmentPage is what a department pays, shares, owns and lends.
type departmentPage struct {
	Home      string
	ID        ID
	Name      string
	Class     string
	Lede      theme.Fragment
	Chief     theme.Fragment
	Post      string
	Deputies  []theme.Fragment
	Parent    theme.Fragment
	Centres   string
	Years     []blockView // its row of the rollup, turned: one block a currency
	Partners  []partnerRow
	Rows      []theme.Fragment // of the initiatives list
	More      theme.Fragment
	Owns      []holdingRow
	Lent      []returnLine
	Borrowed  []returnLine
	Waiting   []attentionItem
	Backlinks []backlinkRow
}

type partnerRow struct {
	Dept     theme.Fragment
	Count    int
	Mine     theme.Fragment
	Theirs   theme.Fragment
	Together theme.Fragment
	Currency string
}

type holdingRow struct {
	Area     theme.Fragment
	Standing bool
	Charters []theme.Fragment
	Disputed bool
}

func newDepartmentPage(v *voice, x *portfolio.Department) departmentPage {
	p := v.site.p
	d := departmentPage{Home: v.home, ID: x.ID, Name: x.Name.In(v.lang), Class: slotClass(x.Slot), Centres: strings.Join(x.CostCentres, ", ")}
	paid := p.PaidBy(x.ID)
	d.Lede = v.words.HTML("department.lede", "Name", d.Name, "N", len(paid), "Money", cmpOr(v.locale.List(v.departmentSums(x.ID)), "–"))
	if chief, ok := p.Chief(x.ID, p.AsOf()); ok {
		d.Chief, d.Post = v.person(chief.ID), chief.Title.In(v.lang)
	}
	for _, t := range x.Deputies {
		if t.On(p.AsOf()) {
			d.Deputies = append(d.Deputies, v.person(t.ID))
		}
	}
	if x.Parent != "" {
		d.Parent = v.dept(x.Parent)
	}
	d.Years = v.departmentYears(x.ID)
	d.Partners = v.partners(x.ID)
	sorted := slices.Clone(paid)
	orders[0].sort(v, sorted)
	for _, c := range sorted[:min(len(sorted), 50)] {
		d.Rows = append(d.Rows, v.initiative(c))
	}
	if len(sorted) > 50 {
		d.More = v.link(listAddress("department-"+string(x.ID), 0), v.words.N("initiatives.number", len(sorted)))
	}
	for _, h := range v.owned(x.ID) {
		d.Owns = append(d.Owns, v.holding(h, x.ID))
	}
	for _, l := range v.ledger() {
		if l.State == portfolio.Returned {
			continue
		}
		if l.Member.Home.Value == x.ID {
			d.Lent = append(d.Lent, v.returnLine(l))
		}
	}
	d.Lent = d.Lent[:min(len(d.Lent), 100)]
	d.Waiting = v.waiting(x.ID)
	d.Backlinks = v.backlinks(portfolio.Target{Kind: portfolio.ToDepartment, ID: x.ID})
	return d
}

// departmentYears prints a department's row of the rollup, one block a currency.
func (v *voice) departmentYears(id ID) []blockView {
	t := v.site.table("by-department")
	var all []blockView
	for _, b := range t.Blocks {
		for _, r := range b.Rows {
			if r.Key != string(id) {
				continue
			}
			view := blockView{ID: strings.ToLower(string(b.Currency)), Caption: v.words.F("department.years", "Currency", string(b.Currency))}
			for _, c := range t.Columns {
				view.Heads = append(view.Heads, headView{v.columnName(c), true})
			}
			view.Rows = []theme.Fragment{v.row(t, b, r, v.decimals(b), false)}
			all = append(all, view)
		}
	}
	return all
}

// partners lists with whom a department funds, from the pairs.
func (v *voice) partners(id ID) []partnerRow {
	var rows []partnerRow
	for _, b := range v.site.table("by-pair").Blocks {
		for _, r := range b.Rows {
			one, other := r.Head.Refs[0].ID, r.Head.Refs[1].ID
			if one != id && other != id {
				continue
			}
			mine, theirs := 1, 2
			if other == id {
				one, other, mine, theirs = other, one, 2, 1
			}
			decimals := v.decimals(b)
			figure := func(i int, key string) theme.Fragment {
				return new(theme.Builder).Raw(`<a href="`).Text(v.href(addendAddress("by-pair", b.Currency, r.Key))).Raw(`#c-`).Text(key).Raw(`">`).Add(v.cellText(r.Cells[i], decimals)).Raw(`</a>`).Fragment()
			}
			keys := [...]string{"", "first", "second", "together"}
			rows = append(rows, partnerRow{v.dept(other), r.Cells[0].N, figure(mine, keys[mine]), figure(theirs, keys[theirs]), figure(3, keys[3]), string(b.Currency)})
		}
	}
	return rows
}

func (v *voice) holding(h rollup.Holding, id ID) holdingRow {
	row := holdingRow{Area: v.area(h.Area.ID), Standing: h.Area.StandingOwner == id}
	for _, c := range h.Claims {
		if c.Department == id && len(row.Charters) < 20 {
			row.Charters = append(row.Charters, v.charter(c.Charter))
		}
		if c.Department == id && v.disputed(c) {
			row.Disputed = true
		}
	}
	return row
}

// disputed reports whether a claim is part of a conflict.
func (v *voice) disputed(c portfolio.Claim) bool {
	return remember(v.site, "disputed", func() map[*charter.Responsibility]bool {
		rows := map[*charter.Responsibility]bool{}
		for _, x := range v.site.p.Conflicts() {
			rows[x.One.Row], rows[x.Other.Row] = true, true
		}
		return rows
	})[c.Row]
}

// waiting lists what a department's signature is missing from.
func (v *voice) waiting(id ID) []attentionItem {
	var items []attentionItem
	for _, c := range v.site.p.PaidBy(id) {
		if !c.Status.Value.Bound() {
			continue
		}
		for _, s := range v.site.p.Signatures(c) {
			if s.Department == id && s.State != portfolio.Valid {
				key := "waiting.missing"
				if s.State == portfolio.Outdated {
					key = "waiting.outdated"
				}
				items = append(items, attentionItem{v.charter(c), theme.Escape(v.words.T(key))})
			}
		}
	}
	return items
}

type peoplePage struct {
	Home   string
	Lede   string
	Groups []peopleGroup
}

type peopleGroup struct {
	Letter string
	People []peopleRow
}

type peopleRow struct {
	Person theme.Fragment
	Dept   theme.Fragment
	Count  string
	Left   theme.Fragment
}

func newPeoplePage(v *voice) peoplePage {
	p := v.site.p
	all := slices.Clone(p.Registers().People)
	locale.SortBy(v.locale, all, func(x *portfolio.Person) string { return x.Name })
	d := peoplePage{Home: v.home, Lede: v.words.N("people.lede", len(all))}
	for _, x := range all {
		letter := v.locale.Initial(x.Name)
		if n := len(d.Groups); n == 0 || d.Groups[n-1].Letter != letter {
			d.Groups = append(d.Groups, peopleGroup{Letter: letter})
		}
		row := peopleRow{Person: v.person(x.ID)}
		if home := x.Home(p.AsOf()); home != "" {
			row.Dept = v.deptMark(home)
		}
		if !x.Until.IsZero() && x.Until.Before(p.AsOf()) {
			row.Left = v.words.HTML("person.left", "Date", v.date(x.Until))
		}
		if n := len(p.Involving(x.ID)); n > 0 {
			row.Count = v.words.N("initiatives.number", n)
		}
		g := &d.Groups[len(d.Groups)-1]
		g.People = append(g.People, row)
	}
	return d
}

// A personPage is what somebody works on, owns and has promised.
type personPage struct {
	Home      string
	ID        ID
	Name      string
	Initials  string
	Class     string
	Dept      theme.Fragment
	Posts     []string
	Email     string
	Left      theme.Fragment
	Postings  []postingRow
	Load      []loadRow
	Months    *figureView
	Over      bool
	Capacity  string
	Owns      []theme.Fragment
	Leads     []theme.Fragment
	Steps     []stepRow
	ToSign    []attentionItem
	Backlinks []backlinkRow
}

type postingRow struct {
	Charter    theme.Fragment
	Role       string
	Lang       string // of Role, where it is another than the page's
	PostLang   string
	Allocation string
	Window     theme.Fragment
	Back       theme.Fragment
	Post       string
}

type loadRow struct {
	Window theme.Fragment
	Load   string
	Bar    theme.Fragment
	Over   bool
}

func newPersonPage(v *voice, x *portfolio.Person) personPage {
	p := v.site.p
	d := personPage{Home: v.home, ID: x.ID, Name: x.Name, Initials: initials(x.Name), Email: x.Email, Capacity: v.locale.Percent(x.Capacity)}
	if home := x.Home(p.AsOf()); home != "" {
		d.Dept, d.Class = v.dept(home), v.deptClass(home)
	}
	for _, dept := range p.Registers().Departments {
		for _, t := range dept.Chiefs {
			if t.ID == x.ID && t.On(p.AsOf()) {
				d.Posts = append(d.Posts, cmpOr(t.Title.In(v.lang), v.words.F("person.chief", "Dept", dept.Name.In(v.lang))))
			}
		}
	}
	if !x.Until.IsZero() {
		d.Left = v.words.HTML("person.left", "Date", v.date(x.Until))
	}
	for _, c := range p.Involving(x.ID) {
		v.involve(&d, x.ID, c)
	}
	for _, s := range p.Load(x.ID) {
		row := loadRow{Window: theme.Join([]theme.Fragment{v.date(s.Window.Start), v.date(s.Window.End)}, " – "), Load: v.locale.Decimal(money.PercentOf(s.Load)) + "\u00a0%", Over: s.Over(x.Capacity)}
		if s.Window.End.Before(p.AsOf()) {
			continue
		}
		row.Bar = loadBar(s)
		d.Over = d.Over || row.Over
		d.Load = append(d.Load, row)
	}
	if len(d.Load) > 0 {
		d.Months = v.personMonths(x)
	}
	d.Backlinks = v.backlinks(portfolio.Target{Kind: portfolio.ToPerson, ID: x.ID})
	return d
}

// involve enters what one charter says of a person.
func (v *voice) involve(d *personPage, id ID, c *charter.Charter) {
	p := v.site.p
	if slices.ContainsFunc(c.Owners, func(o charter.Owner) bool { return o.Person.Value == id }) {
		d.Owns = append(d.Owns, v.charter(c))
	}
	if slices.ContainsFunc(c.Lead, func(a charter.At[ID]) bool { return a.Value == id }) {
		d.Leads = append(d.Leads, v.charter(c))
	}
	for i := range c.Team {
		m := &c.Team[i]
		w, ok := m.Window(c.Timeframe)
		if m.Person.Value != id || !ok {
			continue
		}
		row := postingRow{Charter: v.charter(c),
			Window: theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")}
		row.Role, row.Lang = v.word(c, m.Role.Value)
		row.Post, row.PostLang = v.word(c, m.Return.To.Value)
		if !m.Allocation.Value.IsZero() {
			row.Allocation = v.locale.PercentExact(m.Allocation.Value)
		}
		if m.Return.Mark.Written() {
			row.Back = v.date(p.ReturnDay(c, m))
		}
		d.Postings = append(d.Postings, row)
	}
	for i := range c.Milestones {
		m := &c.Milestones[i]
		if m.Owner.Value == id && !m.Done.Written() && c.Status.Value.Live() {
			late, _ := p.Overdue(c, m)
			d.Steps = append(d.Steps, v.step(rollup.Step{Charter: c, Milestone: m, Late: late}))
		}
	}
	for _, s := range p.Signatures(c) {
		if c.Status.Value.Bound() && s.State != portfolio.Valid && p.Signer(c, s) == id {
			d.ToSign = append(d.ToSign, attentionItem{v.charter(c), v.deptMark(s.Department)})
		}
	}
}

// loadBar shows a load against twice a full post.
func loadBar(s portfolio.Stretch) theme.Fragment {
	var b theme.Builder
	hundredths := int64(0)
	for _, x := range s.Postings {
		a := x.Member.Allocation.Value
		hundredths += a.Num() * 5_000 / a.Den()
	}
	b.Raw(`<svg class="bar" aria-hidden="true"><rect class="bg"/><rect class="inkfill" width="`).Percent(int(min(hundredths, 10_000))).Raw(`"/><line class="mid" x1="50%" x2="50%" y1="-3" y2="13"/></svg>`)
	return b.Fragment()
}

func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	first := []rune(words[0])[:1]
	if len(words) == 1 {
		return string(first)
	}
	return string(first) + string([]rune(words[len(words)-1])[:1])
}

// An areaPage is who owns an area, charter by charter.
type areaPage struct {
	Home      string
	Name      string
	Lede      string
	Parents   []theme.Fragment
	Standing  theme.Fragment
	Required  bool
	Claims    []claimRow
	Conflicts []conflictView
	Backlinks []backlinkRow
}

type claimRow struct {
	Charter    theme.Fragment
	Status     theme.Fragment
	Owner      theme.Fragment
	Scope      string
	Reason     string
	Lang       string // of Scope, where it is another than the page's
	ReasonLang string
	Runs       theme.Fragment
}

func newAreaPage(v *voice, a *portfolio.Area) areaPage {
	p := v.site.p
	d := areaPage{Home: v.home, Name: a.Name.In(v.lang), Required: slices.Contains(a.RequiredFor, charter.Joint)}
	for _, up := range slices.Backward(p.Ancestors(a.ID)) {
		d.Parents = append(d.Parents, v.area(up))
	}
	if a.StandingOwner != "" {
		d.Standing = v.dept(a.StandingOwner)
	}
	for _, c := range p.Concerning(a.ID) {
		for _, r := range c.Responsibilities {
			if r.Area.Value != a.ID || len(r.Accountable) == 0 {
				continue
			}
			row := claimRow{Charter: v.charter(c), Status: v.status(c.Status.Value), Owner: v.dept(r.Accountable[0].Value)}
			row.Scope, row.Lang = v.word(c, r.Scope.Value)
			row.Reason, row.ReasonLang = v.word(c, r.Reason.Value)
			if w, ok := c.Timeframe.Window(); ok {
				row.Runs = theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")
			}
			d.Claims = append(d.Claims, row)
		}
		if len(d.Claims) >= listed {
			break
		}
	}
	d.Lede = v.words.N("area.lede", len(p.Concerning(a.ID)))
	for _, x := range p.Conflicts() {
		if x.One.Area == a.ID || x.Other.Area == a.ID {
			d.Conflicts = append(d.Conflicts, v.conflictView(x))
		}
	}
	d.Backlinks = v.backlinks(portfolio.Target{Kind: portfolio.ToArea, ID: a.ID})
	return d
}
