// Package search makes the index that the browser reads.
//
// The pages are a folder that may lie on a disk, so there is nobody to ask: the
// index is a few hundred small scripts below search/, each a call of one
// function with data, and the browser loads the few that a query needs. A
// script works by double-click, where a page may not fetch a file.
//
// A charter is cut into passages: its title, its head, each section of its
// prose and each part of its facts. A posting says in which passages of a
// charter a word stands, which is enough to rank charters and to lead to a
// section. Words are kept as stems, by the stemmer of the charter's language;
// the browser has the same stemmers and makes the stems of a query. Spelling
// with æ, ø and å is kept, too: the folded form decides only where a stem is
// found, so that "oe" and "o" find "ø", but less well.
//
//	start    what there is: registers, pages, words of ours, and how the rest is cut
//	t-<hex>  stems and postings, by a hash of a folded stem's first four letters
//	v-<n>    all stems whose folded form has n letters, for what is misspelt
//	d-<n>    id, title, status and summary of 128 charters
//	x-<n>    the passages of 16 charters, for excerpts
//	facets   status, payers, years and owners of all charters
//
// Nothing is worked out before a file is asked for. What follows from charters
// alone is kept with the portfolio's runs, so that after an edit one run of
// them is read anew, and on disk for the next run of the program, see [portfolio.Keep].
package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

// Folder is where the index stands below the site's root.
const Folder = "search/"

// How many charters stand in one file.
const (
	docsInFile  = 128
	textsInFile = 16
)

// A Page is a page of the site that is no charter, person, department or area.
type Page struct {
	Address string            // within a tree
	Titles  map[string]string // by interface language
}

// A Site is what the index needs to know besides the portfolio.
type Site struct {
	Languages []string                     // of the interface, the first at the root
	Words     map[string]map[string]string // by language and name: our words beside results
	Pages     []Page
}

// An Index is the files of one portfolio. It is safe for concurrent use.
type Index struct {
	Keep *portfolio.Keep // nil where nothing is kept

	p       *portfolio.Portfolio
	site    func() Site
	shards  int // how many files the stems are cut into: a power of two
	edition func() string
	names   func() []string

	gathered   gathered
	vocabulary func() map[int]string
}

// New prepares the index of p, and takes no time. site is asked when a file
// needs it.
func New(p *portfolio.Portfolio, site func() Site) *Index {
	x := &Index{p: p, site: sync.OnceValue(site), shards: 8}
	for x.shards < buckets && x.shards*40 < len(p.Charters()) {
		x.shards *= 2
	}
	x.edition, x.names = sync.OnceValue(x.edit), sync.OnceValue(x.list)
	x.vocabulary = sync.OnceValue(x.spell)
	return x
}

// edit names what the numbers in the files mean: files of two editions must not
// be read together.
func (x *Index) edit() string {
	h := sha256.New()
	for _, c := range x.p.Charters() {
		h.Write([]byte(c.ID.Value))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:5])
}

// Names lists the addresses of all files, in order.
func (x *Index) Names() []string { return x.names() }

func (x *Index) list() []string {
	n := len(x.p.Charters())
	names := []string{"facets", "start"}
	for i := range x.shards {
		names = append(names, shardName(i))
	}
	for i := range parts(n, docsInFile) {
		names = append(names, "d-"+strconv.Itoa(i))
	}
	for i := range parts(n, textsInFile) {
		names = append(names, "x-"+strconv.Itoa(i))
	}
	for i := shortest; i <= longest; i++ {
		if x.lengths() || i == shortest {
			names = append(names, "v-"+strconv.Itoa(i))
		}
	}
	for i, name := range names {
		names[i] = Folder + name + ".js"
	}
	slices.Sort(names)
	return names
}

func parts(n, size int) int { return (n + size - 1) / size }

func shardName(i int) string { return fmt.Sprintf("t-%02x", i) }

// lengths reports whether the vocabulary is cut by length; that of a small
// portfolio is one file.
func (x *Index) lengths() bool { return len(x.p.Charters()) > 500 }

