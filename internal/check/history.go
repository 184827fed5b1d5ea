package check

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
)

// The rules of this file are judged only where the history is known. They read as
// little of it as they can: the whole log only for charters whose signatures lapsed
// and for signers whose addresses the register knows.

// past makes a rule that looks at one charter and at what is known of its past.
func past(code diag.Code, one func(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text))) Rule {
	r := each(code, one)
	r.past = true
	return r
}

// lapsed returns what c said when all had signed last, if it binds and says
// something else now that no amendment describes which came since.
func lapsed(p *portfolio.Portfolio, c *charter.Charter) (was history.Promise, ok bool) {
	if !c.Status.Value.Bound() || p.Agreement(c) == portfolio.FullySigned || p.Past().Unknown != "" {
		return was, false
	}
	was, ok = p.Past().Agreed(c)
	if !ok || was.Terms == c.Terms.Short() {
		return was, false
	}
	return was, !slices.ContainsFunc(c.Amendments, func(a charter.Amendment) bool { return !slices.Contains(was.Amended, a.ID.Value) })
}

func unamended(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	was, ok := lapsed(p, c)
	if !ok {
		return
	}
	mark := c.Keys.Of("amendments")
	if !mark.Written() {
		mark = c.Status.Mark
	}
	report(mark, diag.Say("the terms have changed since all had signed on %s (%s in commit %s), and no amendment says so", was.Signed, was.Terms, was.Commit[:7]),
		diag.Say("describe the change: {id: a%d, date: %s, summary: …}", len(c.Amendments)+1, p.AsOf()))
}

func drifted(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	end, may := c.Timeframe.End, c.Tolerances.Time.Value
	if may.IsZero() || end.Value.IsZero() {
		return
	}
	was, ok := lapsed(p, c)
	if !ok || was.End.IsZero() || !end.Value.After(may.AddTo(was.End)) {
		return
	}
	report(end.Mark, diag.Say("the end has moved %s from the signed %s, more than the %s that the lead may move it by", days(end.Value.DaysSince(was.End)), was.End, may),
		diag.Say("describe it in an amendment and have it signed, or go back to an end that is within the tolerance"))
}

// notBySigner compares the author of the commit that brought a signature with the
// signer, if the register knows the signer's address. What was written in a web
// page under an address of the forge tells nothing, and a note says that somebody
// was asked to.
func notBySigner(p *portfolio.Portfolio) look {
	return func(c *charter.Charter, report func(diag.Diagnostic)) {
		if p.Past().Unknown != "" {
			return
		}
		for _, a := range p.Approvals(c) {
			signer := p.Person(a.Person.Value)
			if signer == nil || signer.Email == "" || a.Note.Value != "" || a.Terms.Value == "" {
				continue
			}
			who, at := p.Past().Approved(c, a)
			if len(who) == 0 || slices.ContainsFunc(who, func(w history.Writer) bool {
				return strings.EqualFold(w.Email, signer.Email) || w.Email == "" || strings.Contains(strings.ToLower(w.Email), "noreply")
			}) {
				continue
			}
			name := who[len(who)-1].Name
			if x := p.Addressed(who[len(who)-1].Email); x != nil {
				name = x.Name
			}
			report(diag.Diagnostic{Pos: a.Pos(a.Person.Mark), Message: diag.Say("the signature of %s was committed by %s (%s)", signer.Name, name, at.Commit[:7]),
				Hint: diag.Say("let the signer commit it, or write a note: who was asked to; an address that is another form of the signer's goes into .mailmap")})
		}
	}
}

// cutOff says once that signatures cannot be traced, where there are any.
func cutOff(p *portfolio.Portfolio, report func(diag.Diagnostic)) {
	if p.Past().Unknown != history.Shallow || !slices.ContainsFunc(p.Charters(), func(c *charter.Charter) bool { return len(p.Approvals(c)) > 0 }) {
		return
	}
	report(diag.Diagnostic{Pos: diag.Pos{File: "charterhouse.yaml"}, Message: diag.Say("the history was cut off when it was fetched, so signatures cannot be traced to the text that was signed"),
		Hint: diag.Say("fetch all of it: git fetch --unshallow, or in a workflow fetch-depth: 0")})
}

// follows lists which statuses may come after one.
var follows = map[charter.Status][]charter.Status{
	charter.Proposed:  {charter.Agreed, charter.Cancelled},
	charter.Agreed:    {charter.Proposed, charter.Active, charter.Cancelled, charter.Superseded},
	charter.Active:    {charter.OnHold, charter.Completed, charter.Cancelled, charter.Superseded},
	charter.OnHold:    {charter.Active, charter.Completed, charter.Cancelled},
	charter.Completed: {charter.Cancelled, charter.Superseded},
}

func jumped(p *portfolio.Portfolio, c *charter.Charter, report func(charter.Mark, diag.Text, diag.Text)) {
	now := c.Status.Value
	if now == charter.NoStatus || now == charter.Cancelled {
		return
	}
	was, ok := p.Past().Was(c)
	if !ok || was == charter.NoStatus || slices.Contains(follows[was], now) {
		return
	}
	var may []string
	for _, s := range follows[was] {
		may = append(may, s.String())
	}
	hint := diag.Say("a charter that is %s is final; write status: %s, or start a charter of its own", was, was)
	if len(may) > 0 {
		hint = diag.Say("after %s comes %s", was, diag.Or(may))
	}
	report(c.Status.Mark, diag.Say("the status went from %s to %s", was, now), hint)
}
