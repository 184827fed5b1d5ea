package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/reviewers"
)

func newCodeowners(c console) *cobra.Command {
	o := owners{console: c}
	cmd := &cobra.Command{
		Use:   "codeowners [content]",
		Short: "Write who must review which charter, for the forge",
		Long: `Codeowners writes the rule file of a forge, so that the departments that pay for
a charter are asked before it changes, a chief about the approvals of the
department, and the project office about registers and configuration. Who they
are at the forge stands in the registers, as reviewers: of a department and
handle: or email: of a person, and as reviewers: in charterhouse.yaml.

With --check nothing is written: it ends with 1 when the file at hand is not what
would be written, which is for CI. What each forge enforces, and what it does not,
stands at the head of the file and in docs/reviews.md.`,
		Example: `  charterhouse codeowners                        writes .github/CODEOWNERS
  charterhouse codeowners --forge gitlab --check
  charterhouse codeowners --forge gitea --out -  prints it`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(reviewers.Forges, reviewers.Forge(o.forge)) {
				return fmt.Errorf("--forge: there is no forge %q; write one of %s", o.forge, forges())
			}
			w, err := findContent(args, o.asOf)
			if err != nil {
				return err
			}
			return o.run(w)
		},
	}
	asOfFlag(cmd, &o.asOf)
	langFlag(cmd, &o.lang)
	cmd.Flags().StringVar(&o.forge, "forge", "github", "where the repository is kept: "+forges())
	cmd.Flags().StringVar(&o.out, "out", "", "the `file` to write, or - to print (default where the forge looks for it)")
	cmd.Flags().BoolVar(&o.check, "check", false, "only say whether the file is up to date")
	_ = cmd.RegisterFlagCompletionFunc("forge", cobra.FixedCompletions(strings.Split(forges(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func forges() string { return listed(reviewers.Forges) }

// owners is one run of codeowners.
type owners struct {
	console
	asOf, forge, out, lang string // out hides the console's, which is console.out
	check                  bool
}

func (o *owners) run(w workplace) error {
	r, err := w.read()
	if err != nil {
		return err
	}
	defer r.Tree.Close()
	if n := r.Found.Count(diag.Error); n > 0 {
		fmt.Fprintf(o.errs, "The texts have %s, so the file may lack charters; see charterhouse check.\n", number(n, "error"))
	}
	folder := reviewers.Folder{Portfolio: r.Portfolio}
	for _, e := range r.Tree.Entries() {
		folder.Files = append(folder.Files, e.Path)
	}
	root, rel := w.repository()
	if rel != "." {
		folder.Prefix = rel + "/"
	}
	forge := reviewers.Forge(o.forge)
	text, found := reviewers.Write(folder, forge)
	if err := o.lacking(w, r, found); err != nil {
		return err
	}
	if o.out == "" {
		o.out = filepath.Join(root, filepath.FromSlash(forge.Place()))
	}
	switch {
	case o.check:
		return o.compare(text)
	case o.out == "-":
		_, err := o.console.out.Write(text)
		return err
	}
	return o.write(text)
}

// lacking prints for whom nobody can be asked.
func (o *owners) lacking(w workplace, r *desk.View, found diag.List) error {
	if found = r.Portfolio.Config().Policy.Apply(found, func(string) bool { return false }); len(found) == 0 {
		return nil
	}
	in, err := tongue(o.lang, true)
	if err != nil {
		return err
	}
	return diag.Write(o.errs, diag.People, found, w.report(r, color(o.errs), in))
}

// compare says whether the file at hand says text, and where it parts from it.
func (o *owners) compare(text []byte) error {
	have, err := os.ReadFile(o.out)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(o.console.out, "%s is not there; write it with: charterhouse codeowners --forge %s\n", o.out, o.forge)
		return errTexts
	}
	if err != nil {
		return fmt.Errorf("rule file: %w", err)
	}
	have = bytes.ReplaceAll(have, []byte("\r\n"), []byte("\n"))
	if bytes.Equal(have, text) {
		fmt.Fprintf(o.console.out, "%s is up to date\n", o.out)
		return nil
	}
	fmt.Fprintf(o.console.out, "%s is not up to date; write it anew with: charterhouse codeowners --forge %s\n", o.out, o.forge)
	said, wanted := lineSet(have), lineSet(text)
	for l := range strings.Lines(string(have)) {
		if !wanted[l] {
			fmt.Fprintf(o.console.out, "  - %s\n", strings.TrimSuffix(l, "\n"))
		}
	}
	for l := range strings.Lines(string(text)) {
		if !said[l] {
			fmt.Fprintf(o.console.out, "  + %s\n", strings.TrimSuffix(l, "\n"))
		}
	}
	return errTexts
}

func lineSet(text []byte) map[string]bool {
	set := map[string]bool{}
	for l := range strings.Lines(string(text)) {
		set[l] = true
	}
	return set
}

// write puts the file in its place, unless somebody else's stands there.
func (o *owners) write(text []byte) error {
	if have, err := os.ReadFile(o.out); err == nil && !bytes.HasPrefix(have, []byte(reviewers.First)) {
		return fmt.Errorf("%s was not written by this command and stays as it is; move it away, or print ours with --out -", o.out)
	}
	if err := os.MkdirAll(filepath.Dir(o.out), 0o755); err != nil {
		return fmt.Errorf("rule file: %w", err)
	}
	if err := os.WriteFile(o.out, text, 0o644); err != nil {
		return fmt.Errorf("rule file: %w", err)
	}
	fmt.Fprintf(o.console.out, "Written: %s\n", o.out)
	return nil
}
