package site

import (
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// addLedgers enters who owns what, who comes back when, what is to be reached,
// the register of all pages, and the page for an address that does not exist.
func addLedgers(_ *Site, pages pages) {
	pages["ownership.html"] = page{section: "ownership", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("ownership.title"), Template: "ownership", Data: newOwnershipPage(v)}, nil
	}}
	pages["returns.html"] = page{make: func(v *voice) (content, error) {
		return content{Title: v.words.T("returns.title"), Template: "returns", Data: newReturnsPage(v)}, nil
	}}
	pages["goals.html"] = page{make: func(v *voice) (content, error) {
		return content{Title: v.words.T("goals.title"), Template: "goals", Data: newGoalsPage(v)}, nil
	}}
	pages["search.html"] = page{make: func(v *voice) (content, error) {
		return content{Title: v.words.T("search.title"), Template: "search", Data: newSearchPage(v)}, nil
	}}
	pages["404.html"] = page{make: func(v *voice) (content, error) {
		return content{Title: v.words.T("missing.title"), Template: "missing", Data: struct{ Home string }{v.home}}, nil
	}}
}

// An ownershipPage is the conflicts side by side, then the map of areas.
type ownershipPage struct {
	Home      string
	Lede      string
	Conflicts []conflictView
	Heads     []theme.Fragment
	Rows      []theme.Fragment
}

// A conflictView is both claims alike.
type conflictView struct {
	ID    string
	Area  theme.Fragment
	Sides []claimSide
	Mend  string
}

type claimSide struct {
	Class, Dept string
	Charter     theme.Fragment
	Area        theme.Fragment
	Runs        theme.Fragment
	Source      string
}

func (v *voice) conflictView(x portfolio.Conflict) conflictView {
	d := conflictView{ID: "conflict-" + string(x.One.Area) + "-" + string(x.One.Charter.ID.Value) + "-" + string(x.Other.Charter.ID.Value), Area: v.area(x.One.Area)}
	for _, c := range []portfolio.Claim{x.One, x.Other} {
		side := claimSide{Class: v.deptClass(c.Department), Dept: v.deptName(c.Department), Charter: v.charter(c.Charter), Source: claimedAt(c)}
		if v.site.p.Veil() != nil { // the text with these lines is not the one that anybody knows
			side.Source = c.Charter.File
		}
		if x.One.Area != x.Other.Area {
			side.Area = v.area(c.Area)
		}
		if w, ok := c.Charter.Timeframe.Window(); ok {
			side.Runs = theme.Join([]theme.Fragment{v.date(w.Start), v.date(w.End)}, " – ")
		}
		d.Sides = append(d.Sides, side)
	}
	d.Mend = v.words.F("conflict.mend", "One", d.Sides[0].Dept, "Other", d.Sides[1].Dept)
	return d
}

// claimedAt is where a claim is written.
func claimedAt(c portfolio.Claim) string { return c.Charter.Pos(c.Row.Accountable[0].Mark).String() }

func newOwnershipPage(v *voice) ownershipPage {
	p := v.site.p
	d := ownershipPage{Home: v.home}
	for _, x := range p.Conflicts() {
		d.Conflicts = append(d.Conflicts, v.conflictView(x))
	}
	d.Lede = v.words.N("ownership.lede", len(d.Conflicts))
	var ids []ID
	for _, x := range v.site.departments() {
		ids = append(ids, x.ID)
		d.Heads = append(d.Heads, v.deptCode(x.ID))
	}
	for _, h := range v.holdings() {
		d.Rows = append(d.Rows, v.mapRow(h, ids))
	}
	return d
}

