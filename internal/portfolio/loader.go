package portfolio

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/source"
)

// A Loader reads a content tree into a portfolio and remembers each charter by
// its bytes: the next Load parses only what changed. It is the one memory of
// the program; a test holds that it does not matter. The zero value is ready;
// a Loader is for one goroutine.
type Loader struct {
	// Languages are those that the theme could show, for the configuration.
	Languages []string

	parsed map[string]parsed
	lang   string // that parsed was read with
}

// parsed is what one file gave when it was read alone.
type parsed struct {
	sum     [32]byte
	charter *charter.Charter
	found   diag.List
}

// A Loaded is a portfolio with what was found while it was read.
type Loaded struct {
	Portfolio *Portfolio
	Found     diag.List // of files, registers and links; package check finds the rest
	Files     int       // how many files were looked at
	Digest    [32]byte  // of the paths and bytes of all files
}

// Load reads the tree as of a day. What is wrong with a file is a finding and
// hides no other file.
func (l *Loader) Load(tree *source.Tree, asOf calendar.Date) Loaded {
	entries := tree.Entries()
	run := &loading{tree: tree, entries: entries, texts: make([]reading, len(entries))}
	found := tree.Findings()
	src := Sources{AsOf: asOf, Registers: &Registers{}, Approvals: map[ID][]charter.Approval{}, Updates: map[ID][]charter.Update{}}
	src.Config = l.config(run, &found)
	if l.lang != src.Config.Languages[0] {
		l.parsed, l.lang = nil, src.Config.Languages[0]
	}
	run.known, run.lang = l.parsed, l.lang
	run.readAll()
	next := make(map[string]parsed, len(entries))
	for i, e := range entries {
		r := &run.texts[i]
		found = append(found, r.found...)
		switch e.Kind {
		case source.Charter:
			if r.charter == nil {
				continue
			}
			next[e.Path] = parsed{r.sum, r.charter, r.own}
			found = append(found, r.own...)
			src.Charters = append(src.Charters, r.charter)
		case source.Asset:
			if r.ok {
				src.Assets = append(src.Assets, e.Path)
			}
		case source.Register:
			if r.ok {
				name := strings.TrimSuffix(path.Base(e.Path), path.Ext(e.Path))
				found = append(found, ReadRegister(src.Registers, name, e.Path, r.data)...)
			}
		case source.Approval, source.Update:
			if r.ok {
				found = append(found, attach(&src, e, r.data)...)
			}
		}
		r.data = nil
	}
	l.parsed = next
	found = append(found, arrange(&src)...)
	p, linked := Link(src)
	return Loaded{Portfolio: p, Found: append(found, linked...), Files: len(entries), Digest: run.digest()}
}

// config reads charterhouse.yaml, which decides how everything else is read.
func (l *Loader) config(run *loading, found *diag.List) *Config {
	for i, e := range run.entries {
		if e.Kind != source.Config {
			continue
		}
		run.read(i)
		r := &run.texts[i]
		if r.ok {
			c, wrong := ReadConfig(e.Path, r.data, l.Languages)
			r.found = append(r.found, wrong...)
			return c
		}
	}
	found.Add(diag.Diagnostic{Pos: diag.Pos{File: "charterhouse.yaml"}, Code: "K001", Severity: diag.Warning,
		Message: "there is no site configuration, so the site has no title and every default holds", Hint: "write charterhouse.yaml with a title: line, or start with charterhouse init"})
	return DefaultConfig()
}

// reading is what came of one file.
type reading struct {
	done    bool
	ok      bool
	data    []byte // of everything but charters and assets
	sum     [32]byte
	charter *charter.Charter
	own     diag.List // of the charter alone, remembered with it
	found   diag.List // of the file as bytes
}

type loading struct {
	tree    *source.Tree
	entries []source.Entry
	texts   []reading
	known   map[string]parsed
	lang    string
}

