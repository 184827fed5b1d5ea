package desk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
)

// A desk that is looked at again and again finds, after any edit, what a desk
// finds that is opened then: whatever it remembers of files, links and rules.
func TestAgainIsAfresh(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := t.TempDir()
			if err := bench.Generate(filepath.Join(dir, "content"), 60, seed); err != nil {
				t.Fatal(err)
			}
			h := &hand{t: t, dir: filepath.Join(dir, "content"), Rand: rand.New(rand.NewPCG(seed, 1))}
			h.files, _ = filepath.Glob(filepath.Join(h.dir, "charters", "*.md"))
			place := Place{Content: h.dir, Around: dir}
			again, err := Open(place, false)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			day, _ := calendar.ParseDate("2026-11-16")
			total := 0
			for step := range 100 {
				if h.IntN(40) == 0 {
					day = day.AddDays(h.IntN(40))
				}
				done := h.edit()
				if err := again.Walk(); err != nil {
					t.Fatal(err)
				}
				got := again.Look(day)
				afresh, err := Open(place, false)
				if err != nil {
					t.Fatal(err)
				}
				want := afresh.Look(day)
				afresh.Close()
				total += len(want.Found)
				if !reflect.DeepEqual(got.Found, want.Found) {
					t.Fatalf("step %d, %s: %d findings, afresh %d:\n%s", step, done, len(got.Found), len(want.Found), apart(fmt.Sprintf("%+v", got.Found), fmt.Sprintf("%+v", want.Found)))
				}
			}
			if total < 500 {
				t.Errorf("only %d findings were compared", total)
			}
		})
	}
}

func apart(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return fmt.Sprintf("again  …%.300s\nafresh …%.300s", a[max(0, i-100):], b[max(0, i-100):])
}

// A hand edits charters as people do, who copy lines from each other.
type hand struct {
	*rand.Rand
	t     *testing.T
	dir   string
	files []string
}

func (h *hand) read(file string) []string {
	data, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Split(string(data), "\n")
}

func (h *hand) any() string { return h.files[h.IntN(len(h.files))] }

var recordID = regexp.MustCompile(`\bid: ([a-z0-9-]+)`)

// id is that of a record of a register.
func (h *hand) id(register string) string {
	all := recordID.FindAllStringSubmatch(strings.Join(h.read(filepath.Join(h.dir, "registers", register)), "\n"), -1)
	return all[h.IntN(len(all))][1]
}

const aLink = 1 // among the changes, and one of prose alone

// edit changes one or two files and says how.
func (h *hand) edit() string { return h.change(h.IntN(26)) }

func (h *hand) change(kind int) string {
	file := h.any()
	lines := h.read(file)
	from := h.read(h.any())
	done := filepath.Base(file)
	switch kind {
	case 0:
		register := filepath.Join(h.dir, "registers", []string{"people.yml", "areas.yml", "departments.yml"}[h.IntN(3)])
		old := h.read(register)
		file, lines, done = register, old, filepath.Base(register)
		at := h.IntN(len(lines))
		lines[at] = strings.Replace(lines[at], "name: ", "name: New ", 1)
	case aLink:
		done += ": a link"
		lines = append(lines, fmt.Sprintf("See [[%s]] and [[%s]], which it depends on for [[area:%s]]. So says [[dept:%s]].", strings.TrimSuffix(filepath.Base(h.any()), ".md"),
			strings.TrimPrefix(lineOf(from, "title: "), "title: "), h.id("areas.yml"), h.id("departments.yml")), "")
	case 2:
		done += ": a relation"
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "status: ") })
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "links:") })
		key := []string{"depends_on", "replaces", "related"}[h.IntN(3)]
		lines = slices.Insert(lines, max(1, min(at, len(lines)-1)), fmt.Sprintf("links: {%s: [%s]}", key, strings.TrimSuffix(filepath.Base(h.any()), ".md")))
	case 3:
		done += ": a line less"
		at := 1 + h.IntN(min(len(lines)-1, 40))
		lines = slices.Delete(lines, at, at+1)
	case 4:
		done += ": a summary with a link"
		for i, l := range lines {
			if strings.HasPrefix(l, "summary: ") {
				lines[i] = fmt.Sprintf("summary: \"As in [[%s]].\"", strings.TrimSuffix(filepath.Base(h.any()), ".md"))
			}
		}
	case 5:
		done += ": another status"
		for i, l := range lines {
			if strings.HasPrefix(l, "status: ") {
				lines[i] = "status: " + []string{"proposed", "agreed", "active", "completed", "superseded", "cancelled"}[h.IntN(6)]
			}
		}
	case 9, 10:
		done += ": an expense"
		for i, l := range lines {
			if before, after, ok := strings.Cut(l, "amount: "); ok && strings.Contains(l, "{date: ") {
				lines[i] = fmt.Sprintf("%samount: %d%s", before, 100+h.IntN(900), after[strings.IndexAny(after+"}", ",}"):])
			}
		}
	case 6, 7, 8:
		done += ": all hands"
		for i, l := range lines {
			if before, after, ok := strings.Cut(l, "allocation: "); ok {
				_, after, _ = strings.Cut(after, "%")
				lines[i] = before + "allocation: " + []string{"5%", "90%"}[h.IntN(2)] + after
			}
		}
	default:
		at := 1 + h.IntN(min(len(lines)-1, 60))
		key, _, _ := strings.Cut(lines[at], ":")
		done += ": line " + key
		if other := lineOf(from, key+":"); other != "" && key != "id" {
			lines[at] = other
		}
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		h.t.Fatal(err)
	}
	return done
}

func lineOf(lines []string, prefix string) string {
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, prefix) })
	if i < 0 {
		return ""
	}
	return lines[i]
}
