package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/diag"
	"charterhouse/internal/rulebook"
)

func newExplain(c console) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "explain [rule]",
		Short: "Tell a rule at length, in English or Danish",
		Long: `Explain tells what a rule asks, why, and how to mend what breaks it. Without a
rule it lists them all. The language follows LANG, or --lang.`,
		Example: `  charterhouse explain F006
  charterhouse explain F006 --lang da`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var all []string
			for _, r := range rulebook.All() {
				all = append(all, string(r.Code)+"\t"+r.Title("en"))
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(rulebook.Languages, lang) {
				return fmt.Errorf("--lang: the rules are explained in %s", strings.Join(rulebook.Languages, " and "))
			}
			if len(args) == 0 {
				for _, r := range rulebook.All() {
					fmt.Fprintf(c.out, "%s  %s\n", r.Code, r.Title(lang))
				}
				return nil
			}
			r, ok := rulebook.Lookup(args[0])
			if !ok {
				return unknownRule(args[0])
			}
			fmt.Fprintf(c.out, "%s  %s\n%s\n\n%s\n", r.Code, r.Title(lang), gravity(r, lang), r.Manual(lang))
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", userLanguage(), "language of the text: en, da")
	return cmd
}

func unknownRule(word string) error {
	var codes []string
	for _, r := range rulebook.All() {
		codes = append(codes, string(r.Code))
	}
	if near, ok := diag.Nearest(strings.ToUpper(word), codes); ok {
		return fmt.Errorf("there is no rule %q; did you mean %s?", word, near)
	}
	return fmt.Errorf("there is no rule %q; list them with: charterhouse explain", word)
}

// gravity words how grave a finding of the rule is, and who may change that.
func gravity(r rulebook.Rule, lang string) string {
	words := map[string]map[string]string{
		"en": {"error": "An error", "warning": "A warning", "note": "A note", "draft": ", a warning while the charter is proposed", "fixed": "; its severity cannot be changed", "git": "; needs the git history", "optin": "; off unless the site asks for it"},
		"da": {"error": "En fejl", "warning": "En advarsel", "note": "En bemærkning", "draft": ", en advarsel, så længe charteret kun er foreslået", "fixed": "; kan ikke gøres mildere", "git": "; kræver historikken i git", "optin": "; slået fra, medmindre sitet beder om den"},
	}[lang]
	text := words[r.Severity.String()]
	for key, on := range map[string]bool{"draft": r.Draft} {
		if on {
			text += words[key]
		}
	}
	if r.Fixed {
		text += words["fixed"]
	}
	if r.NeedsGit {
		text += words["git"]
	}
	if r.OptIn {
		text += words["optin"]
	}
	return text + "."
}

// userLanguage is the language of the user's session, if the rules are
// explained in it.
func userLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			for _, lang := range rulebook.Languages {
				if strings.HasPrefix(value, lang) {
					return lang
				}
			}
			break
		}
	}
	return rulebook.Languages[0]
}
