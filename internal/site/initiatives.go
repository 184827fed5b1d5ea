package site

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// listed is how many rows one page of a list holds: as many as a browser lays
// out, and the preview changes, before anybody has looked away.
const listed = 200

// An order is a way to sort the list of initiatives; the first is the default.
type order struct {
	key  string
	sort func(v *voice, all []*charter.Charter)
}

var orders = []order{
	{"amount", func(v *voice, all []*charter.Charter) {
		main := v.site.p.Config().Currency
		slices.SortStableFunc(all, func(a, b *charter.Charter) int {
			x, y := a.Budget.Total.Value, b.Budget.Total.Value
			if x.Currency != y.Currency { // the reporting currency first, then by code, then what has no budget
				return cmp.Or(rank(x.Currency, main)-rank(y.Currency, main), strings.Compare(string(x.Currency), string(y.Currency)))
			}
			return y.Cmp(x)
		})
	}},
	{"name", func(v *voice, all []*charter.Charter) {
		locale.SortBy(v.locale, all, v.sortName)
	}},
	{"end", func(_ *voice, all []*charter.Charter) {
		slices.SortStableFunc(all, func(a, b *charter.Charter) int {
			x, y := a.Timeframe.End.Value, b.Timeframe.End.Value
			if x.IsZero() != y.IsZero() {
				return y.Compare(x)
			}
			return x.Compare(y)
		})
	}},
	{"status", func(_ *voice, all []*charter.Charter) {
		slices.SortStableFunc(all, func(a, b *charter.Charter) int { return int(a.Status.Value) - int(b.Status.Value) })
	}},
}

func rank(c, main money.Currency) int {
	switch c {
	case main:
		return 0
	case "":
		return 2
	}
	return 1
}

// A filter is a list worth sharing: it has an address of its own.
type filter struct {
	address string // below initiatives/, without ending
	group   string // "status", "department", "year"; empty for the whole list
	value   string // what its charters have in common, by the word that texts use
	title   func(v *voice) string
}

// addInitiatives enters the list in each order, and one list for each status,
// department and year. What one owner owns stands on the owner's own page.
func addInitiatives(s *Site, pages pages) {
	all := s.p.Charters()
	for i, o := range orders {
		address := "index"
		if i > 0 {
			address = "by-" + o.key
		}
		s.addList(pages, address, o, filter{title: func(v *voice) string { return v.words.T("initiatives.title") }}, all)
	}
	for _, f := range s.filterList() {
		var some []*charter.Charter
		for _, r := range s.p.Runs() {
			some = append(some, portfolio.Once(r, "initiatives", s.sift)[f.address]...)
		}
		s.addList(pages, f.address, orders[0], f, some)
	}
}

// sift lists the charters of each filter, by the filter's address.
func (s *Site) sift(charters []*charter.Charter) map[string][]*charter.Charter {
	lists := map[string][]*charter.Charter{}
	for _, c := range charters {
		put := func(address string) {
			if list := lists[address]; len(list) == 0 || list[len(list)-1] != c { // a department may stand twice in a text with errors
				lists[address] = append(list, c)
			}
		}
		put("status-" + c.Status.Value.String())
		put("signed-" + s.p.Agreement(c).String())
		for _, party := range c.Budget.Parties {
			put("department-" + string(party.Department.Value))
		}
		for year := range yearsOf(c) {
			put("year-" + strconv.Itoa(year))
		}
	}
	return lists
}

// yearsOf goes through the years that a charter's timeframe touches.
func yearsOf(c *charter.Charter) iter.Seq[int] {
	return func(yield func(int) bool) {
		w, ok := c.Timeframe.Window()
		for y := w.Start.Year(); ok && y <= w.End.Year() && y < w.Start.Year()+30; y++ {
			if !yield(y) {
				return
			}
		}
	}
}

// addList enters a list, parted into pages where it is long.
func (s *Site) addList(pages pages, address string, o order, f filter, all []*charter.Charter) {
	parts := max(1, (len(all)+listed-1)/listed)
	var sorted sync.Map // by language, since names sort by language
	sums := sync.OnceValue(func() []money.Money { return s.listSums(all) })
	for n := range parts {
		pages[listAddress(address, n)] = page{section: "initiatives", make: func(v *voice) (content, error) {
			once, _ := sorted.LoadOrStore(v.lang, sync.OnceValue(func() []*charter.Charter {
				list := slices.Clone(all)
				o.sort(v, list)
				return list
			}))
			d := v.initiatives(once.(func() []*charter.Charter)(), sums(), n, parts, address, o, f)
			return content{Title: d.Title, Template: "initiatives", Data: d}, nil
		}}
	}
}

func listAddress(address string, n int) string {
	if n > 0 {
		address += "-" + strconv.Itoa(n+1)
	}
	return "initiatives/" + address + ".html"
}

