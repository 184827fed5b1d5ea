package charter

import (
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
)

// money reads the budget and computes who pays what when. Everything that can
// be judged is judged, but only a budget without any fault is Sound.
func (p *parser) money() {
	n := p.root.Get("budget")
	b := &p.c.Budget
	before := len(p.Found)
	p.readCurrency(n.Get("currency"))
	var shares, contingency, spent *facts.Node
	for f := range p.Map(n, budgetKeys) {
		b.Mark = n.Mark
		switch f.Key {
		case "total":
			b.Total = p.total(f.Value)
		case "shares":
			b.Shares, shares = f.Mark, f.Value
		case "periods":
			b.PeriodsMark = f.Mark
			p.periods(f.Value)
		case "contingency":
			contingency = f.Value
		case "spent":
			spent = f.Value
		}
	}
	terms := p.parties(shares)
	p.judgePeriods()
	if p.resolve(terms) && p.whole && !wrong(p.Found[before:]) && b.Total.Value.Minor > 0 {
		p.allocate()
	}
	p.contingency(contingency)
	p.spent(spent)
	p.judgeKind()
}

// wrong reports whether one of the findings about total, shares and periods
// makes figures wrong.
func wrong(found diag.List) bool {
	return slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return d.Code != "F015" && d.Code != "C014" && d.Code != "C004"
	})
}

// contingency reads the part of the total that the owners hold back (F020).
func (p *parser) contingency(n *facts.Node) {
	b := &p.c.Budget
	b.Contingency = p.amount(n)
	if more := b.Contingency.Value; more.Cmp(b.Total.Value) > 0 && b.Total.Value.Minor > 0 {
		p.Report(n, "F020", diag.Say("the contingency, %s, is larger than the total, %s", words(more), words(b.Total.Value)), diag.Say("the contingency is the part of the total that the owners hold back"))
	}
}

// words writes an amount for a finding: "48.00 EUR".
func words(m money.Money) diag.Value { return locale.ExactPart(m) }

func (p *parser) readCurrency(n *facts.Node) {
	b := &p.c.Budget
	b.Currency = facts.Value(p.Reader, n, "F001", diag.Say("a currency"), func(s string) (money.Currency, error) {
		c := money.Currency(s)
		if c.Known() {
			return c, nil
		}
		hint := diag.Say("write the three letters of ISO 4217, such as DKK, EUR or USD")
		if upper := money.Currency(strings.ToUpper(s)); upper.Known() {
			hint = diag.Say("write %s", upper)
		} else if c, ok := nicknames[strings.Trim(strings.ToLower(s), ". ")]; ok {
			hint = diag.Say("write %s", diag.Or(c))
		}
		return "", &facts.SyntaxError{Reason: diag.Say("%q is not a currency in use", s), Hint: hint}
	})
	p.currency = b.Currency.Value
}

// nicknames are what people call currencies. A crown is that of its country, so
// for "kr" we name the likeliest.
var nicknames = map[string][]string{"kr": {"DKK", "SEK", "NOK"}, "kroner": {"DKK", "NOK"}, "euro": {"EUR"}, "euros": {"EUR"}, "€": {"EUR"}, "$": {"USD"}, "dollar": {"USD"}, "dollars": {"USD"}, "£": {"GBP"}, "pounds": {"GBP"}}

// amount reads an amount in the charter's currency (F002). Without a known
// currency nobody can say how many decimals it has, so it stays unread.
func (p *parser) amount(n *facts.Node) At[money.Money] {
	if p.currency == "" {
		return At[money.Money]{Mark: p.Number(n).Mark}
	}
	a := facts.Value(p.Reader, n, "F002", diag.Say("an amount"), p.parseAmount)
	// 12.345 may be twelve or twelve thousand: that is for the author to say.
	if d := p.last("F002", n); d != nil && strings.Count(n.Text, ".")+strings.Count(n.Text, ",") != 1 {
		p.offer(d, n, func(s string) bool { _, err := p.parseAmount(s); return err == nil })
	}
	return a
}

// last returns the last finding if it has the code and is about n.
func (p *parser) last(code diag.Code, n *facts.Node) *diag.Diagnostic {
	if len(p.Found) == 0 || n == nil {
		return nil
	}
	if d := &p.Found[len(p.Found)-1]; d.Code == code && d.Pos == n.Mark.In(p.File) {
		return d
	}
	return nil
}

func (p *parser) parseAmount(s string) (money.Money, error) { return money.Parse(s, p.currency) }

// offer makes the spelling that a hint shows a fix, if it is a sound one.
func (p *parser) offer(d *diag.Diagnostic, n *facts.Node, sound func(string) bool) {
	_, rest, ok := strings.Cut(d.Hint.String(), "write ")
	if !ok {
		return
	}
	spelling, _, _ := strings.Cut(rest, " ")
	if spelling = strings.TrimRight(spelling, ",;:"); sound(spelling) && strings.ContainsAny(n.Text, "0123456789") {
		p.Replace(d, n, spelling)
	}
}

// total reads the total, which must be above zero (F003).
func (p *parser) total(n *facts.Node) At[money.Money] {
	if n.Kind == facts.Scalar && strings.HasPrefix(n.Text, "-") {
		p.Report(n, "F003", diag.Say("the total is below zero"), diag.Say("write what the charter may cost, or leave the budget out until it is known"))
		return At[money.Money]{Mark: n.Mark}
	}
	before := len(p.Found)
	t := p.amount(n)
	if t.Value.Minor == 0 && p.currency != "" && len(p.Found) == before {
		p.Report(n, "F003", diag.Say("the total is zero"), diag.Say("write what the charter may cost, or leave the budget out until it is known"))
	}
	return t
}

