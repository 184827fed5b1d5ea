package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// PartFile is the file of a part that says what it is a part of. Its name is not
// hidden, since tools that carry folders between machines leave hidden files out.
const PartFile = "part.json"

// A Part is what one of several builds made of a site. [Join] makes the site of
// all of them.
type Part struct {
	Site   string      `json:"site"`
	Number int         `json:"number"` // from 1
	Of     int         `json:"of"`
	Basis  string      `json:"basis"` // digest of what all parts must have in common, the same on every machine
	About  [][2]string `json:"about"` // the same for people: what it is called, and which one
	List   string      `json:"list"`  // digest of the addresses of the whole site, see [ListOf]
	Inputs string      `json:"inputs"`
	Note   []byte      `json:"note,omitempty"`

	Files map[string]file `json:"files"`

	dir  string // for people
	at   string // the path of its folder in from
	from Parts
}

// Parts are somewhere that holds parts: a folder, or a store to which they were
// published.
type Parts interface {
	String() string
	// Find lists the part files that it holds, by slash path.
	Find(ctx context.Context) ([]string, error)
	// Read reads a file of no more than limit bytes. One that is not there is
	// fs.ErrNotExist.
	Read(ctx context.Context, name string, limit int64) ([]byte, error)
	// Width is how many files it reads at a time.
	Width() int
}

// partLimit is more than the part file of any site takes.
const partLimit = 512 << 20

// ListOf is a digest of addresses, in whatever order.
func ListOf(addresses []string) string {
	h := sha256.New()
	for _, a := range slices.Sorted(slices.Values(addresses)) {
		fmt.Fprintf(h, "%s\n", a)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Part says in the stage what part of a site was written to it. It comes last
// before Commit.
func (s *Stage) Part(p Part) error {
	s.mu.Lock()
	p.Files = maps.Clone(s.files)
	s.mu.Unlock()
	for name, f := range p.Files {
		f.Time = 0 // of this disk alone
		p.Files[name] = f
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("%s: %w", PartFile, err)
	}
	return s.Write(PartFile, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// Join makes the site of all its parts in the folder out, in one swap as a build
// does. Parts that do not belong together, lack one of them, or hold other bytes
// than were made are refused, and the last site stays as it was.
func Join(ctx context.Context, from []Parts, out string) (Report, error) {
	parts, err := openParts(ctx, from)
	if err != nil {
		return Report{}, err
	}
	o := Options{Out: out, Site: parts[0].Site, Inputs: parts[0].Inputs, Note: parts[0].Note}
	for _, f := range from {
		if dir, ok := f.(folder); ok {
			o.Sources = append(o.Sources, string(dir))
		}
	}
	for _, p := range parts[1:] {
		if p.Inputs != o.Inputs { // of several machines: no build here would name them so
			o.Inputs = "joined " + p.Basis
		}
	}
	s, err := Begin(ctx, o)
	if err != nil {
		return Report{}, err
	}
	defer s.Abort()
	for _, p := range parts {
		if err := s.take(ctx, p); err != nil {
			return Report{}, err
		}
	}
	return s.Commit()
}

// A folder is a part on this machine, or holds parts.
type folder string

// FolderOfParts looks for parts in a folder.
func FolderOfParts(dir string) Parts { return folder(filepath.Clean(dir)) }

func (f folder) String() string { return string(f) }
func (f folder) Width() int     { return runtime.GOMAXPROCS(0) }

// Find passes by what a build that was cut off left beside its part.
func (f folder) Find(context.Context) ([]string, error) {
	if _, err := os.Stat(filepath.Join(string(f), PartFile)); err == nil {
		return []string{PartFile}, nil
	}
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(string(f), e.Name(), PartFile)); err == nil && !strings.HasPrefix(e.Name(), ".") {
			found = append(found, e.Name()+"/"+PartFile)
		}
	}
	return found, nil
}

func (f folder) Read(_ context.Context, name string, limit int64) ([]byte, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit+1))
}

