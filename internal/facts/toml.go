package facts

import (
	"errors"

	"github.com/pelletier/go-toml/v2/unstable"

	"charterhouse/internal/diag"
)

// A tomlBuilder reads TOML. Its parser gives syntax only, so what TOML says
// about tables that meet each other is decided here, as a finding with a place.
// The parser gives no place for a list within a list; such a list has that of
// the list around it.
type tomlBuilder struct {
	*builder
	Places
	p     unstable.Parser
	depth int // of dotted keys, at most
}

func parseTOML(file string, data []byte, line int, lim Limits) (root *Node, found diag.List) {
	t := &tomlBuilder{builder: newBuilder(file, data, line, lim), Places: NewPlaces(data, line), depth: lim.Depth}
	root = t.root(Mark{int32(line), 1})
	if tooDeep(data, lim.Depth) {
		return root, diag.List{tooMuch(root.Mark.In(file), diag.Say("the block of facts is nested too deep"))}
	}
	t.p.Reset(data)
	table := root
	for t.p.NextExpression() && !t.full {
		switch e := t.p.Expression(); e.Kind {
		case unstable.Table:
			table = t.header(root, e.Key(), false)
		case unstable.ArrayTable:
			table = t.header(root, e.Key(), true)
		case unstable.KeyValue:
			if table != nil {
				t.keyValue(table, e)
			}
		}
	}
	if err := t.p.Error(); err != nil {
		var bad *unstable.ParserError
		at := Mark{int32(line), 1}
		message := err.Error()
		if errors.As(err, &bad) {
			message = bad.Message
			if len(bad.Highlight) > 0 {
				at = t.at(int(t.p.Range(bad.Highlight).Offset))
			} else {
				at = t.at(len(data))
			}
		}
		t.report(at, 0, "C002", diag.Say("the facts are not valid TOML here: %s", message), diag.Say("text and dates such as 33.5%% or 1/3 stand in quotes; a key and its value are joined by ="))
	}
	return root, t.found
}

// tooDeep reports whether brackets nest deeper than limit; the parser itself
// would follow them by recursion. Brackets in texts count too, which can only
// matter to texts nobody writes.
func tooDeep(data []byte, limit int) bool {
	depth := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			if depth++; depth > limit {
				return true
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

// header returns the table that [a.b] or [[a.b]] opens, or nil where it cannot.
func (t *tomlBuilder) header(root *Node, keys unstable.Iterator, list bool) *Node {
	n := root
	for depth := 0; keys.Next(); depth++ {
		k := keys.Node()
		if t.tooDotted(k, depth) {
			return nil
		}
		key, at, width, last := string(k.Data), t.at(int(k.Raw.Offset)), int(k.Raw.Length), keys.IsLast()
		v := n.Get(key)
		switch {
		case v == nil:
			v = t.add(n, key, at, Map)
			if last && list {
				v = t.listOfTables(v, at)
			}
		case last && list:
			if v.Kind != List || v.closed {
				t.twice(key, width, at, v.Mark)
				return nil
			}
			v = t.item(v, at)
		case v.Kind == List && len(v.Items) > 0 && !v.closed:
			v = v.Items[len(v.Items)-1]
			if last {
				t.twice(key, width, at, v.Mark)
				return nil
			}
		case v.Kind != Map || v.closed:
			t.twice(key, width, at, v.Mark)
			return nil
		}
		if v == nil {
			return nil
		}
		n = v
	}
	return n
}

// tooDotted reports a key of too many parts.
func (t *tomlBuilder) tooDotted(k *unstable.Node, depth int) bool {
	if depth < t.depth {
		return false
	}
	t.found.Add(tooMuch(t.at(int(k.Raw.Offset)).In(t.file), diag.Say("the block of facts is nested too deep")))
	return true
}

// add appends a field of kind to n.
func (t *tomlBuilder) add(n *Node, key string, at Mark, kind Kind) *Node {
	v := t.node(kind, at)
	if v != nil {
		n.Fields = append(n.Fields, Field{Key: key, Mark: at, Value: v})
	}
	return v
}

func (t *tomlBuilder) listOfTables(v *Node, at Mark) *Node {
	if v == nil {
		return nil
	}
	v.Kind = List
	return t.item(v, at)
}

func (t *tomlBuilder) item(list *Node, at Mark) *Node {
	v := t.node(Map, at)
	if v != nil {
		list.Items = append(list.Items, v)
	}
	return v
}

// keyValue adds key = value to table, through the tables of a dotted key.
func (t *tomlBuilder) keyValue(table *Node, e *unstable.Node) {
	n, keys := table, e.Key()
	for depth := 0; keys.Next(); depth++ {
		k := keys.Node()
		if t.tooDotted(k, depth) {
			return
		}
		key, at := string(k.Data), t.at(int(k.Raw.Offset))
		v := n.Get(key)
		switch {
		case keys.IsLast() && v != nil, v != nil && (v.Kind != Map || v.closed):
			t.twice(key, int(k.Raw.Length), at, v.Mark)
			return
		case keys.IsLast():
			start := t.valueStart(int(k.Raw.Offset + k.Raw.Length))
			if v = t.value(e.Value(), start); v != nil {
				n.Fields = append(n.Fields, Field{Key: key, Plain: k.Raw.Length == uint32(len(key)), Mark: at, Value: v})
			}
			return
		case v == nil:
			if v = t.add(n, key, at, Map); v == nil {
				return
			}
		}
		n = v
	}
}

// valueStart returns where the value begins that follows a key ending at i.
func (t *tomlBuilder) valueStart(i int) Mark {
	for i < len(t.text) && (t.text[i] == ' ' || t.text[i] == '\t' || t.text[i] == '=') {
		i++
	}
	return t.at(i)
}

// value makes our node of the library's. Its place is at where the library
// does not say.
func (t *tomlBuilder) value(v *unstable.Node, at Mark) *Node {
	if v.Raw.Length > 0 {
		at = t.at(int(v.Raw.Offset))
	}
	switch v.Kind {
	case unstable.Array:
		n := t.node(List, at)
		for items := v.Children(); n != nil && items.Next(); {
			if items.Node().Kind == unstable.Comment {
				continue
			}
			if item := t.value(items.Node(), at); item != nil {
				n.Items = append(n.Items, item)
			}
		}
		return closeNode(n)
	case unstable.InlineTable:
		n := t.node(Map, at)
		for items := v.Children(); n != nil && items.Next(); {
			if items.Node().Kind == unstable.KeyValue {
				t.keyValue(n, items.Node())
			}
		}
		return closeNode(n)
	}
	n := t.node(Scalar, at)
	if n == nil {
		return nil
	}
	return n.scalar(string(v.Data), v.Kind != unstable.String)
}

func closeNode(n *Node) *Node {
	if n != nil {
		n.closed = true
	}
	return n
}
