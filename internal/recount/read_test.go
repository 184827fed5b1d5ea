package recount

import (
	"cmp"
	"database/sql"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"
	_ "modernc.org/sqlite"
)

// A tree is front matter as text: scalars as they are written, maps in order.
type tree struct {
	text string
	keys []string
	of   map[string]*tree
	list []*tree
}

// at follows keys; a missing one is an empty tree.
func (t *tree) at(keys ...string) *tree {
	for _, k := range keys {
		if t = t.of[k]; t == nil {
			return &tree{}
		}
	}
	return t
}

func fromYAML(n *yaml.Node) *tree {
	t := &tree{text: n.Value, of: map[string]*tree{}}
	switch n.Kind {
	case yaml.DocumentNode:
		return fromYAML(n.Content[0])
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			t.keys = append(t.keys, n.Content[i].Value)
			t.of[n.Content[i].Value] = fromYAML(n.Content[i+1])
		}
	case yaml.SequenceNode:
		for _, x := range n.Content {
			t.list = append(t.list, fromYAML(x))
		}
	}
	return t
}

func fromTOML(v any, order []toml.Key, within toml.Key) *tree {
	t := &tree{of: map[string]*tree{}}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			t.of[k] = fromTOML(x, order, append(slices.Clone(within), k))
		}
		for _, k := range order {
			if len(k) == len(within)+1 && slices.Equal(k[:len(within)], within) && !slices.Contains(t.keys, k[len(within)]) {
				t.keys = append(t.keys, k[len(within)])
			}
		}
	case []map[string]any:
		for _, x := range v {
			t.list = append(t.list, fromTOML(x, order, within))
		}
	case []any:
		for _, x := range v {
			t.list = append(t.list, fromTOML(x, order, within))
		}
	case interface{ Format(string) string }:
		t.text = v.Format("2006-01-02")
	default:
		t.text = fmt.Sprint(v)
	}
	return t
}

// frontMatter takes a charter's facts from the text between its fences.
func frontMatter(text string) (*tree, error) {
	first, rest, _ := strings.Cut(text, "\n")
	fence := first[:3]
	block, _, ok := strings.Cut(rest, "\n"+fence)
	if !ok {
		return nil, fmt.Errorf("no end in %.40q", text)
	}
	if fence == "+++" {
		var v map[string]any
		meta, err := toml.Decode(block, &v)
		return fromTOML(v, meta.Keys(), nil), err
	}
	return parseYAML(block) // JSON is YAML, too
}

func parseYAML(text string) (*tree, error) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		return nil, err
	}
	return fromYAML(&n), nil
}

// A ledger is the database, with the names that pages show.
type ledger struct {
	*sql.DB
	departments, charters map[string]string // names by id
	translated            map[string]string // ids by the titles of translations, which pages show
	order                 map[string]int    // departments as the site orders them
	people                map[string]string // ids by name
	fiscal                int               // the month that a fiscal year begins with
}

const schema = `
CREATE TABLE charter (id TEXT PRIMARY KEY, status TEXT, currency TEXT, total INTEGER, starts TEXT, ends TEXT);
CREATE TABLE party (charter TEXT, pos INTEGER, department TEXT, num INTEGER, den INTEGER);
CREATE TABLE period (charter TEXT, k INTEGER, year TEXT, starts TEXT, ends TEXT, minor INTEGER);
CREATE TABLE spent (charter TEXT, department TEXT, year TEXT, minor INTEGER);
CREATE TABLE lent (charter TEXT, person TEXT, home TEXT, num INTEGER, den INTEGER, starts TEXT, ends TEXT);
CREATE TABLE person (id TEXT PRIMARY KEY, num INTEGER, den INTEGER);
CREATE TABLE accountable (charter TEXT, area TEXT, department TEXT);
CREATE INDEX parties ON party (charter);
CREATE INDEX periods ON period (charter);
CREATE INDEX spending ON spent (charter);
CREATE TABLE rate (currency TEXT PRIMARY KEY, num INTEGER, den INTEGER);`