// filters lists the lists worth sharing, in the order that pages show them.
func (s *Site) filters() []filter {
	var all []filter
	for _, status := range charter.Statuses {
		if slices.ContainsFunc(s.p.Charters(), func(c *charter.Charter) bool { return c.Status.Value == status }) {
			key := status.String()
			all = append(all, filter{"status-" + key, "status", key, func(v *voice) string { return v.words.T("initiatives.status." + key) }})
		}
	}
	for a := portfolio.Unsigned; a <= portfolio.FullySigned; a++ {
		key := a.String()
		some := func(r *portfolio.Run) bool { return len(portfolio.Once(r, "initiatives", s.sift)["signed-"+key]) > 0 }
		if slices.ContainsFunc(s.p.Runs(), some) {
			all = append(all, filter{"signed-" + key, "signed", key, func(v *voice) string { return v.words.T("initiatives.signed." + key) }})
		}
	}
	for _, d := range s.departments() {
		if len(s.p.PaidBy(d.ID)) > 0 {
			all = append(all, filter{"department-" + string(d.ID), "department", string(d.ID), func(v *voice) string { return v.words.F("initiatives.department", "Name", d.Name.In(v.lang)) }})
		}
	}
	for _, y := range s.years() {
		all = append(all, filter{"year-" + strconv.Itoa(y), "year", strconv.Itoa(y), func(v *voice) string { return v.words.F("initiatives.year", "Year", strconv.Itoa(y)) }})
	}
	return all
}

// departments lists the registered departments in the order of their colours.
func (s *Site) departments() []*portfolio.Department {
	return slices.SortedStableFunc(slices.Values(s.p.Registers().Departments), func(a, b *portfolio.Department) int { return a.Slot - b.Slot })
}

