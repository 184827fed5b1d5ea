package theme

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/rulebook"
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

	locale *locale.Locale
	tongue *diag.Tongue // of findings
	there  bool         // a message file of the language was found

	counted sync.Map // key and number -> text, since lists repeat themselves

	complex map[string]bool // messages with more than names of arguments between braces
	forms   sync.Map        // formKey -> []piece
}

// Lang returns the language's BCP 47 tag.
func (w *Words) Lang() string { return w.lang }

// Locale says how the language writes amounts, days and lists.
func (w *Words) Locale() *locale.Locale { return w.locale }

// Tongue says how findings are said in the language.
func (w *Words) Tongue() *diag.Tongue { return w.tongue }

// T returns the message called key. An unknown key returns itself: the page
// stays readable, and a test holds that no page shows one.
func (w *Words) T(key string) string {
	text, _ := w.lookup(key)
	return text
}

// Find returns the message called key, and whether there is one.
func (w *Words) Find(key string) (string, bool) { return w.lookup(key) }

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
	pieces, ok := w.form(key, pairs)
	if !ok {
		return w.localize(key, count(pairs), arguments(pairs))
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
		if p.arg != "" {
			b.WriteString(written(argument(pairs, p.arg)))
		}
	}
	return b.String()
}

// HTML is F for a sentence that holds fragments, such as links: the message
// and every other argument are escaped.
func (w *Words) HTML(key string, pairs ...any) Fragment {
	pieces, ok := w.form(key, pairs)
	if !ok {
		marked := slices.Clone(pairs)
		for i := 1; i < len(pairs); i += 2 {
			if _, ok := pairs[i].(Fragment); ok {
				marked[i] = marks(pairs[i-1].(string))
			}
		}
		pieces = parted(w.localize(key, count(pairs), arguments(marked)))
	}
	var b Builder
	for _, p := range pieces {
		b.Text(p.text)
		switch arg := argument(pairs, p.arg).(type) {
		case nil:
		case Fragment:
			b.Add(arg)
		default:
			b.Text(written(arg))
		}
	}
	return b.Fragment()
}

// A piece is text of a message and the argument that stands behind it.
type piece struct{ text, arg string }

type formKey struct {
	message string
	count   any
}

// form returns a message in pieces, so that one that stands on ten thousand pages is worked out once. A message with
// more than names between its braces is worked out each time.
func (w *Words) form(key string, pairs []any) ([]piece, bool) {
	if w.complex[key] {
		return nil, false
	}
	n := count(pairs)
	if known, ok := w.forms.Load(formKey{key, n}); ok {
		pieces := known.([]piece)
		return pieces, has(pairs, pieces)
	}
	marked := slices.Clone(pairs)
	for i := 1; i < len(pairs); i += 2 {
		marked[i] = marks(pairs[i-1].(string))
	}
	text := w.localize(key, n, arguments(marked))
	if strings.Contains(text, "<no value>") {
		return nil, false
	}
	pieces := parted(text)
	w.forms.Store(formKey{key, n}, pieces)
	return pieces, true
}

func marks(name string) string { return "\x02" + name + "\x03" }

// parted parts a text at its marks.
func parted(text string) []piece {
	var pieces []piece
	for {
		before, rest, ok := strings.Cut(text, "\x02")
		arg, after, _ := strings.Cut(rest, "\x03")
		pieces = append(pieces, piece{before, arg})
		if !ok {
			return pieces
		}
		text = after
	}
}

func has(pairs []any, pieces []piece) bool {
	for _, p := range pieces {
		if p.arg != "" && argument(pairs, p.arg) == nil {
			return false
		}
	}
	return true
}

// argument is the value of an argument, nil where there is none.
func argument(pairs []any, name string) any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return nil
}

func arguments(pairs []any) map[string]any {
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return args
}

// count is the number that decides the plural form, nil where there is none.
func count(pairs []any) any {
	if n, ok := argument(pairs, "N").(int); ok {
		return n
	}
	return nil
}

// written is an argument as a message writes it.
func written(arg any) string {
	switch arg := arg.(type) {
	case string:
		return arg
	case int:
		return strconv.Itoa(arg)
	}
	return fmt.Sprint(arg)
}

func (w *Words) localize(key string, count any, args map[string]any) string {
	text, err := w.local.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: count, TemplateData: args})
	if err != nil && text == "" {
		return key
	}
	return text
}

// Speak returns the words of a language without any template, for what is told
// outside of pages, and whether there are any: own is laid over the default's,
// as in [Load].
func Speak(own fs.FS, lang string) (*Words, bool) {
	l := loader{own: own, name: "themes", base: themes.Default(), messages: map[string][]byte{}}
	w := l.words(lang)
	return w, w.there
}

var argumentName = regexp.MustCompile(`\{\{ *\.[A-Za-z]+ *\}\}`)

// A layer is a folder with messages, laid over the one before.
type layer struct {
	read  func(name string) ([]byte, error)
	shown string // as findings name it
	own   bool
}

