package desk

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/redact"
	"charterhouse/internal/theme"
)

// For is the view as the audience of a profile may have it: what they may not
// read is neither in its portfolio nor in its tree. It has no findings, since
// those are about the whole text, for whom may read it.
func (v *View) For(profile string) (*View, error) { return v.ForAsOf(v, profile) }

// ForAsOf is For by what is secret, and to whom, in another view: that of today,
// where v is one of the past.
func (v *View) ForAsOf(today *View, profile string) (*View, error) {
	f, err := usable(today.Portfolio.Config(), profile)
	if err != nil {
		return nil, err
	}
	var also []*portfolio.Then
	if today != v {
		also = append(also, &portfolio.Then{Portfolio: today.Portfolio, Tree: today.Tree})
	}
	loaded, then := v.redacted(f, &portfolio.Then{Portfolio: v.Portfolio, Tree: v.Tree}, also...)
	return &View{Loaded: loaded.Bare(), Theme: v.Theme, Tree: then.Tree, Place: v.Place, speech: v.speech}, nil
}

func (v *View) redacted(f *portfolio.Profile, then *portfolio.Then, also ...*portfolio.Then) (portfolio.Loaded, *portfolio.Then) {
	tree, veil := redact.Folder(then.Portfolio, then.Tree, f, v.say, also...)
	l := portfolio.Loader{Speech: v.speech, Veil: veil}
	loaded := l.Load(tree, then.Portfolio.AsOf())
	return loaded, &portfolio.Then{Portfolio: loaded.Portfolio, Tree: tree, Absent: then.Absent}
}

// For are two views of this desk as the audience of a profile may have them: what
// is secret on either side is on both. The later one says what the profile is.
func (s *Sides) For(before, after *View, profile string) (was, is *View, err error) {
	c := after.Portfolio.Config()
	f, err := usable(c, profile)
	if err != nil {
		return nil, nil, err
	}
	spoken := map[string]*theme.Words{}
	say := func(lang, key string, pairs ...any) string {
		w, known := spoken[lang]
		if !known {
			w, _ = theme.Speak(nil, lang)
			if w == nil {
				w, _ = theme.Speak(nil, c.Languages[0])
			}
			spoken[lang] = w
		}
		return w.F(key, pairs...)
	}
	var all [2]*View
	for i, v := range [2]*View{before, after} {
		also := []*portfolio.Then{{Portfolio: after.Portfolio, Tree: after.Tree}}
		if v == after {
			also = append([]*portfolio.Then{{Portfolio: before.Portfolio, Tree: before.Tree}}, also...)
		}
		tree, veil := redact.Folder(v.Portfolio, v.Tree, f, say, also...)
		l := portfolio.Loader{Speech: s.loader.Speech, Veil: veil}
		all[i] = &View{Loaded: l.Load(tree, v.Portfolio.AsOf()).Bare(), Tree: tree}
	}
	return all[0], all[1], nil
}

// Earlier are quarters of the past as the audience of a profile may have them:
// what is secret today was always, and so was what was secret when it was last there.
func (v *View) Earlier(quarters []portfolio.Quarter, profile string) []portfolio.Quarter {
	f := v.Portfolio.Config().Profile(profile)
	gone := sync.OnceValues(func() ([]*portfolio.Then, error) { return v.gone(quarters) })
	all := make([]portfolio.Quarter, len(quarters))
	var one sync.Mutex // the speech of a view is for one at a time
	for i, q := range quarters {
		all[i] = q
		all[i].Read = sync.OnceValues(func() (*portfolio.Then, error) {
			then, err := q.Read()
			if err != nil {
				return nil, err
			}
			also, err := gone()
			if err != nil {
				return nil, err
			}
			one.Lock()
			defer one.Unlock()
			_, then = v.redacted(f, then, append(slices.Clip(also), &portfolio.Then{Portfolio: v.Portfolio, Tree: v.Tree})...)
			return then, nil
		})
	}
	return all
}

// gone are the charters that were restricted when they were last there, with the
// quarter that tells so, since today's texts do not.
func (v *View) gone(quarters []portfolio.Quarter) ([]*portfolio.Then, error) {
	var all []*portfolio.Then
	known := map[portfolio.ID]bool{}
	for _, q := range slices.Backward(quarters) {
		then, err := q.Read()
		if err != nil {
			return nil, err
		}
		only := map[portfolio.ID]bool{}
		for _, c := range then.Portfolio.Charters() {
			if id := c.ID.Value; !known[id] {
				known[id] = true
				if v.Portfolio.Find(id) == nil && redact.Restricted(then.Tree, c) {
					only[id] = true
				}
			}
		}
		if len(only) > 0 {
			all = append(all, &portfolio.Then{Portfolio: then.Portfolio, Tree: then.Tree, Only: only})
		}
	}
	return all, nil
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

// usable is the profile called id. One that says something that nobody understands
// may mean to hide what it does not, whatever the house thinks of such findings.
func usable(c *portfolio.Config, id string) (*portfolio.Profile, error) {
	f := c.Profile(id)
	switch {
	case f == nil:
		return nil, unknownProfile(id, c.Profiles)
	case f.Doubtful:
		return nil, fmt.Errorf("--profile: something is wrong with the profile %s at %s, so nobody can say what it hides; charterhouse check tells what", id, f.Pos)
	}
	return f, nil
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
