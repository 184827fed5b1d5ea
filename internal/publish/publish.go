// Package publish puts a rendered site into a folder in one swap.
//
// A [Stage] is a new folder beside the output folder. Pages are written into
// it, and when all are there, the two folders change places in one step that
// the file system does as a whole. Readers see the last site or the new one,
// never something between, and a build that fails, at whatever moment, leaves
// the last site as it was. Where a file system cannot do that (Windows, a mount
// point), files are replaced one by one, new ones first and removals last, and
// the report says so.
//
// A folder is ours only if it holds our marker, which lists every file that we
// wrote. Anything else is refused rather than cleaned. Files whose bytes did
// not change are carried over as they are, so that copying tools and browsers
// see only what is new. So is what others put beside them. A caller who can
// name what a file is made from need not even make it again; see
// [Stage.WriteFrom].
//
// A built site goes on to where readers are: [Built] is such a folder, [Plan]
// what changes for readers, and [Versions] a folder on a web server that holds
// the last sites beside each other, with a link to the one that is shown.
//
// The package gets bytes and knows no charters.
package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// Marker is the file that makes a folder ours.
const Marker = ".charterhouse"

// Options say where a site goes.
type Options struct {
	Out     string   // the folder that is the site
	Site    string   // names the site, so that two do not overwrite each other
	Sources []string // folders that are read: never inside Out, never around it
	Inputs  string   // digest of everything the site is made from
	Note    []byte   // the caller's JSON, kept with the site
}

// A Report says what publishing did.
type Report struct {
	Files   int   // of the site
	Bytes   int64 // of the site
	Written int   // new or changed files
	Kept    int   // carried over unchanged
	Removed int   // of the last site
	Swapped bool  // in one step; otherwise file by file
	Note    []byte
}

// A manifest is what the marker holds.
type manifest struct {
	Tool    string          `json:"tool"`
	Version int             `json:"version"`
	Kind    string          `json:"kind,omitempty"` // empty: a site; otherwise what the folder holds instead
	Site    string          `json:"site"`
	Inputs  string          `json:"inputs"`
	Note    json.RawMessage `json:"note,omitempty"`
	Files   map[string]file `json:"files"`
}

// A file is one entry of the manifest. Sum is what we wrote; Size and Time tell
// whether somebody changed it since.
type file struct {
	Sum  string `json:"sum"`
	Size int64  `json:"size"`
	Time int64  `json:"time"`
	Old  bool   `json:"old,omitempty"`  // an asset of the site before, kept for open pages
	From string `json:"from,omitempty"` // names what it was made from

	Pieces []piece `json:"pieces,omitempty"` // in order, where it was written in pieces that have names
}

// A piece is a run of a file's bytes that can be carried over without the others.
type piece struct {
	From string `json:"from"`
	Size int64  `json:"size"`
}

const tool = "charterhouse"

// ErrMixed is in the error of a failure after which the folder may hold files of
// two sites, which happens only where folders cannot be swapped.
var ErrMixed = errors.New("some files are of the new site already; build again, so that all are")

// UpToDate reports whether the folder holds the site of these inputs, whole and
// untouched, and nothing is left beside it. It looks at every file but reads none.
func UpToDate(o Options) (Report, bool) {
	if m, err := readHead(o.Out); err != nil || m.Site != o.Site || m.Inputs != o.Inputs || o.Inputs == "" {
		return Report{}, false
	}
	m, err := readManifest(o.Out)
	if err != nil {
		return Report{}, false
	}
	if _, err := os.Lstat(beside(resolve(o.Out), "staging")); err == nil {
		return Report{}, false // a build was cut off here, or is at work: the next one clears what it left
	}
	r := Report{Swapped: true, Note: m.Note}
	for name, f := range m.Files {
		info, err := os.Lstat(filepath.Join(o.Out, filepath.FromSlash(name)))
		if err != nil || !f.untouched(info) {
			return Report{}, false
		}
		r.Files++
		r.Bytes += f.Size
		r.Kept++
	}
	return r, true
}

// untouched reports whether a file on disk is still what we wrote.
func (f file) untouched(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Size() == f.Size && info.ModTime().UnixNano() == f.Time
}

