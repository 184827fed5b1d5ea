package site

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/theme"
)

// audience is for whom the site is.
func (v *voice) audience() string { return v.site.p.Veil().Profile.Name.In(v.lang) }

// madeFor says in the footer for whom the site is and what it is without; empty
// where it is whole.
func (v *voice) madeFor() theme.Fragment {
	veil := v.site.p.Veil()
	if veil == nil {
		return ""
	}
	said := []string{v.words.F("withheld.for", "Audience", v.audience())}
	switch veil.Profile.Restricted {
	case portfolio.Omitted:
		said = append(said, v.words.T("withheld.restricted.omit"))
	case portfolio.Outlined:
		said = append(said, v.words.T("withheld.restricted.outline"))
	}
	if veil.Profile.Roles {
		said = append(said, v.words.T("withheld.names"))
	}
	if len(veil.Profile.Withhold) > 0 {
		said = append(said, v.words.F("withheld.keys", "What", v.locale.List(v.keys(veil.Profile.Withhold))))
	}
	said = append(said, v.words.T("withheld.sums"))
	return theme.Escape(strings.Join(said, " "))
}

// keys names keys of charters in the reader's words.
func (v *voice) keys(keys []string) []string {
	var all []string
	for _, k := range keys {
		if own, ok := strings.CutPrefix(k, "x."); ok {
			if f := v.site.p.Config().Field(own); f != nil {
				all = append(all, f.Name.In(v.lang))
			}
			continue
		}
		all = append(all, v.key(k))
	}
	return all
}

// key names a key of charters; one far down by what it stands in: "risks (the
// response)".
func (v *voice) key(k string) string {
	if said, ok := v.words.Find("withheld.key." + k); ok {
		return said
	}
	top, _, _ := strings.Cut(k, ".")
	group, ok := v.words.Find("withheld.key." + top)
	said, told := v.words.Find("change.what." + k)
	switch {
	case ok && told:
		return group + " (" + said + ")"
	case told:
		return said
	}
	return k
}

// missing says on a charter's page what was taken out of it.
func (v *voice) missing(c *charter.Charter) theme.Fragment {
	veil := v.site.p.Veil()
	switch {
	case veil == nil:
		return ""
	case veil.Outlines[c.ID.Value]:
		return theme.Escape(v.words.T("withheld.outline"))
	case len(veil.Profile.Withhold) > 0:
		return theme.Escape(v.words.F("withheld.here", "What", v.locale.List(v.keys(veil.Profile.Withhold))))
	}
	return ""
}

// unsaid says in the place of "there is none" that an audience is not told of it,
// where one of these keys of charters is withheld; else it is empty.
func (v *voice) unsaid(keys ...string) string {
	veil := v.site.p.Veil()
	if veil == nil {
		return ""
	}
	var withheld []string
	for _, w := range veil.Profile.Withhold {
		if slices.ContainsFunc(keys, (&portfolio.Profile{Withhold: []string{w}}).Withholds) {
			withheld = append(withheld, w)
		}
	}
	if len(withheld) == 0 {
		return ""
	}
	return v.words.F("withheld.here", "What", v.locale.List(v.keys(withheld)))
}

// noBudget says why a charter shows no budget: in one word and at length.
func (v *voice) noBudget(c *charter.Charter) (word, head, why string) {
	if v.site.p.Withheld(c, "budget") {
		return v.words.T("withheld"), v.words.T("withheld.budget"), v.words.F("withheld.budget.why", "Audience", v.audience())
	}
	return v.words.T("budget.none"), v.words.T("charter.nobudget"), v.words.T("charter.nobudget.why")
}

// terms is the digest that signatures are for, where it may be known.
func (v *voice) terms(c *charter.Charter) string {
	if v.site.p.Withheld(c, "terms") {
		return ""
	}
	return c.Terms.Short()
}

// shortOf says below a table which figures it is without.
func (v *voice) shortOf(t rollup.Table) string {
	veil := v.site.p.Veil()
	if veil == nil || veil.Profile.Restricted == portfolio.Shown && len(veil.Profile.Withhold) == 0 {
		return ""
	}
	n := 0
	for _, c := range v.site.p.Charters() {
		if v.site.p.Withheld(c, "budget") {
			n++
		}
	}
	said := []string{v.words.T("withheld.sums")}
	if veil.Profile.Restricted == portfolio.Omitted {
		said = append(said, v.words.T("withheld.restricted.omit"))
	}
	if n > 0 {
		said = append(said, v.words.N("withheld.number", n))
	}
	if veil.Profile.Withholds("budget.spent") && !veil.Profile.Withholds("budget") {
		said = append(said, v.words.T("withheld.spent"))
	}
	return strings.Join(said, " ")
}
