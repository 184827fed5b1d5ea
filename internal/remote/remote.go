// Package remote puts a built site into an object store or onto an SFTP server.
//
// Such a place cannot swap folders, so the order does it: assets, exports and
// the search first, then pages, then the index, feeds and calendars, each stage
// only when the one before is whole, and at last the manifest. Whoever reads
// meanwhile finds everything that a page names.
//
// The manifest, an object beside the pages, says what is ours. Before anything
// is sent it holds what will be, so that the next run after an interruption
// sends only what is missing and still knows each file as ours. Only what stands
// in it is ever removed, after all else succeeded, and never more than the
// [publish.Plan] lets go. A place that has files and no manifest is somebody
// else's. What the manifest says is not trusted: its names are those of a site
// or it is refused.
//
// Two runs at once meet at the lock, which is written on the condition that
// nobody else wrote it, and beats while a run lives.
//
// This is the one package of ours that asks a network. Credentials come from
// the environment, the usual files and the SSH agent; they stand in no value
// that is printed.
package remote

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

// Options say how a site is published.
type Options struct {
	Allow    int                   // how many files may go
	Gzip     bool                  // text is stored packed, and said to be
	Progress func(done, of int)    // told after each file; may be nil
	Waiting  func(since time.Time) // told when another run may be under way; may be nil
}

// A Report says what publishing did.
type Report struct {
	Plan    publish.Plan
	Sent    int   // files and packed variants
	Bytes   int64 // of these
	Found   int   // files that an interrupted run had sent already
	Removed int
	Resumed bool // an earlier run had not come to its end
}

// A Place is where a site is published.
type Place struct {
	store    store
	name     string
	packed   bool // packed variants stand beside the files
	parallel int

	now      func() time.Time
	patience time.Duration // how long a lock must not beat to be taken over
	beat     time.Duration
}

const (
	patience = 15 * time.Second
	beat     = 4 * time.Second
)

func newPlace(s store, name string, packed bool, parallel int) *Place {
	return &Place{store: patient{s, 5, 400 * time.Millisecond}, name: name, packed: packed, parallel: parallel, now: time.Now, patience: patience, beat: beat}
}

// Close ends the connection.
func (p *Place) Close() { p.store.close() }

// String names the place, without who signs in there.
func (p *Place) String() string { return p.name }

// State is what a place says of itself.
type State struct {
	Version string
	At      time.Time
	Files   int
	Open    bool // a run has not come to its end
}

// State reads what was published last; nothing where nothing was.
func (p *Place) State(ctx context.Context) (State, error) {
	m, _, err := p.manifest(ctx)
	if err != nil {
		return State{}, p.named(err)
	}
	return State{Version: m.Release, At: m.At, Files: len(m.pieces()), Open: len(m.Claim) > 0}, nil
}

// Plan is what publishing would change, and how many files it would send again
// although they are the same: they are gone there, or packed otherwise.
func (p *Place) Plan(ctx context.Context, b *publish.Built, o Options) (plan publish.Plan, again int, err error) {
	r := &run{Place: p, b: b, o: o}
	if err := r.look(ctx); err != nil {
		return publish.Plan{}, 0, p.named(err)
	}
	for name, f := range b.Files {
		if there, ok := r.m.Files[name]; ok && there.Sum == f.Sum && !r.stands(name) {
			again++
		}
	}
	return r.plan, again, nil
}

// Publish sends what is new or changed, and removes what is ours and no longer
// part of the site. After an error it may be run again at any time.
func (p *Place) Publish(ctx context.Context, b *publish.Built, o Options) (Report, error) {
	r := &run{Place: p, b: b, o: o, id: rand.Text()}
	err := r.publish(ctx)
	r.report.Plan = r.plan
	return r.report, p.named(err)
}

func (p *Place) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, err)
}

