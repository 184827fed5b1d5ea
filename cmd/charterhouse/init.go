package main

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/amend"
	"charterhouse/internal/schema"
)

// starter is what init writes: a small portfolio that passes check, with files
// for editors and CI. Names that begin with a dot are stored with "dot-".
//
//go:embed all:starter
var starter embed.FS

func newInit(c console) *cobra.Command {
	var title string
	var servers bool
	cmd := &cobra.Command{
		Use:   "init [folder]",
		Short: "Start a repository of charters",
		Long: `Init writes a new repository of charters: configuration, registers, a first
charter, and files for editors and CI. It writes into an empty or new folder,
and never replaces a file.

With --deploy it writes what servers need to show the site, into deploy or the
folder that is named: headers and types for nginx, Caddy, Apache, hosts of static
pages and CloudFront, a unit for systemd, and an OCI image.`,
		Example: `  charterhouse init kundehus
  cd kundehus && charterhouse build`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if servers {
				return deploy(c, cmp.Or(strings.Join(args, ""), "deploy"))
			}
			return initialise(c, dir, title)
		},
	}
	cmd.Flags().BoolVar(&servers, "deploy", false, "write units and configurations of servers instead")
	cmd.Flags().StringVar(&title, "title", "Our joint projects", "the site's `title`")
	return cmd
}

func initialise(c console, dir, title string) error {
	f, err := makeFolder(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	names, err := starterFiles()
	if err != nil {
		return err
	}
	for from, to := range names {
		if f.Exists(to) {
			return fmt.Errorf("%s/%s is there already; init starts in a folder without charters (%s was not touched)", dir, to, from)
		}
	}
	for from, to := range names {
		data, err := starter.ReadFile(from)
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(data), "{{title}}", amend.Quoted(title))
		if err := f.Write(to, []byte(text)); err != nil {
			return fmt.Errorf("starting files: %w", err)
		}
	}
	schemas, err := starterSchemas(f)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d files written to %s\nNext: charterhouse build %s/content --out %s/public, then open %s/public/index.html\n", len(names)+schemas, dir, dir, dir, dir)
	return nil
}

// starterSchemas writes the schemas that the settings for editors name. Ids of
// registers are not in them, so only a new version of the program makes them old.
func starterSchemas(f folder) (n int, err error) {
	for _, name := range schema.Names {
		if name == "charter" || name == "update" {
			continue // no editor looks for a schema of front matter
		}
		data, err := schema.Of(name, "en", nil)
		if err == nil {
			err = f.Write("schemas/"+schemaFile(name, "en"), data)
		}
		if err != nil {
			return n, fmt.Errorf("starting files: %w", err)
		}
		n++
	}
	return n, nil
}

// starterFiles says where each starting file goes.
func starterFiles() (map[string]string, error) {
	names := map[string]string{}
	err := fs.WalkDir(starter, "starter", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			to := strings.TrimPrefix(p, "starter/")
			to = strings.ReplaceAll(to, "dot-", ".")
			names[p] = to
		}
		return err
	})
	return names, err
}
