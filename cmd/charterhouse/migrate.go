package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	udiff "github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"charterhouse/internal/charter"
	"charterhouse/internal/migrate"
	"charterhouse/internal/source"
)

func newMigrate(c console) *cobra.Command {
	m := migrator{c: c}
	cmd := &cobra.Command{
		Use:   "migrate [content]",
		Short: "Bring charters that were written for an older model to the present one",
		Long: fmt.Sprintf(`Migrate changes what charters of an older model need for the present one, which is
charter/%d: files without a schema line get it, and keys under another name that
the program knows (cost, sponsor) get their own. No other byte changes. Charters
for a newer model than this program's are named and left alone.`, charter.Schema),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := findContent(args, "")
			if err != nil {
				return err
			}
			tree, err := source.Open(w.Content, source.DefaultLimits())
			if err != nil {
				return err
			}
			defer tree.Close()
			return m.run(w, tree)
		},
	}
	cmd.Flags().BoolVar(&m.check, "check", false, "change nothing; list what would change and end with 1")
	cmd.Flags().BoolVar(&m.dry, "dry-run", false, "change nothing; print what would change")
	return cmd
}

type migrator struct {
	c          console
	check, dry bool

	changes batch
	refused bool
}

func (m *migrator) run(w workplace, tree *source.Tree) error {
	for _, e := range tree.Entries() {
		if e.Kind == source.Charter {
			m.entry(w, tree, e)
		}
	}
	n := len(m.changes.writes)
	switch {
	case m.check && n > 0:
		return errTexts
	case !m.check && !m.dry:
		if err := m.changes.do(w.Content); err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
	}
	if m.refused {
		return errTexts
	}
	if n == 0 {
		fmt.Fprintf(m.c.out, "Every charter is of the model charter/%d.\n", charter.Schema)
	}
	return nil
}

func (m *migrator) entry(w workplace, tree *source.Tree, e source.Entry) {
	name := filepath.Join(w.Content, filepath.FromSlash(e.Path))
	text, _, ok := tree.Read(e)
	if !ok {
		fmt.Fprintf(m.c.errs, "%s cannot be read; see charterhouse check\n", name)
		m.refused = true
		return
	}
	after, notes, err := migrate.Text(e.Path, text)
	if err != nil {
		fmt.Fprintf(m.c.errs, "%s is left as it is: %v\n", name, err)
		m.refused = m.refused || !errors.Is(err, migrate.ErrNotYAML)
		return
	}
	for _, note := range notes {
		fmt.Fprintf(m.c.errs, "%s, %s\n", name, note)
	}
	if bytes.Equal(text, after) {
		return
	}
	m.changes.writes = append(m.changes.writes, written{e.Path, text, after})
	if m.dry {
		fmt.Fprint(m.c.out, udiff.Unified(name, name, string(text), string(after)))
	} else {
		fmt.Fprintln(m.c.out, name)
	}
	was, _ := charter.Parse(e.Path, text, charter.Options{})
	now, _ := charter.Parse(e.Path, after, charter.Options{})
	if was.Terms != now.Terms && len(now.Approvals) > 0 {
		fmt.Fprintf(m.c.errs, "%s: keys that were not read before are read now, so its terms are others and its signatures may lapse\n", name)
	}
}
