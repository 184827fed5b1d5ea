package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"charterhouse/internal/wire"
)

// Current is the link, in a folder of versions, to the one that readers see.
const Current = "current"

// How long versions stay, and assets of former ones for readers who have an old
// page open.
const (
	versionsKept = 3
	versionsTime = 24 * time.Hour
	assetsTime   = 7 * 24 * time.Hour
)

// Versions are the published sites in a folder, whole beside each other in
// releases/, and a link to one of them, which changes its aim in one step. A
// server shows the link.
type Versions struct {
	dir, site string
	sources   []string
	disk      disk
	now       func() time.Time
}

// A Version is one published site.
type Version struct {
	Name    string
	At      time.Time // when it was published
	Files   int
	Bytes   int64
	Current bool
}

// A release is what is written down of a version, beside its folder, once the
// folder is whole.
type release struct {
	Tool    string           `json:"tool"`
	Version int              `json:"version"`
	Site    string           `json:"site"`
	At      time.Time        `json:"at"`
	Turn    int              `json:"turn"` // counts what was published here: clocks are set back
	Files   map[string]Piece `json:"files"`
	Packed  map[string]int64 `json:"packed"` // variants with their sizes
	Old     map[string]int64 `json:"old"`    // assets of former versions, and since when, in seconds

	name  string
	found bool // its record is gone, and this was read from its folder
}

const releasesKind = "releases"

// OpenVersions looks at a folder of versions, which need not be there yet, and
// writes nothing. Without a site it is for looking, and for the way back. sources
// are folders that it must not touch.
func OpenVersions(dir, site string, sources []string) (*Versions, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of versions: %w", err)
	}
	v := &Versions{dir: resolve(abs), site: site, sources: sources, disk: osDisk{}, now: time.Now}
	return v, v.refuse()
}

// refuse says why this folder takes no versions.
func (v *Versions) refuse() error {
	bad := func(why, out string) error { return fmt.Errorf("folder %s: %s; %s", v.dir, why, out) }
	empty, err := unfit(Options{Out: v.dir, Sources: v.sources})
	if err != nil || empty || v.begun() {
		return err
	}
	m, err := readMarker(v.dir)
	switch {
	case err != nil:
		return bad("it has files that Charterhouse did not publish", "empty it, or name another folder")
	case m.Kind != releasesKind:
		return bad("it holds a site that was built into it", "publish into another folder, and let the server show its "+Current)
	case v.site == "":
		v.site = m.Site
	case m.Site != v.site:
		return bad(fmt.Sprintf("it holds the site %q, not %q", m.Site, v.site), "name another folder")
	}
	return nil
}

// begun reports that nothing is here but what a first run that was cut off left.
func (v *Versions) begun() bool {
	entries, err := os.ReadDir(v.dir)
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() != Marker+".lock" && e.Name() != Marker+".new"
	})
}

// List tells the versions, the newest first.
func (v *Versions) List() ([]Version, error) {
	all, err := v.releases()
	if err != nil {
		return nil, err
	}
	current := v.current()
	var list []Version
	for _, r := range all {
		one := Version{Name: r.name, At: r.At, Files: len(r.Files), Current: r.name == current}
		for _, f := range r.Files {
			one.Bytes += f.Size
		}
		list = append(list, one)
	}
	return list, nil
}

func (v *Versions) path(parts ...string) string {
	return filepath.Join(append([]string{v.dir}, parts...)...)
}

// current is the name of the version that readers see.
func (v *Versions) current() string {
	to, err := os.Readlink(v.path(Current))
	if err != nil {
		return ""
	}
	return filepath.Base(to)
}

// releases reads what is whole, the newest first.
func (v *Versions) releases() ([]release, error) {
	entries, err := os.ReadDir(v.path("releases"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("versions: %w", err)
	}
	var all []release
	for _, e := range entries {
		version, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !versionShape.MatchString(version) {
			continue
		}
		name := v.path("releases", e.Name())
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("versions: %w", err)
		}
		r := release{name: version}
		if err := json.Unmarshal(data, &r); err != nil || r.Tool != tool || !r.sound() || r.Packed == nil || r.Old == nil {
			return nil, fmt.Errorf("version %s cannot be read; remove it and %s", name, strings.TrimSuffix(name, ".json"))
		}
		all = append(all, r)
	}
	if name := v.current(); find(all, name) == nil && versionShape.MatchString(name) && v.whole(name) {
		r, err := v.found(name)
		if err != nil {
			return nil, fmt.Errorf("version %s, whose record is gone: %w", name, err)
		}
		r.Turn = lastTurn(all)
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b release) int {
		return cmp.Or(b.Turn-a.Turn, b.At.Compare(a.At), strings.Compare(a.name, b.name))
	})
	return all, nil
}

