package diag

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// sentence is message and hint together, for tools that have one place.
func (d Diagnostic) sentence(in *Tongue) string {
	if d.Hint.IsZero() {
		return d.Message.In(in)
	}
	return d.Message.In(in) + "; " + d.Hint.In(in)
}

// fingerprint names a finding across runs, in whichever language. It leaves the line out, so that text
// added above does not make a finding new.
func (d Diagnostic) fingerprint() string {
	sum := sha256.Sum256([]byte(string(d.Code) + "\x00" + d.Pos.File + "\x00" + d.Message.String()))
	return hex.EncodeToString(sum[:16])
}

// What would end a value of a workflow command, and how it is written instead.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub prints workflow commands, which a log shows as annotations.
func writeGitHub(w io.Writer, l List, r Report) error {
	b := bufio.NewWriter(w)
	for _, d := range l {
		command := d.Severity.String()
		if d.Severity == Note {
			command = "notice"
		}
		fmt.Fprintf(b, "::%s ", command)
		if d.Pos.File != "" {
			fmt.Fprintf(b, "file=%s,", commandProperty.Replace(r.path(d.Pos.File)))
		}
		if d.Pos.Line > 0 {
			fmt.Fprintf(b, "line=%d,", d.Pos.Line)
		}
		if d.Pos.Col > 0 {
			fmt.Fprintf(b, "col=%d,", d.Pos.Col)
		}
		fmt.Fprintf(b, "title=%s::%s\n", commandProperty.Replace(string(d.Code)), commandData.Replace(visible(d.sentence(r.In))))
	}
	fmt.Fprintln(b, l.Summary(r.Files).In(r.In))
	return b.Flush()
}

var gitLabSeverity = map[Severity]string{Error: "major", Warning: "minor", Note: "info"}

type gitLabIssue struct {
	Description string `json:"description"`
	CheckName   Code   `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

// writeGitLab prints the code quality report of merge requests. Its
// fingerprints must differ from each other within one report.
func writeGitLab(w io.Writer, l List, r Report) error {
	issues := []gitLabIssue{}
	seen := map[string]int{}
	for _, d := range l {
		name := d.fingerprint()
		seen[name]++
		if n := seen[name]; n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		i := gitLabIssue{Description: d.sentence(r.In), CheckName: d.Code, Fingerprint: name, Severity: gitLabSeverity[d.Severity]}
		i.Location.Path = path.Clean(r.path(d.Pos.File)) // a finding of no file stands at the folder
		i.Location.Lines.Begin = max(d.Pos.Line, 1)
		issues = append(issues, i)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(issues)
}
