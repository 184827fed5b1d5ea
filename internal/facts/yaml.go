package facts

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"charterhouse/internal/diag"
)

// A builder makes the tree of one block and collects what it refuses.
type builder struct {
	file  string
	line  int // added to a line of the block to get that of the file
	left  int // nodes that may still be made
	full  bool
	spare []Node // nodes are made in batches
	data  []byte // the block
	found diag.List
}

func newBuilder(file string, data []byte, line int, lim Limits) *builder {
	b := &builder{file: file, data: data, line: line - 1, left: lim.Nodes}
	if lim.Room != nil {
		clear(lim.Room.nodes[:])
		b.spare = lim.Room.nodes[:]
	}
	return b
}

// node returns a fresh node, or nil once there are too many.
func (b *builder) node(kind Kind, m Mark) *Node {
	if b.left == 0 {
		if !b.full {
			b.full = true
			b.found.Add(tooMuch(m.In(b.file), diag.Say("the block of facts holds too many values")))
		}
		return nil
	}
	b.left--
	if len(b.spare) == 0 {
		b.spare = make([]Node, 32)
	}
	n := &b.spare[0]
	b.spare = b.spare[1:]
	n.Kind, n.Mark = kind, m
	return n
}

func (b *builder) report(m Mark, width int, code diag.Code, message, hint diag.Text) {
	b.found.Add(diag.Diagnostic{Pos: m.In(b.file), Width: width, Code: code, Message: message, Hint: hint})
}

// scalar sets the text of n; a blank text says nothing and is Null.
func (n *Node) scalar(text string, plain bool) *Node {
	n.Text, n.Plain = text, plain
	if strings.TrimSpace(text) == "" {
		n.Kind = Null
	}
	return n
}

// twice reports a key that stands twice in one map.
func (b *builder) twice(key string, width int, again, first Mark) {
	b.found.Add(diag.Diagnostic{Pos: again.In(b.file), Width: width, Code: "C003",
		Message: diag.Say("%q is written twice", key),
		Hint:    diag.Say("keep one of the two"),
		Related: []diag.At[diag.Text]{{Value: diag.Say("first written here"), Pos: first.In(b.file)}}})
}

func tooMuch(at diag.Pos, message diag.Text) diag.Diagnostic {
	return diag.Diagnostic{Pos: at, Code: "C015", Message: message,
		Hint: diag.Say("move long texts below the front matter, or split the file")}
}

// known finds the field of a key in fields. Small maps are searched, large ones
// indexed, so that no map costs more than its size.
type known struct{ index map[string]int }

func (k *known) find(fields []Field, key string) int {
	if len(fields) < 24 {
		for i := range fields {
			if fields[i].Key == key {
				return i
			}
		}
		return -1
	}
	if k.index == nil {
		k.index = make(map[string]int, 2*len(fields))
		for i := range fields {
			k.index[fields[i].Key] = i
		}
	}
	if i, ok := k.index[key]; ok {
		return i
	}
	k.index[key] = len(fields) // where the caller is about to put it
	return -1
}

var errDepth = errors.New("nesting")

func parseYAML(file string, data []byte, line int, lim Limits) (*Node, diag.List) {
	if root := readPlain(file, data, line, lim); root != nil {
		return root, nil
	}
	return loadYAML(file, data, line, lim)
}

// loadYAML reads any YAML with the library.
func loadYAML(file string, data []byte, line int, lim Limits) (*Node, diag.List) {
	b := newBuilder(file, data, line, lim)
	root := b.root(Mark{int32(line), 1})
	deep := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if depth > lim.Depth {
			return errDepth
		}
		return nil
	}))
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(deep))
	var doc yaml.Node
	if err == nil {
		err = loader.Load(&doc)
	}
	switch {
	case err == io.EOF:
		return root, nil
	case err != nil:
		b.yamlError(err)
		return root, b.found
	}
	if len(doc.Content) == 1 {
		if n := b.yaml(doc.Content[0]); n != nil && (n.Kind == Map || n.Kind == List && lim.Records) {
			root = n
		} else if n != nil && n.Kind != Null {
			b.report(n.Mark, 0, "C005", diag.Say("the facts must be keys with values, such as title: One mailbox, but this is %s", n.Kind), diag.Say("write one key per line, each followed by a colon and a blank"))
		}
	}
	b.onlyDocument(loader)
	return root, b.found
}

