package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rulebook"
)

func newExplain(c console) *cobra.Command {
	var lang, content string
	cmd := &cobra.Command{
		Use:   "explain [rule]",
		Short: "Tell a rule at length, in English or Danish",
		Long: `Explain tells what a rule asks, why, and how to mend what breaks it. Without a
rule it lists them all. The language follows LANG, or --lang. Rules of your own,
whose codes begin with X-, are told from the content folder's charterhouse.yaml.`,
		Example: `  charterhouse explain F006
  charterhouse explain F006 --lang da
  charterhouse explain X-SHARE --content our-charters/content`,
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
				own, _ := policies(content)
				for _, r := range own {
					fmt.Fprintf(c.out, "%s  %s\n", r.Code, ownTitle(r, lang))
				}
				return nil
			}
			if code := strings.ToUpper(args[0]); strings.HasPrefix(code, "X-") {
				return explainOwn(c, code, content, lang)
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
	cmd.Flags().StringVar(&content, "content", "", "the content `folder` whose own rules are told (default the one here)")
	return cmd
}

// policies are the rules that a content folder declares: the one that is named,
// else the one that is here, if there is any.
func policies(content string) ([]*portfolio.Policy, error) {
	var args []string
	if content != "" {
		args = []string{content}
	}
	w, err := findContent(args, "")
	if err != nil {
		return nil, err
	}
	r, err := w.read()
	if err != nil {
		return nil, err
	}
	defer r.Tree.Close()
	return r.Portfolio.Config().Policies, nil
}

// ownTitle is the title of a rule of the organisation's own, or its message.
func ownTitle(p *portfolio.Policy, lang string) string {
	if title := p.Title.In(lang); title != "" {
		return title
	}
	return p.Message.In(lang)
}

// explainOwn tells a rule of the organisation's own.
func explainOwn(c console, code, content, lang string) error {
	own, err := policies(content)
	if err != nil {
		return err
	}
	var codes []string
	for _, p := range own {
		if codes = append(codes, string(p.Code)); string(p.Code) != code {
			continue
		}
		fmt.Fprintf(c.out, "%s  %s\n%s\n", p.Code, ownTitle(p, lang), gravity(rulebook.Rule{Code: p.Code, Severity: p.Severity}, lang))
		says, stands := "Says", "Stands in"
		if lang == "da" {
			says, stands = "Siger", "Står i"
		}
		if why := p.Why.In(lang); why != "" {
			fmt.Fprintf(c.out, "\n%s\n", why)
		}
		fmt.Fprintf(c.out, "\n%s:\n\n    %s\n", says, p.Message.In(lang))
		if hint := p.Hint.In(lang); hint != "" {
			fmt.Fprintf(c.out, "    = %s\n", hint)
		}
		fmt.Fprintf(c.out, "\n%s: %s\n", stands, p.Pos)
		return nil
	}
	if near, ok := diag.Nearest(code, codes); ok {
		return fmt.Errorf("there is no rule %q of your own; did you mean %s?", code, near)
	}
	return fmt.Errorf("there is no rule %q of your own; charterhouse.yaml declares them below its key policies", code)
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
		"en": {"error": "An error", "warning": "A warning", "note": "A note", "off": "Switched off", "draft": ", a warning while the charter is proposed", "fixed": "; its severity cannot be changed", "git": "; needs the git history", "optin": "; off unless the site asks for it"},
		"da": {"error": "En fejl", "warning": "En advarsel", "note": "En bemærkning", "off": "Slået fra", "draft": ", en advarsel, så længe charteret kun er foreslået", "fixed": "; kan ikke gøres mildere", "git": "; kræver historikken i git", "optin": "; slået fra, medmindre sitet beder om den"},
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
