// Package amend changes a charter's text by the least.
//
// Who edits a charter by a form, or lets a tool mend it, changes a few values;
// everything else in the file belongs to its authors and stays as it is, byte
// for byte: comments, order, quoting, indentation, line ends. So a change is
// named by the path of a value and becomes edits of the text around it.
//
// Writing YAML by hand is easy to get wrong, so nothing is trusted: the new text
// is read again, and unless it says exactly what was asked for, there is no edit
// but a [Cannot].
package amend

import (
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// An Edit replaces the bytes from Start up to End by New.
type Edit = udiff.Edit

// A Change sets or removes one value of a front matter.
type Change struct {
	// Path is the way to the value: "title", "budget.total", "team[2].role",
	// "owners.it.person"; "team[+]" is a new item at the end of a list. A key
	// with a dot or bracket is written in quotes: x."a.b".
	Path string
	// Value is what shall stand there; nil removes the key or the item. Only
	// texts, keys and items count, not marks.
	Value *facts.Node
}

// A Cannot says why a value cannot be changed alone.
type Cannot struct{ Path, Reason string }

// Error returns path and reason.
func (c *Cannot) Error() string {
	return fmt.Sprintf("%s cannot be changed here: %s", c.Path, c.Reason)
}

// Text makes one plain value to write.
func Text(s string) *facts.Node { return &facts.Node{Kind: facts.Scalar, Text: s} }

// List is a list of values.
func List(items ...*facts.Node) *facts.Node { return &facts.Node{Kind: facts.List, Items: items} }

// Group is keys with values, in order: key, value, key, value.
func Group(pairs ...any) *facts.Node {
	n := &facts.Node{Kind: facts.Map}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Fields = append(n.Fields, facts.Field{Key: pairs[i].(string), Value: pairs[i+1].(*facts.Node)})
	}
	return n
}

// Apply makes edits that came of the same text.
func Apply(text []byte, edits []Edit) []byte {
	out, err := udiff.ApplyBytes(text, edits)
	if err != nil {
		panic("amend: edits of another text") // ours never overlap and never leave the text
	}
	return out
}

// Read returns the front matter of a text as a tree, and what is wrong with it.
func Read(file string, text []byte) (*facts.Node, diag.List) {
	block, found := facts.Split(file, text)
	if block.Format == "" {
		return &facts.Node{Kind: facts.Map}, found
	}
	root, wrong := facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	return root, append(found, wrong...)
}

// Find returns the value at a path, or nil.
func Find(root *facts.Node, path string) *facts.Node {
	steps, err := split(path)
	if err != nil {
		return nil
	}
	for _, s := range steps {
		if root = s.of(root); root == nil {
			return nil
		}
	}
	return root
}

// A step leads from a value to one within it.
type step struct {
	key   string
	index int // of a list, where key is empty; -1 for a new item
	item  bool
}

func (s step) of(n *facts.Node) *facts.Node {
	switch {
	case n == nil:
		return nil
	case !s.item:
		return n.Get(s.key)
	case n.Kind == facts.List && s.index >= 0 && s.index < len(n.Items):
		return n.Items[s.index]
	}
	return nil
}

// Key writes a key as a part of a path.
func Key(key string) string {
	if key == "" || strings.ContainsAny(key, `.[]"`) {
		return `"` + strings.ReplaceAll(key, `"`, `""`) + `"`
	}
	return key
}

// split takes a path apart.
func split(path string) (steps []step, err error) {
	bad := &Cannot{path, "this is not the path of a value"}
	rest := path
	for first := true; rest != ""; first = false {
		switch {
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, bad
			}
			index := -1
			if inside := rest[1:end]; inside != "+" {
				if index, err = number(inside); err != nil {
					return nil, bad
				}
			}
			steps, rest = append(steps, step{index: index, item: true}), rest[end+1:]
			continue
		case rest[0] == '.' && !first:
			rest = rest[1:]
		case !first:
			return nil, bad
		}
		var key string
		if strings.HasPrefix(rest, `"`) {
			key, rest, err = quoted(rest)
			if err != nil {
				return nil, bad
			}
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			key, rest = rest[:end], rest[end:]
			if key == "" || strings.ContainsAny(key, `]"`) {
				return nil, bad
			}
		}
		steps = append(steps, step{key: key})
	}
	if len(steps) == 0 {
		return nil, bad
	}
	return steps, nil
}

func number(s string) (n int, err error) {
	if s == "" || len(s) > 5 {
		return 0, fmt.Errorf("no number")
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("no number")
		}
		n = 10*n + int(c-'0')
	}
	return n, nil
}

func quoted(s string) (key, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), s[i+1:], nil
	}
	return "", "", fmt.Errorf("never closed")
}

// Walk yields every scalar with its path, in the order of the file.
func Walk(root *facts.Node) func(func(string, *facts.Node) bool) {
	return func(yield func(string, *facts.Node) bool) { walk("", root, yield) }
}

func walk(path string, n *facts.Node, yield func(string, *facts.Node) bool) bool {
	switch {
	case n == nil:
	case n.Kind == facts.Scalar:
		return yield(path, n)
	case n.Kind == facts.List:
		for i, item := range n.Items {
			if !walk(fmt.Sprintf("%s[%d]", path, i), item, yield) {
				return false
			}
		}
	case n.Kind == facts.Map:
		for _, f := range n.Fields {
			below := Key(f.Key)
			if path != "" {
				below = path + "." + below
			}
			if !walk(below, f.Value, yield) {
				return false
			}
		}
	}
	return true
}
