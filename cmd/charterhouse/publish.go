package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"charterhouse/internal/portfolio"
	"charterhouse/internal/publish"
	"charterhouse/internal/remote"
)

// before is what --rollback says without a name.
const before = "the version before"

func newPublish(c console) *cobra.Command {
	p := publisher{console: c}
	cmd := &cobra.Command{
		Use:   "publish [place]",
		Short: "Put the built site where readers are",
		Long: `Publish takes the folder that build made and puts it on a web server's disk, into
an object store that speaks S3, or onto an SFTP server. A place is named under
publish: in charterhouse.yaml, or by its address.

In a folder versions stand beside each other, and a link called current, which
the server shows, changes to the new one in one step. --rollback changes it back.
Elsewhere assets go first, pages next, and removals come last; only changed files
are sent, and a run that was cut off goes on where it ended.

Only what was published before is ever removed, and never more than 50 pages or a
tenth of the files, unless --allow-deletes says how many may go. Keys come from
the environment, the usual files and the SSH agent; docs/publishing.md has it
all, step by step.`,
		Example: `  charterhouse publish intranet --dry-run
  charterhouse publish /srv/www/charters
  charterhouse publish s3://bucket/charters
  charterhouse publish sftp://web@host/srv/www/charters
  charterhouse publish intranet --rollback`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if len(args) == 2 {
				if p.rollback != before {
					return fmt.Errorf("publish takes one place, and %s is a second", args[1])
				}
				p.rollback = args[1]
			}
			return p.run(ctx, args)
		},
	}
	cmd.Flags().StringVar(&p.content, "content", "", "the content `folder` whose charterhouse.yaml names places (default here, or ./content)")
	cmd.Flags().StringVar(&p.from, "from", "", "the built `folder` (default public, beside the content)")
	cmd.Flags().BoolVarP(&p.dry, "dry-run", "n", false, "only say what would change")
	cmd.Flags().IntVar(&p.allow, "allow-deletes", 0, "let so `many` files go")
	cmd.Flags().BoolVar(&p.list, "list", false, "tell the versions that are there")
	cmd.Flags().StringVar(&p.rollback, "rollback", "", "show a former `version` again, or the one before the present")
	cmd.Flags().Lookup("rollback").NoOptDefVal = before
	return cmd
}

// A publisher is one run of publish.
type publisher struct {
	console
	content, from string
	dry, list     bool
	allow         int
	rollback      string
	started       time.Time
	sources       []string
}

func (p *publisher) run(ctx context.Context, args []string) error {
	p.started = time.Now()
	if p.dry && p.rollback != "" {
		return errors.New("--dry-run tells what publishing would change, and --rollback publishes nothing; see the versions with --list")
	}
	t, err := p.target(args)
	if err != nil {
		return err
	}
	if t.Kind == "folder" {
		return p.folder(ctx, t)
	}
	if p.rollback != "" {
		return errors.New("--rollback is for folders, which keep versions; elsewhere build the former site, and publish it: charterhouse build --at REVISION --out former && charterhouse publish " + cmp.Or(t.Name, strings.Join(args, "")) + " --from former")
	}
	return p.remote(ctx, t)
}

