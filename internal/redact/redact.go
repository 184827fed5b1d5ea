// Package redact makes of a content folder the folder that one audience may
// read.
//
// It works on the texts, before anything is linked, summed or shown: a charter
// is written anew with nothing but what may be read, registers have no one in
// them who may not be named, and files that may not be known are not there. A
// portfolio is then read from this folder by the one loader, so no page, sum,
// search, export or address can show what is not in it, whoever asks and
// whatever is built later.
//
// What is not known to be harmless is left out: keys that nobody knows, files
// that cannot be read, questions that name somebody, the contents of attachments
// that cannot be looked into. Beside the texts there is a [portfolio.Veil], which
// tells that something was taken out, and what signatures were worth before.
package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// ID is a portfolio.ID.
type ID = portfolio.ID

// A Speaker words a message of the theme in a language.
type Speaker func(lang, key string, pairs ...any) string

// Folder returns what an audience may read of a folder, and what that is
// without. p is the whole portfolio that was read from tree. What is secret at
// another time, such as today where the folder is one of the past, is secret in
// this one; the last of these times says what charters are called whose own id
// tells something.
func Folder(p *portfolio.Portfolio, tree *source.Tree, profile *portfolio.Profile, say Speaker, also ...*portfolio.Then) (*source.Tree, *portfolio.Veil) {
	m := &maker{p: p, tree: tree, times: append([]*portfolio.Then{{Portfolio: p, Tree: tree}}, also...), profile: profile, say: say, texts: map[string][]byte{}, linked: map[string][]*secrets{}, fates: map[ID]fate{}, paths: map[step]where{},
		stands: map[ID]*stand{}, renamed: map[ID]ID{}, moved: map[string]string{}}
	m.veil = &portfolio.Veil{Profile: profile, Outlines: map[ID]bool{}, Judged: map[ID]map[ID]portfolio.SignatureState{}, Roles: map[ID]portfolio.Text{}}
	m.decide()
	m.learn()
	for _, e := range tree.Entries() {
		m.file(e)
	}
	for _, write := range m.later {
		write()
	}
	m.people()
	return tree.Only(m.texts, m.attachments()), m.veil
}

// A fate is what becomes of a charter.
type fate uint8

const (
	unknown fate = iota // it is none, or cannot be read: nothing of it stays
	omitted
	outlined
	kept
)

// A maker makes one folder.
type maker struct {
	p       *portfolio.Portfolio
	tree    *source.Tree
	profile *portfolio.Profile
	say     Speaker
	veil    *portfolio.Veil
	times   []*portfolio.Then // whose secrets are kept; this folder's come first
	later   []func()          // what waits for other files

	fates   map[ID]fate
	secret  secrets
	renamed map[ID]ID             // charters whose own id tells something
	records map[string]string     // what registers hold whose id does
	moved   map[string]string     // files whose path does
	stands  map[ID]*stand         // who stands for people, by charter; "" for everywhere
	texts   map[string][]byte     // what the folder will hold
	linked  map[string][]*secrets // files that something kept leads to, with the figures that may not be told there
	paths   map[step]where
}

// decide says what becomes of each charter.
func (m *maker) decide() {
	named, titled := map[ID]bool{}, map[string]bool{}
	for _, then := range m.times {
		for _, c := range then.Portfolio.Charters() {
			if asked(then, c) && Restricted(then.Tree, c) {
				named[c.ID.Value] = true
				for _, a := range c.Aliases {
					named[a.Value] = true
				}
				if m.p.Find(c.ID.Value) == nil { // here it may have had another id that nobody wrote down
					titled[c.Title.Value] = true
				}
			}
		}
	}
	for _, c := range m.p.Charters() {
		f := kept
		if named[c.ID.Value] || titled[c.Title.Value] || slices.ContainsFunc(c.Aliases, func(a charter.At[ID]) bool { return named[a.Value] }) {
			f = map[portfolio.Restriction]fate{portfolio.Omitted: omitted, portfolio.Outlined: outlined, portfolio.Shown: kept}[m.profile.Restricted]
		}
		m.fates[c.ID.Value] = f
		if f == outlined {
			m.veil.Outlines[c.ID.Value] = true
		}
		judged := map[ID]portfolio.SignatureState{}
		for _, s := range m.p.Signatures(c) {
			judged[s.Department] = s.State
		}
		m.veil.Judged[c.ID.Value] = judged
	}
}

