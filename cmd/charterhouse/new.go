package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/amend"
	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

func newNew(c console) *cobra.Command {
	var with []string
	var summary, asOf, lang, of string
	cmd := &cobra.Command{
		Use:   "new [title]",
		Short: "Write a charter of five lines, to start from",
		Long: `New asks for a title and one sentence, and writes the smallest charter that
means something: a proposal. With --with it also fills in who would pay, own
and answer for what, from the registers, as comments and values to go on from.

With --translation-of it writes a file that translates a charter: its texts to be
filled in, and nothing of what it agrees.`,
		Example: `  charterhouse new "One customer mailbox"
  charterhouse new "Fælles kundeindsigt" --with marketing,it --lang da
  charterhouse new --translation-of one-customer-mailbox --lang da`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := findContent(nil, asOf)
			if err != nil {
				return err
			}
			r, err := w.read()
			if err != nil {
				return err
			}
			defer r.Tree.Close()
			if of != "" {
				return startTranslation(c, w, r.Portfolio, of, lang)
			}
			d := draft{Portfolio: r.Portfolio, Summary: summary, Lang: lang, With: with}
			if err := d.ask(c, args); err != nil {
				return err
			}
			if d.words = r.Theme.Words(d.Lang); d.words == nil {
				d.words = r.Theme.Words(r.Portfolio.Config().Languages[0])
			}
			return d.write(c, w)
		},
	}
	asOfFlag(cmd, &asOf)
	cmd.Flags().StringSliceVar(&with, "with", nil, "the `departments` that would pay, by id")
	cmd.Flags().StringVar(&summary, "summary", "", "one `sentence` on what it is for")
	cmd.Flags().StringVar(&lang, "lang", "", "the `language` it is written in (default the site's first)")
	cmd.Flags().StringVar(&of, "translation-of", "", "translate this `charter` into --lang instead")
	return cmd
}

// A draft is a charter that is about to be written.
type draft struct {
	*portfolio.Portfolio
	Title, Summary, Lang string
	With                 []string

	words *theme.Words // of the language, or of the site where it has none
}

// ask takes the title from the command line or asks for it, and for the
// summary, where somebody is there to answer.
func (d *draft) ask(c console, args []string) error {
	in := bufio.NewReader(c.in)
	question := func(words string) string {
		fmt.Fprint(c.out, words+" ")
		line, _ := in.ReadString('\n')
		return strings.TrimSpace(line)
	}
	if len(args) == 1 {
		d.Title = strings.TrimSpace(args[0])
	} else {
		d.Title = question("Title:")
	}
	if d.Title == "" {
		return errors.New(`a charter needs a title: charterhouse new "One customer mailbox"`)
	}
	if d.Summary == "" && len(args) == 0 {
		d.Summary = question("What is it for, in one sentence?")
	}
	if d.Lang == "" {
		d.Lang = d.Config().Languages[0]
	}
	for _, id := range d.With {
		if d.Department(portfolio.ID(id)) == nil {
			return fmt.Errorf("--with: there is no department %q in registers/departments.yml", id)
		}
	}
	return nil
}

func (d *draft) write(c console, w workplace) error {
	id := facts.Slug(d.Title)
	if len(id) > facts.MaxID {
		id = strings.Trim(id[:facts.MaxID], "-")
	}
	if !facts.ValidID(id) {
		return fmt.Errorf("the title %q gives no file name; use some letters a–z", d.Title)
	}
	root, err := os.OpenRoot(w.Content)
	if err != nil {
		return fmt.Errorf("content folder: %w", err)
	}
	defer root.Close()
	name := "charters/" + id + ".md"
	f := folder{root}
	if f.Exists(name) || f.Exists("charters/"+id) {
		return fmt.Errorf("%s is there already; give the new charter another title", filepath.Join(w.Content, name))
	}
	if err := f.Write(name, []byte(d.text(w))); err != nil {
		return fmt.Errorf("charter: %w", err)
	}
	fmt.Fprintf(c.out, "Written: %s\nIt is a proposal as it stands. See what the chiefs still need: charterhouse check\n", filepath.Join(w.Content, name))
	return nil
}

// text is the charter's file. What is only suggested stands in comments, so
// that the file is sound as it is.
func (d *draft) text(w workplace) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("---")
	line("schema: charter/1")
	line("title: %s", amend.Quoted(d.Title))
	summary := d.Summary
	if summary == "" {
		summary = d.words.F("draft.summary", "Who", d.who())
	}
	line("summary: %s", amend.Quoted(summary))
	line("lang: %s", d.Lang)
	line("status: proposed")
	line("created: %s", w.asOf)
	if len(d.With) > 0 {
		d.parties(line, w)
	}
	line("---")
	line("")
	for _, heading := range d.Config().Speech.Headings(d.Lang) {
		line("## %s\n", heading)
	}
	return b.String()
}

// who names the departments that would pay, as a sentence does.
func (d *draft) who() string {
	if len(d.With) == 0 {
		return d.words.T("draft.departments")
	}
	var names []string
	for _, id := range d.With {
		names = append(names, d.Department(portfolio.ID(id)).Name.In(d.Lang))
	}
	return d.words.Locale().List(names)
}

// parties fills in what the registers know of the departments.
func (d *draft) parties(line func(string, ...any), w workplace) {
	line("# timeframe: {start: %s, end: %s}", w.asOf.AddMonths(1), w.asOf.AddMonths(10))
	line("")
	line("owners:")
	for _, id := range d.With {
		if chief, ok := d.Chief(portfolio.ID(id), w.asOf); ok {
			line("  %s: %s", id, chief.ID)
		} else {
			line("  # %s: the id of its chief", id)
		}
	}
	line("# lead: the id of a person")
	line("")
	currency := d.Config().Currency
	if currency == "" {
		currency = "EUR"
	}
	line("# budget:")
	line("#   currency: %s", currency)
	line("#   total: 100000")
	line("#   shares:")
	for _, id := range d.With {
		line("#     %s: equal", id)
	}
	line("")
	line("responsibilities:")
	for _, a := range d.Registers().Areas {
		if a.StandingOwner != "" && slices.Contains(d.With, string(a.StandingOwner)) {
			line("  - {area: %s, accountable: %s}", a.ID, a.StandingOwner)
		}
	}
	line("  # - {area: …, accountable: …}")
}
