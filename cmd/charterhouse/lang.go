package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/diag"
	"charterhouse/internal/rulebook"
	"charterhouse/internal/theme"
)

// langFlag adds the language in which findings are told.
func langFlag(cmd *cobra.Command, lang *string) {
	cmd.Flags().StringVar(lang, "lang", "", "`language` of findings: "+strings.Join(rulebook.Languages, ", ")+" (default by LC_ALL, LC_MESSAGES or LANG)")
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(rulebook.Languages, cobra.ShellCompDirectiveNoFileComp))
}

// tongue is how findings are said: in the language that was asked for, else to
// people in that of their session. What machines read is in English unless
// another language was asked for: it must not hang on who runs it.
func tongue(lang string, people bool) (*diag.Tongue, error) {
	switch {
	case lang == "" && !people:
		return nil, nil
	case lang == "":
		lang = userLanguage()
	case !slices.Contains(rulebook.Languages, lang):
		return nil, fmt.Errorf("--lang: findings are told in %s", strings.Join(rulebook.Languages, " and "))
	}
	if lang == rulebook.Languages[0] {
		return nil, nil
	}
	words, _ := theme.Speak(nil, lang)
	return words.Tongue(), nil
}

// userLanguage is the language of the user's session, if findings and rules are
// told in it, else English.
func userLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			lang, _, _ := strings.Cut(strings.NewReplacer(".", "_", "@", "_", "-", "_").Replace(value), "_")
			if slices.Contains(rulebook.Languages, lang) {
				return lang
			}
			break
		}
	}
	return rulebook.Languages[0]
}