// mapRow is one area: a filled square for a department that owns it in a live
// charter, a ring for the standing owner, framed in red where two claim it.
func (v *voice) mapRow(h rollup.Holding, ids []ID) theme.Fragment {
	var w theme.Builder
	w.Raw(`<tr id="area-`).Text(string(h.Area.ID)).Raw(`"><th scope="row"><span class="in`).Int(min(h.Depth, 4)).Raw(`">`).Add(v.area(h.Area.ID)).Raw(`</span></th>`)
	for _, id := range ids {
		n, clash := 0, false
		for _, c := range h.Claims {
			if c.Department == id {
				n++
				clash = clash || v.disputed(c)
			}
		}
		w.Raw(`<td>`)
		switch {
		case n > 0:
			w.Raw(`<span class="dot `).Text(v.deptClass(id))
			if clash {
				w.Raw(` x`)
			}
			w.Raw(`"></span><span class="vh">`).Text(v.words.F("map.owns", "Dept", v.deptName(id), "N", n)).Raw(`</span>`)
			if clash {
				w.Raw(`<span class="vh"> `).Text(v.words.T("conflict.yes")).Raw(`</span>`)
			}
		case h.Area.StandingOwner == id:
			w.Raw(`<span class="ring"></span><span class="vh">`).Text(v.words.F("map.standing", "Dept", v.deptName(id))).Raw(`</span>`)
		}
		w.Raw(`</td>`)
	}
	w.Raw(`<td class="tl wide">`)
	for i, c := range h.Claims {
		if i == 8 {
			w.Raw(` …`)
			break
		}
		if i > 0 {
			w.Raw(`, `)
		}
		w.Add(v.charter(c.Charter))
	}
	return w.Raw(`</td></tr>`).Fragment()
}

// A returnsPage is the return ledger.
type returnsPage struct {
	Home   string
	Lede   string
	Months []frameLink // in which somebody comes back, with how many
	Open   []returnLine
	Done   []returnLine
	Empty  bool

	Nothing string // why it is empty, where an audience is not told
}

// A returnLine is one person's way back.
type returnLine struct {
	ID         string // of the first line of a month
	Person     theme.Fragment
	Home       theme.Fragment
	Charter    theme.Fragment
	Allocation string
	Until      theme.Fragment
	Back       theme.Fragment
	Post       string
	Lang       string
	State      string
	Note       string
	Late       bool
}

func (v *voice) returnLine(l rollup.Lent) returnLine {
	d := returnLine{Person: v.person(l.Member.Person.Value), Home: v.deptMark(l.Member.Home.Value), Charter: v.charter(l.Charter), Until: v.date(l.Window.End),
		Back: v.date(l.Back), Late: l.State == portfolio.ReturnOverdue}
	d.Post, d.Lang = v.word(l.Charter, l.Member.Return.To.Value)
	if !l.Member.Allocation.Value.IsZero() {
		d.Allocation = v.locale.PercentExact(l.Member.Allocation.Value)
	}
	switch l.State {
	case portfolio.Returned:
		d.State = v.words.T("return.done")
		d.Back = v.date(l.Member.Return.Done.Value)
	case portfolio.ReturnAhead:
		d.State = v.words.T("return.ahead")
	default:
		d.State = v.words.T("return.overdue")
		if l.State == portfolio.ReturnDue {
			d.State = v.words.T("return.due")
		}
		d.Note = v.words.N("days.overdue", l.Late)
	}
	return d
}

func newReturnsPage(v *voice) returnsPage {
	d := returnsPage{Home: v.home}
	late := 0
	var months []calendar.Period
	back := map[calendar.Period]int{}
	for _, l := range v.ledger() {
		line := v.returnLine(l)
		if l.State == portfolio.Returned {
			d.Done = append(d.Done, line)
			continue
		}
		if !l.Back.IsZero() {
			m := calendar.PeriodOf(l.Back, calendar.Month)
			if back[m]++; back[m] == 1 {
				line.ID = "back-" + m.String()
				months = append(months, m)
			}
		}
		if line.Late {
			late++
		}
		d.Open = append(d.Open, line)
	}
	d.Lede = v.words.F("returns.lede", "N", len(d.Open), "Late", late)
	for _, m := range months {
		d.Months = append(d.Months, frameLink{Href: "#back-" + m.String(), Text: v.words.F("returns.month", "Month", v.locale.Month(m.Start()), "N", back[m])})
	}
	d.Empty = len(d.Open)+len(d.Done) == 0
	if d.Nothing = v.unsaid("team.return"); d.Nothing != "" {
		d.Lede = ""
	}
	d.Open, d.Done = d.Open[:min(len(d.Open), 2000)], d.Done[:min(len(d.Done), listed)]
	return d
}

// A goalsPage is the organisation's objectives with what contributes to them,
// then every goal.
type goalsPage struct {
	Home       string
	Lede       string
	Objectives []objectiveView
	Goals      []goalLine
	More       string
}

