package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"charterhouse/internal/facts"
	"charterhouse/internal/theme"
)

func newTheme(c console) *cobra.Command {
	cmd := &cobra.Command{Use: "theme", Short: "Work on a theme of your own", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newEject(c))
	return cmd
}

func newEject(c console) *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use:   "eject name",
		Short: "Write the default theme into themes/name, to start from",
		Long: `Eject copies the default theme into themes/<name> beside the content folder.
Keep only the files you change: whatever is missing there is taken from the
default, file by file. Files that stand there already are never replaced.

Then name the theme in charterhouse.yaml:

    theme: <name>`,
		Example: `  charterhouse theme eject house
  charterhouse theme eject house --only templates/overview.html
  charterhouse theme eject house --only assets/tokens.css`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !facts.ValidID(args[0]) || args[0] == "default" {
				return fmt.Errorf("%q cannot be a theme's name; use a–z, 0–9 and hyphens, and not default", args[0])
			}
			around := "."
			if w, err := findContent(nil, ""); err == nil {
				around = w.Around
			}
			dir := filepath.Join(around, "themes", args[0])
			f, err := makeFolder(dir)
			if err != nil {
				return fmt.Errorf("theme %w", err)
			}
			defer f.Close()
			written, kept, err := theme.Eject(f, only)
			if err != nil {
				return fmt.Errorf("theme folder %s: %w", dir, err)
			}
			if len(written)+len(kept) == 0 {
				return fmt.Errorf("the default theme has no file %q", only)
			}
			fmt.Fprintf(c.out, "Written to %s: %d; left as they were: %d\n", filepath.ToSlash(dir), len(written), len(kept))
			fmt.Fprintf(c.out, "Name it in charterhouse.yaml: theme: %s\n", args[0])
			return nil
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "copy only this `file` or folder of the default theme")
	return cmd
}

// A folder is written into without ever leaving it.
type folder struct{ *os.Root }

// makeFolder opens a folder, and makes it where there is none.
func makeFolder(dir string) (folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return folder{}, fmt.Errorf("folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return folder{}, fmt.Errorf("folder: %w", err)
	}
	return folder{root}, nil
}

// Exists reports whether a file stands there.
func (f folder) Exists(name string) bool {
	_, err := f.Lstat(name)
	return err == nil
}

// Write writes a new file with the folders above it.
func (f folder) Write(name string, data []byte) error {
	if err := f.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.Write(data); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
