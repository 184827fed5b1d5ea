package intake

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/amend"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/export"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/tidy"
)

// A Result is what a sheet came to.
type Result struct {
	Charters []Made
	Left     []Left // by row and column
	Unknown  []string
}

// A Made is a charter that was made of a row.
type Made struct {
	Row  int
	ID   portfolio.ID
	File string // below the content folder
	Text []byte
}

// A Left is a cell that went into no charter.
type Left struct {
	Row          int
	Column       int
	Head         string
	Value, Cause string
}

// Cell is the place of the cell, as a spreadsheet names it.
func (l Left) Cell() string { return letter(l.Column) + strconv.Itoa(l.Row) }

// Fits reports why a mapping is not for a table, in words, or "".
func (m *Mapping) Fits(t *Table) string {
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Number == m.HeadRow })
	if i < 0 {
		return fmt.Sprintf("row %d, which should name the columns, is empty", m.HeadRow)
	}
	for _, c := range m.Columns {
		if is := one(t.Rows[i].at(c.Index).Text); is != one(c.Head) {
			return fmt.Sprintf("column %s is called %q, but the mapping says %q", letter(c.Index), is, c.Head)
		}
	}
	return ""
}

// An Options says what a sheet does not.
type Options struct {
	Today calendar.Date
	// Summary is one sentence for a charter that has none.
	Summary func(lang string, payers []portfolio.ID) string
}

// Convert makes a charter of each row. A charter that is there is never touched.
func Convert(p *portfolio.Portfolio, t *Table, m *Mapping, o Options) *Result {
	c := &converter{Portfolio: p, t: t, m: m, o: o, res: &Result{}, taken: map[portfolio.ID]bool{}}
	for _, r := range t.Rows {
		switch {
		case r.Number < m.HeadRow:
			c.leaveRow(r, "it stands above the heads of the columns")
		case r.Number > m.HeadRow:
			c.row(r)
		}
	}
	slices.SortStableFunc(c.res.Left, func(a, b Left) int { return cmp.Or(a.Row-b.Row, a.Column-b.Column) })
	slices.Sort(c.res.Unknown)
	c.res.Unknown = slices.Compact(c.res.Unknown)
	return c.res
}

type converter struct {
	*portfolio.Portfolio
	t     *Table
	m     *Mapping
	o     Options
	res   *Result
	taken map[portfolio.ID]bool
}

// A project is a row on its way to a charter.
type project struct {
	row      Row
	id       portfolio.ID
	lang     string
	currency money.Currency
	values   map[string]*facts.Node // by field
	from     map[string][]int       // the columns that each came from
	body     string
}

func (c *converter) leave(r Row, i int, why string) {
	if text := r.at(i).Text; text != "" {
		l := Left{Row: r.Number, Column: i, Value: text, Cause: why}
		for _, col := range c.m.Columns {
			if col.Index == i {
				l.Head = col.Head
			}
		}
		c.res.Left = append(c.res.Left, l)
	}
}

func (c *converter) leaveRow(r Row, why string) {
	for i := range r.Cells {
		c.leave(r, i, why)
	}
}

func (c *converter) row(r Row) {
	x := &project{row: r, lang: cmp.Or(c.m.Lang, c.Config().Languages[0]), currency: c.m.Currency, values: map[string]*facts.Node{}, from: map[string][]int{}}
	if why := c.identify(x); why != "" {
		c.leaveRow(r, why)
		return
	}
	mapped := map[int]bool{}
	for _, col := range c.m.Columns { // the currency decides how amounts are read
		if col.Field == "budget.currency" && r.at(col.Index).Text != "" {
			if cur, err := portfolio.ParseCurrency(strings.ToUpper(r.at(col.Index).Text)); err == nil {
				x.currency = cur
			} else {
				x.currency = ""
			}
		}
	}
	for _, col := range c.m.Columns {
		mapped[col.Index] = true
		cell := r.at(col.Index)
		switch {
		case cell.Text == "":
		case col.Field == "":
			c.leave(r, col.Index, cmp.Or(col.Why, "the mapping leaves this column"))
		case cell.Open:
			c.leave(r, col.Index, "it is a formula whose value is not saved; open the workbook in a spreadsheet, save it and import it again")
		default:
			if err := c.cell(x, col, cell); err != nil {
				c.leave(r, col.Index, err.Error())
			}
		}
	}
	for i := range r.Cells {
		if !mapped[i] {
			c.leave(r, i, "the mapping does not name this column")
		}
	}
	c.people(x)
	c.budget(x)
	c.write(x)
}

