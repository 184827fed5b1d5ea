package schema

import (
	"bytes"
	"encoding/json"

	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// sample is the portfolio of content/.
func sample(t *testing.T) *portfolio.Portfolio {
	t.Helper()
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	asOf, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, asOf).Portfolio
}

// compiled is a schema that is sound by its meta-schema.
func compiled(t *testing.T, name, lang string, p *portfolio.Portfolio) *jsonschema.Schema {
	t.Helper()
	data, err := Of(name, lang, p)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name+".json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name + ".json")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// plain is what an editor's YAML makes of a text.
func plain(t *testing.T, text []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return value(&n)
}

func value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return value(n.Content[0])
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		all := []any{}
		for _, item := range n.Content {
			all = append(all, value(item))
		}
		return all
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}

// schemaOf is the name of the schema for a file, and what is in it to judge.
func schemaOf(t *testing.T, name string, data []byte) (string, any) {
	t.Helper()
	kind, _, _ := portfolio.FieldsOf(name)
	if !strings.HasSuffix(name, ".md") {
		return kind, plain(t, data)
	}
	block, _ := facts.Split(name, data)
	if block.Format != facts.YAML {
		return "", nil
	}
	return kind, plain(t, block.Data)
}

// Every file of the sample and of what init writes is as its schema says, in the
// form that holds everywhere and in that of its own site.
func TestSampleIsSound(t *testing.T) {
	p := sample(t)
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range Names {
		for _, lang := range Languages {
			schemas[name+"own"] = compiled(t, name, lang, p)
			schemas[name] = compiled(t, name, lang, nil)
		}
	}
	looked := map[string]int{}
	for _, dir := range []string{"../../content", "../../cmd/charterhouse/starter/content"} {
		tree, err := source.Open(dir, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		for _, e := range tree.Entries() {
			data, _, _ := tree.Read(e)
			if e.Kind == source.Asset || e.Kind == source.Question {
				continue
			}
			data = bytes.ReplaceAll(data, []byte("{{title}}"), []byte("Ours"))
			name, doc := schemaOf(t, e.Path, data)
			if name == "" {
				continue
			}
			looked[name]++
			forms := []string{"", "own"}
			if dir != "../../content" {
				forms = forms[:1]
			}
			for _, form := range forms {
				if err := schemas[name+form].Validate(doc); err != nil {
					t.Errorf("%s: %v", e.Path, err)
				}
			}
		}
	}
	for _, name := range append(portfolio.RegisterNames, "charter", "charterhouse", "update") {
		if looked[name] == 0 {
			t.Errorf("the sample has no %s", name)
		}
	}
}

// What the reader refuses in one file alone, the schema refuses as far as it can
// see it.
func TestWrongIsRefused(t *testing.T) {
	p := sample(t)
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range Names {
		schemas[name] = compiled(t, name, "en", p)
	}
	fine := "schema: charter/1\ntitle: Fine\nsummary: Nothing is wrong here.\nstatus: proposed\ncreated: 2026-11-01\n"
	if err := schemas["charter"].Validate(plain(t, []byte(fine))); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		"titel: x\n", "status: done\n", "created: 1 November\n", "budget: {total: 1.000.000}\n", "budget: {total: -5}\n", "budget: {totals: 5}\n",
		"budget: {shares: {it: 50}}\n", "budget: {shares: {it: half}}\n", "budget: {shares: {nowhere: 50%}}\n", "budget: {currency: kr}\n", "budget: {periods: {2027-Q5: 1}}\n",
		"lead: Lene Brandt\n", "lead: nobody-here\n", "owners: {it: {persons: lene-brandt}}\n", "team: {person: x}\n", "team: [{person: lene-brandt, allocation: 60}]\n",
		"goals: [{text: x, target: 5}]\n", "risks: [{id: r1, text: x, probability: huge}]\n", "responsibilities: [{area: no-area, accountable: it}]\n",
		"links: {contributes_to: [know-our-customers]}\n", "approvals: [{department: it, person: samira-haddad, date: 2026-01-01, terms: abc}]\n", "schema: charter/2\n",
		"aliases: [Old Id]\n", "x: {data-class: secret}\n", "tolerances: {time: a week}\n", "closure: {date: 2027-01-01}\n", "status: agreed\n", "timeframe: 2027\n",
	} {
		text := fine
		if key, _, _ := strings.Cut(wrong, ":"); strings.Contains(fine, key+":") {
			text = strings.Replace(fine, fine[strings.Index(fine, key+":"):strings.Index(fine, key+":")+strings.IndexByte(fine[strings.Index(fine, key+":"):], '\n')+1], "", 1)
		}
		if schemas["charter"].Validate(plain(t, []byte(text+wrong))) == nil {
			t.Errorf("the schema takes %s", wrong)
		}
	}
	if schemas["charter"].Validate(plain(t, []byte("translation_of: one-login\nlang: da\ntitle: Ét login\nlead: lene-brandt\n"))) == nil {
		t.Error("a translation names a lead")
	}
	for name, all := range map[string][]string{
		"departments": {"- name: It\n", "- {id: it, chiefs: x}\n", "- {id: IT}\n", "it: {}\n", "- {id: it, chief: [{person: x, from: soon}]}\n"},
		"people":      {"- {id: a, capacity: 120}\n", "- {id: a, email: nobody}\n", "- {id: a, home: it}\n"},
		"areas":       {"- {id: a, required_for: [both]}\n"},
		"objectives":  {"- {id: a, period: 2027-13}\n"},
		"rates":       {"rates: {EUR: seven}\n", "rates: {kr: 7}\n", "base: kroner\n"},
		"charterhouse": {"titles: x\n", "rules: {update_day: 30}\n", "severity: {F006: loud}\n", "fields: {a: {type: colour}}\n", "required: {kickoff: {active: maybe}}\n", "required: {kickof: {active: optional}}\n", "policies: {X-A: {must: x}}\n",
			"severity: {loud: note}\n", "fields: {Vendor: text}\n", "policies: {X-a: {must: x, message: y, examples: {}}}\n", "reviewers: {it: x}\n", "repository: {url: x, forge: cvs}\n", "repository: {adress: x}\n",
			"editor: {client: x}\n", "editor: yes\n", "publish: /srv/www\n", "publish: {intranet: {endpoint: x}}\n", "publish: {intranet: }\n", "publish: {intranet: {to: x, encoding: zip}}\n",
			"publish: {Intranet: {to: x}}\n", "publish: {intranet: {to: x, secret: y}}\n", "profiles: {public: {names: none}}\n", "profiles: {public: {hide: budget}}\n", "profiles: {Public: {names: roles}}\n",
			"profiles: {public: {restricted: maybe}}\n", "profiles: {public: {withhold: {budget: true}}}\n", "profiles: public\n"},
		"approvals": {"{department: it, person: samira-haddad, terms: jt1-1}\n"},
		"update":    {"{date: 2027-01-01, rag: purple}\n"},
	} {
		for _, wrong := range all {
			if schemas[name].Validate(plain(t, []byte(wrong))) == nil {
				t.Errorf("%s takes %s", name, wrong)
			}
		}
	}
}

