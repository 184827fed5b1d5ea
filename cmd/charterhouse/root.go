package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"charterhouse/internal/diag"
)

// A console is where a command reads and writes.
type console struct {
	in        io.Reader
	out, errs io.Writer
}

// terminal reports whether w is a screen that people look at.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// color reports whether to colour what is written to w.
func color(w io.Writer) bool {
	_, no := os.LookupEnv("NO_COLOR")
	return terminal(w) && !no
}

func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:   "charterhouse",
		Short: "Charters of joint projects, checked and made into a site",
		Long: `Charterhouse checks the charters that departments sign together, links them,
and compiles them into a site with a rollup of all joint initiatives.

A content folder holds charterhouse.yaml, registers/ and charters/. Commands
look for it here, or in ./content.`,
		Example: `  charterhouse init kundehus        start a repository
  charterhouse new "One mailbox"    write a charter of five lines
  charterhouse check                find what is wrong
  charterhouse build                make the site in public/`,
		SilenceUsage: true, SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.errs)
	root.SetFlagErrorFunc(nearestFlag)
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		newBuild(c),
		newPublish(c),
		newPreview(c),
		newServe(c),
		newCheck(c),
		newDiff(c),
		newExplain(c),
		newNew(c),
		newSign(c),
		newTranslated(c),
		newImport(c),
		newFmt(c),
		newRename(c),
		newMigrate(c),
		newInit(c),
		newHook(c),
		newCodeowners(c),
		newSchema(c),
		newLSP(c),
		newRollup(c),
		newTheme(c),
		newVersion(c),
	)
	return root
}

func unknownCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	slices.Sort(names)
	if near, ok := diag.Nearest(word, names); ok {
		return fmt.Errorf("there is no command %q; did you mean %s?", word, near)
	}
	return fmt.Errorf("there is no command %q; the commands are %s", word, strings.Join(names, ", "))
}

// nearestFlag adds to "unknown flag" what may have been meant.
func nearestFlag(cmd *cobra.Command, err error) error {
	_, name, ok := strings.Cut(err.Error(), "unknown flag: --")
	if !ok {
		return fmt.Errorf("%w; see charterhouse %s --help", err, cmd.Name())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near, ok := diag.Nearest(name, names); ok {
		return fmt.Errorf("there is no flag --%s; did you mean --%s?", name, near)
	}
	return fmt.Errorf("there is no flag --%s; see charterhouse %s --help", name, cmd.Name())
}