func lastTurn(all []release) (last int) {
	for _, r := range all {
		last = max(last, r.Turn)
	}
	return last
}

// recorded reads what is whole, and writes the record of the present version if
// that is gone, since a folder without one would be cleared away.
func (v *Versions) recorded() ([]release, error) {
	all, err := v.releases()
	if err != nil {
		return nil, err
	}
	if r := find(all, v.current()); r != nil && r.found {
		err = v.record(r)
	}
	return all, err
}

// record writes down what a version is.
func (v *Versions) record(r *release) error {
	data, err := json.Marshal(r)
	if err == nil {
		err = v.put(v.path("releases", r.name+".json"), data)
	}
	if err == nil {
		err = v.disk.Sync(v.path("releases"))
	}
	return err
}

// found is what the record of the version that readers see would say, when
// somebody removed that: without it the next site would seem to take nothing away.
func (v *Versions) found(name string) (release, error) {
	r := release{Tool: tool, Version: 1, Site: v.site, Files: map[string]Piece{}, Packed: map[string]int64{}, Old: map[string]int64{}, name: name, found: true}
	info, err := os.Stat(v.path("releases", name))
	if err != nil {
		return r, err
	}
	r.At = info.ModTime()
	root := os.DirFS(v.path("releases", name))
	return r, fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || CheckName(file) != nil {
			return err
		}
		data, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		if plain, _, variant := wire.Plain(file); variant && hasFile(root, plain) {
			r.Packed[file] = int64(len(data))
		} else {
			r.Files[file] = Piece{Sum: Sum(data), Size: int64(len(data))}
		}
		return nil
	})
}

func hasFile(root fs.FS, name string) bool {
	info, err := fs.Stat(root, name)
	return err == nil && info.Mode().IsRegular()
}

// versionShape is what [Built.Version] names a site.
var versionShape = regexp.MustCompile(`^[0-9a-f]{12}$`)

// sound reports whether all names lie within the version.
func (r release) sound() bool {
	for name := range r.Files {
		if CheckName(name) != nil {
			return false
		}
	}
	for _, names := range []map[string]int64{r.Packed, r.Old} {
		for name := range names {
			if CheckName(name) != nil {
				return false
			}
		}
	}
	return true
}