// asked reports whether a time is asked about a charter.
func asked(then *portfolio.Then, c *charter.Charter) bool {
	return then.Only == nil || then.Only[c.ID.Value]
}

// Restricted reports whether a charter is restricted. It is true, too, of one that
// says something about who may read it that nobody understands.
func Restricted(tree *source.Tree, c *charter.Charter) bool {
	if !c.Keys.Of("confidential").Written() || c.Restricted.Value {
		return c.Restricted.Value
	}
	text, _, ok := tree.ReadPath(c.File)
	if !ok {
		return true
	}
	root, _ := parts(c.File, text)
	n := root.Get("confidential")
	return n == nil || n.Kind != facts.Scalar || n.Text != "internal"
}

// learn collects what prose may not say: the names of people, and what names a
// charter that is left out.
func (m *maker) learn() {
	for _, then := range m.times {
		if m.profile.Roles {
			m.learnPeople(then.Portfolio)
		}
		if m.profile.Restricted == portfolio.Omitted {
			m.learnCharters(then)
		}
	}
	m.rename()
}

func (m *maker) learnPeople(p *portfolio.Portfolio) {
	for _, x := range p.Registers().People {
		key := "person:" + string(x.ID)
		for _, said := range append([]string{x.Name, string(x.ID), x.Email, x.Handle}, x.Aliases...) {
			m.secret.add(said, key)
		}
		if parts := strings.Fields(x.Name); len(parts) > 1 { // Brandt, Lena
			last := len(parts) - 1
			m.secret.add(parts[last]+" "+strings.Join(parts[:last], " "), key)
		}
		if !strings.Contains(string(x.ID), "-") { // initials are written large
			m.secret.add(strings.ToUpper(string(x.ID)), key)
		}
	}
}

func (m *maker) learnCharters(then *portfolio.Then) {
	for _, c := range then.Portfolio.Charters() {
		if !asked(then, c) || m.fates[c.ID.Value] != omitted && !Restricted(then.Tree, c) {
			continue
		}
		said := []string{string(c.ID.Value), c.Title.Value, c.ShortTitle.Value}
		for _, a := range c.Aliases {
			said = append(said, string(a.Value))
		}
		for _, t := range then.Portfolio.TranslationsOf(c.ID.Value) {
			said = append(said, t.File.Title.Value, t.File.ShortTitle.Value)
		}
		for _, text := range said {
			m.secret.add(text, "charter:")
		}
	}
}

// rename gives charters another id whose own tells something secret.
func (m *maker) rename() {
	for _, c := range m.p.Charters() {
		if m.fates[c.ID.Value] == omitted {
			continue
		}
		if id := c.ID.Value; m.secret.holds(string(id)) {
			m.renamed[id] = m.called(c)
			m.fates[m.renamed[id]] = m.fates[id]
		}
	}
	for from, to := range m.renamed {
		m.veil.Judged[to] = m.veil.Judged[from]
		if m.veil.Outlines[from] {
			m.veil.Outlines[to] = true
		}
	}
}

// called is another id for a charter, made of what everybody may read of it. So an
// address stays when other charters come and go, and two that were compared are the
// same one; the last of the times says what it is called.
func (m *maker) called(c *charter.Charter) ID {
	if now := m.times[len(m.times)-1].Portfolio.Find(c.ID.Value); now != nil {
		c = now
	}
	title, _ := m.secret.replace(c.Title.Value, func(string, bool) string { return "" })
	for n := 0; ; n++ {
		id := "charter-" + ID(digits("charter", c.Created.Value.String(), title, strconv.Itoa(n)))
		if m.fates[id] == unknown {
			return id
		}
	}
}

