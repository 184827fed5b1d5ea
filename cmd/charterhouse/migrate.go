package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"charterhouse/internal/charter"
	"charterhouse/internal/migrate"
	"charterhouse/internal/source"
)

func newMigrate(c console) *cobra.Command {
	m := migrator{rewriting{console: c}}
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
	cmd.Flags().BoolVar(&m.show, "dry-run", false, "change nothing; print what would change")
	return cmd
}

type migrator struct{ rewriting }

func (m *migrator) run(w workplace, tree *source.Tree) error {
	for _, e := range tree.Entries() {
		if e.Kind == source.Charter {
			m.entry(w, tree, e)
		}
	}
	if err := m.finish(w); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if err := m.verdict(); err != nil {
		return err
	}
	if len(m.changes.writes) == 0 {
		fmt.Fprintf(m.out, "Every charter is of the model charter/%d.\n", charter.Schema)
	}
	return nil
}

func (m *migrator) entry(w workplace, tree *source.Tree, e source.Entry) {
	name, text, ok := m.read(w, tree, e)
	if !ok {
		return
	}
	after, notes, err := migrate.Text(e.Path, text)
	if err != nil {
		fmt.Fprintf(m.errs, "%s is left as it is: %v\n", name, err)
		m.refused = m.refused || !errors.Is(err, migrate.ErrNotYAML)
		return
	}
	for _, note := range notes {
		fmt.Fprintf(m.errs, "%s, %s\n", name, note)
	}
	if bytes.Equal(text, after) {
		return
	}
	m.change(name, written{e.Path, text, after})
	was, _ := charter.Parse(e.Path, text, charter.Options{})
	now, _ := charter.Parse(e.Path, after, charter.Options{})
	if was.Terms != now.Terms && len(now.Approvals) > 0 {
		fmt.Fprintf(m.errs, "%s: keys that were not read before are read now, so its terms are others and its signatures may lapse\n", name)
	}
}
