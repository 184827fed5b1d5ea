package site

import (
	"bytes"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/ask"
	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// answer asks a question, once a site for each language that it is shown in. ok
// is false where it cannot be asked.
func (s *Site) answer(q *query.Question, lang string) (a ask.Answer, ok bool) {
	type answered struct {
		ask.Answer
		ok bool
	}
	x := remember(s, "answer\x00"+lang+"\x00"+q.Text, func() answered {
		b, _ := ask.Bind(s.p, q) // what is wrong with it was said by check
		if b == nil {
			return answered{}
		}
		return answered{b.Answer(lang), true}
	})
	return x.Answer, x.ok
}

// An answerView is what templates/parts/answer.html is given.
type answerView struct {
	ID      string // of the addends
	Caption string
	Figures []answerFigure
	Groups  []answerGroup
	Blocks  []blockView
	Empty   bool
	Notes   []string
	Addends *blockView // what the figures were added from
}

type answerFigure struct{ Label, Value, Context string }

type answerGroup struct {
	Head  theme.Fragment
	Items []theme.Fragment
}

// answer lays out an answer. id tells its addends apart on one page.
func (v *voice) answer(a ask.Answer, id string) answerView {
	d := answerView{ID: id, Caption: a.Caption}
	switch a.Kind {
	case query.List:
		d.Groups = v.answerList(a)
		d.Empty = len(a.Charters) == 0
	case query.Table:
		d.Blocks = v.answerBlocks(a)
		d.Empty = len(a.Charters) == 0
	default:
		d.Figures = v.answerFigures(a)
		d.Blocks = v.answerBlocks(a)
		d.Addends = v.answerAddends(a)
	}
	if (a.Kind == query.List || a.Kind == query.Table) && a.Shown < len(a.Charters) {
		d.Notes = append(d.Notes, v.words.F("answer.cut", "Shown", v.locale.Number(a.Shown), "All", v.locale.Number(len(a.Charters))))
	}
	if a.Overlap {
		d.Notes = append(d.Notes, v.words.T("answer.overlap"))
	}
	if a.Apart > 0 {
		d.Notes = append(d.Notes, v.words.N("answer.apart", a.Apart))
	}
	return d
}

// fieldName is what a field is called, with what it is narrowed to.
func (v *voice) fieldName(n ask.Named) string {
	name := n.Text
	if name == "" {
		name = v.words.T(string(n.Label))
	}
	for _, p := range n.Parts {
		name += ", " + v.plainHead(p)
	}
	return name
}

// answerList makes the links of a list, with the fields to show behind each.
func (v *voice) answerList(a ask.Answer) []answerGroup {
	rows := map[ID]rollup.Row{}
	for _, b := range a.Table.Blocks {
		for _, r := range b.Rows {
			rows[r.Head.Refs[0].ID] = r
		}
	}
	var all []answerGroup
	for _, g := range a.Groups {
		group := answerGroup{}
		if a.By != nil {
			group.Head = v.cellText(g.Head, false)
		}
		for _, c := range g.Charters {
			group.Items = append(group.Items, v.answerItem(a, c, rows[c.ID.Value]))
		}
		all = append(all, group)
	}
	return all
}

func (v *voice) answerItem(a ask.Answer, c *charter.Charter, r rollup.Row) theme.Fragment {
	var w theme.Builder
	w.Add(v.charter(c))
	shown := 0
	for i, cell := range r.Cells {
		if cell.Kind == rollup.Empty {
			continue
		}
		if shown++; shown == 1 {
			w.Raw(` <small class="dim">`)
		} else {
			w.Raw(` · `)
		}
		w.Text(v.fieldName(a.Heads[i])).Raw(`: `).Add(v.valueOf(cell))
	}
	if shown > 0 {
		w.Raw(`</small>`)
	}
	return w.Fragment()
}

// valueOf prints a cell that stands alone, so an amount has its currency.
func (v *voice) valueOf(c rollup.Cell) theme.Fragment {
	if c.Kind == rollup.Amount {
		return theme.Escape(v.locale.Money(c.Money))
	}
	return v.cellText(c, false)
}

// answerFigures are the count, or the sums.
func (v *voice) answerFigures(a ask.Answer) []answerFigure {
	if a.Kind == query.Count {
		return []answerFigure{{Label: v.words.T("answer.count"), Value: v.locale.Number(len(a.Charters))}}
	}
	label := v.fieldName(*a.Measure)
	var all []answerFigure
	for _, c := range a.Figures {
		seen := map[*charter.Charter]bool{}
		for x := range c.Addends.All() {
			seen[x.Charter] = true
		}
		all = append(all, answerFigure{Label: label, Value: v.locale.Money(c.Money), Context: v.words.N("answer.from", len(seen))})
	}
	if len(all) == 0 {
		all = append(all, answerFigure{Label: label, Value: "–", Context: v.words.N("answer.from", 0)})
	}
	return all
}

// answerBlocks prints the rows of an answer.
func (v *voice) answerBlocks(a ask.Answer) []blockView {
	if a.Kind == query.List {
		return nil
	}
	var all []blockView
	for _, b := range a.Table.Blocks {
		if len(b.Rows) == 0 {
			continue
		}
		view := blockView{Caption: v.answerCaption(a, b)}
		for i, c := range a.Table.Columns {
			view.Heads = append(view.Heads, headView{v.answerColumn(a, i), c.Numeric})
		}
		decimals := v.decimals(b)
		for _, r := range b.Rows {
			view.Rows = append(view.Rows, v.row(a.Table, b, r, decimals, false))
		}
		if len(b.Total.Cells) > 0 {
			view.Foot = v.row(a.Table, b, answerTotal(b.Total), decimals, true)
		}
		all = append(all, view)
	}
	return all
}

// answerColumn is what a column of an answer is called.
func (v *voice) answerColumn(a ask.Answer, i int) string {
	switch c := a.Table.Columns[i]; {
	case i < len(a.Heads):
		return v.fieldName(a.Heads[i])
	case c.Key == "charters":
		return v.words.T("answer.charters")
	default:
		return v.columnName(c)
	}
}

// answerTable is an answer as a table that says for itself what stands in it.
func (v *voice) answerTable(a ask.Answer, name string) rollup.Table {
	t := a.Table
	if len(t.Columns) == 0 && (a.Kind == query.Count || a.Kind == query.Sum) {
		return v.figureTable(a, name)
	}
	t.HeadText = v.words.T("column.initiative")
	if a.By != nil && a.Kind != query.List {
		t.HeadText = v.fieldName(*a.By)
	}
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		t.Columns[i].Text, t.Columns[i].Of = v.answerColumn(a, i), portfolio.Target{}
	}
	t.Blocks = slices.Clone(t.Blocks)
	for i := range t.Blocks {
		t.Blocks[i].Total = answerTotal(t.Blocks[i].Total)
	}
	return t
}