// Every key has a title and an explanation in both languages, and both say
// something of their own where they are not one word.
func TestKeysAreExplained(t *testing.T) {
	for _, name := range Names {
		file := map[string]string{"charter": "charters/x.md", "charterhouse": "charterhouse.yaml", "approvals": "approvals/it/x.yml", "update": "charters/x/updates/x.md"}[name]
		if file == "" {
			file = "registers/" + name + ".yml"
		}
		_, fields, _ := portfolio.FieldsOf(file)
		if len(fields) == 0 {
			t.Errorf("%s has no keys", name)
		}
		for _, f := range fields {
			for i := range Languages {
				if f.Title[i] == "" || f.Note[i] == "" {
					t.Errorf("%s: %s is not explained", name, f.Path)
				}
			}
			if len(f.Note[0]) > 25 && f.Note[0] == f.Note[1] {
				t.Errorf("%s: %s is explained in one language only", name, f.Path)
			}
		}
		if Title(name)[0] == "" || Title(name)[1] == "" {
			t.Errorf("%s has no title", name)
		}
	}
}

// Every key of the configuration that the reader takes, the schema takes; the
// sample needs few of them.
func TestConfigurationIsSound(t *testing.T) {
	const text = `title: Ours
languages: [en, da]
departments: [it, sales]
reporting_currency: DKK
fiscal_year_starts: 4
repository: {url: "https://git.example.org/our/charters", forge: gitea, branch: main, folder: content}
reviewers: ["@board", kim@example.org]
editor: {app_id: abc, auth: "https://auth.example.org"}
publish:
  intranet: {to: /srv/www/charters}
  store_2: {to: "s3://bucket/charters", endpoint: "https://store.example.org", region: eu-west-1, encoding: gzip}
theme: ours
rules: {update_days: 30, return_grace_days: 14, return_from: 50%, token_share: 1/20, longest_months: 24, benefit_months: 12, approval_days: 60, amendment_days: 30, ending_days: 90}
required: {kickoff: {active: optional}}
severity: {F012: note}
fields:
  vendor: text
  grade: {type: choice, name: {en: Grade, da: Karakter}, note: How good., values: [a, b], required: [agreed]}
policies:
  X-LEADS:
    title: {en: One at a time, da: Én ad gangen}
    for: lead
    where: status = active
    at_most: 1
    at_the_same_time: true
    severity: warning
    message: "{lead} leads {count}"
    hint: let somebody else
    why: because
    examples: {pass: {status: active, lead: kim}, fail: [[{status: active, lead: kim}, {status: active, lead: kim}]]}
profiles:
  internal:
  public: {name: {en: Everybody, da: Alle}, title: Charters, restricted: outline, names: roles, withhold: [budget.spent, x.vendor, body]}
`
	config, found := portfolio.ReadConfig("charterhouse.yaml", []byte(text), func(string) *locale.Set { return theme.Speech(nil) })
	if len(found) > 0 || len(config.Publish) != 2 || len(config.Profiles) != 2 || config.Editor == nil {
		t.Fatalf("the reader does not take it: %v", found)
	}
	doc := plain(t, []byte(text))
	for _, f := range charter.Below(portfolio.ConfigFields(), "") {
		if _, there := doc.(map[string]any)[f.Key()]; !there {
			t.Errorf("%s is not tried", f.Path)
		}
	}
	if err := compiled(t, "charterhouse", "en", nil).Validate(doc); err != nil {
		t.Error(err)
	}
}

