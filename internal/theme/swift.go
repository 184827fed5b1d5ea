package theme

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"text/template/parse"
	"unicode/utf8"
)

// This file executes templates, after html/template has escaped them, without
// asking its functions for every value. Nearly all values on a page are texts
// without a character that any context escapes, or fragments where HTML may
// stand: those are written as they are. Every other value is handed to the very
// escapers that html/template chose, by way of a template that holds nothing but
// it. Where a template uses anything that is not known here, or fails, the page is
// made by html/template from its beginning: so there is one meaning of templates,
// and one wording of errors.

// A swift is one language's templates, compiled as they are asked for.
type swift struct {
	of       *template.Template
	programs sync.Map // name -> func() step, nil for what html/template must execute
	escapers map[string]escaper
}

// A step writes a part of a template.
type step func(x *execution, dot reflect.Value)

// An execution is one template being written. Variables are numbered.
type execution struct {
	to    *bytes.Buffer
	vars  []reflect.Value
	depth int // of templates that call each other
}

// deepest is how far templates may call each other here. Those that never end are
// told by html/template.
const deepest = 1000

// An escaper is a way from a value to text, as html/template chose it for a
// context.
type escaper struct {
	alone         *template.Template // holds one value in that context
	before, after int                // bytes around it

	html    bool // takes fragments as they are
	address bool // of a link
	query   bool // of a link, behind a question mark or a hash
}

// contexts hold a value each. What html/template makes of a context is read off
// them.
var contexts = []string{`{{.}}`, `<a title="{{.}}">`, `<title>{{.}}</title>`, `<a href="{{.}}">`, `<a href="/{{.}}">`, `<a href="/?{{.}}">`}

func newSwift(of *template.Template) *swift {
	w := &swift{of: of, escapers: map[string]escaper{}}
	for _, text := range contexts {
		t := template.Must(template.New("").Parse(text))
		_ = t.Execute(io.Discard, "") // escapes it
		for _, n := range t.Tree.Root.Nodes {
			if action, ok := n.(*parse.ActionNode); ok {
				chain := chainOf(action.Pipe)
				at := strings.Index(text, "{{")
				w.escapers[chain] = escaper{alone: t, before: at, after: len(text) - at - len("{{.}}"),
					html: text == `{{.}}`, address: strings.Contains(text, "href"), query: strings.Contains(text, "?")}
			}
		}
	}
	return w
}

// chainOf names the escapers at the end of a pipeline.
func chainOf(pipe *parse.PipeNode) string {
	var names []string
	for _, c := range pipe.Cmds[1:] {
		names = append(names, c.String())
	}
	return strings.Join(names, "|")
}

// execute writes a template and reports whether it could.
func (w *swift) execute(to *bytes.Buffer, name string, data any) (done bool) {
	run := w.program(name)
	if run == nil {
		return false
	}
	start := to.Len()
	defer func() {
		if wrong := recover(); wrong != nil { // whatever it was, html/template will say it better
			to.Truncate(start)
			w.programs.Store(name, func() step { return nil })
			done = false
		}
	}()
	dot := reflect.ValueOf(data)
	run(&execution{to: to, vars: []reflect.Value{dot}}, dot)
	return true
}

// program compiles a template when it is asked for first.
func (w *swift) program(name string) step {
	known, ok := w.programs.Load(name)
	if !ok {
		known, _ = w.programs.LoadOrStore(name, sync.OnceValue(func() step { return w.compile(name) }))
	}
	return known.(func() step)()
}

var errForeign = errors.New("html/template must execute this")

func (w *swift) compile(name string) (s step) {
	_ = w.of.ExecuteTemplate(io.Discard, name, nil) // escapes it and all that it calls; the failure is of no data
	t := w.of.Lookup(name)
	if t == nil || t.Tree == nil {
		return nil
	}
	defer func() {
		if wrong := recover(); wrong != nil {
			s = nil
		}
	}()
	c := compiler{swift: w, names: []string{"$"}}
	return c.list(t.Tree.Root)
}

// A compiler knows the variables that are in scope, by their place.
type compiler struct {
	*swift
	names []string
}

func (c *compiler) list(l *parse.ListNode) step {
	if l == nil {
		return func(*execution, reflect.Value) {}
	}
	steps := make([]step, 0, len(l.Nodes))
	for _, n := range l.Nodes {
		steps = append(steps, c.node(n))
	}
	if len(steps) == 1 {
		return steps[0]
	}
	return func(x *execution, dot reflect.Value) {
		for _, s := range steps {
			s(x, dot)
		}
	}
}

