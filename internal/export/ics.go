package export

import (
	"bufio"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Calendar writes events as an iCalendar file (RFC 5545) to import, or better
// to subscribe to: an event keeps its UID for as long as its charter and its
// milestone keep their ids, so a day that moves is moved in the calendar of
// whoever subscribed. name is the calendar's.
//
// All times are whole days. The stamp is the day that the portfolio is looked
// at, so that the same portfolio gives the same bytes.
func Calendar(w io.Writer, s Speech, name string, events []*Event) error {
	out := calendarWriter{w: bufio.NewWriter(w)}
	stamp := compact(s.Portfolio.AsOf().String()) + "T000000Z"
	out.line("BEGIN", "VCALENDAR")
	out.line("VERSION", "2.0")
	out.line("PRODID", "-//Charterhouse//Charterhouse//EN")
	out.line("CALSCALE", "GREGORIAN")
	out.line("METHOD", "PUBLISH")
	out.text("NAME", name)
	out.text("X-WR-CALNAME", name)
	out.line("REFRESH-INTERVAL;VALUE=DURATION", "P1D")
	out.line("X-PUBLISHED-TTL", "P1D")
	for _, e := range events {
		out.line("BEGIN", "VEVENT")
		out.line("UID", e.UID)
		out.line("DTSTAMP", stamp)
		out.line("DTSTART;VALUE=DATE", compact(e.Day.String()))
		out.text("SUMMARY", s.summary(e))
		out.text("DESCRIPTION", s.description(e))
		out.text("CATEGORIES", s.Words.T(e.Kind))
		out.line("TRANSP", "TRANSPARENT") // nobody is busy all day because of it
		out.line("END", "VEVENT")
	}
	out.line("END", "VCALENDAR")
	return out.w.Flush() // says what went wrong on the way, too
}

// compact is a day without its dashes.
func compact(day string) string { return strings.ReplaceAll(day, "-", "") }

// summary is what a calendar shows in the day: what it is, then whose.
func (s Speech) summary(e *Event) string {
	parts := []string{e.Charter.Short()}
	switch e.Kind {
	case "event.milestone":
		parts = []string{e.What, e.Charter.Short()}
	case "event.return":
		parts = []string{s.person(e.Person), e.Charter.Short()}
	}
	return s.Words.T(e.Kind) + ": " + strings.Join(parts, ", ")
}

// description says the rest, one fact a line.
func (s Speech) description(e *Event) string {
	lines := []string{e.Charter.Name()}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, s.Words.T(label)+": "+value)
		}
	}
	if e.Kind == "event.return" {
		add("column.post", e.What)
	} else {
		add("column.responsible", s.person(e.Person))
	}
	if e.State != "" {
		add("column.state", s.Words.T(string(e.State)))
	}
	return strings.Join(lines, "\n")
}

func (s Speech) person(id ID) string {
	if x := s.Portfolio.Person(id); x != nil {
		return s.Portfolio.CalledIn(x, s.Words.Lang())
	}
	return string(id)
}

// A calendarWriter writes the lines of an iCalendar file. It is ours because of
// the two libraries at hand one does not fold lines, and the other ends them as
// this system does and leaves out the stamp.
type calendarWriter struct {
	w     *bufio.Writer
	width int // octets in the line so far
}

// line writes a property whose value is ours.
func (c *calendarWriter) line(name, value string) {
	c.put(name)
	c.put(":")
	c.put(value)
	c.end()
}

// text writes a property whose value an author may have typed.
func (c *calendarWriter) text(name, value string) {
	c.put(name)
	c.put(":")
	plain := 0
	for i, r := range value {
		instead, ok := escaped(r, value[i:])
		if ok {
			c.put(value[plain:i])
			c.put(instead)
			plain = i + utf8.RuneLen(r)
		}
	}
	c.put(value[plain:])
	c.end()
}

// escaped is what a character of a text becomes, where it may not stand as it
// is; after says what follows it.
func escaped(r rune, after string) (instead string, ok bool) {
	switch r {
	case ',':
		return `\,`, true
	case ';':
		return `\;`, true
	case '\\':
		return `\\`, true
	case '\r':
		if strings.HasPrefix(after, "\r\n") {
			return "", true
		}
		return `\n`, true
	case '\n', '\u0085', '\u2028', '\u2029':
		return `\n`, true
	case '\t':
		return "", false
	}
	return "\ufffd", unicode.IsControl(r)
}

// put writes a piece of a line, which is folded at 75 octets and never within
// a character.
func (c *calendarWriter) put(piece string) {
	for c.width+len(piece) > 75 {
		n := 75 - c.width
		for n > 0 && !utf8.RuneStart(piece[n]) {
			n--
		}
		_, _ = c.w.WriteString(piece[:n])
		_, _ = c.w.WriteString("\r\n ")
		c.width, piece = 1, piece[n:]
	}
	_, _ = c.w.WriteString(piece)
	c.width += len(piece)
}

func (c *calendarWriter) end() {
	_, _ = c.w.WriteString("\r\n")
	c.width = 0
}
