package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// program is the package that is released.
const program = "./cmd/charterhouse"

// A module is linked into the program; folders are those of its packages, from
// its own folder down.
type module struct {
	name, version, dir string
	folders            map[string]bool
}

// linked are the modules in the program on any system that it is released for,
// and the folder of Go itself.
func linked(root string) (map[string]*module, string, error) {
	modules := map[string]*module{}
	for _, s := range systems {
		out, err := tool(root, []string{"GOOS=" + s.os, "GOARCH=" + s.arch}, "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}", program)
		if err != nil {
			return nil, "", err
		}
		for line := range strings.Lines(string(out)) {
			words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(words) != 4 || words[1] == "" { // of Go, or our own
				continue
			}
			m, ok := modules[words[0]]
			if !ok {
				m = &module{name: words[0], version: words[1], dir: words[2], folders: map[string]bool{}}
				modules[words[0]] = m
			}
			for dir := words[3]; len(dir) >= len(m.dir); dir = filepath.Dir(dir) {
				m.folders[dir] = true
			}
		}
	}
	goroot, err := tool(root, nil, "go", "env", "GOROOT")
	return modules, strings.TrimSpace(string(goroot)), err
}

// tool runs a program in the repository, as every machine would.
func tool(root string, env []string, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0")
	c.Env = append(c.Env, env...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said.Bytes())
	}
	return out, nil
}

// licence is how the files of a licence are called.
var licence = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|unlicense)([-._].*)?$`)

// collect puts all licences into one text: of Go, of each module, and of what is
// embedded.
func collect(root string) ([]byte, error) {
	modules, goroot, err := linked(root)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	text.WriteString("Charterhouse is made with the following, and holds them or parts of them.\n")
	if err := copyLicence(&text, "Go, its standard library", filepath.Join(goroot, "LICENSE")); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m, found := modules[name], 0
		for _, dir := range slices.Sorted(maps.Keys(m.folders)) {
			files, err := licencesIn(dir)
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				found++
				below, _ := filepath.Rel(m.dir, file)
				if err := copyLicence(&text, fmt.Sprintf("%s %s, %s", m.name, m.version, filepath.ToSlash(below)), file); err != nil {
					return nil, err
				}
			}
		}
		if found == 0 {
			return nil, fmt.Errorf("%s has no licence in %s; its text must come from somewhere", m.name, m.dir)
		}
	}
	embedded, err := embeddedLicences(root)
	if err != nil {
		return nil, err
	}
	for _, name := range embedded {
		if err := copyLicence(&text, name, filepath.Join(root, name)); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

func licencesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() && licence.MatchString(e.Name()) && filepath.Ext(e.Name()) != ".go" {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// embeddedLicences stand beside what they are for: <name>.LICENSE.txt, or OFL.txt
// in a folder of fonts.
func embeddedLicences(root string) (names []string, err error) {
	err = filepath.WalkDir(filepath.Join(root, "themes"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && (strings.HasSuffix(name, ".LICENSE.txt") || d.Name() == "OFL.txt") {
			below, _ := filepath.Rel(root, name)
			names = append(names, filepath.ToSlash(below))
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = errors.New("themes/ holds no licences")
	}
	return names, err
}

func copyLicence(to *bytes.Buffer, name, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("licence of %s: %w", name, err)
	}
	fmt.Fprintf(to, "\n%s\n%s\n\n", strings.Repeat("=", 100), name)
	for line := range strings.Lines(string(bytes.TrimSpace(text))) {
		to.WriteString(strings.TrimRight(line, " \t\r\n\f") + "\n")
	}
	return nil
}
