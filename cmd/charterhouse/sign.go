package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/sign"
	"charterhouse/internal/theme"
)

func newSign(c console) *cobra.Command {
	q := signing{console: c}
	cmd := &cobra.Command{
		Use:   "sign charter --as person",
		Short: "Sign a charter for a department, on exactly the terms it has now",
		Long: `Sign shows what is signed (the money, the days, the people, who answers for
what, and the digest of the terms), asks, and writes the signature into the
charter. It changes nothing else in the file.

CHARTER is an id, a title or a part of one, or a file. Who signs is an id or a
full name; the department follows from who is its chief or deputy on the day of
the signature. If the department signed earlier terms, sign tells what has
changed since.

Where the folder approvals/<department>/ exists, or with --to-file, the signature
is written into a file of its own there, so that a git host can let only that
department approve it. See docs/signing.md for what a signature is and is not.`,
		Example: `  charterhouse sign customer-insight-360 --as lena-brandt
  charterhouse sign "One customer mailbox" --as "Samir Haddad" --date 2027-02-10
  charterhouse sign roof --as viggo-thestrup --for it --note "As agreed on Monday"
  charterhouse sign roof --as lena-brandt --dry-run      shows the lines, writes nothing`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return charterIDs(), cobra.ShellCompDirectiveDefault
		},
		RunE: func(_ *cobra.Command, args []string) error { return q.run(args[0]) },
	}
	cmd.Flags().StringVar(&q.as, "as", "", "who signs, a `person` by id or full name")
	cmd.Flags().StringVar(&q.department, "for", "", "the `department`, if the person may sign for several that pay")
	cmd.Flags().StringVar(&q.date, "date", "", "the `day` of the signature, YYYY-MM-DD (default today)")
	cmd.Flags().StringVar(&q.note, "note", "", "a `sentence` beside the signature")
	cmd.Flags().BoolVar(&q.apart, "to-file", false, "write into approvals/<department>/, also where that folder is new")
	cmd.Flags().BoolVar(&q.dry, "dry-run", false, "show the lines that would be written, and write nothing")
	cmd.Flags().BoolVarP(&q.yes, "yes", "y", false, "sign without asking")
	cmd.Flags().StringVar(&q.lang, "lang", "", "`language` of what is shown, one of the site's")
	_ = cmd.MarkFlagRequired("as")
	return cmd
}

// A signing is one run of sign.
type signing struct {
	console
	as, department, date, note, lang string
	apart, dry, yes                  bool
}

func (q signing) run(name string) error {
	w, err := findContent(nil, "")
	if err != nil {
		return err
	}
	day := w.asOf
	if q.date != "" {
		if day, err = calendar.ParseDate(q.date); err != nil {
			return fmt.Errorf("--date: %w; write YYYY-MM-DD", err)
		}
	}
	if day.After(w.asOf) {
		w.asOf = day
	}
	r, err := w.read()
	if err != nil {
		return err
	}
	defer r.Tree.Close()
	s, err := question{lang: q.lang}.speech(r)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(w.Content)
	if err != nil {
		return fmt.Errorf("content folder: %w", err)
	}
	defer root.Close()
	pen := sign.Pen{Portfolio: r.Portfolio, Found: r.Found, Words: s.Words, Content: root}
	given, err := pen.Sign(sign.Wish{Charter: below(w, r, name), Person: q.as, Department: q.department, Date: day, Note: q.note, Apart: q.apart})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(q.out, given.Show()); err != nil {
		return err
	}
	if q.dry {
		_, err := fmt.Fprintf(q.out, "\n%s\n\n%s", s.Words.T("sign.dry"), given.Lines())
		return err
	}
	if err := q.agreed(s.Words); err != nil {
		return err
	}
	if err := given.Write(); err != nil {
		return err
	}
	file := filepath.Join(w.Content, filepath.FromSlash(given.File()))
	_, err = fmt.Fprintf(q.out, "\n%s\n%s\n%s\n", s.Words.F("sign.done", "File", file), given.Left(), s.Words.T("sign.commit"))
	return err
}

// agreed asks, where somebody is there to answer.
func (q signing) agreed(w *theme.Words) error {
	if q.yes {
		return nil
	}
	if f, ok := q.in.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) || !terminal(q.out) {
		return errors.New(w.T("sign.unasked"))
	}
	fmt.Fprint(q.out, "\n"+w.T("sign.ask")+" ")
	line, _ := bufio.NewReader(q.in).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes", "j", "ja":
		return nil
	}
	return errors.New(w.T("sign.declined"))
}

// below is a charter's name as it was typed or, if that is a file, the file's
// path below the content folder.
func below(w workplace, r *desk.View, name string) string {
	content, err1 := filepath.Abs(w.Content)
	file, err2 := filepath.Abs(name)
	if rel, err := filepath.Rel(content, file); err1 == nil && err2 == nil && err == nil && filepath.IsLocal(rel) && r.Tree.Line(filepath.ToSlash(rel), 1) != "" {
		return filepath.ToSlash(rel)
	}
	return name
}

// charterIDs are the charters of the content folder that is here.
func charterIDs() []string {
	w, err := findContent(nil, "")
	if err != nil {
		return nil
	}
	r, err := w.read()
	if err != nil {
		return nil
	}
	defer r.Tree.Close()
	var all []string
	for _, x := range r.Portfolio.Charters() {
		all = append(all, string(x.ID.Value)+"\t"+x.Name())
	}
	return all
}