// figureTable is a count or a sum alone: a row for each currency.
func (v *voice) figureTable(a ask.Answer, name string) rollup.Table {
	label := v.words.T("answer.charters")
	if a.Measure != nil {
		label = v.fieldName(*a.Measure)
	}
	t := rollup.Table{Name: "question", HeadText: v.words.T("questions.title"), Columns: []rollup.Column{{Key: "figure", Text: label, Numeric: true}}}
	for _, c := range a.Figures {
		row := rollup.Row{Key: "figure", Head: rollup.Cell{Kind: rollup.Text, Text: name}, Cells: []rollup.Cell{c}}
		t.Blocks = append(t.Blocks, rollup.Block{Currency: c.Money.Currency, Rows: []rollup.Row{row}})
	}
	return t
}

// answerTotal calls the total of a table its sum, where it has no name.
func answerTotal(r rollup.Row) rollup.Row {
	if r.Head.Label == "column.all" {
		r.Head.Label = "column.sum"
	}
	return r
}

func (v *voice) answerCaption(a ask.Answer, b rollup.Block) string {
	text := a.Caption
	if text == "" {
		switch a.Kind {
		case query.Sum:
			text = v.words.F("answer.by", "What", v.fieldName(*a.Measure), "By", v.within(v.fieldName(*a.By)))
		case query.Count:
			text = v.words.F("answer.by", "What", v.words.T("answer.charters"), "By", v.within(v.fieldName(*a.By)))
		default:
			text = v.words.N("answer.found", len(a.Charters))
		}
	}
	if b.Currency != "" {
		text += ", " + string(b.Currency)
	}
	return text
}

// within is a name as it stands within a sentence: small, but for nouns in German
// and for what is all capitals.
func (v *voice) within(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	next, _ := utf8.DecodeRuneInString(name[size:])
	if v.locale.Tag() == "de" || unicode.IsUpper(next) {
		return name
	}
	return string(unicode.ToLower(first)) + name[size:]
}

// listedAddends is how many parts of its figures a page shows.
const listedAddends = 1000