// readManifest reads the marker of a site.
func readManifest(dir string) (manifest, error) {
	m, err := readMarker(dir)
	return m, errors.Join(err, m.isSite(dir))
}

func (m *manifest) isSite(dir string) error {
	if m.Kind != "" {
		return fmt.Errorf("%s holds %s, not a site", dir, m.Kind)
	}
	return nil
}

// readHead reads what stands in the marker of a site before the list of its files,
// which is long.
func readHead(dir string) (m manifest, err error) {
	f, err := os.Open(filepath.Join(dir, Marker))
	if err != nil {
		return m, err
	}
	defer f.Close()
	in := json.NewDecoder(f)
	begun, err := in.Token()
	for err == nil && begun == json.Delim('{') && in.More() {
		var key json.Token
		if key, err = in.Token(); err != nil || key == "files" {
			break
		}
		into := map[json.Token]any{"tool": &m.Tool, "kind": &m.Kind, "site": &m.Site, "inputs": &m.Inputs}[key]
		if into == nil {
			into = new(json.RawMessage)
		}
		err = in.Decode(into)
	}
	if err != nil || m.Tool != tool {
		return m, notOurs(dir)
	}
	return m, m.isSite(dir)
}

func notOurs(dir string) error {
	return fmt.Errorf("%s is not a marker of this tool", filepath.Join(dir, Marker))
}

func readMarker(dir string) (manifest, error) {
	var m manifest
	data, err := os.ReadFile(filepath.Join(dir, Marker))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil || m.Tool != tool {
		return m, notOurs(dir)
	}
	return m, nil
}

// A Stage is a site being made. Write may be called from several goroutines.
type Stage struct {
	o    Options
	disk disk
	dir  string // the staging folder
	last manifest
	lock func()

	mu    sync.Mutex
	files map[string]file
	lower map[string]string // lower-case name -> name, to find collisions
	dirs  map[string]bool
	bytes int64
	kept  int
	done  bool
}

// Begin takes the lock, refuses a folder that is not ours, clears what a build
// that was cut off left behind, and makes the staging folder.
func Begin(ctx context.Context, o Options) (*Stage, error) { return begin(ctx, o, osDisk{}) }

func begin(ctx context.Context, o Options, d disk) (*Stage, error) {
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	o.Out = out
	if _, err := refuse(o, readHead); err != nil {
		return nil, err
	}
	out = resolve(out) // a link to the site stays a link; its folder is swapped
	o.Out = out
	if err := d.MkdirAll(filepath.Dir(out)); err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	unlock, err := lock(ctx, beside(out, "lock"))
	if err != nil {
		return nil, err
	}
	s := &Stage{o: o, disk: d, lock: unlock, files: map[string]file{}, lower: map[string]string{}, dirs: map[string]bool{}}
	if s.last, err = refuse(o, readManifest); err != nil { // once more, now that nobody else builds
		unlock()
		return nil, err
	}
	s.clear()
	s.dir = beside(out, "staging")
	err = d.Mkdir(s.dir)
	if err == nil {
		_, err = d.WriteFile(filepath.Join(s.dir, Marker), []byte(`{"tool":"charterhouse","version":1,"staging":true}`))
	}
	if err != nil {
		s.Abort()
		return nil, fmt.Errorf("staging folder %s: %w", s.dir, err)
	}
	return s, nil
}

// beside names a hidden neighbour of the output folder.
func beside(out, what string) string {
	return filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+"."+what)
}

// clear removes staging folders of builds that were cut off. They bear our
// marker from their first moment, or are empty.
func (s *Stage) clear() {
	for _, what := range []string{"staging", "old"} {
		dir := beside(s.o.Out, what)
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, Marker)); err == nil || len(entries) == 0 {
			_ = s.discard(dir)
		}
	}
}

// discard removes a folder of ours, the marker last: what is left when the
// removal is cut off still bears it, so that the next build knows it as ours.
func (s *Stage) discard(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == Marker {
			continue
		}
		if err := s.disk.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return s.disk.RemoveAll(dir)
}

