package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/source"
	"charterhouse/internal/tidy"
)

func newFmt(c console) *cobra.Command {
	f := formatter{rewriting: rewriting{console: c}}
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
	cmd.Flags().BoolVar(&f.show, "diff", false, "change nothing; print what would change")
	return cmd
}

type formatter struct {
	rewriting
	alone []error // why a file is none that is laid out
}

func (f *formatter) run(w workplace, tree *source.Tree, args []string) error {
	chosen, err := chosenEntries(w, tree, args)
	if err != nil {
		return err
	}
	for _, e := range chosen {
		f.entry(w, tree, e)
	}
	switch len(f.alone) {
	case 0:
	case 1:
		fmt.Fprintln(f.errs, f.alone[0])
	default:
		fmt.Fprintf(f.errs, "%s in TOML or JSON are left alone: only YAML is laid out\n", number(len(f.alone), "file"))
	}
	if err := f.finish(w); err != nil {
		return fmt.Errorf("nothing was laid out: %w", err)
	}
	return f.verdict()
}

func (f *formatter) entry(w workplace, tree *source.Tree, e source.Entry) {
	name, text, ok := f.read(w, tree, e)
	if !ok {
		return
	}
	after, err := tidy.Text(e.Path, text)
	switch {
	case errors.Is(err, tidy.ErrNotYAML):
		f.alone = append(f.alone, fmt.Errorf("%s is left alone: %w", name, err))
	case err != nil:
		fmt.Fprintf(f.errs, "%s is left as it is: %v\n", name, err)
		f.refused = true
	case !bytes.Equal(text, after):
		f.change(name, written{e.Path, text, after})
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
