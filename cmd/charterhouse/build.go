package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/publish"
	"charterhouse/internal/shelf"
	"charterhouse/internal/site"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

func newBuild(c console) *cobra.Command {
	b := builder{console: c}
	cmd := &cobra.Command{
		Use:   "build [content]",
		Short: "Compile the charters into a site",
		Long: `Build checks the charters and renders every page into a staging folder, which
then takes the place of the output folder in one step. If the texts have
errors, or anything fails, the last site stays as it was.

The output folder is ours or empty; anything else is refused. Building the same
commit as of the same day gives the same bytes.

With --at the site shows what was committed at a revision, or until a day, as of
that day and without touching the working tree; every page says so. Errors that
stood in the texts then are told and do not stop it, since nobody can mend them.

With --history the site also has a page for the portfolio at the end of each
quarter since the first commit, and a page that compares any two quarters.

With --shard 3/8 it makes the third of eight parts of the site, for several
machines at once; join then makes the site of them.`,
		Example: `  charterhouse build
  charterhouse build content --out public --as-of 2027-03-31
  charterhouse build --at 2027-03-31 --out then`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if b.in, err = tongue(b.lang, true); err != nil {
				return err
			}
			w, err := findContent(args, b.asOf)
			if err != nil {
				return err
			}
			back, err := w.goTo(b.at, b.asOf)
			if err != nil {
				return err
			}
			defer back()
			if b.commit == "" && w.At != nil {
				b.commit = w.At.Short()
			}
			if b.out == "" {
				b.out = filepath.Join(w.Around, b.shard.folder())
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return advise(b.build(ctx, w))
		},
	}
	asOfFlag(cmd, &b.asOf)
	atFlag(cmd, &b.at)
	historyFlag(cmd, &b.history)
	cmd.Flags().Var(&b.shard, "shard", "make one part of the site, such as `3/8`, which join puts together with the others")
	profileFlag(cmd, &b.profile)
	langFlag(cmd, &b.lang)
	cmd.Flags().StringVar(&b.out, "out", "", "the `folder` that becomes the site (default public, beside the content)")
	cmd.Flags().StringVar(&b.commit, "commit", "", "the `revision` to name in the footer")
	return cmd
}

var notBuilt = diag.Say("The site was not built; the last one stays as it was.")

// A builder is one run of build.
type builder struct {
	console
	asOf, at, out, commit string // out hides the console's, which is console.out
	profile, lang         string
	in                    *diag.Tongue // of findings
	history               bool
	shard                 shard
	ends                  string // the commit that the quarters go up to
	started               time.Time
}

func (b *builder) build(ctx context.Context, w workplace) error {
	b.started = time.Now()
	// Nearly all that is allocated while texts are read stays until the site is
	// written, so looking for what can go would be in vain.
	usual := debug.SetGCPercent(400)
	defer debug.SetGCPercent(usual)
	d, err := desk.Open(w.Place, false)
	if err != nil {
		return err
	}
	defer d.Close()
	if !b.history && b.profile == "" { // else there are more portfolios than one
		defer b.ration(d.Tree())()
	}
	var past *desk.Archive
	if b.history {
		if past, err = w.archive(); err != nil {
			return err
		}
		defer past.Close()
		if b.ends, err = past.State(); err != nil {
			return err
		}
	}
	o := publish.Options{Out: b.out, Sources: []string{w.Content, w.Themes()}, Site: b.shard.name("charterhouse")}
	if done, err := b.unchanged(w, d, o); done {
		return err
	}
	d.Foresee()
	r := d.Look(w.asOf)
	if r.Found.Count(diag.Error) > 0 && w.At == nil {
		if err := diag.Write(b.errs, diag.People, r.Found, w.report(r, color(b.errs), b.in)); err != nil {
			return err
		}
		fmt.Fprintln(b.errs, notBuilt.In(b.in))
		return errTexts
	}
	debug.SetGCPercent(usual)
	if b.shard.of > 0 {
		b.shard.basis = b.inputsBy(programBytes(), w, d.Past(), r.Digest())
	}
	if b.profile != "" {
		return b.forAudience(ctx, w, r, o, past)
	}
	o.Inputs = b.inputs(w, d.Past(), walked(r.Digest(), r.Tree.Findings()))
	o.Note, err = json.Marshal(note{Files: r.Files, Found: r.Found})
	if err != nil {
		return err
	}
	so := site.Options{Commit: b.commit, At: w.At, Attachment: r.Attachment, Ground: b.inputs(w, string(r.Portfolio.Past().Whole()), r.Ground())}
	if w.At == nil { // nobody edits the past
		so.Folder, so.Editor = history.Folder(w.Content), true
		so.Shelf = strings.TrimSuffix(w.Shelf, shelf.Ending)
	}
	if past != nil {
		so.Quarters = func() ([]portfolio.Quarter, error) { return past.Quarters(r.Portfolio.Config(), w.asOf) }
	}
	return b.publish(ctx, w, r, o, site.New(r.Portfolio, r.Found, r.Theme, so))
}

