package portfolio

import (
	"bytes"
	"crypto/sha1" // as git does; nobody is kept out by it
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/locale"
	"charterhouse/internal/rulebook"
	"charterhouse/internal/shelf"
	"charterhouse/internal/source"
)

// A Loader reads a content tree into a portfolio and remembers each file: the
// next Load opens only those that the folder shows as changed, parses only
// those whose bytes changed, and links only what they touch. It is the one
// memory of the program; a test holds that it does not matter. The zero value
// is ready; a Loader is for one goroutine.
type Loader struct {
	// Speech gives the languages of a theme by its folder's name, "" for the
	// default theme. Nil is English alone.
	Speech func(theme string) *locale.Set
	// Steady lets the last sound version of a charter stand in for one that has
	// errors of its own, so that a preview goes on showing figures that add up.
	Steady bool
	// Legible lets a version stand as soon as it can be read, whatever it says
	// wrongly: for who is just writing it. It matters where Steady.
	Legible bool
	// Shelf is the file that holds what charters say for the next run of the
	// program; empty for none. See [Loader.Keep].
	Shelf string
	// Versions lets it remember every version of every file that it meets in trees
	// whose files have a [source.Blob], so that going to and fro in a history
	// parses what has the same bytes once.
	Versions bool
	// Past reads what charters said before. It is asked when a rule or a page needs it.
	Past func(charter.Options) *history.Book
	// Veil says what the tree is without, where something was taken out of it.
	Veil *Veil

	shelf     *shelf.Shelf[parsed]
	files     []file          // in order of path
	reading   charter.Options // that the charters were read with
	config    *Config
	registers *Registers
	arranged  diag.List // what arrange found in the registers
	beside    *Beside
	last      *Portfolio
	versions  map[version]file
	lastFound diag.List // of Link
	turned    bool      // the past may be another since then

	configured, registered bool // config and registers are of a sound version
}

// A file is what is remembered of one.
type file struct {
	entry   source.Entry
	settled bool // it was older than the clock is coarse when it was read, so the folder shows every change
	ok      bool
	sum     [32]byte
	key     shelf.Key // of a charter
	found   diag.List // of the file as bytes
	own     diag.List // of what it says

	charter   *charter.Charter
	sound     *charter.Charter // the last version without errors, where Steady
	approvals []charter.Approval
	update    *charter.Update
	question  *Question
	asked     *Question // the last question that could be asked, where Steady

	hashed bool   // by [Loader.Digest]: the sum is of these bytes, and nothing else is known of them
	looked bool   // in this run
	fresh  bool   // it came, or says something else, in this run
	data   []byte // of registers and the configuration, while they are read
}

// A Loaded is a portfolio with what was found while it was read.
type Loaded struct {
	Portfolio *Portfolio
	Found     diag.List // of files, registers and links; package check finds the rest
	Files     int       // how many files were looked at

	// Kept names the files that have errors and whose last sound version stands
	// in the portfolio instead, where the loader is Steady.
	Kept map[string]bool
	// Torn names the files that changed while they were read.
	Torn []string

	sums []file
}

// Bare is what was loaded without what was found.
func (l Loaded) Bare() Loaded {
	l.Found = nil
	return l
}

// Digest is over the paths and bytes of all files.
func (l Loaded) Digest() [32]byte { return digest(l.sums) }

// Load reads the tree as of a day. What is wrong with a file is a finding and
// hides no other file.
func (l *Loader) Load(tree *source.Tree, asOf calendar.Date) Loaded {
	run := &loading{tree: tree, files: l.recall(tree.Entries()), kept: map[string]bool{}}
	run.shelf = l.take(len(run.files))
	found := tree.Findings()
	l.configure(run, &found)
	run.readAll(l)
	l.register(run)
	src := Sources{AsOf: asOf, Config: l.config, Registers: l.registers, Beside: l.collect(run), Charters: l.stand(run), Questions: l.ask(run), Past: l.Past, Veil: l.Veil, Turned: l.turned}
	l.link(src)
	l.turned = false
	if l.Steady {
		l.keep(run)
	}
	for i := range run.files {
		f := &run.files[i]
		found = append(found, f.found...)
		found = append(found, f.own...)
	}
	found = append(found, l.arranged...)
	found = append(found, strays(src)...)
	found = append(found, l.lastFound...)
	l.files = run.files
	return Loaded{Portfolio: l.last, Found: found, Files: len(run.files), Kept: run.kept, Torn: run.torn(), sums: run.files}
}

