package cms

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A field is one of the editor's.
type field struct {
	Label     string   `yaml:"label"`
	Name      string   `yaml:"name"`
	Widget    string   `yaml:"widget"`
	Hint      string   `yaml:"hint,omitempty"`
	Required  *bool    `yaml:"required,omitempty"`
	Default   any      `yaml:"default,omitempty"`
	Pattern   []string `yaml:"pattern,flow,omitempty"`
	Options   any      `yaml:"options,omitempty"`
	Multiple  bool     `yaml:"multiple,omitempty"`
	Collapsed bool     `yaml:"collapsed,omitempty"`
	Summary   string   `yaml:"summary,omitempty"`
	Field     *field   `yaml:"field,omitempty"`
	Fields    []field  `yaml:"fields,omitempty"`
}

type option struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"`
}

// must is whether a field must be filled in. The editor asks for every field
// that does not say that it may be empty.
func must(yes bool) *bool {
	if yes {
		return nil
	}
	return &yes
}

// patterns are what the texts of a type look like, with what to write instead.
var patterns = map[string]struct {
	pattern string
	words   [2]string
}{
	"date":  {`^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$`, [2]string{"Write YYYY-MM-DD", "Skriv ÅÅÅÅ-MM-DD"}},
	"money": {`^(([0-9]+|[0-9]{1,3}(_[0-9]{3})+)(\.[0-9]{1,3})?)?$`, [2]string{"Write an amount such as 480000 or 1250.50, without a currency", "Skriv et beløb som 480000 eller 1250.50, uden valuta"}},
	// a share with a cost centre is a map, which the editor tries as this text; it must pass, or the charter could not be saved
	"share":    {`^([0-9]+(\.[0-9]+)?%|[0-9]+/[1-9][0-9]*|rest|equal|([0-9]+|[0-9]{1,3}(_[0-9]{3})+)(\.[0-9]{1,3})?|Map \{.*\})?$`, [2]string{"Write 50%, 1/3, rest, equal or an amount", "Skriv 50%, 1/3, rest, equal eller et beløb"}},
	"pct":      {`^([0-9]+(\.[0-9]+)?%|[0-9]+/[1-9][0-9]*)?$`, [2]string{"Write a part such as 50%", "Skriv en del, f.eks. 50%"}},
	"duration": {`^([0-9]+[dwm])?$`, [2]string{"Write 14d, 2w or 1m", "Skriv 14d, 2w eller 1m"}},
	"number":   {`^(-?[0-9]+(\.[0-9]+)?)?$`, [2]string{"Write a number such as 85 or 0.5", "Skriv et tal som 85 eller 0.5"}},
	"id":       {`^([a-z0-9]+(-[a-z0-9]+)*)?$`, [2]string{"Use a–z, 0–9 and hyphens", "Brug a–z, 0–9 og bindestreg"}},
}

// needed are the keys that the smallest charter has.
var needed = map[string]bool{"title": true, "summary": true, "status": true, "created": true}

// of says which register a key names something of.
var of = map[string]string{
	"lead": "people", "steering": "people", "kickoff.presented_to": "people", "owners.*": "people", "team[].person": "people", "milestones[].owner": "people",
	"risks[].owner": "people", "deliverables[].owner": "people", "updates[].by": "people",
	"team[].home": "departments", "budget.spent[].department": "departments", "responsibilities[].accountable": "departments",
	"responsibilities[].responsible": "departments", "responsibilities[].consulted": "departments", "responsibilities[].informed": "departments",
	"responsibilities[].area": "areas",
	"links.part_of":           "charters", "links.depends_on": "charters", "links.replaces": "charters", "links.related": "charters", "links.contributes_to": "objectives",
}

// summaries are what a list shows of each of its items.
var summaries = map[string]string{"goals": "{{fields.text}}", "team": "{{fields.person}} · {{fields.allocation}}", "milestones": "{{fields.due}} · {{fields.title}}", "risks": "{{fields.text}}",
	"responsibilities": "{{fields.area}}: {{fields.accountable}}", "deliverables": "{{fields.title}}", "amendments": "{{fields.date}} · {{fields.summary}}", "updates": "{{fields.date}} · {{fields.rag}}",
	"budget.spent": "{{fields.date}} · {{fields.department}} · {{fields.amount}}"}

