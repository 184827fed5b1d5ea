package preview

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/amend"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/money"
	"charterhouse/internal/theme"
)

// A draft is what the form holds: the text that it started from, and the text
// that its fields would make of it.
type draft struct {
	file       string
	base, text []byte
	cannot     error
	values     map[string]string // as typed, by path
	body       string
}

// form is what templates/edit.html is given.
type form struct {
	Title, File, Back, Action, Token, Base string
	Writable                               bool
	Notice, Cannot                         string
	Shares                                 []string
	Sum, Off                               string
	Diff, Disk                             []diffLine
	Problems                               []problem
	Groups                                 []formGroup
	Body                                   string
	Lists                                  []pickList
}

type formGroup struct {
	Key, Title, Note string
	Fields           []formField
}

type formField struct {
	ID, Name, Title, Where, Value, List string
	Long                                bool
	Options                             []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

type pickList struct {
	ID      string
	Options []option
}

type diffLine struct{ Class, Text string }

// maxForm bounds what a form may send: a text, its base and its fields.
const maxForm = 8 << 20

// edit shows the form, looks over what was typed, or saves it.
func (s *Server) edit(w http.ResponseWriter, r *http.Request, file string) {
	m := s.now.Load()
	disk, ok := s.read(file)
	if !ok {
		http.Error(w, "There is no such charter.", http.StatusNotFound)
		return
	}
	if s.guard.readOnly {
		http.Error(w, "This preview may only be read.", http.StatusForbidden)
		return
	}
	lang := m.view.Portfolio.Config().Languages[0]
	words := m.own.Words(lang)
	d := draft{file: file, base: disk, text: disk}
	f := form{Writable: true}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil || !s.carries(r) {
			http.Error(w, "This did not come from the form.", http.StatusForbidden)
			return
		}
		base, err := base64.StdEncoding.DecodeString(r.PostForm.Get("base"))
		if err != nil {
			http.Error(w, "This did not come from the form.", http.StatusBadRequest)
			return
		}
		d = take(file, base, r)
		saving := r.PostForm.Get("intent") == "save"
		switch {
		case !bytes.Equal(base, disk):
			f.Notice, f.Disk = words.T("preview.conflict"), difference(base, disk)
			d = d.onto(disk)
		case saving && d.cannot == nil && !bytes.Equal(d.text, disk):
			if err := s.save(r, file, disk, d.text); err != nil {
				f.Notice = err.Error()
				break
			}
			f.Notice = words.T("preview.saved")
			m = s.now.Load()
			d = draft{file: file, base: d.text, text: d.text}
		}
	}
	s.fill(m, &f, d, words)
	var buf bytes.Buffer
	s.write(m, &buf, lang, "edit", f.Title, f)
	page := s.inject(m, "-/edit", buf.Bytes())
	page = bytes.Replace(page, []byte(etagHere), []byte("form"), 1)
	w.Header().Set("Content-Type", kindOf(".html"))
	_, _ = w.Write(page)
}

// take makes the draft of what was typed.
func take(file string, base []byte, r *http.Request) draft {
	d := draft{file: file, base: base, text: base, values: map[string]string{}}
	root, _ := amend.Read(file, base)
	var changes []amend.Change
	for path, n := range amend.Walk(root) {
		typed, sent := r.PostForm["v."+path]
		if !sent {
			continue
		}
		now := strings.ReplaceAll(typed[0], "\r\n", "\n")
		d.values[path] = now
		if now == strings.TrimSuffix(n.Text, "\n") || now == n.Text {
			continue
		}
		if strings.TrimSpace(now) == "" {
			changes = append(changes, amend.Change{Path: path})
		} else {
			changes = append(changes, amend.Change{Path: path, Value: amend.Text(now)})
		}
	}
	for _, path := range additions(root) {
		if now := strings.TrimSpace(r.PostForm.Get("v." + path)); now != "" && amend.Find(root, path) == nil {
			d.values[path] = now
			changes = append(changes, amend.Change{Path: path, Value: amend.Text(now)})
		}
	}
	edits, err := amend.Facts(file, base, changes)
	if d.body = amend.Prose(file, base); r.PostForm.Has("body") {
		d.body = r.PostForm.Get("body")
	}
	if err != nil {
		d.cannot = err
	}
	edits = append(edits, amend.Body(file, base, d.body)...)
	d.text = amend.Apply(base, edits)
	return d
}

