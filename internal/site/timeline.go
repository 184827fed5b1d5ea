package site

import (
	"slices"
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

func addTimeline(_ *Site, pages pages) {
	pages["timeline.html"] = page{section: "timeline", make: func(v *voice) (content, error) {
		return content{Title: v.words.T("timeline.title"), Template: "timeline", Data: newTimelinePage(v)}, nil
	}}
}

// A timelinePage is the charters in time, and their milestones below.
type timelinePage struct {
	Home      string
	Lede      string
	Chart     *gantt
	Proposals *gantt
	Steps     []stepRow
	More      string
}

// A gantt is rows of bars in one window. Bars stand in a table, so the figure
// and its facts are one.
type gantt struct {
	Caption string
	Scale   theme.Fragment
	Rows    []ganttRow
	Tight   bool
}

type ganttRow struct {
	Charter theme.Fragment
	Sub     theme.Fragment
	Lane    theme.Fragment
	Text    string
	End     theme.Fragment
}

// drawn is how many bars one figure holds.
const drawn = 300

func newTimelinePage(v *voice) timelinePage {
	running := v.dated(func(c *charter.Charter) bool { return c.Status.Value.Live() })
	proposed := v.dated(func(c *charter.Charter) bool { return c.Status.Value == charter.Proposed })
	d := timelinePage{Home: v.home, Lede: v.words.F("timeline.lede", "N", len(running), "Proposed", len(proposed))}
	w := v.windowOf(append(slices.Clone(running), proposed...))
	if len(running) > drawn {
		d.More = v.words.F("timeline.more", "Shown", v.locale.Number(drawn), "All", v.locale.Number(len(running)))
	}
	d.Chart = v.gantt(running[:min(len(running), drawn)], w, false)
	d.Proposals = v.gantt(proposed[:min(len(proposed), drawn)], w, false)
	for _, s := range v.steps() {
		if !s.Milestone.Done.Written() && s.Charter.Status.Value.Live() {
			d.Steps = append(d.Steps, v.step(s))
		}
		if len(d.Steps) == listed {
			break
		}
	}
	return d
}

type stepRow struct {
	Due     theme.Fragment
	Title   string
	Lang    string
	Charter theme.Fragment
	Owner   theme.Fragment
	State   theme.Fragment
	Note    string
	Late    bool
}

func (v *voice) step(s rollup.Step) stepRow {
	row := stepRow{Due: v.date(s.Milestone.Due.Value), Charter: v.charter(s.Charter), Late: s.Late > 0}
	row.Title, row.Lang = v.word(s.Charter, s.Milestone.Title.Value)
	if s.Milestone.Owner.Value != "" {
		row.Owner = v.person(s.Milestone.Owner.Value)
	}
	row.State, row.Note = v.milestoneState(s)
	return row
}

// otherLang is a charter's language where it differs from the page's.
func (v *voice) otherLang(c *charter.Charter) string {
	if lang := v.site.p.Lang(c); lang != v.lang {
		return lang
	}
	return ""
}

// dated lists the charters with a timeframe that match, by end and id.
func (v *voice) dated(match func(*charter.Charter) bool) []*charter.Charter {
	var all []*charter.Charter
	for _, c := range v.site.p.Charters() {
		if _, ok := c.Timeframe.Window(); ok && match(c) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *charter.Charter) int { return a.Timeframe.End.Value.Compare(b.Timeframe.End.Value) })
	return all
}

// windowOf spans whole quarters around all charters and today.
func (v *voice) windowOf(all []*charter.Charter) calendar.Window {
	today := v.site.p.AsOf()
	w := calendar.Window{Start: today, End: today.AddMonths(3)}
	for _, c := range all {
		x, _ := c.Timeframe.Window()
		if x.Start.Before(w.Start) {
			w.Start = x.Start
		}
		if x.End.After(w.End) {
			w.End = x.End
		}
	}
	from := w.Start
	first, _ := calendar.Of(from.Year(), (from.Month()-1)/3*3+1, 1)
	last, _ := calendar.Of(w.End.Year(), (w.End.Month()-1)/3*3+1, 1)
	return calendar.Window{Start: first, End: last.AddMonths(3).AddDays(-1)}
}

