package preview

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"charterhouse/internal/theme"
)

// An Editor is what opens a file at a line.
type Editor string

// The editors. Where a browser cannot start one, the place is copied.
const (
	VSCode    Editor = "vscode"
	JetBrains Editor = "jetbrains"
	Vim       Editor = "vim"
	Copy      Editor = "copy"
)

// Editors lists them all.
var Editors = []Editor{VSCode, JetBrains, Vim, Copy}

// EditorOf guesses from the command in $VISUAL or $EDITOR.
func EditorOf(command string) Editor {
	name := filepath.Base(strings.Fields(command + " -")[0])
	switch {
	case strings.HasPrefix(name, "code"):
		return VSCode
	case strings.Contains(name, "vi"):
		return Vim
	case strings.HasPrefix(name, "idea"), strings.HasPrefix(name, "goland"), strings.HasPrefix(name, "pycharm"), strings.HasPrefix(name, "webstorm"):
		return JetBrains
	}
	return Copy
}

// at returns a link that opens a file at a place, or else what to copy.
func (e Editor) at(file string, line, col int) (href theme.ProgramLink, copied string) {
	line, col = max(line, 1), max(col, 1)
	path := (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()
	switch e {
	case VSCode:
		return theme.EditorLink(false, fmt.Sprintf("%s:%d:%d", rooted(path), line, col)), ""
	case JetBrains:
		return theme.EditorLink(true, fmt.Sprintf("file=%s&line=%d&column=%d", url.QueryEscape(file), line, col)), ""
	case Vim:
		return "", fmt.Sprintf("vim '+call cursor(%d,%d)' '%s'", line, col, strings.ReplaceAll(file, "'", `'\''`))
	}
	return "", fmt.Sprintf("%s:%d:%d", file, line, col)
}

func rooted(path string) string { return "/" + strings.TrimPrefix(path, "/") }
