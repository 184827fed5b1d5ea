package charter

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"charterhouse/internal/calendar"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
)

// A deed is what chiefs agree to, in values. It is written down in many ways,
// which all mean the same.
type deed struct {
	title              string
	start, end         calendar.Date
	late, cost         string
	currency           money.Currency
	total, reserve     int64
	payers             []payer
	lead               []string
	team               []lent
	goals              []aim
	areas              []duty
	needs, replaces    []string
	within, outOfScope string
}

type (
	payer struct {
		id, owner, role, centre string
		num, den                int64
	}
	lent struct {
		person, home, post string
		percent            int
		from, until, back  calendar.Date
	}
	aim struct {
		id, text, metric string
		target           int
		by               calendar.Date
	}
	duty struct {
		area, accountable, scope string
		informed                 []string
	}
)

var lexicon = []string{"Tag", "Café", "Åben", "straße", "the", "customer's", "50 %", "it: all", "no #1", "two", "\"ours\"", "Ærø", "a, b", "1.10"}

func wording(t *rapid.T, label string) string {
	return "We " + strings.Join(rapid.SliceOfN(rapid.SampledFrom(lexicon), 1, 6).Draw(t, label), " ")
}

func day(t *rapid.T, label string) calendar.Date {
	d, _ := calendar.ParseDate("2027-01-01")
	return d.AddDays(rapid.IntRange(0, 700).Draw(t, label))
}

// deeds draws a deed whose total can be divided as agreed without a rest.
func deeds(t *rapid.T) *deed {
	d := &deed{title: wording(t, "title"), start: day(t, "start"), late: "2w", cost: "5%", currency: "DKK", within: wording(t, "scope") + ".", outOfScope: wording(t, "out") + "."}
	d.end = d.start.AddDays(rapid.IntRange(30, 300).Draw(t, "days"))
	weights := rapid.SliceOfN(rapid.Int64Range(1, 8), 2, 4).Draw(t, "weights")
	if rapid.Bool().Draw(t, "equal") {
		for i := range weights {
			weights[i] = 1
		}
	}
	sum := int64(0)
	for _, w := range weights {
		sum += w
	}
	d.total = sum * rapid.Int64Range(1, 1_000_000).Draw(t, "total") * 100
	d.reserve = rapid.Int64Range(1, d.total).Draw(t, "reserve")
	for i, w := range weights {
		d.payers = append(d.payers, payer{fmt.Sprintf("d%d", i), fmt.Sprintf("p%d", i), "Chief of " + fmt.Sprint(i), "4110", w, sum})
		d.team = append(d.team, lent{fmt.Sprintf("p%d", i+5), fmt.Sprintf("d%d", i), wording(t, "post"), rapid.IntRange(1, 100).Draw(t, "percent"), d.start.AddDays(i), d.end.AddDays(-i), d.end.AddDays(1 + i)})
		d.goals = append(d.goals, aim{fmt.Sprintf("g%d", i), wording(t, "goal"), "calls", 10 + i, d.end})
		d.areas = append(d.areas, duty{fmt.Sprintf("a%d", i), fmt.Sprintf("d%d", i), wording(t, "duty"), []string{"d0", "d1"}})
	}
	d.lead, d.needs, d.replaces = []string{"p5", "p6"}, []string{"c1", "c2"}, []string{"c3", "c4"}
	return d
}

// A scribe writes a deed down, one way of many.
type scribe struct {
	*rapid.T
	b strings.Builder
}

func (s *scribe) yes(label string) bool { return rapid.Bool().Draw(s.T, label) }

// mixed is in another order.
func mixed[T any](s *scribe, all []T) []T { return rapid.Permutation(all).Draw(s.T, "order") }

// text is a text with other blanks, or composed otherwise.
func (s *scribe) text(v string) *facts.Node {
	switch rapid.IntRange(0, 3).Draw(s.T, "spelling") {
	case 0:
		v = norm.NFD.String(v)
	case 1:
		v = strings.ReplaceAll(v, " ", "  ")
	}
	return &facts.Node{Kind: facts.Scalar, Text: v}
}

func plain(v string) *facts.Node { return &facts.Node{Kind: facts.Scalar, Text: v, Plain: true} }

func (s *scribe) group(pairs ...any) *facts.Node {
	n := &facts.Node{Kind: facts.Map}
	for i := 0; i < len(pairs); i += 2 {
		n.Fields = append(n.Fields, facts.Field{Key: pairs[i].(string), Value: pairs[i+1].(*facts.Node)})
	}
	n.Fields = mixed(s, n.Fields)
	return n
}

func listOf[T any](s *scribe, all []T, item func(T) *facts.Node) *facts.Node {
	n := &facts.Node{Kind: facts.List}
	for _, x := range mixed(s, all) {
		n.Items = append(n.Items, item(x))
	}
	return n
}

