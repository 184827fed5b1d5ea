// Package migrate brings charters that were written for an older model to the
// present one.
//
// A step leads from one version to the next and changes a text by edits; the
// steps that a file lacks are made one after the other. There is one version so
// far, charter/1, and so one step: files from before there was a schema line get
// it. Besides, keys under names that the program knows to mean another are called
// by their own. A file for a newer model than the program's is never touched.
package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
)

// errNewer is for a charter that this program is too old for.
var errNewer = errors.New("it is newer than this program; update the program")

// ErrNotYAML is for facts in TOML or JSON, which are left for people to change.
var ErrNotYAML = errors.New("only YAML is changed")

// A step leads from one version to the next. Version 0 is a file without schema.
type step struct {
	from, to int
	mend     func(file string, text []byte) ([]byte, error)
}

var steps = []step{{0, 1, marked}}

// Text brings a charter's file to the present version. notes say what people
// have to do themselves. The error says why the file stays as it is.
func Text(file string, text []byte) (after []byte, notes []string, err error) {
	block, _ := facts.Split(file, text)
	root, found := amend.Read(file, text)
	if block.Format == "" || len(found) > 0 {
		return text, nil, fmt.Errorf("line %d: %s", found[0].Pos.Line, found[0].Message)
	}
	at, err := version(root)
	if err != nil {
		return text, nil, err
	}
	after = text
	for at < charter.Schema {
		i := slices.IndexFunc(steps, func(s step) bool { return s.from == at })
		if block.Format != facts.YAML {
			return text, nil, fmt.Errorf("%w, and this is %s", ErrNotYAML, strings.ToUpper(string(block.Format)))
		}
		if after, err = steps[i].mend(file, after); err != nil {
			return text, nil, err
		}
		at = steps[i].to
	}
	if block.Format != facts.YAML {
		return after, nil, nil
	}
	after, notes = spelled(file, after)
	return after, notes, nil
}

// version is what a file says that it was written for.
func version(root *facts.Node) (int, error) {
	n := root.Get("schema")
	if n == nil || n.Kind == facts.Null {
		return 0, nil
	}
	number, ok := strings.CutPrefix(n.Text, "charter/")
	v, err := strconv.Atoi(number)
	switch {
	case !ok || err != nil || v < 1:
		return 0, fmt.Errorf("%q is no version of the model", n.Text)
	case v > charter.Schema:
		return 0, fmt.Errorf("it is written for the model %s: %w", n.Text, errNewer)
	}
	return v, nil
}

// marked writes the schema line.
func marked(file string, text []byte) ([]byte, error) {
	edits, err := amend.Facts(file, text, []amend.Change{{Path: "schema", Value: amend.Text("charter/1")}})
	if err != nil {
		return nil, err
	}
	return amend.Apply(text, edits), nil
}

// spelled calls keys by their own names.
func spelled(file string, text []byte) (after []byte, notes []string) {
	root, found := amend.Read(file, text)
	if len(found) > 0 {
		return text, nil
	}
	s := speller{text: text}
	s.walk("", root)
	slices.SortFunc(s.edits, func(a, b amend.Edit) int { return a.Start - b.Start })
	return amend.Apply(text, s.edits), s.notes
}

type speller struct {
	text  []byte
	edits []amend.Edit
	notes []string
}

func (s *speller) walk(path string, n *facts.Node) {
	for _, item := range n.Items {
		s.walk(path+"[]", item)
	}
	places, taken := facts.NewPlaces(s.text, 1), map[string]bool{}
	for i := range n.Fields {
		f := &n.Fields[i]
		key := f.Key
		if meant, ok := charter.Meant(path, key); ok {
			switch {
			case strings.Contains(meant, "."):
				s.notes = append(s.notes, fmt.Sprintf("line %d: %s is to be written as %s", f.Mark.Line, key, meant))
			case n.Get(meant) != nil || taken[meant] || !f.Plain:
				s.notes = append(s.notes, fmt.Sprintf("line %d: %s means %s, which is there already", f.Mark.Line, key, meant))
			default:
				at := places.Offset(f.Mark)
				s.edits = append(s.edits, amend.Edit{Start: at, End: at + len(key), New: meant})
				key, taken[meant] = meant, true
			}
		}
		s.walk(below(path, key), f.Value)
	}
}

// below is the manual's path of what stands under a key. Below owners and shares,
// the key is a department.
func below(path, key string) string {
	switch path {
	case "":
		return key
	case "owners", "budget.shares":
		return path + ".*"
	}
	return path + "." + key
}