// Doubt lets the next Load open every file again: what the folder shows can lie.
func (l *Loader) Doubt() {
	l.files = slices.Clone(l.files) // those of the last Loaded stay as they are
	for i := range l.files {
		l.files[i].settled = false
	}
}

// Turn lets the next Load ask again for what charters said before.
func (l *Loader) Turn() { l.turned = true }

// recall lays what is remembered beside the entries of a tree, path by path.
func (l *Loader) recall(entries []source.Entry) []file {
	files := make([]file, len(entries))
	at := 0
	for i, e := range entries {
		for at < len(l.files) && l.files[at].entry.Path < e.Path {
			at++
		}
		if at == len(l.files) || l.files[at].entry.Path != e.Path {
			files[i].entry = e
			continue
		}
		files[i] = l.files[at]
		same := e.Same(files[i].entry)
		files[i].hashed = files[i].hashed && same
		files[i].looked, files[i].fresh = files[i].settled && same && !files[i].hashed, false
		files[i].entry = e
	}
	return files
}

// configure reads charterhouse.yaml, which decides how everything else is read.
func (l *Loader) configure(run *loading, found *diag.List) {
	before := l.config
	speech := l.Speech
	if speech == nil {
		speech = func(string) *locale.Set { return nil }
	}
	f := run.first(source.Config)
	other := l.config == nil || !speech(l.config.Theme.Value).Same(l.config.Speech) // the theme speaks other languages
	if other && f != nil {
		f.looked, f.sum = false, [32]byte{}
	}
	switch {
	case f == nil:
		if other || l.config.File != "" {
			l.config = DefaultConfig()
			l.config.Speech = speech("")
		}
		found.Add(diag.Diagnostic{Pos: diag.Pos{File: "charterhouse.yaml"}, Code: "K001", Severity: diag.Warning,
			Message: diag.Say("there is no site configuration, so the site has no title and every default holds"), Hint: diag.Say("write charterhouse.yaml with a title: line, or start with charterhouse init")})
	case run.fresh(f) || l.config == nil:
		next := DefaultConfig()
		if f.ok {
			next, f.own = ReadConfig(f.entry.Path, f.data, speech)
		}
		if !l.Steady || l.config == nil || l.stands(f) {
			l.config, l.configured = next, l.stands(f)
		}
	}
	if l.config != before {
		l.registers = nil // colours follow the order in the configuration
	}
}

// keep names the registers and the configuration whose last version stands.
func (l *Loader) keep(run *loading) {
	for i := range run.files {
		f := &run.files[i]
		switch {
		case f.entry.Kind == source.Config && l.configured, f.entry.Kind == source.Register && l.registered:
			if !l.stands(f) {
				run.kept[f.entry.Path] = true
			}
		}
	}
}

// sound reports whether nothing that the rulebook calls an error is known of a
// file.
func sound(f *file) bool {
	return f.ok && (rulebook.Policy{}).Apply(slices.Concat(f.found, f.own), func(string) bool { return false }).Count(diag.Error) == 0
}

// stands reports whether a version of a file may stand in the portfolio.
func (l *Loader) stands(f *file) bool {
	if l.Legible {
		return legible(f)
	}
	return sound(f)
}

// legible reports whether what a file says could be read as keys and values.
func legible(f *file) bool {
	unread := func(d diag.Diagnostic) bool { return d.Code == "C001" || d.Code == "C002" || d.Code == "C015" }
	return f.ok && !slices.ContainsFunc(f.own, unread)
}

// register reads the registers, which are one thing, if one of them changed.
func (l *Loader) register(run *loading) {
	n, fresh := 0, l.registers == nil
	for i := range run.files {
		if f := &run.files[i]; f.entry.Kind == source.Register {
			n++
			fresh = fresh || f.fresh
		}
	}
	if fresh || l.registers.files != n {
		l.readRegisters(run, &Registers{files: n})
	}
}

