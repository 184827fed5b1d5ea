// Package cms writes the configuration of Decap CMS, a git-based editor in the
// browser, for the portfolio at hand: the form of a charter from the keys that we
// know, with the people, departments, areas, objectives and charters of the
// registers to choose from.
//
// The editor writes YAML of its own: it drops comments and sorts keys. What it
// must never do is change what a text means. So every day, amount and share is a
// field of text with a pattern (the editor would else make numbers and moments
// of them), whatever it has no field for stays as it was, and approvals have no
// field: a signature is given by a person, not typed into a form. What it cannot
// check, CI does.
package cms

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// Config is the text of config.yml for the editor. folder is the content folder
// in the repository, "." for its root, where the configuration does not say.
func Config(p *portfolio.Portfolio, folder string) ([]byte, error) {
	e := p.Config().Editor
	folder = e.Forge.In(folder)
	f := form{Portfolio: p, lang: p.Config().Languages[0], prefix: folder + "/", lists: map[string]*yaml.Node{}}
	if folder == "." {
		f.prefix = ""
	}
	c := config{
		Backend: backend(e), Mode: "editorial_workflow", Media: f.prefix + "charters/media", Public: "media", Locale: f.locale(),
		Editor: preview{false}, Slug: slug{"ascii", true, "-"}, ShowPreview: false, LocalBackend: false,
		Title: p.Config().Title.Value, Collections: f.collections(),
	}
	if e.Forge.Gitea() {
		c.Mode = "" // the editor knows no drafts there, so it writes to the branch
	}
	text, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("configuration of the web editor: %w", err)
	}
	return append([]byte("# Written by charterhouse build for the web editor; see docs/web-editor.md.\n"), text...), nil
}

type config struct {
	Backend      map[string]string `yaml:"backend"`
	Mode         string            `yaml:"publish_mode,omitempty"`
	LocalBackend bool              `yaml:"local_backend"`
	Title        string            `yaml:"app_title,omitempty"`
	Locale       string            `yaml:"locale"`
	Media        string            `yaml:"media_folder"`
	Public       string            `yaml:"public_folder"`
	ShowPreview  bool              `yaml:"show_preview_links"`
	Editor       preview           `yaml:"editor"`
	Slug         slug              `yaml:"slug"`
	Collections  []collection      `yaml:"collections"`
}

type preview struct {
	Preview bool `yaml:"preview"`
}

type slug struct {
	Encoding string `yaml:"encoding"`
	Clean    bool   `yaml:"clean_accents"`
	Instead  string `yaml:"sanitize_replacement"`
}

// A collection is a folder of texts, or a list of single files.
type collection struct {
	Name       string   `yaml:"name"`
	Label      string   `yaml:"label"`
	Singular   string   `yaml:"label_singular,omitempty"`
	Note       string   `yaml:"description,omitempty"`
	Folder     string   `yaml:"folder,omitempty"`
	Create     bool     `yaml:"create,omitempty"`
	Delete     *bool    `yaml:"delete,omitempty"`
	Extension  string   `yaml:"extension,omitempty"`
	Format     string   `yaml:"format,omitempty"`
	Slug       string   `yaml:"slug,omitempty"`
	Identifier string   `yaml:"identifier_field,omitempty"`
	Summary    string   `yaml:"summary,omitempty"`
	Sort       []string `yaml:"sortable_fields,omitempty"`
	Filters    []view   `yaml:"view_filters,omitempty"`
	Groups     []view   `yaml:"view_groups,omitempty"`
	Fields     any      `yaml:"fields,omitempty"`
	Files      []file   `yaml:"files,omitempty"`
}

type view struct {
	Label   string `yaml:"label"`
	Field   string `yaml:"field"`
	Pattern string `yaml:"pattern,omitempty"`
}

type file struct {
	Name   string `yaml:"name"`
	Label  string `yaml:"label"`
	File   string `yaml:"file"`
	Public string `yaml:"public_folder"`
	Fields any    `yaml:"fields"`
}

// backend is where the editor signs in and writes. Whoever signs in has the
// rights that they have at the forge, and no more.
func backend(e *portfolio.Editor) map[string]string {
	host, project := e.Forge.Project()
	b := map[string]string{"name": e.Forge.Kind, "repo": project, "branch": e.Forge.Branch}
	switch {
	case e.Forge.Gitea():
		b["name"], b["app_id"], b["base_url"], b["api_root"] = "gitea", e.AppID, host, host+"/api/v1"
	case e.Forge.Kind == "github":
		b["base_url"] = e.Auth
		if host != "https://github.com" {
			b["api_root"] = host + "/api/v3"
		}
	default:
		b["auth_type"], b["app_id"] = "pkce", e.AppID
		if host != "https://gitlab.com" {
			b["base_url"], b["api_root"] = host, host+"/api/v4"
		}
	}
	return b
}

// Policy is what the editor's page may do: run itself, which compiles checks of
// its configuration (unsafe-eval), style itself, and talk to the forge. It is
// for that page alone; every other page keeps the strict one.
func Policy(e *portfolio.Editor) string {
	hosts := []string{}
	add := func(address string) {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !slices.Contains(hosts, u.Scheme+"://"+u.Host) {
			hosts = append(hosts, u.Scheme+"://"+u.Host)
		}
	}
	host, _ := e.Forge.Project()
	public := host == "https://github.com"
	if public {
		host = "https://api.github.com"
	}
	add(host)
	add(e.Auth)
	images := slices.Clone(hosts)
	if public {
		images = append(images, "https://*.githubusercontent.com")
	}
	return fmt.Sprintf("default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: %s; font-src 'self' data:; connect-src 'self' blob: %s; base-uri 'none'; form-action 'none'",
		strings.Join(images, " "), strings.Join(hosts, " "))
}

