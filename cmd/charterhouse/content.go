package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/calendar"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// A workplace is a content folder and the folder around it, which holds themes
// and, if nobody says otherwise, the site.
type workplace struct {
	content string // as it is shown: "content"
	around  string
	asOf    calendar.Date
}

// asOfFlag is the day that stands for today.
func asOfFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "as-of", "", "look at the portfolio as of this `day`, YYYY-MM-DD (default today)")
}

// findContent is the folder that was named, or the one that is here.
func findContent(args []string, asOf string) (workplace, error) {
	w := workplace{asOf: calendar.On(time.Now())}
	if asOf != "" {
		day, err := calendar.ParseDate(asOf)
		if err != nil {
			return w, fmt.Errorf("--as-of: %w; write YYYY-MM-DD", err)
		}
		w.asOf = day
	}
	candidates := args
	if len(args) == 0 {
		candidates = []string{".", "content"}
	}
	for _, dir := range candidates {
		for _, sign := range []string{"charterhouse.yaml", "charterhouse.yml", "charters"} {
			if _, err := os.Stat(filepath.Join(dir, sign)); err == nil {
				w.content = filepath.Clean(dir)
				w.around = filepath.Dir(w.content)
				if w.content == "." {
					w.around = ".."
				}
				return w, nil
			}
		}
	}
	if len(args) == 1 {
		if _, err := os.Stat(args[0]); err != nil {
			return w, fmt.Errorf("content folder: %w", err)
		}
		return w, fmt.Errorf("%s has neither charterhouse.yaml nor charters/, so it is not a content folder", args[0])
	}
	return w, fmt.Errorf("there is no charterhouse.yaml here and none in ./content; name the content folder, or start one with: charterhouse init")
}

// A reading is a portfolio with everything that was found in it.
type reading struct {
	portfolio.Loaded
	tree  *source.Tree
	theme *theme.Theme
}

// read loads, links and checks a content folder with its theme.
func (w workplace) read() (*reading, error) {
	tree, err := source.Open(w.content, source.DefaultLimits())
	if err != nil {
		return nil, err
	}
	return w.readTree(tree)
}

// readTree is read of a tree that is open.
func (w workplace) readTree(tree *source.Tree) (*reading, error) {
	loader := portfolio.Loader{Languages: theme.Languages(nil)}
	loaded := loader.Load(tree, w.asOf)
	r := &reading{Loaded: loaded, tree: tree}
	own, name, found := w.ownTheme(loaded.Portfolio.Config())
	r.Found = append(r.Found, found...)
	r.theme, found = theme.Load(own, name, loaded.Portfolio.Config().Languages)
	r.Found = append(r.Found, found...)
	r.Found = append(r.Found, check.Run(loaded.Portfolio)...)
	r.Found = check.Finish(loaded.Portfolio, r.Found)
	return r, nil
}

// ownTheme opens the theme that the configuration names, a folder below
// themes/ beside the content.
func (w workplace) ownTheme(c *portfolio.Config) (own fs.FS, name string, found diag.List) {
	if c.Theme.Value == "" {
		return nil, "themes/default", nil
	}
	name = "themes/" + c.Theme.Value
	dir := filepath.Join(w.around, "themes", c.Theme.Value)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, name, diag.List{{Pos: c.Theme.Pos, Code: "K004", Message: fmt.Sprintf("there is no theme folder %s", name), Hint: "start one with: charterhouse theme eject " + c.Theme.Value}}
	}
	return root.FS(), name, nil
}

// line finds the source line below a finding, in the content or in the theme.
func (r *reading) line(w workplace) func(file string, n int) string {
	return func(file string, n int) string {
		if line := r.tree.Line(file, n); line != "" {
			return line
		}
		return themeLine(w.around, file, n)
	}
}
