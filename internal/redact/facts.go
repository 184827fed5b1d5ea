package redact

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
)

// parts takes a file of facts and prose apart.
func parts(file string, text []byte) (*facts.Node, []byte) {
	text, _ = facts.Characters(file, text)
	block, _ := facts.Split(file, text)
	if block.Format == "" {
		return &facts.Node{Kind: facts.Map}, nil
	}
	root, _ := facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	return root, block.Body
}

// records is the tree of a file of facts alone.
func records(file string, text []byte, lim facts.Limits) *facts.Node {
	root, _ := facts.Parse(facts.YAML, file, text, 1, lim)
	return root
}

// written is facts and prose as a file. JSON reads as the same model, and leaves
// nothing of how it was written before: no comment, no order, no blank.
func written(root *object, body string) []byte {
	var b bytes.Buffer
	b.WriteString("---json\n")
	_ = json.Compact(&b, spelt(root)) // a front matter may be only so long
	b.WriteByte('\n')
	b.WriteString("---\n")
	b.WriteString(body)
	return b.Bytes()
}

func spelt(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	_ = e.Encode(v) // of texts, lists and objects: it cannot fail
	return b.Bytes()
}

// An object is a map in its order.
type object struct {
	keys   []string
	values []any
}

func (o *object) set(key string, v any) {
	o.keys, o.values = append(o.keys, key), append(o.values, v)
}

// MarshalJSON writes the fields in order.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(bytes.TrimSpace(spelt(k)))
		b.WriteByte(':')
		b.Write(bytes.TrimSpace(spelt(o.values[i])))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// number are the plain scalars that JSON can write as plainly.
var number = regexp.MustCompile(`^(-?(0|[1-9][0-9]*)(\.[0-9]+)?|true|false)$`)

// leaf is a scalar as JSON.
func leaf(text string, plain bool) any {
	if plain && number.MatchString(text) {
		return json.RawMessage(text)
	}
	return text
}

// A step is a key below a path of the manual.
type step struct{ schema, path, key string }

// A where is what is known of a place: its path, whether there is such a key,
// what it names and whether it stays.
type where struct {
	path         string
	known, stays bool
	names        charter.Naming
	identity     bool
}

// below says where a key leads.
func (m *maker) below(in *sheet, at, key string) where {
	s := step{in.schema, at, key}
	if w, ok := m.paths[s]; ok {
		return w
	}
	if field := charter.FieldAt(in.fields, at); field != nil && field.Type == "words" { // the key is a language
		m.paths[s] = where{path: at, known: true, stays: true}
		return m.paths[s]
	}
	steps := strings.Split(at, ".")
	if at == "" {
		steps = nil
	}
	var flat []string
	for _, x := range steps {
		for strings.HasSuffix(x, "[]") {
			x = strings.TrimSuffix(x, "[]")
			if x != "" {
				flat = append(flat, x)
			}
			x, flat = "", append(flat, "[]")
		}
		if x != "" {
			flat = append(flat, x)
		}
	}
	w := where{}
	w.path, w.known = charter.In(in.fields, append(flat, key))
	if field := charter.FieldAt(in.fields, w.path); field != nil {
		w.identity = strings.HasPrefix(field.Type, "id")
	}
	if at == "x" {
		w.path = "x." + key
	}
	full := in.lifted + w.path
	w.names = portfolio.Naming(in.schema, w.path)
	w.stays = !in.ofCharter || !m.profile.Withholds(portfolio.Unwritten(full))
	m.paths[s] = w
	return w
}

// A sheet is a file while it is written anew.
type sheet struct {
	m         *maker
	file      string
	lang      string
	charter   *charter.Charter // that it is about; nil for none
	schema    string
	fields    []charter.Field
	lifted    string // the path in a charter that the file's root stands for
	ofCharter bool
	figures   secrets           // the charter's own amounts, where they are withheld
	ids       map[string]string // ids within the charter that tell something
}

func (m *maker) sheet(file, schema string, fields []charter.Field, c *charter.Charter) *sheet {
	s := &sheet{m: m, file: file, schema: schema, fields: fields, charter: c, ofCharter: c != nil, lang: m.p.Config().Languages[0]}
	s.lifted = map[string]string{"approvals": "approvals[].", "update": "updates[]."}[schema]
	if c != nil {
		s.lang = m.p.Lang(c)
	}
	return s
}

// group writes a map anew, with the keys that are known and stay.
func (s *sheet) group(at string, n *facts.Node) *object {
	o := &object{}
	for i := range n.Fields {
		f := &n.Fields[i]
		w := s.m.below(s, at, f.Key)
		if !w.known || !w.stays || f.Value.Kind == facts.Null {
			continue
		}
		key := s.key(at, f.Key)
		if key == "" || at == "x" && s.ofCharter && s.m.profile.Withholds("x."+f.Key) {
			continue
		}
		if v := s.value(w, f.Value); v != nil {
			o.set(key, v)
		}
	}
	return o
}

// key is a key of a group whose keys may name something.
func (s *sheet) key(at, key string) string {
	if !s.m.secret.holds(key) {
		return key
	}
	return s.id(key)
}

// value writes a value anew, or nothing where nothing of it stays.
func (s *sheet) value(w where, n *facts.Node) any {
	switch n.Kind {
	case facts.Map:
		return s.group(w.path, n)
	case facts.List:
		all := []any{}
		item := w
		item.path += "[]"
		for _, x := range n.Items {
			if v := s.value(item, x); v != nil {
				all = append(all, v)
			}
		}
		return all
	case facts.Scalar:
		return s.scalar(w, n)
	}
	return nil
}

