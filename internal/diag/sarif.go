package diag

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// writeSARIF prints the format that code scanning reads.
func writeSARIF(w io.Writer, l List, r Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r.sarif(l))
}

func (r Report) sarif(l List) *sarif.Report {
	driver := sarif.NewToolComponent().WithName("charterhouse")
	if r.Tool != "" {
		driver.WithVersion(r.Tool)
	}
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("unicodeCodePoints")
	for _, d := range l {
		rule := run.AddRule(string(d.Code))
		if r.Title != nil && rule.ShortDescription == nil {
			rule.WithShortDescription(sarif.NewMultiformatMessageString().WithText(r.Title(d.Code)))
		}
		r.sarifResult(run.CreateResultForRule(string(d.Code)), d)
	}
	return sarif.NewReport().AddRun(run)
}

func (r Report) sarifResult(result *sarif.Result, d Diagnostic) {
	result.WithLevel(d.Severity.String()).WithMessage(sarif.NewTextMessage(d.sentence(r.In))).
		WithPartialFingerprints(map[string]string{"charterhouse/v1": d.fingerprint()})
	if d.Pos.File != "" {
		result.AddLocation(r.location(d.Pos, d.Width))
	}
	for i, x := range d.Related {
		at := r.location(x.Pos, 0).WithID(i + 1)
		at.Message = sarif.NewTextMessage(x.Value.In(r.In))
		result.AddRelatedLocation(at)
	}
	for _, x := range d.Fixes {
		if x.place(d).Col > 0 {
			result.AddFixe(r.sarifFix(d, x))
		}
	}
}

func (r Report) location(p Pos, width int) *sarif.Location {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(r.artifact(p.File))
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

func (r Report) artifact(file string) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation((&url.URL{Path: r.path(file)}).String())
}

func (r Report) sarifFix(d Diagnostic, f Fix) *sarif.Fix {
	at := f.place(d)
	region := sarif.NewRegion().WithStartLine(at.Line).WithStartColumn(at.Col)
	if cut := strings.LastIndexByte(f.Old, '\n'); cut >= 0 {
		region.WithEndLine(at.Line + strings.Count(f.Old, "\n")).WithEndColumn(1 + utf8.RuneCountInString(f.Old[cut+1:]))
	} else {
		region.WithEndColumn(at.Col + utf8.RuneCountInString(f.Old))
	}
	return sarif.NewFix().WithDescription(sarif.NewTextMessage(f.Title.In(r.In))).
		AddArtifactChange(sarif.NewArtifactChange().WithArtifactLocation(r.artifact(at.File)).
			AddReplacement(sarif.NewReplacement().WithDeletedRegion(region).WithInsertedContent(sarif.NewArtifactContent().WithText(f.New))))
}
