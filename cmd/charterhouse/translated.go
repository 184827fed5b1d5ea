package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/amend"
	"charterhouse/internal/charter"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
)

func newTranslated(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "translated file [part...]",
		Short: "Record that a translation says what its original says now",
		Long: `Translated writes into a translation, for each part, the digest of what the
original says now. So a later change of the original shows which parts are
behind. Run it when you have translated; name parts, as check does, to record
only those.

Only the key translated changes; no other byte of the file does.`,
		Example: `  charterhouse translated content/charters/roof.da.md
  charterhouse translated content/charters/roof.da.md title body.baggrund`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := findContent(nil, "")
			if err != nil {
				return err
			}
			r, err := w.read()
			if err != nil {
				return err
			}
			defer r.Tree.Close()
			t, err := translationAt(w, r.Portfolio, args[0])
			if err != nil {
				return err
			}
			name := filepath.Join(w.Content, filepath.FromSlash(t.File.File))
			text, err := os.ReadFile(name)
			if err != nil {
				return fmt.Errorf("translation: %w", err)
			}
			record, n, err := recorded(t, args[1:])
			if err != nil {
				return err
			}
			edits, err := amend.Facts(t.File.File, text, []amend.Change{{Path: "translated", Value: record}})
			if err != nil {
				return err
			}
			now := amend.Apply(text, edits)
			if bytes.Equal(now, text) {
				fmt.Fprintf(c.out, "%s is as new as %s already.\n", name, t.Of.File)
				return nil
			}
			b := &batch{writes: []written{{t.File.File, text, now}}}
			if err := b.do(w.Content); err != nil {
				return fmt.Errorf("translation: %w", err)
			}
			fmt.Fprintf(c.out, "Recorded in %s: %d of %d parts, as %s says them now.\n", name, n, len(t.Parts()), t.Of.File)
			return nil
		},
	}
	return cmd
}

// translationAt finds a translation by its path, or by its path below the
// content folder.
func translationAt(w workplace, p *portfolio.Portfolio, name string) (*portfolio.Translation, error) {
	wanted, _ := filepath.Abs(name)
	for _, t := range p.Translations() {
		at, _ := filepath.Abs(filepath.Join(w.Content, filepath.FromSlash(t.File.File)))
		if at != wanted && t.File.File != filepath.ToSlash(filepath.Clean(name)) {
			continue
		}
		if t.Of == nil {
			return nil, fmt.Errorf("%s translates %q, which does not exist", name, t.File.TranslationOf.Value)
		}
		return t, nil
	}
	return nil, fmt.Errorf("%s is not a translation; start one with: charterhouse new --translation-of ID --lang da", name)
}

// recorded is what a translation records: the digests that its parts have now,
// or only those of the named parts and for the others what was recorded before.
func recorded(t *portfolio.Translation, names []string) (record *facts.Node, n int, err error) {
	record = &facts.Node{Kind: facts.Map}
	left := slices.Clone(names)
	for _, p := range t.Parts() {
		sum := t.File.Translation.Recorded[p.Key].Value
		if len(names) == 0 || slices.Contains(names, p.Key) {
			sum = p.Sum
			left = slices.DeleteFunc(left, func(name string) bool { return name == p.Key })
			n++
		}
		if sum != "" {
			record.Fields = append(record.Fields, facts.Field{Key: p.Key, Value: amend.Text(sum)})
		}
	}
	if len(left) > 0 {
		var known []string
		for _, p := range t.Parts() {
			known = append(known, p.Key)
		}
		return nil, 0, fmt.Errorf("the translation has no part %q; its parts are %s", left[0], strings.Join(known, ", "))
	}
	return record, n, nil
}

// startTranslation writes a file that translates a charter, with everything
// still to be filled in: what is not translated yet is shown in the original's
// words.
func startTranslation(c console, w workplace, r *portfolio.Portfolio, of, lang string) error {
	original := r.Find(portfolio.ID(of))
	if original == nil {
		return fmt.Errorf("--translation-of: there is no charter %q", of)
	}
	if lang == "" || lang == r.Lang(original) {
		return fmt.Errorf("--lang: name the language to translate into; %s is in %s", of, r.Lang(original))
	}
	if t := r.Translation(original.ID.Value, lang); t != nil {
		return fmt.Errorf("%s is translated into %s already, in %s", of, lang, t.File.File)
	}
	name := strings.TrimSuffix(original.File, ".md") + "." + lang + ".md"
	text, err := os.ReadFile(filepath.Join(w.Content, filepath.FromSlash(original.File)))
	if err != nil {
		return fmt.Errorf("original: %w", err)
	}
	root, err := os.OpenRoot(w.Content)
	if err != nil {
		return fmt.Errorf("content folder: %w", err)
	}
	defer root.Close()
	f := folder{root}
	if f.Exists(name) {
		return fmt.Errorf("%s is there already", filepath.Join(w.Content, filepath.FromSlash(name)))
	}
	if err := f.Write(name, []byte(translationText(r.Config(), original, text, lang))); err != nil {
		return fmt.Errorf("translation: %w", err)
	}
	fmt.Fprintf(c.out, "Written: %s\nFill in what you translate, take the prose out of its comment part by part, then: charterhouse translated %s\n",
		filepath.Join(w.Content, filepath.FromSlash(name)), filepath.Join(w.Content, filepath.FromSlash(name)))
	return nil
}

