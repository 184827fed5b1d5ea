package export

import (
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"charterhouse/internal/calendar"
)

// Calendar writes events as an iCalendar file (RFC 5545) to import, or better
// to subscribe to: an event keeps its UID for as long as its charter and its
// milestone keep their ids, so a day that moves is moved in the calendar of
// whoever subscribed. name is the calendar's.
//
// All times are whole days. The stamp is the day that the portfolio is looked
// at, so that the same portfolio gives the same bytes.
func Calendar(w io.Writer, s Speech, name string, events []*Event) error {
	out := calendarWriters.Get().(*calendarWriter)
	defer calendarWriters.Put(out)
	out.w, out.err = w, nil
	out.line("BEGIN:VCALENDAR")
	out.line("VERSION:2.0")
	out.line("PRODID:-//Charterhouse//Charterhouse//EN")
	out.line("CALSCALE:GREGORIAN")
	out.line("METHOD:PUBLISH")
	out.line("NAME:", name)
	out.line("X-WR-CALNAME:", name)
	out.line("REFRESH-INTERVAL;VALUE=DURATION:P1D")
	out.line("X-PUBLISHED-TTL:P1D")
	for _, e := range events {
		out.event(s, e)
		out.flush(enough)
	}
	out.line("END:VCALENDAR")
	return out.sink.end()
}

func (c *calendarWriter) event(s Speech, e *Event) {
	c.line("BEGIN:VEVENT")
	c.line("UID:", e.UID())
	c.day("DTSTAMP:", s.Portfolio.AsOf(), "T000000Z")
	c.day("DTSTART;VALUE=DATE:", e.Day, "")
	c.summary(s, e)
	c.description(s, e)
	c.line("CATEGORIES:", s.Words.T(e.Kind))
	c.line("TRANSP:TRANSPARENT") // nobody is busy all day because of it
	c.line("END:VEVENT")
}

// summary is what a calendar shows in the day: what it is, then whose.
func (c *calendarWriter) summary(s Speech, e *Event) {
	kind, short := s.Words.T(e.Kind), e.Charter.Short()
	switch e.Kind {
	case "event.milestone":
		c.line("SUMMARY:", kind, ": ", e.What(), ", ", short)
	case "event.return":
		c.line("SUMMARY:", kind, ": ", s.person(e.Person()), ", ", short)
	default:
		c.line("SUMMARY:", kind, ": ", short)
	}
}

// description says the rest, one fact a line.
func (c *calendarWriter) description(s Speech, e *Event) {
	label, value, state := "column.responsible", "", ""
	if e.Kind == "event.return" {
		label, value = "column.post", e.What()
	} else {
		value = s.person(e.Person())
	}
	if e.State != "" {
		state = s.Words.T(string(e.State))
	}
	c.begin("DESCRIPTION:", e.Charter.Name())
	if value != "" {
		c.texts("\n", s.Words.T(label), ": ", value)
	}
	if state != "" {
		c.texts("\n", s.Words.T("column.state"), ": ", state)
	}
	c.end()
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
	sink
	start int // of the line, in buf
}

var calendarWriters = sync.Pool{New: func() any { return new(calendarWriter) }}

// line writes a property, whose value an author may have typed.
func (c *calendarWriter) line(name string, value ...string) {
	c.begin(name, value...)
	c.end()
}

func (c *calendarWriter) begin(name string, value ...string) {
	c.start = len(c.buf)
	c.raw(name)
	c.texts(value...)
}

// day writes a property that is a day without its dashes.
func (c *calendarWriter) day(name string, d calendar.Date, time string) {
	var room [10]byte
	c.begin(name)
	for _, b := range d.Append(room[:0]) {
		if b != '-' {
			c.buf = append(c.buf, b)
		}
	}
	c.raw(time)
	c.end()
}

func (c *calendarWriter) texts(all ...string) {
	for _, text := range all {
		c.text(text)
	}
}

// text writes a text into the line.
func (c *calendarWriter) text(text string) {
	plain := 0
	for i := 0; i < len(text); i++ {
		if inCalendar[text[i]] {
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if instead, ok := escaped(r, text[i:]); ok {
			c.buf = append(append(c.buf, text[plain:i]...), instead...)
			plain = i + n
		}
		i += n - 1
	}
	c.buf = append(c.buf, text[plain:]...)
}

var inCalendar = plainBut(`,;\`)

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

// end ends a line, which is folded at 75 octets and never within a character.
func (c *calendarWriter) end() {
	for len(c.buf)-c.start > 75 {
		n := c.start + 75
		for n > c.start && !utf8.RuneStart(c.buf[n]) {
			n--
		}
		c.buf = slices.Insert(c.buf, n, '\r', '\n', ' ')
		c.start = n + len("\r\n")
	}
	c.raw("\r\n")
}
