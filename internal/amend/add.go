package amend

import (
	"bytes"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// Add returns the edits that put a record of plain texts at the end of a list of
// the front matter, such as an approval, whichever format the front matter has:
// a line of YAML, a table of TOML, an object of JSON. The error is a *Cannot.
func Add(file string, text []byte, list string, record *facts.Node) ([]Edit, error) {
	block, _ := facts.Split(file, text)
	if block.Format != facts.TOML && block.Format != facts.JSON {
		return Facts(file, text, []Change{{list + "[+]", record}})
	}
	root, found := facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	if len(found) > 0 {
		return nil, &Cannot{list, "the facts cannot be read yet: " + found[0].Message.String()}
	}
	w := wanted(root, false)
	if err := w.change(Change{list + "[+]", record}); err != nil {
		return nil, err
	}
	fence := len(text) - len(block.Body) - len(fence(text, block))
	paper := newPaper(text, fence)
	var edit Edit
	ok := true
	if block.Format == facts.TOML {
		edit = Edit{Start: fence, End: fence, New: strings.ReplaceAll(table(list, record), "\n", paper.eol)}
	} else if edit, ok = paper.object(root, list, record); !ok {
		return nil, &Cannot{list, "it is written in a way that cannot be changed alone; change it in the text"}
	}
	return []Edit{edit}, judge(text, []Edit{edit}, w, list, func(after []byte) (*facts.Node, diag.List) { return Read(file, after) })
}

// table writes a record as one more table of a list in TOML.
func table(list string, record *facts.Node) string {
	var b strings.Builder
	b.WriteString("\n[[" + list + "]]\n")
	for _, f := range record.Fields {
		b.WriteString(f.Key + " = ")
		if _, err := calendar.ParseDate(f.Value.Text); err == nil {
			b.WriteString(f.Value.Text + "\n")
			continue
		}
		b.WriteString(write(f.Value.Text, '"', true, false) + "\n")
	}
	return b.String()
}

// object is the edit that puts a record at the end of a list in JSON.
func (p *paper) object(root *facts.Node, list string, record *facts.Node) (Edit, bool) {
	var pairs []string
	for _, f := range record.Fields {
		pairs = append(pairs, write(f.Key, '"', true, false)+": "+write(f.Value.Text, '"', true, false))
	}
	item := "{" + strings.Join(pairs, ", ") + "}"
	within, some := root.Get(list), false
	if within == nil {
		within, item, some = root, write(list, '"', true, false)+": ["+item+"]", len(root.Fields) > 0
	} else {
		some = len(within.Items) > 0
	}
	end, ok := p.bracket(p.offset(within.Mark))
	if !ok {
		return Edit{}, false
	}
	at := len(bytes.TrimRight(p.text[:end-1], " \t\r\n"))
	if some { // in a column with what comes before it
		var last facts.Mark
		if within == root {
			last = root.Fields[len(root.Fields)-1].Mark
		} else {
			last = within.Items[len(within.Items)-1].Mark
		}
		before := p.offset(last)
		line, _ := p.line(before)
		if margin := p.text[line:before]; line > p.offset(within.Mark) && len(bytes.TrimSpace(margin)) == 0 {
			item = p.eol + string(margin) + item
		} else {
			item = " " + item
		}
		item = "," + item
	}
	return Edit{Start: at, End: at, New: item}, true
}

// AddRecord returns the edits that put a record at the end of a file of its own
// that holds one record or a list of them, such as approvals/it/roof.yml. One
// record becomes the first of a list: its lines move to the right, and stay what
// they are. The error is a *Cannot.
func AddRecord(file string, text []byte, record *facts.Node) ([]Edit, error) {
	limits := facts.ForCharter
	limits.Records = true
	root, found := facts.Parse(facts.YAML, file, text, 1, limits)
	if len(found) > 0 {
		return nil, &Cannot{file, "the file cannot be read yet: " + found[0].Message.String()}
	}
	e := &editor{paper: newPaper(text, len(text))}
	var old []*facts.Node
	switch {
	case root != nil && root.Kind == facts.List && len(root.Items) > 0:
		w := wanted(root, false)
		if err := w.change(Change{"[+]", record}); err != nil {
			return nil, err
		}
		if err := e.into("approvals", w, -1); err != nil {
			return nil, err
		}
		old = root.Items
	case root != nil && root.Kind == facts.Map && len(root.Fields) > 0:
		e.shift(root)
		e.finish("- " + e.inline("approvals[]", wanted(record, true)) + "\n")
		old = []*facts.Node{root}
	default:
		var b strings.Builder
		e.keys(&b, "approvals[]", wanted(record, true).fields, 0)
		e.finish(b.String())
	}
	slices.SortStableFunc(e.edits, func(a, b Edit) int { return a.Start - b.Start })
	after, found := facts.Parse(facts.YAML, file, Apply(text, e.edits), 1, limits)
	want := wanted(record, true)
	if old != nil {
		want = wanted(List(append(old[:len(old):len(old)], record)...), true)
	}
	if len(found) > 0 || !want.says(after) {
		return nil, &Cannot{file, "it is written in a way that cannot be changed alone; change it in the text"}
	}
	return e.edits, nil
}

// shift makes a group that is the whole file the first item of a list.
func (e *editor) shift(root *facts.Node) {
	start := e.offset(root.Mark)
	if !e.flow(root) {
		start = e.offset(root.Fields[0].Mark)
	}
	e.edits = append(e.edits, Edit{Start: start, End: start, New: "- "})
	for at := range e.text {
		if at > start && e.text[at-1] == '\n' && e.text[at] != '\n' && e.text[at] != '\r' {
			e.edits = append(e.edits, Edit{Start: at, End: at, New: "  "})
		}
	}
}

// finish writes lines at the end of the text.
func (e *editor) finish(lines string) {
	if n := len(e.text); n > 0 && e.text[n-1] != '\n' {
		lines = "\n" + lines
	}
	e.edits = append(e.edits, Edit{Start: len(e.text), End: len(e.text), New: strings.ReplaceAll(lines, "\n", e.eol)})
}