func (v *voice) gantt(all []*charter.Charter, w calendar.Window, tight bool) *gantt {
	if len(all) == 0 {
		return nil
	}
	g := &gantt{Caption: v.words.T("timeline.caption"), Scale: v.scale(w), Tight: tight}
	for _, c := range all {
		x, _ := c.Timeframe.Window()
		row := ganttRow{Charter: v.charter(c), End: v.date(x.End), Lane: v.lane(c, w)}
		row.Text = v.words.F("span.from", "From", v.locale.Date(x.Start), "To", v.locale.Date(x.End))
		if !tight {
			row.Sub = v.status(c.Status.Value)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// scale is the head of the figure: years, quarters, today.
func (v *voice) scale(w calendar.Window) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="lane" aria-hidden="true">`)
	quarters := 0
	for d := w.Start; d.Before(w.End); d = d.AddMonths(3) {
		quarters++
	}
	for d := w.Start; d.Before(w.End); d = d.AddMonths(3) {
		q := (int(d.Month()) + 2) / 3
		if q == 1 || d == w.Start {
			if q == 4 { // the next one follows at once, which a phone has no room for
				b.Raw(`<text class="yr minor" y="11" x="`)
			} else {
				b.Raw(`<text class="yr" y="11" x="`)
			}
			b.Percent(placeOf(d, w)).Raw(`">`).Int(d.Year()).Raw(`</text>`)
		}
		if quarters <= 14 {
			b.Raw(`<text class="minor" y="28" x="`).Percent(placeOf(d, w)).Raw(`">`).Text(v.words.F("quarter.short", "Q", strconv.Itoa(q))).Raw(`</text>`)
		}
	}
	today := v.site.p.AsOf()
	at := placeOf(today, w)
	b.Raw(`<svg x="`).Percent(at).Raw(`">`)
	text := v.locale.DayMonth(today)
	if at > 9300 {
		b.Raw(`<rect class="nowtag" x="-64" y="-21" width="64" height="19" rx="2"/><text class="nowtxt" x="-32" y="-7">`)
	} else {
		b.Raw(`<rect class="nowtag" x="-32" y="-21" width="64" height="19" rx="2"/><text class="nowtxt" x="0" y="-7">`)
	}
	return b.Text(text).Raw(`</text></svg></svg>`).Fragment()
}

// lane is one charter's bar: striped by share, hatched while not all have
// signed, with its milestones and today's line.
func (v *voice) lane(c *charter.Charter, w calendar.Window) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="lane" aria-hidden="true">`)
	for d := w.Start; d.Before(w.End); d = d.AddMonths(3) {
		if d.Month() == 1 {
			b.Raw(`<line class="y" y1="0" y2="100%" x1="`)
		} else {
			b.Raw(`<line class="q" y1="0" y2="100%" x1="`)
		}
		at := placeOf(d, w)
		b.Percent(at).Raw(`" x2="`).Percent(at).Raw(`"/>`)
	}
	v.stripe(&b, c, w)
	for i := range c.Milestones {
		m := &c.Milestones[i]
		if m.Due.Value.IsZero() || !w.Contains(m.Due.Value) {
			continue
		}
		_, late := v.site.p.Overdue(c, m)
		b.Raw(`<svg y="50%" x="`).Percent(placeOf(m.Due.Value, w)).Raw(`">`)
		switch {
		case m.Done.Written():
			b.Raw(`<path class="ms done" d="M0-6 6 0 0 6-6 0z"/>`)
		case late:
			b.Raw(`<path class="ms late" d="M0-7 7 5H-7z"/>`)
		default:
			b.Raw(`<path class="ms" d="M0-6 6 0 0 6-6 0z"/>`)
		}
		b.Raw(`</svg>`)
	}
	at := placeOf(v.site.p.AsOf(), w)
	b.Raw(`<line class="now" y1="0" y2="100%" x1="`).Percent(at).Raw(`" x2="`).Percent(at).Raw(`"/></svg>`)
	return b.Fragment()
}

// stripe draws the bar as a nested figure that is as long as the timeframe and
// parted from top to bottom by share.
func (v *voice) stripe(b *theme.Builder, c *charter.Charter, w calendar.Window) {
	x, _ := c.Timeframe.Window()
	from, to := placeOf(x.Start, w), placeOf(x.End, w)
	b.Raw(`<svg x="`).Percent(from).Raw(`" width="`).Percent(max(to-from, 30)).Raw(`" y="50%" height="14"><svg y="-7" height="14" width="100%">`)
	if !c.Budget.Sound {
		b.Raw(`<rect class="bg" width="100%" height="100%"/>`)
	}
	sum, total := int64(0), c.Budget.Total.Value.Minor
	for _, party := range c.Budget.Parties {
		if !c.Budget.Sound {
			break
		}
		y := place(sum, total)
		sum += party.Amount.Minor
		b.Raw(`<rect class="`).Text(v.deptClass(party.Department.Value)).Raw(`" width="100%" y="`).Percent(y).Raw(`" height="`).Percent(place(sum, total) - y).Raw(`"/>`)
	}
	if v.site.p.Agreement(c) != portfolio.FullySigned {
		b.Raw(`<rect class="plan" width="100%" height="100%"/>`)
	}
	b.Raw(`</svg></svg>`)
}
