package change

import (
	"encoding/json"
	"io"

	"github.com/google/jsonschema-go/jsonschema"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// A Document is a difference for other programs. Amounts are whole minor units
// (øre, cents) of their currency; shares and other exact numbers are reduced
// fractions; days are YYYY-MM-DD.
type Document struct {
	Format   string   `json:"format" jsonschema:"always charterhouse-diff/1"`
	Before   DocSide  `json:"before"`
	After    DocSide  `json:"after"`
	Language string   `json:"language" jsonschema:"of the sentences"`
	Summary  []string `json:"summary"`

	Charters  []DocCharter `json:"charters"`
	Totals    []DocTotal   `json:"totals" jsonschema:"what departments pay in agreed joint charters, by currency"`
	Proposed  []DocTotal   `json:"proposed" jsonschema:"the same of what is only proposed"`
	Posts     []DocPosts   `json:"posts" jsonschema:"full-time posts lent, where they differ"`
	Loads     []DocLoad    `json:"loads" jsonschema:"people booked otherwise, as parts of a full post"`
	Conflicts struct {
		New  []DocConflict `json:"new"`
		Gone []DocConflict `json:"gone"`
	} `json:"conflicts"`
	Overloads struct {
		New  []DocOverload `json:"new"`
		Gone []DocOverload `json:"gone"`
	} `json:"overloads"`
	Findings struct {
		New  []DocFinding `json:"new"`
		Gone []DocFinding `json:"gone"`
	} `json:"findings"`
	Registers     []DocChange `json:"registers"`
	Configuration []DocChange `json:"configuration"`
	Files         []DocFile   `json:"files" jsonschema:"that are neither charter nor register nor configuration"`
	Unread        []DocUnread `json:"unread" jsonschema:"what could not be read, or not in full"`
}

// A DocSide is one of the two portfolios.
type DocSide struct {
	Name    string `json:"name"`
	AsOf    string `json:"asOf"`
	Missing bool   `json:"missing" jsonschema:"there was no content folder"`
}

// A DocCharter is one charter.
type DocCharter struct {
	ID           string           `json:"id"`
	Title        string           `json:"title"`
	Action       Action           `json:"action"`
	Former       string           `json:"former,omitempty" jsonschema:"the id before, where it is another"`
	FileBefore   string           `json:"fileBefore,omitempty"`
	FileAfter    string           `json:"fileAfter,omitempty"`
	Changes      []DocChange      `json:"changes"`
	Translations []DocTranslation `json:"translations,omitempty"`
	Terms        string           `json:"terms" jsonschema:"what is different in what was agreed, and the signatures, in words"`
	Other        []string         `json:"other" jsonschema:"what else is different, in words"`
}

// A DocTranslation is a file that translates a charter.
type DocTranslation struct {
	File     string      `json:"file"`
	Language string      `json:"language"`
	Action   Action      `json:"action"`
	Changes  []DocChange `json:"changes,omitempty"`
}

// A DocChange is one thing that is different.
type DocChange struct {
	Path   string              `json:"path" jsonschema:"such as goals.g1.measure.target"`
	Key    string              `json:"key" jsonschema:"the key of the manual, such as goals[].measure.target"`
	Action Action              `json:"action"`
	Term   bool                `json:"term" jsonschema:"it is part of what the chiefs agree to"`
	Before *DocValue           `json:"before,omitempty"`
	After  *DocValue           `json:"after,omitempty"`
	Fields map[string]DocValue `json:"fields,omitempty" jsonschema:"of a record that came or went"`
	Was    *DocPlace           `json:"was,omitempty"`
	Is     *DocPlace           `json:"is,omitempty"`
}

// A DocValue is what a key says, in one spelling.
type DocValue struct {
	Text     string `json:"text"`
	Minor    *int64 `json:"minor,omitempty" jsonschema:"an amount in whole minor units"`
	Currency string `json:"currency,omitempty"`
	Share    string `json:"share,omitempty" jsonschema:"a reduced fraction"`
}

// A DocPlace is a place in a file.
type DocPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// A DocTotal is the sums of one currency.
type DocTotal struct {
	Currency string   `json:"currency"`
	Rows     []DocRow `json:"rows"`
	Sum      DocRow   `json:"sum"`
}

// A DocRow is one department's amounts; change is after less before.
type DocRow struct {
	Department string `json:"department,omitempty"`
	Before     int64  `json:"before"`
	After      int64  `json:"after"`
	Change     int64  `json:"change"`
}

// A DocPosts is a quarter of a department.
type DocPosts struct {
	Department string `json:"department"`
	Quarter    string `json:"quarter"`
	Before     string `json:"before"`
	After      string `json:"after"`
}

// A DocLoad is the most a person is booked for on a day from today on.
type DocLoad struct {
	Person string `json:"person"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// A DocConflict is two charters that give one area to different departments.
type DocConflict struct {
	Area        string    `json:"area"`
	Charters    [2]string `json:"charters"`
	Departments [2]string `json:"departments"`
}

// A DocOverload is days on which somebody is booked beyond capacity.
type DocOverload struct {
	Person string `json:"person"`
	From   string `json:"from"`
	Until  string `json:"until"`
}

// A DocFinding is something that the check says.
type DocFinding struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity"`
	Message  string   `json:"message"`
	Place    DocPlace `json:"place"`
}

// A DocFile is another file.
type DocFile struct {
	Path   string `json:"path"`
	Action Action `json:"action"`
}

// A DocUnread is a file that could not be read.
type DocUnread struct {
	Side string `json:"side" jsonschema:"before or after"`
	File string `json:"file"`
	Why  string `json:"why"`
}

// Schema returns the JSON Schema of a Document.
func Schema() ([]byte, error) {
	s, err := jsonschema.For[Document](nil)
	if err != nil {
		return nil, err
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Charterhouse difference, version 1"
	s.Description = "What is different between two portfolios. Amounts are whole minor units of their currency; shares and other exact numbers are reduced fractions."
	return json.MarshalIndent(s, "", " ")
}

// JSON writes a difference for other programs, with its report's sentences.
func JSON(w io.Writer, d *Difference, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(document(d, r))
}

func document(d *Difference, r *Report) *Document {
	doc := &Document{Format: "charterhouse-diff/1", Before: docSide(d.Before), After: docSide(d.After), Language: r.Words.Lang(), Summary: list(r.Summary),
		Charters: []DocCharter{}, Totals: docTotals(d.Totals), Proposed: docTotals(d.Proposed)}
	for i := range d.Charters {
		doc.Charters = append(doc.Charters, docCharter(&d.Charters[i], r.Charters[i]))
	}
	doc.Posts = list(each(d.Posts, func(p Posts) DocPosts {
		return DocPosts{string(p.Department), p.Quarter.String(), p.Before.RatString(), p.After.RatString()}
	}))
	doc.Loads = list(each(d.Loads, func(l Load) DocLoad {
		return DocLoad{string(l.Person), l.Before.RatString(), l.After.RatString()}
	}))
	doc.Conflicts.New, doc.Conflicts.Gone = list(each(d.Conflicts.New, docConflict)), list(each(d.Conflicts.Gone, docConflict))
	doc.Overloads.New, doc.Overloads.Gone = list(each(d.Overloads.New, docOverload)), list(each(d.Overloads.Gone, docOverload))
	doc.Findings.New, doc.Findings.Gone = list(each(d.Findings.New, docFinding)), list(each(d.Findings.Gone, docFinding))
	doc.Registers, doc.Configuration = docChanges(d.Registers), docChanges(d.Config)
	doc.Files = list(each(d.Files, func(f File) DocFile { return DocFile{f.Path, f.Action} }))
	doc.Unread = list(each(d.Unread, func(u Unread) DocUnread {
		return DocUnread{map[bool]string{false: "before", true: "after"}[u.Now], u.File, u.Why.String()}
	}))
	return doc
}

// list lets an empty list be one, and not null.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

func docSide(s Side) DocSide { return DocSide{s.Name, s.Portfolio.AsOf().String(), s.Absent} }

func docCharter(c *Charter, told Told) DocCharter {
	doc := DocCharter{ID: string(c.ID), Title: told.Title, Action: c.Action, Former: string(c.Former), Changes: docChanges(c.Changes), Terms: told.Terms, Other: list(told.Other)}
	if c.Before != nil {
		doc.FileBefore = c.Before.File
	}
	if c.After != nil {
		doc.FileAfter = c.After.File
	}
	for _, t := range c.Translations {
		doc.Translations = append(doc.Translations, DocTranslation{t.File, t.Lang, t.Action, docChanges(t.Changes)})
	}
	return doc
}

func docChanges(all []Change) []DocChange {
	docs := make([]DocChange, len(all))
	for i := range all {
		c := &all[i]
		docs[i] = DocChange{Path: c.Path(), Key: c.Key(), Action: c.Action, Term: c.Term, Before: docValue(c.Before), After: docValue(c.After), Was: docPlace(c.Was), Is: docPlace(c.Is)}
		for _, f := range c.Fields {
			if docs[i].Fields == nil {
				docs[i].Fields = map[string]DocValue{}
			}
			docs[i].Fields[f.Field] = *docValue(f.Value)
		}
	}
	return docs
}

func docValue(v Value) *DocValue {
	if !v.Set() {
		return nil
	}
	doc := &DocValue{Text: v.Text}
	if v.Money.Currency != "" {
		doc.Minor, doc.Currency = &v.Money.Minor, string(v.Money.Currency)
	}
	if !v.Share.IsZero() {
		doc.Share = v.Share.String()
	}
	return doc
}

func docPlace(p diag.Pos) *DocPlace {
	if p.IsZero() {
		return nil
	}
	return &DocPlace{p.File, p.Line, p.Col}
}

func docTotals(all []Total) []DocTotal {
	docs := make([]DocTotal, len(all))
	for i, t := range all {
		docs[i] = DocTotal{Currency: string(t.Currency), Rows: list(each(t.Rows, docRow)), Sum: docRow(t.Sum)}
	}
	return docs
}

func docRow(r Row) DocRow {
	minor := func(m money.Money) int64 { return m.Minor }
	return DocRow{string(r.Department), minor(r.Before), minor(r.After), minor(r.Change)}
}

func docConflict(c portfolio.Conflict) DocConflict {
	return DocConflict{string(c.One.Area), [2]string{string(c.One.Charter.ID.Value), string(c.Other.Charter.ID.Value)}, [2]string{string(c.One.Department), string(c.Other.Department)}}
}

func docOverload(o Overload) DocOverload {
	day := func(d calendar.Date) string { return d.String() }
	return DocOverload{string(o.Person), day(o.Window.Start), day(o.Window.End)}
}

func docFinding(f diag.Diagnostic) DocFinding {
	return DocFinding{string(f.Code), f.Severity.String(), f.Message.String(), DocPlace{f.Pos.File, f.Pos.Line, f.Pos.Col}}
}
