package reviewers

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var files = map[string]string{
	"charterhouse.yaml": "title: Shop\nreviewers: [\"@org/office\"]\n",
	"registers/departments.yml": `
- {id: it, name: IT, chief: [{person: old, until: 2026-05-31}, {person: ada, from: 2026-06-01}], reviewers: ["@org/it"]}
- {id: marketing, name: Marketing, chief: [{person: bo}], deputies: [{person: eva}]}
- {id: legal, name: Legal, chief: [{person: ida}]}
`,
	"registers/people.yml": `
- {id: old, name: Old, department: it, handle: "@old"}
- {id: ada, name: Ada, department: it, handle: "@ada"}
- {id: bo, name: Bo, department: marketing, handle: "@bo", email: bo@example.org}
- {id: eva, name: Eva, department: marketing, handle: "@eva"}
- {id: ida, name: Ida, department: legal}
`,
	"charters/both.md":                 charterOf("both", "it: 1/2, marketing: 1/2"),
	"charters/both.da.md":              "---\ntranslation_of: both\nlang: da\ntitle: Begge\n---\n",
	"charters/both-ways.md":            charterOf("both-ways", "it: 1/2, legal: 1/2"),
	"charters/both/updates/2026-06.md": "---\ndate: 2026-06-30\nby: ada\nrag: green\n---\nWell.\n",
	"charters/inside/index.md":         charterOf("inside", "marketing: 1/2, legal: 1/2"),
	"charters/inside/plan.pdf":         "",
	"charters/idea.md":                 "---\ntitle: Idea\nsummary: One.\nstatus: proposed\ncreated: 2026-01-01\nowners: {marketing: bo}\n---\n",
	"charters/nobody.md":               "---\ntitle: Nobody\nsummary: One.\nstatus: proposed\ncreated: 2026-01-01\n---\n",
	"approvals/it/both.yml":            "department: it\n",
	"approvals/legal/inside.yml":       "department: legal\n",
	"questions/late.md":                "---\ntitle: Late\n---\n",
}

func charterOf(id, shares string) string {
	return fmt.Sprintf("---\nid: %s\ntitle: %s\nsummary: One.\nstatus: proposed\ncreated: 2026-01-01\nbudget: {currency: EUR, total: 100, shares: {%s}}\n---\n", id, id, shares)
}

