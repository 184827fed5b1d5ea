package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/publish"
	"charterhouse/internal/site"
)

// profileFlag is the audience that something is made for.
func profileFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "profile", "", "make it for the audience of this `profile` of charterhouse.yaml, such as public")
}

// today is r, or the view of today where r is one of the past: who may read what
// is a question of today, and nobody can answer it while today's texts have errors.
func (w workplace) today(r *desk.View) (today *desk.View, done func(), err error) {
	if w.At == nil {
		return r, func() {}, nil
	}
	w.At = nil
	if today, err = w.read(); err != nil {
		return nil, nil, err
	}
	done = func() { _ = today.Tree.Close() } // it was read only
	if today.Found.Count(diag.Error) > 0 {
		done()
		return nil, nil, errors.New("today's texts decide who may read what, and they have errors; charterhouse check tells which")
	}
	return today, done, nil
}

// forAudience publishes what the audience of a profile may read. The texts were
// judged as a whole, and who builds is told so; but nothing of that is kept with
// the site, neither what was found nor a digest of what is hidden. So such a site
// is made anew each time.
func (b *builder) forAudience(ctx context.Context, w workplace, r *desk.View, o publish.Options, past *desk.Archive) error {
	today, done, err := w.today(r)
	if err != nil {
		return err
	}
	defer done()
	shown, err := r.ForAsOf(today, b.profile)
	if err != nil {
		return err
	}
	o.Site = b.shard.name("charterhouse for " + b.profile) // so that neither takes the place of the other where readers are
	so := site.Options{Commit: b.commit, At: w.At, Attachment: shown.Attachment}
	if past != nil {
		so.Quarters = func() ([]portfolio.Quarter, error) {
			all, err := past.Quarters(r.Portfolio.Config(), w.asOf)
			return today.Earlier(all, b.profile), err
		}
	}
	return b.publish(ctx, w, r, o, site.New(shown.Portfolio, nil, shown.Theme, so))
}
