package sign

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
)

// A page is the file that a signature is written into.
type page struct {
	name string // below the content folder
	was  []byte
	now  []byte
	new  bool // there is no such file yet
}

// File is where the signature is written, below the content folder.
func (s *Signing) File() string { return s.page.name }

// Lines are the lines that change, with those around them.
func (s *Signing) Lines() string {
	return udiff.Unified(s.page.name, s.page.name, string(s.page.was), string(s.page.now))
}

// draft makes the text that the signature is part of.
func (s *Signing) draft(apart bool) error {
	text, err := s.pen.Content.ReadFile(s.Charter.File)
	if err != nil || !s.read(text) {
		return s.changed(s.Charter.File)
	}
	folder, there := s.folder()
	if !apart && !there {
		s.page = page{name: s.Charter.File, was: text}
		return s.within(text)
	}
	s.page = s.ownPage(folder)
	edits, err := amend.AddRecord(s.page.name, s.page.was, s.record(false))
	if err != nil {
		return s.cannot(err, s.record(false))
	}
	s.page.now = amend.Apply(s.page.was, edits)
	all, found := charter.ParseApproval(s.page.name, bytes.TrimPrefix(s.page.now, []byte("\ufeff")))
	if len(found) > 0 || len(all) == 0 || !s.is(all[len(all)-1]) {
		return s.cannot(errors.New(s.page.name), s.record(false))
	}
	return nil
}

// read reports whether the charter was read from a text; a byte order mark before
// it was passed over.
func (s *Signing) read(text []byte) bool {
	return sha256.Sum256(bytes.TrimPrefix(text, []byte("\ufeff"))) == s.Charter.Sum
}

// within writes the signature into the charter, and holds that the terms are
// the same afterwards.
func (s *Signing) within(text []byte) error {
	edits, err := amend.Add(s.Charter.File, text, "approvals", s.record(true))
	if err != nil {
		return s.cannot(err, s.record(true))
	}
	s.page.now = amend.Apply(text, edits)
	after, _ := charter.Parse(s.Charter.File, s.page.now, s.pen.Portfolio.Config().Reading())
	if n := len(after.Approvals); after.Terms != s.Charter.Terms || n != len(s.Charter.Approvals)+1 || !s.is(after.Approvals[n-1]) {
		return s.cannot(errors.New(s.Charter.File), s.record(true))
	}
	return nil
}

func (s *Signing) is(a charter.Approval) bool {
	return s.pen.Portfolio.Called(a.Department.Value) == s.Department.ID && a.Person.Value == s.Person.ID && a.Date.Value == s.Date && a.Terms.Value == s.Charter.Terms.Short()
}

// record is the signature as facts.
func (s *Signing) record(withDepartment bool) *facts.Node {
	pairs := []any{"person", amend.Text(string(s.Person.ID)), "date", amend.Text(s.Date.String()), "terms", amend.Text(s.Charter.Terms.Short())}
	if withDepartment {
		pairs = append([]any{"department", amend.Text(string(s.Department.ID))}, pairs...)
	}
	if s.note != "" {
		pairs = append(pairs, "note", amend.Text(s.note))
	}
	return amend.Group(pairs...)
}

// folder is the department's own below approvals/, by its id or a former one,
// and whether it is there.
func (s *Signing) folder() (name string, there bool) {
	for _, id := range append([]string{string(s.Department.ID)}, s.Department.Aliases...) {
		if !facts.ValidID(id) {
			continue
		}
		if info, err := s.pen.Content.Stat("approvals/" + id); err == nil && info.IsDir() {
			return "approvals/" + id, true
		}
	}
	return "approvals/" + string(s.Department.ID), false
}

// ownPage is the charter's file in a folder: the one that is there, perhaps
// under a former id, or a new one.
func (s *Signing) ownPage(folder string) page {
	ids := []portfolio.ID{s.Charter.ID.Value}
	for _, a := range s.Charter.Aliases {
		ids = append(ids, a.Value)
	}
	for _, id := range ids {
		for _, ext := range []string{".yml", ".yaml"} {
			name := folder + "/" + string(id) + ext
			if text, err := s.pen.Content.ReadFile(name); err == nil {
				return page{name: name, was: text}
			}
		}
	}
	return page{name: folder + "/" + string(s.Charter.ID.Value) + ".yml", new: true}
}

func (s *Signing) changed(file string) error { return s.pen.refuse("sign.changed", "File", file) }

// cannot says what to write by hand.
func (s *Signing) cannot(err error, record *facts.Node) error {
	var parts []string
	for _, f := range record.Fields {
		parts = append(parts, f.Key+": "+f.Value.Text)
	}
	why := err.Error()
	if c := new(amend.Cannot); errors.As(err, &c) {
		why = c.Reason
	}
	return s.pen.refuse("sign.cannot", "File", s.page.name, "Why", why, "Line", "{"+strings.Join(parts, ", ")+"}")
}

// Write puts the signature into its file, unless that or the charter is not what
// it was when it was shown. The old file stands until the new one is whole.
func (s *Signing) Write() error {
	root := s.pen.Content
	if text, err := root.ReadFile(s.Charter.File); err != nil || !s.read(text) {
		return s.changed(s.Charter.File)
	}
	perm := fs.FileMode(0o644)
	switch info, err := root.Lstat(s.page.name); {
	case s.page.new && errors.Is(err, fs.ErrNotExist):
		if err := root.MkdirAll(path.Dir(s.page.name), 0o755); err != nil {
			return fmt.Errorf("signature: %w", err)
		}
	case s.page.new || err != nil:
		return s.changed(s.page.name)
	case !info.Mode().IsRegular():
		return s.pen.refuse("sign.link", "File", s.page.name)
	default:
		perm = info.Mode().Perm()
	}
	return s.replace(perm)
}

func (s *Signing) replace(perm fs.FileMode) error {
	root, name := s.pen.Content, s.page.name
	beside := path.Join(path.Dir(name), "."+path.Base(name)+"."+rand.Text()[:8]+".tmp")
	f, err := root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	_, err = f.Write(s.page.now)
	err = errors.Join(err, f.Sync(), f.Close())
	text, gone := root.ReadFile(name)
	switch {
	case err != nil:
	case s.page.new && gone == nil, !s.page.new && (gone != nil || !bytes.Equal(text, s.page.was)):
		err = s.changed(name)
	default:
		if err = root.Rename(beside, name); err == nil {
			return nil
		}
		err = fmt.Errorf("signature: %w", err)
	}
	_ = root.Remove(beside)
	return err
}
