package site

import (
	"charterhouse/internal/diag"
	"charterhouse/internal/theme"
)

// then says on every page which past it shows, and that its texts had errors,
// which nobody can mend any more; it is empty where the page shows the present.
func (v *voice) then() theme.Fragment {
	at := v.site.options.At
	if at == nil {
		return ""
	}
	commit := new(theme.Builder).Raw("<code>").Text(at.Short()).Raw("</code>").Fragment()
	said := v.words.HTML("then.text", "Day", v.date(v.site.p.AsOf()), "Commit", commit, "Made", v.date(at.Day))
	n := v.site.found.Count(diag.Error)
	if n == 0 {
		return said
	}
	return theme.Join([]theme.Fragment{said, v.link("attention.html", v.words.N("then.errors", n))}, " ")
}

// onPaper is the site's title at the head of a printed page, with the commit where
// that is one of the past.
func (v *voice) onPaper() string {
	title := v.site.title()
	if at := v.site.options.At; at != nil {
		title += " · " + v.locale.Date(v.site.p.AsOf()) + " · " + at.Short()
	}
	return title
}