func (s *scribe) amount(minor int64) *facts.Node {
	text := money.Money{Minor: minor, Currency: "DKK"}.Text()
	if whole, ok := strings.CutSuffix(text, ".00"); ok && s.yes("whole") {
		text = whole
	}
	if whole, cents, ok := strings.Cut(text, "."); s.yes("grouped") {
		for at := len(whole) - 3; at > 0; at -= 3 {
			whole = whole[:at] + "_" + whole[at:]
		}
		if text = whole; ok {
			text += "." + cents
		}
	}
	return plain(text)
}

// share spells a fraction.
func (s *scribe) share(num, den int64) *facts.Node {
	percent := big.NewRat(num*100, den)
	if text, exact := percent.FloatPrec(); exact && text <= 4 && s.yes("percent") {
		return plain(percent.FloatString(text+rapid.IntRange(0, 1).Draw(s.T, "zeros")*min(1, text)) + "%")
	}
	k := rapid.Int64Range(1, 3).Draw(s.T, "times")
	return plain(fmt.Sprintf("%d/%d", num*k, den*k))
}

// budget spells shares as shares, as amounts, with a rest, or as equal.
func (s *scribe) shares(d *deed) *facts.Node {
	equal := !slices.ContainsFunc(d.payers, func(p payer) bool { return p.num != d.payers[0].num || p.den != d.payers[0].den })
	way, rest := rapid.SampledFrom([]string{"shares", "amounts", "equal"}).Draw(s.T, "way"), -1
	if way == "amounts" && slices.ContainsFunc(d.payers, func(p payer) bool { return d.total*p.num%p.den != 0 }) || way == "equal" && !equal {
		way = "shares"
	}
	if way != "equal" && s.yes("rest") {
		rest = rapid.IntRange(0, len(d.payers)-1).Draw(s.T, "who")
	}
	var pairs []any
	for i, p := range d.payers {
		var key, value = "share", (*facts.Node)(nil)
		switch {
		case i == rest:
			value = plain("rest")
		case way == "equal":
			value = plain("equal")
		case way == "amounts":
			key, value = "amount", s.amount(d.total*p.num/p.den)
		default:
			value = s.share(p.num, p.den)
		}
		pairs = append(pairs, p.id, s.group(key, value, "cost_centre", s.text(p.centre)))
	}
	return s.group(pairs...)
}

func (s *scribe) deed(d *deed) *facts.Node {
	var owners []any
	for _, p := range d.payers {
		owners = append(owners, p.id, s.group("person", plain(p.owner), "role", s.text(p.role)))
	}
	name := func(id string) *facts.Node { return plain(id) }
	date := func(d calendar.Date) *facts.Node { return plain(d.String()) }
	return s.group("id", plain("roof"), "title", s.text(d.title), "timeframe", s.group("start", date(d.start), "end", date(d.end)), "tolerances", s.group("time", plain(d.late), "cost", plain(d.cost)),
		"budget", s.group("currency", plain(string(d.currency)), "total", s.amount(d.total), "contingency", s.amount(d.reserve), "shares", s.shares(d)), "owners", s.group(owners...), "lead", listOf(s, d.lead, name),
		"team", listOf(s, d.team, func(m lent) *facts.Node {
			return s.group("person", plain(m.person), "home", plain(m.home), "role", s.text(wording(s.T, "role")), "allocation", plain(fmt.Sprintf("%d%%", m.percent)), "from", date(m.from), "until", date(m.until),
				"return", s.group("to", s.text(m.post), "date", date(m.back)))
		}),
		"goals", listOf(s, d.goals, func(g aim) *facts.Node {
			return s.group("id", plain(g.id), "text", s.text(g.text), "measure", s.group("metric", s.text(g.metric), "unit", plain("count"), "target", plain(fmt.Sprintf("%d%s", g.target, rapid.SampledFrom([]string{"", ".0"}).Draw(s.T, "decimals"))), "baseline", plain("0"), "by", date(g.by)))
		}),
		"responsibilities", listOf(s, d.areas, func(r duty) *facts.Node {
			return s.group("area", plain(r.area), "accountable", plain(r.accountable), "scope", s.text(r.scope), "informed", listOf(s, r.informed, name))
		}),
		"links", s.group("depends_on", listOf(s, d.needs, name), "replaces", listOf(s, d.replaces, name)),
		// what is no term may say anything
		"status", plain(rapid.SampledFrom([]string{"proposed", "agreed", "active"}).Draw(s.T, "status")), "summary", s.text(wording(s.T, "summary")), "tags", listOf(s, []string{"red", "blue"}, name),
		"risks", listOf(s, []string{"r1"}, func(id string) *facts.Node { return s.group("id", plain(id), "text", s.text(wording(s.T, "risk"))) }))
}

