package site

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/chart"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// A figureView is a figure that stands in the rows of a table. Rows come
// finished.
type figureView struct {
	ID, Title, Note string
	Class           string
	Head            theme.Fragment
	Rows            []theme.Fragment
	Key             theme.Fragment // what its shapes mean, as list items
	None            string         // instead of rows
	More            string
}

// figuresOf draws the figures of a rollup, from its table and what it is made of.
func (v *voice) figuresOf(t rollup.Table) []figureView {
	draw, ok := map[string]func(*voice, rollup.Table) []figureView{
		"fairness": (*voice).fairnessFigure, "posts": (*voice).postsFigure, "load": (*voice).loadFigure, "demarcation": (*voice).demarcationFigure,
		"commitments": (*voice).commitmentsFigure, "commitments-proposed": (*voice).commitmentsFigure, "promise": (*voice).promiseFigure,
	}[t.Name]
	if !ok {
		return nil
	}
	return draw(v, t)
}

// rollupTitle is the name of a rollup. That of the next fiscal year names it.
func (v *voice) rollupTitle(name string) string {
	if !strings.HasPrefix(name, "commitments") {
		return v.words.T("rollup." + name)
	}
	return v.words.T("rollup."+name) + ": " + v.fiscalYear()
}

// fiscalYear names the next fiscal year: 2027, or 2027/28 where it is not the
// calendar's.
func (v *voice) fiscalYear() string {
	w := rollup.NextFiscalYear(v.site.p)
	year := strconv.Itoa(w.Start.Year())
	if w.Start.Year() != w.End.Year() {
		year += "/" + w.End.String()[2:4]
	}
	return v.words.F("fiscal.year", "Year", year)
}

// rollupNote is what a reader must know of a table to read it rightly.
func (v *voice) rollupNote(t rollup.Table) string {
	if short := v.shortOf(t); short != "" {
		return strings.TrimSpace(v.ownNote(t) + " " + short)
	}
	return v.ownNote(t)
}

func (v *voice) ownNote(t rollup.Table) string {
	switch t.Name {
	case "promise":
		return v.pastNote(t)
	case "fairness", "posts":
		return v.words.T("ratio.note")
	case "commitments", "commitments-proposed":
		w := rollup.NextFiscalYear(v.site.p)
		return v.words.F("commitments.note", "From", v.locale.DateLong(w.Start), "To", v.locale.DateLong(w.End))
	}
	return ""
}

// pastNote says why the past is not known, or of how many charters it is not.
func (v *voice) pastNote(t rollup.Table) string {
	if why := v.unsure(); why != "" {
		return v.words.T("past." + string(why))
	}
	known, bound := 0, 0
	for _, b := range t.Blocks {
		known += len(b.Rows)
	}
	for _, c := range v.site.p.Charters() {
		if c.Status.Value.Bound() {
			bound++
		}
	}
	return v.words.N("past.missing", bound-known)
}

// headOf is what a row is about, with a link to it.
func (v *voice) headOf(r rollup.Row) theme.Fragment { return v.cellText(r.Head, false) }

