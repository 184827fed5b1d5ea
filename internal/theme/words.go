package theme

import (
	"crypto/sha256"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"charterhouse/internal/diag"
	"charterhouse/themes"
)

// Words are our words in one language: the interface, never an author's text.
// Messages and plural forms are those of messages/<lang>.toml; a message takes
// arguments as {{.Name}} and the number that decides its form as {{.N}}.
// Words are safe for concurrent use.
type Words struct {
	lang  string
	local *i18n.Localizer
	plain map[string]string // messages without arguments or forms
	known map[string]bool
	sum   [32]byte

	counted sync.Map // key and number -> text, since lists repeat themselves
}

// Lang returns the language's BCP 47 tag.
func (w *Words) Lang() string { return w.lang }

// T returns the message called key. An unknown key returns itself: the page
// stays readable, and a test holds that no page shows one.
func (w *Words) T(key string) string {
	text, _ := w.lookup(key)
	return text
}

func (w *Words) lookup(key string) (string, bool) {
	if text, ok := w.plain[key]; ok {
		return text, true
	}
	if !w.known[key] {
		return key, false
	}
	return w.localize(key, nil, map[string]any{}), true
}

// N returns the form of the message called key for n things.
func (w *Words) N(key string, n int) string {
	memo := key + "\x00" + strconv.Itoa(n)
	if text, ok := w.counted.Load(memo); ok {
		return text.(string)
	}
	text := w.localize(key, n, map[string]any{"N": n})
	w.counted.Store(memo, text)
	return text
}

// F returns the message called key with arguments: name, value, name, value.
// An argument called "N" that is an int decides the plural form.
func (w *Words) F(key string, pairs ...any) string {
	args := make(map[string]any, len(pairs)/2)
	var count any
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i].(string)
		args[name] = pairs[i+1]
		if n, ok := pairs[i+1].(int); ok && name == "N" {
			count = n
		}
	}
	return w.localize(key, count, args)
}

// HTML is F for a sentence that holds fragments, such as links: the message
// and every other argument are escaped.
func (w *Words) HTML(key string, pairs ...any) Fragment {
	marked := slices.Clone(pairs)
	swap := make([]string, 0, 8)
	for i := 1; i < len(marked); i += 2 {
		if f, ok := marked[i].(Fragment); ok {
			mark := "\x02" + strconv.Itoa(i) + "\x03"
			swap = append(swap, mark, string(f))
			marked[i] = mark
		}
	}
	text := template.HTMLEscapeString(w.F(key, marked...))
	return safe(strings.NewReplacer(swap...).Replace(text))
}

func (w *Words) localize(key string, count any, args map[string]any) string {
	text, err := w.local.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: count, TemplateData: args})
	if err != nil && text == "" {
		return key
	}
	return text
}

// words reads messages/<lang>.toml of both folders. What the publisher's file
// leaves out is the default's; what a language leaves out is English.
func (l *loader) words(lang string) *Words {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	w := &Words{lang: lang, plain: map[string]string{}, known: map[string]bool{}}
	h := sha256.New()
	found := false
	add := func(tree fs.FS, shown, of string, own bool) {
		data, err := fs.ReadFile(tree, "messages/"+of+".toml")
		if err != nil {
			return
		}
		file, err := bundle.ParseMessageFileBytes(data, of+".toml")
		if err != nil {
			l.found.Add(messageFinding(shown+"/messages/"+of+".toml", err))
			return
		}
		fmt.Fprintf(h, "%s\x00%s\x00", shown, data)
		found = found || of == lang
		l.unknownMessages(file, shown+"/messages/"+of+".toml", w.known, own)
		for _, m := range file.Messages {
			w.known[m.ID] = true
			if strings.Contains(m.Other, "{{") || m.One != "" {
				delete(w.plain, m.ID)
			} else {
				w.plain[m.ID] = m.Other
			}
		}
	}
	for _, of := range slices.Compact([]string{"en", lang}) {
		add(themes.Default(), "themes/default", of, false)
	}
	if l.own != nil {
		for _, of := range slices.Compact([]string{"en", lang}) {
			if of == lang || lang == "en" {
				add(l.own, l.name, of, true)
			}
		}
	}
	if !found {
		l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: l.name + "/messages/" + lang + ".toml"}, Code: "K003",
			Message: fmt.Sprintf("there are no words for the language %q", lang),
			Hint:    "add this message file to the theme, or leave the language out of charterhouse.yaml"})
	}
	w.local = i18n.NewLocalizer(bundle, lang, "en")
	w.sum = [32]byte(h.Sum(nil))
	return w
}

// unknownMessages reports keys of a publisher's file that no page asks for.
func (l *loader) unknownMessages(file *i18n.MessageFile, shown string, known map[string]bool, own bool) {
	if !own {
		return
	}
	for _, m := range file.Messages {
		if known[m.ID] {
			continue
		}
		hint := "remove it"
		if near, ok := diag.Nearest(m.ID, slices.Sorted(keys(known))); ok {
			hint = "did you mean " + near + "?"
		}
		l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: shown}, Severity: diag.Warning, Code: "K003",
			Message: fmt.Sprintf("no page asks for the message %q", m.ID), Hint: hint})
	}
}

func messageFinding(file string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Pos: diag.Pos{File: file, Line: 1}, Code: "K003", Message: "the messages do not parse: " + err.Error(),
		Hint: "write key = \"text\", or a [key] table with one = and other ="}
	if p, ok := err.(toml.ParseError); ok {
		d.Pos.Line, d.Pos.Col = p.Position.Line, 1
		d.Message = "the messages do not parse: " + p.Message
	}
	return d
}
