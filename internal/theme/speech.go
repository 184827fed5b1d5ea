package theme

import (
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"charterhouse/internal/locale"
	"charterhouse/themes"
)

// Speech is the languages of the default theme with own laid over it: those with
// a message file. Texts are read in them, so it says nothing of what a page
// needs, and nothing is wrong with it; see [Load].
func Speech(own fs.FS) *locale.Set {
	if own == nil {
		return standard()
	}
	return locale.NewSet(spoken(themes.Default()), spoken(own))
}

// standard is what every site speaks that has no theme of its own.
var standard = sync.OnceValue(func() *locale.Set { return locale.NewSet(spoken(themes.Default())) })

// spoken reads what package locale needs of a folder's messages, by language.
func spoken(tree fs.FS) map[string]locale.Messages {
	all := map[string]locale.Messages{}
	names, _ := fs.Glob(tree, "messages/*.toml")
	for _, n := range names {
		data, err := fs.ReadFile(tree, n)
		if err == nil {
			all[strings.TrimSuffix(path.Base(n), ".toml")] = ours(data)
		}
	}
	return all
}

// ours are the messages of a file that package locale reads. A file that does
// not parse has none; that it does not is told where pages need it.
func ours(data []byte) locale.Messages {
	var raw map[string]any
	_ = toml.Unmarshal(data, &raw)
	m := locale.Messages{}
	for key, value := range raw {
		if text, ok := value.(string); ok && locale.Ours(key) {
			m[key] = text
		}
	}
	return m
}
