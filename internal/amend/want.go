package amend

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
)

// A want is what shall stand in a place of the tree: an old node with changes
// below it, or something new.
type want struct {
	old     *facts.Node // nil for something new
	kind    facts.Kind
	text    string
	items   []*want
	fields  []wantField
	gone    bool // to be removed
	changed bool // here or below
}

type wantField struct {
	key   string
	old   *facts.Field // nil for something new
	value *want
}

// wanted mirrors a tree.
func wanted(n *facts.Node, fresh bool) *want {
	w := &want{kind: n.Kind, text: n.Text}
	if !fresh {
		w.old = n
	}
	for _, item := range n.Items {
		w.items = append(w.items, wanted(item, fresh))
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		entry := wantField{key: f.Key, value: wanted(f.Value, fresh)}
		if !fresh {
			entry.old = f
		}
		w.fields = append(w.fields, entry)
	}
	w.changed = fresh
	return w
}

// change enters one change below w.
func (w *want) change(c Change) error {
	steps, err := split(c.Path)
	if err != nil {
		return err
	}
	trail := []*want{w}
	for i, s := range steps {
		next := w.step(s)
		if next == nil {
			if c.Value == nil {
				return nil // it is not there already
			}
			if next = w.add(s, i+1 == len(steps), steps[i+1:]); next == nil {
				return &Cannot{c.Path, "something of another kind stands on the way"}
			}
		}
		w = next
		trail = append(trail, w)
	}
	before := w.changed
	w.set(c.Value)
	if w.changed || w.gone || before {
		for _, t := range trail {
			t.changed = true
		}
	}
	return nil
}

func (w *want) step(s step) *want {
	if s.item {
		if s.index >= 0 && s.index < len(w.items) {
			return w.items[s.index]
		}
		return nil
	}
	for i := range w.fields {
		if w.fields[i].key == s.key {
			return w.fields[i].value
		}
	}
	return nil
}

// add makes room for a new key or item; rest is the way on from there.
func (w *want) add(s step, last bool, rest []step) *want {
	if w.kind == facts.Null {
		w.kind, w.changed = facts.Map, true
		if s.item {
			w.kind = facts.List
		}
	}
	if s.item && (w.kind != facts.List || s.index >= 0) || !s.item && w.kind != facts.Map {
		return nil
	}
	next := &want{changed: true}
	if !last {
		next.kind = facts.Map
		if rest[0].item {
			next.kind = facts.List
		}
	}
	if s.item {
		w.items = append(w.items, next)
	} else {
		w.fields = append(w.fields, wantField{key: s.key, value: next})
	}
	w.gone = false
	return next
}

// set lets v stand here.
func (w *want) set(v *facts.Node) {
	if v == nil {
		w.gone = true
		return
	}
	if w.old == nil {
		*w = *wanted(v, true)
		return
	}
	switch {
	case v.Kind == facts.Scalar && w.kind == facts.Scalar:
		w.changed = w.changed || w.text != v.Text
		w.text = v.Text
	case v.Kind == facts.Map && w.kind == facts.Map:
		w.setFields(v)
	case v.Kind == facts.List && w.kind == facts.List:
		for i, item := range v.Items {
			if i < len(w.items) {
				w.items[i].set(item)
			} else {
				w.items = append(w.items, wanted(item, true))
			}
		}
		for _, item := range w.items[min(len(v.Items), len(w.items)):] {
			item.gone = true
		}
		w.changed = w.changed || slices.ContainsFunc(w.items, (*want).touched)
	case v.Kind == facts.Null && w.kind == facts.Null:
	default:
		fresh := wanted(v, true)
		fresh.old = w.old
		*w = *fresh
	}
}

func (w *want) touched() bool { return w.gone || w.changed }

func (w *want) setFields(v *facts.Node) {
	for i := range w.fields {
		if v.Get(w.fields[i].key) == nil {
			w.fields[i].value.gone = true
		}
	}
	for _, f := range v.Fields {
		if at := w.step(step{key: f.Key}); at != nil {
			at.set(f.Value)
		} else {
			w.fields = append(w.fields, wantField{key: f.Key, value: wanted(f.Value, true)})
		}
	}
	w.changed = w.changed || slices.ContainsFunc(w.fields, func(f wantField) bool { return f.value.touched() })
}

// says reports whether n says what is wanted. Nothing, a group without keys and
// a list without items all say nothing.
func (w *want) says(n *facts.Node) bool {
	if w.silent() || n == nil {
		return w.silent() && silent(n)
	}
	if w.kind != n.Kind {
		return false
	}
	switch w.kind {
	case facts.Scalar:
		return w.text == n.Text
	case facts.List:
		left := slices.DeleteFunc(slices.Clone(w.items), func(i *want) bool { return i.gone })
		return slices.EqualFunc(left, n.Items, (*want).says)
	}
	for _, f := range n.Fields {
		if !silent(f.Value) && w.step(step{key: f.Key}) == nil {
			return false
		}
	}
	for _, f := range w.fields {
		if !f.value.says(n.Get(f.key)) {
			return false
		}
	}
	return true
}

func (w *want) silent() bool {
	switch {
	case w.gone || w.kind == facts.Null:
		return true
	case w.kind == facts.Scalar:
		return strings.TrimSpace(w.text) == ""
	}
	return !slices.ContainsFunc(w.items, func(i *want) bool { return !i.gone }) &&
		!slices.ContainsFunc(w.fields, func(f wantField) bool { return !f.value.silent() })
}

func silent(n *facts.Node) bool {
	if n == nil || n.Kind == facts.Null {
		return true
	}
	return n.Kind != facts.Scalar && len(n.Items) == 0 && !slices.ContainsFunc(n.Fields, func(f facts.Field) bool { return !silent(f.Value) })
}

// places are the manual's keys by path, in order; see [charter.Fields].
var places, kinds = func() (map[string]int, map[string]string) {
	at, kind := map[string]int{}, map[string]string{}
	for i, f := range charter.Fields() {
		at[f.Path], kind[f.Path] = i, f.Type
	}
	return at, kind
}()

// below is the manual's name of a key or item below the one at path.
func below(path, key string) string {
	if path == "" {
		return key
	}
	if _, ok := places[path+"."+key]; ok {
		return path + "." + key
	}
	return path + ".*"
}

// place is where the manual puts a key; keys that it does not know come last.
func place(path string) int {
	if at, ok := places[path]; ok {
		return at
	}
	return 1 << 20
}

// typed reports whether a text at path is a number, date or the like, which
// stands without quotes.
func typed(path string) bool {
	switch strings.TrimSuffix(kinds[path], "[]") {
	case "money", "date", "share", "pct", "number", "bool", "period", "duration":
		return true
	}
	return strings.HasSuffix(path, ".*") // shares and actuals by department
}
