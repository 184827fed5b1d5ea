package charter

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
)

// A term says what one party pays, as written.
type term struct {
	kind   termKind
	share  money.Share
	amount money.Money
	node   *facts.Node
}

type termKind uint8

// The ways to say what a party pays. A broken term already has its finding.
const (
	broken termKind = iota
	aShare
	anAmount
	theRest
	equally
)

// parties reads who pays; the terms stand in the same order.
func (p *parser) parties(n *facts.Node) []term {
	if n != nil && n.Kind == facts.Scalar {
		p.wholeShares(n)
		return nil
	}
	b := &p.c.Budget
	var terms []term
	if n != nil && len(n.Fields) > 0 {
		b.Parties, terms = make([]Party, 0, len(n.Fields)), make([]term, 0, len(n.Fields))
	}
	for department, v := range p.ByID(n, diag.Say("the group of shares")) {
		party := Party{Department: department}
		t := p.party(&party, v)
		if department.Value == "" {
			t.kind = broken
		}
		b.Parties, terms = append(b.Parties, party), append(terms, t)
	}
	return terms
}

// wholeShares explains that each department has a share of its own.
func (p *parser) wholeShares(n *facts.Node) {
	hint, shares := diag.Say("write a share beside each department: {marketing: 50%%, it: 50%%}"), ""
	if n.Text == "equal" && len(p.c.Owners) > 1 {
		var each []string
		for _, o := range p.c.Owners {
			each = append(each, string(o.Department.Value)+": equal")
		}
		shares = "{" + strings.Join(each, ", ") + "}"
		hint = diag.Say("write %s", shares)
	}
	d := p.Report(n, "C005", diag.Say("the shares name each paying department, but this is a single value"), hint)
	if shares != "" {
		p.Replace(d, n, shares)
	}
}

// party reads one share, in its short or its long form.
func (p *parser) party(party *Party, v *facts.Node) term {
	switch v.Kind {
	case facts.Null:
		return p.noTerm(party)
	case facts.Map:
		return p.longForm(party, v)
	}
	return p.share(party, v)
}

func (p *parser) noTerm(party *Party) term {
	id := string(party.Department.Value)
	p.on(party.Department.Mark, id, "F005", diag.Say("%s has neither a share nor an amount", id), diag.Say("write a share such as 50%%, 1/3 or rest"))
	return term{}
}

// longForm reads {share | amount, cost_centre, in_kind} (F005).
func (p *parser) longForm(party *Party, v *facts.Node) term {
	var share, amount *facts.Node
	for f := range p.Map(v, partyKeys) {
		switch f.Key {
		case "share":
			share = f.Value
		case "amount":
			amount = f.Value
		case "cost_centre":
			party.CostCentre = p.Text(f.Value)
		case "in_kind":
			party.InKind = p.Text(f.Value)
		}
	}
	switch {
	case share != nil && amount != nil:
		p.Report(amount, "F005", diag.Say("%s has both a share and an amount", party.Department.Value), diag.Say("keep one of the two"))
		return term{}
	case amount != nil:
		a := p.amount(amount)
		party.Written = At[string]{Value: amount.Text, Mark: amount.Mark}
		if a.Value.Minor == 0 {
			if a.Value.Currency != "" {
				p.Report(amount, "F004", diag.Say("%s pays nothing", party.Department.Value), diag.Say("leave out a department that pays nothing"))
			}
			return term{}
		}
		return term{kind: anAmount, amount: a.Value, node: amount}
	case share != nil:
		return p.share(party, share)
	}
	return p.noTerm(party)
}

// share reads 50%, 33.5%, 1/3, rest or equal (F004).
func (p *parser) share(party *Party, n *facts.Node) term {
	if n.Kind == facts.Scalar {
		party.Written = At[string]{Value: n.Text, Mark: n.Mark}
		switch n.Text {
		case "rest":
			return term{kind: theRest, node: n}
		case "equal":
			return term{kind: equally, node: n}
		}
	}
	s := facts.Value(p.Reader, n, "F004", diag.Say("a share"), parseShare)
	if s.Value.IsZero() {
		if d := p.last("F004", n); d != nil && strings.Contains(n.Text, "%") {
			p.offer(d, n, func(t string) bool {
				_, err := money.ParseShare(t)
				return err == nil && strings.Count(d.Hint.String(), "%") == 1
			})
		}
		return term{}
	}
	return term{kind: aShare, share: s.Value, node: n}
}

// parseShare reads a share. A bare number might be per cent or a part of one,
// so the hint does not guess.
func parseShare(s string) (money.Share, error) {
	share, err := money.ParseShare(s)
	if err != nil && !strings.ContainsAny(s, "%/") && decimal(s) {
		err = &facts.SyntaxError{Reason: diag.Say("%q is not a share", s), Hint: diag.Say("write per cent or a fraction: 50%% or 1/2")}
	}
	return share, err
}

