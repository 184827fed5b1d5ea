package portfolio

import (
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/rulebook"
)

// DefaultConfig is what holds where charterhouse.yaml says nothing.
func DefaultConfig() *Config {
	half, _ := money.NewShare(1, 2)
	token, _ := money.NewShare(1, 20)
	return &Config{
		Languages: []string{"en"}, FiscalStart: 1, Required: specified(), Cadence: 30, ReturnGrace: 14, ReturnLevel: half, TokenShare: token,
		LongestMonths: 24, BenefitMonths: 12, ApprovalDays: 60, AmendmentDays: 30, EndingDays: 90,
	}
}

// specified is the table of section 3 of the specification.
func specified() Required {
	r := Required{}
	row := func(field, needs string) { // one letter a status, in the order of charter.Statuses
		r[field] = map[charter.Status]Need{}
		for i, s := range charter.Statuses {
			r[field][s] = map[byte]Need{'o': Optional, 'x': Must, '-': Refused}[needs[i]]
		}
	}
	for _, f := range []string{"title", "summary", "status", "created"} {
		row(f, "xxxxxxx")
	}
	for _, f := range []string{"lead", "timeframe", "budget", "owners", "goals", "responsibilities"} {
		row(f, "oxxxxoo")
	}
	row("team", "ooxxxoo")
	row("kickoff", "ooxxxoo")
	row("approvals", "-xxxxoo")
	row("closure", "----xxo")
	return r
}

var (
	configKeys = keysOf(configFields, "", diag.Say("charterhouse.yaml"), "name", "title", "language", "languages", "lang", "languages", "currency", "reporting_currency", "fiscal_year", "fiscal_year_starts",
		"repo", "repository", "repository_url", "repository",
		"x", "fields", "own_fields", "fields", "policy", "policies", "own_rules", "policies", "profile", "profiles", "audiences", "profiles")
	ruleKeys = keysOf(configFields, "rules", diag.Say("rules"))
)

// ReadConfig reads charterhouse.yaml. speech gives the languages that a theme
// could show; the configuration falls back on what it says wrongly.
func ReadConfig(file string, text []byte, speech func(theme string) *locale.Set) (*Config, diag.List) {
	c := DefaultConfig()
	c.File = file
	root, found := facts.Parse(facts.YAML, file, text, 1, facts.ForCharter)
	r := &configReader{Reader: facts.NewReader(file, text)}
	if n := root.Get("theme"); n != nil && facts.ValidID(n.Text) {
		c.Speech = speech(n.Text)
	} else {
		c.Speech = speech("")
	}
	var editor *facts.Node
	for f := range r.Map(root, &configKeys) {
		switch f.Key {
		case "title":
			t := r.Text(f.Value)
			c.Title = diag.At[string]{Value: t.Value, Pos: t.Mark.In(file)}
		case "languages":
			r.languages(f.Value, c)
		case "departments":
			for _, id := range r.IDs(f.Value, diag.Say("the order of departments")) {
				c.Order = append(c.Order, diag.At[ID]{Value: id.Value, Pos: id.Mark.In(file)})
			}
		case "reporting_currency":
			c.Currency = facts.Value(r.Reader, f.Value, "F001", diag.Say("a currency"), ParseCurrency).Value
		case "fiscal_year_starts":
			r.fiscalStart(f.Value, c)
		case "editor":
			editor = f.Value
		case "publish":
			c.Publish = r.destinations(f.Value)
		case "reviewers":
			c.Reviewers = reviewers(r.Reader, f.Value)
		case "theme":
			id := r.ID(f.Value)
			c.Theme = diag.At[string]{Value: string(id.Value), Pos: id.Mark.In(file)}
		case "repository":
			c.Repository = r.repository(f.Value)
		case "rules":
			r.rules(f.Value, c)
		case "required":
			r.required(f.Value, c)
		case "severity":
			c.Policy = r.severity(f.Value)
		case "fields":
			c.Fields = r.fields(f.Value)
		case "policies":
			c.Policies = r.policies(f.Value)
		case "profiles":
			c.Profiles = r.profiles(f.Value)
		}
	}
	if editor != nil {
		c.Editor = r.editor(editor, c.Repository, root.Get("repository") != nil)
	}
	r.judgeProfiles(root.Get("profiles"), c)
	for i := range r.Found {
		if r.Found[i].Code == "C004" { // a key of the configuration, not of a charter
			r.Found[i].Code = "K001"
		}
	}
	return c, append(found, r.Found...)
}

