package change

import (
	"cmp"
	"io"

	"charterhouse/internal/theme"
)

// A page is a report for a template, which computes nothing.
type page struct {
	*Report
	Lang, Site string
	Style      theme.Fragment
	Summary    []string
	Tables     []pageTable
}

type pageTable struct {
	Heading string
	Columns []pageCell
	Rows    [][]pageCell
	Sum     []pageCell
}

type pageCell struct {
	Text        string
	Head, Right bool
}

// Page writes a report as one page that stands alone: no script, no other file.
func (r *Report) Page(w io.Writer, dress *theme.Theme) error {
	p := page{Report: r, Lang: r.Words.Lang(), Site: cmp.Or(r.Site, "Charterhouse"), Style: dress.Style(), Summary: each(r.Summary, Begin)}
	for _, t := range r.Tables {
		row := func(cells []string) []pageCell {
			var all []pageCell
			for i, c := range cells {
				all = append(all, pageCell{Text: c, Head: i == 0, Right: i >= t.Text})
			}
			return all
		}
		p.Tables = append(p.Tables, pageTable{Heading: t.Heading, Columns: row(t.Columns), Rows: each(t.Rows, row), Sum: row(t.Sum)})
	}
	return dress.Execute(w, r.Words.Lang(), "diff", p)
}