// resolve turns the terms into exact shares of the total and reports whether
// all of them are known.
func (p *parser) resolve(terms []term) bool {
	count := [equally + 1]int{}
	for _, t := range terms {
		count[t.kind]++
	}
	switch {
	case len(terms) == 0:
		return false
	case count[equally] > 0 && count[equally] < len(terms):
		p.mixedEqual(terms)
		return false
	case count[theRest] > 1:
		p.secondRest(terms)
		return false
	case count[broken] > 0:
		return false
	case count[anAmount] > 0 && count[aShare] > 0:
		p.mixedAmounts(terms)
		return false
	case count[anAmount] > 0 || count[theRest] == len(terms):
		return p.resolveAmounts(terms)
	}
	if total := p.c.Budget.Total; !total.Written() {
		p.finding(p.c.Budget.Shares, "F016", diag.Say("shares are given, but there is no total to share"), diag.Say("write budget.total, or give each department an amount")).Width = len("shares")
	}
	if count[equally] > 0 {
		s, _ := money.NewShare(1, int64(len(terms)))
		for i := range terms {
			p.c.Budget.Parties[i].Share = s
		}
		return true
	}
	return p.resolveShares(terms, count[theRest] == 1)
}

// mixedEqual reports parties that say equal beside others that do not (F009).
func (p *parser) mixedEqual(terms []term) {
	for i, t := range terms {
		if t.kind == equally {
			var others []diag.Text
			for j, u := range terms {
				if u.kind != equally {
					others = append(others, p.payer(j))
				}
			}
			pays := diag.Say("%s pays equally, but %s do not", p.payer(i), diag.And(others))
			if len(others) == 1 {
				pays = diag.Say("%s pays equally, but %s does not", p.payer(i), others[0])
			}
			p.Report(t.node, "F009", pays, diag.Say("write equal for every department, or a share for each"))
			return
		}
	}
}

// secondRest reports two parties who both pay the rest (F008).
func (p *parser) secondRest(terms []term) {
	first := -1
	for i, t := range terms {
		switch {
		case t.kind != theRest:
		case first < 0:
			first = i
		default:
			d := p.Report(t.node, "F008", diag.Say("%s and %s both pay the rest", p.payer(first), p.payer(i)), diag.Say("only one department can pay the rest; write a share such as 25%% for the other"))
			d.Related = []diag.At[diag.Text]{{Value: diag.Say("the first rest"), Pos: terms[first].node.Mark.In(p.File)}}
			return
		}
	}
}

// mixedAmounts reports amounts beside shares (F005).
func (p *parser) mixedAmounts(terms []term) {
	i := slices.IndexFunc(terms, func(t term) bool { return t.kind == anAmount })
	j := slices.IndexFunc(terms, func(t term) bool { return t.kind == aShare })
	p.Report(terms[i].node, "F005", diag.Say("%s pays an amount, but %s pays a share", p.payer(i), p.payer(j)), diag.Say("write amounts for all or shares for all; rest goes with either"))
}

// resolveAmounts holds amounts against the total (F007, F008).
func (p *parser) resolveAmounts(terms []term) bool {
	b := &p.c.Budget
	if b.Total.Value.Minor == 0 {
		if !b.Total.Written() && p.currency != "" {
			p.finding(b.Shares, "F016", diag.Say("it is stated who pays, but not the total"), diag.Say("write budget.total")).Width = len("shares")
		}
		return false
	}
	sum, rest := money.Money{}, -1
	for i, t := range terms {
		if t.kind == theRest {
			rest = i
			continue
		}
		sum = sum.Plus(t.amount)
	}
	left := b.Total.Value.Minus(sum)
	switch {
	case rest >= 0 && left.Minor <= 0:
		p.noRest(terms[rest], diag.Say("the others carry %s of the total, %s", words(sum), words(b.Total.Value)))
		return false
	case rest >= 0:
		terms[rest].amount = left
	case left.Minor != 0:
		way := diag.Say("%s is missing", words(left))
		if left.Minor < 0 {
			way = diag.Say("%s is too much", words(sum.Minus(b.Total.Value)))
		}
		p.finding(b.Shares, "F007", diag.Say("the amounts add up to %s, but the total is %s: %s", words(sum), words(b.Total.Value), way), diag.Say("change an amount or the total, or write rest for one department")).Width = len("shares")
		return false
	}
	for i, t := range terms {
		b.Parties[i].Share = t.amount.Of(b.Total.Value)
	}
	return true
}

// noRest reports a rest that nothing is left for (F008).
func (p *parser) noRest(t term, others diag.Text) {
	p.Report(t.node, "F008", diag.Say("nothing is left for the rest: %s", others), diag.Say("lower one of the other shares, or leave this department out"))
}