// read fills a ledger from a content folder.
func read(t *testing.T, dir string) *ledger {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path.Base(t.TempDir())+t.Name()+"?mode=memory&cache=shared")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	l := &ledger{db, map[string]string{}, map[string]string{}, map[string]string{}, map[string]int{}, map[string]string{}, 1}
	l.do(t, schema)
	content := os.DirFS(dir)
	register := func(name string) *tree {
		text, err := fs.ReadFile(content, name)
		if err != nil {
			return &tree{}
		}
		x, err := parseYAML(string(text))
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for i, x := range register("charterhouse.yaml").at("departments").list {
		l.order[x.text] = i - 1000
	}
	if x := register("charterhouse.yaml").at("fiscal_year_starts").text; x != "" {
		l.fiscal, _ = strconv.Atoi(x)
	}
	for i, d := range register("registers/departments.yml").list {
		id, name := d.at("id").text, d.at("name", "en").text
		if name == "" {
			name = d.at("name").text
		}
		l.departments[id] = name
		if _, ok := l.order[id]; !ok {
			l.order[id] = i
		}
	}
	for _, x := range register("registers/people.yml").list {
		capacity := part(t, cmp.Or(x.at("capacity").text, "1/1"))
		l.people[x.at("name").text] = x.at("id").text
		l.do(t, "INSERT INTO person VALUES (?, ?, ?)", x.at("id").text, capacity.Num().Int64(), capacity.Denom().Int64())
	}
	rates := register("registers/rates.yml")
	l.do(t, "INSERT INTO rate VALUES (?, 1, 1)", rates.at("base").text)
	for _, c := range rates.at("rates").keys {
		r := rat(t, rates.at("rates", c).text)
		l.do(t, "INSERT INTO rate VALUES (?, ?, ?)", c, r.Num().Int64(), r.Denom().Int64())
	}
	l.do(t, "BEGIN")
	files, _ := fs.Glob(content, "charters/*.md")
	more, _ := fs.Glob(content, "charters/*/index.md")
	for _, name := range append(files, more...) {
		text, err := fs.ReadFile(content, name)
		if err != nil {
			t.Fatal(err)
		}
		facts, err := frontMatter(string(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if of := facts.at("translation_of").text; of != "" { // a text, not a charter
			l.translated[facts.at("title").text] = of
			continue
		}
		l.enter(t, strings.TrimSuffix(path.Base(strings.TrimSuffix(name, "/index.md")), ".md"), facts)
	}
	l.do(t, "COMMIT")
	return l
}

func (l *ledger) do(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	if _, err := l.Exec(statement, arguments...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(text, "_", ""))
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// minor is an amount in minor units; every currency here has a hundred.
func minor(t *testing.T, text string) int64 {
	t.Helper()
	r := rat(t, text)
	if r.Mul(r, big.NewRat(100, 1)); !r.IsInt() {
		t.Fatalf("%q has more than two decimals", text)
	}
	return r.Num().Int64()
}

// enter writes one charter into the ledger.
func (l *ledger) enter(t *testing.T, id string, facts *tree) {
	t.Helper()
	if x := facts.at("id").text; x != "" {
		id = x
	}
	l.charters[id] = facts.at("title").text
	budget, start, end := facts.at("budget"), facts.at("timeframe", "start").text, facts.at("timeframe", "end").text
	l.team(t, id, facts.at("team").list, start, end)
	l.areas(t, id, facts.at("responsibilities").list)
	if budget.at("total").text == "" {
		l.do(t, "INSERT INTO charter VALUES (?, ?, '', 0, ?, ?)", id, facts.at("status").text, start, end)
		return
	}
	total := minor(t, budget.at("total").text)
	l.do(t, "INSERT INTO charter VALUES (?, ?, ?, ?, ?, ?)", id, facts.at("status").text, budget.at("currency").text, total, start, end)
	l.parties(t, id, total, budget.at("shares"))
	periods := budget.at("periods")
	slices.Sort(periods.keys) // 2027, 2027-Q1 and 2027-03 of one charter never mix but as the sample does
	for k, p := range inTime(periods.keys) {
		l.do(t, "INSERT INTO period VALUES (?, ?, ?, ?, ?, ?)", id, k, p[:4], begins(p), ends(p), minor(t, periods.at(p).text))
	}
	if len(periods.keys) == 0 {
		year := "undivided"
		if len(start) > 4 && len(end) > 4 && start[:4] == end[:4] {
			year = start[:4]
		}
		l.do(t, "INSERT INTO period VALUES (?, 0, ?, ?, ?, ?)", id, year, start, end, total)
	}
	for _, s := range budget.at("spent").list {
		l.do(t, "INSERT INTO spent VALUES (?, ?, ?, ?)", id, s.at("department").text, s.at("date").text[:4], minor(t, s.at("amount").text))
	}
}

// team writes who is lent; days that are not stated are those of the timeframe.
func (l *ledger) team(t *testing.T, id string, team []*tree, start, end string) {
	t.Helper()
	for _, m := range team {
		share, home := m.at("allocation").text, m.at("home").text
		first, last := cmp.Or(m.at("from").text, start), cmp.Or(m.at("until").text, end)
		if share == "" || first == "" || last < first {
			continue
		}
		r := part(t, share)
		l.do(t, "INSERT INTO lent VALUES (?, ?, ?, ?, ?, ?, ?)", id, m.at("person").text, home, r.Num().Int64(), r.Denom().Int64(), first, last)
	}
}

// areas writes who alone is accountable for what.
func (l *ledger) areas(t *testing.T, id string, rows []*tree) {
	t.Helper()
	for _, r := range rows {
		who := r.at("accountable")
		if len(who.list) == 1 {
			who = who.list[0]
		}
		if area := r.at("area").text; area != "" && who.text != "" {
			l.do(t, "INSERT INTO accountable VALUES (?, ?, ?)", id, area, who.text)
		}
	}
}

// part is a share: "1/3" or "37.5%".
func part(t *testing.T, text string) *big.Rat {
	t.Helper()
	number, percent := strings.CutSuffix(text, "%")
	r := rat(t, number)
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r
}

// begins is the first day of a period.
func begins(period string) string {
	switch {
	case len(period) == 4:
		return period + "-01-01"
	case period[5] == 'Q':
		return fmt.Sprintf("%s-%02d-01", period[:4], int(period[6]-'0')*3-2)
	}
	return period + "-01"
}

// ends is the last day of a period.
func ends(period string) string {
	first, err := time.Parse(time.DateOnly, begins(period))
	if err != nil {
		return ""
	}
	months := 1
	switch {
	case len(period) == 4:
		months = 12
	case period[5] == 'Q':
		months = 3
	}
	return first.AddDate(0, months, -1).Format(time.DateOnly)
}

func inTime(periods []string) []string {
	return slices.SortedFunc(slices.Values(periods), func(a, b string) int { return strings.Compare(begins(a), begins(b)) })
}

// parties writes who pays which part, over one denominator for the charter.
func (l *ledger) parties(t *testing.T, id string, total int64, shares *tree) {
	t.Helper()
	parts, rest, sum := make([]*big.Rat, len(shares.keys)), -1, new(big.Rat)
	for i, department := range shares.keys {
		text := shares.at(department).text
		if long := shares.at(department); len(long.keys) > 0 {
			if text = long.at("share").text; text == "" {
				text = fmt.Sprintf("%d/%d", minor(t, long.at("amount").text), total)
			}
		}
		switch {
		case text == "rest":
			rest = i
			continue
		case text == "equal":
			parts[i] = big.NewRat(1, int64(len(shares.keys)))
		default:
			parts[i] = part(t, text)
		}
		sum.Add(sum, parts[i])
	}
	if rest >= 0 {
		parts[rest] = new(big.Rat).Sub(big.NewRat(1, 1), sum)
	}
	den := big.NewInt(1)
	for _, p := range parts {
		common := new(big.Int).GCD(nil, nil, den, p.Denom())
		den.Mul(den, new(big.Int).Quo(p.Denom(), common))
	}
	for i, p := range parts {
		num := new(big.Int).Mul(p.Num(), new(big.Int).Quo(den, p.Denom()))
		if room := new(big.Int).Mul(num, big.NewInt(total)); !room.IsInt64() {
			t.Fatalf("%s needs more than 64 bits", id)
		}
		l.do(t, "INSERT INTO party VALUES (?, ?, ?, ?, ?)", id, i, shares.keys[i], num.Int64(), den.Int64())
	}
}
