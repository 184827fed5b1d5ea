package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/export"
	"charterhouse/internal/rollup"
)

// rollupFormats are the ways to print a rollup, the usual one first.
var rollupFormats = []string{"table", "csv", "json", "xlsx"}

func newRollup(c console) *cobra.Command {
	q := question{console: c}
	cmd := &cobra.Command{
		Use:   "rollup [name] [content]",
		Short: "Print a rollup: who pays what, with whom, when",
		Long: `Rollup answers one of the questions that the site answers, with the same
figures: as a table to read, as CSV, as JSON with the addends of every sum, or
as a workbook. Without a name it lists the rollups there are.

If the texts have errors nothing is printed but these, since figures could be
wrong. The language follows LANG where the site has it, or --lang.`,
		Example: `  charterhouse rollup
  charterhouse rollup by-department
  charterhouse rollup initiatives --format csv --lang da > initiativer.csv
  charterhouse rollup by-pair --format xlsx --out pairs.xlsx`,
		Args: cobra.MaximumNArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return rollupNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return q.answer(args) },
	}
	asOfFlag(cmd, &q.asOf)
	profileFlag(cmd, &q.profile)
	cmd.Flags().StringVar(&q.format, "format", "table", "how to print: "+strings.Join(rollupFormats, ", "))
	cmd.Flags().StringVar(&q.lang, "lang", "", "`language` of names and words, one of the site's")
	cmd.Flags().StringVar(&q.file, "out", "", "write to this `file` instead of printing")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(rollupFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// rollupNames lists the rollups in the order of the site.
func rollupNames() []string {
	names := []string{rollup.Initiatives.Name}
	for _, r := range rollup.All {
		names = append(names, r.Name)
	}
	return names
}

// A question is one run of rollup.
type question struct {
	console
	asOf, format, lang, file, profile string
}

func (q question) answer(args []string) error {
	if !slices.Contains(rollupFormats, q.format) {
		return fmt.Errorf("--format: there is no format %q; write one of %s", q.format, strings.Join(rollupFormats, ", "))
	}
	var asked rollup.Rollup
	if len(args) > 0 {
		var known bool
		if asked, known = rollup.Named(args[0]); !known {
			return unknownRollup(args[0])
		}
	}
	if q.format == "xlsx" && q.file == "" && terminal(q.out) {
		return errors.New("a workbook is no text for a terminal; add --out and a file, as in --out " + asked.Name + ".xlsx")
	}
	w, err := findContent(args[min(len(args), 1):], q.asOf)
	if err != nil {
		return err
	}
	r, err := w.read()
	if err != nil {
		return err
	}
	defer r.Tree.Close()
	shown := r
	if q.profile != "" {
		if shown, err = r.For(q.profile); err != nil {
			return err
		}
	}
	s, err := q.speech(shown)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return q.list(s)
	}
	if r.Found.Count(diag.Error) > 0 {
		if err := diag.Write(q.errs, diag.People, r.Found, w.report(r, color(q.errs), s.Words.Tongue())); err != nil {
			return err
		}
		fmt.Fprintln(q.errs, diag.Say("Nothing was added up: with these errors, figures could be wrong.").In(s.Words.Tongue()))
		return errTexts
	}
	return q.print(s, asked)
}

func unknownRollup(word string) error {
	if near, ok := diag.Nearest(word, rollupNames()); ok {
		return fmt.Errorf("there is no rollup %q; did you mean %s?", word, near)
	}
	return fmt.Errorf("there is no rollup %q; list them with: charterhouse rollup", word)
}

// speech is the language to answer in: as asked, else the user's where the
// site has it, else the site's first.
func (q question) speech(r *desk.View) (export.Speech, error) {
	languages := r.Portfolio.Config().Languages
	lang := q.lang
	switch {
	case lang != "" && !slices.Contains(languages, lang):
		return export.Speech{}, fmt.Errorf("--lang: the site speaks %s", strings.Join(languages, " and "))
	case lang == "" && slices.Contains(languages, userLanguage()):
		lang = userLanguage()
	case lang == "":
		lang = languages[0]
	}
	words := r.Theme.Words(lang)
	if words == nil {
		return export.Speech{}, fmt.Errorf("--lang: the theme has no words for %s", lang)
	}
	return export.Speech{Portfolio: r.Portfolio, Words: words, Locale: r.Portfolio.Config().Speech.For(lang)}, nil
}

// list names each rollup with what it answers.
func (q question) list(s export.Speech) error {
	for _, name := range rollupNames() {
		if _, err := fmt.Fprintf(q.out, "%-15s %s\n%-15s %s\n", name, s.Words.T("rollup."+name), "", s.Words.T("rollup."+name+".lede")); err != nil {
			return err
		}
	}
	return nil
}

// print makes the whole answer before it writes any of it.
func (q question) print(s export.Speech, asked rollup.Rollup) error {
	var b bytes.Buffer
	table := asked.Make(s.Portfolio)
	var err error
	switch q.format {
	case "csv":
		err = export.CSV(&b, s, table)
	case "json":
		err = export.TableJSON(&b, table)
	case "xlsx":
		err = export.Workbook(&b, s, []string{asked.Name}, func(string) rollup.Table { return table }, nil)
	default:
		err = export.Terminal(&b, s, table)
	}
	if err != nil {
		return err
	}
	if q.file == "" {
		_, err = io.Copy(q.out, &b)
		return err
	}
	return os.WriteFile(q.file, b.Bytes(), 0o644)
}
