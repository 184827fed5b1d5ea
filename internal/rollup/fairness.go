package rollup

import (
	"math/big"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// fairness asks: what does each department put in, and what does it answer for?
// Money stands in a block for each currency; people and areas, which have none,
// in the last. Each figure stands beside its part of the whole. Departments come
// in the order of the site: this is no score and no ranking.
//
// The three are asked of the same charters, those that two departments or more
// have agreed on. People are counted in days of full-time work over the whole
// time that they are lent: 60 % of a working time for 50 days is 30 days. An
// area counts once for each department that some live charter makes accountable
// for it.
func fairness(p *portfolio.Portfolio) Table {
	t := Table{Name: "fairness", Columns: []Column{
		{Key: "charters", Label: "column.charters", Numeric: true},
		{Key: "money", Label: "column.pays", Numeric: true},
		{Key: "moneypart", Label: "column.part", Numeric: true, Percent: true},
		{Key: "days", Label: "column.fulldays", Numeric: true},
		{Key: "dayspart", Label: "column.part", Numeric: true, Percent: true},
		{Key: "areas", Label: "column.owns", Numeric: true},
		{Key: "areaspart", Label: "column.part", Numeric: true, Percent: true},
	}}
	all := gather(p, t.Name, func(s *sheet, c *charter.Charter) {
		if Counted(c) {
			addFair(s, c)
		}
	})
	for _, currency := range all.currencies(p, func(column string) bool { return column == paid }) {
		t.Blocks = append(t.Blocks, all.fairMoney(p, currency))
	}
	if b := all.fairWork(p); len(b.Rows) > 0 {
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// The columns of people's time and of areas in a sheet; an area's column ends
// with its id, so that it is counted once however many charters name it.
const (
	lentDays = "days"
	areaOf   = "area "
)

// addFair adds what one charter asks of each department.
func addFair(s *sheet, c *charter.Charter) {
	eachPayment(c, func(_ string, x payment, currency money.Currency) {
		s.add(string(x.party(c)), paid, x, currency)
		s.count(currency, string(x.party(c)))
	})
	eachPlace(c, func(member int, w calendar.Window) {
		home := string(c.Team[member].Home.Value)
		s.lend(home, lentDays, lent{days: int32(w.Days()), of: 1, member: uint16(member)})
		s.count("", home)
	})
	if !c.Status.Value.Live() {
		return
	}
	for i := range c.Responsibilities {
		r := &c.Responsibilities[i]
		if len(r.Accountable) == 1 && r.Area.Value != "" {
			id := string(r.Accountable[0].Value)
			s.hold(id, areaOf+string(r.Area.Value), i)
			s.count("", id)
		}
	}
}

// eachPlace goes through the places of c's team, by number, whose time is known and
// the department that lends the person.
func eachPlace(c *charter.Charter, do func(member int, w calendar.Window)) {
	for i := range c.Team {
		m := &c.Team[i]
		if w, ok := m.Window(c.Timeframe); ok && !m.Allocation.Value.IsZero() && m.Home.Value != "" {
			do(i, w)
		}
	}
}

// fairMoney is what each department pays in a currency, and its part.
func (t pivot) fairMoney(p *portfolio.Portfolio, currency money.Currency) Block {
	b := Block{Currency: currency}
	have := map[portfolio.ID]bool{}
	whole := money.Money{Currency: currency}
	for _, row := range t.rows(currency) {
		have[portfolio.ID(row)] = true
		whole = whole.Plus(t.amount(currency, row, paid).Money)
	}
	var everything parts
	for _, id := range departmentsOf(p, have) {
		pays, payments := t.paid(currency, string(id), paid)
		pays.Addends = payments.addends()
		everything = append(everything, payments...)
		b.Rows = append(b.Rows, Row{Key: string(id), Head: department(id), Cells: []Cell{
			t.counted(currency, string(id), inRow), pays, partOf(big.NewRat(pays.Money.Minor, 1), big.NewRat(whole.Minor, 1)), {}, {}, {}, {}}})
	}
	b.Total = Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"}, Cells: []Cell{
		t.counted(currency, "", inBlock), {Kind: Amount, Money: whole, Addends: everything.addends()}, share(money.Whole), {}, {}, {}, {}}}
	return b
}

// fairWork is the people that each department lends and the areas that it
// answers for, and its parts of both.
func (t pivot) fairWork(p *portfolio.Portfolio) Block {
	b := Block{}
	have := map[portfolio.ID]bool{}
	for _, row := range t.rows("") {
		have[portfolio.ID(row)] = true
	}
	areas := t.areas()
	n := 0
	for id := range have {
		n += len(areas[id])
	}
	var times, owned parts
	for _, id := range departmentsOf(p, have) {
		times = append(times, t[place{"", string(id), lentDays}]...)
	}
	whole := times.ratio()
	for _, id := range departmentsOf(p, have) {
		time, mine := t[place{"", string(id), lentDays}].ratio(), t.all(areas[id])
		row := Row{Key: string(id), Head: department(id), Cells: []Cell{t.counted("", string(id), inRow), {}, {}, time, {}, {}, {}}}
		if time.Kind == Ratio {
			row.Cells[4] = partOf(time.Ratio, whole.Ratio)
		}
		if of := len(areas[id]); of > 0 {
			row.Cells[5], row.Cells[6] = Cell{Kind: Count, N: of, Addends: mine.addends()}, partOf(big.NewRat(int64(of), 1), big.NewRat(int64(n), 1))
		}
		owned = append(owned, mine...)
		b.Rows = append(b.Rows, row)
	}
	b.Total = Row{Key: "total", Head: Cell{Kind: Words, Label: "column.all"}, Cells: []Cell{t.counted("", "", inBlock), {}, {}, {}, {}, {}, {}}}
	if whole.Kind == Ratio {
		b.Total.Cells[3], b.Total.Cells[4] = whole, share(money.Whole)
	}
	if n > 0 {
		b.Total.Cells[5], b.Total.Cells[6] = Cell{Kind: Count, N: n, Addends: owned.addends()}, share(money.Whole)
	}
	return b
}

// areas lists the places of the areas of each department.
func (t pivot) areas() map[portfolio.ID][]place {
	all := map[portfolio.ID][]place{}
	for _, at := range t.columnsOf(areaOf) {
		all[portfolio.ID(at.row)] = append(all[portfolio.ID(at.row)], at)
	}
	return all
}

// all are the parts of some places.
func (t pivot) all(at []place) (all parts) {
	for _, x := range at {
		all = append(all, t[x]...)
	}
	return all
}

// partOf is a part of a whole, exactly; empty where it is none.
func partOf(part, whole *big.Rat) Cell {
	if part.Sign() <= 0 || whole.Sign() <= 0 {
		return Cell{}
	}
	q := new(big.Rat).Quo(part, whole)
	if !q.Num().IsInt64() || !q.Denom().IsInt64() {
		return Cell{Kind: Ratio, Ratio: q}
	}
	s, _ := money.NewShare(q.Num().Int64(), q.Denom().Int64())
	return share(s)
}
