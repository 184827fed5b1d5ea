// Package schema writes JSON Schemas for what people write by hand: front
// matter, registers and configuration.
//
// A schema is made of the list of keys that reading itself goes by
// ([charter.Fields], [portfolio.RegisterFields], [portfolio.ConfigFields]), so
// it knows no key that the reader does not, and forgets none. Titles and
// explanations are in the language that is asked for. What depends on a site is
// in the schema of that site: what is required at which status, its own fields,
// the ids of its registers.
//
// It is draft-07, the newest that the YAML support of both VS Code and JetBrains
// understands as a whole; of 2020-12 each leaves out something.
//
// A schema sees one file and no other, and it sees what YAML makes of a text. So
// it says less than check does: nothing about sums, links, signatures or days.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rulebook"
)

// Names are the schemas there are: of a charter's front matter, of each register,
// of the configuration, of approvals and reports in files of their own.
var Names = slices.Concat([]string{"charter"}, portfolio.RegisterNames, []string{"charterhouse", "approvals", "update"})

// Languages are those of titles and explanations.
var Languages = rulebook.Languages

// Files says which files the schema called name is for, as a pattern below the
// content folder.
func Files(name string) string {
	switch name {
	case "charter":
		return "charters/**/*.md"
	case "charterhouse":
		return "charterhouse.yaml"
	case "approvals":
		return "approvals/*/*.yml"
	case "update":
		return "charters/*/updates/*.md"
	}
	return "registers/" + name + ".yml"
}

// Title says what the schema called name is for, in English and Danish.
func Title(name string) [2]string {
	return map[string][2]string{
		"charter": {"The front matter of a charter", "Et charters front matter"}, "departments": {"The register of departments", "Registret over afdelinger"},
		"people": {"The register of people", "Registret over personer"}, "areas": {"The register of areas", "Registret over områder"},
		"objectives": {"The register of objectives", "Registret over mål"}, "rates": {"Rates of currencies", "Valutakurser"},
		"charterhouse": {"What an organisation decides about its site", "Hvad en organisation bestemmer om sin side"},
		"approvals":    {"Signatures in a file of their own", "Underskrifter i deres egen fil"}, "update": {"A status report in a file of its own", "En statusrapport i sin egen fil"},
	}[name]
}