func (l *Loader) readRegisters(run *loading, next *Registers) {
	steady := true
	for i := range run.files {
		f := &run.files[i]
		if f.entry.Kind != source.Register {
			continue
		}
		if f.data == nil {
			f.looked, f.sum = false, [32]byte{}
			run.read(f, charter.Options{})
		}
		if f.ok {
			name := strings.TrimSuffix(path.Base(f.entry.Path), path.Ext(f.entry.Path))
			f.own = ReadRegister(next, name, f.entry.Path, f.data)
		}
		f.data = nil
		steady = steady && l.stands(f)
	}
	if l.Steady && !steady && l.registers != nil {
		return // the last ones stand until all are sound again
	}
	l.registers, l.registered = next, steady
	l.arranged = arrange(l.config, next)
}

// collect gathers what stands beside the charters, and keeps the last gathering
// where none of it changed.
func (l *Loader) collect(run *loading) *Beside {
	next := &Beside{Approvals: map[ID][]charter.Approval{}, Updates: map[ID][]charter.Update{}}
	changed := l.beside == nil
	for i := range run.files {
		f := &run.files[i]
		parts := strings.Split(f.entry.Path, "/")
		switch {
		case f.entry.Kind != source.Approval && f.entry.Kind != source.Update && f.entry.Kind != source.Asset:
			continue
		case !f.ok:
		case f.entry.Kind == source.Asset:
			next.Assets = append(next.Assets, f.entry.Path)
		case f.entry.Kind == source.Approval:
			id := ID(strings.TrimSuffix(parts[2], path.Ext(parts[2])))
			next.Approvals[id] = append(next.Approvals[id], f.approvals...)
		default:
			next.Updates[ID(parts[1])] = append(next.Updates[ID(parts[1])], *f.update)
		}
		next.files++
		changed = changed || f.fresh
	}
	if changed || next.files != l.beside.files {
		l.beside = next
	}
	return l.beside
}

// stand chooses the version of each charter that goes into the portfolio.
func (l *Loader) stand(run *loading) []*charter.Charter {
	charters := make([]*charter.Charter, 0, len(run.files))
	for i := range run.files {
		f := &run.files[i]
		if f.entry.Kind != source.Charter {
			continue
		}
		c := f.charter
		if l.Steady {
			if f.fresh && l.soundly(f) {
				f.sound = c
			}
			if f.sound != nil && f.sound != c {
				c = f.sound
				run.kept[f.entry.Path] = true
			}
		}
		if c != nil {
			charters = append(charters, c)
		}
	}
	return charters
}

