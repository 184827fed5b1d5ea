package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/publish"
	"charterhouse/internal/remote"
	"charterhouse/internal/site"
)

// A shard is the part of the site that this build makes; of is 0 for the whole.
type shard struct {
	number, of int
	basis      string // digest of what all parts have in common
}

// most is more machines than anybody has, and keeps the name of a part short.
const mostShards = 1000

// Set reads 3/8.
func (s *shard) Set(text string) error {
	number, of, ok := strings.Cut(text, "/")
	var wrong1, wrong2 error
	s.number, wrong1 = strconv.Atoi(number)
	s.of, wrong2 = strconv.Atoi(of)
	if !ok || wrong1 != nil || wrong2 != nil || s.of < 1 || s.of > mostShards || s.number < 1 || s.number > s.of {
		return fmt.Errorf("write the number of the part and how many there are, counted from 1, such as 3/8; at most %d", mostShards)
	}
	return nil
}

// String is what Set reads.
func (s *shard) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.number, s.of)
}

// Type is for the help.
func (s *shard) Type() string { return "part" }

// folder is where the site or the part goes if nobody says otherwise.
func (s *shard) folder() string {
	if s.of == 0 {
		return "public"
	}
	return filepath.Join("parts", fmt.Sprintf("%d-of-%d", s.number, s.of))
}

// name lets no part take the place of a site, or of another part.
func (s *shard) name(site string) string {
	if s.of == 0 {
		return site
	}
	return fmt.Sprintf("%s, part %d of %d", site, s.number, s.of)
}

func (s *shard) addresses(of *site.Site) []string {
	if s.of == 0 {
		return of.Addresses()
	}
	return of.Part(s.number, s.of)
}

// part ends the making of a part of the site; for a whole one it does nothing.
func (b *builder) part(stage *publish.Stage, w workplace, o publish.Options, s *site.Site) error {
	if b.shard.of == 0 {
		return nil
	}
	p := publish.Part{Site: strings.TrimSuffix(o.Site, b.shard.name("")), Number: b.shard.number, Of: b.shard.of, Basis: b.shard.basis,
		List: publish.ListOf(s.Addresses()), Inputs: o.Inputs, Note: o.Note}
	p.About = [][2]string{{"program", version() + " " + programBytes()[:12]}, {"day", w.asOf.String()}, {"commit", b.of(w)}}
	return stage.Part(p)
}

// of names the commit for people: the one to show, else the one checked out.
func (b *builder) of(w workplace) string {
	if b.commit != "" {
		return b.commit
	}
	r, err := history.Open(w.Content)
	if err != nil {
		return "none"
	}
	defer r.Close()
	head, err := r.At("HEAD")
	if err != nil {
		return "none"
	}
	return head.Short()
}

// programBytes is a digest of the program itself, which is the same wherever it
// was copied to.
var programBytes = sync.OnceValue(func() string {
	h := sha256.New()
	self, err := os.Executable()
	if err == nil {
		var f *os.File
		if f, err = os.Open(self); err == nil {
			defer f.Close()
			_, err = io.Copy(h, f)
		}
	}
	if err != nil {
		h.Reset()
		_, _ = io.WriteString(h, version())
	}
	return hex.EncodeToString(h.Sum(nil))
})

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
			from, done2, err := parts(ctx, args)
			if err != nil {
				return err
			}
			defer done2()
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
