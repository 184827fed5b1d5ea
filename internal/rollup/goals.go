package rollup

import (
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// An Aim is one goal in its charter.
type Aim struct {
	Charter *charter.Charter
	Goal    *charter.Goal
}

// Aims lists the goals of charters that bind, in order of id.
func Aims(p *portfolio.Portfolio) []Aim {
	var all []Aim
	for _, c := range p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		for i := range c.Goals {
			all = append(all, Aim{c, &c.Goals[i]})
		}
	}
	return all
}

// State says in a word how a goal came out, or that it is open.
func (a Aim) State() Label {
	r := a.Goal.Result
	switch {
	case !r.Mark.Written():
		return "goal.open"
	case r.Met.Value:
		return "goal.met"
	}
	return "goal.missed"
}

// goals asks: what is to be reached, by when, and was it?
func goals(p *portfolio.Portfolio) Table {
	t := Table{Name: "goals", Columns: []Column{
		{Key: "goal", Label: "column.goal"},
		{Key: "metric", Label: "column.metric"},
		{Key: "baseline", Label: "column.baseline", Numeric: true},
		{Key: "target", Label: "column.target", Numeric: true},
		{Key: "by", Label: "column.by"},
		{Key: "result", Label: "column.result", Numeric: true},
		{Key: "state", Label: "column.state"},
	}}
	aims, from := Aims(p), new(stock)
	b := Block{Rows: make([]Row, len(aims))}
	for i, a := range aims {
		g, lang, cells := a.Goal, p.Lang(a.Charter), from.row(len(t.Columns))
		cells[0], cells[1] = from.text(g.Text.Value, lang), from.text(g.Measure.Metric.Value, lang)
		cells[2], cells[3] = decimal(g.Measure.Baseline.Value), decimal(g.Measure.Target.Value)
		cells[4], cells[5] = day(g.Measure.By.Value), decimal(g.Result.Value.Value)
		cells[6] = Cell{Kind: Words, Label: a.State()}
		b.Rows[i] = Row{Key: string(a.Charter.ID.Value) + "--" + string(g.ID.Value), Head: from.charter(a.Charter), Cells: cells}
	}
	t.Blocks = []Block{b}
	return t
}

// decimal is a number as an author wrote it.
func decimal(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Kind: Figure, Text: s}
}
