// Package ask answers questions in the small form of package query.
//
// A question names fields; the table in fields.go says which there are, what
// each holds and how it is taken from a charter. [Bind] holds a question against
// that table and finds what cannot be: an unknown field, a value of another
// kind, an id that no register knows. What is bound is answered by one pass over
// the charters, so the cost of an answer is that of its conditions.
//
// Money is never summed here in a way of its own: which charters count, what a
// department pays in which year, and how a cell comes by its addends is package
// rollup's, so the answer to a question and the rollup beside it are one sum. An
// answer is a [rollup.Table], which pages and exports print like any other.
//
// Rules of an organisation's own are conditions over the same fields; see
// [Policies].
package ask

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
	"charterhouse/internal/rollup"
)

// ID names a charter, person, department or area.
type ID = portfolio.ID

// A Bound is a question whose fields are all known.
type Bound struct {
	p       *portfolio.Portfolio
	q       *query.Question
	where   *test
	measure *ref
	show    []*ref
	by      *ref
	sort    []order
}

type order struct {
	ref  *ref
	down bool
}

// Bind holds a question against the fields there are. It returns nil where the
// question cannot be asked; what is wrong with its text was found when it was
// read and is not found again. So it is where it asks for what is withheld from
// the audience of p.
func Bind(p *portfolio.Portfolio, q *query.Question) (*Bound, diag.List) {
	if !q.Sound {
		return nil, nil
	}
	b := &binder{p: p, file: q.File}
	x := &Bound{p: p, q: q, where: b.condition(q.Where)}
	if q.Kind == query.Sum {
		x.measure = b.measure(q.Measure)
	}
	hidden := b.hidden
	for _, t := range q.Show { // the answer holds without a column that is withheld
		b.hidden = false
		if shown := b.ref(t); !b.hidden {
			x.show = append(x.show, shown)
		}
	}
	b.hidden = hidden
	if q.By.Name != "" {
		x.by = b.group(q.By, q.Kind == query.Sum)
	}
	for _, o := range q.Sort {
		x.sort = append(x.sort, order{b.single(o.Term), o.Descending})
	}
	if len(b.found) > 0 || b.hidden {
		return nil, b.found
	}
	return x, nil
}

// An Answer is what a question comes to as of a portfolio's day.
type Answer struct {
	Kind     query.Kind
	Caption  string
	Charters []*charter.Charter // that the condition chooses, in the order asked for
	Figures  []rollup.Cell      // of a count or sum: the count, or one amount a currency
	Table    rollup.Table       // of the rows, empty for a figure alone
	Heads    []Named            // of the columns of a list or table
	Measure  *Named             // what was summed
	By       *Named             // what the rows stand for
	Groups   []Group            // of a list
	Shown    int                // how many charters the list or table shows
	Apart    int                // charters that were chosen, whose money does not count
	Overlap  bool               // a charter may stand in several rows, so they do not add up to the total
}

// A Named is a field that a page can name.
type Named struct {
	Label rollup.Label  // a word of ours, or
	Text  string        // the organisation's
	Parts []rollup.Cell // what it is narrowed to
}

// A Group is a part of a list.
type Group struct {
	Head     rollup.Cell
	Charters []*charter.Charter
}

// Answer answers a question for readers of a language, which decides the order
// of names.
func (x *Bound) Answer(lang string) Answer {
	a := Answer{Kind: x.q.Kind, Caption: x.q.Caption}
	for _, c := range x.p.Charters() {
		if x.where.holds(&subject{p: x.p, c: c, party: -1}) {
			a.Charters = append(a.Charters, c)
		}
	}
	if x.by != nil {
		a.By = x.by.named(x.p, lang)
	}
	switch x.q.Kind {
	case query.Count:
		x.count(&a, lang)
	case query.Sum:
		x.sum(&a, lang)
	default:
		x.order(a.Charters, lang)
		a.Shown = min(len(a.Charters), cmp.Or(x.q.Limit, query.MaxLimit))
		if x.q.Kind == query.List {
			x.list(&a, lang)
		}
		x.table(&a, lang)
	}
	return a
}

// order sorts by what was asked for, then by title as the language does.
func (x *Bound) order(charters []*charter.Charter, lang string) {
	l := x.p.Config().Speech.For(lang)
	locale.SortBy(l, charters, (*charter.Charter).Name)
	for _, o := range slices.Backward(x.sort) {
		keys := make(map[*charter.Charter]value, len(charters))
		var texts []string
		for _, c := range charters {
			v := o.ref.first(&subject{p: x.p, c: c, party: -1})
			keys[c] = v
			texts = append(texts, o.ref.text(x.p, v, lang))
		}
		place := places(l, texts)
		slices.SortStableFunc(charters, func(a, b *charter.Charter) int {
			v, w := keys[a], keys[b]
			d := o.ref.compare(v, w, func(string, string) int {
				return cmp.Or(o.ref.rank(x.p, v)-o.ref.rank(x.p, w), place[o.ref.text(x.p, v, lang)]-place[o.ref.text(x.p, w, lang)])
			})
			if o.down && v.set && w.set { // what has no value comes last either way
				return -d
			}
			return d
		})
	}
}

// places numbers texts in the order of a language.
func places(l *locale.Locale, texts []string) map[string]int {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	locale.SortBy(l, texts, func(s string) string { return s })
	place := make(map[string]int, len(texts))
	for i, t := range texts {
		place[t] = i
	}
	return place
}