func folder(tree fs.FS) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return fs.ReadFile(tree, name) }
}

// layers are the default's messages, the preview's where they are wanted, and
// the publisher's.
func (l *loader) layers() []layer {
	all := []layer{{folder(themes.Default()), "themes/default", false}}
	if l.worn != nil {
		all = append(all, layer{folder(l.own), l.name, false}, layer{l.worn.message, "", true})
	} else if l.own != nil {
		all = append(all, layer{folder(l.own), l.name, true})
	}
	return all
}

// words reads messages/<lang>.toml of all folders. What the publisher's file
// leaves out is the default's; what a form of a language leaves out (de-CH) is
// the language's (de); what that leaves out is English.
func (l *loader) words(lang string) *Words {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	w := &Words{lang: lang, plain: map[string]string{}, known: map[string]bool{}, complex: map[string]bool{}}
	h := sha256.New()
	found := false
	speech := locale.Messages{}
	add := func(in layer, of string) {
		name := "messages/" + of + ".toml"
		data, err := in.read(name)
		if err != nil {
			return
		}
		shown := in.shown + "/" + name
		file, err := bundle.ParseMessageFileBytes(data, of+".toml")
		if err != nil {
			l.found.Add(messageFinding(shown, err))
			return
		}
		fmt.Fprintf(h, "%s\x00%s\x00", in.shown, data)
		found = found || of == lang
		said := ours(data)
		if in.own {
			l.unknownMessages(file, shown, w.known)
			l.unusable(lang, said, shown)
			l.messages[name] = data
		}
		maps.Copy(speech, said)
		for _, m := range file.Messages {
			w.known[m.ID] = true
			for _, form := range [...]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
				w.complex[m.ID] = w.complex[m.ID] || strings.Contains(argumentName.ReplaceAllString(form, ""), "{{")
			}
			if strings.Contains(m.Other, "{{") || m.One != "" {
				delete(w.plain, m.ID)
			} else {
				w.plain[m.ID] = m.Other
			}
		}
	}
	base, _, _ := strings.Cut(lang, "-")
	spoken := slices.Compact([]string{"en", base, lang})
	for _, in := range l.layers() {
		for _, of := range spoken {
			if !in.own || of != "en" || base == "en" {
				add(in, of)
			}
		}
	}
	w.locale, _ = locale.New(lang, speech)
	w.tongue = rulebook.Tongue(w.locale)
	w.there = found
	if !found {
		l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: l.name + "/messages/" + lang + ".toml"}, Code: "K003",
			Message: diag.Say("there are no words for the language %q", lang),
			Hint:    diag.Say("add this message file to the theme, or leave the language out of charterhouse.yaml")})
	}
	w.local = i18n.NewLocalizer(bundle, lang, base, "en")
	w.sum = [32]byte(h.Sum(nil))
	return w
}

// unknownMessages reports keys of a publisher's file that no page asks for.
func (l *loader) unknownMessages(file *i18n.MessageFile, shown string, known map[string]bool) {
	for _, m := range file.Messages {
		if known[m.ID] || locale.Ours(m.ID) || previewKeys()[m.ID] || strings.HasPrefix(m.ID, "form.") || strings.HasPrefix(m.ID, "about.") {
			continue
		}
		hint := diag.Say("remove it")
		if near, ok := diag.Nearest(m.ID, slices.Sorted(keys(known))); ok {
			hint = diag.Meant(near)
		}
		l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: shown}, Severity: diag.Warning, Code: "K003",
			Message: diag.Say("no page asks for the message %q", m.ID), Hint: hint})
	}
}

// previewKeys are the messages of the preview's own pages, which a publisher's
// file may hold among the others.
var previewKeys = sync.OnceValue(func() map[string]bool {
	data, _ := fs.ReadFile(themes.Preview(), "messages/en.toml")
	var raw map[string]any
	_ = toml.Unmarshal(data, &raw)
	known := map[string]bool{}
	for key := range raw {
		known[key] = true
	}
	return known
})

// unusable reports messages of a publisher's file that say how a language writes
// things, but cannot be used.
func (l *loader) unusable(lang string, said locale.Messages, shown string) {
	_, wrong := locale.New(lang, said)
	for _, key := range slices.Sorted(keys(wrong)) {
		l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: shown}, Code: "K003",
			Message: diag.Say("the message %q cannot be used: %s", key, wrong[key]), Hint: diag.Say("write it as themes/default/messages/en.toml does")})
	}
}

func messageFinding(file string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Pos: diag.Pos{File: file, Line: 1}, Code: "K003", Message: diag.Say("the messages do not parse: %s", err.Error()),
		Hint: diag.Say(`write key = "text", or a [key] table with one = and other =`)}
	if p, ok := err.(toml.ParseError); ok {
		d.Pos.Line, d.Pos.Col = p.Position.Line, 1
		d.Message = diag.Say("the messages do not parse: %s", p.Message)
	}
	return d
}
