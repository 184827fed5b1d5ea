package lsp

import (
	"regexp"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A cursor says where a place stands among keys and values. It is found in the
// text around, line by line, so that it is known while the whole cannot be read.
type cursor struct {
	// Steps lead to the group that the place is in, or to its value: keys, and
	// "[]" for an item.
	steps []string
	key   bool // a key stands here, or could
	value bool // a value stands here, or could
	blank bool // on an empty line, where a list or a group may begin

	start, end int    // of the word at the place
	word       string // without quotes
	group      []string
	indent     int // of the line
	dash       bool
}

// A level is a key or an item that the reading is in.
type level struct {
	indent int
	key    string // empty for an item
	id     int    // of the group below it
}

// keyForm is a key with its colon at the start of a line.
var keyForm = regexp.MustCompile(`^("[^"\n]*"|'[^'\n]*'|[^\s"'#{}\[\],:&*!|>%@-][^:\n#]*?)[ \t]*:(?:[ \t]|$)`)

// An outliner follows the levels of a text, line by line.
type outliner struct {
	text   string
	at     int // the place that is looked for
	levels []level
	groups map[int][]string // keys by group
	ids    int
	scalar int // the indent of a text of lines that goes on; -1
	flow   *flow
	cursor *cursor
	mine   int // the group of the cursor
}

// locate finds a place in the keys and values that stand from from up to to.
func locate(text string, from, to, at int) *cursor {
	o := &outliner{text: text, at: at, groups: map[int][]string{}, scalar: -1}
	for start := from; start <= to; {
		end := to
		if i := strings.IndexByte(text[start:to], '\n'); i >= 0 {
			end = start + i
		}
		o.line(start, start+len(strings.TrimRight(text[start:end], "\r")))
		start = end + 1
	}
	if o.flow != nil {
		o.endFlow()
	}
	if o.cursor == nil {
		return &cursor{start: at, end: at}
	}
	if o.mine >= 0 {
		o.cursor.group = append(o.cursor.group, o.groups[o.mine]...)
	}
	return o.cursor
}

func (o *outliner) here(start, end int) bool {
	return o.cursor == nil && o.at >= start && o.at <= end
}

// steps are the way to the level on top.
func (o *outliner) steps() []string {
	var all []string
	for _, l := range o.levels {
		if l.key == "" {
			all = append(all, "[]")
		} else {
			all = append(all, l.key)
		}
	}
	return all
}

func (o *outliner) groupID() int {
	if len(o.levels) == 0 {
		return 0
	}
	return o.levels[len(o.levels)-1].id
}

func (o *outliner) push(l level) {
	o.ids++
	l.id = o.ids
	o.levels = append(o.levels, l)
}

// leave pops the levels that what stands in a column is no part of.
func (o *outliner) leave(column int, item bool) {
	for n := len(o.levels) - 1; n >= 0; n-- {
		l := o.levels[n]
		if l.indent > column || l.indent == column && (!item || l.key == "") {
			o.levels = o.levels[:n]
			continue
		}
		return
	}
}

func (o *outliner) set(c cursor, group int) {
	o.cursor, o.mine = &c, group
}

// line reads one line.
func (o *outliner) line(start, end int) {
	line := o.text[start:end]
	content := strings.TrimLeft(line, " ")
	indent := len(line) - len(content)
	if o.scalar >= 0 {
		if content == "" || indent > o.scalar {
			if o.here(start, end) {
				o.set(cursor{steps: o.steps(), start: o.at, end: o.at, indent: indent}, -1)
			}
			return
		}
		o.scalar = -1
	}
	if o.flow != nil {
		if indent > o.flow.indent || !keyForm.MatchString(content) {
			o.flow.feed(o, start, end)
			return
		}
		o.endFlow() // somebody is about to close it
	}
	switch {
	case content == "":
		if o.here(start, end) {
			column := o.at - start
			o.leave(column, false)
			o.set(cursor{steps: o.steps(), key: true, blank: true, start: o.at, end: o.at, indent: column}, o.groupID())
		}
		return
	case content[0] == '#':
		if o.here(start, end) {
			o.set(cursor{start: o.at, end: o.at}, -1)
		}
		return
	}
	dashed := false
	for content == "-" || strings.HasPrefix(content, "- ") {
		o.leave(indent, true)
		o.push(level{indent: indent})
		dashed = true
		rest := strings.TrimLeft(content[1:], " ")
		if rest == "" && o.here(start+indent+1, end) {
			o.set(cursor{steps: o.steps(), key: true, value: true, start: o.at, end: o.at, indent: indent + 2, dash: true}, o.groupID())
		}
		indent += len(content) - len(rest)
		content = rest
	}
	if content == "" {
		return
	}
	from := start + indent
	if m := keyForm.FindStringSubmatchIndex(content); m != nil {
		if !dashed {
			o.leave(indent, false)
		}
		o.entry(from, end, indent, content, m)
		return
	}
	if dashed && strings.ContainsRune("{[", rune(content[0])) {
		o.begin(from, end, indent-2)
		return
	}
	if !o.here(start, end) {
		return
	}
	// a word without a colon: a key in the making, an item, or the rest of a text
	if !dashed {
		o.leave(indent, false)
	}
	c := cursor{steps: o.steps(), key: true, value: dashed, indent: indent, dash: dashed}
	c.start, c.end, c.word = word(o.text, from, end, o.at)
	o.set(c, o.groupID())
}

// entry reads a key with its value.
func (o *outliner) entry(from, end, indent int, content string, m []int) {
	key := strings.Trim(content[m[2]:m[3]], `"'`)
	group := o.groupID()
	o.groups[group] = append(o.groups[group], key)
	if o.here(from, from+m[3]) {
		o.set(cursor{steps: o.steps(), key: true, start: from, end: from + m[3], word: key, indent: indent}, group)
	}
	o.push(level{indent: indent, key: key})
	colon := m[3] + strings.IndexByte(content[m[3]:], ':')
	value := strings.TrimLeft(content[colon+1:], " \t")
	at := end - len(value)
	switch {
	case value != "" && (value[0] == '|' || value[0] == '>'):
		o.scalar = indent
	case value != "" && (value[0] == '{' || value[0] == '['):
		o.begin(at, end, indent)
		return
	}
	if o.here(from+colon+1, end) {
		c := cursor{steps: o.steps(), value: true, indent: indent}
		c.start, c.end, c.word = word(o.text, at, end, o.at)
		c.value = !strings.Contains(o.text[from+colon:min(o.at, c.start)], " #") // no value stands in a comment
		o.set(c, -1)
	}
}

// word is the value that stands from a place to the end of its line, without a
// comment and without quotes.
func word(text string, start, end, at int) (from, to int, bare string) {
	s := text[start:end]
	if i := strings.Index(" "+s, " #"); i >= 0 && (s == "" || s[0] != '"' && s[0] != '\'') {
		s = s[:i]
	}
	s = strings.TrimRight(s, " \t")
	if at < start || at > start+len(s) {
		if s == "" || at < start {
			return at, at, ""
		}
		if strings.TrimSpace(text[start+len(s):at]) != "" { // in the comment
			return at, at, ""
		}
	}
	return start, max(start+len(s), at), strings.Trim(s, `"'`)
}

// A flow is a value in braces or brackets.
type flow struct {
	indent int
	frames []frame
	quote  byte
	token  int // where the present word starts; -1 before it
}

type frame struct {
	brace bool
	key   string // whose value is read
	keys  []string
	mine  bool
}

func (o *outliner) begin(from, end, indent int) {
	o.flow = &flow{indent: indent, token: -1}
	o.flow.feed(o, from, end)
}

// endFlow ends a value whose brackets may not be closed.
func (o *outliner) endFlow() {
	for _, f := range o.flow.frames {
		if f.mine && o.cursor != nil {
			o.cursor.group = append(o.cursor.group, f.keys...)
		}
	}
	o.flow = nil
}

// feed reads one line of it.
func (f *flow) feed(o *outliner, start, end int) {
	text := o.text
	for i := start; i <= end; i++ {
		var c byte = '\n'
		if i < end {
			c = text[i]
		}
		if f.quote != 0 && c != '\n' {
			if c == '\\' && f.quote == '"' {
				i++
			} else if c == f.quote {
				f.quote = 0
			}
			f.look(o, i, end)
			continue
		}
		if i == o.at {
			f.look(o, i, end)
		}
		switch {
		case c == '\n' || c == '#' && i > start && text[i-1] == ' ':
			if c == '#' {
				i = end
			}
			continue
		case c == '"' || c == '\'':
			if f.token < 0 {
				f.token, f.quote = i, c
			}
		case c == '{' || c == '[':
			f.frames = append(f.frames, frame{brace: c == '{'})
			f.token = -1
		case c == '}' || c == ']':
			if n := len(f.frames); n > 0 {
				if f.frames[n-1].mine && o.cursor != nil {
					o.cursor.group = append(o.cursor.group, f.frames[n-1].keys...)
				}
				f.frames = f.frames[:n-1]
			}
			if f.token = -1; len(f.frames) == 0 {
				o.flow = nil
				return
			}
		case c == ',':
			f.token = -1
			if n := len(f.frames); n > 0 {
				f.frames[n-1].key = ""
			}
		case c == ':' && len(f.frames) > 0 && f.frames[len(f.frames)-1].brace && f.token >= 0 && f.frames[len(f.frames)-1].key == "" && (i+1 >= end || strings.ContainsRune(" ,}", rune(text[i+1]))):
			top := &f.frames[len(f.frames)-1]
			top.key = strings.Trim(strings.TrimSpace(text[f.token:i]), `"'`)
			top.keys = append(top.keys, top.key)
			f.token = -1
		case c != ' ' && c != '\t' && f.token < 0:
			f.token = i
		}
	}
}

// look sets the cursor if it is at i, the place before the character there.
func (f *flow) look(o *outliner, i, end int) {
	if o.cursor != nil || i != o.at || len(f.frames) == 0 {
		return
	}
	c := cursor{steps: o.steps(), indent: f.indent}
	for n, fr := range f.frames {
		if !fr.brace {
			c.steps = append(c.steps, "[]")
		} else if fr.key != "" {
			c.steps = append(c.steps, fr.key)
		} else if n < len(f.frames)-1 {
			c.steps = append(c.steps, "?")
		}
	}
	top := &f.frames[len(f.frames)-1]
	c.key, c.value = top.brace && top.key == "", !top.brace || top.key != ""
	top.mine = c.key
	c.start = i
	if f.token >= 0 {
		c.start = f.token
	}
	c.end = i
	for c.end < end && !strings.ContainsRune(",]}", rune(o.text[c.end])) && (o.text[c.end] != ':' || !c.key) {
		c.end++
	}
	c.end = max(i, c.start+len(strings.TrimRight(o.text[c.start:c.end], " \t")))
	c.word = strings.Trim(strings.TrimSpace(o.text[c.start:c.end]), `"'`)
	if f.token < 0 && strings.TrimLeft(o.text[c.start:c.end], " \t") != o.text[c.start:c.end] { // before a word that begins later
		c.end, c.word = c.start, ""
	}
	o.set(c, -1)
}

// facts returns where the keys and values of a text stand, and whether offset is
// among them. A charter's stand between two lines of three hyphens; one that is
// not closed goes to the end.
func factsOf(name string, p *page, offset int) (from, to int, ok bool) {
	if !strings.HasSuffix(name, ".md") {
		from, to = 0, len(p.text)
		if _, _, records := portfolio.FieldsOf(name); records { // a register may be long, and one record is enough
			if i := strings.LastIndex(p.text[:offset], "\n-"); i >= 0 {
				from = i + 1
			}
			if i := strings.Index(p.text[offset:], "\n-"); i >= 0 {
				to = offset + i
			}
		}
		return from, to, true
	}
	text := strings.TrimPrefix(p.text, "\ufeff")
	skipped := len(p.text) - len(text)
	first, _, _ := strings.Cut(text, "\n")
	if first = strings.TrimRight(first, " \t\r"); first != "---" && first != "---yaml" {
		return 0, 0, false
	}
	from = skipped + strings.IndexByte(text+"\n", '\n') + 1
	to = len(p.text)
	for at := from; at < len(p.text); {
		end := len(p.text)
		if i := strings.IndexByte(p.text[at:], '\n'); i >= 0 {
			end = at + i
		}
		if strings.TrimRight(p.text[at:end], " \t\r") == "---" {
			to = at
			break
		}
		at = end + 1
	}
	from = min(from, len(p.text))
	if to > from {
		to = max(from, to-1) // without the line end before the fence
		if to < len(p.text) && p.text[to] != '\n' {
			to++
		}
	}
	return from, to, offset >= from && offset <= to
}

// place is the cursor of a spot with the field that it belongs to.
type place struct {
	*cursor
	schema string
	fields []charter.Field
	path   string // of the value, or of the group that a key is in
	known  bool   // whether the registry has the path
}

// facts returns the place of the spot in the facts of its text.
func (x *spot) place() (place, bool) {
	schema, fields, records := portfolio.FieldsOf(x.doc.name)
	if schema == "" {
		return place{}, false
	}
	from, to, ok := factsOf(x.doc.name, x.page, x.offset)
	if !ok {
		return place{}, false
	}
	c := locate(x.page.text, from, to, x.offset)
	p := place{cursor: c, schema: schema, fields: fields}
	steps := c.steps
	if records && len(steps) > 0 && steps[0] == "[]" {
		steps = steps[1:]
	}
	p.path, p.known = charter.In(fields, steps)
	if p.schema == "charter" && len(steps) > 0 && steps[0] == "x" {
		p.path, p.known = strings.Join(steps, "."), true
	}
	return p, true
}