// Write puts a file into the stage; fill writes its bytes. name is a slash path
// of the site.
func (s *Stage) Write(name string, fill func(io.Writer) error) error {
	return s.WriteFrom(name, "", fill)
}

// WriteFrom is Write of a file that is made from inputs, which have a name. If
// the last site's file was made from the same, and nobody touched it since, it is
// carried over, and fill is not asked. fill may write a large file in pieces that
// have inputs of their own: its writer has the method
//
//	Carry(inputs string, write func(io.Writer) error) error
//
// which does the same for a piece.
func (s *Stage) WriteFrom(name, inputs string, fill func(io.Writer) error) error {
	if err := CheckName(name); err != nil {
		return err
	}
	to := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := s.reserve(name, filepath.Dir(to)); err != nil {
		return err
	}
	if s.stands(name, inputs, to) {
		return nil
	}
	p := newPaper(s.disk, to)
	defer p.release()
	if before, ok := s.last.Files[name]; ok && len(before.Pieces) > 0 {
		p.over(filepath.Join(s.o.Out, filepath.FromSlash(name)), before)
	}
	err := fill(p)
	if wrong := p.finish(); wrong != nil { // a full disk says more than the page that met it
		return fmt.Errorf("page %s: %w", name, wrong)
	}
	if err != nil {
		return err
	}
	f := file{Sum: p.digest(), Size: p.size, From: inputs, Pieces: p.pieces}
	kept := s.carry(name, to, p, &f)
	if !kept {
		if f.Time, err = p.save(); err != nil {
			return fmt.Errorf("page %s: %w", name, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = f
	s.bytes += f.Size
	if kept {
		s.kept++
	}
	return nil
}

// stands links the last site's file into the stage if it was made from inputs and
// nobody touched it since.
func (s *Stage) stands(name, inputs, to string) bool {
	before, ok := s.last.Files[name]
	if !ok || inputs == "" || before.From != inputs || before.Old {
		return false
	}
	from := filepath.Join(s.o.Out, filepath.FromSlash(name))
	if info, err := os.Lstat(from); err != nil || !before.untouched(info) || s.disk.Link(from, to) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = before
	s.bytes += before.Size
	s.kept++
	return true
}

// reserve makes sure that no two files meet, on any system, and makes the
// folder.
func (s *Stage) reserve(name, dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	lower := strings.ToLower(name)
	if other, taken := s.lower[lower]; taken {
		return fmt.Errorf("page %s: %s is the same file on some systems; give one of them another name", name, other)
	}
	s.lower[lower] = name
	if s.dirs[dir] {
		return nil
	}
	if err := s.disk.MkdirAll(dir); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	s.dirs[dir] = true
	return nil
}

// carry links the last site's file into the stage when it has the same bytes
// and nobody touched it since.
func (s *Stage) carry(name, to string, p *paper, f *file) bool {
	before, ok := s.last.Files[name]
	if !ok || before.Sum != f.Sum || before.Size != f.Size {
		return false
	}
	from := filepath.Join(s.o.Out, filepath.FromSlash(name))
	info, err := os.Lstat(from)
	if err != nil || !before.untouched(info) {
		return false
	}
	if !p.spilled {
		if s.disk.Link(from, to) != nil {
			return false
		}
	} else if !s.replaceByLink(from, to) {
		return false
	}
	f.Time = before.Time
	return true
}

// Commit swaps the stage in. Before that it is on the disk as a whole.
func (s *Stage) Commit() (Report, error) {
	if s.done {
		return Report{}, errors.New("this stage has ended")
	}
	written := len(s.files) - s.kept
	s.keepAssets()
	if err := s.keepForeign(); err != nil {
		s.Abort()
		return Report{}, fmt.Errorf("site: %w", err)
	}
	m := manifest{Tool: tool, Version: 1, Site: s.o.Site, Inputs: s.o.Inputs, Note: s.o.Note, Files: s.files}
	data, err := json.Marshal(m)
	if err == nil {
		_, err = s.disk.WriteFile(filepath.Join(s.dir, Marker), data)
	}
	if err == nil {
		err = s.disk.Sync(s.dir)
	}
	if err != nil {
		s.Abort()
		return Report{}, fmt.Errorf("site: %w", err)
	}
	swapped, err := s.swap()
	if err != nil {
		s.Abort()
		return Report{}, fmt.Errorf("site: %w", err) // ErrMixed in it says that the last site is not whole
	}
	s.end()
	r := Report{Bytes: s.bytes, Written: written, Kept: s.kept, Swapped: swapped, Note: s.o.Note}
	for name, f := range s.files {
		if !f.Old {
			r.Files++
		}
		delete(s.last.Files, name)
	}
	r.Removed = len(s.last.Files)
	return r, nil
}

// keepAssets links the last site's style sheets, scripts and fonts into the
// stage, for readers who still have one of its pages open. They go with the
// next site.
func (s *Stage) keepAssets() {
	for name, f := range s.last.Files {
		if !strings.HasPrefix(name, "assets/") || f.Old {
			continue
		}
		if _, have := s.files[name]; have {
			continue
		}
		to := filepath.Join(s.dir, filepath.FromSlash(name))
		if s.disk.MkdirAll(filepath.Dir(to)) == nil && s.disk.Link(filepath.Join(s.o.Out, filepath.FromSlash(name)), to) == nil {
			f.Old = true
			s.files[name] = f
		}
	}
}

// keepForeign links what others put into the folder, such as a CNAME for a web
// host, into the stage: we remove only what we made. Where the site has a file
// of that name now, the site's stands.
func (s *Stage) keepForeign() error {
	if s.last.Tool == "" {
		return nil // there is no site yet, so the folder is empty
	}
	return filepath.WalkDir(s.o.Out, func(from string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.o.Out, from)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if _, ours := s.last.Files[name]; ours || strings.HasPrefix(d.Name(), Marker) {
			return nil
		}
		if _, taken := s.lower[strings.ToLower(name)]; taken {
			return nil
		}
		to := filepath.Join(s.dir, rel)
		if err := s.disk.MkdirAll(filepath.Dir(to)); err != nil {
			return err
		}
		return s.linkOrCopy(from, to, d)
	})
}

// linkOrCopy copies where a file system has no links, or the stage is on
// another one.
func (s *Stage) linkOrCopy(from, to string, d fs.DirEntry) error {
	err := s.disk.Link(from, to)
	if err == nil || !d.Type().IsRegular() {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_, err = s.disk.WriteFile(to, data)
	return err
}

// replaceByLink puts a link in the place of a large file that is on the disk
// already. If that fails, the file stays.
func (s *Stage) replaceByLink(from, to string) bool {
	if s.disk.Link(from, to+".kept") != nil {
		return false
	}
	if s.disk.Rename(to+".kept", to) != nil {
		_ = s.disk.RemoveAll(to + ".kept")
		return false
	}
	return true
}

// swap makes the stage the site.
func (s *Stage) swap() (whole bool, err error) {
	_, err = os.Lstat(s.o.Out)
	if errors.Is(err, fs.ErrNotExist) {
		return true, s.disk.Rename(s.dir, s.o.Out)
	}
	err = s.disk.Exchange(s.dir, s.o.Out)
	switch {
	case err == nil:
		_ = s.disk.Sync(filepath.Dir(s.o.Out))
		_ = s.discard(s.dir) // the last site; if this fails, the next build clears it
		return true, nil
	case inseparable(err):
		err := s.replace()
		if err != nil && !errors.Is(err, ErrLeft) {
			err = fmt.Errorf("%w; %w", err, ErrMixed)
		}
		return false, err
	}
	return false, err
}

// inseparable reports that two folders cannot change places here at all: the
// system has no such call, or the output folder is a mount point. Any other
// failure, such as a broken disk, is no reason to touch the last site.
func inseparable(err error) bool {
	for _, why := range []error{errors.ErrUnsupported, syscall.EINVAL, syscall.EXDEV, syscall.EBUSY} {
		if errors.Is(err, why) {
			return true
		}
	}
	return false
}

// ErrLeft is in the error of a failure after which the new site is there, beside
// files of the last one that could not be removed.
var ErrLeft = errors.New("the new site is there, but not all of the last one could be removed; build again, so that nobody finds it")

// replace is the way without an exchange: files one by one, assets first, then
// pages and the index, and only then what the last site had and this one does not.
// Until the end the marker names the files of both, so that wherever this ends the
// next build knows all as ours.
func (s *Stage) replace() error {
	both := manifest{Tool: tool, Version: 1, Site: s.o.Site, Note: s.o.Note, Files: maps.Clone(s.files)}
	for name, f := range s.last.Files {
		if _, have := s.files[name]; !have && CheckName(name) == nil {
			f.Old = true
			both.Files[name] = f
		}
	}
	if err := s.mark(both); err != nil {
		return err
	}
	names := make([]string, 0, len(s.files))
	for name := range s.files {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		to := filepath.Join(s.o.Out, filepath.FromSlash(name))
		if err := s.disk.MkdirAll(filepath.Dir(to)); err != nil {
			return err
		}
		if err := s.move(filepath.Join(s.dir, filepath.FromSlash(name)), to); err != nil {
			return err
		}
	}
	both.Inputs = s.o.Inputs
	var left error
	for _, name := range slices.Sorted(maps.Keys(both.Files)) {
		if _, have := s.files[name]; have {
			continue
		}
		if err := s.disk.RemoveAll(filepath.Join(s.o.Out, filepath.FromSlash(name))); err != nil {
			left = fmt.Errorf("%w: %w", ErrLeft, err)
			continue
		}
		delete(both.Files, name)
	}
	if err := s.mark(both); left == nil {
		left = err
	}
	if left == nil {
		_ = s.discard(s.dir)
	}
	return left
}

// mark writes the marker of the output folder.
func (s *Stage) mark(m manifest) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	half := filepath.Join(s.o.Out, Marker+".new")
	if _, err = s.disk.WriteFile(half, data); err == nil {
		err = s.disk.Rename(half, filepath.Join(s.o.Out, Marker))
	}
	if err != nil {
		_ = s.disk.RemoveAll(half)
	}
	return err
}

// move puts a staged file into its place. Into a mounted folder no file can be
// renamed, so there it is copied.
func (s *Stage) move(from, to string) error {
	err := s.disk.Rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	return s.copy(from, to)
}

// copy writes a copy beside its place first, with the time of the original,
// which the manifest holds, and renames it into place.
func (s *Stage) copy(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	half := filepath.Join(filepath.Dir(to), Marker+".new")
	_, err = s.disk.WriteFile(half, data)
	if err == nil {
		err = os.Chtimes(half, info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = s.disk.Rename(half, to)
	}
	if err != nil {
		_ = s.disk.RemoveAll(half)
	}
	return err
}

// rank orders files for readers who come in between.
func rank(name string) int {
	switch {
	case strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "files/"):
		return 0
	case name == "index.html":
		return 2
	}
	return 1
}

// Abort ends a stage and leaves the last site as it was. It is safe after
// Commit.
func (s *Stage) Abort() {
	if s.done {
		return
	}
	_ = s.discard(s.dir)
	s.end()
}

func (s *Stage) end() {
	s.done = true
	s.lock()
}

// CheckName refuses what is no plain path of a site.
func CheckName(name string) error {
	bad := func(why string) error { return fmt.Errorf("page %q: %s", name, why) }
	if name == "" || len(name) > 200 {
		return bad("the name is empty or longer than 200 bytes")
	}
	for _, part := range strings.Split(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".") {
			return bad("a part of the name is empty, hidden or ends in a dot")
		}
		for i := range len(part) {
			if c := part[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
				return bad("only letters, digits, hyphens, underscores and dots can stand in an address")
			}
		}
		stem, _, _ := strings.Cut(strings.ToLower(part), ".")
		if reserved[stem] {
			return bad("Windows keeps this name for a device")
		}
	}
	return nil
}

var reserved = func() map[string]bool {
	m := map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}
	for i := range 10 {
		m[fmt.Sprintf("com%d", i)], m[fmt.Sprintf("lpt%d", i)] = true, true
	}
	return m
}()