// target finds the place that was named, the only one there is, or reads an
// address. A word that names no place is no folder by accident.
func (p *publisher) target(args []string) (portfolio.Destination, error) {
	var content []string
	if p.content != "" {
		content = []string{p.content}
	}
	w, missing := findContent(content, "")
	if p.from == "" {
		p.from = "public"
		if missing == nil {
			p.from = filepath.Join(w.Around, "public")
		}
	}
	var targets []portfolio.Destination
	if missing == nil {
		r, err := w.read()
		if err != nil {
			return portfolio.Destination{}, err
		}
		targets = r.Portfolio.Config().Publish
		p.sources = []string{w.Content, w.Themes()}
		for i := range targets {
			if targets[i].Kind == "folder" && !filepath.IsAbs(targets[i].Path) {
				targets[i].Path = filepath.Join(w.Around, targets[i].Path)
			}
		}
	}
	if len(args) > 0 && strings.ContainsAny(args[0], `/\`) {
		return portfolio.ParseDestination(args[0])
	}
	return choose(targets, args, missing)
}

func choose(targets []portfolio.Destination, args []string, missing error) (portfolio.Destination, error) {
	var names []string
	for _, t := range targets {
		if len(args) > 0 && t.Name == args[0] || len(args) == 0 && len(targets) == 1 {
			return t, nil
		}
		names = append(names, t.Name)
	}
	switch {
	case missing != nil && len(args) == 0:
		return portfolio.Destination{}, fmt.Errorf("say where to publish to: a folder, s3://bucket/prefix or sftp://user@host/path")
	case missing != nil:
		return portfolio.Destination{}, fmt.Errorf("%q could be a place under publish: in charterhouse.yaml, but there is none here: go where the content folder is, or name it with --content. A folder is written with a slash: ./%s", args[0], args[0])
	case len(targets) == 0:
		return portfolio.Destination{}, fmt.Errorf("charterhouse.yaml names no place under publish: that could be read; name one there, or write an address: ./folder, s3://bucket/prefix or sftp://user@host/path")
	case len(args) == 0:
		return portfolio.Destination{}, fmt.Errorf("say which place: %s", strings.Join(names, ", "))
	}
	return portfolio.Destination{}, fmt.Errorf("there is no place %q under publish: in charterhouse.yaml; there is %s. A folder is written with a slash: ./%s", args[0], strings.Join(names, ", "), args[0])
}

func (p *publisher) folder(ctx context.Context, t portfolio.Destination) error {
	if p.list || p.rollback != "" {
		v, err := publish.OpenVersions(t.Path, "", p.sources)
		if err != nil {
			return err
		}
		if p.list {
			return p.versions(v)
		}
		return p.back(ctx, v, t)
	}
	b, err := publish.Open(p.from)
	if err != nil {
		return err
	}
	defer b.Close()
	v, err := publish.OpenVersions(t.Path, b.Site, append(p.sources, p.from))
	if err != nil {
		return err
	}
	if p.dry {
		plan, err := v.Plan(b)
		if err != nil {
			return err
		}
		return p.tell(plan, 0, t.Path)
	}
	plan, err := v.Publish(ctx, b, p.allow)
	if err != nil {
		return err
	}
	p.said(plan, t.Path, fmt.Sprintf("version %s is shown", b.Version()))
	return nil
}

func (p *publisher) versions(v *publish.Versions) error {
	all, err := v.List()
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(p.out, "Nothing was published there yet.")
	}
	for _, one := range all {
		mark := " "
		if one.Current {
			mark = "*"
		}
		fmt.Fprintf(p.out, "%s %s  %s  %d files, %s\n", mark, one.Name, one.At.Local().Format("2006-01-02 15:04:05"), one.Files, size(one.Bytes))
	}
	return nil
}

func (p *publisher) back(ctx context.Context, v *publish.Versions, t portfolio.Destination) error {
	name := p.rollback
	if name == before {
		name = ""
	}
	to, err := v.Rollback(ctx, name)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: version %s of %s is shown again\n", t.Path, to.Name, to.At.Local().Format("2006-01-02 15:04"))
	return nil
}

// open connects to a place that is not a folder.
func open(ctx context.Context, t portfolio.Destination) (*remote.Place, error) {
	if t.Kind == "s3" {
		return remote.OpenBucket(remote.Bucket{Name: t.Bucket, Prefix: t.Path, Endpoint: cmp.Or(t.Endpoint, os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL")), Region: t.Region})
	}
	return remote.OpenHost(ctx, remote.Host{User: t.User, Host: t.Host, Path: t.Path})
}

func (p *publisher) remote(ctx context.Context, t portfolio.Destination) error {
	place, err := open(ctx, t)
	if err != nil {
		return err
	}
	defer place.Close()
	if p.list {
		return p.state(ctx, place)
	}
	b, err := publish.Open(p.from)
	if err != nil {
		return err
	}
	defer b.Close()
	if p.dry {
		plan, again, err := place.Plan(ctx, b, p.options(t))
		if err != nil {
			return err
		}
		return p.tell(plan, again, place.String())
	}
	r, err := place.Publish(ctx, b, p.options(t))
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%s: stopped after %d files; run the same again, and it sends what is missing", place, r.Sent)
	}
	if err != nil {
		return err
	}
	words := fmt.Sprintf("%d sent, %s; version %s", r.Sent, size(r.Bytes), b.Version())
	if r.Resumed {
		words += fmt.Sprintf("; %d files were there from a run that was cut off", r.Found)
	}
	p.said(r.Plan, place.String(), words)
	return nil
}

// options show progress on a terminal, and nowhere else.
func (p *publisher) options(t portfolio.Destination) remote.Options {
	var bar *progressbar.ProgressBar
	return remote.Options{Allow: p.allow, Gzip: t.Gzip,
		Progress: func(done, of int) {
			if !terminal(p.errs) {
				return
			}
			if bar == nil {
				bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(p.errs), progressbar.OptionSetDescription("files"), progressbar.OptionShowCount(),
					progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
			}
			_ = bar.Set(done)
		},
		Waiting: func(since time.Time) {
			fmt.Fprintf(p.errs, "Another run has been at it since %s; looking whether it lives …\n", since.Local().Format("15:04:05"))
		},
	}
}

func (p *publisher) state(ctx context.Context, place *remote.Place) error {
	s, err := place.State(ctx)
	switch {
	case err != nil:
		return err
	case s.Version == "" && !s.Open:
		fmt.Fprintln(p.out, "Nothing was published there yet.")
	case s.Version != "":
		fmt.Fprintf(p.out, "* %s  %s  %d files\n", s.Version, s.At.Local().Format("2006-01-02 15:04:05"), s.Files)
	}
	if s.Open {
		fmt.Fprintln(p.out, "A run has not come to its end; publish again to bring it there.")
	}
	return nil
}

// most is how many names of each kind a plan shows.
const most = 20

// tell prints a plan for people, and fails as publishing would.
func (p *publisher) tell(plan publish.Plan, again int, to string) error {
	for _, part := range []struct {
		sign, word string
		names      []string
	}{{"+", "new", plan.New}, {"~", "changed", plan.Changed}, {"-", "to remove", plan.Gone}} {
		if len(part.names) == 0 {
			continue
		}
		fmt.Fprintf(p.out, "%d %s\n", len(part.names), part.word)
		for _, name := range part.names[:min(most, len(part.names))] {
			fmt.Fprintf(p.out, "  %s %s\n", part.sign, name)
		}
		if more := len(part.names) - most; more > 0 {
			fmt.Fprintf(p.out, "  %s and %d more\n", part.sign, more)
		}
	}
	fmt.Fprintf(p.out, "%d the same\n", plan.Same)
	if again > 0 {
		fmt.Fprintf(p.out, "%d of them to be sent again: they are missing there, stored otherwise, or in doubt since a run was cut off\n", again)
	}
	if plan.Empty() && again == 0 {
		fmt.Fprintf(p.out, "%s is up to date.\n", to)
		return nil
	}
	if plan.Empty() {
		fmt.Fprintf(p.out, "Readers of %s would see no difference. Nothing was changed.\n", to)
		return nil
	}
	fmt.Fprintf(p.out, "%s would get %s, before packing. Nothing was changed.\n", to, size(plan.Bytes))
	return plan.Brake(p.allow)
}

func (p *publisher) said(plan publish.Plan, to, what string) {
	if plan.Empty() {
		fmt.Fprintf(p.out, "%s: nothing has changed for readers; %s, in %s\n", to, what, time.Since(p.started).Round(10*time.Millisecond))
		return
	}
	fmt.Fprintf(p.out, "%s: %d new, %d changed, %d removed, %d the same; %s, in %s\n", to, len(plan.New), len(plan.Changed), len(plan.Gone), plan.Same, what, time.Since(p.started).Round(10*time.Millisecond))
}