// What a site decides is in its schema.
func TestSiteIsInIt(t *testing.T) {
	config, found := portfolio.ReadConfig("charterhouse.yaml", []byte("required: {kickoff: {active: optional}, lead: {proposed: required}}\nfields:\n  vendor: {type: text, name: {en: Vendor, da: Leverandør}, required: [agreed]}\n"), func(string) *locale.Set { return theme.Speech(nil) })
	if len(found) > 0 {
		t.Fatal(found)
	}
	p, _ := portfolio.Link(portfolio.Sources{Config: config, Registers: &portfolio.Registers{}, Beside: &portfolio.Beside{}})
	data, err := Of("charter", "da", p)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), `"title": "Leverandør"`) {
		t.Error("an own field has no Danish title")
	}
	s := compiled(t, "charter", "da", p)
	proposed := "title: A\nsummary: B.\nstatus: proposed\ncreated: 2026-11-01\n"
	if s.Validate(plain(t, []byte(proposed))) == nil {
		t.Error("a proposal needs no lead")
	}
	if err := s.Validate(plain(t, []byte(proposed+"lead: tove\n"))); err != nil {
		t.Error(err)
	}
	agreed := strings.Replace(proposed, "proposed", "agreed", 1) + "lead: tove\ntimeframe: {start: 2027-01-01}\nbudget: {total: 5}\nowners: {it: a}\ngoals: [{text: x}]\nresponsibilities: [{area: a}]\n"
	if s.Validate(plain(t, []byte(agreed))) == nil {
		t.Error("an agreed charter needs no vendor")
	}
	if err := s.Validate(plain(t, []byte(agreed+"x: {vendor: Acme}\n"))); err != nil {
		t.Error(err)
	}
}

// The same site gives the same bytes, and every field of the registry is there.
func TestSchemaIsSteady(t *testing.T) {
	p := sample(t)
	for _, name := range Names {
		a, _ := Of(name, "da", p)
		b, _ := Of(name, "da", p)
		if !bytes.Equal(a, b) {
			t.Errorf("%s is not the same twice", name)
		}
	}
	all, _ := Of("charter", "en", nil)
	for _, f := range charter.Fields() {
		if !strings.Contains(string(all), `"`+f.Key()+`": {`) && f.Key() != "*" {
			t.Errorf("%s is not in the schema", f.Path)
		}
	}
}
