package preview

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// listed is how many findings a panel shows; the list of problems has all.
const listed = 10

// An inset is what the preview adds to a page: the panel, what is missing, the
// bar, and the marks beside what can be edited.
type inset struct {
	Version, Lang, Token string
	Count, Since, Total  string
	Lost, More, Open     bool // Open: the panel has something that cannot wait
	Problems             []problem
	Coach, File, Form    string
	Missing              []missing
	Unsigned             []missing // what to type, by department
	Marks                []editMark
}

// A problem is a finding, ready to be shown.
type problem struct {
	Severity, Word, Code, Message, Hint, Place, Lang, Copy, Edit string
	Open                                                         theme.ProgramLink
	Lines                                                        []sourceLine
}

type sourceLine struct {
	N                     int
	Here                  bool
	Before, Marked, After string
}

type missing struct{ Key, Title, Note string }

type editMark struct {
	At, Title, Copy string
	Href            theme.ProgramLink
}

// inject adds the inset to a page that build would have made as it is.
func (s *Server) inject(m *moment, address string, html []byte) []byte {
	lang, _ := m.tree(address)
	var buf bytes.Buffer
	if err := m.own.Execute(&buf, lang, "inset", s.inset(m, address, lang)); err != nil {
		return html
	}
	head := fmt.Sprintf(`<meta name="charterhouse-preview" content="%s"><link rel="stylesheet" href="/-/%s"><script src="/-/%s" defer></script><script src="/-/%s" defer></script>`,
		s.token, m.own.Asset("preview.css"), m.own.Asset("idiomorph.js"), m.own.Asset("preview.js"))
	html = bytes.Replace(html, []byte("form-action 'none'"), []byte("form-action 'self'"), 1)
	html = bytes.Replace(html, []byte(`<meta name="referrer" content="no-referrer">`), []byte(`<meta name="referrer" content="same-origin">`), 1)
	html = insertBefore(html, "</head>", []byte(head))
	return insertBefore(html, "</body>", buf.Bytes())
}

// insertBefore puts text before the last tag of its kind, or at the end.
func insertBefore(html []byte, tag string, text []byte) []byte {
	at := bytes.LastIndex(html, []byte(tag))
	if at < 0 {
		at = len(html)
	}
	return slices.Concat(html[:at], text, html[at:])
}

func (s *Server) inset(m *moment, address, lang string) inset {
	w := m.own.Words(lang)
	d := inset{Version: etagHere, Lang: lang, Lost: m.lost, Total: summary(w, m.view.Found)}
	about := m.about(address)
	d.Count = summary(w, about)
	if c := m.charter(address); c != nil {
		d.File = c.File
		t := m.site.Translation(c.ID.Value, lang)
		said := c // the file whose words the page shows
		if t != nil {
			said = t.File
		}
		for _, file := range []string{c.File, said.File} {
			if at, ok := m.since[file]; ok {
				d.Since = w.F("preview.since", "Time", at.Format("15:04:05"))
			}
		}
		if !s.guard.readOnly {
			d.Form, d.Token = "/-/edit/"+said.File, s.token
		}
		if !s.mute() {
			d.coach(m, c, w)
			d.sign(m, c, w)
		}
		if s.guard.local && !s.mute() {
			d.Marks = s.marks(c, said, w)
		}
	}
	grave := slices.DeleteFunc(slices.Clone(about), func(f diag.Diagnostic) bool { return f.Severity < diag.Warning })
	slices.SortStableFunc(grave, func(a, b diag.Diagnostic) int { return cmp.Compare(b.Severity, a.Severity) })
	d.More, d.Open = len(grave) > listed, d.Lost || d.Since != "" || about.Count(diag.Error) > 0
	d.Problems = s.problems(m, grave[:min(len(grave), listed)], w)
	return d
}

// summary counts findings in words: "2 errors, 1 warning".
func summary(w *theme.Words, found diag.List) string {
	var parts []string
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Note} {
		if n := found.Count(severity); n > 0 {
			parts = append(parts, w.N("preview.count."+severity.String(), n))
		}
	}
	if len(parts) == 0 {
		return w.T("preview.sound")
	}
	return strings.Join(parts, ", ")
}

func (s *Server) problems(m *moment, found diag.List, w *theme.Words) []problem {
	var all []problem
	for i, f := range found {
		p := problem{Severity: f.Severity.String(), Word: w.T("severity." + f.Severity.String()), Code: string(f.Code), Message: f.Message.In(w.Tongue()), Hint: f.Hint.In(w.Tongue()), Place: f.Pos.String()}
		if w.Tongue() == nil && w.Lang() != "en" { // they are said in English
			p.Lang = "en"
		}
		if s.guard.local && !s.mute() {
			p.Open, p.Copy = s.options.Editor.at(s.abs(f.Pos.File), f.Pos.Line, f.Pos.Col)
		}
		if !s.guard.readOnly && strings.HasPrefix(f.Pos.File, "charters/") && strings.HasSuffix(f.Pos.File, ".md") {
			p.Edit = "/-/edit/" + f.Pos.File
		}
		if i < 50 { // each excerpt reads a file
			p.Lines = excerpt(m, f)
		}
		all = append(all, p)
	}
	return all
}

// abs is a file of the content or of a theme on this machine.
func (s *Server) abs(file string) string {
	dir := s.options.Place.Content
	if strings.HasPrefix(file, "themes/") {
		dir = s.options.Place.Around
	}
	path, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return file
	}
	return path
}

// excerpt is the line of a finding between its neighbours, what is meant
// underlined.
func excerpt(m *moment, f diag.Diagnostic) []sourceLine {
	return around(f, func(n int) string { return m.view.Line(f.Pos.File, n) })
}

