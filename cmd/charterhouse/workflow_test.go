package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v4"
)

// A workflow is what our files for GitHub and Gitea hold.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		Needs       any
		Permissions map[string]string
		Steps       []struct {
			Name, Run, Uses, If string
			Env                 map[string]string
			With                map[string]any
		}
	}
}

func readYAML(t testing.TB, name string, to any) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = yaml.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(data)
}

// Workflows pass the checker of the field: keys, expressions, permissions,
// events and the inputs of each action. Gitea's artifact actions are older than
// GitHub takes, and rightly so. So do the ones that the guides show: a job to add to
// ours, and a whole one.
func TestWorkflowsLint(t *testing.T) {
	ours := readYAML(t, "starter/dot-github/workflows/charters.yml", new(workflow))
	dir := t.TempDir()
	for guide, from := range map[string]struct{ begins, before string }{"publishing": {"  publish:\n", ours + "\n"}, "large-portfolios": {"name: site\n", ""}} {
		text, err := os.ReadFile("../../docs/" + guide + ".md")
		if err != nil {
			t.Fatal(err)
		}
		shown := regexp.MustCompile("(?s)```yaml\n(" + from.begins + ".*?)```").FindSubmatch(text)
		if shown == nil {
			t.Fatalf("docs/%s.md shows no workflow", guide)
		}
		if err := os.WriteFile(filepath.Join(dir, guide+".yml"), []byte(from.before+string(shown[1])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("go", "tool", "-modfile=../../tools/go.mod", "actionlint", "-shellcheck=", "-pyflakes=", "-ignore", `the runner of "actions/(upload|download)-artifact@v3" action is too old`,
		"starter/dot-github/workflows/charters.yml", "starter/dot-gitea/workflows/charters.yml", filepath.Join(dir, "publishing.yml"), filepath.Join(dir, "large-portfolios.yml"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// No token that may write comes near the files of a pull request: jobs that may
// write check nothing out, run no charterhouse, and take from the event only a
// number; the whole history is fetched, without a password left behind.
func TestWorkflowsAreCareful(t *testing.T) {
	for _, name := range []string{"starter/dot-github/workflows/charters.yml", "starter/dot-gitea/workflows/charters.yml"} {
		var w workflow
		text := readYAML(t, name, &w)
		if strings.Contains(text, "pull_request_target") || strings.Contains(text, "workflow_run") || strings.Contains(text, "secrets.") {
			t.Errorf("%s: an event or a secret that forks may misuse", name)
		}
		for job, j := range w.Jobs {
			if j.Permissions == nil && len(w.Permissions) == 0 {
				t.Errorf("%s: %s does not say what it needs", name, job)
			}
			writes := false
			for _, p := range j.Permissions {
				writes = writes || p == "write"
			}
			for _, s := range j.Steps {
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: %s: an expression in a script", name, job)
				}
				for _, v := range s.Env {
					if strings.Contains(v, "${{") && v != "${{ github.token }}" && v != "${{ github.event.pull_request.number }}" {
						t.Errorf("%s: %s: %s reaches a script", name, job, v)
					}
				}
				checkout := strings.HasPrefix(s.Uses, "actions/checkout@")
				if checkout && (s.With["fetch-depth"] != 0 || s.With["persist-credentials"] != false) {
					t.Errorf("%s: %s: %v", name, job, s.With)
				}
				if writes && (checkout || strings.Contains(s.Run, "charterhouse check") || strings.Contains(s.Run, "charterhouse build")) {
					t.Errorf("%s: %s may write and touches the files of a pull request", name, job)
				}
			}
		}
	}
}

// The pipeline for GitLab holds jobs of the keys that GitLab knows, whose needs
// are jobs.
func TestPipelineIsSound(t *testing.T) {
	var all map[string]yaml.Node
	readYAML(t, "starter/dot-gitlab-ci.yml", &all)
	known := []string{"stage", "script", "rules", "needs", "artifacts", "interruptible", "image", "before_script"}
	jobs := 0
	for name, n := range all {
		if slices.Contains([]string{"variables", "workflow", "default"}, name) {
			continue
		}
		jobs++
		var job map[string]any
		if err := n.Decode(&job); err != nil {
			t.Fatal(err)
		}
		for key := range job {
			if !slices.Contains(known, key) {
				t.Errorf("%s: %s", name, key)
			}
		}
		script, ok := job["script"].([]any)
		if !ok {
			t.Errorf("%s does nothing", name)
		}
		for _, line := range script {
			if _, ok := line.(string); !ok { // a colon in a line makes a mapping of it
				t.Errorf("%s: %v is no command", name, line)
			}
		}
		if !slices.Contains([]any{"test", "deploy"}, job["stage"]) {
			t.Errorf("%s: %v is no stage that is there by itself", name, job["stage"])
		}
		needs, _ := job["needs"].([]any)
		for _, other := range needs {
			if _, ok := all[fmt.Sprint(other)]; !ok {
				t.Errorf("%s needs %v", name, other)
			}
		}
	}
	if jobs != 4 {
		t.Errorf("%d jobs", jobs)
	}
}

// step runs what a workflow runs, as the forge's shell does: the named steps of
// a job for GitHub and Gitea, or a whole job for GitLab.
//
//	step .github/workflows/charters.yml check 'Check, beside the lines'
//	step .gitlab-ci.yml check
func step(ts *testscript.TestScript, neg bool, args []string) {
	file := ts.MkAbs(args[0])
	var script string
	if path.Base(args[0]) == ".gitlab-ci.yml" {
		data, err := os.ReadFile(file)
		ts.Check(err)
		var nodes map[string]yaml.Node
		ts.Check(yaml.Unmarshal(data, &nodes))
		all := map[string]struct {
			Before []string `yaml:"before_script"`
			Script []string
		}{}
		for _, name := range []string{"default", args[1]} {
			job, n := all[name], nodes[name]
			ts.Check(n.Decode(&job))
			all[name] = job
		}
		lines := slices.Concat(all["default"].Before, all[args[1]].Script)
		if len(args) > 2 { // only what comments
			lines = slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(l, "$CHARTERHOUSE_COMMENT_TOKEN") })
		}
		script = strings.Join(lines, "\n")
	} else {
		var w workflow
		data, err := os.ReadFile(file)
		ts.Check(err)
		ts.Check(yaml.Unmarshal(data, &w))
		for _, name := range args[2:] {
			found := false
			for _, s := range w.Jobs[args[1]].Steps {
				if s.Name == name {
					found, script = true, script+s.Run+"\n"
				}
			}
			if !found {
				ts.Fatalf("%s: there is no step %q", args[1], name)
			}
		}
	}
	if err := ts.Exec("bash", "-e", "-c", script); (err != nil) != neg {
		ts.Fatalf("%v: %v", args, err)
	}
}

// Whatever init writes, it writes for each forge, and says so.
func TestStarterHasEachForge(t *testing.T) {
	for _, name := range []string{"dot-github/workflows/charters.yml", "dot-gitlab-ci.yml", "dot-gitea/workflows/charters.yml"} {
		if _, err := fs.Stat(starter, "starter/"+name); err != nil {
			t.Error(err)
		}
	}
}
