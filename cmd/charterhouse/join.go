package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/portfolio"
	"charterhouse/internal/publish"
	"charterhouse/internal/remote"
)

func newJoin(c console) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "join part...",
		Short: "Make the site of the parts that build --shard made",
		Long: `Join puts the parts together that build --shard made on one machine or on
several, and lets the site take the place of the output folder in one step, as
build does. The bytes are those of a build of the whole.

It wants every part once, all made from the same commit and content, as of the
same day, with the same program, and every file as it was made. Otherwise it
says which part to build again, and the last site stays as it was.

A part is named by its folder, or by a folder that holds parts; or by where it
was published to, s3://bucket/prefix or sftp://user@host/path.`,
		Example: `  charterhouse build --shard 1/2 --as-of 2027-03-31
  charterhouse build --shard 2/2 --as-of 2027-03-31
  charterhouse join parts --out public
  charterhouse join s3://bucket/parts --out public`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("name the folders of the parts, or the one that holds them, such as: charterhouse join parts")
			}
			started := time.Now()
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			from, hangUp, err := parts(ctx, args)
			if err != nil {
				return err
			}
			defer hangUp()
			done, err := publish.Join(ctx, from, out)
			if err != nil {
				return advise(err)
			}
			fmt.Fprintf(c.out, "%s: %d files, %s, %d new or changed, in %s\n", out, done.Files, size(done.Bytes), done.Written, time.Since(started).Round(10*time.Millisecond))
			if !done.Swapped {
				fmt.Fprintf(c.errs, "This file system cannot swap folders, so files were replaced one by one.\n")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "public", "the `folder` that becomes the site")
	return cmd
}

// parts are where the arguments lead.
func parts(ctx context.Context, args []string) (from []publish.Parts, done func(), err error) {
	var places []*remote.Place
	done = func() {
		for _, p := range places {
			p.Close()
		}
	}
	for _, arg := range args {
		t, err := portfolio.ParseDestination(arg)
		if err != nil {
			done()
			return nil, nil, err
		}
		if t.Kind == "folder" {
			from = append(from, publish.FolderOfParts(t.Path))
			continue
		}
		p, err := open(ctx, t)
		if err != nil {
			done()
			return nil, nil, err
		}
		places, from = append(places, p), append(from, p)
	}
	return from, done, nil
}