// excerptOf is the same of a text that is in no file.
func excerptOf(text []byte, f diag.Diagnostic) []sourceLine {
	lines := strings.Split(string(text), "\n")
	return around(f, func(n int) string {
		if n > len(lines) {
			return ""
		}
		return strings.TrimSuffix(lines[n-1], "\r")
	})
}

func around(f diag.Diagnostic, line func(n int) string) []sourceLine {
	if f.Pos.Line == 0 {
		return nil
	}
	var lines []sourceLine
	for n := max(1, f.Pos.Line-3); n <= f.Pos.Line+3; n++ {
		text := line(n)
		if text == "" && n > f.Pos.Line {
			break
		}
		l := sourceLine{N: n, Here: n == f.Pos.Line, Before: text}
		if r := []rune(text); l.Here && f.Pos.Col > 0 && f.Pos.Col <= len(r) {
			from := f.Pos.Col - 1
			until := min(len(r), from+max(f.Width, 1))
			l.Before, l.Marked, l.After = string(r[:from]), string(r[from:until]), string(r[until:])
		}
		lines = append(lines, l)
	}
	return lines
}

// coach lists what a proposal lacks for its next status.
func (d *inset) coach(m *moment, c *charter.Charter, w *theme.Words) {
	next := charter.Agreed
	switch c.Status.Value {
	case charter.NoStatus, charter.Proposed:
	case charter.Agreed:
		next = charter.Active
	default:
		return
	}
	for _, key := range check.Missing(m.view.Portfolio, c, next) {
		for _, f := range charter.Fields() {
			if f.Path == key {
				d.Missing = append(d.Missing, missing{key, titleOf(f, w), noteOf(f, w)})
			}
		}
	}
	d.Coach = w.F("preview.coach", "Status", strings.ToLower(w.T("status."+next.String())))
}

// sign names the signatures that are not there, with the command that gives each.
func (d *inset) sign(m *moment, c *charter.Charter, w *theme.Words) {
	p := m.view.Portfolio
	for _, s := range p.Signatures(c) {
		if typed := p.Signing(c, s); typed != "" {
			name := p.NameOf(portfolio.Target{Kind: portfolio.ToDepartment, ID: s.Department}, w.Lang())
			d.Unsigned = append(d.Unsigned, missing{string(s.Department), name, typed})
		}
	}
}

// titleOf and noteOf are what the manual calls a key and says of it: in the
// language's own messages, "form." and "about." with the key's path, where it
// has them, else in Danish or English.
func titleOf(f charter.Field, w *theme.Words) string { return manual("form."+f.Path, f.Title, w) }
func noteOf(f charter.Field, w *theme.Words) string  { return manual("about."+f.Path, f.Note, w) }

func manual(key string, words [2]string, w *theme.Words) string {
	if text, ok := w.Find(key); ok {
		return text
	}
	if w.Lang() == "da" {
		return words[1]
	}
	return words[0]
}

// marks are the places of a charter's page that a line of a file makes: of the
// file that says what the page shows, else of the charter.
func (s *Server) marks(c, said *charter.Charter, w *theme.Words) []editMark {
	var all []editMark
	add := func(at, file string, line int) {
		if line < 1 {
			return
		}
		m := editMark{At: at, Title: w.F("preview.mark", "Line", line)}
		m.Href, m.Copy = s.options.Editor.at(s.abs(file), line, 1)
		all = append(all, m)
	}
	of := func(at, key string) {
		if mark := said.Keys.Of(key); mark.Written() {
			add(at, said.File, int(mark.Line))
		} else {
			add(at, c.File, int(c.Keys.Of(key).Line))
		}
	}
	of("h1", "title")
	of(".lede", "summary")
	for _, x := range []struct{ at, key string }{{".split .split-f", "budget"}, {"#funding h2", "budget"}, {"#goals h2", "goals"}, {"#responsibilities h2", "responsibilities"},
		{"#team h2", "team"}, {"#milestones h2", "milestones"}, {"#risks h2", "risks"}, {"#updates h2", "updates"}, {"#amendments h2", "amendments"}, {"#closure h2", "closure"},
		{"#signatures h2", "approvals"}, {".span + p", "timeframe"}, {".links-sec h2", "links"}} {
		of(x.at, x.key)
	}
	body := said
	if said.Body.Words == 0 {
		body = c
	}
	for _, h := range body.Body.Outline {
		add("#"+h.ID, body.File, h.Line)
	}
	return all
}

// The faults that take a page's place.
const (
	faultMissing = "preview.missing"
	faultBroken  = "preview.broken"
)

// fault writes the page that stands where none can be made.
func (s *Server) fault(m *moment, buf *bytes.Buffer, address, key string, err error) {
	lang, _ := m.tree(address)
	w := m.own.Words(lang)
	d := struct {
		Title, Why string
		Problems   []problem
	}{Title: w.T(key + ".title"), Why: w.T("preview.missing.why")}
	if err != nil {
		d.Why = err.Error()
		d.Problems = s.problems(m, broken(err), w)
	}
	s.write(m, buf, lang, "fault", d.Title, d)
}

// write renders one of the preview's own pages.
func (s *Server) write(m *moment, buf *bytes.Buffer, lang, name, title string, data any) {
	mould := struct{ Lang, Title, Site, Home, Main string }{lang, title, m.view.Portfolio.Config().Title.Value, "", theme.Gap("Main")}
	var frame bytes.Buffer
	if err := m.own.Execute(&frame, lang, "page", mould); err != nil {
		fmt.Fprint(buf, http.StatusText(http.StatusInternalServerError))
		return
	}
	theme.NewMould(frame.Bytes(), "Main").Fill(buf, func(buf *bytes.Buffer, _ string) { _ = m.own.Execute(buf, lang, name, data) })
}
