package main

import (
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"charterhouse/internal/cms"
	"charterhouse/internal/desk"
	"charterhouse/internal/headers"
)

// deployment is what init --deploy writes beside the rules for servers. Names
// that begin with a dot are stored with "dot-".
//
//go:embed all:deploy
var deployment embed.FS

// deploy writes units and configurations for the site of this repository into a
// new or empty folder.
func deploy(c console, dir string) error {
	site, languages, err := served()
	if err != nil {
		return err
	}
	files := site.Files(languages)
	err = fs.WalkDir(deployment, "deploy", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := deployment.ReadFile(name)
		files = append(files, headers.File{Name: strings.ReplaceAll(strings.TrimPrefix(name, "deploy/"), "dot-", "."), Text: string(text)})
		return err
	})
	if err != nil {
		return err
	}
	f, err := makeFolder(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, file := range files {
		if f.Exists(file.Name) {
			return fmt.Errorf("%s is there already; name another folder, or remove it first", filepath.Join(dir, file.Name))
		}
	}
	for _, file := range files {
		if err := f.Write(file.Name, []byte(file.Text)); err != nil {
			return fmt.Errorf("deployment files: %w", err)
		}
	}
	fmt.Fprintf(c.out, "%d files written to %s\n%s says what each is for.\n", len(files), dir, filepath.Join(dir, "README.md"))
	if site.Editor != "" {
		fmt.Fprintln(c.out, "The site has a web editor, so admin/ has a policy of its own in them.")
	}
	return nil
}

// served is what the configuration of this repository means to a server. Without
// one the files are for a site without an editor.
func served() (headers.Site, []string, error) {
	w, err := findContent(nil, "")
	if err != nil {
		return headers.Site{}, nil, nil
	}
	d, err := desk.Open(w.Place, false)
	if err != nil {
		return headers.Site{}, nil, err
	}
	defer d.Close()
	config := d.Look(w.asOf).Portfolio.Config()
	var site headers.Site
	if config.Editor != nil {
		site.Editor = cms.Policy(config.Editor)
	}
	return site, config.Languages[1:], nil
}
