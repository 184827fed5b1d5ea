package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/intake"
	"charterhouse/internal/portfolio"
)

func newImport(c console) *cobra.Command {
	i := importer{c: c}
	cmd := &cobra.Command{
		Use:   "import file",
		Short: "Make charters of a spreadsheet of projects",
		Long: `Import reads a CSV or XLSX file with a project in each row. The first run finds
out which column is which field, prints and saves that as a mapping, and imports
nothing. Look it over, change it, and run import again: it uses the saved mapping.

Charters are written as proposals. One that is there is never overwritten. Each
cell goes into a field or stands in the report with the reason; --report writes
that as CSV. Formulas are not run: their last values are taken.`,
		Example: `  charterhouse import projects.xlsx
  charterhouse import projects.xlsx --dry-run
  charterhouse import projects.xlsx --report left.csv
  charterhouse import april.csv --map projects.xlsx.map.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return i.run(args[0]) },
	}
	cmd.Flags().StringVar(&i.mapping, "map", "", "the mapping `file` (default the name of the sheet's file with .map.yaml)")
	cmd.Flags().BoolVar(&i.yes, "yes", false, "import by the mapping that was found, without a second run")
	cmd.Flags().BoolVar(&i.dry, "dry-run", false, "print what would be made and left, and write no charter")
	cmd.Flags().StringVar(&i.report, "report", "", "write what was left to this CSV `file`")
	cmd.Flags().StringVar(&i.form.Sheet, "sheet", "", "the `name` of the sheet to read (default the first)")
	cmd.Flags().StringVar(&i.lang, "lang", "", "the `language` of the charters (default the site's first)")
	asOfFlag(cmd, &i.asOf)
	return cmd
}

type importer struct {
	c                           console
	mapping, report, lang, asOf string
	yes, dry                    bool
	form                        intake.Form
}

func (i *importer) run(file string) error {
	w, err := findContent(nil, i.asOf)
	if err != nil {
		return err
	}
	r, err := w.read()
	if err != nil {
		return err
	}
	defer r.Tree.Close()
	data, err := readFile(file)
	if err != nil {
		return err
	}
	if i.mapping == "" {
		i.mapping = file + ".map.yaml"
	}
	m, fresh, err := i.known(r)
	if err != nil {
		return err
	}
	if m != nil {
		if i.form.Sheet == "" {
			i.form.Sheet = m.Sheet
		}
		i.form.Encoding, i.form.Separator = m.Encoding, m.Separator
	}
	t, err := intake.Read(filepath.ToSlash(file), data, i.form)
	if err != nil {
		return err
	}
	i.tellTable(t)
	if m == nil {
		m = intake.Propose(r.Portfolio, t, i.lang)
		if err := i.save(m, t); err != nil {
			return err
		}
	}
	if undecided := m.Undecided(); len(undecided) > 0 {
		return fmt.Errorf("the mapping %s leaves open:\n  %s", i.mapping, strings.Join(undecided, "\n  "))
	}
	if why := m.Fits(t); why != "" {
		return fmt.Errorf("the mapping %s is not for this file: %s", i.mapping, why)
	}
	if fresh && !i.yes && !i.dry {
		fmt.Fprintf(i.c.out, "Nothing is imported yet. Look the mapping over in %s, then run the same command again.\n", i.mapping)
		return nil
	}
	return i.convert(w, r, t, m)
}

// readFile reads a file that is not too large.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, intake.MaxFile+1))
	if err == nil && len(data) > intake.MaxFile {
		err = fmt.Errorf("%s has more than %d MB", name, intake.MaxFile>>20)
	}
	return data, err
}

// known reads the saved mapping. fresh reports that there is none.
func (i *importer) known(r *desk.View) (m *intake.Mapping, fresh bool, err error) {
	text, err := os.ReadFile(i.mapping)
	if errors.Is(err, os.ErrNotExist) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	m, found := intake.ReadMapping(r.Portfolio, i.mapping, text)
	if len(found) > 0 {
		for n := range found {
			found[n].Severity = diag.Error
		}
		in, _ := tongue("", true)
		lines := strings.Split(string(text), "\n")
		err := diag.Write(i.c.out, diag.People, found, diag.Report{Files: 1, Color: color(i.c.out), In: in, Line: func(_ string, n int) string {
			if n < 1 || n > len(lines) {
				return ""
			}
			return strings.TrimRight(lines[n-1], "\r")
		}})
		return nil, false, errors.Join(err, errTexts)
	}
	return m, false, nil
}

func (i *importer) tellTable(t *intake.Table) {
	fmt.Fprintf(i.c.out, "%s: %s", t.File, number(len(t.Rows), "row"))
	if t.Sheet != "" {
		fmt.Fprintf(i.c.out, " in the sheet %s", t.Sheet)
	}
	if t.Encoding != "" {
		fmt.Fprintf(i.c.out, ", in %s, cells parted by %s", map[string]string{"utf-8": "UTF-8", "windows-1252": "Windows-1252"}[t.Encoding], t.Separator)
	}
	fmt.Fprintln(i.c.out)
	if len(t.Others) > 0 {
		fmt.Fprintf(i.c.out, "Not read: the sheets %s\n", strings.Join(t.Others, ", "))
	}
	if t.Formulas > 0 {
		fmt.Fprintf(i.c.out, "Formulas in %s are not run; the values from when the file was saved are used.\n", number(t.Formulas, "cell"))
	}
}

// save writes a new mapping and prints it.
func (i *importer) save(m *intake.Mapping, t *intake.Table) error {
	text := m.Text(t.File)
	f, err := os.OpenFile(i.mapping, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return fmt.Errorf("mapping: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	fmt.Fprintf(i.c.out, "\n%s\nSaved: %s\n", text, i.mapping)
	return nil
}

func (i *importer) convert(w workplace, r *desk.View, t *intake.Table, m *intake.Mapping) error {
	p := r.Portfolio
	res := intake.Convert(p, t, m, intake.Options{Today: w.asOf, Summary: func(lang string, payers []portfolio.ID) string {
		d := draft{Portfolio: p, Lang: lang, words: r.Theme.Words(lang)}
		if d.words == nil {
			d.words = r.Theme.Words(p.Config().Languages[0])
		}
		for _, id := range payers {
			d.With = append(d.With, string(id))
		}
		return d.words.F("draft.summary", "Who", d.who())
	}})
	if i.report != "" {
		var b bytes.Buffer
		if err := res.WriteReport(&b, t); err != nil {
			return err
		}
		if err := os.WriteFile(i.report, b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	b := &batch{}
	for _, made := range res.Charters {
		b.writes = append(b.writes, written{name: made.File, after: made.Text})
	}
	if !i.dry {
		if err := b.do(w.Content); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
	}
	i.tell(w, t, res)
	return nil
}

// tell prints what was made and what was left.
func (i *importer) tell(w workplace, t *intake.Table, res *intake.Result) {
	for _, made := range res.Charters {
		fmt.Fprintf(i.c.out, "Row %d: %s\n", made.Row, filepath.Join(w.Content, filepath.FromSlash(made.File)))
	}
	if len(res.Left) > 0 {
		fmt.Fprintf(i.c.out, "\nLeft: %s\n", number(len(res.Left), "cell"))
		if i.report == "" {
			i.tellLeft(res)
		} else {
			fmt.Fprintf(i.c.out, "See %s\n", i.report)
		}
	}
	if len(res.Unknown) > 0 {
		fmt.Fprintf(i.c.out, "\nNot in the register of people: %s. Add each to registers/people.yml, such as\n  - {id: %s, name: %s, department: …}\n", strings.Join(res.Unknown, ", "), facts.Slug(res.Unknown[0]), res.Unknown[0])
	}
	verb := "written"
	if i.dry {
		verb = "would be written"
	}
	fmt.Fprintf(i.c.out, "\n%s %s of %s, as proposals. What they still lack: charterhouse check\n", number(len(res.Charters), "charter"), verb, t.File)
}

// shownCells is how many cells are named for one reason.
const shownCells = 12

// tellLeft prints cells with one reason together.
func (i *importer) tellLeft(res *intake.Result) {
	type group struct {
		why   string
		cells []string
	}
	var groups []*group
	for _, l := range res.Left {
		n := slices.IndexFunc(groups, func(g *group) bool { return g.why == l.Cause })
		if n < 0 {
			n = len(groups)
			groups = append(groups, &group{why: l.Cause})
		}
		value := strings.Join(strings.Fields(l.Value), " ")
		if r := []rune(value); len(r) > 60 {
			value = string(r[:60]) + "…"
		}
		groups[n].cells = append(groups[n].cells, fmt.Sprintf("%s %q", l.Cell(), value))
	}
	for _, g := range groups {
		more := ""
		if n := len(g.cells) - shownCells; n > 0 {
			more = fmt.Sprintf(", and %d more (--report lists all)", n)
		}
		fmt.Fprintf(i.c.out, "  %s:\n    %s%s\n", g.why, strings.Join(g.cells[:min(len(g.cells), shownCells)], ", "), more)
	}
}