// onto lays the changes of a draft over a newer text, as far as they touch what
// did not change there. Nothing is saved by it.
func (d draft) onto(disk []byte) draft {
	next := draft{file: d.file, base: disk, text: disk, values: map[string]string{}}
	before, _ := amend.Read(d.file, d.base)
	now, _ := amend.Read(d.file, disk)
	mine, _ := amend.Read(d.file, d.text)
	var changes []amend.Change
	for path, n := range amend.Walk(mine) {
		was := amend.Find(before, path)
		if was != nil && was.Text == n.Text || !sameSection(before, now, path) {
			continue
		}
		next.values[path] = n.Text
		changes = append(changes, amend.Change{Path: path, Value: amend.Text(n.Text)})
	}
	edits, err := amend.Facts(d.file, disk, changes)
	next.cannot = err
	next.body = amend.Prose(d.file, disk)
	if next.body == amend.Prose(d.file, d.base) {
		next.body = d.body
	}
	next.text = amend.Apply(disk, append(edits, amend.Body(d.file, disk, next.body)...))
	return next
}

// sameSection reports whether the part of the front matter that a path leads
// into says the same in both texts, so that its items are still the same ones.
func sameSection(a, b *facts.Node, path string) bool {
	key := path
	if i := strings.IndexAny(path, ".["); i >= 0 {
		key = path[:i]
	}
	said := func(root *facts.Node) (all []string) {
		for p, n := range amend.Walk(root) {
			if p == key || strings.HasPrefix(p, key+".") || strings.HasPrefix(p, key+"[") {
				all = append(all, p, n.Text)
			}
		}
		return all
	}
	return slices.Equal(said(a), said(b))
}

// additions are the paths of single values that a front matter could have and
// does not.
func additions(root *facts.Node) []string {
	var all []string
	for _, f := range charter.Fields() {
		if strings.ContainsAny(f.Path, "[*") || f.Type == "map" || strings.HasSuffix(f.Type, "[]") {
			continue
		}
		if amend.Find(root, f.Path) == nil || amend.Find(root, f.Path).Kind == facts.Null {
			all = append(all, f.Path)
		}
	}
	return all
}

// fill makes the form of a draft.
func (s *Server) fill(m *moment, f *form, d draft, words *theme.Words) {
	c, found := charter.Parse(d.file, d.text, charter.Options{Lang: m.view.Portfolio.Config().Languages[0]})
	f.Title, f.File, f.Token, f.Base = c.Name(), d.file, s.token, base64.StdEncoding.EncodeToString(d.base)
	f.Action = "/-/edit/" + d.file
	f.Back = "/charters/" + string(c.ID.Value) + ".html"
	f.Body = amend.Prose(d.file, d.text)
	f.Diff = difference(d.base, d.text)
	var cannot *amend.Cannot
	if errors.As(d.cannot, &cannot) {
		f.Cannot = cannot.Path + ": " + cannot.Reason
	}
	found = m.view.Portfolio.Config().Policy.Apply(found, func(string) bool { return c.Status.Value.Draft() })
	found.Sort()
	f.Problems = s.problems(m, found, words)
	for i := range f.Problems {
		f.Problems[i].Lines, f.Problems[i].Edit = nil, "" // the lines are not in the file yet
	}
	f.shares(c, words)
	f.groups(d, words.Lang())
	f.Lists = m.pickers(words.Lang())
}

// shares says what is missing to the whole.
func (f *form) shares(c *charter.Charter, w *theme.Words) {
	var shares []money.Share
	open := false
	for _, p := range c.Budget.Parties {
		text := string(p.Department.Value) + " " + p.Written.Value
		if c.Budget.Sound {
			text += " = " + p.Amount.Text()
		}
		f.Shares = append(f.Shares, text)
		share, err := money.ParseShare(p.Written.Value)
		open = open || err != nil
		shares = append(shares, share)
	}
	if len(shares) == 0 || open {
		return
	}
	sum := money.SumShares(shares)
	f.Sum = w.F("preview.shares.sum", "Sum", money.PercentOf(sum))
	whole := money.SumShares([]money.Share{money.Whole})
	switch left := whole.Sub(whole, sum); left.Sign() {
	case 1:
		f.Off = w.F("preview.shares.missing", "Missing", money.PercentOf(left))
	case -1:
		f.Off = w.F("preview.shares.over", "Over", money.PercentOf(left.Neg(left)))
	}
}

