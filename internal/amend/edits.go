package amend

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// Facts returns the edits that make changes in the front matter of a text. Paths
// count items as the text has them. No change, no edit. The error is a *Cannot.
func Facts(file string, text []byte, changes []Change) ([]Edit, error) {
	block, _ := facts.Split(file, text)
	first := "the front matter"
	if len(changes) > 0 {
		first = changes[0].Path
	}
	switch block.Format {
	case facts.YAML:
	case "":
		return nil, &Cannot{first, "the file has no front matter that can be read"}
	default:
		return nil, &Cannot{first, fmt.Sprintf("the facts are written in %s, and only YAML is changed value by value", strings.ToUpper(string(block.Format)))}
	}
	root, found := facts.Parse(facts.YAML, file, block.Data, block.Line, facts.ForCharter)
	start := len(text) - len(block.Body) - len(fence(text, block))
	return changed(text, start, root, found, changes, first, func(after []byte) (*facts.Node, diag.List) { return Read(file, after) })
}

// Record returns the edits that make changes in a register, an approval or the
// configuration: a file that is all facts. Paths begin with the record:
// "[3].aliases[+]". The error is a *Cannot.
func Record(file string, text []byte, changes []Change) ([]Edit, error) {
	first := "the record"
	if len(changes) > 0 {
		first = changes[0].Path
	}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		return nil, &Cannot{first, "the file begins with a byte order mark; save it without"}
	}
	read := func(text []byte) (*facts.Node, diag.List) {
		return facts.Parse(facts.YAML, file, text, 1, facts.ForRegister)
	}
	root, found := read(text)
	return changed(text, len(text), root, found, changes, first, read)
}

