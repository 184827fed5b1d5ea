package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/dependencies.md names every module in the program, on any of the systems
// it runs on, and no other.
func TestDependenciesAreReasoned(t *testing.T) {
	linked := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}} {{.ImportPath}}", ".")
		c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			module, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if module != "" && module != "charterhouse" {
				linked[module] = true
			}
		}
	}
	file, err := os.Open("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	row := regexp.MustCompile("^\\| `([^`]+)` \\| ([^|]*[^| ]) \\| ([^|]*[^| ]) \\|$")
	var named []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if m := row.FindStringSubmatch(lines.Text()); m != nil {
			named = append(named, m[1])
		}
	}
	for module := range linked {
		if !slices.Contains(named, module) {
			t.Errorf("docs/dependencies.md has no reason for %s", module)
		}
	}
	for _, module := range named {
		if !linked[module] {
			t.Errorf("docs/dependencies.md has a reason for %s, which is not in the program", module)
		}
	}
	if !slices.IsSorted(named) {
		t.Error("docs/dependencies.md is not in order")
	}
}

// Building asks no network: nothing of ours could. The preview and serve answer
// one, and ask nobody; publishing alone asks one, and only the command that is
// called so can reach it, and the one that joins what was published.
func TestNothingOfOursAsksTheNetwork(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", `{{with .Module}}{{if eq .Path "charterhouse"}}{{$.ImportPath}}{{range $.Imports}} {{.}}{{end}}{{end}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	answering := []string{"charterhouse/internal/preview", "charterhouse/internal/serve"}
	ours := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		ours++
		for _, imported := range words[1:] {
			answers := slices.Contains(answering, words[0]) && (imported == "net" || imported == "net/http")
			publishes := words[0] == "charterhouse/internal/remote"
			if imported == "charterhouse/internal/remote" && words[0] != "charterhouse/cmd/charterhouse" {
				t.Errorf("%s imports what asks the network", words[0])
			}
			if !answers && !publishes && (imported == "net" || strings.HasPrefix(imported, "net/") && imported != "net/url" && imported != "net/netip" && imported != "net/mail") {
				t.Errorf("%s imports %s", words[0], imported)
			}
		}
	}
	if ours < 10 {
		t.Errorf("only %d packages were looked at", ours)
	}
	commands, _ := filepath.Glob("*.go")
	for _, file := range commands {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\t\"charterhouse/internal/remote\"") && file != "publish.go" && file != "join.go" {
			t.Errorf("%s uses what asks the network", file)
		}
	}
	asks := regexp.MustCompile(`\b(net\.(Dial|Resolver|Lookup)|http\.(Get|Head|Post|PostForm|Client|DefaultClient|NewRequest|Transport|DefaultTransport|FileServer|Dir|ServeFile)\b)`)
	var files []string
	for _, name := range answering {
		some, _ := filepath.Glob("../../" + strings.TrimPrefix(name, "charterhouse/") + "/*.go")
		files = append(files, some...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := asks.Find(text); found != nil && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s has %s", file, found)
		}
	}
}