// fairnessFigure is each department's part of the money, of the time of people
// and of the areas: bars of one scale, from nothing to all of it.
func (v *voice) fairnessFigure(t rollup.Table) []figureView {
	f := figureView{ID: "parts", Title: v.words.T("figure.parts"), Note: v.words.T("figure.parts.note"), Class: "stack plain fair"}
	type measure struct {
		label, href string
		part, of    int // columns
		rows        map[string]rollup.Row
		currency    money.Currency
	}
	var all []measure
	have := map[ID]bool{}
	for _, b := range t.Blocks {
		rows := map[string]rollup.Row{}
		for _, r := range b.Rows {
			rows[r.Key], have[ID(r.Key)] = r, true
		}
		if b.Currency != "" {
			all = append(all, measure{v.words.F("figure.money", "Currency", string(b.Currency)), "#c-total", 2, 1, rows, b.Currency})
			continue
		}
		if b.Total.Cells[3].Kind != rollup.Empty {
			all = append(all, measure{v.words.T("column.fulldays"), "#c-days", 4, 3, rows, ""})
		}
		if b.Total.Cells[5].Kind != rollup.Empty {
			all = append(all, measure{v.words.T("column.owns"), "#c-areas", 6, 5, rows, ""})
		}
	}
	var head theme.Builder
	head.Raw(`<th role="columnheader">`).Text(v.words.T("column.department")).Raw(`</th>`)
	for _, m := range all {
		head.Raw(`<th role="columnheader">`).Text(m.label).Raw(`</th>`)
	}
	f.Head = head.Fragment()
	for _, id := range v.inOrder(have) {
		var w theme.Builder
		w.Raw(`<tr role="row"><th role="rowheader">`).Add(v.dept(id)).Raw(`</th>`)
		for _, m := range all {
			w.Raw(`<td role="cell" data-l="`).Text(m.label).Raw(`">`)
			r, ok := m.rows[string(id)]
			if !ok || r.Cells[m.part].Kind == rollup.Empty {
				w.Add(chart.Bar(nil)).Raw(`<span class="sub">–</span></td>`)
				continue
			}
			at, text := v.partOf(r.Cells[m.part])
			w.Add(chart.Bar([]chart.Segment{{Class: v.deptClass(id), To: at}})).Raw(`<a class="sub" href="`).Text(v.href(addendAddress(t.Name, m.currency, r.Key)) + m.href).Raw(`">`).Text(text).Raw(`</a></td>`)
		}
		f.Rows = append(f.Rows, w.Raw(`</tr>`).Fragment())
	}
	f.None = v.words.T("rollup.empty")
	return []figureView{f}
}

// partOf is a part of a whole as a length and in words.
func (v *voice) partOf(c rollup.Cell) (at int, text string) {
	if c.Kind == rollup.Ratio { // a fraction of very large numbers
		return scaled(c.Ratio, big.NewRat(1, 1)), v.locale.PercentWhole(c.Ratio)
	}
	return scaled(c.Share().Rat(), big.NewRat(1, 1)), v.locale.Percent(c.Share())
}

// scaled is part of whole in hundredths of a per cent, for lengths on a screen.
func scaled(part, whole *big.Rat) int {
	if whole.Sign() <= 0 {
		return 0
	}
	q := new(big.Rat).Quo(part, whole)
	q.Mul(q, big.NewRat(10_000, 1))
	return int(new(big.Int).Quo(q.Num(), q.Denom()).Int64())
}

// laneHead is the head of a figure over time.
func (v *voice) laneHead(first string, scale theme.Fragment, last string) theme.Fragment {
	return new(theme.Builder).Raw(`<th role="columnheader" class="c-name">`).Text(first).Raw(`</th><td role="cell" class="lane">`).Add(scale).Raw(`</td><th role="columnheader" class="c-end n">`).Text(last).Raw(`</th>`).Fragment()
}

// laneRow is a row of a figure over time; said is what the lane shows, in words.
func laneRow(name, lane theme.Fragment, said string, last theme.Fragment) theme.Fragment {
	return new(theme.Builder).Raw(`<tr role="row"><th role="rowheader">`).Add(name).Raw(`</th><td role="cell" class="lane">`).Add(lane).Raw(`<span class="vh">`).Text(said).Raw(`</span></td><td role="cell" class="n">`).Add(last).Raw(`</td></tr>`).Fragment()
}

// spanned is the window of the periods that a table has columns for.
func spanned(t rollup.Table) (w calendar.Window, periods []calendar.Period) {
	for _, c := range t.Columns {
		if !c.Period.IsZero() {
			periods = append(periods, c.Period)
		}
	}
	if len(periods) == 0 {
		return w, nil
	}
	return calendar.Window{Start: periods[0].Start(), End: periods[len(periods)-1].End()}, periods
}

