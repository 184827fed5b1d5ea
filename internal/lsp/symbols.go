package lsp

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sourcegraph/jsonrpc2"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
)

func refusal(why string) error {
	return &jsonrpc2.Error{Code: -32803, Message: why} // RequestFailed
}

// tree is what the facts of the open text say.
func (x *spot) tree() (*facts.Node, []charter.Field, bool) {
	_, fields, _ := portfolio.FieldsOf(x.doc.name)
	if fields == nil {
		return nil, nil, false
	}
	if strings.HasSuffix(x.doc.name, ".md") {
		root, _ := amend.Read(x.doc.name, []byte(x.page.text))
		return root, fields, true
	}
	root, _ := facts.Parse(facts.YAML, x.doc.name, []byte(strings.TrimPrefix(x.page.text, "\ufeff")), 1, facts.ForRegister)
	return root, fields, true
}

// outline lists the keys of the facts and the headings of the prose.
func (x *spot) outline() (any, error) {
	all := []documentSymbol{}
	if root, fields, ok := x.tree(); ok {
		all = append(all, x.keys(root, fields, "", 3)...)
	}
	if c := x.charterOf(x.doc.name); c != nil {
		all = append(all, x.headings(c)...)
	}
	return all, nil
}

// keys are the symbols of a tree, to a depth.
func (x *spot) keys(n *facts.Node, fields []charter.Field, path string, depth int) []documentSymbol {
	var all []documentSymbol
	if depth == 0 || n == nil {
		return nil
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		below, _ := charter.In(fields, append(stepsOf(path), f.Key))
		s := x.symbol(f.Key, f.Mark, f.Value, symbolKey)
		if field := charter.FieldAt(fields, below); field != nil {
			s.Detail = field.Title[x.tongue()]
		} else if d := x.Portfolio.Department(charter.ID(f.Key)); d != nil {
			s.Detail = d.Name.In(x.s.lang)
		}
		if f.Value.Kind == facts.Scalar && utf8.RuneCountInString(f.Value.Text) < 60 {
			s.Detail = strings.TrimPrefix(s.Detail+": "+f.Value.Text, ": ")
		}
		s.Children = x.keys(f.Value, fields, below, depth-1)
		all = append(all, s)
	}
	for _, item := range n.Items {
		if item.Kind != facts.Map {
			continue
		}
		name := ""
		for _, key := range []string{"name", "id", "person", "area", "date", "department", "title", "text"} {
			if v := item.Get(key); v != nil && v.Kind == facts.Scalar && name == "" {
				name = v.Text
			}
		}
		if name == "" {
			name = "-"
		}
		s := x.symbol(name, item.Mark, item, symbolString)
		s.Children = x.keys(item, fields, path+"[]", depth-1)
		all = append(all, s)
	}
	return all
}

func stepsOf(path string) []string {
	if path == "" {
		return nil
	}
	var all []string
	for part := range strings.SplitSeq(path, ".") {
		name := strings.TrimRight(part, "[]")
		all = append(all, name)
		for range strings.Count(part, "[]") {
			all = append(all, "[]")
		}
	}
	return all
}

func (x *spot) symbol(name string, m facts.Mark, value *facts.Node, kind int) documentSymbol {
	start := x.mark(m)
	end := max(x.page.ahead(start, utf8.RuneCountInString(name)), start)
	last := x.lastOf(value, end)
	return documentSymbol{Name: name, Kind: kind, Range: x.page.span(start, last, x.s.enc), Selection: x.page.span(start, min(end, last), x.s.enc)}
}

// lastOf is the end of the line that a value's last part begins on.
func (x *spot) lastOf(n *facts.Node, end int) int {
	for n != nil {
		if at := x.mark(n.Mark); n.Mark.Written() && at >= end {
			_, end = x.page.line(x.page.lineAt(at))
		}
		switch {
		case len(n.Items) > 0:
			n = n.Items[len(n.Items)-1]
		case len(n.Fields) > 0:
			n = n.Fields[len(n.Fields)-1].Value
		default:
			return end
		}
	}
	return end
}

