package site

import (
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"charterhouse/internal/cms"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
	"charterhouse/themes"
)

// editor is the web editor that the site holds; nil where the configuration asks
// for none, where it could not find the texts, and in the past, which nobody edits.
func (s *Site) editor() *portfolio.Editor {
	e := s.p.Config().Editor
	if e == nil || !s.options.Editor || s.options.At != nil || e.Forge.In(s.options.Folder) == "" {
		return nil
	}
	return e
}

// addEditor enters the web editor where there is one: a page that is no page of
// ours, its configuration, and its program. Its policy is its own; see
// [cms.Policy].
func addEditor(s *Site) {
	e := s.editor()
	if e == nil {
		return
	}
	s.files["admin/index.html"] = func(w io.Writer) error {
		_, err := fmt.Fprintf(w, editorPage, theme.Escape(s.p.Config().Languages[0]), theme.Escape(cms.Policy(e)), theme.Escape(s.title()))
		return err
	}
	s.files["admin/config.yml"] = func(w io.Writer) error {
		text, err := cms.Config(s.p, s.options.Folder)
		if err != nil {
			return err
		}
		return fixed(text)(w)
	}
	s.files["admin/decap-cms.js"] = unpacked("decap-cms.js.gz")
	s.files["admin/decap-cms.LICENSE.txt"] = func(w io.Writer) error {
		text, err := fs.ReadFile(themes.Admin(), "decap-cms.LICENSE.txt")
		if err != nil {
			return err
		}
		return fixed(text)(w)
	}
}

// editorPage is all that the editor needs to begin. A browser that opens it from
// a folder lets it load nothing, so it says what it needs.
var editorPage = strings.TrimPrefix(`
<!doctype html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<link href="config.yml" type="text/yaml" rel="cms-config-url">
<script src="decap-cms.js" defer></script>
</head>
<body>
<noscript>Decap CMS: JavaScript, https.</noscript>
</body>
</html>
`, "\n")

// unpacked is a file that stands packed in the program.
func unpacked(name string) file {
	return func(w io.Writer) error {
		packed, err := themes.Admin().Open(name)
		if err != nil {
			return err
		}
		defer packed.Close()
		z, err := gzip.NewReader(packed)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := io.Copy(w, z); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}
