package main

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/calendar"
	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/desk"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// diffFormats are the ways to print a difference, the usual one first.
var diffFormats = []string{"terminal", "markdown", "html", "json"}

func newDiff(c console) *cobra.Command {
	q := comparison{console: c}
	cmd := &cobra.Command{
		Use:   "diff [A..B | A...B | A | folder folder] [content]",
		Short: "Tell in words what is different between two versions",
		Long: `Diff compares two versions of the portfolio and tells in words what is
different: for each charter what was agreed and what else, then what follows for
the whole: what departments pay, who is booked beyond capacity, conflicts,
findings.

A and B are whatever git knows for a commit, or days. A alone is compared with
the working tree; nothing at all compares HEAD with it. A...B compares B with
where it branched off from A, as a pull request does. Two folders need no git.
Both versions are looked at as of one day, so that time alone makes no
difference: the day of the later commit, or today.

Old and broken versions are compared, too: what could not be read is told. It
ends with 0 also where there are differences.`,
		Example: `  charterhouse diff
  charterhouse diff main...HEAD --format markdown
  charterhouse diff 2027-03-31..2027-06-30 --lang da
  charterhouse diff v1 --charter customer-insight-360
  charterhouse diff before/content after/content --format html > change.html`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return q.answer(args) },
	}
	cmd.Flags().StringVar(&q.asOf, "as-of", "", "look at both versions as of this `day`, YYYY-MM-DD (default that of the later one)")
	profileFlag(cmd, &q.profile)
	cmd.Flags().StringVar(&q.format, "format", "terminal", "how to print: "+strings.Join(diffFormats, ", "))
	cmd.Flags().StringVar(&q.lang, "lang", "", "`language` of the sentences, such as en, da or de")
	cmd.Flags().StringVar(&q.charter, "charter", "", "tell only about the charter with this `id`")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(diffFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// A comparison is one run of diff.
type comparison struct {
	console
	asOf, format, lang, charter, profile string
}

// An aSide is one of the two that are compared, before it is read.
type aSide struct {
	name   string
	tree   *source.Tree
	themes fs.FS         // nil for none
	day    calendar.Date // of the commit; none for a folder
	absent bool          // there was no content folder
}

func (q comparison) answer(args []string) error {
	if !slices.Contains(diffFormats, q.format) {
		return fmt.Errorf("--format: there is no format %q; write one of %s", q.format, strings.Join(diffFormats, ", "))
	}
	before, after, done, err := q.versions(args)
	if err != nil {
		return err
	}
	defer done()
	day, err := q.day(before, after)
	if err != nil {
		return err
	}
	sides := new(desk.Sides)
	was, is, err := q.sides(sides, before, after, day)
	if err != nil {
		return err
	}
	d := change.Portfolios(was, is)
	if q.charter != "" {
		if d, err = q.only(d); err != nil {
			return err
		}
	}
	words, err := q.words(is, after.themes)
	if err != nil {
		return err
	}
	return q.print(d, change.Tell(d, words), words, after.themes)
}

// versions finds what is compared.
func (q comparison) versions(args []string) (before, after aSide, done func(), err error) {
	if len(args) == 2 && isContent(args[0]) && isContent(args[1]) {
		return q.folders(args[0], args[1])
	}
	asked, place := "HEAD", args
	if len(args) > 0 && (len(args) == 2 || !isContent(args[0])) {
		asked, place = args[0], args[1:]
	}
	w, err := findContent(place, q.asOf)
	if err != nil {
		return before, after, nil, err
	}
	r, err := history.Open(w.Content)
	if err != nil {
		return before, after, nil, err
	}
	if before, after, err = q.revisions(r, asked); err == nil && after.tree == nil {
		after, err = q.folder(w)
	}
	if err != nil {
		r.Close()
		return before, after, nil, err
	}
	return before, after, func() { after.close(); r.Close() }, nil
}

// isContent reports whether a name is that of a content folder, and not of a
// revision.
func isContent(name string) bool {
	_, err := findContent([]string{name}, "")
	return err == nil
}

// folders are two versions that lie beside each other.
func (q comparison) folders(a, b string) (before, after aSide, done func(), err error) {
	for i, to := range []*aSide{&before, &after} {
		w, err := findContent([]string{[]string{a, b}[i]}, q.asOf)
		if err == nil {
			*to, err = q.folder(w)
		}
		if err != nil {
			return before, after, nil, err
		}
		to.name = w.Content
	}
	return before, after, func() { before.close(); after.close() }, nil
}

// folder is the content folder as it stands.
func (q comparison) folder(w workplace) (aSide, error) {
	tree, err := source.Open(w.Content, source.DefaultLimits())
	if err != nil {
		return aSide{}, err
	}
	v := aSide{tree: tree, day: w.asOf}
	if root, err := os.OpenRoot(filepath.Join(w.Around, "themes")); err == nil {
		v.themes = root.FS()
	}
	return v, nil
}

func (v aSide) close() {
	if v.tree != nil {
		_ = v.tree.Close() // it was read only
	}
}

// nothing is the content folder of a commit that has none.
var nothing embed.FS

// revisions are A..B, A...B or A, which leaves after empty: the working tree.
// What is not named is what is checked out.
func (q comparison) revisions(r *history.Repository, asked string) (before, after aSide, err error) {
	a, b, two := strings.Cut(asked, "..")
	was, err := r.At(cmp.Or(a, "HEAD"))
	if err != nil {
		return before, after, err
	}
	if !two {
		before, err = committed(was, a)
		return before, after, err
	}
	b, branched := strings.CutPrefix(b, ".")
	is, err := r.At(cmp.Or(b, "HEAD"))
	if err != nil {
		return before, after, err
	}
	if branched {
		if was, err = r.Base(was, is); err != nil {
			return before, after, err
		}
		a = was.Short()
	}
	if before, err = committed(was, a); err == nil {
		after, err = committed(is, b)
	}
	return before, after, err
}

// committed is what was committed at a revision that was asked for by a name.
func committed(at *history.Revision, name string) (aSide, error) {
	name = cmp.Or(name, "HEAD")
	v := aSide{name: name + " (" + at.Short() + ")", day: at.Day}
	if strings.HasPrefix(at.Commit, name) {
		v.name = at.Short()
	}
	if themes, err := at.Themes(); err == nil && themes != nil {
		v.themes = themes
	}
	files, err := at.FS()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.absent = true
		v.tree, err = source.FromFS(nothing, source.DefaultLimits())
	case err == nil:
		v.tree, err = source.FromFS(files, source.DefaultLimits())
	}
	return v, err
}