// postsFigure is the full-time posts of each department, quarter by quarter, all
// on one scale.
func (v *voice) postsFigure(t rollup.Table) []figureView {
	f := figureView{ID: "quarters", Title: v.words.T("figure.posts"), Note: v.words.T("figure.posts.note"), Class: "gantt plain tall", None: v.words.T("rollup.empty")}
	w, periods := spanned(t)
	if len(t.Blocks) == 0 {
		return []figureView{f}
	}
	f.Head = v.laneHead(v.words.T("column.department"), v.scale(w), v.words.T("column.most"))
	most := big.NewRat(1, 1)
	for _, r := range t.Blocks[0].Rows {
		for _, c := range r.Cells {
			if c.Kind == rollup.Ratio && c.Ratio.Cmp(most) > 0 {
				most = c.Ratio
			}
		}
	}
	for _, r := range t.Blocks[0].Rows {
		var pillars []chart.Pillar
		var said []string
		top := new(big.Rat)
		for i, c := range r.Cells[1:] {
			p := chart.Pillar{Class: v.deptClass(ID(r.Key))}
			if c.Kind == rollup.Ratio {
				p.Height = scaled(c.Ratio, most)
				p.Text = v.locale.Decimal(c.Ratio.FloatString(1))
				said = append(said, v.locale.Period(periods[i])+": "+p.Text)
				if c.Ratio.Cmp(top) > 0 {
					top = c.Ratio
				}
			}
			pillars = append(pillars, p)
		}
		f.Rows = append(f.Rows, laneRow(v.headOf(r), chart.Pillars(pillars, 0), strings.Join(said, "; "), theme.Escape(v.locale.Decimal(top.FloatString(1)))))
	}
	return []figureView{f}
}

// loadRows is how many people a figure shows.
const loadRows = 60

// loadFigure is the load of people month by month: first those who are booked
// beyond what they have, the most days first, then the others by name.
func (v *voice) loadFigure(t rollup.Table) []figureView {
	f := figureView{ID: "months", Title: v.words.T("figure.load"), Note: v.words.T("figure.load.note"), Class: "gantt plain tall", None: v.words.T("rollup.empty")}
	_, periods := spanned(t)
	f.Head = v.laneHead(v.words.T("column.person"), v.monthScale(periods), v.words.T("column.overdays"))
	rows := slices.Clone(t.Blocks[0].Rows)
	locale.SortBy(v.locale, rows, func(r rollup.Row) string { return v.personName(ID(r.Key)) })
	over := len(t.Columns) - 2
	slices.SortStableFunc(rows, func(a, b rollup.Row) int { return b.Cells[over].N - a.Cells[over].N })
	if len(rows) > loadRows {
		f.More = v.words.F("timeline.more", "Shown", v.locale.Number(loadRows), "All", v.locale.Number(len(rows)))
		rows = rows[:loadRows]
	}
	most := mostLoad(rows)
	for _, r := range rows {
		name := v.headOf(r)
		if r.Cells[0].Kind != rollup.Empty {
			name = new(theme.Builder).Add(name).Raw(`<span class="sub">`).Add(v.deptMark(r.Cells[0].Refs[0].ID)).Raw(`</span>`).Fragment()
		}
		f.Rows = append(f.Rows, v.loadRow(name, r, periods, most))
	}
	return []figureView{f}
}

// mostLoad is the top of the scale that rows share: their highest month, and at
// least somewhat more than a full post.
func mostLoad(rows []rollup.Row) *big.Rat {
	most := big.NewRat(6, 5)
	for _, r := range rows {
		for _, c := range r.Cells {
			if c.Kind == rollup.Ratio && c.Ratio.Cmp(most) > 0 {
				most = c.Ratio
			}
		}
	}
	return most
}

