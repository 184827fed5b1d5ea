package export

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

func calendarOf(t testing.TB, s Speech, name string, events []*Event) string {
	t.Helper()
	var b bytes.Buffer
	if err := Calendar(&b, s, name, events); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The calendar of one department, in both languages, and what a person has to
// do with.
func TestCalendar(t *testing.T) {
	p := sample(t)
	a := NewAgenda(p)
	for _, lang := range []string{"en", "da"} {
		s := speech(t, p, lang)
		golden(t, "legal."+lang+".ics", calendarOf(t, s, "Legal", a.OfDepartment("legal")))
		sound(t, calendarOf(t, s, "All", a.All), len(a.All))
	}
	golden(t, "tove-soenderby.ics", calendarOf(t, speech(t, p, "da"), "Tove", a.OfPerson("tove-soenderby")))
}

// Everybody has exactly what concerns them.
func TestAgenda(t *testing.T) {
	p := sample(t)
	a := NewAgenda(p)
	seen := map[string]bool{}
	for _, e := range a.All {
		if seen[e.UID()] {
			t.Errorf("%s is there twice", e.UID())
		}
		seen[e.UID()] = true
		if e.Day.IsZero() || e.Charter == nil {
			t.Errorf("%+v", e)
		}
	}
	for _, d := range p.Registers().Departments {
		n := 0
		for _, e := range a.All {
			mine := e.Home() == d.ID
			for _, party := range e.Charter.Budget.Parties {
				mine = mine || party.Department.Value == d.ID
			}
			if mine {
				n++
			}
		}
		if got := len(a.OfDepartment(d.ID)); got != n {
			t.Errorf("%s has %d events and not %d", d.ID, got, n)
		}
	}
	for _, e := range a.OfPerson("tove-soenderby") {
		if e.Person() != "tove-soenderby" && e.Kind != "event.end" && e.Kind != "event.update" {
			t.Errorf("%+v is not hers", e)
		}
	}
	kinds := map[string]int{}
	for _, e := range a.All {
		kinds[e.Kind]++
	}
	if len(kinds) != 4 {
		t.Errorf("kinds %v", kinds)
	}
}

// An event that moves keeps its name, and so does one whose words change; in
// every language it has the same.
func TestUIDsStay(t *testing.T) {
	at := func(title, due, back string) []*Event {
		text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
		tree, err := source.FromFS(fstest.MapFS{
			"charterhouse.yaml":         text("languages: [en, da]\n"),
			"registers/departments.yml": text("- {id: it, name: IT}\n- {id: hr, name: HR}\n"),
			"registers/people.yml":      text("- {id: ada, name: Ada, department: it}\n"),
			"charters/one.md": text(fmt.Sprintf("---\ntitle: %s\nstatus: active\nlead: ada\ntimeframe: {start: 2026-01-01, end: %s}\nmilestones: [{id: m1, title: %s, due: %s, owner: ada}]\n"+
				"team: [{person: ada, home: it, until: 2026-03-01, return: {to: desk, date: %s}}, {person: ada, home: it, from: 2026-05-01, return: {to: desk, date: %s}}]\n---\n", title, back, title, due, back, back)),
		}, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		day, _ := calendar.ParseDate("2026-11-16")
		loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		return NewAgenda(loader.Load(tree, day).Portfolio).All
	}
	names := func(events []*Event) map[string]string {
		all := map[string]string{}
		for _, e := range events {
			all[e.UID()] = e.Day.String()
		}
		return all
	}
	before, after := names(at("One", "2026-06-01", "2026-12-01")), names(at("Other", "2026-07-01", "2026-12-24"))
	if len(before) != 5 || len(after) != 5 {
		t.Fatalf("%v and %v", before, after)
	}
	for uid := range before {
		if after[uid] == "" {
			t.Errorf("%s is gone", uid)
		}
	}
	if after["milestone-m1.one@charterhouse"] != "2026-07-01" {
		t.Errorf("%v", after)
	}
}

// E2: no text of an author adds a property, and each is read back as it was.
func TestCalendarIsNotBroken(t *testing.T) {
	p := hostile(t)
	a := NewAgenda(p)
	s := speech(t, p, "en")
	if len(a.All) < 80 {
		t.Fatalf("%d events", len(a.All))
	}
	for _, name := range payloads {
		sound(t, calendarOf(t, s, name, a.All), len(a.All))
	}
}

var property = regexp.MustCompile(`^(BEGIN|END|VERSION|PRODID|CALSCALE|METHOD|NAME|X-WR-CALNAME|REFRESH-INTERVAL;VALUE=DURATION|X-PUBLISHED-TTL|UID|DTSTAMP|DTSTART;VALUE=DATE|SUMMARY|DESCRIPTION|CATEGORIES|TRANSP):`)

// sound checks a calendar by RFC 5545: lines end with CR LF, hold no more than
// 75 octets and whole characters, and unfolded each is one of our properties.
func sound(t testing.TB, text string, events int) {
	t.Helper()
	lines := strings.Split(text, "\r\n")
	if lines[len(lines)-1] != "" {
		t.Error("the last line does not end")
	}
	for _, l := range lines {
		if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsAny(l, "\r\n\x00") {
			t.Errorf("the line %q is %d octets", l, len(l))
		}
	}
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Error("a line ends without CR")
	}
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n") {
		if !property.MatchString(l) {
			t.Errorf("the line %q is none of ours", l)
		}
	}
	if got := strings.Count("\r\n"+text, "\r\nBEGIN:VEVENT\r\n"); got != events {
		t.Errorf("%d events and not %d", got, events)
	}
}

