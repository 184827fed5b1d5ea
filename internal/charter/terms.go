package charter

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

// A Digest is the SHA-256 of the agreed terms in canonical form (section 6 of
// the specification). It is the same however the terms are spelt, and another
// when one krone, one day or one name changes.
type Digest [32]byte

// Short returns what a signature holds: "jt1-" and 16 hex digits.
func (d Digest) Short() string { return "jt1-" + hex.EncodeToString(d[:8]) }

// Full returns "jt1-" and all 64 hex digits.
func (d Digest) Full() string { return "jt1-" + hex.EncodeToString(d[:]) }

// String returns the short form.
func (d Digest) String() string { return d.Short() }

func (c *Charter) digest() Digest {
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	*room = c.appendTerms((*room)[:0])
	return sha256.Sum256(*room)
}

// rooms are for terms that are only looked at.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// TermsText returns the canonical terms, one line for each: its path, a blank
// and its value, such as "budget.shares.it 1/2". Two charters with the same
// lines have the same digest.
func (c *Charter) TermsText() string { return string(c.appendTerms(nil)) }

// A Term is one line of the canonical terms.
type Term struct{ Path, Value string }

// TermsList returns the lines of TermsText in parts, in its order, so that two
// versions of a charter can be compared term by term.
func (c *Charter) TermsList() []Term {
	lines := strings.Split(strings.TrimSuffix(c.TermsText(), "\n"), "\n")[1:]
	all := make([]Term, len(lines))
	for i, l := range lines {
		all[i].Path, all[i].Value, _ = strings.Cut(l, " ")
	}
	return all
}

// A termsWriter appends lines. Paths that belong together come in one order,
// records in order of their keys; what says nothing has no line.
type termsWriter struct{ out []byte }

func (c *Charter) appendTerms(out []byte) []byte {
	w := termsWriter{append(out, "jt1\n"...)}
	w.budget(&c.Budget)
	w.goals(c.Goals)
	w.text(string(c.ID.Value), "id")
	if c.Kind.Value == Joint || c.Kind.Value == NoKind && len(c.Budget.Parties) > 1 {
		w.text("joint", "kind")
	} else if c.Kind.Value == Single || len(c.Budget.Parties) == 1 {
		w.text("single", "kind")
	}
	w.ids(c.Lead, "lead")
	w.ids(c.Links.DependsOn, "links.depends_on")
	w.ids(c.Links.Replaces, "links.replaces")
	for o := range inOrder(c.Owners, func(a, b *Owner) int { return strings.Compare(string(a.Department.Value), string(b.Department.Value)) }) {
		w.text(string(o.Person.Value), "owners.", string(o.Department.Value))
		w.text(o.Role.Value, "owners.", string(o.Department.Value), ".role")
	}
	w.responsibilities(c.Responsibilities)
	w.scope(c)
	w.team(c.Team)
	w.date(c.Timeframe.End.Value, "timeframe.end")
	w.date(c.Timeframe.Start.Value, "timeframe.start")
	w.text(c.Title.Value, "title")
	w.share(c.Tolerances.Cost.Value, "tolerances.cost")
	if t := c.Tolerances.Time.Value; !t.IsZero() {
		w.text(t.String(), "tolerances.time")
	}
	return w.out
}

func (w *termsWriter) budget(b *Budget) {
	w.money(b.Contingency.Value, "budget.contingency")
	w.text(string(b.Currency.Value), "budget.currency")
	for _, x := range b.Periods { // already in order
		w.money(x.Amount.Value, "budget.periods.", x.Period.Value.String())
	}
	for x := range inOrder(b.Parties, func(a, b *Party) int { return strings.Compare(string(a.Department.Value), string(b.Department.Value)) }) {
		id := string(x.Department.Value)
		if x.Share.IsZero() {
			w.text(x.Written.Value, "budget.shares.", id)
		} else {
			w.share(x.Share, "budget.shares.", id)
		}
		w.text(x.CostCentre.Value, "budget.shares.", id, ".cost_centre")
		w.text(x.InKind.Value, "budget.shares.", id, ".in_kind")
	}
	w.money(b.Total.Value, "budget.total")
}

func (w *termsWriter) goals(goals []Goal) {
	for g := range inOrder(goals, func(a, b *Goal) int { return strings.Compare(string(a.ID.Value), string(b.ID.Value)) }) {
		id, m := string(g.ID.Value), &g.Measure
		w.text(normal(m.Baseline.Value), "goals.", id, ".baseline")
		w.date(m.By.Value, "goals.", id, ".by")
		w.text(m.Metric.Value, "goals.", id, ".metric")
		w.text(normal(m.Target.Value), "goals.", id, ".target")
		w.text(g.Text.Value, "goals.", id, ".text")
		w.text(m.Unit.Value, "goals.", id, ".unit")
	}
}

