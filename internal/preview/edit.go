package preview

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/theme"
	"charterhouse/internal/wire"
)

// A draft is what the form holds: the text that it started from, the text that
// was made of it so far, and what was typed that could not be put into it.
type draft struct {
	file       string
	base, text []byte
	cannot     error
	typed      map[string]string // by path, where it is not in the text
}

// maxForm bounds what a form may send: two texts and the fields.
const maxForm = 12 << 20

// edit shows the form, looks over what was typed, or saves it. It keeps nothing
// between requests: the form carries its draft.
func (s *Server) edit(w http.ResponseWriter, r *http.Request, file string) {
	if s.guard.readOnly {
		http.Error(w, "This preview may only be read.", http.StatusForbidden)
		return
	}
	disk, ok := s.read(file)
	if !ok {
		http.Error(w, "There is no such charter.", http.StatusNotFound)
		return
	}
	d := draft{file: file, base: disk, text: disk}
	var f form
	m := s.now.Load()
	words := m.own.Words(m.view.Portfolio.Config().Languages[0])
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil || !s.carries(r) {
			http.Error(w, "This did not come from the form.", http.StatusForbidden)
			return
		}
		if d, ok = take(file, r.PostForm); !ok {
			http.Error(w, "This did not come from the form.", http.StatusBadRequest)
			return
		}
		switch saving := r.PostForm.Get("intent") == "save"; {
		case !bytes.Equal(d.base, disk):
			f.Notice, f.Disk = words.T("preview.conflict"), difference(d.base, disk)
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
	s.answer(w, m, f, words.Lang())
}

// answer writes the form's page.
func (s *Server) answer(w http.ResponseWriter, m *moment, f form, lang string) {
	var buf bytes.Buffer
	s.write(m, &buf, lang, "edit", f.Title, f)
	page := bytes.Replace(s.inject(m, "-/edit", buf.Bytes()), []byte(etagHere), []byte("form"), 1)
	w.Header().Set("Content-Type", wire.Type(".html"))
	_, _ = w.Write(page)
}

// take makes the draft of what was typed.
func take(file string, sent map[string][]string) (draft, bool) {
	first := func(key string) string { return strings.Join(sent[key][:min(len(sent[key]), 1)], "") }
	base, wrong := base64.StdEncoding.DecodeString(first("base"))
	text, alsoWrong := base64.StdEncoding.DecodeString(first("text"))
	if wrong != nil || alsoWrong != nil {
		return draft{}, false
	}
	d := draft{file: file, base: base, text: text, typed: map[string]string{}}
	root, _ := amend.Read(file, text)
	for _, c := range changes(root, sent) {
		d.change(c)
	}
	d.press(first("intent"))
	if body, there := sent["body"]; there {
		d.text = amend.Apply(d.text, amend.Body(file, d.text, body[0]))
	}
	return d, true
}

// changes compares what was sent with the text that the form was made from.
func changes(root *facts.Node, sent map[string][]string) []amend.Change {
	var all []amend.Change
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		kind, path, _ := strings.Cut(key, ":")
		switch kind {
		case "v":
			if c, ok := single(path, amend.Find(root, path), clean(sent[key][0])); ok {
				all = append(all, c)
			}
		case "l":
			if c, ok := several(path, amend.Find(root, path), sent[key]); ok {
				all = append(all, c)
			}
		case "k":
			name, value := strings.TrimSpace(sent[key][0]), strings.TrimSpace(strings.Join(sent["n:"+path], ""))
			if name != "" && value != "" {
				all = append(all, amend.Change{Path: path + "." + amend.Key(name), Value: amend.Text(value)})
			}
		}
	}
	return all
}

// clean undoes what a browser does to the ends of lines.
func clean(typed string) string { return strings.ReplaceAll(typed, "\r\n", "\n") }

// single is the change of one value, if it is one.
func single(path string, n *facts.Node, now string) (amend.Change, bool) {
	blank := strings.TrimSpace(now) == ""
	switch {
	case n == nil || n.Kind == facts.Null:
		return amend.Change{Path: path, Value: amend.Text(strings.TrimSpace(now))}, !blank
	case n.Kind != facts.Scalar || now == n.Text || now == strings.TrimSuffix(n.Text, "\n") || now == strings.TrimPrefix(n.Text, "\n"):
		return amend.Change{}, false
	case blank:
		return amend.Change{Path: path}, true
	}
	return amend.Change{Path: path, Value: amend.Text(now)}, true
}

