// Package bench makes portfolios of any size, to measure with.
//
// A made portfolio resembles an honest one: charters of about 5 KB in most statuses, of two or three departments that
// share the cost, with people, milestones, reports, signatures over the very terms that are written, and links among
// them, in front matter and in prose. The registers grow along. Its rules find nothing, so that all of it is built. The
// same size and seed give the same bytes on every machine.
//
// What costs a builder time is drawn from the seed; what rules would object to is laid out by arithmetic: nobody is
// lent beyond capacity, no two departments claim an area, and a charter only waits for one that ends before it.
package bench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// AsOf is the day that a made portfolio is built for.
const AsOf = "2026-11-16"

const (
	departments = 12
	areas       = 20
	objectives  = 8
)

// Generate writes a content folder with n charters (at least 50, which is 12 people) into dir, which it makes.
func Generate(dir string, n int, seed uint64) error {
	if n < 50 {
		return fmt.Errorf("a made portfolio has at least 50 charters, not %d", n)
	}
	m := maker{n: n, people: n / 4, seed: seed}
	for name, text := range m.registers() {
		if err := write(dir, name, text); err != nil {
			return err
		}
	}
	for i := range n {
		if err := write(dir, "charters/"+m.id(i)+".md", m.charter(i)); err != nil {
			return err
		}
	}
	return nil
}

// registers are all files but the charters.
func (m maker) registers() map[string]string {
	return map[string]string{
		"charterhouse.yaml":         config,
		"registers/departments.yml": m.departments(),
		"registers/people.yml":      m.register(),
		"registers/areas.yml":       m.areas(),
		"registers/objectives.yml":  m.objectives(),
	}
}

func write(dir, name, text string) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// A maker knows how large the portfolio is. All else about a charter follows from its number.
type maker struct {
	n, people int
	seed      uint64
}

// chance is the source of what does not matter in charter i.
func (m maker) chance(i int) *rand.Rand { return rand.New(rand.NewPCG(m.seed, uint64(i))) }

func (m maker) id(i int) string {
	return fmt.Sprintf("%s-%s-%d", adjectives[i%len(adjectives)].id, nouns[i/len(adjectives)%len(nouns)].id, i)
}

func (m maker) title(i int) string {
	return fmt.Sprintf("%s %s %d", adjectives[i%len(adjectives)].name, nouns[i/len(adjectives)%len(nouns)].name, i)
}

// person is the id of the one who is number k in department d, counting around: a department of three has its first
// person again as number 3. The people of the register stand in their departments by turns.
func (m maker) person(d, k int) string {
	size := (m.people - d + departments - 1) / departments
	return personID(d + k%size*departments)
}

// chief is the person who signs for a department, and who works in no team of a made portfolio but as all others do.
func (m maker) chief(d int) string { return m.person(d, 0) }

func personID(k int) string {
	return firsts[k%len(firsts)].id + "-" + middle(k).id + "-" + lasts[k/len(firsts)%len(lasts)].id
}

func personName(k int) string {
	return firsts[k%len(firsts)].name + " " + middle(k).name + ". " + lasts[k/len(firsts)%len(lasts)].name
}

// middle tells apart who has both names in common: by one letter, and by two where
// there are more people than letters do for.
func middle(k int) word {
	i := k / len(firsts) / len(lasts)
	initial := string(rune('a' + i%26))
	if i >= 26 {
		initial = string(rune('a'+i/26-1)) + initial
	}
	return word{initial, strings.ToUpper(initial)}
}

func day(year, month, plus int) time.Time {
	return time.Date(year, time.Month(month), 1+plus, 0, 0, 0, 0, time.UTC)
}

func iso(t time.Time) string { return t.Format(time.DateOnly) }
