package history

import "path/filepath"

// Root is the folder that holds the repository of a content folder, and the
// way from there to it as a slash path: "." where they are one.
func Root(content string) (root, rel string, ok bool) {
	dir, err := filepath.Abs(content)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", "", false
	}
	if root, ok = rootOf(dir); !ok {
		return "", "", false
	}
	rel, err = filepath.Rel(root, dir)
	return root, filepath.ToSlash(rel), err == nil
}

// Folder is where a content folder lies in its repository, with slashes; where it
// is in none, its own name. It runs nothing.
func Folder(content string) string {
	if _, rel, ok := Root(content); ok {
		return rel
	}
	dir, err := filepath.Abs(content)
	if err != nil {
		return ""
	}
	return filepath.Base(dir)
}