// day is what stands for today on both sides: where the later commit has no day
// that a calendar knows, that of the earlier.
func (q comparison) day(before, after aSide) (calendar.Date, error) {
	if q.asOf != "" {
		day, err := calendar.ParseDate(q.asOf)
		if err != nil {
			return day, fmt.Errorf("--as-of: %w; write YYYY-MM-DD", err)
		}
		return day, nil
	}
	return cmp.Or(after.day, before.day, calendar.On(time.Now())), nil
}

// sides are both versions, as the audience may have them where one was named.
func (q comparison) sides(sides *desk.Sides, before, after aSide, day calendar.Date) (was, is change.Side, err error) {
	a, b := sides.Look(before.tree, before.themes, day), sides.Look(after.tree, after.themes, day)
	if q.profile != "" {
		if a, b, err = sides.For(a, b, q.profile); err != nil {
			return was, is, err
		}
	}
	return before.side(a), after.side(b), nil
}

func (v aSide) side(view *desk.View) change.Side {
	return change.Side{Name: v.name, Portfolio: view.Portfolio, Found: view.Found, Tree: view.Tree, Absent: v.absent}
}

// only leaves what is about one charter, which one of the sides must have.
func (q comparison) only(d *change.Difference) (*change.Difference, error) {
	id := charter.ID(q.charter)
	var known []string
	for _, s := range []change.Side{d.After, d.Before} {
		if c := s.Portfolio.Find(id); c != nil {
			return d.Only(c.ID.Value), nil
		}
		for _, c := range s.Portfolio.Charters() {
			known = append(known, string(c.ID.Value))
		}
	}
	if near, ok := diag.Nearest(q.charter, known); ok {
		return nil, fmt.Errorf("--charter: there is no charter %q on either side; did you mean %s?", q.charter, near)
	}
	return nil, fmt.Errorf("--charter: there is no charter %q on either side", q.charter)
}

// words are those of the language that was asked for, else of the user's where
// the site has it, else of the site's first.
func (q comparison) words(s change.Side, themes fs.FS) (*theme.Words, error) {
	own := desk.Worn(themes, s.Portfolio.Config().Theme.Value)
	lang, languages := q.lang, s.Portfolio.Config().Languages
	if lang == "" {
		lang = languages[0]
		if slices.Contains(languages, userLanguage()) {
			lang = userLanguage()
		}
	}
	if words, ok := theme.Speak(own, lang); ok {
		return words, nil
	}
	return nil, fmt.Errorf("--lang: there are no words for %q; there are some for %s", lang, strings.Join(theme.Speech(own).Tags(), ", "))
}

// print makes the whole answer before it writes any of it.
func (q comparison) print(d *change.Difference, r *change.Report, words *theme.Words, themes fs.FS) error {
	var b bytes.Buffer
	var err error
	switch q.format {
	case "markdown":
		b.WriteString(r.Markdown())
	case "json":
		err = change.JSON(&b, d, r)
	case "html":
		name := d.After.Portfolio.Config().Theme.Value
		dress, _ := theme.Load(desk.Worn(themes, name), "themes/"+name, []string{words.Lang()})
		if err = r.Page(&b, dress); err != nil { // a broken theme hides no difference
			b.Reset()
			dress, _ = theme.Load(nil, "themes/default", []string{words.Lang()})
			err = r.Page(&b, dress)
		}
	default:
		b.WriteString(r.Terminal(color(q.out)))
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(q.out, &b)
	return err
}
