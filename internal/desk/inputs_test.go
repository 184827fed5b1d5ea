package desk

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/site"
)

var edits = flag.Int("edits", 8, "how often TestSameInputsSamePage edits a portfolio")

// A carrying takes a file in parts, and fails where one has other bytes of the same
// inputs than before.
type carrying struct {
	bytes.Buffer
	known map[string][]byte
}

func (c *carrying) Carry(inputs string, write func(io.Writer) error) error {
	start := c.Len()
	if err := write(&c.Buffer); err != nil {
		return err
	}
	part := bytes.Clone(c.Bytes()[start:])
	if before, ok := c.known[inputs]; ok && !bytes.Equal(before, part) {
		return fmt.Errorf("a part has other bytes of the same inputs:\n%s", apart(string(part), string(before)))
	}
	c.known[inputs] = part
	return nil
}

// A page that is made from the same inputs as before, as [site.Site.Inputs] tells
// them, is the same page, whatever was edited, and whatever of that is committed.
func TestSameInputsSamePage(t *testing.T) {
	places := map[string]func(dir string) error{
		"made":      func(dir string) error { return bench.Generate(dir, 60, 1) },
		"sample":    func(dir string) error { return os.CopyFS(dir, os.DirFS("../../content")) },
		"committed": func(dir string) error { return os.CopyFS(dir, os.DirFS("../../content")) },
	}
	for name, fill := range places {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := fill(filepath.Join(dir, "content")); err != nil {
				t.Fatal(err)
			}
			h := &hand{t: t, dir: filepath.Join(dir, "content"), Rand: rand.New(rand.NewPCG(1, 1))}
			h.files, _ = filepath.Glob(filepath.Join(h.dir, "charters", "*.md"))
			place := Place{Content: h.dir, Around: dir}
			day, _ := calendar.ParseDate("2026-11-16")
			commit := func() {}
			if name == "committed" {
				git := gitIn(t, dir)
				git("init -q -b main")
				commit = func() {
					git("add -A content")
					git(fmt.Sprintf("-c user.name=A%d -c user.email=a%[1]d@example.org commit -q --allow-empty -m x", h.IntN(3)))
				}
				commit()
			}
			before, carried, done := map[string]string{}, 0, "at first"
			pages, parts := map[string][]byte{}, map[string][]byte{}
			for step := range *edits {
				d, err := Open(place, false)
				if err != nil {
					t.Fatal(err)
				}
				v := d.Look(day)
				s := site.New(v.Portfolio, v.Found, v.Theme, site.Options{Ground: fmt.Sprintf("%x %s", v.Ground(), v.Portfolio.Past().Whole()), Attachment: v.Attachment})
				now := map[string]string{}
				for _, address := range s.Addresses() {
					inputs := s.Inputs(address)
					if inputs == "" {
						continue
					}
					now[address] = inputs
					if step > 0 && before[address] != inputs {
						delete(pages, address)
					}
					b := carrying{known: parts}
					if err := s.Render(&b, address); err != nil {
						t.Fatalf("step %d, %s: %v", step, done, err)
					}
					if known, ok := pages[address]; ok && !bytes.Equal(known, b.Bytes()) {
						t.Fatalf("step %d, %s: %s has other bytes of the same inputs:\n%s", step, done, address, apart(b.String(), string(known)))
					} else if ok {
						carried++
					}
					pages[address] = b.Bytes()
				}
				d.Close()
				before = now
				switch {
				case step == 0:
					done = h.change(aLink)
				case step%3 == 2:
					done = "a commit"
					commit()
				default:
					done = h.edit()
				}
			}
			if carried < *edits*50 {
				t.Errorf("only %d pages were carried over", carried)
			}
		})
	}
}
