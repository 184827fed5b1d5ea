package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/portfolio"
	"charterhouse/internal/rename"
)

func newRename(c console) *cobra.Command {
	var kind string
	var dry, lapse, keep bool
	cmd := &cobra.Command{
		Use:   "rename old new",
		Short: "Give a charter, person, department, area or objective another id, everywhere",
		Long: `Rename changes an id wherever it is named: files and folders, front matter,
registers, approvals, links, questions, rules of your own, translations. The old
id stays as an alias, so its address leads on. It prints every line that changes.

Ids are part of the terms that chiefs sign. When signatures would lapse, rename
names them and does nothing, unless --lapse says that they may. With --keep-signed
other charters that are signed go on naming a charter by its former id.`,
		Example: `  charterhouse rename one-login single-sign-on --dry-run
  charterhouse rename tove-soenderby tove-holm
  charterhouse rename people hr --kind department --lapse`,
		Args: cobra.ExactArgs(2),
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
			old, now := portfolio.ID(args[0]), portfolio.ID(args[1])
			what, err := kindOf(r.Portfolio, old, kind)
			if err != nil {
				return err
			}
			var plan *rename.Plan
			if keep && what == rename.Charter {
				plan, err = rename.Sparing(r.Portfolio, r.Tree, old, now)
			} else {
				plan, err = rename.Make(r.Portfolio, r.Tree, what, old, now)
			}
			if err != nil {
				return err
			}
			tellPlan(c.out, w, r.Portfolio, plan)
			switch {
			case dry:
				fmt.Fprintln(c.out, "Nothing was written.")
				return nil
			case len(plan.Unread) > 0:
				return fmt.Errorf("%s cannot be read, so the id may stand there too; mend it first (charterhouse check)", plan.Unread[0])
			case len(plan.Lapsed) > 0 && !lapse:
				return fmt.Errorf("signatures would lapse, so nothing was written; with --lapse they may, and the charters above need to be signed again")
			}
			if err := planned(plan).do(w.Content); err != nil {
				return fmt.Errorf("nothing was renamed: %w", err)
			}
			fmt.Fprintf(c.out, "Renamed: the %s %s is now %s.\n", plan.Kind, plan.Old, plan.New)
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "what the old id names: charter, person, department, area or objective")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would change, and change nothing")
	cmd.Flags().BoolVar(&keep, "keep-signed", false, "leave other signed charters as they are: a charter's former id leads on")
	cmd.Flags().BoolVar(&lapse, "lapse", false, "go on though signatures lapse")
	return cmd
}

// kindOf is what an id names, by the flag or because it names one thing only.
func kindOf(p *portfolio.Portfolio, id portfolio.ID, word string) (rename.Kind, error) {
	if word != "" {
		kind, ok := rename.ParseKind(word)
		if !ok {
			return 0, fmt.Errorf("--kind: %q is none of charter, person, department, area, objective", word)
		}
		return kind, nil
	}
	switch kinds := rename.KindsOf(p, id); len(kinds) {
	case 0:
		return 0, fmt.Errorf("nothing is called %q: no charter, person, department, area or objective", id)
	case 1:
		return kinds[0], nil
	default:
		return 0, fmt.Errorf("%q is a %s and a %s; say which with --kind", id, kinds[0], kinds[1])
	}
}

func planned(plan *rename.Plan) *batch {
	b := &batch{}
	for _, c := range plan.Changes {
		b.writes = append(b.writes, written{c.File, c.Text, c.After()})
	}
	for _, m := range plan.Moves {
		b.moves = append(b.moves, move{m.From, m.To})
	}
	return b
}

// tellPlan prints each line that changes, what moves, and what lapses.
func tellPlan(out io.Writer, w workplace, p *portfolio.Portfolio, plan *rename.Plan) {
	for _, c := range plan.Changes {
		fmt.Fprintln(out, filepath.Join(w.Content, filepath.FromSlash(c.File)))
		tellEdits(out, c)
	}
	for _, m := range plan.Moves {
		fmt.Fprintf(out, "%s → %s\n", filepath.Join(w.Content, filepath.FromSlash(m.From)), filepath.Join(w.Content, filepath.FromSlash(m.To)))
	}
	for _, file := range plan.Unread {
		fmt.Fprintf(out, "Not read: %s\n", filepath.Join(w.Content, filepath.FromSlash(file)))
	}
	tellLapses(out, p, "Left as they are, since they are signed; the former id leads on:", plan.Spared)
	tellLapses(out, p, "The id is part of signed terms. These signatures lapse:", plan.Lapsed)
}

func tellLapses(out io.Writer, p *portfolio.Portfolio, head string, lapses []rename.Lapse) {
	if len(lapses) > 0 {
		fmt.Fprintln(out, head)
	}
	for _, l := range lapses {
		var names []string
		for _, id := range l.Departments {
			names = append(names, p.Department(id).Name.In("en"))
		}
		fmt.Fprintf(out, "  %s: %s\n", l.Charter.Name(), strings.Join(names, ", "))
	}
}

// tellEdits prints the lines that edits touch, before and after.
func tellEdits(out io.Writer, c rename.Change) {
	lines := func(text []byte, start, end int) string {
		start = bytes.LastIndexByte(text[:start], '\n') + 1
		if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
			end += i
		} else {
			end = len(text)
		}
		return strings.TrimRight(string(text[start:end]), "\r\n")
	}
	after := c.After()
	shift, last := 0, -1
	for _, e := range c.Edits {
		number := bytes.Count(c.Text[:e.Start], []byte{'\n'}) + 1
		start := e.Start + shift
		shift += len(e.New) - (e.End - e.Start)
		if number == last {
			continue
		}
		last = number
		if e.Start == e.End && strings.HasSuffix(e.New, "\n") {
			fmt.Fprintf(out, "  %5d + %s\n", number, strings.TrimRight(e.New, "\r\n"))
			continue
		}
		fmt.Fprintf(out, "  %5d - %s\n        + %s\n", number, lines(c.Text, e.Start, e.End), lines(after, start, start+len(e.New)))
	}
}
