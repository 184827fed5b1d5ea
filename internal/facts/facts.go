// Package facts reads what people state as keys and values: the front matter
// of a charter, a register, the site's configuration.
//
// The one idea: YAML, TOML and JSON become the same small tree in which every
// scalar is the text that stands in the file, beside the place where it stands.
// No number, date or truth value is guessed on the way, so what a person sees
// in the file is what the program reads, or there is a finding. `050` stays
// "050" until somebody who knows what it is for accepts or refuses it.
//
// The library for YAML is kept for all that is unusual, and for judging it; the
// way nearly everybody writes front matter is read directly (see plain.go).
//
// [Split] parts a file into its block of facts and its prose. [Parse] makes the
// tree and refuses what hides facts from a reader: a key written twice, anchors
// and aliases, merge keys, tags, a second document, endless nesting. A [Reader]
// takes values out of the tree one by one and says, in words and with a place,
// what is wrong with those it cannot take.
package facts

import "charterhouse/internal/diag"

// A Mark is a place in one file: line and column count from 1, in characters.
// The zero Mark means "not written".
type Mark struct{ Line, Col int32 }

// Written reports whether m is a place.
func (m Mark) Written() bool { return m.Line > 0 }

// In turns m into a finding's position in file.
func (m Mark) In(file string) diag.Pos {
	return diag.Pos{File: file, Line: int(m.Line), Col: int(m.Col)}
}

// At is a value beside the place where it was written.
type At[T any] struct {
	Value T
	Mark  Mark
}

// Written reports whether the value stands in the file, be it readable or not.
func (a At[T]) Written() bool { return a.Mark.Line > 0 }

// An ID names a charter, person, department, area or objective:
// ^[a-z0-9]+(-[a-z0-9]+)*$, at most 64 characters.
type ID string

// A Kind is a form of node.
type Kind uint8

// The kinds of nodes. A key without a value, and a blank text, is Null: nothing
// was said.
const (
	Null Kind = iota
	Scalar
	List
	Map
)

// String returns what a person calls the kind.
func (k Kind) String() string { return k.Said().String() }

// Said is String for findings.
func (k Kind) Said() diag.Text {
	return [...]diag.Text{diag.Say("nothing"), diag.Say("a single value"), diag.Say("a list"), diag.Say("keys with values")}[k]
}

// A Node is a value of the tree. Its mark is where the value begins, not its
// key.
type Node struct {
	Kind   Kind
	Plain  bool // a scalar written without quotes
	closed bool // a TOML table that no later line may extend
	Mark   Mark
	Text   string  // of a scalar, with quotes and escapes undone
	Items  []*Node // of a list
	Fields []Field // of a map, in the order of the file
}

// A Field is one key of a map with its value. Of a key that is written twice
// only the first is kept.
type Field struct {
	Key   string
	Plain bool // the key was written without quotes
	Mark  Mark // of the key
	Value *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Fields {
		if n.Fields[i].Key == key {
			return n.Fields[i].Value
		}
	}
	return nil
}

// A Format is a language that facts are written in.
type Format string

// The formats.
const (
	YAML Format = "yaml"
	TOML Format = "toml"
	JSON Format = "json"
)

// Limits bound what a block of facts may ask of the reader.
type Limits struct {
	Bytes int // of the block
	Depth int // of lists and groups within each other
	Nodes int // values in all

	Records bool // the root may be a list of records, as in a register

	Room *Room // what the tree is made in; nil for memory of its own
}

// A Room is memory for one tree after the other: a tree that was made in it is
// gone when the next is. It is for whoever takes the values out of a tree and
// forgets it, ten thousand times.
type Room struct {
	nodes  [256]Node
	fields [256]Field
	open   [64]Field
}

// The limits for one charter, and for a register of many records.
var (
	ForCharter  = Limits{Bytes: 64 << 10, Depth: 32, Nodes: 5_000}
	ForRegister = Limits{Bytes: 16 << 20, Depth: 32, Nodes: 2_000_000, Records: true}
)

// Parse reads data, whose first line is line number line of file, as format.
// The root is a map and never nil; it is empty when the text cannot be parsed.
func Parse(format Format, file string, data []byte, line int, lim Limits) (*Node, diag.List) {
	if len(data) > lim.Bytes {
		return &Node{Kind: Map}, diag.List{tooMuch(Mark{int32(line), 1}.In(file), diag.Say("the block of facts is longer than %d KiB", lim.Bytes>>10))}
	}
	switch format {
	case TOML:
		return parseTOML(file, data, line, lim)
	case JSON:
		return parseJSON(file, data, line, lim)
	}
	return parseYAML(file, data, line, lim)
}