// File writes the file at an address, and reports whether there is one.
func (x *Index) File(w io.Writer, address string) (ok bool, err error) {
	name, ok := strings.CutPrefix(address, Folder)
	if !ok {
		return false, nil
	}
	if _, ok = slices.BinarySearch(x.Names(), address); !ok {
		return false, nil
	}
	name = strings.TrimSuffix(name, ".js")
	kind, number, _ := strings.Cut(name, "-")
	i, _ := strconv.Atoi(number)
	switch kind {
	case "start":
		return true, x.script(w, name, x.start())
	case "facets":
		return true, x.script(w, name, x.facets())
	case "d":
		return true, x.script(w, name, x.docs(i))
	case "x":
		return true, x.script(w, name, x.texts(i))
	case "v":
		return true, x.script(w, name, x.vocabulary()[i])
	}
	h, _ := strconv.ParseUint(number, 16, 16)
	return true, x.script(w, name, x.shard(int(h)))
}

// script writes a file: a call with data that JSON writes without anything that
// ends a script.
func (x *Index) script(w io.Writer, name string, data any) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	fmt.Fprintf(b, "charterhouseIndex(%q,%q,", name, x.edition())
	if err := json.NewEncoder(b).Encode(data); err != nil {
		panic(err) // texts, numbers and lists of them
	}
	b.Truncate(b.Len() - 1) // the encoder ends a line
	b.WriteString(");\n")
	_, err := w.Write(b.Bytes())
	return err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// part returns the charters of file i, size to a file.
func (x *Index) part(i, size int) []*charter.Charter {
	all := x.p.Charters()
	return all[min(i*size, len(all)):min((i+1)*size, len(all))]
}

// docs is what a result shows of each charter.
func (x *Index) docs(i int) [][5]any {
	list := [][5]any{}
	for _, c := range x.part(i, docsInFile) {
		list = append(list, [5]any{c.ID.Value, c.Name(), x.p.Lang(c), c.Status.Value, markdown.Plain(c.Summary.Value)})
	}
	return list
}

// texts are the passages of each charter but the first two, which docs has.
func (x *Index) texts(i int) [][][3]string {
	list := [][][3]string{}
	cut := cutter{p: x.p, named: true}
	for _, c := range x.part(i, textsInFile) {
		passages := cut.cut(c)[2:]
		texts := make([][3]string, 0, len(passages))
		for _, g := range passages {
			texts = append(texts, [3]string{g.anchor, g.heading, g.text()})
		}
		list = append(list, texts)
	}
	return list
}

// FeedTexts writes to h what the texts of file i are made from. sum is a digest of
// all that is written about a charter.
func (x *Index) FeedTexts(h *bytes.Buffer, i int, sum func(*charter.Charter) [32]byte) {
	h.WriteString(x.edition())
	for _, c := range x.part(i, textsInFile) {
		own := sum(c)
		h.Write(own[:])
		for _, r := range x.p.Links(c) {
			h.WriteByte(byte(r.Target.Kind))
			h.WriteString(string(r.Target.ID))
			h.WriteByte(0)
			if r.Target.Kind == portfolio.ToCharter {
				h.WriteString(x.p.Charter(r.Target.ID).Name())
				h.WriteByte(0)
			}
		}
	}
}

// A start is the file that is loaded first.
type start struct {
	Charters    int                          `json:"charters"`
	Shards      int                          `json:"shards"`
	Docs        int                          `json:"docs"`
	Texts       int                          `json:"texts"`
	Vocabulary  [2]int                       `json:"vocabulary"` // lengths from and to that have a file
	Stems       []string                     `json:"stems"`      // languages that charters are written in
	Stop        string                       `json:"stop"`
	Statuses    []string                     `json:"statuses"` // by their number
	Languages   []string                     `json:"languages"`
	Words       map[string]map[string]string `json:"words"`
	Departments [][]any                      `json:"departments"` // id, code, other names, then a name for each language
	People      [][]any                      `json:"people"`      // id, name, number of the department or -1
	Areas       [][]any                      `json:"areas"`       // id, then a name for each language
	Pages       [][]any                      `json:"pages"`       // address, then a title for each language
}