// Of writes the schema called name. p is the site whose table, fields and ids are
// in it; without one it is what holds everywhere.
func Of(name, lang string, p *portfolio.Portfolio) ([]byte, error) {
	i, tongue := slices.Index(Names, name), slices.Index(Languages, lang)
	if i < 0 || tongue < 0 {
		return nil, fmt.Errorf("there is no schema %q in %q", name, lang)
	}
	b := &builder{name: name, lang: lang, tongue: tongue, p: p, config: portfolio.DefaultConfig()}
	if p != nil {
		b.config = p.Config()
	}
	file := Files(name)
	file = strings.NewReplacer("**/*", "x", "*", "x").Replace(file)
	if name == "charter" {
		file = "charters/x.md"
	}
	_, fields, records := portfolio.FieldsOf(file)
	b.fields = fields
	root := b.group("")
	if name == "charter" {
		root = append(root, b.byStatus()...)
	}
	switch {
	case name == "approvals":
		root = object{{"anyOf", []any{root, object{{"type", "array"}, {"items", root}}}}}
	case records:
		root = append(root, member{"required", []string{"id"}})
		root = object{{"type", "array"}, {"items", root}}
	}
	head := object{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"$id", "urn:charterhouse:" + name + ":" + lang}, {"title", Title(name)[tongue]}}
	if len(b.defs) > 0 {
		root = append(root, member{"definitions", b.defs})
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(append(head, root...)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// An object is written with its members in order.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.key, m.value} {
			if j == 1 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// A builder makes one schema.
type builder struct {
	name, lang string
	tongue     int
	fields     []charter.Field
	p          *portfolio.Portfolio
	config     *portfolio.Config
	defs       object // what several keys refer to
}

// group is the schema of keys with values.
func (b *builder) group(path string) object {
	props := object{}
	for _, f := range charter.Below(b.fields, path) {
		if f.Key() != "*" {
			props = append(props, member{f.Key(), b.field(f)})
		}
	}
	return object{{"type", "object"}, {"properties", props}, {"additionalProperties", false}}
}

// field is the schema of one key, with its title and explanation.
func (b *builder) field(f charter.Field) object {
	head := object{{"title", f.Title[b.tongue]}, {"description", f.Note[b.tongue]}}
	if x := examples(f); x != nil {
		head = append(head, member{"examples", x})
	}
	return append(head, b.typed(f.Path, f.Type)...)
}

// examples are what people could write.
func examples(f charter.Field) []any {
	switch strings.TrimSuffix(f.Type, "[]") {
	case "date":
		return []any{"2027-01-11"}
	case "money":
		return []any{480000, "1_250_000.50"}
	case "share":
		return []any{"50%", "1/3", "rest", "equal"}
	case "pct":
		return []any{"50%", "33.5%"}
	case "duration":
		return []any{"14d", "2w", "1m"}
	case "period":
		return []any{"2027", "2027-Q1", "2027-03"}
	case "rate":
		return []any{7.46}
	case "email":
		return []any{"name@example.com"}
	case "objective":
		return []any{"objective:know-our-customers"}
	}
	return map[string][]any{
		"title": {"Customer Insight 360"}, "lang": {"en", "da"}, "currency": {"DKK", "EUR"}, "terms": {"jt1-4be0c7d19a53f28e"},
		"languages": {"en", "da"}, "reporting_currency": {"DKK"}, "cost_centre": {"2200"}, "cost_centres": {"2200"}, "metric": {"complaints per 10 000 mails"}, "unit": {"%", "count"},
	}[f.Key()]
}

// The forms of values. What YAML makes a number of is a text to us, so a form
// that may look like a number takes both.
const (
	idForm       = `^[a-z0-9]+(-[a-z0-9]+)*$`
	dateForm     = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	moneyForm    = `^([0-9]+|[0-9]{1,3}(_[0-9]{3})+)(\.[0-9]+)?$`
	pctForm      = `^([0-9]{1,3}(\.[0-9]+)?%|[1-9][0-9]*/[1-9][0-9]*)$`
	shareForm    = `^([0-9]{1,3}(\.[0-9]+)?%|[1-9][0-9]*/[1-9][0-9]*|rest|equal)$`
	durationForm = `^[1-9][0-9]{0,3}[dwm]$`
	periodForm   = `^[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$`
	numberForm   = `^-?[0-9]+(\.[0-9]+)?$`
	termsForm    = `^jt1-[0-9a-f]{16}$`
	emailForm    = `^[^@ <>"'?&]+@[^@ <>"'?&]+$`
)

func one(types ...string) object {
	if len(types) == 1 {
		return object{{"type", types[0]}}
	}
	return object{{"type", types}}
}

func formed(form string, types ...string) object {
	return append(one(types...), member{"pattern", form})
}

func listOf(items object) object { return object{{"type", "array"}, {"items", items}} }

func anyOf(all ...object) object { return object{{"anyOf", all}} }

func enum(words []string) object { return object{{"enum", words}} }

var text = one("string", "number", "boolean", "null")

// typed is the schema of a type of the registry at a path.
func (b *builder) typed(path, typ string) object {
	switch typ {
	case "map":
		return b.map_(path)
	case "map[]":
		return object{{"type", []string{"array", "null"}}, {"items", b.group(path + "[]")}}
	case "id|id[]":
		return anyOf(b.id(path), listOf(b.id(path)))
	case "id|map[]":
		item := anyOf(b.id(path), b.group(path+"[]"))
		return anyOf(b.id(path), b.group(path+"[]"), listOf(item))
	case "text|text[]":
		return anyOf(text, listOf(text))
	case "text|map":
		return anyOf(text, b.group(path))
	case "field|map":
		return anyOf(b.scalar(path, "field"), b.group(path))
	case "joint|single[]":
		return anyOf(enum([]string{"joint", "single"}), listOf(enum([]string{"joint", "single"})))
	}
	if item, ok := strings.CutSuffix(typ, "[]"); ok {
		list := listOf(b.scalar(path, item))
		list[0].value = []string{"array", "null"}
		return list
	}
	return b.scalar(path, typ)
}

// scalar is the schema of one value.
func (b *builder) scalar(path, typ string) object {
	switch typ {
	case "text", "md":
		if portfolio.Naming(b.name, path) == charter.ACurrency {
			return enum(money.Currencies())
		}
		if strings.HasSuffix(path, "terms") && b.name != "charterhouse" {
			return formed(termsForm, "string")
		}
		return text
	case "words":
		return anyOf(text, object{{"type", "object"}, {"additionalProperties", text}})
	case "id":
		return b.id(path)
	case "objective":
		return b.known(formed(`^objective:[a-z0-9]+(-[a-z0-9]+)*$`, "string"), "objective:", charter.AnObjective)
	case "date":
		return append(formed(dateForm, "string", "null"), member{"format", "date"})
	case "money":
		return append(formed(moneyForm, "number", "string", "null"), member{"minimum", 0})
	case "share":
		return formed(shareForm, "string")
	case "pct":
		return formed(pctForm, "string", "null")
	case "duration":
		return formed(durationForm, "string", "null")
	case "period":
		return formed(periodForm, "integer", "string", "null")
	case "number":
		return formed(numberForm, "number", "string", "null")
	case "rate":
		return append(formed(`^[0-9]+(\.[0-9]+)?$`, "number", "string"), member{"exclusiveMinimum", 0})
	case "bool":
		return one("boolean", "null")
	case "email":
		return formed(emailForm, "string", "null")
	case "charter/1":
		return enum([]string{"charter/1"})
	case "field":
		return formed(`^(`+strings.Join(portfolio.FieldTypes, "|")+`)(\[\])?$`, "string")
	case "values":
		names := b.scalar(path, "words")
		return anyOf(listOf(formed(idForm, "string", "integer")), object{{"type", "object"}, {"propertyNames", object{{"pattern", idForm}}}, {"additionalProperties", names}})
	case "statuses":
		return anyOf(one("boolean"), enum(charter.StatusWords()), listOf(enum(charter.StatusWords())))
	case "example":
		return anyOf(one("object"), listOf(anyOf(one("object"), listOf(one("object")))))
	}
	return enum(strings.Split(typ, "|"))
}

// id is the schema of an id: one of a register, where charters and signatures
// name it and the register is known.
func (b *builder) id(path string) object {
	plain := append(formed(idForm, "string", "integer"), member{"maxLength", 64})
	if b.name != "charter" && b.name != "approvals" && b.name != "update" {
		return plain // a register would refuse the record that is just added
	}
	return b.known(plain, "", portfolio.Naming(b.name, strings.TrimSuffix(path, "[]")))
}

// known narrows ids to those of a register, each with its name.
func (b *builder) known(plain object, prefix string, naming charter.Naming) object {
	ids, names := b.ids(naming)
	if len(ids) == 0 {
		return plain
	}
	name := strings.ReplaceAll(string(naming), " ", "-")
	refer := object{{"allOf", []any{object{{"$ref", "#/definitions/" + name}}}}} // beside a bare $ref, draft-07 reads no title
	if slices.ContainsFunc(b.defs, func(m member) bool { return m.key == name }) {
		return refer
	}
	hints := object{}
	for i := range ids {
		ids[i] = prefix + ids[i]
		hints = append(hints, member{ids[i], object{{"description", names[i]}}})
	}
	b.defs = append(b.defs, member{name, object{{"enum", ids}, {"enumDescriptions", names}, {"x-intellij-enum-metadata", hints}}})
	return refer
}

func (b *builder) ids(naming charter.Naming) (ids, names []string) {
	if b.p == nil {
		return nil, nil
	}
	add := func(id portfolio.ID, name string) { ids, names = append(ids, string(id)), append(names, name) }
	reg := b.p.Registers()
	switch naming {
	case charter.ADepartment:
		for _, d := range reg.Departments {
			add(d.ID, d.Name.In(b.lang))
		}
	case charter.APerson:
		for _, x := range reg.People {
			add(x.ID, x.Name)
		}
	case charter.AnArea:
		for _, a := range reg.Areas {
			add(a.ID, a.Name.In(b.lang))
		}
	case charter.AnObjective:
		for _, o := range reg.Objectives {
			add(o.ID, o.Text.In(b.lang))
		}
	}
	return ids, names
}

// map_ is the schema of a group: of keys that are known, or of ids as keys.
func (b *builder) map_(path string) object {
	nullable := func(o object) object {
		o[0].value = []string{"object", "null"}
		return o
	}
	switch {
	case b.name == "charter" && path == "x":
		return nullable(b.own())
	case b.name == "charter" && charter.KeyNames(path) != charter.NoNaming:
		return nullable(b.keyed(path))
	case b.name == "charterhouse" && path == "required":
		return nullable(b.requirements())
	}
	if f := charter.FieldAt(b.fields, path+".*"); f != nil {
		return nullable(object{{"type", "object"}, {"propertyNames", b.keys(path)}, {"additionalProperties", b.field(*f)}})
	}
	if must := musts[path]; must != nil && b.name == "charterhouse" {
		return append(b.group(path), member{"required", must})
	}
	return nullable(b.group(path))
}

// musts are the keys of charterhouse.yaml without which what they stand in is
// nothing.
var musts = map[string][]string{"policies.*": {"message", "examples"}, "publish.*": {"to"}}

// keys is the schema of keys that are no words of ours.
func (b *builder) keys(path string) object {
	form := `^[a-z0-9_][a-z0-9_-]*$`
	switch path {
	case "rates":
		return enum(money.Currencies())
	case "severity":
		form = `^[A-Za-z][0-9]{3}$`
	case "policies":
		form = `^X-[A-Z0-9]+(-[A-Z0-9]+)*$`
	case "profiles":
		form = idForm
	}
	return object{{"pattern", form}}
}

// keyed is a group whose keys name something.
func (b *builder) keyed(path string) object {
	value := text
	if typ, ok := charter.Short(path + ".*"); ok {
		value = b.scalar(path+".*", typ)
	}
	if long := charter.Below(b.fields, path+".*"); len(long) > 0 {
		value = anyOf(value, b.group(path+".*"))
	}
	form := idForm
	switch charter.KeyNames(path) {
	case charter.APeriod:
		form = periodForm
	case charter.AChapterOfText:
		return object{{"type", "object"}, {"additionalProperties", value}}
	}
	ids, names := b.ids(charter.KeyNames(path))
	if len(ids) == 0 {
		return object{{"type", "object"}, {"propertyNames", object{{"pattern", form}}}, {"additionalProperties", value}}
	}
	props := object{}
	for i, id := range ids {
		props = append(props, member{id, append(object{{"title", names[i]}}, value...)})
	}
	return object{{"type", "object"}, {"properties", props}, {"additionalProperties", false}}
}

// requirements is the table of what is required when, as a site may change it.
func (b *builder) requirements() object {
	rows := object{}
	for _, row := range portfolio.DefaultConfig().Required.Rows() {
		at := object{}
		for _, s := range charter.StatusWords() {
			at = append(at, member{s, b.typed("", charter.FieldAt(b.fields, "required.*.*").Type)})
		}
		title := row
		if f := charter.FieldAt(charter.Fields(), row); f != nil {
			title = f.Title[b.tongue]
		}
		rows = append(rows, member{row, object{{"title", title}, {"type", "object"}, {"properties", at}, {"additionalProperties", false}}})
	}
	return object{{"type", "object"}, {"properties", rows}, {"additionalProperties", false}}
}

// own is what the site declares below x:. Other fields may stand there, too.
func (b *builder) own() object {
	props := object{}
	for _, f := range b.config.Fields {
		head := object{{"title", f.Name.In(b.lang)}}
		if note := f.Note.In(b.lang); note != "" {
			head = append(head, member{"description", note})
		}
		value := b.ownValue(f)
		if f.Many {
			value = anyOf(value, listOf(value))
		}
		props = append(props, member{f.Key, append(head, value...)})
	}
	return object{{"type", "object"}, {"properties", props}}
}

func (b *builder) ownValue(f *portfolio.Field) object {
	switch f.Type {
	case portfolio.ChoiceField:
		var ids, names []string
		for _, c := range f.Choices {
			ids, names = append(ids, c.ID), append(names, c.Name.In(b.lang))
		}
		return object{{"enum", ids}, {"enumDescriptions", names}}
	case portfolio.NumberField:
		return formed(numberForm, "number", "string")
	case portfolio.MoneyField:
		return formed(`^([0-9]+|[0-9]{1,3}(_[0-9]{3})+)(\.[0-9]+)?( [A-Z]{3})?$`, "number", "string")
	case portfolio.DateField:
		return formed(dateForm, "string")
	case portfolio.PersonField:
		return b.known(formed(idForm, "string", "integer"), "", charter.APerson)
	case portfolio.DepartmentField:
		return b.known(formed(idForm, "string", "integer"), "", charter.ADepartment)
	case portfolio.URLField:
		return formed(`^(https?://[^ ]+|mailto:[^ ]+@[^ ]+)$`, "string")
	case portfolio.BoolField:
		return one("boolean")
	}
	return text
}

// texts are the keys that a file may have which only translates a charter.
func texts() (all []string) {
	for _, f := range charter.Below(charter.Fields(), "") {
		if charter.Translatable(f.Path) {
			all = append(all, f.Key())
		}
	}
	return all
}

// byStatus is what a charter must and must not say at each status. A file that
// only translates a charter needs none of it, and may have texts alone.
func (b *builder) byStatus() object {
	if len(b.config.Policy.Apply(diag.List{{Code: "C006"}}, func(string) bool { return false })) == 0 {
		return nil // the site has switched the rule off
	}
	fields := b.config.Required.Rows()
	var always []string
	for _, f := range fields {
		if !slices.ContainsFunc(charter.Statuses, func(s charter.Status) bool { return b.config.Required[f][s] != portfolio.Must }) {
			always = append(always, f)
		}
	}
	var cases []any
	for _, s := range charter.Statuses {
		var must []string
		then, refused := object{}, object{}
		for _, f := range fields {
			switch b.config.Required[f][s] {
			case portfolio.Must:
				if f != "approvals" && !slices.Contains(always, f) { // signatures may stand in files of their own
					must = append(must, f)
				}
			case portfolio.Refused:
				refused = append(refused, member{f, false})
			}
		}
		if own := b.ownNeeds(s); len(own) > 0 {
			must = append(must, "x")
			refused = append(refused, member{"x", object{{"required", own}}})
		}
		if len(must) > 0 {
			then = append(then, member{"required", must})
		}
		if len(refused) > 0 {
			then = append(then, member{"properties", refused})
		}
		if len(then) > 0 {
			when := object{{"properties", object{{"status", object{{"const", s.String()}}}}}, {"required", []string{"status"}}}
			cases = append(cases, object{{"if", when}, {"then", then}})
		}
	}
	otherwise := object{}
	if len(always) > 0 {
		otherwise = append(otherwise, member{"required", always})
	}
	if len(cases) > 0 {
		otherwise = append(otherwise, member{"allOf", cases})
	}
	return object{{"if", object{{"required", []string{"translation_of"}}}}, {"then", object{{"propertyNames", enum(texts())}}}, {"else", otherwise}}
}

// ownNeeds are the own fields that a status needs.
func (b *builder) ownNeeds(s charter.Status) (all []string) {
	for _, f := range b.config.Fields {
		if f.Required[s] {
			all = append(all, f.Key)
		}
	}
	return all
}