// identify finds a row's title and id.
func (c *converter) identify(x *project) string {
	title, id := "", ""
	for _, col := range c.m.Columns {
		switch cell := x.row.at(col.Index); {
		case cell.Open:
		case col.Field == "title":
			title = one(cell.Text)
		case col.Field == "id":
			id = cell.Text
		}
	}
	switch {
	case title == "":
		return "the row has no title"
	case slices.Contains([]string{"total", "totals", "sum", "i alt", "ialt", "sum i alt", "summe", "gesamt", "subtotal", "grand total", "all", "alle", "alt"}, strings.ToLower(title)) && id == "":
		return "it is a row of sums"
	case id == "":
		id = facts.Slug(title)
		if len(id) > facts.MaxID {
			id = strings.Trim(id[:facts.MaxID], "-")
		}
	}
	if !facts.ValidID(id) {
		if id = facts.Slug(id); !facts.ValidID(id) {
			return "neither its id nor its title gives an id of a–z, 0–9 and hyphens"
		}
	}
	x.id = portfolio.ID(id)
	switch there := c.Find(x.id); {
	case there != nil:
		return fmt.Sprintf("the charter %s is there already, in %s; it is never overwritten", x.id, there.File)
	case c.taken[x.id]:
		return fmt.Sprintf("another row is the charter %s, too", x.id)
	}
	c.taken[x.id] = true
	return ""
}

// cell reads one cell into its field.
func (c *converter) cell(x *project, col Column, cell Cell) error {
	set := func(n *facts.Node) {
		x.values[col.Field] = n
		x.from[col.Field] = append(x.from[col.Field], col.Index)
	}
	switch field := col.Field; field {
	case "id": // the file has its name
	case "title", "short_title", "summary":
		set(amend.Text(one(cell.Text)))
	case "lang":
		lang := strings.ToLower(cell.Text)
		x.lang = lang
		set(amend.Text(lang))
	case "status":
		if !proposal(cell.Text) {
			return fmt.Errorf("an imported charter begins as a proposal, until every paying department has signed")
		}
	case "created", "timeframe.start", "timeframe.end":
		d, err := day(cell, col.Dates)
		if err != nil {
			return err
		}
		set(amend.Text(d.String()))
	case "tags":
		var all []*facts.Node
		for _, word := range list(cell.Text, ",;") {
			if id := facts.Slug(word); facts.ValidID(id) {
				all = append(all, amend.Text(id))
			} else {
				return fmt.Errorf("%q gives no id", word)
			}
		}
		set(amend.List(all...))
	case "goals":
		set(amend.List(amend.Group("id", amend.Text("g1"), "text", amend.Text(one(cell.Text)))))
	case "links.part_of":
		to := c.charterCalled(cell.Text)
		if to == "" {
			return fmt.Errorf("no charter has this id or title")
		}
		set(amend.Text(string(to)))
	case "body":
		x.body = strings.TrimSpace(strings.ReplaceAll(cell.Text, "\r\n", "\n"))
		x.from["body"] = []int{col.Index}
	case "budget.currency":
		if x.currency == "" {
			return fmt.Errorf("it is no currency of ISO 4217")
		}
		x.from[field] = []int{col.Index}
	case "lead", "steering", "owners":
		ids, err := c.persons(cell.Text)
		if err != nil {
			return err
		}
		set(ids)
	default:
		return c.named(x, col, cell, set)
	}
	return nil
}

// named reads a cell of a field with a department or an own field in its name,
// and the total.
func (c *converter) named(x *project, col Column, cell Cell, set func(*facts.Node)) error {
	if key, ok := strings.CutPrefix(col.Field, "x."); ok {
		n, err := c.own(c.Config().Field(key), col, cell)
		if err == nil {
			set(n)
		}
		return err
	}
	if strings.HasPrefix(col.Field, "owners.") {
		n, err := c.persons(cell.Text)
		if err == nil && len(n.Items) > 1 {
			err = fmt.Errorf("a department has one owner")
		}
		if err == nil {
			set(n.Items[0])
		}
		return err
	}
	if col.As == "share" {
		s, err := share(cell, col.Amounts)
		if err == nil {
			set(amend.Text(s))
		} else if nothing(cell.Text) {
			return nil
		}
		return err
	}
	if x.currency == "" {
		return fmt.Errorf("the charter has no currency; write currency: in the mapping")
	}
	a, err := amount(cell, col.Amounts, col.Times, x.currency)
	if err == nil && !(a.IsZero() && strings.HasPrefix(col.Field, "budget.shares.")) {
		set(amend.Text(strings.TrimSuffix(a.Text(), ".00")))
	}
	return err
}