// manifest reads what is said to be there, and the tag to replace it by. Where
// there is none, both are empty.
func (p *Place) manifest(ctx context.Context) (*manifest, string, error) {
	data, tag, err := p.store.get(ctx, publish.Marker, manifestLimit)
	if errors.Is(err, errAbsent) {
		return &manifest{}, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("manifest: %w", err)
	}
	if len(data) == 0 { // its name was taken, and then the connection ended
		return &manifest{}, tag, nil
	}
	m, err := parse(data)
	return m, tag, err
}

// A run is one publishing.
type run struct {
	*Place
	b      *publish.Built
	o      Options
	id     string
	m      *manifest
	tag    string // of the manifest that was read or written last
	listed map[string]object
	plan   publish.Plan
	doubt  map[string]string // what runs that were cut off may have written, and its digest
	report Report

	sent collected
}

// look reads the manifest and what is there, refuses what is not ours, and
// plans.
func (r *run) look(ctx context.Context) error {
	var err error
	if r.m, r.tag, err = r.manifest(ctx); err != nil {
		return err
	}
	if r.listed, err = r.store.list(ctx); err != nil {
		return fmt.Errorf("what is there: %w", err)
	}
	if r.m.Tool == "" { // we have written down nothing there yet, so nothing was sent
		for _, name := range slices.Sorted(maps.Keys(r.listed)) {
			if name != lockName && name != publish.Marker && !ofOurs(name) {
				return fmt.Errorf("there are files that Charterhouse did not publish, such as %s; name another place, or empty this one", name)
			}
		}
	}
	if r.m.Site != "" && r.m.Site != r.b.Site {
		return fmt.Errorf("it holds the site %q, not %q; name another place", r.m.Site, r.b.Site)
	}
	r.doubt = r.m.Claim
	r.plan = publish.Compare(r.m.pieces(), r.b.Files)
	return nil
}

func (r *run) publish(ctx context.Context) error {
	if err := r.look(ctx); err != nil {
		return err
	}
	if err := r.plan.Brake(r.o.Allow); err != nil {
		return err
	}
	r.report.Resumed = len(r.doubt) > 0
	if r.done() {
		return nil
	}
	ctx, lock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer lock.release()
	if err := r.claim(ctx); err != nil {
		return err
	}
	err = r.send(ctx, lock)
	if err == nil {
		err = r.finish(ctx)
	}
	if lost := context.Cause(ctx); err != nil && errors.Is(lost, errLost) {
		return lost
	}
	return err
}

// done reports that everything is there and nothing is left to do.
func (r *run) done() bool {
	if !r.plan.Empty() || len(r.doubt) > 0 || len(r.m.Gone) > 0 || r.tag == "" || r.m.Release != r.b.Version() {
		return false
	}
	for _, since := range r.m.Old {
		if r.now().Sub(time.Unix(since, 0)) >= assetsTime {
			return false
		}
	}
	for name := range r.b.Files {
		if !r.stands(name) {
			return false
		}
	}
	return true
}

// claim writes down what will be sent. Whoever read the same manifest and is
// later finds another one, and stops before anything is sent.
func (r *run) claim(ctx context.Context) error {
	before := r.tag
	if err := r.look(ctx); err != nil {
		return err
	}
	if r.tag != before {
		return fmt.Errorf("somebody else has published meanwhile; nothing was sent. See what is there now, and publish again")
	}
	m := *r.m
	m.Tool, m.Version, m.Kind, m.Site, m.Run = tool, 1, kind, r.b.Site, r.id
	m.Claim = maps.Clone(r.doubt)
	if m.Claim == nil {
		m.Claim = map[string]string{}
	}
	for name, f := range r.b.Files {
		if !r.stands(name) {
			m.Claim[name] = f.Sum
		}
	}
	return r.write(ctx, &m)
}

// write puts the manifest in the place of the one that was read.
func (r *run) write(ctx context.Context, m *manifest) error {
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	tag, err := r.store.put(ctx, publish.Marker, object{data: data, kind: "application/json", cache: "no-store"}, cond(r.tag))
	if errors.Is(err, errConflict) {
		return fmt.Errorf("somebody else publishes there at the same time; nothing more was sent, and the next run goes on from here")
	}
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	r.m, r.tag = m, tag
	return nil
}

