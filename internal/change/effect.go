package change

import (
	"cmp"
	"math/big"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// A Total is what departments pay in one currency, before and after. The rows
// add up to the sum in each column, and in each row before and difference make
// after.
type Total struct {
	Currency money.Currency
	Rows     []Row
	Sum      Row
}

// A Row is one department's amount.
type Row struct {
	Department            portfolio.ID
	Before, After, Change money.Money
}

// Decimals reports whether an amount is no whole number, so that all are written
// with decimals.
func (t *Total) Decimals() bool {
	broken := func(r Row) bool {
		return r.Before.Minor%t.Currency.Scale() != 0 || r.After.Minor%t.Currency.Scale() != 0
	}
	return broken(t.Sum) || slices.ContainsFunc(t.Rows, broken)
}

func (r Row) same() bool { return r.Before.Minor == r.After.Minor }

// A Posts is how many full-time posts a department lends in a quarter.
type Posts struct {
	Department    portfolio.ID
	Quarter       calendar.Period
	Before, After *big.Rat
}

// A Load is the most that a person is booked for on any day from today on.
type Load struct {
	Person        portfolio.ID
	Before, After *big.Rat
}

// An Overload is days on which somebody is booked beyond capacity.
type Overload struct {
	Person portfolio.ID
	Window calendar.Window
}

// effects works out what follows from the changes for the whole portfolio.
func (x *comparison) effects() {
	was, is := x.Before.Portfolio, x.After.Portfolio
	x.Totals, x.Proposed = totals(was, is, "by-department"), totals(was, is, "proposals")
	x.Posts = postsOf(was, is)
	x.people()
	x.conflicts()
	x.findings()
}

// totals lays the totals of a rollup by department beside each other.
func totals(was, is *portfolio.Portfolio, name string) []Total {
	asked, _ := rollup.Named(name)
	before, after := asked.Make(was), asked.Make(is)
	var all []Total
	for _, currency := range currencies(before, after) {
		b, a := lastColumn(before, currency), lastColumn(after, currency)
		amount := func(all map[string]money.Money, id string) money.Money {
			return money.Money{Minor: all[id].Minor, Currency: currency} // also of who pays nothing
		}
		t := Total{Currency: currency, Sum: row("", sumOf(before, currency), sumOf(after, currency))}
		for _, id := range order(before, after, currency) {
			t.Rows = append(t.Rows, row(portfolio.ID(id), amount(b, id), amount(a, id)))
		}
		all = append(all, t)
	}
	return all
}

func row(id portfolio.ID, before, after money.Money) Row {
	return Row{Department: id, Before: before, After: after, Change: after.Minus(before)}
}

func currencies(tables ...rollup.Table) []money.Currency {
	var all []money.Currency
	for _, t := range slices.Backward(tables) {
		for _, b := range t.Blocks {
			if !slices.Contains(all, b.Currency) {
				all = append(all, b.Currency)
			}
		}
	}
	return all
}

// order lists the rows of the later table, then those that only the earlier has.
func order(before, after rollup.Table, c money.Currency) []string {
	var all []string
	for _, t := range []rollup.Table{after, before} {
		for _, b := range t.Blocks {
			for _, r := range b.Rows {
				if b.Currency == c && !slices.Contains(all, r.Key) {
					all = append(all, r.Key)
				}
			}
		}
	}
	return all
}

func lastColumn(t rollup.Table, c money.Currency) map[string]money.Money {
	all := map[string]money.Money{}
	for _, b := range t.Blocks {
		for _, r := range b.Rows {
			if b.Currency == c {
				all[r.Key] = r.Cells[len(r.Cells)-1].Money
			}
		}
	}
	return all
}

func sumOf(t rollup.Table, c money.Currency) money.Money {
	for _, b := range t.Blocks {
		if b.Currency == c && len(b.Total.Cells) > 0 {
			return b.Total.Cells[len(b.Total.Cells)-1].Money
		}
	}
	return money.Money{Currency: c}
}

// postsOf lists the quarters in which departments lend other than before.
func postsOf(was, is *portfolio.Portfolio) []Posts {
	asked, _ := rollup.Named("posts")
	before, after := asked.Make(was), asked.Make(is)
	then := ratios(before)
	now := ratios(after)
	var all []Posts
	for _, id := range order(before, after, "") {
		for _, c := range after.Columns {
			if c.Period.IsZero() {
				continue
			}
			at := id + " " + c.Key
			if p := (Posts{portfolio.ID(id), c.Period, orZero(then[at]), orZero(now[at])}); p.Before.Cmp(p.After) != 0 {
				all = append(all, p)
			}
		}
	}
	return all
}

func ratios(t rollup.Table) map[string]*big.Rat {
	all := map[string]*big.Rat{}
	for _, b := range t.Blocks {
		for _, r := range b.Rows {
			for i, cell := range r.Cells {
				if cell.Kind == rollup.Ratio {
					all[r.Key+" "+t.Columns[i].Key] = cell.Ratio
				}
			}
		}
	}
	return all
}

func orZero(r *big.Rat) *big.Rat {
	if r == nil {
		return new(big.Rat)
	}
	return r
}

// people compares how people are booked. Only those can be booked otherwise who
// are in a team that changed, unless registers or the day did.
func (x *comparison) people() {
	was, is := x.Before.Portfolio, x.After.Portfolio
	for _, id := range x.concerned() {
		if l := (Load{id, peak(was, id), peak(is, id)}); l.Before.Cmp(l.After) != 0 {
			x.Loads = append(x.Loads, l)
		}
		before, after := overdays(was, id), overdays(is, id)
		for _, w := range without(after, before) {
			x.Overloads.New = append(x.Overloads.New, Overload{id, w})
		}
		for _, w := range without(before, after) {
			x.Overloads.Gone = append(x.Overloads.Gone, Overload{id, w})
		}
	}
}

func (x *comparison) concerned() []portfolio.ID {
	var all []portfolio.ID
	if len(x.Registers) > 0 || x.Before.Portfolio.AsOf() != x.After.Portfolio.AsOf() {
		for _, s := range []Side{x.Before, x.After} {
			for _, p := range s.Portfolio.Registers().People {
				all = append(all, p.ID)
			}
		}
	}
	for _, c := range x.Charters {
		for _, version := range []*charter.Charter{c.Before, c.After} {
			if version != nil {
				for _, m := range version.Team {
					all = append(all, m.Person.Value)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// peak is the most that somebody is booked for on a day from today on.
func peak(p *portfolio.Portfolio, id portfolio.ID) *big.Rat {
	most := new(big.Rat)
	for _, s := range p.Load(id) {
		if !s.Window.End.Before(p.AsOf()) && s.Load.Cmp(most) > 0 {
			most = s.Load
		}
	}
	return most
}

// overdays are the days from today on on which somebody is booked beyond
// capacity, as the rollup of load tells them.
func overdays(p *portfolio.Portfolio, id portfolio.ID) []calendar.Window {
	person := p.Person(id)
	if person == nil {
		return nil
	}
	row, ok := rollup.LoadOf(p, person, nil)
	if !ok {
		return nil
	}
	return row.Cells[len(row.Cells)-1].Spans()
}

// without are the days of some windows that are not in others.
func without(days, others []calendar.Window) []calendar.Window {
	var left []calendar.Window
	for _, w := range days {
		for _, o := range others {
			if o.End.Before(w.Start) || o.Start.After(w.End) {
				continue
			}
			if o.Start.After(w.Start) {
				left = append(left, calendar.Window{Start: w.Start, End: o.Start.AddDays(-1)})
			}
			w.Start = o.End.AddDays(1)
		}
		if !w.Start.After(w.End) {
			left = append(left, w)
		}
	}
	return left
}

// conflicts finds what two charters dispute now and did not before, and the
// other way round. A charter that was renamed is the same.
func (x *comparison) conflicts() {
	renamed := map[charter.ID]charter.ID{}
	for _, c := range x.Charters {
		if c.Former != "" {
			renamed[c.Former] = c.ID
		}
	}
	key := func(c portfolio.Conflict) string {
		claim := func(k portfolio.Claim) string {
			return string(cmp.Or(renamed[k.Charter.ID.Value], k.Charter.ID.Value)) + "\n" + string(k.Area) + "\n" + string(k.Department)
		}
		one, other := claim(c.One), claim(c.Other)
		return min(one, other) + "\n" + max(one, other)
	}
	x.Conflicts = apartBy(x.Before.Portfolio.Conflicts(), x.After.Portfolio.Conflicts(), key)
}

// findings are gained and lost by what they say about which file. Where in the
// file it stands is no difference: lines move.
func (x *comparison) findings() {
	moved := map[string]string{}
	for _, c := range x.Charters {
		if c.Before != nil && c.After != nil {
			moved[c.Before.File] = c.After.File
		}
	}
	key := func(f diag.Diagnostic) string {
		return string(f.Code) + "\n" + cmp.Or(moved[f.Pos.File], f.Pos.File) + "\n" + f.Severity.String() + "\n" + f.Message.String()
	}
	x.Findings = apartBy(x.Before.Found, x.After.Found, key)
	for _, all := range []diag.List{x.Findings.New, x.Findings.Gone} {
		slices.SortStableFunc(all, func(a, b diag.Diagnostic) int { return cmp.Compare(b.Severity, a.Severity) })
	}
}

// apartBy lists what two lists have not in common, each in its own order. What
// stands twice in one must stand twice in the other.
func apartBy[T any](before, after []T, key func(T) string) Pairs[T] {
	count := map[string]int{}
	for _, b := range before {
		count[key(b)]++
	}
	var p Pairs[T]
	for _, a := range after {
		if count[key(a)]--; count[key(a)] < 0 {
			p.New = append(p.New, a)
		}
	}
	for _, b := range slices.Backward(before) {
		if count[key(b)]--; count[key(b)] >= 0 {
			p.Gone = append(p.Gone, b)
		}
	}
	slices.Reverse(p.Gone)
	return p
}
