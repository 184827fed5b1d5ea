// Package theme gives a folder of templates, words and assets its meaning.
//
// A theme is plain files: templates/*.html are pages, templates/parts/*.html
// the parts they share, messages/<lang>.toml our words in one language, and
// assets/ what a browser loads. The default theme is embedded. A publisher's
// own theme is a folder laid over it: a template file of the same name hides
// the default's, a message hides the message of the same key, an asset the
// asset of the same name, and assets/tokens.css is added after the default's
// tokens, so that one colour can change in one line.
//
// Templates are html/template and escape by context. They decide nothing and
// compute nothing: the data of a page is prepared for it. Words are put into
// the templates when they are loaded, once a language, and not once a page. What
// html/template made of them is compiled when it is asked for; see swift.go.
//
// The package knows no portfolio.
package theme

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"charterhouse/internal/diag"
	"charterhouse/themes"
)

// A Theme is ready to render: templates per language, words, assets. It is
// immutable and safe for concurrent use.
type Theme struct {
	pages  map[string]*template.Template // by language
	swift  map[string]*swift             // the same, for quick execution
	words  map[string]*Words
	assets []Asset
	hashed map[string]string // asset name -> address in the site
	alone  []byte            // the style of a page that stands alone
	files  map[string]string // template name -> file, as findings name it
	sum    [32]byte

	messages map[string][]byte // the publisher's own, by file
}

// A Broken error is a template that failed while it was executed. It is the
// theme author's to mend, so it carries a finding.
type Broken struct{ Finding diag.Diagnostic }

// Error returns the finding's place and message.
func (b *Broken) Error() string { return b.Finding.Pos.String() + ": " + b.Finding.Message.String() }

// Load reads the default theme with own laid over it; own is nil for the
// default alone. The findings name own's files below the folder called name.
// Only languages in langs are prepared; each must have a message file.
func Load(own fs.FS, name string, langs []string) (*Theme, diag.List) {
	l := loader{own: own, name: name, base: themes.Default()}
	t := l.load(langs)
	return t, l.found
}

// Preview returns the preview's own pages in the languages and words of t.
func (t *Theme) Preview() *Theme {
	l := loader{own: themes.Preview(), name: "themes/preview", base: themes.Default(), worn: t}
	return l.load(slices.Sorted(keys(t.words))) // a test holds that nothing is wrong with it
}

