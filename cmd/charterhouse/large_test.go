package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// What the guides let one write into charterhouse.yaml holds in a new repository.
func TestGuidesConfigure(t *testing.T) {
	dir := t.TempDir()
	link := program(t, dir)
	run := func(args ...string) string {
		t.Helper()
		c := exec.Command(link, args...)
		c.Dir = dir
		said, err := c.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v: %s", args, err, said)
		}
		return string(said)
	}
	run("init", ".")
	config, err := os.OpenFile(filepath.Join(dir, "content", "charterhouse.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer config.Close()
	for guide, key := range map[string]string{"publishing": "publish", "profiles": "profiles"} {
		text, err := os.ReadFile("../../docs/" + guide + ".md")
		if err != nil {
			t.Fatal(err)
		}
		block := regexp.MustCompile("(?s)```yaml\n(" + key + ":\n.*?)```").FindSubmatch(text)
		if block == nil {
			t.Fatalf("docs/%s.md shows no %s:", guide, key)
		}
		if _, err := fmt.Fprintf(config, "\n%s", block[1]); err != nil {
			t.Fatal(err)
		}
	}
	if said := run("check", "--strict"); strings.Contains(said, "charterhouse.yaml") {
		t.Error(said)
	}
}

// The examples of docs/large-portfolios.md are YAML, and what they run makes the
// site: with two parts here instead of eight.
func TestLargePortfolios(t *testing.T) {
	manual, err := os.ReadFile("../../docs/large-portfolios.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(manual), -1)
	if len(blocks) != 4 {
		t.Fatalf("%d examples", len(blocks))
	}
	dir := t.TempDir()
	link := program(t, dir)
	start := exec.Command(link, "init", ".")
	start.Dir = dir
	if err := start.Run(); err != nil {
		t.Fatal(err)
	}
	sh := func(line string, part int) {
		t.Helper()
		c := exec.Command("sh", "-euc", line)
		c.Dir = dir
		c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "COMMIT=abc", "STORE=store", "DAY=2026-11-16", "GITHUB_SHA=abc", "CI_COMMIT_SHA=abc", "CI_NODE_TOTAL=2",
			"CI_PIPELINE_CREATED_AT=2026-11-16T10:00:00Z", fmt.Sprintf("CI_NODE_INDEX=%d", part), fmt.Sprintf("PART=%d", part), fmt.Sprintf("JOB_COMPLETION_INDEX=%d", part-1))
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", line, err, said)
		}
	}
	here := strings.NewReplacer("\\\n", "", "/8", "/2", "-of-8", "-of-2", "/scratch/charters/", "", "/scratch/", "")
	joined := 0
	for _, b := range blocks {
		var any yaml.Node
		if err := yaml.Unmarshal([]byte(b[1]), &any); err != nil {
			t.Errorf("%v in %s", err, b[1])
		}
		lines := regexp.MustCompile(`charterhouse (?:build|join) [^\n']*`).FindAllString(here.Replace(b[1]), -1)
		for _, line := range lines {
			if strings.HasPrefix(line, "charterhouse join") {
				sh(line, 1)
				joined++
				continue
			}
			for part := 1; part <= 2; part++ {
				sh("part=$PART; "+line, part)
				if strings.HasSuffix(line, "--out part") { // which is carried to where all are
					sh(`for all in parts "$STORE/$COMMIT/$DAY"; do mkdir -p "$all" && cp -r part "$all/part-$PART"; done; rm -r part`, part)
				}
			}
		}
		sh("rm -rf parts public", 1)
	}
	if joined != 3 {
		t.Errorf("%d examples join their parts", joined)
	}
}
