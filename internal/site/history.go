package site

import (
	"cmp"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/cms"
	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A lifeView is when a charter changed last, and who has written it.
type lifeView struct {
	Said    string
	Count   string
	Writers []theme.Fragment
	Why     string // nothing is known
}

// life says what the history knows of c; nothing where nobody reads one.
func (v *voice) life(c *charter.Charter) *lifeView {
	book := v.site.p.Past()
	if book.Unknown == history.NoReader {
		return nil
	}
	l := book.Life(c)
	why := book.Unknown
	if why == "" && l.Last.Commit == "" {
		why = book.Whole()
	}
	switch {
	case l.Last.Commit != "":
	case why != "":
		return &lifeView{Why: v.words.T("past." + string(why))}
	default:
		return &lifeView{Why: v.words.T("life.open")}
	}
	d := &lifeView{Said: v.lived("life.last", "life.day", l.Last)}
	if len(l.Writers) > 0 {
		d.Count = v.words.N("life.writers", len(l.Writers))
	}
	for _, w := range l.Writers {
		if x := v.site.p.Addressed(w.Email); x != nil {
			d.Writers = append(d.Writers, v.person(x.ID))
		} else {
			d.Writers = append(d.Writers, theme.Escape(cmp.Or(w.Name, "–")))
		}
	}
	return d
}

// unsure says why what was promised first is not known of all charters; empty where
// it is.
func (v *voice) unsure() history.Reason {
	book := v.site.p.Past()
	if why := book.Whole(); why != "" {
		return why
	}
	for _, c := range v.site.p.Charters() {
		if !c.Status.Value.Bound() {
			continue
		}
		if why := book.Unsure(c); why != "" {
			return why
		}
	}
	return ""
}

// came says when a part of a charter was written; nothing where that is not known.
func (v *voice) came(c history.Change) string {
	if c.Commit == "" {
		return ""
	}
	return v.lived("life.came", "life.came.day", c)
}

// told words a change with its author, or without where none is known.
func (v *voice) lived(with, without string, c history.Change) string {
	if c.Day.IsZero() {
		return ""
	}
	name := v.writer(c.By)
	if name == "" {
		return v.words.F(without, "Date", v.locale.DateLong(c.Day))
	}
	return v.words.F(with, "Date", v.locale.DateLong(c.Day), "Name", name)
}

// writer is the name of an author: that of the register, where it knows the
// address, else the commit's.
func (v *voice) writer(w history.Writer) string {
	if x := v.site.p.Addressed(w.Email); x != nil {
		return x.Name
	}
	return w.Name
}

// forge is where the charters are kept; nil where nobody said. A page of the past
// leads to none, since the files there are those of today.
func (v *voice) forge() *portfolio.Forge {
	if v.site.options.At != nil {
		return nil
	}
	return v.site.p.Config().Repository
}

// source names a file, with the way to edit it where the forge is known.
func (v *voice) source(file string) theme.Fragment {
	f := v.forge()
	if f == nil {
		return theme.Escape(file)
	}
	return outward(f.Edit(v.site.options.Folder, file), file)
}

// place is source for a line of a file.
func (v *voice) place(pos diag.Pos) theme.Fragment {
	f := v.forge()
	if f == nil || strings.HasPrefix(pos.File, "themes/") {
		return theme.Escape(pos.String())
	}
	return outward(f.Line(v.site.options.Folder, pos.File, pos.Line), pos.String())
}

// parts lead to where the sections of a charter stand in its file, after the web
// editor, where there is one that can read it.
func (v *voice) parts(c *charter.Charter) theme.Fragment {
	f := v.forge()
	if f == nil {
		return ""
	}
	var b theme.Builder
	some := v.site.editor() != nil && c.Format == "yaml"
	if some {
		b.Raw(`<a href="`).Text(v.root + "admin/index.html" + cms.Address(c)).Raw(`">`).Text(v.words.T("edit.web")).Raw(`</a>`)
	}
	for _, x := range [...][2]string{{"budget", "charter.funding"}, {"goals", "charter.goals"}, {"responsibilities", "charter.responsibilities"}, {"team", "charter.team.short"},
		{"milestones", "charter.milestones"}, {"risks", "charter.risks"}, {"updates", "charter.updates"}, {"amendments", "charter.amendments"}, {"approvals", "charter.signatures"}} {
		if mark := c.Keys.Of(x[0]); mark.Written() {
			if some {
				b.Raw(", ")
			}
			some = true
			b.Add(outward(f.Line(v.site.options.Folder, c.File, int(mark.Line)), v.words.T(x[1])))
		}
	}
	return b.Fragment()
}

// outward is a link to the forge.
func outward(address, text string) theme.Fragment {
	var b theme.Builder
	return b.Raw(`<a href="`).Text(address).Raw(`" rel="noreferrer">`).Text(text).Raw(`</a>`).Fragment()
}