// message returns a message file of the publisher's.
func (t *Theme) message(name string) ([]byte, error) {
	if data, ok := t.messages[name]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

func (l *loader) load(langs []string) *Theme {
	l.messages = map[string][]byte{}
	t := &Theme{pages: map[string]*template.Template{}, swift: map[string]*swift{}, words: map[string]*Words{}, files: map[string]string{}}
	t.assets, t.hashed = l.assets()
	t.alone = l.alone()
	sources := l.templates()
	for _, s := range sources {
		t.files[s.name] = s.file
	}
	for _, lang := range langs {
		if t.words[lang] != nil {
			continue
		}
		t.words[lang] = l.words(lang)
		t.pages[lang] = l.parse(sources, t.words[lang], t.hashed)
		t.swift[lang] = newSwift(t.pages[lang])
	}
	t.messages, t.sum = l.messages, l.sum(sources, t)
	l.found.Sort()
	return t
}

// Words returns our words in lang, or nil if lang was not loaded.
func (t *Theme) Words(lang string) *Words { return t.words[lang] }

// Assets returns what a browser loads, in order of address.
func (t *Theme) Assets() []Asset { return t.assets }

// Asset returns the address of the asset called name.
func (t *Theme) Asset(name string) string { return t.hashed[name] }

// Style returns the style of a page that stands alone, in one file.
func (t *Theme) Style() Fragment { return style(t.alone) }

// Sum is a digest of everything the theme is made of.
func (t *Theme) Sum() [32]byte { return t.sum }

// Execute renders the template called name, with the words of lang. Its error
// is a *Broken when the template is at fault.
func (t *Theme) Execute(w io.Writer, lang, name string, data any) error {
	if buf, ok := w.(*bytes.Buffer); ok && t.swift[lang].execute(buf, name, data) {
		return nil
	}
	err := t.pages[lang].ExecuteTemplate(w, name, data)
	if err == nil {
		return nil
	}
	if finding, ok := templateFinding(err, func(n string) string { return cmp.Or(t.files[n], n) }); ok {
		return &Broken{finding}
	}
	return fmt.Errorf("page template %s: %w", name, err)
}

// A source is one template file.
type source struct {
	name string // "charter", "parts/dept"
	file string // as findings name it
	text string
}

type loader struct {
	own  fs.FS
	worn *Theme // by the site, where own is the preview's pages

	messages map[string][]byte // of own, by file
	name     string
	base     fs.FS
	found    diag.List
}

// file returns the bytes of a theme file, the publisher's own before the
// default's, and how findings name it.
func (l *loader) file(name string) (data []byte, shown string, err error) {
	if l.own != nil {
		data, err := fs.ReadFile(l.own, name)
		if err == nil {
			return data, l.name + "/" + name, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			l.found.Add(diag.Diagnostic{Pos: diag.Pos{File: l.name + "/" + name}, Code: "K004",
				Message: diag.Say("this theme file cannot be read: %s", err.Error()), Hint: diag.Say("make it a readable regular file")})
		}
	}
	data, err = fs.ReadFile(l.base, name)
	return data, "themes/default/" + name, err
}

// names lists the files below dir that match ext, of both folders, sorted.
func (l *loader) names(dir, ext string) []string {
	var names []string
	for _, tree := range []fs.FS{l.base, l.own} {
		if tree == nil {
			continue
		}
		_ = fs.WalkDir(tree, dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(p, ext) && !strings.HasPrefix(path.Base(p), ".") {
				names = append(names, p)
			}
			return nil
		})
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (l *loader) templates() []source {
	var sources []source
	for _, n := range l.names("templates", ".html") {
		data, shown, err := l.file(n)
		if err != nil {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(n, "templates/"), ".html")
		sources = append(sources, source{name, shown, strings.TrimSpace(string(data))})
	}
	return sources
}

// parse makes one language's templates. A file that does not parse is a
// finding, and the default's file of that name stands in for it.
func (l *loader) parse(sources []source, words *Words, assets map[string]string) *template.Template {
	root := template.New("")
	for _, s := range sources {
		trees, err := l.trees(s, words, assets)
		if err != nil {
			l.broken(s, err)
			if data, e := fs.ReadFile(l.base, "templates/"+s.name+".html"); e == nil {
				trees, _ = l.trees(source{s.name, s.file, strings.TrimSpace(string(data))}, words, assets)
			}
		}
		for _, name := range slices.Sorted(keys(trees)) {
			if _, err := root.AddParseTree(name, trees[name]); err != nil {
				l.broken(s, err)
			}
		}
	}
	return root
}

func (l *loader) trees(s source, words *Words, assets map[string]string) (map[string]*parse.Tree, error) {
	trees, err := parse.Parse(s.name, s.text, "", "", declared, builtins)
	if err != nil {
		return nil, err
	}
	w := weaver{words: words, assets: assets}
	for _, t := range trees {
		w.list(t.Root)
	}
	for _, m := range w.missing {
		pos := diag.Pos{File: s.file, Line: 1 + strings.Count(s.text[:m.at], "\n")}
		l.found.Add(diag.Diagnostic{Pos: pos, Code: "K003", Message: m.what,
			Hint: diag.Say("use a name of the default theme, or add it to messages/ or assets/")})
	}
	return trees, nil
}

func (l *loader) broken(s source, err error) {
	finding, ok := templateFinding(err, func(string) string { return s.file })
	if !ok {
		finding = diag.Diagnostic{Pos: diag.Pos{File: s.file, Line: 1}, Code: "K002", Message: diag.Raw(err.Error())}
	}
	l.found.Add(finding)
}

// sum is taken over names and bytes of all that the pages are made from.
func (l *loader) sum(sources []source, t *Theme) [32]byte {
	h := sha256.New()
	for _, s := range sources {
		fmt.Fprintf(h, "%s\x00%d\x00%s", s.name, len(s.text), s.text)
	}
	for _, lang := range slices.Sorted(keys(t.words)) {
		fmt.Fprintf(h, "%s\x00%x", lang, t.words[lang].sum)
	}
	for _, a := range t.assets {
		fmt.Fprintf(h, "%s\x00%d\x00", a.Address, len(a.Data))
		h.Write(a.Data)
	}
	return [32]byte(h.Sum(nil))
}

// templateError takes apart what text/template and html/template say:
// "template: name:12:5: executing …", "html/template:name:12: …".
var templateError = regexp.MustCompile(`^(?:html/)?template: ?([^:]+):(\d+)(?::(\d+))?: (.*)$`)

func templateFinding(err error, file func(name string) string) (diag.Diagnostic, bool) {
	m := templateError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return diag.Diagnostic{}, false
	}
	line, _ := strconv.Atoi(m[2])
	col, _ := strconv.Atoi(m[3]) // bytes before the action, 0 where not told
	if m[3] != "" {
		col++
	}
	return diag.Diagnostic{
		Pos: diag.Pos{File: file(m[1]), Line: line, Col: col}, Code: "K002",
		Message: diag.Say("this template is broken: %s", m[4]),
		Hint:    diag.Say("compare it with the default theme's file of the same name: charterhouse theme eject"),
	}, true
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// The functions a template may call. Both take constants only and are gone
// before a page is rendered; see weaver.
var declared = map[string]any{"t": func(string) string { return "" }, "asset": func(string) string { return "" }}

// builtins are the functions of text/template that a page may need; those that
// could reach outside a page's own data are left out.
var builtins = map[string]any{"and": 0, "or": 0, "not": 0, "len": 0, "index": 0, "eq": 0, "ne": 0, "lt": 0, "le": 0, "gt": 0, "ge": 0, "print": 0}

// A weaver puts words and asset addresses into a template's tree, so that they
// cost nothing when a page is rendered. Words are escaped for text and quoted
// attributes alike.
type weaver struct {
	words   *Words
	assets  map[string]string
	missing []missing
}

type missing struct {
	what diag.Text
	at   int
}

func (w *weaver) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if text, ok := w.constant(n); ok {
				l.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			w.list(n.List)
			w.list(n.ElseList)
		case *parse.RangeNode:
			w.list(n.List)
			w.list(n.ElseList)
		case *parse.WithNode:
			w.list(n.List)
			w.list(n.ElseList)
		}
	}
}

