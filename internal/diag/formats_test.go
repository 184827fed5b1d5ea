package diag

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sarifSchema is the standard's own, as OASIS publishes it with errata 01; it
// came with the module go-sarif.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/sarif-2.1.0.schema.json")
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
	return c.MustCompile("sarif.json")
}

// The bytes that are printed, and not only the values behind them, are valid by
// the standard's schema, read by another library than the one that wrote them.
func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchema(t)
	l, r := sample()
	for name, out := range map[string]string{"all kinds": write(t, SARIF, l, r), "none": write(t, SARIF, nil, Report{})} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad, _ := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(write(t, SARIF, l, r), `"startLine": 7`, `"startLine": 0`, 1)))
	if schema.Validate(bad) == nil {
		t.Error("the schema lets line 0 pass, so it proves little")
	}
}

// GitLab takes issues of these fields only, each with a place in the repository
// and a fingerprint of its own.
func TestGitLabTakesIt(t *testing.T) {
	l, r := sample()
	for _, root := range []string{"content", "", "."} {
		r.Root = root
		dec := json.NewDecoder(strings.NewReader(write(t, GitLab, l, r)))
		dec.DisallowUnknownFields()
		var issues []struct {
			Description string `json:"description"`
			CheckName   string `json:"check_name"`
			Fingerprint string `json:"fingerprint"`
			Severity    string `json:"severity"`
			Location    struct {
				Path  string `json:"path"`
				Lines struct {
					Begin int `json:"begin"`
				} `json:"lines"`
			} `json:"location"`
		}
		if err := dec.Decode(&issues); err != nil || len(issues) != len(l) {
			t.Fatalf("%v, %d issues", err, len(issues))
		}
		seen := map[string]bool{}
		for _, i := range issues {
			p := i.Location.Path
			if i.Description == "" || i.CheckName == "" || i.Location.Lines.Begin < 1 || !strings.Contains("info minor major critical blocker", i.Severity) {
				t.Errorf("%+v", i)
			}
			if p == "" || strings.HasPrefix(p, "/") || p != path.Clean(p) {
				t.Errorf("%q is no path of the repository", p)
			}
			if i.Fingerprint == "" || seen[i.Fingerprint] {
				t.Errorf("the fingerprint %q is not its own", i.Fingerprint)
			}
			seen[i.Fingerprint] = true
		}
	}
}

// command is a workflow command as the runner of GitHub reads one.
var command = regexp.MustCompile(`^::(error|warning|notice) ([^:]*)::(.*)$`)

// What the runner reads of an annotation is what was found: no message ends a
// value, begins a command, or is cut.
func TestGitHubReadsItBack(t *testing.T) {
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	check := func(t *testing.T, d Diagnostic) {
		out := strings.TrimSuffix(write(t, GitHub, List{d}, Report{Files: 1}), List{d}.Summary(1).String()+"\n")
		m := command.FindStringSubmatch(strings.TrimSuffix(out, "\n"))
		if m == nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%q is not one command", out)
		}
		properties := map[string]string{}
		for p := range strings.SplitSeq(m[2], ",") {
			k, v, _ := strings.Cut(p, "=")
			properties[k] = unescape.Replace(v)
		}
		if properties["file"] != d.Pos.File || properties["line"] != strconv.Itoa(d.Pos.Line) || properties["title"] != string(d.Code) {
			t.Errorf("%q gives %q", out, properties)
		}
		if got := unescape.Replace(m[3]); got != visible(d.sentence(nil)) {
			t.Errorf("%q gives %q", out, got)
		}
	}
	for _, text := range []string{"50 %", "%0A::error::x", "a\r\n::stop-commands::x", "100%25", "a,b:c=d", "æøå 本社", "::"} {
		check(t, Diagnostic{Pos: Pos{"charters/" + strings.NewReplacer("\r", "", "\n", "").Replace(text) + ".md", 3, 1}, Severity: Error, Code: "F006", Message: Raw(text), Hint: Raw(text)})
	}
}
