package theme

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"

	"charterhouse/internal/locale"
	"charterhouse/themes"
)

func TestDefaultThemeIsSound(t *testing.T) {
	if _, found := Load(nil, "themes/default", Speech(nil).Tags()); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

func own(files map[string]string) fs.FS {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

// A theme of one's own replaces single files, single messages and single
// tokens; everything else stays the default's.
func TestOverride(t *testing.T) {
	th, found := Load(own(map[string]string{
		"templates/parts/date.html": `<i>{{.Text}}</i>`,
		"messages/en.toml":          `"nav.overview" = "Start & more"`,
		"assets/tokens.css":         ":root { --ink: red; }",
		"assets/logo.svg":           "<svg/>",
	}), "themes/house", []string{"en", "da"})
	if len(found) > 0 {
		t.Fatal(found)
	}
	if got, err := th.Part("en", "date", struct{ Href, Text string }{"2026", "<today>"}); err != nil || got != "<i>&lt;today&gt;</i>" {
		t.Errorf("%q, %v", got, err)
	}
	if got := th.Words("en").T("nav.overview"); got != "Start & more" {
		t.Error(got)
	}
	if got := th.Words("da").T("nav.overview"); got != "Overblik" {
		t.Error(got)
	}
	i := slices.IndexFunc(th.Assets(), func(a Asset) bool { return a.Name == "charterhouse.css" })
	sheet := string(th.Assets()[i].Data)
	if !strings.Contains(sheet, "--ink: red") || strings.Index(sheet, "--ink: red") < strings.Index(sheet, "--ink: #141b24") || strings.Contains(sheet, `url("fonts/`) {
		t.Error("tokens of one's own do not come after the default's, or fonts are not addressed")
	}
	if !strings.HasPrefix(th.Asset("logo.svg"), "assets/logo.") {
		t.Error(th.Asset("logo.svg"))
	}
	other, _ := Load(nil, "themes/default", []string{"en", "da"})
	if th.Sum() == other.Sum() {
		t.Error("a theme of one's own has the default's digest")
	}
}

func TestBrokenThemes(t *testing.T) {
	for name, c := range map[string]struct {
		file, text, code string
		line             int
	}{
		"unclosed":        {"templates/overview.html", "<p>\n{{if .Say}}", "K002", 2},
		"unknown call":    {"templates/overview.html", "{{system \"rm\"}}", "K002", 1},
		"unknown message": {"templates/overview.html", "<p>\n\n{{t \"no.such\"}}", "K003", 3},
		"unknown asset":   {"templates/overview.html", "{{asset \"no.png\"}}", "K003", 1},
		"broken messages": {"messages/en.toml", "a = \"x\"\nb = ", "K003", 2},
		"stray message":   {"messages/en.toml", "\"nav.overveiw\" = \"x\"", "K003", 0},
	} {
		_, found := Load(own(map[string]string{c.file: c.text}), "themes/house", []string{"en"})
		if len(found) == 0 || found[0].Code != "K003" && found[0].Code != "K002" || string(found[0].Code) != c.code || found[0].Pos.File != "themes/house/"+c.file || c.line > 0 && found[0].Pos.Line != c.line {
			t.Errorf("%s: %+v", name, found)
		}
	}
	th, _ := Load(own(map[string]string{"templates/moved.html": "<p>\n{{.Nonsense}}"}), "themes/house", []string{"en"})
	var b bytes.Buffer
	err := th.Execute(&b, "en", "moved", struct{ Former string }{})
	broken, ok := err.(*Broken)
	if !ok || broken.Finding.Pos.Line != 2 || broken.Finding.Pos.File != "themes/house/templates/moved.html" {
		t.Errorf("%v", err)
	}
	if _, found := Load(nil, "themes/default", []string{"en", "xx"}); len(found) != 1 || found[0].Code != "K003" {
		t.Errorf("a language without words: %v", found)
	}
}

// The message files of all languages have the same keys with the same
// arguments and forms.
func TestMessagesAgree(t *testing.T) {
	argument := regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)
	read := func(lang string) map[string]string {
		data, err := fs.ReadFile(themes.Default(), "messages/"+lang+".toml")
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := toml.Unmarshal(data, &raw); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for key, v := range raw {
			forms := []string{}
			texts := ""
			switch v := v.(type) {
			case string:
				texts = v
			case map[string]any:
				for form, text := range v {
					forms = append(forms, form)
					if form == "other" {
						texts = text.(string)
					}
				}
			}
			args := argument.FindAllString(texts, -1)
			slices.Sort(args)
			slices.Sort(forms)
			all[key] = strings.Join(args, " ") + "|" + strings.Join(forms, " ")
		}
		return all
	}
	en := read("en")
	for _, lang := range []string{"da", "de"} {
		other := read(lang)
		var lacks, more []string
		for key, shape := range en {
			if got, ok := other[key]; !ok && !spare(key) {
				lacks = append(lacks, key)
			} else if ok && got != shape && !locale.Ours(key) {
				t.Errorf("messages/%s.toml: %s has %q, but %q in English", lang, key, got, shape)
			}
		}
		for key := range other {
			if _, ok := en[key]; !ok && !spare(key) {
				more = append(more, key)
			}
		}
		slices.Sort(lacks)
		slices.Sort(more)
		if len(lacks) > 0 {
			t.Errorf("messages/%s.toml lacks %d messages:\n%s", lang, len(lacks), strings.Join(lacks, "\n"))
		}
		if len(more) > 0 {
			t.Errorf("messages/%s.toml has messages that English has not:\n%s", lang, strings.Join(more, "\n"))
		}
	}
}

// spare are the other headings that a section is known by, of which each
// language has its own.
func spare(key string) bool {
	return strings.HasPrefix(key, "section.") && strings.HasSuffix(key, ".also")
}

// Every message that the site asks for by a literal exists.
func TestSiteAsksForKnownMessages(t *testing.T) {
	th, _ := Load(nil, "themes/default", []string{"en"})
	call := regexp.MustCompile(`[wW]ords\.(?:T|N|F|HTML)\("([^"]+)"[,)]|Label: +"([^"]+)"`)
	for _, dir := range []string{"../site", "../rollup", "../change"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllStringSubmatch(string(data), -1) {
				key := m[1] + m[2]
				if _, ok := th.Words("en").lookup(key); !ok && !th.Words("en").known[key] {
					t.Errorf("%s asks for %q", f, key)
				}
			}
		}
	}
}