// constant answers {{t "key"}} and {{asset "name"}}.
func (w *weaver) constant(n *parse.ActionNode) (string, bool) {
	if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 2 {
		return "", false
	}
	call, ok1 := n.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	arg, ok2 := n.Pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !ok1 || !ok2 {
		return "", false
	}
	switch call.Ident {
	case "t":
		text, ok := w.words.lookup(arg.Text)
		if !ok {
			w.missing = append(w.missing, missing{diag.Say("there is no message called %q", arg.Text), int(n.Pos)})
		}
		return template.HTMLEscapeString(text), true
	case "asset":
		address, ok := w.assets[arg.Text]
		if !ok {
			w.missing = append(w.missing, missing{diag.Say("there is no asset called %q", arg.Text), int(n.Pos)})
		}
		return address, true
	}
	return "", false
}

// Eject copies the default theme's file called name, or every file for "", to
// dst. It never replaces a file: those that stand already are returned.
func Eject(dst interface {
	Exists(name string) bool
	Write(name string, data []byte) error
}, name string) (written, kept []string, err error) {
	base := themes.Default()
	err = fs.WalkDir(base, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name != "" && p != name && !strings.HasPrefix(p, name+"/") {
			return err
		}
		if dst.Exists(p) {
			kept = append(kept, p)
			return nil
		}
		data, err := fs.ReadFile(base, p)
		if err != nil {
			return err
		}
		written = append(written, p)
		return dst.Write(p, bytes.Clone(data))
	})
	return written, kept, err
}