type configReader struct {
	*facts.Reader
}

func (r *configReader) languages(n *facts.Node, c *Config) {
	var langs []string
	known := c.Speech.Tags()
	for _, item := range r.OneOrMore(n) {
		i, _ := r.Word(item, "K001", diag.Say("a language of the theme"), known)
		if i < 0 {
			continue
		}
		if slices.Contains(langs, known[i]) {
			r.Report(item, "K001", diag.Say("%q stands twice", known[i]), diag.Say("remove one of the two"))
			continue
		}
		langs = append(langs, known[i])
	}
	if len(langs) > 0 {
		c.Languages = langs
	}
}

// fiscalStart reads the month that a fiscal year begins with, by its number.
func (r *configReader) fiscalStart(n *facts.Node, c *Config) {
	month := facts.Value(r.Reader, n, "K001", diag.Say("a month"), func(s string) (int, error) {
		m, err := strconv.Atoi(s)
		if err != nil || m < 1 || m > 12 || strconv.Itoa(m) != s {
			return 0, &facts.SyntaxError{Reason: diag.Say("%q is no month", s), Hint: diag.Say("write the number of the month, from 1 to 12: fiscal_year_starts: 4")}
		}
		return m, nil
	})
	if month.Value > 0 {
		c.FiscalStart = month.Value
	}
}

// rules reads the numbers that rules depend on.
func (r *configReader) rules(n *facts.Node, c *Config) {
	numbers := map[string]struct {
		to   *int
		most int
	}{
		"update_days": {&c.Cadence, 366}, "return_grace_days": {&c.ReturnGrace, 366}, "longest_months": {&c.LongestMonths, 240},
		"benefit_months": {&c.BenefitMonths, 240}, "approval_days": {&c.ApprovalDays, 3660}, "amendment_days": {&c.AmendmentDays, 366}, "ending_days": {&c.EndingDays, 366},
	}
	for f := range r.Map(n, &ruleKeys) {
		if number, ok := numbers[f.Key]; ok {
			if v := r.Count(f.Value, number.most); v.Written() {
				*number.to = v.Value
			}
			continue
		}
		if v := facts.Value(r.Reader, f.Value, "K001", diag.Say("a share"), money.ParseShare); !v.Value.IsZero() {
			if f.Key == "return_from" {
				c.ReturnLevel = v.Value
			} else {
				c.TokenShare = v.Value
			}
		}
	}
}

// required reads changes to the table of what is required when:
// required: {kickoff: {active: optional}}.
func (r *configReader) required(n *facts.Node, c *Config) {
	fields := c.Required.Rows()
	for f := range r.Map(n, &facts.Keys{Of: diag.Say("required"), Known: fields}) {
		for g := range r.Map(f.Value, &facts.Keys{Of: diag.Say("required.%s", f.Key), Known: charter.StatusWords()}) {
			status, _ := charter.ParseStatus(g.Key)
			if i, _ := r.Word(g.Value, "K001", diag.Say("a need"), needWords); i >= 0 {
				c.Required[f.Key][status] = Need(i)
			}
		}
	}
}

func (r *configReader) severity(n *facts.Node) rulebook.Policy {
	words := map[string]diag.At[string]{}
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("severity is written as code: word"), diag.Say("write F012: note"))
		return rulebook.Policy{}
	}
	for _, f := range n.Fields {
		words[strings.ToUpper(f.Key)] = diag.At[string]{Value: f.Value.Text, Pos: f.Value.Mark.In(r.File)}
	}
	p, found := rulebook.NewPolicy(words)
	r.Found = append(r.Found, found...)
	return p
}
