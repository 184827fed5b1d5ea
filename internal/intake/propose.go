package intake

import (
	"math/big"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
)

// synonyms are what columns are called, in English, Danish and German.
var synonyms = map[string][]string{
	"id":              {"id", "project id", "projekt id", "projektid", "number", "nr", "no", "nummer", "projektnr", "projektnummer", "project number", "project no", "kode", "code"},
	"title":           {"title", "titel", "project", "projekt", "project title", "project name", "projektnavn", "projekttitel", "name", "navn", "initiative", "initiativ", "charter", "project charter", "projektgrundlag", "kommissorium", "projektauftrag", "projektname"},
	"short_title":     {"short title", "kort titel", "short name", "kortnavn", "kurztitel"},
	"summary":         {"summary", "resumé", "resume", "purpose", "formål", "objective", "in one sentence", "kort beskrivelse", "short description", "zweck", "zusammenfassung"},
	"body":            {"description", "beskrivelse", "background", "baggrund", "beschreibung", "hintergrund", "notes", "noter", "bemærkninger"},
	"lang":            {"language", "sprog", "sprache"},
	"status":          {"status", "state", "tilstand", "phase", "fase"},
	"created":         {"created", "oprettet", "proposed on", "date of proposal", "angelegt"},
	"tags":            {"tags", "emneord", "keywords", "nøgleord", "schlagwörter"},
	"timeframe.start": {"start", "start date", "startdato", "begin", "begins", "from", "fra", "beginn", "planned start", "planlagt start"},
	"timeframe.end":   {"end", "end date", "slut", "slutdato", "finish", "until", "til", "deadline", "ende", "planned end", "planlagt slut", "afslutning"},
	"owners":          {"owner", "owners", "ejer", "ejere", "sponsor", "sponsors", "projektejer", "projektejere", "styregruppeformand", "executive", "senior responsible owner", "sro", "eigner"},
	"lead":            {"lead", "leader", "project lead", "project manager", "manager", "pm", "projektleder", "leder", "projektledere", "projektleitung", "projektleiter"},
	"steering":        {"steering group", "styregruppe", "lenkungsausschuss"},
	"budget.currency": {"currency", "valuta", "währung"},
	"budget.total":    {"budget", "total", "total budget", "budget total", "i alt", "samlet budget", "budget i alt", "amount", "beløb", "cost", "costs", "økonomi", "funding", "finansiering", "gesamt", "summe"},
	"goals":           {"goal", "goals", "mål", "objectives", "success criteria", "succeskriterier", "benefits", "gevinster", "ziele"},
	"links.part_of":   {"programme", "program", "portfolio", "part of", "del af", "programm"},
}

// plainName is a head as it is compared: lower case, letters and digits alone,
// without what stands in brackets.
func plainName(head string) string {
	if i := strings.IndexAny(head, "(["); i > 0 {
		head = head[:i]
	}
	head = strings.ToLower(norm.NFC.String(head))
	return strings.Join(strings.FieldsFunc(head, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// Propose finds out what the columns of a sheet are. lang is the language of the
// charters; empty for the site's first.
func Propose(p *portfolio.Portfolio, t *Table, lang string) *Mapping {
	m := &Mapping{Form: Form{t.Sheet, t.Encoding, t.Separator}, Currency: p.Config().Currency, Lang: lang}
	head := t.headRow()
	m.HeadRow = head.Number
	width := len(head.Cells)
	rows := t.below(m.HeadRow)
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	for i := range width {
		values := column(rows, i)
		if head.at(i).Text == "" && len(values) == 0 {
			continue
		}
		c := Column{Index: i, Head: head.at(i).Text}
		m.name(p, &c)
		c.shape(values, m)
		m.Columns = append(m.Columns, c)
	}
	m.titled(rows)
	if m.crowns && !slices.Contains(bearers[kroner], m.Currency) && !slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == "budget.currency" }) {
		m.Currency = open // what the site counts in is not what the sheet does
	}
	m.parts()
	return m
}

// headRow is the first row with two names in it, or the first of all.
func (t *Table) headRow() Row {
	for _, r := range t.Rows[:min(len(t.Rows), 30)] {
		n := 0
		for _, c := range r.Cells {
			if c.Text != "" && !c.Exact && !c.Open {
				n++
			}
		}
		if n >= 2 {
			return r
		}
	}
	return t.Rows[0]
}

func (t *Table) below(head int) []Row {
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Number > head })
	if i < 0 {
		return nil
	}
	return t.Rows[i:]
}

