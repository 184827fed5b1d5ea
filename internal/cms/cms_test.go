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

func read(t *testing.T, config string, more map[string]string) (*portfolio.Portfolio, diag.List) {
	t.Helper()
	files := fstest.MapFS{
		"charterhouse.yaml":         {Data: []byte("title: Shop\nlanguages: [da, en]\n" + config + "\n")},
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
	p, _ := read(t, "repository: https://gitlab.com/shop/charters\neditor: {app_id: x}", map[string]string{
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
		"money":    {"480000", "480_000", "1_480_000.50", "1250.50", "", "!48_00", "!480.000,00", "!EUR 5", "!-1"},
		"share":    {"50%", "33.33%", "1/3", "rest", "equal", "240000", "240_000", "!50 %", "!half"},
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
	for config, hosts := range map[string]string{
		"repository: https://gitlab.com/shop/charters\neditor: {app_id: x}":                             "https://gitlab.com",
		"repository: {url: https://git.example.org/a/b/c, forge: gitlab}\neditor: {app_id: x}":          "https://git.example.org",
		"editor: {app_id: x}\nrepository: {url: https://g.example.org/x/shop/charters, forge: gitea}":   "https://g.example.org",
		"repository: https://github.com/shop/charters.git\neditor: {auth: https://auth.example.org}":    "https://api.github.com https://auth.example.org",
		"repository: https://github.example.org/shop/charters\neditor: {auth: https://a.example.org}":   "https://github.example.org https://a.example.org",
		"repository: {url: https://codeberg.org/shop/charters, branch: trunk}\neditor: {app_id: gitea}": "https://codeberg.org",
	} {
		p, found := read(t, config, nil)
		if len(found) > 0 {
			t.Fatalf("%s: %v", config, found)
		}
		policy := Policy(p.Config().Editor)
		if !strings.Contains(policy, "connect-src 'self' blob: "+hosts+";") || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self' 'unsafe-eval';") {
			t.Errorf("%s: %s", config, policy)
		}
		text, _ := written(t, p, ".")
		if !strings.Contains(text, "folder: charters\n") || strings.Contains(text, "local_backend: true") {
			t.Errorf("%s:\n%s", config, text[:400])
		}
		if drafts := strings.Contains(text, "editorial_workflow"); drafts == p.Config().Editor.Forge.Gitea() {
			t.Errorf("%s: drafts: %v", config, drafts)
		}
	}
}

// An editor that could not work is said with its place, and none is written.
func TestEditorLacks(t *testing.T) {
	for config, want := range map[string]string{
		"editor: {app_id: x}":                                                        "needs to know where the repository is",
		"repository: https://gitlab.com/a/b\neditor: {}":                             "the editor lacks app_id",
		"repository: https://github.com/a/b\neditor: {app_id: x}":                    "the editor lacks auth",
		"repository: https://gitlab.com/charters\neditor: {app_id: x}":               "which is no group and name",
		"repository: https://bitbucket.org/a/b\neditor: {app_id: x}":                 "cannot sign in at bitbucket",
		"repository: http://gitlab.example.org/a/b\neditor: {app_id: x}":             "by https only",
		"repository: {url: \"https://x'y/a/b\", forge: gitlab}\neditor: {app_id: x}": "not the address of a repository",
		"repository: https://github.com/a/b\neditor: {auth: \"https://x ;\"}":        "is not the address of a server",
		"repository: https://gitlab.com/a/b\neditor: {app_id: x, branch: main}":      "branch",
		"repository: https://gitlab.com/a/b\neditor: yes":                            "",
	} {
		p, found := read(t, config, nil)
		if len(found) != 1 || !strings.Contains(found[0].Message.String(), want) || found[0].Hint.String() == "" || p.Config().Editor != nil {
			t.Errorf("%s: %v", config, found)
		}
	}
}

// Where the configuration says which folder the content is in, that holds.
func TestFolder(t *testing.T) {
	p, _ := read(t, "repository: {url: https://gitlab.com/a/b, folder: charters-of-ours, branch: trunk}\neditor: {app_id: x}", nil)
	text, _ := written(t, p, "content")
	if !strings.Contains(text, "folder: charters-of-ours/charters\n") || !strings.Contains(text, "branch: trunk\n") || !strings.Contains(text, "repo: a/b\n") {
		t.Error(text[:400])
	}
}
