package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/portfolio"
	"charterhouse/internal/schema"
)

func newSchema(c console) *cobra.Command {
	var lang, out, content string
	cmd := &cobra.Command{
		Use:   "schema [name...]",
		Short: "Write JSON Schemas of front matter, registers and configuration",
		Long: `Schema writes the JSON Schema (draft-07) of what people write by hand, so that
an editor completes keys and explains them in English or Danish. In a content
folder it knows what that site requires at which status, its own fields, and the
departments, people, areas and objectives of its registers.

A schema sees one file and no other: sums, links and signatures are for check,
or for charterhouse lsp while you type. Without a name it lists what there is.`,
		Example: `  charterhouse schema
  charterhouse schema charter --lang da
  charterhouse schema --out schemas          one file for each
  charterhouse schema people --content our-charters/content`,
		ValidArgs: schema.Names,
		RunE: func(_ *cobra.Command, names []string) error {
			if !slices.Contains(schema.Languages, lang) {
				return fmt.Errorf("--lang: %q is not one of %s", lang, strings.Join(schema.Languages, ", "))
			}
			for _, n := range names {
				if !slices.Contains(schema.Names, n) {
					return fmt.Errorf("there is no schema %q; they are %s", n, strings.Join(schema.Names, ", "))
				}
			}
			if len(names) == 0 && out == "" {
				for _, n := range schema.Names {
					fmt.Fprintf(c.out, "%-12s  %-28s  %s\n", n, schema.Files(n), schema.Title(n)[slices.Index(schema.Languages, lang)])
				}
				return nil
			}
			p, err := siteOf(content)
			if err != nil {
				return err
			}
			if out != "" {
				return writeSchemas(c, names, lang, out, p)
			}
			if len(names) > 1 {
				return fmt.Errorf("several schemas go into a folder: add --out schemas")
			}
			data, err := schema.Of(names[0], lang, p)
			if err == nil {
				_, err = c.out.Write(data)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "en", "language of titles and explanations: "+strings.Join(schema.Languages, ", "))
	cmd.Flags().StringVar(&out, "out", "", "write into this `folder`, as name.language.json")
	cmd.Flags().StringVar(&content, "content", "", "the content `folder` whose site it is (default the one here, if there is one)")
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(schema.Languages, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// siteOf reads the site that schemas are for: the folder that was named, else the
// one that is here; without one they are what holds everywhere.
func siteOf(content string) (*portfolio.Portfolio, error) {
	var args []string
	if content != "" {
		args = []string{content}
	}
	w, err := findContent(args, "")
	if err != nil {
		if content == "" {
			return nil, nil
		}
		return nil, err
	}
	view, err := w.read()
	if err != nil {
		return nil, err
	}
	defer view.Tree.Close()
	return view.Portfolio, nil
}

// schemaFile is what a schema's file is called.
func schemaFile(name, lang string) string { return name + "." + lang + ".json" }

func writeSchemas(c console, names []string, lang, dir string, p *portfolio.Portfolio) error {
	if len(names) == 0 {
		names = schema.Names
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	defer root.Close()
	for _, name := range names {
		data, err := schema.Of(name, lang, p)
		if err != nil {
			return err
		}
		if err := root.WriteFile(schemaFile(name, lang), data, 0o644); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		fmt.Fprintf(c.out, "%s/%s\n", strings.TrimSuffix(dir, "/"), schemaFile(name, lang))
	}
	return nil
}