// readAll reads and parses with as many goroutines as there are processors.
func (run *loading) readAll() {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 64
	for start := 0; start < len(run.entries); start += chunk {
		g.Go(func() error {
			for i := start; i < min(start+chunk, len(run.entries)); i++ {
				run.read(i)
			}
			return nil
		})
	}
	_ = g.Wait() // nothing returns an error: what is wrong with a file is a finding
}

func (run *loading) read(i int) {
	r, e := &run.texts[i], run.entries[i]
	if r.done {
		return
	}
	r.done = true
	data, found, ok := run.tree.Read(e)
	r.found, r.ok = found, ok
	r.sum = sha256.Sum256(data)
	if !ok || e.Kind == source.Asset {
		return
	}
	if e.Kind != source.Charter {
		r.data = bytes.TrimPrefix(data, []byte("\ufeff"))
		return
	}
	if before, same := run.known[e.Path]; same && before.sum == r.sum {
		r.charter, r.own = before.charter, before.found
		return
	}
	r.charter, r.own = charter.Parse(e.Path, data, charter.Options{Lang: run.lang})
	r.charter.Sum = r.sum
}

// digest is over what was read, in order of path.
func (run *loading) digest() [32]byte {
	h := sha256.New()
	for i, e := range run.entries {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(e.Path)))
		h.Write(n[:])
		h.Write([]byte(e.Path))
		h.Write(run.texts[i].sum[:])
	}
	return [32]byte(h.Sum(nil))
}

// Digest is what Load's Digest would be, without parsing anything.
func Digest(tree *source.Tree) [32]byte {
	run := &loading{tree: tree, entries: tree.Entries(), texts: make([]reading, len(tree.Entries()))}
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(run.entries); i += workers {
				data, _, _ := tree.Read(run.entries[i])
				run.texts[i].sum = sha256.Sum256(data)
			}
		})
	}
	wg.Wait()
	return run.digest()
}

// attach reads an approval or an update that stands in a file of its own.
func attach(src *Sources, e source.Entry, text []byte) diag.List {
	parts := strings.Split(e.Path, "/")
	if e.Kind == source.Approval {
		id := ID(strings.TrimSuffix(parts[2], path.Ext(parts[2])))
		approvals, found := charter.ParseApproval(e.Path, text)
		src.Approvals[id] = append(src.Approvals[id], approvals...)
		return found
	}
	id := ID(parts[1])
	update, found := charter.ParseUpdate(e.Path, text)
	src.Updates[id] = append(src.Updates[id], update)
	return found
}

// arrange gives departments their colour slots and lets the registers answer
// for each other.
func arrange(src *Sources) diag.List {
	found := checkRegisters(src.Registers)
	known := byKey(src.Registers.Departments, func(d *Department) ID { return d.ID })
	slot := 0
	for _, id := range src.Config.Order {
		d := known[id.Value]
		if d == nil {
			found.Add(unknownRecord(id.Pos, "in the order of departments", "department", id.Value, known))
			continue
		}
		if d.Slot == 0 {
			slot++
			d.Slot = slot
		}
	}
	for _, d := range src.Registers.Departments {
		if d.Slot == 0 {
			slot++
			d.Slot = slot
		}
	}
	for id, list := range src.Approvals {
		if !slices.ContainsFunc(src.Charters, func(c *charter.Charter) bool { return c.ID.Value == id }) && len(list) > 0 {
			found.Add(diag.Diagnostic{Pos: list[0].Pos(list[0].Mark), Code: "L001", Message: fmt.Sprintf("this approval is for the charter %q, which does not exist", id),
				Hint: "name the file after the charter's id"})
		}
	}
	for id, list := range src.Updates {
		if !slices.ContainsFunc(src.Charters, func(c *charter.Charter) bool { return c.ID.Value == id }) && len(list) > 0 {
			found.Add(diag.Diagnostic{Pos: diag.Pos{File: list[0].File}, Code: "L001", Message: fmt.Sprintf("this update is for the charter %q, which does not exist", id),
				Hint: "put the folder updates beside the charter's index.md"})
		}
	}
	return found
}
