package source

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"charterhouse/internal/diag"
)

func (t *Tree) report(name string, code diag.Code, message, hint diag.Text) {
	t.found.Add(diag.Diagnostic{Pos: diag.Pos{File: printable(name)}, Code: code, Message: message, Hint: hint})
}

func (t *Tree) walk() error {
	if err := t.folder(".", 0); err != nil {
		return err
	}
	slices.SortFunc(t.entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	t.collisions()
	t.tooMany()
	t.found.Sort()
	return nil
}

// folder enters what stands in a folder. Only the root's failure is an error.
func (t *Tree) folder(name string, depth int) error {
	list, err := fs.ReadDir(t.files, name)
	switch {
	case err != nil && depth == 0:
		return err
	case err != nil:
		t.report(name, "D002", diag.Say("this folder cannot be read: %s", reason(err)), mend(err))
		return nil
	}
	for _, e := range list {
		if !neverContent(e.Name()) {
			t.entry(path.Join(name, e.Name()), e, depth)
		}
	}
	return nil
}

// neverContent reports whether a name is hidden (.git, .env), what editors and
// systems leave behind, or a word to colleagues who look at the folder.
func neverContent(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") ||
		slices.Contains([]string{"README.md", "4913", "Thumbs.db", "desktop.ini", "node_modules"}, name) ||
		slices.Contains([]string{".swp", ".swo", ".tmp", ".bak", ".orig", ".rej"}, path.Ext(name))
}

func (t *Tree) entry(name string, e fs.DirEntry, depth int) {
	kind, inside := classify(name), holdsContent(name)
	switch {
	case !inside && kind == 0:
		return
	case e.Type()&fs.ModeSymlink != 0:
		t.report(name, "L006", diag.Say("this is a symbolic link, and links are not followed"), diag.Say("put the file itself here, or link to it in the text"))
	case e.IsDir() && kind != 0:
		t.report(name, "D001", diag.Say("this is a folder with the name of a file"), diag.Say("rename it"))
	case e.IsDir() && depth >= t.limits.Depth:
		t.report(name, "D005", diag.Say("folders are nested deeper than %d", t.limits.Depth), diag.Say("move these files up"))
	case e.IsDir():
		_ = t.folder(name, depth+1) // reported there
	case inside && depth == 0:
		t.report(name, "D001", diag.Say("this is not a folder"), diag.Say("rename it, and make a folder of this name"))
	case kind == 0:
		t.unlisted(name)
	case !e.Type().IsRegular():
		t.report(name, "D001", diag.Say("this is not a regular file"), diag.Say("remove it; only plain files are read"))
	default:
		t.file(name, kind, e)
	}
}

func (t *Tree) file(name string, kind Kind, e fs.DirEntry) {
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // removed since the folder was listed
	case err != nil:
		t.report(name, "D002", diag.Say("this file cannot be looked at: %s", reason(err)), mend(err))
	case !t.badName(name, kind):
		t.entries = append(t.entries, Entry{Path: name, Kind: kind, Size: info.Size(), seen: info})
	}
}

// holdsContent reports whether a path is one of the folders of content, or in
// one; the walk enters no other.
func holdsContent(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return top == "charters" || top == "registers" || top == "approvals" || top == "questions"
}

// isIndex reports whether a file in a charter's folder is the charter, or one
// that translates it: index.md, index.da.md.
func isIndex(name string) bool {
	return name == "index.md" || strings.HasPrefix(name, "index.") && strings.Count(name, ".") == 2
}

// KindOf says what a file would be for by its path below a content folder; 0 for
// nothing. It is asked of files that are not there any more.
func KindOf(name string) Kind { return classify(name) }

// classify says what a path is for; 0 for nothing.
func classify(name string) Kind {
	if name == "charterhouse.yaml" || name == "charterhouse.yml" {
		return Config
	}
	top, rest, _ := strings.Cut(name, "/")
	depth, ext := strings.Count(name, "/"), path.Ext(rest)
	yaml := ext == ".yml" || ext == ".yaml"
	switch {
	case top == "registers" && depth == 1 && yaml:
		return Register
	case top == "approvals" && depth == 2 && yaml:
		return Approval
	case top == "questions" && depth == 1 && ext == ".md":
		return Question
	case top != "charters":
		return 0
	case ext == ".md" && (depth == 1 || depth == 2 && isIndex(path.Base(rest))):
		return Charter
	case ext == ".md" && depth == 3 && path.Base(path.Dir(rest)) == "updates":
		return Update
	case assetTypes[strings.ToLower(ext)]:
		return Asset
	}
	return 0
}

// assetTypes are the files that may be published beside a charter. HTML and
// scripts are not among them: opened on their own they would run as the site.
var assetTypes = map[string]bool{".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".avif": true, ".svg": true,
	".pdf": true, ".txt": true, ".csv": true, ".ics": true, ".docx": true, ".xlsx": true, ".pptx": true, ".odt": true, ".ods": true, ".odp": true}

// unlisted tells about a file in a folder of content that goes nowhere.
func (t *Tree) unlisted(name string) {
	ext := path.Ext(name)
	stem := printable(strings.TrimSuffix(name, ext))
	hint := diag.Say("only pictures and documents are published: %s", strings.Join(slices.Sorted(maps.Keys(assetTypes)), " "))
	switch {
	case strings.HasPrefix(name, "questions/"):
		hint = diag.Say("a saved question is questions/<id>.md")
	case !strings.HasPrefix(name, "charters/"):
		hint = diag.Say("a register is registers/<name>.yml, an approval approvals/<department>/<id>.yml")
	case ext == ".markdown" || ext == ".mdown" || ext == ".MD":
		hint = diag.Say("name it %s.md", stem)
	case ext == ".md":
		hint = diag.Say("a charter is charters/<id>.md or charters/<id>/index.md, an update charters/<id>/updates/<name>.md")
	}
	t.report(name, "D006", diag.Say("this file is not used"), hint)
}

// tooMany leaves out the charters past the limit.
func (t *Tree) tooMany() {
	n := 0
	t.entries = slices.DeleteFunc(t.entries, func(e Entry) bool {
		if e.Kind == Charter {
			n++
		}
		return e.Kind == Charter && n > t.limits.Charters
	})
	if n > t.limits.Charters {
		t.report("charters", "D005", diag.Say("there are %d charters, and only the first %d are read", n, t.limits.Charters), diag.Say("split the portfolio"))
	}
}

// reason is what went wrong, without the path of this machine.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