func (b *builder) root(m Mark) *Node { return &Node{Kind: Map, Mark: m} }

// onlyDocument reports a second YAML document, which would else be lost.
func (b *builder) onlyDocument(loader *yaml.Loader) {
	var more yaml.Node
	switch err := loader.Load(&more); {
	case err == io.EOF:
	case err != nil:
		b.yamlError(err)
	default:
		b.report(b.atMost(b.mark(&more)), 0, "C002", diag.Say("a second document begins here"), diag.Say("remove the line ... or --- before it; a file states its facts in one block"))
	}
}

func (b *builder) mark(n *yaml.Node) Mark {
	return Mark{int32(n.Line + b.line), int32(max(n.Column, 1))}
}

// yaml makes our node of the library's; nil means there is no room.
func (b *builder) yaml(y *yaml.Node) *Node {
	m := b.mark(y)
	if y.Kind == yaml.AliasNode || y.Anchor != "" || y.Style&yaml.TaggedStyle != 0 {
		b.refuse(y, m)
		return b.node(Null, m)
	}
	switch y.Kind {
	case yaml.ScalarNode:
		n := b.node(Scalar, m)
		if n == nil {
			return nil
		}
		n.scalar(y.Value, y.Style == 0)
		if y.Tag == "!!null" {
			n.Kind = Null
		}
		return n
	case yaml.SequenceNode:
		return b.yamlList(y, m)
	case yaml.MappingNode:
		return b.yamlMap(y, m)
	}
	return b.node(Null, m)
}

func (b *builder) yamlList(y *yaml.Node, m Mark) *Node {
	n := b.node(List, m)
	if n == nil {
		return nil
	}
	if len(y.Content) > 0 {
		n.Items = make([]*Node, 0, len(y.Content))
	}
	for _, c := range y.Content {
		item := b.yaml(c)
		if item == nil {
			break
		}
		n.Items = append(n.Items, item)
	}
	return n
}

func (b *builder) yamlMap(y *yaml.Node, m Mark) *Node {
	n := b.node(Map, m)
	if n == nil {
		return nil
	}
	if len(y.Content) > 0 {
		n.Fields = make([]Field, 0, len(y.Content)/2)
	}
	var seen known
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		at := b.mark(k)
		switch {
		case k.Kind == yaml.AliasNode || k.Anchor != "" || k.Style&yaml.TaggedStyle != 0 || k.Tag == "!!merge":
			b.refuse(k, at)
			continue
		case k.Kind != yaml.ScalarNode:
			b.report(at, 0, "C005", diag.Say("a key must be a word, not a list or a group of keys"), diag.Say("write the key as one word before the colon"))
			continue
		}
		if first := seen.find(n.Fields, k.Value); first >= 0 {
			b.twice(k.Value, len([]rune(k.Value)), at, n.Fields[first].Mark)
			continue
		}
		v := b.yaml(y.Content[i+1])
		if v == nil {
			break
		}
		n.Fields = append(n.Fields, Field{Key: k.Value, Plain: k.Style == 0, Mark: at, Value: v})
	}
	return n
}

// refuse reports a YAML feature that makes the file say something else than a
// reader sees.
func (b *builder) refuse(y *yaml.Node, m Mark) {
	switch {
	case y.Tag == "!!merge":
		b.report(m, 2, "C015", diag.Say("a merge key << brings in values from elsewhere"), diag.Say("write the values here"))
	case y.Kind == yaml.AliasNode:
		b.report(m, len(y.Value)+1, "C015", diag.Say("*%s stands for a value written elsewhere", y.Value), diag.Say("write the value here"))
	case y.Anchor != "":
		b.report(m, len(y.Anchor)+1, "C015", diag.Say("&%s names a value for use elsewhere", y.Anchor), diag.Say("remove it, and put a value that begins with & in quotes"))
	default:
		b.report(m, 0, "C015", diag.Say("the tag %s changes how a value is read", y.Tag), diag.Say("remove it, and put a value that begins with ! in quotes"))
	}
}

