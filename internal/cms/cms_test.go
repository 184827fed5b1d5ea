package cms

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

func read(t *testing.T, editor string, more map[string]string) (*portfolio.Portfolio, diag.List) {
	t.Helper()
	files := fstest.MapFS{
		"charterhouse.yaml":         {Data: []byte("title: Shop\nlanguages: [da, en]\neditor: " + editor + "\n")},
		"registers/departments.yml": {Data: []byte("- {id: it, name: {en: IT, da: It}}\n- {id: marketing, name: Marketing}\n")},
		"registers/people.yml":      {Data: []byte("- {id: ada, name: \"Ada: #1\", department: it}\n")},
	}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-06-15")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	loaded := loader.Load(tree, day)
	return loaded.Portfolio, loaded.Found
}

func written(t *testing.T, p *portfolio.Portfolio, folder string) (string, map[string]any) {
	t.Helper()
	text, err := Config(p, folder)
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	again, _ := Config(p, folder)
	if string(again) != string(text) {
		t.Error("two times are not the same bytes")
	}
	return string(text), c
}

// Every key of the front matter has a field, but for those that nobody may type
// in, and the ones whose names authors choose.
func TestEveryKeyHasAField(t *testing.T) {
	p, _ := read(t, "{forge: gitlab, repo: shop/charters, app_id: x}", map[string]string{
		"charters/a.md":       "---\ntitle: A\nsummary: A.\nstatus: proposed\ncreated: 2026-01-01\n---\n",
		"charters/b/index.md": "---\ntitle: B\nsummary: B.\nstatus: proposed\ncreated: 2026-01-01\n---\n",
	})
	text, c := written(t, p, "content")
	all := map[string]map[string]any{}
	var gather func(path string, fields any)
	gather = func(path string, fields any) {
		for _, f := range fields.([]any) {
			m := f.(map[string]any)
			at := path + m["name"].(string)
			all[at] = m
			if m["fields"] != nil && m["widget"] == "list" {
				gather(at+"[].", m["fields"])
			} else if m["fields"] != nil {
				gather(at+".", m["fields"])
			}
		}
	}
	collections := c["collections"].([]any)
	gather("", collections[0].(map[string]any)["fields"])
	for _, k := range charter.Fields() {
		top, _, _ := strings.Cut(strings.ReplaceAll(k.Path, "[", "."), ".")
		none := slices.Contains(untouched, top) || strings.Contains(k.Path, "*") || k.Path == "budget.periods" || k.Path == "x"
		if f := all[k.Path]; (f == nil) != none {
			t.Errorf("%s: %v", k.Path, f)
		} else if f != nil && f["label"] == "" {
			t.Errorf("%s has no label", k.Path)
		}
		if m := all[k.Path]; m != nil && (m["widget"] == "number" || m["widget"] == "datetime" || m["widget"] == "date") {
			t.Errorf("%s becomes a number or a moment", k.Path)
		}
	}
	for path := range of {
		if all[strings.Replace(path, "*", "it", 1)]["widget"] != "select" {
			t.Errorf("%s is chosen from nothing", path)
		}
	}
	for _, want := range []string{"label: 'Ada: #1 · It'", "name: marketing", "folder: content/charters", "file: content/charters/b/index.md", "publish_mode: editorial_workflow", "locale: da", "label: Titel"} {
		if !strings.Contains(text, want) {
			t.Errorf("the configuration lacks %s", want)
		}
	}
	if strings.Contains(text, "jt1-") || all["approvals"] != nil {
		t.Error("approvals can be typed in")
	}
}

// What a pattern lets pass is what charters read, and it lets pass what they
// hold.
func TestPatterns(t *testing.T) {
	for kind, texts := range map[string][]string{
		"date":     {"2027-01-31", "", "!2027-1-31", "!31.1.2027", "!2027-13-01"},
		"money":    {"480000", "1250.50", "", "!480.000,00", "!EUR 5", "!-1"},
		"share":    {"50%", "33.33%", "1/3", "rest", "equal", "240000", "!50 %", "!half"},
		"pct":      {"100%", "1/2", "!half"},
		"duration": {"14d", "2w", "1m", "!2 weeks"},
		"number":   {"85", "-0.5", "!1e3", "!5%"},
		"id":       {"a-1", "!A", "!-a", "!æ"},
	} {
		p := regexp.MustCompile(patterns[kind].pattern)
		for _, text := range texts {
			text, bad := strings.CutPrefix(text, "!")
			if p.MatchString(text) == bad {
				t.Errorf("%s and %q", kind, text)
			}
			if bad || text == "" {
				continue
			}
			var err error
			switch kind {
			case "date":
				_, err = calendar.ParseDate(text)
			case "pct":
				_, err = money.ParseShare(text)
			}
			if err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
}

// The page may talk to the forge and nobody else, and what it may is no more
// than it needs.
func TestPolicyNamesTheForgeOnly(t *testing.T) {
	for editor, hosts := range map[string]string{
		"{forge: gitlab, repo: shop/charters, app_id: x}":                            "https://gitlab.com",
		"{forge: gitlab, repo: a/b/c, app_id: x, url: https://git.example.org/x}":    "https://git.example.org",
		"{forge: gitea, repo: shop/charters, app_id: x, url: https://g.example.org}": "https://g.example.org",
		"{forge: github, repo: shop/charters, auth: https://auth.example.org}":       "https://api.github.com https://auth.example.org",
	} {
		p, found := read(t, editor, nil)
		if len(found) > 0 {
			t.Fatalf("%s: %v", editor, found)
		}
		policy := Policy(p.Config().Editor)
		if !strings.Contains(policy, "connect-src 'self' blob: "+hosts+";") || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self' 'unsafe-eval';") {
			t.Errorf("%s: %s", editor, policy)
		}
		text, _ := written(t, p, ".")
		if !strings.Contains(text, "folder: charters\n") || strings.Contains(text, "local_backend: true") {
			t.Errorf("%s:\n%s", editor, text[:400])
		}
		if drafts := strings.Contains(text, "editorial_workflow"); drafts == strings.Contains(editor, "gitea") {
			t.Errorf("%s: drafts: %v", editor, drafts)
		}
	}
}

// An editor that could not work is said with its place, and none is written.
func TestEditorLacks(t *testing.T) {
	for editor, want := range map[string]string{
		"{repo: a/b}":                                                 "the editor lacks forge",
		"{forge: hub, repo: a/b}":                                     "hub",
		"{forge: gitlab, repo: a/b}":                                  "the editor lacks app_id",
		"{forge: github, repo: a/b}":                                  "the editor lacks auth",
		"{forge: gitea, repo: a/b, app_id: x}":                        "the editor lacks url",
		"{forge: gitlab, repo: charters, app_id: x}":                  "is not a repository",
		"{forge: gitlab, repo: a/b, app_id: x, url: http://x}":        "is not the address of a server",
		"{forge: gitlab, repo: a/b, app_id: x, url: \"https://x ;\"}": "is not the address of a server",
		"{forge: gitlab, repo: a/b, app_id: x, url: https://x'y}":     "is not the address of a server",
		"yes": "",
	} {
		p, found := read(t, editor, nil)
		if len(found) == 0 || !strings.Contains(found[0].Message, want) || found[0].Hint == "" || p.Config().Editor != nil {
			t.Errorf("%s: %v", editor, found)
		}
	}
}
