package facts

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"charterhouse/internal/diag"
)

// A jsonBuilder reads JSON token by token, since only the tokens have places.
type jsonBuilder struct {
	*builder
	Places
	dec *json.Decoder
}

func parseJSON(file string, data []byte, line int, lim Limits) (*Node, diag.List) {
	b := &jsonBuilder{builder: newBuilder(file, data, line, lim), Places: NewPlaces(data, line)}
	root := b.root(Mark{int32(line), 1})
	if len(bytes.TrimSpace(data)) == 0 {
		return root, nil
	}
	if tooDeep(data, lim.Depth) {
		return root, diag.List{tooMuch(root.Mark.In(file), diag.Say("the block of facts is nested too deep"))}
	}
	// The decoder's own errors have unsure places, so syntax is judged first.
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		at := len(data)
		var bad *json.SyntaxError
		if errors.As(err, &bad) && bad.Offset > 0 {
			at = int(bad.Offset) - 1
		}
		b.report(b.at(at), 0, "C002", diag.Say("the facts are not valid JSON here: %s", err.Error()), diag.Say("keys and texts stand in double quotes, entries are separated by commas, and there is no comma after the last one"))
		return root, b.found
	}
	b.dec = json.NewDecoder(bytes.NewReader(data))
	b.dec.UseNumber()
	if n := b.value(); n != nil && n.Kind == Map {
		root = n
	} else if n != nil {
		b.report(n.Mark, 0, "C005", diag.Say("the facts must be keys with values, but this is %s", n.Kind), diag.Say(`write {"title": "One mailbox"}`))
	}
	return root, b.found
}

// token returns the next token and its place. At the end of the text, which is
// known to be valid JSON, it returns io.EOF's nil token.
func (b *jsonBuilder) token() (json.Token, Mark) {
	i := int(b.dec.InputOffset())
	for i < len(b.text) && bytes.IndexByte([]byte(" \t\r\n,:"), b.text[i]) >= 0 {
		i++
	}
	t, err := b.dec.Token()
	if err != nil && err != io.EOF {
		t = nil
	}
	return t, b.at(i)
}

func (b *jsonBuilder) value() *Node {
	t, m := b.token()
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return b.list(m)
		}
		return b.object(m)
	case string:
		return b.scalarAt(m, t, false)
	case json.Number:
		return b.scalarAt(m, t.String(), true)
	case bool:
		if t {
			return b.scalarAt(m, "true", true)
		}
		return b.scalarAt(m, "false", true)
	}
	return b.node(Null, m)
}

func (b *jsonBuilder) scalarAt(m Mark, text string, plain bool) *Node {
	n := b.node(Scalar, m)
	if n == nil {
		return nil
	}
	return n.scalar(text, plain)
}

func (b *jsonBuilder) list(m Mark) *Node {
	n := b.node(List, m)
	for b.dec.More() {
		item := b.value()
		if n == nil || item == nil {
			return nil
		}
		n.Items = append(n.Items, item)
	}
	b.token()
	return n
}

func (b *jsonBuilder) object(m Mark) *Node {
	n := b.node(Map, m)
	var seen known
	for b.dec.More() {
		k, at := b.token()
		key, _ := k.(string)
		v := b.value()
		if n == nil || v == nil {
			return nil
		}
		if first := seen.find(n.Fields, key); first >= 0 {
			b.twice(key, len([]rune(key))+2, at, n.Fields[first].Mark)
			continue
		}
		n.Fields = append(n.Fields, Field{Key: key, Mark: at, Value: v})
	}
	b.token()
	return n
}
