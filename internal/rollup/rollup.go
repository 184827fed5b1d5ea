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

// A Cell is one value.
type Cell struct {
	Kind    CellKind
	Label   Label
	Text    string
	Names   []portfolio.Text // how Text is shown, where the organisation gave its values names
	Lang    string           // language of Text where it is a charter's
	Refs    []portfolio.Target
	Money   money.Money
	N       int
	Share   money.Share
	Date    calendar.Date
	Ratio   *big.Rat
	Spans   []calendar.Window
	Mark    Label // a word of ours beside the value, such as "two owners"
	About   bool  // converted through rates: show an approximation sign and the rate's date
	Addends Addends
}

// An Addend is one part of a summed cell.
type Addend struct {
	Charter *charter.Charter
	Party   portfolio.ID // the paying department, where that is finer than the charter
	Money   money.Money
	N       int          // for counts
	Area    portfolio.ID // the area that is counted, where that is finer than the charter
	Person  portfolio.ID // the person whose time is added, where that is finer than the charter
	Ratio   *big.Rat     // for exact numbers
}
