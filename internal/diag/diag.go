// Package diag says what is wrong with a text, and where.
//
// A finding is a value: a code of the specification, a severity, the place of
// the value to change, one plain sentence and what to write instead. Findings
// are for what an author can mend; an [error] is for what an operator must
// mend (a disk, a port). The two travel apart to the exit code.
//
// What a finding says is a [Text]: a form with its parts, said in English, or by a
// [Tongue] in another language. Findings are compared, ordered, kept and named by
// the English.
//
// The package knows nothing of charters. Whoever reads a text makes the
// findings; this package orders them and prints them for people (with the
// source line and a caret) and for machines (JSON, SARIF, CI annotations).
package diag

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A Pos is a place in a file. File is the slash-separated path below the
// content folder. Line and Col count from 1; Col counts characters (Unicode
// code points), as editors show them. Line 0 means the file as a whole.
type Pos struct {
	File string
	Line int
	Col  int
}

// IsZero reports whether p names no file.
func (p Pos) IsZero() bool { return p == Pos{} }

// String returns "file:line:col", leaving out what is not known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// Compare orders places by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// At is a value beside the place where it was written.
type At[T any] struct {
	Value T
	Pos   Pos
}

// A Severity says what a finding stops. Its zero value, Unset, lets the
// rulebook decide.
type Severity uint8

// Severities, gravest last.
const (
	Unset   Severity = iota
	Off              // switched off by the site's configuration
	Note             // worth knowing
	Warning          // worth mending
	Error            // the charter's build fails
)

// String returns the English word: "error", "warning", "note", "off".
func (s Severity) String() string {
	return [...]string{"", "off", "note", "warning", "error"}[s]
}

// word is the severity in a language.
func (s Severity) word() Text {
	return [...]Text{{}, Say("off"), Say("note"), Say("warning"), Say("error")}[s]
}

// A Code names a rule of the specification, such as F006.
type Code string

// A Diagnostic is one finding, complete when it is born: place, code, one plain
// sentence without a full stop, and what to write instead.
type Diagnostic struct {
	Pos      Pos
	Width    int // characters to underline from Pos; 0 means just the caret
	Severity Severity
	Code     Code
	Message  Text
	Hint     Text
	Fixes    []Fix
	Related  []At[Text]
}

// A Fix is a mend that a tool can apply: replace Old, which stands at the
// finding's place or at Pos, by New. All other bytes stay.
type Fix struct {
	Title    Text
	Pos      Pos
	Old, New string
}

// A List is findings. Its zero value is empty and ready.
type List []Diagnostic

// Add appends findings.
func (l *List) Add(d ...Diagnostic) { *l = append(*l, d...) }

// Sort orders the findings by place, then code, then message in English, and drops exact
// repeats, so that the same portfolio always gives the same list.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		if c := cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Code, b.Code)); c != 0 {
			return c
		}
		return a.Message.Compare(b.Message)
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Message == b.Message
	})
}

// Count returns how many findings have severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}