// ask chooses the version of each saved question that goes into the portfolio.
func (l *Loader) ask(run *loading) []*Question {
	var all []*Question
	for i := range run.files {
		f := &run.files[i]
		if f.entry.Kind != source.Question {
			continue
		}
		q := f.question
		if l.Steady {
			if f.fresh && l.stands(f) {
				f.asked = q
			}
			if f.asked != nil && f.asked != q {
				q = f.asked
				run.kept[f.entry.Path] = true
			}
		}
		if q != nil {
			all = append(all, q)
		}
	}
	slices.SortStableFunc(all, func(a, b *Question) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all
}

// soundly reports whether a charter's file says nothing that the site's policy
// calls an error.
func (l *Loader) soundly(f *file) bool {
	if !f.ok || f.charter == nil {
		return false
	}
	if len(f.found)+len(f.own) == 0 {
		return true
	}
	if l.Legible {
		return legible(f)
	}
	proposed := f.charter.Status.Value.Draft()
	return l.config.Policy.Apply(slices.Concat(f.found, f.own), func(string) bool { return proposed }).Count(diag.Error) == 0
}

// link makes the portfolio, from the last one where that is enough.
func (l *Loader) link(src Sources) {
	if l.last != nil && len(l.lastFound) == 0 {
		if p, ok := l.last.next(src); ok {
			l.last = p
			return
		}
	}
	l.last, l.lastFound = Link(src)
}

type loading struct {
	tree  *source.Tree
	files []file
	kept  map[string]bool
	shelf *shelf.Shelf[parsed]
}

// fresh reads a file and reports whether it says something else than before.
func (run *loading) fresh(f *file) bool {
	run.read(f, charter.Options{})
	return f.fresh
}

// first returns the first file of a kind, or nil.
func (run *loading) first(k source.Kind) *file {
	for i := range run.files {
		if run.files[i].entry.Kind == k {
			return &run.files[i]
		}
	}
	return nil
}

// torn lists the files that were written to while they were read.
func (run *loading) torn() []string {
	var names []string
	for i := range run.files {
		if slices.ContainsFunc(run.files[i].found, func(d diag.Diagnostic) bool { return d.Code == "D008" }) {
			names = append(names, run.files[i].entry.Path)
		}
	}
	return names
}

// readAll reads and parses with as many goroutines as there are processors.
func (run *loading) readAll(l *Loader) {
	before := l.reading
	l.reading = l.config.Reading()
	sum := sumOf(l.reading)
	other := before.Lang != l.reading.Lang || !before.Speech.Same(l.reading.Speech)
	var ask []*file
	for i := range run.files {
		f := &run.files[i]
		if other && !f.hashed && (f.entry.Kind == source.Charter || f.entry.Kind == source.Question) {
			f.looked, f.sum = false, [32]byte{}
		}
		if !f.looked && !l.recognise(f, sum) {
			ask = append(ask, f)
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for chunk := range slices.Chunk(ask, 64) {
		g.Go(func() error {
			for _, f := range chunk {
				run.read(f, l.reading)
			}
			return nil
		})
	}
	_ = g.Wait() // nothing returns an error: what is wrong with a file is a finding
	for _, f := range ask {
		l.retain(f, sum)
	}
}

// A version is bytes at a path, as they are read.
type version struct {
	path    string
	blob    source.Blob
	reading [32]byte
}

// sumOf is the digest of how charters are read.
func sumOf(as charter.Options) [32]byte {
	said := as.Speech.Sum()
	return sha256.Sum256(append(said[:], as.Lang...))
}

// versionOf is false for what has no version or is read in other ways.
func (l *Loader) versionOf(f *file, reading [32]byte) (v version, ok bool) {
	v = version{f.entry.Path, f.entry.Blob(), reading}
	return v, l.Versions && v.blob != "" && f.entry.Kind != source.Config && f.entry.Kind != source.Register
}

// recognise takes what is remembered of the very version of a file.
func (l *Loader) recognise(f *file, reading [32]byte) bool {
	v, ok := l.versionOf(f, reading)
	if !ok {
		return false
	}
	known, ok := l.versions[v]
	if !ok {
		return false
	}
	known.entry, known.looked, known.fresh = f.entry, true, true
	*f = known
	return true
}

// retain remembers a version that was read.
func (l *Loader) retain(f *file, reading [32]byte) {
	v, ok := l.versionOf(f, reading)
	if !ok {
		return
	}
	if l.versions == nil {
		l.versions = map[version]file{}
	}
	l.versions[v] = *f
}

// coarse is as long as the steps of the coarsest clock that stamps files, that
// of FAT.
const coarse = 2 * time.Second

// read takes in one file, if the folder does not show that it is the same.
func (run *loading) read(f *file, as charter.Options) {
	if f.looked {
		return
	}
	f.looked = true
	before, stood := f.sum, f.ok && !f.hashed
	if f.hashed {
		f.hashed = false
		if f.fresh = run.taken(f, as); f.fresh {
			return
		}
	}
	f.settled = settled(f.entry)
	var data []byte
	data, f.found, f.ok = run.tree.Read(f.entry)
	if f.sum = sha256.Sum256(data); stood && f.ok && f.sum == before {
		return
	}
	f.fresh = true
	f.own, f.charter, f.approvals, f.update, f.question = nil, nil, nil, nil, nil
	if f.ok {
		run.parse(f, data, as)
	}
}

// parse reads what the file says, as far as it can be read alone.
func (run *loading) parse(f *file, data []byte, as charter.Options) {
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	switch f.entry.Kind {
	case source.Charter:
		if run.taken(f, as) {
			return
		}
		f.charter, f.own = charter.Parse(f.entry.Path, data, as)
		shelf.Gather(f.charter)
		f.charter.Sum, f.charter.Object = f.sum, objectOf(data)
		stated := f.charter.Stated()
		f.charter.Stands, f.charter.Spends = shelf.Sum(&stated), shelf.Sum(&f.charter.Budget.Spent)
	case source.Config, source.Register:
		f.data = text
	case source.Approval:
		f.approvals, f.own = charter.ParseApproval(f.entry.Path, text)
	case source.Update:
		update, found := charter.ParseUpdate(f.entry.Path, text)
		f.update, f.own = &update, found
	case source.Question:
		f.question, f.own = ParseQuestion(f.entry.Path, data, as)
	}
}

// settled reports whether a file is older than the clock is coarse.
func settled(e source.Entry) bool { return time.Since(e.Modified()) > coarse }

// taken takes from the shelf what a charter's bytes say, if it is there.
func (run *loading) taken(f *file, as charter.Options) bool {
	if !f.ok || f.entry.Kind != source.Charter {
		return false
	}
	f.key = keyOf(f, as)
	known, ok := run.shelf.Get(f.key)
	if ok {
		f.charter, f.own = known.charter, known.found
	}
	return ok
}

// objectOf is the id by which git knows a file's bytes.
func objectOf(data []byte) [20]byte {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(data))
	h.Write(data)
	return [20]byte(h.Sum(nil))
}

// digest is over what was read, in order of path.
func digest(files []file) [32]byte {
	h := sha256.New()
	for i := range files {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(files[i].entry.Path)))
		h.Write(n[:])
		h.Write([]byte(files[i].entry.Path))
		h.Write(files[i].sum[:])
	}
	return [32]byte(h.Sum(nil))
}

