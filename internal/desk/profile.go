package desk

import (
	"fmt"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/redact"
)

// For is the view as the audience of a profile may have it: what they may not
// read is neither in its portfolio nor in its tree. It has no findings, since
// those are about the whole text, for whom may read it.
func (v *View) For(profile string) (*View, error) {
	f := v.Portfolio.Config().Profile(profile)
	if f == nil {
		return nil, unknownProfile(profile, v.Portfolio.Config().Profiles)
	}
	tree, veil := redact.Folder(v.Portfolio, v.Tree, f, v.say)
	l := portfolio.Loader{Speech: v.speech, Veil: veil}
	return &View{Loaded: l.Load(tree, v.Portfolio.AsOf()).Bare(), Theme: v.Theme, Tree: tree, Place: v.Place, speech: v.speech}, nil
}

// say words a message of the theme, in the site's first language where it has
// none for another.
func (v *View) say(lang, key string, pairs ...any) string {
	w := v.Theme.Words(lang)
	if w == nil {
		w = v.Theme.Words(v.Portfolio.Config().Languages[0])
	}
	return w.F(key, pairs...)
}

func unknownProfile(id string, known []*portfolio.Profile) error {
	if len(known) == 0 {
		return fmt.Errorf("--profile: charterhouse.yaml declares no profiles; begin with profiles: {%s: {names: roles}}", id)
	}
	var names []string
	for _, f := range known {
		names = append(names, string(f.ID))
	}
	if near, ok := diag.Nearest(id, names); ok {
		return fmt.Errorf("--profile: there is no profile %q; did you mean %s?", id, near)
	}
	return fmt.Errorf("--profile: there is no profile %q; charterhouse.yaml declares %s", id, strings.Join(names, ", "))
}