func (c *compiler) node(n parse.Node) step {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		return func(x *execution, _ reflect.Value) { x.to.Write(text) }
	case *parse.ActionNode:
		return c.action(n)
	case *parse.IfNode:
		return c.choice(&n.BranchNode, false)
	case *parse.WithNode:
		return c.choice(&n.BranchNode, true)
	case *parse.RangeNode:
		return c.each(n)
	case *parse.TemplateNode:
		return c.call(n)
	}
	panic(errForeign)
}

// action writes a value through its escapers.
func (c *compiler) action(n *parse.ActionNode) step {
	esc, ok := c.escapers[chainOf(n.Pipe)]
	if len(n.Pipe.Decl) > 0 || !ok {
		panic(errForeign)
	}
	value := c.command(n.Pipe.Cmds[0])
	return func(x *execution, dot reflect.Value) { esc.write(x.to, value(x, dot)) }
}

var (
	fragmentType = reflect.TypeFor[Fragment]()
	stringType   = reflect.TypeFor[string]()
)

// write writes a value that needs no escaping as it is, and any other by way of
// html/template.
func (e *escaper) write(to *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		if t := v.Type(); t == fragmentType && e.html || (t == stringType || t.NumMethod() == 0 && t.PkgPath() != fragmentType.PkgPath()) && e.plain(text) {
			to.WriteString(text)
			return
		}
	case reflect.Int:
		if v.Type().PkgPath() == "" {
			to.Write(strconv.AppendInt(to.AvailableBuffer(), v.Int(), 10))
			return
		}
	}
	start := to.Len()
	if err := e.alone.Execute(to, v.Interface()); err != nil {
		panic(err)
	}
	all := to.Bytes()[start:]
	n := copy(all, all[e.before:len(all)-e.after])
	to.Truncate(start + n)
}

// plain reports whether a text stays as it is in the escaper's context.
func (e *escaper) plain(text string) bool {
	for i := 0; i < len(text); i++ {
		switch class[text[i]] {
		case everywhere:
		case inPath:
			if e.query {
				return false
			}
		case inText:
			if e.address {
				return false
			}
		case foreign8:
			return !e.address && utf8.ValidString(text) && !strings.ContainsAny(text, special)
		default:
			return false
		}
	}
	return true
}

// The classes of bytes: those that stay as they are in each context, those that
// do in all but the query of an address, those that do in text and attributes,
// those of other alphabets, and those that never do.
const (
	never = iota
	everywhere
	inPath
	inText
	foreign8
)

const special = "&<>\"'+\x00`="

var class = func() (all [256]byte) {
	for b := range all {
		switch {
		case b >= utf8.RuneSelf:
			all[b] = foreign8
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '-', b == '_', b == '.':
			all[b] = everywhere
		case b == '/', b == '#':
			all[b] = inPath
		case strings.IndexByte(special, byte(b)) < 0:
			all[b] = inText
		}
	}
	return all
}()

// choice is if and with.
func (c *compiler) choice(n *parse.BranchNode, with bool) step {
	if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 {
		panic(errForeign)
	}
	value := c.command(n.Pipe.Cmds[0])
	then, other := c.list(n.List), c.list(n.ElseList)
	return func(x *execution, dot reflect.Value) {
		v := value(x, dot)
		switch {
		case !truth(v):
			other(x, dot)
		case with:
			then(x, v)
		default:
			then(x, dot)
		}
	}
}

func (c *compiler) each(n *parse.RangeNode) step {
	if len(n.Pipe.Cmds) != 1 || n.Pipe.IsAssign || len(n.Pipe.Decl) > 2 {
		panic(errForeign)
	}
	value := c.command(n.Pipe.Cmds[0])
	for _, d := range n.Pipe.Decl {
		c.names = append(c.names, d.Ident[0])
	}
	body := c.list(n.List)
	c.names = c.names[:len(c.names)-len(n.Pipe.Decl)]
	other, declared := c.list(n.ElseList), len(n.Pipe.Decl)
	return func(x *execution, dot reflect.Value) {
		v := value(x, dot)
		if v.Kind() != reflect.Slice {
			panic(errForeign)
		}
		scope := len(x.vars)
		for i := range v.Len() {
			element := held(v.Index(i))
			switch declared {
			case 1:
				x.vars = append(x.vars[:scope], element)
			case 2:
				x.vars = append(x.vars[:scope], reflect.ValueOf(i), element)
			}
			body(x, element)
		}
		x.vars = x.vars[:scope]
		if v.Len() == 0 {
			other(x, dot)
		}
	}
}