// Ground is Digest over the files that are not about one charter: configuration,
// registers, questions and attachments.
func (l Loaded) Ground() [32]byte {
	var some []file
	for i := range l.sums {
		switch l.sums[i].entry.Kind {
		case source.Charter, source.Approval, source.Update:
		default:
			some = append(some, l.sums[i])
		}
	}
	return digest(some)
}

// Digest is what Load's Digest would be, without parsing anything. A Load that
// comes first after it opens no charter whose bytes the shelf knows.
func (l *Loader) Digest(tree *source.Tree) [32]byte {
	entries := tree.Entries()
	files := make([]file, len(entries))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(entries); i += workers {
				f := file{entry: entries[i], settled: settled(entries[i]), hashed: true}
				var data []byte
				data, f.found, f.ok = tree.Read(f.entry)
				f.sum = sha256.Sum256(data)
				files[i] = f
			}
		})
	}
	wg.Wait()
	if l.files == nil {
		l.files = files
	}
	return digest(files)
}

// arrange gives departments their colour slots and lets the registers answer
// for each other.
func arrange(config *Config, reg *Registers) diag.List {
	found := checkRegisters(reg)
	known := byKey(reg.Departments, func(d *Department) ID { return d.ID })
	slot := 0
	for _, id := range config.Order {
		d := known[id.Value]
		if d == nil {
			found.Add(unknownRecord(id.Pos, diag.Say("in the order of departments is the department %q, which no register knows", id.Value), id.Value, known))
			continue
		}
		if d.Slot == 0 {
			slot++
			d.Slot = slot
		}
	}
	for _, d := range reg.Departments {
		if d.Slot == 0 {
			slot++
			d.Slot = slot
		}
	}
	return found
}

// strays are approvals and updates of charters that do not exist. An approval
// may still carry a charter's former id.
func strays(src Sources) diag.List {
	var found diag.List
	if len(src.Beside.Approvals)+len(src.Beside.Updates) == 0 {
		return nil
	}
	known := make(map[ID]bool, len(src.Charters))
	for _, c := range src.Charters {
		known[c.ID.Value] = known[c.ID.Value] || c.Translation == nil
	}
	former := map[ID]bool{}
	for _, c := range src.Charters {
		for _, a := range c.Aliases {
			former[a.Value] = true
		}
	}
	for id, list := range src.Beside.Approvals {
		if !known[id] && !former[id] && len(list) > 0 {
			found.Add(diag.Diagnostic{Pos: list[0].Pos(list[0].Mark), Code: "L001", Message: diag.Say("this approval is for the charter %q, which does not exist", id),
				Hint: diag.Say("name the file after the charter's id")})
		}
	}
	for id, list := range src.Beside.Updates {
		if !known[id] && len(list) > 0 {
			found.Add(diag.Diagnostic{Pos: diag.Pos{File: list[0].File}, Code: "L001", Message: diag.Say("this update is for the charter %q, which does not exist", id),
				Hint: diag.Say("put the folder updates beside the charter's index.md")})
		}
	}
	return found
}
