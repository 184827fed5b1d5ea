package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/source"
	"charterhouse/internal/tidy"
)

func newFmt(c console) *cobra.Command {
	f := formatter{c: c}
	cmd := &cobra.Command{
		Use:   "fmt [file or folder...]",
		Short: "Lay out front matter and registers: the manual's order of keys, even spacing",
		Long: `Fmt puts the keys of charters, updates and registers in the manual's order, with
two blanks a level and one after a colon. Comments go with their key; quotes,
prose, and the order of shares, periods and lists stay as they are, and so does
the digest of the terms: no signature lapses. TOML and JSON are left alone.

Without files it lays out the whole content folder. A folder stands for all that
is below it, and may be the content folder itself.`,
		Example: `  charterhouse fmt
  charterhouse fmt --diff content/charters/roof.md
  charterhouse fmt --check      in CI: ends with 1 and lists what is not laid out`,
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := findContent(contentAmong(args), "")
			if err != nil {
				return err
			}
			tree, err := source.Open(w.Content, source.DefaultLimits())
			if err != nil {
				return err
			}
			defer tree.Close()
			return f.run(w, tree, args)
		},
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "change nothing; list what would change and end with 1")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "change nothing; print what would change")
	return cmd
}

type formatter struct {
	c           console
	check, diff bool

	changes batch
	refused bool
}

func (f *formatter) run(w workplace, tree *source.Tree, args []string) error {
	chosen, err := chosenEntries(w, tree, args)
	if err != nil {
		return err
	}
	for _, e := range chosen {
		f.entry(w, tree, e)
	}
	n := len(f.changes.writes)
	switch {
	case f.check && n > 0:
		return errTexts
	case !f.check && !f.diff && n > 0:
		if err := f.changes.do(w.Content); err != nil {
			return fmt.Errorf("nothing was laid out: %w", err)
		}
	}
	if f.refused {
		return errTexts
	}
	return nil
}

func (f *formatter) entry(w workplace, tree *source.Tree, e source.Entry) {
	name := filepath.Join(w.Content, filepath.FromSlash(e.Path))
	text, _, ok := tree.Read(e)
	if !ok {
		fmt.Fprintf(f.c.errs, "%s cannot be read; see charterhouse check\n", name)
		f.refused = true
		return
	}
	after, err := tidy.Text(e.Path, text)
	switch {
	case errors.Is(err, tidy.ErrNotYAML):
		fmt.Fprintf(f.c.errs, "%s is left alone: %v\n", name, err)
	case err != nil:
		fmt.Fprintf(f.c.errs, "%s is left as it is: %v\n", name, err)
		f.refused = true
	case bytes.Equal(text, after):
	default:
		f.changes.writes = append(f.changes.writes, written{e.Path, text, after})
		if f.diff {
			fmt.Fprint(f.c.out, udiff.Unified(name, name, string(text), string(after)))
		} else {
			fmt.Fprintln(f.c.out, name)
		}
	}
}

// contentAmong is the content folder where that is what was named.
func contentAmong(args []string) []string {
	if len(args) == 1 {
		if _, ok := desk.At(args[0]); ok {
			return args
		}
	}
	return nil
}

// chosenEntries are the files that were named or stand in folders that were, or
// all that are laid out.
func chosenEntries(w workplace, tree *source.Tree, args []string) ([]source.Entry, error) {
	var all []source.Entry
	for _, e := range tree.Entries() {
		if tidy.Has(e.Kind) {
			all = append(all, e)
		}
	}
	if len(args) == 0 {
		return all, nil
	}
	var chosen []source.Entry
	for _, name := range args {
		wanted, _ := filepath.Abs(name)
		n := len(chosen)
		for _, e := range all {
			at, _ := filepath.Abs(filepath.Join(w.Content, filepath.FromSlash(e.Path)))
			if at == wanted || strings.HasPrefix(at, wanted+string(filepath.Separator)) || e.Path == filepath.ToSlash(filepath.Clean(name)) {
				chosen = append(chosen, e)
			}
		}
		if len(chosen) == n {
			return nil, fmt.Errorf("%s is no charter, update or register of %s, nor a folder with some", name, w.Content)
		}
	}
	return chosen, nil
}
