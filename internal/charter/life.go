package charter

import (
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

func (p *parser) life() {
	p.c.Updates = records(p, p.root.Get("updates"), diag.Say("the list of updates"), diag.Say("an update"), "{date: …, by: …, rag: green, text: …}",
		func(n *facts.Node) Update { return readUpdate(p.Reader, n) })
	p.closure(p.root.Get("closure"))
}

var ragWords = []string{"green", "amber", "red"}

// readUpdate reads a status report (S001, S004).
func readUpdate(r *facts.Reader, n *facts.Node) Update {
	u := Update{File: r.File, Mark: n.Mark}
	for f := range r.Map(n, updateKeys) {
		switch f.Key {
		case "date":
			u.Date = r.Date(f.Value)
		case "by":
			u.By = r.ID(f.Value)
		case "rag":
			i, m := r.Word(f.Value, "S001", diag.Say("a colour of a report"), ragWords)
			u.RAG = At[RAG]{Value: RAG(i + 1), Mark: m}
		case "text":
			u.Text = r.Text(f.Value)
		case "next":
			u.Next = r.Text(f.Value)
		}
	}
	if u.RAG.Value > Green && !u.Next.Written() {
		r.ReportAt(u.RAG.Mark, len(u.RAG.Value.String()), "S004", diag.Say("the report is %s, but does not say what happens next", u.RAG.Value), diag.Say("add next: with the next step and its day"))
	}
	return u
}

// ParseUpdate reads a status report in a file of its own, below
// charters/<id>/updates/: the front matter says when, who and which colour, the
// body is the text.
func ParseUpdate(file string, text []byte) (Update, diag.List) {
	text, found := facts.Characters(file, text)
	block, more := facts.Split(file, text)
	found = append(found, more...)
	if block.Format == "" {
		return Update{File: file}, found
	}
	root, more := facts.Parse(block.Format, file, block.Data, block.Line, facts.ForCharter)
	found = append(found, more...)
	r := facts.NewReader(file, text)
	r.Drafts = true
	u := readUpdate(r, root)
	u.Mark = Mark{Line: int32(block.Line - 1), Col: 1}
	if body := strings.TrimSpace(string(block.Body)); body != "" {
		blank := strings.Count(string(block.Body[:strings.Index(string(block.Body), body)]), "\n")
		u.Text = At[string]{Value: body, Mark: Mark{Line: int32(block.BodyLine + blank), Col: 1}}
	}
	return u, append(found, r.Found...)
}

func (p *parser) closure(n *facts.Node) {
	c := &p.c.Closure
	for f := range p.Map(n, closureKeys) {
		c.Mark = n.Mark
		switch f.Key {
		case "date":
			c.Date = p.Date(f.Value)
		case "outcome":
			c.Outcome = p.inline(p.Text(f.Value))
		case "actuals":
			for department, v := range p.ByID(f.Value, diag.Say("the group of actual amounts")) {
				c.Actuals = append(c.Actuals, Actual{Department: department, Amount: p.amount(v)})
			}
		case "lessons":
			c.Lessons = p.inline(p.Text(f.Value))
		}
	}
	p.judgeClosure()
}

// judgeClosure wants a closure with the actual amount of every payer once a
// charter has ended (S006).
func (p *parser) judgeClosure() {
	status, c := p.c.Status, &p.c.Closure
	if status.Value != Completed && status.Value != Cancelled {
		return
	}
	if !c.Mark.Written() {
		p.on(status.Mark, status.Value.String(), "S006", diag.Say("the charter is %s, but has no closure", status.Value), diag.Say("add closure: with date, outcome and actuals"))
		return
	}
	var missing []string
	for _, payer := range p.c.Budget.Parties {
		id := payer.Department.Value
		named := false
		for _, a := range c.Actuals {
			named = named || a.Department.Value == id
		}
		if !named && id != "" {
			missing = append(missing, string(id))
		}
	}
	if len(missing) > 0 {
		p.finding(c.Mark, "S006", diag.Say("the closure does not say what %s paid in the end", diag.And(missing)), diag.Say("add actuals: with the amount of every paying department"))
	}
}