func (s *sheet) scalar(w where, n *facts.Node) any {
	text := strings.TrimSpace(n.Text)
	names := w.names
	if names == charter.NoNaming && strings.HasSuffix(w.path, "[]") { // an item of a list of ids
		names = portfolio.Naming(s.schema, strings.TrimSuffix(w.path, "[]"))
	}
	switch {
	case names == charter.APerson && s.m.profile.Roles:
		return nonEmpty(string(s.m.standIn(s.charter, ID(text))))
	case names == charter.ACharter:
		return nonEmpty(string(s.m.charterID(ID(text))))
	case s.ofCharter && strings.HasPrefix(w.path, "x.") && s.m.ownPerson(w.path):
		return nonEmpty(string(s.m.standIn(s.charter, ID(text))))
	case w.identity || names != charter.NoNaming:
		if s.m.secret.holds(text) {
			return s.id(text)
		}
		return leaf(n.Text, n.Plain)
	}
	return leaf(s.prose(n.Text), n.Plain)
}

func nonEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// id is another id for one that tells something; the same for the same. What the
// registers hold is called the same in every file, else nothing would lead to it.
func (s *sheet) id(text string) string {
	if kind, id, ok := strings.Cut(text, ":"); ok { // objective:growth
		return kind + ":" + s.id(id)
	}
	if to := s.m.inRegister(text); to != "" {
		return to
	}
	if s.ids == nil {
		s.ids = map[string]string{}
	}
	if s.ids[text] == "" {
		s.ids[text] = "r" + digits(s.m.pathOf(s.file), string(rune('0'+len(s.ids))))
	}
	return s.ids[text]
}

// ownOf is the type of an own field by its path in a charter.
func (m *maker) ownOf(at string) portfolio.FieldType {
	key, _, _ := strings.Cut(strings.TrimPrefix(at, "x."), "[")
	if f := m.p.Config().Field(key); f != nil {
		return f.Type
	}
	return portfolio.TextField
}

func (m *maker) ownPerson(at string) bool {
	return m.profile.Roles && m.ownOf(at) == portfolio.PersonField
}

var (
	wikiLink = regexp.MustCompile(`\[\[\s*((?:[a-z]+:)?[^\[\]|#\n]+?)\s*(#[^\[\]|]*)?(?:\|([^\[\]]*))?\]\]`)
	address  = regexp.MustCompile(`(?m)(\]\(\s*<?)([^()\s<>]+)|(^ {0,3}\[[^\]\n]+\]:[ \t]*<?)([^\s<>]+)`)
)

// prose is a text without names and without ways to what is not there.
func (s *sheet) prose(text string) string {
	text = wikiLink.ReplaceAllStringFunc(text, s.wiki)
	text = address.ReplaceAllStringFunc(text, s.address)
	text, _ = s.m.secret.replace(text, s.words)
	text, _ = s.figures.replace(text, func(string, bool) string { return s.m.say(s.lang, "withheld") })
	return text
}

// words are what stands for a secret.
func (s *sheet) words(key string, begins bool) string {
	said := ""
	if kind, id, _ := strings.Cut(key, ":"); kind == "person" {
		said = s.m.spoken(s.charter, ID(id), s.lang)
	} else {
		said = s.m.say(s.lang, "redact.charter")
	}
	if begins {
		return upper(said)
	}
	return said
}

// wiki is a wiki link as it stays, or the words that it would have shown.
func (s *sheet) wiki(link string) string {
	m := wikiLink.FindStringSubmatch(link)
	kind, id, ok := strings.Cut(m[1], ":")
	if !ok {
		kind, id = "charter", m[1]
	}
	id = strings.TrimSpace(id)
	switch {
	case kind == "person" && s.m.profile.Roles:
		if m[3] != "" {
			return m[3]
		}
		return s.m.spoken(s.charter, ID(id), s.lang)
	case kind != "charter" && s.m.secret.holds(id) && s.m.inRegister(id) != "":
		return strings.Replace(link, id, s.m.inRegister(id), 1)
	case kind != "charter":
		return link
	}
	c := s.m.p.Find(ID(id))
	if c == nil {
		return link // by title: words take care of it
	}
	if s.m.fates[c.ID.Value] <= omitted {
		if m[3] != "" {
			return m[3]
		}
		return s.m.say(s.lang, "redact.charter")
	}
	now := s.m.charterID(ID(id))
	if now == ID(id) {
		return link
	}
	text := m[3]
	if text != "" {
		text = "|" + text
	}
	return "[[" + string(now) + m[2] + text + "]]"
}

// gone is where links lead whose target may not be known: nowhere, so that only
// their words stay.
const gone = "withheld.md"

// address is the address of an ordinary link as it stays.
func (s *sheet) address(link string) string {
	m := address.FindStringSubmatch(link)
	lead, to := m[1], m[2]
	if lead == "" {
		lead, to = m[3], m[4]
	}
	if strings.Contains(to, ":") || strings.HasPrefix(to, "#") {
		if s.m.secret.holds(to) {
			return lead + gone
		}
		return link
	}
	file, _, _ := strings.Cut(to, "#")
	file, _, _ = strings.Cut(file, "?")
	for _, dir := range s.places() {
		leads := path.Join(dir, unescaped(file))
		if c := s.m.p.File(leads); c != nil {
			if s.m.charterID(c.ID.Value) == "" {
				return lead + gone
			}
			if now := s.m.pathOf(leads); now != leads {
				return lead + relative(dir, now)
			}
			return link
		}
		if s.m.secret.holds(to) || s.m.fromOmitted(leads) {
			return lead + gone
		}
		s.m.linked[leads] = append(s.m.linked[leads], &s.figures)
	}
	return link
}

// places are where a relative address may start.
func (s *sheet) places() []string {
	all := []string{path.Dir(s.file)}
	if s.schema == "update" && s.charter != nil {
		all = append(all, path.Dir(s.charter.File))
	}
	return all
}
