package portfolio

import (
	"math/big"
	"net/url"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// A FieldType says what an own field holds.
type FieldType uint8

// The types of own fields.
const (
	TextField FieldType = iota
	ChoiceField
	NumberField
	MoneyField
	DateField
	PersonField
	DepartmentField
	URLField
	BoolField
)

// FieldTypes are the words for the types, in the order of their values.
var FieldTypes = []string{"text", "choice", "number", "money", "date", "person", "department", "url", "bool"}

// String returns the word for a type.
func (t FieldType) String() string { return FieldTypes[t] }

// A Field is the declaration of a field under x: in the configuration.
type Field struct {
	Key      string
	Pos      diag.Pos
	Type     FieldType
	Many     bool // a list of values may stand there: type: person[]
	Name     Text
	Note     Text
	Choices  []Choice // of a choice, in order
	Required map[charter.Status]bool
}

// A Choice is one of the values of a choice.
type Choice struct {
	ID   string
	Name Text
}

// Choice returns the choice called id, or nil.
func (f *Field) Choice(id string) *Choice {
	for i := range f.Choices {
		if f.Choices[i].ID == id {
			return &f.Choices[i]
		}
	}
	return nil
}

// ids are the values that a choice has.
func (f *Field) ids() []string {
	all := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		all[i] = c.ID
	}
	return all
}

var fieldKeys = charter.KeysOf(configFields, "fields.*", diag.Say("an own field"), "label", "name", "title", "name", "choices", "values", "options", "values", "kind", "type", "help", "note")

// fields reads the declarations of own fields.
func (r *configReader) fields(n *facts.Node) []*Field {
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("own fields are written as name: {type: …}, but this is %s", n.Kind), diag.Say("write each field on a line of its own, such as vendor: {type: text, name: Vendor}"))
		return nil
	}
	var all []*Field
	for i := range n.Fields {
		x := &n.Fields[i]
		if !ownKey(x.Key) {
			r.ReportKey(x, "K001", diag.Say("%q cannot be the name of a field", x.Key), diag.Say("use a–z, 0–9, hyphens and underscores"))
			continue
		}
		all = append(all, r.field(x))
	}
	return all
}

// ownKey reports whether a question can name a field by key.
func ownKey(key string) bool {
	return key != "" && len(key) <= facts.MaxID && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-_") == "" && !strings.HasPrefix(key, "-")
}

func (r *configReader) field(x *facts.Field) *Field {
	f := &Field{Key: x.Key, Pos: x.Mark.In(r.File), Name: Text{"": x.Key}, Required: map[charter.Status]bool{}}
	n := x.Value
	if n.Kind == facts.Scalar { // vendor: text
		r.fieldType(n, f)
		return f
	}
	values := facts.Mark{}
	for y := range r.Map(n, fieldKeys) {
		switch y.Key {
		case "type":
			r.fieldType(y.Value, f)
		case "name":
			f.Name = words(r.Reader, y.Value)
		case "note":
			f.Note = words(r.Reader, y.Value)
		case "values":
			values = y.Mark
			r.choices(y.Value, f)
		case "required":
			r.requiredAt(y.Value, f)
		}
	}
	switch {
	case f.Type == ChoiceField && len(f.Choices) == 0:
		r.ReportKey(x, "K001", diag.Say("the choice %s has no values", f.Key), diag.Say("add values: [low, high], or values: {low: {en: Low, da: Lav}}"))
	case f.Type != ChoiceField && values.Written():
		r.ReportAt(values, len("values"), "K001", diag.Say("%s is a %s, and only a choice has values", f.Key, f.Type), diag.Say("write type: choice, or remove values"))
	}
	return f
}

func (r *configReader) fieldType(n *facts.Node, f *Field) {
	known := n
	if text, many := strings.CutSuffix(n.Text, "[]"); many && n.Kind == facts.Scalar {
		f.Many = true
		known = &facts.Node{Kind: n.Kind, Plain: n.Plain, Mark: n.Mark, Text: text}
	}
	if i, _ := r.Word(known, "K001", diag.Say("a type of field"), FieldTypes); i >= 0 {
		f.Type = FieldType(i)
	}
}