// changed returns the edits of facts that end at an offset of a text. read reads
// them again.
func changed(text []byte, end int, root *facts.Node, found diag.List, changes []Change, first string, read func([]byte) (*facts.Node, diag.List)) ([]Edit, error) {
	if len(found) > 0 {
		return nil, &Cannot{first, "the facts cannot be read yet: " + found[0].Message.String()}
	}
	w := wanted(root, false)
	for _, c := range changes {
		if err := w.change(c); err != nil {
			return nil, err
		}
	}
	if !w.changed {
		return nil, nil
	}
	e := &editor{paper: newPaper(text, end)}
	if err := e.into("", w, -1); err != nil {
		return nil, err
	}
	slices.SortStableFunc(e.edits, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	return e.edits, judge(text, e.edits, w, first, read)
}

// fence is the line that closes the front matter, as it stands before the body.
func fence(text []byte, block facts.Block) []byte {
	before := text[:len(text)-len(block.Body)]
	at := bytes.LastIndexByte(bytes.TrimRight(before, "\r\n"), '\n') + 1
	return before[at:]
}

// judge reads the new text and refuses it unless it says what is wanted.
func judge(text []byte, edits []Edit, w *want, path string, read func([]byte) (*facts.Node, diag.List)) error {
	for i := 1; i < len(edits); i++ {
		if edits[i].Start < edits[i-1].End {
			return &Cannot{path, "the changes touch each other; make them one after the other"}
		}
	}
	after := Apply(text, edits)
	root, found := read(after)
	if len(found) > 0 || !w.says(root) {
		return &Cannot{path, "it is written in a way that cannot be changed alone; change it in the text"}
	}
	return nil
}

// An editor collects edits of a paper.
type editor struct {
	*paper
	edits []Edit
}

func (e *editor) replace(start, end int, by string) {
	if string(e.text[start:end]) != by {
		e.edits = append(e.edits, Edit{Start: start, End: end, New: by})
	}
}

// into makes the edits for an old value and all below it. path is its name in
// the manual, indent the column of the key or dash that it belongs to.
func (e *editor) into(path string, w *want, indent int) error {
	if !w.changed {
		return nil
	}
	if w.old.Kind != w.kind {
		return e.overwrite(path, w, indent)
	}
	switch w.kind {
	case facts.Scalar:
		return e.scalar(path, w, indent)
	case facts.Map:
		return e.group(path, w)
	case facts.List:
		return e.list(path, w)
	}
	return nil
}

func (e *editor) cannot(path string) error {
	return &Cannot{path, "it is written in a way that cannot be changed alone; change it in the text"}
}

// overwrite puts a value where one of another kind stands.
func (e *editor) overwrite(path string, w *want, indent int) error {
	start, end, ok := e.span(w.old, indent)
	if !ok || bytes.IndexByte(e.text[start:end], '\n') >= 0 && w.old.Kind != facts.Scalar {
		return e.cannot(path)
	}
	e.replace(start, end, e.inline(path, w))
	return nil
}

// scalar replaces a text in the style that it is written in.
func (e *editor) scalar(path string, w *want, indent int) error {
	start, end, ok := e.span(w.old, indent)
	if !ok || start == end {
		return e.cannot(path)
	}
	style := e.text[start]
	if w.old.Plain {
		style = 0
	}
	if style == '|' || style == '>' {
		if by, ok := e.literal(start, end, w.text, indent); ok {
			w.text = by.text
			e.replace(start, end, by.written)
			return nil
		}
		style = '"'
	}
	e.replace(start, end, write(w.text, style, e.inFlow(start), typed(path)))
	return nil
}

// inFlow reports whether an offset lies in brackets.
func (e *editor) inFlow(at int) bool {
	start, _ := e.line(at)
	for i := start; i < at; i++ {
		if c := e.text[i]; c == '{' || c == '[' {
			if end, ok := e.bracket(i); ok && end > at {
				return true
			}
		}
	}
	return false
}

// A block is a text as it is written with | or >, and as it is read again.
type block struct{ written, text string }

// literal writes a text of lines as it was written before, with its | or >.
func (e *editor) literal(start, end int, text string, indent int) (block, bool) {
	_, next := e.line(start)
	if next >= end {
		return block{}, false
	}
	header := string(bytes.TrimRight(e.text[start:next], "\r\n"))
	if strings.ContainsAny(header, "123456789+") || strings.TrimSpace(text) == "" {
		return block{}, false
	}
	first := e.text[next:end]
	margin := len(first) - len(bytes.TrimLeft(first, " "))
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if margin <= indent || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || strings.ContainsAny(text, "\t\x00") {
		return block{}, false
	}
	var b strings.Builder
	b.WriteString(header)
	for _, line := range strings.Split(text, "\n") {
		if header[0] == '>' && strings.HasPrefix(line, " ") {
			return block{}, false
		}
		b.WriteString(e.eol)
		if line != "" {
			b.WriteString(strings.Repeat(" ", margin) + line)
		}
		if header[0] == '>' && line != "" && !strings.HasSuffix(text, line) {
			b.WriteString(e.eol) // folded lines would run together
		}
	}
	read := text
	if !strings.Contains(header, "-") {
		read += "\n"
	}
	return block{b.String(), read}, true
}

// group edits keys with values.
func (e *editor) group(path string, w *want) error {
	if e.flow(w.old) {
		return e.flowGroup(path, w)
	}
	var fresh []wantField
	for i, f := range w.fields {
		name := below(path, f.key)
		switch {
		case f.old == nil && !f.value.gone && !f.value.silent():
			fresh = append(fresh, f)
		case f.old == nil:
		case f.value.gone:
			if err := e.removeKey(name, w, i); err != nil {
				return err
			}
		case f.value.changed && f.value.old.Kind == facts.Null:
			if err := e.fill(name, f); err != nil {
				return err
			}
		default:
			if err := e.into(name, f.value, e.column(e.offset(f.old.Mark))); err != nil {
				return err
			}
		}
	}
	return e.addKeys(path, w, fresh)
}

// fill writes a value after a key that has none.
func (e *editor) fill(path string, f wantField) error {
	start, end, ok := e.nothing(f.old)
	if !ok {
		return e.cannot(path)
	}
	indent := e.column(e.offset(f.old.Mark))
	line, _ := e.line(start)
	if e.inFlow(start) || len(bytes.TrimSpace(e.text[line:line+indent])) > 0 && f.value.kind != facts.Scalar {
		by := e.inline(path, f.value)
		if start == end {
			by = " " + by
		}
		e.replace(start, end, by)
		return nil
	}
	if f.value.kind == facts.Scalar {
		by := write(f.value.text, 0, false, typed(path))
		if start == end {
			by = " " + by
		}
		e.replace(start, end, by)
		return nil
	}
	var b strings.Builder
	e.render(&b, path, f.value, indent+2)
	_, next := e.line(end)
	if start != end {
		e.replace(start, end, "")
	}
	e.insert(next, b.String())
	return nil
}

// insert puts whole lines where one begins, or behind a last line that has no end,
// as many editors leave it.
func (e *editor) insert(at int, lines string) {
	if at > 0 && e.text[at-1] != '\n' {
		lines = "\n" + strings.TrimSuffix(lines, "\n")
	}
	e.edits = append(e.edits, Edit{Start: at, End: at, New: strings.ReplaceAll(lines, "\n", e.eol)})
}

// removeKey takes out the i-th key with its lines.
func (e *editor) removeKey(path string, w *want, i int) error {
	f := w.fields[i].old
	start := e.offset(f.Mark)
	end, ok := e.endOf(f)
	if !ok {
		return e.cannot(path)
	}
	line, _ := e.line(start)
	_, next := e.line(end)
	if len(bytes.TrimSpace(e.text[line:start])) == 0 {
		e.replace(line, next, "")
		return nil
	}
	// the first key of an item stands behind its dash: what follows moves up
	for _, later := range w.fields[i+1:] {
		if later.old != nil && !later.value.gone {
			e.replace(start, e.offset(later.old.Mark), "")
			return nil
		}
	}
	return e.cannot(path)
}

// endOf is where a key's value ends.
func (e *editor) endOf(f *facts.Field) (int, bool) {
	if f.Value.Kind == facts.Null {
		_, end, ok := e.nothing(f)
		return end, ok
	}
	_, end, ok := e.span(f.Value, e.column(e.offset(f.Mark)))
	return end, ok
}

// addKeys writes new keys on lines of their own, where the manual has them.
func (e *editor) addKeys(path string, w *want, fresh []wantField) error {
	slices.SortStableFunc(fresh, func(a, b wantField) int { return cmp.Compare(place(below(path, a.key)), place(below(path, b.key))) })
	var old []*facts.Field
	for i := range w.old.Fields {
		old = append(old, &w.old.Fields[i])
	}
	if len(fresh) > 0 && len(old) == 0 {
		if path != "" {
			return e.cannot(path)
		}
		var b strings.Builder
		e.keys(&b, path, fresh, 0)
		e.edits = append(e.edits, Edit{Start: e.end, End: e.end, New: strings.ReplaceAll(b.String(), "\n", e.eol)})
		return nil
	}
	for _, f := range fresh {
		at, nearest := -1, -1 // the key that comes before it in the manual
		for i, o := range old {
			if p := place(below(path, o.Key)); p <= place(below(path, f.key)) && p >= nearest {
				at, nearest = i, p
			}
		}
		indent := e.column(e.offset(old[0].Mark))
		var where int
		first := e.offset(old[0].Mark)
		if line, _ := e.line(first); at < 0 && len(bytes.TrimSpace(e.text[line:first])) == 0 {
			where = line
		} else {
			end, ok := e.endOf(old[max(at, 0)])
			if !ok {
				return e.cannot(below(path, f.key))
			}
			_, where = e.line(end)
			where = e.remarks(where, indent)
		}
		var b strings.Builder
		e.keys(&b, path, []wantField{f}, indent)
		e.insert(where, b.String())
	}
	return nil
}

// remarks is the end of the comments that begin at start and stand further in
// than a key: they belong to what is above them.
func (e *editor) remarks(start, indent int) int {
	for start < e.end {
		_, next := e.line(start)
		line := e.text[start:next]
		inner := bytes.TrimLeft(line, " ")
		if len(line)-len(inner) <= indent || !bytes.HasPrefix(inner, []byte("#")) {
			break
		}
		start = next
	}
	return start
}

// flowGroup edits {a: 1, b: 2}.
func (e *editor) flowGroup(path string, w *want) error {
	kept, removed := 0, false
	for _, f := range w.fields {
		switch {
		case f.old != nil && f.value.gone:
			removed = true
		case !f.value.gone:
			kept++
		}
	}
	if removed { // commas are shared, so the group is written anew
		return e.rewrite(path, w)
	}
	var fresh []string
	for _, f := range w.fields {
		name := below(path, f.key)
		switch {
		case f.old == nil && !f.value.gone && !f.value.silent():
			fresh = append(fresh, write(f.key, 0, true, false)+": "+e.inline(name, f.value))
		case f.old == nil:
		case f.value.changed && f.value.old.Kind == facts.Null:
			if err := e.fill(name, f); err != nil {
				return err
			}
		default:
			if err := e.into(name, f.value, 0); err != nil {
				return err
			}
		}
	}
	return e.append(path, w.old, fresh, len(w.old.Fields) == 0)
}

// append writes new entries before the closing bracket.
func (e *editor) append(path string, n *facts.Node, fresh []string, empty bool) error {
	if len(fresh) == 0 {
		return nil
	}
	start := e.offset(n.Mark)
	end, ok := e.bracket(start)
	if !ok {
		return e.cannot(path)
	}
	at := len(bytes.TrimRight(e.text[:end-1], " \t\r\n"))
	line, _ := e.line(at)
	by := ", " + strings.Join(fresh, ", ")
	switch {
	case empty:
		by = strings.Join(fresh, ", ")
	case bytes.IndexByte(e.text[line:at], '#') >= 0:
		return e.cannot(path)
	case e.text[at-1] == ',':
		by = " " + strings.Join(fresh, ", ")
	}
	e.edits = append(e.edits, Edit{Start: at, End: at, New: by})
	return nil
}

// rewrite writes a value in brackets anew.
func (e *editor) rewrite(path string, w *want) error {
	start := e.offset(w.old.Mark)
	end, ok := e.bracket(start)
	if !ok || bytes.IndexByte(e.text[start:end], '#') >= 0 {
		return e.cannot(path)
	}
	e.replace(start, end, e.inline(path, w))
	return nil
}

// list edits items.
func (e *editor) list(path string, w *want) error {
	flow := e.flow(w.old)
	var fresh []*want
	for _, item := range w.items {
		switch {
		case item.old == nil && !item.gone:
			fresh = append(fresh, item)
		case item.old != nil && item.gone && flow:
			return e.rewrite(path, w)
		case item.old != nil && item.gone:
			if err := e.removeItem(path, w, item); err != nil {
				return err
			}
		case item.old != nil && item.changed:
			indent := 0
			if dash, ok := e.dash(item.old); ok {
				indent = e.column(dash)
			}
			if err := e.into(path+"[]", item, indent); err != nil {
				return err
			}
		}
	}
	if flow {
		var texts []string
		for _, item := range fresh {
			texts = append(texts, e.inline(path+"[]", item))
		}
		return e.append(path, w.old, texts, len(w.old.Items) == 0)
	}
	return e.addItems(path, w, fresh)
}

func (e *editor) removeItem(path string, w *want, item *want) error {
	dash, ok := e.dash(item.old)
	if !ok || item.old.Kind == facts.Null {
		return e.cannot(path)
	}
	_, end, ok := e.span(item.old, e.column(dash))
	line, _ := e.line(dash)
	if !ok || len(bytes.TrimSpace(e.text[line:dash])) > 0 {
		return e.cannot(path)
	}
	_, next := e.line(end)
	e.replace(line, next, "")
	return nil
}

func (e *editor) addItems(path string, w *want, fresh []*want) error {
	if len(fresh) == 0 {
		return nil
	}
	last := w.old.Items[len(w.old.Items)-1]
	dash, ok := e.dash(last)
	if !ok {
		return e.cannot(path)
	}
	_, end, ok := e.span(w.old, 0)
	if !ok {
		return e.cannot(path)
	}
	brief := !slices.ContainsFunc(w.old.Items, func(n *facts.Node) bool { return !e.flow(n) })
	var b strings.Builder
	for _, item := range fresh {
		e.item(&b, path+"[]", item, e.column(dash), brief)
	}
	_, next := e.line(end)
	e.insert(next, b.String())
	return nil
}
