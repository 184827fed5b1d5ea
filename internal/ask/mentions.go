package ask

import (
	"charterhouse/internal/portfolio"
	"charterhouse/internal/query"
)

// A Mention is a charter or a record of a register that a question names.
type Mention struct {
	Kind portfolio.TargetKind
	ID   ID
	At   query.Span
}

var targetKinds = map[kind]portfolio.TargetKind{aDepartment: portfolio.ToDepartment, aPerson: portfolio.ToPerson, anArea: portfolio.ToArea, aCharter: portfolio.ToCharter, anObjective: portfolio.ToObjective}

// Mentions lists what a question names, in the order of its keys.
func Mentions(p *portfolio.Portfolio, q *query.Question) []Mention {
	b := &binder{p: p, file: q.File}
	b.condition(q.Where)
	terms := append([]query.Term{q.Measure, q.By}, q.Show...)
	for _, o := range q.Sort {
		terms = append(terms, o.Term)
	}
	for _, t := range terms {
		if t.Name != "" {
			b.ref(t)
		}
	}
	return b.named
}

// MentionsOf lists what a condition names.
func MentionsOf(p *portfolio.Portfolio, c *query.Condition) []Mention {
	b := &binder{p: p}
	b.condition(c)
	return b.named
}

// MentionsIn lists what a field names in its parentheses.
func MentionsIn(p *portfolio.Portfolio, t query.Term) []Mention {
	b := &binder{p: p}
	b.ref(t)
	return b.named
}