// groups lays out the fields: what the text says, and the single values that it
// could say, by top-level key in the manual's order.
func (f *form) groups(d draft, lang string) {
	root, _ := amend.Read(d.file, d.base)
	byKey := map[string]*formGroup{}
	for _, field := range charter.Fields() {
		if !strings.ContainsAny(field.Path, ".[") {
			byKey[field.Path] = &formGroup{Key: field.Path, Title: spoken(field.Title, lang), Note: spoken(field.Note, lang)}
		}
	}
	put := func(path, value string) {
		top := path
		if i := strings.IndexAny(path, ".["); i >= 0 {
			top = path[:i]
		}
		g := byKey[top]
		if g == nil {
			return // a key that the manual does not know is changed in the text
		}
		if typed, ok := d.values[path]; ok {
			value = typed
		}
		g.Fields = append(g.Fields, fieldOf(path, value, lang))
	}
	for path, n := range amend.Walk(root) {
		put(path, strings.TrimSuffix(n.Text, "\n"))
	}
	for _, path := range additions(root) {
		put(path, "")
	}
	for _, field := range charter.Fields() {
		if g := byKey[field.Path]; g != nil && len(g.Fields) > 0 {
			f.Groups = append(f.Groups, *g)
		}
	}
}

// fieldOf is the input for a value: a choice, a line with a list to pick from,
// or room for a text.
func fieldOf(path, value, lang string) formField {
	known := manual(path)
	f := formField{ID: "v-" + path, Name: "v." + path, Title: path, Value: value}
	kind := ""
	if known != nil {
		f.Title, kind = spoken(known.Title, lang), known.Type
	}
	if i := strings.IndexAny(path, ".["); i >= 0 {
		f.Where = path
	}
	if kind != "id|id[]" && strings.Contains(kind, "|") {
		choices := append([]string{""}, strings.Split(kind, "|")...)
		if !slices.Contains(choices, value) {
			choices = append(choices, value)
		}
		for _, c := range choices {
			f.Options = append(f.Options, option{c, c, c == value})
		}
		return f
	}
	f.Long = strings.Contains(value, "\n") || len(value) > 80
	switch key := path[strings.LastIndexAny(path, ".")+1:]; {
	case kind == "text" && strings.HasSuffix(path, "cost_centre"):
	case strings.HasPrefix(path, "links.contributes_to"):
		f.List = "objectives"
	case strings.HasPrefix(path, "links."), path == "translation_of":
		f.List = "charters"
	case key == "person" || key == "owner" || key == "by" && kind == "id" || strings.HasPrefix(path, "lead") || strings.HasPrefix(path, "steering") || strings.HasPrefix(path, "kickoff.presented_to"), strings.HasPrefix(path, "owners."):
		f.List = "people"
	case key == "area":
		f.List = "areas"
	case key == "home" || key == "department" || strings.HasPrefix(path, "responsibilities"):
		f.List = "departments"
	}
	if strings.HasSuffix(path, ".role") || strings.HasSuffix(path, ".scope") || strings.HasSuffix(path, ".reason") {
		f.List = ""
	}
	return f
}

