package site

import (
	"bytes"
	"io"
	"slices"
	"strconv"

	"charterhouse/internal/export"
	"charterhouse/internal/rollup"
)

// addExports enters what other programs take: the workbook, the list of
// initiatives, the calendar of everything and the feed of agreed changes. Each
// speaks the language of its tree. The files of one rollup, department or
// person are entered beside its page.
func addExports(_ *Site, pages pages) {
	pages["portfolio.xlsx"] = page{write: func(w io.Writer, v *voice) error {
		names := []string{rollup.Initiatives.Name}
		for _, r := range rollup.All {
			names = append(names, r.Name)
		}
		return export.Workbook(w, v.speech(), names, v.site.table, v.site.keepSheets(v.lang))
	}}
	pages["initiatives.csv"] = tableFile(rollup.Initiatives.Name)
	pages["calendar.ics"] = calendarFile(func(v *voice) (string, []*export.Event) { return v.site.title(), v.site.agenda().All })
	pages[feedAddress] = page{write: func(w io.Writer, v *voice) error { return export.Feed(w, v.speech(), feedAddress) }}
}

// keepSheets says where the sheets of the workbook of a language are kept for the
// next, or nil.
func (s *Site) keepSheets(lang string) *export.Keep {
	keep := s.keep("sheets-" + strconv.Itoa(slices.Index(s.languages(), lang)))
	if keep == nil || len(s.p.Runs()) < 2 { // few charters are written as soon
		return nil
	}
	return &export.Keep{Path: keep.Path, Inputs: func(name string) string {
		return s.inputs("sheet of "+name+" in "+lang, func(h *bytes.Buffer) bool { return s.feedAll(h, "rollup/"+name) })
	}}
}

const feedAddress = "agreed.atom"

// tableFile is a rollup as CSV.
func tableFile(name string) page {
	return page{write: func(w io.Writer, v *voice) error { return export.CSV(w, v.speech(), v.site.table(name)) }}
}

// calendarFile is a calendar with its name.
func calendarFile(of func(v *voice) (string, []*export.Event)) page {
	return page{write: func(w io.Writer, v *voice) error {
		name, events := of(v)
		return export.Calendar(w, v.speech(), name, events)
	}}
}

// speech is the voice as exports need it.
func (v *voice) speech() export.Speech {
	return export.Speech{Portfolio: v.site.p, Words: v.words, Locale: v.locale}
}

// agenda is all events of the portfolio, gathered once a site.
func (s *Site) agenda() *export.Agenda {
	return remember(s, "agenda", func() *export.Agenda { return export.NewAgenda(s.p) })
}