// Text becomes HTML in one file only, and templates put nothing into script or
// style.
func TestOneDoorToHTML(t *testing.T) {
	typed := regexp.MustCompile(`template\.(HTML|JS|CSS|URL|HTMLAttr|JSStr|Srcset)\b`)
	_ = filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(p) != ".go" || strings.HasSuffix(p, "_test.go") || filepath.Base(p) == "fragment.go" {
			return err
		}
		data, _ := os.ReadFile(p)
		for i, line := range strings.Split(string(data), "\n") {
			if typed.MatchString(line) && !strings.Contains(line, "//") {
				t.Errorf("%s:%d: %s", p, i+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	inside := regexp.MustCompile(`(?s)<(script|style)[^>]*>[^<]*\{\{|\bon[a-z]+="|\bstyle="`)
	_ = fs.WalkDir(themes.Default(), "templates", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, _ := fs.ReadFile(themes.Default(), p)
		if m := inside.Find(data); m != nil {
			t.Errorf("%s: %s", p, m)
		}
		return nil
	})
}

func TestWords(t *testing.T) {
	th, _ := Load(nil, "themes/default", []string{"en", "da"})
	if got := th.Words("en").N("initiatives.number", 1); got != "1 initiative" {
		t.Error(got)
	}
	if got := th.Words("da").N("initiatives.number", 3); got != "3 initiativer" {
		t.Error(got)
	}
	got := th.Words("en").HTML("conflict.with", "Charter", Fragment(`<a href="x">A &amp; B</a>`), "Owner", "<IT>")
	if got != `Conflict: <a href="x">A &amp; B</a> makes &lt;IT&gt; the owner` {
		t.Error(got)
	}
	if got := th.Words("en").T("no.such"); got != "no.such" {
		t.Error(got)
	}
}

// Words can be had without any template, a publisher's own before the default's;
// a language that nobody wrote has none.
func TestSpeak(t *testing.T) {
	w, ok := Speak(own(map[string]string{"messages/da.toml": `"diff.title" = "Nyt"`}), "da")
	if got := w.T("diff.title") + w.T("diff.before"); !ok || got != "NytFør" {
		t.Error(got, ok)
	}
	if _, ok := Speak(nil, "nl"); ok {
		t.Error("there are Dutch words")
	}
	if w, ok := Speak(own(map[string]string{"messages/nl.toml": `"diff.before" = "Voor"`}), "nl"); !ok || w.T("diff.before") != "Voor" {
		t.Error("a language of the publisher's own is not known")
	}
}

func TestBuilder(t *testing.T) {
	var b Builder
	got := b.Raw(`<p title="`).Text(`"><script>`).Raw(`">`).Int(-5).Raw(" ").Percent(5644).Raw(" ").Percent(300).Raw(" ").Percent(5).Raw(`</p>`).Fragment()
	if got != `<p title="&#34;&gt;&lt;script&gt;">-5 56.44% 3% 0.05%</p>` {
		t.Error(got)
	}
	if b.String() != "" {
		t.Error("a builder is not empty after its fragment")
	}
}

func TestMould(t *testing.T) {
	m := NewMould([]byte("a"+Gap("One")+"b"+Gap("Two")+"c"+Gap("One")), "One", "Two")
	var b bytes.Buffer
	m.Fill(&b, func(b *bytes.Buffer, name string) { b.WriteString("<" + name + ">") })
	if b.String() != "a<One>b<Two>c<One>" {
		t.Error(b.String())
	}
}

// A style sheet reaches browsers without comments and indentation, and else as it was written.
func TestBareSheets(t *testing.T) {
	sheet := "/* a */\n@layer x {\n  .a::before { content: \"/* \\\" */\"; }\n\n\t.b { --i: url('data:a /* b'); /* c\n d */ color: red; }\n}\n/* no end"
	want := "@layer x {\n.a::before { content: \"/* \\\" */\"; }\n.b { --i: url('data:a /* b');  color: red; }\n}\n"
	if got := string(bare([]byte(sheet))); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
