package main

import (
	"fmt"
	"io"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"charterhouse/internal/calendar"
	"charterhouse/internal/lsp"
	"charterhouse/internal/rulebook"
)

func newLSP(c console) *cobra.Command {
	var asOf, lang string
	cmd := &cobra.Command{
		Use:   "lsp [content]",
		Short: "Talk to an editor while charters are written",
		Long: `Lsp is a language server: an editor starts it and talks to it over standard
input and output. It finds what check finds, in texts that are not saved yet,
and completes, explains, follows and renames ids.

Without a folder it looks for the content folder in those that the editor has
open. How to set up an editor stands in docs/editors.md.`,
		Example: `  charterhouse lsp
  charterhouse lsp content --lang da`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := lsp.Options{Lang: lang, Version: version(), Log: c.errs}
			if lang != "" && !slices.Contains(rulebook.Languages, lang) {
				return fmt.Errorf("--lang: %q is not one of %s", lang, strings.Join(rulebook.Languages, ", "))
			}
			if asOf != "" {
				day, err := calendar.ParseDate(asOf)
				if err != nil {
					return fmt.Errorf("--as-of: %w; write YYYY-MM-DD", err)
				}
				o.AsOf = day
			}
			if len(args) == 1 {
				w, err := findContent(args, asOf)
				if err != nil {
					return err
				}
				o.Content = w.Content
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
			defer stop()
			return ended(lsp.Serve(ctx, pipe{c.in, c.out}, o))
		},
	}
	asOfFlag(cmd, &asOf)
	cmd.Flags().StringVar(&lang, "lang", "", "language of findings, titles and explanations: "+strings.Join(rulebook.Languages, ", ")+" (default the editor's)")
	cmd.Flags().Bool("stdio", true, "talk over standard input and output, which is the only way; editors like to say it")
	return cmd
}

// ended is the end of a server as an error, if it was not asked to go.
func ended(code int) error {
	if code == 0 {
		return nil
	}
	return errTexts
}

// A pipe is standard input and output as one.
type pipe struct {
	in  io.Reader
	out io.Writer
}

func (p pipe) Read(b []byte) (int, error)  { return p.in.Read(b) }
func (p pipe) Write(b []byte) (int, error) { return p.out.Write(b) }

// Close ends a read that waits for more.
func (p pipe) Close() error {
	if in, ok := p.in.(io.Closer); ok {
		return in.Close()
	}
	return nil
}