// manual finds the manual's entry for a path: team[2].role is team[].role.
func manual(path string) *charter.Field {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	for i, f := range charter.Fields() {
		pattern := strings.FieldsFunc(f.Path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
		// a list of values has no entry of its own for its items
		got := make([]string, 0, len(parts))
		for _, p := range parts {
			if p != "" && strings.Trim(p, "0123456789") != "" {
				got = append(got, p)
			}
		}
		if len(got) == len(pattern) && slices.EqualFunc(got, pattern, func(a, b string) bool { return b == "*" || a == b }) {
			return &charter.Fields()[i]
		}
	}
	return nil
}

// pickers are what the registers offer.
func (m *moment) pickers(lang string) []pickList {
	p, reg := m.view.Portfolio, m.view.Portfolio.Registers()
	people, departments, areas, objectives, charters := pickList{ID: "people"}, pickList{ID: "departments"}, pickList{ID: "areas"}, pickList{ID: "objectives"}, pickList{ID: "charters"}
	for _, x := range reg.People {
		people.Options = append(people.Options, option{Value: string(x.ID), Text: x.Name})
	}
	for _, x := range reg.Departments {
		departments.Options = append(departments.Options, option{Value: string(x.ID), Text: x.Name.In(lang)})
	}
	for _, x := range reg.Areas {
		areas.Options = append(areas.Options, option{Value: string(x.ID), Text: x.Name.In(lang)})
	}
	for _, x := range reg.Objectives {
		objectives.Options = append(objectives.Options, option{Value: "objective:" + string(x.ID), Text: x.Text.In(lang)})
	}
	for _, c := range p.Charters() {
		charters.Options = append(charters.Options, option{Value: string(c.ID.Value), Text: c.Name()})
	}
	return []pickList{people, departments, areas, objectives, charters}
}

// difference is the lines that change between two texts.
func difference(before, after []byte) []diffLine {
	if bytes.Equal(before, after) {
		return nil
	}
	edits := udiff.Lines(string(before), string(after))
	unified, err := udiff.ToUnifiedDiff("", "", string(before), edits, 1)
	if err != nil {
		return []diffLine{{"", err.Error()}}
	}
	var lines []diffLine
	for _, h := range unified.Hunks {
		lines = append(lines, diffLine{"at", fmt.Sprintf("@ %d", h.FromLine)})
		for _, l := range h.Lines {
			d := diffLine{"", "  " + shown(l.Content)}
			switch l.Kind {
			case udiff.Delete:
				d = diffLine{"del", "- " + shown(l.Content)}
			case udiff.Insert:
				d = diffLine{"ins", "+ " + shown(l.Content)}
			}
			lines = append(lines, d)
		}
	}
	return lines
}

// shown makes a line's end visible where it is not a plain one.
func shown(line string) string {
	line = strings.TrimSuffix(line, "\n")
	if rest, ok := strings.CutSuffix(line, "\r"); ok {
		return rest + "␍"
	}
	return line
}

// skeletons are what coaching writes for a key that is missing.
func skeleton(c *charter.Charter, key string, today calendar.Date) *facts.Node {
	text := amend.Text
	var payers []string
	for _, p := range c.Budget.Parties {
		payers = append(payers, string(p.Department.Value))
	}
	switch key {
	case "timeframe":
		return amend.Group("start", text(today.String()), "end", text(today.AddMonths(12).String()))
	case "budget":
		return amend.Group("currency", text("DKK"), "total", text("TBD"), "shares", amend.Group("TBD", text("50%"), "TBD-2", text("50%")))
	case "owners":
		g := amend.Group()
		for _, p := range payers {
			g.Fields = append(g.Fields, facts.Field{Key: p, Value: text("TBD")})
		}
		if len(payers) == 0 {
			g = amend.Group("TBD", text("TBD"))
		}
		return g
	case "goals":
		return amend.List(amend.Group("id", text("g1"), "text", text("TBD"), "measure", amend.Group("metric", text("TBD"), "baseline", text("TBD"), "target", text("TBD"), "by", text("TBD"))))
	case "responsibilities":
		return amend.List(amend.Group("area", text("TBD"), "accountable", text("TBD")))
	case "team":
		return amend.List(amend.Group("person", text("TBD"), "home", text("TBD"), "role", text("TBD"), "allocation", text("TBD")))
	case "kickoff":
		return amend.Group("date", text("TBD"), "presented_to", amend.List(text("TBD")))
	case "closure":
		return amend.Group("date", text("TBD"), "outcome", text("TBD"))
	case "created":
		return text(today.String())
	case "status":
		return text("proposed")
	}
	return text("TBD")
}

// writeSkeleton writes what a charter lacks into its file.
func (s *Server) writeSkeleton(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if r.ParseForm() != nil || !s.carries(r) || s.guard.readOnly {
		http.Error(w, "This did not come from a page that may write.", http.StatusForbidden)
		return
	}
	file, key := r.PostForm.Get("file"), r.PostForm.Get("key")
	disk, ok := s.read(file)
	if !ok || manual(key) == nil || strings.ContainsAny(key, ".[") {
		http.Error(w, "There is no such charter or key.", http.StatusNotFound)
		return
	}
	c, _ := charter.Parse(file, disk, charter.Options{Lang: s.now.Load().view.Portfolio.Config().Languages[0]})
	if _, there := c.Keys[key]; !there {
		edits, err := amend.Facts(file, disk, []amend.Change{{Path: key, Value: skeleton(c, key, s.day())}})
		if err == nil {
			err = s.save(r, file, disk, amend.Apply(disk, edits))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
	}
	http.Redirect(w, r, "/charters/"+string(c.ID.Value)+".html", http.StatusSeeOther)
}

// read returns the bytes of a charter's file as they are, if the content has it.
func (s *Server) read(file string) ([]byte, bool) {
	if !strings.HasPrefix(file, "charters/") || !strings.HasSuffix(file, ".md") {
		return nil, false
	}
	return readExact(s.options.Place.Content, file)
}

// save replaces a charter's file, if it still holds what the change was made
// from, and shows it.
func (s *Server) save(r *http.Request, file string, from, to []byte) error {
	s.saving.Lock()
	err := replaceExact(s.options.Place.Content, file, sha256.Sum256(from), to)
	s.saving.Unlock()
	if err != nil {
		return err
	}
	s.refresh(r.Context(), file)
	return nil
}
