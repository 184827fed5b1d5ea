package check

import (
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rulebook"
	"charterhouse/internal/theme"
)

var agreementRules = []Rule{
	each("A001", notSigned),
	{Code: "A002", each: notEntitled},
	{Code: "A004", each: resign, past: true},
	past("A006", unamended),
	each("A007", farApart),
	{Code: "A008", each: notBySigner, past: true},
	{Code: "A009", whole: cutOff, past: true},
}

func notSigned(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	if !c.Status.Value.Bound() || p.Config().Required["approvals"][c.Status.Value] != portfolio.Must {
		return
	}
	for _, s := range p.Signatures(c) {
		if s.State == portfolio.Missing && p.Department(s.Department) != nil {
			report(c.Status.Mark, diag.Say("the charter is %s, but %s has not signed", c.Status.Value, dept(p, s.Department)), diag.Say("add its approval%s; or write status: proposed until it has signed", command(p, c, s)))
		}
	}
}

func notEntitled(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		for _, a := range p.Approvals(c) {
			id, day := p.Called(a.Department.Value), a.Date.Value
			if p.Department(id) != nil && p.Misplaced(&a) {
				at := a.Department.Mark
				if !at.Written() {
					at = a.Mark
				}
				report(diag.Diagnostic{Pos: a.Pos(at), Message: diag.Say("this signature for %s stands among those of another department, and counts for nothing", dept(p, id)),
					Hint: diag.Say("let %s sign in its own folder, approvals/%s", dept(p, id), id)})
				continue
			}
			if p.Department(id) == nil || p.Person(a.Person.Value) == nil || day.IsZero() || p.Entitled(id, a.Person.Value, day) {
				continue
			}
			report(diag.Diagnostic{Pos: a.Pos(a.Person.Mark), Message: diag.Say("%s signed for %s on %s, but was neither its chief nor a deputy then", who(p, a.Person.Value), dept(p, id), day), Hint: entitledHint(p, id, day)})
		}
	}
}

// resign asks for new signatures. While an amendment is young, its signatures
// are being collected, and the finding is mild.
func resign(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		if !c.Status.Value.Bound() {
			return
		}
		var latest calendar.Date
		for _, a := range c.Amendments {
			if a.Date.Value.After(latest) {
				latest = a.Date.Value
			}
		}
		for _, s := range p.Signatures(c) {
			if s.State != portfolio.Outdated {
				continue
			}
			d := diag.Diagnostic{Pos: s.Approval.Pos(s.Approval.Terms.Mark),
				Message: diag.Say("the terms have changed since %s signed for %s%s", who(p, s.Approval.Person.Value), dept(p, s.Department), since(p, c, s)),
				Hint:    diag.Say("undo the change, or have it signed again%s", command(p, c, s))}
			if !latest.IsZero() && latest.After(s.Approval.Date.Value) && !p.AsOf().After(latest.AddDays(p.Config().AmendmentDays)) {
				d.Severity = diag.Warning
				d.Hint = diag.Say("signatures for the amendment of %s are being collected until %s%s", latest, latest.AddDays(p.Config().AmendmentDays), command(p, c, s))
			}
			report(d)
		}
	}
}

// command is what to type for a signature, after a colon; empty where nothing can
// be signed.
func command(p *portfolio.Portfolio, c *charter.Charter, s portfolio.Signature) diag.Text {
	if typed := p.Signing(c, s); typed != "" {
		return diag.Say(": %s", typed)
	}
	return diag.Text{}
}

// since tells after a colon what has changed since a signature was given. It is
// empty where nobody reads the past, as where two versions are compared: the terms
// that differ are told there, and digests would say nothing more.
func since(p *portfolio.Portfolio, c *charter.Charter, s portfolio.Signature) diag.Text {
	_, then := p.Worth(c, s)
	if then == nil {
		if p.Past().Unknown == history.NoReader {
			return diag.Text{}
		}
		if p.Past().Unknown == "" {
			return diag.Say(": the signature is for %s, the terms are now %s, and git does not have the text that was signed", s.Approval.Terms.Value, c.Terms.Short())
		}
		return diag.Say(": the signature is for %s, the terms are now %s", s.Approval.Terms.Value, c.Terms.Short())
	}
	said, terms := diag.Named{}, change.Terms(then, c)
	for lang, words := range speech() {
		sentences := strings.Join(change.Teller{Words: words, After: p}.Sentences(terms), "; ")
		said[lang] = strings.ReplaceAll(sentences, "\u00a0", " ") // a terminal breaks lines where it likes
	}
	return diag.Say(": %s", said)
}

// speech is the default theme's words in the languages of findings, whatever the
// site's languages are.
var speech = sync.OnceValue(func() map[string]*theme.Words {
	all := map[string]*theme.Words{}
	for _, lang := range rulebook.Languages {
		all[lang], _ = theme.Speak(nil, lang)
	}
	return all
})

func farApart(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	var first, last calendar.Date
	var mark charter.Mark
	for _, s := range p.Signatures(c) {
		if s.State != portfolio.Valid {
			return
		}
		day := s.Approval.Date.Value
		if first.IsZero() || day.Before(first) {
			first = day
		}
		if day.After(last) {
			last, mark = day, s.Approval.Date.Mark
		}
	}
	if !last.IsZero() && last.DaysSince(first) > p.Config().ApprovalDays {
		report(mark, diag.Say("the signatures are %s apart", days(last.DaysSince(first))), diag.Say("check that everybody still means the same, and sign again"))
	}
}