func find(all []release, name string) *release {
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

// Plan is what publishing a built site would change.
func (v *Versions) Plan(b *Built) (Plan, error) {
	all, err := v.releases()
	if err != nil {
		return Plan{}, err
	}
	return v.plan(all, b), nil
}

func (v *Versions) plan(all []release, b *Built) Plan {
	var last map[string]Piece
	if r := find(all, v.current()); r != nil {
		last = r.Files
	}
	return Compare(last, b.Files)
}

// Publish makes a version of a built site beside the others and lets readers see
// it. Whatever fails before the last step leaves them the last one.
func (v *Versions) Publish(ctx context.Context, b *Built, allow int) (Plan, error) {
	unlock, err := v.open(ctx)
	if err != nil {
		return Plan{}, err
	}
	defer unlock()
	all, err := v.recorded()
	if err != nil {
		return Plan{}, err
	}
	plan := v.plan(all, b)
	if err := plan.Brake(allow); err != nil {
		return plan, err
	}
	if err := v.publish(ctx, b, all); err != nil {
		return plan, fmt.Errorf("version: %w", err)
	}
	return plan, nil
}

func (v *Versions) publish(ctx context.Context, b *Built, all []release) (err error) {
	name := b.Version()
	current := v.current()
	if name == current && v.whole(name) {
		return nil
	}
	turn := lastTurn(all) + 1
	next := find(all, name)
	if next == nil || !v.whole(name) {
		if next, err = v.make(ctx, b, name, find(all, current)); err != nil {
			return err
		}
		all = append(all, *next)
	}
	next.At, next.Turn = v.now(), turn
	if err := v.show(next, all); err != nil {
		return err
	}
	if err := v.prune(name); err != nil {
		return fmt.Errorf("%s is shown, but a former one could not be removed: %w", name, err)
	}
	return nil
}

// whole reports that a version's folder is there.
func (v *Versions) whole(name string) bool {
	info, err := os.Stat(v.path("releases", name))
	return err == nil && info.IsDir()
}

// Rollback lets readers see a former version again; an empty name is the one
// before the present.
func (v *Versions) Rollback(ctx context.Context, name string) (Version, error) {
	unlock, err := v.open(ctx)
	if err != nil {
		return Version{}, err
	}
	defer unlock()
	all, err := v.recorded()
	if err != nil {
		return Version{}, err
	}
	to, err := v.choose(all, name)
	if err != nil {
		return Version{}, err
	}
	if err := v.show(to, all); err != nil {
		return Version{}, fmt.Errorf("version: %w", err)
	}
	return Version{Name: to.name, At: to.At, Files: len(to.Files), Current: true}, nil
}

// choose finds a version by its name, the beginning of it, or the one before the
// present.
func (v *Versions) choose(all []release, name string) (*release, error) {
	current := v.current()
	var found []*release
	past := false
	for i := range all {
		switch {
		case name != "" && strings.HasPrefix(all[i].name, name):
			found = append(found, &all[i])
		case name == "" && past:
			return &all[i], nil
		}
		past = past || all[i].name == current
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case name == "":
		return nil, fmt.Errorf("there is no version before the present one in %s; see --list", v.dir)
	}
	return nil, fmt.Errorf("%d versions in %s begin with %q; see --list", len(found), v.dir, name)
}

// open takes the lock, makes the folder ours and clears what was cut off.
func (v *Versions) open(ctx context.Context) (unlock func(), err error) {
	if err := v.refuse(); err != nil {
		return nil, err
	}
	if err := v.disk.MkdirAll(v.dir); err != nil {
		return nil, fmt.Errorf("folder of versions: %w", err)
	}
	if unlock, err = lock(ctx, v.path(Marker+".lock")); err != nil {
		return nil, err
	}
	if err = v.refuse(); err == nil {
		err = v.begin()
	}
	if err != nil {
		unlock()
		return nil, fmt.Errorf("folder of versions: %w", err)
	}
	return unlock, nil
}

func (v *Versions) begin() error {
	if _, err := readMarker(v.dir); err != nil {
		data, err := json.Marshal(manifest{Tool: tool, Version: 1, Kind: releasesKind, Site: v.site})
		if err != nil {
			return err
		}
		if err := v.put(v.path(Marker), data); err != nil {
			return err
		}
	}
	if err := v.disk.MkdirAll(v.path("releases")); err != nil {
		return err
	}
	entries, err := os.ReadDir(v.path("releases"))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if name == v.current() || !cutOff.MatchString(name) {
			continue // readers have it, or it is somebody else's
		}
		if _, err := os.Stat(v.path("releases", name+".json")); errors.Is(err, fs.ErrNotExist) {
			if err := v.disk.RemoveAll(v.path("releases", name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cutOff is what we may have left in releases/: a version without its record, one
// that was being made, or a record that was being written.
var cutOff = regexp.MustCompile(`^[0-9a-f]{12}(\.tmp|\.json\.new)?$`)

// put writes a small file beside its place and renames it there.
func (v *Versions) put(name string, data []byte) error {
	if _, err := v.disk.WriteFile(name+".new", data); err != nil {
		return err
	}
	return v.disk.Rename(name+".new", name)
}

// make writes a version's folder. What the present one has, too, is linked.
func (v *Versions) make(ctx context.Context, b *Built, name string, last *release) (*release, error) {
	w := &writer{v: v, b: b, last: last, dir: v.path("releases", name+".tmp"), dirs: map[string]bool{},
		r: release{Tool: tool, Version: 1, Site: v.site, Files: b.Files, Packed: map[string]int64{}, Old: map[string]int64{}, name: name}}
	if err := v.disk.RemoveAll(v.path("releases", name)); err != nil { // it was not whole
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, file := range b.Names() {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stopped: %w", err)
			}
			return w.write(file)
		})
	}
	err := g.Wait()
	if err == nil {
		err = v.disk.Sync(w.dir)
	}
	if err == nil {
		err = v.disk.Rename(w.dir, v.path("releases", name))
	}
	if err != nil {
		_ = v.disk.RemoveAll(w.dir)
		return nil, err
	}
	return &w.r, nil
}

// A writer fills the folder of one version, from several goroutines.
type writer struct {
	v    *Versions
	b    *Built
	last *release
	dir  string

	mu   sync.Mutex
	dirs map[string]bool
	r    release
}

func (w *writer) write(name string) error {
	to := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := w.folder(filepath.Dir(to)); err != nil {
		return err
	}
	if w.linked(name, to) {
		return nil
	}
	data, err := w.b.Read(name)
	if err != nil {
		return err
	}
	if _, err := w.v.disk.WriteFile(to, data); err != nil {
		return err
	}
	for _, p := range wire.Packings {
		if packed := p.Pack(name, data); packed != nil {
			if _, err := w.v.disk.WriteFile(to+p.Ending, packed); err != nil {
				return err
			}
			w.packed(name+p.Ending, int64(len(packed)))
		}
	}
	return nil
}

func (w *writer) packed(name string, size int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.r.Packed[name] = size
}

func (w *writer) folder(dir string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dirs[dir] {
		return nil
	}
	w.dirs[dir] = true
	return w.v.disk.MkdirAll(dir)
}

// linked takes a file and its variants from the present version, if they are
// still what was written there.
func (w *writer) linked(name, to string) bool {
	if w.last == nil || w.last.Files[name] != w.b.Files[name] {
		return false
	}
	from := w.v.path("releases", w.last.name, filepath.FromSlash(name))
	if !hasSize(from, w.last.Files[name].Size) {
		return false
	}
	for _, p := range wire.Packings {
		if size, ok := w.last.Packed[name+p.Ending]; ok && !hasSize(from+p.Ending, size) {
			return false
		}
	}
	for _, p := range wire.Packings {
		size, ok := w.last.Packed[name+p.Ending]
		if !ok {
			continue
		}
		if w.v.disk.Link(from+p.Ending, to+p.Ending) != nil {
			return w.unlink(to)
		}
		w.packed(name+p.Ending, size)
	}
	return w.v.disk.Link(from, to) == nil || w.unlink(to)
}

// unlink takes back links before the same names are written: writing through a
// link would change the version that readers see. It says that nothing is
// linked.
func (w *writer) unlink(to string) bool {
	for _, p := range wire.Packings {
		_ = w.v.disk.RemoveAll(to + p.Ending)
	}
	return false
}

func hasSize(name string, size int64) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// show gives a version the assets of the others, so that pages that are open
// stay whole, and aims the link at it.
func (v *Versions) show(r *release, all []release) error {
	now := v.now()
	current := v.current()
	for _, other := range all {
		if other.name == r.name {
			continue
		}
		for name := range other.Files {
			if wire.Hashed(name) {
				v.keep(r, other, name, now.Unix())
			}
		}
		for name, since := range other.Old {
			if other.name == current && now.Sub(time.Unix(since, 0)) < assetsTime {
				v.keep(r, other, name, since)
			}
		}
	}
	if err := v.record(r); err != nil {
		return err
	}
	return v.aim(r.name)
}

// keep links an asset of another version, with its variants.
func (v *Versions) keep(r *release, other release, name string, since int64) {
	if _, has := r.Files[name]; has {
		return
	}
	if _, has := r.Old[name]; has {
		return
	}
	from, to := v.path("releases", other.name, filepath.FromSlash(name)), v.path("releases", r.name, filepath.FromSlash(name))
	if v.disk.MkdirAll(filepath.Dir(to)) != nil || !v.linkOrCopy(from, to) {
		return
	}
	r.Old[name] = since
	for _, p := range wire.Packings {
		if size, ok := other.Packed[name+p.Ending]; ok && v.linkOrCopy(from+p.Ending, to+p.Ending) {
			r.Packed[name+p.Ending] = size
		}
	}
}

func (v *Versions) linkOrCopy(from, to string) bool {
	if v.disk.Link(from, to) == nil {
		return true
	}
	if _, err := os.Lstat(to); err == nil {
		return true // it was linked by a run that was cut off
	}
	data, err := os.ReadFile(from)
	if err == nil {
		_, err = v.disk.WriteFile(to, data)
	}
	return err == nil
}

// aim makes a link beside the one that readers follow, and renames it over that
// one, which the system does as a whole.
func (v *Versions) aim(name string) error {
	half := v.path(Current + ".new")
	if err := v.disk.RemoveAll(half); err != nil {
		return err
	}
	if err := v.disk.Symlink(filepath.Join("releases", name), half); err != nil {
		return fmt.Errorf("%w; where a file system has no symbolic links, let charterhouse build --out write into the server's folder", err)
	}
	if err := v.disk.Rename(half, v.path(Current)); err != nil {
		_ = v.disk.RemoveAll(half)
		return err
	}
	return v.disk.Sync(v.dir)
}

// prune removes versions that are neither among the last nor young. The record
// goes first: a folder without one is known as cut off.
func (v *Versions) prune(current string) error {
	all, err := v.releases()
	if err != nil {
		return err
	}
	for i, r := range all {
		if i < versionsKept || r.name == current || v.now().Sub(r.At) < versionsTime {
			continue
		}
		if err := v.disk.RemoveAll(v.path("releases", r.name+".json")); err != nil {
			return err
		}
		if err := v.disk.RemoveAll(v.path("releases", r.name)); err != nil {
			return err
		}
	}
	return nil
}