// charter writes the deed in one of three formats.
func (s *scribe) charter(d *deed) string {
	root := s.deed(d)
	eol := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(s.T, "line ends")
	switch rapid.IntRange(0, 4).Draw(s.T, "format") {
	case 0:
		s.b.WriteString("---json\n")
		asJSON(&s.b, root)
		s.b.WriteString("\n---\n")
	case 1:
		s.b.WriteString("+++\n")
		asTOML(&s.b, root)
		s.b.WriteString("+++\n")
	default:
		s.b.WriteString("---\n")
		s.yaml(root, rapid.IntRange(0, 2).Draw(s.T, "margin"))
		s.b.WriteString("---\n")
	}
	s.b.WriteString("\n## Background\n\n" + wording(s.T, "prose") + "\n\n## Scope\n\n" + s.wrapped(d.within) + "\n\n\n## Out of scope\n\n" + s.wrapped(d.outOfScope) + "\n")
	return strings.ReplaceAll(s.b.String(), "\n", eol)
}

// wrapped breaks a text's lines elsewhere.
func (s *scribe) wrapped(text string) string {
	var b strings.Builder
	for i, word := range strings.Split(text, " ") {
		if i > 0 {
			b.WriteString(rapid.SampledFrom([]string{" ", "\n", "   "}).Draw(s.T, "break"))
		}
		b.WriteString(word)
	}
	return strings.NewReplacer("\n50", " 50", "\n1.", " 1.", "\n\"", " \"").Replace(b.String()) // that would begin a list, or read otherwise
}

var bare = regexp.MustCompile(`^[\pL\pN][\pL\pN\pM%/_. -]*$`)

// yaml writes a group on lines of its own, each value in brackets or below.
func (s *scribe) yaml(n *facts.Node, indent int) {
	margin := strings.Repeat(" ", indent)
	for _, f := range n.Fields {
		if s.yes("comment") {
			s.b.WriteString(margin + "# as agreed: {it: 1%}\n")
		}
		s.b.WriteString(margin + rapid.SampledFrom([]string{f.Key, `"` + f.Key + `"`, "'" + f.Key + "'"}).Draw(s.T, "key") + ":")
		s.below(f.Value, indent)
	}
}

func (s *scribe) below(v *facts.Node, indent int) {
	deeper := indent + rapid.IntRange(1, 4).Draw(s.T, "indent")
	switch {
	case v.Kind == facts.Scalar && !v.Plain && s.yes("folded"):
		s.b.WriteString(rapid.SampledFrom([]string{" >-", " |-", " >"}).Draw(s.T, "fold") + "\n" + strings.Repeat(" ", deeper) + v.Text + "\n")
		return
	case v.Kind == facts.Scalar || s.yes("flow"):
		s.b.WriteString(" " + s.flow(v))
		if s.yes("comment") {
			s.b.WriteString("  # agreed")
		}
		s.b.WriteString("\n")
		return
	case v.Kind == facts.Map:
		s.b.WriteString("\n")
		s.yaml(v, deeper)
		return
	}
	s.b.WriteString("\n")
	for _, item := range v.Items {
		s.b.WriteString(strings.Repeat(" ", deeper) + "-")
		if item.Kind != facts.Map || s.yes("flow") {
			s.b.WriteString(" " + s.flow(item) + "\n")
			continue
		}
		s.b.WriteString("\n")
		s.yaml(item, deeper+2)
	}
}

func (s *scribe) flow(n *facts.Node) string {
	var parts []string
	switch n.Kind {
	case facts.Map:
		for _, f := range n.Fields {
			parts = append(parts, f.Key+": "+s.flow(f.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case facts.List:
		for _, item := range n.Items {
			parts = append(parts, s.flow(item))
		}
		return "[ " + strings.Join(parts, " , ") + " ]"
	}
	switch way := rapid.IntRange(0, 2).Draw(s.T, "quotes"); {
	case way == 0 && bare.MatchString(n.Text):
		return n.Text
	case way == 1:
		return "'" + strings.ReplaceAll(n.Text, "'", "''") + "'"
	}
	return `"` + strings.ReplaceAll(n.Text, `"`, `\"`) + `"`
}

func asWritten(t *rapid.T, text string) *Charter {
	c, found := Parse("charters/roof.md", []byte(text), Options{Lang: "en", Speech: tongues})
	for _, d := range found {
		if d.Code[0] == 'C' && d.Code != "C009" || d.Code[0] == 'F' {
			t.Fatalf("%s: %s %s\n%s", d.Pos, d.Code, d.Message, text)
		}
	}
	return c
}

// TestSignatureOutlivesSpelling writes one deed down twice, each time in its own
// way and perhaps in another format: the digest of the terms is the same.
func TestSignatureOutlivesSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := deeds(t)
		one, two := (&scribe{T: t}).charter(d), (&scribe{T: t}).charter(d)
		a, b := asWritten(t, one), asWritten(t, two)
		if a.Terms != b.Terms || a.TermsText() != b.TermsText() {
			t.Fatalf("the spelling changes the terms:\n%s\n%s\n%s", cmp.Diff(a.TermsText(), b.TermsText()), one, two)
		}
		if !a.Budget.Sound || !b.Budget.Sound || len(a.Budget.Parties) != len(d.payers) {
			t.Fatalf("the deed is unsound:\n%s\n%s", one, two)
		}
	})
}