func column(rows []Row, i int) []Cell {
	var all []Cell
	for _, r := range rows {
		if c := r.at(i); c.Text != "" && !c.Open {
			all = append(all, c)
		}
	}
	return all
}

// name finds the field that a head names.
func (m *Mapping) name(p *portfolio.Portfolio, c *Column) {
	name := plainName(c.Head)
	free := func(field string) bool {
		return !slices.ContainsFunc(m.Columns, func(o Column) bool { return o.Field == field })
	}
	c.Why = "no field is called so"
	field := ""
	switch dept, rest := departmentIn(p, name); {
	case name == "":
		c.Why = "it has no head"
		return
	case dept != "" && rest == "":
		field, c.As = "budget.shares."+dept, open
	case dept != "" && slices.Contains(synonyms["owners"], rest):
		field = "owners." + dept
	case dept != "" && slices.Contains([]string{"share", "andel", "part", "del", "pays", "betaler", "medfinansiering", "anteil", "budget"}, rest):
		field, c.As = "budget.shares."+dept, open
	default:
		field = fieldCalled(p, name)
	}
	switch {
	case field == "":
	case !free(field):
		c.Why = "another column is " + field
		c.As = ""
	default:
		c.Field, c.Why = field, ""
	}
}

func fieldCalled(p *portfolio.Portfolio, name string) string {
	for _, f := range p.Config().Fields {
		if name == plainName(f.Key) {
			return "x." + f.Key
		}
		for _, words := range f.Name {
			if name == plainName(words) {
				return "x." + f.Key
			}
		}
	}
	for _, field := range fields {
		if slices.Contains(synonyms[field], name) {
			return field
		}
	}
	return ""
}

// departmentIn finds a department that a head names, and what else it says.
func departmentIn(p *portfolio.Portfolio, name string) (id, rest string) {
	best := ""
	for _, d := range p.Registers().Departments {
		called := []string{string(d.ID), d.Code}
		for _, words := range d.Name {
			called = append(called, words)
		}
		for _, other := range append(called, d.Aliases...) {
			other = plainName(other)
			if other == "" || len(other) <= len(best) {
				continue
			}
			if strings.Contains(" "+name+" ", " "+other+" ") {
				best, id = other, string(d.ID)
				rest = strings.TrimSpace(strings.Replace(" "+name+" ", " "+other+" ", " ", 1))
			}
		}
	}
	return id, rest
}

// shape finds how the values of a column are written, and gives up a field that
// they cannot be.
func (c *Column) shape(values []Cell, m *Mapping) {
	var written []string
	var loose []Cell
	for _, v := range values {
		if !v.Exact {
			written, loose = append(written, v.Text), append(loose, v)
		}
	}
	switch {
	case c.Field == "timeframe.start" || c.Field == "timeframe.end" || c.Field == "created":
		how, ok := orders(loose)
		switch {
		case !ok && len(loose) > 0 || len(loose) < len(values) && slices.ContainsFunc(values, func(v Cell) bool { _, err := calendar.ParseDate(v.Text); return v.Exact && err != nil }):
			if how, ok = orders(values); !ok {
				c.leave("its values are no days")
				return
			}
		case len(loose) == 0:
			how = yearFirst
		}
		c.Dates = how
		c.show(values, func(v Cell) (string, error) { d, err := day(v, how); return d.String(), err })
	case c.Field == "budget.total" || strings.HasPrefix(c.Field, "budget.shares."):
		how, ok := ways(written)
		if !ok && len(written) > 0 {
			c.leave("its values are no amounts")
			return
		}
		if !ok {
			how = point
		}
		c.Amounts = how
		c.scale(m)
		for _, text := range written {
			_, worth := bare(text)
			m.crowns = m.crowns || worth == kroner
		}
		if c.As == open {
			c.As = parted(values, how)
		}
		c.show(values, func(v Cell) (string, error) {
			if c.As == "share" {
				return share(v, how)
			}
			currency := m.Currency
			if currency == "" || currency == open {
				currency = "EUR"
			}
			a, err := amount(v, how, c.Times, currency)
			return a.Text(), err
		})
	}
}

