package site

import (
	"cmp"

	"charterhouse/internal/charter"
	"charterhouse/internal/history"
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
