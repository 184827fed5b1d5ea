// Package desk is a content folder with its theme, read and checked: what build
// publishes, check prints and preview shows. There is this one way from files to
// findings, whoever asks.
//
// A [Desk] may be looked at once or again and again. Looked at again, it opens
// only files that the folder shows as changed, parses only those whose bytes
// changed, and asks only the rules that they touch. What a look gives is a
// [View], which never changes.
package desk

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/shelf"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// A Place is where charters are kept.
type Place struct {
	Content string // the content folder
	Around  string // the folder around it, which holds themes/
	Shelf   string // the file that keeps what was read for the next run; empty for none

	At *history.Revision // as it stood then, from git; nil for the folder as it stands
}

// Themes is the folder of the organisation's own themes.
func (p Place) Themes() string { return filepath.Join(p.Around, "themes") }

// theme opens the folder of one theme of the organisation's own.
func (p Place) theme(name string) (files fs.FS, done func(), err error) {
	if p.At != nil {
		themes, err := p.At.Themes()
		if err != nil {
			return nil, nil, err
		}
		if themes != nil { // else git keeps nothing beside the content, and the themes of today dress the past
			if _, err := fs.Stat(themes, name); err != nil {
				return nil, nil, err
			}
			files, err = fs.Sub(themes, name)
			return files, func() {}, err
		}
	}
	root, err := os.OpenRoot(filepath.Join(p.Themes(), name))
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), func() { _ = root.Close() }, nil // it was read only
}

// At returns the place whose content folder is dir; ok is false where dir is no
// content folder.
func At(dir string) (p Place, ok bool) {
	for _, sign := range []string{"charterhouse.yaml", "charterhouse.yml", "charters"} {
		if _, err := os.Stat(filepath.Join(dir, sign)); err != nil {
			continue
		}
		p = Place{Content: filepath.Clean(dir), Around: filepath.Dir(filepath.Clean(dir))}
		if p.Content == "." {
			p.Around = ".."
		}
		if whole, err := filepath.Abs(dir); err == nil {
			p.Shelf = shelf.Path(whole)
		}
		return p, true
	}
	return Place{}, false
}

// A Desk looks at a place. It is for one goroutine.
type Desk struct {
	place  Place
	tree   *source.Tree
	laid   map[string][]byte // what lies over it
	loader portfolio.Loader
	past   *history.Reader
	dress  dress
	spoken map[string]*locale.Set // by the theme's name
	rules  check.Memory

	reading atomic.Pointer[charter.Options] // how charters were read last

	keeping sync.WaitGroup
	kept    bool // what was read first is kept, or being kept
}

// A dress is the theme that stands, and what it was made for.
type dress struct {
	name      string
	languages []string
	theme     *theme.Theme
	found     diag.List
}

// A View is what a look gave. It is immutable and safe for concurrent use.
type View struct {
	portfolio.Loaded // Found holds every finding, with its severity, in order
	Theme            *theme.Theme
	Tree             *source.Tree
	Place            Place

	speech func(string) *locale.Set
}

// Open looks at nothing yet. A steady desk shows the last sound version of a
// file that is broken; see [portfolio.Loader].
func Open(place Place, steady bool) (*Desk, error) {
	tree, err := walk(place)
	if err != nil {
		return nil, err
	}
	d := &Desk{place: place, tree: tree, past: history.New(place.Content)}
	if place.At != nil {
		d.past.Until(place.At.Commit)
		d.kept = true // the shelf is for the charters of today
	}
	d.loader = portfolio.Loader{Speech: d.speech, Steady: steady, Shelf: place.Shelf, Past: d.past.Book}
	if place.At == nil {
		d.past.Remember(place.Shelf)
	}
	if steady { // whoever writes does not wait for the history; see Renew
		d.loader.Past = d.past.Latest
	}
	return d, nil
}

func walk(place Place) (*source.Tree, error) {
	if place.At == nil {
		return source.Open(place.Content, source.DefaultLimits())
	}
	files, err := place.At.FS()
	if err != nil {
		return nil, err
	}
	return source.FromFS(files, source.DefaultLimits())
}

// OpenForWriting opens a desk for who writes on it just now: texts that are not
// saved may lie over the files, and a version stands as soon as it can be read.
func OpenForWriting(place Place) (*Desk, error) {
	d, err := Open(place, true)
	if err == nil {
		d.loader.Legible = true
	}
	return d, err
}

// Lay lets the next Look see texts in the place of files, by slash path below
// the content folder, and no others than these.
func (d *Desk) Lay(texts map[string][]byte) { d.laid = texts }

// Past names the history that pages are made from; see [history.Reader.State].
func (d *Desk) Past() string { return d.past.State() }

// Close lets go of the folder.
func (d *Desk) Close() error {
	d.Settle()
	return d.tree.Close()
}

// keep puts what was read first on the shelf, while work goes on. A shelf that
// cannot be written costs the next run a little time and nobody anything else.
func (d *Desk) keep() {
	if keep := d.loader.Keep(); keep != nil && !d.kept {
		d.keeping.Go(func() { _ = keep() })
	}
	d.kept = true
}

// Settle waits until what was read is kept for the next run.
func (d *Desk) Settle() {
	d.keeping.Wait()
	d.past.Close()
}

