package rollup

import (
	"fmt"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// NextFiscalYear is the fiscal year after the one of today, as days.
func NextFiscalYear(p *portfolio.Portfolio) calendar.Window {
	return p.Config().FiscalYear(p.Config().FiscalYear(p.AsOf()).End.AddDays(1))
}

// commitments asks: what is each department bound to pay in the next fiscal
// year?
func commitments(p *portfolio.Portfolio) Table { return commit(p, "commitments", Counted) }

// commitmentsProposed asks the same of what is only proposed.
func commitmentsProposed(p *portfolio.Portfolio) Table {
	return commit(p, "commitments-proposed", Proposed)
}

// The columns of a fiscal year, beside its quarters: money that lies in the
// year but in no one quarter, and money of a period that crosses the year's
// border. The latter is named and not summed, since nobody agreed on which part
// of it falls in the year.
const (
	inYear   = "year"
	straddle = "straddling"
)

// commit parts what is paid by department and quarter of the fiscal year.
func commit(p *portfolio.Portfolio, name string, counted func(*charter.Charter) bool) Table {
	year := NextFiscalYear(p)
	all := gather(p, name+" "+year.Start.String(), func(s *sheet, c *charter.Charter) {
		if counted(c) {
			eachDue(c, year, func(column string, x payment, currency money.Currency) {
				s.add(string(x.party(c)), column, x, currency)
				s.count(currency, string(x.party(c)))
			})
		}
	})
	parts := fiscalColumns(year)
	t := Table{Name: name}
	t.Columns = append(t.Columns, Column{Key: "charters", Label: "column.charters", Numeric: true})
	t.Columns = append(t.Columns, parts...)
	t.Columns = append(t.Columns, Column{Key: "total", Label: "column.total", Numeric: true, Sums: true}, Column{Key: straddle, Label: "column.straddling", Numeric: true})
	for _, currency := range all.currencies(p, isYear) {
		b := Block{Currency: currency}
		have := map[portfolio.ID]bool{}
		for _, row := range all.rows(currency) {
			have[portfolio.ID(row)] = true
		}
		for _, id := range departmentsOf(p, have) {
			row := all.moneyRow(string(id), department(id), b, parts)
			row.Cells = append(row.Cells, all.amount(currency, string(id), straddle))
			b.Rows = append(b.Rows, row)
		}
		b.Total = total(b.Rows, t.Columns, currency, all.counted(currency, "", inBlock))
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

// fiscalColumns are the quarters of a fiscal year, and the year as a whole. A
// quarter of the calendar is named as one; another is named by its days.
func fiscalColumns(year calendar.Window) []Column {
	var all []Column
	for i, q := range fiscalQuarters(year) {
		c := Column{Key: fmt.Sprintf("q%d", i+1), Numeric: true, Text: q.Start.String() + "/" + q.End.String()}
		if period := calendar.PeriodOf(q.Start, calendar.Quarter); period.Window() == q {
			c.Period, c.Text = period, period.String()
		}
		all = append(all, c)
	}
	return append(all, Column{Key: inYear, Label: "column.inyear", Numeric: true})
}

func fiscalQuarters(year calendar.Window) []calendar.Window {
	var all []calendar.Window
	for d := year.Start; d.Before(year.End); d = d.AddMonths(3) {
		all = append(all, calendar.Window{Start: d, End: d.AddMonths(3).AddDays(-1)})
	}
	return all
}

// eachDue goes through what the parties of c pay in a fiscal year, by column.
func eachDue(c *charter.Charter, year calendar.Window, do func(column string, x payment, currency money.Currency)) {
	for i, row := range c.Budget.Table.Cells {
		column := fiscalColumn(paidDuring(c, i), year)
		if column == "" {
			continue
		}
		for j := range c.Budget.Parties {
			do(column, payment{minor: row[j].Minor, by: uint16(j)}, row[j].Currency)
		}
	}
}

// paidDuring is the days in which the money of c's i-th period is paid: those of the
// period that the timeframe has. A budget without periods is paid within the
// timeframe. The zero window means that nobody said when.
func paidDuring(c *charter.Charter, i int) calendar.Window {
	w, dated := c.Timeframe.Window()
	if len(c.Budget.Periods) == 0 {
		if !dated {
			return calendar.Window{}
		}
		return w
	}
	days := c.Budget.Periods[i].Period.Value.Window()
	if common, ok := days.Common(w); dated && ok {
		return common
	}
	return days
}

// fiscalColumn is where money belongs that is paid within some days; empty when
// it is not of this year. Money that has no days may be of any year.
func fiscalColumn(days, year calendar.Window) string {
	switch {
	case days == calendar.Window{}:
		return straddle
	case !days.Overlaps(year):
		return ""
	case days.Start.Before(year.Start) || days.End.After(year.End):
		return straddle
	}
	for i, q := range fiscalQuarters(year) {
		if q.Contains(days.Start) && q.Contains(days.End) {
			return fmt.Sprintf("q%d", i+1)
		}
	}
	return inYear
}
