package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/publish"
	"charterhouse/internal/site"
)

// profileFlag is the audience that something is made for.
func profileFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "profile", "", "make it for the audience of this `profile` of charterhouse.yaml: public")
}

var errPast = errors.New("--history: what earlier quarters said was not meant for the audience of a profile; build its site without it")

// forAudience publishes what the audience of a profile may read. The texts were
// judged as a whole, and who builds is told so; but nothing of that is kept with
// the site, neither what was found nor a digest of what is hidden. So such a site
// is made anew each time.
func (b *builder) forAudience(ctx context.Context, w workplace, r *desk.View, o publish.Options, past *desk.Archive) error {
	if past != nil {
		return errPast
	}
	shown, err := r.For(b.profile)
	if err != nil {
		return err
	}
	return b.publish(ctx, w, r, o, site.New(shown.Portfolio, nil, shown.Theme, site.Options{Commit: b.commit, At: w.At, Attachment: shown.Attachment}))
}
