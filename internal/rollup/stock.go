package rollup

import (
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A stock is what the cells of a long table are cut from: a few large pieces
// instead of some for each cell. The zero value is ready for a short one.
type stock struct {
	cells  []Cell
	refs   []portfolio.Target
	rows   int // that were cut
	langs  map[string]*Rare
	shares map[money.Share]*Rare
	marks  map[Label]*Rare
}

// row cuts off empty cells. The pieces grow with the table.
func (s *stock) row(n int) []Cell {
	if len(s.cells) < n {
		s.cells = make([]Cell, n*max(1, min(s.rows, 128)))
	}
	row := s.cells[:n:n]
	s.cells = s.cells[n:]
	s.rows++
	return row
}

// ref is the cell of what an id leads to.
func (s *stock) ref(kind portfolio.TargetKind, id portfolio.ID) Cell {
	if len(s.refs) == 0 {
		s.refs = make([]portfolio.Target, max(1, min(s.rows, 1024)))
	}
	one := s.refs[:1:1]
	s.refs = s.refs[1:]
	one[0] = portfolio.Target{Kind: kind, ID: id}
	return Cell{Kind: Text, Refs: one}
}

func (s *stock) charter(c *charter.Charter) Cell { return s.ref(portfolio.ToCharter, c.ID.Value) }

// person is the cell of a person; empty for none.
func (s *stock) person(id portfolio.ID) Cell {
	if id == "" {
		return Cell{}
	}
	return s.ref(portfolio.ToPerson, id)
}

// text is the cell of an author's words.
func (s *stock) text(text, lang string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: text, Rare: s.in(lang)}
}

// in is what cells with words of a language have.
func (s *stock) in(lang string) *Rare {
	if lang == "" {
		return nil
	}
	return shared(&s.langs, lang, Rare{Lang: lang})
}

func (s *stock) share(of money.Share) Cell {
	return Cell{Kind: Part, Rare: shared(&s.shares, of, Rare{Share: of})}
}

func (s *stock) mark(l Label) *Rare { return shared(&s.marks, l, Rare{Mark: l}) }

// shared is the one that all cells of a table share which have the same.
func shared[K comparable](known *map[K]*Rare, key K, r Rare) *Rare {
	one := (*known)[key]
	if one == nil {
		if *known == nil {
			*known = map[K]*Rare{}
		}
		one = &r
		(*known)[key] = one
	}
	return one
}

func department(id portfolio.ID) Cell {
	return Cell{Kind: Text, Refs: []portfolio.Target{{Kind: portfolio.ToDepartment, ID: id}}}
}

func share(s money.Share) Cell { return new(stock).share(s) }

func day(d calendar.Date) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Day, Date: d}
}

// days is a number of days; empty for none.
func days(n int) Cell {
	if n == 0 {
		return Cell{}
	}
	return Cell{Kind: Days, N: n}
}
