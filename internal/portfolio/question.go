package portfolio

import (
	"path"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
	"charterhouse/internal/query"
)

// A Question is a saved question: a file in questions/ that makes a page of its
// own. Its answer follows from the charters, so it is not here; package ask
// gives it.
type Question struct {
	ID          ID
	File        string
	Pos         diag.Pos // of its front matter
	Title       Text
	Description Text
	Lang        string          // of the body; empty means the site's first language
	Query       *query.Question // never nil, but Sound only if it can be asked

	Body  markdown.Document
	Asked []*query.Question // what the body asks, parallel to Body.Queries
}

// Name returns the title in a language, or the id where there is none.
func (q *Question) Name(lang string) string {
	if t := q.Title.In(lang); t != "" {
		return t
	}
	return string(q.ID)
}

var questionKeys = &facts.Keys{Of: diag.Say("a saved question"), Known: []string{"title", "description", "lang", "query"},
	Aliases: map[string]string{"name": "title", "summary": "description", "language": "lang", "question": "query", "list": "query.list", "count": "query.count", "sum": "query.sum", "table": "query.table",
		"where": "query.where", "show": "query.show", "by": "query.by", "sort": "query.sort"}}

// ParseQuestion reads a saved question. It always returns one, and every finding
// that the file alone gives. as says what is spoken where the file does not.
func ParseQuestion(file string, text []byte, as charter.Options) (*Question, diag.List) {
	text, found := facts.Characters(file, text)
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	q := &Question{ID: ID(name), File: file, Pos: diag.Pos{File: file, Line: 1, Col: 1}, Query: &query.Question{File: file}}
	if !facts.ValidID(name) {
		q.ID = ID(facts.Slug(name))
		found.Add(diag.Diagnostic{Pos: diag.Pos{File: file}, Code: "C007", Message: diag.Say("the file is named %q, which gives no id", name), Hint: diag.Say("name it %s.md", q.ID)})
	}
	block, more := facts.Split(file, text)
	found = append(found, more...)
	if block.Format == "" {
		return q, found
	}
	q.Pos.Line = block.Line - 1
	root, more := facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	found = append(found, more...)
	r := facts.NewReader(file, text)
	q.read(r, root)
	q.prose(r, block, as)
	found = append(found, r.Found...)
	found.Sort()
	return q, found
}

func (q *Question) read(r *facts.Reader, root *facts.Node) {
	for f := range r.Map(root, questionKeys) {
		switch f.Key {
		case "title":
			q.Title = words(r, f.Value)
		case "description":
			q.Description = words(r, f.Value)
		case "lang":
			q.Lang = r.Text(f.Value).Value
		case "query":
			q.Query = query.Read(r, f.Value)
		}
	}
	for _, key := range []string{"title", "query"} {
		if n := root.Get(key); n == nil || n.Kind == facts.Null {
			d := diag.Diagnostic{Pos: q.Pos, Code: "Q007", Message: diag.Say("the saved question has no %s", key), Hint: diag.Say("add title: with what the page is called")}
			if key == "query" {
				d.Hint = diag.Say("add query: with list: charters, count: charters, sum: amount or table: charters below it")
			}
			r.Found.Add(d)
		}
	}
}

func (q *Question) prose(r *facts.Reader, block facts.Block, as charter.Options) {
	if q.Lang != "" {
		as.Lang = q.Lang
	}
	doc, found := markdown.Parse(block.Body, markdown.Origin{File: q.File, Line: block.BodyLine}, markdown.Options{In: as.Speech.For(as.Lang)})
	q.Body = doc
	r.Found = append(r.Found, found...)
	for _, asked := range doc.Queries {
		x, found := query.Of(q.File, asked)
		q.Asked = append(q.Asked, x)
		r.Found = append(r.Found, found...)
	}
}

// LinksOf says what each link of a saved question's prose means, parallel to its
// Body.Links.
func (p *Portfolio) LinksOf(q *Question) []Resolution {
	if len(q.Body.Links) == 0 {
		return nil
	}
	from := &charter.Charter{File: q.File, Body: q.Body}
	all := make([]Resolution, len(q.Body.Links))
	for i, l := range q.Body.Links {
		if l.Kind != markdown.Wiki && l.Target == "" {
			if id, ok := q.Body.ResolveAnchor(l.Anchor); ok {
				all[i].Target = Target{Kind: ToQuestion, ID: q.ID, Anchor: id}
			} else {
				all[i].Problem = NoSuchAnchor
			}
			continue
		}
		all[i] = p.Resolve(from, l)
	}
	return all
}
