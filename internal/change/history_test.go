package change_test

import (
	"bytes"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/change"
	"charterhouse/internal/desk"
	"charterhouse/internal/history"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

var commits = flag.Int("commits", 60, "how many commits TestEveryCommit compares with their parents")

var empty embed.FS

// A history writes commits for git fast-import: of people who work on charters,
// and of everything that goes wrong in years.
type messy struct {
	b      bytes.Buffer
	r      *rand.Rand
	mark   int
	root   string            // the content folder, which may move
	files  map[string]string // below it
	serial int
}

func (m *messy) pick(from ...string) string { return from[m.r.IntN(len(from))] }

// charter picks a charter's file, or a new name.
func (m *messy) charter() string {
	var all []string
	for name := range m.files {
		if strings.HasPrefix(name, "charters/") && strings.HasSuffix(name, ".md") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	if len(all) == 0 {
		return "charters/new.md"
	}
	return all[m.r.IntN(len(all))]
}

func (m *messy) begin(parent, other int, moment int64) {
	m.mark++
	subject := m.pick("Budget", "Ændring", "\xff\xfe broken", "x\r\ny", "")
	fmt.Fprintf(&m.b, "commit refs/heads/main\nmark :%d\ncommitter Æ <a@example.org> %d +0100\ndata %d\n%s\n", m.mark, moment, len(subject), subject)
	if parent > 0 {
		fmt.Fprintf(&m.b, "from :%d\n", parent)
	}
	if other > 0 {
		fmt.Fprintf(&m.b, "merge :%d\n", other)
	}
}

func (m *messy) write(name, text string) { m.mode("100644", name, text) }

func (m *messy) mode(mode, name, text string) {
	fmt.Fprintf(&m.b, "M %s inline %s\ndata %d\n%s\n", mode, quoted(m.root+"/"+name), len(text), text)
	m.files[name] = text
}

func quoted(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(path) + `"`
}

func (m *messy) remove(name string) {
	if _, there := m.files[name]; there {
		fmt.Fprintf(&m.b, "D %s\n", quoted(m.root+"/"+name))
		delete(m.files, name)
	}
}

// again writes every file as it was, which undoes damage.
func (m *messy) again(files map[string]string) {
	for name := range m.files {
		if _, keep := files[name]; !keep {
			fmt.Fprintf(&m.b, "D %s\n", quoted(m.root+"/"+name))
		}
	}
	m.files = map[string]string{}
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m.write(name, files[name])
	}
}

// edit changes one figure, word or line of a charter.
func (m *messy) edit() {
	name := m.charter()
	text := m.files[name]
	m.serial++
	swaps := [][2]string{
		{"total: 480000", fmt.Sprintf("total: %d", 400000+m.r.IntN(200000))}, {"marketing: 50%, it: 50%", m.pick("marketing: 40%, it: 60%", "marketing: 1/3, it: rest", "marketing: 50%, it: 49%", "marketing: equal, it: equal")},
		{"2027-03-31", m.pick("2027-04-30", "2027-13-01", "2027-03-30")}, {"status: active", m.pick("status: on-hold", "status: completed", "status: done")},
		{"lead: tove-soenderby", m.pick("lead: jonas-aagesen", "lead: nobody", "lead: [a, b, c]", "lead: {x: y}")}, {"allocation: 60%", m.pick("allocation: 95%", "allocation: 0%", "allocation: 101%")},
		{"accountable: it", m.pick("accountable: marketing", "accountable: [it, marketing]", "accountable: no-such")}, {"## Background", m.pick("## Baggrund", "# Background\n\n## Background", "")},
		{"tags:", fmt.Sprintf("unknown-%d: [1, {a: b}]\ntags:", m.serial)}, {"summary: ", fmt.Sprintf("summary: %d ", m.serial)}, {"target: 85", "target: 8" + m.pick("6", "x", "1e3")},
	}
	for range 20 {
		s := swaps[m.r.IntN(len(swaps))]
		if strings.Contains(text, s[0]) {
			m.write(name, strings.Replace(text, s[0], s[1], 1))
			return
		}
	}
	m.write(name, text+fmt.Sprintf("\n## Section %d\n\nMore words, @everyone, <b>%d</b>.\n", m.serial, m.serial))
}

// damage is what happens in years.
func (m *messy) damage(sound map[string]string) {
	name := m.charter()
	text := m.files[name]
	m.serial++
	fresh := fmt.Sprintf("charters/new-%d.md", m.serial)
	switch m.r.IntN(34) {
	case 0: // renamed, without a word
		m.remove(name)
		m.write(fresh, text)
	case 1: // renamed as the manual says
		id := strings.TrimSuffix(filepath.Base(name), ".md")
		m.remove(name)
		m.write(fresh, strings.Replace(strings.Replace(text, "id: "+id+"\n", "", 1), "---\n", "---\naliases: ["+id+"]\n", 1))
	case 2:
		m.write(name, strings.Replace(text, "budget:\n", "budget: [\n", 1))
	case 3:
		m.write(name, "<<<<<<< HEAD\n"+text+"=======\n"+text+">>>>>>> other\n")
	case 4:
		junk := make([]byte, 3000)
		for i := range junk {
			junk[i] = byte(m.r.IntN(256))
		}
		m.write(name, string(junk))
	case 5:
		m.write(name, "")
	case 6:
		m.remove("registers/" + m.pick("people", "departments", "areas", "objectives") + ".yml")
	case 7:
		m.write("registers/people.yml", "- {id: a, name: [\n")
	case 8:
		m.write("registers/departments.yml", "it: {name: IT}\nmarketing: x\n")
	case 9: // Latin 1
		m.write(name, strings.ReplaceAll(text, "Fewer", "F\xe6rre"))
	case 10: // UTF-16
		m.write(name, "\xff\xfe-\x00-\x00-\x00\n\x00")
	case 11:
		m.write(name, "\xef\xbb\xbf"+text)
	case 12:
		m.write(name, strings.Replace(text, "title: ", "title: \u202e\x07", 1))
	case 13:
		m.write(fresh, strings.Repeat("A long line of nothing in particular.\n", 40_000)) // beyond the limit
	case 14:
		m.write("charters/picture/halves.png", strings.Repeat("\x89PNG", 1000+m.serial))
	case 15:
		m.mode("120000", fresh, "../registers/people.yml")
	case 16:
		fmt.Fprintf(&m.b, "M 160000 %040d %s\n", 1+m.serial, quoted(m.root+"/charters/module"))
	case 17:
		m.write(fmt.Sprintf("charters/%s%d.md", m.pick("a b ", "Æ", "-", "q\"", "e\n", "tab\t"), m.serial), text)
	case 18: // one id twice
		m.write(fresh, strings.Replace(text, "title: ", "id: customer-first\ntitle: ", 1))
	case 19:
		m.write("charterhouse.yaml", m.pick("title: [", "languages: [da, en]\ntitle: X\n", "languages: [xx]\n", "theme: no-such\ntitle: y\n", "fiscal_year_starts: 13\n", ""))
	case 20:
		m.remove("charterhouse.yaml")
	case 21:
		m.write("approvals/it/"+filepath.Base(strings.TrimSuffix(name, ".md"))+".yml", m.pick("{person: samira-haddad, date: 2026-03-26, terms: jt1-60a60823e2b1d5df}\n", "- 1\n", "[[[["))
	case 22:
		m.write(strings.TrimSuffix(name, ".md")+"/updates/2026-10.md", "---\ndate: 2026-10-01\nby: oskar-dahl\nrag: "+m.pick("green", "blue")+"\n---\n\nIt goes.\n")
	case 23:
		m.write(strings.TrimSuffix(name, ".md")+".da.md", "---\ntranslation_of: "+m.pick(strings.TrimSuffix(filepath.Base(name), ".md"), "nothing")+"\nlang: da\ntitle: På dansk "+fmt.Sprint(m.serial)+"\n---\n\n## Baggrund\n\nOrd.\n")
	case 24:
		m.write("questions/mine.md", "---\ntitle: Mine\n---\n\n```query\ntable: "+m.pick("charters", "nonsense((")+"\n```\n")
	case 25: // nested without end
		m.write(name, strings.Replace(text, "x: {", "deep: "+strings.Repeat("{a: ", 60)+strings.Repeat("}", 60)+"\nx: {", 1))
	case 26:
		m.write(name, strings.Replace(text, "title: ", "bomb: &a [1]\nmore: *a\ntitle: ", 1))
	case 27: // one folder moved
		to := m.pick("content", "docs/charters/inhold", "x")
		if to != m.root {
			fmt.Fprintf(&m.b, "R %s %s\n", quoted(m.root), quoted(to))
			m.root = to
		}
	case 28:
		m.write(name, strings.ReplaceAll(text, "\n", "\r\n"))
	case 29:
		m.write(strings.ToUpper(name), text)
	case 30:
		m.write(name, "+++\ntitle = \"In TOML\"\nstatus = \"proposed\"\ncreated = 2026-01-01\n+++\n\nProse.\n")
	case 31:
		m.write(name, "---json\n{\"title\": \"In JSON\", \"budget\": {\"total\": 12345678901234567890, \"currency\": \"EUR\"}}\n---\n")
	case 32:
		m.remove(name)
	case 33:
		fmt.Fprintf(&m.b, "R %s %s\n", quoted(m.root), quoted("content"))
		m.root = "content"
	default:
	}
	if m.r.IntN(3) == 0 {
		m.again(sound)
	}
}

// script writes n commits; every ninth is on a branch that is merged after it.
func (m *messy) script(n int, sound map[string]string) []byte {
	m.root, m.files = "content", map[string]string{}
	moment := int64(1_700_000_000)
	m.begin(0, 0, moment)
	m.again(sound)
	for m.mark < n {
		moment += int64(m.r.IntN(200_000)) - 20_000 // clocks go wrong
		trunk := m.mark
		switch {
		case m.mark%9 == 8 && m.mark+2 <= n:
			m.begin(trunk, 0, moment)
			m.edit()
			side := m.mark
			m.begin(trunk, side, moment+5)
			m.edit()
		case m.r.IntN(2) == 0:
			m.begin(trunk, 0, moment)
			m.damage(sound)
		default:
			m.begin(trunk, 0, moment)
			m.edit()
		}
	}
	m.b.WriteString("done\n")
	return m.b.Bytes()
}

// No commit of a long and messy history is too strange to be compared with its
// parents: it always ends, says what could not be read, and its rows add up.
// Where nothing is told, no terms differ.
func TestEveryCommit(t *testing.T) {
	dir := t.TempDir()
	git := func(in []byte, args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Stdin = bytes.NewReader(in)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
		return string(out)
	}
	m := &messy{r: rand.New(rand.NewPCG(1, 2))}
	git(nil, "init", "-q", "-b", "main")
	git(m.script(*commits, sound(t)), "fast-import", "--quiet", "--done", "--date-format=raw")
	content := filepath.Join(dir, "content")
	if err := os.MkdirAll(content, 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := history.Open(content)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	words := map[string]*theme.Words{}
	for _, lang := range []string{"en", "da", "de"} {
		words[lang], _ = theme.Speak(nil, lang)
	}
	dress, _ := theme.Load(nil, "themes/default", []string{"en"})
	sides := new(desk.Sides)
	compared, longest, began := 0, time.Duration(0), time.Now()
	for _, line := range strings.Split(strings.TrimSpace(git(nil, "rev-list", "--parents", "--topo-order", "--reverse", "main")), "\n") {
		ids := strings.Fields(line)
		for _, parent := range ids[1:] {
			start := time.Now()
			d := change.Portfolios(look(t, r, sides, parent), look(t, r, sides, ids[0]))
			for lang, w := range words {
				every(t, d, change.Tell(d, w), dress, lang == "en" && compared%20 == 0)
			}
			compared++
			longest = max(longest, time.Since(start))
		}
	}
	t.Logf("%d comparisons, %v each, the longest %v", compared, (time.Since(began) / time.Duration(max(compared, 1))).Round(time.Millisecond/10), longest.Round(time.Millisecond))
	if compared < *commits-1 {
		t.Errorf("%d comparisons of %d commits", compared, *commits)
	}
}

// sound is the folder of the tests as it should be.
func sound(t *testing.T) map[string]string {
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS("testdata/base"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join("testdata/base", name))
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func look(t *testing.T, r *history.Repository, sides *desk.Sides, commit string) change.Side {
	at, err := r.At(commit)
	if err != nil {
		t.Fatal(err)
	}
	files, err := at.FS()
	s := change.Side{Name: at.Short()}
	tree := fs.FS(files)
	if errors.Is(err, fs.ErrNotExist) {
		s.Absent, tree, err = true, empty, nil
	}
	if err == nil {
		s.Tree, err = source.FromFS(tree, source.DefaultLimits())
	}
	if err != nil {
		t.Fatalf("%s: %v", commit, err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	v := sides.Look(s.Tree, nil, day)
	s.Portfolio, s.Found = v.Portfolio, v.Found
	return s
}

// every shows a difference in every form, and judges it.
func every(t *testing.T, d *change.Difference, r *change.Report, dress *theme.Theme, page bool) {
	t.Helper()
	var b bytes.Buffer
	if err := change.JSON(&b, d, r); err != nil {
		t.Fatal(err)
	}
	if page {
		if err := r.Page(&b, dress); err != nil {
			t.Fatal(err)
		}
	}
	if m := r.Markdown(); len(m) > 60_000 || strings.Contains(m, "<b>") || strings.Contains(m, "@e") {
		t.Errorf("%s: a comment of %d bytes, or with markup", r.Sides, len(m))
	}
	for _, line := range strings.Split(r.Terminal(false), "\n") {
		if strings.ContainsAny(line, "\x1b\x07\u202e") {
			t.Errorf("%s: %q", r.Sides, line)
		}
	}
	for _, c := range d.Charters {
		if len(c.Changes) == 0 && len(c.Translations) == 0 && c.Action == change.Changed && c.Former == "" {
			t.Errorf("%s: %s is there without a change", r.Sides, c.ID)
		}
	}
	for _, total := range slices.Concat(d.Totals, d.Proposed) {
		sum := int64(0)
		for _, row := range total.Rows {
			sum += row.Change.Minor
		}
		if sum != total.Sum.Change.Minor || total.Sum.Before.Minor+sum != total.Sum.After.Minor {
			t.Errorf("%s: %s does not add up", r.Sides, total.Currency)
		}
	}
	if d.Empty() {
		for _, c := range d.After.Portfolio.Charters() {
			if was := d.Before.Portfolio.Charter(c.ID.Value); was == nil || was.Terms != c.Terms {
				t.Errorf("%s: nothing is told of %s", r.Sides, c.ID.Value)
			}
		}
	}
}