// loadLane draws a person's months.
func (v *voice) loadLane(cells []rollup.Cell, periods []calendar.Period, capacity money.Share, most *big.Rat) (lane theme.Fragment, said string) {
	limit := scaled(capacity.Rat(), most)
	var pillars []chart.Pillar
	var words []string
	for i, c := range cells {
		p := chart.Pillar{Class: "inkfill"}
		if c.Kind == rollup.Ratio {
			p.Height = max(scaled(c.Ratio, most), 1)
			whole := v.locale.PercentWhole(c.Ratio)
			said := v.locale.Period(periods[i]) + ": " + whole
			p.Text = strings.Trim(whole, "\u00a0%") // the unit stands in the heading
			if c.Mark() != "" {
				p.Over = limit
				said += ", " + v.words.T(string(c.Mark()))
			}
			words = append(words, said)
		}
		pillars = append(pillars, p)
	}
	return chart.Pillars(pillars, limit), strings.Join(words, "; ")
}

// personMonths is the load of one person, as the figure of all shows it.
func (v *voice) personMonths(x *portfolio.Person) *figureView {
	p := v.site.p
	months := rollup.MonthsAhead(p)
	row, ok := rollup.LoadOf(p, x, months)
	if !ok {
		return nil
	}
	f := &figureView{ID: "months", Title: v.words.T("figure.load.one"), Class: "gantt plain tall"}
	f.Head = v.laneHead(v.words.T("column.window"), v.monthScale(months), v.words.T("column.overdays"))
	f.Rows = []theme.Fragment{v.loadRow(theme.Escape(v.words.T("load.ahead")), row, months, mostLoad([]rollup.Row{row}))}
	return f
}

// loadRow is one person's row of the figure.
func (v *voice) loadRow(name theme.Fragment, r rollup.Row, periods []calendar.Period, most *big.Rat) theme.Fragment {
	lane, said := v.loadLane(r.Cells[2:2+len(periods)], periods, r.Cells[1].Share(), most)
	over := len(r.Cells) - 2
	last := theme.Fragment("–")
	if r.Cells[over].N > 0 {
		last = new(theme.Builder).Raw(`<span class="crit">`).Text(v.words.N("days", r.Cells[over].N)).Raw(`</span><span class="sub">`).Add(v.spans(r.Cells[over+1].Spans())).Raw(`</span>`).Fragment()
	}
	return laneRow(name, lane, said, last)
}

// monthScale names months, and the years that begin.
func (v *voice) monthScale(months []calendar.Period) theme.Fragment {
	var b theme.Builder
	b.Raw(`<svg class="lane" aria-hidden="true">`)
	for i, m := range months {
		if i == 0 || m.Number() == 1 {
			b.Raw(`<text class="yr" y="11" x="`).Percent(i * 10_000 / len(months)).Raw(`">`).Int(m.Year()).Raw(`</text>`)
		}
	}
	b.Raw(`<g text-anchor="middle">`)
	for i, m := range months {
		name, _, _ := strings.Cut(v.locale.Period(m), "\u00a0")
		b.Raw(`<text class="minor" y="28" x="`).Percent(i*10_000/len(months) + 5_000/len(months)).Raw(`">`).Text(name).Raw(`</text>`)
	}
	return b.Raw(`</g></svg>`).Fragment()
}

// quarterTicks are where quarters begin in a window.
func quarterTicks(w calendar.Window) []int {
	var all []int
	for q := calendar.PeriodOf(w.Start, calendar.Quarter); q.Start().Before(w.End); q = q.Next() {
		all = append(all, placeOf(q.Start(), w))
	}
	return all
}