// ration makes the program look for memory that can go before it takes more than
// pages of these texts need: charters hold less than three times their texts, what
// sums them up and pages under way as much again. Less than what lives would have it
// look all the time, and few texts are not worth looking. It returns what ends it.
// Whoever sets GOMEMLIMIT knows better.
func (b *builder) ration(t *source.Tree) (end func()) {
	most := int64(48 << 20)
	for _, e := range t.Entries() {
		if e.Kind != source.Asset {
			most += e.Size * 5
		}
	}
	before := debug.SetMemoryLimit(-1)
	if before == math.MaxInt64 {
		debug.SetMemoryLimit(max(most, 128<<20))
	}
	return func() { debug.SetMemoryLimit(before) }
}

// A note is kept with the site, so that an unchanged build says the same.
type note struct {
	Files int       `json:"files"`
	Found diag.List `json:"found"`
}

// inputs is a digest of all that the pages depend on: the program, the content,
// its past, the day and the commit shown. A theme of one's own is part of the content's
// surroundings and hashed by its files.
func (b *builder) inputs(w workplace, past string, content [32]byte) string {
	return b.inputsBy(programSum(), w, past, content)
}

func (b *builder) inputsBy(program string, w workplace, past string, content [32]byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%x\x00", program, w.asOf, b.commit, past, content)
	fmt.Fprintf(h, "in %s\x00", history.Folder(w.Content))
	if w.At != nil {
		fmt.Fprintf(h, "at %s\x00", w.At.Commit)
	}
	if b.profile != "" {
		fmt.Fprintf(h, "for %s\x00", b.profile)
	}
	if b.history {
		fmt.Fprintf(h, "quarters until %s\x00", b.ends)
	}
	hashFolder(h, w.Themes())
	return hex.EncodeToString(h.Sum(nil))
}

// walked adds to the digest of what was read what was found about files that are
// not: a site tells it, too.
func walked(content [32]byte, found diag.List) [32]byte {
	h := sha256.New()
	h.Write(content[:])
	for _, f := range found {
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", f.Pos.File, f.Code, f.Message.Whole())
	}
	return [32]byte(h.Sum(nil))
}