// yamlError makes a finding of the library's error, in our own words where an
// author is likely to meet it.
func (b *builder) yamlError(err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		var many *yaml.LoadErrors
		if errors.As(err, &many) && len(many.Errors) > 0 {
			load = many.Errors[0]
		}
	}
	if load == nil {
		b.report(Mark{int32(b.line + 1), 1}, 0, "C002", diag.Say("the facts cannot be read"), diag.Text{})
		return
	}
	m := Mark{int32(load.Mark.Line + b.line), int32(max(load.Mark.Column, 1))}
	if load.Mark.Line == 0 {
		m = Mark{int32(b.line + 1), 1}
	}
	m = b.atMost(m)
	if load.Message == errDepth.Error() {
		b.found.Add(tooMuch(m.In(b.file), diag.Say("the block of facts is nested too deep")))
		return
	}
	began := Mark{int32(load.ContextMark.Line + b.line), int32(max(load.ContextMark.Column, 1))}
	for _, p := range yamlPlain {
		if !strings.Contains(load.Message, p.says) || !strings.Contains(load.ContextMsg, p.while) {
			continue
		}
		if p.while != "" { // what is never closed is mended where it begins
			m = b.atMost(began)
		}
		b.report(m, 0, "C002", p.message, p.hint)
		if load.ContextMark.Line > 0 && began.Line < m.Line {
			b.found[len(b.found)-1].Related = []diag.At[diag.Text]{{Value: diag.Say("it began here"), Pos: began.In(b.file)}}
		}
		return
	}
	b.report(m, 0, "C002", diag.Say("the facts are not valid YAML here: %s", load.Message), diag.Say("compare the line and the one above it with a line that works; quotes around a value often help"))
}

// atMost returns m, or the end of the last line that says anything where m lies
// beyond: what is missing there belongs to that line.
func (b *builder) atMost(m Mark) Mark {
	text := bytes.TrimRight(b.data, " \t\r\n")
	p := NewPlaces(text, b.line+1)
	if end := p.at(len(text)); m.Line > end.Line {
		return end
	}
	return m
}

// yamlPlain says in plain words what the library means.
var yamlPlain = []struct {
	says, while   string
	message, hint diag.Text
}{
	{"mapping values are not allowed", "", diag.Say("a colon stands where no key can be"), diag.Say(`if the value contains a colon, put the whole value in quotes: "Phase 2: rollout"; otherwise check the indentation`)},
	{"cannot start any token", "", diag.Say("this character cannot begin a value"), diag.Say("indent with blanks instead of tabs, and put values that begin with @, ` or %% in quotes")},
	{"tab character", "", diag.Say("a tab stands where blanks must indent"), diag.Say("indent with two blanks for each step")},
	{"did not find expected key", "", diag.Say("the indentation does not fit the lines above"), diag.Say("keys that belong together begin in the same column")},
	{"expected '-' indicator", "", diag.Say("the indentation does not fit the list above"), diag.Say("items of a list begin with a dash in the same column")},
	{"could not find expected ':'", "", diag.Say("a key without a colon"), diag.Say("write the key, a colon, a blank, and the value")},
	{"',' or ']'", "", diag.Say("a list in [ ] is not closed, or a comma is missing"), diag.Say("separate the items by commas and end the list with ]")},
	{"',' or '}'", "", diag.Say("a group in { } is not closed, or a comma is missing"), diag.Say("separate the entries by commas and end the group with }; put values that contain a comma or brace in quotes")},
	{"unexpected end of stream", "quoted", diag.Say("a quote is opened and never closed"), diag.Say("end the value with the same quote")},
	{"unexpected document indicator", "quoted", diag.Say("a quote is opened and never closed"), diag.Say("end the value with the same quote")},
	{"unknown escape", "", diag.Say(`\ begins an escape that YAML does not know`), diag.Say(`write \\ for a backslash, or use single quotes`)},
	{"unknown anchor", "", diag.Say("* stands for a value that is not there"), diag.Say("put a value that begins with * in quotes")},
	{"alphabetic or numeric", "", diag.Say("& and * have a meaning of their own at the start of a value"), diag.Say("put the value in quotes")},
	{"expected <document start>", "", diag.Say("something follows after the end of the facts"), diag.Say("check the indentation of this line")},
	{"expected node content", "", diag.Say("a value is missing here"), diag.Say("write a value, or remove the comma or bracket before it")},
	{"block sequence entries", "", diag.Say("a list begins where no list can be"), diag.Say("begin the list on a line of its own")},
	{"tag", "", diag.Say("! has a meaning of its own at the start of a value"), diag.Say("put the value in quotes")},
}