// What is written is what another reader of iCalendar reads.
func FuzzICS(f *testing.F) {
	for _, x := range payloads {
		f.Add(x, x, x)
	}
	f.Add("a\r\nATTENDEE:mailto:x@y", "Ærø\\nØ\\,;:", strings.Repeat("å", 200))
	f.Add("END:VEVENT\r\nEND:VCALENDAR", "\u2028\u2029\u0085\v\f", "\xff\xfe")
	s := speech(&testing.T{}, emptyPortfolio(f), "da")
	day, _ := calendar.ParseDate("2027-02-28")
	f.Fuzz(func(t *testing.T, title, what, name string) {
		if !utf8.ValidString(title) || !utf8.ValidString(what) || !utf8.ValidString(name) {
			return // no author can write this: files are UTF-8
		}
		c := &charter.Charter{}
		c.ID.Value, c.Title.Value = "one", title
		m := &charter.Milestone{}
		m.ID.Value, m.Title.Value, m.Owner.Value = "m1", what, "ada"
		e := &Event{Day: day, Kind: "event.milestone", Charter: c, milestone: m}
		text := calendarOf(t, s, name, []*Event{e})
		sound(t, text, 1)
		read, err := ical.NewDecoder(strings.NewReader(text)).Decode()
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		events := read.Events()
		if len(events) != 1 || len(events[0].Props) != 7 || len(read.Props) != 8 {
			t.Fatalf("%d events, %v", len(events), read.Props)
		}
		for property, want := range map[string]string{"SUMMARY": legible(s.Words.T(e.Kind) + ": " + what + ", " + c.Short()),
			"DESCRIPTION": legible(c.Name()) + "\n" + s.Words.T("column.responsible") + ": ada"} {
			if got, err := events[0].Props.Text(property); err != nil || got != want {
				t.Errorf("%s is read as %q and not %q: %v", property, got, want, err)
			}
		}
		if got, err := read.Props.Text("NAME"); err != nil || got != legible(name) {
			t.Errorf("the name is read as %q and not %q", got, legible(name))
		}
		if start, err := events[0].DateTimeStart(time.UTC); err != nil || start.Format(time.DateOnly) != day.String() {
			t.Errorf("it starts on %s: %v", start, err)
		}
	})
}

// legible is a text with the characters that a calendar cannot hold replaced.
func legible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0:
			return '\ufffd'
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}
