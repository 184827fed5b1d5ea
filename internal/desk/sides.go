package desk

import (
	"io/fs"
	"slices"

	"charterhouse/internal/calendar"
	"charterhouse/internal/check"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// Sides looks at one content folder as it stood at several times, with one
// memory: what two of them have in common is read and parsed once. It has no
// history of either, so the rules that ask what came before say nothing. It is for
// one goroutine; what it gives never changes. Pages are not made of it, so it needs no
// theme but for the languages of texts.
type Sides struct {
	loader portfolio.Loader
	rules  check.Memory
}

// Look reads a content folder as of a day. themes is the folder of the
// organisation's own themes at that time, or nil.
func (s *Sides) Look(tree *source.Tree, themes fs.FS, asOf calendar.Date) *View {
	spoken := map[string]*locale.Set{}
	s.loader.Speech = func(name string) *locale.Set {
		if spoken[name] == nil {
			spoken[name] = theme.Speech(Worn(themes, name))
		}
		return spoken[name]
	}
	v := &View{Loaded: s.loader.Load(tree, asOf), Tree: tree}
	v.Found = check.Finish(v.Portfolio, slices.Concat(v.Found, s.rules.Run(v.Portfolio)))
	return v
}

// Worn is the folder of a theme of the organisation's own, by its name, or nil for
// the default.
func Worn(themes fs.FS, name string) fs.FS {
	if themes == nil || name == "" || !fs.ValidPath(name) {
		return nil
	}
	if _, err := fs.Stat(themes, name); err != nil {
		return nil
	}
	own, err := fs.Sub(themes, name)
	if err != nil {
		return nil
	}
	return own
}
