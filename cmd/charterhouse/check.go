package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/rulebook"
)

func newCheck(c console) *cobra.Command {
	var asOf, at, format, lang string
	var strict, staged bool
	cmd := &cobra.Command{
		Use:   "check [content]",
		Short: "Find what is wrong in the charters and registers",
		Long: `Check reads every file of the content folder and prints every finding, with
its place, the source line and how to mend it.

It ends with 0 when there are no errors, 1 when there are, and 2 when it could
not do its work. With --strict, warnings count as errors.

Findings are told in Danish where LC_ALL, LC_MESSAGES or LANG asks for it, or
with --lang da; formats for machines follow --lang only.

With --staged it checks what git commit would commit now, whatever the files say
meanwhile; charterhouse hook lets git do so before each commit.`,
		Example: `  charterhouse check
  charterhouse check content --as-of 2027-03-31
  charterhouse check --at v2                what was wrong then
  charterhouse check --staged               what would be committed now
  charterhouse check --format sarif > findings.sarif
  charterhouse check --format github        annotations in a GitHub workflow`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(diag.Formats, diag.Format(format)) {
				return fmt.Errorf("--format: there is no format %q; write one of %s", format, formats())
			}
			in, err := tongue(lang, diag.Format(format) == diag.People)
			if err != nil {
				return err
			}
			w, err := findContent(args, asOf)
			if err != nil {
				return err
			}
			back, err := w.goTo(at, asOf)
			if err != nil {
				return err
			}
			defer back()
			var conflicts diag.List
			if staged {
				if back, conflicts, err = w.goToStage(at); err != nil {
					return err
				}
				defer back()
			}
			r, err := w.read()
			if err != nil {
				return err
			}
			defer r.Tree.Close()
			if r.Found.Add(conflicts...); len(conflicts) > 0 {
				r.Found.Sort()
			}
			if err := diag.Write(c.out, diag.Format(format), r.Found, w.report(r, color(c.out), in)); err != nil {
				return err
			}
			if r.Found.Count(diag.Error) > 0 || strict && r.Found.Count(diag.Warning) > 0 {
				return errTexts
			}
			return nil
		},
	}
	asOfFlag(cmd, &asOf)
	atFlag(cmd, &at)
	cmd.Flags().StringVar(&format, "format", "text", "how to print: "+formats())
	langFlag(cmd, &lang)
	cmd.Flags().BoolVar(&staged, "staged", false, "check what would be committed now, from git's index")
	cmd.Flags().BoolVar(&strict, "strict", false, "let warnings fail, too")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(strings.Split(formats(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func formats() string { return listed(diag.Formats) }

// number counts in words: "1 charter", "2 charters".
func number(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// listed names the values that a flag may have.
func listed[S ~string](all []S) string {
	names := make([]string, len(all))
	for i, x := range all {
		names[i] = string(x)
	}
	return strings.Join(names, ", ")
}

// report is what printing findings needs to know.
func (w workplace) report(r *desk.View, color bool, in *diag.Tongue) diag.Report {
	lang := rulebook.Languages[0]
	if in != nil {
		lang = in.Lang
	}
	return diag.Report{Files: r.Files, Root: filepath.ToSlash(w.Content), Color: color, Line: r.Line, Tool: version(), In: in,
		Title: func(code diag.Code) string {
			for _, p := range r.Portfolio.Config().Policies {
				if p.Code == code {
					return ownTitle(p, lang)
				}
			}
			rule, _ := rulebook.Lookup(string(code))
			return rule.Title(lang)
		}}
}