// nothing reports whether a share says that nothing is paid.
func nothing(text string) bool {
	return strings.Trim(text, "0,.% –-") == ""
}

func list(text, separators string) []string {
	var all []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) || r == '\n' }) {
		if part = one(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// persons finds people by id, name or e-mail, and by nothing less.
func (c *converter) persons(text string) (*facts.Node, error) {
	all := amend.List()
	names := list(strings.NewReplacer(" og ", ";", " and ", ";", " und ", ";", " & ", ";", "/", ";").Replace(text), ",;")
	if c.person(one(text)) != "" {
		names = []string{one(text)}
	}
	for _, name := range names {
		id := c.person(name)
		if id == "" {
			c.res.Unknown = append(c.res.Unknown, name)
			return nil, fmt.Errorf("%q is in the register of people neither by id nor by name or e-mail%s", name, c.near(name))
		}
		all.Items = append(all.Items, amend.Text(string(id)))
	}
	if len(all.Items) == 0 {
		return nil, fmt.Errorf("it names nobody")
	}
	return all, nil
}

func folded(s string) string { return strings.ToLower(norm.NFC.String(one(s))) }

// person returns the one who is called so; nobody where two are.
func (c *converter) person(name string) portfolio.ID {
	var found []portfolio.ID
	for _, x := range c.Registers().People {
		if folded(name) == string(x.ID) || folded(name) == folded(x.Name) || x.Email != "" && folded(name) == folded(x.Email) {
			found = append(found, x.ID)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

func (c *converter) near(name string) string {
	var names []string
	for _, x := range c.Registers().People {
		names = append(names, x.Name)
	}
	if near, ok := diag.Nearest(name, names); ok {
		return "; did you mean " + near + "?"
	}
	return ""
}

func (c *converter) charterCalled(name string) portfolio.ID {
	if x := c.Find(portfolio.ID(name)); x != nil {
		return x.ID.Value
	}
	for _, x := range c.Charters() {
		if folded(x.Title.Value) == folded(name) {
			return x.ID.Value
		}
	}
	return ""
}

func (c *converter) department(name string) portfolio.ID {
	for _, d := range c.Registers().Departments {
		called := append([]string{string(d.ID), d.Code}, d.Aliases...)
		for _, words := range d.Name {
			called = append(called, words)
		}
		if slices.ContainsFunc(called, func(s string) bool { return folded(s) == folded(name) }) {
			return d.ID
		}
	}
	return ""
}

// own reads a value of one of the organisation's own fields.
func (c *converter) own(f *portfolio.Field, col Column, cell Cell) (*facts.Node, error) {
	if f.Many {
		all := amend.List()
		for _, text := range list(cell.Text, ",;") {
			n, err := c.ownOne(f, col, Cell{Text: text})
			if err != nil {
				return nil, err
			}
			all.Items = append(all.Items, n)
		}
		return all, nil
	}
	return c.ownOne(f, col, cell)
}

func (c *converter) ownOne(f *portfolio.Field, col Column, cell Cell) (*facts.Node, error) {
	switch f.Type {
	case portfolio.ChoiceField:
		for _, choice := range f.Choices {
			if folded(cell.Text) == string(choice.ID) || slices.ContainsFunc(slicesOf(choice.Name), func(s string) bool { return folded(s) == folded(cell.Text) }) {
				return amend.Text(string(choice.ID)), nil
			}
		}
		return nil, fmt.Errorf("it is none of the values of %s", f.Key)
	case portfolio.PersonField:
		if id := c.person(cell.Text); id != "" {
			return amend.Text(string(id)), nil
		}
		return nil, fmt.Errorf("nobody in the register is called so%s", c.near(cell.Text))
	case portfolio.DepartmentField:
		if id := c.department(cell.Text); id != "" {
			return amend.Text(string(id)), nil
		}
		return nil, fmt.Errorf("no department is called so")
	case portfolio.DateField:
		d, err := day(cell, cmp.Or(col.Dates, yearFirst))
		return amend.Text(d.String()), err
	case portfolio.BoolField:
		switch folded(cell.Text) {
		case "true", "yes", "ja", "1", "x", "sand":
			return amend.Text("true"), nil
		case "false", "no", "nej", "nein", "0", "falsk":
			return amend.Text("false"), nil
		}
		return nil, fmt.Errorf("it is neither yes nor no")
	}
	return amend.Text(one(cell.Text)), nil
}

func slicesOf(t portfolio.Text) []string {
	var all []string
	for _, s := range t {
		all = append(all, s)
	}
	return all
}

// drop leaves the cells of a field.
func (c *converter) drop(x *project, field, why string) {
	for _, i := range x.from[field] {
		c.leave(x.row, i, why)
	}
	delete(x.values, field)
	delete(x.from, field)
}

// payers are the departments with a part, in the order of their columns.
func (c *converter) payers(x *project) []portfolio.ID {
	var all []portfolio.ID
	for _, col := range c.m.Columns {
		if id, ok := strings.CutPrefix(col.Field, "budget.shares."); ok && x.values[col.Field] != nil {
			all = append(all, portfolio.ID(id))
		}
	}
	return all
}

// people gives each owner the department that the register knows.
func (c *converter) people(x *project) {
	if n := x.values["owners"]; n != nil {
		found := map[string]*facts.Node{}
		for _, item := range n.Items {
			id := portfolio.ID(item.Text)
			home := portfolio.ID("")
			for _, d := range c.payers(x) {
				if c.Entitled(d, id, c.o.Today) {
					home = d
				}
			}
			home = cmp.Or(home, c.Person(id).Home(c.o.Today))
			key := "owners." + string(home)
			if home == "" || found[key] != nil || x.values[key] != nil {
				c.drop(x, "owners", "it is not clear which department each owner is for; name the column owners. and a department")
				found = nil
				break
			}
			found[key] = item
		}
		for key, item := range found {
			x.values[key], x.from[key] = item, x.from["owners"]
		}
		delete(x.values, "owners")
	}
	if n := x.values["lead"]; n != nil && len(n.Items) == 1 {
		x.values["lead"] = n.Items[0]
	} else if n != nil {
		homes := map[portfolio.ID]bool{}
		for _, item := range n.Items {
			homes[c.Person(portfolio.ID(item.Text)).Home(c.o.Today)] = true
		}
		if len(homes) < len(n.Items) {
			c.drop(x, "lead", "several leads must be from different departments")
		}
	}
}

// budget brings total and parts together, or leaves all of them.
func (c *converter) budget(x *project) {
	payers := c.payers(x)
	total := x.values["budget.total"]
	refuse := func(why string) {
		c.drop(x, "budget.total", why)
		for _, d := range payers {
			c.drop(x, "budget.shares."+string(d), why)
		}
	}
	amounts := true
	for _, col := range c.m.Columns {
		if strings.HasPrefix(col.Field, "budget.shares.") && x.values[col.Field] != nil {
			amounts = amounts && col.As == "amount"
		}
	}
	switch {
	case total == nil && len(payers) == 0:
		return
	case len(payers) == 0:
		refuse("a budget needs who pays it: a column budget.shares.<department> for each")
		return
	case total == nil && !amounts:
		refuse("these are parts of a total that is not given")
		return
	}
	shares := &facts.Node{Kind: facts.Map}
	sum := money.Money{Currency: x.currency}
	for _, d := range payers {
		v := x.values["budget.shares."+string(d)]
		if amounts {
			a, _ := money.Parse(v.Text, x.currency)
			sum = sum.Plus(a)
			v = amend.Group("amount", v)
		}
		shares.Fields = append(shares.Fields, facts.Field{Key: string(d), Value: v})
	}
	if total == nil {
		total = amend.Text(strings.TrimSuffix(sum.Text(), ".00"))
	}
	if whole, err := money.Parse(total.Text, x.currency); amounts && (err != nil || whole != sum) {
		refuse(fmt.Sprintf("the parts add up to %s, but the total says %s", sum.Text(), total.Text))
		return
	}
	x.values["budget"] = amend.Group("currency", amend.Text(string(x.currency)), "total", total, "shares", shares)
	for _, field := range append([]string{"budget.total", "budget.currency"}, fieldsOf(payers)...) {
		x.from["budget"] = append(x.from["budget"], x.from[field]...)
		delete(x.values, field)
		delete(x.from, field)
	}
}

func fieldsOf(payers []portfolio.ID) []string {
	var all []string
	for _, d := range payers {
		all = append(all, "budget.shares."+string(d))
	}
	return all
}

// write makes the text, and leaves what the rules for one charter refuse, until
// they refuse nothing.
func (c *converter) write(x *project) {
	var payers []portfolio.ID
	if b := x.values["budget"]; b != nil {
		for _, f := range b.Get("shares").Fields {
			payers = append(payers, portfolio.ID(f.Key))
		}
	}
	file := "charters/" + string(x.id) + ".md"
	for {
		text, err := c.text(x, file, payers)
		if err != nil {
			c.leaveRow(x.row, err.Error())
			return
		}
		field, why := c.refused(x, file, text)
		if field == "" {
			c.res.Charters = append(c.res.Charters, Made{x.row.Number, x.id, file, text})
			return
		}
		if field == "title" || x.from[field] == nil {
			c.leaveRow(x.row, why)
			return
		}
		if field == "body" {
			x.body = ""
		}
		c.drop(x, field, why)
	}
}

func (c *converter) text(x *project, file string, payers []portfolio.ID) ([]byte, error) {
	changes := []amend.Change{{Path: "title", Value: x.values["title"]}}
	set := func(path string, n *facts.Node) {
		changes = append(changes, amend.Change{Path: path, Value: n})
	}
	if x.values["summary"] == nil {
		set("summary", amend.Text(c.o.Summary(x.lang, payers)))
	}
	if x.lang != c.Config().Languages[0] && x.values["lang"] == nil {
		set("lang", amend.Text(x.lang))
	}
	set("status", amend.Text("proposed"))
	if x.values["created"] == nil {
		set("created", amend.Text(c.o.Today.String()))
	}
	order := make([]string, 0, len(x.values))
	for field := range x.values {
		order = append(order, field)
	}
	slices.Sort(order)
	for _, field := range order {
		switch {
		case field == "title":
		case strings.HasPrefix(field, "x."):
			set("x."+amend.Key(strings.TrimPrefix(field, "x.")), x.values[field])
		default:
			set(field, x.values[field])
		}
	}
	seed := []byte("---\nschema: charter/1\n---\n")
	edits, err := amend.Facts(file, seed, changes)
	if err != nil {
		return nil, err
	}
	text := amend.Apply(seed, edits)
	if x.body != "" {
		text = fmt.Appendf(text, "\n## %s\n\n%s\n", c.Config().Speech.Headings(x.lang)[0], x.body)
	}
	return tidy.Text(file, text)
}

// refused finds the first field that the rules refuse, and why.
func (c *converter) refused(x *project, file string, text []byte) (field, why string) {
	made, found := charter.Parse(file, text, c.Config().Reading())
	block, wrong := facts.Split(file, text)
	found = append(found, wrong...)
	for _, d := range c.Config().Policy.Apply(found, func(string) bool { return true }) {
		if d.Severity < diag.Error {
			continue
		}
		if d.Pos.Line >= block.BodyLine {
			return "body", d.Message.String()
		}
		at, line := "", int32(0)
		for key, mark := range made.Keys.All() {
			if int(mark.Line) <= d.Pos.Line && mark.Line > line {
				at, line = key, mark.Line
			}
		}
		written := lineAt(text, d.Pos.Line)
		for _, field := range slices.Sorted(maps.Keys(x.from)) {
			below, ok := strings.CutPrefix(field, at+".")
			if field == at || ok && strings.HasPrefix(written, below+":") {
				return field, d.Message.String()
			}
		}
		return at, d.Message.String()
	}
	return c.astray(made)
}

// lineAt is a line of a text without the blanks before it.
func lineAt(text []byte, n int) string {
	lines := strings.Split(string(text), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}

// astray finds a field that means nothing in this portfolio: a link that leads
// nowhere, or a value that its own field does not have.
func (c *converter) astray(made *charter.Charter) (field, why string) {
	summary, _ := markdown.Inline(made.Summary.Value, made.Pos(made.Summary.Mark), nil)
	for field, links := range map[string][]markdown.Link{"body": made.Body.Links, "summary": summary.Links} {
		for _, l := range links {
			if r := c.Resolve(made, l); r.Problem == portfolio.Unknown || r.Problem == portfolio.Outside {
				return field, fmt.Sprintf("it links to %q, which is not here", l.Target)
			}
		}
	}
	for _, own := range c.Own(made) {
		if slices.ContainsFunc(own.Values, func(v portfolio.OwnValue) bool { return !v.Sound }) {
			return "x." + own.Key, "it is no value of this field"
		}
	}
	return "", ""
}

// WriteReport writes what was left as CSV, in which no cell can be a formula.
func (r *Result) WriteReport(w io.Writer, t *Table) error {
	out := csv.NewWriter(w)
	lines := [][]string{{"file", "sheet", "row", "column", "head", "value", "why"}}
	for _, l := range r.Left {
		lines = append(lines, []string{export.Guard(t.File), export.Guard(t.Sheet), strconv.Itoa(l.Row), letter(l.Column), export.Guard(l.Head), export.Guard(l.Value), export.Guard(l.Cause)})
	}
	if err := out.WriteAll(lines); err != nil {
		return err
	}
	return out.Error()
}