// resolveShares holds shares against the whole (F006, F008).
func (p *parser) resolveShares(terms []term, hasRest bool) bool {
	b := &p.c.Budget
	sum := new(big.Rat)
	for i, t := range terms {
		b.Parties[i].Share = t.share
		if t.kind == aShare {
			sum.Add(sum, t.share.Rat())
		}
	}
	left := new(big.Rat).Sub(big.NewRat(1, 1), sum)
	if !hasRest {
		if left.Sign() != 0 {
			p.shareGap(terms, sum, left)
		}
		return left.Sign() == 0
	}
	i := slices.IndexFunc(terms, func(t term) bool { return t.kind == theRest })
	if left.Sign() <= 0 {
		p.noRest(terms[i], diag.Say("the others carry %s of the whole", percent(sum)))
		return false
	}
	rest, ok := money.Share{}, left.Num().IsInt64() && left.Denom().IsInt64()
	if ok {
		rest, ok = money.NewShare(left.Num().Int64(), left.Denom().Int64())
	}
	if !ok {
		p.Report(terms[i].node, "F004", diag.Say("the shares are too finely divided to compute with"), diag.Say("write shares with fewer digits"))
	}
	b.Parties[i].Share = rest
	return ok
}

// shareGap says how far the shares are from the whole, in percent and money,
// and how to mend it (F006).
func (p *parser) shareGap(terms []term, sum, left *big.Rat) {
	b := &p.c.Budget
	gap := new(big.Rat).Abs(left)
	far := diag.Say("%s", percent(gap))
	if total := b.Total.Value; total.Minor > 0 {
		part := new(big.Rat).Mul(gap, big.NewRat(total.Minor, total.Currency.Scale())).FloatString(total.Currency.Exponent())
		amount := locale.NumberPart(part, " "+string(total.Currency))
		if m, err := money.Parse(part, total.Currency); err == nil { // else it is more than anybody may write
			amount = words(m)
		}
		far = diag.Say("%s (%s)", percent(gap), amount)
	}
	way := diag.Say("%s is missing", far)
	if left.Sign() < 0 {
		way = diag.Say("%s is too much", far)
	}
	var payers []diag.Text
	for i := range terms {
		payers = append(payers, p.payer(i))
	}
	carries := diag.Say("%s carry %s, %s", diag.And(payers), percent(sum), way)
	if len(payers) == 1 {
		carries = diag.Say("%s carries %s, %s", payers[0], percent(sum), way)
	}
	d := p.finding(b.Shares, "F006", carries, diag.Text{})
	d.Width = len("shares")
	p.mendShares(d, terms, left)
}

// mendShares suggests equal fractions where equal shares were meant, else the
// rest for the last party.
func (p *parser) mendShares(d *diag.Diagnostic, terms []term, left *big.Rat) {
	n := len(terms)
	last := terms[n-1]
	same := !slices.ContainsFunc(terms, func(t term) bool { return t.share != last.share })
	near := new(big.Rat).Abs(left).Cmp(big.NewRat(1, 50)) <= 0
	rest := new(big.Rat).Add(left, last.share.Rat())
	switch {
	case n > 1 && same && near:
		fraction := fmt.Sprintf("1/%d", n)
		d.Hint = diag.Say("write %s for each of the %s parties", fraction, number(n))
		for _, t := range terms {
			p.Replace(d, t.node, fraction)
		}
	case n == 1:
		d.Hint = diag.Say("name the other departments that pay, or write 100%%")
	case rest.Sign() > 0:
		d.Hint = diag.Say("write %s: rest, or change a share until they make up 100 %%", p.payer(n-1))
	default:
		d.Hint = diag.Say("lower one of the shares; together they are exactly 100 %%")
	}
}

// percent writes a ratio as per cent for a finding.
func percent(r *big.Rat) diag.Value { return locale.NumberPart(money.PercentOf(r), " %") }

func number(n int) diag.Text {
	if n < 10 {
		return [...]diag.Text{diag.Say("no"), diag.Say("one"), diag.Say("two"), diag.Say("three"), diag.Say("four"), diag.Say("five"), diag.Say("six"), diag.Say("seven"), diag.Say("eight"), diag.Say("nine")}[n]
	}
	return diag.Raw(fmt.Sprint(n))
}

// payer names party i.
func (p *parser) payer(i int) diag.Text {
	if id := p.c.Budget.Parties[i].Department.Value; id != "" {
		return diag.Raw(string(id))
	}
	return diag.Say("one department")
}

// allocate fills the computed half of a budget (F017 where a part is so small
// that rounding could turn it negative).
func (p *parser) allocate() {
	b := &p.c.Budget
	shares := make([]money.Share, len(b.Parties))
	for i, x := range b.Parties {
		shares[i] = x.Share
	}
	amounts := []money.Money{b.Total.Value}
	if len(b.Periods) > 0 {
		amounts = make([]money.Money, len(b.Periods))
		for i, x := range b.Periods {
			amounts[i] = x.Amount.Value
			for j, s := range shares {
				if !x.Amount.Value.IsZero() && money.BelowTwo(x.Amount.Value, s) {
					p.on(x.Period.Mark, x.Period.Value.String(), "F017", diag.Say("in %s, %s would pay less than two of the smallest coins", x.Period.Value, p.payer(j)), diag.Say("join the period with its neighbour"))
					return
				}
			}
		}
	}
	b.Table = money.Allocate(amounts, shares)
	for i := range b.Parties {
		b.Parties[i].Amount = b.Table.Parties[i]
	}
	b.Sound = true
}