// form makes fields.
type form struct {
	*portfolio.Portfolio
	lang   string
	prefix string                // of the content folder in the repository
	lists  map[string]*yaml.Node // what there is to choose from, written once
}

// locale is a language that the editor speaks.
func (f *form) locale() string {
	if lang, _, _ := strings.Cut(f.lang, "-"); slices.Contains([]string{"da", "de"}, lang) {
		return lang
	}
	return "en"
}

// word is a word of ours in the site's main language.
func (f *form) word(pair [2]string) string {
	if lang, _, _ := strings.Cut(f.lang, "-"); lang == "da" && pair[1] != "" {
		return pair[1]
	}
	return pair[0]
}

func (f *form) collections() []collection {
	no := false
	fields := &yaml.Node{}
	if err := fields.Encode(f.charter()); err != nil {
		panic(err) // they are texts and lists of ours
	}
	fields.Anchor = "charter"
	note := f.word([2]string{"Saving makes a draft; publishing it asks for a review. Approvals are not given here.", "Når du gemmer, bliver det en kladde; når du publicerer den, bliver andre bedt om at se den igennem. Underskrifter gives ikke her."})
	if f.Config().Editor.Forge.Gitea() {
		note = f.word([2]string{"Saving commits to the branch. Approvals are not given here.", "Når du gemmer, skrives der direkte til grenen. Underskrifter gives ikke her."})
	}
	all := []collection{{
		Name: "charters", Label: "Charters", Singular: "Charter", Note: note,
		Folder: f.prefix + "charters", Create: true, Delete: &no, Extension: "md", Format: "yaml-frontmatter", Slug: "{{title}}", Identifier: "title",
		Summary: "{{title}} · {{status}}", Sort: []string{"title", "status", "created"},
		Filters: []view{{f.word([2]string{"Without translations", "Uden oversættelser"}), "status", "."}}, // a translation has no status
		Groups:  []view{{"Status", "status", ""}},
		Fields:  fields,
	}}
	if files := f.inFolders(fields); len(files) > 0 {
		all = append(all, collection{Name: "charters-in-folders", Label: f.word([2]string{"Charters with a folder", "Charters med en mappe"}), Note: note, Format: "yaml-frontmatter", Files: files})
	}
	if qs := f.questions(); len(qs) > 0 {
		all = append(all, collection{Name: "questions", Label: f.word([2]string{"Questions", "Spørgsmål"}), Folder: f.prefix + "questions", Create: true, Delete: &no, Extension: "md",
			Format: "yaml-frontmatter", Slug: "{{slug}}", Identifier: "title", Fields: qs})
	}
	return all
}

// inFolders are the charters that stand in a folder of their own, each as a
// file, since the editor looks into one folder only.
func (f *form) inFolders(fields *yaml.Node) []file {
	var all []file
	for _, c := range f.Charters() {
		if inFolder(c) {
			all = append(all, file{Name: string(c.ID.Value), Label: c.Name(), File: f.prefix + c.File, Public: "../media", Fields: &yaml.Node{Kind: yaml.AliasNode, Value: fields.Anchor, Alias: fields}})
		}
	}
	return all
}

// languages of the site, each with a field of text.
func (f *form) perLanguage(required bool) []field {
	var all []field
	for i, lang := range f.Config().Languages {
		all = append(all, field{Label: lang, Name: lang, Widget: "string", Required: must(required && i == 0)})
	}
	return all
}

func (f *form) questions() []field {
	return []field{
		{Label: f.word([2]string{"Title", "Titel"}), Name: "title", Widget: "object", Fields: f.perLanguage(true)},
		{Label: f.word([2]string{"Description", "Beskrivelse"}), Name: "description", Widget: "object", Fields: f.perLanguage(false), Required: must(false)},
		{Label: f.word([2]string{"Text", "Tekst"}), Name: "body", Widget: "text", Required: must(false)},
	}
}

// charter are the fields of a charter, and its text.
func (f *form) charter() []field {
	var all []field
	for _, k := range charter.Below(charter.Fields(), "") {
		if slices.Contains(untouched, k.Path) {
			continue
		}
		if field, ok := f.field(k); ok {
			all = append(all, field)
		}
	}
	return append(all, field{Label: f.word([2]string{"Text", "Tekst"}), Name: "body", Widget: "text", Required: must(false),
		Hint: f.word([2]string{"Markdown, as it is written: links as [[id]].", "Markdown; henvisninger skrives som [[id]]."})})
}

// Address is where the editor shows a charter, below its own page.
func Address(c *charter.Charter) string {
	if inFolder(c) {
		return "#/collections/charters-in-folders/entries/" + string(c.ID.Value)
	}
	return "#/collections/charters/entries/" + strings.TrimSuffix(path.Base(c.File), ".md")
}

// inFolder reports whether a charter stands in a folder of its own.
func inFolder(c *charter.Charter) bool { return strings.Count(c.File, "/") > 1 }

// untouched are keys without a field: what people sign, what programs write, and
// what is always the same. The editor keeps them as they are.
var untouched = []string{"type", "translation_of", "translated", "approvals"}