// openParts reads what the parts say of themselves and holds that they make up
// one site.
func openParts(ctx context.Context, from []Parts) ([]*Part, error) {
	parts, err := readParts(ctx, from)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(parts, func(a, b *Part) int { return a.Number - b.Number })
	for _, check := range []func([]*Part) error{sameSite, allThere, eachOnce} {
		if err := check(parts); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// readParts reads what each part says of itself.
func readParts(ctx context.Context, from []Parts) ([]*Part, error) {
	var parts []*Part
	for _, f := range from {
		found, err := f.Find(ctx)
		if err != nil {
			return nil, fmt.Errorf("parts of a site: %w", err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s is no part of a site, since it has no %s, and holds none; name what build --shard made", f, PartFile)
		}
		for _, name := range found {
			p := &Part{from: f, at: strings.TrimSuffix(name, PartFile)}
			if p.dir = f.String(); p.at != "" {
				p.dir = f.String() + "/" + strings.TrimSuffix(p.at, "/")
			}
			if slices.ContainsFunc(parts, func(other *Part) bool { return other.dir == p.dir }) {
				continue // named by itself and by the folder around it
			}
			data, err := f.Read(ctx, name, partLimit)
			if err != nil {
				return nil, fmt.Errorf("part of a site: %w", err)
			}
			if err := json.Unmarshal(data, p); err != nil || p.Number < 1 || p.Number > p.Of {
				return nil, fmt.Errorf("%s in %s is not what build --shard wrote; build this part again", PartFile, p.dir)
			}
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil, errors.New("no parts are named; name what build --shard made")
	}
	return parts, nil
}

// sameSite holds that all parts are of one site, made of the same by the same.
func sameSite(parts []*Part) error {
	counts := map[string]int{}
	most := parts[0]
	for _, p := range parts {
		if counts[p.Basis]++; counts[p.Basis] > counts[most.Basis] {
			most = p
		}
	}
	for _, p := range parts {
		switch {
		case p.Of != most.Of:
			return fmt.Errorf("%s is one of %d parts, but %s is one of %d; build all with the same number of parts", p.dir, p.Of, most.dir, most.Of)
		case p.Site != most.Site:
			return fmt.Errorf("%s is of the site %q, but %s is of %q; name the parts of one site", p.dir, p.Site, most.dir, most.Site)
		case p.Basis != most.Basis || p.List != most.List:
			return fmt.Errorf("part %d of %d in %s has another %s than part %d in %s; build it again with --shard %d/%d, so that all parts are of one commit and one day, by one program",
				p.Number, p.Of, p.dir, p.unlike(most), most.Number, most.dir, p.Number, p.Of)
		}
	}
	return nil
}

// unlike says what p and q differ in.
func (p *Part) unlike(q *Part) string {
	for i, about := range p.About {
		if i < len(q.About) && q.About[i] != about {
			return fmt.Sprintf("%s (%s, not %s)", about[0], about[1], q.About[i][1])
		}
	}
	return "content"
}

// allThere holds that each number stands once.
func allThere(parts []*Part) error {
	have := map[int]*Part{}
	for _, p := range parts {
		if other := have[p.Number]; other != nil {
			return fmt.Errorf("%s and %s are both part %d of %d; leave one of them out", other.dir, p.dir, p.Number, p.Of)
		}
		have[p.Number] = p
	}
	var missing, how []string
	for i := 1; i <= parts[0].Of; i++ {
		if have[i] == nil {
			missing, how = append(missing, strconv.Itoa(i)), append(how, fmt.Sprintf("--shard %d/%d", i, parts[0].Of))
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("part %s of %d is missing; build it with %s from the same commit, as of the same day, and join again", missing[0], parts[0].Of, how[0])
	}
	return fmt.Errorf("parts %s of %d are missing; build them with %s from the same commit, as of the same day, and join again",
		strings.Join(missing, ", "), parts[0].Of, strings.Join(how, " and "))
}

// eachOnce holds that the parts have every address of the site, once.
func eachOnce(parts []*Part) error {
	in := map[string]*Part{}
	for _, p := range parts {
		for name := range p.Files {
			if other := in[name]; other != nil {
				return fmt.Errorf("%s is in part %d (%s) and in part %d (%s); build both again", name, other.Number, other.dir, p.Number, p.dir)
			}
			in[name] = p
		}
	}
	if ListOf(slices.Collect(maps.Keys(in))) != parts[0].List {
		return fmt.Errorf("the %d parts together do not have the addresses of the site; build them again", len(parts))
	}
	return nil
}

// take puts the files of a part into the stage.
func (s *Stage) take(outer context.Context, p *Part) error {
	g, ctx := errgroup.WithContext(outer)
	g.SetLimit(p.from.Width())
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if ctx.Err() != nil {
			break
		}
		f := p.Files[name]
		g.Go(func() error {
			return s.WriteFrom(name, f.From, func(w io.Writer) error { return p.copy(ctx, w, name, f) })
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return outer.Err()
}

// copy writes a file of the part, and fails if it is not what was made.
func (p *Part) copy(ctx context.Context, w io.Writer, name string, f file) error {
	again := fmt.Sprintf("build it again with --shard %d/%d", p.Number, p.Of)
	data, err := p.from.Read(ctx, p.at+name, f.Size)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("part %d in %s: %w; %s", p.Number, p.dir, err, again)
	}
	if err != nil {
		return fmt.Errorf("part %d in %s: %s: %w", p.Number, p.dir, name, err)
	}
	if Sum(data) != f.Sum {
		return fmt.Errorf("part %d in %s: %s does not hold what was made; %s", p.Number, p.dir, name, again)
	}
	_, err = w.Write(data)
	if paper, ok := w.(*paper); ok {
		paper.pieces = f.Pieces // the next build takes them over from here as from a build of its own
	}
	return err
}