// several is the change of a list of values, if it is one.
func several(path string, n *facts.Node, typed []string) (amend.Change, bool) {
	var now []string
	for _, t := range typed {
		if t = strings.TrimSpace(t); t != "" {
			now = append(now, t)
		}
	}
	if n != nil && n.Kind == facts.Scalar { // one value that need not be a list
		if len(now) == 1 {
			return amend.Change{Path: path, Value: amend.Text(now[0])}, now[0] != strings.TrimSpace(n.Text)
		}
		n = &facts.Node{Kind: facts.List, Items: []*facts.Node{n}}
	}
	if n != nil && slices.EqualFunc(n.Items, now, func(i *facts.Node, t string) bool { return strings.TrimSpace(i.Text) == t }) {
		return amend.Change{}, false
	}
	if len(now) == 0 {
		return amend.Change{Path: path}, n != nil
	}
	list := amend.List()
	for _, t := range now {
		list.Items = append(list.Items, amend.Text(t))
	}
	return amend.Change{Path: path, Value: list}, true
}

// change puts one change into the text, or remembers what was typed.
func (d *draft) change(c amend.Change) {
	edits, err := amend.Facts(d.file, d.text, []amend.Change{c})
	if err == nil {
		d.text = amend.Apply(d.text, edits)
		return
	}
	d.cannot = err
	if c.Value != nil {
		d.typed[c.Path] = c.Value.Text
	}
}

// press does what a button of the form asks for: a new item, or one less.
func (d *draft) press(intent string) {
	what, path, _ := strings.Cut(intent, ":")
	switch what {
	case "add":
		d.change(amend.Change{Path: path + "[+]", Value: amend.Item(path)})
	case "remove":
		d.change(amend.Change{Path: path})
	}
}

// onto lays the changes of a draft over a newer text, as far as they touch what
// did not change there. Nothing is saved by it.
func (d draft) onto(disk []byte) draft {
	next := draft{file: d.file, base: disk, text: disk, cannot: d.cannot, typed: d.typed}
	before, _ := amend.Read(d.file, d.base)
	now, _ := amend.Read(d.file, disk)
	mine, _ := amend.Read(d.file, d.text)
	for _, f := range mine.Fields {
		key := amend.Key(f.Key)
		if !sameSection(before, mine, key) && sameSection(before, now, key) {
			next.change(amend.Change{Path: key, Value: f.Value})
		}
	}
	if body := amend.Prose(d.file, d.text); body != amend.Prose(d.file, d.base) && amend.Prose(d.file, disk) == amend.Prose(d.file, d.base) {
		next.text = amend.Apply(next.text, amend.Body(d.file, next.text, body))
	}
	return next
}

// sameSection reports whether what stands at a key says the same in both texts.
func sameSection(a, b *facts.Node, key string) bool {
	said := func(root *facts.Node) (all []string) {
		for path, n := range amend.Walk(amend.Find(root, key)) {
			all = append(all, path, n.Text)
		}
		return all
	}
	return slices.Equal(said(a), said(b))
}

// fill makes the form of a draft.
func (s *Server) fill(m *moment, f *form, d draft, words *theme.Words) {
	c, found := s.judge(m, d)
	f.Title, f.File, f.Token = c.Name(), d.file, s.token
	f.Base, f.Text = base64.StdEncoding.EncodeToString(d.base), base64.StdEncoding.EncodeToString(d.text)
	f.Action, f.Back = "/-/edit/"+d.file, pageOf(m, c)
	f.Body, f.Diff = amend.Prose(d.file, d.text), difference(d.base, d.text)
	var cannot *amend.Cannot
	if errors.As(d.cannot, &cannot) {
		f.Cannot = cannot.Path + ": " + cannot.Reason
	}
	f.Problems = s.problems(m, found, words)
	for i := range f.Problems {
		f.Problems[i].Lines, f.Problems[i].Edit = excerptOf(d.text, found[i]), "" // its lines are not in the file yet
	}
	f.shares(m.view.Portfolio, c, words)
	f.lay(d, m.view.Portfolio, words)
}

// pageOf is the page that shows what a file says.
func pageOf(m *moment, c *charter.Charter) string {
	page := "/charters/" + string(c.ID.Value) + ".html"
	if others := m.view.Portfolio.Config().Languages[1:]; c.Translation != nil && slices.Contains(others, c.Lang.Value) {
		return "/" + c.Lang.Value + page
	}
	return page
}

// judge says what would be found in the draft's file if it were saved: by the
// reader, and by every rule of the portfolio with the draft in its place.
func (s *Server) judge(m *moment, d draft) (*charter.Charter, diag.List) {
	p := m.view.Portfolio
	c, found := charter.Parse(d.file, d.text, p.Config().Reading())
	with := p.With(c)
	for _, f := range check.Run(with) {
		if f.Pos.File == d.file {
			found = append(found, f)
		}
	}
	return c, check.Finish(with, found)
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
	if !ok || entry(key) == nil || strings.ContainsAny(key, ".[") {
		http.Error(w, "There is no such charter or key.", http.StatusNotFound)
		return
	}
	house := s.now.Load().view.Portfolio.Config()
	c, _ := charter.Parse(file, disk, house.Reading())
	if !c.Keys.Of(key).Written() {
		edits, err := amend.Facts(file, disk, []amend.Change{{Path: key, Value: amend.Skeleton(c, key, s.day(), house.Currency)}})
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
