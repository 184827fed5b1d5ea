package portfolio

import (
	"fmt"
	"regexp"
	"slices"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/query"
	"charterhouse/internal/rulebook"
)

// A Policy is a rule of the organisation's own, over the form of questions. Either
// Must is a condition that each charter (or each payer of one) keeps, or there
// are bounds to how many charters there are for each person, department or area.
type Policy struct {
	Code     diag.Code // begins with X-, so that it never is one of ours
	Pos      diag.Pos
	Severity diag.Severity

	For    facts.At[string] // "charter", "payer", or a field such as "person" to count by
	Where  *query.Condition // which charters it is about; nil for all
	Must   *query.Condition // what they keep
	Most   *int             // at most as many charters for each
	Least  *int             // at least as many
	AtOnce bool             // counting those only that run at the same time

	Title, Message, Hint, Why Text
	Pass, Fail                []Example
	Sound                     bool // it was read without a fault
}

// An Example is a small portfolio that shows what a policy says.
type Example struct {
	Pos      diag.Pos
	Charters []*charter.Charter
}

var (
	policyKeys = charter.KeysOf(configFields, "policies.*", diag.Say("a rule of your own"), "name", "title", "each", "for", "if", "where", "require", "must", "max", "at_most", "most", "at_most", "min", "at_least", "least", "at_least",
		"level", "severity", "text", "message", "example", "examples")
	exampleKeys = charter.KeysOf(configFields, "policies.*.examples", diag.Say("the examples"), "good", "pass", "bad", "fail")
	policyCode  = regexp.MustCompile(`^X-[A-Z0-9]+(-[A-Z0-9]+)*$`)
)

// maxPolicies and maxExamples bound what check has to ask.
const maxPolicies, maxExamples = 100, 20

// policies reads the rules of the organisation's own.
func (r *configReader) policies(n *facts.Node) []*Policy {
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("rules of your own are written as X-CODE: {…}, but this is %s", n.Kind), diag.Say("write each rule below a code of its own, such as X-SHARE:"))
		return nil
	}
	var all []*Policy
	for i := range n.Fields {
		x := &n.Fields[i]
		switch {
		case !policyCode.MatchString(x.Key) || len(x.Key) > 40:
			r.ReportKey(x, "K001", diag.Say("%q cannot be the code of a rule of your own", x.Key), diag.Say("begin it with X- and go on in capital letters, such as X-SHARE"))
		case len(all) == maxPolicies:
			r.ReportKey(x, "K001", diag.Say("there are more than %d rules of your own", maxPolicies), diag.Say("keep those that matter"))
			return all
		default:
			all = append(all, r.policy(x))
		}
	}
	return all
}

func (r *configReader) policy(x *facts.Field) *Policy {
	p := &Policy{Code: diag.Code(x.Key), Pos: x.Mark.In(r.File), Severity: diag.Warning, For: facts.At[string]{Value: "charter"}}
	before := len(r.Found)
	for f := range r.Map(x.Value, policyKeys) {
		switch f.Key {
		case "title":
			p.Title = words(r.Reader, f.Value)
		case "for":
			p.For = r.Text(f.Value)
		case "where":
			p.Where = query.ParseCondition(r.Reader, f.Value)
		case "must":
			p.Must = query.ParseCondition(r.Reader, f.Value)
		case "at_most":
			p.Most = r.bound(f.Value)
		case "at_least":
			p.Least = r.bound(f.Value)
		case "at_the_same_time":
			p.AtOnce = r.Bool(f.Value).Value
		case "severity":
			if i, _ := r.Word(f.Value, "K001", diag.Say("a severity"), []string{"off", "note", "warning", "error"}); i >= 0 {
				p.Severity = diag.Severity(i) + diag.Off
			}
		case "message":
			p.Message = words(r.Reader, f.Value)
		case "hint":
			p.Hint = words(r.Reader, f.Value)
		case "why":
			p.Why = words(r.Reader, f.Value)
		case "examples":
			for g := range r.Map(f.Value, exampleKeys) {
				if g.Key == "pass" {
					p.Pass = r.examples(g.Value)
				} else {
					p.Fail = r.examples(g.Value)
				}
			}
		}
	}
	r.judgePolicy(x, p, before)
	p.Sound = len(r.Found) == before
	return p
}

func (r *configReader) bound(n *facts.Node) *int {
	if v := r.Count(n, 100_000); v.Written() {
		return &v.Value
	}
	return nil
}

// judgePolicy looks for what a rule lacks, and for what does not go together.
func (r *configReader) judgePolicy(x *facts.Field, p *Policy, before int) {
	say := func(message, hint diag.Text) { r.ReportKey(x, "K001", message, hint) }
	counts := p.Most != nil || p.Least != nil
	single := p.For.Value == "charter" || p.For.Value == "payer"
	switch {
	case len(r.Found) > before: // what is left out may be what could not be read
	case len(p.Message) == 0:
		say(diag.Say("the rule has no message"), diag.Say("add message: with what its findings say"))
	case p.Must != nil && counts:
		say(diag.Say("the rule has a condition and a number as well"), diag.Say("keep must, or at_most and at_least, and make two rules of it otherwise"))
	case single && p.Must == nil:
		say(diag.Say("the rule says nothing that must hold"), diag.Say("add must: with a condition, such as share >= 20%%"))
	case !single && !counts:
		say(diag.Say("the rule for each %s has no number", p.For.Value), diag.Say("add at_most: or at_least:, or write for: charter"))
	case p.AtOnce && p.Most == nil:
		say(diag.Say("at_the_same_time goes with at_most only"), diag.Say("add at_most:, or remove it"))
	case len(p.Pass) == 0 || len(p.Fail) == 0:
		say(diag.Say("the rule has no examples"), diag.Say("add examples: {pass: {…}, fail: {…}}, each with what a small charter says"))
	}
}

// examples reads one example, or several; each is a charter, or a list of them.
func (r *configReader) examples(n *facts.Node) []Example {
	if n.Kind == facts.Map {
		return []Example{r.example(n, []*facts.Node{n})}
	}
	var all []Example
	maps := true
	for _, item := range n.Items {
		maps = maps && item.Kind == facts.Map
	}
	switch {
	case n.Kind != facts.List:
		r.Report(n, "C005", diag.Say("an example is written as keys with values, but this is %s", n.Kind), diag.Say("write what a small charter says, such as {status: active, budget: {…}}"))
	case len(n.Items) > maxExamples:
		r.Report(n, "K001", diag.Say("there are more than %d examples", maxExamples), diag.Say("keep those that tell something"))
	case maps:
		return []Example{r.example(n, n.Items)}
	default:
		for _, item := range n.Items {
			all = append(all, r.examples(item)...)
		}
	}
	return all
}

// example reads the charters of one example. Their own faults are not those of a
// charter: only what cannot be read is said.
func (r *configReader) example(n *facts.Node, charters []*facts.Node) Example {
	e := Example{Pos: n.Mark.In(r.File)}
	before := len(r.Found)
	for i, x := range charters[:min(len(charters), maxExamples)] {
		e.Charters = append(e.Charters, charter.Of(r.Reader, x, ID(fmt.Sprintf("example-%d", i+1))))
	}
	kept := slices.DeleteFunc(r.Found[before:], func(d diag.Diagnostic) bool {
		rule, _ := rulebook.Lookup(string(d.Code))
		return !rule.Fixed && d.Code != "C004" && d.Code != "C007"
	})
	r.Found = r.Found[:before+len(kept)]
	return e
}