// demarcationFigure is each area with a row for each department that is
// accountable for it at some time: bars for what charters say, a line for the
// standing owner, an outline where nobody is, and red where two are.
func (v *voice) demarcationFigure(t rollup.Table) []figureView {
	f := figureView{ID: "time", Title: v.words.T("figure.demarcation"), Class: "gantt plain", None: v.words.T("rollup.empty"), Key: v.demarcationKey()}
	w, _ := spanned(t)
	f.Head = v.laneHead(v.words.T("column.area"), v.scale(w), v.words.T("column.owner"))
	ticks, today := quarterTicks(w), placeOf(v.site.p.AsOf(), w)
	for _, d := range v.demarcations() {
		name := new(theme.Builder).Add(v.area(d.Area.ID)).Fragment()
		row := func(stripes []chart.Stripe, said string, last theme.Fragment) {
			f.Rows = append(f.Rows, laneRow(name, chart.Lane(ticks, stripes, nil, today), said, last))
			name = new(theme.Builder).Raw(`<span class="vh">`).Text(d.Area.Name.In(v.lang)).Raw(`</span>`).Fragment()
		}
		standing := d.Area.StandingOwner
		if standing != "" && !slices.ContainsFunc(d.Tenancies, func(x rollup.Tenancy) bool { return x.Department == standing }) {
			row([]chart.Stripe{v.standingLine(standing)}, v.words.F("map.standing", "Dept", v.deptName(standing)), v.withNote(v.deptMark(standing), "demarcation.standing", false))
		}
		for _, x := range d.Tenancies {
			stripes, said := v.tenancy(x, w)
			last := v.deptMark(x.Department)
			if x.Department == standing {
				stripes = append([]chart.Stripe{v.standingLine(standing)}, stripes...)
				said = v.words.F("map.standing", "Dept", v.deptName(standing)) + "; " + said
				last = v.withNote(last, "demarcation.standing", false)
			}
			if len(x.Disputed) > 0 {
				last = v.withNote(last, "conflict.yes", true)
			}
			if len(stripes) > 0 {
				row(stripes, said, last)
			}
		}
		if len(d.Gaps) > 0 {
			var stripes []chart.Stripe
			for _, gap := range d.Gaps {
				stripes = append(stripes, chart.Stripe{From: placeOf(gap.Start, w), To: placeOf(gap.End, w)})
			}
			row(stripes, v.words.T("demarcation.gap")+": "+v.spansText(d.Gaps), theme.Escape(v.words.T("demarcation.gap")))
		}
	}
	return []figureView{f}
}

// standingLine is a standing owner's line through all the time that is shown.
func (v *voice) standingLine(id ID) chart.Stripe {
	return chart.Stripe{Class: v.deptClass(id), To: 10_000, Thin: true}
}

// withNote is a mark with a word of ours below it.
func (v *voice) withNote(mark theme.Fragment, key string, broken bool) theme.Fragment {
	b := new(theme.Builder).Add(mark).Raw(`<span class="sub`)
	if broken {
		b.Raw(` crit`)
	}
	return b.Raw(`">`).Text(v.words.T(key)).Raw(`</span>`).Fragment()
}

// tenancy is a department's days on an area as stripes and in words.
func (v *voice) tenancy(x rollup.Tenancy, w calendar.Window) (stripes []chart.Stripe, said string) {
	add := func(all []calendar.Window, disputed bool) (seen []calendar.Window) {
		for _, span := range all {
			if days, ok := span.Common(w); ok {
				stripes = append(stripes, chart.Stripe{Class: v.deptClass(x.Department), From: placeOf(days.Start, w), To: placeOf(days.End, w), Disputed: disputed})
				seen = append(seen, days)
			}
		}
		return seen
	}
	said = v.deptName(x.Department) + ": " + v.spansText(add(x.Spans, false))
	if both := add(x.Disputed, true); len(both) > 0 {
		said += "; " + v.words.T("conflict.yes") + ": " + v.spansText(both)
	}
	return stripes, said
}

// spansText writes runs of days as text.
func (v *voice) spansText(all []calendar.Window) string {
	parts := make([]string, len(all))
	for i, w := range all {
		parts[i] = v.locale.Date(w.Start) + " – " + v.locale.Date(w.End)
	}
	return v.locale.List(parts)
}

// demarcations are all areas through time, gathered once a site.
func (v *voice) demarcations() []rollup.Demarcation {
	return remember(v.site, "demarcations", func() []rollup.Demarcation { return rollup.Demarcations(v.site.p) })
}

