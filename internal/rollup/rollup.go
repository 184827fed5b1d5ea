// Package rollup holds the questions that are put to a portfolio: who pays
// what, with whom, when; who is lent and returns; who owns what.
//
// A rollup is a value in a file of its own: a name, a sentence, and a pure
// function from a portfolio to a [Table]. Pages, CSV, XLSX and JSON all print
// that table, so a figure is summed once. Every summed cell carries the
// addends it was made from, and a table's rows and columns add up exactly, per
// currency; currencies are never added but through the dated rates of the
// register, and such a figure says so.
//
// The package knows no HTML and no language. Words of ours are a [Label],
// translated where they are shown; words of authors are strings and stay as
// they are.
package rollup

import (
	"iter"
	"math/big"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A Label is a word of ours: the key of a message.
type Label string

// A Rollup is one question.
type Rollup struct {
	Name string // stable, in addresses and file names: "by-department"
	Make func(*portfolio.Portfolio) Table
}

// A Table answers a rollup. A table with money has one block for each
// currency, in order of code with the site's reporting currency first.
type Table struct {
	Name     string
	Head     Label  // of the rows' names; empty where they are charters, people, departments or areas
	HeadText string // the same as text; it wins over Head
	Columns  []Column
	Blocks   []Block
}

// A Column is one kind of fact. Text is an author's word or a name of ours
// that needs no translation (a period); it wins over Label.
type Column struct {
	Key     string // stable within the table: "2027", "total"
	Label   Label
	Text    string
	Of      portfolio.Target // names the column instead of Label and Text, where that is set
	Field   *portfolio.Field // an own field, which names the column in the same way
	Period  calendar.Period  // set for columns that are periods
	Numeric bool
	Sums    bool // the sum of the amounts before it in the row
	Percent bool // its parts and ratios are shown to people as per cent, rounded
}

// A Block is the rows of one currency, or all rows of a table without money.
type Block struct {
	Currency money.Currency
	Rows     []Row
	Total    Row // no cells when a total makes no sense
}

// A Row is one line. Key is stable within the table: "it", "it--marketing".
type Row struct {
	Key   string
	Head  Cell
	Cells []Cell
}

// A CellKind says which field of a Cell holds its value.
type CellKind uint8

// The kinds of cell. An empty cell shows an en dash.
const (
	Empty  CellKind = iota
	Words           // Label
	Text            // Text, an author's words, led by Ref if that is set
	Figure          // Text, a decimal number as an author wrote it
	Amount
	Count
	Part // Share
	Day
	Days  // a number of days
	Ratio // Ratio, an exact number that may be above 1: days of full-time work, posts
	Spans // Spans, runs of days
)

// A Cell is one value. A table has a hundred thousand of them, so what only few
// cells have stands apart.
type Cell struct {
	Kind    CellKind
	About   bool // converted through rates: show an approximation sign and the rate's date
	Date    calendar.Date
	N       int
	Label   Label
	Text    string
	Refs    []portfolio.Target
	Money   money.Money
	Ratio   *big.Rat
	Addends Addends
	Rare    *Rare
}

// A Rare is what only few cells have. Cells share it, so it is never changed.
type Rare struct {
	Names []portfolio.Text // how Text is shown, where the organisation gave its values names
	Lang  string           // language of Text where it is a charter's
	Share money.Share
	Spans []calendar.Window
	Mark  Label // a word of ours beside the value, such as "two owners"
}

// Names are how Text is shown, where the organisation gave its values names.
func (c *Cell) Names() []portfolio.Text { return c.rare().Names }

// Lang is the language of Text where that is a charter's.
func (c *Cell) Lang() string { return c.rare().Lang }

// Share is the value of a Part.
func (c *Cell) Share() money.Share { return c.rare().Share }

// Spans are the value of Spans.
func (c *Cell) Spans() []calendar.Window { return c.rare().Spans }

// Mark is a word of ours beside the value, such as "two owners".
func (c *Cell) Mark() Label { return c.rare().Mark }

var plain Rare

func (c *Cell) rare() *Rare {
	if c.Rare == nil {
		return &plain
	}
	return c.Rare
}

// An Addend is one part of a summed cell.
type Addend struct {
	Charter *charter.Charter
	Party   portfolio.ID // the paying department, where that is finer than the charter
	Money   money.Money
	N       int            // for counts
	Area    portfolio.ID   // the area that is counted, where that is finer than the charter
	Person  portfolio.ID   // the person whose time is added, where that is finer than the charter
	Ratio   money.Fraction // for exact numbers
}

// Addends are the parts of a summed cell, in order of charter within a column.
// They are gone through where they stand, and often worked out once more: most
// are asked for by nobody.
type Addends struct{ each iter.Seq[Addend] }

// Any reports whether there are some.
func (a Addends) Any() bool { return a.each != nil }

// All goes through them.
func (a Addends) All() iter.Seq[Addend] {
	if a.each == nil {
		return func(func(Addend) bool) {}
	}
	return a.each
}

// Len returns how many there are.
func (a Addends) Len() int {
	n := 0
	for range a.All() {
		n++
	}
	return n
}