func (c *Column) leave(why string) { c.Field, c.As, c.Why = "", "", why }

// scale looks in the head for a currency and for thousands.
func (c *Column) scale(m *Mapping) {
	words := strings.FieldsFunc(strings.ToLower(c.Head), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[],;:", r) })
	for _, w := range words {
		if strings.HasSuffix(strings.TrimSuffix(w, "."), "kr") {
			m.crowns = true
		}
		switch w {
		case "t.kr.", "t.kr", "tkr", "tkr.", "tdkk", "kdkk", "keur", "teur", "t€", "k€", "1000", "1.000", "thousands", "tusind", "tusinde":
			c.Times = 1000
		case "mio", "mio.", "mdkk", "meur", "million", "millions", "millioner":
			c.Times = 1_000_000
		}
		if cur := money.Currency(strings.ToUpper(w)); len(w) == 3 && cur.Known() {
			m.Currency = cur
		}
	}
}

// parted tells parts that are shares from parts that are amounts.
func parted(values []Cell, how string) string {
	large := false
	for _, v := range values {
		if strings.HasSuffix(v.Text, "%") || strings.Contains(v.Text, "/") {
			return "share"
		}
		number, _ := bare(v.Text)
		if !v.Exact {
			number, _ = pointed(number, how)
		}
		n, ok := decimal(number)
		large = large || ok && n.Cmp(big.NewRat(100, 1)) > 0
	}
	if large {
		return "amount"
	}
	return open
}

// show puts the first value beside how it is read.
func (c *Column) show(values []Cell, read func(Cell) (string, error)) {
	for _, v := range values {
		if said, err := read(v); err == nil && said != "" {
			c.Shown = "such as " + v.Text
			if v.Text != strings.TrimSuffix(said, ".00") && c.Dates != open && c.Amounts != open && c.As != open {
				c.Shown = v.Text + " is " + said
			}
			return
		}
	}
}

// titled takes the first column of different words for the title, where none is
// called so.
func (m *Mapping) titled(rows []Row) {
	if slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == "title" }) {
		return
	}
	for i := range m.Columns {
		c := &m.Columns[i]
		if c.Field != "" {
			continue
		}
		seen := map[string]bool{}
		values := column(rows, c.Index)
		for _, v := range values {
			if !v.Exact && strings.ContainsFunc(v.Text, unicode.IsLetter) {
				seen[v.Text] = true
			}
		}
		if len(seen) == len(values) && len(values) == len(rows) {
			c.Field, c.Why, c.Shown = "title", "", "by its values: a text in each row, and no two alike"
			return
		}
	}
}

// parts lets all parts of a budget be the same thing: where one column says that
// it is amounts or shares, the small numbers beside it are that, too.
func (m *Mapping) parts() {
	says := ""
	for _, c := range m.Columns {
		if c.As != "" && c.As != open {
			if says != "" && says != c.As {
				return
			}
			says = c.As
		}
	}
	for i := range m.Columns {
		if c := &m.Columns[i]; c.As == open && says != "" {
			c.As = says
		}
	}
}

// proposal reports whether a status is the one that every charter begins with;
// all others need signatures.
func proposal(text string) bool {
	text = strings.ToLower(text)
	return slices.Contains([]string{"proposed", "proposal", "idea", "foreslået", "forslag", "idé", "ide", "vorgeschlagen", "entwurf", "draft", "kladde", "planned", "planlagt"}, text) ||
		text == charter.Proposed.String()
}
