package site

import (
	"strings"

	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// This file compares two quarters, in the values and words of package change. A
// page stays readable however much happened: each list ends after so many lines
// and counts the rest, and the sums are of everything.

const (
	comparedLines = 200 // of a list on a page of its own
	briefLines    = 12  // of a list on the page of a quarter
)

// A versusView is what templates/versus.html and parts/versus.html are given.
type versusView struct {
	Home, Title string
	Lede        theme.Fragment
	From, To    frameLink
	Whole       string // to the page of the comparison, where this is a part of another
	None        bool
	Totals      []blockView
	Groups      []versusGroup
	Lists       []versusList
	Compare     []compareRow // of the later quarter
}

// A versusGroup is charters that came, ended, went or changed.
type versusGroup struct {
	ID, Title, Count string
	Rows             []versusRow
	More             string
}

type versusRow struct {
	Charter theme.Fragment
	Was     string // the status before, where it ended
	Terms   string // what is different in what was agreed, in one line
	Other   []string
}

type versusList struct {
	Heading, Count string
	Items          []string
	More           string
}

// versusPage makes the page that compares two quarters.
func (v *voice) versusPage(all []portfolio.Quarter, i, j int) (content, error) {
	d, err := v.versus(&all[i], &all[j], comparedLines)
	if err != nil {
		return content{}, err
	}
	d.Compare = v.compareWith(all, j)
	return content{Title: d.Title, Template: "versus", Data: d}, nil
}

// versus compares two quarters. Lists show as many lines as are wanted.
func (v *voice) versus(from, to *portfolio.Quarter, lines int) (*versusView, error) {
	x, err := v.site.compared(from, to)
	if err != nil {
		return nil, err
	}
	d := &versusView{Home: v.home, Title: v.words.F("versus.title", "From", v.quarterName(from), "To", v.quarterName(to)),
		From: frameLink{Href: v.href(quarterAddress(from, 0)), Text: v.quarterName(from)}, To: frameLink{Href: v.href(quarterAddress(to, 0)), Text: v.quarterName(to)}}
	d.Lede = v.words.HTML("versus.lede", "From", v.date(from.Until), "Commit", code(from.At.Short()), "To", v.date(to.Until), "CommitNow", code(to.At.Short()))
	d.Totals = v.versusTotals(x, from, to)
	d.Groups, d.Lists = v.versusGroups(x, lines), v.versusLists(x, lines)
	if lines == briefLines {
		d.Whole = v.href(betweenAddress(from, to))
	}
	d.None = len(d.Groups)+len(d.Lists) == 0
	return d, nil
}

// versusTotals is what each department pays in agreed joint initiatives, before
// and after. An amount opens the quarter that it is of.
func (v *voice) versusTotals(x *change.Difference, from, to *portfolio.Quarter) []blockView {
	was, is := then{v, x.Before.Portfolio}, then{v, x.After.Portfolio}
	var all []blockView
	for _, total := range x.Totals {
		view := blockView{Caption: v.words.T("rollup.by-department") + ", " + string(total.Currency), Heads: []headView{{v.quarterName(from), true}, {v.quarterName(to), true}, {v.words.T("diff.change"), true}}}
		decimals := total.Decimals()
		row := func(head theme.Fragment, r change.Row) theme.Fragment {
			var w theme.Builder
			w.Raw(`<tr><th scope="row">`).Add(head).Raw(`</th>`)
			for i, m := range []struct {
				text, sort string
				minor      int64
				q          *portfolio.Quarter
			}{{v.locale.Amount(r.Before, decimals), r.Before.Text(), r.Before.Minor, from}, {v.locale.Amount(r.After, decimals), r.After.Text(), r.After.Minor, to}, {v.locale.Amount(r.Change, decimals), r.Change.Text(), r.Change.Minor, nil}} {
				w.Raw(`<td class="n" data-v="`).Text(m.sort).Raw(`">`)
				switch {
				case m.q != nil && m.minor == 0:
					w.Raw(`–`)
				case m.q != nil:
					w.Raw(`<a href="`).Text(v.href(quarterAddress(m.q, 0)) + "#pays").Raw(`">`).Text(m.text).Raw(`</a>`)
				case i == 2 && r.Change.Minor > 0:
					w.Text("+" + m.text)
				default:
					w.Text(m.text)
				}
				w.Raw(`</td>`)
			}
			return w.Raw(`</tr>`).Fragment()
		}
		for _, r := range total.Rows {
			named := is
			if is.p.Department(r.Department) == nil {
				named = was
			}
			view.Rows = append(view.Rows, row(named.dept(r.Department), r))
		}
		view.Foot = row(theme.Escape(v.words.T("column.all")), total.Sum)
		all = append(all, view)
	}
	return all
}

// versusGroups parts the charters that differ by what became of them.
func (v *voice) versusGroups(x *change.Difference, lines int) []versusGroup {
	keys := []string{"came", "ended", "gone", "changed"}
	parted := map[string][]int{}
	for i := range x.Charters {
		key := fate(&x.Charters[i])
		parted[key] = append(parted[key], i)
	}
	var all []versusGroup
	for _, key := range keys {
		list := parted[key]
		if len(list) == 0 {
			continue
		}
		g := versusGroup{ID: key, Title: v.words.T("versus." + key), Count: v.locale.Number(len(list))}
		shown := list[:min(len(list), lines)]
		told := v.inWords(x, shown)
		for n, i := range shown {
			g.Rows = append(g.Rows, v.versusRow(x, i, key, told[n]))
		}
		if len(shown) < len(list) {
			g.More = v.words.N("versus.more", len(list)-len(shown))
		}
		all = append(all, g)
	}
	return all
}

// fate is what became of a charter.
func fate(c *change.Charter) string {
	ended := func(c *charter.Charter) bool { s := c.Status.Value; return !s.Draft() && !s.Live() }
	switch {
	case c.Before == nil:
		return "came"
	case c.After == nil:
		return "gone"
	case ended(c.After) && !ended(c.Before):
		return "ended"
	}
	return "changed"
}

// inWords puts some of the charters that differ into words, and no other.
func (v *voice) inWords(x *change.Difference, some []int) []change.Told {
	part := &change.Difference{Before: x.Before, After: x.After}
	for _, i := range some {
		part.Charters = append(part.Charters, x.Charters[i])
	}
	return change.Tell(part, v.words).Charters
}

func (v *voice) versusRow(x *change.Difference, i int, key string, told change.Told) versusRow {
	c := &x.Charters[i]
	named, p := c.After, x.After.Portfolio
	if named == nil {
		named, p = c.Before, x.Before.Portfolio
	}
	row := versusRow{Charter: then{v, p}.charter(named), Terms: told.Terms, Other: told.Other}
	if key == "ended" {
		row.Was = v.words.F("versus.was", "Status", strings.ToLower(v.words.T("status."+c.Before.Status.Value.String())))
	}
	return row
}

// versusLists is what else is new, gone or different, in the words of package
// change: conflicts, people beyond capacity, registers.
func (v *voice) versusLists(x *change.Difference, lines int) []versusList {
	rest := *x
	rest.Charters = nil
	var all []versusList
	for _, l := range change.Tell(&rest, v.words).Lists {
		d := versusList{Heading: l.Heading, Count: v.locale.Number(len(l.Items)), Items: l.Items[:min(len(l.Items), lines)]}
		if len(d.Items) < len(l.Items) {
			d.More = v.words.N("versus.more", len(l.Items)-len(d.Items))
		}
		all = append(all, d)
	}
	return all
}
