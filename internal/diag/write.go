package diag

import (
	"encoding/json"
	"io"
)

// A Format is a way to print findings.
type Format string

// The formats.
const (
	People Format = "text"   // for people, with the source line and a caret
	JSON   Format = "json"   // versioned
	SARIF  Format = "sarif"  // 2.1.0, for code scanning
	GitHub Format = "github" // workflow commands: annotations on a pull request
	GitLab Format = "gitlab" // code quality report
)

// Formats lists all formats.
var Formats = []Format{People, JSON, SARIF, GitHub, GitLab}

// A Report is what a printed list needs besides the findings.
type Report struct {
	Files int                             // how many files were looked at
	Root  string                          // put before file names for machines that start from the repository: "content"
	Color bool                            // for People, on a terminal
	Line  func(file string, n int) string // a source line; nil prints none
	Title func(Code) string               // what a rule asks, in one line
	In    *Tongue                         // the language of the findings; nil is English
	Tool  string                          // the tool's version, for SARIF
}

// Write prints findings, sorted and with their severities decided, in a format.
// The same findings give the same bytes.
func Write(w io.Writer, f Format, l List, r Report) error {
	switch f {
	case JSON:
		return writeJSON(w, l, r)
	case SARIF:
		return writeSARIF(w, l, r)
	case GitHub:
		return writeGitHub(w, l, r)
	case GitLab:
		return writeGitLab(w, l, r)
	}
	return writeText(w, l, r)
}

// Summary counts in words: "31 files looked at: 2 errors, 5 warnings".
func (l List) Summary(files int) Text {
	var parts []Text
	add := func(n int, one, more Text) {
		switch {
		case n == 1:
			parts = append(parts, one)
		case n > 1:
			parts = append(parts, more)
		}
	}
	errors, warnings, notes := l.Count(Error), l.Count(Warning), l.Count(Note)
	add(errors, Say("1 error"), Say("%d errors", errors))
	add(warnings, Say("1 warning"), Say("%d warnings", warnings))
	add(notes, Say("1 note"), Say("%d notes", notes))
	if len(parts) == 0 {
		parts = []Text{Say("nothing to mend")}
	}
	found := Listed(parts, ", ")
	if files == 1 {
		return Say("1 file looked at: %s", found)
	}
	return Say("%d files looked at: %s", files, found)
}

type jsonReport struct {
	Version  int           `json:"version"`
	Files    int           `json:"files"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Notes    int           `json:"notes"`
	Findings []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	Code     Code        `json:"code"`
	Severity string      `json:"severity"`
	File     string      `json:"file"`
	Line     int         `json:"line,omitempty"`
	Column   int         `json:"column,omitempty"`
	Width    int         `json:"width,omitempty"`
	Message  string      `json:"message"`
	Hint     string      `json:"hint,omitempty"`
	Fixes    []jsonFix   `json:"fixes,omitempty"`
	Related  []jsonPlace `json:"related,omitempty"`
}

type jsonFix struct {
	Title  string `json:"title"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

type jsonPlace struct {
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

func writeJSON(w io.Writer, l List, r Report) error {
	out := jsonReport{Version: 1, Files: r.Files, Errors: l.Count(Error), Warnings: l.Count(Warning), Notes: l.Count(Note), Findings: []jsonFinding{}}
	for _, d := range l {
		f := jsonFinding{Code: d.Code, Severity: d.Severity.String(), File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Col, Width: d.Width, Message: d.Message.In(r.In), Hint: d.Hint.In(r.In)}
		for _, x := range d.Fixes {
			at := x.place(d)
			f.Fixes = append(f.Fixes, jsonFix{x.Title.In(r.In), at.File, at.Line, at.Col, x.Old, x.New})
		}
		for _, x := range d.Related {
			f.Related = append(f.Related, jsonPlace{x.Value.In(r.In), x.Pos.File, x.Pos.Line, x.Pos.Col})
		}
		out.Findings = append(out.Findings, f)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// place is where a fix applies: its own place, else the finding's.
func (f Fix) place(d Diagnostic) Pos {
	if f.Pos.IsZero() {
		return d.Pos
	}
	return f.Pos
}

// path is a file's name for tools that start from the repository's root.
func (r Report) path(file string) string {
	if r.Root == "" || r.Root == "." {
		return file
	}
	return r.Root + "/" + file
}