// periods reads what is planned for each part of the time (F014 where that is
// no period) and puts it in order of time.
func (p *parser) periods(n *facts.Node) {
	if n.Kind != facts.Map {
		p.Report(n, "C005", diag.Say("periods are written as keys with amounts, but this is %s", n.Kind), diag.Say("write 2027: 650000 on a line of its own, indented by two blanks"))
		return
	}
	b := &p.c.Budget
	b.Periods = make([]Period, 0, len(n.Fields))
	for _, f := range n.Fields {
		key := facts.Node{Kind: facts.Scalar, Text: f.Key, Plain: f.Plain, Mark: f.Mark}
		b.Periods = append(b.Periods, Period{
			Period: facts.Value(p.Reader, &key, "F014", diag.Say("a period"), calendar.ParsePeriod),
			Amount: p.amount(f.Value),
		})
		if f.Value.Kind == facts.Null {
			p.Report(&key, "F002", diag.Say("the period %s has no amount", f.Key), diag.Say("write its amount, or remove the line"))
		}
	}
	slices.SortStableFunc(b.Periods, func(x, y Period) int { return x.Period.Value.Compare(y.Period.Value) })
}

func (p *parser) spent(n *facts.Node) {
	p.c.Budget.Spent = records(p, n, diag.Say("the list of what was spent"), diag.Say("an entry of what was spent"), "{date: …, department: it, amount: 1000}", func(item *facts.Node) Spent {
		s := Spent{Mark: item.Mark}
		for f := range p.Map(item, spentKeys) {
			switch f.Key {
			case "date":
				s.Date = p.Date(f.Value)
			case "department":
				s.Department = p.ID(f.Value)
			case "amount":
				s.Amount = p.amount(f.Value)
			case "note":
				s.Note = p.Text(f.Value)
			}
		}
		return s
	})
}

// judgePeriods holds the periods against the total, the timeframe and each
// other (F013, F014, F015).
func (p *parser) judgePeriods() {
	b := &p.c.Budget
	if len(b.Periods) == 0 {
		return
	}
	window, framed := p.window()
	sum, readable := money.Money{}, b.Total.Value.Minor > 0
	var widest calendar.Period // of those so far, the one that ends last
	for _, x := range b.Periods {
		if x.Period.Value.IsZero() {
			readable = false
			continue
		}
		readable = readable && x.Amount.Value.Currency != ""
		sum = sum.Plus(x.Amount.Value)
		at, text := x.Period.Mark, x.Period.Value.String()
		if !widest.IsZero() && widest.Overlaps(x.Period.Value) {
			p.on(at, text, "F014", diag.Say("the periods %s and %s share days", widest, text), diag.Say("plan each day in one period only"))
		} else if framed && !x.Period.Value.Window().Overlaps(window) {
			p.on(at, text, "F014", diag.Say("the period %s lies outside the timeframe, %s", text, p.frame()), diag.Say("plan money within the timeframe, or change the timeframe"))
		}
		if widest.IsZero() || x.Period.Value.End().After(widest.End()) {
			widest = x.Period.Value
		}
	}
	if total := b.Total.Value; readable && sum != total {
		way := diag.Say("%s is missing", words(total.Minus(sum)))
		if total.Minus(sum).Minor < 0 {
			way = diag.Say("%s is too much", words(sum.Minus(total)))
		}
		p.finding(b.PeriodsMark, "F013", diag.Say("the periods add up to %s, but the total is %s: %s", words(sum), words(total), way), diag.Say("change a period, or the total")).Width = len("periods")
	}
	p.judgeYears(window, framed)
}

// judgeYears warns of years within the timeframe that have no period (F015).
func (p *parser) judgeYears(window calendar.Window, framed bool) {
	b := &p.c.Budget
	if !framed {
		return
	}
	for year := window.Start.Year(); year <= window.End.Year(); year++ {
		if !slices.ContainsFunc(b.Periods, func(x Period) bool { return x.Period.Value.Year() == year || x.Period.Value.IsZero() }) {
			p.finding(b.PeriodsMark, "F015", diag.Say("no period covers %d, which is within the timeframe, %s", year, p.frame()), diag.Say("add %d with its amount, or end the timeframe earlier", year)).Width = len("periods")
		}
	}
}

// judgeKind holds the kind against the number of payers (F011).
func (p *parser) judgeKind() {
	kind, n := p.c.Kind, len(p.c.Budget.Parties)
	switch {
	case n == 0:
	case kind.Value == Joint && n == 1:
		d := p.on(kind.Mark, "joint", "F011", diag.Say("a joint charter is paid by two or more departments, but only %s pays", p.c.Budget.Parties[0].Department.Value), diag.Say("add the other departments to budget.shares, or write kind: single"))
		d.Fixes = []diag.Fix{{Title: diag.Say("write single"), Pos: d.Pos, Old: "joint", New: "single"}}
	case kind.Value == Single && n > 1:
		d := p.on(kind.Mark, "single", "F011", diag.Say("a single charter is paid by one department, but %d pay", n), diag.Say("write kind: joint, or leave one department in budget.shares"))
		d.Fixes = []diag.Fix{{Title: diag.Say("write joint"), Pos: d.Pos, Old: "single", New: "joint"}}
	}
}