// years lists the years that some charter touches.
func (s *Site) years() []int {
	var all []int
	for _, r := range s.p.Runs() {
		all = append(all, portfolio.Once(r, "years", func(charters []*charter.Charter) []int {
			var some []int
			for _, c := range charters {
				some = slices.AppendSeq(some, yearsOf(c))
			}
			slices.Sort(some)
			return slices.Compact(some)
		})...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ownersOf lists the people who own one of some charters.
func ownersOf(charters []*charter.Charter) []ID {
	var all []ID
	for _, c := range charters {
		for _, o := range c.Owners {
			if id := o.Person.Value; id != "" {
				all = append(all, id)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// An initiativesPage is one page of a list of charters.
type initiativesPage struct {
	Home, Title string
	Lede        string
	Crumb       bool // a filtered list leads back to the whole one
	Count       string
	Filters     []filterGroup
	Orders      []frameLink
	Years       []string
	Rows        []theme.Fragment
	Totals      []theme.Fragment
	Pages       []frameLink
	Parted      string
	Empty       bool
}

type filterGroup struct {
	Name, Label, Any string
	Options          []filterOption
}

type filterOption struct {
	Value, Text, Href string
	Current           bool
}

func (v *voice) initiatives(all []*charter.Charter, sums []money.Money, n, pages int, address string, o order, f filter) initiativesPage {
	d := initiativesPage{Home: v.home, Title: f.title(v), Lede: v.words.T("initiatives.lede"), Crumb: f.group != "", Empty: len(all) == 0}
	shown := all[n*listed : min(len(all), (n+1)*listed)]
	d.Count = v.words.F("initiatives.count", "Shown", v.locale.Number(len(shown)), "All", v.locale.Number(len(all)), "N", len(all))
	d.Filters = v.filterGroups(f, shown)
	for i, x := range orders {
		to := "by-" + x.key
		if i == 0 {
			to = "index"
		}
		d.Orders = append(d.Orders, frameLink{Href: v.href(listAddress(to, 0)), Text: v.words.T("initiatives.by." + x.key), Current: f.group == "" && x.key == o.key})
	}
	for _, c := range shown {
		d.Rows = append(d.Rows, v.initiative(c))
	}
	for _, m := range sums {
		d.Totals = append(d.Totals, theme.Escape(v.money(m)))
	}
	for i := range pages {
		if pages > 1 {
			d.Pages = append(d.Pages, frameLink{Href: v.href(listAddress(address, i)), Text: strconv.Itoa(i + 1), Current: i == n})
		}
	}
	if pages > 1 {
		d.Parted = v.words.F("initiatives.parted", "From", v.locale.Number(n*listed+1), "To", v.locale.Number(n*listed+len(shown)), "All", v.locale.Number(len(all)))
	}
	return d
}

// filterGroups are the lists worth sharing as links, and as choices for the
// browser's own filter. Owners are those of the charters shown, as a closed list.
func (v *voice) filterGroups(current filter, shown []*charter.Charter) []filterGroup {
	groups := map[string]*filterGroup{}
	var order []string
	for _, f := range v.site.filterList() {
		g := groups[f.group]
		if g == nil {
			g = &filterGroup{Name: f.group, Label: v.words.T("filter." + f.group), Any: v.words.T("filter." + f.group + ".any")}
			groups[f.group] = g
			order = append(order, f.group)
		}
		g.Options = append(g.Options, filterOption{sought(f.group, f.value), v.filterName(f), v.href(listAddress(f.address, 0)), f.address == current.address})
	}
	owners := slices.DeleteFunc(ownersOf(shown), func(id ID) bool { return v.site.p.Person(id) == nil })
	if locale.SortBy(v.locale, owners, v.personName); len(owners) > 0 && !v.site.p.Anonymous() { // what somebody owns stands on that person's page
		g := &filterGroup{Name: "owner", Label: v.words.T("filter.owner"), Any: v.words.T("filter.owner.any")}
		for _, x := range owners {
			g.Options = append(g.Options, filterOption{sought("owner", string(x)), v.personName(x), v.href("people/" + string(x) + ".html#owner"), false})
		}
		groups["owner"] = g
		order = append(order, "owner")
	}
	var all []filterGroup
	for _, name := range order {
		all = append(all, *groups[name])
	}
	return all
}

func (v *voice) filterName(f filter) string {
	switch f.group {
	case "status":
		return v.words.T("status." + f.value)
	case "signed":
		return v.words.T("agreement." + f.value)
	case "department":
		return v.deptName(ID(f.value))
	}
	return f.value
}

// filterList is filters, made once.
func (s *Site) filterList() []filter {
	return remember(s, "filters", s.filters)
}

// initiative is a charter's row, which is the same on every list.
func (v *voice) initiative(c *charter.Charter) theme.Fragment {
	return v.once(partInitiative, c.ID.Value, func() any { return v.initiativeData(c) })
}

// An initiativeRow is what parts/initiative.html is given.
type initiativeRow struct {
	ID       ID
	Charter  theme.Fragment
	Lead     theme.Fragment
	Bar      theme.Fragment
	Codes    theme.Fragment
	Amount   string
	Sort     string
	Start    theme.Fragment
	End      theme.Fragment
	Pips     theme.Fragment
	Signed   string
	Status   theme.Fragment
	Order    int
	Again    string // that they are to be given again
	Note     string
	Find     string // what the browser's filter looks at
	NoBudget string
}

func (v *voice) initiativeData(c *charter.Charter) initiativeRow {
	p := v.site.p
	d := initiativeRow{ID: c.ID.Value, Charter: v.charter(c), Status: v.status(c.Status.Value), Order: int(c.Status.Value), Find: v.site.marks(c)}
	if len(c.Lead) > 0 {
		d.Lead = v.person(c.Lead[0].Value)
	}
	if b := &c.Budget; b.Sound {
		d.Bar = v.shareBar(b.Parties)
		var codes theme.Builder
		for _, party := range v.bySize(b.Parties) {
			codes.Raw(`<span>`).Add(v.deptCode(party.Department.Value)).Raw(` `).Text(v.locale.Percent(party.Share)).Raw(`</span>`)
		}
		d.Codes, d.Amount, d.Sort = codes.Fragment(), v.money(b.Total.Value), strings.TrimSuffix(b.Total.Value.Text(), ".00")
	} else {
		d.NoBudget, _, _ = v.noBudget(c)
		d.Sort = "0"
	}
	d.Start, d.End = v.date(c.Timeframe.Start.Value), v.date(c.Timeframe.End.Value)
	if all := p.Signatures(c); len(all) > 0 {
		d.Pips, d.Signed = v.signedOf(all)
	}
	if agreed := p.Agreement(c); c.Status.Value.Bound() && agreed == portfolio.ResignNeeded {
		d.Again = v.words.T("agreement." + agreed.String())
	}
	for i := range c.Milestones {
		if _, late := p.Overdue(c, &c.Milestones[i]); late {
			d.Note = v.words.T("milestone.overdue")
			break
		}
	}
	return d
}

// sought is a choice of the browser's filter: what is chosen, after the letter of
// its kind. Status and state of the signatures share one.
func sought(group, value string) string { return group[:1] + "-" + value }

// marks are the words that the browser's filter looks for in a row.
func (s *Site) marks(c *charter.Charter) string {
	all := []string{sought("status", c.Status.Value.String()), sought("signed", s.p.Agreement(c).String())}
	for _, party := range c.Budget.Parties {
		all = append(all, sought("department", string(party.Department.Value)))
	}
	for year := range yearsOf(c) {
		all = append(all, sought("year", strconv.Itoa(year)))
	}
	for _, owner := range c.Owners {
		all = append(all, sought("owner", string(owner.Person.Value)))
	}
	return strings.Join(all, " ")
}

// listSums adds up the budgets of a list, one sum a currency.
func (s *Site) listSums(all []*charter.Charter) []money.Money {
	sums := map[money.Currency]money.Money{}
	for _, c := range all {
		if c.Budget.Sound {
			m := c.Budget.Total.Value
			sums[m.Currency] = sums[m.Currency].Plus(m)
		}
	}
	main := s.p.Config().Currency
	return slices.SortedFunc(maps.Values(sums), func(a, b money.Money) int {
		return cmp.Or(rank(a.Currency, main)-rank(b.Currency, main), strings.Compare(string(a.Currency), string(b.Currency)))
	})
}