// stands reports that a file is there as it should be, with its variants, so
// that it need not even be read.
func (r *run) stands(name string) bool {
	if _, doubtful := r.doubt[name]; doubtful {
		return false
	}
	f, ok := r.m.Files[name]
	if !ok || f.Sum != r.b.Files[name].Sum || r.packing(name) != f.Packing || !r.isListed(name, f.Size) {
		return false
	}
	for _, p := range wire.Packings {
		if v, ok := r.m.Files[name+p.Ending]; ok && v.Of == name && !r.isListed(v.name(name), v.Size) {
			return false
		}
	}
	return true
}

func (r *run) isListed(name string, size int64) bool {
	o, ok := r.listed[name]
	return ok && o.size == size
}

// packing is how a file's own bytes are stored.
func (r *run) packing(name string) string {
	if r.o.Gzip && wire.Packs(name, r.b.Files[name].Size) {
		return wire.Gzip.Name
	}
	return ""
}

// rank is the stage that a file is sent in.
func rank(name string) int {
	switch path.Ext(name) {
	case ".atom", ".ics", ".xml":
		return 2
	case ".html":
		if path.Base(name) == "index.html" {
			return 2
		}
		return 1
	}
	return 0
}

// finish writes the manifest of the whole site, and then removes what is no part
// of it any more.
func (r *run) finish(ctx context.Context) error {
	m := &manifest{Tool: tool, Version: 1, Kind: kind, Site: r.b.Site, Release: r.b.Version(), At: r.now().UTC().Truncate(time.Second), Run: r.id,
		Files: r.sent.files, Old: map[string]int64{}}
	for _, name := range slices.Sorted(maps.Keys(r.listed)) {
		if _, stays := m.Files[name]; stays || !r.ours(name) {
			continue
		}
		if since, ok := r.since(name); ok {
			m.Old[name] = since
		} else {
			m.Gone = append(m.Gone, name)
		}
	}
	if err := r.write(ctx, m); err != nil {
		return err
	}
	if len(m.Gone) == 0 {
		return nil
	}
	if err := r.remove(ctx, m.Gone); err != nil {
		return fmt.Errorf("the new site is there, but not all of the last one could be removed; the next run tries again: %w", err)
	}
	r.report.Removed = len(m.Gone)
	rest := *m
	rest.Gone = nil
	return r.write(ctx, &rest)
}

// assetsTime is how long assets of former sites stay, for readers who have an
// old page open.
const assetsTime = 7 * 24 * time.Hour

// since tells from when on an asset is one of former sites, if it still stays.
func (r *run) since(name string) (int64, bool) {
	plain, _, _ := wire.Plain(name)
	if !wire.Hashed(plain) {
		return 0, false
	}
	since, known := r.m.Old[name]
	if !known {
		since = r.now().Unix()
	}
	return since, r.now().Sub(time.Unix(since, 0)) < assetsTime
}

// ours reports whether a file that is there was sent by us.
func (r *run) ours(name string) bool {
	if ofOurs(name) {
		return true
	}
	if _, ok := r.m.Files[name]; ok {
		return true
	}
	if _, ok := r.m.Old[name]; ok || slices.Contains(r.m.Gone, name) {
		return true
	}
	if _, ok := r.m.Claim[name]; ok {
		return true
	}
	plain, _, variant := wire.Plain(name)
	_, ok := r.m.Claim[plain]
	return r.packed && variant && ok
}

// temporaryName begins the names of files that are being sent.
const temporaryName = publish.Marker + "-sending-"

// ofOurs reports whether a name is that of a file that was being sent.
func ofOurs(name string) bool {
	dir, base := path.Split(name)
	return strings.HasPrefix(base, temporaryName) && (dir == "" || publish.CheckName(strings.TrimSuffix(dir, "/")) == nil)
}