type objectiveView struct {
	ID       string
	Text     string
	Owner    theme.Fragment
	Period   string
	Charters []theme.Fragment
}

type goalLine struct {
	Charter theme.Fragment
	Lang    string
	goalRow
}

func newGoalsPage(v *voice) goalsPage {
	p := v.site.p
	d := goalsPage{Home: v.home}
	for _, o := range p.Registers().Objectives {
		view := objectiveView{ID: "objective-" + string(o.ID), Text: o.Text.In(v.lang), Period: o.Period.Value}
		if o.Owner != "" {
			view.Owner = v.dept(o.Owner)
		}
		for _, c := range p.Toward(o.ID) {
			if len(view.Charters) < 50 {
				view.Charters = append(view.Charters, v.charter(c))
			}
		}
		d.Objectives = append(d.Objectives, view)
	}
	aims := rollup.Aims(p)
	d.Lede = v.words.F("goals.lede", "N", len(aims), "Objectives", len(d.Objectives))
	if len(aims) > 2*listed {
		d.More = v.words.F("timeline.more", "Shown", v.locale.Number(2*listed), "All", v.locale.Number(len(aims)))
		aims = aims[:2*listed]
	}
	rows := map[*charter.Charter][]goalRow{}
	for _, a := range aims {
		if rows[a.Charter] == nil {
			rows[a.Charter] = v.goals(a.Charter, v.site.Translation(a.Charter.ID.Value, v.lang))
		}
		i := slices.IndexFunc(a.Charter.Goals, func(g charter.Goal) bool { return g.ID == a.Goal.ID })
		line := goalLine{v.charter(a.Charter), v.otherLang(a.Charter), rows[a.Charter][i]}
		if v.site.Translation(a.Charter.ID.Value, v.lang) != nil {
			line.Lang = "" // the words say theirs
		}
		d.Goals = append(d.Goals, line)
	}
	return d
}

// A searchPage is every page from A to Z, in groups; a script filters it.
type searchPage struct {
	Home   string
	Groups []searchGroup
}

type searchGroup struct {
	ID, Title string
	Items     []searchItem
}

type searchItem struct {
	Link theme.Fragment
	Note string
}

func newSearchPage(v *voice) searchPage {
	p := v.site.p
	d := searchPage{Home: v.home}
	charters := slices.Clone(p.Charters())
	locale.SortBy(v.locale, charters, v.sortName)
	g := searchGroup{ID: "charters", Title: v.words.T("search.charters")}
	for _, c := range charters {
		g.Items = append(g.Items, searchItem{v.charter(c), v.words.T("status." + c.Status.Value.String())})
	}
	d.add(g)
	people := slices.Clone(p.Registers().People)
	locale.SortBy(v.locale, people, func(x *portfolio.Person) string { return x.Name })
	g = searchGroup{ID: "people", Title: v.words.T("search.people")}
	for _, x := range people {
		g.Items = append(g.Items, searchItem{v.person(x.ID), v.deptNameOf(x)})
	}
	d.add(g)
	departments := slices.Clone(p.Registers().Departments)
	locale.SortBy(v.locale, departments, func(x *portfolio.Department) string { return x.Name.In(v.lang) })
	g = searchGroup{ID: "departments", Title: v.words.T("search.departments")}
	for _, x := range departments {
		g.Items = append(g.Items, searchItem{v.dept(x.ID), strings.Join(x.Aliases, ", ")})
	}
	d.add(g)
	areas := slices.Clone(p.Registers().Areas)
	locale.SortBy(v.locale, areas, func(a *portfolio.Area) string { return a.Name.In(v.lang) })
	g = searchGroup{ID: "areas", Title: v.words.T("search.areas")}
	for _, a := range areas {
		g.Items = append(g.Items, searchItem{Link: v.area(a.ID)})
	}
	d.add(g)
	return d
}

func (d *searchPage) add(g searchGroup) {
	if len(g.Items) > 0 {
		d.Groups = append(d.Groups, g)
	}
}

func (v *voice) deptNameOf(x *portfolio.Person) string {
	if home := x.Home(v.site.p.AsOf()); home != "" {
		return v.deptName(home)
	}
	return ""
}
