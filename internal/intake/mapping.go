package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"charterhouse/internal/amend"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A Mapping says how the columns of a sheet become charters.
type Mapping struct {
	Form
	HeadRow  int            // the row that names the columns
	Currency money.Currency // of charters whose row names none; "?" where the sheet denies it; empty for no budget
	Lang     string         // of the charters; empty for the site's first
	Columns  []Column

	crowns bool // a head or an amount speaks of kroner
}

// A Column says what becomes of the cells of one column.
type Column struct {
	Index   int // from 0
	Head    string
	Field   string // as in the front matter, such as budget.total; or body; empty to leave it
	As      string // of budget.shares.<department>: "amount", "share" or "?"
	Amounts string // how decimals are written: "point", "comma" or "?"
	Times   int    // of amounts in thousands: 1000
	Dates   string // the order of a day's parts, "serial" or "?"
	Why     string // why it is left, or what to decide
	Shown   string // a value, and how it is read
}

// letter is what a spreadsheet calls a column.
func letter(index int) string {
	name := ""
	for n := index + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

func indexOf(letter string) (int, bool) {
	n := 0
	for _, c := range letter {
		if c < 'A' || c > 'Z' || n > 20 {
			return 0, false
		}
		n = 26*n + int(c-'A') + 1
	}
	return n - 1, n > 0
}

// Undecided lists what somebody has to decide before anything can be imported.
func (m *Mapping) Undecided() []string {
	var all []string
	titled := false
	for _, c := range m.Columns {
		titled = titled || c.Field == "title"
		for key, value := range map[string]string{"as": c.As, "amounts": c.Amounts, "dates": c.Dates} {
			if value == open {
				all = append(all, fmt.Sprintf("column %s (%s): %s", letter(c.Index), c.Head, map[string]string{
					"as":      "are these parts of the budget, as: share or as: amount?",
					"amounts": "are decimals written with a point or a comma? amounts: point or amounts: comma",
					"dates":   "which comes first, the day or the month? dates: d-m-y or dates: m-d-y"}[key]))
			}
		}
	}
	if m.Currency == open {
		all = append(all, "the sheet speaks of kroner: which? currency: DKK")
	}
	if !titled {
		all = append(all, "no column is the title; write field: title at one of them")
	}
	slices.Sort(all)
	return all
}

// Text is the mapping as a file for people to look over and change.
func (m *Mapping) Text(file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# How the columns of %s become charters. Change what is wrong, then run\n# charterhouse import again. A field is a key of the front matter, such as\n# budget.total, owners.it, budget.shares.it; or body, for prose. A column with\n# leave: is not imported, and the report says so.\n", one(file))
	if m.Sheet != "" {
		fmt.Fprintf(&b, "sheet: %s\n", amend.Quoted(m.Sheet))
	}
	if m.Encoding != "" {
		fmt.Fprintf(&b, "encoding: %s\nseparator: %s\n", m.Encoding, amend.Quoted(m.Separator))
	}
	fmt.Fprintf(&b, "head_row: %d\n", m.HeadRow)
	if m.Currency != "" {
		fmt.Fprintf(&b, "currency: %s   # of charters whose row names none\n", plainOr(string(m.Currency)))
	}
	if m.Lang != "" {
		fmt.Fprintf(&b, "lang: %s\n", m.Lang)
	}
	b.WriteString("columns:\n")
	for _, c := range m.Columns {
		fmt.Fprintf(&b, "  - {column: %s, head: %s", letter(c.Index), amend.Quoted(one(c.Head)))
		if c.Field == "" {
			fmt.Fprintf(&b, ", leave: %s}\n", amend.Quoted(c.Why))
			continue
		}
		fmt.Fprintf(&b, ", field: %s", c.Field)
		for _, x := range []struct{ key, value string }{{"as", c.As}, {"amounts", c.Amounts}, {"dates", c.Dates}} {
			if x.value != "" {
				fmt.Fprintf(&b, ", %s: %s", x.key, plainOr(x.value))
			}
		}
		if c.Times > 1 {
			fmt.Fprintf(&b, ", times: %d", c.Times)
		}
		b.WriteString("}")
		if c.Shown != "" {
			b.WriteString("   # " + one(c.Shown))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func plainOr(value string) string {
	if value == open {
		return `"?"`
	}
	return value
}

// one is a text on one line, without characters that nobody sees.
func one(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }), " ")
}

var (
	mappingKeys = &facts.Keys{Of: diag.Say("a mapping"), Known: []string{"sheet", "encoding", "separator", "head_row", "currency", "lang", "columns"}}
	columnKeys  = &facts.Keys{Of: diag.Say("a column"), Known: []string{"column", "head", "field", "as", "amounts", "times", "dates", "leave"}}
)

// ReadMapping reads what Text wrote and people changed.
func ReadMapping(p *portfolio.Portfolio, file string, text []byte) (*Mapping, diag.List) {
	text, found := facts.Characters(file, text)
	root, more := facts.Parse(facts.YAML, file, text, 1, facts.ForCharter)
	found = append(found, more...)
	r := facts.NewReader(file, text)
	m := &Mapping{HeadRow: 1}
	for f := range r.Map(root, mappingKeys) {
		switch f.Key {
		case "sheet":
			m.Sheet = r.Text(f.Value).Value
		case "encoding":
			m.Encoding = r.Text(f.Value).Value
		case "separator":
			m.Separator = f.Value.Text
		case "head_row":
			m.HeadRow = r.Count(f.Value, maxRows).Value
		case "currency":
			if m.Currency = open; f.Value.Text != open {
				m.Currency = facts.Value(r, f.Value, "F001", diag.Say("a currency"), portfolio.ParseCurrency).Value
			}
		case "lang":
			m.Lang = r.Text(f.Value).Value
		case "columns":
			for _, n := range r.List(f.Value, diag.Say("the list of columns")) {
				m.column(p, r, n)
			}
		}
	}
	return m, append(found, r.Found...)
}

func (m *Mapping) column(p *portfolio.Portfolio, r *facts.Reader, n *facts.Node) {
	c := Column{Index: -1}
	for f := range r.Map(n, columnKeys) {
		v := f.Value
		switch f.Key {
		case "column":
			c.Index = facts.Value(r, v, "C005", diag.Say("the letter of a column"), func(s string) (int, error) {
				i, ok := indexOf(s)
				if !ok || i >= maxColumns {
					return -1, &facts.SyntaxError{Reason: diag.Say("%q is no column", s), Hint: diag.Say("write its letter, such as B")}
				}
				return i, nil
			}).Value
		case "head":
			c.Head = r.Text(v).Value
		case "field":
			if c.Field = r.Text(v).Value; !known(p, c.Field) {
				hint := diag.Say("write one of %s", strings.Join(fieldNames(p), ", "))
				if near, ok := diag.Nearest(c.Field, fieldNames(p)); ok {
					hint = diag.Meant(near)
				}
				r.Report(v, "C005", diag.Say("%q is no field that can be imported", c.Field), hint)
			}
		case "as":
			c.As = word(r, v, "amount", "share", open)
		case "amounts":
			c.Amounts = word(r, v, point, sign, open)
		case "dates":
			c.Dates = word(r, v, dayFirst, monthFirst, yearFirst, serialDay, open)
		case "times":
			c.Times = r.Count(v, 1_000_000).Value
		case "leave":
			c.Why = r.Text(v).Value
		}
	}
	if c.Index < 0 {
		r.Report(n, "C006", diag.Say("this column has no letter"), diag.Say("add column: with its letter"))
		return
	}
	for _, other := range m.Columns {
		if c.Field != "" && other.Field == c.Field {
			r.Report(n, "C003", diag.Say("%s is the field of column %s, too", c.Field, letter(other.Index)), diag.Say("leave one of the two: leave: why"))
		}
	}
	m.Columns = append(m.Columns, c)
}

func word(r *facts.Reader, n *facts.Node, known ...string) string {
	if i, _ := r.Word(n, "C005", diag.Say("one of its words"), known); i >= 0 {
		return known[i]
	}
	return ""
}

// fields are those that a column can be, besides those with a department or an
// own field in their name.
var fields = []string{"id", "title", "short_title", "summary", "lang", "status", "created", "tags", "timeframe.start", "timeframe.end", "owners", "lead", "steering",
	"budget.currency", "budget.total", "goals", "links.part_of", "body"}

// fieldNames lists all fields that a column can be.
func fieldNames(p *portfolio.Portfolio) []string {
	all := slices.Clone(fields)
	for _, d := range p.Registers().Departments {
		all = append(all, "owners."+string(d.ID), "budget.shares."+string(d.ID))
	}
	for _, f := range p.Config().Fields {
		all = append(all, "x."+f.Key)
	}
	return all
}

func known(p *portfolio.Portfolio, field string) bool { return slices.Contains(fieldNames(p), field) }