// Foresee begins to read the history, for whoever will make all pages.
func (d *Desk) Foresee() { d.past.Foresee() }

// Renew reads the history, and reports whether it is another than what the last
// Look saw; then Turn. It may be called while the desk is used. Only a steady desk
// needs it.
func (d *Desk) Renew() bool {
	as := d.reading.Load()
	return as != nil && d.past.Renew(*as)
}

// Turn lets the next Look see what Renew read.
func (d *Desk) Turn() { d.loader.Turn() }

// Tree is the content folder as it was walked last.
func (d *Desk) Tree() *source.Tree { return d.tree }

// Digest is that of the bytes that the next Look would read; see [portfolio.Loader.Digest].
func (d *Desk) Digest() [32]byte { return d.loader.Digest(d.tree) }

// Look reads what was walked when the desk was opened, or looked over last, as
// of a day.
func (d *Desk) Look(asOf calendar.Date) *View {
	tree := d.tree.Lay(d.laid)
	loaded := d.loader.Load(tree, asOf)
	for range 5 { // files that are written to right now
		if len(loaded.Torn) == 0 || !d.Glance(loaded.Torn) {
			break
		}
		tree = d.tree.Lay(d.laid)
		loaded = d.loader.Load(tree, asOf)
	}
	d.keep()
	as := loaded.Portfolio.Config().Reading()
	d.reading.Store(&as)
	v := &View{Loaded: loaded, Tree: tree, Place: d.place, speech: d.speech}
	d.clothe(loaded.Portfolio.Config())
	v.Theme = d.dress.theme
	rules := slices.DeleteFunc(d.rules.Run(loaded.Portfolio), func(f diag.Diagnostic) bool {
		return loaded.Kept[f.Pos.File] // what the rules say of a version that is no longer in its file would point to the wrong lines
	})
	v.Found = check.Finish(loaded.Portfolio, slices.Concat(loaded.Found, d.dress.found, rules))
	return v
}

// Walk looks over the whole folder, so that the next Look sees what came, went
// or changed. In the past nothing does.
func (d *Desk) Walk() error {
	if d.place.At != nil {
		return nil
	}
	tree, err := d.tree.Again(d.place.Content)
	if err != nil {
		return err
	}
	d.tree = tree
	return nil
}

// Glance looks at a few files, slash paths below the content folder, and
// reports whether that was enough; if not, Walk.
func (d *Desk) Glance(names []string) bool {
	tree, ok := d.tree.Refresh(names)
	if ok {
		d.tree = tree
	}
	return ok
}

// Doubt lets the next Look open every file again.
func (d *Desk) Doubt() { d.loader.Doubt() }

// Undress lets the next Look read the theme again.
func (d *Desk) Undress() { d.dress, d.spoken = dress{}, nil }

// speech returns the languages of a theme, as they were when it was read last.
func (d *Desk) speech(name string) *locale.Set {
	if name == "" {
		return theme.Speech(nil)
	}
	if set := d.spoken[name]; set != nil {
		return set
	}
	set := theme.Speech(nil)
	if files, done, err := d.place.theme(name); err == nil {
		set = theme.Speech(files)
		done()
	}
	d.spoken = map[string]*locale.Set{name: set}
	return set
}

// clothe reads the theme that a configuration names, unless it stands already.
func (d *Desk) clothe(c *portfolio.Config) {
	if d.dress.theme != nil && d.dress.name == c.Theme.Value && slices.Equal(d.dress.languages, c.Languages) {
		return
	}
	next := dress{name: c.Theme.Value, languages: c.Languages}
	shown := "themes/" + c.Theme.Value
	if c.Theme.Value == "" {
		next.theme, next.found = theme.Load(nil, "themes/default", c.Languages)
		d.dress = next
		return
	}
	files, done, err := d.place.theme(c.Theme.Value)
	if err != nil {
		next.theme, next.found = theme.Load(nil, shown, c.Languages)
		next.found = append(next.found, diag.Diagnostic{Pos: c.Theme.Pos, Code: "K004", Message: diag.Say("there is no theme folder %s", shown), Hint: diag.Say("start one with: charterhouse theme eject %s", c.Theme.Value)})
		d.dress = next
		return
	}
	defer done()
	next.theme, next.found = theme.Load(files, shown, c.Languages)
	d.dress = next
}

// Line is the source line below a finding, in the content or in the theme;
// empty where it cannot be read.
func (v *View) Line(file string, n int) string {
	if line := v.Tree.Line(file, n); line != "" {
		return line
	}
	if !strings.HasPrefix(file, "themes/") || !filepath.IsLocal(file) {
		return ""
	}
	name, below, _ := strings.Cut(strings.TrimPrefix(file, "themes/"), "/")
	files, done, err := v.Place.theme(name)
	if err != nil {
		return ""
	}
	defer done()
	data, err := fs.ReadFile(files, below)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[n-1], "\r")
}

// Attachment reads a picture or file beside a charter, by its path below the
// content folder.
func (v *View) Attachment(path string) ([]byte, error) {
	data, _, ok := v.Tree.ReadPath(path)
	if !ok {
		return nil, fmt.Errorf("attachment %s: it cannot be read any more", path)
	}
	return data, nil
}
