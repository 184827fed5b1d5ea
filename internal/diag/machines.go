package diag

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// writeSARIF prints the format that code scanning reads.
func writeSARIF(w io.Writer, l List, r Report) error {
	doc := report.NewV210Report()
	run := sarif.NewRunWithInformationURI("charterhouse", "https://github.com/charterhouse/charterhouse")
	run.Tool.Driver.InformationURI = nil
	if r.Tool != "" {
		run.Tool.Driver.WithVersion(r.Tool)
	}
	run.WithColumnKind("unicodeCodePoints")
	seen := map[Code]bool{}
	for _, d := range l {
		if !seen[d.Code] && r.Title != nil {
			seen[d.Code] = true
			run.AddRule(string(d.Code)).WithDescription(r.Title(d.Code))
		}
		result := run.CreateResultForRule(string(d.Code)).WithLevel(d.Severity.String()).WithMessage(sarif.NewTextMessage(d.sentence()))
		result.AddLocation(r.location(d.Pos, d.Width))
		for _, x := range d.Related {
			at := r.location(x.Pos, 0)
			at.Message = sarif.NewTextMessage(x.Value)
			result.AddRelatedLocation(at)
		}
		for _, x := range d.Fixes {
			result.AddFixe(r.sarifFix(d, x))
		}
		result.WithPartialFingerprints(map[string]string{"charterhouse/v1": d.fingerprint()})
	}
	doc.AddRun(run)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func (r Report) location(p Pos, width int) *sarif.Location {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation((&url.URL{Path: r.path(p.File)}).String()))
	if p.Line > 0 {
		region := sarif.NewRegion().WithStartLine(p.Line)
		if p.Col > 0 {
			region.WithStartColumn(p.Col)
			if width > 0 {
				region.WithEndColumn(p.Col + width)
			}
		}
		at.WithRegion(region)
	}
	return sarif.NewLocationWithPhysicalLocation(at)
}

func (r Report) sarifFix(d Diagnostic, f Fix) *sarif.Fix {
	at := f.place(d)
	region := sarif.NewRegion().WithStartLine(at.Line).WithStartColumn(at.Col).WithEndColumn(at.Col + len([]rune(f.Old)))
	change := sarif.NewArtifactChange().WithArtifactLocation(sarif.NewSimpleArtifactLocation((&url.URL{Path: r.path(at.File)}).String())).
		AddReplacement(sarif.NewReplacement().WithDeletedRegion(region).WithInsertedContent(sarif.NewArtifactContent().WithText(f.New)))
	return sarif.NewFix().WithDescription(sarif.NewTextMessage(f.Title)).AddArtifactChange(change)
}

// sentence is message and hint together, for tools that have one place.
func (d Diagnostic) sentence() string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "; " + d.Hint
}

// fingerprint names a finding across runs. It leaves the line out, so that text
// added above does not make a finding new.
func (d Diagnostic) fingerprint() string {
	sum := sha256.Sum256([]byte(string(d.Code) + "\x00" + d.Pos.File + "\x00" + d.Message))
	return hex.EncodeToString(sum[:16])
}

// writeGitHub prints workflow commands. Their values escape what would end them.
func writeGitHub(w io.Writer, l List, r Report) error {
	b := bufio.NewWriter(w)
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, d := range l {
		command := d.Severity.String()
		if d.Severity == Note {
			command = "notice"
		}
		fmt.Fprintf(b, "::%s file=%s", command, property.Replace(r.path(d.Pos.File)))
		if d.Pos.Line > 0 {
			fmt.Fprintf(b, ",line=%d", d.Pos.Line)
		}
		if d.Pos.Col > 0 {
			fmt.Fprintf(b, ",col=%d", d.Pos.Col)
		}
		fmt.Fprintf(b, ",title=%s::%s\n", property.Replace(string(d.Code)), data.Replace(d.sentence()))
	}
	fmt.Fprintln(b, l.Summary(r.Files))
	return b.Flush()
}

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
		print := d.fingerprint()
		seen[print]++
		if n := seen[print]; n > 1 {
			print += "-" + strconv.Itoa(n)
		}
		i := gitLabIssue{Description: d.sentence(), CheckName: d.Code, Fingerprint: print, Severity: map[Severity]string{Error: "major", Warning: "minor", Note: "info"}[d.Severity]}
		i.Location.Path = r.path(d.Pos.File)
		i.Location.Lines.Begin = max(d.Pos.Line, 1)
		issues = append(issues, i)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(issues)
}