// choices reads the values of a choice: a list, or names by value.
func (r *configReader) choices(n *facts.Node, f *Field) {
	add := func(id facts.At[ID], name Text) {
		switch {
		case id.Value == "":
		case f.Choice(string(id.Value)) != nil:
			r.ReportAt(id.Mark, len(id.Value), "K001", diag.Say("%q stands twice", id.Value), diag.Say("remove one of the two"))
		default:
			f.Choices = append(f.Choices, Choice{string(id.Value), name})
		}
	}
	if n.Kind == facts.Map {
		for id, name := range r.ByID(n, diag.Say("the values of a choice")) {
			add(id, words(r.Reader, name))
		}
		return
	}
	for _, id := range r.IDs(n, diag.Say("the values of a choice")) {
		add(id, Text{"": string(id.Value)})
	}
}

// requiredAt reads the statuses at which a field must be there, or true for
// all of them.
func (r *configReader) requiredAt(n *facts.Node, f *Field) {
	if n.Kind == facts.Scalar && (n.Text == "true" || n.Text == "false") {
		for _, s := range charter.Statuses {
			f.Required[s] = n.Text == "true"
		}
		return
	}
	for _, item := range r.OneOrMore(n) {
		if i, _ := r.Word(item, "K001", diag.Say("a status"), charter.StatusWords()); i >= 0 {
			f.Required[charter.Statuses[i]] = true
		}
	}
}

// words reads a text in one form, or one for each language.
func words(r *facts.Reader, n *facts.Node) Text {
	if n.Kind != facts.Map {
		return Text{"": r.Text(n).Value}
	}
	t := Text{}
	for _, f := range n.Fields {
		if text := r.Text(f.Value).Value; text != "" {
			t[f.Key] = text
		}
	}
	return t
}

// An Own is what a charter says in one of its own fields. Field is nil where the
// configuration does not declare it.
type Own struct {
	Key    string
	Field  *Field
	Mark   charter.Mark // of the key
	Values []OwnValue
}

// An OwnValue is one value of an own field. Beside the text one of the others is
// set, by the field's type, if the value is sound.
type OwnValue struct {
	Text   string
	Mark   charter.Mark
	Sound  bool
	ID     ID // of a person or department
	Date   calendar.Date
	Money  money.Money
	Number *big.Rat
	True   bool
}

// Own returns what a charter says in its own fields: those that are declared, in
// that order, then the others.
func (p *Portfolio) Own(c *charter.Charter) []Own {
	if len(c.Own) == 0 {
		return nil
	}
	all := make([]Own, 0, len(c.Own))
	for _, f := range p.config.Fields {
		if x := ownOf(c, f.Key); x != nil {
			all = append(all, p.read(c, x, f))
		}
	}
	for i := range c.Own {
		if p.config.Field(c.Own[i].Key) == nil {
			all = append(all, p.read(c, &c.Own[i], nil))
		}
	}
	return all
}

// OwnField returns what a charter says in one declared field; ok is false where
// it says nothing.
func (p *Portfolio) OwnField(c *charter.Charter, f *Field) (own Own, ok bool) {
	if x := ownOf(c, f.Key); x != nil {
		return p.read(c, x, f), true
	}
	return Own{}, false
}

func ownOf(c *charter.Charter, key string) *charter.OwnField {
	for i := range c.Own {
		if c.Own[i].Key == key {
			return &c.Own[i]
		}
	}
	return nil
}

func (p *Portfolio) read(c *charter.Charter, x *charter.OwnField, f *Field) Own {
	own := Own{Key: x.Key, Field: f, Mark: x.Mark, Values: make([]OwnValue, len(x.Values))}
	for i, v := range x.Values {
		own.Values[i] = OwnValue{Text: v.Text, Mark: v.Mark, Sound: true}
		if f != nil {
			own.Values[i].Sound = p.JudgeOwn(c, f, &own.Values[i]) == nil
		}
	}
	return own
}

