package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// site is a Hugo site that shows the same facts of the same charters, as somebody who knows Hugo would write it: pages
// with the facts and tables of a charter, a list, a page for each department, person and area by way of taxonomies, and
// sums by department, year and pair. It leaves out what Hugo cannot do in a time that is fair to compare with: links
// back, checks, exact shares.
//
//go:embed all:hugo
var site embed.FS

// withHugo lays out that site and returns the contestant that builds it.
func withHugo(hugo, place string) (*contestant, error) {
	content, dir, out := filepath.Join(place, "content"), filepath.Join(place, "hugo"), filepath.Join(place, "hugo-site")
	layout, err := fs.Sub(site, "hugo")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(dir, layout); err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := translate(name, filepath.Join(dir, "content", "charters", filepath.Base(name)), hugoCharter); err != nil {
			return nil, err
		}
	}
	for _, register := range []string{"departments", "people", "areas"} {
		from, to := filepath.Join(content, "registers", register+".yml"), filepath.Join(dir, "data", register+".yml")
		if err := translate(from, to, hugoRegister); err != nil {
			return nil, err
		}
	}
	path, err := filepath.Abs(hugo)
	return &contestant{name: "Hugo", out: out, fresh: true,
		command: []string{path, "--quiet", "--source", dir, "--destination", out, "--cacheDir", filepath.Join(place, "hugo-cache")}}, err
}

func translate(from, to string, change func(string) (string, error)) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	changed, err := change(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(changed), 0o644)
}

// hugoRegister makes a map by id of a list of records.
func hugoRegister(text string) (string, error) {
	return regexp.MustCompile(`(?m)^- id: (.*)$`).ReplaceAllString(text, "$1:\n  id: $1"), nil
}

var (
	share   = regexp.MustCompile(`(?m)^    ([a-z]+): \{share: ([^,]+),`)
	member  = regexp.MustCompile(`(?m)^  - \{person: ([a-z-]+)`)
	area    = regexp.MustCompile(`(?m)^  - \{area: ([a-z-]+)`)
	wiki    = regexp.MustCompile(`\[\[(?:(person|dept|area):)?([a-z0-9-]+)(?:\|([^\]]*))?\]\]`)
	between = regexp.MustCompile(`\]\(([a-z0-9-]+)\.md\)`)
)

var folders = map[string]string{"": "charters", "person": "people", "dept": "departments", "area": "areas"}

// hugoCharter moves the facts out of the way of Hugo's own names, states each share as a number, names the terms of the
// taxonomies, and writes wiki links as links.
func hugoCharter(text string) (string, error) {
	facts, body, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !ok {
		return "", fmt.Errorf("the front matter does not end")
	}
	var departments, people, areas []string
	payers := share.FindAllStringSubmatch(facts, -1)
	rest := 1.0
	for _, m := range payers {
		departments = append(departments, m[1])
		rest -= part(m[2], len(payers))
	}
	for _, m := range member.FindAllStringSubmatch(facts, -1) {
		people = append(people, m[1])
	}
	for _, m := range area.FindAllStringSubmatch(facts, -1) {
		areas = append(areas, m[1])
	}
	facts = share.ReplaceAllStringFunc(facts, func(s string) string {
		m := share.FindStringSubmatch(s)
		p := part(m[2], len(payers))
		if m[2] == "rest" {
			p = rest
		}
		return fmt.Sprintf("    %s: {share: %q, part: %.15f,", m[1], m[2], p)
	})
	title := regexp.MustCompile(`(?m)^title: .*$`).FindString(facts)
	facts = strings.NewReplacer("\n"+title, "", "\nsummary: ", "\nabout: ").Replace(facts)
	body = wiki.ReplaceAllStringFunc(body, func(s string) string {
		m := wiki.FindStringSubmatch(s)
		said := m[3]
		if said == "" {
			said = m[2]
		}
		return fmt.Sprintf("[%s](/%s/%s)", said, folders[m[1]], m[2])
	})
	body = between.ReplaceAllString(body, "](/charters/$1)")
	return fmt.Sprintf("---\n%s\ndepartments: [%s]\npeople: [%s]\nareas: [%s]\nparams:\n  %s\n---\n%s", title,
		strings.Join(departments, ", "), strings.Join(people, ", "), strings.Join(areas, ", "),
		strings.ReplaceAll(facts, "\n", "\n  "), body), nil
}

// part is a share as the binary number that Hugo calculates with.
func part(share string, payers int) float64 {
	var a, b float64
	switch n, _ := fmt.Sscanf(share, "%f/%f", &a, &b); {
	case share == "equal":
		return 1 / float64(payers)
	case n == 2:
		return a / b
	}
	return a / 100 // zero for the rest
}
