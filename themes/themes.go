// Package themes holds the default theme and the preview's own pages as plain
// files and embeds them in the binary. It knows no Go of ours; package theme
// gives the files their meaning.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed all:default all:preview all:admin
var files embed.FS

// Default returns the default theme: templates/, messages/ and assets/.
func Default() fs.FS { return below("default") }

// Preview returns what only the preview shows, to be laid over the default.
func Preview() fs.FS { return below("preview") }

// Admin returns the web editor, packed, with its licence.
func Admin() fs.FS { return below("admin/assets") }

func below(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folders are embedded above, so their names are valid
	}
	return sub
}
