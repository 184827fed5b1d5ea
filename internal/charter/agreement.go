package charter

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

func (p *parser) agreement() {
	p.c.Approvals = records(p, p.root.Get("approvals"), diag.Say("the list of approvals"), diag.Say("an approval"), "{department: …, person: …, date: …, terms: …}",
		func(n *facts.Node) Approval { return readApproval(p.Reader, n) })
	p.c.Amendments = records(p, p.root.Get("amendments"), diag.Say("the list of amendments"), diag.Say("an amendment"), "{id: a1, date: …, summary: …}", p.amendment)
	p.judgeAmendments()
}

func readApproval(r *facts.Reader, n *facts.Node) Approval {
	a := Approval{File: r.File, Mark: n.Mark}
	for f := range r.Map(n, approvalKeys) {
		switch f.Key {
		case "department":
			a.Department = r.ID(f.Value)
		case "person":
			a.Person = r.ID(f.Value)
		case "date":
			a.Date = r.Date(f.Value)
		case "terms":
			a.Terms = facts.Value(r, f.Value, "A003", diag.Say("the digest of the terms"), parseTerms)
		case "note":
			a.Note = r.Text(f.Value)
		}
	}
	return a
}

var termsForm = regexp.MustCompile(`^jt1-[0-9a-f]{16}$`)

func parseTerms(s string) (string, error) {
	if len(s) == 20 && termsForm.MatchString(s) {
		return s, nil
	}
	return "", &facts.SyntaxError{Reason: diag.Say("%q is not a digest of terms", s), Hint: diag.Say("copy it from the charter's page: jt1- and 16 digits from 0 to 9 and a to f")}
}

// ParseApproval reads a file of its own with one approval or a list of them,
// approvals/<department>/<charter>.yml. The department is that of the folder
// unless the file says otherwise.
func ParseApproval(file string, text []byte) ([]Approval, diag.List) {
	text, found := facts.Characters(file, text)
	lim := facts.ForCharter
	lim.Records = true
	root, more := facts.Parse(facts.YAML, file, text, 1, lim)
	found = append(found, more...)
	r := facts.NewReader(file, text)
	r.Drafts = true
	var all []Approval
	for _, n := range r.OneOrMore(root) {
		if n.Kind == facts.Null || n.Kind == facts.Map && len(n.Fields) == 0 {
			continue
		}
		a := readApproval(r, n)
		if folder := path.Base(path.Dir(file)); !a.Department.Written() && facts.ValidID(folder) {
			a.Department = At[ID]{Value: ID(folder), Mark: a.Mark}
		}
		all = append(all, a)
	}
	return all, append(found, r.Found...)
}

func (p *parser) amendment(n *facts.Node) Amendment {
	a := Amendment{Mark: n.Mark}
	for f := range p.Map(n, amendmentKeys) {
		switch f.Key {
		case "id":
			a.ID = p.ID(f.Value)
		case "date":
			a.Date = p.Date(f.Value)
		case "summary":
			a.Summary = p.inline(p.Text(f.Value))
		case "reason":
			a.Reason = p.inline(p.Text(f.Value))
		}
	}
	return a
}

// judgeAmendments wants ids that count from 1 and dates that do not go back
// (A005).
func (p *parser) judgeAmendments() {
	for i, a := range p.c.Amendments {
		id := string(a.ID.Value)
		stem, prefix := strings.TrimRight(id, "0123456789"), "a"
		if stem != id {
			prefix = stem
		}
		if number, err := strconv.Atoi(id[len(stem):]); id != "" && (err != nil || number != i+1) {
			p.on(a.ID.Mark, id, "A005", diag.Say("the amendment %s is number %d in the list", id, i+1), diag.Say("number them one by one, oldest first: this one is %s%d", prefix, i+1))
		}
		if i == 0 {
			continue
		}
		before := p.c.Amendments[i-1].Date.Value
		if date := a.Date.Value; !date.IsZero() && date.Before(before) {
			p.on(a.Date.Mark, date.String(), "A005", diag.Say("this amendment is dated %s, before the one above, %s", date, before), diag.Say("list amendments with the oldest first"))
		}
	}
}