// field makes the editor's field of a key. Keys whose names an author chooses
// (periods) have none.
func (f *form) field(k charter.Field) (field, bool) {
	name := k.Key()
	made := field{Label: f.word(k.Title), Name: name, Hint: f.word(k.Note), Required: must(needed[k.Path])}
	kind, many := strings.CutSuffix(k.Type, "[]")
	switch {
	case k.Path == "schema":
		made.Widget, made.Default = "hidden", "charter/1"
	case k.Path == "x":
		made.Widget, made.Fields, made.Collapsed = "object", f.own(), true
		return made, len(made.Fields) > 0
	case k.Path == "owners":
		return f.perDepartment(made, func(d field) field { d.Widget, d.Options = "select", f.choices("people"); return d }), true
	case k.Path == "budget.shares":
		return f.perDepartment(made, func(d field) field { return f.text(d, "share") }), true
	case k.Path == "closure.actuals":
		return f.perDepartment(made, func(d field) field { return f.text(d, "money") }), true
	case k.Path == "budget.periods":
		return made, false
	case of[k.Path] != "":
		made.Widget, made.Options, made.Multiple = "select", f.choices(of[k.Path]), many
	case kind == "map" && many:
		made.Widget, made.Fields, made.Collapsed, made.Summary = "list", f.below(k.Path+"[]"), true, summaries[k.Path]
	case kind == "map":
		made.Widget, made.Fields, made.Collapsed = "object", f.below(k.Path), true
	case many:
		one := f.text(field{Label: made.Label, Name: name}, kind)
		made.Widget, made.Field = "list", &one
	case strings.Contains(kind, "|"):
		made.Widget, made.Options = "select", strings.Split(kind, "|")
		if k.Path == "status" {
			made.Default = "proposed"
		}
	case kind == "bool":
		made.Widget, made.Options = "select", []string{"true", "false"} // a switch would write false where nothing is known
	case k.Path == "lang":
		made.Widget, made.Options = "select", f.Config().Languages
	default:
		made = f.text(made, kind)
	}
	return made, true
}

// below are the fields directly below a path.
func (f *form) below(path string) []field {
	var all []field
	for _, k := range charter.Below(charter.Fields(), path) {
		if made, ok := f.field(k); ok {
			all = append(all, made)
		}
	}
	return all
}

// text is a field of text, which the editor leaves as it is typed.
func (f *form) text(made field, kind string) field {
	made.Widget = "string"
	if kind == "md" {
		made.Widget = "text"
	}
	if p, ok := patterns[kind]; ok {
		made.Pattern = []string{p.pattern, f.word(p.words)}
	}
	return made
}

// perDepartment has a field for each department that may pay.
func (f *form) perDepartment(made field, of func(field) field) field {
	made.Widget, made.Collapsed = "object", true
	for _, d := range f.Registers().Departments {
		made.Fields = append(made.Fields, of(field{Label: d.Name.In(f.lang), Name: string(d.ID), Required: must(false)}))
	}
	return made
}

// own are the fields that the configuration declares below x.
func (f *form) own() []field {
	var all []field
	for _, o := range f.Config().Fields {
		made := field{Label: o.Name.In(f.lang), Name: o.Key, Hint: o.Note.In(f.lang), Required: must(false)}
		switch o.Type {
		case portfolio.ChoiceField:
			var options []option
			for _, c := range o.Choices {
				options = append(options, option{c.Name.In(f.lang), c.ID})
			}
			made.Widget, made.Options, made.Multiple = "select", options, o.Many
		case portfolio.PersonField, portfolio.DepartmentField:
			made.Widget, made.Options, made.Multiple = "select", f.choices(map[portfolio.FieldType]string{portfolio.PersonField: "people", portfolio.DepartmentField: "departments"}[o.Type]), o.Many
		case portfolio.BoolField:
			made.Widget, made.Options = "select", []string{"true", "false"}
		default:
			if made = f.text(made, o.Type.String()); o.Many {
				one := made
				one.Hint, one.Required = "", nil
				made = field{Label: made.Label, Name: made.Name, Hint: made.Hint, Required: made.Required, Widget: "list", Field: &one}
			}
		}
		all = append(all, made)
	}
	return all
}

// choices are the records of a register. Each list is written once and named
// again wherever it stands.
func (f *form) choices(register string) *yaml.Node {
	if n := f.lists[register]; n != nil {
		return &yaml.Node{Kind: yaml.AliasNode, Value: n.Anchor, Alias: n}
	}
	options := []option{}
	switch register {
	case "people":
		for _, p := range f.Registers().People {
			label := p.Name
			if d := f.Department(p.Home(f.AsOf())); d != nil {
				label += " · " + d.Name.In(f.lang)
			}
			options = append(options, option{label, string(p.ID)})
		}
	case "departments":
		for _, d := range f.Registers().Departments {
			options = append(options, option{d.Name.In(f.lang), string(d.ID)})
		}
	case "areas":
		for _, a := range f.Registers().Areas {
			options = append(options, option{a.Name.In(f.lang), string(a.ID)})
		}
	case "charters":
		for _, c := range f.Charters() {
			options = append(options, option{c.Name(), string(c.ID.Value)})
		}
	case "objectives":
		for _, o := range f.Registers().Objectives {
			options = append(options, option{o.Text.In(f.lang), "objective:" + string(o.ID)})
		}
	}
	n := &yaml.Node{}
	if err := n.Encode(options); err != nil {
		panic(err) // they are texts of ours
	}
	n.Anchor = register
	f.lists[register] = n
	return n
}