// programSum names the program by its own bytes where it can be read: two
// builds of one version may differ while it is worked on.
var programSum = sync.OnceValue(func() string {
	if self, err := os.Executable(); err == nil {
		if info, err := os.Stat(self); err == nil {
			return fmt.Sprintf("%s %d %d", version(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return version()
})

func hashFolder(h io.Writer, dir string) {
	_ = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		if data, err := os.ReadFile(name); err == nil {
			rel, _ := filepath.Rel(dir, name)
			fmt.Fprintf(h, "%s\x00%d\x00", filepath.ToSlash(rel), len(data))
			_, _ = h.Write(data)
		}
		return nil
	})
}

// unchanged ends a build whose inputs are those of the site that stands there.
func (b *builder) unchanged(w workplace, d *desk.Desk, o publish.Options) (done bool, err error) {
	if _, err := os.Stat(filepath.Join(o.Out, publish.Marker)); err != nil || b.profile != "" {
		return false, nil
	}
	o.Inputs = b.inputs(w, d.Past(), walked(d.Digest(), d.Tree().Findings()))
	r, ok := publish.UpToDate(o)
	if !ok {
		return false, nil
	}
	var n note
	if err := json.Unmarshal(r.Note, &n); err != nil {
		return false, nil
	}
	shown := &desk.View{Tree: d.Tree(), Place: w.Place}
	shown.Found, shown.Files = n.Found, n.Files
	if err := b.findings(w, shown); err != nil {
		return true, err
	}
	fmt.Fprintf(b.console.out, "%s is up to date: %d files, %s, in %s\n", b.out, r.Files, size(r.Bytes), b.took())
	return true, nil
}

// findings prints warnings and notes above the closing line.
func (b *builder) findings(w workplace, r *desk.View) error {
	if len(r.Found) == 0 {
		return nil
	}
	if err := diag.Write(b.errs, diag.People, r.Found, w.report(r, color(b.errs), b.in)); err != nil {
		return err
	}
	if r.Found.Count(diag.Error) > 0 {
		fmt.Fprintln(b.errs, diag.Say("These errors stood in the texts then; the site shows what can be read, and lists them under Needs attention.").In(b.in))
	}
	return nil
}

// publish renders every page into the stage and swaps it in.
func (b *builder) publish(ctx context.Context, w workplace, r *desk.View, o publish.Options, s *site.Site) error {
	stage, err := publish.Begin(ctx, o)
	if err != nil {
		return err
	}
	defer stage.Abort()
	if err = b.render(ctx, s, stage); err == nil {
		err = b.part(stage, w, o, s)
	}
	if err != nil {
		var broken *theme.Broken
		if errors.As(err, &broken) {
			found := diag.List{broken.Finding}
			found[0].Severity = diag.Error
			_ = diag.Write(b.errs, diag.People, found, w.report(r, color(b.errs), b.in))
			fmt.Fprintln(b.errs, notBuilt.In(b.in))
			return errTexts
		}
		return err
	}
	done, err := stage.Commit()
	if err != nil {
		return err
	}
	if err := b.findings(w, r); err != nil {
		return err
	}
	fmt.Fprintf(b.console.out, "%s: %d files, %s, %d new or changed, in %s\n", b.out, done.Files, size(done.Bytes), done.Written, b.took())
	if !done.Swapped {
		fmt.Fprintf(b.errs, "This file system cannot swap folders, so files were replaced one by one.\n")
	}
	return nil
}

// render makes all pages, a few at a time. Those made of all charters at once take
// much memory each, so no more than half of the processors make them, and the rest
// the others meanwhile.
func (b *builder) render(ctx context.Context, s *site.Site, stage *publish.Stage) error {
	addresses := b.shard.addresses(s)
	bar := b.bar(len(addresses))
	var broad, narrow queue
	for _, address := range addresses {
		if s.Broad(address) {
			broad.addresses = append(broad.addresses, address)
		} else {
			narrow.addresses = append(narrow.addresses, address)
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	write := func(some []string) error {
		for _, address := range some {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stopped: %w", err)
			}
			if err := stage.WriteFrom(address, s.Inputs(address), func(w io.Writer) error { return s.Render(w, address) }); err != nil {
				return err
			}
		}
		_ = bar.Add(len(some))
		return nil
	}
	for i := range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			if i%2 == 0 {
				last := ""
				err := broad.empty(1, func(next []string) error {
					if path.Dir(next[0]) != path.Dir(last) {
						s.Leave(last)
					}
					last = next[0]
					return write(next)
				})
				if err != nil {
					return err
				}
			}
			return narrow.empty(32, write)
		})
	}
	err := g.Wait()
	_ = bar.Finish()
	return err
}

// A queue is addresses of which several goroutines take some at a time.
type queue struct {
	addresses []string
	taken     atomic.Int64
}

// empty does something with so many addresses at a time until there are none.
func (q *queue) empty(chunk int, do func([]string) error) error {
	for {
		from := int(q.taken.Add(int64(chunk))) - chunk
		if from >= len(q.addresses) {
			return nil
		}
		if err := do(q.addresses[from:min(from+chunk, len(q.addresses))]); err != nil {
			return err
		}
	}
}

// bar shows progress on a terminal, and nowhere else.
func (b *builder) bar(n int) *progressbar.ProgressBar {
	if !terminal(b.errs) || n < 500 {
		return progressbar.DefaultSilent(int64(n))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(b.errs), progressbar.OptionSetDescription("pages"), progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
}

func (b *builder) took() time.Duration { return time.Since(b.started).Round(10 * time.Millisecond) }

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d.%d MiB", n>>20, (n&(1<<20-1))*10>>20)
}