// answerAddends lists what each figure was added from: of a table the addends of
// each row, else those of the figures.
func (v *voice) answerAddends(a ask.Answer) *blockView {
	view := blockView{Caption: v.words.T("answer.addends")}
	cut := 0
	add := func(head *rollup.Cell, cells []rollup.Cell, money bool) {
		for _, line := range addendLines(rollup.Row{Cells: cells}, places(len(cells))) {
			if len(view.Rows) == listedAddends {
				cut++
				continue
			}
			var w theme.Builder
			w.Raw(`<tr><th scope="row">`).Add(v.charter(line.charter)).Raw(`</th>`)
			if head != nil {
				w.Raw(`<td>`).Add(v.cellText(*head, false)).Raw(`</td>`)
			}
			if money {
				w.Raw(`<td class="n">`)
				for _, c := range line.cells {
					if c.some {
						w.Text(v.money(c.money))
					}
				}
				w.Raw(`</td>`)
			}
			view.Rows = append(view.Rows, w.Raw(`</tr>`).Fragment())
		}
	}
	if a.By != nil {
		view.Heads = append(view.Heads, headView{v.fieldName(*a.By), false})
	}
	if a.Kind == query.Sum {
		view.Heads = append(view.Heads, headView{v.fieldName(*a.Measure), true})
	}
	if a.By == nil {
		add(nil, a.Figures, a.Kind == query.Sum)
	}
	for _, b := range a.Table.Blocks {
		for _, r := range b.Rows {
			cells := r.Cells
			if a.Kind == query.Sum {
				cells = cells[1:]
			}
			add(&r.Head, cells, a.Kind == query.Sum)
		}
	}
	if cut > 0 {
		view.More = v.words.F("answer.cut", "Shown", v.locale.Number(listedAddends), "All", v.locale.Number(listedAddends+cut))
	}
	if len(view.Rows) == 0 {
		return nil
	}
	return &view
}

func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// A noted is a figure in a sentence, whose addends stand below the text.
type noted struct {
	Number int
	ID     string
	Text   string
	Answer answerView
}

// answers writes prose with its links and the answers to its questions. prefix
// tells the ids of two texts on one page apart.
func (v *voice) answers(b *theme.Builder, doc *markdown.Document, asked []*query.Question, prefix string, resolve func(int, markdown.Link) markdown.Target) {
	var notes []noted
	b.Prose(func(buf *bytes.Buffer) {
		doc.WriteAnswers(buf, resolve, func(buf *bytes.Buffer, i int) bool {
			if i >= len(asked) {
				return false
			}
			a, ok := v.site.answer(asked[i], v.lang)
			switch {
			case !ok && v.site.p.Veil() == nil:
				return false
			case !ok && doc.Queries[i].Inline:
				buf.WriteString(string(theme.Escape(v.words.T("withheld"))))
				return true
			case !ok:
				return v.part(buf, "answer", answerView{Notes: []string{v.words.T("withheld.question")}})
			}
			id := prefix + strconv.Itoa(i+1)
			d := v.answer(a, id)
			if !doc.Queries[i].Inline {
				return v.part(buf, "answer", d)
			}
			n := noted{Number: len(notes) + 1, ID: id, Text: v.figureText(d), Answer: d}
			notes = append(notes, n)
			return v.part(buf, "figure", n)
		})
		if len(notes) > 0 {
			v.part(buf, "figures", notes)
		}
	})
}

// figureText is a figure as it stands in a sentence.
func (v *voice) figureText(d answerView) string {
	texts := make([]string, len(d.Figures))
	for i, f := range d.Figures {
		texts[i] = f.Value
	}
	return v.locale.List(texts)
}

// part writes a part of the theme. One that fails writes nothing; the theme is
// run over a sample when it is loaded, so it was told.
func (v *voice) part(buf *bytes.Buffer, name string, data any) bool {
	f, err := v.site.theme.Part(v.lang, name, data)
	if err != nil {
		return false
	}
	buf.WriteString(string(f))
	return true
}

// own are the organisation's own fields of a charter, as names and values.
func (v *voice) own(c *charter.Charter, named func(name string, text theme.Fragment)) {
	for _, o := range v.site.p.Own(c) {
		name := o.Key
		if o.Field != nil {
			name = o.Field.Name.In(v.lang)
		}
		parts := make([]theme.Fragment, len(o.Values))
		for i, x := range o.Values {
			parts[i] = v.ownValue(o.Field, x)
		}
		named(name, theme.Join(parts, ", "))
	}
}

func (v *voice) ownValue(f *portfolio.Field, x portfolio.OwnValue) theme.Fragment {
	if f == nil || !x.Sound {
		return theme.Escape(x.Text)
	}
	switch f.Type {
	case portfolio.ChoiceField:
		return theme.Escape(f.Choice(x.Text).Name.In(v.lang))
	case portfolio.NumberField:
		return theme.Escape(v.locale.Decimal(x.Text))
	case portfolio.MoneyField:
		return theme.Escape(v.money(x.Money))
	case portfolio.DateField:
		return v.date(x.Date)
	case portfolio.PersonField:
		return v.person(x.ID)
	case portfolio.DepartmentField:
		return v.dept(x.ID)
	case portfolio.BoolField:
		if x.True {
			return theme.Escape(v.words.T("word.yes"))
		}
		return theme.Escape(v.words.T("word.no"))
	case portfolio.URLField:
		return new(theme.Builder).Raw(`<a href="`).Text(x.Text).Raw(`" rel="noopener noreferrer">`).Text(x.Text).Raw(`</a>`).Fragment()
	}
	return theme.Escape(x.Text)
}