// changes are the least that can be different about a deed.
var changes = map[string]func(d *deed, i int){
	"one øre":             func(d *deed, _ int) { d.total++ },
	"one øre of reserve":  func(d *deed, _ int) { d.reserve-- },
	"another currency":    func(d *deed, _ int) { d.currency = "SEK" },
	"the first day":       func(d *deed, _ int) { d.start = d.start.AddDays(-1) },
	"the last day":        func(d *deed, _ int) { d.end = d.end.AddDays(1) },
	"a day of tolerance":  func(d *deed, _ int) { d.late = "15d" },
	"a tolerance of cost": func(d *deed, _ int) { d.cost = "5.1%" },
	"one share": func(d *deed, i int) {
		for j := range d.payers {
			d.payers[j].num, d.payers[j].den = d.payers[j].num*1000, d.payers[j].den*1000
		}
		d.payers[i].num++
		d.payers[(i+1)%len(d.payers)].num--
	},
	"one cost centre":            func(d *deed, i int) { d.payers[i].centre = "4111" },
	"one owner":                  func(d *deed, i int) { d.payers[i].owner += "x" },
	"one owner's role":           func(d *deed, i int) { d.payers[i].role += "x" },
	"one lead":                   func(d *deed, i int) { d.lead = d.lead[:1] },
	"one person lent":            func(d *deed, i int) { d.team[i].person += "x" },
	"one home":                   func(d *deed, i int) { d.team[i].home += "x" },
	"one hundredth of a post":    func(d *deed, i int) { d.team[i].percent = d.team[i].percent%100 + 1 },
	"the day somebody comes":     func(d *deed, i int) { d.team[i].from = d.team[i].from.AddDays(1) },
	"the day somebody goes":      func(d *deed, i int) { d.team[i].until = d.team[i].until.AddDays(-1) },
	"the day somebody returns":   func(d *deed, i int) { d.team[i].back = d.team[i].back.AddDays(1) },
	"the post somebody gets":     func(d *deed, i int) { d.team[i].post += "x" },
	"one person fewer":           func(d *deed, i int) { d.team = slices.Delete(d.team, i, i+1) },
	"one word of a goal":         func(d *deed, i int) { d.goals[i].text += " x" },
	"one target":                 func(d *deed, i int) { d.goals[i].target += 100 },
	"the day of a target":        func(d *deed, i int) { d.goals[i].by = d.goals[i].by.AddDays(-1) },
	"one metric":                 func(d *deed, i int) { d.goals[i].metric += "x" },
	"one area":                   func(d *deed, i int) { d.areas[i].area += "x" },
	"who answers for one area":   func(d *deed, i int) { d.areas[i].accountable = "d9" },
	"the scope of one area":      func(d *deed, i int) { d.areas[i].scope += "x" },
	"who is informed of it":      func(d *deed, i int) { d.areas[i].informed = d.areas[i].informed[1:] },
	"one charter that it needs":  func(d *deed, _ int) { d.needs[1] += "x" },
	"one charter that it ends":   func(d *deed, _ int) { d.replaces = d.replaces[1:] },
	"one word of the scope":      func(d *deed, _ int) { d.within += " X" },
	"one word of what is not in": func(d *deed, _ int) { d.outOfScope += " X" },
	"one letter of the title":    func(d *deed, _ int) { d.title += "s" },
}

// TestSignatureEndsWithAnyTerm changes the least about a deed and writes it down
// anew: no way of writing gives the digest that was signed.
func TestSignatureEndsWithAnyTerm(t *testing.T) {
	names := make([]string, 0, len(changes))
	for name := range changes {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		d := deeds(t)
		before := asWritten(t, (&scribe{T: t}).charter(d))
		name := rapid.SampledFrom(names).Draw(t, "change")
		changes[name](d, rapid.IntRange(0, len(d.payers)-1).Draw(t, "of"))
		text := (&scribe{T: t}).charter(d)
		after, _ := Parse("charters/roof.md", []byte(text), Options{Lang: "en", Speech: tongues})
		if before.Terms == after.Terms {
			t.Fatalf("%s does not change the terms:\n%s", name, text)
		}
		if cmp.Equal(before.TermsList(), after.TermsList()) {
			t.Fatalf("%s is not in the list of terms", name)
		}
	})
}