func (v *voice) demarcationKey() theme.Fragment {
	var b theme.Builder
	item := func(shape theme.Fragment, key string) {
		b.Raw(`<li><svg class="lane" aria-hidden="true">`).Add(shape).Raw(`</svg>`).Text(v.words.T(key)).Raw(`</li>`)
	}
	var s theme.Builder
	item(s.Raw(`<rect class="c1" y="3" width="16" height="9"/>`).Fragment(), "map.key.owns")
	item(s.Raw(`<rect class="c1" y="6" width="16" height="3"/>`).Fragment(), "map.key.standing")
	item(s.Raw(`<rect class="clash" y="1" width="16" height="13"/>`).Fragment(), "conflict.yes")
	item(s.Raw(`<rect class="gap" y="3" width="16" height="9"/>`).Fragment(), "demarcation.gap")
	return b.Fragment()
}

// commitmentsFigure is what each department pays in the fiscal year, in one
// currency after the other; seams part the quarters.
func (v *voice) commitmentsFigure(t rollup.Table) []figureView {
	var all []figureView
	last := len(t.Columns) - 2 // the total
	for _, b := range t.Blocks {
		f := figureView{ID: "f-" + strings.ToLower(string(b.Currency)), Title: v.words.F("figure.commitments", "Currency", string(b.Currency)), Note: v.words.T("figure.commitments.note"), Class: "plain"}
		var head theme.Builder
		f.Head = head.Raw(`<th role="columnheader">`).Text(v.words.T("column.department")).Raw(`</th><th role="columnheader" class="barcol3">`).Text(v.words.T("column.bar")).Raw(`</th><th role="columnheader" class="n">`).Text(v.words.T("column.total")).Raw(`</th>`).Fragment()
		most := money.Money{}
		for _, r := range b.Rows {
			if m := r.Cells[last].Money; m.Cmp(most) > 0 {
				most = m
			}
		}
		for _, r := range b.Rows {
			if r.Cells[last].Kind == rollup.Empty {
				continue
			}
			var segments []chart.Segment
			sum := int64(0)
			for i, c := range r.Cells[1:last] {
				if c.Kind == rollup.Amount && c.Money.Minor > 0 {
					from := place(sum, most.Minor)
					sum += c.Money.Minor
					segments = append(segments, chart.Segment{Class: v.deptClass(ID(r.Key)), From: from, To: place(sum, most.Minor), Low: i+2 == last})
				}
			}
			var w theme.Builder
			w.Raw(`<tr role="row"><th role="rowheader">`).Add(v.headOf(r)).Raw(`</th><td role="cell">`).Add(chart.Bar(segments)).Raw(`</td><td role="cell" class="n"><a href="`).Text(v.href(addendAddress(t.Name, b.Currency, r.Key))).Raw(`#c-total">`).Text(v.locale.Short(r.Cells[last].Money)).Raw(`</a></td></tr>`)
			f.Rows = append(f.Rows, w.Fragment())
		}
		if len(f.Rows) > 0 {
			all = append(all, f)
		}
	}
	return all
}