// translationText is the file: each text of the original as a comment above an
// empty value, and the prose in a comment below headings of the new language.
func translationText(config *portfolio.Config, original *charter.Charter, text []byte, lang string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\nschema: charter/1\ntranslation_of: %s\n", original.ID.Value)
	last, spoken := []string{}, false
	for name, at := range original.Texts() {
		if at.Value == "" || strings.HasSuffix(name.Path, ".unit") && (at.Value == "%" || at.Value == "count") {
			continue
		}
		if !spoken && !slices.Contains([]string{"title", "short_title", "summary"}, name.Path) {
			fmt.Fprintf(&b, "lang: %s\n", lang) // where the manual has it
			spoken = true
		}
		last = writeText(&b, last, name.Path, strings.Join(strings.Fields(at.Value), " "))
	}
	if !spoken {
		fmt.Fprintf(&b, "lang: %s\n", lang)
	}
	prose := strings.TrimSpace(amend.Prose(original.File, text))
	prose = inLanguage(config, prose, lang)
	if sums := proseSums(config, original, prose, lang); sums != "" {
		b.WriteString("\ntranslated:\n" + sums)
	}
	b.WriteString("---\n")
	if prose != "" {
		b.WriteString("\n<!--\n" + strings.ReplaceAll(prose, "-->", "->") + "\n-->\n")
	}
	return b.String()
}

// lists are the groups whose records a translation names by this key.
var lists = map[string]string{"team": "person", "goals": "id", "milestones": "id", "risks": "id", "deliverables": "id", "responsibilities": "area", "amendments": "id", "updates": "date"}

// writeText writes the way to one text, of which last is there already, and the
// text itself as a comment.
func writeText(b *strings.Builder, last []string, path, said string) []string {
	steps := strings.Split(path, ".")
	if steps[0] == "exit_criteria" { // known by their order, so all or none
		if len(last) == 0 || last[0] != steps[0] {
			b.WriteString("# exit_criteria:\n")
		}
		fmt.Fprintf(b, "#   - %s\n", amend.Quoted(said))
		return steps
	}
	same := 0
	for same < len(last) && same < len(steps)-1 && last[same] == steps[same] {
		same++
	}
	indent, key := "", lists[steps[0]]
	for i, step := range steps {
		switch {
		case i == len(steps)-1:
			fmt.Fprintf(b, "%s# %s\n%s%s:\n", indent, said, indent, step)
		case i == 1 && key != "":
			if same <= i {
				id, _, _ := strings.Cut(step, "@")
				fmt.Fprintf(b, "%s- %s: %s\n", indent, key, id)
			}
		case same <= i:
			fmt.Fprintf(b, "%s%s:\n", indent, step)
		}
		indent += "  "
	}
	return steps
}

// between are the signs that people put between "Scope" and "out".
var between = strings.NewReplacer(":", " ", "–", " ", "—", " ", ",", " ", "(", " ", ")", " ")

// inLanguage gives the recommended sections the names that a language has for
// them.
func inLanguage(config *portfolio.Config, prose, lang string) string {
	lines := strings.Split(prose, "\n")
	for i, line := range lines {
		mark, heading, ok := strings.Cut(line, " ")
		if !ok || strings.Trim(mark, "#") != "" || mark == "" {
			continue
		}
		if n := config.Speech.Chapter(strings.ToLower(strings.Join(strings.Fields(between.Replace(heading)), " "))); n >= 0 {
			lines[i] = mark + " " + config.Speech.Headings(lang)[n]
		}
	}
	return strings.Join(lines, "\n")
}

// proseSums are the digests of the prose's parts, and of every other part, as
// the translation will call them.
func proseSums(config *portfolio.Config, original *charter.Charter, prose, lang string) string {
	whole := fmt.Sprintf("---\ntranslation_of: %s\nlang: %s\n---\n\n%s\n", original.ID.Value, lang, prose)
	made, _ := charter.Parse(original.File, []byte(whole), config.Reading())
	var b strings.Builder
	for _, p := range original.Parts() {
		if !strings.HasPrefix(p.Key, "body") {
			fmt.Fprintf(&b, "  %s: %s\n", p.Key, p.Sum)
		}
	}
	for _, p := range original.Words(made) {
		if p.Sum != "" {
			fmt.Fprintf(&b, "  %s: %s\n", p.Key, p.Sum)
		}
	}
	return b.String()
}