func (x *Index) start() start {
	site := x.site()
	s := start{Charters: len(x.p.Charters()), Shards: x.shards, Docs: docsInFile, Texts: textsInFile, Vocabulary: [2]int{shortest, shortest},
		Stems: x.stems(), Stop: stopWords, Statuses: []string{""}, Languages: site.Languages, Words: site.Words,
		Departments: [][]any{}, People: [][]any{}, Areas: [][]any{}, Pages: [][]any{}}
	for _, status := range charter.Statuses {
		s.Statuses = append(s.Statuses, status.String())
	}
	if x.lengths() {
		s.Vocabulary[1] = longest
	}
	number := map[portfolio.ID]int{}
	for i, d := range x.p.Registers().Departments {
		number[d.ID] = i
		s.Departments = append(s.Departments, named(site, d.Name, d.ID, d.Code, strings.Join(d.Aliases, ", ")))
	}
	for _, who := range x.p.Registers().People {
		if x.p.Anonymous() { // who stands in for others has no page to be found
			break
		}
		home, ok := number[who.Home(x.p.AsOf())]
		if !ok {
			home = -1
		}
		s.People = append(s.People, []any{who.ID, who.Name, home})
	}
	for _, a := range x.p.Registers().Areas {
		s.Areas = append(s.Areas, named(site, a.Name, a.ID))
	}
	for _, g := range site.Pages {
		s.Pages = append(s.Pages, named(site, g.Titles, g.Address))
	}
	return s
}

// named appends a name in each interface language.
func named(site Site, name portfolio.Text, row ...any) []any {
	for _, lang := range site.Languages {
		row = append(row, name.In(lang))
	}
	return row
}

// stems lists the languages of charters that have a stemmer.
func (x *Index) stems() []string {
	langs := []string{}
	for _, c := range x.p.Charters() {
		if lang := base(x.p.Lang(c)); stemmers[lang] != nil && !slices.Contains(langs, lang) {
			langs = append(langs, lang)
		}
	}
	slices.Sort(langs)
	return langs
}

// A facets holds a column for each thing that results can be narrowed by.
type facets struct {
	Status string   `json:"status"` // a digit for each charter
	From   []int    `json:"from"`   // the first year, 0 where there is no timeframe
	Years  []int    `json:"years"`  // how many follow
	Payers [][]int  `json:"payers"` // numbers of departments
	Owners [][]int  `json:"owners"` // numbers of people
	People []string `json:"people"` // ids that owners name
}

func (x *Index) facets() facets {
	f := facets{From: []int{}, Years: []int{}, Payers: [][]int{}, Owners: [][]int{}, People: []string{}}
	department, person := map[portfolio.ID]int{}, map[portfolio.ID]int{}
	for i, d := range x.p.Registers().Departments {
		department[d.ID] = i
	}
	digits := make([]byte, 0, len(x.p.Charters()))
	for _, c := range x.p.Charters() {
		digits = append(digits, '0'+byte(c.Status.Value))
		from, years := 0, 0
		if w, ok := c.Timeframe.Window(); ok {
			from, years = w.Start.Year(), w.End.Year()-w.Start.Year()
		}
		f.From, f.Years = append(f.From, from), append(f.Years, years)
		payers, owners := []int{}, []int{}
		for _, party := range c.Budget.Parties {
			if n, ok := department[party.Department.Value]; ok && !slices.Contains(payers, n) {
				payers = append(payers, n)
			}
		}
		for _, o := range c.Owners {
			id := o.Person.Value
			if id == "" || x.p.Anonymous() {
				continue
			}
			if _, ok := person[id]; !ok {
				person[id] = len(f.People)
				f.People = append(f.People, string(id))
			}
			if n := person[id]; !slices.Contains(owners, n) {
				owners = append(owners, n)
			}
		}
		f.Payers, f.Owners = append(f.Payers, payers), append(f.Owners, owners)
	}
	f.Status = string(digits)
	return f
}