func folder(t *testing.T, prefix string) Folder {
	t.Helper()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := source.FromFS(m, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-06-15")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	f := Folder{Portfolio: loader.Load(tree, day).Portfolio, Prefix: prefix}
	for _, e := range tree.Entries() {
		f.Files = append(f.Files, e.Path)
	}
	return f
}

// want is who must be asked about a file: one list for each party.
var want = map[string][]string{
	"charterhouse.yaml":                {"@org/office"},
	"registers/people.yml":             {"@org/office"},
	"questions/late.md":                {"@org/office"},
	"charters/both.md":                 {"@org/it", "@bo @eva"},
	"charters/both.da.md":              {"@org/it", "@bo @eva"},
	"charters/both/updates/2026-06.md": {"@org/it", "@bo @eva"},
	"charters/both-ways.md":            {"@org/it", "@org/office"},
	"charters/inside/index.md":         {"@bo @eva", "@org/office"},
	"charters/inside/plan.pdf":         {"@bo @eva", "@org/office"},
	"charters/idea.md":                 {"@bo @eva"},
	"approvals/it/both.yml":            {"@ada"},
	"approvals/marketing/new.yml":      {"@bo"},
	"approvals/legal/inside.yml":       {"@org/office"},
}

// Whoever must be asked is asked, when the file is read as each forge reads it,
// also where the folder has a name that means something in a pattern.
func TestEachForgeAsksWhoeverPays(t *testing.T) {
	for _, prefix := range []string{"", "content/", "our charters/#1 [x] (a+b)/"} {
		for forge, read := range map[Forge]func(text, file string) []string{GitHub: readGitHub, GitLab: readGitLab, Gitea: readGitea} {
			text, _ := Write(folder(t, prefix), forge)
			for file, parties := range want {
				wanted := parties
				if forge != GitLab { // the other two know only one list
					wanted = unique(strings.Fields(strings.Join(parties, " ")))
				}
				got := read(string(text), prefix+file)
				slices.Sort(got)
				slices.Sort(wanted)
				if !slices.Equal(got, wanted) {
					t.Errorf("%s, %q: %s asks %q, want %q\n%s", forge, prefix, file, got, wanted, text)
				}
			}
			for file, who := range map[string][]string{GitHub.Place(): {"@org/office"}, "README.md": nil, prefix + "charters/new.md": nil, prefix + "charters/nobody.md": nil} {
				if forge == GitHub && strings.Contains(file, "charters/") {
					who = []string{"@org/office"}
				}
				if file == GitHub.Place() {
					file = forge.Place()
				}
				if got := read(string(text), file); !slices.Equal(got, who) {
					t.Errorf("%s: %s asks %q, want %q", forge, file, got, who)
				}
			}
			again, _ := Write(folder(t, prefix), forge)
			if string(again) != string(text) {
				t.Errorf("%s: two times are not the same bytes", forge)
			}
		}
	}
}

func unique(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// rules are the lines that say something, as words; a question mark or a
// backslash keeps words together as the forge has it.
func rules(text string) (all [][]string) {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		l = strings.ReplaceAll(l, `\ `, "\x00")
		words := strings.Fields(l)
		words[0] = strings.ReplaceAll(words[0], "\x00", `\ `)
		all = append(all, words)
	}
	return all
}

// fits reads a pattern as gitignore does, as far as ours go.
func fits(pattern, file string) bool {
	pattern = strings.TrimPrefix(pattern, "/")
	if dir, ok := strings.CutSuffix(pattern, "/"); ok {
		n := strings.Count(dir, "/") + 1
		parts := strings.SplitN(file, "/", n+1)
		if len(parts) <= n {
			return false
		}
		pattern, file = dir, strings.Join(parts[:n], "/")
	}
	ok, err := path.Match(pattern, file)
	return ok && err == nil
}

func readGitHub(text, file string) (names []string) {
	for _, r := range rules(text) {
		if strings.ContainsAny(r[0], `[]\#!`) {
			panic("GitHub does not read " + r[0])
		}
		if fits(r[0], file) {
			names = r[1:]
		}
	}
	return names
}

func readGitLab(text, file string) (sections []string) {
	names, asked := "", false
	for _, r := range rules(text) {
		if strings.HasPrefix(r[0], "[") {
			_, rest, _ := strings.Cut(strings.Join(r, " "), "] ")
			names, asked = rest, false
		} else if fits(r[0], file) && !asked {
			sections, asked = append(sections, names), true
		}
	}
	return sections
}

func readGitea(text, file string) (names []string) {
	for l := range strings.Lines(text) {
		words := tokens(strings.TrimSpace(l))
		if len(words) > 1 && regexp.MustCompile("^"+words[0]+"$").MatchString(file) {
			names = append(names, words[1:]...)
		}
	}
	return unique(names)
}

// tokens takes one backslash away, ends at a number sign and parts at blanks.
func tokens(line string) (words []string) {
	word, taken := "", false
	for _, c := range line {
		switch {
		case taken:
			word, taken = word+string(c), false
		case c == '\\':
			taken = true
		case c == '#':
			return words
		case c == ' ':
			words, word = append(words, word), ""
		default:
			word += string(c)
		}
	}
	return append(words, word)
}

// Whoever cannot be asked is named, with the place to mend.
func TestNobodyToAsk(t *testing.T) {
	_, found := Write(folder(t, ""), GitHub)
	var said []string
	for _, d := range found {
		said = append(said, fmt.Sprintf("%s %s", d.Pos.File, d.Message))
		if d.Code != "N009" || d.Hint.IsZero() || d.Pos.Line == 0 {
			t.Errorf("%+v", d)
		}
	}
	want := []string{
		"registers/departments.yml nobody can be asked to review for Legal",
		"registers/people.yml Ida is chief of Legal and has no name that GitHub knows, so the project office is asked about its approvals",
	}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
}

func TestFormsOfNames(t *testing.T) {
	for name, forges := range map[string][]Forge{
		"@ada": {GitHub, GitLab, Gitea}, "@org/it": {GitHub, GitLab, Gitea}, "@org/group/it": {GitLab}, "@@maintainer": {GitLab}, "ada@example.org": {GitHub, GitLab},
	} {
		for _, f := range Forges {
			if f.takes(name) != slices.Contains(forges, f) {
				t.Errorf("%s and %s", f, name)
			}
		}
	}
}
