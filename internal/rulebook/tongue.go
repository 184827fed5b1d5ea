package rulebook

import (
	"embed"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
)

// catalogs hold what findings say in other languages than English, one file
// each: English form = form. They are beside the manual, since a finding and the
// manual of its rule use the same words.
//
//go:embed words
var catalogs embed.FS

// forms reads each catalog once, when the first finding is said in its language.
var forms = func() map[string]func() map[string]string {
	all := map[string]func() map[string]string{}
	for _, lang := range Languages[1:] {
		all[lang] = sync.OnceValue(func() map[string]string {
			said := map[string]string{}
			data, _ := catalogs.ReadFile("words/" + lang + ".toml")
			_ = toml.Unmarshal(data, &said) // a test holds that it can be read
			return said
		})
	}
	return all
}()

// Tongue returns how findings are said in a language, with its amounts and
// shares; nil, which is English, for a language without a catalog.
func Tongue(l *locale.Locale) *diag.Tongue {
	lang, _, _ := strings.Cut(l.Tag(), "-")
	read, ok := forms[lang]
	if !ok {
		return nil
	}
	return &diag.Tongue{Lang: lang, Forms: read(), Write: l.Say}
}