// inRegister is another id for a department, an area or an objective whose own
// tells something; empty for any other.
func (m *maker) inRegister(id string) string {
	if m.records == nil {
		m.records = map[string]string{}
		for _, then := range append([]*portfolio.Then{m.times[len(m.times)-1]}, m.times...) {
			reg := then.Portfolio.Registers()
			for _, d := range reg.Departments {
				m.enterRecord(d.ID)
			}
			for _, a := range reg.Areas {
				m.enterRecord(a.ID)
			}
			for _, o := range reg.Objectives {
				m.enterRecord(o.ID)
			}
		}
	}
	return m.records[id]
}

func (m *maker) enterRecord(id ID) {
	if m.records[string(id)] == "" && m.secret.holds(string(id)) {
		m.records[string(id)] = "r" + digits("register", strconv.Itoa(len(m.records)))
	}
}

// digits is a short name for what has none of its own.
func digits(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:5])
}

// charterID is what a charter is called in the folder; empty where it is not there.
func (m *maker) charterID(id ID) ID {
	c := m.p.Find(id)
	switch {
	case c == nil || m.fates[c.ID.Value] <= omitted:
		return ""
	case m.renamed[c.ID.Value] != "":
		return m.renamed[c.ID.Value]
	case m.secret.holds(string(id)), m.fates[c.ID.Value] == outlined: // not a former id
		return c.ID.Value
	}
	return id
}

// pathOf is where a file stands in the folder.
func (m *maker) pathOf(name string) string {
	if !m.secret.holds(name) {
		return name
	}
	if to := m.moved[name]; to != "" {
		return to
	}
	dir, base := path.Split(name)
	top, _, _ := strings.Cut(name, "/")
	m.moved[name] = top + "/file-" + digits(top, string(rune(len(m.moved)))) + path.Ext(base)
	if path.Base(dir) == "updates" {
		m.moved[name] = "" // its folder names its charter
	}
	return m.moved[name]
}

// file enters what stays of one file.
func (m *maker) file(e source.Entry) {
	if e.Kind == source.Asset {
		return
	}
	text, _, ok := m.tree.Read(e)
	if !ok {
		return
	}
	switch e.Kind {
	case source.Charter:
		m.charter(e.Path, text)
	case source.Update:
		m.update(e.Path, text)
	case source.Approval:
		m.approvals(e.Path, text)
	case source.Register:
		m.register(e.Path, text)
	case source.Config:
		m.config(e.Path, text)
	case source.Question:
		m.question(e.Path, text)
	}
}

// attachments are the files that something kept leads to, if they may be shown:
// of those that cannot be looked into for names and figures, nobody knows.
func (m *maker) attachments() map[string]bool {
	all := map[string]bool{}
	if m.profile.Withholds(portfolio.TheAttachments) {
		return all
	}
	for _, name := range m.p.Assets() {
		secret, led := m.linked[name]
		if !led {
			continue
		}
		secret = append(slices.Clone(secret), &m.secret)
		if c, _ := m.homeOf(name); c != nil && m.profile.Withholds("budget") { // whoever leads to it
			figures := figuresOf(c)
			secret = append(secret, &figures)
		}
		if m.legible(name, secret) {
			all[name] = true
		}
	}
	return all
}

// pictures hold no text that a search could find, and are shown.
var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"}

// letters are files that are text.
var letters = []string{".svg", ".csv", ".txt", ".json", ".md", ".tsv", ".xml", ".html"}

// tag is the markup of a drawing or a page, which may part the words of a name.
var tag = regexp.MustCompile(`<[^>]*>`)

// legible reports whether a file is known to say nothing secret, its name included.
// A text in another encoding than UTF-8, as spreadsheets write, cannot be looked into.
func (m *maker) legible(name string, secret []*secrets) bool {
	secret = slices.DeleteFunc(secret, func(s *secrets) bool { return len(s.by) == 0 })
	if len(secret) == 0 {
		return true
	}
	said := func(text string) bool {
		return slices.ContainsFunc(secret, func(s *secrets) bool { return s.holds(text) })
	}
	ending := strings.ToLower(path.Ext(name))
	if !slices.Contains(pictures, ending) && !slices.Contains(letters, ending) {
		return false
	}
	data, _, ok := m.tree.ReadPath(name)
	if !ok || said(name) || said(string(data)) {
		return false
	}
	if slices.Contains(pictures, ending) {
		return true
	}
	return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 && !said(tag.ReplaceAllString(string(data), " "))
}