// headings are the symbols of the prose, within each other by their level.
func (x *spot) headings(c *charter.Charter) []documentSymbol {
	var build func(from, until int) []documentSymbol
	list := c.Body.Outline
	build = func(from, until int) (all []documentSymbol) {
		for i := from; i < until; {
			next := i + 1
			for next < until && list[next].Level > list[i].Level {
				next++
			}
			start := x.page.place(list[i].Line, 1)
			_, end := x.page.line(x.page.lineAt(start))
			last := len(x.page.text)
			if next < len(list) {
				last = max(end, x.page.place(list[next].Line, 1)-1)
			}
			name := list[i].Text
			if name == "" {
				name = "–"
			}
			all = append(all, documentSymbol{Name: name, Kind: symbolClass, Range: x.page.span(start, last, x.s.enc), Selection: x.page.span(start, end, x.s.enc), Children: build(i+1, next)})
			i = next
		}
		return all
	}
	return build(0, len(list))
}

// symbols finds charters and records by their name or id.
func (s *server) symbols(params json.RawMessage) func(context.Context) (any, error) {
	var p struct {
		Query string `json:"query"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return refuse(jsonrpc2.CodeInvalidParams, err.Error())
	}
	rooms := s.all()
	return func(ctx context.Context) (any, error) {
		all := []workspaceSymbol{}
		for _, r := range rooms {
			st, err := r.await(ctx, 0)
			if err != nil {
				return nil, err
			}
			x := &spot{state: st, s: s, room: r}
			x.find(strings.ToLower(p.Query), &all)
		}
		return all, nil
	}
}

func (x *spot) find(asked string, all *[]workspaceSymbol) {
	offer := func(name string, id charter.ID, kind portfolio.TargetKind, symbol int, container string) {
		if len(*all) >= shown || asked != "" && !strings.Contains(strings.ToLower(name), asked) && !strings.Contains(string(id), asked) {
			return
		}
		if at, ok := x.where(portfolio.Target{Kind: kind, ID: id}); ok {
			*all = append(*all, workspaceSymbol{name, symbol, container, at})
		}
	}
	p, reg := x.Portfolio, x.Portfolio.Registers()
	for _, c := range p.Charters() {
		offer(c.Name(), c.ID.Value, portfolio.ToCharter, symbolFile, string(c.ID.Value))
	}
	for _, d := range reg.Departments {
		offer(d.Name.In(x.s.lang), d.ID, portfolio.ToDepartment, symbolModule, string(d.ID))
	}
	for _, r := range reg.People {
		offer(r.Name, r.ID, portfolio.ToPerson, symbolClass, string(r.ID))
	}
	for _, a := range reg.Areas {
		offer(a.Name.In(x.s.lang), a.ID, portfolio.ToArea, symbolField, string(a.ID))
	}
	for _, o := range reg.Objectives {
		offer(o.Text.In(x.s.lang), o.ID, portfolio.ToObjective, symbolString, string(o.ID))
	}
}

// links are the links of the prose that lead somewhere.
func (x *spot) links() (any, error) {
	all := []documentLink{}
	c := x.charterOf(x.doc.name)
	if c == nil {
		return all, nil
	}
	resolved := x.Portfolio.Links(c)
	for i, l := range c.Body.Links {
		if i >= len(resolved) || l.Width == 0 {
			continue
		}
		at, ok := x.where(resolved[i].Target)
		if !ok {
			continue
		}
		start := x.page.place(l.Line, l.Col)
		target := at.URI
		if line := at.Range.Start.Line; line > 0 {
			target += "#L" + strconv.Itoa(line+1)
		}
		all = append(all, documentLink{x.page.span(start, x.page.ahead(start, l.Width), x.s.enc), target, x.Portfolio.NameOf(resolved[i].Target, x.s.lang)})
	}
	return all, nil
}
