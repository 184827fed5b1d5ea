package markdown

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charterhouse/internal/diag"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden reads testdata/golden/*.txtar. The archive's comment starts with
// the language; "in.md" is the text, which starts on line 10 of its file; the
// other files are what becomes of it.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { golden(t, name) })
	}
}

func golden(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lang, _, _ := strings.Cut(string(archive.Comment), ":")
	in := archive.Files[0].Data
	doc, found := Parse(in, Origin{File: "charters/x.md", Line: 10}, Options{In: tongues.For(lang), Keep: func(h string) bool {
		return strings.HasPrefix(h, "Scope") || strings.HasPrefix(h, "Omfang")
	}})
	got := []txtar.File{
		{Name: "in.md", Data: in},
		{Name: "out.html", Data: []byte(doc.HTML(sample) + "\n")},
		{Name: "links", Data: []byte(linkList(doc))},
		{Name: "outline", Data: []byte(outlineList(doc))},
		{Name: "sections", Data: []byte(sectionList(doc))},
		{Name: "findings", Data: []byte(findingList(found))},
	}
	kept := got[:2]
	for _, f := range got[2:] {
		if len(f.Data) > 0 {
			kept = append(kept, f)
		}
	}
	text := txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: kept})
	want, _ := os.ReadFile(name)
	if *update {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update to accept:\n%s", name, diff)
	}
}

// sample resolves the links of tests: targets with an x in front lead nowhere.
func sample(_ int, l Link) Target {
	switch {
	case strings.HasPrefix(l.Target, "x"):
		return Target{Broken: true, Title: "no charter has this name"}
	case l.Kind == Image:
		return Target{Href: "../pictures/" + l.Target}
	case l.Target == "" && l.Anchor != "":
		return Target{Href: "#" + l.Anchor}
	case l.Target == "dansk":
		return Target{Href: "dansk.html", Text: "Søg & find", Lang: "da"}
	}
	return Target{Href: "to/" + strings.ReplaceAll(l.Target, ":", "/") + ".html", Text: "Title of " + l.Target, Class: "ref"}
}

func linkList(d Document) string {
	var b bytes.Buffer
	for _, l := range d.Links {
		fmt.Fprintf(&b, "%d:%d+%d kind %d target=%q anchor=%q text=%q title=%q under %q\n\t%s\n", l.Line, l.Col, l.Width, l.Kind, l.Target, l.Anchor, l.Text, l.Title, l.Section, l.SentenceWith("TITLE"))
	}
	return b.String()
}

func outlineList(d Document) string {
	var b bytes.Buffer
	for _, h := range d.Outline {
		fmt.Fprintf(&b, "%d %s #%s line %d\n", h.Level, h.Text, h.ID, h.Line)
	}
	return b.String()
}

func sectionList(d Document) string {
	var b bytes.Buffer
	for i, text := range d.Texts() {
		fmt.Fprintf(&b, "%s: %s\n", d.Sections[i].Heading.Text, text)
	}
	return b.String()
}

func findingList(found diag.List) string {
	var b bytes.Buffer
	for _, f := range found {
		fmt.Fprintf(&b, "%s+%d %s: %s (%s)\n", f.Pos, f.Width, f.Code, f.Message, f.Hint)
	}
	return b.String()
}