func (w *termsWriter) responsibilities(rows []Responsibility) {
	for r := range inOrder(rows, func(a, b *Responsibility) int {
		if c := strings.Compare(string(a.Area.Value), string(b.Area.Value)); c != 0 {
			return c
		}
		return strings.Compare(a.Scope.Value, b.Scope.Value)
	}) {
		area := string(r.Area.Value)
		w.text(r.Scope.Value, "responsibilities.", area, ".scope")
		w.ids(r.Accountable, "responsibilities.", area, ".accountable")
		w.ids(r.Consulted, "responsibilities.", area, ".consulted")
		w.ids(r.Informed, "responsibilities.", area, ".informed")
		w.text(r.Reason.Value, "responsibilities.", area, ".reason")
		w.ids(r.Responsible, "responsibilities.", area, ".responsible")
	}
}

// team writes home, days, allocation and return of each member. Somebody who
// is lent twice has the start of the second time in the path.
func (w *termsWriter) team(members []Member) {
	last := ID("")
	for m := range inOrder(members, func(a, b *Member) int {
		if c := strings.Compare(string(a.Person.Value), string(b.Person.Value)); c != 0 {
			return c
		}
		if c := a.From.Value.Compare(b.From.Value); c != 0 {
			return c
		}
		return a.Until.Value.Compare(b.Until.Value)
	}) {
		who := string(m.Person.Value)
		if m.Person.Value == last {
			who += "@" + m.From.Value.String()
		}
		last = m.Person.Value
		w.share(m.Allocation.Value, "team.", who, ".allocation")
		w.date(m.From.Value, "team.", who, ".from")
		w.text(string(m.Home.Value), "team.", who, ".home")
		w.date(m.Return.Date.Value, "team.", who, ".return.date")
		w.text(m.Return.To.Value, "team.", who, ".return.to")
		w.date(m.Until.Value, "team.", who, ".until")
	}
}

// scope writes the sections of the body that say what is in and what is out.
func (w *termsWriter) scope(c *Charter) {
	for i, text := range c.Body.Texts() {
		if c.out[i] {
			w.text(text, "scope.out")
		} else {
			w.text(text, "scope.in")
		}
	}
}

// path begins a line; its parts are written one after the other.
func (w *termsWriter) path(parts []string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
	w.out = append(w.out, ' ')
}

// text writes a value in Unicode's composed form with single blanks.
func (w *termsWriter) text(value string, path ...string) {
	if value == "" {
		return
	}
	w.path(path)
	w.out = append(append(w.out, collapsed(value)...), '\n')
}

// collapsed returns a text in Unicode's composed form with single blanks.
func collapsed(value string) string {
	if plainText(value) {
		return value
	}
	return strings.Join(strings.Fields(norm.NFC.String(value)), " ")
}

// plainText reports whether a text needs no normalising: ASCII with no two
// blanks in a row.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

func (w *termsWriter) money(m money.Money, path ...string) {
	if m.Currency == "" {
		return
	}
	w.path(path)
	w.out = append(strconv.AppendInt(w.out, m.Minor, 10), '\n')
}

func (w *termsWriter) share(s money.Share, path ...string) {
	if s.IsZero() {
		return
	}
	w.path(path)
	w.out = append(strconv.AppendInt(w.out, s.Num(), 10), '/')
	w.out = append(strconv.AppendInt(w.out, s.Den(), 10), '\n')
}

func (w *termsWriter) date(d calendar.Date, path ...string) {
	if d.IsZero() {
		return
	}
	w.path(path)
	w.out = append(append(w.out, d.String()...), '\n')
}

// ids writes a list whose order has no meaning.
func (w *termsWriter) ids(ids []At[ID], path ...string) {
	if len(ids) == 0 {
		return
	}
	w.path(path)
	first := true
	for id := range inOrder(ids, func(a, b *At[ID]) int { return strings.Compare(string(a.Value), string(b.Value)) }) {
		if !first {
			w.out = append(w.out, ',')
		}
		w.out, first = append(w.out, id.Value...), false
	}
	w.out = append(w.out, '\n')
}

// inOrder yields records in an order of their own, wherever they stand in the
// file. Most lists are short and many in order already.
func inOrder[T any](records []T, compare func(a, b *T) int) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		var room [32]int
		order := room[:0]
		for i := range records {
			order = append(order, i)
		}
		slices.SortStableFunc(order, func(i, j int) int { return compare(&records[i], &records[j]) })
		for _, i := range order {
			if !yield(&records[i]) {
				return
			}
		}
	}
}