// JudgeOwn reads the text of a value by the type of its field. Its error is a
// *facts.SyntaxError, a *money.SyntaxError or a *calendar.SyntaxError.
func (p *Portfolio) JudgeOwn(c *charter.Charter, f *Field, v *OwnValue) (err error) {
	switch f.Type {
	case ChoiceField:
		if f.Choice(v.Text) == nil {
			return notAmong(v.Text, diag.Say("%q is not a value of %s", v.Text, f.Key), f.ids(), diag.Say("write one of %s", strings.Join(f.ids(), ", ")))
		}
	case NumberField:
		v.Number, err = decimal(v.Text)
	case MoneyField:
		v.Money, err = amountOf(v.Text, c.Budget.Currency.Value)
	case DateField:
		v.Date, err = calendar.ParseDate(v.Text)
	case PersonField:
		if v.ID = ID(v.Text); p.people[v.ID] == nil {
			return notAmong(v.Text, diag.Say("%q is not in the register of people", v.Text), sortedIDs(p.people), diag.Say("add the person to registers/people.yml, or correct the id"))
		}
	case DepartmentField:
		if v.ID = ID(v.Text); p.departments[v.ID] == nil {
			return notAmong(v.Text, diag.Say("%q is not in the register of departments", v.Text), sortedIDs(p.departments), diag.Say("add it to registers/departments.yml, or correct the id"))
		}
	case URLField:
		return address(v.Text)
	case BoolField:
		if v.True = v.Text == "true"; !v.True && v.Text != "false" {
			return &facts.SyntaxError{Reason: diag.Say("%q is neither true nor false", v.Text), Hint: diag.Say("write true or false")}
		}
	}
	return err
}

func notAmong(text string, message diag.Text, known []string, otherwise diag.Text) error {
	e := &facts.SyntaxError{Reason: message, Hint: otherwise}
	if near, ok := diag.Nearest(text, known); ok {
		e.Hint = diag.Meant(near)
	}
	return e
}

// decimal reads a number exactly.
func decimal(s string) (*big.Rat, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, frac, pointed := strings.Cut(digits, ".")
	plain := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if len(s) > 30 || !plain(whole) || pointed && !plain(frac) {
		return nil, &facts.SyntaxError{Reason: diag.Say("%q is not a number", s), Hint: diag.Say("write digits, with a point before decimals: 12 or 12.5")}
	}
	n, _ := new(big.Rat).SetString(s)
	return n, nil
}

// amountOf reads an amount, in its own currency or in that of the charter.
func amountOf(s string, c money.Currency) (money.Money, error) {
	number, own, named := strings.Cut(s, " ")
	if named {
		var err error
		if c, err = ParseCurrency(own); err != nil {
			return money.Money{}, err
		}
	}
	if c == "" {
		return money.Money{}, &facts.SyntaxError{Reason: diag.Say("the amount has no currency, and the charter has none either"), Hint: diag.Say("write the currency behind it, such as %s DKK", s)}
	}
	return money.Parse(number, c)
}

// address judges a link.
func address(s string) error {
	u, err := url.Parse(s)
	if err == nil && slices.Contains([]string{"http", "https"}, u.Scheme) && u.Host != "" || err == nil && u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") {
		return nil
	}
	return &facts.SyntaxError{Reason: diag.Say("%q is not an address", s), Hint: diag.Say("write it in full, such as https://example.com/page")}
}

// OwnText lists what a charter says in its own fields as people of a language
// read it, each with the field's name before it: for search.
func (p *Portfolio) OwnText(c *charter.Charter, lang string) []string {
	var all []string
	for _, o := range p.Own(c) {
		name := o.Key
		if o.Field != nil {
			name = o.Field.Name.In(lang)
		}
		texts := make([]string, len(o.Values))
		for i, v := range o.Values {
			texts[i] = p.ownWords(o.Field, v, lang)
		}
		all = append(all, name+": "+strings.Join(texts, ", "))
	}
	return all
}

func (p *Portfolio) ownWords(f *Field, v OwnValue, lang string) string {
	if f == nil || !v.Sound {
		return v.Text
	}
	switch f.Type {
	case ChoiceField:
		return f.Choice(v.Text).Name.In(lang)
	case PersonField:
		return p.NameOf(Target{Kind: ToPerson, ID: v.ID}, lang)
	case DepartmentField:
		return p.NameOf(Target{Kind: ToDepartment, ID: v.ID}, lang)
	}
	return v.Text
}
