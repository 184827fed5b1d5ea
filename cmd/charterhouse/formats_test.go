package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Whatever check finds in a portfolio that is damaged in every way of a few, the
// SARIF that it prints is valid by the standard's own schema.
func TestSARIFOfADamagedPortfolio(t *testing.T) {
	content := filepath.Join(t.TempDir(), "content")
	if err := os.CopyFS(content, os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		at := 1 + i*7%min(len(lines)-1, 40)
		switch i % 5 {
		case 0:
			lines[at] = "" // a key less
		case 1:
			lines[at] += " [[nobody]] \u202e{"
		case 2:
			lines[at] = strings.NewReplacer("2026", "2O26", "it", "til", "%", "", "1/2", "1/3").Replace(lines[at])
		case 3:
			lines = append(lines, "![](away.png) <script>x</script> [x](javascript:x)", "### Deep", "[[nowhere#x]]")
		case 4:
			lines = append(lines[:at], lines[at-1:]...) // a line twice
		}
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(content, "charters", "a, b %.exe"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"check", content, "--format", "sarif", "--as-of", "2026-11-16"}, nil, &out, &errs); code != exitErrors {
		t.Fatalf("%d: %s", code, errs.String())
	}
	codes := map[string]bool{}
	for _, m := range regexp.MustCompile(`"ruleId": "(\w+)"`).FindAllStringSubmatch(out.String(), -1) {
		codes[m[1]] = true
	}
	if len(codes) < 20 {
		t.Errorf("only %d kinds of findings: %v", len(codes), fmt.Sprint(codes))
	}
	text, err := os.ReadFile("../../internal/diag/testdata/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	log, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("sarif.json").Validate(log); err != nil {
		t.Error(err)
	}
}