// promiseFigure is the charters whose end is another than promised: an open
// diamond for the promise, a full one for today, and a line between them.
func (v *voice) promiseFigure(rollup.Table) []figureView {
	f := figureView{ID: "moved", Title: v.words.T("figure.promise"), Note: v.words.T("figure.promise.note"), Class: "gantt plain", None: v.words.T("figure.promise.none"), Key: v.promiseKey()}
	if v.unsure() != "" {
		return nil
	}
	w := calendar.Window{}
	var changed []rollup.Kept
	for _, k := range rollup.Promises(v.site.p) {
		if !k.Changed() {
			continue
		}
		changed = append(changed, k)
		for _, d := range [...]calendar.Date{k.Promise.End, k.Charter.Timeframe.End.Value} {
			if !d.IsZero() && (w.Start.IsZero() || d.Before(w.Start)) {
				w.Start = d
			}
			if d.After(w.End) {
				w.End = d
			}
		}
	}
	if len(changed) == 0 || w.Start.IsZero() {
		f.Key = ""
		return []figureView{f}
	}
	w = calendar.Window{Start: calendar.PeriodOf(w.Start, calendar.Quarter).Start(), End: calendar.PeriodOf(w.End, calendar.Quarter).End()}
	if len(changed) > loadRows {
		f.More = v.words.F("timeline.more", "Shown", v.locale.Number(loadRows), "All", v.locale.Number(len(changed)))
		changed = changed[:loadRows]
	}
	today := -1
	if w.Contains(v.site.p.AsOf()) {
		today = placeOf(v.site.p.AsOf(), w)
	}
	f.Head = v.laneHead(v.words.T("column.initiative"), v.scale(w), v.words.T("column.difference"))
	for _, k := range changed {
		then, now := placeOf(k.Promise.End, w), placeOf(k.Charter.Timeframe.End.Value, w)
		stripes := []chart.Stripe{{Class: "drift", From: min(then, now), To: max(then, now), Thin: true}}
		lane := chart.Lane(quarterTicks(w), stripes, []chart.Mark{{At: then, Shape: chart.Open}, {At: now, Shape: chart.Filled}}, today)
		said := v.words.F("promise.ends", "Then", v.locale.Date(k.Promise.End), "Now", v.locale.Date(k.Charter.Timeframe.End.Value))
		f.Rows = append(f.Rows, laneRow(v.charter(k.Charter), lane, said, theme.Escape(v.drift(k))))
	}
	return []figureView{f}
}

func (v *voice) promiseKey() theme.Fragment {
	var b theme.Builder
	b.Raw(`<li><svg aria-hidden="true" viewBox="-8 -7 16 14"><path class="ms" d="M0-6 6 0 0 6-6 0z"/></svg>`).Text(v.words.T("key.promised")).Raw(`</li><li><svg aria-hidden="true" viewBox="-8 -7 16 14"><path class="ms done" d="M0-6 6 0 0 6-6 0z"/></svg>`).Text(v.words.T("key.present")).Raw(`</li>`)
	return b.Fragment()
}

// drift says in words what is another than promised; empty where nothing is.
func (v *voice) drift(k rollup.Kept) string {
	var parts []string
	switch {
	case k.Later > 0:
		parts = append(parts, v.words.N("promise.later", k.Later))
	case k.Later < 0:
		parts = append(parts, v.words.N("promise.earlier", -k.Later))
	}
	switch {
	case k.More.Minor > 0:
		parts = append(parts, v.words.F("promise.more", "Money", v.money(k.More)))
	case k.More.Minor < 0:
		parts = append(parts, v.words.F("promise.less", "Money", v.money(money.Money{Currency: k.More.Currency}.Minus(k.More))))
	case !k.Same && k.Promise.Total.Currency != "" && k.Charter.Budget.Total.Value.Currency != "":
		parts = append(parts, v.words.F("promise.currency", "Then", v.money(k.Promise.Total), "Now", v.money(k.Charter.Budget.Total.Value)))
	}
	return v.locale.List(parts)
}

// A promiseView is what a charter's page says of its promise.
type promiseView struct {
	Signed     theme.Fragment
	Said, Note string
	Changed    bool
}

// promise compares a charter that binds with what it promised first.
func (v *voice) promise(k rollup.Kept) *promiseView {
	d := &promiseView{Signed: v.date(k.Promise.Signed), Changed: k.Changed(), Note: v.drift(k)}
	total := "–"
	if k.Promise.Total.Currency != "" {
		total = v.money(k.Promise.Total)
	}
	d.Said = v.words.F("promise.said", "Date", v.locale.DateLong(k.Promise.Signed), "End", v.locale.DateLong(k.Promise.End), "Money", total)
	if !d.Changed {
		d.Note = v.words.T("promise.kept")
	}
	return d
}