// list parts what is shown into groups, where that was asked for.
func (x *Bound) list(a *Answer, lang string) {
	shown := a.Charters[:a.Shown]
	if x.by == nil {
		a.Groups = []Group{{Charters: shown}}
		return
	}
	for _, g := range x.groups(shown, lang) {
		a.Groups = append(a.Groups, Group{Head: g.head, Charters: g.charters})
	}
}

// table makes the columns of what is shown. With money among them there is a
// block for each currency, with sums.
func (x *Bound) table(a *Answer, lang string) {
	t := rollup.Table{Name: "question"}
	pays := false
	for i, r := range x.show {
		n := r.named(x.p, lang)
		column := rollup.Column{Key: fmt.Sprintf("f%d", i+1), Label: n.Label, Text: n.Text, Numeric: r.numeric()}
		if len(n.Parts) > 0 {
			column.Text = r.term.String() // pages write it out; see Heads
		}
		a.Heads = append(a.Heads, *n)
		t.Columns = append(t.Columns, column)
		pays = pays || r.field.sums
	}
	blocks := map[money.Currency]*rollup.Block{}
	var order []money.Currency
	for _, c := range a.Charters[:a.Shown] {
		row := rollup.Row{Key: string(c.ID.Value), Head: rollup.Cell{Kind: rollup.Text, Refs: []portfolio.Target{{Kind: portfolio.ToCharter, ID: c.ID.Value}}}}
		for _, r := range x.show {
			row.Cells = append(row.Cells, r.cell(x.p, c, lang))
		}
		currency := money.Currency("")
		if pays {
			currency = c.Budget.Currency.Value
		}
		if blocks[currency] == nil {
			blocks[currency] = &rollup.Block{Currency: currency}
			order = append(order, currency)
		}
		blocks[currency].Rows = append(blocks[currency].Rows, row)
	}
	x.byCurrency(order)
	for _, currency := range order {
		b := blocks[currency]
		if currency != "" {
			b.Total = rollup.TotalOf(b.Rows, t.Columns, currency, rollup.Cell{})
			x.onlySums(&b.Total)
		}
		t.Blocks = append(t.Blocks, *b)
	}
	a.Table = t
}

// onlySums empties the total of columns whose amounts are no parts of a sum,
// such as the total of a budget that may not count.
func (x *Bound) onlySums(total *rollup.Row) {
	for i, r := range x.show {
		if !r.field.sums {
			total.Cells[i] = rollup.Cell{Kind: rollup.Text} // blank, since there is nothing to add up
		}
	}
}

// byCurrency puts the reporting currency first, then those by code, and last
// what has no budget.
func (x *Bound) byCurrency(order []money.Currency) {
	first := x.p.Config().Currency
	rank := func(c money.Currency) int {
		switch c {
		case first:
			return 0
		case "":
			return 2
		}
		return 1
	}
	slices.SortFunc(order, func(a, b money.Currency) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(string(a), string(b)))
	})
}

// A pile is the charters of one group.
type pile struct {
	key      value
	head     rollup.Cell
	charters []*charter.Charter
}

// groups parts charters by the values of a field, in the field's own order;
// those without a value come last.
func (x *Bound) groups(charters []*charter.Charter, lang string) []*pile {
	byKey := map[string]*pile{}
	var all []*pile
	for _, c := range charters {
		s := &subject{p: x.p, c: c, party: -1}
		var seen []string
		add := func(v value) {
			key := v.key()
			if slices.Contains(seen, key) {
				return
			}
			seen = append(seen, key)
			if byKey[key] == nil {
				byKey[key] = &pile{key: v, head: x.by.head(x.p, v, lang)}
				all = append(all, byKey[key])
			}
			byKey[key].charters = append(byKey[key].charters, c)
		}
		x.by.each(s, func(v value) bool { add(v); return true })
		if len(seen) == 0 {
			add(value{})
		}
	}
	x.sortPiles(all, lang)
	return all
}

func (x *Bound) sortPiles(all []*pile, lang string) {
	var texts []string
	for _, g := range all {
		texts = append(texts, x.by.text(x.p, g.key, lang))
	}
	place := places(x.p.Config().Speech.For(lang), texts)
	slices.SortStableFunc(all, func(a, b *pile) int {
		return cmp.Or(x.by.compare(a.key, b.key, func(string, string) int {
			return cmp.Or(x.by.rank(x.p, a.key)-x.by.rank(x.p, b.key), place[x.by.text(x.p, a.key, lang)]-place[x.by.text(x.p, b.key, lang)])
		}), strings.Compare(a.key.key(), b.key.key()))
	})
}

// count answers how many.
func (x *Bound) count(a *Answer, lang string) {
	a.Figures = []rollup.Cell{rollup.CountOf(a.Charters)}
	if x.by == nil {
		return
	}
	t := rollup.Table{Name: "question", Columns: []rollup.Column{{Key: "charters", Label: "column.charters", Numeric: true}}}
	b := rollup.Block{}
	rows := 0
	for _, g := range x.groups(a.Charters, lang) {
		b.Rows = append(b.Rows, rollup.Row{Key: g.key.key(), Head: g.head, Cells: []rollup.Cell{rollup.CountOf(g.charters)}})
		rows += len(g.charters)
	}
	a.Overlap = rows > len(a.Charters)
	b.Total = rollup.Row{Key: "total", Head: rollup.Cell{Kind: rollup.Words, Label: "column.all"}, Cells: a.Figures}
	t.Blocks = []rollup.Block{b}
	a.Table = t
}