func (c *compiler) call(n *parse.TemplateNode) step {
	value := func(*execution, reflect.Value) reflect.Value { return reflect.Value{} }
	if n.Pipe != nil {
		if len(n.Pipe.Cmds) != 1 || len(n.Pipe.Decl) > 0 {
			panic(errForeign)
		}
		value = c.command(n.Pipe.Cmds[0])
	}
	return func(x *execution, dot reflect.Value) {
		called := c.program(n.Name) // now rather than before, since templates may call themselves
		if called == nil || x.depth == deepest {
			panic(errForeign)
		}
		v := value(x, dot)
		called(&execution{to: x.to, vars: []reflect.Value{v}, depth: x.depth + 1}, v)
	}
}

// An expression is a value in a template.
type expression func(x *execution, dot reflect.Value) reflect.Value

func (c *compiler) command(n *parse.CommandNode) expression {
	function, ok := n.Args[0].(*parse.IdentifierNode)
	if !ok {
		if len(n.Args) != 1 {
			panic(errForeign)
		}
		return c.argument(n.Args[0])
	}
	args := make([]expression, 0, len(n.Args))
	for _, a := range n.Args[1:] {
		args = append(args, c.argument(a))
	}
	return applied(function.Ident, args)
}

// applied is one of the functions that our templates call.
func applied(name string, args []expression) expression {
	switch {
	case name == "not" && len(args) == 1:
		return func(x *execution, dot reflect.Value) reflect.Value { return reflect.ValueOf(!truth(args[0](x, dot))) }
	case name == "len" && len(args) == 1:
		return func(x *execution, dot reflect.Value) reflect.Value { return reflect.ValueOf(args[0](x, dot).Len()) }
	case (name == "eq" || name == "ne") && len(args) == 2:
		return func(x *execution, dot reflect.Value) reflect.Value {
			return reflect.ValueOf(same(args[0](x, dot), args[1](x, dot)) == (name == "eq"))
		}
	case (name == "and" || name == "or") && len(args) > 0:
		return func(x *execution, dot reflect.Value) (v reflect.Value) {
			for _, a := range args {
				if v = a(x, dot); truth(v) == (name == "or") {
					break
				}
			}
			return v
		}
	}
	panic(errForeign)
}

func same(a, b reflect.Value) bool {
	switch {
	case a.Kind() == reflect.String && b.Kind() == reflect.String:
		return a.String() == b.String()
	case a.CanInt() && b.CanInt():
		return a.Int() == b.Int()
	}
	panic(errForeign)
}

func (c *compiler) argument(n parse.Node) expression {
	switch n := n.(type) {
	case *parse.DotNode:
		return func(_ *execution, dot reflect.Value) reflect.Value { return dot }
	case *parse.FieldNode:
		return fields(n.Ident, func(_ *execution, dot reflect.Value) reflect.Value { return dot })
	case *parse.VariableNode:
		for i := len(c.names) - 1; i >= 0; i-- {
			if c.names[i] == n.Ident[0] {
				return fields(n.Ident[1:], func(x *execution, _ reflect.Value) reflect.Value { return x.vars[i] })
			}
		}
	case *parse.StringNode:
		v := reflect.ValueOf(n.Text)
		return func(*execution, reflect.Value) reflect.Value { return v }
	case *parse.NumberNode:
		if n.IsInt {
			v := reflect.ValueOf(int(n.Int64))
			return func(*execution, reflect.Value) reflect.Value { return v }
		}
	case *parse.PipeNode:
		if len(n.Cmds) == 1 && len(n.Decl) == 0 {
			return c.command(n.Cmds[0])
		}
	}
	panic(errForeign)
}

// fields goes down fields of structs.
func fields(names []string, from expression) expression {
	for _, name := range names {
		from = field(name, from)
	}
	return from
}

// A found field is where a type has it.
type foundField struct {
	in    reflect.Type
	index []int
}

func field(name string, from expression) expression {
	var last atomic.Pointer[foundField] // most places see one type only
	return func(x *execution, dot reflect.Value) reflect.Value {
		v := from(x, dot)
		if v.Kind() == reflect.Pointer {
			v = v.Elem() // panics later where it was nil
		}
		known := last.Load()
		if known == nil || known.in != v.Type() {
			known = find(v.Type(), name)
			last.Store(known)
		}
		if len(known.index) == 1 {
			return held(v.Field(known.index[0]))
		}
		return held(v.FieldByIndex(known.index))
	}
}

func find(in reflect.Type, name string) *foundField {
	if _, method := reflect.PointerTo(in).MethodByName(name); method {
		panic(errForeign)
	}
	f, ok := in.FieldByName(name)
	if !ok || !f.IsExported() {
		panic(fmt.Errorf("%v has no field %s", in, name))
	}
	return &foundField{in, f.Index}
}

// held is what an interface holds.
func held(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface && !v.IsNil() {
		return v.Elem()
	}
	return v
}

// truth is what if and with ask of a value.
func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() > 0
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int() != 0
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil()
	case reflect.Struct:
		return true
	}
	panic(errForeign)
}
